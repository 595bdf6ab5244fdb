/* server_session.h - one connection, from its first byte to its last:

       HEADER -> LOGIN -> RESPONSE -> HEADER -> BIND -> BOUND -> CLOSING
                    |  -> CHECKING -^            |        |
                    +> HEADER (STARTTLS)         |        v
                                                 +---- DETACHED
       HEADER -> HANDSHAKE -> COMPONENT -> CLOSING

   Each state has one function, in the table below; what it does not expect
   ends the stream with the error that RFC 6120 names. */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "server_login.h"
#include "server_route.h"

/* ---- the table ---------------------------------------------------------- */

static const struct {
    const char *name;
    bool reads; /* is told what arrives */
    void (*handle)(struct session *s, const xc_stream_event *ev);
} session_states[] = {
    [SESSION_FREE] = {"free", false, NULL},
    [SESSION_HEADER] = {"awaits a header", true, on_header},
    [SESSION_LOGIN] = {"awaits a login", true, on_login},
    [SESSION_RESPONSE] = {"is logging in", true, on_response},
    [SESSION_CHECKING] = {"is being checked", false, NULL},
    [SESSION_BIND] = {"awaits a resource", true, on_bind},
    [SESSION_BOUND] = {"is there", true, on_stanza},
    [SESSION_HANDSHAKE] = {"awaits a handshake", true, on_handshake},
    [SESSION_COMPONENT] = {"is there", true, on_component},
    [SESSION_CLOSING] = {"is closing", false, NULL},
    [SESSION_DETACHED] = {"may come back", false, NULL},
};

static void session_on_event(struct session *s, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_CLOSE || ev->kind == XC_EVENT_ERROR)
        session_close(s);
    else
        session_states[s->state].handle(s, ev);
}

/* Who makes the disk work waits four times as long: the others have most of
   the server's time. */
static void session_pause(struct session *s, int64_t disk_time_before)
{
    if (server.disk_time != disk_time_before)
        s->paused_until =
            server.now + 4 * (server.disk_time - disk_time_before);
}

static bool session_reads(const struct session *s)
{
    return session_states[s->state].reads && s->cut == NULL &&
           server.now >= s->paused_until;
}

/* White space behind the last element of the old stream does not belong to the
   new one (section 11.7). */
static void skip_space(struct session *s, xc_str *in)
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
   Returns how many are left over. */
static size_t session_take(struct session *s, xc_str in)
{
    xc_stream_event ev;
    xc_status status = XC_EVENT;
    bool secured = s->link.tls != NULL;
    while (status == XC_EVENT && session_reads(s)) {
        int64_t disk_time = server.disk_time;
        skip_space(s, &in);
        status = xc_stream_next(&s->stream, &in, &ev);
        if (status == XC_EVENT)
            session_on_event(s, &ev);
        session_pause(s, disk_time);
        if (secured != (s->link.tls != NULL)) {
            secured = true;
            skip_space(s, &in);
            if (in.len > 0) /* an attack: it would count as encrypted */
                session_cut(s, "has sent more in the clear after STARTTLS");
        }
    }
    if (xc_status_is_error(status))
        session_refuse(s, xc_status_condition(status), xc_status_text(status));
    return xc_status_is_error(status) ? 0 : in.len;
}

/* ---- WebSocket ---------------------------------------------------------- */

static void session_open_stream(struct session *s)
{
    xc_stream_options o = {.framing = s->port == PORT_WEBSOCKET ? XC_WEBSOCKET
                                                                : XC_TCP,
                           .content_ns = session_ns(s)};
    xc_stream_init(&s->stream, s->memory, sizeof s->memory, &o);
}

/* The handshake is over. */
static void session_open_frames(struct session *s)
{
    session_open_stream(s);
    s->link.framing = &ws_framing;
    s->link.content_ns = NULL;
}

static void session_end_message(struct session *s)
{
    xc_status status = xc_stream_end_message(&s->stream);
    if (xc_status_is_error(status) && session_states[s->state].reads)
        session_refuse(s, xc_status_condition(status), xc_status_text(status));
}

/* As session_take, but for what a WebSocket carries. A message is one stanza,
   so between messages it can wait. */
