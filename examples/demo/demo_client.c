#include "demo_client.h"

#include <stdio.h>
#include <string.h>

/* xc_jid_parse may leave the bytes where they are: in the event. */
static bool address_keep(struct demo_address *a, xc_str text)
{
    size_t size = sizeof a->bytes;
    return xc_jid_parse(text, a->bytes, size, &a->jid) == XC_OK &&
           xc_jid_copy(a->jid, a->bytes, size, &a->jid) == XC_OK;
}

/* The result of the request with this id to our own account? */
static bool is_result(const struct demo_client *c, const xc_stream_event *ev,
                      const char *id)
{
    xc_iq iq;
    return ev->kind == XC_EVENT_STANZA &&
           xc_read(&xc_iq_schema, ev->element, &iq, NULL) == XC_OK &&
           iq.type == XC_IQ_RESULT &&
           xc_iq_is_reply_to(ev->element, xc_str_from(id), xc_str_from(NULL),
                             xc_jid_full(c->own.jid));
}

/* ---- log in ------------------------------------------------------------- */

static bool client_on_header(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    if (ev->kind != XC_EVENT_OPEN || ev->header.major != 1 ||
        !xc_str_is(ev->header.from, DEMO_DOMAIN))
        return false;
    c->end.state = DEMO_CLIENT_FEATURES;
    return true;
}

/* Shown is the length instead of the data. */
static bool client_send_auth(struct demo_client *c, xc_sasl_auth auth)
{
    char length[32], shown[256];
    xc_str preview;
    xc_writer w;
    snprintf(length, sizeof length, "[%u bytes]", (unsigned)auth.data.len);
    xc_write(demo_begin(&c->end), &xc_sasl_auth_schema, &auth);

    auth.data = xc_str_from(NULL);
    xc_writer_init(&w, shown, sizeof shown, XC_NS_CLIENT);
    xc_write_begin(&w, &xc_sasl_auth_schema, &auth);
    xc_writer_text(&w, xc_str_from(length));
    xc_writer_end(&w);
    if (xc_writer_finish(&w, &preview) != XC_OK)
        return false;
    demo_send_as(&c->end, preview, "user name, password\nRFC 6120 6.4.2");
    return true;
}

/* Everybody on the way can read PLAIN: a real client uses it only inside TLS,
   and prefers SCRAM. A typed password goes through xc_sasl_prepare first. */
static bool client_authenticate(struct demo_client *c)
{
    xc_plain plain = {.authcid = xc_str_from(c->login->user),
                      .password = xc_str_from(c->login->password)};
    xc_sasl_auth auth = {.mechanism = XC_STR("PLAIN")};
    char memory[128], base64[XC_BASE64_SIZE(sizeof memory)];
    xc_str message;
    if (xc_plain_write(&plain, memory, sizeof memory, &message) != XC_OK ||
        xc_sasl_encode(message, base64, sizeof base64, &auth.data) != XC_OK)
        return false;
    c->end.state = DEMO_CLIENT_SASL;
    return client_send_auth(c, auth);
}

static void client_bind(struct demo_client *c)
{
    xc_iq iq = {.type = XC_IQ_SET, .id = XC_STR("bind-1")};
    xc_bind bind = {.resource = xc_str_from(c->login->resource)};
    xc_writer *w = demo_begin(&c->end);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write(w, &xc_bind_schema, &bind);
    xc_writer_end(w);
    demo_send(&c->end, "resource binding\nRFC 6120 7.7.1");
    c->end.state = DEMO_CLIENT_BIND;
}

static bool client_on_features(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    xc_features offered;
    if (!xc_was_read(
            xc_read(&xc_features_schema, ev->element, &offered, NULL)))
        return false;
    if (!c->authenticated)
        return xc_sasl_has_mechanism(offered.mechanisms.base.element,
                                     "PLAIN") &&
               client_authenticate(c);
    if (!offered.bind.base.present)
        return false;
    client_bind(c);
    return true;
}

/* The writer refuses to write a comment; Tybalt does it by hand. */
static bool client_insult(struct demo_client *c)
{
    xc_str comment = XC_STR("<!-- villain -->");
    demo_send_bytes(&c->end, comment, "a comment: forbidden\nRFC 6120 11.1");
    c->end.state = DEMO_CLIENT_VERDICT;
    return true;
}

