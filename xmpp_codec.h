/* xmpp_codec.h - XMPP for C programs that own their sockets.          v0.3.0

   A streaming XML tokenizer, XMPP streams, element trees, a writer, typed
   stanzas, addresses and SASL in one C99 header. No allocation, no I/O, no
   globals, no callbacks except your hash functions, no dependency beyond
   libc. For clients, servers, components and server-to-server links, from a
   Cortex-M0 to a server with a million connections.

   Do this:
       #define XMPP_CODEC_IMPLEMENTATION
       #include "xmpp_codec.h"
   in exactly one C or C++ file. Include the header plainly everywhere else.

   Where to look (tags in brackets are for your editor's search)
       read a message, send one     [EXAMPLE], the next page
       more programs                examples/README.md
       reply to an iq               xc_write_reply_begin, xc_write_error
       reply to a message           an xc_message with `to` = its `from`
       memory, lifetimes, errors    [CONCEPTS]
       stanzas and XEPs as structs  [STANZA], [PAYLOAD]; read and written by
                                    xc_read and xc_write of [SCHEMA]
       your own extension           [SCHEMA], in your program
       add a XEP to this header     [PAYLOAD], and "Contributing" in README.md
       fix a bug                    tests/README.md says which test file takes
                                    it (addresses: test_jid.c, data/jid.tsv)

   Sections
       [EXAMPLE]    a whole program
       [CONCEPTS]   memory, lifetimes, errors, limits, threads
       [CONFIG]     macros that change how the header is compiled
       [STR]        borrowed strings
       [STATUS]     results and errors, and the stream error for each
       [XML]        pull tokenizer for the XMPP profile of XML
       [TREE]       one complete element in one relocatable block
       [STREAM]     stream header, elements, close; TCP, WebSocket, BOSH
       [WRITER]     well-formed XMPP out
       [SCHEMA]     a table reads and writes a struct
       [STANZA]     message, presence, iq, and stream negotiation
       [PAYLOAD]    the extensions that stanzas carry
       [SASL]       whole logins; the messages of SASL mechanisms
       [JID]        addresses: split, enforce, compare, escape
       [UTF8]       UTF-8 and XML character classes
       [STATE]      the structs of readers and writers, all private
       [NAMESPACES] by RFC and XEP number
       [IMPL]       the implementation: the same layers in the same order, with
                    three of its own, [BYTES], [SASLPREP] and [TABLES]
       [CHANGES]    what to change in your program, by version
       [LICENSE]    MIT No Attribution (MIT-0)

   Functions. After a name that ends in "_", words continue it: "xc_str_ from
   equal" stands for xc_str_from and xc_str_equal.

   strings          xc_str_ from equal is starts_with cut trim
   status           xc_status_ is_error name text condition
   read: tokens     xc_xml_ init next finish reset relocate offset
                    xc_token_attr
   read: streams    xc_stream_ init next reset limit end_message finish
                    is_idle saved_size relocate offset
   read: trees      xc_name xc_ns xc_is xc_attr xc_attr_ns xc_element_attr
                    xc_text xc_text_after xc_first_child xc_next_sibling
                    xc_child xc_next_same_name xc_has_child xc_lang
                    xc_element_size xc_walk_init xc_walk_next
   read: structs    xc_read xc_was_read xc_matches xc_field_of
   times            xc_time_ parse format offset
   write: XML       xc_writer_ init begin attr attr_ns text end text_element
                    element begin_like stream_open stream_close stream_error
                    fail size finish
   write: structs   xc_write xc_write_ begin children child tag
   write: replies   xc_can_reply xc_write_ reply_begin reply_begin_to error
                    error_to error_begin
   conditions       xc_stanza_error_ name from_name for_status default_type
                    legacy_code from_code xc_stream_error_name
                    xc_sasl_failure_ name from_name for_status
   check: stanzas   xc_stanza_check xc_has_required_addresses xc_iq_payload
                    xc_roster_single_item xc_sm_counts xc_sm_acknowledge
                    xc_sm_failed_condition
   check: senders   xc_effective_from xc_effective_to
                    xc_iq_is_reply_to xc_is_ roster_push blocking_push
                    same_author xc_carbon_copy xc_mam_result_of
                    xc_pubsub_event_of xc_delivery_receipt_of
                    xc_stanza_id_of xc_occupant_id_of xc_muc_ user_of
                    subject_of moderation_of
   negotiation      xc_features_required xc_sasl_has_mechanism
   versions, hosts  xc_stream_version_compare xc_host_split xc_choose_lang
   payloads         xc_chat_state_of xc_write_chat_state xc_disco_has_feature
                    xc_form_find xc_form_value xc_write_form_begin
                    xc_write_form_field xc_forwarded_stanza xc_stanza_id_by
                    xc_upload_header_allowed xc_muc_has_status
   base64, secrets  xc_base64_ encode decode xc_sasl_ encode decode
                    xc_sasl2_ encode decode xc_wipe xc_secret_equal
   mechanisms       xc_mechanism_ from_name name hash_size offer choose
                    xc_binding_choose xc_binding_offered xc_sasl_offer
                    xc_sasl_offer_names xc_sasl_prepare
   SCRAM            xc_scram_ client_first client_challenge client_password
                    client_salted client_verify client_hi hi_init hi_next
                    derive server_first server_challenge server_verify
                    server_error error_name wipe
   a whole login    xc_login_ init next work wipe reason_text
   login, server    xc_login_server_ init offer next credentials tokens work
                    upgrade accept refuse wipe
   other logins     xc_plain_ write write_as read prepare xc_external_ write
                    read xc_anonymous_ write read xc_ht_ write read verify
                    reply verify_reply xc_component_handshake xc_dialback_key
   addresses        xc_jid_ parse build split cut_resource enforce local domain
                    resource bare full copy domain_ascii equal bare_equal
                    escape unescape
   characters       xc_utf8_decode xc_utf8_check xc_is_char xc_is_name_start
                    xc_is_name_char
*/
#if defined(XMPP_CODEC_STATIC) && !defined(XMPP_CODEC_IMPLEMENTATION)
#define XMPP_CODEC_IMPLEMENTATION
#endif
#if defined(XMPP_CODEC_STATIC) && defined(XMPP_CODEC_H) &&                    \
    !defined(XMPP_CODEC_H_STATIC)
#error "define XMPP_CODEC_STATIC before the first #include of xmpp_codec.h"
#endif

#ifndef XMPP_CODEC_H
#define XMPP_CODEC_H
/* ---- [EXAMPLE] a whole program ---------------------------------------------

   Reads a stream and sends each chat message back (examples/01_hello.c). Here
   stdin and stdout are the network; `st` says what to do next, see "Pull".

       #define XMPP_CODEC_IMPLEMENTATION
       #include "xmpp_codec.h"
       #include <stdio.h>

       static void reply_to(const xc_message *m)
       {
           char buffer[1024];
           xc_str xml;
           xc_status st;
           xc_writer w;
           xc_message reply;
           memset(&reply, 0, sizeof reply);
           reply.to = m->from;
           reply.type = XC_MESSAGE_CHAT;
           reply.body = m->body;
           xc_writer_init(&w, buffer, sizeof buffer, XC_NS_CLIENT);
           xc_write(&w, &xc_message_schema, &reply);
           st = xc_writer_finish(&w, &xml);
           if (st == XC_OK)
               printf(XC_FMT "\n", XC_ARG(xml));
           else
               fprintf(stderr, "no reply: %s\n", xc_status_text(st));
       }

       static void on_stanza(const xc_element *stanza)
       {
           xc_message m;
           xc_status st = xc_read(&xc_message_schema, stanza, &m, NULL);
           if (xc_was_read(st) && m.type == XC_MESSAGE_CHAT && m.body.ptr)
               reply_to(&m);
       }

       int main(void)
       {
           static char memory[16384], buffer[4096];
           xc_stream stream;
           xc_stream_event ev;
           xc_str in;
           xc_status st;
           st = xc_stream_init(&stream, memory, sizeof memory, NULL);
           while ((in.len = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
               in.ptr = buffer;
               while ((st = xc_stream_next(&stream, &in, &ev)) == XC_EVENT)
                   if (ev.kind == XC_EVENT_STANZA)
                       on_stanza(ev.element);
               if (st != XC_NEED_MORE)
                   break;
           }
           if (xc_status_is_error(st))
               fprintf(stderr, "%s at byte %llu\n", xc_status_text(st),
                       (unsigned long long)xc_stream_offset(&stream));
           return xc_status_is_error(st);
       }

   ---- [CONCEPTS] memory, lifetimes, errors, limits, threads ----------------

   Pull. A reader takes bytes from the front of an xc_str that you own and
   returns
       XC_EVENT       something is complete: look at it, then call again
       XC_NEED_MORE   every byte was taken: read more from your socket
       XC_CLOSED      the stream is over; bytes after it stay in the xc_str
       XC_ERR_...     the input is refused
   Where you cut the input changes neither the events nor an error nor its
   offset. Only the tokenizer may split a run of text differently.

   Memory. You give each tokenizer, stream and writer its memory at init. It
   uses no other, needs no alignment, and never frees yours. The structs are
   complete types, so that you can put them anywhere. Members whose names begin
   with i_ are private.

   How much. The largest <body/> of a chat message (with from, to, type and id,
   after a stream header of Prosody) that each size reads:
        2 KiB    1,782 bytes   a client on a microcontroller
       16 KiB   16,118 bytes   every legal stanza of 10,000 bytes (RFC 6120
                               section 13.12), if its names and namespaces are
                               not longer than about 3,000 bytes
       64 KiB   65,270 bytes

   Lifetimes. What an event points to lives until the next call on the same
   reader: it is in your input if it arrived there in one piece, otherwise in
   the memory you gave. To keep an element, copy its xc_element_size bytes:
   the copy is an element again, at any address (see [TREE]).

   Strings. An xc_str with a NULL pointer is absent (no such attribute); with a
   pointer and length 0 it is empty. Functions accept absent strings and return
   absent for NULL. Strings inside an element are also NUL-terminated, which
   is unambiguous because XML cannot contain NUL. Names and namespaces that you
   pass are C strings. A `const char *` that a function returns is a constant.

   Results in `mem`. Functions with the parameters `mem`, `size` and a result
   write at most `size` bytes to `mem`, not terminated. The result is a view of
   `mem`; of a function that changes only what must change (addresses, names,
   passwords) it is a view of the argument if nothing had to change. `mem` must
   not overlap the argument unless the function allows it, and may be NULL if
   `size` is 0. After an error the result is absent; after XC_ERR_BUFFER_SIZE
   its len (in an xc_jid: `where`) is the size needed.

   Errors. The first error stops a reader or writer: it is sticky. A reader
   returns it from each further call except reset, which forgets it; a writer
   returns it from finish. Of a reader that has failed, only the offset
   (xc_xml_offset, xc_stream_offset) has a meaning; how much of the input was
   taken is unspecified. Passing NULL, or making a call that the reader cannot
   take now, returns XC_ERR_ARGUMENT; that is sticky only after a failed init.
   Calls to a writer in the wrong order are XC_ERR_WRITE_ORDER. Neither NULL
   nor a wrong order is undefined behaviour. [STATUS] shows how to inform the
   peer.

   Limits. Counted while parsing; those of a reader are set in xc_limits.
       what                             default   set by       XC_ERR_
       bytes of a first-level element   262,144   stanza_bytes LIMIT_STANZA
       open elements                    64        depth        LIMIT_DEPTH
       attributes of one tag            128       attributes   LIMIT_ATTRIBUTES
       namespace declarations in scope  64        namespaces   LIMIT_NAMESPACES
       bytes of a name                  65,535                 LIMIT_NAME
       bytes of a tree (see [TREE])     2^24 - 1               WORKSPACE
       all that must fit the memory               init         WORKSPACE
       elements open in a writer        24                     WRITE_DEPTH
       namespaces of written attributes 8                      WRITE_DEPTH
       bytes of a part of an address    1,023                  JID_LENGTH
       a number in a field              2^32 - 1  an xc_range  FIELD_VALUE
   stanza_bytes limits the stream header, too. White space between stanzas
   takes no memory and counts for no limit.

   Threads. Nothing is shared: no globals that change, no hidden state. Use
   different objects in different threads, one object in one thread at a time.

   Stack. Recursion occurs only for nested structs; its depth is fixed by the
   schemas. `make size` lists the worst case of each function on a Cortex-M0+.

   ---- [CONFIG] macros that change how the header is compiled ---------------

   XMPP_CODEC_IMPLEMENTATION  Define it in one file: compiles the functions.
   XMPP_CODEC_STATIC          Define it to make all functions static, a private
                              copy for this file. Implies the implementation.
   XMPP_CODEC_NO_SIMD   0     1: scan bytes with a table even if SSE2 or NEON
                              is available. On x86-64 with gcc 12: 25 KB less
                              code at -O2, 0.4 KB at -Os; about 0.6 times the
                              speed.
   XMPP_CODEC_UNICODE   1     0: leave out the Unicode tables of addresses
                              (16 KB) and of SASLprep (9 KB). A part of an
                              address that is not ASCII or has an "xn--"
                              label is then refused with XC_ERR_JID_UNICODE,
                              and so is a name or password that is to be
                              prepared and is not ASCII.
   Without SSE2 or NEON, and when optimising for size (gcc and clang define
   __OPTIMIZE_SIZE__ at -Os), the second, faster reader of plain tags is left
   out. No macro changes a result, except XMPP_CODEC_UNICODE as described; none
   changes the layout of a struct or the value of an enum.
*/
#ifdef XMPP_CODEC_STATIC
#define XMPP_CODEC_H_STATIC
#endif

#ifndef XMPP_CODEC_NO_SIMD
/** 1: use neither SSE2 nor NEON; see [CONFIG]. */
#define XMPP_CODEC_NO_SIMD 0
#endif
#if XMPP_CODEC_NO_SIMD != 0 && XMPP_CODEC_NO_SIMD != 1
#error "XMPP_CODEC_NO_SIMD must be 0 or 1"
#endif
#ifndef XMPP_CODEC_UNICODE
/** 0: leave out the Unicode tables; see [CONFIG]. */
#define XMPP_CODEC_UNICODE 1
#endif
#if XMPP_CODEC_UNICODE != 0 && XMPP_CODEC_UNICODE != 1
#error "XMPP_CODEC_UNICODE must be 0 or 1"
#endif

#include <stdbool.h>
#include <stddef.h> /* size_t, NULL */
#include <stdint.h>
#include <string.h> /* memcpy, memmove, memcmp, memset, strlen */

#define XC_VERSION_MAJOR 0 /**< of this header */
#define XC_VERSION_MINOR 3 /**< of this header */
#define XC_VERSION_PATCH 0 /**< of this header */
/** The version of this header as text. */
#define XC_VERSION "0.3.0"
/** The version of this header as a number, to compare. */
#define XC_VERSION_NUMBER                                                     \
    (XC_VERSION_MAJOR * 10000 + XC_VERSION_MINOR * 100 + XC_VERSION_PATCH)

#ifdef XMPP_CODEC_STATIC
#if defined(__GNUC__) || defined(__clang__)
#define XC_API static __attribute__((unused))
#else
#define XC_API static
#endif
#else
#define XC_API extern /**< a public function */
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- [STR] borrowed strings --------------------------------------------- */

/** A view of bytes that somebody else owns. Pass it by value. Absent and
    empty strings are explained in [CONCEPTS]. */
typedef struct xc_str {
    const char *ptr; /**< NULL: absent */
    size_t len;      /**< bytes */
} xc_str;

#ifdef __cplusplus
#define XC_STR(literal) (xc_str{"" literal, sizeof(literal) - 1})
#else
/** A string literal as an xc_str, for expressions. */
#define XC_STR(literal) ((xc_str){"" literal, sizeof(literal) - 1})
#endif
/* clang-format off */
/** A string literal as an xc_str, for static initialisers. */
#define XC_STR_INIT(literal) {"" literal, sizeof(literal) - 1}
/* clang-format on */

/** The printf conversion for XC_ARG: `printf("to " XC_FMT, XC_ARG(to))`. */
#define XC_FMT "%.*s"
/** An xc_str as arguments for XC_FMT. Evaluates `s` three times. */
#define XC_ARG(s) (int)(s).len, ((s).ptr != NULL ? (s).ptr : "")

/** The view of a C string, without its NUL; absent for NULL. */
XC_API xc_str xc_str_from(const char *text);
/** True if both have the same bytes, or if both are absent. */
XC_API bool xc_str_equal(xc_str a, xc_str b);
/** True if `s` has the bytes of the C string `text`. False if `s` is
    absent. */
XC_API bool xc_str_is(xc_str s, const char *text);
/** True if `s` begins with the bytes of the C string `prefix`. */
XC_API bool xc_str_starts_with(xc_str s, const char *prefix);
/** Splits at the first `separator`: returns the part before it and sets *rest
    to the part after it. Without a separator, returns all and makes *rest
    absent. */
XC_API xc_str xc_str_cut(xc_str *rest, char separator);
/** Removes the white space of XML (space, TAB, CR, LF) at both ends. For the
    text of elements that hold one value, such as a host or a URI. */
XC_API xc_str xc_str_trim(xc_str s);

/* ---- [STATUS] results and errors -------------------------------------------

   How to refuse input: send the stream error, then close (RFC 6120 section
   4.9).

       static void refuse(int fd, xc_status st, const xc_stream_header *header,
                          bool header_sent)
       {
           char buf[1024];
           xc_writer w;
           xc_str out;
           xc_writer_init(&w, buf, sizeof buf, XC_NS_CLIENT);
           if (!header_sent)
               xc_writer_stream_open(&w, header);
           xc_writer_stream_error(&w, xc_status_condition(st),
                                  xc_str_from(xc_status_text(st)));
           xc_writer_stream_close(&w);
           if (xc_writer_finish(&w, &out) == XC_OK)
               write_all(fd, out.ptr, out.len);
           close(fd);
       }

   The condition to send depends on what was refused:

       by a reader (xc_xml, xc_stream)      a stream error, as above:
                                            xc_status_condition
       a stanza, by xc_read (FIELD_...) or  a stanza error:
         xc_jid_parse (JID_...)             xc_stanza_error_for_status
       a message of SASL (SASL_..., BASE64) a SASL failure:
                                            xc_sasl_failure_for_status

   xc_status_condition has a condition for every error, so that a stream can be
   closed for any of them.
*/

/** All errors: name, condition of the stream error to send (RFC 6120 section
    4.9.3, with underscores), text. Errors of a group are adjacent. */
#define XC_ERRORS(X)                                                          \
    /* wrong use and space */                                                 \
    X(ARGUMENT, internal_server_error,                                        \
      "a NULL argument, or a call in the wrong order")                        \
    X(WORKSPACE, policy_violation, "larger than the memory available for it") \
    X(BUFFER_SIZE, internal_server_error,                                     \
      "the buffer for the result is too small")                               \
    /* xc_limits */                                                           \
    X(LIMIT_STANZA, policy_violation,                                         \
      "too many bytes in one element (limits.stanza_bytes)")                  \
    X(LIMIT_DEPTH, policy_violation,                                          \
      "elements nested too deeply (limits.depth)")                            \
    X(LIMIT_ATTRIBUTES, policy_violation,                                     \
      "too many attributes in one tag (limits.attributes)")                   \
    X(LIMIT_NAMESPACES, policy_violation,                                     \
      "too many namespace declarations in scope (limits.namespaces)")         \
    X(LIMIT_NAME, policy_violation, "a name longer than 65535 bytes")         \
    /* encoding (RFC 6120 section 11.6) */                                    \
    X(UTF8, unsupported_encoding, "not well-formed UTF-8")                    \
    X(ENCODING_NAME, unsupported_encoding,                                    \
      "the XML declaration names an encoding other than UTF-8")               \
    /* restricted XML (RFC 6120 section 11.1) */                              \
    X(COMMENT, restricted_xml, "a comment")                                   \
    X(INSTRUCTION, restricted_xml, "a processing instruction")                \
    X(DTD, restricted_xml, "a document type declaration")                     \
    X(ENTITY, restricted_xml,                                                 \
      "a reference to an entity other than the predefined five")              \
    /* XML 1.0 well-formedness */                                             \
    X(CHAR, not_well_formed, "a character that XML does not allow")           \
    X(XML_DECLARATION, not_well_formed, "a malformed XML declaration")        \
    X(NAME, not_well_formed, "an invalid or missing name")                    \
    X(TAG, not_well_formed, "a malformed tag")                                \
    X(ATTRIBUTE, not_well_formed, "a malformed attribute")                    \
    X(DUPLICATE, not_well_formed, "the same attribute twice in one tag")      \
    X(REFERENCE, not_well_formed, "a malformed reference")                    \
    X(MARKUP, not_well_formed, "malformed markup after \"<!\"")               \
    X(CDATA_END, not_well_formed, "\"]]>\" in character data")                \
    X(MISMATCH, not_well_formed,                                              \
      "an end tag that does not match its start tag")                         \
    X(OUTSIDE, not_well_formed,                                               \
      "something other than elements and white space at this level")          \
    X(TRUNCATED, not_well_formed, "the input ends inside an element")         \
    /* Namespaces in XML 1.0 */                                               \
    X(QNAME, not_well_formed, "a name with a misplaced colon")                \
    X(PREFIX, not_well_formed, "an undeclared namespace prefix")              \
    X(RESERVED_NAMESPACE, not_well_formed,                                    \
      "misuse of the reserved prefixes or namespaces xml and xmlns")          \
    X(EMPTY_NAMESPACE, not_well_formed,                                       \
      "a prefix declared with an empty namespace name")                       \
    X(DUPLICATE_EXPANDED, not_well_formed,                                    \
      "two attributes with the same namespace and local name")                \
    /* XMPP streams */                                                        \
    X(NOT_A_STREAM, bad_format, "the first element is not a stream header")   \
    X(STREAM_NAMESPACE, invalid_namespace,                                    \
      "the stream header is in the wrong namespace")                          \
    X(CONTENT_NAMESPACE, invalid_namespace,                                   \
      "an unknown or unexpected content namespace")                           \
    X(STREAM_CHILD, unsupported_stanza_type,                                  \
      "an unknown element in the stream namespace")                           \
    X(FRAME, bad_format,                                                      \
      "a WebSocket message that is not exactly one element")                  \
    /* addresses (RFC 7622) */                                                \
    X(JID_EMPTY, improper_addressing,                                         \
      "an empty localpart, domainpart, resourcepart or label")                \
    X(JID_LENGTH, improper_addressing,                                        \
      "a part longer than 1023 bytes, or a domain name too long for the DNS") \
    X(JID_UTF8, improper_addressing,                                          \
      "an address that is not well-formed UTF-8")                             \
    X(JID_UNICODE, improper_addressing,                                       \
      "not ASCII, and the Unicode tables were left out")                      \
    X(JID_UNASSIGNED, improper_addressing,                                    \
      "a code point that is unassigned in Unicode " XC_UNICODE_VERSION)       \
    X(JID_CHAR, improper_addressing,                                          \
      "a character not allowed in this part of an address")                   \
    X(JID_EXCLUDED, improper_addressing,                                      \
      "one of \" & ' / : < > @ in a localpart")                               \
    X(JID_CONTEXT, improper_addressing,                                       \
      "a character not allowed in this context (RFC 5892 appendix A)")        \
    X(JID_BIDI, improper_addressing,                                          \
      "a label that breaks the Bidi Rule (RFC 5893 section 2)")               \
    X(JID_HYPHEN, improper_addressing,                                        \
      "a label with a hyphen at an end, or two as characters 3 and 4")        \
    X(JID_MARK, improper_addressing,                                          \
      "a label that begins with a combining mark")                            \
    X(JID_PUNYCODE, improper_addressing,                                      \
      "an \"xn--\" label that is not a valid A-label")                        \
    X(JID_IP, improper_addressing,                                            \
      "an invalid IP literal in brackets (RFC 3986)")                         \
    X(JID_ESCAPE, improper_addressing,                                        \
      "an escaped space at the start or end of a localpart")                  \
    /* typed payloads */                                                      \
    X(FIELD_ELEMENT, undefined_condition, "not the expected element")         \
    X(FIELD_MISSING, undefined_condition, "a required field is missing")      \
    X(FIELD_VALUE, undefined_condition, "an invalid value for this field")    \
    X(FIELD_JID, undefined_condition, "not a valid address (JID)")            \
    X(FIELD_JID_PROFILE, undefined_condition,                                 \
      "an address whose characters are not allowed or cannot be checked")     \
    X(FIELD_REPEATED, undefined_condition,                                    \
      "a child element that must not repeat")                                 \
    X(FIELD_CONTENT, undefined_condition,                                     \
      "child elements where only text is allowed")                            \
    X(NO_REPLY, undefined_condition, "a reply to an error or result stanza")  \
    /* SASL */                                                                \
    X(BASE64, policy_violation, "not canonical base64 (RFC 4648)")            \
    X(SASL_SYNTAX, policy_violation, "a malformed SASL message")              \
    X(SASL_EXTENSION, policy_violation,                                       \
      "an unsupported mandatory SCRAM extension")                             \
    X(SASL_NONCE, policy_violation,                                           \
      "a SCRAM nonce that does not continue the one sent")                    \
    X(SASL_ITERATIONS, policy_violation,                                      \
      "a SCRAM iteration count outside the allowed range")                    \
    X(SASL_BINDING, policy_violation,                                         \
      "a channel binding mismatch: an attack, or an unsupported type")        \
    X(SASL_DOWNGRADE, policy_violation,                                       \
      "the server's offer was changed on its way (downgrade)")                \
    X(SASL_PROOF, policy_violation,                                           \
      "the peer has not proved that it knows the secret")                     \
    X(SASL_PEER, policy_violation, "the server reported a SCRAM error")       \
    X(SASL_HASH, internal_server_error, "the caller's hash function failed")  \
    /* writer */                                                              \
    X(WRITE_ORDER, internal_server_error,                                     \
      "calls to the writer in an impossible order")                           \
    X(WRITE_NAME, internal_server_error,                                      \
      "an invalid name, or a reserved namespace")                             \
    X(WRITE_TEXT, internal_server_error,                                      \
      "text that is not UTF-8, or has a character that XML does not allow")   \
    X(WRITE_DUPLICATE, internal_server_error,                                 \
      "the same attribute written twice")                                     \
    X(WRITE_DEPTH, internal_server_error,                                     \
      "more than XC_WRITER_DEPTH elements or XC_WRITER_ATTR_NS namespaces")   \
    X(CALLER, undefined_condition, "an error that the caller reported")

/* clang-format off */
/** The result of most functions: XC_OK, what a reader found, or an error of
    XC_ERRORS, as XC_ERR_ARGUMENT. */
typedef enum xc_status {
    XC_OK,        /**< done */
    XC_EVENT,     /**< something is complete: look at it, then call again */
    XC_NEED_MORE, /**< every byte was taken: read more. An ordinary result */
    XC_CLOSED,    /**< the stream is over; bytes after it stay in the input */
#define XC_I_ENUM(name, condition, text) XC_ERR_##name,
    XC_ERRORS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_STATUS_COUNT /**< how many there are */
} xc_status;
/* clang-format on */

/** True for the XC_ERR_ codes. */
XC_API bool xc_status_is_error(xc_status status);
/** The constant's name: "XC_ERR_TAG", "XC_NEED_MORE". Never NULL. */
XC_API const char *xc_status_name(xc_status status);
/** A short English text, fit to be sent to the peer: no error text contains
    anything of the input. Never NULL. */
XC_API const char *xc_status_text(xc_status status);
/** The condition of the stream error to send (RFC 6120 section 4.9.3), such as
    "not-well-formed"; NULL if the status is not an error. */
XC_API const char *xc_status_condition(xc_status status);

/* ---- [XML] pull tokenizer --------------------------------------------------

   Reads one XML document of the XMPP profile (RFC 6120 section 11; XML 1.0
   fifth edition; Namespaces in XML 1.0): UTF-8; elements, text, CDATA,
   character references, the five predefined entities; at the very start
   perhaps an XML declaration (version 1.0, encoding UTF-8; `standalone` is
   ignored). Comments, processing instructions, DTDs and other entities are
   errors. Everything is delivered decoded: references replaced, line ends and
   attribute values normalised, prefixes resolved.

       xc_xml x;
       xc_token tok;
       xc_xml_init(&x, memory, sizeof memory, NULL);
       while ((status = xc_xml_next(&x, &in, &tok)) == XC_EVENT)
           ...
*/

/** What one document may demand. 0 means the default. */
typedef struct xc_limits {
    /** Bytes from "<" to ">" of a stream's header or first-level element; in
        xc_xml of the root. At most 2147483647. Default: 262144 in a stream,
        unlimited in xc_xml. */
    uint32_t stanza_bytes;
    /** Open elements, the root or stream header included. Default: 64. A
        stream treats more than XC_DEPTH_MAX as XC_DEPTH_MAX. */
    uint16_t depth;
    uint16_t attributes; /**< of one tag, namespace declarations included.
                              Default: 128 */
    uint16_t namespaces; /**< declarations in scope. Default: 64 */
} xc_limits;

/** Elements nested in one tree, its root included. */
#define XC_DEPTH_MAX 64

/** The kinds of tokens. */
typedef enum xc_token_type {
    XC_START, /**< a start tag or an empty-element tag */
    XC_TEXT,  /**< character data: a piece of a run, never empty */
    XC_END    /**< an end tag; also comes after `<a/>` */
} xc_token_type;

/** One token. The views live until the next call on the tokenizer. */
typedef struct xc_token {
    xc_token_type type; /**< what it is */
    bool empty;         /**< START: written as `<a/>`; its END comes next */
    uint64_t offset;    /**< of the token's first byte in the stream */
    xc_str name;        /**< START, END: local name */
    xc_str prefix;      /**< START, END: absent if none */
    xc_str ns;          /**< START: namespace name; absent if none */
    xc_str text;        /**< TEXT: decoded */
    size_t attributes;  /**< START: how many, for xc_token_attr */
    const unsigned char *i_tag;
    const unsigned char *i_mem;
    uint32_t i_records;
    uint32_t i_length;
} xc_token;

/** One attribute. Namespace declarations are not attributes. */
typedef struct xc_attribute {
    xc_str name;     /**< local name */
    xc_str prefix;   /**< absent if none, and always in a tree */
    xc_str ns;       /**< namespace name; absent without a prefix */
    xc_str value;    /**< decoded and normalised; never absent */
    bool undeclared; /**< its prefix is not declared: `name` is the whole name
                          with the colon, `ns` is absent. Only with
                          xc_stream_options.tolerate_undeclared_prefix */
} xc_attribute;

/** A tokenizer (see [STATE]). Its only pointer is the one to your memory, so
    it can be copied byte for byte together with that memory; then call
    xc_xml_relocate. */
typedef struct xc_xml xc_xml;

/** Begins a document. `mem` has `size` bytes, at most 4 GiB less 16 bytes, and
    is used until the document ends. `limits` may be NULL and is copied.
    Returns XC_OK or XC_ERR_ARGUMENT. */
XC_API xc_status xc_xml_init(xc_xml *x, void *mem, size_t size,
                             const xc_limits *limits);
/** Takes bytes from the front of *in up to the next token. Returns XC_EVENT if
    *tok is filled, XC_NEED_MORE if *in is used up, otherwise an error, which
    is sticky until xc_xml_reset. After the root element only white space may
    follow. */
XC_API xc_status xc_xml_next(xc_xml *x, xc_str *in, xc_token *tok);
/** Call it when the input has ended. Returns XC_OK if the document is
    complete, otherwise XC_ERR_TRUNCATED, XC_ERR_INSTRUCTION (it ends in what
    began as an XML declaration, but not at the very start) or the error met
    before. */
XC_API xc_status xc_xml_finish(xc_xml *x);
/** Expects a new document. Forgets any error; memory, limits and the running
    offset remain. Returns XC_OK, or XC_ERR_ARGUMENT without a successful
    init. */
XC_API xc_status xc_xml_reset(xc_xml *x);
/** Continues in `mem`, to which you have copied all of the tokenizer's memory.
    Returns XC_OK or XC_ERR_ARGUMENT. */
XC_API xc_status xc_xml_relocate(xc_xml *x, void *mem);
/** Returns the bytes consumed since init. After an error: the offset of the
    first byte that makes the error certain; where a character is not allowed,
    of its first byte. */
XC_API uint64_t xc_xml_offset(const xc_xml *x);
/** Sets *attr to attribute number `i` of a START token, from 0 in document
    order. Returns false if there are not so many. */
XC_API bool xc_token_attr(const xc_token *tok, size_t i, xc_attribute *attr);

/* ---- [TREE] one complete element in one relocatable block ------------------

   A stream delivers a first-level element as a tree: one block of bytes with
   everything in it: names, namespaces, attributes, text, children. That
   element is the root of the tree. Copy the bytes with memcpy and you have the
   tree again, at any address:

       size_t size = xc_element_size(e);
       xc_element *mine = (xc_element *)malloc(size);
       if (mine != NULL)
           memcpy(mine, e, size);

   All functions accept NULL for an element and then return absent, NULL, 0 or
   false. So xc_text(xc_child(e, NULL, "body")) needs no test in between.
   Their views live as long as the tree.
*/

/** An element of a tree, the root or another. */
typedef struct xc_element xc_element;

/** Bytes of the tree with the root `e`. Not valid for another element, whose
    namespaces may be stored before it in the tree: copy the whole, or write
    the element with xc_writer_element. */
XC_API size_t xc_element_size(const xc_element *e);
/** The local name. */
XC_API xc_str xc_name(const xc_element *e);
/** The namespace name; absent if none. */
XC_API xc_str xc_ns(const xc_element *e);
/** True if `e` is the element `name` of namespace `ns`. NULL for either means
    any; "" for `ns` means no namespace. */
XC_API bool xc_is(const xc_element *e, const char *ns, const char *name);
/** The value of the attribute `name` without a prefix; absent if none. */
XC_API xc_str xc_attr(const xc_element *e, const char *name);
/** The value of the attribute `name` in namespace `ns`; absent if none. NULL
    or "" for `ns` means no namespace. */
XC_API xc_str xc_attr_ns(const xc_element *e, const char *ns,
                         const char *name);
/** Sets *attr to attribute number `i`, from 0 in document order. Returns false
    if there are not so many. */
XC_API bool xc_element_attr(const xc_element *e, size_t i, xc_attribute *attr);
/** The first run of character data directly inside `e`; "" if none. In an
    element without children that is all its text. */
XC_API xc_str xc_text(const xc_element *e);
/** The character data after the end tag of `e`, up to its next sibling or the
    end of its parent; "" if none. */
XC_API xc_str xc_text_after(const xc_element *e);
/** The first child element; NULL if none. */
XC_API const xc_element *xc_first_child(const xc_element *e);
/** The next element with the same parent; NULL if none. */
XC_API const xc_element *xc_next_sibling(const xc_element *e);
/** The first child `name` in namespace `ns`; NULL if none. NULL for `ns` means
    the namespace of `e`, "" no namespace; NULL for `name` any name. */
XC_API const xc_element *xc_child(const xc_element *e, const char *ns,
                                  const char *name);
/** The next sibling with the name and namespace of `e`; NULL if none. After
    xc_child, this walks children that repeat. */
XC_API const xc_element *xc_next_same_name(const xc_element *e);
/** The language of `e` in the tree with the root `root`: the nearest xml:lang
    of `e`, its ancestors, or the stream (RFC 6120 section 8.1.5). Absent if
    none, or if `e` is not in that tree. */
XC_API xc_str xc_lang(const xc_element *root, const xc_element *e);

/** Walks an element in document order without recursion:

        xc_walk w;
        xc_walk_init(&w, e);
        while (xc_walk_next(&w))
            switch (w.type) ...
*/
typedef struct xc_walk {
    xc_token_type type; /**< START, TEXT or END */
    uint8_t i_depth;
    const xc_element *element; /**< the element; TEXT: its parent */
    xc_str text;               /**< TEXT */
    const unsigned char *i_at;
    const unsigned char *i_root;
    unsigned char i_open[XC_DEPTH_MAX][3]; /* offsets in i_root */
} xc_walk;
/** Begins before the start of `e`. */
XC_API void xc_walk_init(xc_walk *w, const xc_element *e);
/** Steps on and fills the members of *w. Returns false after the end of the
    element. */
XC_API bool xc_walk_next(xc_walk *w);

/* ---- [STREAM] stream header, elements, close -------------------------------

   Reads one direction of an XMPP stream (RFC 6120 section 4): the header, then
   complete first-level elements, then the close tag. White space between
   elements is skipped. An element is delivered when its last byte is there.

   Roles. Options for the reader, and the content namespace for the writer:

       role                  options                        writer
       client                NULL                           XC_NS_CLIENT
       server to clients     content_ns = XC_NS_CLIENT      XC_NS_CLIENT
       server to server      content_ns = XC_NS_SERVER      XC_NS_SERVER
       component (XEP-0114)  content_ns = XC_NS_COMPONENT   XC_NS_COMPONENT
       WebSocket (RFC 7395)  framing = XC_WEBSOCKET         NULL
       BOSH (XEP-0124)       framing = XC_BOSH              NULL
       file of one element   framing = XC_DOCUMENT          NULL

   - Server to server: the header that is written declares the prefix db, and
     dialback arrives as nonzas.
   - Component: <handshake/> arrives as a nonza.
   - WebSocket: call xc_stream_end_message after each message. Stanzas that are
     written declare jabber:client by themselves.
   - BOSH: a body is OPEN, its elements, CLOSE; the next body needs no reset.
     To write one, begin XC_NS_BOSH, "body", then write structs or begin
     elements with XC_NS_CLIENT.

   Restarts. A stream never restarts by itself. After <proceed/> of STARTTLS
   and <success/> of SASL (RFC 6120 sections 5.4.3.3 and 6.4.6) you reset it.
   `in` then begins with the byte after the element. After <proceed/> it must
   be empty: more was sent in the clear, before TLS. Before you believe
   <success/>, the server must prove itself: with SCRAM, server_proved stands
   for xc_scram_client_verify (see [SASL]). SASL2 does not restart.

       static bool on_nonza(xc_stream *s, xc_str *in, const xc_element *e)
       {
           if (xc_is(e, XC_NS_TLS, "proceed"))
               return in->len == 0 && xc_stream_reset(s) == XC_OK &&
                      start_tls();
           if (xc_is(e, XC_NS_SASL, "success"))
               return server_proved(e) && xc_stream_reset(s) == XC_OK &&
                      send_header();
           return true;
       }

   Many connections. Between elements a stream needs only the first
   xc_stream_saved_size bytes of its memory: 94 after a client header of
   Prosody or ejabberd. Keep those, and lend one buffer to whichever connection
   has data ("..." takes all events of it):

       struct connection {
           xc_stream stream;
           char idle[256], *mem;
           size_t idle_size;
       };

       if (c->mem == NULL) {
           c->mem = borrow_buffer();
           memcpy(c->mem, c->idle, c->idle_size);
           xc_stream_relocate(&c->stream, c->mem, BUFFER_SIZE);
       }
       ...
       if (xc_stream_is_idle(&c->stream) &&
           xc_stream_saved_size(&c->stream) <= sizeof c->idle) {
           c->idle_size = xc_stream_saved_size(&c->stream);
           memcpy(c->idle, c->mem, c->idle_size);
           give_back(c->mem);
           c->mem = NULL;
       }

   A new connection begins with xc_stream_init in `idle` and `mem` NULL.
*/

/** What is around the elements. */
typedef enum xc_framing {
    XC_TCP,       /**< `<stream:stream>` ... `</stream:stream>` (RFC 6120) */
    XC_WEBSOCKET, /**< `<open/>`, one element a message, `<close/>` (RFC
                       7395) */
    XC_BOSH,      /**< `<body>` ... `</body>`, again and again (XEP-0124) */
    XC_DOCUMENT   /**< one element, delivered as a NONZA: a file, a test */
} xc_framing;

/** The kinds of events. */
typedef enum xc_event_kind {
    XC_EVENT_OPEN, /**< stream header, WebSocket `<open/>`, BOSH `<body>` */
    XC_EVENT_FEATURES, /**< `<stream:features/>` */
    XC_EVENT_STANZA,   /**< message, presence or iq in the content namespace.
                            On the stream of a component also in XC_NS_CLIENT,
                            as jabberd2 sends them (see xc_ns) */
    XC_EVENT_NONZA,    /**< a nonza: any other first-level element, known
                            (STARTTLS, SASL, SM) or not */
    XC_EVENT_ERROR,    /**< `<stream:error/>`; a close follows */
    XC_EVENT_CLOSE     /**< close tag, WebSocket `<close/>`, BOSH `</body>` */
} xc_event_kind;

/** A stream header (RFC 6120 section 4.7), read or to be written. */
typedef struct xc_stream_header {
    /** XC_NS_CLIENT, XC_NS_SERVER or XC_NS_COMPONENT. If the header does not
        declare one: that of the options, or absent. */
    xc_str content_ns;
    xc_str to;   /**< the server's domain, or the client's address */
    xc_str from; /**< as `to`, of the sender */
    xc_str id;   /**< of the stream */
    xc_str lang; /**< xml:lang */
    /** First integer of the version, which is 0.9 if there is none, 0.0 if it
        is malformed. Integers above 65535 are read as 65535. */
    uint16_t major;
    uint16_t minor; /**< second integer of the version */
} xc_stream_header;

/** One event. The views live until the next call on the stream. */
typedef struct xc_stream_event {
    xc_event_kind kind;        /**< what it is */
    uint64_t offset;           /**< of the "<" in the stream */
    const xc_element *element; /**< the element; OPEN: the start tag with its
                                    attributes; CLOSE: NULL or `<close/>` */
    xc_stream_header header;   /**< OPEN only */
} xc_stream_event;

/** How a stream is read. All zero is right for a client on TCP. */
typedef struct xc_stream_options {
    xc_framing framing; /**< what is around the elements */
    /** XC_NS_CLIENT, XC_NS_SERVER or XC_NS_COMPONENT: accept no other. NULL
        accepts all three. Must outlive the stream. */
    const char *content_ns;
    xc_limits limits; /**< what a peer may demand */
    /** Deliver attributes whose prefix is not declared, flagged as
        xc_attribute.undeclared, instead of closing. ejabberd 23.01 sends
        some. */
    bool tolerate_undeclared_prefix;
} xc_stream_options;

/** A reader of one direction of a stream (see [STATE]). */
typedef struct xc_stream xc_stream;

/** Begins a stream. `mem` has `size` bytes and is used as long as the stream
    ([CONCEPTS] says how much is enough). `options` may be NULL. Returns XC_OK
    or XC_ERR_ARGUMENT. */
XC_API xc_status xc_stream_init(xc_stream *s, void *mem, size_t size,
                                const xc_stream_options *options);
/** Takes bytes from the front of *in up to the next event. Returns XC_EVENT if
    *ev is filled, XC_NEED_MORE if *in is used up, XC_CLOSED after the CLOSE
    event (bytes after the stream stay in *in), otherwise an error, which is
    sticky until xc_stream_reset. */
XC_API xc_status xc_stream_next(xc_stream *s, xc_str *in, xc_stream_event *ev);
/** Expects a new stream header, after STARTTLS and SASL. Forgets any error.
    Options, memory and the running offset remain; the element of the last
    event does not. Returns XC_OK, or XC_ERR_ARGUMENT without a successful
    init. */
XC_API xc_status xc_stream_reset(xc_stream *s);
/** Changes limits.stanza_bytes from the next element on; 0: only the memory is
    a limit; 2^31 and more change nothing. For a server that allows more after
    a login by SASL2, which resets nothing (XEP-0478). */
XC_API void xc_stream_limit(xc_stream *s, uint32_t stanza_bytes);
/** Call it at the end of each WebSocket message. Returns XC_OK if the message
    was exactly one element, perhaps with white space after it; otherwise
    XC_ERR_FRAME, which is sticky (RFC 7395 section 3.3.3), or the error met
    before; XC_ERR_ARGUMENT with another framing than XC_WEBSOCKET. */
XC_API xc_status xc_stream_end_message(xc_stream *s);
/** Call it when the input has ended. Returns XC_CLOSED after a close tag
    (never with XC_BOSH and XC_DOCUMENT), XC_OK between elements (the peer has
    gone without closing; XC_DOCUMENT: also if there was no element),
    XC_ERR_TRUNCATED inside an element, or the error met before. */
XC_API xc_status xc_stream_finish(xc_stream *s);
/** True between elements, once a call after the last event has returned
    XC_NEED_MORE: nothing in the memory is needed by you or by a half-read
    element. Meaningless after an error. */
XC_API bool xc_stream_is_idle(const xc_stream *s);
/** Bytes at the start of the memory that must be kept now: few if the stream
    is idle, otherwise all. */
XC_API size_t xc_stream_saved_size(const xc_stream *s);
/** Continues in `mem`, to which you have copied xc_stream_saved_size bytes. An
    idle stream accepts any `size` from that on, a busy one only the same size
    as before. Returns XC_OK or XC_ERR_ARGUMENT, which is not sticky. */
XC_API xc_status xc_stream_relocate(xc_stream *s, void *mem, size_t size);
/** As xc_xml_offset, for a stream. */
XC_API uint64_t xc_stream_offset(const xc_stream *s);

/* ---- [WRITER] well-formed XMPP out -----------------------------------------

   Writes into your buffer. The calls return nothing. An error (buffer too
   small, invalid name, duplicate attribute, unbalanced end, text that is not
   UTF-8, ...) is sticky and reported by xc_writer_finish, which then gives no
   output: half a stanza is never sent. After finish the next call, also a
   further finish, starts over in the same buffer.

       xc_writer_init(&w, buffer, sizeof buffer, XC_NS_CLIENT);
       xc_writer_begin(&w, NULL, "message");
       xc_writer_attr(&w, "to", XC_STR("juliet@capulet.lit"));
       xc_writer_text_element(&w, NULL, "body", XC_STR("Art thou not Romeo?"));
       xc_writer_end(&w);
       if (xc_writer_finish(&w, &out) == XC_OK)
           send(fd, out.ptr, out.len, 0);

   xc_writer_... functions write XML: elements, attributes, text, stream tags.
   xc_write_... functions write XMPP on top of it: structs by their schema,
   replies, errors, forms ([SCHEMA], [STANZA], [PAYLOAD]). Both kinds mix
   freely. All accept NULL for the writer and then do nothing.

   Names and namespaces that you pass must stay valid until their element has
   ended. With a NULL buffer the writer measures: it checks everything except
   duplicate attributes, and xc_writer_size returns the bytes needed.
*/

/** Elements that may be open at a time. Those that xc_writer_element writes do
    not count. */
#define XC_WRITER_DEPTH 24
/** Namespaces among the attributes of one element. xml:lang does not count,
    nor do elements that xc_writer_element writes. */
#define XC_WRITER_ATTR_NS 8

/** A writer into one buffer (see [STATE]). */
typedef struct xc_writer xc_writer;

/** Begins to write into `buf`; NULL to measure. `content_ns` is the default
    namespace that the stream header declares, so that elements in it need no
    declaration. It is NULL where each element stands alone and declares its
    own (WebSocket, RFC 7395 section 3.3; BOSH; files). `buf` and `content_ns`
    must outlive the writer. */
XC_API void xc_writer_init(xc_writer *w, void *buf, size_t size,
                           const char *content_ns);
/** Opens an element. NULL for `ns` means the namespace of the element around
    it; at top level that of the stream, or XC_NS_CLIENT if each element stands
    alone. "" means no namespace. */
XC_API void xc_writer_begin(xc_writer *w, const char *ns, const char *name);
/** Writes an attribute of the element just opened. An absent value writes
    nothing. */
XC_API void xc_writer_attr(xc_writer *w, const char *name, xc_str value);
/** Writes an attribute in a namespace; for xml:lang use XC_NS_XML, "lang". The
    prefix is the one that standards use (stream, db, xmpp), or else ns0, ns1
    and so on. */
XC_API void xc_writer_attr_ns(xc_writer *w, const char *ns, const char *name,
                              xc_str value);
/** Writes character data inside an element, escaped so that it arrives
    unchanged. (Prosody 0.12 and ejabberd 23.01 relay a CR unescaped, so that
    it arrives as LF.) An absent text writes nothing. A white space keepalive
    is outside all elements: send one space yourself. */
XC_API void xc_writer_text(xc_writer *w, xc_str text);
/** Ends the innermost open element. */
XC_API void xc_writer_end(xc_writer *w);
/** Writes an element with text: begin, text, end. An absent text writes
    nothing, not even the element. */
XC_API void xc_writer_text_element(xc_writer *w, const char *ns,
                                   const char *name, xc_str text);
/** Writes an element of a tree with all that is in it, in one canonical form.
    Attributes with undeclared prefixes are left out, and so
    is an xml:lang that only the stream had (see xc_lang).

    A stanza that was read in another content namespace than the writer's
    changes to the writer's, together with its descendants in the same
    namespace, except those of forwarded stanzas. A descendant that already was
    in the writer's content namespace goes to the stanza's old one: it was no
    part of the stanza and must not become one. */
XC_API void xc_writer_element(xc_writer *w, const xc_element *e);
/** Opens an element with the name, namespace and attributes of `e`, which must
    stay valid until the end. Its namespace changes as in xc_writer_element,
    and so do those of its children that you write next. */
XC_API void xc_writer_begin_like(xc_writer *w, const xc_element *e);

/** Writes an XML declaration and a stream header (RFC 6120 section 4.7), or
    `<open/>` for WebSocket if the writer has no content namespace. Version 0.0
    is written as 1.0, version 0.9 not at all; h->content_ns is ignored. You
    may add attributes with xc_writer_attr next. XC_ERR_WRITE_ORDER if the
    output has begun already: a header is at its start. */
XC_API void xc_writer_stream_open(xc_writer *w, const xc_stream_header *h);
/** Writes `</stream:stream>` or `<close/>`. Only finish may follow. */
XC_API void xc_writer_stream_close(xc_writer *w);
/** Writes `<stream:error/>` with a condition of RFC 6120 section 4.9.3, such
    as xc_status_condition returns, and a text unless it is absent. A stream
    header must have been sent; a close must follow. */
XC_API void xc_writer_stream_error(xc_writer *w, const char *condition,
                                   xc_str text);

/** Makes the writer fail with an error of your choice, such as XC_ERR_CALLER;
    after finish, the output that begins with this call. No effect if `status`
    is not an error or the writer has failed already. */
XC_API void xc_writer_fail(xc_writer *w, xc_status status);
/** Bytes needed for the output so far; after xc_writer_finish, for the output
    that it has ended: then the size is exact. */
XC_API size_t xc_writer_size(const xc_writer *w);
/** Ends the output. Returns XC_OK and sets *out to all of it, a view of the
    buffer that is valid until the next call that writes (absent when
    measuring). Otherwise returns the first error, and *out is absent. Elements
    that are still open are XC_ERR_WRITE_ORDER. If nothing was written, not
    even since the last finish, the output is empty: XC_OK, and a view of 0
    bytes. */
XC_API xc_status xc_writer_finish(xc_writer *w, xc_str *out);

/* ---- [SCHEMA] a table reads and writes a struct --------------------------

   A payload is a struct and a constant table of its fields. The same table
   reads the struct from an element and writes it as one. Your own payloads
   take the same macros. This is XEP-0080 in part:

       typedef struct geoloc {
           xc_base base;
           xc_str lat, lon, text;
           xc_time timestamp;
       } geoloc;
       static const xc_field geoloc_fields[] = {
           XC_CHILD(geoloc, lat, STRING, NULL, "lat", NULL, 0),
           XC_CHILD(geoloc, lon, STRING, NULL, "lon", NULL, 0),
           XC_CHILD(geoloc, text, STRING, NULL, "text", NULL, 0),
           XC_CHILD(geoloc, timestamp, TIME, NULL, "timestamp", NULL, 0)};
       static const xc_schema geoloc_schema = XC_SCHEMA(
           "http://jabber.org/protocol/geoloc", "geoloc", geoloc,
           geoloc_fields);

       geoloc g;
       if (xc_was_read(xc_read(&geoloc_schema, element, &g, NULL))) ...
       xc_write(&writer, &geoloc_schema, &g);

   A struct filled with zeros is empty. Strings in a struct are views of the
   element. A table that your program does not name takes no space in it.

   Flaws. xc_read reads everything that can be read and reports the first flaw;
   a bad value counts as absent. A program that shows things goes on after a
   flaw, as above: it asks xc_was_read. A program that must refuse what is
   wrong, as a server (RFC 6120 section 8.3.3), accepts only XC_OK. `field` is
   NULL if the element is not a geoloc at all:

       const xc_field *field;
       geoloc g;
       xc_status st = xc_read(&geoloc_schema, xc_iq_payload(iq), &g, &field);
       if (st == XC_OK)
           ...
       else if (field == NULL)
           xc_write_error(w, iq, XC_STANZA_ERROR_SERVICE_UNAVAILABLE,
                          xc_str_from(NULL));
       else
           xc_write_error(w, iq, xc_stanza_error_for_status(st),
                          xc_str_from(xc_status_text(st)));

   Items that repeat are not fields. Walk them with xc_child and
   xc_next_same_name, and read each; write them between xc_write_begin and
   xc_writer_end:

       for (e = xc_child(query, NULL, "item"); e; e = xc_next_same_name(e))
           xc_read(&xc_roster_item_schema, e, &item, NULL);

       xc_write_begin(w, &xc_roster_schema, &roster);
       for (i = 0; i < n; i++)
           xc_write(w, &xc_roster_item_schema, &items[i]);
       xc_writer_end(w);

   Writing again what was read. The struct says what has changed; everything
   else comes from base.element, in the old order, so that unchanged it is the
   same document in canonical XML:

       a value that is unchanged       its own bytes, even if it is bad
       a changed value                 in canonical form, at its old position
       a changed text of a child       the child keeps its attributes
       another condition               a new child at the old position
       a member set to absent          its attribute or child is left out; for
                                       a struct set base.present = false
       a member that was absent        after what is there; instead of a bad
                                       value
       what the struct does not know,  unchanged
         further children of a name,
         text between children
       a required field that was       stays missing (in a new struct that is
         missing                       an error)
*/

/** The first member of every struct. */
typedef struct xc_base {
    /** What the struct was read from; what it has no field for is written from
        here. NULL: the struct alone is written. */
    const xc_element *element;
    /** For a struct inside another: it is there, whatever is wrong in it. Set
        it to have the struct written. */
    bool present;
} xc_base;

/** A boolean that may be absent. */
typedef enum xc_tristate {
    XC_UNSET, /**< absent */
    XC_FALSE, /**< false or 0 */
    XC_TRUE   /**< true or 1 */
} xc_tristate;

/** An integer that may be absent. */
typedef struct xc_number {
    bool present;  /**< false: absent */
    int64_t value; /**< 0 if absent */
} xc_number;

/** A DateTime of XEP-0082, in UTC. */
typedef struct xc_time {
    bool present;         /**< false: absent */
    uint8_t month;        /**< from 1 */
    uint8_t day;          /**< from 1 */
    uint8_t hour;         /**< 0 to 23 */
    uint8_t minute;       /**< 0 to 59 */
    uint8_t second;       /**< 0 to 59; 60 in a leap second */
    uint16_t year;        /**< 0 to 9999 */
    uint32_t microsecond; /**< 0 to 999999 */
} xc_time;

/** One of several elements, such as an error condition, with its text. */
typedef struct xc_choice {
    uint8_t value; /**< of the enumeration that the member names; 0: none */
    xc_str text;   /**< without white space at its ends; "" if none */
} xc_choice;

/** The kind of a field, and the type of its member. White space around an
    enumeration, boolean, number or time is ignored (XML Schema). */
typedef enum xc_field_kind {
    XC_KIND_STRING, /**< xc_str */
    XC_KIND_JID,    /**< xc_str, checked by the rules of RFC 7622 */
    XC_KIND_BASE64, /**< xc_str, checked: xs:base64Binary, which allows white
                         space. An empty own text is empty data */
    XC_KIND_ENUM,   /**< uint8_t: 0 is absent, otherwise the position in
                         `detail`, names that each end in NUL (but see
                         XC_FIELD_DEFAULT_HAS_NAME) */
    XC_KIND_BOOL,   /**< uint8_t: an xc_tristate; xs:boolean */
    XC_KIND_NUMBER, /**< xc_number; `detail` is an xc_range, or NULL for 0
                         to 4294967295. A `most` of INT64_MAX is no limit:
                         higher numbers are read as INT64_MAX */
    XC_KIND_TIME,   /**< xc_time */
    XC_KIND_FLAG,   /**< bool: the child is there. Children only */
    XC_KIND_CHOICE, /**< xc_choice: any child in the namespace that no other
                         field names; `detail` as for ENUM. Children only */
    XC_KIND_STRUCT  /**< a struct; `detail` is its xc_schema. Children only */
} xc_field_kind;

/** Flags of a field. */
enum xc_field_flag {
    /** Absent is a flaw, and an error of the writer in a new struct. An empty
        own text counts as absent. */
    XC_FIELD_REQUIRED = 1,
    /** A bad value is absent without being a flaw. */
    XC_FIELD_LENIENT = 2,
    /** A second child of the name is a flaw. Otherwise it is ignored. */
    XC_FIELD_SINGLE = 4,
    /** Enumerations: unknown names map to the last entry. */
    XC_FIELD_UNKNOWN_IS_LAST = 8,
    /** Base64 without white space (RFC 6120 section 13.9.1, XEP-0047 section
        6). */
    XC_FIELD_NO_SPACE = 16,
    /** Base64 where "=" is empty data (RFC 6120 section 6.4.2) and an empty
        own text is absent. */
    XC_FIELD_EQUALS_IS_EMPTY = 32,
    /** Enumerations: the first name stands for 0. It is accepted when read and
        kept when unchanged, but never written by a new struct. */
    XC_FIELD_DEFAULT_HAS_NAME = 64,
    /** Enumerations where absent has a meaning: an unknown name is a flaw, and
        reads as the value after the last entry. */
    XC_FIELD_UNKNOWN_IS_OTHER = 128,
    XC_I_FIELD_LEGACY = 256 /* if absent, XEP-0086 may have it */
};

/** The values that a number may have. */
typedef struct xc_range {
    int64_t least; /**< included */
    int64_t most;  /**< included */
} xc_range;

/** One field of a struct. Use the macros XC_ATTR to XC_CHILD. */
typedef struct xc_field {
    const char *name;   /**< of the attribute or child */
    const char *ns;     /**< NULL: an attribute has none, a child that of the
                             element */
    const void *detail; /**< see xc_field_kind */
    uint16_t offset;    /**< of the member */
    uint8_t kind;       /**< xc_field_kind */
    uint8_t i_source;
    uint16_t flags; /**< of xc_field_flag */
} xc_field;

/** How a struct is an element. Use XC_SCHEMA or XC_SCHEMA_EMPTY. */
typedef struct xc_schema {
    const char *ns;         /**< NULL: any; or XC_NS_STANZA */
    const char *name;       /**< of the element */
    const xc_field *fields; /**< NULL if there are none */
    uint16_t count;         /**< of fields, at most 32 */
    uint16_t size;          /**< of the struct */
} xc_schema;

/** For a schema, the namespace of stanzas: jabber:client, jabber:server or
    jabber:component:accept. A stanza at top level is written in that of the
    stream. Elsewhere (forwarded, or where each element stands alone) a stanza
    that was read keeps its own; a new one takes that of the element around it
    if that is one of the three, otherwise XC_NS_CLIENT (XEP-0297 section
    3). */
#define XC_NS_STANZA "*"

enum {
    XC_I_ATTR,
    XC_I_OWN_TEXT,
    XC_I_CHILD
};
/* clang-format off */
#define XC_I_FIELD(type, member, kind, ns, name, detail, source, flags)       \
    {name, ns, detail, (uint16_t)offsetof(type, member), XC_KIND_##kind,      \
     source, flags}
/* clang-format on */
/** A field that is an attribute without a namespace. In this and the next
    macros: the struct's `type` and `member`, `kind` without XC_KIND_, `ns`,
    `name`, `detail` and `flags` as in xc_field. */
#define XC_ATTR(type, member, kind, name, detail, flags)                      \
    XC_I_FIELD(type, member, kind, NULL, name, detail, XC_I_ATTR, flags)
/** A field that is an attribute in a namespace. */
#define XC_ATTR_NS(type, member, kind, ns, name, detail, flags)               \
    XC_I_FIELD(type, member, kind, ns, name, detail, XC_I_ATTR, flags)
/** The attribute xml:lang; the member is an xc_str. */
#define XC_LANG(type, member)                                                 \
    XC_I_FIELD(type, member, STRING, XC_NS_XML, "lang", NULL, XC_I_ATTR, 0)
/** A field that is the element's own text; at most one. */
#define XC_OWN_TEXT(type, member, kind, detail, flags)                        \
    XC_I_FIELD(type, member, kind, NULL, NULL, detail, XC_I_OWN_TEXT, flags)
/** A field that is a child, or the text of a child. */
#define XC_CHILD(type, member, kind, ns, name, detail, flags)                 \
    XC_I_FIELD(type, member, kind, ns, name, detail, XC_I_CHILD, flags)
/* clang-format off */
/** Initialiser of an xc_schema; `fields` is an array of xc_field. */
#define XC_SCHEMA(ns, name, type, fields)                                     \
    {ns, name, fields, (uint16_t)(sizeof(fields) / sizeof(fields)[0]),        \
     (uint16_t)sizeof(type)}
/** Initialiser of an xc_schema without fields. */
#define XC_SCHEMA_EMPTY(ns, name, type)                                       \
    {ns, name, NULL, 0, (uint16_t)sizeof(type)}
/* clang-format on */

/* How a schema is declared in a header and defined in one place. */
#if defined(XMPP_CODEC_STATIC) && defined(__cplusplus)
#define XC_I_SCHEMAS                                                          \
    extern "C++" {                                                            \
    namespace                                                                 \
    {
#define XC_I_END_SCHEMAS                                                      \
    }                                                                         \
    }
#define XC_I_SCHEMA extern const xc_schema
#define XC_I_DEFINE const xc_schema
#elif defined(XMPP_CODEC_STATIC)
#define XC_I_SCHEMAS
#define XC_I_END_SCHEMAS
#define XC_I_SCHEMA static const xc_schema
#define XC_I_DEFINE static const xc_schema
#else
#define XC_I_SCHEMAS
#define XC_I_END_SCHEMAS
#define XC_I_SCHEMA extern const xc_schema
#define XC_I_DEFINE const xc_schema
#endif

/** Reads the element into *out, which has the schema's struct type. `field`
    may be NULL; otherwise *field is the field at fault, or NULL. The result is
    XC_OK, or the first flaw: of the attributes, then of the own text, then of
    the children in document order, then of what is missing.

    - XC_ERR_FIELD_VALUE, XC_ERR_FIELD_JID: a bad value, which is absent
    - XC_ERR_FIELD_CONTENT: elements where only text is allowed; absent
    - XC_ERR_FIELD_JID_PROFILE: an address, delivered as it came, with
      characters that RFC 7622 does not allow or that cannot be checked
    - XC_ERR_FIELD_REPEATED: a second child of a name; the first was read
    - XC_ERR_FIELD_MISSING: a required field is absent
    - XC_ERR_FIELD_ELEMENT: `element` is NULL or not of the schema; *out is
      empty, *field NULL

    XC_ERR_ARGUMENT: `schema` or `out` is NULL; *out is not touched, *field is
    NULL.

    A flaw in a struct inside is a flaw of its field. */
XC_API xc_status xc_read(const xc_schema *schema, const xc_element *element,
                         void *out, const xc_field **field);
/** True if xc_read has filled the struct: for XC_OK and for every flaw except
    XC_ERR_FIELD_ELEMENT. */
XC_API bool xc_was_read(xc_status status);
/** True if the element has the name and namespace of the schema. */
XC_API bool xc_matches(const xc_schema *schema, const xc_element *element);
/** Writes the struct as an element; see "Writing again" above. Errors go to
    the writer: XC_ERR_FIELD_MISSING, XC_ERR_FIELD_VALUE, XC_ERR_FIELD_JID. */
XC_API void xc_write(xc_writer *w, const xc_schema *schema, const void *in);
/** First part of xc_write: the start tag and the text before the children.
    Write what belongs inside, xc_write_children, more, then xc_writer_end. */
XC_API void xc_write_begin(xc_writer *w, const xc_schema *schema,
                           const void *in);
/** Second part of xc_write: the fields that are children, and the other
    children of base.element. */
XC_API void xc_write_children(xc_writer *w, const xc_schema *schema,
                              const void *in);
/** Writes one child of base.element, and the text after it: the field that it
    was read into, with the member's value, or else the child itself. `*done`
    collects a bit per field written; start with 0. If a name repeats, only the
    first child was read; the rest are copied unchanged. */
XC_API void xc_write_child(xc_writer *w, const xc_schema *schema,
                           const void *in, const xc_element *child,
                           uint32_t *done);
/** The field that `child`, a child of `element`, is read into; NULL if
    none. */
XC_API const xc_field *xc_field_of(const xc_schema *schema,
                                   const xc_element *element,
                                   const xc_element *child);
/** Bytes of the longest text of xc_time_format. */
#define XC_TIME_MAX 27
/** Reads a DateTime of XEP-0082 into *time. The offset from UTC may be at most
    14:00; 24:00:00 is the midnight that follows; digits after the sixth of a
    fraction are dropped; white space around it is ignored. Returns false, with
    *time zeroed, if the text is malformed. */
XC_API bool xc_time_parse(xc_str text, xc_time *time);
/** Writes a time to the XC_TIME_MAX bytes of `mem`. Returns a view of `mem`;
    absent for NULL, for an absent time (`present` is false), and for one that
    does not exist, such as the 30th of February. */
XC_API xc_str xc_time_format(const xc_time *time, char *mem);
/** Sets *minutes, unless it is NULL, to minutes east of UTC: "-06:00" or "Z"
    (XEP-0082, XEP-0202). White space at its ends is ignored. Returns false,
    and leaves *minutes, if it is malformed. */
XC_API bool xc_time_offset(xc_str tzo, int *minutes);

/* ---- [STANZA] message, presence, iq, and stream negotiation --------------

   Structs for xc_read and xc_write: xc_message has xc_message_schema, and so
   on. Enumerations are uint8_t members; 0 is absent or the default. Members
   are named as the attributes and children; those marked "required" are
   XC_ERR_FIELD_MISSING when absent, read or written.

       xc_message m;
       if (xc_was_read(xc_read(&xc_message_schema, ev.element, &m, NULL)) &&
           m.type == XC_MESSAGE_CHAT)
           printf(XC_FMT "\n", XC_ARG(m.body));

   Of several texts in different languages (body, subject, status, text) a
   struct has the first; xc_choose_lang finds the others. A payload is a child:
   xc_child(e, ns, name), then its own schema.

   Your part:
   - A server sets the `from` of its clients' stanzas (RFC 6120 section
     8.1.2.1), and checks that a component's `from` is in the component's
     domain (XEP-0114).
   - Check the sender of whatever a stanza claims: see "checks" below. For
     that, remember whom you have asked, which rooms you are in, and what these
     and your account announce.
   - After <proceed/> and SASL <success/> (not that of SASL2) call
     xc_stream_reset. Send no white space until then (RFC 6120 sections 5.3.3
     and 6.3.5).
   - Ignore the `id` in the header of a stream that the peer has opened. Send
     from, id, xml:lang and version in yours (section 4.7).
   - Send what xc_writer_finish returns with one call: some servers, which read
     with expat, reply to a stanza that arrives byte by byte only when more
     arrives.
   - Count the stanzas of XEP-0198 (xc_sm_counts says which).
   - Choose a new `id` for each request, and how long to wait for the reply.
*/

/** Stanza error conditions (RFC 6120 section 8.3.3): constant, name, usual
    type, code of XEP-0086 (0: none). The last one stands for unknown names. */
#define XC_STANZA_ERROR_CONDITIONS(X)                                         \
    X(BAD_REQUEST, "bad-request", MODIFY, 400)                                \
    X(CONFLICT, "conflict", CANCEL, 409)                                      \
    X(FEATURE_NOT_IMPLEMENTED, "feature-not-implemented", CANCEL, 501)        \
    X(FORBIDDEN, "forbidden", AUTH, 403)                                      \
    X(GONE, "gone", CANCEL, 302)                                              \
    X(INTERNAL_SERVER_ERROR, "internal-server-error", CANCEL, 500)            \
    X(ITEM_NOT_FOUND, "item-not-found", CANCEL, 404)                          \
    X(JID_MALFORMED, "jid-malformed", MODIFY, 400)                            \
    X(NOT_ACCEPTABLE, "not-acceptable", MODIFY, 406)                          \
    X(NOT_ALLOWED, "not-allowed", CANCEL, 405)                                \
    X(NOT_AUTHORIZED, "not-authorized", AUTH, 401)                            \
    X(POLICY_VIOLATION, "policy-violation", MODIFY, 0)                        \
    X(RECIPIENT_UNAVAILABLE, "recipient-unavailable", WAIT, 404)              \
    X(REDIRECT, "redirect", MODIFY, 302)                                      \
    X(REGISTRATION_REQUIRED, "registration-required", AUTH, 407)              \
    X(REMOTE_SERVER_NOT_FOUND, "remote-server-not-found", CANCEL, 404)        \
    X(REMOTE_SERVER_TIMEOUT, "remote-server-timeout", WAIT, 504)              \
    X(RESOURCE_CONSTRAINT, "resource-constraint", WAIT, 500)                  \
    X(SERVICE_UNAVAILABLE, "service-unavailable", CANCEL, 503)                \
    X(SUBSCRIPTION_REQUIRED, "subscription-required", AUTH, 407)              \
    X(UNEXPECTED_REQUEST, "unexpected-request", WAIT, 400)                    \
    X(UNDEFINED_CONDITION, "undefined-condition", MODIFY, 500)

/* clang-format off */
/** XC_STANZA_ERROR_BAD_REQUEST and so on, from 1; see
    XC_STANZA_ERROR_CONDITIONS. */
typedef enum xc_stanza_error_condition {
    XC_STANZA_ERROR_NONE, /**< no error */
#define XC_I_ENUM(name, text, type, code) XC_STANZA_ERROR_##name,
    XC_STANZA_ERROR_CONDITIONS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_STANZA_ERROR_COUNT /**< how many there are */
} xc_stanza_error_condition;
/* clang-format on */

/** Stanza error types (RFC 6120 section 8.3.2). An unknown type is read as
    CANCEL. */
typedef enum xc_stanza_error_type {
    XC_STANZA_ERROR_TYPE_NONE, /**< absent */
    XC_STANZA_ERROR_TYPE_AUTH,
    XC_STANZA_ERROR_TYPE_CONTINUE,
    XC_STANZA_ERROR_TYPE_MODIFY,
    XC_STANZA_ERROR_TYPE_WAIT,
    XC_STANZA_ERROR_TYPE_CANCEL
} xc_stanza_error_type;

/** Stream error conditions (RFC 6120 section 4.9.3): constant, name.
    XML_NOT_WELL_FORMED is NOT_WELL_FORMED in RFC 3920. The last one stands for
    unknown names. */
#define XC_STREAM_ERROR_CONDITIONS(X)                                         \
    X(BAD_FORMAT, "bad-format")                                               \
    X(BAD_NAMESPACE_PREFIX, "bad-namespace-prefix")                           \
    X(CONFLICT, "conflict")                                                   \
    X(CONNECTION_TIMEOUT, "connection-timeout")                               \
    X(HOST_GONE, "host-gone")                                                 \
    X(HOST_UNKNOWN, "host-unknown")                                           \
    X(IMPROPER_ADDRESSING, "improper-addressing")                             \
    X(INTERNAL_SERVER_ERROR, "internal-server-error")                         \
    X(INVALID_FROM, "invalid-from")                                           \
    X(INVALID_NAMESPACE, "invalid-namespace")                                 \
    X(INVALID_XML, "invalid-xml")                                             \
    X(NOT_AUTHORIZED, "not-authorized")                                       \
    X(NOT_WELL_FORMED, "not-well-formed")                                     \
    X(POLICY_VIOLATION, "policy-violation")                                   \
    X(REMOTE_CONNECTION_FAILED, "remote-connection-failed")                   \
    X(RESET, "reset")                                                         \
    X(RESOURCE_CONSTRAINT, "resource-constraint")                             \
    X(RESTRICTED_XML, "restricted-xml")                                       \
    X(SEE_OTHER_HOST, "see-other-host")                                       \
    X(SYSTEM_SHUTDOWN, "system-shutdown")                                     \
    X(UNSUPPORTED_ENCODING, "unsupported-encoding")                           \
    X(UNSUPPORTED_FEATURE, "unsupported-feature")                             \
    X(UNSUPPORTED_STANZA_TYPE, "unsupported-stanza-type")                     \
    X(UNSUPPORTED_VERSION, "unsupported-version")                             \
    X(XML_NOT_WELL_FORMED, "xml-not-well-formed")                             \
    X(UNDEFINED_CONDITION, "undefined-condition")

/* clang-format off */
/** XC_STREAM_ERROR_BAD_FORMAT and so on, from 1; see
    XC_STREAM_ERROR_CONDITIONS. */
typedef enum xc_stream_error_condition {
    XC_STREAM_ERROR_NONE, /**< no error */
#define XC_I_ENUM(name, text) XC_STREAM_ERROR_##name,
    XC_STREAM_ERROR_CONDITIONS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_STREAM_ERROR_COUNT /**< how many there are */
} xc_stream_error_condition;
/* clang-format on */

/** SASL failure conditions (RFC 6120 section 6.5): constant, name. The last
    one stands for unknown names. */
#define XC_SASL_FAILURE_CONDITIONS(X)                                         \
    X(ABORTED, "aborted")                                                     \
    X(ACCOUNT_DISABLED, "account-disabled")                                   \
    X(CREDENTIALS_EXPIRED, "credentials-expired")                             \
    X(ENCRYPTION_REQUIRED, "encryption-required")                             \
    X(INCORRECT_ENCODING, "incorrect-encoding")                               \
    X(INVALID_AUTHZID, "invalid-authzid")                                     \
    X(INVALID_MECHANISM, "invalid-mechanism")                                 \
    X(MALFORMED_REQUEST, "malformed-request")                                 \
    X(MECHANISM_TOO_WEAK, "mechanism-too-weak")                               \
    X(TEMPORARY_AUTH_FAILURE, "temporary-auth-failure")                       \
    X(NOT_AUTHORIZED, "not-authorized")

/* clang-format off */
/** XC_SASL_FAILURE_ABORTED and so on, from 1; see
    XC_SASL_FAILURE_CONDITIONS. */
typedef enum xc_sasl_failure_condition {
    XC_SASL_FAILURE_NONE, /**< no failure */
#define XC_I_ENUM(name, text) XC_SASL_FAILURE_##name,
    XC_SASL_FAILURE_CONDITIONS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_SASL_FAILURE_COUNT /**< how many there are */
} xc_sasl_failure_condition;
/* clang-format on */

/** The name of an xc_stanza_error_condition, such as "bad-request"; NULL for
    XC_STANZA_ERROR_NONE and other numbers. */
XC_API const char *xc_stanza_error_name(unsigned condition);
/** The name of an xc_stream_error_condition; NULL as above. */
XC_API const char *xc_stream_error_name(unsigned condition);
/** The name of an xc_sasl_failure_condition; NULL as above. */
XC_API const char *xc_sasl_failure_name(unsigned condition);
/** The condition with this name. Unknown names are
    XC_STANZA_ERROR_UNDEFINED_CONDITION, an absent one XC_STANZA_ERROR_NONE. */
XC_API xc_stanza_error_condition xc_stanza_error_from_name(xc_str name);
/** The condition to reply with to a flaw that xc_read found, or to an address
    that xc_jid_parse refuses: jid-malformed for an address (XC_ERR_JID_...,
    XC_ERR_FIELD_JID, XC_ERR_FIELD_JID_PROFILE), otherwise bad-request (RFC
    6120 section 8.3.3). */
XC_API xc_stanza_error_condition xc_stanza_error_for_status(xc_status status);
/** The failure with this name. Unknown and absent names are
    XC_SASL_FAILURE_NOT_AUTHORIZED. */
XC_API xc_sasl_failure_condition xc_sasl_failure_from_name(xc_str name);
/** The usual type of a condition (RFC 6120 section 8.3.3). */
XC_API xc_stanza_error_type xc_stanza_error_default_type(unsigned condition);
/** The code of a condition in XEP-0086; 0 if none. */
XC_API unsigned xc_stanza_error_legacy_code(unsigned condition);
/** The condition for a code of XEP-0086. Unknown codes are
    XC_STANZA_ERROR_UNDEFINED_CONDITION, 0 is XC_STANZA_ERROR_NONE. */
XC_API xc_stanza_error_condition xc_stanza_error_from_code(unsigned code);

/* -- stanzas -- */

/** Types of messages (RFC 6121 section 5.2.2). An unknown type is read as
    NORMAL. */
typedef enum xc_message_type {
    XC_MESSAGE_NORMAL, /**< absent, or "normal" */
    XC_MESSAGE_CHAT,
    XC_MESSAGE_ERROR,
    XC_MESSAGE_GROUPCHAT,
    XC_MESSAGE_HEADLINE
} xc_message_type;

/** Types of presence (RFC 6121 section 4.7.1). An unknown type is a flaw. */
typedef enum xc_presence_type {
    XC_PRESENCE_AVAILABLE, /**< absent; also "available", which old texts have:
                                it is never written, and a server may refuse it
                                (xc_attr shows it) */
    XC_PRESENCE_ERROR,
    XC_PRESENCE_PROBE,
    XC_PRESENCE_SUBSCRIBE,
    XC_PRESENCE_SUBSCRIBED,
    XC_PRESENCE_UNAVAILABLE,
    XC_PRESENCE_UNSUBSCRIBE,
    XC_PRESENCE_UNSUBSCRIBED,
    XC_PRESENCE_INVISIBLE, /**< older than RFC 3921: do not send it; take it
                                for unavailable, or reply with bad-request */
    XC_PRESENCE_UNKNOWN    /**< none of these: do not show it */
} xc_presence_type;

/** Availability (RFC 6121 section 4.7.2.1). Unknown values are ignored. */
typedef enum xc_show {
    XC_SHOW_ONLINE, /**< absent */
    XC_SHOW_AWAY,
    XC_SHOW_CHAT, /**< interested in chatting */
    XC_SHOW_DND,  /**< do not disturb */
    XC_SHOW_XA    /**< away for an extended period */
} xc_show;

/** Types of iq (RFC 6120 section 8.2.3). An unknown type is a flaw. */
typedef enum xc_iq_type {
    XC_IQ_NONE, /**< absent or unknown */
    XC_IQ_GET,
    XC_IQ_SET,
    XC_IQ_RESULT,
    XC_IQ_ERROR
} xc_iq_type;

/** A stanza error (RFC 6120 section 8.3), inside a stanza of type error. Its
    flaws are not flaws of the stanza, because nobody can reply to an error. If
    it has a code but no condition, then the code determines condition and
    type, and its own text is `text` (XEP-0086 section 3). A condition of the
    application is a child of base.element in another namespace. */
typedef struct xc_stanza_error {
    xc_base base;
    /** An xc_stanza_error_condition; with GONE and REDIRECT the text is the
        new address, a URI. Required to write. */
    xc_choice condition;
    xc_str text;    /**< for people */
    xc_str by;      /**< address of the entity that reports it */
    xc_number code; /**< XEP-0086: 302 to 510; up to 999 is read */
    uint8_t type;   /**< xc_stanza_error_type */
} xc_stanza_error;

/** `<message/>` (RFC 6121 section 5.2). */
typedef struct xc_message {
    xc_base base;
    xc_str to, from, id;
    xc_str lang; /**< xml:lang of this element; see xc_lang */
    xc_str body, subject;
    xc_str thread;         /**< with a `parent`: read xc_thread */
    xc_stanza_error error; /**< with type ERROR */
    uint8_t type;          /**< xc_message_type */
} xc_message;

/** `<thread/>` of a message (RFC 6121 section 5.2.5). */
typedef struct xc_thread {
    xc_base base;
    xc_str id; /**< own text */
    xc_str parent;
} xc_thread;

/** `<presence/>` (RFC 6121 section 4.7). */
typedef struct xc_presence {
    xc_base base;
    xc_str to, from, id;
    xc_str lang; /**< xml:lang of this element; see xc_lang */
    xc_str status;
    xc_number priority;    /**< -128 to 127; absent: 0 */
    xc_stanza_error error; /**< with type ERROR */
    uint8_t type;          /**< xc_presence_type */
    uint8_t show;          /**< xc_show */
} xc_presence;

/** `<iq/>` (RFC 6120 section 8.2.3). For the payload see xc_iq_payload. */
typedef struct xc_iq {
    xc_base base;
    xc_str to, from;
    xc_str id;             /**< required */
    xc_str lang;           /**< xml:lang of this element; see xc_lang */
    xc_stanza_error error; /**< with type ERROR */
    uint8_t type;          /**< xc_iq_type; required */
} xc_iq;

/* -- roster, resource binding -- */

/** States of a subscription (RFC 6121 section 2.1.2.5). Unknown ones are
    ignored. */
typedef enum xc_subscription {
    XC_SUBSCRIPTION_NONE, /**< absent, or "none" */
    XC_SUBSCRIPTION_TO,   /**< the user sees the contact's presence */
    XC_SUBSCRIPTION_FROM, /**< the contact sees the user's presence */
    XC_SUBSCRIPTION_BOTH,
    XC_SUBSCRIPTION_REMOVE /**< only in a set and a push */
} xc_subscription;

/** Substates of a subscription (RFC 6121 section 2.1.2.2). */
typedef enum xc_ask {
    XC_ASK_NONE,     /**< absent */
    XC_ASK_SUBSCRIBE /**< asked, no reply so far */
} xc_ask;

/** `<query/>` of a roster (RFC 6121 section 2). Children: xc_roster_item (see
    xc_roster_single_item). */
typedef struct xc_roster {
    xc_base base;
    xc_str ver; /**< section 2.6; "" requests the whole roster */
} xc_roster;

/** `<item/>` of a roster (RFC 6121 section 2.1.2). Children: group, each with
    its name as text. */
typedef struct xc_roster_item {
    xc_base base;
    xc_str jid; /**< required */
    xc_str name;
    uint8_t subscription; /**< xc_subscription */
    uint8_t ask;          /**< xc_ask */
    uint8_t approved;     /**< xc_tristate, section 3.4 */
} xc_roster_item;

/** `<bind/>` (RFC 6120 section 7): in the features (`required`), in a request
    (`resource`, or nothing) and in its result (`jid`). */
typedef struct xc_bind {
    xc_base base;
    xc_str resource;
    xc_str jid; /**< full address */
    bool required;
} xc_bind;

/** `<session/>` (RFC 3921 section 3); without effect since RFC 6121. */
typedef struct xc_session {
    xc_base base;
    bool optional;
} xc_session;

/* -- STARTTLS and SASL -- */

/** `<starttls/>`: in the features (`required`), and the command (RFC 6120
    sections 5.4.1 and 5.4.2.1). */
typedef struct xc_starttls {
    xc_base base;
    bool required;
} xc_starttls;
/** `<proceed/>` (RFC 6120 section 5.4.2.3): reset the stream and start TLS. */
typedef struct xc_tls_proceed {
    xc_base base;
} xc_tls_proceed;
/** `<failure/>` of STARTTLS (RFC 6120 section 5.4.2.2): the stream closes. */
typedef struct xc_tls_failure {
    xc_base base;
} xc_tls_failure;

/** `<mechanisms/>` in the features (RFC 6120 section 6.4.1). Children:
    mechanism, each with its name as text (see xc_sasl_has_mechanism). */
typedef struct xc_sasl_mechanisms {
    xc_base base;
} xc_sasl_mechanisms;

/** `<auth/>` (RFC 6120 section 6.4.2). Here and in the next structs, `data` is
    base64 as xc_sasl_encode writes it and xc_sasl_decode reads it; reply to a
    flaw in it with incorrect-encoding. */
typedef struct xc_sasl_auth {
    xc_base base;
    xc_str mechanism; /**< required */
    xc_str data;      /**< own text: the initial response */
} xc_sasl_auth;
/** `<challenge/>` (RFC 6120 section 6.4.3). */
typedef struct xc_sasl_challenge {
    xc_base base;
    xc_str data; /**< own text */
} xc_sasl_challenge;
/** `<response/>` (RFC 6120 section 6.4.3). */
typedef struct xc_sasl_response {
    xc_base base;
    xc_str data; /**< own text */
} xc_sasl_response;
/** `<abort/>` (RFC 6120 section 6.4.4). */
typedef struct xc_sasl_abort {
    xc_base base;
} xc_sasl_abort;
/** `<success/>` (RFC 6120 section 6.4.6): reset the stream. */
typedef struct xc_sasl_success {
    xc_base base;
    xc_str data; /**< own text: additional data */
} xc_sasl_success;
/** `<failure/>` of SASL (RFC 6120 section 6.4.5). */
typedef struct xc_sasl_failure {
    xc_base base;
    xc_choice condition; /**< xc_sasl_failure_condition */
    xc_str text;         /**< for people */
} xc_sasl_failure;

/** `<sasl-channel-binding/>` in the features (XEP-0440 section 2). Children:
    xc_channel_binding_type. */
typedef struct xc_channel_bindings {
    xc_base base;
} xc_channel_bindings;
/** `<channel-binding/>` (XEP-0440 section 2). */
typedef struct xc_channel_binding_type {
    xc_base base;
    xc_str type; /**< required; as registered with IANA: tls-exporter */
} xc_channel_binding_type;

/* -- WebSocket, BOSH, components, servers -- */

/** `<open/>` (RFC 7395 section 3.4). */
typedef struct xc_ws_open {
    xc_base base;
    xc_str to, from, id, version, lang;
} xc_ws_open;
/** `<close/>` (RFC 7395 section 3.6). */
typedef struct xc_ws_close {
    xc_base base;
    xc_str to, from, id, version, lang;
    xc_str see_other_uri; /**< section 3.6.1: connect there */
} xc_ws_close;

/** `<handshake/>` (XEP-0114 section 3); empty in the reply. */
typedef struct xc_handshake {
    xc_base base;
    xc_str digest; /**< own text: see xc_component_handshake */
} xc_handshake;

/** Types of dialback (XEP-0220 section 2). */
typedef enum xc_dialback_type {
    XC_DIALBACK_REQUEST, /**< absent */
    XC_DIALBACK_VALID,
    XC_DIALBACK_INVALID,
    XC_DIALBACK_ERROR,
    XC_DIALBACK_UNKNOWN /**< none of these: neither a request nor a proof */
} xc_dialback_type;

/** `<db:result/>` (XEP-0220 section 2.1.1). */
typedef struct xc_dialback_result {
    xc_base base;
    xc_str from, to; /**< required; domains */
    xc_str id;       /**< of a stream; not in the XEP, Prosody writes it */
    xc_str key;      /**< own text: see xc_dialback_key */
    xc_stanza_error error; /**< section 2.5; in the namespace XC_NS_SERVER */
    uint8_t type;          /**< xc_dialback_type */
} xc_dialback_result;
/** `<db:verify/>` (XEP-0220 section 2.1.2). */
typedef struct xc_dialback_verify {
    xc_base base;
    xc_str from, to, id;   /**< required; `id` is that of a stream */
    xc_str key;            /**< own text: see xc_dialback_key */
    xc_stanza_error error; /**< section 2.5; in the namespace XC_NS_SERVER */
    uint8_t type;          /**< xc_dialback_type */
} xc_dialback_verify;
/** `<dialback/>` in the features (XEP-0220 section 2.4.2). */
typedef struct xc_dialback {
    xc_base base;
    bool errors; /**< the server handles dialback errors */
} xc_dialback;

/** `<limits/>` (XEP-0478 section 3): what the peer accepts. In the features,
    and in `<bidi/>`. */
typedef struct xc_stream_limits {
    xc_base base;
    xc_number max_bytes;    /**< of a first-level element */
    xc_number idle_seconds; /**< without traffic */
} xc_stream_limits;

/** `<bidi/>` (XEP-0288 section 2.2), the command. */
typedef struct xc_s2s_bidi {
    xc_base base;
    xc_stream_limits limits; /**< XEP-0478 section 3.2 */
} xc_s2s_bidi;

/** Types of a BOSH body (XEP-0124 section 17). */
typedef enum xc_bosh_type {
    XC_BOSH_NORMAL, /**< absent */
    XC_BOSH_ERROR,
    XC_BOSH_TERMINATE
} xc_bosh_type;

/** Conditions of a BOSH body (XEP-0124 section 17). Unknown ones are read as
    UNDEFINED_CONDITION. */
typedef enum xc_bosh_condition {
    XC_BOSH_NONE, /**< absent */
    XC_BOSH_BAD_REQUEST,
    XC_BOSH_HOST_GONE,
    XC_BOSH_HOST_UNKNOWN,
    XC_BOSH_IMPROPER_ADDRESSING,
    XC_BOSH_INTERNAL_SERVER_ERROR,
    XC_BOSH_ITEM_NOT_FOUND,
    XC_BOSH_OTHER_REQUEST,
    XC_BOSH_POLICY_VIOLATION,
    XC_BOSH_REMOTE_CONNECTION_FAILED,
    XC_BOSH_REMOTE_STREAM_ERROR,
    XC_BOSH_SEE_OTHER_URI,
    XC_BOSH_SYSTEM_SHUTDOWN,
    XC_BOSH_UNDEFINED_CONDITION
} xc_bosh_condition;

/** `<body/>` of BOSH (XEP-0124, XEP-0206). The stanzas are its children.
    Durations are in seconds unless said otherwise. */
typedef struct xc_bosh_body {
    xc_base base;
    xc_str to, from, lang;
    xc_str sid, stream, route;
    xc_str accept, charsets, content, authid;
    xc_str key, newkey; /**< XEP-0124 section 15 */
    xc_str ver;         /**< of XEP-0124: "1.6" */
    xc_str version;     /**< xmpp:version */
    xc_str uri;         /**< child, with SEE_OTHER_URI; see xc_bosh_uri */
    xc_number rid, ack, report; /**< request ids, 1 to 2^53 - 1 */
    xc_number wait, inactivity, polling, pause, maxpause; /**< to 65535 */
    xc_number time;                /**< milliseconds, to 65535 */
    xc_number hold, requests;      /**< to 255 */
    xc_number window;              /**< not in the XEP */
    uint8_t type;                  /**< xc_bosh_type */
    uint8_t condition;             /**< xc_bosh_condition */
    uint8_t secure;                /**< xc_tristate */
    uint8_t restart, restartlogic; /**< xc_tristate; xmpp: attributes */
} xc_bosh_body;
/** `<uri/>` of a body with SEE_OTHER_URI (XEP-0124 section 17.2): connect
    there. A stream delivers the body's start tag first (OPEN), so that this
    child follows as an element of its own (NONZA). */
typedef struct xc_bosh_uri {
    xc_base base;
    xc_str uri; /**< own text; may need xc_str_trim */
} xc_bosh_uri;

/* -- stream management (XEP-0198), client state (XEP-0352) -- */

/** `<sm/>` in the features (XEP-0198 section 2). */
typedef struct xc_sm {
    xc_base base;
    bool required, optional;
} xc_sm;
/** `<enable/>` (XEP-0198 section 3). */
typedef struct xc_sm_enable {
    xc_base base;
    uint8_t resume; /**< xc_tristate */
    xc_number max;  /**< seconds, from 1 */
} xc_sm_enable;
/** `<enabled/>` (XEP-0198 section 3). */
typedef struct xc_sm_enabled {
    xc_base base;
    xc_str id;       /**< to resume with; up to 4000 bytes */
    xc_str location; /**< where to reconnect: for xc_host_split */
    uint8_t resume;  /**< xc_tristate */
    xc_number max;   /**< seconds, from 1 */
} xc_sm_enabled;
/** `<failed/>` (XEP-0198 sections 3 and 5). */
typedef struct xc_sm_failed {
    xc_base base;
    xc_number h;         /**< section 5: still known of the old stream */
    xc_choice condition; /**< xc_stanza_error_condition */
    xc_str text;         /**< for people */
    /** Prosody 13 writes condition and text in here, which the XEP does not
        have: use xc_sm_failed_condition. */
    xc_stanza_error error;
} xc_sm_failed;
/** `<r/>` (XEP-0198 section 4): requests an `<a/>`. */
typedef struct xc_sm_r {
    xc_base base;
} xc_sm_r;
/** `<a/>` (XEP-0198 section 4). */
typedef struct xc_sm_a {
    xc_base base;
    xc_number h; /**< required; for xc_sm_acknowledge */
} xc_sm_a;
/** `<resume/>` (XEP-0198 section 5). */
typedef struct xc_sm_resume {
    xc_base base;
    xc_number h;   /**< required */
    xc_str previd; /**< required */
} xc_sm_resume;
/** `<resumed/>` (XEP-0198 section 5). */
typedef struct xc_sm_resumed {
    xc_base base;
    xc_number h;   /**< required; for xc_sm_acknowledge */
    xc_str previd; /**< required */
} xc_sm_resumed;
/** `<handled-count-too-high/>` (XEP-0198 section 6), in a stream error with
    UNDEFINED_CONDITION. */
typedef struct xc_sm_too_high {
    xc_base base;
    xc_number h, send_count;
} xc_sm_too_high;

/** `<active/>` (XEP-0352 section 4.2). */
typedef struct xc_csi_active {
    xc_base base;
} xc_csi_active;
/** `<inactive/>` (XEP-0352 section 4.2). */
typedef struct xc_csi_inactive {
    xc_base base;
} xc_csi_inactive;

/* -- SASL2 (XEP-0388), Bind 2 (XEP-0386), FAST (XEP-0484) -- */

/** `<inline/>` of Bind 2 in the features (XEP-0386 section 3.1). Children:
    xc_bind2_feature. */
typedef struct xc_bind2_inline {
    xc_base base;
} xc_bind2_inline;
/** `<feature/>` of Bind 2 (XEP-0386 section 3.1). */
typedef struct xc_bind2_feature {
    xc_base base;
    xc_str var; /**< required; a namespace */
} xc_bind2_feature;
/** `<bind/>` of Bind 2 (XEP-0386 section 3): in the features
    (`inline_features`), and in a request (the other members). */
typedef struct xc_bind2 {
    xc_base base;
    xc_bind2_inline inline_features;
    xc_str tag;             /**< name of the program */
    xc_sm_enable sm_enable; /**< XEP-0198 section 9.1 */
    bool carbons;           /**< enable XEP-0280 */
    bool active, inactive;  /**< XEP-0352: how the session begins */
} xc_bind2;
/** `<start/>` or `<end/>` of an archive (XEP-0313 section 5). */
typedef struct xc_mam_edge {
    xc_base base;
    xc_str id;         /**< required */
    xc_time timestamp; /**< required */
} xc_mam_edge;
/** `<metadata/>` of an archive (XEP-0313 section 5). With neither member it is
    a request, or the archive is empty. */
typedef struct xc_mam_metadata {
    xc_base base;
    xc_mam_edge start, end;
} xc_mam_metadata;
/** `<bound/>` (XEP-0386 section 3.2), in the success of SASL2. Other results
    are children. */
typedef struct xc_bind2_bound {
    xc_base base;
    xc_mam_metadata mam;      /**< the archive when the resource was bound */
    xc_sm_enabled sm_enabled; /**< XEP-0198 section 9.1 */
    xc_sm_failed sm_failed;   /**< XEP-0198 section 9.1.1 */
    bool carbons; /**< enabled; Prosody says so, the XEP does not require it */
} xc_bind2_bound;

/** `<fast/>` (XEP-0484 section 3): in the features (`tls_0rtt`; children:
    mechanism), and in a request (the other members). */
typedef struct xc_fast {
    xc_base base;
    uint8_t tls_0rtt;   /**< xc_tristate */
    uint8_t invalidate; /**< xc_tristate */
    xc_number count;    /**< grows with each use of a token. May be negative:
                             compare it, do not index with it */
} xc_fast;
/** `<request-token/>` (XEP-0484 section 3.2). */
typedef struct xc_fast_request {
    xc_base base;
    xc_str mechanism; /**< required */
} xc_fast_request;
/** `<token/>` (XEP-0484 section 3.3). */
typedef struct xc_fast_token {
    xc_base base;
    xc_time expiry; /**< required */
    xc_str token;   /**< required; secret */
} xc_fast_token;

/** `<inline/>` of SASL2 in the features (XEP-0388 section 2.1). Other features
    are children. */
typedef struct xc_sasl2_inline {
    xc_base base;
    xc_bind2 bind;
    xc_sm sm;
    xc_fast fast;
} xc_sasl2_inline;
/** `<authentication/>` in the features (XEP-0388 section 2.1). Children:
    mechanism, as in xc_sasl_mechanisms. */
typedef struct xc_sasl2_authentication {
    xc_base base;
    xc_sasl2_inline inline_features;
} xc_sasl2_authentication;
/** `<user-agent/>` (XEP-0388 section 2.3). */
typedef struct xc_user_agent {
    xc_base base;
    xc_str id; /**< a UUID */
    xc_str software, device;
} xc_user_agent;
/** `<authenticate/>` (XEP-0388 section 2.3). Data, here and in the next
    structs, is base64 as xc_sasl2_encode writes it (section 2.2). Other
    inline requests are children. */
typedef struct xc_sasl2_authenticate {
    xc_base base;
    xc_str mechanism;        /**< required */
    xc_str initial_response; /**< data */
    xc_user_agent user_agent;
    xc_bind2 bind;
    xc_sm_resume sm_resume; /**< XEP-0198 section 9.2 */
    xc_fast fast;
    xc_fast_request fast_request;
} xc_sasl2_authenticate;
/** `<challenge/>` (XEP-0388 section 2.5). */
typedef struct xc_sasl2_challenge {
    xc_base base;
    xc_str data; /**< own text */
} xc_sasl2_challenge;
/** `<response/>` (XEP-0388 section 2.5). */
typedef struct xc_sasl2_response {
    xc_base base;
    xc_str data; /**< own text */
} xc_sasl2_response;
/** `<success/>` (XEP-0388 section 2.6.1). Do not reset the stream. Other
    inline results are children. */
typedef struct xc_sasl2_success {
    xc_base base;
    xc_str additional_data;          /**< data */
    xc_str authorization_identifier; /**< required; bare or full address */
    xc_bind2_bound bound;
    xc_sm_resumed sm_resumed;
    xc_sm_failed sm_failed; /**< XEP-0198 section 9.2.1 */
    xc_fast_token fast_token;
} xc_sasl2_success;
/** `<failure/>` (XEP-0388 section 2.6.2). */
typedef struct xc_sasl2_failure {
    xc_base base;
    xc_choice condition; /**< xc_sasl_failure_condition */
    xc_str text;         /**< for people */
} xc_sasl2_failure;
/** `<tasks/>` (XEP-0388 section 2.6.3). Children: task, each with its name as
    text. */
typedef struct xc_sasl2_tasks {
    xc_base base;
} xc_sasl2_tasks;
/** `<continue/>` (XEP-0388 section 2.6.3). */
typedef struct xc_sasl2_continue {
    xc_base base;
    xc_str additional_data; /**< data */
    xc_sasl2_tasks tasks;
    xc_str text; /**< for people */
} xc_sasl2_continue;
/** `<next/>` (XEP-0388 section 2.6.3): begins a task. The task's own elements
    are children. */
typedef struct xc_sasl2_next {
    xc_base base;
    xc_str task; /**< required */
} xc_sasl2_next;
/** `<task-data/>` (XEP-0388 section 2.6.3). The task's own elements are
    children. */
typedef struct xc_sasl2_task_data {
    xc_base base;
} xc_sasl2_task_data;
/** `<abort/>` (XEP-0388 section 2.4). */
typedef struct xc_sasl2_abort {
    xc_base base;
    xc_str text; /**< for people */
} xc_sasl2_abort;

/** `<salt/>` (XEP-0480 section 3), in `<task-data/>`. In `<authentication/>`
    and `<authenticate/>` `<upgrade/>` of XC_NS_SASL_UPGRADE has the name of
    the task: "UPGR-SCRAM-SHA-256". */
typedef struct xc_scram_upgrade_salt {
    xc_base base;
    xc_number iterations; /**< required */
    xc_str salt;          /**< own text, base64 */
} xc_scram_upgrade_salt;
/** `<hash/>` (XEP-0480 section 3), in `<task-data/>`. */
typedef struct xc_scram_upgrade_hash {
    xc_base base;
    xc_str hash; /**< own text: SaltedPassword in base64; secret */
} xc_scram_upgrade_hash;

/* -- stream features, stream error -- */

/** `<stream:features/>` (RFC 6120 section 4.3.2). A struct inside is offered
    if its base.present is set. xc_features_required finds what must be
    negotiated next. Other features are children. */
typedef struct xc_features {
    xc_base base;
    xc_starttls starttls;
    xc_sasl_mechanisms mechanisms;
    xc_channel_bindings channel_bindings;
    xc_sasl2_authentication sasl2;
    xc_bind bind;
    xc_session session;
    xc_sm sm;
    xc_dialback dialback;
    xc_stream_limits limits; /**< XEP-0478 section 3.1 */
    bool roster_ver;         /**< RFC 6121 section 2.6 */
    bool pre_approval;       /**< RFC 6121 section 3.4 */
    bool csi;                /**< XEP-0352 section 4.1 */
    bool bidi;               /**< XEP-0288 section 2.1 */
    bool registration;       /**< XEP-0077 */
    bool registration_token; /**< XEP-0445 */
    bool invite;             /**< registration by invitation; Prosody */
    bool sm_2;               /**< XC_NS_SM_2, which no struct here speaks */
} xc_features;

/** `<stream:error/>` (RFC 6120 section 4.9.2). A condition of the application
    is a child of base.element. */
typedef struct xc_stream_error {
    xc_base base;
    /** An xc_stream_error_condition; with SEE_OTHER_HOST the text is for
        xc_host_split. */
    xc_choice condition;
    xc_str text; /**< for people */
} xc_stream_error;

/** Every schema of this section, one row each: of X(NAME, STRUCT, namespace,
    element, specification) the schema is xc_NAME_schema, for a struct
    xc_STRUCT. Walk them with a macro of your own:

        #define SCHEMA(name, type, ns, element, spec) &xc_##name##_schema,
        static const xc_schema *const schemas[] = {XC_STANZAS(SCHEMA)};
*/
#define XC_STANZAS(X)                                                         \
    /* stanzas and roster */                                                  \
    X(stanza_error, stanza_error, XC_NS_STANZA, "error",                      \
      "RFC 6120, XEP-0086")                                                   \
    X(message, message, XC_NS_STANZA, "message", "RFC 6121")                  \
    X(thread, thread, XC_NS_STANZA, "thread", "RFC 6121")                     \
    X(presence, presence, XC_NS_STANZA, "presence", "RFC 6121")               \
    X(iq, iq, XC_NS_STANZA, "iq", "RFC 6120")                                 \
    X(roster, roster, XC_NS_ROSTER, "query", "RFC 6121")                      \
    X(roster_item, roster_item, XC_NS_ROSTER, "item", "RFC 6121")             \
    /* login */                                                               \
    X(bind, bind, XC_NS_BIND, "bind", "RFC 6120")                             \
    X(session, session, XC_NS_SESSION, "session", "RFC 3921")                 \
    X(starttls, starttls, XC_NS_TLS, "starttls", "RFC 6120")                  \
    X(tls_proceed, tls_proceed, XC_NS_TLS, "proceed", "RFC 6120")             \
    X(tls_failure, tls_failure, XC_NS_TLS, "failure", "RFC 6120")             \
    X(sasl_mechanisms, sasl_mechanisms, XC_NS_SASL, "mechanisms", "RFC 6120") \
    X(sasl_auth, sasl_auth, XC_NS_SASL, "auth", "RFC 6120")                   \
    X(sasl_challenge, sasl_challenge, XC_NS_SASL, "challenge", "RFC 6120")    \
    X(sasl_response, sasl_response, XC_NS_SASL, "response", "RFC 6120")       \
    X(sasl_abort, sasl_abort, XC_NS_SASL, "abort", "RFC 6120")                \
    X(sasl_success, sasl_success, XC_NS_SASL, "success", "RFC 6120")          \
    X(sasl_failure, sasl_failure, XC_NS_SASL, "failure", "RFC 6120")          \
    X(channel_bindings, channel_bindings, XC_NS_CHANNEL_BINDING,              \
      "sasl-channel-binding", "XEP-0440")                                     \
    X(channel_binding_type, channel_binding_type, XC_NS_CHANNEL_BINDING,      \
      "channel-binding", "XEP-0440")                                          \
    /* WebSocket, BOSH, components, servers */                                \
    X(ws_open, ws_open, XC_NS_FRAMING, "open", "RFC 7395")                    \
    X(ws_close, ws_close, XC_NS_FRAMING, "close", "RFC 7395")                 \
    X(handshake, handshake, XC_NS_COMPONENT, "handshake", "XEP-0114")         \
    X(dialback_result, dialback_result, XC_NS_DIALBACK, "result", "XEP-0220") \
    X(dialback_verify, dialback_verify, XC_NS_DIALBACK, "verify", "XEP-0220") \
    X(dialback, dialback, XC_NS_DIALBACK_FEATURE, "dialback", "XEP-0220")     \
    X(stream_limits, stream_limits, XC_NS_STREAM_LIMITS, "limits",            \
      "XEP-0478")                                                             \
    X(s2s_bidi, s2s_bidi, XC_NS_BIDI, "bidi", "XEP-0288")                     \
    X(bosh_body, bosh_body, XC_NS_BOSH, "body", "XEP-0124, XEP-0206")         \
    X(bosh_uri, bosh_uri, XC_NS_BOSH, "uri", "XEP-0124")                      \
    /* streams */                                                             \
    X(sm, sm, XC_NS_SM, "sm", "XEP-0198")                                     \
    X(sm_enable, sm_enable, XC_NS_SM, "enable", "XEP-0198")                   \
    X(sm_enabled, sm_enabled, XC_NS_SM, "enabled", "XEP-0198")                \
    X(sm_error, stanza_error, XC_NS_SM, "error", "XEP-0198")                  \
    X(sm_failed, sm_failed, XC_NS_SM, "failed", "XEP-0198")                   \
    X(sm_r, sm_r, XC_NS_SM, "r", "XEP-0198")                                  \
    X(sm_a, sm_a, XC_NS_SM, "a", "XEP-0198")                                  \
    X(sm_resume, sm_resume, XC_NS_SM, "resume", "XEP-0198")                   \
    X(sm_resumed, sm_resumed, XC_NS_SM, "resumed", "XEP-0198")                \
    X(sm_too_high, sm_too_high, XC_NS_SM, "handled-count-too-high",           \
      "XEP-0198")                                                             \
    X(csi_active, csi_active, XC_NS_CSI, "active", "XEP-0352")                \
    X(csi_inactive, csi_inactive, XC_NS_CSI, "inactive", "XEP-0352")          \
    /* login */                                                               \
    X(bind2_inline, bind2_inline, XC_NS_BIND2, "inline", "XEP-0386")          \
    X(bind2_feature, bind2_feature, XC_NS_BIND2, "feature", "XEP-0386")       \
    X(bind2, bind2, XC_NS_BIND2, "bind", "XEP-0386")                          \
    X(bind2_bound, bind2_bound, XC_NS_BIND2, "bound", "XEP-0386")             \
    X(fast, fast, XC_NS_FAST, "fast", "XEP-0484")                             \
    X(fast_request, fast_request, XC_NS_FAST, "request-token", "XEP-0484")    \
    X(fast_token, fast_token, XC_NS_FAST, "token", "XEP-0484")                \
    X(sasl2_inline, sasl2_inline, XC_NS_SASL2, "inline", "XEP-0388")          \
    X(sasl2_authentication, sasl2_authentication, XC_NS_SASL2,                \
      "authentication", "XEP-0388")                                           \
    X(user_agent, user_agent, XC_NS_SASL2, "user-agent", "XEP-0388")          \
    X(sasl2_authenticate, sasl2_authenticate, XC_NS_SASL2, "authenticate",    \
      "XEP-0388")                                                             \
    X(sasl2_challenge, sasl2_challenge, XC_NS_SASL2, "challenge", "XEP-0388") \
    X(sasl2_response, sasl2_response, XC_NS_SASL2, "response", "XEP-0388")    \
    X(sasl2_success, sasl2_success, XC_NS_SASL2, "success", "XEP-0388")       \
    X(sasl2_failure, sasl2_failure, XC_NS_SASL2, "failure", "XEP-0388")       \
    X(sasl2_tasks, sasl2_tasks, XC_NS_SASL2, "tasks", "XEP-0388")             \
    X(sasl2_continue, sasl2_continue, XC_NS_SASL2, "continue", "XEP-0388")    \
    X(sasl2_next, sasl2_next, XC_NS_SASL2, "next", "XEP-0388")                \
    X(sasl2_task_data, sasl2_task_data, XC_NS_SASL2, "task-data", "XEP-0388") \
    X(sasl2_abort, sasl2_abort, XC_NS_SASL2, "abort", "XEP-0388")             \
    X(scram_upgrade_salt, scram_upgrade_salt, XC_NS_SCRAM_UPGRADE, "salt",    \
      "XEP-0480")                                                             \
    X(scram_upgrade_hash, scram_upgrade_hash, XC_NS_SCRAM_UPGRADE, "hash",    \
      "XEP-0480")                                                             \
    /* streams */                                                             \
    X(features, features, XC_NS_STREAMS, "features", "RFC 6120")              \
    X(stream_error, stream_error, XC_NS_STREAMS, "error", "RFC 6120")

XC_I_SCHEMAS
#define XC_I_DECLARE(name, type, ns, element, spec)                           \
    XC_I_SCHEMA xc_##name##_schema;
XC_STANZAS(XC_I_DECLARE)
#undef XC_I_DECLARE
XC_I_END_SCHEMAS

/* -- checks --

   Anybody can send anything; the receiver must check whether the sender may
   say it. Treat what is refused as absent. (You may reply to a refused push
   with service-unavailable; RFC 6121 section 2.1.6.)

       claim                           check                  believed from
       reply to a request              xc_iq_is_reply_to      entity asked
       roster push                     xc_is_roster_push      own account
       block list push                 xc_is_blocking_push    own account
       carbon copy                     xc_carbon_copy         own account
       message of an archive           xc_mam_result_of       entity asked
       event of a node (PEP, pubsub)   xc_pubsub_event_of     node's service
       receipt, marker                 xc_delivery_receipt_of recipient
       id in an archive                xc_stanza_id_of        own account, room
       correction, retraction,         xc_is_same_author      author of the
         reaction withdrawn                                   message
       retraction by a moderator       xc_muc_moderation_of   room
       subject of a room               xc_muc_subject_of      room
       status codes, invitations       xc_muc_user_of         room
       id of an occupant               xc_occupant_id_of      room

   `own` is your full address as the server writes it (`jid` of xc_bind);
   before there is one, your bare address. If it is absent, only stanzas
   without `from` are your account's. Addresses are compared with A to Z as a
   to z, except in resourceparts, and without a dot at the end of the domain
   (RFC 7622 sections 3.2 to 3.4). Other spellings do not match, so enforce
   what people have typed (xc_jid_parse).
*/

/** The sender: `from`, or your bare address (RFC 6120 section 8.1.2.1). */
XC_API xc_str xc_effective_from(const xc_element *stanza, xc_str own);
/** The recipient: `to`, or `own` (RFC 6120 section 8.1.1.1). */
XC_API xc_str xc_effective_to(const xc_element *stanza, xc_str own);
/** True if a stanza between servers or of a component has both addresses.
    Otherwise close with improper-addressing (RFC 6120 section 8.1.1.2). Always
    true for XC_NS_CLIENT: check yourself what a component receives in it. */
XC_API bool xc_has_required_addresses(const xc_element *stanza);

/** Checks what concerns the stanza as a whole: type, id and number of payloads
    of an iq (RFC 6120 section 8.2.3; an empty id is accepted), `<error/>`
    exactly in errors (8.3.1), one body, subject and status for each language
    (RFC 6121 sections 4.7.2.2, 5.2.3, 5.2.4). Not the types of messages and
    presences, nor the values of any field: see xc_read. Returns
    XC_STANZA_ERROR_NONE, also for NULL and for an element that is not a
    stanza; otherwise the condition to reply with. */
XC_API xc_stanza_error_condition xc_stanza_check(const xc_element *stanza);
/** The first child of an iq except `<error/>`; NULL if none. */
XC_API const xc_element *xc_iq_payload(const xc_element *iq);
/** True if this iq is the result or error of the request with this `id` that
    you sent to `to` (absent: to your account). An id can be guessed, so the
    sender must be the entity that was asked. For your account that is no
    `from`, the bare address, `own` or the server, but no other resource; for
    the server itself no `from` or the server (RFC 6120 sections 8.1.2.1,
    8.2.3, 10.3.3). */
XC_API bool xc_iq_is_reply_to(const xc_element *iq, xc_str id, xc_str to,
                              xc_str own);

/** True if this iq is a roster push of your own account. Ignore others (RFC
    6121 section 2.1.6). */
XC_API bool xc_is_roster_push(const xc_element *iq, xc_str own);
/** The only item of a roster set or push. NULL if there is none or more than
    one, which is bad-request (RFC 6121 sections 2.1.5 and 2.1.6). */
XC_API const xc_element *xc_roster_single_item(const xc_element *query);
/** The message in a carbon copy that your own account sent. NULL if `message`
    is no copy, or has more than one message, or is not from your bare address
    (XEP-0280 sections 7, 8, 11). *sent is true if you sent the message from
    another client (without `to`: to your own account), false if another
    client received it. `sent` may be NULL. */
XC_API const xc_element *xc_carbon_copy(const xc_element *message, xc_str own,
                                        bool *sent);

/** A feature that must be negotiated before stanzas are sent: one with
    `<required/>`, or one that is always mandatory (SASL, resource binding,
    STARTTLS alone; RFC 6120 sections 4.3.2, 5.3.1, 6.3.1, 7.3.1). If there are
    several, one will do: the first that xc_features knows, otherwise the
    first. NULL if negotiation is over. *known is true if xc_features knows it;
    if neither xc_features nor you know it, close the stream with
    unsupported-feature (section 4.9.3.23). `known` may be NULL. */
XC_API const xc_element *xc_features_required(const xc_element *features,
                                              bool *known);
/** True if the mechanism is a child of the element that xc_sasl_mechanisms,
    xc_sasl2_authentication or xc_fast was read from. */
XC_API bool xc_sasl_has_mechanism(const xc_element *mechanisms,
                                  const char *name);

/* -- versions, hosts, languages -- */

/** Compares two versions of a stream header, integer by integer, of any length
    (RFC 6120 section 4.7.5). Returns -1, 0 or 1 if `a` is less than, equal to
    or greater than `b`. An absent version is 0.9, a malformed one 0.0. */
XC_API int xc_stream_version_compare(xc_str a, xc_str b);

/** Splits the text of see-other-host (RFC 6120 section 4.9.3.19) or `location`
    of XEP-0198: a domain name, an IPv4 address, or an IPv6 address with its
    brackets; then perhaps ":" and a port from 1 to 65535. White space around
    it is ignored. *port is 0 if there is none: look it up as for any host, by
    SRV nodes, otherwise 5222 for clients and 5269 for servers. Returns false
    if the text is malformed; then *host is absent and *port 0. Does not check
    that a domain name exists or is valid. */
XC_API bool xc_host_split(xc_str text, xc_str *host, uint16_t *port);

/** Chooses among `first` and its siblings of the same name by xml:lang.
    `wanted` has `count` languages, the best first. For each of them, in this
    order: the same tag; a shorter one, "de" for "de-CH" (RFC 4647 section
    3.4); a longer one. If none matches: an element without xml:lang, otherwise
    `first`. `inherited` is the language of the elements without xml:lang:
    xc_lang(stanza, stanza). */
XC_API const xc_element *xc_choose_lang(const xc_element *first,
                                        xc_str inherited, const xc_str *wanted,
                                        size_t count);

/* -- replies --

   A reply has the id of the stanza and its addresses swapped. It is in the
   content namespace of the writer's stream, whichever the stanza came in; if
   the writer has none (WebSocket, BOSH), in that of the stanza. There is no
   reply to an iq result, to an error, or to an element that is not a stanza
   (RFC 6120 sections 8.2.3 and 8.3.1): these functions then make the writer
   fail with XC_ERR_NO_REPLY.
*/

/** True if an error may be sent in reply to `stanza`. */
XC_API bool xc_can_reply(const xc_element *stanza);
/** Begins the result of an iq get or set. Write the payload, if any, then call
    xc_writer_end. */
XC_API void xc_write_reply_begin(xc_writer *w, const xc_element *iq);
/** Writes an error of the usual type in reply. `text` may be absent. */
XC_API void xc_write_error(xc_writer *w, const xc_element *stanza,
                           xc_stanza_error_condition condition, xc_str text);
/** Begins an error in reply, with all members of *error; without a type, the
    usual one. Write the application's condition, if any, then call
    xc_writer_end twice. */
XC_API void xc_write_error_begin(xc_writer *w, const xc_element *stanza,
                                 const xc_stanza_error *error);
/** As xc_write_reply_begin, for a server. A client's stanza needs no `from`
    (RFC 6120 section 8.1.2.1), so you give the full address of its session as
    `to`. */
XC_API void xc_write_reply_begin_to(xc_writer *w, const xc_element *iq,
                                    xc_str to);
/** As xc_write_error, for a server; `to` as in xc_write_reply_begin_to. */
XC_API void xc_write_error_to(xc_writer *w, const xc_element *stanza,
                              xc_str to, xc_stanza_error_condition condition,
                              xc_str text);

/* -- counters of XEP-0198, modulo 2^32 -- */

/** True if the element counts: stanzas do, nothing else does. */
XC_API bool xc_sm_counts(const xc_element *e);
/** Takes the `h` of an `<a/>` or `<resumed/>` (XEP-0198 section 4). `sent` is
    how many stanzas you have sent since `<enable/>`, `acked` the last `h`
    before. *count becomes the number of stanzas to remove from your queue; `h`
    is the new `acked`. Returns false, with *count 0, if `h` is absent or more
    than were sent: close with xc_sm_too_high. `count` may be NULL. */
XC_API bool xc_sm_acknowledge(uint32_t sent, uint32_t acked, xc_number h,
                              uint32_t *count);
/** The condition of `<failed/>`, or of the `<error/>` inside it. */
XC_API xc_stanza_error_condition
xc_sm_failed_condition(const xc_sm_failed *failed);

/* ---- [PAYLOAD] what extensions put into stanzas --------------------------

   Structs with schemas for xc_read and xc_write (see [SCHEMA]): struct
   xc_delay has xc_delay_schema. By number; XEP-0386, 0388 and others that
   negotiate a stream are in [STANZA]:

       0004 data forms              xc_form, xc_form_field, xc_form_option
       0012 last activity           xc_last_activity
       0030 service discovery       xc_disco_info, xc_disco_items
       0045 rooms                   xc_muc_join, xc_muc_user, xc_muc_owner
       0047 in-band bytestreams     xc_ibb_open, xc_ibb_data, xc_ibb_close
       0048 bookmarks, old          xc_bookmark
       0049 private XML storage     XC_TAG_PRIVATE
       0050 commands                xc_command
       0054 vCard                   xc_vcard
       0059 result sets             xc_rsm
       0060 publish-subscribe       xc_pubsub_items, xc_pubsub_publish, ...
       0066 out-of-band data        xc_oob
       0077 registration            xc_registration
       0084 avatars                 xc_avatar_data, xc_avatar_info
       0085 chat states             XC_TAG_COMPOSING, xc_chat_state_of
       0092 software version        xc_software_version
       0115 entity capabilities     xc_caps
       0128 extended discovery      xc_form in xc_disco_info
       0153 avatars in vCards       xc_vcard_update
       0163 personal eventing       xc_pubsub_event_of
       0184 delivery receipts       xc_delivery_receipt
       0191 blocking                xc_blocking_item
       0199 ping                    XC_TAG_PING
       0202 entity time             xc_entity_time
       0203 delayed delivery        xc_delay
       0249 direct invitations      xc_muc_direct_invite
       0280 carbons                 xc_carbon
       0297 forwarding              xc_forwarded
       0308 correction              xc_correction
       0313 message archive         xc_mam_query, xc_mam_result, xc_mam_fin
       0333 displayed markers       xc_marker
       0334 processing hints        XC_TAG_HINT_STORE
       0359 stanza ids              xc_stanza_id, xc_origin_id
       0363 HTTP upload             xc_upload_request, xc_upload_slot
       0380 encryption              xc_encryption
       0402 bookmarks               xc_bookmark
       0421 occupant ids            xc_occupant_id
       0424 retraction              xc_retraction, xc_retracted
       0425 moderation              xc_moderation, xc_moderated
       0428 fallback                xc_fallback
       0441 archive preferences     xc_mam_prefs
       0444 reactions               xc_reactions
       0461 replies                 xc_message_reply

   Children that repeat, and those that a struct does not name, are walked in
   base.element:

       xc_disco_info info;
       const xc_element *e;
       if (xc_read(&xc_disco_info_schema, query, &info, NULL) != XC_OK)
           return;
       for (e = xc_child(query, NULL, "feature"); e != NULL;
            e = xc_next_same_name(e)) {
           xc_disco_feature feature;
           if (xc_read(&xc_disco_feature_schema, e, &feature, NULL) == XC_OK)
               ...
       }

   A struct inside another is there if its base.present is true; set that to
   write it. Of elements that repeat the first is read. Passwords are views
   like all strings: wiping them is up to you. Enumerations are uint8_t
   members; 0 is absent, or the default. A member that is "required" is never
   absent in a struct that was read with XC_OK, and must be set to write one.

   Elements without a struct have an XC_TAG macro, which stands for two
   arguments, namespace and name, of xc_has_child, xc_is, xc_child,
   xc_writer_begin and xc_write_tag:

       if (xc_has_child(iq, XC_TAG_PING)) ...

   To add a payload:
   1. its XC_NS_ constant in [NAMESPACES]
   2. its struct in this section, and its line in the list by number above
   3. its row in XC_PAYLOADS: X(NAME, STRUCT, namespace, element, XEP)
   4. its table xc_i_NAME_fields in [PAYLOAD] of the private part; beside the
      last table a #define if it has that of another row, or NULL if it has
      no fields
   5. a document in tests/data/stanzas (tests/README.md)
   6. `make readme-xeps`, which writes the table of README.md
*/

/* -- Elements without a struct -- */

/** The stream feature `<register/>` (XEP-0077 section 8). */
#define XC_TAG_REGISTER_FEATURE XC_NS_REGISTER_FEATURE, "register"
/** `<ping/>` in an iq get (XEP-0199 section 3). */
#define XC_TAG_PING XC_NS_PING, "ping"
/** Requests the block list; in the result it has xc_blocking_item (XEP-0191
    section 3.2). */
#define XC_TAG_BLOCKLIST XC_NS_BLOCKING, "blocklist"
/** Blocks the addresses of its xc_blocking_item (XEP-0191 section 3.3). */
#define XC_TAG_BLOCK XC_NS_BLOCKING, "block"
/** Unblocks the addresses of its xc_blocking_item; without one, all addresses
    (XEP-0191 sections 3.4 and 3.5). */
#define XC_TAG_UNBLOCK XC_NS_BLOCKING, "unblock"
/** In an error: you have blocked the address (XEP-0191 section 3.3). */
#define XC_TAG_BLOCKED XC_NS_BLOCKING_ERRORS, "blocked"
/** Asks for carbon copies (XEP-0280 section 4). */
#define XC_TAG_CARBONS_ENABLE XC_NS_CARBONS, "enable"
/** Asks for no more carbon copies (XEP-0280 section 5). */
#define XC_TAG_CARBONS_DISABLE XC_NS_CARBONS, "disable"
/** In a message that must not be copied (XEP-0280 section 9). */
#define XC_TAG_CARBONS_PRIVATE XC_NS_CARBONS, "private"
/** In a message: asks for an xc_delivery_receipt (XEP-0184 section 5). */
#define XC_TAG_RECEIPT_REQUEST XC_NS_RECEIPTS, "request"
/** In a message: asks for an xc_marker (XEP-0333 section 4.1). */
#define XC_TAG_MARKABLE XC_NS_MARKERS, "markable"
/** Do not archive the message (XEP-0334 section 4.1). */
#define XC_TAG_HINT_NO_PERMANENT_STORE XC_NS_HINTS, "no-permanent-store"
/** Neither archive it nor keep it offline (XEP-0334 section 4.2). */
#define XC_TAG_HINT_NO_STORE XC_NS_HINTS, "no-store"
/** Do not copy it to other resources (XEP-0334 section 4.3). */
#define XC_TAG_HINT_NO_COPY XC_NS_HINTS, "no-copy"
/** Store it, even without a body (XEP-0334 section 4.4). */
#define XC_TAG_HINT_STORE XC_NS_HINTS, "store"
/** One reaction as own text, in xc_reactions (XEP-0444 section 3.1). */
#define XC_TAG_REACTION XC_NS_REACTIONS, "reaction"
/** In xc_mam_prefs: the XC_TAG_MAM_JID of addresses whose messages are always
    archived (XEP-0441 section 2.1.2). */
#define XC_TAG_MAM_ALWAYS XC_NS_MAM, "always"
/** The same for those that are never archived (XEP-0441 section 2.1.3). */
#define XC_TAG_MAM_NEVER XC_NS_MAM, "never"
/** One address as own text (XEP-0441 section 2.1). */
#define XC_TAG_MAM_JID XC_NS_MAM, "jid"
/** Holds one element to store, or to retrieve (XEP-0049 section 2). */
#define XC_TAG_PRIVATE XC_NS_PRIVATE, "query"
/** The columns of a table of results: xc_form_field (XEP-0004 section 3.4). */
#define XC_TAG_FORM_REPORTED XC_NS_DATA_FORMS, "reported"
/** One line of a table of results: xc_form_field (XEP-0004 section 3.4). */
#define XC_TAG_FORM_ITEM XC_NS_DATA_FORMS, "item"
/** Holds xc_muc_item for xc_muc_admin_item_schema (XEP-0045 section 9). */
#define XC_TAG_MUC_ADMIN XC_NS_MUC_ADMIN, "query"
/** Holds xc_bookmark for xc_bookmark_private_schema (XEP-0048 section 2). */
#define XC_TAG_BOOKMARKS_PRIVATE XC_NS_BOOKMARKS_PRIVATE, "storage"
/** Holds xc_avatar_info and xc_avatar_pointer; empty: no avatar (XEP-0084
    section 4.2). */
#define XC_TAG_AVATAR_METADATA XC_NS_AVATAR_METADATA, "metadata"
/** Holds one action of an entity, as xc_pubsub_publish (XEP-0060). */
#define XC_TAG_PUBSUB XC_NS_PUBSUB, "pubsub"
/** Holds one notification, as xc_pubsub_items (XEP-0060). */
#define XC_TAG_PUBSUB_EVENT XC_NS_PUBSUB_EVENT, "event"
/** Holds one action of the owner of a node (XEP-0060 section 8). */
#define XC_TAG_PUBSUB_OWNER XC_NS_PUBSUB_OWNER, "pubsub"
/** Chat state: pays attention (XEP-0085 section 2); see xc_chat_state_of. */
#define XC_TAG_ACTIVE XC_NS_CHAT_STATES, "active"
/** Chat state: is typing (XEP-0085 section 2). */
#define XC_TAG_COMPOSING XC_NS_CHAT_STATES, "composing"
/** Chat state: has stopped typing (XEP-0085 section 2). */
#define XC_TAG_PAUSED XC_NS_CHAT_STATES, "paused"
/** Chat state: pays no attention (XEP-0085 section 2). */
#define XC_TAG_INACTIVE XC_NS_CHAT_STATES, "inactive"
/** Chat state: has left the conversation (XEP-0085 section 2). */
#define XC_TAG_GONE XC_NS_CHAT_STATES, "gone"

/* -- Service discovery (XEP-0030, 0128), result sets (0059), capabilities
   (0115) -- */

/** `<query/>`, XEP-0030 section 3. Children: xc_disco_identity,
    xc_disco_feature, and forms that say more (XEP-0128): xc_form. */
typedef struct xc_disco_info {
    xc_base base;
    xc_str node; /**< what of the entity; absent: the entity itself */
} xc_disco_info;

/** `<identity/>`, XEP-0030 section 3.1. */
typedef struct xc_disco_identity {
    xc_base base;
    xc_str category; /**< required; as registered: "client" */
    xc_str type;     /**< required; as registered: "pc" */
    xc_str name;     /**< for people */
    xc_str lang;     /**< xml:lang */
} xc_disco_identity;

/** `<feature/>`, XEP-0030 section 3.1; see xc_disco_has_feature. */
typedef struct xc_disco_feature {
    xc_base base;
    xc_str var; /**< required; a namespace as a rule */
} xc_disco_feature;

/** `<first/>` of xc_rsm, XEP-0059 section 2.1. */
typedef struct xc_rsm_first {
    xc_base base;
    xc_number index; /**< of this item in the whole set, from 0 */
    xc_str id;       /**< of the first item on the page; own text */
} xc_rsm_first;

/** `<set/>`, XEP-0059 section 2. Numbers are xs:int: nothing keeps a peer from
    sending negative ones. */
typedef struct xc_rsm {
    xc_base base;
    xc_number max;      /**< request: most items wanted; 0: only the count */
    xc_str after;       /**< request: the page after the item with this id */
    xc_str before;      /**< request: the page before it; "": the last page */
    xc_number index;    /**< request: the page that begins with this item */
    xc_rsm_first first; /**< result: the first item of the page */
    xc_str last;        /**< result: id of the last item of the page */
    xc_number count;    /**< result: items in the whole set */
} xc_rsm;

/** `<query/>`, XEP-0030 section 4. Children: xc_disco_item. */
typedef struct xc_disco_items {
    xc_base base;
    xc_str node; /**< of the entity; absent: the entity itself */
    xc_rsm rsm;  /**< XEP-0059: which page */
} xc_disco_items;

/** `<item/>`, XEP-0030 section 4.1. */
typedef struct xc_disco_item {
    xc_base base;
    xc_str jid;  /**< required */
    xc_str name; /**< for people */
    xc_str node; /**< of `jid`; absent: `jid` itself */
} xc_disco_item;

/** `<c/>` in a presence, XEP-0115 section 4. */
typedef struct xc_caps {
    xc_base base;
    xc_str hash; /**< as registered: "sha-1"; absent: the old format */
    xc_str node; /**< required; a URI of the program */
    xc_str ver;  /**< required; base64 of the hash, or the old version */
    xc_str ext;  /**< of the old format (section 13) */
} xc_caps;

/* -- Data forms (XEP-0004) -- */

/** Types of forms, XEP-0004 section 3.1. */
typedef enum xc_form_type {
    XC_FORM_UNSET,  /**< absent */
    XC_FORM_FORM,   /**< to be filled in */
    XC_FORM_SUBMIT, /**< filled in */
    XC_FORM_RESULT, /**< data */
    XC_FORM_CANCEL  /**< not filled in */
} xc_form_type;

/** `<x/>`, XEP-0004 section 3. Children: xc_form_field (see xc_form_find),
    XC_TAG_FORM_REPORTED and XC_TAG_FORM_ITEM with fields in turn. */
typedef struct xc_form {
    xc_base base;
    /** An xc_form_type. Always set it: XEP-0004 wants one, but examples of
        XEP-0357 and others have none. */
    uint8_t type;
    xc_str title;        /**< for people */
    xc_str instructions; /**< for people; several: xc_next_same_name */
} xc_form;

/** Types of fields, XEP-0004 section 3.3. */
typedef enum xc_form_field_type {
    XC_FORM_FIELD_TEXT_SINGLE, /**< one line; also absent or unknown */
    XC_FORM_FIELD_BOOLEAN,     /**< "1", "true", "0" or "false" */
    XC_FORM_FIELD_FIXED,       /**< only text for people */
    XC_FORM_FIELD_HIDDEN,      /**< not shown; goes back as it is */
    XC_FORM_FIELD_JID_MULTI,   /**< addresses */
    XC_FORM_FIELD_JID_SINGLE,  /**< one address */
    XC_FORM_FIELD_LIST_MULTI,  /**< some of the options */
    XC_FORM_FIELD_LIST_SINGLE, /**< one of the options */
    XC_FORM_FIELD_TEXT_MULTI,  /**< a value for each line */
    XC_FORM_FIELD_TEXT_PRIVATE /**< one line, not to be shown */
} xc_form_field_type;

/** `<field/>`, XEP-0004 section 3.2. Children: `<value/>`, xc_form_option. */
typedef struct xc_form_field {
    xc_base base;
    xc_str var;    /**< its name */
    uint8_t type;  /**< xc_form_field_type */
    xc_str label;  /**< for people */
    xc_str desc;   /**< for people: more about it */
    bool required; /**< it must be filled in */
    xc_str value;  /**< the first one; others: xc_next_same_name */
} xc_form_field;

/** `<option/>`, XEP-0004 section 3.2. */
typedef struct xc_form_option {
    xc_base base;
    xc_str label; /**< for people */
    xc_str value; /**< required, and may be empty */
} xc_form_option;

/* -- Registration (XEP-0077), blocking (0191), small queries (0012, 0066,
   0092, 0202) -- */

/** `<x/>` in a message (XEP-0066 section 3); `<query/>` in an iq (section 2)
    with xc_oob_query_schema. */
typedef struct xc_oob {
    xc_base base;
    xc_str sid;  /**< of `<query/>` only: a stream of XEP-0095 */
    xc_str url;  /**< required */
    xc_str desc; /**< for people */
} xc_oob;

/** `<query/>`, XEP-0077 section 3. Empty strings ask for a value; what they
    mean is in section 14.1. */
typedef struct xc_registration {
    xc_base base;
    bool registered;     /**< there is an account; the values are its own */
    bool remove;         /**< request: cancel the account (section 3.2) */
    xc_str instructions; /**< for people */
    xc_str username;     /**< the localpart */
    xc_str nick;         /**< nickname */
    xc_str password;     /**< secret */
    xc_str name;         /**< the full name */
    xc_str first;        /**< given name */
    xc_str last;         /**< family name */
    xc_str email;        /**< e-mail address */
    xc_str address;      /**< street */
    xc_str city;         /**< city */
    xc_str state;        /**< state or region */
    xc_str zip;          /**< postal code */
    xc_str phone;        /**< telephone number */
    xc_str url;          /**< web page */
    xc_str date;         /**< some date, such as a birthday */
    xc_str misc;         /**< obsolete */
    xc_str text;         /**< obsolete */
    xc_str key;          /**< obsolete (section 7) */
    xc_form form;        /**< takes precedence over all above (section 6) */
    xc_oob oob;          /**< elsewhere to register (section 5) */
} xc_registration;

/** `<item/>` in XC_TAG_BLOCK, XC_TAG_UNBLOCK and XC_TAG_BLOCKLIST, XEP-0191
    section 3. */
typedef struct xc_blocking_item {
    xc_base base;
    xc_str jid; /**< required; section 6 says what it matches */
} xc_blocking_item;

/** `<query/>`, XEP-0092 section 2. All absent in a request. */
typedef struct xc_software_version {
    xc_base base;
    xc_str name;    /**< of the program */
    xc_str version; /**< of the program */
    xc_str os;      /**< the operating system */
} xc_software_version;

/** `<time/>`, XEP-0202 section 2. Both absent in a request. */
typedef struct xc_entity_time {
    xc_base base;
    xc_str tzo;  /**< offset from UTC, for xc_time_offset */
    xc_time utc; /**< the time */
} xc_entity_time;

/** `<query/>`, XEP-0012 section 2. Absent in a request. */
typedef struct xc_last_activity {
    xc_base base;
    xc_number seconds; /**< since the last activity; xs:unsignedLong: a number
                            above INT64_MAX counts as INT64_MAX */
    xc_str status;     /**< last status of someone offline; own text */
} xc_last_activity;

/* -- Messages: when, where from, which (XEP-0184, 0203, 0280, 0297, 0308,
   0333, 0359, 0380, 0421, 0424, 0425, 0428, 0444, 0461) -- */

/** `<delay/>`, XEP-0203 section 2. */
typedef struct xc_delay {
    xc_base base;
    xc_time stamp; /**< required; when it was sent */
    xc_str from;   /**< address of the entity that delayed it */
    xc_str text;   /**< why, for people; own text */
} xc_delay;

/** `<forwarded/>`, XEP-0297 section 3. Its stanza remains an element:
    xc_forwarded_stanza. */
typedef struct xc_forwarded {
    xc_base base;
    xc_delay delay; /**< when the stanza was first sent */
} xc_forwarded;

/** `<received/>` and `<sent/>`, XEP-0280 sections 7 and 8: schemas
    xc_carbon_received_schema and xc_carbon_sent_schema. Anybody can send one:
    check the sender with xc_carbon_copy. */
typedef struct xc_carbon {
    xc_base base;
    xc_forwarded forwarded; /**< required */
} xc_carbon;

/** `<received/>`, XEP-0184 section 7. The request is XC_TAG_RECEIPT_REQUEST.
    Check the sender with xc_delivery_receipt_of. */
typedef struct xc_delivery_receipt {
    xc_base base;
    xc_str id; /**< required; of the message */
} xc_delivery_receipt;

/** `<stanza-id/>`, XEP-0359 section 2.1. Check the sender with
    xc_stanza_id_of. */
typedef struct xc_stanza_id {
    xc_base base;
    xc_str id; /**< required */
    xc_str by; /**< required; address of the archive that gave it */
} xc_stanza_id;

/** `<origin-id/>`, XEP-0359 section 2.2: a sender can give any. */
typedef struct xc_origin_id {
    xc_base base;
    xc_str id; /**< required */
} xc_origin_id;

/** `<occupant-id/>`, XEP-0421 section 3: the same for one person in one room,
    whatever the nickname. Check the sender with xc_occupant_id_of. */
typedef struct xc_occupant_id {
    xc_base base;
    xc_str id; /**< required */
} xc_occupant_id;

/** `<replace/>`, XEP-0308 section 3: the message corrects another. Check the
    sender with xc_is_same_author. */
typedef struct xc_correction {
    xc_base base;
    xc_str id; /**< required; of the message that is corrected */
} xc_correction;

/** XEP-0333 section 4.2: `<displayed/>` (xc_marker_displayed_schema), and from
    older versions `<received/>` and `<acknowledged/>`
    (xc_marker_received_schema, xc_marker_acknowledged_schema). */
typedef struct xc_marker {
    xc_base base;
    xc_str id; /**< required; of the message */
} xc_marker;

/** `<encryption/>`, XEP-0380 section 3: what the message is encrypted with. */
typedef struct xc_encryption {
    xc_base base;
    xc_str ns;   /**< required; the protocol, as XC_NS_OMEMO */
    xc_str name; /**< the protocol, for people */
} xc_encryption;

/** `<moderated/>` in xc_retraction and xc_retracted, XEP-0425 section 3.1. */
typedef struct xc_moderated {
    xc_base base;
    xc_str by;                  /**< address of the moderator in the room */
    xc_occupant_id occupant_id; /**< of the moderator */
} xc_moderated;

/** `<retract/>`, XEP-0424 section 3. Check the sender with xc_is_same_author
    or xc_muc_moderation_of. */
typedef struct xc_retraction {
    xc_base base;
    xc_str id;              /**< of the message; absent in xc_moderation */
    xc_str reason;          /**< why, for people */
    xc_moderated moderated; /**< a moderator did it; from a room only */
} xc_retraction;

/** `<retracted/>`, XEP-0424 section 4: in an archive in place of what the
    message said. */
typedef struct xc_retracted {
    xc_base base;
    xc_str id;              /**< of the message that retracted it */
    xc_str by;              /**< address of the entity that retracted it */
    xc_time stamp;          /**< when */
    xc_str reason;          /**< why, for people */
    xc_moderated moderated; /**< a moderator did it */
} xc_retracted;

/** `<moderate/>`, XEP-0425 section 3: asks a room to retract a message. */
typedef struct xc_moderation {
    xc_base base;
    xc_str id;             /**< required; the one that the room gave */
    xc_retraction retract; /**< set its base.present; without an id */
    xc_str reason;         /**< why, for people */
} xc_moderation;

/** `<reactions/>`, XEP-0444 section 3. Children: XC_TAG_REACTION; none: all
    are withdrawn. Check the sender with xc_is_same_author. */
typedef struct xc_reactions {
    xc_base base;
    xc_str id; /**< required; of the message */
} xc_reactions;

/** `<reply/>`, XEP-0461 section 3: the message is a reply to another. */
typedef struct xc_message_reply {
    xc_base base;
    xc_str to; /**< address of its author */
    xc_str id; /**< required; of the other message */
} xc_message_reply;

/** `<body/>` and `<subject/>` of xc_fallback, XEP-0428 section 2.2. In code
    points; both absent: all of the text. */
typedef struct xc_fallback_part {
    xc_base base;
    xc_number start; /**< from 0 */
    xc_number end;   /**< the first one after the part */
} xc_fallback_part;

/** `<fallback/>`, XEP-0428 section 2.2: parts of the texts are for clients
    that do not support something. Several parts: xc_next_same_name. */
typedef struct xc_fallback {
    xc_base base;
    xc_str purpose;           /**< what that is: a namespace */
    xc_fallback_part subject; /**< part of the subject */
    xc_fallback_part body;    /**< part of the body */
} xc_fallback;

/* -- Message archive (XEP-0313, 0441) -- */

/** `<query/>`, XEP-0313 section 4. */
typedef struct xc_mam_query {
    xc_base base;
    xc_str queryid; /**< comes back in each xc_mam_result */
    xc_str node;    /**< of an archive of a pubsub node (section 6.1.3) */
    xc_form form;   /**< which messages (section 4.1) */
    xc_rsm rsm;     /**< which page (section 4.3) */
    bool flip_page; /**< the last message of the page first (section 4.3.4) */
} xc_mam_query;

/** `<result/>`, XEP-0313 section 4.2. Check the sender with
    xc_mam_result_of. */
typedef struct xc_mam_result {
    xc_base base;
    xc_str id;              /**< required; of the message in the archive */
    xc_str queryid;         /**< of the query; absent: it had none */
    xc_forwarded forwarded; /**< required; the message and when it came */
} xc_mam_result;

/** `<fin/>`, XEP-0313 sections 4.2 and 4.3: in the result of a query. */
typedef struct xc_mam_fin {
    xc_base base;
    uint8_t complete; /**< xc_tristate: no further page; default false */
    uint8_t stable;   /**< xc_tristate: ids do not change; default true */
    xc_str queryid;   /**< of the query */
    xc_rsm rsm;       /**< which page this was */
} xc_mam_fin;

/** What is archived by default, XEP-0441 section 2.1.1. */
typedef enum xc_mam_default {
    XC_MAM_DEFAULT_UNSET,  /**< absent */
    XC_MAM_DEFAULT_ALWAYS, /**< all messages */
    XC_MAM_DEFAULT_NEVER,  /**< none */
    XC_MAM_DEFAULT_ROSTER  /**< messages of contacts in the roster */
} xc_mam_default;

/** `<prefs/>`, XEP-0441 section 2.1. Children: XC_TAG_MAM_ALWAYS and
    XC_TAG_MAM_NEVER, each with XC_TAG_MAM_JID. */
typedef struct xc_mam_prefs {
    xc_base base;
    uint8_t by_default; /**< xc_mam_default; absent in a request */
} xc_mam_prefs;

/* -- HTTP upload (XEP-0363) -- */

/** How long a file should be kept, XEP-0363 section 5. */
typedef enum xc_upload_purpose {
    XC_UPLOAD_PURPOSE_UNSET,    /**< absent: as for messages, or `ephemeral` */
    XC_UPLOAD_PURPOSE_MESSAGE,  /**< as long as messages */
    XC_UPLOAD_PURPOSE_PROFILE,  /**< as long as it is part of a profile */
    XC_UPLOAD_PURPOSE_PERMANENT /**< forever */
} xc_upload_purpose;

/** `<ephemeral/>`, XEP-0363 section 5.3. */
typedef struct xc_upload_ephemeral {
    xc_base base;
    xc_time expire_before; /**< required; until when to keep the file */
} xc_upload_ephemeral;

/** `<request/>`, XEP-0363 section 4. */
typedef struct xc_upload_request {
    xc_base base;
    xc_str filename;               /**< required */
    xc_number size;                /**< required; bytes, from 1 */
    xc_str content_type;           /**< a media type */
    xc_choice purpose;             /**< value: xc_upload_purpose */
    xc_upload_ephemeral ephemeral; /**< or this purpose */
} xc_upload_request;

/** `<header/>` in `put`, XEP-0363 section 4. Send it only if
    xc_upload_header_allowed. */
typedef struct xc_upload_header {
    xc_base base;
    xc_str name;  /**< required */
    xc_str value; /**< own text */
} xc_upload_header;

/** `<put/>` and `<get/>` of xc_upload_slot, XEP-0363 section 4. */
typedef struct xc_upload_url {
    xc_base base;
    xc_str url; /**< required; https */
} xc_upload_url;

/** `<slot/>`, XEP-0363 section 4: the result of a request. */
typedef struct xc_upload_slot {
    xc_base base;
    xc_upload_url put; /**< required; where to upload. Children:
                            xc_upload_header */
    xc_upload_url get; /**< required; where others find the file */
} xc_upload_slot;

/** `<file-too-large/>` in an error, XEP-0363 section 6. */
typedef struct xc_upload_too_large {
    xc_base base;
    xc_number max_file_size; /**< bytes, from 1 */
} xc_upload_too_large;

/** `<retry/>` in an error, XEP-0363 section 6. */
typedef struct xc_upload_retry {
    xc_base base;
    xc_time stamp; /**< required; when to try again */
} xc_upload_retry;

/* -- Rooms (XEP-0045, 0249), bookmarks (0048, 0402) -- */

/** `<history/>` of xc_muc_join, XEP-0045 section 7.2.14: how much of what was
    said before. Numbers are xs:int. */
typedef struct xc_muc_history {
    xc_base base;
    xc_number maxchars;   /**< most characters of XML */
    xc_number maxstanzas; /**< most messages */
    xc_number seconds;    /**< only of the last seconds, this many */
    xc_time since;        /**< since then */
} xc_muc_history;

/** `<x/>` in a presence to a room, XEP-0045 section 7.2. */
typedef struct xc_muc_join {
    xc_base base;
    xc_str password;        /**< of the room */
    xc_muc_history history; /**< absent: as the room likes */
} xc_muc_join;

/** `<actor/>` of xc_muc_item, XEP-0045 section 8.2: the moderator or admin. */
typedef struct xc_muc_actor {
    xc_base base;
    xc_str jid;  /**< bare address */
    xc_str nick; /**< nickname in the room */
} xc_muc_actor;

/** Lasting relation to a room, XEP-0045 section 5.2. */
typedef enum xc_muc_affiliation {
    XC_MUC_AFFILIATION_UNSET,   /**< absent */
    XC_MUC_AFFILIATION_OWNER,   /**< may configure and destroy it */
    XC_MUC_AFFILIATION_ADMIN,   /**< may ban and appoint */
    XC_MUC_AFFILIATION_MEMBER,  /**< may enter if only members may */
    XC_MUC_AFFILIATION_OUTCAST, /**< banned */
    XC_MUC_AFFILIATION_NONE     /**< written: takes another away */
} xc_muc_affiliation;

/** Role of an occupant during a visit, XEP-0045 section 5.1. */
typedef enum xc_muc_role {
    XC_MUC_ROLE_UNSET,       /**< absent */
    XC_MUC_ROLE_MODERATOR,   /**< may kick, may give and take voice */
    XC_MUC_ROLE_PARTICIPANT, /**< may speak */
    XC_MUC_ROLE_VISITOR,     /**< may listen */
    XC_MUC_ROLE_NONE         /**< written: is outside; kicks an occupant */
} xc_muc_role;

/** `<continue/>`, XEP-0045 section 7.9: from a chat of two to a room. */
typedef struct xc_muc_continue {
    xc_base base;
    xc_str thread; /**< of the chat */
} xc_muc_continue;

/** `<item/>` of xc_muc_user in a presence, XEP-0045 section 7.2; in
    XC_TAG_MUC_ADMIN with xc_muc_admin_item_schema (sections 8 and 9). */
typedef struct xc_muc_item {
    xc_base base;
    uint8_t affiliation;       /**< xc_muc_affiliation */
    uint8_t role;              /**< xc_muc_role */
    xc_str jid;                /**< the occupant's own address */
    xc_str nick;               /**< nickname; the new one if it changes */
    xc_muc_actor actor;        /**< the moderator or admin who did it */
    xc_muc_continue continues; /**< in a room's presence only */
    xc_str reason;             /**< why, for people */
} xc_muc_item;

/** `<invite/>` and `<decline/>` (xc_muc_decline_schema) through the room,
    XEP-0045 section 7.8.2. */
typedef struct xc_muc_invite {
    xc_base base;
    xc_str to;                 /**< in a message to the room */
    xc_str from;               /**< in a message of the room */
    xc_str reason;             /**< why, for people */
    xc_muc_continue continues; /**< a chat of two goes on there */
} xc_muc_invite;

/** `<destroy/>`, XEP-0045 section 10.9: in a presence of the room; in
    xc_muc_owner with xc_muc_owner_destroy_schema. */
typedef struct xc_muc_destroy {
    xc_base base;
    xc_str jid;      /**< the room to go to instead */
    xc_str password; /**< of that room */
    xc_str reason;   /**< why, for people */
} xc_muc_destroy;

/** `<status/>` in xc_muc_user, XEP-0045 section 16.6; see
    xc_muc_has_status. */
typedef struct xc_muc_status {
    xc_base base;
    xc_number code; /**< required; 100 to 999 */
} xc_muc_status;

/** `<x/>` of a room in presence and messages, XEP-0045 sections 7 to 10.
    Children: xc_muc_status, further invitations. Check the sender with
    xc_muc_user_of. */
typedef struct xc_muc_user {
    xc_base base;
    xc_muc_item item;       /**< in presence: the occupant */
    xc_muc_invite invite;   /**< an invitation (section 7.8.2) */
    xc_muc_invite decline;  /**< an invitation was declined */
    xc_muc_destroy destroy; /**< the room is gone */
    xc_str password;        /**< of the room, in an invitation */
} xc_muc_user;

/** `<query/>`, XEP-0045 section 10. */
typedef struct xc_muc_owner {
    xc_base base;
    xc_form form;           /**< configuration of the room */
    xc_muc_destroy destroy; /**< destroys it (section 10.9) */
} xc_muc_owner;

/** `<x/>` in a message from person to person: an invitation, XEP-0249 section
    2. */
typedef struct xc_muc_direct_invite {
    xc_base base;
    xc_str jid;        /**< required; of the room */
    xc_str password;   /**< of the room */
    xc_str reason;     /**< why, for people */
    uint8_t continues; /**< xc_tristate: a chat of two goes on there */
    xc_str thread;     /**< of that chat */
} xc_muc_direct_invite;

/** `<extensions/>` of xc_bookmark, XEP-0402 section 3: what other programs
    keep in a bookmark. It must be kept when the bookmark is written: copy the
    struct to the new one. */
typedef struct xc_bookmark_extensions {
    xc_base base;
} xc_bookmark_extensions;

/** `<conference/>`: payload of a pubsub item whose id is the address of the
    room, XEP-0402 section 3. In XC_TAG_BOOKMARKS_PRIVATE it has a jid and the
    schema xc_bookmark_private_schema, XEP-0048 section 2.1. */
typedef struct xc_bookmark {
    xc_base base;
    xc_str jid;       /**< of the room; required in XEP-0048 only */
    xc_str name;      /**< of the room, for people */
    uint8_t autojoin; /**< xc_tristate: enter it at login; default false */
    xc_str nick;      /**< nickname in the room */
    xc_str password;  /**< of the room */
    xc_bookmark_extensions extensions; /**< XEP-0402 only */
} xc_bookmark;

/* -- In-band bytestreams (XEP-0047) -- */

/** The stanzas that carry the data, XEP-0047 sections 2.1 and 4. */
typedef enum xc_ibb_stanza {
    XC_IBB_IQ,     /**< iq; also absent */
    XC_IBB_MESSAGE /**< message */
} xc_ibb_stanza;

/** `<open/>`, XEP-0047 section 2.1. */
typedef struct xc_ibb_open {
    xc_base base;
    xc_number block_size; /**< required; bytes in a block before base64, at
                               most 65535 */
    xc_str sid;           /**< required; of the bytestream */
    uint8_t stanza;       /**< xc_ibb_stanza */
} xc_ibb_open;

/** `<data/>`, XEP-0047 section 2.2. */
typedef struct xc_ibb_data {
    xc_base base;
    xc_number seq; /**< required; of the block, modulo 65536 */
    xc_str sid;    /**< required; of the bytestream */
    xc_str data;   /**< base64 without white space; own text */
} xc_ibb_data;

/** `<close/>`, XEP-0047 section 2.3. */
typedef struct xc_ibb_close {
    xc_base base;
    xc_str sid; /**< required; of the bytestream */
} xc_ibb_close;

/* -- Commands (XEP-0050) -- */

/** What `execute` means at a stage, XEP-0050 section 4.2. */
typedef enum xc_command_execute {
    XC_COMMAND_EXECUTE_UNSET,   /**< absent: next */
    XC_COMMAND_EXECUTE_PREV,    /**< the stage before */
    XC_COMMAND_EXECUTE_NEXT,    /**< the stage after */
    XC_COMMAND_EXECUTE_COMPLETE /**< the end */
} xc_command_execute;

/** `<actions/>` of xc_command, XEP-0050 section 4.2: what is allowed next. */
typedef struct xc_command_actions {
    xc_base base;
    uint8_t execute; /**< xc_command_execute */
    bool prev;       /**< there is a stage before */
    bool next;       /**< there is a stage after */
    bool complete;   /**< it may be completed */
} xc_command_actions;

/** How serious a note is, XEP-0050 section 4.3. */
typedef enum xc_command_note_type {
    XC_COMMAND_NOTE_INFO, /**< information; also absent */
    XC_COMMAND_NOTE_WARN, /**< a warning */
    XC_COMMAND_NOTE_ERROR /**< an error */
} xc_command_note_type;

/** `<note/>` of xc_command, XEP-0050 section 4.3. */
typedef struct xc_command_note {
    xc_base base;
    uint8_t type; /**< xc_command_note_type */
    xc_str text;  /**< for people; own text */
} xc_command_note;

/** What to do with a command, XEP-0050 section 3.4. */
typedef enum xc_command_action {
    XC_COMMAND_ACTION_UNSET,   /**< absent: execute */
    XC_COMMAND_ACTION_EXECUTE, /**< begin, or see xc_command_actions.execute */
    XC_COMMAND_ACTION_CANCEL,  /**< give up */
    XC_COMMAND_ACTION_PREV,    /**< go to the stage before */
    XC_COMMAND_ACTION_NEXT,    /**< go to the stage after */
    XC_COMMAND_ACTION_COMPLETE, /**< finish */
    XC_COMMAND_ACTION_UNKNOWN   /**< another name: reply with an error that has
                                     `<malformed-action/>` (section 4.4) */
} xc_command_action;

/** State of a command, XEP-0050 section 3.4. */
typedef enum xc_command_status {
    XC_COMMAND_STATUS_UNSET,     /**< absent */
    XC_COMMAND_STATUS_EXECUTING, /**< there are more stages */
    XC_COMMAND_STATUS_COMPLETED, /**< it is done */
    XC_COMMAND_STATUS_CANCELED   /**< it was given up */
} xc_command_status;

/** `<command/>`, XEP-0050 section 4.1. Children: xc_command_note. */
typedef struct xc_command {
    xc_base base;
    xc_str node;                /**< required; of the command */
    xc_str sessionid;           /**< of this execution; absent at first */
    uint8_t action;             /**< request: xc_command_action */
    uint8_t status;             /**< reply: xc_command_status */
    xc_str lang;                /**< xml:lang */
    xc_command_actions actions; /**< reply: what is allowed next */
    xc_form form;               /**< the payload, as a rule (section 3.5) */
} xc_command;

/* -- vCard (XEP-0054, 0153), avatars (XEP-0084) -- */

/** `<N/>` of xc_vcard, XEP-0054 section 9. */
typedef struct xc_vcard_name {
    xc_base base;
    xc_str family; /**< family name */
    xc_str given;  /**< given name */
    xc_str middle; /**< middle names */
    xc_str prefix; /**< such as "Dr." */
    xc_str suffix; /**< such as "Jr." */
} xc_vcard_name;

/** `<PHOTO/>` of xc_vcard, XEP-0054 section 9: either type and binval, or
    extval. */
typedef struct xc_vcard_photo {
    xc_base base;
    xc_str type;   /**< a media type */
    xc_str binval; /**< base64, may have white space: xc_base64_decode */
    xc_str extval; /**< a URI */
} xc_vcard_photo;

/** `<EMAIL/>` of xc_vcard, XEP-0054 section 9. */
typedef struct xc_vcard_email {
    xc_base base;
    xc_str userid; /**< the address */
    bool home;     /**< at home */
    bool work;     /**< at work */
    bool internet; /**< an Internet address */
    bool pref;     /**< the preferred one */
} xc_vcard_email;

/** `<vCard/>`, XEP-0054 section 9, in part. Children: further ones of these,
    and all that is not here. */
typedef struct xc_vcard {
    xc_base base;
    xc_str fn;            /**< the full name */
    xc_vcard_name n;      /**< the name in parts */
    xc_str nickname;      /**< nickname */
    xc_str url;           /**< web page */
    xc_str bday;          /**< birthday; a date of ISO 8601 */
    xc_str jabberid;      /**< an address of XMPP */
    xc_str title;         /**< job title */
    xc_str role;          /**< role at work */
    xc_str desc;          /**< about the person */
    xc_vcard_photo photo; /**< picture */
    xc_vcard_email email; /**< the first one */
} xc_vcard;

/** `<x/>` in a presence, XEP-0153 section 4.1. */
typedef struct xc_vcard_update {
    xc_base base;
    xc_str photo; /**< SHA-1 of the picture in hexadecimal digits; "": there is
                       none; absent: not known yet */
} xc_vcard_update;

/** `<data/>`, payload of a pubsub item, XEP-0084 section 4.1. */
typedef struct xc_avatar_data {
    xc_base base;
    xc_str data; /**< base64, may have white space: xc_base64_decode; own
                      text */
} xc_avatar_data;

/** `<info/>` in XC_TAG_AVATAR_METADATA, XEP-0084 section 4.2.1. */
typedef struct xc_avatar_info {
    xc_base base;
    xc_number bytes;  /**< required; size of the image */
    xc_number height; /**< pixels */
    xc_number width;  /**< pixels */
    xc_str id;        /**< required; SHA-1 in hexadecimal digits */
    xc_str type;      /**< required; a media type */
    xc_str url;       /**< where it is; absent: in xc_avatar_data */
} xc_avatar_info;

/** `<pointer/>` after the xc_avatar_info, XEP-0084 section 4.2.2. Its child
    says where the avatar is. */
typedef struct xc_avatar_pointer {
    xc_base base;
    xc_number bytes;  /**< size of the image */
    xc_number height; /**< pixels */
    xc_number width;  /**< pixels */
    xc_str id;        /**< SHA-1 in hexadecimal digits */
    xc_str type;      /**< a media type */
} xc_avatar_pointer;

/* -- Publish-subscribe (XEP-0060; at a bare JID XEP-0163) -- */

/** `<create/>`, XEP-0060 section 8.1. */
typedef struct xc_pubsub_create {
    xc_base base;
    xc_str node; /**< absent: the service finds a name */
} xc_pubsub_create;

/** `<item/>` in requests and results, XEP-0060 section 7.1; in events with
    xc_pubsub_event_item_schema. Its payload is
    xc_first_child(item.base.element). */
typedef struct xc_pubsub_item {
    xc_base base;
    xc_str id;        /**< absent: the service chooses one */
    xc_str publisher; /**< address of the publisher */
} xc_pubsub_item;

/** `<items/>`, XEP-0060 section 6.5; in events with
    xc_pubsub_event_items_schema (XEP-0060 section 7.1, XEP-0163). Children:
    xc_pubsub_item; in events also xc_pubsub_event_retract. */
typedef struct xc_pubsub_items {
    xc_base base;
    xc_str node;         /**< required */
    xc_number max_items; /**< the last so many; from 1 */
    xc_str subid;        /**< of the subscription */
} xc_pubsub_items;

/** `<publish/>`, XEP-0060 section 7.1. Children: xc_pubsub_item. */
typedef struct xc_pubsub_publish {
    xc_base base;
    xc_str node; /**< required */
} xc_pubsub_publish;

/** `<retract/>`, XEP-0060 section 7.2. Children: xc_pubsub_item. */
typedef struct xc_pubsub_retract {
    xc_base base;
    xc_str node;    /**< required */
    uint8_t notify; /**< xc_tristate: subscribers are told; default false */
} xc_pubsub_retract;

/** `<retract/>` in an event, XEP-0060 section 7.2.2: an item is gone. */
typedef struct xc_pubsub_event_retract {
    xc_base base;
    xc_str id; /**< required */
} xc_pubsub_event_retract;

/** `<subscribe/>`, XEP-0060 section 6.1. */
typedef struct xc_pubsub_subscribe {
    xc_base base;
    xc_str jid;  /**< required; the address to subscribe */
    xc_str node; /**< absent: the root collection */
} xc_pubsub_subscribe;

/** `<unsubscribe/>`, XEP-0060 section 6.2. */
typedef struct xc_pubsub_unsubscribe {
    xc_base base;
    xc_str jid;   /**< required; the address that is subscribed */
    xc_str node;  /**< absent: the root collection */
    xc_str subid; /**< of the subscription, if there are several */
} xc_pubsub_unsubscribe;

/** States of a subscription, XEP-0060 section 4.2. */
typedef enum xc_pubsub_state {
    XC_PUBSUB_STATE_UNSET,       /**< absent */
    XC_PUBSUB_STATE_NONE,        /**< not subscribed */
    XC_PUBSUB_STATE_PENDING,     /**< an owner must approve it */
    XC_PUBSUB_STATE_SUBSCRIBED,  /**< subscribed */
    XC_PUBSUB_STATE_UNCONFIGURED /**< options must be set first */
} xc_pubsub_state;

/** `<subscribe-options/>`, XEP-0060 section 6.1.5: the subscription has
    options. */
typedef struct xc_pubsub_subscribe_options {
    xc_base base;
    bool required; /**< it takes effect when they are set */
} xc_pubsub_subscribe_options;

/** `<subscription/>`, XEP-0060 sections 5.6 and 6.1.2; in events with
    xc_pubsub_event_subscription_schema (section 8.8.4); of an owner with
    xc_pubsub_owner_subscription_schema (section 8.8). */
typedef struct xc_pubsub_subscription {
    xc_base base;
    xc_str jid;     /**< required; the address that is subscribed */
    xc_str node;    /**< of the subscription */
    xc_str subid;   /**< if there are several subscriptions */
    uint8_t state;  /**< xc_pubsub_state; required of an owner only */
    xc_time expiry; /**< when it ends (section 13.19) */
    xc_pubsub_subscribe_options subscribe_options; /**< to a subscriber */
} xc_pubsub_subscription;

/** `<subscriptions/>`, XEP-0060 section 5.6; of an owner with
    xc_pubsub_owner_subscriptions_schema (section 8.8). Children:
    xc_pubsub_subscription. */
typedef struct xc_pubsub_subscriptions {
    xc_base base;
    xc_str node;  /**< required of an owner only; absent: all nodes */
    xc_str subid; /**< of one subscription */
} xc_pubsub_subscriptions;

/** Affiliations with a node, XEP-0060 section 4.1. */
typedef enum xc_pubsub_affiliation_type {
    XC_PUBSUB_AFFILIATION_UNSET,        /**< absent */
    XC_PUBSUB_AFFILIATION_OWNER,        /**< may do everything */
    XC_PUBSUB_AFFILIATION_PUBLISHER,    /**< may publish and subscribe */
    XC_PUBSUB_AFFILIATION_PUBLISH_ONLY, /**< may only publish */
    XC_PUBSUB_AFFILIATION_MEMBER,       /**< may subscribe to a whitelist */
    XC_PUBSUB_AFFILIATION_NONE,         /**< as anybody else */
    XC_PUBSUB_AFFILIATION_OUTCAST       /**< may do nothing */
} xc_pubsub_affiliation_type;

/** `<affiliation/>`, XEP-0060 section 5.7; of an owner with
    xc_pubsub_owner_affiliation_schema (section 8.9). */
typedef struct xc_pubsub_affiliation {
    xc_base base;
    uint8_t affiliation; /**< required; xc_pubsub_affiliation_type */
    xc_str node;         /**< to an entity that asks for its own */
    xc_str jid;          /**< of the entity; required of an owner only */
} xc_pubsub_affiliation;

/** `<affiliations/>`, XEP-0060 section 5.7; of an owner with
    xc_pubsub_owner_affiliations_schema (section 8.9). Children:
    xc_pubsub_affiliation. */
typedef struct xc_pubsub_affiliations {
    xc_base base;
    xc_str node; /**< required of an owner only; absent: all nodes */
} xc_pubsub_affiliations;

/** Types of nodes, XEP-0060 section 4.4. */
typedef enum xc_pubsub_node_type {
    XC_PUBSUB_LEAF,      /**< has items; also absent */
    XC_PUBSUB_COLLECTION /**< has nodes (XEP-0248) */
} xc_pubsub_node_type;

/** A form about a node or subscription, XEP-0060: `<options/>` (section 6.3),
    `<default/>` (section 6.4, xc_pubsub_default_schema), `<publish-options/>`
    (section 7.1.5, xc_pubsub_publish_options_schema), `<configure/>` beside
    `<create/>` (section 8.1.3, xc_pubsub_configure_schema) and of an owner
    (section 8.2, xc_pubsub_owner_configure_schema), an owner's `<default/>`
    (section 8.3, xc_pubsub_owner_default_schema), `<configuration/>` in events
    (section 8.2, xc_pubsub_event_configuration_schema). */
typedef struct xc_pubsub_options {
    xc_base base;
    xc_str node;  /**< of which node */
    xc_str jid;   /**< of `<options/>`: the address that is subscribed */
    xc_str subid; /**< of `<options/>`: the subscription */
    uint8_t type; /**< of an owner's `<default/>`: xc_pubsub_node_type */
    xc_form form; /**< the options */
} xc_pubsub_options;

/** `<redirect/>` of xc_pubsub_delete, XEP-0060 section 8.4. */
typedef struct xc_pubsub_redirect {
    xc_base base;
    xc_str uri; /**< required; of the node to use instead */
} xc_pubsub_redirect;

/** XEP-0060: `<delete/>`, the node is gone (section 8.4), with
    xc_pubsub_owner_delete_schema and xc_pubsub_event_delete_schema;
    `<purge/>`, its items are gone (section 8.5), with
    xc_pubsub_owner_purge_schema and xc_pubsub_event_purge_schema. */
typedef struct xc_pubsub_delete {
    xc_base base;
    xc_str node;                 /**< required */
    xc_pubsub_redirect redirect; /**< of `<delete/>`: another node */
} xc_pubsub_delete;

/** Every XC_TAG, one row each: X(TAG, specification). */
#define XC_TAGS(X)                                                            \
    /* queries and forms */                                                   \
    X(XC_TAG_REGISTER_FEATURE, "XEP-0077")                                    \
    X(XC_TAG_PING, "XEP-0199")                                                \
    X(XC_TAG_BLOCKLIST, "XEP-0191")                                           \
    X(XC_TAG_BLOCK, "XEP-0191")                                               \
    X(XC_TAG_UNBLOCK, "XEP-0191")                                             \
    X(XC_TAG_BLOCKED, "XEP-0191")                                             \
    X(XC_TAG_PRIVATE, "XEP-0049")                                             \
    X(XC_TAG_FORM_REPORTED, "XEP-0004")                                       \
    X(XC_TAG_FORM_ITEM, "XEP-0004")                                           \
    /* messages */                                                            \
    X(XC_TAG_CARBONS_ENABLE, "XEP-0280")                                      \
    X(XC_TAG_CARBONS_DISABLE, "XEP-0280")                                     \
    X(XC_TAG_CARBONS_PRIVATE, "XEP-0280")                                     \
    X(XC_TAG_RECEIPT_REQUEST, "XEP-0184")                                     \
    X(XC_TAG_MARKABLE, "XEP-0333")                                            \
    X(XC_TAG_HINT_NO_PERMANENT_STORE, "XEP-0334")                             \
    X(XC_TAG_HINT_NO_STORE, "XEP-0334")                                       \
    X(XC_TAG_HINT_NO_COPY, "XEP-0334")                                        \
    X(XC_TAG_HINT_STORE, "XEP-0334")                                          \
    X(XC_TAG_REACTION, "XEP-0444")                                            \
    X(XC_TAG_ACTIVE, "XEP-0085")                                              \
    X(XC_TAG_COMPOSING, "XEP-0085")                                           \
    X(XC_TAG_PAUSED, "XEP-0085")                                              \
    X(XC_TAG_INACTIVE, "XEP-0085")                                            \
    X(XC_TAG_GONE, "XEP-0085")                                                \
    /* archives */                                                            \
    X(XC_TAG_MAM_ALWAYS, "XEP-0441")                                          \
    X(XC_TAG_MAM_NEVER, "XEP-0441")                                           \
    X(XC_TAG_MAM_JID, "XEP-0441")                                             \
    /* rooms and bookmarks */                                                 \
    X(XC_TAG_MUC_ADMIN, "XEP-0045")                                           \
    X(XC_TAG_BOOKMARKS_PRIVATE, "XEP-0048")                                   \
    /* profiles */                                                            \
    X(XC_TAG_AVATAR_METADATA, "XEP-0084")                                     \
    /* publish-subscribe */                                                   \
    X(XC_TAG_PUBSUB, "XEP-0060")                                              \
    X(XC_TAG_PUBSUB_EVENT, "XEP-0060")                                        \
    X(XC_TAG_PUBSUB_OWNER, "XEP-0060")

/** Every schema of this section, as XC_STANZAS has those of [STANZA]. */
#define XC_PAYLOADS(X)                                                        \
    /* queries and forms */                                                   \
    X(disco_info, disco_info, XC_NS_DISCO_INFO, "query",                      \
      "XEP-0030, XEP-0128")                                                   \
    X(disco_identity, disco_identity, XC_NS_DISCO_INFO, "identity",           \
      "XEP-0030")                                                             \
    X(disco_feature, disco_feature, XC_NS_DISCO_INFO, "feature", "XEP-0030")  \
    X(disco_items, disco_items, XC_NS_DISCO_ITEMS, "query", "XEP-0030")       \
    X(disco_item, disco_item, XC_NS_DISCO_ITEMS, "item", "XEP-0030")          \
    X(rsm_first, rsm_first, XC_NS_RSM, "first", "XEP-0059")                   \
    X(rsm, rsm, XC_NS_RSM, "set", "XEP-0059")                                 \
    X(caps, caps, XC_NS_CAPS, "c", "XEP-0115")                                \
    X(form, form, XC_NS_DATA_FORMS, "x", "XEP-0004")                          \
    X(form_field, form_field, XC_NS_DATA_FORMS, "field", "XEP-0004")          \
    X(form_option, form_option, XC_NS_DATA_FORMS, "option", "XEP-0004")       \
    X(registration, registration, XC_NS_REGISTER, "query", "XEP-0077")        \
    X(blocking_item, blocking_item, XC_NS_BLOCKING, "item", "XEP-0191")       \
    X(software_version, software_version, XC_NS_SOFTWARE_VERSION, "query",    \
      "XEP-0092")                                                             \
    X(entity_time, entity_time, XC_NS_ENTITY_TIME, "time", "XEP-0202")        \
    X(last_activity, last_activity, XC_NS_LAST_ACTIVITY, "query", "XEP-0012") \
    X(oob, oob, XC_NS_OOB, "x", "XEP-0066")                                   \
    X(oob_query, oob, XC_NS_OOB_QUERY, "query", "XEP-0066")                   \
    /* messages */                                                            \
    X(delay, delay, XC_NS_DELAY, "delay", "XEP-0203")                         \
    X(forwarded, forwarded, XC_NS_FORWARD, "forwarded", "XEP-0297")           \
    X(carbon_received, carbon, XC_NS_CARBONS, "received", "XEP-0280")         \
    X(carbon_sent, carbon, XC_NS_CARBONS, "sent", "XEP-0280")                 \
    X(delivery_receipt, delivery_receipt, XC_NS_RECEIPTS, "received",         \
      "XEP-0184")                                                             \
    X(stanza_id, stanza_id, XC_NS_STANZA_ID, "stanza-id", "XEP-0359")         \
    X(origin_id, origin_id, XC_NS_STANZA_ID, "origin-id", "XEP-0359")         \
    X(occupant_id, occupant_id, XC_NS_OCCUPANT_ID, "occupant-id", "XEP-0421") \
    X(correction, correction, XC_NS_MESSAGE_CORRECT, "replace", "XEP-0308")   \
    X(marker_received, marker, XC_NS_MARKERS, "received", "XEP-0333")         \
    X(marker_displayed, marker, XC_NS_MARKERS, "displayed", "XEP-0333")       \
    X(marker_acknowledged, marker, XC_NS_MARKERS, "acknowledged", "XEP-0333") \
    X(encryption, encryption, XC_NS_ENCRYPTION, "encryption", "XEP-0380")     \
    X(moderated, moderated, XC_NS_MODERATE, "moderated", "XEP-0425")          \
    X(retraction, retraction, XC_NS_RETRACT, "retract", "XEP-0424")           \
    X(retracted, retracted, XC_NS_RETRACT, "retracted", "XEP-0424")           \
    X(moderation, moderation, XC_NS_MODERATE, "moderate", "XEP-0425")         \
    X(reactions, reactions, XC_NS_REACTIONS, "reactions", "XEP-0444")         \
    X(message_reply, message_reply, XC_NS_REPLY, "reply", "XEP-0461")         \
    X(fallback_body, fallback_part, XC_NS_FALLBACK, "body", "XEP-0428")       \
    X(fallback_subject, fallback_part, XC_NS_FALLBACK, "subject", "XEP-0428") \
    X(fallback, fallback, XC_NS_FALLBACK, "fallback", "XEP-0428")             \
    /* archives */                                                            \
    X(mam_query, mam_query, XC_NS_MAM, "query", "XEP-0313")                   \
    X(mam_result, mam_result, XC_NS_MAM, "result", "XEP-0313")                \
    X(mam_fin, mam_fin, XC_NS_MAM, "fin", "XEP-0313")                         \
    X(mam_start, mam_edge, XC_NS_MAM, "start", "XEP-0313")                    \
    X(mam_end, mam_edge, XC_NS_MAM, "end", "XEP-0313")                        \
    X(mam_metadata, mam_metadata, XC_NS_MAM, "metadata", "XEP-0313")          \
    X(mam_prefs, mam_prefs, XC_NS_MAM, "prefs", "XEP-0441")                   \
    /* files */                                                               \
    X(upload_ephemeral, upload_ephemeral, XC_NS_UPLOAD_PURPOSE, "ephemeral",  \
      "XEP-0363")                                                             \
    X(upload_request, upload_request, XC_NS_UPLOAD, "request", "XEP-0363")    \
    X(upload_header, upload_header, XC_NS_UPLOAD, "header", "XEP-0363")       \
    X(upload_put, upload_url, XC_NS_UPLOAD, "put", "XEP-0363")                \
    X(upload_get, upload_url, XC_NS_UPLOAD, "get", "XEP-0363")                \
    X(upload_slot, upload_slot, XC_NS_UPLOAD, "slot", "XEP-0363")             \
    X(upload_too_large, upload_too_large, XC_NS_UPLOAD, "file-too-large",     \
      "XEP-0363")                                                             \
    X(upload_retry, upload_retry, XC_NS_UPLOAD, "retry", "XEP-0363")          \
    /* rooms and bookmarks */                                                 \
    X(muc_history, muc_history, XC_NS_MUC, "history", "XEP-0045")             \
    X(muc_join, muc_join, XC_NS_MUC, "x", "XEP-0045")                         \
    X(muc_actor, muc_actor, NULL, "actor", "XEP-0045")                        \
    X(muc_item, muc_item, XC_NS_MUC_USER, "item", "XEP-0045")                 \
    X(muc_admin_item, muc_item, XC_NS_MUC_ADMIN, "item", "XEP-0045")          \
    X(muc_continue, muc_continue, XC_NS_MUC_USER, "continue", "XEP-0045")     \
    X(muc_invite, muc_invite, XC_NS_MUC_USER, "invite", "XEP-0045")           \
    X(muc_decline, muc_invite, XC_NS_MUC_USER, "decline", "XEP-0045")         \
    X(muc_destroy, muc_destroy, XC_NS_MUC_USER, "destroy", "XEP-0045")        \
    X(muc_owner_destroy, muc_destroy, XC_NS_MUC_OWNER, "destroy", "XEP-0045") \
    X(muc_status, muc_status, XC_NS_MUC_USER, "status", "XEP-0045")           \
    X(muc_user, muc_user, XC_NS_MUC_USER, "x", "XEP-0045")                    \
    X(muc_owner, muc_owner, XC_NS_MUC_OWNER, "query", "XEP-0045")             \
    X(muc_direct_invite, muc_direct_invite, XC_NS_MUC_DIRECT_INVITE, "x",     \
      "XEP-0249")                                                             \
    X(bookmark_extensions, bookmark_extensions, XC_NS_BOOKMARKS,              \
      "extensions", "XEP-0402")                                               \
    X(bookmark, bookmark, XC_NS_BOOKMARKS, "conference", "XEP-0402")          \
    X(bookmark_private, bookmark, XC_NS_BOOKMARKS_PRIVATE, "conference",      \
      "XEP-0048")                                                             \
    /* files */                                                               \
    X(ibb_open, ibb_open, XC_NS_IBB, "open", "XEP-0047")                      \
    X(ibb_data, ibb_data, XC_NS_IBB, "data", "XEP-0047")                      \
    X(ibb_close, ibb_close, XC_NS_IBB, "close", "XEP-0047")                   \
    /* queries and forms */                                                   \
    X(command_actions, command_actions, XC_NS_COMMANDS, "actions",            \
      "XEP-0050")                                                             \
    X(command_note, command_note, XC_NS_COMMANDS, "note", "XEP-0050")         \
    X(command, command, XC_NS_COMMANDS, "command", "XEP-0050")                \
    /* profiles */                                                            \
    X(vcard_name, vcard_name, XC_NS_VCARD, "N", "XEP-0054")                   \
    X(vcard_photo, vcard_photo, XC_NS_VCARD, "PHOTO", "XEP-0054")             \
    X(vcard_email, vcard_email, XC_NS_VCARD, "EMAIL", "XEP-0054")             \
    X(vcard, vcard, XC_NS_VCARD, "vCard", "XEP-0054")                         \
    X(vcard_update, vcard_update, XC_NS_VCARD_UPDATE, "x", "XEP-0153")        \
    X(avatar_data, avatar_data, XC_NS_AVATAR_DATA, "data", "XEP-0084")        \
    X(avatar_info, avatar_info, XC_NS_AVATAR_METADATA, "info", "XEP-0084")    \
    X(avatar_pointer, avatar_pointer, XC_NS_AVATAR_METADATA, "pointer",       \
      "XEP-0084")                                                             \
    /* publish-subscribe */                                                   \
    X(pubsub_create, pubsub_create, XC_NS_PUBSUB, "create", "XEP-0060")       \
    X(pubsub_item, pubsub_item, XC_NS_PUBSUB, "item", "XEP-0060")             \
    X(pubsub_event_item, pubsub_item, XC_NS_PUBSUB_EVENT, "item", "XEP-0060") \
    X(pubsub_items, pubsub_items, XC_NS_PUBSUB, "items", "XEP-0060")          \
    X(pubsub_event_items, pubsub_items, XC_NS_PUBSUB_EVENT, "items",          \
      "XEP-0060, XEP-0163")                                                   \
    X(pubsub_publish, pubsub_publish, XC_NS_PUBSUB, "publish", "XEP-0060")    \
    X(pubsub_retract, pubsub_retract, XC_NS_PUBSUB, "retract", "XEP-0060")    \
    X(pubsub_event_retract, pubsub_event_retract, XC_NS_PUBSUB_EVENT,         \
      "retract", "XEP-0060")                                                  \
    X(pubsub_subscribe, pubsub_subscribe, XC_NS_PUBSUB, "subscribe",          \
      "XEP-0060")                                                             \
    X(pubsub_unsubscribe, pubsub_unsubscribe, XC_NS_PUBSUB, "unsubscribe",    \
      "XEP-0060")                                                             \
    X(pubsub_subscribe_options, pubsub_subscribe_options, XC_NS_PUBSUB,       \
      "subscribe-options", "XEP-0060")                                        \
    X(pubsub_subscription, pubsub_subscription, XC_NS_PUBSUB, "subscription", \
      "XEP-0060")                                                             \
    X(pubsub_event_subscription, pubsub_subscription, XC_NS_PUBSUB_EVENT,     \
      "subscription", "XEP-0060")                                             \
    X(pubsub_owner_subscription, pubsub_subscription, XC_NS_PUBSUB_OWNER,     \
      "subscription", "XEP-0060")                                             \
    X(pubsub_subscriptions, pubsub_subscriptions, XC_NS_PUBSUB,               \
      "subscriptions", "XEP-0060")                                            \
    X(pubsub_owner_subscriptions, pubsub_subscriptions, XC_NS_PUBSUB_OWNER,   \
      "subscriptions", "XEP-0060")                                            \
    X(pubsub_affiliation, pubsub_affiliation, XC_NS_PUBSUB, "affiliation",    \
      "XEP-0060")                                                             \
    X(pubsub_owner_affiliation, pubsub_affiliation, XC_NS_PUBSUB_OWNER,       \
      "affiliation", "XEP-0060")                                              \
    X(pubsub_affiliations, pubsub_affiliations, XC_NS_PUBSUB, "affiliations", \
      "XEP-0060")                                                             \
    X(pubsub_owner_affiliations, pubsub_affiliations, XC_NS_PUBSUB_OWNER,     \
      "affiliations", "XEP-0060")                                             \
    X(pubsub_options, pubsub_options, XC_NS_PUBSUB, "options", "XEP-0060")    \
    X(pubsub_publish_options, pubsub_options, XC_NS_PUBSUB,                   \
      "publish-options", "XEP-0060")                                          \
    X(pubsub_configure, pubsub_options, XC_NS_PUBSUB, "configure",            \
      "XEP-0060")                                                             \
    X(pubsub_default, pubsub_options, XC_NS_PUBSUB, "default", "XEP-0060")    \
    X(pubsub_owner_configure, pubsub_options, XC_NS_PUBSUB_OWNER,             \
      "configure", "XEP-0060")                                                \
    X(pubsub_owner_default, pubsub_options, XC_NS_PUBSUB_OWNER, "default",    \
      "XEP-0060")                                                             \
    X(pubsub_event_configuration, pubsub_options, XC_NS_PUBSUB_EVENT,         \
      "configuration", "XEP-0060")                                            \
    X(pubsub_redirect, pubsub_redirect, NULL, "redirect", "XEP-0060")         \
    X(pubsub_owner_delete, pubsub_delete, XC_NS_PUBSUB_OWNER, "delete",       \
      "XEP-0060")                                                             \
    X(pubsub_owner_purge, pubsub_delete, XC_NS_PUBSUB_OWNER, "purge",         \
      "XEP-0060")                                                             \
    X(pubsub_event_delete, pubsub_delete, XC_NS_PUBSUB_EVENT, "delete",       \
      "XEP-0060")                                                             \
    X(pubsub_event_purge, pubsub_delete, XC_NS_PUBSUB_EVENT, "purge",         \
      "XEP-0060")

XC_I_SCHEMAS
#define XC_I_DECLARE(name, type, ns, element, spec)                           \
    XC_I_SCHEMA xc_##name##_schema;
XC_PAYLOADS(XC_I_DECLARE)
#undef XC_I_DECLARE
XC_I_END_SCHEMAS

/** True if `parent` has a child `name` in namespace `ns`; an XC_TAG gives
    both. */
XC_API bool xc_has_child(const xc_element *parent, const char *ns,
                         const char *name);
/** Writes an empty element: xc_write_tag(&w, XC_TAG_HINT_STORE). Errors go to
    the writer. */
XC_API void xc_write_tag(xc_writer *w, const char *ns, const char *name);

/** Chat states, XEP-0085 section 2. */
typedef enum xc_chat_state {
    XC_CHAT_STATE_NONE,      /**< no chat state */
    XC_CHAT_STATE_ACTIVE,    /**< XC_TAG_ACTIVE */
    XC_CHAT_STATE_COMPOSING, /**< XC_TAG_COMPOSING */
    XC_CHAT_STATE_PAUSED,    /**< XC_TAG_PAUSED */
    XC_CHAT_STATE_INACTIVE,  /**< XC_TAG_INACTIVE */
    XC_CHAT_STATE_GONE       /**< XC_TAG_GONE */
} xc_chat_state;
/** Returns the first known chat state of a message. */
XC_API xc_chat_state xc_chat_state_of(const xc_element *message);
/** Writes the element of a chat state; nothing for XC_CHAT_STATE_NONE. Errors
    go to the writer. */
XC_API void xc_write_chat_state(xc_writer *w, xc_chat_state state);

/** True if the query, an xc_disco_info, has `<feature/>` with this `var`
    (XEP-0030 section 3.1). */
XC_API bool xc_disco_has_feature(const xc_element *query, const char *feature);

/** Returns the field `var` of a form, or of an XC_TAG_FORM_ITEM; NULL if there
    is none. For FORM_TYPE see XEP-0068. */
XC_API const xc_element *xc_form_find(const xc_element *form, const char *var);
/** Returns the first value of the field `var`; absent if there is no such
    field, or no value. */
XC_API xc_str xc_form_value(const xc_element *form, const char *var);
/** Begins a form whose first field is a hidden FORM_TYPE, unless `form_type`
    is NULL. Write the fields, then xc_writer_end. Errors go to the writer. */
XC_API void xc_write_form_begin(xc_writer *w, xc_form_type type,
                                const char *form_type);
/** Writes a field with one value, or without one if it is absent. A field with
    several values: begin XC_NS_DATA_FORMS, "field" yourself. Errors go to the
    writer. */
XC_API void xc_write_form_field(xc_writer *w, const char *var, xc_str value);

/** Returns the stanza in `<forwarded/>`: its first child that is a message,
    presence or iq of a client, server or component stream; NULL if none. */
XC_API const xc_element *xc_forwarded_stanza(const xc_element *forwarded);
/** Returns the id that `by` gave a message (XEP-0359); absent if there is
    none, if there are several, or if it is malformed (section 3).
    xc_stanza_id_of knows which `by` to believe. */
XC_API xc_str xc_stanza_id_by(const xc_element *message, xc_str by);
/** True for a header that a client may send with its upload (XEP-0363 section
    4); ignore all others. Values with line ends are refused, not cleaned. */
XC_API bool xc_upload_header_allowed(const xc_upload_header *header);
/** True if `x`, an xc_muc_user, has this status code (XEP-0045 section
    16.6). */
XC_API bool xc_muc_has_status(const xc_element *x, unsigned code);

/* -- Who may say it: see [STANZA] checks --

   Each function returns what can be believed; NULL or absent if there is no
   such thing, if there is more than one (receipts: see there), or if the
   sender may not say it.
   Nothing is believed of a stanza of type error, which repeats what somebody
   else has said.

   `own` is your full address. `room` is the address of a room; its
   resourcepart is ignored. `announced`: the room or account itself has the
   feature in its disco#info (XEP-0030). Without that the element can be
   forged. */

/** True for a push of your block list, in XC_TAG_BLOCK or XC_TAG_UNBLOCK
    (XEP-0191 sections 3.3 to 3.5), from your own account; as
    xc_is_roster_push. */
XC_API bool xc_is_blocking_push(const xc_element *iq, xc_str own);
/** Returns `<result/>`, an xc_mam_result, with a message of the query with
    this queryid (absent: it had none) that was sent to `archive` (absent: your
    own account; XEP-0313 section 8.2). The end, xc_mam_fin, is in the reply:
    xc_iq_is_reply_to. */
XC_API const xc_element *xc_mam_result_of(const xc_element *message,
                                          xc_str queryid, xc_str archive,
                                          xc_str own);
/** Returns `<event/>` from `service`: a pubsub service, or for PEP the bare
    address of an account (absent: your own). Ask it of your own account for
    nodes that only you may write, such as bookmarks (XEP-0163 section 4.3.1,
    XEP-0223 section 6). */
XC_API const xc_element *xc_pubsub_event_of(const xc_element *message,
                                            xc_str service, xc_str own);
/** Returns `<received/>` of XEP-0184 or a marker of XEP-0333 for the message
    with this id that was sent to `to` (absent: your own account). A bare
    address matches all its resources; a full one, as of an occupant, only
    itself. Clients put several into one message; the first with this id is
    returned. */
XC_API const xc_element *xc_delivery_receipt_of(const xc_element *message,
                                                xc_str id, xc_str to,
                                                xc_str own);
/** Returns the id of a message in the archive of its room if it is of type
    groupchat, otherwise in that of your account (XEP-0359 sections 3 and 6).
    `announced`: XC_NS_STANZA_ID, by that room or account. */
XC_API xc_str xc_stanza_id_of(const xc_element *message, xc_str own,
                              bool announced);
/** Returns the id of the occupant who sent a message or presence (XEP-0421
    section 4). `announced`: XC_NS_OCCUPANT_ID, by the room. */
XC_API xc_str xc_occupant_id_of(const xc_element *stanza, xc_str room,
                                bool announced);
/** True if the author of `message` also wrote `other`, and so may correct or
    retract it, or withdraw a reaction (XEP-0308 section 4, XEP-0424 section 5,
    XEP-0444 section 4). Without a room (absent) both must have the same bare
    address. In a room, or between its occupants, both must have the same
    occupant id if these are announced; otherwise the same nickname: then make
    sure that nobody has left and come back with it. */
XC_API bool xc_is_same_author(const xc_element *message,
                              const xc_element *other, xc_str room,
                              bool announced, xc_str own);
/** Returns `<retract/>` with xc_moderated, by which a moderator retracts what
    others said (XEP-0425 section 5). Only the room itself may send it. */
XC_API const xc_element *xc_muc_moderation_of(const xc_element *message,
                                              xc_str room);
/** Returns the first `<subject/>` (see xc_choose_lang) if the message changes
    the subject of the room: with `<body/>` or `<thread/>` it does not
    (XEP-0045 section 8.1). */
XC_API const xc_element *xc_muc_subject_of(const xc_element *message,
                                           xc_str room);
/** Returns `<x/>` for xc_muc_user: in presence of the room and its occupants
    (XEP-0045 section 7.2); in messages only of the room itself, because
    occupants can put one into theirs (XEP-0313 section 8.4). For an
    invitation, from a room that you are not in, `room` is the `from` of the
    message (section 7.8.2). */
XC_API const xc_element *xc_muc_user_of(const xc_element *stanza, xc_str room);

/* ---- [SASL] logging in ----------------------------------------------------

   A client that just wants to be online needs one part of this section, "A
   login, client's half", and a server the part after it. What comes before
   them are their pieces.

   The messages of SASL mechanisms (RFC 6120 section 6, XEP-0388) as bytes:
   PLAIN, EXTERNAL, ANONYMOUS, SCRAM with SHA-1, SHA-256 and SHA-512, each with
   and without channel binding (-PLUS), and HT with SHA-256. Base64 between
   them and the elements is a call of its own. Hash functions, random numbers
   and channel binding data come from you. A SCRAM client:

       char memory[1024], text[1024], raw[1024];
       xc_scram scram;
       xc_scram_client_options o;
       memset(&o, 0, sizeof o);
       o.mechanism = XC_MECHANISM_SCRAM_SHA_256;
       o.hash = &sha256;
       o.username = XC_STR("juliet");
       o.nonce = nonce; (24 random letters and digits, say)
       if (xc_scram_client_first(&scram, memory, sizeof memory, &o,
                                 &out) != XC_OK ||
           xc_sasl_encode(out, text, sizeof text, &out) != XC_OK)
           ... give up
       ...                                              -> <auth/>
                                                        <- <challenge/>
       if (xc_sasl_decode(xc_text(challenge), raw, sizeof raw,
                          &in) != XC_OK ||
           xc_scram_client_challenge(&scram, in, NULL) != XC_OK ||
           xc_scram_client_password(&scram, password, &out) != XC_OK ||
           xc_sasl_encode(out, text, sizeof text, &out) != XC_OK)
           ... send <abort/>
       ...                                              -> <response/>
                                                        <- <success/>
       if (xc_sasl_decode(xc_text(success), raw, sizeof raw,
                          &in) == XC_OK &&
           xc_scram_client_verify(&scram, in) == XC_OK)
           ... the server knows the password too: logged in
       xc_scram_wipe(&scram);

   Check each call. A failed one leaves its result absent, and of absent data
   xc_sasl_encode makes an absent text with XC_OK, as for an <auth/> without
   data: unchecked, that would be sent. Errors of an xc_scram are sticky,
   except XC_ERR_ARGUMENT. The login has failed unless the last call returns
   XC_OK, whatever the server says.

   Which mechanism. Call xc_mechanism_offer for each name that the server
   offers, then xc_mechanism_choose with those that you allow: PLAIN only under
   TLS, -PLUS only with channel binding data. Unknown names are never chosen,
   but the set remembers them.

   Downgrades. With -PLUS, `binding` has type and data of the channel;
   xc_binding_choose finds the type. Without -PLUS, give the type all the same
   if you could bind, and the set as `offered`: if the server offers no name
   with -PLUS, the client says so (flag "y"), so that a downgrade is detected.
   `offer`, from xc_sasl_offer, protects the whole list where the server says
   it too (XEP-0474; XEP-0515 with `tls_version`), at both ends.

   A server keeps salt, iterations and xc_scram_keys (xc_scram_derive), not the
   password:

       first message   xc_scram_server_first: says who logs in
       challenge       xc_scram_server_challenge: your nonce, the user's salt
       last message    xc_scram_server_verify: the text for <success/>
       failure         xc_sasl_failure_for_status: the same for a wrong
                       password and an unknown user

   For a user that does not exist call xc_scram_server_verify with keys NULL:
   it does the same work. You decide whether a user may act as `authzid`. Texts
   are in the memory that you gave: call xc_scram_wipe when they are sent.

   What is checked, and the error:

       each message by the grammar of RFC 5802;      SASL_SYNTAX
         U+0000, UTF-8
       base64: no white space, canonical             BASE64
       mandatory extensions: there are none          SASL_EXTENSION
       the peer's nonce continues yours              SASL_NONCE
       iterations are within limits                  SASL_ITERATIONS
       type and data of channel binding; nobody      SASL_BINDING
         has hidden -PLUS
       the server offered what it says it has        SASL_DOWNGRADE
       the client's proof, the server's signature,   SASL_PROOF
         in constant time
       the server's own error (xc_scram.error)       SASL_PEER

   Names and passwords are prepared by SASLprep (RFC 4013), as RFC 5802 and RFC
   4616 ask and Prosody and ejabberd do, so that a Roman numeral nine and "IX"
   are one password; see xc_sasl_profile. With XMPP_CODEC_UNICODE 0 only ASCII
   can be prepared (XC_ERR_JID_UNICODE).

   Results are as in [CONCEPTS]; after an error what was written to `mem` is
   wiped. XC_ERR_ARGUMENT: a pointer or a text is missing where one is needed.

   Secrets are wiped from the stack here; xc_wipe is for your own buffers. No
   error text contains anything of a message. Besides what your hash function
   takes, the stack is 544 bytes on a Cortex-M0+, 800 for calls that prepare a
   name or a password, and 1.7 KB for a whole login. Programs that prepare have
   9 KB of tables for SASLprep beside those of addresses.
*/

/** Overwrites memory with zeros even where a compiler would drop that. */
XC_API void xc_wipe(void *mem, size_t size);
/** True for the same bytes; takes the same time wherever they differ. Absent
    equals nothing. Use it for what a peer sends to prove that it knows a
    secret. */
XC_API bool xc_secret_equal(xc_str a, xc_str b);

/* -- Base64 -- */

/** Bytes of the base64 of `bytes` bytes of data. */
#define XC_BASE64_SIZE(bytes) (((bytes) + 2) / 3 * 4)
/** Writes data as base64 (RFC 4648 section 4). Returns XC_OK,
    XC_ERR_BUFFER_SIZE or XC_ERR_ARGUMENT (absent data). */
XC_API xc_status xc_base64_encode(xc_str data, char *mem, size_t size,
                                  xc_str *result);
/** Reads canonical base64: padding only at the end, unused bits zero. White
    space between the characters is skipped, as avatars and vCards need it
    (XEP-0084 section 4.1, XEP-0153 section 4.6). `mem` may be where the text
    is; an error then spoils the text. Returns XC_OK, XC_ERR_BASE64
    (result->len is the byte of the text that shows it), XC_ERR_BUFFER_SIZE or
    XC_ERR_ARGUMENT (absent text). */
XC_API xc_status xc_base64_decode(xc_str text, char *mem, size_t size,
                                  xc_str *result);
/** Writes data for `<auth/>`, `<challenge/>`, `<response/>` and `<success/>`
    of SASL: "=" for empty data, no text for absent data (RFC 6120 section
    6.4.2). Returns XC_OK, XC_ERR_BUFFER_SIZE or XC_ERR_ARGUMENT. */
XC_API xc_status xc_sasl_encode(xc_str data, char *mem, size_t size,
                                xc_str *result);
/** Reads the text of these elements: "=" is empty data, an empty or absent
    text absent data (XC_OK). White space is an error (RFC 6120 section
    13.9.1). Otherwise returns as xc_base64_decode. */
XC_API xc_status xc_sasl_decode(xc_str text, char *mem, size_t size,
                                xc_str *result);
/** Writes data for the elements of SASL2, `<initial-response/>`,
    `<challenge/>`, `<response/>` and `<additional-data/>`: an empty text for
    empty data, an absent one for absent data (XEP-0388). Returns as
    xc_sasl_encode. */
XC_API xc_status xc_sasl2_encode(xc_str data, char *mem, size_t size,
                                 xc_str *result);
/** Reads the text of these elements: an empty text is empty data, an absent
    text (no element) absent data (XC_OK); "=" and white space are errors.
    Otherwise returns as xc_base64_decode. */
XC_API xc_status xc_sasl2_decode(xc_str text, char *mem, size_t size,
                                 xc_str *result);

/* -- Mechanisms -- */

/** The mechanisms, the preferred ones first: X(constant, name, bytes of the
    hash). A certificate before everything else (RFC 6120 section 6.3.4),
    tokens before passwords, bound to the channel before unbound. */
#define XC_MECHANISMS(X)                                                      \
    X(EXTERNAL, "EXTERNAL", 0)                                                \
    X(HT_SHA_256_EXPR, "HT-SHA-256-EXPR", 32)                                 \
    X(HT_SHA_256_UNIQ, "HT-SHA-256-UNIQ", 32)                                 \
    X(HT_SHA_256_ENDP, "HT-SHA-256-ENDP", 32)                                 \
    X(HT_SHA_256_NONE, "HT-SHA-256-NONE", 32)                                 \
    X(SCRAM_SHA_512_PLUS, "SCRAM-SHA-512-PLUS", 64)                           \
    X(SCRAM_SHA_256_PLUS, "SCRAM-SHA-256-PLUS", 32)                           \
    X(SCRAM_SHA_1_PLUS, "SCRAM-SHA-1-PLUS", 20)                               \
    X(SCRAM_SHA_512, "SCRAM-SHA-512", 64)                                     \
    X(SCRAM_SHA_256, "SCRAM-SHA-256", 32)                                     \
    X(SCRAM_SHA_1, "SCRAM-SHA-1", 20)                                         \
    X(PLAIN, "PLAIN", 0)                                                      \
    X(ANONYMOUS, "ANONYMOUS", 0)

/* clang-format off */
/** The mechanisms of XC_MECHANISMS: XC_MECHANISM_PLAIN and so on. */
typedef enum xc_mechanism {
#define XC_I_ENUM(name, text, hash) XC_MECHANISM_##name,
    XC_MECHANISMS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_MECHANISM_NONE /**< an unknown name; nothing to choose from */
} xc_mechanism;
/* clang-format on */

/** A set of one mechanism. Sets are joined with "|":
    XC_MECHANISM_BIT(XC_MECHANISM_PLAIN) | XC_MECHANISMS_SCRAM. */
#define XC_MECHANISM_BIT(m) ((uint32_t)1 << (m))
/** In a set of what is offered: there are unknown names. Never chosen. */
#define XC_MECHANISMS_UNKNOWN_BARE ((uint32_t)1 << 30)
/** In a set of what is offered: there are unknown names with -PLUS, so that
    the server can bind to the channel. Never chosen. */
#define XC_MECHANISMS_UNKNOWN_PLUS ((uint32_t)1 << 31)
/** HT bound to the channel. */
#define XC_MECHANISMS_HT_BOUND                                                \
    (XC_MECHANISM_BIT(XC_MECHANISM_HT_SHA_256_EXPR) |                         \
     XC_MECHANISM_BIT(XC_MECHANISM_HT_SHA_256_UNIQ) |                         \
     XC_MECHANISM_BIT(XC_MECHANISM_HT_SHA_256_ENDP))
/** HT, bound or not: the mechanisms of FAST. */
#define XC_MECHANISMS_HT                                                      \
    (XC_MECHANISMS_HT_BOUND | XC_MECHANISM_BIT(XC_MECHANISM_HT_SHA_256_NONE))
/** SCRAM bound to the channel, and unknown names with -PLUS. */
#define XC_MECHANISMS_SCRAM_PLUS                                              \
    (XC_MECHANISM_BIT(XC_MECHANISM_SCRAM_SHA_512_PLUS) |                      \
     XC_MECHANISM_BIT(XC_MECHANISM_SCRAM_SHA_256_PLUS) |                      \
     XC_MECHANISM_BIT(XC_MECHANISM_SCRAM_SHA_1_PLUS) |                        \
     XC_MECHANISMS_UNKNOWN_PLUS)
/** SCRAM without channel binding. */
#define XC_MECHANISMS_SCRAM_BARE                                              \
    (XC_MECHANISM_BIT(XC_MECHANISM_SCRAM_SHA_512) |                           \
     XC_MECHANISM_BIT(XC_MECHANISM_SCRAM_SHA_256) |                           \
     XC_MECHANISM_BIT(XC_MECHANISM_SCRAM_SHA_1))
/** SCRAM with and without channel binding. */
#define XC_MECHANISMS_SCRAM                                                   \
    (XC_MECHANISMS_SCRAM_PLUS | XC_MECHANISMS_SCRAM_BARE)

/** Returns the mechanism of that name; XC_MECHANISM_NONE if it is unknown. */
XC_API xc_mechanism xc_mechanism_from_name(xc_str name);
/** Returns the name of a mechanism; "" for XC_MECHANISM_NONE. Never NULL. */
XC_API const char *xc_mechanism_name(xc_mechanism mechanism);
/** Returns the bytes of its hash: 20, 32 or 64; 0 if it has none. */
XC_API size_t xc_mechanism_hash_size(xc_mechanism mechanism);
/** Adds a name that the server offers to the set *offered (0 at first). White
    space at its ends is ignored. The mechanisms of FAST are another set. */
XC_API void xc_mechanism_offer(uint32_t *offered, xc_str name);
/** Returns the preferred mechanism that is both offered and allowed;
    XC_MECHANISM_NONE if there is none. Allow PLAIN only under TLS (RFC 4616
    section 5), the -PLUS mechanisms only with channel binding data at hand. */
XC_API xc_mechanism xc_mechanism_choose(uint32_t offered, uint32_t allowed);
/** Returns the condition for `<failure/>` if a server has refused a client's
    message with `status`. It is the same for a wrong password and an unknown
    user. */
XC_API xc_sasl_failure_condition xc_sasl_failure_for_status(xc_status status);

/* -- Channel binding, protection of the offer -- */

/** Channel binding by exported keying material, RFC 9266. */
#define XC_CHANNEL_BINDING_TLS_EXPORTER "tls-exporter"
/** Channel binding by the server's certificate, RFC 5929 section 4. */
#define XC_CHANNEL_BINDING_TLS_SERVER_END_POINT "tls-server-end-point"
/** Channel binding by the handshake, up to TLS 1.2: RFC 5929 section 3. */
#define XC_CHANNEL_BINDING_TLS_UNIQUE "tls-unique"

/** A channel binding: what your TLS library gives. */
typedef struct xc_channel_binding {
    xc_str type; /**< XC_CHANNEL_BINDING_TLS_EXPORTER, ... */
    xc_str data; /**< bytes */
} xc_channel_binding;

/** What a client does about the channel bindings that a server offers (RFC
    5802 section 6, XEP-0440), and the flag it sends. "y" says that it could
    bind but has seen no name with -PLUS, known or not; a server that has
    offered one takes it for an attack. */
typedef enum xc_binding_choice {
    /** You have no binding: "n". */
    XC_BINDING_IMPOSSIBLE,
    /** No name with -PLUS, no type: "y". */
    XC_BINDING_NOT_OFFERED,
    /** *chosen: "p" with -PLUS; "n" if only unknown names are offered with
        -PLUS. */
    XC_BINDING_CHOSEN,
    /** -PLUS, but no list of types. SASL: you may try
        XC_CHANNEL_BINDING_TLS_SERVER_END_POINT, or go on with "n". SASL2: do
        not log in. */
    XC_BINDING_UNLISTED,
    /** Types, but none of yours: "n". An attacker may have replaced them:
        require the server's confirmation (offer_required, XEP-0474) or, with
        neither that nor XC_CHANNEL_BINDING_TLS_SERVER_END_POINT in the list,
        do not log in. */
    XC_BINDING_NOT_COMMON,
    /** Types, but no -PLUS, which an attacker may have removed. SASL: "y", so
        that the server notices. SASL2: do not log in. */
    XC_BINDING_STRIPPED
} xc_binding_choice;

/** Chooses among the `count` bindings in `mine`, the preferred one first.
    `offered` is the set of xc_mechanism_offer; `types` is
    `<sasl-channel-binding/>` of the features, NULL if it is not there. *chosen
    becomes one of `mine`, or NULL. */
XC_API xc_binding_choice xc_binding_choose(uint32_t offered,
                                           const xc_element *types,
                                           const xc_channel_binding *mine,
                                           size_t count,
                                           const xc_channel_binding **chosen);
/** True if `types`, an xc_channel_bindings, has this type. */
XC_API bool xc_binding_offered(const xc_element *types, xc_str type);

/** Names of one kind that xc_sasl_offer sorts, at most. */
#define XC_OFFER_MAX 128
/** A client's `offer` for SCRAM, which protects the offered mechanisms and
    types of channel binding against change on their way (XEP-0474 version
    0.5): the sorted names as the one text that is hashed. Call it before the
    features go. `mechanisms` is `<mechanisms/>`, or `<authentication/>` for
    SASL2; `types` is `<sasl-channel-binding/>`, or NULL. The mechanisms of
    FAST do not count. Returns XC_OK, XC_ERR_SASL_SYNTAX (more than
    XC_OFFER_MAX names; the time grows with their square), XC_ERR_BUFFER_SIZE
    or XC_ERR_ARGUMENT. */
XC_API xc_status xc_sasl_offer(const xc_element *mechanisms,
                               const xc_element *types, char *mem, size_t size,
                               xc_str *offer);
/** The same for a server, which has names. `types` NULL: types are not
    listed. Returns as xc_sasl_offer. */
XC_API xc_status xc_sasl_offer_names(const xc_str *mechanisms, size_t count,
                                     const xc_str *types, size_t type_count,
                                     char *mem, size_t size, xc_str *offer);

/* -- Names and passwords -- */

/** How user names and passwords are prepared before they are compared or
    hashed. RFC 4616 and RFC 5802 ask for SASLprep (RFC 4013), which servers
    have and which maps a lot: U+2168, a Roman nine, to IX. Its successor is
    OpaqueString (RFC 8265), which maps only spaces; use it if your server
    does.

    Characters that Unicode 3.2 does not assign, such as most emoji, are
    allowed in what a user types (a query, RFC 3454 section 7) and refused in
    what is stored. RFC 5802 section 2.2 counts the password of SCRAM as
    stored, and libgsasl 2.2 does so. Prosody 0.12 does not, so a client that
    did could not log in there. */
typedef enum xc_sasl_profile {
    /** SASLprep for what is typed: the default. */
    XC_SASL_PROFILE_SASLPREP,
    /** SASLprep for what is stored: unassigned characters are
        XC_ERR_JID_UNASSIGNED. */
    XC_SASL_PROFILE_SASLPREP_STORED,
    /** OpaqueString, RFC 8265 section 4.2. */
    XC_SASL_PROFILE_OPAQUE,
    /** User names: UsernameCaseMapped, RFC 8265 section 3.3, without what a
        localpart may not have (RFC 7622). Passwords: SASLprep. */
    XC_SASL_PROFILE_CASE_MAPPED,
    /** As it is. Not empty, UTF-8, without U+0000. */
    XC_SASL_PROFILE_PREPARED
} xc_sasl_profile;

/** Prepares a name or password. *result is a view of the text or of `mem`, of
    which XC_JID_PART_MAX bytes are enough. Returns XC_OK, XC_ERR_BUFFER_SIZE,
    XC_ERR_ARGUMENT, XC_ERR_SASL_SYNTAX (XC_SASL_PROFILE_PREPARED) or an error
    of xc_jid_enforce: XC_ERR_JID_EMPTY if nothing is left, XC_ERR_JID_BIDI if
    directions mix, XC_ERR_JID_UNICODE for more than ASCII if compiled without
    the Unicode tables (RFC 5802 section 2.2 allows that). result->len is then
    the byte of the text that shows it. */
XC_API xc_status xc_sasl_prepare(xc_sasl_profile profile, xc_str text,
                                 char *mem, size_t size, xc_str *result);

/* -- PLAIN, EXTERNAL, ANONYMOUS -- */

/** The message of PLAIN (RFC 4616). */
typedef struct xc_plain {
    xc_str authzid;  /**< address to act as; absent: the user's own */
    xc_str authcid;  /**< the user name */
    xc_str password; /**< secret */
} xc_plain;

/** Writes the message of PLAIN. User name and password are prepared by
    SASLprep, the authzid is not. Returns XC_OK, XC_ERR_BUFFER_SIZE,
    XC_ERR_ARGUMENT, XC_ERR_SASL_SYNTAX (one is empty, has U+0000 or is not
    UTF-8), or an error of xc_sasl_prepare. */
XC_API xc_status xc_plain_write(const xc_plain *in, char *mem, size_t size,
                                xc_str *message);
/** The same with another profile. By RFC 4616 the server prepares too; some
    servers that keep passwords as they were chosen do not (ejabberd 23.01),
    and want XC_SASL_PROFILE_PREPARED. */
XC_API xc_status xc_plain_write_as(xc_sasl_profile profile, const xc_plain *in,
                                   char *mem, size_t size, xc_str *message);
/** Reads the message of PLAIN: views of it, as it came. Returns XC_OK,
    XC_ERR_ARGUMENT, or XC_ERR_SASL_SYNTAX; then all are absent. */
XC_API xc_status xc_plain_read(xc_str message, xc_plain *out);
/** Prepares what was read, to compare it with what is stored: user name and
    password become views of the message or of `mem`, of which 2 *
    XC_JID_PART_MAX bytes are always enough. Returns XC_OK, XC_ERR_ARGUMENT,
    XC_ERR_BUFFER_SIZE (without the size needed), or an error of
    xc_sasl_prepare. An error leaves *p as it was. */
XC_API xc_status xc_plain_prepare(xc_sasl_profile profile, xc_plain *p,
                                  char *mem, size_t size);

/** Writes the message of EXTERNAL (RFC 4422 appendix A, XEP-0178): the
    authzid, or an empty message if it is absent. *message is a view of the
    authzid. Returns XC_OK, XC_ERR_ARGUMENT, or XC_ERR_SASL_SYNTAX as
    xc_plain_write. */
XC_API xc_status xc_external_write(xc_str authzid, xc_str *message);
/** Reads the message of EXTERNAL; the authzid of an empty message is absent.
    *authzid is a view of the message. Returns as xc_external_write. */
XC_API xc_status xc_external_read(xc_str message, xc_str *authzid);
/** Writes the message of ANONYMOUS (RFC 4505): a trace, or an empty message if
    it is absent. *message is a view of the trace. Returns XC_OK,
    XC_ERR_ARGUMENT, or XC_ERR_SASL_SYNTAX: more than 255 characters, a control
    character, not UTF-8. */
XC_API xc_status xc_anonymous_write(xc_str trace, xc_str *message);
/** Reads the message of ANONYMOUS; the trace of an empty message is absent.
    *trace is a view of the message. Returns as xc_anonymous_write. */
XC_API xc_status xc_anonymous_read(xc_str message, xc_str *trace);

/* -- Hash functions -- */

/** Bytes of the longest digest, that of SHA-512. */
#define XC_HASH_MAX 64
/** Bytes of the longest block, that of SHA-512. */
#define XC_HASH_BLOCK_MAX 128
/** A hash function, from whatever library or hardware you have:

        bool sha256_digest(const xc_str *pieces, size_t count,
                           unsigned char *out)
        {
            some_sha256 h;
            some_sha256_init(&h);
            while (count-- > 0) {
                some_sha256_update(&h, pieces->ptr, pieces->len);
                pieces++;
            }
            some_sha256_final(&h, out);
            return true;
        }
        static const xc_hash sha256 = {32, 64, sha256_digest};
*/
typedef struct xc_hash {
    size_t size;  /**< bytes of a digest, at most XC_HASH_MAX */
    size_t block; /**< bytes of a block: 64; for SHA-384 and SHA-512 128 */
    /** Hashes `count` pieces as if they were one. `out` may be where a piece
        is: write it after all have been read. Wipe your state. Returns false
        if the hash could not be computed; the caller then gets
        XC_ERR_SASL_HASH. */
    bool (*digest)(const xc_str *pieces, size_t count, unsigned char *out);
} xc_hash;

/* -- SCRAM (RFC 5802, RFC 7677) --

   The messages of an exchange are kept in the memory that you give, 1 KiB for
   names and nonces of usual length. Too little is XC_ERR_WORKSPACE: so the
   size also limits what a peer can send. */

/** Fewest iterations that a client accepts by default, RFC 7677 section 4. */
#define XC_SCRAM_ITERATIONS_MIN 4096
/** Most iterations that a client accepts by default. */
#define XC_SCRAM_ITERATIONS_MAX 1000000

/** What a server says about a failed exchange (RFC 5802 section 7):
    X(constant, name). */
#define XC_SCRAM_ERRORS(X)                                                    \
    X(OTHER_ERROR, "other-error")                                             \
    X(INVALID_ENCODING, "invalid-encoding")                                   \
    X(EXTENSIONS_NOT_SUPPORTED, "extensions-not-supported")                   \
    X(INVALID_PROOF, "invalid-proof")                                         \
    X(CHANNEL_BINDINGS_DONT_MATCH, "channel-bindings-dont-match")             \
    X(SERVER_DOES_SUPPORT_CHANNEL_BINDING,                                    \
      "server-does-support-channel-binding")                                  \
    X(CHANNEL_BINDING_NOT_SUPPORTED, "channel-binding-not-supported")         \
    X(UNSUPPORTED_CHANNEL_BINDING_TYPE, "unsupported-channel-binding-type")   \
    X(UNKNOWN_USER, "unknown-user")                                           \
    X(INVALID_USERNAME_ENCODING, "invalid-username-encoding")                 \
    X(NO_RESOURCES, "no-resources")

/* clang-format off */
/** The errors of XC_SCRAM_ERRORS: XC_SCRAM_ERROR_OTHER_ERROR and so on. */
typedef enum xc_scram_error {
#define XC_I_ENUM(name, text) XC_SCRAM_ERROR_##name,
    XC_SCRAM_ERRORS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_SCRAM_ERROR_COUNT /**< how many there are */
} xc_scram_error;
/* clang-format on */

/** One exchange, of a client or of a server. */
typedef struct xc_scram {
    /** Client, after XC_ERR_SASL_PEER: what the server says. Server, after an
        error: what it could say (xc_scram_server_error). */
    xc_scram_error error;
    xc_status i_status;
    xc_mechanism i_mechanism;
    xc_sasl_profile i_profile;
    const xc_hash *i_hash;
    char *i_mem;
    size_t i_size; /* less the channel binding data, which is at the end */
    size_t i_used;
    size_t i_binding; /* bytes of that data */
    size_t i_bare;    /* where client-first-message-bare begins */
    size_t i_nonce, i_nonce_len;
    size_t i_salt, i_salt_len; /* client, until it responds */
    uint32_t i_iterations, i_min, i_max;
    uint16_t i_tls_version;
    uint8_t i_phase;
    bool i_offered, i_offer_required;
    /* The ServerSignature to come; until then the hash of the offer. */
    unsigned char i_signature[XC_HASH_MAX];
} xc_scram;

/** What a client gives. All zero is right for what it does not need. */
typedef struct xc_scram_client_options {
    xc_mechanism mechanism; /**< one of XC_MECHANISMS_SCRAM */
    const xc_hash *hash;    /**< of the mechanism; must outlive the xc_scram */
    xc_str username; /**< the localpart, as a rule (RFC 6120 section 6.3.7) */
    xc_str authzid;  /**< address to act as; absent: the user's own */
    /** Random, 128 bits or more, never used twice. Use only letters and
        digits: RFC 5802 allows all printable ASCII except the comma, and so
        does this, but some programs split a message wrongly at a quotation
        mark or "=". */
    xc_str nonce;
    /** With -PLUS: what to bind to. Without: what you could bind to (the type
        is enough), so that a server that has offered -PLUS detects that
        somebody removed it (flag "y"). Absent: flag "n". */
    xc_channel_binding binding;
    /** The set of xc_mechanism_offer: if something in it binds, flag "n" takes
        the place of "y". 0: not said. */
    uint32_t offered;
    xc_sasl_profile profile; /**< of username and password */
    uint32_t iterations_min; /**< 0: XC_SCRAM_ITERATIONS_MIN */
    uint32_t iterations_max; /**< 0: XC_SCRAM_ITERATIONS_MAX. The server
                                  decides what a login costs you */
    /** Of xc_sasl_offer; not needed after the call. If the challenge says
        what was offered ("h=" of XEP-0474), it must be the same; otherwise it
        is XC_ERR_SASL_DOWNGRADE. Absent: not compared. */
    xc_str offer;
    bool offer_required;  /**< the challenge must say what was offered */
    uint16_t tls_version; /**< 0x0304 for TLS 1.3: likewise compared ("t=" of
                               XEP-0515); 0: not compared */
} xc_scram_client_options;

/** What a client needs to compute SaltedPassword itself, or to find one that
    it has kept. Views of the memory, until the next call. */
typedef struct xc_scram_challenge {
    xc_str salt;          /**< bytes */
    uint32_t iterations;  /**< within the limits */
    bool offer_confirmed; /**< the server said the same as `offer`; the end of
                               the exchange proves that it was the server */
} xc_scram_challenge;

/** Starts an exchange; *message is client-first-message. Returns XC_OK,
    XC_ERR_ARGUMENT (mechanism and hash do not match, a bad nonce, -PLUS
    without data, ...), XC_ERR_WORKSPACE, XC_ERR_SASL_HASH, or an error of
    xc_sasl_prepare. */
XC_API xc_status xc_scram_client_first(xc_scram *s, void *mem, size_t size,
                                       const xc_scram_client_options *options,
                                       xc_str *message);
/** Takes server-first-message; `challenge` may be NULL. Continue with
    xc_scram_client_password or _salted. Returns XC_OK, XC_ERR_SASL_SYNTAX,
    _EXTENSION, _NONCE, _ITERATIONS, _DOWNGRADE or _PEER, XC_ERR_BASE64,
    XC_ERR_WORKSPACE, XC_ERR_ARGUMENT (not the turn of this call). */
XC_API xc_status xc_scram_client_challenge(xc_scram *s, xc_str message,
                                           xc_scram_challenge *challenge);
/** Prepares and salts the password and does all iterations, each of which
    takes 4 blocks of the hash (2 with a PBKDF2 that keeps states: compute
    SaltedPassword with it). On a microcontroller that is seconds: use
    xc_scram_client_hi. *message is client-final-message. Returns XC_OK,
    XC_ERR_WORKSPACE, XC_ERR_SASL_HASH, XC_ERR_ARGUMENT, or an error of
    xc_sasl_prepare. */
XC_API xc_status xc_scram_client_password(xc_scram *s, xc_str password,
                                          xc_str *message);
/** The same with a SaltedPassword (hash->size bytes) computed elsewhere, or
    kept from an earlier login with the same salt and iterations. Returns
    XC_OK, XC_ERR_WORKSPACE, XC_ERR_SASL_HASH or XC_ERR_ARGUMENT. */
XC_API xc_status xc_scram_client_salted(xc_scram *s,
                                        const unsigned char *salted,
                                        xc_str *message);
/** Takes server-final-message. Returns XC_OK if the server has proved that it
    knows the password; otherwise XC_ERR_SASL_PROOF, _PEER, _SYNTAX or
    _EXTENSION, XC_ERR_BASE64 or XC_ERR_ARGUMENT: the login has failed,
    whatever the server says (RFC 5802 section 5). An absent message stands for
    `<success/>` without data: XC_OK only if the proof came in a challenge
    before. */
XC_API xc_status xc_scram_client_verify(xc_scram *s, xc_str message);

/** Hi() of RFC 5802, which is PBKDF2, in portions. All of its memory is in the
    struct:

        status = xc_scram_client_hi(&s, password, &hi);
        while (status == XC_NEED_MORE) {
            feed_the_watchdog();
            status = xc_scram_hi_next(&hi, 100);
        }
        if (status == XC_OK)
            status = xc_scram_client_salted(&s, hi.result, &message);
        xc_wipe(&hi, sizeof hi);
*/
typedef struct xc_scram_hi {
    const xc_hash *i_hash; /* NULL after an error */
    uint32_t left;         /**< iterations to do */
    unsigned char i_key[XC_HASH_BLOCK_MAX];
    unsigned char i_u[XC_HASH_MAX];
    unsigned char result[XC_HASH_MAX]; /**< SaltedPassword, when complete */
} xc_scram_hi;

/** Starts with a password that you have prepared; neither it nor the salt is
    needed after the call. Returns XC_NEED_MORE, XC_ERR_SASL_HASH or
    XC_ERR_ARGUMENT. */
XC_API xc_status xc_scram_hi_init(xc_scram_hi *hi, const xc_hash *hash,
                                  xc_str password, xc_str salt,
                                  uint32_t iterations);
/** Does at most `rounds` iterations. Returns XC_NEED_MORE, XC_OK (result is
    complete), XC_ERR_SASL_HASH (everything in *hi is wiped) or
    XC_ERR_ARGUMENT. */
XC_API xc_status xc_scram_hi_next(xc_scram_hi *hi, uint32_t rounds);
/** Prepares the password and starts with what the challenge says. Returns
    XC_NEED_MORE, or the errors of xc_scram_client_password. */
XC_API xc_status xc_scram_client_hi(xc_scram *s, xc_str password,
                                    xc_scram_hi *hi);

/** What a server keeps instead of a password, with salt and iterations. */
typedef struct xc_scram_keys {
    unsigned char stored_key[XC_HASH_MAX]; /**< StoredKey of RFC 5802 */
    unsigned char server_key[XC_HASH_MAX]; /**< ServerKey */
} xc_scram_keys;

/** Computes the keys from SaltedPassword (hash->size bytes). Returns XC_OK,
    XC_ERR_SASL_HASH or XC_ERR_ARGUMENT. */
XC_API xc_status xc_scram_derive(const xc_hash *hash,
                                 const unsigned char *salted,
                                 xc_scram_keys *keys);

/** What a server gives. */
typedef struct xc_scram_server_options {
    xc_mechanism mechanism; /**< the one that the client has asked for */
    const xc_hash *hash;    /**< of the mechanism; must outlive the xc_scram */
    const xc_channel_binding *bindings; /**< all that this channel has; none if
                                             you do not offer -PLUS */
    size_t binding_count;               /**< how many */
    xc_sasl_profile profile;            /**< of the user name */
    xc_str offer; /**< of xc_sasl_offer_names, not needed after the call: the
                       challenge says it ("h=" of XEP-0474). Absent: it does
                       not */
    uint16_t tls_version; /**< 0x0304 for TLS 1.3: the challenge says it ("t="
                               of XEP-0515); 0: it does not */
} xc_scram_server_options;

/** Who logs in. Views of the memory, until the next call. */
typedef struct xc_scram_identity {
    xc_str username;     /**< prepared */
    xc_str authzid;      /**< absent: the user's own. You decide whether the
                          user may act as this one */
    xc_str binding_type; /**< absent without channel binding */
} xc_scram_identity;

/** Starts an exchange with client-first-message. Returns XC_OK; otherwise
    *identity is absent: XC_ERR_SASL_SYNTAX, _EXTENSION, _BINDING or _HASH,
    XC_ERR_WORKSPACE, XC_ERR_ARGUMENT, or an error of xc_sasl_prepare. */
XC_API xc_status xc_scram_server_first(xc_scram *s, void *mem, size_t size,
                                       const xc_scram_server_options *options,
                                       xc_str message,
                                       xc_scram_identity *identity);
/** *message is server-first-message. For a user that does not exist make up a
    salt that stays the same, so that nobody can find out. For the nonce see
    xc_scram_client_options. Returns XC_OK, XC_ERR_WORKSPACE or
    XC_ERR_ARGUMENT. */
XC_API xc_status xc_scram_server_challenge(xc_scram *s, xc_str nonce,
                                           xc_str salt, uint32_t iterations,
                                           xc_str *message);
/** Takes client-final-message. Returns XC_OK if the client knows the password;
    *reply is then server-final-message, for `<success/>`. Otherwise
    XC_ERR_SASL_PROOF, _SYNTAX, _EXTENSION, _BINDING, _NONCE or _HASH,
    XC_ERR_BASE64, XC_ERR_WORKSPACE or XC_ERR_ARGUMENT. With `keys` NULL (no
    such user) it does the same work and returns XC_ERR_SASL_PROOF. */
XC_API xc_status xc_scram_server_verify(xc_scram *s, xc_str message,
                                        const xc_scram_keys *keys,
                                        xc_str *reply);
/** After an error: the server-final-message "e=...", which XMPP does not need
    because it has `<failure/>`. A view of a constant. */
XC_API xc_str xc_scram_server_error(const xc_scram *s);
/** The name of an error, the value of "e=". Never NULL. */
XC_API const char *xc_scram_error_name(xc_scram_error error);
/** Wipes state and memory. Call it at the end of every exchange, whatever the
    result. */
XC_API void xc_scram_wipe(xc_scram *s);

/* -- Tokens: HT (draft-schmaus-kitten-sasl-ht-08, for FAST of XEP-0484) --

   A token in place of a password, one message each way. `data` is that of the
   channel binding in the mechanism's name, absent for NONE. */

/** The message of HT. */
typedef struct xc_ht {
    xc_str authcid; /**< the user name */
    xc_str hashed;  /**< for xc_ht_verify */
} xc_ht;

/** Client: writes its message. Returns XC_OK, XC_ERR_SASL_SYNTAX (the user
    name), XC_ERR_SASL_HASH, XC_ERR_BUFFER_SIZE or XC_ERR_ARGUMENT. */
XC_API xc_status xc_ht_write(const xc_hash *hash, xc_str authcid, xc_str token,
                             xc_str data, char *mem, size_t size,
                             xc_str *message);
/** Server: reads the message; views of it. Returns XC_OK, XC_ERR_ARGUMENT, or
    XC_ERR_SASL_SYNTAX; then both are absent. */
XC_API xc_status xc_ht_read(const xc_hash *hash, xc_str message, xc_ht *out);
/** Server: verifies what it has read with the user's token. Returns XC_OK,
    XC_ERR_SASL_PROOF, XC_ERR_SASL_HASH or XC_ERR_ARGUMENT. */
XC_API xc_status xc_ht_verify(const xc_hash *hash, xc_str token, xc_str data,
                              xc_str hashed);
/** Server: writes its reply, for `<success/>`. Returns XC_OK,
    XC_ERR_SASL_HASH, XC_ERR_BUFFER_SIZE or XC_ERR_ARGUMENT. */
XC_API xc_status xc_ht_reply(const xc_hash *hash, xc_str token, xc_str data,
                             char *mem, size_t size, xc_str *reply);
/** Client: verifies the reply. Returns as xc_ht_verify; unless it is XC_OK,
    the login has failed. */
XC_API xc_status xc_ht_verify_reply(const xc_hash *hash, xc_str token,
                                    xc_str data, xc_str reply);

/* -- A login, client's half --

   One function, called for each element, takes a client from the features to a
   session, whatever the server offers: SASL2 with Bind 2, resumption and a
   token, which is one round trip (XEP-0388, XEP-0386, XEP-0198 section 9,
   XEP-0484), or SASL, a new stream, and resumption or binding (RFC 6120
   sections 6 and 7). You own the connection and TLS:

       xc_login login;
       char memory[2048];
       xc_login_options o;
       memset(&o, 0, sizeof o);
       o.username = XC_STR("juliet");
       o.password = password;
       o.nonce = nonce;
       o.sha256 = &sha256;
       o.private_channel = true;
       xc_login_init(&login, memory, sizeof memory, &o);

   From the features inside TLS on, for each event FEATURES, NONZA or STANZA,
   with a writer that is begun anew (xc_writer_init):

       step = xc_login_next(&login, ev.element, &w);
       while (step == XC_LOGIN_WORK)
           step = xc_login_work(&login, &w);
       switch (step) {
       case XC_LOGIN_RESTART:  ... xc_stream_reset, send a header
       case XC_LOGIN_ONLINE:   ... keep login.address, login.token
       case XC_LOGIN_FAILED:   ... say xc_login_reason_text(login.reason)
                                   and login.text, close
       case XC_LOGIN_NOT_MINE: ... the element is yours
       default:                ... nothing to do until more comes
       }

   After each call send what was written (xc_writer_finish), which may be
   nothing; at the end call xc_login_wipe.

   Send `from`, your bare address, in the header inside TLS: ejabberd offers
   SASL2, and Prosody tokens, only then.

   What it sees to: -PLUS where both sides can (XEP-0440), and the flag that
   uncovers a stripped offer where not; an offer that the server confirms is
   what came (XEP-0474, XEP-0515); nothing weaker than last time
   (xc_login_pin); PLAIN only if nobody can listen; the server's proof before
   anything is believed; a refused token gives way to the password, in the same stream;
   secrets are wiped at the end of each exchange.
*/

/** Why a login has failed: X(constant, text for people). */
#define XC_LOGIN_REASONS(X)                                                   \
    X(NONE, "no problem")                                                     \
    X(REFUSED, "the server refuses the login")                                \
    X(NO_MECHANISM, "the server offers no mechanism that may be used")        \
    X(NOT_PRIVATE, "the password would travel unencrypted")                   \
    X(DOWNGRADE, "the server offers less than last time; somebody may have "  \
                 "changed its offer")                                         \
    X(OFFER_CHANGED, "the server's offer was changed on its way")             \
    X(CHANNEL_BINDING,                                                        \
      "the server's offer of channel binding is incomplete; "                 \
      "somebody may have changed it")                                         \
    X(NOT_PROVED, "the server has not proved that it knows the password")     \
    X(TOKEN_REFUSED, "the token is not valid any more; a password is needed") \
    X(CREDENTIALS, "the user name or the password cannot be used")            \
    X(ITERATIONS, "the server asks for too many or too few iterations")       \
    X(TASK, "the server asks for a further step that is not known here")      \
    X(NO_SESSION, "the server gives no session")                              \
    X(PROTOCOL, "the server does not keep to the protocol")                   \
    X(WORKSPACE, "there is too little memory for the login")                  \
    X(OPTIONS, "the options of the login are wrong")

/* clang-format off */
/** The reasons of XC_LOGIN_REASONS: XC_LOGIN_REASON_REFUSED and so on. */
typedef enum xc_login_reason {
#define XC_I_ENUM(name, text) XC_LOGIN_REASON_##name,
    XC_LOGIN_REASONS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_LOGIN_REASON_COUNT /**< how many there are */
} xc_login_reason;
/* clang-format on */

/** What to do next. */
typedef enum xc_login_step {
    XC_LOGIN_SEND,    /**< send what was written */
    XC_LOGIN_WORK,    /**< call xc_login_work */
    XC_LOGIN_RESTART, /**< reset the stream and send a new header */
    XC_LOGIN_WAIT,    /**< nothing, until the next element comes */
    XC_LOGIN_ONLINE,  /**< there is a session, see the members of xc_login */
    XC_LOGIN_FAILED,  /**< see `reason`. Send what was written, if anything,
                           and close the stream */
    XC_LOGIN_NOT_MINE /**< the element does not belong to the login */
} xc_login_step;

/** What was used to log in, to be kept with the account and given to the next
    login, which then uses nothing weaker for the password; a token is used as
    the server made it. No secret. All zero: not known. To allow a weaker
    login, because the server has really changed, forget it. */
typedef struct xc_login_pin {
    uint8_t mechanism; /**< 1 + an xc_mechanism; 0: not known */
    bool sasl2;        /**< the server offered SASL2 */
} xc_login_pin;

/** A password as SCRAM salts it, kept so that the next login needs no
    iterations. Secret; it is of no use to another account or mechanism. All
    zero: none. Wipe it when the password changes. */
typedef struct xc_login_salted {
    uint32_t iterations; /**< 0: none */
    uint8_t hash_size;   /**< bytes of `result` */
    uint8_t salt_len;    /**< a longer salt is not kept */
    unsigned char salt[64];
    unsigned char result[XC_HASH_MAX]; /**< SaltedPassword */
} xc_login_salted;

/** What a client gives. All zero is right for what it does not need. It and
    what it refers to must outlive the login. */
typedef struct xc_login_options {
    /* Who */
    xc_str username; /**< the localpart, as a rule (RFC 6120 section 6.3.7) */
    xc_str password; /**< secret; absent: only a token or EXTERNAL */
    xc_str authzid;  /**< address to act as; absent: the user's own */
    xc_sasl_profile profile; /**< of username and password; PLAIN has them as
                                  they are */

    /* How */
    uint32_t
        mechanisms; /**< allowed; 0: SCRAM, and PLAIN if `private_channel` */
    /** Nobody can listen: TLS, or a connection in the same machine. PLAIN,
        tokens and upgrades are not used otherwise. */
    bool private_channel;
    const xc_hash *sha1, *sha256, *sha512; /**< NULL: not used */
    /** What this channel can be bound to, the preferred one first. None if it
        cannot be bound: without TLS, or if a proxy in front of the server ends
        TLS. The flag is then "n". */
    const xc_channel_binding *bindings;
    size_t binding_count;    /**< how many */
    uint16_t tls_version;    /**< 0x0304 for TLS 1.3; 0: not compared */
    xc_str nonce;            /**< as in xc_scram_client_options */
    uint32_t iterations_max; /**< 0: XC_SCRAM_ITERATIONS_MAX */
    /** Iterations in one call, after which XC_LOGIN_WORK comes; 0: all. */
    uint32_t iterations_per_call;
    /** Used if it fits what the server asks for, and set by a login that
        succeeds; NULL: not kept. */
    xc_login_salted *salted;
    xc_login_pin pin; /**< of the last login */

    /* Session */
    xc_str resource; /**< asked for; absent: the server makes one */
    bool sm;         /**< enable XEP-0198, with resumption */
    xc_str previd;   /**< resume this session; absent: none */
    uint32_t h;      /**< stanzas of it that were handled */

    /* With SASL2 only */
    xc_str tag;      /**< name of the program: part of the resource */
    bool carbons;    /**< enable XEP-0280 */
    bool inactive;   /**< XEP-0352: nobody is looking */
    xc_str agent_id; /**< a UUID that this installation keeps. Tokens need
                          it */
    xc_str agent_software, agent_device; /**< names for people */
    /** Ask for a token (FAST, XEP-0484). Then every login needs `agent_id`. */
    bool wants_token;
    xc_str token; /**< secret; of an earlier login, absent: none */
    xc_mechanism token_mechanism; /**< with which the token came */
    uint32_t token_count; /**< grows with each login that has this token */
    /** Give the server what it needs to offer a better mechanism next time
        (XEP-0480), over a private channel, if it asks. */
    bool upgrades;
} xc_login_options;

/** One login. Texts are views of the last element, valid as long as it is,
    unless they say more. */
typedef struct xc_login {
    /* After XC_LOGIN_FAILED */
    xc_login_reason reason;
    xc_status status; /**< what the codec found; XC_OK: nothing */
    xc_sasl_failure_condition failure; /**< the server's, if it refused */
    xc_stanza_error_condition error;   /**< the server's, if it did not bind */
    xc_str text;                       /**< the server's, for people */
    xc_mechanism mechanism;            /**< that was used; also after
                                            XC_LOGIN_ONLINE */

    /* After XC_LOGIN_ONLINE */
    bool offer_confirmed; /**< as in xc_scram_challenge */
    bool token_refused;   /**< forget it */
    /** Full address of the session; may be absent if it was resumed. Valid as
        long as the memory. */
    xc_str address;
    bool resumed;       /**< the session of `previd` goes on */
    xc_number h;        /**< stanzas of the old session that the server has
                             handled, if it says so: for xc_sm_acknowledge */
    bool sm_enabled;    /**< XEP-0198 is in use: count from now on */
    bool carbons;       /**< are enabled */
    xc_str sm_id;       /**< to resume this session; absent: impossible */
    xc_str sm_location; /**< where to reconnect, for xc_host_split */
    xc_number sm_max;   /**< seconds in which it can be resumed */
    xc_str token;       /**< secret; a new one, to be kept in place of the
                             old one; absent: none. Valid as the address */
    xc_mechanism token_mechanism; /**< for the next login */
    xc_time token_expiry;         /**< of `token` */
    xc_login_pin pin;             /**< to be kept, for the next login */

    const xc_login_options *i_options;
    char *i_mem;
    size_t i_size, i_split; /* SCRAM before the split, base64 behind it */
    size_t i_kept;          /* after SASL: bytes of `address` and `token` */
    const xc_channel_binding *i_binding; /* chosen; NULL: none */
    xc_str i_first;           /* client-first-message, until it is sent */
    xc_mechanism i_password;  /* with which to log in by password */
    xc_mechanism i_requested; /* of the token that is asked for */
    xc_mechanism i_upgrade;   /* that we offer to make possible */
    uint8_t i_state;
    uint8_t i_inline; /* what SASL2 offers to do at once */
    bool i_sasl2, i_responded, i_resuming;
    bool i_proved;         /* by HT, in `<continue/>` */
    uint32_t i_iterations; /* of what options.salted will be; 0: it is not */
    xc_scram i_scram;
    xc_scram_hi i_hi;
} xc_login;

/** Begins. `mem` is for the messages of SASL and, later, the address: 1 KiB
    for names and passwords of usual length, more than that for long ones; too
    little is XC_LOGIN_REASON_WORKSPACE. The first element is that of
    XC_EVENT_FEATURES. */
XC_API void xc_login_init(xc_login *l, void *mem, size_t size,
                          const xc_login_options *options);
/** Takes the next element of the stream and writes what follows. Also called
    after the login, when it returns XC_LOGIN_NOT_MINE. The id of the iq that
    binds is "bind". */
XC_API xc_login_step xc_login_next(xc_login *l, const xc_element *e,
                                   xc_writer *w);
/** Does the next `iterations_per_call` iterations; give the login no element
    before they are done. Returns XC_LOGIN_WORK if there are more,
    XC_LOGIN_SEND, XC_LOGIN_FAILED, or XC_LOGIN_WAIT if there is nothing to
    do. */
XC_API xc_login_step xc_login_work(xc_login *l, xc_writer *w);
/** Wipes the memory and the secrets of the login, finished or not; nothing can
    follow. */
XC_API void xc_login_wipe(xc_login *l);
/** Returns the text of a reason. Never NULL. */
XC_API const char *xc_login_reason_text(xc_login_reason reason);

/* -- A login, server's half --

   From <auth/> (RFC 6120 section 6) or <authenticate/> (XEP-0388) to the proof
   of who it is: SCRAM, PLAIN, EXTERNAL, ANONYMOUS, and the tokens of FAST
   (XEP-0484). You look up accounts and tokens, decide who may act as whom, and
   bind or resume; everything between is done here. What is offered, once TLS
   is there or not needed:

       memset(&o, 0, sizeof o);
       o.mechanisms = XC_MECHANISMS_SCRAM |
                      XC_MECHANISM_BIT(XC_MECHANISM_PLAIN);
       o.sha1 = &sha1;
       o.sha256 = &sha256;
       o.secret = secret; (32 random bytes that you keep for good)
       o.bindings = bindings; (what your TLS library gives)
       o.binding_count = 2;
       o.private_channel = true;
       o.sasl2 = o.bind2 = o.sm = true;
       xc_login_server_init(&login, memory, sizeof memory, &o);

       xc_write_begin(&w, &xc_features_schema, &features);
       xc_write_children(&w, &xc_features_schema, &features);
       xc_login_server_offer(&login, &w);
       xc_writer_end(&w);

   For each element that comes:

       step = xc_login_server_next(&login, element, &w);
       if (step == XC_LOGIN_SERVER_CREDENTIALS)
           step = xc_login_server_credentials(
               &login,
               find_account(login.username, login.keys_of, &credentials)
                   ? &credentials
                   : NULL,
               fresh_nonce(), &w);
       if (step == XC_LOGIN_SERVER_TOKENS) {
           n = find_tokens(login.username, login.request.user_agent.id,
                           tokens);
           step = xc_login_server_tokens(&login, tokens, n, &w);
       }
       while (step == XC_LOGIN_SERVER_WORK) (others may have a turn between)
           step = xc_login_server_work(&login, 100, &w);
       if (step == XC_LOGIN_SERVER_PROVED) {
           if (!may_act_as(login.username, login.authzid))
               step = xc_login_server_refuse(
                   &login, XC_SASL_FAILURE_INVALID_AUTHZID, none, &w);
           else if (login.sasl2) (login.request says what else it wants)
               step = xc_login_server_accept(&login, bind(&login, &success),
                                             &w);
           else
               step = xc_login_server_accept(&login, NULL, &w);
       }

   Then send what was written, unless `step` is NOT_MINE. After DONE the client
   is in: with SASL reset the stream, with SASL2 send features. After FAILED it
   may try again; `login.failures` says how often it has. A client of SASL2 can
   also compute keys that you do not have yet (XEP-0480): call
   xc_login_server_upgrade instead of accepting it.

   The memory holds the one element and the messages of SCRAM: 2 KiB are enough
   for SASL, 4 KiB for SASL2. What does not fit is refused with
   temporary-auth-failure. Errors of the writer stay in the writer.

   An unknown user gets the same answers after the same work as a wrong
   password. That includes the salt, which is made up from `secret`, and holds
   if all accounts have the same hash functions and iterations, and salts of 16
   bytes. */

/** What a server does next in a login. */
typedef enum xc_login_server_step {
    /** The call was not possible now, or with NULL. Nothing has changed. */
    XC_LOGIN_SERVER_MISUSED,
    /** Not an element of a login, or not of one that is offered. */
    XC_LOGIN_SERVER_NOT_MINE,
    /** Send what was written; xc_login_server_next takes the reply. */
    XC_LOGIN_SERVER_SEND,
    /** Look up `username`, then xc_login_server_credentials. */
    XC_LOGIN_SERVER_CREDENTIALS,
    /** Look up the tokens of `username` and `request.user_agent.id`, then
        xc_login_server_tokens. */
    XC_LOGIN_SERVER_TOKENS,
    /** A password is being hashed: xc_login_server_work. */
    XC_LOGIN_SERVER_WORK,
    /** It is `username`: xc_login_server_accept or xc_login_server_refuse.
        With EXTERNAL it is who its certificate says, with ANONYMOUS
        nobody. */
    XC_LOGIN_SERVER_PROVED,
    /** The client has computed new keys: store `upgraded`, then as PROVED,
        except that there is no other upgrade. */
    XC_LOGIN_SERVER_UPGRADED,
    /** Send what was written, `<success/>`: logged in. */
    XC_LOGIN_SERVER_DONE,
    /** Send what was written, `<failure/>`. The client may try again. */
    XC_LOGIN_SERVER_FAILED
} xc_login_server_step;

/** Types of channel binding of one channel, at most. */
#define XC_LOGIN_SERVER_BINDINGS_MAX 4

/** What a server offers. All that it points to must outlive the login. */
typedef struct xc_login_server_options {
    /** A set. What the other members do not allow is not offered: SCRAM needs
        its hash, -PLUS and HT what they bind to, PLAIN and HT a
        `private_channel`, HT SASL2. EXTERNAL only if the client has shown a
        certificate that you trust. HT without a token for it is of no use: you
        may offer it only if the `from` of the stream header has one (XEP-0484
        section 3.1). */
    uint32_t mechanisms;
    const xc_hash *sha1;   /**< or NULL, as the others */
    const xc_hash *sha256; /**< also for HT */
    const xc_hash *sha512;
    /** Random, the same for all logins and after a restart; made-up salts come
        from it. Required for SCRAM. */
    xc_str secret;
    uint32_t iterations;     /**< of most accounts, for a made-up salt. 0:
                                  XC_SCRAM_ITERATIONS_MIN */
    xc_sasl_profile profile; /**< of user names and passwords */
    bool private_channel;    /**< nobody can listen: TLS, or the same
                                  machine */
    const xc_channel_binding *bindings; /**< all that this channel has */
    size_t binding_count; /**< at most XC_LOGIN_SERVER_BINDINGS_MAX */
    uint16_t tls_version; /**< 0x0304 for TLS 1.3, for XEP-0515; 0: not said */
    bool sasl2;           /**< XEP-0388, beside SASL */
    bool bind2;           /**< with it Bind 2, XEP-0386 */
    bool sm;              /**< and resumption, XEP-0198 section 9.2 */
    const xc_str *bind2_features; /**< namespaces of what Bind 2 can enable
                                       (XEP-0386 section 3.1) */
    size_t bind2_feature_count;   /**< how many */
    /** SASL2 over a private channel: for which of XC_MECHANISMS_SCRAM_BARE, if
        they have their hash, clients may compute keys (XEP-0480). */
    uint32_t upgrades;
} xc_login_server_options;

/** What a server keeps of an account instead of its password. */
typedef struct xc_scram_credentials {
    xc_str salt;         /**< bytes */
    uint32_t iterations; /**< with which the keys were computed */
    xc_scram_keys keys;  /**< of xc_scram_derive */
    /** Of the keys, if it is not that of `keys_of`: only for PLAIN. */
    const xc_hash *hash;
} xc_scram_credentials;

/** A token of FAST as a server keeps it. HT needs the token itself; a hash of
    it is not enough. */
typedef struct xc_ht_token {
    xc_str token;           /**< secret */
    xc_mechanism mechanism; /**< that it was made for */
    xc_number count;        /**< of its last use, see xc_fast */
    bool expired;           /**< said only to who has the token */
} xc_ht_token;

/** A login at a server, for all attempts on one stream. The texts are views of
    the memory, until it is DONE or FAILED. */
typedef struct xc_login_server {
    xc_mechanism mechanism; /**< that the client has chosen */
    xc_mechanism keys_of;   /**< CREDENTIALS: of SCRAM without -PLUS */
    xc_str username;        /**< prepared; absent: EXTERNAL, ANONYMOUS */
    xc_str authzid;         /**< as whom it wants to act; absent: itself */
    xc_str trace;           /**< ANONYMOUS: what it says of itself */
    bool sasl2;             /**< it is SASL2 */
    /** SASL2: what else it wants; nothing that is not offered. */
    xc_sasl2_authenticate request;
    /** SASL2: it wants a token for this (XEP-0484 section 3.2);
        XC_MECHANISM_NONE: it wants none that is offered. */
    xc_mechanism token_wanted;
    size_t token; /**< HT: which of the tokens it has */
    /** SASL2: for which mechanism it could compute keys; XC_MECHANISM_NONE. If
        you have none of the account, call xc_login_server_upgrade. */
    xc_mechanism upgrade_wanted;
    xc_scram_credentials upgraded; /**< UPGRADED: of `upgrade_wanted` */
    /** FAILED: why, for your log; XC_OK if the client has aborted it, or
        you. */
    xc_status status;
    xc_sasl_failure_condition failure; /**< FAILED: what the client gets */
    unsigned failures;                 /**< how often it was FAILED */
    uint8_t i_phase;
    bool i_known; /* there is such an account */
    uint32_t i_offered;
    char *i_mem;
    size_t i_size;
    size_t i_kept;  /* bytes of the element with `request` */
    size_t i_names; /* bytes of the names at the end */
    xc_str i_password, i_hashed, i_reply;
    const xc_hash *i_hash; /* of i_keys */
    xc_login_server_options i_options;
    xc_scram i_scram;
    xc_scram_hi i_hi;
    xc_scram_keys i_keys;
} xc_login_server;

/** Begins with a stream, or anew with what can be offered after STARTTLS. The
    memory is used until the login is over. Returns XC_OK, or XC_ERR_ARGUMENT:
    a hash of another size, no `secret`, a binding without data. */
XC_API xc_status xc_login_server_init(xc_login_server *login, void *mem,
                                      size_t size,
                                      const xc_login_server_options *options);
/** Writes what is offered into the `<stream:features/>` that you have begun:
    `<mechanisms/>`, `<sasl-channel-binding/>` (XEP-0440) if something there
    binds, `<authentication/>`. Nothing if there is nothing to offer. */
XC_API void xc_login_server_offer(const xc_login_server *login, xc_writer *w);
/** Takes an element that the stream has delivered. What it writes is complete;
    for `<auth/>` without an initial response that is an empty challenge. */
XC_API xc_login_server_step xc_login_server_next(xc_login_server *login,
                                                 const xc_element *element,
                                                 xc_writer *w);
/** CREDENTIALS: goes on with what you keep for `keys_of`; NULL: there is no
    such account, or it has no such keys. For the nonce see
    xc_scram_client_options; PLAIN does not need it. Returns SEND, WORK or
    FAILED. */
XC_API xc_login_server_step xc_login_server_credentials(
    xc_login_server *login, const xc_scram_credentials *credentials,
    xc_str nonce, xc_writer *w);
/** TOKENS: goes on with all tokens that may be used, perhaps none. After a new
    one was sent both are valid until the new one is used (XEP-0484 section
    3.5). `token` says which it is. A count that came and has not grown is
    refused, and so is a token made for another mechanism. Returns PROVED or
    FAILED. */
XC_API xc_login_server_step xc_login_server_tokens(xc_login_server *login,
                                                   const xc_ht_token *tokens,
                                                   size_t count, xc_writer *w);
/** WORK: does at most `rounds` iterations. Returns WORK, PROVED or FAILED. */
XC_API xc_login_server_step xc_login_server_work(xc_login_server *login,
                                                 uint32_t rounds,
                                                 xc_writer *w);
/** PROVED or UPGRADED: lets it in. SASL2: `success` is written; leave its
    additional_data absent, which is the server's proof. SASL: it is not used.
    Returns DONE. */
XC_API xc_login_server_step xc_login_server_accept(
    xc_login_server *login, const xc_sasl2_success *success, xc_writer *w);
/** PROVED, instead of accepting it: asks the client for the keys of
    `upgrade_wanted` (XEP-0480). The salt is 16 random bytes, new. Returns
    SEND, or FAILED if the salt does not fit the memory. When the client has
    replied comes UPGRADED. */
XC_API xc_login_server_step xc_login_server_upgrade(xc_login_server *login,
                                                    xc_str salt,
                                                    uint32_t iterations,
                                                    xc_writer *w);
/** CREDENTIALS, TOKENS, WORK, PROVED or UPGRADED: refuses. `text` is for
    people, or absent. Say nothing about an account before the proof. Returns
    FAILED. */
XC_API xc_login_server_step xc_login_server_refuse(
    xc_login_server *login, xc_sasl_failure_condition condition, xc_str text,
    xc_writer *w);
/** Wipes state and memory, when the connection ends. Each end of a login has
    wiped its secrets already. */
XC_API void xc_login_server_wipe(xc_login_server *login);

/* -- Components and servers -- */

/** What a component sends in `<handshake/>` (XEP-0114 section 3): SHA-1 in
    hexadecimal digits in lower case, 40 bytes. A server compares with
    xc_secret_equal. Returns XC_OK, XC_ERR_SASL_HASH, XC_ERR_BUFFER_SIZE or
    XC_ERR_ARGUMENT. */
XC_API xc_status xc_component_handshake(const xc_hash *sha1, xc_str stream_id,
                                        xc_str secret, char *mem, size_t size,
                                        xc_str *handshake);
/** The key of a dialback (XEP-0185, XEP-0220 section 2.1): SHA-256 in
    hexadecimal digits, 64 bytes. The id is that of the stream from the
    receiving server. Returns as xc_component_handshake. */
XC_API xc_status xc_dialback_key(const xc_hash *sha256, xc_str secret,
                                 xc_str receiving, xc_str originating,
                                 xc_str stream_id, char *mem, size_t size,
                                 xc_str *key);

/* ---- [JID] addresses -------------------------------------------------------

   localpart@domainpart/resourcepart (RFC 7622). Enforcing an address maps what
   may be mapped and refuses the rest, so that two addresses are the same
   exactly if their enforced bytes are.

       char memory[XC_JID_MAX];
       xc_jid jid;
       xc_status st = xc_jid_parse(xc_attr(stanza, "from"), memory,
                                   sizeof memory, &jid);
       if (st == XC_OK && xc_jid_bare_equal(jid, owner))
           ...
       if (st != XC_OK)
           printf("%s at byte %u\n", xc_status_text(st), (unsigned)jid.where);

   Reply to a stanza with a bad address with jid-malformed (RFC 6120 section
   8.3.3.8).

   Rules:
   - localpart: UsernameCaseMapped (RFC 8265), and none of " & ' / : < > @ (RFC
     7622 section 3.3.1). Maps fullwidth and halfwidth characters, upper case,
     and to normalisation form C.
   - domainpart: IDNA2008 (RFC 5890 to 5893) with the Bidi Rule, contextual
     rules and the length limits of the DNS; or an IPv4 address; or in brackets
     an IPv6 address or the IPvFuture of RFC 3986 ("[v1.x]"). Maps as RFC 5895:
     upper case, width, form C, the ideographic full stop to a dot; also "xn--"
     labels to letters, and drops one dot at the end.
   - resourcepart: OpaqueString (RFC 8265). Maps other spaces to U+0020, and to
     form C. Case and width remain.

       written                     enforced ({DF} is the character U+00DF)
       JULIA@Example.org           julia@example.org
       j@stra{DF}e.example         itself; not j@strasse.example
       j@xn--strae-oqa.example     j@stra{DF}e.example
       example.org/{265A}          itself: resourceparts have symbols
       {265A}@example.org          XC_ERR_JID_CHAR, byte 0
       stra{DF}e{AD}.example       XC_ERR_JID_CHAR, byte 7
       a@b@c                       XC_ERR_JID_CHAR, byte 3: part "b@c"
       d'artagnan@example.org      XC_ERR_JID_EXCLUDED, byte 1

   Case is mapped letter by letter: the final sigma remains another letter.

   Older software differs. ejabberd, slixmpp and Prosody 0.12 use Unicode 3.2
   (RFC 3920): they refuse younger letters and symbols, such as emoji in a
   nickname, and map U+00DF to "ss" and U+03C2 to U+03C3. ASCII is safe.

   The tables take 16 KB. `make tables UCD=DIRECTORY` makes them from another
   version of Unicode (15.0 or later). A newer one accepts more; among
   right-to-left letters it refuses U+1171E from 16.0 on, and U+1B3A, U+1B3C
   and U+1B42 from 18.0 on.
*/

/** The version of Unicode of the tables. A code point that it does not assign
    is XC_ERR_JID_UNASSIGNED. */
#define XC_UNICODE_VERSION "17.0"

/** Bytes of the longest enforced address (RFC 7622 section 3.1). */
#define XC_JID_MAX 3071
/** Bytes of the longest enforced part. */
#define XC_JID_PART_MAX 1023

/** The parts of an address. */
typedef enum xc_jid_part {
    XC_JID_LOCAL,
    XC_JID_DOMAIN,
    XC_JID_RESOURCE
} xc_jid_part;

/** An enforced address. Points into the caller's memory: into the text if that
    was already in enforced form, otherwise into `mem`. After an error `ptr` is
    NULL and only `part` and `where` have a meaning. */
typedef struct xc_jid {
    const char *ptr;       /**< the address, not terminated */
    uint16_t local_len;    /**< bytes; 0: no localpart */
    uint16_t domain_len;   /**< bytes */
    uint16_t resource_len; /**< bytes; 0: no resourcepart */
    uint8_t part;          /**< after an error: the xc_jid_part at fault */
    /** After an error: offset of the offending byte in the text; where a whole
        label or part is at fault (Bidi Rule, "xn--", IPv6), of its first byte.
        After XC_ERR_BUFFER_SIZE: the size that `mem` needs. */
    uint32_t where;
} xc_jid;

/** The parts of an address as written; absent if it has no such part. */
typedef struct xc_jid_parts {
    xc_str local, domain, resource;
} xc_jid_parts;

/** Enforces an address (RFC 7622 section 3). XC_JID_MAX bytes of `mem` are
    always enough; an ASCII address in enforced form needs none. Takes time
    linear in text.len. Returns XC_OK, XC_ERR_JID_..., XC_ERR_BUFFER_SIZE, or
    XC_ERR_ARGUMENT if `text` is absent. */
XC_API xc_status xc_jid_parse(xc_str text, char *mem, size_t size,
                              xc_jid *jid);
/** Enforces parts and joins them. An absent localpart or resourcepart is left
    out. Returns as xc_jid_parse; `where` counts from the start of its part. */
XC_API xc_status xc_jid_build(const xc_jid_parts *parts, char *mem,
                              size_t size, xc_jid *jid);
/** Cuts an address at the first "/" and at the first "@" before it (RFC 7622
    section 3). Checks nothing; parts may be empty. */
XC_API xc_jid_parts xc_jid_split(xc_str text);
/** The text of an address without "/" and resourcepart. Checks nothing;
    compare xc_jid_bare. */
XC_API xc_str xc_jid_cut_resource(xc_str address);
/** Enforces one part, such as a user name (XC_JID_LOCAL) or a nickname
    (XC_JID_RESOURCE); for passwords see xc_sasl_prepare. XC_JID_PART_MAX bytes
    of `mem` are always enough. Returns as xc_jid_parse. After an
    XC_ERR_JID_... *result is absent and its len is the offset of the offending
    byte. */
XC_API xc_status xc_jid_enforce(xc_jid_part part, xc_str text, char *mem,
                                size_t size, xc_str *result);

/** The localpart of an enforced address; absent if none. Here and below a view
    of the bytes that `jid` points to. */
XC_API xc_str xc_jid_local(xc_jid jid);
/** The domainpart. */
XC_API xc_str xc_jid_domain(xc_jid jid);
/** The resourcepart; absent if none. */
XC_API xc_str xc_jid_resource(xc_jid jid);
/** The address without its resourcepart. */
XC_API xc_str xc_jid_bare(xc_jid jid);
/** The whole address. */
XC_API xc_str xc_jid_full(xc_jid jid);
/** Copies the address into `mem` so that it outlives its source. Source and
    `mem` may overlap. Returns XC_OK, XC_ERR_BUFFER_SIZE, or XC_ERR_ARGUMENT if
    `jid` is the result of an error. */
XC_API xc_status xc_jid_copy(xc_jid jid, char *mem, size_t size, xc_jid *copy);
/** The domainpart as the DNS, TLS and certificates have it: labels with
    letters beyond ASCII become A-labels (RFC 5890), "xn--bcher-kva.example".
    Everything else is unchanged; an IP literal keeps its brackets. 253 bytes
    of `mem` always suffice: parsing rejects names and labels that exceed the
    DNS limits. Returns XC_OK, XC_ERR_BUFFER_SIZE, or XC_ERR_ARGUMENT if `jid`
    is the result of an error. */
XC_API xc_status xc_jid_domain_ascii(xc_jid jid, char *mem, size_t size,
                                     xc_str *result);
/** True if both are the same address. False if one is the result of an
    error. */
XC_API bool xc_jid_equal(xc_jid a, xc_jid b);
/** As xc_jid_equal, ignoring the resourceparts. */
XC_API bool xc_jid_bare_equal(xc_jid a, xc_jid b);

/** Escapes what localparts exclude (XEP-0106): `d'artagnan` becomes
    `d\27artagnan`. 3 bytes of `mem` for each byte of the text are always
    enough. Returns XC_OK, XC_ERR_BUFFER_SIZE, XC_ERR_ARGUMENT, or
    XC_ERR_JID_ESCAPE if the text begins or ends with a space. Enforce the
    result. Since that maps case and width, a round trip restores only text
    already in enforced form. */
XC_API xc_status xc_jid_escape(xc_str text, char *mem, size_t size,
                               xc_str *result);
/** Undoes xc_jid_escape, to show a localpart to people. Returns XC_OK,
    XC_ERR_BUFFER_SIZE or XC_ERR_ARGUMENT. */
XC_API xc_status xc_jid_unescape(xc_str local, char *mem, size_t size,
                                 xc_str *result);

/* ---- [UTF8] UTF-8 and XML character classes ----------------------------- */

/** Decodes the first character of `s` into *cp. Returns its bytes (1 to 4), or
    0 if `s` is empty or does not begin with well-formed UTF-8 (RFC 3629: no
    overlong forms, no surrogates, at most U+10FFFF). */
XC_API size_t xc_utf8_decode(xc_str s, uint32_t *cp);
/** Bytes of the longest prefix of `s` that is well-formed UTF-8 and has only
    characters that XML allows; s.len if all of it is. */
XC_API size_t xc_utf8_check(xc_str s);
/** True for a Char (XML 1.0 fifth edition, production 2). */
XC_API bool xc_is_char(uint32_t cp);
/** True for a NameStartChar (production 4), except the colon. */
XC_API bool xc_is_name_start(uint32_t cp);
/** True for a NameChar (production 4a), except the colon. */
XC_API bool xc_is_name_char(uint32_t cp);

/* ---- [STATE] the structs of readers and writers, all private ------------ */

struct xc_xml {
    uint8_t i_state, i_error;
    uint8_t i_brackets; /* "]" held back that may begin "]]>" */
    bool i_carrying;    /* the tag being read is in scratch space */
    bool i_after_cr;    /* a CR was the last character */
    bool i_begun;       /* no XML declaration any more */
    bool i_done;        /* the root element has ended */
    bool i_limited;     /* stanza_bytes applies to the bytes being read */
    bool i_settled;     /* root's items are at the start of the memory */
    struct {
        uint8_t step;    /* what has been read of it */
        uint8_t base;    /* 10 or 16 */
    } i_ref;             /* the reference read last */
    bool i_tolerant;     /* of undeclared prefixes of attributes */
    bool i_dense;        /* no white space before the document */
    uint8_t i_outer;     /* depth where only elements and space occur */
    bool i_has_prefixes; /* among the attributes of the tag */
    bool i_late;         /* the "<" was not the first byte */
    uint8_t i_quote;     /* open in a tag or the XML declaration; 0: none */
    struct {
        uint8_t resume; /* the state before */
        uint8_t error;  /* that it is if it is well-formed; 0: it is text */
        uint8_t len;    /* bytes of it in i_utf8 */
    } i_cut;            /* the character that the input cut */
    unsigned char i_utf8[4]; /* a character that was cut or referred to */
    uint16_t i_depth, i_namespaces;
    uint16_t i_records;    /* of the tag's attributes */
    uint16_t i_attributes; /* of the tag, declarations included */
    uint16_t i_colon;      /* where the prefix ends in a name; 0: none */
    uint16_t i_max_depth, i_max_attributes, i_max_namespaces;
    unsigned char *i_mem;
    uint32_t i_size;    /* bytes of i_mem */
    uint32_t i_base;    /* where scratch space begins */
    uint32_t i_high;    /* where it ends and the open elements begin */
    uint32_t i_root;    /* root's items, once it is alone (in a stream) */
    uint32_t i_item;    /* of the element whose start tag is being read */
    uint32_t i_scope;   /* innermost namespace declaration, +1; 0: none */
    uint32_t i_carried; /* bytes of a cut tag in scratch space */
    uint32_t i_pos;     /* next byte of the markup to look at, or to expect */
    uint32_t i_begin;   /* where the name or value in the tag begins */
    uint32_t i_out;     /* where the decoded value ends */
    union {
        uint32_t character; /* a reference: its number so far */
        uint32_t entity;    /* ... the index in the list of entities */
        uint32_t scope;     /* the end of a start tag: the element's */
    } i_found;
    uint32_t i_stanza_bytes;
    size_t i_left;         /* of them, from i_offset on, if i_limited */
    uint64_t i_offset;     /* bytes consumed; after an error the bad one */
    uint64_t i_tag_offset; /* of the token or character being read */
};

struct xc_stream {
    uint8_t i_phase, i_framing, i_content, i_kind, i_pending;
    uint8_t i_frame_elements; /* since the last message's end; stops at 2 */
    const char *i_content_ns; /* as in the options */
    uint32_t i_block;         /* where the element's block begins */
    uint32_t i_open;          /* its innermost open element, +1; 0 none */
    uint32_t i_leaf;          /* a leaf whose END is due, +1; 0 none */
    uint32_t i_last;          /* the node completed last at this level */
    uint32_t i_text;          /* the open text node, 0 if none */
    uint32_t i_text_len;
    uint32_t i_recent_ns; /* the namespace stored last; they are chained */
    uint32_t i_used_ns;   /* the namespace used last */
    uint32_t i_lang_len;  /* xml:lang of the header, first in memory */
    xc_xml i_xml;
    uint64_t i_start; /* offset of the element's "<" */
};

struct xc_writer {
    uint8_t i_error;
    bool i_in_tag, i_in_header, i_finished, i_closed;
    bool i_framed; /* each element stands alone */
    uint8_t i_depth;
    uint8_t i_stays; /* depth from which a tree keeps its namespaces */
    uint16_t i_prefixes;
    uint16_t i_attrs; /* a bit for the names of attributes of the open tag */
    char *i_buf;
    size_t i_cap;
    size_t i_len; /* bytes needed so far, also beyond i_cap */
    size_t i_tag; /* where the open start tag begins */
    const char *i_content_ns;
    const char *i_from; /* namespace that the outermost element was read in */
    const char *i_attr_ns[XC_WRITER_ATTR_NS]; /* of the open start tag */
    struct {
        const char *ns, *name;
    } i_open[XC_WRITER_DEPTH];
};

/* ---- [NAMESPACES] by RFC and XEP number --------------------------------- */

/** XML 1.0; Namespaces in XML 1.0 */
#define XC_NS_XML "http://www.w3.org/XML/1998/namespace"
#define XC_NS_XMLNS "http://www.w3.org/2000/xmlns/"
/** RFC 6120 */
#define XC_NS_STREAMS "http://etherx.jabber.org/streams"
#define XC_NS_CLIENT "jabber:client"
#define XC_NS_SERVER "jabber:server"
#define XC_NS_STREAM_ERRORS "urn:ietf:params:xml:ns:xmpp-streams"
#define XC_NS_STANZA_ERRORS "urn:ietf:params:xml:ns:xmpp-stanzas"
#define XC_NS_TLS "urn:ietf:params:xml:ns:xmpp-tls"
#define XC_NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"
#define XC_NS_BIND "urn:ietf:params:xml:ns:xmpp-bind"
/** RFC 3921; RFC 6121 */
#define XC_NS_SESSION "urn:ietf:params:xml:ns:xmpp-session"
#define XC_NS_ROSTER "jabber:iq:roster"
#define XC_NS_ROSTER_VER "urn:xmpp:features:rosterver"
#define XC_NS_PRE_APPROVAL "urn:xmpp:features:pre-approval"
/** RFC 7395 */
#define XC_NS_FRAMING "urn:ietf:params:xml:ns:xmpp-framing"
/** XEP-0004 Data Forms */
#define XC_NS_DATA_FORMS "jabber:x:data"
/** XEP-0012 Last Activity */
#define XC_NS_LAST_ACTIVITY "jabber:iq:last"
/** XEP-0030 Service Discovery */
#define XC_NS_DISCO_INFO "http://jabber.org/protocol/disco#info"
#define XC_NS_DISCO_ITEMS "http://jabber.org/protocol/disco#items"
/** XEP-0045 Multi-User Chat; XEP-0249 Direct MUC Invitations */
#define XC_NS_MUC "http://jabber.org/protocol/muc"
#define XC_NS_MUC_USER "http://jabber.org/protocol/muc#user"
#define XC_NS_MUC_ADMIN "http://jabber.org/protocol/muc#admin"
#define XC_NS_MUC_OWNER "http://jabber.org/protocol/muc#owner"
#define XC_NS_MUC_DIRECT_INVITE "jabber:x:conference"
/** XEP-0047 In-Band Bytestreams */
#define XC_NS_IBB "http://jabber.org/protocol/ibb"
/** XEP-0048 Bookmarks; XEP-0049 Private XML Storage */
#define XC_NS_BOOKMARKS_PRIVATE "storage:bookmarks"
#define XC_NS_PRIVATE "jabber:iq:private"
/** XEP-0050 Ad-Hoc Commands */
#define XC_NS_COMMANDS "http://jabber.org/protocol/commands"
/** XEP-0054 vcard-temp; XEP-0153 vCard-Based Avatars */
#define XC_NS_VCARD "vcard-temp"
#define XC_NS_VCARD_UPDATE "vcard-temp:x:update"
/** XEP-0059 Result Set Management */
#define XC_NS_RSM "http://jabber.org/protocol/rsm"
/** XEP-0060 Publish-Subscribe */
#define XC_NS_PUBSUB "http://jabber.org/protocol/pubsub"
#define XC_NS_PUBSUB_EVENT "http://jabber.org/protocol/pubsub#event"
#define XC_NS_PUBSUB_OWNER "http://jabber.org/protocol/pubsub#owner"
#define XC_NS_PUBSUB_ERRORS "http://jabber.org/protocol/pubsub#errors"
/** XEP-0066 Out of Band Data */
#define XC_NS_OOB "jabber:x:oob"
#define XC_NS_OOB_QUERY "jabber:iq:oob"
/** XEP-0077 In-Band Registration */
#define XC_NS_REGISTER "jabber:iq:register"
#define XC_NS_REGISTER_FEATURE "http://jabber.org/features/iq-register"
/** XEP-0445 Pre-Authenticated In-Band Registration */
#define XC_NS_REGISTER_TOKEN "urn:xmpp:ibr-token:0"
/** Registration by invitation, a stream feature of Prosody */
#define XC_NS_INVITE "urn:xmpp:invite"
/** XEP-0084 User Avatar */
#define XC_NS_AVATAR_DATA "urn:xmpp:avatar:data"
#define XC_NS_AVATAR_METADATA "urn:xmpp:avatar:metadata"
/** XEP-0085 Chat State Notifications */
#define XC_NS_CHAT_STATES "http://jabber.org/protocol/chatstates"
/** XEP-0092 Software Version */
#define XC_NS_SOFTWARE_VERSION "jabber:iq:version"
/** XEP-0114 Jabber Component Protocol */
#define XC_NS_COMPONENT "jabber:component:accept"
/** XEP-0115 Entity Capabilities */
#define XC_NS_CAPS "http://jabber.org/protocol/caps"
/** XEP-0124 BOSH; XEP-0206 XMPP Over BOSH */
#define XC_NS_BOSH "http://jabber.org/protocol/httpbind"
#define XC_NS_XBOSH "urn:xmpp:xbosh"
/** XEP-0184 Message Delivery Receipts */
#define XC_NS_RECEIPTS "urn:xmpp:receipts"
/** XEP-0191 Blocking Command */
#define XC_NS_BLOCKING "urn:xmpp:blocking"
#define XC_NS_BLOCKING_ERRORS "urn:xmpp:blocking:errors"
/** XEP-0198 Stream Management */
#define XC_NS_SM "urn:xmpp:sm:3"
#define XC_NS_SM_2 "urn:xmpp:sm:2"
/** XEP-0199 XMPP Ping */
#define XC_NS_PING "urn:xmpp:ping"
/** XEP-0202 Entity Time */
#define XC_NS_ENTITY_TIME "urn:xmpp:time"
/** XEP-0203 Delayed Delivery */
#define XC_NS_DELAY "urn:xmpp:delay"
/** XEP-0220 Server Dialback */
#define XC_NS_DIALBACK "jabber:server:dialback"
#define XC_NS_DIALBACK_FEATURE "urn:xmpp:features:dialback"
/** XEP-0280 Message Carbons */
#define XC_NS_CARBONS "urn:xmpp:carbons:2"
/** XEP-0288 Bidirectional Server-to-Server Connections */
#define XC_NS_BIDI "urn:xmpp:bidi"
#define XC_NS_BIDI_FEATURE "urn:xmpp:features:bidi"
/** XEP-0297 Stanza Forwarding */
#define XC_NS_FORWARD "urn:xmpp:forward:0"
/** XEP-0308 Last Message Correction */
#define XC_NS_MESSAGE_CORRECT "urn:xmpp:message-correct:0"
/** XEP-0313 Message Archive Management */
#define XC_NS_MAM "urn:xmpp:mam:2"
/** XEP-0333 Displayed Markers */
#define XC_NS_MARKERS "urn:xmpp:chat-markers:0"
/** XEP-0334 Message Processing Hints */
#define XC_NS_HINTS "urn:xmpp:hints"
/** XEP-0352 Client State Indication */
#define XC_NS_CSI "urn:xmpp:csi:0"
/** XEP-0359 Unique and Stable Stanza IDs */
#define XC_NS_STANZA_ID "urn:xmpp:sid:0"
/** XEP-0363 HTTP File Upload */
#define XC_NS_UPLOAD "urn:xmpp:http:upload:0"
#define XC_NS_UPLOAD_PURPOSE "urn:xmpp:http:upload:purpose:0"
/** XEP-0380 Explicit Message Encryption */
#define XC_NS_ENCRYPTION "urn:xmpp:eme:0"
/** XEP-0386 Bind 2 */
#define XC_NS_BIND2 "urn:xmpp:bind:0"
/** XEP-0388 Extensible SASL Profile */
#define XC_NS_SASL2 "urn:xmpp:sasl:2"
/** XEP-0402 PEP Native Bookmarks */
#define XC_NS_BOOKMARKS "urn:xmpp:bookmarks:1"
/** XEP-0421 Occupant identifiers for semi-anonymous MUCs */
#define XC_NS_OCCUPANT_ID "urn:xmpp:occupant-id:0"
/** XEP-0424 Message Retraction */
#define XC_NS_RETRACT "urn:xmpp:message-retract:1"
/** XEP-0425 Moderated Message Retraction */
#define XC_NS_MODERATE "urn:xmpp:message-moderate:1"
/** XEP-0428 Fallback Indication */
#define XC_NS_FALLBACK "urn:xmpp:fallback:0"
/** XEP-0440 SASL Channel-Binding Type Capability */
#define XC_NS_CHANNEL_BINDING "urn:xmpp:sasl-cb:0"
/** XEP-0444 Message Reactions */
#define XC_NS_REACTIONS "urn:xmpp:reactions:0"
/** XEP-0461 Message Replies */
#define XC_NS_REPLY "urn:xmpp:reply:0"
/** XEP-0478 Stream Limits Advertisement */
#define XC_NS_STREAM_LIMITS "urn:xmpp:stream-limits:0"
/** XEP-0480 SASL Upgrade Tasks */
#define XC_NS_SASL_UPGRADE "urn:xmpp:sasl:upgrade:0"
#define XC_NS_SCRAM_UPGRADE "urn:xmpp:scram-upgrade:0"
/** XEP-0484 Fast Authentication Streamlining Tokens */
#define XC_NS_FAST "urn:xmpp:fast:0"
/** Encrypted payloads, which have no structs: XEP-0384 OMEMO, XEP-0373
    OpenPGP, XEP-0027 */
#define XC_NS_OMEMO "urn:xmpp:omemo:2"
#define XC_NS_OMEMO_AXOLOTL "eu.siacs.conversations.axolotl"
#define XC_NS_OPENPGP "urn:xmpp:openpgp:0"
#define XC_NS_OPENPGP_LEGACY "jabber:x:encrypted"

#ifdef __cplusplus
}
#endif
#endif /* XMPP_CODEC_H */

/* ---- [IMPL] the implementation ------------------------------------------ */
/* In a library of several files, the .c files would begin here. */
#if defined(XMPP_CODEC_IMPLEMENTATION) && !defined(XMPP_CODEC_IMPLEMENTED)
#define XMPP_CODEC_IMPLEMENTED

#if !XMPP_CODEC_NO_SIMD && defined(__GNUC__) && defined(__SSE2__)
#include <emmintrin.h>
#define XC_I_SIMD 1
#elif !XMPP_CODEC_NO_SIMD && defined(__GNUC__) && defined(__ARM_NEON) &&      \
    defined(__aarch64__) && !defined(__AARCH64EB__)
#include <arm_neon.h>
#define XC_I_SIMD 1
#else
#define XC_I_SIMD 0
#endif

/* There are up to two ways to read or write one thing. The complete way takes
   whatever there is, wherever the input is cut, and reports all errors. The
   fast way, xc_i_fast_*, takes what nearly all of real streams consists of. It
   may assume that all of the thing is in the input, that the memory suffices
   even if a tag had to be carried, and what its own comment says. If any of
   that does not hold, it leaves a state from which the complete way goes on;
   it never reports an error. Both give the same tokens, bytes and offsets: the
   tests compare input in one piece, which takes the fast way, with the same
   input in pieces, which does not.

   There are three kinds. Of reading: if XC_I_FAST, because they need SIMD. Of
   writing: if !XC_I_SMALL. Of addresses: if XC_I_FAST with SSE2. */
#ifdef __OPTIMIZE_SIZE__
#define XC_I_SMALL 1
#else
#define XC_I_SMALL 0
#endif
#define XC_I_FAST (XC_I_SIMD && !XC_I_SMALL)

/* Inlining, where it must not be left to the compiler:

   build                 XC_I_FAST  others  XC_I_SMALL
   XC_I_HOT              always             up to the compiler
   XC_I_NOINLINE         never      never   never
   XC_I_NOINLINE_SMALL                      never

   HOT: runs for each tag, attribute or value. NOINLINE: off the usual path, or
   reads one kind of token, so that its frame is no larger than it needs.
   NOINLINE_SMALL: called from several functions, or would enlarge the frame
   and the spills of its only caller. */
#ifdef __GNUC__
#define XC_I_NOINLINE static __attribute__((noinline))
#else
#define XC_I_NOINLINE static
#endif
#if XC_I_FAST
#define XC_I_HOT static inline __attribute__((always_inline))
#else
#define XC_I_HOT static
#endif
#if XC_I_SMALL
#define XC_I_NOINLINE_SMALL XC_I_NOINLINE
#else
#define XC_I_NOINLINE_SMALL static
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- [STR] (private) ---------------------------------------------------- */

XC_I_HOT xc_str xc_i_str(const unsigned char *ptr, size_t len)
{
    xc_str s;
    s.ptr = (const char *)ptr;
    s.len = len;
    return s;
}

static xc_str xc_i_absent(void)
{
    return xc_i_str(NULL, 0);
}

XC_API xc_str xc_str_from(const char *text)
{
    xc_str s;
    s.ptr = text;
    s.len = text != NULL ? strlen(text) : 0;
    return s;
}

XC_API bool xc_str_equal(xc_str a, xc_str b)
{
    if (a.ptr == NULL || b.ptr == NULL)
        return a.ptr == b.ptr;
    return a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
}

XC_API bool xc_str_is(xc_str s, const char *text)
{
    size_t i = 0;
    if (s.ptr == NULL || text == NULL)
        return false;
    while (i < s.len && text[i] == s.ptr[i] && text[i] != '\0')
        i++;
    return i == s.len && text[i] == '\0';
}

XC_API bool xc_str_starts_with(xc_str s, const char *prefix)
{
    size_t i = 0;
    if (s.ptr == NULL || prefix == NULL)
        return false;
    while (i < s.len && prefix[i] != '\0' && prefix[i] == s.ptr[i])
        i++;
    return prefix[i] == '\0';
}

XC_API xc_str xc_str_cut(xc_str *rest, char separator)
{
    xc_str part;
    if (rest == NULL || rest->ptr == NULL)
        return xc_i_absent();
    part = *rest;
    for (part.len = 0; part.len < rest->len; part.len++) {
        if (part.ptr[part.len] == separator) {
            rest->ptr += part.len + 1;
            rest->len -= part.len + 1;
            return part;
        }
    }
    *rest = xc_i_absent();
    return part;
}

/* Reads the digits at the front of *text and moves past them. A number above
   INT64_MAX gives some value above it. False: no digits. */
static bool xc_i_take_number(xc_str *text, uint64_t *number)
{
    size_t i = 0;
    *number = 0;
    for (; i < text->len && text->ptr[i] >= '0' && text->ptr[i] <= '9'; i++)
        *number = *number < (uint64_t)INT64_MAX / 8
                      ? *number * 10 + (unsigned)(text->ptr[i] - '0')
                      : UINT64_MAX;
    text->ptr += i;
    text->len -= i;
    return i > 0;
}

/* Output into the caller's memory. Bytes that do not fit are counted. */
typedef struct xc_i_out {
    char *mem;
    size_t size, used;
} xc_i_out;

static xc_i_out xc_i_out_to(char *mem, size_t size)
{
    xc_i_out o;
    o.mem = mem;
    o.size = size;
    o.used = 0;
    return o;
}

static void xc_i_out_put(xc_i_out *o, xc_str s)
{
    if (s.len != 0 && o->used <= o->size && s.len <= o->size - o->used)
        memcpy(o->mem + o->used, s.ptr, s.len);
    o->used = s.len <= SIZE_MAX - o->used ? o->used + s.len : SIZE_MAX;
}

static void xc_i_out_char(xc_i_out *o, char c)
{
    if (o->used < o->size)
        o->mem[o->used] = c;
    o->used++;
}

/* Ends a function with a result in `mem`. If nothing was put, the result is
   empty, not absent. */
static xc_status xc_i_out_end(const xc_i_out *o, xc_str *result)
{
    bool fits = o->used <= o->size;
    result->ptr = !fits ? NULL : o->mem != NULL ? o->mem : "";
    result->len = o->used;
    return fits ? XC_OK : XC_ERR_BUFFER_SIZE;
}

/* Begins such a function. False: `result` or `mem` is missing. */
static bool xc_i_out_begin(const char *mem, size_t size, xc_str *result)
{
    if (result != NULL)
        *result = xc_i_absent();
    return result != NULL && (mem != NULL || size == 0);
}

/* Writes a number that ends before `end`; returns its start. Numbers of 64
   bits, whose division takes much flash, are in [SCHEMA] only. */
XC_I_NOINLINE_SMALL char *xc_i_decimal(char *end, unsigned number)
{
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return end;
}

/* The name at an index, from 1, in a list of NUL-terminated names. NULL: past
   the end of the list. */
static const char *xc_i_name_at(const char *names, unsigned index)
{
    while (index > 1 && *names != '\0') {
        names += strlen(names) + 1;
        index--;
    }
    return index != 0 && *names != '\0' ? names : NULL;
}

/* ---- [STATUS] (private) ------------------------------------------------- */

XC_API bool xc_status_is_error(xc_status status)
{
    return status > XC_CLOSED && status < XC_STATUS_COUNT;
}

XC_API const char *xc_status_name(xc_status status)
{
    switch (status) {
    case XC_OK: return "XC_OK";
    case XC_EVENT: return "XC_EVENT";
    case XC_NEED_MORE: return "XC_NEED_MORE";
    case XC_CLOSED: return "XC_CLOSED";
#define XC_I_NAME(name, condition, text)                                      \
    case XC_ERR_##name: return "XC_ERR_" #name;
        XC_ERRORS(XC_I_NAME)
#undef XC_I_NAME
    case XC_STATUS_COUNT: break;
    }
    return "XC_STATUS_UNKNOWN";
}

XC_API const char *xc_status_text(xc_status status)
{
    switch (status) {
    case XC_OK: return "done";
    case XC_EVENT: return "something was delivered";
    case XC_NEED_MORE: return "more input is needed";
    case XC_CLOSED: return "the stream is closed";
#define XC_I_TEXT(name, condition, text)                                      \
    case XC_ERR_##name: return text;
        XC_ERRORS(XC_I_TEXT)
#undef XC_I_TEXT
    case XC_STATUS_COUNT: break;
    }
    return "unknown status";
}

/* The conditions that occur, and the one of each error: smaller than a table
   of pointers. */
#define XC_I_CONDITIONS(X)                                                    \
    X(internal_server_error, "internal-server-error")                         \
    X(policy_violation, "policy-violation")                                   \
    X(unsupported_encoding, "unsupported-encoding")                           \
    X(restricted_xml, "restricted-xml")                                       \
    X(not_well_formed, "not-well-formed")                                     \
    X(bad_format, "bad-format")                                               \
    X(invalid_namespace, "invalid-namespace")                                 \
    X(unsupported_stanza_type, "unsupported-stanza-type")                     \
    X(improper_addressing, "improper-addressing")                             \
    X(undefined_condition, "undefined-condition")
#define XC_I_CONDITION_ENUM(name, text) XC_I_IS_##name,
#define XC_I_CONDITION_TEXT(name, text) text "\0"
#define XC_I_CONDITION_OF(name, condition, text) XC_I_IS_##condition,
enum {
    XC_I_CONDITIONS(XC_I_CONDITION_ENUM) XC_I_CONDITION_COUNT
};

XC_API const char *xc_status_condition(xc_status status)
{
    static const char names[] = XC_I_CONDITIONS(XC_I_CONDITION_TEXT);
    static const uint8_t of[] = {XC_ERRORS(XC_I_CONDITION_OF)};
    if (!xc_status_is_error(status))
        return NULL;
    return xc_i_name_at(names, of[(unsigned)status - XC_CLOSED - 1] + 1u);
}

/* ---- [BYTES] classes of bytes, scanning, UTF-8 (private) ---------------- */

/* Classes of ASCII bytes. Bytes from 0x80 on have none. */
enum {
    XC_I_NAME_CHAR = 1,  /* in a name (without the colon) */
    XC_I_NAME_START = 2, /* at its start */
    XC_I_IN_TEXT = 4,    /* stands for itself in character data */
    XC_I_IN_VALUE = 8,   /* ... in an attribute value */
    XC_I_SPACE = 16,     /* white space */
    XC_I_WRITABLE = 32,  /* needs no escape in written text */
    XC_I_IN_CDATA = 64,  /* stands for itself in a CDATA section */
    XC_I_IN_LOCAL = 128, /* in a localpart */
    /* needs no escape in a written attribute value */
    XC_I_WRITABLE_VALUE = XC_I_IN_VALUE | XC_I_WRITABLE
};

/* Generated by tests/style/classes.py from the rules of XML 1.0 and RFC
   7622. */
/* clang-format off */
static const uint8_t xc_i_class[128] = {
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* 00 */
    0x00, 0x74, 0x74, 0x00, 0x00, 0x10, 0x00, 0x00, /* 08 */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* 10 */
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, /* 18 */
    0x7C, 0xEC, 0x64, 0xEC, 0xEC, 0xEC, 0x40, 0x64, /* 20   !"#$%&' */
    0xEC, 0xEC, 0xEC, 0xEC, 0xEC, 0xED, 0xED, 0x6C, /* 28  ()*+,-./ */
    0xED, 0xED, 0xED, 0xED, 0xED, 0xED, 0xED, 0xED, /* 30  01234567 */
    0xED, 0xED, 0x6C, 0xEC, 0x40, 0xEC, 0x4C, 0xEC, /* 38  89:;<=>? */
    0x6C, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, /* 40  @ABCDEFG */
    0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, /* 48  HIJKLMNO */
    0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, 0x6F, /* 50  PQRSTUVW */
    0x6F, 0x6F, 0x6F, 0xEC, 0xEC, 0xA8, 0xEC, 0xEF, /* 58  XYZ[\]^_ */
    0xEC, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, /* 60  `abcdefg */
    0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, /* 68  hijklmno */
    0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, 0xEF, /* 70  pqrstuvw */
    0xEF, 0xEF, 0xEF, 0xEC, 0xEC, 0xEC, 0xEC, 0x6C, /* 78  xyz{|}~ */
};
/* clang-format on */

static bool xc_i_in_class(unsigned c, unsigned what)
{
    return c < 128 && (xc_i_class[c] & what) == what;
}

XC_API xc_str xc_str_trim(xc_str s)
{
    if (s.ptr == NULL)
        return xc_i_absent();
    while (s.len > 0 && xc_i_in_class((unsigned char)s.ptr[0], XC_I_SPACE)) {
        s.ptr++;
        s.len--;
    }
    while (s.len > 0 &&
           xc_i_in_class((unsigned char)s.ptr[s.len - 1], XC_I_SPACE))
        s.len--;
    return s;
}

/* xc_i_span16: how many of the 16 bytes at p, from the first on, are in the
   class. It is the vector form of the loop in xc_i_find_on. xc_i_span32 does
   the same for 32 bytes without a branch between the halves, because the
   length of a value is hard to predict. */
#if XC_I_SIMD && defined(__SSE2__)

XC_I_HOT __m128i xc_i_eq(__m128i v, char c)
{
    return _mm_cmpeq_epi8(v, _mm_set1_epi8(c));
}

/* Bytes c with first <= c <= first + span, span below 128. */
XC_I_HOT __m128i xc_i_within(__m128i v, int first, int span)
{
    __m128i shifted = _mm_add_epi8(v, _mm_set1_epi8((char)(128 - first)));
    return _mm_cmplt_epi8(shifted, _mm_set1_epi8((char)(span - 127)));
}

/* Controls and non-ASCII bytes: as signed bytes, all are below 0x20. */
XC_I_HOT __m128i xc_i_odd(__m128i v)
{
    return _mm_cmplt_epi8(v, _mm_set1_epi8(0x20));
}

XC_I_HOT __m128i xc_i_odd_text(__m128i v, unsigned what)
{
    __m128i kept = _mm_or_si128(xc_i_eq(v, '\t'), xc_i_eq(v, '\n'));
    __m128i marks = _mm_or_si128(xc_i_eq(v, '<'), xc_i_eq(v, '&'));
    __m128i last = xc_i_eq(v, what == XC_I_WRITABLE ? '>' : ']');
    if (what != XC_I_IN_CDATA)
        last = _mm_or_si128(last, marks);
    return _mm_or_si128(_mm_andnot_si128(kept, xc_i_odd(v)), last);
}

XC_I_HOT __m128i xc_i_odd_value(__m128i v, unsigned what)
{
    /* '"' with bit 1 changed is just above the controls; '&' and '\'' differ
       in bit 0, '<' and '>' in bit 1 */
    __m128i odd = _mm_cmplt_epi8(_mm_xor_si128(v, _mm_set1_epi8(0x02)),
                                 _mm_set1_epi8(0x21));
    __m128i marks = xc_i_eq(_mm_or_si128(v, _mm_set1_epi8(0x01)), '\'');
    __m128i angle = what == XC_I_IN_VALUE
                        ? xc_i_eq(v, '<')
                        : xc_i_eq(_mm_or_si128(v, _mm_set1_epi8(0x02)), '>');
    return _mm_or_si128(odd, _mm_or_si128(marks, angle));
}

XC_I_HOT __m128i xc_i_odd_name(__m128i v)
{
    __m128i lower = _mm_or_si128(v, _mm_set1_epi8(0x20));
    __m128i letters = xc_i_within(lower, 'a', 25);
    __m128i digits = xc_i_within(v, '-', 12); /* - . / 0..9 */
    __m128i good = _mm_or_si128(letters, xc_i_eq(v, '_'));
    good = _mm_or_si128(good, _mm_andnot_si128(xc_i_eq(v, '/'), digits));
    return _mm_cmpeq_epi8(good, _mm_setzero_si128());
}

/* The bytes outside the class. */
XC_I_HOT __m128i xc_i_odd_bytes(__m128i v, unsigned what)
{
    return what == XC_I_NAME_CHAR        ? xc_i_odd_name(v)
           : (what & XC_I_IN_VALUE) != 0 ? xc_i_odd_value(v, what)
                                         : xc_i_odd_text(v, what);
}

/* One bit for each of the 16 bytes that is outside the class. */
XC_I_HOT unsigned xc_i_odd16(const unsigned char *p, unsigned what)
{
    __m128i v;
    memcpy(&v, p, 16);
    return (unsigned)_mm_movemask_epi8(xc_i_odd_bytes(v, what));
}

/* Copies 16 bytes. 0: all are in the class. */
XC_I_HOT unsigned xc_i_copy16(unsigned char *to, const unsigned char *from,
                              unsigned what)
{
    __m128i v;
    memcpy(&v, from, 16);
    memcpy(to, &v, 16);
    return (unsigned)_mm_movemask_epi8(xc_i_odd_bytes(v, what));
}

/* Checks two times 8 bytes. 0: all are in the class. */
XC_I_HOT unsigned xc_i_odd8(uint64_t a, uint64_t b, unsigned what)
{
    __m128i v = _mm_set_epi64x((long long)a, (long long)b);
    return (unsigned)_mm_movemask_epi8(xc_i_odd_bytes(v, what));
}

XC_I_HOT unsigned xc_i_span16(const unsigned char *p, unsigned what)
{
    return (unsigned)__builtin_ctz(xc_i_odd16(p, what) | 0x10000u);
}

XC_I_HOT unsigned xc_i_span32(const unsigned char *p, unsigned what)
{
    unsigned odd = xc_i_odd16(p, what) | xc_i_odd16(p + 16, what) << 16;
    return odd != 0 ? (unsigned)__builtin_ctz(odd) : 32;
}

/* How many of the 16 bytes at p and q are equal, from the first on. */
XC_I_HOT unsigned xc_i_same16(const unsigned char *p, const unsigned char *q)
{
    __m128i v, w;
    memcpy(&v, p, 16);
    memcpy(&w, q, 16);
    return (unsigned)__builtin_ctz(
        ~(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, w)));
}

#elif XC_I_SIMD

XC_I_HOT uint8x16_t xc_i_eq(uint8x16_t v, char c)
{
    return vceqq_u8(v, vdupq_n_u8((uint8_t)c));
}

XC_I_HOT uint8x16_t xc_i_within(uint8x16_t v, int first, int span)
{
    return vcleq_u8(vsubq_u8(v, vdupq_n_u8((uint8_t)first)),
                    vdupq_n_u8((uint8_t)span));
}

/* Controls and non-ASCII bytes. */
XC_I_HOT uint8x16_t xc_i_odd(uint8x16_t v)
{
    return vmvnq_u8(xc_i_within(v, 0x20, 0x5F));
}

XC_I_HOT uint8x16_t xc_i_odd_text(uint8x16_t v, unsigned what)
{
    uint8x16_t kept = vorrq_u8(xc_i_eq(v, '\t'), xc_i_eq(v, '\n'));
    uint8x16_t marks = vorrq_u8(xc_i_eq(v, '<'), xc_i_eq(v, '&'));
    uint8x16_t last = xc_i_eq(v, what == XC_I_WRITABLE ? '>' : ']');
    if (what != XC_I_IN_CDATA)
        last = vorrq_u8(last, marks);
    return vorrq_u8(vbicq_u8(xc_i_odd(v), kept), last);
}

XC_I_HOT uint8x16_t xc_i_odd_value(uint8x16_t v, unsigned what)
{
    uint8x16_t quotes = vorrq_u8(xc_i_eq(v, '\''), xc_i_eq(v, '"'));
    /* '<' and '>' differ in bit 1 */
    uint8x16_t angle = what == XC_I_IN_VALUE
                           ? xc_i_eq(v, '<')
                           : xc_i_eq(vorrq_u8(v, vdupq_n_u8(0x02)), '>');
    uint8x16_t marks = vorrq_u8(angle, xc_i_eq(v, '&'));
    return vorrq_u8(xc_i_odd(v), vorrq_u8(quotes, marks));
}

XC_I_HOT uint8x16_t xc_i_odd_name(uint8x16_t v)
{
    uint8x16_t lower = vorrq_u8(v, vdupq_n_u8(0x20));
    uint8x16_t letters = xc_i_within(lower, 'a', 25);
    uint8x16_t digits = xc_i_within(v, '-', 12); /* - . / 0..9 */
    uint8x16_t good = vorrq_u8(letters, xc_i_eq(v, '_'));
    good = vorrq_u8(good, vbicq_u8(digits, xc_i_eq(v, '/')));
    return vmvnq_u8(good);
}

/* The first lane that is set; 16: none. */
XC_I_HOT unsigned xc_i_first_lane(uint8x16_t v)
{
    uint64_t nibbles = vget_lane_u64(
        vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(v), 4)), 0);
    return nibbles == 0 ? 16 : (unsigned)__builtin_ctzll(nibbles) / 4;
}

/* How many of the 16 bytes at p and q are equal, from the first on. */
XC_I_HOT unsigned xc_i_same16(const unsigned char *p, const unsigned char *q)
{
    return xc_i_first_lane(vmvnq_u8(vceqq_u8(vld1q_u8(p), vld1q_u8(q))));
}

XC_I_HOT uint8x16_t xc_i_odd_bytes(uint8x16_t v, unsigned what)
{
    return what == XC_I_NAME_CHAR        ? xc_i_odd_name(v)
           : (what & XC_I_IN_VALUE) != 0 ? xc_i_odd_value(v, what)
                                         : xc_i_odd_text(v, what);
}

XC_I_HOT unsigned xc_i_span16(const unsigned char *p, unsigned what)
{
    return xc_i_first_lane(xc_i_odd_bytes(vld1q_u8(p), what));
}

XC_I_HOT unsigned xc_i_copy16(unsigned char *to, const unsigned char *from,
                              unsigned what)
{
    uint8x16_t v = vld1q_u8(from);
    vst1q_u8(to, v);
    return vmaxvq_u8(xc_i_odd_bytes(v, what));
}

XC_I_HOT unsigned xc_i_odd8(uint64_t a, uint64_t b, unsigned what)
{
    uint8x16_t v = vcombine_u8(vcreate_u8(a), vcreate_u8(b));
    return vmaxvq_u8(xc_i_odd_bytes(v, what));
}

XC_I_HOT unsigned xc_i_span32(const unsigned char *p, unsigned what)
{
    unsigned span = xc_i_span16(p, what);
    return span + (xc_i_span16(p + 16, what) & (0u - (span >> 4)));
}

#else

static unsigned xc_i_span32(const unsigned char *p, unsigned what)
{
    unsigned i = 0;
    while (i < 32 && xc_i_in_class(p[i], what))
        i++;
    return i;
}

static unsigned xc_i_same16(const unsigned char *p, const unsigned char *q)
{
    unsigned i = 0;
    while (i < 16 && p[i] == q[i])
        i++;
    return i;
}

#endif

/* The first index from i on whose byte is outside the class; n: none. */
XC_I_HOT size_t xc_i_find_on(const unsigned char *p, size_t i, size_t n,
                             unsigned what)
{
#if XC_I_SIMD
    while (what != XC_I_NAME_CHAR && n - i >= 32) {
        unsigned span = xc_i_span32(p + i, what);
        i += span;
        if (span < 32)
            return i;
    }
    while (n - i >= 16) {
        unsigned span = xc_i_span16(p + i, what);
        i += span;
        if (span < 16)
            return i;
    }
#endif
    while (i < n && xc_i_in_class(p[i], what))
        i++;
    return i;
}

#if XC_I_FAST

/* The same where one vector cannot decide: the run is too long or too near the
   end. */
XC_I_NOINLINE size_t xc_i_find_name(const unsigned char *p, size_t i, size_t n)
{
    return xc_i_find_on(p, i, n, XC_I_NAME_CHAR);
}

XC_I_NOINLINE size_t xc_i_find_value(const unsigned char *p, size_t i,
                                     size_t n)
{
    return xc_i_find_on(p, i, n, XC_I_IN_VALUE);
}

XC_I_NOINLINE size_t xc_i_find_text(const unsigned char *p, size_t i, size_t n)
{
    return xc_i_find_on(p, i, n, XC_I_IN_TEXT);
}

XC_I_HOT size_t xc_i_find(const unsigned char *p, size_t i, size_t n,
                          unsigned what)
{
    unsigned span;
    if (what == XC_I_NAME_CHAR) {
        span = n - i >= 16 ? xc_i_span16(p + i, what) : 16;
        return span < 16 ? i + span : xc_i_find_name(p, i, n);
    }
    for (; n - i >= 32; i += 32) {
        span = xc_i_span32(p + i, what);
        if (span < 32)
            return i + span;
    }
    if (what == XC_I_IN_TEXT)
        return xc_i_find_text(p, i, n);
    return what == XC_I_IN_VALUE ? xc_i_find_value(p, i, n)
                                 : xc_i_find_on(p, i, n, what);
}

#else

XC_I_HOT size_t xc_i_find(const unsigned char *p, size_t i, size_t n,
                          unsigned what)
{
    return xc_i_find_on(p, i, n, what);
}

#endif

/* Decodes the character at p, of which n bytes are available. Returns its
   length; 0: cut, but valid so far; -1 - k: byte k is invalid. */
static int xc_i_utf8(const unsigned char *p, size_t n, uint32_t *cp)
{
    unsigned lead = p[0];
    int length = 1 + (lead >= 0x80) + (lead >= 0xE0) + (lead >= 0xF0), k;
    uint32_t v = length == 1 ? lead : lead & (0x7Fu >> length);
    if (lead >= 0x80 && (lead < 0xC2 || lead > 0xF4))
        return -1;
    for (k = 1; k < length; k++) {
        if ((size_t)k >= n)
            return 0;
        v = v << 6 | (p[k] & 0x3Fu);
        /* RFC 3629 section 4: no overlong forms, surrogates, values too big */
        if ((p[k] & 0xC0) != 0x80 ||
            (k == 1 && ((length == 3 && (v < 0x20 || v >> 5 == 0x1B)) ||
                        (length == 4 && (v < 0x10 || v > 0x10F)))))
            return -1 - k;
    }
    *cp = v;
    return length;
}

static size_t xc_i_utf8_encode(unsigned char *out, uint32_t cp)
{
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4, k;
    for (k = n - 1; k > 0; k--, cp >>= 6)
        out[k] = (unsigned char)(0x80 | (cp & 0x3F));
    out[0] = (unsigned char)(n == 1 ? cp : (0xF00u >> n & 0xFF) | cp);
    return n;
}

/* The length of a complete character of two or three bytes that is clearly
   legal without decoding it; else 0. */
static size_t xc_i_fast_wide(const unsigned char *p, size_t n)
{
    if (n < 3 || (p[1] & 0xC0) != 0x80)
        return 0;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        return 2;
    return p[0] > 0xE0 && p[0] < 0xED && (p[2] & 0xC0) == 0x80 ? 3 : 0;
}

/* Skips whole non-ASCII characters that XML allows, from i on. */
static size_t xc_i_skip_wide(const unsigned char *p, size_t i, size_t n)
{
    uint32_t cp = 0;
    while (i < n && p[i] >= 0x80) {
        size_t sure = XC_I_FAST ? xc_i_fast_wide(p + i, n - i) : 0;
        int length = sure != 0 ? (int)sure : xc_i_utf8(p + i, n - i, &cp);
        if (length <= 0 || (sure == 0 && (cp & ~1u) == 0xFFFE))
            break;
        i += (size_t)length;
    }
    return i;
}

/* The end of the run from i on of characters that stand for themselves: ASCII
   characters of the class, `other`, and all non-ASCII ones that XML allows. */
XC_I_HOT size_t xc_i_run(const unsigned char *p, size_t i, size_t n,
                         unsigned what, unsigned other)
{
    size_t wide;
    for (;;) {
        i = xc_i_find(p, i, n, what);
        if (i < n && p[i] >= 0x80) {
            wide = xc_i_skip_wide(p, i, n);
            if (wide == i)
                return i;
            i = wide;
        } else if (i < n && p[i] == other) {
            i++;
        } else if (!XC_I_SMALL && what == XC_I_IN_TEXT && n - i > 1 &&
                   p[i] == ']' && p[i + 1] != ']') {
            i++; /* it cannot begin "]]>" */
        } else {
            return i;
        }
    }
}

/* XML 1.0 fifth edition, the BMP beyond ASCII: [4] NameStartChar, then the
   additions of [4a] NameChar. */
static const uint16_t xc_i_name_ranges[][2] = {
    {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
    {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
    {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0xB7, 0xB7},
    {0x300, 0x36F},   {0x203F, 0x2040}};
enum {
    XC_I_START_RANGES = 11,
    XC_I_NAME_RANGES = 14
};

static bool xc_i_in_name(uint32_t cp, bool start)
{
    size_t i, n = start ? XC_I_START_RANGES : XC_I_NAME_RANGES;
    if (cp < 128)
        return xc_i_in_class(cp, start ? XC_I_NAME_START : XC_I_NAME_CHAR);
    if (cp > 0xFFFF)
        return cp <= 0xEFFFF;
    for (i = 0; i < n; i++) {
        if (cp >= xc_i_name_ranges[i][0] && cp <= xc_i_name_ranges[i][1])
            return true;
    }
    return false;
}

static unsigned xc_i_ascii_lower(unsigned c)
{
    return c - 'A' < 26 ? c | 0x20 : c;
}

/* The length of the common prefix, ignoring ASCII case. */
static size_t xc_i_common_any_case(xc_str a, xc_str b)
{
    size_t n = a.len < b.len ? a.len : b.len, i = 0;
    while (i < n && xc_i_ascii_lower((unsigned char)a.ptr[i]) ==
                        xc_i_ascii_lower((unsigned char)b.ptr[i]))
        i++;
    return i;
}

static bool xc_i_same_any_case(xc_str a, xc_str b)
{
    return a.len == b.len && xc_i_common_any_case(a, b) == a.len;
}

/* The value of a hexadecimal digit; 16: not a digit. */
static unsigned xc_i_digit(unsigned c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* The value of the hexadecimal digit at i; 16: not a digit. */
static unsigned xc_i_digit_at(const char *p, size_t i)
{
    return xc_i_digit((unsigned char)p[i]);
}

/* ---- [XML] pull tokenizer (private) ----------------------------------------

   Memory:   base                                  high                 size
        ... | carried tag -> |      | <- nodes   | <- open elements   |

   A tag that arrives whole is read in the input. A tag that is cut, or whose
   values need decoding, is carried: copied to `base` and read there, in
   pieces. Both are charged as if carried, so that running out of memory does
   not depend on how the input was cut.

   An open element is an item at `high`: u16 length, u16 colon (0: none), the
   whole name. Below it is one item for each namespace that it declares: u16 0,
   u16 prefix length, u32 name length, u32 enclosing scope, prefix, name. A
   scope is 1 + the offset of such an item; 0 ends the chain.

   As soon as the element's name is complete, it is stored as such an item, and
   carrying begins after the name. A node describes one attribute of the tag.
   Its offsets count from the end of the name. */

enum xc_i_state {
    XC_I_TEXT = 0, /* character data, or white space between elements */
    XC_I_CDATA,
    XC_I_LT,      /* after "<" */
    XC_I_END_DUE, /* the END token is due and reads no input */
    XC_I_END_NAME,
    XC_I_END_GAP,
    XC_I_REF,      /* in a reference in character data */
    XC_I_CUT_CHAR, /* in a character that is cut or offends */
    XC_I_BANG,     /* after "<!" */
    XC_I_XMLDECL,  /* in the XML declaration */
    XC_I_TAG_NAME, /* in a start tag, as all below: in its name */
    XC_I_GAP,      /* after a name or value, before white space */
    XC_I_INSIDE,   /* where an attribute may begin */
    XC_I_ATTR_NAME,
    XC_I_EQUALS,
    XC_I_QUOTE,
    XC_I_VALUE,
    XC_I_VALUE_REF, /* in a reference in a value */
    XC_I_SLASH      /* after the "/" of an empty-element tag */
};

enum {               /* progress in a reference */
    XC_I_REF_NONE,   /* none in this document yet */
    XC_I_REF_NEW,    /* "&" */
    XC_I_REF_NAME,   /* part of a name */
    XC_I_REF_NUMBER, /* "&#" */
    XC_I_REF_HEX,    /* "&#x" */
    XC_I_REF_DIGITS  /* at least one digit */
};

/* More statuses: the tag must be carried; the element's name is stored; the
   attributes are complete. */
#define XC_I_COPY XC_STATUS_COUNT
#define XC_I_NAMED ((xc_status)(XC_STATUS_COUNT + 1))
#define XC_I_ATTRIBUTED ((xc_status)(XC_STATUS_COUNT + 2))
#define XC_I_ITEM 4u    /* header of an open element */
#define XC_I_NSDECL 12u /* header of a namespace declaration */
#define XC_I_PIECE (XC_I_SMALL ? 64u : 256u) /* bytes carried at a time */
#define XC_I_XML_TARGET 4u                   /* bytes of "?xml" */
#define XC_I_SCOPE_XML 0xFFFFFFFFu
#define XC_I_SCOPE_UNDECLARED 0xFFFFFFFEu
#define XC_I_SCOPE_NSDECL 0xFFFFFFFDu /* the attribute is a declaration */

/* Arrays: a literal shared by several layers would keep the literals of all of
   them in a program that uses one. */
static const char xc_i_xml_ns[] = XC_NS_XML;
static const char xc_i_xml_prefix[] = "xml";

typedef struct xc_i_record {
    uint32_t name, value, value_len;
    uint32_t scope; /* of its prefix; 0: no prefix */
    uint16_t name_len, colon;
} xc_i_record;
#define XC_I_RECORD 20u

/* The header of a namespace declaration's item. */
typedef struct xc_i_nsdecl {
    uint16_t zero, prefix_len;
    uint32_t len, scope;
} xc_i_nsdecl;

/* The input of one call. */
typedef struct xc_i_input {
    const unsigned char *p;
    size_t n, used;
} xc_i_input;

/* The available part of the tag: from its name on, later from the end of the
   name on. */
typedef struct xc_i_tag {
    const unsigned char *p;
    size_t n;
} xc_i_tag;

static size_t xc_i_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Host byte order; the memory may be unaligned. */
static uint32_t xc_i_get32(const unsigned char *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static void xc_i_put32(unsigned char *p, uint32_t v)
{
    memcpy(p, &v, sizeof v);
}

static unsigned xc_i_get16(const unsigned char *p)
{
    uint16_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

XC_I_HOT void xc_i_put16(unsigned char *p, size_t v)
{
    uint16_t u = (uint16_t)v;
    memcpy(p, &u, sizeof u);
}

/* memmove, for mostly short data. */
XC_I_HOT void xc_i_copy(unsigned char *to, const unsigned char *from,
                        size_t len)
{
#if XC_I_FAST
    unsigned char first[16], last[16];
    if (len - 8 <= 8) {
        memcpy(first, from, 8);
        memcpy(last, from + len - 8, 8);
        memcpy(to, first, 8);
        memcpy(to + len - 8, last, 8);
    } else if (len - 16 <= 16) {
        memcpy(first, from, 16);
        memcpy(last, from + len - 16, 16);
        memcpy(to, first, 16);
        memcpy(to + len - 16, last, 16);
    } else if (len - 4 <= 4) {
        memcpy(first, from, 4);
        memcpy(last, from + len - 4, 4);
        memcpy(to, first, 4);
        memcpy(to + len - 4, last, 4);
    } else if (len > 8) {
        memmove(to, from, len);
    } else if (len > 0) {
        first[0] = from[0];
        first[1] = from[len / 2];
        first[2] = from[len - 1];
        to[0] = first[0];
        to[len / 2] = first[1];
        to[len - 1] = first[2];
    }
#else
    memmove(to, from, len);
#endif
}

/* memcmp, for data that is mostly short or differs in the first byte. */
static bool xc_i_same_bytes(const void *a, const void *b, size_t len)
{
    const unsigned char *p = (const unsigned char *)a;
    const unsigned char *q = (const unsigned char *)b;
    size_t i = 0;
    while (i < len && p[i] == q[i])
        i++;
    return i == len;
}

static bool xc_i_same_str(xc_str a, xc_str b)
{
    return a.len == b.len && xc_i_same_bytes(a.ptr, b.ptr, a.len);
}

/* An error `at` bytes after the offset. */
XC_I_NOINLINE xc_status xc_i_fail_by(xc_xml *x, xc_status error, size_t at)
{
    x->i_error = (uint8_t)error;
    x->i_offset += at;
    return error;
}

XC_I_NOINLINE xc_status xc_i_fail_at(xc_xml *x, xc_status error,
                                     uint64_t offset)
{
    x->i_offset = offset;
    return xc_i_fail_by(x, error, 0);
}

/* An error at the next byte. */
XC_I_NOINLINE xc_status xc_i_fail(xc_xml *x, const xc_i_input *in,
                                  xc_status error)
{
    return xc_i_fail_by(x, error, in->used);
}

/* An error in the tag, at byte `at` of its name or of the part after its name;
   or in the XML declaration. */
XC_I_NOINLINE xc_status xc_i_tag_fail(xc_xml *x, xc_status error, size_t at)
{
    if (x->i_state > XC_I_TAG_NAME)
        at += xc_i_get16(x->i_mem + x->i_item);
    return xc_i_fail_at(x, error, x->i_tag_offset + 1 + at);
}

/* Notes where the next token or character begins. */
XC_I_NOINLINE_SMALL void xc_i_begin_token(xc_xml *x, const xc_i_input *in)
{
    x->i_tag_offset = x->i_offset + in->used;
}

static uint16_t xc_i_or(uint16_t wanted, uint16_t otherwise)
{
    return wanted != 0 ? wanted : otherwise;
}

XC_API xc_status xc_xml_init(xc_xml *x, void *mem, size_t size,
                             const xc_limits *limits)
{
    xc_limits wanted = {0, 0, 0, 0};
    if (x == NULL)
        return XC_ERR_ARGUMENT;
    memset(x, 0, sizeof *x);
    if (mem == NULL || size > 0xFFFFFFF0u)
        return XC_ERR_ARGUMENT;
    if (limits != NULL)
        wanted = *limits;
    x->i_mem = (unsigned char *)mem;
    x->i_size = (uint32_t)size;
    x->i_stanza_bytes = (uint32_t)xc_i_min(wanted.stanza_bytes, 0x7FFFFFFF);
    x->i_max_depth = xc_i_or(wanted.depth, 64);
    x->i_max_attributes = xc_i_or(wanted.attributes, 128);
    x->i_max_namespaces = xc_i_or(wanted.namespaces, 64);
    return xc_xml_reset(x);
}

XC_API xc_status xc_xml_reset(xc_xml *x)
{
    if (x == NULL || x->i_mem == NULL)
        return XC_ERR_ARGUMENT;
    x->i_high = x->i_size;
    x->i_base = x->i_scope = 0;
    x->i_depth = x->i_namespaces = x->i_records = 0;
    x->i_state = XC_I_TEXT;
    x->i_carrying = x->i_after_cr = x->i_begun = x->i_done = false;
    x->i_limited = x->i_settled = false;
    x->i_error = x->i_brackets = x->i_ref.step = 0;
    return XC_OK;
}

XC_API xc_status xc_xml_relocate(xc_xml *x, void *mem)
{
    if (x == NULL || mem == NULL || x->i_mem == NULL)
        return XC_ERR_ARGUMENT;
    x->i_mem = (unsigned char *)mem;
    return XC_OK;
}

XC_API uint64_t xc_xml_offset(const xc_xml *x)
{
    return x != NULL ? x->i_offset : 0;
}

XC_API xc_status xc_xml_finish(xc_xml *x)
{
    if (x == NULL || x->i_mem == NULL)
        return XC_ERR_ARGUMENT;
    if (x->i_error != 0)
        return (xc_status)x->i_error;
    if (x->i_done && x->i_state == XC_I_TEXT)
        return XC_OK;
    return x->i_state == XC_I_XMLDECL && x->i_late
               ? xc_i_tag_fail(x, XC_ERR_INSTRUCTION, 0)
               : xc_i_fail_by(x, XC_ERR_TRUNCATED, 0);
}

/* -- open elements and namespaces -- */

/* The bytes left for the tag and its nodes. */
XC_I_HOT size_t xc_i_room(const xc_xml *x)
{
    size_t taken = (size_t)x->i_base + x->i_records * XC_I_RECORD;
    return taken < x->i_high ? x->i_high - taken : 0;
}

/* Cuts the tag to the room that carrying it would have. */
static xc_status xc_i_clip(xc_xml *x, xc_i_tag *t)
{
    t->n = xc_i_min(t->n, xc_i_room(x));
    return t->n < x->i_pos ? xc_i_tag_fail(x, XC_ERR_WORKSPACE, x->i_pos)
                           : XC_OK;
}

/* The item of the innermost open element, which is after the items of its
   namespaces. */
XC_I_HOT uint32_t xc_i_innermost(const xc_xml *x)
{
    bool settled = x->i_depth == 1 && x->i_settled;
    uint32_t at = settled ? x->i_root : x->i_high;
    const unsigned char *item = x->i_mem + at;
    for (; xc_i_get16(item) == 0; item = x->i_mem + at)
        at += XC_I_NSDECL + xc_i_get16(item + 2) + xc_i_get32(item + 4);
    return at;
}

/* Pushes the item of an element whose name is complete. */
XC_I_HOT xc_status xc_i_push_name(xc_xml *x, const xc_i_tag *t)
{
    unsigned char *item;
    uint16_t header[2];
    size_t len = x->i_pos;
    if (xc_i_room(x) < len + XC_I_ITEM + len + sizeof x->i_utf8)
        return xc_i_tag_fail(x, XC_ERR_WORKSPACE, len);
    x->i_high -= (uint32_t)(XC_I_ITEM + len);
    x->i_item = x->i_high;
    item = x->i_mem + x->i_high;
    header[0] = (uint16_t)len;
    header[1] = x->i_colon;
    memcpy(item, header, XC_I_ITEM);
    memcpy(item + XC_I_ITEM, t->p, len);
    x->i_depth++;
    x->i_state = XC_I_GAP;
    return XC_I_NAMED;
}

/* Pops the innermost element. Its bytes are valid until the next push. */
XC_I_HOT void xc_i_pop(xc_xml *x, uint32_t item)
{
    while (x->i_scope > x->i_high && x->i_scope <= item) {
        x->i_scope = xc_i_get32(x->i_mem + x->i_scope - 1 + 8);
        x->i_namespaces--;
    }
    if (x->i_depth > 1 || !x->i_settled)
        x->i_high = item + XC_I_ITEM + xc_i_get16(x->i_mem + item);
    x->i_depth--;
}

/* The innermost scope that declares the prefix; 0: none. */
XC_I_HOT uint32_t xc_i_find_scope(const xc_xml *x, xc_str prefix)
{
    uint32_t scope = x->i_scope;
    while (scope != 0) {
        const unsigned char *item = x->i_mem + scope - 1;
        if (xc_i_get16(item + 2) == prefix.len &&
            xc_i_same_bytes(item + XC_I_NSDECL, prefix.ptr, prefix.len))
            return scope;
        scope = xc_i_get32(item + 8);
    }
    return 0;
}

/* The scope of a prefix. 0: none, or an undeclared default namespace. */
XC_I_HOT uint32_t xc_i_lookup(const xc_xml *x, xc_str prefix)
{
    uint32_t scope;
    if (prefix.len == 3 && xc_str_is(prefix, xc_i_xml_prefix))
        return XC_I_SCOPE_XML;
    scope = xc_i_find_scope(x, prefix);
    return scope != 0 && xc_i_get32(x->i_mem + scope - 1 + 4) == 0 ? 0 : scope;
}

/* The namespace name of a scope. */
XC_I_HOT xc_str xc_i_scope_ns(const unsigned char *mem, uint32_t scope)
{
    const unsigned char *item;
    if (scope == 0 || scope == XC_I_SCOPE_UNDECLARED)
        return xc_i_absent();
    if (scope == XC_I_SCOPE_XML)
        return xc_i_str((const unsigned char *)xc_i_xml_ns,
                        sizeof xc_i_xml_ns - 1);
    item = mem + (scope - 1);
    return xc_i_str(item + XC_I_NSDECL + xc_i_get16(item + 2),
                    xc_i_get32(item + 4));
}

/* -- nodes of attributes -- */

/* Member by member if XC_I_FAST: a processor stalls if memory is read in other
   pieces than it was just written in. */
XC_I_HOT void xc_i_get_record(const unsigned char *from, xc_i_record *r)
{
    if (!XC_I_FAST) {
        memcpy(r, from, XC_I_RECORD);
        return;
    }
    r->name = xc_i_get32(from);
    r->value = xc_i_get32(from + 4);
    r->value_len = xc_i_get32(from + 8);
    r->scope = xc_i_get32(from + 12);
    r->name_len = (uint16_t)xc_i_get16(from + 16);
    r->colon = (uint16_t)xc_i_get16(from + 18);
}

XC_I_HOT void xc_i_put_record(unsigned char *to, const xc_i_record *r)
{
    xc_i_put32(to, r->name);
    xc_i_put32(to + 4, r->value);
    xc_i_put32(to + 8, r->value_len);
    xc_i_put32(to + 12, r->scope);
    xc_i_put16(to + 16, r->name_len);
    xc_i_put16(to + 18, r->colon);
}

XC_I_HOT xc_i_record xc_i_record_at(const unsigned char *mem, uint32_t top,
                                    size_t i)
{
    xc_i_record r;
    xc_i_get_record(mem + top - (i + 1) * XC_I_RECORD, &r);
    return r;
}

/* The bytes of a node, in the order of xc_i_record's members. */
static unsigned char *xc_i_record_bytes(const xc_xml *x, size_t i)
{
    return x->i_mem + x->i_high - (i + 1) * XC_I_RECORD;
}
enum {
    XC_I_R_NAME = 0,
    XC_I_R_VALUE = 4,
    XC_I_R_VALUE_LEN = 8,
    XC_I_R_SCOPE = 12,
    XC_I_R_NAME_LEN = 16,
    XC_I_R_COLON = 18
};

static xc_str xc_i_local(const xc_i_record *r, const unsigned char *tag)
{
    size_t skip = r->colon != 0 ? r->colon + 1u : 0;
    return xc_i_str(tag + r->name + skip, r->name_len - skip);
}

/* The prefix that is declared; "" for the default namespace. */
XC_I_NOINLINE_SMALL xc_str xc_i_nsdecl_prefix(const xc_i_record *r,
                                              const unsigned char *tag)
{
    return r->colon != 0 ? xc_i_local(r, tag) : xc_i_str(tag, 0);
}

/* Does one of the n nodes below `top` have this name? */
static bool xc_i_name_used(const unsigned char *top, size_t n,
                           const unsigned char *tag, const xc_i_record *r)
{
    for (; n > 0; n--) {
        const unsigned char *other = top - n * XC_I_RECORD;
        if (xc_i_get16(other + XC_I_R_NAME_LEN) == r->name_len &&
            xc_i_same_bytes(tag + xc_i_get32(other + XC_I_R_NAME),
                            tag + r->name, r->name_len))
            return true;
    }
    return false;
}

/* Notes that the attribute is a declaration (Namespaces in XML section 3). A
   declaration leaves an item instead of a node, so it is compared with the
   items. */
static xc_status xc_i_nsdecl_note(const xc_xml *x, xc_i_record *r,
                                  const unsigned char *tag)
{
    xc_str prefix = xc_i_nsdecl_prefix(r, tag);
    uint32_t scope;
    r->scope = XC_I_SCOPE_NSDECL;
    scope = xc_i_find_scope(x, prefix);
    if (scope > x->i_high && scope <= x->i_item) /* this element declared it */
        return XC_ERR_DUPLICATE;
    return xc_str_is(prefix, "xmlns") ? XC_ERR_RESERVED_NAMESPACE : XC_OK;
}

static xc_status xc_i_note_attribute(xc_xml *x, xc_i_record *r,
                                     const unsigned char *tag)
{
    const unsigned char *name = tag + r->name;
    size_t prefix = r->colon != 0 ? r->colon : r->name_len;
    if (prefix == 5 && xc_i_same_bytes(name, "xmlns", 5))
        return xc_i_nsdecl_note(x, r, tag);
    x->i_has_prefixes |= r->colon != 0;
    return xc_i_name_used(x->i_mem + x->i_high, x->i_records, tag, r)
               ? XC_ERR_DUPLICATE
               : XC_OK;
}

/* Adds the node of an attribute whose name is complete. */
static xc_status xc_i_add_record(xc_xml *x, xc_i_tag *t)
{
    xc_i_record r = {0, 0, 0, 0, 0, 0};
    xc_status status;
    r.name = x->i_begin;
    r.name_len = (uint16_t)(x->i_pos - x->i_begin);
    r.colon = x->i_colon;
    status = xc_i_note_attribute(x, &r, t->p);
    if (status == XC_OK && x->i_attributes >= x->i_max_attributes)
        status = XC_ERR_LIMIT_ATTRIBUTES;
    if (status == XC_OK && xc_i_room(x) < XC_I_RECORD)
        status = XC_ERR_WORKSPACE;
    if (status != XC_OK)
        return xc_i_tag_fail(x, status, x->i_pos);
    memcpy(xc_i_record_bytes(x, x->i_records++), &r, XC_I_RECORD);
    x->i_attributes++;
    return xc_i_clip(x, t);
}

/* Namespaces in XML section 3: may the prefix have this namespace name? */
static xc_status xc_i_nsdecl_check(const xc_xml *x, xc_str prefix, xc_str name)
{
    if (xc_str_is(name, xc_i_xml_ns) != xc_str_is(prefix, xc_i_xml_prefix) ||
        xc_str_is(name, XC_NS_XMLNS))
        return XC_ERR_RESERVED_NAMESPACE;
    if (prefix.len != 0 && name.len == 0)
        return XC_ERR_EMPTY_NAMESPACE;
    return x->i_namespaces < x->i_max_namespaces ? XC_OK
                                                 : XC_ERR_LIMIT_NAMESPACES;
}

/* Pushes a namespace item between the nodes and the open elements. */
static xc_status xc_i_nsdecl_push(xc_xml *x, xc_str prefix, xc_str name)
{
    size_t size = XC_I_NSDECL + prefix.len + name.len;
    size_t nodes = x->i_records * XC_I_RECORD;
    unsigned char *item = x->i_mem + x->i_high - nodes;
    xc_i_nsdecl header = {0, 0, 0, 0};
    if (xc_i_room(x) < x->i_pos + 1u + size)
        return XC_ERR_WORKSPACE;
    if (XC_I_SMALL || nodes != 0)
        memmove(item - size, item, nodes);
    x->i_high -= (uint32_t)size;
    item = x->i_mem + x->i_high;
    header.prefix_len = (uint16_t)prefix.len;
    header.len = (uint32_t)name.len;
    header.scope = x->i_scope;
    memcpy(item, &header, XC_I_NSDECL);
    item += XC_I_NSDECL;
    if (XC_I_SMALL || prefix.len != 0)
        memcpy(item, prefix.ptr, prefix.len);
    memcpy(item + prefix.len, name.ptr, name.len);
    x->i_scope = x->i_high + 1;
    x->i_namespaces++;
    return XC_OK;
}

/* The last node is a complete declaration: it becomes an item. */
static xc_status xc_i_nsdecl_end(xc_xml *x, const unsigned char *tag)
{
    xc_i_record r = xc_i_record_at(x->i_mem, x->i_high, --x->i_records);
    xc_str prefix = xc_i_nsdecl_prefix(&r, tag);
    xc_str name = xc_i_str(tag + r.value, r.value_len);
    xc_status status = xc_i_nsdecl_check(x, prefix, name);
    return status == XC_OK ? xc_i_nsdecl_push(x, prefix, name) : status;
}

/* At the closing quote of an attribute. */
static xc_status xc_i_end_value(xc_xml *x, xc_i_tag *t)
{
    unsigned char *node = xc_i_record_bytes(x, x->i_records - 1u);
    uint32_t value[2];
    value[0] = x->i_begin;
    value[1] = x->i_out - x->i_begin;
    memcpy(node + XC_I_R_VALUE, value, sizeof value);
    x->i_state = XC_I_GAP;
    if (xc_i_get32(node + XC_I_R_SCOPE) == XC_I_SCOPE_NSDECL) {
        xc_status status = xc_i_nsdecl_end(x, t->p);
        if (status != XC_OK)
            return xc_i_tag_fail(x, status, x->i_pos);
    }
    x->i_pos++;
    return xc_i_clip(x, t);
}

/* -- the end of a start tag: namespaces -- */

/* The attribute that the node describes. */
XC_I_NOINLINE void xc_i_record_attribute(const unsigned char *mem,
                                         uint32_t top, size_t i,
                                         const unsigned char *tag,
                                         xc_attribute *attr)
{
    xc_i_record r = xc_i_record_at(mem, top, i);
    attr->undeclared = r.scope == XC_I_SCOPE_UNDECLARED;
    if (attr->undeclared)
        r.colon = 0; /* the name is whole */
    attr->name = xc_i_local(&r, tag);
    attr->value = xc_i_str(tag + r.value, r.value_len);
    attr->prefix = xc_i_str(r.colon != 0 ? tag + r.name : NULL, r.colon);
    attr->ns = xc_i_scope_ns(mem, r.scope);
}

/* Do two attributes have the same expanded name? (Namespaces in XML section
   6.3) */
static bool xc_i_same_expanded(const xc_xml *x, const unsigned char *tag,
                               size_t i, size_t j)
{
    xc_attribute a, b;
    xc_i_record_attribute(x->i_mem, x->i_high, i, tag, &a);
    xc_i_record_attribute(x->i_mem, x->i_high, j, tag, &b);
    return xc_i_same_str(a.name, b.name) && xc_i_same_str(a.ns, b.ns);
}

static xc_status xc_i_resolve_attribute(const xc_xml *x,
                                        const unsigned char *tag, size_t i)
{
    unsigned char *node = xc_i_record_bytes(x, i);
    size_t colon = xc_i_get16(node + XC_I_R_COLON), j;
    uint32_t scope;
    if (colon == 0)
        return XC_OK;
    scope = xc_i_lookup(x, xc_i_str(tag + xc_i_get32(node), colon));
    if (scope == 0) {
        if (!x->i_tolerant)
            return XC_ERR_PREFIX;
        scope = XC_I_SCOPE_UNDECLARED;
    }
    xc_i_put32(node + XC_I_R_SCOPE, scope);
    for (j = 0; j < i && !xc_i_same_expanded(x, tag, i, j); j++)
        continue;
    return j < i ? XC_ERR_DUPLICATE_EXPANDED : XC_OK;
}

/* At the "/" or ">" that ends the attributes. Leaves the element's scope in
   i_found. */
XC_I_NOINLINE_SMALL xc_status xc_i_resolve(xc_xml *x, const xc_i_tag *t)
{
    const unsigned char *item = x->i_mem + x->i_item;
    size_t prefix = xc_i_get16(item + 2), i;
    xc_status status = XC_OK;
    x->i_found.scope = xc_i_lookup(x, xc_i_str(item + XC_I_ITEM, prefix));
    if (x->i_found.scope == 0 && prefix != 0)
        status = XC_ERR_PREFIX;
    for (i = 0; status == XC_OK && i < x->i_records; i++)
        status = xc_i_resolve_attribute(x, t->p, i);
    return status == XC_OK ? status : xc_i_tag_fail(x, status, x->i_pos);
}

/* -- inside a start tag --

   Each state reads the byte at pos, which is available. XC_OK: continue. */

/* The error for an unexpected character. Only the whole character shows
   whether a non-ASCII one belongs to the name in a reference, or to the name
   after "<?" at the start of a document. */
static xc_status xc_i_offence(const xc_xml *x, xc_status error, uint32_t cp)
{
    bool start = x->i_ref.step == XC_I_REF_NEW;
    bool name = cp < 0x80 || xc_i_in_name(cp, start);
    if (error == XC_ERR_ENTITY && !name)
        return XC_ERR_REFERENCE;
    return error == XC_ERR_INSTRUCTION && !name && x->i_pos == XC_I_XML_TARGET
               ? XC_ERR_XML_DECLARATION
               : error;
}

/* An unexpected byte at pos. If it is not UTF-8, that is the error. */
static xc_status xc_i_wrong(xc_xml *x, const xc_i_tag *t, xc_status error)
{
    uint32_t cp;
    int length = xc_i_utf8(t->p + x->i_pos, t->n - x->i_pos, &cp);
    if (length == 0)
        return XC_NEED_MORE;
    if (length < 0)
        return xc_i_tag_fail(x, XC_ERR_UTF8, x->i_pos + (size_t)(-1 - length));
    return xc_i_tag_fail(x, xc_i_offence(x, error, cp), x->i_pos);
}

/* Steps over the name character at pos, ASCII or not. XC_EVENT: another
   character, and the name may end here. */
static xc_status xc_i_name_char(xc_xml *x, const xc_i_tag *t, bool start)
{
    uint32_t cp;
    int length = xc_i_utf8(t->p + x->i_pos, t->n - x->i_pos, &cp);
    if (length > 0 && xc_i_in_name(cp, start)) {
        x->i_pos += (uint32_t)length;
        return XC_OK;
    }
    if (length > 0 && !start)
        return XC_EVENT;
    return xc_i_wrong(x, t,
                      x->i_pos == x->i_begin && t->p[x->i_pos] != ':'
                          ? XC_ERR_NAME
                          : XC_ERR_QNAME);
}

/* At a colon in a name: the first one ends a prefix. */
static xc_status xc_i_colon(xc_xml *x, const unsigned char *p)
{
    if (x->i_colon != 0)
        return xc_i_tag_fail(x, XC_ERR_QNAME, x->i_pos);
    x->i_colon = (uint16_t)(x->i_pos - x->i_begin);
    if (x->i_state == XC_I_TAG_NAME && /* Namespaces in XML section 3 */
        xc_str_is(xc_i_str(p, x->i_colon), "xmlns"))
        return xc_i_tag_fail(x, XC_ERR_RESERVED_NAMESPACE, x->i_pos);
    x->i_pos++;
    return XC_OK;
}

/* A byte in a name that is not an ASCII name character. XC_EVENT: the name
   ended before it. */
static xc_status xc_i_name_special(xc_xml *x, const xc_i_tag *t)
{
    bool start = x->i_pos == x->i_begin + x->i_colon + (x->i_colon != 0);
    unsigned c = t->p[x->i_pos];
    if ((x->i_pos - x->i_begin) >> 16 != 0)
        return xc_i_tag_fail(x, XC_ERR_LIMIT_NAME, x->i_begin + 0x10000u);
    if (!start && c == ':')
        return xc_i_colon(x, t->p);
    if (!start && c < 0x80)
        return XC_EVENT;
    return xc_i_name_char(x, t, start);
}

/* Continues a name. XC_EVENT: it ended before pos. */
static xc_status xc_i_scan_name(xc_xml *x, const xc_i_tag *t)
{
    xc_status status = XC_OK;
    while (status == XC_OK && x->i_pos < t->n) {
        size_t first = x->i_begin + x->i_colon + (x->i_colon != 0),
               i = x->i_pos;
        if (i != first || xc_i_in_class(t->p[i], XC_I_NAME_START))
            i = xc_i_find(t->p, i, t->n, XC_I_NAME_CHAR);
        x->i_pos = (uint32_t)i;
        if (i < t->n)
            status = xc_i_name_special(x, t);
    }
    return status;
}

static xc_status xc_i_tag_name(xc_xml *x, const xc_i_tag *t)
{
    xc_status status = xc_i_scan_name(x, t);
    return status == XC_EVENT ? xc_i_push_name(x, t) : status;
}

static xc_status xc_i_attr_name(xc_xml *x, xc_i_tag *t)
{
    xc_status status = xc_i_scan_name(x, t);
    if (status != XC_EVENT)
        return status;
    x->i_state = XC_I_EQUALS;
    return xc_i_add_record(x, t);
}

/* Reads the attribute whose name begins at r->name, with a byte that is not a
   digit, "-" or ".". False: the fast way cannot read it. */
XC_I_HOT bool xc_i_fast_attr(const unsigned char *t, size_t n, xc_i_record *r)
{
    size_t equals = xc_i_find(t, r->name, n, XC_I_NAME_CHAR), end;
    if (n - equals < 3 || (memcmp(t + equals, "='", 2) != 0 &&
                           memcmp(t + equals, "=\"", 2) != 0))
        return false;
    end = xc_i_find(t, equals + 2, n, XC_I_IN_VALUE);
    r->value = (uint32_t)equals + 2;
    r->value_len = (uint32_t)end - r->value;
    r->scope = 0;
    r->name_len = (uint16_t)(equals - r->name);
    r->colon = 0;
    return end < n && t[end] == t[equals + 1];
}

/* Reads one attribute in the fast way, inside a tag that was left to the
   complete way. False: it may not fit, or the fast way cannot read it. */
XC_I_HOT bool xc_i_fast_add_record(xc_xml *x, xc_i_tag *t)
{
    xc_i_record r;
    size_t room = xc_i_room(x);
    r.name = x->i_pos;
    if (t->p[x->i_pos] < 'A' || t->p[x->i_pos] == 'x' ||
        room < x->i_pos + XC_I_RECORD ||
        x->i_attributes >= x->i_max_attributes ||
        !xc_i_fast_attr(t->p, xc_i_min(t->n, room - XC_I_RECORD), &r) ||
        r.value - r.name > 0xFFFF ||
        xc_i_name_used(x->i_mem + x->i_high, x->i_records, t->p, &r))
        return false;
    xc_i_put_record(xc_i_record_bytes(x, x->i_records++), &r);
    x->i_attributes++;
    x->i_pos = r.value + r.value_len + 1;
    x->i_state = XC_I_GAP;
    t->n = xc_i_min(t->n, room - XC_I_RECORD);
    return true;
}

/* In a tag: white space, its end or, if `inside`, an attribute. */
static xc_status xc_i_inside(xc_xml *x, xc_i_tag *t, bool inside)
{
    unsigned c = t->p[x->i_pos];
    if (c == '>' || c == '/')
        return XC_I_ATTRIBUTED;
    if (xc_i_in_class(c, XC_I_SPACE)) {
        x->i_pos++;
        while (XC_I_FAST && x->i_pos < t->n && t->p[x->i_pos] == ' ')
            x->i_pos++;
        x->i_state = XC_I_INSIDE;
        return XC_OK;
    }
    if (!inside)
        return xc_i_wrong(x, t, XC_ERR_TAG);
    if (XC_I_FAST && xc_i_fast_add_record(x, t))
        return XC_OK;
    x->i_begin = x->i_pos;
    x->i_colon = 0;
    x->i_state = XC_I_ATTR_NAME;
    return XC_OK;
}

/* "=" and the quote, with white space around them. */
static xc_status xc_i_equals(xc_xml *x, const xc_i_tag *t)
{
    unsigned c = t->p[x->i_pos];
    if (x->i_state == XC_I_EQUALS ? c == '=' : c == '"' || c == '\'') {
        x->i_quote = (uint8_t)c;
        x->i_begin = x->i_out = x->i_pos + 1;
        x->i_state++;
    } else if (!xc_i_in_class(c, XC_I_SPACE)) {
        return xc_i_wrong(x, t, XC_ERR_ATTRIBUTE);
    }
    x->i_pos++;
    return XC_OK;
}

static xc_status xc_i_slash(xc_xml *x, const xc_i_tag *t)
{
    if (t->p[x->i_pos] != '>')
        return xc_i_wrong(x, t, XC_ERR_TAG);
    x->i_pos++;
    x->i_state = XC_I_END_DUE;
    return XC_EVENT;
}

/* -- values and references -- */

/* After "&". */
static void xc_i_begin_ref(xc_xml *x, enum xc_i_state state)
{
    x->i_ref.step = XC_I_REF_NEW;
    x->i_found.character = 0;
    x->i_state = (uint8_t)state;
}

/* A byte in a value that does not stand for itself. */
static xc_status xc_i_value_special(xc_xml *x, xc_i_tag *t)
{
    unsigned c = t->p[x->i_pos];
    bool lf = x->i_after_cr && c == '\n';
    x->i_after_cr = c == '\r';
    if (c == x->i_quote)
        return xc_i_end_value(x, t);
    if (c != '&' && !xc_i_in_class(c, XC_I_SPACE))
        return xc_i_wrong(x, t, c == '<' ? XC_ERR_ATTRIBUTE : XC_ERR_CHAR);
    if (!x->i_carrying)
        return XC_I_COPY;
    x->i_pos++;
    if (c == '&') {
        xc_i_begin_ref(x, XC_I_VALUE_REF);
        return XC_OK;
    }
    /* XML sections 2.11 and 3.3.3: TAB, LF, CR and CR LF become one space */
    if (!lf)
        x->i_mem[x->i_base + x->i_out++] = ' ';
    return XC_OK;
}

static xc_status xc_i_value(xc_xml *x, xc_i_tag *t)
{
    unsigned other = x->i_quote ^ ((unsigned)'"' ^ '\'');
    size_t from = x->i_pos, end;
    end = xc_i_run(t->p, from, t->n, XC_I_IN_VALUE, other);
    if (x->i_out != from) /* decoding made the value shorter */
        memmove(x->i_mem + x->i_base + x->i_out, t->p + from, end - from);
    x->i_out += (uint32_t)(end - from);
    x->i_pos = (uint32_t)end;
    if (end > from)
        x->i_after_cr = false;
    return end < t->n ? xc_i_value_special(x, t) : XC_OK;
}

/* The predefined entities (XML section 4.6), each with its character, at the
   index that xc_i_entity gives for its first letter. At the index of any other
   letter is another byte. */
static const char xc_i_entities[] = "quot;\"apos;'    amp;& gt;>   lt;<";
enum {
    XC_I_APOSREF = 6,
    XC_I_AMPREF = 16
};

static unsigned xc_i_entity(unsigned c)
{
    return (c ^ 17) & 31;
}

/* The next byte of an entity's name. XC_EVENT: it is the ";", and the
   character is known. */
static xc_status xc_i_entity_byte(xc_xml *x, unsigned c)
{
    if (c == 'p' && x->i_found.entity == XC_I_AMPREF + 1)
        x->i_found.entity = XC_I_APOSREF + 1;
    if (c !=
        (unsigned char)xc_i_entities[x->i_found.entity]) /* not predefined */
        return c == ';' || c == ':' || xc_i_in_class(c, XC_I_NAME_CHAR)
                   ? XC_ERR_ENTITY /* RFC 6120 section 11.1 */
                   : XC_ERR_REFERENCE;
    x->i_found.entity++;
    if (c != ';')
        return XC_OK;
    x->i_found.character = (unsigned char)xc_i_entities[x->i_found.entity];
    return XC_EVENT;
}

/* The next byte of a character reference. */
static xc_status xc_i_charref_byte(xc_xml *x, unsigned c)
{
    unsigned digit = xc_i_digit(c);
    if (c == 'x' && x->i_ref.step == XC_I_REF_NUMBER) {
        x->i_ref.step = XC_I_REF_HEX;
        x->i_ref.base = 16;
        return XC_OK;
    }
    if (c == ';' && x->i_ref.step == XC_I_REF_DIGITS)
        return xc_is_char(x->i_found.character) ? XC_EVENT : XC_ERR_CHAR;
    if (digit >= x->i_ref.base)
        return XC_ERR_REFERENCE;
    x->i_ref.step = XC_I_REF_DIGITS;
    x->i_found.character = x->i_found.character * x->i_ref.base + digit;
    return x->i_found.character <= 0x10FFFF ? XC_OK : XC_ERR_CHAR;
}

XC_I_NOINLINE_SMALL xc_status xc_i_ref_byte(xc_xml *x, unsigned c)
{
    if (c >= 0x80)
        return x->i_ref.step >= XC_I_REF_NUMBER ? XC_ERR_REFERENCE
                                                : XC_ERR_ENTITY;
    if (x->i_ref.step >= XC_I_REF_NUMBER)
        return xc_i_charref_byte(x, c);
    if (x->i_ref.step == XC_I_REF_NEW) {
        if (c == '#') {
            x->i_ref.step = XC_I_REF_NUMBER;
            x->i_ref.base = 10;
            return XC_OK;
        }
        if (c != ':' && !xc_i_in_class(c, XC_I_NAME_START))
            return XC_ERR_REFERENCE;
        x->i_ref.step = XC_I_REF_NAME;
        x->i_found.entity = xc_i_entity(c);
    }
    return xc_i_entity_byte(x, c);
}

/* Continues a reference at *i. XC_EVENT: it is complete, and the character is
   known. An error is at *i. */
static xc_status xc_i_reference(xc_xml *x, const unsigned char *p, size_t *i,
                                size_t n)
{
    xc_status status = XC_OK;
    while (status == XC_OK && *i < n) {
        status = xc_i_ref_byte(x, p[*i]);
        *i += status <= XC_EVENT;
    }
    return status;
}

static xc_status xc_i_value_ref(xc_xml *x, xc_i_tag *t)
{
    size_t i = x->i_pos;
    xc_status status = xc_i_reference(x, t->p, &i, t->n);
    x->i_pos = (uint32_t)i;
    if (status > XC_EVENT)
        return xc_i_wrong(x, t, status);
    if (status == XC_OK)
        return status;
    x->i_out += (uint32_t)xc_i_utf8_encode(x->i_mem + x->i_base + x->i_out,
                                           x->i_found.character);
    x->i_state = XC_I_VALUE;
    return XC_OK;
}

/* -- start tags, whole or cut -- */

XC_I_NOINLINE xc_status xc_i_tag_run(xc_xml *x, xc_i_tag *t)
{
    xc_status status = XC_OK;
    while (status == XC_OK && x->i_pos < t->n) {
        switch (x->i_state) {
        case XC_I_TAG_NAME: status = xc_i_tag_name(x, t); break;
        case XC_I_GAP:
        case XC_I_INSIDE:
            status = xc_i_inside(x, t, x->i_state == XC_I_INSIDE);
            break;
        case XC_I_ATTR_NAME: status = xc_i_attr_name(x, t); break;
        case XC_I_EQUALS:
        case XC_I_QUOTE: status = xc_i_equals(x, t); break;
        case XC_I_VALUE: status = xc_i_value(x, t); break;
        case XC_I_VALUE_REF: status = xc_i_value_ref(x, t); break;
        default: status = xc_i_slash(x, t); break;
        }
    }
    return status == XC_OK ? XC_NEED_MORE : status;
}

#if XC_I_FAST

/* Member by member: gcc uses a slow string instruction to clear a whole token,
   and copies an absent string in other pieces than it was just written in. */
XC_I_HOT void xc_i_clear(xc_str *s)
{
    s->ptr = NULL;
    s->len = 0;
}

#endif

XC_I_HOT void xc_i_new_token(const xc_xml *x, xc_token *tok,
                             xc_token_type type)
{
#if XC_I_FAST
    xc_i_clear(&tok->name);
    xc_i_clear(&tok->prefix);
    xc_i_clear(&tok->ns);
    xc_i_clear(&tok->text);
    tok->empty = false;
    tok->attributes = 0;
#else
    memset(tok, 0, sizeof *tok);
#endif
    tok->type = type;
    tok->offset = x->i_tag_offset;
}

/* The members of a START or END token that the element's item gives. */
XC_I_HOT void xc_i_name_token(const xc_xml *x, uint32_t at, xc_token_type type,
                              xc_token *tok)
{
    const unsigned char *item = x->i_mem + at, *name = item + XC_I_ITEM;
    size_t len = xc_i_get16(item), colon = xc_i_get16(item + 2);
    xc_i_new_token(x, tok, type);
    if (colon != 0) {
        tok->prefix = xc_i_str(name, colon);
        name += colon + 1;
        len -= colon + 1;
    }
    tok->name = xc_i_str(name, len);
}

/* The other members of a START token. `p` is after the name in the completed
   tag. */
XC_I_HOT xc_status xc_i_start_token(xc_xml *x, const unsigned char *p,
                                    xc_token *tok)
{
    tok->empty = x->i_state == XC_I_END_DUE;
    tok->ns = xc_i_scope_ns(x->i_mem, x->i_found.scope);
    tok->attributes = x->i_records;
    tok->i_tag = p;
    tok->i_mem = x->i_mem;
    tok->i_records = x->i_high;
    tok->i_length = x->i_pos;
    if (x->i_depth <= x->i_outer)
        x->i_limited = false;
    return XC_EVENT;
}

/* Carries the part of the tag that was read: the input ends inside it, or a
   value must be decoded. Bytes that were seen but not read come again. */
static xc_status xc_i_carry(xc_xml *x, xc_i_input *in, const xc_i_tag *t)
{
    size_t n = t->n;
    if (!x->i_carrying) {
        n = x->i_pos;
        memcpy(x->i_mem + x->i_base, t->p, n);
        x->i_carrying = true;
    }
    in->used += n - x->i_carried;
    x->i_carried = (uint32_t)n;
    return XC_OK;
}

/* The name is complete, and carrying ends. Only bytes after the name that came
   with earlier input (a cut character that does not belong to it) remain
   carried. */
static xc_status xc_i_named(xc_xml *x, xc_i_input *in)
{
    unsigned char *base = x->i_mem + x->i_base;
    uint32_t pos = x->i_pos;
    x->i_pos = 0;
    if (pos >= x->i_carried) {
        in->used += pos - x->i_carried;
        x->i_carried = 0;
        x->i_carrying = false;
        return XC_OK;
    }
    x->i_carried -= pos;
    memmove(base, base + pos, x->i_carried);
    return XC_OK;
}

/* At the "/" or ">" that ends the attributes. XC_OK: ">" is still due. */
static xc_status xc_i_end_attributes(xc_xml *x, const xc_i_tag *t)
{
    xc_status status = xc_i_resolve(x, t);
    if (status != XC_OK)
        return status;
    x->i_state = t->p[x->i_pos++] == '/' ? XC_I_SLASH : XC_I_TEXT;
    return x->i_state == XC_I_TEXT ? XC_EVENT : XC_OK;
}

/* Reads a name, or the part after the name, as far as it is available. */
static xc_status xc_i_start_tag(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    const unsigned char *p = in->p + in->used;
    size_t n = in->n - in->used;
    xc_status status;
    xc_i_tag t;
    t.p = p;
    if (x->i_carrying) {
        t.p = x->i_mem + x->i_base;
        n = x->i_carried + xc_i_min(n, XC_I_PIECE);
    }
    t.n = xc_i_min(n, xc_i_room(x));
    if (x->i_carrying)
        memcpy(x->i_mem + x->i_base + x->i_carried, p, t.n - x->i_carried);
    do {
        status = xc_i_tag_run(x, &t);
        if (status == XC_I_ATTRIBUTED)
            status = xc_i_end_attributes(x, &t);
    } while (status == XC_OK);
    if (status == XC_NEED_MORE && t.n < n && xc_i_room(x) <= t.n)
        return xc_i_tag_fail(x, XC_ERR_WORKSPACE, t.n);
    if (status == XC_NEED_MORE || status == XC_I_COPY)
        return xc_i_carry(x, in, &t);
    if (status == XC_I_NAMED)
        return xc_i_named(x, in);
    in->used += x->i_pos - x->i_carried;
    if (status != XC_EVENT)
        return status;
    xc_i_name_token(x, x->i_item, XC_START, tok);
    return xc_i_start_token(x, t.p, tok);
}

XC_I_HOT xc_status xc_i_end_token(xc_xml *x, uint32_t item, xc_token *tok)
{
    xc_i_name_token(x, item, XC_END, tok);
    xc_i_pop(x, item);
    x->i_state = XC_I_TEXT;
    if (x->i_depth == 0)
        x->i_done = true;
    if (x->i_depth <= x->i_outer)
        x->i_limited = false;
    return XC_EVENT;
}

XC_API bool xc_token_attr(const xc_token *tok, size_t i, xc_attribute *attr)
{
    if (tok == NULL || attr == NULL || i >= tok->attributes)
        return false;
    xc_i_record_attribute(tok->i_mem, tok->i_records, i, tok->i_tag, attr);
    return true;
}

/* -- character data -- */

XC_I_NOINLINE_SMALL xc_status xc_i_text_token(const xc_xml *x, xc_token *tok,
                                              const unsigned char *text,
                                              size_t len)
{
    xc_i_new_token(x, tok, XC_TEXT);
    tok->text = xc_i_str(text, len);
    return XC_EVENT;
}

/* An error at the next byte. If that is not ASCII, the whole character is read
   first: its UTF-8 may be the error. `error` XC_OK: the end of the input may
   cut a valid character. */
static xc_status xc_i_reject(xc_xml *x, const xc_i_input *in, xc_status error)
{
    if (in->p[in->used] < 0x80)
        return xc_i_fail(x, in, error);
    xc_i_begin_token(x, in);
    x->i_cut.resume = x->i_state;
    x->i_state = XC_I_CUT_CHAR;
    x->i_cut.error = (uint8_t)error;
    x->i_cut.len = 0;
    return XC_OK;
}

/* The next byte of the character in i_utf8. Once complete, it is an error or
   text. */
static xc_status xc_i_cut_char(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    uint32_t cp;
    int length;
    x->i_utf8[x->i_cut.len++ & 3] = in->p[in->used];
    length = xc_i_utf8(x->i_utf8, x->i_cut.len, &cp);
    if (length < 0)
        return xc_i_fail(x, in, XC_ERR_UTF8);
    in->used++;
    if (length == 0)
        return XC_OK;
    if (x->i_cut.error != 0 || !xc_is_char(cp))
        return xc_i_fail_at(
            x,
            x->i_cut.error != 0
                ? xc_i_offence(x, (xc_status)x->i_cut.error, cp)
                : XC_ERR_CHAR,
            x->i_tag_offset);
    x->i_state = x->i_cut.resume;
    return xc_i_text_token(x, tok, x->i_utf8, x->i_cut.len);
}

/* "<": markup begins. */
static xc_status xc_i_open_markup(xc_xml *x, xc_i_input *in)
{
    xc_i_begin_token(x, in);
    x->i_state = XC_I_LT;
    if (x->i_depth <= x->i_outer && x->i_stanza_bytes != 0) {
        x->i_left = in->used + x->i_stanza_bytes;
        x->i_limited = true;
    }
    in->used++;
    return XC_OK;
}

/* Where only elements and white space are allowed. */
static xc_status xc_i_between(xc_xml *x, xc_i_input *in)
{
    unsigned c = in->p[in->used];
    if (c == '<')
        return xc_i_open_markup(x, in);
    if (!xc_i_in_class(c, XC_I_SPACE) || (x->i_dense && !x->i_begun))
        return xc_i_reject(x, in, XC_ERR_OUTSIDE);
    x->i_begun = true;
    in->used++;
    return XC_OK;
}

/* Perhaps in "]]>": brackets are held back until the next byte decides whether
   they are text. */
static xc_status xc_i_bracket(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    unsigned c = in->p[in->used], held = x->i_brackets;
    if (c == '>' && held == 2 && x->i_state != XC_I_CDATA)
        return xc_i_fail(x, in, XC_ERR_CDATA_END); /* XML section 2.4 */
    if (c == ']' && held < 2) {
        x->i_brackets++;
        in->used++;
        return XC_OK;
    }
    if (c == '>' && held == 2) {
        x->i_state = XC_I_TEXT;
        x->i_brackets = 0;
        in->used++;
        return XC_OK;
    }
    /* release one bracket, or all if "]]>" is no longer possible */
    if (c == ']')
        held = 1;
    xc_i_text_token(x, tok, (const unsigned char *)"]]", held);
    x->i_tag_offset += held;
    x->i_brackets = (uint8_t)(x->i_brackets - held);
    return XC_EVENT;
}

/* A byte in character data or CDATA that is neither text nor markup. */
static xc_status xc_i_odd_byte(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    unsigned c = in->p[in->used];
    if (c != '\r')
        return c < 0x80 ? xc_i_fail(x, in, XC_ERR_CHAR)
                        : xc_i_reject(x, in, XC_OK);
    x->i_after_cr = true; /* XML section 2.11: CR LF is one line end */
    in->used++;
    return xc_i_text_token(x, tok, (const unsigned char *)"\n", 1);
}

/* A byte of character data that does not stand for itself. */
static xc_status xc_i_text_special(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    unsigned c = in->p[in->used];
    if (x->i_brackets != 0 || c == ']')
        return xc_i_bracket(x, in, tok);
    if (c == '<')
        return xc_i_open_markup(x, in);
    if (c != '&')
        return xc_i_odd_byte(x, in, tok);
    in->used++;
    xc_i_begin_ref(x, XC_I_REF);
    return XC_OK;
}

static size_t xc_i_any_run(const xc_xml *x, const xc_i_input *in)
{
    unsigned what = x->i_state == XC_I_CDATA ? XC_I_IN_CDATA : XC_I_IN_TEXT;
    return xc_i_run(in->p, in->used, in->n, what, ' ');
}

/* Skips an LF after a CR: the line end was read already. */
static bool xc_i_took_lf(xc_xml *x, xc_i_input *in)
{
    bool after = x->i_after_cr;
    x->i_after_cr = false;
    if (!after || in->p[in->used] != '\n')
        return false;
    in->used++;
    return true;
}

static xc_status xc_i_xml_text(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    size_t start = in->used;
    x->i_records = 0; /* of the previous tag */
    if (x->i_depth <= x->i_outer)
        return xc_i_between(x, in);
    if (xc_i_took_lf(x, in))
        return XC_OK;
    if (x->i_brackets == 0) {
        xc_i_begin_token(x, in);
        in->used = xc_i_any_run(x, in);
    }
    if (in->used == start)
        return xc_i_text_special(x, in, tok);
    return xc_i_text_token(x, tok, in->p + start, in->used - start);
}

static xc_status xc_i_ref(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    xc_status status = xc_i_reference(x, in->p, &in->used, in->n);
    if (status > XC_EVENT)
        return xc_i_reject(x, in, status);
    if (status == XC_OK)
        return status;
    x->i_state = XC_I_TEXT;
    return xc_i_text_token(x, tok, x->i_utf8,
                           xc_i_utf8_encode(x->i_utf8, x->i_found.character));
}

/* -- markup other than start tags -- */

/* After "<!". */
static xc_status xc_i_bang(xc_xml *x, xc_i_input *in)
{
    static const char keyword[] = "[CDATA[";
    unsigned c = in->p[in->used];
    if (x->i_pos == 0 && c == '-') /* RFC 6120 section 11.1 */
        return xc_i_fail(x, in, XC_ERR_COMMENT);
    if (x->i_pos == 0 && c == 'D')
        return xc_i_fail(x, in, XC_ERR_DTD);
    if (c != (unsigned char)keyword[x->i_pos] || x->i_depth <= x->i_outer)
        return xc_i_reject(x, in, XC_ERR_MARKUP);
    in->used++;
    if (++x->i_pos == sizeof keyword - 1)
        x->i_state = XC_I_CDATA;
    return XC_OK;
}

/* The byte after "<" decides. */
static xc_status xc_i_lt(xc_xml *x, xc_i_input *in)
{
    unsigned c = in->p[in->used];
    x->i_late = x->i_begun;
    x->i_begun = true;
    x->i_quote = 0;
    x->i_pos = x->i_begin = x->i_carried = 0;
    x->i_carrying = false;
    x->i_colon = x->i_attributes = 0;
    x->i_has_prefixes = false;
    if (c == '/' && x->i_depth > 0)
        x->i_state = XC_I_END_NAME;
    else if (c == '!')
        x->i_state = XC_I_BANG;
    else if (c == '?' && x->i_depth == 0)
        x->i_state = XC_I_XMLDECL; /* which reads the "?" */
    else if (c == '/' || c == '?')
        return xc_i_fail(x, in,
                         c == '/' ? XC_ERR_MISMATCH : XC_ERR_INSTRUCTION);
    else if (x->i_done)
        return xc_i_reject(x, in, XC_ERR_OUTSIDE);
    else
        x->i_state = XC_I_TAG_NAME;
    if (x->i_state == XC_I_END_NAME || x->i_state == XC_I_BANG)
        in->used++;
    else if (x->i_depth >= x->i_max_depth)
        return xc_i_fail(x, in, XC_ERR_LIMIT_DEPTH);
    return XC_OK;
}

/* The byte differs from the name at pos. If pos is inside a character, the
   error is the whole character, which may be cut. */
XC_I_NOINLINE_SMALL xc_status xc_i_end_differs(xc_xml *x, const xc_i_input *in,
                                               const unsigned char *name,
                                               size_t pos)
{
    xc_status status;
    unsigned begun = 0;
    for (; (name[pos] & 0xC0) == 0x80; pos--)
        begun++;
    status = xc_i_reject(
        x, in,
        begun != 0 && in->p[in->used] < 0x80 ? XC_ERR_UTF8 : XC_ERR_MISMATCH);
    memcpy(x->i_utf8, name + pos, begun);
    x->i_cut.len = (uint8_t)begun;
    x->i_tag_offset -= begun;
    return status;
}

/* Compares the name in an end tag with that of the open element (XML section
   3, Element Type Match). */
static xc_status xc_i_end_name(xc_xml *x, xc_i_input *in)
{
    const unsigned char *item = x->i_mem + xc_i_innermost(x);
    const unsigned char *name = item + XC_I_ITEM, *p = in->p;
    size_t len = xc_i_get16(item), pos = x->i_pos, i = in->used, n = in->n;
    while (i < n && pos < len && p[i] == name[pos]) {
        i++;
        pos++;
    }
    in->used = i;
    x->i_pos = (uint32_t)pos;
    if (i == n)
        return XC_OK;
    if (pos < len)
        return xc_i_end_differs(x, in, name, pos);
    x->i_state = XC_I_END_GAP;
    return XC_OK;
}

static xc_status xc_i_end_gap(xc_xml *x, xc_i_input *in)
{
    unsigned c = in->p[in->used];
    if (c == '>')
        x->i_state = XC_I_END_DUE;
    else if (!xc_i_in_class(c, XC_I_SPACE))
        return xc_i_reject(x, in, XC_ERR_MISMATCH);
    in->used++;
    return XC_OK;
}

/* -- the XML declaration --

   XML section 2.8 and RFC 6120 section 11.5. The input is compared with this
   text, in which a space stands for required white space and "'" for either
   quote; `pos` is the index in it. */

static const char xc_i_xmldecl_text[] =
    "?xml version='1.0' encoding='utf-8' standalone='yes'?>no'";
enum {
    XC_I_XMLDECL_NO_ENCODING = 19,
    XC_I_XMLDECL_ENCODING = 29,
    XC_I_XMLDECL_NO_STANDALONE = 36,
    XC_I_XMLDECL_YES = 48,
    XC_I_XMLDECL_END = 52,
    XC_I_XMLDECL_NO = 54
};

/* The error for a byte that does not match the text. */
XC_I_NOINLINE xc_status xc_i_xmldecl_misfit(size_t pos, unsigned c)
{
    bool first = pos == XC_I_XMLDECL_ENCODING; /* XML section 4.3.3 [81] */
    bool name = first ? c - 'a' < 26 : xc_i_in_class(c, XC_I_NAME_CHAR);
    if (pos < XC_I_XML_TARGET ||
        (pos == XC_I_XML_TARGET && (name || c == ':' || c >= 0x80)))
        return XC_ERR_INSTRUCTION; /* RFC 6120 section 11.1 */
    if (pos >= XC_I_XMLDECL_ENCODING && pos < XC_I_XMLDECL_NO_STANDALONE - 1 &&
        (name || (c == '\'' && !first)))
        return XC_ERR_ENCODING_NAME; /* RFC 6120 section 11.6 */
    return XC_ERR_XML_DECLARATION;
}

/* The index to compare c with: after absent optional parts. */
static size_t xc_i_xmldecl_index(size_t pos, unsigned c)
{
    if (c == 'n' && pos == XC_I_XMLDECL_YES)
        return XC_I_XMLDECL_NO;
    if (c == 's' && pos == XC_I_XMLDECL_NO_ENCODING)
        return XC_I_XMLDECL_NO_STANDALONE;
    if (c == '?' && (pos - (XC_I_XMLDECL_NO_ENCODING - 1) < 2 ||
                     pos - (XC_I_XMLDECL_NO_STANDALONE - 1) < 2))
        return XC_I_XMLDECL_END;
    return pos;
}

/* Is more white space than in the text allowed here? */
static bool xc_i_xmldecl_gap(size_t pos)
{
    const char *next = xc_i_xmldecl_text + pos;
    return next[-1] == ' ' || next[-1] == '=' || next[0] == '=' ||
           next[0] == '?';
}

/* The byte as the text has it. */
XC_I_NOINLINE_SMALL unsigned xc_i_xmldecl_normal(xc_xml *x, unsigned c)
{
    unsigned open = x->i_quote;
    if (open != 0 ? c == open : c == '"' || c == '\'') {
        x->i_quote = (uint8_t)(open ^ c);
        return '\'';
    }
    if (open == 0 && xc_i_in_class(c, XC_I_SPACE))
        return ' ';
    if (x->i_pos - XC_I_XMLDECL_ENCODING < 3 && (c | 0x20) - 'a' < 26)
        return c | 0x20;      /* XML section 4.3.3: UTF in any case */
    return c == '\'' ? 0 : c; /* within the other quotes */
}

XC_I_NOINLINE xc_status xc_i_xmldecl_byte(xc_xml *x, unsigned c)
{
    unsigned normal = xc_i_xmldecl_normal(x, c);
    size_t pos = xc_i_xmldecl_index(x->i_pos, normal);
    if (normal == ' ' && xc_i_xmldecl_gap(pos))
        return XC_OK;
    if (normal != (unsigned char)xc_i_xmldecl_text[pos])
        return xc_i_xmldecl_misfit(pos, normal);
    x->i_pos = xc_i_xmldecl_text[pos + 1] != '\0' ? (uint32_t)pos + 1
                                                  : (uint32_t)XC_I_XMLDECL_END;
    return XC_OK;
}

/* Unless it is at the very start, the "?" is the error. Which one depends on
   the name (XML section 2.8). */
static xc_status xc_i_xmldecl(xc_xml *x, xc_i_input *in)
{
    xc_status status = xc_i_xmldecl_byte(x, in->p[in->used]);
    if (x->i_late && x->i_pos > XC_I_XML_TARGET)
        status = XC_ERR_XML_DECLARATION; /* too late */
    if (status != XC_OK)
        return x->i_late ? xc_i_tag_fail(x, status, 0)
                         : xc_i_reject(x, in, status);
    in->used++;
    if (x->i_pos == XC_I_XMLDECL_NO) {
        x->i_limited = false;
        x->i_state = XC_I_TEXT;
    }
    return XC_OK;
}

/* -- dispatch -- */

/* Each state reads the next byte, which is available. XC_OK: continue. */
static xc_status xc_i_dispatch(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    if (x->i_state <= XC_I_CDATA) /* so frequent that a jump table is slower */
        return xc_i_xml_text(x, in, tok);
    switch (x->i_state) {
    case XC_I_LT: return xc_i_lt(x, in);
    case XC_I_END_DUE: return xc_i_end_token(x, xc_i_innermost(x), tok);
    case XC_I_END_NAME: return xc_i_end_name(x, in);
    case XC_I_END_GAP: return xc_i_end_gap(x, in);
    case XC_I_REF: return xc_i_ref(x, in, tok);
    case XC_I_CUT_CHAR: return xc_i_cut_char(x, in, tok);
    case XC_I_BANG: return xc_i_bang(x, in);
    case XC_I_XMLDECL: return xc_i_xmldecl(x, in);
    default: return xc_i_start_tag(x, in, tok);
    }
}

/* Removes the bytes that were read from the input. */
XC_I_HOT void xc_i_take(xc_xml *x, xc_str *in, size_t used)
{
    in->ptr += used;
    in->len -= used;
    x->i_offset += used;
    if (!XC_I_FAST ||
        x->i_limited) /* else gcc makes one slow vector of both */
        x->i_left -= used;
}

/* xc_xml_next in the complete way. */
XC_I_NOINLINE xc_status xc_i_xml_step(xc_xml *x, xc_str *in, xc_token *tok)
{
    xc_status status;
    xc_i_input part;
    if (x->i_error != 0)
        return (xc_status)x->i_error;
    part.p = (const unsigned char *)in->ptr;
    part.used = 0;
    do {
        part.n = in->len;
        if (x->i_limited)
            part.n = xc_i_min(part.n, x->i_left);
        if (part.used < part.n || x->i_state == XC_I_END_DUE)
            status = xc_i_dispatch(x, &part, tok);
        else if (part.n < in->len)
            status = xc_i_fail(x, &part, XC_ERR_LIMIT_STANZA);
        else
            status = XC_NEED_MORE;
    } while (status == XC_OK);
    if (x->i_error == 0 && part.used != 0)
        xc_i_take(x, in, part.used);
    return status;
}

/* -- the fast way of reading (see XC_I_FAST) --

   It reads text, and tags with an ASCII name and no prefix, only spaces
   between attributes and none around "=", values that need no decoding, and no
   declaration except that of the default namespace. */

#define XC_I_FAST_ATTRS 16u /* more are left to the complete way */

/* Each name sets one bit of 32, chosen by its length and its first and last
   byte. A name whose bit is new needs no comparison. */
XC_I_HOT uint32_t xc_i_name_bit(const unsigned char *name, size_t len)
{
    return (uint32_t)1 << ((name[0] + 4u * name[len - 1] + 8u * len) & 31);
}

typedef struct xc_i_fast_tag {
    const unsigned char *t; /* after the element's name */
    size_t n, end;          /* bytes available; bytes read */
    unsigned char *top;     /* nodes are stored below */
    size_t nodes, declared;
    bool empty; /* it ends in "/>" */
} xc_i_fast_tag;

/* An attribute "x...". A declaration of the default namespace becomes an item
   below the element's. False: any other attribute, or a namespace as long as a
   reserved one. */
XC_I_HOT bool xc_i_fast_nsdecl(const xc_xml *x, xc_i_fast_tag *a,
                               const xc_i_record *r)
{
    size_t len = r->value_len, size = XC_I_NSDECL + len;
    unsigned char *item;
    if (r->name_len != 5 || memcmp(a->t + r->name, "xmlns", 5) != 0 ||
        a->declared != 0 || len == sizeof XC_NS_XML - 1 ||
        len == sizeof XC_NS_XMLNS - 1 ||
        x->i_namespaces >= x->i_max_namespaces ||
        (size_t)(a->top - x->i_mem) - x->i_base <
            size + XC_I_FAST_ATTRS * XC_I_RECORD)
        return false;
    item = a->top - size;
    if (a->nodes != 0)
        memmove(item - a->nodes * XC_I_RECORD, a->top - a->nodes * XC_I_RECORD,
                a->nodes * XC_I_RECORD);
    xc_i_put32(item, 0); /* as xc_i_nsdecl */
    xc_i_put32(item + 4, (uint32_t)len);
    xc_i_put32(item + 8, x->i_scope);
    xc_i_copy(item + XC_I_NSDECL, a->t + r->value, len);
    a->top = item;
    a->declared = size;
    return true;
}

/* The index after the spaces from i on; usually there are none. */
XC_I_HOT size_t xc_i_fast_spaces(const unsigned char *t, size_t i, size_t n)
{
    static const unsigned char spaces[] = "                ";
    unsigned same = 16;
    if (i < n && t[i] != ' ')
        return i;
    for (; n - i >= 16 && same == 16; i += same)
        same = xc_i_same16(t + i, spaces);
    while (i < n && t[i] == ' ')
        i++;
    return i;
}

/* Reads the attributes up to ">" or "/>", or as many as the fast way can. */
XC_I_HOT bool xc_i_fast_attrs(const xc_xml *x, xc_i_fast_tag *a)
{
    const unsigned char *t = a->t;
    size_t i = 0, n = a->n;
    size_t more = xc_i_min(x->i_max_attributes, XC_I_FAST_ATTRS);
    uint32_t bits = 0;
    while (t[i] == ' ') {
        xc_i_record r;
        uint32_t bit;
        i = xc_i_fast_spaces(t, i + 1, n);
        if (i == n)
            return false;
        r.name = (uint32_t)i;
        if (t[i] < 'A') /* "/", ">" or an error */
            break;
        if (!xc_i_fast_attr(t, n, &r))
            return false;
        i = (size_t)r.value + r.value_len + 1;
        if (i == n || more-- == 0)
            return false;
        if (t[r.name] == 'x') { /* it may be xmlns */
            if (!xc_i_fast_nsdecl(x, a, &r))
                return false;
            a->end = i;
            continue;
        }
        bit = xc_i_name_bit(t + r.name, r.name_len);
        if ((bits & bit) != 0 && xc_i_name_used(a->top, a->nodes, t, &r))
            return false;
        bits |= bit;
        xc_i_put_record(a->top - ++a->nodes * XC_I_RECORD, &r);
        a->end = i;
    }
    a->empty = t[i] == '/';
    i += a->empty;
    if (i == n || t[i] != '>')
        return false;
    a->end = i + 1;
    return true;
}

/* Is there room for everything, even if the tag had to be carried? */
XC_I_HOT bool xc_i_fast_fits(const xc_xml *x, const xc_i_fast_tag *a,
                             size_t len, size_t room)
{
    if (x->i_depth <= x->i_outer && x->i_stanza_bytes != 0 &&
        len + a->end >= x->i_stanza_bytes)
        return false;
    return a->end + a->nodes * XC_I_RECORD + a->declared + len + 64 <= room;
}

/* Copies a name; n bytes of `from` may be read. A short name also overwrites
   bytes before `to`, which are free. */
XC_I_HOT void xc_i_fast_copy_name(unsigned char *to, const unsigned char *from,
                                  size_t len, size_t n)
{
    uint64_t v;
    if (len - 1 < 8 && n >= 8) {
        memcpy(&v, from, 8);
        v <<= 64 - 8 * len; /* little-endian, as XC_I_FAST implies */
        memcpy(to + len - 8, &v, 8);
    } else {
        xc_i_copy(to, from, len);
    }
}

/* Commits the tag that was read. */
XC_I_HOT void xc_i_fast_open(xc_xml *x, const xc_i_fast_tag *a, uint32_t item)
{
    x->i_tag_offset = x->i_offset;
    if (x->i_depth <= x->i_outer && x->i_stanza_bytes != 0) {
        x->i_left = x->i_stanza_bytes;
        x->i_limited = true;
    }
    x->i_item = item;
    x->i_high = (uint32_t)(a->top - x->i_mem);
    x->i_depth++;
    x->i_begun = true;
    x->i_after_cr = false;
    x->i_pos = (uint32_t)a->end;
    x->i_records = (uint16_t)a->nodes;
    x->i_has_prefixes = false;
    if (a->declared != 0) {
        x->i_scope = x->i_high + 1;
        x->i_namespaces++;
    }
}

/* The complete way continues after the attributes that the fast way read. */
XC_I_NOINLINE xc_status xc_i_fast_give_up(xc_xml *x, xc_str *in, xc_token *tok,
                                          const xc_i_fast_tag *a)
{
    x->i_attributes = (uint16_t)(a->nodes + (a->declared != 0));
    x->i_carrying = false;
    x->i_carried = 0;
    x->i_state = XC_I_GAP;
    return xc_i_xml_step(x, in, tok);
}

/* The functions below read at in->ptr, where n bytes are available. */

XC_I_NOINLINE xc_status xc_i_fast_start(xc_xml *x, xc_str *in, xc_token *tok,
                                        size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t room = x->i_high - x->i_base, len;
    unsigned char *item;
    xc_i_fast_tag a;
    bool whole;
    n = xc_i_min(n, 0xFFFF); /* the longest name */
    len = xc_i_find(p, 1, n, XC_I_NAME_CHAR);
    a.t = p + len;
    a.n = n - len;
    len--;
    if (a.n == 0 || p[1] < 'A' ||
        room < 2 * len + 64 + XC_I_FAST_ATTRS * XC_I_RECORD || x->i_done ||
        x->i_depth >= x->i_max_depth)
        return xc_i_xml_step(x, in, tok);
    item = x->i_mem + x->i_high - len - XC_I_ITEM;
    xc_i_fast_copy_name(item + XC_I_ITEM, p + 1, len, n - 1);
    xc_i_put16(item, len);
    xc_i_put16(item + 2, 0);
    a.top = item;
    a.end = a.nodes = a.declared = 0;
    a.empty = false;
    whole = xc_i_fast_attrs(x, &a);
    if (a.end == 0 || !xc_i_fast_fits(x, &a, len, room))
        return xc_i_xml_step(x, in, tok);
    xc_i_fast_open(x, &a, (uint32_t)(item - x->i_mem));
    xc_i_take(x, in, 1 + len + (whole ? a.end : 0));
    if (!whole)
        return xc_i_fast_give_up(x, in, tok, &a);
    x->i_found.scope = xc_i_lookup(x, XC_STR(""));
    x->i_state = a.empty ? XC_I_END_DUE : XC_I_TEXT;
    xc_i_new_token(x, tok, XC_START);
    tok->name = xc_i_str(item + XC_I_ITEM, len);
    return xc_i_start_token(x, a.t, tok);
}

/* Are the len bytes at p the name at `at` in the memory? */
XC_I_HOT bool xc_i_fast_same_name(const xc_xml *x, const unsigned char *p,
                                  size_t n, uint32_t at, size_t len)
{
    if (len <= 16 && n >= 16 && x->i_size - at >= 16)
        return xc_i_same16(p, x->i_mem + at) >= len;
    return xc_i_same_bytes(p, x->i_mem + at, len);
}

XC_I_NOINLINE xc_status xc_i_fast_end(xc_xml *x, xc_str *in, xc_token *tok,
                                      size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    uint32_t item = x->i_depth != 0 ? xc_i_innermost(x) : 0;
    size_t len = x->i_depth != 0 ? xc_i_get16(x->i_mem + item) : n;
    if (n - 2 <= len || p[len + 2] != '>' ||
        !xc_i_fast_same_name(x, p + 2, n - 2, item + XC_I_ITEM, len))
        return xc_i_xml_step(x, in, tok);
    x->i_tag_offset = x->i_offset;
    x->i_after_cr = false;
    x->i_records = 0;
    xc_i_take(x, in, len + 3);
    return xc_i_end_token(x, item, tok);
}

XC_I_NOINLINE xc_status xc_i_fast_end_due(xc_xml *x, xc_token *tok)
{
    return xc_i_end_token(x, xc_i_innermost(x), tok);
}

XC_I_HOT xc_status xc_i_fast_text_token(xc_xml *x, xc_str *in, xc_token *tok,
                                        size_t len)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    x->i_tag_offset = x->i_offset;
    x->i_records = 0;
    xc_i_take(x, in, len);
    return xc_i_text_token(x, tok, p, len);
}

XC_I_NOINLINE xc_status xc_i_fast_text(xc_xml *x, xc_str *in, xc_token *tok,
                                       size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t len = 0;
    if (!x->i_after_cr)
        len = xc_i_run(p, 0, n, XC_I_IN_TEXT, ' ');
    return len == 0 ? xc_i_xml_step(x, in, tok)
                    : xc_i_fast_text_token(x, in, tok, len);
}

/* The same for a few characters up to a "<". It makes no call, so that no
   registers need to be saved. */
XC_I_NOINLINE xc_status xc_i_fast_short_text(xc_xml *x, xc_str *in,
                                             xc_token *tok, size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t len = n >= 32 ? xc_i_span32(p, XC_I_IN_TEXT) : 32;
    return len == 32 || p[len] != '<' || x->i_after_cr
               ? xc_i_fast_text(x, in, tok, n)
               : xc_i_fast_text_token(x, in, tok, len);
}

XC_I_HOT xc_status xc_i_fast_markup(xc_xml *x, xc_str *in, xc_token *tok,
                                    size_t n)
{
    return in->ptr[1] == '/' ? xc_i_fast_end(x, in, tok, n)
                             : xc_i_fast_start(x, in, tok, n);
}

/* White space between elements, then a tag. */
XC_I_NOINLINE xc_status xc_i_fast_between(xc_xml *x, xc_str *in, xc_token *tok,
                                          size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t i = 0;
    while (i < n && xc_i_in_class(p[i], XC_I_SPACE) &&
           (x->i_begun || !x->i_dense))
        i++;
    x->i_begun |= i != 0;
    xc_i_take(x, in, i);
    return n - i >= 3 && p[i] == '<' ? xc_i_fast_markup(x, in, tok, n - i)
                                     : xc_i_xml_step(x, in, tok);
}

/* xc_xml_next in the fast way. Calls only what it returns, so it has no
   frame. */
XC_I_HOT xc_status xc_i_fast_next(xc_xml *x, xc_str *in, xc_token *tok)
{
    size_t n = in->len;
    if (x->i_limited)
        n = xc_i_min(n, x->i_left);
    if ((x->i_state | x->i_error | x->i_brackets) == 0 && n >= 3) {
        if (in->ptr[0] == '<')
            return xc_i_fast_markup(x, in, tok, n);
        return x->i_depth > x->i_outer ? xc_i_fast_short_text(x, in, tok, n)
                                       : xc_i_fast_between(x, in, tok, n);
    }
    if (x->i_state == XC_I_END_DUE && x->i_error == 0)
        return xc_i_fast_end_due(x, tok);
    return xc_i_xml_step(x, in, tok);
}

/* No successful init, or no input. */
XC_I_HOT bool xc_i_unfit(const xc_xml *x, const xc_str *in)
{
    return x->i_mem == NULL || (in->ptr == NULL && in->len != 0);
}

/* As xc_xml_next, with arguments that have been checked. */
XC_I_HOT xc_status xc_i_next_token(xc_xml *x, xc_str *in, xc_token *tok)
{
    return XC_I_FAST ? xc_i_fast_next(x, in, tok) : xc_i_xml_step(x, in, tok);
}

XC_API xc_status xc_xml_next(xc_xml *x, xc_str *in, xc_token *tok)
{
    if (x == NULL || in == NULL || tok == NULL || xc_i_unfit(x, in))
        return XC_ERR_ARGUMENT;
    return xc_i_next_token(x, in, tok);
}

/* ---- [TREE] one complete element in one relocatable block (private) ------

   A block is a sequence of nodes in document order.

   Text      0 L nnnnnn   L: last among its siblings; n: bytes, 63: u24 follows
             bytes NUL
   Element   1 l L a nnnn l: leaf, a: has attributes, n: bytes of the name,
                          15: ask strlen
             u24 size of the whole node (not in a leaf: it has neither
             attributes nor children)
             namespace, name NUL, attributes, nodes of the children
   Attribute L s nnnnnn   s: has a namespace; n: bytes of the name, 63: strlen,
                          0: the inherited xml:lang
             u8 bytes of the value, 255: u24 follows
             name NUL, namespace if s, value NUL
   Namespace a number of 7-bit groups, low first: 0 none, 1 stored here, 2 XML,
             3 undeclared prefix, else 3 + the distance back to where one is
             stored. Stored: distance back to the previous one (0 none),
             bytes, the name, NUL. So each of the latest XC_I_NS_SEARCH is
             stored once in a block and found without a table. */

enum {
    XC_I_ELEMENT = 0x80,
    XC_I_LEAF = 0x40,
    XC_I_LAST = 0x20, /* of an element */
    XC_I_HAS_ATTRS = 0x10,
    XC_I_LAST_TEXT = 0x40,
    XC_I_LAST_ATTR = 0x80,
    XC_I_ATTR_NS = 0x40
};
enum {
    XC_I_NS_NONE,
    XC_I_NS_HERE,
    XC_I_NS_XML,
    XC_I_NS_UNDECLARED
};
#define XC_I_NS_SEARCH 64
#define XC_I_MAX_BLOCK 0xFFFFFFu

static size_t xc_i_get24(const unsigned char *p)
{
    return p[0] | (size_t)p[1] << 8 | (size_t)p[2] << 16;
}

static void xc_i_put24(unsigned char *p, size_t v)
{
    p[0] = (unsigned char)(v & 0xFF);
    p[1] = (unsigned char)(v >> 8 & 0xFF);
    p[2] = (unsigned char)(v >> 16 & 0xFF);
}

/* Reads a number in 7-bit groups; returns the address after it. */
XC_I_HOT const unsigned char *xc_i_get_varint(const unsigned char *p,
                                              size_t *v)
{
    unsigned shift = 7;
    *v = *p & 0x7Fu;
    for (; *p >= 0x80; shift += 7) {
        p++;
        *v |= (size_t)(*p & 0x7F) << shift;
    }
    return p + 1;
}

/* Steps over a namespace. */
XC_I_HOT const unsigned char *xc_i_skip_ns(const unsigned char *p)
{
    size_t n;
    p = xc_i_get_varint(p, &n);
    if (n != XC_I_NS_HERE)
        return p;
    p = xc_i_get_varint(p, &n);
    p = xc_i_get_varint(p, &n);
    return p + n + 1;
}

/* The namespace at `at`; NULL: none. */
static xc_str xc_i_ns_at(const unsigned char *at)
{
    const unsigned char *stored;
    size_t code, len;
    if (at == NULL)
        return xc_i_absent();
    stored = xc_i_get_varint(at, &code);
    if (code == XC_I_NS_XML)
        return xc_i_str((const unsigned char *)xc_i_xml_ns,
                        sizeof xc_i_xml_ns - 1);
    if (code > XC_I_NS_UNDECLARED)
        stored = at - (code - XC_I_NS_UNDECLARED);
    else if (code != XC_I_NS_HERE)
        return xc_i_absent();
    stored = xc_i_get_varint(stored, &len);
    stored = xc_i_get_varint(stored, &len);
    return xc_i_str(stored, len);
}

static bool xc_i_in_ns(const unsigned char *at, const char *wanted)
{
    xc_str ns = xc_i_ns_at(at);
    return ns.ptr == NULL ? wanted[0] == '\0' : xc_str_is(ns, wanted);
}

/* An element or one of its attributes taken apart. */
typedef struct xc_i_part {
    xc_str name, value;      /* value: of an attribute */
    const unsigned char *ns; /* its address; NULL: an attribute without one */
    const unsigned char *next; /* the next attribute, or the end of all */
    bool more;                 /* there is a next attribute */
} xc_i_part;

XC_I_HOT const unsigned char *xc_i_bytes(const xc_element *e)
{
    return (const unsigned char *)e;
}

XC_I_HOT const xc_element *xc_i_element(const unsigned char *p)
{
    return (const xc_element *)p;
}

/* Where the namespace of an element is. */
XC_I_HOT const unsigned char *xc_i_ns_ptr(const xc_element *e)
{
    const unsigned char *p = xc_i_bytes(e);
    return p == NULL ? p : p + ((p[0] & XC_I_LEAF) ? 1 : 4);
}

/* Reads the name at p; `len` equal to `most` means at least that length.
   Returns the address after the name. */
XC_I_HOT const unsigned char *xc_i_read_name(xc_i_part *part,
                                             const unsigned char *p,
                                             unsigned len, unsigned most)
{
    part->name = xc_i_str(p, len);
    if (len == most)
        part->name.len = strlen(part->name.ptr);
    return p + part->name.len + 1;
}

/* False for NULL; *part is empty then. */
XC_I_HOT bool xc_i_open_element(const xc_element *e, xc_i_part *part)
{
    const unsigned char *p = xc_i_bytes(e);
    if (p == NULL) {
        memset(part, 0, sizeof *part);
        return false;
    }
    part->ns = xc_i_ns_ptr(e);
    part->more = (p[0] & XC_I_HAS_ATTRS) != 0;
    part->next = xc_i_read_name(part, xc_i_skip_ns(part->ns), p[0] & 15u, 15);
    return true;
}

/* Moves to the next attribute. The inherited xml:lang has an empty name. */
XC_I_HOT bool xc_i_next_attr(xc_i_part *a)
{
    const unsigned char *p = a->next, *at;
    size_t len;
    if (!a->more)
        return false;
    a->more = !(p[0] & XC_I_LAST_ATTR);
    len = p[1];
    at = p + 2;
    if (len == 255) {
        len = xc_i_get24(at);
        at += 3;
    }
    at = xc_i_read_name(a, at, p[0] & 63u, 63);
    a->ns = NULL;
    if (p[0] & XC_I_ATTR_NS) {
        a->ns = at;
        at = xc_i_skip_ns(at);
    }
    a->value = xc_i_str(at, len);
    a->next = at + len + 1;
    return true;
}

XC_I_HOT bool xc_i_undeclared(const xc_i_part *a)
{
    return a->ns != NULL && a->ns[0] == XC_I_NS_UNDECLARED;
}

/* Where the nodes of the children begin. */
XC_I_NOINLINE_SMALL const unsigned char *xc_i_child_nodes(const xc_element *e)
{
    xc_i_part part;
    xc_i_open_element(e, &part);
    while (xc_i_next_attr(&part)) {
    }
    return part.next;
}

static size_t xc_i_node_size(const unsigned char *p)
{
    xc_i_part part;
    if (!(p[0] & XC_I_ELEMENT))
        return (p[0] & 63) < 63 ? (p[0] & 63u) + 2 : xc_i_get24(p + 1) + 5;
    if (!(p[0] & XC_I_LEAF))
        return xc_i_get24(p + 1);
    xc_i_open_element(xc_i_element(p), &part);
    return (size_t)(part.next - p);
}

/* The text of the node; "": no node, or an element. */
static xc_str xc_i_node_text(const unsigned char *p)
{
    size_t len;
    if (p == NULL || (p[0] & XC_I_ELEMENT) != 0)
        return XC_STR("");
    len = p[0] & 63u;
    return len < 63 ? xc_i_str(p + 1, len)
                    : xc_i_str(p + 4, xc_i_get24(p + 1));
}

XC_API size_t xc_element_size(const xc_element *e)
{
    return e != NULL ? xc_i_node_size(xc_i_bytes(e)) : 0;
}

XC_API xc_str xc_name(const xc_element *e)
{
    xc_i_part part;
    xc_i_open_element(e, &part);
    return part.name;
}

XC_API xc_str xc_ns(const xc_element *e)
{
    return xc_i_ns_at(xc_i_ns_ptr(e));
}

XC_API bool xc_is(const xc_element *e, const char *ns, const char *name)
{
    xc_i_part part;
    return xc_i_open_element(e, &part) &&
           (name == NULL || xc_str_is(part.name, name)) &&
           (ns == NULL || xc_i_in_ns(part.ns, ns));
}

XC_API xc_str xc_attr_ns(const xc_element *e, const char *ns, const char *name)
{
    xc_i_part a;
    xc_i_open_element(e, &a);
    while (xc_i_next_attr(&a)) {
        if (xc_str_is(a.name, name) && !xc_i_undeclared(&a) &&
            xc_i_in_ns(a.ns, ns != NULL ? ns : ""))
            return a.value;
    }
    return xc_i_absent();
}

XC_API xc_str xc_attr(const xc_element *e, const char *name)
{
    return name != NULL && name[0] != '\0' ? xc_attr_ns(e, NULL, name)
                                           : xc_i_absent();
}

XC_API bool xc_element_attr(const xc_element *e, size_t i, xc_attribute *attr)
{
    xc_i_part a;
    xc_i_open_element(e, &a);
    while (attr != NULL && xc_i_next_attr(&a)) {
        if (a.name.len == 0 || i-- != 0)
            continue;
        attr->name = a.name;
        attr->prefix = xc_i_absent();
        attr->ns = xc_i_ns_at(a.ns);
        attr->value = a.value;
        attr->undeclared = xc_i_undeclared(&a);
        return true;
    }
    return false;
}

/* The first child node of this kind, element or text. */
static const unsigned char *xc_i_first_node(const xc_element *e, unsigned kind)
{
    const unsigned char *p = xc_i_child_nodes(e);
    const unsigned char *end = xc_i_bytes(e) + xc_element_size(e);
    while (p < end && (p[0] & XC_I_ELEMENT) != kind)
        p += xc_i_node_size(p);
    return p < end ? p : NULL;
}

XC_API xc_str xc_text(const xc_element *e)
{
    return e != NULL ? xc_i_node_text(xc_i_first_node(e, 0)) : xc_i_absent();
}

XC_API xc_str xc_text_after(const xc_element *e)
{
    const unsigned char *p = xc_i_bytes(e);
    if (p == NULL)
        return xc_i_absent();
    return xc_i_node_text(p[0] & XC_I_LAST ? p : p + xc_i_node_size(p));
}

XC_API const xc_element *xc_first_child(const xc_element *e)
{
    return e != NULL ? xc_i_element(xc_i_first_node(e, XC_I_ELEMENT)) : NULL;
}

XC_API const xc_element *xc_next_sibling(const xc_element *e)
{
    const unsigned char *p = xc_i_bytes(e);
    if (p == NULL)
        return NULL;
    do {
        if (p[0] & ((p[0] & XC_I_ELEMENT) ? XC_I_LAST : XC_I_LAST_TEXT))
            return NULL;
        p += xc_i_node_size(p);
    } while (!(p[0] & XC_I_ELEMENT));
    return xc_i_element(p);
}

/* The first match among e and its later siblings. */
XC_I_NOINLINE_SMALL const xc_element *xc_i_search(const xc_element *e,
                                                  xc_str ns, const char *name)
{
    while (e != NULL && !xc_is(e, ns.ptr != NULL ? ns.ptr : "", name))
        e = xc_next_sibling(e);
    return e;
}

XC_API const xc_element *xc_child(const xc_element *e, const char *ns,
                                  const char *name)
{
    return xc_i_search(xc_first_child(e),
                       ns != NULL ? xc_str_from(ns) : xc_ns(e), name);
}

XC_API const xc_element *xc_next_same_name(const xc_element *e)
{
    return xc_i_search(xc_next_sibling(e), xc_ns(e), xc_name(e).ptr);
}

/* The xml:lang of the element or, if it was stored there, of the stream. */
static xc_str xc_i_own_lang(const xc_element *e, xc_str around)
{
    xc_str own = xc_attr_ns(e, xc_i_xml_ns, "lang");
    if (own.ptr == NULL)
        own = xc_attr_ns(e, NULL, "");
    return own.ptr != NULL ? own : around;
}

XC_API xc_str xc_lang(const xc_element *root, const xc_element *e)
{
    xc_str lang = xc_i_own_lang(root, xc_i_absent());
    const unsigned char *wanted = xc_i_bytes(e);
    while (root != NULL && e != NULL && root != e) {
        root = xc_first_child(root);
        while (root != NULL &&
               (wanted < xc_i_bytes(root) ||
                wanted >= xc_i_bytes(root) + xc_element_size(root)))
            root = xc_next_sibling(root);
        lang = xc_i_own_lang(root, lang);
    }
    return root != NULL && e != NULL ? lang : xc_i_absent();
}

XC_API void xc_walk_init(xc_walk *w, const xc_element *e)
{
    if (w == NULL)
        return;
    w->type = XC_START;
    w->element = e;
    w->text = xc_i_absent();
    w->i_at = xc_i_bytes(e);
    w->i_root = xc_i_bytes(e);
    w->i_depth = 0;
}

/* The open element at this depth; 1 is the root. */
XC_I_NOINLINE_SMALL const xc_element *xc_i_walk_open(const xc_walk *w,
                                                     unsigned depth)
{
    return xc_i_element(w->i_root + xc_i_get24(w->i_open[depth - 1]));
}

/* Is the innermost open element at its end? */
static bool xc_i_walk_ends(const xc_walk *w)
{
    const unsigned char *around = xc_i_bytes(w->element);
    return (around[0] & XC_I_LEAF) ||
           w->i_at == around + xc_i_get24(around + 1);
}

XC_API bool xc_walk_next(xc_walk *w)
{
    if (w == NULL || w->i_at == NULL)
        return false;
    w->text = xc_i_absent();
    if (w->i_depth > 0)
        w->element = xc_i_walk_open(w, w->i_depth);
    if (w->i_depth > 0 && xc_i_walk_ends(w)) {
        w->type = XC_END;
        if (--w->i_depth == 0)
            w->i_at = NULL;
    } else if (!(w->i_at[0] & XC_I_ELEMENT)) {
        w->type = XC_TEXT;
        w->text = xc_i_node_text(w->i_at);
        w->i_at += xc_i_node_size(w->i_at);
    } else if (w->i_depth < XC_DEPTH_MAX) {
        w->type = XC_START;
        w->element = xc_i_element(w->i_at);
        xc_i_put24(w->i_open[w->i_depth++], (size_t)(w->i_at - w->i_root));
        w->i_at = xc_i_child_nodes(w->element);
    } else {
        return false; /* not built here */
    }
    return true;
}

/* -- building --

   The block grows at i_xml.i_base, where the tokenizer's scratch space begins.
   A carried tag is therefore exactly where its node belongs. It is first moved
   to the end of the free space. Then the node is written from front to back
   and never reaches bytes that are still to be read. While an element is open,
   the size in its node is the distance back to its parent. */

/* xc_i_same_bytes, for longer ones. */
XC_I_HOT bool xc_i_fast_same_bytes(const unsigned char *a,
                                   const unsigned char *b, size_t len)
{
#if XC_I_FAST
    uint64_t x, y;
    size_t i = 0;
    while (len >= 8) {
        memcpy(&x, a + i, 8);
        memcpy(&y, b + i, 8);
        if (x != y || i + 8 == len)
            return x == y;
        i = xc_i_min(i + 8, len - 8);
    }
#endif
    return xc_i_same_bytes(a, b, len);
}

static unsigned char *xc_i_tree_top(const xc_stream *s)
{
    return s->i_xml.i_mem + s->i_xml.i_base;
}

/* Each xc_i_put_ function returns the end of its output. */
XC_I_HOT unsigned char *xc_i_put_string(unsigned char *to, const void *bytes,
                                        size_t len)
{
    xc_i_copy(to, (const unsigned char *)bytes, len);
    to[len] = 0;
    return to + len + 1;
}

/* The same where 32 bytes may be read and written. The time does not depend on
   the length, which is hard to predict. */
XC_I_HOT unsigned char *
xc_i_fast_put_string(unsigned char *to, const unsigned char *from, size_t len)
{
    if (len > 32)
        return xc_i_put_string(to, from, len);
    memcpy(to, from, 16);
    memcpy(to + 16, from + 16, 16);
    to[len] = 0;
    return to + len + 1;
}

XC_I_HOT unsigned char *xc_i_put_varint(unsigned char *to, size_t v)
{
    for (; v >= 0x80; v >>= 7)
        *to++ = (unsigned char)((v & 0x7F) | 0x80);
    *to++ = (unsigned char)v;
    return to;
}

/* Where the namespace is stored; 0: nowhere. The last one used is tried
   first. */
XC_I_HOT uint32_t xc_i_find_ns(const xc_stream *s, xc_str ns)
{
    uint32_t at = s->i_used_ns;
    size_t back, len;
    int steps;
    for (steps = 0; at != 0 && steps <= XC_I_NS_SEARCH; steps++) {
        const unsigned char *p = xc_i_get_varint(s->i_xml.i_mem + at, &back);
        p = xc_i_get_varint(p, &len);
        if (len == ns.len &&
            xc_i_fast_same_bytes(p, (const unsigned char *)ns.ptr, len))
            return at;
        if (steps == 0)
            at = s->i_recent_ns;
        else
            at = back != 0 ? at - (uint32_t)back : 0;
    }
    return 0;
}

static unsigned char *xc_i_put_ns(xc_stream *s, unsigned char *to, xc_str ns)
{
    uint32_t here = (uint32_t)(to - s->i_xml.i_mem), stored;
    if (ns.ptr == NULL || ns.ptr == xc_i_xml_ns) {
        *to = ns.ptr == NULL ? XC_I_NS_NONE : XC_I_NS_XML;
        return to + 1;
    }
    stored = xc_i_find_ns(s, ns);
    if (stored != 0) {
        s->i_used_ns = stored;
        return xc_i_put_varint(to, here - stored + XC_I_NS_UNDECLARED);
    }
    *to++ = XC_I_NS_HERE;
    here++;
    to = xc_i_put_varint(to, s->i_recent_ns != 0 ? here - s->i_recent_ns : 0);
    to = xc_i_put_varint(to, ns.len);
    s->i_recent_ns = s->i_used_ns = here;
    return xc_i_put_string(to, ns.ptr, ns.len);
}

XC_I_NOINLINE_SMALL unsigned char *xc_i_put_attr_head(unsigned char *to,
                                                      unsigned flags,
                                                      size_t name_len,
                                                      size_t value_len)
{
    *to++ = (unsigned char)(flags | xc_i_min(name_len, 63));
    *to++ = (unsigned char)xc_i_min(value_len, 255);
    if (value_len >= 255) {
        xc_i_put24(to, value_len);
        to += 3;
    }
    return to;
}

XC_I_HOT unsigned char *xc_i_put_attr(xc_stream *s, const xc_token *tok,
                                      const unsigned char *record, size_t wide,
                                      unsigned char *to)
{
    xc_i_record r;
    bool undeclared;
    unsigned skip = 0, flags = 0;
    xc_i_get_record(record, &r);
    if (XC_I_FAST && r.colon == 0 && r.value <= wide && r.value_len < 255) {
        to = xc_i_put_attr_head(to, 0, r.name_len, r.value_len);
        to = xc_i_fast_put_string(to, tok->i_tag + r.name, r.name_len);
        return xc_i_fast_put_string(to, tok->i_tag + r.value, r.value_len);
    }
    undeclared = r.scope == XC_I_SCOPE_UNDECLARED;
    if (r.colon != 0) {
        flags = XC_I_ATTR_NS;
        skip = undeclared ? 0 : r.colon + 1u;
    }
    to = xc_i_put_attr_head(to, flags, r.name_len - skip, r.value_len);
    to = xc_i_put_string(to, tok->i_tag + r.name + skip, r.name_len - skip);
    if (undeclared)
        *to++ = XC_I_NS_UNDECLARED;
    else if (r.colon != 0)
        to = xc_i_put_ns(s, to, xc_i_scope_ns(tok->i_mem, r.scope));
    return xc_i_put_string(to, tok->i_tag + r.value, r.value_len);
}

/* An upper bound of the size of the node beside the tag. Notes whether the tag
   has an xml:lang. */
XC_I_HOT size_t xc_i_tree_need(const xc_stream *s, const xc_token *tok,
                               bool *says_lang)
{
    size_t need = tok->i_length + tok->name.len + 16 + s->i_lang_len, i;
    need += 4 * tok->attributes + tok->ns.len + 8;
    for (i = 0; (XC_I_SMALL || s->i_xml.i_has_prefixes) && i < tok->attributes;
         i++) {
        xc_i_record r = xc_i_record_at(tok->i_mem, tok->i_records, i);
        if (r.scope != 0)
            need += xc_i_scope_ns(tok->i_mem, r.scope).len + 8;
        if (r.scope == XC_I_SCOPE_XML &&
            xc_str_is(xc_i_local(&r, tok->i_tag), "lang"))
            *says_lang = true;
    }
    return need;
}

/* Moves a carried tag out of the way of its node. False: not carried. */
XC_I_HOT bool xc_i_tree_lift(xc_stream *s, xc_token *tok)
{
    unsigned char *to;
    if (tok->i_tag != xc_i_tree_top(s))
        return false;
    to = s->i_xml.i_mem + s->i_xml.i_high - tok->attributes * XC_I_RECORD -
         tok->i_length;
    memmove(to, tok->i_tag, tok->i_length);
    tok->i_tag = to;
    return true;
}

XC_I_HOT void xc_i_tree_close_text(xc_stream *s)
{
    if (s->i_text != 0)
        s->i_last = s->i_text;
    s->i_text = 0;
}

/* Writes the node of an element with its attributes. The first `wide` bytes
   of the tag may be read, and their copies written, 32 at a time. */
XC_I_HOT void xc_i_put_element(xc_stream *s, const xc_token *tok,
                               bool inherits, size_t wide)
{
    bool attrs = tok->attributes > 0 || inherits;
    bool leaf = tok->empty && !attrs;
    uint32_t at = s->i_xml.i_base;
    unsigned char *to = xc_i_tree_top(s), *attr = to;
    const unsigned char *record = tok->i_mem + tok->i_records;
    size_t i;
    *to = (unsigned char)(XC_I_ELEMENT | xc_i_min(tok->name.len, 15));
    if (leaf)
        *to |= XC_I_LEAF;
    if (attrs)
        *to |= XC_I_HAS_ATTRS;
    to++;
    s->i_leaf = leaf ? at + 1 : 0;
    if (!leaf) {
        xc_i_put24(to, s->i_open != 0 ? at + 1 - s->i_open : 0);
        to += 3;
        s->i_open = at + 1;
    }
    to = xc_i_put_ns(s, to, tok->ns);
    to = xc_i_put_string(to, tok->name.ptr, tok->name.len);
    if (inherits) {
        attr = to;
        to = xc_i_put_attr_head(to, 0, 0, s->i_lang_len);
        *to++ = 0;
        to = xc_i_put_string(to, s->i_xml.i_mem, s->i_lang_len);
    }
    for (i = tok->attributes; i > 0; i--) {
        attr = to;
        record -= XC_I_RECORD;
        to = xc_i_put_attr(s, tok, record, wide, to);
    }
    if (attrs)
        *attr |= XC_I_LAST_ATTR;
    s->i_xml.i_base = (uint32_t)(to - s->i_xml.i_mem);
}

/* Elements inherit the language of the stream unless they have their own (RFC
   6120 section 8.1.5). */
XC_I_HOT xc_status xc_i_tree_start(xc_stream *s, xc_token *tok)
{
    bool says_lang = false;
    size_t need = xc_i_tree_need(s, tok, &says_lang), wide = 0;
    size_t room = xc_i_room(&s->i_xml);
    xc_i_tree_close_text(s);
    if (room < need || s->i_xml.i_base - s->i_block + need > XC_I_MAX_BLOCK)
        return xc_i_fail_at(&s->i_xml, XC_ERR_WORKSPACE,
                            tok->offset + tok->i_length +
                                xc_i_get16(s->i_xml.i_mem + s->i_xml.i_item));
    if (!xc_i_tree_lift(s, tok) && tok->i_length > 32 && room - need > 32)
        wide = tok->i_length - 32u;
    xc_i_put_element(s, tok,
                     s->i_lang_len != 0 && s->i_open == 0 && !says_lang, wide);
    s->i_last = 0;
    return XC_OK;
}

/* Appends to the text node. Beyond 62 bytes its head is longer. */
XC_I_HOT void xc_i_put_text(xc_stream *s, const char *bytes, size_t len)
{
    unsigned char *node = s->i_xml.i_mem + s->i_text;
    uint32_t had = s->i_text_len;
    s->i_text_len += (uint32_t)len;
    if (s->i_text_len < 63) {
        node[0] = (unsigned char)s->i_text_len;
        node++;
    } else {
        if (had < 63)
            memmove(node + 4, node + 1, had);
        node[0] = 63;
        xc_i_put24(node + 1, s->i_text_len);
        node += 4;
    }
    node = xc_i_put_string(node + had, bytes, len);
    s->i_xml.i_base = (uint32_t)(node - s->i_xml.i_mem);
}

static xc_status xc_i_tree_text(xc_stream *s, const xc_token *tok)
{
    size_t space = xc_i_min(xc_i_room(&s->i_xml),
                            XC_I_MAX_BLOCK - (s->i_xml.i_base - s->i_block));
    size_t most;
    if (s->i_text == 0) {
        s->i_text = s->i_xml.i_base;
        s->i_text_len = 0;
    }
    space += s->i_xml.i_base - s->i_text;
    most = space < 2 ? 0 : xc_i_min(space - 2, 62);
    if (space >= 63 + 5)
        most = space - 5;
    most -= s->i_text_len;
    if (most < tok->text.len)
        return xc_i_fail_at(&s->i_xml, XC_ERR_WORKSPACE, tok->offset + most);
    xc_i_put_text(s, tok->text.ptr, tok->text.len);
    return XC_OK;
}

/* Marks the node completed last as the last of its siblings. */
XC_I_HOT void xc_i_mark_last(xc_stream *s)
{
    unsigned char *node = s->i_xml.i_mem + s->i_last;
    if (s->i_last != 0)
        *node |=
            (unsigned char)(*node & XC_I_ELEMENT ? XC_I_LAST : XC_I_LAST_TEXT);
}

XC_I_HOT void xc_i_tree_end(xc_stream *s)
{
    unsigned char *node;
    uint32_t at = s->i_leaf - 1;
    size_t back;
    xc_i_tree_close_text(s);
    if (s->i_leaf == 0) {
        xc_i_mark_last(s);
        at = s->i_open - 1;
        node = s->i_xml.i_mem + at;
        back = xc_i_get24(node + 1);
        s->i_open = back != 0 ? s->i_open - (uint32_t)back : 0;
        xc_i_put24(node + 1, s->i_xml.i_base - at);
    }
    s->i_leaf = 0;
    s->i_last = at;
}

/* ---- [STREAM] stream header, elements, close (private) ---------------------

   Memory: [xml:lang of the header][root's items] block, tag ... open elements
   Between elements only the two in brackets are in use. */

enum {
    XC_I_HEADER, /* a stream header is next */
    XC_I_BODY,   /* between first-level elements */
    XC_I_ELEMENT_OPEN,
    XC_I_OVER /* closed */
};
enum {
    XC_I_DELIVERED = 1,
    XC_I_UNSETTLED = 2
};

/* Lists for xc_i_which. The content namespaces and the stanzas come first. */
static const char xc_i_namespaces[] = XC_NS_CLIENT
    "\0" XC_NS_SERVER "\0" XC_NS_COMPONENT "\0" XC_NS_FRAMING "\0" XC_NS_BOSH
    "\0" XC_NS_STREAMS "\0" XC_NS_DIALBACK "\0" XC_NS_XBOSH "\0";
static const char xc_i_names[] = "message\0presence\0iq\0features\0"
                                 "error\0open\0close\0";
#define XC_I_CONTENTS 3u
#define XC_I_STANZAS 3u
enum {
    XC_I_IN_CLIENT = 1,
    XC_I_IN_SERVER,
    XC_I_IN_COMPONENT = XC_I_CONTENTS,
    XC_I_IN_FRAMING,
    XC_I_IN_BOSH,
    XC_I_IN_STREAMS /* and others that have a prefix */
};
enum {
    XC_I_IS_FEATURES = XC_I_STANZAS + 1,
    XC_I_IS_ERROR,
    XC_I_IS_OPEN,
    XC_I_IS_CLOSE
};

/* The number of the string in a list, from 1; 0: not in it. Each string ends
   with NUL, the list with an empty string. */
static unsigned xc_i_which(xc_str s, const char *list)
{
    unsigned i;
    size_t len;
    for (i = 1; (len = strlen(list)) != 0; i++, list += len + 1) {
        if (len == s.len &&
            xc_i_fast_same_bytes((const unsigned char *)s.ptr,
                                 (const unsigned char *)list, len))
            return i;
    }
    return 0;
}

/* The number of the content namespace, from 1; 0: another namespace. */
XC_I_NOINLINE_SMALL uint8_t xc_i_which_content(const char *ns)
{
    unsigned i = xc_i_which(xc_str_from(ns), xc_i_namespaces);
    return (uint8_t)(i <= XC_I_CONTENTS ? i : 0);
}

XC_I_NOINLINE void xc_i_tree_begin(xc_stream *s)
{
    s->i_block = s->i_xml.i_base;
    s->i_open = s->i_leaf = s->i_last = s->i_text = s->i_recent_ns =
        s->i_used_ns = 0;
}

XC_API xc_status xc_stream_init(xc_stream *s, void *mem, size_t size,
                                const xc_stream_options *options)
{
    const xc_limits *limits = options != NULL ? &options->limits : NULL;
    xc_xml *x;
    xc_status status;
    if (s == NULL)
        return XC_ERR_ARGUMENT;
    memset(s, 0, sizeof *s);
    x = &s->i_xml;
    status = xc_xml_init(x, mem, size, limits);
    if (status != XC_OK)
        return status;
    if (x->i_stanza_bytes == 0)
        x->i_stanza_bytes = 262144;
    if (x->i_max_depth > XC_DEPTH_MAX)
        x->i_max_depth = XC_DEPTH_MAX;
    if (options != NULL) {
        s->i_content_ns = options->content_ns;
        s->i_framing = (uint8_t)options->framing;
        x->i_tolerant = options->tolerate_undeclared_prefix;
    }
    x->i_dense = s->i_framing == XC_WEBSOCKET; /* RFC 7395 3.3.3 and 3.8 */
    x->i_outer = s->i_framing == XC_TCP || s->i_framing == XC_BOSH;
    return xc_stream_reset(s);
}

/* Expects the next document. After the element of a WebSocket message only
   white space may follow. */
static xc_status xc_i_next_document(xc_stream *s)
{
    xc_status status = xc_xml_reset(&s->i_xml);
    if (status == XC_OK)
        s->i_xml.i_begun = s->i_xml.i_dense && s->i_frame_elements != 0;
    return status;
}

XC_API xc_status xc_stream_reset(xc_stream *s)
{
    xc_status status = s != NULL ? xc_i_next_document(s) : XC_ERR_ARGUMENT;
    if (status != XC_OK)
        return status;
    s->i_phase = s->i_framing == XC_DOCUMENT ? XC_I_BODY : XC_I_HEADER;
    s->i_lang_len = 0;
    s->i_pending = 0;
    s->i_content = 0;
    xc_i_tree_begin(s);
    return XC_OK;
}

XC_API void xc_stream_limit(xc_stream *s, uint32_t stanza_bytes)
{
    if (s != NULL && stanza_bytes <= 0x7FFFFFFF)
        s->i_xml.i_stanza_bytes = stanza_bytes & 0x7FFFFFFF;
}

XC_API uint64_t xc_stream_offset(const xc_stream *s)
{
    return s != NULL ? s->i_xml.i_offset : 0;
}

/* After the header, moves the root's items to the start of the memory, so that
   an idle stream needs a few bytes in one piece. */
static void xc_i_settle(xc_stream *s)
{
    xc_xml *x = &s->i_xml;
    uint32_t shift = x->i_high, scope;
    memmove(x->i_mem, x->i_mem + shift, x->i_size - shift);
    x->i_high = x->i_size;
    if (x->i_scope != 0)
        x->i_scope -= shift;
    for (scope = x->i_scope; scope != 0;) {
        unsigned char *link = x->i_mem + scope - 1 + 8;
        scope = xc_i_get32(link);
        if (scope != 0)
            scope -= shift;
        xc_i_put32(link, scope);
    }
    x->i_root = s->i_lang_len;
    x->i_settled = true;
    s->i_block = x->i_size - shift;
}

/* Releases the memory of the last event. */
static void xc_i_release(xc_stream *s)
{
    if (s->i_pending & XC_I_UNSETTLED)
        xc_i_settle(s);
    if (s->i_pending != 0)
        s->i_xml.i_base = s->i_block;
    s->i_pending = 0;
    if (s->i_xml.i_depth == 0 && s->i_xml.i_done &&
        (s->i_framing == XC_WEBSOCKET || s->i_framing == XC_BOSH))
        xc_i_next_document(s); /* each message is a document */
}

/* The block is complete. */
XC_I_NOINLINE const xc_element *xc_i_tree_finish(xc_stream *s)
{
    s->i_xml.i_mem[s->i_block] |= XC_I_LAST;
    s->i_pending |= XC_I_DELIVERED;
    return xc_i_element(s->i_xml.i_mem + s->i_block);
}

/* Cuts an integer off the front of *text; above 65535 it counts as that.
   False: no integer. The 64 bits of xc_i_take_number would cost a program with
   [STREAM] alone 100 bytes of flash. */
static bool xc_i_cut_integer(xc_str *text, uint16_t *number)
{
    uint32_t value = 0;
    size_t i = 0;
    for (; i < text->len && text->ptr[i] >= '0' && text->ptr[i] <= '9'; i++) {
        value = value * 10 + (unsigned)(text->ptr[i] - '0');
        if (value > 65535)
            value = 65535;
    }
    *number = (uint16_t)value;
    text->ptr += i;
    text->len -= i;
    return i > 0;
}

/* A version is two integers (RFC 6120 section 4.7.5). An absent one is 0.9. An
   invalid one is 0.0 and gives false. */
static bool xc_i_read_version(xc_str text, uint16_t *major, uint16_t *minor)
{
    bool good = text.ptr == NULL;
    *major = 0;
    *minor = 9;
    if (!good && xc_i_cut_integer(&text, major) && text.len != 0 &&
        text.ptr[0] == '.') {
        text.ptr++;
        text.len--;
        good = xc_i_cut_integer(&text, minor) && text.len == 0;
    }
    if (!good)
        *major = *minor = 0;
    return good;
}

XC_I_NOINLINE_SMALL void
xc_i_read_header(const xc_stream *s, const xc_element *e, xc_stream_header *h)
{
    h->content_ns = xc_str_from(xc_i_name_at(xc_i_namespaces, s->i_content));
    h->to = xc_attr(e, "to");
    h->from = xc_attr(e, "from");
    h->id = xc_attr(e, "id");
    h->lang = xc_attr_ns(e, xc_i_xml_ns, "lang");
    xc_i_read_version(xc_attr(e, "version"), &h->major, &h->minor);
}

/* The content namespace is the default namespace that the header declares. A
   header without a prefix does not declare one (RFC 6120 section 4.8.2). */
static xc_status xc_i_check_content_ns(xc_stream *s)
{
    uint32_t scope = xc_i_lookup(&s->i_xml, XC_STR(""));
    xc_str ns = xc_i_scope_ns(s->i_xml.i_mem, scope);
    unsigned which = xc_i_which(ns, xc_i_namespaces);
    if (ns.ptr == NULL || which == XC_I_IN_STREAMS)
        return XC_OK;
    s->i_content = (uint8_t)which;
    return which - 1 < XC_I_CONTENTS &&
                   (s->i_content_ns == NULL || xc_str_is(ns, s->i_content_ns))
               ? XC_OK
               : XC_ERR_CONTENT_NAMESPACE;
}

/* Is the root of the document a stream header? (RFC 6120 section 4.8.1) */
XC_I_NOINLINE_SMALL xc_status xc_i_check_header(xc_stream *s,
                                                const xc_token *tok)
{
    bool bosh = s->i_framing == XC_BOSH;
    if (!xc_str_is(tok->name, bosh ? "body" : "stream"))
        return XC_ERR_NOT_A_STREAM;
    if (xc_i_which(tok->ns, xc_i_namespaces) !=
        (bosh ? XC_I_IN_BOSH : XC_I_IN_STREAMS))
        return XC_ERR_STREAM_NAMESPACE;
    s->i_content = xc_i_which_content(s->i_content_ns);
    return bosh ? XC_OK : xc_i_check_content_ns(s);
}

static xc_status xc_i_push_lang(xc_stream *s, xc_str lang)
{
    if (xc_i_room(&s->i_xml) < lang.len)
        return XC_ERR_WORKSPACE;
    s->i_xml.i_high -= (uint32_t)lang.len;
    if (lang.len != 0)
        memcpy(s->i_xml.i_mem + s->i_xml.i_high, lang.ptr, lang.len);
    s->i_lang_len = (uint32_t)lang.len;
    return XC_OK;
}

/* The start tag of the stream: XC_EVENT_OPEN. */
static xc_status xc_i_header(xc_stream *s, xc_token *tok, xc_stream_event *ev)
{
    xc_status status = xc_i_check_header(s, tok);
    if (status == XC_OK) {
        xc_i_tree_begin(s);
        status = xc_i_tree_start(s, tok);
        if (status != XC_OK)
            return status;
        s->i_xml.i_records = 0;
        xc_i_tree_end(s);
        ev->element = xc_i_tree_finish(s);
        xc_i_read_header(s, ev->element, &ev->header);
        status = xc_i_push_lang(s, ev->header.lang);
    }
    if (status != XC_OK)
        return xc_i_fail_at(&s->i_xml, status, tok->offset);
    s->i_pending |= XC_I_UNSETTLED;
    s->i_phase = XC_I_BODY;
    ev->kind = XC_EVENT_OPEN;
    return XC_EVENT;
}

/* WebSocket <open/> and <close/> (RFC 7395 sections 3.4 and 3.6). */
XC_I_NOINLINE_SMALL xc_status xc_i_classify_frame(xc_stream *s, bool framing,
                                                  unsigned name)
{
    bool open = name == XC_I_IS_OPEN, close = name == XC_I_IS_CLOSE;
    if (s->i_phase == XC_I_HEADER && !framing)
        return open || close ? XC_ERR_STREAM_NAMESPACE : XC_ERR_NOT_A_STREAM;
    if (framing && close)
        s->i_kind = XC_EVENT_CLOSE;
    else if (framing && open && s->i_phase == XC_I_HEADER)
        s->i_kind = XC_EVENT_OPEN;
    else if (framing)
        return XC_ERR_STREAM_CHILD;
    return XC_OK;
}

/* Classifies a first-level element, by its namespace first (RFC 6120 section
   4.8.4). The stream namespace has two elements (sections 4.3.2 and 4.9). A
   stanza in another content namespace than the stream's is the error of
   section 4.9.3.10. One exception: routers deliver to components (XEP-0114)
   the stanzas of clients unchanged. */
XC_I_NOINLINE_SMALL xc_status xc_i_classify(xc_stream *s, const xc_token *tok)
{
    unsigned ns, name;
    s->i_kind = XC_EVENT_NONZA;
    if (s->i_framing == XC_DOCUMENT)
        return XC_OK;
    ns = xc_i_which(tok->ns, xc_i_namespaces);
    name = xc_i_which(tok->name, xc_i_names);
    if (ns == XC_I_IN_STREAMS && s->i_phase != XC_I_HEADER) {
        s->i_kind = name == XC_I_IS_ERROR ? XC_EVENT_ERROR : XC_EVENT_FEATURES;
        return name == XC_I_IS_ERROR || name == XC_I_IS_FEATURES
                   ? XC_OK
                   : XC_ERR_STREAM_CHILD;
    }
    if (ns - 1 < XC_I_CONTENTS && name - 1 < XC_I_STANZAS) {
        if (s->i_content != 0 && s->i_content != ns &&
            (s->i_content != XC_I_IN_COMPONENT || ns != XC_I_IN_CLIENT))
            return XC_ERR_CONTENT_NAMESPACE;
        s->i_kind = XC_EVENT_STANZA;
    }
    return s->i_framing == XC_WEBSOCKET
               ? xc_i_classify_frame(s, ns == XC_I_IN_FRAMING, name)
               : XC_OK;
}

static xc_status xc_i_element_start(xc_stream *s, xc_token *tok)
{
    if (s->i_phase != XC_I_ELEMENT_OPEN) {
        xc_status status = xc_i_classify(s, tok);
        if (status != XC_OK)
            return xc_i_fail_at(&s->i_xml, status, tok->offset);
        xc_i_tree_begin(s);
        s->i_start = tok->offset;
        s->i_phase = XC_I_ELEMENT_OPEN;
    }
    return xc_i_tree_start(s, tok);
}

/* At the last byte of a first-level element. */
static xc_status xc_i_element_done(xc_stream *s, xc_stream_event *ev)
{
    ev->element = xc_i_tree_finish(s);
    ev->kind = (xc_event_kind)s->i_kind;
    ev->offset = s->i_start;
    if (s->i_frame_elements < 2)
        s->i_frame_elements++;
    s->i_phase = ev->kind == XC_EVENT_CLOSE ? XC_I_OVER : XC_I_BODY;
    if (ev->kind == XC_EVENT_OPEN) {
        s->i_content = xc_i_which_content(s->i_content_ns);
        xc_i_read_header(s, ev->element, &ev->header);
    }
    return XC_EVENT;
}

static xc_status xc_i_stream_end_tag(xc_stream *s, xc_stream_event *ev)
{
    if (s->i_xml.i_depth >= s->i_xml.i_outer) {
        xc_i_tree_end(s);
        if (s->i_xml.i_depth > s->i_xml.i_outer)
            return XC_OK;
        return xc_i_element_done(s, ev);
    }
    ev->kind = XC_EVENT_CLOSE;
    s->i_phase = s->i_framing == XC_BOSH ? XC_I_HEADER : XC_I_OVER;
    s->i_lang_len = 0;
    s->i_block = 0;
    s->i_pending |= XC_I_DELIVERED;
    return XC_EVENT;
}

XC_I_NOINLINE_SMALL xc_status xc_i_stream_token(xc_stream *s, xc_token *tok,
                                                xc_stream_event *ev)
{
    switch (tok->type) {
    case XC_START:
        if (s->i_xml.i_depth <= s->i_xml.i_outer) {
            ev->offset = tok->offset;
            return xc_i_header(s, tok, ev);
        }
        return xc_i_element_start(s, tok);
    case XC_TEXT: return xc_i_tree_text(s, tok);
    case XC_END: break;
    }
    ev->offset = tok->offset;
    return xc_i_stream_end_tag(s, ev);
}

XC_API xc_status xc_stream_next(xc_stream *s, xc_str *in, xc_stream_event *ev)
{
    xc_status status = XC_OK;
    xc_token tok;
    if (s == NULL || in == NULL || ev == NULL || xc_i_unfit(&s->i_xml, in))
        return XC_ERR_ARGUMENT;
    memset(ev, 0, sizeof *ev);
    if (s->i_xml.i_error != 0)
        return (xc_status)s->i_xml.i_error;
    xc_i_release(s);
    if (s->i_phase == XC_I_OVER)
        return XC_CLOSED;
    while (status == XC_OK) {
        status = xc_i_next_token(&s->i_xml, in, &tok);
        if (status == XC_EVENT)
            status = xc_i_stream_token(s, &tok, ev);
    }
    return status;
}

XC_API bool xc_stream_is_idle(const xc_stream *s)
{
    return s != NULL && s->i_xml.i_mem != NULL && s->i_pending == 0 &&
           s->i_phase != XC_I_ELEMENT_OPEN && s->i_xml.i_state == XC_I_TEXT;
}

XC_API size_t xc_stream_saved_size(const xc_stream *s)
{
    if (s == NULL)
        return 0;
    return xc_stream_is_idle(s) ? s->i_xml.i_base : s->i_xml.i_size;
}

XC_API xc_status xc_stream_relocate(xc_stream *s, void *mem, size_t size)
{
    bool idle = xc_stream_is_idle(s);
    if (s == NULL || mem == NULL || size > 0xFFFFFFF0u ||
        (idle ? size < s->i_xml.i_base : size != s->i_xml.i_size))
        return XC_ERR_ARGUMENT;
    if (idle)
        s->i_xml.i_high = (uint32_t)size;
    s->i_xml.i_size = (uint32_t)size;
    return xc_xml_relocate(&s->i_xml, mem);
}

XC_API xc_status xc_stream_end_message(xc_stream *s)
{
    bool one;
    if (s == NULL || s->i_framing != XC_WEBSOCKET)
        return XC_ERR_ARGUMENT;
    if (s->i_xml.i_error != 0)
        return (xc_status)s->i_xml.i_error;
    one = s->i_frame_elements == 1 && s->i_phase != XC_I_ELEMENT_OPEN &&
          s->i_xml.i_state == XC_I_TEXT;
    s->i_frame_elements = 0;
    if (!one)
        return xc_i_fail_by(&s->i_xml, XC_ERR_FRAME, 0);
    s->i_xml.i_begun = false;
    return XC_OK;
}

XC_API xc_status xc_stream_finish(xc_stream *s)
{
    if (s == NULL || s->i_xml.i_mem == NULL)
        return XC_ERR_ARGUMENT;
    if (s->i_xml.i_error != 0)
        return (xc_status)s->i_xml.i_error;
    if (s->i_phase == XC_I_OVER)
        return XC_CLOSED;
    if (s->i_phase == XC_I_ELEMENT_OPEN || s->i_xml.i_state != XC_I_TEXT)
        return xc_i_fail_by(&s->i_xml, XC_ERR_TRUNCATED, 0);
    return XC_OK;
}

/* ---- [WRITER] well-formed XMPP out (private) ---------------------------- */

/* Arrays: a literal keeps all other literals of its function in the program,
   and gcc puts one that several functions use into only one of them. */
static const char xc_i_name_text[] = "text";
static const char xc_i_name_error[] = "error";

/* Without a buffer the capacity is 0. */
XC_I_HOT void xc_i_emit(xc_writer *w, const char *bytes, size_t len)
{
    if (w->i_len < w->i_cap && len <= w->i_cap - w->i_len)
        xc_i_copy((unsigned char *)w->i_buf + w->i_len,
                  (const unsigned char *)bytes, len);
    w->i_len += len;
}

XC_I_HOT void xc_i_emit_byte(xc_writer *w, char byte)
{
    if (w->i_len < w->i_cap)
        w->i_buf[w->i_len] = byte;
    w->i_len++;
}

static void xc_i_emit_string(xc_writer *w, const char *text)
{
    xc_i_emit(w, text, strlen(text));
}

static const char *xc_i_ns_or_null(const char *ns)
{
    return ns != NULL && ns[0] != '\0' ? ns : NULL;
}

XC_API void xc_writer_init(xc_writer *w, void *buf, size_t size,
                           const char *content_ns)
{
    if (w == NULL)
        return;
    memset(w, 0, sizeof *w);
    w->i_buf = (char *)buf;
    if (buf != NULL)
        w->i_cap = size;
    w->i_framed = content_ns == NULL;
    w->i_content_ns =
        w->i_framed ? xc_i_namespaces : xc_i_ns_or_null(content_ns);
}

/* After finish the next call begins another output. */
static void xc_i_start_over(xc_writer *w)
{
    if (w->i_finished) {
        w->i_len = 0;
        w->i_depth = 0;
        w->i_error = 0;
        w->i_in_tag = w->i_finished = w->i_closed = false;
    }
}

XC_API void xc_writer_fail(xc_writer *w, xc_status status)
{
    if (w == NULL || !xc_status_is_error(status))
        return;
    xc_i_start_over(w);
    if (w->i_error == 0)
        w->i_error = (uint8_t)status;
}

XC_API size_t xc_writer_size(const xc_writer *w)
{
    return w != NULL ? w->i_len : 0;
}

/* Each byte with its escape. Readers normalise unescaped line ends and tabs in
   values, in text only CR (XML sections 2.11 and 3.3.3). ">" and the other
   quote are allowed in values, but some receivers (gloox 1.0.24) end the tag
   at the first and lose the stream at the second. */
static const char xc_i_escapes[] =
    "&&amp;\0<&lt;\0>&gt;\0'&apos;\0\"&quot;\0\r&#13;\0\n&#10;\0\t&#9;\0";

static const char *xc_i_escape(char c)
{
    const char *p = xc_i_escapes;
    while (*p != '\0' && *p != c)
        p += strlen(p) + 1;
    return *p != '\0' ? p + 1 : NULL;
}

/* Copies n bytes. False: not all are in the class; the copy is void. */
#if XC_I_SIMD

XC_I_HOT uint64_t xc_i_get64(const unsigned char *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

/* The same for up to 16 bytes. */
XC_I_HOT bool xc_i_copy_checked16(unsigned char *to, const unsigned char *from,
                                  size_t n, unsigned what)
{
    uint64_t first, last;
    if (n >= 8) {
        first = xc_i_get64(from);
        last = xc_i_get64(from + n - 8);
        memcpy(to, &first, 8);
        memcpy(to + n - 8, &last, 8);
    } else if (n >= 4) {
        uint32_t a = xc_i_get32(from), b = xc_i_get32(from + n - 4);
        xc_i_put32(to, a);
        xc_i_put32(to + n - 4, b);
        first = last = a | (uint64_t)b << 32;
    } else if (n > 0) {
        unsigned a = from[0], b = from[n / 2], c = from[n - 1];
        to[0] = (unsigned char)a;
        to[n / 2] = (unsigned char)b;
        to[n - 1] = (unsigned char)c;
        first = last =
            (a | b << 8 | c << 16 | c << 24) * UINT64_C(0x100000001);
    } else {
        return true;
    }
    return xc_i_odd8(first, last, what) == 0;
}

XC_I_HOT bool xc_i_copy_checked(unsigned char *to, const unsigned char *from,
                                size_t n, unsigned what)
{
    size_t i;
    if (n <= 16)
        return xc_i_copy_checked16(to, from, n, what);
    for (i = 0; n - i > 16; i += 16) {
        if (xc_i_copy16(to + i, from + i, what) != 0)
            return false;
    }
    return xc_i_copy16(to + n - 16, from + n - 16, what) == 0;
}

#else

XC_I_HOT bool xc_i_copy_checked16(unsigned char *to, const unsigned char *from,
                                  size_t n, unsigned what)
{
    if (xc_i_find_on(from, 0, n, what) != n)
        return false;
    xc_i_copy(to, from, n);
    return true;
}

XC_I_HOT bool xc_i_copy_checked(unsigned char *to, const unsigned char *from,
                                size_t n, unsigned what)
{
    return xc_i_copy_checked16(to, from, n, what);
}

#endif

XC_I_HOT bool xc_i_copy_checked_value(unsigned char *to, xc_str value)
{
    return xc_i_copy_checked(to, (const unsigned char *)value.ptr, value.len,
                             XC_I_WRITABLE_VALUE);
}

XC_I_HOT bool xc_i_copy_checked_text(unsigned char *to, xc_str text)
{
    return xc_i_copy_checked(to, (const unsigned char *)text.ptr, text.len,
                             XC_I_WRITABLE);
}

XC_I_HOT unsigned char *xc_i_put_bytes(unsigned char *to, const char *text,
                                       size_t len)
{
    memcpy(to, text, len);
    return to + len;
}

/* "='value'" of an attribute. NULL: the value needs an escape or is
   invalid. */
XC_I_HOT unsigned char *xc_i_put_value(unsigned char *to, xc_str value)
{
    to = xc_i_put_bytes(to, "='", 2);
    if (!xc_i_copy_checked_value(to, value))
        return NULL;
    to[value.len] = '\'';
    return to + value.len + 1;
}

/* The end of the output; NULL: no room for `need` and `more` bytes, as always
   when measuring. */
XC_I_HOT unsigned char *xc_i_space_for(const xc_writer *w, size_t need,
                                       size_t more)
{
    size_t room;
    if (w->i_len >= w->i_cap)
        return NULL;
    room = w->i_cap - w->i_len;
    return need <= room && more <= room - need
               ? (unsigned char *)w->i_buf + w->i_len
               : NULL;
}

/* Most text needs no escape and is written here. False: the rest. */
XC_I_HOT bool xc_i_fast_emit_escaped(xc_writer *w, xc_str s, unsigned what)
{
    unsigned char *to = xc_i_space_for(w, 0, s.len);
    if (to == NULL ||
        !(what == XC_I_WRITABLE ? xc_i_copy_checked_text(to, s)
                                : xc_i_copy_checked_value(to, s)))
        return false;
    w->i_len += s.len;
    return true;
}

/* Writes text or the value of an attribute, escaped and checked. */
static void xc_i_emit_escaped(xc_writer *w, xc_str s, unsigned what)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0, from;
    if (!XC_I_SMALL && xc_i_fast_emit_escaped(w, s, what))
        return;
    while (i < s.len) {
        const char *escape;
        from = i;
        i = xc_i_find(p, i, s.len, what);
        if (i < s.len && p[i] >= 0x80)
            i = xc_i_skip_wide(p, i, s.len);
        xc_i_emit(w, s.ptr + from, i - from);
        if (i > from)
            continue;
        escape = xc_i_escape(s.ptr[i++]);
        if (escape == NULL) {
            xc_writer_fail(w, XC_ERR_WRITE_TEXT);
            return;
        }
        xc_i_emit_string(w, escape);
    }
}

/* -- tags and namespaces --

   Names and namespaces are C strings, also those of a tree; NULL is no
   namespace. */

/* Is the writer ready? */
static bool xc_i_writable(xc_writer *w)
{
    if (w == NULL)
        return false;
    xc_i_start_over(w);
    if (w->i_closed)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    return w->i_error == 0;
}

static void xc_i_close_tag(xc_writer *w)
{
    if (!w->i_in_tag)
        return;
    if (w->i_in_header && w->i_framed)
        xc_i_emit_byte(w, '/');
    xc_i_emit_byte(w, '>');
    w->i_in_tag = w->i_in_header = false;
}

static bool xc_i_same_ns(const char *a, const char *b)
{
    if (a == b || a == NULL || b == NULL)
        return a == b;
    for (; *a == *b && *a != '\0'; a++)
        b++;
    return *a == *b;
}

/* May elements of the namespace have a prefix? The byte after "jabber:" or
   "http://" decides for most. The content namespace has none if it begins with
   a "j": it cannot be that of dialback. */
XC_I_HOT bool xc_i_may_have_prefix(const xc_writer *w, const char *ns)
{
    size_t i = 1;
    if (ns == NULL || (ns[0] == 'j' ? ns == w->i_content_ns : ns[0] != 'h'))
        return false;
    while (i < 7 && ns[i] != '\0')
        i++;
    return i == 7 && (ns[7] == 'e' || ns[7] == 'w' || ns[7] == 's');
}

/* The prefixes that the standards use for the namespaces from XC_I_IN_STREAMS
   on. Some readers look for nothing else. */
static const char xc_i_prefixes[] = "stream\0db\0xmpp\0";

/* How many of them our stream header declares. That of dialback is known only
   among servers. */
static unsigned xc_i_header_prefixes(const xc_writer *w)
{
    return xc_i_same_ns(w->i_content_ns, xc_i_namespaces + sizeof XC_NS_CLIENT)
               ? 2
               : 1;
}

/* The prefix of the namespace, if it is among the first n. */
static const char *xc_i_prefix_among(unsigned n, const char *ns)
{
    unsigned i;
    /* XC_LANG has the literal, usually at one address, trees the array. */
    if (XC_I_SMALL ? xc_i_same_ns(ns, xc_i_xml_ns)
                   : ns == xc_i_xml_ns || xc_i_same_ns(ns, XC_NS_XML))
        return xc_i_xml_prefix;
    i = xc_i_which(xc_str_from(ns), xc_i_namespaces) - XC_I_IN_STREAMS;
    return i < n ? xc_i_name_at(xc_i_prefixes, i + 1) : NULL;
}

/* The prefix of elements of the stream itself, which every peer knows, and of
   server dialback where our header declares it. */
static const char *xc_i_prefix(const xc_writer *w, const char *ns)
{
    if (!XC_I_SMALL && !xc_i_may_have_prefix(w, ns))
        return NULL;
    return xc_i_prefix_among(xc_i_header_prefixes(w), ns);
}

/* Is it an ASCII name? Most are, and need no decoding. */
XC_I_HOT bool xc_i_is_ascii_name(const unsigned char *name, size_t len)
{
    size_t i = 1;
    if (!xc_i_in_class(name[0], XC_I_NAME_START))
        return false;
    while (i < len && xc_i_in_class(name[i], XC_I_NAME_CHAR))
        i++;
    return i == len;
}

/* Only valid names are written. */
static void xc_i_check_name(xc_writer *w, const char *ns, const char *name)
{
    const unsigned char *p = (const unsigned char *)name;
    size_t len = name != NULL ? strlen(name) : 0, i = 0;
    bool good = len > 0 && !xc_i_same_ns(ns, XC_NS_XMLNS);
    if (!XC_I_SMALL && good && xc_i_is_ascii_name(p, len))
        i = len;
    while (good && i < len) {
        uint32_t cp;
        int length = xc_i_utf8(p + i, len - i, &cp);
        good = length > 0 &&
               (i == 0 ? xc_is_name_start(cp) : xc_is_name_char(cp));
        i += (size_t)length;
    }
    if (!good)
        xc_writer_fail(w, XC_ERR_WRITE_NAME);
}

static void xc_i_emit_name(xc_writer *w, const char *prefix, const char *name)
{
    if (prefix != NULL) {
        xc_i_emit_string(w, prefix);
        xc_i_emit_byte(w, ':');
    }
    xc_i_emit_string(w, name);
}

/* " name='value'", if the value needs no escape. */
static bool xc_i_fast_emit_attr(xc_writer *w, const char *name, xc_str value)
{
    size_t len = strlen(name);
    unsigned char *to = xc_i_space_for(w, 4 + len, value.len);
    if (to == NULL)
        return false;
    *to++ = ' ';
    xc_i_copy(to, (const unsigned char *)name, len);
    if (xc_i_put_value(to + len, value) == NULL)
        return false;
    w->i_len += 4 + len + value.len;
    return true;
}

static void xc_i_emit_attr(xc_writer *w, const char *prefix, const char *name,
                           xc_str value)
{
    if (!XC_I_SMALL && prefix == NULL && xc_i_fast_emit_attr(w, name, value))
        return;
    xc_i_emit_byte(w, ' ');
    xc_i_emit_name(w, prefix, name);
    xc_i_emit(w, "='", 2);
    xc_i_emit_escaped(w, value, XC_I_WRITABLE_VALUE);
    xc_i_emit_byte(w, '\'');
}

/* Writes xmlns='ns' or xmlns:prefix='ns'. An invalid namespace counts as an
   invalid name. */
static void xc_i_emit_xmlns(xc_writer *w, const char *prefix, const char *ns)
{
    xc_str value;
    value.ptr = ns != NULL ? ns : "";
    value.len = strlen(value.ptr);
    xc_i_emit_attr(w, prefix != NULL ? "xmlns" : NULL,
                   prefix != NULL ? prefix : "xmlns", value);
    if (w->i_error == XC_ERR_WRITE_TEXT)
        w->i_error = XC_ERR_WRITE_NAME;
}

/* -- the fast way of writing: start tags (see XC_I_FAST) --

   It writes tags and values that need no prefix and no escape and fit into the
   buffer. False: nothing was written. */

/* Copies and checks a name. False: not a short ASCII name. */
XC_I_HOT bool xc_i_copy_checked_name(unsigned char *to, const char *name,
                                     size_t len)
{
    const unsigned char *p = (const unsigned char *)name;
    return len - 1 < 16 && xc_i_in_class(p[0], XC_I_NAME_START) &&
           xc_i_copy_checked16(to, p, len, XC_I_NAME_CHAR);
}

/* Commits the output up to `to`. */
XC_I_HOT bool xc_i_fast_wrote(xc_writer *w, const unsigned char *to,
                              bool in_tag)
{
    w->i_len = (size_t)(to - (unsigned char *)w->i_buf);
    w->i_in_tag = in_tag;
    return true;
}

/* Ends the open tag and writes a start tag without its end, if there is room
   for `more` bytes after it. Returns where it ends; NULL: the fast way cannot
   write it. */
XC_I_HOT unsigned char *xc_i_fast_write_tag(const xc_writer *w,
                                            const char *name, size_t len,
                                            bool checked, const char *declared,
                                            size_t more)
{
    xc_str ns = xc_str_from(declared);
    size_t need = sizeof ">< xmlns=''" + len + ns.len;
    unsigned char *to = xc_i_space_for(w, need, more);
    if (to == NULL || w->i_in_header)
        return NULL;
    if (w->i_in_tag)
        *to++ = '>';
    *to++ = '<';
    if (checked)
        xc_i_copy(to, (const unsigned char *)name, len);
    else if (!xc_i_copy_checked_name(to, name, len))
        return NULL;
    to += len;
    if (declared == NULL)
        return to;
    return xc_i_put_value(xc_i_put_bytes(to, " xmlns", 6), ns);
}

/* The same for a checked name, if the tag needs no prefix. */
static bool xc_i_fast_write_open(xc_writer *w, const char *ns,
                                 const char *name, const char *scope)
{
    size_t tag = w->i_len + w->i_in_tag;
    const char *declared = xc_i_same_ns(ns, scope) ? NULL : ns;
    unsigned char *to;
    if (xc_i_may_have_prefix(w, ns) || (ns == NULL && scope != NULL))
        return false;
    to = xc_i_fast_write_tag(w, name, strlen(name), true, declared, 0);
    if (to == NULL)
        return false;
    w->i_tag = tag;
    w->i_prefixes = w->i_attrs = 0;
    return xc_i_fast_wrote(w, to, true);
}

/* -- tags and their ends -- */

/* Opens a tag. `around` is the namespace of the parent, `scope` the default
   namespace there. */
XC_I_HOT void xc_i_open_tag(xc_writer *w, const char *ns, const char *name,
                            const char *around, const char *scope)
{
    const char *prefix;
    if (!XC_I_SMALL && xc_i_fast_write_open(w, ns, name, scope))
        return;
    prefix = xc_i_prefix(w, ns);
    xc_i_close_tag(w);
    w->i_tag = w->i_len;
    w->i_attr_ns[0] = ns; /* attributes may use its prefix, too */
    w->i_prefixes = prefix != NULL;
    if (!XC_I_SMALL)
        w->i_attrs = 0;
    xc_i_emit_byte(w, '<');
    xc_i_emit_name(w, prefix, name);
    w->i_in_tag = true;
    if (prefix == NULL
            ? !xc_i_same_ns(ns, scope)
            : w->i_framed && prefix[0] == 's' && !xc_i_same_ns(ns, around))
        xc_i_emit_xmlns(w, prefix, ns);
}

static void xc_i_close_element(xc_writer *w, const char *ns, const char *name)
{
    if (w->i_in_tag) {
        xc_i_emit(w, "/>", 2);
    } else {
        xc_i_emit(w, "</", 2);
        xc_i_emit_name(w, xc_i_prefix(w, ns), name);
        xc_i_emit_byte(w, '>');
    }
    w->i_in_tag = false;
}

/* The namespace of the innermost open element; without one, of stanzas. */
static const char *xc_i_around(const xc_writer *w)
{
    return w->i_depth > 0 ? w->i_open[w->i_depth - 1].ns : w->i_content_ns;
}

/* The default namespace here: of the innermost element without a prefix. */
static const char *xc_i_scope(const xc_writer *w)
{
    unsigned i = w->i_depth;
    while (i > 0 && xc_i_prefix(w, w->i_open[i - 1].ns) != NULL)
        i--;
    if (i > 0)
        return w->i_open[i - 1].ns;
    return w->i_framed ? NULL : w->i_content_ns;
}

/* -- the fast way of writing: whole calls -- */

/* Finds the namespace of a new element. *declared: the namespace that its tag
   must declare, or NULL. */
XC_I_HOT bool xc_i_fast_write_ns(const xc_writer *w, const char **ns,
                                 const char **declared)
{
    const char *around = xc_i_around(w);
    if (*ns == NULL)
        *ns = around;
    if (w->i_depth == 0 && w->i_framed)
        around = NULL;
    *declared = NULL;
    if (*ns == around)
        return !xc_i_may_have_prefix(w, around);
    if (*ns == NULL || xc_i_may_have_prefix(w, *ns) ||
        xc_i_may_have_prefix(w, around))
        return false;
    if (!xc_i_same_ns(*ns, around))
        *declared = *ns;
    return *ns[0] != '\0';
}

/* The origin of an outermost element is not known yet. */
XC_I_HOT void xc_i_push(xc_writer *w, const char *ns, const char *name)
{
    if (w->i_depth == 0)
        w->i_from = NULL;
    w->i_open[w->i_depth].ns = ns;
    w->i_open[w->i_depth].name = name;
    w->i_depth++;
}

static bool xc_i_fast_write_begin(xc_writer *w, const char *ns,
                                  const char *name)
{
    const char *declared;
    size_t tag = w->i_len + w->i_in_tag;
    unsigned char *to;
    if (name == NULL || w->i_depth == XC_WRITER_DEPTH ||
        !xc_i_fast_write_ns(w, &ns, &declared))
        return false;
    to = xc_i_fast_write_tag(w, name, strlen(name), false, declared, 0);
    if (to == NULL)
        return false;
    w->i_tag = tag;
    w->i_prefixes = w->i_attrs = 0;
    xc_i_push(w, ns, name);
    return xc_i_fast_wrote(w, to, true);
}

/* The name was checked. */
XC_I_HOT unsigned char *xc_i_put_end_tag(unsigned char *to, const char *name,
                                         size_t len)
{
    to = xc_i_put_bytes(to, "</", 2);
    xc_i_copy(to, (const unsigned char *)name, len);
    to[len] = '>';
    return to + len + 1;
}

/* An element with text. */
static bool xc_i_fast_write_leaf(xc_writer *w, const char *ns,
                                 const char *name, xc_str text)
{
    const char *declared;
    size_t len;
    unsigned char *to;
    if (name == NULL || text.len - 1 >= w->i_cap ||
        w->i_depth == XC_WRITER_DEPTH ||
        !xc_i_fast_write_ns(w, &ns, &declared))
        return false;
    len = strlen(name);
    to = xc_i_fast_write_tag(w, name, len, false, declared,
                             sizeof "></>" + len + text.len);
    if (to == NULL)
        return false;
    *to++ = '>';
    if (!xc_i_copy_checked_text(to, text))
        return false;
    to = xc_i_put_end_tag(to + text.len, name, len);
    return xc_i_fast_wrote(w, to, false);
}

/* An attribute without a namespace whose name cannot repeat an earlier one. */
static bool xc_i_fast_write_attr(xc_writer *w, const char *name, xc_str value)
{
    size_t len = strlen(name);
    unsigned bit = 1u << (((unsigned char)name[0] + len) & 15u);
    unsigned char *to = xc_i_space_for(w, 4 + len, value.len);
    if (to == NULL || !w->i_in_tag || (w->i_attrs & bit) != 0)
        return false;
    *to++ = ' ';
    if (!xc_i_copy_checked_name(to, name, len) || (len == 5 && name[0] == 'x'))
        return false; /* the complete way checks for "xmlns" */
    to = xc_i_put_value(to + len, value);
    if (to == NULL)
        return false;
    w->i_attrs = (uint16_t)(w->i_attrs | bit);
    return xc_i_fast_wrote(w, to, true);
}

/* -- elements and text -- */

XC_API void xc_writer_begin(xc_writer *w, const char *ns, const char *name)
{
    const char *around;
    if (!xc_i_writable(w) ||
        (!XC_I_SMALL && xc_i_fast_write_begin(w, ns, name)))
        return;
    if (w->i_depth == XC_WRITER_DEPTH)
        xc_writer_fail(w, XC_ERR_WRITE_DEPTH);
    xc_i_check_name(w, ns, name);
    if (w->i_error != 0)
        return;
    around = xc_i_around(w);
    ns = ns != NULL ? xc_i_ns_or_null(ns) : around;
    xc_i_open_tag(w, ns, name, around, xc_i_scope(w));
    xc_i_push(w, ns, name);
}

XC_API void xc_writer_end(xc_writer *w)
{
    if (!xc_i_writable(w))
        return;
    if (w->i_depth == 0) {
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
        return;
    }
    w->i_depth--;
    xc_i_close_element(w, w->i_open[w->i_depth].ns,
                       w->i_open[w->i_depth].name);
}

XC_API void xc_writer_text(xc_writer *w, xc_str text)
{
    if (text.ptr == NULL || !xc_i_writable(w))
        return;
    if (w->i_depth == 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    if (w->i_error != 0 || text.len == 0)
        return;
    xc_i_close_tag(w);
    xc_i_emit_escaped(w, text, XC_I_WRITABLE);
}

XC_API void xc_writer_text_element(xc_writer *w, const char *ns,
                                   const char *name, xc_str text)
{
    if (text.ptr == NULL)
        return;
    if (!XC_I_SMALL && xc_i_writable(w) &&
        xc_i_fast_write_leaf(w, ns, name, text))
        return;
    xc_writer_begin(w, ns, name);
    xc_writer_text(w, text);
    xc_writer_end(w);
}

/* -- attributes -- */

/* Does the attribute at `at` repeat an earlier one of the tag? Reads the
   output from the first space of the tag on: name, "='", escaped value,
   "'". */
static bool xc_i_repeats(const xc_writer *w, size_t at)
{
    const char *p = w->i_buf;
    size_t i = w->i_tag, k;
    if (w->i_len > w->i_cap)
        return false;
    while (p[i] != ' ')
        i++;
    while (i < at) {
        for (k = 0; p[i + k] == p[at + k] && p[i + k] != '='; k++) {
        }
        if (p[i + k] == p[at + k])
            return true;
        while (p[i] != '\'')
            i++;
        for (i++; p[i] != '\''; i++) {
        }
        i++;
    }
    return false;
}

/* May the open tag have an attribute of this name already? Notes the bit of
   the name. Few names share one, and only those are searched for. */
XC_I_HOT bool xc_i_may_repeat(xc_writer *w, const char *name)
{
    unsigned bit = 1u << (((unsigned char)name[0] + strlen(name)) & 15u);
    bool may = (w->i_attrs & bit) != 0;
    w->i_attrs = (uint16_t)(w->i_attrs | bit);
    return may;
}

/* "ns0", "ns1" ... for the namespaces of attributes of one tag. The digits are
   octal, the lowest first. */
static void xc_i_number_prefix(char *out, unsigned number)
{
    *out++ = 'n';
    *out++ = 's';
    do {
        *out++ = (char)('0' + (number & 7));
        number >>= 3;
    } while (number != 0);
    *out = '\0';
}

/* Finds or declares a prefix for the namespace of an attribute; it is made in
   `mem` if none is usual. A tree has no duplicate attributes, so each may get
   a prefix. */
static const char *xc_i_attr_prefix(xc_writer *w, const char *ns, bool tree,
                                    char *mem)
{
    unsigned i = 0,
             known = (unsigned)xc_i_min(w->i_prefixes, XC_WRITER_ATTR_NS);
    const char *prefix =
        xc_i_prefix_among(w->i_framed ? 0 : xc_i_header_prefixes(w), ns);
    if (prefix != NULL) /* the stream's header has declared it */
        return prefix;
    while (i < known && !xc_i_same_ns(ns, w->i_attr_ns[i]))
        i++;
    if (i < XC_WRITER_ATTR_NS)
        prefix = xc_i_prefix_among(3, ns);
    else
        i = w->i_prefixes;
    if (prefix == NULL) {
        xc_i_number_prefix(mem, i);
        prefix = mem;
    }
    if (i < w->i_prefixes)
        return prefix;
    if (i < XC_WRITER_ATTR_NS)
        w->i_attr_ns[i] = ns;
    else if (!tree)
        xc_writer_fail(w, XC_ERR_WRITE_DEPTH);
    w->i_prefixes++;
    xc_i_emit_xmlns(w, prefix, ns);
    return prefix;
}

/* Attributes of a tree need no check: the reader made them. */
static void xc_i_add_attr(xc_writer *w, const char *ns, const char *name,
                          xc_str value, bool tree)
{
    char mem[12];
    const char *prefix = NULL;
    size_t at;
    if (ns != NULL)
        prefix = xc_i_attr_prefix(w, ns, tree, mem);
    at = w->i_len;
    xc_i_emit_attr(w, prefix, name, value);
    if (!tree && (XC_I_SMALL || xc_i_may_repeat(w, name)) &&
        xc_i_repeats(w, at))
        xc_writer_fail(w, XC_ERR_WRITE_DUPLICATE);
}

XC_API void xc_writer_attr_ns(xc_writer *w, const char *ns, const char *name,
                              xc_str value)
{
    if (value.ptr == NULL || !xc_i_writable(w))
        return;
    ns = xc_i_ns_or_null(ns);
    if (!XC_I_SMALL && ns == NULL && name != NULL &&
        xc_i_fast_write_attr(w, name, value))
        return;
    if (!w->i_in_tag)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    else if (ns == NULL && xc_i_same_ns(name, "xmlns"))
        xc_writer_fail(w, XC_ERR_WRITE_NAME);
    else
        xc_i_check_name(w, ns, name);
    if (w->i_error == 0)
        xc_i_add_attr(w, ns, name, value, false);
}

XC_API void xc_writer_attr(xc_writer *w, const char *name, xc_str value)
{
    xc_writer_attr_ns(w, NULL, name, value);
}

/* -- trees -- */

XC_I_NOINLINE_SMALL const char *xc_i_ns_text(const unsigned char *at)
{
    return xc_i_ns_at(at).ptr;
}

static const char *xc_i_ns_of(const xc_element *e)
{
    return xc_i_ns_text(xc_i_ns_ptr(e));
}

XC_I_NOINLINE_SMALL const char *xc_i_name_of(const xc_element *e)
{
    return xc_name(e).ptr;
}

/* Leaves out attributes with an undeclared prefix, which cannot be written,
   and the inherited xml:lang, which has no name. */
XC_I_NOINLINE_SMALL void xc_i_copy_attrs(xc_writer *w, const xc_element *e)
{
    xc_i_part a;
    xc_i_open_element(e, &a);
    while (xc_i_next_attr(&a)) {
        if (!xc_i_undeclared(&a) && a.name.len != 0)
            xc_i_add_attr(w, xc_i_ns_text(a.ns), a.name.ptr, a.value, true);
    }
}

/* Attributes of a tree are not compared with each other: the time would grow
   with the square of what a peer sends. Later ones are compared with all. */
static void xc_i_note_old_attrs(xc_writer *w)
{
    if (!XC_I_SMALL)
        w->i_attrs = UINT16_MAX;
}

/* The namespace from which an element that was read in `ns` moves to that of
   the stream. Stanzas move, and the elements in them while all around are in
   these two namespaces. NULL: it does not move. */
static const char *xc_i_moved_from(const xc_writer *w, const char *ns,
                                   const char *name)
{
    const char *from = w->i_depth > 0 && w->i_from != NULL ? w->i_from : ns;
    unsigned i;
    if (w->i_framed || xc_i_same_ns(from, w->i_content_ns) ||
        xc_i_which_content(from) == 0 ||
        xc_i_which_content(w->i_content_ns) == 0)
        return NULL;
    if (w->i_depth > 0)
        name = w->i_open[0].name;
    if (xc_i_which(xc_str_from(name), xc_i_names) - 1 >= XC_I_STANZAS)
        return NULL;
    for (i = w->i_depth; i > 0; i--) {
        if (!xc_i_same_ns(w->i_open[i - 1].ns, w->i_content_ns) &&
            !xc_i_same_ns(w->i_open[i - 1].ns, from))
            return NULL;
    }
    return from;
}

/* Swaps the two namespaces. Otherwise an element that was in the stream's
   namespace before could become a body that nobody has seen. */
static const char *xc_i_swapped_ns(const xc_writer *w, const char *from,
                                   const char *ns)
{
    return xc_i_same_ns(ns, from)              ? w->i_content_ns
           : xc_i_same_ns(ns, w->i_content_ns) ? from
                                               : ns;
}

/* The namespace in which to write an element that was read in `ns`. Stanzas,
   and the elements in them, move to the namespace of the stream. An element in
   no content namespace does not move, nor does its content (such as a
   forwarded stanza). All three content namespaces begin with a "j". */
static const char *xc_i_moved_ns(const xc_writer *w, const char *ns,
                                 const char *name)
{
    const char *from = NULL;
    if (ns != NULL && ns[0] == 'j')
        from = xc_i_moved_from(w, ns, name);
    return from != NULL ? xc_i_swapped_ns(w, from, ns) : ns;
}

/* Notes the namespace in which the element just begun was read. */
static void xc_i_note_origin(xc_writer *w, const char *ns)
{
    if (w->i_depth == 1)
        w->i_from = xc_i_same_ns(ns, w->i_content_ns) ? w->i_content_ns : ns;
}

/* Begins an element that was read in this namespace. */
static void xc_i_begin_again(xc_writer *w, const char *ns, const char *name)
{
    if (!xc_i_writable(w))
        return;
    xc_writer_begin(w, xc_i_moved_ns(w, ns != NULL ? ns : "", name), name);
    xc_i_note_origin(w, ns);
}

/* The namespace that a tree moves from, if it moves. */
static const char *xc_i_tree_from(const xc_writer *w, const xc_walk *tree)
{
    return w->i_depth > 0 && w->i_from != NULL
               ? w->i_from
               : xc_i_ns_of(xc_i_element(tree->i_root));
}

/* The namespace in which the tree's open element at this depth is written; 0:
   that around the tree. */
XC_I_HOT const char *xc_i_tree_ns(const xc_writer *w, const xc_walk *tree,
                                  unsigned depth)
{
    const char *ns;
    if (depth == 0)
        return xc_i_around(w);
    ns = xc_i_ns_of(xc_i_walk_open(tree, depth));
    return depth < w->i_stays ? xc_i_swapped_ns(w, xc_i_tree_from(w, tree), ns)
                              : ns;
}

/* xc_i_scope inside the tree. */
static const char *xc_i_tree_scope(const xc_writer *w, const xc_walk *tree)
{
    unsigned i;
    for (i = tree->i_depth - 1u; i > 0; i--) {
        const char *ns = xc_i_tree_ns(w, tree, i);
        if (xc_i_prefix(w, ns) == NULL)
            return ns;
    }
    return xc_i_scope(w);
}

/* The value of i_stays while all elements move. */
#define XC_I_NONE_STAYS (XC_DEPTH_MAX + 1u)

XC_I_NOINLINE_SMALL void xc_i_tree_tag(xc_writer *w, const xc_walk *tree)
{
    const xc_element *e = tree->element;
    const char *ns = xc_i_ns_of(e);
    uint8_t depth = tree->i_depth;
    if (depth < w->i_stays && !xc_i_same_ns(ns, w->i_content_ns) &&
        !xc_i_same_ns(ns, xc_i_tree_from(w, tree)))
        w->i_stays = depth;
    xc_i_open_tag(w, xc_i_tree_ns(w, tree, depth), xc_i_name_of(e),
                  xc_i_tree_ns(w, tree, depth - 1u), xc_i_tree_scope(w, tree));
}

static void xc_i_tree_step(xc_writer *w, const xc_walk *tree)
{
    const xc_element *e = tree->element;
    switch (tree->type) {
    case XC_START:
        xc_i_tree_tag(w, tree);
        xc_i_copy_attrs(w, e);
        break;
    case XC_TEXT:
        xc_i_close_tag(w);
        xc_i_emit_escaped(w, tree->text, XC_I_WRITABLE);
        break;
    case XC_END:
        xc_i_close_element(w, xc_i_ns_of(e), xc_i_name_of(e));
        if (tree->i_depth + 1 == w->i_stays)
            w->i_stays = XC_I_NONE_STAYS;
        break;
    }
}

XC_API void xc_writer_element(xc_writer *w, const xc_element *e)
{
    const char *ns = xc_i_ns_of(e);
    xc_walk tree;
    if (!xc_i_writable(w))
        return;
    if (e == NULL)
        xc_writer_fail(w, XC_ERR_ARGUMENT);
    w->i_stays =
        xc_i_moved_from(w, ns, xc_i_name_of(e)) != NULL ? XC_I_NONE_STAYS : 0;
    xc_walk_init(&tree, e);
    while (w->i_error == 0 && xc_walk_next(&tree))
        xc_i_tree_step(w, &tree);
}

XC_API void xc_writer_begin_like(xc_writer *w, const xc_element *e)
{
    if (e == NULL)
        xc_writer_fail(w, XC_ERR_ARGUMENT);
    xc_i_begin_again(w, xc_i_ns_of(e), xc_i_name_of(e));
    if (w == NULL || w->i_error != 0)
        return;
    xc_i_copy_attrs(w, e);
    xc_i_note_old_attrs(w);
}

/* -- stream header, close, error -- */

static void xc_i_emit_version(xc_writer *w, const xc_stream_header *h)
{
    char text[12], *p = xc_i_decimal(text + sizeof text, h->minor);
    xc_str version;
    if (h->major == 0 && h->minor == 9)
        return;
    *--p = '.';
    p = xc_i_decimal(p, h->major == 0 && h->minor == 0 ? 1 : h->major);
    version.ptr = p;
    version.len = (size_t)(text + sizeof text - p);
    xc_writer_attr(w, "version", version);
}

/* The namespace of the root, or of <open/> and <close/> (RFC 7395 section
   3.4). */
static const char *xc_i_root_ns(const xc_writer *w)
{
    return xc_i_name_at(xc_i_namespaces,
                        w->i_framed ? XC_I_IN_FRAMING : XC_I_IN_STREAMS);
}

/* The header's tag up to its addresses. */
static void xc_i_emit_header(xc_writer *w)
{
    unsigned i;
    if (!w->i_framed)
        xc_i_emit_string(w, "<?xml version='1.0'?>");
    xc_i_open_tag(w, xc_i_root_ns(w), w->i_framed ? "open" : "stream", NULL,
                  NULL);
    w->i_in_header = true;
    if (w->i_framed)
        return;
    w->i_prefixes = 0;
    xc_i_emit_xmlns(w, NULL, w->i_content_ns);
    for (i = 0; i < xc_i_header_prefixes(w); i++)
        xc_i_emit_xmlns(w, xc_i_name_at(xc_i_prefixes, i + 1),
                        xc_i_name_at(xc_i_namespaces, XC_I_IN_STREAMS + i));
}

XC_API void xc_writer_stream_open(xc_writer *w, const xc_stream_header *h)
{
    if (!xc_i_writable(w))
        return;
    if (h == NULL)
        xc_writer_fail(w, XC_ERR_ARGUMENT);
    if (w->i_len != 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    if (w->i_error != 0)
        return;
    xc_i_emit_header(w);
    xc_writer_attr(w, "from", h->from);
    xc_writer_attr(w, "to", h->to);
    xc_writer_attr(w, "id", h->id);
    xc_i_emit_version(w, h);
    xc_writer_attr_ns(w, xc_i_xml_ns, "lang", h->lang);
}

XC_API void xc_writer_stream_close(xc_writer *w)
{
    if (!xc_i_writable(w))
        return;
    if (w->i_depth != 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    xc_i_close_tag(w);
    w->i_closed = true;
    if (w->i_framed) /* RFC 7395 section 3.6 */
        xc_i_open_tag(w, xc_i_root_ns(w), "close", NULL, NULL);
    xc_i_close_element(w, xc_i_root_ns(w), "stream");
}

XC_API void xc_writer_stream_error(xc_writer *w, const char *condition,
                                   xc_str text)
{
    xc_writer_begin(w, xc_i_name_at(xc_i_namespaces, XC_I_IN_STREAMS),
                    xc_i_name_error);
    xc_writer_begin(w, XC_NS_STREAM_ERRORS, condition);
    xc_writer_end(w);
    xc_writer_text_element(w, XC_NS_STREAM_ERRORS, xc_i_name_text, text);
    xc_writer_end(w);
}

XC_API xc_status xc_writer_finish(xc_writer *w, xc_str *out)
{
    if (out != NULL)
        *out = xc_i_absent();
    if (w == NULL || out == NULL)
        return XC_ERR_ARGUMENT;
    xc_i_start_over(w);
    if (w->i_depth != 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    xc_i_close_tag(w);
    if (w->i_buf != NULL && w->i_len > w->i_cap)
        xc_writer_fail(w, XC_ERR_BUFFER_SIZE);
    w->i_finished = true;
    if (w->i_error != 0)
        return (xc_status)w->i_error;
    if (w->i_buf != NULL)
        *out = xc_i_str((const unsigned char *)w->i_buf, w->i_len);
    return XC_OK;
}

/* ---- [SCHEMA] values and their text (private) --------------------------- */

/* of [JID] */
static bool xc_i_is_excluded(uint32_t cp);
static bool xc_i_is_literal(xc_str s);

/* The most bytes that a number or a time takes as text. */
#define XC_I_VALUE_MAX 32u

static unsigned xc_i_name_count(const char *names)
{
    unsigned n = 0;
    for (; *names != '\0'; n++)
        names += strlen(names) + 1;
    return n;
}

/* Index minus value in the list of an enumeration. */
static unsigned xc_i_list_start(const xc_field *f)
{
    return (f->flags & XC_FIELD_DEFAULT_HAS_NAME) != 0;
}

/* xs:integer. False, and 0: not a number in the range. */
static bool xc_i_parse_number(xc_str text, const xc_range *range,
                              xc_number *number)
{
    uint64_t size;
    int64_t value;
    bool minus;
    memset(number, 0, sizeof *number);
    text = xc_str_trim(text);
    minus = text.len > 0 && text.ptr[0] == '-';
    if (minus || (text.len > 0 && text.ptr[0] == '+')) {
        text.ptr++;
        text.len--;
    }
    if (text.len == 0 || !xc_i_take_number(&text, &size) || text.len != 0)
        return false;
    if (size > (uint64_t)INT64_MAX)
        value = minus ? INT64_MIN : INT64_MAX;
    else
        value = minus ? -(int64_t)size : (int64_t)size;
    if (value < (range != NULL ? range->least : 0) ||
        value > (range != NULL ? range->most : (int64_t)0xFFFFFFFF))
        return false;
    number->value = value;
    number->present = true;
    return true;
}

static xc_str xc_i_format_number(const xc_number *number, char *mem)
{
    uint64_t rest = number->value < 0 ? 0 - (uint64_t)number->value
                                      : (uint64_t)number->value;
    size_t at = XC_I_VALUE_MAX;
    do
        mem[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (number->value < 0)
        mem[--at] = '-';
    return xc_i_str((const unsigned char *)mem + at, XC_I_VALUE_MAX - at);
}

/* Reads `digits` digits at *text and moves past them. -1: too few digits, or
   not followed by `then` (0: anything). */
static int xc_i_take_digits(xc_str *text, size_t digits, char then)
{
    int value = 0;
    size_t i;
    if (text->len < digits + (then != '\0'))
        return -1;
    for (i = 0; i < digits; i++) {
        if (text->ptr[i] < '0' || text->ptr[i] > '9')
            return -1;
        value = value * 10 + (text->ptr[i] - '0');
    }
    if (then != '\0' && text->ptr[digits] != then)
        return -1;
    text->ptr += digits + (then != '\0');
    text->len -= digits + (then != '\0');
    return value;
}

static int xc_i_days_in(int year, int month)
{
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return month == 2 ? 28 + leap : 30 + (month + (month > 7)) % 2;
}

/* Digits after the sixth are dropped. *some: not all digits are 0. */
static bool xc_i_take_fraction(xc_str *text, xc_time *time, bool *some)
{
    uint32_t unit = 100000;
    size_t i = 1;
    *some = false;
    if (text->len == 0 || text->ptr[0] != '.')
        return true;
    for (; i < text->len && text->ptr[i] >= '0' && text->ptr[i] <= '9'; i++) {
        time->microsecond += unit * (uint32_t)(text->ptr[i] - '0');
        *some = *some || text->ptr[i] != '0';
        unit /= 10;
    }
    text->ptr += i;
    text->len -= i;
    return i > 1;
}

/* Minutes east of UTC; 9999: no offset. XEP-0082 section 3.2 defers to XML
   Schema: at most 14 hours (Part 2, section 3.2.7.3). */
static int xc_i_take_offset(xc_str text)
{
    int hours, minutes;
    bool west = text.len != 0 && text.ptr[0] == '-';
    if (xc_str_is(text, "Z"))
        return 0;
    if (text.len != 6 || (!west && text.ptr[0] != '+'))
        return 9999;
    text.ptr++;
    text.len--;
    hours = xc_i_take_digits(&text, 2, ':');
    minutes = xc_i_take_digits(&text, 2, '\0');
    if (hours < 0 || minutes < 0 || minutes > 59 ||
        hours * 60 + minutes > 14 * 60)
        return 9999;
    return west ? -hours * 60 - minutes : hours * 60 + minutes;
}

/* `minutes` is in the day, or up to a day before or after it. */
static bool xc_i_to_utc(xc_time *time, int year, int month, int day,
                        int minutes)
{
    if (minutes < 0) {
        minutes += 24 * 60;
        if (--day == 0 && --month != 0)
            day = xc_i_days_in(year, month);
    } else if (minutes >= 24 * 60) {
        minutes -= 24 * 60;
        if (++day > xc_i_days_in(year, month)) {
            day = 1;
            month++;
        }
    }
    if (month == 0) {
        year--;
        month = 12;
        day = 31;
    } else if (month == 13) {
        year++;
        month = 1;
    }
    time->year = (uint16_t)year;
    time->month = (uint8_t)month;
    time->day = (uint8_t)day;
    time->hour = (uint8_t)(minutes / 60);
    time->minute = (uint8_t)(minutes % 60);
    return year >= 0 && year <= 9999;
}

static bool xc_i_read_time(xc_str text, xc_time *time)
{
    int year = xc_i_take_digits(&text, 4, '-');
    int month = xc_i_take_digits(&text, 2, '-');
    int day = xc_i_take_digits(&text, 2, 'T');
    int hour = xc_i_take_digits(&text, 2, ':');
    int minute = xc_i_take_digits(&text, 2, ':');
    int second = xc_i_take_digits(&text, 2, '\0'), offset;
    bool fraction;
    if (year < 0 || month < 1 || month > 12 || day < 1 ||
        day > xc_i_days_in(year, month) || hour < 0 || hour > 24 ||
        minute < 0 || minute > 59 || second < 0 || second > 60 ||
        !xc_i_take_fraction(&text, time, &fraction))
        return false;
    /* XML Schema Part 2 section 3.2.7.1 */
    if (hour == 24 && (minute != 0 || second != 0 || fraction))
        return false;
    offset = xc_i_take_offset(text);
    time->second = (uint8_t)second;
    return offset != 9999 &&
           xc_i_to_utc(time, year, month, day, hour * 60 + minute - offset);
}

XC_API bool xc_time_parse(xc_str text, xc_time *time)
{
    if (time == NULL)
        return false;
    memset(time, 0, sizeof *time);
    time->present = xc_i_read_time(xc_str_trim(text), time);
    if (!time->present)
        memset(time, 0, sizeof *time);
    return time->present;
}

static char *xc_i_put_digits(char *to, unsigned value, unsigned digits,
                             char then)
{
    unsigned i;
    for (i = digits; i > 0; i--, value /= 10)
        to[i - 1] = (char)('0' + value % 10);
    to[digits] = then;
    return to + digits + 1;
}

static bool xc_i_good_time(const xc_time *t)
{
    return t->year <= 9999 && t->month - 1u < 12 && t->day != 0 &&
           t->day <= xc_i_days_in(t->year, t->month) && t->hour < 24 &&
           t->minute < 60 && t->second <= 60 && t->microsecond < 1000000;
}

XC_API xc_str xc_time_format(const xc_time *time, char *mem)
{
    char *to = mem;
    if (time == NULL || mem == NULL || !time->present || !xc_i_good_time(time))
        return xc_i_absent();
    to = xc_i_put_digits(to, time->year, 4, '-');
    to = xc_i_put_digits(to, time->month, 2, '-');
    to = xc_i_put_digits(to, time->day, 2, 'T');
    to = xc_i_put_digits(to, time->hour, 2, ':');
    to = xc_i_put_digits(to, time->minute, 2, ':');
    to = xc_i_put_digits(to, time->second, 2, 'Z');
    if (time->microsecond != 0) {
        to[-1] = '.';
        to = xc_i_put_digits(to, time->microsecond, 6, 'Z') - 1;
        while (to[-1] == '0')
            to--;
        *to++ = 'Z';
    }
    return xc_i_str((const unsigned char *)mem, (size_t)(to - mem));
}

XC_API bool xc_time_offset(xc_str tzo, int *minutes)
{
    int offset = xc_i_take_offset(xc_str_trim(tzo));
    if (offset != 9999 && minutes != NULL)
        *minutes = offset;
    return offset != 9999;
}

static unsigned xc_i_base64_digit(unsigned c)
{
    return c - 'A' < 26   ? c - 'A'
           : c - 'a' < 26 ? c - 'a' + 26
           : c - '0' < 10 ? c - '0' + 52
           : c == '+'     ? 62
           : c == '/'     ? 63
                          : 64;
}

/* The index of the next character that is not skipped. */
static size_t xc_i_base64_skip(xc_str text, size_t at, bool skips)
{
    while (skips && at < text.len &&
           xc_i_in_class((unsigned char)text.ptr[at], XC_I_SPACE))
        at++;
    return at;
}

/* Decodes the group at *at and moves past it. Returns its bytes, 1 to 3, which
   are in the high end of *bits; 0: the byte at *at is wrong. */
static unsigned xc_i_base64_group(xc_str text, bool skips, size_t *at,
                                  uint32_t *bits)
{
    unsigned i, bytes = 3;
    *bits = 0;
    for (i = 0; i < 4; i++, ++*at) {
        unsigned char c;
        unsigned digit;
        bool pads;
        *at = xc_i_base64_skip(text, *at, skips);
        c = *at < text.len ? (unsigned char)text.ptr[*at] : 0;
        digit = xc_i_base64_digit(c);
        pads = c == '=' && i >= 2 &&
               (bytes < 3 || (*bits & (i == 2 ? 15 : 3)) == 0);
        if (!pads && (digit > 63 || bytes < 3))
            return 0;
        bytes -= pads;
        *bits = *bits << 6 | (pads ? 0 : digit);
    }
    *at = xc_i_base64_skip(text, *at, skips);
    return bytes == 3 || *at == text.len ? bytes : 0;
}

/* xs:base64Binary: no foreign characters except white space; padding only at
   the end and of zero bits. */
static bool xc_i_is_base64(xc_str text)
{
    size_t at = xc_i_base64_skip(text, 0, true);
    uint32_t bits;
    while (at < text.len) {
        if (xc_i_base64_group(text, true, &at, &bits) == 0)
            return false;
    }
    return true;
}

static bool xc_i_has_space(xc_str s)
{
    size_t i = 0;
    while (i < s.len && !xc_i_in_class((unsigned char)s.ptr[i], XC_I_SPACE))
        i++;
    return i < s.len;
}

static bool xc_i_is_data(const xc_field *f, xc_str text)
{
    if ((f->flags & XC_FIELD_EQUALS_IS_EMPTY) != 0 && xc_str_is(text, "="))
        return true;
    return xc_i_is_base64(text) &&
           ((f->flags & XC_FIELD_NO_SPACE) == 0 || !xc_i_has_space(text));
}

/* Can it be part of an address, apart from the Unicode rules? (RFC 7622
   sections 3.2 to 3.4) */
static bool xc_i_is_part_like(unsigned part, xc_str s)
{
    unsigned c, before = '.';
    size_t i;
    if (s.len == 0 || s.len > XC_JID_PART_MAX || xc_utf8_check(s) != s.len)
        return false;
    for (i = 0; i < s.len; i++, before = c) {
        c = (unsigned char)s.ptr[i];
        if (c < 0x20 || c == 0x7F || (before == 0xC2 && c < 0xA0) ||
            (part != XC_JID_RESOURCE && xc_i_is_excluded(c)) ||
            (part == XC_JID_DOMAIN && c == '.' && before == '.'))
            return false;
    }
    return true;
}

static bool xc_i_is_domain_like(xc_str s)
{
    return s.len > 0 && s.ptr[0] == '[' ? xc_i_is_literal(s)
                                        : xc_i_is_part_like(XC_JID_DOMAIN, s);
}

XC_I_NOINLINE_SMALL bool xc_i_is_jid_like(xc_str text)
{
    xc_jid_parts parts = xc_jid_split(text);
    return xc_i_is_domain_like(parts.domain) &&
           (parts.local.ptr == NULL ||
            xc_i_is_part_like(XC_JID_LOCAL, parts.local)) &&
           (parts.resource.ptr == NULL ||
            xc_i_is_part_like(XC_JID_RESOURCE, parts.resource));
}

/* The flaw of an address. Missing memory for its enforced form is not one. */
static xc_status xc_i_jid_flaw(xc_str text)
{
    xc_jid jid;
    xc_status status = xc_jid_parse(text, NULL, 0, &jid);
    switch (status) {
    case XC_OK:
    case XC_ERR_BUFFER_SIZE: return XC_OK;
    case XC_ERR_JID_EMPTY:
    case XC_ERR_JID_LENGTH:
    case XC_ERR_JID_UTF8:
    case XC_ERR_JID_EXCLUDED:
    case XC_ERR_JID_IP: return XC_ERR_FIELD_JID;
    default:
        return xc_i_is_jid_like(text) ? XC_ERR_FIELD_JID_PROFILE
                                      : XC_ERR_FIELD_JID;
    }
}

/* -- fields of an element -- */

static void *xc_i_member(const xc_field *f, void *out)
{
    return (unsigned char *)out + f->offset;
}

static const void *xc_i_member_of(const xc_field *f, const void *in)
{
    return (const unsigned char *)in + f->offset;
}

/* Is it the name of the field? Names of elements and attributes end with NUL,
   so the first bytes can be compared at once. */
XC_I_HOT bool xc_i_is_field_name(const xc_field *f, xc_str name)
{
    return f->name != NULL && f->name[0] == name.ptr[0] &&
           xc_str_is(name, f->name);
}

/* The namespace of a field; NULL: that of the parent. */
static const char *xc_i_field_ns(const xc_field *f)
{
    return f->ns == NULL && f->kind == XC_KIND_STRUCT
               ? ((const xc_schema *)f->detail)->ns
               : f->ns;
}

/* A stanza's error, thread or body is in the namespace of the stanza. */
static bool xc_i_in_content_ns(xc_str ns, xc_str around)
{
    return xc_i_which_content(around.ptr) != 0
               ? xc_str_equal(ns, around)
               : xc_i_which_content(ns.ptr) != 0;
}

/* A child in the namespace of its parent usually refers to the same string. */
static bool xc_i_in_field_ns(const xc_field *f, const xc_element *e,
                             const xc_element *child)
{
    const char *wanted = xc_i_field_ns(f);
    xc_str ns, around;
    if (wanted != NULL && !xc_i_same_ns(wanted, XC_NS_STANZA))
        return xc_is(child, wanted, NULL);
    ns = xc_ns(child);
    around = xc_ns(e);
    if (wanted != NULL)
        return xc_i_in_content_ns(ns, around);
    return ns.ptr == around.ptr || xc_str_equal(ns, around);
}

/* An unknown name of a choice gives way to a known one after it: an element
   that a later standard adds beside a condition does not hide it (RFC 6120
   sections 4.9.3.21 and 8.3.2). No honest choice has more than 16; the limit
   keeps the time linear. */
static bool xc_i_is_chosen(const xc_field *f, const xc_element *e,
                           const xc_element *child)
{
    const char *names = (const char *)f->detail;
    unsigned i;
    if (xc_i_which(xc_name(child), names) != 0)
        return true;
    for (i = 0; i < 16 && (child = xc_next_sibling(child)) != NULL; i++) {
        if (xc_i_which(xc_name(child), names) != 0 &&
            xc_i_in_field_ns(f, e, child))
            return false;
    }
    return true;
}

XC_API const xc_field *xc_field_of(const xc_schema *schema,
                                   const xc_element *element,
                                   const xc_element *child)
{
    const xc_field *f, *choice = NULL;
    xc_str name = xc_name(child);
    size_t i;
    if (schema == NULL || element == NULL || child == NULL)
        return NULL;
    for (i = 0; i < schema->count; i++) {
        f = schema->fields + i;
        if (f->i_source != XC_I_CHILD)
            continue;
        if (f->kind == XC_KIND_CHOICE)
            choice = choice != NULL ? choice : f;
        else if (xc_i_is_field_name(f, name) &&
                 xc_i_in_field_ns(f, element, child))
            return f;
    }
    return choice != NULL && xc_i_in_field_ns(choice, element, child) &&
                   xc_i_is_chosen(choice, element, child)
               ? choice
               : NULL;
}

#if XC_I_SMALL

/* The text of a child. False: it has children. */
static bool xc_i_only_text(const xc_element *child, xc_str *text)
{
    *text = xc_text(child);
    return xc_first_child(child) == NULL;
}

#else

/* Two texts are never adjacent, so the first node is enough. */
static bool xc_i_only_text(const xc_element *child, xc_str *text)
{
    const unsigned char *p = xc_i_child_nodes(child);
    *text = XC_STR("");
    if (p == xc_i_bytes(child) + xc_element_size(child))
        return true;
    if ((p[0] & (XC_I_ELEMENT | XC_I_LAST_TEXT)) != XC_I_LAST_TEXT)
        return false;
    *text = xc_i_node_text(p);
    return true;
}

#endif

/* Room for any member except a struct. */
union xc_i_value {
    xc_str text;
    xc_number number;
    xc_time time;
    xc_choice choice;
    uint8_t byte;
    bool flag;
};

static bool xc_i_is_set(const xc_field *f, const void *member)
{
    switch (f->kind) {
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: return *(const uint8_t *)member != 0;
    case XC_KIND_NUMBER: return ((const xc_number *)member)->present;
    case XC_KIND_TIME: return ((const xc_time *)member)->present;
    case XC_KIND_FLAG: return *(const bool *)member;
    case XC_KIND_CHOICE: return ((const xc_choice *)member)->value != 0;
    case XC_KIND_STRUCT: return ((const xc_base *)member)->present;
    default: return ((const xc_str *)member)->ptr != NULL;
    }
}

/* -- namespaces of stanzas -- */

XC_API bool xc_matches(const xc_schema *schema, const xc_element *element)
{
    if (schema == NULL || element == NULL)
        return false;
    if (!xc_i_same_ns(schema->ns, XC_NS_STANZA))
        return xc_is(element, schema->ns, schema->name);
    return xc_is(element, NULL, schema->name) &&
           xc_i_which_content(xc_i_ns_of(element)) != 0;
}

/* The namespace in which to write an element of the schema, read from e or
   new. */
static const char *xc_i_ns_to_write(const xc_writer *w, const xc_schema *s,
                                    const char *ns, const xc_element *e)
{
    const char *around = xc_i_around(w);
    if (ns != NULL && !xc_i_same_ns(ns, XC_NS_STANZA))
        return ns;
    if (e != NULL)
        return xc_i_moved_ns(w, xc_i_ns_of(e) != NULL ? xc_i_ns_of(e) : "",
                             s->name);
    if (ns == NULL || w->i_depth == 0 || xc_i_which_content(around) != 0)
        return NULL;
    return XC_NS_CLIENT;
}

/* -- reading -- */

static bool xc_i_parse_enum(const xc_field *f, xc_str text, uint8_t *value)
{
    const char *names = (const char *)f->detail;
    unsigned index = xc_i_which(xc_str_trim(text), names);
    bool good = index != 0 || (f->flags & XC_FIELD_UNKNOWN_IS_LAST) != 0;
    if (index == 0 && (f->flags & (XC_FIELD_UNKNOWN_IS_LAST |
                                   XC_FIELD_UNKNOWN_IS_OTHER)) != 0)
        index = xc_i_name_count(names) +
                ((f->flags & XC_FIELD_UNKNOWN_IS_OTHER) != 0);
    *value = (uint8_t)(index != 0 ? index - xc_i_list_start(f) : 0);
    return good;
}

static bool xc_i_parse_bool(xc_str text, uint8_t *value)
{
    bool yes, no;
    text = xc_str_trim(text);
    yes = xc_str_is(text, "true") || xc_str_is(text, "1");
    no = xc_str_is(text, "false") || xc_str_is(text, "0");
    *value = (uint8_t)(yes ? XC_TRUE : no ? XC_FALSE : XC_UNSET);
    return yes || no;
}

/* Parses a value into an empty member. False: invalid. */
static bool xc_i_parse_value(const xc_field *f, xc_str text, void *member)
{
    switch (f->kind) {
    case XC_KIND_ENUM: return xc_i_parse_enum(f, text, (uint8_t *)member);
    case XC_KIND_BOOL: return xc_i_parse_bool(text, (uint8_t *)member);
    case XC_KIND_NUMBER:
        return xc_i_parse_number(text, (const xc_range *)f->detail,
                                 (xc_number *)member);
    case XC_KIND_TIME: return xc_time_parse(text, (xc_time *)member);
    case XC_KIND_BASE64:
        if (!xc_i_is_data(f, text))
            return false;
        break;
    case XC_KIND_JID:
        if (xc_i_jid_flaw(text) == XC_ERR_FIELD_JID)
            return false;
        break;
    default: break;
    }
    *(xc_str *)member = text;
    return true;
}

/* The flaw, unless the field is lenient. */
static xc_status xc_i_unless_ignored(const xc_field *f, xc_status flaw)
{
    return (f->flags & XC_FIELD_LENIENT) != 0 ? XC_OK : flaw;
}

static xc_status xc_i_read_text(const xc_field *f, xc_str text, void *member)
{
    xc_status flaw = XC_OK;
    if (f->kind == XC_KIND_STRING || f->kind == XC_KIND_JID) {
        if (f->kind == XC_KIND_JID)
            flaw = xc_i_jid_flaw(text);
        if (flaw != XC_ERR_FIELD_JID)
            *(xc_str *)member = text;
    } else if (!xc_i_parse_value(f, text, member)) {
        flaw = XC_ERR_FIELD_VALUE;
    }
    return flaw != XC_OK ? xc_i_unless_ignored(f, flaw) : flaw;
}

/* RFC 6120 section 4.9.3.19 prints an address between line ends. */
static xc_status xc_i_read_choice(const xc_field *f, const xc_element *child,
                                  xc_choice *choice)
{
    if (!xc_i_parse_enum(f, xc_name(child), &choice->value))
        return xc_i_unless_ignored(f, XC_ERR_FIELD_VALUE);
    choice->text = xc_str_trim(xc_text(child));
    return XC_OK;
}

/* Any child except a struct. */
static xc_status xc_i_read_child(const xc_field *f, const xc_element *child,
                                 void *member)
{
    xc_str text;
    if (f->kind == XC_KIND_FLAG) {
        *(bool *)member = true;
        return XC_OK;
    }
    if (f->kind == XC_KIND_CHOICE)
        return xc_i_read_choice(f, child, (xc_choice *)member);
    return xc_i_only_text(child, &text) ? xc_i_read_text(f, text, member)
                                        : XC_ERR_FIELD_CONTENT;
}

/* The field of an attribute. `ns` is the attribute's namespace in the block;
   NULL: none. */
static const xc_field *xc_i_attr_field(const xc_schema *s,
                                       const unsigned char *ns, xc_str name)
{
    size_t i;
    for (i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        if (f->i_source == XC_I_ATTR && xc_i_is_field_name(f, name) &&
            (f->ns == NULL) == (ns == NULL) &&
            (ns == NULL || xc_str_is(xc_i_ns_at(ns), f->ns)))
            return f;
    }
    return NULL;
}

/* The first flaw of an element. */
typedef struct xc_i_flaw {
    xc_status status;
    const xc_field *field;
} xc_i_flaw;

static void xc_i_note_flaw(xc_i_flaw *first, const xc_field *f,
                           xc_status status)
{
    if (status == XC_OK || first->status != XC_OK)
        return;
    first->status = status;
    first->field = f;
}

static void xc_i_read_attrs(const xc_schema *s, const xc_element *e, void *out,
                            xc_i_flaw *flaw)
{
    xc_i_part a;
    xc_i_open_element(e, &a);
    while (xc_i_next_attr(&a)) {
        const xc_field *f = NULL;
        if (!xc_i_undeclared(&a) && a.name.len != 0)
            f = xc_i_attr_field(s, a.ns, a.name);
        if (f != NULL)
            xc_i_note_flaw(flaw, f,
                           xc_i_read_text(f, a.value, xc_i_member(f, out)));
    }
}

/* The field for the element's own text. */
static const xc_field *xc_i_own_text_field(const xc_schema *s)
{
    size_t i;
    for (i = 0; i < s->count; i++) {
        if (s->fields[i].i_source == XC_I_OWN_TEXT)
            return s->fields + i;
    }
    return NULL;
}

/* Empty text counts as absent, but empty base64 is data (XEP-0388 section
   2.4). */
static void xc_i_read_own_text(const xc_schema *s, const xc_element *e,
                               void *out, xc_i_flaw *flaw)
{
    const xc_field *f = xc_i_own_text_field(s);
    xc_str text;
    if (f == NULL)
        return;
    text = xc_text(e);
    if (text.len != 0 ||
        (f->kind == XC_KIND_BASE64 &&
         (f->flags & (XC_FIELD_EQUALS_IS_EMPTY | XC_FIELD_REQUIRED)) == 0))
        xc_i_note_flaw(flaw, f, xc_i_read_text(f, text, xc_i_member(f, out)));
}

static void xc_i_read_struct(const xc_schema *s, const xc_element *e,
                             void *out, xc_i_flaw *flaw);

/* A flaw inside a struct is reported without its inner field. */
static xc_status xc_i_read_inner(const xc_field *f, const xc_element *child,
                                 void *member)
{
    xc_i_flaw inside = {XC_OK, NULL};
    xc_i_read_struct((const xc_schema *)f->detail, child, member, &inside);
    return xc_i_unless_ignored(f, inside.status);
}

static void xc_i_read_children(const xc_schema *s, const xc_element *e,
                               void *out, xc_i_flaw *flaw)
{
    const xc_element *child;
    uint32_t seen = 0;
    for (child = xc_first_child(e); child != NULL;
         child = xc_next_sibling(child)) {
        const xc_field *f = xc_field_of(s, e, child);
        xc_status status = XC_OK;
        uint32_t bit;
        if (f == NULL)
            continue;
        bit = (uint32_t)1 << (f - s->fields);
        if ((seen & bit) == 0)
            status = f->kind == XC_KIND_STRUCT
                         ? xc_i_read_inner(f, child, xc_i_member(f, out))
                         : xc_i_read_child(f, child, xc_i_member(f, out));
        else if ((f->flags & XC_FIELD_SINGLE) != 0)
            status = XC_ERR_FIELD_REPEATED;
        xc_i_note_flaw(flaw, f, status);
        seen |= bit;
    }
}

/* The condition for the legacy code of an error; 0: no code, or a condition
   besides it. */
static unsigned xc_i_legacy_condition(const xc_element *e)
{
    static const xc_range range = {0, 999};
    const xc_element *child = xc_child(e, XC_NS_STANZA_ERRORS, NULL);
    xc_number code;
    for (; child != NULL; child = xc_next_sibling(child)) {
        if (xc_is(child, XC_NS_STANZA_ERRORS, NULL) &&
            !xc_str_is(xc_name(child), xc_i_name_text))
            return 0;
    }
    return xc_i_parse_number(xc_attr(e, "code"), &range, &code)
               ? (unsigned)xc_stanza_error_from_code((unsigned)code.value)
               : 0;
}

/* Sets a field that such an error does not have. */
static void xc_i_read_legacy(const xc_field *f, const xc_element *e,
                             void *member)
{
    unsigned condition = xc_i_legacy_condition(e);
    if (condition == 0)
        return;
    if (f->kind == XC_KIND_CHOICE)
        ((xc_choice *)member)->value = (uint8_t)condition;
    else if (f->kind == XC_KIND_ENUM)
        *(uint8_t *)member = (uint8_t)xc_stanza_error_default_type(condition);
    else if (xc_str_trim(xc_text(e)).len != 0)
        *(xc_str *)member = xc_text(e);
}

/* Fields that are absent or were invalid. */
static void xc_i_read_rest(const xc_schema *s, const xc_element *e, void *out,
                           xc_i_flaw *flaw)
{
    size_t i;
    for (i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        if ((f->flags & (XC_FIELD_REQUIRED | XC_I_FIELD_LEGACY)) == 0 ||
            xc_i_is_set(f, xc_i_member(f, out)))
            continue;
        if ((f->flags & XC_FIELD_REQUIRED) != 0)
            xc_i_note_flaw(flaw, f, XC_ERR_FIELD_MISSING);
        else
            xc_i_read_legacy(f, e, xc_i_member(f, out));
    }
}

static void xc_i_read_struct(const xc_schema *s, const xc_element *e,
                             void *out, xc_i_flaw *flaw)
{
    ((xc_base *)out)->element = e;
    ((xc_base *)out)->present = true;
    xc_i_read_attrs(s, e, out, flaw);
    xc_i_read_own_text(s, e, out, flaw);
    xc_i_read_children(s, e, out, flaw);
    xc_i_read_rest(s, e, out, flaw);
}

XC_API xc_status xc_read(const xc_schema *schema, const xc_element *element,
                         void *out, const xc_field **field)
{
    xc_i_flaw flaw = {XC_OK, NULL};
    if (field != NULL)
        *field = NULL;
    if (schema == NULL || out == NULL)
        return XC_ERR_ARGUMENT;
    memset(out, 0, schema->size);
    if (!xc_matches(schema, element))
        return XC_ERR_FIELD_ELEMENT;
    xc_i_read_struct(schema, element, out, &flaw);
    if (field != NULL)
        *field = flaw.field;
    return flaw.status;
}

XC_API bool xc_was_read(xc_status status)
{
    return status == XC_OK ||
           (status > XC_ERR_FIELD_ELEMENT && status <= XC_ERR_FIELD_CONTENT);
}

/* -- writing -- */

/* The value as text; numbers and times are formatted in `mem`. Absent: it
   cannot be written. */
static xc_str xc_i_format_value(const xc_field *f, const void *member,
                                char *mem)
{
    const xc_number *number = (const xc_number *)member;
    const xc_range *range = (const xc_range *)f->detail;
    uint8_t index = *(const uint8_t *)member;
    switch (f->kind) {
    case XC_KIND_ENUM:
        return xc_str_from(
            xc_i_name_at((const char *)f->detail, index + xc_i_list_start(f)));
    case XC_KIND_BOOL:
        return index > XC_TRUE
                   ? xc_i_absent()
                   : xc_str_from(index == XC_TRUE ? "true" : "false");
    case XC_KIND_NUMBER:
        if (number->value < (range != NULL ? range->least : 0) ||
            number->value > (range != NULL ? range->most : 0xFFFFFFFF))
            return xc_i_absent();
        return xc_i_format_number(number, mem);
    case XC_KIND_TIME: return xc_time_format((const xc_time *)member, mem);
    default: break;
    }
    if (f->kind == XC_KIND_BASE64 && !xc_i_is_data(f, *(const xc_str *)member))
        return xc_i_absent();
    return *(const xc_str *)member;
}

/* The text of a field that is set. A value without text fails the writer. */
static xc_str xc_i_text_of(xc_writer *w, const xc_field *f, const void *member,
                           char *mem)
{
    xc_str text = xc_i_format_value(f, member, mem);
    if (text.ptr == NULL)
        xc_writer_fail(w, XC_ERR_FIELD_VALUE);
    else if (f->kind == XC_KIND_JID && xc_i_jid_flaw(text) == XC_ERR_FIELD_JID)
        xc_writer_fail(w, XC_ERR_FIELD_JID);
    return text;
}

static void xc_i_write_attr(xc_writer *w, const xc_field *f, const void *in)
{
    char mem[XC_I_VALUE_MAX];
    const void *member = xc_i_member_of(f, in);
    if (xc_i_is_set(f, member))
        xc_writer_attr_ns(w, f->ns, f->name, xc_i_text_of(w, f, member, mem));
    else if ((f->flags & XC_FIELD_REQUIRED) != 0)
        xc_writer_fail(w, XC_ERR_FIELD_MISSING);
}

/* Usually the member still is the view of the old text. */
static bool xc_i_is_same_text(xc_str a, xc_str b)
{
    return a.len == b.len &&
           (a.ptr == b.ptr || xc_i_same_bytes(a.ptr, b.ptr, a.len));
}

/* Compares two values of a field that is not a struct. */
static bool xc_i_is_same_value(const xc_field *f, const void *a, const void *b)
{
    const xc_choice *x = (const xc_choice *)a, *y = (const xc_choice *)b;
    bool set = xc_i_is_set(f, a);
    if (set != xc_i_is_set(f, b) || !set)
        return set == xc_i_is_set(f, b);
    switch (f->kind) {
    case XC_KIND_FLAG:
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: return *(const uint8_t *)a == *(const uint8_t *)b;
    case XC_KIND_NUMBER:
        return ((const xc_number *)a)->value == ((const xc_number *)b)->value;
    case XC_KIND_TIME: return memcmp(a, b, sizeof(xc_time)) == 0;
    case XC_KIND_CHOICE:
        return x->value == y->value && xc_i_is_same_text(x->text, y->text);
    default: return xc_i_is_same_text(*(const xc_str *)a, *(const xc_str *)b);
    }
}

/* Is the member a text that is set? Then it can be compared with the old one
   without validating that. */
static bool xc_i_is_some_text(const xc_field *f, const void *member)
{
    return f->kind <= XC_KIND_BASE64 && xc_i_is_set(f, member);
}

/* Does the member still have the value read from this text? An invalid text
   gave none. */
static bool xc_i_keeps_text(const xc_field *f, xc_str old, const void *member)
{
    union xc_i_value value;
    if (xc_i_is_some_text(f, member))
        return xc_i_is_same_text(old, *(const xc_str *)member);
    memset(&value, 0, sizeof value);
    (void)xc_i_read_text(f, old, &value);
    return xc_i_is_same_value(f, &value, member);
}

/* May the field be left out? It is not set, or the code of the old element
   says the same. */
XC_I_NOINLINE_SMALL bool xc_i_stays_out(const xc_field *f, const void *in)
{
    const xc_element *e = ((const xc_base *)in)->element;
    const xc_stanza_error *error = (const xc_stanza_error *)in;
    const void *member = xc_i_member_of(f, in);
    union xc_i_value value;
    if (!xc_i_is_set(f, member))
        return true;
    if ((f->flags & XC_I_FIELD_LEGACY) == 0 || !error->code.present ||
        error->condition.value != xc_i_legacy_condition(e) ||
        error->condition.value !=
            xc_stanza_error_from_code((unsigned)error->code.value))
        return false;
    memset(&value, 0, sizeof value);
    xc_i_read_legacy(f, e, &value);
    return xc_i_is_same_value(f, &value, member);
}

/* Writes the attributes in the old order. Returns a bit for each field among
   them. */
static uint32_t xc_i_write_old_attrs(xc_writer *w, const xc_schema *s,
                                     const void *in, const xc_element *e)
{
    uint32_t done = 0;
    xc_i_part a;
    xc_i_open_element(e, &a);
    while (xc_i_next_attr(&a)) {
        const xc_field *f;
        if (xc_i_undeclared(&a) || a.name.len == 0)
            continue;
        f = xc_i_attr_field(s, a.ns, a.name);
        if (f != NULL && !xc_i_keeps_text(f, a.value, xc_i_member_of(f, in)))
            xc_i_write_attr(w, f, in);
        else if (w->i_error == 0)
            xc_i_add_attr(w, xc_i_ns_text(a.ns), a.name.ptr, a.value, true);
        if (f != NULL)
            done |= (uint32_t)1 << (f - s->fields);
    }
    xc_i_note_old_attrs(w);
    return done;
}

/* The text before the old children. */
static xc_str xc_i_text_before(const xc_element *e)
{
    const unsigned char *p = e != NULL ? xc_i_child_nodes(e) : NULL;
    return p == NULL || p == xc_i_bytes(e) + xc_element_size(e) ||
                   (p[0] & XC_I_ELEMENT)
               ? xc_i_absent()
               : xc_i_node_text(p);
}

/* Writes the value of a field as text of the open element. False: it is
   empty. */
XC_I_NOINLINE_SMALL bool xc_i_write_value(xc_writer *w, const xc_field *f,
                                          const void *member)
{
    char mem[XC_I_VALUE_MAX];
    xc_str text = xc_i_text_of(w, f, member, mem);
    xc_writer_text(w, text);
    return text.len != 0;
}

/* Writes the value of the own-text field instead of the old text. */
static void xc_i_write_own_text(xc_writer *w, const xc_field *f,
                                const void *in, xc_str old)
{
    const void *member = xc_i_member_of(f, in);
    const xc_element *e = ((const xc_base *)in)->element;
    if (old.len != 0 && xc_i_keeps_text(f, old, member))
        xc_writer_text(w, old);
    else if (!(xc_i_is_set(f, member) && xc_i_write_value(w, f, member)) &&
             (f->flags & XC_FIELD_REQUIRED) != 0 &&
             (e == NULL || old.len != 0))
        xc_writer_fail(w, XC_ERR_FIELD_MISSING);
}

/* Writes the text before the children. The own-text field was read from the
   first text, which may be after a child. */
static void xc_i_write_first_text(xc_writer *w, const xc_schema *s,
                                  const void *in)
{
    const xc_element *e = ((const xc_base *)in)->element;
    const xc_field *f = xc_i_own_text_field(s);
    xc_str old = xc_i_text_before(e);
    if (f == NULL)
        xc_writer_text(w, old);
    else if (old.len != 0 || xc_text(e).len == 0)
        xc_i_write_own_text(w, f, in, old);
}

/* Writes the text after an old child. */
static void xc_i_write_next_text(xc_writer *w, const xc_schema *s,
                                 const void *in, xc_str old, uint32_t *done)
{
    const xc_field *f = xc_i_own_text_field(s);
    uint32_t bit = f != NULL ? (uint32_t)1 << (f - s->fields) : 0;
    if ((~*done & bit) != 0 &&
        xc_text(((const xc_base *)in)->element).ptr == old.ptr)
        xc_i_write_own_text(w, f, in, old);
    else
        xc_writer_text(w, old);
    *done |= bit;
}

/* Writes the start tag and the element's own text. */
static void xc_i_write_start(xc_writer *w, const xc_schema *s, const void *in,
                             const char *ns)
{
    const xc_element *e = ((const xc_base *)in)->element;
    uint32_t done = 0;
    size_t i;
    if (!xc_i_writable(w))
        return;
    xc_writer_begin(w, xc_i_ns_to_write(w, s, ns, e), s->name);
    if (e != NULL) {
        xc_i_note_origin(w, xc_i_ns_of(e));
        done = xc_i_write_old_attrs(w, s, in, e);
    }
    for (i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        if (f->i_source == XC_I_ATTR && (done >> i & 1) == 0 &&
            (e == NULL || !xc_i_stays_out(f, in)))
            xc_i_write_attr(w, f, in);
    }
    xc_i_write_first_text(w, s, in);
}

XC_API void xc_write_begin(xc_writer *w, const xc_schema *schema,
                           const void *in)
{
    if (w == NULL)
        return;
    if (schema == NULL || in == NULL)
        xc_writer_fail(w, XC_ERR_ARGUMENT);
    else
        xc_i_write_start(w, schema, in, schema->ns);
}

static void xc_i_write_choice(xc_writer *w, const xc_field *f,
                              const xc_choice *choice)
{
    const char *name = xc_i_name_at((const char *)f->detail, choice->value);
    if (name == NULL) {
        xc_writer_fail(w, XC_ERR_FIELD_VALUE);
        return;
    }
    xc_writer_begin(w, f->ns, name);
    xc_writer_text(w, choice->text.len != 0 ? choice->text : xc_i_absent());
    xc_writer_end(w);
}

static void xc_i_write_struct(xc_writer *w, const xc_field *f,
                              const void *member)
{
    const xc_schema *s = (const xc_schema *)f->detail;
    const char *ns = xc_i_field_ns(f), *around = xc_i_around(w);
    if (xc_i_same_ns(ns, XC_NS_STANZA) && xc_i_which_content(around) != 0)
        ns = around;
    xc_i_write_start(w, s, member, ns);
    xc_write_children(w, s, member);
    xc_writer_end(w);
}

XC_I_NOINLINE_SMALL void xc_i_write_leaf(xc_writer *w, const xc_field *f,
                                         const void *member)
{
    char mem[XC_I_VALUE_MAX];
    xc_writer_text_element(w, f->ns, f->name, xc_i_text_of(w, f, member, mem));
}

static void xc_i_write_child(xc_writer *w, const xc_field *f, const void *in)
{
    const void *member = xc_i_member_of(f, in);
    if (!xc_i_is_set(f, member)) {
        if ((f->flags & XC_FIELD_REQUIRED) != 0)
            xc_writer_fail(w, XC_ERR_FIELD_MISSING);
        return;
    }
    switch (f->kind) {
    case XC_KIND_FLAG:
        xc_writer_begin(w, f->ns, f->name);
        xc_writer_end(w);
        break;
    case XC_KIND_CHOICE:
        xc_i_write_choice(w, f, (const xc_choice *)member);
        break;
    case XC_KIND_STRUCT: xc_i_write_struct(w, f, member); break;
    default: xc_i_write_leaf(w, f, member);
    }
}

/* Does the member still have the value read from this child? A struct that was
   not read, because the child is another element, does while it is not
   present. */
static bool xc_i_keeps_child(const xc_field *f, const xc_element *child,
                             const void *member)
{
    union xc_i_value value;
    xc_str text;
    if (f->kind == XC_KIND_STRUCT)
        return !xc_i_is_set(f, member) &&
               !xc_matches((const xc_schema *)f->detail, child);
    if (xc_i_is_some_text(f, member) && xc_i_only_text(child, &text))
        return xc_i_is_same_text(text, *(const xc_str *)member);
    memset(&value, 0, sizeof value);
    (void)xc_i_read_child(f, child, &value);
    return xc_i_is_same_value(f, &value, member);
}

/* Does the change affect only the text of the child? */
static bool xc_i_keeps_tag(const xc_field *f, const xc_element *child,
                           const void *member)
{
    union xc_i_value value;
    if (f->kind != XC_KIND_CHOICE)
        return f->kind < XC_KIND_FLAG && xc_i_is_set(f, member);
    memset(&value, 0, sizeof value);
    (void)xc_i_read_child(f, child, &value);
    return value.choice.value != 0 &&
           value.choice.value == ((const xc_choice *)member)->value;
}

/* Writes the old child with a new text. In a condition it comes before the
   children. */
static void xc_i_write_other_text(xc_writer *w, const xc_field *f,
                                  const void *member, const xc_element *child)
{
    bool choice = f->kind == XC_KIND_CHOICE;
    const xc_element *inside = choice ? xc_first_child(child) : NULL;
    xc_str text;
    xc_i_begin_again(w, xc_i_ns_of(child), xc_i_name_of(child));
    if (w->i_error == 0)
        xc_i_copy_attrs(w, child);
    if (choice)
        xc_writer_text(w, ((const xc_choice *)member)->text);
    else
        xc_i_write_value(w, f, member);
    for (; inside != NULL; inside = xc_next_sibling(inside)) {
        xc_writer_element(w, inside);
        text = xc_text_after(inside);
        if (text.ptr != xc_text(child).ptr)
            xc_writer_text(w, text);
    }
    xc_writer_end(w);
}

/* Writes a child unchanged; in the fast way, if it has only text. */
static void xc_i_write_same_child(xc_writer *w, const xc_field *f,
                                  const xc_element *child)
{
    xc_str text;
    if (!XC_I_SMALL && f != NULL && f->kind < XC_KIND_FLAG &&
        !(xc_i_bytes(child)[0] & XC_I_HAS_ATTRS) &&
        xc_i_only_text(child, &text))
        xc_writer_text_element(w, f->ns, f->name, text);
    else
        xc_writer_element(w, child);
}

/* Writes an old child: from its field if that has changed, else unchanged. */
static void xc_i_write_old_child(xc_writer *w, const xc_field *f,
                                 const void *in, const xc_element *child)
{
    const void *member = f != NULL ? xc_i_member_of(f, in) : NULL;
    if (f == NULL || xc_i_keeps_child(f, child, member))
        xc_i_write_same_child(w, f, child);
    else if (xc_i_keeps_tag(f, child, member))
        xc_i_write_other_text(w, f, member, child);
    else
        xc_i_write_child(w, f, in);
}

XC_API void xc_write_child(xc_writer *w, const xc_schema *schema,
                           const void *in, const xc_element *child,
                           uint32_t *done)
{
    const xc_field *f;
    uint32_t bit;
    xc_str text;
    if (w == NULL)
        return;
    if (schema == NULL || in == NULL || child == NULL || done == NULL) {
        xc_writer_fail(w, XC_ERR_ARGUMENT);
        return;
    }
    f = xc_field_of(schema, ((const xc_base *)in)->element, child);
    bit = f != NULL ? (uint32_t)1 << (f - schema->fields) : 0;
    xc_i_write_old_child(w, (*done & bit) == 0 ? f : NULL, in, child);
    *done |= bit;
    text = xc_text_after(child);
    if (text.len != 0)
        xc_i_write_next_text(w, schema, in, text, done);
}

XC_API void xc_write_children(xc_writer *w, const xc_schema *schema,
                              const void *in)
{
    const xc_element *e, *child;
    uint32_t done = 0;
    size_t i;
    if (w == NULL)
        return;
    if (schema == NULL || in == NULL) {
        xc_writer_fail(w, XC_ERR_ARGUMENT);
        return;
    }
    e = ((const xc_base *)in)->element;
    for (child = xc_first_child(e); child != NULL;
         child = xc_next_sibling(child))
        xc_write_child(w, schema, in, child, &done);
    for (i = 0; i < schema->count; i++) {
        const xc_field *f = schema->fields + i;
        if (f->i_source == XC_I_CHILD && (done >> i & 1) == 0 &&
            (e == NULL || !xc_i_stays_out(f, in)))
            xc_i_write_child(w, f, in);
    }
}

XC_API void xc_write(xc_writer *w, const xc_schema *schema, const void *in)
{
    xc_write_begin(w, schema, in);
    xc_write_children(w, schema, in);
    if (schema != NULL && in != NULL)
        xc_writer_end(w);
}

/* ---- [STANZA] tables (private) ------------------------------------------ */

#define XC_I_NAME(name, text) text "\0"
#define XC_I_ERROR_NAME(name, text, type, code) text "\0"
static const char xc_i_error_names[] =
    XC_STANZA_ERROR_CONDITIONS(XC_I_ERROR_NAME);
static const char xc_i_stream_error_names[] =
    XC_STREAM_ERROR_CONDITIONS(XC_I_NAME);
static const char xc_i_sasl_failure_names[] =
    XC_SASL_FAILURE_CONDITIONS(XC_I_NAME);
#undef XC_I_ERROR_NAME
#undef XC_I_NAME

static const char xc_i_error_types[] =
    "auth\0continue\0modify\0wait\0cancel\0";
static const char xc_i_message_types[] =
    "normal\0chat\0error\0groupchat\0headline\0";
static const char xc_i_presence_types[] =
    "available\0error\0probe\0subscribe\0subscribed\0unavailable\0"
    "unsubscribe\0unsubscribed\0invisible\0";
static const char xc_i_shows[] = "away\0chat\0dnd\0xa\0";
static const char xc_i_iq_types[] = "get\0set\0result\0error\0";
static const char xc_i_dialback_types[] = "valid\0invalid\0error\0";
static const char xc_i_bosh_conditions[] =
    "bad-request\0host-gone\0host-unknown\0improper-addressing\0"
    "internal-server-error\0item-not-found\0other-request\0"
    "policy-violation\0remote-connection-failed\0remote-stream-error\0"
    "see-other-uri\0system-shutdown\0undefined-condition\0";

/* Types of XML Schema, by their names there; xs:unsignedInt is NULL. A type
   without a maximum has that of the member. */
static const xc_range xc_i_byte = {-128, 127};
static const xc_range xc_i_int = {-2147483647 - 1, 2147483647};
static const xc_range xc_i_unsigned_byte = {0, 255};
static const xc_range xc_i_unsigned_short = {0, 65535};
static const xc_range xc_i_unsigned_long = {0, INT64_MAX};
static const xc_range xc_i_positive = {1, INT64_MAX};
/* XEP-0086, and XEP-0124 section 14.1. */
static const xc_range xc_i_error_code = {0, 999};
static const xc_range xc_i_rid = {1, 9007199254740991};

static const xc_field xc_i_stanza_error_fields[] = {
    XC_ATTR(xc_stanza_error, type, ENUM, "type", xc_i_error_types,
            XC_FIELD_UNKNOWN_IS_LAST | XC_I_FIELD_LEGACY),
    XC_ATTR(xc_stanza_error, by, JID, "by", NULL, 0),
    XC_ATTR(xc_stanza_error, code, NUMBER, "code", &xc_i_error_code, 0),
    XC_CHILD(xc_stanza_error, condition, CHOICE, XC_NS_STANZA_ERRORS, NULL,
             xc_i_error_names, XC_FIELD_UNKNOWN_IS_LAST | XC_I_FIELD_LEGACY),
    XC_CHILD(xc_stanza_error, text, STRING, XC_NS_STANZA_ERRORS, "text", NULL,
             XC_I_FIELD_LEGACY)};

static const xc_field xc_i_message_fields[] = {
    XC_ATTR(xc_message, to, JID, "to", NULL, 0),
    XC_ATTR(xc_message, from, JID, "from", NULL, 0),
    XC_ATTR(xc_message, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_message, type, ENUM, "type", xc_i_message_types,
            XC_FIELD_LENIENT |
                XC_FIELD_DEFAULT_HAS_NAME), /* RFC 6121 section 5.2.2 */
    XC_LANG(xc_message, lang),
    XC_CHILD(xc_message, subject, STRING, NULL, "subject", NULL, 0),
    XC_CHILD(xc_message, body, STRING, NULL, "body", NULL, 0),
    XC_CHILD(xc_message, thread, STRING, NULL, "thread", NULL,
             XC_FIELD_SINGLE),
    XC_CHILD(xc_message, error, STRUCT, NULL, "error", &xc_stanza_error_schema,
             XC_FIELD_LENIENT)};

static const xc_field xc_i_thread_fields[] = {
    XC_ATTR(xc_thread, parent, STRING, "parent", NULL, 0),
    XC_OWN_TEXT(xc_thread, id, STRING, NULL, 0)};

static const xc_field xc_i_presence_fields[] = {
    XC_ATTR(xc_presence, to, JID, "to", NULL, 0),
    XC_ATTR(xc_presence, from, JID, "from", NULL, 0),
    XC_ATTR(xc_presence, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_presence, type, ENUM, "type", xc_i_presence_types,
            XC_FIELD_DEFAULT_HAS_NAME | XC_FIELD_UNKNOWN_IS_OTHER),
    XC_LANG(xc_presence, lang),
    XC_CHILD(xc_presence, show, ENUM, NULL, "show", xc_i_shows,
             XC_FIELD_LENIENT | XC_FIELD_SINGLE), /* empty in go-sendxmpp */
    XC_CHILD(xc_presence, status, STRING, NULL, "status", NULL, 0),
    XC_CHILD(xc_presence, priority, NUMBER, NULL, "priority", &xc_i_byte,
             XC_FIELD_SINGLE),
    XC_CHILD(xc_presence, error, STRUCT, NULL, "error",
             &xc_stanza_error_schema, XC_FIELD_LENIENT)};

static const xc_field xc_i_iq_fields[] = {
    XC_ATTR(xc_iq, to, JID, "to", NULL, 0),
    XC_ATTR(xc_iq, from, JID, "from", NULL, 0),
    XC_ATTR(xc_iq, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_iq, type, ENUM, "type", xc_i_iq_types, XC_FIELD_REQUIRED),
    XC_LANG(xc_iq, lang),
    XC_CHILD(xc_iq, error, STRUCT, NULL, "error", &xc_stanza_error_schema,
             XC_FIELD_LENIENT)};

static const xc_field xc_i_roster_fields[] = {
    XC_ATTR(xc_roster, ver, STRING, "ver", NULL, 0)};

static const xc_field xc_i_roster_item_fields[] = {
    XC_ATTR(xc_roster_item, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_roster_item, name, STRING, "name", NULL, 0),
    XC_ATTR(xc_roster_item, subscription, ENUM, "subscription",
            "none\0to\0from\0both\0remove\0",
            XC_FIELD_LENIENT |
                XC_FIELD_DEFAULT_HAS_NAME), /* RFC 6121 section 2.1.2.5 */
    XC_ATTR(xc_roster_item, ask, ENUM, "ask", "subscribe\0", 0),
    XC_ATTR(xc_roster_item, approved, BOOL, "approved", NULL, 0)};

static const xc_field xc_i_bind_fields[] = {
    XC_CHILD(xc_bind, required, FLAG, NULL, "required", NULL, 0),
    XC_CHILD(xc_bind, resource, STRING, NULL, "resource", NULL, 0),
    XC_CHILD(xc_bind, jid, JID, NULL, "jid", NULL, 0)};

static const xc_field xc_i_session_fields[] = {
    XC_CHILD(xc_session, optional, FLAG, NULL, "optional", NULL, 0)};

static const xc_field xc_i_starttls_fields[] = {
    XC_CHILD(xc_starttls, required, FLAG, NULL, "required", NULL, 0)};

static const xc_field xc_i_sasl_auth_fields[] = {
    XC_ATTR(xc_sasl_auth, mechanism, STRING, "mechanism", NULL,
            XC_FIELD_REQUIRED),
    XC_OWN_TEXT(xc_sasl_auth, data, BASE64, NULL,
                XC_FIELD_NO_SPACE | XC_FIELD_EQUALS_IS_EMPTY)};

static const xc_field xc_i_sasl_challenge_fields[] = {
    XC_OWN_TEXT(xc_sasl_challenge, data, BASE64, NULL,
                XC_FIELD_NO_SPACE | XC_FIELD_EQUALS_IS_EMPTY)};

static const xc_field xc_i_sasl_response_fields[] = {
    XC_OWN_TEXT(xc_sasl_response, data, BASE64, NULL,
                XC_FIELD_NO_SPACE | XC_FIELD_EQUALS_IS_EMPTY)};

static const xc_field xc_i_sasl_success_fields[] = {
    XC_OWN_TEXT(xc_sasl_success, data, BASE64, NULL,
                XC_FIELD_NO_SPACE | XC_FIELD_EQUALS_IS_EMPTY)};

static const xc_field xc_i_sasl_failure_fields[] = {
    XC_CHILD(xc_sasl_failure, condition, CHOICE, NULL, NULL,
             xc_i_sasl_failure_names, XC_FIELD_UNKNOWN_IS_LAST),
    XC_CHILD(xc_sasl_failure, text, STRING, NULL, "text", NULL, 0)};

static const xc_field xc_i_channel_binding_type_fields[] = {XC_ATTR(
    xc_channel_binding_type, type, STRING, "type", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_ws_open_fields[] = {
    XC_ATTR(xc_ws_open, to, JID, "to", NULL, 0),
    XC_ATTR(xc_ws_open, from, JID, "from", NULL, 0),
    XC_ATTR(xc_ws_open, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_ws_open, version, STRING, "version", NULL, 0),
    XC_LANG(xc_ws_open, lang)};

static const xc_field xc_i_ws_close_fields[] = {
    XC_ATTR(xc_ws_close, to, JID, "to", NULL, 0),
    XC_ATTR(xc_ws_close, from, JID, "from", NULL, 0),
    XC_ATTR(xc_ws_close, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_ws_close, version, STRING, "version", NULL, 0),
    XC_LANG(xc_ws_close, lang),
    XC_ATTR(xc_ws_close, see_other_uri, STRING, "see-other-uri", NULL, 0)};

static const xc_field xc_i_handshake_fields[] = {
    XC_OWN_TEXT(xc_handshake, digest, STRING, NULL, 0)};

static const xc_field xc_i_dialback_result_fields[] = {
    XC_ATTR(xc_dialback_result, from, JID, "from", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_dialback_result, to, JID, "to", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_dialback_result, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_dialback_result, type, ENUM, "type", xc_i_dialback_types,
            XC_FIELD_UNKNOWN_IS_OTHER),
    XC_OWN_TEXT(xc_dialback_result, key, STRING, NULL, 0),
    XC_CHILD(xc_dialback_result, error, STRUCT, XC_NS_SERVER, "error",
             &xc_stanza_error_schema, XC_FIELD_LENIENT)};

static const xc_field xc_i_dialback_verify_fields[] = {
    XC_ATTR(xc_dialback_verify, from, JID, "from", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_dialback_verify, to, JID, "to", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_dialback_verify, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_dialback_verify, type, ENUM, "type", xc_i_dialback_types,
            XC_FIELD_UNKNOWN_IS_OTHER),
    XC_OWN_TEXT(xc_dialback_verify, key, STRING, NULL, 0),
    XC_CHILD(xc_dialback_verify, error, STRUCT, XC_NS_SERVER, "error",
             &xc_stanza_error_schema, XC_FIELD_LENIENT)};

static const xc_field xc_i_dialback_fields[] = {
    XC_CHILD(xc_dialback, errors, FLAG, NULL, "errors", NULL, 0)};

static const xc_field xc_i_stream_limits_fields[] = {
    XC_CHILD(xc_stream_limits, max_bytes, NUMBER, NULL, "max-bytes", NULL, 0),
    XC_CHILD(xc_stream_limits, idle_seconds, NUMBER, NULL, "idle-seconds",
             NULL, 0)};

static const xc_field xc_i_s2s_bidi_fields[] = {
    XC_CHILD(xc_s2s_bidi, limits, STRUCT, XC_NS_STREAM_LIMITS, "limits",
             &xc_stream_limits_schema, 0)};

static const xc_field xc_i_bosh_body_fields[] = {
    XC_ATTR(xc_bosh_body, rid, NUMBER, "rid", &xc_i_rid, 0),
    XC_ATTR(xc_bosh_body, sid, STRING, "sid", NULL, 0),
    XC_ATTR(xc_bosh_body, to, STRING, "to", NULL, 0),
    XC_ATTR(xc_bosh_body, from, STRING, "from", NULL, 0),
    XC_ATTR(xc_bosh_body, route, STRING, "route", NULL, 0),
    XC_ATTR(xc_bosh_body, ver, STRING, "ver", NULL, 0),
    XC_ATTR(xc_bosh_body, wait, NUMBER, "wait", &xc_i_unsigned_short, 0),
    XC_ATTR(xc_bosh_body, hold, NUMBER, "hold", &xc_i_unsigned_byte, 0),
    XC_ATTR(xc_bosh_body, ack, NUMBER, "ack", &xc_i_rid, 0),
    XC_ATTR(xc_bosh_body, report, NUMBER, "report", &xc_i_rid, 0),
    XC_ATTR(xc_bosh_body, time, NUMBER, "time", &xc_i_unsigned_short, 0),
    XC_ATTR(xc_bosh_body, content, STRING, "content", NULL, 0),
    XC_ATTR(xc_bosh_body, accept, STRING, "accept", NULL, 0),
    XC_ATTR(xc_bosh_body, charsets, STRING, "charsets", NULL, 0),
    XC_ATTR(xc_bosh_body, authid, STRING, "authid", NULL, 0),
    XC_ATTR(xc_bosh_body, inactivity, NUMBER, "inactivity",
            &xc_i_unsigned_short, 0),
    XC_ATTR(xc_bosh_body, polling, NUMBER, "polling", &xc_i_unsigned_short, 0),
    XC_ATTR(xc_bosh_body, requests, NUMBER, "requests", &xc_i_unsigned_byte,
            0),
    XC_ATTR(xc_bosh_body, window, NUMBER, "window", NULL, 0),
    XC_ATTR(xc_bosh_body, pause, NUMBER, "pause", &xc_i_unsigned_short, 0),
    XC_ATTR(xc_bosh_body, maxpause, NUMBER, "maxpause", &xc_i_unsigned_short,
            0),
    XC_ATTR(xc_bosh_body, key, STRING, "key", NULL, 0),
    XC_ATTR(xc_bosh_body, newkey, STRING, "newkey", NULL, 0),
    XC_ATTR(xc_bosh_body, stream, STRING, "stream", NULL, 0),
    XC_ATTR(xc_bosh_body, secure, BOOL, "secure", NULL, 0),
    XC_ATTR(xc_bosh_body, type, ENUM, "type", "error\0terminate\0", 0),
    XC_ATTR(xc_bosh_body, condition, ENUM, "condition", xc_i_bosh_conditions,
            XC_FIELD_UNKNOWN_IS_LAST),
    XC_LANG(xc_bosh_body, lang),
    XC_ATTR_NS(xc_bosh_body, version, STRING, XC_NS_XBOSH, "version", NULL, 0),
    XC_ATTR_NS(xc_bosh_body, restart, BOOL, XC_NS_XBOSH, "restart", NULL, 0),
    XC_ATTR_NS(xc_bosh_body, restartlogic, BOOL, XC_NS_XBOSH, "restartlogic",
               NULL, 0),
    XC_CHILD(xc_bosh_body, uri, STRING, NULL, "uri", NULL, 0)};

static const xc_field xc_i_bosh_uri_fields[] = {
    XC_OWN_TEXT(xc_bosh_uri, uri, STRING, NULL, 0)};

static const xc_field xc_i_sm_fields[] = {
    XC_CHILD(xc_sm, required, FLAG, NULL, "required", NULL, 0),
    XC_CHILD(xc_sm, optional, FLAG, NULL, "optional", NULL, 0)};

static const xc_field xc_i_sm_enable_fields[] = {
    XC_ATTR(xc_sm_enable, resume, BOOL, "resume", NULL, 0),
    XC_ATTR(xc_sm_enable, max, NUMBER, "max", &xc_i_positive, 0)};

static const xc_field xc_i_sm_enabled_fields[] = {
    XC_ATTR(xc_sm_enabled, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_sm_enabled, resume, BOOL, "resume", NULL, 0),
    XC_ATTR(xc_sm_enabled, max, NUMBER, "max", &xc_i_positive, 0),
    XC_ATTR(xc_sm_enabled, location, STRING, "location", NULL, 0)};

static const xc_field xc_i_sm_failed_fields[] = {
    XC_ATTR(xc_sm_failed, h, NUMBER, "h", NULL, 0),
    XC_CHILD(xc_sm_failed, condition, CHOICE, XC_NS_STANZA_ERRORS, NULL,
             xc_i_error_names, XC_FIELD_UNKNOWN_IS_LAST),
    XC_CHILD(xc_sm_failed, text, STRING, XC_NS_STANZA_ERRORS, "text", NULL, 0),
    XC_CHILD(xc_sm_failed, error, STRUCT, XC_NS_SM, "error",
             &xc_sm_error_schema, XC_FIELD_LENIENT)};

static const xc_field xc_i_sm_a_fields[] = {
    XC_ATTR(xc_sm_a, h, NUMBER, "h", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_sm_resume_fields[] = {
    XC_ATTR(xc_sm_resume, h, NUMBER, "h", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_sm_resume, previd, STRING, "previd", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_sm_resumed_fields[] = {
    XC_ATTR(xc_sm_resumed, h, NUMBER, "h", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_sm_resumed, previd, STRING, "previd", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_sm_too_high_fields[] = {
    XC_ATTR(xc_sm_too_high, h, NUMBER, "h", NULL, 0),
    XC_ATTR(xc_sm_too_high, send_count, NUMBER, "send-count", NULL, 0)};

static const xc_field xc_i_bind2_feature_fields[] = {
    XC_ATTR(xc_bind2_feature, var, STRING, "var", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_bind2_fields[] = {
    XC_CHILD(xc_bind2, inline_features, STRUCT, NULL, "inline",
             &xc_bind2_inline_schema, 0),
    XC_CHILD(xc_bind2, tag, STRING, NULL, "tag", NULL, 0),
    XC_CHILD(xc_bind2, sm_enable, STRUCT, XC_NS_SM, "enable",
             &xc_sm_enable_schema, 0),
    XC_CHILD(xc_bind2, carbons, FLAG, XC_NS_CARBONS, "enable", NULL, 0),
    XC_CHILD(xc_bind2, active, FLAG, XC_NS_CSI, "active", NULL, 0),
    XC_CHILD(xc_bind2, inactive, FLAG, XC_NS_CSI, "inactive", NULL, 0)};

static const xc_field xc_i_bind2_bound_fields[] = {
    XC_CHILD(xc_bind2_bound, mam, STRUCT, XC_NS_MAM, "metadata",
             &xc_mam_metadata_schema, 0),
    XC_CHILD(xc_bind2_bound, sm_enabled, STRUCT, XC_NS_SM, "enabled",
             &xc_sm_enabled_schema, 0),
    XC_CHILD(xc_bind2_bound, sm_failed, STRUCT, XC_NS_SM, "failed",
             &xc_sm_failed_schema, 0),
    XC_CHILD(xc_bind2_bound, carbons, FLAG, XC_NS_CARBONS, "enabled", NULL,
             0)};

static const xc_field xc_i_fast_fields[] = {
    XC_ATTR(xc_fast, tls_0rtt, BOOL, "tls-0rtt", NULL, 0),
    XC_ATTR(xc_fast, count, NUMBER, "count", &xc_i_int, 0),
    XC_ATTR(xc_fast, invalidate, BOOL, "invalidate", NULL, 0)};

static const xc_field xc_i_fast_request_fields[] = {XC_ATTR(
    xc_fast_request, mechanism, STRING, "mechanism", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_fast_token_fields[] = {
    XC_ATTR(xc_fast_token, expiry, TIME, "expiry", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_fast_token, token, STRING, "token", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_sasl2_inline_fields[] = {
    XC_CHILD(xc_sasl2_inline, bind, STRUCT, XC_NS_BIND2, "bind",
             &xc_bind2_schema, 0),
    XC_CHILD(xc_sasl2_inline, sm, STRUCT, XC_NS_SM, "sm", &xc_sm_schema, 0),
    XC_CHILD(xc_sasl2_inline, fast, STRUCT, XC_NS_FAST, "fast",
             &xc_fast_schema, 0)};

static const xc_field xc_i_sasl2_authentication_fields[] = {
    XC_CHILD(xc_sasl2_authentication, inline_features, STRUCT, NULL, "inline",
             &xc_sasl2_inline_schema, 0)};

static const xc_field xc_i_user_agent_fields[] = {
    XC_ATTR(xc_user_agent, id, STRING, "id", NULL, 0),
    XC_CHILD(xc_user_agent, software, STRING, NULL, "software", NULL, 0),
    XC_CHILD(xc_user_agent, device, STRING, NULL, "device", NULL, 0)};

static const xc_field xc_i_sasl2_authenticate_fields[] = {
    XC_ATTR(xc_sasl2_authenticate, mechanism, STRING, "mechanism", NULL,
            XC_FIELD_REQUIRED),
    XC_CHILD(xc_sasl2_authenticate, initial_response, BASE64, NULL,
             "initial-response", NULL, XC_FIELD_SINGLE),
    XC_CHILD(xc_sasl2_authenticate, user_agent, STRUCT, NULL, "user-agent",
             &xc_user_agent_schema, 0),
    XC_CHILD(xc_sasl2_authenticate, bind, STRUCT, XC_NS_BIND2, "bind",
             &xc_bind2_schema, 0),
    XC_CHILD(xc_sasl2_authenticate, sm_resume, STRUCT, XC_NS_SM, "resume",
             &xc_sm_resume_schema, 0),
    XC_CHILD(xc_sasl2_authenticate, fast, STRUCT, XC_NS_FAST, "fast",
             &xc_fast_schema, 0),
    XC_CHILD(xc_sasl2_authenticate, fast_request, STRUCT, XC_NS_FAST,
             "request-token", &xc_fast_request_schema, 0)};

static const xc_field xc_i_sasl2_challenge_fields[] = {
    XC_OWN_TEXT(xc_sasl2_challenge, data, BASE64, NULL, 0)};

static const xc_field xc_i_sasl2_response_fields[] = {
    XC_OWN_TEXT(xc_sasl2_response, data, BASE64, NULL, 0)};

static const xc_field xc_i_sasl2_success_fields[] = {
    XC_CHILD(xc_sasl2_success, additional_data, BASE64, NULL,
             "additional-data", NULL, XC_FIELD_SINGLE),
    XC_CHILD(xc_sasl2_success, authorization_identifier, JID, NULL,
             "authorization-identifier", NULL,
             XC_FIELD_REQUIRED | XC_FIELD_SINGLE),
    XC_CHILD(xc_sasl2_success, bound, STRUCT, XC_NS_BIND2, "bound",
             &xc_bind2_bound_schema, 0),
    XC_CHILD(xc_sasl2_success, sm_resumed, STRUCT, XC_NS_SM, "resumed",
             &xc_sm_resumed_schema, 0),
    XC_CHILD(xc_sasl2_success, sm_failed, STRUCT, XC_NS_SM, "failed",
             &xc_sm_failed_schema, 0),
    XC_CHILD(xc_sasl2_success, fast_token, STRUCT, XC_NS_FAST, "token",
             &xc_fast_token_schema, 0)};

static const xc_field xc_i_sasl2_failure_fields[] = {
    XC_CHILD(xc_sasl2_failure, condition, CHOICE, XC_NS_SASL, NULL,
             xc_i_sasl_failure_names, XC_FIELD_UNKNOWN_IS_LAST),
    XC_CHILD(xc_sasl2_failure, text, STRING, NULL, "text", NULL, 0)};

static const xc_field xc_i_sasl2_continue_fields[] = {
    XC_CHILD(xc_sasl2_continue, additional_data, BASE64, NULL,
             "additional-data", NULL, XC_FIELD_SINGLE),
    XC_CHILD(xc_sasl2_continue, tasks, STRUCT, NULL, "tasks",
             &xc_sasl2_tasks_schema, 0),
    XC_CHILD(xc_sasl2_continue, text, STRING, NULL, "text", NULL, 0)};

static const xc_field xc_i_sasl2_next_fields[] = {
    XC_ATTR(xc_sasl2_next, task, STRING, "task", NULL, XC_FIELD_REQUIRED)};

static const xc_field xc_i_scram_upgrade_salt_fields[] = {
    XC_ATTR(xc_scram_upgrade_salt, iterations, NUMBER, "iterations",
            &xc_i_positive, XC_FIELD_REQUIRED),
    XC_OWN_TEXT(xc_scram_upgrade_salt, salt, BASE64, NULL, 0)};

static const xc_field xc_i_scram_upgrade_hash_fields[] = {
    XC_OWN_TEXT(xc_scram_upgrade_hash, hash, BASE64, NULL, 0)};

static const xc_field xc_i_sasl2_abort_fields[] = {
    XC_CHILD(xc_sasl2_abort, text, STRING, NULL, "text", NULL, 0)};

static const xc_field xc_i_features_fields[] = {
    XC_CHILD(xc_features, starttls, STRUCT, XC_NS_TLS, "starttls",
             &xc_starttls_schema, 0),
    XC_CHILD(xc_features, mechanisms, STRUCT, XC_NS_SASL, "mechanisms",
             &xc_sasl_mechanisms_schema, 0),
    XC_CHILD(xc_features, channel_bindings, STRUCT, XC_NS_CHANNEL_BINDING,
             "sasl-channel-binding", &xc_channel_bindings_schema, 0),
    XC_CHILD(xc_features, sasl2, STRUCT, XC_NS_SASL2, "authentication",
             &xc_sasl2_authentication_schema, 0),
    XC_CHILD(xc_features, bind, STRUCT, XC_NS_BIND, "bind", &xc_bind_schema,
             0),
    XC_CHILD(xc_features, session, STRUCT, XC_NS_SESSION, "session",
             &xc_session_schema, 0),
    XC_CHILD(xc_features, sm, STRUCT, XC_NS_SM, "sm", &xc_sm_schema, 0),
    XC_CHILD(xc_features, dialback, STRUCT, XC_NS_DIALBACK_FEATURE, "dialback",
             &xc_dialback_schema, 0),
    XC_CHILD(xc_features, limits, STRUCT, XC_NS_STREAM_LIMITS, "limits",
             &xc_stream_limits_schema, 0),
    XC_CHILD(xc_features, roster_ver, FLAG, XC_NS_ROSTER_VER, "ver", NULL, 0),
    XC_CHILD(xc_features, pre_approval, FLAG, XC_NS_PRE_APPROVAL, "sub", NULL,
             0),
    XC_CHILD(xc_features, csi, FLAG, XC_NS_CSI, "csi", NULL, 0),
    XC_CHILD(xc_features, bidi, FLAG, XC_NS_BIDI_FEATURE, "bidi", NULL, 0),
    XC_CHILD(xc_features, registration, FLAG, XC_NS_REGISTER_FEATURE,
             "register", NULL, 0),
    XC_CHILD(xc_features, registration_token, FLAG, XC_NS_REGISTER_TOKEN,
             "register", NULL, 0),
    XC_CHILD(xc_features, invite, FLAG, XC_NS_INVITE, "register", NULL, 0),
    XC_CHILD(xc_features, sm_2, FLAG, XC_NS_SM_2, "sm", NULL, 0)};

static const xc_field xc_i_stream_error_fields[] = {
    XC_CHILD(xc_stream_error, condition, CHOICE, XC_NS_STREAM_ERRORS, NULL,
             xc_i_stream_error_names, XC_FIELD_UNKNOWN_IS_LAST),
    XC_CHILD(xc_stream_error, text, STRING, XC_NS_STREAM_ERRORS, "text", NULL,
             0)};

/* The table of xc_NAME_schema is xc_i_NAME_fields. These schemas share another
   table or have none. */
/* clang-format off */
#define xc_i_tls_proceed_fields NULL
#define xc_i_tls_failure_fields NULL
#define xc_i_sasl_mechanisms_fields NULL
#define xc_i_sasl_abort_fields NULL
#define xc_i_channel_bindings_fields NULL
#define xc_i_sm_error_fields xc_i_stanza_error_fields
#define xc_i_sm_r_fields NULL
#define xc_i_csi_active_fields NULL
#define xc_i_csi_inactive_fields NULL
#define xc_i_bind2_inline_fields NULL
#define xc_i_sasl2_tasks_fields NULL
#define xc_i_sasl2_task_data_fields NULL
/* clang-format on */

/* For NULL the count is 0: a pointer is smaller than a field. */
#define XC_I_DEFINE_SCHEMA(name, type, ns, element, spec)                     \
    XC_I_DEFINE xc_##name##_schema = {                                        \
        ns, element, xc_i_##name##_fields,                                    \
        (uint16_t)(sizeof(xc_i_##name##_fields) / sizeof(xc_field)),          \
        (uint16_t)sizeof(xc_##type)};
XC_I_SCHEMAS
XC_STANZAS(XC_I_DEFINE_SCHEMA)
XC_I_END_SCHEMAS

/* -- lists -- */

XC_API const char *xc_stanza_error_name(unsigned condition)
{
    return xc_i_name_at(xc_i_error_names, condition);
}

XC_API const char *xc_stream_error_name(unsigned condition)
{
    return xc_i_name_at(xc_i_stream_error_names, condition);
}

XC_API const char *xc_sasl_failure_name(unsigned condition)
{
    return xc_i_name_at(xc_i_sasl_failure_names, condition);
}

XC_API xc_stanza_error_condition xc_stanza_error_from_name(xc_str name)
{
    unsigned index = xc_i_which(name, xc_i_error_names);
    if (name.ptr == NULL)
        return XC_STANZA_ERROR_NONE;
    return index != 0 ? (xc_stanza_error_condition)index
                      : XC_STANZA_ERROR_UNDEFINED_CONDITION;
}

XC_API xc_stanza_error_condition xc_stanza_error_for_status(xc_status status)
{
    bool address = status >= XC_ERR_JID_EMPTY && status <= XC_ERR_JID_ESCAPE;
    return address || status == XC_ERR_FIELD_JID ||
                   status == XC_ERR_FIELD_JID_PROFILE
               ? XC_STANZA_ERROR_JID_MALFORMED
               : XC_STANZA_ERROR_BAD_REQUEST;
}

XC_API xc_sasl_failure_condition xc_sasl_failure_from_name(xc_str name)
{
    unsigned index = xc_i_which(name, xc_i_sasl_failure_names);
    return index != 0 ? (xc_sasl_failure_condition)index
                      : XC_SASL_FAILURE_NOT_AUTHORIZED;
}

XC_API xc_stanza_error_type xc_stanza_error_default_type(unsigned condition)
{
#define XC_I_TYPE(name, text, type, code) XC_STANZA_ERROR_TYPE_##type,
    static const uint8_t types[] = {0, XC_STANZA_ERROR_CONDITIONS(XC_I_TYPE)};
#undef XC_I_TYPE
    return condition < XC_STANZA_ERROR_COUNT
               ? (xc_stanza_error_type)types[condition]
               : XC_STANZA_ERROR_TYPE_NONE;
}

XC_API unsigned xc_stanza_error_legacy_code(unsigned condition)
{
#define XC_I_CODE(name, text, type, code) code,
    static const uint16_t codes[] = {0, XC_STANZA_ERROR_CONDITIONS(XC_I_CODE)};
#undef XC_I_CODE
    return condition < XC_STANZA_ERROR_COUNT ? codes[condition] : 0;
}

/* The first row of XC_STANZA_ERROR_CONDITIONS with a code is not always the
   condition that XEP-0086 section 3 gives for it. */
XC_API xc_stanza_error_condition xc_stanza_error_from_code(unsigned code)
{
    unsigned i;
    switch (code) {
    case 0: return XC_STANZA_ERROR_NONE;
    case 302: return XC_STANZA_ERROR_REDIRECT;
    case 408: return XC_STANZA_ERROR_REMOTE_SERVER_TIMEOUT;
    case 502:
    case 510: return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    default: break;
    }
    for (i = 1;
         i < XC_STANZA_ERROR_COUNT && xc_stanza_error_legacy_code(i) != code;)
        i++;
    return i < XC_STANZA_ERROR_COUNT ? (xc_stanza_error_condition)i
                                     : XC_STANZA_ERROR_UNDEFINED_CONDITION;
}

/* -- addresses -- */

XC_API xc_str xc_effective_from(const xc_element *stanza, xc_str own)
{
    xc_str from = xc_attr(stanza, "from");
    return from.ptr != NULL ? from : xc_jid_cut_resource(own);
}

XC_API xc_str xc_effective_to(const xc_element *stanza, xc_str own)
{
    xc_str to = xc_attr(stanza, "to");
    return to.ptr != NULL ? to : own;
}

XC_API bool xc_has_required_addresses(const xc_element *stanza)
{
    if (!xc_is(stanza, XC_NS_SERVER, NULL) &&
        !xc_is(stanza, XC_NS_COMPONENT, NULL))
        return true;
    return xc_attr(stanza, "to").ptr != NULL &&
           xc_attr(stanza, "from").ptr != NULL;
}

/* The domainpart of an address as written, without a final dot (RFC 7622
   section 3.2). */
static xc_str xc_i_domain_of(xc_str address)
{
    xc_str domain = xc_jid_split(address).domain;
    if (domain.len > 1 && domain.ptr[domain.len - 1] == '.')
        domain.len--;
    return domain;
}

/* -- checks of a stanza -- */

static unsigned xc_i_iq_type(const xc_element *e)
{
    return xc_i_which(xc_str_trim(xc_attr(e, "type")), xc_i_iq_types);
}

static bool xc_i_is_error_stanza(const xc_element *e)
{
    return xc_str_is(xc_str_trim(xc_attr(e, "type")), "error");
}

/* Counts the children that are not a stanza error, up to 2. */
static unsigned xc_i_count_payloads(const xc_element *e)
{
    const xc_element *child = xc_first_child(e);
    unsigned n = 0;
    for (; child != NULL && n < 2; child = xc_next_sibling(child))
        n += !(xc_is(child, NULL, "error") &&
               xc_str_equal(xc_ns(child), xc_ns(e)));
    return n;
}

XC_API const xc_element *xc_iq_payload(const xc_element *iq)
{
    const xc_element *child = xc_first_child(iq);
    while (child != NULL && xc_is(child, NULL, "error") &&
           xc_str_equal(xc_ns(child), xc_ns(iq)))
        child = xc_next_sibling(child);
    return child;
}

/* RFC 6120 section 8.2.3. The caller checks that there is an <error/> exactly
   if the type is "error". */
static bool xc_i_is_good_iq(const xc_element *e)
{
    unsigned type = xc_i_iq_type(e), payloads = xc_i_count_payloads(e);
    if (type == 0 || xc_attr(e, "id").ptr == NULL)
        return false;
    if (type == XC_IQ_GET || type == XC_IQ_SET)
        return payloads == 1;
    return payloads <= 1;
}

static xc_str xc_i_lang_or(const xc_element *e, xc_str inherited)
{
    xc_str lang = xc_attr_ns(e, XC_NS_XML, "lang");
    return lang.ptr != NULL ? lang : inherited;
}

/* Do e and its later siblings of that name all have different languages? No
   honest stanza has more than 32 translations; the limit keeps the time
   linear. */
static bool xc_i_distinct_langs(const xc_element *e, xc_str inherited)
{
    const xc_element *seen[32];
    size_t n, i;
    for (n = 0; e != NULL; e = xc_next_same_name(e), n++) {
        xc_str lang = xc_i_lang_or(e, inherited);
        if (n == 32)
            return false;
        seen[n] = e;
        for (i = 0; i < n; i++) {
            if (xc_i_same_any_case(xc_i_lang_or(seen[i], inherited), lang))
                return false;
        }
    }
    return true;
}

static bool xc_i_has_distinct(const xc_element *stanza, const char *name)
{
    return xc_i_distinct_langs(xc_child(stanza, NULL, name),
                               xc_lang(stanza, stanza));
}

static bool xc_i_is_stanza(const xc_element *e)
{
    return xc_matches(&xc_message_schema, e) ||
           xc_matches(&xc_presence_schema, e) || xc_matches(&xc_iq_schema, e);
}

XC_API xc_stanza_error_condition xc_stanza_check(const xc_element *stanza)
{
    bool good = true;
    if (!xc_i_is_stanza(stanza))
        return XC_STANZA_ERROR_NONE;
    if (xc_i_is_error_stanza(stanza) !=
        (xc_child(stanza, NULL, "error") != NULL))
        good = false;
    else if (xc_is(stanza, NULL, "iq"))
        good = xc_i_is_good_iq(stanza);
    else if (xc_is(stanza, NULL, "message"))
        good = xc_i_has_distinct(stanza, "body") &&
               xc_i_has_distinct(stanza, "subject");
    else if (xc_is(stanza, NULL, "presence"))
        good = xc_i_has_distinct(stanza, "status");
    return good ? XC_STANZA_ERROR_NONE : XC_STANZA_ERROR_BAD_REQUEST;
}

/* -- senders -- */

/* Equal, ignoring ASCII case; absent only if both are. */
static bool xc_i_same_part(xc_str a, xc_str b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && xc_i_same_any_case(a, b);
}

/* The same address, as far as can be decided without tables and memory.
   Addresses that are equal here are also equal in enforced form (RFC 7622
   sections 3.2 to 3.4). */
static bool xc_i_same_address(xc_str a, xc_str b)
{
    xc_jid_parts x = xc_jid_split(a), y = xc_jid_split(b);
    return x.domain.len != 0 &&
           xc_i_same_part(xc_i_domain_of(a), xc_i_domain_of(b)) &&
           xc_i_same_part(x.local, y.local) &&
           xc_str_equal(x.resource, y.resource);
}

/* Is it from the own account (RFC 6120 section 8.1.2.1, rules 3 and 4)? */
static bool xc_i_is_of_account(xc_str from, xc_str own)
{
    return from.ptr == NULL ||
           xc_i_same_address(from, xc_jid_cut_resource(own));
}

/* The same for a reply, which servers also send from other addresses. */
static bool xc_i_replies_for_account(xc_str from, xc_str own)
{
    return xc_i_is_of_account(from, own) || xc_i_same_address(from, own) ||
           xc_i_same_address(from, xc_i_domain_of(own));
}

XC_API bool xc_iq_is_reply_to(const xc_element *iq, xc_str id, xc_str to,
                              xc_str own)
{
    xc_str from = xc_attr(iq, "from");
    unsigned type = xc_i_iq_type(iq);
    if (!xc_is(iq, NULL, "iq") ||
        (type != XC_IQ_RESULT && type != XC_IQ_ERROR) || id.ptr == NULL ||
        !xc_str_equal(xc_attr(iq, "id"), id))
        return false;
    if (to.ptr == NULL || xc_i_same_address(to, xc_jid_cut_resource(own)))
        return xc_i_replies_for_account(from, own);
    if (from.ptr == NULL)
        return xc_i_same_address(to, xc_i_domain_of(own)) ||
               xc_i_same_address(to, own);
    return xc_i_same_address(from, to);
}

/* RFC 6121 section 2.1.6. */
static bool xc_i_is_push(const xc_element *iq, xc_str own)
{
    return xc_is(iq, NULL, "iq") && xc_i_iq_type(iq) == XC_IQ_SET &&
           xc_i_is_of_account(xc_attr(iq, "from"), own);
}

XC_API bool xc_is_roster_push(const xc_element *iq, xc_str own)
{
    return xc_i_is_push(iq, own) &&
           xc_child(iq, XC_NS_ROSTER, "query") != NULL;
}

/* The element, if no sibling has its name. */
static const xc_element *xc_i_only(const xc_element *e)
{
    return xc_next_same_name(e) == NULL ? e : NULL;
}

XC_API const xc_element *xc_roster_single_item(const xc_element *query)
{
    return xc_i_only(xc_child(query, XC_NS_ROSTER, "item"));
}

XC_API const xc_element *xc_carbon_copy(const xc_element *message, xc_str own,
                                        bool *sent)
{
    const xc_element *in = xc_child(message, XC_NS_CARBONS, "received");
    const xc_element *out = xc_child(message, XC_NS_CARBONS, "sent");
    const xc_element *forwarded = xc_i_only(xc_child(
        xc_i_only(in != NULL ? in : out), XC_NS_FORWARD, "forwarded"));
    if (!xc_is(message, NULL, "message") || (in != NULL && out != NULL) ||
        !xc_i_same_address(xc_attr(message, "from"), xc_jid_cut_resource(own)))
        return NULL;
    if (sent != NULL)
        *sent = out != NULL;
    return xc_i_only(xc_child(forwarded, XC_NS_CLIENT, "message"));
}

/* RFC 6120 sections 6.3.1 and 7.3.1, XEP-0388. Other features say that they
   are required. */
static bool xc_i_must_negotiate(const xc_element *feature)
{
    return xc_is(feature, XC_NS_SASL, "mechanisms") ||
           xc_is(feature, XC_NS_SASL2, "authentication") ||
           xc_is(feature, XC_NS_BIND, "bind") ||
           xc_child(feature, NULL, "required") != NULL;
}

XC_API const xc_element *xc_features_required(const xc_element *features,
                                              bool *known)
{
    const xc_element *e = xc_first_child(features), *found = NULL;
    bool mine = xc_is(e, XC_NS_TLS, "starttls") && xc_next_sibling(e) == NULL;
    if (known != NULL)
        *known = false;
    if (!xc_matches(&xc_features_schema, features))
        return NULL;
    if (mine)
        found = e; /* RFC 6120 section 5.3.1 */
    for (; e != NULL && !mine; e = xc_next_sibling(e)) {
        if (!xc_i_must_negotiate(e))
            continue;
        mine = xc_field_of(&xc_features_schema, features, e) != NULL;
        if (mine || found == NULL)
            found = e;
    }
    if (known != NULL)
        *known = mine;
    return found;
}

XC_API bool xc_sasl_has_mechanism(const xc_element *mechanisms,
                                  const char *name)
{
    const xc_element *e = xc_child(mechanisms, NULL, "mechanism");
    while (e != NULL && !xc_str_is(xc_str_trim(xc_text(e)), name))
        e = xc_next_same_name(e);
    return e != NULL;
}

/* -- versions, hosts, languages -- */

/* Cuts the digits off the front of *text; gives them without leading zeros. */
static xc_str xc_i_cut_digits(xc_str *text)
{
    xc_str digits = *text;
    digits.len = 0;
    for (; text->len != 0 && xc_i_digit_at(text->ptr, 0) <= 9; text->len--) {
        if (digits.len == 0)
            digits.ptr = text->ptr;
        digits.len += digits.len != 0 || text->ptr[0] != '0';
        text->ptr++;
    }
    return digits;
}

/* Without leading zeros the longer of two integers is the greater. */
static int xc_i_compare_cut(xc_str *a, xc_str *b)
{
    xc_str x = xc_i_cut_digits(a), y = xc_i_cut_digits(b);
    int order;
    if (x.len != y.len)
        return x.len < y.len ? -1 : 1;
    order = memcmp(x.ptr, y.ptr, x.len);
    return (order > 0) - (order < 0);
}

/* The version that this one counts as. */
static xc_str xc_i_version_text(xc_str version)
{
    uint16_t major, minor;
    if (!xc_i_read_version(version, &major, &minor))
        return XC_STR("0.0");
    return version.ptr != NULL ? version : XC_STR("0.9");
}

XC_API int xc_stream_version_compare(xc_str a, xc_str b)
{
    int order;
    a = xc_i_version_text(a);
    b = xc_i_version_text(b);
    order = xc_i_compare_cut(&a, &b);
    a.ptr++; /* the dot */
    b.ptr++;
    a.len--;
    b.len--;
    return order != 0 ? order : xc_i_compare_cut(&a, &b);
}

/* A DNS or IDNA name, or an IP literal. */
static bool xc_i_is_host(xc_str s)
{
    size_t i = 0;
    if (s.len > 0 && s.ptr[0] == '[')
        return xc_i_is_literal(s);
    while (i < s.len &&
           ((unsigned char)s.ptr[i] >= 0x80 ||
            xc_i_in_class((unsigned char)s.ptr[i], XC_I_NAME_CHAR)))
        i++;
    return s.len > 0 && i == s.len;
}

/* A port from 1 to 65535; 0: not a port. */
static uint16_t xc_i_port(xc_str text)
{
    uint64_t number;
    return xc_i_take_number(&text, &number) && text.len == 0 && number <= 65535
               ? (uint16_t)number
               : 0;
}

XC_API bool xc_host_split(xc_str text, xc_str *host, uint16_t *port)
{
    xc_str rest = xc_str_trim(text), name = rest;
    size_t i = 0;
    if (host == NULL || port == NULL)
        return false;
    *host = xc_i_absent();
    *port = 0;
    while (rest.len != 0 && rest.ptr[0] == '[' && i < rest.len &&
           rest.ptr[i] != ']')
        i++;
    while (i < rest.len && rest.ptr[i] != ':')
        i++;
    name.len = i;
    if (!xc_i_is_host(name))
        return false;
    if (i < rest.len) {
        rest.ptr += i + 1;
        rest.len -= i + 1;
        *port = xc_i_port(rest);
        if (*port == 0)
            return false;
    }
    *host = name;
    return true;
}

/* How well a tag fits what is wanted: 0 not at all, 1 if it is longer, else
   the more, the more they share. */
static size_t xc_i_lang_fit(xc_str tag, xc_str wanted)
{
    size_t n = xc_i_common_any_case(tag, wanted);
    if (tag.len == 0 || wanted.len == 0)
        return 0;
    if (n == tag.len && (n == wanted.len || wanted.ptr[n] == '-'))
        return 1 + n;
    return n == wanted.len && n < tag.len && tag.ptr[n] == '-';
}

static const xc_element *xc_i_best_lang(const xc_element *e, xc_str inherited,
                                        xc_str wanted)
{
    const xc_element *best = NULL;
    size_t best_fit = 0;
    for (; e != NULL; e = xc_next_same_name(e)) {
        size_t fit = xc_i_lang_fit(xc_i_lang_or(e, inherited), wanted);
        if (fit > best_fit) {
            best_fit = fit;
            best = e;
        }
    }
    return best;
}

XC_API const xc_element *xc_choose_lang(const xc_element *first,
                                        xc_str inherited, const xc_str *wanted,
                                        size_t count)
{
    const xc_element *e = NULL;
    size_t i;
    if (inherited.ptr == NULL)
        inherited.len = 0;
    for (i = 0; wanted != NULL && i < count && e == NULL; i++) {
        xc_str range = wanted[i];
        if (range.ptr == NULL)
            range.len = 0;
        e = xc_i_best_lang(first, inherited, range);
    }
    if (e != NULL)
        return e;
    e = first;
    while (e != NULL && xc_attr_ns(e, XC_NS_XML, "lang").ptr != NULL)
        e = xc_next_same_name(e);
    return e != NULL ? e : first;
}

/* -- replies -- */

XC_API bool xc_can_reply(const xc_element *stanza)
{
    return xc_i_is_stanza(stanza) && !xc_i_is_error_stanza(stanza) &&
           !(xc_is(stanza, NULL, "iq") &&
             xc_i_iq_type(stanza) == XC_IQ_RESULT);
}

/* Begins a reply, in the namespace of the stream; without one, in that of the
   stanza. */
static void xc_i_begin_reply(xc_writer *w, const xc_element *e, xc_str to,
                             const char *type)
{
    xc_i_begin_again(w, xc_i_ns_of(e), xc_i_name_of(e));
    xc_writer_attr(w, "to", to.ptr != NULL ? to : xc_attr(e, "from"));
    xc_writer_attr(w, "from", xc_attr(e, "to"));
    xc_writer_attr(w, "id", xc_attr(e, "id"));
    xc_writer_attr(w, "type", xc_str_from(type));
}

/* Begins an element only to fail. */
static void xc_i_refuse_reply(xc_writer *w)
{
    xc_writer_begin(w, NULL, "error");
    xc_writer_fail(w, XC_ERR_NO_REPLY);
}

XC_API void xc_write_reply_begin_to(xc_writer *w, const xc_element *iq,
                                    xc_str to)
{
    unsigned type = xc_i_iq_type(iq);
    if (xc_matches(&xc_iq_schema, iq) &&
        (type == XC_IQ_GET || type == XC_IQ_SET))
        xc_i_begin_reply(w, iq, to, "result");
    else
        xc_i_refuse_reply(w);
}

XC_API void xc_write_reply_begin(xc_writer *w, const xc_element *iq)
{
    xc_write_reply_begin_to(w, iq, xc_i_absent());
}

static void xc_i_begin_error(xc_writer *w, const xc_element *stanza, xc_str to,
                             xc_stanza_error *error)
{
    if (!xc_can_reply(stanza)) {
        xc_i_refuse_reply(w);
        return;
    }
    error->base.element = NULL;
    if (error->type == XC_STANZA_ERROR_TYPE_NONE)
        error->type =
            (uint8_t)xc_stanza_error_default_type(error->condition.value);
    xc_i_begin_reply(w, stanza, to, "error");
    xc_write_begin(w, &xc_stanza_error_schema, error);
    xc_write_children(w, &xc_stanza_error_schema, error);
    if (error->condition.value == XC_STANZA_ERROR_NONE)
        xc_writer_fail(w, XC_ERR_FIELD_MISSING);
}

XC_API void xc_write_error_begin(xc_writer *w, const xc_element *stanza,
                                 const xc_stanza_error *error)
{
    xc_stanza_error e;
    if (error == NULL) {
        xc_i_refuse_reply(w);
        return;
    }
    e = *error;
    xc_i_begin_error(w, stanza, xc_i_absent(), &e);
}

XC_API void xc_write_error_to(xc_writer *w, const xc_element *stanza,
                              xc_str to, xc_stanza_error_condition condition,
                              xc_str text)
{
    xc_stanza_error e;
    memset(&e, 0, sizeof e);
    e.condition.value = (uint8_t)xc_i_min(condition, XC_STANZA_ERROR_COUNT);
    e.text = text;
    xc_i_begin_error(w, stanza, to, &e);
    xc_writer_end(w);
    xc_writer_end(w);
}

XC_API void xc_write_error(xc_writer *w, const xc_element *stanza,
                           xc_stanza_error_condition condition, xc_str text)
{
    xc_write_error_to(w, stanza, xc_i_absent(), condition, text);
}

/* -- counters -- */

XC_API bool xc_sm_counts(const xc_element *e)
{
    return xc_i_is_stanza(e);
}

XC_API bool xc_sm_acknowledge(uint32_t sent, uint32_t acked, xc_number h,
                              uint32_t *count)
{
    uint32_t fresh = (uint32_t)h.value - acked;
    bool good = h.present && h.value >= 0 && h.value <= (int64_t)0xFFFFFFFF &&
                fresh <= sent - acked;
    if (count != NULL)
        *count = good ? fresh : 0;
    return good;
}

XC_API xc_stanza_error_condition
xc_sm_failed_condition(const xc_sm_failed *failed)
{
    if (failed == NULL)
        return XC_STANZA_ERROR_NONE;
    return (xc_stanza_error_condition)(failed->condition.value !=
                                               XC_STANZA_ERROR_NONE
                                           ? failed->condition.value
                                           : failed->error.condition.value);
}

/* ---- [PAYLOAD] tables (private) ----------------------------------------- */

static const xc_range xc_i_muc_code = {100, 999}; /* XEP-0045 section 19.2 */
static const xc_field xc_i_disco_info_fields[] = {
    XC_ATTR(xc_disco_info, node, STRING, "node", NULL, 0)};
static const xc_field xc_i_disco_identity_fields[] = {
    XC_ATTR(xc_disco_identity, category, STRING, "category", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(xc_disco_identity, type, STRING, "type", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_disco_identity, name, STRING, "name", NULL, 0),
    XC_LANG(xc_disco_identity, lang)};
static const xc_field xc_i_disco_feature_fields[] = {
    XC_ATTR(xc_disco_feature, var, STRING, "var", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_rsm_first_fields[] = {
    XC_ATTR(xc_rsm_first, index, NUMBER, "index", &xc_i_int, 0),
    XC_OWN_TEXT(xc_rsm_first, id, STRING, NULL, 0)};
static const xc_field xc_i_rsm_fields[] = {
    XC_CHILD(xc_rsm, max, NUMBER, NULL, "max", &xc_i_int, 0),
    XC_CHILD(xc_rsm, after, STRING, NULL, "after", NULL, 0),
    XC_CHILD(xc_rsm, before, STRING, NULL, "before", NULL, 0),
    XC_CHILD(xc_rsm, index, NUMBER, NULL, "index", &xc_i_int, 0),
    XC_CHILD(xc_rsm, first, STRUCT, NULL, "first", &xc_rsm_first_schema, 0),
    XC_CHILD(xc_rsm, last, STRING, NULL, "last", NULL, 0),
    XC_CHILD(xc_rsm, count, NUMBER, NULL, "count", &xc_i_int, 0)};
static const xc_field xc_i_disco_items_fields[] = {
    XC_ATTR(xc_disco_items, node, STRING, "node", NULL, 0),
    XC_CHILD(xc_disco_items, rsm, STRUCT, XC_NS_RSM, "set", &xc_rsm_schema,
             0)};
static const xc_field xc_i_disco_item_fields[] = {
    XC_ATTR(xc_disco_item, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_disco_item, name, STRING, "name", NULL, 0),
    XC_ATTR(xc_disco_item, node, STRING, "node", NULL, 0)};
static const xc_field xc_i_caps_fields[] = {
    XC_ATTR(xc_caps, hash, STRING, "hash", NULL, 0),
    XC_ATTR(xc_caps, node, STRING, "node", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_caps, ver, STRING, "ver", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_caps, ext, STRING, "ext", NULL, 0)};
static const xc_field xc_i_form_fields[] = {
    XC_ATTR(xc_form, type, ENUM, "type", "form\0submit\0result\0cancel\0", 0),
    XC_CHILD(xc_form, title, STRING, NULL, "title", NULL, 0),
    XC_CHILD(xc_form, instructions, STRING, NULL, "instructions", NULL, 0)};
static const xc_field xc_i_form_field_fields[] = {
    XC_ATTR(xc_form_field, var, STRING, "var", NULL, 0),
    XC_ATTR(xc_form_field, type, ENUM, "type",
            "text-single\0boolean\0fixed\0hidden\0jid-multi\0jid-single\0"
            "list-multi\0list-single\0text-multi\0text-private\0",
            XC_FIELD_LENIENT |
                XC_FIELD_DEFAULT_HAS_NAME), /* XEP-0004 section 3.3 */
    XC_ATTR(xc_form_field, label, STRING, "label", NULL, 0),
    XC_CHILD(xc_form_field, desc, STRING, NULL, "desc", NULL, 0),
    XC_CHILD(xc_form_field, required, FLAG, NULL, "required", NULL, 0),
    XC_CHILD(xc_form_field, value, STRING, NULL, "value", NULL, 0)};
static const xc_field xc_i_form_option_fields[] = {
    XC_ATTR(xc_form_option, label, STRING, "label", NULL, 0),
    XC_CHILD(xc_form_option, value, STRING, NULL, "value", NULL,
             XC_FIELD_REQUIRED)};
static const xc_field xc_i_oob_fields[] = {
    XC_ATTR(xc_oob, sid, STRING, "sid", NULL, 0),
    XC_CHILD(xc_oob, url, STRING, NULL, "url", NULL, XC_FIELD_REQUIRED),
    XC_CHILD(xc_oob, desc, STRING, NULL, "desc", NULL, 0)};
static const xc_field xc_i_registration_fields[] = {
    XC_CHILD(xc_registration, registered, FLAG, NULL, "registered", NULL, 0),
    XC_CHILD(xc_registration, remove, FLAG, NULL, "remove", NULL, 0),
    XC_CHILD(xc_registration, instructions, STRING, NULL, "instructions", NULL,
             0),
    XC_CHILD(xc_registration, username, STRING, NULL, "username", NULL, 0),
    XC_CHILD(xc_registration, nick, STRING, NULL, "nick", NULL, 0),
    XC_CHILD(xc_registration, password, STRING, NULL, "password", NULL, 0),
    XC_CHILD(xc_registration, name, STRING, NULL, "name", NULL, 0),
    XC_CHILD(xc_registration, first, STRING, NULL, "first", NULL, 0),
    XC_CHILD(xc_registration, last, STRING, NULL, "last", NULL, 0),
    XC_CHILD(xc_registration, email, STRING, NULL, "email", NULL, 0),
    XC_CHILD(xc_registration, address, STRING, NULL, "address", NULL, 0),
    XC_CHILD(xc_registration, city, STRING, NULL, "city", NULL, 0),
    XC_CHILD(xc_registration, state, STRING, NULL, "state", NULL, 0),
    XC_CHILD(xc_registration, zip, STRING, NULL, "zip", NULL, 0),
    XC_CHILD(xc_registration, phone, STRING, NULL, "phone", NULL, 0),
    XC_CHILD(xc_registration, url, STRING, NULL, "url", NULL, 0),
    XC_CHILD(xc_registration, date, STRING, NULL, "date", NULL, 0),
    XC_CHILD(xc_registration, misc, STRING, NULL, "misc", NULL, 0),
    XC_CHILD(xc_registration, text, STRING, NULL, "text", NULL, 0),
    XC_CHILD(xc_registration, key, STRING, NULL, "key", NULL, 0),
    XC_CHILD(xc_registration, form, STRUCT, XC_NS_DATA_FORMS, "x",
             &xc_form_schema, 0),
    XC_CHILD(xc_registration, oob, STRUCT, XC_NS_OOB, "x", &xc_oob_schema, 0)};
static const xc_field xc_i_blocking_item_fields[] = {
    XC_ATTR(xc_blocking_item, jid, JID, "jid", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_software_version_fields[] = {
    XC_CHILD(xc_software_version, name, STRING, NULL, "name", NULL, 0),
    XC_CHILD(xc_software_version, version, STRING, NULL, "version", NULL, 0),
    XC_CHILD(xc_software_version, os, STRING, NULL, "os", NULL, 0)};
static const xc_field xc_i_entity_time_fields[] = {
    XC_CHILD(xc_entity_time, tzo, STRING, NULL, "tzo", NULL, 0),
    XC_CHILD(xc_entity_time, utc, TIME, NULL, "utc", NULL, 0)};
static const xc_field xc_i_last_activity_fields[] = {
    XC_ATTR(xc_last_activity, seconds, NUMBER, "seconds", &xc_i_unsigned_long,
            0),
    XC_OWN_TEXT(xc_last_activity, status, STRING, NULL, 0)};
static const xc_field xc_i_delay_fields[] = {
    XC_ATTR(xc_delay, stamp, TIME, "stamp", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_delay, from, JID, "from", NULL, 0),
    XC_OWN_TEXT(xc_delay, text, STRING, NULL, 0)};
static const xc_field xc_i_forwarded_fields[] = {XC_CHILD(
    xc_forwarded, delay, STRUCT, XC_NS_DELAY, "delay", &xc_delay_schema, 0)};
static const xc_field xc_i_carbon_fields[] = {
    XC_CHILD(xc_carbon, forwarded, STRUCT, XC_NS_FORWARD, "forwarded",
             &xc_forwarded_schema, XC_FIELD_REQUIRED)};
static const xc_field xc_i_delivery_receipt_fields[] = {
    XC_ATTR(xc_delivery_receipt, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_stanza_id_fields[] = {
    XC_ATTR(xc_stanza_id, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_stanza_id, by, JID, "by", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_origin_id_fields[] = {
    XC_ATTR(xc_origin_id, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_occupant_id_fields[] = {
    XC_ATTR(xc_occupant_id, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_correction_fields[] = {
    XC_ATTR(xc_correction, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_marker_fields[] = {
    XC_ATTR(xc_marker, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_encryption_fields[] = {
    XC_ATTR(xc_encryption, ns, STRING, "namespace", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_encryption, name, STRING, "name", NULL, 0)};
static const xc_field xc_i_moderated_fields[] = {
    XC_ATTR(xc_moderated, by, JID, "by", NULL, 0),
    XC_CHILD(xc_moderated, occupant_id, STRUCT, XC_NS_OCCUPANT_ID,
             "occupant-id", &xc_occupant_id_schema, 0)};
static const xc_field xc_i_retraction_fields[] = {
    XC_ATTR(xc_retraction, id, STRING, "id", NULL, 0),
    XC_CHILD(xc_retraction, reason, STRING, NULL, "reason", NULL, 0),
    XC_CHILD(xc_retraction, moderated, STRUCT, XC_NS_MODERATE, "moderated",
             &xc_moderated_schema, 0)};
static const xc_field xc_i_retracted_fields[] = {
    XC_ATTR(xc_retracted, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_retracted, by, JID, "by", NULL, 0),
    XC_ATTR(xc_retracted, stamp, TIME, "stamp", NULL, 0),
    XC_CHILD(xc_retracted, reason, STRING, NULL, "reason", NULL, 0),
    XC_CHILD(xc_retracted, moderated, STRUCT, XC_NS_MODERATE, "moderated",
             &xc_moderated_schema, 0)};
static const xc_field xc_i_moderation_fields[] = {
    XC_ATTR(xc_moderation, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_CHILD(xc_moderation, retract, STRUCT, XC_NS_RETRACT, "retract",
             &xc_retraction_schema, 0),
    XC_CHILD(xc_moderation, reason, STRING, NULL, "reason", NULL, 0)};
static const xc_field xc_i_reactions_fields[] = {
    XC_ATTR(xc_reactions, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_message_reply_fields[] = {
    XC_ATTR(xc_message_reply, to, JID, "to", NULL, 0),
    XC_ATTR(xc_message_reply, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_fallback_part_fields[] = {
    XC_ATTR(xc_fallback_part, start, NUMBER, "start", NULL, 0),
    XC_ATTR(xc_fallback_part, end, NUMBER, "end", NULL, 0)};
static const xc_field xc_i_fallback_fields[] = {
    XC_ATTR(xc_fallback, purpose, STRING, "for", NULL, 0),
    XC_CHILD(xc_fallback, subject, STRUCT, NULL, "subject",
             &xc_fallback_subject_schema, 0),
    XC_CHILD(xc_fallback, body, STRUCT, NULL, "body", &xc_fallback_body_schema,
             0)};
static const xc_field xc_i_mam_query_fields[] = {
    XC_ATTR(xc_mam_query, queryid, STRING, "queryid", NULL, 0),
    XC_ATTR(xc_mam_query, node, STRING, "node", NULL, 0),
    XC_CHILD(xc_mam_query, form, STRUCT, XC_NS_DATA_FORMS, "x",
             &xc_form_schema, 0),
    XC_CHILD(xc_mam_query, rsm, STRUCT, XC_NS_RSM, "set", &xc_rsm_schema, 0),
    XC_CHILD(xc_mam_query, flip_page, FLAG, NULL, "flip-page", NULL, 0)};
static const xc_field xc_i_mam_result_fields[] = {
    XC_ATTR(xc_mam_result, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_mam_result, queryid, STRING, "queryid", NULL, 0),
    XC_CHILD(xc_mam_result, forwarded, STRUCT, XC_NS_FORWARD, "forwarded",
             &xc_forwarded_schema, XC_FIELD_REQUIRED)};
static const xc_field xc_i_mam_fin_fields[] = {
    XC_ATTR(xc_mam_fin, complete, BOOL, "complete", NULL, 0),
    XC_ATTR(xc_mam_fin, stable, BOOL, "stable", NULL, 0),
    XC_ATTR(xc_mam_fin, queryid, STRING, "queryid", NULL, 0),
    XC_CHILD(xc_mam_fin, rsm, STRUCT, XC_NS_RSM, "set", &xc_rsm_schema, 0)};
static const xc_field xc_i_mam_edge_fields[] = {
    XC_ATTR(xc_mam_edge, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_mam_edge, timestamp, TIME, "timestamp", NULL,
            XC_FIELD_REQUIRED)};
static const xc_field xc_i_mam_metadata_fields[] = {
    XC_CHILD(xc_mam_metadata, start, STRUCT, NULL, "start",
             &xc_mam_start_schema, 0),
    XC_CHILD(xc_mam_metadata, end, STRUCT, NULL, "end", &xc_mam_end_schema,
             0)};
static const xc_field xc_i_mam_prefs_fields[] = {XC_ATTR(
    xc_mam_prefs, by_default, ENUM, "default", "always\0never\0roster\0", 0)};
static const xc_field xc_i_upload_ephemeral_fields[] = {
    XC_ATTR(xc_upload_ephemeral, expire_before, TIME, "expire-before", NULL,
            XC_FIELD_REQUIRED)};
static const xc_field xc_i_upload_request_fields[] = {
    XC_ATTR(xc_upload_request, filename, STRING, "filename", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(xc_upload_request, size, NUMBER, "size", &xc_i_positive,
            XC_FIELD_REQUIRED),
    XC_ATTR(xc_upload_request, content_type, STRING, "content-type", NULL, 0),
    XC_CHILD(xc_upload_request, ephemeral, STRUCT, XC_NS_UPLOAD_PURPOSE,
             "ephemeral", &xc_upload_ephemeral_schema, 0),
    XC_CHILD(xc_upload_request, purpose, CHOICE, XC_NS_UPLOAD_PURPOSE, NULL,
             "message\0profile\0permanent\0",
             XC_FIELD_LENIENT)}; /* section 5 */
static const xc_field xc_i_upload_header_fields[] = {
    XC_ATTR(xc_upload_header, name, STRING, "name", NULL, XC_FIELD_REQUIRED),
    XC_OWN_TEXT(xc_upload_header, value, STRING, NULL, 0)};
static const xc_field xc_i_upload_url_fields[] = {
    XC_ATTR(xc_upload_url, url, STRING, "url", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_upload_slot_fields[] = {
    XC_CHILD(xc_upload_slot, put, STRUCT, NULL, "put", &xc_upload_put_schema,
             XC_FIELD_REQUIRED),
    XC_CHILD(xc_upload_slot, get, STRUCT, NULL, "get", &xc_upload_get_schema,
             XC_FIELD_REQUIRED)};
static const xc_field xc_i_upload_too_large_fields[] = {
    XC_CHILD(xc_upload_too_large, max_file_size, NUMBER, NULL, "max-file-size",
             &xc_i_positive, 0)};
static const xc_field xc_i_upload_retry_fields[] = {
    XC_ATTR(xc_upload_retry, stamp, TIME, "stamp", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_muc_history_fields[] = {
    XC_ATTR(xc_muc_history, maxchars, NUMBER, "maxchars", &xc_i_int, 0),
    XC_ATTR(xc_muc_history, maxstanzas, NUMBER, "maxstanzas", &xc_i_int, 0),
    XC_ATTR(xc_muc_history, seconds, NUMBER, "seconds", &xc_i_int, 0),
    XC_ATTR(xc_muc_history, since, TIME, "since", NULL, 0)};
static const xc_field xc_i_muc_join_fields[] = {
    XC_CHILD(xc_muc_join, password, STRING, NULL, "password", NULL, 0),
    XC_CHILD(xc_muc_join, history, STRUCT, NULL, "history",
             &xc_muc_history_schema, 0)};
static const xc_field xc_i_muc_actor_fields[] = {
    XC_ATTR(xc_muc_actor, jid, JID, "jid", NULL, 0),
    XC_ATTR(xc_muc_actor, nick, STRING, "nick", NULL, 0)};
static const xc_field xc_i_muc_item_fields[] = {
    XC_ATTR(xc_muc_item, affiliation, ENUM, "affiliation",
            "owner\0admin\0member\0outcast\0none\0", 0),
    XC_ATTR(xc_muc_item, role, ENUM, "role",
            "moderator\0participant\0visitor\0none\0", 0),
    XC_ATTR(xc_muc_item, jid, JID, "jid", NULL, 0),
    XC_ATTR(xc_muc_item, nick, STRING, "nick", NULL, 0),
    XC_CHILD(xc_muc_item, actor, STRUCT, NULL, "actor", &xc_muc_actor_schema,
             0),
    XC_CHILD(xc_muc_item, continues, STRUCT, NULL, "continue",
             &xc_muc_continue_schema, 0),
    XC_CHILD(xc_muc_item, reason, STRING, NULL, "reason", NULL, 0)};
static const xc_field xc_i_muc_continue_fields[] = {
    XC_ATTR(xc_muc_continue, thread, STRING, "thread", NULL, 0)};
static const xc_field xc_i_muc_invite_fields[] = {
    XC_ATTR(xc_muc_invite, to, JID, "to", NULL, 0),
    XC_ATTR(xc_muc_invite, from, JID, "from", NULL, 0),
    XC_CHILD(xc_muc_invite, reason, STRING, NULL, "reason", NULL, 0),
    XC_CHILD(xc_muc_invite, continues, STRUCT, NULL, "continue",
             &xc_muc_continue_schema, 0)};
static const xc_field xc_i_muc_destroy_fields[] = {
    XC_ATTR(xc_muc_destroy, jid, JID, "jid", NULL, 0),
    XC_CHILD(xc_muc_destroy, password, STRING, NULL, "password", NULL, 0),
    XC_CHILD(xc_muc_destroy, reason, STRING, NULL, "reason", NULL, 0)};
static const xc_field xc_i_muc_status_fields[] = {XC_ATTR(
    xc_muc_status, code, NUMBER, "code", &xc_i_muc_code, XC_FIELD_REQUIRED)};
static const xc_field xc_i_muc_user_fields[] = {
    XC_CHILD(xc_muc_user, item, STRUCT, NULL, "item", &xc_muc_item_schema, 0),
    XC_CHILD(xc_muc_user, invite, STRUCT, NULL, "invite",
             &xc_muc_invite_schema, 0),
    XC_CHILD(xc_muc_user, decline, STRUCT, NULL, "decline",
             &xc_muc_decline_schema, 0),
    XC_CHILD(xc_muc_user, destroy, STRUCT, NULL, "destroy",
             &xc_muc_destroy_schema, 0),
    XC_CHILD(xc_muc_user, password, STRING, NULL, "password", NULL, 0)};
static const xc_field xc_i_muc_owner_fields[] = {
    XC_CHILD(xc_muc_owner, form, STRUCT, XC_NS_DATA_FORMS, "x",
             &xc_form_schema, 0),
    XC_CHILD(xc_muc_owner, destroy, STRUCT, NULL, "destroy",
             &xc_muc_owner_destroy_schema, 0)};
static const xc_field xc_i_muc_direct_invite_fields[] = {
    XC_ATTR(xc_muc_direct_invite, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_muc_direct_invite, password, STRING, "password", NULL, 0),
    XC_ATTR(xc_muc_direct_invite, reason, STRING, "reason", NULL, 0),
    XC_ATTR(xc_muc_direct_invite, continues, BOOL, "continue", NULL, 0),
    XC_ATTR(xc_muc_direct_invite, thread, STRING, "thread", NULL, 0)};
static const xc_field xc_i_bookmark_fields[] = {
    XC_ATTR(xc_bookmark, jid, JID, "jid", NULL, 0),
    XC_ATTR(xc_bookmark, name, STRING, "name", NULL, 0),
    XC_ATTR(xc_bookmark, autojoin, BOOL, "autojoin", NULL, 0),
    XC_CHILD(xc_bookmark, nick, STRING, NULL, "nick", NULL, 0),
    XC_CHILD(xc_bookmark, password, STRING, NULL, "password", NULL, 0),
    XC_CHILD(xc_bookmark, extensions, STRUCT, NULL, "extensions",
             &xc_bookmark_extensions_schema, 0)};
static const xc_field xc_i_bookmark_private_fields[] = {
    XC_ATTR(xc_bookmark, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_bookmark, name, STRING, "name", NULL, 0),
    XC_ATTR(xc_bookmark, autojoin, BOOL, "autojoin", NULL, 0),
    XC_CHILD(xc_bookmark, nick, STRING, NULL, "nick", NULL, 0),
    XC_CHILD(xc_bookmark, password, STRING, NULL, "password", NULL, 0)};
static const xc_field xc_i_ibb_open_fields[] = {
    XC_ATTR(xc_ibb_open, block_size, NUMBER, "block-size",
            &xc_i_unsigned_short, XC_FIELD_REQUIRED),
    XC_ATTR(xc_ibb_open, sid, STRING, "sid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_ibb_open, stanza, ENUM, "stanza", "iq\0message\0",
            XC_FIELD_DEFAULT_HAS_NAME)};
static const xc_field xc_i_ibb_data_fields[] = {
    XC_ATTR(xc_ibb_data, seq, NUMBER, "seq", &xc_i_unsigned_short,
            XC_FIELD_REQUIRED),
    XC_ATTR(xc_ibb_data, sid, STRING, "sid", NULL, XC_FIELD_REQUIRED),
    XC_OWN_TEXT(xc_ibb_data, data, BASE64, NULL, XC_FIELD_NO_SPACE)};
static const xc_field xc_i_ibb_close_fields[] = {
    XC_ATTR(xc_ibb_close, sid, STRING, "sid", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_command_actions_fields[] = {
    XC_ATTR(xc_command_actions, execute, ENUM, "execute",
            "prev\0next\0complete\0", 0),
    XC_CHILD(xc_command_actions, prev, FLAG, NULL, "prev", NULL, 0),
    XC_CHILD(xc_command_actions, next, FLAG, NULL, "next", NULL, 0),
    XC_CHILD(xc_command_actions, complete, FLAG, NULL, "complete", NULL, 0)};
static const xc_field xc_i_command_note_fields[] = {
    XC_ATTR(xc_command_note, type, ENUM, "type", "info\0warn\0error\0",
            XC_FIELD_DEFAULT_HAS_NAME),
    XC_OWN_TEXT(xc_command_note, text, STRING, NULL, 0)};
static const xc_field xc_i_command_fields[] = {
    XC_ATTR(xc_command, node, STRING, "node", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_command, sessionid, STRING, "sessionid", NULL, 0),
    XC_ATTR(xc_command, action, ENUM, "action",
            "execute\0cancel\0prev\0next\0complete\0",
            XC_FIELD_UNKNOWN_IS_OTHER),
    XC_ATTR(xc_command, status, ENUM, "status",
            "executing\0completed\0canceled\0", 0),
    XC_LANG(xc_command, lang),
    XC_CHILD(xc_command, actions, STRUCT, NULL, "actions",
             &xc_command_actions_schema, 0),
    XC_CHILD(xc_command, form, STRUCT, XC_NS_DATA_FORMS, "x", &xc_form_schema,
             0)};
static const xc_field xc_i_vcard_name_fields[] = {
    XC_CHILD(xc_vcard_name, family, STRING, NULL, "FAMILY", NULL, 0),
    XC_CHILD(xc_vcard_name, given, STRING, NULL, "GIVEN", NULL, 0),
    XC_CHILD(xc_vcard_name, middle, STRING, NULL, "MIDDLE", NULL, 0),
    XC_CHILD(xc_vcard_name, prefix, STRING, NULL, "PREFIX", NULL, 0),
    XC_CHILD(xc_vcard_name, suffix, STRING, NULL, "SUFFIX", NULL, 0)};
static const xc_field xc_i_vcard_photo_fields[] = {
    XC_CHILD(xc_vcard_photo, type, STRING, NULL, "TYPE", NULL, 0),
    XC_CHILD(xc_vcard_photo, binval, STRING, NULL, "BINVAL", NULL, 0),
    XC_CHILD(xc_vcard_photo, extval, STRING, NULL, "EXTVAL", NULL, 0)};
static const xc_field xc_i_vcard_email_fields[] = {
    XC_CHILD(xc_vcard_email, userid, STRING, NULL, "USERID", NULL, 0),
    XC_CHILD(xc_vcard_email, home, FLAG, NULL, "HOME", NULL, 0),
    XC_CHILD(xc_vcard_email, work, FLAG, NULL, "WORK", NULL, 0),
    XC_CHILD(xc_vcard_email, internet, FLAG, NULL, "INTERNET", NULL, 0),
    XC_CHILD(xc_vcard_email, pref, FLAG, NULL, "PREF", NULL, 0)};
static const xc_field xc_i_vcard_fields[] = {
    XC_CHILD(xc_vcard, fn, STRING, NULL, "FN", NULL, 0),
    XC_CHILD(xc_vcard, n, STRUCT, NULL, "N", &xc_vcard_name_schema, 0),
    XC_CHILD(xc_vcard, nickname, STRING, NULL, "NICKNAME", NULL, 0),
    XC_CHILD(xc_vcard, url, STRING, NULL, "URL", NULL, 0),
    XC_CHILD(xc_vcard, bday, STRING, NULL, "BDAY", NULL, 0),
    XC_CHILD(xc_vcard, jabberid, STRING, NULL, "JABBERID", NULL, 0),
    XC_CHILD(xc_vcard, title, STRING, NULL, "TITLE", NULL, 0),
    XC_CHILD(xc_vcard, role, STRING, NULL, "ROLE", NULL, 0),
    XC_CHILD(xc_vcard, desc, STRING, NULL, "DESC", NULL, 0),
    XC_CHILD(xc_vcard, photo, STRUCT, NULL, "PHOTO", &xc_vcard_photo_schema,
             0),
    XC_CHILD(xc_vcard, email, STRUCT, NULL, "EMAIL", &xc_vcard_email_schema,
             0)};
static const xc_field xc_i_vcard_update_fields[] = {
    XC_CHILD(xc_vcard_update, photo, STRING, NULL, "photo", NULL, 0)};
static const xc_field xc_i_avatar_data_fields[] = {
    XC_OWN_TEXT(xc_avatar_data, data, STRING, NULL, 0)};
static const xc_field xc_i_avatar_info_fields[] = {
    XC_ATTR(xc_avatar_info, bytes, NUMBER, "bytes", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_avatar_info, height, NUMBER, "height", &xc_i_unsigned_short, 0),
    XC_ATTR(xc_avatar_info, width, NUMBER, "width", &xc_i_unsigned_short, 0),
    XC_ATTR(xc_avatar_info, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_avatar_info, type, STRING, "type", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_avatar_info, url, STRING, "url", NULL, 0)};
static const xc_field xc_i_avatar_pointer_fields[] = {
    XC_ATTR(xc_avatar_pointer, bytes, NUMBER, "bytes", NULL, 0),
    XC_ATTR(xc_avatar_pointer, height, NUMBER, "height", &xc_i_unsigned_short,
            0),
    XC_ATTR(xc_avatar_pointer, width, NUMBER, "width", &xc_i_unsigned_short,
            0),
    XC_ATTR(xc_avatar_pointer, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_avatar_pointer, type, STRING, "type", NULL, 0)};
static const xc_field xc_i_pubsub_create_fields[] = {
    XC_ATTR(xc_pubsub_create, node, STRING, "node", NULL, 0)};
static const xc_field xc_i_pubsub_item_fields[] = {
    XC_ATTR(xc_pubsub_item, id, STRING, "id", NULL, 0),
    XC_ATTR(xc_pubsub_item, publisher, STRING, "publisher", NULL, 0)};
static const xc_field xc_i_pubsub_items_fields[] = {
    XC_ATTR(xc_pubsub_items, node, STRING, "node", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_items, max_items, NUMBER, "max_items", &xc_i_positive,
            0),
    XC_ATTR(xc_pubsub_items, subid, STRING, "subid", NULL, 0)};
static const xc_field xc_i_pubsub_publish_fields[] = {
    XC_ATTR(xc_pubsub_publish, node, STRING, "node", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_pubsub_retract_fields[] = {
    XC_ATTR(xc_pubsub_retract, node, STRING, "node", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_retract, notify, BOOL, "notify", NULL, 0)};
static const xc_field xc_i_pubsub_event_retract_fields[] = {XC_ATTR(
    xc_pubsub_event_retract, id, STRING, "id", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_pubsub_subscribe_fields[] = {
    XC_ATTR(xc_pubsub_subscribe, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_subscribe, node, STRING, "node", NULL, 0)};
static const xc_field xc_i_pubsub_unsubscribe_fields[] = {
    XC_ATTR(xc_pubsub_unsubscribe, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_unsubscribe, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_unsubscribe, subid, STRING, "subid", NULL, 0)};
static const char xc_i_pubsub_states[] =
    "none\0pending\0subscribed\0unconfigured\0";
static const xc_field xc_i_pubsub_subscribe_options_fields[] = {XC_CHILD(
    xc_pubsub_subscribe_options, required, FLAG, NULL, "required", NULL, 0)};
static const xc_field xc_i_pubsub_subscription_fields[] = {
    XC_ATTR(xc_pubsub_subscription, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_subscription, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_subscription, subid, STRING, "subid", NULL, 0),
    XC_ATTR(xc_pubsub_subscription, state, ENUM, "subscription",
            xc_i_pubsub_states, 0),
    XC_ATTR(xc_pubsub_subscription, expiry, TIME, "expiry", NULL, 0),
    XC_CHILD(xc_pubsub_subscription, subscribe_options, STRUCT, XC_NS_PUBSUB,
             "subscribe-options", &xc_pubsub_subscribe_options_schema, 0)};
static const xc_field xc_i_pubsub_owner_subscription_fields[] = {
    XC_ATTR(xc_pubsub_subscription, jid, JID, "jid", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_subscription, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_subscription, subid, STRING, "subid", NULL, 0),
    XC_ATTR(xc_pubsub_subscription, state, ENUM, "subscription",
            xc_i_pubsub_states, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_subscription, expiry, TIME, "expiry", NULL, 0)};
static const xc_field xc_i_pubsub_subscriptions_fields[] = {
    XC_ATTR(xc_pubsub_subscriptions, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_subscriptions, subid, STRING, "subid", NULL, 0)};
static const char xc_i_pubsub_affiliations[] =
    "owner\0publisher\0publish-only\0member\0none\0outcast\0";
static const xc_field xc_i_pubsub_owner_subscriptions_fields[] = {
    XC_ATTR(xc_pubsub_subscriptions, node, STRING, "node", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_subscriptions, subid, STRING, "subid", NULL, 0)};
static const xc_field xc_i_pubsub_affiliation_fields[] = {
    XC_ATTR(xc_pubsub_affiliation, affiliation, ENUM, "affiliation",
            xc_i_pubsub_affiliations, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_affiliation, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_affiliation, jid, JID, "jid", NULL, 0)};
static const xc_field xc_i_pubsub_owner_affiliation_fields[] = {
    XC_ATTR(xc_pubsub_affiliation, affiliation, ENUM, "affiliation",
            xc_i_pubsub_affiliations, XC_FIELD_REQUIRED),
    XC_ATTR(xc_pubsub_affiliation, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_affiliation, jid, JID, "jid", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_pubsub_affiliations_fields[] = {
    XC_ATTR(xc_pubsub_affiliations, node, STRING, "node", NULL, 0)};
static const xc_field xc_i_pubsub_owner_affiliations_fields[] = {XC_ATTR(
    xc_pubsub_affiliations, node, STRING, "node", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_pubsub_options_fields[] = {
    XC_ATTR(xc_pubsub_options, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_options, jid, JID, "jid", NULL, 0),
    XC_ATTR(xc_pubsub_options, subid, STRING, "subid", NULL, 0),
    XC_CHILD(xc_pubsub_options, form, STRUCT, XC_NS_DATA_FORMS, "x",
             &xc_form_schema, 0)};
static const xc_field xc_i_pubsub_owner_default_fields[] = {
    XC_ATTR(xc_pubsub_options, node, STRING, "node", NULL, 0),
    XC_ATTR(xc_pubsub_options, type, ENUM, "type", "leaf\0collection\0",
            XC_FIELD_DEFAULT_HAS_NAME),
    XC_CHILD(xc_pubsub_options, form, STRUCT, XC_NS_DATA_FORMS, "x",
             &xc_form_schema, 0)};
static const xc_field xc_i_pubsub_redirect_fields[] = {
    XC_ATTR(xc_pubsub_redirect, uri, STRING, "uri", NULL, XC_FIELD_REQUIRED)};
static const xc_field xc_i_pubsub_delete_fields[] = {
    XC_ATTR(xc_pubsub_delete, node, STRING, "node", NULL, XC_FIELD_REQUIRED),
    XC_CHILD(xc_pubsub_delete, redirect, STRUCT, NULL, "redirect",
             &xc_pubsub_redirect_schema, 0)};

/* The table of xc_NAME_schema is xc_i_NAME_fields. These schemas share another
   table or have none. */
/* clang-format off */
#define xc_i_oob_query_fields xc_i_oob_fields
#define xc_i_carbon_received_fields xc_i_carbon_fields
#define xc_i_carbon_sent_fields xc_i_carbon_fields
#define xc_i_marker_received_fields xc_i_marker_fields
#define xc_i_marker_displayed_fields xc_i_marker_fields
#define xc_i_marker_acknowledged_fields xc_i_marker_fields
#define xc_i_fallback_body_fields xc_i_fallback_part_fields
#define xc_i_fallback_subject_fields xc_i_fallback_part_fields
#define xc_i_mam_start_fields xc_i_mam_edge_fields
#define xc_i_mam_end_fields xc_i_mam_edge_fields
#define xc_i_upload_put_fields xc_i_upload_url_fields
#define xc_i_upload_get_fields xc_i_upload_url_fields
#define xc_i_muc_admin_item_fields xc_i_muc_item_fields
#define xc_i_muc_decline_fields xc_i_muc_invite_fields
#define xc_i_muc_owner_destroy_fields xc_i_muc_destroy_fields
#define xc_i_bookmark_extensions_fields NULL
#define xc_i_pubsub_event_item_fields xc_i_pubsub_item_fields
#define xc_i_pubsub_event_items_fields xc_i_pubsub_items_fields
#define xc_i_pubsub_event_subscription_fields xc_i_pubsub_subscription_fields
#define xc_i_pubsub_publish_options_fields xc_i_pubsub_options_fields
#define xc_i_pubsub_configure_fields xc_i_pubsub_options_fields
#define xc_i_pubsub_default_fields xc_i_pubsub_options_fields
#define xc_i_pubsub_owner_configure_fields xc_i_pubsub_options_fields
#define xc_i_pubsub_event_configuration_fields xc_i_pubsub_options_fields
#define xc_i_pubsub_owner_delete_fields xc_i_pubsub_delete_fields
#define xc_i_pubsub_owner_purge_fields xc_i_pubsub_delete_fields
#define xc_i_pubsub_event_delete_fields xc_i_pubsub_delete_fields
#define xc_i_pubsub_event_purge_fields xc_i_pubsub_delete_fields
/* clang-format on */

XC_I_SCHEMAS
XC_PAYLOADS(XC_I_DEFINE_SCHEMA)
#undef XC_I_DEFINE_SCHEMA
XC_I_END_SCHEMAS

/* -- helpers -- */

XC_API bool xc_has_child(const xc_element *parent, const char *ns,
                         const char *name)
{
    return xc_child(parent, ns, name) != NULL;
}

XC_API void xc_write_tag(xc_writer *w, const char *ns, const char *name)
{
    xc_writer_begin(w, ns, name);
    xc_writer_end(w);
}

static const char xc_i_chat_states[] =
    "active\0composing\0paused\0inactive\0gone\0";

XC_API xc_chat_state xc_chat_state_of(const xc_element *message)
{
    const xc_element *e;
    for (e = xc_first_child(message); e != NULL; e = xc_next_sibling(e)) {
        unsigned state = xc_i_which(xc_name(e), xc_i_chat_states);
        if (state != 0 && xc_is(e, XC_NS_CHAT_STATES, NULL))
            return (xc_chat_state)state;
    }
    return XC_CHAT_STATE_NONE;
}

XC_API void xc_write_chat_state(xc_writer *w, xc_chat_state state)
{
    const char *name = xc_i_name_at(xc_i_chat_states, (unsigned)state);
    if (name != NULL)
        xc_write_tag(w, XC_NS_CHAT_STATES, name);
    else if (w != NULL && state != XC_CHAT_STATE_NONE)
        xc_writer_fail(w, XC_ERR_FIELD_VALUE);
}

/* The first `name` in the element's namespace whose `attr` is `value`. */
static const xc_element *xc_i_find_by(const xc_element *e, const char *name,
                                      const char *attr, const char *value)
{
    const xc_element *child = xc_child(e, NULL, name);
    while (child != NULL && !xc_str_is(xc_attr(child, attr), value))
        child = xc_next_same_name(child);
    return child;
}

XC_API bool xc_disco_has_feature(const xc_element *query, const char *feature)
{
    return feature != NULL &&
           xc_i_find_by(query, "feature", "var", feature) != NULL;
}

XC_API const xc_element *xc_form_find(const xc_element *form, const char *var)
{
    return var != NULL ? xc_i_find_by(form, "field", "var", var) : NULL;
}

XC_API xc_str xc_form_value(const xc_element *form, const char *var)
{
    return xc_text(xc_child(xc_form_find(form, var), NULL, "value"));
}

XC_API void xc_write_form_begin(xc_writer *w, xc_form_type type,
                                const char *form_type)
{
    xc_form form;
    memset(&form, 0, sizeof form);
    form.type = (uint8_t)type;
    xc_write_begin(w, &xc_form_schema, &form);
    if (form_type == NULL)
        return;
    xc_writer_begin(w, XC_NS_DATA_FORMS, "field");
    xc_writer_attr(w, "var", XC_STR("FORM_TYPE"));
    xc_writer_attr(w, "type", XC_STR("hidden"));
    xc_writer_text_element(w, XC_NS_DATA_FORMS, "value",
                           xc_str_from(form_type));
    xc_writer_end(w);
}

XC_API void xc_write_form_field(xc_writer *w, const char *var, xc_str value)
{
    xc_writer_begin(w, XC_NS_DATA_FORMS, "field");
    xc_writer_attr(w, "var", xc_str_from(var));
    xc_writer_text_element(w, XC_NS_DATA_FORMS, "value", value);
    xc_writer_end(w);
}

XC_API const xc_element *xc_forwarded_stanza(const xc_element *forwarded)
{
    const xc_element *e = xc_first_child(forwarded);
    while (e != NULL && !xc_i_is_stanza(e))
        e = xc_next_sibling(e);
    return e;
}

static xc_str xc_i_filled(xc_str s)
{
    return s.len != 0 ? s : xc_i_absent();
}

XC_API xc_str xc_stanza_id_by(const xc_element *message, xc_str by)
{
    const xc_element *e = xc_child(message, XC_NS_STANZA_ID, "stanza-id");
    const xc_element *found = NULL;
    for (; e != NULL; e = xc_next_same_name(e)) {
        if (!xc_i_same_address(xc_attr(e, "by"), by))
            continue;
        if (found != NULL)
            return xc_i_absent(); /* XEP-0359 section 3, rule 4 */
        found = e;
    }
    return xc_i_filled(xc_attr(found, "id"));
}

XC_API bool xc_upload_header_allowed(const xc_upload_header *header)
{
    size_t i;
    if (header == NULL || header->value.ptr == NULL ||
        (!xc_i_same_any_case(header->name, XC_STR("authorization")) &&
         !xc_i_same_any_case(header->name, XC_STR("cookie")) &&
         !xc_i_same_any_case(header->name, XC_STR("expires"))))
        return false;
    for (i = 0; i < header->value.len; i++) {
        if (header->value.ptr[i] == '\n' || header->value.ptr[i] == '\r')
            return false;
    }
    return true;
}

XC_API bool xc_muc_has_status(const xc_element *x, unsigned code)
{
    const xc_element *e = xc_child(x, XC_NS_MUC_USER, "status");
    for (; e != NULL; e = xc_next_same_name(e)) {
        xc_muc_status status;
        xc_read(&xc_muc_status_schema, e, &status, NULL);
        if (status.code.present && status.code.value == (int64_t)code)
            return true;
    }
    return false;
}

/* -- senders -- */

XC_API bool xc_is_blocking_push(const xc_element *iq, xc_str own)
{
    return xc_i_is_push(iq, own) && (xc_has_child(iq, XC_TAG_BLOCK) ||
                                     xc_has_child(iq, XC_TAG_UNBLOCK));
}

/* A message from `by` that is not an error. `by` absent: from the own
   account. */
static bool xc_i_is_said_by(const xc_element *message, xc_str by, xc_str own)
{
    xc_str from = xc_attr(message, "from");
    if (!xc_is(message, NULL, "message") || xc_i_is_error_stanza(message))
        return false;
    if (by.ptr == NULL || xc_i_same_address(by, xc_jid_cut_resource(own)))
        return xc_i_is_of_account(from, own);
    return xc_i_same_address(from, by);
}

XC_API const xc_element *xc_mam_result_of(const xc_element *message,
                                          xc_str queryid, xc_str archive,
                                          xc_str own)
{
    const xc_element *result =
        xc_i_only(xc_child(message, XC_NS_MAM, "result"));
    const xc_element *forwarded =
        xc_i_only(xc_child(result, XC_NS_FORWARD, "forwarded"));
    if (!xc_i_is_said_by(message, archive, own) ||
        !xc_str_equal(xc_attr(result, "queryid"), queryid) ||
        !xc_is(xc_forwarded_stanza(forwarded), NULL, "message"))
        return NULL;
    return result;
}

XC_API const xc_element *xc_pubsub_event_of(const xc_element *message,
                                            xc_str service, xc_str own)
{
    return xc_i_is_said_by(message, service, own)
               ? xc_i_only(xc_child(message, XC_TAG_PUBSUB_EVENT))
               : NULL;
}

static bool xc_i_is_receipt(const xc_element *e)
{
    return xc_is(e, XC_NS_RECEIPTS, "received") ||
           xc_is(e, XC_NS_MARKERS, "received") ||
           xc_is(e, XC_NS_MARKERS, "displayed") ||
           xc_is(e, XC_NS_MARKERS, "acknowledged");
}

XC_API const xc_element *xc_delivery_receipt_of(const xc_element *message,
                                                xc_str id, xc_str to,
                                                xc_str own)
{
    const xc_element *e = xc_first_child(message);
    xc_str from = xc_effective_from(message, own);
    if (to.ptr == NULL)
        to = xc_jid_cut_resource(own);
    if (xc_jid_split(to).resource.ptr == NULL)
        from = xc_jid_cut_resource(from);
    if (id.ptr == NULL || !xc_is(message, NULL, "message") ||
        xc_i_is_error_stanza(message) || !xc_i_same_address(from, to))
        return NULL;
    while (e != NULL &&
           !(xc_i_is_receipt(e) && xc_str_equal(xc_attr(e, "id"), id)))
        e = xc_next_sibling(e);
    return e;
}

static bool xc_i_is_groupchat(const xc_element *message)
{
    return xc_is(message, NULL, "message") &&
           xc_str_is(xc_str_trim(xc_attr(message, "type")), "groupchat");
}

XC_API xc_str xc_stanza_id_of(const xc_element *message, xc_str own,
                              bool announced)
{
    xc_str by = xc_jid_cut_resource(
        xc_i_is_groupchat(message) ? xc_attr(message, "from") : own);
    return announced && xc_is(message, NULL, "message") &&
                   !xc_i_is_error_stanza(message)
               ? xc_stanza_id_by(message, by)
               : xc_i_absent();
}

/* Is it from the room or an occupant, and not an error? */
static bool xc_i_is_in_room(const xc_element *stanza, xc_str room)
{
    return !xc_i_is_error_stanza(stanza) &&
           xc_i_same_address(xc_jid_cut_resource(xc_attr(stanza, "from")),
                             xc_jid_cut_resource(room));
}

/* Is it a message from the room itself? */
static bool xc_i_is_by_room(const xc_element *message, xc_str room)
{
    return room.ptr != NULL &&
           xc_i_is_said_by(message, xc_jid_cut_resource(room), xc_i_absent());
}

XC_API xc_str xc_occupant_id_of(const xc_element *stanza, xc_str room,
                                bool announced)
{
    const xc_element *e =
        xc_i_only(xc_child(stanza, XC_NS_OCCUPANT_ID, "occupant-id"));
    return announced && xc_i_is_in_room(stanza, room)
               ? xc_i_filled(xc_attr(e, "id"))
               : xc_i_absent();
}

/* Are both from the same occupant, as far as the room shows? */
static bool xc_i_same_occupant(const xc_element *a, const xc_element *b,
                               xc_str room, bool announced)
{
    xc_str id = xc_occupant_id_of(a, room, announced);
    xc_str nick = xc_jid_split(xc_attr(a, "from")).resource;
    if (announced)
        return id.ptr != NULL &&
               xc_str_equal(id, xc_occupant_id_of(b, room, announced));
    return nick.ptr != NULL && xc_i_is_in_room(a, room) &&
           xc_i_is_in_room(b, room) &&
           xc_str_equal(nick, xc_jid_split(xc_attr(b, "from")).resource);
}

XC_API bool xc_is_same_author(const xc_element *message,
                              const xc_element *other, xc_str room,
                              bool announced, xc_str own)
{
    if (!xc_is(message, NULL, "message") || !xc_is(other, NULL, "message") ||
        xc_i_is_error_stanza(message) || xc_i_is_error_stanza(other))
        return false;
    if (room.ptr != NULL)
        return xc_i_same_occupant(message, other, room, announced);
    return !xc_i_is_groupchat(message) && !xc_i_is_groupchat(other) &&
           xc_i_same_address(
               xc_jid_cut_resource(xc_effective_from(message, own)),
               xc_jid_cut_resource(xc_effective_from(other, own)));
}

XC_API const xc_element *xc_muc_moderation_of(const xc_element *message,
                                              xc_str room)
{
    const xc_element *retract =
        xc_i_only(xc_child(message, XC_NS_RETRACT, "retract"));
    return xc_i_is_by_room(message, room) &&
                   xc_has_child(retract, XC_NS_MODERATE, "moderated")
               ? retract
               : NULL;
}

XC_API const xc_element *xc_muc_subject_of(const xc_element *message,
                                           xc_str room)
{
    return xc_i_is_groupchat(message) && xc_i_is_in_room(message, room) &&
                   !xc_has_child(message, NULL, "body") &&
                   !xc_has_child(message, NULL, "thread")
               ? xc_child(message, NULL, "subject")
               : NULL;
}

XC_API const xc_element *xc_muc_user_of(const xc_element *stanza, xc_str room)
{
    bool good = xc_is(stanza, NULL, "presence")
                    ? xc_i_is_in_room(stanza, room)
                    : xc_i_is_by_room(stanza, room);
    return good ? xc_i_only(xc_child(stanza, XC_NS_MUC_USER, "x")) : NULL;
}

/* ---- [SASL] secrets (private) ------------------------------------------- */

XC_API void xc_wipe(void *mem, size_t size)
{
    volatile unsigned char *p = (volatile unsigned char *)mem;
    while (p != NULL && size > 0)
        p[--size] = 0;
}

XC_API bool xc_secret_equal(xc_str a, xc_str b)
{
    volatile unsigned char difference = 0;
    size_t i;
    if (a.ptr == NULL || b.ptr == NULL || a.len != b.len)
        return false;
    for (i = 0; i < a.len; i++)
        difference = (unsigned char)(difference | (a.ptr[i] ^ b.ptr[i]));
    return difference == 0;
}

/* Non-empty UTF-8 without U+0000. */
static bool xc_i_is_sasl_text(xc_str s)
{
    uint32_t cp = 1;
    bool some = s.ptr != NULL && s.len > 0;
    while (some && cp != 0 && s.len > 0) {
        size_t n = xc_utf8_decode(s, &cp);
        if (n == 0)
            return false;
        s.ptr += n;
        s.len -= n;
    }
    return some && cp != 0;
}

/* xc_i_out_end for a result that is secret, wholly or in part. */
static xc_status xc_i_secret_end(const xc_i_out *o, xc_str *result)
{
    xc_status status = xc_i_out_end(o, result);
    if (status != XC_OK)
        xc_wipe(o->mem, o->size);
    return status;
}

static void xc_i_hex(const unsigned char *bytes, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";
    for (; n > 0; n--, bytes++) {
        *out++ = digits[*bytes >> 4];
        *out++ = digits[*bytes & 15];
    }
}

/* -- base64 -- */

static unsigned xc_i_base64_byte(xc_str a, xc_str b, size_t i)
{
    if (i < a.len)
        return (unsigned char)a.ptr[i];
    i -= a.len;
    return i < b.len ? (unsigned char)b.ptr[i] : 0;
}

/* Encodes a and b as one. */
static void xc_i_base64(xc_str a, xc_str b, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t i, len = a.len + b.len;
    for (i = 0; i < len; i += 3) {
        unsigned x = xc_i_base64_byte(a, b, i);
        unsigned y = xc_i_base64_byte(a, b, i + 1);
        unsigned z = xc_i_base64_byte(a, b, i + 2);
        *out++ = digits[x >> 2];
        *out++ = digits[(x & 3) << 4 | y >> 4];
        *out++ = len - i > 1 ? digits[(y & 15) << 2 | z >> 6] : '=';
        *out++ = len - i > 2 ? digits[z & 63] : '=';
    }
}

/* The number of groups of four characters. */
static size_t xc_i_base64_groups(size_t bytes)
{
    return bytes / 3 + (bytes % 3 != 0);
}

XC_API xc_status xc_base64_encode(xc_str data, char *mem, size_t size,
                                  xc_str *result)
{
    size_t groups = xc_i_base64_groups(data.len);
    xc_i_out out = xc_i_out_to(mem, size);
    if (!xc_i_out_begin(mem, size, result) || data.ptr == NULL ||
        groups > SIZE_MAX / 4)
        return XC_ERR_ARGUMENT;
    out.used = groups * 4;
    if (out.used <= size)
        xc_i_base64(data, xc_i_absent(), mem);
    return xc_i_out_end(&out, result);
}

static xc_status xc_i_base64_decode(xc_str text, bool skips, char *mem,
                                    size_t size, xc_str *result)
{
    xc_i_out out = xc_i_out_to(mem, size);
    size_t at;
    if (!xc_i_out_begin(mem, size, result) || text.ptr == NULL)
        return XC_ERR_ARGUMENT;
    at = xc_i_base64_skip(text, 0, skips);
    while (at < text.len) {
        uint32_t bits;
        unsigned bytes = xc_i_base64_group(text, skips, &at, &bits);
        if (bytes == 0) {
            xc_wipe(mem, xc_i_min(out.used, size));
            result->len = at;
            return XC_ERR_BASE64;
        }
        for (; bytes > 0; bytes--, bits <<= 8)
            xc_i_out_char(&out, (char)(unsigned char)(bits >> 16 & 0xFF));
    }
    return xc_i_secret_end(&out, result);
}

XC_API xc_status xc_base64_decode(xc_str text, char *mem, size_t size,
                                  xc_str *result)
{
    return xc_i_base64_decode(text, true, mem, size, result);
}

XC_API xc_status xc_sasl_encode(xc_str data, char *mem, size_t size,
                                xc_str *result)
{
    xc_i_out out = xc_i_out_to(mem, size);
    if (data.ptr != NULL && data.len > 0)
        return xc_base64_encode(data, mem, size, result);
    if (!xc_i_out_begin(mem, size, result))
        return XC_ERR_ARGUMENT;
    if (data.ptr == NULL)
        return XC_OK;
    xc_i_out_char(&out, '=');
    return xc_i_secret_end(&out, result);
}

XC_API xc_status xc_sasl_decode(xc_str text, char *mem, size_t size,
                                xc_str *result)
{
    if (text.ptr != NULL && text.len > 0 && !xc_str_is(text, "="))
        return xc_sasl2_decode(text, mem, size, result);
    if (!xc_i_out_begin(mem, size, result))
        return XC_ERR_ARGUMENT;
    if (text.ptr != NULL && text.len > 0)
        *result = xc_str_from("");
    return XC_OK;
}

XC_API xc_status xc_sasl2_encode(xc_str data, char *mem, size_t size,
                                 xc_str *result)
{
    if (data.ptr != NULL)
        return xc_base64_encode(data, mem, size, result);
    return xc_i_out_begin(mem, size, result) ? XC_OK : XC_ERR_ARGUMENT;
}

XC_API xc_status xc_sasl2_decode(xc_str text, char *mem, size_t size,
                                 xc_str *result)
{
    if (text.ptr != NULL)
        return xc_i_base64_decode(text, false, mem, size, result);
    return xc_i_out_begin(mem, size, result) ? XC_OK : XC_ERR_ARGUMENT;
}

/* -- mechanisms and failures -- */

XC_API const char *xc_mechanism_name(xc_mechanism mechanism)
{
    switch (mechanism) {
#define XC_I_CASE(name, text, hash)                                           \
    case XC_MECHANISM_##name: return text;
        XC_MECHANISMS(XC_I_CASE)
#undef XC_I_CASE
    case XC_MECHANISM_NONE: break;
    }
    return "";
}

XC_API size_t xc_mechanism_hash_size(xc_mechanism mechanism)
{
    switch (mechanism) {
#define XC_I_CASE(name, text, hash)                                           \
    case XC_MECHANISM_##name: return hash;
        XC_MECHANISMS(XC_I_CASE)
#undef XC_I_CASE
    case XC_MECHANISM_NONE: break;
    }
    return 0;
}

XC_API xc_mechanism xc_mechanism_from_name(xc_str name)
{
    int i = 0;
    while (i < (int)XC_MECHANISM_NONE &&
           !xc_str_is(name, xc_mechanism_name((xc_mechanism)i)))
        i++;
    return (xc_mechanism)i;
}

static bool xc_i_ends_in_plus(xc_str s)
{
    return s.len > 5 && memcmp(s.ptr + s.len - 5, "-PLUS", 5) == 0;
}

XC_API void xc_mechanism_offer(uint32_t *offered, xc_str name)
{
    xc_str text = xc_str_trim(name);
    xc_mechanism mechanism = xc_mechanism_from_name(text);
    if (offered == NULL || text.len == 0)
        return;
    if (mechanism != XC_MECHANISM_NONE)
        *offered |= XC_MECHANISM_BIT(mechanism);
    else
        *offered |= xc_i_ends_in_plus(text) ? XC_MECHANISMS_UNKNOWN_PLUS
                                            : XC_MECHANISMS_UNKNOWN_BARE;
}

XC_API xc_mechanism xc_mechanism_choose(uint32_t offered, uint32_t allowed)
{
    int i = 0;
    while (i < (int)XC_MECHANISM_NONE &&
           (offered & allowed & XC_MECHANISM_BIT(i)) == 0)
        i++;
    return (xc_mechanism)i;
}

XC_API xc_sasl_failure_condition xc_sasl_failure_for_status(xc_status status)
{
    if (status == XC_ERR_BASE64)
        return XC_SASL_FAILURE_INCORRECT_ENCODING;
    if (status == XC_ERR_SASL_SYNTAX || status == XC_ERR_SASL_EXTENSION)
        return XC_SASL_FAILURE_MALFORMED_REQUEST;
    if (status == XC_ERR_SASL_HASH || status == XC_ERR_ARGUMENT ||
        status == XC_ERR_WORKSPACE || status == XC_ERR_BUFFER_SIZE)
        return XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE;
    return XC_SASL_FAILURE_NOT_AUTHORIZED;
}

/* -- the offer -- */

/* Mechanisms with channel binding. */
#define XC_I_BOUND (XC_MECHANISMS_SCRAM_PLUS | XC_MECHANISMS_HT_BOUND)

/* Names, of the children of an element or in an array. */
typedef struct xc_i_listed {
    const xc_element *parent; /* NULL: the names are in `array` */
    const char *child, *attr; /* attr NULL: the names are the texts */
    const xc_str *array;
    size_t count;
} xc_i_listed;

static xc_i_listed xc_i_names_of(const xc_element *parent, const char *child,
                                 const char *attr)
{
    xc_i_listed names = {NULL, NULL, NULL, NULL, 0};
    names.parent = parent;
    names.child = child;
    names.attr = attr;
    return names;
}

static xc_i_listed xc_i_types_of(const xc_element *types)
{
    return xc_i_names_of(types, "channel-binding", "type");
}

static xc_i_listed xc_i_names_in(const xc_str *array, size_t count)
{
    xc_i_listed names = {NULL, NULL, NULL, NULL, 0};
    names.array = array;
    names.count = count;
    return names;
}

/* Name i; *e is the previous element. False: no more names. */
static bool xc_i_next_name(const xc_i_listed *names, size_t i,
                           const xc_element **e, xc_str *name)
{
    if (names->parent == NULL) {
        if (i < names->count)
            *name = names->array[i];
        return i < names->count;
    }
    *e = i == 0 ? xc_child(names->parent, NULL, names->child)
                : xc_next_same_name(*e);
    if (*e == NULL)
        return false;
    *name = xc_str_trim(names->attr != NULL ? xc_attr(*e, names->attr)
                                            : xc_text(*e));
    return true;
}

/* The collation i;octet (RFC 4790 section 9.3). */
static int xc_i_compare_octets(xc_str a, xc_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int order = n > 0 ? memcmp(a.ptr, b.ptr, n) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

/* The least name that is greater than `before`, or of all if that is absent.
   Returns how often it occurs; 0: no such name. */
static size_t xc_i_least_name(const xc_i_listed *names, xc_str before,
                              xc_str *least)
{
    const xc_element *e = NULL;
    xc_str name;
    size_t i, times = 0;
    for (i = 0; xc_i_next_name(names, i, &e, &name); i++) {
        int order = -1;
        if (name.ptr == NULL)
            continue;
        if (times > 0)
            order = xc_i_compare_octets(name, *least);
        if (order > 0 ||
            (before.ptr != NULL && xc_i_compare_octets(name, before) <= 0))
            continue;
        times = order < 0 ? 1 : times + 1;
        *least = name;
    }
    return times;
}

static bool xc_i_are_few(const xc_i_listed *names)
{
    const xc_element *e = NULL;
    xc_str name;
    size_t i = 0;
    while (i <= XC_OFFER_MAX && xc_i_next_name(names, i, &e, &name))
        i++;
    return i <= XC_OFFER_MAX;
}

/* XEP-0474 section 6.1: sorted, with U+001E between them. */
static void xc_i_put_names(const xc_i_listed *names, xc_i_out *out)
{
    xc_str name = xc_i_absent();
    bool first = true;
    size_t times;
    while ((times = xc_i_least_name(names, name, &name)) > 0) {
        for (; times > 0; times--, first = false) {
            if (!first)
                xc_i_out_char(out, '\x1E');
            xc_i_out_put(out, name);
        }
    }
}

static xc_status xc_i_put_offer(const xc_i_listed *mechanisms,
                                const xc_i_listed *types, bool listed,
                                char *mem, size_t size, xc_str *offer)
{
    xc_i_out out = xc_i_out_to(mem, size);
    if (!xc_i_are_few(mechanisms) || !xc_i_are_few(types))
        return XC_ERR_SASL_SYNTAX;
    xc_i_put_names(mechanisms, &out);
    if (listed) {
        xc_i_out_char(&out, '\x1F');
        xc_i_put_names(types, &out);
    }
    return xc_i_secret_end(&out, offer);
}

XC_API xc_status xc_sasl_offer(const xc_element *mechanisms,
                               const xc_element *types, char *mem, size_t size,
                               xc_str *offer)
{
    xc_i_listed names = xc_i_names_of(mechanisms, "mechanism", NULL);
    xc_i_listed bindings = xc_i_types_of(types);
    if (!xc_i_out_begin(mem, size, offer) || mechanisms == NULL)
        return XC_ERR_ARGUMENT;
    return xc_i_put_offer(&names, &bindings, types != NULL, mem, size, offer);
}

XC_API xc_status xc_sasl_offer_names(const xc_str *mechanisms, size_t count,
                                     const xc_str *types, size_t type_count,
                                     char *mem, size_t size, xc_str *offer)
{
    xc_i_listed names = xc_i_names_in(mechanisms, count);
    xc_i_listed bindings = xc_i_names_in(types, type_count);
    if (!xc_i_out_begin(mem, size, offer) || mechanisms == NULL ||
        (types == NULL && type_count > 0))
        return XC_ERR_ARGUMENT;
    return xc_i_put_offer(&names, &bindings, types != NULL, mem, size, offer);
}

XC_API bool xc_binding_offered(const xc_element *types, xc_str type)
{
    xc_i_listed names = xc_i_types_of(types);
    const xc_element *e = NULL;
    xc_str name;
    size_t i;
    for (i = 0; type.ptr != NULL && xc_i_next_name(&names, i, &e, &name); i++)
        if (xc_str_equal(name, type))
            return true;
    return false;
}

XC_API xc_binding_choice xc_binding_choose(uint32_t offered,
                                           const xc_element *types,
                                           const xc_channel_binding *mine,
                                           size_t count,
                                           const xc_channel_binding **chosen)
{
    bool plus = (offered & XC_I_BOUND) != 0;
    bool some = xc_child(types, NULL, "channel-binding") != NULL;
    size_t i;
    if (chosen != NULL)
        *chosen = NULL;
    if (mine == NULL || count == 0)
        return XC_BINDING_IMPOSSIBLE;
    if (!some)
        return plus ? XC_BINDING_UNLISTED : XC_BINDING_NOT_OFFERED;
    if (!plus)
        return XC_BINDING_STRIPPED;
    for (i = 0; i < count; i++) {
        if (!xc_binding_offered(types, mine[i].type))
            continue;
        if (chosen != NULL)
            *chosen = &mine[i];
        return XC_BINDING_CHOSEN;
    }
    return XC_BINDING_NOT_COMMON;
}

/* -- PLAIN, EXTERNAL, ANONYMOUS -- */

/* Passwords are never case mapped. */
static xc_sasl_profile xc_i_password_profile(xc_sasl_profile profile)
{
    return profile == XC_SASL_PROFILE_CASE_MAPPED ? XC_SASL_PROFILE_SASLPREP
                                                  : profile;
}

static xc_status xc_i_check_sasl_plain(const xc_plain *p)
{
    bool authzid = p->authzid.ptr == NULL || xc_i_is_sasl_text(p->authzid);
    return authzid && xc_i_is_sasl_text(p->authcid) &&
                   xc_i_is_sasl_text(p->password)
               ? XC_OK
               : XC_ERR_SASL_SYNTAX;
}

/* Puts the prepared text. */
static xc_status xc_i_put_sasl_plain(xc_i_out *o, xc_sasl_profile profile,
                                     xc_str text)
{
    size_t at = xc_i_min(o->used, o->size);
    char *free_mem = at < o->size ? o->mem + at : NULL;
    xc_str prepared;
    xc_status status =
        xc_sasl_prepare(profile, text, free_mem, o->size - at, &prepared);
    if (status == XC_OK && prepared.ptr != free_mem)
        xc_i_out_put(o, prepared);
    else if (status == XC_OK || status == XC_ERR_BUFFER_SIZE)
        o->used += prepared.len;
    return status == XC_ERR_BUFFER_SIZE ? XC_OK : status;
}

XC_API xc_status xc_plain_write_as(xc_sasl_profile profile, const xc_plain *in,
                                   char *mem, size_t size, xc_str *message)
{
    xc_i_out out = xc_i_out_to(mem, size);
    xc_status status;
    if (!xc_i_out_begin(mem, size, message) || in == NULL)
        return XC_ERR_ARGUMENT;
    status = xc_i_check_sasl_plain(in);
    if (status != XC_OK)
        return status;
    if (in->authzid.ptr != NULL)
        xc_i_out_put(&out, in->authzid);
    xc_i_out_char(&out, '\0');
    status = xc_i_put_sasl_plain(&out, profile, in->authcid);
    xc_i_out_char(&out, '\0');
    if (status == XC_OK)
        status = xc_i_put_sasl_plain(&out, xc_i_password_profile(profile),
                                     in->password);
    if (status == XC_OK)
        return xc_i_secret_end(&out, message);
    xc_wipe(mem, size);
    return status;
}

XC_API xc_status xc_plain_write(const xc_plain *in, char *mem, size_t size,
                                xc_str *message)
{
    return xc_plain_write_as(XC_SASL_PROFILE_SASLPREP, in, mem, size, message);
}

XC_API xc_status xc_plain_prepare(xc_sasl_profile profile, xc_plain *p,
                                  char *mem, size_t size)
{
    xc_str name, password;
    xc_status status;
    size_t used;
    if (p == NULL)
        return XC_ERR_ARGUMENT;
    status = xc_sasl_prepare(profile, p->authcid, mem, size, &name);
    if (status != XC_OK)
        return status;
    used = name.ptr == mem ? name.len : 0;
    status = xc_sasl_prepare(xc_i_password_profile(profile), p->password,
                             used < size ? mem + used : NULL, size - used,
                             &password);
    if (status != XC_OK)
        return status;
    p->authcid = name;
    p->password = password;
    return XC_OK;
}

XC_API xc_status xc_plain_read(xc_str message, xc_plain *out)
{
    if (out == NULL)
        return XC_ERR_ARGUMENT;
    out->authzid = xc_str_cut(&message, '\0');
    out->authcid = xc_str_cut(&message, '\0');
    out->password = message;
    if (out->authzid.len == 0)
        out->authzid = xc_i_absent();
    if (xc_i_check_sasl_plain(out) == XC_OK)
        return XC_OK;
    out->authzid = out->authcid = out->password = xc_i_absent();
    return XC_ERR_SASL_SYNTAX;
}

XC_API xc_status xc_external_write(xc_str authzid, xc_str *message)
{
    if (message == NULL)
        return XC_ERR_ARGUMENT;
    *message = authzid;
    if (authzid.ptr == NULL)
        *message = xc_str_from("");
    else if (!xc_i_is_sasl_text(authzid))
        *message = xc_i_absent();
    return message->ptr != NULL ? XC_OK : XC_ERR_SASL_SYNTAX;
}

XC_API xc_status xc_external_read(xc_str message, xc_str *authzid)
{
    if (authzid == NULL)
        return XC_ERR_ARGUMENT;
    *authzid = xc_i_is_sasl_text(message) ? message : xc_i_absent();
    return authzid->ptr != NULL || (message.ptr != NULL && message.len == 0)
               ? XC_OK
               : XC_ERR_SASL_SYNTAX;
}

/* RFC 4505 sections 2 and 3: 255 characters, no controls. */
static bool xc_i_is_trace(xc_str s)
{
    size_t count = 0;
    while (s.len > 0) {
        uint32_t cp;
        size_t n = xc_utf8_decode(s, &cp);
        if (n == 0 || cp < 0x20 || cp == 0x7F || ++count > 255)
            return false;
        s.ptr += n;
        s.len -= n;
    }
    return s.ptr != NULL;
}

XC_API xc_status xc_anonymous_write(xc_str trace, xc_str *message)
{
    if (message == NULL)
        return XC_ERR_ARGUMENT;
    *message = trace.ptr != NULL ? trace : xc_str_from("");
    if (xc_i_is_trace(*message))
        return XC_OK;
    *message = xc_i_absent();
    return XC_ERR_SASL_SYNTAX;
}

XC_API xc_status xc_anonymous_read(xc_str message, xc_str *trace)
{
    if (trace == NULL)
        return XC_ERR_ARGUMENT;
    *trace = xc_i_absent();
    if (!xc_i_is_trace(message))
        return XC_ERR_SASL_SYNTAX;
    if (message.len > 0)
        *trace = message;
    return XC_OK;
}

/* -- HMAC and Hi --
   The key is kept as the inner key block; XOR with 0x6A makes it the outer
   one. The first element of each array of pieces is reserved for it. */

static bool xc_i_is_hash(const xc_hash *h)
{
    return h != NULL && h->digest != NULL && h->size > 0 &&
           h->size <= XC_HASH_MAX && h->size <= h->block &&
           h->block <= XC_HASH_BLOCK_MAX;
}

static void xc_i_xor_pad(const xc_hash *h, unsigned char *key, unsigned pad)
{
    size_t i;
    for (i = 0; i < h->block; i++)
        key[i] = (unsigned char)(key[i] ^ pad);
}

static bool xc_i_hmac_key(const xc_hash *h, xc_str secret, unsigned char *key)
{
    bool ok = true;
    memset(key, 0, XC_HASH_BLOCK_MAX);
    if (secret.len > h->block)
        ok = h->digest(&secret, 1, key);
    else if (secret.len > 0)
        memcpy(key, secret.ptr, secret.len);
    xc_i_xor_pad(h, key, 0x36);
    return ok;
}

static bool xc_i_hmac_run(const xc_hash *h, unsigned char *key, xc_str *pieces,
                          size_t count, unsigned char *out)
{
    xc_str outer[2];
    bool ok;
    pieces[0] = outer[0] = xc_i_str(key, h->block);
    outer[1] = xc_i_str(out, h->size);
    ok = h->digest(pieces, count, out);
    xc_i_xor_pad(h, key, 0x6A);
    ok = ok && h->digest(outer, 2, out);
    xc_i_xor_pad(h, key, 0x6A);
    if (!ok)
        xc_wipe(out, h->size);
    return ok;
}

/* `out` may be the memory of the secret. */
static bool xc_i_hmac(const xc_hash *h, xc_str secret, xc_str *pieces,
                      size_t count, unsigned char *out)
{
    unsigned char key[XC_HASH_BLOCK_MAX];
    bool ok = xc_i_hmac_key(h, secret, key);
    ok = ok && xc_i_hmac_run(h, key, pieces, count, out);
    xc_wipe(key, sizeof key);
    return ok;
}

static bool xc_i_hmac_of(const xc_hash *h, const unsigned char *secret,
                         xc_str text, unsigned char *out)
{
    xc_str pieces[2];
    pieces[1] = text;
    return xc_i_hmac(h, xc_i_str(secret, h->size), pieces, 2, out);
}

static xc_status xc_i_hi_fail(xc_scram_hi *hi)
{
    xc_wipe(hi, sizeof *hi);
    hi->i_hash = NULL;
    return XC_ERR_SASL_HASH;
}

XC_API xc_status xc_scram_hi_init(xc_scram_hi *hi, const xc_hash *hash,
                                  xc_str password, xc_str salt,
                                  uint32_t iterations)
{
    static const unsigned char one[4] = {0, 0, 0, 1};
    xc_str pieces[3];
    if (hi == NULL)
        return XC_ERR_ARGUMENT;
    memset(hi, 0, sizeof *hi);
    hi->i_hash = NULL;
    if (!xc_i_is_hash(hash) || password.ptr == NULL || salt.ptr == NULL ||
        iterations == 0)
        return XC_ERR_ARGUMENT;
    pieces[1] = salt;
    pieces[2] = xc_i_str(one, 4);
    if (!xc_i_hmac_key(hash, password, hi->i_key) ||
        !xc_i_hmac_run(hash, hi->i_key, pieces, 3, hi->i_u))
        return xc_i_hi_fail(hi);
    memcpy(hi->result, hi->i_u, sizeof hi->i_u);
    hi->i_hash = hash;
    hi->left = iterations - 1;
    return XC_NEED_MORE;
}

XC_API xc_status xc_scram_hi_next(xc_scram_hi *hi, uint32_t rounds)
{
    if (hi == NULL || hi->i_hash == NULL)
        return XC_ERR_ARGUMENT;
    for (; rounds > 0 && hi->left > 0; rounds--, hi->left--) {
        xc_str pieces[2];
        size_t i;
        pieces[1] = xc_i_str(hi->i_u, hi->i_hash->size);
        if (!xc_i_hmac_run(hi->i_hash, hi->i_key, pieces, 2, hi->i_u))
            return xc_i_hi_fail(hi);
        for (i = 0; i < hi->i_hash->size; i++)
            hi->result[i] = (unsigned char)(hi->result[i] ^ hi->i_u[i]);
    }
    return hi->left > 0 ? XC_NEED_MORE : XC_OK;
}

static bool xc_i_scram_derive(const xc_hash *h, const unsigned char *salted,
                              xc_scram_keys *keys)
{
    xc_str client_key = xc_i_str(keys->stored_key, h->size);
    return xc_i_hmac_of(h, salted, xc_str_from("Client Key"),
                        keys->stored_key) &&
           h->digest(&client_key, 1, keys->stored_key) &&
           xc_i_hmac_of(h, salted, xc_str_from("Server Key"),
                        keys->server_key);
}

XC_API xc_status xc_scram_derive(const xc_hash *hash,
                                 const unsigned char *salted,
                                 xc_scram_keys *keys)
{
    if (!xc_i_is_hash(hash) || salted == NULL || keys == NULL)
        return XC_ERR_ARGUMENT;
    memset(keys, 0, sizeof *keys);
    if (xc_i_scram_derive(hash, salted, keys))
        return XC_OK;
    xc_wipe(keys, sizeof *keys);
    return XC_ERR_SASL_HASH;
}

/* -- the state of SCRAM --
   The memory holds gs2-header client-first-message-bare ","
   server-first-message "," client-final-message. From i_bare on, without the
   proof, that is AuthMessage (RFC 5802 section 3). After it comes temporary
   data, at the very end the channel binding data. */

enum {
    XC_I_SCRAM_NOT, /* failed, or never begun */
    XC_I_CLIENT_WAITS,
    XC_I_CLIENT_CHALLENGED,
    XC_I_CLIENT_RESPONDED,
    XC_I_SERVER_ASKED,
    XC_I_SERVER_WAITS,
    XC_I_SCRAM_DONE
};

static xc_scram_error xc_i_scram_error_of(xc_status status)
{
    if (status == XC_ERR_BASE64)
        return XC_SCRAM_ERROR_INVALID_ENCODING;
    if (status == XC_ERR_SASL_EXTENSION)
        return XC_SCRAM_ERROR_EXTENSIONS_NOT_SUPPORTED;
    if (status == XC_ERR_SASL_PROOF)
        return XC_SCRAM_ERROR_INVALID_PROOF;
    if (status == XC_ERR_SASL_BINDING)
        return XC_SCRAM_ERROR_CHANNEL_BINDINGS_DONT_MATCH;
    if (status == XC_ERR_WORKSPACE)
        return XC_SCRAM_ERROR_NO_RESOURCES;
    if (status >= XC_ERR_JID_EMPTY && status <= XC_ERR_JID_ESCAPE)
        return XC_SCRAM_ERROR_INVALID_USERNAME_ENCODING;
    return XC_SCRAM_ERROR_OTHER_ERROR;
}

/* Ends each step. Bytes that did not fit were counted in i_used. */
static xc_status xc_i_scram_end(xc_scram *s, xc_status status, unsigned phase)
{
    if (status == XC_OK && s->i_used > s->i_size)
        status = XC_ERR_WORKSPACE;
    s->i_phase = (uint8_t)phase;
    if (status == XC_OK)
        return XC_OK;
    s->i_phase = XC_I_SCRAM_NOT;
    s->i_status = status;
    if (s->error == XC_SCRAM_ERROR_OTHER_ERROR)
        s->error = xc_i_scram_error_of(status);
    xc_wipe(s->i_signature, sizeof s->i_signature);
    return status;
}

/* May the step of this phase be taken? */
static xc_status xc_i_scram_expect(const xc_scram *s, unsigned phase)
{
    if (s == NULL)
        return XC_ERR_ARGUMENT;
    if (s->i_phase == XC_I_SCRAM_NOT && s->i_status != XC_OK)
        return s->i_status;
    return s->i_phase == phase ? XC_OK : XC_ERR_ARGUMENT;
}

static bool xc_i_is_plus(xc_mechanism m)
{
    return (XC_MECHANISMS_SCRAM_PLUS & XC_MECHANISM_BIT(m)) != 0;
}

static void xc_i_scram_clear(xc_scram *s)
{
    if (s != NULL)
        memset(s, 0, sizeof *s);
}

/* Begins with a cleared xc_scram. */
static bool xc_i_scram_begin(xc_scram *s, void *mem, size_t size,
                             xc_mechanism mechanism, const xc_hash *hash,
                             xc_sasl_profile profile)
{
    if (s == NULL || mem == NULL || !xc_i_is_hash(hash) ||
        (unsigned)mechanism >= (unsigned)XC_MECHANISM_NONE ||
        (XC_MECHANISMS_SCRAM & XC_MECHANISM_BIT(mechanism)) == 0 ||
        xc_mechanism_hash_size(mechanism) != hash->size)
        return false;
    s->i_mem = (char *)mem;
    s->i_size = size;
    s->i_hash = hash;
    s->i_mechanism = mechanism;
    s->i_profile = profile;
    return true;
}

XC_API void xc_scram_wipe(xc_scram *s)
{
    if (s == NULL)
        return;
    xc_wipe(s->i_mem, s->i_mem != NULL ? s->i_size + s->i_binding : 0);
    xc_wipe(s, sizeof *s);
}

static xc_str xc_i_scram_view(const xc_scram *s, size_t at, size_t len)
{
    xc_str view;
    view.ptr = s->i_mem + at;
    view.len = len;
    return view;
}

/* The message from `at` on; absent: a step failed. */
static xc_str xc_i_scram_message(const xc_scram *s, size_t at)
{
    return s->i_phase != XC_I_SCRAM_NOT
               ? xc_i_scram_view(s, at, s->i_used - at)
               : xc_i_absent();
}

static void xc_i_scram_put(xc_scram *s, xc_str text)
{
    xc_i_out out = xc_i_out_to(s->i_mem, s->i_size);
    out.used = s->i_used;
    xc_i_out_put(&out, text);
    s->i_used = out.used;
}

static void xc_i_scram_puts(xc_scram *s, const char *text)
{
    xc_i_scram_put(s, xc_str_from(text));
}

static void xc_i_scram_put_base64(xc_scram *s, xc_str a, xc_str b)
{
    size_t groups = a.len <= SIZE_MAX - b.len
                        ? xc_i_base64_groups(a.len + b.len)
                        : SIZE_MAX;
    if (s->i_used <= s->i_size && groups <= (s->i_size - s->i_used) / 4) {
        xc_i_base64(a, b, s->i_mem + s->i_used);
        s->i_used += groups * 4;
    } else {
        s->i_used = SIZE_MAX;
    }
}

static void xc_i_scram_put_number(xc_scram *s, uint32_t n)
{
    char digits[12], *end = digits + sizeof digits;
    xc_str text;
    text.ptr = xc_i_decimal(end, n);
    text.len = (size_t)(end - text.ptr);
    xc_i_scram_put(s, text);
}

/* Hashes the offer into the memory of the later signature (XEP-0474 section
   5.1). */
static bool xc_i_scram_keep_offer(xc_scram *s, xc_str offer)
{
    s->i_offered = offer.ptr != NULL;
    return !s->i_offered || s->i_hash->digest(&offer, 1, s->i_signature);
}

/* The TLS version as in XEP-0515 section 4.1. */
static xc_str xc_i_tls_version(const xc_scram *s, char text[4])
{
    unsigned char version[2];
    version[0] = (unsigned char)(s->i_tls_version >> 8);
    version[1] = (unsigned char)(s->i_tls_version & 0xFF);
    xc_i_hex(version, 2, text);
    return xc_i_str((const unsigned char *)text, 4);
}

/* Keeps channel binding data at the end of the memory. */
static void xc_i_scram_bind(xc_scram *s, xc_str data)
{
    if (data.len > s->i_size) {
        s->i_used = SIZE_MAX;
        return;
    }
    s->i_size -= data.len;
    s->i_binding = data.len;
    if (data.len > 0)
        memcpy(s->i_mem + s->i_size, data.ptr, data.len);
}

/* c= of client-final-message. */
static void xc_i_scram_put_binding(xc_scram *s)
{
    xc_i_scram_put_base64(s, xc_i_scram_view(s, 0, s->i_bare),
                          xc_i_scram_view(s, s->i_size, s->i_binding));
}

static xc_str xc_i_scram_auth_message(const xc_scram *s)
{
    return xc_i_scram_view(s, s->i_bare, s->i_used - s->i_bare);
}

/* -- the syntax of SCRAM --
   RFC 5802 section 7. */

static bool xc_i_is_alpha(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool xc_i_is_cb_name(xc_str s)
{
    size_t i = 0;
    while (s.ptr != NULL && i < s.len &&
           (xc_i_is_alpha(s.ptr[i]) || (s.ptr[i] >= '0' && s.ptr[i] <= '9') ||
            s.ptr[i] == '.' || s.ptr[i] == '-'))
        i++;
    return i > 0 && i == s.len;
}

static bool xc_i_is_nonce(xc_str s)
{
    size_t i = 0;
    while (s.ptr != NULL && i < s.len && s.ptr[i] > 0x20 && s.ptr[i] < 0x7F &&
           s.ptr[i] != ',')
        i++;
    return i > 0 && i == s.len;
}

/* Cuts an attribute off the front. Returns its name; 0: not an attribute. */
static char xc_i_scram_attr(xc_str *rest, xc_str *value)
{
    *value = xc_str_cut(rest, ',');
    if (value->ptr == NULL || value->len < 3 || value->ptr[1] != '=' ||
        !xc_i_is_alpha(value->ptr[0]))
        return 0;
    value->ptr += 2;
    value->len -= 2;
    return xc_i_is_sasl_text(*value) ? value->ptr[-2] : '\0';
}

static xc_status xc_i_scram_take(xc_str *rest, char name, xc_str *value)
{
    char found = xc_i_scram_attr(rest, value);
    return found == name  ? XC_OK
           : found == 'm' ? XC_ERR_SASL_EXTENSION
                          : XC_ERR_SASL_SYNTAX;
}

/* Does the RFC give an attribute of this name a meaning? */
static bool xc_i_scram_means(char name)
{
    const char *known = "amnrcsipve";
    while (*known != '\0' && *known != name)
        known++;
    return *known != '\0';
}

/* Skips optional extensions up to the attribute `last`, or to the end if that
   is 0. Attributes that the RFC defines are not extensions. */
static xc_status xc_i_scram_skip(xc_str *rest, char last, xc_str *value)
{
    while (rest->ptr != NULL) {
        char name = xc_i_scram_attr(rest, value);
        if (name == 'm')
            return XC_ERR_SASL_EXTENSION;
        if (name != 0 && name == last)
            return rest->ptr == NULL ? XC_OK : XC_ERR_SASL_SYNTAX;
        if (name == 0 || xc_i_scram_means(name))
            return XC_ERR_SASL_SYNTAX;
    }
    return last == 0 ? XC_OK : XC_ERR_SASL_SYNTAX;
}

static xc_status xc_i_scram_iterations(xc_scram *s, xc_str text)
{
    uint64_t number;
    if (text.ptr[0] == '0' || !xc_i_take_number(&text, &number) ||
        text.len != 0)
        return XC_ERR_SASL_SYNTAX;
    s->i_iterations = number < UINT32_MAX ? (uint32_t)number : UINT32_MAX;
    return s->i_iterations >= s->i_min && s->i_iterations <= s->i_max
               ? XC_OK
               : XC_ERR_SASL_ITERATIONS;
}

XC_API const char *xc_scram_error_name(xc_scram_error error)
{
    switch (error) {
#define XC_I_CASE(name, text)                                                 \
    case XC_SCRAM_ERROR_##name: return text;
        XC_SCRAM_ERRORS(XC_I_CASE)
#undef XC_I_CASE
    case XC_SCRAM_ERROR_COUNT: break;
    }
    return "other-error";
}

/* Reads a server-final-message that is a server-error. */
static xc_status xc_i_scram_peer(xc_scram *s, xc_str message)
{
    xc_str value, none;
    int i = 0;
    if (xc_i_scram_take(&message, 'e', &value) != XC_OK ||
        xc_i_scram_skip(&message, 0, &none) != XC_OK)
        return XC_ERR_SASL_SYNTAX;
    while (i < (int)XC_SCRAM_ERROR_COUNT &&
           !xc_str_is(value, xc_scram_error_name((xc_scram_error)i)))
        i++;
    if (i < (int)XC_SCRAM_ERROR_COUNT)
        s->error = (xc_scram_error)i;
    return XC_ERR_SASL_PEER;
}

/* -- SCRAM client -- */

/* Puts a saslname. */
static void xc_i_scram_put_escaped(xc_scram *s, xc_str text)
{
    size_t i;
    for (i = 0; i < text.len; i++) {
        xc_str c = text;
        c.ptr += i;
        c.len = 1;
        xc_i_scram_put(s, *c.ptr == '='   ? xc_str_from("=3D")
                          : *c.ptr == ',' ? xc_str_from("=2C")
                                          : c);
    }
}

/* A name that preparing wrote after the message moves to the end of the memory
   while it is escaped. */
static xc_status xc_i_scram_put_username(xc_scram *s, xc_str username)
{
    size_t size = s->i_size, at = s->i_used < size ? s->i_used : size;
    xc_str name;
    xc_status status = xc_sasl_prepare(s->i_profile, username, s->i_mem + at,
                                       size - at, &name);
    if (status != XC_OK)
        return status == XC_ERR_BUFFER_SIZE ? XC_ERR_WORKSPACE : status;
    if (name.ptr == s->i_mem + at) {
        s->i_size -= name.len;
        memmove(s->i_mem + s->i_size, name.ptr, name.len);
        name.ptr = s->i_mem + s->i_size;
    }
    xc_i_scram_put_escaped(s, name);
    if (s->i_used > s->i_size)
        s->i_used = SIZE_MAX;
    s->i_size = size;
    return XC_OK;
}

static void xc_i_scram_put_gs2(xc_scram *s, const xc_scram_client_options *o)
{
    bool plus = xc_i_is_plus(s->i_mechanism);
    bool could = o->binding.type.ptr != NULL && (o->offered & XC_I_BOUND) == 0;
    xc_i_scram_puts(s, plus ? "p=" : could ? "y" : "n");
    if (plus) {
        xc_i_scram_put(s, o->binding.type);
        xc_i_scram_bind(s, o->binding.data);
    }
    xc_i_scram_puts(s, ",");
    if (o->authzid.ptr != NULL) {
        xc_i_scram_puts(s, "a=");
        xc_i_scram_put_escaped(s, o->authzid);
    }
    xc_i_scram_puts(s, ",");
    s->i_bare = s->i_used;
}

static bool xc_i_scram_can_begin(const xc_scram_client_options *o)
{
    if (o->username.ptr == NULL || !xc_i_is_nonce(o->nonce) ||
        (o->authzid.ptr != NULL && !xc_i_is_sasl_text(o->authzid)))
        return false;
    return !xc_i_is_plus(o->mechanism) ||
           (xc_i_is_cb_name(o->binding.type) && o->binding.data.ptr != NULL &&
            o->binding.data.len > 0);
}

XC_API xc_status xc_scram_client_first(xc_scram *s, void *mem, size_t size,
                                       const xc_scram_client_options *options,
                                       xc_str *message)
{
    const xc_scram_client_options *o = options;
    xc_status status;
    xc_i_scram_clear(s);
    if (message == NULL || o == NULL)
        return XC_ERR_ARGUMENT;
    *message = xc_i_absent();
    if (!xc_i_scram_begin(s, mem, size, o->mechanism, o->hash, o->profile) ||
        !xc_i_scram_can_begin(o))
        return XC_ERR_ARGUMENT;
    s->i_min = o->iterations_min ? o->iterations_min : XC_SCRAM_ITERATIONS_MIN;
    s->i_max = o->iterations_max ? o->iterations_max : XC_SCRAM_ITERATIONS_MAX;
    s->i_offer_required = o->offer_required;
    s->i_tls_version = o->tls_version;
    xc_i_scram_put_gs2(s, o);
    xc_i_scram_puts(s, "n=");
    status = xc_i_scram_put_username(s, o->username);
    if (status == XC_OK && !xc_i_scram_keep_offer(s, o->offer))
        status = XC_ERR_SASL_HASH;
    xc_i_scram_puts(s, ",r=");
    s->i_nonce = s->i_used;
    s->i_nonce_len = o->nonce.len;
    xc_i_scram_put(s, o->nonce);
    status = xc_i_scram_end(s, status, XC_I_CLIENT_WAITS);
    *message = xc_i_scram_message(s, 0);
    return status;
}

/* The nonce must continue ours. */
static xc_status xc_i_scram_continue_nonce(xc_scram *s, xc_str nonce)
{
    xc_str begin = nonce;
    begin.len = s->i_nonce_len;
    if (!xc_i_is_nonce(nonce))
        return XC_ERR_SASL_SYNTAX;
    if (nonce.len <= s->i_nonce_len ||
        !xc_str_equal(begin, xc_i_scram_view(s, s->i_nonce, s->i_nonce_len)))
        return XC_ERR_SASL_NONCE;
    s->i_nonce = (size_t)(nonce.ptr - s->i_mem);
    s->i_nonce_len = nonce.len;
    return XC_OK;
}

static xc_status xc_i_scram_decode_salt(xc_scram *s, xc_str text)
{
    xc_str salt;
    xc_status status = xc_sasl2_decode(text, s->i_mem + s->i_used,
                                       s->i_size - s->i_used, &salt);
    s->i_salt = s->i_used;
    s->i_salt_len = salt.len;
    return status == XC_ERR_BUFFER_SIZE ? XC_ERR_WORKSPACE : status;
}

/* Decodes base64 of exactly the size of the hash. */
static xc_status xc_i_scram_decode_hash(const xc_scram *s, xc_str text,
                                        unsigned char *out)
{
    xc_str value;
    xc_status status =
        xc_sasl2_decode(text, (char *)out, s->i_hash->size, &value);
    if (status == XC_ERR_BASE64)
        return status;
    return status == XC_OK && value.len == s->i_hash->size ? XC_OK
                                                           : XC_ERR_SASL_PROOF;
}

/* Is the text the base64 of the hash of the offer? */
static bool xc_i_scram_is_offer(const xc_scram *s, xc_str text)
{
    unsigned char hash[XC_HASH_MAX];
    return xc_i_scram_decode_hash(s, text, hash) == XC_OK &&
           memcmp(hash, s->i_signature, s->i_hash->size) == 0;
}

/* XEP-0474 section 5.2, XEP-0515 section 4.2: attributes that are present must
   match what we saw. */
static xc_status xc_i_scram_compare_offer(xc_scram *s, xc_str rest,
                                          bool *confirmed)
{
    char version[4];
    xc_str value;
    *confirmed = false;
    while (rest.ptr != NULL) {
        char name = xc_i_scram_attr(&rest, &value);
        if (name == 'h' && s->i_offered) {
            *confirmed = xc_i_scram_is_offer(s, value);
            if (!*confirmed)
                return XC_ERR_SASL_DOWNGRADE;
        }
        if (name == 't' && s->i_tls_version != 0 &&
            !xc_str_equal(value, xc_i_tls_version(s, version)))
            return XC_ERR_SASL_DOWNGRADE;
    }
    return s->i_offer_required && !*confirmed ? XC_ERR_SASL_DOWNGRADE : XC_OK;
}

/* The message is in our memory already. */
static xc_status xc_i_scram_read_challenge(xc_scram *s, xc_str rest,
                                           bool *confirmed)
{
    xc_str nonce, salt, iterations, none, extensions;
    xc_status status = xc_i_scram_take(&rest, 'r', &nonce);
    if (status == XC_OK)
        status = xc_i_scram_take(&rest, 's', &salt);
    if (status == XC_OK)
        status = xc_i_scram_take(&rest, 'i', &iterations);
    extensions = rest;
    if (status == XC_OK)
        status = xc_i_scram_skip(&rest, 0, &none);
    if (status == XC_OK)
        status = xc_i_scram_continue_nonce(s, nonce);
    if (status == XC_OK)
        status = xc_i_scram_compare_offer(s, extensions, confirmed);
    if (status == XC_OK)
        status = xc_i_scram_decode_salt(s, salt);
    return status == XC_OK ? xc_i_scram_iterations(s, iterations) : status;
}

XC_API xc_status xc_scram_client_challenge(xc_scram *s, xc_str message,
                                           xc_scram_challenge *challenge)
{
    xc_status status = xc_i_scram_expect(s, XC_I_CLIENT_WAITS);
    bool confirmed = false;
    size_t at;
    if (status != XC_OK)
        return status;
    xc_i_scram_puts(s, ",");
    at = s->i_used;
    if (message.ptr == NULL)
        status = XC_ERR_SASL_SYNTAX;
    else if (xc_str_starts_with(message, "e="))
        status = xc_i_scram_peer(s, message);
    else
        xc_i_scram_put(s, message);
    if (status == XC_OK && s->i_used <= s->i_size)
        status = xc_i_scram_read_challenge(
            s, xc_i_scram_view(s, at, s->i_used - at), &confirmed);
    status = xc_i_scram_end(s, status, XC_I_CLIENT_CHALLENGED);
    if (status == XC_OK && challenge != NULL) {
        challenge->salt = xc_i_scram_view(s, s->i_salt, s->i_salt_len);
        challenge->iterations = s->i_iterations;
        challenge->offer_confirmed = confirmed;
    }
    return status;
}

/* Prepares the password into the memory after the salt. */
static xc_status xc_i_scram_prepare(xc_scram *s, xc_str password,
                                    xc_str *prepared)
{
    xc_status status = xc_i_scram_expect(s, XC_I_CLIENT_CHALLENGED);
    size_t at;
    if (status != XC_OK || password.ptr == NULL)
        return status != XC_OK ? status : XC_ERR_ARGUMENT;
    at = s->i_salt + s->i_salt_len;
    status = xc_sasl_prepare(xc_i_password_profile(s->i_profile), password,
                             s->i_mem + at, s->i_size - at, prepared);
    if (status == XC_OK)
        return XC_OK;
    xc_wipe(s->i_mem + at, s->i_size - at);
    return xc_i_scram_end(
        s, status == XC_ERR_BUFFER_SIZE ? XC_ERR_WORKSPACE : status,
        XC_I_SCRAM_NOT);
}

static xc_status xc_i_scram_begin_hi(xc_scram *s, xc_str prepared,
                                     xc_scram_hi *hi)
{
    size_t at = s->i_salt + s->i_salt_len;
    xc_status status = xc_scram_hi_init(
        hi, s->i_hash, prepared, xc_i_scram_view(s, s->i_salt, s->i_salt_len),
        s->i_iterations);
    xc_wipe(s->i_mem + at, s->i_size - at);
    return status == XC_NEED_MORE ? status
                                  : xc_i_scram_end(s, status, XC_I_SCRAM_NOT);
}

XC_API xc_status xc_scram_client_hi(xc_scram *s, xc_str password,
                                    xc_scram_hi *hi)
{
    xc_str prepared;
    xc_status status;
    if (hi == NULL)
        return XC_ERR_ARGUMENT;
    status = xc_i_scram_prepare(s, password, &prepared);
    return status == XC_OK ? xc_i_scram_begin_hi(s, prepared, hi) : status;
}

/* SaltedPassword, into the memory of the later signature. */
XC_I_NOINLINE xc_status xc_i_scram_salt(xc_scram *s, xc_str prepared)
{
    xc_scram_hi hi;
    xc_status status = xc_i_scram_begin_hi(s, prepared, &hi);
    if (status != XC_NEED_MORE)
        return status;
    status = xc_scram_hi_next(&hi, UINT32_MAX);
    memcpy(s->i_signature, hi.result, sizeof s->i_signature);
    xc_wipe(&hi, sizeof hi);
    return status == XC_OK ? status
                           : xc_i_scram_end(s, status, XC_I_SCRAM_NOT);
}

XC_API xc_status xc_scram_client_password(xc_scram *s, xc_str password,
                                          xc_str *message)
{
    xc_str prepared;
    xc_status status;
    if (message == NULL)
        return XC_ERR_ARGUMENT;
    *message = xc_i_absent();
    status = xc_i_scram_prepare(s, password, &prepared);
    if (status == XC_OK)
        status = xc_i_scram_salt(s, prepared);
    if (status != XC_OK)
        return status;
    return xc_scram_client_salted(s, s->i_signature, message);
}

/* ClientProof, and the signature to expect from the server. */
static bool xc_i_scram_prove(xc_scram *s, const unsigned char *salted,
                             unsigned char *proof)
{
    xc_str auth = xc_i_scram_auth_message(s);
    xc_str client_key = xc_i_str(proof, s->i_hash->size);
    unsigned char key[XC_HASH_MAX];
    size_t i;
    bool ok =
        xc_i_hmac_of(s->i_hash, salted, xc_str_from("Client Key"), proof) &&
        s->i_hash->digest(&client_key, 1, key) &&
        xc_i_hmac_of(s->i_hash, key, auth, key);
    for (i = 0; ok && i < s->i_hash->size; i++)
        proof[i] = (unsigned char)(proof[i] ^ key[i]);
    ok = ok &&
         xc_i_hmac_of(s->i_hash, salted, xc_str_from("Server Key"), key) &&
         xc_i_hmac_of(s->i_hash, key, auth, s->i_signature);
    xc_wipe(key, sizeof key);
    return ok;
}

XC_API xc_status xc_scram_client_salted(xc_scram *s,
                                        const unsigned char *salted,
                                        xc_str *message)
{
    xc_status status = xc_i_scram_expect(s, XC_I_CLIENT_CHALLENGED);
    unsigned char proof[XC_HASH_MAX];
    size_t at;
    if (message == NULL || salted == NULL)
        return XC_ERR_ARGUMENT;
    *message = xc_i_absent();
    if (status != XC_OK)
        return status;
    xc_i_scram_puts(s, ",");
    at = s->i_used;
    xc_i_scram_puts(s, "c=");
    xc_i_scram_put_binding(s);
    xc_i_scram_puts(s, ",r=");
    xc_i_scram_put(s, xc_i_scram_view(s, s->i_nonce, s->i_nonce_len));
    if (s->i_used <= s->i_size && !xc_i_scram_prove(s, salted, proof))
        status = XC_ERR_SASL_HASH;
    xc_i_scram_puts(s, ",p=");
    if (status == XC_OK && s->i_used <= s->i_size)
        xc_i_scram_put_base64(s, xc_i_str(proof, s->i_hash->size),
                              xc_i_absent());
    xc_wipe(proof, sizeof proof);
    status = xc_i_scram_end(s, status, XC_I_CLIENT_RESPONDED);
    *message = xc_i_scram_message(s, at);
    return status;
}

static xc_status xc_i_scram_read_final(const xc_scram *s, xc_str rest)
{
    unsigned char signature[XC_HASH_MAX];
    xc_str value, none;
    xc_status status = xc_i_scram_take(&rest, 'v', &value);
    if (status == XC_OK)
        status = xc_i_scram_skip(&rest, 0, &none);
    if (status == XC_OK)
        status = xc_i_scram_decode_hash(s, value, signature);
    if (status == XC_OK &&
        !xc_secret_equal(xc_i_str(signature, s->i_hash->size),
                         xc_i_str(s->i_signature, s->i_hash->size)))
        status = XC_ERR_SASL_PROOF;
    return status;
}

XC_API xc_status xc_scram_client_verify(xc_scram *s, xc_str message)
{
    xc_status status;
    if (s != NULL && s->i_phase == XC_I_SCRAM_DONE && message.ptr == NULL)
        return XC_OK;
    status = xc_i_scram_expect(s, XC_I_CLIENT_RESPONDED);
    if (status != XC_OK)
        return status;
    if (message.ptr == NULL)
        status = XC_ERR_SASL_PROOF;
    else if (xc_str_starts_with(message, "e="))
        status = xc_i_scram_peer(s, message);
    else
        status = xc_i_scram_read_final(s, message);
    xc_wipe(s->i_signature, sizeof s->i_signature);
    return xc_i_scram_end(s, status, XC_I_SCRAM_DONE);
}

/* -- SCRAM server -- */

static xc_status xc_i_scram_refuse(xc_scram *s, xc_scram_error error)
{
    s->error = error;
    return XC_ERR_SASL_BINDING;
}

/* Binds to the type after "p=", which this channel must have. */
static xc_status xc_i_scram_find_binding(xc_scram *s,
                                         const xc_scram_server_options *o,
                                         xc_str type)
{
    size_t i;
    if (!xc_i_is_cb_name(type))
        return XC_ERR_SASL_SYNTAX;
    if (!xc_i_is_plus(s->i_mechanism) || o->binding_count == 0)
        return xc_i_scram_refuse(s,
                                 XC_SCRAM_ERROR_CHANNEL_BINDING_NOT_SUPPORTED);
    for (i = 0; i < o->binding_count; i++) {
        if (xc_str_equal(o->bindings[i].type, type) &&
            o->bindings[i].data.ptr != NULL && o->bindings[i].data.len > 0) {
            xc_i_scram_bind(s, o->bindings[i].data);
            return XC_OK;
        }
    }
    return xc_i_scram_refuse(s,
                             XC_SCRAM_ERROR_UNSUPPORTED_CHANNEL_BINDING_TYPE);
}

/* RFC 5802 section 6. */
static xc_status xc_i_scram_check_flag(xc_scram *s,
                                       const xc_scram_server_options *o,
                                       xc_str flag, xc_str *type)
{
    if (xc_str_starts_with(flag, "p=")) {
        type->ptr = flag.ptr + 2;
        type->len = flag.len - 2;
        return xc_i_scram_find_binding(s, o, *type);
    }
    if (!xc_str_is(flag, "n") && !xc_str_is(flag, "y"))
        return XC_ERR_SASL_SYNTAX;
    if (flag.ptr[0] == 'y' && o->binding_count > 0)
        return xc_i_scram_refuse(
            s, XC_SCRAM_ERROR_SERVER_DOES_SUPPORT_CHANNEL_BINDING);
    if (xc_i_is_plus(s->i_mechanism))
        return xc_i_scram_refuse(s,
                                 XC_SCRAM_ERROR_CHANNEL_BINDINGS_DONT_MATCH);
    return XC_OK;
}

/* Unescapes a saslname into the memory from *at on. */
static xc_status xc_i_scram_unescape(const xc_scram *s, xc_str name,
                                     size_t *at, xc_str *result)
{
    size_t i, begin = *at;
    for (i = 0; i < name.len; i++) {
        xc_str rest = name;
        char c = name.ptr[i];
        rest.ptr += i;
        rest.len -= i;
        if (c == '=') {
            bool comma = xc_str_starts_with(rest, "=2C");
            if (!comma && !xc_str_starts_with(rest, "=3D"))
                return XC_ERR_SASL_SYNTAX;
            c = comma ? ',' : '=';
            i += 2;
        }
        if (*at >= s->i_size)
            return XC_ERR_WORKSPACE;
        s->i_mem[(*at)++] = c;
    }
    *result = xc_i_scram_view(s, begin, *at - begin);
    return XC_OK;
}

/* [ "a=" saslname ] */
static xc_status xc_i_scram_read_authzid(const xc_scram *s, xc_str part,
                                         size_t *at, xc_str *authzid)
{
    xc_str value;
    if (part.ptr != NULL && part.len == 0)
        return XC_OK;
    if (xc_i_scram_attr(&part, &value) != 'a')
        return XC_ERR_SASL_SYNTAX;
    return xc_i_scram_unescape(s, value, at, authzid);
}

static xc_status xc_i_scram_read_username(const xc_scram *s, xc_str name,
                                          size_t *at, xc_str *username)
{
    xc_str raw;
    xc_status status = xc_i_scram_unescape(s, name, at, &raw);
    if (status == XC_OK)
        status = xc_sasl_prepare(s->i_profile, raw, s->i_mem + *at,
                                 s->i_size - *at, username);
    return status == XC_ERR_BUFFER_SIZE ? XC_ERR_WORKSPACE : status;
}

/* client-first-message-bare */
static xc_status xc_i_scram_read_bare(xc_scram *s, xc_str rest, size_t *at,
                                      xc_str *username)
{
    xc_str name, nonce, none;
    xc_status status = xc_i_scram_take(&rest, 'n', &name);
    if (status == XC_OK)
        status = xc_i_scram_take(&rest, 'r', &nonce);
    if (status == XC_OK)
        status = xc_i_scram_skip(&rest, 0, &none);
    if (status == XC_OK && !xc_i_is_nonce(nonce))
        status = XC_ERR_SASL_SYNTAX;
    if (status != XC_OK)
        return status;
    s->i_nonce = (size_t)(nonce.ptr - s->i_mem);
    s->i_nonce_len = nonce.len;
    return xc_i_scram_read_username(s, name, at, username);
}

/* Reads gs2-header. *at: where free memory begins. */
XC_I_NOINLINE xc_status xc_i_scram_read_gs2(xc_scram *s,
                                            const xc_scram_server_options *o,
                                            size_t *at, xc_scram_identity *who)
{
    xc_str rest = xc_i_scram_view(s, 0, s->i_used);
    xc_str flag = xc_str_cut(&rest, ',');
    xc_str authzid = xc_str_cut(&rest, ',');
    xc_status status;
    if (rest.ptr == NULL)
        return XC_ERR_SASL_SYNTAX;
    s->i_bare = (size_t)(rest.ptr - s->i_mem);
    status = xc_i_scram_check_flag(s, o, flag, &who->binding_type);
    if (status == XC_OK &&
        s->i_used > s->i_size) /* the binding took the room */
        status = XC_ERR_WORKSPACE;
    *at = s->i_used;
    return status == XC_OK
               ? xc_i_scram_read_authzid(s, authzid, at, &who->authzid)
               : status;
}

static xc_status xc_i_scram_read_first(xc_scram *s,
                                       const xc_scram_server_options *o,
                                       xc_scram_identity *who)
{
    size_t at;
    xc_status status = xc_i_scram_read_gs2(s, o, &at, who);
    return status == XC_OK
               ? xc_i_scram_read_bare(
                     s, xc_i_scram_view(s, s->i_bare, s->i_used - s->i_bare),
                     &at, &who->username)
               : status;
}

static void xc_i_scram_clear_identity(xc_scram_identity *who)
{
    who->username = who->authzid = who->binding_type = xc_i_absent();
}

XC_API xc_status xc_scram_server_first(xc_scram *s, void *mem, size_t size,
                                       const xc_scram_server_options *options,
                                       xc_str message,
                                       xc_scram_identity *identity)
{
    const xc_scram_server_options *o = options;
    xc_status status = XC_OK;
    xc_i_scram_clear(s);
    if (o == NULL || identity == NULL)
        return XC_ERR_ARGUMENT;
    xc_i_scram_clear_identity(identity);
    if (!xc_i_scram_begin(s, mem, size, o->mechanism, o->hash, o->profile) ||
        (o->binding_count > 0 && o->bindings == NULL))
        return XC_ERR_ARGUMENT;
    s->i_tls_version = o->tls_version;
    if (message.ptr == NULL)
        status = XC_ERR_SASL_SYNTAX;
    else if (!xc_i_scram_keep_offer(s, o->offer))
        status = XC_ERR_SASL_HASH;
    else
        xc_i_scram_put(s, message);
    if (status == XC_OK && s->i_used <= s->i_size)
        status = xc_i_scram_read_first(s, o, identity);
    status = xc_i_scram_end(s, status, XC_I_SERVER_ASKED);
    if (status != XC_OK)
        xc_i_scram_clear_identity(identity);
    return status;
}

static void xc_i_scram_put_offer(xc_scram *s)
{
    char version[4];
    if (s->i_offered) {
        xc_i_scram_puts(s, ",h=");
        xc_i_scram_put_base64(s, xc_i_str(s->i_signature, s->i_hash->size),
                              xc_i_absent());
    }
    if (s->i_tls_version != 0) {
        xc_i_scram_puts(s, ",t=");
        xc_i_scram_put(s, xc_i_tls_version(s, version));
    }
}

XC_API xc_status xc_scram_server_challenge(xc_scram *s, xc_str nonce,
                                           xc_str salt, uint32_t iterations,
                                           xc_str *message)
{
    xc_status status = xc_i_scram_expect(s, XC_I_SERVER_ASKED);
    size_t at;
    if (message == NULL)
        return XC_ERR_ARGUMENT;
    *message = xc_i_absent();
    if (status != XC_OK)
        return status;
    if (!xc_i_is_nonce(nonce) || salt.ptr == NULL || salt.len == 0 ||
        iterations == 0)
        return XC_ERR_ARGUMENT;
    xc_i_scram_puts(s, ",");
    at = s->i_used;
    xc_i_scram_puts(s, "r=");
    xc_i_scram_put(s, xc_i_scram_view(s, s->i_nonce, s->i_nonce_len));
    xc_i_scram_put(s, nonce);
    s->i_nonce = at + 2;
    s->i_nonce_len += nonce.len;
    xc_i_scram_puts(s, ",s=");
    xc_i_scram_put_base64(s, salt, xc_i_absent());
    xc_i_scram_puts(s, ",i=");
    xc_i_scram_put_number(s, iterations);
    xc_i_scram_put_offer(s);
    status = xc_i_scram_end(s, XC_OK, XC_I_SERVER_WAITS);
    *message = xc_i_scram_message(s, at);
    return status;
}

/* Is the c= of the client what we would have sent? */
static xc_status xc_i_scram_check_binding(xc_scram *s, xc_str binding)
{
    size_t at = s->i_used;
    xc_status status = XC_ERR_WORKSPACE;
    xc_i_scram_put_binding(s);
    if (s->i_used <= s->i_size)
        status =
            xc_secret_equal(binding, xc_i_scram_view(s, at, s->i_used - at))
                ? XC_OK
                : XC_ERR_SASL_BINDING;
    s->i_used = at;
    return status;
}

/* Reads client-final-message and copies it, up to the proof, into our
   memory. */
static xc_status xc_i_scram_read_response(xc_scram *s, xc_str message,
                                          xc_str *proof)
{
    xc_str rest = message, binding, nonce;
    xc_status status = xc_i_scram_take(&rest, 'c', &binding);
    if (status == XC_OK)
        status = xc_i_scram_take(&rest, 'r', &nonce);
    if (status == XC_OK)
        status = xc_i_scram_skip(&rest, 'p', proof);
    if (status != XC_OK)
        return status;
    message.len = (size_t)(proof->ptr - message.ptr) - 3; /* ",p=" */
    xc_i_scram_puts(s, ",");
    xc_i_scram_put(s, message);
    if (s->i_used > s->i_size)
        return XC_ERR_WORKSPACE;
    status = xc_i_scram_check_binding(s, binding);
    if (status == XC_OK &&
        !xc_secret_equal(nonce,
                         xc_i_scram_view(s, s->i_nonce, s->i_nonce_len)))
        status = XC_ERR_SASL_NONCE;
    return status;
}

/* H(ClientProof XOR ClientSignature) = StoredKey? Then the proof is replaced
   by ServerSignature. */
static xc_status xc_i_scram_check_proof(const xc_scram *s,
                                        const xc_scram_keys *keys,
                                        unsigned char *proof)
{
    xc_str auth = xc_i_scram_auth_message(s);
    xc_str client_key = xc_i_str(proof, s->i_hash->size);
    unsigned char key[XC_HASH_MAX];
    size_t i;
    bool same, ok = xc_i_hmac_of(s->i_hash, keys->stored_key, auth, key);
    for (i = 0; ok && i < s->i_hash->size; i++)
        proof[i] = (unsigned char)(proof[i] ^ key[i]);
    ok = ok && s->i_hash->digest(&client_key, 1, key);
    same = xc_secret_equal(xc_i_str(key, s->i_hash->size),
                           xc_i_str(keys->stored_key, s->i_hash->size));
    xc_wipe(key, sizeof key);
    if (!ok || !same)
        return ok ? XC_ERR_SASL_PROOF : XC_ERR_SASL_HASH;
    return xc_i_hmac_of(s->i_hash, keys->server_key, auth, proof)
               ? XC_OK
               : XC_ERR_SASL_HASH;
}

static xc_status xc_i_scram_accept(xc_scram *s, xc_str message,
                                   const xc_scram_keys *keys)
{
    static const xc_scram_keys nobody = {{0}, {0}};
    unsigned char proof[XC_HASH_MAX];
    xc_str text;
    xc_status status = xc_i_scram_read_response(s, message, &text);
    if (status == XC_OK)
        status = xc_i_scram_decode_hash(s, text, proof);
    if (status == XC_OK)
        status =
            xc_i_scram_check_proof(s, keys != NULL ? keys : &nobody, proof);
    if (status == XC_OK && keys == NULL)
        status = XC_ERR_SASL_PROOF;
    if (status == XC_OK)
        memcpy(s->i_signature, proof, s->i_hash->size);
    xc_wipe(proof, sizeof proof);
    return status;
}

XC_API xc_status xc_scram_server_verify(xc_scram *s, xc_str message,
                                        const xc_scram_keys *keys,
                                        xc_str *reply)
{
    xc_status status = xc_i_scram_expect(s, XC_I_SERVER_WAITS);
    size_t at;
    if (reply == NULL)
        return XC_ERR_ARGUMENT;
    *reply = xc_i_absent();
    if (status != XC_OK)
        return status;
    status = message.ptr != NULL ? xc_i_scram_accept(s, message, keys)
                                 : XC_ERR_SASL_SYNTAX;
    at = s->i_used;
    if (status == XC_OK) {
        xc_i_scram_puts(s, "v=");
        xc_i_scram_put_base64(s, xc_i_str(s->i_signature, s->i_hash->size),
                              xc_i_absent());
    }
    xc_wipe(s->i_signature, sizeof s->i_signature);
    status = xc_i_scram_end(s, status, XC_I_SCRAM_DONE);
    *reply = xc_i_scram_message(s, at);
    return status;
}

XC_API xc_str xc_scram_server_error(const xc_scram *s)
{
    switch (s != NULL ? s->error : XC_SCRAM_ERROR_OTHER_ERROR) {
#define XC_I_CASE(name, text)                                                 \
    case XC_SCRAM_ERROR_##name: return xc_str_from("e=" text);
        XC_SCRAM_ERRORS(XC_I_CASE)
#undef XC_I_CASE
    case XC_SCRAM_ERROR_COUNT: break;
    }
    return xc_str_from("e=other-error");
}

/* -- HT, components, dialback -- */

static xc_status xc_i_ht_hash(const xc_hash *h, xc_str token, const char *who,
                              xc_str data, unsigned char *out)
{
    xc_str pieces[3];
    if (!xc_i_is_hash(h) || token.ptr == NULL || token.len == 0)
        return XC_ERR_ARGUMENT;
    pieces[1] = xc_str_from(who);
    pieces[2] = data.ptr != NULL ? data : xc_str_from("");
    return xc_i_hmac(h, token, pieces, 3, out) ? XC_OK : XC_ERR_SASL_HASH;
}

XC_API xc_status xc_ht_write(const xc_hash *hash, xc_str authcid, xc_str token,
                             xc_str data, char *mem, size_t size,
                             xc_str *message)
{
    xc_i_out out = xc_i_out_to(mem, size);
    unsigned char hashed[XC_HASH_MAX];
    xc_status status;
    if (!xc_i_out_begin(mem, size, message))
        return XC_ERR_ARGUMENT;
    if (!xc_i_is_sasl_text(authcid))
        return XC_ERR_SASL_SYNTAX;
    status = xc_i_ht_hash(hash, token, "Initiator", data, hashed);
    if (status != XC_OK)
        return status;
    xc_i_out_put(&out, authcid);
    xc_i_out_char(&out, '\0');
    xc_i_out_put(&out, xc_i_str(hashed, hash->size));
    xc_wipe(hashed, sizeof hashed);
    return xc_i_secret_end(&out, message);
}

XC_API xc_status xc_ht_read(const xc_hash *hash, xc_str message, xc_ht *out)
{
    if (out == NULL || !xc_i_is_hash(hash))
        return XC_ERR_ARGUMENT;
    out->authcid = xc_str_cut(&message, '\0');
    out->hashed = message;
    if (xc_i_is_sasl_text(out->authcid) && message.ptr != NULL &&
        message.len == hash->size)
        return XC_OK;
    out->authcid = out->hashed = xc_i_absent();
    return XC_ERR_SASL_SYNTAX;
}

static xc_status xc_i_ht_compare(const xc_hash *h, xc_str token,
                                 const char *who, xc_str data, xc_str hashed)
{
    unsigned char expected[XC_HASH_MAX];
    xc_status status = xc_i_ht_hash(h, token, who, data, expected);
    if (status == XC_OK &&
        !xc_secret_equal(xc_i_str(expected, h->size), hashed))
        status = XC_ERR_SASL_PROOF;
    xc_wipe(expected, sizeof expected);
    return status;
}

XC_API xc_status xc_ht_verify(const xc_hash *hash, xc_str token, xc_str data,
                              xc_str hashed)
{
    return xc_i_ht_compare(hash, token, "Initiator", data, hashed);
}

XC_API xc_status xc_ht_reply(const xc_hash *hash, xc_str token, xc_str data,
                             char *mem, size_t size, xc_str *reply)
{
    xc_i_out out = xc_i_out_to(mem, size);
    unsigned char hashed[XC_HASH_MAX];
    xc_status status;
    if (!xc_i_out_begin(mem, size, reply))
        return XC_ERR_ARGUMENT;
    status = xc_i_ht_hash(hash, token, "Responder", data, hashed);
    if (status == XC_OK)
        xc_i_out_put(&out, xc_i_str(hashed, hash->size));
    xc_wipe(hashed, sizeof hashed);
    return status == XC_OK ? xc_i_secret_end(&out, reply) : status;
}

XC_API xc_status xc_ht_verify_reply(const xc_hash *hash, xc_str token,
                                    xc_str data, xc_str reply)
{
    return xc_i_ht_compare(hash, token, "Responder", data, reply);
}

/* Returns a digest in hexadecimal. */
static xc_status xc_i_put_digest(const xc_hash *h, const unsigned char *digest,
                                 char *mem, size_t size, xc_str *result)
{
    xc_i_out out = xc_i_out_to(mem, size);
    out.used = h->size * 2;
    if (out.used <= size)
        xc_i_hex(digest, h->size, mem);
    return xc_i_secret_end(&out, result);
}

XC_API xc_status xc_component_handshake(const xc_hash *sha1, xc_str stream_id,
                                        xc_str secret, char *mem, size_t size,
                                        xc_str *handshake)
{
    unsigned char digest[XC_HASH_MAX];
    xc_str pieces[2];
    xc_status status = XC_ERR_SASL_HASH;
    if (!xc_i_out_begin(mem, size, handshake) || !xc_i_is_hash(sha1) ||
        stream_id.ptr == NULL || secret.ptr == NULL)
        return XC_ERR_ARGUMENT;
    pieces[0] = stream_id;
    pieces[1] = secret;
    if (sha1->digest(pieces, 2, digest))
        status = xc_i_put_digest(sha1, digest, mem, size, handshake);
    xc_wipe(digest, sizeof digest);
    return status;
}

/* HMAC-SHA256(SHA256-hex(secret), receiving ' ' originating ' ' id) */
static bool xc_i_dialback(const xc_hash *h, xc_str secret, xc_str *pieces,
                          unsigned char *key)
{
    char hex[2 * XC_HASH_MAX];
    xc_str hashed;
    bool ok = h->digest(&secret, 1, key);
    hashed.ptr = hex;
    hashed.len = h->size * 2;
    if (ok)
        xc_i_hex(key, h->size, hex);
    ok = ok && xc_i_hmac(h, hashed, pieces, 6, key);
    xc_wipe(hex, sizeof hex);
    return ok;
}

XC_API xc_status xc_dialback_key(const xc_hash *sha256, xc_str secret,
                                 xc_str receiving, xc_str originating,
                                 xc_str stream_id, char *mem, size_t size,
                                 xc_str *key)
{
    unsigned char digest[XC_HASH_MAX];
    xc_str pieces[6];
    xc_status status = XC_ERR_SASL_HASH;
    if (!xc_i_out_begin(mem, size, key) || !xc_i_is_hash(sha256) ||
        secret.ptr == NULL || receiving.ptr == NULL ||
        originating.ptr == NULL || stream_id.ptr == NULL)
        return XC_ERR_ARGUMENT;
    pieces[1] = receiving;
    pieces[2] = pieces[4] = xc_str_from(" ");
    pieces[3] = originating;
    pieces[5] = stream_id;
    if (xc_i_dialback(sha256, secret, pieces, digest))
        status = xc_i_put_digest(sha256, digest, mem, size, key);
    xc_wipe(digest, sizeof digest);
    return status;
}

/* -- logins, both halves -- */

#define XC_I_UPGRADE "UPGR-"

static bool xc_i_is_scram(xc_mechanism m)
{
    return (XC_MECHANISMS_SCRAM & XC_MECHANISM_BIT(m)) != 0;
}

static bool xc_i_is_ht(xc_mechanism m)
{
    return (XC_MECHANISMS_HT & XC_MECHANISM_BIT(m)) != 0;
}

/* The binding that HT has in its name. */
static const char *xc_i_ht_binding(xc_mechanism mechanism)
{
    switch (mechanism) {
    case XC_MECHANISM_HT_SHA_256_EXPR: return XC_CHANNEL_BINDING_TLS_EXPORTER;
    case XC_MECHANISM_HT_SHA_256_UNIQ: return XC_CHANNEL_BINDING_TLS_UNIQUE;
    case XC_MECHANISM_HT_SHA_256_ENDP:
        return XC_CHANNEL_BINDING_TLS_SERVER_END_POINT;
    default: return NULL;
    }
}

static xc_mechanism xc_i_without_plus(xc_mechanism m)
{
    switch (m) {
    case XC_MECHANISM_SCRAM_SHA_512_PLUS: return XC_MECHANISM_SCRAM_SHA_512;
    case XC_MECHANISM_SCRAM_SHA_256_PLUS: return XC_MECHANISM_SCRAM_SHA_256;
    case XC_MECHANISM_SCRAM_SHA_1_PLUS: return XC_MECHANISM_SCRAM_SHA_1;
    default: return m;
    }
}

static void xc_i_write_upgrade(xc_writer *w, const char *ns, const char *name,
                               xc_mechanism m)
{
    xc_writer_begin(w, ns, name);
    xc_writer_text(w, xc_str_from(XC_I_UPGRADE));
    xc_writer_text(w, xc_str_from(xc_mechanism_name(m)));
    xc_writer_end(w);
}

static void xc_i_attr_number(xc_writer *w, const char *name, uint32_t n)
{
    char digits[12], *end = digits + sizeof digits;
    xc_str text;
    text.ptr = xc_i_decimal(end, n);
    text.len = (size_t)(end - text.ptr);
    xc_writer_attr(w, name, text);
}

/* The mechanism in the name of a task (XEP-0480). */
static xc_mechanism xc_i_upgrade_of(xc_str task)
{
    task = xc_str_trim(task);
    if (!xc_str_starts_with(task, XC_I_UPGRADE))
        return XC_MECHANISM_NONE;
    task.ptr += sizeof XC_I_UPGRADE - 1;
    task.len -= sizeof XC_I_UPGRADE - 1;
    return xc_mechanism_from_name(task);
}

/* Among the hash functions that a login has; NULL: it needs none, or it is not
   there. */
static const xc_hash *xc_i_hash_of(xc_mechanism m, const xc_hash *sha1,
                                   const xc_hash *sha256,
                                   const xc_hash *sha512)
{
    switch (xc_mechanism_hash_size(m)) {
    case 20: return sha1;
    case 32: return sha256;
    case 64: return sha512;
    default: return NULL;
    }
}

/* The data of a type; absent: this channel has none. */
static xc_str xc_i_binding_data(const xc_channel_binding *bindings,
                                size_t count, const char *type)
{
    size_t i;
    for (i = 0; type != NULL && i < count; i++)
        if (xc_str_is(bindings[i].type, type))
            return bindings[i].data;
    return xc_i_absent();
}

/* -- a login, client's half -- */

enum {
    XC_I_LOGIN_START,    /* awaits the features with the mechanisms */
    XC_I_LOGIN_SASL,     /* ... an element of SASL or SASL2 */
    XC_I_LOGIN_TASK,     /* ... the data of a task, XEP-0480 */
    XC_I_LOGIN_FEATURES, /* ... the features after the login */
    XC_I_LOGIN_RESUMING, /* ... <resumed/> */
    XC_I_LOGIN_BINDING,  /* ... the reply to the request to bind */
    XC_I_LOGIN_ENABLING, /* ... <enabled/> */
    XC_I_LOGIN_OVER
};

/* What SASL2 offers inline. */
enum {
    XC_I_INLINE_BIND = 1,
    XC_I_INLINE_BIND_SM = 2,
    XC_I_INLINE_BIND_CARBONS = 4,
    XC_I_INLINE_BIND_CSI = 8,
    XC_I_INLINE_SM = 16
};

/* In one array, not as literals: a linker that drops functions keeps all
   literals of the file. */
#define XC_I_NAME(name, text) text "\0"
static const char xc_i_login_reasons[] = XC_LOGIN_REASONS(XC_I_NAME);
#undef XC_I_NAME

XC_API const char *xc_login_reason_text(xc_login_reason reason)
{
    unsigned index = reason < XC_LOGIN_REASON_COUNT ? 1 + (unsigned)reason : 1;
    return xc_i_name_at(xc_i_login_reasons, index);
}

XC_API void xc_login_init(xc_login *l, void *mem, size_t size,
                          const xc_login_options *options)
{
    if (l == NULL)
        return;
    memset(l, 0, sizeof *l);
    l->mechanism = l->token_mechanism = XC_MECHANISM_NONE;
    l->i_mem = (char *)mem;
    l->i_size = mem != NULL ? size : 0;
    l->i_split = l->i_size / 12 * 7;
    l->i_options = options;
}

/* No secret outlives its exchange. */
static void xc_i_login_forget(xc_login *l)
{
    xc_wipe(&l->i_scram, sizeof l->i_scram);
    xc_wipe(&l->i_hi, sizeof l->i_hi);
    if (l->i_mem != NULL)
        xc_wipe(l->i_mem, l->i_size);
    l->i_first = xc_i_absent();
}

/* What is salted is kept only if the login succeeds. */
static void xc_i_login_drop_salted(const xc_login *l)
{
    if (l->i_iterations != 0)
        xc_wipe(l->i_options->salted, sizeof *l->i_options->salted);
}

XC_API void xc_login_wipe(xc_login *l)
{
    if (l == NULL)
        return;
    xc_i_login_drop_salted(l);
    xc_i_login_forget(l);
    xc_wipe(l, sizeof *l);
    l->i_state = XC_I_LOGIN_OVER;
}

/* What the peer made of `status`, for people. */
static xc_login_reason xc_i_login_reason_of(xc_status status)
{
    switch (status) {
    case XC_ERR_SASL_PROOF: return XC_LOGIN_REASON_NOT_PROVED;
    case XC_ERR_SASL_DOWNGRADE: return XC_LOGIN_REASON_OFFER_CHANGED;
    case XC_ERR_SASL_PEER: return XC_LOGIN_REASON_REFUSED;
    case XC_ERR_SASL_ITERATIONS: return XC_LOGIN_REASON_ITERATIONS;
    case XC_ERR_WORKSPACE:
    case XC_ERR_BUFFER_SIZE: return XC_LOGIN_REASON_WORKSPACE;
    case XC_ERR_SASL_HASH: return XC_LOGIN_REASON_OPTIONS;
    default: return XC_LOGIN_REASON_PROTOCOL;
    }
}

/* The same for what we have not sent yet: the fault is ours. */
static xc_login_reason xc_i_login_reason_of_own(xc_status status)
{
    xc_login_reason reason = xc_i_login_reason_of(status);
    if (status == XC_ERR_ARGUMENT)
        return XC_LOGIN_REASON_OPTIONS;
    return reason == XC_LOGIN_REASON_PROTOCOL ? XC_LOGIN_REASON_CREDENTIALS
                                              : reason;
}

static xc_login_step xc_i_login_end(xc_login *l, xc_login_reason reason,
                                    xc_status status)
{
    xc_i_login_drop_salted(l);
    xc_i_login_forget(l);
    l->i_iterations = 0;
    l->i_state = XC_I_LOGIN_OVER;
    l->reason = reason;
    l->status = status;
    l->address = l->token = xc_i_absent();
    return XC_LOGIN_FAILED;
}

/* Ends an exchange that the server thinks is going on (RFC 6120 section
   6.4.4). */
static xc_login_step xc_i_login_abort(xc_login *l, xc_login_reason reason,
                                      xc_status status, xc_writer *w)
{
    if (l->i_state == XC_I_LOGIN_SASL || l->i_state == XC_I_LOGIN_TASK)
        xc_write_tag(w, l->i_sasl2 ? XC_NS_SASL2 : XC_NS_SASL, "abort");
    return xc_i_login_end(l, reason, status);
}

/* -- what is offered, what is chosen -- */

/* SCRAM and HT with a hash function that is there. */
static uint32_t xc_i_login_hashed(const xc_login_options *o)
{
    uint32_t set = 0;
    int m;
    for (m = 0; m < XC_MECHANISM_NONE; m++)
        if (xc_i_hash_of((xc_mechanism)m, o->sha1, o->sha256, o->sha512) !=
            NULL)
            set |= XC_MECHANISM_BIT(m);
    return set;
}

#define XC_I_PLAIN XC_MECHANISM_BIT(XC_MECHANISM_PLAIN)
#define XC_I_UNHASHED                                                         \
    (XC_I_PLAIN | XC_MECHANISM_BIT(XC_MECHANISM_EXTERNAL) |                   \
     XC_MECHANISM_BIT(XC_MECHANISM_ANONYMOUS))

/* What may be used instead of a token, but for the pin. */
static uint32_t xc_i_login_allowed(const xc_login_options *o,
                                   xc_binding_choice binding)
{
    uint32_t set =
        o->mechanisms != 0 ? o->mechanisms : XC_MECHANISMS_SCRAM | XC_I_PLAIN;
    set &= XC_I_UNHASHED | (xc_i_login_hashed(o) & XC_MECHANISMS_SCRAM);
    if (binding != XC_BINDING_CHOSEN)
        set &= ~XC_MECHANISMS_SCRAM_PLUS;
    if (o->password.ptr == NULL)
        set &= ~(XC_MECHANISMS_SCRAM | XC_I_PLAIN);
    return set;
}

/* What is at least as strong as the pin: XC_MECHANISMS has the strongest
   first. If we cannot bind any more, the server is not to blame. */
static uint32_t xc_i_login_pinned(const xc_login_options *o)
{
    unsigned m = o->pin.mechanism;
    if (m == 0 || m > XC_MECHANISM_NONE)
        return UINT32_MAX;
    if (o->binding_count == 0 && xc_i_is_plus((xc_mechanism)(m - 1)))
        m += XC_MECHANISM_SCRAM_SHA_1 - XC_MECHANISM_SCRAM_SHA_1_PLUS;
    return XC_MECHANISM_BIT(m) - 1;
}

static void xc_i_login_pin(xc_login *l)
{
    uint8_t pinned = l->i_options->pin.mechanism;
    uint8_t used = (uint8_t)(l->mechanism + 1);
    bool by_token = xc_i_is_ht(l->mechanism);
    l->pin.mechanism =
        by_token || (pinned != 0 && pinned < used) ? pinned : used;
    l->pin.sasl2 = l->i_sasl2 || l->i_options->pin.sasl2;
}

static uint32_t xc_i_login_offered(const xc_element *mechanisms)
{
    const xc_element *e = xc_child(mechanisms, NULL, "mechanism");
    uint32_t offered = 0;
    for (; e != NULL; e = xc_next_same_name(e))
        xc_mechanism_offer(&offered, xc_text(e));
    return offered;
}

static bool xc_i_login_bind2_has(const xc_element *bind, const char *ns)
{
    const xc_element *e =
        xc_child(xc_child(bind, NULL, "inline"), NULL, "feature");
    while (e != NULL && !xc_str_is(xc_attr(e, "var"), ns))
        e = xc_next_same_name(e);
    return e != NULL;
}

/* Of the `<inline/>` of SASL2. */
static uint8_t xc_i_login_inline(const xc_element *e)
{
    const xc_element *bind = xc_child(e, XC_NS_BIND2, "bind");
    unsigned set = xc_has_child(e, XC_NS_SM, "sm") ? XC_I_INLINE_SM : 0;
    if (bind == NULL)
        return (uint8_t)set;
    set |= XC_I_INLINE_BIND;
    if (xc_i_login_bind2_has(bind, XC_NS_SM))
        set |= XC_I_INLINE_BIND_SM;
    if (xc_i_login_bind2_has(bind, XC_NS_CARBONS))
        set |= XC_I_INLINE_BIND_CARBONS;
    if (xc_i_login_bind2_has(bind, XC_NS_CSI))
        set |= XC_I_INLINE_BIND_CSI;
    return (uint8_t)set;
}

/* What a token is bound to; absent: nothing. */
static xc_str xc_i_login_token_data(const xc_login_options *o, xc_mechanism m)
{
    return xc_i_binding_data(o->bindings, o->binding_count,
                             xc_i_ht_binding(m));
}

/* The HT mechanisms that this channel can have. */
static uint32_t xc_i_login_ht_allowed(const xc_login_options *o)
{
    uint32_t set = XC_MECHANISM_BIT(XC_MECHANISM_HT_SHA_256_NONE);
    int m = XC_MECHANISM_HT_SHA_256_EXPR;
    for (; m <= XC_MECHANISM_HT_SHA_256_ENDP; m++)
        if (xc_i_login_token_data(o, (xc_mechanism)m).ptr != NULL)
            set |= XC_MECHANISM_BIT(m);
    return o->sha256 != NULL && o->private_channel ? set : 0;
}

/* Tokens: which one we have, which one we ask for (XEP-0484 section 3). */
static void xc_i_login_choose_token(xc_login *l, const xc_element *fast)
{
    const xc_login_options *o = l->i_options;
    uint32_t can = xc_i_login_offered(fast) & xc_i_login_ht_allowed(o);
    l->i_requested = XC_MECHANISM_NONE;
    if (o->agent_id.ptr == NULL)
        return;
    if (o->wants_token)
        l->i_requested = xc_mechanism_choose(can, can);
    if (o->token.len > 0 && o->token_mechanism < XC_MECHANISM_NONE &&
        (can & XC_MECHANISM_BIT(o->token_mechanism)) != 0)
        l->mechanism = o->token_mechanism;
}

/* The upgrade that is worth most, if it is better than what we use. */
static void xc_i_login_choose_upgrade(xc_login *l,
                                      const xc_element *authentication)
{
    const xc_login_options *o = l->i_options;
    uint32_t set = xc_i_login_hashed(o) & XC_MECHANISMS_SCRAM_BARE;
    uint32_t offered = 0;
    const xc_element *e =
        xc_child(authentication, XC_NS_SASL_UPGRADE, "upgrade");
    for (; e != NULL; e = xc_next_same_name(e)) {
        xc_mechanism m = xc_i_upgrade_of(xc_text(e));
        if (m != XC_MECHANISM_NONE)
            offered |= XC_MECHANISM_BIT(m);
    }
    l->i_upgrade = o->upgrades && o->private_channel && o->password.ptr != NULL
                       ? xc_mechanism_choose(offered, set)
                       : XC_MECHANISM_NONE;
    if (l->i_upgrade >= xc_i_without_plus(l->i_password))
        l->i_upgrade = XC_MECHANISM_NONE;
}

/* Why there is no mechanism among those that are `offered` and, but for the
   pin and what others can hear, `allowed`. */
static xc_login_reason xc_i_login_no_mechanism(const xc_login_options *o,
                                               uint32_t offered,
                                               uint32_t allowed)
{
    uint32_t could = o->private_channel ? allowed : allowed & ~XC_I_PLAIN;
    if (xc_mechanism_choose(offered, could) != XC_MECHANISM_NONE)
        return XC_LOGIN_REASON_DOWNGRADE;
    return (offered & allowed & XC_I_PLAIN) != 0
               ? XC_LOGIN_REASON_NOT_PRIVATE
               : XC_LOGIN_REASON_NO_MECHANISM;
}

/* -- the first message -- */

/* Where base64 goes. */
static char *xc_i_login_text(const xc_login *l, size_t *size)
{
    *size = l->i_size - l->i_split;
    return l->i_mem != NULL ? l->i_mem + l->i_split : NULL;
}

static xc_status xc_i_login_encode(const xc_login *l, xc_str data,
                                   xc_str *text)
{
    size_t size;
    char *mem = xc_i_login_text(l, &size);
    return l->i_sasl2 ? xc_sasl2_encode(data, mem, size, text)
                      : xc_sasl_encode(data, mem, size, text);
}

static xc_status xc_i_login_decode(const xc_login *l, xc_str text,
                                   xc_str *data)
{
    size_t size;
    char *mem = xc_i_login_text(l, &size);
    return l->i_sasl2 ? xc_sasl2_decode(text, mem, size, data)
                      : xc_sasl_decode(text, mem, size, data);
}

/* A list without any of our types may be forged: the server must confirm it,
   unless it has the type that each server must have (XEP-0440 section 5,
   XEP-0474 section 7). */
static bool xc_i_login_needs_offer(xc_binding_choice choice,
                                   const xc_element *types)
{
    return choice == XC_BINDING_NOT_COMMON &&
           !xc_binding_offered(
               types, XC_STR(XC_CHANNEL_BINDING_TLS_SERVER_END_POINT));
}

static xc_status xc_i_login_begin_scram(xc_login *l,
                                        const xc_element *mechanisms,
                                        const xc_element *types,
                                        uint32_t offered,
                                        xc_binding_choice choice)
{
    const xc_login_options *o = l->i_options;
    xc_scram_client_options scram;
    size_t size;
    char *mem = xc_i_login_text(l, &size);
    xc_status status;
    memset(&scram, 0, sizeof scram);
    scram.mechanism = l->i_password;
    scram.hash = xc_i_hash_of(l->i_password, o->sha1, o->sha256, o->sha512);
    scram.username = o->username;
    scram.authzid = o->authzid;
    scram.nonce = o->nonce;
    scram.offered = offered;
    scram.profile = o->profile;
    scram.iterations_max = o->iterations_max;
    scram.tls_version = o->tls_version;
    scram.offer_required = xc_i_login_needs_offer(choice, types);
    if (l->i_binding != NULL)
        scram.binding = *l->i_binding;
    else if (o->binding_count > 0) /* what we could have bound to */
        scram.binding = o->bindings[0];
    status = xc_sasl_offer(mechanisms, types, mem, size, &scram.offer);
    if (status != XC_OK)
        return status;
    return xc_scram_client_first(&l->i_scram, l->i_mem, l->i_split, &scram,
                                 &l->i_first);
}

/* As it was typed: the server prepares what it gets (RFC 4616 section 2), or
   compares it with what was typed when the account was made. */
static xc_status xc_i_login_write_plain(xc_login *l, xc_str *message)
{
    const xc_login_options *o = l->i_options;
    xc_plain plain;
    plain.authzid = o->authzid;
    plain.authcid = o->username;
    plain.password = o->password;
    return xc_plain_write_as(XC_SASL_PROFILE_PREPARED, &plain, l->i_mem,
                             l->i_split, message);
}

/* The message of HT goes before its base64, which is longer: what SCRAM has
   begun is still needed if the token is refused. */
static xc_status xc_i_login_write_token(xc_login *l, xc_str *text)
{
    const xc_login_options *o = l->i_options;
    size_t size, half;
    char *mem = xc_i_login_text(l, &size);
    xc_str message;
    xc_status status = xc_ht_write(o->sha256, o->username, o->token,
                                   xc_i_login_token_data(o, l->mechanism), mem,
                                   size, &message);
    half = status == XC_OK ? message.len : 0;
    return status == XC_OK
               ? xc_sasl2_encode(message, mem + half, size - half, text)
               : status;
}

/* The first message of l->mechanism, as base64. */
static xc_status xc_i_login_first(xc_login *l, xc_str *text)
{
    const xc_login_options *o = l->i_options;
    xc_str message = l->i_first;
    xc_status status = XC_OK;
    *text = xc_i_absent();
    if (xc_i_is_ht(l->mechanism))
        return xc_i_login_write_token(l, text);
    if (l->mechanism == XC_MECHANISM_PLAIN)
        status = xc_i_login_write_plain(l, &message);
    else if (l->mechanism == XC_MECHANISM_EXTERNAL)
        status = xc_external_write(o->authzid, &message);
    else if (l->mechanism == XC_MECHANISM_ANONYMOUS)
        status = xc_anonymous_write(xc_i_absent(), &message);
    if (status == XC_OK)
        status = xc_i_login_encode(l, message, text);
    if (l->mechanism == XC_MECHANISM_PLAIN)
        xc_wipe(l->i_mem, l->i_split);
    return status;
}

/* Written call by call: a schema also knows addresses, and would need three
   times the stack. An element with base64; absent: empty. */
static void xc_i_login_write_data(xc_writer *w, const char *ns,
                                  const char *name, xc_str text)
{
    xc_writer_begin(w, ns, name);
    if (text.ptr != NULL)
        xc_writer_text(w, text);
    xc_writer_end(w);
}

static void xc_i_login_write_agent(const xc_login_options *o, xc_writer *w)
{
    if (o->agent_id.ptr == NULL && o->agent_software.ptr == NULL &&
        o->agent_device.ptr == NULL)
        return;
    xc_writer_begin(w, NULL, "user-agent");
    xc_writer_attr(w, "id", o->agent_id);
    xc_writer_text_element(w, NULL, "software", o->agent_software);
    xc_writer_text_element(w, NULL, "device", o->agent_device);
    xc_writer_end(w);
}

static void xc_i_login_write_enable(xc_writer *w)
{
    xc_writer_begin(w, XC_NS_SM, "enable");
    xc_writer_attr(w, "resume", XC_STR("true"));
    xc_writer_end(w);
}

static void xc_i_login_write_resume(const xc_login_options *o, xc_writer *w)
{
    xc_writer_begin(w, XC_NS_SM, "resume");
    xc_i_attr_number(w, "h", o->h);
    xc_writer_attr(w, "previd", o->previd);
    xc_writer_end(w);
}

/* A session that can be resumed only afterwards is not given up. */
static void xc_i_login_write_bind2(const xc_login *l, xc_writer *w)
{
    const xc_login_options *o = l->i_options;
    unsigned can = l->i_inline;
    if ((can & XC_I_INLINE_BIND) == 0 ||
        (o->previd.ptr != NULL && (can & XC_I_INLINE_SM) == 0))
        return;
    xc_writer_begin(w, XC_NS_BIND2, "bind");
    xc_writer_text_element(w, NULL, "tag", o->tag);
    if (o->sm && (can & XC_I_INLINE_BIND_SM) != 0)
        xc_i_login_write_enable(w);
    if (o->carbons && (can & XC_I_INLINE_BIND_CARBONS) != 0)
        xc_write_tag(w, XC_NS_CARBONS, "enable");
    if (o->inactive && (can & XC_I_INLINE_BIND_CSI) != 0)
        xc_write_tag(w, XC_NS_CSI, "inactive");
    xc_writer_end(w);
}

/* The use of a token, or the request for one. */
static void xc_i_login_write_fast(const xc_login *l, xc_writer *w)
{
    bool used = xc_i_is_ht(l->mechanism);
    if (!used && l->i_requested == XC_MECHANISM_NONE)
        return;
    xc_writer_begin(w, XC_NS_FAST, used ? "fast" : "request-token");
    if (used)
        xc_i_attr_number(w, "count", l->i_options->token_count);
    else
        xc_writer_attr(w, "mechanism",
                       xc_str_from(xc_mechanism_name(l->i_requested)));
    xc_writer_end(w);
}

/* Everything in one element: if the session cannot be resumed, a new one is
   bound (XEP-0198 section 9.2). */
static void xc_i_login_authenticate(xc_login *l, xc_str text, xc_writer *w)
{
    const xc_login_options *o = l->i_options;
    l->i_resuming =
        o->previd.ptr != NULL && (l->i_inline & XC_I_INLINE_SM) != 0;
    xc_writer_begin(w, XC_NS_SASL2, "authenticate");
    xc_writer_attr(w, "mechanism",
                   xc_str_from(xc_mechanism_name(l->mechanism)));
    xc_i_login_write_data(w, NULL, "initial-response", text);
    xc_i_login_write_agent(o, w);
    xc_i_login_write_bind2(l, w);
    if (l->i_resuming)
        xc_i_login_write_resume(o, w);
    xc_i_login_write_fast(l, w);
    if (l->i_upgrade != XC_MECHANISM_NONE)
        xc_i_write_upgrade(w, XC_NS_SASL_UPGRADE, "upgrade", l->i_upgrade);
    xc_writer_end(w);
}

static void xc_i_login_auth(const xc_login *l, xc_str text, xc_writer *w)
{
    xc_writer_begin(w, XC_NS_SASL, "auth");
    xc_writer_attr(w, "mechanism",
                   xc_str_from(xc_mechanism_name(l->mechanism)));
    xc_writer_text(w, text);
    xc_writer_end(w);
}

/* Sends the first message of l->mechanism. */
static xc_login_step xc_i_login_begin(xc_login *l, xc_writer *w)
{
    xc_str text;
    xc_status status = xc_i_login_first(l, &text);
    l->i_proved = false;
    if (status != XC_OK)
        return xc_i_login_end(l, xc_i_login_reason_of_own(status), status);
    if (l->i_sasl2)
        xc_i_login_authenticate(l, text, w);
    else
        xc_i_login_auth(l, text, w);
    l->i_state = XC_I_LOGIN_SASL;
    return XC_LOGIN_SEND;
}

/* Chooses the mechanism for the password. With SASL2 a server must list its
   types of channel binding (XEP-0440 section 5). A server that has only PLAIN
   may list them without -PLUS. */
static xc_login_reason xc_i_login_choose(xc_login *l, const xc_element *types,
                                         const xc_element *fast,
                                         uint32_t offered,
                                         xc_binding_choice *choice)
{
    const xc_login_options *o = l->i_options;
    uint32_t allowed;
    *choice = xc_binding_choose(offered, types, o->bindings, o->binding_count,
                                &l->i_binding);
    allowed = xc_i_login_allowed(o, *choice);
    l->i_password = l->mechanism = xc_mechanism_choose(
        offered, allowed & xc_i_login_pinned(o) &
                     (o->private_channel ? UINT32_MAX : ~XC_I_PLAIN));
    xc_i_login_choose_token(l, fast);
    if (o->pin.sasl2 && !l->i_sasl2)
        return XC_LOGIN_REASON_DOWNGRADE;
    if (l->i_sasl2 && (*choice == XC_BINDING_UNLISTED ||
                       (*choice == XC_BINDING_STRIPPED &&
                        (offered & XC_MECHANISMS_SCRAM_BARE) != 0)))
        return XC_LOGIN_REASON_CHANNEL_BINDING;
    if (l->mechanism != XC_MECHANISM_NONE)
        return XC_LOGIN_REASON_NONE;
    return o->token.ptr != NULL && o->password.ptr == NULL
               ? XC_LOGIN_REASON_TOKEN_REFUSED
               : xc_i_login_no_mechanism(o, offered, allowed);
}

XC_I_NOINLINE_SMALL xc_login_step xc_i_login_start(xc_login *l,
                                                   const xc_element *features,
                                                   xc_writer *w)
{
    const xc_element *types =
        xc_child(features, XC_NS_CHANNEL_BINDING, "sasl-channel-binding");
    const xc_element *sasl2 =
        xc_child(features, XC_NS_SASL2, "authentication");
    const xc_element *more = xc_child(sasl2, NULL, "inline");
    const xc_element *mechanisms =
        sasl2 != NULL ? sasl2 : xc_child(features, XC_NS_SASL, "mechanisms");
    uint32_t offered = xc_i_login_offered(mechanisms) & ~XC_MECHANISMS_HT;
    xc_binding_choice choice;
    xc_login_reason reason;
    xc_status status = XC_OK;
    l->i_sasl2 = sasl2 != NULL;
    reason = xc_i_login_choose(l, types, xc_child(more, XC_NS_FAST, "fast"),
                               offered, &choice);
    if (reason != XC_LOGIN_REASON_NONE)
        return xc_i_login_end(l, reason, XC_OK);
    l->i_inline = xc_i_login_inline(more);
    xc_i_login_choose_upgrade(l, sasl2);
    if (xc_i_is_scram(l->i_password))
        status = xc_i_login_begin_scram(l, mechanisms, types, offered, choice);
    return status == XC_OK
               ? xc_i_login_begin(l, w)
               : xc_i_login_end(l, xc_i_login_reason_of_own(status), status);
}

/* -- the exchange -- */

/* `message` may be absent: an empty response. */
XC_I_NOINLINE_SMALL xc_login_step xc_i_login_respond(xc_login *l,
                                                     xc_str message,
                                                     xc_writer *w)
{
    const char *ns = l->i_sasl2 ? XC_NS_SASL2 : XC_NS_SASL;
    xc_str text;
    xc_status status = xc_i_login_encode(l, message, &text);
    if (status != XC_OK)
        return xc_i_login_abort(l, XC_LOGIN_REASON_WORKSPACE, status, w);
    l->i_responded = true;
    xc_i_login_write_data(w, ns, "response", text);
    return XC_LOGIN_SEND;
}

/* What the password was hashed for (XEP-0480 section 3). */
XC_I_NOINLINE_SMALL xc_login_step xc_i_login_end_upgrade(xc_login *l,
                                                         xc_writer *w)
{
    size_t size;
    char *mem = xc_i_login_text(l, &size);
    xc_str hash =
               xc_i_str(l->i_hi.result, xc_mechanism_hash_size(l->i_upgrade)),
           text;
    xc_status status = xc_base64_encode(hash, mem, size, &text);
    if (status != XC_OK)
        return xc_i_login_abort(l, XC_LOGIN_REASON_WORKSPACE, status, w);
    xc_writer_begin(w, XC_NS_SASL2, "task-data");
    xc_i_login_write_data(w, XC_NS_SCRAM_UPGRADE, "hash", text);
    xc_writer_end(w);
    xc_wipe(&l->i_hi, sizeof l->i_hi);
    l->i_state = XC_I_LOGIN_SASL;
    return XC_LOGIN_SEND;
}

/* Was the password salted so before? If not, it will be: but until the login
   succeeds it may be a wrong one. */
static bool xc_i_login_is_salted(xc_login *l, const xc_scram_challenge *c)
{
    xc_login_salted *s = l->i_options->salted;
    size_t size = xc_mechanism_hash_size(l->mechanism);
    if (s == NULL)
        return false;
    if (s->iterations == c->iterations && s->hash_size == size &&
        s->salt_len == c->salt.len &&
        memcmp(s->salt, c->salt.ptr, c->salt.len) == 0)
        return true;
    xc_wipe(s, sizeof *s);
    if (c->salt.len > sizeof s->salt)
        return false;
    memcpy(s->salt, c->salt.ptr, c->salt.len);
    s->salt_len = (uint8_t)c->salt.len;
    s->hash_size = (uint8_t)size;
    l->i_iterations = c->iterations;
    return false;
}

static xc_login_step xc_i_login_prove(xc_login *l, const unsigned char *salted,
                                      xc_writer *w)
{
    xc_str message;
    xc_status status = xc_scram_client_salted(&l->i_scram, salted, &message);
    if (l->i_iterations != 0)
        memcpy(l->i_options->salted->result, salted,
               l->i_options->salted->hash_size);
    xc_wipe(&l->i_hi, sizeof l->i_hi);
    return status == XC_OK
               ? xc_i_login_respond(l, message, w)
               : xc_i_login_abort(l, xc_i_login_reason_of_own(status), status,
                                  w);
}

static xc_login_step xc_i_login_work_on(xc_login *l, xc_writer *w)
{
    const xc_login_options *o = l->i_options;
    uint32_t rounds =
        o->iterations_per_call != 0 ? o->iterations_per_call : UINT32_MAX;
    xc_status status = xc_scram_hi_next(&l->i_hi, rounds);
    if (status == XC_NEED_MORE)
        return XC_LOGIN_WORK;
    if (status != XC_OK)
        return xc_i_login_abort(l, xc_i_login_reason_of_own(status), status,
                                w);
    return l->i_state == XC_I_LOGIN_TASK
               ? xc_i_login_end_upgrade(l, w)
               : xc_i_login_prove(l, l->i_hi.result, w);
}

/* Salts the password. */
static xc_login_step
xc_i_login_salt(xc_login *l, const xc_scram_challenge *challenge, xc_writer *w)
{
    const xc_login_options *o = l->i_options;
    xc_status status;
    if (xc_i_login_is_salted(l, challenge))
        return xc_i_login_prove(l, o->salted->result, w);
    status = xc_scram_client_hi(&l->i_scram, o->password, &l->i_hi);
    return status == XC_NEED_MORE
               ? xc_i_login_work_on(l, w)
               : xc_i_login_abort(l, xc_i_login_reason_of_own(status), status,
                                  w);
}

/* The first challenge of SCRAM asks for the proof; a second one may bring the
   server's, which otherwise comes with the success. */
XC_I_NOINLINE_SMALL xc_login_step xc_i_login_challenge(xc_login *l,
                                                       xc_str data,
                                                       xc_writer *w)
{
    xc_status status = XC_ERR_SASL_SYNTAX;
    xc_scram_challenge challenge;
    if (xc_i_is_scram(l->mechanism) && l->i_responded) {
        status = xc_scram_client_verify(&l->i_scram, data);
        if (status == XC_OK)
            return xc_i_login_respond(l, xc_i_absent(), w);
    } else if (xc_i_is_scram(l->mechanism)) {
        status = xc_scram_client_challenge(&l->i_scram, data, &challenge);
        if (status == XC_OK) {
            l->offer_confirmed = challenge.offer_confirmed;
            return xc_i_login_salt(l, &challenge, w);
        }
    }
    return xc_i_login_abort(l, xc_i_login_reason_of(status), status, w);
}

/* What the server says when it believes us. PLAIN, EXTERNAL and ANONYMOUS
   prove nothing about the server: TLS has to. */
static xc_status xc_i_login_verify(xc_login *l, xc_str text)
{
    const xc_login_options *o = l->i_options;
    xc_str data;
    xc_status status = xc_i_login_decode(l, text, &data);
    if (status != XC_OK)
        return status;
    if (xc_i_is_scram(l->mechanism))
        return xc_scram_client_verify(&l->i_scram, data);
    if (xc_i_is_ht(l->mechanism) && l->i_proved && data.ptr == NULL)
        return XC_OK;
    if (xc_i_is_ht(l->mechanism))
        return xc_ht_verify_reply(
            o->sha256, o->token, xc_i_login_token_data(o, l->mechanism), data);
    return XC_OK;
}

/* A token that is refused gives way to the password (XEP-0484 section 3.4). */
static xc_login_step xc_i_login_refused(xc_login *l, xc_choice condition,
                                        xc_str text, xc_writer *w)
{
    bool by_token = xc_i_is_ht(l->mechanism);
    l->failure = (xc_sasl_failure_condition)condition.value;
    l->text = text;
    if (by_token && l->failure != XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE)
        l->token_refused = true;
    if (!by_token && l->i_options->salted != NULL)
        xc_wipe(l->i_options->salted, sizeof *l->i_options->salted);
    if (!by_token)
        return xc_i_login_end(l, XC_LOGIN_REASON_REFUSED, XC_OK);
    if (l->i_password == XC_MECHANISM_NONE)
        return xc_i_login_end(l, XC_LOGIN_REASON_TOKEN_REFUSED, XC_OK);
    l->mechanism = l->i_password;
    return xc_i_login_begin(l, w);
}

/* Too late for <abort/>: the server thinks that all is well. */
static xc_login_step xc_i_login_disbelieve(xc_login *l, xc_status status)
{
    return xc_i_login_end(l,
                          status == XC_ERR_SASL_PROOF ||
                                  status == XC_ERR_ARGUMENT ||
                                  status == XC_ERR_SASL_SYNTAX
                              ? XC_LOGIN_REASON_NOT_PROVED
                              : xc_i_login_reason_of(status),
                          status);
}

/* -- the session -- */

/* Keeps in our memory, after SASL, what comes before the login is over. False:
   there is no text, or no room; then there is none. */
static bool xc_i_login_keep(xc_login *l, xc_str text, xc_str *kept)
{
    *kept = xc_i_absent();
    if (text.ptr == NULL || l->i_mem == NULL ||
        text.len > l->i_size - l->i_kept)
        return false;
    kept->ptr = l->i_mem + l->i_kept;
    kept->len = text.len;
    memcpy(l->i_mem + l->i_kept, text.ptr, text.len);
    l->i_kept += text.len;
    return true;
}

static xc_login_step xc_i_login_online(xc_login *l)
{
    l->i_state = XC_I_LOGIN_OVER;
    l->failure = XC_SASL_FAILURE_NONE;
    l->text = xc_i_absent();
    if (l->i_iterations != 0)
        l->i_options->salted->iterations = l->i_iterations;
    l->i_iterations = 0;
    xc_i_login_pin(l);
    return XC_LOGIN_ONLINE;
}

XC_I_NOINLINE_SMALL bool xc_i_login_take_enabled(xc_login *l,
                                                 const xc_element *e)
{
    xc_sm_enabled enabled;
    if (!xc_was_read(xc_read(&xc_sm_enabled_schema, e, &enabled, NULL)))
        return false;
    l->sm_enabled = true;
    l->sm_location = enabled.location;
    l->sm_max = enabled.max;
    l->sm_id = enabled.resume == XC_TRUE ? enabled.id : xc_i_absent();
    return true;
}

/* How much of the old session the server still knows. */
XC_I_NOINLINE_SMALL bool xc_i_login_take_failed(xc_login *l,
                                                const xc_element *e)
{
    xc_sm_failed failed;
    if (!xc_was_read(xc_read(&xc_sm_failed_schema, e, &failed, NULL)))
        return false;
    l->h = failed.h;
    return true;
}

/* The session goes on; it keeps its address and its id. Another one than ours
   is an offence. */
XC_I_NOINLINE_SMALL xc_login_step xc_i_login_resumed(xc_login *l,
                                                     const xc_element *e)
{
    xc_sm_resumed resumed;
    if (!l->i_resuming ||
        xc_read(&xc_sm_resumed_schema, e, &resumed, NULL) != XC_OK ||
        !xc_str_equal(resumed.previd, l->i_options->previd))
        return xc_i_login_end(l, XC_LOGIN_REASON_PROTOCOL, XC_OK);
    l->resumed = l->sm_enabled = true;
    l->h = resumed.h;
    l->sm_id = l->i_options->previd;
    return xc_i_login_online(l);
}

/* `<bound/>`: online, unless stream management is only offered afterwards. */
static xc_login_step xc_i_login_bound2(xc_login *l, const xc_element *bound)
{
    const xc_login_options *o = l->i_options;
    unsigned can = l->i_inline;
    l->carbons = xc_has_child(bound, XC_NS_CARBONS, "enabled") ||
                 (o->carbons && (can & XC_I_INLINE_BIND_CARBONS) != 0);
    if (o->sm && (can & XC_I_INLINE_BIND_SM) != 0)
        xc_i_login_take_enabled(l, xc_child(bound, XC_NS_SM, "enabled"));
    if (!o->sm || (can & XC_I_INLINE_BIND_SM) != 0)
        return xc_i_login_online(l);
    l->i_state = XC_I_LOGIN_FEATURES;
    return XC_LOGIN_WAIT;
}

static void xc_i_login_take_token(xc_login *l, const xc_element *e)
{
    l->token_mechanism =
        xc_i_is_ht(l->mechanism) ? l->mechanism : l->i_requested;
    if (l->token_mechanism != XC_MECHANISM_NONE &&
        xc_i_login_keep(l, xc_attr(e, "token"), &l->token))
        xc_time_parse(xc_attr(e, "expiry"), &l->token_expiry);
}

/* `<success/>` of SASL2 has everything, or the features follow. */
static xc_login_step xc_i_login_take_results(xc_login *l, const xc_element *e)
{
    const xc_element *bound = xc_child(e, XC_NS_BIND2, "bound");
    const xc_element *resumed = xc_child(e, XC_NS_SM, "resumed");
    xc_str address =
        xc_str_trim(xc_text(xc_child(e, NULL, "authorization-identifier")));
    if (xc_i_jid_flaw(address) == XC_ERR_FIELD_JID)
        address = xc_i_absent();
    xc_i_login_forget(l);
    xc_i_login_take_token(l, xc_child(e, XC_NS_FAST, "token"));
    if (resumed != NULL) {
        xc_i_login_keep(l, address, &l->address);
        return xc_i_login_resumed(l, resumed);
    }
    xc_i_login_take_failed(l, xc_child(e, XC_NS_SM, "failed"));
    if (bound == NULL) {
        l->i_state = XC_I_LOGIN_FEATURES;
        return XC_LOGIN_WAIT;
    }
    return xc_i_login_keep(l, address, &l->address)
               ? xc_i_login_bound2(l, bound)
               : xc_i_login_end(l, XC_LOGIN_REASON_NO_SESSION, XC_OK);
}

static xc_login_step xc_i_login_bind(xc_login *l, xc_writer *w)
{
    xc_writer_begin(w, NULL, "iq");
    xc_writer_attr(w, "id", XC_STR("bind"));
    xc_writer_attr(w, "type", XC_STR("set"));
    xc_writer_begin(w, XC_NS_BIND, "bind");
    xc_writer_text_element(w, NULL, "resource", l->i_options->resource);
    xc_writer_end(w);
    xc_writer_end(w);
    l->i_state = XC_I_LOGIN_BINDING;
    return XC_LOGIN_SEND;
}

static xc_login_step xc_i_login_resume(xc_login *l, xc_writer *w)
{
    xc_i_login_write_resume(l->i_options, w);
    l->i_resuming = true;
    l->i_state = XC_I_LOGIN_RESUMING;
    return XC_LOGIN_SEND;
}

static xc_login_step xc_i_login_no_session(xc_login *l, xc_str text)
{
    l->text = text;
    return xc_i_login_end(l, XC_LOGIN_REASON_NO_SESSION, XC_OK);
}

/* The session is bound. */
static xc_login_step xc_i_login_enable(xc_login *l, xc_writer *w)
{
    if (!l->i_options->sm || (l->i_inline & XC_I_INLINE_SM) == 0)
        return xc_i_login_online(l);
    xc_i_login_write_enable(w);
    l->i_state = XC_I_LOGIN_ENABLING;
    return XC_LOGIN_SEND;
}

/* The features of who is logged in. A session that SASL2 could not resume is
   not asked for again. */
static xc_login_step
xc_i_login_features(xc_login *l, const xc_element *features, xc_writer *w)
{
    bool sm = xc_has_child(features, XC_NS_SM, "sm");
    if (sm)
        l->i_inline |= XC_I_INLINE_SM;
    if (l->address.ptr != NULL)
        return xc_i_login_enable(l, w);
    if (sm && l->i_options->previd.ptr != NULL && !l->i_resuming)
        return xc_i_login_resume(l, w);
    return xc_has_child(features, XC_NS_BIND, "bind")
               ? xc_i_login_bind(l, w)
               : xc_i_login_no_session(l, xc_i_absent());
}

static xc_login_step xc_i_login_resuming(xc_login *l, const xc_element *e,
                                         xc_writer *w)
{
    if (xc_is(e, XC_NS_SM, "resumed"))
        return xc_i_login_resumed(l, e);
    return xc_i_login_take_failed(l, e) ? xc_i_login_bind(l, w)
                                        : XC_LOGIN_NOT_MINE;
}

static xc_login_step xc_i_login_bound(xc_login *l, const xc_iq *iq,
                                      const xc_element *e, xc_writer *w)
{
    xc_bind bind;
    if (iq->type != XC_IQ_RESULT) {
        l->error = (xc_stanza_error_condition)iq->error.condition.value;
        return xc_i_login_no_session(l, iq->error.text);
    }
    if (!xc_was_read(
            xc_read(&xc_bind_schema, xc_iq_payload(e), &bind, NULL)) ||
        !xc_i_login_keep(l, bind.jid, &l->address))
        return xc_i_login_no_session(l, xc_i_absent());
    return xc_i_login_enable(l, w);
}

XC_I_NOINLINE_SMALL xc_login_step xc_i_login_binding(xc_login *l,
                                                     const xc_element *e,
                                                     xc_writer *w)
{
    xc_iq iq;
    if (!xc_was_read(xc_read(&xc_iq_schema, e, &iq, NULL)) ||
        !xc_str_is(iq.id, "bind") ||
        (iq.type != XC_IQ_RESULT && iq.type != XC_IQ_ERROR))
        return XC_LOGIN_NOT_MINE;
    return xc_i_login_bound(l, &iq, e, w);
}

static xc_login_step xc_i_login_enabling(xc_login *l, const xc_element *e)
{
    return xc_i_login_take_enabled(l, e) || xc_is(e, XC_NS_SM, "failed")
               ? xc_i_login_online(l)
               : XC_LOGIN_NOT_MINE;
}

/* -- tasks: an upgrade (XEP-0480) -- */

static bool xc_i_login_is_upgrade(const xc_login *l, xc_str task)
{
    return l->i_upgrade != XC_MECHANISM_NONE &&
           xc_i_upgrade_of(task) == l->i_upgrade;
}

/* The server has to have proved itself before it gets a hash. */
XC_I_NOINLINE_SMALL xc_login_step xc_i_login_continue(xc_login *l,
                                                      const xc_element *e,
                                                      xc_writer *w)
{
    xc_sasl2_continue c;
    const xc_element *task;
    xc_status status = xc_read(&xc_sasl2_continue_schema, e, &c, NULL);
    if (xc_was_read(status))
        status = xc_i_login_verify(l, c.additional_data);
    if (status != XC_OK)
        return xc_i_login_abort(l, XC_LOGIN_REASON_NOT_PROVED, status, w);
    l->i_proved = true;
    task = xc_child(c.tasks.base.element, NULL, "task");
    while (task != NULL && !xc_i_login_is_upgrade(l, xc_text(task)))
        task = xc_next_same_name(task);
    l->text = c.text;
    if (task == NULL)
        return xc_i_login_abort(l, XC_LOGIN_REASON_TASK, XC_OK, w);
    xc_writer_begin(w, XC_NS_SASL2, "next");
    xc_writer_attr(w, "task", xc_str_trim(xc_text(task)));
    xc_writer_end(w);
    l->i_state = XC_I_LOGIN_TASK;
    return XC_LOGIN_SEND;
}

/* The salt is decoded, and the password prepared, behind SCRAM's messages,
   which the success still needs. */
static xc_status xc_i_login_begin_upgrade(xc_login *l,
                                          const xc_scram_upgrade_salt *salt)
{
    const xc_login_options *o = l->i_options;
    uint32_t max =
        o->iterations_max ? o->iterations_max : XC_SCRAM_ITERATIONS_MAX;
    size_t size;
    char *mem = xc_i_login_text(l, &size);
    xc_str bytes, password;
    xc_status status = xc_base64_decode(salt->salt, mem, size, &bytes);
    if (status != XC_OK)
        return status;
    if (bytes.len == 0)
        return XC_ERR_SASL_SYNTAX;
    if (salt->iterations.value < XC_SCRAM_ITERATIONS_MIN ||
        salt->iterations.value > (int64_t)max)
        return XC_ERR_SASL_ITERATIONS;
    status = xc_sasl_prepare(xc_i_password_profile(o->profile), o->password,
                             mem + bytes.len, size - bytes.len, &password);
    if (status != XC_OK)
        return status;
    return xc_scram_hi_init(
        &l->i_hi, xc_i_hash_of(l->i_upgrade, o->sha1, o->sha256, o->sha512),
        password, bytes, (uint32_t)salt->iterations.value);
}

/* -- elements -- */

XC_I_NOINLINE_SMALL xc_login_step xc_i_login_sasl1(xc_login *l,
                                                   const xc_element *e,
                                                   xc_writer *w)
{
    xc_sasl_failure failure;
    xc_status status;
    xc_str data;
    if (xc_was_read(xc_read(&xc_sasl_failure_schema, e, &failure, NULL)))
        return xc_i_login_refused(l, failure.condition, failure.text, w);
    if (xc_is(e, XC_NS_SASL, "success")) {
        status = xc_i_login_verify(l, xc_text(e));
        if (status != XC_OK)
            return xc_i_login_disbelieve(l, status);
        xc_i_login_forget(l);
        l->i_state = XC_I_LOGIN_FEATURES;
        return XC_LOGIN_RESTART;
    }
    status = xc_is(e, XC_NS_SASL, "challenge")
                 ? xc_i_login_decode(l, xc_text(e), &data)
                 : XC_ERR_SASL_SYNTAX;
    return status == XC_OK
               ? xc_i_login_challenge(l, data, w)
               : xc_i_login_abort(l, xc_i_login_reason_of(status), status, w);
}

static xc_login_step xc_i_login_success2(xc_login *l, const xc_element *e)
{
    const xc_element *data = xc_child(e, NULL, "additional-data");
    xc_status status =
        xc_i_login_verify(l, data != NULL ? xc_text(data) : xc_i_absent());
    return status == XC_OK ? xc_i_login_take_results(l, e)
                           : xc_i_login_disbelieve(l, status);
}

XC_I_NOINLINE_SMALL xc_login_step xc_i_login_sasl2(xc_login *l,
                                                   const xc_element *e,
                                                   xc_writer *w)
{
    xc_sasl2_failure failure;
    xc_status status;
    xc_str data;
    if (xc_was_read(xc_read(&xc_sasl2_failure_schema, e, &failure, NULL)))
        return xc_i_login_refused(l, failure.condition, failure.text, w);
    if (xc_is(e, XC_NS_SASL2, "success"))
        return xc_i_login_success2(l, e);
    if (xc_is(e, XC_NS_SASL2, "continue"))
        return xc_i_login_continue(l, e, w);
    status = xc_is(e, XC_NS_SASL2, "challenge")
                 ? xc_i_login_decode(l, xc_text(e), &data)
                 : XC_ERR_SASL_SYNTAX;
    return status == XC_OK
               ? xc_i_login_challenge(l, data, w)
               : xc_i_login_abort(l, xc_i_login_reason_of(status), status, w);
}

static xc_login_step xc_i_login_exchange(xc_login *l, const xc_element *e,
                                         xc_writer *w)
{
    return l->i_sasl2 ? xc_i_login_sasl2(l, e, w) : xc_i_login_sasl1(l, e, w);
}

XC_I_NOINLINE_SMALL xc_login_step xc_i_login_task(xc_login *l,
                                                  const xc_element *e,
                                                  xc_writer *w)
{
    xc_scram_upgrade_salt salt;
    xc_status status;
    if (!xc_is(e, XC_NS_SASL2, "task-data"))
        return xc_i_login_exchange(l, e, w);
    status = xc_read(&xc_scram_upgrade_salt_schema,
                     xc_child(e, XC_NS_SCRAM_UPGRADE, "salt"), &salt, NULL);
    if (status == XC_OK)
        status = xc_i_login_begin_upgrade(l, &salt);
    return status == XC_NEED_MORE
               ? xc_i_login_work_on(l, w)
               : xc_i_login_abort(l, xc_i_login_reason_of(status), status, w);
}

/* `<stream:features/>`, at the start and after the login. */
static xc_login_step xc_i_login_on_features(xc_login *l, const xc_element *e,
                                            xc_writer *w)
{
    if (!xc_is(e, XC_NS_STREAMS, "features"))
        return XC_LOGIN_NOT_MINE;
    return l->i_state == XC_I_LOGIN_START ? xc_i_login_start(l, e, w)
                                          : xc_i_login_features(l, e, w);
}

XC_API xc_login_step xc_login_work(xc_login *l, xc_writer *w)
{
    if (l == NULL || l->i_hi.left == 0)
        return XC_LOGIN_WAIT;
    if (w == NULL)
        return xc_i_login_end(l, XC_LOGIN_REASON_OPTIONS, XC_ERR_ARGUMENT);
    return xc_i_login_work_on(l, w);
}

XC_API xc_login_step xc_login_next(xc_login *l, const xc_element *e,
                                   xc_writer *w)
{
    if (l == NULL || l->i_state == XC_I_LOGIN_OVER)
        return XC_LOGIN_NOT_MINE;
    if (w == NULL || l->i_options == NULL ||
        (l->i_options->bindings == NULL && l->i_options->binding_count > 0))
        return xc_i_login_end(l, XC_LOGIN_REASON_OPTIONS, XC_ERR_ARGUMENT);
    if (e == NULL || xc_is(e, XC_NS_STREAMS, "error"))
        return XC_LOGIN_NOT_MINE; /* the start or the end of the stream */
    l->text = xc_i_absent();      /* of an element that is gone */
    l->failure = XC_SASL_FAILURE_NONE;
    if (l->i_hi.left != 0) /* not the server's turn */
        return xc_i_login_abort(l, XC_LOGIN_REASON_PROTOCOL,
                                XC_ERR_SASL_SYNTAX, w);
    switch (l->i_state) {
    case XC_I_LOGIN_SASL: return xc_i_login_exchange(l, e, w);
    case XC_I_LOGIN_TASK: return xc_i_login_task(l, e, w);
    case XC_I_LOGIN_RESUMING: return xc_i_login_resuming(l, e, w);
    case XC_I_LOGIN_BINDING: return xc_i_login_binding(l, e, w);
    case XC_I_LOGIN_ENABLING: return xc_i_login_enabling(l, e);
    default: return xc_i_login_on_features(l, e, w);
    }
}

/* -- a login, server's half --
   The memory holds the element with the request (SASL2), two thirds of the
   rest for SCRAM or prepared names, the message of the client, and with SCRAM
   at the very end whose it is. */

enum {
    XC_I_LOGIN_SERVER_NOT, /* never begun, or DONE */
    XC_I_LOGIN_SERVER_IDLE,
    XC_I_LOGIN_SERVER_ASKS,      /* for the first message */
    XC_I_LOGIN_SERVER_CONTINUES, /* awaits `<next/>` */
    XC_I_LOGIN_SERVER_UPGRADES,  /* awaits `<task-data/>` */
    XC_I_LOGIN_SERVER_CHALLENGES /* awaits the second message */
};

/* The other phases are steps that are the caller's turn. */
static unsigned xc_i_server_phase_of(xc_login_server_step step)
{
    return XC_I_LOGIN_SERVER_CHALLENGES + 1u + (unsigned)step;
}

static xc_login_server_step xc_i_server_turn(xc_login_server *l,
                                             xc_login_server_step step)
{
    l->i_phase = (uint8_t)xc_i_server_phase_of(step);
    return step;
}

static bool xc_i_server_is_turn(const xc_login_server *l,
                                xc_login_server_step step)
{
    return l != NULL && l->i_phase == xc_i_server_phase_of(step);
}

/* The end of an attempt. */
static void xc_i_server_forget(xc_login_server *l, unsigned phase)
{
    xc_wipe(l->i_mem, l->i_size);
    xc_wipe(&l->i_scram, sizeof l->i_scram);
    xc_wipe(&l->i_hi, sizeof l->i_hi);
    xc_wipe(&l->i_keys, sizeof l->i_keys);
    xc_wipe(&l->upgraded, sizeof l->upgraded);
    l->upgraded.salt = xc_i_absent();
    l->upgraded.hash = NULL;
    memset(&l->request, 0, sizeof l->request);
    l->username = l->authzid = l->trace = xc_i_absent();
    l->i_password = l->i_hashed = l->i_reply = xc_i_absent();
    l->i_kept = l->i_names = 0;
    l->i_phase = (uint8_t)phase;
}

static const char *xc_i_server_ns(const xc_login_server *l)
{
    return l->sasl2 ? XC_NS_SASL2 : XC_NS_SASL;
}

static void xc_i_server_write_failure(const xc_login_server *l, xc_str text,
                                      xc_writer *w)
{
    xc_writer_begin(w, xc_i_server_ns(l), "failure");
    xc_write_tag(w, XC_NS_SASL, xc_sasl_failure_name(l->failure));
    xc_writer_text_element(w, NULL, "text", text);
    xc_writer_end(w);
}

static xc_login_server_step
xc_i_server_refuse(xc_login_server *l, xc_status status,
                   xc_sasl_failure_condition condition, xc_str text,
                   xc_writer *w)
{
    l->status = status;
    l->failure = condition;
    l->failures++;
    xc_i_server_write_failure(l, text, w);
    xc_i_server_forget(l, XC_I_LOGIN_SERVER_IDLE);
    return XC_LOGIN_SERVER_FAILED;
}

static xc_login_server_step xc_i_server_fail(xc_login_server *l,
                                             xc_status status, xc_writer *w)
{
    return xc_i_server_refuse(l, status, xc_sasl_failure_for_status(status),
                              xc_i_absent(), w);
}

static xc_login_server_step xc_i_server_malformed(xc_login_server *l,
                                                  xc_writer *w)
{
    return xc_i_server_fail(l, XC_ERR_SASL_SYNTAX, w);
}

/* What xc_read has found. */
static xc_login_server_step xc_i_server_flawed(xc_login_server *l,
                                               xc_status status,
                                               const xc_field *field,
                                               xc_writer *w)
{
    bool data = field != NULL && field->kind == XC_KIND_BASE64 &&
                status == XC_ERR_FIELD_VALUE;
    return xc_i_server_refuse(l, status,
                              data ? XC_SASL_FAILURE_INCORRECT_ENCODING
                                   : XC_SASL_FAILURE_MALFORMED_REQUEST,
                              xc_i_absent(), w);
}

/* What was too small is our memory. */
static xc_status xc_i_server_sized(xc_status status)
{
    return status == XC_ERR_BUFFER_SIZE ? XC_ERR_WORKSPACE : status;
}

/* -- what a server offers -- */

static bool xc_i_server_can(const xc_login_server_options *o, xc_mechanism m)
{
    const char *type = xc_i_ht_binding(m);
    if (xc_i_is_scram(m))
        return xc_i_hash_of(m, o->sha1, o->sha256, o->sha512) != NULL &&
               (!xc_i_is_plus(m) || o->binding_count > 0);
    if (xc_i_is_ht(m))
        return o->sasl2 && o->private_channel && o->sha256 != NULL &&
               (type == NULL ||
                xc_i_binding_data(o->bindings, o->binding_count, type).ptr !=
                    NULL);
    if (m == XC_MECHANISM_PLAIN)
        return o->private_channel &&
               (o->sha1 != NULL || o->sha256 != NULL || o->sha512 != NULL);
    return true;
}

static uint32_t xc_i_server_offered(const xc_login_server_options *o)
{
    uint32_t set = 0;
    int i;
    for (i = 0; i < (int)XC_MECHANISM_NONE; i++)
        if ((o->mechanisms & XC_MECHANISM_BIT(i)) != 0 &&
            xc_i_server_can(o, (xc_mechanism)i))
            set |= XC_MECHANISM_BIT(i);
    return set;
}

static bool xc_i_server_is_offered(const xc_login_server *l, xc_mechanism m)
{
    return m != XC_MECHANISM_NONE && (l->i_offered & XC_MECHANISM_BIT(m)) != 0;
}

static bool xc_i_server_binds(const xc_login_server *l)
{
    return (l->i_offered & XC_MECHANISMS_SCRAM_PLUS) != 0;
}

static bool xc_i_is_hash_of(const xc_hash *h, size_t size)
{
    return h == NULL || (xc_i_is_hash(h) && h->size == size);
}

static bool xc_i_server_is_sound(const xc_login_server_options *o)
{
    size_t i;
    if (!xc_i_is_hash_of(o->sha1, 20) || !xc_i_is_hash_of(o->sha256, 32) ||
        !xc_i_is_hash_of(o->sha512, 64) ||
        o->binding_count > XC_LOGIN_SERVER_BINDINGS_MAX ||
        (o->binding_count > 0 && o->bindings == NULL) ||
        (o->bind2_feature_count > 0 && o->bind2_features == NULL))
        return false;
    for (i = 0; i < o->binding_count; i++)
        if (!xc_i_is_cb_name(o->bindings[i].type) ||
            o->bindings[i].data.ptr == NULL || o->bindings[i].data.len == 0)
            return false;
    return (o->mechanisms & XC_MECHANISMS_SCRAM) == 0 ||
           (o->secret.ptr != NULL && o->secret.len > 0);
}

XC_API xc_status xc_login_server_init(xc_login_server *login, void *mem,
                                      size_t size,
                                      const xc_login_server_options *options)
{
    if (login == NULL)
        return XC_ERR_ARGUMENT;
    memset(login, 0, sizeof *login);
    if (mem == NULL || options == NULL || !xc_i_server_is_sound(options))
        return XC_ERR_ARGUMENT;
    login->mechanism = login->keys_of = XC_MECHANISM_NONE;
    login->token_wanted = login->upgrade_wanted = XC_MECHANISM_NONE;
    login->i_mem = (char *)mem;
    login->i_size = size;
    login->i_options = *options;
    if (options->iterations == 0)
        login->i_options.iterations = XC_SCRAM_ITERATIONS_MIN;
    login->i_offered = xc_i_server_offered(options);
    login->i_phase = XC_I_LOGIN_SERVER_IDLE;
    return XC_OK;
}

XC_API void xc_login_server_wipe(xc_login_server *login)
{
    if (login == NULL)
        return;
    xc_wipe(login->i_mem, login->i_size);
    xc_wipe(login, sizeof *login);
}

/* The names of a set, of FAST or not. Returns how many. */
static size_t xc_i_server_names(const xc_login_server *l, bool fast,
                                xc_str names[XC_MECHANISM_NONE])
{
    size_t count = 0;
    int i;
    for (i = 0; i < (int)XC_MECHANISM_NONE; i++)
        if (xc_i_server_is_offered(l, (xc_mechanism)i) &&
            xc_i_is_ht((xc_mechanism)i) == fast)
            names[count++] = xc_str_from(xc_mechanism_name((xc_mechanism)i));
    return count;
}

static void xc_i_server_write_names(const xc_login_server *l, bool fast,
                                    xc_writer *w)
{
    xc_str names[XC_MECHANISM_NONE];
    size_t i, count = xc_i_server_names(l, fast, names);
    for (i = 0; i < count; i++)
        xc_writer_text_element(w, NULL, "mechanism", names[i]);
}

static void xc_i_server_write_bindings(const xc_login_server *l, xc_writer *w)
{
    const xc_login_server_options *o = &l->i_options;
    size_t i;
    xc_writer_begin(w, XC_NS_CHANNEL_BINDING, "sasl-channel-binding");
    for (i = 0; i < o->binding_count; i++) {
        xc_writer_begin(w, NULL, "channel-binding");
        xc_writer_attr(w, "type", o->bindings[i].type);
        xc_writer_end(w);
    }
    xc_writer_end(w);
}

static void xc_i_server_write_bind2(const xc_login_server_options *o,
                                    xc_writer *w)
{
    size_t i;
    xc_writer_begin(w, XC_NS_BIND2, "bind");
    if (o->bind2_feature_count > 0)
        xc_writer_begin(w, NULL, "inline");
    for (i = 0; i < o->bind2_feature_count; i++) {
        xc_writer_begin(w, NULL, "feature");
        xc_writer_attr(w, "var", o->bind2_features[i]);
        xc_writer_end(w);
    }
    if (o->bind2_feature_count > 0)
        xc_writer_end(w);
    xc_writer_end(w);
}

static bool xc_i_server_has_fast(const xc_login_server *l)
{
    xc_str names[XC_MECHANISM_NONE];
    return xc_i_server_names(l, true, names) > 0;
}

static void xc_i_server_write_inline(const xc_login_server *l, bool fast,
                                     xc_writer *w)
{
    xc_writer_begin(w, NULL, "inline");
    if (l->i_options.bind2)
        xc_i_server_write_bind2(&l->i_options, w);
    if (l->i_options.sm)
        xc_write_tag(w, XC_NS_SM, "sm");
    if (fast) {
        xc_writer_begin(w, XC_NS_FAST, "fast");
        xc_i_server_write_names(l, true, w);
        xc_writer_end(w);
    }
    xc_writer_end(w);
}

static bool xc_i_server_upgrades(const xc_login_server *l, xc_mechanism m)
{
    const xc_login_server_options *o = &l->i_options;
    return (o->upgrades & XC_MECHANISMS_SCRAM_BARE & XC_MECHANISM_BIT(m)) !=
               0 &&
           o->private_channel &&
           xc_i_hash_of(m, o->sha1, o->sha256, o->sha512) != NULL;
}

static void xc_i_server_write_sasl2(const xc_login_server *l, xc_writer *w)
{
    bool fast = xc_i_server_has_fast(l);
    int i;
    xc_writer_begin(w, XC_NS_SASL2, "authentication");
    xc_i_server_write_names(l, false, w);
    for (i = 0; i < (int)XC_MECHANISM_NONE; i++)
        if (xc_i_server_upgrades(l, (xc_mechanism)i))
            xc_i_write_upgrade(w, XC_NS_SASL_UPGRADE, "upgrade",
                               (xc_mechanism)i);
    if (l->i_options.bind2 || l->i_options.sm || fast)
        xc_i_server_write_inline(l, fast, w);
    xc_writer_end(w);
}

XC_API void xc_login_server_offer(const xc_login_server *login, xc_writer *w)
{
    if (login == NULL || login->i_phase == XC_I_LOGIN_SERVER_NOT ||
        login->i_offered == 0)
        return;
    if ((login->i_offered & ~XC_MECHANISMS_HT) != 0) {
        xc_writer_begin(w, XC_NS_SASL, "mechanisms");
        xc_i_server_write_names(login, false, w);
        xc_writer_end(w);
    }
    if (xc_i_server_binds(login))
        xc_i_server_write_bindings(login, w);
    if (login->i_options.sasl2)
        xc_i_server_write_sasl2(login, w);
}

/* -- the messages of a server -- */

/* Where the message of the client is. */
static size_t xc_i_server_message_at(const xc_login_server *l)
{
    return l->i_size - (l->i_size - l->i_kept) / 3;
}

/* What is before it. */
static char *xc_i_server_room(const xc_login_server *l, size_t *size)
{
    *size = xc_i_server_message_at(l) - l->i_kept;
    return l->i_mem + l->i_kept;
}

static xc_status xc_i_server_decode(const xc_login_server *l, xc_str text,
                                    xc_str *message)
{
    size_t at = xc_i_server_message_at(l);
    size_t size = l->i_size - l->i_names - at;
    return xc_i_server_sized(
        l->sasl2 ? xc_sasl2_decode(text, l->i_mem + at, size, message)
                 : xc_sasl_decode(text, l->i_mem + at, size, message));
}

static void xc_i_server_write_base64(xc_str data, xc_writer *w)
{
    char text[64];
    while (data.len > 0) {
        xc_str piece = data, code;
        piece.len = xc_i_min(data.len, sizeof text / 4 * 3);
        data.ptr += piece.len;
        data.len -= piece.len;
        xc_base64_encode(piece, text, sizeof text, &code);
        xc_writer_text(w, code);
    }
}

static void xc_i_server_write_challenge(const xc_login_server *l, xc_str data,
                                        xc_writer *w)
{
    xc_writer_begin(w, xc_i_server_ns(l), "challenge");
    xc_i_server_write_base64(data, w);
    xc_writer_end(w);
}

/* XEP-0474: what this server offers, after the message in the memory. */
static xc_status xc_i_server_put_offer(const xc_login_server *l,
                                       xc_str message, xc_str *offer)
{
    xc_str names[XC_MECHANISM_NONE], types[XC_LOGIN_SERVER_BINDINGS_MAX];
    size_t i, count = xc_i_server_names(l, false, names);
    size_t at = xc_i_server_message_at(l) + message.len;
    for (i = 0; i < l->i_options.binding_count; i++)
        types[i] = l->i_options.bindings[i].type;
    return xc_i_server_sized(xc_sasl_offer_names(
        names, count, xc_i_server_binds(l) ? types : NULL,
        xc_i_server_binds(l) ? l->i_options.binding_count : 0, l->i_mem + at,
        l->i_size - at, offer));
}

static bool xc_i_server_overlaps(const xc_login_server *l, xc_str view,
                                 size_t from, size_t to)
{
    return view.ptr != NULL && view.ptr < l->i_mem + to &&
           view.ptr + view.len > l->i_mem + from;
}

/* The challenge will take the place of what SCRAM has read. */
static xc_status xc_i_server_keep_name(xc_login_server *l, xc_str name,
                                       xc_str *kept)
{
    size_t end = l->i_size - l->i_names;
    if (name.ptr == NULL)
        return XC_OK;
    if (name.len > end - xc_i_server_message_at(l) ||
        xc_i_server_overlaps(l, l->username, end - name.len, end) ||
        xc_i_server_overlaps(l, l->authzid, end - name.len, end) ||
        xc_i_server_overlaps(l, l->i_reply, end - name.len, end))
        return XC_ERR_WORKSPACE;
    l->i_names += name.len;
    *kept = xc_i_str((unsigned char *)l->i_mem + (end - name.len), name.len);
    memcpy(l->i_mem + (end - name.len), name.ptr, name.len);
    return XC_OK;
}

static xc_login_server_step xc_i_server_scram(xc_login_server *l,
                                              xc_str message, xc_writer *w)
{
    xc_scram_server_options o;
    xc_scram_identity who;
    size_t size;
    char *room = xc_i_server_room(l, &size);
    xc_status status;
    memset(&o, 0, sizeof o);
    status = xc_i_server_put_offer(l, message, &o.offer);
    o.mechanism = l->mechanism;
    o.hash = l->i_hash =
        xc_i_hash_of(l->mechanism, l->i_options.sha1, l->i_options.sha256,
                     l->i_options.sha512);
    o.profile = l->i_options.profile;
    o.tls_version = l->i_options.tls_version;
    o.bindings = l->i_options.bindings;
    o.binding_count = xc_i_server_binds(l) ? l->i_options.binding_count : 0;
    if (status == XC_OK)
        status =
            xc_scram_server_first(&l->i_scram, room, size, &o, message, &who);
    if (status == XC_OK)
        status = xc_i_server_keep_name(l, who.username, &l->username);
    if (status == XC_OK)
        status = xc_i_server_keep_name(l, who.authzid, &l->authzid);
    if (status != XC_OK)
        return xc_i_server_fail(l, status, w);
    l->keys_of = xc_i_without_plus(l->mechanism);
    return xc_i_server_turn(l, XC_LOGIN_SERVER_CREDENTIALS);
}

/* SHA-256 if there is a choice, as all servers have it. */
static xc_mechanism xc_i_server_plain_keys(const xc_login_server_options *o)
{
    return o->sha256 != NULL   ? XC_MECHANISM_SCRAM_SHA_256
           : o->sha512 != NULL ? XC_MECHANISM_SCRAM_SHA_512
                               : XC_MECHANISM_SCRAM_SHA_1;
}

static void xc_i_server_wipe(const xc_login_server *l, xc_str view)
{
    xc_wipe(l->i_mem + (view.ptr - l->i_mem), view.len);
}

static xc_login_server_step xc_i_server_plain(xc_login_server *l,
                                              xc_str message, xc_writer *w)
{
    xc_plain plain;
    xc_str password;
    size_t size;
    char *room = xc_i_server_room(l, &size);
    xc_status status = xc_plain_read(message, &plain);
    password = plain.password;
    if (status == XC_OK)
        status = xc_i_server_sized(
            xc_plain_prepare(l->i_options.profile, &plain, room, size));
    if (status != XC_OK)
        return xc_i_server_fail(l, status, w);
    if (plain.password.ptr != password.ptr)
        xc_i_server_wipe(l, password);
    l->username = plain.authcid;
    l->authzid = plain.authzid;
    l->i_password = plain.password;
    l->keys_of = xc_i_server_plain_keys(&l->i_options);
    l->i_hash = xc_i_hash_of(l->keys_of, l->i_options.sha1,
                             l->i_options.sha256, l->i_options.sha512);
    return xc_i_server_turn(l, XC_LOGIN_SERVER_CREDENTIALS);
}

static xc_login_server_step xc_i_server_ht(xc_login_server *l, xc_str message,
                                           xc_writer *w)
{
    xc_ht ht;
    size_t size;
    char *room = xc_i_server_room(l, &size);
    xc_status status = xc_ht_read(l->i_options.sha256, message, &ht);
    if (status == XC_OK)
        status = xc_i_server_sized(xc_sasl_prepare(
            l->i_options.profile, ht.authcid, room, size, &l->username));
    if (status != XC_OK)
        return xc_i_server_fail(l, status, w);
    l->i_hashed = ht.hashed;
    return xc_i_server_turn(l, XC_LOGIN_SERVER_TOKENS);
}

/* The first message of the client. */
static xc_login_server_step xc_i_server_first(xc_login_server *l,
                                              xc_str message, xc_writer *w)
{
    xc_status status;
    if (xc_i_is_scram(l->mechanism))
        return xc_i_server_scram(l, message, w);
    if (xc_i_is_ht(l->mechanism))
        return xc_i_server_ht(l, message, w);
    if (l->mechanism == XC_MECHANISM_PLAIN)
        return xc_i_server_plain(l, message, w);
    status = l->mechanism == XC_MECHANISM_EXTERNAL
                 ? xc_external_read(message, &l->authzid)
                 : xc_anonymous_read(message, &l->trace);
    return status == XC_OK ? xc_i_server_turn(l, XC_LOGIN_SERVER_PROVED)
                           : xc_i_server_fail(l, status, w);
}

/* client-final-message */
static xc_login_server_step xc_i_server_second(xc_login_server *l,
                                               xc_str message, xc_writer *w)
{
    xc_status status = xc_scram_server_verify(
        &l->i_scram, message, l->i_known ? &l->i_keys : NULL, &l->i_reply);
    return status == XC_OK ? xc_i_server_turn(l, XC_LOGIN_SERVER_PROVED)
                           : xc_i_server_fail(l, status, w);
}

/* -- the elements of a client -- */

/* FAST needs to know whose token it is (XEP-0484 section 3.4). */
static bool xc_i_server_can_have_token(const xc_login_server *l)
{
    return l->request.user_agent.id.ptr != NULL &&
           l->request.user_agent.id.len > 0;
}

static xc_login_server_step xc_i_server_begin(xc_login_server *l, xc_str name,
                                              xc_str data, xc_writer *w)
{
    xc_str message;
    xc_status status;
    bool fast;
    l->mechanism = xc_mechanism_from_name(name);
    fast = l->mechanism != XC_MECHANISM_NONE && xc_i_is_ht(l->mechanism);
    if (l->mechanism == XC_MECHANISM_PLAIN && !l->i_options.private_channel &&
        (l->i_options.mechanisms & XC_MECHANISM_BIT(XC_MECHANISM_PLAIN)) != 0)
        return xc_i_server_refuse(
            l, XC_OK, XC_SASL_FAILURE_ENCRYPTION_REQUIRED, xc_i_absent(), w);
    if (!xc_i_server_is_offered(l, l->mechanism) || (fast && !l->sasl2))
        return xc_i_server_refuse(l, XC_OK, XC_SASL_FAILURE_INVALID_MECHANISM,
                                  xc_i_absent(), w);
    if (fast &&
        (!l->request.fast.base.present || !xc_i_server_can_have_token(l)))
        return xc_i_server_malformed(l, w);
    status = xc_i_server_decode(l, data, &message);
    if (status != XC_OK)
        return xc_i_server_fail(l, status, w);
    if (message.ptr != NULL)
        return xc_i_server_first(l, message, w);
    xc_i_server_write_challenge(l, xc_i_absent(), w);
    l->i_phase = XC_I_LOGIN_SERVER_ASKS;
    return XC_LOGIN_SERVER_SEND;
}

static xc_login_server_step xc_i_server_auth(xc_login_server *l,
                                             const xc_element *e, xc_writer *w)
{
    xc_sasl_auth auth;
    const xc_field *field;
    xc_status status = xc_read(&xc_sasl_auth_schema, e, &auth, &field);
    return status == XC_OK ? xc_i_server_begin(l, auth.mechanism, auth.data, w)
                           : xc_i_server_flawed(l, status, field, w);
}

/* The mechanism in the name of a task, if it is offered. */
static xc_mechanism xc_i_server_task(const xc_login_server *l, xc_str task)
{
    xc_mechanism m = xc_i_upgrade_of(task);
    return m != XC_MECHANISM_NONE && xc_i_server_upgrades(l, m)
               ? m
               : XC_MECHANISM_NONE;
}

/* The best one that both know. Only who knows the password may set its keys: a
   token, stolen perhaps, is not enough. */
static void xc_i_server_choose_upgrade(xc_login_server *l)
{
    xc_mechanism used = xc_mechanism_from_name(l->request.mechanism);
    const xc_element *e =
        xc_child(l->request.base.element, XC_NS_SASL_UPGRADE, "upgrade");
    if (used != XC_MECHANISM_PLAIN && !xc_i_is_scram(used))
        return;
    for (; e != NULL; e = xc_next_same_name(e)) {
        xc_mechanism m = xc_i_server_task(l, xc_text(e));
        if (m < l->upgrade_wanted)
            l->upgrade_wanted = m;
    }
}

static bool xc_i_server_binds_with(const xc_login_server *l, const char *ns)
{
    const xc_login_server_options *o = &l->i_options;
    size_t i;
    for (i = 0; i < o->bind2_feature_count; i++)
        if (xc_str_is(o->bind2_features[i], ns))
            return true;
    return false;
}

/* What is not offered was not requested. */
static void xc_i_server_limit_request(xc_login_server *l)
{
    xc_sasl2_authenticate *r = &l->request;
    xc_mechanism wanted = xc_mechanism_from_name(r->fast_request.mechanism);
    r->bind.base.present = r->bind.base.present && l->i_options.bind2;
    r->bind.sm_enable.base.present =
        r->bind.sm_enable.base.present && xc_i_server_binds_with(l, XC_NS_SM);
    r->bind.carbons =
        r->bind.carbons && xc_i_server_binds_with(l, XC_NS_CARBONS);
    if (!xc_i_server_binds_with(l, XC_NS_CSI))
        r->bind.active = r->bind.inactive = false;
    r->sm_resume.base.present = r->sm_resume.base.present && l->i_options.sm;
    r->fast.base.present = r->fast.base.present && xc_i_server_has_fast(l);
    if (xc_i_server_is_offered(l, wanted) && xc_i_is_ht(wanted) &&
        xc_i_server_can_have_token(l))
        l->token_wanted = wanted;
}

/* The element is kept: its requests are due when the proof has come. */
static xc_login_server_step
xc_i_server_authenticate(xc_login_server *l, const xc_element *e, xc_writer *w)
{
    size_t size = xc_element_size(e);
    const xc_field *field;
    xc_status status;
    if (size > l->i_size)
        return xc_i_server_fail(l, XC_ERR_WORKSPACE, w);
    memcpy(l->i_mem, e, size);
    l->i_kept = size;
    status = xc_read(&xc_sasl2_authenticate_schema,
                     (const xc_element *)(const void *)l->i_mem, &l->request,
                     &field);
    if (status != XC_OK)
        return xc_i_server_flawed(l, status, field, w);
    xc_i_server_limit_request(l);
    xc_i_server_choose_upgrade(l);
    return xc_i_server_begin(l, l->request.mechanism,
                             l->request.initial_response, w);
}

static xc_status xc_i_server_read_response(const xc_login_server *l,
                                           const xc_element *e, xc_str *data,
                                           const xc_field **field)
{
    xc_sasl_response response;
    xc_sasl2_response response2;
    xc_status status;
    if (l->sasl2) {
        status = xc_read(&xc_sasl2_response_schema, e, &response2, field);
        *data = response2.data;
    } else {
        status = xc_read(&xc_sasl_response_schema, e, &response, field);
        *data = response.data;
    }
    return status;
}

/* An empty element is an empty message: nothing else was asked for. */
static xc_login_server_step
xc_i_server_response(xc_login_server *l, const xc_element *e, xc_writer *w)
{
    xc_str data, message;
    const xc_field *field;
    xc_status status = xc_i_server_read_response(l, e, &data, &field);
    if (status != XC_OK)
        return xc_i_server_flawed(l, status, field, w);
    status = xc_i_server_decode(l, data, &message);
    if (status != XC_OK)
        return xc_i_server_fail(l, status, w);
    if (message.ptr == NULL)
        message = xc_str_from("");
    return l->i_phase == XC_I_LOGIN_SERVER_ASKS
               ? xc_i_server_first(l, message, w)
               : xc_i_server_second(l, message, w);
}

/* May this element come now? */
static bool xc_i_server_expects(const xc_login_server *l, const xc_element *e,
                                const char *ns)
{
    switch (l->i_phase) {
    case XC_I_LOGIN_SERVER_IDLE:
        return xc_is(e, XC_NS_SASL, "auth") ||
               xc_is(e, XC_NS_SASL2, "authenticate");
    case XC_I_LOGIN_SERVER_CONTINUES: return xc_is(e, ns, "next");
    case XC_I_LOGIN_SERVER_UPGRADES: return xc_is(e, ns, "task-data");
    default: return xc_is(e, ns, "response");
    }
}

/* A task, after the proof (XEP-0388 section 2.6.3). */
static xc_login_server_step
xc_i_server_next_task(xc_login_server *l, const xc_element *e, xc_writer *w)
{
    if (xc_i_server_task(l, xc_attr(e, "task")) != l->upgrade_wanted)
        return xc_i_server_malformed(l, w);
    xc_writer_begin(w, XC_NS_SASL2, "task-data");
    xc_writer_begin(w, XC_NS_SCRAM_UPGRADE, "salt");
    xc_i_attr_number(w, "iterations", l->upgraded.iterations);
    xc_i_server_write_base64(l->upgraded.salt, w);
    xc_writer_end(w);
    xc_writer_end(w);
    l->i_phase = XC_I_LOGIN_SERVER_UPGRADES;
    return XC_LOGIN_SERVER_SEND;
}

/* SaltedPassword, which is wiped at once. */
static xc_status xc_i_server_take_salted(xc_login_server *l, xc_str text)
{
    const xc_hash *hash =
        xc_i_hash_of(l->upgrade_wanted, l->i_options.sha1, l->i_options.sha256,
                     l->i_options.sha512);
    char salted[XC_HASH_MAX];
    xc_str got;
    xc_status status = xc_sasl2_decode(text, salted, sizeof salted, &got);
    if (status == XC_ERR_BUFFER_SIZE ||
        (status == XC_OK && got.len != hash->size))
        status = XC_ERR_SASL_SYNTAX;
    if (status == XC_OK)
        status = xc_scram_derive(hash, (const unsigned char *)salted,
                                 &l->upgraded.keys);
    xc_wipe(salted, sizeof salted);
    return status;
}

static xc_login_server_step
xc_i_server_task_data(xc_login_server *l, const xc_element *e, xc_writer *w)
{
    const xc_field *field;
    xc_scram_upgrade_hash hash;
    xc_status status =
        xc_read(&xc_scram_upgrade_hash_schema,
                xc_child(e, XC_NS_SCRAM_UPGRADE, "hash"), &hash, &field);
    if (status != XC_OK)
        return xc_i_server_flawed(l, status, field, w);
    status = xc_i_server_take_salted(l, hash.hash);
    return status == XC_OK ? xc_i_server_turn(l, XC_LOGIN_SERVER_UPGRADED)
                           : xc_i_server_fail(l, status, w);
}

/* The next element of an exchange. */
static xc_login_server_step
xc_i_server_go_on(xc_login_server *l, const xc_element *e, xc_writer *w)
{
    switch (l->i_phase) {
    case XC_I_LOGIN_SERVER_CONTINUES: return xc_i_server_next_task(l, e, w);
    case XC_I_LOGIN_SERVER_UPGRADES: return xc_i_server_task_data(l, e, w);
    default: return xc_i_server_response(l, e, w);
    }
}

XC_API xc_login_server_step xc_login_server_next(xc_login_server *login,
                                                 const xc_element *element,
                                                 xc_writer *w)
{
    xc_login_server *l = login;
    bool sasl2 = xc_is(element, XC_NS_SASL2, NULL);
    const char *ns = sasl2 ? XC_NS_SASL2 : XC_NS_SASL;
    bool mixed;
    if (l == NULL || element == NULL || w == NULL ||
        l->i_phase > XC_I_LOGIN_SERVER_CHALLENGES)
        return XC_LOGIN_SERVER_MISUSED;
    if (l->i_phase == XC_I_LOGIN_SERVER_NOT || l->i_offered == 0 ||
        !(sasl2 ? l->i_options.sasl2 : xc_is(element, XC_NS_SASL, NULL)))
        return XC_LOGIN_SERVER_NOT_MINE;
    mixed = l->i_phase != XC_I_LOGIN_SERVER_IDLE && l->sasl2 != sasl2;
    l->sasl2 = sasl2;
    if (xc_is(element, ns, "abort"))
        return xc_i_server_refuse(l, XC_OK, XC_SASL_FAILURE_ABORTED,
                                  xc_i_absent(), w);
    if (mixed || !xc_i_server_expects(l, element, ns))
        return xc_i_server_malformed(l, w);
    if (l->i_phase != XC_I_LOGIN_SERVER_IDLE)
        return xc_i_server_go_on(l, element, w);
    l->token_wanted = l->upgrade_wanted = XC_MECHANISM_NONE;
    return sasl2 ? xc_i_server_authenticate(l, element, w)
                 : xc_i_server_auth(l, element, w);
}

/* -- what the caller of a server has looked up -- */

/* The salt of a user that does not exist, for each mechanism another one that
   never changes (RFC 5802 section 9). It takes the place of the keys. */
static bool xc_i_server_make_up(xc_login_server *l, xc_str *salt)
{
    xc_str pieces[4];
    pieces[1] = xc_str_from(xc_mechanism_name(l->keys_of));
    pieces[2] = xc_str_from(" ");
    pieces[3] = l->username;
    *salt = xc_i_str(l->i_keys.server_key, 16);
    return xc_i_hmac(l->i_hash, l->i_options.secret, pieces, 4,
                     l->i_keys.server_key);
}

static xc_login_server_step xc_i_server_challenge(xc_login_server *l,
                                                  xc_str salt,
                                                  uint32_t iterations,
                                                  xc_str nonce, xc_writer *w)
{
    xc_str message;
    xc_status status =
        l->i_hash->size == xc_mechanism_hash_size(l->mechanism)
            ? xc_scram_server_challenge(&l->i_scram, nonce, salt, iterations,
                                        &message)
            : XC_ERR_ARGUMENT;
    if (status != XC_OK)
        return xc_i_server_fail(l, status, w);
    xc_i_server_write_challenge(l, message, w);
    l->i_phase = XC_I_LOGIN_SERVER_CHALLENGES;
    return XC_LOGIN_SERVER_SEND;
}

/* From here on the password is not needed. */
static xc_login_server_step xc_i_server_hash_password(xc_login_server *l,
                                                      xc_str salt,
                                                      uint32_t iterations,
                                                      xc_writer *w)
{
    xc_status status =
        xc_scram_hi_init(&l->i_hi, l->i_hash, l->i_password, salt, iterations);
    xc_i_server_wipe(l, l->i_password);
    return status == XC_NEED_MORE ? xc_i_server_turn(l, XC_LOGIN_SERVER_WORK)
                                  : xc_i_server_fail(l, status, w);
}

XC_API xc_login_server_step xc_login_server_credentials(
    xc_login_server *login, const xc_scram_credentials *credentials,
    xc_str nonce, xc_writer *w)
{
    xc_login_server *l = login;
    const xc_scram_credentials *c = credentials;
    uint32_t iterations;
    xc_str salt;
    if (!xc_i_server_is_turn(l, XC_LOGIN_SERVER_CREDENTIALS) || w == NULL)
        return XC_LOGIN_SERVER_MISUSED;
    l->i_known = c != NULL;
    if (c != NULL) {
        salt = c->salt;
        iterations = c->iterations;
        l->i_keys = c->keys;
        l->i_hash = c->hash != NULL ? c->hash : l->i_hash;
    } else {
        iterations = l->i_options.iterations;
        if (!xc_i_server_make_up(l, &salt))
            return xc_i_server_fail(l, XC_ERR_SASL_HASH, w);
    }
    return l->mechanism == XC_MECHANISM_PLAIN
               ? xc_i_server_hash_password(l, salt, iterations, w)
               : xc_i_server_challenge(l, salt, iterations, nonce, w);
}

/* Has the password the key that is kept? */
static xc_status xc_i_server_check_password(const xc_login_server *l)
{
    size_t size = l->i_hash->size;
    xc_scram_keys keys;
    xc_status status = xc_scram_derive(l->i_hash, l->i_hi.result, &keys);
    bool same = status == XC_OK &&
                xc_secret_equal(xc_i_str(keys.stored_key, size),
                                xc_i_str(l->i_keys.stored_key, size));
    xc_wipe(&keys, sizeof keys);
    return status == XC_OK && !(same && l->i_known) ? XC_ERR_SASL_PROOF
                                                    : status;
}

XC_API xc_login_server_step xc_login_server_work(xc_login_server *login,
                                                 uint32_t rounds, xc_writer *w)
{
    xc_login_server *l = login;
    xc_status status;
    if (!xc_i_server_is_turn(l, XC_LOGIN_SERVER_WORK) || w == NULL)
        return XC_LOGIN_SERVER_MISUSED;
    status = xc_scram_hi_next(&l->i_hi, rounds);
    if (status == XC_NEED_MORE)
        return XC_LOGIN_SERVER_WORK;
    if (status == XC_OK)
        status = xc_i_server_check_password(l);
    return status == XC_OK ? xc_i_server_turn(l, XC_LOGIN_SERVER_PROVED)
                           : xc_i_server_fail(l, status, w);
}

/* Which token is it? Two are always tried, so that nobody can find out how
   many there are. */
static xc_status xc_i_server_find_token(xc_login_server *l,
                                        const xc_ht_token *tokens,
                                        size_t count, xc_str data)
{
    const xc_hash *h = l->i_options.sha256;
    xc_status found = XC_ERR_SASL_PROOF;
    size_t i;
    for (i = 0; i < count || i < 2; i++) {
        bool usable = i < count && tokens[i].mechanism == l->mechanism &&
                      tokens[i].token.ptr != NULL && tokens[i].token.len > 0;
        xc_status status =
            xc_ht_verify(h, usable ? tokens[i].token : xc_str_from("nobody"),
                         data, l->i_hashed);
        if (status == XC_ERR_SASL_HASH)
            return status;
        if (status == XC_OK && usable && found != XC_OK) {
            l->token = i;
            found = XC_OK;
        }
    }
    return found;
}

static bool xc_i_server_is_replay(const xc_login_server *l,
                                  const xc_ht_token *token)
{
    xc_number count = l->request.fast.count;
    return count.present && token->count.present &&
           count.value <= token->count.value;
}

static xc_login_server_step
xc_i_server_refuse_token(xc_login_server *l,
                         xc_sasl_failure_condition condition, const char *text,
                         xc_writer *w)
{
    return xc_i_server_refuse(l, XC_ERR_SASL_PROOF, condition,
                              xc_str_from(text), w);
}

/* The proof takes the place of that of the client. */
static xc_status xc_i_server_use_token(xc_login_server *l,
                                       const xc_ht_token *tokens, size_t count)
{
    const char *type = xc_i_ht_binding(l->mechanism);
    xc_str data = type != NULL
                      ? xc_i_binding_data(l->i_options.bindings,
                                          l->i_options.binding_count, type)
                      : xc_i_absent();
    xc_status status = xc_i_server_find_token(l, tokens, count, data);
    if (status != XC_OK)
        return status;
    return xc_ht_reply(l->i_options.sha256, tokens[l->token].token, data,
                       l->i_mem + (l->i_hashed.ptr - l->i_mem),
                       l->i_hashed.len, &l->i_reply);
}

XC_API xc_login_server_step xc_login_server_tokens(xc_login_server *login,
                                                   const xc_ht_token *tokens,
                                                   size_t count, xc_writer *w)
{
    xc_login_server *l = login;
    xc_status status;
    if (!xc_i_server_is_turn(l, XC_LOGIN_SERVER_TOKENS) || w == NULL ||
        (tokens == NULL && count > 0))
        return XC_LOGIN_SERVER_MISUSED;
    status = xc_i_server_use_token(l, tokens, count);
    if (status == XC_ERR_SASL_PROOF)
        return xc_i_server_refuse_token(l, XC_SASL_FAILURE_NOT_AUTHORIZED,
                                        "this token is not known", w);
    if (status != XC_OK)
        return xc_i_server_fail(l, status, w);
    if (tokens[l->token].expired)
        return xc_i_server_refuse_token(l, XC_SASL_FAILURE_CREDENTIALS_EXPIRED,
                                        "this token has expired", w);
    if (xc_i_server_is_replay(l, &tokens[l->token]))
        return xc_i_server_refuse_token(l, XC_SASL_FAILURE_NOT_AUTHORIZED,
                                        "the count has not grown", w);
    return xc_i_server_turn(l, XC_LOGIN_SERVER_PROVED);
}

/* -- the end -- */

static void xc_i_server_write_success(const xc_login_server *l, xc_str data,
                                      const xc_sasl2_success *success,
                                      xc_writer *w)
{
    if (l->sasl2) {
        xc_write_begin(w, &xc_sasl2_success_schema, success);
        xc_writer_text_element(w, NULL, "additional-data", data);
        xc_write_children(w, &xc_sasl2_success_schema, success);
    } else {
        xc_writer_begin(w, XC_NS_SASL, "success");
        xc_writer_text(w, data);
    }
    xc_writer_end(w);
}

/* The proof of the server goes first: a client gives its hash to nobody
   else. */
static void xc_i_server_write_continue(xc_login_server *l, xc_writer *w)
{
    xc_writer_begin(w, XC_NS_SASL2, "continue");
    if (l->i_reply.ptr != NULL) {
        xc_writer_begin(w, NULL, "additional-data");
        xc_i_server_write_base64(l->i_reply, w);
        xc_writer_end(w);
    }
    xc_writer_begin(w, NULL, "tasks");
    xc_i_write_upgrade(w, NULL, "task", l->upgrade_wanted);
    xc_writer_end(w);
    xc_writer_end(w);
    l->i_reply = xc_i_absent();
}

XC_API xc_login_server_step xc_login_server_upgrade(xc_login_server *login,
                                                    xc_str salt,
                                                    uint32_t iterations,
                                                    xc_writer *w)
{
    xc_login_server *l = login;
    if (!xc_i_server_is_turn(l, XC_LOGIN_SERVER_PROVED) || w == NULL ||
        l->upgrade_wanted == XC_MECHANISM_NONE || salt.ptr == NULL ||
        salt.len == 0 || iterations == 0)
        return XC_LOGIN_SERVER_MISUSED;
    if (xc_i_server_keep_name(l, salt, &l->upgraded.salt) != XC_OK)
        return xc_i_server_fail(l, XC_ERR_WORKSPACE, w);
    l->upgraded.iterations = iterations;
    l->upgraded.hash = xc_i_hash_of(l->upgrade_wanted, l->i_options.sha1,
                                    l->i_options.sha256, l->i_options.sha512);
    xc_i_server_write_continue(l, w);
    l->i_phase = XC_I_LOGIN_SERVER_CONTINUES;
    return XC_LOGIN_SERVER_SEND;
}

XC_API xc_login_server_step xc_login_server_accept(
    xc_login_server *login, const xc_sasl2_success *success, xc_writer *w)
{
    xc_login_server *l = login;
    char text[XC_BASE64_SIZE(2 + XC_BASE64_SIZE(XC_HASH_MAX))];
    xc_str data;
    if (!(xc_i_server_is_turn(l, XC_LOGIN_SERVER_PROVED) ||
          xc_i_server_is_turn(l, XC_LOGIN_SERVER_UPGRADED)) ||
        w == NULL || (l->sasl2 && success == NULL))
        return XC_LOGIN_SERVER_MISUSED;
    xc_sasl2_encode(l->i_reply, text, sizeof text, &data);
    xc_i_server_write_success(l, data, success, w);
    l->status = XC_OK;
    xc_i_server_forget(l, XC_I_LOGIN_SERVER_NOT);
    return XC_LOGIN_SERVER_DONE;
}

XC_API xc_login_server_step xc_login_server_refuse(
    xc_login_server *login, xc_sasl_failure_condition condition, xc_str text,
    xc_writer *w)
{
    xc_login_server *l = login;
    if (l == NULL || l->i_phase <= XC_I_LOGIN_SERVER_CHALLENGES || w == NULL ||
        xc_sasl_failure_name(condition) == NULL)
        return XC_LOGIN_SERVER_MISUSED;
    return xc_i_server_refuse(l, XC_OK, condition, text, w);
}

/* ---- [JID] mapping and normalisation (private) -----------------------------

   An address is enforced in one pass and without a buffer. The code points of
   the text, mapped and in normalisation form C, are delivered one by one,
   checked and written. */

/* How code points are mapped: not at all, as for an xc_jid_part (+ 1), or
   completely by the function that decodes them. */
enum {
    XC_I_MAP_NONE,
    XC_I_MAP_LOCAL,
    XC_I_MAP_DOMAIN,
    XC_I_MAP_RESOURCE,
    XC_I_MAP_DONE
};

/* Maps an ASCII character. Of the parts, only resourceparts keep upper
   case. */
static uint32_t xc_i_map_ascii(unsigned mapping, uint32_t c)
{
    return mapping == XC_I_MAP_LOCAL || mapping == XC_I_MAP_DOMAIN
               ? xc_i_ascii_lower(c)
               : c;
}

/* -- output -- */

typedef struct xc_i_enforced {
    xc_i_out out;
    uint32_t where; /* offset of an error in the part */
} xc_i_enforced;

static xc_i_enforced xc_i_enforced_to(char *mem, size_t size)
{
    xc_i_enforced e;
    e.out = xc_i_out_to(mem, size);
    e.where = 0;
    return e;
}

static void xc_i_put(xc_i_enforced *e, uint32_t cp)
{
    unsigned char bytes[4];
    size_t len = xc_i_utf8_encode(bytes, cp), i;
    for (i = 0; i < len; i++)
        xc_i_out_char(&e->out, (char)bytes[i]);
}

static void xc_i_put_ascii(xc_i_enforced *e, char c)
{
    xc_i_out_char(&e->out, c);
}

static xc_status xc_i_refuse(xc_i_enforced *e, xc_status error, size_t where)
{
    e->where = (uint32_t)where;
    return error;
}

/* The most octets of a label and of a domain name in the DNS (RFC 1034 section
   3.1). */
enum {
    XC_I_LABEL_MAX = 63,
    XC_I_DOMAIN_MAX = 253
};

/* No more input needs to be read. Enforcing never shrinks a localpart or
   resourcepart to a quarter or less: 3.5 to 1 is the most, as of a fullwidth u
   with diaeresis and macron. A longer domain name does not fit the DNS. */
enum {
    XC_I_INPUT_MAX = 4 * XC_JID_PART_MAX
};

/* RFC 7622 section 3.3.1. */
static bool xc_i_is_excluded(uint32_t cp)
{
    return cp == '"' || cp == '&' || cp == '\'' || cp == '/' || cp == ':' ||
           cp == '<' || cp == '>' || cp == '@';
}

/* Checks the form of an ASCII label (RFC 5890 section 2.3.1, NR-LDH label).
   *where: the wrong byte. */
static xc_status xc_i_check_ldh(const char *p, size_t n, size_t *where)
{
    *where = 0;
    if (n == 0)
        return XC_ERR_JID_EMPTY;
    if (p[0] == '-' || (n >= 4 && p[2] == '-' && p[3] == '-'))
        return XC_ERR_JID_HYPHEN;
    *where = n - 1;
    return p[n - 1] == '-' ? XC_ERR_JID_HYPHEN : XC_OK;
}

#if XMPP_CODEC_UNICODE

/* -- properties of a code point --

   One packed value: bits 0-2 the class, 3 valid in IDNA2008, 4-6 direction,
   7-9 joining type, 10-11 script, 12-15 flags, 16-23 canonical combining
   class. Characters that no part allows have direction, joining type and
   script 0. Those that only resourceparts allow have direction 0, because the
   Bidi Rule does not apply there. */

enum { /* RFC 8264 section 8. CONTEXTJ, CONTEXTO and UNASSIGNED are the same
          in RFC 5892 section 3. */
    XC_I_PVALID = 0,
    XC_I_FREE_PVAL = 1,
    XC_I_CONTEXTJ = 2,
    XC_I_CONTEXTO = 3,
    XC_I_DISALLOWED = 4,
    XC_I_UNASSIGNED = 5
};

enum { /* Bidi_Class as far as RFC 5893 section 2 distinguishes it */
    XC_I_BIDI_OTHER = 0,
    XC_I_BIDI_L = 1,
    XC_I_BIDI_R = 2, /* R, AL */
    XC_I_BIDI_AN = 3,
    XC_I_BIDI_EN = 4,
    XC_I_BIDI_NSM = 5,
    XC_I_BIDI_NEUTRAL = 6 /* ES, CS, ET, ON, BN */
};

enum { /* Joining_Type, RFC 5892 appendix A.1; D is L | R */
    XC_I_JOINS_L = 1,
    XC_I_JOINS_R = 2,
    XC_I_JOINS_T = 4
};

enum { /* Script, RFC 5892 appendices A.4 to A.7 */
    XC_I_SCRIPT_OTHER = 0,
    XC_I_SCRIPT_GREEK = 1,
    XC_I_SCRIPT_HEBREW = 2,
    XC_I_SCRIPT_JAPANESE = 3 /* Hiragana, Katakana, Han */
};

#define XC_I_CP_IDNA ((uint32_t)1 << 3)      /* PVALID in RFC 5892 */
#define XC_I_CP_MARK ((uint32_t)1 << 12)     /* of those, General_Category M */
#define XC_I_CP_MAPS ((uint32_t)1 << 13)     /* has a lower case or a width */
#define XC_I_CP_NOT_NFC ((uint32_t)1 << 14)  /* NFC_Quick_Check: No */
#define XC_I_CP_COMPOSES ((uint32_t)1 << 15) /* ... Maybe, with the previous */

static uint32_t xc_i_properties(uint32_t cp);

static unsigned xc_i_class_of(uint32_t properties)
{
    return properties & 7;
}

static unsigned xc_i_bidi_of(uint32_t properties)
{
    return properties >> 4 & 7;
}

static unsigned xc_i_joining_of(uint32_t properties)
{
    return properties >> 7 & 7;
}

static unsigned xc_i_script_of(uint32_t properties)
{
    return properties >> 10 & 3;
}

static unsigned xc_i_combining_of(uint32_t properties)
{
    return properties >> 16 & 0xFF;
}

/* Unicode's toLowercase without context: 1 or 2 code points. */
static unsigned xc_i_lower(uint32_t cp, uint32_t out[2]);
/* The decomposition of a fullwidth or halfwidth code point; any other is
   itself. */
static uint32_t xc_i_width(uint32_t cp);
/* The full canonical decomposition: 1 to 4 code points. */
static unsigned xc_i_decompose(uint32_t cp, uint32_t out[4]);
/* The primary composite of two code points; 0: none. */
static uint32_t xc_i_compose(uint32_t first, uint32_t second);

/* -- normalisation form C -- */

/* A position in the text after mapping and canonical decomposition: 4 times
   the index of the character, plus how many of its resulting code points were
   read. */
typedef uint32_t xc_i_spot;

typedef struct xc_i_nfc {
    const unsigned char *text; /* UTF-8, or if NULL: */
    const void *origin;        /* code points, or an xc_i_mapped if `mapping`
                                  is XC_I_MAP_DONE */
    uint32_t len, mapping;
    uint32_t source; /* index of the last code point delivered, in the input;
                        after an error, the offending byte */
    xc_i_spot next;  /* the next position if no run of marks is open */
    xc_i_spot run;   /* the start of the run, */
    xc_i_spot spot;  /* ... the position in it, */
    xc_i_spot end;   /* ... its end */
    uint32_t whole;  /* the starter, composed so far; 0: none */
    uint16_t ccc;    /* combining class of the marks being read, */
    uint16_t above;  /* ... the next higher one seen, */
    uint16_t left;   /* ... that of the last mark that did not compose */
    uint16_t marks;  /* the marks of the run, counted in its first reading */
    bool open;
    struct {
        uint32_t at, behind; /* its start and end; behind 0: none */
        uint32_t cp;         /* its mapped form */
        bool inert;          /* that does not compose, decompose or move */
    } ahead;                 /* the character examined last */
} xc_i_nfc;

/* Text that a function maps and decodes. */
typedef struct xc_i_mapped {
    unsigned (*decode)(xc_i_nfc *n, uint32_t at, uint32_t *cp);
    const unsigned char *text;
} xc_i_mapped;

static void xc_i_nfc_init(xc_i_nfc *n, xc_str text, unsigned mapping)
{
    memset(n, 0, sizeof *n);
    n->text = (const unsigned char *)text.ptr;
    n->len = (uint32_t)text.len;
    n->mapping = mapping;
}

enum {
    XC_I_NO_CLASS = 256,
    XC_I_MARKS_MAX = XC_JID_PART_MAX / 2 + 16
};

/* General_Category Zs. */
static bool xc_i_is_space(uint32_t cp)
{
    return cp == 0x20 || cp == 0xA0 || cp == 0x1680 || cp - 0x2000 < 11 ||
           cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* RFC 8265 sections 3.3.2 and 4.2.2, RFC 5895 section 2. Characters that
   IDNA2008 admits are not mapped, or the result would not be stable
   (Cherokee). */
static unsigned xc_i_map(unsigned mapping, uint32_t cp, uint32_t properties,
                         uint32_t out[4])
{
    uint32_t wide;
    out[0] = cp;
    if (mapping == XC_I_MAP_RESOURCE && xc_i_is_space(cp))
        out[0] = ' ';
    if (mapping == XC_I_MAP_DOMAIN && cp == 0x3002)
        out[0] = '.';
    if ((mapping != XC_I_MAP_LOCAL && mapping != XC_I_MAP_DOMAIN) ||
        (properties & XC_I_CP_MAPS) == 0 ||
        (mapping == XC_I_MAP_DOMAIN && (properties & XC_I_CP_IDNA) != 0))
        return 1;
    wide = xc_i_width(cp);
    if (mapping == XC_I_MAP_DOMAIN && wide == 0x3002)
        wide = '.'; /* a halfwidth ideographic full stop */
    return xc_i_lower(wide, out);
}

/* Decodes the character at `at`. Returns its length; 0: invalid, and `source`
   is the wrong byte. */
static unsigned xc_i_decode_at(xc_i_nfc *n, uint32_t at, uint32_t *cp)
{
    int length;
    if (n->text == NULL && n->mapping == XC_I_MAP_DONE)
        return ((const xc_i_mapped *)n->origin)->decode(n, at, cp);
    if (n->text == NULL) {
        *cp = ((const uint32_t *)n->origin)[at];
        return 1;
    }
    length = xc_i_utf8(n->text + at, n->len - at, cp);
    if (length <= 0)
        n->source = length < 0 ? at + (uint32_t)(-1 - length) : n->len;
    return length > 0 ? (unsigned)length : 0;
}

/* False for ASCII and most marks, without a search for a decomposition. */
static bool xc_i_may_decompose(uint32_t cp)
{
    uint32_t properties = xc_i_properties(cp);
    return cp >= 0xC0 && (xc_i_combining_of(properties) == 0 ||
                          (properties & XC_I_CP_NOT_NFC) != 0);
}

/* Reads the code point at *spot and moves past it. XC_OK: the end. */
static xc_status xc_i_read_spot(xc_i_nfc *n, xc_i_spot *spot, uint32_t *cp)
{
    uint32_t at = *spot / 4, points[4];
    unsigned length, count;
    if (at >= n->len)
        return XC_OK;
    length = xc_i_decode_at(n, at, cp);
    if (length == 0)
        return XC_ERR_JID_UTF8;
    count = xc_i_map(n->mapping, *cp, xc_i_properties(*cp), points);
    if (count == 1 && xc_i_may_decompose(points[0]))
        count = xc_i_decompose(points[0], points);
    *cp = points[*spot & 3];
    *spot = (*spot & 3) + 1 < count ? *spot + 1 : (at + length) * 4;
    return XC_EVENT;
}

static unsigned xc_i_ccc(uint32_t cp)
{
    return xc_i_combining_of(xc_i_properties(cp));
}

static void xc_i_begin_run(xc_i_nfc *n, xc_i_spot at, uint32_t starter)
{
    n->run = n->spot = at;
    n->whole = starter;
    n->ccc = n->left = n->marks = 0;
    n->above = XC_I_NO_CLASS;
    n->open = true;
}

/* The next mark of the run in canonical order (Unicode 3.11, D109). The run is
   read once for each combining class in it, at most 55 times. So runs that
   cannot fit any part are refused at once: each of these marks has at least
   two bytes, and few compose. XC_OK: no more marks. */
static xc_status xc_i_next_mark(xc_i_nfc *n, uint32_t *cp)
{
    for (;;) {
        xc_i_spot before = n->spot;
        xc_status status = xc_i_read_spot(n, &n->spot, cp);
        unsigned ccc = status == XC_EVENT ? xc_i_ccc(*cp) : 0;
        if (xc_status_is_error(status))
            return status;
        if (ccc == 0 && n->above == XC_I_NO_CLASS) {
            n->end = before;
            return XC_OK;
        }
        if (n->ccc == 0 && ++n->marks > XC_I_MARKS_MAX &&
            n->mapping != XC_I_MAP_NONE) {
            n->source = before / 4;
            return XC_ERR_JID_LENGTH;
        }
        if (ccc == 0) {
            n->ccc = n->above;
            n->above = XC_I_NO_CLASS;
            n->spot = n->run;
        } else if (ccc == n->ccc) {
            n->source = before / 4;
            return XC_EVENT;
        } else if (ccc > n->ccc && ccc < n->above) {
            n->above = (uint16_t)ccc;
        }
    }
}

/* The next mark of the run that does not compose with the starter. Such a mark
   blocks later ones of its class (Unicode 3.11, D115). */
static xc_status xc_i_left_mark(xc_i_nfc *n, uint32_t *cp)
{
    xc_status status;
    while ((status = xc_i_next_mark(n, cp)) == XC_EVENT) {
        uint32_t whole = 0;
        if (n->whole != 0 && n->left != n->ccc)
            whole = xc_i_compose(n->whole, *cp);
        if (whole == 0) {
            n->left = n->ccc;
            return XC_EVENT;
        }
        n->whole = whole;
    }
    return status;
}

/* Composes the starter with all marks of the run that it can compose with. */
static xc_status xc_i_absorb(xc_i_nfc *n)
{
    uint32_t cp;
    xc_status status;
    do
        status = xc_i_left_mark(n, &cp);
    while (status == XC_EVENT);
    return status;
}

/* Composes the starter with the next one if no mark is between them. XC_EVENT:
   it does, and a run begins after that. */
static xc_status xc_i_join(xc_i_nfc *n)
{
    xc_i_spot spot = n->end;
    uint32_t cp = 0, whole;
    xc_status status = xc_i_read_spot(n, &spot, &cp);
    if (status != XC_EVENT)
        return status;
    whole = xc_i_compose(n->whole, cp);
    if (whole == 0)
        return XC_OK;
    xc_i_begin_run(n, spot, whole);
    return XC_EVENT;
}

/* Delivers a starter with all that composes with it. The marks that are left
   come next: the run is read again. */
static xc_status xc_i_starter(xc_i_nfc *n, xc_i_spot behind, uint32_t *cp)
{
    uint32_t source = n->next / 4, starter;
    xc_i_spot run;
    xc_status status;
    xc_i_begin_run(n, behind, *cp);
    do {
        run = n->run;
        starter = n->whole;
        status = xc_i_absorb(n);
        if (status == XC_OK && n->left == 0)
            status = xc_i_join(n);
    } while (status == XC_EVENT);
    *cp = n->whole;
    if (xc_status_is_error(status))
        return status;
    n->source = source;
    n->next = n->end;
    n->open = n->left != 0;
    if (n->open)
        xc_i_begin_run(n, run, starter);
    return XC_EVENT;
}

/* Delivers a starter, or marks without one. */
static xc_status xc_i_sequence(xc_i_nfc *n, uint32_t *cp)
{
    xc_i_spot behind = n->next;
    xc_status status = xc_i_read_spot(n, &behind, cp);
    if (status != XC_EVENT)
        return status;
    if (xc_i_ccc(*cp) == 0)
        return xc_i_starter(n, behind, cp);
    xc_i_begin_run(n, n->next, 0);
    return xc_i_left_mark(n, cp);
}

/* Examines the character at `at`, unless it was examined last. False: it is
   not well-formed. */
static bool xc_i_peek(xc_i_nfc *n, uint32_t at)
{
    uint32_t points[4], properties;
    if (n->ahead.behind != 0 && n->ahead.at == at)
        return true;
    n->ahead.behind = xc_i_decode_at(n, at, &points[0]);
    if (n->ahead.behind == 0)
        return false;
    n->ahead.at = at;
    n->ahead.behind += at;
    n->ahead.cp = xc_i_map_ascii(n->mapping, points[0]);
    n->ahead.inert = true;
    if (points[0] < 0x80)
        return true;
    properties = xc_i_properties(points[0]);
    if (xc_i_map(n->mapping, points[0], properties, points) != 1)
        n->ahead.inert = false;
    if (n->ahead.cp != points[0])
        properties = xc_i_properties(points[0]);
    n->ahead.cp = points[0];
    if ((properties & (XC_I_CP_NOT_NFC | XC_I_CP_COMPOSES)) != 0 ||
        xc_i_combining_of(properties) != 0)
        n->ahead.inert = false;
    return true;
}

/* Is it certain that the text at `at` does not compose with the previous
   one? */
static bool xc_i_stands_apart(xc_i_nfc *n, uint32_t at)
{
    return at >= n->len || (n->text != NULL && n->text[at] < 0x80) ||
           !xc_i_peek(n, at) || n->ahead.inert;
}

/* The next code point. XC_OK: the end. Usually it is only mapped; all other
   cases are left to xc_i_sequence. */
static xc_status xc_i_nfc_next(xc_i_nfc *n, uint32_t *cp)
{
    uint32_t at, behind;
    if (n->open) {
        xc_status status = xc_i_left_mark(n, cp);
        if (status != XC_OK)
            return status;
        n->open = false;
        n->next = n->end;
    }
    at = n->next / 4;
    if (at >= n->len || n->next % 4 != 0)
        return xc_i_sequence(n, cp);
    if (!xc_i_peek(n, at))
        return XC_ERR_JID_UTF8;
    *cp = n->ahead.cp;
    behind = n->ahead.behind;
    if (!n->ahead.inert || !xc_i_stands_apart(n, behind))
        return xc_i_sequence(n, cp);
    n->source = at;
    n->next = behind * 4;
    return XC_EVENT;
}

/* -- the characters of a part -- */

/* What a character requires of the next one (RFC 5892 appendix A). */
enum {
    XC_I_WANTS_NOTHING,
    XC_I_WANTS_JOINING,
    XC_I_WANTS_L,
    XC_I_WANTS_GREEK
};

/* The state of the checks of a part or a label. */
typedef struct xc_i_checks {
    uint32_t previous, properties; /* of the previous character; 0: none */
    uint32_t at;                   /* index of an error, or of what wants */
    uint32_t dot_at;               /* index of a katakana middle dot */
    uint8_t part, wants;
    uint8_t directions, first, last; /* of the characters; a set of bits */
    uint8_t digits;                  /* 1: Arabic-Indic, 2: extended */
    bool joins; /* the previous letter joins to the left */
    bool japanese, wants_japanese;
} xc_i_checks;

static void xc_i_begin_checks(xc_i_checks *c, unsigned part)
{
    memset(c, 0, sizeof *c);
    c->part = (uint8_t)part;
}

/* Does the character satisfy the previous one? */
static bool xc_i_satisfies(xc_i_checks *c, uint32_t cp, uint32_t properties)
{
    unsigned wants = c->wants;
    if (wants == XC_I_WANTS_NOTHING ||
        (wants == XC_I_WANTS_JOINING &&
         (xc_i_joining_of(properties) & XC_I_JOINS_T) != 0))
        return true;
    c->wants = XC_I_WANTS_NOTHING;
    if (wants == XC_I_WANTS_JOINING)
        return (xc_i_joining_of(properties) & XC_I_JOINS_R) != 0;
    if (wants == XC_I_WANTS_L)
        return cp == 'l';
    return xc_i_script_of(properties) == XC_I_SCRIPT_GREEK;
}

/* RFC 5892 appendix A: is a CONTEXTJ or CONTEXTO character allowed here? */
static bool xc_i_in_context(xc_i_checks *c, uint32_t cp)
{
    bool virama = xc_i_combining_of(c->properties) == 9;
    switch (cp) {
    case 0x200C: /* A.1 */
        c->wants = virama ? XC_I_WANTS_NOTHING : XC_I_WANTS_JOINING;
        return virama || c->joins;
    case 0x200D: return virama; /* A.2 */
    case 0xB7: /* A.3 */ c->wants = XC_I_WANTS_L; return c->previous == 'l';
    case 0x375: /* A.4 */ c->wants = XC_I_WANTS_GREEK; return true;
    case 0x5F3: /* A.5, A.6 */
    case 0x5F4: return xc_i_script_of(c->properties) == XC_I_SCRIPT_HEBREW;
    case 0x30FB: /* A.7 */
        c->dot_at = c->wants_japanese ? c->dot_at : c->at;
        c->wants_japanese = true;
        return true;
    default: /* A.8, A.9 */
        c->digits |= cp < 0x6F0 ? 1 : 2;
        return c->digits != 3;
    }
}

static xc_status xc_i_check_class(xc_i_checks *c, uint32_t cp,
                                  uint32_t properties)
{
    unsigned value = xc_i_class_of(properties);
    bool good = value == XC_I_PVALID;
    if (value == XC_I_UNASSIGNED)
        return XC_ERR_JID_UNASSIGNED;
    if (value == XC_I_CONTEXTJ || value == XC_I_CONTEXTO)
        return xc_i_in_context(c, cp) ? XC_OK : XC_ERR_JID_CONTEXT;
    if (c->part == XC_JID_LOCAL && xc_i_is_excluded(cp))
        return XC_ERR_JID_EXCLUDED;
    if (c->part == XC_JID_DOMAIN)
        good = (properties & XC_I_CP_IDNA) != 0;
    if (c->part == XC_JID_RESOURCE)
        good = good || value == XC_I_FREE_PVAL;
    return good ? XC_OK : XC_ERR_JID_CHAR;
}

/* Notes what later characters and the end need. */
static void xc_i_note(xc_i_checks *c, uint32_t cp, uint32_t properties)
{
    unsigned direction = xc_i_bidi_of(properties);
    unsigned joining = xc_i_joining_of(properties);
    if (c->directions == 0)
        c->first = (uint8_t)direction;
    c->directions |= (uint8_t)(1u << direction);
    if (direction != XC_I_BIDI_NSM)
        c->last = (uint8_t)direction;
    if ((joining & XC_I_JOINS_T) == 0)
        c->joins = (joining & XC_I_JOINS_L) != 0;
    if (xc_i_script_of(properties) == XC_I_SCRIPT_JAPANESE)
        c->japanese = true;
    c->previous = cp;
    c->properties = properties;
}

/* Checks the next character, which came from `at`. After an error, c->at is
   its index. */
static xc_status xc_i_check(xc_i_checks *c, uint32_t cp, uint32_t at)
{
    uint32_t properties = xc_i_properties(cp);
    xc_status status;
    if (!xc_i_satisfies(c, cp, properties))
        return XC_ERR_JID_CONTEXT;
    if (c->wants == XC_I_WANTS_NOTHING)
        c->at = at;
    status = xc_i_check_class(c, cp, properties);
    if (status != XC_OK)
        c->at = at;
    xc_i_note(c, cp, properties);
    return status;
}

/* Checks, at the end, what the characters still require. */
static xc_status xc_i_check_end(xc_i_checks *c)
{
    if (c->wants != XC_I_WANTS_NOTHING)
        return XC_ERR_JID_CONTEXT;
    c->at = c->dot_at;
    return c->wants_japanese && !c->japanese ? XC_ERR_JID_CONTEXT : XC_OK;
}

static unsigned xc_i_bidi_has(const xc_i_checks *c, unsigned direction)
{
    return c->directions >> direction & 1u;
}

static bool xc_i_bidi_has_rtl(const xc_i_checks *c)
{
    return xc_i_bidi_has(c, XC_I_BIDI_R) || xc_i_bidi_has(c, XC_I_BIDI_AN);
}

/* The Bidi Rule (RFC 5893 section 2). */
static bool xc_i_bidi_is_kept(const xc_i_checks *c)
{
    unsigned last = c->last;
    if (c->first == XC_I_BIDI_R)
        return !xc_i_bidi_has(c, XC_I_BIDI_L) &&
               !xc_i_bidi_has(c, XC_I_BIDI_OTHER) &&
               !(xc_i_bidi_has(c, XC_I_BIDI_EN) &&
                 xc_i_bidi_has(c, XC_I_BIDI_AN)) &&
               (last == XC_I_BIDI_R || last == XC_I_BIDI_EN ||
                last == XC_I_BIDI_AN);
    return c->first == XC_I_BIDI_L && !xc_i_bidi_has_rtl(c) &&
           !xc_i_bidi_has(c, XC_I_BIDI_OTHER) &&
           (last == XC_I_BIDI_L || last == XC_I_BIDI_EN);
}

/* -- enforcing localparts and resourceparts -- */

XC_I_NOINLINE xc_status xc_i_enforce_text(unsigned part, xc_str text,
                                          xc_i_enforced *e)
{
    size_t begin = e->out.used;
    xc_i_nfc n;
    xc_i_checks c;
    xc_status status;
    uint32_t cp;
    xc_i_nfc_init(&n, text, part + 1);
    xc_i_begin_checks(&c, part);
    while ((status = xc_i_nfc_next(&n, &cp)) == XC_EVENT) {
        status = xc_i_check(&c, cp, n.source);
        if (status != XC_OK)
            return xc_i_refuse(e, status, c.at);
        xc_i_put(e, cp);
        if (e->out.used - begin > XC_JID_PART_MAX)
            return xc_i_refuse(e, XC_ERR_JID_LENGTH, n.source);
    }
    if (status != XC_OK)
        return xc_i_refuse(e, status, n.source);
    /* RFC 8265 section 3.3.1 asks for the Bidi Rule, section 4.2.1 does not */
    if (part == XC_JID_LOCAL && xc_i_bidi_has_rtl(&c) &&
        !xc_i_bidi_is_kept(&c))
        return xc_i_refuse(e, XC_ERR_JID_BIDI, 0);
    status = xc_i_check_end(&c);
    return xc_i_refuse(e, status, c.at);
}

/* -- punycode --
   RFC 3492. The numbers are those of its section 5. */

static uint32_t xc_i_adapt(uint32_t delta, uint32_t count, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / 700 : delta / 2;
    delta += delta / count;
    for (; delta > 455; k += 36)
        delta /= 35;
    return k + 36 * delta / (delta + 38);
}

static uint32_t xc_i_threshold(uint32_t k, uint32_t bias)
{
    return k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
}

static uint32_t xc_i_puny_digit(uint32_t c)
{
    return c - 'a' < 26 ? c - 'a' : c - '0' < 10 ? c - '0' + 26 : 36;
}

static char xc_i_puny_char(uint32_t digit)
{
    return (char)(digit < 26 ? digit + 'a' : digit - 26 + '0');
}

/* A label as code points. The DNS form of a longer one would be too long, too
   (RFC 1034 section 3.1). */
typedef struct xc_i_label {
    uint32_t points[XC_I_LABEL_MAX];
    uint32_t count;
    uint32_t at, last; /* indices of its first and last character */
    bool ascii;
} xc_i_label;

/* Reads one number from *in on. False: invalid. */
static bool xc_i_puny_number(const xc_i_label *l, uint32_t *in, uint32_t bias,
                             uint32_t *number)
{
    uint32_t weight = 1, k, digit, limit, most = 0x7FFFFFFF;
    for (k = 36; *in < l->count; k += 36) {
        digit = xc_i_puny_digit(l->points[(*in)++]);
        limit = xc_i_threshold(k, bias);
        if (digit >= 36 || digit > (most - *number) / weight)
            return false;
        *number += digit * weight;
        if (digit < limit)
            return true;
        if (weight > most / (36 - limit))
            return false;
        weight *= 36 - limit;
    }
    return false;
}

/* Moves the code points before the last hyphen to the front. Returns their
   number; *in: where the numbers begin. */
static uint32_t xc_i_puny_basic(xc_i_label *l, uint32_t *in)
{
    uint32_t basic = l->count - 1;
    while (basic > 4 && l->points[basic] != '-')
        basic--;
    *in = basic > 4 ? basic + 1 : 4;
    basic -= 4;
    memmove(l->points, l->points + 4, basic * sizeof *l->points);
    return basic;
}

/* Decodes an "xn--" label in place: writing never overtakes reading. */
static bool xc_i_puny_decode(xc_i_label *l)
{
    uint32_t in, i = 0, n = 128, bias = 72, first, count;
    if (l->count < 5)
        return false;
    count = xc_i_puny_basic(l, &in);
    if (in >= l->count)
        return false; /* nothing but ASCII */
    while (in < l->count) {
        first = i;
        if (!xc_i_puny_number(l, &in, bias, &i))
            return false;
        count++;
        bias = xc_i_adapt(i - first, count, first == 0);
        n += i / count;
        i %= count;
        if (n > 0x10FFFF || n - 0xD800 < 0x800 || count > in)
            return false;
        memmove(l->points + i + 1, l->points + i,
                (count - 1 - i) * sizeof *l->points);
        l->points[i++] = n;
    }
    l->count = count;
    l->ascii = false;
    return true;
}

static void xc_i_put_puny(xc_i_enforced *e, uint32_t number, uint32_t bias)
{
    uint32_t k = 36, limit;
    while (number >= (limit = xc_i_threshold(k, bias))) {
        number -= limit;
        xc_i_put_ascii(e, xc_i_puny_char(limit + number % (36 - limit)));
        number /= 36 - limit;
        k += 36;
    }
    xc_i_put_ascii(e, xc_i_puny_char(number));
}

/* The smallest code point of the label that is not less than n. */
static uint32_t xc_i_next_point(const xc_i_label *l, uint32_t n)
{
    uint32_t best = 0xFFFFFFFFu, i;
    for (i = 0; i < l->count; i++) {
        if (l->points[i] >= n && l->points[i] < best)
            best = l->points[i];
    }
    return best;
}

/* Writes the non-ASCII code points of a label with `basic` others. */
static void xc_i_put_numbers(xc_i_enforced *e, const xc_i_label *l,
                             uint32_t basic)
{
    uint32_t n = 128, delta = 0, bias = 72, done, i;
    for (done = basic; done < l->count; delta++, n++) {
        uint32_t point = xc_i_next_point(l, n);
        delta += (point - n) * (done + 1);
        n = point;
        for (i = 0; i < l->count; i++) {
            delta += l->points[i] < n;
            if (l->points[i] != n)
                continue;
            xc_i_put_puny(e, delta, bias);
            bias = xc_i_adapt(delta, done + 1, done == basic);
            delta = 0;
            done++;
        }
    }
}

/* Writes the DNS form of the label: itself, or its "xn--" form. */
static void xc_i_put_dns_label(xc_i_enforced *e, const xc_i_label *l)
{
    uint32_t basic = 0, i;
    for (i = 0; !l->ascii && i < 4; i++)
        xc_i_put_ascii(e, "xn--"[i]);
    for (i = 0; i < l->count; i++) {
        if (l->points[i] < 0x80) {
            xc_i_put_ascii(e, (char)l->points[i]);
            basic++;
        }
    }
    if (!l->ascii && basic != 0)
        xc_i_put_ascii(e, '-');
    xc_i_put_numbers(e, l, basic);
}

/* The octets of the DNS form. */
static uint32_t xc_i_dns_length(const xc_i_label *l)
{
    xc_i_enforced counted = xc_i_enforced_to(NULL, 0);
    if (l->ascii)
        return l->count;
    xc_i_put_dns_label(&counted, l);
    return (uint32_t)counted.out.used;
}

/* -- enforcing domainparts -- */

typedef struct xc_i_domain {
    xc_i_label label;
    xc_i_checks checks;  /* of the label */
    uint32_t dns_length; /* of the previous labels, with their dots */
    uint32_t unruly;     /* 1 + the index of the first label that breaks the
                            Bidi Rule; 0: none */
    bool rtl;            /* a label has right-to-left characters */
} xc_i_domain;

static void xc_i_begin_label(xc_i_domain *d)
{
    d->label.count = 0;
    d->label.ascii = true;
    xc_i_begin_checks(&d->checks, XC_JID_DOMAIN);
}

static xc_status xc_i_add_to_label(xc_i_domain *d, uint32_t cp, uint32_t at)
{
    xc_i_label *l = &d->label;
    xc_status status = xc_i_check(&d->checks, cp, at);
    if (status != XC_OK)
        return status;
    if (l->count >= XC_I_LABEL_MAX) {
        d->checks.at = at;
        return XC_ERR_JID_LENGTH;
    }
    if (l->count == 0)
        l->at = at;
    l->last = at;
    l->points[l->count++] = cp;
    l->ascii = l->ascii && cp < 0x80;
    return XC_OK;
}

static bool xc_i_two_hyphens(const xc_i_label *l)
{
    return l->count >= 4 && l->points[2] == '-' && l->points[3] == '-';
}

static bool xc_i_is_a_label(const xc_i_label *l)
{
    return l->ascii && xc_i_two_hyphens(l) && l->points[0] == 'x' &&
           l->points[1] == 'n';
}

XC_I_NOINLINE bool xc_i_is_nfc(const xc_i_label *l)
{
    xc_i_nfc n;
    uint32_t i, cp;
    xc_i_nfc_init(&n, xc_i_absent(), XC_I_MAP_NONE);
    n.origin = l->points;
    n.len = l->count;
    for (i = 0; i < l->count; i++) {
        if (xc_i_nfc_next(&n, &cp) != XC_EVENT || cp != l->points[i])
            return false;
    }
    return true;
}

/* An A-label becomes its U-label (RFC 5891 section 5.4). */
XC_I_NOINLINE xc_status xc_i_decode_label(xc_i_domain *d)
{
    xc_i_label *l = &d->label;
    uint32_t length = l->count, i;
    xc_status status = XC_OK;
    if (!xc_i_puny_decode(l) || xc_i_dns_length(l) != length ||
        !xc_i_is_nfc(l))
        return XC_ERR_JID_PUNYCODE;
    xc_i_begin_checks(&d->checks, XC_JID_DOMAIN);
    for (i = 0; status == XC_OK && i < l->count; i++)
        status = xc_i_check(&d->checks, l->points[i], l->at);
    return status;
}

/* RFC 5891 section 4.2.3; the lengths of RFC 1034 section 3.1. */
static xc_status xc_i_check_label(xc_i_domain *d, uint32_t *where)
{
    xc_i_label *l = &d->label;
    xc_status status = xc_i_check_end(&d->checks);
    uint32_t length;
    *where = d->checks.at;
    if (status != XC_OK)
        return status;
    *where = l->at;
    if (l->points[0] == '-' || xc_i_two_hyphens(l))
        return XC_ERR_JID_HYPHEN;
    if ((xc_i_properties(l->points[0]) & XC_I_CP_MARK) != 0)
        return XC_ERR_JID_MARK;
    *where = l->last;
    if (l->points[l->count - 1] == '-')
        return XC_ERR_JID_HYPHEN;
    length = xc_i_dns_length(l);
    d->dns_length += length + 1;
    return length > XC_I_LABEL_MAX || d->dns_length - 1 > XC_I_DOMAIN_MAX
               ? XC_ERR_JID_LENGTH
               : XC_OK;
}

/* Ends the label at a dot or at the end, at `at`. */
static xc_status xc_i_end_label(xc_i_domain *d, xc_i_enforced *e, uint32_t at)
{
    xc_i_label *l = &d->label;
    xc_status status = XC_OK;
    uint32_t where = l->at, i;
    if (l->count == 0)
        return xc_i_refuse(e, XC_ERR_JID_EMPTY, at);
    if (xc_i_is_a_label(l))
        status = xc_i_decode_label(d);
    if (status == XC_OK)
        status = xc_i_check_label(d, &where);
    if (status != XC_OK)
        return xc_i_refuse(e, status, where);
    d->rtl = d->rtl || xc_i_bidi_has_rtl(&d->checks);
    if (d->unruly == 0 && !xc_i_bidi_is_kept(&d->checks))
        d->unruly = 1 + l->at;
    for (i = 0; i < l->count; i++)
        xc_i_put(e, l->points[i]);
    xc_i_begin_label(d);
    return XC_OK;
}

static xc_status xc_i_enforce_name(xc_str text, xc_i_enforced *e)
{
    xc_i_nfc n;
    xc_i_domain d;
    xc_status status;
    uint32_t cp;
    memset(&d, 0, sizeof d);
    xc_i_begin_label(&d);
    xc_i_nfc_init(&n, text, XC_I_MAP_DOMAIN);
    while ((status = xc_i_nfc_next(&n, &cp)) == XC_EVENT) {
        if (cp == '.') {
            status = xc_i_end_label(&d, e, n.source);
            xc_i_put_ascii(e, '.');
        } else {
            status = xc_i_add_to_label(&d, cp, n.source);
            if (status != XC_OK)
                return xc_i_refuse(e, status, d.checks.at);
        }
        if (status != XC_OK)
            return status;
    }
    if (status != XC_OK)
        return xc_i_refuse(e, status, n.source);
    status = xc_i_end_label(&d, e, n.len);
    if (status == XC_OK && d.rtl && d.unruly != 0) /* RFC 5893 section 2 */
        return xc_i_refuse(e, XC_ERR_JID_BIDI, d.unruly - 1);
    return status;
}

/* Reads the label at *at of an enforced domainpart and moves past it. False:
   not a label. */
static bool xc_i_read_label(xc_i_label *l, xc_str domain, size_t *at)
{
    size_t n;
    l->count = 0;
    l->ascii = true;
    for (; *at < domain.len && domain.ptr[*at] != '.'; *at += n) {
        xc_str rest = domain;
        rest.ptr += *at;
        rest.len -= *at;
        if (l->count == XC_I_LABEL_MAX)
            return false;
        n = xc_utf8_decode(rest, &l->points[l->count++]);
        if (n == 0)
            return false;
        l->ascii = l->ascii && n == 1;
    }
    return true;
}

/* Writes the DNS form of an enforced domainpart that is not ASCII. */
XC_I_NOINLINE xc_status xc_i_encode_domain(xc_str domain, xc_i_enforced *e)
{
    xc_i_label label;
    size_t at = 0;
    while (xc_i_read_label(&label, domain, &at)) {
        xc_i_put_dns_label(e, &label);
        if (at == domain.len)
            return XC_OK;
        xc_i_put_ascii(e, '.');
        at++;
    }
    return XC_ERR_ARGUMENT;
}

static xc_status xc_i_enforce_unicode(unsigned part, xc_str text,
                                      xc_i_enforced *e)
{
    size_t most = XC_I_INPUT_MAX;
    while (most < text.len && (text.ptr[most] & 0xC0) == 0x80)
        most--; /* back to the first byte of a character */
    if (text.len > most)
        return xc_i_refuse(e, XC_ERR_JID_LENGTH, most);
    return part == XC_JID_DOMAIN ? xc_i_enforce_name(text, e)
                                 : xc_i_enforce_text(part, text, e);
}

#else

static xc_status xc_i_enforce_unicode(unsigned part, xc_str text,
                                      xc_i_enforced *e)
{
    size_t i = 0;
    (void)part;
    while (i < text.len && (unsigned char)text.ptr[i] < 0x80)
        i++; /* all ASCII: an "xn--" label, at `where` */
    return xc_i_refuse(e, XC_ERR_JID_UNICODE, i < text.len ? i : e->where);
}

static xc_status xc_i_encode_domain(xc_str domain, xc_i_enforced *e)
{
    (void)domain;
    (void)e;
    return XC_ERR_JID_UNICODE;
}
#endif

/* -- enforcing ASCII -- */

static xc_status xc_i_check_ascii(unsigned part, unsigned c)
{
    if (c < 0x20 || c == 0x7F)
        return XC_ERR_JID_CHAR;
    if (c >= 0x80)
        return XC_ERR_JID_UNICODE;
    if (part == XC_JID_RESOURCE)
        return XC_OK;
    if (part == XC_JID_DOMAIN)
        return xc_i_in_class(c, XC_I_NAME_CHAR) && c != '_' && c != '.'
                   ? XC_OK
                   : XC_ERR_JID_CHAR;
    return xc_i_in_class(c, XC_I_IN_LOCAL) ? XC_OK
           : c == ' '                      ? XC_ERR_JID_CHAR
                                           : XC_ERR_JID_EXCLUDED;
}

/* Enforces a whole part, or a label. */
static xc_status xc_i_enforce_ascii(unsigned part, xc_str text,
                                    xc_i_enforced *e)
{
    size_t most = part == XC_JID_DOMAIN ? XC_I_LABEL_MAX : XC_JID_PART_MAX, i;
    for (i = 0; i < text.len; i++) {
        unsigned c = xc_i_map_ascii(part + 1, (unsigned char)text.ptr[i]);
        xc_status status = xc_i_check_ascii(part, c);
        if (status == XC_OK && i >= most)
            status = XC_ERR_JID_LENGTH;
        if (status != XC_OK)
            return xc_i_refuse(e, status, i);
        xc_i_put_ascii(e, (char)c);
    }
    return XC_OK;
}

static bool xc_i_is_xn(xc_str label)
{
    return xc_i_common_any_case(label, XC_STR("xn--")) == 4;
}

/* Enforces the label at *at and moves to its end. XC_EVENT: it is an "xn--"
   label. */
static xc_status xc_i_ascii_label(xc_str text, size_t *at, xc_i_enforced *e)
{
    xc_str label = text;
    xc_status status;
    size_t begin = *at, where;
    label.ptr += begin;
    label.len = 0;
    while (begin + label.len < text.len && label.ptr[label.len] != '.')
        label.len++;
    if (xc_i_is_xn(label))
        return xc_i_refuse(e, XC_EVENT, begin);
    status = xc_i_enforce_ascii(XC_JID_DOMAIN, label, e);
    if (status != XC_OK)
        return xc_i_refuse(e, status, begin + e->where);
    *at += label.len;
    status = xc_i_check_ldh(label.ptr, label.len, &where);
    if (status == XC_OK && *at > XC_I_DOMAIN_MAX)
        return xc_i_refuse(e, XC_ERR_JID_LENGTH, XC_I_DOMAIN_MAX);
    return xc_i_refuse(e, status, begin + where);
}

static xc_status xc_i_enforce_ascii_name(xc_str text, xc_i_enforced *e)
{
    size_t at = 0;
    xc_status status = xc_i_ascii_label(text, &at, e);
    while (status == XC_OK && at < text.len) {
        xc_i_put_ascii(e, '.');
        at++;
        status = xc_i_ascii_label(text, &at, e);
    }
    return status;
}

/* -- the fast way of parsing (see XC_I_FAST) -- */

#if XC_I_FAST && defined(__SSE2__)

/* The classes of the bytes of an address: bit i is for byte i. */
typedef struct xc_i_jid_bits {
    uint64_t alnum; /* a-z 0-9 */
    uint64_t marks; /* . - */
} xc_i_jid_bits;

XC_I_HOT uint64_t xc_i_bits16(__m128i v, size_t at)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(v) << at;
}

XC_I_HOT void xc_i_look16(xc_i_jid_bits *b, const char *p, size_t at)
{
    __m128i v, alnum;
    memcpy(&v, p, 16);
    alnum = _mm_or_si128(xc_i_within(v, 'a', 25), xc_i_within(v, '0', 9));
    b->alnum |= xc_i_bits16(alnum, at);
    b->marks |= xc_i_bits16(xc_i_within(v, '-', 1), at);
}

/* Are the last `len` bytes, at most 16, printable? */
XC_I_HOT bool xc_i_is_printable(const char *p, size_t n, size_t len)
{
    __m128i v, next;
    memcpy(&v, p + n - 16, 16);
    next = _mm_add_epi8(v, _mm_set1_epi8(1)); /* DEL becomes negative */
    v = _mm_subs_epi8(next, _mm_set1_epi8(0x21));
    return _mm_movemask_epi8(v) >> (16 - len) == 0;
}

XC_I_HOT unsigned xc_i_first_bit(uint64_t bits)
{
    return (unsigned)__builtin_ctzll(bits);
}

/* Cuts the address as xc_jid_split does. True: it is in enforced form. False:
   the complete way must decide. Up to the resourcepart each byte must be a
   letter, a digit, a mark or a cut. A mark must not be next to another or to a
   cut, nor begin or end the bare address, so labels need no further check. */
XC_I_HOT bool xc_i_fast_cut_jid(const xc_i_jid_bits *b, const char *p,
                                unsigned n, xc_jid *jid)
{
    uint64_t edges = ~b->alnum; /* and all bits after the end */
    uint64_t beside = edges & (edges << 1 | 1), cuts = edges ^ b->marks;
    unsigned begin = 0, end = xc_i_first_bit(cuts);
    memset(jid, 0, sizeof *jid);
    jid->ptr = p;
    if (end < n && p[end] == '@') {
        jid->local_len = (uint16_t)end;
        begin = end + 1;
        cuts &= cuts - 1;
        end = xc_i_first_bit(cuts);
    }
    jid->domain_len = (uint16_t)(end - begin);
    if ((beside << (63 - end)) != 0) /* up to `end` itself */
        return false;
    if (end == n)
        return true;
    jid->resource_len = (uint16_t)(n - end - 1);
    return p[end] == '/' && n - end > 1 &&
           (xc_i_first_bit(cuts & (cuts - 1)) == n ||
            (n >= 16 && n - end <= 16 && xc_i_is_printable(p, n, n - end)));
}

/* 16 to 32 bytes, as in most addresses. */
XC_I_HOT bool xc_i_fast_jid(xc_str text, xc_jid *jid)
{
    xc_i_jid_bits b = {0, 0};
    if (text.len - 16 > 16)
        return false;
    xc_i_look16(&b, text.ptr, 0);
    xc_i_look16(&b, text.ptr + text.len - 16, text.len - 16);
    return xc_i_fast_cut_jid(&b, text.ptr, (unsigned)text.len, jid);
}

/* 1 to 62 bytes. */
static bool xc_i_fast_jid_of_any_length(xc_str text, xc_jid *jid)
{
    xc_i_jid_bits b = {0, 0};
    size_t at;
    char few[16];
    if (text.len - 1 > 61)
        return false;
    for (at = 0; text.len - at >= 16; at += 16)
        xc_i_look16(&b, text.ptr + at, at);
    memset(few, 0, sizeof few);
    memcpy(few, text.ptr + at, text.len - at);
    xc_i_look16(&b, few, at);
    return xc_i_fast_cut_jid(&b, text.ptr, (unsigned)text.len, jid);
}

#else

static bool xc_i_fast_jid(xc_str text, xc_jid *jid)
{
    (void)text;
    (void)jid;
    return false;
}

static bool xc_i_fast_jid_of_any_length(xc_str text, xc_jid *jid)
{
    return xc_i_fast_jid(text, jid);
}
#endif

/* -- literal addresses -- */

/* The dec-octet of RFC 3986 section 3.2.2. */
static bool xc_i_take_octet(xc_str *text)
{
    const char *begin = text->ptr;
    uint64_t value;
    return xc_i_take_number(text, &value) && value <= 255 &&
           (begin[0] != '0' || text->ptr == begin + 1);
}

/* Is all of it an IPv4address (RFC 3986 section 3.2.2)? */
static bool xc_i_is_ipv4(const char *p, size_t n)
{
    xc_str rest = xc_i_str((const unsigned char *)p, n);
    unsigned i;
    for (i = 0; i < 4; i++) {
        if (i > 0 && xc_str_cut(&rest, '.').len != 0)
            return false;
        if (rest.ptr == NULL || !xc_i_take_octet(&rest))
            return false;
    }
    return rest.len == 0;
}

/* Is all of it an IPv6address (RFC 3986 section 3.2.2)? */
static bool xc_i_is_ipv6(const char *p, size_t n)
{
    size_t i = 0, begin, groups = 0;
    bool gap = n >= 2 && p[0] == ':' && p[1] == ':';
    if (gap)
        i = 2;
    while (i < n) {
        begin = i;
        while (i < n && i - begin < 4 && xc_i_digit_at(p, i) < 16)
            i++;
        if (i < n && p[i] == '.' && xc_i_is_ipv4(p + begin, n - begin)) {
            groups += 2;
            break;
        }
        groups++;
        if (i == begin || (i < n && p[i] != ':') || i + 1 == n)
            return false;
        if (i == n)
            break;
        i++;
        if (p[i] == ':') {
            if (gap)
                return false;
            gap = true;
            i++;
        }
    }
    return gap ? groups <= 7 : groups == 8;
}

/* RFC 3986 section 2.3. */
static bool xc_i_is_unreserved(unsigned c)
{
    return xc_i_in_class(c, XC_I_NAME_CHAR) || c == '~';
}

/* RFC 3986 section 2.2. */
static bool xc_i_is_sub_delim(unsigned c)
{
    return c == '!' || c == '$' || (c >= '&' && c <= ',') || c == ';' ||
           c == '=';
}

/* Is all of it an IPvFuture (RFC 3986 section 3.2.2)? */
static bool xc_i_is_ip_future(const char *p, size_t n)
{
    size_t i = 1, begin;
    if (n == 0 || (p[0] != 'v' && p[0] != 'V'))
        return false;
    while (i < n && xc_i_digit_at(p, i) < 16)
        i++;
    if (i == 1 || i == n || p[i] != '.')
        return false;
    for (begin = ++i; i < n; i++) {
        unsigned c = (unsigned char)p[i];
        if (!xc_i_is_unreserved(c) && !xc_i_is_sub_delim(c) && c != ':')
            return false;
    }
    return i > begin;
}

/* The "%25" and ZoneID of RFC 6874 section 2. */
static bool xc_i_is_zone(const char *p, size_t n)
{
    size_t i;
    if (n < 4 || p[0] != '%' || p[1] != '2' || p[2] != '5')
        return false;
    for (i = 3; i < n; i++) {
        unsigned c = (unsigned char)p[i];
        if (c == '%' && n - i > 2 && xc_i_digit_at(p, i + 1) < 16 &&
            xc_i_digit_at(p, i + 2) < 16)
            i += 2;
        else if (!xc_i_is_unreserved(c))
            return false;
    }
    return true;
}

/* Is it the inside of an IP-literal (RFC 6874 section 2): an IPvFuture, or an
   IPv6 address of `address` bytes and perhaps a zone? */
static bool xc_i_is_ip(const char *p, size_t n, size_t address)
{
    if (address == n && xc_i_is_ip_future(p, n))
        return true;
    return xc_i_is_ipv6(p, address) &&
           (address == n || xc_i_is_zone(p + address, n - address));
}

/* Enforces an IP-literal. It is not case-sensitive (RFC 3986 section 6.2.2.1),
   but its zone is not mapped. */
XC_I_NOINLINE xc_status xc_i_enforce_literal(xc_str text, xc_i_enforced *e)
{
    size_t n = text.len - 1, address = 1, i;
    while (address < n && text.ptr[address] != '%')
        address++;
    if (n == 0 || text.ptr[n] != ']' ||
        !xc_i_is_ip(text.ptr + 1, n - 1, address - 1))
        return xc_i_refuse(e, XC_ERR_JID_IP, 0);
    for (i = 0; i <= n; i++) {
        unsigned c = (unsigned char)text.ptr[i];
        xc_i_put(e, i < address ? xc_i_map_ascii(XC_I_MAP_DOMAIN, c) : c);
    }
    return text.len <= XC_JID_PART_MAX
               ? XC_OK
               : xc_i_refuse(e, XC_ERR_JID_LENGTH, XC_JID_PART_MAX);
}

static bool xc_i_is_literal(xc_str text)
{
    xc_i_enforced e = xc_i_enforced_to(NULL, 0);
    return text.len > 0 && xc_i_enforce_literal(text, &e) == XC_OK;
}

/* -- whole addresses -- */

static bool xc_i_is_ascii(xc_str s)
{
    size_t i = 0;
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
        i++;
    return i == s.len;
}

static bool xc_i_has_upper(xc_str s)
{
    size_t i = 0;
    while (i < s.len &&
           xc_i_map_ascii(XC_I_MAP_LOCAL, (unsigned char)s.ptr[i]) ==
               (unsigned char)s.ptr[i])
        i++;
    return i != s.len;
}

/* Is the part ASCII and already in enforced form? */
static bool xc_i_is_enforced(unsigned part, xc_str s)
{
    xc_i_enforced e = xc_i_enforced_to(NULL, 0);
    xc_str rest = s;
    if (s.len == 0)
        return false;
    if (part == XC_JID_DOMAIN && s.ptr[0] == '[')
        return !xc_i_has_upper(xc_str_cut(&rest, '%')) &&
               xc_i_enforce_literal(s, &e) == XC_OK;
    if (part != XC_JID_RESOURCE && xc_i_has_upper(s))
        return false;
    return (part == XC_JID_DOMAIN ? xc_i_enforce_ascii_name(s, &e)
                                  : xc_i_enforce_ascii(part, s, &e)) == XC_OK;
}

static xc_status xc_i_enforce_domain(xc_str text, xc_i_enforced *e)
{
    size_t begin = e->out.used;
    xc_status status = XC_EVENT;
    if (text.ptr[text.len - 1] == '.') /* RFC 7622 section 3.2 */
        text.len--;
    if (text.len == 0)
        return xc_i_refuse(e, XC_ERR_JID_EMPTY, 0);
    if (text.ptr[0] == '[')
        return xc_i_enforce_literal(text, e);
    if (xc_i_is_ascii(text))
        status = xc_i_enforce_ascii_name(text, e);
    if (status != XC_EVENT)
        return status;
    e->out.used = begin;
    return xc_i_enforce_unicode(XC_JID_DOMAIN, text, e);
}

static xc_status xc_i_enforce(unsigned part, xc_str text, xc_i_enforced *e)
{
    if (text.ptr == NULL || text.len == 0)
        return xc_i_refuse(e, XC_ERR_JID_EMPTY, 0);
    if (part == XC_JID_DOMAIN)
        return xc_i_enforce_domain(text, e);
    return xc_i_is_ascii(text) ? xc_i_enforce_ascii(part, text, e)
                               : xc_i_enforce_unicode(part, text, e);
}

XC_API xc_jid_parts xc_jid_split(xc_str text)
{
    xc_jid_parts parts;
    size_t slash = 0, at = 0;
    parts.local = parts.domain = parts.resource = xc_i_absent();
    if (text.ptr == NULL)
        return parts;
    while (slash < text.len && text.ptr[slash] != '/')
        slash++;
    while (at < slash && text.ptr[at] != '@')
        at++;
    if (slash < text.len) {
        parts.resource.ptr = text.ptr + slash + 1;
        parts.resource.len = text.len - slash - 1;
    }
    parts.domain = text;
    parts.domain.len = slash;
    if (at < slash) {
        parts.local = text;
        parts.local.len = at;
        parts.domain.ptr += at + 1;
        parts.domain.len -= at + 1;
    }
    return parts;
}

static xc_str xc_i_jid_part(const xc_jid_parts *parts, unsigned part)
{
    return part == XC_JID_LOCAL    ? parts->local
           : part == XC_JID_DOMAIN ? parts->domain
                                   : parts->resource;
}

static bool xc_i_is_enforced_jid(const xc_jid_parts *parts)
{
    return xc_i_is_enforced(XC_JID_DOMAIN, parts->domain) &&
           (parts->local.ptr == NULL ||
            xc_i_is_enforced(XC_JID_LOCAL, parts->local)) &&
           (parts->resource.ptr == NULL ||
            xc_i_is_enforced(XC_JID_RESOURCE, parts->resource));
}

/* Enforces a part and appends it. *len: its length. */
static xc_status xc_i_append(xc_i_enforced *e, unsigned part, xc_str text,
                             uint16_t *len)
{
    size_t begin;
    xc_status status;
    if (text.ptr == NULL && part != XC_JID_DOMAIN)
        return XC_OK;
    if (part == XC_JID_RESOURCE)
        xc_i_put_ascii(e, '/');
    begin = e->out.used;
    status = xc_i_enforce(part, text, e);
    *len = (uint16_t)(e->out.used - begin);
    if (part == XC_JID_LOCAL)
        xc_i_put_ascii(e, '@');
    return status;
}

XC_API xc_status xc_jid_build(const xc_jid_parts *parts, char *mem,
                              size_t size, xc_jid *jid)
{
    uint16_t len[3] = {0, 0, 0};
    xc_status status = XC_OK;
    xc_i_enforced e;
    xc_str full;
    unsigned part;
    if (jid == NULL)
        return XC_ERR_ARGUMENT;
    memset(jid, 0, sizeof *jid);
    if (parts == NULL || (mem == NULL && size != 0))
        return XC_ERR_ARGUMENT;
    e = xc_i_enforced_to(mem, size);
    for (part = 0; status == XC_OK && part < 3; part++) {
        status = xc_i_append(&e, part, xc_i_jid_part(parts, part), &len[part]);
        jid->part = (uint8_t)part;
    }
    jid->where = e.where;
    if (status != XC_OK)
        return status;
    status = xc_i_out_end(&e.out, &full);
    jid->where = (uint32_t)full.len;
    if (status != XC_OK)
        return status;
    jid->ptr = full.ptr;
    jid->where = jid->part = 0;
    jid->local_len = len[XC_JID_LOCAL];
    jid->domain_len = len[XC_JID_DOMAIN];
    jid->resource_len = len[XC_JID_RESOURCE];
    return XC_OK;
}

XC_I_NOINLINE xc_status xc_i_parse_jid(xc_str text, char *mem, size_t size,
                                       xc_jid *jid)
{
    xc_jid_parts parts;
    xc_status status;
    if (text.ptr == NULL)
        return xc_jid_build(NULL, mem, size, jid);
    if (xc_i_fast_jid_of_any_length(text, jid))
        return XC_OK;
    parts = xc_jid_split(text);
    if (!xc_i_is_enforced_jid(&parts)) {
        status = xc_jid_build(&parts, mem, size, jid);
        if (status > XC_ERR_BUFFER_SIZE) /* `where` is in the part */
            jid->where +=
                (uint32_t)(xc_i_jid_part(&parts, jid->part).ptr - text.ptr);
        return status;
    }
    memset(jid, 0, sizeof *jid);
    jid->ptr = text.ptr;
    jid->local_len = (uint16_t)parts.local.len;
    jid->domain_len = (uint16_t)parts.domain.len;
    jid->resource_len = (uint16_t)parts.resource.len;
    return XC_OK;
}

XC_API xc_status xc_jid_parse(xc_str text, char *mem, size_t size, xc_jid *jid)
{
    if (jid == NULL)
        return XC_ERR_ARGUMENT;
    if (text.ptr != NULL && xc_i_fast_jid(text, jid))
        return XC_OK;
    return xc_i_parse_jid(text, mem, size, jid);
}

XC_API xc_status xc_jid_enforce(xc_jid_part part, xc_str text, char *mem,
                                size_t size, xc_str *result)
{
    xc_i_enforced e;
    xc_status status;
    if (result == NULL)
        return XC_ERR_ARGUMENT;
    *result = xc_i_absent();
    if (text.ptr == NULL || (mem == NULL && size != 0) ||
        (unsigned)part > XC_JID_RESOURCE)
        return XC_ERR_ARGUMENT;
    if (xc_i_is_enforced((unsigned)part, text)) {
        *result = text;
        return XC_OK;
    }
    e = xc_i_enforced_to(mem, size);
    status = xc_i_enforce((unsigned)part, text, &e);
    result->len = e.where;
    return status == XC_OK ? xc_i_out_end(&e.out, result) : status;
}

/* -- views, comparison -- */

XC_API xc_str xc_jid_cut_resource(xc_str address)
{
    if (address.ptr == NULL)
        return address;
    return xc_str_cut(&address, '/');
}

static xc_str xc_i_jid_view(xc_jid jid, size_t at, size_t len)
{
    xc_str s = xc_i_absent();
    if (jid.ptr != NULL && len != 0) {
        s.ptr = jid.ptr + at;
        s.len = len;
    }
    return s;
}

static size_t xc_i_bare_len(xc_jid jid)
{
    return (size_t)jid.local_len + (jid.local_len != 0) + jid.domain_len;
}

XC_API xc_str xc_jid_local(xc_jid jid)
{
    return xc_i_jid_view(jid, 0, jid.local_len);
}

XC_API xc_str xc_jid_domain(xc_jid jid)
{
    return xc_i_jid_view(jid, (size_t)jid.local_len + (jid.local_len != 0),
                         jid.domain_len);
}

XC_API xc_str xc_jid_resource(xc_jid jid)
{
    return xc_i_jid_view(jid, xc_i_bare_len(jid) + 1, jid.resource_len);
}

XC_API xc_str xc_jid_bare(xc_jid jid)
{
    return xc_i_jid_view(jid, 0, xc_i_bare_len(jid));
}

XC_API xc_str xc_jid_full(xc_jid jid)
{
    size_t len = xc_i_bare_len(jid) + jid.resource_len;
    return xc_i_jid_view(jid, 0, len + (jid.resource_len != 0));
}

/* If the bytes are equal, the separators have the same indices. */
XC_API bool xc_jid_equal(xc_jid a, xc_jid b)
{
    return a.ptr != NULL && b.ptr != NULL &&
           xc_str_equal(xc_jid_full(a), xc_jid_full(b));
}

XC_API bool xc_jid_bare_equal(xc_jid a, xc_jid b)
{
    return a.ptr != NULL && b.ptr != NULL &&
           xc_str_equal(xc_jid_bare(a), xc_jid_bare(b));
}

/* -- copies, domain names -- */

XC_API xc_status xc_jid_copy(xc_jid jid, char *mem, size_t size, xc_jid *copy)
{
    xc_str full = xc_jid_full(jid);
    if (copy == NULL)
        return XC_ERR_ARGUMENT;
    memset(copy, 0, sizeof *copy);
    if (full.ptr == NULL || (mem == NULL && size != 0))
        return XC_ERR_ARGUMENT;
    copy->where = (uint32_t)full.len;
    if (full.len > size)
        return XC_ERR_BUFFER_SIZE;
    memmove(mem, full.ptr, full.len);
    *copy = jid;
    copy->ptr = mem;
    return XC_OK;
}

XC_API xc_status xc_jid_domain_ascii(xc_jid jid, char *mem, size_t size,
                                     xc_str *result)
{
    xc_str domain = xc_jid_domain(jid);
    xc_i_enforced e;
    xc_status status;
    if (result == NULL)
        return XC_ERR_ARGUMENT;
    *result = xc_i_absent();
    if (domain.ptr == NULL || (mem == NULL && size != 0))
        return XC_ERR_ARGUMENT;
    if (xc_i_is_ascii(domain)) {
        *result = domain;
        return XC_OK;
    }
    e = xc_i_enforced_to(mem, size);
    status = xc_i_encode_domain(domain, &e);
    return status == XC_OK ? xc_i_out_end(&e.out, result) : status;
}

/* -- escaping --
   XEP-0106. */

static bool xc_i_is_escaped(unsigned c)
{
    return c == ' ' || c == '\\' || (c < 0x80 && xc_i_is_excluded(c));
}

/* The character escaped by the backslash at p; 0: none. */
static unsigned xc_i_escape_at(const char *p, size_t n)
{
    unsigned high, low, c;
    if (n < 3 || p[0] != '\\' || (p[2] >= 'A' && p[2] <= 'F'))
        return 0;
    high = xc_i_digit_at(p, 1);
    low = xc_i_digit_at(p, 2);
    c = high * 16 + low;
    return high < 8 && low < 16 && xc_i_is_escaped(c) ? c : 0;
}

/* The result of length `len`; the text itself if that is as long. */
static xc_status xc_i_escape_result(xc_str text, size_t len, char *mem,
                                    size_t size, xc_str *result)
{
    *result = text;
    result->len = len;
    if (len == text.len)
        return XC_OK;
    result->ptr = len <= size ? mem : NULL;
    return len <= size ? XC_EVENT : XC_ERR_BUFFER_SIZE;
}

static bool xc_i_needs_escape(xc_str text, size_t i)
{
    unsigned c = (unsigned char)text.ptr[i];
    return c == '\\' ? xc_i_escape_at(text.ptr + i, text.len - i) != 0
                     : xc_i_is_escaped(c);
}

XC_API xc_status xc_jid_escape(xc_str text, char *mem, size_t size,
                               xc_str *result)
{
    static const char digits[] = "0123456789abcdef";
    size_t i, len = 0;
    xc_status status;
    if (result == NULL)
        return XC_ERR_ARGUMENT;
    *result = xc_i_absent();
    if (text.ptr == NULL || (mem == NULL && size != 0))
        return XC_ERR_ARGUMENT;
    if (text.len != 0 && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' '))
        return XC_ERR_JID_ESCAPE;
    for (i = 0; i < text.len; i++)
        len += xc_i_needs_escape(text, i) ? 3u : 1u;
    status = xc_i_escape_result(text, len, mem, size, result);
    for (i = 0; status == XC_EVENT && i < text.len; i++) {
        unsigned c = (unsigned char)text.ptr[i];
        if (xc_i_needs_escape(text, i)) {
            *mem++ = '\\';
            *mem++ = digits[c >> 4];
            *mem++ = digits[c & 15];
        } else {
            *mem++ = text.ptr[i];
        }
    }
    return xc_status_is_error(status) ? status : XC_OK;
}

XC_API xc_status xc_jid_unescape(xc_str local, char *mem, size_t size,
                                 xc_str *result)
{
    size_t i, len = local.len;
    xc_status status;
    if (result == NULL)
        return XC_ERR_ARGUMENT;
    *result = xc_i_absent();
    if (local.ptr == NULL || (mem == NULL && size != 0))
        return XC_ERR_ARGUMENT;
    for (i = 0; i < local.len; i++) {
        if (xc_i_escape_at(local.ptr + i, local.len - i) != 0) {
            len -= 2;
            i += 2;
        }
    }
    status = xc_i_escape_result(local, len, mem, size, result);
    for (i = 0; status == XC_EVENT && i < local.len; i++) {
        unsigned c = xc_i_escape_at(local.ptr + i, local.len - i);
        *mem++ = c != 0 ? (char)c : local.ptr[i];
        i += c != 0 ? 2 : 0;
    }
    return xc_status_is_error(status) ? status : XC_OK;
}

/* ---- [UTF8] (private) --------------------------------------------------- */

XC_API size_t xc_utf8_decode(xc_str s, uint32_t *cp)
{
    int length;
    if (s.ptr == NULL || s.len == 0 || cp == NULL)
        return 0;
    length = xc_i_utf8((const unsigned char *)s.ptr, s.len, cp);
    return length > 0 ? (size_t)length : 0;
}

XC_API size_t xc_utf8_check(xc_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0, wide;
    if (p == NULL)
        return 0;
    while (i < s.len) {
        if (p[i] >= 0x80) {
            wide = xc_i_skip_wide(p, i, s.len);
            if (wide == i)
                return i;
            i = wide;
        } else if (xc_is_char(p[i])) {
            i++;
        } else {
            return i;
        }
    }
    return i;
}

XC_API bool xc_is_char(uint32_t cp)
{
    if (cp < 0x20)
        return xc_i_in_class(cp, XC_I_SPACE);
    return cp < 0xD800 || cp - 0xE000 < 0x1FFE || cp - 0x10000 < 0x100000;
}

XC_API bool xc_is_name_start(uint32_t cp)
{
    return xc_i_in_name(cp, true);
}

XC_API bool xc_is_name_char(uint32_t cp)
{
    return xc_i_in_name(cp, false);
}

/* ---- [SASLPREP] names and passwords (private) ------------------------------
   RFC 4013: mapped and in normalisation form KC, which is form C of the
   compatibility decomposition. So xc_i_nfc reads the code points to which the
   text maps and decomposes. Code point k of the character at byte b has the
   index b * XC_I_PREP_PLACES + k. */

#if XMPP_CODEC_UNICODE

enum { /* RFC 4013 section 2, with Unicode 3.2 */
    XC_I_PREP_OTHER,
    XC_I_PREP_LEFT,  /* RFC 3454 table D.2 */
    XC_I_PREP_RIGHT, /* table D.1 */
    XC_I_PREP_UNASSIGNED,
    XC_I_PREP_PROHIBITED,
    XC_I_PREP_NOTHING, /* maps to nothing, */
    XC_I_PREP_SPACE    /* ... to a space */
};

/* U+FDFA becomes 18 code points. Code points that Unicode 3.2 does not
   assign are moved beyond Unicode, where nothing decomposes, composes or
   has a class. */
enum {
    XC_I_PREP_PLACES = 32,
    XC_I_PREP_BEYOND = 0x110000
};

static unsigned xc_i_prep_class(uint32_t cp);
/* Code point k of the compatibility decomposition of cp. Returns how many
   there are; 0: at most a canonical decomposition. */
static unsigned xc_i_compat(uint32_t cp, unsigned k, uint32_t *out);

/* The decompositions that Unicode 4.0 corrected (Corrigendum 4). */
static uint32_t xc_i_prep_corrected(uint32_t cp)
{
    switch (cp) {
    case 0x2F868: return 0x2136A;
    case 0x2F874: return 0x5F33;
    case 0x2F91F: return 0x43AB;
    case 0x2F95F: return 0x7AAE;
    case 0x2F9BF: return 0x4D57;
    default: return cp;
    }
}

/* Code point k of those that cp maps and decomposes to. Returns how many there
   are. */
static unsigned xc_i_prep_map(uint32_t cp, unsigned k, uint32_t *out)
{
    unsigned kind, count;
    *out = cp;
    if (cp < 0x80)
        return 1;
    kind = xc_i_prep_class(cp);
    if (kind == XC_I_PREP_NOTHING)
        return 0;
    if (kind == XC_I_PREP_SPACE)
        *out = ' ';
    if (kind == XC_I_PREP_UNASSIGNED)
        *out = cp + XC_I_PREP_BEYOND;
    if (*out != cp)
        return 1;
    *out = xc_i_prep_corrected(cp);
    count = xc_i_compat(cp, k, out);
    return count > 0 ? count : 1;
}

/* The index of the first character from this byte on that does not map to
   nothing. */
static uint32_t xc_i_prep_skip(const xc_i_nfc *n, uint32_t byte)
{
    const unsigned char *text = ((const xc_i_mapped *)n->origin)->text;
    uint32_t len = n->len / XC_I_PREP_PLACES, cp, out;
    while (byte < len) {
        int length = xc_i_utf8(text + byte, len - byte, &cp);
        if (length <= 0 || xc_i_prep_map(cp, 0, &out) != 0)
            break;
        byte += (uint32_t)length;
    }
    return byte * XC_I_PREP_PLACES;
}

/* xc_i_decode_at for SASLprep. */
static unsigned xc_i_prep_decode(xc_i_nfc *n, uint32_t at, uint32_t *cp)
{
    const unsigned char *text = ((const xc_i_mapped *)n->origin)->text;
    uint32_t byte = at / XC_I_PREP_PLACES, place = at % XC_I_PREP_PLACES;
    int length = xc_i_utf8(text + byte, n->len / XC_I_PREP_PLACES - byte, cp);
    if (length <= 0) {
        n->source = n->len;
        if (length < 0)
            n->source = (byte + (uint32_t)(-1 - length)) * XC_I_PREP_PLACES;
        return 0;
    }
    return place + 1 < xc_i_prep_map(*cp, place, cp)
               ? 1
               : xc_i_prep_skip(n, byte + (uint32_t)length) - at;
}

/* The classes of the code points of the result so far. */
typedef struct xc_i_prepared {
    unsigned first, last, seen;
} xc_i_prepared;

/* Checks a code point of the result, and moves it back into Unicode. */
static xc_status xc_i_prep_check(xc_i_prepared *p, bool stored, uint32_t *cp)
{
    unsigned kind = XC_I_PREP_UNASSIGNED;
    if (*cp >= XC_I_PREP_BEYOND)
        *cp -= XC_I_PREP_BEYOND;
    else
        kind = xc_i_prep_class(*cp);
    if (p->seen == 0)
        p->first = kind;
    p->last = kind;
    p->seen |= 1u << kind;
    if (kind == XC_I_PREP_UNASSIGNED && stored) /* RFC 3454 section 7 */
        return XC_ERR_JID_UNASSIGNED;
    return kind == XC_I_PREP_PROHIBITED ? XC_ERR_JID_CHAR : XC_OK;
}

/* RFC 3454 section 6. */
static bool xc_i_prep_keeps_bidi(const xc_i_prepared *p)
{
    return (p->seen >> XC_I_PREP_RIGHT & 1u) == 0 ||
           ((p->seen >> XC_I_PREP_LEFT & 1u) == 0 &&
            p->first == XC_I_PREP_RIGHT && p->last == XC_I_PREP_RIGHT);
}

XC_I_NOINLINE xc_status xc_i_prep_text(bool stored, xc_str text,
                                       xc_i_enforced *e)
{
    xc_i_prepared p = {0, 0, 0};
    xc_i_mapped mapped;
    xc_i_nfc n;
    uint32_t cp;
    xc_status status;
    xc_i_nfc_init(&n, xc_i_absent(), XC_I_MAP_DONE);
    mapped.decode = xc_i_prep_decode;
    mapped.text = (const unsigned char *)text.ptr;
    n.origin = &mapped;
    n.len = (uint32_t)text.len * XC_I_PREP_PLACES;
    n.next = xc_i_prep_skip(&n, 0) * 4;
    while ((status = xc_i_nfc_next(&n, &cp)) == XC_EVENT) {
        status = xc_i_prep_check(&p, stored, &cp);
        xc_i_put(e, cp);
        if (status == XC_OK && e->out.used > XC_JID_PART_MAX)
            status = XC_ERR_JID_LENGTH;
        if (status != XC_OK)
            break;
    }
    if (status != XC_OK)
        return xc_i_refuse(e, status, n.source / XC_I_PREP_PLACES);
    if (e->out.used == 0)
        return XC_ERR_JID_EMPTY;
    return xc_i_prep_keeps_bidi(&p) ? XC_OK : XC_ERR_JID_BIDI;
}

static xc_status xc_i_prepare_unicode(xc_sasl_profile profile, unsigned part,
                                      xc_str text, xc_i_enforced *e)
{
    if (text.len > XC_I_INPUT_MAX)
        return xc_i_refuse(e, XC_ERR_JID_LENGTH, XC_I_INPUT_MAX);
    if (profile == XC_SASL_PROFILE_SASLPREP ||
        profile == XC_SASL_PROFILE_SASLPREP_STORED)
        return xc_i_prep_text(profile == XC_SASL_PROFILE_SASLPREP_STORED, text,
                              e);
    return xc_i_enforce_text(part, text, e);
}

#else

static xc_status xc_i_prepare_unicode(xc_sasl_profile profile, unsigned part,
                                      xc_str text, xc_i_enforced *e)
{
    (void)profile;
    return xc_i_enforce_unicode(part, text, e);
}

#endif /* XMPP_CODEC_UNICODE */

/* For ASCII all profiles have the same result, except that upper case may be
   mapped. So most texts are their own result. */
XC_API xc_status xc_sasl_prepare(xc_sasl_profile profile, xc_str text,
                                 char *mem, size_t size, xc_str *result)
{
    unsigned part = profile == XC_SASL_PROFILE_CASE_MAPPED ? XC_JID_LOCAL
                                                           : XC_JID_RESOURCE;
    bool ascii = text.ptr != NULL && xc_i_is_ascii(text);
    bool same = ascii && (part == XC_JID_RESOURCE || !xc_i_has_upper(text));
    xc_i_enforced e = xc_i_enforced_to(NULL, 0);
    xc_status status = XC_ERR_JID_EMPTY;
    if (!xc_i_out_begin(mem, size, result) || text.ptr == NULL ||
        (unsigned)profile > (unsigned)XC_SASL_PROFILE_PREPARED)
        return XC_ERR_ARGUMENT;
    if (profile == XC_SASL_PROFILE_PREPARED) {
        *result = xc_i_is_sasl_text(text) ? text : xc_i_absent();
        return result->ptr != NULL ? XC_OK : XC_ERR_SASL_SYNTAX;
    }
    e = xc_i_enforced_to(mem, same ? 0 : size);
    if (text.len > 0)
        status = ascii ? xc_i_enforce_ascii(part, text, &e)
                       : xc_i_prepare_unicode(profile, part, text, &e);
    if (status == XC_OK && !same)
        return xc_i_secret_end(&e.out, result);
    xc_wipe(mem, xc_i_min(e.out.used, e.out.size));
    *result = text;
    if (status != XC_OK) {
        result->ptr = NULL;
        result->len = e.where;
    }
    return status;
}

#if XMPP_CODEC_UNICODE

/* ---- [TABLES] generated Unicode data (private) -----------------------------
   Values derived by RFC 8264 and RFC 5892 from Unicode XC_UNICODE_VERSION,
   without exceptions for compatibility with earlier versions (RFC 6452). */

/* clang-format off */
/* generated by tests/unicode/tables.py: begin */
enum {
    XC_I_U_ALTERNATING = 130,
    XC_I_U_NONCHARACTER = 3,
    XC_I_U_CELL_RUNS = 150,
    XC_I_U_FEW = 0x1000,
    XC_I_U_BUCKETS = 128
};
static const uint8_t xc_i_u_page[512] = {
0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,
29,30,31,32,33,34,35,36,34,34,34,34,34,37,38,39,40,41,42,43,44,45,46,47,47,47,
47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,48,47,47,47,
47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,
47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,
47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,47,
47,21,21,21,21,49,21,50,51,52,53,54,55,21,21,21,21,21,21,21,21,21,21,21,21,21,
21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,
21,21,21,21,56,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,57,
57,57,57,57,57,57,57,57,57,57,57,57,58,59,60,34,61,62,63,64,65,66,67,68,69,21,
70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,21,
21,21,95,96,97,98,98,98,98,98,98,98,98,98,99,21,21,21,21,100,21,21,21,21,21,21,
21,21,21,21,21,21,21,21,101,21,21,102,98,98,98,98,98,98,98,98,98,98,98,98,98,
98,98,98,98,98,98,98,98,98,98,98,98,98,103,98,98,98,98,98,98,21,21,104,105,98,
106,107,108,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,21,
21,21,21,21,21,21,109,110,98,98,98,98,98,98,98,98,98,98,98,98,98,98,98,98,98,
98,98,98,98,98,98,98,98,98,98,98,98,98,98,98,98,111,47,112,113,98,98,98,98,98,
98,98,98,98,114,98,98,98,98,98,98,98,98,98,98,98,98,98,98,98,115,34,116,117,
118,119,120,121,122,123,124,125,34,34,126,98,98,98,98,127,128,129,130,98,131,
132,133,134,135,136,98,98,137,138,139,98,140,141,142,34,34,34,143,144,145,34,
146,147,98,98,98,148
};
static const uint32_t xc_i_u_page_blocks[149] = {
1413161227,1985229328,1413059088,1985229328,606284048,1698927120,1985229328,
1699557904,1985229328,1985229328,1985229328,1985229328,1985229328,1985229328,
2235793936,2253664784,1698898185,2988116923,2468450457,1413685648,2576980368,
2576980377,697371033,1699295760,1497571600,3309908496,1698898320,1767125520,
1698898185,1698898185,65536,1985229328,1422076944,3435340044,3435973836,
3435973644,3274490124,3234647244,3435924684,1127426320,1127356681,1072857356,
285212671,1514381840,1284713488,567069888,3435970815,2863311530,3433736874,
566270361,1502884368,1985229328,1985229328,1698898185,1413030153,1497641488,
554277273,3149642683,4008636142,2213424656,3435971088,281857228,1288450576,
1698898192,966361616,1698898448,563120264,2224234761,1412602128,1228019977,
2286100745,1750348304,3292365328,1417884176,2286100749,1025605853,2290364944,
840763528,1985229328,1985229328,1985229328,1698923024,1985229328,2218336521,
2164885640,1413030153,2290647568,689473545,1412989456,1497600528,696785024,
2287219216,1985229328,143165576,1278771728,2290129305,2576944332,2290647193,
2290649224,428902536,2576978185,161061273,2290647193,2290649104,1125720329,
2290295049,2290616712,2200014984,948048025,278501785,429492352,143165576,
2576949514,161061273,2283866521,214748364,286051532,2211234320,214748364,
1698898188,579371264,2290618572,3273769164,3435971088,3423390924,3234647244,
2286100496,2290649104,2290297872,2290647305,688949384,277383304,277383304,
277383304,143165576,2162023901,2290647568,2283538568,2290649104,1750348304,
1126288396,403492044,2290627088,281857228,281857228,2217918912,1136791756,
482397388,143165576
};
static const uint16_t xc_i_u_page_first[149] = {
263,468,269,476,178,353,484,360,492,500,508,516,524,532,275,367,374,64,112,281,
0,0,67,381,15,287,388,395,402,409,22,540,293,116,0,1,120,2,3,183,188,124,24,
299,193,70,4,0,0,73,305,548,556,416,311,317,76,0,0,128,79,26,198,423,132,430,
82,203,323,208,213,437,218,329,223,136,228,140,564,572,580,444,588,233,28,335,
85,88,341,168,91,347,596,5,238,6,7,340,0,30,32,135,87,34,173,144,8,148,152,20,
36,9,94,328,97,283,38,156,252,451,100,40,458,103,10,11,243,42,160,44,106,46,48,
50,12,13,109,52,54,461,248,56,164,58,60,253,258,62,14
};
static const uint32_t xc_i_u_block_runs[604] = {
2,2560,805306368,5242880,16777216,44564480,67108864,2195456,67183232,
2956001280,320,20480,2147594624,8454304,1073741824,67176832,0,33554432,160,
69120,4194304,2147483648,0,3560964096,4194304,65536,65536,65536,3510992896,
1358954498,65536,655360,65536,4194434,1073741824,67216384,2147483648,524288,
68157440,131072,8388608,33554432,2147483648,2080,1082204160,115712,65536,
67227648,65536,2281816064,2147483648,1080115416,131072,2097152,2,1073741824,
16384,64,301989888,536944640,67108864,200704,1572864,134217728,4194306,256,8,
40960,671088642,33687552,2147483648,65536,2147483648,73728,65664,1073741824,
65552,2176,268435456,3775398016,3783263232,98412,536870912,131072,268435458,
3892314112,67180740,128,520130560,0,2148008960,1024,486,67174406,786440,
6881280,65808,536938496,4093706752,16,0,100,1048576,1616914624,2348810240,
394464,65536,49152,2214662144,0,4,1140923408,1199654400,83456,2168848384,
25166150,791744,49152,65536,69672,1024,2048,4194304,65536,98304,1073741824,
201326592,1048576,2150580224,1198,81920,67108864,12288,3623879040,1073823744,
134217728,512,0,524288,67633152,2147483648,355328,33620332,872415232,8454144,
201392208,553648140,65536,0,134217728,167772160,1048576,231424,0,557312,
9764924,0,81920,65664,16,167772544,67692,16384,98304,65546,268435456,328192,64,
2690,2386034688,310575488,1736442880,65544,33554432,2147483648,82944,66560,
6373376,0,65536,0,1292,98306,0,65536,1354113188,0,34900016,90560,2147647744,
8388608,2172748160,0,32,196608,48,98304,98368,67174400,82048,1572864,7934336,
2684354560,8208,68614,138412032,3221225472,4260112,65792,402751504,14161920,
738983948,1048576,8388608,4194304,256,194,134610944,2420113408,2214592512,
67108864,1358954496,327680,37748736,20971520,17301504,570914382,107008,2,
67174684,66560,49728,81984,18874368,4093708524,4,3993698304,67174878,393244,
1213202432,201392142,196608,2147745792,0,142606336,6299648,134221872,65538,
69632,1048576,163840,196610,4194304,69632,67174656,65792,268517376,33619972,
16777216,536952832,18432,2684363648,33589248,67198978,134217730,2281701378,
25190400,2172649472,25165824,0,2886729734,65610,167837696,327748,61440,2,
2367553536,335647104,6266,1830682864,1409389024,21364736,671088640,536870912,
67174400,0,1094713344,2147483648,504173192,82,2179072,69632,1275134976,88068,
33024,1376352,536969216,689242116,202662,482,960723970,2,2860515328,2,
3087007744,73728,4096,0,3222913024,1342177280,17104960,11174400,335638552,
2088763392,1119289344,1207959566,15030272,8553090,98688,134217728,70240,0,
67205992,0,256,1073741824,66560,17825792,268435456,53604530,2403336192,
33620480,536870912,1636330464,8489206,3892903936,67174450,8192,130119680,66560,
16,28317312,3938648064,67174558,1280,353501184,62,1536,3246489600,67174466,
335872,327680,11929344,0,196608,109051904,482814848,4227853572,66046,2656256,
3290939392,3971464960,302017532,86910976,393280,1024,1817970688,83892226,
1205863424,831283992,3351127552,1662525814,1711288716,134242496,2877745152,
1161888768,2244774,1677844652,0,90560,671088640,2155085824,11796480,1310720,
1466368,1087373312,1906049728,67175424,1535115264,2178940928,2686984238,
67175424,3894493568,1610615850,6336,48,946864128,67199036,1062912,12,23878,
269804992,164630544,9216,1073741824,68096,671088640,339280128,229663238,
402757696,536920064,50333764,134217728,2147483648,257036,4273995776,84032,
2149318784,536870912,24,1415053312,1140899842,2147483744,2,0,196672,1073741824,
2147483650,621085956,1375764864,136,9437184,0,536969216,2,65536,1610612736,
1856,2998927360,12582912,8388608,2147483648,65664,139984896,786432,3254030336,
6,3221276544,67072,2147483648,67177992,640,1073741824,134767776,5160,134235136,
2,2048,6291456,1610612736,1006658220,48,521667514,4290461580,3810007226,
268438528,268438578,327680,0,2199322624,1538,2197815296,3580521158,1435162304,
1610624432,22478848,477077600,588620426,3146360044,3446734860,227824,4108,
25264128,918093828,1057030208,559046,2968517378,53691392,67109120,0,3765825546,
2751557304,205520896,2147566384,3530557250,68550,310756296,101377024,1082880,
181348060,24,2080374784,19882498,196692,696374,4098754048,3514886818,
4026794068,690234,1979581952,4060506762,15007808,835642,1949697536,224962,
100991060,696374,4097181184,3521145506,17236052,2051426364,3288353064,25388618,
134283328,417842,1946158592,1507878498,8454228,417846,4096787968,2426435308,
1769556,417812,3892314112,2173822562,67174484,75497526,1879834624,2179304576,
3473472,1094779136,16843008,4278272320,2147418368,16843008,4192534784,
962150372,4293228824,8388608,327684,0,1644363776,5335808,1147904,805312656,
94502912,6348,67187112,0,18612224,4,1048576,67190896,3104047104,536870912,
1638784,70400352,5308416,1148,1805058048,7734,8388608,14,16777216,278720,
2154496064,12,1854472192,90124,67174912,8,6828416,65968,14155776,12,2152202240,
939650594,2097154,696372,3962963456,562260642,2170964,121856,465567744,
48225518,10,3456,3699507200,67174876,1728,65897472,66560,268435456,1024
};
static const uint16_t xc_i_u_block_kinds[604] = {
31,805,805,169,168,538,22,243,704,1240,169,169,605,303,23,775,573,816,812,814,
22,6,41,1575,14,30,206,200,1586,937,6,93,548,1814,0,710,22,22,169,68,68,68,22,
21,638,724,6,716,6,458,22,476,30,68,30,68,68,30,169,243,68,243,169,68,24,24,25,
89,375,668,68,505,168,80,68,89,22,685,595,1055,415,418,22,22,738,1483,334,22,
1247,34,110,68,1227,654,1241,1240,1244,355,670,595,53,134,68,243,243,243,6,482,
543,588,588,298,1747,355,605,605,1794,323,698,315,68,68,697,698,533,68,14,14,
156,156,154,154,282,605,355,22,138,1315,1315,138,68,1064,1208,130,35,654,875,
22,34,68,87,22,1779,3,1744,7,2,346,29,68,797,797,68,796,168,68,243,68,1414,
1802,598,730,68,22,22,545,282,293,34,34,41,951,1685,34,34,1702,41,848,605,461,
22,605,36,6,80,206,169,267,687,425,169,261,225,68,652,482,80,724,282,80,83,605,
22,22,22,22,376,243,266,138,138,1355,169,138,138,138,230,561,1172,1173,1313,
1315,138,100,369,22,1762,664,1645,974,1401,21,169,2,492,1255,1256,286,169,68,
169,242,68,169,243,169,243,243,68,243,169,243,243,677,38,682,206,1799,89,41,
1579,524,517,517,533,6,1786,1526,1748,883,1023,355,638,68,93,142,142,22,1229,
317,355,282,724,806,206,685,243,1557,1564,698,505,1240,163,166,270,89,22,41,
527,951,340,429,74,1498,471,722,1392,606,355,89,91,96,628,34,34,22,32,87,22,
1340,1069,243,266,1162,1548,660,395,68,402,282,22,1747,783,871,282,923,791,282,
923,410,317,1037,1260,41,41,87,1818,1831,172,181,225,1139,1149,230,1062,1135,
589,324,326,989,999,1367,1378,737,1634,1810,1781,385,34,83,89,466,755,279,1035,
548,550,461,691,100,122,355,1530,1305,568,1502,1224,1486,424,1502,818,495,308,
282,89,96,83,1332,1473,320,1492,1495,89,1494,1464,1516,763,743,595,1502,495,
757,118,145,45,146,147,44,1280,1285,169,169,53,66,66,30,305,1349,1349,138,266,
138,67,1353,282,485,279,1747,110,70,17,169,805,446,453,803,806,68,169,169,242,
169,242,242,242,243,242,67,41,955,962,150,1668,835,826,1688,1427,1440,1602,
1618,1107,1114,1716,1720,200,186,1291,1540,189,186,188,1190,1217,1216,214,1201,
1180,211,566,1452,1502,1630,1591,1807,860,1753,433,1405,351,355,1266,944,351,
1504,1770,939,351,605,975,1815,1745,863,1654,725,602,397,1012,749,879,1506,905,
279,1502,781,103,1405,351,605,895,917,1729,1714,1731,1117,1076,1078,1090,47,
518,964,41,522,1694,1666,967,1387,70,1418,573,573,392,100,27,380,266,1318,1323,
1320,930,1133,1358,138,1501,70,578,115,1502,767,855,355,380,0,1032,583,1502,
100,643,67,352,1753,616,794,605,1648,1039,286,355,345,275,355,284,282,22,22
};
static const uint8_t xc_i_u_run_kinds[1863] = {
1,56,11,16,11,66,0,1,7,2,11,0,60,2,7,0,7,16,11,61,66,0,1,0,3,53,3,16,66,11,0,4,
1,0,8,1,19,4,24,8,24,138,0,8,43,13,0,37,49,37,45,52,45,9,49,0,36,0,37,36,45,52,
45,52,44,49,9,0,4,0,1,11,1,66,1,11,1,11,16,0,1,0,4,8,0,8,0,8,0,1,4,1,37,1,4,0,
12,132,0,8,1,16,11,16,11,0,16,0,16,66,1,4,0,1,55,4,1,66,1,11,1,0,66,16,11,16,
11,16,11,19,0,112,11,112,9,122,9,0,5,0,4,0,14,0,12,0,13,46,13,46,138,8,132,4,6,
0,6,2,6,2,6,2,6,2,0,63,4,2,7,4,0,4,39,82,83,39,123,113,39,76,0,41,0,41,40,0,15,
5,32,15,32,15,32,15,32,15,32,4,32,19,3,4,19,88,89,90,4,3,4,26,4,15,32,5,32,15,
32,15,32,15,32,15,32,112,0,4,0,3,32,94,15,32,15,32,15,32,15,32,15,32,15,32,0,4,
0,4,0,4,0,4,0,4,0,4,0,4,0,4,0,4,0,4,0,4,0,4,5,4,0,4,2,26,1,2,7,11,61,11,66,1,
11,0,1,0,1,16,0,11,0,16,11,16,66,1,0,58,4,0,15,19,61,35,0,5,0,4,112,0,1,16,11,
16,11,61,0,4,132,4,0,4,1,37,1,4,1,4,1,4,112,4,112,4,108,4,16,11,16,11,66,0,1,4,
19,4,0,1,11,0,11,0,11,0,11,16,0,1,0,1,0,1,47,0,1,47,0,1,0,61,0,16,66,11,16,61,
1,4,1,4,0,4,19,1,4,1,4,1,11,16,11,16,112,1,16,1,16,11,4,1,0,1,0,61,1,11,16,11,
16,11,64,61,1,4,0,1,4,39,50,0,50,0,50,0,50,39,4,19,112,19,4,1,11,16,11,16,11,0,
16,0,16,66,1,0,55,0,47,0,47,107,57,4,118,107,3,111,4,121,111,4,1,19,112,1,0,4,
0,66,1,11,66,64,0,1,19,1,19,112,1,19,1,19,1,19,1,19,0,1,16,11,16,11,64,61,11,4,
11,1,61,16,11,16,11,16,11,64,0,4,7,110,119,126,115,117,4,3,4,7,3,1,4,27,1,4,
138,4,1,132,8,138,1,19,34,4,19,4,27,4,1,4,1,11,16,4,0,1,19,1,0,4,1,3,16,11,16,
11,66,11,4,1,4,1,19,0,31,33,4,0,15,5,19,112,19,128,0,10,29,1,4,0,11,66,4,0,4,1,
61,4,1,0,18,15,19,112,19,5,4,3,0,112,4,66,0,1,11,16,11,1,0,1,0,1,0,1,0,61,1,55,
11,16,0,16,0,16,64,0,1,0,55,0,1,16,11,16,11,16,4,16,66,0,1,0,19,1,0,64,1,4,11,
61,11,4,16,11,1,4,1,4,0,1,0,4,1,16,11,16,11,16,66,61,1,4,1,0,1,0,4,11,58,4,24,
27,24,23,24,1,24,3,0,3,4,0,4,1,19,112,16,11,0,4,13,4,2,1,2,4,1,54,1,4,1,0,56,
16,11,66,1,0,1,126,112,19,1,0,1,19,1,0,1,4,0,4,1,11,16,11,66,4,1,4,112,4,0,4,0,
1,11,16,64,0,4,1,11,0,1,0,4,1,11,64,4,0,1,0,4,1,11,112,4,1,16,11,16,66,62,4,3,
4,33,4,3,1,0,1,66,1,55,16,0,16,0,11,64,66,1,4,1,16,0,19,0,19,0,19,0,4,121,4,47,
4,3,25,3,4,1,11,10,119,10,0,1,16,11,16,11,64,66,11,1,13,130,13,136,13,130,132,
1,138,8,132,8,1,138,8,132,8,132,8,138,1,138,1,4,132,19,138,0,4,11,0,3,0,1,11,
16,0,1,0,1,0,1,0,55,16,1,16,61,4,0,1,0,1,11,16,4,1,0,1,0,1,11,1,4,11,99,66,11,
1,0,67,0,55,16,11,0,11,0,16,55,16,0,42,16,0,16,11,66,0,55,0,1,0,16,4,0,1,16,11,
0,11,16,65,15,19,112,19,112,4,0,61,4,1,11,0,1,4,0,1,11,1,11,4,0,138,4,19,34,
138,8,1,136,138,1,132,130,132,4,138,1,138,8,132,8,138,8,0,1,16,11,0,16,0,16,66,
0,11,56,55,0,47,0,1,47,1,0,1,47,1,47,1,47,1,47,1,0,101,102,48,103,48,34,48,34,
102,11,16,0,11,0,11,66,0,95,96,0,1,0,1,0,100,11,0,1,0,4,1,16,1,0,1,0,11,0,55,0,
55,0,55,16,0,16,66,64,66,1,11,1,4,0,4,0,50,84,50,5,11,5,0,19,4,0,5,0,19,58,112,
0,66,36,44,36,44,37,36,0,37,36,45,52,44,9,49,9,36,0,37,36,45,52,45,52,44,9,37,
49,0,37,45,52,0,9,4,45,47,45,0,45,0,45,37,45,37,49,37,49,37,49,37,49,37,49,37,
49,37,49,0,15,5,15,32,5,15,32,15,32,15,32,15,32,19,112,19,112,19,112,19,112,19,
112,19,0,32,15,32,15,32,5,32,4,32,5,30,32,15,30,15,32,15,19,0,21,0,32,5,15,5,4,
15,32,15,3,0,19,112,19,5,19,4,112,19,112,32,22,15,5,15,5,32,15,32,0,32,15,5,15,
0,4,0,19,5,19,5,19,0,4,0,1,61,55,11,16,11,16,11,16,0,16,11,16,115,19,112,0,2,0,
2,0,2,0,1,16,11,16,66,61,4,0,11,4,11,4,0,11,0,16,11,16,11,16,11,0,11,0,11,66,0,
11,0,47,1,0,47,0,13,0,13,0,13,0,13,0,3,4,3,15,32,15,85,86,87,88,89,90,91,92,
125,114,112,19,112,19,112,19,112,0,21,5,17,0,19,4,5,0,15,32,15,5,112,19,112,19,
112,33,31,4,0,19,4,58,112,19,112,5,11,0,11,0,11,112,11,19,5,0,5,0,5,0,5,0,4,5,
15,32,15,4,31,33,28,0,102,48,19,66,4,19,1,11,48,11,0,11,48,11,48,11,48,11,48,
11,0,4,132,1,4,1,16,11,16,4,1,16,66,0,11,64,66,4,1,11,0,1,4,1,4,19,0,1,11,42,
11,1,16,11,16,4,66,0,4,0,125,19,125,19,125,19,125,19,125,126,112,126,109,112,
104,114,105,112,114,112,114,112,58,59,112,19,3,112,19,112,19,112,19,112,85,86,
87,19,112,19,112,19,128,106,112,104,19,16,58,1,112,1,19,1,16,19,1,0,11,16,11,
16,64,1,0,4,1,4,9,4,9,1,4,1,16,11,16,1,0,1,0,1,0,1,0,61,1,16,42,19,126,119,112,
110,19,127,112,19,112,1,11,98,11,4,1,4,0,19,112,19,112,34,112,20,4,15,93,32,5,
31,33,15,32,5,32,19,112,0,33,31,4,0,121,57,121,57,121,34,121,34,57,121,111,121,
57,111,121,0,138,1,4,1,8,1,138,1,8,132,8,1,55,16,11,0,16,11,16,66,16,1,19,112,
19,11,47,124,125,124,129,19,112,19,112,3,19,112,19,126,112,19,127,128,127,19,
140,47,38,140,0,9,37,47,45,1,11,16,62,1,16,11,56,11,16,11,61,16,66,16,11,1,16,
1,0,1,55,16,56,11,16,0,16,0,16,66,0,1,0,55,0,138,8,1,8,138,8,132,8,132,1,8,132,
8,1,8,138,1,8,1,8,132,1,138,1,13,136,138,8,138,27,4,132,8,1,138,1,138,8,1,132,
8,1,138,1,132,1,4,8,37,45,37,45,9,37,140,138,9,37,44,9,134,44,140,37,45,37,0,
45,0,37,0,45,0,45,0,45,0,45,16,0,11,1,0,1,0,1,0,1,0,1,0,1,0,1,0,61,1,55,16,11,
16,56,16,55,16,11,0,11,16,0,16,66,0,1,0,11,1,16,1,16,1,11,1,4,11,97,66,0,4,52,
4,51,4,8,4,8,1,11,66,11,16,1,11,4,1,4,1,16,11,1,11,0,1,4,1,4,0,4,0,113,123,113,
123,116,113,123,113,123,113,123,116,120,123,68,69,70,71,72,73,74,75,76,77,78,
79,80,39,81,0,0,0,0,0,0,0,0,0
};
static const uint16_t xc_i_u_kinds[142] = {
5,24,3096,4,1,40,19457,3073,8208,1025,408,4696,16,8193,8216,424,4120,8224,8608,
4696,51,56,67,72,96,98,99,104,129,152,168,257,296,385,513,552,1040,1048,1123,
2049,2083,2088,4632,8196,9217,9232,11265,16385,16897,17409,18433,24577,25601,
32772,32792,36888,37464,592,4696,37464,7192,4696,37464,37464,4120,4632,4696,
37464,6744,6744,6744,6744,6744,6744,6744,6744,6744,6744,6744,6744,6744,6744,
6744,6744,6744,4696,4696,4696,4696,4696,4696,4696,4696,4696,4696,4696,37464,
4696,4696,4696,4696,4696,4696,4696,4696,37464,4696,16,4696,37464,4696,592,4696,
6744,37464,4696,6744,4,16,4696,6744,592,1616,6744,16897,37464,4696,4696,4696,
33360,1,8193,24,8208,1048,9232,8193,1,8208,24,9232,1048
};
static const uint8_t xc_i_u_kind_combining[142] = {
0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,230,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,1,1,1,6,7,7,8,9,9,9,9,10,11,12,13,14,15,
16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,84,91,103,107,
118,122,129,130,132,202,202,214,216,216,216,218,220,220,220,220,222,222,224,
226,228,228,230,230,230,230,230,232,233,234,240,0,0,0,0,0,0,0,0,0,0,0,0
};
static const uint32_t xc_i_u_high_runs[23] = {
2097154,2780672,2781186,2851296,2851330,2943712,2943746,3063312,3063554,
3073504,3112966,3121632,3145730,3224752,3224834,3360672,14680083,14680096,
14680579,14682112,14684163,14688000,15728643
};
static const uint32_t xc_i_u_lower_runs[188] = {
2133128,6294280,7078664,8394496,10027520,10258176,10819072,12320839,12354048,
12615708,12648704,12779545,12812288,12877976,12943360,13041683,13074454,
13107223,13139968,13205528,13238298,13303837,13336603,13369344,13500445,
13533214,13598751,13632000,13828129,13860864,13926433,14024704,14090273,
14123008,14188704,14254336,14385186,14417920,14548992,14811137,14843904,
14909441,14942208,15007745,15042560,15665152,16285697,16318720,16449610,
16482382,16519936,17825860,17893376,18677798,18710528,18776131,18808869,
18907136,18972738,19005457,19038226,19072000,28836096,29032448,29327381,
29556747,29622538,29753360,29819023,29919240,30508040,31948802,32246528,
33161293,33259520,33325138,33357824,33456452,33556372,34082696,36704256,
38083072,39845891,39880192,40382208,43553422,139465380,140738596,140935204,
164636596,167248514,239370240,239605057,241074497,251677184,256835646,
256913152,260309969,260834001,261358545,261882833,262406865,262963281,
263028817,263094353,263159889,263455697,264504273,265028561,265552849,
266076369,266141900,266207312,266600907,266731600,267124945,267190473,
267649233,267714760,267780178,268173509,268239046,268304464,278069311,
278200380,278233149,278462471,279971716,281116672,307956869,369104782,
372244480,372310074,372342848,372375611,372474368,372670520,372703289,
372736054,372768823,372834304,372932608,373227701,373305600,376799488,
377028608,1394611712,1396706560,1402013184,1402543616,1404862720,1404993587,
1405027328,1405452288,1405517871,1405616384,1405815040,1406468139,1406500905,
1406533674,1406566445,1406599211,1406664753,1406697518,1406730288,1406763043,
1406797568,1407320143,1407352876,1407385650,1407418624,1407549480,1407584000,
1408106535,1408925696,2140179592,2181043085,2186809741,2193097996,2193491724,
2194014988,2194276492,2252347664,2259159688,2354057096,3072331656,3075476486,
4102033545
};
static const uint16_t xc_i_u_lower_offsets[83] = {
1,2,8,15,16,26,27,28,32,34,37,38,39,40,48,63,64,69,71,79,80,116,202,203,205,
206,207,209,210,211,213,214,217,218,219,928,7264,10792,10795,22975,23193,23217,
23221,23228,23229,23231,23254,23256,23275,23278,30152,30204,38864,54721,54753,
54754,54756,54787,54793,54809,57153,57274,57921,58019,61722,62528,65341,65373,
65406,65408,65410,65415,65424,65436,65439,65450,65462,65476,65480,65488,65527,
65528,65529
};
static const uint8_t xc_i_u_width_kana[124] = {
2,12,13,1,251,242,161,163,165,167,169,227,229,231,195,252,162,164,166,168,170,
171,173,175,177,179,181,183,185,187,189,191,193,196,198,200,202,203,204,205,
206,207,210,213,216,219,222,223,224,225,226,228,230,232,233,234,235,236,237,
239,243,153,154,100,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,
68,69,70,71,72,73,74,75,76,77,78,0,0,0,79,80,81,82,83,84,0,0,85,86,87,88,89,90,
0,0,91,92,93,94,95,96,0,0,97,98,99
};
static const uint16_t xc_i_u_width_signs[15] = {
162,163,172,175,166,165,8361,0,9474,8592,8593,8594,8595,9632,9675
};
static const uint16_t xc_i_u_ideographs[1016] = {
35912,26356,36554,36040,28369,20018,21477,40860,40860,22865,37329,21895,22856,
25078,30313,32645,34367,34746,35064,37007,27138,27931,28889,29662,33853,37226,
39409,20098,21365,27396,29211,34349,40478,23888,28651,34253,35172,25289,33240,
34847,24266,26391,28010,29436,37070,20358,20919,21214,25796,27347,29200,30439,
32769,34310,34396,36335,38706,39791,40442,30860,31103,32160,33737,37636,40575,
35542,22751,24324,31840,32894,29282,30922,36034,38647,22744,23650,27155,28122,
28431,32047,32311,38475,21202,32907,20956,20940,31260,32190,33777,38517,35712,
25295,27138,35582,20025,23527,24594,29575,30064,21271,30971,20415,24489,19981,
27852,25976,32034,21443,22622,30465,33865,35498,27578,36784,27784,25342,33509,
25504,30053,20142,20841,20937,26753,31975,33391,35538,37327,21237,21570,22899,
24300,26053,28670,31018,38317,39530,40599,40654,21147,26310,27511,36706,24180,
24976,25088,25754,28451,29001,29833,31178,32244,32879,36646,34030,36899,37706,
21015,21155,21693,28872,35010,35498,24265,24565,25467,27566,31806,29557,20196,
22265,23527,23994,24604,29618,29801,32666,32838,37428,38646,38728,38936,20363,
31150,37300,38584,24801,20102,20698,23534,23615,26009,27138,29134,30274,34044,
36988,40845,26248,38446,21129,26491,26611,27969,28316,29705,30041,30827,32016,
39006,20845,25134,38520,20523,23833,28138,36650,24459,24900,26647,29575,38534,
21033,21519,23653,26131,26446,26792,27877,29702,30178,32633,35023,35041,37324,
38626,21311,28346,21533,29136,29848,34298,38563,40023,40607,26519,28107,33256,
31435,31520,31890,29376,28825,35672,20160,33590,21050,20999,24230,25299,31958,
23429,27934,26292,36667,34892,38477,35211,24275,20800,21952,0,0,22618,0,26228,
0,0,20958,29482,30410,31036,31070,31077,31119,38742,31934,32701,0,34322,0,
35576,0,0,36920,37117,0,0,0,39151,39164,39208,40372,37086,38583,20398,20711,
20813,21193,21220,21329,21917,22022,22120,22592,22696,23652,23662,24724,24936,
24974,25074,25935,26082,26257,26757,28023,28186,28450,29038,29227,29730,30865,
31038,31049,31048,31056,31062,31069,31117,31118,31296,31361,31680,32244,32265,
32321,32626,32773,33261,33401,33401,33879,35088,35222,35585,35641,36051,36104,
36790,36920,38627,38911,38971,24693,17134,33304,0,0,20006,20917,20840,20352,
20805,20864,21191,21242,21917,21845,21913,21986,22618,22707,22852,22868,23138,
23336,24274,24281,24425,24493,24792,24910,24840,24974,24928,25074,25140,25540,
25628,25682,25942,26228,26391,26395,26454,27513,27578,27969,28379,28363,28450,
28702,29038,30631,29237,29359,29482,29809,29958,30011,30237,30239,30410,30427,
30452,30538,30528,30924,31409,31680,31867,32091,32244,32574,32773,33618,33775,
34681,35137,35206,35222,35519,35576,35531,35585,35582,35565,35641,35722,36104,
36664,36978,37273,37494,38524,38627,38742,38875,38911,38923,38971,39698,40860,
10314,10308,13269,15261,16408,16441,21065,23760,32467,40771,40846,20029,20024,
20033,290,20320,20398,20411,20482,20602,20633,20711,20687,13470,1594,20813,
20820,20836,20855,1308,13497,20839,20877,1355,20887,20900,20172,20908,20917,
37343,20981,20995,13535,21051,21062,21106,21111,13589,21191,21193,21220,21242,
21253,21254,21271,21321,21329,21338,21363,21373,21375,21375,21375,2604,28784,
21450,21471,2915,21483,21489,21510,21662,21560,21576,21608,21666,21750,21776,
21843,21859,21892,21892,21913,21931,21939,21954,22294,22022,22295,22097,22132,
20999,22766,22478,22516,22541,22411,22578,22577,22700,5348,22770,22775,22790,
22810,22818,22882,5800,5866,23020,23067,23079,23000,23142,14062,14076,23304,
23358,23358,6600,23491,23512,23527,23539,6936,23551,23558,24403,23586,14209,
23648,23662,23744,23693,7652,23875,7654,23918,23915,23932,24033,24034,14383,
24061,24104,24125,24169,14434,8579,14460,24240,24243,24246,24266,41874,24318,
9009,9009,33281,24354,24354,14535,12984,25050,24418,24427,14563,24474,24525,
24535,24569,24705,14650,14620,24724,9940,24775,24904,24908,24910,24908,24954,
24974,25010,24996,25007,25054,25074,25078,25104,25115,25181,25265,25300,25424,
11020,25405,25340,25448,25475,25572,11249,25634,25541,25513,14894,25705,25726,
25757,25719,14956,25935,25964,12298,26083,26360,26185,15129,26257,15112,15076,
20882,20885,26368,26268,32941,17369,26391,26395,26401,26462,26451,13251,15177,
26618,26501,26706,26757,13421,26766,26655,26900,15261,26946,27043,27114,27304,
13987,27355,15384,27425,14503,27476,15438,27506,27551,27578,27579,14989,7435,
15098,27726,15548,27839,27853,27751,27926,27966,28023,27969,28009,28024,28037,
15646,27956,28207,28270,15667,28363,28359,16081,28153,28526,16222,16270,28614,
28729,28702,28699,15766,28746,28797,28791,28845,1317,28997,16995,29084,17323,
29224,29237,29264,17928,29312,29333,18229,18452,29562,29579,16044,29605,16056,
16056,29767,29788,29809,29829,29898,16155,29988,19510,30014,19602,30064,8607,
30224,20385,20408,20548,16380,16392,30452,20723,20722,20761,20787,30494,30495,
30495,30538,16441,30603,16454,16534,21533,30798,30860,30924,16611,22054,31062,
22170,22213,31119,31211,16687,31296,31306,31311,22908,23207,23207,31470,16898,
23467,31686,31689,16935,23680,31954,17056,31976,31971,32000,24454,32099,17153,
32199,32258,32325,17204,25128,25159,17241,25305,32634,25406,32661,32762,32773,
25818,25891,32864,26024,32880,13151,17365,32946,33027,17419,33086,23221,26535,
26549,13203,13212,33281,33284,36766,17515,33425,33419,33437,21171,33457,33459,
33469,33510,27452,33509,33565,33635,33709,33571,33725,33767,33879,33619,33738,
33740,33756,27702,28011,27861,17707,34033,34035,34070,29642,34148,28460,17757,
17761,28593,28882,17771,34384,34396,34407,34409,34473,34440,34574,34530,34681,
34600,34667,34694,17879,34785,34817,17913,34912,34915,30311,35031,35038,17973,
35066,13499,30894,31078,18110,18119,35488,35565,35722,35925,31912,36011,36033,
36123,36215,32559,2052,36299,36284,36336,2270,36564,36664,34258,34285,37012,
37105,37137,34606,37147,37432,37591,37592,37500,37881,37909,35834,38283,18837,
38327,36215,18918,38595,23986,38691,37189,37402,19054,19062,38880,37898,19122,
38038,38923,38923,38953,38326,39138,19251,39209,39335,39362,39422,19406,39728,
39698,40000,40189,19662,19693,40295,41166,19704,41221,41486,41617,40635,19798,
40697,40702,40709,40719,40726,40763,42496
};
static const uint8_t xc_i_u_ideographs_high[127] = {
0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,
0,0,0,0,0,0,16,0,0,0,0,0,0,0,0,0,0,0,128,227,32,128,16,65,0,0,64,4,0,0,0,8,12,
64,8,160,0,8,26,6,64,0,0,4,1,16,0,128,32,64,4,46,0,129,12,160,34,3,128,234,120,
128,208,192,137,32,176,98,5,30,0,2,192,161,12,0,128,96,32,140,140,128,8,163,8,
8,116,128
};
static const uint32_t xc_i_u_cell_runs[151] = {
393217,444440,458781,510004,561227,606303,630888,661619,680057,696447,737425,
852136,882858,944300,995523,1024206,1032400,1110260,1126646,1704196,1810697,
1831178,1845515,1921303,1986846,2005283,2097445,2111785,2122026,2148653,
2214190,2261295,2275635,2285876,2339127,2492729,2523451,2535743,2543937,
2560327,2576717,2605401,3215707,3539296,3578211,4802916,4819301,4825446,
4899175,5134703,5169521,5347701,5353846,5425527,5435770,5915003,5921148,
5955966,6070656,6181249,6439300,6685061,6699398,6967691,7262606,8001939,
8022420,8032661,8042902,8053143,8079768,8100249,8128927,8165792,8186273,
8196514,8206755,8216996,8243621,8466854,14168487,14193072,14277041,14287284,
15729080,16056916,16253614,16302788,16319178,16401136,16417526,16515876,
16649059,16692086,16749456,16778140,17380254,17388447,17617825,17658787,
17722276,17834919,17845160,17851305,17900458,17959853,17965998,17972143,
18023346,18049973,18064314,18072508,18088894,18097088,18105282,18179012,
18285512,18305996,18435024,22471634,25322451,25373674,25396207,25469949,
25490430,25519103,25570326,25592859,25666601,25672746,25687086,131656751,
131683378,137251927,137307224,142922841,142957660,143225949,144333919,
144448609,144471140,144477285,144583782,145087594,145609838,147440752,
185142385,191579257,243987580,244178051,4294966409
};
static const uint16_t xc_i_u_cell_first[1161] = {
0,65,65,65,65,65,65,0,67,69,69,69,69,73,73,73,73,0,78,79,79,79,79,79,85,85,85,
85,89,97,97,97,97,97,97,0,99,101,101,101,101,105,105,105,105,0,110,111,111,111,
111,111,117,117,117,117,121,0,121,65,97,65,97,65,97,67,99,67,99,67,99,67,99,68,
100,69,101,69,101,69,101,69,101,69,101,71,103,71,103,71,103,71,103,72,104,73,
105,73,105,73,105,73,105,73,74,106,75,107,0,76,108,76,108,76,108,78,110,78,110,
78,110,79,111,79,111,79,111,82,114,82,114,82,114,83,115,83,115,83,115,83,115,
84,116,84,116,85,117,85,117,85,117,85,117,85,117,85,117,87,119,89,121,89,90,
122,90,122,90,122,79,111,85,117,65,97,73,105,79,111,85,117,220,252,220,252,220,
252,220,252,0,196,228,550,551,198,230,71,103,75,107,79,111,490,491,439,658,106,
71,103,78,110,197,229,198,230,216,248,65,97,65,97,69,101,69,101,73,105,73,105,
79,111,79,111,82,114,82,114,85,117,85,117,83,115,84,116,72,104,65,97,69,101,
214,246,213,245,79,111,558,559,89,121,768,769,0,787,776,697,59,168,913,183,917,
919,921,0,927,0,933,937,970,921,933,945,949,951,953,971,953,965,959,965,969,
978,978,1045,1045,0,1043,1030,1050,1048,1059,1048,1080,1077,1077,0,1075,1110,
1082,1080,1091,1140,1141,1046,1078,1040,1072,1040,1072,1045,1077,1240,1241,
1046,1078,1047,1079,1048,1080,1048,1080,1054,1086,1256,1257,1069,1101,1059,
1091,1059,1091,1059,1091,1063,1095,1067,1099,1575,1575,1608,1575,1610,1749,0,
1729,1746,2344,2352,2355,2325,2326,2327,2332,2337,2338,2347,2351,2503,2503,
2465,2466,0,2479,2610,2616,2582,2583,2588,2603,2887,2887,2887,2849,2850,2962,
3014,3015,3014,3142,3263,3270,3270,0,3270,3274,3398,3399,3398,3545,0,3545,3548,
3545,3906,3916,3921,3926,3931,3904,3953,0,3953,4018,0,4019,3953,3986,3996,4001,
4006,4011,3984,4133,6917,0,6919,0,6921,0,6923,0,6925,6929,6970,0,6972,6974,
6975,0,6978,65,97,66,98,66,98,66,98,199,231,68,100,68,100,68,100,68,100,68,100,
274,275,274,275,69,101,69,101,552,553,70,102,71,103,72,104,72,104,72,104,72,
104,72,104,73,105,207,239,75,107,75,107,75,107,76,108,7734,7735,76,108,76,108,
77,109,77,109,77,109,78,110,78,110,78,110,78,110,213,245,213,245,332,333,332,
333,80,112,80,112,82,114,82,114,7770,7771,82,114,83,115,83,115,346,347,352,353,
7778,7779,84,116,84,116,84,116,84,116,85,117,85,117,85,117,360,361,362,363,86,
118,86,118,87,119,87,119,87,119,87,119,87,119,88,120,88,120,89,121,90,122,90,
122,90,122,104,116,119,121,0,383,65,97,65,97,194,226,194,226,194,226,194,226,
7840,7841,258,259,258,259,258,259,258,259,7840,7841,69,101,69,101,69,101,202,
234,202,234,202,234,202,234,7864,7865,73,105,73,105,79,111,79,111,212,244,212,
244,212,244,212,244,7884,7885,416,417,416,417,416,417,416,417,416,417,85,117,
85,117,431,432,431,432,431,432,431,432,431,432,89,121,89,121,89,121,89,121,945,
945,7936,7937,7936,7937,7936,7937,913,913,7944,7945,7944,7945,7944,7945,949,
949,7952,7953,7952,7953,917,917,7960,7961,7960,7961,951,951,7968,7969,7968,
7969,7968,7969,919,919,7976,7977,7976,7977,7976,7977,953,953,7984,7985,7984,
7985,7984,7985,921,921,7992,7993,7992,7993,7992,7993,959,959,8000,8001,8000,
8001,927,927,8008,8009,8008,8009,965,965,8016,8017,8016,8017,8016,8017,0,933,0,
8025,0,8025,0,8025,969,969,8032,8033,8032,8033,8032,8033,937,937,8040,8041,
8040,8041,8040,8041,945,940,949,941,951,942,953,943,959,972,965,973,969,974,
7936,7937,7938,7939,7940,7941,7942,7943,7944,7945,7946,7947,7948,7949,7950,
7951,7968,7969,7970,7971,7972,7973,7974,7975,7976,7977,7978,7979,7980,7981,
7982,7983,8032,8033,8034,8035,8036,8037,8038,8039,8040,8041,8042,8043,8044,
8045,8046,8047,945,945,8048,945,940,0,945,8118,913,913,913,902,913,0,953,168,
8052,951,942,0,951,8134,917,904,919,905,919,8127,8127,8127,953,953,970,912,953,
970,921,921,921,906,0,8190,8190,8190,965,965,971,944,961,961,965,971,933,933,
933,910,929,168,901,96,8060,969,974,0,969,8182,927,908,937,911,937,180,8194,
8195,937,75,197,8592,8594,8596,8656,8660,8658,8707,8712,8715,8739,0,8741,8764,
8771,8773,0,8776,61,0,8801,8781,60,62,8804,8805,8818,8819,8822,8823,8826,8827,
8834,8835,8838,8839,8866,8872,8873,8875,8828,8829,8849,8850,8882,8883,8884,
8885,12296,12297,10973,12363,0,12365,0,12367,0,12369,0,12371,0,12373,0,12375,0,
12377,0,12379,0,12381,0,12383,0,12385,12388,0,12390,0,12392,12399,12399,0,
12402,12402,0,12405,12405,0,12408,12408,0,12411,12411,12358,12445,12459,0,
12461,0,12463,0,12465,0,12467,0,12469,0,12471,0,12473,0,12475,0,12477,0,12479,
0,12481,12484,0,12486,0,12488,12495,12495,0,12498,12498,0,12501,12501,0,12504,
12504,0,12507,12507,12454,12527,12528,12529,12530,12541,1497,0,1522,1513,1513,
64329,64329,1488,1488,1488,1489,1490,1491,1492,1493,1494,0,1496,1497,1498,1499,
1500,0,1502,0,1504,1505,0,1507,1508,0,1510,1511,1512,1513,1514,1493,1489,1499,
1508,1490,1498,4249,0,4251,4261,4401,4402,4935,4935,4994,0,4996,5003,5008,5058,
0,5058,5058,5305,5305,0,5305,5560,5561,6453,24862,24862,24862,24873,24862,
24865,24866,24865,28007,28003,28009,53591,53592,53599,53599,53599,53599,53599,
53689,53690,53691,53692,53691,53692
};
static const uint8_t xc_i_u_cell_mark[1161] = {
0,1,2,3,4,8,10,0,22,1,2,3,8,1,2,3,8,0,4,1,2,3,4,8,1,2,3,8,2,1,2,3,4,8,10,0,22,
1,2,3,8,1,2,3,8,0,4,1,2,3,4,8,1,2,3,8,2,0,8,5,5,6,6,23,23,2,2,3,3,7,7,12,12,12,
12,5,5,6,6,7,7,23,23,12,12,3,3,6,6,7,7,22,22,3,3,4,4,5,5,6,6,23,23,7,3,3,22,22,
0,2,2,22,22,12,12,2,2,22,22,12,12,5,5,6,6,11,11,2,2,22,22,12,12,2,2,3,3,22,22,
12,12,22,22,12,12,4,4,5,5,6,6,10,10,11,11,23,23,3,3,3,3,8,2,2,7,7,12,12,17,17,
17,17,12,12,12,12,12,12,12,12,133,133,130,130,140,140,129,129,0,133,133,133,
133,5,5,12,12,12,12,23,23,133,133,12,12,12,2,2,1,1,130,130,2,2,2,2,13,13,14,14,
13,13,14,14,13,13,14,14,13,13,14,14,13,13,14,14,13,13,14,14,21,21,21,21,12,12,
7,7,22,22,133,133,133,133,7,7,133,133,5,5,0,0,0,0,2,0,0,2,2,0,2,2,2,0,2,0,2,2,
130,8,8,2,2,2,2,130,8,8,2,2,2,2,8,1,8,0,2,8,2,1,6,6,6,1,8,0,2,8,2,1,6,13,13,6,
6,6,6,8,8,6,6,8,8,8,8,8,8,5,5,8,8,8,8,8,8,8,8,5,5,8,8,11,11,8,8,8,8,39,40,40,
41,40,40,0,40,40,42,42,42,42,42,42,42,42,42,42,42,44,45,43,43,0,43,46,46,46,46,
46,46,49,48,50,47,47,52,51,51,52,53,55,55,56,0,54,183,57,57,58,59,0,60,187,61,
66,66,66,66,66,65,62,0,63,64,0,64,64,66,66,66,66,66,65,67,68,0,68,0,68,0,68,0,
68,68,68,0,68,68,68,0,68,20,20,7,7,18,18,27,27,130,130,7,7,18,18,27,27,22,22,
24,24,129,129,130,130,24,24,26,26,134,134,7,7,5,5,7,7,18,18,8,8,22,22,25,25,26,
26,130,130,2,2,18,18,27,27,18,18,133,133,27,27,24,24,2,2,7,7,18,18,7,7,18,18,
27,27,24,24,130,130,136,136,129,129,130,130,2,2,7,7,7,7,18,18,133,133,27,27,7,
7,18,18,135,135,135,135,135,135,7,7,18,18,27,27,24,24,19,19,26,26,24,24,130,
130,136,136,4,4,18,18,1,1,2,2,8,8,7,7,18,18,7,7,8,8,7,7,3,3,18,18,27,27,27,8,
10,10,0,7,18,18,9,9,130,130,129,129,137,137,132,132,131,131,130,130,129,129,
137,137,132,132,134,134,18,18,9,9,4,4,130,130,129,129,137,137,132,132,131,131,
9,9,18,18,18,18,9,9,130,130,129,129,137,137,132,132,131,131,130,130,129,129,
137,137,132,132,146,146,18,18,9,9,130,130,129,129,137,137,132,132,146,146,1,1,
18,18,9,9,4,4,15,16,129,129,130,130,157,157,15,16,129,129,130,130,157,157,15,
16,129,129,130,130,15,16,129,129,130,130,15,16,129,129,130,130,157,157,15,16,
129,129,130,130,157,157,15,16,129,129,130,130,157,157,15,16,129,129,130,130,
157,157,15,16,129,129,130,130,15,16,129,129,130,130,15,16,129,129,130,130,157,
157,0,16,0,129,0,130,0,157,15,16,129,129,130,130,157,157,15,16,129,129,130,130,
157,157,1,128,1,128,1,128,1,128,1,128,1,128,1,128,158,158,158,158,158,158,158,
158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,
158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,158,
158,158,158,6,5,158,30,158,0,29,158,6,5,1,128,30,0,0,29,158,30,158,0,29,158,1,
128,1,128,30,1,2,29,6,5,129,128,29,157,6,5,1,128,0,1,2,29,6,5,129,128,15,16,29,
157,6,5,1,128,16,1,128,0,158,30,158,0,29,158,1,128,1,128,30,0,0,0,0,0,128,28,
28,28,28,28,28,28,28,28,28,0,28,28,28,28,0,28,28,0,28,28,28,28,28,28,28,28,28,
28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,28,0,0,28,69,0,69,0,69,0,
69,0,69,0,69,0,69,0,69,0,69,0,69,0,69,0,69,69,0,69,0,69,69,70,0,69,70,0,69,70,
0,69,70,0,69,70,69,69,69,0,69,0,69,0,69,0,69,0,69,0,69,0,69,0,69,0,69,0,69,0,
69,69,0,69,0,69,69,70,0,69,70,0,69,70,0,69,70,0,69,70,69,69,69,69,69,69,31,0,
32,37,38,165,166,32,33,35,35,35,35,35,35,35,0,35,35,35,35,35,0,35,0,35,35,0,35,
35,0,35,35,35,35,35,34,36,36,36,7,7,71,0,71,71,72,72,73,74,78,0,76,77,78,77,0,
75,78,80,79,0,81,82,82,83,84,87,85,85,86,213,213,214,88,88,216,89,89,218,219,
220,221,222,89,89,218,218,219,219
};
static const uint16_t xc_i_u_marks[95] = {
0,768,769,770,771,772,774,775,776,777,778,779,780,783,785,787,788,795,803,804,
805,806,807,808,813,814,816,817,824,834,837,1460,1463,1464,1465,1468,1471,1473,
1474,1619,1620,1621,2364,2492,2494,2519,2620,2876,2878,2902,2903,3006,3031,
3158,3266,3285,3286,3390,3415,3530,3535,3551,3954,3956,3968,4021,4023,4142,
6965,12441,12442,4282,4391,4926,4951,5048,5051,5058,5065,5296,5306,5309,5551,
6448,24862,24863,24864,24873,28007,53605,53614,53615,53616,53617,53618
};
static const uint16_t xc_i_u_buckets[129] = {
0,8,19,27,34,40,46,53,60,69,77,83,88,94,103,113,118,125,135,146,153,159,169,
176,182,185,197,200,207,212,219,224,229,236,245,256,265,273,282,291,304,313,
322,328,334,340,348,356,363,369,377,386,392,399,404,411,417,424,433,434,438,
446,450,456,461,465,474,482,492,503,510,516,524,530,536,540,548,556,566,571,
581,593,602,609,615,620,626,635,641,650,667,674,682,687,697,708,713,718,728,
736,746,755,764,773,782,788,794,802,812,818,825,831,836,845,854,867,876,881,
891,900,907,913,923,928,934,939,948,955,961
};
static const uint8_t xc_i_u_hashed[961] = {
73,236,68,237,56,65,176,75,9,44,54,187,53,88,85,32,32,178,64,10,119,239,210,
251,33,186,213,11,111,19,93,84,87,91,112,20,230,119,200,223,75,21,166,229,129,
1,22,28,164,41,3,194,233,77,121,159,37,128,41,110,79,172,66,114,141,133,51,212,
161,12,244,123,2,68,11,31,214,110,254,247,243,20,245,190,23,142,57,246,250,130,
70,171,59,55,83,242,161,158,104,66,177,76,22,8,125,64,170,70,212,75,33,179,65,
176,212,166,183,187,220,85,249,174,101,169,248,12,41,106,175,135,37,250,144,
201,36,222,228,185,235,63,193,14,176,254,37,104,162,72,61,165,150,42,195,230,
72,153,18,246,111,214,64,39,43,80,152,247,213,202,107,107,209,21,95,20,215,5,
196,14,116,63,138,21,190,50,15,254,164,46,156,215,28,38,56,172,88,91,101,100,
232,77,200,195,98,213,102,66,92,206,192,215,27,102,85,117,189,253,104,249,28,
168,166,47,251,225,216,239,67,174,106,74,237,69,144,43,204,168,202,87,37,45,55,
142,98,206,181,89,38,120,211,96,96,12,162,203,109,121,2,39,112,47,102,148,88,
21,105,108,113,48,231,196,57,93,113,198,76,49,167,197,96,68,180,115,128,50,56,
29,240,67,106,57,117,195,0,78,122,160,101,241,118,177,233,78,253,24,248,168,80,
173,99,14,67,242,127,81,40,245,124,3,146,15,244,100,93,111,255,105,171,188,199,
127,191,51,108,35,251,131,71,186,15,101,84,243,58,182,145,44,205,234,208,36,
126,65,171,143,76,207,218,177,81,213,97,13,114,222,221,180,103,149,7,210,16,13,
24,47,248,87,94,223,229,194,26,36,224,69,249,17,163,30,69,107,58,111,244,231,
73,32,79,112,116,13,74,215,34,243,14,131,147,34,245,188,217,15,197,15,89,64,
189,95,133,184,43,198,227,39,97,232,135,255,165,48,200,175,40,45,99,234,201,
146,103,207,193,71,163,239,42,123,16,86,118,240,124,24,169,167,210,45,217,211,
90,225,70,73,59,236,197,174,203,88,140,128,179,238,80,26,91,90,116,87,116,240,
180,204,139,76,3,114,150,134,22,149,189,30,182,224,104,109,134,190,58,100,173,
173,31,199,120,132,122,191,36,199,226,129,16,234,68,201,196,1,138,235,46,5,169,
236,249,169,6,16,164,255,82,48,121,7,18,43,94,99,216,9,220,34,200,128,118,120,
26,81,187,27,129,139,71,184,19,118,1,18,136,183,23,44,60,237,198,120,2,209,91,
239,81,3,224,219,130,83,92,142,241,181,205,4,232,143,223,181,151,29,77,94,137,
192,219,178,59,129,24,211,17,79,194,100,25,4,85,37,252,192,229,61,26,42,70,102,
105,246,145,245,144,47,5,147,41,75,252,17,86,226,42,132,49,41,59,19,44,6,149,
43,203,90,217,126,96,134,185,226,61,53,228,251,172,27,98,233,136,6,227,111,124,
130,140,230,72,185,252,95,119,26,154,90,0,154,122,61,197,22,151,100,235,88,180,
82,216,153,8,72,206,101,109,240,178,44,94,10,94,78,193,183,218,137,125,25,12,
202,46,175,140,195,203,38,253,167,193,236,132,74,8,177,186,52,175,93,138,133,
48,10,238,112,238,92,250,117,20,208,166,1,140,77,92,115,158,92,134,242,45,97,
225,105,135,156,132,135,146,243,11,228,121,133,137,28,131,141,52,229,227,162,
201,28,51,231,73,125,21,36,139,30,1,136,123,62,126,199,65,113,181,184,83,211,
67,9,24,115,186,207,246,242,204,11,50,190,221,33,141,56,221,35,119,206,114,82,
141,34,170,58,79,160,39,231,157,29,19,137,30,54,9,69,30,205,49,11,122,31,225,
84,209,99,84,248,32,233,144,159,182,110,220,40,60,130,52,157,183,80,123,222,
184,234,62,53,5,191,86,112,125,53,196,46,96,71,60,62,54,163,202,52,55,74,152,
247,146,31,63,63,38,42,33,148,253,255,185,86,113,106,208,87,227,204,60,145,167,
187,115,34,150,205,51,148,191,127,189,207,218,40,62,18,155,173,78,55,214,7,161,
219,40,27,155,91,83,145,194,198,23,152,89,50,217,154,93,165,3,188,252,102,110,
241,179,95,22,221,46,219,138,25,99,223,13,238,66,192,54,170,89
};
static const uint8_t xc_i_u_hashed_high[481] = {
16,2,17,50,32,18,50,51,34,3,0,0,49,3,0,50,49,2,49,51,0,18,51,0,50,51,3,0,50,68,
32,0,19,35,3,1,1,17,34,16,48,19,0,50,33,2,50,16,0,19,50,4,32,2,17,34,3,16,49,
32,33,19,34,50,50,33,51,4,16,33,16,49,68,0,34,51,3,34,33,20,32,34,35,50,4,16,
33,66,33,16,49,16,20,0,0,18,51,68,36,50,17,18,51,4,49,68,0,17,34,4,32,50,17,50,
4,33,50,50,1,32,34,33,3,0,48,50,51,68,2,0,34,33,36,2,33,65,20,0,34,49,67,2,32,
18,50,4,2,0,34,19,50,67,32,32,50,35,3,16,16,50,50,32,32,33,0,1,19,33,2,17,16,0,
50,50,1,32,34,33,1,2,50,20,0,34,20,34,19,67,4,0,17,50,67,48,33,51,0,18,51,4,18,
35,0,18,50,3,33,17,2,0,33,67,0,16,16,50,52,0,49,0,17,51,68,0,48,34,0,18,33,35,
19,35,3,1,19,33,67,0,50,19,50,32,34,50,49,67,3,32,34,17,49,20,34,35,35,32,33,
33,32,34,51,51,32,51,51,32,51,67,48,66,33,0,50,19,16,17,51,68,32,2,17,35,67,16,
33,3,17,19,17,33,3,1,1,18,17,33,51,0,16,18,66,32,49,50,3,16,17,3,0,49,0,32,48,
18,0,18,49,4,0,16,34,0,32,17,50,0,0,32,18,17,33,51,67,36,34,49,50,32,0,32,49,0,
18,3,0,0,34,19,50,0,34,33,17,34,50,50,3,19,51,33,48,51,51,67,0,32,33,67,32,34,
50,49,68,0,34,17,49,20,34,51,17,35,32,16,33,51,36,34,49,50,51,0,33,51,32,49,50,
1,33,50,67,32,33,18,19,66,32,34,51,0,34,17,3,0,51,4,17,66,18,16,32,50,34,0,32,
18,33,17,2,2,17,49,67,4,2,32,16,49,2,32,3,34,0,32,50,3,32,1,17,33,0,16,50,35,
16,18,1,0,2,32,34,35,34,50,1,2,50,0,49,20,1,0,32,35,2,16,33,20,2,51,4
};
/* generated by tests/unicode/tables.py: end */
/* clang-format on */

/* -- lookup -- */

#define XC_I_COUNT(array) (sizeof(array) / sizeof(array)[0])

/* The runs are sorted by the bits `mask` from `shift` on. The last run with at
   most `key` there, or the first. */
static size_t xc_i_last_run(const uint32_t *runs, size_t count, unsigned shift,
                            uint32_t mask, uint32_t key)
{
    size_t at = 0, n = count;
    for (; n > 1; n -= n / 2) {
        size_t middle = at + n / 2;
        if (middle < count && (runs[middle] >> shift & mask) <= key)
            at = middle;
    }
    return at;
}

/* Entry i of the table; 0 past its end. */
static uint32_t xc_i_entry(const uint16_t *table, size_t count, size_t i)
{
    return i < count ? table[i] : 0;
}

static unsigned xc_i_ones(uint32_t bits)
{
    bits -= bits >> 1 & 0x55555555;
    bits = (bits & 0x33333333) + (bits >> 2 & 0x33333333);
    bits = (bits + (bits >> 4)) & 0x0F0F0F0F;
    return (unsigned)(bits * 0x01010101 >> 24);
}

static unsigned xc_i_high_kind(uint32_t cp)
{
    size_t run;
    if ((cp & 0xFFFE) == 0xFFFE)
        return XC_I_U_NONCHARACTER;
    run = xc_i_last_run(xc_i_u_high_runs, XC_I_COUNT(xc_i_u_high_runs), 4,
                        0x1FFFFF, cp);
    return xc_i_u_high_runs[run] & 15;
}

/* The index of the packed value. Pages hold 8 blocks of 32 code points. A
   block is of one kind, or has a bit set of where a run of another kind
   begins. */
static unsigned xc_i_kind(uint32_t cp)
{
    unsigned page, block, kinds;
    uint32_t runs;
    if (cp >= 0x20000)
        return xc_i_high_kind(cp);
    page = xc_i_u_page[cp >> 8];
    block = xc_i_u_page_blocks[page] >> (cp >> 3 & 28) & 15;
    if (block >= 8)
        return block - 8;
    block += xc_i_u_page_first[page];
    runs = xc_i_u_block_runs[block] & (((uint32_t)2 << (cp & 31)) - 1);
    kinds = xc_i_u_block_kinds[block];
    return xc_i_u_run_kinds[kinds + (xc_i_ones(runs) & 31)];
}

/* Beyond U+10FFFF, all is DISALLOWED. */
static uint32_t xc_i_properties(uint32_t cp)
{
    unsigned kind = xc_i_kind(cp);
    if (kind >= XC_I_U_ALTERNATING)
        kind += cp & 1; /* as in upper, lower, upper, lower case */
    return xc_i_u_kinds[kind] | (uint32_t)xc_i_u_kind_combining[kind] << 16;
}

/* -- case and width -- */

/* toLowercase of Unicode, without context: 1 or 2 code points. */
static unsigned xc_i_lower(uint32_t cp, uint32_t out[2])
{
    size_t at = xc_i_last_run(xc_i_u_lower_runs, XC_I_COUNT(xc_i_u_lower_runs),
                              15, 0x1FFFF, cp);
    uint32_t run = xc_i_u_lower_runs[at], past = cp - (run >> 15);
    uint32_t offset = xc_i_entry(xc_i_u_lower_offsets,
                                 XC_I_COUNT(xc_i_u_lower_offsets), run & 127);
    out[0] = cp;
    out[1] = 0;
    if (past <= (run >> 7 & 0xFF) && (offset != 1 || !(past & 1)))
        out[0] = (cp & 0x10000) | ((cp + offset) & 0xFFFF);
    if (cp != 0x130)
        return 1;
    out[0] = 0x69; /* the only one of SpecialCasing.txt */
    out[1] = 0x307;
    return 2;
}

/* The decomposition of a fullwidth or halfwidth code point (RFC 8265 section
   3.3.1); any other is itself. */
static uint32_t xc_i_width(uint32_t cp)
{
    uint32_t kana = cp - 0xFF61, sign = cp - 0xFFE0, to = 0;
    if (cp >= 0xFF01 && cp <= 0xFF5E)
        return cp - 0xFF01 + 0x21;
    if (cp == 0xFF5F || cp == 0xFF60)
        return cp - 0xFF5F + 0x2985;
    if (cp == 0x3000)
        return 0x20;
    if (kana < XC_I_COUNT(xc_i_u_width_kana))
        to = xc_i_u_width_kana[kana];
    if (to != 0)
        return to | (cp < 0xFFA0 ? 0x3000u : 0x3100u);
    to = xc_i_entry(xc_i_u_width_signs, XC_I_COUNT(xc_i_u_width_signs), sign);
    return to != 0 ? to : cp;
}

/* -- canonical decomposition and composition --
   A code point that decomposes has a cell: the first code point of the result
   and the number of the second, its mark, with XC_I_SPLITS_MORE if the first
   one decomposes, too. Both are in the plane of the code point, except for the
   few marks that are always in plane 0. Runs of code points have cells in the
   same order; a cell may be empty. Compatibility ideographs have another
   table. */

enum {
    XC_I_SPLITS_MORE = 128
};

static uint32_t xc_i_ideograph(uint32_t cp)
{
    uint32_t i = cp < 0x2F800 ? cp - 0xF900 : cp - 0x2F800 + (0xFADA - 0xF900);
    if (i >= XC_I_COUNT(xc_i_u_ideographs) || (cp >= 0xFADA && cp < 0x2F800))
        return 0;
    return xc_i_u_ideographs[i] |
           (uint32_t)(xc_i_u_ideographs_high[i / 8] >> i % 8 & 1) << 17;
}

/* The cell of cp, or the first, which is empty. */
static uint32_t xc_i_cell(uint32_t cp)
{
    size_t at =
        xc_i_last_run(xc_i_u_cell_runs, XC_I_U_CELL_RUNS, 11, 0x1FFFFF, cp);
    uint32_t run = xc_i_u_cell_runs[at];
    uint32_t cell = cp - (run >> 11) + (run & 0x7FF);
    if (cell >= (xc_i_u_cell_runs[at + 1] & 0x7FF) ||
        cell >= XC_I_COUNT(xc_i_u_cell_first))
        return 0;
    return cell;
}

/* The code point that has this cell. */
static uint32_t xc_i_cell_owner(uint32_t cell)
{
    size_t at =
        xc_i_last_run(xc_i_u_cell_runs, XC_I_U_CELL_RUNS, 0, 0x7FF, cell);
    uint32_t run = xc_i_u_cell_runs[at];
    return (run >> 11) + cell - (run & 0x7FF);
}

/* The second code point of the cell; 0: none. */
static uint32_t xc_i_cell_second(uint32_t cell, uint32_t plane)
{
    uint32_t mark =
        xc_i_entry(xc_i_u_marks, XC_I_COUNT(xc_i_u_marks),
                   xc_i_u_cell_mark[cell] & (XC_I_SPLITS_MORE - 1));
    return mark < XC_I_U_FEW ? mark : mark | plane;
}

static unsigned xc_i_split_by_cells(uint32_t out[4])
{
    uint32_t plane = out[0] & 0x10000, cell, second;
    unsigned n = 1;
    do {
        cell = xc_i_cell(out[0]);
        if (xc_i_u_cell_first[cell] == 0)
            break;
        second = xc_i_cell_second(cell, plane);
        out[0] = xc_i_u_cell_first[cell] | plane;
        if (second == 0)
            continue;
        out[3] = out[2];
        out[2] = out[1];
        out[1] = second;
        n++;
    } while (n < 4 && xc_i_u_cell_mark[cell] >= XC_I_SPLITS_MORE);
    return n;
}

static unsigned xc_i_split_syllable(uint32_t out[4])
{
    uint32_t index = out[0] - 0xAC00;
    out[0] = 0x1100 + index / 588;
    out[1] = 0x1161 + index % 588 / 28;
    out[2] = index % 28 == 0 ? 0 : 0x11A7 + index % 28;
    return index % 28 == 0 ? 2 : 3;
}

/* The full canonical decomposition: 1 to 4 code points. */
static unsigned xc_i_decompose(uint32_t cp, uint32_t out[4])
{
    uint32_t ideograph = xc_i_ideograph(cp);
    out[0] = ideograph != 0 ? ideograph : cp;
    out[1] = out[2] = out[3] = 0;
    if (ideograph != 0)
        return 1;
    if (cp >= 0xAC00 && cp < 0xAC00 + 11172)
        return xc_i_split_syllable(out);
    return xc_i_split_by_cells(out);
}

static uint32_t xc_i_compose_syllable(uint32_t first, uint32_t second)
{
    uint32_t l = first - 0x1100, v = second - 0x1161, lv = first - 0xAC00;
    if (l < 19 && v < 21)
        return 0xAC00 + (l * 21 + v) * 28;
    if (lv < 11172 && lv % 28 == 0 && second - 0x11A8 < 27)
        return first + second - 0x11A7;
    return 0;
}

static bool xc_i_cell_is(uint32_t cell, uint32_t first, uint32_t second)
{
    return cell < XC_I_COUNT(xc_i_u_cell_first) &&
           xc_i_u_cell_first[cell] == (first & 0xFFFF) &&
           xc_i_cell_second(cell, first & 0x10000) == second;
}

/* The primary composite of two code points; 0: none. A hash of the pair
   selects a bucket of cell numbers, of 12 bits each. */
static uint32_t xc_i_compose(uint32_t first, uint32_t second)
{
    size_t bucket = (first * 13 + second) % XC_I_U_BUCKETS;
    size_t i = xc_i_u_buckets[bucket], end = xc_i_u_buckets[bucket + 1];
    for (; i < end && i < XC_I_COUNT(xc_i_u_hashed); i++) {
        uint32_t high = xc_i_u_hashed_high[i / 2], owner;
        uint32_t cell = xc_i_u_hashed[i] | (high >> i % 2 * 4 & 15) << 8;
        if (!xc_i_cell_is(cell, first, second))
            continue;
        owner = xc_i_cell_owner(cell);
        return owner >> 16 == first >> 16 ? owner : 0;
    }
    return xc_i_compose_syllable(first, second);
}

/* -- SASLprep --
   Unicode 3.2, as RFC 3454 has it. */

/* clang-format off */
/* generated by tests/unicode/saslprep.py from Unicode 3.2: begin */
enum { XC_I_U_COMPAT_FEW = 124 };
static const uint16_t xc_i_u_prep_chunks[33] = {
0,159,540,681,749,870,888,950,954,958,968,972,976,980,984,988,992,996,1000,
1004,1010,1021,1029,1033,1037,1041,1045,1051,1055,1059,1063,1067,1157
};
static const uint8_t xc_i_u_prep_runs[1346] = {
158,1,30,2,57,5,57,3,158,2,192,8,32,1,160,6,32,3,32,4,54,0,62,0,0,63,0,1,41,96,
49,123,62,63,97,40,1,38,13,33,13,36,8,32,112,30,33,129,12,160,111,15,99,1,99,
32,98,0,100,1,32,0,34,96,32,96,51,96,62,13,96,62,7,0,104,62,100,3,96,1,62,38,
96,62,7,97,33,101,47,126,2,62,7,97,38,96,62,8,96,32,0,101,16,96,22,96,2,64,0,
64,1,64,0,106,90,100,68,118,0,109,64,98,64,96,89,100,74,10,105,12,66,0,94,70,6,
128,6,65,6,97,9,68,96,77,96,128,64,0,90,98,26,126,22,94,7,10,64,126,47,126,226,
1,32,96,62,22,97,0,35,7,35,0,97,32,3,98,41,1,44,111,0,33,96,39,97,33,97,53,96,
38,96,32,98,35,97,0,96,34,3,97,33,97,33,0,104,32,99,33,96,34,1,97,43,1,38,102,
0,97,37,99,33,97,53,96,38,96,33,96,33,96,33,97,0,96,34,1,99,1,97,2,106,35,96,
32,102,41,1,34,107,1,32,96,38,96,32,96,34,96,53,96,38,96,33,96,36,97,0,35,4,96,
1,32,96,33,0,97,32,110,32,100,41,112,0,33,96,39,97,33,97,53,96,38,96,33,97,35,
97,0,33,0,32,2,98,33,97,33,0,103,0,32,99,33,96,34,99,42,112,0,32,96,37,98,34,
96,35,98,33,96,32,96,33,98,33,98,34,98,39,96,34,99,33,0,33,98,34,96,34,0,104,
32,110,43,109,34,96,39,96,34,96,54,96,41,96,36,99,2,35,96,2,96,3,102,1,104,33,
99,41,113,33,96,39,96,34,96,54,96,41,96,36,99,32,0,36,96,0,33,96,33,1,102,33,
102,32,96,33,99,41,113,33,96,39,96,34,96,54,96,47,99,34,2,97,34,96,34,0,104,32,
103,33,99,41,113,33,96,49,98,55,96,40,96,32,97,38,98,0,99,34,2,96,0,96,39,113,
34,107,62,17,0,33,6,99,0,38,7,44,126,6,33,96,32,97,33,96,32,97,32,101,35,96,38,
96,34,96,32,96,32,97,33,96,35,0,33,5,96,1,32,97,36,96,32,96,5,97,41,97,33,126,
3,55,1,58,0,32,0,32,4,41,96,62,3,101,13,32,4,32,1,35,99,7,96,30,5,96,39,0,37,
97,32,126,17,62,3,96,36,96,33,96,32,3,32,0,98,1,32,0,101,55,1,126,39,62,7,105,
62,10,97,32,99,62,59,100,62,37,100,62,51,101,38,96,62,32,96,32,96,35,97,38,96,
32,96,35,97,62,8,96,32,96,35,97,62,0,96,32,96,35,97,38,96,32,96,35,97,38,96,38,
96,54,96,62,0,96,32,96,35,97,38,96,62,8,96,50,101,59,126,4,62,54,107,63,0,2,
118,104,192,57,1,98,62,50,110,44,96,35,2,106,49,2,33,104,49,1,107,44,96,34,96,
1,107,62,24,6,39,0,33,10,38,0,32,98,41,117,5,160,3,162,128,96,41,101,62,57,103,
62,10,0,127,0,5,86,62,125,99,62,59,101,53,97,37,97,62,7,97,37,97,39,96,32,96,
32,96,32,96,62,0,97,62,22,96,38,0,32,2,34,96,38,2,35,97,37,96,2,44,2,97,34,96,
38,1,96,203,161,129,23,134,192,30,4,99,0,102,192,160,130,101,133,0,32,97,10,32,
14,112,17,125,26,116,1,32,3,32,1,41,0,32,2,36,5,32,0,32,0,32,0,35,0,34,0,38,0,
97,34,4,36,1,102,12,62,5,107,31,0,1,166,62,38,25,32,30,26,126,18,30,8,120,10,
116,30,29,62,47,20,96,30,245,97,1,96,30,70,97,9,126,88,3,96,3,97,27,96,30,4,96,
0,96,3,98,0,96,6,97,30,21,98,23,96,13,112,27,99,15,31,0,3,0,127,0,3,128,25,96,
30,58,107,30,183,121,139,99,192,3,34,24,40,6,36,1,36,2,96,62,55,97,3,34,0,62,
59,0,35,100,62,9,99,62,63,96,62,9,126,25,62,14,98,62,5,108,14,59,98,62,19,14,
43,99,62,16,96,62,88,99,62,68,97,62,0,96,63,0,4,0,63,0,8,0,63,0,8,0,63,0,5,182,
126,43,63,0,2,0,63,0,8,0,63,0,8,0,63,0,8,0,63,0,8,0,63,0,8,0,63,0,8,0,63,0,8,0,
63,0,8,0,63,0,8,0,63,0,7,166,126,59,63,0,4,141,98,30,24,127,0,3,57,127,0,4,0,
63,0,4,0,63,0,8,0,63,0,8,0,63,0,8,0,63,0,8,0,63,0,7,164,126,61,159,0,8,0,159,0,
8,0,159,0,8,0,159,0,8,0,158,225,63,0,1,46,97,62,28,126,118,38,107,36,100,64,0,
73,0,76,96,68,96,64,96,65,96,65,96,94,77,126,2,95,0,1,107,1,111,94,33,97,94,23,
103,158,1,76,98,175,111,3,107,22,97,9,96,18,96,3,99,68,96,94,104,97,160,96,30,
1,57,5,57,10,62,58,98,37,97,37,97,37,97,34,98,6,96,6,105,134,127,0,3,0,62,0,96,
35,107,58,126,150,62,7,97,62,7,127,0,203,178,62,215,105,62,8,98,62,30,2,40,135,
7,33,6,61,3,62,17,127,0,2,34,62,54,96,62,40,96,33,97,32,97,33,97,35,96,43,96,
32,96,35,96,33,96,62,34,96,35,97,39,96,38,96,59,96,35,96,36,96,32,98,38,96,63,
0,1,82,99,63,0,1,34,99,30,19,127,0,39,254,129,63,0,166,215,127,0,81,41,63,0,2,
30,127,0,5,224,129,127,0,255,254,129,127,0,255,254,129,127,0,255,254,129,127,0,
255,254,129,127,0,255,254,129,127,0,255,254,129,127,0,255,254,129,127,0,255,
254,129,127,0,255,254,129,127,0,255,254,129,127,0,255,254,129,96,128,125,158,
65,127,0,255,126,159,2,0,2,0,0,0
};
static const uint32_t xc_i_u_compat_runs[151] = {
5244436,5510487,5571227,5739280,5838054,6034710,6165678,10032431,10458348,
10786138,12550804,14816122,16291058,22549545,23860154,24122584,29168989,
29496512,31986670,33035571,33166700,46372151,54170678,119117115,123311423,
124654792,126227822,129733880,129799422,256709892,266245211,266310747,
266769405,267293708,267818108,268342220,268998000,269194592,269620490,
269977108,270112027,270210182,270406979,270471547,270767171,271291719,
271549972,272110962,272241387,273945972,276829263,276993168,277124123,
277517667,277648672,277877983,278006432,278137504,278269232,278369638,
278500454,278828240,279090469,279547325,286659882,286758042,305136331,
307236077,309335153,352720203,356127908,391091574,393844088,394266906,
396364441,398461338,400560755,402654740,404428154,404493584,407737679,
407868755,411014505,412650010,414749187,415830824,419432339,420480502,
422088025,423627543,425726788,426247024,428343296,430443413,431850014,
433950786,435163286,2105545694,2106168210,2106594214,2108131351,2110230762,
2112455701,2114554009,2116650329,2118747917,2120844932,2122944401,2124939614,
2127103159,2130186548,2132284063,2133102971,2134381751,2134510720,2136609215,
2138706783,2139131882,2141228575,2143325196,2145454678,2145716833,2145978989,
2146241145,2146439946,3925873215,3927577151,3929281087,3930983727,3931177521,
3931278648,3931411020,3932688959,3934391599,3934687816,3936095535,3936686673,
3937800767,3939504703,3941208639,3942912575,3944616511,3946320447,3948154601,
3949727451,3951431478,3953135231,3954839331,3956543255,3957789389,3958248135
};
static const uint8_t xc_i_u_compat_lengths[151] = {
1,1,1,1,4,3,3,2,2,1,1,9,3,9,6,5,1,2,7,3,2,1,4,1,1,2,1,1,1,2,1,3,3,3,2,14,1,1,3,
1,2,2,1,1,3,1,1,2,27,1,4,3,11,2,5,3,1,1,2,3,7,4,5,45,2,2,64,64,11,1,3,1,1,64,
64,64,22,1,1,3,2,1,1,64,30,14,29,36,43,64,12,64,64,39,64,35,31,7,5,10,64,35,64,
64,64,64,64,43,64,54,13,21,35,3,64,64,9,64,64,62,6,6,6,3,15,52,52,52,4,1,2,39,
52,7,43,15,34,52,52,52,52,52,52,48,52,52,52,52,34,14,36
};
static const uint8_t xc_i_u_compat_tokens[5501] = {
117,27,114,155,117,27,125,84,157,117,125,99,119,157,117,27,36,125,78,27,157,
117,232,117,104,97,27,125,103,253,94,117,104,125,95,29,44,164,117,104,125,105,
125,80,172,97,27,125,103,253,94,97,27,125,103,125,94,44,165,97,36,125,76,27,
113,232,97,104,29,253,86,125,71,29,253,75,125,72,36,253,83,125,72,29,125,91,
221,125,73,113,97,164,125,73,37,125,79,29,253,94,125,74,119,37,97,155,125,76,
37,253,79,125,76,37,172,125,78,27,29,253,75,125,82,27,253,74,44,27,164,44,165,
125,83,253,87,125,87,125,80,172,125,88,113,253,81,125,88,93,29,125,76,37,172,
125,88,93,29,253,81,125,88,27,29,125,104,164,125,89,93,123,125,75,44,164,125,
89,93,97,164,125,89,93,253,72,125,89,27,164,125,90,125,63,125,103,125,80,44,
155,125,90,125,64,29,172,125,90,27,125,80,125,74,125,67,164,125,90,125,103,165,
118,97,125,78,29,164,118,93,253,77,118,93,125,84,253,89,118,36,253,81,118,93,
37,253,75,118,93,29,125,74,155,118,27,29,253,78,125,91,93,113,37,172,125,91,27,
36,172,125,91,165,125,91,93,37,44,155,125,91,29,164,125,91,29,165,125,92,113,
97,232,125,92,113,164,125,92,125,80,253,88,125,92,36,225,125,92,37,125,74,125,
101,165,125,93,97,104,165,125,93,247,125,93,119,125,88,27,29,164,125,95,114,
155,125,95,114,27,44,165,125,95,29,44,164,125,98,29,44,155,125,98,29,164,18,5,
128,18,4,133,18,4,133,18,4,128,18,11,128,18,0,133,18,0,132,18,0,139,5,0,132,5,
0,132,4,0,129,4,0,136,19,4,133,19,5,132,19,5,136,19,0,132,19,0,132,19,0,133,19,
0,128,19,0,128,52,4,132,52,4,132,52,0,128,20,4,128,20,4,128,20,5,129,20,0,139,
20,0,139,20,0,128,20,0,128,62,4,136,62,11,128,62,11,128,91,0,132,91,0,132,91,0,
128,91,0,129,66,5,128,66,0,128,66,0,128,66,0,136,101,0,128,101,0,129,101,0,136,
78,11,128,78,11,128,92,0,132,92,0,128,9,4,128,9,4,129,9,4,136,9,5,133,9,5,133,
9,11,128,9,11,128,9,0,132,9,0,132,0,4,133,0,4,128,0,4,129,0,5,132,0,5,128,0,11,
133,0,11,128,125,194,253,207,125,218,253,165,125,175,253,225,125,217,253,235,
125,222,125,200,125,131,254,13,56,191,41,191,103,191,13,191,31,191,73,195,42,
195,72,195,33,22,151,31,33,22,151,56,199,41,199,103,199,103,193,13,193,31,193,
57,177,31,57,177,42,57,177,72,57,177,81,57,177,103,151,13,151,40,151,31,151,48,
141,41,141,103,141,13,141,33,141,31,141,13,13,138,33,13,138,13,138,31,13,138,
13,13,142,33,13,142,13,142,31,13,142,13,125,39,156,13,125,39,28,138,47,150,31,
47,150,42,47,150,72,47,150,59,22,168,59,22,40,125,39,156,59,22,40,125,39,28,
138,56,156,41,156,103,156,13,156,56,167,41,167,103,167,13,167,31,167,42,167,56,
186,134,138,142,145,158,174,179,166,181,6,173,6,134,6,138,6,142,6,145,6,158,6,
174,6,179,6,166,6,181,10,173,2,6,131,2,10,131,2,14,131,2,17,131,2,30,131,2,46,
131,2,51,131,2,38,131,2,53,131,2,6,45,131,2,6,6,131,2,6,10,131,2,6,14,131,2,6,
17,131,2,6,30,131,2,6,46,131,2,6,51,131,2,6,38,131,2,6,53,131,2,10,45,131,6,
149,10,149,14,149,17,149,30,149,46,149,51,149,38,149,53,149,6,45,149,6,6,149,6,
10,149,6,14,149,6,17,149,6,30,149,6,46,149,6,51,149,6,38,149,6,53,149,10,45,
149,2,22,131,2,75,131,2,33,131,2,40,131,251,241,253,66,253,68,253,70,242,245,
225,253,71,253,72,253,73,253,74,253,75,253,76,253,77,253,78,253,79,253,81,253,
82,172,253,83,253,84,253,85,253,86,253,87,253,88,253,89,253,90,246,253,91,253,
92,253,93,253,94,253,95,253,96,253,98,253,100,253,102,253,103,247,164,253,104,
232,253,105,253,106,253,107,253,108,128,123,125,88,93,29,172,123,36,125,90,253,
63,123,37,118,93,251,123,29,164,113,125,84,37,97,155,113,37,253,79,125,66,125,
69,165,125,68,125,75,97,29,44,155,125,68,29,114,157,125,70,37,253,75,125,70,29,
253,94,114,113,247,114,125,103,125,80,172,114,104,119,157,114,27,104,165,114,
27,37,253,92,252,159,252,159,252,159,252,159,252,169,252,169,252,168,252,168,
252,170,252,170,124,169,252,139,252,172,252,172,252,167,252,167,252,171,252,
171,252,174,252,174,252,174,252,174,136,136,1,12,162,1,12,162,1,12,252,176,1,
12,252,176,1,12,244,1,12,244,1,12,252,169,1,12,252,169,1,12,252,168,1,12,252,
168,1,12,252,170,1,12,252,170,1,12,252,174,1,12,252,174,1,12,252,174,1,12,136,
1,12,136,1,12,136,252,173,252,173,252,173,252,173,1,12,133,1,12,132,1,12,128,1,
12,136,1,12,129,43,133,43,132,43,139,43,128,43,136,43,129,18,133,18,132,18,139,
18,128,18,136,18,129,90,133,90,128,0,5,139,24,0,133,24,0,128,16,4,128,16,4,136,
16,5,128,16,5,128,16,5,136,16,0,129,16,0,136,1,0,128,1,0,128,43,11,129,18,5,
129,18,5,136,18,11,129,18,11,136,18,0,129,18,0,136,5,0,129,5,4,136,5,0,136,19,
11,136,52,4,129,20,4,129,62,4,129,9,5,129,9,0,129,1,4,129,1,5,129,1,0,129,0,0,
129,92,0,129,16,4,129,92,0,132,9,4,128,66,0,129,35,0,129,16,5,132,0,11,129,9,5,
128,35,0,128,9,5,128,16,5,132,5,4,129,4,5,129,0,5,129,78,0,129,43,4,129,35,0,
128,66,5,128,52,0,128,19,11,129,16,5,129,24,136,24,129,1,133,1,132,1,139,1,128,
1,136,1,129,124,125,252,137,69,252,137,8,252,137,7,124,129,240,7,124,130,240,7,
124,131,240,7,124,132,240,7,124,133,240,7,112,252,137,1,12,197,1,12,252,126,1,
12,128,1,12,144,1,12,136,1,12,129,43,197,43,252,126,43,128,43,144,43,136,43,
129,18,197,18,252,126,18,128,18,144,18,136,18,129,90,197,90,252,126,90,128,90,
144,90,136,90,129,78,136,78,129,92,136,92,129,35,162,35,137,35,128,35,136,35,
129,9,128,9,136,9,129,0,162,0,128,16,197,16,252,126,16,128,16,144,16,136,16,
129,8,252,137,1,197,1,252,126,2,125,110,131,2,125,124,131,2,125,113,131,2,125,
167,131,2,125,125,131,2,125,136,131,2,125,112,131,2,125,135,131,2,125,122,131,
2,125,151,131,2,102,131,2,125,237,131,2,125,234,131,2,125,221,131,2,126,73,131,
2,125,168,131,2,25,131,2,125,222,131,2,125,220,131,2,126,13,131,2,125,163,131,
2,125,245,131,2,126,58,131,2,126,14,131,2,125,145,131,2,125,128,131,2,125,164,
131,2,125,179,131,2,126,7,131,2,125,129,131,2,126,59,131,2,125,154,131,2,126,
15,131,2,125,130,131,2,126,35,131,2,126,36,131,16,132,16,139,16,128,16,152,24,
133,24,128,24,252,137,1,133,1,132,1,139,1,128,1,152,1,12,128,1,12,152,43,128,
43,152,18,128,18,152,90,128,90,152,19,128,19,152,20,128,20,152,35,137,35,128,9,
128,16,128,16,152,1,128,1,152,120,124,131,240,120,124,132,240,120,124,133,240,
91,136,91,129,66,136,66,129,101,136,101,129,19,136,19,129,20,136,20,129,4,136,
4,129,5,136,5,129,11,136,11,129,52,136,52,129,62,136,62,129,20,133,20,132,20,
139,20,128,20,197,19,197,52,197,62,197,91,136,91,129,1,128,1,144,1,136,1,129,1,
12,133,1,12,132,1,12,139,1,12,128,1,12,152,43,133,43,132,43,139,43,128,43,152,
18,133,18,132,18,139,18,128,18,152,90,128,5,132,5,128,4,133,4,128,11,133,11,
128,19,133,19,132,19,139,19,128,52,132,52,139,52,128,62,133,62,132,62,139,62,
128,91,132,124,127,128,66,133,66,128,101,133,101,128,78,133,78,132,78,139,78,
128,92,132,92,128,35,133,35,132,35,139,35,137,35,128,9,133,9,132,9,139,9,128,9,
152,0,133,0,132,0,139,0,128,16,133,2,124,189,131,2,124,191,131,2,124,192,131,2,
124,194,131,2,124,195,131,2,124,196,131,2,124,198,131,2,124,200,131,2,124,201,
131,2,124,203,131,2,124,204,131,2,124,205,131,2,124,206,131,2,124,207,131,2,
124,189,32,131,2,124,191,32,131,2,124,192,32,131,2,124,194,32,131,2,124,195,32,
131,2,124,196,32,131,2,124,198,32,131,2,124,200,32,131,2,124,201,32,131,2,124,
203,32,131,2,124,204,32,131,2,124,205,32,131,2,124,206,32,131,2,124,207,32,131,
2,124,201,124,246,131,124,111,252,117,252,138,252,138,252,142,252,142,252,142,
252,142,252,143,252,143,252,143,252,143,252,145,252,145,252,145,252,145,252,
141,252,141,252,141,252,141,252,144,252,144,252,144,252,144,252,140,252,140,
252,140,252,140,252,156,252,156,252,156,252,156,252,157,252,157,252,157,252,
157,252,147,252,147,252,147,252,147,252,146,252,146,252,146,252,146,252,148,
252,148,252,148,252,148,252,149,252,149,252,149,252,149,252,152,252,152,252,
151,252,151,252,153,252,153,252,150,252,150,252,155,252,155,252,154,252,154,
252,158,90,136,90,129,5,132,5,128,4,133,4,128,11,133,11,132,11,128,19,133,19,
132,19,139,19,128,52,132,52,128,62,133,62,132,62,139,62,128,91,132,91,128,124,
127,128,66,133,66,128,101,133,101,128,78,133,78,132,78,139,78,128,78,136,78,
129,92,132,92,128,92,136,92,129,35,162,35,133,35,132,35,139,35,137,35,128,35,
136,35,129,9,133,9,132,9,139,9,128,9,136,9,129,0,133,0,132,0,139,0,128,0,136,0,
129,16,133,16,132,16,139,16,128,16,136,16,129,24,133,24,128,253,110,253,117,
253,119,253,120,253,121,253,123,253,124,253,126,253,127,253,133,253,134,253,
135,253,137,253,138,253,140,253,141,253,142,253,143,253,144,253,146,253,147,
253,148,253,149,253,151,253,155,253,156,253,158,253,159,253,160,253,161,253,
166,253,168,253,170,253,171,253,172,253,173,253,175,253,177,253,178,253,180,
253,182,253,183,253,184,253,185,253,186,253,187,253,188,253,189,253,191,253,
192,253,193,253,195,253,196,253,197,253,198,253,199,253,201,253,202,253,203,
253,204,253,205,253,206,253,208,253,209,254,32,254,33,254,34,254,35,254,36,254,
37,254,38,254,39,254,40,254,41,254,42,254,43,254,44,254,45,254,46,254,47,254,
48,254,49,254,50,254,51,254,52,254,53,254,54,254,55,254,56,254,57,254,60,254,
61,254,62,254,63,254,64,254,65,254,66,254,67,254,69,254,70,254,71,254,72,254,
73,254,74,254,75,254,76,254,77,254,78,254,79,254,80,254,81,254,82,254,83,254,
84,254,85,254,86,254,87,254,89,254,90,254,91,254,92,254,93,254,94,254,95,254,
96,254,97,254,98,254,99,252,189,252,190,253,6,252,191,253,7,253,8,252,192,252,
193,252,194,253,9,253,10,253,11,253,12,253,13,253,14,252,210,252,195,252,196,
252,197,252,215,252,198,252,199,252,200,252,201,252,202,252,203,252,204,252,
205,252,206,252,207,160,252,234,252,235,252,236,252,237,252,238,252,239,252,
240,252,241,252,242,252,243,252,244,252,245,252,246,252,247,252,248,252,249,
252,250,252,251,252,252,252,253,252,233,252,208,252,209,253,15,253,16,253,17,
253,18,253,19,253,20,253,21,252,211,253,22,253,23,253,210,253,211,253,212,253,
213,253,214,253,215,253,216,153,253,219,230,253,221,253,223,253,224,253,226,
253,227,253,228,253,230,253,231,253,232,253,233,253,234,253,237,253,238,253,
239,253,240,253,241,253,242,253,243,253,244,253,246,253,247,253,248,253,249,
253,250,253,251,253,252,253,253,253,254,254,1,254,2,254,3,254,4,254,5,254,6,
254,8,254,9,254,10,254,11,254,12,254,16,254,17,254,19,254,20,254,21,254,22,254,
23,254,24,254,25,254,26,254,27,254,28,254,29,254,30,254,31,253,110,253,124,253,
113,253,167,253,125,253,136,253,112,253,135,253,122,253,151,230,253,237,253,
234,253,221,254,73,253,168,153,253,222,253,220,254,13,253,163,253,245,254,58,
254,14,253,145,254,18,254,0,253,177,254,68,253,132,253,157,253,236,254,88,253,
130,253,139,253,225,253,114,253,118,253,115,253,190,253,162,253,150,253,181,
253,179,254,7,253,129,254,59,253,154,253,174,14,174,14,179,14,166,14,181,17,
173,17,134,17,138,17,142,17,145,17,158,17,174,17,179,17,166,17,181,30,173,125,
100,123,165,119,125,80,44,164,119,253,103,36,125,89,93,157,36,29,125,90,27,164,
125,104,253,94,125,104,37,44,125,71,27,165,125,105,125,80,172,45,178,6,178,10,
178,14,178,17,178,30,178,46,178,51,178,38,178,53,178,6,45,178,6,6,178,6,10,178,
6,14,178,6,17,178,6,30,178,6,46,178,6,51,178,6,38,178,6,53,178,10,45,178,10,6,
178,10,10,178,10,14,178,10,17,178,76,47,150,40,150,63,223,75,22,187,55,167,56,
161,253,79,253,81,253,82,172,253,83,253,84,253,85,253,86,253,87,253,88,253,89,
253,90,246,253,91,253,92,253,93,253,94,253,95,253,96,253,98,253,100,253,102,
253,103,247,164,253,104,232,253,105,165,155,221,252,233,252,189,252,190,253,6,
252,191,253,7,253,8,252,192,252,193,252,194,253,9,253,10,253,11,253,12,253,13,
253,14,252,210,252,195,252,196,252,197,252,215,252,198,252,199,252,200,252,201,
252,202,252,203,252,204,252,205,252,206,252,207,7,252,130,128,7,252,131,120,
252,131,7,252,132,120,252,132,7,252,133,120,252,133,7,240,120,240,7,252,134,
120,252,134,252,122,34,252,135,34,252,135,34,140,34,140,116,140,116,140,34,252,
136,34,252,136,1,140,1,140,1,140,1,140,162,162,171,171,171,171,252,123,252,123,
146,146,146,146,218,218,218,218,133,133,133,133,132,132,132,132,139,139,139,
139,252,124,252,124,252,125,252,125,197,197,252,126,252,126,147,147,147,2,86,
131,2,48,131,2,65,131,2,76,131,2,15,131,2,54,131,2,31,131,2,23,131,2,13,131,2,
41,131,2,55,131,2,56,131,2,87,131,2,59,131,2,28,131,2,77,131,2,88,131,2,60,131,
2,89,131,2,61,131,2,82,131,2,49,131,191,195,198,192,222,199,200,185,154,207,
201,196,170,208,226,175,227,211,212,209,223,167,186,202,228,213,150,203,161,
168,214,176,193,204,143,182,159,151,141,169,183,184,10,134,10,138,10,142,10,
145,10,158,10,174,10,179,10,166,10,181,14,173,14,134,14,138,14,142,14,145,14,
158,252,189,252,191,252,192,252,194,252,195,252,196,252,198,252,200,252,201,
252,203,252,204,252,205,252,206,252,207,124,189,160,124,191,160,124,192,160,
124,194,160,124,195,160,124,196,160,124,198,160,124,200,160,124,201,160,124,
203,160,124,204,160,124,205,160,124,206,160,124,207,160,6,96,142,10,96,142,6,
96,158,10,96,158,14,96,158,17,96,158,6,96,174,30,96,174,6,96,166,14,96,166,30,
96,166,51,96,166,6,224,154,26,154,26,26,154,26,167,167,39,154,39,26,154,39,26,
26,154,26,202,202,74,154,74,26,154,196,198,192,170,143,15,143,15,15,143,15,188,
188,60,143,60,15,143,60,15,15,143,15,189,189,61,143,61,15,143,151,161,168,141,
150,203,161,168,214,176,193,204,143,182,159,151,141,169,183,184,215,187,156,
205,216,188,217,189,210,177,252,24,252,25,252,26,252,27,253,44,253,45,253,47,
253,52,253,53,253,46,253,109,253,108,253,63,253,64,253,65,253,67,253,69,253,97,
253,99,253,101,253,80,157,251,241,253,66,253,68,253,70,242,245,225,253,71,253,
72,253,73,253,74,253,75,253,76,253,77,253,78,252,93,231,252,94,252,95,252,96,
237,238,252,97,252,98,252,99,252,100,239,252,101,252,102,252,103,253,35,234,
235,236,239,238,237,252,63,252,64,252,65,252,66,252,67,252,68,252,69,233,252,
70,252,71,252,72,252,73,252,74,252,75,252,76,252,77,252,78,233,252,79,252,80,
252,81,252,82,252,83,252,84,252,85,253,36,252,86,252,87,252,88,252,89,252,101,
252,102,252,103,253,35,234,235,236,239,238,237,252,63,252,64,252,65,252,66,252,
67,252,68,252,69,233,252,70,252,71,252,72,252,73,252,74,252,75,252,76,252,77,
252,78,233,252,79,252,80,252,81,252,82,252,83,252,84,252,85,253,36,252,86,252,
87,252,88,252,89,234,252,90,252,91,235,252,92,236,252,93,231,252,94,252,95,252,
96,237,238,252,97,252,98,252,99,252,100,239,252,101,252,102,252,103,253,35,234,
235,236,239,238,237,252,63,252,64,252,65,252,66,252,67,252,68,252,69,233,252,
70,252,71,252,72,252,73,252,74,252,75,252,76,252,77,252,78,233,252,79,252,80,
252,81,252,82,252,83,252,84,252,85,253,36,252,86,252,87,252,88,252,89,234,252,
90,252,91,235,252,92,236,66,136,66,129,101,136,101,129,19,136,19,129,20,136,20,
129,4,136,4,129,5,136,5,129,11,136,11,129,52,136,52,129,62,136,62,129,20,133,
20,132,20,139,20,128,20,197,19,197,52,197,62,197,20,133,20,132,20,139,20,128,
19,152,20,152,91,128,19,133,19,132,19,139,20,133,20,132,20,139,91,128,124,127,
128,34,252,128,34,252,128,252,0,252,1,252,2,252,3,252,4,252,5,252,6,130,131,
252,7,252,8,252,9,252,10,149,252,11,173,134,138,142,145,158,174,179,166,181,
252,12,252,13,252,14,243,252,15,252,16,252,17,191,195,198,192,222,199,200,185,
154,207,201,196,170,208,226,175,227,211,212,209,223,167,186,202,228,213,252,18,
252,19,252,20,252,21,252,22,252,23,41,186,103,186,13,186,31,186,42,186,31,252,
85,42,252,85,22,21,13,149,67,215,33,161,33,168,70,125,39,31,193,70,55,149,40,
195,72,210,76,150,57,175,15,169,73,201,73,170,31,205,23,141,23,169,23,55,193,
23,189,13,203,13,15,151,13,55,151,47,185,56,21,13,149,47,47,170,47,211,28,187,
84,188,58,203,6,153,10,153,14,153,17,153,30,153,46,153,51,153,38,153,53,153,6,
45,153,6,6,153,6,10,153,6,14,153,6,17,153,6,30,153,6,46,153,6,51,153,6,38,153,
6,53,153,10,45,153,10,6,153,10,10,153,10,14,153,10,17,153,10,30,153,10,46,153,
10,51,153,10,38,153,10,53,153,14,45,153,14,6,153,252,158,252,158,252,158,252,
160,252,160,252,160,252,160,252,162,252,162,252,162,252,162,252,161,252,161,
252,161,252,161,252,163,252,163,252,164,252,164,252,164,252,164,124,176,140,
124,176,140,252,166,252,166,252,166,252,166,252,165,252,165,252,165,252,165,
252,175,252,175,124,175,140,124,175,140,52,9,252,175,92,9,252,175,34,9,9,152,
34,35,43,197,0,4,0,252,124,52,9,66,128,69,19,116,137,66,9,1,152,116,19,9,128,
52,9,136,52,9,8,7,34,9,9,24,7,66,9,1,24,7,116,19,9,128,5,9,7,5,9,34,9,152,69,
124,173,34,137,7,252,49,7,252,49,7,252,49,7,252,49,252,22,252,22,252,22,252,9,
253,46,149,128,252,13,252,12,252,16,252,0,253,28,130,131,252,24,252,26,253,59,
253,60,252,2,252,5,252,7,252,8,252,10,252,14,252,15,243,128,252,19,252,3,252,4,
252,17,147,148,148,148,148,180,180,180,180,190,190,190,190,219,219,219,219,252,
127,252,127,252,127,252,127,194,194,194,194,229,229,229,229,206,206,206,206,
220,220,220,220,163,163,163,163,137,137,137,137,128,128,128,128,144,144,144,
144,152,152,152,152,244,244,136,136,129,129,129,252,212,252,213,252,214,252,
216,252,217,252,218,252,219,252,220,252,221,252,222,252,223,252,224,252,225,
252,226,252,227,252,228,252,229,253,24,253,25,252,230,252,231,252,232,252,254,
252,255,253,0,253,1,253,2,253,3,253,4,253,5,191,195,198,192,222,199,200,185,
154,207,201,196,170,208,226,175,227,211,212,209,223,167,186,202,228,213,150,
203,161,168,214,176,193,204,143,182,159,151,141,169,183,184,215,187,156,205,
216,188,217,189,210,177,254,100,254,101,254,102,254,103,254,104,254,105,254,
106,254,107,254,108,254,109,254,110,254,111,254,112,254,113,254,114,254,115,
254,116,254,117,254,118,254,119,254,120,254,122,21,149,253,28,253,27,252,22,
252,22,130,131,252,24,252,26,253,59,253,60,253,56,253,57,253,50,253,51,253,48,
253,49,253,52,253,53,253,54,253,55,145,158,174,179,166,181,173,134,138,142,145,
158,174,179,166,181,173,134,138,142,145,158,174,179,166,181,173,134,138,142,
145,158,174,179,166,181,145,158,174,179,166,181,252,8,253,38,243,130,131,169,
173,134,138,142,145,158,174,179,166,181,252,8,253,38,243,130,131,252,28,252,29,
252,32,7,252,48,252,31,252,30,253,30,128,253,41,253,31,253,32,253,33,253,34,
253,42,253,43,253,110,253,124,253,113,253,167,253,114,253,118,253,115,253,255,
253,121,253,116,253,111,253,176,253,169,253,127,6,230,10,230,14,230,17,230,30,
230,46,230,51,230,38,230,53,230,6,45,230,6,6,230,6,10,230,129,9,34,252,135,9,
34,252,135,9,34,140,9,34,140,9,34,252,136,9,34,252,136,9,162,9,162,64,85,252,
55,64,49,252,55,40,49,252,55,68,207,68,182,23,182,80,207,80,182,41,182,124,107,
252,108,124,107,252,104,124,107,252,105,124,109,252,108,124,107,252,106,252,
119,252,111,252,114,252,115,252,116,252,117,252,118,252,120,252,121,252,8,7,
252,50,7,252,51,7,252,53,7,252,59,7,252,47,7,252,54,7,252,46,7,252,57,128,135,
135,135,135,135,135,135,135,135,135,135,48,176,48,143,48,151,48,48,143,48,48,
151,28,205,28,205,252,87,235,252,81,124,81,252,46,124,81,252,52,239,237,7,124,
56,252,45,7,124,56,252,46,7,124,56,252,61,7,124,57,252,45,7,124,57,252,46,7,
124,57,252,61,124,33,199,193,185,185,185,204,252,35,154,154,196,151,204,252,38,
182,187,252,39,252,40,252,41,217,210,34,252,139,116,252,139,124,169,252,139,1,
252,139,124,16,252,16,124,16,252,0,124,0,252,16,22,124,11,161,22,124,11,156,
198,124,33,198,7,252,56,7,252,61,7,124,52,252,61,170,183,252,111,252,112,252,
113,252,114,143,215,187,156,205,216,188,217,189,210,177,173,7,124,52,252,45,7,
124,52,252,46,125,29,253,29,125,29,125,29,253,29,33,124,11,183,33,124,11,216,
252,36,125,40,253,40,125,40,125,40,253,40,124,12,124,12,243,115,243,115,115,
243,6,96,145,6,96,138,14,96,145,7,252,128,120,252,128,7,252,129,7,252,46,7,124,
52,252,46,124,181,252,179,124,181,252,180,252,88,252,65,252,77,253,37,252,37,
151,156,189,252,42,84,170,81,94,196,81,170,138,142,7,252,46,231,68,252,34,23,
252,34,64,213,64,177,40,177,124,187,124,185,252,186,124,188,124,185,252,186,22,
252,44,28,252,51,149,21,149,21,21,149,253,151,253,152,253,153,7,252,58,134,183,
121,249,121,121,249,175,227,211,211,211,192,168,214,143,182,122,250,122,122,
250,26,207,15,182,236,238,252,97,124,104,252,110,124,178,252,177,124,183,252,
182,124,0,252,0,121,121,121,249,122,122,122,250,7,155,7,221,125,61,253,62,7,
252,52,124,43,169,7,252,62,7,252,60,208,80,183,214,222,199,125,72,172,233,234,
252,184,253,26,173,143,83,156,253,229,254,121,253,58,0
};
static const uint16_t xc_i_u_compat_points[759] = {
1605,1610,40,41,1581,1580,49,32,1609,1604,50,1582,1620,109,51,105,1606,52,1578,
1587,1588,46,97,108,1607,26085,73,12441,115,12540,53,107,4449,99,1575,1603,
12523,12531,56,86,100,110,77,1576,12488,48,54,80,102,122,28857,55,1589,57,106,
111,112,72,87,114,118,120,1590,65,68,103,1593,66,76,1585,67,70,71,75,88,98,104,
116,1601,74,78,84,121,82,83,90,101,113,117,119,1579,1591,1602,12442,69,85,8260,
12463,79,81,89,1594,26376,956,12525,920,949,952,954,960,961,966,1617,12452,
12459,61,1608,12461,12504,12522,1600,8242,8747,12450,33,34,35,36,37,38,39,42,
43,44,45,47,58,59,60,62,63,64,91,92,93,94,95,96,123,124,125,126,162,163,165,
166,172,176,183,295,400,611,614,633,635,641,661,700,702,768,769,771,772,773,
774,775,776,778,779,780,787,788,807,808,819,834,837,913,914,915,916,917,918,
919,921,922,923,924,925,926,927,928,929,931,932,933,934,935,936,937,945,946,
947,948,950,951,953,955,957,958,959,962,963,964,965,967,968,969,1381,1387,1389,
1396,1398,1406,1410,1488,1489,1490,1491,1492,1499,1500,1501,1506,1512,1514,
1569,1577,1583,1584,1586,1592,1611,1612,1613,1614,1615,1616,1618,1619,1621,
1648,1649,1652,1657,1658,1659,1662,1663,1664,1667,1668,1670,1671,1672,1676,
1677,1678,1681,1688,1700,1702,1705,1709,1711,1713,1715,1722,1723,1726,1729,
1733,1734,1735,1736,1737,1739,1740,1744,1746,1749,3634,3661,3737,3745,3755,
3762,3789,3851,3953,3968,4018,4019,4352,4353,4354,4355,4356,4357,4358,4359,
4360,4361,4362,4363,4364,4365,4366,4367,4368,4369,4370,4372,4373,4378,4380,
4381,4382,4384,4385,4386,4387,4391,4393,4395,4396,4397,4398,4399,4402,4406,
4416,4423,4428,4439,4440,4441,4448,4450,4451,4452,4453,4454,4455,4456,4457,
4458,4459,4460,4461,4462,4463,4464,4465,4466,4467,4468,4469,4484,4485,4488,
4497,4498,4500,4510,4513,4522,4524,4525,4528,4529,4530,4531,4532,4533,4551,
4552,4556,4558,4563,4567,4569,4573,4575,4593,4594,8208,8211,8212,8245,8361,
8592,8593,8594,8595,8706,8711,8721,8722,8725,8750,9474,9632,9675,10629,10630,
12289,12290,12296,12297,12298,12299,12300,12301,12302,12303,12304,12305,12306,
12308,12309,12424,12426,12449,12451,12453,12454,12455,12456,12457,12458,12465,
12467,12469,12471,12473,12475,12477,12479,12481,12483,12484,12486,12490,12491,
12492,12493,12494,12495,12498,12501,12507,12510,12511,12512,12513,12514,12515,
12516,12517,12518,12519,12520,12521,12524,12527,12528,12529,12530,12539,19968,
19969,19971,19977,19978,19979,19993,20008,20013,20022,20031,20057,20061,20101,
20108,20116,20128,20154,20195,20225,20241,20250,20778,20799,20837,20843,20845,
20866,20886,20889,20907,20960,20981,20992,21147,21172,21241,21269,21274,21304,
21307,21313,21316,21317,21332,21340,21353,21360,21378,21430,21448,21475,21491,
21517,21628,21644,22231,22235,22303,22320,22763,22786,22794,22805,22812,22823,
22825,22899,23376,23398,23424,23447,23544,23567,23586,23608,23662,23665,24027,
24037,24038,24049,24062,24178,24179,24186,24191,24308,24318,24331,24335,24339,
24400,24417,24435,24515,25096,25104,25142,25163,25903,25908,25991,26007,26020,
26041,26080,26126,26157,26352,26377,26408,26666,27424,27490,27491,27513,27571,
27595,27597,27604,27611,27663,27668,27700,27835,27880,28779,29226,29238,29243,
29247,29255,29273,29275,29305,29356,29572,29577,29916,29926,29976,29983,29992,
30000,30002,30007,30091,30098,30326,30333,30382,30399,30435,30446,30683,30690,
30707,31034,31038,31069,31085,31160,31166,31192,31348,31435,31481,31859,31992,
32566,32593,32650,32701,32769,32780,32786,32819,32895,32905,33251,33258,33267,
33276,33292,33307,33311,33390,33394,33400,34381,34411,34880,34892,34915,35198,
35211,35282,35328,35895,35910,35925,35960,35997,36001,36039,36196,36208,36275,
36523,36554,36763,36784,36789,36969,37009,37193,37318,37324,37329,38263,38272,
38428,38582,38585,38632,38737,38750,38754,38761,38859,38893,38899,38913,38917,
39080,39131,39135,39318,39321,39340,39592,39640,39647,39717,39727,39730,39740,
39770,40165,40565,40575,40613,40635,40643,40653,40657,40697,40701,40718,40723,
40736,40763,40778,40786,40845,40860,40863,40864
};
/* generated by tests/unicode/saslprep.py from Unicode 3.2: end */
/* clang-format on */

/* Reads the run at *at and moves past it: its length and its class. */
static uint32_t xc_i_prep_run(size_t *at, unsigned *kind)
{
    const uint8_t *run = xc_i_u_prep_runs + *at;
    unsigned length = run[0] & 31u;
    *kind = run[0] >> 5;
    *at += length < 30 ? 1 : length == 30 ? 2 : 4;
    return length < 30 ? length + 1
           : length == 30
               ? run[1] + 31u
               : (uint32_t)run[1] << 16 | (uint32_t)run[2] << 8 | run[3];
}

static unsigned xc_i_prep_class(uint32_t cp)
{
    uint32_t chunk = cp < 0x10000 ? cp >> 11 : 32, behind = chunk << 11;
    size_t at = xc_i_u_prep_chunks[chunk];
    unsigned kind = XC_I_PREP_OTHER;
    while (behind <= cp && at + 3 < XC_I_COUNT(xc_i_u_prep_runs))
        behind += xc_i_prep_run(&at, &kind);
    return kind;
}

/* Reads the token at *at and moves past it: its code point. False: it is the
   last one of its entry. */
static bool xc_i_compat_token(size_t *at, uint32_t *cp)
{
    const uint8_t *token = xc_i_u_compat_tokens + *at;
    size_t n = token[0] & 127u;
    if (*at + 1 >= XC_I_COUNT(xc_i_u_compat_tokens))
        return false;
    *at += n < XC_I_U_COMPAT_FEW ? 1 : 2;
    if (n >= XC_I_U_COMPAT_FEW)
        n = XC_I_U_COMPAT_FEW + ((n - XC_I_U_COMPAT_FEW) << 8 | token[1]);
    *cp =
        xc_i_entry(xc_i_u_compat_points, XC_I_COUNT(xc_i_u_compat_points), n);
    return token[0] < 0x80;
}

static unsigned xc_i_compat(uint32_t cp, unsigned k, uint32_t *out)
{
    size_t run = xc_i_last_run(
        xc_i_u_compat_runs, XC_I_COUNT(xc_i_u_compat_runs), 15, 0x1FFFF, cp);
    size_t at = xc_i_u_compat_runs[run] & 0x7FFF;
    uint32_t before = cp - (xc_i_u_compat_runs[run] >> 15), point = 0;
    unsigned n = 0;
    bool more;
    if (before >= xc_i_u_compat_lengths[run])
        return 0;
    while (before > 0)
        before -= !xc_i_compat_token(&at, &point);
    do {
        more = xc_i_compat_token(&at, &point);
        if (n++ == k)
            *out = point;
    } while (more);
    return n;
}
#endif /* XMPP_CODEC_UNICODE */

#ifdef __cplusplus
}
#endif
#endif /* XMPP_CODEC_IMPLEMENTATION */

/* ---- [CHANGES] what to change in your program -----------------------------

   0.3.0, since 0.2.0

   - A whole login, from the features to a session, is xc_login: SASL2 with
     Bind 2, resumption, tokens and upgrades, or SASL and what follows it. If
     you have written that yourself, it can go.
   - The server's half of it, element by element, is xc_login_server.
     xc_stream_limit lets a stream take longer elements after it.
   - New: xc_scram_upgrade_salt and xc_scram_upgrade_hash (XEP-0480).

   0.2.0, since 0.1.0

   Names. Statuses are XC_ERR_..., stanza errors XC_STANZA_ERROR_..., stream
   errors XC_STREAM_ERROR_..., events of a stream XC_EVENT_... What begins with
   xc_writer_ writes XML, with xc_write_ what has a meaning: structs, replies,
   forms. A schema is renamed with its struct. Private members begin with i_.

       0.1.0                               0.2.0
       XC_ERROR_...                        XC_STANZA_ERROR_...
       XC_ERROR_TYPE_...                   XC_STANZA_ERROR_TYPE_...
       XC_SASL_ABORTED, ... (failures)     XC_SASL_FAILURE_ABORTED, ...
       XC_SCRAM_OTHER_ERROR, ... ("e=")    XC_SCRAM_ERROR_OTHER_ERROR, ...
       XC_SCRAM_SHA_...                    XC_MECHANISM_SCRAM_SHA_...
       XC_HT_SHA_...                       XC_MECHANISM_HT_SHA_...
       XC_FIELD_TEXT_SINGLE, ... (forms)   XC_FORM_FIELD_TEXT_SINGLE, ...
       XC_CB_...                           XC_CHANNEL_BINDING_...
       XC_NOTE_...                         XC_COMMAND_NOTE_...
       XC_EXECUTE_...                      XC_COMMAND_EXECUTE_...
       XC_COMMAND_EXECUTE, ... (actions)   XC_COMMAND_ACTION_EXECUTE, ...
       XC_MAM_ALWAYS, ...                  XC_MAM_DEFAULT_ALWAYS, ...
       XC_UPLOAD_MESSAGE, ...              XC_UPLOAD_PURPOSE_MESSAGE, ...
       XC_NS_CONFERENCE                    XC_NS_MUC_DIRECT_INVITE
       xc_mechanism_hash                   xc_mechanism_hash_size
       xc_choice: is                       value
       xc_field: more                      detail
       xc_is_error                         xc_status_is_error
       xc_error                            xc_stanza_error
       xc_error_condition                  xc_stanza_error_condition
       xc_error_type                       xc_stanza_error_type
       xc_error_name                       xc_stanza_error_name
       xc_error_from_name                  xc_stanza_error_from_name
       xc_error_from_code                  xc_stanza_error_from_code
       xc_error_default_type               xc_stanza_error_default_type
       xc_error_legacy_code                xc_stanza_error_legacy_code
       xc_field_condition                  xc_stanza_error_for_status
       XC_STANZA_ERRORS                    XC_STANZA_ERROR_CONDITIONS
       xc_stream_condition                 xc_stream_error_condition
       XC_STREAM_ERRORS                    XC_STREAM_ERROR_CONDITIONS
       xc_stream_kind                      xc_event_kind
       XC_STREAM_OPEN                      XC_EVENT_OPEN
       XC_STREAM_FEATURES                  XC_EVENT_FEATURES
       XC_STREAM_STANZA                    XC_EVENT_STANZA
       XC_STREAM_NONZA                     XC_EVENT_NONZA
       XC_STREAM_ERROR                     XC_EVENT_ERROR
       XC_STREAM_CLOSE                     XC_EVENT_CLOSE
       xc_version                          xc_software_version
       XC_NS_VERSION                       XC_NS_SOFTWARE_VERSION
       xc_last                             xc_last_activity
       XC_NS_LAST                          XC_NS_LAST_ACTIVITY
       XC_NS_TIME                          XC_NS_ENTITY_TIME
       xc_version_compare                  xc_stream_version_compare
       xc_first                            xc_first_child
       xc_next                             xc_next_sibling
       xc_next_same                        xc_next_same_name
       xc_bidi                             xc_s2s_bidi
       xc_conference                       xc_muc_direct_invite
       xc_replace                          xc_correction
       xc_reply                            xc_message_reply
       xc_receipt                          xc_delivery_receipt
       xc_receipt_of                       xc_delivery_receipt_of
       xc_retract                          xc_retraction
       xc_moderate                         xc_moderation
       xc_bound                            xc_bind2_bound
       xc_may_answer                       xc_can_reply
       XC_ERR_NO_ANSWER                    XC_ERR_NO_REPLY
       xc_iq_answers                       xc_iq_is_reply_to
       xc_roster_one                       xc_roster_single_item
       xc_is_addressed                     xc_has_required_addresses
       xc_bare                             xc_jid_cut_resource
       xc_has                              xc_has_child
       xc_disco_has                        xc_disco_has_feature
       xc_has_mechanism                    xc_sasl_has_mechanism
       xc_form_write_begin                 xc_write_form_begin
       xc_form_write_field                 xc_write_form_field
       xc_sasl_failure_from                xc_sasl_failure_from_name
       xc_sasl_failure_of                  xc_sasl_failure_for_status
       xc_mechanism_from                   xc_mechanism_from_name
       xc_sasl_condition                   xc_sasl_failure_condition
       XC_SASL_FAILURES                    XC_SASL_FAILURE_CONDITIONS
       XC_SASL_NONE                        XC_SASL_FAILURE_NONE
       XC_SASL_OPAQUE                      XC_SASL_PROFILE_OPAQUE
       XC_SASL_CASE_MAPPED                 XC_SASL_PROFILE_CASE_MAPPED
       XC_SASL_PREP                        XC_SASL_PROFILE_SASLPREP
       XC_SASL_PREPARED                    XC_SASL_PROFILE_PREPARED
       XC_SASL_PREP_STORED                 XC_SASL_PROFILE_SASLPREP_STORED
       XC_PLAIN                            XC_MECHANISM_PLAIN
       XC_EXTERNAL                         XC_MECHANISM_EXTERNAL
       XC_ANONYMOUS                        XC_MECHANISM_ANONYMOUS
       XC_HT_BOUND                         XC_MECHANISMS_HT_BOUND
       XC_SCRAM_ANY                        XC_MECHANISMS_SCRAM
       XC_SCRAM_BARE                       XC_MECHANISMS_SCRAM_BARE
       XC_SCRAM_PLUS                       XC_MECHANISMS_SCRAM_PLUS
       XC_UNKNOWN_BARE                     XC_MECHANISMS_UNKNOWN_BARE
       XC_UNKNOWN_PLUS                     XC_MECHANISMS_UNKNOWN_PLUS
       XC_ERR_MEMORY                       XC_ERR_WORKSPACE
       XC_ERR_SPACE                        XC_ERR_BUFFER_SIZE
       XC_CONTENT                          XC_OWN_TEXT
       XC_NS_CONTENT                       XC_NS_STANZA
       XC_REQUIRED                         XC_FIELD_REQUIRED
       XC_IGNORE                           XC_FIELD_LENIENT
       XC_ONCE                             XC_FIELD_SINGLE
       XC_LAST                             XC_FIELD_UNKNOWN_IS_LAST
       XC_OTHER                            XC_FIELD_UNKNOWN_IS_OTHER
       XC_STRICT                           XC_FIELD_NO_SPACE
       XC_EQUALS                           XC_FIELD_EQUALS_IS_EMPTY
       XC_DEFAULT                          XC_FIELD_DEFAULT_HAS_NAME
       xc_stream_idle_size                 xc_stream_saved_size
       xc_stream_move                      xc_stream_relocate
       xc_xml_move                         xc_xml_relocate
       xc_writer_leaf                      xc_writer_text_element
       XC_NS_DATA                          XC_NS_DATA_FORMS
       XC_NS_SID                           XC_NS_STANZA_ID
       XC_NS_CORRECT                       XC_NS_MESSAGE_CORRECT
       XC_NS_EME                           XC_NS_ENCRYPTION

   Reading. xc_read reads everything that can be read and returns the first
   flaw; only XC_ERR_FIELD_ELEMENT leaves the struct empty, and XC_ERR_ARGUMENT
   as it was.
   - `if (xc_read(...) == XC_OK)` becomes `if (xc_was_read(xc_read(...)))`
     where a flaw should not matter. XC_FIELD_LENIENT: not even a flaw.
   - XC_ERR_FIELD_JID_PROFILE: the shape of an address, but characters that
     RFC 7622 refuses or that cannot be checked. It is delivered as it came.
   - White space around numbers, booleans, times, enumerations and conditions
     is taken; base64 takes it inside. Ranges, names, defaults and required
     fields are those of the XSDs. Times: offsets to 14:00, 24:00:00.
   - XC_FIELD_NO_SPACE, XC_FIELD_EQUALS_IS_EMPTY, XC_FIELD_DEFAULT_HAS_NAME,
     XC_FIELD_UNKNOWN_IS_OTHER; XC_PRESENCE_UNKNOWN, XC_DIALBACK_UNKNOWN,
     XC_COMMAND_ACTION_UNKNOWN. xc_base.ignored is gone.
   - A condition from the code of XEP-0086: xc_stanza_error_from_code.
   - xc_stanza_error_for_status is jid-malformed for XC_ERR_JID_..., too.
   - xc_time_format of a time that cannot be is absent.
   - XC_STANZAS, XC_PAYLOADS and XC_TAGS list all schemas and tags.

   Writing again. What has not changed is written as it came: values, order,
   text between children, bad values. A changed text keeps its child's
   attributes. New: xc_text_after.
   - A stanza at top level is written in the stream's namespace.
   - Prefixes stream, db and xmpp where an attribute needs one; otherwise ns0.
   - &gt; and &quot; in values.
   - xc_writer_finish delivers an output once: a second finish gives an empty
     one. xc_writer_fail after finish fails the next output.

   Who may say it. xc_mam_result_of, xc_pubsub_event_of,
   xc_delivery_receipt_of, xc_stanza_id_of, xc_occupant_id_of,
   xc_is_same_author, xc_muc_moderation_of, xc_muc_subject_of, xc_muc_user_of,
   xc_is_blocking_push, xc_features_required.
   - xc_iq_is_reply_to refuses other resources of the own account;
     xc_carbon_copy two copies or messages; xc_stanza_id_by an id beside
     another.
   - The case of ASCII letters before the resourcepart, and a final dot of the
     domainpart, do not matter.

   Streams. A component's stream takes stanzas in jabber:client; WebSocket
   white space after the element. xc_bosh_uri, xc_host_split, xc_str_trim.
   xc_stream_version_compare takes digits alone, as many as there are.
   xc_stream_relocate changes nothing when it refuses. Errors in declarations
   and references have the word of the grammar.

   Payloads. xc_stream_limits, xc_bookmark_extensions, xc_avatar_pointer,
   xc_upload_ephemeral, xc_pubsub_subscribe_options; members of xc_bind2_bound,
   xc_bind2, xc_features, xc_moderated, xc_upload_request, xc_muc_item,
   xc_s2s_bidi. xc_sm_failed_condition also finds it in an <error/> inside.

   SASL. SASLprep is the default profile; xc_plain_write prepares
   (xc_plain_write_as, xc_plain_prepare). xc_base64_decode skips white space,
   the calls of SASL do not. New: xc_sasl2_encode, xc_sasl2_decode,
   xc_sasl_offer, xc_sasl_offer_names, xc_binding_choose,
   xc_binding_offered, XC_ERR_SASL_DOWNGRADE, XC_MECHANISMS_UNKNOWN_BARE,
   XC_MECHANISMS_UNKNOWN_PLUS; members `offered`, `offer`, `offer_required`,
   `tls_version`, `offer_confirmed`.

   Addresses. Unicode 17.0 (XC_UNICODE_VERSION); IPvFuture literals.
*/

/* ---- [LICENSE] ------------------------------------------------------------

   MIT No Attribution

   Copyright 2026 xmpp_codec authors

   Permission is hereby granted, free of charge, to any person obtaining a copy
   of this software and associated documentation files (the "Software"), to
   deal in the Software without restriction, including without limitation the
   rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
   sell copies of the Software, and to permit persons to whom the Software is
   furnished to do so.

   THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
   IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
   FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
   AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
   LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
   FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
   IN THE SOFTWARE.
*/
