/* The flags and ranges of the tables of fields beside what the standards say:
   tests/data/numbers.tsv has the range of every number. */
#include "support_tree.h"

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

typedef struct number_row {
    const char *schema, *field, *from, *type;
    int64_t least, most;
} number_row;

#define NUMBERS_MAX 100
static number_row numbers[NUMBERS_MAX];
static size_t number_count;

/* tests/data/numbers.tsv; the strings stay in `file`. */
static void load_numbers(buffer *file)
{
    table rows = {0};
    CHECK(load_file("tests/data/numbers.tsv", file), "no numbers.tsv");
    rows.next = file->ptr;
    while (table_next(&rows)) {
        number_row *n = &numbers[number_count++];
        assert_true(number_count <= NUMBERS_MAX && rows.fields == 6);
        n->schema = rows.field[0];
        n->field = rows.field[1];
        n->from = rows.field[2];
        n->type = rows.field[3];
        n->least = strtoll(rows.field[4], NULL, 10);
        n->most = strtoll(rows.field[5], NULL, 10);
    }
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

static size_t row_of(const entry *e, const xc_field *f)
{
    size_t i = 0;
    while (i < number_count && (strcmp(numbers[i].schema, e->name) != 0 ||
                                strcmp(numbers[i].field, f->name) != 0))
        i++;
    CHECK(i < number_count, "no row for the number %s of %s", f->name,
          e->name);
    return i;
}

static void each_number_has_the_range_of_its_specification(void **state)
{
    size_t found = 0;
    buffer file = {0};
    (void)state;
    load_numbers(&file);
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
    assert_int_equal(found, number_count);
    buffer_free(&file);
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
