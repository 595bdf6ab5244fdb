#include "demo_end.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void fail(const struct demo_end *e, const char *what)
{
    fflush(stdout);
    fprintf(stderr, "demo: %s's %s, waiting for %s: %s\n", e->name,
            e->role->letter == 'C' ? "client" : "server session",
            e->role->states[e->state].awaits, what);
    exit(1);
}

void demo_end_start(struct demo_end *e, int fd, const char *name,
                    const struct demo_role *role, void *owner)
{
    memset(e, 0, sizeof *e);
    connection_init(&e->connection, e->out, sizeof e->out, XC_NS_CLIENT);
    e->connection.fd = fd;
    e->name = name;
    e->role = role;
    e->owner = owner;
    e->header.major = 1;
    if (xc_stream_init(&e->stream, e->memory, sizeof e->memory, NULL) != XC_OK)
        fail(e, "xc_stream_init");
}

bool demo_end_is_over(const struct demo_end *e)
{
    return e->role->states[e->state].handle == NULL && e->connection.fd < 0;
}

/* ---- the annotated picture ---------------------------------------------- */

enum {
    WIRE_WIDTH = 52
};

/* How much of `wire` goes on a line of `width`: break before a tag, or else
   after a space. */
static size_t line_length(xc_str wire, size_t width)
{
    size_t i, space = 0, tag = 0;
    if (wire.len <= width)
        return wire.len;
    for (i = 1; i <= width; i++) {
        if (wire.ptr[i] == '<')
            tag = i;
        if (wire.ptr[i - 1] == ' ')
            space = i;
    }
    return tag != 0 ? tag : space != 0 ? space : width;
}

static xc_str take_line(xc_str *wire, size_t width)
{
    xc_str line = {wire->ptr, line_length(*wire, width)};
    wire->ptr += line.len;
    wire->len -= line.len;
    if (line.len > 0 && line.ptr[line.len - 1] == ' ')
        line.len--;
    return line;
}

static void print_line(xc_str wire, const char *more, xc_str remark)
{
    int padding = WIRE_WIDTH - (int)(wire.len + strlen(more));
    printf(XC_FMT "%s", XC_ARG(wire), more);
    if (remark.len > 0)
        printf("%*s  " XC_FMT, padding, "", XC_ARG(remark));
    printf("\n");
}

/* Prints what was sent; in the margin sender, receiver and `note`. */
static void show(const struct demo_end *e, xc_str wire, const char *note)
{
    bool from_client = e->role->letter == 'C';
    char text[160];
    xc_str margin;
    snprintf(text, sizeof text, "%s -> %s\n%s",
             from_client ? e->name : "server",
             from_client ? "server" : e->name, note);
    margin = xc_str_from(text);
    printf("%c: ", e->role->letter);
    if (e->brief) {
        xc_str line = take_line(&wire, WIRE_WIDTH - 4);
        xc_str_cut(&margin, '\n');
        print_line(line, wire.len > 0 ? " ..." : "",
                   xc_str_cut(&margin, '\n'));
        return;
    }
    print_line(take_line(&wire, WIRE_WIDTH), "", xc_str_cut(&margin, '\n'));
    while (wire.len > 0 || margin.ptr != NULL) {
        printf("   ");
        print_line(take_line(&wire, WIRE_WIDTH), "",
                   xc_str_cut(&margin, '\n'));
    }
}

/* ---- writing ------------------------------------------------------------ */

xc_writer *demo_begin(struct demo_end *e)
{
    return connection_begin(&e->connection);
}

void demo_send_as(struct demo_end *e, xc_str shown, const char *note)
{
    xc_str wire = {e->out + e->connection.out_to, 0};
    xc_status status = connection_send(&e->connection);
    if (status != XC_OK)
        fail(e, xc_status_text(status));
    wire.len = (size_t)(e->out + e->connection.out_to - wire.ptr);
    show(e, shown.ptr != NULL ? shown : wire, note);
}

