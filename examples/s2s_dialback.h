/* s2s_dialback.h - Server Dialback (XEP-0220): a server proves that a domain
   is its own by being found at the domain's address, and knowing there the key
   that it has shown here.

       originating server          receiving server      authoritative server
         stream, <db:result>key -->
                                    stream, <db:verify>key -->
                                    <-- <db:verify type='valid'>
         <-- <db:result type='valid'>

   We are all three: originating for what we send, receiving for what we are
   sent, authoritative for our own domain. */
#ifndef S2S_DIALBACK_H
#define S2S_DIALBACK_H

#include "xmpp_codec.h"

#include <stdio.h>
#include <string.h>

#include "s2s_peers.h"
#include "sha.h"

/* XEP-0185: the key is made, not remembered. */
static bool dialback_key(const struct s2s *s, const char *receiving, xc_str id,
                         char *mem, size_t size, xc_str *key)
{
    return xc_dialback_key(&sha256, xc_str_from(s->secret),
                           xc_str_from(receiving), xc_str_from(s->domain), id,
                           mem, size, key) == XC_OK;
}

static void dialback_send_result(struct peer *p, const xc_dialback_result *r)
{
    xc_write(stream_link_begin(&p->stream), &xc_dialback_result_schema, r);
    stream_link_send(&p->stream);
}

static void dialback_send_verify(struct peer *p, const xc_dialback_verify *v)
{
    xc_write(stream_link_begin(&p->stream), &xc_dialback_verify_schema, v);
    stream_link_send(&p->stream);
}

/* ---- originating server ------------------------------------------------- */

/* XEP-0220 section 2.1.1. */
static void originating_ask(struct peer *p)
{
    char mem[64];
    xc_dialback_result r = {.from = xc_str_from(p->s->domain),
                            .to = xc_str_from(p->domain)};
    if (!dialback_key(p->s, p->domain, xc_str_from(p->id), mem, sizeof mem,
                      &r.key))
        return;
    dialback_send_result(p, &r);
    p->proof = PROOF_ASKED;
}

static void originating_send_waiting(struct peer *p)
{
    xc_str bytes = {p->stanzas, p->waiting};
    if (p->waiting > 0 && !link_send_bytes(&p->stream.link, bytes))
        p->stream.lost = true;
    p->waiting = 0;
}

static void originating_on_answer(struct peer *p, const xc_dialback_result *r)
{
    const char *name = r->type == XC_DIALBACK_ERROR
                           ? xc_stanza_error_name(r->error.condition.value)
                           : "the key is not valid";
    if (p->proof != PROOF_ASKED)
        return;
    if (r->type == XC_DIALBACK_VALID) {
        p->proof = PROOF_VALID;
        originating_send_waiting(p);
        return;
    }
    fprintf(stderr, "%s does not take us for %s: %s\n", p->domain,
            p->s->domain, name != NULL ? name : "an error");
    if (p == p->s->carrier)
        p->s->exit_code = EXIT_REFUSED;
    p->waiting = 0;
    stream_link_close(&p->stream);
}

/* A stanza goes out now, or when the proof is there. False: no more fit. */
static bool originating_send(struct peer *p, xc_str bytes)
{
    if (p->proof == PROOF_VALID)
        return link_send_bytes(&p->stream.link, bytes);
    if (bytes.len > sizeof p->stanzas - p->waiting)
        return false;
    memcpy(p->stanzas + p->waiting, bytes.ptr, bytes.len);
    p->waiting += bytes.len;
    if (p->ready && p->proof == PROOF_NONE)
        originating_ask(p);
    return true;
}

/* ---- receiving server --------------------------------------------------- */

static void receiving_answer(struct peer *p, xc_str from, xc_dialback_type is,
                             xc_stanza_error_condition condition)
{
    xc_dialback_result r = {
        .from = xc_str_from(p->s->domain), .to = from, .type = (uint8_t)is};
    r.error.base.present = condition != XC_STANZA_ERROR_NONE;
    r.error.condition.value = (uint8_t)condition;
    r.error.type = (uint8_t)xc_stanza_error_default_type(condition);
    dialback_send_result(p, &r);
}

