#include "stream.h"

#include "random.h"
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

void stream_close(struct server_session *s)
{
    send_queued(s);
    if (!s->close_sent && s->header_sent) {
        xc_writer_stream_close(send_begin(s));
        send_end(s);
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

static bool hears_errors(const struct server_session *s)
{
    return s->state != SESSION_DETACHED && s->state != SESSION_CLOSING &&
           s->connection.fd >= 0 &&
           (s->port != PORT_WEBSOCKET || s->ws.phase != WS_IN_REQUEST);
}

/* An error needs a stream around it (RFC 6120 section 4.9.1.2). */
void stream_refuse(struct server_session *s, const char *condition,
                   const char *text)
{
    session_log(s, text != NULL ? text : condition);
    if (!hears_errors(s)) {
        session_cut(s, condition);
        return;
    }
    if (!s->header_sent)
        stream_open(s, xc_str_from(NULL), s->port != PORT_COMPONENT);
    xc_writer_stream_error(send_begin(s), condition, xc_str_from(text));
    send_end(s);
    stream_close(s);
}
