#include "iq.h"

#include "lookup.h"
#include "presence.h"
#include "relay.h"
#include "roster_iq.h"
#include "send.h"
#include "utc.h"

#define SERVER_NAME "xmpp_codec example server"

/* To the own account? */
static bool is_own(const struct server_stanza *st)
{
    return st->to.ptr == NULL || xc_jid_bare_equal(st->from, st->to);
}

static void reply_forbidden(const struct server_stanza *st)
{
    stanza_bounce(st, XC_STANZA_ERROR_FORBIDDEN); /* RFC 6121 section 2.3.3 */
}

/* ---- small questions ---------------------------------------------------- */

static void reply_carbons(const struct server_stanza *st)
{
    st->sender->carbons = xc_has_child(st->element, XC_TAG_CARBONS_ENABLE);
    stanza_reply_empty(st);
}

static void reply_version(const struct server_stanza *st)
{
    xc_software_version version = {.name = XC_STR(SERVER_NAME),
                                   .version = XC_STR(XC_VERSION)};
    stanza_reply(st, &xc_software_version_schema, &version);
}

static void reply_time(const struct server_stanza *st)
{
    xc_entity_time now = {.tzo = XC_STR("+00:00"),
                          .utc = utc_time(utc_seconds())};
    stanza_reply(st, &xc_entity_time_schema, &now);
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
static xc_writer *disco_begin(const struct server_stanza *st, const char *ns,
                              struct server_session **to)
{
    xc_str node = xc_attr(xc_iq_payload(st->element), "node");
    xc_writer *w;
    if (node.len > 0) {
        stanza_bounce(st, XC_STANZA_ERROR_ITEM_NOT_FOUND);
        return NULL;
    }
    w = stanza_reply_begin(st, "result", to);
    if (w != NULL)
        xc_writer_begin(w, ns, "query");
    return w;
}

static void disco_end(xc_writer *w, struct server_session *to)
{
    xc_writer_end(w);
    stanza_reply_end(w, to);
}

static void reply_info(const struct server_stanza *st)
{
    static const char *const features[] = {
        XC_NS_DISCO_INFO,       XC_NS_DISCO_ITEMS, XC_NS_PING,
        XC_NS_SOFTWARE_VERSION, XC_NS_ENTITY_TIME, XC_NS_CARBONS,
        XC_NS_ROSTER,           "msgoffline"};
    struct server_session *to;
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

static void reply_items(const struct server_stanza *st)
{
    xc_disco_item item = {.jid = xc_str_from(st->server->component_name)};
    struct server_session *to;
    xc_writer *w = disco_begin(st, XC_NS_DISCO_ITEMS, &to);
    if (w == NULL)
        return;
    if (item.jid.ptr != NULL && !is_own(st))
        xc_write(w, &xc_disco_item_schema, &item);
    disco_end(w, to);
}

/* Only contacts that get its presence may know that it exists. */
static void reply_account_info(const struct server_stanza *st)
{
    struct server_session *to;
    struct account *a =
        account_look(&st->server->accounts,
                     xc_jid_local(st->to.ptr != NULL ? st->to : st->from));
    xc_writer *w;
    if (!is_own(st) &&
        (a == NULL ||
         !roster_has(&a->roster, xc_jid_bare(st->from), ROSTER_FROM))) {
        stanza_bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
        return;
    }
    w = disco_begin(st, XC_NS_DISCO_INFO, &to);
    if (w == NULL)
        return;
    write_identity(w, "account", "registered");
    disco_end(w, to);
}

/* ---- which request gets which reply ------------------------------------- */

enum {
    TO_SERVER = 1,
    TO_OWN = 2,
    TO_OTHER = 4
};

static const struct {
    const char *ns, *name;
    unsigned type, to;
    void (*reply)(const struct server_stanza *st);
} replies[] = {
    {XC_TAG_PING, XC_IQ_GET, TO_SERVER | TO_OWN, stanza_reply_empty},
    {XC_NS_DISCO_INFO, "query", XC_IQ_GET, TO_SERVER, reply_info},
    {XC_NS_DISCO_INFO, "query", XC_IQ_GET, TO_OWN | TO_OTHER,
     reply_account_info},
    {XC_NS_DISCO_ITEMS, "query", XC_IQ_GET, TO_SERVER | TO_OWN, reply_items},
    {XC_NS_SOFTWARE_VERSION, "query", XC_IQ_GET, TO_SERVER, reply_version},
    {XC_NS_ENTITY_TIME, "time", XC_IQ_GET, TO_SERVER, reply_time},
    {XC_NS_ROSTER, "query", XC_IQ_GET, TO_OWN, roster_iq_get},
    {XC_NS_ROSTER, "query", XC_IQ_SET, TO_OWN, roster_iq_set},
    {XC_NS_ROSTER, "query", XC_IQ_SET, TO_OTHER, reply_forbidden},
    {XC_TAG_CARBONS_ENABLE, XC_IQ_SET, TO_OWN, reply_carbons},
    {XC_TAG_CARBONS_DISABLE, XC_IQ_SET, TO_OWN, reply_carbons},
    /* RFC 3921 had it; it does nothing any more. */
    {XC_NS_SESSION, "session", XC_IQ_SET, TO_SERVER | TO_OWN,
     stanza_reply_empty},
};

static void reply_to(const struct server_stanza *st, unsigned to)
{
    const xc_element *payload = xc_iq_payload(st->element);
    if (st->as.iq.type != XC_IQ_GET && st->as.iq.type != XC_IQ_SET)
        return; /* a reply to our ping */
    for (size_t i = 0; i < sizeof replies / sizeof *replies; i++)
        if (st->as.iq.type == replies[i].type && (to & replies[i].to) != 0 &&
            xc_is(payload, replies[i].ns, replies[i].name)) {
            replies[i].reply(st);
            return;
        }
    stanza_bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
}

/* ---- to resources ------------------------------------------------------- */

/* No reply has to reveal to strangers that a resource is online (section
   8.5.3.1). But they know its full address, and other servers let them ask;
   here it can be had that only contacts that get its presence may. */
static bool may_ask(const struct server_session *s,
                    const struct server_stanza *st)
{
    return !st->server->config.strict_strangers ||
           st->as.iq.type == XC_IQ_RESULT || st->as.iq.type == XC_IQ_ERROR ||
           xc_jid_bare_equal(st->from, st->to) ||
           roster_has(&s->account->roster, xc_jid_bare(st->from),
                      ROSTER_FROM) ||
           presence_was_directed_to(s, xc_jid_full(st->from));
}

static void to_resource(const struct server_stanza *st)
{
    struct server_session *s = lookup_resource(st->server, st->to);
    if (s == NULL || !may_ask(s, st)) {
        stanza_bounce(st, XC_STANZA_ERROR_SERVICE_UNAVAILABLE);
        return;
    }
    relay_write(send_begin(s), session_ns(s), st->element,
                xc_jid_full(st->from), xc_attr(st->element, "to"));
    if (send_stanza(s, SEND_CAN_WAIT) != SEND_DONE)
        stanza_bounce(st, XC_STANZA_ERROR_RESOURCE_CONSTRAINT);
}

void iq_take(const struct server_stanza *st)
{
    if (st->to.ptr != NULL && xc_jid_local(st->to).ptr == NULL)
        reply_to(st, TO_SERVER);
    else if (st->to.ptr != NULL && st->to.resource_len > 0)
        to_resource(st);
    else
        reply_to(st, is_own(st) ? TO_OWN : TO_OTHER);
}
