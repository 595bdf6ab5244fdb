/* demo_client.h - a tiny client as a state machine.

       HEADER -> FEATURES -> SASL     log in ...
    -> HEADER -> FEATURES -> BIND     ... and start anew
    -> ROSTER -> ONLINE               be there
    -> REPLY or ANSWER -> ONLINE      wait for something in particular
    -> CLOSING -> CLOSED              say goodbye

       SASL -> VERDICT                or be turned away, rudely
    -> CLOSING -> CLOSED

   Each state has one function, which looks at the event, does what follows
   from it, sets the next state, and returns false if the event is not what
   the state expects.
*/
#ifndef DEMO_CLIENT_H
#define DEMO_CLIENT_H

#include "xmpp_codec.h"

#include <stdio.h>
#include <string.h>

#include "demo_link.h"

#define DOMAIN "verona.lit"

enum client_state {
    CLIENT_HEADER,
    CLIENT_FEATURES,
    CLIENT_SASL,
    CLIENT_BIND,
    CLIENT_ROSTER,
    CLIENT_ONLINE,
    CLIENT_REPLY,
    CLIENT_ANSWER,
    CLIENT_VERDICT,
    CLIENT_CLOSING,
    CLIENT_CLOSED
};

struct login {
    const char *user, *password, *resource;
    bool rude; /* expects to be turned away, and answers in kind */
};

/* An address that outlives the event it came with. */
struct address {
    xc_jid jid; /* ptr NULL: none */
    char bytes[96];
};

struct client {
    struct link link;
    const struct login *login;
    bool authenticated;
    struct address own;     /* given by the server */
    struct address contact; /* full, while the contact is online */
    int messages;           /* received */
};

/* xc_jid_parse may leave the bytes where they are: in the event. */
static bool address_keep(struct address *a, xc_str text)
{
    size_t size = sizeof a->bytes;
    return xc_jid_parse(text, a->bytes, size, &a->jid) == XC_OK &&
           xc_jid_copy(a->jid, a->bytes, size, &a->jid) == XC_OK;
}

/* The result of the request with this id to our own account? */
static bool is_result(const struct client *c, const xc_stream_event *ev,
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
    struct client *c = owner;
    if (ev->kind != XC_EVENT_OPEN || ev->header.major != 1 ||
        !xc_str_is(ev->header.from, DOMAIN))
        return false;
    c->link.state = CLIENT_FEATURES;
    return true;
}

/* What is shown of <auth/> has the length in place of the data. */
static bool client_send_auth(struct client *c, xc_sasl_auth auth)
{
    char length[32], shown[256];
    xc_str preview;
    xc_writer w;
    snprintf(length, sizeof length, "[%u bytes]", (unsigned)auth.data.len);
    xc_write(link_begin(&c->link), &xc_sasl_auth_schema, &auth);

    auth.data = xc_str_from(NULL);
    xc_writer_init(&w, shown, sizeof shown, XC_NS_CLIENT);
    xc_write_begin(&w, &xc_sasl_auth_schema, &auth);
    xc_writer_text(&w, xc_str_from(length));
    xc_writer_end(&w);
    if (xc_writer_finish(&w, &preview) != XC_OK)
        return false;
    link_send_as(&c->link, preview, "user name, password\nRFC 6120 6.4.2");
    return true;
}

/* Everybody on the way can read PLAIN, so a real client does this inside TLS
   only, and prefers SCRAM. What people type is first given to
   xc_sasl_prepare. */
static bool client_authenticate(struct client *c)
{
    xc_plain plain = {.authcid = xc_str_from(c->login->user),
                      .password = xc_str_from(c->login->password)};
    xc_sasl_auth auth = {.mechanism = XC_STR("PLAIN")};
    char memory[128], base64[XC_BASE64_SIZE(sizeof memory)];
    xc_str message;
    if (xc_plain_write(&plain, memory, sizeof memory, &message) != XC_OK ||
        xc_sasl_encode(message, base64, sizeof base64, &auth.data) != XC_OK)
        return false;
    c->link.state = CLIENT_SASL;
    return client_send_auth(c, auth);
}

