/* server_presence.h - subscriptions and presence (RFC 6121 sections 3 and 4).

   Who may see whom is decided by the two tables of transitions; then

       presence_set        initial, subsequent, unavailable: broadcast
       presence_leave      a resource is gone, whatever the reason
       presence_direct     to one address, and remembered
       presence_subscribe  the four types that change a subscription
       presence_take       what arrives for an account here */
#ifndef SERVER_PRESENCE_H
#define SERVER_PRESENCE_H

#include "server_roster.h"
#include "server_stanza.h"

/* ---- who gets it -------------------------------------------------------- */

/* A presence that is sent: the element `like`, or an empty one of `type`. */
struct notice {
    const xc_element *like;
    const char *type;
    xc_str from;
};

static void tell(struct session *to, const struct notice *n, xc_str address)
{
    if (!session_is_there(to))
        return;
    if (n->like != NULL)
        relay(session_begin(to), session_ns(to), n->like, n->from, address);
    else
        xc_writer_end(stanza_begin(to, "presence", n->type, n->from, address));
    if (session_deliver(to, CAN_WAIT) != DELIVERED)
        log_event(to, "has missed a presence");
}

/* To every available resource. */
static void tell_account(const struct account *a, const struct notice *n,
                         xc_str address)
{
    struct session *s = a != NULL ? a->sessions : NULL;
    for (; s != NULL; s = s->next)
        if (s->available)
            tell(s, n, address);
}

/* To an enforced address: a resource here, all of an account here, another
   domain. */
static void tell_address(xc_str address, const struct notice *n)
{
    char memory[XC_JID_MAX];
    struct session *s;
    xc_jid jid;
    if (xc_jid_parse(address, memory, sizeof memory, &jid) != XC_OK)
        return;
    if (local_is_here(jid) && jid.resource_len == 0) {
        tell_account(account_find(xc_jid_local(jid)), n, address);
        return;
    }
    s = session_at(jid);
    if (s != NULL)
        tell(s, n, address);
}

static void tell_subscribers(const struct session *s, const struct notice *n)
{
    const xc_element *e = xc_child(roster_of(s->account), NULL, "item");
    for (; e != NULL; e = xc_next_same_name(e)) {
        struct contact c = {.state = 0};
        read_item(e, &c);
        if ((c.state & SUBSCRIBED_FROM) != 0)
            tell_address(c.jid, n);
    }
}

/* The presence that a resource has now. */
static struct notice current_presence(const struct session *s)
{
    struct notice n = {(const xc_element *)s->presence, NULL,
                       xc_jid_full(s->own.jid)};
    return n;
}

/* All that `to` may know of an account (section 4.3.2). */
static void tell_presence_of(const struct account *a, struct session *to,
                             xc_str address)
{
    const struct session *s = a != NULL ? a->sessions : NULL;
    for (; s != NULL; s = s->next) {
        struct notice n = current_presence(s);
        if (s->available && s != to)
            tell(to, &n, address);
    }
}

/* Of all resources of the account, to a contact: that they are here, or with
   `type` "unavailable" that they are gone for him. */
static void tell_contact(const struct account *a, xc_str contact,
                         const char *type)
{
    const struct session *s = a->sessions;
    for (; s != NULL; s = s->next) {
        struct notice n = current_presence(s);
        n.type = type;
        if (type != NULL)
            n.like = NULL;
        if (s->available)
            tell_address(contact, &n);
    }
}

/* ---- subscriptions: the tables (section 3, appendix A) ------------------ */

struct transition {
    unsigned needs;  /* one of these, or nothing happens; 0: nothing needed */
    unsigned unless; /* one of these: nothing happens */
    unsigned set, clear;
};

/* Sent by the user (tables 2 to 5), received for the user (tables 6 to 9). */
static const struct transition outbound[] = {
    [XC_PRESENCE_SUBSCRIBE] = {0, SUBSCRIBED_TO, PENDING_OUT, 0},
    [XC_PRESENCE_UNSUBSCRIBE] = {0, 0, 0, SUBSCRIBED_TO | PENDING_OUT},
    [XC_PRESENCE_SUBSCRIBED] = {PENDING_IN, 0, SUBSCRIBED_FROM, PENDING_IN},
    [XC_PRESENCE_UNSUBSCRIBED] = {PENDING_IN | SUBSCRIBED_FROM, 0, 0,
                                  PENDING_IN | SUBSCRIBED_FROM},
};
static const struct transition inbound[] = {
    [XC_PRESENCE_SUBSCRIBE] = {0, SUBSCRIBED_FROM | PENDING_IN, PENDING_IN, 0},
    [XC_PRESENCE_UNSUBSCRIBE] = {SUBSCRIBED_FROM | PENDING_IN, 0, 0,
                                 SUBSCRIBED_FROM | PENDING_IN},
    [XC_PRESENCE_SUBSCRIBED] = {PENDING_OUT, 0, SUBSCRIBED_TO, PENDING_OUT},
    [XC_PRESENCE_UNSUBSCRIBED] = {PENDING_OUT | SUBSCRIBED_TO, 0, 0,
                                  PENDING_OUT | SUBSCRIBED_TO},
};

