/* One bad detail never hides a stanza: xc_read reads everything that can be
   read, tells the first flaw, and a bad value counts as absent. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_tree.h"

#include "same.h"

/* ---- what a struct has, as text ----------------------------------------- */

static void print_struct(buffer *out, const xc_schema *s, const void *in);

static void print_number(buffer *out, long long number)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", number);
    buffer_puts(out, text);
}

static void print_value(buffer *out, const xc_field *f, const void *m)
{
    char mem[XC_TIME_MAX];
    xc_str text;
    switch (f->kind) {
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: print_number(out, *(const uint8_t *)m); return;
    case XC_KIND_NUMBER:
        print_number(out, ((const xc_number *)m)->value);
        return;
    case XC_KIND_FLAG: buffer_puts(out, "yes"); return;
    case XC_KIND_STRUCT:
        buffer_puts(out, "{");
        print_struct(out, (const xc_schema *)f->detail, m);
        buffer_puts(out, "}");
        return;
    case XC_KIND_TIME: text = xc_time_format((const xc_time *)m, mem); break;
    case XC_KIND_CHOICE:
        print_number(out, ((const xc_choice *)m)->value);
        return;
    default: text = *(const xc_str *)m;
    }
    buffer_add(out, text.ptr, text.len);
}

/* NAME=VALUE of each field that is there, by spaces. */
static void print_struct(buffer *out, const xc_schema *s, const void *in)
{
    bool first = true;
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        const void *m = (const char *)in + f->offset;
        if (!xc_i_is_set(f, m))
            continue;
        buffer_puts(out, first ? "" : " ");
        buffer_puts(out, f->name != NULL ? f->name : "-");
        buffer_puts(out, "=");
        print_value(out, f, m);
        first = false;
    }
}

static union {
    char bytes[8192];
    void *aligned;
    int64_t number;
} memory;

static void check_reads(const xc_schema *s, const char *doc, xc_status status,
                        const char *name, const char *expected)
{
    const xc_field *field;
    buffer got = {0};
    assert_true(s->size <= sizeof memory);
    check_status(doc, xc_read(s, parse(doc), &memory, &field), status);
    if (name == NULL)
        CHECK(field == NULL, "%s: a field", doc);
    else
        CHECK(field != NULL &&
                  strcmp(field->name != NULL ? field->name : "-", name) == 0,
              "%s: another field than %s", doc, name);
    print_struct(&got, s, &memory);
    check_str(doc, buffer_str(&got), expected);
    buffer_free(&got);
}

/* ---- every kind, every place, every flaw -------------------------------- */

