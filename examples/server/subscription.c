#include "subscription.h"

#include "lookup.h"
#include "notice.h"
#include "roster_iq.h"

#include <stdio.h>

enum {
    REQUEST_BYTES = 512, /* of a request that is kept, as a tree */
    REQUESTS_MAX = 16    /* that wait for a decision of one account */
};

/* ---- the tables (section 3, appendix A) --------------------------------- */

struct transition {
    unsigned needs;  /* one of these, or nothing happens; 0: nothing needed */
    unsigned unless; /* one of these: nothing happens */
    unsigned set, clear;
};

/* clang-format off */

/* Sent by the user (tables 2 to 5), received for the user (tables 6 to 9). */
static const struct transition outbound[] = {
    [XC_PRESENCE_SUBSCRIBE] =
        {0, ROSTER_TO, ROSTER_PENDING_OUT, 0},
    [XC_PRESENCE_UNSUBSCRIBE] =
        {0, 0, 0, ROSTER_TO | ROSTER_PENDING_OUT},
    [XC_PRESENCE_SUBSCRIBED] =
        {ROSTER_PENDING_IN, 0, ROSTER_FROM, ROSTER_PENDING_IN},
    [XC_PRESENCE_UNSUBSCRIBED] =
        {ROSTER_PENDING_IN | ROSTER_FROM, 0, 0,
         ROSTER_PENDING_IN | ROSTER_FROM},
};
static const struct transition inbound[] = {
    [XC_PRESENCE_SUBSCRIBE] =
        {0, ROSTER_FROM | ROSTER_PENDING_IN, ROSTER_PENDING_IN, 0},
    [XC_PRESENCE_UNSUBSCRIBE] =
        {ROSTER_FROM | ROSTER_PENDING_IN, 0, 0,
         ROSTER_FROM | ROSTER_PENDING_IN},
    [XC_PRESENCE_SUBSCRIBED] =
        {ROSTER_PENDING_OUT, 0, ROSTER_TO, ROSTER_PENDING_OUT},
    [XC_PRESENCE_UNSUBSCRIBED] =
        {ROSTER_PENDING_OUT | ROSTER_TO, 0, 0,
         ROSTER_PENDING_OUT | ROSTER_TO},
};

/* clang-format on */

static bool happens(const struct transition *t, unsigned state)
{
    return (t->needs == 0 || (state & t->needs) != 0) &&
           (state & t->unless) == 0;
}

static unsigned apply(const struct transition *t, unsigned state)
{
    return happens(t, state) ? (state & ~t->clear) | t->set : state;
}

bool subscription_is(unsigned type)
{
    return type == XC_PRESENCE_SUBSCRIBE || type == XC_PRESENCE_SUBSCRIBED ||
           type == XC_PRESENCE_UNSUBSCRIBE || type == XC_PRESENCE_UNSUBSCRIBED;
}

static const char *type_name(unsigned type)
{
    switch (type) {
    case XC_PRESENCE_SUBSCRIBE: return "subscribe";
    case XC_PRESENCE_SUBSCRIBED: return "subscribed";
    case XC_PRESENCE_UNSUBSCRIBE: return "unsubscribe";
    case XC_PRESENCE_UNSUBSCRIBED: return "unsubscribed";
    default: return NULL;
    }
}

/* Stores and pushes a contact whose state has changed. A request that waits
   is not shown in the roster. False: it could not be stored. */
static bool update(struct server *server, struct account *a,
                   struct roster_contact *c, unsigned state)
{
    unsigned changed = c->state ^ state;
    xc_str jid = c->jid;
    if (changed == 0)
        return true;
    c->state = state;
    if (!roster_update(&a->roster, &server->store, xc_str_from(a->local), c))
        return false;
    roster_find(&a->roster, jid, c);
    if (c->listed && changed != ROSTER_PENDING_IN)
        roster_iq_push(a, c, xc_str_from(NULL));
    return true;
}

/* ---- received ----------------------------------------------------------- */

bool subscription_send(struct server *server, xc_str from, xc_str to,
                       unsigned type, const xc_element *e)
{
    struct notice n = {e, type_name(type), from};
    char memory[XC_JID_MAX];
    struct server_session *peer;
    struct account *a;
    xc_jid jid;
    if (xc_jid_parse(to, memory, sizeof memory, &jid) != XC_OK)
        return false;
    if (lookup_is_local(server, jid)) {
        a = account_look(&server->accounts, xc_jid_local(jid));
        if (a != NULL)
            subscription_take(server, a, from, type, e);
        return true;
    }
    peer = lookup_domain(server, xc_jid_domain(jid));
    if (peer != NULL)
        notice_to_session(peer, &n, to);
    return peer != NULL;
}

