/* demo_link.h - one end of a connection: a socket, a reader and a writer.

   This is the part of the demo to copy: how xmpp_codec.h is driven with
   sockets of your own. Reading:

       read() -> xc_stream_next until it is no XC_EVENT -> handle each event

   and writing:

       link_begin -> xc_write... -> link_send, which queues -> write()
*/
#ifndef DEMO_LINK_H
#define DEMO_LINK_H

#include "xmpp_codec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Absurdly few, so that everything arrives and leaves in pieces. */
#define BYTES_PER_READ 7
#define BYTES_PER_WRITE 16

/* Handles one event; false if it is not what this state expects. */
typedef bool (*event_handler)(void *owner, const xc_stream_event *ev);

/* One state of a client or of a server session. */
struct state {
    const char *awaits; /* for messages */
    event_handler handle;
};

/* What client ends and server ends have in common among themselves. */
struct role {
    char letter;          /* 'C' or 'S', as in the RFCs */
    event_handler closed; /* the close tag has arrived */
    const struct state *states;
};

struct link {
    const char *name; /* whose connection it is: "romeo" */
    const struct role *role;
    void *owner; /* for the handlers */
    int state;   /* index of role->states */
    int fd;      /* -1: not connected */
    bool brief;  /* show only the first line of what is sent */
    xc_stream stream;
    char memory[4096]; /* of the stream: one stanza must fit */
    xc_writer writer;
    xc_stream_header header; /* the one to send */
    bool header_sent, close_sent;
    char out[2048]; /* written, but not yet taken by the socket */
    size_t out_len;
};

static void link_fail(const struct link *l, const char *what)
{
    fflush(stdout);
    fprintf(stderr, "demo: %s's %s, waiting for %s: %s\n", l->name,
            l->role->letter == 'C' ? "client" : "server session",
            l->role->states[l->state].awaits, what);
    exit(1);
}

static void link_init(struct link *l, int fd, const char *name,
                      const struct role *role, void *owner)
{
    memset(l, 0, sizeof *l);
    l->name = name;
    l->role = role;
    l->owner = owner;
    l->fd = fd;
    l->header.major = 1;
    if (xc_stream_init(&l->stream, l->memory, sizeof l->memory, NULL) != XC_OK)
        link_fail(l, "xc_stream_init");
}

/* ---- the annotated picture ---------------------------------------------- */

#define WIRE_WIDTH 52

/* How much of `wire` goes on a line of `width`: break before a tag, or else
   behind a space. */
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

/* Prints what was sent, and in the margin from whom to whom and `note`. */
static void link_show(const struct link *l, xc_str wire, const char *note)
{
    bool from_client = l->role->letter == 'C';
    char text[160];
    xc_str margin;
    snprintf(text, sizeof text, "%s -> %s\n%s",
             from_client ? l->name : "server",
             from_client ? "server" : l->name, note);
    margin = xc_str_from(text);
    printf("%c: ", l->role->letter);
    if (l->brief) {
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

/* The writer, set to the free end of the queue. */
static xc_writer *link_begin(struct link *l)
{
    xc_writer_init(&l->writer, l->out + l->out_len, sizeof l->out - l->out_len,
                   XC_NS_CLIENT);
    return &l->writer;
}

/* Queues what was written, and shows `shown` in its place if there is one. */
static void link_send_as(struct link *l, xc_str shown, const char *note)
{
    xc_str wire;
    xc_status status = xc_writer_finish(&l->writer, &wire);
    if (status != XC_OK)
        link_fail(l, xc_status_text(status));
    l->out_len += wire.len;
    link_show(l, shown.ptr != NULL ? shown : wire, note);
}

static void link_send(struct link *l, const char *note)
{
    link_send_as(l, xc_str_from(NULL), note);
}

static void link_send_header(struct link *l, const char *note)
{
    xc_writer_stream_open(link_begin(l), &l->header);
    link_send(l, note);
    l->header_sent = true;
}

/* After SASL both directions begin anew (RFC 6120 section 6.4.6): the reader
   expects a new header, and we owe one. Call it when nothing of the event is
   needed any more. */
static void link_restart(struct link *l)
{
    if (xc_stream_reset(&l->stream) != XC_OK)
        link_fail(l, "xc_stream_reset");
    l->header_sent = false;
}

/* Closes our direction; theirs stays open until they close it, too. */
static void link_close(struct link *l, const char *note)
{
    xc_writer_stream_close(link_begin(l));
    link_send(l, note);
    l->close_sent = true;
}

/* The peer broke a rule: say which one, close, and listen no more. An error
   needs an open stream around it (RFC 6120 section 4.9.1.2). */
static void link_refuse(struct link *l, xc_status status)
{
    if (!l->header_sent)
        link_send_header(l, "a header, to be able\nto tell the error");
    xc_writer_stream_error(link_begin(l), xc_status_condition(status),
                           xc_str_from(xc_status_text(status)));
    link_send(l, "stream error\nRFC 6120 4.9");
    link_close(l, "and close tag");
}

static bool try_later(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* The socket takes bytes: give it some. What it does not take stays queued. */
static void link_write(struct link *l)
{
    size_t want = l->out_len < BYTES_PER_WRITE ? l->out_len : BYTES_PER_WRITE;
    ssize_t put = write(l->fd, l->out, want);
    if (put < 0 && try_later())
        return;
    if (put < 0)
        link_fail(l, "write to the socket");
    l->out_len -= (size_t)put;
    memmove(l->out, l->out + put, l->out_len);
    if (l->out_len == 0 && l->close_sent)
        shutdown(l->fd, SHUT_WR);
}

/* ---- reading ------------------------------------------------------------ */

static void link_dispatch(struct link *l, const xc_stream_event *ev)
{
    event_handler handle = l->role->states[l->state].handle;
    char what[80];
    if (ev->kind == XC_EVENT_CLOSE)
        handle = l->role->closed;
    if (handle != NULL && handle(l->owner, ev))
        return;
    snprintf(what, sizeof what, "did not expect this <" XC_FMT "/>",
             XC_ARG(xc_name(ev->element)));
    link_fail(l, ev->element != NULL ? what : "did not expect a close tag");
}

/* All events in the bytes that have arrived. The loop: XC_EVENT means call
   again, XC_NEED_MORE that `in` is used up, XC_CLOSED that the stream is over
   and that what is left in `in` is of no interest. */
static void link_take(struct link *l, xc_str in)
{
    xc_stream_event ev;
    xc_status status;
    while ((status = xc_stream_next(&l->stream, &in, &ev)) == XC_EVENT)
        link_dispatch(l, &ev);
    if (xc_status_is_error(status) && !l->close_sent)
        link_refuse(l, status);
}

/* The peer says no more: fine after its close tag, or after our refusal. We
   hang up when all of ours is gone; until then the socket stays readable. */
static void link_end(struct link *l)
{
    xc_status status = xc_stream_finish(&l->stream);
    if (status != XC_CLOSED && !l->close_sent)
        link_fail(l, "the peer hung up without a close tag");
    if (l->out_len > 0)
        return;
    close(l->fd);
    l->fd = -1;
}

/* The socket has bytes for us, or its end. */
static void link_read(struct link *l)
{
    char bytes[BYTES_PER_READ];
    ssize_t got = read(l->fd, bytes, sizeof bytes);
    if (got < 0 && try_later())
        return;
    if (got < 0)
        link_fail(l, "read from the socket");
    if (got == 0) {
        link_end(l);
    } else {
        xc_str in = {bytes, (size_t)got};
        link_take(l, in);
    }
}

#endif
