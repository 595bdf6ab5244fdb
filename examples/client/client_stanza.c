#include "client_stanza.h"

#include "client_history.h"
#include "client_iq.h"
#include "client_output.h"
#include "client_queue.h"
#include "client_room.h"
#include "signals.h"

/* ---- messages ----------------------------------------------------------- */

static const char *message_type_name(uint8_t type)
{
    static const char *const names[] = {"normal", "chat", "error", "groupchat",
                                        "headline"};
    return names[type];
}

const char *client_chat_state_name(xc_chat_state state)
{
    static const char *const names[] = {"",       "active",   "composing",
                                        "paused", "inactive", "gone"};
    return names[state];
}

/* XEP-0184. People in a room do not get any (section 5.3). A client that hides
   its presence from some should hide this from them, too. */
static void send_receipt(struct client *c, const xc_message *m)
{
    xc_message carrier = {.to = m->from, .type = m->type};
    xc_delivery_receipt receipt = {.id = m->id};
    xc_writer *w;
    if (m->type == XC_MESSAGE_GROUPCHAT || m->id.len == 0 ||
        m->from.ptr == NULL ||
        !xc_has_child(m->base.element, XC_TAG_RECEIPT_REQUEST))
        return;
    w = client_stanza_begin(c);
    xc_write_begin(w, &xc_message_schema, &carrier);
    xc_write(w, &xc_delivery_receipt_schema, &receipt);
    xc_write_tag(w, XC_TAG_HINT_STORE);
    xc_writer_end(w);
    client_stanza_send(c, m->from, "");
}

static xc_str address_or_own(const struct client *c, xc_str address)
{
    return address.ptr != NULL ? address : client_address_bare(&c->own);
}

/* Is it a carbon of our account in which there is no message? What others send
   is none (XEP-0280 section 11). */
static bool is_carbon_of_nothing(const struct client *c, const xc_element *e)
{
    return (xc_has_child(e, XC_NS_CARBONS, "sent") ||
            xc_has_child(e, XC_NS_CARBONS, "received")) &&
           xc_str_equal(xc_effective_from(e, client_address_full(&c->own)),
                        client_address_bare(&c->own));
}

/* XEP-0280: what another client of ours has sent or received. What is missing
   in a copy was ours: a note to oneself has no `to`. */
static bool on_carbon(struct client *c, const xc_element *e)
{
    bool sent;
    const xc_element *copy =
        xc_carbon_copy(e, client_address_full(&c->own), &sent);
    const xc_field *field;
    xc_message m;
    xc_status status;
    if (copy == NULL && !is_carbon_of_nothing(c, e))
        return false;
    status = xc_read(&xc_message_schema, copy, &m, &field);
    client_show_flaw(c, xc_attr(copy, "from"), status, field);
    if (m.body.ptr != NULL)
        client_show(
            c, CLIENT_EVENT_CARBON, xc_str_from(sent ? "sent" : "received"),
            address_or_own(c, m.from), address_or_own(c, m.to), m.body);
    return true;
}

const char *client_error_name(const xc_stanza_error *error)
{
    const char *name = xc_stanza_error_name(error->condition.value);
    return name != NULL ? name : "undefined-condition";
}

/* A message of ours that came back. */
static void on_message_error(struct client *c, const xc_message *m)
{
    client_show_error(c, m->from, client_error_name(&m->error),
                      m->error.text.ptr != NULL ? m->error.text : m->id);
    if (c->options->send_to != NULL)
        c->exit_code = EXIT_REFUSED;
}

static void on_receipt(struct client *c, const xc_message *m)
{
    const xc_element *e =
        xc_child(m->base.element, XC_NS_RECEIPTS, "received");
    const xc_field *field;
    xc_delivery_receipt receipt;
    xc_status status =
        xc_read(&xc_delivery_receipt_schema, e, &receipt, &field);
    if (e == NULL)
        return;
    client_show_flaw(c, m->from, status, field);
    if (status == XC_OK)
        client_show(c, CLIENT_EVENT_RECEIPT, m->from, receipt.id, nothing,
                    nothing);
}

