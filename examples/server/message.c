#include "message.h"

#include "carbons.h"
#include "credentials.h"
#include "lookup.h"
#include "offline.h"
#include "relay.h"
#include "send.h"

enum {
    SLOWED = 20 /* milliseconds that the sender waits */
};

static enum send_result deliver(struct server_session *s,
                                const struct server_stanza *st)
{
    xc_writer *w = send_begin(s);
    relay_begin(w, session_ns(s), st->element, xc_jid_full(st->from),
                stanza_to(st));
    if (st->again)
        stanza_write_delay(w, st);
    xc_writer_end(w);
    return send_message(s, st);
}

/* Each of those resources knows that the others have got it, too. */
static void share(struct account *a, const struct server_stanza *st,
                  uint32_t count)
{
    struct server_session *s = count > 1 ? a->sessions : NULL;
    for (; s != NULL; s = s->next)
        sm_queue_share(&s->queue, st->serial, count - 1);
}

/* For an account that is away, or too slow. */
static void store(const struct server_stanza *st)
{
    if (offline_is_worth_storing(st->element) && !offline_store(st))
        stanza_bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

static bool is_best(const struct server_session *s, int priority)
{
    return session_is_online(s) && s->available && s->priority == priority;
}

/* -1: no resource takes messages. */
static int best_priority(const struct account *a)
{
    const struct server_session *s = a != NULL ? a->sessions : NULL;
    int best = -1;
    for (; s != NULL; s = s->next)
        if (session_is_online(s) && s->available && s->priority > best)
            best = s->priority;
    return best;
}

/* Are there older messages in the file, for the resources that get this
   one? */
static bool must_wait(const struct account *a,
                      const struct server_session *only)
{
    return offline_has_more(a) && best_priority(a) >= 0 &&
           (only == NULL || (only->available && only->priority >= 0));
}

/* Does the resource get it as the one it is for? */
static bool is_for(const struct server_session *s,
                   const struct server_session *only, int best)
{
    return only != NULL ? s == only : best >= 0 && is_best(s, best);
}

/* To the resource `only`, or to those with the highest priority. Returns how
   many have got it. */
static uint32_t deliver_to_best(struct account *a,
                                const struct server_session *only, int best,
                                const struct server_stanza *st)
{
    struct server_session *s = a->sessions;
    uint32_t count = 0;
    for (; s != NULL; s = s->next)
        if (is_for(s, only, best))
            count += deliver(s, st) == SEND_DONE;
    return count;
}

/* For the other resources. What waits in the file is copied to nobody: it
   comes as it is. */
static uint32_t copy_to_others(struct account *a,
                               const struct server_session *only, int best,
                               const struct server_stanza *st)
{
    struct server_session *s = carbons_apply_to(st) ? a->sessions : NULL;
    uint32_t count = 0;
    for (; s != NULL; s = s->next)
        if (s->carbons && s != st->sender && session_is_online(s) &&
            !is_for(s, only, best))
            count += carbons_copy(s, st, "received") == SEND_DONE;
    return count;
}

/* Resources that are too slow are fed from the file when they have room; who
   writes to them is slowed down, too. */
static void store_for_slow(struct account *a, const struct server_stanza *st)
{
    struct server_session *s = a->sessions;
    store(st);
    if (st->sender != NULL && st->sender->port != PORT_COMPONENT)
        st->sender->paused_until = st->server->now + SLOWED;
    for (; s != NULL; s = s->next)
        session_unsettle(s);
}

static void to_best(struct account *a, const struct server_session *only,
                    const struct server_stanza *st)
{
    int best = best_priority(a);
    uint32_t count = a != NULL && !must_wait(a, only)
                         ? deliver_to_best(a, only, best, st)
                         : 0;
    if (count > 0)
        share(a, st, count + copy_to_others(a, only, best, st));
    else if (best >= 0)
        store_for_slow(a, st);
    else
        store(st);
}

static void headline_to_all(struct account *a, const struct server_stanza *st)
{
    struct server_session *s = a != NULL ? a->sessions : NULL;
    uint32_t count = 0;
    for (; s != NULL; s = s->next)
        if (session_is_online(s) && s->available && s->priority >= 0)
            count += deliver(s, st) == SEND_DONE;
    share(a, st, count);
}

static void refuse(const struct server_stanza *st)
{
    if (st->as.message.type != XC_MESSAGE_HEADLINE)
        stanza_bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

static bool can_be_stored(const struct server_stanza *st)
{
    return st->as.message.type == XC_MESSAGE_CHAT ||
           st->as.message.type == XC_MESSAGE_NORMAL;
}

/* To the account, or as if to it. */
static void to_bare(struct account *a, const struct server_stanza *st)
{
    if (can_be_stored(st))
        to_best(a, NULL, st);
    else if (st->as.message.type == XC_MESSAGE_HEADLINE)
        headline_to_all(a, st);
    else
        refuse(st);
}

void message_take(const struct server_stanza *st)
{
    struct server *server = st->server;
    xc_str local = xc_jid_local(st->to);
    struct account *a = account_find(&server->accounts, local);
    struct server_session *s =
        st->to.resource_len > 0 ? lookup_resource(server, st->to) : NULL;
    if (a == NULL && !credentials_exist(&server->store, local))
        refuse(st);
    else if (s != NULL && can_be_stored(st))
        to_best(a, s, st);
    else if (s != NULL && deliver(s, st) != SEND_DONE)
        stanza_bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
    else if (s == NULL && (st->to.resource_len == 0 ||
                           st->as.message.type == XC_MESSAGE_CHAT))
        to_bare(a, st);
    else if (s == NULL)
        refuse(st);
}

void message_take_back(struct server_stanza *st)
{
    if (!lookup_is_local(st->server, st->to))
        return;
    st->to.resource_len = 0;
    to_bare(account_find(&st->server->accounts, xc_jid_local(st->to)), st);
}
