#include "client_session.h"

#include <string.h>

#include "client_iq.h"
#include "client_kept.h"
#include "client_output.h"
#include "client_queue.h"
#include "client_stanza.h"
#include "client_stream.h"
#include "keep.h"
#include "signals.h"

/* ---- TLS ------------------------------------------------------------ */

/* Refuses to go on, but says goodbye. */
static void leave_with(struct client *c, const char *what, xc_str detail)
{
    client_complain(what, detail);
    c->exit_code = EXIT_REFUSED;
    client_close_stream(c);
}

bool client_start_tls(struct client *c)
{
    c->connection.tls = tls_connect(c->tls, c->connection.fd, c->dns_name);
    return c->connection.tls != NULL;
}

static bool on_header(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_OPEN)
        return false;
    if (ev->header.major < 1)
        client_refuse_stream(c, "unsupported-version", "not XMPP 1.0");
    else
        c->state = CLIENT_FEATURES;
    return true;
}

static void ask_for_tls(struct client *c, const xc_features *f)
{
    xc_starttls starttls = {.base = {.present = true}};
    if (!f->starttls.base.present) {
        leave_with(c, "the server offers no TLS", nothing);
        return;
    }
    xc_write(client_nonza_begin(c), &xc_starttls_schema, &starttls);
    client_nonza_send(c);
    c->state = CLIENT_STARTTLS;
}

/* Anything after <proceed/> came in the clear: take_bytes of
   client_connection.c looks for it. */
static bool on_starttls(struct client *c, const xc_stream_event *ev)
{
    if (xc_is(ev->element, XC_NS_TLS, "failure"))
        leave_with(c, "the server refuses TLS", nothing);
    else if (!xc_is(ev->element, XC_NS_TLS, "proceed"))
        return false;
    else if (xc_stream_reset(&c->stream) != XC_OK || !client_start_tls(c))
        c->lost = "TLS cannot be started";
    else
        client_send_header(c);
    return true;
}

/* ---- a session begins ---------------------------------------------------- */

static void on_session(struct client *c)
{
    c->state = CLIENT_ONLINE;
    c->been_online = true;
    c->retries = 0;
}

/* Set up first, then what the last session could not deliver. */
static void on_new_session(struct client *c)
{
    size_t waiting = c->queue.held;
    on_session(c);
    client_queue_send_from(c, 0);
    if (c->options->send_to == NULL)
        client_set_up_session(c);
    else
        client_is_ready(c);
    if (waiting > 0)
        client_complain(
            "the old session is gone: what it had not acknowledged is "
            "sent again",
            nothing);
    client_queue_release(c);
}

/* What the old session had not acknowledged is held back, and our counters are
   0: counting begins with <enable/> here, with <enabled/> there (XEP-0198
   section 3). False: it does not begin. */
static bool begin_session(struct client *c, const xc_login *l)
{
    /* XEP-0198 section 5: the server may still know how far we came. */
    if (l->h.present && !client_queue_acknowledge(c, l->h))
        return false;
    if (!client_address_set(&c->own, l->address)) {
        leave_with(c, "this is no address", l->address);
        return false;
    }
    client_queue_hold(&c->queue);
    c->sm_id[0] = '\0';
    c->received = 0;
    c->ready = c->resumed = false;
    client_requests_give_up(c, "recipient-unavailable",
                            XC_STR("the session was lost"));
    for (struct client_room *r = c->rooms; r < c->rooms + CLIENT_ROOMS; r++)
        r->joined = false;
    return true;
}

/* The old session goes on: each side sends again what the other has not
   got. */
static void on_resumed(struct client *c, xc_number h)
{
    c->sm_enabled = c->resumed = true;
    on_session(c);
    client_show_number(c, CLIENT_EVENT_RESUMED, (uint32_t)h.value);
    if (client_queue_acknowledge(c, h))
        client_queue_send_from(c, 0);
}

/* ---- login -------------------------------------------------------------- */

/* The options that do not change are set by client.c. */
static bool begin_login(struct client *c)
{
    xc_login_options *o = &c->login.options;
    o->private_channel =
        c->connection.tls != NULL || login_is_loopback(c->connection.fd);
    c->logging_in =
        login_begin(&c->login, c->connection.tls, !c->options->unbound);
    if (!c->logging_in) {
        leave_with(c, "no random numbers", nothing);
        return false;
    }
    client_kept_offer(c);
    o->previd = c->sm_id[0] != '\0' ? xc_str_from(c->sm_id) : nothing;
    o->h = c->received;
    return true;
}

