#include "carbons.h"

#include "relay.h"

static const char muc_user[] = XC_NS_MUC_USER;

/* What people type, and what their clients say about it. */
static bool is_of_a_chat(const struct server_stanza *st)
{
    const xc_message *m = &st->as.message;
    const xc_element *e = st->element;
    if (m->type == XC_MESSAGE_GROUPCHAT || m->type == XC_MESSAGE_ERROR)
        return false;
    return m->type == XC_MESSAGE_CHAT ||
           (m->type == XC_MESSAGE_NORMAL && m->body.ptr != NULL) ||
           xc_has_child(e, XC_NS_RECEIPTS, NULL) ||
           xc_has_child(e, XC_NS_CHAT_STATES, NULL) ||
           xc_has_child(e, XC_NS_MARKERS, NULL);
}

static bool is_invitation(const xc_element *e)
{
    return xc_has_child(e, XC_NS_MUC_DIRECT_INVITE, "x") ||
           xc_has_child(xc_child(e, muc_user, "x"), muc_user, "invite");
}

static bool is_copied(const struct server_stanza *st)
{
    const xc_element *e = st->element;
    return !xc_has_child(e, XC_TAG_CARBONS_PRIVATE) &&
           !xc_has_child(e, XC_TAG_HINT_NO_COPY) &&
           !xc_has_child(e, XC_NS_CARBONS, "sent") &&
           !xc_has_child(e, XC_NS_CARBONS, "received") &&
           (is_of_a_chat(st) ||
            (is_invitation(e) && st->as.message.type != XC_MESSAGE_ERROR));
}

/* A room sends a private message to each resource that is in it. */
bool carbons_apply_to(const struct server_stanza *st)
{
    const xc_element *e = st->element;
    return is_copied(st) &&
           (!xc_has_child(e, muc_user, "x") || is_invitation(e));
}

enum send_result carbons_copy(struct server_session *to,
                              const struct server_stanza *st,
                              const char *which)
{
    xc_str type = xc_attr(st->element, "type");
    xc_writer *w =
        send_begin_stanza(to, "message", type.ptr, xc_jid_bare(to->own.jid),
                          xc_jid_full(to->own.jid));
    xc_writer_begin(w, XC_NS_CARBONS, which);
    xc_writer_begin(w, XC_NS_FORWARD, "forwarded");
    if (st->again)
        stanza_write_delay(w, st);
    relay_write(w, XC_NS_CLIENT, st->element, xc_jid_full(st->from),
                stanza_to(st));
    xc_writer_end(w);
    xc_writer_end(w);
    xc_writer_end(w);
    return send_message(to, st);
}

/* Whose `from` is the account, that comes from us. */
const xc_element *carbons_original(const struct server_session *s,
                                   const xc_element *e)
{
    const xc_element *copy = xc_child(e, XC_NS_CARBONS, "received");
    if (!xc_has_child(e, XC_NS_CARBONS, NULL) ||
        !xc_str_equal(xc_attr(e, "from"), xc_jid_bare(s->own.jid)))
        return e;
    return xc_child(xc_child(copy, XC_NS_FORWARD, "forwarded"), XC_NS_CLIENT,
                    "message");
}

void carbons_of_sent(const struct server_session *s,
                     const struct server_stanza *st)
{
    struct server_session *other = s->account->sessions;
    if (!is_copied(st) || xc_jid_bare_equal(st->to, s->own.jid))
        return;
    for (; other != NULL; other = other->next)
        if (other != s && other->carbons && session_is_online(other))
            carbons_copy(other, st, "sent");
}
