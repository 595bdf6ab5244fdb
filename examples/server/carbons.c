#include "carbons.h"

#include "relay.h"
#include "send.h"

bool carbons_apply_to(const struct server_stanza *st)
{
    const xc_message *m = &st->as.message;
    if (xc_has_child(st->element, XC_TAG_CARBONS_PRIVATE) ||
        xc_has_child(st->element, XC_TAG_HINT_NO_COPY) ||
        xc_has_child(st->element, XC_NS_CARBONS, "sent") ||
        xc_has_child(st->element, XC_NS_CARBONS, "received"))
        return false;
    return m->type == XC_MESSAGE_CHAT ||
           (m->type == XC_MESSAGE_NORMAL &&
            (m->body.ptr != NULL ||
             xc_has_child(st->element, XC_NS_RECEIPTS, NULL)));
}

void carbons_copy(struct server_session *to, const struct server_stanza *st,
                  const char *which)
{
    xc_writer *w =
        send_begin_stanza(to, "message", "chat", xc_jid_bare(to->own.jid),
                          xc_jid_full(to->own.jid));
    xc_writer_begin(w, XC_NS_CARBONS, which);
    xc_writer_begin(w, XC_NS_FORWARD, "forwarded");
    relay_write(w, XC_NS_CLIENT, st->element, xc_jid_full(st->from),
                stanza_to(st));
    xc_writer_end(w);
    xc_writer_end(w);
    xc_writer_end(w);
    send_stanza(to, SEND_CAN_WAIT);
}

void carbons_of_sent(const struct server_session *s,
                     const struct server_stanza *st)
{
    struct server_session *other = s->account->sessions;
    if (!carbons_apply_to(st) || xc_jid_bare_equal(st->to, s->own.jid))
        return;
    for (; other != NULL; other = other->next)
        if (other != s && other->carbons && session_is_online(other))
            carbons_copy(other, st, "sent");
}
