#include "peers.h"

#include "clock.h"
#include "dialback.h"
#include "keep.h"
#include "random.h"
#include "signals.h"
#include "stanzas.h"

#include <stdio.h>
#include <string.h>

enum {
    NEGOTIATION_TIME = 30000, /* milliseconds */
    IDLE_TIME = 600000
};

/* ---- the table ---------------------------------------------------------- */

void s2s_peers_init(struct s2s *s)
{
    for (size_t i = 0; i < S2S_PEERS_MAX; i++)
        s->peers[i].stream.connection.fd = -1;
}

bool s2s_peer_is_used(const struct s2s_peer *p)
{
    return p->stream.connection.fd >= 0 || p->stream.lost;
}

bool s2s_peer_is_open(const struct s2s_peer *p)
{
    return s2s_peer_is_used(p) && !p->stream.closed && !p->stream.lost;
}

/* A free entry. If there is none, the stream that has claimed no domain for
   the longest time is cut off. NULL: all have. */
static struct s2s_peer *free_entry(struct s2s *s)
{
    struct s2s_peer *oldest = NULL;
    for (struct s2s_peer *p = s->peers; p < s->peers + S2S_PEERS_MAX; p++) {
        if (!s2s_peer_is_used(p))
            return p;
        if (!p->outgoing && p->proof == S2S_PROOF_NONE &&
            (oldest == NULL || p->stream.deadline < oldest->stream.deadline))
            oldest = p;
    }
    if (oldest != NULL)
        xmpp_connection_drop(&oldest->stream);
    return oldest;
}

/* The stream that we have opened to a domain. */
static struct s2s_peer *find_outgoing(struct s2s *s, const char *domain)
{
    for (struct s2s_peer *p = s->peers; p < s->peers + S2S_PEERS_MAX; p++)
        if (s2s_peer_is_open(p) && p->outgoing &&
            strcmp(p->domain, domain) == 0)
            return p;
    return NULL;
}

static const xc_stream_options stream_options = {
    .content_ns = XC_NS_SERVER, .limits = {.stanza_bytes = S2S_STANZA_MAX}};

static void init(struct s2s *s, struct s2s_peer *p)
{
    p->s = s;
    p->outgoing = p->ready = p->bidi = false;
    p->proof = S2S_PROOF_NONE;
    p->domain[0] = p->id[0] = p->key[0] = '\0';
    p->waiting = 0;
    xmpp_connection_init(&p->stream, p->out, sizeof p->out, p->mem,
                         sizeof p->mem, &stream_options);
    p->stream.header.from = xc_str_from(s->domain);
    p->stream.header.major = 1;
    p->stream.deadline = clock_ms() + NEGOTIATION_TIME;
}

/* ---- streams that we open ----------------------------------------------- */

const struct s2s_route *s2s_route_to(const struct s2s *s, const char *domain)
{
    for (size_t i = 0; i < s->route_count; i++)
        if (strcmp(s->routes[i].domain, domain) == 0)
            return &s->routes[i];
    return NULL;
}

struct s2s_peer *s2s_peer_dial(struct s2s *s, const char *domain)
{
    const struct s2s_route *route = s2s_route_to(s, domain);
    struct s2s_peer *p = find_outgoing(s, domain);
    if (p != NULL || route == NULL)
        return p;
    p = free_entry(s);
    if (p == NULL)
        return NULL;
    init(s, p);
    p->outgoing = true;
    snprintf(p->domain, sizeof p->domain, "%s", domain);
    p->stream.header.to = xc_str_from(p->domain);
    if (connection_dial(&p->stream.connection, route->host, route->port))
        xmpp_connection_open(&p->stream);
    else
        p->stream.lost = true;
    return p;
}

static void become_ready(struct s2s_peer *p)
{
    p->ready = true;
    s2s_dialback_on_ready(p);
}

/* With an id, of which the key is made (XEP-0220 section 2.1.1). Without
   version 1.0 no features follow (RFC 6120 section 4.7.5). */
static void on_reply_header(struct s2s_peer *p, const xc_stream_header *h)
{
    char from[S2S_DOMAIN_SIZE];
    if (h->from.ptr != NULL && (!keep_domain(from, sizeof from, h->from) ||
                                strcmp(from, p->domain) != 0))
        xmpp_connection_refuse(&p->stream, "invalid-from",
                               "this is not the domain that was asked for");
    else if (h->id.len == 0 || !keep_text(p->id, sizeof p->id, h->id))
        xmpp_connection_refuse(&p->stream, "undefined-condition",
                               "a stream without a usable id");
    else if (h->major == 0)
        become_ready(p);
}

static void on_features(struct s2s_peer *p, const xc_element *e)
{
    xc_features features;
    if (!xc_was_read(xc_read(&xc_features_schema, e, &features, NULL)))
        return;
    if (features.starttls.required) {
        fprintf(stderr, "%s wants TLS, which there is none of here\n",
                p->domain);
        xmpp_connection_close(&p->stream);
        return;
    }
    p->bidi = p->s->bidi && features.bidi;
    if (p->bidi) { /* before dialback: XEP-0288 section 2.2 */
        xc_write_tag(xmpp_connection_begin(&p->stream), XC_NS_BIDI, "bidi");
        xmpp_connection_send(&p->stream);
    }
    become_ready(p);
}

/* ---- streams that we accept --------------------------------------------- */

