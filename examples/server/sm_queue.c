#include "sm_queue.h"

#include <string.h>

#define STORED 0x80000000u /* in the length before a stanza */

void sm_queue_init(struct sm_queue *q, char *bytes, size_t size)
{
    memset(q, 0, sizeof *q);
    q->bytes = bytes;
    q->size = size;
}

bool sm_queue_add(struct sm_queue *q, xc_str stanza, bool stored)
{
    uint32_t head = (uint32_t)stanza.len | (stored ? STORED : 0);
    if (stanza.len + sizeof head > q->size - q->used)
        return false;
    memcpy(q->bytes + q->used, &head, sizeof head);
    memcpy(q->bytes + q->used + sizeof head, stanza.ptr, stanza.len);
    q->used += sizeof head + stanza.len;
    return true;
}

bool sm_queue_at(const struct sm_queue *q, size_t at, struct sm_queued *out)
{
    uint32_t head;
    if (at >= q->used)
        return false;
    memcpy(&head, q->bytes + at, sizeof head);
    out->stored = (head & STORED) != 0;
    out->stanza.ptr = q->bytes + at + sizeof head;
    out->stanza.len = head & ~STORED;
    out->end = at + sizeof head + out->stanza.len;
    return true;
}

void sm_queue_mark_stored(struct sm_queue *q, size_t at)
{
    uint32_t head;
    memcpy(&head, q->bytes + at, sizeof head);
    head |= STORED;
    memcpy(q->bytes + at, &head, sizeof head);
}

void sm_queue_sent(struct sm_queue *q, const struct sm_queued *one)
{
    q->next = one->end;
    q->sent++;
}

static void drop(struct sm_queue *q, uint32_t count)
{
    struct sm_queued first;
    size_t at = 0;
    for (; count > 0 && sm_queue_at(q, at, &first); count--)
        at = first.end;
    memmove(q->bytes, q->bytes + at, q->used - at);
    q->used -= at;
    q->next -= at < q->next ? at : q->next;
}

/* Less than before: @xmpp/client 0.14 may count what comes along with
   <enabled/>, and then begin again at 0. */
static bool is_old(const struct sm_queue *q, xc_number h)
{
    return h.present && h.value >= 0 && h.value < (int64_t)q->acked &&
           q->sent >= q->acked;
}

bool sm_queue_acknowledge(struct sm_queue *q, xc_number h)
{
    uint32_t count;
    if (is_old(q, h))
        return true;
    if (!xc_sm_acknowledge(q->sent, q->acked, h, &count))
        return false;
    q->acked += count;
    drop(q, count);
    return true;
}

void sm_queue_resend(struct sm_queue *q)
{
    q->next = 0;
    q->sent = q->asked_at = q->acked;
    q->asked = false;
}

void sm_queue_move(struct sm_queue *to, struct sm_queue *from)
{
    char *bytes = to->bytes;
    size_t size = to->size;
    *to = *from;
    to->bytes = bytes;
    to->size = size;
    memcpy(to->bytes, from->bytes, from->used);
    sm_queue_init(from, from->bytes, from->size);
}
