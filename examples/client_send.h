/* client_send.h - what the client sends: stanzas, which stay in a queue until
   the server has acknowledged them, and everything else, which does not.

   Acknowledgements are those of XEP-0198. A server without it is sent a ping:
   it takes what a client says in the order it was said, so the answer
   acknowledges all that was sent before. */
#ifndef CLIENT_SEND_H
#define CLIENT_SEND_H

#include "client_output.h"

/* ---- all but stanzas ---------------------------------------------------- */

static xc_writer *nonza_begin(struct client *c)
{
    return link_begin(&c->link);
}

static void nonza_send(struct client *c)
{
    if (link_send(&c->link) != XC_OK)
        c->lost = "the server does not read what we write";
    c->last_sent = c->now;
}

static void send_header(struct client *c)
{
    xc_stream_header header = {.major = 1};
    header.to = xc_str_from(c->domain);
    /* RFC 6120 section 4.7.1: who we are is for the server alone. */
    if (c->link.tls != NULL)
        header.from = address_bare(&c->jid);
    xc_writer_stream_open(nonza_begin(c), &header);
    nonza_send(c);
    c->state = CLIENT_HEADER;
}

#define CLOSING_SECONDS 5

/* Our direction ends, theirs when they say so; only then TLS and TCP (RFC 6120
   section 4.4). XEP-0198 section 4: a last acknowledgement, so that nothing
   that we have seen comes again. */
static void stream_close(struct client *c)
{
    xc_sm_a a = {.h = {true, c->received}};
    if (c->state == CLIENT_ONLINE && c->sm_enabled) {
        xc_write(nonza_begin(c), &xc_sm_a_schema, &a);
        nonza_send(c);
    }
    xc_writer_stream_close(nonza_begin(c));
    nonza_send(c);
    c->state = CLIENT_CLOSING;
    c->deadline = c->now + CLOSING_SECONDS * 1000;
}

/* The server breaks a rule: say which one, and leave (RFC 6120 section 4.9).
   Each attempt to connect begins with our header, so one is open. */
static void stream_refuse(struct client *c, const char *condition,
                          const char *text)
{
    complain("the server's stream is refused", xc_str_from(text));
    c->exit_code = EXIT_REFUSED;
    xc_writer_stream_error(nonza_begin(c), condition, xc_str_from(text));
    nonza_send(c);
    stream_close(c);
}

/* ---- stanzas ------------------------------------------------------------ */

static size_t queue_room(const struct queue *q)
{
    return QUEUE_BYTES - q->used - q->held_bytes;
}

/* Pairs of these surround what a stanza consists of. */
static xc_writer *stanza_begin(struct client *c)
{
    struct queue *q = &c->queue;
    xc_writer_init(&c->writer, q->bytes + q->used, queue_room(q),
                   XC_NS_CLIENT);
    return &c->writer;
}

static void queue_to_link(struct client *c, size_t from)
{
    xc_str wire = {c->queue.bytes + from, c->queue.used - from};
    if (!link_send_bytes(&c->link, wire))
        c->lost = "the server does not read what we write";
    c->last_sent = c->now;
}

/* `id` is that of a message, "" for what lasts as messages do, but nobody asks
   about, NULL for all else. On the way at once if the session is there, else
   when it is.
   XC_ERR_BUFFER_SIZE: does not fit, and is not sent. */
static xc_status stanza_send(struct client *c, const char *id)
{
    struct queue *q = &c->queue;
    struct queued *entry = &q->stanzas[q->count];
    xc_str wire;
    xc_status status = xc_writer_finish(&c->writer, &wire);
    if (status == XC_OK && q->count + q->held >= QUEUE_STANZAS)
        status = XC_ERR_BUFFER_SIZE;
    if (status != XC_OK)
        return status;
    entry->size = wire.len;
    entry->lasting = id != NULL;
    snprintf(entry->id, sizeof entry->id, "%s", id != NULL ? id : "");
    q->count++;
    q->sent++;
    q->used += wire.len;
    if (c->state == CLIENT_ONLINE)
        queue_to_link(c, q->used - wire.len);
    return XC_OK;
}

/* Nobody could guess it who does not see our stanzas. */
static void make_id(struct client *c, char *id)
{
    snprintf(id, ID_SIZE, "%s-%lu", c->id_prefix, (unsigned long)++c->ids);
}

/* ---- acknowledgements --------------------------------------------------- */

static void queue_drop(struct queue *q, size_t count)
{
    size_t size = 0;
    for (size_t i = 0; i < count; i++)
        size += q->stanzas[i].size;
    q->count -= count;
    q->used -= size;
    memmove(q->stanzas, q->stanzas + count, q->count * sizeof *q->stanzas);
    memmove(q->bytes, q->bytes + size, q->used);
}

/* XEP-0198 section 4: the server has got more than we have sent. */
static void refuse_count(struct client *c, xc_number h)
{
    xc_stream_error error = {
        .condition = {.value = XC_STREAM_ERROR_UNDEFINED_CONDITION}};
    xc_sm_too_high high = {.h = h, .send_count = {true, c->queue.sent}};
    xc_writer *w = nonza_begin(c);
    complain("the server acknowledges what was never sent", nothing);
    c->exit_code = EXIT_REFUSED;
    xc_write_begin(w, &xc_stream_error_schema, &error);
    xc_write_children(w, &xc_stream_error_schema, &error);
    xc_write(w, &xc_sm_too_high_schema, &high);
    xc_writer_end(w);
    nonza_send(c);
    stream_close(c);
}