static bool happens(const struct transition *t, unsigned state)
{
    return (t->needs == 0 || (state & t->needs) != 0) &&
           (state & t->unless) == 0;
}

static unsigned apply(const struct transition *t, unsigned state)
{
    return happens(t, state) ? (state & ~t->clear) | t->set : state;
}

/* Stores and pushes a contact whose state has changed. A request that waits
   is not shown in the roster. False: it could not be stored. */
static bool contact_update(struct account *a, struct contact *c,
                           unsigned state)
{
    unsigned changed = c->state ^ state;
    xc_str jid = c->jid;
    if (changed == 0)
        return true;
    c->state = state;
    if (!roster_update(a, c))
        return false;
    roster_find(a, jid, c);
    if (c->listed && changed != PENDING_IN)
        roster_push(a, c, xc_str_from(NULL));
    return true;
}

/* ---- subscriptions: received -------------------------------------------- */

static const char *presence_type_name(unsigned type)
{
    switch (type) {
    case XC_PRESENCE_SUBSCRIBE: return "subscribe";
    case XC_PRESENCE_SUBSCRIBED: return "subscribed";
    case XC_PRESENCE_UNSUBSCRIBE: return "unsubscribe";
    case XC_PRESENCE_UNSUBSCRIBED: return "unsubscribed";
    default: return NULL;
    }
}

static void subscription_take(struct account *a, xc_str from, unsigned type,
                              const xc_element *e);

/* Between bare addresses (3.1.2), to an account here or elsewhere; what is for
   nobody here is ignored (8.5.1). `e` NULL: an empty one. False: nobody speaks
   for the domain. */
static bool subscription_send(xc_str from, xc_str to, unsigned type,
                              const xc_element *e)
{
    struct notice n = {e, presence_type_name(type), from};
    char memory[XC_JID_MAX];
    struct session *peer;
    struct account *a;
    xc_jid jid;
    if (xc_jid_parse(to, memory, sizeof memory, &jid) != XC_OK)
        return false;
    if (local_is_here(jid)) {
        a = account_look(xc_jid_local(jid));
        if (a != NULL)
            subscription_take(a, from, type, e);
        return true;
    }
    peer = domain_session(xc_jid_domain(jid));
    if (peer != NULL)
        tell(peer, &n, to);
    return peer != NULL;
}

/* Its bare address, in `memory`. */
static xc_str account_address(const struct account *a, char *memory,
                              size_t size)
{
    xc_str address = {memory, 0};
    address.len = (size_t)snprintf(memory, size, "%s@" XC_FMT, a->local,
                                   XC_ARG(xc_jid_full(server.domain.jid)));
    return address;
}

/* The server says it for the account (tables 6 and 7, notes). */
static void subscription_reply(const struct account *a, xc_str to,
                               unsigned type)
{
    char memory[ADDRESS_BYTES];
    subscription_send(account_address(a, memory, sizeof memory), to, type,
                      NULL);
}

/* A request: approved already, in advance, or for the user to decide. It is
   stored as it came and delivered whenever he comes online (3.1.3). */
static bool take_request(struct account *a, struct contact *c,
                         const xc_element *e)
{
    if ((c->state & (APPROVED | SUBSCRIBED_FROM)) != 0) {
        if (contact_update(a, c, c->state | SUBSCRIBED_FROM)) {
            subscription_reply(a, c->jid, XC_PRESENCE_SUBSCRIBED);
            tell_contact(a, c->jid, NULL);
        }
        return false;
    }
    if (!happens(&inbound[XC_PRESENCE_SUBSCRIBE], c->state) || e == NULL)
        return false;
    if (roster_requests(a) >= REQUESTS_MAX)
        return true; /* lest strangers fill the roster (3.1.3) */
    c->request = xc_element_size(e) <= REQUEST_BYTES ? e : NULL;
    return contact_update(a, c, c->state | PENDING_IN);
}

/* For the account `a`, from a bare address. `e` NULL: an empty one. */
static void subscription_take(struct account *a, xc_str from, unsigned type,
                              const xc_element *e)
{
    char memory[ADDRESS_BYTES];
    xc_str to = account_address(a, memory, sizeof memory);
    struct notice n = {e, presence_type_name(type), from};
    struct contact c;
    roster_find(a, from, &c);
    if (type == XC_PRESENCE_SUBSCRIBE) {
        if (take_request(a, &c, e))
            tell_account(a, &n, to);
        return;
    }
    if (!happens(&inbound[type], c.state))
        return;
    tell_account(a, &n, to); /* before the push (3.1.6, 3.2.3, 3.3.3) */
    if (!contact_update(a, &c, apply(&inbound[type], c.state)))
        return;
    if (type == XC_PRESENCE_UNSUBSCRIBE) {
        tell_contact(a, from, "unavailable");
        subscription_reply(a, from, XC_PRESENCE_UNSUBSCRIBED);
    }
}