typedef struct inner {
    xc_base base;
    xc_str id;
    xc_number n;
    xc_time time;
} inner;
static const xc_field inner_fields[] = {
    XC_ATTR(inner, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(inner, n, NUMBER, "n", NULL, 0),
    XC_CHILD(inner, time, TIME, NULL, "time", NULL, 0)};
static const xc_schema inner_schema =
    XC_SCHEMA(NULL, "in", inner, inner_fields);

typedef struct all {
    xc_base base;
    xc_str s, jid, data, text;
    uint8_t color, yes;
    bool flag;
    xc_number n, content;
    xc_time time;
    xc_choice choice;
    inner in, loose;
} all;
static const xc_range few = {-5, 5};
static const xc_field all_fields[] = {
    XC_ATTR(all, color, ENUM, "color", "red\0green\0", 0),
    XC_ATTR(all, yes, BOOL, "yes", NULL, 0),
    XC_ATTR(all, n, NUMBER, "n", &few, 0),
    XC_ATTR(all, s, STRING, "s", NULL, XC_FIELD_REQUIRED),
    XC_OWN_TEXT(all, content, NUMBER, NULL, 0),
    XC_CHILD(all, time, TIME, NULL, "time", NULL, XC_FIELD_SINGLE),
    XC_CHILD(all, jid, JID, NULL, "jid", NULL, 0),
    XC_CHILD(all, data, BASE64, NULL, "data", NULL, XC_FIELD_LENIENT),
    XC_CHILD(all, text, STRING, NULL, "text", NULL, 0),
    XC_CHILD(all, flag, FLAG, NULL, "flag", NULL, XC_FIELD_SINGLE),
    XC_CHILD(all, choice, CHOICE, "urn:c", NULL, "up\0down\0", 0),
    XC_CHILD(all, in, STRUCT, NULL, "in", &inner_schema, 0),
    XC_CHILD(all, loose, STRUCT, "urn:l", "in", &inner_schema,
             XC_FIELD_LENIENT)};
static const xc_schema all_schema = XC_SCHEMA("urn:t", "t", all, all_fields);

typedef struct row {
    const char *doc;
    xc_status status;
    const char *field, *read;
} row;

#define T "<t xmlns='urn:t' "
#define REST "<text>x</text><flag/></t>"
#define READ_REST "text=x flag=yes"
#define VALUE XC_ERR_FIELD_VALUE
static const row rows[] = {
    /* attributes */
    {T "color='blue' yes='1' n='1' s='a'>" REST, VALUE, "color",
     "yes=2 n=1 s=a " READ_REST},
    {T "yes='maybe' color='red' n='1' s='a'>" REST, VALUE, "yes",
     "color=1 n=1 s=a " READ_REST},
    {T "n='6' yes='0' s='a'>" REST, VALUE, "n", "yes=1 s=a " READ_REST},
    {T "n='' s='a'>" REST, VALUE, "n", "s=a " READ_REST},
    /* the element's own text */
    {T "s='a'>many" REST, VALUE, "-", "s=a " READ_REST},
    {T "s='a'> 7\n" REST, XC_OK, NULL, "s=a -=7 " READ_REST},
    /* children */
    {T "s='a'><time>now</time>" REST, VALUE, "time", "s=a " READ_REST},
    {T "s='a'><time/>" REST, VALUE, "time", "s=a " READ_REST},
    {T "s='a'><jid>@b</jid>" REST, XC_ERR_FIELD_JID, "jid", "s=a " READ_REST},
    {T "s='a'><jid>a@b_c</jid>" REST, XC_ERR_FIELD_JID_PROFILE, "jid",
     "s=a jid=a@b_c " READ_REST},
    {T "s='a'><data>?</data>" REST, XC_OK, NULL, "s=a " READ_REST},
    {T "s='a'><x xmlns='urn:c'/>" REST, VALUE, "-", "s=a " READ_REST},
    {T "s='a'><jid>b<b/></jid>" REST, XC_ERR_FIELD_CONTENT, "jid",
     "s=a " READ_REST},
    {T "s='a'><text>b<b/></text><flag/></t>", XC_ERR_FIELD_CONTENT, "text",
     "s=a flag=yes"},
    {T "s='a'><flag/><flag/><text>x</text></t>", XC_ERR_FIELD_REPEATED, "flag",
     "s=a " READ_REST},
    {T "s='a'><text>x</text><text>y</text><flag/></t>", XC_OK, NULL,
     "s=a " READ_REST},
    {T "s='a'><time>now</time><time>2000-01-01T00:00:00Z</time>" REST, VALUE,
     "time", "s=a " READ_REST},
    {T "s='a'><time>2000-01-01T00:00:00Z</time><time>now</time>" REST,
     XC_ERR_FIELD_REPEATED, "time",
     "s=a time=2000-01-01T00:00:00Z " READ_REST},
    {T "yes='1'>" REST, XC_ERR_FIELD_MISSING, "s", "yes=2 " READ_REST},
    /* inside */
    {T "s='a'><in id='1' n='x'><time>2000-01-01T00:00:00Z</time></in>" REST,
     VALUE, "in", "s=a " READ_REST " in={id=1 time=2000-01-01T00:00:00Z}"},
    {T "s='a'><in n='2'><time>x</time></in>" REST, VALUE, "in",
     "s=a " READ_REST " in={n=2}"},
    {T "s='a'><in n='2'/>" REST, XC_ERR_FIELD_MISSING, "in",
     "s=a " READ_REST " in={n=2}"},
    {T "s='a'><in/>" REST, XC_ERR_FIELD_MISSING, "in",
     "s=a " READ_REST " in={}"},
    {T "s='a'><in xmlns='urn:l' n='x' id='2'/>" REST, XC_OK, NULL,
     "s=a " READ_REST " in={id=2}"},
    /* the first one wins: attributes, text, children, what is missing */
    {T "yes='?' n='?'>many<time>now</time>" REST, VALUE, "yes", READ_REST},
    {T "n='?' yes='?'>many<time>now</time>" REST, VALUE, "n", READ_REST},
    {T "yes='1'><jid>@</jid>many<time>now</time>" REST, VALUE, "-",
     "yes=2 " READ_REST},
    {T "yes='1'><jid>@</jid><time>now</time>" REST, XC_ERR_FIELD_JID, "jid",
     "yes=2 " READ_REST},
    {T "yes='1'><time>now</time><jid>@</jid>" REST, VALUE, "time",
     "yes=2 " READ_REST},
    {T "yes='1'><in/><jid>@</jid>" REST, XC_ERR_FIELD_MISSING, "in",
     "yes=2 " READ_REST " in={}"},
};

static void flaws(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check_reads(&all_schema, rows[i].doc, rows[i].status, rows[i].field,
                    rows[i].read);
}

/* Rows of stanzas and payloads as peers send them. */
static const struct {
    const xc_schema *schema;
    row row;
} met[] = {
    {&xc_presence_schema,
     {"<presence xmlns='jabber:client' from='a@b/c'><priority>500</priority>"
      "<show>away</show></presence>",
      VALUE, "priority", "from=a@b/c show=1"}},
    {&xc_presence_schema,
     {"<presence xmlns='jabber:client' from='a@b/c'><priority/>"
      "<status>s</status></presence>",
      VALUE, "priority", "from=a@b/c status=s"}},
    {&xc_presence_schema,
     {"<presence xmlns='jabber:client'><show>away</show><show>dnd</show>"
      "<priority>5</priority></presence>",
      XC_ERR_FIELD_REPEATED, "show", "show=1 priority=5"}},
    {&xc_presence_schema,
     {"<presence xmlns='jabber:client' type=' error '><error type='modify' "
      "by='@'/></presence>",
      XC_OK, NULL, "type=1 error={type=3}"}},
    {&xc_message_schema,
     {"<message xmlns='jabber:client' from='@x' to='a' type='error'>"
      "<body>b</body><error by='@'><gone "
      "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>",
      XC_ERR_FIELD_JID, "from", "to=a type=2 body=b error={-=5}"}},
    {&xc_stanza_error_schema,
     {"<error xmlns='jabber:client' code=' 404 '/>", XC_OK, NULL,
      "type=5 code=404 -=7"}},
    {&xc_iq_schema,
     {"<iq xmlns='jabber:client' from='a@b' type='ask' id='1'/>", VALUE,
      "type", "from=a@b id=1"}},
    {&xc_forwarded_schema,
     {"<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' "
      "stamp='20150401T11:29:10' from='a@b'>t</delay></forwarded>",
      VALUE, "delay", "delay={from=a@b -=t}"}},
    {&xc_mam_result_schema,
     {"<result xmlns='urn:xmpp:mam:2' id='1' queryid='q'><forwarded "
      "xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay'/>"
      "</forwarded></result>",
      XC_ERR_FIELD_MISSING, "forwarded",
      "id=1 queryid=q forwarded={delay={}}"}},
    {&xc_sasl2_challenge_schema,
     {"<challenge xmlns='urn:xmpp:sasl:2'/>", XC_OK, NULL, "-="}},
    {&xc_sasl2_challenge_schema,
     {"<challenge xmlns='urn:xmpp:sasl:2'>=</challenge>", VALUE, "-", ""}},
    {&xc_sasl2_challenge_schema,
     {"<challenge xmlns='urn:xmpp:sasl:2'>AA\nAA</challenge>", XC_OK, NULL,
      "-=AA\nAA"}},
    {&xc_sasl2_authenticate_schema,
     {"<authenticate xmlns='urn:xmpp:sasl:2' mechanism='M'>"
      "<initial-response/></authenticate>",
      XC_OK, NULL, "mechanism=M initial-response="}},
    {&xc_sasl2_authenticate_schema,
     {"<authenticate xmlns='urn:xmpp:sasl:2' mechanism='M'/>", XC_OK, NULL,
      "mechanism=M"}},
    {&xc_sasl_auth_schema,
     {"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='M'>="
      "</auth>",
      XC_OK, NULL, "mechanism=M -=="}},
    {&xc_sasl_auth_schema,
     {"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='M'/>", XC_OK,
      NULL, "mechanism=M"}},
    {&xc_sasl_auth_schema,
     {"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='M'>AA AA"
      "</auth>",
      VALUE, "-", "mechanism=M"}},
};

static void flaws_met(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(met); i++)
        check_reads(met[i].schema, met[i].row.doc, met[i].row.status,
                    met[i].row.field, met[i].row.read);
}

