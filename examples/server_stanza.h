/* server_stanza.h - a stanza on its way: from whom, to whom, and the answers
   that go back. */
#ifndef SERVER_STANZA_H
#define SERVER_STANZA_H

#include "server_accounts.h"
#include "server_send.h"

struct stanza {
    const xc_element *element;
    struct session *sender; /* who gets answers; NULL: look for `from` */
    xc_jid from;            /* proved, not what the sender says */
    xc_jid to;              /* ptr NULL: it says none */
    union {
        struct { /* what all three begin with */
            xc_base base;
            xc_str to, from, id, lang;
        } any;
        xc_message message;
        xc_presence presence;
        xc_iq iq;
    } as;
    char from_bytes[XC_JID_MAX], to_bytes[XC_JID_MAX];
};

/* Who speaks for a domain that is not ours: the component, or a stream to
   another server. That one is found by this hook, for whoever adds
   server-to-server streams; it may be NULL. */
static struct session *(*route_remote)(xc_str domain);

static struct session *domain_session(xc_str domain)
{
    if (server.component != NULL && session_is_there(server.component) &&
        xc_str_is(domain, server.component_name))
        return server.component;
    if (server.component_name != NULL &&
        xc_str_is(domain, server.component_name))
        return NULL;
    return route_remote != NULL ? route_remote(domain) : NULL;
}

/* Where stanzas to a full address here, or to any elsewhere, are sent. */
static struct session *session_at(xc_jid jid)
{
    return local_is_here(jid) ? session_find(jid)
                              : domain_session(xc_jid_domain(jid));
}

static const xc_schema *stanza_schema(const xc_element *e)
{
    if (xc_is(e, NULL, "message"))
        return &xc_message_schema;
    return xc_is(e, NULL, "presence") ? &xc_presence_schema : &xc_iq_schema;
}

/* ---- answers ------------------------------------------------------------ */

/* Begins what goes back to the sender; NULL if he is gone. */
static xc_writer *answer_begin(const struct stanza *st, const char *type,
                               struct session **to)
{
    xc_writer *w;
    *to = st->sender != NULL ? st->sender : session_at(st->from);
    if (*to == NULL || !session_is_there(*to))
        return NULL;
    w = stanza_begin(*to, xc_name(st->element).ptr, type,
                     xc_attr(st->element, "to"), xc_jid_full(st->from));
    xc_writer_attr(w, "id", xc_attr(st->element, "id"));
    return w;
}

static void answer_end(xc_writer *w, struct session *to)
{
    xc_writer_end(w);
    session_deliver(to, URGENT);
}

static void write_error(xc_writer *w, xc_stanza_error_condition why)
{
    static const char *const types[] = {NULL,     "auth", "continue",
                                        "modify", "wait", "cancel"};
    xc_writer_begin(w, NULL, "error");
    xc_writer_attr(w, "type",
                   xc_str_from(types[xc_stanza_error_default_type(why)]));
    xc_writer_begin(w, XC_NS_STANZA_ERRORS, xc_stanza_error_name(why));
    xc_writer_end(w);
    xc_writer_end(w);
}

/* Says why it does not arrive. Errors and results are not answered (RFC 6120
   section 8.3.1). */
static void bounce(const struct stanza *st, xc_stanza_error_condition why)
{
    struct session *to;
    xc_writer *w;
    if (!xc_can_reply(st->element))
        return;
    w = answer_begin(st, "error", &to);
    if (w == NULL)
        return;
    write_error(w, why);
    answer_end(w, to);
}

/* The result of an iq, with one payload. */
static void answer_with(const struct stanza *st, const xc_schema *schema,
                        const void *payload)
{
    struct session *to;
    xc_writer *w = answer_begin(st, "result", &to);
    if (w == NULL)
        return;
    if (payload != NULL)
        xc_write(w, schema, payload);
    answer_end(w, to);
}

static void answer_done(const struct stanza *st)
{
    answer_with(st, NULL, NULL);
}

/* ---- reading ------------------------------------------------------------ */

/* From whom, to whom, and what. False: it has been refused. */
static bool stanza_read(struct stanza *st, const xc_element *e,
                        struct session *sender)
{
    xc_str to = xc_attr(e, "to");
    xc_status status;
    st->element = e;
    st->sender = sender;
    st->to.ptr = NULL;
    if (sender->port == PORT_COMPONENT)
        xc_jid_parse(xc_attr(e, "from"), st->from_bytes, sizeof st->from_bytes,
                     &st->from);
    else
        st->from = sender->own.jid;
    if (to.ptr != NULL && xc_jid_parse(to, st->to_bytes, sizeof st->to_bytes,
                                       &st->to) != XC_OK) {
        bounce(st,
               XC_STANZA_ERROR_JID_MALFORMED); /* RFC 6120 section 8.1.1.1 */
        return false;
    }
    status = xc_read(stanza_schema(e), e, &st->as, NULL);
    if (status != XC_OK)
        bounce(st, xc_stanza_error_for_status(status));
    else if (xc_stanza_check(e) != XC_STANZA_ERROR_NONE)
        bounce(st, xc_stanza_check(e));
    else
        return true;
    return false;
}

/* One that was stored, with the addresses it was given then. */
static bool stanza_restore(struct stanza *st, const xc_element *e)
{
    st->element = e;
    st->sender = NULL;
    return xc_jid_parse(xc_attr(e, "from"), st->from_bytes,
                        sizeof st->from_bytes, &st->from) == XC_OK &&
           xc_jid_parse(xc_attr(e, "to"), st->to_bytes, sizeof st->to_bytes,
                        &st->to) == XC_OK &&
           xc_read(stanza_schema(e), e, &st->as, NULL) == XC_OK;
}

#endif