/* The server has taken all up to number h. */
static bool queue_acknowledge(struct client *c, xc_number h)
{
    struct queue *q = &c->queue;
    uint32_t count;
    if (!xc_sm_acknowledge(q->sent, q->acked, h, &count)) {
        refuse_count(c, h);
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        if (q->stanzas[i].id[0] != '\0')
            show(c, EVENT_ACKED, xc_str_from(q->stanzas[i].id), nothing,
                 nothing, nothing);
    queue_drop(q, count);
    q->acked += count;
    return true;
}

static void send_ack(struct client *c)
{
    xc_sm_a a = {.h = {true, c->received}};
    xc_write(nonza_begin(c), &xc_sm_a_schema, &a);
    nonza_send(c);
}

#define ASK_ID "are-you-there"

/* One question at a time: so the server is asked as often as it answers. */
static void ask_for_ack(struct client *c)
{
    xc_iq iq = {.type = XC_IQ_GET, .id = XC_STR(ASK_ID)};
    xc_writer *w;
    if (c->asked)
        return;
    w = nonza_begin(c);
    if (c->sm_enabled) {
        xc_write_tag(w, XC_NS_SM, "r");
    } else {
        xc_write_begin(w, &xc_iq_schema, &iq);
        xc_write_tag(w, XC_TAG_PING);
        xc_writer_end(w);
    }
    nonza_send(c);
    c->asked = true;
    c->asked_at = c->now;
    c->asked_count = c->queue.sent;
}

/* Is it the answer to that ping? An error is one, too. */
static bool is_answer_to_ask(struct client *c, const xc_element *iq)
{
    return c->asked && !c->sm_enabled &&
           xc_iq_is_reply_to(iq, XC_STR(ASK_ID), nothing,
                             address_full(&c->own));
}

static void on_answer_to_ask(struct client *c)
{
    xc_number h = {true, c->asked_count};
    c->asked = false;
    queue_acknowledge(c, h);
}

/* ---- a session is lost -------------------------------------------------- */

/* Of what the old session has not acknowledged only messages and subscriptions
   have a meaning in a new one. They move to the end and wait until it is set
   up. */
static void queue_hold(struct queue *q)
{
    size_t from = 0, used = 0, count = 0;
    for (size_t i = 0; i < q->count; i++) {
        struct queued entry = q->stanzas[i];
        if (entry.lasting) {
            memmove(q->bytes + used, q->bytes + from, entry.size);
            used += entry.size;
            q->stanzas[count++] = entry;
        }
        from += entry.size;
    }
    memmove(q->bytes + queue_room(q) + q->used - used, q->bytes, used);
    memmove(q->stanzas + QUEUE_STANZAS - q->held - count, q->stanzas,
            count * sizeof *q->stanzas);
    q->held += count;
    q->held_bytes += used;
    q->used = q->count = 0;
    q->sent = q->acked = 0;
}

/* Behind what has been sent since. */
static void queue_release(struct client *c)
{
    struct queue *q = &c->queue;
    size_t from = q->used, first = q->count;
    memmove(q->bytes + q->used, q->bytes + QUEUE_BYTES - q->held_bytes,
            q->held_bytes);
    memmove(q->stanzas + q->count, q->stanzas + QUEUE_STANZAS - q->held,
            q->held * sizeof *q->stanzas);
    q->used += q->held_bytes;
    q->count += q->held;
    q->sent += (uint32_t)q->held;
    q->held = q->held_bytes = 0;
    for (size_t i = first; i < q->count; i++)
        if (q->stanzas[i].id[0] != '\0')
            show(c, EVENT_RESENT, xc_str_from(q->stanzas[i].id), nothing,
                 nothing, nothing);
    queue_to_link(c, from);
}

/* ---- requests ----------------------------------------------------------- */

static size_t requests_open(const struct client *c)
{
    size_t open = 0;
    for (size_t i = 0; i < REQUESTS; i++)
        open += c->requests[i].kind != REQUEST_NONE;
    return open;
}

/* Begins an iq; write the payload, then request_send. `to` absent: our
   account. There must be a free place, see client_takes_commands. */
static struct request *request_begin(struct client *c, enum request_kind kind,
                                     xc_iq_type type, xc_str to)
{
    struct request *r = c->requests;
    xc_iq iq = {.type = (uint8_t)type, .to = to};
    while (r < c->requests + REQUESTS - 1 && r->kind != REQUEST_NONE)
        r++;
    address_set(&r->to, to);
    make_id(c, r->id);
    r->kind = kind;
    r->deadline = c->now + REQUEST_SECONDS * 1000;
    iq.id = xc_str_from(r->id);
    xc_write_begin(stanza_begin(c), &xc_iq_schema, &iq);
    return r;
}

static void request_send(struct client *c, struct request *r)
{
    xc_writer_end(&c->writer);
    if (stanza_send(c, NULL) == XC_OK)
        return;
    r->kind = REQUEST_NONE;
    show_error(c, address_full(&r->to), "resource-constraint",
               XC_STR("not sent: too much is not acknowledged"));
}

#endif
