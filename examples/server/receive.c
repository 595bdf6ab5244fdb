/* The states of a session:

       HEADER -> LOGIN ---> HEADER -> BIND -> BOUND -> CLOSING
                  |  CHECKING          |       | ^
                  |                    |       v |
                  |                    |   DETACHED
                  +> HEADER (STARTTLS) |         |
                  +> BIND, BOUND       +---------+
                     (SASL2)
       HEADER -> HANDSHAKE -> COMPONENT -> CLOSING */
#include "receive.h"

#include "component.h"
#include "life.h"
#include "login.h"
#include "route.h"
#include "send.h"
#include "server.h"
#include "stream.h"

#include <string.h>

/* ---- the table ---------------------------------------------------------- */

/* NULL: does not read now. */
static void (*const handlers[])(struct server_session *s,
                                const xc_stream_event *ev) = {
    [SESSION_FREE] = NULL,
    [SESSION_HEADER] = login_on_header,
    [SESSION_LOGIN] = login_on_auth,
    [SESSION_CHECKING] = NULL,
    [SESSION_BIND] = login_on_bind,
    [SESSION_BOUND] = route_on_stanza,
    [SESSION_HANDSHAKE] = component_on_handshake,
    [SESSION_COMPONENT] = component_on_stanza,
    [SESSION_CLOSING] = NULL,
    [SESSION_DETACHED] = NULL,
};

static bool can_read(const struct server_session *s)
{
    return handlers[s->state] != NULL;
}

/* What is not read yet does not add to the replies that wait. */
static bool reads_now(const struct server_session *s)
{
    return can_read(s) && s->cut == NULL && s->refused == NULL &&
           s->server->now >= s->paused_until &&
           connection_waiting(&s->connection) <= SESSION_OUT_BYTES / 2;
}

static void on_event(struct server_session *s, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_CLOSE || ev->kind == XC_EVENT_ERROR)
        stream_close(s);
    else
        handlers[s->state](s, ev);
}

/* A client that makes the disk work waits four times as long: the others have
   most of the server's time. */
static void pause(struct server_session *s, int64_t disk_time_before)
{
    int64_t cost = s->server->store.disk_time - disk_time_before;
    if (cost != 0)
        s->paused_until = s->server->now + 4 * cost;
}

static void refuse_status(struct server_session *s, xc_status status)
{
    stream_refuse(s, xc_status_condition(status), xc_status_text(status));
}

/* White space after the last element of the old stream does not belong to the
   new one (section 11.7). */
static void skip_space(struct server_session *s, xc_str *in)
{
    while (s->restarted && in->len > 0 &&
           memchr(" \t\r\n", *in->ptr, 4) != NULL) {
        in->ptr++;
        in->len--;
    }
    if (in->len > 0)
        s->restarted = false;
}

/* All events in the bytes that have arrived, unless it has to wait in between.
   Returns how many bytes are left over. */
static size_t take_bytes(struct server_session *s, xc_str in)
{
    xc_stream_event ev;
    xc_status status = XC_EVENT;
    bool secured = s->connection.tls != NULL;
    while (status == XC_EVENT && reads_now(s)) {
        int64_t disk_time = s->server->store.disk_time;
        skip_space(s, &in);
        status = xc_stream_next(&s->stream, &in, &ev);
        if (status == XC_EVENT)
            on_event(s, &ev);
        pause(s, disk_time);
        if (secured != (s->connection.tls != NULL)) {
            secured = true;
            skip_space(s, &in);
            if (in.len > 0) /* an attack: it would count as encrypted */
                session_cut(s, "has sent more in the clear after STARTTLS");
        }
    }
    if (xc_status_is_error(status))
        refuse_status(s, status);
    return xc_status_is_error(status) ? 0 : in.len;
}

uint32_t receive_stanza_max(const struct server_session *s)
{
    return s->authenticated || s->port == PORT_COMPONENT ? SESSION_STANZA_MAX
                                                         : SESSION_LOGIN_MAX;
}

void receive_open_stream(struct server_session *s)
{
    xc_stream_options o = {.framing = s->port == PORT_WEBSOCKET ? XC_WEBSOCKET
                                                                : XC_TCP,
                           .content_ns = session_ns(s)};
    o.limits.stanza_bytes = receive_stanza_max(s);
    xc_stream_init(&s->stream, s->memory, sizeof s->memory, &o);
}

