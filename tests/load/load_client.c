#define _POSIX_C_SOURCE 200809L
#include "load_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const state_names[] = {"is offline",
                                          "opens a WebSocket",
                                          "waits for a header",
                                          "logs in",
                                          "enables stream management",
                                          "is online",
                                          "closes",
                                          "has closed",
                                          "is dead"};

const char *load_client_state_name(enum load_client_state state)
{
    return state_names[state];
}

/* ---- its end ------------------------------------------------------------ */

void load_client_hang_up(struct load_client *c, enum load_client_state state)
{
    xc_login_wipe(&c->login.state);
    connection_close(&c->connection);
    c->state = state;
}

static void die(struct load_client *c, const char *why)
{
    if (!c->hostile && c->load->complaints++ < 10)
        fprintf(stderr, "%s, while it %s: %s\n", c->user,
                state_names[c->state], why);
    load_client_hang_up(c, LOAD_CLIENT_DEAD);
}

void load_client_plan_cut(struct load_client *c)
{
    c->cut_out = c->cut_in = 0;
    if (c->cuts > 0 && chance_below(&c->load->chance, 2) == 0)
        c->cut_out = 1 + chance_below(&c->load->chance, 3000);
    else if (c->cuts > 0)
        c->cut_in = 1 + chance_below(&c->load->chance, 6000);
}

static void cut(struct load_client *c, int64_t now)
{
    load_client_hang_up(c, LOAD_CLIENT_OFFLINE);
    c->load->counts.cuts++;
    c->cuts--;
    c->asleep = now + chance_below(&c->load->chance, 300);
}

/* ---- logging in --------------------------------------------------------- */

static void send_written(struct load_client *c)
{
    if (connection_send(&c->connection) != XC_OK)
        die(c, "could not write");
}

static void send_stanza(struct load_client *c, const xc_schema *schema,
                        const void *stanza)
{
    xc_write(connection_begin(&c->connection), schema, stanza);
    send_written(c);
}

static void open_stream(struct load_client *c)
{
    xc_stream_header header = {.to = xc_str_from(c->load->settings.domain),
                               .major = 1};
    xc_writer_stream_open(connection_begin(&c->connection), &header);
    send_written(c);
    c->state = LOAD_CLIENT_HEADER;
}

static void init_stream(struct load_client *c)
{
    xc_stream_options options = {.content_ns = XC_NS_CLIENT};
    if (c->over_web)
        options.framing = XC_WEBSOCKET;
    xc_stream_init(&c->stream, c->memory, LOAD_CLIENT_MEMORY, &options);
}

/* Stream management is enabled after presence, which must not count. */
static bool begin_login(struct load_client *c)
{
    xc_login_options *o = &c->login.options;
    o->username = xc_str_from(c->user);
    o->password = c->load->settings.password;
    o->salted = &c->load->salted;
    o->private_channel = true;
    o->resource = XC_STR("load");
    o->previd = xc_str_from(c->sm_id[0] != '\0' ? c->sm_id : NULL);
    o->h = c->handled;
    return login_begin(&c->login, NULL, false);
}

void load_client_connect(struct load_client *c)
{
    connection_init(&c->connection, c->out, c->out_size, XC_NS_CLIENT);
    init_stream(c);
    if (c->sm_id[0] != '\0')
        load_client_plan_cut(c); /* it may happen while it logs in again */
    if (!begin_login(c)) {
        die(c, "no random numbers");
        return;
    }
    if (!connection_dial(&c->connection, c->load->settings.host,
                         c->over_web ? c->load->settings.web_port
                                     : c->load->settings.port)) {
        die(c, c->connection.problem);
    } else if (c->over_web) {
        memset(&c->web, 0, sizeof c->web);
        connection_send_bytes(&c->connection, xc_str_from(web_request()));
        c->state = LOAD_CLIENT_HANDSHAKE;
    } else {
        open_stream(c);
    }
}

/* ---- stream management -------------------------------------------------- */

static void on_enabled(struct load_client *c, const xc_element *e)
{
    xc_sm_enabled enabled;
    if (xc_read(&xc_sm_enabled_schema, e, &enabled, NULL) != XC_OK) {
        if (xc_sm_counts(e))
            return; /* earlier presence */
        die(c, "stream management is refused");
    } else if (enabled.resume != XC_TRUE || enabled.id.ptr == NULL ||
               enabled.id.len >= sizeof c->sm_id) {
        die(c, "no resumption");
    } else {
        memcpy(c->sm_id, enabled.id.ptr, enabled.id.len);
        c->state = LOAD_CLIENT_ONLINE;
        c->load->counts.logins++;
    }
}

static void acknowledged(struct load_client *c, xc_number h)
{
    uint32_t count;
    if (!xc_sm_acknowledge(c->sent, c->acked, h, &count))
        die(c, "the server acknowledges what was never sent");
    else
        c->acked += count;
}

