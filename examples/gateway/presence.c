#include "presence.h"

#include "keep.h"

#include <string.h>

/* ---- sending ------------------------------------------------------------ */

/* What is about subscriptions has a bare address (RFC 6121 section 3.1). */
void gateway_send_presence(struct gateway *g, const char *local, xc_str to,
                           xc_presence_type type)
{
    char from[COMPONENT_ADDRESS_SIZE];
    bool full =
        type == XC_PRESENCE_AVAILABLE || type == XC_PRESENCE_UNAVAILABLE;
    xc_presence p = {.to = to, .type = (uint8_t)type};
    p.from = component_address(
        &g->component, local, full ? GATEWAY_RESOURCE : "", from, sizeof from);
    xc_write(component_begin(&g->component), &xc_presence_schema, &p);
    component_send(&g->component);
}

/* The gateway itself is online as long as its stream is. */
static void send_state(struct gateway *g, const char *local, xc_str to)
{
    bool online = local[0] == '\0' ||
                  foreign_find(&g->foreign, xc_str_from(local)) != NULL;
    gateway_send_presence(g, local, to,
                          online ? XC_PRESENCE_AVAILABLE
                                 : XC_PRESENCE_UNAVAILABLE);
}

void gateway_broadcast_presence(struct gateway *g, const char *local,
                                xc_presence_type type)
{
    for (size_t i = 0; i < REGISTRY_CONTACTS_MAX; i++) {
        const struct registry_contact *c = &g->registry.contacts[i];
        if (c->jid[0] != '\0' && strcmp(c->local, local) == 0)
            gateway_send_presence(g, local, xc_str_from(c->jid), type);
    }
}

void gateway_send_presences(struct gateway *g)
{
    const struct registry *r = &g->registry;
    for (size_t i = 0; i < REGISTRY_USERS_MAX; i++)
        if (r->users[i].jid[0] != '\0')
            send_state(g, "", xc_str_from(r->users[i].jid));
    for (size_t i = 0; i < REGISTRY_CONTACTS_MAX; i++)
        if (r->contacts[i].jid[0] != '\0')
            send_state(g, r->contacts[i].local,
                       xc_str_from(r->contacts[i].jid));
}

void gateway_end_presences(struct gateway *g)
{
    const struct registry *r = &g->registry;
    for (size_t i = 0; i < REGISTRY_CONTACTS_MAX; i++) {
        const struct registry_contact *c = &r->contacts[i];
        if (c->jid[0] != '\0' &&
            foreign_find(&g->foreign, xc_str_from(c->local)) != NULL)
            gateway_send_presence(g, c->local, xc_str_from(c->jid),
                                  XC_PRESENCE_UNAVAILABLE);
    }
    for (size_t i = 0; i < REGISTRY_USERS_MAX; i++)
        if (r->users[i].jid[0] != '\0')
            gateway_send_presence(g, "", xc_str_from(r->users[i].jid),
                                  XC_PRESENCE_UNAVAILABLE);
}

static void send_end(struct gateway *g, const char *local, xc_str bare)
{
    gateway_send_presence(g, local, bare, XC_PRESENCE_UNAVAILABLE);
    gateway_send_presence(g, local, bare, XC_PRESENCE_UNSUBSCRIBED);
}

void gateway_forget_presences(struct gateway *g, xc_str bare)
{
    for (size_t i = 0; i < REGISTRY_CONTACTS_MAX; i++) {
        const struct registry_contact *c = &g->registry.contacts[i];
        if (c->jid[0] != '\0' && xc_str_is(bare, c->jid))
            send_end(g, c->local, bare);
    }
    send_end(g, "", bare);
}

/* ---- receiving ---------------------------------------------------------- */

/* Can a foreign user have this localpart? */
static bool is_possible(const char *local)
{
    struct foreign_name name;
    char mem[LOCAL_SIZE];
    return foreign_name_read(foreign_name_of(local, mem, sizeof mem), &name) &&
           strcmp(name.local, local) == 0;
}

/* RFC 6121 section 3.1.3. Everybody may see the gateway itself. */
static xc_stanza_error_condition subscribe(struct gateway *g, xc_str bare,
                                           const char *local)
{
    struct registry *r = &g->registry;
    if (local[0] != '\0' && registry_find(r, bare) == NULL)
        return XC_STANZA_ERROR_REGISTRATION_REQUIRED;
    if (local[0] != '\0' && !is_possible(local))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (local[0] != '\0' && !registry_add_contact(r, bare, xc_str_from(local)))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    gateway_send_presence(g, local, bare, XC_PRESENCE_SUBSCRIBED);
    send_state(g, local, bare);
    return XC_STANZA_ERROR_NONE;
}

static void unsubscribe(struct gateway *g, xc_str bare, const char *local)
{
    struct registry_contact *c =
        registry_find_contact(&g->registry, bare, xc_str_from(local));
    send_end(g, local, bare);
    if (c != NULL)
        registry_remove_contact(&g->registry, c);
}

/* RFC 6121 section 4.3.2: the state, for those who may see it. */
static void probe(struct gateway *g, xc_str bare, xc_str full,
                  const char *local)
{
    if (local[0] == '\0' ||
        registry_find_contact(&g->registry, bare, xc_str_from(local)) != NULL)
        send_state(g, local, full);
    else
        gateway_send_presence(g, local, bare, XC_PRESENCE_UNSUBSCRIBED);
}

/* By presence to the gateway itself users log in and out (XEP-0100). It
   replies; as nothing depends on it, it does not remember. */
xc_stanza_error_condition gateway_on_presence(struct gateway *g,
                                              const struct component_stanza *s,
                                              unsigned type)
{
    xc_str bare = xc_jid_bare(s->from), full = xc_jid_full(s->from);
    char local[LOCAL_SIZE] = "";
    if (!gateway_is_addressed(s) &&
        !keep_text(local, sizeof local, xc_jid_local(s->to)))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (type == XC_PRESENCE_SUBSCRIBE)
        return subscribe(g, bare, local);
    if (type == XC_PRESENCE_UNSUBSCRIBE)
        unsubscribe(g, bare, local);
    else if (type == XC_PRESENCE_PROBE ||
             (type == XC_PRESENCE_AVAILABLE && local[0] == '\0'))
        probe(g, bare, full, local);
    return XC_STANZA_ERROR_NONE;
}
