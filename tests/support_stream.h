/* Feeds streams to the stream reader, cut in every way. */
#ifndef XC_TEST_SUPPORT_STREAM_H
#define XC_TEST_SUPPORT_STREAM_H

#include "support.h"

#define CLIENT_HEADER                                                         \
    "<?xml version='1.0'?><stream:stream to='capulet.lit' "                   \
    "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'"   \
    " version='1.0'>"
#define SERVER_HEADER                                                         \
    "<?xml version='1.0'?><stream:stream from='a.lit' to='b.lit' "            \
    "xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'"   \
    " xmlns:db='jabber:server:dialback' version='1.0'>"
#define STREAMS "xmlns:stream='http://etherx.jabber.org/streams'"
#define FRAMED(element, rest)                                                 \
    "<" element " xmlns='urn:ietf:params:xml:ns:xmpp-framing' " rest "/>"

typedef struct stream_setup {
    size_t memory;
    xc_stream_options options;
    bool moving; /* carry the stream to another place between pieces */
} stream_setup;

#define KINDS_MAX 40
static const char stream_kind_letters[] = "OFSNEC";

typedef struct stream_outcome {
    xc_status status; /* of the last xc_stream_next or _end_message */
    xc_status finish; /* of xc_stream_finish */
    uint64_t offset;
    size_t consumed; /* bytes that the reader took */
    size_t calls;
    size_t count[6];           /* events of each kind */
    char kinds[KINDS_MAX + 1]; /* the first events, a letter each */
} stream_outcome;

static inline void log_header(event_log *log, const xc_stream_header *h)
{
    const xc_str parts[] = {h->content_ns, h->to, h->from, h->id, h->lang};
    for (size_t i = 0; i < COUNT_OF(parts); i++) {
        log_puts(log, parts[i].ptr == NULL ? "\t-" : "\t=");
        log_escaped(log, parts[i]);
    }
    log_number(log, h->major);
    log_number(log, h->minor);
    log_puts(log, "\n");
}

static inline void log_event(event_log *log, const xc_stream_event *ev)
{
    char kind[] = {stream_kind_letters[ev->kind], '\0'};
    log->no_prefix = true;
    log_puts(log, kind);
    if (!log->no_offsets)
        log_number(log, ev->offset);
    if (ev->kind == XC_EVENT_OPEN)
        log_header(log, &ev->header);
    else
        log_puts(log, "\n");
    if (ev->element != NULL)
        log_tree(log, ev->element);
}

static inline void outcome_add(stream_outcome *o, const xc_stream_event *ev)
{
    size_t n = strlen(o->kinds);
    if (n < KINDS_MAX)
        o->kinds[n] = stream_kind_letters[ev->kind];
    o->count[ev->kind]++;
}

/* ---- feeding ------------------------------------------------------------ */

typedef struct stream_run {
    xc_stream s;
    stream_setup setup;
    event_log *log;
    stream_outcome out;
    bool second; /* which of the two memories is in use */
} stream_run;

static inline void run_begin(stream_run *r, const stream_setup *setup,
                             event_log *log)
{
    memset(r, 0, sizeof *r);
    r->setup = *setup;
    r->log = log;
    r->out.status = XC_NEED_MORE;
    log_clear(log);
    check_status("memory",
                 xc_stream_init(&r->s, guarded(GUARD_MEMORY, setup->memory),
                                setup->memory, &setup->options),
                 XC_OK);
}

/* What xc_stream_saved_size tells is all that survives. */
static inline void run_move(stream_run *r)
{
    size_t memory = r->setup.memory;
    size_t keep = xc_stream_saved_size(&r->s);
    char *from = guarded(r->second ? GUARD_MEMORY_2 : GUARD_MEMORY, memory);
    char *to = guarded(r->second ? GUARD_MEMORY : GUARD_MEMORY_2, memory);
    xc_stream copy = r->s;
    CHECK(keep <= memory, "to keep: %zu bytes of %zu", keep, memory);
    memset(to, 0xA5, memory);
    memcpy(to, from, keep);
    memset(from, 0x5A, memory);
    memset(&r->s, 0xA5, sizeof r->s);
    check_status("memory", xc_stream_relocate(&copy, to, memory), XC_OK);
    r->s = copy;
    r->second = !r->second;
}

static inline void run_check_stop(stream_run *r, xc_str in)
{
    xc_stream_event ev;
    xc_str again = in;
    CHECK(xc_stream_next(&r->s, &again, &ev) == r->out.status,
          "%s does not stick", xc_status_name(r->out.status));
    if (r->out.status == XC_CLOSED)
        CHECK(again.len == in.len, "bytes taken after XC_CLOSED");
    else
        CHECK(xc_status_is_error(r->out.status), "%s",
              xc_status_name(r->out.status));
}

static inline void run_piece(stream_run *r, xc_str piece)
{
    xc_str in = guarded_copy(piece.ptr, piece.len);
    xc_stream_event ev;
    r->out.calls++;
    while ((r->out.status = xc_stream_next(&r->s, &in, &ev)) == XC_EVENT) {
        log_event(r->log, &ev);
        outcome_add(&r->out, &ev);
        r->out.calls++;
    }
    r->out.consumed += piece.len - in.len;
    if (r->out.status != XC_NEED_MORE) {
        run_check_stop(r, in);
        return;
    }
    CHECK(in.len == 0, "XC_NEED_MORE with %zu bytes left", in.len);
    CHECK(xc_stream_offset(&r->s) == r->out.consumed, "a wrong offset");
    if (r->setup.moving)
        run_move(r);
}

