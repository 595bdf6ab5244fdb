/* server_iq.h - requests (RFC 6120 section 8.2.3, RFC 6121 section 8.5): to
   the server and to accounts, for which the server answers (the table at the
   end says what), and to resources. */
#ifndef SERVER_IQ_H
#define SERVER_IQ_H

#include "server_offline.h"
#include "server_presence.h"
#include "server_roster.h"
#include "server_stanza.h"

#define SERVER_NAME "xmpp_codec example server"

/* To the own account? */
static bool is_own(const struct stanza *st)
{
    return st->to.ptr == NULL || xc_jid_bare_equal(st->from, st->to);
}

/* ---- roster (RFC 6121 section 2) ---------------------------------------- */

static void iq_roster_get(const struct stanza *st)
{
    struct session *s = st->sender, *to;
    xc_writer *w = answer_begin(st, "result", &to);
    if (w == NULL)
        return;
    s->interested = true;
    roster_write(w, s->account);
    answer_end(w, to);
}

/* Names that are to be shown have 1 to 1023 bytes, groups no twin (2.3.3). */
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

/* Subscriptions end with it (2.5.2); a request that waits stays. */
static xc_stanza_error_condition remove_item(struct session *s, xc_str jid)
{
    xc_str own = xc_jid_bare(s->own.jid);
    struct contact c;
    unsigned state;
    roster_find(s->account, jid, &c);
    state = c.state;
    if (!c.listed)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    c.listed = false;
    c.state &= PENDING_IN;
    if (!roster_update(s->account, &c))
        return XC_STANZA_ERROR_INTERNAL_SERVER_ERROR;
    roster_push(s->account, NULL, jid);
    if ((state & SUBSCRIBED_FROM) != 0) {
        tell_contact(s->account, jid, "unavailable");
        subscription_send(own, jid, XC_PRESENCE_UNSUBSCRIBED, NULL);
    }
    if ((state & (SUBSCRIBED_TO | PENDING_OUT)) != 0)
        subscription_send(own, jid, XC_PRESENCE_UNSUBSCRIBE, NULL);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition set_item(struct session *s,
                                          const xc_element *item, xc_str jid)
{
    xc_stanza_error_condition wrong = check_item(item);
    struct contact c;
    if (wrong != XC_STANZA_ERROR_NONE)
        return wrong;
    roster_find(s->account, jid, &c);
    c.listed = true;
    c.details = item; /* subscriptions are not changed this way (2.1.5) */
    if (!roster_update(s->account, &c))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    roster_find(s->account, jid, &c);
    roster_push(s->account, &c, jid);
    return XC_STANZA_ERROR_NONE;
}

static void iq_roster_set(const struct stanza *st)
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
        answer_done(st);
    else
        bounce(st, wrong);
}

static void iq_forbidden(const struct stanza *st)
{
    bounce(st, XC_STANZA_ERROR_FORBIDDEN); /* RFC 6121 section 2.3.3 */
}

/* ---- small questions ---------------------------------------------------- */

static void iq_carbons(const struct stanza *st)
{
    st->sender->carbons = xc_has_child(st->element, XC_TAG_CARBONS_ENABLE);
    answer_done(st);
}

static void iq_version(const struct stanza *st)
{
    xc_software_version version = {.name = XC_STR(SERVER_NAME),
                                   .version = XC_STR(XC_VERSION)};
    answer_with(st, &xc_software_version_schema, &version);
}

static void iq_time(const struct stanza *st)
{
    xc_entity_time now = {.tzo = XC_STR("Z"), .utc = time_now()};
    answer_with(st, &xc_entity_time_schema, &now);
}

/* ---- discovery (XEP-0030) ----------------------------------------------- */

static void write_identity(xc_writer *w, const char *category,
                           const char *type)
{
    xc_disco_identity identity = {.category = xc_str_from(category),
                                  .type = xc_str_from(type),
                                  .name = XC_STR(SERVER_NAME)};
    xc_write(w, &xc_disco_identity_schema, &identity);
}

/* NULL: it has been refused, as nothing here has nodes. */
static xc_writer *disco_begin(const struct stanza *st, const char *ns,
                              struct session **to)
{
    xc_str node = xc_attr(xc_iq_payload(st->element), "node");
    xc_writer *w;
    if (node.len > 0) {
        bounce(st, XC_STANZA_ERROR_ITEM_NOT_FOUND);
        return NULL;
    }
    w = answer_begin(st, "result", to);
    if (w != NULL)
        xc_writer_begin(w, ns, "query");
    return w;
}

static void disco_end(xc_writer *w, struct session *to)
{
    xc_writer_end(w);
    answer_end(w, to);
}