static void turn_away(const struct s2s *s)
{
    struct connection c;
    connection_init(&c, NULL, 0, NULL);
    connection_accept(&c, s->listening);
    connection_close(&c);
}

void s2s_accept(struct s2s *s)
{
    struct s2s_peer *p = free_entry(s);
    if (p == NULL) {
        turn_away(s);
        return;
    }
    init(s, p);
    if (!random_text(p->id, 23) ||
        !connection_accept(&p->stream.connection, s->listening))
        connection_close(&p->stream.connection);
    p->stream.header.id = xc_str_from(p->id);
}

/* The stream error that a header calls for; NULL: none. Only before version
   1.0 may `to` be absent (RFC 6120 section 4.7.2). */
static const char *header_error(const struct s2s_peer *p,
                                const xc_stream_header *h)
{
    char to[S2S_DOMAIN_SIZE], from[S2S_DOMAIN_SIZE];
    if (h->to.ptr == NULL && h->major > 0)
        return "improper-addressing";
    if (h->to.ptr != NULL &&
        (!keep_domain(to, sizeof to, h->to) || strcmp(to, p->s->domain) != 0))
        return "host-unknown";
    if (h->from.ptr != NULL && (!keep_domain(from, sizeof from, h->from) ||
                                strcmp(from, p->s->domain) == 0))
        return "invalid-from";
    return NULL;
}

static void offer_features(struct s2s_peer *p)
{
    xc_features f = {.dialback = {.base = {.present = true}, .errors = true},
                     .bidi = p->s->bidi,
                     .limits = {.base = {.present = true},
                                .max_bytes = {true, S2S_STANZA_MAX},
                                .idle_seconds = {true, IDLE_TIME / 1000}}};
    xc_write(xmpp_connection_begin(&p->stream), &xc_features_schema, &f);
    xmpp_connection_send(&p->stream);
}

static void on_first_header(struct s2s_peer *p, const xc_stream_header *h)
{
    const char *error = header_error(p, h);
    char from[S2S_DOMAIN_SIZE];
    if (h->major == 0) { /* RFC 6120 section 4.7.5: no version, no features */
        p->stream.header.major = 0;
        p->stream.header.minor = 9;
    }
    if (error != NULL) {
        xmpp_connection_refuse(&p->stream, error, NULL);
        return;
    }
    if (h->from.ptr != NULL && keep_domain(from, sizeof from, h->from))
        p->stream.header.to = xc_str_from(from);
    xmpp_connection_open(&p->stream);
    p->stream.header.to = xc_str_from(NULL); /* gone with `from` */
    p->ready = true;
    if (h->major > 0)
        offer_features(p);
}

/* ---- events ------------------------------------------------------------- */

/* It may be about the message of --to. */
static void on_error(struct s2s_peer *p, const xc_element *e)
{
    xmpp_connection_print_error(p->domain[0] != '\0' ? p->domain : "a peer",
                                e);
    if (p == p->s->carrier)
        p->s->exit_code = EXIT_REFUSED;
}

static void on_event(void *owner, const xc_stream_event *ev)
{
    struct s2s_peer *p = owner;
    if (ev->kind == XC_EVENT_ERROR)
        on_error(p, ev->element);
    else if (ev->kind == XC_EVENT_OPEN && p->outgoing)
        on_reply_header(p, &ev->header);
    else if (ev->kind == XC_EVENT_OPEN)
        on_first_header(p, &ev->header);
    else if (ev->kind == XC_EVENT_FEATURES && p->outgoing && !p->ready)
        on_features(p, ev->element);
    else if (ev->kind == XC_EVENT_STANZA)
        s2s_on_stanza(p, ev->element);
    else
        s2s_dialback_on_element(p, ev->element);
}

/* ---- the loop ----------------------------------------------------------- */

/* A stream that waits for nothing may be silent for longer. */
static void extend_time(struct s2s_peer *p)
{
    if (s2s_peer_is_open(p) && p->ready && p->proof != S2S_PROOF_ASKED &&
        (p->proof == S2S_PROOF_VALID || p->outgoing))
        p->stream.deadline = clock_ms() + IDLE_TIME;
}

static void move(struct s2s_peer *p, short revents)
{
    bool timeout = s2s_peer_is_open(p) && clock_ms() >= p->stream.deadline;
    if (timeout)
        xmpp_connection_refuse(&p->stream, "connection-timeout", NULL);
    if (!p->stream.lost)
        xmpp_connection_move(&p->stream, revents, on_event, p);
    if (revents != 0)
        extend_time(p);
    if (!xmpp_connection_is_over(&p->stream))
        return;
    s2s_dialback_on_over(p);
    xmpp_connection_drop(&p->stream);
    p->stream.lost = false; /* the entry is free */
}

void s2s_peers_poll(const struct s2s *s, struct pollfd *polled)
{
    for (size_t i = 0; i < S2S_PEERS_MAX; i++)
        connection_poll(&polled[i], true, s->peers[i].stream.connection.fd,
                        xmpp_connection_events(&s->peers[i].stream));
}

void s2s_peers_move(struct s2s *s, const struct pollfd *polled)
{
    for (size_t i = 0; i < S2S_PEERS_MAX; i++)
        if (s2s_peer_is_used(&s->peers[i]))
            move(&s->peers[i], polled[i].revents);
}
