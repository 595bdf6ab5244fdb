/* client_session.h - from a stream header to a session, and its end: TLS,
   login, binding, stream management with resumption (XEP-0198). One function
   for each state, see client_state.h: it looks at the event, does what follows
   from it, sets the next state, and returns false if the event is not what the
   state expects. */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "client_stanza.h"

/* ---- TLS and login ------------------------------------------------------ */

/* Refuses to go on, but says goodbye. */
static void client_leave_with(struct client *c, const char *what,
                              xc_str detail)
{
    complain(what, detail);
    c->exit_code = EXIT_REFUSED;
    stream_close(c);
}

static bool is_loopback(int fd)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    char host[64] = "";
    if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0 ||
        getnameinfo((struct sockaddr *)&peer, size, host, sizeof host, NULL, 0,
                    NI_NUMERICHOST) != 0)
        return false;
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

static bool start_tls(struct client *c)
{
    c->link.tls = tls_connect(c->tls, c->link.fd, c->dns_name);
    return c->link.tls != NULL;
}

static bool on_header(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_OPEN)
        return false;
    if (ev->header.major < 1)
        stream_refuse(c, "unsupported-version", "not XMPP 1.0");
    else
        c->state = CLIENT_FEATURES;
    return true;
}

static void ask_for_tls(struct client *c, const xc_features *f)
{
    xc_starttls starttls = {.base = {.present = true}};
    if (!f->starttls.base.present) {
        client_leave_with(c, "the server offers no TLS", nothing);
        return;
    }
    xc_write(nonza_begin(c), &xc_starttls_schema, &starttls);
    nonza_send(c);
    c->state = CLIENT_STARTTLS;
}

/* What stood behind <proceed/> came in the clear: client_take looks. */
static bool on_starttls(struct client *c, const xc_stream_event *ev)
{
    if (xc_is(ev->element, XC_NS_TLS, "failure"))
        client_leave_with(c, "the server refuses TLS", nothing);
    else if (!xc_is(ev->element, XC_NS_TLS, "proceed"))
        return false;
    else if (xc_stream_reset(&c->stream) != XC_OK || !start_tls(c))
        c->lost = "TLS cannot be started";
    else
        send_header(c);
    return true;
}

static void on_login_step(struct client *c, enum login_step step)
{
    c->state = CLIENT_SASL;
    if (step == LOGIN_SEND) {
        nonza_send(c);
    } else if (step == LOGIN_DONE) {
        c->authenticated = true;
        xc_stream_reset(&c->stream);
        send_header(c);
    } else {
        if (step == LOGIN_ABORT)
            nonza_send(c);
        client_leave_with(c,
                          step == LOGIN_REFUSED ? "login is refused"
                                                : "login is broken off",
                          xc_str_from(c->login.problem));
    }
}

static void log_in(struct client *c, const xc_features *f)
{
    c->account.private_channel =
        c->link.tls != NULL || is_loopback(c->link.fd);
    c->account.binding.type = c->account.binding.data = nothing;
    if (tls_exporter(c->link.tls, c->binding, sizeof c->binding)) {
        c->account.binding.type = XC_STR(XC_CB_TLS_EXPORTER);
        c->account.binding.data.ptr = c->binding;
        c->account.binding.data.len = sizeof c->binding;
    }
    on_login_step(c, login_begin(&c->login, &c->account, f, nonza_begin(c)));
}

static bool on_sasl(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_NONZA)
        return false;
    on_login_step(c, login_take(&c->login, ev->element, nonza_begin(c)));
    return true;
}

/* ---- binding and stream management -------------------------------------- */

#define BIND_ID "bind"

static void ask_to_bind(struct client *c)
{
    xc_iq iq = {.type = XC_IQ_SET, .id = XC_STR(BIND_ID)};
    xc_bind bind = {.resource = xc_jid_resource(c->jid.jid)};
    xc_writer *w = nonza_begin(c);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write(w, &xc_bind_schema, &bind);
    xc_writer_end(w);
    nonza_send(c);
    c->state = CLIENT_BINDING;
}

static void ask_to_resume(struct client *c)
{
    xc_sm_resume resume = {.h = {true, c->received}};
    resume.previd = xc_str_from(c->sm_id);
    xc_write(nonza_begin(c), &xc_sm_resume_schema, &resume);
    nonza_send(c);
    c->state = CLIENT_RESUMING;
}

