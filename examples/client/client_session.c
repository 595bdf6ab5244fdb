#define _POSIX_C_SOURCE 200809L
#include "client_session.h"

#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#include "client_iq.h"
#include "client_output.h"
#include "client_queue.h"
#include "client_stanza.h"
#include "client_stream.h"
#include "keep.h"
#include "signals.h"

/* ---- TLS and login ------------------------------------------------------ */

/* Refuses to go on, but says goodbye. */
static void leave_with(struct client *c, const char *what, xc_str detail)
{
    client_complain(what, detail);
    c->exit_code = EXIT_REFUSED;
    client_close_stream(c);
}

bool client_is_loopback(int fd)
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

static void on_login_step(struct client *c, enum login_step step)
{
    c->state = CLIENT_SASL;
    if (step == LOGIN_SEND) {
        client_nonza_send(c);
    } else if (step == LOGIN_DONE) {
        c->authenticated = true;
        xc_stream_reset(&c->stream);
        client_send_header(c);
    } else {
        if (step == LOGIN_ABORT)
            client_nonza_send(c);
        leave_with(c,
                   step == LOGIN_REFUSED ? "login is refused"
                                         : "login is broken off",
                   xc_str_from(c->login.problem));
    }
}

static void log_in(struct client *c, const xc_features *f)
{
    c->account.private_channel =
        c->connection.tls != NULL || client_is_loopback(c->connection.fd);
    c->account.binding.type = c->account.binding.data = nothing;
    if (tls_exporter(c->connection.tls, c->binding, sizeof c->binding)) {
        c->account.binding.type = XC_STR(XC_CHANNEL_BINDING_TLS_EXPORTER);
        c->account.binding.data.ptr = c->binding;
        c->account.binding.data.len = sizeof c->binding;
    }
    on_login_step(
        c, login_begin(&c->login, &c->account, f, client_nonza_begin(c)));
}

static bool on_sasl(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_NONZA)
        return false;
    on_login_step(c,
                  login_take(&c->login, ev->element, client_nonza_begin(c)));
    return true;
}

/* ---- what the server refuses -------------------------------------------- */

/* The condition, and the server's own words. */
static void show_refusal(struct client *c, unsigned condition, xc_str text)
{
    const char *name = xc_stanza_error_name(condition);
    client_show_error(c, xc_str_from(c->domain),
                      name != NULL ? name : "undefined-condition", text);
}

static void show_failed(struct client *c, const xc_sm_failed *failed)
{
    show_refusal(c, xc_sm_failed_condition(failed),
                 failed->text.ptr != NULL ? failed->text : failed->error.text);
}

/* ---- binding and stream management -------------------------------------- */

#define BIND_ID "bind"

static void ask_to_bind(struct client *c)
{
    xc_iq iq = {.type = XC_IQ_SET, .id = XC_STR(BIND_ID)};
    xc_bind bind = {.resource = xc_jid_resource(c->jid.jid)};
    xc_writer *w = client_nonza_begin(c);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write(w, &xc_bind_schema, &bind);
    xc_writer_end(w);
    client_nonza_send(c);
    c->state = CLIENT_BINDING;
}

static void ask_to_resume(struct client *c)
{
    xc_sm_resume resume = {.h = {true, c->received}};
    resume.previd = xc_str_from(c->sm_id);
    xc_write(client_nonza_begin(c), &xc_sm_resume_schema, &resume);
    client_nonza_send(c);
    c->state = CLIENT_RESUMING;
}