static void was_read(void **state)
{
    unsigned flaws = 0;
    (void)state;
    for (unsigned i = 0; i < XC_STATUS_COUNT; i++)
        flaws += xc_was_read((xc_status)i);
    assert_true(xc_was_read(XC_OK));
    assert_true(xc_was_read(VALUE) && xc_was_read(XC_ERR_FIELD_MISSING));
    assert_true(xc_was_read(XC_ERR_FIELD_JID) &&
                xc_was_read(XC_ERR_FIELD_JID_PROFILE));
    assert_true(xc_was_read(XC_ERR_FIELD_CONTENT) &&
                xc_was_read(XC_ERR_FIELD_REPEATED));
    assert_int_equal(flaws, 7);
    assert_int_equal(xc_stanza_error_for_status(XC_ERR_FIELD_JID_PROFILE),
                     XC_STANZA_ERROR_JID_MALFORMED);
}

/* ---- white space -------------------------------------------------------- */

static const struct {
    const char *name, *text, *read;
} values[] = {
    {"n", "5", "n=5"},
    {"n", "&#10; 5&#9;&#13;", "n=5"},
    {"n", "+5", "n=5"},
    {"n", "-0", "n=0"},
    {"n", "-000000000000000000000000000005", "n=-5"},
    {"n", "5 5", NULL},
    {"n", "+ 5", NULL},
    {"n", "5&#xA0;", NULL},
    {"n", " ", NULL},
    {"n", "+-5", NULL},
    {"n", "99999999999999999999999999", NULL},
    {"yes", " 1 ", "yes=2"},
    {"yes", "&#10;true", "yes=2"},
    {"yes", "false&#9;", "yes=1"},
    {"yes", "0", "yes=1"},
    {"yes", "True", NULL},
    {"yes", "t rue", NULL},
    {"yes", "00", NULL},
    {"color", " green&#10;", "color=2"},
    {"color", "gre en", NULL},
    {"color", "Green", NULL},
    {"color", "", NULL},
};