/* Sends the messages again that the server does not have. */
static void on_resumed(struct load_client *c)
{
    c->state = LOAD_CLIENT_ONLINE;
    acknowledged(c, c->login.state.h);
    c->load->counts.again += c->sent - c->acked;
    c->sent = c->acked;
    c->load->counts.resumptions++;
}

static void on_bound(struct load_client *c)
{
    xc_presence presence = {.type = XC_PRESENCE_AVAILABLE};
    xc_sm_enable enable = {.resume = XC_TRUE};
    bool managed = c->load->settings.managed && !c->hostile;
    xc_str address = c->login.state.address;
    if (address.len >= sizeof c->jid) {
        die(c, "no address");
        return;
    }
    memcpy(c->jid, address.ptr, address.len);
    c->jid[address.len] = '\0';
    send_stanza(c, &xc_presence_schema, &presence);
    if (managed)
        send_stanza(c, &xc_sm_enable_schema, &enable);
    c->state = managed ? LOAD_CLIENT_ENABLE : LOAD_CLIENT_ONLINE;
    c->load->counts.logins += !c->hostile && !managed;
}

static void on_login(struct load_client *c, const xc_element *e)
{
    const xc_login *l = &c->login.state;
    xc_login_step step =
        xc_login_next(&c->login.state, e, connection_begin(&c->connection));
    if (step == XC_LOGIN_SEND) {
        send_written(c);
    } else if (step == XC_LOGIN_RESTART) {
        xc_stream_reset(&c->stream);
        open_stream(c);
    } else if (step == XC_LOGIN_FAILED) {
        die(c, xc_login_reason_text(l->reason));
    } else if (step == XC_LOGIN_ONLINE && l->resumed) {
        on_resumed(c);
    } else if (step == XC_LOGIN_ONLINE && c->sm_id[0] != '\0') {
        die(c, "could not resume");
    } else if (step == XC_LOGIN_ONLINE) {
        on_bound(c);
    }
}

static void on_nonza(struct load_client *c, const xc_element *e)
{
    xc_sm_a a = {.h = {true, c->handled}};
    if (xc_is(e, xc_sm_r_schema.ns, "r")) {
        xc_write(connection_begin(&c->connection), &xc_sm_a_schema, &a);
        send_written(c);
    } else if (xc_read(&xc_sm_a_schema, e, &a, NULL) == XC_OK) {
        acknowledged(c, a.h);
    }
}

/* ---- messages ----------------------------------------------------------- */

static const char filler[] =
    "It was the nightingale, and not the lark, that pierced the fearful "
    "hollow of thine ear; nightly she sings on yon pomegranate tree: believe "
    "me, love, it was the nightingale. It was the lark, the herald of the "
    "morn, no nightingale: look, love, what envious streaks do lace the "
    "severing clouds in yonder east";

static void write_message(struct load_client *c)
{
    char text[512];
    xc_message m = {.type = XC_MESSAGE_CHAT, .to = xc_str_from(c->to->jid)};
    snprintf(text, sizeof text, "%lu %.*s", (unsigned long)c->sent,
             (int)c->load->settings.body, filler);
    m.body = xc_str_from(text);
    send_stanza(c, &xc_message_schema, &m);
    c->sent++;
    c->load->counts.sent++;
}

static bool may_talk(const struct load_client *c, int64_t now)
{
    return c->state == LOAD_CLIENT_ONLINE &&
           c->sent < c->load->settings.messages &&
           (int32_t)(c->sent - c->to->received) <
               (int32_t)c->load->settings.window &&
           connection_waiting(&c->connection) < LOAD_CLIENT_OUT / 2 &&
           now >= c->silent;
}

void load_client_write_messages(struct load_client *c, int64_t now)
{
    while (may_talk(c, now)) {
        write_message(c);
        if (c->load->settings.pace > 0)
            c->silent =
                now + 1 +
                chance_below(&c->load->chance, 2 * c->load->settings.pace);
    }
}

static void count_message(struct load_client *c, uint32_t number)
{
    if (number < c->received) {
        c->load->counts.duplicated++;
        return;
    }
    c->load->counts.lost += number - c->received;
    c->load->counts.received++;
    c->received = number + 1;
}

static void on_message(struct load_client *c, const xc_element *e)
{
    xc_message m;
    if (xc_read(&xc_message_schema, e, &m, NULL) != XC_OK)
        c->load->counts.strays++;
    else if (m.type == XC_MESSAGE_ERROR)
        c->load->counts.bounced++;
    else if (xc_str_is(m.from, c->from->jid) && m.body.ptr != NULL)
        count_message(c, (uint32_t)strtoul(m.body.ptr, NULL, 10));
    else if (!xc_str_starts_with(m.from, "v")) /* not of a villain */
        c->load->counts.strays++;
}

static void on_stanza(struct load_client *c, const xc_element *e)
{
    if (c->state != LOAD_CLIENT_ONLINE)
        return;
    c->handled += xc_sm_counts(e);
    if (!c->hostile && xc_is(e, NULL, "message"))
        on_message(c, e);
}

/* ---- events ------------------------------------------------------------- */

