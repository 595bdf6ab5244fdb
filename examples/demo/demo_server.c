#include "demo_server.h"

#include <stdio.h>
#include <string.h>

static const struct demo_account accounts[] = {
    {"romeo", "with love's light wings", "juliet@" DEMO_DOMAIN},
    {"juliet", "a rose by any other name", "romeo@" DEMO_DOMAIN},
};

/* ---- log in ------------------------------------------------------------- */

static void session_send_features(struct demo_session *s)
{
    xc_features f = {.bind = {.base = {.present = s->account != NULL}}};
    xc_writer *w = demo_begin(&s->end);
    xc_write_begin(w, &xc_features_schema, &f);
    if (s->account == NULL) {
        xc_writer_begin(w, XC_NS_SASL, "mechanisms");
        xc_writer_text_element(w, NULL, "mechanism", XC_STR("PLAIN"));
        xc_writer_end(w);
    }
    xc_write_children(w, &xc_features_schema, &f);
    xc_writer_end(w);
    demo_send(&s->end, s->account == NULL ? "offers SASL\nRFC 6120 6.4.1"
                                          : "offers binding\nRFC 6120 7.4");
}

/* A real server makes up ids that nobody can guess (RFC 6120 section 4.7.3),
   and refuses another `to` with the stream error host-unknown. */
static bool session_on_header(void *owner, const xc_stream_event *ev)
{
    struct demo_session *s = owner;
    if (ev->kind != XC_EVENT_OPEN || !xc_str_is(ev->header.to, DEMO_DOMAIN) ||
        !xc_str_is(ev->header.content_ns, XC_NS_CLIENT))
        return false;
    snprintf(s->stream_id, sizeof s->stream_id, "%s-%d", s->end.name,
             s->account == NULL ? 1 : 2);
    s->end.header.id = xc_str_from(s->stream_id);
    demo_send_header(&s->end, "replies with a header\nRFC 6120 4.7");
    session_send_features(s);
    s->end.state = s->account == NULL ? DEMO_SESSION_SASL : DEMO_SESSION_BIND;
    return true;
}

/* The account whose name and password these are. */
static const struct demo_account *check_plain(xc_str data)
{
    char memory[192];
    xc_str message;
    xc_plain plain;
    size_t i;
    if (xc_sasl_decode(data, memory, sizeof memory, &message) != XC_OK ||
        xc_plain_read(message, &plain) != XC_OK || plain.authzid.ptr != NULL)
        return NULL;
    for (i = 0; i < sizeof accounts / sizeof *accounts; i++)
        if (xc_str_is(plain.authcid, accounts[i].user) &&
            xc_secret_equal(plain.password, xc_str_from(accounts[i].password)))
            return &accounts[i];
    return NULL;
}

static bool session_on_auth(void *owner, const xc_stream_event *ev)
{
    struct demo_session *s = owner;
    xc_sasl_failure wrong = {
        .condition = {.value = XC_SASL_FAILURE_NOT_AUTHORIZED}};
    xc_sasl_auth auth;
    xc_writer *w = demo_begin(&s->end);
    if (xc_read(&xc_sasl_auth_schema, ev->element, &auth, NULL) != XC_OK ||
        xc_mechanism_from_name(auth.mechanism) != XC_MECHANISM_PLAIN)
        return false;
    s->account = check_plain(auth.data);
    if (s->account == NULL) {
        xc_write(w, &xc_sasl_failure_schema, &wrong);
        demo_send(&s->end, "wrong password\nRFC 6120 6.5.10");
        return true; /* it may try again */
    }
    xc_write_tag(w, XC_NS_SASL, "success");
    demo_send(&s->end, "welcome\nRFC 6120 6.4.6");
    demo_restart(&s->end);
    s->end.state = DEMO_SESSION_HEADER;
    return true;
}

/* The resource is whatever the client likes, so RFC 7622 is enforced. */
static bool make_address(struct demo_session *s, xc_str resource)
{
    xc_jid_parts parts = {xc_str_from(s->account->user), XC_STR(DEMO_DOMAIN),
                          resource};
    return resource.ptr != NULL &&
           xc_jid_build(&parts, s->own.bytes, sizeof s->own.bytes,
                        &s->own.jid) == XC_OK;
}