static inline void run_bytes(stream_run *r, xc_str bytes, cut c)
{
    for (size_t at = 0; at < bytes.len && r->out.status == XC_NEED_MORE;) {
        xc_str piece = {bytes.ptr + at, cut_piece(c, at, bytes.len)};
        run_piece(r, piece);
        at += piece.len;
    }
}

/* A line is a message. */
static inline void run_messages(stream_run *r, xc_str lines, cut c)
{
    while (lines.ptr != NULL && r->out.status == XC_NEED_MORE) {
        xc_str message = xc_str_cut(&lines, '\n');
        run_bytes(r, message, c);
        if (r->out.status != XC_NEED_MORE)
            return;
        r->out.status = xc_stream_end_message(&r->s);
        if (r->out.status == XC_OK)
            r->out.status = XC_NEED_MORE;
    }
}

static inline stream_outcome run_end(stream_run *r)
{
    r->out.finish = xc_stream_finish(&r->s);
    r->out.offset = xc_stream_offset(&r->s);
    if (xc_status_is_error(r->out.status))
        CHECK(r->out.finish == r->out.status, "finish: %s after %s",
              xc_status_name(r->out.finish), xc_status_name(r->out.status));
    return r->out;
}

static inline stream_outcome stream_feed(const stream_setup *setup,
                                         xc_str input, cut c, event_log *log)
{
    stream_run r;
    run_begin(&r, setup, log);
    if (setup->options.framing == XC_WEBSOCKET)
        run_messages(&r, input, c);
    else
        run_bytes(&r, input, c);
    return run_end(&r);
}

/* ---- the same result for every cut -------------------------------------- */

typedef struct stream_case {
    const char *id;
    xc_str input;
    stream_setup setup;
    stream_outcome expected;
    uint64_t hash;
} stream_case;

static inline void stream_explain(const stream_case *t, cut c,
                                  stream_outcome got)
{
    char where[512];
    event_log whole = {.keep = true}, cut_up = {.keep = true};
    snprintf(where, sizeof where,
             "%s, %s%s: %s at byte %llu; whole: %s at byte %llu", t->id,
             cut_name(c).text, t->setup.moving ? ", moving" : "",
             xc_status_name(got.status), (unsigned long long)got.offset,
             xc_status_name(t->expected.status),
             (unsigned long long)t->expected.offset);
    stream_feed(&t->setup, t->input, cut_none, &whole);
    stream_feed(&t->setup, t->input, c, &cut_up);
    check_same_log(where, &cut_up, &whole);
    check_fail("%s (same events)", where);
}

static inline void stream_check_cut(void *context, cut c)
{
    const stream_case *t = context;
    event_log log = {.keep = false};
    stream_outcome got = stream_feed(&t->setup, t->input, c, &log);
    if (got.status != t->expected.status || got.offset != t->expected.offset ||
        got.finish != t->expected.finish || log.hash != t->hash ||
        (got.status == XC_CLOSED && got.consumed != t->expected.consumed))
        stream_explain(t, c, got);
}

/* Whole (keeping the log), in pieces, split in two up to `split_limit`, and in
   pieces with the stream moving. Returns the common outcome. */
static inline stream_outcome stream_all_cuts(const char *id, xc_str input,
                                             const stream_setup *setup,
                                             size_t split_limit,
                                             event_log *whole)
{
    stream_case t = {.id = id, .input = input, .setup = *setup};
    t.expected = stream_feed(setup, input, cut_none, whole);
    t.hash = whole->hash;
    each_cut(input.len, split_limit, stream_check_cut, &t);
    t.setup.moving = true;
    if (input.len <= split_limit)
        each_cut(input.len, 0, stream_check_cut, &t);
    return t.expected;
}

/* The input gives these kinds of events and then this status. */
static inline void check_kinds(const char *input,
                               const xc_stream_options *options,
                               const char *kinds, xc_status status)
{
    stream_setup setup = {4096, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = true};
    stream_outcome got;
    if (options != NULL)
        setup.options = *options;
    got = stream_all_cuts(input, xc_str_from(input), &setup, 2000, &log);
    CHECK(strcmp(got.kinds, kinds) == 0 && got.status == status,
          "%s\ngot %s and %s at byte %llu, expected %s and %s\n%s", input,
          got.kinds, xc_status_name(got.status),
          (unsigned long long)got.offset, kinds, xc_status_name(status),
          log.text.ptr);
    log_free(&log);
}

/* ---- one stream by hand ------------------------------------------------- */

typedef struct reader {
    xc_stream s;
    xc_str in;
    xc_stream_event ev;
    char memory[16384];
} reader;

static inline void reader_open(reader *r, const char *input,
                               const xc_stream_options *options)
{
    assert_int_equal(
        xc_stream_init(&r->s, r->memory, sizeof r->memory, options), XC_OK);
    r->in = xc_str_from(input);
}

static inline xc_status reader_next(reader *r)
{
    return xc_stream_next(&r->s, &r->in, &r->ev);
}

static inline void expect_event(reader *r, xc_event_kind kind)
{
    check_status("event", reader_next(r), XC_EVENT);
    CHECK(r->ev.kind == kind, "got a %c, expected a %c",
          stream_kind_letters[r->ev.kind], stream_kind_letters[kind]);
}

#endif
