#include "xmpp_connection.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "terminal.h"

void xmpp_connection_init(struct xmpp_connection *s, char *out,
                          size_t out_size, char *mem, size_t size,
                          const xc_stream_options *options)
{
    memset(s, 0, sizeof *s);
    connection_init(&s->connection, out, out_size, options->content_ns);
    xc_stream_init(&s->stream, mem, size, options);
}

xc_writer *xmpp_connection_begin(struct xmpp_connection *s)
{
    return connection_begin(&s->connection);
}

static void queue(struct xmpp_connection *s)
{
    xc_status status = connection_send(&s->connection);
    if (status == XC_ERR_BUFFER_SIZE) {
        s->lost = true;
        connection_fail(&s->connection, "the peer does not read what it gets");
    } else if (status != XC_OK) {
        fprintf(stderr, "could not write a stanza: %s\n",
                xc_status_text(status));
    }
}

void xmpp_connection_send(struct xmpp_connection *s)
{
    if (!s->closed)
        queue(s);
}

void xmpp_connection_open(struct xmpp_connection *s)
{
    xc_writer_stream_open(xmpp_connection_begin(s), &s->header);
    queue(s);
    s->opened = true;
}

void xmpp_connection_close(struct xmpp_connection *s)
{
    if (s->opened && !s->closed) {
        xc_writer_stream_close(xmpp_connection_begin(s));
        queue(s);
    }
    s->closed = true;
    s->deadline = clock_ms() + XMPP_CONNECTION_CLOSE_PATIENCE;
}

void xmpp_connection_refuse(struct xmpp_connection *s, const char *condition,
                            const char *text)
{
    xc_writer *w = xmpp_connection_begin(s);
    if (s->closed)
        return;
    if (!s->opened)
        xc_writer_stream_open(w, &s->header);
    xc_writer_stream_error(w, condition, xc_str_from(text));
    xc_writer_stream_close(w);
    queue(s);
    s->opened = s->closed = s->refused = s->connection.ending = true;
    s->deadline = clock_ms() + XMPP_CONNECTION_CLOSE_PATIENCE;
}

/* Also when the connection ends without a close tag. */
static void hear_close(struct xmpp_connection *s)
{
    s->heard_close = true;
    xmpp_connection_close(s);
    s->connection.ending = true;
}

static void take_bytes(struct xmpp_connection *s, xc_str in,
                       xmpp_connection_handler *handle, void *owner)
{
    xc_stream_event ev;
    xc_status status = XC_EVENT;
    while (!s->refused && !s->lost && status == XC_EVENT) {
        status = xc_stream_next(&s->stream, &in, &ev);
        if (status == XC_EVENT && ev.kind == XC_EVENT_CLOSE)
            hear_close(s);
        else if (status == XC_EVENT)
            handle(owner, &ev);
    }
    if (xc_status_is_error(status)) {
        fprintf(stderr, "the peer broke a rule at byte %llu: %s\n",
                (unsigned long long)xc_stream_offset(&s->stream),
                xc_status_text(status));
        xmpp_connection_refuse(s, xc_status_condition(status),
                               xc_status_text(status));
    }
}

/* Reads once, so that each connection has its turn. */
static void read_once(struct xmpp_connection *s,
                      xmpp_connection_handler *handle, void *owner)
{
    static char bytes[16384];
    xc_str in;
    connection_read_result got =
        connection_read(&s->connection, bytes, sizeof bytes, &in);
    if (got == CONNECTION_BYTES)
        take_bytes(s, in, handle, owner);
    else if (got == CONNECTION_END)
        hear_close(s);
    else if (got == CONNECTION_FAILED)
        s->lost = true;
}

unsigned xmpp_connection_print_error(const char *peer, const xc_element *e)
{
    xc_stream_error error;
    const char *name = NULL;
    if (xc_was_read(xc_read(&xc_stream_error_schema, e, &error, NULL)))
        name = xc_stream_error_name(error.condition.value);
    if (name == NULL)
        return XC_STREAM_ERROR_UNDEFINED_CONDITION;
    fprintf(stderr, "%s says: %s", peer, name);
    terminal_put_detail(stderr, error.text);
    return error.condition.value;
}

short xmpp_connection_events(const struct xmpp_connection *s)
{
    short events = connection_poll_events(&s->connection);
    return s->heard_close ? (short)(events & ~POLLIN) : events;
}

void xmpp_connection_move(struct xmpp_connection *s, short revents,
                          xmpp_connection_handler *handle, void *owner)
{
    bool readable = (revents & (POLLIN | POLLHUP | POLLERR)) != 0;
    if (!connection_move(&s->connection))
        s->lost = true;
    if (readable && !s->lost && !s->heard_close && !s->connection.connecting)
        read_once(s, handle, owner);
    if (!s->lost && !s->connection.connecting &&
        !connection_move(&s->connection))
        s->lost = true;
}

bool xmpp_connection_is_over(const struct xmpp_connection *s)
{
    return s->lost || (s->heard_close && s->connection.ended) ||
           (s->deadline != 0 && clock_ms() >= s->deadline);
}

void xmpp_connection_drop(struct xmpp_connection *s)
{
    connection_close(&s->connection);
}
