#include "component.h"

#include "clock.h"
#include "sha.h"
#include "signals.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    HANDSHAKE_TIME = 20000, /* milliseconds */
    KEEPALIVE_TIME = 60000,
    RETRY_LEAST = 1000,
    RETRY_MOST = 60000
};

void component_init(struct component *c,
                    const struct component_handlers *handlers, void *owner)
{
    c->handlers = handlers;
    c->owner = owner;
    c->state = COMPONENT_AWAY;
    c->retry_after = RETRY_LEAST;
    c->exit_code = EXIT_NOT_YET;
    srand((unsigned)clock_ms());
}

/* ---- sending ------------------------------------------------------------ */

bool component_is_up(const struct component *c)
{
    return c->state == COMPONENT_ACCEPTED && !c->stream.closed;
}

xc_writer *component_begin(struct component *c)
{
    return xmpp_connection_begin(&c->stream);
}

void component_send(struct component *c)
{
    if (component_is_up(c))
        xmpp_connection_send(&c->stream);
}

void component_reply_error(struct component *c, const xc_element *e,
                           xc_stanza_error_condition condition)
{
    if (!xc_can_reply(e))
        return;
    xc_write_error(component_begin(c), e, condition, xc_str_from(NULL));
    component_send(c);
}

xc_str component_address(const struct component *c, const char *local,
                         const char *resource, char *mem, size_t size)
{
    snprintf(mem, size, "%s%s%s%s%s", local, local[0] != '\0' ? "@" : "",
             c->domain, resource[0] != '\0' ? "/" : "", resource);
    return xc_str_from(mem);
}

/* ---- connecting --------------------------------------------------------- */

/* The server sets the limits: a stanza that it lets through from one user must
   not end the stream that serves them all. */
static const xc_stream_options stream_options = {
    .content_ns = XC_NS_COMPONENT,
    .limits = {.stanza_bytes = COMPONENT_STANZA_MAX,
               .attributes = UINT16_MAX,
               .namespaces = UINT16_MAX},
    .tolerate_undeclared_prefix = true};

/* No version: XEP-0114 is older (the header then counts as 0.9). */
void component_connect(struct component *c)
{
    struct xmpp_connection *s = &c->stream;
    xmpp_connection_init(s, c->out, sizeof c->out, c->mem, sizeof c->mem,
                         &stream_options);
    s->header.to = xc_str_from(c->domain);
    s->header.minor = 9;
    s->deadline = clock_ms() + HANDSHAKE_TIME;
    c->state = COMPONENT_HEADER;
    if (connection_dial(&s->connection, c->host, c->port))
        xmpp_connection_open(s);
    else
        s->lost = true;
}

/* Without success so far, the program ends; later there is another try. */
static void retry(struct component *c)
{
    int64_t wait = c->retry_after + rand() % 500;
    if (!c->was_accepted) {
        c->exit_code = EXIT_CONNECTION;
        return;
    }
    fprintf(stderr, "trying again in %.1f s\n", (double)wait / 1000);
    c->retry_at = clock_ms() + wait;
    c->retry_after *= 2;
    if (c->retry_after > RETRY_MOST)
        c->retry_after = RETRY_MOST;
}

static void print_problem(const struct component *c)
{
    const char *problem = c->stream.connection.problem;
    fprintf(stderr, "no stream to %s:%s: %s\n", c->host, c->port,
            problem != NULL         ? problem
            : c->stream.heard_close ? "the server has closed it"
            : c->stream.refused     ? "the server is not understood"
                                    : "the server does not reply");
}

static void lose(struct component *c)
{
    enum component_state was = c->state;
    if (was != COMPONENT_LEAVING)
        print_problem(c);
    xmpp_connection_drop(&c->stream);
    c->state = COMPONENT_AWAY;
    if (was == COMPONENT_ACCEPTED)
        c->handlers->lost(c->owner);
    if (was == COMPONENT_SECRET && c->stream.heard_close && !c->was_accepted)
        c->exit_code = EXIT_REFUSED; /* closed without an error */
    else if (c->exit_code == EXIT_NOT_YET && was != COMPONENT_LEAVING)
        retry(c);
}

/* ---- receiving ---------------------------------------------------------- */

/* XEP-0114 section 3. After a header without an id an error follows as a rule
   (Prosody: host-unknown). */
