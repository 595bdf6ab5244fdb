/* client_connection.h - the connection under a session: how it comes, what is
   read from it, how it is kept, what to do when it is lost. */
#ifndef CLIENT_CONNECTION_H
#define CLIENT_CONNECTION_H

#include "client_session.h"

#define LOGIN_SECONDS 30

/* ---- connecting --------------------------------------------------------- */

static void start_stream(struct client *c)
{
    xc_stream_options options = {.content_ns = XC_NS_CLIENT,
                                 .tolerate_undeclared_prefix = true};
    xc_stream_init(&c->stream, c->memory, sizeof c->memory, &options);
    send_header(c);
}

static void on_connected(struct client *c)
{
    if (c->options->tls == CLIENT_TLS_NONE && !is_loopback(c->link.fd) &&
        !c->been_online)
        complain("no TLS: whoever is on the way to the server reads along",
                 nothing);
    if (c->options->tls == CLIENT_TLS_DIRECT && !start_tls(c))
        c->lost = "TLS cannot be started";
    start_stream(c);
}

static void client_connect(struct client *c)
{
    const struct client_options *o = c->options;
    link_init(&c->link, c->out, sizeof c->out, XC_NS_CLIENT);
    c->authenticated = c->sm_offered = c->sm_enabled = false;
    c->peer_closed = false;
    c->last_sent = c->last_received = c->now;
    c->deadline = c->now + LOGIN_SECONDS * 1000;
    c->state = CLIENT_CONNECTING;
    if (!link_dial(&c->link, o->host, o->port))
        c->lost = c->link.problem;
}

/* ---- the end ------------------------------------------------------------ */

/* What was never acknowledged may be lost: tell which messages. */
static bool tell_unacknowledged(const struct queued *from, size_t count)
{
    bool some = false;
    for (; count > 0; count--, from++)
        if (from->id[0] != '\0') {
            complain("not acknowledged, perhaps lost", xc_str_from(from->id));
            some = true;
        }
    return some;
}

static void client_done(struct client *c)
{
    const struct queue *q = &c->queue;
    bool some = tell_unacknowledged(q->stanzas, q->count);
    some |= tell_unacknowledged(q->stanzas + QUEUE_STANZAS - q->held, q->held);
    if (some && c->exit_code == EXIT_DONE)
        c->exit_code = EXIT_CONNECTION;
    link_close(&c->link);
    login_wipe(&c->login);
    c->state = CLIENT_DONE;
}

static void client_fail(struct client *c, int exit_code, const char *what,
                        xc_str detail)
{
    complain(what, detail);
    c->exit_code = exit_code;
    client_done(c);
}

/* ---- losing the connection ---------------------------------------------- */

/* Half a second, then twice as long each time, up to a minute; a part of it by
   chance, so that not all clients come back at once. */
static void retry_later(struct client *c, const char *why)
{
    int64_t wait = 500;
    unsigned char chance = 0;
    complain("the connection is lost", xc_str_from(why));
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
    bool refused = c->link.tls != NULL && !tls_is_ready(c->link.tls);
    link_close(&c->link);
    login_wipe(&c->login);
    c->lost = NULL;
    c->asked = c->cut_short = false;
    if (was_online)
        show(c, EVENT_DROPPED, nothing, nothing, nothing, nothing);
    if (closing && c->exit_code == EXIT_DONE)
        complain("the stream was not closed cleanly", xc_str_from(why));
    if (closing)
        client_done(c);
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

static void on_event(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_ERROR) {
        on_stream_error(c, ev->element);
    } else if (ev->kind == XC_EVENT_CLOSE) {
        on_stream_close(c);
    } else if (!client_states[c->state].handle(c, ev)) {
        complain("not expected here", xc_name(ev->element));
        stream_refuse(c, "unsupported-stanza-type",
                      client_states[c->state].offence);
    }
}

/* All events in the bytes that have arrived. */
static void client_take(struct client *c, xc_str in)
{
    xc_stream_event ev;
    xc_status status = XC_NEED_MORE;
    c->last_received = c->now;
    while (c->lost == NULL && c->state != CLIENT_DONE &&
           (status = xc_stream_next(&c->stream, &in, &ev)) == XC_EVENT) {
        bool secured = c->link.tls != NULL;
        on_event(c, &ev);
        if (c->link.tls != NULL && !secured && in.len > 0)
            c->lost = "something was sent in the clear behind <proceed/>";
    }
    if (xc_status_is_error(status) && c->state != CLIENT_CLOSING)
        stream_refuse(c, xc_status_condition(status), xc_status_text(status));
}

#define READS_AT_ONCE 32

static void client_read(struct client *c)
{
    link_got got = LINK_BYTES;
    for (int i = 0; i < READS_AT_ONCE && got == LINK_BYTES; i++) {
        xc_str in;
        got = link_read(&c->link, c->buffer, sizeof c->buffer, &in);
        if (got == LINK_BYTES)
            client_take(c, in);
        if (c->lost != NULL || c->state == CLIENT_DONE || c->peer_closed)
            return;
    }
    c->cut_short = got == LINK_BYTES;
    if (got == LINK_END)
        c->lost = "the server has hung up";
    else if (got == LINK_FAILED)
        c->lost = c->link.problem;
}

/* Both directions have said their last: over. */
static void client_finish(struct client *c)
{
    if (c->state != CLIENT_CLOSING || !c->peer_closed || !c->link.ended)
        return;
    if (c->exit_code == EXIT_DONE)
        show(c, EVENT_CLOSED, nothing, nothing, nothing, nothing);
    client_done(c);
}

/* The socket is ready for something. */
static void client_move(struct client *c)
{
    bool connecting = c->link.connecting;
    if (!link_move(&c->link))
        c->lost = c->link.problem;
    if (c->link.connecting || c->lost != NULL)
        return;
    if (connecting)
        on_connected(c);
    if (c->lost == NULL && !link_move(&c->link))
        c->lost = c->link.problem;
    if (c->lost == NULL)
        client_read(c);
    if (c->lost == NULL && !link_move(&c->link))
        c->lost = c->link.problem;
}

/* ---- time --------------------------------------------------------------- */

/* Silence of ours: white space, for the routers on the way (RFC 6120 section
   4.6.1). Silence of theirs: a question. No answer to one: lost. */
static void keep_alive(struct client *c)
{
    int64_t patience = (int64_t)c->options->keepalive * 1000;
    if (c->asked && c->now - c->asked_at >= patience) {
        c->lost = "the server does not answer";
    } else if (c->queue.count > 0 || c->now - c->last_received >= patience) {
        ask_for_ack(c);
    } else if (c->now - c->last_sent >= patience) {
        if (link_send_bytes(&c->link, XC_STR(" ")))
            c->last_sent = c->now;
    }
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

static void client_tick(struct client *c)
{
    if (c->lost == NULL && c->state == CLIENT_ONLINE) {
        keep_alive(c);
        requests_expire(c);
    } else if (c->state == CLIENT_OFFLINE && c->now >= c->retry_at) {
        client_connect(c);
    }
    if (c->lost == NULL)
        c->lost = deadline_missed(c);
    client_finish(c);
    if (c->lost != NULL && c->state != CLIENT_DONE)
        connection_lost(c, c->lost);
}

#endif
