#include "login.h"

#include "component.h"
#include "inline.h"
#include "random.h"
#include "receive.h"
#include "resource.h"
#include "sasl.h"
#include "send.h"
#include "server.h"
#include "sm.h"
#include "stanza.h"
#include "stream.h"
#include "tls.h"

enum {
    FAILURES_MAX = 5 /* on one connection: some clients try all mechanisms */
};

/* Could this connection begin TLS, and has not? */
static bool can_start_tls(const struct server_session *s)
{
    return s->server->tls != NULL && s->connection.tls == NULL &&
           s->port == PORT_CLIENT;
}

/* ---- the header (section 4.7) ------------------------------------------- */

void login_send_features(struct server_session *s)
{
    bool tls = can_start_tls(s), bound = s->account != NULL;
    xc_features f = {
        .starttls = {.base = {.present = tls}, .required = true},
        .bind = {.base = {.present = s->authenticated && !bound}},
        .session = {.base = {.present = s->authenticated && !bound},
                    .optional = true},
        .sm = {.base = {.present = s->authenticated && !s->queue.enabled}},
        .pre_approval = s->authenticated,
        .limits = stream_limits(s)};
    xc_writer *w = send_begin(s);
    xc_write_begin(w, &xc_features_schema, &f);
    xc_write_children(w, &xc_features_schema, &f);
    if (!tls && !s->authenticated)
        sasl_offer(&s->sasl, s->connection.tls,
                   s->connection.tls != NULL || s->server->plain_allowed, w);
    xc_writer_end(w);
    send_end(s);
}

/* Is `to` our name on this port? */
static bool is_our_name(const struct server_session *s, xc_str to)
{
    char memory[XC_JID_MAX];
    xc_jid jid;
    if (s->port == PORT_COMPONENT)
        return component_is_name(s->server, to);
    return to.ptr == NULL ||
           (xc_jid_parse(to, memory, sizeof memory, &jid) == XC_OK &&
            xc_jid_equal(jid, s->server->domain.jid));
}

void login_on_header(struct server_session *s, const xc_stream_event *ev)
{
    bool component = s->port == PORT_COMPONENT;
    if (!random_text(s->stream_id, sizeof s->stream_id)) {
        stream_refuse(s, "internal-server-error",
                      "there are no random numbers");
        return;
    }
    if (!is_our_name(s, ev->header.to)) {
        stream_refuse(s, "host-unknown", NULL);
        return;
    }
    if (!component && ev->header.major < 1) {
        stream_refuse(s, "unsupported-version", NULL);
        return;
    }
    stream_open(s, component ? xc_str_from(NULL) : ev->header.from,
                !component);
    if (!component)
        login_send_features(s);
    if (component)
        s->state = SESSION_HANDSHAKE;
    else
        s->state = s->authenticated ? SESSION_BIND : SESSION_LOGIN;
}

/* Both directions begin anew (sections 5.4.3.3 and 6.4.6). */
static void restart(struct server_session *s)
{
    receive_restart_stream(s);
    s->header_sent = false;
    s->restarted = true;
    s->state = SESSION_HEADER;
}

/* ---- TLS and SASL (sections 5 and 6) ------------------------------------ */

static void start_tls(struct server_session *s)
{
    if (!can_start_tls(s)) {
        xc_write_tag(send_begin(s), XC_NS_TLS, "failure");
        send_end(s);
        stream_close(s);
        return;
    }
    xc_write_tag(send_begin(s), XC_NS_TLS, "proceed");
    send_end(s);
    if (!connection_write(&s->connection) ||
        connection_waiting(&s->connection) > 0) {
        session_cut(s, "does not read what it gets");
        return;
    }
    s->connection.tls = tls_accept(s->server->tls, s->connection.fd);
    if (s->connection.tls == NULL)
        session_cut(s, "no memory for TLS");
    restart(s);
}

/* SASL: a new stream. */
static void let_in(struct server_session *s)
{
    xc_login_server_accept(&s->sasl.login, NULL, send_begin(s));
    send_end(s);
    restart(s);
}

