/* The scanners, through the tokenizer: whatever stops a run is found at every
   distance and alignment. What is expected is put together from pieces, so
   nothing here scans. The checksums have to be the same with and without SIMD
   (test_scan_portable.c). */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_random.h"
#include "support_xml.h"

#define FARTHEST 70

/* The filler varies, so that a byte out of place is seen. */
static void fill(buffer *out, size_t len)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    for (size_t i = 0; i < len; i++)
        buffer_add(out, &letters[i % 26], 1);
}

/* A stop of a run: what it becomes, or which error it is and where in it. */
typedef struct stop {
    const char *bytes;
    size_t len;
    const char *becomes; /* NULL: an error */
    xc_status error;
    size_t at;
} stop;

#define BECOMES(bytes, text)                                                  \
    {                                                                         \
        "" bytes, sizeof(bytes) - 1, text, XC_OK, 0                           \
    }
#define FAILS(bytes, error, at)                                               \
    {                                                                         \
        "" bytes, sizeof(bytes) - 1, NULL, XC_ERR_##error, at                 \
    }

#define STOPS_ANYWHERE                                                        \
    BECOMES("", ""), BECOMES("\x7f", "\x7f"), BECOMES(">", ">"),              \
        BECOMES("]", "]"), BECOMES("]]", "]]"),                               \
        BECOMES("\xc3\xa9", "\xc3\xa9"),                                      \
        BECOMES("\xef\xbf\xbd", "\xef\xbf\xbd"),                              \
        BECOMES("\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"),                      \
        FAILS("\0", CHAR, 0), FAILS("\x01", CHAR, 0), FAILS("\x1f", CHAR, 0), \
        FAILS("\x0b", CHAR, 0), FAILS("\x80", UTF8, 0),                       \
        FAILS("\xc1\x81", UTF8, 0),                                           \
        FAILS("\xe2\x82"                                                      \
              "x",                                                            \
              UTF8, 2),                                                       \
        FAILS("\xed\xa0\x80", UTF8, 1), FAILS("\xf4\x90\x80", UTF8, 1),       \
        FAILS("\xef\xbf\xbe", CHAR, 0), FAILS("\xef\xbf\xbf", CHAR, 0),       \
        FAILS("\xff", UTF8, 0)
#define STOPS_REFERENCES                                                      \
    BECOMES("&amp;", "&"), BECOMES("&lt;", "<"),                              \
        BECOMES("&#x20AC;", "\xe2\x82\xac"), FAILS("&x;", ENTITY, 1),         \
        FAILS("& ", REFERENCE, 1), FAILS("&#0;", CHAR, 3)

static const stop text_stops[] = {
    STOPS_ANYWHERE,
    STOPS_REFERENCES,
    BECOMES("'", "'"),
    BECOMES("\"", "\""),
    BECOMES("\n", "\n"),
    BECOMES("\t", "\t"),
    BECOMES("\r", "\n"),
    BECOMES("\r\n", "\n"),
    BECOMES("\r\r", "\n\n"),
    FAILS("]]>", CDATA_END, 2),
    FAILS("]]]>", CDATA_END, 3),
    BECOMES("]]&gt;", "]]>"),
    BECOMES("<![CDATA[<]]>", "<"),
    FAILS("</b>", MISMATCH, 2),
    FAILS("<!-- ", COMMENT, 2),
};

static const stop cdata_stops[] = {
    STOPS_ANYWHERE,      BECOMES("&", "&"),
    BECOMES("<", "<"),   BECOMES("\r\n", "\n"),
    BECOMES("\r", "\n"), BECOMES("]] >", "]] >"),
    BECOMES("]>", "]>"), BECOMES("]]]]><![CDATA[>", "]]>"),
};

static const stop single_stops[] = {
    STOPS_ANYWHERE,           STOPS_REFERENCES,        BECOMES("\"", "\""),
    BECOMES("\n", " "),       BECOMES("\t", " "),      BECOMES("\r", " "),
    BECOMES("\r\n", " "),     BECOMES("\r\r\n", "  "), BECOMES("]]>", "]]>"),
    FAILS("<", ATTRIBUTE, 0),
};

static const stop double_stops[] = {
    STOPS_ANYWHERE,     STOPS_REFERENCES,     BECOMES("'", "'"),
    BECOMES("\n", " "), BECOMES("\r\n", " "), FAILS("<", ATTRIBUTE, 0),
};

