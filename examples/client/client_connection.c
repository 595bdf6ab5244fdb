#include "client_connection.h"

#include <string.h>

#include "client_iq.h"
#include "client_output.h"
#include "client_queue.h"
#include "client_session.h"
#include "client_stream.h"
#include "random.h"
#include "signals.h"

enum {
    LOGIN_SECONDS = 30,
    READS_AT_ONCE = 32
};

/* ---- connecting --------------------------------------------------------- */

static void start_stream(struct client *c)
{
    xc_stream_options options = {.content_ns = XC_NS_CLIENT,
                                 .tolerate_undeclared_prefix = true};
    xc_stream_init(&c->stream, c->memory, sizeof c->memory, &options);
    client_send_header(c);
}

static void on_connected(struct client *c)
{
    if (c->options->tls == CLIENT_TLS_NONE &&
        !login_is_loopback(c->connection.fd) && !c->been_online)
        client_complain(
            "no TLS: everybody on the way to the server can read this",
            nothing);
    if (c->options->tls == CLIENT_TLS_DIRECT && !client_start_tls(c))
        c->lost = "TLS cannot be started";
    start_stream(c);
}

void client_connect(struct client *c)
{
    const struct client_options *o = c->options;
    connection_init(&c->connection, c->out, sizeof c->out, XC_NS_CLIENT);
    c->logging_in = c->bound = c->sm_enabled = false;
    c->peer_closed = false;
    c->last_sent = c->last_received = c->now;
    c->deadline = c->now + LOGIN_SECONDS * 1000;
    c->state = CLIENT_CONNECTING;
    if (!connection_dial(&c->connection, o->host, o->port))
        c->lost = c->connection.problem;
}

/* ---- the end ------------------------------------------------------------ */

/* Names the messages that may be lost. True: there are some. */
static bool complain_unacknowledged(const struct client_queued *from,
                                    size_t count)
{
    bool some = false;
    for (; count > 0; count--, from++)
        if (from->id[0] != '\0') {
            client_complain("not acknowledged, perhaps lost",
                            xc_str_from(from->id));
            some = true;
        }
    return some;
}

static void set_done(struct client *c)
{
    const struct client_queue *q = &c->queue;
    bool some = complain_unacknowledged(q->stanzas, q->count);
    some |= complain_unacknowledged(
        q->stanzas + CLIENT_QUEUE_STANZAS - q->held, q->held);
    if (some && c->exit_code == EXIT_DONE)
        c->exit_code = EXIT_CONNECTION;
    connection_close(&c->connection);
    xc_login_wipe(&c->login.state);
    c->state = CLIENT_DONE;
}

void client_fail(struct client *c, int exit_code, const char *what,
                 xc_str detail)
{
    client_complain(what, detail);
    c->exit_code = exit_code;
    set_done(c);
}

/* ---- losing the connection ---------------------------------------------- */

/* Half a second, then twice as long each time, up to a minute; a part of it by
   chance, so that not all clients come back at once. */
static void retry_later(struct client *c, const char *why)
{
    int64_t wait = 500;
    unsigned char chance = 0;
    client_complain("the connection is lost", xc_str_from(why));
    for (unsigned i = 0; i < c->retries && wait < 60000; i++)
        wait *= 2;
    random_bytes(&chance, 1);
    c->retry_at = c->now + wait / 2 + wait / 2 * chance / 255;
    c->retries++;
    c->state = CLIENT_OFFLINE;
}

/* The socket is gone, or is to be. A session that was there may go on. */
static void connection_lost(struct client *c, const char *why)
{
    bool was_online = c->state == CLIENT_ONLINE;
    bool closing = c->state == CLIENT_CLOSING;
    bool refused =
        c->connection.tls != NULL && !tls_is_ready(c->connection.tls);
    connection_close(&c->connection);
    xc_login_wipe(&c->login.state);
    c->lost = NULL;
    c->asked = c->cut_short = false;
    if (was_online)
        client_show(c, CLIENT_EVENT_DROPPED, nothing, nothing, nothing,
                    nothing);
    if (closing && c->exit_code == EXIT_DONE)
        client_complain("the stream was not closed cleanly", xc_str_from(why));
    if (closing)
        set_done(c);
    else if (!c->been_online)
        client_fail(c, refused ? EXIT_REFUSED : EXIT_CONNECTION,
                    refused ? "TLS is refused" : "no connection",
                    xc_str_from(why));
    else if (c->retries >= c->options->retries)
        client_fail(c, EXIT_CONNECTION, "the connection is lost for good",
                    xc_str_from(why));
    else
        retry_later(c, why);
}

