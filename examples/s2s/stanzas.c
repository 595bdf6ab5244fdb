#include "stanzas.h"

#include "dialback.h"
#include "flaw.h"
#include "keep.h"
#include "outbox.h"
#include "peers.h"
#include "tsv.h"

#include <stdio.h>
#include <string.h>

/* The id of a message that we send back begins so, and a message with such an
   id is not sent back once more. */
#define ECHO_ID "echo-"

/* ---- sending ------------------------------------------------------------ */

xc_writer *s2s_stanza_begin(struct s2s *s, xc_writer *w)
{
    xc_writer_init(w, s->stanza, sizeof s->stanza, XC_NS_SERVER);
    return w;
}

/* A stream of the peer that takes stanzas both ways (XEP-0288). */
static struct s2s_peer *find_bidi(struct s2s *s, const char *domain)
{
    for (struct s2s_peer *p = s->peers; p < s->peers + S2S_PEERS_MAX; p++)
        if (s2s_peer_is_open(p) && !p->outgoing && p->bidi &&
            p->proof == S2S_PROOF_VALID && strcmp(p->domain, domain) == 0)
            return p;
    return NULL;
}

struct s2s_peer *s2s_stanza_send(struct s2s *s, xc_writer *w, xc_str to)
{
    char domain[S2S_DOMAIN_SIZE];
    struct s2s_peer *p;
    xc_str bytes;
    if (xc_writer_finish(w, &bytes) != XC_OK ||
        !keep_domain(domain, sizeof domain, xc_jid_split(to).domain))
        return NULL;
    p = find_bidi(s, domain);
    if (p == NULL)
        p = s2s_peer_dial(s, domain);
    return p != NULL && s2s_dialback_send(p, bytes) ? p : NULL;
}

static void send_reply(struct s2s *s, xc_writer *w, xc_str to)
{
    if (s2s_stanza_send(s, w, to) == NULL)
        fprintf(stderr, "could not reply to " XC_FMT "\n", XC_ARG(to));
}

static void reply_error(struct s2s *s, const xc_element *e,
                        xc_stanza_error_condition condition)
{
    xc_writer w;
    if (!xc_can_reply(e))
        return;
    xc_write_error(s2s_stanza_begin(s, &w), e, condition, xc_str_from(NULL));
    send_reply(s, &w, xc_attr(e, "from"));
}

/* ---- messages ----------------------------------------------------------- */

static void print_message(struct s2s *s, const xc_message *m)
{
    struct tsv_line line;
    xc_str text;
    tsv_begin(&line, s->line, sizeof s->line);
    tsv_add(&line, XC_STR("message"));
    tsv_add(&line, m->from);
    tsv_add(&line, m->to);
    tsv_add(&line, m->body);
    text = tsv_end(&line);
    fwrite(text.ptr, 1, text.len, stdout);
    fflush(stdout);
}

static void send_echo(struct s2s *s, const xc_message *m)
{
    char id[32];
    xc_message back = {.to = m->from,
                       .from = m->to,
                       .type = m->type,
                       .body = m->body,
                       .thread = m->thread};
    xc_writer w;
    snprintf(id, sizeof id, ECHO_ID "%lu", ++s->echoes);
    back.id = xc_str_from(id);
    xc_write(s2s_stanza_begin(s, &w), &xc_message_schema, &back);
    send_reply(s, &w, m->from);
}

static void on_message(struct s2s *s, const xc_element *e)
{
    char mem[FLAW_MAX];
    const xc_field *field;
    xc_message m;
    xc_status status = xc_read(&xc_message_schema, e, &m, &field);
    if (!xc_was_read(status)) {
        reply_error(s, e, xc_stanza_error_for_status(status));
        return;
    }
    if (status != XC_OK) /* it is taken all the same */
        fprintf(stderr, "a message with a %s\n",
                flaw_text(mem, status, field));
    if (m.type != XC_MESSAGE_ERROR && m.body.ptr != NULL) {
        print_message(s, &m);
        if (s->echo && m.type != XC_MESSAGE_GROUPCHAT &&
            !xc_str_starts_with(m.id, ECHO_ID))
            send_echo(s, &m);
    }
    if (s->to[0] != '\0')
        s2s_outbox_on_message(s, &m);
}

/* ---- iq ----------------------------------------------------------------- */

static void on_iq(struct s2s *s, const xc_element *e)
{
    xc_writer w;
    if (!xc_str_is(xc_attr(e, "type"), "get") ||
        !xc_has_child(e, XC_TAG_PING)) {
        reply_error(s, e, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
        return;
    }
    xc_write_reply_begin(s2s_stanza_begin(s, &w), e);
    xc_writer_end(&w);
    send_reply(s, &w, xc_attr(e, "from"));
}

/* ---- addresses ---------------------------------------------------------- */

/* The stream error that a stanza calls for; NULL: none. RFC 6120 sections
   4.9.3.12, 8.1.1.2 and 8.1.2.2. */
static const char *stream_error(const struct s2s_peer *p, const xc_element *e)
{
    char mem[XC_JID_MAX];
    xc_jid jid;
    if (p->proof != S2S_PROOF_VALID || (p->outgoing && !p->bidi))
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
void s2s_on_stanza(struct s2s_peer *p, const xc_element *e)
{
    const char *error = stream_error(p, e);
    xc_stanza_error_condition condition = xc_stanza_check(e);
    if (error != NULL)
        xmpp_connection_refuse(&p->stream, error, NULL);
    else if (condition != XC_STANZA_ERROR_NONE)
        reply_error(p->s, e, condition);
    else if (xc_is(e, NULL, "message"))
        on_message(p->s, e);
    else if (xc_is(e, NULL, "iq"))
        on_iq(p->s, e);
}