static size_t session_take_frames(struct session *s, char *at, char *end)
{
    ws_event event = WS_MESSAGE_END;
    xc_str bytes;
    while (event != WS_NEED_MORE && event != WS_CLOSED && s->cut == NULL &&
           (event == WS_PAYLOAD ||
            (server.now >= s->paused_until && s->state != SESSION_CHECKING))) {
        event = ws_next(&s->ws, &at, end, &bytes);
        if (event == WS_PAYLOAD)
            session_take(s, bytes);
        else if (event == WS_MESSAGE_END)
            session_end_message(s);
        else if (!link_send_bytes(&s->link, bytes))
            session_cut(s, "does not read what it gets");
        if (event == WS_OPENED)
            session_open_frames(s);
    }
    if (event == WS_CLOSED) {
        s->close_sent = true;
        session_close(s);
    }
    return (size_t)(end - at);
}

/* ---- beginning and end -------------------------------------------------- */

/* The buffers are left alone: what nobody uses costs nothing. */
static void session_start(struct session *s, enum port port)
{
    size_t from = offsetof(struct session, stream);
    memset((char *)s + from, 0, offsetof(struct session, rest) - from);
    s->port = port;
    s->state = SESSION_HEADER;
    s->heard = s->drained = server.now;
    s->deadline = server.now + server.login_time;
    if (port == PORT_WEBSOCKET)
        ws_init(&s->ws, s->memory, 4096, STREAM_BYTES);
    else
        session_open_stream(s);
    s->link.content_ns = session_ns(s);
    log_event(s, "is connected");
}

static void session_end(struct session *s, const char *why)
{
    log_event(s, why);
    if (s->state == SESSION_CHECKING)
        checking_remove(s);
    s->state = SESSION_CLOSING;
    if (s->account != NULL)
        resource_end(s);
    if (server.component == s)
        server.component = NULL;
    sasl_wipe(&s->sasl);
    link_close(&s->link);
    server.fds[PORTS + s->slot].fd = -1;
    s->state = SESSION_FREE;
    s->own.jid.ptr = NULL;
    s->next = server.free_sessions;
    server.free_sessions = s;
}

/* The connection is gone without a close tag. */
static void session_lost(struct session *s)
{
    const char *why = s->link.problem != NULL ? s->link.problem : "is gone";
    if (s->state != SESSION_BOUND || !s->queue.enabled ||
        !s->queue.resumable) {
        session_end(s, why);
        return;
    }
    log_event(s, "is lost, and may come back");
    link_close(&s->link);
    server.fds[PORTS + s->slot].fd = -1;
    s->state = SESSION_DETACHED;
    s->deadline = server.now + server.resume_time;
}

/* At the end of each turn in which something was sent or has happened. */
static void session_settle(struct session *s)
{
    struct pollfd *fd = &server.fds[PORTS + s->slot];
    s->unsettled = false;
    if (s->state == SESSION_FREE)
        return;
    if (s->state == SESSION_CLOSING && s->account != NULL)
        resource_end(s);
    if (s->state == SESSION_CLOSING && server.component == s)
        server.component = NULL;
    if (s->cut != NULL) {
        session_end(s, s->cut);
        return;
    }
    if (s->state == SESSION_DETACHED)
        return;
    queue_pump(s);
    if (s->state == SESSION_BOUND)
        sm_ask(s);
    if (!link_move(&s->link)) {
        session_lost(s);
        return;
    }
    if (s->state == SESSION_BOUND) {
        offline_confirm(s);
        offline_feed(s);
    }
    if (link_waiting(&s->link) == 0)
        s->drained = server.now;
    fd->fd = s->rests || s->state == SESSION_CHECKING ? -1 : s->link.fd;
    fd->events = link_events(&s->link);
}

static void sessions_settle(void)
{
    while (server.unsettled != NULL) {
        struct session *s = server.unsettled;
        server.unsettled = s->settle;
        session_settle(s);
    }
}

static void session_rest(struct session *s, const char *bytes, size_t len)
{
    memmove(s->rest, bytes, len);
    s->rest_len = len;
    if (s->rests)
        return;
    s->rests = true;
    s->resting = server.resting;
    server.resting = s;
}