/* The server has refused the password, and thinks that this channel cannot be
   bound. */
static bool is_proxy_possible(const struct client *c)
{
    const xc_login *l = &c->login.state;
    return c->login.options.binding_count > 0 &&
           (XC_MECHANISM_BIT(l->mechanism) & XC_MECHANISMS_SCRAM_BARE) != 0;
}

/* What the user can do about it; NULL: nothing. */
static const char *advice(const struct client *c)
{
    const xc_login *l = &c->login.state;
    if (l->reason == XC_LOGIN_REASON_DOWNGRADE)
        return "if you know that the server has changed: start anew, with "
               "another file for --state";
    if (l->reason == XC_LOGIN_REASON_TOKEN_REFUSED)
        return "log in with the password: it may be in XMPP_PASSWORD";
    if (l->failure != XC_SASL_FAILURE_NOT_AUTHORIZED)
        return NULL;
    return is_proxy_possible(c)
               ? "the user name or the password is wrong; or a proxy in front "
                 "of the server ends TLS: if you know that, use "
                 "--no-channel-binding"
               : "the user name or the password is wrong";
}

static void on_login_failed(struct client *c)
{
    const xc_login *l = &c->login.state;
    const char *said = l->failure != XC_SASL_FAILURE_NONE
                           ? xc_sasl_failure_name(l->failure)
                           : xc_stanza_error_name(l->error);
    if (said != NULL || l->text.ptr != NULL)
        client_show_error(c, xc_str_from(c->domain),
                          said != NULL ? said : "undefined-condition",
                          l->text);
    leave_with(c, xc_login_reason_text(l->reason),
               l->status != XC_OK ? xc_str_from(xc_status_text(l->status))
                                  : nothing);
    if (advice(c) != NULL)
        client_complain(advice(c), nothing);
}

/* The password is used, if we have it: see xc_login. */
static void on_token_refused(struct client *c)
{
    if (c->kept.token[0] == '\0')
        return;
    client_complain("the server does not take the token any more",
                    c->login.state.text);
    client_kept_forget_token(c);
}

static void on_logged_in(struct client *c)
{
    const xc_login *l = &c->login.state;
    client_kept_take(c);
    c->carbons = l->carbons;
    if (l->resumed) {
        on_resumed(c, l->h);
        return;
    }
    c->sm_enabled = l->sm_enabled;
    keep_text(c->sm_id, sizeof c->sm_id, l->sm_id);
    on_new_session(c);
}

/* Between the reply to binding and <enabled/> there may be stanzas, which do
   not count. */
static bool on_not_login(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_STANZA || !c->bound)
        return false;
    client_on_stanza(c, ev->element);
    return true;
}

static bool on_login_step(struct client *c, const xc_stream_event *ev,
                          xc_login_step step)
{
    switch (step) {
    case XC_LOGIN_SEND: client_nonza_send(c); return true;
    case XC_LOGIN_RESTART:
        xc_stream_reset(&c->stream);
        client_send_header(c);
        return true;
    case XC_LOGIN_ONLINE: on_logged_in(c); return true;
    case XC_LOGIN_FAILED:
        client_nonza_send(c);
        on_login_failed(c);
        return true;
    case XC_LOGIN_NOT_MINE: return on_not_login(c, ev);
    default: return true;
    }
}

/* No stream management, or no resumption: the condition, and the server's own
   words. The login goes on without it. */
static void show_failed(struct client *c, const xc_element *e)
{
    xc_sm_failed failed;
    const char *name;
    if (!xc_was_read(xc_read(&xc_sm_failed_schema, e, &failed, NULL)))
        return;
    name = xc_stanza_error_name(xc_sm_failed_condition(&failed));
    client_show_error(
        c, xc_str_from(c->domain), name != NULL ? name : "undefined-condition",
        failed.text.ptr != NULL ? failed.text : failed.error.text);
}