/* A mandatory feature must be one that we know. */
static bool on_features(struct client *c, const xc_stream_event *ev)
{
    xc_features f;
    bool known;
    if (!xc_was_read(xc_read(&xc_features_schema, ev->element, &f, NULL)))
        return false;
    c->sm_offered = f.sm.base.present;
    c->max_bytes = f.limits.max_bytes;
    c->idle_seconds = f.limits.idle_seconds;
    if (xc_features_required(ev->element, &known) != NULL && !known)
        client_refuse_stream(c, "unsupported-feature",
                             "what is this feature?");
    else if (c->options->tls == CLIENT_TLS_START && c->connection.tls == NULL)
        ask_for_tls(c, &f);
    else if (!c->authenticated && f.starttls.required)
        leave_with(c, "the server insists on TLS", nothing);
    else if (!c->authenticated)
        log_in(c, &f);
    else if (c->sm_id[0] != '\0' && c->sm_offered)
        ask_to_resume(c);
    else if (f.bind.base.present)
        ask_to_bind(c);
    else
        leave_with(c, "the server binds no resource", nothing);
    return true;
}

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

/* Counting begins with <enable/> here, with <enabled/> there (XEP-0198 section
   3); client_queue_hold has set our counters to 0. */
static void begin_session(struct client *c)
{
    xc_sm_enable enable = {.resume = XC_TRUE};
    client_queue_hold(&c->queue);
    c->sm_id[0] = '\0';
    c->received = 0;
    c->ready = c->resumed = false;
    client_requests_give_up(c, "recipient-unavailable",
                            XC_STR("the session was lost"));
    for (struct client_room *r = c->rooms; r < c->rooms + CLIENT_ROOMS; r++)
        r->joined = false;
    if (!c->sm_offered) {
        on_new_session(c);
        return;
    }
    xc_write(client_nonza_begin(c), &xc_sm_enable_schema, &enable);
    client_nonza_send(c);
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
        client_address_set(&c->own, bind.jid)) {
        begin_session(c);
    } else {
        if (iq.type == XC_IQ_ERROR)
            show_refusal(c, iq.error.condition.value, iq.error.text);
        leave_with(
            c, "the server binds no resource",
            xc_str_from(xc_stanza_error_name(iq.error.condition.value)));
    }
    return true;
}

static bool on_enabling(struct client *c, const xc_stream_event *ev)
{
    xc_sm_enabled enabled;
    xc_sm_failed failed;
    if (ev->kind == XC_EVENT_STANZA) {
        client_on_stanza(c, ev->element);
        return true;
    }
    if (xc_was_read(
            xc_read(&xc_sm_enabled_schema, ev->element, &enabled, NULL))) {
        c->sm_enabled = true;
        if (enabled.resume == XC_TRUE)
            keep_text(c->sm_id, sizeof c->sm_id, enabled.id);
    } else if (xc_was_read(xc_read(&xc_sm_failed_schema, ev->element, &failed,
                                   NULL))) {
        show_failed(c, &failed);
    } else {
        return false;
    }
    on_new_session(c);
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

static bool on_resuming(struct client *c, const xc_stream_event *ev)
{
    xc_sm_resumed resumed;
    xc_sm_failed failed;
    if (xc_read(&xc_sm_resumed_schema, ev->element, &resumed, NULL) == XC_OK &&
        xc_str_is(resumed.previd, c->sm_id)) {
        on_resumed(c, resumed.h);
    } else if (xc_was_read(xc_read(&xc_sm_failed_schema, ev->element, &failed,
                                   NULL))) {
        show_failed(c, &failed);
        /* XEP-0198 section 5: it may still know how far we came. */
        if (!failed.h.present || client_queue_acknowledge(c, failed.h))
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
    [CLIENT_SASL] = {on_sasl, "not an element of SASL"},
    [CLIENT_RESUMING] = {on_resuming, "no reply to resume"},
    [CLIENT_BINDING] = {on_binding, "no reply to binding"},
    [CLIENT_ENABLING] = {on_enabling, "no reply to enable"},
    [CLIENT_ONLINE] = {on_online, "an element that was not asked for"},
    [CLIENT_CLOSING] = {on_closing, "something after the end"},
};

void client_on_event(struct client *c, const xc_stream_event *ev)
{
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
