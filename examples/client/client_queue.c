#include "client_queue.h"

#include <stdio.h>
#include <string.h>

#include "client_output.h"
#include "client_stream.h"
#include "signals.h"
#include "utc.h"

/* ---- stanzas ------------------------------------------------------------ */

/* Each stanza may have to be sent again with a delay. */
size_t client_queue_room(const struct client_queue *q)
{
    size_t taken = q->used + q->held_bytes +
                   (q->count + q->held + 1) * CLIENT_DELAY_BYTES;
    return taken < CLIENT_QUEUE_BYTES ? CLIENT_QUEUE_BYTES - taken : 0;
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
    c->ask_soon = true;
}

static void queue_add(struct client_queue *q,
                      const struct client_queued *entry)
{
    q->stanzas[q->count++] = *entry;
    q->used += entry->size;
    q->sent++;
}

/* XEP-0478: what the server does not take would end the stream. */
static bool is_too_large(const struct client *c, size_t size)
{
    const xc_number *max = &c->max_bytes;
    return max->present && size > (uint64_t)max->value;
}

static void show_not_sent(struct client *c, xc_str to, xc_status status,
                          size_t size)
{
    const char *condition = "not-acceptable";
    char text[128];
    if (status == XC_ERR_LIMIT_STANZA) {
        condition = "policy-violation";
        snprintf(text, sizeof text,
                 "not sent: the server takes at most %lld bytes, this has %zu",
                 (long long)c->max_bytes.value, size);
    } else if (status == XC_ERR_BUFFER_SIZE) {
        condition = "resource-constraint";
        snprintf(text, sizeof text,
                 "not sent: too long, or too much is not acknowledged");
    } else {
        snprintf(text, sizeof text, "not sent: %s", xc_status_text(status));
    }
    client_show_error(c, to, condition, xc_str_from(text));
}

bool client_stanza_send(struct client *c, xc_str to, const char *id)
{
    struct client_queue *q = &c->queue;
    struct client_queued entry = {.lasting = id != NULL,
                                  .sent = utc_time(utc_seconds())};
    xc_str wire;
    xc_status status = xc_writer_finish(&c->writer, &wire);
    if (status == XC_OK && q->count + q->held >= CLIENT_QUEUE_STANZAS)
        status = XC_ERR_BUFFER_SIZE;
    else if (status == XC_OK && is_too_large(c, wire.len))
        status = XC_ERR_LIMIT_STANZA;
    if (status != XC_OK) {
        show_not_sent(c, to, status, wire.len);
        return false;
    }
    entry.size = wire.len;
    snprintf(entry.id, sizeof entry.id, "%s", id != NULL ? id : "");
    queue_add(q, &entry);
    if (c->state == CLIENT_ONLINE)
        client_queue_send_from(c, q->used - wire.len);
    return true;
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

enum {
    ASK_PAUSE_LEAST = 1000 /* milliseconds */
};

static int64_t longest_pause(const struct client *c)
{
    return (int64_t)c->options->keepalive * 1000;
}

bool client_should_ask_for_ack(const struct client *c)
{
    return c->queue.count > 0 && (c->ask_soon || c->now >= c->ask_again_at);
}

bool client_ack_is_overdue(const struct client *c)
{
    return client_should_ask_for_ack(c) && !c->asked && !c->ask_soon &&
           c->ask_pause >= longest_pause(c);
}

/* Until the next question about the same stanzas. */
static void lengthen_pause(struct client *c)
{
    c->ask_pause = c->ask_soon ? ASK_PAUSE_LEAST : c->ask_pause * 2;
    if (c->ask_pause > longest_pause(c))
        c->ask_pause = longest_pause(c);
    c->ask_again_at = c->now + c->ask_pause;
    c->ask_soon = false;
}

void client_ask_for_ack(struct client *c)
{
    xc_iq iq = {.type = XC_IQ_GET, .id = XC_STR(ASK_ID)};
    xc_writer *w = client_nonza_begin(c);
    if (c->sm_enabled) {
        xc_write_tag(w, XC_NS_SM, "r");
    } else {
        xc_write_begin(w, &xc_iq_schema, &iq);
        xc_write_tag(w, XC_TAG_PING);
        xc_writer_end(w);
    }
    client_nonza_send(c);
    lengthen_pause(c);
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
    memmove(q->bytes + CLIENT_QUEUE_BYTES - q->held_bytes - used, q->bytes,
            used);
    memmove(q->stanzas + CLIENT_QUEUE_STANZAS - q->held - count, q->stanzas,
            count * sizeof *q->stanzas);
    q->held += count;
    q->held_bytes += used;
    q->used = q->count = 0;
    q->sent = q->acked = 0;
}

static xc_str write_delay(const xc_time *sent, char *mem)
{
    xc_delay delay = {.stamp = *sent};
    xc_writer w;
    xc_str text;
    xc_writer_init(&w, mem, CLIENT_DELAY_BYTES, XC_NS_CLIENT);
    xc_write(&w, &xc_delay_schema, &delay);
    return xc_writer_finish(&w, &text) == XC_OK ? text : nothing;
}

/* Writes "<a ...></a>" for "<a .../>", in place; returns the new size. */
static size_t add_end_tag(char *stanza, size_t size)
{
    size_t name = strcspn(stanza + 1, " /");
    memcpy(stanza + size - 2, "></", 3);
    memcpy(stanza + size + 1, stanza + 1, name);
    stanza[size + 1 + name] = '>';
    return size + name + 2;
}

/* Writes the delay before the end tag; returns the new size. Our writer ends
   an element that has no children with "/>". */
static size_t add_delay(char *stanza, size_t size, const xc_time *sent)
{
    char mem[CLIENT_DELAY_BYTES];
    xc_str delay = write_delay(sent, mem);
    size_t at;
    if (delay.ptr == NULL)
        return size;
    for (at = size - 1; stanza[at] != '<'; at--)
        continue;
    if (at == 0) {
        at = size - 1;
        size = add_end_tag(stanza, size);
    }
    memmove(stanza + at + delay.len, stanza + at, size - at);
    memcpy(stanza + at, delay.ptr, delay.len);
    return size + delay.len;
}

/* Moves the first one to the others. */
static void release_first(struct client *c)
{
    struct client_queue *q = &c->queue;
    struct client_queued entry = q->stanzas[CLIENT_QUEUE_STANZAS - q->held];
    char *at = q->bytes + q->used;
    memmove(at, q->bytes + CLIENT_QUEUE_BYTES - q->held_bytes, entry.size);
    q->held--;
    q->held_bytes -= entry.size;
    if (entry.sent.present)
        entry.size = add_delay(at, entry.size, &entry.sent);
    entry.sent.present = false;
    queue_add(q, &entry);
    if (entry.id[0] != '\0')
        client_show(c, CLIENT_EVENT_RESENT, xc_str_from(entry.id), nothing,
                    nothing, nothing);
}

void client_queue_release(struct client *c)
{
    size_t from = c->queue.used;
    while (c->queue.held > 0)
        release_first(c);
    client_queue_send_from(c, from);
}
