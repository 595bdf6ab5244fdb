/* s2s_peers.h - the streams of s2s.c, to and from other servers, each in fixed
   memory. A stream that we have opened carries our stanzas, one that we have
   accepted those of the peer; with XEP-0288 either carries both. */
#ifndef S2S_PEERS_H
#define S2S_PEERS_H

#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fields.h"
#include "random.h"
#include "stop.h"
#include "stream_link.h"

enum {
    PEERS_MAX = 32,
    ROUTES_MAX = 16,
    DOMAIN_SIZE = 256,
    ID_SIZE = 256,
    KEY_SIZE = 256,
    STANZA_MAX = 65536,
    NEGOTIATION_TIME = 30000, /* milliseconds */
    IDLE_TIME = 600000
};

/* Is the domain proved for which stanzas go over this stream: ours if we have
   opened it, the peer's if not? */
enum proof {
    PROOF_NONE,
    PROOF_ASKED,
    PROOF_VALID
};

struct peer {
    struct stream_link stream; /* link.fd -1: a free place */
    struct s2s *s;
    bool outgoing; /* we have opened it */
    bool ready;    /* headers and features are through */
    bool bidi;     /* XEP-0288 */
    enum proof proof;
    char domain[DOMAIN_SIZE]; /* of the peer; "": not known yet */
    char id[ID_SIZE];         /* of the stream, given by who has accepted it */
    char key[KEY_SIZE]; /* incoming, PROOF_ASKED: what is to be verified */
    size_t waiting;     /* bytes of stanzas that wait for the proof */
    char stanzas[STANZA_MAX];
    char out[2 * STANZA_MAX], mem[STANZA_MAX + 4096];
};

struct route {
    char domain[DOMAIN_SIZE];
    const char *host, *port;
};

struct s2s {
    char domain[DOMAIN_SIZE];
    char secret[44]; /* of the dialback keys; new each time */
    int listening;
    bool echo, bidi;
    struct route routes[ROUTES_MAX];
    size_t route_count;
    struct peer peers[PEERS_MAX];
    int exit_code; /* STAY */

    char to[XC_JID_MAX + 1]; /* --to; "": serve until SIGTERM */
    bool reply_wanted;
    const struct peer *carrier; /* which has its message; NULL: not yet */
    int64_t deadline;           /* for all that; 0: none */
    size_t body_len;
    char body[STANZA_MAX / 8];
};

/* What dialback and stanzas have to do with the streams. */
static void dialback_on_ready(struct peer *p);
static void dialback_on_over(struct peer *p);
static void peer_on_nonza(struct peer *p, const xc_element *e);
static void peer_on_stanza(struct peer *p, const xc_element *e);

/* ---- the table ---------------------------------------------------------- */

static bool peer_is_used(const struct peer *p)
{
    return p->stream.link.fd >= 0 || p->stream.lost;
}

/* A stream on which we may still say something. */
static bool peer_is_open(const struct peer *p)
{
    return peer_is_used(p) && !p->stream.closed && !p->stream.lost;
}

/* A place for a stream. If there is none left, whoever has claimed no domain
   for the longest time is cut off. NULL: all have. */
static struct peer *peer_place(struct s2s *s)
{
    struct peer *oldest = NULL;
    for (struct peer *p = s->peers; p < s->peers + PEERS_MAX; p++) {
        if (!peer_is_used(p))
            return p;
        if (!p->outgoing && p->proof == PROOF_NONE &&
            (oldest == NULL || p->stream.deadline < oldest->stream.deadline))
            oldest = p;
    }
    if (oldest != NULL)
        stream_link_drop(&oldest->stream);
    return oldest;
}

/* The stream that we have opened to a domain. */
static struct peer *peer_to(struct s2s *s, const char *domain)
{
    for (struct peer *p = s->peers; p < s->peers + PEERS_MAX; p++)
        if (peer_is_open(p) && p->outgoing && strcmp(p->domain, domain) == 0)
            return p;
    return NULL;
}

