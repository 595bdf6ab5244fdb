#define _POSIX_C_SOURCE 200809L
#include "client_iq.h"

#include <sys/utsname.h>

#include "client_history.h"
#include "client_output.h"
#include "client_queue.h"
#include "client_request.h"
#include "client_room.h"
#include "client_stanza.h"
#include "utc.h"

/* ---- roster ------------------------------------------------------------- */

static void show_contact(struct client *c, const xc_element *e)
{
    static const char *const names[] = {"none", "to", "from", "both",
                                        "remove"};
    const xc_field *field;
    xc_roster_item item;
    xc_status status = xc_read(&xc_roster_item_schema, e, &item, &field);
    client_show_flaw(c, xc_attr(e, "jid"), status, field);
    if (item.jid.ptr != NULL)
        client_show(c, CLIENT_EVENT_ROSTER, item.jid,
                    xc_str_from(names[item.subscription]), item.name, nothing);
}

static void show_roster(struct client *c, const xc_element *query)
{
    const xc_element *e = xc_child(query, XC_NS_ROSTER, "item");
    for (; e != NULL; e = xc_next_same_name(e))
        show_contact(c, e);
}

/* RFC 6121 section 2.1.6. */
static xc_stanza_error_condition on_roster_push(struct client *c, xc_writer *w,
                                                const xc_element *iq)
{
    const xc_element *item = xc_roster_single_item(xc_iq_payload(iq));
    if (!xc_is_roster_push(iq, client_address_full(&c->own)))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (item == NULL) {
        client_show_error(c, xc_attr(iq, "from"), "bad-request",
                          XC_STR("a change of contacts without a contact"));
        return XC_STANZA_ERROR_BAD_REQUEST;
    }
    show_contact(c, item);
    xc_write_reply_begin(w, iq);
    return XC_STANZA_ERROR_NONE;
}

/* ---- requests of others ------------------------------------------------- */

static void reply_version(xc_writer *w, const xc_element *iq)
{
    struct utsname system;
    xc_software_version v = {.name = XC_STR("xmpp_codec client"),
                             .version = XC_STR(XC_VERSION)};
    if (uname(&system) >= 0)
        v.os = xc_str_from(system.sysname);
    xc_write_reply_begin(w, iq);
    xc_write(w, &xc_software_version_schema, &v);
}

/* The offset in digits: some read no "Z", which XEP-0082 has, too. */
static void reply_time(xc_writer *w, const xc_element *iq)
{
    xc_entity_time t = {.tzo = XC_STR("+00:00"),
                        .utc = utc_time(utc_seconds())};
    xc_write_reply_begin(w, iq);
    xc_write(w, &xc_entity_time_schema, &t);
}

