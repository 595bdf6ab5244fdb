/* A call of each public function with arguments that may be wrong, for a test
   that spoils one at a time and a fuzzer that spoils any.

   The file that includes this defines misuse_wrong (is the next argument to be
   wrong?), misuse_alloc (memory that lives as long as `m` and has exactly that
   size) and the good values of a call, in `m`. */
#ifndef XC_TEST_MISUSE_H
#define XC_TEST_MISUSE_H

typedef struct misuse {
    /* what a call that refuses leaves as it was */
    struct misuse_objects {
        xc_xml xml;
        xc_stream stream;
        xc_writer writer;
        xc_scram client, server;
        xc_scram_hi hi;
        xc_login login;
        xc_login_server login_server;
        xc_walk walk;
        xc_str xml_in, stream_in, rest;
    } o;
    /* good values */
    xc_str text, other, address, message;
    const char *ns, *name;
    const xc_element *element, *child;
    const xc_schema *schema;
    const xc_hash *hash;
    size_t size; /* of the memory that calls get */
    char *mem;   /* that memory, new for each call */
    unsigned number;
    bool may; /* what is wrong has a meaning of its own */
    /* results */
    xc_status status;
    xc_token token;
    xc_stream_event event;
    xc_attribute attribute;
    xc_jid jid;
    xc_jid_parts parts;
    xc_str result;
    union {
        xc_base base;
        xc_message message;
        uint64_t room[128];
    } payload;
    const xc_field *field;
    uint32_t bits, code_point;
    xc_time time;
    int minutes;
    uint16_t port;
    const xc_channel_binding *chosen;
    bool flag;
    xc_plain plain;
    xc_ht ht;
    xc_scram_challenge challenge;
    xc_scram_identity identity;
    xc_scram_keys keys;
    xc_login_options login_options; /* outlives the call */
    unsigned char salted[XC_HASH_MAX];
    char time_text[XC_TIME_MAX];
    size_t sum; /* of all bytes that were delivered */
} misuse;

static bool misuse_wrong(misuse *m);
static void *misuse_alloc(misuse *m, size_t size);

/* The same where what is wrong may still mean something. */
static bool misuse_odd(misuse *m)
{
    bool odd = misuse_wrong(m);
    m->may |= odd;
    return odd;
}

/* What is delivered can be read. */
static void misuse_read(misuse *m, xc_str s)
{
    for (size_t i = 0; s.ptr != NULL && i < s.len; i++)
        m->sum += (unsigned char)s.ptr[i];
}

static void misuse_read_text(misuse *m, const char *text)
{
    if (text != NULL)
        misuse_read(m, xc_str_from(text));
}

/* No valid view: it counts as absent. */
static xc_str misuse_view(misuse *m, xc_str good)
{
    if (misuse_odd(m)) {
        good.ptr = NULL;
        good.len = 5;
    }
    return good;
}

static unsigned misuse_number(misuse *m, unsigned good)
{
    return misuse_odd(m) ? 250 : good;
}

static xc_jid misuse_jid(misuse *m)
{
    xc_jid none;
    memset(&none, 0, sizeof none);
    return misuse_odd(m) ? none : m->jid;
}

/* Memory to move to: `keep` bytes of the old one are in it already. */
static void *misuse_moved(misuse *m, const void *old, size_t keep, size_t size)
{
    unsigned char *to = misuse_alloc(m, size);
    if (old != NULL)
        memcpy(to, old, keep < size ? keep : size);
    return to;
}

static xc_scram_client_options misuse_client_options(misuse *m)
{
    xc_scram_client_options o;
    memset(&o, 0, sizeof o);
    o.mechanism = XC_MECHANISM_SCRAM_SHA_256;
    o.hash = m->hash;
    o.username = XC_STR("user");
    o.nonce = XC_STR("abc");
    o.iterations_min = 1;
    return o;
}

static const xc_login_options *misuse_login_options(misuse *m)
{
    xc_login_options *o = &m->login_options;
    memset(o, 0, sizeof *o);
    o->username = XC_STR("user");
    o->password = XC_STR("pencil");
    o->nonce = XC_STR("abc");
    o->sha256 = m->hash;
    return o;
}

static xc_scram_server_options misuse_server_options(misuse *m)
{
    xc_scram_server_options o;
    memset(&o, 0, sizeof o);
    o.mechanism = XC_MECHANISM_SCRAM_SHA_256;
    o.hash = m->hash;
    return o;
}

static xc_login_server_options misuse_login_server_options(misuse *m)
{
    xc_login_server_options o;
    memset(&o, 0, sizeof o);
    o.mechanisms = XC_MECHANISM_BIT(XC_MECHANISM_PLAIN);
    o.private_channel = true;
    o.sha256 = m->hash;
    return o;
}

