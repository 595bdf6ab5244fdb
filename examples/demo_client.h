/* demo_client.h - a tiny client as a state machine.

       HEADER -> FEATURES -> SASL     log in ...
    -> HEADER -> FEATURES -> BIND     ... and start anew
    -> ROSTER -> ONLINE               be there
    -> REPLY or ANSWER -> ONLINE      wait for something in particular
    -> CLOSING -> CLOSED              say goodbye

   Each state has one function, which looks at the event, does what follows
   from it, sets the next state, and returns false if the event is not what
   the state expects.
*/
#ifndef DEMO_CLIENT_H
#define DEMO_CLIENT_H

#include "demo_base64.h"
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

struct client {
    struct link link;
    const struct login *login;
    bool authenticated;
    char jid[96];     /* given by the server */
    char contact[96]; /* full address of the contact while it is online */
    int messages;     /* received */
};

static bool is_iq(const xc_element *e, const char *type, const char *id)
{
    return xc_is(e, XC_NS_CLIENT, "iq") &&
           xc_str_is(xc_attr(e, "type"), type) &&
           xc_str_is(xc_attr(e, "id"), id);
}

static void begin_iq(xc_writer *w, const char *type, const char *id)
{
    xc_writer_begin(w, XC_NS_CLIENT, "iq");
    xc_writer_attr(w, "type", xc_str_from(type));
    xc_writer_attr(w, "id", xc_str_from(id));
}

/* ---- log in ------------------------------------------------------------- */

static bool client_on_header(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    if (ev->kind != XC_STREAM_OPEN || ev->header.major != 1 ||
        !xc_str_is(ev->header.from, DOMAIN))
        return false;
    c->link.state = CLIENT_FEATURES;
    return true;
}

static bool offers_plain(const xc_element *features)
{
    const xc_element *list = xc_child(features, XC_NS_SASL, "mechanisms");
    const xc_element *m = xc_child(list, NULL, "mechanism");
    while (m != NULL && !xc_str_is(xc_text(m), "PLAIN"))
        m = xc_next_same(m);
    return m != NULL;
}

static void write_auth(xc_writer *w, xc_str contents)
{
    xc_writer_begin(w, XC_NS_SASL, "auth");
    xc_writer_attr(w, "mechanism", XC_STR("PLAIN"));
    xc_writer_text(w, contents);
    xc_writer_end(w);
}

/* RFC 4616: NUL user NUL password. Everybody on the way can read that, so a
   real client does this inside TLS only, and prefers SCRAM. What is shown has
   the length in place of the contents. */
static bool client_authenticate(struct client *c)
{
    const struct login *login = c->login;
    char plain[128], shown[256];
    size_t user = strlen(login->user), password = strlen(login->password);
    char base64[4 * ((sizeof plain + 2) / 3)];
    xc_str contents = {base64, 0}, preview;
    xc_writer w;
    if (user + password + 2 > sizeof plain)
        return false;
    plain[0] = plain[user + 1] = '\0';
    memcpy(plain + 1, login->user, user);
    memcpy(plain + user + 2, login->password, password);
    contents.len = base64_encode(base64, plain, user + password + 2);
    write_auth(link_begin(&c->link), contents);

    snprintf(plain, sizeof plain, "[%u bytes]", (unsigned)contents.len);
    xc_writer_init(&w, shown, sizeof shown, XC_NS_CLIENT);
    write_auth(&w, xc_str_from(plain));
    if (xc_writer_finish(&w, &preview) != XC_OK)
        return false;
    link_send_as(&c->link, preview, "user name, password\nRFC 6120 6.4.2");
    c->link.state = CLIENT_SASL;
    return true;
}

static void client_bind(struct client *c)
{
    xc_writer *w = link_begin(&c->link);
    begin_iq(w, "set", "bind-1");
    xc_writer_begin(w, XC_NS_BIND, "bind");
    xc_writer_leaf(w, NULL, "resource", xc_str_from(c->login->resource));
    xc_writer_end(w);
    xc_writer_end(w);
    link_send(&c->link, "resource binding\nRFC 6120 7.7.1");
    c->link.state = CLIENT_BIND;
}

static bool client_on_features(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    if (ev->kind != XC_STREAM_FEATURES)
        return false;
    if (!c->authenticated)
        return offers_plain(ev->element) && client_authenticate(c);
    if (xc_child(ev->element, XC_NS_BIND, "bind") == NULL)
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
    if (xc_is(ev->element, XC_NS_SASL, "failure"))
        return c->login->rude &&
               xc_child(ev->element, NULL, "not-authorized") != NULL &&
               client_insult(c);
    if (!xc_is(ev->element, XC_NS_SASL, "success"))
        return false;
    c->authenticated = true;
    link_restart(&c->link);
    link_send_header(&c->link, "a new stream\nRFC 6120 6.4.6");
    c->link.state = CLIENT_HEADER;
    return true;
}

static bool client_on_bound(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    const xc_element *bind = xc_child(ev->element, XC_NS_BIND, "bind");
    xc_str jid = xc_text(xc_child(bind, NULL, "jid"));
    xc_writer *w;
    if (!is_iq(ev->element, "result", "bind-1") || jid.len == 0 ||
        jid.len >= sizeof c->jid)
        return false;
    memcpy(c->jid, jid.ptr, jid.len + 1);
    w = link_begin(&c->link);
    begin_iq(w, "get", "roster-1");
    xc_writer_leaf(w, XC_NS_ROSTER, "query", XC_STR(""));
    xc_writer_end(w);
    link_send(&c->link, "asks for the roster\nRFC 6121 2.1.3");
    c->link.state = CLIENT_ROSTER;
    return true;
}

