/* Statuses, and where each offence is found. */
#include "support_rows.h"
#include "support_stream.h"
#include "support_xml.h"

/* RFC 6120 section 4.9.3 */
static const char *const conditions[] = {
    "bad-format",
    "bad-namespace-prefix",
    "conflict",
    "connection-timeout",
    "host-gone",
    "host-unknown",
    "improper-addressing",
    "internal-server-error",
    "invalid-from",
    "invalid-namespace",
    "invalid-xml",
    "not-authorized",
    "not-well-formed",
    "policy-violation",
    "remote-connection-failed",
    "reset",
    "resource-constraint",
    "restricted-xml",
    "see-other-host",
    "system-shutdown",
    "undefined-condition",
    "unsupported-encoding",
    "unsupported-feature",
    "unsupported-stanza-type",
    "unsupported-version",
};

static bool is_condition(const char *word)
{
    for (size_t i = 0; i < COUNT_OF(conditions); i++)
        if (strcmp(word, conditions[i]) == 0)
            return true;
    return false;
}

static void errors_are_told_from_results(void **state)
{
    (void)state;
    assert_int_equal(XC_OK, 0);
    assert_false(xc_status_is_error(XC_OK));
    assert_false(xc_status_is_error(XC_EVENT));
    assert_false(xc_status_is_error(XC_NEED_MORE));
    assert_false(xc_status_is_error(XC_CLOSED));
    for (unsigned i = XC_CLOSED + 1; i < XC_STATUS_COUNT; i++)
        assert_true(xc_status_is_error((xc_status)i));
    assert_false(xc_status_is_error(XC_STATUS_COUNT));
}

static void every_status_has_a_name(void **state)
{
    (void)state;
    assert_string_equal(xc_status_name(XC_OK), "XC_OK");
    assert_string_equal(xc_status_name(XC_NEED_MORE), "XC_NEED_MORE");
    assert_string_equal(xc_status_name(XC_ERR_TAG), "XC_ERR_TAG");
    assert_string_equal(xc_status_name(XC_ERR_CALLER), "XC_ERR_CALLER");
    for (unsigned i = 0; i < XC_STATUS_COUNT; i++) {
        const char *name = xc_status_name((xc_status)i);
        bool error = strncmp(name, "XC_ERR_", 7) == 0;
        CHECK(strncmp(name, "XC_", 3) == 0, "%s", name);
        CHECK(error == xc_status_is_error((xc_status)i), "%s", name);
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(name, xc_status_name((xc_status)j));
    }
}

static void every_status_has_a_text(void **state)
{
    (void)state;
    for (unsigned i = 0; i < XC_STATUS_COUNT; i++) {
        const char *text = xc_status_text((xc_status)i);
        CHECK(strlen(text) > 3, "%s has no text",
              xc_status_name((xc_status)i));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(text, xc_status_text((xc_status)j));
    }
    assert_non_null(xc_status_text(XC_STATUS_COUNT));
    assert_non_null(xc_status_name(XC_STATUS_COUNT));
}

static void every_error_has_a_condition(void **state)
{
    (void)state;
    for (unsigned i = 0; i < XC_STATUS_COUNT; i++) {
        const char *condition = xc_status_condition((xc_status)i);
        if (!xc_status_is_error((xc_status)i))
            assert_null(condition);
        else
            CHECK(condition != NULL && is_condition(condition), "%s: %s",
                  xc_status_name((xc_status)i), condition);
    }
    assert_null(xc_status_condition(XC_STATUS_COUNT));
}

