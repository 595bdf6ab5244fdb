#include "route.h"

#include "carbons.h"
#include "iq.h"
#include "lookup.h"
#include "message.h"
#include "presence.h"
#include "relay.h"
#include "send.h"
#include "sm.h"
#include "stream.h"

/* To another domain. False: it is for an address here. */
static bool route_away(const struct server_stanza *st)
{
    struct server_session *peer;
    if (st->to.ptr == NULL || lookup_is_local(st->server, st->to))
        return false;
    peer = lookup_domain(st->server, xc_jid_domain(st->to));
    if (peer == NULL) {
        stanza_bounce(st, XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND);
        return true;
    }
    relay_write(send_begin(peer), session_ns(peer), st->element,
                xc_jid_full(st->from), xc_attr(st->element, "to"));
    if (send_stanza(peer, SEND_CAN_WAIT) != SEND_DONE)
        stanza_bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
    return true;
}

static void route_message(struct server_session *s, struct server_stanza *st)
{
    xc_str own = xc_jid_bare(st->from);
    if (st->to.ptr == NULL) /* section 10.3.1: to the own account */
        xc_jid_parse(own, st->to_bytes, sizeof st->to_bytes, &st->to);
    if (s->account != NULL)
        carbons_of_sent(s, st);
    if (!route_away(st))
        message_take(st);
}

static void route_stanza(struct server_session *s, const xc_element *e)
{
    struct server_stanza st;
    s->queue.received++;
    if (!stanza_read(&st, e, s))
        return;
    if (xc_is(e, NULL, "message"))
        route_message(s, &st);
    else if (xc_is(e, NULL, "presence"))
        presence_from_client(s, &st);
    else if (!route_away(&st))
        iq_take(&st);
}

void route_on_stanza(struct server_session *s, const xc_stream_event *ev)
{
    const xc_element *e = ev->element;
    if (ev->kind == XC_EVENT_NONZA && xc_is(e, XC_NS_SM, NULL))
        sm_take(s, e);
    else if (ev->kind == XC_EVENT_NONZA && xc_is(e, XC_NS_CSI, NULL))
        return; /* nothing is held back for a client that is inactive */
    else if (ev->kind == XC_EVENT_STANZA)
        route_stanza(s, e);
    else
        stream_refuse(s, "unsupported-stanza-type", NULL);
}

void route_from_component(const struct server_stanza *st)
{
    if (route_away(st))
        return;
    if (xc_is(st->element, NULL, "message"))
        message_take(st);
    else if (xc_is(st->element, NULL, "presence"))
        presence_take(st);
    else
        iq_take(st);
}
