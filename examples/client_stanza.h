/* client_stanza.h - what arrives when the client is online: messages,
   presence, answers to its requests, and requests of others, each of which is
   answered.

   Each claim is checked before it is believed: that an answer is from who was
   asked, a roster push and a carbon copy from our own account. */
#ifndef CLIENT_STANZA_H
#define CLIENT_STANZA_H

#include "client_history.h"
#include "client_room.h"

#include <sys/utsname.h>
#include <time.h>

/* ---- messages ----------------------------------------------------------- */

static const char *message_type_name(uint8_t type)
{
    static const char *const names[] = {"normal", "chat", "error", "groupchat",
                                        "headline"};
    return names[type];
}

static const char *chat_state_name(xc_chat_state state)
{
    static const char *const names[] = {"",       "active",   "composing",
                                        "paused", "inactive", "gone"};
    return names[state];
}

/* XEP-0184. People in a room do not get any (section 5.3). A client that hides
   its presence from some should hide this from them, too. */
static void send_receipt(struct client *c, const xc_message *m)
{
    xc_message answer = {.to = m->from, .type = m->type};
    xc_delivery_receipt receipt = {.id = m->id};
    xc_writer *w;
    if (m->type == XC_MESSAGE_GROUPCHAT || m->id.len == 0 ||
        m->from.ptr == NULL ||
        !xc_has_child(m->base.element, XC_TAG_RECEIPT_REQUEST))
        return;
    w = stanza_begin(c);
    xc_write_begin(w, &xc_message_schema, &answer);
    xc_write(w, &xc_delivery_receipt_schema, &receipt);
    xc_write_tag(w, XC_TAG_HINT_STORE);
    xc_writer_end(w);
    stanza_send(c, "");
}

/* XEP-0280: what another client of ours has sent or received. */
static bool on_carbon(struct client *c, const xc_element *e)
{
    bool sent;
    const xc_element *copy = xc_carbon_copy(e, address_full(&c->own), &sent);
    const xc_field *field;
    xc_message m;
    xc_status status;
    if (copy == NULL)
        return false;
    status = xc_read(&xc_message_schema, copy, &m, &field);
    show_flaw(c, xc_attr(copy, "from"), status, field);
    if (m.body.ptr != NULL)
        show(c, EVENT_CARBON, xc_str_from(sent ? "sent" : "received"), m.from,
             m.to.ptr != NULL ? m.to : address_bare(&c->own), m.body);
    return true;
}

static const char *condition_of(const xc_stanza_error *error)
{
    const char *name = xc_stanza_error_name(error->condition.value);
    return name != NULL ? name : "undefined-condition";
}

/* A message that came back to us. */
static void on_message_error(struct client *c, const xc_message *m)
{
    show_error(c, m->from, condition_of(&m->error),
               m->error.text.ptr != NULL ? m->error.text : m->id);
    if (c->options->send_to != NULL)
        c->exit_code = EXIT_REFUSED;
}

/* Who writes is active; that is worth a line only without the message. */
static void on_extensions(struct client *c, const xc_message *m)
{
    const xc_element *e =
        xc_child(m->base.element, XC_NS_RECEIPTS, "received");
    xc_chat_state state = xc_chat_state_of(m->base.element);
    xc_delivery_receipt receipt;
    if (xc_read(&xc_delivery_receipt_schema, e, &receipt, NULL) == XC_OK)
        show(c, EVENT_RECEIPT, m->from, receipt.id, nothing, nothing);
    if (state != XC_CHAT_STATE_NONE && m->type != XC_MESSAGE_GROUPCHAT &&
        (state != XC_CHAT_STATE_ACTIVE || m->body.ptr == NULL))
        show(c, EVENT_STATE, m->from, xc_str_from(chat_state_name(state)),
             nothing, nothing);
}