/* What RFC 6120 asks for in particular. */
static void conditions_are_those_the_rfc_asks_for(void **state)
{
    static const struct {
        xc_status status;
        const char *condition;
    } cases[] = {
        {XC_ERR_COMMENT, "restricted-xml"}, /* 11.1 */
        {XC_ERR_INSTRUCTION, "restricted-xml"},
        {XC_ERR_DTD, "restricted-xml"},
        {XC_ERR_ENTITY, "restricted-xml"},
        {XC_ERR_UTF8, "unsupported-encoding"}, /* 11.6 */
        {XC_ERR_ENCODING_NAME, "unsupported-encoding"},
        {XC_ERR_MISMATCH, "not-well-formed"}, /* 4.9.3.13 */
        {XC_ERR_PREFIX, "not-well-formed"},
        {XC_ERR_LIMIT_STANZA, "policy-violation"}, /* 4.9.3.14 */
        {XC_ERR_WORKSPACE, "policy-violation"},
        {XC_ERR_STREAM_NAMESPACE, "invalid-namespace"}, /* 4.9.3.10 */
        {XC_ERR_CONTENT_NAMESPACE, "invalid-namespace"},
        {XC_ERR_STREAM_CHILD, "unsupported-stanza-type"}, /* 4.9.3.24 */
        {XC_ERR_NOT_A_STREAM, "bad-format"},              /* 4.9.3.1 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        assert_string_equal(xc_status_condition(cases[i].status),
                            cases[i].condition);
}

/* ---- one input for each error ------------------------------------------- */

typedef enum reading {
    DOCUMENT,
    STREAM,
    MESSAGES,
    LITTLE_MEMORY,
    READINGS
} reading;

/* A row of tests/data/offences.tsv. */
typedef struct offence {
    xc_status status;
    reading how;
    const char *input; /* with the mark */
} offence;

static reading reading_named(const char *name)
{
    static const char *const names[] = {"document", "stream", "messages",
                                        "little-memory"};
    unsigned r = 0;
    while (r < READINGS && strcmp(names[r], name) != 0)
        r++;
    CHECK(r < READINGS, "no reading %s", name);
    return (reading)r;
}

static offence offence_in(const row *r)
{
    offence o;
    o.status = status_named(r->field[0]);
    o.how = reading_named(r->field[1]);
    o.input = unescaped(r->field[2]).ptr;
    return o;
}

/* The input without the mark; the offset of the mark, WHOLE if there is
   none. */
static size_t unmark(const char *marked, buffer *input)
{
    static const char header[] = "{header}";
    const char *mark;
    size_t before;
    buffer_clear(input);
    if (strncmp(marked, header, sizeof header - 1) == 0) {
        buffer_puts(input, CLIENT_HEADER);
        marked += sizeof header - 1;
    }
    mark = strchr(marked, '^');
    if (mark == NULL) {
        buffer_puts(input, marked);
        return WHOLE;
    }
    buffer_add(input, marked, (size_t)(mark - marked));
    before = input->len;
    buffer_puts(input, mark + 1);
    return before;
}

static xml_outcome read_offence(const offence *t, xc_str input)
{
    static const xc_limits small = {64, 3, 3, 3};
    event_log log = {.keep = false};
    xml_outcome result;
    if (t->how == DOCUMENT || t->how == LITTLE_MEMORY) {
        xml_setup setup = {t->how == DOCUMENT ? 4096 : 40,
                           t->how == DOCUMENT ? &small : NULL, false, false};
        if (t->status == XC_ERR_TAG || t->status == XC_ERR_DUPLICATE_EXPANDED)
            setup.limits = NULL;
        result = xml_all_cuts(t->input, input, &setup, &log);
    } else {
        stream_setup setup = {
            4096, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
        stream_outcome got;
        if (t->how == MESSAGES)
            setup.options.framing = XC_WEBSOCKET;
        got = stream_all_cuts(t->input, input, &setup, 1000, &log);
        result.status = got.status;
        result.offset = got.offset;
    }
    return result;
}

static void offence_row(const row *r)
{
    static buffer input;
    offence o = offence_in(r);
    size_t at = unmark(o.input, &input);
    xml_outcome got = read_offence(&o, buffer_str(&input));
    CHECK(got.status == o.status && (at == WHOLE || got.offset == at),
          "%s: got %s at byte %llu, expected %s", o.input,
          xc_status_name(got.status), (unsigned long long)got.offset,
          xc_status_name(o.status));
}

static void every_offence_is_found_at_its_byte(void **state)
{
    (void)state;
    assert_true(for_each_row("tests/data/offences.tsv", offence_row) >= 37);
}

/* Those that no input brings about, or only one that is too long for a row
   here (LIMIT_NAME: test_xml.c). */
static bool needs_no_row(xc_status status)
{
    return status == XC_ERR_ARGUMENT || status == XC_ERR_BUFFER_SIZE ||
           status == XC_ERR_LIMIT_NAME || status == XC_ERR_CALLER ||
           status == XC_ERR_BASE64 || status == XC_ERR_NO_REPLY ||
           strncmp(xc_status_name(status), "XC_ERR_JID_", 11) == 0 ||
           strncmp(xc_status_name(status), "XC_ERR_FIELD_", 13) == 0 ||
           strncmp(xc_status_name(status), "XC_ERR_SASL_", 12) == 0 ||
           strncmp(xc_status_name(status), "XC_ERR_WRITE_", 13) == 0;
}

static bool has_row[XC_STATUS_COUNT];

static void note_row(const row *r)
{
    has_row[offence_in(r).status] = true;
}

static void every_error_has_a_row(void **state)
{
    (void)state;
    for_each_row("tests/data/offences.tsv", note_row);
    for (unsigned s = XC_CLOSED + 1; s < XC_STATUS_COUNT; s++)
        CHECK(has_row[s] || needs_no_row((xc_status)s), "no input for %s",
              xc_status_name((xc_status)s));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_told_from_results),
        cmocka_unit_test(every_status_has_a_name),
        cmocka_unit_test(every_status_has_a_text),
        cmocka_unit_test(every_error_has_a_condition),
        cmocka_unit_test(conditions_are_those_the_rfc_asks_for),
        cmocka_unit_test(every_offence_is_found_at_its_byte),
        cmocka_unit_test(every_error_has_a_row),
    };
    return cmocka_run_group_tests_name("status", tests, NULL, NULL);
}
