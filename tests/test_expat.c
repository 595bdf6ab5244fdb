/* The same events as libexpat finds, from the same bytes and from what the
   writer makes of them. */
#include "support_captures.h"
#include "support_random.h"
#include "support_tree.h"
#include "support_xml.h"

#include <expat.h>

static char space[1 << 20];
static char memory[1 << 20];

/* ---- events of expat ---------------------------------------------------- */

#define SEPARATOR '\x01' /* cannot occur in a name or namespace */

/* "namespace\1local\1prefix", "namespace\1local" or "local" */
static void split_name(const char *triplet, xc_str *ns, xc_str *name,
                       xc_str *prefix)
{
    static const xc_str absent;
    xc_str rest = xc_str_from(triplet);
    *ns = *prefix = absent;
    *name = xc_str_cut(&rest, SEPARATOR);
    if (rest.ptr == NULL)
        return;
    *ns = *name;
    *name = xc_str_cut(&rest, SEPARATOR);
    *prefix = rest;
}

static void XMLCALL on_start(void *data, const XML_Char *name,
                             const XML_Char **attributes)
{
    event_log *log = data;
    xc_attribute a;
    xc_str ns, local, prefix;
    memset(&a, 0, sizeof a);
    split_name(name, &ns, &local, &prefix);
    log_start(log, ns, local, prefix);
    for (; attributes[0] != NULL; attributes += 2) {
        split_name(attributes[0], &a.ns, &a.name, &a.prefix);
        a.value = xc_str_from(attributes[1]);
        log_attribute(log, &a);
    }
}

static void XMLCALL on_end(void *data, const XML_Char *name)
{
    event_log *log = data;
    (void)name;
    log_end(log);
}

static void XMLCALL on_text(void *data, const XML_Char *text, int len)
{
    event_log *log = data;
    xc_str s = {text, (size_t)len};
    log_text(log, s);
}

/* False if expat refuses the document. `partial`: its end is not needed. */
static bool expat_events(xc_str doc, bool partial, event_log *log)
{
    XML_Parser p = XML_ParserCreateNS("UTF-8", SEPARATOR);
    enum XML_Status status;
    assert_non_null(p);
    log_clear(log);
    XML_SetReturnNSTriplet(p, 1);
    XML_SetUserData(p, log);
    XML_SetElementHandler(p, on_start, on_end);
    XML_SetCharacterDataHandler(p, on_text);
#if XML_MAJOR_VERSION * 1000 + XML_MINOR_VERSION >= 2006
    XML_SetReparseDeferralEnabled(p, XML_FALSE);
#endif
    status = XML_Parse(p, doc.ptr, (int)doc.len, !partial);
    XML_ParserFree(p);
    log_end_text(log);
    return status == XML_STATUS_OK;
}

/* ---- comparing ---------------------------------------------------------- */

static void check_logs(const char *id, const event_log *ours,
                       const event_log *theirs)
{
    const char *a = ours->text.ptr, *b = theirs->text.ptr;
    size_t same = 0;
    if (strcmp(a, b) == 0)
        return;
    while (a[same] == b[same])
        same++;
    while (same > 0 && a[same - 1] != '\n')
        same--;
    check_fail("%s: different events\n-- ours, byte %zu of the log\n%.600s"
               "\n-- expat's\n%.600s",
               id, same, a + same, b + same);
}

/* The tokenizer finds what expat finds. */
static void compare_tokens(const char *id, xc_str doc, bool partial)
{
    xml_setup setup = xml_roomy;
    event_log ours = {.keep = true, .no_offsets = true};
    event_log theirs = {.keep = true};
    xml_outcome got;
    setup.partial = partial;
    got = xml_feed(&setup, doc, cut_none, &ours);
    check_status(id, got.status, partial ? XC_NEED_MORE : XC_OK);
    CHECK(expat_events(doc, partial, &theirs), "%s: expat refuses it", id);
    check_logs(id, &ours, &theirs);
    log_free(&ours);
    log_free(&theirs);
}

/* Expat finds in our output what was in the tree. */
static void compare_written(const char *id, xc_str doc)
{
    event_log ours = {.keep = true, .no_prefix = true};
    event_log theirs = ours;
    const xc_element *e = read_element(doc, memory, sizeof memory);
    xc_writer w;
    xc_str out;
    CHECK(e != NULL, "%s: no element", id);
    log_clear(&ours);
    log_tree(&ours, e);
    xc_writer_init(&w, space, sizeof space, NULL);
    xc_writer_element(&w, e);
    check_status(id, xc_writer_finish(&w, &out), XC_OK);
    CHECK(expat_events(out, false, &theirs), "%s: expat refuses " XC_FMT, id,
          XC_ARG(out));
    check_logs(id, &ours, &theirs);
    log_free(&ours);
    log_free(&theirs);
}

