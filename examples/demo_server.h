/* demo_server.h - a tiny server: one session for each connection.

       HEADER -> SASL        until the client has proved who it is
    -> HEADER -> BIND        a new stream; the client gets its address
    -> BOUND                 stanzas are answered or passed on
    -> CLOSED

   Nothing that a client says about itself is believed: what is passed on gets
   the address that was proved with SASL (RFC 6120 section 8.1.2.1).
*/
#ifndef DEMO_SERVER_H
#define DEMO_SERVER_H

#include "demo_client.h"

enum session_state {
    SESSION_HEADER,
    SESSION_SASL,
    SESSION_BIND,
    SESSION_BOUND,
    SESSION_CLOSED
};

struct account {
    const char *user, *password;
    const char *contact; /* the whole roster */
};

struct session {
    struct link link;
    const struct account *account; /* proved with SASL; NULL before */
    char stream_id[24];
    char bare[64], jid[96];
    char presence[512]; /* a copy of the last one; an element is one block */
    bool available;
};

#define SESSIONS 3
static struct session sessions[SESSIONS];

static const struct account accounts[] = {
    {"romeo", "with love's light wings", "juliet@" DOMAIN},
    {"juliet", "a rose by any other name", "romeo@" DOMAIN},
};

/* ---- log in ------------------------------------------------------------- */

static void session_send_features(struct session *s)
{
    xc_writer *w = link_begin(&s->link);
    xc_writer_begin(w, XC_NS_STREAMS, "features");
    if (s->account == NULL) {
        xc_writer_begin(w, XC_NS_SASL, "mechanisms");
        xc_writer_leaf(w, NULL, "mechanism", XC_STR("PLAIN"));
        xc_writer_end(w);
    } else {
        xc_writer_leaf(w, XC_NS_BIND, "bind", XC_STR(""));
    }
    xc_writer_end(w);
    link_send(&s->link, s->account == NULL ? "offers SASL\nRFC 6120 6.4.1"
                                           : "offers binding\nRFC 6120 7.4");
}

/* A real server makes up ids that nobody can guess (RFC 6120 section 4.7.3),
   and answers another `to` with the stream error host-unknown. */
static bool session_on_header(void *owner, const xc_stream_event *ev)
{
    struct session *s = owner;
    if (ev->kind != XC_STREAM_OPEN || !xc_str_is(ev->header.to, DOMAIN) ||
        !xc_str_is(ev->header.content_ns, XC_NS_CLIENT))
        return false;
    snprintf(s->stream_id, sizeof s->stream_id, "%s-%d", s->link.name,
             s->account == NULL ? 1 : 2);
    s->link.header.id = xc_str_from(s->stream_id);
    link_send_header(&s->link, "answers with a header\nRFC 6120 4.7");
    session_send_features(s);
    s->link.state = s->account == NULL ? SESSION_SASL : SESSION_BIND;
    return true;
}

/* Takes as long whether the first byte differs or the last. */
static bool same_secret(xc_str a, const char *b)
{
    size_t i;
    unsigned difference = a.len != strlen(b);
    for (i = 0; i < a.len && b[i] != '\0'; i++)
        difference |= (unsigned char)a.ptr[i] ^ (unsigned char)b[i];
    return difference == 0;
}

/* Decodes authzid NUL user NUL password (RFC 4616) and looks the user up. */
static const struct account *check_plain(xc_str base64)
{
    char plain[192];
    xc_str rest = {plain, 0}, authzid, user;
    size_t i;
    if (base64.len > sizeof plain ||
        !base64_decode(plain, &rest.len, base64))
        return NULL;
    authzid = xc_str_cut(&rest, '\0');
    user = xc_str_cut(&rest, '\0');
    for (i = 0; i < sizeof accounts / sizeof *accounts; i++)
        if (authzid.len == 0 && xc_str_is(user, accounts[i].user) &&
            same_secret(rest, accounts[i].password))
            return &accounts[i];
    return NULL;
}

