#include "presence.h"

#include "lookup.h"
#include "notice.h"
#include "subscription.h"

#include <string.h>

/* ---- directed presence -------------------------------------------------- */

static void forget(struct server_session *s, xc_str address)
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

bool presence_was_directed_to(const struct server_session *s, xc_str address)
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

static bool remember(struct server_session *s, xc_str address)
{
    forget(s, address);
    if (address.len + 1 > sizeof s->directed - s->directed_used)
        return false;
    memcpy(s->directed + s->directed_used, address.ptr, address.len);
    s->directed_used += address.len;
    s->directed[s->directed_used++] = '\0';
    return true;
}

/* To one address, which is also told when the resource leaves (4.6.3). */
static void send_directed(struct server_session *s,
                          const struct server_stanza *st)
{
    struct notice n = {st->element, NULL, xc_jid_full(st->from)};
    xc_str address = xc_jid_full(st->to);
    if (!lookup_is_local(s->server, st->to) &&
        lookup_domain(s->server, xc_jid_domain(st->to)) == NULL) {
        stanza_bounce(st, XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND);
        return;
    }
    if (st->as.presence.type == XC_PRESENCE_UNAVAILABLE) {
        forget(s, address);
    } else if (st->as.presence.type == XC_PRESENCE_AVAILABLE &&
               !remember(s, address)) {
        stanza_bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
        return;
    }
    notice_to_address(s->server, address, &n);
}

static void leave_directed(struct server_session *s, const struct notice *n)
{
    for (size_t at = 0; at < s->directed_used;) {
        xc_str address = xc_str_from(s->directed + at);
        at += address.len + 1;
        notice_to_address(s->server, address, n);
    }
    s->directed_used = 0;
}

/* ---- presence of our own resources -------------------------------------- */

/* A local contact's presence is at hand; others are asked (4.3.1). */
static void probe(struct server_session *s, xc_str contact)
{
    char memory[XC_JID_MAX];
    struct notice n = {NULL, "probe", xc_jid_full(s->own.jid)};
    struct account *a;
    xc_jid jid;
    if (xc_jid_parse(contact, memory, sizeof memory, &jid) != XC_OK)
        return;
    if (!lookup_is_local(s->server, jid)) {
        notice_to_address(s->server, contact, &n);
        return;
    }
    a = account_find(&s->server->accounts, xc_jid_local(jid));
    if (a != NULL &&
        roster_has(&a->roster, xc_jid_bare(s->own.jid), ROSTER_FROM))
        notice_account_to(a, s, xc_jid_full(s->own.jid));
}

/* What a resource gets that has just become available: presence of contacts
   and of the account's other resources, and requests that wait. */
static void welcome(struct server_session *s)
{
    const xc_element *e = roster_first(&s->account->roster);
    for (; e != NULL; e = xc_next_sibling(e)) {
        struct roster_contact c = {.state = 0};
        if (!roster_is_item(e)) {
            struct notice n = {e, NULL, xc_attr(e, "from")};
            notice_to_session(s, &n, xc_jid_bare(s->own.jid));
            continue;
        }
        roster_read_item(e, &c);
        if ((c.state & ROSTER_TO) != 0)
            probe(s, c.jid);
    }
    notice_account_to(s->account, s, xc_jid_full(s->own.jid));
}

void presence_leave(struct server_session *s, const xc_element *e)
{
    struct notice n = {e, "unavailable", xc_jid_full(s->own.jid)};
    if (s->available) {
        notice_to_subscribers(s, &n);
        s->available = false;
        notice_to_account(s->account, &n, xc_jid_bare(s->own.jid));
    }
    leave_directed(s, &n);
}

/* Initial, subsequent, unavailable (4.2, 4.4, 4.5): broadcast. */
static void broadcast(struct server_session *s, const struct server_stanza *st)
{
    size_t size = xc_element_size(st->element);
    bool initial = !s->available;
    struct notice n;
    if (st->as.presence.type == XC_PRESENCE_UNAVAILABLE) {
        presence_leave(s, st->element);
        return;
    }
    if (size > sizeof s->presence) {
        stanza_bounce(st, XC_STANZA_ERROR_POLICY_VIOLATION);
        return;
    }
    memcpy(s->presence, st->element, size);
    s->available = true;
    s->priority = (int)st->as.presence.priority.value;
    n = notice_of(s);
    notice_to_subscribers(s, &n);
    notice_to_account(s->account, &n, xc_jid_bare(s->own.jid));
    if (initial)
        welcome(s);
    session_unsettle(s); /* messages may wait for it */
}

void presence_from_client(struct server_session *s,
                          const struct server_stanza *st)
{
    unsigned type = st->as.presence.type;
    if (type == XC_PRESENCE_INVISIBLE)
        stanza_bounce(st, XC_STANZA_ERROR_BAD_REQUEST);
    else if (st->to.ptr == NULL && (type == XC_PRESENCE_AVAILABLE ||
                                    type == XC_PRESENCE_UNAVAILABLE))
        broadcast(s, st);
    else if (st->to.ptr == NULL)
        return;
    else if (type == XC_PRESENCE_PROBE && lookup_is_local(s->server, st->to))
        presence_take(st);
    else if (subscription_is(type))
        subscription_from_client(s, st);
    else
        send_directed(s, st);
}

/* ---- for an account here ------------------------------------------------ */

/* Subscribers get the presence; others learn that they may not, whether the
   account exists or not (4.3.2, 8.5.1). */
static void reply_to_probe(const struct server_stanza *st)
{
    const struct account *a =
        account_look(&st->server->accounts, xc_jid_local(st->to));
    struct notice n = {NULL, "unsubscribed", xc_jid_bare(st->to)};
    if (a != NULL &&
        (roster_has(&a->roster, xc_jid_bare(st->from), ROSTER_FROM) ||
         xc_jid_bare_equal(st->from, st->to)))
        notice_account_to(a, st->sender, xc_jid_full(st->from));
    else
        notice_to_session(st->sender, &n, xc_jid_bare(st->from));
}

void presence_take(const struct server_stanza *st)
{
    struct notice n = {st->element, NULL, xc_jid_full(st->from)};
    unsigned type = st->as.presence.type;
    struct account *a;
    if (xc_jid_local(st->to).ptr == NULL || type == XC_PRESENCE_INVISIBLE)
        return; /* the server has no presence */
    if (type == XC_PRESENCE_PROBE) {
        reply_to_probe(st);
    } else if (subscription_is(type)) {
        a = account_look(&st->server->accounts, xc_jid_local(st->to));
        if (a != NULL)
            subscription_take(st->server, a, xc_jid_bare(st->from), type,
                              st->element);
    } else {
        notice_to_address(st->server, xc_jid_full(st->to), &n);
    }
}
