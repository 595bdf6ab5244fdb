/* gateway_component.h - the XMPP side: a component's stream (XEP-0114), opened
   again with longer and longer pauses when the server goes.

       AWAY -> HEADER -> SECRET -> ACCEPTED -> LEAVING
        ^--------+---------+-----------+ */
#ifndef GATEWAY_COMPONENT_H
#define GATEWAY_COMPONENT_H

#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>

#include "gateway_state.h"
#include "sha.h"
#include "stream_link.h"

enum {
    STANZA_MAX = 1024 * 1024, /* more than servers take from their users */
    COMPONENT_OUT = 2 * STANZA_MAX,
    COMPONENT_MEM = STANZA_MAX + 65536,
    HANDSHAKE_TIME = 20000, /* milliseconds */
    KEEPALIVE_TIME = 60000,
    RETRY_LEAST = 1000,
    RETRY_MOST = 60000
};

/* A stanza with its addresses enforced. */
struct stanza {
    const xc_element *e;
    xc_jid from, to;
    char from_mem[XC_JID_MAX], to_mem[XC_JID_MAX];
};

/* What the rest of the gateway does with the stream. */
static void gateway_on_accepted(struct gateway *g);
static void gateway_on_lost(struct gateway *g);
static void gateway_on_stanza(struct gateway *g, const struct stanza *s);

/* ---- writing ------------------------------------------------------------ */

static bool component_is_up(const struct gateway *g)
{
    return g->state == COMPONENT_ACCEPTED && !g->stream.closed;
}

static xc_writer *component_begin(struct gateway *g)
{
    return stream_link_begin(&g->stream);
}

static void component_send(struct gateway *g)
{
    if (component_is_up(g))
        stream_link_send(&g->stream);
}

/* local@domain/resource, or what is left without the empty parts. */
static xc_str address_of(const struct gateway *g, const char *local,
                         const char *resource, char *mem, size_t size)
{
    snprintf(mem, size, "%s%s%s%s%s", local, local[0] != '\0' ? "@" : "",
             g->domain, resource[0] != '\0' ? "/" : "", resource);
    return xc_str_from(mem);
}

static void component_answer_error(struct gateway *g, const xc_element *e,
                                   xc_stanza_error_condition condition,
                                   const char *text)
{
    if (!xc_can_reply(e))
        return;
    xc_write_error(component_begin(g), e, condition, xc_str_from(text));
    component_send(g);
}

/* ---- connecting --------------------------------------------------------- */

/* The limits are the server's to set: what it lets through from one user must
   not cut the stream that serves them all. */
static const xc_stream_options component_options = {
    .content_ns = XC_NS_COMPONENT,
    .limits = {.stanza_bytes = STANZA_MAX,
               .attributes = UINT16_MAX,
               .namespaces = UINT16_MAX},
    .tolerate_undeclared_prefix = true};

/* No version: XEP-0114 is older (the header then counts as 0.9). */
static void component_connect(struct gateway *g)
{
    static char out[COMPONENT_OUT], mem[COMPONENT_MEM];
    struct stream_link *s = &g->stream;
    stream_link_init(s, out, sizeof out, mem, sizeof mem, &component_options);
    s->header.to = xc_str_from(g->domain);
    s->header.minor = 9;
    s->deadline = clock_ms() + HANDSHAKE_TIME;
    g->state = COMPONENT_HEADER;
    if (link_dial(&s->link, g->host, g->port))
        stream_link_open(s);
    else
        s->lost = true;
}

/* The first time the reason is the exit code; later there is another try. */
static void component_retry(struct gateway *g)
{
    int64_t wait = g->retry_after + rand() % 500;
    if (!g->was_accepted) {
        g->exit_code = EXIT_CONNECTION;
        return;
    }
    fprintf(stderr, "trying again in %.1f s\n", (double)wait / 1000);
    g->retry_at = clock_ms() + wait;
    g->retry_after *= 2;
    if (g->retry_after > RETRY_MOST)
        g->retry_after = RETRY_MOST;
}

static void component_lose(struct gateway *g)
{
    enum component_state was = g->state;
    const char *problem = g->stream.link.problem;
    if (was != COMPONENT_LEAVING)
        fprintf(stderr, "no stream to %s:%s: %s\n", g->host, g->port,
                problem != NULL         ? problem
                : g->stream.heard_close ? "the server has closed it"
                : g->stream.refused     ? "the server is not understood"
                                        : "the server does not answer");
    stream_link_drop(&g->stream);
    g->state = COMPONENT_AWAY;
    if (was == COMPONENT_ACCEPTED)
        gateway_on_lost(g);
    if (was == COMPONENT_SECRET && g->stream.heard_close && !g->was_accepted)
        g->exit_code = EXIT_REFUSED; /* closed without a word */
    else if (g->exit_code == STAY && was != COMPONENT_LEAVING)
        component_retry(g);
}