static void on_header(struct component *c, const xc_stream_header *h)
{
    char digest[40];
    xc_handshake handshake = {.digest = {NULL, 0}};
    if (h->id.len == 0 ||
        xc_component_handshake(&sha1, h->id, xc_str_from(c->secret), digest,
                               sizeof digest, &handshake.digest) != XC_OK) {
        c->stream.deadline = clock_ms() + XMPP_CONNECTION_CLOSE_PATIENCE;
        return;
    }
    xc_write(component_begin(c), &xc_handshake_schema, &handshake);
    xmpp_connection_send(&c->stream);
    c->state = COMPONENT_SECRET;
}

static void on_handshake(struct component *c)
{
    c->state = COMPONENT_ACCEPTED;
    c->was_accepted = true;
    c->stream.deadline = 0;
    c->retry_after = RETRY_LEAST;
    c->keepalive_at = clock_ms() + KEEPALIVE_TIME;
    c->handlers->accepted(c->owner);
}

/* Another try does not help a wrong secret, nor if this is the server's first
   reply. */
static void on_error(struct component *c, const xc_element *e)
{
    unsigned condition = xmpp_connection_print_error("the server", e);
    if (condition == XC_STREAM_ERROR_NOT_AUTHORIZED || !c->was_accepted)
        c->exit_code = EXIT_REFUSED;
}

/* The server vouches for the addresses (XEP-0114 section 3). A stanza without
   them has no sender whom an error could reach. */
static void on_stanza(struct component *c, const xc_element *e)
{
    struct component_stanza s;
    s.e = e;
    if (!xc_has_required_addresses(e) ||
        xc_jid_parse(xc_attr(e, "from"), s.from_mem, sizeof s.from_mem,
                     &s.from) != XC_OK ||
        xc_jid_parse(xc_attr(e, "to"), s.to_mem, sizeof s.to_mem, &s.to) !=
            XC_OK)
        fprintf(stderr, "ignored a stanza without good addresses\n");
    else if (!xc_str_is(xc_jid_domain(s.to), c->domain))
        component_reply_error(c, e, XC_STANZA_ERROR_ITEM_NOT_FOUND);
    else if (xc_stanza_check(e) != XC_STANZA_ERROR_NONE)
        component_reply_error(c, e, xc_stanza_check(e));
    else
        c->handlers->stanza(c->owner, &s);
}

static void on_event(void *owner, const xc_stream_event *ev)
{
    struct component *c = owner;
    if (ev->kind == XC_EVENT_ERROR)
        on_error(c, ev->element);
    else if (ev->kind == XC_EVENT_OPEN && c->state == COMPONENT_HEADER)
        on_header(c, &ev->header);
    else if (c->state == COMPONENT_SECRET &&
             xc_is(ev->element, XC_NS_COMPONENT, "handshake"))
        on_handshake(c);
    else if (ev->kind == XC_EVENT_STANZA && component_is_up(c))
        on_stanza(c, ev->element);
    else if (c->state != COMPONENT_LEAVING)
        xmpp_connection_refuse(&c->stream, "unsupported-stanza-type",
                               "not what a component expects here");
}

/* ---- the loop ----------------------------------------------------------- */

static void keep_alive(struct component *c)
{
    if (!component_is_up(c) || clock_ms() < c->keepalive_at)
        return;
    c->keepalive_at = clock_ms() + KEEPALIVE_TIME;
    connection_send_bytes(&c->stream.connection, XC_STR(" "));
}

void component_poll(const struct component *c, struct pollfd *polled)
{
    connection_poll(polled, c->state != COMPONENT_AWAY,
                    c->stream.connection.fd,
                    xmpp_connection_events(&c->stream));
}

void component_move(struct component *c, short revents)
{
    if (c->state == COMPONENT_AWAY && clock_ms() >= c->retry_at)
        component_connect(c);
    if (c->state == COMPONENT_AWAY)
        return;
    keep_alive(c);
    if (!c->stream.lost)
        xmpp_connection_move(&c->stream, revents, on_event, c);
    if (xmpp_connection_is_over(&c->stream))
        lose(c);
}

bool component_is_jammed(const struct component *c)
{
    return connection_waiting(&c->stream.connection) > COMPONENT_OUT / 2;
}

void component_leave(struct component *c)
{
    if (c->state != COMPONENT_AWAY) {
        xmpp_connection_close(&c->stream);
        c->state = COMPONENT_LEAVING;
    }
    c->retry_at = INT64_MAX;
}
