/* xmpp_codec.h - XMPP for C programs that own their sockets.          v0.1.0

   A streaming XML tokenizer, XMPP streams, element trees and a writer in one
   C99 header. No allocation, no I/O, no callbacks, no globals, no dependency
   beyond libc. For clients, servers, components and server-to-server links,
   on anything from a Cortex-M0 to a server with a million connections.

   Do this:
       #define XMPP_CODEC_IMPLEMENTATION
       #include "xmpp_codec.h"
   in exactly one C or C++ file, and include the header plainly elsewhere.

   Licence: MIT No Attribution (MIT-0), see the end of this file.

   Sections (search for the tag)
       [EXAMPLE]  a whole program
       [CONCEPTS] memory, lifetimes, errors, limits, threads
       [CONFIG]   macros that change how the header is compiled
       [STR]      borrowed strings
       [STATUS]   results and errors, and the stream error each one calls for
       [UTF8]     UTF-8 and XML character classes
       [XML]      pull tokenizer for the XMPP profile of XML
       [TREE]     one complete element in one relocatable block
       [STREAM]   stream header, elements, close; TCP, WebSocket, BOSH
       [WRITER]   well-formed XMPP out
       [IMPL]     the implementation, same layers in the same order
       [LICENSE]
*/
#if defined(XMPP_CODEC_STATIC) && !defined(XMPP_CODEC_IMPLEMENTATION)
#define XMPP_CODEC_IMPLEMENTATION
#endif
#if defined(XMPP_CODEC_STATIC) && defined(XMPP_CODEC_H) && \
    !defined(XMPP_CODEC_H_STATIC)
#error "define XMPP_CODEC_STATIC before the first #include of xmpp_codec.h"
#endif

#ifndef XMPP_CODEC_H
#define XMPP_CODEC_H
/* ---- [EXAMPLE] a whole program -------------------------------------------

   Prints who says what on a recorded client stream (examples/hello.c):

       #define XMPP_CODEC_IMPLEMENTATION
       #include "xmpp_codec.h"
       #include <stdio.h>

       static char memory[16384];

       int main(void)
       {
           char buffer[4096];
           size_t got;
           xc_stream stream;
           xc_status status = xc_stream_init(&stream, memory, sizeof memory,
                                             NULL);
           while ((got = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
               xc_str in = {buffer, got};
               xc_stream_event ev;
               while ((status = xc_stream_next(&stream, &in, &ev)) ==
                      XC_EVENT) {
                   const xc_element *e = ev.element;
                   const xc_element *body = xc_child(e, NULL, "body");
                   if (ev.kind == XC_STREAM_STANZA && body != NULL)
                       printf(XC_FMT ": " XC_FMT "\n",
                              XC_ARG(xc_attr(e, "from")),
                              XC_ARG(xc_text(body)));
               }
               if (status != XC_NEED_MORE)
                   break;
           }
           if (xc_is_error(status))
               fprintf(stderr, "%s at byte %llu\n", xc_status_text(status),
                       (unsigned long long)xc_stream_offset(&stream));
           return xc_is_error(status);
       }

   ---- [CONCEPTS] memory, lifetimes, errors, limits, threads ----------------

   Memory. You give each tokenizer, stream and writer its memory at init; it
   never uses any other, and it never frees yours. Memory needs no alignment.
   The structs are complete types so that you can place them anywhere; their
   fields are private unless a comment says otherwise.

   Pull. A reader takes bytes from the front of an xc_str that you own and
   returns XC_EVENT (something is complete: look at it, call again),
   XC_NEED_MORE (every byte was taken: read more), for streams XC_CLOSED, or
   an error. How you cut
   the input changes neither the events nor an error nor its offset; only a
   run of text may come in different pieces.

   Lifetimes. What an event points to lives until the next call on the same
   reader: in your input buffer if it arrived there in one piece, otherwise
   in the memory you gave. Copy what you keep. An element as delivered is one
   block of bytes, so copying it is one memcpy (see xc_element_size); its
   children cannot be copied alone.

   Strings. An xc_str with ptr NULL is absent (no such attribute); with len 0
   and a pointer it is empty. Strings inside an element are also
   NUL-terminated: XML cannot contain NUL. Names and namespaces that you pass
   in are C strings, because they are literals in practice.

   Errors. Sticky: the first offence stops the reader, and each further call
   returns the same code. xc_status_condition names the RFC 6120 stream error
   to send, xc_xml_offset / xc_stream_offset the byte; the input view is then
   unspecified. NULL where memory is needed, or a call that does not fit the
   reader, is XC_ERR_ARGUMENT (not sticky, except at init), not undefined
   behaviour; the wrong order in a writer is XC_ERR_WRITE_ORDER.

   Limits. Depth, attributes, namespace declarations and bytes of a stanza
   are counted while parsing (xc_limits); whatever does not fit the memory is
   refused with policy-violation. 16 KiB of memory hold every legal stanza of
   10,000 bytes (RFC 6120 section 13.12) whose names and namespace names are
   of sane length (up to about 3,000 bytes). White space between stanzas
   takes no memory.

   Threads. No globals that change, no hidden state: different objects may be
   used in different threads; one object belongs to one thread at a time.

   Stack. No recursion. The worst case of each function is listed by
   `make size`; none exceeds 512 bytes on a Cortex-M0+.

   ---- [CONFIG] macros that change how the header is compiled ---------------

   XMPP_CODEC_IMPLEMENTATION  defined in one file: compile the functions here.
   XMPP_CODEC_STATIC          defined: all functions static, in this file only
                              (implies the implementation).
   XMPP_CODEC_NO_SIMD   0     1: scan bytes with a table even where SSE2 or
                              NEON is there. Same results; on x86-64 11 KB
                              less code at -O2, about 0.6 of the speed.
   Without SSE2 or NEON, and when optimising for size (gcc and clang define
   __OPTIMIZE_SIZE__ at -Os), the second, faster way to read plain tags is left
   out. Same results.
   No macro changes the layout of a struct or the value of an enum.
*/
#ifdef XMPP_CODEC_STATIC
#define XMPP_CODEC_H_STATIC
#endif

#ifndef XMPP_CODEC_NO_SIMD
#define XMPP_CODEC_NO_SIMD 0
#endif
#if XMPP_CODEC_NO_SIMD != 0 && XMPP_CODEC_NO_SIMD != 1
#error "XMPP_CODEC_NO_SIMD must be 0 or 1"
#endif

#include <stdbool.h>
#include <stddef.h> /* size_t, NULL */
#include <stdint.h>
#include <string.h> /* memcpy, memmove, memcmp, memset, strlen */

#define XC_VERSION_MAJOR 0
#define XC_VERSION_MINOR 1
#define XC_VERSION_PATCH 0
#define XC_VERSION "0.1.0"
#define XC_VERSION_NUMBER \
    (XC_VERSION_MAJOR * 10000 + XC_VERSION_MINOR * 100 + XC_VERSION_PATCH)

#ifdef XMPP_CODEC_STATIC
#if defined(__GNUC__) || defined(__clang__)
#define XC_API static __attribute__((unused))
#else
#define XC_API static
#endif
#else
#define XC_API extern
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* ---- [STR] borrowed strings --------------------------------------------- */

/* A view of bytes that somebody else owns. Pass it by value. */
typedef struct xc_str {
    const char *ptr; /* NULL: absent */
    size_t len;      /* bytes */
} xc_str;

/* A literal as an xc_str: XC_STR in expressions, XC_STR_INIT in static
   initialisers. */
#ifdef __cplusplus
#define XC_STR(literal) (xc_str{"" literal, sizeof(literal) - 1})
#else
#define XC_STR(literal) ((xc_str){"" literal, sizeof(literal) - 1})
#endif
#define XC_STR_INIT(literal) {"" literal, sizeof(literal) - 1}

/* For printf: printf("to " XC_FMT "\n", XC_ARG(to)); evaluates its argument
   three times: give it no call that changes something. */
#define XC_FMT "%.*s"
#define XC_ARG(s) (int)(s).len, ((s).ptr != NULL ? (s).ptr : "")

/* The view of a C string; absent for NULL. */
XC_API xc_str xc_str_from(const char *text);
/* Same bytes. Absent equals only absent. */
XC_API bool xc_str_equal(xc_str a, xc_str b);
/* Same bytes as the C string; an absent string equals nothing. */
XC_API bool xc_str_is(xc_str s, const char *text);
/* Begins with the bytes of the C string. */
XC_API bool xc_str_starts_with(xc_str s, const char *prefix);
/* Takes the part before the first `separator` off the front of *rest and
   steps over the separator. Without a separator takes all; then *rest is
   absent. */
XC_API xc_str xc_str_cut(xc_str *rest, char separator);

/* ---- [STATUS] results and errors ---------------------------------------- */

/* Every error: name, stream error condition to send (RFC 6120 section 4.9.3),
   what happened. Grouped so that a group test is a range compare. */
#define XC_ERRORS(X)                                                          \
    /* wrong use and space */                                                 \
    X(ARGUMENT, "internal-server-error",                                      \
      "a NULL argument or a call in the wrong order")                         \
    X(MEMORY, "policy-violation",                                             \
      "does not fit the memory given at init")                                \
    X(SPACE, "internal-server-error",                                         \
      "the writer's buffer is too small")                                     \
    /* xc_limits */                                                           \
    X(LIMIT_STANZA, "policy-violation",                                       \
      "more bytes in one element than limits.stanza_bytes")                   \
    X(LIMIT_DEPTH, "policy-violation",                                        \
      "elements nested deeper than limits.depth")                             \
    X(LIMIT_ATTRIBUTES, "policy-violation",                                   \
      "more attributes in one tag than limits.attributes")                    \
    X(LIMIT_NAMESPACES, "policy-violation",                                   \
      "more namespace declarations in scope than limits.namespaces")          \
    X(LIMIT_NAME, "policy-violation",                                         \
      "a name longer than 65535 bytes")                            \
    /* encoding (RFC 6120 section 11.6) */                                    \
    X(UTF8, "unsupported-encoding", "not well-formed UTF-8")                  \
    X(ENCODING_NAME, "unsupported-encoding",                                  \
      "the XML declaration names an encoding other than UTF-8")               \
    /* restricted XML (RFC 6120 section 11.1) */                              \
    X(COMMENT, "restricted-xml", "a comment")                                 \
    X(INSTRUCTION, "restricted-xml", "a processing instruction")              \
    X(DTD, "restricted-xml", "a document type declaration")                   \
    X(ENTITY, "restricted-xml",                                               \
      "a reference to an entity other than the predefined five")              \
    /* XML 1.0 well-formedness */                                             \
    X(CHAR, "not-well-formed", "a character that XML does not allow")         \
    X(XML_DECLARATION, "not-well-formed", "a malformed XML declaration")      \
    X(NAME, "not-well-formed", "a name was expected")                         \
    X(TAG, "not-well-formed", "a malformed tag")                              \
    X(ATTRIBUTE, "not-well-formed", "a malformed attribute")                  \
    X(DUPLICATE, "not-well-formed", "the same attribute twice in one tag")    \
    X(REFERENCE, "not-well-formed", "a malformed reference")                  \
    X(MARKUP, "not-well-formed", "malformed markup after \"<!\"")             \
    X(CDATA_END, "not-well-formed", "\"]]>\" in character data")              \
    X(MISMATCH, "not-well-formed",                                            \
      "an end tag that does not match its start tag")                         \
    X(OUTSIDE, "not-well-formed",                                             \
      "something other than white space and elements at this level")          \
    X(TRUNCATED, "not-well-formed", "the input ends inside an element")       \
    /* Namespaces in XML 1.0 */                                               \
    X(QNAME, "not-well-formed", "a name with misplaced colons")               \
    X(PREFIX, "not-well-formed", "a prefix that is not declared")             \
    X(RESERVED_NAMESPACE, "not-well-formed",                                  \
      "misuse of the prefixes or namespaces xml and xmlns")                   \
    X(EMPTY_NAMESPACE, "not-well-formed",                                     \
      "a prefix declared with an empty namespace name")                       \
    X(DUPLICATE_EXPANDED, "not-well-formed",                                  \
      "two attributes with the same namespace and local name")                \
    /* XMPP streams */                                                        \
    X(NOT_A_STREAM, "bad-format",                                             \
      "the first element is not a stream header")                             \
    X(STREAM_NAMESPACE, "invalid-namespace",                                  \
      "the stream header is in the wrong namespace")                          \
    X(CONTENT_NAMESPACE, "invalid-namespace",                                 \
      "the content namespace is unknown or not the expected one")             \
    X(STREAM_CHILD, "unsupported-stanza-type",                                \
      "an unknown element of the stream namespace")                           \
    X(FRAME, "bad-format",                                                    \
      "a WebSocket message that is not exactly one element")                  \
    /* writer */                                                              \
    X(WRITE_ORDER, "internal-server-error",                                   \
      "begin, attr, text and end in an impossible order")                     \
    X(WRITE_NAME, "internal-server-error",                                    \
      "a name that is none, or a namespace that may not be written")          \
    X(WRITE_TEXT, "internal-server-error",                                    \
      "text that is not UTF-8 or has characters XML forbids")                 \
    X(WRITE_DUPLICATE, "internal-server-error",                               \
      "the same attribute written twice")                                     \
    X(WRITE_DEPTH, "internal-server-error",                                   \
      "more than XC_WRITER_DEPTH elements or XC_WRITER_ATTR_NS namespaces")   \
    X(CALLER, "undefined-condition", "reported by the caller")

typedef enum xc_status {
    XC_OK,        /* done */
    XC_EVENT,     /* something was delivered; call again */
    XC_NEED_MORE, /* all input was taken; an ordinary result */
    XC_CLOSED,    /* the stream is over; what follows it stays in the input */
#define XC_I_ENUM(name, condition, text) XC_ERR_##name,
    XC_ERRORS(XC_I_ENUM)
#undef XC_I_ENUM
    XC_STATUS_COUNT
} xc_status;

/* True for the XC_ERR_ codes. */
XC_API bool xc_is_error(xc_status status);
/* "XC_ERR_TAG", "XC_NEED_MORE". Never NULL; static. */
XC_API const char *xc_status_name(xc_status status);
/* One clause in English. Never NULL; static. */
XC_API const char *xc_status_text(xc_status status);
/* The stream error condition to send (RFC 6120 section 4.9.3); NULL where
   the status is no error. Static. */
XC_API const char *xc_status_condition(xc_status status);

/* ---- [UTF8] UTF-8 and XML character classes ----------------------------- */

/* Decodes the first character of `s`. Returns its bytes (1..4) and sets *cp,
   or returns 0 if `s` is empty or does not begin with well-formed UTF-8
   (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF). */
XC_API size_t xc_utf8_decode(xc_str s, uint32_t *cp);
/* Bytes of the longest front part of `s` that is well-formed UTF-8 and has
   only characters that XML allows; s.len if all of it is. */
XC_API size_t xc_utf8_check(xc_str s);
/* XML 1.0 fifth edition, productions [2] Char, [4] NameStartChar, [4a]
   NameChar, the last two without the colon (Namespaces in XML, NCName). */
XC_API bool xc_is_char(uint32_t cp);
XC_API bool xc_is_name_start(uint32_t cp);
XC_API bool xc_is_name_char(uint32_t cp);

/* ---- [XML] pull tokenizer ----------------------------------------------

   Reads one XML document of the XMPP profile (RFC 6120 section 11): UTF-8;
   elements, text, CDATA, character references, the five predefined entities;
   namespaces. Comments, processing instructions, DTDs and other entities are
   errors. What it delivers is decoded: references replaced, line ends and
   attribute values normalised, prefixes resolved.

       xc_xml x;
       xc_token tok;
       xc_xml_init(&x, memory, sizeof memory, NULL);
       while ((status = xc_xml_next(&x, &in, &tok)) == XC_EVENT)
           ...
*/

/* What one document may ask of us. 0 means the default. */
typedef struct xc_limits {
    uint32_t stanza_bytes; /* from "<" to ">" of a stream's header or
                              first-level element, of the root in xc_xml; at
                              most 2147483647. Default: 262144 in a stream,
                              none in xc_xml */
    uint16_t depth;        /* open elements, the root included. Default: 64;
                              XC_DEPTH_MAX at most in a stream */
    uint16_t attributes;   /* of one tag, declarations included.
                              Default: 128 */
    uint16_t namespaces;   /* declarations in scope. Default: 64 */
} xc_limits;

/* Elements nested in one TREE, itself included. */
#define XC_DEPTH_MAX 64

typedef enum xc_token_type {
    XC_START, /* a start tag or an empty-element tag */
    XC_TEXT,  /* character data: a piece of a run, never empty */
    XC_END    /* an end tag; for <a/> too */
} xc_token_type;

/* One token. The views live until the next call. */
typedef struct xc_token {
    xc_token_type type;
    bool empty;      /* START: written as <a/>; its END comes next */
    uint64_t offset; /* of the token's first byte in the stream */
    xc_str name;     /* START, END: local name */
    xc_str prefix;   /* START, END: absent if none */
    xc_str ns;       /* START: namespace name; absent if none */
    xc_str text;     /* TEXT: decoded */
    size_t attributes;           /* START: how many xc_token_attr has */
    const unsigned char *i_tag;  /* private */
    const unsigned char *i_mem;  /* private */
    uint32_t i_records;          /* private */
    uint32_t i_length;           /* private */
} xc_token;

/* One attribute. Namespace declarations are not among them. */
typedef struct xc_attribute {
    xc_str name;     /* local name */
    xc_str prefix;   /* absent if none (and in a TREE) */
    xc_str ns;       /* namespace name; absent without a prefix */
    xc_str value;    /* decoded and normalised; never absent */
    bool undeclared; /* its prefix is not declared (only when tolerated): name
                        is the whole name with the colon, ns is absent */
} xc_attribute;

/* A tokenizer. Holds no pointer but the one to your memory, so that it can be
   copied byte for byte together with that memory (see xc_xml_move). */
typedef struct xc_xml {
    uint8_t state, error, quote;
    bool carrying;       /* the tag being read is in scratch space */
    bool after_cr;       /* a CR was the last character */
    bool begun;          /* no XML declaration any more */
    bool done;           /* the root element has ended */
    bool limited;        /* stanza_bytes count for what is being read */
    bool settled;        /* root's items are at the start of the memory */
    bool tolerant;       /* of undeclared prefixes of attributes */
    bool dense;          /* no white space between elements */
    uint8_t digits;      /* how far a reference or declaration is */
    uint8_t brackets;    /* "]" held back that may begin "]]>" */
    uint8_t outer;       /* depth where only elements and space occur */
    bool has_prefixes;   /* among the attributes of the tag */
    uint8_t utf8_len;
    unsigned char utf8[4]; /* a character cut by the end of the input */
    uint16_t max_depth, max_attributes, max_namespaces;
    uint16_t depth, namespaces;
    uint16_t attributes; /* of the tag, declarations included */
    uint16_t records;    /* of the tag's attributes */
    uint16_t colon;      /* where the prefix ends in a name; 0 none */
    unsigned char *mem;
    uint32_t size;       /* bytes of mem */
    uint32_t base;       /* where scratch space begins */
    uint32_t high;       /* where it ends and the open elements begin */
    uint32_t root;       /* root's items, once it is alone (in a stream) */
    uint32_t item;       /* of the element whose start tag is being read */
    uint32_t scope;      /* innermost namespace declaration, +1; 0 none */
    uint32_t carried;    /* bytes of a cut tag in scratch space */
    uint32_t pos;        /* next byte of the tag to look at */
    uint32_t mark;       /* where the current name or value begins */
    uint32_t out;        /* where the decoded value ends */
    uint32_t number;     /* character reference, entity name */
    uint32_t stanza_bytes;
    size_t left;         /* of them, from `offset` on, if `limited` */
    uint64_t offset;     /* bytes consumed; of the offence after an error */
    uint64_t tag_offset; /* of the token or character being read */
} xc_xml;

/* `mem` is the scratch memory (no alignment needed), used until the document
   ends; at most 4 GiB less 16 bytes of it. `limits` may be NULL and is copied.
   Returns XC_OK or XC_ERR_ARGUMENT. */
XC_API xc_status xc_xml_init(xc_xml *x, void *mem, size_t size,
                             const xc_limits *limits);
/* Takes bytes from the front of *in. XC_EVENT: *tok is filled. XC_NEED_MORE:
   *in is used up. Otherwise an error, and the same one from now on. After the
   root element only white space may follow. */
XC_API xc_status xc_xml_next(xc_xml *x, xc_str *in, xc_token *tok);
/* Says that the input has ended. XC_OK if the document is complete, else
   XC_ERR_TRUNCATED (or the error met before). */
XC_API xc_status xc_xml_finish(xc_xml *x);
/* Forgets the document and any error and expects a new one; memory, limits
   and the running offset stay. */
XC_API xc_status xc_xml_reset(xc_xml *x);
/* Tells a tokenizer whose memory has been copied to `mem` where it is now. */
XC_API xc_status xc_xml_move(xc_xml *x, void *mem);
/* Bytes consumed since init; after an error the offset of the byte that made
   it certain (of the first byte of a character that may not stand there). */
XC_API uint64_t xc_xml_offset(const xc_xml *x);
/* Attribute number i of a START token, in document order. False if there is
   none. */
XC_API bool xc_token_attr(const xc_token *tok, size_t i, xc_attribute *attr);

