#include "client_queue.h"

#include <stdio.h>
#include <string.h>

#include "client_output.h"
#include "client_stream.h"
#include "signals.h"

/* ---- stanzas ------------------------------------------------------------ */

size_t client_queue_room(const struct client_queue *q)
{
    return CLIENT_QUEUE_BYTES - q->used - q->held_bytes;
}

xc_writer *client_stanza_begin(struct client *c)
{
    struct client_queue *q = &c->queue;
    xc_writer_init(&c->writer, q->bytes + q->used, client_queue_room(q),
                   XC_NS_CLIENT);
    return &c->writer;
}

void client_queue_send_from(struct client *c, size_t from)
{
    xc_str wire = {c->queue.bytes + from, c->queue.used - from};
    if (!connection_send_bytes(&c->connection, wire))
        c->lost = "the server does not read what we write";
    c->last_sent = c->now;
}

xc_status client_stanza_send(struct client *c, const char *id)
{
    struct client_queue *q = &c->queue;
    struct client_queued *entry = &q->stanzas[q->count];
    xc_str wire;
    xc_status status = xc_writer_finish(&c->writer, &wire);
    if (status == XC_OK && q->count + q->held >= CLIENT_QUEUE_STANZAS)
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
        client_queue_send_from(c, q->used - wire.len);
    return XC_OK;
}

void client_make_id(struct client *c, char *id)
{
    snprintf(id, CLIENT_ID_SIZE, "%s-%lu", c->id_prefix,
             (unsigned long)++c->ids);
}

/* ---- acknowledgements --------------------------------------------------- */

static void queue_drop(struct client_queue *q, size_t count)
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
    xc_writer *w = client_nonza_begin(c);
    client_complain("the server acknowledges what was never sent", nothing);
    c->exit_code = EXIT_REFUSED;
    xc_write_begin(w, &xc_stream_error_schema, &error);
    xc_write_children(w, &xc_stream_error_schema, &error);
    xc_write(w, &xc_sm_too_high_schema, &high);
    xc_writer_end(w);
    client_nonza_send(c);
    client_close_stream(c);
}

bool client_queue_acknowledge(struct client *c, xc_number h)
{
    struct client_queue *q = &c->queue;
    uint32_t count;
    if (!xc_sm_acknowledge(q->sent, q->acked, h, &count)) {
        refuse_count(c, h);
        return false;
    }
    for (uint32_t i = 0; i < count; i++)
        if (q->stanzas[i].id[0] != '\0')
            client_show(c, CLIENT_EVENT_ACKED, xc_str_from(q->stanzas[i].id),
                        nothing, nothing, nothing);
    queue_drop(q, count);
    q->acked += count;
    return true;
}

void client_send_ack(struct client *c)
{
    xc_sm_a a = {.h = {true, c->received}};
    xc_write(client_nonza_begin(c), &xc_sm_a_schema, &a);
    client_nonza_send(c);
}

#define ASK_ID "are-you-there"

void client_ask_for_ack(struct client *c)
{
    xc_iq iq = {.type = XC_IQ_GET, .id = XC_STR(ASK_ID)};
    xc_writer *w;
    if (c->asked)
        return;
    w = client_nonza_begin(c);
    if (c->sm_enabled) {
        xc_write_tag(w, XC_NS_SM, "r");
    } else {
        xc_write_begin(w, &xc_iq_schema, &iq);
        xc_write_tag(w, XC_TAG_PING);
        xc_writer_end(w);
    }
    client_nonza_send(c);
    c->asked = true;
    c->asked_at = c->now;
    c->asked_count = c->queue.sent;
}

bool client_is_reply_to_ask(struct client *c, const xc_element *iq)
{
    return c->asked && !c->sm_enabled &&
           xc_iq_is_reply_to(iq, XC_STR(ASK_ID), nothing,
                             client_address_full(&c->own));
}

void client_on_reply_to_ask(struct client *c)
{
    xc_number h = {true, c->asked_count};
    c->asked = false;
    client_queue_acknowledge(c, h);
}

/* ---- a session is lost -------------------------------------------------- */

void client_queue_hold(struct client_queue *q)
{
    size_t from = 0, used = 0, count = 0;
    for (size_t i = 0; i < q->count; i++) {
        struct client_queued entry = q->stanzas[i];
        if (entry.lasting) {
            memmove(q->bytes + used, q->bytes + from, entry.size);
            used += entry.size;
            q->stanzas[count++] = entry;
        }
        from += entry.size;
    }
    memmove(q->bytes + client_queue_room(q) + q->used - used, q->bytes, used);
    memmove(q->stanzas + CLIENT_QUEUE_STANZAS - q->held - count, q->stanzas,
            count * sizeof *q->stanzas);
    q->held += count;
    q->held_bytes += used;
    q->used = q->count = 0;
    q->sent = q->acked = 0;
}

void client_queue_release(struct client *c)
{
    struct client_queue *q = &c->queue;
    size_t from = q->used, first = q->count;
    memmove(q->bytes + q->used, q->bytes + CLIENT_QUEUE_BYTES - q->held_bytes,
            q->held_bytes);
    memmove(q->stanzas + q->count, q->stanzas + CLIENT_QUEUE_STANZAS - q->held,
            q->held * sizeof *q->stanzas);
    q->used += q->held_bytes;
    q->count += q->held;
    q->sent += (uint32_t)q->held;
    q->held = q->held_bytes = 0;
    for (size_t i = first; i < q->count; i++)
        if (q->stanzas[i].id[0] != '\0')
            client_show(c, CLIENT_EVENT_RESENT, xc_str_from(q->stanzas[i].id),
                        nothing, nothing, nothing);
    client_queue_send_from(c, from);
}
