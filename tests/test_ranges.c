/* What the tables of fields say beside what the standards say: the range of
   every number, the names that count as absent, what is ignored, what may be
   left out, and the members that peers use. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_tree.h"

#include "same.h"

typedef struct entry {
    const char *name;
    const xc_schema *schema;
} entry;

static const entry entries[] = {
#define ENTRY(name, type, ns, element, spec)                                  \
    {"xc_" #name, &xc_##name##_schema},
    XC_STANZAS(ENTRY) XC_PAYLOADS(ENTRY)
#undef ENTRY
};

/* Room for any struct. */
typedef union any {
    xc_base base;
    long long align;
    double also;
    char bytes[4096];
} any;

static const void *member_of(const xc_field *f, const void *in)
{
    return (const char *)in + f->offset;
}

/* ---- writing ------------------------------------------------------------ */

static char written[1 << 16];

static xc_status write_struct(const xc_schema *s, const void *in, xc_str *out)
{
    xc_writer w;
    xc_writer_init(&w, written, sizeof written, XC_NS_CLIENT);
    xc_write(&w, s, in);
    return xc_writer_finish(&w, out);
}

static void check_written(const xc_schema *s, const void *in,
                          const char *expected)
{
    xc_str out;
    check_status(expected, write_struct(s, in, &out), XC_OK);
    check_str(s->name, out, expected);
}

/* Reads what must be without a flaw. */
static const xc_element *read_good(const xc_schema *s, const char *doc,
                                   void *out)
{
    const xc_element *e = parse(doc);
    const xc_field *field = NULL;
    xc_status status = xc_read(s, e, out, &field);
    CHECK(status == XC_OK, "%s: %s %s", doc, xc_status_name(status),
          field != NULL && field->name != NULL ? field->name : "");
    return e;
}

/* ---- numbers ------------------------------------------------------------ */

/* The types of XML Schema. What they have beyond an int64_t saturates. */
#define T_BYTE "xs:byte", -128, 127
#define T_INT "xs:int", -INT64_C(2147483648), INT64_C(2147483647)
#define T_UNSIGNED_BYTE "xs:unsignedByte", 0, 255
#define T_UNSIGNED_SHORT "xs:unsignedShort", 0, 65535
#define T_UNSIGNED_INT "xs:unsignedInt", 0, INT64_C(4294967295)
#define T_UNSIGNED_LONG "xs:unsignedLong", 0, INT64_MAX
#define T_POSITIVE "xs:positiveInteger", 1, INT64_MAX

