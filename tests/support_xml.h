/* Feeds documents to the tokenizer, cut in every way. */
#ifndef XC_TEST_SUPPORT_XML_H
#define XC_TEST_SUPPORT_XML_H

#include "support.h"

/* Everything allowed that a document of the vectors may need. */
static const xc_limits wide_limits = {0, 60000, 60000, 60000};

typedef struct xml_setup {
    size_t memory;
    const xc_limits *limits;
    bool moving;  /* copy the memory elsewhere between every two pieces */
    bool partial; /* the input ends early: do not say that it is finished */
} xml_setup;

static const xml_setup xml_roomy = {1 << 20, &wide_limits, false, false};

typedef struct xml_outcome {
    xc_status status; /* XC_OK: a complete document */
    uint64_t offset;
} xml_outcome;

static inline void log_token(event_log *log, const xc_token *tok)
{
    xc_attribute a;
    if (tok->type == XC_TEXT) {
        CHECK(tok->text.len > 0, "an empty piece of text");
        log_text(log, tok->text);
        return;
    }
    if (tok->type == XC_END) {
        log_end(log);
    } else {
        log_start(log, tok->ns, tok->name, tok->prefix);
        for (size_t i = 0; xc_token_attr(tok, i, &a); i++)
            log_attribute(log, &a);
        log_number(log, tok->attributes);
    }
    if (!log->no_offsets) {
        log_number(log, tok->empty);
        log_number(log, tok->offset);
    }
}

/* Feeds one piece; checks what holds after every call. */
static inline xc_status xml_feed_piece(xc_xml *x, xc_str piece, event_log *log)
{
    uint64_t before = xc_xml_offset(x);
    xc_str in = guarded_copy(piece.ptr, piece.len);
    xc_token tok;
    xc_status status;
    while ((status = xc_xml_next(x, &in, &tok)) == XC_EVENT)
        log_token(log, &tok);
    if (status == XC_NEED_MORE) {
        CHECK(in.len == 0, "XC_NEED_MORE with %zu bytes left", in.len);
        CHECK(xc_xml_offset(x) == before + piece.len, "a wrong offset");
        return status;
    }
    CHECK(xc_status_is_error(status), "%s", xc_status_name(status));
    CHECK(xc_xml_next(x, &in, &tok) == status, "the error does not stick");
    return status;
}

/* Copies tokenizer and memory, spoils the originals. */
static inline void xml_move(xc_xml *x, size_t memory, bool to_second)
{
    xc_xml copy = *x;
    char *from = guarded(to_second ? GUARD_MEMORY : GUARD_MEMORY_2, memory);
    char *to = guarded(to_second ? GUARD_MEMORY_2 : GUARD_MEMORY, memory);
    memcpy(to, from, memory);
    memset(from, 0xA5, memory);
    memset(x, 0x5A, sizeof *x);
    check_status("memory", xc_xml_relocate(&copy, to), XC_OK);
    *x = copy;
}

static inline xml_outcome xml_feed(const xml_setup *setup, xc_str doc, cut c,
                                   event_log *log)
{
    xc_xml x;
    xml_outcome result = {XC_NEED_MORE, 0};
    bool second = false;
    log_clear(log);
    check_status("memory",
                 xc_xml_init(&x, guarded(GUARD_MEMORY, setup->memory),
                             setup->memory, setup->limits),
                 XC_OK);
    for (size_t at = 0; at < doc.len && result.status == XC_NEED_MORE;) {
        xc_str piece = {doc.ptr + at, cut_piece(c, at, doc.len)};
        result.status = xml_feed_piece(&x, piece, log);
        at += piece.len;
        if (setup->moving && result.status == XC_NEED_MORE) {
            second = !second;
            xml_move(&x, setup->memory, second);
        }
    }
    if (result.status == XC_NEED_MORE && !setup->partial)
        result.status = xc_xml_finish(&x);
    log_end_text(log);
    result.offset = xc_xml_offset(&x);
    return result;
}

/* ---- documents ---------------------------------------------------------- */

/* The documents of tests/data/xml.tsv that are accepted. Returns how many. */
static inline size_t each_own_document(void (*use)(const char *id, xc_str doc))
{
    buffer file = {0};
    table rows = {0};
    size_t count = 0;
    CHECK(load_file("tests/data/xml.tsv", &file), "no tests/data/xml.tsv");
    rows.next = file.ptr;
    while (table_next(&rows)) {
        xc_str doc = {rows.field[1], 0};
        if (strcmp(rows.field[2], "accept") != 0)
            continue;
        doc.len = unescape(rows.field[1]);
        use(rows.field[0], doc);
        count++;
    }
    buffer_free(&file);
    return count;
}

/* ---- the same result for every cut -------------------------------------- */

typedef struct xml_case {
    const char *id;
    xc_str doc;
    xml_setup setup;
    xml_outcome expected;
    uint64_t hash;
} xml_case;

static inline void xml_explain(const xml_case *t, cut c, xml_outcome got)
{
    char where[512];
    event_log whole = {.keep = true}, cut_up = {.keep = true};
    snprintf(where, sizeof where,
             "%s, %s%s: %s at byte %llu; whole: %s at byte %llu", t->id,
             cut_name(c).text, t->setup.moving ? ", moving" : "",
             xc_status_name(got.status), (unsigned long long)got.offset,
             xc_status_name(t->expected.status),
             (unsigned long long)t->expected.offset);
    xml_feed(&t->setup, t->doc, cut_none, &whole);
    xml_feed(&t->setup, t->doc, c, &cut_up);
    check_same_log(where, &cut_up, &whole);
    check_fail("%s (same events)", where);
}

static inline void xml_check_cut(void *context, cut c)
{
    const xml_case *t = context;
    event_log log = {.keep = false};
    xml_outcome got = xml_feed(&t->setup, t->doc, c, &log);
    if (got.status != t->expected.status || got.offset != t->expected.offset ||
        log.hash != t->hash)
        xml_explain(t, c, got);
}

/* Feeds the document whole, keeping the log, and then cut in every way; in
   pieces also with memory that moves. Returns the common outcome. */
static inline xml_outcome xml_all_cuts(const char *id, xc_str doc,
                                       const xml_setup *setup,
                                       event_log *whole)
{
    xml_case t = {id, doc, *setup, {XC_OK, 0}, 0};
    t.expected = xml_feed(setup, doc, cut_none, whole);
    t.hash = whole->hash;
    each_cut(doc.len, 4096, xml_check_cut, &t);
    return t.expected;
}

static inline void xml_all_moves(const char *id, xc_str doc,
                                 const xml_setup *setup)
{
    xml_case t = {id, doc, *setup, {XC_OK, 0}, 0};
    event_log log = {.keep = false};
    t.expected = xml_feed(setup, doc, cut_none, &log);
    t.hash = log.hash;
    t.setup.moving = true;
    each_cut(doc.len, 200, xml_check_cut, &t);
}

#endif