static bool session_on_auth(void *owner, const xc_stream_event *ev)
{
    struct session *s = owner;
    const xc_element *e = ev->element;
    xc_writer *w = link_begin(&s->link);
    if (!xc_is(e, XC_NS_SASL, "auth") ||
        !xc_str_is(xc_attr(e, "mechanism"), "PLAIN"))
        return false;
    s->account = check_plain(xc_text(e));
    if (s->account == NULL) {
        xc_writer_begin(w, XC_NS_SASL, "failure");
        xc_writer_leaf(w, NULL, "not-authorized", XC_STR(""));
        xc_writer_end(w);
        link_send(&s->link, "wrong password\nRFC 6120 6.5.10");
        return true; /* it may try again */
    }
    xc_writer_leaf(w, XC_NS_SASL, "success", XC_STR(""));
    link_send(&s->link, "welcome\nRFC 6120 6.4.6");
    snprintf(s->bare, sizeof s->bare, "%s@" DOMAIN, s->account->user);
    link_restart(&s->link);
    s->link.state = SESSION_HEADER;
    return true;
}

/* The answer to an iq, up to its payload: the same id, addresses swapped. */
static xc_writer *session_begin_answer(struct session *s, const xc_element *e,
                                       const char *type)
{
    xc_writer *w = link_begin(&s->link);
    xc_writer_begin(w, XC_NS_CLIENT, xc_name(e).ptr);
    xc_writer_attr(w, "type", xc_str_from(type));
    xc_writer_attr(w, "id", xc_attr(e, "id"));
    xc_writer_attr(w, "from", xc_attr(e, "to"));
    if (s->jid[0] != '\0')
        xc_writer_attr(w, "to", xc_str_from(s->jid));
    return w;
}

/* A real server prepares the resource (RFC 7622) and makes up one if it is
   missing or in use. */
static bool session_on_bind(void *owner, const xc_stream_event *ev)
{
    struct session *s = owner;
    const xc_element *e = ev->element;
    const xc_element *bind = xc_child(e, XC_NS_BIND, "bind");
    xc_str resource = xc_text(xc_child(bind, NULL, "resource"));
    xc_writer *w;
    if (!xc_is(e, XC_NS_CLIENT, "iq") ||
        !xc_str_is(xc_attr(e, "type"), "set") || resource.len == 0 ||
        strlen(s->bare) + 1 + resource.len >= sizeof s->jid)
        return false;
    w = session_begin_answer(s, e, "result");
    snprintf(s->jid, sizeof s->jid, "%s/%s", s->bare, resource.ptr);
    xc_writer_begin(w, XC_NS_BIND, "bind");
    xc_writer_leaf(w, NULL, "jid", xc_str_from(s->jid));
    xc_writer_end(w);
    xc_writer_end(w);
    link_send(&s->link, "the full address\nRFC 6120 7.7.1");
    s->link.state = SESSION_BOUND;
    return true;
}

/* ---- stanzas ------------------------------------------------------------ */

/* The session that takes what is sent to `to`, a bare or a full address. */
static struct session *find_session(xc_str to)
{
    struct session *s;
    for (s = sessions; s < sessions + SESSIONS; s++)
        if (s->available &&
            (xc_str_is(to, s->jid) || xc_str_is(to, s->bare)))
            return s;
    return NULL;
}

/* Passes a stanza on as it is, but with the sender's proved address. */
static void forward(struct session *to, const struct session *from,
                    const xc_element *stanza, const char *note)
{
    xc_writer *w = link_begin(&to->link);
    const xc_element *child;
    xc_attribute a;
    size_t i;
    xc_writer_begin(w, XC_NS_CLIENT, xc_name(stanza).ptr);
    xc_writer_attr(w, "from", xc_str_from(from->jid));
    for (i = 0; xc_element_attr(stanza, i, &a); i++)
        if (a.ns.ptr != NULL)
            xc_writer_attr_ns(w, a.ns.ptr, a.name.ptr, a.value);
        else if (!xc_str_is(a.name, "from"))
            xc_writer_attr(w, a.name.ptr, a.value);
    for (child = xc_first(stanza); child != NULL; child = xc_next(child))
        xc_writer_element(w, child);
    xc_writer_end(w);
    link_send(&to->link, note);
}

/* For what nobody takes (RFC 6121 section 8.5.1). An error is never answered
   with an error, and an answer never with another. */