/* ---- [TREE] one complete element in one relocatable block ---------------

   An element that a stream delivers is one block of bytes with everything in
   it: names, namespaces, attributes, text, children. Copy the block with
   memcpy and you have the element again, at any address:

       size_t size = xc_element_size(e);
       const xc_element *mine = memcpy(malloc(size), e, size);

   All accessors take NULL for an element and then answer "absent", so that
   xc_text(xc_child(e, NULL, "body")) needs no test in between.
*/
typedef struct xc_element xc_element; /* the first byte of a block */

/* Bytes of the block of an element as delivered (or copied). Not for a child:
   its namespaces may be stored in what is before it. Copy the whole, or write
   the child with xc_writer_element and read it again. */
XC_API size_t xc_element_size(const xc_element *e);
/* Local name; namespace name (absent if none). */
XC_API xc_str xc_name(const xc_element *e);
XC_API xc_str xc_ns(const xc_element *e);
/* Is it the element `name` of namespace `ns`? NULL for either: any; here and
   below "" for ns: no namespace. */
XC_API bool xc_is(const xc_element *e, const char *ns, const char *name);
/* The attribute without a prefix; with a namespace. Absent if not there. */
XC_API xc_str xc_attr(const xc_element *e, const char *name);
XC_API xc_str xc_attr_ns(const xc_element *e, const char *ns,
                         const char *name);
/* Attribute number i in document order. False if there is none. */
XC_API bool xc_element_attr(const xc_element *e, size_t i, xc_attribute *attr);
/* The first run of character data directly inside e, "" if there is none. */
XC_API xc_str xc_text(const xc_element *e);
/* The first child element; the sibling after e. NULL if there is none. */
XC_API const xc_element *xc_first(const xc_element *e);
XC_API const xc_element *xc_next(const xc_element *e);
/* The first child `name` in namespace `ns`, NULL for the namespace of e
   itself; NULL for name: any child in that namespace. */
XC_API const xc_element *xc_child(const xc_element *e, const char *ns,
                                  const char *name);
/* The next sibling with the name and namespace of e. */
XC_API const xc_element *xc_next_same(const xc_element *e);
/* Language of e inside `root` (an element as delivered): the nearest xml:lang
   of e, of the elements around it, or of the stream (RFC 6120 section 8.1.5).
   Absent if there is none, or if e is not inside root. */
XC_API xc_str xc_lang(const xc_element *root, const xc_element *e);

/* Walks an element in document order without recursion:
       xc_walk w;
       xc_walk_init(&w, e);
       while (xc_walk_next(&w)) switch (w.type) ... */
typedef struct xc_walk {
    xc_token_type type;        /* START, TEXT, END */
    uint8_t i_depth;           /* private */
    const xc_element *element; /* START, END: the element; TEXT: around it */
    xc_str text;               /* TEXT */
    const unsigned char *i_at;   /* private */
    const unsigned char *i_root; /* private */
    unsigned char i_open[XC_DEPTH_MAX][3]; /* private: offsets in i_root */
} xc_walk;
XC_API void xc_walk_init(xc_walk *w, const xc_element *e);
XC_API bool xc_walk_next(xc_walk *w);

/* ---- [STREAM] stream header, elements, close -----------------------------

   Reads one direction of an XMPP stream (RFC 6120 section 4): the header, then
   complete first-level elements, then the close tag. White space between
   elements is skipped. Nothing of an element is delivered before its last
   byte is there.

   The stream never restarts by itself. After STARTTLS <proceed/> and SASL
   <success/> (RFC 6120 sections 5.4.3.3 and 6.4.6) call xc_stream_reset; `in`
   stands right behind the element. What is left in `in` behind <proceed/> was
   sent in the clear: throw it away or close. SASL2 does not restart.

   Between elements a stream keeps only xc_stream_idle_size bytes, at the
   start of its memory. A server can save those, lend the memory to another
   connection, and later copy them to the start of any memory and call
   xc_stream_move.
*/
#define XC_NS_XML "http://www.w3.org/XML/1998/namespace"
#define XC_NS_XMLNS "http://www.w3.org/2000/xmlns/"
#define XC_NS_STREAMS "http://etherx.jabber.org/streams"
#define XC_NS_CLIENT "jabber:client"
#define XC_NS_SERVER "jabber:server"
#define XC_NS_COMPONENT "jabber:component:accept"
#define XC_NS_DIALBACK "jabber:server:dialback"
#define XC_NS_FRAMING "urn:ietf:params:xml:ns:xmpp-framing"
#define XC_NS_BOSH "http://jabber.org/protocol/httpbind"
#define XC_NS_STREAM_ERRORS "urn:ietf:params:xml:ns:xmpp-streams"
#define XC_NS_STANZA_ERRORS "urn:ietf:params:xml:ns:xmpp-stanzas"
#define XC_NS_TLS "urn:ietf:params:xml:ns:xmpp-tls"
#define XC_NS_SASL "urn:ietf:params:xml:ns:xmpp-sasl"
#define XC_NS_BIND "urn:ietf:params:xml:ns:xmpp-bind"
#define XC_NS_SESSION "urn:ietf:params:xml:ns:xmpp-session"
#define XC_NS_ROSTER "jabber:iq:roster"

typedef enum xc_framing {
    XC_TCP,       /* <stream:stream> ... </stream:stream> (RFC 6120) */
    XC_WEBSOCKET, /* <open/>, one element a message, <close/> (RFC 7395) */
    XC_BOSH,      /* <body> ... </body>, again and again (XEP-0124) */
    XC_DOCUMENT   /* one element, delivered as a NONZA: a file, a test */
} xc_framing;

typedef enum xc_stream_kind {
    XC_STREAM_OPEN,     /* the stream header, WebSocket <open/>, BOSH <body> */
    XC_STREAM_FEATURES, /* <stream:features/> */
    XC_STREAM_STANZA,   /* message, presence or iq in the content namespace */
    XC_STREAM_NONZA,    /* any other element: STARTTLS, SASL, SM, unknown */
    XC_STREAM_ERROR,    /* <stream:error/>; a close follows */
    XC_STREAM_CLOSE     /* the close tag, WebSocket <close/>, BOSH </body> */
} xc_stream_kind;

/* A stream header (RFC 6120 section 4.7), read or to be written. */
typedef struct xc_stream_header {
    xc_str content_ns; /* XC_NS_CLIENT, XC_NS_SERVER or XC_NS_COMPONENT; if
                          the header does not say, that of the options, if
                          any, else absent */
    xc_str to, from, id, lang;
    uint16_t major, minor; /* no version attribute: 0.9; one that is no
                              version: 0.0; numbers stop at 65535 */
} xc_stream_header;

/* One event. The views live until the next call. */
typedef struct xc_stream_event {
    xc_stream_kind kind;
    uint64_t offset;           /* of the "<" in the stream */
    const xc_element *element; /* the element; OPEN: the start tag with its
                                  attributes; CLOSE: NULL or <close/> */
    xc_stream_header header;   /* OPEN only */
} xc_stream_event;

/* How a stream is read. All zero is right for TCP. */
typedef struct xc_stream_options {
    xc_framing framing;
    const char *content_ns; /* XC_NS_CLIENT, XC_NS_SERVER or XC_NS_COMPONENT:
                               accept no other. NULL: all three. Must outlive
                               the stream */
    xc_limits limits;
    bool tolerate_undeclared_prefix; /* of attributes: deliver them flagged
                               instead of closing. ejabberd 23.01 sends them */
} xc_stream_options;

/* A stream reader. */
typedef struct xc_stream {
    uint8_t phase, framing, content, kind, pending;
    uint8_t frame_elements; /* since the last message's end; stops at 2 */
    const char *content_ns; /* as in the options */
    uint32_t block;         /* where the element's block begins */
    uint32_t open;          /* its innermost open element, +1; 0 none */
    uint32_t leaf;          /* a leaf whose END is due, +1; 0 none */
    uint32_t last;          /* the record completed last at this level */
    uint32_t text;          /* the open text record, 0 if none */
    uint32_t text_len;
    uint32_t recent_ns;     /* the namespace stored last; they are chained */
    uint32_t used_ns;       /* the namespace used last */
    uint32_t lang_len;      /* xml:lang of the header, first in memory */
    xc_xml xml;
    uint64_t start;         /* offset of the element's "<" */
} xc_stream;

/* `options` may be NULL. 2 KiB of memory are enough for small stanzas; see
   Limits above. Returns XC_OK or XC_ERR_ARGUMENT. */
XC_API xc_status xc_stream_init(xc_stream *s, void *mem, size_t size,
                                const xc_stream_options *options);
/* Takes bytes from the front of *in. XC_EVENT: *ev is filled. XC_NEED_MORE:
   *in is used up. XC_CLOSED: the stream is over (after its CLOSE event); bytes
   behind it stay in *in. Otherwise an error. */
XC_API xc_status xc_stream_next(xc_stream *s, xc_str *in, xc_stream_event *ev);
/* Expects a new stream header: after STARTTLS and SASL 1. Options, memory and
   the running offset stay. */
XC_API xc_status xc_stream_reset(xc_stream *s);
/* WebSocket: the message ends here. XC_OK if it was exactly one element, else
   a sticky XC_ERR_FRAME (RFC 7395 section 3.3.3). */
XC_API xc_status xc_stream_end_message(xc_stream *s);
/* Says that the input has ended. XC_CLOSED after a close tag (never with BOSH
   and DOCUMENT), XC_OK between elements (the peer went without a word; also
   for a DOCUMENT without an element), XC_ERR_TRUNCATED inside one. */
XC_API xc_status xc_stream_finish(xc_stream *s);
/* Between elements, and nothing delivered is needed any more? (Of a stream in
   error this tells nothing.) */
XC_API bool xc_stream_is_idle(const xc_stream *s);
/* Bytes at the start of the memory that must be kept now: few when idle, all
   of the memory otherwise. */
XC_API size_t xc_stream_idle_size(const xc_stream *s);
/* Continues in `mem`, to which xc_stream_idle_size bytes have been copied. An
   idle stream may get memory of any sufficient size, a busy one of the same
   size. XC_ERR_ARGUMENT (not sticky) otherwise. */
XC_API xc_status xc_stream_move(xc_stream *s, void *mem, size_t size);
/* As xc_xml_offset. */
XC_API uint64_t xc_stream_offset(const xc_stream *s);

/* ---- [WRITER] well-formed XMPP out ----------------------------------------

   Writes into your buffer. The calls return nothing; an error (too little
   space, a name that is none, an attribute twice, an end too many, text that
   is not UTF-8) sticks, and xc_writer_finish reports it: half a stanza is
   never sent. After finish the next begin starts over in the same buffer.

       xc_writer_init(&w, buffer, sizeof buffer, XC_NS_CLIENT);
       xc_writer_begin(&w, XC_NS_CLIENT, "message");
       xc_writer_attr(&w, "to", XC_STR("juliet@capulet.lit"));
       xc_writer_leaf(&w, NULL, "body", XC_STR("Art thou not Romeo?"));
       xc_writer_end(&w);
       if (xc_writer_finish(&w, &out) == XC_OK)
           send(fd, out.ptr, out.len, 0);

   Names and namespaces must stay valid until their element has ended. A NULL
   buffer measures: everything is checked but duplicate attributes, nothing is
   stored, and xc_writer_size tells the bytes.
*/
#define XC_WRITER_DEPTH 24 /* elements that may be open at a time; elements
                              given as trees do not count */
#define XC_WRITER_ATTR_NS 8 /* namespaces among the attributes of one element
                               that is no tree; xml:lang does not count */

/* A writer. */
typedef struct xc_writer {
    uint8_t error;
    bool in_tag, in_header, finished, closed;
    uint16_t depth, prefixes;
    char *buf;
    size_t cap;
    size_t len;     /* bytes needed so far, also beyond cap */
    size_t tag;     /* where the open start tag begins */
    const char *content_ns;
    const char *attr_ns[XC_WRITER_ATTR_NS]; /* of the open start tag */
    struct {
        const char *ns, *name;
    } open[XC_WRITER_DEPTH];
} xc_writer;

/* `content_ns` is the default namespace that the stream header declares:
   elements in it need no declaration. NULL where each element stands alone
   (WebSocket messages, BOSH, files). It must outlive the writer. `buf` may be
   NULL to measure. */
XC_API void xc_writer_init(xc_writer *w, void *buf, size_t size,
                           const char *content_ns);
/* Opens an element. `ns` NULL: the namespace of the element around it (of the
   stream at top level). */
XC_API void xc_writer_begin(xc_writer *w, const char *ns, const char *name);
/* An attribute of the element just opened. An absent value writes nothing. */
XC_API void xc_writer_attr(xc_writer *w, const char *name, xc_str value);
/* An attribute in a namespace; XC_NS_XML, "lang" for xml:lang. */
XC_API void xc_writer_attr_ns(xc_writer *w, const char *ns, const char *name,
                              xc_str value);
/* Character data. Everything is escaped that must be; CR, LF and TAB arrive as
   they are. An absent text writes nothing. (A white space keepalive is no
   text of an element: send one space yourself.) */
XC_API void xc_writer_text(xc_writer *w, xc_str text);
XC_API void xc_writer_end(xc_writer *w);
/* begin, text, end in one call. An absent text writes nothing at all. */
XC_API void xc_writer_leaf(xc_writer *w, const char *ns, const char *name,
                           xc_str text);
/* A whole element of a stream, or a child of one, in one canonical form. Left
   out: attributes with undeclared prefixes, and an xml:lang that is only the
   stream's (xc_lang tells it). */
XC_API void xc_writer_element(xc_writer *w, const xc_element *e);
/* begin with the name, namespace and attributes of e, which must stay valid
   until the end. */
XC_API void xc_writer_begin_like(xc_writer *w, const xc_element *e);

/* XML declaration and stream header (RFC 6120 section 4.7), or <open/> for
   WebSocket if the writer has no content namespace. Version 0.0 is written as
   1.0, version 0.9 not at all; h->content_ns is not used. xc_writer_attr may
   add attributes before anything else follows. */
XC_API void xc_writer_stream_open(xc_writer *w, const xc_stream_header *h);
/* </stream:stream> or <close/>. Nothing can follow it before finish. */
XC_API void xc_writer_stream_close(xc_writer *w);
/* <stream:error/> with a condition (RFC 6120 section 4.9.3), and a text unless
   absent. xc_status_condition tells the condition for a reader's error. Send
   the stream header before and the close after it. */
XC_API void xc_writer_stream_error(xc_writer *w, const char *condition,
                                   xc_str text);

/* Puts the writer into an error state of your choice (XC_ERR_CALLER). Does
   nothing between finish and the next begin. */
XC_API void xc_writer_fail(xc_writer *w, xc_status status);
/* Bytes that what was written needs; exact after xc_writer_finish. */
XC_API size_t xc_writer_size(const xc_writer *w);
/* XC_OK: *out is the complete output (absent when measuring), valid until the
   next call that writes. Otherwise the first error, and *out is absent. Open
   elements are XC_ERR_WRITE_ORDER. */
XC_API xc_status xc_writer_finish(xc_writer *w, xc_str *out);

#ifdef __cplusplus
}
#endif
#endif /* XMPP_CODEC_H */

/* ---- [IMPL] the implementation ------------------------------------------ */
/* In a library of many files, what follows would be its .c files. */
#if defined(XMPP_CODEC_IMPLEMENTATION) && !defined(XMPP_CODEC_IMPLEMENTED)
#define XMPP_CODEC_IMPLEMENTED

#if !XMPP_CODEC_NO_SIMD && defined(__GNUC__) && defined(__SSE2__)
#include <emmintrin.h>
#define XC_I_SIMD 1
#elif !XMPP_CODEC_NO_SIMD && defined(__GNUC__) && defined(__ARM_NEON) && \
    defined(__aarch64__) && !defined(__AARCH64EB__)
#include <arm_neon.h>
#define XC_I_SIMD 1
#else
#define XC_I_SIMD 0
#endif

/* Optimised for speed with SIMD at hand, what runs for each tag is inlined
   (HOT). Optimised for size, every tag is carried, so that there is one way to
   read it, and what is called twice is there once (SHARED); so is, always,
   what is off the usual path (COLD). */
#ifdef __OPTIMIZE_SIZE__
#define XC_I_SMALL 1
#else
#define XC_I_SMALL 0
#endif
#define XC_I_FAST (XC_I_SIMD && !XC_I_SMALL)
#ifdef __GNUC__
#define XC_I_COLD static __attribute__((noinline))
#else
#define XC_I_COLD static
#endif
/* What reads one kind of token has a frame of its own (ALONE), no larger than
   it needs. */
#if XC_I_FAST
#define XC_I_HOT static inline __attribute__((always_inline))
#define XC_I_ALONE XC_I_COLD
#else
#define XC_I_HOT static
#define XC_I_ALONE static
#endif
#if XC_I_SMALL
#define XC_I_SHARED XC_I_COLD
#else
#define XC_I_SHARED XC_I_HOT
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

/* ---- [STATUS] (private) ------------------------------------------------- */

XC_API bool xc_is_error(xc_status status)
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
#define XC_I_NAME(name, condition, text) \
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
#define XC_I_TEXT(name, condition, text) \
    case XC_ERR_##name: return text;
    XC_ERRORS(XC_I_TEXT)
#undef XC_I_TEXT
    case XC_STATUS_COUNT: break;
    }
    return "unknown status";
}

XC_API const char *xc_status_condition(xc_status status)
{
    switch (status) {
    case XC_OK:
    case XC_EVENT:
    case XC_NEED_MORE:
    case XC_CLOSED:
    case XC_STATUS_COUNT: break;
#define XC_I_CONDITION(name, condition, text) \
    case XC_ERR_##name: return condition;
    XC_ERRORS(XC_I_CONDITION)
#undef XC_I_CONDITION
    }
    return NULL;
}

/* ---- [UTF8] (private) --------------------------------------------------- */

/* What an ASCII byte may be; bytes from 0x80 on are nothing of this. */
enum {
    XC_I_NAME_CHAR = 1,   /* in a name (without the colon) */
    XC_I_NAME_START = 2,  /* at its start */
    XC_I_IN_TEXT = 4,     /* itself in character data */
    XC_I_IN_VALUE = 8,    /* itself in an attribute value */
    XC_I_SPACE = 16,      /* white space */
    XC_I_WRITABLE = 32,   /* needs no escape in text that is written */
    XC_I_IN_CDATA = 64    /* itself in a CDATA section */
};

static const uint8_t xc_i_class[128] = {
      0,   0,   0,   0,   0,   0,   0,   0,   0, 116, 116,   0,
      0,  16,   0,   0,   0,   0,   0,   0,   0,   0,   0,   0,
      0,   0,   0,   0,   0,   0,   0,   0, 124, 108, 100, 108,
    108, 108,  64, 100, 108, 108, 108, 108, 108, 109, 109, 108,
    109, 109, 109, 109, 109, 109, 109, 109, 109, 109, 108, 108,
     64, 108,  76, 108, 108, 111, 111, 111, 111, 111, 111, 111,
    111, 111, 111, 111, 111, 111, 111, 111, 111, 111, 111, 111,
    111, 111, 111, 111, 111, 111, 111, 108, 108,  40, 108, 111,
    108, 111, 111, 111, 111, 111, 111, 111, 111, 111, 111, 111,
    111, 111, 111, 111, 111, 111, 111, 111, 111, 111, 111, 111,
    111, 111, 111, 108, 108, 108, 108, 108};

static bool xc_i_is(unsigned c, unsigned what)
{
    return c < 128 && (xc_i_class[c] & what) != 0;
}

/* xc_i_plain16 tells how many of 16 bytes at p, from the first on, are of the
   class; the vector form of the loop in xc_i_find. xc_i_plain32 looks at both
   halves of 32 at once: the length of a value is hard to predict. */
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

/* Controls and everything that is not ASCII: both negative or below 0x20. */
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

XC_I_HOT __m128i xc_i_odd_value(__m128i v)
{
    /* '"' with bit 1 changed is just above the controls; '&' and '\'' differ
       in bit 0 */
    __m128i odd = _mm_cmplt_epi8(_mm_xor_si128(v, _mm_set1_epi8(0x02)),
                                 _mm_set1_epi8(0x21));
    __m128i marks = xc_i_eq(_mm_or_si128(v, _mm_set1_epi8(0x01)), '\'');
    return _mm_or_si128(odd, _mm_or_si128(marks, xc_i_eq(v, '<')));
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

/* One bit for each of 16 bytes that is not of the class. */
XC_I_HOT unsigned xc_i_odd16(const unsigned char *p, unsigned what)
{
    __m128i v, odd;
    memcpy(&v, p, 16);
    if (what == XC_I_NAME_CHAR)
        odd = xc_i_odd_name(v);
    else if (what == XC_I_IN_VALUE)
        odd = xc_i_odd_value(v);
    else
        odd = xc_i_odd_text(v, what);
    return (unsigned)_mm_movemask_epi8(odd);
}

XC_I_HOT unsigned xc_i_plain16(const unsigned char *p, unsigned what)
{
    return (unsigned)__builtin_ctz(xc_i_odd16(p, what) | 0x10000u);
}

XC_I_HOT unsigned xc_i_plain32(const unsigned char *p, unsigned what)
{
    unsigned odd = xc_i_odd16(p, what) | xc_i_odd16(p + 16, what) << 16;
    return odd != 0 ? (unsigned)__builtin_ctz(odd) : 32;
}

/* How many of 16 bytes at p and q are the same, from the first on. */
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

/* Controls and everything that is not ASCII. */
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

XC_I_HOT uint8x16_t xc_i_odd_value(uint8x16_t v)
{
    uint8x16_t quotes = vorrq_u8(xc_i_eq(v, '\''), xc_i_eq(v, '"'));
    uint8x16_t marks = vorrq_u8(xc_i_eq(v, '<'), xc_i_eq(v, '&'));
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

/* The first lane that is set; 16 if none is. */
XC_I_HOT unsigned xc_i_first_lane(uint8x16_t v)
{
    uint64_t nibbles = vget_lane_u64(
        vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(v), 4)), 0);
    return nibbles == 0 ? 16 : (unsigned)__builtin_ctzll(nibbles) / 4;
}