static void reply_bind(struct demo_session *s, const xc_element *e)
{
    xc_bind bind = {.jid = xc_jid_full(s->own.jid)};
    xc_writer *w = demo_begin(&s->end);
    xc_write_reply_begin(w, e);
    xc_write(w, &xc_bind_schema, &bind);
    xc_writer_end(w);
    demo_send(&s->end, "the full address\nRFC 6120 7.7.1");
}

/* A real server makes up a resource if it is missing or in use. */
static bool session_on_bind(void *owner, const xc_stream_event *ev)
{
    struct demo_session *s = owner;
    const xc_element *e = ev->element;
    xc_iq iq;
    xc_bind bind;
    if (ev->kind != XC_EVENT_STANZA ||
        xc_read(&xc_iq_schema, e, &iq, NULL) != XC_OK ||
        iq.type != XC_IQ_SET ||
        xc_read(&xc_bind_schema, xc_iq_payload(e), &bind, NULL) != XC_OK ||
        !make_address(s, bind.resource))
        return false;
    reply_bind(s, e);
    s->end.state = DEMO_SESSION_BOUND;
    return true;
}

/* ---- stanzas ------------------------------------------------------------ */

/* The session that takes what is sent to `to`, a bare or a full address. */
static struct demo_session *find_session(struct demo_server *server, xc_str to)
{
    char memory[XC_JID_MAX];
    xc_jid jid;
    struct demo_session *s;
    if (xc_jid_parse(to, memory, sizeof memory, &jid) != XC_OK)
        return NULL;
    for (s = server->sessions; s < server->sessions + DEMO_SESSIONS; s++)
        if (s->available &&
            (xc_jid_equal(jid, s->own.jid) ||
             xc_str_equal(xc_jid_full(jid), xc_jid_bare(s->own.jid))))
            return s;
    return NULL;
}

/* Nobody takes the stanza (RFC 6121 section 8.5.1). Errors and replies get no
   reply. The request has no `from`, so the error has no `to`: it is for the
   client at the end of the stream. */
static void reply_unavailable(struct demo_session *s, const xc_element *e)
{
    if (!xc_can_reply(e))
        return;
    xc_write_error(demo_begin(&s->end), e, XC_STANZA_ERROR_SERVICE_UNAVAILABLE,
                   xc_str_from(NULL));
    demo_send(&s->end, "nobody there: error,\nsame id, `to` has\n"
                       "become `from`\nRFC 6120 8.3");
}

/* Passed on as it is, with all payloads, but with the proved address. */
static bool session_on_message(struct demo_session *s, const xc_element *e)
{
    xc_message m;
    struct demo_session *receiver;
    if (xc_read(&xc_message_schema, e, &m, NULL) != XC_OK)
        return false;
    receiver = find_session(s->server, m.to);
    if (receiver == NULL) {
        reply_unavailable(s, e);
        return true;
    }
    m.from = xc_jid_full(s->own.jid);
    xc_write(demo_begin(&receiver->end), &xc_message_schema, &m);
    demo_send(&receiver->end, "message passed on");
    return true;
}

static void forward_presence(struct demo_session *to,
                             const struct demo_session *from,
                             xc_presence presence, const char *note)
{
    presence.from = xc_jid_full(from->own.jid);
    xc_write(demo_begin(&to->end), &xc_presence_schema, &presence);
    demo_send(&to->end, note);
}

/* The contact learns that we are here, and we that it is. To remember our
   presence for that is one memcpy. */
static bool session_broadcast(struct demo_session *s, const xc_presence *ours)
{
    size_t size = xc_element_size(ours->base.element);
    struct demo_session *contact =
        find_session(s->server, xc_str_from(s->account->contact));
    xc_presence theirs;
    if (ours->type != XC_PRESENCE_AVAILABLE || size > sizeof s->presence)
        return false;
    memcpy(s->presence, ours->base.element, size);
    s->available = true;
    if (contact == NULL)
        return true;
    forward_presence(contact, s, *ours, "presence passed on\nRFC 6121 4.2.2");
    if (xc_read(&xc_presence_schema, (const xc_element *)contact->presence,
                &theirs, NULL) == XC_OK)
        forward_presence(s, contact, theirs,
                         "the contact's presence\nRFC 6121 4.3.2");
    return true;
}