static const struct {
    const char *schema, *field, *from, *type;
    int64_t least, most;
} numbers[] = {
    {"xc_stanza_error", "code", "XEP-0086", "three digits", 0, 999},
    {"xc_sm_error", "code", "XEP-0086", "three digits", 0, 999},
    {"xc_presence", "priority", "RFC 6121 A.2", T_BYTE},
    {"xc_stream_limits", "max-bytes", "XEP-0478", T_UNSIGNED_INT},
    {"xc_stream_limits", "idle-seconds", "XEP-0478", T_UNSIGNED_INT},
    {"xc_bosh_body", "rid", "XEP-0124 14.1", "xs:positiveInteger, to 2^53-1",
     1, INT64_C(9007199254740991)},
    {"xc_bosh_body", "ack", "XEP-0124", "a rid", 1, INT64_C(9007199254740991)},
    {"xc_bosh_body", "report", "XEP-0124", "a rid", 1,
     INT64_C(9007199254740991)},
    {"xc_bosh_body", "wait", "XEP-0124", T_UNSIGNED_SHORT},
    {"xc_bosh_body", "hold", "XEP-0124", T_UNSIGNED_BYTE},
    {"xc_bosh_body", "time", "XEP-0124", T_UNSIGNED_SHORT},
    {"xc_bosh_body", "inactivity", "XEP-0124", T_UNSIGNED_SHORT},
    {"xc_bosh_body", "polling", "XEP-0124", T_UNSIGNED_SHORT},
    {"xc_bosh_body", "requests", "XEP-0124", T_UNSIGNED_BYTE},
    {"xc_bosh_body", "window", "nowhere", T_UNSIGNED_INT},
    {"xc_bosh_body", "pause", "XEP-0124", T_UNSIGNED_SHORT},
    {"xc_bosh_body", "maxpause", "XEP-0124", T_UNSIGNED_SHORT},
    {"xc_sm_enable", "max", "XEP-0198", T_POSITIVE},
    {"xc_sm_enabled", "max", "XEP-0198", T_POSITIVE},
    {"xc_sm_failed", "h", "XEP-0198", T_UNSIGNED_INT},
    {"xc_sm_a", "h", "XEP-0198", T_UNSIGNED_INT},
    {"xc_sm_resume", "h", "XEP-0198", T_UNSIGNED_INT},
    {"xc_sm_resumed", "h", "XEP-0198", T_UNSIGNED_INT},
    {"xc_sm_too_high", "h", "XEP-0198", T_UNSIGNED_INT},
    {"xc_sm_too_high", "send-count", "XEP-0198", T_UNSIGNED_INT},
    {"xc_fast", "count", "XEP-0484", T_INT},
    {"xc_rsm_first", "index", "XEP-0059", T_INT},
    {"xc_rsm", "max", "XEP-0059", T_INT},
    {"xc_rsm", "index", "XEP-0059", T_INT},
    {"xc_rsm", "count", "XEP-0059", T_INT},
    {"xc_last_activity", "seconds", "XEP-0012", T_UNSIGNED_LONG},
    {"xc_fallback_body", "start", "XEP-0428", T_UNSIGNED_INT},
    {"xc_fallback_body", "end", "XEP-0428", T_UNSIGNED_INT},
    {"xc_fallback_subject", "start", "XEP-0428", T_UNSIGNED_INT},
    {"xc_fallback_subject", "end", "XEP-0428", T_UNSIGNED_INT},
    {"xc_upload_request", "size", "XEP-0363", T_POSITIVE},
    {"xc_upload_too_large", "max-file-size", "XEP-0363", T_POSITIVE},
    {"xc_muc_history", "maxchars", "XEP-0045", T_INT},
    {"xc_muc_history", "maxstanzas", "XEP-0045", T_INT},
    {"xc_muc_history", "seconds", "XEP-0045", T_INT},
    {"xc_muc_status", "code", "XEP-0045", "xs:int, 100 to 999", 100, 999},
    {"xc_ibb_open", "block-size", "XEP-0047", T_UNSIGNED_SHORT},
    {"xc_ibb_data", "seq", "XEP-0047", T_UNSIGNED_SHORT},
    {"xc_avatar_info", "bytes", "XEP-0084", T_UNSIGNED_INT},
    {"xc_avatar_info", "height", "XEP-0084", T_UNSIGNED_SHORT},
    {"xc_avatar_info", "width", "XEP-0084", T_UNSIGNED_SHORT},
    {"xc_avatar_pointer", "bytes", "XEP-0084 as info", T_UNSIGNED_INT},
    {"xc_avatar_pointer", "height", "XEP-0084 as info", T_UNSIGNED_SHORT},
    {"xc_avatar_pointer", "width", "XEP-0084 as info", T_UNSIGNED_SHORT},
    {"xc_pubsub_items", "max_items", "XEP-0060", T_POSITIVE},
    {"xc_pubsub_event_items", "max_items", "XEP-0060", T_POSITIVE},
};

/* An element with this one attribute or child. */
static const xc_element *with_number(const xc_schema *s, const xc_field *f,
                                     const char *text)
{
    static buffer doc;
    const char *ns = s->ns == NULL ? "urn:any" : s->ns;
    if (strcmp(ns, XC_NS_STANZA) == 0)
        ns = XC_NS_CLIENT;
    buffer_clear(&doc);
    if (f->i_source == XC_I_ATTR)
        buffer_printf(&doc, "<%s xmlns='%s' %s='%s'/>", s->name, ns, f->name,
                      text);
    else
        buffer_printf(&doc, "<%s xmlns='%s'><%s>%s</%s></%s>", s->name, ns,
                      f->name, text, f->name, s->name);
    return parse(doc.ptr);
}