static void answer_unavailable(struct session *s, const xc_element *e)
{
    xc_str type = xc_attr(e, "type");
    xc_writer *w;
    if (xc_str_is(type, "error") || xc_str_is(type, "result"))
        return;
    w = session_begin_answer(s, e, "error");
    xc_writer_begin(w, NULL, "error");
    xc_writer_attr(w, "type", XC_STR("cancel"));
    xc_writer_leaf(w, XC_NS_STANZA_ERRORS, "service-unavailable", XC_STR(""));
    xc_writer_end(w);
    xc_writer_end(w);
    link_send(&s->link, "nobody there: error,\nsame id, addresses\n"
                        "swapped\nRFC 6120 8.3");
}

static void answer_roster(struct session *s, const xc_element *e)
{
    xc_writer *w = session_begin_answer(s, e, "result");
    xc_writer_begin(w, XC_NS_ROSTER, "query");
    xc_writer_begin(w, NULL, "item");
    xc_writer_attr(w, "jid", xc_str_from(s->account->contact));
    xc_writer_attr(w, "subscription", XC_STR("both"));
    xc_writer_end(w);
    xc_writer_end(w);
    xc_writer_end(w);
    link_send(&s->link, "the roster\nRFC 6121 2.1.4");
}

/* The contact learns that we are here, and we that it is. What we have to
   remember for that is one memcpy. */
static bool session_on_presence(struct session *s, const xc_element *e)
{
    size_t size = xc_element_size(e);
    struct session *contact = find_session(xc_str_from(s->account->contact));
    if (xc_attr(e, "type").ptr != NULL || size > sizeof s->presence)
        return false;
    memcpy(s->presence, e, size);
    s->available = true;
    if (contact == NULL)
        return true;
    forward(contact, s, e, "presence passed on\nRFC 6121 4.2.2");
    forward(s, contact, (const xc_element *)contact->presence,
            "the contact's presence\nRFC 6121 4.3.2");
    return true;
}

static bool session_on_stanza(void *owner, const xc_stream_event *ev)
{
    struct session *s = owner;
    const xc_element *e = ev->element;
    xc_str to = xc_attr(e, "to");
    struct session *receiver = find_session(to);
    if (ev->kind != XC_STREAM_STANZA)
        return false;
    if (to.ptr == NULL && xc_is(e, NULL, "presence"))
        return session_on_presence(s, e);
    if (to.ptr == NULL && xc_is(e, NULL, "iq") &&
        xc_str_is(xc_attr(e, "type"), "get") &&
        xc_child(e, XC_NS_ROSTER, "query") != NULL)
        answer_roster(s, e);
    else if (receiver != NULL && !xc_is(e, NULL, "iq"))
        forward(receiver, s, e, "message passed on");
    else
        answer_unavailable(s, e);
    return true;
}

/* ---- goodbye ------------------------------------------------------------ */

static void tell_unavailable(struct session *to, const struct session *gone)
{
    xc_writer *w = link_begin(&to->link);
    xc_writer_begin(w, XC_NS_CLIENT, "presence");
    xc_writer_attr(w, "from", xc_str_from(gone->jid));
    xc_writer_attr(w, "type", XC_STR("unavailable"));
    xc_writer_end(w);
    link_send(&to->link, "the contact is gone\nRFC 6121 4.5.2");
}

static bool session_on_close(void *owner, const xc_stream_event *ev)
{
    struct session *s = owner;
    struct session *contact = NULL;
    (void)ev;
    if (s->available)
        contact = find_session(xc_str_from(s->account->contact));
    s->available = false;
    if (contact != NULL)
        tell_unavailable(contact, s);
    if (!s->link.close_sent)
        link_close(&s->link, "closes, too");
    s->link.state = SESSION_CLOSED;
    return true;
}

static const struct state session_states[] = {
    [SESSION_HEADER] = {"a stream header", session_on_header},
    [SESSION_SASL] = {"SASL", session_on_auth},
    [SESSION_BIND] = {"resource binding", session_on_bind},
    [SESSION_BOUND] = {"a stanza", session_on_stanza},
    [SESSION_CLOSED] = {"nothing", NULL},
};

static const struct role session_role = {'S', session_on_close,
                                         session_states};

static void session_start(struct session *s, const char *name, int fd)
{
    link_init(&s->link, fd, name, &session_role, s);
    s->account = NULL;
    s->available = false;
    s->bare[0] = s->jid[0] = '\0';
    s->link.header.from = XC_STR(DOMAIN);
    s->link.state = SESSION_HEADER;
}

#endif
