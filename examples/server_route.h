/* server_route.h - what clients and components send, once they are there: to
   somebody here, to the component, to another server. */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include "server_iq.h"
#include "server_message.h"
#include "server_presence.h"
#include "server_sm.h"

/* ---- stanzas ------------------------------------------------------------ */

/* Somewhere else. False: it is for somebody here. */
static bool route_away(struct stanza *st)
{
    struct session *peer;
    if (st->to.ptr == NULL || local_is_here(st->to))
        return false;
    peer = domain_session(xc_jid_domain(st->to));
    if (peer == NULL) {
        bounce(st, XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND);
        return true;
    }
    relay(session_begin(peer), session_ns(peer), st->element,
          xc_jid_full(st->from), xc_attr(st->element, "to"));
    if (session_deliver(peer, CAN_WAIT) != DELIVERED)
        bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
    return true;
}

static void route_message(struct session *s, struct stanza *st)
{
    xc_str own = xc_jid_bare(st->from);
    if (st->to.ptr == NULL) /* section 10.3.1: to the own account */
        xc_jid_parse(own, st->to_bytes, sizeof st->to_bytes, &st->to);
    if (s->account != NULL)
        carbons_of_sent(s, st);
    if (!route_away(st))
        message_take(st);
}

static void on_stanza(struct session *s, const xc_stream_event *ev)
{
    static struct stanza st;
    const xc_element *e = ev->element;
    if (ev->kind == XC_EVENT_NONZA && xc_is(e, XC_NS_SM, NULL)) {
        sm_take(s, e);
        return;
    }
    if (ev->kind == XC_EVENT_NONZA && xc_is(e, XC_NS_CSI, NULL))
        return;
    if (ev->kind != XC_EVENT_STANZA) {
        session_refuse(s, "unsupported-stanza-type", NULL);
        return;
    }
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

/* ---- components (XEP-0114) ---------------------------------------------- */

static void on_handshake(struct session *s, const xc_stream_event *ev)
{
    char memory[2 * XC_HASH_MAX];
    xc_handshake handshake;
    xc_str right;
    if (xc_read(&xc_handshake_schema, ev->element, &handshake, NULL) !=
            XC_OK ||
        xc_component_handshake(&sha1, xc_str_from(s->stream_id),
                               xc_str_from(server.component_secret), memory,
                               sizeof memory, &right) != XC_OK ||
        !xc_secret_equal(handshake.digest, right)) {
        session_refuse(s, "not-authorized", "this is not the secret");
        return;
    }
    if (server.component != NULL) {
        session_refuse(s, "conflict", "the component is there already");
        return;
    }
    server.component = s;
    xc_writer_begin(session_begin(s), XC_NS_COMPONENT, "handshake");
    xc_writer_end(&server.writer);
    session_send(s);
    s->state = SESSION_COMPONENT;
    s->deadline = 0;
    log_event(s, "the component is there");
}

/* A component speaks for all addresses of its domain, and for no other. */
static void on_component(struct session *s, const xc_stream_event *ev)
{
    static struct stanza st;
    const xc_element *e = ev->element;
    char memory[XC_JID_MAX];
    xc_jid from;
    if (ev->kind != XC_EVENT_STANZA) {
        session_refuse(s, "unsupported-stanza-type", NULL);
        return;
    }
    if (!xc_has_required_addresses(e)) {
        session_refuse(s, "improper-addressing", "from or to is missing");
        return;
    }
    if (xc_jid_parse(xc_attr(e, "from"), memory, sizeof memory, &from) !=
            XC_OK ||
        !xc_str_is(xc_jid_domain(from), server.component_name)) {
        session_refuse(s, "invalid-from", NULL);
        return;
    }
    if (!stanza_read(&st, e, s) || route_away(&st))
        return;
    if (xc_is(e, NULL, "message"))
        message_take(&st);
    else if (xc_is(e, NULL, "presence"))
        presence_take(&st);
    else
        iq_take(&st);
}

#endif