static bool on_login(struct client *c, const xc_stream_event *ev)
{
    const xc_login *l = &c->login.state;
    xc_login_step step =
        xc_login_next(&c->login.state, ev->element, client_nonza_begin(c));
    c->state = CLIENT_LOGIN;
    if (xc_is(ev->element, XC_NS_SASL2, "success"))
        c->max_bytes.present = false; /* the features that follow say */
    show_failed(c, ev->element);
    if (l->token_refused)
        on_token_refused(c);
    if (!c->bound && !l->resumed && l->address.ptr != NULL) {
        c->bound = begin_session(c, l);
        if (!c->bound)
            return true;
    }
    return on_login_step(c, ev, step);
}

/* A mandatory feature must be one that we know. */
static bool on_features(struct client *c, const xc_stream_event *ev)
{
    xc_features f;
    bool known;
    if (!xc_was_read(xc_read(&xc_features_schema, ev->element, &f, NULL)))
        return false;
    if (xc_features_required(ev->element, &known) != NULL && !known)
        client_refuse_stream(c, "unsupported-feature",
                             "what is this feature?");
    else if (c->options->tls == CLIENT_TLS_START && c->connection.tls == NULL)
        ask_for_tls(c, &f);
    else if (!c->logging_in && f.starttls.required)
        leave_with(c, "the server insists on TLS", nothing);
    else if (c->logging_in || begin_login(c))
        return on_login(c, ev);
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
            client_send_ack(c);
    } else if (xc_read(&xc_sm_a_schema, e, &a, NULL) == XC_OK) {
        c->asked = false;
        client_queue_acknowledge(c, a.h);
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
        client_on_stanza(c, ev->element);
        c->received += c->sm_enabled;
    }
    return ev->kind == XC_EVENT_STANZA || ev->kind == XC_EVENT_FEATURES;
}

/* Stanzas that were under way when we closed are still shown. */
static bool on_closing(struct client *c, const xc_stream_event *ev)
{
    if (c->exit_code == EXIT_DONE)
        on_online(c, ev);
    return true;
}

/* Is it worthwhile to come back? Prosody 0.12 reads on in a resumed session
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
    client_show_error(c, xc_str_from(c->domain), name,
                      xc_text(xc_child(e, XC_NS_STREAM_ERRORS, "text")));
    if (c->been_online && is_temporary(c, error.condition.value)) {
        xc_writer_stream_close(client_nonza_begin(c));
        client_nonza_send(c);
        connection_move(&c->connection); /* as far as it goes */
        c->lost = name;
    } else if (c->state != CLIENT_CLOSING) {
        leave_with(c, "the server ends the stream with an error",
                   xc_str_from(name));
    }
}

/* The server says goodbye; so do we, if we have not. */
static void on_stream_close(struct client *c)
{
    c->peer_closed = true;
    if (c->state != CLIENT_CLOSING) {
        client_complain("the server has closed the stream", nothing);
        c->exit_code = EXIT_CONNECTION;
        client_close_stream(c);
    }
    c->connection.ending = true;
}

/* ---- all states --------------------------------------------------------- */

static const struct {
    bool (*handle)(struct client *c, const xc_stream_event *ev);
    const char *offence; /* if it is not what the state expects */
} states[] = {
    [CLIENT_HEADER] = {on_header, "something before the stream header"},
    [CLIENT_FEATURES] = {on_features, "something before the features"},
    [CLIENT_STARTTLS] = {on_starttls, "no reply to starttls"},
    [CLIENT_LOGIN] = {on_login, "no reply to the login"},
    [CLIENT_ONLINE] = {on_online, "an element that was not asked for"},
    [CLIENT_CLOSING] = {on_closing, "something after the end"},
};

/* XEP-0478: what the server takes now; more after the login. */
static void take_limits(struct client *c, const xc_element *e)
{
    xc_features f;
    if (!xc_was_read(xc_read(&xc_features_schema, e, &f, NULL)))
        return;
    c->max_bytes = f.limits.max_bytes;
    c->idle_seconds = f.limits.idle_seconds;
}

void client_on_event(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_FEATURES)
        take_limits(c, ev->element);
    if (ev->kind == XC_EVENT_ERROR) {
        on_stream_error(c, ev->element);
    } else if (ev->kind == XC_EVENT_CLOSE) {
        on_stream_close(c);
    } else if (!states[c->state].handle(c, ev)) {
        client_complain("not expected here", xc_name(ev->element));
        client_refuse_stream(c, "unsupported-stanza-type",
                             states[c->state].offence);
    }
}