static const xc_stream_options peer_options = {
    .content_ns = XC_NS_SERVER, .limits = {.stanza_bytes = STANZA_MAX}};

static void peer_init(struct s2s *s, struct peer *p)
{
    p->s = s;
    p->outgoing = p->ready = p->bidi = false;
    p->proof = PROOF_NONE;
    p->domain[0] = p->id[0] = p->key[0] = '\0';
    p->waiting = 0;
    stream_link_init(&p->stream, p->out, sizeof p->out, p->mem, sizeof p->mem,
                     &peer_options);
    p->stream.header.from = xc_str_from(s->domain);
    p->stream.header.major = 1;
    p->stream.deadline = clock_ms() + NEGOTIATION_TIME;
}

/* ---- streams that we open ----------------------------------------------- */

static const struct route *route_to(const struct s2s *s, const char *domain)
{
    for (size_t i = 0; i < s->route_count; i++)
        if (strcmp(s->routes[i].domain, domain) == 0)
            return &s->routes[i];
    return NULL;
}

/* The stream to a domain, opened if there is none yet. NULL: there is no route
   or no place. If nobody answers there it will be lost. */
static struct peer *peer_dial(struct s2s *s, const char *domain)
{
    const struct route *route = route_to(s, domain);
    struct peer *p = peer_to(s, domain);
    if (p != NULL || route == NULL)
        return p;
    p = peer_place(s);
    if (p == NULL)
        return NULL;
    peer_init(s, p);
    p->outgoing = true;
    snprintf(p->domain, sizeof p->domain, "%s", domain);
    p->stream.header.to = xc_str_from(p->domain);
    if (link_dial(&p->stream.link, route->host, route->port))
        stream_link_open(&p->stream);
    else
        p->stream.lost = true;
    return p;
}

static void peer_become_ready(struct peer *p)
{
    p->ready = true;
    dialback_on_ready(p);
}

/* With an id, which the key is made of (XEP-0220 section 2.1.1). Without
   version 1.0 there are no features to wait for (RFC 6120 section 4.7.5). */
static void peer_on_answer(struct peer *p, const xc_stream_header *h)
{
    char from[DOMAIN_SIZE];
    if (h->from.ptr != NULL && (!read_domain(h->from, from, sizeof from) ||
                                strcmp(from, p->domain) != 0))
        stream_link_refuse(&p->stream, "invalid-from",
                           "this is not the domain that was asked for");
    else if (h->id.len == 0 || !keep(p->id, sizeof p->id, h->id))
        stream_link_refuse(&p->stream, "undefined-condition",
                           "a stream without a usable id");
    else if (h->major == 0)
        peer_become_ready(p);
}

static void peer_on_features(struct peer *p, const xc_element *e)
{
    xc_features features;
    if (!xc_was_read(xc_read(&xc_features_schema, e, &features, NULL)))
        return;
    if (features.starttls.required) {
        fprintf(stderr, "%s wants TLS, which there is none of here\n",
                p->domain);
        stream_link_close(&p->stream);
        return;
    }
    p->bidi = p->s->bidi && features.bidi;
    if (p->bidi) { /* before dialback: XEP-0288 section 2.2 */
        xc_write_tag(stream_link_begin(&p->stream), XC_NS_BIDI, "bidi");
        stream_link_send(&p->stream);
    }
    peer_become_ready(p);
}

/* ---- streams that we accept --------------------------------------------- */

static void peer_accept(struct s2s *s)
{
    struct peer *p = peer_place(s);
    struct link turned_away;
    if (p == NULL) {
        link_init(&turned_away, NULL, 0, NULL);
        link_accept(&turned_away, s->listening);
        link_close(&turned_away);
        return;
    }
    peer_init(s, p);
    if (!random_text(p->id, 23) || !link_accept(&p->stream.link, s->listening))
        link_close(&p->stream.link);
    p->stream.header.id = xc_str_from(p->id);
}