static void white_space(void **state)
{
    char doc[200], read[64];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        bool good = values[i].read != NULL;
        snprintf(doc, sizeof doc, T "%s='%s' s='a'/>", values[i].name,
                 values[i].text);
        snprintf(read, sizeof read, "%s%ss=a", good ? values[i].read : "",
                 good ? " " : "");
        check_reads(&all_schema, doc, good ? XC_OK : VALUE,
                    good ? NULL : values[i].name, read);
    }
    check_reads(&all_schema,
                T "s='a'><time>\n2000-01-01T00:00:00+14:00 "
                  "</time></t>",
                XC_OK, NULL, "s=a time=1999-12-31T10:00:00Z");
    check_reads(&all_schema,
                T "s='a'><time>2000-01-01T00:00:00+14:01</time>"
                  "</t>",
                VALUE, "time", "s=a");
}

static void numbers_saturate(void **state)
{
    static const xc_range unbounded = {0, INT64_MAX};
    static const xc_range below = {0, INT64_MAX - 1};
    static const char *const large[] = {
        "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "100000000000000000000000000000000"};
    xc_number n;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(large); i++) {
        assert_true(xc_i_parse_number(xc_str_from(large[i]), &unbounded, &n));
        assert_true(n.value == INT64_MAX);
        assert_false(xc_i_parse_number(xc_str_from(large[i]), &below, &n));
        assert_true(!n.present && n.value == 0);
    }
    assert_true(xc_i_parse_number(XC_STR("9223372036854775806"), &below, &n));
    assert_true(n.value == INT64_MAX - 1);
}