/* ---- reading ------------------------------------------------------------ */

/* XEP-0114 section 3: who knows the secret may prove it. Behind a header
   without an id there comes an error, as a rule (Prosody: host-unknown). */
static void component_on_header(struct gateway *g, const xc_stream_header *h)
{
    char digest[40];
    xc_handshake handshake = {.digest = {NULL, 0}};
    if (h->id.len == 0 ||
        xc_component_handshake(&sha1, h->id, xc_str_from(g->secret), digest,
                               sizeof digest, &handshake.digest) != XC_OK) {
        g->stream.deadline = clock_ms() + CLOSE_PATIENCE;
        return;
    }
    xc_write(component_begin(g), &xc_handshake_schema, &handshake);
    stream_link_send(&g->stream);
    g->state = COMPONENT_SECRET;
}

static void component_on_handshake(struct gateway *g)
{
    g->state = COMPONENT_ACCEPTED;
    g->was_accepted = true;
    g->stream.deadline = 0;
    g->retry_after = RETRY_LEAST;
    g->keepalive_at = clock_ms() + KEEPALIVE_TIME;
    gateway_on_accepted(g);
}

/* A secret that is wrong stays wrong. For anything else there may be another
   try, unless it is the first thing that we hear. */
static void component_on_error(struct gateway *g, const xc_element *e)
{
    unsigned condition = stream_link_show_error("the server", e);
    if (condition == XC_STREAM_ERROR_NOT_AUTHORIZED || !g->was_accepted)
        g->exit_code = EXIT_REFUSED;
}

/* The server answers for the addresses (XEP-0114). One that has none is no
   stanza of a component; who sent it cannot be told. */
static void component_on_stanza(struct gateway *g, const xc_element *e)
{
    struct stanza s;
    s.e = e;
    if (!xc_has_required_addresses(e) ||
        xc_jid_parse(xc_attr(e, "from"), s.from_mem, sizeof s.from_mem,
                     &s.from) != XC_OK ||
        xc_jid_parse(xc_attr(e, "to"), s.to_mem, sizeof s.to_mem, &s.to) !=
            XC_OK)
        fprintf(stderr, "ignored a stanza without good addresses\n");
    else if (!xc_str_is(xc_jid_domain(s.to), g->domain))
        component_answer_error(g, e, XC_STANZA_ERROR_ITEM_NOT_FOUND, NULL);
    else if (xc_stanza_check(e) != XC_STANZA_ERROR_NONE)
        component_answer_error(g, e, xc_stanza_check(e), NULL);
    else
        gateway_on_stanza(g, &s);
}

static void component_on_event(void *owner, const xc_stream_event *ev)
{
    struct gateway *g = owner;
    if (ev->kind == XC_EVENT_ERROR)
        component_on_error(g, ev->element);
    else if (ev->kind == XC_EVENT_OPEN && g->state == COMPONENT_HEADER)
        component_on_header(g, &ev->header);
    else if (g->state == COMPONENT_SECRET &&
             xc_is(ev->element, XC_NS_COMPONENT, "handshake"))
        component_on_handshake(g);
    else if (ev->kind == XC_EVENT_STANZA && component_is_up(g))
        component_on_stanza(g, ev->element);
    else if (g->state != COMPONENT_LEAVING)
        stream_link_refuse(&g->stream, "unsupported-stanza-type",
                           "not what a component expects here");
}

/* ---- the loop ----------------------------------------------------------- */

static void component_keepalive(struct gateway *g)
{
    if (!component_is_up(g) || clock_ms() < g->keepalive_at)
        return;
    g->keepalive_at = clock_ms() + KEEPALIVE_TIME;
    link_send_bytes(&g->stream.link, XC_STR(" "));
}

/* `revents` is 0 when there is no news. */
static void component_move(struct gateway *g, short revents)
{
    if (g->state == COMPONENT_AWAY && clock_ms() >= g->retry_at)
        component_connect(g);
    if (g->state == COMPONENT_AWAY)
        return;
    component_keepalive(g);
    if (!g->stream.lost)
        stream_link_move(&g->stream, revents, component_on_event, g);
    if (stream_link_is_over(&g->stream))
        component_lose(g);
}

static void component_leave(struct gateway *g)
{
    if (g->state != COMPONENT_AWAY)
        stream_link_close(&g->stream);
    if (g->state != COMPONENT_AWAY)
        g->state = COMPONENT_LEAVING;
}

#endif