/* ---- subscriptions: sent ------------------------------------------------ */

static unsigned approve_in_advance(unsigned type, unsigned state)
{
    if (type == XC_PRESENCE_UNSUBSCRIBED)
        return state & ~(unsigned)APPROVED;
    if (type == XC_PRESENCE_SUBSCRIBED &&
        (state & (PENDING_IN | SUBSCRIBED_FROM)) == 0)
        return state | APPROVED; /* section 3.4.2 */
    return state;
}

static void presence_subscribe(struct session *s, const struct stanza *st)
{
    unsigned type = st->as.presence.type, before, after;
    struct account *a = s->account;
    xc_str jid = xc_jid_bare(st->to);
    struct contact c;
    bool routed;
    if (xc_jid_bare_equal(st->from, st->to))
        return; /* everybody sees himself */
    roster_find(a, jid, &c);
    before = c.state;
    routed = happens(&outbound[type], before) || type == XC_PRESENCE_SUBSCRIBE;
    after = approve_in_advance(type, before);
    after = apply(&outbound[type], after);
    if (after != before &&
        (type == XC_PRESENCE_SUBSCRIBE || type == XC_PRESENCE_SUBSCRIBED))
        c.listed = true;
    if (!contact_update(a, &c, after)) {
        bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
        return;
    }
    if (routed &&
        !subscription_send(xc_jid_bare(st->from), jid, type, st->element))
        bounce(st, XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND);
    if (((before ^ after) & SUBSCRIBED_FROM) != 0)
        tell_contact(a, jid,
                     (after & SUBSCRIBED_FROM) != 0 ? NULL : "unavailable");
}

/* ---- presence of our own resources -------------------------------------- */

/* A local contact's presence is at hand; others are asked (4.3.1). */
static void presence_probe(struct session *s, xc_str contact)
{
    char memory[XC_JID_MAX];
    struct notice n = {NULL, "probe", xc_jid_full(s->own.jid)};
    struct account *a;
    xc_jid jid;
    if (xc_jid_parse(contact, memory, sizeof memory, &jid) != XC_OK)
        return;
    if (!local_is_here(jid)) {
        tell_address(contact, &n);
        return;
    }
    a = account_find(xc_jid_local(jid));
    if (a != NULL && roster_has(a, xc_jid_bare(s->own.jid), SUBSCRIBED_FROM))
        tell_presence_of(a, s, xc_jid_full(s->own.jid));
}

/* What a resource gets that has just become available: presence of contacts
   and of the account's other resources, and requests that wait. */
static void presence_welcome(struct session *s)
{
    const xc_element *e = xc_first_child(roster_of(s->account));
    for (; e != NULL; e = xc_next_sibling(e)) {
        struct contact c = {.state = 0};
        if (!is_item(e)) {
            struct notice n = {e, NULL, xc_attr(e, "from")};
            tell(s, &n, xc_jid_bare(s->own.jid));
            continue;
        }
        read_item(e, &c);
        if ((c.state & SUBSCRIBED_TO) != 0)
            presence_probe(s, c.jid);
    }
    tell_presence_of(s->account, s, xc_jid_full(s->own.jid));
}

static void tell_directed(struct session *s, const struct notice *n)
{
    for (size_t at = 0; at < s->directed_used;) {
        xc_str address = xc_str_from(s->directed + at);
        at += address.len + 1;
        tell_address(address, n);
    }
    s->directed_used = 0;
}

/* Nothing is heard of it any more: tell all who think that it is there
   (4.5.2, 4.6.3). `e` NULL: the connection is gone. */
static void presence_leave(struct session *s, const xc_element *e)
{
    struct notice n = {e, "unavailable", xc_jid_full(s->own.jid)};
    if (s->available) {
        tell_subscribers(s, &n);
        s->available = false;
        tell_account(s->account, &n, xc_jid_bare(s->own.jid));
    }
    tell_directed(s, &n);
}