/* What is neither for TLS nor for logging in must not be mandatory. */
static bool on_features(struct client *c, const xc_stream_event *ev)
{
    xc_features f;
    bool known;
    if (!xc_was_read(xc_read(&xc_features_schema, ev->element, &f, NULL)))
        return false;
    c->sm_offered = f.sm.base.present;
    if (xc_features_required(ev->element, &known) != NULL && !known)
        stream_refuse(c, "unsupported-feature", "what is this feature?");
    else if (c->options->tls == CLIENT_TLS_START && c->link.tls == NULL)
        ask_for_tls(c, &f);
    else if (!c->authenticated && f.starttls.required)
        client_leave_with(c, "the server insists on TLS", nothing);
    else if (!c->authenticated)
        log_in(c, &f);
    else if (c->sm_id[0] != '\0' && c->sm_offered)
        ask_to_resume(c);
    else if (f.bind.base.present)
        ask_to_bind(c);
    else
        client_leave_with(c, "the server binds no resource", nothing);
    return true;
}

static void session_is_there(struct client *c)
{
    c->state = CLIENT_ONLINE;
    c->been_online = true;
    c->retries = 0;
}

/* Set up first, then what the last session could not deliver. */
static void session_is_new(struct client *c)
{
    size_t waiting = c->queue.held;
    session_is_there(c);
    queue_to_link(c, 0);
    if (c->options->send_to == NULL)
        session_set_up(c);
    else
        client_is_ready(c);
    if (waiting > 0)
        complain("the old session is gone: what it had not acknowledged is "
                 "sent again",
                 nothing);
    queue_release(c);
}

/* Counting begins with <enable/> here, with <enabled/> there (XEP-0198 section
   3); queue_hold has set our counters to 0. */
static void session_begin(struct client *c)
{
    xc_sm_enable enable = {.resume = XC_TRUE};
    queue_hold(&c->queue);
    c->sm_id[0] = '\0';
    c->received = 0;
    c->ready = c->resumed = false;
    requests_give_up(c, "recipient-unavailable",
                     XC_STR("the session was lost"));
    for (struct room *r = c->rooms; r < c->rooms + ROOMS; r++)
        r->joined = false;
    if (!c->sm_offered) {
        session_is_new(c);
        return;
    }
    xc_write(nonza_begin(c), &xc_sm_enable_schema, &enable);
    nonza_send(c);
    c->state = CLIENT_ENABLING;
}

static bool on_binding(struct client *c, const xc_stream_event *ev)
{
    const xc_element *payload = xc_iq_payload(ev->element);
    xc_iq iq;
    xc_bind bind;
    if (!xc_was_read(xc_read(&xc_iq_schema, ev->element, &iq, NULL)) ||
        !xc_str_is(iq.id, BIND_ID))
        return false;
    if (iq.type == XC_IQ_RESULT &&
        xc_was_read(xc_read(&xc_bind_schema, payload, &bind, NULL)) &&
        address_set(&c->own, bind.jid))
        session_begin(c);
    else
        client_leave_with(
            c, "the server binds no resource",
            xc_str_from(xc_stanza_error_name(iq.error.condition.value)));
    return true;
}

static bool on_enabling(struct client *c, const xc_stream_event *ev)
{
    xc_sm_enabled enabled;
    if (ev->kind == XC_EVENT_STANZA) {
        on_stanza(c, ev->element);
        return true;
    }
    if (xc_was_read(
            xc_read(&xc_sm_enabled_schema, ev->element, &enabled, NULL))) {
        c->sm_enabled = true;
        if (enabled.resume == XC_TRUE)
            keep(c->sm_id, sizeof c->sm_id, enabled.id);
    } else if (!xc_is(ev->element, XC_NS_SM, "failed")) {
        return false;
    }
    session_is_new(c);
    return true;
}

/* The old session goes on: what the server has not got is sent again, and it
   sends what we have not got. */
static void on_resumed(struct client *c, xc_number h)
{
    c->sm_enabled = c->resumed = true;
    session_is_there(c);
    show_number(c, EVENT_RESUMED, (uint32_t)h.value);
    if (queue_acknowledge(c, h))
        queue_to_link(c, 0);
}

