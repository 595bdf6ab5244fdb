#include "sm.h"

#include "random.h"
#include "resource.h"
#include "send.h"
#include "server.h"
#include "stream.h"

enum {
    ASK_STANZAS = 10,  /* are sent before the next <r/>, */
    ASK_BYTES = 8192,  /* ... or so many bytes of them, */
    ASK_PAUSE = 250,   /* ... or so many milliseconds pass */
    LATE = 5000,       /* milliseconds for an answer, */
    LATE_STANZAS = 100 /* ... or so many stanzas of a client that is busy */
};

/* ---- counting ----------------------------------------------------------- */

static void reply(struct server_session *s)
{
    xc_sm_a a = {.h = {true, s->queue.received}};
    xc_write(send_begin(s), &xc_sm_a_schema, &a);
    send_end(s);
}

bool sm_ask_now(struct server_session *s)
{
    struct sm_queue *q = &s->queue;
    if (!q->enabled || q->asked || q->given_up)
        return false;
    q->asked = true;
    q->asked_at = q->sent;
    q->unasked = 0;
    q->hurry = false;
    s->asked = s->server->now;
    s->received_then = q->received;
    xc_write_tag(send_begin(s), XC_NS_SM, "r");
    send_end(s);
    return true;
}

void sm_ask_late(struct server_session *s)
{
    if (s->state == SESSION_BOUND && s->queue.sent != s->queue.asked_at)
        sm_ask_now(s);
}

void sm_ask(struct server_session *s)
{
    const struct sm_queue *q = &s->queue;
    if (q->asked || q->given_up)
        return;
    if (q->hurry || q->unasked >= ASK_BYTES ||
        q->sent - q->asked_at >= ASK_STANZAS)
        sm_ask_late(s);
    else if (q->sent != q->asked_at && s->server->ask_at == 0)
        s->server->ask_at = s->server->now + ASK_PAUSE;
}

bool sm_is_late(const struct server_session *s)
{
    return s->state == SESSION_BOUND && s->queue.asked &&
           sm_queue_load(&s->queue) > SESSION_QUEUE_BYTES / 2 &&
           s->server->now - s->asked >= LATE;
}

bool sm_is_ignored(const struct server_session *s)
{
    return (sm_is_late(s) && s->heard > s->asked) ||
           (s->state == SESSION_BOUND && s->queue.asked &&
            s->queue.received - s->received_then >= LATE_STANZAS);
}

void sm_give_up(struct server_session *s)
{
    if (s->queue.given_up || !s->queue.enabled)
        return;
    sm_queue_give_up(&s->queue);
    session_log(s, "does not acknowledge what it gets: it cannot resume");
}

/* It acknowledges more than there was (section 4). */
static void refuse(struct server_session *s, xc_number h)
{
    xc_sm_too_high wrong = {.h = h, .send_count = {true, s->queue.sent}};
    xc_writer *w = send_begin(s);
    xc_writer_begin(w, XC_NS_STREAMS, "error");
    xc_writer_begin(w, XC_NS_STREAM_ERRORS, "undefined-condition");
    xc_writer_end(w);
    if (h.present)
        xc_write(w, &xc_sm_too_high_schema, &wrong);
    xc_writer_end(w);
    send_end(s);
    stream_close(s);
}

bool sm_acknowledge(struct server_session *s, xc_number h)
{
    if (!sm_queue_acknowledge(&s->queue, h))
        return false;
    session_unsettle(s);
    return true;
}

/* ---- enabling ----------------------------------------------------------- */

void sm_fail(struct server_session *s, xc_stanza_error_condition why)
{
    xc_sm_failed failed = {.condition = {.value = (uint8_t)why}};
    xc_write(send_begin(s), &xc_sm_failed_schema, &failed);
    send_end(s);
}

static bool begin(struct server_session *s, const xc_sm_enable *request,
                  xc_sm_enabled *enabled)
{
    struct sm_queue *q = &s->queue;
    sm_queue_init(q, s->queued, sizeof s->queued);
    if (!random_text(q->id, sizeof q->id))
        return false;
    q->resumable = request->resume == XC_TRUE;
    if (q->resumable) {
        enabled->id = xc_str_from(q->id);
        enabled->resume = XC_TRUE;
        enabled->max = (xc_number){true, s->server->config.resume_time / 1000};
    }
    return true;
}