/* Who opens a stream says to whom; before version 1.0 it need not. RFC 6120
   section 4.7.2. NULL: all is well. */
static const char *peer_header_fault(const struct peer *p,
                                     const xc_stream_header *h)
{
    char to[DOMAIN_SIZE], from[DOMAIN_SIZE];
    if (h->to.ptr == NULL && h->major > 0)
        return "improper-addressing";
    if (h->to.ptr != NULL &&
        (!read_domain(h->to, to, sizeof to) || strcmp(to, p->s->domain) != 0))
        return "host-unknown";
    if (h->from.ptr != NULL && (!read_domain(h->from, from, sizeof from) ||
                                strcmp(from, p->s->domain) == 0))
        return "invalid-from";
    return NULL;
}

static void peer_offer_features(struct peer *p)
{
    xc_features f = {.dialback = {.base = {.present = true}, .errors = true},
                     .bidi = p->s->bidi};
    xc_write(stream_link_begin(&p->stream), &xc_features_schema, &f);
    stream_link_send(&p->stream);
}

static void peer_on_request(struct peer *p, const xc_stream_header *h)
{
    const char *fault = peer_header_fault(p, h);
    char from[DOMAIN_SIZE];
    if (h->major == 0) { /* RFC 6120 section 4.7.5: no version, no features */
        p->stream.header.major = 0;
        p->stream.header.minor = 9;
    }
    if (fault != NULL) {
        stream_link_refuse(&p->stream, fault, NULL);
        return;
    }
    if (h->from.ptr != NULL && read_domain(h->from, from, sizeof from))
        p->stream.header.to = xc_str_from(from);
    stream_link_open(&p->stream);
    p->stream.header.to = xc_str_from(NULL); /* gone with `from` */
    p->ready = true;
    if (h->major > 0)
        peer_offer_features(p);
}

/* ---- events ------------------------------------------------------------- */

/* It may be about the message of --to. */
static void peer_on_error(struct peer *p, const xc_element *e)
{
    stream_link_show_error(p->domain[0] != '\0' ? p->domain : "a peer", e);
    if (p == p->s->carrier)
        p->s->exit_code = EXIT_REFUSED;
}

static void peer_on_event(void *owner, const xc_stream_event *ev)
{
    struct peer *p = owner;
    if (ev->kind == XC_EVENT_ERROR)
        peer_on_error(p, ev->element);
    else if (ev->kind == XC_EVENT_OPEN && p->outgoing)
        peer_on_answer(p, &ev->header);
    else if (ev->kind == XC_EVENT_OPEN)
        peer_on_request(p, &ev->header);
    else if (ev->kind == XC_EVENT_FEATURES && p->outgoing && !p->ready)
        peer_on_features(p, ev->element);
    else if (ev->kind == XC_EVENT_STANZA)
        peer_on_stanza(p, ev->element);
    else
        peer_on_nonza(p, ev->element);
}

/* When nothing is under way, silence may be longer. */
static void peer_extend_time(struct peer *p)
{
    if (peer_is_open(p) && p->ready && p->proof != PROOF_ASKED &&
        (p->proof == PROOF_VALID || p->outgoing))
        p->stream.deadline = clock_ms() + IDLE_TIME;
}

static void peer_move(struct peer *p, short revents)
{
    bool timeout = peer_is_open(p) && clock_ms() >= p->stream.deadline;
    if (timeout)
        stream_link_refuse(&p->stream, "connection-timeout", NULL);
    if (!p->stream.lost)
        stream_link_move(&p->stream, revents, peer_on_event, p);
    if (revents != 0)
        peer_extend_time(p);
    if (!stream_link_is_over(&p->stream))
        return;
    dialback_on_over(p);
    stream_link_drop(&p->stream);
    p->stream.lost = false; /* the place is free */
}

#endif