/* The field alone, so that nothing else is missing. */
static void check_number(const char *where, const xc_schema *of,
                         const xc_field *f, int64_t value, bool good)
{
    xc_schema s = *of;
    xc_number n;
    any in;
    char text[32];
    xc_str out;
    s.fields = f;
    s.count = 1;
    snprintf(text, sizeof text, "%lld", (long long)value);
    check_status(where, xc_read(&s, with_number(&s, f, text), &in, NULL),
                 good ? XC_OK : XC_ERR_FIELD_VALUE);
    memcpy(&n, member_of(f, &in), sizeof n);
    CHECK(n.present == good && (!good || n.value == value), "%s: %s", where,
          text);
    memset(&in, 0, sizeof in);
    n.present = true;
    n.value = value;
    memcpy(in.bytes + f->offset, &n, sizeof n);
    check_status(where, write_struct(&s, &in, &out),
                 good ? XC_OK : XC_ERR_FIELD_VALUE);
    CHECK(!good || strstr(out.ptr, text) != NULL, "%s: " XC_FMT, where,
          XC_ARG(out));
}

static size_t row_of(const entry *e, const xc_field *f)
{
    size_t i = 0;
    while (i < COUNT_OF(numbers) && (strcmp(numbers[i].schema, e->name) != 0 ||
                                     strcmp(numbers[i].field, f->name) != 0))
        i++;
    CHECK(i < COUNT_OF(numbers), "no row for the number %s of %s", f->name,
          e->name);
    return i;
}

static void every_number(void **state)
{
    size_t found = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const xc_schema *s = entries[i].schema;
        for (size_t k = 0; k < s->count; k++) {
            const xc_field *f = s->fields + k;
            size_t row;
            char where[128];
            if (f->kind != XC_KIND_NUMBER)
                continue;
            row = row_of(entries + i, f);
            snprintf(where, sizeof where, "%s %s (%s: %s)", entries[i].name,
                     f->name, numbers[row].from, numbers[row].type);
            check_number(where, s, f, numbers[row].least, true);
            check_number(where, s, f, numbers[row].most, true);
            check_number(where, s, f, numbers[row].least - 1, false);
            if (numbers[row].most != INT64_MAX)
                check_number(where, s, f, numbers[row].most + 1, false);
            found++;
        }
    }
    assert_int_equal(found, COUNT_OF(numbers));
}

/* ---- what is ignored, what has a default -------------------------------- */

/* "schema field" of each field with the flag, one a line. */
static void list_flag(buffer *list, unsigned flag)
{
    buffer_puts(list, "");
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const xc_schema *s = entries[i].schema;
        for (size_t k = 0; k < s->count; k++) {
            if ((s->fields[k].flags & flag) != 0)
                buffer_printf(list, "%s %s\n", entries[i].name,
                              s->fields[k].name != NULL ? s->fields[k].name
                                                        : "(no name)");
        }
    }
}

/* RFC 6121 sections 5.2.2 and 2.1.2.5, XEP-0004 section 3.3. An error cannot
   be answered, so what is bad in it is no flaw of the stanza; it is one of the
   error, read with a schema of its own (RFC 6120 section 8.3.1). An empty
   <show/> comes with each presence of go-sendxmpp 0.5 to 0.17. A purpose is
   optional, and others are to come (XEP-0363 section 5). */