/* ---- addresses ---------------------------------------------------------- */

#define PROFILE XC_ERR_FIELD_JID_PROFILE
#define NONE XC_ERR_FIELD_JID
#if XMPP_CODEC_UNICODE
#define CHECKED XC_OK
#else
#define CHECKED PROFILE
#endif
static const struct {
    const char *text;
    xc_status status;
} addresses[] = {
    {"a", XC_OK},
    {"A@B/C", XC_OK},
    {"a@[::1]/c", XC_OK},
    {"m\xc3\xbcller@z\xc3\xbcrich.example/\xe2\x82\xac", CHECKED},
    {"a@xn--zrich-kva.example", CHECKED},
    {"a@my_host/x", PROFILE},
    {"a@-b", PROFILE},
    {"a@xn--99999999", PROFILE},
    {"a b@c", PROFILE},
    {"a@b c", PROFILE},
    {"r@c/\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x92\xbb", PROFILE},
    {"r@c/\xf0\x9f\xab\xa9", CHECKED}, /* since Unicode 16 */
    {"r@c/\xcd\xb8", PROFILE},         /* U+0378, not assigned */
    {"\xf0\x9f\x98\x80@c", PROFILE},
    {"\xf0\x9f\x98\x80@[::1]", PROFILE},
    {"\xf0\x9f\x98\x80@[v1.x]/c", PROFILE},
    {"a@[fe80::1%25eth0]/\xcd\xb8", PROFILE},
    {"\xf0\x9f\x98\x80@[v1]", NONE},
    {"\xd7\x90"
     "a\xd7\x90@c",
     PROFILE},
    {"", NONE},
    {"@b", NONE},
    {"a@", NONE},
    {"a@/c", NONE},
    {"a/", NONE},
    {"a@b/", NONE},
    {"/c", NONE},
    {"a@@b", NONE},
    {"a@b@c", NONE},
    {"a<b@c", NONE},
    {"a:b@c", NONE},
    {"a@b:5222", NONE},
    {"a@b..c", NONE},
    {"a_@.b_", NONE},
    {"a@my_host..c", NONE},
    {"a@[::z]", NONE},
    {"\xf0\x9f\x98\x80@[::z]", NONE},
    {"a@my_host/", NONE},
    {"\xf0\x9f\x98\x80@", NONE},
    {"\xf0\x9f\x98\x80<@c", NONE},
    {"a\tb@c_d", NONE},
    {"a@b_/\x7f", NONE},
    {"a@b_/\xc2\x80", NONE},
    {"a@b_/\xc2\xa0", PROFILE},
};

/* What is delivered is as it came, also where it would be mapped. */
static void jids(void **state)
{
    static const xc_field field[] = {
        XC_CHILD(all, jid, JID, NULL, "jid", NULL, 0)};
    xc_schema s = XC_SCHEMA("urn:t", "t", all, field);
    char doc[200];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        const char *text = addresses[i].text;
        bool escaped = strchr(text, '<') != NULL;
        xc_status got;
        all a;
        snprintf(doc, sizeof doc, "<t xmlns='urn:t'><jid>%s%s%s</jid></t>",
                 escaped ? "<![CDATA[" : "", text, escaped ? "]]>" : "");
        got = xc_read(&s, parse(doc), &a, NULL);
        check_status(text, got, addresses[i].status);
        check_str(text, a.jid, got == NONE ? NULL : text);
    }
}

static void long_jids(void **state)
{
    static const struct {
        size_t len;
        xc_status status;
    } lengths[] = {{1023, PROFILE}, {1024, NONE}};
    static char doc[1200];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        char *at = doc + sprintf(doc, T "s='a'><jid>a_b@c_d/");
        all a;
        memset(at, 'x', lengths[i].len);
        strcpy(at + lengths[i].len, "</jid></t>");
        check_status("long", xc_read(&all_schema, parse(doc), &a, NULL),
                     lengths[i].status);
    }
}

/* ---- errors with a code alone (XEP-0086) -------------------------------- */