/* Its bare address, in `memory`. */
static xc_str address_of(const struct server *server, const struct account *a,
                         char *memory, size_t size)
{
    xc_str address = {memory, 0};
    address.len = (size_t)snprintf(memory, size, "%s@" XC_FMT, a->local,
                                   XC_ARG(xc_jid_full(server->domain.jid)));
    return address;
}

/* The server says it for the account (tables 6 and 7, notes). */
static void reply(struct server *server, const struct account *a, xc_str to,
                  unsigned type)
{
    char memory[sizeof server->domain.bytes];
    subscription_send(server, address_of(server, a, memory, sizeof memory), to,
                      type, NULL);
}

/* A request: approved already, in advance, or for the user to decide. It is
   stored as it came and delivered whenever the user comes online (3.1.3).
   Returns whether to deliver it now. */
static bool take_request(struct server *server, struct account *a,
                         struct roster_contact *c, const xc_element *e)
{
    if ((c->state & (ROSTER_APPROVED | ROSTER_FROM)) != 0) {
        if (update(server, a, c, c->state | ROSTER_FROM)) {
            reply(server, a, c->jid, XC_PRESENCE_SUBSCRIBED);
            notice_to_contact(server, a, c->jid, NULL);
        }
        return false;
    }
    if (!happens(&inbound[XC_PRESENCE_SUBSCRIBE], c->state) || e == NULL)
        return false;
    if (roster_count_requests(&a->roster) >= REQUESTS_MAX)
        return true; /* lest strangers fill the roster (3.1.3) */
    c->request = xc_element_size(e) <= REQUEST_BYTES ? e : NULL;
    return update(server, a, c, c->state | ROSTER_PENDING_IN);
}

void subscription_take(struct server *server, struct account *a, xc_str from,
                       unsigned type, const xc_element *e)
{
    char memory[sizeof server->domain.bytes];
    xc_str to = address_of(server, a, memory, sizeof memory);
    struct notice n = {e, type_name(type), from};
    struct roster_contact c;
    roster_find(&a->roster, from, &c);
    if (type == XC_PRESENCE_SUBSCRIBE) {
        if (take_request(server, a, &c, e))
            notice_to_account(a, &n, to);
        return;
    }
    if (!happens(&inbound[type], c.state))
        return;
    notice_to_account(a, &n, to); /* before the push (3.1.6, 3.2.3, 3.3.3) */
    if (!update(server, a, &c, apply(&inbound[type], c.state)))
        return;
    if (type == XC_PRESENCE_UNSUBSCRIBE) {
        notice_to_contact(server, a, from, "unavailable");
        reply(server, a, from, XC_PRESENCE_UNSUBSCRIBED);
    }
}

/* ---- sent --------------------------------------------------------------- */

static unsigned approve_in_advance(unsigned type, unsigned state)
{
    if (type == XC_PRESENCE_UNSUBSCRIBED)
        return state & ~(unsigned)ROSTER_APPROVED;
    if (type == XC_PRESENCE_SUBSCRIBED &&
        (state & (ROSTER_PENDING_IN | ROSTER_FROM)) == 0)
        return state | ROSTER_APPROVED; /* section 3.4.2 */
    return state;
}

void subscription_from_client(struct server_session *s,
                              const struct server_stanza *st)
{
    unsigned type = st->as.presence.type, before, after;
    struct account *a = s->account;
    xc_str jid = xc_jid_bare(st->to);
    struct roster_contact c;
    bool routed;
    if (xc_jid_bare_equal(st->from, st->to))
        return; /* every user sees their own presence */
    roster_find(&a->roster, jid, &c);
    before = c.state;
    routed = happens(&outbound[type], before) || type == XC_PRESENCE_SUBSCRIBE;
    after = approve_in_advance(type, before);
    after = apply(&outbound[type], after);
    if (after != before &&
        (type == XC_PRESENCE_SUBSCRIBE || type == XC_PRESENCE_SUBSCRIBED))
        c.listed = true;
    if (!update(s->server, a, &c, after)) {
        stanza_bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
        return;
    }
    if (routed && !subscription_send(s->server, xc_jid_bare(st->from), jid,
                                     type, st->element))
        stanza_bounce(st, XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND);
    if (((before ^ after) & ROSTER_FROM) != 0)
        notice_to_contact(s->server, a, jid,
                          (after & ROSTER_FROM) != 0 ? NULL : "unavailable");
}
