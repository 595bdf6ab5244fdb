/* server_login.h - from the stream header to a bound resource (RFC 6120
   sections 4 to 7): the states HEADER, LOGIN, RESPONSE, CHECKING and BIND of
   server_session.h. */
#ifndef SERVER_LOGIN_H
#define SERVER_LOGIN_H

#include "server_sasl.h"
#include "server_sm.h"

/* ---- the header (RFC 6120 section 4.7) ---------------------------------- */

static void send_features(struct session *s)
{
    bool tls =
        server.tls != NULL && s->link.tls == NULL && s->port == PORT_CLIENT;
    xc_features f = {
        .starttls = {.base = {.present = tls}, .required = true},
        .bind = {.base = {.present = s->authenticated}},
        .session = {.base = {.present = s->authenticated}, .optional = true},
        .sm = {.base = {.present = s->authenticated}},
        .pre_approval = s->authenticated};
    xc_writer *w = session_begin(s);
    xc_write_begin(w, &xc_features_schema, &f);
    xc_write_children(w, &xc_features_schema, &f);
    if (!tls && !s->authenticated)
        sasl_offer(s, w);
    xc_writer_end(w);
    session_send(s);
}

/* Is `to` who we are on this port? */
static bool is_our_name(const struct session *s, xc_str to)
{
    char memory[XC_JID_MAX];
    xc_jid jid;
    if (s->port == PORT_COMPONENT)
        return xc_str_is(to, server.component_name);
    return to.ptr == NULL ||
           (xc_jid_parse(to, memory, sizeof memory, &jid) == XC_OK &&
            xc_jid_equal(jid, server.domain.jid));
}

static void on_header(struct session *s, const xc_stream_event *ev)
{
    bool component = s->port == PORT_COMPONENT;
    if (!random_text(s->stream_id, sizeof s->stream_id)) {
        session_cut(s, "there are no random numbers");
        return;
    }
    if (!is_our_name(s, ev->header.to)) {
        session_refuse(s, "host-unknown", NULL);
        return;
    }
    if (!component && ev->header.major < 1) {
        session_refuse(s, "unsupported-version", NULL);
        return;
    }
    session_send_header(s, component ? xc_str_from(NULL) : ev->header.from,
                        !component);
    if (!component)
        send_features(s);
    if (component)
        s->state = SESSION_HANDSHAKE;
    else
        s->state = s->authenticated ? SESSION_BIND : SESSION_LOGIN;
}

/* Both directions begin anew (sections 5.4.3.3 and 6.4.6). */
static void session_restart(struct session *s)
{
    xc_stream_reset(&s->stream);
    s->header_sent = false;
    s->restarted = true;
    s->state = SESSION_HEADER;
}

/* ---- logging in --------------------------------------------------------- */

static void start_tls(struct session *s)
{
    if (server.tls == NULL || s->link.tls != NULL || s->port != PORT_CLIENT) {
        xc_write_tag(session_begin(s), XC_NS_TLS, "failure");
        session_send(s);
        session_close(s);
        return;
    }
    xc_write_tag(session_begin(s), XC_NS_TLS, "proceed");
    session_send(s);
    if (!link_write(&s->link) || link_waiting(&s->link) > 0) {
        session_cut(s, "does not read what it gets");
        return;
    }
    s->link.tls = tls_accept(server.tls, s->link.fd);
    if (s->link.tls == NULL)
        session_cut(s, "no memory for TLS");
    session_restart(s);
}

static void login_step(struct session *s, enum sasl_step step)
{
    if (step == SASL_BUSY) {
        checking_add(s);
        return;
    }
    session_send(s);
    s->state = step == SASL_MORE ? SESSION_RESPONSE : SESSION_LOGIN;
    if (step == SASL_DONE) {
        s->authenticated = true;
        log_event(s, "has logged in");
        session_restart(s);
    } else if (step == SASL_FAILED) {
        log_event(s, "could not log in");
        if (s->sasl.failures >= FAILURES_MAX) /* section 6.4.5 */
            session_refuse(s, "policy-violation", "too many failures");
    }
}