void demo_send(struct demo_end *e, const char *note)
{
    demo_send_as(e, xc_str_from(NULL), note);
}

void demo_send_bytes(struct demo_end *e, xc_str bytes, const char *note)
{
    if (!connection_send_bytes(&e->connection, bytes))
        fail(e, xc_status_text(XC_ERR_BUFFER_SIZE));
    show(e, bytes, note);
}

void demo_send_header(struct demo_end *e, const char *note)
{
    xc_writer_stream_open(demo_begin(e), &e->header);
    demo_send(e, note);
    e->header_sent = true;
}

void demo_restart(struct demo_end *e)
{
    if (xc_stream_reset(&e->stream) != XC_OK)
        fail(e, "xc_stream_reset");
    e->header_sent = false;
}

void demo_close(struct demo_end *e, const char *note)
{
    xc_writer_stream_close(demo_begin(e));
    demo_send(e, note);
    e->close_sent = e->connection.ending = true;
}

/* The peer broke a rule: say which one, close, and listen no more. An error
   needs an open stream around it (RFC 6120 section 4.9.1.2). */
static void refuse(struct demo_end *e, xc_status status)
{
    if (!e->header_sent)
        demo_send_header(e, "a header, to be able\nto send the error");
    xc_writer_stream_error(demo_begin(e), xc_status_condition(status),
                           xc_str_from(xc_status_text(status)));
    demo_send(e, "stream error\nRFC 6120 4.9");
    demo_close(e, "and close tag");
}

/* ---- reading ------------------------------------------------------------ */

static void dispatch(struct demo_end *e, const xc_stream_event *ev)
{
    demo_handler handle = e->role->states[e->state].handle;
    char what[80];
    if (ev->kind == XC_EVENT_CLOSE)
        handle = e->role->closed;
    if (handle != NULL && handle(e->owner, ev))
        return;
    snprintf(what, sizeof what, "did not expect this <" XC_FMT "/>",
             XC_ARG(xc_name(ev->element)));
    fail(e, ev->element != NULL ? what : "did not expect a close tag");
}

/* All events in the bytes that have arrived. The loop: XC_EVENT means call
   again, XC_NEED_MORE that `in` is used up, XC_CLOSED that the stream is over
   and the rest of `in` of no interest. */
static void take(struct demo_end *e, xc_str in)
{
    xc_stream_event ev;
    xc_status status;
    while ((status = xc_stream_next(&e->stream, &in, &ev)) == XC_EVENT)
        dispatch(e, &ev);
    if (xc_status_is_error(status) && !e->close_sent)
        refuse(e, status);
}

/* The peer says no more: fine after its close tag, or after our refusal. We
   hang up when all of ours is sent; until then the socket remains readable. */
static void on_end(struct demo_end *e)
{
    xc_status status = xc_stream_finish(&e->stream);
    if (status != XC_CLOSED && !e->close_sent)
        fail(e, "the peer hung up without a close tag");
    if (connection_waiting(&e->connection) == 0)
        connection_close(&e->connection);
}

static void read_some(struct demo_end *e)
{
    char bytes[DEMO_BYTES_PER_READ];
    xc_str in;
    switch (connection_read(&e->connection, bytes, sizeof bytes, &in)) {
    case CONNECTION_BYTES: take(e, in); break;
    case CONNECTION_END: on_end(e); break;
    case CONNECTION_FAILED: fail(e, e->connection.problem); break;
    case CONNECTION_LATER: break;
    }
}

/* ---- polling ------------------------------------------------------------ */

void demo_poll(const struct demo_end *e, struct pollfd *p)
{
    int fd = e->connection.fd;
    connection_poll(p, fd >= 0, fd, connection_poll_events(&e->connection));
}

void demo_move(struct demo_end *e, short revents)
{
    if (revents == 0)
        return;
    if (!connection_move(&e->connection))
        fail(e, e->connection.problem);
    if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0)
        read_some(e);
}
