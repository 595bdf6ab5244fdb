/* The scanners, through the tokenizer: whatever stops a run is found at every
   distance and alignment. The stops are rows of tests/data/scan.tsv. What is
   expected is put together from pieces, so nothing here scans. The checksums
   have to be the same with and without SIMD (test_scan_portable.c). */
#include "support_random.h"
#include "support_rows.h"
#include "support_xml.h"

#define FARTHEST 70

/* The filler varies, so that a displaced byte is seen. */
static void fill(buffer *out, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    for (size_t i = 0; i < len; i++)
        buffer_add(out, &letters[i % 26], 1);
}

/* A stop of a run: what it becomes, or which error it is and where in it. */
typedef struct stop {
    xc_str bytes;
    const char *becomes; /* NULL: an error */
    xc_status error;
    size_t at;
} stop;

typedef struct context {
    const char *name;
    const char *before, *after;             /* of the run in the document */
    const char *shown_before, *shown_after; /* of the run in the events */
} context;

static const context contexts[] = {
    {"text", "<a>", "z</a>", "START\t{}a\t\nTEXT\t", "z\nEND\n"},
    {"cdata", "<a><![CDATA[", "z]]></a>", "START\t{}a\t\nTEXT\t", "z\nEND\n"},
    {"single", "<a b='", "z'/>", "START\t{}a\t\nATTR\t{}b\t", "z\nEND\n"},
    {"double", "<a b=\"", "z\"/>", "START\t{}a\t\nATTR\t{}b\t", "z\nEND\n"},
    {"namespace", "<a xmlns='", "z'/>", "START\t{", "z}a\t\nEND\n"},
    {"element", "<q", "z/>", "START\t{}q", "z\t\nEND\n"},
    {"attribute", "<a q", "z=''/>", "START\t{}a\t\nATTR\t{}q", "z\t\nEND\n"},
};

/* ---- one run ------------------------------------------------------------ */

/* Tokenizes without a copy: alignment and neighbours are the caller's affair. */
static xml_outcome tokens_of(xc_str in, event_log *log)
{
    static char memory[4096];
    xc_xml x;
    xc_token tok;
    xml_outcome got;
    log_clear(log);
    xc_xml_init(&x, memory, sizeof memory, NULL);
    while ((got.status = xc_xml_next(&x, &in, &tok)) == XC_EVENT)
        log_token(log, &tok);
    if (got.status == XC_NEED_MORE)
        got.status = xc_xml_finish(&x);
    log_end_text(log);
    got.offset = xc_xml_offset(&x);
    return got;
}

static void check_run(const context *p, const stop *s, size_t distance,
                      xc_str doc, const buffer *expected, event_log *log)
{
    xml_outcome got = tokens_of(doc, log);
    uint64_t at =
        s->becomes != NULL ? doc.len : strlen(p->before) + distance + s->at;
    CHECK(got.status == s->error && got.offset == at,
          "%s, \"%s\" after %zu bytes at %p: got %s at byte %llu, expected %s "
          "at byte %llu",
          p->name, escaped(s->bytes), distance, (const void *)doc.ptr,
          xc_status_name(got.status), (unsigned long long)got.offset,
          xc_status_name(s->error), (unsigned long long)at);
    if (s->becomes != NULL)
        CHECK(strcmp(log->text.ptr, expected->ptr) == 0,
              "%s, \"%s\" after %zu bytes at %p: got\n%sexpected\n%s", p->name,
              escaped(s->bytes), distance, (const void *)doc.ptr,
              log->text.ptr, expected->ptr);
}

static void expected_events(const context *p, const stop *s, size_t distance,
                            buffer *out)
{
    event_log text = {.keep = true};
    buffer_clear(out);
    buffer_puts(out, p->shown_before);
    fill(out, distance);
    if (s->becomes != NULL) {
        log_clear(&text);
        log_escaped(&text, xc_str_from(s->becomes));
        buffer_puts(out, text.text.ptr);
    }
    buffer_puts(out, p->shown_after);
    log_free(&text);
}

static uint64_t checksum_of_stops = HASH_START;