static xc_stanza_error_condition reply_disco(xc_writer *w,
                                             const xc_element *iq)
{
    static const char *const features[] = {
        XC_NS_DISCO_INFO,  XC_NS_PING,     XC_NS_SOFTWARE_VERSION,
        XC_NS_ENTITY_TIME, XC_NS_RECEIPTS, XC_NS_CHAT_STATES,
        XC_NS_MUC};
    xc_disco_info info = {.node = nothing};
    xc_disco_identity identity = {.category = XC_STR("client"),
                                  .type = XC_STR("console")};
    if (xc_attr(xc_iq_payload(iq), "node").ptr != NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    xc_write_reply_begin(w, iq);
    xc_write_begin(w, &xc_disco_info_schema, &info);
    xc_write(w, &xc_disco_identity_schema, &identity);
    for (size_t i = 0; i < sizeof features / sizeof *features; i++) {
        xc_disco_feature f = {.var = xc_str_from(features[i])};
        xc_write(w, &xc_disco_feature_schema, &f);
    }
    xc_writer_end(w);
    return XC_STANZA_ERROR_NONE;
}

/* Begins the reply, or returns the error that it has to be. */
static xc_stanza_error_condition reply(struct client *c, xc_writer *w,
                                       const xc_element *iq, uint8_t type)
{
    const xc_element *payload = xc_iq_payload(iq);
    if (type == XC_IQ_SET)
        return xc_is(payload, XC_NS_ROSTER, "query")
                   ? on_roster_push(c, w, iq)
                   : XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (xc_is(payload, XC_NS_DISCO_INFO, "query"))
        return reply_disco(w, iq);
    if (xc_is(payload, XC_TAG_PING))
        xc_write_reply_begin(w, iq);
    else if (xc_is(payload, XC_NS_SOFTWARE_VERSION, "query"))
        reply_version(w, iq);
    else if (xc_is(payload, XC_NS_ENTITY_TIME, "time"))
        reply_time(w, iq);
    else
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    return XC_STANZA_ERROR_NONE;
}

static void on_request(struct client *c, const xc_element *e, uint8_t type)
{
    xc_writer *w = client_stanza_begin(c);
    xc_stanza_error_condition error = xc_stanza_check(e);
    if (error == XC_STANZA_ERROR_NONE)
        error = reply(c, w, e, type);
    if (error == XC_STANZA_ERROR_NONE)
        xc_writer_end(w);
    else
        xc_write_error(w, e, error, nothing);
    client_stanza_send(c, xc_attr(e, "from"), NULL);
}

/* ---- replies of others -------------------------------------------------- */

static struct client_request *request_of(struct client *c,
                                         const xc_element *iq)
{
    xc_str own = client_address_full(&c->own);
    for (struct client_request *r = c->requests;
         r < c->requests + CLIENT_REQUESTS; r++)
        if (r->kind != CLIENT_REQUEST_NONE &&
            xc_iq_is_reply_to(iq, xc_str_from(r->id),
                              client_address_full(&r->to), own))
            return r;
    return NULL;
}

void client_is_ready(struct client *c)
{
    c->ready = true;
    client_show(c, CLIENT_EVENT_ONLINE, client_address_full(&c->own), nothing,
                nothing, nothing);
}

static void request_done(struct client *c, struct client_request *r,
                         const xc_element *payload)
{
    enum client_request_kind kind = r->kind;
    r->kind = CLIENT_REQUEST_NONE;
    if (kind == CLIENT_REQUEST_ROSTER)
        show_roster(c, payload);
    else if (kind == CLIENT_REQUEST_READY)
        client_is_ready(c);
    else if (kind == CLIENT_REQUEST_PING)
        client_show(c, CLIENT_EVENT_PONG, client_address_full(&r->to), nothing,
                    nothing, nothing);
    else if (kind == CLIENT_REQUEST_HISTORY && c->history.active)
        client_history_on_result(c, payload);
}

/* Also for a request without a reply. XEP-0199 section 4.2: an entity that does
   not know pings is there nevertheless, but we show its error. A server may
   have no carbons; the session is ready nevertheless. */
static void request_failed(struct client *c, struct client_request *r,
                           const char *condition, xc_str text)
{
    enum client_request_kind kind = r->kind;
    r->kind = CLIENT_REQUEST_NONE;
    if (kind == CLIENT_REQUEST_READY) {
        client_is_ready(c);
        return;
    }
    client_show_error(c,
                      r->to.jid.ptr != NULL ? client_address_full(&r->to)
                                            : client_address_bare(&c->own),
                      condition, text);
    if (kind == CLIENT_REQUEST_HISTORY && c->history.active)
        client_history_end(c);
}

static void on_reply(struct client *c, const xc_element *e, const xc_iq *iq)
{
    struct client_request *r = request_of(c, e);
    if (client_is_reply_to_ask(c, e))
        client_on_reply_to_ask(c);
    else if (r != NULL && iq->type == XC_IQ_RESULT)
        request_done(c, r, xc_iq_payload(e));
    else if (r != NULL)
        request_failed(c, r, client_error_name(&iq->error), iq->error.text);
}

void client_on_iq(struct client *c, const xc_element *e)
{
    const xc_field *field;
    xc_iq iq;
    xc_status status = xc_read(&xc_iq_schema, e, &iq, &field);
    client_show_flaw(c, xc_attr(e, "from"), status, field);
    if (status == XC_OK && (iq.type == XC_IQ_GET || iq.type == XC_IQ_SET)) {
        on_request(c, e, iq.type);
    } else if (iq.type == XC_IQ_RESULT || iq.type == XC_IQ_ERROR) {
        on_reply(c, e, &iq);
    } else if (xc_can_reply(e)) { /* RFC 6120 section 8.2.3 */
        xc_write_error(client_stanza_begin(c), e,
                       xc_stanza_error_for_status(status), nothing);
        client_stanza_send(c, xc_attr(e, "from"), NULL);
    }
}

/* ---- a session begins --------------------------------------------------- */

void client_ask_roster(struct client *c)
{
    struct client_request *r =
        client_request_begin(c, CLIENT_REQUEST_ROSTER, XC_IQ_GET, nothing);
    xc_write_tag(&c->writer, XC_NS_ROSTER, "query");
    client_request_send(c, r);
}

/* A server handles requests in order: with the reply to the last one it has
   handled our presence, too. */
void client_set_up_session(struct client *c)
{
    struct client_request *r;
    client_ask_roster(c);
    client_send_presence(c);
    client_rooms_enter_again(c);
    r = client_request_begin(c, CLIENT_REQUEST_READY,
                             c->carbons ? XC_IQ_GET : XC_IQ_SET, nothing);
    if (c->carbons)
        xc_write_tag(&c->writer, XC_TAG_PING);
    else
        xc_write_tag(&c->writer, XC_TAG_CARBONS_ENABLE);
    client_request_send(c, r);
}

void client_requests_give_up(struct client *c, const char *condition,
                             xc_str text)
{
    for (struct client_request *r = c->requests;
         r < c->requests + CLIENT_REQUESTS; r++)
        if (r->kind == CLIENT_REQUEST_READY ||
            r->kind == CLIENT_REQUEST_ROSTER)
            r->kind = CLIENT_REQUEST_NONE;
        else if (r->kind != CLIENT_REQUEST_NONE)
            request_failed(c, r, condition, text);
}

void client_requests_expire(struct client *c)
{
    for (struct client_request *r = c->requests;
         r < c->requests + CLIENT_REQUESTS; r++)
        if (r->kind != CLIENT_REQUEST_NONE && c->now >= r->deadline)
            request_failed(c, r, "remote-server-timeout", XC_STR("no reply"));
}