static void on_element(struct load_client *c, const xc_element *e)
{
    if (c->state == LOAD_CLIENT_ENABLE)
        on_enabled(c, e);
    else
        on_nonza(c, e);
}

static void on_error(struct load_client *c, const xc_element *e)
{
    xc_stream_error error;
    const char *name = "stream error";
    if (xc_read(&xc_stream_error_schema, e, &error, NULL) == XC_OK)
        name = xc_stream_error_name(
            (xc_stream_error_condition)error.condition.value);
    die(c, name);
}

static void on_event(struct load_client *c, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_OPEN)
        c->state = LOAD_CLIENT_LOGIN;
    else if (c->state == LOAD_CLIENT_LOGIN && ev->element != NULL &&
             ev->kind != XC_EVENT_ERROR)
        on_login(c, ev->element);
    else if (ev->kind == XC_EVENT_STANZA && c->state != LOAD_CLIENT_ENABLE)
        on_stanza(c, ev->element);
    else if (ev->kind == XC_EVENT_ERROR)
        on_error(c, ev->element);
    else if (ev->kind == XC_EVENT_NONZA || ev->kind == XC_EVENT_STANZA)
        on_element(c, ev->element);
    else if (ev->kind == XC_EVENT_FEATURES) /* after a login with SASL2 */
        return;
    else if (c->state == LOAD_CLIENT_CLOSING)
        load_client_hang_up(c, LOAD_CLIENT_CLOSED);
    else
        die(c, "the server closes the stream");
}

static void take(struct load_client *c, xc_str in)
{
    xc_stream_event ev;
    xc_status status = XC_EVENT;
    while (c->connection.fd >= 0 && status == XC_EVENT) {
        status = xc_stream_next(&c->stream, &in, &ev);
        if (status == XC_EVENT)
            on_event(c, &ev);
    }
    if (c->connection.fd >= 0 && xc_status_is_error(status))
        die(c, xc_status_text(status));
}

/* ---- WebSocket ---------------------------------------------------------- */

static void on_web_event(struct load_client *c, enum web_event event,
                         xc_str bytes)
{
    if (event == WEB_OPENED) {
        c->connection.framing = &web_framing;
        c->connection.content_ns = NULL; /* no element around the messages */
        open_stream(c);
    } else if (event == WEB_PAYLOAD) {
        take(c, bytes);
    } else if (event == WEB_MESSAGE_END) {
        if (xc_stream_end_message(&c->stream) != XC_OK)
            die(c, "a message that is not one element");
    } else {
        die(c, event == WEB_CLOSE ? "the server closes the WebSocket"
                                  : "no WebSocket");
    }
}

static void take_web(struct load_client *c, xc_str in)
{
    enum web_event event = WEB_PAYLOAD;
    xc_str bytes = {NULL, 0};
    while (c->connection.fd >= 0 && event != WEB_NEED_MORE) {
        event = web_next(&c->web, &in, &bytes);
        if (event != WEB_NEED_MORE)
            on_web_event(c, event, bytes);
    }
}

/* ---- the wire ----------------------------------------------------------- */

/* Reads once. False: the connection was cut. */
static bool read_once(struct load_client *c)
{
    char buffer[16384];
    size_t size = sizeof buffer;
    xc_str in;
    connection_read_result got;
    if (c->cut_in > 0 && c->cut_in < size)
        size = c->cut_in;
    got = connection_read(&c->connection, buffer, size, &in);
    if (got == CONNECTION_FAILED || got == CONNECTION_END)
        die(c, got == CONNECTION_END ? "the server hangs up"
                                     : c->connection.problem);
    if (got != CONNECTION_BYTES)
        return true;
    if (c->over_web)
        take_web(c, in);
    else
        take(c, in);
    if (c->cut_in == 0)
        return true;
    c->cut_in -= in.len;
    return c->cut_in > 0;
}

/* Writes the queued bytes, up to the cut. False: the connection was cut. */
static bool flush(struct load_client *c)
{
    struct connection *link = &c->connection;
    size_t waiting = connection_waiting(link);
    bool last = c->cut_out > 0 && !link->connecting && waiting >= c->cut_out;
    if (last)
        link->out_to = link->out_from + c->cut_out;
    waiting = connection_waiting(link);
    if (!connection_move(link)) {
        die(c, link->problem);
        return true;
    }
    if (c->cut_out > 0)
        c->cut_out -= waiting - connection_waiting(link);
    return !last || connection_waiting(link) > 0;
}

void load_client_move(struct load_client *c, short revents, int64_t now)
{
    bool there = true;
    if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0 &&
        !c->connection.connecting)
        there = read_once(c);
    if (there && c->connection.fd >= 0)
        there = flush(c);
    if (!there && c->connection.fd >= 0)
        cut(c, now);
}

void load_client_close(struct load_client *c)
{
    xc_writer_stream_close(connection_begin(&c->connection));
    send_written(c);
    c->state = LOAD_CLIENT_CLOSING;
}