static bool client_on_roster(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    const xc_element *query = xc_child(ev->element, XC_NS_ROSTER, "query");
    const xc_element *item = xc_child(query, NULL, "item");
    xc_writer *w;
    if (!is_iq(ev->element, "result", "roster-1") ||
        !xc_str_is(xc_attr(item, "subscription"), "both"))
        return false;
    w = link_begin(&c->link);
    xc_writer_begin(w, XC_NS_CLIENT, "presence");
    xc_writer_leaf(w, NULL, "status", XC_STR("in fair Verona"));
    xc_writer_end(w);
    link_send(&c->link, "initial presence\nRFC 6121 4.2");
    c->link.state = CLIENT_ONLINE;
    return true;
}

/* ---- be there ----------------------------------------------------------- */

static bool client_on_presence(struct client *c, const xc_element *presence)
{
    xc_str from = xc_attr(presence, "from");
    if (from.ptr == NULL || from.len >= sizeof c->contact)
        return false;
    memcpy(c->contact, from.ptr, from.len + 1);
    if (xc_str_is(xc_attr(presence, "type"), "unavailable"))
        c->contact[0] = '\0';
    return true;
}

static void client_write_message(struct client *c, xc_str to, xc_str thread,
                                 xc_str body, const char *note)
{
    xc_writer *w = link_begin(&c->link);
    xc_writer_begin(w, XC_NS_CLIENT, "message");
    xc_writer_attr(w, "to", to);
    xc_writer_attr(w, "type", XC_STR("chat"));
    xc_writer_leaf(w, NULL, "body", body);
    xc_writer_leaf(w, NULL, "thread", thread);
    xc_writer_end(w);
    link_send(&c->link, note);
}

/* Who writes to us gets an answer in the same thread. What we read and what
   we write do not share memory, so the views of the event can be written. */
static bool client_on_online(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    const xc_element *e = ev->element;
    if (xc_is(e, XC_NS_CLIENT, "presence"))
        return client_on_presence(c, e);
    if (!xc_is(e, XC_NS_CLIENT, "message") ||
        xc_text(xc_child(e, NULL, "body")).len == 0)
        return false;
    c->messages++;
    client_write_message(c, xc_attr(e, "from"),
                         xc_text(xc_child(e, NULL, "thread")),
                         XC_STR("Art thou not Romeo & a Montague?"),
                         "replies in the\nsame thread\nRFC 6121 5.2.5");
    return true;
}

static void client_write_to_contact(struct client *c)
{
    client_write_message(c, xc_str_from(c->contact), XC_STR("balcony"),
                         XC_STR("I know not how to tell thee who I am."),
                         "chat message\nRFC 6121 5.2");
    c->link.state = CLIENT_REPLY;
}

static bool client_on_reply(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    const xc_element *e = ev->element;
    if (!xc_is(e, XC_NS_CLIENT, "message") ||
        !xc_str_is(xc_attr(e, "from"), c->contact) ||
        !xc_str_is(xc_text(xc_child(e, NULL, "thread")), "balcony") ||
        xc_text(xc_child(e, NULL, "body")).len == 0)
        return false;
    c->messages++;
    c->link.state = CLIENT_ONLINE;
    return true;
}

#define STRANGER "mercutio@" DOMAIN

static void client_ask_stranger(struct client *c)
{
    xc_writer *w = link_begin(&c->link);
    begin_iq(w, "get", "ask-1");
    xc_writer_attr(w, "to", XC_STR(STRANGER));
    xc_writer_leaf(w, "jabber:iq:version", "query", XC_STR(""));
    xc_writer_end(w);
    link_send(&c->link, "asks somebody unknown\nRFC 6120 8.2.3");
    c->link.state = CLIENT_ANSWER;
}

/* The id alone proves nothing: anybody may send us an iq with it. */
static bool client_on_answer(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    const xc_element *e = ev->element;
    const xc_element *error = xc_child(e, NULL, "error");
    if (!is_iq(e, "error", "ask-1") ||
        !xc_str_is(xc_attr(e, "from"), STRANGER) ||
        !xc_str_is(xc_attr(e, "to"), c->jid) ||
        !xc_child(error, XC_NS_STANZA_ERRORS, "service-unavailable"))
        return false;
    c->link.state = CLIENT_ONLINE;
    return true;
}

/* ---- say goodbye -------------------------------------------------------- */

static bool client_on_verdict(void *owner, const xc_stream_event *ev)
{
    struct client *c = owner;
    if (ev->kind != XC_STREAM_ERROR ||
        !xc_child(ev->element, XC_NS_STREAM_ERRORS, "restricted-xml"))
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
    return ev->kind == XC_STREAM_STANZA || ev->kind == XC_STREAM_NONZA;
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
    c->jid[0] = c->contact[0] = '\0';
    c->link.brief = brief;
    c->link.header.to = XC_STR(DOMAIN);
    c->link.state = CLIENT_HEADER;
    link_send_header(&c->link, "opens a stream\nRFC 6120 4.7");
}

#endif