static void only_standards_ignore(void **state)
{
    buffer list = {0};
    (void)state;
    list_flag(&list, XC_FIELD_LENIENT);
    assert_string_equal(list.ptr, "xc_message type\n"
                                  "xc_message error\n"
                                  "xc_presence show\n"
                                  "xc_presence error\n"
                                  "xc_iq error\n"
                                  "xc_roster_item subscription\n"
                                  "xc_dialback_result error\n"
                                  "xc_dialback_verify error\n"
                                  "xc_sm_failed error\n"
                                  "xc_form_field type\n"
                                  "xc_upload_request (no name)\n");
    buffer_free(&list);
}

/* RFC 6121 sections 4.7.2 and 5.2.5, XEP-0388. */
static void at_most_one(void **state)
{
    buffer list = {0};
    (void)state;
    list_flag(&list, XC_FIELD_SINGLE);
    assert_string_equal(list.ptr, "xc_message thread\n"
                                  "xc_presence show\n"
                                  "xc_presence priority\n"
                                  "xc_sasl2_authenticate initial-response\n"
                                  "xc_sasl2_success additional-data\n"
                                  "xc_sasl2_success authorization-identifier\n"
                                  "xc_sasl2_continue additional-data\n");
    buffer_free(&list);
}

/* A name that says what absence says. */
static const struct {
    const xc_schema *schema;
    const char *doc, *other, *fresh;
} defaults[] = {
    {&xc_message_schema, "<message type='normal'/>", "<message type='chat'/>",
     "<message/>"},
    {&xc_presence_schema, "<presence type='available'/>",
     "<presence type='error'/>", "<presence/>"},
    {&xc_roster_item_schema,
     "<item xmlns='jabber:iq:roster' jid='a@b' subscription='none'/>",
     "<item xmlns='jabber:iq:roster' jid='a@b' subscription='to'/>",
     "<item xmlns='jabber:iq:roster' jid='a@b'/>"},
    {&xc_form_field_schema,
     "<field xmlns='jabber:x:data' type='text-single'/>",
     "<field xmlns='jabber:x:data' type='boolean'/>",
     "<field xmlns='jabber:x:data'/>"},
    {&xc_ibb_open_schema,
     "<open xmlns='http://jabber.org/protocol/ibb' block-size='1' sid='s' "
     "stanza='iq'/>",
     "<open xmlns='http://jabber.org/protocol/ibb' block-size='1' sid='s' "
     "stanza='message'/>",
     "<open xmlns='http://jabber.org/protocol/ibb' block-size='1' sid='s'/>"},
    {&xc_command_note_schema,
     "<note xmlns='http://jabber.org/protocol/commands' type='info'>n</note>",
     "<note xmlns='http://jabber.org/protocol/commands' type='warn'>n</note>",
     "<note xmlns='http://jabber.org/protocol/commands'>n</note>"},
    {&xc_pubsub_owner_default_schema,
     "<default xmlns='http://jabber.org/protocol/pubsub#owner' type='leaf'/>",
     "<default xmlns='http://jabber.org/protocol/pubsub#owner' "
     "type='collection'/>",
     "<default xmlns='http://jabber.org/protocol/pubsub#owner'/>"},
};

static const xc_field *default_of(const xc_schema *s)
{
    const xc_field *f = s->fields;
    while ((f->flags & XC_FIELD_DEFAULT_HAS_NAME) == 0)
        f++;
    return f;
}

/* Read as 0, kept as it came, never written anew, replaced by another. */
static void written_defaults(void **state)
{
    buffer list = {0};
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(defaults); i++) {
        const xc_schema *s = defaults[i].schema;
        const xc_field *f = default_of(s);
        static char doc[256], ns[64];
        any in;
        /* A stanza is parsed in its namespace and written in the stream's. */
        snprintf(ns, sizeof ns,
                 strcmp(s->ns, XC_NS_STANZA) == 0 ? " xmlns='jabber:client'"
                                                  : "");
        snprintf(doc, sizeof doc, "<%s%s%s", s->name, ns,
                 defaults[i].doc + 1 + strlen(s->name));
        read_good(s, doc, &in);
        assert_int_equal(in.bytes[f->offset], 0);
        check_written(s, &in, defaults[i].doc);
        in.bytes[f->offset] = 1;
        check_written(s, &in, defaults[i].other);
        in.bytes[f->offset] = 0;
        in.base.element = NULL;
        check_written(s, &in, defaults[i].fresh);
    }
    list_flag(&list, XC_FIELD_DEFAULT_HAS_NAME);
    for (const char *c = list.ptr; *c != '\0'; c++)
        count += *c == '\n';
    assert_int_equal(count, COUNT_OF(defaults));
    buffer_free(&list);
}