static void client_bind(struct client *c)
{
    xc_iq iq = {.type = XC_IQ_SET, .id = XC_STR("bind-1")};
    xc_bind bind = {.resource = xc_str_from(c->login->resource)};
    xc_writer *w = link_begin(&c->link);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write(w, &xc_bind_schema, &bind);
    xc_writer_end(w);
    link_send(&c->link, "resource binding\nRFC 6120 7.7.1");
    c->link.state = CLIENT_BIND;
}

static bool client_on_features(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
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
static bool client_insult(struct client *c)
{
    xc_str comment = XC_STR("<!-- villain -->");
    struct link *l = &c->link;
    if (sizeof l->out - l->out_len < comment.len)
        return false;
    memcpy(l->out + l->out_len, comment.ptr, comment.len);
    l->out_len += comment.len;
    link_show(l, comment, "a comment: forbidden\nRFC 6120 11.1");
    l->state = CLIENT_VERDICT;
    return true;
}

static bool client_on_sasl(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    xc_sasl_failure failure;
    if (xc_read(&xc_sasl_failure_schema, ev->element, &failure, NULL) == XC_OK)
        return c->login->rude &&
               failure.condition.value == XC_SASL_FAILURE_NOT_AUTHORIZED &&
               client_insult(c);
    if (!xc_is(ev->element, XC_NS_SASL, "success"))
        return false;
    c->authenticated = true;
    link_restart(&c->link);
    link_send_header(&c->link, "a new stream\nRFC 6120 6.4.6");
    c->link.state = CLIENT_HEADER;
    return true;
}

static void client_ask_roster(struct client *c)
{
    xc_iq iq = {.type = XC_IQ_GET, .id = XC_STR("roster-1")};
    xc_writer *w = link_begin(&c->link);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write_tag(w, XC_NS_ROSTER, "query");
    xc_writer_end(w);
    link_send(&c->link, "asks for the roster\nRFC 6121 2.1.3");
    c->link.state = CLIENT_ROSTER;
}

static bool client_on_bound(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
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
    struct client *c = owner;
    const xc_element *query = xc_iq_payload(ev->element);
    const xc_element *first = xc_child(query, XC_NS_ROSTER, "item");
    xc_presence initial = {.status = XC_STR("in fair Verona")};
    xc_roster_item item;
    if (!is_result(c, ev, "roster-1") ||
        xc_read(&xc_roster_item_schema, first, &item, NULL) != XC_OK ||
        item.subscription != XC_SUBSCRIPTION_BOTH)
        return false;
    xc_write(link_begin(&c->link), &xc_presence_schema, &initial);
    link_send(&c->link, "initial presence\nRFC 6121 4.2");
    c->link.state = CLIENT_ONLINE;
    return true;
}

/* ---- be there ----------------------------------------------------------- */

static bool client_on_presence(struct client *c, const xc_element *e)
{
    xc_presence presence;
    if (xc_read(&xc_presence_schema, e, &presence, NULL) != XC_OK)
        return false;
    if (presence.type == XC_PRESENCE_AVAILABLE)
        return address_keep(&c->contact, presence.from);
    c->contact.jid.ptr = NULL;
    return presence.type == XC_PRESENCE_UNAVAILABLE;
}

static void client_write_message(struct client *c, xc_str to, xc_str thread,
                                 xc_str body, const char *note)
{
    xc_message m = {
        .to = to, .type = XC_MESSAGE_CHAT, .body = body, .thread = thread};
    xc_write(link_begin(&c->link), &xc_message_schema, &m);
    link_send(&c->link, note);
}

/* A message with something in it. */
static bool read_message(const xc_stream_event *ev, xc_message *m)
{
    return ev->kind == XC_EVENT_STANZA &&
           xc_was_read(xc_read(&xc_message_schema, ev->element, m, NULL)) &&
           m->type != XC_MESSAGE_ERROR && m->body.len > 0;
}

/* Who writes to us gets an answer in the same thread. What we read and what
   we write do not share memory, so the views of the event can be written. */
static bool client_on_online(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
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

static void client_write_to_contact(struct client *c)
{
    client_write_message(c, xc_jid_full(c->contact.jid), XC_STR("balcony"),
                         XC_STR("I know not how to tell thee who I am."),
                         "chat message\nRFC 6121 5.2");
    c->link.state = CLIENT_REPLY;
}

static bool client_on_reply(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    xc_message m;
    if (!read_message(ev, &m) || !xc_str_is(m.thread, "balcony") ||
        !xc_str_equal(m.from, xc_jid_full(c->contact.jid)))
        return false;
    c->messages++;
    c->link.state = CLIENT_ONLINE;
    return true;
}

#define STRANGER "mercutio@" DOMAIN

static void client_ask_stranger(struct client *c)
{
    xc_iq iq = {
        .type = XC_IQ_GET, .id = XC_STR("ask-1"), .to = XC_STR(STRANGER)};
    xc_writer *w = link_begin(&c->link);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write_tag(w, XC_TAG_PING);
    xc_writer_end(w);
    link_send(&c->link, "asks somebody unknown\nRFC 6120 8.2.3");
    c->link.state = CLIENT_ANSWER;
}

/* The id alone proves nothing: anybody may send us an iq with it. */
static bool client_on_answer(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    xc_str own = xc_jid_full(c->own.jid);
    xc_iq iq;
    if (ev->kind != XC_EVENT_STANZA ||
        xc_read(&xc_iq_schema, ev->element, &iq, NULL) != XC_OK ||
        !xc_iq_is_reply_to(ev->element, XC_STR("ask-1"), XC_STR(STRANGER),
                           own) ||
        iq.error.condition.value != XC_STANZA_ERROR_SERVICE_UNAVAILABLE)
        return false;
    c->link.state = CLIENT_ONLINE;
    return true;
}

/* ---- say goodbye -------------------------------------------------------- */

static bool client_on_verdict(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    xc_stream_error error;
    if (xc_read(&xc_stream_error_schema, ev->element, &error, NULL) != XC_OK ||
        error.condition.value != XC_STREAM_ERROR_RESTRICTED_XML)
        return false;
    c->link.state = CLIENT_CLOSING;
    return true;
}

static void client_leave(struct client *c)
{
    link_close(&c->link, "close tag\nRFC 6120 4.4");
    c->link.state = CLIENT_CLOSING;
}

/* What was under way when we closed may still arrive. */
static bool client_on_late(void *owner, const xc_stream_event *ev)
{
    (void)owner;
    return ev->kind == XC_EVENT_STANZA || ev->kind == XC_EVENT_NONZA;
}

static bool client_on_close(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    (void)ev;
    if (c->link.state != CLIENT_CLOSING)
        return false;
    if (!c->link.close_sent)
        link_close(&c->link, "closes, too");
    c->link.state = CLIENT_CLOSED;
    return true;
}

static const struct state client_states[] = {
    [CLIENT_HEADER] = {"the stream header", client_on_header},
    [CLIENT_FEATURES] = {"stream features", client_on_features},
    [CLIENT_SASL] = {"SASL success", client_on_sasl},
    [CLIENT_BIND] = {"its address", client_on_bound},
    [CLIENT_ROSTER] = {"the roster", client_on_roster},
    [CLIENT_ONLINE] = {"presence and messages", client_on_online},
    [CLIENT_REPLY] = {"the reply", client_on_reply},
    [CLIENT_ANSWER] = {"the answer to its question", client_on_answer},
    [CLIENT_VERDICT] = {"a stream error", client_on_verdict},
    [CLIENT_CLOSING] = {"the close tag", client_on_late},
    [CLIENT_CLOSED] = {"nothing", NULL},
};

static const struct role client_role = {'C', client_on_close, client_states};

static void client_start(struct client *c, const struct login *login,
                         const char *name, int fd, bool brief)
{
    link_init(&c->link, fd, name, &client_role, c);
    c->login = login;
    c->authenticated = false;
    c->messages = 0;
    c->own.jid.ptr = c->contact.jid.ptr = NULL;
    c->link.brief = brief;
    c->link.header.to = XC_STR(DOMAIN);
    c->link.state = CLIENT_HEADER;
    link_send_header(&c->link, "opens a stream\nRFC 6120 4.7");
}

#endif
