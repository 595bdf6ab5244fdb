#include "resource.h"

#include "carbons.h"
#include "lookup.h"
#include "message.h"
#include "presence.h"
#include "random.h"
#include "stanza.h"
#include "stream.h"

#include <string.h>

enum {
    RESOURCES_MAX = 10 /* of an account */
};

static void link_to(struct server_session *s, struct account *a)
{
    s->account = a;
    s->next = a->sessions;
    a->sessions = s;
}

static void unlink_from(struct server_session *s, struct account *a)
{
    struct server_session **at = &a->sessions;
    while (*at != s)
        at = &(*at)->next;
    *at = s->next;
}

/* ---- binding ------------------------------------------------------------ */

static bool make_address(struct server_session *s, xc_str resource)
{
    xc_jid_parts parts;
    parts.local = xc_str_from(s->sasl.user);
    parts.domain = xc_jid_full(s->server->domain.jid);
    parts.resource = resource;
    return resource.len > 0 && server_address_keep(&s->own, &parts);
}

/* What the client likes, or else one that we make up (section 7.7.2.1). */
static bool choose_address(struct server_session *s, xc_str resource)
{
    char made_up[16];
    return make_address(s, resource) ||
           (random_text(made_up, sizeof made_up) &&
            make_address(s, xc_str_from(made_up)));
}

/* The oldest of the resources without a connection makes room for the new
   one. */
static bool account_has_room(struct account *a)
{
    struct server_session *s = a->sessions, *lost = NULL;
    size_t count = 0;
    for (; s != NULL; s = s->next, count++)
        if (s->state == SESSION_DETACHED)
            lost = s;
    if (count >= RESOURCES_MAX && lost != NULL) {
        session_cut(lost, "gives way to another resource");
        resource_end(lost);
        count--;
    }
    return count < RESOURCES_MAX;
}

xc_stanza_error_condition resource_bind(struct server_session *s,
                                        xc_str resource)
{
    struct server *server = s->server;
    struct account *a;
    struct server_session *old;
    if (!choose_address(s, resource))
        return XC_STANZA_ERROR_INTERNAL_SERVER_ERROR;
    old = lookup_resource(server, s->own.jid);
    if (old != NULL) { /* the new one wins (section 7.7.2.2) */
        stream_refuse(old, "conflict", "the same resource is bound again");
        resource_end(old);
    }
    a = account_open(&server->accounts, xc_str_from(s->sasl.user));
    if (a == NULL || !account_has_room(a))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    link_to(s, a);
    return XC_STANZA_ERROR_NONE;
}

void resource_move(struct server_session *s, struct server_session *old)
{
    struct account *a = old->account;
    server_address_copy(&s->own, &old->own);
    s->available = old->available;
    s->interested = old->interested;
    s->carbons = old->carbons;
    s->priority = old->priority;
    s->directed_used = old->directed_used;
    s->offline_sent = old->offline_sent;
    memcpy(s->presence, old->presence, sizeof s->presence);
    memcpy(s->directed, old->directed, old->directed_used);
    sm_queue_move(&s->queue, &old->queue);
    old->offline_sent = 0;
    unlink_from(old, a);
    old->account = NULL;
    link_to(s, a);
}

/* ---- the end ------------------------------------------------------------ */

/* This resource has not got the message: now fewer have. */
static void tell_others(const struct account *a, uint32_t serial)
{
    struct server_session *s = a->sessions;
    for (; s != NULL; s = s->next)
        sm_queue_unshare(&s->queue, serial);
}

static void take_back(const struct server_session *s,
                      const struct sm_queued *q)
{
    struct replay *r = &s->server->replay;
    const xc_element *e;
    struct server_stanza st;
    replay_init(r, q->stanza);
    e = carbons_original(s, replay_next(r));
    if (e == NULL || !stanza_restore(&st, s->server, e, q->accepted))
        return;
    if (xc_is(e, NULL, "message"))
        message_take_back(&st);
    else if (xc_is(e, NULL, "iq"))
        stanza_bounce(&st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

/* Messages that no other resource has got go to other resources, into the
   file, or back; requests back to their senders; the rest has lost its
   meaning. What comes from a file is still there. */
static void take_back_queue(struct server_session *s)
{
    struct sm_queued q;
    size_t at = sm_queue_first(&s->queue);
    s->queue.enabled = false;
    for (; sm_queue_at(&s->queue, at, &q); at = q.end)
        if (q.others > 0)
            tell_others(s->account, q.serial);
        else if (!q.stored)
            take_back(s, &q);
    sm_queue_init(&s->queue, s->queued, sizeof s->queued);
}

void resource_end(struct server_session *s)
{
    struct account *a = s->account;
    s->state = SESSION_CLOSING;
    unlink_from(s, a);
    presence_leave(s, NULL);
    take_back_queue(s);
    s->offline_sent = 0;
    for (struct server_session *other = a->sessions; other != NULL;
         other = other->next)
        session_unsettle(other); /* the file may be for them now */
    s->account = NULL;
    account_close(&s->server->accounts, a);
}