static bool client_on_sasl(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    xc_sasl_failure failure;
    if (xc_read(&xc_sasl_failure_schema, ev->element, &failure, NULL) == XC_OK)
        return c->login->rude &&
               failure.condition.value == XC_SASL_FAILURE_NOT_AUTHORIZED &&
               client_insult(c);
    if (!xc_is(ev->element, XC_NS_SASL, "success"))
        return false;
    c->authenticated = true;
    demo_restart(&c->end);
    demo_send_header(&c->end, "a new stream\nRFC 6120 6.4.6");
    c->end.state = DEMO_CLIENT_HEADER;
    return true;
}

static void client_ask_roster(struct demo_client *c)
{
    xc_iq iq = {.type = XC_IQ_GET, .id = XC_STR("roster-1")};
    xc_writer *w = demo_begin(&c->end);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write_tag(w, XC_NS_ROSTER, "query");
    xc_writer_end(w);
    demo_send(&c->end, "asks for the roster\nRFC 6121 2.1.3");
    c->end.state = DEMO_CLIENT_ROSTER;
}

static bool client_on_bound(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    const xc_element *payload = xc_iq_payload(ev->element);
    xc_bind bind;
    if (!is_result(c, ev, "bind-1") ||
        xc_read(&xc_bind_schema, payload, &bind, NULL) != XC_OK ||
        !address_keep(&c->own, bind.jid))
        return false;
    client_ask_roster(c);
    return true;
}

static bool client_on_roster(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    const xc_element *query = xc_iq_payload(ev->element);
    const xc_element *first = xc_child(query, XC_NS_ROSTER, "item");
    xc_presence initial = {.status = XC_STR("in fair Verona")};
    xc_roster_item item;
    if (!is_result(c, ev, "roster-1") ||
        xc_read(&xc_roster_item_schema, first, &item, NULL) != XC_OK ||
        item.subscription != XC_SUBSCRIPTION_BOTH)
        return false;
    xc_write(demo_begin(&c->end), &xc_presence_schema, &initial);
    demo_send(&c->end, "initial presence\nRFC 6121 4.2");
    c->end.state = DEMO_CLIENT_ONLINE;
    return true;
}

/* ---- be there ----------------------------------------------------------- */

static bool client_on_presence(struct demo_client *c, const xc_element *e)
{
    xc_presence presence;
    if (xc_read(&xc_presence_schema, e, &presence, NULL) != XC_OK)
        return false;
    if (presence.type == XC_PRESENCE_AVAILABLE)
        return address_keep(&c->contact, presence.from);
    c->contact.jid.ptr = NULL;
    return presence.type == XC_PRESENCE_UNAVAILABLE;
}

static void client_write_message(struct demo_client *c, xc_str to,
                                 xc_str thread, xc_str body, const char *note)
{
    xc_message m = {
        .to = to, .type = XC_MESSAGE_CHAT, .body = body, .thread = thread};
    xc_write(demo_begin(&c->end), &xc_message_schema, &m);
    demo_send(&c->end, note);
}

/* A message with a text. */
static bool read_message(const xc_stream_event *ev, xc_message *m)
{
    return ev->kind == XC_EVENT_STANZA &&
           xc_was_read(xc_read(&xc_message_schema, ev->element, m, NULL)) &&
           m->type != XC_MESSAGE_ERROR && m->body.len > 0;
}

/* A message gets a reply in the same thread. What we read and what
   we write do not share memory, so the views of the event can be written. */
static bool client_on_online(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    xc_message m;
    if (ev->kind == XC_EVENT_STANZA && xc_is(ev->element, NULL, "presence"))
        return client_on_presence(c, ev->element);
    if (!read_message(ev, &m))
        return false;
    c->messages++;
    client_write_message(c, m.from, m.thread,
                         XC_STR("Art thou not Romeo & a Montague?"),
                         "replies in the\nsame thread\nRFC 6121 5.2.5");
    return true;
}

void demo_client_write_to_contact(struct demo_client *c)
{
    client_write_message(c, xc_jid_full(c->contact.jid), XC_STR("balcony"),
                         XC_STR("I know not how to tell thee who I am."),
                         "chat message\nRFC 6121 5.2");
    c->end.state = DEMO_CLIENT_REPLY;
}