/* At the end of memory, and at every alignment among bytes that stop, too. */
static void check_distance(const context *p, const stop *s, size_t distance)
{
    static char aligned[512];
    static buffer doc, expected;
    static event_log log = {.keep = true};
    buffer_clear(&doc);
    buffer_puts(&doc, p->before);
    fill(&doc, distance);
    buffer_add(&doc, s->bytes.ptr, s->bytes.len);
    buffer_puts(&doc, p->after);
    expected_events(p, s, distance, &expected);
    check_run(p, s, distance, guarded_copy(doc.ptr, doc.len), &expected, &log);
    for (size_t shift = 0; shift < 32; shift++) {
        xc_str in = {aligned + shift, doc.len};
        memset(aligned, "<&]'\""[shift % 5], sizeof aligned);
        memcpy(aligned + shift, doc.ptr, doc.len);
        check_run(p, s, distance, in, &expected, &log);
    }
    checksum_of_stops =
        hash_bytes(checksum_of_stops, &log.hash, sizeof log.hash);
}

static const context *context_named(xc_str name)
{
    for (size_t i = 0; i < COUNT_OF(contexts); i++)
        if (xc_str_is(name, contexts[i].name))
            return &contexts[i];
    check_fail("there is no context \"" XC_FMT "\"", XC_ARG(name));
    return NULL;
}

static void stop_row(const row *r)
{
    xc_str names = xc_str_from(r->field[0]);
    stop s = {unescaped(r->field[1]), NULL, XC_OK, 0};
    CHECK(r->fields >= 3, "fields are missing");
    if (strcmp(r->field[2], "becomes") == 0) {
        s.becomes = unescaped(r->field[3]).ptr;
    } else {
        s.error = status_named(r->field[2]);
        s.at = number_in(r->field[3]);
    }
    while (names.ptr != NULL) {
        const context *p = context_named(xc_str_cut(&names, ' '));
        for (size_t distance = 0; distance <= FARTHEST; distance++)
            check_distance(p, &s, distance);
    }
}

static void every_stop_is_found_at_every_distance_and_alignment(void **state)
{
    (void)state;
    for_each_row("tests/data/scan.tsv", stop_row);
    print_message("checksum of stops: %016llx\n",
                  (unsigned long long)checksum_of_stops);
}

/* ---- a fixed pseudo-random corpus --------------------------------------- */

static void scramble(random_source *r, buffer *doc)
{
    static const char *const pieces[] = {
        "<a>",   "</a>",      "<b c='",      "'/>",     "<b c=\"", "\"/>",
        " ",     "<a b='1' ", "xmlns:p='u'", "p:c='d'", ">",       "&amp;",
        "&#65;", "<![CDATA[", "]]>",         "\r",      "\n",
    };
    size_t count = random_below(r, 60);
    buffer_clear(doc);
    buffer_puts(doc, "<a>");
    while (count-- > 0) {
        if (random_below(r, 3) == 0)
            buffer_puts(doc, RANDOM_PICK(r, pieces));
        else
            fill(doc, random_below(r, 40));
        if (random_below(r, 40) == 0)
            buffer_puts(doc, RANDOM_PICK(r, random_pieces));
    }
    buffer_puts(doc, "</a>");
}

static void random_documents_have_the_same_checksum_everywhere(void **state)
{
    random_source r = {31337};
    uint64_t checksum = HASH_START, accepted = 0;
    event_log log = {.keep = false};
    buffer doc = {0};
    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        xml_outcome got;
        scramble(&r, &doc);
        got = tokens_of(buffer_str(&doc), &log);
        accepted += got.status == XC_OK;
        log_number(&log, got.status);
        log_number(&log, got.offset);
        checksum = hash_bytes(checksum, &log.hash, sizeof log.hash);
    }
    print_message("checksum of random documents: %016llx (%llu accepted)\n",
                  (unsigned long long)checksum, (unsigned long long)accepted);
    buffer_free(&doc);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_stop_is_found_at_every_distance_and_alignment),
        cmocka_unit_test(random_documents_have_the_same_checksum_everywhere),
    };
    print_message("with XMPP_CODEC_NO_SIMD %d\n", XMPP_CODEC_NO_SIMD);
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