/* A room that we are in has another subject, or still the same. */
static void on_subject(struct client *c, const xc_message *m)
{
    const struct room *r = room_of(c, m->from);
    if (r != NULL &&
        xc_muc_subject_of(m->base.element, address_full(&r->as)) != NULL)
        show(c, EVENT_SUBJECT, m->from, m->subject, nothing, nothing);
}

static void on_message(struct client *c, const xc_element *e)
{
    const xc_field *field;
    xc_message m;
    xc_status status;
    if (history_on_message(c, e) || on_carbon(c, e))
        return;
    status = xc_read(&xc_message_schema, e, &m, &field);
    show_flaw(c, xc_attr(e, "from"), status, field);
    if (!xc_was_read(status))
        return;
    m.from = xc_effective_from(e, address_full(&c->own));
    if (m.type == XC_MESSAGE_ERROR) {
        on_message_error(c, &m);
        return;
    }
    on_extensions(c, &m);
    if (m.body.ptr != NULL)
        show(c, EVENT_MESSAGE, m.from, xc_str_from(message_type_name(m.type)),
             m.id, m.body);
    else
        on_subject(c, &m);
    send_receipt(c, &m);
}

/* ---- presence ----------------------------------------------------------- */

static const char *show_name(uint8_t value)
{
    static const char *const names[] = {"available", "away", "chat", "dnd",
                                        "xa"};
    return names[value];
}

static void on_presence(struct client *c, const xc_element *e)
{
    static const enum event_kind events[] = {
        [XC_PRESENCE_SUBSCRIBE] = EVENT_SUBSCRIBE,
        [XC_PRESENCE_SUBSCRIBED] = EVENT_SUBSCRIBED,
        [XC_PRESENCE_UNSUBSCRIBE] = EVENT_UNSUBSCRIBE,
        [XC_PRESENCE_UNSUBSCRIBED] = EVENT_UNSUBSCRIBED};
    const xc_field *field;
    xc_presence p;
    xc_status status = xc_read(&xc_presence_schema, e, &p, &field);
    show_flaw(c, xc_attr(e, "from"), status, field);
    if (!xc_was_read(status))
        return;
    p.from = xc_effective_from(e, address_full(&c->own));
    if (p.type == XC_PRESENCE_AVAILABLE)
        show(c, EVENT_PRESENCE, p.from, xc_str_from(show_name(p.show)),
             p.status, nothing);
    else if (p.type == XC_PRESENCE_UNAVAILABLE)
        show(c, EVENT_PRESENCE, p.from, XC_STR("unavailable"), p.status,
             nothing);
    else if (p.type == XC_PRESENCE_ERROR)
        show_error(c, p.from, condition_of(&p.error), p.error.text);
    else if (p.type < sizeof events / sizeof *events &&
             p.type != XC_PRESENCE_PROBE)
        show(c, events[p.type], p.from, p.status, nothing, nothing);
    room_on_presence(c, &p);
}

/* ---- roster ------------------------------------------------------------- */

static void show_contact(struct client *c, const xc_element *e)
{
    static const char *const names[] = {"none", "to", "from", "both",
                                        "remove"};
    const xc_field *field;
    xc_roster_item item;
    xc_status status = xc_read(&xc_roster_item_schema, e, &item, &field);
    show_flaw(c, xc_attr(e, "jid"), status, field);
    if (item.jid.ptr != NULL)
        show(c, EVENT_ROSTER, item.jid, xc_str_from(names[item.subscription]),
             item.name, nothing);
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
    if (!xc_is_roster_push(iq, address_full(&c->own)))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (item == NULL)
        return XC_STANZA_ERROR_BAD_REQUEST;
    show_contact(c, item);
    xc_write_reply_begin(w, iq);
    return XC_STANZA_ERROR_NONE;
}

/* ---- requests of others ------------------------------------------------- */

