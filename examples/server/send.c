#include "send.h"

#include "server.h"
#include "sm.h"
#include "stanza.h"
#include "utc.h"

#include <string.h>

static const char too_slow[] = "does not read what it gets";

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

/* ---- to the connection -------------------------------------------------- */

/* Room for a frame with so many bytes in it; NULL: it is full. */
static char *make_room(struct server_session *s, size_t len, size_t limit)
{
    struct connection *c = &s->connection;
    size_t room = c->framing != NULL ? c->framing->room : 0;
    if (connection_waiting(c) + room + len > limit)
        return NULL;
    if (connection_waiting(c) == 0)
        s->drained = s->server->now;
    if (c->out_to + room + len > c->out_size) {
        memmove(c->out, c->out + c->out_from, connection_waiting(c));
        c->out_to = connection_waiting(c);
        c->out_from = 0;
    }
    session_unsettle(s);
    return c->out + c->out_to + room;
}

/* What was copied there is complete. */
static void close_frame(struct connection *c, size_t len)
{
    c->out_to += c->framing == NULL
                     ? len
                     : c->framing->close_frame(c->out + c->out_to, len);
}

static bool put(struct server_session *s, xc_str wire, size_t limit)
{
    char *to = make_room(s, wire.len, limit);
    if (to == NULL)
        return false;
    memcpy(to, wire.ptr, wire.len);
    close_frame(&s->connection, wire.len);
    return true;
}

static bool put_written(struct server_session *s, size_t limit)
{
    xc_str wire;
    return xc_writer_finish(&s->server->writer, &wire) == XC_OK &&
           put(s, wire, limit);
}

void send_end(struct server_session *s)
{
    if (s->state != SESSION_DETACHED &&
        !put_written(s, SESSION_OUT_BYTES - SESSION_LAST_BYTES))
        session_refuse(s, too_slow);
}

void send_last(struct server_session *s)
{
    if (!put_written(s, SESSION_OUT_BYTES))
        session_cut(s, too_slow);
}

void send_bytes(struct server_session *s, xc_str bytes)
{
    size_t waiting = connection_waiting(&s->connection);
    if (waiting + bytes.len > SESSION_OUT_BYTES - SESSION_LAST_BYTES ||
        !connection_send_bytes(&s->connection, bytes))
        session_refuse(s, too_slow);
}

/* ---- through the queue of stream management ----------------------------- */

/* How many bytes of a stanza are before its end tag; 0: it has none. */
static size_t content_end(xc_str stanza)
{
    size_t at = stanza.len - 2;
    if (stanza.ptr[at] == '/')
        return 0;
    while (stanza.ptr[at] != '<')
        at--;
    return at;
}

/* With the time when it was accepted (XEP-0203): a message or presence that
   has waited for a resumption. */
static bool put_late(struct server_session *s, const struct sm_queued *q,
                     size_t limit)
{
    char text[XC_JID_MAX + 256], *to;
    xc_delay delay = {.stamp = utc_time(q->accepted),
                      .from = xc_jid_full(s->server->domain.jid)};
    size_t content = content_end(q->stanza);
    xc_writer w;
    xc_str wire;
    xc_writer_init(&w, text, sizeof text, NULL);
    xc_write(&w, &xc_delay_schema, &delay);
    if (content == 0 || xc_writer_finish(&w, &wire) != XC_OK)
        return put(s, q->stanza, limit);
    to = make_room(s, q->stanza.len + wire.len, limit);
    if (to == NULL)
        return false;
    memcpy(to, q->stanza.ptr, content);
    memcpy(to + content, wire.ptr, wire.len);
    memcpy(to + content + wire.len, q->stanza.ptr + content,
           q->stanza.len - content);
    close_frame(&s->connection, q->stanza.len + wire.len);
    return true;
}

static bool put_queued(struct server_session *s, const struct sm_queued *q)
{
    size_t limit = SESSION_OUT_BYTES / 4 * 3;
    return q->late && !q->timeless ? put_late(s, q, limit)
                                   : put(s, q->stanza, limit);
}

void send_queued(struct server_session *s)
{
    struct sm_queued first;
    while (s->state == SESSION_BOUND &&
           sm_queue_at(&s->queue, s->queue.next, &first) &&
           put_queued(s, &first))
        sm_queue_sent(&s->queue, &first);
}

static size_t share_of(size_t size, enum send_urgency urgency)
{
    return urgency == SEND_URGENT ? size : size / 4 * 3;
}

static bool add(struct server_session *s, const struct sm_queued *q,
                enum send_urgency urgency)
{
    return sm_queue_load(&s->queue) + q->stanza.len + SM_QUEUE_HEAD <=
               share_of(SESSION_QUEUE_BYTES, urgency) &&
           sm_queue_add(&s->queue, q);
}

/* If it is full, resumption is given up before a client that is there loses a
   reply, or messages that it would read. */
static bool queue(struct server_session *s, const struct sm_queued *q,
                  enum send_urgency urgency)
{
    if (add(s, q, urgency))
        return true;
    if (s->state != SESSION_BOUND)
        return false;
    send_queued(s);
    connection_move(&s->connection); /* if it fails, the next turn finds it */
    if (urgency == SEND_URGENT ? s->heard >= s->asked : sm_is_ignored(s))
        sm_give_up(s);
    return add(s, q, urgency);
}

/* ---- stanzas ------------------------------------------------------------ */

static bool send_now(struct server_session *s, xc_str wire,
                     enum send_urgency urgency)
{
    size_t limit = share_of(SESSION_OUT_BYTES - SESSION_LAST_BYTES, urgency);
    return put(s, wire, limit) ||
           (connection_move(&s->connection) && put(s, wire, limit));
}

/* `q` has all but the stanza, which was written. */
static enum send_result send_written(struct server_session *s,
                                     struct sm_queued *q,
                                     enum send_urgency urgency)
{
    bool fits;
    if (xc_writer_finish(&s->server->writer, &q->stanza) != XC_OK)
        return SEND_TOO_BIG;
    fits = s->queue.enabled ? queue(s, q, urgency)
                            : send_now(s, q->stanza, urgency);
    if (fits)
        session_unsettle(s);
    else if (urgency == SEND_URGENT)
        session_refuse(s, too_slow);
    return fits ? SEND_DONE : SEND_BUSY;
}

enum send_result send_stanza(struct server_session *s,
                             enum send_urgency urgency)
{
    struct sm_queued q = {.accepted = utc_seconds(),
                          .stored = urgency == SEND_STORED};
    /* A reply has no time, and what was stored has one. */
    q.timeless =
        q.stored || xc_str_starts_with(xc_str_from(s->server->scratch), "<iq");
    return send_written(s, &q, urgency);
}

enum send_result send_message(struct server_session *s,
                              const struct server_stanza *st)
{
    struct sm_queued q = {.accepted = st->accepted,
                          .serial = st->serial,
                          .timeless =
                              st->again ||
                              xc_has_child(st->element, XC_NS_DELAY, "delay")};
    return send_written(s, &q, SEND_CAN_WAIT);
}
