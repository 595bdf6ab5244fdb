#include "life.h"

#include "offline.h"
#include "receive.h"
#include "resource.h"
#include "send.h"
#include "server.h"
#include "sm.h"
#include "stream.h"
#include "tls.h"

#include <poll.h>
#include <string.h>

enum {
    REQUEST_BYTES = 4096, /* of a WebSocket's HTTP request */
    MESSAGE_BYTES = SESSION_STANZA_MAX + 1024, /* the codec finds it first */
    HURRY = 5000 /* milliseconds to log in when all is full */
};

static struct pollfd *poll_of(const struct server_session *s)
{
    return &s->server->fds[PORTS + s->slot];
}

/* ---- beginning and end -------------------------------------------------- */

static void begin_tls(struct server_session *s)
{
    s->connection.tls = tls_accept(s->server->tls, s->connection.fd);
    if (s->connection.tls == NULL)
        session_cut(s, "no memory for TLS");
}

/* The buffers are left alone: one that is not used costs nothing. */
void life_begin(struct server_session *s, enum server_port port)
{
    const struct server *server = s->server;
    size_t from = offsetof(struct server_session, stream);
    memset((char *)s + from, 0, offsetof(struct server_session, rest) - from);
    s->port = port;
    s->state = SESSION_HEADER;
    s->heard = s->drained = server->now;
    s->deadline = server->now + server->config.login_time;
    sasl_init(&s->sasl, &server->credentials, xc_jid_full(server->domain.jid));
    sm_queue_init(&s->queue, s->queued, sizeof s->queued);
    if (port == PORT_WEBSOCKET)
        ws_init(&s->ws, s->memory, REQUEST_BYTES, MESSAGE_BYTES);
    else
        receive_open_stream(s);
    s->connection.content_ns = session_ns(s);
    if (port == PORT_WEBSOCKET && server->config.websocket_tls)
        begin_tls(s);
    session_log(s, "is connected");
}

static void end(struct server_session *s, const char *why)
{
    struct server *server = s->server;
    session_log(s, why);
    if (s->state == SESSION_CHECKING)
        session_end_check(s);
    s->state = SESSION_CLOSING;
    if (s->account != NULL)
        resource_end(s);
    if (server->component == s)
        server->component = NULL;
    sasl_wipe(&s->sasl);
    connection_close(&s->connection);
    poll_of(s)->fd = -1;
    s->state = SESSION_FREE;
    s->own.jid.ptr = NULL;
    s->next = server->free;
    server->free = s;
}

void life_lose(struct server_session *s)
{
    const char *problem = s->connection.problem;
    if (s->state != SESSION_BOUND || !s->queue.enabled ||
        !s->queue.resumable) {
        end(s, problem != NULL ? problem : "is gone");
        return;
    }
    session_log(s, "is lost, and may come back");
    connection_close(&s->connection);
    poll_of(s)->fd = -1;
    s->state = SESSION_DETACHED;
    s->deadline = s->server->now + s->server->config.resume_time;
}

/* ---- at the end of a turn ----------------------------------------------- */

/* What others see of a session that is closing ends before its connection. */
static void leave(struct server_session *s)
{
    if (s->account != NULL)
        resource_end(s);
    if (s->server->component == s)
        s->server->component = NULL;
}

static void exchange(struct server_session *s)
{
    struct pollfd *fd = poll_of(s);
    send_queued(s);
    if (s->state == SESSION_BOUND)
        sm_ask(s);
    if (!connection_move(&s->connection)) {
        life_lose(s);
        return;
    }
    if (s->state == SESSION_BOUND) {
        offline_confirm(s);
        offline_feed(s);
    }
    if (connection_waiting(&s->connection) == 0)
        s->drained = s->server->now;
    fd->fd = s->rests || s->state == SESSION_CHECKING ? -1 : s->connection.fd;
    fd->events = connection_poll_events(&s->connection);
}

static void refuse(struct server_session *s)
{
    const char *why = s->refused;
    s->refused = NULL;
    if (s->state == SESSION_CLOSING)
        return;
    stream_refuse(s, "policy-violation", why); /* or cuts, if detached */
    if (s->cut == NULL)
        leave(s);
}

void life_settle(struct server_session *s)
{
    s->unsettled = false;
    if (s->state == SESSION_FREE)
        return;
    if (s->state == SESSION_CLOSING)
        leave(s);
    if (s->refused != NULL && s->cut == NULL)
        refuse(s);
    if (s->cut != NULL)
        end(s, s->cut);
    else if (s->state != SESSION_DETACHED)
        exchange(s);
}

/* ---- with time ---------------------------------------------------------- */

static void ping(struct server_session *s)
{
    xc_writer *w;
    s->pinged = true;
    s->deadline = s->server->now + s->server->config.idle_time / 5;
    if (sm_ask_now(s))
        return;
    w = send_begin_stanza(s, "iq", "get", xc_jid_full(s->server->domain.jid),
                          xc_jid_full(s->own.jid));
    xc_writer_attr(w, "id", XC_STR("ping"));
    xc_write_tag(w, XC_TAG_PING);
    xc_writer_end(w);
    send_stanza(s, SEND_URGENT);
}

static const char silent[] = "no reply came to a ping";

/* Is it gone, or does it never acknowledge? A ping tells. */
static void watch_late(struct server_session *s)
{
    if (sm_is_ignored(s)) {
        sm_give_up(s);
        session_unsettle(s);
    } else if (!s->pinged) {
        ping(s);
    }
}

static void expire(struct server_session *s)
{
    if (s->state == SESSION_CLOSING)
        session_cut(s, "has not hung up");
    else if (s->state == SESSION_DETACHED)
        session_cut(s, "has not come back");
    else if (s->state == SESSION_BOUND && s->queue.resumable) {
        stream_abandon(s, "connection-timeout", silent);
        life_lose(s);
    } else
        stream_refuse(s, "connection-timeout",
                      s->state == SESSION_BOUND ? silent
                                                : "logging in took too long");
}

/* When all sessions are taken, clients that log in must be quick, and clients
   that were told to go are not waited for. */
static bool is_in_the_way(const struct server_session *s)
{
    const struct server *server = s->server;
    if (server->free != NULL || session_is_online(s))
        return false;
    return s->state == SESSION_CLOSING
               ? s->connection.ended
               : s->deadline - server->now < server->config.login_time - HURRY;
}

void life_watch(struct server_session *s)
{
    int64_t now = s->server->now, idle = s->server->config.idle_time;
    if (s->state == SESSION_FREE)
        return;
    if ((s->deadline != 0 && now >= s->deadline) || is_in_the_way(s))
        expire(s);
    else if (s->state == SESSION_BOUND && !s->pinged && now - s->heard >= idle)
        ping(s);
    else if (connection_waiting(&s->connection) > 0 &&
             now - s->drained >= idle / 5 * 6 && s->state != SESSION_CLOSING)
        session_refuse(s, "does not read what it gets");
    else if (sm_is_late(s))
        watch_late(s);
}
