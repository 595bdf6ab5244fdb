#include "stanza.h"

#include "lookup.h"
#include "send.h"
#include "utc.h"

/* ---- reading ------------------------------------------------------------ */

static const xc_schema *schema_of(const xc_element *e)
{
    if (xc_is(e, NULL, "message"))
        return &xc_message_schema;
    return xc_is(e, NULL, "presence") ? &xc_presence_schema : &xc_iq_schema;
}

/* 0 is none. */
static uint32_t next_serial(struct server *server)
{
    server->serial += server->serial == UINT32_MAX ? 2 : 1;
    return server->serial;
}

bool stanza_read(struct server_stanza *st, const xc_element *e,
                 struct server_session *sender)
{
    xc_str to = xc_attr(e, "to");
    xc_status status;
    st->server = sender->server;
    st->element = e;
    st->sender = sender;
    st->to.ptr = NULL;
    st->accepted = utc_seconds();
    st->serial = next_serial(sender->server);
    st->again = false;
    if (sender->port == PORT_COMPONENT)
        xc_jid_parse(xc_attr(e, "from"), st->from_bytes, sizeof st->from_bytes,
                     &st->from);
    else
        st->from = sender->own.jid;
    if (to.ptr != NULL && xc_jid_parse(to, st->to_bytes, sizeof st->to_bytes,
                                       &st->to) != XC_OK) {
        /* RFC 6120 section 8.1.1.1 */
        stanza_bounce(st, XC_STANZA_ERROR_JID_MALFORMED);
        return false;
    }
    status = xc_read(schema_of(e), e, &st->as, NULL);
    if (status != XC_OK)
        stanza_bounce(st, xc_stanza_error_for_status(status));
    else if (xc_stanza_check(e) != XC_STANZA_ERROR_NONE)
        stanza_bounce(st, xc_stanza_check(e));
    else
        return true;
    return false;
}

bool stanza_restore(struct server_stanza *st, struct server *server,
                    const xc_element *e, int64_t accepted)
{
    st->server = server;
    st->element = e;
    st->sender = NULL;
    st->accepted = accepted;
    st->serial = next_serial(server);
    st->again = true;
    return xc_jid_parse(xc_attr(e, "from"), st->from_bytes,
                        sizeof st->from_bytes, &st->from) == XC_OK &&
           xc_jid_parse(xc_attr(e, "to"), st->to_bytes, sizeof st->to_bytes,
                        &st->to) == XC_OK &&
           xc_read(schema_of(e), e, &st->as, NULL) == XC_OK;
}

xc_str stanza_to(const struct server_stanza *st)
{
    xc_str to = xc_attr(st->element, "to");
    return to.ptr != NULL ? to : xc_jid_full(st->to);
}

void stanza_write_delay(xc_writer *w, const struct server_stanza *st)
{
    xc_delay delay = {.stamp = utc_time(st->accepted),
                      .from = xc_jid_full(st->server->domain.jid)};
    if (!xc_has_child(st->element, XC_NS_DELAY, "delay"))
        xc_write(w, &xc_delay_schema, &delay);
}

/* ---- replies ------------------------------------------------------------ */

xc_writer *stanza_reply_begin(const struct server_stanza *st, const char *type,
                              struct server_session **to)
{
    xc_writer *w;
    *to =
        st->sender != NULL ? st->sender : lookup_address(st->server, st->from);
    if (*to == NULL || !session_is_online(*to))
        return NULL;
    w = send_begin_stanza(*to, xc_name(st->element).ptr, type,
                          xc_attr(st->element, "to"), xc_jid_full(st->from));
    xc_writer_attr(w, "id", xc_attr(st->element, "id"));
    return w;
}

void stanza_reply_end(xc_writer *w, struct server_session *to)
{
    xc_writer_end(w);
    send_stanza(to, SEND_URGENT);
}

void stanza_write_error(xc_writer *w, xc_stanza_error_condition why)
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

void stanza_bounce(const struct server_stanza *st,
                   xc_stanza_error_condition why)
{
    struct server_session *to;
    xc_writer *w;
    if (!xc_can_reply(st->element))
        return;
    w = stanza_reply_begin(st, "error", &to);
    if (w == NULL)
        return;
    stanza_write_error(w, why);
    stanza_reply_end(w, to);
}

void stanza_reply(const struct server_stanza *st, const xc_schema *schema,
                  const void *payload)
{
    struct server_session *to;
    xc_writer *w = stanza_reply_begin(st, "result", &to);
    if (w == NULL)
        return;
    if (payload != NULL)
        xc_write(w, schema, payload);
    stanza_reply_end(w, to);
}

void stanza_reply_empty(const struct server_stanza *st)
{
    stanza_reply(st, NULL, NULL);
}