/* With a message, "active" is not worth a line. */
static void on_chat_state(struct client *c, const xc_message *m)
{
    xc_chat_state state = xc_chat_state_of(m->base.element);
    if (state != XC_CHAT_STATE_NONE && m->type != XC_MESSAGE_GROUPCHAT &&
        (state != XC_CHAT_STATE_ACTIVE || m->body.ptr == NULL))
        client_show(c, CLIENT_EVENT_STATE, m->from,
                    xc_str_from(client_chat_state_name(state)), nothing,
                    nothing);
}

/* A room that we are in has another subject, or still the same. */
static void on_subject(struct client *c, const xc_message *m)
{
    const struct client_room *r = client_room_of(c, m->from);
    if (r != NULL && xc_muc_subject_of(m->base.element,
                                       client_address_full(&r->as)) != NULL)
        client_show(c, CLIENT_EVENT_SUBJECT, m->from, m->subject, nothing,
                    nothing);
}

static void on_message(struct client *c, const xc_element *e)
{
    const xc_field *field;
    xc_message m;
    xc_status status;
    if (client_history_on_message(c, e) || on_carbon(c, e))
        return;
    status = xc_read(&xc_message_schema, e, &m, &field);
    client_show_flaw(c, xc_attr(e, "from"), status, field);
    if (!xc_was_read(status))
        return;
    m.from = xc_effective_from(e, client_address_full(&c->own));
    if (m.type == XC_MESSAGE_ERROR) {
        on_message_error(c, &m);
        return;
    }
    on_receipt(c, &m);
    on_chat_state(c, &m);
    if (m.body.ptr != NULL)
        client_show(c, CLIENT_EVENT_MESSAGE, m.from,
                    xc_str_from(message_type_name(m.type)), m.id, m.body);
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
    static const enum client_event events[] = {
        [XC_PRESENCE_SUBSCRIBE] = CLIENT_EVENT_SUBSCRIBE,
        [XC_PRESENCE_SUBSCRIBED] = CLIENT_EVENT_SUBSCRIBED,
        [XC_PRESENCE_UNSUBSCRIBE] = CLIENT_EVENT_UNSUBSCRIBE,
        [XC_PRESENCE_UNSUBSCRIBED] = CLIENT_EVENT_UNSUBSCRIBED};
    const xc_field *field;
    xc_presence p;
    xc_status status = xc_read(&xc_presence_schema, e, &p, &field);
    client_show_flaw(c, xc_attr(e, "from"), status, field);
    if (!xc_was_read(status))
        return;
    p.from = xc_effective_from(e, client_address_full(&c->own));
    if (p.type == XC_PRESENCE_AVAILABLE)
        client_show(c, CLIENT_EVENT_PRESENCE, p.from,
                    xc_str_from(show_name(p.show)), p.status, nothing);
    else if (p.type == XC_PRESENCE_UNAVAILABLE)
        client_show(c, CLIENT_EVENT_PRESENCE, p.from, XC_STR("unavailable"),
                    p.status, nothing);
    else if (p.type == XC_PRESENCE_ERROR)
        client_show_error(c, p.from, client_error_name(&p.error),
                          p.error.text);
    else if (p.type < sizeof events / sizeof *events &&
             p.type != XC_PRESENCE_PROBE)
        client_show(c, events[p.type], p.from, p.status, nothing, nothing);
    client_room_on_presence(c, &p);
}

void client_on_stanza(struct client *c, const xc_element *e)
{
    if (xc_is(e, NULL, "message"))
        on_message(c, e);
    else if (xc_is(e, NULL, "presence"))
        on_presence(c, e);
    else
        client_on_iq(c, e);
}

void client_send_presence(struct client *c)
{
    xc_presence p = {.show = c->show};
    if (c->status[0] != '\0')
        p.status = xc_str_from(c->status);
    xc_write(client_stanza_begin(c), &xc_presence_schema, &p);
    client_stanza_send(c, p.to, NULL);
}