/* Takes `len` bytes of input. */
static void session_input(struct session *s, char *bytes, size_t len)
{
    xc_str in = {bytes, len};
    size_t left = s->port == PORT_WEBSOCKET
                      ? session_take_frames(s, bytes, bytes + len)
                      : session_take(s, in);
    if (s->state == SESSION_CLOSING || s->cut != NULL)
        left = 0;
    if (left > 0)
        session_rest(s, bytes + len - left, left);
}

/* The socket has bytes. A fair share of them: the others wait for their turn.
   TLS may keep more in memory that poll knows nothing of. */
static void session_read(struct session *s)
{
    static char buffer[SHARE_BYTES];
    xc_str in;
    link_got got = link_read(&s->link, buffer, sizeof buffer, &in);
    session_unsettle(s);
    if (got == LINK_FAILED || got == LINK_END) {
        if (got == LINK_END) /* it may still listen */
            link_move(&s->link);
        session_lost(s);
        return;
    }
    if (got != LINK_BYTES)
        return;
    s->heard = server.now;
    s->pinged = false;
    if (s->state == SESSION_BOUND)
        s->deadline = 0;
    session_input(s, buffer, in.len);
    if (s->link.tls != NULL && !s->rests)
        session_rest(s, buffer, 0);
}

/* Those that had to wait go on. */
static void sessions_wake(void)
{
    struct session *s = server.resting, *next;
    server.resting = NULL;
    for (; s != NULL; s = next) {
        size_t len = s->rest_len;
        next = s->resting;
        s->rests = false;
        s->rest_len = 0;
        if (s->state == SESSION_FREE || s->state == SESSION_DETACHED)
            continue;
        session_unsettle(s);
        if (len == 0)
            session_read(s);
        else if (session_reads(s))
            session_input(s, s->rest, len);
        else if (session_states[s->state].reads ||
                 s->state == SESSION_CHECKING)
            session_rest(s, s->rest, len);
    }
}

/* ---- time --------------------------------------------------------------- */

/* A portion of the work for the password that has waited longest. */
static void sessions_check(void)
{
    struct session *s = server.checking;
    enum sasl_step step;
    if (s == NULL)
        return;
    step = sasl_continue(s, session_begin(s));
    if (step == SASL_BUSY)
        return;
    checking_remove(s);
    login_step(s, step);
    session_unsettle(s);
}

static void session_ping(struct session *s)
{
    xc_writer *w;
    s->pinged = true;
    s->deadline = server.now + server.idle_time / 5;
    if (s->queue.enabled) {
        xc_write_tag(session_begin(s), XC_NS_SM, "r");
        session_send(s);
        return;
    }
    w = stanza_begin(s, "iq", "get", xc_jid_full(server.domain.jid),
                     xc_jid_full(s->own.jid));
    xc_writer_attr(w, "id", XC_STR("ping"));
    xc_write_tag(w, XC_TAG_PING);
    xc_writer_end(w);
    session_deliver(s, URGENT);
}

static void session_expire(struct session *s)
{
    if (s->state == SESSION_CLOSING)
        session_cut(s, "has not hung up");
    else if (s->state == SESSION_DETACHED)
        session_cut(s, "has not come back");
    else if (s->state == SESSION_BOUND && s->queue.resumable)
        session_lost(s);
    else
        session_refuse(s, "connection-timeout", NULL);
}

/* When there is no place for others, who is not there yet must be quick, and
   who has been told to go is not waited for. */
static bool is_in_the_way(const struct session *s)
{
    if (server.free_sessions != NULL || session_is_there(s))
        return false;
    return s->state == SESSION_CLOSING
               ? s->link.ended
               : s->deadline - server.now < server.login_time - HURRY;
}

static void session_watch(struct session *s)
{
    if (s->state == SESSION_FREE)
        return;
    if ((s->deadline != 0 && server.now >= s->deadline) || is_in_the_way(s))
        session_expire(s);
    else if (s->state == SESSION_BOUND && !s->pinged &&
             server.now - s->heard >= server.idle_time)
        session_ping(s);
    else if (link_waiting(&s->link) > 0 &&
             server.now - s->drained >= server.idle_time / 5 * 6)
        session_cut(s, "does not read what it gets");
}

#endif
