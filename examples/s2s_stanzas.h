/* s2s_stanzas.h - what s2s.c does with stanzas: checks whose they are, prints
   messages, sends them back if asked to, answers pings. */
#ifndef S2S_STANZAS_H
#define S2S_STANZAS_H

#include "xmpp_codec.h"

#include <stdio.h>
#include <string.h>

#include "s2s_dialback.h"
#include "s2s_peers.h"

/* What we send back begins its id with this; who gets it does not send it back
   once more. */
#define ECHO_ID "echo-"

/* ---- sending ------------------------------------------------------------ */

/* A stanza is written here first: where it goes may not be open yet. */
static xc_writer *stanza_begin(xc_writer *w)
{
    static char mem[STANZA_MAX];
    xc_writer_init(w, mem, sizeof mem, XC_NS_SERVER);
    return w;
}

/* A stream of the peer that takes stanzas both ways (XEP-0288). */
static struct peer *peer_from(struct s2s *s, const char *domain)
{
    for (struct peer *p = s->peers; p < s->peers + PEERS_MAX; p++)
        if (peer_is_open(p) && !p->outgoing && p->bidi &&
            p->proof == PROOF_VALID && strcmp(p->domain, domain) == 0)
            return p;
    return NULL;
}

/* To the domain of this address; returns the stream that it goes over. NULL:
   there is no way. */
static struct peer *stanza_send(struct s2s *s, xc_writer *w, xc_str to)
{
    char domain[DOMAIN_SIZE];
    struct peer *p;
    xc_str bytes;
    if (xc_writer_finish(w, &bytes) != XC_OK ||
        !read_domain(xc_jid_split(to).domain, domain, sizeof domain))
        return NULL;
    p = peer_from(s, domain);
    if (p == NULL)
        p = peer_dial(s, domain);
    return p != NULL && originating_send(p, bytes) ? p : NULL;
}

static void stanza_answer(struct s2s *s, xc_writer *w, xc_str to)
{
    if (stanza_send(s, w, to) == NULL)
        fprintf(stderr, "could not answer " XC_FMT "\n", XC_ARG(to));
}

static void stanza_refuse(struct s2s *s, const xc_element *e,
                          xc_stanza_error_condition condition)
{
    xc_writer w;
    if (!xc_can_reply(e))
        return;
    xc_write_error(stanza_begin(&w), e, condition, xc_str_from(NULL));
    stanza_answer(s, &w, xc_attr(e, "from"));
}

/* ---- messages ----------------------------------------------------------- */

static void message_print(const xc_message *m)
{
    static char mem[2 * STANZA_MAX];
    struct fields line;
    xc_str text;
    fields_begin(&line, mem, sizeof mem);
    fields_add(&line, XC_STR("message"));
    fields_add(&line, m->from);
    fields_add(&line, m->to);
    fields_add(&line, m->body);
    text = fields_end(&line);
    fwrite(text.ptr, 1, text.len, stdout);
    fflush(stdout);
}

static void message_echo(struct s2s *s, const xc_message *m)
{
    static unsigned long count;
    char id[32];
    xc_message back = {.to = m->from,
                       .from = m->to,
                       .type = m->type,
                       .body = m->body,
                       .thread = m->thread};
    xc_writer w;
    snprintf(id, sizeof id, ECHO_ID "%lu", ++count);
    back.id = xc_str_from(id);
    xc_write(stanza_begin(&w), &xc_message_schema, &back);
    stanza_answer(s, &w, m->from);
}

/* An answer to --to, or the error that it came to. */
static void message_on_reply(struct s2s *s, const xc_message *m)
{
    const char *name = xc_stanza_error_name(m->error.condition.value);
    if (s->carrier == NULL ||
        !xc_str_equal(xc_jid_cut_resource(m->from),
                      xc_jid_cut_resource(xc_str_from(s->to))))
        return;
    if (m->type == XC_MESSAGE_ERROR) {
        fprintf(stderr, "%s: %s\n", s->to, name != NULL ? name : "an error");
        s->exit_code = EXIT_REFUSED;
    } else if (m->body.ptr != NULL && s->reply_wanted) {
        s->exit_code = EXIT_DONE;
    }
}

static void on_message(struct s2s *s, const xc_element *e)
{
    xc_message m;
    xc_status status = xc_read(&xc_message_schema, e, &m, NULL);
    if (status != XC_OK) {
        stanza_refuse(s, e, xc_stanza_error_for_status(status));
        return;
    }
    if (m.type != XC_MESSAGE_ERROR && m.body.ptr != NULL) {
        message_print(&m);
        if (s->echo && m.type != XC_MESSAGE_GROUPCHAT &&
            !xc_str_starts_with(m.id, ECHO_ID))
            message_echo(s, &m);
    }
    if (s->to[0] != '\0')
        message_on_reply(s, &m);
}

/* --to: to be sent as soon as there is a stream for it. */
static void message_send(struct s2s *s)
{
    char from[DOMAIN_SIZE + 8];
    xc_message m = {.to = xc_str_from(s->to),
                    .type = XC_MESSAGE_CHAT,
                    .id = XC_STR("s2s-1"),
                    .body = {s->body, s->body_len}};
    xc_writer w;
    snprintf(from, sizeof from, "s2s@%s", s->domain);
    m.from = xc_str_from(from);
    xc_write(stanza_begin(&w), &xc_message_schema, &m);
    s->carrier = stanza_send(s, &w, m.to);
    if (s->carrier != NULL)
        return;
    fprintf(stderr, "no way to send this to %s\n", s->to);
    s->exit_code = EXIT_CONNECTION;
}

/* ---- iq ----------------------------------------------------------------- */

static void on_iq(struct s2s *s, const xc_element *e)
{
    xc_writer w;
    if (!xc_str_is(xc_attr(e, "type"), "get") ||
        !xc_has_child(e, XC_TAG_PING)) {
        stanza_refuse(s, e, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
        return;
    }
    xc_write_reply_begin(stanza_begin(&w), e);
    xc_writer_end(&w);
    stanza_answer(s, &w, xc_attr(e, "from"));
}

/* ---- whose it is -------------------------------------------------------- */

/* The stream error that a stanza calls for; NULL: it is good. RFC 6120
   sections 4.9.3.12, 8.1.1.2 and 8.1.2.2. */
static const char *stanza_fault(const struct peer *p, const xc_element *e)
{
    char mem[XC_JID_MAX];
    xc_jid jid;
    if (p->proof != PROOF_VALID || (p->outgoing && !p->bidi))
        return "not-authorized";
    if (xc_jid_parse(xc_attr(e, "from"), mem, sizeof mem, &jid) != XC_OK)
        return "improper-addressing";
    if (!xc_str_is(xc_jid_domain(jid), p->domain))
        return "invalid-from";
    if (xc_jid_parse(xc_attr(e, "to"), mem, sizeof mem, &jid) != XC_OK)
        return "improper-addressing";
    if (!xc_str_is(xc_jid_domain(jid), p->s->domain))
        return "host-unknown";
    return NULL;
}

/* Presence is of no use here. */
static void peer_on_stanza(struct peer *p, const xc_element *e)
{
    const char *fault = stanza_fault(p, e);
    xc_stanza_error_condition condition = xc_stanza_check(e);
    if (fault != NULL)
        stream_link_refuse(&p->stream, fault, NULL);
    else if (condition != XC_STANZA_ERROR_NONE)
        stanza_refuse(p->s, e, condition);
    else if (xc_is(e, NULL, "message"))
        on_message(p->s, e);
    else if (xc_is(e, NULL, "iq"))
        on_iq(p->s, e);
}

#endif
