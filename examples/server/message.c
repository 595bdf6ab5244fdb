#include "message.h"

#include "carbons.h"
#include "credentials.h"
#include "lookup.h"
#include "offline.h"
#include "relay.h"
#include "send.h"

static enum send_result deliver(struct server_session *s,
                                const struct server_stanza *st)
{
    relay_write(send_begin(s), session_ns(s), st->element,
                xc_jid_full(st->from), stanza_to(st));
    return send_stanza(s, SEND_CAN_WAIT);
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

/* To the resource `only`, or to those with the highest priority; copies for
   the others. */
static void to_best(struct account *a, struct server_session *only,
                    const struct server_stanza *st)
{
    int best = best_priority(a);
    bool carbons = carbons_apply_to(st), delivered = false;
    struct server_session *s =
        a != NULL && !must_wait(a, only) ? a->sessions : NULL;
    for (; s != NULL; s = s->next) {
        if (only != NULL ? s == only : best >= 0 && is_best(s, best))
            delivered |= deliver(s, st) == SEND_DONE;
        else if (carbons && s->carbons && s != st->sender &&
                 session_is_online(s))
            carbons_copy(s, st, "received");
    }
    if (!delivered)
        store(st);
    if (a != NULL && !delivered && best >= 0)
        for (s = a->sessions; s != NULL; s = s->next)
            session_unsettle(s);
}

static void headline_to_all(struct account *a, const struct server_stanza *st)
{
    struct server_session *s = a != NULL ? a->sessions : NULL;
    for (; s != NULL; s = s->next)
        if (session_is_online(s) && s->available && s->priority >= 0)
            deliver(s, st);
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
    if (xc_has_child(st->element, XC_NS_CARBONS, NULL) ||
        !lookup_is_local(st->server, st->to))
        return;
    st->to.resource_len = 0;
    to_bare(account_find(&st->server->accounts, xc_jid_local(st->to)), st);
}