static bool on_resuming(struct client *c, const xc_stream_event *ev)
{
    xc_sm_resumed resumed;
    xc_sm_failed failed;
    if (xc_read(&xc_sm_resumed_schema, ev->element, &resumed, NULL) == XC_OK &&
        xc_str_is(resumed.previd, c->sm_id)) {
        on_resumed(c, resumed.h);
    } else if (xc_was_read(xc_read(&xc_sm_failed_schema, ev->element, &failed,
                                   NULL))) {
        /* XEP-0198 section 5: it may still know how far we came. */
        if (!failed.h.present || queue_acknowledge(c, failed.h))
            ask_to_bind(c);
    } else {
        return false;
    }
    return true;
}

/* ---- online, closing ---------------------------------------------------- */

static bool on_stream_management(struct client *c, const xc_element *e)
{
    xc_sm_a a;
    if (!c->sm_enabled)
        return false;
    if (xc_is(e, XC_NS_SM, "r")) {
        if (c->state == CLIENT_ONLINE)
            send_ack(c);
    } else if (xc_read(&xc_sm_a_schema, e, &a, NULL) == XC_OK) {
        c->asked = false;
        queue_acknowledge(c, a.h);
    } else {
        return false;
    }
    return true;
}

/* A stanza counts when it has been dealt with. Features may come again. */
static bool on_online(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_NONZA)
        return on_stream_management(c, ev->element);
    if (ev->kind == XC_EVENT_STANZA) {
        on_stanza(c, ev->element);
        c->received += c->sm_enabled;
    }
    return ev->kind == XC_EVENT_STANZA || ev->kind == XC_EVENT_FEATURES;
}

/* What was under way when we closed is still shown. */
static bool on_closing(struct client *c, const xc_stream_event *ev)
{
    if (c->exit_code == EXIT_DONE)
        on_online(c, ev);
    return true;
}

/* Is it worth while to come back? Prosody 0.12 reads on in a resumed session
   where the lost connection was cut, be it in the middle of a stanza, and then
   finds it not well-formed. */
static bool is_temporary(const struct client *c, uint8_t condition)
{
    return condition == XC_STREAM_ERROR_RESET ||
           condition == XC_STREAM_ERROR_SYSTEM_SHUTDOWN ||
           condition == XC_STREAM_ERROR_CONNECTION_TIMEOUT ||
           condition == XC_STREAM_ERROR_RESOURCE_CONSTRAINT ||
           (condition == XC_STREAM_ERROR_NOT_WELL_FORMED && c->resumed);
}

static void on_stream_error(struct client *c, const xc_element *e)
{
    xc_stream_error error;
    const char *name = NULL;
    if (xc_was_read(xc_read(&xc_stream_error_schema, e, &error, NULL)))
        name = xc_stream_error_name(error.condition.value);
    if (name == NULL)
        name = "undefined-condition";
    show_error(c, xc_str_from(c->domain), name,
               xc_text(xc_child(e, XC_NS_STREAM_ERRORS, "text")));
    if (c->been_online && is_temporary(c, error.condition.value)) {
        xc_writer_stream_close(nonza_begin(c));
        nonza_send(c);
        link_move(&c->link); /* as far as it goes */
        c->lost = name;
    } else if (c->state != CLIENT_CLOSING) {
        client_leave_with(c, "the server ends the stream with an error",
                          xc_str_from(name));
    }
}

/* The server says goodbye; so do we, if we have not. */
static void on_stream_close(struct client *c)
{
    c->peer_closed = true;
    if (c->state != CLIENT_CLOSING) {
        complain("the server has closed the stream", nothing);
        c->exit_code = EXIT_CONNECTION;
        stream_close(c);
    }
    c->link.ending = true;
}

/* ---- all states --------------------------------------------------------- */

static const struct {
    bool (*handle)(struct client *c, const xc_stream_event *ev);
    const char *offence; /* if it is not what the state expects */
} client_states[] = {
    [CLIENT_HEADER] = {on_header, "something before the stream header"},
    [CLIENT_FEATURES] = {on_features, "something before the features"},
    [CLIENT_STARTTLS] = {on_starttls, "no answer to starttls"},
    [CLIENT_SASL] = {on_sasl, "not an element of SASL"},
    [CLIENT_RESUMING] = {on_resuming, "no answer to resume"},
    [CLIENT_BINDING] = {on_binding, "no answer to binding"},
    [CLIENT_ENABLING] = {on_enabling, "no answer to enable"},
    [CLIENT_ONLINE] = {on_online, "an element that was not asked for"},
    [CLIENT_CLOSING] = {on_closing, "something after the end"},
};

#endif