static void take_step(struct server_session *s, xc_login_server_step step)
{
    if (step == XC_LOGIN_SERVER_WORK) {
        session_begin_check(s);
    } else if (step == XC_LOGIN_SERVER_PROVED) {
        s->authenticated = true;
        session_log(s, "has logged in");
        if (s->sasl.login.sasl2)
            inline_let_in(s);
        else
            let_in(s);
    } else {
        send_end(s);
        s->state = SESSION_LOGIN;
    }
    if (step != XC_LOGIN_SERVER_FAILED)
        return;
    session_log(s, "could not log in");
    if (s->sasl.login.failures >= FAILURES_MAX) /* section 6.4.5 */
        stream_refuse(s, "policy-violation", "too many failures");
}

static void refuse_other(struct server_session *s, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_STANZA) /* section 4.9.3.12 */
        stream_refuse(s, "not-authorized", "nobody has logged in");
    else
        stream_refuse(s, "unsupported-stanza-type", NULL);
}

void login_on_auth(struct server_session *s, const xc_stream_event *ev)
{
    xc_login_server_step step;
    if (xc_is(ev->element, XC_NS_TLS, "starttls")) {
        start_tls(s);
        return;
    }
    if (can_start_tls(s)) {
        stream_refuse(s, "policy-violation", "STARTTLS is required");
        return;
    }
    step = sasl_next(&s->sasl, ev->element, send_begin(s));
    if (step == XC_LOGIN_SERVER_NOT_MINE)
        refuse_other(s, ev);
    else
        take_step(s, step);
}

void login_check(struct server_session *s)
{
    xc_login_server_step step = sasl_work(&s->sasl, send_begin(s));
    if (step == XC_LOGIN_SERVER_WORK)
        return;
    session_end_check(s);
    take_step(s, step);
    session_unsettle(s);
}

/* ---- resource binding (section 7) --------------------------------------- */

static void reply_to_bind(struct server_session *s, const xc_element *e,
                          xc_stanza_error_condition wrong)
{
    xc_bind bind = {.jid = xc_jid_full(s->own.jid)};
    xc_writer *w = send_begin_stanza(
        s, "iq", wrong == XC_STANZA_ERROR_NONE ? "result" : "error",
        xc_str_from(NULL), xc_str_from(NULL));
    xc_writer_attr(w, "id", xc_attr(e, "id"));
    if (wrong == XC_STANZA_ERROR_NONE)
        xc_write(w, &xc_bind_schema, &bind);
    else
        stanza_write_error(w, wrong);
    xc_writer_end(w);
    send_end(s);
}

static void bind_resource(struct server_session *s, const xc_element *e)
{
    xc_stanza_error_condition wrong = xc_stanza_check(e);
    xc_bind bind;
    if (wrong == XC_STANZA_ERROR_NONE &&
        (!xc_str_is(xc_attr(e, "type"), "set") ||
         xc_read(&xc_bind_schema, xc_iq_payload(e), &bind, NULL) != XC_OK))
        wrong = XC_STANZA_ERROR_BAD_REQUEST;
    if (wrong == XC_STANZA_ERROR_NONE)
        wrong = resource_bind(s, bind.resource);
    reply_to_bind(s, e, wrong);
    if (wrong != XC_STANZA_ERROR_NONE)
        return;
    s->state = SESSION_BOUND;
    s->deadline = 0;
    session_log(s, "is bound");
}

void login_on_bind(struct server_session *s, const xc_stream_event *ev)
{
    const xc_element *e = ev->element;
    if (xc_is(e, XC_NS_SM, "resume"))
        sm_resume(s, e);
    else if (xc_is(e, XC_NS_SM, NULL))
        sm_fail(s, XC_STANZA_ERROR_UNEXPECTED_REQUEST);
    else if (ev->kind != XC_EVENT_STANZA || !xc_is(e, NULL, "iq") ||
             !xc_is(xc_iq_payload(e), XC_NS_BIND, "bind"))
        stream_refuse(s, "not-authorized", "no resource is bound"); /* 7.1 */
    else
        bind_resource(s, e);
}