/* How many of 16 bytes at p and q are the same, from the first on. */
XC_I_HOT unsigned xc_i_same16(const unsigned char *p, const unsigned char *q)
{
    return xc_i_first_lane(vmvnq_u8(vceqq_u8(vld1q_u8(p), vld1q_u8(q))));
}

XC_I_HOT unsigned xc_i_plain16(const unsigned char *p, unsigned what)
{
    uint8x16_t v = vld1q_u8(p), odd;
    if (what == XC_I_NAME_CHAR)
        odd = xc_i_odd_name(v);
    else if (what == XC_I_IN_VALUE)
        odd = xc_i_odd_value(v);
    else
        odd = xc_i_odd_text(v, what);
    return xc_i_first_lane(odd);
}

XC_I_HOT unsigned xc_i_plain32(const unsigned char *p, unsigned what)
{
    unsigned plain = xc_i_plain16(p, what);
    return plain + (xc_i_plain16(p + 16, what) & (0u - (plain >> 4)));
}

#else

static unsigned xc_i_plain32(const unsigned char *p, unsigned what)
{
    unsigned i = 0;
    while (i < 32 && xc_i_is(p[i], what))
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

/* The first index from i on whose byte is not of the class, n if none. */
XC_I_HOT size_t xc_i_find_on(const unsigned char *p, size_t i, size_t n,
                             unsigned what)
{
#if XC_I_SIMD
    while (what != XC_I_NAME_CHAR && n - i >= 32) {
        unsigned plain = xc_i_plain32(p + i, what);
        i += plain;
        if (plain < 32)
            return i;
    }
    while (n - i >= 16) {
        unsigned plain = xc_i_plain16(p + i, what);
        i += plain;
        if (plain < 16)
            return i;
    }
#endif
    while (i < n && xc_i_is(p[i], what))
        i++;
    return i;
}

#if XC_I_FAST

/* The same for what is too long, or too near to the end, to be found at first
   sight. */
XC_I_COLD size_t xc_i_find_name(const unsigned char *p, size_t i, size_t n)
{
    return xc_i_find_on(p, i, n, XC_I_NAME_CHAR);
}

XC_I_COLD size_t xc_i_find_value(const unsigned char *p, size_t i, size_t n)
{
    return xc_i_find_on(p, i, n, XC_I_IN_VALUE);
}

XC_I_COLD size_t xc_i_find_text(const unsigned char *p, size_t i, size_t n)
{
    return xc_i_find_on(p, i, n, XC_I_IN_TEXT);
}

XC_I_HOT size_t xc_i_find(const unsigned char *p, size_t i, size_t n,
                          unsigned what)
{
    unsigned plain;
    if (what == XC_I_NAME_CHAR) {
        plain = n - i >= 16 ? xc_i_plain16(p + i, what) : 16;
        return plain < 16 ? i + plain : xc_i_find_name(p, i, n);
    }
    for (; n - i >= 32; i += 32) {
        plain = xc_i_plain32(p + i, what);
        if (plain < 32)
            return i + plain;
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

/* Decodes the character at p, n bytes of which are there. Returns its length,
   0 if it is cut but good so far, -1 - k if byte k cannot stand there. */
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

XC_API size_t xc_utf8_decode(xc_str s, uint32_t *cp)
{
    int length;
    if (s.ptr == NULL || s.len == 0 || cp == NULL)
        return 0;
    length = xc_i_utf8((const unsigned char *)s.ptr, s.len, cp);
    return length > 0 ? (size_t)length : 0;
}

/* Where code is cheap: the length of a character of two or three bytes that
   is whole and clearly legal, without decoding it; else 0. */
static size_t xc_i_common_wide(const unsigned char *p, size_t n)
{
    if (n < 3 || (p[1] & 0xC0) != 0x80)
        return 0;
    if (p[0] >= 0xC2 && p[0] <= 0xDF)
        return 2;
    return p[0] > 0xE0 && p[0] < 0xED && (p[2] & 0xC0) == 0x80 ? 3 : 0;
}

/* From i on, steps over whole characters outside ASCII that XML allows. */
static size_t xc_i_skip_wide(const unsigned char *p, size_t i, size_t n)
{
    uint32_t cp = 0;
    while (i < n && p[i] >= 0x80) {
        size_t common = XC_I_FAST ? xc_i_common_wide(p + i, n - i) : 0;
        int length = common != 0 ? (int)common
                                 : xc_i_utf8(p + i, n - i, &cp);
        if (length <= 0 || (common == 0 && (cp & ~1u) == 0xFFFE))
            break;
        i += (size_t)length;
    }
    return i;
}

/* The end of the run from i on of characters that stand for themselves: ASCII
   of the class or `other`, and all others that XML allows. */
XC_I_SHARED size_t xc_i_run(const unsigned char *p, size_t i, size_t n,
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
        return xc_i_is(cp, XC_I_SPACE);
    return cp < 0xD800 || cp - 0xE000 < 0x1FFE || cp - 0x10000 < 0x100000;
}

/* XML 1.0 fifth edition, the BMP beyond ASCII: [4] NameStartChar, then what
   [4a] NameChar adds. */
static const uint16_t xc_i_name_ranges[][2] = {
    {0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
    {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
    {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0xB7, 0xB7},
    {0x300, 0x36F},   {0x203F, 0x2040}};
enum { XC_I_START_RANGES = 11, XC_I_NAME_RANGES = 14 };

static bool xc_i_in_name(uint32_t cp, bool start)
{
    size_t i, n = start ? XC_I_START_RANGES : XC_I_NAME_RANGES;
    if (cp < 128)
        return xc_i_is(cp, start ? XC_I_NAME_START : XC_I_NAME_CHAR);
    if (cp > 0xFFFF)
        return cp <= 0xEFFFF;
    for (i = 0; i < n; i++) {
        if (cp >= xc_i_name_ranges[i][0] && cp <= xc_i_name_ranges[i][1])
            return true;
    }
    return false;
}

XC_API bool xc_is_name_start(uint32_t cp)
{
    return xc_i_in_name(cp, true);
}

XC_API bool xc_is_name_char(uint32_t cp)
{
    return xc_i_in_name(cp, false);
}

/* ---- [XML] pull tokenizer (private) --------------------------------------

   Memory:   base                                  high                 size
        ... | carried tag -> |      | <- records   | <- open elements   |

   A tag that arrives whole is read where it is. A tag that is cut, or whose
   values need decoding, is carried to `base` and read on there, in pieces.
   Either way it is charged as if it were carried, so that running out of
   memory does not depend on how the input was cut.

   An open element is an item at `high`: u16 length, u16 colon (0: none), the
   whole name. Below it one item for each namespace it declares: u16 0, u16
   prefix length, u32 name length, u32 scope around it, prefix, name. A scope
   is the offset of such an item + 1; 0 is the end of the chain.

   As soon as the element's name is complete it is such an item, and what is
   carried begins behind it. A record describes one attribute of the tag; its
   offsets count from there. */

enum xc_i_state {
    XC_I_TEXT = 0,    /* character data, or white space between elements */
    XC_I_CDATA,
    XC_I_LT,          /* behind "<" */
    XC_I_END_DUE,     /* the END token is due; nothing more is read for it */
    XC_I_END_NAME,
    XC_I_END_GAP,
    XC_I_REF,         /* in a reference in character data */
    XC_I_CUT_CHAR,    /* in a character that the input cut, or an offence */
    XC_I_BANG,        /* behind "<!" */
    XC_I_DECLARATION, /* in the XML declaration */
    XC_I_TAG_NAME,    /* from here on in a start tag: in the name */
    XC_I_GAP,         /* behind a name or value, without white space */
    XC_I_INSIDE,      /* where an attribute may begin */
    XC_I_ATTR_NAME,
    XC_I_EQUALS,
    XC_I_QUOTE,
    XC_I_VALUE,
    XC_I_VALUE_REF,   /* in a reference in a value */
    XC_I_SLASH        /* behind the "/" of an empty-element tag */
};

/* The tag needs to be carried; the element's name has been stored; the
   attributes are complete. */
#define XC_I_COPY XC_STATUS_COUNT
#define XC_I_NAMED ((xc_status)(XC_STATUS_COUNT + 1))
#define XC_I_ATTRIBUTED ((xc_status)(XC_STATUS_COUNT + 2))
#define XC_I_ITEM 4u     /* header of an open element */
#define XC_I_BINDING 12u /* header of a namespace declaration */
#define XC_I_PIECE (XC_I_SMALL ? 64u : 256u) /* bytes carried at a time */
#define XC_I_SCOPE_XML 0xFFFFFFFFu
#define XC_I_SCOPE_UNDECLARED 0xFFFFFFFEu
#define XC_I_SCOPE_DECLARES 0xFFFFFFFDu /* the attribute is a declaration */

/* Arrays, because a literal used in several layers would keep, in a program
   with one of them, the literals of all. */
static const char xc_i_xml_ns[] = XC_NS_XML;
static const char xc_i_xml_prefix[] = "xml";

typedef struct xc_i_record {
    uint32_t name, value, value_len;
    uint32_t scope; /* of its prefix; 0: it has none */
    uint16_t name_len, colon;
} xc_i_record;
#define XC_I_RECORD 20u

/* The header of a namespace declaration's item. */
typedef struct xc_i_binding {
    uint16_t zero, prefix_len;
    uint32_t len, scope;
} xc_i_binding;

/* The input of one call. */
typedef struct xc_i_input {
    const unsigned char *p;
    size_t n, used;
} xc_i_input;

/* The tag being read: its name, then what is behind the name, as far as it
   may be looked at. */
typedef struct xc_i_tag {
    const unsigned char *p;
    size_t n;
    unsigned char *carried; /* p if it may be changed, else NULL */
} xc_i_tag;

static size_t xc_i_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Alignment and byte order are nobody's business but ours. */
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

XC_I_SHARED void xc_i_put16(unsigned char *p, size_t v)
{
    uint16_t u = (uint16_t)v;
    memcpy(p, &u, sizeof u);
}

/* memmove of what is mostly short. */
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

/* memcmp of what is mostly short or different in its first byte. */
static bool xc_i_same(const void *a, const void *b, size_t len)
{
    const unsigned char *p = (const unsigned char *)a;
    const unsigned char *q = (const unsigned char *)b;
    size_t i = 0;
    while (i < len && p[i] == q[i])
        i++;
    return i == len;
}

static bool xc_i_alike(xc_str a, xc_str b)
{
    return a.len == b.len && xc_i_same(a.ptr, b.ptr, a.len);
}

/* An offence `at` bytes further on. */
XC_I_COLD xc_status xc_i_fail_by(xc_xml *x, xc_status error, size_t at)
{
    x->error = (uint8_t)error;
    x->offset += at;
    return error;
}

XC_I_COLD xc_status xc_i_fail_at(xc_xml *x, xc_status error, uint64_t offset)
{
    x->offset = offset;
    return xc_i_fail_by(x, error, 0);
}

/* An offence at the byte that is next. */
XC_I_COLD xc_status xc_i_fail(xc_xml *x, const xc_i_input *in, xc_status error)
{
    return xc_i_fail_by(x, error, in->used);
}

/* An offence in the tag, at byte `at` of the name or behind the name. */
XC_I_COLD xc_status xc_i_tag_fail(xc_xml *x, xc_status error, size_t at)
{
    if (x->state != XC_I_TAG_NAME)
        at += xc_i_get16(x->mem + x->item);
    return xc_i_fail_at(x, error, x->tag_offset + 1 + at);
}

/* Where the token or character that is next begins. */
XC_I_SHARED void xc_i_mark(xc_xml *x, const xc_i_input *in)
{
    x->tag_offset = x->offset + in->used;
}

static uint16_t xc_i_or(uint16_t wanted, uint16_t otherwise)
{
    return wanted != 0 ? wanted : otherwise;
}

XC_API xc_status xc_xml_init(xc_xml *x, void *mem, size_t size,
                             const xc_limits *limits)
{
    static const xc_limits none = {0, 0, 0, 0};
    if (x == NULL)
        return XC_ERR_ARGUMENT;
    memset(x, 0, sizeof *x);
    x->error = XC_ERR_ARGUMENT;
    if (mem == NULL || size > 0xFFFFFFF0u)
        return XC_ERR_ARGUMENT;
    if (limits == NULL)
        limits = &none;
    x->mem = (unsigned char *)mem;
    x->size = (uint32_t)size;
    x->stanza_bytes = (uint32_t)xc_i_min(limits->stanza_bytes, 0x7FFFFFFF);
    x->max_depth = xc_i_or(limits->depth, 64);
    x->max_attributes = xc_i_or(limits->attributes, 128);
    x->max_namespaces = xc_i_or(limits->namespaces, 64);
    return xc_xml_reset(x);
}

XC_API xc_status xc_xml_reset(xc_xml *x)
{
    if (x == NULL || x->mem == NULL)
        return XC_ERR_ARGUMENT;
    x->high = x->size;
    x->base = x->scope = 0;
    x->depth = x->namespaces = x->records = 0;
    x->state = XC_I_TEXT;
    x->carrying = x->after_cr = x->begun = x->done = false;
    x->limited = x->settled = false;
    x->error = x->brackets = 0;
    return XC_OK;
}

XC_API xc_status xc_xml_move(xc_xml *x, void *mem)
{
    if (x == NULL || mem == NULL || x->mem == NULL)
        return XC_ERR_ARGUMENT;
    x->mem = (unsigned char *)mem;
    return XC_OK;
}

XC_API uint64_t xc_xml_offset(const xc_xml *x)
{
    return x != NULL ? x->offset : 0;
}

XC_API xc_status xc_xml_finish(xc_xml *x)
{
    if (x == NULL || x->mem == NULL)
        return XC_ERR_ARGUMENT;
    if (x->error != 0)
        return (xc_status)x->error;
    if (!x->done || x->state != XC_I_TEXT)
        return xc_i_fail_by(x, XC_ERR_TRUNCATED, 0);
    return XC_OK;
}

/* ---- [XML] open elements and namespaces (private) ----------------------- */

/* The bytes that a tag and its records may still take. */
XC_I_HOT size_t xc_i_room(const xc_xml *x)
{
    size_t taken = (size_t)x->base + x->records * XC_I_RECORD;
    return taken < x->high ? x->high - taken : 0;
}

/* The tag can be followed no further than there is room to carry it. */
static xc_status xc_i_clip(xc_xml *x, xc_i_tag *t)
{
    size_t room = xc_i_room(x);
    if (room < x->pos)
        return xc_i_tag_fail(x, XC_ERR_MEMORY, x->pos);
    t->n = xc_i_min(t->n, room);
    return XC_OK;
}

/* The item of the innermost open element, behind its namespaces' items. */
XC_I_HOT uint32_t xc_i_innermost(const xc_xml *x)
{
    bool settled = x->depth == 1 && x->settled;
    uint32_t at = settled ? x->root : x->high;
    const unsigned char *item = x->mem + at;
    for (; xc_i_get16(item) == 0; item = x->mem + at)
        at += XC_I_BINDING + xc_i_get16(item + 2) + xc_i_get32(item + 4);
    return at;
}

/* The element's name is complete. */
XC_I_HOT xc_status xc_i_push_name(xc_xml *x, const xc_i_tag *t)
{
    unsigned char *item;
    size_t len = x->pos;
    if (xc_i_room(x) < len + XC_I_ITEM + len + sizeof x->utf8)
        return xc_i_tag_fail(x, XC_ERR_MEMORY, len);
    x->high -= (uint32_t)(XC_I_ITEM + len);
    x->item = x->high;
    item = x->mem + x->high;
    xc_i_put16(item, len);
    xc_i_put16(item + 2, x->colon);
    memcpy(item + XC_I_ITEM, t->p, len);
    x->depth++;
    x->state = XC_I_GAP;
    return XC_I_NAMED;
}

/* Takes back the innermost element. Its bytes stay until something is pushed
   over them. */
XC_I_HOT void xc_i_pop(xc_xml *x, uint32_t item)
{
    while (x->scope > x->high && x->scope <= item) {
        x->scope = xc_i_get32(x->mem + x->scope - 1 + 8);
        x->namespaces--;
    }
    if (x->depth > 1 || !x->settled)
        x->high = item + XC_I_ITEM + xc_i_get16(x->mem + item);
    x->depth--;
}

/* The innermost scope in which a prefix is declared; 0 if there is none. */
XC_I_HOT uint32_t xc_i_find_scope(const xc_xml *x, xc_str prefix)
{
    uint32_t scope = x->scope;
    while (scope != 0) {
        const unsigned char *item = x->mem + scope - 1;
        if (xc_i_get16(item + 2) == prefix.len &&
            xc_i_same(item + XC_I_BINDING, prefix.ptr, prefix.len))
            return scope;
        scope = xc_i_get32(item + 8);
    }
    return 0;
}

/* The scope of a prefix. 0: none, also for a default namespace that was
   undeclared. */
XC_I_HOT uint32_t xc_i_lookup(const xc_xml *x, xc_str prefix)
{
    uint32_t scope;
    if (prefix.len == 3 && xc_i_same(prefix.ptr, xc_i_xml_prefix, 3))
        return XC_I_SCOPE_XML;
    scope = xc_i_find_scope(x, prefix);
    return scope != 0 && xc_i_get32(x->mem + scope - 1 + 4) == 0 ? 0 : scope;
}

/* The namespace name that a scope stands for. */
XC_I_HOT xc_str xc_i_scope_ns(const unsigned char *mem, uint32_t scope)
{
    const unsigned char *item;
    if (scope == 0 || scope == XC_I_SCOPE_UNDECLARED)
        return xc_i_absent();
    if (scope == XC_I_SCOPE_XML)
        return xc_i_str((const unsigned char *)xc_i_xml_ns,
                        sizeof xc_i_xml_ns - 1);
    item = mem + (scope - 1);
    return xc_i_str(item + XC_I_BINDING + xc_i_get16(item + 2),
                    xc_i_get32(item + 4));
}

/* ---- [XML] records of attributes (private) ------------------------------ */

/* Where code is cheap, member by member: what has just been written in other
   pieces than it is read in makes a processor wait. */
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

/* The same as bytes, in the order of xc_i_record's members. */
static unsigned char *xc_i_record_bytes(const xc_xml *x, size_t i)
{
    return x->mem + x->high - (i + 1) * XC_I_RECORD;
}
enum { XC_I_R_NAME = 0, XC_I_R_VALUE = 4, XC_I_R_VALUE_LEN = 8,
       XC_I_R_SCOPE = 12, XC_I_R_NAME_LEN = 16, XC_I_R_COLON = 18 };

static xc_str xc_i_local(const xc_i_record *r, const unsigned char *tag)
{
    size_t skip = r->colon != 0 ? r->colon + 1u : 0;
    return xc_i_str(tag + r->name + skip, r->name_len - skip);
}

/* What a declaration declares: its prefix, "" for the default namespace. */
XC_I_SHARED xc_str xc_i_declared(const xc_i_record *r,
                                 const unsigned char *tag)
{
    return r->colon != 0 ? xc_i_local(r, tag) : xc_i_str(tag, 0);
}

/* Is there an attribute of this name among the n records below `top`? */
static bool xc_i_name_used(const unsigned char *top, size_t n,
                           const unsigned char *tag, const xc_i_record *r)
{
    for (; n > 0; n--) {
        const unsigned char *other = top - n * XC_I_RECORD;
        if (xc_i_get16(other + XC_I_R_NAME_LEN) == r->name_len &&
            xc_i_same(tag + xc_i_get32(other + XC_I_R_NAME), tag + r->name,
                      r->name_len))
            return true;
    }
    return false;
}

/* Takes down that the attribute is a declaration (Namespaces in XML section
   3). Declarations leave no record, but an item that is compared here. */
static xc_status xc_i_note_declaration(const xc_xml *x, xc_i_record *r,
                                       const unsigned char *tag)
{
    xc_str prefix = xc_i_declared(r, tag);
    uint32_t scope;
    r->scope = XC_I_SCOPE_DECLARES;
    scope = xc_i_find_scope(x, prefix);
    if (scope > x->high && scope <= x->item) /* this element declared it */
        return XC_ERR_DUPLICATE;
    return xc_str_is(prefix, "xmlns") ? XC_ERR_RESERVED_NAMESPACE : XC_OK;
}

static xc_status xc_i_note_attribute(xc_xml *x, xc_i_record *r,
                                     const unsigned char *tag)
{
    const unsigned char *name = tag + r->name;
    size_t prefix = r->colon != 0 ? r->colon : r->name_len;
    if (prefix == 5 && xc_i_same(name, "xmlns", 5))
        return xc_i_note_declaration(x, r, tag);
    x->has_prefixes |= r->colon != 0;
    return xc_i_name_used(x->mem + x->high, x->records, tag, r)
               ? XC_ERR_DUPLICATE
               : XC_OK;
}

/* The name of an attribute is complete. */
static xc_status xc_i_add_record(xc_xml *x, xc_i_tag *t)
{
    xc_i_record r = {0, 0, 0, 0, 0, 0};
    xc_status status;
    r.name = x->mark;
    r.name_len = (uint16_t)(x->pos - x->mark);
    r.colon = x->colon;
    status = xc_i_note_attribute(x, &r, t->p);
    if (status == XC_OK && x->attributes >= x->max_attributes)
        status = XC_ERR_LIMIT_ATTRIBUTES;
    if (status == XC_OK && xc_i_room(x) < XC_I_RECORD)
        status = XC_ERR_MEMORY;
    if (status != XC_OK)
        return xc_i_tag_fail(x, status, x->pos);
    memcpy(xc_i_record_bytes(x, x->records++), &r, XC_I_RECORD);
    x->attributes++;
    return xc_i_clip(x, t);
}

/* Namespaces in XML section 3: what may be declared as what. */
static xc_status xc_i_check_declaration(const xc_xml *x, xc_str prefix,
                                        xc_str name)
{
    if (xc_str_is(name, xc_i_xml_ns) != xc_str_is(prefix, xc_i_xml_prefix) ||
        xc_str_is(name, XC_NS_XMLNS))
        return XC_ERR_RESERVED_NAMESPACE;
    if (prefix.len != 0 && name.len == 0)
        return XC_ERR_EMPTY_NAMESPACE;
    return x->namespaces < x->max_namespaces ? XC_OK
                                             : XC_ERR_LIMIT_NAMESPACES;
}

/* Pushes a namespace item between the records and the open elements. */
static xc_status xc_i_bind(xc_xml *x, xc_str prefix, xc_str name)
{
    size_t size = XC_I_BINDING + prefix.len + name.len;
    size_t records = x->records * XC_I_RECORD;
    unsigned char *item = x->mem + x->high - records;
    xc_i_binding header = {0, 0, 0, 0};
    if (xc_i_room(x) < x->pos + 1u + size)
        return XC_ERR_MEMORY;
    if (XC_I_SMALL || records != 0)
        memmove(item - size, item, records);
    x->high -= (uint32_t)size;
    item = x->mem + x->high;
    header.prefix_len = (uint16_t)prefix.len;
    header.len = (uint32_t)name.len;
    header.scope = x->scope;
    memcpy(item, &header, XC_I_BINDING);
    item += XC_I_BINDING;
    if (XC_I_SMALL || prefix.len != 0)
        memcpy(item, prefix.ptr, prefix.len);
    memcpy(item + prefix.len, name.ptr, name.len);
    x->scope = x->high + 1;
    x->namespaces++;
    return XC_OK;
}

/* A declaration is complete: its record, the last one, becomes an item. */
static xc_status xc_i_declare(xc_xml *x, const unsigned char *tag)
{
    xc_i_record r = xc_i_record_at(x->mem, x->high, --x->records);
    xc_str prefix = xc_i_declared(&r, tag);
    xc_str name = xc_i_str(tag + r.value, r.value_len);
    xc_status status = xc_i_check_declaration(x, prefix, name);
    return status == XC_OK ? xc_i_bind(x, prefix, name) : status;
}

/* At the closing quote of an attribute. */
static xc_status xc_i_end_value(xc_xml *x, xc_i_tag *t)
{
    unsigned char *record = xc_i_record_bytes(x, x->records - 1u);
    uint32_t value[2];
    value[0] = x->mark;
    value[1] = x->out - x->mark;
    memcpy(record + XC_I_R_VALUE, value, sizeof value);
    x->state = XC_I_GAP;
    if (xc_i_get32(record + XC_I_R_SCOPE) == XC_I_SCOPE_DECLARES) {
        xc_status status = xc_i_declare(x, t->p);
        if (status != XC_OK)
            return xc_i_tag_fail(x, status, x->pos);
    }
    x->pos++;
    return xc_i_clip(x, t);
}

/* ---- [XML] the end of a start tag: namespaces (private) ----------------- */

/* Do two attributes have the same expanded name? (Namespaces in XML section
   6.3) */
XC_I_COLD bool xc_i_same_expanded(const xc_xml *x, const unsigned char *tag,
                                  size_t i, size_t j)
{
    xc_i_record r = xc_i_record_at(x->mem, x->high, i);
    xc_str local = xc_i_local(&r, tag), ns = xc_i_scope_ns(x->mem, r.scope);
    r = xc_i_record_at(x->mem, x->high, j);
    return xc_i_alike(local, xc_i_local(&r, tag)) &&
           xc_i_alike(ns, xc_i_scope_ns(x->mem, r.scope));
}

static xc_status xc_i_resolve_attribute(const xc_xml *x,
                                        const unsigned char *tag, size_t i)
{
    unsigned char *record = xc_i_record_bytes(x, i);
    size_t colon = xc_i_get16(record + XC_I_R_COLON), j;
    uint32_t scope;
    if (colon == 0)
        return XC_OK;
    scope = xc_i_lookup(x, xc_i_str(tag + xc_i_get32(record), colon));
    if (scope == 0) {
        if (!x->tolerant)
            return XC_ERR_PREFIX;
        scope = XC_I_SCOPE_UNDECLARED;
    }
    xc_i_put32(record + XC_I_R_SCOPE, scope);
    for (j = 0; scope != XC_I_SCOPE_UNDECLARED && j < i; j++) {
        if (xc_i_same_expanded(x, tag, i, j))
            return XC_ERR_DUPLICATE_EXPANDED;
    }
    return XC_OK;
}

/* At the "/" or ">" that ends the attributes. The element's scope is left in
   `number`. */
XC_I_SHARED xc_status xc_i_resolve(xc_xml *x, const xc_i_tag *t)
{
    const unsigned char *item = x->mem + x->item;
    size_t prefix = xc_i_get16(item + 2), i;
    xc_status status = XC_OK;
    x->number = xc_i_lookup(x, xc_i_str(item + XC_I_ITEM, prefix));
    if (x->number == 0 && prefix != 0)
        status = XC_ERR_PREFIX;
    for (i = 0; x->has_prefixes && status == XC_OK && i < x->records; i++)
        status = xc_i_resolve_attribute(x, t->p, i);
    return status == XC_OK ? status : xc_i_tag_fail(x, status, x->pos);
}

/* ---- [XML] inside a start tag (private) ----------------------------------

   Each state looks at the byte at pos, which is there. XC_OK: go on. */

/* The byte at pos cannot stand there; but bad UTF-8 is worse. */
static xc_status xc_i_wrong(xc_xml *x, const xc_i_tag *t, xc_status error)
{
    uint32_t cp;
    int length = xc_i_utf8(t->p + x->pos, t->n - x->pos, &cp);
    if (length == 0)
        return XC_NEED_MORE;
    if (length < 0)
        return xc_i_tag_fail(x, XC_ERR_UTF8, x->pos + (size_t)(-1 - length));
    return xc_i_tag_fail(x, error, x->pos);
}

/* Steps over the name character at pos, ASCII or not. XC_EVENT: it is none. */
static xc_status xc_i_name_char(xc_xml *x, const xc_i_tag *t, bool start)
{
    uint32_t cp;
    int length = xc_i_utf8(t->p + x->pos, t->n - x->pos, &cp);
    if (length <= 0)
        return xc_i_wrong(x, t, XC_ERR_UTF8);
    if (!xc_i_in_name(cp, start))
        return XC_EVENT;
    x->pos += (uint32_t)length;
    return XC_OK;
}

/* At a colon in a name: the first one ends a prefix. */
static xc_status xc_i_colon(xc_xml *x, const unsigned char *p)
{
    if (x->colon != 0)
        return xc_i_tag_fail(x, XC_ERR_QNAME, x->pos);
    x->colon = (uint16_t)(x->pos - x->mark);
    if (x->state == XC_I_TAG_NAME && x->colon == 5 &&
        xc_i_same(p, "xmlns", 5)) /* Namespaces in XML section 3 */
        return xc_i_tag_fail(x, XC_ERR_RESERVED_NAMESPACE, x->pos);
    x->pos++;
    return XC_OK;
}

/* A byte in a name that is no plain name character. XC_EVENT: the name has
   ended before it. */
static xc_status xc_i_name_special(xc_xml *x, const xc_i_tag *t)
{
    bool start = x->pos == x->mark + x->colon + (x->colon != 0);
    unsigned c = t->p[x->pos];
    xc_status status;
    if ((x->pos - x->mark) >> 16 != 0)
        return xc_i_tag_fail(x, XC_ERR_LIMIT_NAME, x->mark + 0x10000u);
    if (!start && c == ':')
        return xc_i_colon(x, t->p);
    if (!start && c < 0x80)
        return XC_EVENT;
    status = xc_i_name_char(x, t, start);
    if (status != XC_EVENT || !start)
        return status;
    return xc_i_wrong(x, t, x->pos == x->mark && c != ':' ? XC_ERR_NAME
                                                          : XC_ERR_QNAME);
}

/* Reads on in a name. XC_EVENT: pos is at the byte behind it. */
static xc_status xc_i_scan_name(xc_xml *x, const xc_i_tag *t)
{
    xc_status status = XC_OK;
    while (status == XC_OK && x->pos < t->n) {
        size_t first = x->mark + x->colon + (x->colon != 0), i = x->pos;
        if (i != first || xc_i_is(t->p[i], XC_I_NAME_START))
            i = xc_i_find(t->p, i, t->n, XC_I_NAME_CHAR);
        x->pos = (uint32_t)i;
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
    x->state = XC_I_EQUALS;
    return xc_i_add_record(x, t);
}

/* The attribute whose name begins at r->name, with a byte that is no digit,
   "-" or ".". False if it is not plain (see below). */
XC_I_HOT bool xc_i_plain_attr(const unsigned char *t, size_t n,
                              xc_i_record *r)
{
    size_t equals = xc_i_find(t, r->name, n, XC_I_NAME_CHAR), end;
    if (n - equals < 3 ||
        (memcmp(t + equals, "='", 2) != 0 &&
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

/* Where code is cheap: a plain attribute in one go, if there is no doubt that
   it fits. */
XC_I_HOT bool xc_i_whole_attr(xc_xml *x, xc_i_tag *t)
{
    xc_i_record r;
    size_t room = xc_i_room(x);
    r.name = x->pos;
    if (t->p[x->pos] < 'A' || t->p[x->pos] == 'x' ||
        room < x->pos + XC_I_RECORD || x->attributes >= x->max_attributes ||
        !xc_i_plain_attr(t->p, xc_i_min(t->n, room - XC_I_RECORD), &r) ||
        r.value - r.name > 0xFFFF ||
        xc_i_name_used(x->mem + x->high, x->records, t->p, &r))
        return false;
    xc_i_put_record(xc_i_record_bytes(x, x->records++), &r);
    x->attributes++;
    x->pos = r.value + r.value_len + 1;
    x->state = XC_I_GAP;
    t->n = xc_i_min(t->n, room - XC_I_RECORD);
    return true;
}

/* In a tag: white space, its end, or if `inside` an attribute. */
static xc_status xc_i_inside(xc_xml *x, xc_i_tag *t, bool inside)
{
    unsigned c = t->p[x->pos];
    if (c == '>' || c == '/')
        return XC_I_ATTRIBUTED;
    if (xc_i_is(c, XC_I_SPACE)) {
        x->pos++;
        while (XC_I_FAST && x->pos < t->n && t->p[x->pos] == ' ')
            x->pos++;
        x->state = XC_I_INSIDE;
        return XC_OK;
    }
    if (!inside)
        return xc_i_wrong(x, t, XC_ERR_TAG);
    if (XC_I_FAST && xc_i_whole_attr(x, t))
        return XC_OK;
    x->mark = x->pos;
    x->colon = 0;
    x->state = XC_I_ATTR_NAME;
    return XC_OK;
}

/* "=" and the quote, with white space around them. */
static xc_status xc_i_equals(xc_xml *x, const xc_i_tag *t)
{
    unsigned c = t->p[x->pos];
    if (x->state == XC_I_EQUALS ? c == '=' : c == '"' || c == '\'') {
        x->quote = (uint8_t)c;
        x->mark = x->out = x->pos + 1;
        x->state++;
    } else if (!xc_i_is(c, XC_I_SPACE)) {
        return xc_i_wrong(x, t, XC_ERR_ATTRIBUTE);
    }
    x->pos++;
    return XC_OK;
}

static xc_status xc_i_slash(xc_xml *x, const xc_i_tag *t)
{
    if (t->p[x->pos] != '>')
        return xc_i_wrong(x, t, XC_ERR_TAG);
    x->pos++;
    x->state = XC_I_END_DUE;
    return XC_EVENT;
}

/* ---- [XML] values and references (private) ------------------------------ */

/* Behind "&". */
static void xc_i_begin_ref(xc_xml *x, enum xc_i_state state)
{
    x->digits = 0;
    x->number = 0;
    x->state = (uint8_t)state;
}

/* A byte in a value that does not stand for itself. */
static xc_status xc_i_value_special(xc_xml *x, xc_i_tag *t)
{
    unsigned c = t->p[x->pos];
    bool lf = c == '\n' && x->after_cr;
    x->after_cr = c == '\r';
    if (c == x->quote)
        return xc_i_end_value(x, t);
    if (c != '&' && !xc_i_is(c, XC_I_SPACE))
        return xc_i_wrong(x, t, c == '<' ? XC_ERR_ATTRIBUTE : XC_ERR_CHAR);
    if (!XC_I_SMALL && t->carried == NULL)
        return XC_I_COPY;
    x->pos++;
    if (c == '&') {
        xc_i_begin_ref(x, XC_I_VALUE_REF);
        return XC_OK;
    }
    /* XML sections 2.11 and 3.3.3: TAB, LF, CR and CR LF become one space */
    if (!lf)
        t->carried[x->out++] = ' ';
    return XC_OK;
}

static xc_status xc_i_value(xc_xml *x, xc_i_tag *t)
{
    unsigned other = x->quote ^ ((unsigned)'"' ^ '\'');
    size_t from = x->pos, end;
    end = xc_i_run(t->p, from, t->n, XC_I_IN_VALUE, other);
    /* decoding has made the value shorter than what was read */
    if (XC_I_SMALL || (x->out != from && t->carried != NULL))
        memmove(t->carried + x->out, t->carried + from, end - from);
    x->out += (uint32_t)(end - from);
    x->pos = (uint32_t)end;
    if (end > from)
        x->after_cr = false;
    return end < t->n ? xc_i_value_special(x, t) : XC_OK;
}

/* The predefined entities (XML section 4.6) and what they stand for. */
static const char xc_i_entities[] = "lt;<gt;>amp;&apos;'quot;\"";
enum { XC_I_LTREF = 0, XC_I_GTREF = 4, XC_I_AMPREF = 8, XC_I_APOSREF = 13,
       XC_I_QUOTREF = 19, XC_I_NOREF = 25 };

static unsigned xc_i_entity(unsigned c)
{
    switch (c) {
    case 'l': return XC_I_LTREF;
    case 'g': return XC_I_GTREF;
    case 'a': return XC_I_AMPREF;
    case 'q': return XC_I_QUOTREF;
    default: return XC_I_NOREF;
    }
}

/* The next byte of an entity's name; `number` is the place in the list. At the
   ";" XC_EVENT and `number` is the character. */
static xc_status xc_i_entity_byte(xc_xml *x, unsigned c)
{
    if (c == 'p' && x->number == XC_I_AMPREF + 1)
        x->number = XC_I_APOSREF + 1;
    if (c != (unsigned char)xc_i_entities[x->number]) /* any other entity is */
        return c == ';' || c == ':' || xc_i_is(c, XC_I_NAME_CHAR)
                   ? XC_ERR_ENTITY /* RFC 6120 section 11.1 */
                   : XC_ERR_REFERENCE;
    x->number++;
    if (c != ';')
        return XC_OK;
    x->number = (unsigned char)xc_i_entities[x->number];
    return XC_EVENT;
}

enum { XC_I_REF_NEW, XC_I_REF_NAME, XC_I_REF_NUMBER, XC_I_REF_DIGITS };

static unsigned xc_i_digit(unsigned c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 16;
}

/* The next byte of a character reference; `colon` is its base. */
static xc_status xc_i_number_byte(xc_xml *x, unsigned c)
{
    unsigned digit = xc_i_digit(c);
    if (c == 'x' && x->digits == XC_I_REF_NUMBER && x->colon == 10) {
        x->colon = 16;
        return XC_OK;
    }
    if (c == ';' && x->digits == XC_I_REF_DIGITS)
        return xc_is_char(x->number) ? XC_EVENT : XC_ERR_CHAR;
    if (digit >= x->colon)
        return XC_ERR_REFERENCE;
    x->digits = XC_I_REF_DIGITS;
    x->number = x->number * x->colon + digit;
    return x->number <= 0x10FFFF ? XC_OK : XC_ERR_CHAR;
}

XC_I_SHARED xc_status xc_i_ref_byte(xc_xml *x, unsigned c)
{
    if (c >= 0x80)
        return x->digits >= XC_I_REF_NUMBER ? XC_ERR_REFERENCE
                                            : XC_ERR_ENTITY;
    if (x->digits >= XC_I_REF_NUMBER)
        return xc_i_number_byte(x, c);
    if (x->digits == XC_I_REF_NEW) {
        if (c == '#') {
            x->digits = XC_I_REF_NUMBER;
            x->colon = 10;
            return XC_OK;
        }
        if (!xc_i_is(c, XC_I_NAME_START))
            return XC_ERR_REFERENCE;
        x->digits = XC_I_REF_NAME;
        x->number = xc_i_entity(c);
    }
    return xc_i_entity_byte(x, c);
}

/* Reads on behind "&" from *i. XC_EVENT: the reference is complete, `number`
   is the character. An error is at *i. */
static xc_status xc_i_reference(xc_xml *x, const unsigned char *p, size_t *i,
                                size_t n)
{
    xc_status status = XC_OK;
    while (status == XC_OK && *i < n) {
        status = xc_i_ref_byte(x, p[*i]);
        *i += !xc_is_error(status);
    }
    return status;
}

static xc_status xc_i_value_ref(xc_xml *x, xc_i_tag *t)
{
    size_t i = x->pos;
    xc_status status = xc_i_reference(x, t->p, &i, t->n);
    x->pos = (uint32_t)i;
    if (xc_is_error(status))
        return xc_i_wrong(x, t, status);
    if (status == XC_OK)
        return status;
    x->out += (uint32_t)xc_i_utf8_encode(t->carried + x->out, x->number);
    x->state = XC_I_VALUE;
    return XC_OK;
}

/* ---- [XML] start tags, whole or cut (private) --------------------------- */

XC_I_COLD xc_status xc_i_tag_run(xc_xml *x, xc_i_tag *t)
{
    xc_status status = XC_OK;
    while (status == XC_OK && x->pos < t->n) {
        switch (x->state) {
        case XC_I_TAG_NAME: status = xc_i_tag_name(x, t); break;
        case XC_I_GAP:
        case XC_I_INSIDE:
            status = xc_i_inside(x, t, x->state == XC_I_INSIDE);
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

/* Gcc uses a slow string instruction to clear a whole token, and copies an
   absent string in other pieces than it has just been written in. */
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
    tok->offset = x->tag_offset;
}

/* START and END: what the item of the element tells. */
XC_I_HOT void xc_i_name_token(const xc_xml *x, uint32_t at, xc_token_type type,
                            xc_token *tok)
{
    const unsigned char *item = x->mem + at, *name = item + XC_I_ITEM;
    size_t len = xc_i_get16(item), colon = xc_i_get16(item + 2);
    xc_i_new_token(x, tok, type);
    if (colon != 0) {
        tok->prefix = xc_i_str(name, colon);
        name += colon + 1;
        len -= colon + 1;
    }
    tok->name = xc_i_str(name, len);
}

/* What a START token has beside the name of the element; `p` is behind the
   name in the tag that has just been completed. */
XC_I_HOT xc_status xc_i_start_token(xc_xml *x, const unsigned char *p,
                                    xc_token *tok)
{
    tok->empty = x->state == XC_I_END_DUE;
    tok->ns = xc_i_scope_ns(x->mem, x->number);
    tok->attributes = x->records;
    tok->i_tag = p;
    tok->i_mem = x->mem;
    tok->i_records = x->high;
    tok->i_length = x->pos;
    if (x->depth <= x->outer)
        x->limited = false;
    return XC_EVENT;
}

/* Takes what has been read of the tag along: the input ends inside it, or it
   has to be changed. What was looked at but not read comes again. */
static xc_status xc_i_carry(xc_xml *x, xc_i_input *in, const xc_i_tag *t)
{
    if (!XC_I_SMALL && t->carried == NULL) {
        memcpy(x->mem + x->base, t->p, x->pos);
        in->used += x->pos;
        x->carried = x->pos;
        x->carrying = true;
        return XC_OK;
    }
    in->used += t->n - x->carried;
    x->carried = (uint32_t)t->n;
    return XC_OK;
}

/* The name is complete. Behind it may be bytes that came with earlier input (a
   cut character that proved to be no part of it): they stay. What follows may
   be there whole. */
static xc_status xc_i_named(xc_xml *x, xc_i_input *in)
{
    unsigned char *base = x->mem + x->base;
    uint32_t pos = x->pos;
    x->pos = 0;
    if (pos >= x->carried) {
        in->used += pos - x->carried;
        x->carried = 0;
        x->carrying = XC_I_SMALL;
        return XC_OK;
    }
    x->carried -= pos;
    memmove(base, base + pos, x->carried);
    return XC_OK;
}

/* At the "/" or ">" that ends the attributes. XC_OK: ">" is still due. */
static xc_status xc_i_end_attributes(xc_xml *x, const xc_i_tag *t)
{
    xc_status status = xc_i_resolve(x, t);
    if (status != XC_OK)
        return status;
    x->state = t->p[x->pos++] == '/' ? XC_I_SLASH : XC_I_TEXT;
    return x->state == XC_I_TEXT ? XC_EVENT : XC_OK;
}

/* A name or what is behind a name, as much as there is. */
static xc_status xc_i_start_tag(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    const unsigned char *p = in->p + in->used;
    size_t n = in->n - in->used;
    xc_status status;
    xc_i_tag t;
    t.p = p;
    t.carried = NULL;
    if (XC_I_SMALL || x->carrying) {
        t.carried = x->mem + x->base;
        t.p = t.carried;
        n = x->carried + xc_i_min(n, XC_I_PIECE);
    }
    t.n = xc_i_min(n, xc_i_room(x));
    if (t.carried != NULL)
        memcpy(t.carried + x->carried, p, t.n - x->carried);
    do {
        status = xc_i_tag_run(x, &t);
        if (status == XC_I_ATTRIBUTED)
            status = xc_i_end_attributes(x, &t);
    } while (status == XC_OK);
    if (status == XC_NEED_MORE && t.n < n && xc_i_room(x) <= t.n)
        return xc_i_tag_fail(x, XC_ERR_MEMORY, t.n);
    if (status == XC_NEED_MORE || status == XC_I_COPY)
        return xc_i_carry(x, in, &t);
    if (status == XC_I_NAMED)
        return xc_i_named(x, in);
    in->used += x->pos - x->carried;
    if (status != XC_EVENT)
        return status;
    xc_i_name_token(x, x->item, XC_START, tok);
    return xc_i_start_token(x, t.p, tok);
}

XC_I_HOT xc_status xc_i_end_token(xc_xml *x, uint32_t item, xc_token *tok)
{
    xc_i_name_token(x, item, XC_END, tok);
    xc_i_pop(x, item);
    x->state = XC_I_TEXT;
    if (x->depth == 0)
        x->done = true;
    if (x->depth <= x->outer)
        x->limited = false;
    return XC_EVENT;
}

XC_API bool xc_token_attr(const xc_token *tok, size_t i, xc_attribute *attr)
{
    xc_i_record r;
    if (tok == NULL || attr == NULL || i >= tok->attributes)
        return false;
    r = xc_i_record_at(tok->i_mem, tok->i_records, i);
    attr->undeclared = r.scope == XC_I_SCOPE_UNDECLARED;
    if (attr->undeclared)
        r.colon = 0; /* the name is whole */
    attr->name = xc_i_local(&r, tok->i_tag);
    attr->value = xc_i_str(tok->i_tag + r.value, r.value_len);
    attr->prefix = r.colon != 0 ? xc_i_str(tok->i_tag + r.name, r.colon)
                                : xc_i_absent();
    attr->ns = xc_i_scope_ns(tok->i_mem, r.scope);
    return true;
}

/* ---- [XML] character data (private) ------------------------------------- */

XC_I_SHARED xc_status xc_i_text_token(const xc_xml *x, xc_token *tok,
                                   const unsigned char *text, size_t len)
{
    xc_i_new_token(x, tok, XC_TEXT);
    tok->text = xc_i_str(text, len);
    return XC_EVENT;
}

/* An error at the next byte, which is an offence unless UTF-8 is broken.
   XC_OK: no error, only a character that the end of the input cuts. */
static xc_status xc_i_reject(xc_xml *x, const xc_i_input *in, xc_status error)
{
    if (in->p[in->used] < 0x80)
        return xc_i_fail(x, in, error);
    xc_i_mark(x, in);
    x->quote = x->state;
    x->state = XC_I_CUT_CHAR;
    x->mark = (uint32_t)error;
    x->utf8_len = 0;
    return XC_OK;
}

/* The next byte of the character in `utf8`. When it is complete, it is the
   error in `mark`, or text; then the state in `quote` goes on. */
static xc_status xc_i_cut_char(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    uint32_t cp;
    int length;
    x->utf8[x->utf8_len++ & 3] = in->p[in->used];
    length = xc_i_utf8(x->utf8, x->utf8_len, &cp);
    if (length < 0)
        return xc_i_fail(x, in, XC_ERR_UTF8);
    in->used++;
    if (length == 0)
        return XC_OK;
    if (x->mark != 0 || !xc_is_char(cp))
        return xc_i_fail_at(x, x->mark != 0 ? (xc_status)x->mark : XC_ERR_CHAR,
                            x->tag_offset);
    x->state = x->quote;
    return xc_i_text_token(x, tok, x->utf8, x->utf8_len);
}

/* "<": markup begins. */
static xc_status xc_i_open_markup(xc_xml *x, xc_i_input *in)
{
    xc_i_mark(x, in);
    x->state = XC_I_LT;
    if (x->depth <= x->outer && x->stanza_bytes != 0) {
        x->left = in->used + x->stanza_bytes;
        x->limited = true;
    }
    in->used++;
    return XC_OK;
}

/* Where only elements and white space may stand. */
static xc_status xc_i_between(xc_xml *x, xc_i_input *in)
{
    unsigned c = in->p[in->used];
    if (c == '<')
        return xc_i_open_markup(x, in);
    if (!xc_i_is(c, XC_I_SPACE) || x->dense)
        return xc_i_reject(x, in, XC_ERR_OUTSIDE);
    x->begun = true;
    in->used++;
    return XC_OK;
}

/* Perhaps in "]]>": brackets are held back until the next byte tells whether
   they are text. */
static xc_status xc_i_bracket(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    unsigned c = in->p[in->used], held = x->brackets;
    if (c == '>' && held == 2 && x->state != XC_I_CDATA)
        return xc_i_fail(x, in, XC_ERR_CDATA_END); /* XML section 2.4 */
    if (c == ']' && held < 2) {
        x->brackets++;
        in->used++;
        return XC_OK;
    }
    if (c == '>' && held == 2) {
        x->state = XC_I_TEXT;
        x->brackets = 0;
        in->used++;
        return XC_OK;
    }
    /* one bracket less to hold, all if it cannot be "]]>" any more */
    if (c == ']')
        held = 1;
    xc_i_text_token(x, tok, (const unsigned char *)"]]", held);
    x->tag_offset += held;
    x->brackets = (uint8_t)(x->brackets - held);
    return XC_EVENT;
}

/* A byte in character data or CDATA that is no plain text and no markup. */
static xc_status xc_i_odd_byte(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    unsigned c = in->p[in->used];
    if (c != '\r')
        return xc_i_reject(x, in, c >= 0x80 ? XC_OK : XC_ERR_CHAR);
    x->after_cr = true; /* XML section 2.11: CR LF is one line end */
    in->used++;
    return xc_i_text_token(x, tok, (const unsigned char *)"\n", 1);
}

/* A byte of character data that does not stand for itself. */
static xc_status xc_i_text_special(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    unsigned c = in->p[in->used];
    if (x->brackets != 0 || c == ']')
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
    unsigned what = x->state == XC_I_CDATA ? XC_I_IN_CDATA : XC_I_IN_TEXT;
    return xc_i_run(in->p, in->used, in->n, what, ' ');
}

/* Behind a CR, a LF says nothing new. */
static bool xc_i_took_lf(xc_xml *x, xc_i_input *in)
{
    bool after = x->after_cr;
    x->after_cr = false;
    if (!after || in->p[in->used] != '\n')
        return false;
    in->used++;
    return true;
}

static xc_status xc_i_text(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    size_t start = in->used;
    x->records = 0; /* of the tag before */
    if (x->depth <= x->outer)
        return xc_i_between(x, in);
    if (xc_i_took_lf(x, in))
        return XC_OK;
    if (x->brackets == 0) {
        xc_i_mark(x, in);
        in->used = xc_i_any_run(x, in);
    }
    if (in->used == start)
        return xc_i_text_special(x, in, tok);
    return xc_i_text_token(x, tok, in->p + start, in->used - start);
}

static xc_status xc_i_ref(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    xc_status status = xc_i_reference(x, in->p, &in->used, in->n);
    if (xc_is_error(status))
        return xc_i_reject(x, in, status);
    if (status == XC_OK)
        return status;
    x->state = XC_I_TEXT;
    return xc_i_text_token(x, tok, x->utf8,
                           xc_i_utf8_encode(x->utf8, x->number));
}

/* ---- [XML] markup other than start tags (private) ----------------------- */

/* Behind "<!". */
static xc_status xc_i_bang(xc_xml *x, xc_i_input *in)
{
    static const char keyword[] = "[CDATA[";
    unsigned c = in->p[in->used];
    if (x->digits == 0 && c == '-') /* RFC 6120 section 11.1; whatever */
        return xc_i_fail(x, in, XC_ERR_COMMENT); /* follows */
    if (x->digits == 0 && c == 'D')
        return xc_i_fail(x, in, XC_ERR_DTD);
    if (c != (unsigned char)keyword[x->digits] || x->depth <= x->outer)
        return xc_i_reject(x, in, XC_ERR_MARKUP);
    in->used++;
    if (++x->digits == sizeof keyword - 1)
        x->state = XC_I_CDATA;
    return XC_OK;
}

/* The byte behind "<" decides. */
static xc_status xc_i_lt(xc_xml *x, xc_i_input *in)
{
    unsigned c = in->p[in->used];
    x->quote = x->begun;
    x->begun = true;
    x->pos = x->mark = x->carried = 0;
    x->carrying = XC_I_SMALL;
    x->colon = x->records = x->attributes = 0;
    x->has_prefixes = false;
    if (c == '/' && x->depth > 0)
        x->state = XC_I_END_NAME;
    else if (c == '!')
        x->state = XC_I_BANG;
    else if (c == '?' && x->depth == 0 && !x->done)
        x->state = XC_I_DECLARATION; /* and reads the "?" */
    else if (c == '/' || c == '?')
        return xc_i_fail(x, in, c == '/' ? XC_ERR_MISMATCH
                                         : XC_ERR_INSTRUCTION);
    else if (x->done)
        return xc_i_reject(x, in, XC_ERR_OUTSIDE);
    else
        x->state = XC_I_TAG_NAME;
    if (x->state == XC_I_END_NAME || x->state == XC_I_BANG)
        in->used++;
    else if (x->depth >= x->max_depth)
        return xc_i_fail(x, in, XC_ERR_LIMIT_DEPTH);
    x->digits = 0;
    return XC_OK;
}

/* The byte is not what the name has at pos. If that is inside a character, the
   offence is the whole character, which may be cut. */
XC_I_SHARED xc_status xc_i_end_differs(xc_xml *x, const xc_i_input *in,
                                  const unsigned char *name, size_t pos)
{
    xc_status status;
    unsigned begun = 0;
    for (; (name[pos] & 0xC0) == 0x80; pos--)
        begun++;
    status = xc_i_reject(x, in, begun != 0 && in->p[in->used] < 0x80
                                    ? XC_ERR_UTF8
                                    : XC_ERR_MISMATCH);
    memcpy(x->utf8, name + pos, begun);
    x->utf8_len = (uint8_t)begun;
    x->tag_offset -= begun;
    return status;
}

/* The name in an end tag is compared with the one that is open (XML section 3,
   Element Type Match). */
static xc_status xc_i_end_name(xc_xml *x, xc_i_input *in)
{
    const unsigned char *item = x->mem + xc_i_innermost(x);
    const unsigned char *name = item + XC_I_ITEM, *p = in->p;
    size_t len = xc_i_get16(item), pos = x->pos, i = in->used, n = in->n;
    while (i < n && pos < len && p[i] == name[pos]) {
        i++;
        pos++;
    }
    in->used = i;
    x->pos = (uint32_t)pos;
    if (i == n)
        return XC_OK;
    if (pos < len)
        return xc_i_end_differs(x, in, name, pos);
    x->state = XC_I_END_GAP;
    return XC_OK;
}

static xc_status xc_i_end_gap(xc_xml *x, xc_i_input *in)
{
    unsigned c = in->p[in->used];
    if (c == '>')
        x->state = XC_I_END_DUE;
    else if (!xc_i_is(c, XC_I_SPACE))
        return xc_i_reject(x, in, XC_ERR_MISMATCH);
    in->used++;
    return XC_OK;
}

/* ---- [XML] the XML declaration (private) ---------------------------------

   XML section 2.8 and RFC 6120 section 11.5. What is read is compared with
   this text, in which a space stands for white space that must be there and
   "'" for either quote. `pos` is the place in it, `colon` the quote around the
   value being read, `quote` tells that something came before. */

static const char xc_i_decl[] =
    "?xml version='1.0' encoding='utf-8' standalone='yes'?>no'";
enum { XC_I_DECL_TARGET = 4, XC_I_DECL_NO_ENCODING = 19,
       XC_I_DECL_ENCODING = 29, XC_I_DECL_NO_STANDALONE = 36,
       XC_I_DECL_YES = 48, XC_I_DECL_END = 52, XC_I_DECL_NO = 54 };

/* A byte that does not go on with the text. */
XC_I_COLD xc_status xc_i_decl_misfit(size_t pos, unsigned c)
{
    bool first = pos == XC_I_DECL_ENCODING;
    bool name = xc_i_is(c, first ? XC_I_NAME_START : XC_I_NAME_CHAR);
    if (pos < XC_I_DECL_TARGET || (pos == XC_I_DECL_TARGET && name))
        return XC_ERR_INSTRUCTION; /* RFC 6120 section 11.1 */
    if (pos >= XC_I_DECL_ENCODING && pos < XC_I_DECL_NO_STANDALONE &&
        (name || (c == '\'' && !first)))
        return XC_ERR_ENCODING_NAME; /* RFC 6120 section 11.6 */
    return XC_ERR_XML_DECLARATION;
}

/* Where c is to be compared: what may be left out is stepped over. */
static size_t xc_i_decl_place(size_t pos, unsigned c)
{
    if (c == 'n' && pos == XC_I_DECL_YES)
        return XC_I_DECL_NO;
    if (c == 's' && pos == XC_I_DECL_NO_ENCODING)
        return XC_I_DECL_NO_STANDALONE;
    if (c == '?' && (pos - (XC_I_DECL_NO_ENCODING - 1) < 2 ||
                     pos - (XC_I_DECL_NO_STANDALONE - 1) < 2))
        return XC_I_DECL_END;
    return pos;
}

/* May there be more white space than the text asks for? */
static bool xc_i_decl_gap(size_t pos)
{
    const char *next = xc_i_decl + pos;
    return next[-1] == ' ' || next[-1] == '=' || next[0] == '=' ||
           next[0] == '?';
}

/* The byte as it stands in the text. */
XC_I_SHARED unsigned xc_i_decl_normal(xc_xml *x, unsigned c)
{
    unsigned open = x->colon;
    if (open != 0 ? c == open : c == '"' || c == '\'') {
        x->colon = (uint16_t)(open ^ c);
        return '\'';
    }
    if (open == 0 && xc_i_is(c, XC_I_SPACE))
        return ' ';
    if (x->pos - XC_I_DECL_ENCODING < 3 && c >= 'A')
        return c | 0x20; /* XML section 4.3.3: UTF in any case */
    return c == '\'' ? 0 : c; /* in a value between other quotes */
}

XC_I_COLD xc_status xc_i_decl_byte(xc_xml *x, unsigned c)
{
    unsigned normal = xc_i_decl_normal(x, c);
    size_t pos = xc_i_decl_place(x->pos, normal);
    if (normal == ' ' && xc_i_decl_gap(pos))
        return XC_OK;
    if (normal != (unsigned char)xc_i_decl[pos])
        return xc_i_decl_misfit(pos, normal);
    if (pos == XC_I_DECL_TARGET && x->quote != 0)
        return XC_ERR_XML_DECLARATION; /* it comes too late */
    x->pos = xc_i_decl[pos + 1] != '\0' ? (uint32_t)pos + 1
                                        : (uint32_t)XC_I_DECL_END;
    return XC_OK;
}

static xc_status xc_i_declaration(xc_xml *x, xc_i_input *in)
{
    xc_status status = xc_i_decl_byte(x, in->p[in->used]);
    if (status != XC_OK)
        return xc_i_reject(x, in, status);
    in->used++;
    if (x->pos == XC_I_DECL_NO) {
        x->limited = false;
        x->state = XC_I_TEXT;
    }
    return XC_OK;
}

/* ---- [XML] dispatch (private) ------------------------------------------- */

/* Each state looks at the next byte, which is there. XC_OK: go on. */
static xc_status xc_i_dispatch(xc_xml *x, xc_i_input *in, xc_token *tok)
{
    if (x->state <= XC_I_CDATA) /* so often that a jump table is slower */
        return xc_i_text(x, in, tok);
    switch (x->state) {
    case XC_I_LT: return xc_i_lt(x, in);
    case XC_I_END_DUE: return xc_i_end_token(x, xc_i_innermost(x), tok);
    case XC_I_END_NAME: return xc_i_end_name(x, in);
    case XC_I_END_GAP: return xc_i_end_gap(x, in);
    case XC_I_REF: return xc_i_ref(x, in, tok);
    case XC_I_CUT_CHAR: return xc_i_cut_char(x, in, tok);
    case XC_I_BANG: return xc_i_bang(x, in);
    case XC_I_DECLARATION: return xc_i_declaration(x, in);
    default: return xc_i_start_tag(x, in, tok);
    }
}

/* The bytes that have been read are taken from the input. */
XC_I_HOT void xc_i_take(xc_xml *x, xc_str *in, size_t used)
{
    in->ptr += used;
    in->len -= used;
    x->offset += used;
    if (!XC_I_FAST || x->limited) /* gcc would make one slow vector of both */
        x->left -= used;
}

/* As xc_xml_next, with the states. */
XC_I_ALONE xc_status xc_i_next(xc_xml *x, xc_str *in, xc_token *tok)
{
    xc_status status;
    xc_i_input part;
    if (x->error != 0)
        return (xc_status)x->error;
    part.p = (const unsigned char *)in->ptr;
    part.used = 0;
    do {
        part.n = in->len;
        if (x->limited)
            part.n = xc_i_min(part.n, x->left);
        if (part.used < part.n || x->state == XC_I_END_DUE)
            status = xc_i_dispatch(x, &part, tok);
        else if (part.n < in->len)
            status = xc_i_fail(x, &part, XC_ERR_LIMIT_STANZA);
        else
            status = XC_NEED_MORE;
    } while (status == XC_OK);
    if (!xc_is_error(status) && part.used != 0)
        xc_i_take(x, in, part.used);
    return status;
}

/* ---- [XML] plain tokens in one go (private) ------------------------------

   Nearly all of real streams is plain: text; tags with an ASCII name without a
   prefix, only spaces between attributes, none around "=", values that need no
   decoding, at most the default namespace declared. Where code is cheap and
   time is not, such a token is read here if it is there whole. Of all others,
   and if memory may run out, nothing is done: the states read them. */

#define XC_I_PLAIN_ATTRS 16u /* more are not plain */

/* A name that differs from all others in length, first or last byte needs no
   comparison: each name sets one bit of 32. */
XC_I_HOT uint32_t xc_i_name_bit(const unsigned char *name, size_t len)
{
    return (uint32_t)1 << ((name[0] + 4u * name[len - 1] + 8u * len) & 31);
}

typedef struct xc_i_plain_tag {
    const unsigned char *t; /* behind the element's name */
    size_t n, end;          /* what there is; what of it has been read */
    unsigned char *top;     /* records go below */
    size_t records, declared;
    bool empty;             /* it ends in "/>" */
} xc_i_plain_tag;

/* An attribute "x...": the declaration of the default namespace becomes an
   item below the element's; any other is not plain, nor is a name as long as
   the reserved ones. */
XC_I_HOT bool xc_i_plain_declare(const xc_xml *x, xc_i_plain_tag *a,
                                 const xc_i_record *r)
{
    size_t len = r->value_len, size = XC_I_BINDING + len;
    unsigned char *item;
    if (r->name_len != 5 || memcmp(a->t + r->name, "xmlns", 5) != 0 ||
        a->declared != 0 || len == sizeof XC_NS_XML - 1 ||
        len == sizeof XC_NS_XMLNS - 1 || x->namespaces >= x->max_namespaces ||
        (size_t)(a->top - x->mem) - x->base <
            size + XC_I_PLAIN_ATTRS * XC_I_RECORD)
        return false;
    item = a->top - size;
    if (a->records != 0)
        memmove(item - a->records * XC_I_RECORD,
                a->top - a->records * XC_I_RECORD, a->records * XC_I_RECORD);
    xc_i_put32(item, 0); /* as xc_i_binding */
    xc_i_put32(item + 4, (uint32_t)len);
    xc_i_put32(item + 8, x->scope);
    xc_i_copy(item + XC_I_BINDING, a->t + r->value, len);
    a->top = item;
    a->declared = size;
    return true;
}

/* Behind the spaces from i on; most often there are none. */
XC_I_HOT size_t xc_i_plain_spaces(const unsigned char *t, size_t i, size_t n)
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

/* The attributes, down to ">" or "/>", or as many as are plain. */
XC_I_HOT bool xc_i_plain_attrs(const xc_xml *x, xc_i_plain_tag *a)
{
    const unsigned char *t = a->t;
    size_t i = 0, n = a->n;
    size_t more = xc_i_min(x->max_attributes, XC_I_PLAIN_ATTRS);
    uint32_t bits = 0;
    while (t[i] == ' ') {
        xc_i_record r;
        uint32_t bit;
        i = xc_i_plain_spaces(t, i + 1, n);
        if (i == n)
            return false;
        r.name = (uint32_t)i;
        if (t[i] < 'A') /* "/" or ">"; or no name */
            break;
        if (!xc_i_plain_attr(t, n, &r))
            return false;
        i = (size_t)r.value + r.value_len + 1;
        if (i == n || more-- == 0)
            return false;
        if (t[r.name] == 'x') { /* it may be xmlns */
            if (!xc_i_plain_declare(x, a, &r))
                return false;
            a->end = i;
            continue;
        }
        bit = xc_i_name_bit(t + r.name, r.name_len);
        if ((bits & bit) != 0 && xc_i_name_used(a->top, a->records, t, &r))
            return false;
        bits |= bit;
        xc_i_put_record(a->top - ++a->records * XC_I_RECORD, &r);
        a->end = i;
    }
    a->empty = t[i] == '/';
    i += a->empty;
    if (i == n || t[i] != '>')
        return false;
    a->end = i + 1;
    return true;
}

/* Is there room for everything, also if it had to be carried? */
XC_I_HOT bool xc_i_plain_fits(const xc_xml *x, const xc_i_plain_tag *a,
                              size_t len, size_t room)
{
    if (x->depth <= x->outer && x->stanza_bytes != 0 &&
        len + a->end >= x->stanza_bytes)
        return false;
    return a->end + a->records * XC_I_RECORD + a->declared + len + 64 <= room;
}

/* Copies a name; n bytes of `from` may be read. What is written beyond a short
   one lies before `to`, where all is free. */
XC_I_HOT void xc_i_plain_copy(unsigned char *to, const unsigned char *from,
                              size_t len, size_t n)
{
    uint64_t v;
    if (len - 1 < 8 && n >= 8) {
        memcpy(&v, from, 8);
        v <<= 64 - 8 * len; /* little-endian, as all that is FAST */
        memcpy(to + len - 8, &v, 8);
    } else {
        xc_i_copy(to, from, len);
    }
}

/* What has been read of the tag takes effect. */
XC_I_HOT void xc_i_plain_open(xc_xml *x, const xc_i_plain_tag *a,
                              uint32_t item)
{
    x->tag_offset = x->offset;
    if (x->depth <= x->outer && x->stanza_bytes != 0) {
        x->left = x->stanza_bytes;
        x->limited = true;
    }
    x->item = item;
    x->high = (uint32_t)(a->top - x->mem);
    x->depth++;
    x->begun = true;
    x->after_cr = false;
    x->pos = (uint32_t)a->end;
    x->records = (uint16_t)a->records;
    x->has_prefixes = false;
    if (a->declared != 0) {
        x->scope = x->high + 1;
        x->namespaces++;
    }
}

/* The states go on behind the attributes that were plain. */
XC_I_ALONE xc_status xc_i_plain_part(xc_xml *x, xc_str *in, xc_token *tok,
                                     const xc_i_plain_tag *a)
{
    x->attributes = (uint16_t)(a->records + (a->declared != 0));
    x->carrying = false;
    x->carried = 0;
    x->state = XC_I_GAP;
    return xc_i_next(x, in, tok);
}

/* What follows reads the first of n bytes at in->ptr. */

XC_I_ALONE xc_status xc_i_plain_start(xc_xml *x, xc_str *in, xc_token *tok,
                                      size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t room = x->high - x->base, len;
    unsigned char *item;
    xc_i_plain_tag a;
    bool whole;
    n = xc_i_min(n, 0xFFFF); /* the longest name */
    len = xc_i_find(p, 1, n, XC_I_NAME_CHAR);
    a.t = p + len;
    a.n = n - len;
    len--;
    if (a.n == 0 || p[1] < 'A' ||
        room < 2 * len + 64 + XC_I_PLAIN_ATTRS * XC_I_RECORD ||
        x->done || x->depth >= x->max_depth)
        return xc_i_next(x, in, tok);
    item = x->mem + x->high - len - XC_I_ITEM;
    xc_i_plain_copy(item + XC_I_ITEM, p + 1, len, n - 1);
    xc_i_put16(item, len);
    xc_i_put16(item + 2, 0);
    a.top = item;
    a.end = a.records = a.declared = 0;
    a.empty = false;
    whole = xc_i_plain_attrs(x, &a);
    if (a.end == 0 || !xc_i_plain_fits(x, &a, len, room))
        return xc_i_next(x, in, tok);
    xc_i_plain_open(x, &a, (uint32_t)(item - x->mem));
    xc_i_take(x, in, 1 + len + (whole ? a.end : 0));
    if (!whole)
        return xc_i_plain_part(x, in, tok, &a);
    x->number = xc_i_lookup(x, XC_STR(""));
    x->state = a.empty ? XC_I_END_DUE : XC_I_TEXT;
    xc_i_new_token(x, tok, XC_START);
    tok->name = xc_i_str(item + XC_I_ITEM, len);
    return xc_i_start_token(x, a.t, tok);
}

/* Do the len bytes at p and the name at `at` in the memory agree? */
XC_I_HOT bool xc_i_plain_same(const xc_xml *x, const unsigned char *p,
                              size_t n, uint32_t at, size_t len)
{
    if (len <= 16 && n >= 16 && x->size - at >= 16)
        return xc_i_same16(p, x->mem + at) >= len;
    return xc_i_same(p, x->mem + at, len);
}

XC_I_ALONE xc_status xc_i_plain_end(xc_xml *x, xc_str *in, xc_token *tok,
                                    size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    uint32_t item = x->depth != 0 ? xc_i_innermost(x) : 0;
    size_t len = x->depth != 0 ? xc_i_get16(x->mem + item) : n;
    if (n - 2 <= len || p[len + 2] != '>' ||
        !xc_i_plain_same(x, p + 2, n - 2, item + XC_I_ITEM, len))
        return xc_i_next(x, in, tok);
    x->tag_offset = x->offset;
    x->after_cr = false;
    x->records = 0;
    xc_i_take(x, in, len + 3);
    return xc_i_end_token(x, item, tok);
}

XC_I_ALONE xc_status xc_i_plain_due(xc_xml *x, xc_token *tok)
{
    return xc_i_end_token(x, xc_i_innermost(x), tok);
}

XC_I_HOT xc_status xc_i_plain_run(xc_xml *x, xc_str *in, xc_token *tok,
                                  size_t len)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    x->tag_offset = x->offset;
    x->records = 0;
    xc_i_take(x, in, len);
    return xc_i_text_token(x, tok, p, len);
}

XC_I_ALONE xc_status xc_i_plain_text(xc_xml *x, xc_str *in, xc_token *tok,
                                     size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t len = 0;
    if (!x->after_cr)
        len = xc_i_run(p, 0, n, XC_I_IN_TEXT, ' ');
    return len == 0 ? xc_i_next(x, in, tok) : xc_i_plain_run(x, in, tok, len);
}

/* The same for a few characters down to a "<"; without a call, so that no
   registers need to be saved. */
XC_I_ALONE xc_status xc_i_plain_short_text(xc_xml *x, xc_str *in,
                                           xc_token *tok, size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t len = n >= 32 ? xc_i_plain32(p, XC_I_IN_TEXT) : 32;
    return len == 32 || p[len] != '<' || x->after_cr
               ? xc_i_plain_text(x, in, tok, n)
               : xc_i_plain_run(x, in, tok, len);
}

XC_I_HOT xc_status xc_i_plain_markup(xc_xml *x, xc_str *in, xc_token *tok,
                                     size_t n)
{
    return in->ptr[1] == '/' ? xc_i_plain_end(x, in, tok, n)
                             : xc_i_plain_start(x, in, tok, n);
}

/* White space between elements, then a tag. */
XC_I_ALONE xc_status xc_i_plain_between(xc_xml *x, xc_str *in, xc_token *tok,
                                        size_t n)
{
    const unsigned char *p = (const unsigned char *)in->ptr;
    size_t i = 0;
    while (i < n && xc_i_is(p[i], XC_I_SPACE) && !x->dense)
        i++;
    x->begun |= i != 0;
    xc_i_take(x, in, i);
    return n - i >= 3 && p[i] == '<' ? xc_i_plain_markup(x, in, tok, n - i)
                                     : xc_i_next(x, in, tok);
}

/* As xc_xml_next. Calls nothing but the last thing, so it has no frame. */
XC_I_HOT xc_status xc_i_plain(xc_xml *x, xc_str *in, xc_token *tok)
{
    size_t n = in->len;
    if (x->limited)
        n = xc_i_min(n, x->left);
    if ((x->state | x->error | x->brackets) == 0 && n >= 3) {
        if (in->ptr[0] == '<')
            return xc_i_plain_markup(x, in, tok, n);
        return x->depth > x->outer ? xc_i_plain_short_text(x, in, tok, n)
                                   : xc_i_plain_between(x, in, tok, n);
    }
    if (x->state == XC_I_END_DUE && x->error == 0)
        return xc_i_plain_due(x, tok);
    return xc_i_next(x, in, tok);
}

XC_I_HOT bool xc_i_unfit(const xc_xml *x, const xc_str *in)
{
    return x->mem == NULL || (in->ptr == NULL && in->len != 0);
}

XC_API xc_status xc_xml_next(xc_xml *x, xc_str *in, xc_token *tok)
{
    if (x == NULL || in == NULL || tok == NULL || xc_i_unfit(x, in))
        return XC_ERR_ARGUMENT;
    return XC_I_FAST ? xc_i_plain(x, in, tok) : xc_i_next(x, in, tok);
}

/* ---- [TREE] one complete element in one relocatable block (private) ------

   A block is a sequence of records in document order.

   Text      0 L nnnnnn   L: last among its siblings; n: bytes, 63: u24 follows
             bytes NUL
   Element   1 l L a nnnn l: leaf, a: has attributes, n: bytes of the name,
                          15: ask strlen
             u24 size of the whole record (not in a leaf: it has neither
             attributes nor children)
             namespace, name NUL, attributes, records of the children
   Attribute L s nnnnnn   s: has a namespace; n: bytes of the name, 63: strlen,
                          0: the xml:lang around the element, not its own
             u8 bytes of the value, 255: u24 follows
             name NUL, namespace if s, value NUL
   Namespace a number of 7-bit groups, low first: 0 none, 1 stored here, 2 XML,
             3 undeclared prefix, else 3 + the distance back to where one is
             stored. Stored: distance back to the one stored before (0 none),
             bytes, the name, NUL. So each is stored once in a block (of the
             latest XC_I_NS_SEARCH) and found without a table. */

/* Where code is dear, functions that are called once stay functions: they
   would make the frame and the spills of their caller larger. */
#if defined(__GNUC__) && !XC_I_FAST
#define XC_I_APART static __attribute__((noinline))
#else
#define XC_I_APART static
#endif

enum {
    XC_I_ELEMENT = 0x80,
    XC_I_LEAF = 0x40,
    XC_I_LAST = 0x20,     /* of an element */
    XC_I_HAS_ATTRS = 0x10,
    XC_I_LAST_TEXT = 0x40,
    XC_I_LAST_ATTR = 0x80,
    XC_I_ATTR_NS = 0x40
};
enum { XC_I_NS_NONE, XC_I_NS_HERE, XC_I_NS_XML, XC_I_NS_UNDECLARED };
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

/* Reads a number in 7-bit groups; returns what is behind it. */
XC_I_HOT const unsigned char *xc_i_number(const unsigned char *p, size_t *v)
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
    p = xc_i_number(p, &n);
    if (n != XC_I_NS_HERE)
        return p;
    p = xc_i_number(p, &n);
    p = xc_i_number(p, &n);
    return p + n + 1;
}

/* The namespace at `at`; NULL: there is none. */
static xc_str xc_i_ns_at(const unsigned char *at)
{
    const unsigned char *stored;
    size_t code, len;
    if (at == NULL)
        return xc_i_absent();
    stored = xc_i_number(at, &code);
    if (code == XC_I_NS_XML)
        return XC_STR(XC_NS_XML);
    if (code > XC_I_NS_UNDECLARED)
        stored = at - (code - XC_I_NS_UNDECLARED);
    else if (code != XC_I_NS_HERE)
        return xc_i_absent();
    stored = xc_i_number(stored, &len);
    stored = xc_i_number(stored, &len);
    return xc_i_str(stored, len);
}

static bool xc_i_in_ns(const unsigned char *at, const char *wanted)
{
    xc_str ns = xc_i_ns_at(at);
    return ns.ptr == NULL ? wanted[0] == '\0' : xc_str_is(ns, wanted);
}

/* An element or one of its attributes taken apart. */
typedef struct xc_i_part {
    xc_str name, value;        /* value: of an attribute */
    const unsigned char *ns;   /* where it is; NULL: an attribute without */
    const unsigned char *next; /* the next attribute, or what follows */
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
XC_I_HOT const unsigned char *xc_i_ns_place(const xc_element *e)
{
    const unsigned char *p = xc_i_bytes(e);
    return p == NULL ? p : p + ((p[0] & XC_I_LEAF) ? 1 : 4);
}

/* The name at p; if it has `most` bytes, it has that or more. Returns what is
   behind it. */
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
    part->ns = xc_i_ns_place(e);
    part->more = (p[0] & XC_I_HAS_ATTRS) != 0;
    part->next = xc_i_read_name(part, xc_i_skip_ns(part->ns), p[0] & 15u, 15);
    return true;
}

/* Goes on to the next attribute. The inherited xml:lang has an empty name. */
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

/* Where the records of the children begin. */
XC_I_APART const unsigned char *xc_i_children(const xc_element *e)
{
    xc_i_part part;
    xc_i_open_element(e, &part);
    while (xc_i_next_attr(&part)) {
    }
    return part.next;
}

static size_t xc_i_record_size(const unsigned char *p)
{
    xc_i_part part;
    if (!(p[0] & XC_I_ELEMENT))
        return (p[0] & 63) < 63 ? (p[0] & 63u) + 2 : xc_i_get24(p + 1) + 5;
    if (!(p[0] & XC_I_LEAF))
        return xc_i_get24(p + 1);
    xc_i_open_element(xc_i_element(p), &part);
    return (size_t)(part.next - p);
}

static xc_str xc_i_record_text(const unsigned char *p)
{
    size_t len = p[0] & 63u;
    return len < 63 ? xc_i_str(p + 1, len)
                    : xc_i_str(p + 4, xc_i_get24(p + 1));
}

XC_API size_t xc_element_size(const xc_element *e)
{
    return e != NULL ? xc_i_record_size(xc_i_bytes(e)) : 0;
}

XC_API xc_str xc_name(const xc_element *e)
{
    xc_i_part part;
    xc_i_open_element(e, &part);
    return part.name;
}

XC_API xc_str xc_ns(const xc_element *e)
{
    return xc_i_ns_at(xc_i_ns_place(e));
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

/* The first record in e that is an element, or that is text. */
static const unsigned char *xc_i_first(const xc_element *e, unsigned kind)
{
    const unsigned char *p = xc_i_children(e);
    const unsigned char *end = xc_i_bytes(e) + xc_element_size(e);
    while (p < end && (p[0] & XC_I_ELEMENT) != kind)
        p += xc_i_record_size(p);
    return p < end ? p : NULL;
}

XC_API xc_str xc_text(const xc_element *e)
{
    const unsigned char *p;
    if (e == NULL)
        return xc_i_absent();
    p = xc_i_first(e, 0);
    return p != NULL ? xc_i_record_text(p) : XC_STR("");
}

XC_API const xc_element *xc_first(const xc_element *e)
{
    return e != NULL ? xc_i_element(xc_i_first(e, XC_I_ELEMENT)) : NULL;
}

XC_API const xc_element *xc_next(const xc_element *e)
{
    const unsigned char *p = xc_i_bytes(e);
    if (p == NULL)
        return NULL;
    do {
        if (p[0] & ((p[0] & XC_I_ELEMENT) ? XC_I_LAST : XC_I_LAST_TEXT))
            return NULL;
        p += xc_i_record_size(p);
    } while (!(p[0] & XC_I_ELEMENT));
    return xc_i_element(p);
}

/* The first of e and the siblings after it that is such an element. */
XC_I_APART const xc_element *xc_i_search(const xc_element *e, xc_str ns,
                                         const char *name)
{
    while (e != NULL && !xc_is(e, ns.ptr != NULL ? ns.ptr : "", name))
        e = xc_next(e);
    return e;
}

XC_API const xc_element *xc_child(const xc_element *e, const char *ns,
                                  const char *name)
{
    return xc_i_search(xc_first(e), ns != NULL ? xc_str_from(ns) : xc_ns(e),
                       name);
}

XC_API const xc_element *xc_next_same(const xc_element *e)
{
    return xc_i_search(xc_next(e), xc_ns(e), xc_name(e).ptr);
}

/* xml:lang of the element itself, or of the stream where it was noted. */
static xc_str xc_i_own_lang(const xc_element *e, xc_str around)
{
    xc_str own = xc_attr_ns(e, XC_NS_XML, "lang");
    if (own.ptr == NULL)
        own = xc_attr_ns(e, NULL, "");
    return own.ptr != NULL ? own : around;
}

XC_API xc_str xc_lang(const xc_element *root, const xc_element *e)
{
    xc_str lang = xc_i_own_lang(root, xc_i_absent());
    const unsigned char *wanted = xc_i_bytes(e);
    while (root != NULL && e != NULL && root != e) {
        root = xc_first(root);
        while (root != NULL &&
               (wanted < xc_i_bytes(root) ||
                wanted >= xc_i_bytes(root) + xc_element_size(root)))
            root = xc_next(root);
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
XC_I_APART const xc_element *xc_i_walk_open(const xc_walk *w, unsigned depth)
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
        w->text = xc_i_record_text(w->i_at);
        w->i_at += xc_i_record_size(w->i_at);
    } else if (w->i_depth < XC_DEPTH_MAX) {
        w->type = XC_START;
        w->element = xc_i_element(w->i_at);
        xc_i_put24(w->i_open[w->i_depth++], (size_t)(w->i_at - w->i_root));
        w->i_at = xc_i_children(w->element);
    } else {
        return false; /* no block of ours */
    }
    return true;
}

/* ---- [TREE] building (private) -------------------------------------------

   The block grows at xml.base, where the tokenizer's scratch space begins; so
   a carried tag stands exactly where its record goes. It is moved to the end
   of the free space first, and the record is then written from front to back,
   always behind what is still to be read. While an element is open, the size
   in its record holds the distance back to the element around it. */

/* memcmp of what is mostly short. */
XC_I_HOT bool xc_i_equal(const unsigned char *a, const unsigned char *b,
                         size_t len)
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
    return xc_i_same(a, b, len);
}

static unsigned char *xc_i_end(const xc_stream *s)
{
    return s->xml.mem + s->xml.base;
}

/* Each xc_i_put_ function returns where to go on. */
XC_I_HOT unsigned char *xc_i_put_string(unsigned char *to, const void *bytes,
                                        size_t len)
{
    xc_i_copy(to, (const unsigned char *)bytes, len);
    to[len] = 0;
    return to + len + 1;
}

/* The same where 32 bytes may be read and written: the time it takes does not
   depend on the length, which is hard to predict. */
XC_I_HOT unsigned char *xc_i_put_wide(unsigned char *to,
                                      const unsigned char *from, size_t len)
{
    if (len > 32)
        return xc_i_put_string(to, from, len);
    memcpy(to, from, 16);
    memcpy(to + 16, from + 16, 16);
    to[len] = 0;
    return to + len + 1;
}

XC_I_HOT unsigned char *xc_i_put_number(unsigned char *to, size_t v)
{
    for (; v >= 0x80; v >>= 7)
        *to++ = (unsigned char)((v & 0x7F) | 0x80);
    *to++ = (unsigned char)v;
    return to;
}

/* Where in the block a namespace is stored; 0: it is not. The one used last is
   tried first. */
XC_I_HOT uint32_t xc_i_find_ns(const xc_stream *s, xc_str ns)
{
    uint32_t at = s->used_ns;
    size_t back, len;
    int steps;
    for (steps = 0; at != 0 && steps <= XC_I_NS_SEARCH; steps++) {
        const unsigned char *p = xc_i_number(s->xml.mem + at, &back);
        p = xc_i_number(p, &len);
        if (len == ns.len &&
            xc_i_equal(p, (const unsigned char *)ns.ptr, len))
            return at;
        if (steps == 0)
            at = s->recent_ns;
        else
            at = back != 0 ? at - (uint32_t)back : 0;
    }
    return 0;
}

static unsigned char *xc_i_put_ns(xc_stream *s, unsigned char *to, xc_str ns)
{
    uint32_t here = (uint32_t)(to - s->xml.mem), stored;
    if (ns.ptr == NULL || ns.ptr == xc_i_xml_ns) {
        *to = ns.ptr == NULL ? XC_I_NS_NONE : XC_I_NS_XML;
        return to + 1;
    }
    stored = xc_i_find_ns(s, ns);
    if (stored != 0) {
        s->used_ns = stored;
        return xc_i_put_number(to, here - stored + XC_I_NS_UNDECLARED);
    }
    *to++ = XC_I_NS_HERE;
    here++;
    to = xc_i_put_number(to, s->recent_ns != 0 ? here - s->recent_ns : 0);
    to = xc_i_put_number(to, ns.len);
    s->recent_ns = s->used_ns = here;
    return xc_i_put_string(to, ns.ptr, ns.len);
}

XC_I_APART unsigned char *xc_i_put_attr_head(unsigned char *to, unsigned flags,
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
        to = xc_i_put_wide(to, tok->i_tag + r.name, r.name_len);
        return xc_i_put_wide(to, tok->i_tag + r.value, r.value_len);
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

/* An upper bound of what the record takes while the tag is still there. Notes
   whether the tag has an xml:lang. */
XC_I_HOT size_t xc_i_tree_need(const xc_stream *s, const xc_token *tok,
                               bool *says_lang)
{
    size_t need = tok->i_length + tok->name.len + 16 + s->lang_len, i;
    need += 4 * tok->attributes + tok->ns.len + 8;
    for (i = 0; s->xml.has_prefixes && i < tok->attributes; i++) {
        xc_i_record r = xc_i_record_at(tok->i_mem, tok->i_records, i);
        if (r.scope != 0)
            need += xc_i_scope_ns(tok->i_mem, r.scope).len + 8;
        if (r.scope == XC_I_SCOPE_XML &&
            xc_str_is(xc_i_local(&r, tok->i_tag), "lang"))
            *says_lang = true;
    }
    return need;
}

/* Makes room before a tag that stands in our memory. */
XC_I_HOT bool xc_i_tree_lift(xc_stream *s, xc_token *tok)
{
    unsigned char *to;
    if (tok->i_tag != xc_i_end(s))
        return false;
    to = s->xml.mem + s->xml.high - tok->attributes * XC_I_RECORD -
         tok->i_length;
    memmove(to, tok->i_tag, tok->i_length);
    tok->i_tag = to;
    return true;
}

XC_I_HOT void xc_i_tree_close_text(xc_stream *s)
{
    if (s->text != 0)
        s->last = s->text;
    s->text = 0;
}

/* Writes the record of an element with its attributes. The first `wide` bytes
   of the tag may be read, and their copies written, 32 at a time. */
XC_I_HOT void xc_i_put_element(xc_stream *s, const xc_token *tok,
                               bool inherits, size_t wide)
{
    bool attrs = tok->attributes > 0 || inherits;
    bool leaf = tok->empty && !attrs;
    uint32_t at = s->xml.base;
    unsigned char *to = xc_i_end(s), *attr = to;
    const unsigned char *record = tok->i_mem + tok->i_records;
    size_t i;
    *to = (unsigned char)(XC_I_ELEMENT | xc_i_min(tok->name.len, 15));
    if (leaf)
        *to |= XC_I_LEAF;
    if (attrs)
        *to |= XC_I_HAS_ATTRS;
    to++;
    s->leaf = leaf ? at + 1 : 0;
    if (!leaf) {
        xc_i_put24(to, s->open != 0 ? at + 1 - s->open : 0);
        to += 3;
        s->open = at + 1;
    }
    to = xc_i_put_ns(s, to, tok->ns);
    to = xc_i_put_string(to, tok->name.ptr, tok->name.len);
    if (inherits) {
        attr = to;
        to = xc_i_put_attr_head(to, 0, 0, s->lang_len);
        *to++ = 0;
        to = xc_i_put_string(to, s->xml.mem, s->lang_len);
    }
    for (i = tok->attributes; i > 0; i--) {
        attr = to;
        record -= XC_I_RECORD;
        to = xc_i_put_attr(s, tok, record, wide, to);
    }
    if (attrs)
        *attr |= XC_I_LAST_ATTR;
    s->xml.base = (uint32_t)(to - s->xml.mem);
}

/* The language of the stream goes into its elements, unless they say their
   own (RFC 6120 section 8.1.5). */
XC_I_HOT xc_status xc_i_tree_start(xc_stream *s, xc_token *tok)
{
    bool says_lang = false;
    size_t need = xc_i_tree_need(s, tok, &says_lang), wide = 0;
    size_t room = xc_i_room(&s->xml);
    xc_i_tree_close_text(s);
    if (room < need ||
        s->xml.base - s->block + need > XC_I_MAX_BLOCK)
        return xc_i_fail_at(&s->xml, XC_ERR_MEMORY,
                            tok->offset + tok->i_length +
                                xc_i_get16(s->xml.mem + s->xml.item));
    if (!xc_i_tree_lift(s, tok) && tok->i_length > 32 && room - need > 32)
        wide = tok->i_length - 32u;
    xc_i_put_element(s, tok,
                     s->lang_len != 0 && s->open == 0 && !says_lang, wide);
    s->last = 0;
    return XC_OK;
}

/* Adds to the text record, which gets a longer head beyond 62 bytes. */
XC_I_HOT void xc_i_put_text(xc_stream *s, const char *bytes, size_t len)
{
    unsigned char *record = s->xml.mem + s->text;
    uint32_t had = s->text_len;
    s->text_len += (uint32_t)len;
    if (s->text_len < 63) {
        record[0] = (unsigned char)s->text_len;
        record++;
    } else {
        if (had < 63)
            memmove(record + 4, record + 1, had);
        record[0] = 63;
        xc_i_put24(record + 1, s->text_len);
        record += 4;
    }
    record = xc_i_put_string(record + had, bytes, len);
    s->xml.base = (uint32_t)(record - s->xml.mem);
}

static xc_status xc_i_tree_text(xc_stream *s, const xc_token *tok)
{
    size_t space = xc_i_min(xc_i_room(&s->xml),
                            XC_I_MAX_BLOCK - (s->xml.base - s->block));
    size_t most;
    if (s->text == 0) {
        s->text = s->xml.base;
        s->text_len = 0;
    }
    space += s->xml.base - s->text;
    most = space < 2 ? 0 : xc_i_min(space - 2, 62);
    if (space >= 63 + 5)
        most = space - 5;
    most -= s->text_len;
    if (most < tok->text.len)
        return xc_i_fail_at(&s->xml, XC_ERR_MEMORY, tok->offset + most);
    xc_i_put_text(s, tok->text.ptr, tok->text.len);
    return XC_OK;
}

/* The record completed last turns out to have no sibling behind it. */
XC_I_HOT void xc_i_mark_last(xc_stream *s)
{
    unsigned char *record = s->xml.mem + s->last;
    if (s->last != 0)
        *record |= (unsigned char)(*record & XC_I_ELEMENT ? XC_I_LAST
                                                          : XC_I_LAST_TEXT);
}

XC_I_HOT void xc_i_tree_end(xc_stream *s)
{
    unsigned char *record;
    uint32_t at = s->leaf - 1;
    size_t back;
    xc_i_tree_close_text(s);
    if (s->leaf == 0) {
        xc_i_mark_last(s);
        at = s->open - 1;
        record = s->xml.mem + at;
        back = xc_i_get24(record + 1);
        s->open = back != 0 ? s->open - (uint32_t)back : 0;
        xc_i_put24(record + 1, s->xml.base - at);
    }
    s->leaf = 0;
    s->last = at;
}

/* ---- [STREAM] stream header, elements, close (private) -------------------

   Memory: [xml:lang of the header][root's items] block, tag ... open elements
   Between elements only the two in brackets are there. */

enum xc_i_phase {
    XC_I_HEADER,  /* a stream header is next */
    XC_I_BODY,    /* between first-level elements */
    XC_I_ELEMENT_OPEN,
    XC_I_OVER     /* closed */
};
enum { XC_I_DELIVERED = 1, XC_I_UNSETTLED = 2 };

/* Lists for xc_i_which; first the content namespaces, the stanzas. */
static const char xc_i_namespaces[] =
    XC_NS_CLIENT "\0" XC_NS_SERVER "\0" XC_NS_COMPONENT "\0" XC_NS_STREAMS
    "\0" XC_NS_FRAMING "\0";
static const char xc_i_names[] = "message\0presence\0iq\0features\0"
                                 "error\0open\0close\0";
static const char xc_i_header_names[] = "to\0from\0id\0lang\0version\0";
#define XC_I_CONTENTS 3u
#define XC_I_STANZAS 3u
enum { XC_I_IN_STREAMS = XC_I_CONTENTS + 1, XC_I_IN_FRAMING };
enum {
    XC_I_IS_FEATURES = XC_I_STANZAS + 1,
    XC_I_IS_ERROR,
    XC_I_IS_OPEN,
    XC_I_IS_CLOSE
};
enum { XC_I_TO = 1, XC_I_FROM, XC_I_ID, XC_I_LANG, XC_I_VERSION };

/* Which string of a list it is, from 1 on; 0: none. Each string has its NUL,
   the list ends with an empty one. */
static unsigned xc_i_which(xc_str s, const char *list)
{
    unsigned i;
    size_t len;
    for (i = 1; (len = strlen(list)) != 0; i++, list += len + 1) {
        if (len == s.len && xc_i_equal((const unsigned char *)s.ptr,
                                       (const unsigned char *)list, len))
            return i;
    }
    return 0;
}

/* Which content namespace it is; 0: none. */
XC_I_APART uint8_t xc_i_content(xc_str ns)
{
    unsigned i = xc_i_which(ns, xc_i_namespaces);
    return (uint8_t)(i <= XC_I_CONTENTS ? i : 0);
}

XC_I_COLD void xc_i_tree_begin(xc_stream *s)
{
    s->block = s->xml.base;
    s->open = s->leaf = s->last = s->text = s->recent_ns = s->used_ns = 0;
}

XC_API xc_status xc_stream_init(xc_stream *s, void *mem, size_t size,
                                const xc_stream_options *options)
{
    xc_stream_options defaults;
    xc_limits limits;
    xc_status status;
    if (s == NULL)
        return XC_ERR_ARGUMENT;
    memset(s, 0, sizeof *s);
    memset(&defaults, 0, sizeof defaults);
    if (options == NULL)
        options = &defaults;
    limits = options->limits;
    if (limits.stanza_bytes == 0)
        limits.stanza_bytes = 262144;
    if (limits.depth > XC_DEPTH_MAX)
        limits.depth = XC_DEPTH_MAX;
    status = xc_xml_init(&s->xml, mem, size, &limits);
    if (status != XC_OK)
        return status;
    s->content_ns = options->content_ns;
    s->framing = (uint8_t)options->framing;
    if (options->tolerate_undeclared_prefix)
        s->xml.tolerant = true;
    if (s->framing == XC_WEBSOCKET) /* RFC 7395 sections 3.3.3 and 3.8 */
        s->xml.dense = true;
    s->xml.outer = s->framing == XC_TCP || s->framing == XC_BOSH;
    return xc_stream_reset(s);
}

XC_API xc_status xc_stream_reset(xc_stream *s)
{
    xc_status status = xc_xml_reset(s != NULL ? &s->xml : NULL);
    if (status != XC_OK)
        return status;
    s->phase = s->framing == XC_DOCUMENT ? XC_I_BODY : XC_I_HEADER;
    s->lang_len = 0;
    s->pending = 0;
    s->content = 0;
    xc_i_tree_begin(s);
    return XC_OK;
}

XC_API uint64_t xc_stream_offset(const xc_stream *s)
{
    return s != NULL ? s->xml.offset : 0;
}

/* After the header, what was pushed for the root moves to the start of the
   memory, so that an idle stream keeps a few bytes in one place. */
static void xc_i_settle(xc_stream *s)
{
    xc_xml *x = &s->xml;
    uint32_t shift = x->high, scope;
    memmove(x->mem, x->mem + shift, x->size - shift);
    x->high = x->size;
    if (x->scope != 0)
        x->scope -= shift;
    for (scope = x->scope; scope != 0;) {
        unsigned char *link = x->mem + scope - 1 + 8;
        scope = xc_i_get32(link);
        if (scope != 0)
            scope -= shift;
        xc_i_put32(link, scope);
    }
    x->root = s->lang_len;
    x->settled = true;
    s->block = x->size - shift;
}

/* What the last event pointed to is not needed any more. */
static void xc_i_release(xc_stream *s)
{
    if (s->pending & XC_I_UNSETTLED)
        xc_i_settle(s);
    if (s->pending != 0)
        s->xml.base = s->block;
    s->pending = 0;
    if (s->xml.depth == 0 && s->xml.done &&
        (s->framing == XC_WEBSOCKET || s->framing == XC_BOSH))
        xc_xml_reset(&s->xml); /* each message is a document of its own */
}

/* The block is complete. */
XC_I_COLD const xc_element *xc_i_tree_finish(xc_stream *s)
{
    s->xml.mem[s->block] |= XC_I_LAST;
    s->pending |= XC_I_DELIVERED;
    return xc_i_element(s->xml.mem + s->block);
}

/* RFC 6120 section 4.7.5: two numbers; no attribute means 0.9. */
static void xc_i_read_version(xc_str version, xc_stream_header *h)
{
    uint32_t numbers[2] = {0, 0};
    unsigned part = 0;
    size_t i, digits = 0;
    h->minor = 0;
    for (i = 0; i < version.len; i++) {
        unsigned digit = (unsigned char)version.ptr[i] - (unsigned)'0';
        if (version.ptr[i] == '.' && digits > 0 && part == 0) {
            part = 1;
            digits = 0;
            continue;
        }
        if (digit > 9)
            return;
        digits++;
        numbers[part] = numbers[part] * 10 + digit;
        if (numbers[part] > 65535)
            numbers[part] = 65535;
    }
    if (part == 0 || digits == 0)
        return;
    h->major = (uint16_t)numbers[0];
    h->minor = (uint16_t)numbers[1];
}

static void xc_i_read_header_attr(const xc_i_part *a, xc_stream_header *h)
{
    unsigned which = xc_i_which(a->name, xc_i_header_names);
    if (a->ns != NULL)
        which = a->ns[0] == XC_I_NS_XML && which == XC_I_LANG ? which : 0;
    else if (which == XC_I_LANG)
        which = 0;
    switch (which) {
    case XC_I_TO: h->to = a->value; break;
    case XC_I_FROM: h->from = a->value; break;
    case XC_I_ID: h->id = a->value; break;
    case XC_I_LANG: h->lang = a->value; break;
    case XC_I_VERSION: xc_i_read_version(a->value, h); break;
    default: break;
    }
}

XC_I_APART void xc_i_read_header(const xc_stream *s, xc_stream_event *ev)
{
    const char *content = xc_i_namespaces;
    xc_i_part a;
    unsigned i;
    for (i = 1; i < s->content; i++)
        content += strlen(content) + 1;
    if (s->content != 0)
        ev->header.content_ns = xc_str_from(content);
    ev->header.minor = 9;
    xc_i_open_element(ev->element, &a);
    while (xc_i_next_attr(&a))
        xc_i_read_header_attr(&a, &ev->header);
}

/* The content namespace is the default namespace that the header declares;
   a header without a prefix does not say (RFC 6120 section 4.8.2). */
static xc_status xc_i_check_content(xc_stream *s)
{
    uint32_t scope = xc_i_lookup(&s->xml, XC_STR(""));
    xc_str ns = xc_i_scope_ns(s->xml.mem, scope);
    if (ns.ptr == NULL || xc_str_is(ns, XC_NS_STREAMS))
        return XC_OK;
    s->content = xc_i_content(ns);
    if (s->content == 0 ||
        (s->content_ns != NULL && !xc_str_is(ns, s->content_ns)))
        return XC_ERR_CONTENT_NAMESPACE;
    return XC_OK;
}

/* Is the root of the document a stream header? (RFC 6120 section 4.8.1) */
XC_I_APART xc_status xc_i_check_header(xc_stream *s, const xc_token *tok)
{
    bool bosh = s->framing == XC_BOSH;
    if (!xc_str_is(tok->name, bosh ? "body" : "stream"))
        return XC_ERR_NOT_A_STREAM;
    if (!xc_str_is(tok->ns, bosh ? XC_NS_BOSH : XC_NS_STREAMS))
        return XC_ERR_STREAM_NAMESPACE;
    s->content = xc_i_content(xc_str_from(s->content_ns));
    return bosh ? XC_OK : xc_i_check_content(s);
}

static xc_status xc_i_push_lang(xc_stream *s, xc_str lang)
{
    if (xc_i_room(&s->xml) < lang.len)
        return XC_ERR_MEMORY;
    s->xml.high -= (uint32_t)lang.len;
    if (lang.len != 0)
        memcpy(s->xml.mem + s->xml.high, lang.ptr, lang.len);
    s->lang_len = (uint32_t)lang.len;
    return XC_OK;
}

/* The start tag of the stream: OPEN. */
static xc_status xc_i_header(xc_stream *s, xc_token *tok, xc_stream_event *ev)
{
    xc_status status = xc_i_check_header(s, tok);
    if (status == XC_OK) {
        xc_i_tree_begin(s);
        status = xc_i_tree_start(s, tok);
        if (status != XC_OK)
            return status;
        s->xml.records = 0;
        xc_i_tree_end(s);
        ev->element = xc_i_tree_finish(s);
        xc_i_read_header(s, ev);
        status = xc_i_push_lang(s, ev->header.lang);
    }
    if (status != XC_OK)
        return xc_i_fail_at(&s->xml, status, tok->offset);
    s->pending |= XC_I_UNSETTLED;
    s->phase = XC_I_BODY;
    ev->kind = XC_STREAM_OPEN;
    return XC_EVENT;
}

/* WebSocket <open/> and <close/> (RFC 7395 sections 3.4 and 3.6). */
XC_I_APART xc_status xc_i_classify_frame(xc_stream *s, bool framing,
                                         unsigned name)
{
    bool open = name == XC_I_IS_OPEN, close = name == XC_I_IS_CLOSE;
    if (s->phase == XC_I_HEADER && !framing)
        return open || close ? XC_ERR_STREAM_NAMESPACE : XC_ERR_NOT_A_STREAM;
    if (framing && close)
        s->kind = XC_STREAM_CLOSE;
    else if (framing && open && s->phase == XC_I_HEADER)
        s->kind = XC_STREAM_OPEN;
    else if (framing)
        return XC_ERR_STREAM_CHILD;
    return XC_OK;
}

/* What a first-level element is, by its namespace first (RFC 6120 section
   4.8.4). The stream namespace has two (sections 4.3.2 and 4.9). A stanza of
   another content namespace than the stream's is the offence of section
   4.9.3.10. */
XC_I_APART xc_status xc_i_classify(xc_stream *s, const xc_token *tok)
{
    unsigned ns, name;
    s->kind = XC_STREAM_NONZA;
    if (s->framing == XC_DOCUMENT)
        return XC_OK;
    ns = xc_i_which(tok->ns, xc_i_namespaces);
    name = xc_i_which(tok->name, xc_i_names);
    if (ns == XC_I_IN_STREAMS && s->phase != XC_I_HEADER) {
        s->kind = name == XC_I_IS_ERROR ? XC_STREAM_ERROR : XC_STREAM_FEATURES;
        return name == XC_I_IS_ERROR || name == XC_I_IS_FEATURES
                   ? XC_OK
                   : XC_ERR_STREAM_CHILD;
    }
    if (ns - 1 < XC_I_CONTENTS && name - 1 < XC_I_STANZAS) {
        if (s->content != 0 && s->content != ns)
            return XC_ERR_CONTENT_NAMESPACE;
        s->kind = XC_STREAM_STANZA;
    }
    return s->framing == XC_WEBSOCKET
               ? xc_i_classify_frame(s, ns == XC_I_IN_FRAMING, name)
               : XC_OK;
}

static xc_status xc_i_element_start(xc_stream *s, xc_token *tok)
{
    if (s->phase != XC_I_ELEMENT_OPEN) {
        xc_status status = xc_i_classify(s, tok);
        if (status != XC_OK)
            return xc_i_fail_at(&s->xml, status, tok->offset);
        xc_i_tree_begin(s);
        s->start = tok->offset;
        s->phase = XC_I_ELEMENT_OPEN;
    }
    return xc_i_tree_start(s, tok);
}

/* The last byte of a first-level element. */
static xc_status xc_i_element_done(xc_stream *s, xc_stream_event *ev)
{
    ev->element = xc_i_tree_finish(s);
    ev->kind = (xc_stream_kind)s->kind;
    ev->offset = s->start;
    if (s->frame_elements < 2)
        s->frame_elements++;
    s->phase = ev->kind == XC_STREAM_CLOSE ? XC_I_OVER : XC_I_BODY;
    if (ev->kind == XC_STREAM_OPEN) {
        s->content = xc_i_content(xc_str_from(s->content_ns));
        xc_i_read_header(s, ev);
    }
    return XC_EVENT;
}

static xc_status xc_i_stream_end_tag(xc_stream *s, xc_stream_event *ev)
{
    if (s->xml.depth >= s->xml.outer) {
        xc_i_tree_end(s);
        if (s->xml.depth > s->xml.outer)
            return XC_OK;
        return xc_i_element_done(s, ev);
    }
    ev->kind = XC_STREAM_CLOSE;
    s->phase = s->framing == XC_BOSH ? XC_I_HEADER : XC_I_OVER;
    s->lang_len = 0;
    s->block = 0;
    s->pending |= XC_I_DELIVERED;
    return XC_EVENT;
}

XC_I_APART xc_status xc_i_stream_token(xc_stream *s, xc_token *tok,
                                       xc_stream_event *ev)
{
    switch (tok->type) {
    case XC_START:
        if (s->xml.depth <= s->xml.outer) {
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
    if (s == NULL || in == NULL || ev == NULL)
        return XC_ERR_ARGUMENT;
    memset(ev, 0, sizeof *ev);
    if (s->xml.error != 0)
        return (xc_status)s->xml.error;
    xc_i_release(s);
    if (s->phase == XC_I_OVER)
        return XC_CLOSED;
    if (XC_I_FAST && xc_i_unfit(&s->xml, in))
        return XC_ERR_ARGUMENT;
    while (status == XC_OK) {
        status = XC_I_FAST ? xc_i_plain(&s->xml, in, &tok)
                           : xc_xml_next(&s->xml, in, &tok);
        if (status == XC_EVENT)
            status = xc_i_stream_token(s, &tok, ev);
    }
    return status;
}

XC_API bool xc_stream_is_idle(const xc_stream *s)
{
    return s != NULL && s->xml.mem != NULL && s->pending == 0 &&
           s->phase != XC_I_ELEMENT_OPEN && s->xml.state == XC_I_TEXT;
}

XC_API size_t xc_stream_idle_size(const xc_stream *s)
{
    if (s == NULL)
        return 0;
    return xc_stream_is_idle(s) ? s->xml.base : s->xml.size;
}

XC_API xc_status xc_stream_move(xc_stream *s, void *mem, size_t size)
{
    bool idle = xc_stream_is_idle(s);
    if (s == NULL || size > 0xFFFFFFF0u ||
        (idle ? size < s->xml.base : size != s->xml.size))
        return XC_ERR_ARGUMENT;
    if (idle)
        s->xml.high = (uint32_t)size;
    s->xml.size = (uint32_t)size;
    return xc_xml_move(&s->xml, mem);
}

XC_API xc_status xc_stream_end_message(xc_stream *s)
{
    bool one;
    if (s == NULL || s->framing != XC_WEBSOCKET)
        return XC_ERR_ARGUMENT;
    if (s->xml.error != 0)
        return (xc_status)s->xml.error;
    one = s->frame_elements == 1 && s->phase != XC_I_ELEMENT_OPEN &&
          s->xml.state == XC_I_TEXT;
    s->frame_elements = 0;
    return one ? XC_OK
               : xc_i_fail_by(&s->xml, XC_ERR_FRAME, 0);
}

XC_API xc_status xc_stream_finish(xc_stream *s)
{
    if (s == NULL || s->xml.mem == NULL)
        return XC_ERR_ARGUMENT;
    if (s->xml.error != 0)
        return (xc_status)s->xml.error;
    if (s->phase == XC_I_OVER)
        return XC_CLOSED;
    if (s->phase == XC_I_ELEMENT_OPEN || s->xml.state != XC_I_TEXT)
        return xc_i_fail_by(&s->xml, XC_ERR_TRUNCATED, 0);
    return XC_OK;
}

/* ---- [WRITER] well-formed XMPP out (private) ---------------------------- */

/* Without a buffer the capacity is 0. */
XC_I_HOT void xc_i_emit(xc_writer *w, const char *bytes, size_t len)
{
    if (w->len < w->cap && len <= w->cap - w->len)
        xc_i_copy((unsigned char *)w->buf + w->len,
                  (const unsigned char *)bytes, len);
    w->len += len;
}

XC_I_HOT void xc_i_emit_byte(xc_writer *w, char byte)
{
    if (w->len < w->cap)
        w->buf[w->len] = byte;
    w->len++;
}

static void xc_i_emit_text(xc_writer *w, const char *text)
{
    xc_i_emit(w, text, strlen(text));
}

XC_API void xc_writer_init(xc_writer *w, void *buf, size_t size,
                           const char *content_ns)
{
    if (w == NULL)
        return;
    memset(w, 0, sizeof *w);
    w->buf = (char *)buf;
    w->cap = buf != NULL ? size : 0;
    w->content_ns = content_ns;
}

XC_API void xc_writer_fail(xc_writer *w, xc_status status)
{
    if (w != NULL && w->error == 0 && xc_is_error(status))
        w->error = (uint8_t)status;
}

XC_API size_t xc_writer_size(const xc_writer *w)
{
    return w != NULL ? w->len : 0;
}

/* The escapes of bytes, each behind its byte. In values line ends and tabs
   would be normalised by the reader (XML sections 2.11 and 3.3.3); in text
   only CR does not stand for itself. */
static const char *xc_i_escape(char c)
{
    const char *p = "&&amp;\0<&lt;\0>&gt;\0'&apos;\0\"\"\0"
                    "\r&#13;\0\n&#10;\0\t&#9;\0";
    while (*p != '\0' && *p != c)
        p += strlen(p) + 1;
    return *p != '\0' ? p + 1 : NULL;
}

/* Text or the value of an attribute, escaped and checked. */
static void xc_i_emit_escaped(xc_writer *w, xc_str s, unsigned plain)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t i = 0, from;
    while (i < s.len) {
        const char *escape;
        from = i;
        i = xc_i_find(p, i, s.len, plain);
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
        xc_i_emit_text(w, escape);
    }
}

/* ---- [WRITER] tags and namespaces (private) -----------------------------

   Names and namespaces are C strings, also those of a tree; NULL is no
   namespace. */

/* Is the writer ready? After finish the next call starts over. */
static bool xc_i_writable(xc_writer *w)
{
    if (w == NULL)
        return false;
    if (w->finished) {
        w->len = 0;
        w->depth = 0;
        w->error = 0;
        w->in_tag = w->finished = w->closed = false;
    }
    if (w->closed)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    return w->error == 0;
}

static void xc_i_close_tag(xc_writer *w)
{
    if (w->in_tag && w->in_header && w->content_ns == NULL)
        xc_i_emit_byte(w, '/');
    if (w->in_tag)
        xc_i_emit_byte(w, '>');
    w->in_tag = w->in_header = false;
}

static const char *xc_i_ns(const char *ns)
{
    return ns != NULL && ns[0] != '\0' ? ns : NULL;
}

static bool xc_i_same_ns(const char *a, const char *b)
{
    if (a == b || a == NULL || b == NULL)
        return a == b;
    for (; *a == *b && *a != '\0'; a++)
        b++;
    return *a == *b;
}

/* Elements of the stream itself keep the prefix that every peer knows; so do
   those of server dialback, whose prefix our header declares. */
static const char *xc_i_prefix(const xc_writer *w, const char *ns)
{
    if (xc_i_same_ns(ns, XC_NS_STREAMS))
        return "stream";
    if (xc_i_same_ns(ns, XC_NS_XML))
        return xc_i_xml_prefix;
    if (xc_i_same_ns(ns, XC_NS_DIALBACK) &&
        xc_i_same_ns(w->content_ns, XC_NS_SERVER))
        return "db";
    return NULL;
}

/* A name that is to be written must be one. */
static void xc_i_check_name(xc_writer *w, const char *ns, const char *name)
{
    const unsigned char *p = (const unsigned char *)name;
    size_t len = strlen(name), i = 0;
    bool good = len > 0 && !xc_i_same_ns(ns, XC_NS_XMLNS);
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
        xc_i_emit_text(w, prefix);
        xc_i_emit_byte(w, ':');
    }
    xc_i_emit_text(w, name);
}

static void xc_i_emit_attr(xc_writer *w, const char *prefix, const char *name,
                           xc_str value)
{
    xc_i_emit_byte(w, ' ');
    xc_i_emit_name(w, prefix, name);
    xc_i_emit(w, "='", 2);
    xc_i_emit_escaped(w, value, XC_I_IN_VALUE);
    xc_i_emit_byte(w, '\'');
}

/* xmlns='ns', or of a prefix. A namespace is a kind of name. */
static void xc_i_emit_xmlns(xc_writer *w, const char *prefix, const char *ns)
{
    xc_str value;
    value.ptr = ns != NULL ? ns : "";
    value.len = strlen(value.ptr);
    xc_i_emit_attr(w, prefix != NULL ? "xmlns" : NULL,
                   prefix != NULL ? prefix : "xmlns", value);
    if (w->error == XC_ERR_WRITE_TEXT)
        w->error = XC_ERR_WRITE_NAME;
}

/* Opens a tag. `around` is the namespace of the element around it, `scope`
   the default namespace there. */
static void xc_i_open_tag(xc_writer *w, const char *ns, const char *name,
                          const char *around, const char *scope)
{
    const char *prefix = xc_i_prefix(w, ns);
    xc_i_close_tag(w);
    w->tag = w->len;
    w->prefixes = 0;
    xc_i_emit_byte(w, '<');
    xc_i_emit_name(w, prefix, name);
    w->in_tag = true;
    if (prefix == NULL ? !xc_i_same_ns(ns, scope)
                       : w->content_ns == NULL && prefix[0] == 's' &&
                             !xc_i_same_ns(ns, around))
        xc_i_emit_xmlns(w, prefix, ns);
}

static void xc_i_close_element(xc_writer *w, const char *ns, const char *name)
{
    if (w->in_tag) {
        xc_i_emit(w, "/>", 2);
    } else {
        xc_i_emit(w, "</", 2);
        xc_i_emit_name(w, xc_i_prefix(w, ns), name);
        xc_i_emit_byte(w, '>');
    }
    w->in_tag = false;
}

/* The namespace of the innermost open element, or of the stream. */
static const char *xc_i_around(const xc_writer *w)
{
    return xc_i_ns(w->depth > 0 ? w->open[w->depth - 1].ns : w->content_ns);
}

/* The default namespace at this place: of the innermost element without a
   prefix. */
static const char *xc_i_scope(const xc_writer *w)
{
    unsigned i = w->depth;
    while (i > 0 && xc_i_prefix(w, w->open[i - 1].ns) != NULL)
        i--;
    return xc_i_ns(i > 0 ? w->open[i - 1].ns : w->content_ns);
}

XC_API void xc_writer_begin(xc_writer *w, const char *ns, const char *name)
{
    const char *around;
    if (!xc_i_writable(w))
        return;
    if (name == NULL)
        xc_writer_fail(w, XC_ERR_WRITE_NAME);
    else if (w->depth == XC_WRITER_DEPTH)
        xc_writer_fail(w, XC_ERR_WRITE_DEPTH);
    else
        xc_i_check_name(w, ns, name);
    if (w->error != 0)
        return;
    around = xc_i_around(w);
    ns = ns != NULL ? xc_i_ns(ns) : around;
    xc_i_open_tag(w, ns, name, around, xc_i_scope(w));
    w->open[w->depth].ns = ns;
    w->open[w->depth].name = name;
    w->depth++;
}

XC_API void xc_writer_end(xc_writer *w)
{
    if (!xc_i_writable(w))
        return;
    if (w->depth == 0) {
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
        return;
    }
    w->depth--;
    xc_i_close_element(w, w->open[w->depth].ns, w->open[w->depth].name);
}

XC_API void xc_writer_text(xc_writer *w, xc_str text)
{
    if (text.ptr == NULL || !xc_i_writable(w))
        return;
    if (w->depth == 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    if (w->error != 0 || text.len == 0)
        return;
    xc_i_close_tag(w);
    xc_i_emit_escaped(w, text, XC_I_WRITABLE);
}

XC_API void xc_writer_leaf(xc_writer *w, const char *ns, const char *name,
                           xc_str text)
{
    if (text.ptr == NULL)
        return;
    xc_writer_begin(w, ns, name);
    xc_writer_text(w, text);
    xc_writer_end(w);
}

/* ---- [WRITER] attributes (private) -------------------------------------- */

/* Is the attribute at `at` in the open tag before? Reads what was written from
   the first space of the tag on: name, "='", escaped value, "'". */
static bool xc_i_repeats(const xc_writer *w, size_t at)
{
    const char *p = w->buf;
    size_t i = w->tag, k;
    if (w->len > w->cap)
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

/* Finds or declares a prefix for the namespace of an attribute. Attributes of
   a tree come without duplicates, so they may each get a prefix of their
   own. */
static void xc_i_declare_prefix(xc_writer *w, const char *ns, bool tree,
                                char *out)
{
    unsigned i = 0, known = (unsigned)xc_i_min(w->prefixes, XC_WRITER_ATTR_NS);
    while (i < known && !xc_i_same_ns(ns, w->attr_ns[i]))
        i++;
    if (i == XC_WRITER_ATTR_NS)
        i = w->prefixes;
    xc_i_number_prefix(out, i);
    if (i < w->prefixes)
        return;
    if (i < XC_WRITER_ATTR_NS)
        w->attr_ns[i] = ns;
    else if (!tree)
        xc_writer_fail(w, XC_ERR_WRITE_DEPTH);
    w->prefixes++;
    xc_i_emit_xmlns(w, out, ns);
}

/* Attributes of a tree need no check: the reader has seen to that. */
static void xc_i_add_attr(xc_writer *w, const char *ns, const char *name,
                          xc_str value, bool tree)
{
    char text[12];
    const char *prefix = NULL;
    size_t at;
    if (ns != NULL && xc_i_same_ns(ns, XC_NS_XML)) {
        prefix = xc_i_xml_prefix;
    } else if (ns != NULL) {
        prefix = text;
        xc_i_declare_prefix(w, ns, tree, text);
    }
    at = w->len;
    xc_i_emit_attr(w, prefix, name, value);
    if (!tree && xc_i_repeats(w, at))
        xc_writer_fail(w, XC_ERR_WRITE_DUPLICATE);
}

XC_API void xc_writer_attr_ns(xc_writer *w, const char *ns, const char *name,
                              xc_str value)
{
    if (value.ptr == NULL || !xc_i_writable(w))
        return;
    ns = xc_i_ns(ns);
    if (!w->in_tag)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    else if (name == NULL || (ns == NULL && xc_i_same_ns(name, "xmlns")))
        xc_writer_fail(w, XC_ERR_WRITE_NAME);
    else
        xc_i_check_name(w, ns, name);
    if (w->error == 0)
        xc_i_add_attr(w, ns, name, value, false);
}

XC_API void xc_writer_attr(xc_writer *w, const char *name, xc_str value)
{
    xc_writer_attr_ns(w, NULL, name, value);
}

/* ---- [WRITER] trees (private) ------------------------------------------- */

XC_I_APART const char *xc_i_ns_text(const unsigned char *at)
{
    return xc_i_ns_at(at).ptr;
}

static const char *xc_i_ns_of(const xc_element *e)
{
    return xc_i_ns_text(xc_i_ns_place(e));
}

XC_I_APART const char *xc_i_name_of(const xc_element *e)
{
    return xc_name(e).ptr;
}

/* An attribute with an undeclared prefix cannot be written: it is left out.
   So is the inherited xml:lang, which has no name. */
XC_I_APART void xc_i_copy_attrs(xc_writer *w, const xc_element *e, bool tree)
{
    xc_i_part a;
    xc_i_open_element(e, &a);
    while (xc_i_next_attr(&a)) {
        if (!xc_i_undeclared(&a) && a.name.len != 0)
            xc_i_add_attr(w, xc_i_ns_text(a.ns), a.name.ptr, a.value, tree);
    }
}

/* As xc_i_scope, inside a tree that is being walked. */
static const char *xc_i_walk_scope(const xc_writer *w, const xc_walk *walk)
{
    unsigned i;
    for (i = walk->i_depth - 1u; i > 0; i--) {
        const char *ns = xc_i_ns_of(xc_i_walk_open(walk, i));
        if (xc_i_prefix(w, ns) == NULL)
            return ns;
    }
    return xc_i_scope(w);
}

XC_I_APART void xc_i_walk_start(xc_writer *w, const xc_walk *walk)
{
    const xc_element *e = walk->element;
    const char *around = xc_i_around(w);
    if (walk->i_depth > 1)
        around = xc_i_ns_of(xc_i_walk_open(walk, walk->i_depth - 1u));
    xc_i_open_tag(w, xc_i_ns_of(e), xc_i_name_of(e), around,
                  xc_i_walk_scope(w, walk));
}

static void xc_i_walk_write(xc_writer *w, const xc_walk *walk)
{
    const xc_element *e = walk->element;
    switch (walk->type) {
    case XC_START:
        xc_i_walk_start(w, walk);
        xc_i_copy_attrs(w, e, true);
        break;
    case XC_TEXT:
        xc_i_close_tag(w);
        xc_i_emit_escaped(w, walk->text, XC_I_WRITABLE);
        break;
    case XC_END:
        xc_i_close_element(w, xc_i_ns_of(e), xc_i_name_of(e));
        break;
    }
}

XC_API void xc_writer_element(xc_writer *w, const xc_element *e)
{
    xc_walk walk;
    if (!xc_i_writable(w))
        return;
    if (e == NULL)
        xc_writer_fail(w, XC_ERR_ARGUMENT);
    xc_walk_init(&walk, e);
    while (w->error == 0 && xc_walk_next(&walk))
        xc_i_walk_write(w, &walk);
}

XC_API void xc_writer_begin_like(xc_writer *w, const xc_element *e)
{
    const char *ns = xc_i_ns_of(e);
    if (e == NULL)
        xc_writer_fail(w, XC_ERR_ARGUMENT);
    xc_writer_begin(w, ns != NULL ? ns : "", xc_i_name_of(e));
    if (w != NULL && w->error == 0)
        xc_i_copy_attrs(w, e, false);
}

/* ---- [WRITER] stream header, close, error (private) --------------------- */

/* Writes a number before `end`; returns where it begins. */
XC_I_APART char *xc_i_decimal(char *end, unsigned number)
{
    do {
        *--end = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    return end;
}

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

static const char xc_i_xmlns_framing[] = " xmlns='" XC_NS_FRAMING "'";

/* Everything of the header's tag before its addresses. */
static void xc_i_emit_header(xc_writer *w)
{
    xc_i_close_tag(w);
    w->prefixes = 0;
    w->in_tag = w->in_header = true;
    w->tag = w->len;
    if (w->content_ns == NULL) { /* RFC 7395 section 3.4 */
        xc_i_emit_text(w, "<open");
        xc_i_emit_text(w, xc_i_xmlns_framing);
        return;
    }
    xc_i_emit_text(w, "<?xml version='1.0'?>");
    w->tag = w->len;
    xc_i_emit_text(w, "<stream:stream");
    xc_i_emit_xmlns(w, NULL, w->content_ns);
    xc_i_emit_xmlns(w, "stream", XC_NS_STREAMS);
    if (xc_i_same_ns(w->content_ns, XC_NS_SERVER))
        xc_i_emit_xmlns(w, "db", XC_NS_DIALBACK);
}

XC_API void xc_writer_stream_open(xc_writer *w, const xc_stream_header *h)
{
    if (!xc_i_writable(w))
        return;
    if (h == NULL)
        xc_writer_fail(w, XC_ERR_ARGUMENT);
    if (w->len != 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    if (w->error != 0)
        return;
    xc_i_emit_header(w);
    xc_writer_attr(w, "from", h->from);
    xc_writer_attr(w, "to", h->to);
    xc_writer_attr(w, "id", h->id);
    xc_i_emit_version(w, h);
    xc_writer_attr_ns(w, XC_NS_XML, "lang", h->lang);
}

XC_API void xc_writer_stream_close(xc_writer *w)
{
    if (!xc_i_writable(w))
        return;
    if (w->depth != 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    xc_i_close_tag(w);
    w->closed = true;
    if (w->content_ns != NULL) {
        xc_i_emit_text(w, "</stream:stream>");
        return;
    }
    xc_i_emit_text(w, "<close");
    xc_i_emit_text(w, xc_i_xmlns_framing);
    xc_i_emit_text(w, "/>");
}

XC_API void xc_writer_stream_error(xc_writer *w, const char *condition,
                                   xc_str text)
{
    xc_writer_begin(w, XC_NS_STREAMS, "error");
    xc_writer_begin(w, XC_NS_STREAM_ERRORS, condition);
    xc_writer_end(w);
    xc_writer_leaf(w, XC_NS_STREAM_ERRORS, "text", text);
    xc_writer_end(w);
}

XC_API xc_status xc_writer_finish(xc_writer *w, xc_str *out)
{
    if (out != NULL)
        *out = xc_i_absent();
    if (w == NULL || out == NULL)
        return XC_ERR_ARGUMENT;
    if (w->depth != 0)
        xc_writer_fail(w, XC_ERR_WRITE_ORDER);
    if (!w->finished)
        xc_i_close_tag(w);
    if (w->buf != NULL && w->len > w->cap)
        xc_writer_fail(w, XC_ERR_SPACE);
    w->finished = true;
    if (w->error != 0)
        return (xc_status)w->error;
    if (w->buf != NULL)
        *out = xc_i_str((const unsigned char *)w->buf, w->len);
    return XC_OK;
}

#ifdef __cplusplus
}
#endif
#endif /* XMPP_CODEC_IMPLEMENTATION */

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
