#include "stream.h"

#include "random.h"
#include "receive.h"
#include "send.h"
#include "server.h"

enum {
    CLOSE_TIME = 5000 /* milliseconds for the peer to hang up */
};

void stream_open(struct server_session *s, xc_str to, bool version)
{
    const struct server *server = s->server;
    xc_stream_header h = {.from = xc_jid_full(server->domain.jid), .to = to};
    if (s->port == PORT_COMPONENT && server->component_name != NULL)
        h.from = xc_str_from(server->component_name);
    if (s->stream_id[0] != '\0' ||
        random_text(s->stream_id, sizeof s->stream_id))
        h.id = xc_str_from(s->stream_id);
    if (version) {
        h.major = 1;
        h.lang = XC_STR("en");
    } else {
        h.minor = 9; /* XEP-0114: no version, no features */
    }
    xc_writer_stream_open(send_begin(s), &h);
    send_end(s);
    s->header_sent = true;
}

xc_stream_limits stream_limits(const struct server_session *s)
{
    const struct server_config *c = &s->server->config;
    int64_t idle = s->authenticated ? c->idle_time : c->login_time;
    xc_stream_limits limits = {.base = {.present = true}};
    limits.max_bytes.present = limits.idle_seconds.present = true;
    limits.max_bytes.value = receive_stanza_max(s);
    limits.idle_seconds.value = (uint32_t)(idle / 1000);
    return limits;
}

void stream_close(struct server_session *s)
{
    send_queued(s);
    if (!s->close_sent && s->header_sent) {
        xc_writer_stream_close(send_begin(s));
        send_last(s);
    }
    if (s->port == PORT_WEBSOCKET)
        connection_send_bytes(&s->connection, ws_close(&s->ws, WS_NORMAL));
    if (s->state == SESSION_CHECKING)
        session_end_check(s);
    s->close_sent = true;
    s->connection.ending = true;
    if (s->state != SESSION_CLOSING)
        s->deadline = s->server->now + CLOSE_TIME;
    s->state = SESSION_CLOSING;
    session_unsettle(s);
}

static void write_error(struct server_session *s, const char *condition,
                        const char *text)
{
    if (!s->header_sent)
        stream_open(s, xc_str_from(NULL), s->port != PORT_COMPONENT);
    xc_writer_stream_error(send_begin(s), condition, xc_str_from(text));
    send_last(s);
}

/* Before the WebSocket is open, the error is one of HTTP. */
static void refuse_request(struct server_session *s, const char *text)
{
    connection_send_bytes(&s->connection,
                          ws_refuse(&s->ws, "503 Service Unavailable",
                                    "Connection: close\r\n", text));
    s->close_sent = true;
    stream_close(s);
}

/* An error needs a stream around it (RFC 6120 section 4.9.1.2). */
void stream_refuse(struct server_session *s, const char *condition,
                   const char *text)
{
    session_log(s, text != NULL ? text : condition);
    if (s->state == SESSION_DETACHED || s->state == SESSION_CLOSING ||
        s->connection.fd < 0) {
        session_cut(s, condition);
    } else if (s->port == PORT_WEBSOCKET && s->ws.phase == WS_IN_REQUEST) {
        refuse_request(s, text != NULL ? text : condition);
    } else {
        write_error(s, condition, text);
        stream_close(s);
    }
}

void stream_abandon(struct server_session *s, const char *condition,
                    const char *text)
{
    write_error(s, condition, text);
    xc_writer_stream_close(send_begin(s));
    send_last(s);
    connection_move(&s->connection);
}
