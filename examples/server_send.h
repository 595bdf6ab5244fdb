/* server_send.h - how anything leaves: written to `scratch`, then copied to
   the queue of stream management if there is one, else to the link.

       w = session_begin(s); xc_write...; session_send(s)    of the stream
       w = session_begin(s); stanza_begin...; session_deliver(s, ...)

   Nobody is called from here that could end a session: a session that must go
   is marked with session_cut, and ends when the turn is over. */
#ifndef SERVER_SEND_H
#define SERVER_SEND_H

#include "random.h"
#include "server_types.h"

static void session_unsettle(struct session *s)
{
    if (s->unsettled)
        return;
    s->unsettled = true;
    s->settle = server.unsettled;
    server.unsettled = s;
}

static void session_cut(struct session *s, const char *why)
{
    if (s->cut == NULL)
        s->cut = why;
    session_unsettle(s);
}

static xc_writer *session_begin(struct session *s)
{
    xc_writer_init(&server.writer, server.scratch, sizeof server.scratch,
                   s->link.content_ns);
    return &server.writer;
}

/* Copies what was written to the link, in a frame of its own. */
static bool session_put(struct session *s, xc_str wire, size_t limit)
{
    struct link *l = &s->link;
    size_t room = l->framing != NULL ? l->framing->room : 0;
    if (link_waiting(l) + room + wire.len > limit)
        return false;
    if (link_waiting(l) == 0)
        s->drained = server.now;
    if (l->out_to + room + wire.len > l->out_size) {
        memmove(l->out, l->out + l->out_from, link_waiting(l));
        l->out_to = link_waiting(l);
        l->out_from = 0;
    }
    memcpy(l->out + l->out_to + room, wire.ptr, wire.len);
    l->out_to += l->framing == NULL
                     ? wire.len
                     : l->framing->close_frame(l->out + l->out_to, wire.len);
    session_unsettle(s);
    return true;
}

/* What is part of the stream and no stanza. */
static void session_send(struct session *s)
{
    xc_str wire;
    if (s->state == SESSION_DETACHED)
        return;
    if (xc_writer_finish(&server.writer, &wire) != XC_OK ||
        !session_put(s, wire, OUT_BYTES))
        session_cut(s, "does not read what it gets");
}

/* ---- the queue of XEP-0198 ---------------------------------------------- */

#define FROM_FILE 0x80000000u /* is still in the offline file */

struct queued {
    xc_str wire;
    bool from_file;
    size_t end; /* where the next one begins */
};

static bool queue_add(struct session *s, xc_str wire, bool from_file)
{
    struct queue *q = &s->queue;
    uint32_t head = (uint32_t)wire.len | (from_file ? FROM_FILE : 0);
    if (wire.len + sizeof head > sizeof s->queued - q->used)
        return false;
    memcpy(s->queued + q->used, &head, sizeof head);
    memcpy(s->queued + q->used + sizeof head, wire.ptr, wire.len);
    q->used += sizeof head + wire.len;
    return true;
}

/* The one that begins at `at`; false behind the last. */
static bool queue_at(const struct session *s, size_t at, struct queued *out)
{
    uint32_t head;
    if (at >= s->queue.used)
        return false;
    memcpy(&head, s->queued + at, sizeof head);
    out->from_file = (head & FROM_FILE) != 0;
    out->wire.ptr = s->queued + at + sizeof head;
    out->wire.len = head & ~FROM_FILE;
    out->end = at + sizeof head + out->wire.len;
    return true;
}

/* So many have been acknowledged. */
static void queue_drop(struct session *s, uint32_t count)
{
    struct queue *q = &s->queue;
    struct queued first;
    size_t at = 0;
    for (; count > 0 && queue_at(s, at, &first); count--)
        at = first.end;
    memmove(s->queued, s->queued + at, q->used - at);
    q->used -= at;
    q->next -= at < q->next ? at : q->next;
}

