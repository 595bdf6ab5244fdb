/* server_message.h - who gets a message (RFC 6121 section 8.5), and carbon
   copies (XEP-0280).

     to                    normal     chat      groupchat  headline  error
     no such account       bounce     bounce    bounce     -         -
     full, is there        deliver    deliver   deliver    deliver   deliver
     full, is not there    bounce     as bare   bounce     -         -
     bare, somebody there  the best   the best  bounce     all       -
     bare, nobody there    store      store     bounce     -         -

   The best are those with the highest priority; one with a negative priority
   counts as not there. Table 1 of the RFC leaves some choices; these are
   ours. */
#ifndef SERVER_MESSAGE_H
#define SERVER_MESSAGE_H

#include "server_offline.h"
#include "server_roster.h"
#include "server_stanza.h"

/* ---- carbon copies ------------------------------------------------------ */

static bool wants_carbons(const struct stanza *st)
{
    const xc_message *m = &st->as.message;
    if (xc_has_child(st->element, XC_TAG_CARBONS_PRIVATE) ||
        xc_has_child(st->element, XC_TAG_HINT_NO_COPY) ||
        xc_has_child(st->element, XC_NS_CARBONS, "sent") ||
        xc_has_child(st->element, XC_NS_CARBONS, "received"))
        return false;
    return m->type == XC_MESSAGE_CHAT ||
           (m->type == XC_MESSAGE_NORMAL &&
            (m->body.ptr != NULL ||
             xc_has_child(st->element, XC_NS_RECEIPTS, NULL)));
}

static xc_str stanza_to(const struct stanza *st)
{
    xc_str to = xc_attr(st->element, "to");
    return to.ptr != NULL ? to : xc_jid_full(st->to);
}

/* `which`: "sent" or "received" (sections 7 and 8). */
static void carbon(struct session *to, const struct stanza *st,
                   const char *which)
{
    xc_writer *w =
        stanza_begin(to, "message", "chat", xc_jid_bare(to->own.jid),
                     xc_jid_full(to->own.jid));
    xc_writer_begin(w, XC_NS_CARBONS, which);
    xc_writer_begin(w, XC_NS_FORWARD, "forwarded");
    relay(w, XC_NS_CLIENT, st->element, xc_jid_full(st->from), stanza_to(st));
    xc_writer_end(w);
    xc_writer_end(w);
    xc_writer_end(w);
    session_deliver(to, CAN_WAIT);
}

static void carbons_of_sent(const struct session *s, const struct stanza *st)
{
    struct session *other = s->account->sessions;
    if (!wants_carbons(st) || xc_jid_bare_equal(st->to, s->own.jid))
        return;
    for (; other != NULL; other = other->next)
        if (other != s && other->carbons && session_is_there(other))
            carbon(other, st, "sent");
}

/* ---- delivery ----------------------------------------------------------- */

static enum delivery message_deliver(struct session *s,
                                     const struct stanza *st)
{
    relay(session_begin(s), session_ns(s), st->element, xc_jid_full(st->from),
          stanza_to(st));
    return session_deliver(s, CAN_WAIT);
}

/* For an account that is away, or too slow. */
static void message_store(const struct stanza *st)
{
    if (is_worth_storing(st->element) && !offline_store(st))
        bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

static bool is_best(const struct session *s, int priority)
{
    return session_is_there(s) && s->available && s->priority == priority;
}

static int best_priority(const struct account *a)
{
    const struct session *s = a != NULL ? a->sessions : NULL;
    int best = -1;
    for (; s != NULL; s = s->next)
        if (session_is_there(s) && s->available && s->priority > best)
            best = s->priority;
    return best;
}

/* Are there older messages in the file, for whoever gets this one? */
static bool must_wait(const struct account *a, const struct session *only)
{
    return offline_has_more(a) && best_priority(a) >= 0 &&
           (only == NULL || (only->available && only->priority >= 0));
}

/* To the resource `only`, or to those with the highest priority; copies for
   the others. */
static void message_to_best(struct account *a, struct session *only,
                            const struct stanza *st)
{
    int best = best_priority(a);
    bool carbons = wants_carbons(st), delivered = false;
    struct session *s = a != NULL && !must_wait(a, only) ? a->sessions : NULL;
    for (; s != NULL; s = s->next) {
        if (only != NULL ? s == only : best >= 0 && is_best(s, best))
            delivered |= message_deliver(s, st) == DELIVERED;
        else if (carbons && s->carbons && s != st->sender &&
                 session_is_there(s))
            carbon(s, st, "received");
    }
    if (!delivered)
        message_store(st);
    if (a != NULL && !delivered && best >= 0)
        for (s = a->sessions; s != NULL; s = s->next)
            session_unsettle(s);
}

static void headline_to_all(struct account *a, const struct stanza *st)
{
    struct session *s = a != NULL ? a->sessions : NULL;
    for (; s != NULL; s = s->next)
        if (session_is_there(s) && s->available && s->priority >= 0)
            message_deliver(s, st);
}

static void message_refuse(const struct stanza *st)
{
    if (st->as.message.type != XC_MESSAGE_HEADLINE)
        bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

static bool can_be_stored(const struct stanza *st)
{
    return st->as.message.type == XC_MESSAGE_CHAT ||
           st->as.message.type == XC_MESSAGE_NORMAL;
}

/* To the account, or as if to it. */
static void message_to_bare(struct account *a, const struct stanza *st)
{
    if (can_be_stored(st))
        message_to_best(a, NULL, st);
    else if (st->as.message.type == XC_MESSAGE_HEADLINE)
        headline_to_all(a, st);
    else
        message_refuse(st);
}

/* A message for somebody here. */
static void message_take(const struct stanza *st)
{
    xc_str local = xc_jid_local(st->to);
    struct account *a = account_find(local);
    struct session *s = st->to.resource_len > 0 ? session_find(st->to) : NULL;
    if (a == NULL && !account_exists(local))
        message_refuse(st);
    else if (s != NULL && can_be_stored(st))
        message_to_best(a, s, st);
    else if (s != NULL && message_deliver(s, st) != DELIVERED)
        bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
    else if (s == NULL && (st->to.resource_len == 0 ||
                           st->as.message.type == XC_MESSAGE_CHAT))
        message_to_bare(a, st);
    else if (s == NULL)
        message_refuse(st);
}

/* One that a lost resource has not acknowledged: to the account, as nobody
   knows whether it arrived (XEP-0198 section 5). */
static void message_take_back(struct stanza *st)
{
    if (xc_has_child(st->element, XC_NS_CARBONS, NULL) ||
        !local_is_here(st->to))
        return;
    st->to.resource_len = 0;
    message_to_bare(account_find(xc_jid_local(st->to)), st);
}

#endif