/* ---- what may be left out ----------------------------------------------- */

#define SM "urn:xmpp:sm:3"
#define PUBSUB "http://jabber.org/protocol/pubsub"

static const struct {
    const xc_schema *schema;
    const char *doc;
    const char *missing; /* NULL: nothing */
} optional[] = {
    {&xc_sm_too_high_schema, "<handled-count-too-high xmlns='" SM "'/>", NULL},
    {&xc_sm_a_schema, "<a xmlns='" SM "'/>", "h"},
    {&xc_sm_resume_schema, "<resume xmlns='" SM "' h='1'/>", "previd"},
    {&xc_sm_failed_schema, "<failed xmlns='" SM "'/>", NULL},
    {&xc_delay_schema, "<delay xmlns='urn:xmpp:delay'/>", "stamp"},
    {&xc_stanza_error_schema, "<error xmlns='jabber:client' code='404'/>",
     NULL},
    {&xc_caps_schema,
     "<c xmlns='http://jabber.org/protocol/caps' node='n' ver='v'/>", NULL},
    {&xc_rsm_schema, "<set xmlns='http://jabber.org/protocol/rsm'/>", NULL},
    {&xc_form_schema, "<x xmlns='jabber:x:data'/>", NULL},
    {&xc_form_option_schema, "<option xmlns='jabber:x:data'/>", "value"},
    {&xc_form_option_schema, "<option xmlns='jabber:x:data'><value/></option>",
     NULL},
    {&xc_stream_limits_schema, "<limits xmlns='urn:xmpp:stream-limits:0'/>",
     NULL},
    {&xc_bind2_bound_schema, "<bound xmlns='urn:xmpp:bind:0'/>", NULL},
    {&xc_fast_schema, "<fast xmlns='urn:xmpp:fast:0'/>", NULL},
    {&xc_bookmark_schema, "<conference xmlns='urn:xmpp:bookmarks:1'/>", NULL},
    {&xc_bookmark_private_schema, "<conference xmlns='storage:bookmarks'/>",
     "jid"},
    {&xc_bookmark_private_schema,
     "<conference xmlns='storage:bookmarks' jid='a@b'/>", NULL},
    {&xc_retraction_schema, "<retract xmlns='urn:xmpp:message-retract:1'/>",
     NULL},
    {&xc_retracted_schema, "<retracted xmlns='urn:xmpp:message-retract:1'/>",
     NULL},
    {&xc_avatar_pointer_schema,
     "<pointer xmlns='urn:xmpp:avatar:metadata'><x xmlns='urn:x'/></pointer>",
     NULL},
    {&xc_upload_ephemeral_schema,
     "<ephemeral xmlns='urn:xmpp:http:upload:purpose:0'/>", "expire-before"},
    {&xc_pubsub_options_schema, "<options xmlns='" PUBSUB "'/>", NULL},
    {&xc_pubsub_subscription_schema,
     "<subscription xmlns='" PUBSUB "' jid='a@b'/>", NULL},
    {&xc_pubsub_owner_subscription_schema,
     "<subscription xmlns='" PUBSUB "#owner' jid='a@b'/>", "subscription"},
    {&xc_pubsub_affiliation_schema,
     "<affiliation xmlns='" PUBSUB "' affiliation='none'/>", NULL},
    {&xc_pubsub_owner_affiliation_schema,
     "<affiliation xmlns='" PUBSUB "#owner' affiliation='none'/>", "jid"},
    {&xc_pubsub_subscriptions_schema, "<subscriptions xmlns='" PUBSUB "'/>",
     NULL},
    {&xc_pubsub_owner_subscriptions_schema,
     "<subscriptions xmlns='" PUBSUB "#owner'/>", "node"},
    {&xc_pubsub_affiliations_schema, "<affiliations xmlns='" PUBSUB "'/>",
     NULL},
    {&xc_pubsub_owner_affiliations_schema,
     "<affiliations xmlns='" PUBSUB "#owner'/>", "node"},
};

