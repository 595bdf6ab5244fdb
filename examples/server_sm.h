/* server_sm.h - stream management (XEP-0198): what was sent and not yet
   acknowledged is kept; a client whose connection is lost comes back with
   <resume/>, on a new connection, as if nothing had happened. */
#ifndef SERVER_SM_H
#define SERVER_SM_H

#include "random.h"
#include "server_iq.h"
#include "server_message.h"
#include "server_presence.h"

/* ---- the end of a resource ---------------------------------------------- */

static void resource_unlink(struct session *s)
{
    struct session **at = &s->account->sessions;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
}

/* Has another resource got it, too, and not acknowledged it either? */
static bool waits_elsewhere(const struct account *a, xc_str wire)
{
    struct queued q;
    for (const struct session *s = a->sessions; s != NULL; s = s->next)
        for (size_t at = 0; queue_at(s, at, &q); at = q.end)
            if (xc_str_equal(q.wire, wire))
                return true;
    return false;
}

/* What waits elsewhere is as safe as what is in the file. All is marked before
   anything is delivered anew: two messages may be the same to the letter. */
static void queue_mark_safe(struct session *s)
{
    struct queued q;
    uint32_t head;
    for (size_t at = 0; queue_at(s, at, &q); at = q.end) {
        if (!waits_elsewhere(s->account, q.wire))
            continue;
        head = (uint32_t)q.wire.len | FROM_FILE;
        memcpy(s->queued + at, &head, sizeof head);
    }
}

/* Messages go to other resources, into the file, or back; requests back to
   who asks; the rest has lost its meaning. */