/* Hands to the link what it has room for. */
static void queue_pump(struct session *s)
{
    struct queued first;
    while (s->state == SESSION_BOUND && queue_at(s, s->queue.next, &first) &&
           session_put(s, first.wire, OUT_BYTES / 4 * 3)) {
        s->queue.next = first.end;
        s->queue.sent++;
    }
}

/* ---- stanzas ------------------------------------------------------------ */

enum delivery {
    DELIVERED,
    BUSY,   /* the resource does not read fast enough */
    TOO_BIG /* for everybody */
};

enum urgency {
    CAN_WAIT, /* there is a place for it elsewhere */
    FROM_THE_FILE,
    URGENT /* what it has asked for, and its roster */
};

static size_t share_of(size_t size, enum urgency urgency)
{
    return urgency == URGENT ? size : size / 4 * 3;
}

/* What can wait leaves a quarter of the room to what cannot: others who send
   a lot do not push out what the client has to know. */
static enum delivery session_deliver(struct session *s, enum urgency urgency)
{
    bool fits;
    xc_str wire;
    if (xc_writer_finish(&server.writer, &wire) != XC_OK)
        return TOO_BIG;
    if (s->queue.enabled)
        fits =
            s->queue.used + wire.len + 4 <= share_of(QUEUE_BYTES, urgency) &&
            queue_add(s, wire, urgency == FROM_THE_FILE);
    else
        fits = session_put(s, wire, share_of(OUT_BYTES, urgency)) ||
               (link_move(&s->link) &&
                session_put(s, wire, share_of(OUT_BYTES, urgency)));
    if (fits)
        session_unsettle(s);
    else if (urgency == URGENT)
        session_cut(s, "does not read what it gets");
    return fits ? DELIVERED : BUSY;
}

/* The content namespace of its stanzas. A WebSocket has none around them. */
static const char *session_ns(const struct session *s)
{
    return s->port == PORT_COMPONENT ? XC_NS_COMPONENT : XC_NS_CLIENT;
}

/* Begins a stanza of our own. What is absent is left out. */
static xc_writer *stanza_begin(struct session *s, const char *name,
                               const char *type, xc_str from, xc_str to)
{
    xc_writer *w = session_begin(s);
    xc_writer_begin(w, session_ns(s), name);
    xc_writer_attr(w, "from", from);
    xc_writer_attr(w, "to", to);
    xc_writer_attr(w, "type", xc_str_from(type));
    return w;
}

/* ---- relaying ----------------------------------------------------------- */

static void relay_attributes(xc_writer *w, const xc_element *e, bool addresses)
{
    xc_attribute a;
    for (size_t i = 0; xc_element_attr(e, i, &a); i++) {
        bool address = a.ns.ptr == NULL &&
                       (xc_str_is(a.name, "from") || xc_str_is(a.name, "to"));
        if (a.undeclared || (address && !addresses))
            continue;
        if (a.ns.ptr != NULL)
            xc_writer_attr_ns(w, a.ns.ptr, a.name.ptr, a.value);
        else
            xc_writer_attr(w, a.name.ptr, a.value);
    }
}

/* Children in the namespace of the stanza (body, error) go with it from one
   content namespace to the other; payloads stay as they are. */
static void relay_child(xc_writer *w, const char *ns, const xc_element *stanza,
                        const xc_element *child)
{
    if (!xc_str_equal(xc_ns(child), xc_ns(stanza)) ||
        xc_str_is(xc_ns(stanza), ns)) {
        xc_writer_element(w, child);
        return;
    }
    xc_writer_begin(w, ns, xc_name(child).ptr);
    relay_attributes(w, child, true);
    xc_writer_text(w, xc_text(child));
    for (child = xc_first_child(child); child != NULL;
         child = xc_next_sibling(child))
        xc_writer_element(w, child);
    xc_writer_end(w);
}

