#include "send.h"

#include "server.h"

#include <string.h>

xc_writer *send_begin(struct server_session *s)
{
    xc_writer_init(&s->server->writer, s->server->scratch,
                   sizeof s->server->scratch, s->connection.content_ns);
    return &s->server->writer;
}

xc_writer *send_begin_stanza(struct server_session *s, const char *name,
                             const char *type, xc_str from, xc_str to)
{
    xc_writer *w = send_begin(s);
    xc_writer_begin(w, session_ns(s), name);
    xc_writer_attr(w, "from", from);
    xc_writer_attr(w, "to", to);
    xc_writer_attr(w, "type", xc_str_from(type));
    return w;
}

/* Copies what was written to the connection, in a frame of its own. */
static bool put(struct server_session *s, xc_str wire, size_t limit)
{
    struct connection *c = &s->connection;
    size_t room = c->framing != NULL ? c->framing->room : 0;
    if (connection_waiting(c) + room + wire.len > limit)
        return false;
    if (connection_waiting(c) == 0)
        s->drained = s->server->now;
    if (c->out_to + room + wire.len > c->out_size) {
        memmove(c->out, c->out + c->out_from, connection_waiting(c));
        c->out_to = connection_waiting(c);
        c->out_from = 0;
    }
    memcpy(c->out + c->out_to + room, wire.ptr, wire.len);
    c->out_to += c->framing == NULL
                     ? wire.len
                     : c->framing->close_frame(c->out + c->out_to, wire.len);
    session_unsettle(s);
    return true;
}

void send_end(struct server_session *s)
{
    xc_str wire;
    if (s->state == SESSION_DETACHED)
        return;
    if (xc_writer_finish(&s->server->writer, &wire) != XC_OK ||
        !put(s, wire, SESSION_OUT_BYTES))
        session_cut(s, "does not read what it gets");
}

void send_queued(struct server_session *s)
{
    struct sm_queued first;
    while (s->state == SESSION_BOUND &&
           sm_queue_at(&s->queue, s->queue.next, &first) &&
           put(s, first.stanza, SESSION_OUT_BYTES / 4 * 3))
        sm_queue_sent(&s->queue, &first);
}

static size_t share_of(size_t size, enum send_urgency urgency)
{
    return urgency == SEND_URGENT ? size : size / 4 * 3;
}

enum send_result send_stanza(struct server_session *s,
                             enum send_urgency urgency)
{
    bool fits;
    xc_str wire;
    if (xc_writer_finish(&s->server->writer, &wire) != XC_OK)
        return SEND_TOO_BIG;
    if (s->queue.enabled)
        fits = s->queue.used + wire.len + SM_QUEUE_HEAD <=
                   share_of(SESSION_QUEUE_BYTES, urgency) &&
               sm_queue_add(&s->queue, wire, urgency == SEND_STORED);
    else
        fits = put(s, wire, share_of(SESSION_OUT_BYTES, urgency)) ||
               (connection_move(&s->connection) &&
                put(s, wire, share_of(SESSION_OUT_BYTES, urgency)));
    if (fits)
        session_unsettle(s);
    else if (urgency == SEND_URGENT)
        session_cut(s, "does not read what it gets");
    return fits ? SEND_DONE : SEND_BUSY;
}