/* Expat has the names of the fourth edition and skips a byte order mark. */
static bool expat_may_differ(const char *id, const char *flags)
{
    return strstr(flags, "nonascii-name") != NULL ||
           strstr(flags, "bom") != NULL || strncmp(id, "name-", 5) == 0;
}

/* ---- documents ---------------------------------------------------------- */

static size_t documents_compared;

static void compare_document(const char *id, xc_str doc)
{
    if (expat_may_differ(id, ""))
        return;
    compare_tokens(id, doc, false);
    compare_written(id, doc);
    documents_compared++;
}

static void own_documents_are_what_expat_finds(void **state)
{
    (void)state;
    documents_compared = 0;
    each_own_document(compare_document);
    print_message("%zu documents\n", documents_compared);
    assert_true(documents_compared > 50);
}

static bool plain_ascii(const char *text)
{
    while (*text != '\0' && (unsigned char)*text < 0x80)
        text++;
    return *text == '\0';
}

/* Texts and namespaces are arbitrary; the names have to suit expat. */
static void random_documents_are_what_expat_finds(void **state)
{
    random_source r = {77};
    size_t compared = 0;
    (void)state;
    for (unsigned i = 0; i < 2000; i++) {
        event_log model = {.keep = true, .no_prefix = true};
        event_log theirs = model;
        xc_writer w;
        random_writer g = {&r, &w, &model, {NULL, 0, 0}};
        xc_str doc;
        log_clear(&model);
        xc_writer_init(&w, space, sizeof space, NULL);
        random_element(&g, 6);
        check_status("random", xc_writer_finish(&w, &doc), XC_OK);
        if (expat_events(doc, false, &theirs)) {
            check_logs("random document", &theirs, &model);
            compared++;
        } else {
            CHECK(!plain_ascii(model.text.ptr), "expat refuses " XC_FMT,
                  XC_ARG(doc));
        }
        log_free(&model);
        log_free(&theirs);
        buffer_free(&g.text);
    }
    print_message("%zu documents\n", compared);
    assert_true(compared > 300);
}

static void conformance_documents_are_what_expat_finds(void **state)
{
    buffer file = {0}, doc = {0}, name = {0};
    table rows = {0};
    size_t count = 0;
    (void)state;
    load_corpus("xmlconf/manifest.tsv", &file);
    rows.next = file.ptr;
    while (table_next(&rows)) {
        if (strcmp(rows.field[4], "accept") != 0 ||
            expat_may_differ("", rows.field[7]))
            continue;
        buffer_clear(&name);
        buffer_puts(&name, "xmlconf/");
        buffer_puts(&name, rows.field[1]);
        load_promised(name.ptr, &doc);
        compare_tokens(rows.field[0], buffer_str(&doc), false);
        if (read_element(buffer_str(&doc), memory, sizeof memory) != NULL)
            compare_written(rows.field[0], buffer_str(&doc));
        count++;
    }
    print_message("%zu documents\n", count);
    assert_true(count > 0);
    buffer_free(&file);
    buffer_free(&doc);
    buffer_free(&name);
}

/* ---- streams ------------------------------------------------------------ */

static size_t compare_capture(const capture *c, const table *row)
{
    xc_str first = {c->bytes.ptr, c->start[1]};
    if (c->documents == 1 && row->field[4][0] != '\0')
        return 0; /* ill-formed on purpose */
    compare_tokens(c->name, first, true);
    return 1;
}

static void recorded_streams_are_what_expat_finds(void **state)
{
    (void)state;
    each_capture(compare_capture);
}

static void stanzas_are_what_expat_finds(void **state)
{
    static const char open[] =
        "<s xmlns='jabber:client' xmlns:db='jabber:server:dialback' "
        "xmlns:stream='http://etherx.jabber.org/streams'>";
    buffer file = {0}, doc = {0};
    xc_str rest;
    char id[32];
    size_t line = 0;
    (void)state;
    load_stanzas(&file);
    rest = buffer_str(&file);
    while (rest.len > 0) {
        xc_str stanza = xc_str_cut(&rest, '\n');
        snprintf(id, sizeof id, "line %zu", ++line);
        buffer_clear(&doc);
        buffer_puts(&doc, open);
        buffer_add(&doc, stanza.ptr, stanza.len);
        buffer_puts(&doc, "</s>");
        compare_tokens(id, buffer_str(&doc), false);
        compare_written(id, buffer_str(&doc));
    }
    print_message("%zu stanzas\n", line);
    assert_true(line > 0);
    buffer_free(&file);
    buffer_free(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_documents_are_what_expat_finds),
        cmocka_unit_test(random_documents_are_what_expat_finds),
        cmocka_unit_test(conformance_documents_are_what_expat_finds),
        cmocka_unit_test(recorded_streams_are_what_expat_finds),
        cmocka_unit_test(stanzas_are_what_expat_finds),
    };
    print_message("%s\n", XML_ExpatVersion());
    return cmocka_run_group_tests_name("expat", tests, NULL, NULL);
}