static void enable(struct server_session *s, const xc_element *e)
{
    xc_sm_enable request;
    xc_sm_enabled enabled = {.id = {NULL, 0}};
    if (s->queue.enabled || s->state != SESSION_BOUND ||
        xc_read(&xc_sm_enable_schema, e, &request, NULL) != XC_OK) {
        sm_fail(s, XC_STANZA_ERROR_UNEXPECTED_REQUEST);
        return;
    }
    if (!begin(s, &request, &enabled)) {
        sm_fail(s, XC_STANZA_ERROR_INTERNAL_SERVER_ERROR);
        return;
    }
    xc_write(send_begin(s), &xc_sm_enabled_schema, &enabled);
    send_end(s);
    s->queue.enabled = true;
}

void sm_enable_inline(struct server_session *s, const xc_sm_enable *request,
                      xc_bind2_bound *bound)
{
    s->queue.enabled = begin(s, request, &bound->sm_enabled);
    bound->sm_enabled.base.present = s->queue.enabled;
    bound->sm_failed.base.present = !s->queue.enabled;
    bound->sm_failed.condition.value = XC_STANZA_ERROR_INTERNAL_SERVER_ERROR;
}

void sm_take(struct server_session *s, const xc_element *e)
{
    xc_sm_a a;
    if (xc_is(e, XC_NS_SM, "enable")) {
        enable(s, e);
    } else if (xc_is(e, XC_NS_SM, "resume")) {
        sm_fail(s, XC_STANZA_ERROR_UNEXPECTED_REQUEST);
    } else if (!s->queue.enabled) {
        stream_refuse(s, "policy-violation", "stream management is off");
    } else if (xc_is(e, XC_NS_SM, "r")) {
        reply(s);
    } else if (xc_is(e, XC_NS_SM, "a")) {
        s->queue.asked = false;
        if (xc_read(&xc_sm_a_schema, e, &a, NULL) != XC_OK)
            stream_refuse(s, "invalid-xml", "an acknowledgement without h");
        else if (!sm_acknowledge(s, a.h))
            refuse(s, a.h);
    }
}

/* ---- resuming (section 5) ----------------------------------------------- */

/* Among the resources of the same account; the id is a secret. */
static struct server_session *find(const struct server_session *s, xc_str id)
{
    const struct account *a =
        account_find(&s->server->accounts, xc_str_from(s->sasl.user));
    struct server_session *old = a != NULL ? a->sessions : NULL;
    for (; old != NULL; old = old->next)
        if (old->queue.resumable && session_is_online(old) &&
            old->port == s->port &&
            xc_secret_equal(id, xc_str_from(old->queue.id)))
            return old;
    return NULL;
}

static bool take_over(struct server_session *s, const xc_sm_resume *request,
                      xc_sm_resumed *resumed)
{
    struct server_session *old = find(s, request->previd);
    uint32_t count;
    if (old == NULL || !xc_sm_acknowledge(old->queue.sent, old->queue.acked,
                                          request->h, &count))
        return false;
    resource_move(s, old);
    stream_refuse(old, "conflict", "is resumed elsewhere");
    resumed->h = (xc_number){true, s->queue.received};
    resumed->previd = request->previd;
    sm_acknowledge(s, request->h);
    return true;
}

void sm_resumed(struct server_session *s)
{
    s->state = SESSION_BOUND;
    s->deadline = 0;
    sm_queue_resend(&s->queue);
    session_log(s, "resumed");
}

void sm_resume(struct server_session *s, const xc_element *e)
{
    xc_sm_resume request;
    xc_sm_resumed resumed = {.previd = {NULL, 0}};
    if (xc_read(&xc_sm_resume_schema, e, &request, NULL) != XC_OK) {
        sm_fail(s, XC_STANZA_ERROR_BAD_REQUEST);
    } else if (!take_over(s, &request, &resumed)) {
        sm_fail(s, XC_STANZA_ERROR_ITEM_NOT_FOUND);
    } else {
        xc_write(send_begin(s), &xc_sm_resumed_schema, &resumed);
        send_end(s);
        sm_resumed(s);
    }
}

bool sm_resume_inline(struct server_session *s, const xc_sm_resume *request,
                      xc_sasl2_success *success)
{
    bool good = take_over(s, request, &success->sm_resumed);
    success->sm_resumed.base.present = good;
    success->sm_failed.base.present = !good;
    success->sm_failed.condition.value = XC_STANZA_ERROR_ITEM_NOT_FOUND;
    return good;
}