static void queue_take_back(struct session *s)
{
    static struct replay r;
    static struct stanza st;
    struct queued q;
    size_t at = 0;
    s->queue.enabled = false;
    queue_mark_safe(s);
    for (; queue_at(s, at, &q); at = q.end) {
        const xc_element *e;
        if (q.from_file)
            continue;
        replay_init(&r, q.wire);
        e = replay_next(&r);
        if (e == NULL || !stanza_restore(&st, e))
            continue;
        if (xc_is(e, NULL, "message"))
            message_take_back(&st);
        else if (xc_is(e, NULL, "iq"))
            bounce(&st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
    }
    s->queue.used = s->queue.next = 0;
}

/* It is gone for good: contacts learn it, and nothing in its queue is lost. */
static void resource_end(struct session *s)
{
    struct account *a = s->account;
    s->state = SESSION_CLOSING;
    resource_unlink(s);
    presence_leave(s, NULL);
    queue_take_back(s);
    s->offline_sent = 0;
    for (struct session *other = a->sessions; other; other = other->next)
        session_unsettle(other); /* the file may be for them now */
    s->account = NULL;
    account_close(a);
}

/* ---- counting ----------------------------------------------------------- */

static void sm_answer(struct session *s)
{
    xc_sm_a a = {.h = {true, s->queue.received}};
    xc_write(session_begin(s), &xc_sm_a_schema, &a);
    session_send(s);
}

/* Once for all that was sent since it was asked the last time. */
static void sm_ask(struct session *s)
{
    struct queue *q = &s->queue;
    if (!q->enabled || q->asked || q->sent == q->asked_at)
        return;
    q->asked = true;
    q->asked_at = q->sent;
    xc_write_tag(session_begin(s), XC_NS_SM, "r");
    session_send(s);
}

/* Acknowledges more than there was (section 4). */
static void sm_refuse(struct session *s, xc_number h)
{
    xc_sm_too_high wrong = {.h = h, .send_count = {true, s->queue.sent}};
    xc_writer *w = session_begin(s);
    xc_writer_begin(w, XC_NS_STREAMS, "error");
    xc_writer_begin(w, XC_NS_STREAM_ERRORS, "undefined-condition");
    xc_writer_end(w);
    if (h.present)
        xc_write(w, &xc_sm_too_high_schema, &wrong);
    xc_writer_end(w);
    session_send(s);
    session_close(s);
}

static bool sm_acknowledge(struct session *s, xc_number h)
{
    uint32_t count;
    if (!xc_sm_acknowledge(s->queue.sent, s->queue.acked, h, &count))
        return false;
    s->queue.acked += count;
    queue_drop(s, count);
    session_unsettle(s);
    return true;
}

/* ---- enabling ----------------------------------------------------------- */

static void sm_fail(struct session *s, xc_stanza_error_condition why)
{
    xc_sm_failed failed = {.condition = {.value = (uint8_t)why}};
    xc_write(session_begin(s), &xc_sm_failed_schema, &failed);
    session_send(s);
}

static void sm_enable(struct session *s, const xc_element *e)
{
    xc_sm_enable enable;
    xc_sm_enabled enabled = {.id = {NULL, 0}};
    struct queue *q = &s->queue;
    if (q->enabled || s->state != SESSION_BOUND ||
        xc_read(&xc_sm_enable_schema, e, &enable, NULL) != XC_OK) {
        sm_fail(s, XC_STANZA_ERROR_UNEXPECTED_REQUEST);
        return;
    }
    memset(q, 0, sizeof *q);
    if (!random_text(q->id, sizeof q->id)) {
        sm_fail(s, XC_STANZA_ERROR_INTERNAL_SERVER_ERROR);
        return;
    }
    q->resumable = enable.resume == XC_TRUE;
    if (q->resumable) {
        enabled.id = xc_str_from(q->id);
        enabled.resume = XC_TRUE;
        enabled.max = (xc_number){true, server.resume_time / 1000};
    }
    xc_write(session_begin(s), &xc_sm_enabled_schema, &enabled);
    session_send(s);
    q->enabled = true;
}

static void sm_take(struct session *s, const xc_element *e)
{
    xc_sm_a a;
    if (xc_is(e, XC_NS_SM, "enable")) {
        sm_enable(s, e);
    } else if (xc_is(e, XC_NS_SM, "resume")) {
        sm_fail(s, XC_STANZA_ERROR_UNEXPECTED_REQUEST);
    } else if (!s->queue.enabled) {
        session_refuse(s, "policy-violation", "stream management is off");
    } else if (xc_is(e, XC_NS_SM, "r")) {
        sm_answer(s);
    } else if (xc_is(e, XC_NS_SM, "a")) {
        s->queue.asked = false;
        if (xc_read(&xc_sm_a_schema, e, &a, NULL) != XC_OK)
            session_refuse(s, "invalid-xml", "an acknowledgement without h");
        else if (!sm_acknowledge(s, a.h))
            sm_refuse(s, a.h);
    }
}

/* ---- resuming (section 5) ----------------------------------------------- */

/* Among the resources of the same account; the id is a secret. */
static struct session *sm_find(const struct session *s, xc_str id)
{
    struct account *a = account_find(xc_str_from(s->sasl.user));
    struct session *old = a != NULL ? a->sessions : NULL;
    for (; old != NULL; old = old->next)
        if (old->queue.resumable && session_is_there(old) &&
            old->port == s->port &&
            xc_secret_equal(id, xc_str_from(old->queue.id)))
            return old;
    return NULL;
}

/* Everything that outlives a connection. */
static void resource_move(struct session *s, struct session *old)
{
    s->account = old->account;
    address_copy(&s->own, &old->own);
    s->available = old->available;
    s->interested = old->interested;
    s->carbons = old->carbons;
    s->priority = old->priority;
    s->queue = old->queue;
    s->directed_used = old->directed_used;
    s->offline_sent = old->offline_sent;
    memcpy(s->presence, old->presence, sizeof s->presence);
    memcpy(s->directed, old->directed, old->directed_used);
    memcpy(s->queued, old->queued, old->queue.used);
    resource_unlink(old);
    old->account = NULL;
    old->offline_sent = 0;
    memset(&old->queue, 0, sizeof old->queue);
    s->next = s->account->sessions;
    s->account->sessions = s;
}

static void sm_resume(struct session *s, const xc_element *e)
{
    struct session *old;
    xc_sm_resume resume;
    xc_sm_resumed resumed = {.previd = {NULL, 0}};
    uint32_t count;
    if (xc_read(&xc_sm_resume_schema, e, &resume, NULL) != XC_OK) {
        sm_fail(s, XC_STANZA_ERROR_BAD_REQUEST);
        return;
    }
    old = sm_find(s, resume.previd);
    if (old == NULL || !xc_sm_acknowledge(old->queue.sent, old->queue.acked,
                                          resume.h, &count)) {
        sm_fail(s, XC_STANZA_ERROR_ITEM_NOT_FOUND);
        return;
    }
    resource_move(s, old);
    session_refuse(old, "conflict", "is resumed elsewhere");
    s->state = SESSION_BOUND;
    s->deadline = 0;
    resumed.h = (xc_number){true, s->queue.received};
    resumed.previd = resume.previd;
    xc_write(session_begin(s), &xc_sm_resumed_schema, &resumed);
    session_send(s);
    sm_acknowledge(s, resume.h);
    s->queue.next = 0; /* all the others are sent again */
    s->queue.sent = s->queue.asked_at = s->queue.acked;
    s->queue.asked = false;
    log_event(s, "resumed");
}

#endif