static const stop name_stops[] = {
    BECOMES("", ""),
    BECOMES("-", "-"),
    BECOMES("0", "0"),
    BECOMES(".", "."),
    BECOMES("\xc3\xa9", "\xc3\xa9"),
    BECOMES("\xc2\xb7", "\xc2\xb7"),
    BECOMES("\xf0\x90\x80\x80", "\xf0\x90\x80\x80"),
    FAILS("\xff", UTF8, 0),
    FAILS("\xc3"
          "x",
          UTF8, 1),
};

typedef struct place {
    const char *name;
    const char *before, *after;             /* of the run in the document */
    const char *shown_before, *shown_after; /* of the run in the events */
    const stop *stops;
    size_t count;
} place;

static const place places[] = {
    {"text", "<a>", "z</a>", "START\t{}a\t\nTEXT\t", "z\nEND\n", text_stops,
     COUNT_OF(text_stops)},
    {"CDATA", "<a><![CDATA[", "z]]></a>", "START\t{}a\t\nTEXT\t", "z\nEND\n",
     cdata_stops, COUNT_OF(cdata_stops)},
    {"'value'", "<a b='", "z'/>", "START\t{}a\t\nATTR\t{}b\t", "z\nEND\n",
     single_stops, COUNT_OF(single_stops)},
    {"\"value\"", "<a b=\"", "z\"/>", "START\t{}a\t\nATTR\t{}b\t", "z\nEND\n",
     double_stops, COUNT_OF(double_stops)},
    {"namespace", "<a xmlns='", "z'/>", "START\t{", "z}a\t\nEND\n",
     single_stops, COUNT_OF(single_stops)},
    {"element", "<q", "z/>", "START\t{}q", "z\t\nEND\n", name_stops,
     COUNT_OF(name_stops)},
    {"attribute", "<a q", "z=''/>", "START\t{}a\t\nATTR\t{}q", "z\t\nEND\n",
     name_stops, COUNT_OF(name_stops)},
};

/* ---- one run ------------------------------------------------------------ */

/* Tokenizes in place: alignment and neighbours are the caller's affair. */
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

static void check_run(const place *p, const stop *s, size_t distance,
                      xc_str doc, const buffer *expected, event_log *log)
{
    xml_outcome got = tokens_of(doc, log);
    uint64_t at =
        s->becomes != NULL ? doc.len : strlen(p->before) + distance + s->at;
    CHECK(got.status == s->error && got.offset == at,
          "%s, stop %d behind %zu bytes at %p: %s at byte %llu, expected %s "
          "at byte %llu",
          p->name, (int)(s - p->stops), distance, (const void *)doc.ptr,
          xc_status_name(got.status), (unsigned long long)got.offset,
          xc_status_name(s->error), (unsigned long long)at);
    if (s->becomes != NULL)
        CHECK(strcmp(log->text.ptr, expected->ptr) == 0,
              "%s, stop %d behind %zu bytes at %p: got\n%sexpected\n%s",
              p->name, (int)(s - p->stops), distance, (const void *)doc.ptr,
              log->text.ptr, expected->ptr);
}

static void expected_events(const place *p, const stop *s, size_t distance,
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

static void every_stop(void **state)
{
    static char aligned[512];
    uint64_t checksum = HASH_START;
    event_log log = {.keep = true};
    buffer doc = {0}, expected = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(places) * 100; i++) {
        const place *p = &places[i / 100];
        const stop *s = &p->stops[i % 100];
        if (i % 100 >= p->count)
            continue;
        for (size_t distance = 0; distance <= FARTHEST; distance++) {
            buffer_clear(&doc);
            buffer_puts(&doc, p->before);
            fill(&doc, distance);
            buffer_add(&doc, s->bytes, s->len);
            buffer_puts(&doc, p->after);
            expected_events(p, s, distance, &expected);
            check_run(p, s, distance, guarded_copy(doc.ptr, doc.len),
                      &expected, &log);
            for (size_t shift = 0; shift < 32; shift++) {
                xc_str in = {aligned + shift, doc.len};
                memset(aligned, "<&]'\""[shift % 5], sizeof aligned);
                memcpy(aligned + shift, doc.ptr, doc.len);
                check_run(p, s, distance, in, &expected, &log);
            }
            checksum = hash_bytes(checksum, &log.hash, sizeof log.hash);
        }
    }
    print_message("checksum of stops: %016llx\n",
                  (unsigned long long)checksum);
    log_free(&log);
    buffer_free(&doc);
    buffer_free(&expected);
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

static void random_corpus(void **state)
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
        cmocka_unit_test(every_stop),
        cmocka_unit_test(random_corpus),
    };
    print_message("with XMPP_CODEC_NO_SIMD %d\n", XMPP_CODEC_NO_SIMD);
    return cmocka_run_group_tests_name("scan", tests, NULL, NULL);
}
