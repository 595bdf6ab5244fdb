#define _POSIX_C_SOURCE 200809L
#include "roundtrip.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording.h"

/* ---- options ------------------------------------------------------------ */

static size_t chunk = 65536;
static size_t memory_size = 1048576;
static bool websocket, bosh, lenient;

const tool_option roundtrip_options[] = {
    {"--chunk", NULL, &chunk},         {"--mem", NULL, &memory_size},
    {"--websocket", &websocket, NULL}, {"--bosh", &bosh, NULL},
    {"--lenient", &lenient, NULL},     {NULL, NULL, NULL}};

/* ---- output ------------------------------------------------------------- */

/* Memory that grows. */
typedef struct space {
    char *ptr;
    size_t len, size;
} space;

typedef struct output {
    const tool *tool;
    roundtrip_writer *write;
    const char *content_ns; /* NULL: no stream around an element */
    space text;
    space body; /* BOSH: copies of a body's start tag and its elements */
} output;

static void space_reserve(const tool *t, space *s, size_t size)
{
    if (size <= s->size)
        return;
    s->size = size < SIZE_MAX / 2 ? size * 2 : size;
    s->ptr = (char *)tool_alloc(t, s->ptr, s->size);
}

/* The namespace as a literal, which lives as long as the program. */
static const char *content_ns_of(xc_str ns)
{
    if (xc_str_is(ns, XC_NS_SERVER))
        return XC_NS_SERVER;
    if (xc_str_is(ns, XC_NS_COMPONENT))
        return XC_NS_COMPONENT;
    return XC_NS_CLIENT; /* also of a header that does not say */
}

/* A body is written when it is complete: until then its elements are kept. */
static void keep_element(output *out, const xc_element *e)
{
    space *body = &out->body;
    size_t size = xc_element_size(e);
    space_reserve(out->tool, body, body->len + size);
    memcpy(body->ptr + body->len, e, size);
    body->len += size;
}

static void encode_body(xc_writer *w, const output *out)
{
    const space *body = &out->body;
    const char *at = body->ptr, *end = body->ptr + body->len;
    const xc_element *e = (const xc_element *)at;
    xc_writer_begin_like(w, e);
    for (at += xc_element_size(e); at < end; at += xc_element_size(e)) {
        e = (const xc_element *)at;
        out->write(w, e);
    }
    xc_writer_end(w);
}

static void encode(xc_writer *w, const output *out, const xc_stream_event *ev)
{
    if (out->body.len > 0)
        encode_body(w, out);
    else if (ev->kind == XC_EVENT_OPEN)
        xc_writer_stream_open(w, &ev->header);
    else if (ev->kind == XC_EVENT_CLOSE)
        xc_writer_stream_close(w);
    else
        out->write(w, ev->element);
}

static size_t measure(const output *out, const xc_stream_event *ev)
{
    xc_writer w;
    xc_str none;
    xc_writer_init(&w, NULL, 0, out->content_ns);
    encode(&w, out, ev);
    (void)xc_writer_finish(&w, &none);
    return xc_writer_size(&w);
}

/* Writes one event, or a whole body, to standard output. */
static void print_encoded(output *out, const xc_stream_event *ev, bool line)
{
    xc_writer w;
    xc_str text;
    xc_status status;
    space_reserve(out->tool, &out->text, measure(out, ev));
    xc_writer_init(&w, out->text.ptr, out->text.size, out->content_ns);
    encode(&w, out, ev);
    status = xc_writer_finish(&w, &text);
    if (xc_status_is_error(status)) {
        fflush(stdout);
        fprintf(stderr, "%s: the element at byte %llu cannot be written: %s\n",
                out->tool->name, (unsigned long long)ev->offset,
                xc_status_text(status));
        exit(TOOL_REJECTED);
    }
    fwrite(text.ptr, 1, text.len, stdout);
    if (line)
        putchar('\n');
}

static void print_bosh(output *out, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_CLOSE) {
        keep_element(out, ev->element);
        return;
    }
    print_encoded(out, ev, true);
    out->body.len = 0;
}

static void print_event(output *out, xc_framing framing,
                        const xc_stream_event *ev)
{
    if (framing == XC_BOSH) {
        print_bosh(out, ev);
        return;
    }
    if (framing == XC_TCP && ev->kind == XC_EVENT_OPEN)
        out->content_ns = content_ns_of(ev->header.content_ns);
    print_encoded(out, ev, framing == XC_WEBSOCKET);
}

/* ---- the program -------------------------------------------------------- */

static recording_result print_events(recording *r, output *out, xc_str *in)
{
    xc_stream_event ev;
    for (;;) {
        recording_result result = recording_next(r, in, &ev);
        if (result == RECORDING_EVENT)
            print_event(out, r->options.framing, &ev);
        else if (result != RECORDING_RESTART)
            return result;
    }
}

static int roundtrip(recording *r, output *out, tool_input *input)
{
    recording_result result = RECORDING_MORE;
    xc_str in = {NULL, 0};
    xc_status status;
    while (result == RECORDING_MORE && tool_read(input, &in))
        result = print_events(r, out, &in);
    status = result == RECORDING_ERROR ? r->status : recording_finish(r);
    if (result == RECORDING_CLOSED)
        tool_ignore_rest(input, in);
    if (!xc_status_is_error(status))
        return TOOL_OK;
    fflush(stdout);
    if (status == XC_ERR_TRUNCATED) {
        fprintf(stderr, "%s: the input ends inside an element\n",
                out->tool->name);
        return TOOL_OK;
    }
    fprintf(stderr, "error\t%s\t%llu\t%s\n", xc_status_condition(status),
            (unsigned long long)recording_offset(r), xc_status_name(status));
    return TOOL_REJECTED;
}

int roundtrip_main(const tool *self, roundtrip_writer *write, int argc,
                   char **argv)
{
    const char *file = tool_options(self, argc, argv);
    xc_stream_options how;
    output out;
    tool_input input;
    recording r;
    int result;

    if (websocket && bosh)
        tool_usage(self, "--bosh", "not together with --websocket");
    memset(&how, 0, sizeof how);
    memset(&out, 0, sizeof out);
    out.tool = self;
    out.write = write;
    how.framing = websocket ? XC_WEBSOCKET : bosh ? XC_BOSH : XC_TCP;
    how.tolerate_undeclared_prefix = lenient;
    tool_open(&input, self, file, chunk);
    recording_init(&r, self, &how, memory_size);
    result = roundtrip(&r, &out, &input);
    tool_close(&input);
    free(r.memory);
    free(out.text.ptr);
    free(out.body.ptr);
    return result;
}
