#include "dialback.h"

#include "keep.h"
#include "peers.h"
#include "sha.h"
#include "signals.h"
#include "terminal.h"

#include <stdio.h>
#include <string.h>

/* XEP-0185: the key is computed, not stored. */
static bool make_key(const struct s2s *s, const char *receiving, xc_str id,
                     char *mem, size_t size, xc_str *key)
{
    return xc_dialback_key(&sha256, xc_str_from(s->secret),
                           xc_str_from(receiving), xc_str_from(s->domain), id,
                           mem, size, key) == XC_OK;
}

static void send_result(struct s2s_peer *p, const xc_dialback_result *r)
{
    xc_write(xmpp_connection_begin(&p->stream), &xc_dialback_result_schema, r);
    xmpp_connection_send(&p->stream);
}

static void send_verify(struct s2s_peer *p, const xc_dialback_verify *v)
{
    xc_write(xmpp_connection_begin(&p->stream), &xc_dialback_verify_schema, v);
    xmpp_connection_send(&p->stream);
}

/* ---- originating server ------------------------------------------------- */

/* XEP-0220 section 2.1.1. */
static void originating_ask(struct s2s_peer *p)
{
    char mem[64];
    xc_dialback_result r = {.from = xc_str_from(p->s->domain),
                            .to = xc_str_from(p->domain)};
    if (!make_key(p->s, p->domain, xc_str_from(p->id), mem, sizeof mem,
                  &r.key))
        return;
    send_result(p, &r);
    p->proof = S2S_PROOF_ASKED;
}

/* XEP-0478: what the peer does not take would end the stream. */
static bool is_too_large(const struct s2s_peer *p, size_t size)
{
    if (!p->max_bytes.present || size <= (uint64_t)p->max_bytes.value)
        return false;
    fprintf(stderr, "%s takes at most %lld bytes, not a stanza of %zu\n",
            p->domain, (long long)p->max_bytes.value, size);
    return true;
}

static void originating_send_waiting(struct s2s_peer *p)
{
    xc_str stanza = {p->stanzas, 0};
    const char *end = p->stanzas + p->waiting;
    for (; stanza.ptr < end; stanza.ptr += stanza.len) {
        memcpy(&stanza.len, stanza.ptr, sizeof stanza.len);
        stanza.ptr += sizeof stanza.len;
        if (!is_too_large(p, stanza.len))
            p->stream.lost |=
                !connection_send_bytes(&p->stream.connection, stanza);
        else if (p == p->s->carrier)
            p->s->exit_code = EXIT_REFUSED;
    }
    p->waiting = 0;
}

static void print_refusal(const struct s2s_peer *p,
                          const xc_dialback_result *r)
{
    const char *name = xc_stanza_error_name(r->error.condition.value);
    fprintf(stderr, "%s does not take us for %s: %s", p->domain, p->s->domain,
            r->type == XC_DIALBACK_INVALID ? "the key is not valid"
            : name != NULL                 ? name
                                           : "an error");
    terminal_put_detail(stderr, r->error.text);
}

static void originating_on_reply(struct s2s_peer *p,
                                 const xc_dialback_result *r)
{
    if (p->proof != S2S_PROOF_ASKED)
        return;
    if (r->type == XC_DIALBACK_VALID) {
        p->proof = S2S_PROOF_VALID;
        originating_send_waiting(p);
        return;
    }
    print_refusal(p, r);
    if (p == p->s->carrier)
        p->s->exit_code = EXIT_REFUSED;
    p->waiting = 0;
    xmpp_connection_close(&p->stream);
}

bool s2s_dialback_send(struct s2s_peer *p, xc_str bytes)
{
    if (p->proof == S2S_PROOF_VALID)
        return !is_too_large(p, bytes.len) &&
               connection_send_bytes(&p->stream.connection, bytes);
    if (bytes.len + sizeof bytes.len > sizeof p->stanzas - p->waiting)
        return false;
    memcpy(p->stanzas + p->waiting, &bytes.len, sizeof bytes.len);
    p->waiting += sizeof bytes.len;
    memcpy(p->stanzas + p->waiting, bytes.ptr, bytes.len);
    p->waiting += bytes.len;
    if (p->ready && p->proof == S2S_PROOF_NONE)
        originating_ask(p);
    return true;
}

/* ---- receiving server --------------------------------------------------- */

static void receiving_reply(struct s2s_peer *p, xc_str from,
                            xc_dialback_type type,
                            xc_stanza_error_condition condition)
{
    xc_dialback_result r = {
        .from = xc_str_from(p->s->domain), .to = from, .type = (uint8_t)type};
    r.error.base.present = condition != XC_STANZA_ERROR_NONE;
    r.error.condition.value = (uint8_t)condition;
    r.error.type = (uint8_t)xc_stanza_error_default_type(condition);
    send_result(p, &r);
}