/* Asks the authoritative server (XEP-0220 section 2.2.1). */
static void receiving_verify(const struct peer *p, struct peer *authoritative)
{
    xc_dialback_verify v = {.from = xc_str_from(p->s->domain),
                            .to = xc_str_from(p->domain),
                            .id = xc_str_from(p->id),
                            .key = xc_str_from(p->key)};
    dialback_send_verify(authoritative, &v);
}

/* One stream, one domain: a second one is refused, which XEP-0220 section 2.5
   allows, as it does to ask again. */
static xc_stanza_error_condition receiving_check(const struct peer *p,
                                                 const xc_dialback_result *r,
                                                 const char *from)
{
    if (!xc_str_is(r->to, p->s->domain))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (strcmp(from, p->s->domain) == 0)
        return XC_STANZA_ERROR_NOT_ALLOWED;
    if (p->proof != PROOF_NONE && strcmp(from, p->domain) != 0)
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    if (r->key.len == 0 || r->key.len >= KEY_SIZE)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    if (route_to(p->s, from) == NULL)
        return XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND;
    return XC_STANZA_ERROR_NONE;
}

static void receiving_on_request(struct peer *p, const xc_dialback_result *r)
{
    char from[DOMAIN_SIZE];
    xc_stanza_error_condition condition;
    struct peer *authoritative;
    if (!read_domain(r->from, from, sizeof from)) {
        stream_link_refuse(&p->stream, "improper-addressing",
                           "dialback is between domains");
        return;
    }
    condition = receiving_check(p, r, from);
    if (condition != XC_STANZA_ERROR_NONE) {
        receiving_answer(p, r->from, XC_DIALBACK_ERROR, condition);
        return;
    }
    keep(p->domain, sizeof p->domain, xc_str_from(from));
    keep(p->key, sizeof p->key, r->key);
    p->proof = PROOF_ASKED;
    authoritative = peer_dial(p->s, from);
    if (authoritative != NULL && authoritative->ready)
        receiving_verify(p, authoritative);
    else if (authoritative == NULL)
        receiving_answer(p, r->from, XC_DIALBACK_ERROR,
                         XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
}

/* The stream of that id which waits for the word of this domain. */
static struct peer *receiving_find(struct s2s *s, xc_str id,
                                   const char *domain)
{
    for (struct peer *p = s->peers; p < s->peers + PEERS_MAX; p++)
        if (peer_is_open(p) && !p->outgoing && p->proof == PROOF_ASKED &&
            xc_secret_equal(id, xc_str_from(p->id)) &&
            strcmp(p->domain, domain) == 0)
            return p;
    return NULL;
}

/* XEP-0220 section 2.2.2: on what is not valid, the stream ends. */
static void receiving_on_answer(struct peer *authoritative,
                                const xc_dialback_verify *v)
{
    struct peer *p =
        receiving_find(authoritative->s, v->id, authoritative->domain);
    if (p == NULL)
        return;
    p->proof = v->type == XC_DIALBACK_VALID ? PROOF_VALID : PROOF_NONE;
    if (v->type == XC_DIALBACK_ERROR)
        receiving_answer(p, xc_str_from(p->domain), XC_DIALBACK_ERROR,
                         XC_STANZA_ERROR_ITEM_NOT_FOUND);
    else
        receiving_answer(p, xc_str_from(p->domain), (xc_dialback_type)v->type,
                         XC_STANZA_ERROR_NONE);
    if (v->type == XC_DIALBACK_INVALID) {
        fprintf(stderr, "somebody is not %s\n", p->domain);
        stream_link_close(&p->stream);
    }
}

/* ---- authoritative server ----------------------------------------------- */

/* Did we make this key? XEP-0220 section 2.3. */
static void authoritative_on_request(struct peer *p,
                                     const xc_dialback_verify *asked)
{
    char mem[64], receiving[DOMAIN_SIZE];
    xc_str key;
    xc_dialback_verify v = {.from = asked->to,
                            .to = asked->from,
                            .id = asked->id,
                            .type = XC_DIALBACK_INVALID};
    if (!xc_str_is(asked->to, p->s->domain)) {
        v.type = XC_DIALBACK_ERROR;
        v.error.base.present = true;
        v.error.condition.value = XC_STANZA_ERROR_ITEM_NOT_FOUND;
        v.error.type = XC_STANZA_ERROR_TYPE_CANCEL;
    } else if (read_domain(asked->from, receiving, sizeof receiving) &&
               dialback_key(p->s, receiving, asked->id, mem, sizeof mem,
                            &key) &&
               xc_secret_equal(key, asked->key)) {
        v.type = XC_DIALBACK_VALID;
    }
    dialback_send_verify(p, &v);
}

/* ---- what comes --------------------------------------------------------- */

/* Answers come on streams that we have opened, from whom we have asked. */
static bool dialback_is_answer(const struct peer *p, xc_str from, xc_str to)
{
    return p->outgoing && xc_str_is(from, p->domain) &&
           xc_str_is(to, p->s->domain);
}

static void dialback_on_result(struct peer *p, const xc_dialback_result *r)
{
    if (r->type == XC_DIALBACK_REQUEST && !p->outgoing)
        receiving_on_request(p, r);
    else if (r->type == XC_DIALBACK_REQUEST)
        receiving_answer(p, r->from, XC_DIALBACK_ERROR,
                         XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED);
    else if (dialback_is_answer(p, r->from, r->to))
        originating_on_answer(p, r);
    else
        stream_link_refuse(&p->stream, "invalid-from", NULL);
}

static void dialback_on_verify(struct peer *p, const xc_dialback_verify *v)
{
    if (v->type == XC_DIALBACK_REQUEST)
        authoritative_on_request(p, v);
    else if (dialback_is_answer(p, v->from, v->to))
        receiving_on_answer(p, v);
    else
        stream_link_refuse(&p->stream, "invalid-from", NULL);
}

static void peer_on_nonza(struct peer *p, const xc_element *e)
{
    xc_dialback_result result;
    xc_dialback_verify verify;
    if (xc_read(&xc_dialback_result_schema, e, &result, NULL) == XC_OK)
        dialback_on_result(p, &result);
    else if (xc_read(&xc_dialback_verify_schema, e, &verify, NULL) == XC_OK)
        dialback_on_verify(p, &verify);
    else if (xc_is(e, XC_NS_DIALBACK, NULL))
        stream_link_refuse(&p->stream, "improper-addressing",
                           "dialback without what it needs");
    else if (xc_is(e, XC_NS_BIDI, "bidi") && !p->outgoing && p->s->bidi &&
             p->proof == PROOF_NONE)
        p->bidi = true;
    else
        stream_link_refuse(&p->stream, "unsupported-stanza-type", NULL);
}

/* ---- beginning and end of a stream -------------------------------------- */

/* We have opened it, and can ask now what has waited for that. */
static void dialback_on_ready(struct peer *p)
{
    for (struct peer *in = p->s->peers; in < p->s->peers + PEERS_MAX; in++)
        if (peer_is_open(in) && !in->outgoing && in->proof == PROOF_ASKED &&
            strcmp(in->domain, p->domain) == 0)
            receiving_verify(in, p);
    if (p->waiting > 0)
        originating_ask(p);
}

/* Is the message of --to lost with it? */
static void originating_on_over(struct peer *p)
{
    struct s2s *s = p->s;
    const char *problem = p->stream.link.problem;
    bool unsent = p->waiting > 0 || link_waiting(&p->stream.link) > 0;
    bool closed = p->stream.heard_close && !p->stream.refused;
    if (problem != NULL || unsent)
        fprintf(stderr, "no stream to %s: %s\n", p->domain,
                problem != NULL ? problem
                : closed        ? "it has closed it"
                                : "it does not answer as it should");
    if (p == s->carrier && unsent && s->exit_code == STAY)
        s->exit_code =
            closed && p->id[0] != '\0' ? EXIT_REFUSED : EXIT_CONNECTION;
}

/* Who waits for an answer over this stream will get none. */
static void dialback_on_over(struct peer *p)
{
    struct peer *in = p->s->peers;
    if (!p->outgoing)
        return;
    originating_on_over(p);
    for (; in < p->s->peers + PEERS_MAX; in++) {
        if (!peer_is_open(in) || in->outgoing || in->proof != PROOF_ASKED ||
            strcmp(in->domain, p->domain) != 0)
            continue;
        in->proof = PROOF_NONE;
        receiving_answer(in, xc_str_from(in->domain), XC_DIALBACK_ERROR,
                         XC_STANZA_ERROR_REMOTE_SERVER_TIMEOUT);
    }
}

#endif