/* The rest of a WebSocket message belongs to the old stream. */
void receive_restart_stream(struct server_session *s)
{
    if (s->in_message)
        xc_stream_reset(&s->stream);
    else
        receive_open_stream(s);
}

/* ---- WebSocket ---------------------------------------------------------- */

void receive_open_frames(struct server_session *s)
{
    receive_open_stream(s);
    s->connection.framing = &ws_framing;
    s->connection.content_ns = NULL;
}

static void end_message(struct server_session *s)
{
    xc_status status = xc_stream_end_message(&s->stream);
    s->in_message = false;
    if (xc_status_is_error(status) && can_read(s))
        refuse_status(s, status);
    else if (s->restarted)
        receive_open_stream(s);
}

/* Frames of a message that is too long are not even read. */
static void on_ws_end(struct server_session *s, xc_str last)
{
    if (s->ws.fault == WS_TOO_BIG)
        stream_refuse(s, "policy-violation", "a message is too long");
    send_bytes(s, last);
    s->close_sent = true;
    stream_close(s);
}

static void take_payload(struct server_session *s, xc_str bytes)
{
    s->in_message = true;
    take_bytes(s, bytes);
}

/* Frames are read, too, when nothing but their end is awaited. */
static bool reads_frames(const struct server_session *s)
{
    return can_read(s) ? reads_now(s)
                       : s->cut == NULL && s->state != SESSION_CHECKING;
}

/* As take_bytes, for what a WebSocket carries. A message is one stanza, so it
   can wait only between messages. */
static size_t take_frames(struct server_session *s, char *at, char *end)
{
    ws_event event = WS_MESSAGE_END;
    xc_str bytes;
    while (event != WS_NEED_MORE && event != WS_CLOSED &&
           (event == WS_PAYLOAD || reads_frames(s))) {
        event = ws_next(&s->ws, &at, end, &bytes);
        if (event == WS_PAYLOAD)
            take_payload(s, bytes);
        else if (event == WS_MESSAGE_END)
            end_message(s);
        else if (event == WS_CLOSED)
            on_ws_end(s, bytes);
        else
            send_bytes(s, bytes);
        if (event == WS_OPENED)
            receive_open_frames(s);
    }
    return (size_t)(end - at);
}

/* ---- input -------------------------------------------------------------- */

/* Keeps input for the next turn. */
static void rest(struct server_session *s, const char *bytes, size_t len)
{
    memmove(s->rest, bytes, len);
    s->rest_len = len;
    if (s->rests)
        return;
    s->rests = true;
    s->resting = s->server->resting;
    s->server->resting = s;
}

static void take_input(struct server_session *s, char *bytes, size_t len)
{
    xc_str in = {bytes, len};
    size_t left = s->port == PORT_WEBSOCKET
                      ? take_frames(s, bytes, bytes + len)
                      : take_bytes(s, in);
    if (s->state == SESSION_CLOSING || s->cut != NULL)
        left = 0;
    if (left > 0)
        rest(s, bytes + len - left, left);
}

/* TLS may keep more in memory that poll knows nothing of. */
void receive(struct server_session *s)
{
    char buffer[SESSION_SHARE_BYTES];
    xc_str in;
    connection_read_result got =
        connection_read(&s->connection, buffer, sizeof buffer, &in);
    session_unsettle(s);
    if (got == CONNECTION_FAILED || got == CONNECTION_END) {
        if (got == CONNECTION_END) /* it may still listen */
            connection_move(&s->connection);
        life_lose(s);
        return;
    }
    if (got != CONNECTION_BYTES)
        return;
    s->heard = s->server->now;
    s->pinged = false;
    if (s->state == SESSION_BOUND)
        s->deadline = 0;
    take_input(s, buffer, in.len);
    if (s->connection.tls != NULL && !s->rests)
        rest(s, buffer, 0);
}

void receive_again(struct server *server)
{
    struct server_session *s = server->resting, *next;
    server->resting = NULL;
    for (; s != NULL; s = next) {
        size_t len = s->rest_len;
        next = s->resting;
        s->rests = false;
        s->rest_len = 0;
        if (s->state == SESSION_FREE || s->state == SESSION_DETACHED)
            continue;
        session_unsettle(s);
        if (len == 0)
            receive(s);
        else if (reads_now(s))
            take_input(s, s->rest, len);
        else if (can_read(s) || s->state == SESSION_CHECKING)
            rest(s, s->rest, len);
    }
}