/* Asks the authoritative server (XEP-0220 section 2.2.1). */
static void receiving_verify(const struct s2s_peer *p,
                             struct s2s_peer *authoritative)
{
    xc_dialback_verify v = {.from = xc_str_from(p->s->domain),
                            .to = xc_str_from(p->domain),
                            .id = xc_str_from(p->id),
                            .key = xc_str_from(p->key)};
    send_verify(authoritative, &v);
}

/* A stream is for one domain. XEP-0220 section 2.5 allows that we refuse a
   second one, and that the peer asks again for the first. */
static xc_stanza_error_condition receiving_check(const struct s2s_peer *p,
                                                 const xc_dialback_result *r,
                                                 const char *from)
{
    if (!xc_str_is(r->to, p->s->domain))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (strcmp(from, p->s->domain) == 0)
        return XC_STANZA_ERROR_NOT_ALLOWED;
    if (p->proof != S2S_PROOF_NONE && strcmp(from, p->domain) != 0)
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    if (r->key.len == 0 || r->key.len >= S2S_KEY_SIZE)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    if (s2s_route_to(p->s, from) == NULL)
        return XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND;
    return XC_STANZA_ERROR_NONE;
}

static void receiving_on_request(struct s2s_peer *p,
                                 const xc_dialback_result *r)
{
    char from[S2S_DOMAIN_SIZE];
    xc_stanza_error_condition condition;
    struct s2s_peer *authoritative;
    if (!keep_domain(from, sizeof from, r->from)) {
        xmpp_connection_refuse(&p->stream, "improper-addressing",
                               "dialback is between domains");
        return;
    }
    condition = receiving_check(p, r, from);
    if (condition != XC_STANZA_ERROR_NONE) {
        receiving_reply(p, r->from, XC_DIALBACK_ERROR, condition);
        return;
    }
    keep_text(p->domain, sizeof p->domain, xc_str_from(from));
    keep_text(p->key, sizeof p->key, r->key);
    p->proof = S2S_PROOF_ASKED;
    authoritative = s2s_peer_dial(p->s, from);
    if (authoritative != NULL && authoritative->ready)
        receiving_verify(p, authoritative);
    else if (authoritative == NULL)
        receiving_reply(p, r->from, XC_DIALBACK_ERROR,
                        XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
}

/* Does this stream wait for the authoritative server of the domain? */
static bool receiving_waits_for(const struct s2s_peer *p, const char *domain)
{
    return s2s_peer_is_open(p) && !p->outgoing &&
           p->proof == S2S_PROOF_ASKED && strcmp(p->domain, domain) == 0;
}

static struct s2s_peer *receiving_find(struct s2s *s, xc_str id,
                                       const char *domain)
{
    for (struct s2s_peer *p = s->peers; p < s->peers + S2S_PEERS_MAX; p++)
        if (receiving_waits_for(p, domain) &&
            xc_secret_equal(id, xc_str_from(p->id)))
            return p;
    return NULL;
}

/* XEP-0220 section 2.2.2: if it is not valid, the stream ends. */
static void receiving_on_reply(struct s2s_peer *authoritative,
                               const xc_dialback_verify *v)
{
    struct s2s_peer *p =
        receiving_find(authoritative->s, v->id, authoritative->domain);
    if (p == NULL)
        return;
    p->proof = v->type == XC_DIALBACK_VALID ? S2S_PROOF_VALID : S2S_PROOF_NONE;
    if (v->type == XC_DIALBACK_ERROR)
        receiving_reply(p, xc_str_from(p->domain), XC_DIALBACK_ERROR,
                        XC_STANZA_ERROR_ITEM_NOT_FOUND);
    else
        receiving_reply(p, xc_str_from(p->domain), (xc_dialback_type)v->type,
                        XC_STANZA_ERROR_NONE);
    if (v->type == XC_DIALBACK_INVALID) {
        fprintf(stderr, "somebody is not %s\n", p->domain);
        xmpp_connection_close(&p->stream);
    }
}

/* ---- authoritative server ----------------------------------------------- */

/* Did we make this key? XEP-0220 section 2.3. */
static void authoritative_on_request(struct s2s_peer *p,
                                     const xc_dialback_verify *request)
{
    char mem[64], receiving[S2S_DOMAIN_SIZE];
    xc_str key;
    xc_dialback_verify v = {.from = request->to,
                            .to = request->from,
                            .id = request->id,
                            .type = XC_DIALBACK_INVALID};
    if (!xc_str_is(request->to, p->s->domain)) {
        v.type = XC_DIALBACK_ERROR;
        v.error.base.present = true;
        v.error.condition.value = XC_STANZA_ERROR_ITEM_NOT_FOUND;
        v.error.type = XC_STANZA_ERROR_TYPE_CANCEL;
    } else if (keep_domain(receiving, sizeof receiving, request->from) &&
               make_key(p->s, receiving, request->id, mem, sizeof mem, &key) &&
               xc_secret_equal(key, request->key)) {
        v.type = XC_DIALBACK_VALID;
    }
    send_verify(p, &v);
}

/* ---- elements ----------------------------------------------------------- */

/* Replies arrive on streams that we have opened, from the domain we asked. */
static bool is_reply(const struct s2s_peer *p, xc_str from, xc_str to)
{
    return p->outgoing && xc_str_is(from, p->domain) &&
           xc_str_is(to, p->s->domain);
}

static void on_result(struct s2s_peer *p, const xc_dialback_result *r)
{
    if (r->type == XC_DIALBACK_REQUEST && !p->outgoing)
        receiving_on_request(p, r);
    else if (r->type == XC_DIALBACK_REQUEST)
        receiving_reply(p, r->from, XC_DIALBACK_ERROR,
                        XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED);
    else if (is_reply(p, r->from, r->to))
        originating_on_reply(p, r);
    else
        xmpp_connection_refuse(&p->stream, "invalid-from", NULL);
}

static void on_verify(struct s2s_peer *p, const xc_dialback_verify *v)
{
    if (v->type == XC_DIALBACK_REQUEST)
        authoritative_on_request(p, v);
    else if (is_reply(p, v->from, v->to))
        receiving_on_reply(p, v);
    else
        xmpp_connection_refuse(&p->stream, "invalid-from", NULL);
}

static void take_bidi(struct s2s_peer *p, const xc_s2s_bidi *bidi)
{
    p->bidi = true;
    p->max_bytes = bidi->limits.max_bytes;
}

void s2s_dialback_on_element(struct s2s_peer *p, const xc_element *e)
{
    xc_dialback_result result;
    xc_dialback_verify verify;
    xc_s2s_bidi bidi;
    if (xc_read(&xc_dialback_result_schema, e, &result, NULL) == XC_OK)
        on_result(p, &result);
    else if (xc_read(&xc_dialback_verify_schema, e, &verify, NULL) == XC_OK)
        on_verify(p, &verify);
    else if (xc_is(e, XC_NS_DIALBACK, NULL))
        xmpp_connection_refuse(&p->stream, "improper-addressing",
                               "dialback without what it needs");
    else if (xc_was_read(xc_read(&xc_s2s_bidi_schema, e, &bidi, NULL)) &&
             !p->outgoing && p->s->bidi && p->proof == S2S_PROOF_NONE)
        take_bidi(p, &bidi);
    else
        xmpp_connection_refuse(&p->stream, "unsupported-stanza-type", NULL);
}

/* ---- beginning and end of a stream -------------------------------------- */

/* Keys and stanzas have waited for this stream. */
void s2s_dialback_on_ready(struct s2s_peer *p)
{
    struct s2s_peer *in = p->s->peers;
    for (; in < p->s->peers + S2S_PEERS_MAX; in++)
        if (receiving_waits_for(in, p->domain))
            receiving_verify(in, p);
    if (p->waiting > 0)
        originating_ask(p);
}

/* Is the message of --to lost with it? */
static void originating_on_over(struct s2s_peer *p)
{
    struct s2s *s = p->s;
    const struct connection *c = &p->stream.connection;
    bool unsent = p->waiting > 0 || connection_waiting(c) > 0;
    bool closed = p->stream.heard_close && !p->stream.refused;
    if (c->problem != NULL || unsent)
        fprintf(stderr, "no stream to %s: %s\n", p->domain,
                c->problem != NULL ? c->problem
                : closed           ? "it has closed it"
                                   : "it does not reply as it should");
    if (p == s->carrier && unsent && s->exit_code == EXIT_NOT_YET)
        s->exit_code =
            closed && p->id[0] != '\0' ? EXIT_REFUSED : EXIT_CONNECTION;
}

/* Replies that were to come over this stream will not come. */
void s2s_dialback_on_over(struct s2s_peer *p)
{
    struct s2s_peer *in = p->s->peers;
    if (!p->outgoing)
        return;
    originating_on_over(p);
    for (; in < p->s->peers + S2S_PEERS_MAX; in++) {
        if (!receiving_waits_for(in, p->domain))
            continue;
        in->proof = S2S_PROOF_NONE;
        receiving_reply(in, xc_str_from(in->domain), XC_DIALBACK_ERROR,
                        XC_STANZA_ERROR_REMOTE_SERVER_TIMEOUT);
    }
}