static void what_may_be_absent(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(optional); i++) {
        const xc_field *field = NULL;
        any out;
        check_status(
            optional[i].doc,
            xc_read(optional[i].schema, parse(optional[i].doc), &out, &field),
            optional[i].missing != NULL ? XC_ERR_FIELD_MISSING : XC_OK);
        if (optional[i].missing != NULL)
            assert_string_equal(field->name, optional[i].missing);
    }
}

/* ---- members ------------------------------------------------------------ */

/* With everything that was once lost. The struct, written as it is and as a
   new one, is the same element. */
static const struct {
    const xc_schema *schema;
    const char *doc;
} members[] = {
    {&xc_bookmark_schema,
     "<conference xmlns='urn:xmpp:bookmarks:1' name='n' autojoin='true'>"
     "<nick>JC</nick><extensions><state xmlns='http://myclient.example/"
     "bookmark/state' minimized='true'/><y xmlns='urn:y'>t</y></extensions>"
     "</conference>"},
    {&xc_bind2_schema, "<bind xmlns='urn:xmpp:bind:0'><tag>t</tag>"
                       "<active xmlns='urn:xmpp:csi:0'/></bind>"},
    {&xc_bind2_bound_schema,
     "<bound xmlns='urn:xmpp:bind:0'><metadata xmlns='urn:xmpp:mam:2'>"
     "<start id='YWxwaGEg' timestamp='2008-08-22T21:09:04Z'/>"
     "<end id='b21lZ2Eg' timestamp='2020-04-20T14:34:21Z'/></metadata>"
     "<enabled xmlns='urn:xmpp:sm:3' id='i' resume='true' max='600'/>"
     "<enabled xmlns='urn:xmpp:carbons:2'/></bound>"},
    {&xc_moderated_schema,
     "<moderated xmlns='urn:xmpp:message-moderate:1' by='w@s/r'>"
     "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='dd72'/></moderated>"},
    {&xc_upload_request_schema,
     "<request xmlns='urn:xmpp:http:upload:0' filename='f' size='1'>"
     "<profile xmlns='urn:xmpp:http:upload:purpose:0'/></request>"},
    {&xc_upload_request_schema,
     "<request xmlns='urn:xmpp:http:upload:0' filename='f' size='1' "
     "content-type='image/jpeg'>"
     "<ephemeral xmlns='urn:xmpp:http:upload:purpose:0' "
     "expire-before='2025-09-10T23:08:25Z'/></request>"},
    {&xc_pubsub_subscription_schema,
     "<subscription xmlns='" PUBSUB "' jid='a@b' node='n' "
     "subscription='unconfigured'><subscribe-options><required/>"
     "</subscribe-options></subscription>"},
    {&xc_pubsub_owner_default_schema,
     "<default xmlns='" PUBSUB "#owner' node='n' type='collection'/>"},
    {&xc_muc_item_schema,
     "<item xmlns='http://jabber.org/protocol/muc#user' jid='a@b'>"
     "<continue thread='t'/><reason>r</reason></item>"},
    {&xc_avatar_pointer_schema,
     "<pointer xmlns='urn:xmpp:avatar:metadata' bytes='4' height='64' "
     "width='65535' id='i' type='image/png'/>"},
    {&xc_stream_limits_schema,
     "<limits xmlns='urn:xmpp:stream-limits:0'><max-bytes>262144</max-bytes>"
     "<idle-seconds>840</idle-seconds></limits>"},
    {&xc_s2s_bidi_schema,
     "<bidi xmlns='urn:xmpp:bidi'><limits xmlns='urn:xmpp:stream-limits:0'>"
     "<max-bytes>10000</max-bytes></limits></bidi>"},
};

