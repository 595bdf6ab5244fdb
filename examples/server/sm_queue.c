#include "sm_queue.h"

#include <string.h>

/* Before each stanza, at any address. */
struct head {
    int64_t accepted;
    uint32_t serial, others, len;
    bool stored, timeless;
};

typedef char head_has_its_size[sizeof(struct head) == SM_QUEUE_HEAD ? 1 : -1];

void sm_queue_init(struct sm_queue *q, char *bytes, size_t size)
{
    memset(q, 0, sizeof *q);
    q->bytes = bytes;
    q->size = size;
}

size_t sm_queue_first(const struct sm_queue *q)
{
    return q->given_up ? q->next : 0;
}

size_t sm_queue_load(const struct sm_queue *q)
{
    return q->used - sm_queue_first(q);
}

/* Bytes before `at` are done with. */
static void drop_before(struct sm_queue *q, size_t at)
{
    memmove(q->bytes, q->bytes + at, q->used - at);
    q->used -= at;
    q->next -= at < q->next ? at : q->next;
    q->late -= at < q->late ? at : q->late;
    q->last -= at < q->last ? at : q->last;
}

bool sm_queue_add(struct sm_queue *q, const struct sm_queued *one)
{
    struct head head;
    if (one->stanza.len + sizeof head > q->size - sm_queue_load(q))
        return false;
    if (one->stanza.len + sizeof head > q->size - q->used)
        drop_before(q, sm_queue_first(q));
    memset(&head, 0, sizeof head);
    head.accepted = one->accepted;
    head.serial = one->serial;
    head.others = one->others;
    head.len = (uint32_t)one->stanza.len;
    head.stored = one->stored;
    head.timeless = one->timeless;
    memcpy(q->bytes + q->used, &head, sizeof head);
    memcpy(q->bytes + q->used + sizeof head, one->stanza.ptr, head.len);
    q->last = q->used;
    q->used += sizeof head + head.len;
    return true;
}

bool sm_queue_at(const struct sm_queue *q, size_t at, struct sm_queued *out)
{
    struct head head;
    if (at >= q->used)
        return false;
    memcpy(&head, q->bytes + at, sizeof head);
    out->accepted = head.accepted;
    out->serial = head.serial;
    out->others = head.others;
    out->stored = head.stored;
    out->timeless = head.timeless;
    out->late = at < q->late;
    out->stanza.ptr = q->bytes + at + sizeof head;
    out->stanza.len = head.len;
    out->end = at + sizeof head + head.len;
    return true;
}

static void set_others(struct sm_queue *q, size_t at, uint32_t others)
{
    memcpy(q->bytes + at + offsetof(struct head, others), &others,
           sizeof others);
}

void sm_queue_share(struct sm_queue *q, uint32_t serial, uint32_t others)
{
    struct sm_queued last;
    if (sm_queue_at(q, q->last, &last) && last.serial == serial)
        set_others(q, q->last, others);
}

void sm_queue_unshare(struct sm_queue *q, uint32_t serial)
{
    struct sm_queued one;
    size_t at = sm_queue_first(q);
    for (; sm_queue_at(q, at, &one); at = one.end)
        if (one.serial == serial && one.others > 0)
            set_others(q, at, one.others - 1);
}

void sm_queue_sent(struct sm_queue *q, const struct sm_queued *one)
{
    q->next = one->end;
    q->sent++;
    q->unasked += one->stanza.len;
    q->hurry |= one->stored;
    if (q->given_up && q->next == q->used)
        q->next = q->used = 0;
}

static void drop(struct sm_queue *q, uint32_t count)
{
    struct sm_queued first;
    size_t at = 0;
    for (; count > 0 && sm_queue_at(q, at, &first); count--)
        at = first.end;
    drop_before(q, at);
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
    if (!q->given_up)
        drop(q, count);
    return true;
}

void sm_queue_resend(struct sm_queue *q)
{
    q->next = 0;
    q->late = q->used;
    q->sent = q->asked_at = q->acked;
    q->unasked = 0;
    q->asked = false;
}

void sm_queue_give_up(struct sm_queue *q)
{
    q->given_up = true;
    q->resumable = false;
    memset(q->id, 0, sizeof q->id);
    drop_before(q, q->next);
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
