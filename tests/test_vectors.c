/* The tokenizer against external vectors: the documents of conformance and
   parser test suites, and hand-written hard cases. Needs XC_CORPORA. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_xml.h"

/* The classes in which the vectors sort offences. */
static const char *class_of(xc_status status)
{
    if (!xc_status_is_error(status))
        return "accept";
    if (status <= XC_ERR_LIMIT_NAME)
        return "limit";
    if (status <= XC_ERR_ENCODING_NAME)
        return "reject:encoding";
    if (status <= XC_ERR_ENTITY)
        return "reject:restricted";
    if (status <= XC_ERR_TRUNCATED)
        return "reject:not-well-formed";
    return "reject:namespace";
}

/* Is the word one of a list separated by commas? */
static bool listed(const char *list, const char *word)
{
    xc_str rest = xc_str_from(list);
    while (rest.ptr != NULL)
        if (xc_str_is(xc_str_cut(&rest, ','), word))
            return true;
    return false;
}

static void check_vector(const char *id, xc_str doc, const char *allowed,
                         const char *events)
{
    event_log log = {.keep = true};
    xml_outcome got = xml_all_cuts(id, doc, &xml_roomy, &log);
    CHECK(listed(allowed, class_of(got.status)),
          "%s: got %s (%s) at byte %llu, allowed: %s", id,
          class_of(got.status), xc_status_name(got.status),
          (unsigned long long)got.offset, allowed);
    if (got.status == XC_OK && strcmp(events, log.text.ptr) != 0)
        check_fail("%s\n-- got\n%s-- expected\n%s", id, log.text.ptr, events);
    log_free(&log);
}

static void load_listed(const char *file, buffer *out)
{
    buffer name = {0};
    buffer_puts(&name, "xmlconf/");
    buffer_puts(&name, file);
    load_promised(name.ptr, out);
    buffer_free(&name);
}

static void conformance_row(char **field)
{
    buffer doc = {0}, events = {0};
    load_listed(field[1], &doc);
    if (strcmp(field[8], "-") != 0)
        load_listed(field[8], &events);
    check_vector(field[0], buffer_str(&doc), field[4],
                 buffer_str(&events).ptr);
    buffer_free(&doc);
    buffer_free(&events);
}

static void conformance(void **state)
{
    buffer file = {0};
    table rows = {0};
    size_t count = 0;
    (void)state;
    load_corpus("xmlconf/manifest.tsv", &file);
    rows.next = file.ptr;
    table_next(&rows); /* the names of the columns */
    for (; table_next(&rows); count++)
        conformance_row(rows.field);
    print_message("%zu documents\n", count);
    assert_true(count > 0);
    buffer_free(&file);
}

static void tricky(const char *name)
{
    buffer file = {0};
    table rows = {0};
    size_t count = 0;
    load_corpus(name, &file);
    rows.next = file.ptr;
    table_next(&rows);
    for (; table_next(&rows); count++) {
        char **field = rows.field;
        xc_str doc = {field[1], unescape(field[1])};
        unescape(field[9]);
        check_vector(field[0], doc, field[3], field[9]);
    }
    print_message("%zu documents\n", count);
    assert_true(count > 0);
    buffer_free(&file);
}

static void tricky_first(void **state)
{
    (void)state;
    tricky("xmlconf/tricky.tsv");
}

static void tricky_second(void **state)
{
    (void)state;
    tricky("xmlconf/tricky_more.tsv");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tricky_first),
        cmocka_unit_test(tricky_second),
        cmocka_unit_test(conformance),
    };
    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