static void on_login(struct session *s, const xc_stream_event *ev)
{
    const xc_element *e = ev->element;
    if (xc_is(e, XC_NS_TLS, "starttls"))
        start_tls(s);
    else if (server.tls != NULL && s->link.tls == NULL &&
             s->port == PORT_CLIENT)
        session_refuse(s, "policy-violation", "STARTTLS is required");
    else if (xc_is(e, XC_NS_SASL, "auth"))
        login_step(s, sasl_begin(s, e, session_begin(s)));
    else if (ev->kind == XC_EVENT_STANZA) /* section 4.9.3.12 */
        session_refuse(s, "not-authorized", "nobody has logged in");
    else
        session_refuse(s, "unsupported-stanza-type", NULL);
}

static void on_response(struct session *s, const xc_stream_event *ev)
{
    const xc_element *e = ev->element;
    if (xc_is(e, XC_NS_SASL, "response") || xc_is(e, XC_NS_SASL, "abort"))
        login_step(s, sasl_response(s, e, session_begin(s)));
    else
        session_refuse(s, "not-authorized", "nobody has logged in");
}

/* ---- resource binding (section 7) --------------------------------------- */

static bool make_address(struct session *s, xc_str resource)
{
    xc_jid_parts parts;
    parts.local = xc_str_from(s->sasl.user);
    parts.domain = xc_jid_full(server.domain.jid);
    parts.resource = resource;
    return resource.len > 0 && address_keep(&s->own, &parts);
}

/* What the client likes, or else one that we make up (section 7.7.2.1). */
static bool choose_address(struct session *s, xc_str resource)
{
    char made_up[16];
    return make_address(s, resource) ||
           (random_text(made_up, sizeof made_up) &&
            make_address(s, xc_str_from(made_up)));
}

/* One of those that are lost, the oldest, gives way to who is here. */
static bool account_has_place(struct account *a)
{
    struct session *s = a->sessions, *lost = NULL;
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

static xc_stanza_error_condition bind_resource(struct session *s,
                                               xc_str resource)
{
    struct account *a;
    struct session *old;
    if (!choose_address(s, resource))
        return XC_STANZA_ERROR_INTERNAL_SERVER_ERROR;
    old = session_find(s->own.jid);
    if (old != NULL) { /* the new one wins (section 7.7.2.2) */
        session_refuse(old, "conflict", "the same resource is bound again");
        resource_end(old);
    }
    a = account_open(xc_str_from(s->sasl.user));
    if (a == NULL || !account_has_place(a))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    s->account = a;
    s->next = a->sessions;
    a->sessions = s;
    return XC_STANZA_ERROR_NONE;
}

static void answer_bind(struct session *s, const xc_element *e,
                        xc_stanza_error_condition wrong)
{
    xc_bind bind = {.jid = xc_jid_full(s->own.jid)};
    xc_writer *w = stanza_begin(
        s, "iq", wrong == XC_STANZA_ERROR_NONE ? "result" : "error",
        xc_str_from(NULL), xc_str_from(NULL));
    xc_writer_attr(w, "id", xc_attr(e, "id"));
    if (wrong == XC_STANZA_ERROR_NONE)
        xc_write(w, &xc_bind_schema, &bind);
    else
        write_error(w, wrong);
    xc_writer_end(w);
    session_send(s);
}

static void on_bind(struct session *s, const xc_stream_event *ev)
{
    const xc_element *e = ev->element;
    const xc_element *payload = xc_iq_payload(e);
    xc_stanza_error_condition wrong;
    xc_bind bind;
    if (xc_is(e, XC_NS_SM, "resume")) {
        sm_resume(s, e);
        return;
    }
    if (xc_is(e, XC_NS_SM, NULL)) {
        sm_fail(s, XC_STANZA_ERROR_UNEXPECTED_REQUEST);
        return;
    }
    if (ev->kind != XC_EVENT_STANZA || !xc_is(e, NULL, "iq") ||
        !xc_is(payload, XC_NS_BIND, "bind")) { /* section 7.1 */
        session_refuse(s, "not-authorized", "no resource is bound");
        return;
    }
    wrong = xc_stanza_check(e);
    if (wrong == XC_STANZA_ERROR_NONE &&
        (!xc_str_is(xc_attr(e, "type"), "set") ||
         xc_read(&xc_bind_schema, payload, &bind, NULL) != XC_OK))
        wrong = XC_STANZA_ERROR_BAD_REQUEST;
    if (wrong == XC_STANZA_ERROR_NONE)
        wrong = bind_resource(s, bind.resource);
    answer_bind(s, e, wrong);
    if (wrong != XC_STANZA_ERROR_NONE)
        return;
    s->state = SESSION_BOUND;
    s->deadline = 0;
    log_event(s, "is bound");
}

#endif