/* Presence to an absent account is ignored (RFC 6121 section 8.5.1). */
static bool session_on_presence(struct demo_session *s, const xc_element *e)
{
    xc_presence presence;
    struct demo_session *receiver;
    if (xc_read(&xc_presence_schema, e, &presence, NULL) != XC_OK)
        return false;
    if (presence.to.ptr == NULL)
        return session_broadcast(s, &presence);
    receiver = find_session(s->server, presence.to);
    if (receiver != NULL)
        forward_presence(receiver, s, presence, "presence passed on");
    return true;
}

static void reply_roster(struct demo_session *s, const xc_element *e)
{
    xc_roster_item item = {.jid = xc_str_from(s->account->contact),
                           .subscription = XC_SUBSCRIPTION_BOTH};
    xc_writer *w = demo_begin(&s->end);
    xc_write_reply_begin(w, e);
    xc_writer_begin(w, XC_NS_ROSTER, "query");
    xc_write(w, &xc_roster_item_schema, &item);
    xc_writer_end(w);
    xc_writer_end(w);
    demo_send(&s->end, "the roster\nRFC 6121 2.1.4");
}

static bool session_on_iq(struct demo_session *s, const xc_element *e)
{
    xc_iq iq;
    if (xc_read(&xc_iq_schema, e, &iq, NULL) != XC_OK)
        return false;
    if (iq.to.ptr == NULL && iq.type == XC_IQ_GET &&
        xc_has_child(e, XC_NS_ROSTER, "query"))
        reply_roster(s, e);
    else
        reply_unavailable(s, e);
    return true;
}

/* To a stanza that xc_read refuses a real server replies with the error of
   xc_stanza_error_for_status. */
static bool session_on_stanza(void *owner, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_STANZA)
        return false;
    if (xc_is(ev->element, NULL, "message"))
        return session_on_message(owner, ev->element);
    if (xc_is(ev->element, NULL, "presence"))
        return session_on_presence(owner, ev->element);
    return session_on_iq(owner, ev->element);
}

/* ---- goodbye ------------------------------------------------------------ */

static void send_unavailable(struct demo_session *to,
                             const struct demo_session *gone)
{
    xc_presence presence = {.type = XC_PRESENCE_UNAVAILABLE,
                            .from = xc_jid_full(gone->own.jid)};
    xc_write(demo_begin(&to->end), &xc_presence_schema, &presence);
    demo_send(&to->end, "the contact is gone\nRFC 6121 4.5.2");
}

static bool session_on_close(void *owner, const xc_stream_event *ev)
{
    struct demo_session *s = owner;
    struct demo_session *contact = NULL;
    (void)ev;
    if (s->available)
        contact = find_session(s->server, xc_str_from(s->account->contact));
    s->available = false;
    if (contact != NULL)
        send_unavailable(contact, s);
    if (!s->end.close_sent)
        demo_close(&s->end, "closes, too");
    s->end.state = DEMO_SESSION_CLOSED;
    return true;
}

static const struct demo_state session_states[] = {
    [DEMO_SESSION_HEADER] = {"a stream header", session_on_header},
    [DEMO_SESSION_SASL] = {"SASL", session_on_auth},
    [DEMO_SESSION_BIND] = {"resource binding", session_on_bind},
    [DEMO_SESSION_BOUND] = {"a stanza", session_on_stanza},
    [DEMO_SESSION_CLOSED] = {"nothing", NULL},
};

static const struct demo_role session_role = {'S', session_on_close,
                                              session_states};

void demo_session_start(struct demo_server *server, struct demo_session *s,
                        const char *name, int fd)
{
    demo_end_start(&s->end, fd, name, &session_role, s);
    s->server = server;
    s->account = NULL;
    s->available = false;
    s->own.jid.ptr = NULL;
    s->end.header.from = XC_STR(DEMO_DOMAIN);
    s->end.state = DEMO_SESSION_HEADER;
}
