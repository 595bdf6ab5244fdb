/* The flags and ranges of the tables of fields beside what the standards say:
   tests/data/numbers.tsv has the range of every number. */
#include "support_rows.h"
#include "support_tree.h"

#include <errno.h>

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

typedef struct number {
    const entry *of;
    const xc_field *field;
} number;

/* Those that have a row. */
#define NUMBERS_MAX 100
static number numbers[NUMBERS_MAX];
static size_t number_count;

static bool has_row(const entry *of, const xc_field *f)
{
    size_t i = 0;
    while (i < number_count && (numbers[i].of != of || numbers[i].field != f))
        i++;
    return i < number_count;
}

static int64_t value_in(const char *text)
{
    char *end;
    long long value;
    errno = 0;
    value = strtoll(text, &end, 10);
    CHECK(end != text && *end == '\0' && errno == 0,
          "\"%s\" is no value of a number", text);
    return value;
}

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

static number number_named(const char *schema, const char *field)
{
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const xc_schema *s = entries[i].schema;
        if (strcmp(entries[i].name, schema) != 0)
            continue;
        for (size_t k = 0; k < s->count; k++)
            if (s->fields[k].kind == XC_KIND_NUMBER &&
                strcmp(s->fields[k].name, field) == 0)
                return (number){entries + i, s->fields + k};
    }
    check_fail("%s has no number %s", schema, field);
    return (number){NULL, NULL};
}

/* A row of tests/data/numbers.tsv. */
static void number_row(const row *r)
{
    number n = number_named(r->field[0], r->field[1]);
    const xc_schema *s = n.of->schema;
    int64_t least = value_in(r->field[4]), most = value_in(r->field[5]);
    char where[128];
    CHECK(!has_row(n.of, n.field), "another row for %s %s", r->field[0],
          r->field[1]);
    CHECK(number_count < NUMBERS_MAX, "too many numbers");
    numbers[number_count++] = n;
    snprintf(where, sizeof where, "%s %s (%s: %s)", r->field[0], r->field[1],
             r->field[2], r->field[3]);
    check_number(where, s, n.field, least, true);
    check_number(where, s, n.field, most, true);
    check_number(where, s, n.field, least - 1, false);
    if (most != INT64_MAX)
        check_number(where, s, n.field, most + 1, false);
}

static void each_number_has_the_range_of_its_specification(void **state)
{
    (void)state;
    for_each_row("tests/data/numbers.tsv", number_row);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const xc_schema *s = entries[i].schema;
        for (size_t k = 0; k < s->count; k++)
            CHECK(s->fields[k].kind != XC_KIND_NUMBER ||
                      has_row(entries + i, s->fields + k),
                  "no row for the number %s of %s", s->fields[k].name,
                  entries[i].name);
    }
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

/* RFC 6121 sections 5.2.2 and 2.1.2.5, XEP-0004 section 3.3. An error gets
   no reply, so what is bad in it is no flaw of the stanza; it is one of the
   error, read with a schema of its own (RFC 6120 section 8.3.1). An empty
   <show/> comes with each presence of go-sendxmpp 0.5 to 0.17. A purpose is
   optional, and others are to come (XEP-0363 section 5). */
static void what_standards_ignore_is_ignored(void **state)
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
static void what_standards_allow_once_is_allowed_once(void **state)
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

/* A name that says what absence says: see the documents about defaults. */
static void some_defaults_have_a_name(void **state)
{
    buffer list = {0};
    (void)state;
    list_flag(&list, XC_FIELD_DEFAULT_HAS_NAME);
    assert_string_equal(list.ptr, "xc_message type\n"
                                  "xc_presence type\n"
                                  "xc_roster_item subscription\n"
                                  "xc_form_field type\n"
                                  "xc_ibb_open stanza\n"
                                  "xc_command_note type\n"
                                  "xc_pubsub_owner_default type\n");
    buffer_free(&list);
}

/* ---- <failed/> with the condition in an <error/> ------------------------ */

#define SM "urn:xmpp:sm:3"
#define STANZAS " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"

/* Directly inside first; an <error/> of another namespace, or in an <error/>,
   is none. */
static void failed_has_its_condition_in_two_places(void **state)
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

/* ---- purposes of uploads ------------------------------------------------ */

/* XEP-0363 section 5: more are to come. */
static void unknown_purposes_are_no_flaw(void **state)
{
    xc_upload_request request;
    (void)state;
    read_good(&xc_upload_request_schema,
              "<request xmlns='urn:xmpp:http:upload:0' filename='f' size='1'>"
              "<eternal xmlns='urn:xmpp:http:upload:purpose:0'/></request>",
              &request);
    assert_int_equal(request.purpose.value, XC_UPLOAD_PURPOSE_UNSET);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_number_has_the_range_of_its_specification),
        cmocka_unit_test(what_standards_ignore_is_ignored),
        cmocka_unit_test(what_standards_allow_once_is_allowed_once),
        cmocka_unit_test(some_defaults_have_a_name),
        cmocka_unit_test(failed_has_its_condition_in_two_places),
        cmocka_unit_test(unknown_purposes_are_no_flaw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
