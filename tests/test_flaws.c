/* One bad detail never hides a stanza: xc_read reads everything that can be
   read, returns the first flaw, and a bad value counts as absent. */
#include "support_kinds.h"
#include "support_tree.h"

#include "support_print.h"

#include "struct_equal.h"

static union {
    char bytes[8192];
    void *aligned;
    int64_t number;
} memory;

#define T "<t xmlns='urn:t' "
#define VALUE XC_ERR_FIELD_VALUE

/* The element reads as these members, a line each. */
static void check_reads(const char *doc, xc_status status, const char *name,
                        const char *expected)
{
    const xc_field *field;
    buffer got = {0};
    check_status(doc, xc_read(&all_schema, parse(doc), &memory, &field),
                 status);
    if (name == NULL)
        CHECK(field == NULL, "%s: a field", doc);
    else
        CHECK(field != NULL && strcmp(field->name, name) == 0,
              "%s: another field than %s", doc, name);
    buffer_puts(&got, "");
    print_members(&got, &all_schema, &memory, 0);
    check_str(doc, buffer_str(&got), expected);
    buffer_free(&got);
}

static void seven_statuses_mean_that_it_was_read(void **state)
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
    {"n", "5", "n = 5\n"},
    {"n", "&#10; 5&#9;&#13;", "n = 5\n"},
    {"n", "+5", "n = 5\n"},
    {"n", "-0", "n = 0\n"},
    {"n", "-000000000000000000000000000005", "n = -5\n"},
    {"n", "5 5", NULL},
    {"n", "+ 5", NULL},
    {"n", "5&#xA0;", NULL},
    {"n", " ", NULL},
    {"n", "+-5", NULL},
    {"n", "99999999999999999999999999", NULL},
    {"yes", " 1 ", "yes = XC_TRUE\n"},
    {"yes", "&#10;true", "yes = XC_TRUE\n"},
    {"yes", "false&#9;", "yes = XC_FALSE\n"},
    {"yes", "0", "yes = XC_FALSE\n"},
    {"yes", "True", NULL},
    {"yes", "t rue", NULL},
    {"yes", "00", NULL},
    {"color", " green&#10;", "color = COLOR_GREEN\n"},
    {"color", "gre en", NULL},
    {"color", "Green", NULL},
    {"color", "", NULL},
};

static void values_may_have_white_space_around_them(void **state)
{
    char doc[200], read[64];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(values); i++) {
        bool good = values[i].read != NULL;
        snprintf(doc, sizeof doc, T "%s='%s' s='a'/>", values[i].name,
                 values[i].text);
        snprintf(read, sizeof read, "%ss = \"a\"\n",
                 good ? values[i].read : "");
        check_reads(doc, good ? XC_OK : VALUE, good ? NULL : values[i].name,
                    read);
    }
    check_reads(T "s='a'><time>\n2000-01-01T00:00:00+14:00 </time></t>", XC_OK,
                NULL, "s = \"a\"\ntime = 1999-12-31T10:00:00Z\n");
    check_reads(T "s='a'><time>2000-01-01T00:00:00+14:01</time></t>", VALUE,
                "time", "s = \"a\"\n");
}

/* Whether the text is a number of the range, and which. */
static bool read_number(const char *text, const xc_range *range, xc_number *n)
{
    const xc_field field[] = {XC_ATTR(all, n, NUMBER, "n", range, 0)};
    xc_schema s = XC_SCHEMA("urn:t", "t", all, field);
    char doc[100];
    xc_status status;
    all a;
    snprintf(doc, sizeof doc, T "n='%s'/>", text);
    status = xc_read(&s, parse(doc), &a, NULL);
    *n = a.n;
    return status == XC_OK;
}

static void large_numbers_saturate(void **state)
{
    static const xc_range unbounded = {0, INT64_MAX};
    static const xc_range below = {0, INT64_MAX - 1};
    static const char *const large[] = {
        "9223372036854775807", "9223372036854775808", "18446744073709551615",
        "18446744073709551616", "100000000000000000000000000000000"};
    xc_number n;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(large); i++) {
        assert_true(read_number(large[i], &unbounded, &n));
        assert_true(n.value == INT64_MAX);
        assert_false(read_number(large[i], &below, &n));
        assert_true(!n.present && n.value == 0);
    }
    assert_true(read_number("9223372036854775806", &below, &n));
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
static void addresses_are_read_as_they_came(void **state)
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

static void a_resource_has_at_most_1023_bytes(void **state)
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

static void codes_of_old_errors_are_conditions(void **state)
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
        CHECK(!is_set(f, got + f->offset) ||
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

static void one_bad_field_hides_no_other(void **state)
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
        cmocka_unit_test(seven_statuses_mean_that_it_was_read),
        cmocka_unit_test(values_may_have_white_space_around_them),
        cmocka_unit_test(large_numbers_saturate),
        cmocka_unit_test(addresses_are_read_as_they_came),
        cmocka_unit_test(a_resource_has_at_most_1023_bytes),
        cmocka_unit_test(codes_of_old_errors_are_conditions),
        cmocka_unit_test(one_bad_field_hides_no_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
