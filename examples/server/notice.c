#include "notice.h"

#include "lookup.h"
#include "relay.h"
#include "send.h"

struct notice notice_of(const struct server_session *s)
{
    struct notice n = {(const xc_element *)s->presence, NULL,
                       xc_jid_full(s->own.jid)};
    return n;
}

void notice_to_session(struct server_session *to, const struct notice *n,
                       xc_str address)
{
    if (!session_is_online(to))
        return;
    if (n->like != NULL)
        relay_write(send_begin(to), session_ns(to), n->like, n->from, address);
    else
        xc_writer_end(
            send_begin_stanza(to, "presence", n->type, n->from, address));
    if (send_stanza(to, SEND_CAN_WAIT) != SEND_DONE)
        session_log(to, "has missed a presence");
}

void notice_to_account(const struct account *a, const struct notice *n,
                       xc_str address)
{
    struct server_session *s = a != NULL ? a->sessions : NULL;
    for (; s != NULL; s = s->next)
        if (s->available)
            notice_to_session(s, n, address);
}

void notice_to_address(struct server *server, xc_str address,
                       const struct notice *n)
{
    char memory[XC_JID_MAX];
    struct server_session *s;
    xc_jid jid;
    if (xc_jid_parse(address, memory, sizeof memory, &jid) != XC_OK)
        return;
    if (lookup_is_local(server, jid) && jid.resource_len == 0) {
        notice_to_account(account_find(&server->accounts, xc_jid_local(jid)),
                          n, address);
        return;
    }
    s = lookup_address(server, jid);
    if (s != NULL)
        notice_to_session(s, n, address);
}

void notice_to_subscribers(const struct server_session *s,
                           const struct notice *n)
{
    const xc_element *e = roster_first(&s->account->roster);
    for (; e != NULL; e = xc_next_sibling(e)) {
        struct roster_contact c = {.state = 0};
        if (!roster_is_item(e))
            continue;
        roster_read_item(e, &c);
        if ((c.state & ROSTER_FROM) != 0)
            notice_to_address(s->server, c.jid, n);
    }
}

void notice_to_contact(struct server *server, const struct account *a,
                       xc_str contact, const char *type)
{
    const struct server_session *s = a->sessions;
    for (; s != NULL; s = s->next) {
        struct notice n = notice_of(s);
        n.type = type;
        if (type != NULL)
            n.like = NULL;
        if (s->available)
            notice_to_address(server, contact, &n);
    }
}

void notice_account_to(const struct account *a, struct server_session *to,
                       xc_str address)
{
    const struct server_session *s = a != NULL ? a->sessions : NULL;
    for (; s != NULL; s = s->next) {
        struct notice n = notice_of(s);
        if (s->available && s != to)
            notice_to_session(to, &n, address);
    }
}