static void codes(void **state)
{
    static const struct {
        unsigned code;
        xc_stanza_error_condition condition;
    } mapped[] = {
        {0, XC_STANZA_ERROR_NONE},
        {302, XC_STANZA_ERROR_REDIRECT},
        {400, XC_STANZA_ERROR_BAD_REQUEST},
        {401, XC_STANZA_ERROR_NOT_AUTHORIZED},
        {402, XC_STANZA_ERROR_UNDEFINED_CONDITION}, /* payment-required */
        {403, XC_STANZA_ERROR_FORBIDDEN},
        {404, XC_STANZA_ERROR_ITEM_NOT_FOUND},
        {405, XC_STANZA_ERROR_NOT_ALLOWED},
        {406, XC_STANZA_ERROR_NOT_ACCEPTABLE},
        {407, XC_STANZA_ERROR_REGISTRATION_REQUIRED},
        {408, XC_STANZA_ERROR_REMOTE_SERVER_TIMEOUT},
        {409, XC_STANZA_ERROR_CONFLICT},
        {500, XC_STANZA_ERROR_INTERNAL_SERVER_ERROR},
        {501, XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED},
        {502, XC_STANZA_ERROR_SERVICE_UNAVAILABLE},
        {503, XC_STANZA_ERROR_SERVICE_UNAVAILABLE},
        {504, XC_STANZA_ERROR_REMOTE_SERVER_TIMEOUT},
        {510, XC_STANZA_ERROR_SERVICE_UNAVAILABLE},
        {999, XC_STANZA_ERROR_UNDEFINED_CONDITION},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(mapped); i++)
        assert_int_equal(xc_stanza_error_from_code(mapped[i].code),
                         mapped[i].condition);
}

static char output[1 << 16];

static xc_str write_struct(const xc_schema *s, const void *in)
{
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write(&w, s, in);
    check_status(s->name, xc_writer_finish(&w, &out), XC_OK);
    return out;
}