static bool client_on_reply(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    xc_message m;
    if (!read_message(ev, &m) || !xc_str_is(m.thread, "balcony") ||
        !xc_str_equal(m.from, xc_jid_full(c->contact.jid)))
        return false;
    c->messages++;
    c->end.state = DEMO_CLIENT_ONLINE;
    return true;
}

#define STRANGER "mercutio@" DEMO_DOMAIN

void demo_client_ask_stranger(struct demo_client *c)
{
    xc_iq iq = {
        .type = XC_IQ_GET, .id = XC_STR("ask-1"), .to = XC_STR(STRANGER)};
    xc_writer *w = demo_begin(&c->end);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write_tag(w, XC_TAG_PING);
    xc_writer_end(w);
    demo_send(&c->end, "asks somebody unknown\nRFC 6120 8.2.3");
    c->end.state = DEMO_CLIENT_IQ_REPLY;
}

/* The id alone proves nothing: anybody may send us an iq with it. */
static bool client_on_iq_reply(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    xc_str own = xc_jid_full(c->own.jid);
    xc_iq iq;
    if (ev->kind != XC_EVENT_STANZA ||
        xc_read(&xc_iq_schema, ev->element, &iq, NULL) != XC_OK ||
        !xc_iq_is_reply_to(ev->element, XC_STR("ask-1"), XC_STR(STRANGER),
                           own) ||
        iq.error.condition.value != XC_STANZA_ERROR_SERVICE_UNAVAILABLE)
        return false;
    c->end.state = DEMO_CLIENT_ONLINE;
    return true;
}

/* ---- say goodbye -------------------------------------------------------- */

static bool client_on_verdict(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    xc_stream_error error;
    if (xc_read(&xc_stream_error_schema, ev->element, &error, NULL) != XC_OK ||
        error.condition.value != XC_STREAM_ERROR_RESTRICTED_XML)
        return false;
    c->end.state = DEMO_CLIENT_CLOSING;
    return true;
}

void demo_client_leave(struct demo_client *c)
{
    demo_close(&c->end, "close tag\nRFC 6120 4.4");
    c->end.state = DEMO_CLIENT_CLOSING;
}

/* Stanzas that were under way when we closed may still arrive. */
static bool client_on_late(void *owner, const xc_stream_event *ev)
{
    (void)owner;
    return ev->kind == XC_EVENT_STANZA || ev->kind == XC_EVENT_NONZA;
}

static bool client_on_close(void *owner, const xc_stream_event *ev)
{
    struct demo_client *c = owner;
    (void)ev;
    if (c->end.state != DEMO_CLIENT_CLOSING)
        return false;
    if (!c->end.close_sent)
        demo_close(&c->end, "closes, too");
    c->end.state = DEMO_CLIENT_CLOSED;
    return true;
}

static const struct demo_state client_states[] = {
    [DEMO_CLIENT_HEADER] = {"the stream header", client_on_header},
    [DEMO_CLIENT_FEATURES] = {"stream features", client_on_features},
    [DEMO_CLIENT_SASL] = {"SASL success", client_on_sasl},
    [DEMO_CLIENT_BIND] = {"its address", client_on_bound},
    [DEMO_CLIENT_ROSTER] = {"the roster", client_on_roster},
    [DEMO_CLIENT_ONLINE] = {"presence and messages", client_on_online},
    [DEMO_CLIENT_REPLY] = {"the reply", client_on_reply},
    [DEMO_CLIENT_IQ_REPLY] = {"the reply to its request", client_on_iq_reply},
    [DEMO_CLIENT_VERDICT] = {"a stream error", client_on_verdict},
    [DEMO_CLIENT_CLOSING] = {"the close tag", client_on_late},
    [DEMO_CLIENT_CLOSED] = {"nothing", NULL},
};

static const struct demo_role client_role = {'C', client_on_close,
                                             client_states};

void demo_client_start(struct demo_client *c, const struct demo_login *login,
                       const char *name, int fd, bool brief)
{
    demo_end_start(&c->end, fd, name, &client_role, c);
    c->login = login;
    c->authenticated = false;
    c->messages = 0;
    c->own.jid.ptr = c->contact.jid.ptr = NULL;
    c->end.brief = brief;
    c->end.header.to = XC_STR(DEMO_DOMAIN);
    c->end.state = DEMO_CLIENT_HEADER;
    demo_send_header(&c->end, "opens a stream\nRFC 6120 4.7");
}
