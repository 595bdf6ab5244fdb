/* gateway_presence.h - who of the foreign side is there, told to the XMPP
   users who have subscribed (RFC 6121 sections 3 and 4). A foreign user comes
   and goes with its connection, and may be seen by registered users. */
#ifndef GATEWAY_PRESENCE_H
#define GATEWAY_PRESENCE_H

#include "xmpp_codec.h"

#include "gateway_component.h"
#include "gateway_state.h"
#include "gateway_store.h"

/* The resource of the gateway and of all foreign users. */
#define RESOURCE "gateway"

/* Presence of a foreign user, or of the gateway if `local` is empty. What is
   about subscriptions is said by the bare address (RFC 6121 section 3.1). */
static void presence_send(struct gateway *g, const char *local, xc_str to,
                          xc_presence_type type)
{
    char from[FULL_SIZE];
    bool full =
        type == XC_PRESENCE_AVAILABLE || type == XC_PRESENCE_UNAVAILABLE;
    xc_presence p = {.to = to, .type = (uint8_t)type};
    p.from = address_of(g, local, full ? RESOURCE : "", from, sizeof from);
    xc_write(component_begin(g), &xc_presence_schema, &p);
    component_send(g);
}

/* The gateway is there as long as its stream is. */
static void presence_tell(struct gateway *g, const char *local, xc_str to)
{
    bool here =
        local[0] == '\0' || foreign_find(g, xc_str_from(local)) != NULL;
    presence_send(g, local, to,
                  here ? XC_PRESENCE_AVAILABLE : XC_PRESENCE_UNAVAILABLE);
}

/* To all who see this foreign user. */
static void presence_broadcast(struct gateway *g, const char *local,
                               xc_presence_type type)
{
    for (size_t i = 0; i < CONTACTS_MAX; i++) {
        const struct contact *c = &g->store.contacts[i];
        if (c->jid[0] != '\0' && strcmp(c->local, local) == 0)
            presence_send(g, local, xc_str_from(c->jid), type);
    }
}

/* After the stream has begun: who is there, and who is not any more. */
static void presence_tell_all(struct gateway *g)
{
    for (size_t i = 0; i < USERS_MAX; i++)
        if (g->store.users[i].jid[0] != '\0')
            presence_tell(g, "", xc_str_from(g->store.users[i].jid));
    for (size_t i = 0; i < CONTACTS_MAX; i++)
        if (g->store.contacts[i].jid[0] != '\0')
            presence_tell(g, g->store.contacts[i].local,
                          xc_str_from(g->store.contacts[i].jid));
}

/* Before it ends, in order. */
static void presence_leave_all(struct gateway *g)
{
    for (size_t i = 0; i < CONTACTS_MAX; i++) {
        const struct contact *c = &g->store.contacts[i];
        if (c->jid[0] != '\0' && foreign_find(g, xc_str_from(c->local)))
            presence_send(g, c->local, xc_str_from(c->jid),
                          XC_PRESENCE_UNAVAILABLE);
    }
    for (size_t i = 0; i < USERS_MAX; i++)
        if (g->store.users[i].jid[0] != '\0')
            presence_send(g, "", xc_str_from(g->store.users[i].jid),
                          XC_PRESENCE_UNAVAILABLE);
}

/* XEP-0077 section 3.2: who is no user any more sees nobody any more. */
static void presence_forget(struct gateway *g, xc_str bare)
{
    for (size_t i = 0; i < CONTACTS_MAX; i++) {
        const struct contact *c = &g->store.contacts[i];
        if (c->jid[0] != '\0' && xc_str_is(bare, c->jid)) {
            presence_send(g, c->local, bare, XC_PRESENCE_UNAVAILABLE);
            presence_send(g, c->local, bare, XC_PRESENCE_UNSUBSCRIBED);
        }
    }
    presence_send(g, "", bare, XC_PRESENCE_UNAVAILABLE);
    presence_send(g, "", bare, XC_PRESENCE_UNSUBSCRIBED);
}

/* ---- what XMPP users say ------------------------------------------------ */

/* RFC 6121 section 3.1.3. The gateway itself may be seen by everybody. */
static xc_stanza_error_condition
presence_subscribe(struct gateway *g, xc_str bare, const char *local)
{
    struct name name;
    char mem[LOCAL_SIZE];
    if (local[0] != '\0' && store_user(&g->store, bare) == NULL)
        return XC_STANZA_ERROR_REGISTRATION_REQUIRED;
    if (local[0] != '\0' &&
        (!name_read(name_from_local(local, mem, sizeof mem), &name) ||
         strcmp(name.local, local) != 0))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND; /* nobody can have this name */
    if (local[0] != '\0' &&
        !store_subscribe(&g->store, bare, xc_str_from(local)))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    presence_send(g, local, bare, XC_PRESENCE_SUBSCRIBED);
    presence_tell(g, local, bare);
    return XC_STANZA_ERROR_NONE;
}

static void presence_unsubscribe(struct gateway *g, xc_str bare,
                                 const char *local)
{
    struct contact *c = store_contact(&g->store, bare, xc_str_from(local));
    presence_send(g, local, bare, XC_PRESENCE_UNAVAILABLE);
    presence_send(g, local, bare, XC_PRESENCE_UNSUBSCRIBED);
    if (c != NULL)
        store_unsubscribe(&g->store, c);
}

/* RFC 6121 section 4.3.2: the state for those who may see it. */
static void presence_probe(struct gateway *g, xc_str bare, xc_str full,
                           const char *local)
{
    if (local[0] == '\0' ||
        store_contact(&g->store, bare, xc_str_from(local)) != NULL)
        presence_tell(g, local, full);
    else
        presence_send(g, local, bare, XC_PRESENCE_UNSUBSCRIBED);
}

/* Presence to the gateway itself is how users log in and out (XEP-0100): it
   answers, but as nothing depends on it, it does not remember. */
static xc_stanza_error_condition
presence_on(struct gateway *g, const struct stanza *s, unsigned type)
{
    xc_str bare = xc_jid_bare(s->from), full = xc_jid_full(s->from);
    char local[LOCAL_SIZE] = "";
    if (xc_jid_local(s->to).ptr != NULL &&
        !keep(local, sizeof local, xc_jid_local(s->to)))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (type == XC_PRESENCE_SUBSCRIBE)
        return presence_subscribe(g, bare, local);
    if (type == XC_PRESENCE_UNSUBSCRIBE)
        presence_unsubscribe(g, bare, local);
    else if (type == XC_PRESENCE_PROBE ||
             (type == XC_PRESENCE_AVAILABLE && local[0] == '\0'))
        presence_probe(g, bare, full, local);
    return XC_STANZA_ERROR_NONE;
}

#endif