static void presence_set(struct session *s, const struct stanza *st)
{
    size_t size = xc_element_size(st->element);
    bool initial = !s->available;
    struct notice n;
    if (st->as.presence.type == XC_PRESENCE_UNAVAILABLE) {
        presence_leave(s, st->element);
        return;
    }
    if (size > sizeof s->presence) {
        bounce(st, XC_STANZA_ERROR_POLICY_VIOLATION);
        return;
    }
    memcpy(s->presence, st->element, size);
    s->available = true;
    s->priority = (int)st->as.presence.priority.value;
    n = current_presence(s);
    tell_subscribers(s, &n);
    tell_account(s->account, &n, xc_jid_bare(s->own.jid));
    if (initial)
        presence_welcome(s);
    session_unsettle(s); /* messages may wait for it */
}

/* ---- directed presence -------------------------------------------------- */

static void directed_forget(struct session *s, xc_str address)
{
    for (size_t at = 0; at < s->directed_used;) {
        xc_str one = xc_str_from(s->directed + at);
        if (!xc_str_equal(one, address)) {
            at += one.len + 1;
            continue;
        }
        s->directed_used -= one.len + 1;
        memmove(s->directed + at, s->directed + at + one.len + 1,
                s->directed_used - at);
    }
}

static bool directed_has(const struct session *s, xc_str address)
{
    for (size_t at = 0; at < s->directed_used;) {
        xc_str one = xc_str_from(s->directed + at);
        at += one.len + 1;
        if (xc_str_equal(one, address) ||
            xc_str_equal(one, xc_jid_cut_resource(address)))
            return true;
    }
    return false;
}

static bool directed_remember(struct session *s, xc_str address)
{
    directed_forget(s, address);
    if (address.len + 1 > sizeof s->directed - s->directed_used)
        return false;
    memcpy(s->directed + s->directed_used, address.ptr, address.len);
    s->directed_used += address.len;
    s->directed[s->directed_used++] = '\0';
    return true;
}

/* To one address; it learns, too, when we leave (4.6.3). */
static void presence_direct(struct session *s, const struct stanza *st)
{
    struct notice n = {st->element, NULL, xc_jid_full(st->from)};
    xc_str address = xc_jid_full(st->to);
    if (!local_is_here(st->to) &&
        domain_session(xc_jid_domain(st->to)) == NULL) {
        bounce(st, XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND);
        return;
    }
    if (st->as.presence.type == XC_PRESENCE_UNAVAILABLE) {
        directed_forget(s, address);
    } else if (st->as.presence.type == XC_PRESENCE_AVAILABLE &&
               !directed_remember(s, address)) {
        bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
        return;
    }
    tell_address(address, &n);
}

/* ---- from elsewhere, for an account here -------------------------------- */

static bool is_subscription(unsigned type)
{
    return type == XC_PRESENCE_SUBSCRIBE || type == XC_PRESENCE_SUBSCRIBED ||
           type == XC_PRESENCE_UNSUBSCRIBE || type == XC_PRESENCE_UNSUBSCRIBED;
}

/* Who may know gets the presence; others learn that they may not, whether the
   account exists or not (4.3.2, 8.5.1). */
static void presence_answer_probe(const struct stanza *st)
{
    const struct account *a = account_look(xc_jid_local(st->to));
    struct notice n = {NULL, "unsubscribed", xc_jid_bare(st->to)};
    if (a != NULL && (roster_has(a, xc_jid_bare(st->from), SUBSCRIBED_FROM) ||
                      xc_jid_bare_equal(st->from, st->to)))
        tell_presence_of(a, st->sender, xc_jid_full(st->from));
    else
        tell(st->sender, &n, xc_jid_bare(st->from));
}

static void presence_take(const struct stanza *st)
{
    struct notice n = {st->element, NULL, xc_jid_full(st->from)};
    unsigned type = st->as.presence.type;
    struct account *a;
    if (xc_jid_local(st->to).ptr == NULL || type == XC_PRESENCE_INVISIBLE)
        return; /* the server has no presence */
    if (type == XC_PRESENCE_PROBE) {
        presence_answer_probe(st);
    } else if (is_subscription(type)) {
        a = account_look(xc_jid_local(st->to));
        if (a != NULL)
            subscription_take(a, xc_jid_bare(st->from), type, st->element);
    } else {
        tell_address(xc_jid_full(st->to), &n);
    }
}

/* ---- what a client sends ------------------------------------------------ */

static void presence_from_client(struct session *s, const struct stanza *st)
{
    unsigned type = st->as.presence.type;
    if (type == XC_PRESENCE_INVISIBLE)
        bounce(st, XC_STANZA_ERROR_BAD_REQUEST);
    else if (st->to.ptr == NULL && (type == XC_PRESENCE_AVAILABLE ||
                                    type == XC_PRESENCE_UNAVAILABLE))
        presence_set(s, st);
    else if (st->to.ptr == NULL)
        return;
    else if (type == XC_PRESENCE_PROBE && local_is_here(st->to))
        presence_take(st);
    else if (is_subscription(type))
        presence_subscribe(s, st);
    else
        presence_direct(s, st);
}

#endif