static void written_as_new(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(members); i++) {
        any in;
        read_good(members[i].schema, members[i].doc, &in);
        check_written(members[i].schema, &in, members[i].doc);
        in.base.element = NULL;
        check_written(members[i].schema, &in, members[i].doc);
    }
}

static void values_of_members(void **state)
{
    any in;
    const xc_upload_request *request = (const xc_upload_request *)&in;
    const xc_bind2_bound *bound = (const xc_bind2_bound *)&in;
    const xc_field *field;
    (void)state;
    read_good(&xc_bind2_bound_schema, members[2].doc, &in);
    check_str("end", bound->mam.end.id, "b21lZ2Eg");
    assert_true(bound->carbons && bound->sm_enabled.base.present);
    read_good(&xc_upload_request_schema, members[4].doc, &in);
    assert_int_equal(request->purpose.value, XC_UPLOAD_PROFILE);
    assert_false(request->ephemeral.base.present);
    read_good(&xc_upload_request_schema, members[5].doc, &in);
    assert_int_equal(request->purpose.value, XC_UPLOAD_PURPOSE_UNSET);
    assert_int_equal(request->ephemeral.expire_before.year, 2025);
    check_status("purpose",
                 xc_read(&xc_upload_request_schema,
                         parse("<request xmlns='urn:xmpp:http:upload:0' "
                               "filename='f' size='1'><eternal xmlns='urn:xmpp"
                               ":http:upload:purpose:0'/></request>"),
                         &in, &field),
                 XC_OK);
}

/* As Prosody 13.0.7 and ejabberd 26.07 send them. */
static void recorded_features(void **state)
{
    xc_features f;
    (void)state;
    read_good(&xc_features_schema,
              "<features xmlns='http://etherx.jabber.org/streams'>"
              "<register xmlns='urn:xmpp:invite'/>"
              "<register xmlns='urn:xmpp:ibr-token:0'/>"
              "<register xmlns='http://jabber.org/features/iq-register'/>"
              "<sm xmlns='urn:xmpp:sm:2'/><sm xmlns='urn:xmpp:sm:3'/>"
              "<limits xmlns='urn:xmpp:stream-limits:0'>"
              "<max-bytes>10000</max-bytes><idle-seconds>840</idle-seconds>"
              "</limits></features>",
              &f);
    assert_true(f.invite && f.registration_token && f.registration);
    assert_true(f.sm_2 && f.sm.base.present && f.limits.base.present);
    assert_true(f.limits.max_bytes.value == 10000);
    assert_true(f.limits.idle_seconds.value == 840);
    read_good(&xc_features_schema,
              "<features xmlns='http://etherx.jabber.org/streams'>"
              "<register xmlns='urn:xmpp:invite'/>"
              "<sm xmlns='urn:xmpp:sm:2'/></features>",
              &f);
    assert_true(f.invite && !f.registration_token && !f.registration);
    assert_true(f.sm_2 && !f.sm.base.present && !f.limits.base.present);
}

/* ---- <failed/> with the condition in an <error/> ------------------------ */

#define STANZAS " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
#define PROSODY                                                               \
    "<failed xmlns='" SM "' h='7'><error type='cancel'>"                      \
    "<item-not-found" STANZAS "/><text" STANZAS ">Unknown session</text>"     \
    "</error></failed>"