/* Begins somebody's stanza for another stream: all that was said, but the
   addresses are those that are proved, and the language that was inherited
   from the stream is written down (RFC 6120 sections 8.1.2.1 and 8.1.5). More
   children may follow, then xc_writer_end. */
static void relay_begin(xc_writer *w, const char *ns, const xc_element *e,
                        xc_str from, xc_str to)
{
    xc_writer_begin(w, ns, xc_name(e).ptr);
    xc_writer_attr(w, "from", from);
    xc_writer_attr(w, "to", to);
    relay_attributes(w, e, false);
    if (xc_attr_ns(e, XC_NS_XML, "lang").ptr == NULL)
        xc_writer_attr_ns(w, XC_NS_XML, "lang", xc_lang(e, e));
    for (const xc_element *c = xc_first_child(e); c != NULL;
         c = xc_next_sibling(c))
        relay_child(w, ns, e, c);
}

static void relay(xc_writer *w, const char *ns, const xc_element *e,
                  xc_str from, xc_str to)
{
    relay_begin(w, ns, e, from, to);
    xc_writer_end(w);
}

/* ---- whose password is being checked ------------------------------------ */

/* One after the other; the first has waited longest. */
static void checking_add(struct session *s)
{
    struct session **last = &server.checking;
    while (*last != NULL)
        last = &(*last)->next;
    s->next = NULL;
    *last = s;
    s->state = SESSION_CHECKING;
}

static void checking_remove(struct session *s)
{
    struct session **at = &server.checking;
    while (*at != NULL && *at != s)
        at = &(*at)->next;
    if (*at == s)
        *at = s->next;
}

/* ---- the end of a stream ------------------------------------------------ */

static void session_send_header(struct session *s, xc_str to, bool version)
{
    xc_stream_header h = {.from = xc_jid_full(server.domain.jid), .to = to};
    if (s->port == PORT_COMPONENT && server.component_name != NULL)
        h.from = xc_str_from(server.component_name);
    if (s->stream_id[0] != '\0' ||
        random_text(s->stream_id, sizeof s->stream_id))
        h.id = xc_str_from(s->stream_id);
    if (version) {
        h.major = 1;
        h.lang = XC_STR("en");
    } else {
        h.minor = 9; /* XEP-0114: no version, no features */
    }
    xc_writer_stream_open(session_begin(s), &h);
    session_send(s);
    s->header_sent = true;
}

/* Says no more; the rest is sent, and the peer has some seconds to go. */
static void session_close(struct session *s)
{
    queue_pump(s);
    if (!s->close_sent && s->header_sent) {
        xc_writer_stream_close(session_begin(s));
        session_send(s);
    }
    if (s->port == PORT_WEBSOCKET)
        link_send_bytes(&s->link, ws_close(&s->ws, WS_NORMAL));
    if (s->state == SESSION_CHECKING)
        checking_remove(s);
    s->close_sent = true;
    s->link.ending = true;
    if (s->state != SESSION_CLOSING)
        s->deadline = server.now + 5000;
    s->state = SESSION_CLOSING;
    session_unsettle(s);
}

static bool session_can_be_told(const struct session *s)
{
    return s->state != SESSION_DETACHED && s->state != SESSION_CLOSING &&
           s->link.fd >= 0 &&
           (s->port != PORT_WEBSOCKET || s->ws.phase != WS_IN_REQUEST);
}

/* Ends a stream with an error, around which there must be a stream (RFC 6120
   section 4.9.1.2). The text is for people. */
static void session_refuse(struct session *s, const char *condition,
                           const char *text)
{
    log_event(s, text != NULL ? text : condition);
    if (!session_can_be_told(s)) {
        session_cut(s, condition);
        return;
    }
    if (!s->header_sent)
        session_send_header(s, xc_str_from(NULL), s->port != PORT_COMPONENT);
    xc_writer_stream_error(session_begin(s), condition, xc_str_from(text));
    session_send(s);
    session_close(s);
}

#endif