#define E "<error xmlns='jabber:client' "
#define NS_E " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"
static void legacy_errors(void **state)
{
    static const row errors[] = {
        {E "code='404'>Not Found</error>", XC_OK, NULL,
         "type=5 code=404 -=7 text=Not Found"},
        {E "code='404'>\n</error>", XC_OK, NULL, "type=5 code=404 -=7"},
        {E "code='404' type='wait'/>", XC_OK, NULL, "type=4 code=404 -=7"},
        {E "code='999'/>", XC_OK, NULL, "type=3 code=999 -=22"},
        {E "code='0'/>", XC_OK, NULL, "code=0"},
        {E "code='many'>x</error>", XC_ERR_FIELD_VALUE, "code", ""},
        {E ">x</error>", XC_OK, NULL, ""},
        {E "code='404'>x<gone" NS_E "/></error>", XC_OK, NULL, "code=404 -=5"},
        {E "code='404'>x<text" NS_E ">t</text></error>", XC_OK, NULL,
         "type=5 code=404 -=7 text=t"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(errors); i++) {
        const row *r = errors + i;
        const xc_stanza_error *error = (const xc_stanza_error *)&memory;
        xc_str out;
        xc_writer w;
        static char same[4096];
        check_reads(&xc_stanza_error_schema, r->doc, r->status, r->field,
                    r->read);
        xc_writer_init(&w, same, sizeof same, NULL);
        xc_writer_element(&w, error->base.element);
        check_status("same", xc_writer_finish(&w, &out), XC_OK);
        if (xc_str_starts_with(out, E "code='404'>\n"))
            continue; /* white space between children is not kept */
        same[out.len] = '\0';
        check_str(r->doc, write_struct(&xc_stanza_error_schema, error), same);
    }
}

/* What the code says is written where something else would be read. */
static void legacy_errors_changed(void **state)
{
    xc_stanza_error e;
    (void)state;
    xc_read(&xc_stanza_error_schema, parse(E "code='404'>Not Found</error>"),
            &e, NULL);
    e.condition.value = XC_STANZA_ERROR_GONE;
    check_str("condition", write_struct(&xc_stanza_error_schema, &e),
              E "code='404' type='cancel'>Not Found<gone" NS_E "/><text" NS_E
                ">Not Found</text></error>");
    xc_read(&xc_stanza_error_schema, parse(E "code='404'>Not Found</error>"),
            &e, NULL);
    e.text = XC_STR("new");
    check_str("text", write_struct(&xc_stanza_error_schema, &e),
              E "code='404'>Not Found<text" NS_E ">new</text></error>");
    e.base.element = NULL;
    check_str("alone", write_struct(&xc_stanza_error_schema, &e),
              E "type='cancel' code='404'><item-not-found" NS_E "/><text" NS_E
                ">new</text></error>");
}

/* ---- one field bad, every schema ---------------------------------------- */

#define BIG 8192
#define FIELDS 33

static void fill(const xc_schema *s, void *out);

static void fill_field(const xc_field *f, void *m)
{
    static const xc_time time = {true, 2, 3, 4, 5, 6, 2001, 0};
    const xc_range *range = (const xc_range *)f->detail;
    switch (f->kind) {
    case XC_KIND_STRING: *(xc_str *)m = XC_STR("text"); break;
    case XC_KIND_JID: *(xc_str *)m = XC_STR("a@b.lit/c"); break;
    case XC_KIND_BASE64: *(xc_str *)m = XC_STR("AA=="); break;
    case XC_KIND_ENUM: *(uint8_t *)m = 1; break;
    case XC_KIND_BOOL: *(uint8_t *)m = XC_TRUE; break;
    case XC_KIND_NUMBER:
        ((xc_number *)m)->present = true;
        ((xc_number *)m)->value = range != NULL ? range->most : 7;
        break;
    case XC_KIND_TIME: *(xc_time *)m = time; break;
    case XC_KIND_FLAG: *(bool *)m = true; break;
    case XC_KIND_CHOICE: ((xc_choice *)m)->value = 1; break;
    default: fill((const xc_schema *)f->detail, m);
    }
}

static void fill(const xc_schema *s, void *out)
{
    ((xc_base *)out)->present = true;
    for (size_t i = 0; i < s->count; i++)
        fill_field(s->fields + i, (char *)out + s->fields[i].offset);
}

/* The field as it has to be written to get something bad; NULL if it cannot be
   bad. It writes from the end of the struct. */
static const char *spoil(xc_field *f)
{
    static const xc_field inside[] = {
        XC_CHILD(inner, time, FLAG, "urn:bad", "bad", NULL, 0)};
    static xc_schema element = XC_SCHEMA(NULL, NULL, inner, inside);
    uint8_t kind = f->kind, where = f->i_source;
    f->kind = XC_KIND_STRING;
    f->offset = BIG;
    f->flags = 0;
    if (kind == XC_KIND_STRUCT && f->ns == NULL)
        f->ns = ((const xc_schema *)f->detail)->ns;
    if (kind == XC_KIND_STRUCT && f->ns != NULL &&
        strcmp(f->ns, XC_NS_STANZA) == 0)
        f->ns = NULL;
    switch (kind) {
    case XC_KIND_JID: return "@";
    case XC_KIND_BASE64: return "*";
    case XC_KIND_ENUM: return "no such";
    case XC_KIND_BOOL: return "maybe";
    case XC_KIND_NUMBER: return "many";
    case XC_KIND_TIME: return "now";
    case XC_KIND_STRUCT: return "";
    case XC_KIND_STRING:
        if (where != XC_I_CHILD)
            return NULL;
        element.name = f->name;
        element.ns = f->ns;
        f->kind = XC_KIND_STRUCT;
        f->detail = &element;
        return "";
    default: return NULL;
    }
}

static char good[BIG], got[BIG], wanted[BIG + sizeof(inner)];

static xc_status status_of(const xc_field *f)
{
    bool value = f->kind != XC_KIND_STRING && f->kind != XC_KIND_STRUCT;
    if ((value &&
         (f->flags & (XC_FIELD_LENIENT | XC_FIELD_UNKNOWN_IS_LAST)) != 0) ||
        (f->kind == XC_KIND_STRUCT && (f->flags & XC_FIELD_LENIENT) != 0))
        return XC_OK;
    return f->kind == XC_KIND_JID      ? XC_ERR_FIELD_JID
           : f->kind == XC_KIND_STRING ? XC_ERR_FIELD_CONTENT
                                       : XC_ERR_FIELD_VALUE;
}

static bool same_field(const xc_field *f, const void *a, const void *b)
{
    if (f->kind != XC_KIND_STRUCT)
        return same_value(f, a, b);
    return ((const xc_base *)a)->present == ((const xc_base *)b)->present &&
           first_difference((const xc_schema *)f->detail, a, b) == NULL;
}

static void one_field_bad(const char *name, const xc_schema *s, size_t i,
                          size_t *count)
{
    xc_field fields[FIELDS];
    const xc_field *f = s->fields + i, *field;
    xc_schema bad = *s;
    xc_status status;
    const char *text;
    xc_str spoilt, doc;
    static char copy[1 << 16];
    memcpy(fields, s->fields, s->count * sizeof *fields);
    bad.fields = fields;
    text = spoil(&fields[i]);
    if (text == NULL)
        return;
    memset(wanted, 0, sizeof wanted);
    fill(s, wanted);
    memset(wanted + BIG, 0, sizeof(inner));
    if (fields[i].kind == XC_KIND_STRUCT) {
        ((inner *)(void *)(wanted + BIG))->base.present = true;
        *(bool *)(wanted + BIG + offsetof(inner, time)) = true;
    } else {
        spoilt = xc_str_from(text);
        memcpy(wanted + BIG, &spoilt, sizeof spoilt);
    }
    doc = write_struct(&bad, wanted);
    memcpy(copy, doc.ptr, doc.len);
    copy[doc.len] = '\0';
    status = xc_read(s, parse(copy), got, &field);
    if (f->kind != XC_KIND_STRUCT) {
        check_status(copy, status, status_of(f));
        CHECK(field == (status == XC_OK ? NULL : f), "%s: %s", name, copy);
        CHECK(!xc_i_is_set(f, got + f->offset) ||
                  (f->flags & (XC_FIELD_UNKNOWN_IS_LAST |
                               XC_FIELD_UNKNOWN_IS_OTHER)) != 0,
              "%s: a bad value: %s", name, copy);
    }
    for (size_t k = 0; k < s->count; k++) {
        const xc_field *other = s->fields + k;
        CHECK(k == i ||
                  same_field(other, good + other->offset, got + other->offset),
              "%s: %s is bad, and hides %s", name,
              f->name != NULL ? f->name : "-",
              other->name != NULL ? other->name : "-");
    }
    check_str(name, write_struct(s, got), copy);
    (*count)++;
}

static void each_field_bad(const char *name, const xc_schema *s, size_t *count)
{
    static char copy[1 << 16], block[1 << 16];
    xc_str doc;
    assert_true(s->size <= BIG && s->count < FIELDS);
    memset(wanted, 0, sizeof wanted);
    fill(s, wanted);
    doc = write_struct(s, wanted);
    memcpy(copy, doc.ptr, doc.len);
    copy[doc.len] = '\0';
    check_status(copy,
                 xc_read(s,
                         read_element(xc_str_from(copy), block, sizeof block),
                         good, NULL),
                 XC_OK);
    for (size_t i = 0; i < s->count; i++)
        one_field_bad(name, s, i, count);
}

static void every_schema(void **state)
{
    size_t count = 0;
    (void)state;
#define TRY(name, type, ns, element, spec)                                    \
    each_field_bad("xc_" #name, &xc_##name##_schema, &count);
    XC_STANZAS(TRY)
    XC_PAYLOADS(TRY)
#undef TRY
    assert_true(count > 300);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(flaws),
        cmocka_unit_test(flaws_met),
        cmocka_unit_test(was_read),
        cmocka_unit_test(white_space),
        cmocka_unit_test(numbers_saturate),
        cmocka_unit_test(jids),
        cmocka_unit_test(long_jids),
        cmocka_unit_test(codes),
        cmocka_unit_test(legacy_errors),
        cmocka_unit_test(legacy_errors_changed),
        cmocka_unit_test(every_schema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