static void iq_info(const struct stanza *st)
{
    static const char *const features[] = {
        XC_NS_DISCO_INFO,       XC_NS_DISCO_ITEMS, XC_NS_PING,
        XC_NS_SOFTWARE_VERSION, XC_NS_ENTITY_TIME, XC_NS_CARBONS,
        XC_NS_ROSTER,           "msgoffline"};
    struct session *to;
    xc_writer *w = disco_begin(st, XC_NS_DISCO_INFO, &to);
    if (w == NULL)
        return;
    write_identity(w, "server", "im");
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        xc_disco_feature feature = {.var = xc_str_from(features[i])};
        xc_write(w, &xc_disco_feature_schema, &feature);
    }
    disco_end(w, to);
}

static void iq_items(const struct stanza *st)
{
    xc_disco_item item = {.jid = xc_str_from(server.component_name)};
    struct session *to;
    xc_writer *w = disco_begin(st, XC_NS_DISCO_ITEMS, &to);
    if (w == NULL)
        return;
    if (item.jid.ptr != NULL && !is_own(st))
        xc_write(w, &xc_disco_item_schema, &item);
    disco_end(w, to);
}

/* Only those who get its presence may know that it exists. */
static void iq_account_info(const struct stanza *st)
{
    struct session *to;
    struct account *a =
        account_look(xc_jid_local(st->to.ptr != NULL ? st->to : st->from));
    xc_writer *w;
    if (!is_own(st) && (a == NULL || !roster_has(a, xc_jid_bare(st->from),
                                                 SUBSCRIBED_FROM))) {
        bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
        return;
    }
    w = disco_begin(st, XC_NS_DISCO_INFO, &to);
    if (w == NULL)
        return;
    write_identity(w, "account", "registered");
    disco_end(w, to);
}

/* ---- who answers what --------------------------------------------------- */

enum {
    TO_SERVER = 1,
    TO_OWN = 2,
    TO_OTHER = 4
};

static const struct {
    const char *ns, *name;
    unsigned type, to;
    void (*answer)(const struct stanza *st);
} answers[] = {
    {XC_TAG_PING, XC_IQ_GET, TO_SERVER | TO_OWN, answer_done},
    {XC_NS_DISCO_INFO, "query", XC_IQ_GET, TO_SERVER, iq_info},
    {XC_NS_DISCO_INFO, "query", XC_IQ_GET, TO_OWN | TO_OTHER, iq_account_info},
    {XC_NS_DISCO_ITEMS, "query", XC_IQ_GET, TO_SERVER | TO_OWN, iq_items},
    {XC_NS_SOFTWARE_VERSION, "query", XC_IQ_GET, TO_SERVER, iq_version},
    {XC_NS_ENTITY_TIME, "time", XC_IQ_GET, TO_SERVER, iq_time},
    {XC_NS_ROSTER, "query", XC_IQ_GET, TO_OWN, iq_roster_get},
    {XC_NS_ROSTER, "query", XC_IQ_SET, TO_OWN, iq_roster_set},
    {XC_NS_ROSTER, "query", XC_IQ_SET, TO_OTHER, iq_forbidden},
    {XC_TAG_CARBONS_ENABLE, XC_IQ_SET, TO_OWN, iq_carbons},
    {XC_TAG_CARBONS_DISABLE, XC_IQ_SET, TO_OWN, iq_carbons},
    /* RFC 3921 had it; it does nothing any more. */
    {XC_NS_SESSION, "session", XC_IQ_SET, TO_SERVER | TO_OWN, answer_done},
};

static void iq_answer(const struct stanza *st, unsigned to)
{
    const xc_element *payload = xc_iq_payload(st->element);
    if (st->as.iq.type != XC_IQ_GET && st->as.iq.type != XC_IQ_SET)
        return; /* an answer to our ping */
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
        if (st->as.iq.type == answers[i].type && (to & answers[i].to) != 0 &&
            xc_is(payload, answers[i].ns, answers[i].name)) {
            answers[i].answer(st);
            return;
        }
    bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

/* ---- to resources ------------------------------------------------------- */

/* Strangers learn from no answer that a resource is there (section 8.5.3.1):
   only who gets its presence may ask it. */
static bool may_ask(const struct session *s, const struct stanza *st)
{
    return st->as.iq.type == XC_IQ_RESULT || st->as.iq.type == XC_IQ_ERROR ||
           xc_jid_bare_equal(st->from, st->to) ||
           roster_has(s->account, xc_jid_bare(st->from), SUBSCRIBED_FROM) ||
           directed_has(s, xc_jid_full(st->from));
}

static void iq_to_resource(const struct stanza *st)
{
    struct session *s = session_find(st->to);
    if (s == NULL || !may_ask(s, st)) {
        bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
        return;
    }
    relay(session_begin(s), session_ns(s), st->element, xc_jid_full(st->from),
          xc_attr(st->element, "to"));
    if (session_deliver(s, CAN_WAIT) != DELIVERED)
        bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
}

static void iq_take(const struct stanza *st)
{
    if (st->to.ptr != NULL && xc_jid_local(st->to).ptr == NULL)
        iq_answer(st, TO_SERVER);
    else if (st->to.ptr != NULL && st->to.resource_len > 0)
        iq_to_resource(st);
    else
        iq_answer(st, is_own(st) ? TO_OWN : TO_OTHER);
}

#endif