static xc_stream_header misuse_header(misuse *m)
{
    xc_stream_header h;
    memset(&h, 0, sizeof h);
    h.major = 1;
    h.to = m->text;
    return h;
}

/* Arguments: a pointer that must not be NULL; one that may be; an element; a
   view; a number or enum; the memory of a call. */
#define P(pointer) (misuse_wrong(m) ? NULL : (pointer))
#define O(pointer) (misuse_odd(m) ? NULL : (pointer))
#define E P(m->element)
#define V(view) misuse_view(m, view)
#define N(type, number) ((type)misuse_number(m, number))
#define MEMORY P(m->mem), m->size
#define RESULT P(&m->result)
#define W P(&m->o.writer)

/* X(function, what has been called before, KIND, arguments): the kind tells
   what it returns. INIT: a status, and whatever it refuses, the object is a
   new one. LAX: a status, and NULL has a meaning. STEP: of a login, whose turn
   it need not be. */
#define MISUSE_CALLS(X)                                                       \
    X(xc_str_from, "", STR, (P(m->name)))                                     \
    X(xc_str_equal, "", NUMBER, (V(m->text), V(m->other)))                    \
    X(xc_str_is, "", NUMBER, (V(m->text), P(m->name)))                        \
    X(xc_str_starts_with, "", NUMBER, (V(m->text), P(m->name)))               \
    X(xc_str_cut, "", STR, (P(&m->o.rest), ' '))                              \
    X(xc_str_trim, "", STR, (V(m->text)))                                     \
    X(xc_status_is_error, "", NUMBER, (N(xc_status, m->number)))              \
    X(xc_status_name, "", TEXT, (N(xc_status, m->number)))                    \
    X(xc_status_text, "", TEXT, (N(xc_status, m->number)))                    \
    X(xc_status_condition, "", TEXT, (N(xc_status, m->number)))               \
    X(xc_utf8_decode, "", NUMBER, (V(m->text), P(&m->code_point)))            \
    X(xc_utf8_check, "", NUMBER, (V(m->text)))                                \
    X(xc_is_char, "", NUMBER, (N(uint32_t, m->number)))                       \
    X(xc_is_name_start, "", NUMBER, (N(uint32_t, m->number)))                 \
    X(xc_is_name_char, "", NUMBER, (N(uint32_t, m->number)))                  \
    X(xc_jid_parse, "", JID, (V(m->address), O(m->mem), m->size, P(&m->jid))) \
    X(xc_jid_build, "", JID, (P(&m->parts), O(m->mem), m->size, P(&m->jid)))  \
    X(xc_jid_split, "", PARTS, (V(m->address)))                               \
    X(xc_jid_enforce, "", RESULTING,                                          \
      (N(xc_jid_part, XC_JID_LOCAL), V(m->text), O(m->mem), m->size, RESULT)) \
    X(xc_jid_local, "xc_jid_parse", STR, (misuse_jid(m)))                     \
    X(xc_jid_domain, "xc_jid_parse", STR, (misuse_jid(m)))                    \
    X(xc_jid_resource, "xc_jid_parse", STR, (misuse_jid(m)))                  \
    X(xc_jid_bare, "xc_jid_parse", STR, (misuse_jid(m)))                      \
    X(xc_jid_full, "xc_jid_parse", STR, (misuse_jid(m)))                      \
    X(xc_jid_copy, "xc_jid_parse", JID, (misuse_jid(m), MEMORY, P(&m->jid)))  \
    X(xc_jid_domain_ascii, "xc_jid_parse", RESULTING,                         \
      (misuse_jid(m), O(m->mem), m->size, RESULT))                            \
    X(xc_jid_equal, "xc_jid_parse", NUMBER, (misuse_jid(m), misuse_jid(m)))   \
    X(xc_jid_bare_equal, "xc_jid_parse", NUMBER,                              \
      (misuse_jid(m), misuse_jid(m)))                                         \
    X(xc_jid_escape, "", RESULTING, (V(m->text), O(m->mem), m->size, RESULT)) \
    X(xc_jid_unescape, "", RESULTING,                                         \
      (V(m->text), O(m->mem), m->size, RESULT))                               \
    X(xc_xml_init, "", INIT, (P(&m->o.xml), MEMORY, NULL))                    \
    X(xc_xml_next, "xc_xml_init", TOKEN,                                      \
      (P(&m->o.xml), P(&m->o.xml_in), P(&m->token)))                          \
    X(xc_xml_finish, "xc_xml_init", STATUS, (P(&m->o.xml)))                   \
    X(xc_xml_reset, "xc_xml_next", STATUS, (P(&m->o.xml)))                    \
    X(xc_xml_relocate, "xc_xml_next", STATUS,                                 \
      (P(&m->o.xml),                                                          \
       P(misuse_moved(m, m->o.xml.i_mem, m->o.xml.i_size, m->o.xml.i_size)))) \
    X(xc_xml_offset, "xc_xml_next", NUMBER, (P(&m->o.xml)))                   \
    X(xc_token_attr, "xc_xml_next", ATTRIBUTE,                                \
      (P(&m->token), N(size_t, 0), P(&m->attribute)))                         \
    X(xc_element_size, "", NUMBER, (E))                                       \
    X(xc_name, "", STR, (E))                                                  \
    X(xc_ns, "", STR, (E))                                                    \
    X(xc_is, "", NUMBER, (E, O(m->ns), O(m->name)))                           \
    X(xc_attr, "", STR, (E, P(m->name)))                                      \
    X(xc_attr_ns, "", STR, (E, P(m->ns), P(m->name)))                         \
    X(xc_element_attr, "", ATTRIBUTE, (E, N(size_t, 0), P(&m->attribute)))    \
    X(xc_text, "", STR, (E))                                                  \
    X(xc_text_after, "", STR, (P(m->child)))                                  \
    X(xc_first_child, "", ELEMENT, (E))                                       \
    X(xc_next_sibling, "", ELEMENT, (P(m->child)))                            \
    X(xc_child, "", ELEMENT, (E, O(m->ns), O(m->name)))                       \
    X(xc_next_same_name, "", ELEMENT, (P(m->child)))                          \
    X(xc_lang, "", STR, (E, P(m->child)))                                     \
    X(xc_walk_init, "", NOTHING, (P(&m->o.walk), E))                          \
    X(xc_walk_next, "xc_walk_init", NUMBER, (P(&m->o.walk)))                  \
    X(xc_stream_init, "", INIT, (P(&m->o.stream), MEMORY, NULL))              \
    X(xc_stream_next, "xc_stream_init", EVENT,                                \
      (P(&m->o.stream), P(&m->o.stream_in), P(&m->event)))                    \
    X(xc_stream_reset, "xc_stream_next", STATUS, (P(&m->o.stream)))           \
    X(xc_stream_end_message, "xc_stream_next", LAX, (P(&m->o.stream)))        \
    X(xc_stream_finish, "xc_stream_next", STATUS, (P(&m->o.stream)))          \
    X(xc_stream_is_idle, "xc_stream_next", NUMBER, (P(&m->o.stream)))         \
    X(xc_stream_saved_size, "xc_stream_next", NUMBER, (P(&m->o.stream)))      \
    X(xc_stream_relocate, "xc_stream_next", STATUS,                           \
      (P(&m->o.stream),                                                       \
       P(misuse_moved(m, m->o.stream.i_xml.i_mem,                             \
                      xc_stream_saved_size(&m->o.stream), m->size)),          \
       m->size))                                                              \
    X(xc_stream_limit, "xc_stream_init", NOTHING,                             \
      (P(&m->o.stream), N(uint32_t, 1000)))                                   \
    X(xc_stream_offset, "xc_stream_next", NUMBER, (P(&m->o.stream)))          \
    X(xc_writer_init, "", NOTHING, (W, MEMORY, O(XC_NS_CLIENT)))              \
    X(xc_writer_begin, "xc_writer_init", NOTHING, (W, O(m->ns), P(m->name)))  \
    X(xc_writer_attr, "xc_writer_begin", NOTHING,                             \
      (W, P(m->name), V(m->text)))                                            \
    X(xc_writer_attr_ns, "xc_writer_begin", NOTHING,                          \
      (W, P(m->ns), P(m->name), V(m->text)))                                  \
    X(xc_writer_text, "xc_writer_begin", NOTHING, (W, V(m->text)))            \
    X(xc_writer_end, "xc_writer_begin", NOTHING, (W))                         \
    X(xc_writer_text_element, "xc_writer_begin", NOTHING,                     \
      (W, O(m->ns), P(m->name), V(m->text)))                                  \
    X(xc_writer_element, "xc_writer_init", NOTHING, (W, E))                   \
    X(xc_writer_begin_like, "xc_writer_init", NOTHING, (W, E))                \
    X(xc_writer_stream_open, "xc_writer_init", HEADER, (W, P(&header)))       \
    X(xc_writer_stream_close, "xc_writer_init", NOTHING, (W))                 \
    X(xc_writer_stream_error, "xc_writer_init", NOTHING,                      \
      (W, P("not-authorized"), V(m->text)))                                   \
    X(xc_writer_fail, "xc_writer_begin", NOTHING,                             \
      (W, N(xc_status, XC_ERR_CALLER)))                                       \
    X(xc_writer_size, "xc_writer_begin", NUMBER, (W))                         \
    X(xc_writer_finish, "xc_writer_end", RESULTING, (W, RESULT))              \
    X(xc_read, "", LAX,                                                       \
      (P(m->schema), E, P((void *)&m->payload), O(&m->field)))                \
    X(xc_was_read, "", NUMBER, (N(xc_status, m->number)))                     \
    X(xc_matches, "", NUMBER, (P(m->schema), E))                              \
    X(xc_write, "xc_writer_init", NOTHING,                                    \
      (W, P(&xc_message_schema), P(&m->payload.message)))                     \
    X(xc_write_begin, "xc_writer_init", NOTHING,                              \
      (W, P(&xc_message_schema), P(&m->payload.message)))                     \
    X(xc_write_children, "xc_write_begin", NOTHING,                           \
      (W, P(&xc_message_schema), P(&m->payload.message)))                     \
    X(xc_write_child, "xc_write_begin", NOTHING,                              \
      (W, P(&xc_message_schema), P(&m->payload.message), P(m->child),         \
       P(&m->bits)))                                                          \
    X(xc_field_of, "", POINTER, (P(m->schema), E, P(m->child)))               \
    X(xc_time_parse, "", NUMBER, (V(m->text), P(&m->time)))                   \
    X(xc_time_format, "", STR, (P(&m->time), P(m->time_text)))                \
    X(xc_stanza_error_name, "", TEXT, (N(unsigned, m->number)))               \
    X(xc_stream_error_name, "", TEXT, (N(unsigned, m->number)))               \
    X(xc_sasl_failure_name, "", TEXT, (N(unsigned, m->number)))               \
    X(xc_stanza_error_from_name, "", NUMBER, (V(m->text)))                    \
    X(xc_stanza_error_for_status, "", NUMBER, (N(xc_status, m->number)))      \
    X(xc_sasl_failure_from_name, "", NUMBER, (V(m->text)))                    \
    X(xc_stanza_error_default_type, "", NUMBER, (N(unsigned, m->number)))     \
    X(xc_stanza_error_legacy_code, "", NUMBER, (N(unsigned, m->number)))      \
    X(xc_stanza_error_from_code, "", NUMBER, (N(unsigned, m->number)))        \
    X(xc_effective_from, "", STR, (E, V(m->text)))                            \
    X(xc_effective_to, "", STR, (E, V(m->text)))                              \
    X(xc_jid_cut_resource, "", STR, (V(m->address)))                          \
    X(xc_has_required_addresses, "", NUMBER, (E))                             \
    X(xc_stanza_check, "", NUMBER, (E))                                       \
    X(xc_iq_payload, "", ELEMENT, (E))                                        \
    X(xc_iq_is_reply_to, "", NUMBER,                                          \
      (E, V(m->text), V(m->other), V(m->text)))                               \
    X(xc_is_roster_push, "", NUMBER, (E, V(m->text)))                         \
    X(xc_roster_single_item, "", ELEMENT, (E))                                \
    X(xc_carbon_copy, "", ELEMENT, (E, V(m->text), O(&m->flag)))              \
    X(xc_features_required, "", ELEMENT, (E, P(&m->flag)))                    \
    X(xc_is_blocking_push, "", NUMBER, (E, V(m->text)))                       \
    X(xc_is_same_author, "", NUMBER,                                          \
      (E, P(m->child), V(m->text), N(bool, 0) != 0, V(m->other)))             \
    X(xc_mam_result_of, "", ELEMENT,                                          \
      (E, V(m->text), V(m->other), V(m->text)))                               \
    X(xc_muc_moderation_of, "", ELEMENT, (E, V(m->text)))                     \
    X(xc_muc_subject_of, "", ELEMENT, (E, V(m->text)))                        \
    X(xc_muc_user_of, "", ELEMENT, (E, V(m->text)))                           \
    X(xc_occupant_id_of, "", STR, (E, V(m->text), N(bool, 1) != 0))           \
    X(xc_pubsub_event_of, "", ELEMENT, (E, V(m->text), V(m->other)))          \
    X(xc_delivery_receipt_of, "", ELEMENT,                                    \
      (E, V(m->text), V(m->other), V(m->text)))                               \
    X(xc_stanza_id_of, "", STR, (E, V(m->text), N(bool, 1) != 0))             \
    X(xc_host_split, "", NUMBER, (V(m->text), RESULT, P(&m->port)))           \
    X(xc_sasl_has_mechanism, "", NUMBER, (E, P(m->name)))                     \
    X(xc_stream_version_compare, "", NUMBER, (V(m->text), V(m->other)))       \
    X(xc_choose_lang, "", ELEMENT,                                            \
      (P(m->child), V(m->text), P(&m->other), 1))                             \
    X(xc_can_reply, "", NUMBER, (E))                                          \
    X(xc_write_reply_begin, "xc_writer_init", NOTHING, (W, E))                \
    X(xc_write_error, "xc_writer_init", NOTHING,                              \
      (W, E, N(xc_stanza_error_condition, m->number), V(m->text)))            \
    X(xc_write_error_begin, "xc_writer_init", NOTHING,                        \
      (W, E, P((const xc_stanza_error *)(const void *)&m->payload)))          \
    X(xc_write_reply_begin_to, "xc_writer_init", NOTHING, (W, E, V(m->text))) \
    X(xc_write_error_to, "xc_writer_init", NOTHING,                           \
      (W, E, V(m->text), N(xc_stanza_error_condition, m->number),             \
       V(m->other)))                                                          \
    X(xc_sm_counts, "", NUMBER, (E))                                          \
    X(xc_sm_acknowledge, "", NUMBER, (3, 1, acknowledged, P(&m->bits)))       \
    X(xc_sm_failed_condition, "", NUMBER,                                     \
      (P((const xc_sm_failed *)(const void *)&m->payload)))                   \
    X(xc_has_child, "", NUMBER, (E, O(m->ns), O(m->name)))                    \
    X(xc_write_tag, "xc_writer_begin", NOTHING, (W, O(m->ns), P(m->name)))    \
    X(xc_chat_state_of, "", NUMBER, (E))                                      \
    X(xc_write_chat_state, "xc_writer_begin", NOTHING,                        \
      (W, N(xc_chat_state, m->number)))                                       \
    X(xc_disco_has_feature, "", NUMBER, (E, P(m->name)))                      \
    X(xc_form_find, "", ELEMENT, (E, P(m->name)))                             \
    X(xc_form_value, "", STR, (E, P(m->name)))                                \
    X(xc_write_form_begin, "xc_writer_init", NOTHING,                         \
      (W, N(xc_form_type, XC_FORM_SUBMIT), O(m->name)))                       \
    X(xc_write_form_field, "xc_write_form_begin", NOTHING,                    \
      (W, P(m->name), V(m->text)))                                            \
    X(xc_forwarded_stanza, "", ELEMENT, (E))                                  \
    X(xc_stanza_id_by, "", STR, (E, V(m->text)))                              \
    X(xc_upload_header_allowed, "", NUMBER,                                   \
      (P((const xc_upload_header *)(const void *)&upload)))                   \
    X(xc_muc_has_status, "", NUMBER, (E, N(unsigned, m->number)))             \
    X(xc_time_offset, "", NUMBER, (V(m->text), P(&m->minutes)))               \
    X(xc_wipe, "", NOTHING, (MEMORY))                                         \
    X(xc_secret_equal, "", NUMBER, (V(m->text), V(m->other)))                 \
    X(xc_base64_encode, "", RESULTING,                                        \
      (V(m->text), O(m->mem), m->size, RESULT))                               \
    X(xc_base64_decode, "", RESULTING,                                        \
      (V(m->text), O(m->mem), m->size, RESULT))                               \
    X(xc_sasl_encode, "", RESULTING,                                          \
      (V(m->text), O(m->mem), m->size, RESULT))                               \
    X(xc_sasl_decode, "", RESULTING,                                          \
      (V(m->text), O(m->mem), m->size, RESULT))                               \
    X(xc_sasl2_encode, "", RESULTING,                                         \
      (V(m->text), O(m->mem), m->size, RESULT))                               \
    X(xc_sasl2_decode, "", RESULTING,                                         \
      (V(m->text), O(m->mem), m->size, RESULT))                               \
    X(xc_mechanism_from_name, "", NUMBER, (V(m->text)))                       \
    X(xc_mechanism_name, "", TEXT, (N(xc_mechanism, m->number)))              \
    X(xc_mechanism_hash_size, "", NUMBER, (N(xc_mechanism, m->number)))       \
    X(xc_mechanism_offer, "", NOTHING, (P(&m->bits), V(m->text)))             \
    X(xc_mechanism_choose, "", NUMBER, (N(uint32_t, 3), N(uint32_t, 7)))      \
    X(xc_binding_choose, "", NUMBER,                                          \
      (N(uint32_t, 3), E, P(&mine), 1, P(&m->chosen)))                        \
    X(xc_binding_offered, "", NUMBER, (E, V(m->text)))                        \
    X(xc_sasl_offer, "", RESULTING,                                           \
      (E, O(m->child), O(m->mem), m->size, RESULT))                           \
    X(xc_sasl_offer_names, "", RESULTING,                                     \
      (P(&m->text), 1, O(&m->other), 1, O(m->mem), m->size, RESULT))          \
    X(xc_sasl_failure_for_status, "", NUMBER, (N(xc_status, m->number)))      \
    X(xc_sasl_prepare, "", RESULTING,                                         \
      (N(xc_sasl_profile, XC_SASL_PROFILE_OPAQUE), V(m->text), O(m->mem),     \
       m->size, RESULT))                                                      \
    X(xc_plain_write, "", RESULTING, (P(&plain), O(m->mem), m->size, RESULT)) \
    X(xc_plain_write_as, "", RESULTING,                                       \
      (N(xc_sasl_profile, XC_SASL_PROFILE_OPAQUE), P(&plain), O(m->mem),      \
       m->size, RESULT))                                                      \
    X(xc_plain_prepare, "", STATUS,                                           \
      (N(xc_sasl_profile, XC_SASL_PROFILE_OPAQUE), P(&plain), O(m->mem),      \
       m->size))                                                              \
    X(xc_plain_read, "", STATUS, (V(m->message), P(&m->plain)))               \
    X(xc_external_write, "", RESULTING, (V(m->text), RESULT))                 \
    X(xc_external_read, "", RESULTING, (V(m->text), RESULT))                  \
    X(xc_anonymous_write, "", RESULTING, (V(m->text), RESULT))                \
    X(xc_anonymous_read, "", RESULTING, (V(m->text), RESULT))                 \
    X(xc_scram_client_first, "", INIT,                                        \
      (P(&m->o.client), MEMORY, P(&client), RESULT))                          \
    X(xc_scram_client_challenge, "xc_scram_client_first", STATUS,             \
      (P(&m->o.client), V(XC_STR("r=abcdef,s=QSXCR+Q6sek8bf92,i=2")),         \
       O(&m->challenge)))                                                     \
    X(xc_scram_client_password, "xc_scram_client_challenge", RESULTING,       \
      (P(&m->o.client), V(m->text), RESULT))                                  \
    X(xc_scram_client_salted, "xc_scram_client_challenge", RESULTING,         \
      (P(&m->o.client), P(m->salted), RESULT))                                \
    X(xc_scram_client_verify, "xc_scram_client_salted", STATUS,               \
      (P(&m->o.client), V(m->message)))                                       \
    X(xc_scram_hi_init, "", INIT,                                             \
      (P(&m->o.hi), P(m->hash), V(m->text), V(m->other), N(uint32_t, 3)))     \
    X(xc_scram_hi_next, "xc_scram_hi_init", STATUS,                           \
      (P(&m->o.hi), N(uint32_t, 1)))                                          \
    X(xc_scram_client_hi, "xc_scram_client_challenge", STATUS,                \
      (P(&m->o.client), V(m->text), P(&m->o.hi)))                             \
    X(xc_scram_derive, "", STATUS, (P(m->hash), P(m->salted), P(&m->keys)))   \
    X(xc_scram_server_first, "", INIT,                                        \
      (P(&m->o.server), MEMORY, P(&server), V(XC_STR("n,,n=user,r=abc")),     \
       P(&m->identity)))                                                      \
    X(xc_scram_server_challenge, "xc_scram_server_first", RESULTING,          \
      (P(&m->o.server), V(XC_STR("def")), V(m->text), N(uint32_t, 2),         \
       RESULT))                                                               \
    X(xc_scram_server_verify, "xc_scram_server_challenge", RESULTING,         \
      (P(&m->o.server),                                                       \
       V(XC_STR("c=biws,r=abcdef,p="                                          \
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),             \
       O(&m->keys), RESULT))                                                  \
    X(xc_scram_server_error, "xc_scram_server_verify", STR,                   \
      (P(&m->o.server)))                                                      \
    X(xc_scram_error_name, "", TEXT, (N(xc_scram_error, m->number)))          \
    X(xc_scram_wipe, "xc_scram_client_first", NOTHING, (P(&m->o.client)))     \
    X(xc_ht_write, "", RESULTING,                                             \
      (P(m->hash), V(m->text), V(m->other), V(m->text), O(m->mem), m->size,   \
       RESULT))                                                               \
    X(xc_ht_read, "", STATUS, (P(m->hash), V(m->message), P(&m->ht)))         \
    X(xc_ht_verify, "", STATUS,                                               \
      (P(m->hash), V(m->text), V(m->other), V(m->message)))                   \
    X(xc_ht_reply, "", RESULTING,                                             \
      (P(m->hash), V(m->text), V(m->other), O(m->mem), m->size, RESULT))      \
    X(xc_ht_verify_reply, "", STATUS,                                         \
      (P(m->hash), V(m->text), V(m->other), V(m->message)))                   \
    X(xc_login_init, "", NOTHING,                                             \
      (P(&m->o.login), MEMORY, P(misuse_login_options(m))))                   \
    X(xc_login_next, "xc_login_init", NUMBER,                                 \
      (P(&m->o.login), P(m->element), W))                                     \
    X(xc_login_work, "xc_login_next", NUMBER, (P(&m->o.login), W))            \
    X(xc_login_wipe, "xc_login_next", NOTHING, (P(&m->o.login)))              \
    X(xc_login_reason_text, "", TEXT, (N(xc_login_reason, m->number)))        \
    X(xc_login_server_init, "", INIT,                                         \
      (P(&m->o.login_server), MEMORY, P(&login_server)))                      \
    X(xc_login_server_offer, "xc_login_server_init", NOTHING,                 \
      (P(&m->o.login_server), W))                                             \
    X(xc_login_server_next, "xc_login_server_init", STEP,                     \
      (P(&m->o.login_server), E, W))                                          \
    X(xc_login_server_credentials, "xc_login_server_init", STEP,              \
      (P(&m->o.login_server), O(&credentials), V(m->text), W))                \
    X(xc_login_server_tokens, "xc_login_server_init", STEP,                   \
      (P(&m->o.login_server), P(&token), N(size_t, 1), W))                    \
    X(xc_login_server_work, "xc_login_server_init", STEP,                     \
      (P(&m->o.login_server), N(uint32_t, 1), W))                             \
    X(xc_login_server_upgrade, "xc_login_server_init", STEP,                  \
      (P(&m->o.login_server), V(m->text), N(uint32_t, 2), W))                 \
    X(xc_login_server_accept, "xc_login_server_init", STEP,                   \
      (P(&m->o.login_server), O(&success), W))                                \
    X(xc_login_server_refuse, "xc_login_server_init", STEP,                   \
      (P(&m->o.login_server), N(xc_sasl_failure_condition, m->number),        \
       V(m->text), W))                                                        \
    X(xc_login_server_wipe, "xc_login_server_init", NOTHING,                  \
      (P(&m->o.login_server)))                                                \
    X(xc_component_handshake, "", RESULTING,                                  \
      (P(m->hash), V(m->text), V(m->other), O(m->mem), m->size, RESULT))      \
    X(xc_dialback_key, "", RESULTING,                                         \
      (P(m->hash), V(m->text), V(m->other), V(m->text), V(m->other),          \
       O(m->mem), m->size, RESULT))

/* What an element that was found belongs to is kept with m->element. */
#define MISUSE_NOTHING(call) call
#define MISUSE_NUMBER(call) m->sum += (size_t)(call)
#define MISUSE_POINTER(call) m->sum += (call) != NULL
#define MISUSE_ELEMENT(call) misuse_read(m, xc_name(call))
#define MISUSE_STR(call) misuse_read(m, call)
#define MISUSE_TEXT(call) misuse_read_text(m, call)
#define MISUSE_PARTS(call) m->parts = call
#define MISUSE_STATUS(call) m->status = call
#define MISUSE_LAX(call) m->status = call
#define MISUSE_INIT(call) m->status = call
#define MISUSE_STEP(call)                                                     \
    m->status = (call) == XC_LOGIN_SERVER_MISUSED ? XC_ERR_ARGUMENT : XC_OK
#define MISUSE_HEADER(call)                                                   \
    do {                                                                      \
        xc_stream_header header = misuse_header(m);                           \
        call;                                                                 \
    } while (0)
#define MISUSE_RESULTING(call)                                                \
    do {                                                                      \
        m->result.ptr = NULL;                                                 \
        m->status = call;                                                     \
        if (m->status == XC_OK)                                               \
            misuse_read(m, m->result);                                        \
    } while (0)
#define MISUSE_JID(call)                                                      \
    do {                                                                      \
        m->status = call;                                                     \
        misuse_read(m, xc_jid_full(m->jid));                                  \
    } while (0)
#define MISUSE_ATTRIBUTE(call)                                                \
    do {                                                                      \
        if (call)                                                             \
            misuse_read(m, m->attribute.value);                               \
    } while (0)
#define MISUSE_TOKEN(call)                                                    \
    do {                                                                      \
        memset(&m->token, 0, sizeof m->token);                                \
        m->status = call;                                                     \
        if (m->status == XC_EVENT)                                            \
            misuse_read(m, m->token.text);                                    \
    } while (0)
#define MISUSE_EVENT(call)                                                    \
    do {                                                                      \
        memset(&m->event, 0, sizeof m->event);                                \
        m->status = call;                                                     \
    } while (0)

#define MISUSE_DEFINE(function, before, kind, arguments)                      \
    static void misuse_##function(misuse *m)                                  \
    {                                                                         \
        xc_scram_client_options client = misuse_client_options(m);            \
        xc_scram_server_options server = misuse_server_options(m);            \
        xc_login_server_options login_server =                                \
            misuse_login_server_options(m);                                   \
        xc_scram_credentials credentials = {m->text, 2, m->keys, NULL};       \
        xc_ht_token token = {                                                 \
            m->text, XC_MECHANISM_HT_SHA_256_NONE, {true, 1}, false};         \
        xc_sasl2_success success;                                             \
        xc_number acknowledged = {true, 2};                                   \
        xc_plain plain = {{NULL, 0}, m->text, m->other};                      \
        xc_channel_binding mine = {m->text, m->other};                        \
        xc_upload_header upload;                                              \
        memset(&success, 0, sizeof success);                                  \
        memset(&upload, 0, sizeof upload);                                    \
        upload.name = m->text;                                                \
        upload.value = m->other;                                              \
        (void)client;                                                         \
        (void)server;                                                         \
        (void)login_server;                                                   \
        (void)credentials;                                                    \
        (void)token;                                                          \
        (void)success;                                                        \
        (void)acknowledged;                                                   \
        (void)plain;                                                          \
        (void)mine;                                                           \
        MISUSE_##kind(function arguments);                                    \
    }
MISUSE_CALLS(MISUSE_DEFINE)

typedef enum misuse_kind {
    MISUSE_IS_OTHER, /* it returns no status */
    MISUSE_IS_STATUS,
    MISUSE_IS_LAX,
    MISUSE_IS_INIT
} misuse_kind;
#define MISUSE_KIND_NOTHING MISUSE_IS_OTHER
#define MISUSE_KIND_NUMBER MISUSE_IS_OTHER
#define MISUSE_KIND_POINTER MISUSE_IS_OTHER
#define MISUSE_KIND_ELEMENT MISUSE_IS_OTHER
#define MISUSE_KIND_STR MISUSE_IS_OTHER
#define MISUSE_KIND_TEXT MISUSE_IS_OTHER
#define MISUSE_KIND_PARTS MISUSE_IS_OTHER
#define MISUSE_KIND_HEADER MISUSE_IS_OTHER
#define MISUSE_KIND_ATTRIBUTE MISUSE_IS_OTHER
#define MISUSE_KIND_STEP MISUSE_IS_LAX
#define MISUSE_KIND_STATUS MISUSE_IS_STATUS
#define MISUSE_KIND_RESULTING MISUSE_IS_STATUS
#define MISUSE_KIND_JID MISUSE_IS_STATUS
#define MISUSE_KIND_TOKEN MISUSE_IS_STATUS
#define MISUSE_KIND_EVENT MISUSE_IS_STATUS
#define MISUSE_KIND_LAX MISUSE_IS_LAX
#define MISUSE_KIND_INIT MISUSE_IS_INIT

typedef struct misuse_row {
    const char *name, *before;
    void (*call)(misuse *m);
    misuse_kind kind;
} misuse_row;
#define MISUSE_ROW(name, before, kind, arguments)                             \
    {#name, before, misuse_##name, MISUSE_KIND_##kind},
static const misuse_row misuse_rows[] = {MISUSE_CALLS(MISUSE_ROW)};
#define MISUSE_ROWS (sizeof misuse_rows / sizeof misuse_rows[0])

/* A hash function of a kind: what matters is that it reads everything. */
static bool misuse_digest(const xc_str *pieces, size_t count,
                          unsigned char *out)
{
    uint32_t h = 2166136261u;
    for (; count-- > 0; pieces++)
        for (size_t i = 0; i < pieces->len; i++)
            h = (h ^ (unsigned char)pieces->ptr[i]) * 16777619u;
    for (size_t i = 0; i < 32; i++, h = h * 1664525u + 1013904223u)
        out[i] = (unsigned char)(h >> 24);
    return true;
}
static const xc_hash misuse_hash = {32, 64, misuse_digest};

#endif