static void answer_version(xc_writer *w, const xc_element *iq)
{
    struct utsname system;
    xc_software_version v = {.name = XC_STR("xmpp_codec client"),
                             .version = XC_STR(XC_VERSION)};
    if (uname(&system) >= 0)
        v.os = xc_str_from(system.sysname);
    xc_write_reply_begin(w, iq);
    xc_write(w, &xc_software_version_schema, &v);
}

static void answer_time(xc_writer *w, const xc_element *iq)
{
    time_t now = time(NULL);
    struct tm utc;
    xc_entity_time t = {.tzo = XC_STR("Z")};
    gmtime_r(&now, &utc);
    t.utc.present = true;
    t.utc.year = (uint16_t)(utc.tm_year + 1900);
    t.utc.month = (uint8_t)(utc.tm_mon + 1);
    t.utc.day = (uint8_t)utc.tm_mday;
    t.utc.hour = (uint8_t)utc.tm_hour;
    t.utc.minute = (uint8_t)utc.tm_min;
    t.utc.second = (uint8_t)utc.tm_sec;
    xc_write_reply_begin(w, iq);
    xc_write(w, &xc_entity_time_schema, &t);
}

static xc_stanza_error_condition answer_disco(xc_writer *w,
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

/* Begins the answer, or says which error it is to be. */
static xc_stanza_error_condition answer(struct client *c, xc_writer *w,
                                        const xc_element *iq, uint8_t type)
{
    const xc_element *payload = xc_iq_payload(iq);
    if (type == XC_IQ_SET)
        return xc_is(payload, XC_NS_ROSTER, "query")
                   ? on_roster_push(c, w, iq)
                   : XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (xc_is(payload, XC_NS_DISCO_INFO, "query"))
        return answer_disco(w, iq);
    if (xc_is(payload, XC_TAG_PING))
        xc_write_reply_begin(w, iq);
    else if (xc_is(payload, XC_NS_SOFTWARE_VERSION, "query"))
        answer_version(w, iq);
    else if (xc_is(payload, XC_NS_ENTITY_TIME, "time"))
        answer_time(w, iq);
    else
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    return XC_STANZA_ERROR_NONE;
}

/* What we cannot send because the server acknowledges nothing is not sent. */
static void on_request(struct client *c, const xc_element *e, uint8_t type)
{
    xc_writer *w = stanza_begin(c);
    xc_stanza_error_condition error = xc_stanza_check(e);
    if (error == XC_STANZA_ERROR_NONE)
        error = answer(c, w, e, type);
    if (error == XC_STANZA_ERROR_NONE)
        xc_writer_end(w);
    else
        xc_write_error(w, e, error, nothing);
    stanza_send(c, NULL);
}

/* ---- answers of others -------------------------------------------------- */

static struct request *request_of(struct client *c, const xc_element *iq)
{
    xc_str own = address_full(&c->own);
    for (struct request *r = c->requests; r < c->requests + REQUESTS; r++)
        if (r->kind != REQUEST_NONE &&
            xc_iq_is_reply_to(iq, xc_str_from(r->id), address_full(&r->to),
                              own))
            return r;
    return NULL;
}

/* From here on commands are taken. */
static void client_is_ready(struct client *c)
{
    c->ready = true;
    show(c, EVENT_ONLINE, address_full(&c->own), nothing, nothing, nothing);
}

static void request_done(struct client *c, struct request *r,
                         const xc_element *payload)
{
    enum request_kind kind = r->kind;
    r->kind = REQUEST_NONE;
    if (kind == REQUEST_ROSTER)
        show_roster(c, payload);
    else if (kind == REQUEST_READY)
        client_is_ready(c);
    else if (kind == REQUEST_PING)
        show(c, EVENT_PONG, address_full(&r->to), nothing, nothing, nothing);
    else if (kind == REQUEST_HISTORY && c->history.active)
        history_on_result(c, payload);
}

/* Also for a request that nobody has answered. XEP-0199 section 4.2: whoever
   does not know pings is there all the same, but we tell what was said. A
   server may have no carbons; it is ready nevertheless. */
static void request_failed(struct client *c, struct request *r,
                           const char *condition, xc_str text)
{
    enum request_kind kind = r->kind;
    r->kind = REQUEST_NONE;
    if (kind == REQUEST_READY) {
        client_is_ready(c);
        return;
    }
    show_error(c,
               r->to.jid.ptr != NULL ? address_full(&r->to)
                                     : address_bare(&c->own),
               condition, text);
    if (kind == REQUEST_HISTORY && c->history.active)
        history_end(c);
}

static void on_answer(struct client *c, const xc_element *e, const xc_iq *iq)
{
    struct request *r = request_of(c, e);
    if (is_answer_to_ask(c, e))
        on_answer_to_ask(c);
    else if (r != NULL && iq->type == XC_IQ_RESULT)
        request_done(c, r, xc_iq_payload(e));
    else if (r != NULL)
        request_failed(c, r, condition_of(&iq->error), iq->error.text);
}

static void on_iq(struct client *c, const xc_element *e)
{
    const xc_field *field;
    xc_iq iq;
    xc_status status = xc_read(&xc_iq_schema, e, &iq, &field);
    show_flaw(c, xc_attr(e, "from"), status, field);
    if (status == XC_OK && (iq.type == XC_IQ_GET || iq.type == XC_IQ_SET)) {
        on_request(c, e, iq.type);
    } else if (iq.type == XC_IQ_RESULT || iq.type == XC_IQ_ERROR) {
        on_answer(c, e, &iq);
    } else if (xc_can_reply(e)) { /* RFC 6120 section 8.2.3 */
        xc_write_error(stanza_begin(c), e, xc_stanza_error_for_status(status),
                       nothing);
        stanza_send(c, NULL);
    }
}

static void on_stanza(struct client *c, const xc_element *e)
{
    if (xc_is(e, NULL, "message"))
        on_message(c, e);
    else if (xc_is(e, NULL, "presence"))
        on_presence(c, e);
    else
        on_iq(c, e);
}

/* ---- a session begins --------------------------------------------------- */

static void send_presence(struct client *c)
{
    xc_presence p = {.show = c->show};
    if (c->status[0] != '\0')
        p.status = xc_str_from(c->status);
    xc_write(stanza_begin(c), &xc_presence_schema, &p);
    stanza_send(c, NULL);
}

static void ask_roster(struct client *c)
{
    struct request *r = request_begin(c, REQUEST_ROSTER, XC_IQ_GET, nothing);
    xc_write_tag(&c->writer, XC_NS_ROSTER, "query");
    request_send(c, r);
}

/* RFC 6121 section 2.2: the roster before presence. A server answers in order:
   when it has switched carbons on, it knows that we are there. */
static void session_set_up(struct client *c)
{
    struct request *r;
    ask_roster(c);
    send_presence(c);
    rooms_enter_again(c);
    r = request_begin(c, REQUEST_READY, XC_IQ_SET, nothing);
    xc_write_tag(&c->writer, XC_TAG_CARBONS_ENABLE);
    request_send(c, r);
}

/* The answers will not come any more. */
static void requests_give_up(struct client *c, const char *condition,
                             xc_str text)
{
    for (struct request *r = c->requests; r < c->requests + REQUESTS; r++)
        if (r->kind == REQUEST_READY || r->kind == REQUEST_ROSTER)
            r->kind = REQUEST_NONE;
        else if (r->kind != REQUEST_NONE)
            request_failed(c, r, condition, text);
}

static void requests_expire(struct client *c)
{
    for (struct request *r = c->requests; r < c->requests + REQUESTS; r++)
        if (r->kind != REQUEST_NONE && c->now >= r->deadline)
            request_failed(c, r, "remote-server-timeout", XC_STR("no answer"));
}

#endif