/* ---- what arrives ------------------------------------------------------- */

/* All events in the bytes that have arrived. */
static void take_bytes(struct client *c, xc_str in)
{
    xc_stream_event ev;
    xc_status status = XC_NEED_MORE;
    c->last_received = c->now;
    while (c->lost == NULL && c->state != CLIENT_DONE &&
           (status = xc_stream_next(&c->stream, &in, &ev)) == XC_EVENT) {
        bool secured = c->connection.tls != NULL;
        client_on_event(c, &ev);
        if (c->connection.tls != NULL && !secured && in.len > 0)
            c->lost = "something was sent in the clear after <proceed/>";
    }
    if (xc_status_is_error(status) && c->state != CLIENT_CLOSING)
        client_refuse_stream(c, xc_status_condition(status),
                             xc_status_text(status));
}

static void read_some(struct client *c)
{
    connection_read_result got = CONNECTION_BYTES;
    for (int i = 0; i < READS_AT_ONCE && got == CONNECTION_BYTES; i++) {
        xc_str in;
        got =
            connection_read(&c->connection, c->buffer, sizeof c->buffer, &in);
        if (got == CONNECTION_BYTES)
            take_bytes(c, in);
        if (c->lost != NULL || c->state == CLIENT_DONE || c->peer_closed)
            return;
    }
    c->cut_short = got == CONNECTION_BYTES;
    if (got == CONNECTION_END)
        c->lost = "the server has hung up";
    else if (got == CONNECTION_FAILED)
        c->lost = c->connection.problem;
}

/* Over when both directions are closed. */
static void finish(struct client *c)
{
    if (c->state != CLIENT_CLOSING || !c->peer_closed || !c->connection.ended)
        return;
    if (c->exit_code == EXIT_DONE)
        client_show(c, CLIENT_EVENT_CLOSED, nothing, nothing, nothing,
                    nothing);
    set_done(c);
}

void client_move(struct client *c)
{
    bool connecting = c->connection.connecting;
    if (!connection_move(&c->connection))
        c->lost = c->connection.problem;
    if (c->connection.connecting || c->lost != NULL)
        return;
    if (connecting)
        on_connected(c);
    if (c->lost == NULL && !connection_move(&c->connection))
        c->lost = c->connection.problem;
    if (c->lost == NULL)
        read_some(c);
    if (c->lost == NULL && !connection_move(&c->connection))
        c->lost = c->connection.problem;
}

/* ---- time --------------------------------------------------------------- */

/* How long we may be silent: half of what the server allows (XEP-0478). */
static int64_t silence(const struct client *c, int64_t patience)
{
    const xc_number *idle = &c->idle_seconds;
    return idle->present && idle->value < patience / 500
               ? (int64_t)idle->value * 500
               : patience;
}

/* Silence of ours: white space, for the server and the routers on the way (RFC
   6120 section 4.6.1). Silence of theirs: a question. No reply to it: lost. */
static void keep_alive(struct client *c)
{
    int64_t patience = (int64_t)c->options->keepalive * 1000;
    if (c->asked && c->now - c->asked_at >= patience)
        c->lost = "the server does not reply";
    else if (!c->asked && (client_should_ask_for_ack(c) ||
                           c->now - c->last_received >= patience))
        client_ask_for_ack(c);
    else if (c->now - c->last_sent >= silence(c, patience) &&
             connection_send_bytes(&c->connection, XC_STR(" ")))
        c->last_sent = c->now;
}

/* Has the state lasted too long? */
static const char *deadline_missed(const struct client *c)
{
    if (c->state == CLIENT_ONLINE || c->state == CLIENT_OFFLINE ||
        c->now < c->deadline)
        return NULL;
    return c->state == CLIENT_CLOSING ? "the server does not say goodbye"
                                      : "the server does not let us in";
}

void client_tick(struct client *c)
{
    if (c->lost == NULL && c->state == CLIENT_ONLINE) {
        keep_alive(c);
        client_requests_expire(c);
    } else if (c->state == CLIENT_OFFLINE && c->now >= c->retry_at) {
        client_connect(c);
    }
    if (c->lost == NULL)
        c->lost = deadline_missed(c);
    finish(c);
    if (c->lost != NULL && c->state != CLIENT_DONE)
        connection_lost(c, c->lost);
}
