/* The tokenizer against external vectors: the documents of conformance and
   parser test suites, and hand-written hard cases. Needs XC_CORPORA. */
#include "support_rows.h"
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

/* The first line is the names of the columns. */
static bool is_head(const row *r)
{
    return r->line == 1;
}

static void conformance_row(const row *r)
{
    buffer doc = {0}, events = {0};
    if (is_head(r))
        return;
    load_listed(r->field[1], &doc);
    if (strcmp(r->field[8], "-") != 0)
        load_listed(r->field[8], &events);
    check_vector(r->field[0], buffer_str(&doc), r->field[4],
                 buffer_str(&events).ptr);
    buffer_free(&doc);
    buffer_free(&events);
}

static void tricky_row(const row *r)
{
    if (!is_head(r))
        check_vector(r->field[0], unescaped(r->field[1]), r->field[3],
                     unescaped(r->field[9]).ptr);
}

static void check_corpus(const char *name, row_check *check)
{
    buffer file = {0};
    load_corpus(name, &file);
    check_rows(name, file.ptr, false, check);
    buffer_free(&file);
}

static void documents_of_conformance_suites_are_read_as_expected(void **state)
{
    (void)state;
    check_corpus("xmlconf/manifest.tsv", conformance_row);
}

static void tricky_documents_are_read_as_expected(void **state)
{
    (void)state;
    check_corpus("xmlconf/tricky.tsv", tricky_row);
}

static void more_tricky_documents_are_read_as_expected(void **state)
{
    (void)state;
    check_corpus("xmlconf/tricky_more.tsv", tricky_row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tricky_documents_are_read_as_expected),
        cmocka_unit_test(more_tricky_documents_are_read_as_expected),
        cmocka_unit_test(documents_of_conformance_suites_are_read_as_expected),
    };
    return cmocka_run_group_tests_name("vectors", tests, NULL, NULL);
}
