#include "roster_iq.h"

#include "notice.h"
#include "send.h"
#include "subscription.h"

#include <stdio.h>

static void write_push(xc_writer *w, const struct roster_contact *c,
                       xc_str removed)
{
    xc_writer_begin(w, XC_NS_ROSTER, "query");
    if (c != NULL) {
        roster_write_item(w, c);
    } else {
        xc_writer_begin(w, NULL, "item");
        xc_writer_attr(w, "jid", removed);
        xc_writer_attr(w, "subscription", XC_STR("remove"));
        xc_writer_end(w);
    }
    xc_writer_end(w);
}

void roster_iq_push(struct account *a, const struct roster_contact *c,
                    xc_str removed)
{
    char id[24];
    for (struct server_session *s = a->sessions; s != NULL; s = s->next) {
        xc_writer *w;
        if (!s->interested || !session_is_online(s))
            continue;
        snprintf(id, sizeof id, "push-%lu",
                 (unsigned long)++s->server->pushes);
        w = send_begin_stanza(s, "iq", "set", xc_jid_bare(s->own.jid),
                              xc_jid_full(s->own.jid));
        xc_writer_attr(w, "id", xc_str_from(id));
        write_push(w, c, removed);
        xc_writer_end(w);
        send_stanza(s, SEND_URGENT);
    }
}

void roster_iq_get(const struct server_stanza *st)
{
    struct server_session *s = st->sender, *to;
    xc_writer *w = stanza_reply_begin(st, "result", &to);
    if (w == NULL)
        return;
    s->interested = true;
    roster_write(w, &s->account->roster);
    stanza_reply_end(w, to);
}

/* Names that are shown have up to 1023 bytes, groups 1 to 1023, and no group
   comes twice (2.3.3). */
static xc_stanza_error_condition check_item(const xc_element *item)
{
    const xc_element *group = xc_child(item, NULL, "group"), *other;
    if (xc_attr(item, "name").len > XC_JID_PART_MAX)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    for (; group != NULL; group = xc_next_same_name(group)) {
        if (xc_text(group).len == 0 || xc_text(group).len > XC_JID_PART_MAX)
            return XC_STANZA_ERROR_NOT_ACCEPTABLE;
        for (other = xc_child(item, NULL, "group"); other != group;
             other = xc_next_same_name(other))
            if (xc_str_equal(xc_text(other), xc_text(group)))
                return XC_STANZA_ERROR_BAD_REQUEST;
    }
    return XC_STANZA_ERROR_NONE;
}

/* Subscriptions end with it (2.5.2); a request that waits is kept. */
static xc_stanza_error_condition remove_item(struct server_session *s,
                                             xc_str jid)
{
    struct server *server = s->server;
    struct account *a = s->account;
    xc_str own = xc_jid_bare(s->own.jid);
    struct roster_contact c;
    unsigned state;
    roster_find(&a->roster, jid, &c);
    state = c.state;
    if (!c.listed)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    c.listed = false;
    c.state &= ROSTER_PENDING_IN;
    if (!roster_update(&a->roster, &server->store, xc_str_from(a->local), &c))
        return XC_STANZA_ERROR_INTERNAL_SERVER_ERROR;
    roster_iq_push(a, NULL, jid);
    if ((state & ROSTER_FROM) != 0) {
        notice_to_contact(server, a, jid, "unavailable");
        subscription_send(server, own, jid, XC_PRESENCE_UNSUBSCRIBED, NULL);
    }
    if ((state & (ROSTER_TO | ROSTER_PENDING_OUT)) != 0)
        subscription_send(server, own, jid, XC_PRESENCE_UNSUBSCRIBE, NULL);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition set_item(struct server_session *s,
                                          const xc_element *item, xc_str jid)
{
    xc_stanza_error_condition wrong = check_item(item);
    struct account *a = s->account;
    struct roster_contact c;
    if (wrong != XC_STANZA_ERROR_NONE)
        return wrong;
    roster_find(&a->roster, jid, &c);
    c.listed = true;
    c.details = item; /* subscriptions are not changed this way (2.1.5) */
    if (!roster_update(&a->roster, &s->server->store, xc_str_from(a->local),
                       &c))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    roster_find(&a->roster, jid, &c);
    roster_iq_push(a, &c, jid);
    return XC_STANZA_ERROR_NONE;
}

void roster_iq_set(const struct server_stanza *st)
{
    const xc_element *e = xc_roster_single_item(xc_iq_payload(st->element));
    char memory[XC_JID_MAX];
    xc_stanza_error_condition wrong;
    xc_roster_item item;
    xc_jid jid;
    xc_status status = xc_read(&xc_roster_item_schema, e, &item, NULL);
    if (item.jid.ptr == NULL) /* the rest is ours to say: RFC 6121 2.1.2 */
        wrong = xc_stanza_error_for_status(status);
    else if (xc_jid_parse(item.jid, memory, sizeof memory, &jid) != XC_OK)
        wrong = XC_STANZA_ERROR_JID_MALFORMED;
    else if (item.subscription == XC_SUBSCRIPTION_REMOVE)
        wrong = remove_item(st->sender, xc_jid_bare(jid));
    else
        wrong = set_item(st->sender, e, xc_jid_bare(jid));
    if (wrong == XC_STANZA_ERROR_NONE)
        stanza_reply_empty(st);
    else
        stanza_bounce(st, wrong);
}