static void failed_as_prosody(void **state)
{
    xc_sm_failed f;
    (void)state;
    read_good(&xc_sm_failed_schema, PROSODY, &f);
    assert_int_equal(f.condition.value, XC_STANZA_ERROR_NONE);
    assert_int_equal(xc_sm_failed_condition(&f),
                     XC_STANZA_ERROR_ITEM_NOT_FOUND);
    check_str("text", f.error.text, "Unknown session");
    assert_true(f.h.value == 7);
    check_written(&xc_sm_failed_schema, &f, PROSODY);
    f.error.condition.value = XC_STANZA_ERROR_UNEXPECTED_REQUEST;
    check_written(&xc_sm_failed_schema, &f,
                  "<failed xmlns='" SM "' h='7'><error type='cancel'>"
                  "<unexpected-request" STANZAS "/><text" STANZAS
                  ">Unknown session</text></error></failed>");
    f.error.base.present = false;
    check_written(&xc_sm_failed_schema, &f, "<failed xmlns='" SM "' h='7'/>");
}

/* Directly inside first; an <error/> of another namespace, or in an <error/>,
   is none. */
static void failed_elsewhere(void **state)
{
    static const struct {
        const char *inside;
        int condition;
    } rows[] = {
        {"<item-not-found" STANZAS "/>", XC_STANZA_ERROR_ITEM_NOT_FOUND},
        {"<conflict" STANZAS "/><error><gone" STANZAS "/></error>",
         XC_STANZA_ERROR_CONFLICT},
        {"<error><gone" STANZAS "/></error><conflict" STANZAS "/>",
         XC_STANZA_ERROR_CONFLICT},
        {"<error><own" STANZAS "/></error>",
         XC_STANZA_ERROR_UNDEFINED_CONDITION},
        {"<error xmlns='jabber:client'><gone" STANZAS "/></error>",
         XC_STANZA_ERROR_NONE},
        {"<error><error><gone" STANZAS "/></error></error>",
         XC_STANZA_ERROR_NONE},
        {"<error/>", XC_STANZA_ERROR_NONE},
        {"", XC_STANZA_ERROR_NONE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char doc[512];
        xc_sm_failed f;
        snprintf(doc, sizeof doc, "<failed xmlns='" SM "'>%s</failed>",
                 rows[i].inside);
        read_good(&xc_sm_failed_schema, doc, &f);
        CHECK((int)xc_sm_failed_condition(&f) == rows[i].condition, "%s: %d",
              doc, (int)xc_sm_failed_condition(&f));
        if (rows[i].inside[0] != '\0')
            check_written(&xc_sm_failed_schema, &f, doc);
    }
    assert_int_equal(xc_sm_failed_condition(NULL), XC_STANZA_ERROR_NONE);
}

/* ---- white space in conditions ------------------------------------------ */

static void addresses_in_conditions(void **state)
{
    xc_stream_error s;
    xc_stanza_error e;
    (void)state;
    read_good(&xc_stream_error_schema,
              "<error xmlns='http://etherx.jabber.org/streams'>"
              "<see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>"
              "\n  [2001:41D0:1:A49b::1]:9222\t\n</see-other-host></error>",
              &s);
    check_str("host", s.condition.text, "[2001:41D0:1:A49b::1]:9222");
    read_good(&xc_stanza_error_schema,
              "<error xmlns='jabber:client' type='cancel'><gone" STANZAS
              "> xmpp:romeo@afterlife.example.net\n</gone></error>",
              &e);
    check_str("gone", e.condition.text, "xmpp:romeo@afterlife.example.net");
    read_good(&xc_stanza_error_schema,
              "<error xmlns='jabber:client' type='cancel'><gone" STANZAS
              "> \n</gone></error>",
              &e);
    assert_int_equal(e.condition.value, XC_STANZA_ERROR_GONE);
    assert_int_equal(e.condition.text.len, 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_number),
        cmocka_unit_test(only_standards_ignore),
        cmocka_unit_test(at_most_one),
        cmocka_unit_test(written_defaults),
        cmocka_unit_test(what_may_be_absent),
        cmocka_unit_test(written_as_new),
        cmocka_unit_test(values_of_members),
        cmocka_unit_test(recorded_features),
        cmocka_unit_test(failed_as_prosody),
        cmocka_unit_test(failed_elsewhere),
        cmocka_unit_test(addresses_in_conditions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
