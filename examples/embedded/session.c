/* session.c - the client: a state machine over xc_stream, xc_writer, typed
   stanzas and SASL. Each state has one function, which looks at the event,
   does what follows from it and sets the next state. See session.h. */
#include "session.h"

#include <string.h>

/* ---- writing ------------------------------------------------------------ */

static xc_writer *begin(struct session *s)
{
    xc_writer_init(&s->writer, s->out, sizeof s->out, XC_NS_CLIENT);
    return &s->writer;
}

static void send_bytes(struct session *s, xc_str bytes)
{
    s->device->send(bytes);
    s->quiet = 0;
}

/* All or nothing: a stanza that does not fit is not sent. And in one piece:
   servers that read with expat may not reply to one that comes byte by
   byte. */
static xc_status send_written(struct session *s)
{
    xc_str bytes;
    xc_status status = xc_writer_finish(&s->writer, &bytes);
    if (status == XC_OK && bytes.len > 0)
        send_bytes(s, bytes);
    return status;
}

static xc_status send_header(struct session *s)
{
    xc_stream_header header = {.to = s->device->domain, .major = 1};
    xc_writer_stream_open(begin(s), &header);
    s->state = SESSION_HEADER;
    return send_written(s);
}

/* Our direction ends here. The server's ends when it says so. */
static void send_close(struct session *s)
{
    xc_writer_stream_close(begin(s));
    send_written(s);
    s->close_sent = true;
}

/* No secret outlives the session. */
static void end(struct session *s, const char *error)
{
    s->state = SESSION_OVER;
    s->busy = false;
    if (s->error == NULL)
        s->error = error;
    xc_wipe(&s->is, sizeof s->is);
}

/* The server breaks a rule: say which, close, and listen no more (RFC 6120
   section 4.9.1.1). */
static void refuse(struct session *s, const char *condition, const char *text)
{
    if (!s->close_sent) {
        xc_writer_stream_error(begin(s), condition, xc_str_from(text));
        xc_writer_stream_close(&s->writer);
        send_written(s);
        s->close_sent = true;
    }
    end(s, text);
}

static void refuse_status(struct session *s, xc_status status)
{
    refuse(s, xc_status_condition(status), xc_status_text(status));
}

/* ---- logging in --------------------------------------------------------- */

/* A handler returns this if its state does not expect the event. */
#define UNEXPECTED XC_ERR_CALLER

static xc_status on_header(struct session *s, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_OPEN || ev->header.major != 1 ||
        !xc_str_equal(ev->header.from, s->device->domain))
        return UNEXPECTED;
    s->state = SESSION_LOGIN;
    return XC_OK;
}

static xc_str own_address(const struct session *s)
{
    xc_str own = {s->is.online.address, s->is.online.address_len};
    return own;
}

/* The id alone proves nothing: anybody may send an iq with it. */
static bool is_result(const struct session *s, const xc_stream_event *ev,
                      const char *id)
{
    return ev->kind == XC_EVENT_STANZA &&
           xc_stanza_check(ev->element) == XC_STANZA_ERROR_NONE &&
           xc_iq_is_reply_to(ev->element, xc_str_from(id), xc_str_from(NULL),
                             own_address(s)) &&
           xc_str_is(xc_attr(ev->element, "type"), "result");
}

static xc_status send_roster_request(struct session *s)
{
    xc_iq iq = {.type = XC_IQ_GET, .id = XC_STR("roster")};
    xc_roster query = {.ver = {NULL, 0}};
    xc_writer *w = begin(s);
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_write(w, &xc_roster_schema, &query);
    xc_writer_end(w);
    s->state = SESSION_ROSTER;
    return send_written(s);
}

/* The address is in the memory that the login leaves to the rest. */
static xc_status on_logged_in(struct session *s)
{
    struct session_login *l = &s->is.login;
    char memory[SESSION_ADDRESS];
    struct session_online *o = &s->is.online;
    xc_jid jid;
    xc_status status =
        xc_jid_parse(l->state.address, memory, sizeof memory, &jid);
    if (status == XC_OK)
        status = xc_jid_copy(jid, memory, sizeof memory, &jid);
    if (status != XC_OK)
        return status;
    xc_wipe(&s->is, sizeof s->is);
    o->address_len = xc_jid_full(jid).len;
    memcpy(o->address, memory, o->address_len);
    return send_roster_request(s);
}

/* A wrong password, for instance: no stream error, but no use to go on. */
static xc_status on_login_failed(struct session *s)
{
    const xc_login *l = &s->is.login.state;
    const char *why = l->status != XC_OK ? xc_status_text(l->status)
                                         : xc_login_reason_text(l->reason);
    send_written(s); /* <abort/>, if anything */
    send_close(s);
    end(s, why);
    return XC_OK;
}

static xc_status restart(struct session *s)
{
    xc_status status = xc_stream_reset(&s->stream);
    return status == XC_OK ? send_header(s) : status;
}

static xc_status on_login_step(struct session *s, xc_login_step step)
{
    s->busy = step == XC_LOGIN_WORK;
    switch (step) {
    case XC_LOGIN_SEND: return send_written(s);
    case XC_LOGIN_RESTART: return restart(s);
    case XC_LOGIN_ONLINE: return on_logged_in(s);
    case XC_LOGIN_FAILED: return on_login_failed(s);
    case XC_LOGIN_NOT_MINE: return UNEXPECTED;
    default: return XC_OK;
    }
}

/* STARTTLS goes here (RFC 6120 section 5): where the features have it, and
   your chip or modem does TLS, write an xc_starttls, wait for <proceed/> in a
   state of its own, throw away the bytes after it, let TLS shake hands,
   xc_stream_reset, send_header. */
static xc_status on_login(struct session *s, const xc_stream_event *ev)
{
    return on_login_step(
        s, xc_login_next(&s->is.login.state, ev->element, begin(s)));
}

bool session_work(struct session *s)
{
    xc_status status;
    if (!s->busy)
        return false;
    status = on_login_step(s, xc_login_work(&s->is.login.state, begin(s)));
    if (status != XC_OK)
        refuse_status(s, status);
    return s->busy;
}

/* ---- the roster: who may talk to us ------------------------------------- */

/* The index of the contact in the list; the list's length: not found. */
static size_t find_contact(const struct session_online *o, xc_str bare)
{
    size_t at = 0;
    while (at < o->contacts_len && !xc_str_is(bare, o->contacts + at))
        at += strlen(o->contacts + at) + 1;
    return at;
}

static void remove_contact(struct session_online *o, xc_str bare)
{
    size_t at = find_contact(o, bare);
    if (at == o->contacts_len)
        return;
    o->contacts_len -= bare.len + 1;
    memmove(o->contacts + at, o->contacts + at + bare.len + 1,
            o->contacts_len - at);
}

/* A contact that does not fit remains a stranger. */
static void add_contact(struct session_online *o, xc_str bare)
{
    if (bare.len >= sizeof o->contacts - o->contacts_len)
        return;
    memcpy(o->contacts + o->contacts_len, bare.ptr, bare.len);
    o->contacts[o->contacts_len + bare.len] = '\0';
    o->contacts_len += bare.len + 1;
}

/* Contacts that see our presence may know that we are there. False: not an
   item. */
static bool take_item(struct session_online *o, const xc_element *e)
{
    char memory[SESSION_ADDRESS];
    xc_roster_item item;
    xc_jid jid;
    xc_read(&xc_roster_item_schema, e, &item, NULL);
    if (item.jid.ptr == NULL)
        return false;
    if (xc_jid_parse(item.jid, memory, sizeof memory, &jid) != XC_OK)
        return true; /* too long for us */
    remove_contact(o, xc_jid_full(jid));
    if (item.subscription == XC_SUBSCRIPTION_FROM ||
        item.subscription == XC_SUBSCRIPTION_BOTH)
        add_contact(o, xc_jid_full(jid));
    return true;
}

static xc_status send_presence(struct session *s)
{
    xc_presence presence = {.status = XC_STR("shining")};
    xc_write(begin(s), &xc_presence_schema, &presence);
    s->state = SESSION_ONLINE;
    return send_written(s);
}

static xc_status on_roster(struct session *s, const xc_stream_event *ev)
{
    const xc_element *query = xc_iq_payload(ev->element), *e;
    if (!is_result(s, ev, "roster") || !xc_is(query, XC_NS_ROSTER, "query"))
        return UNEXPECTED;
    for (e = xc_child(query, NULL, "item"); e != NULL;
         e = xc_next_same_name(e))
        if (!take_item(&s->is.online, e))
            return UNEXPECTED;
    return send_presence(s);
}

/* Is it a contact, our own account or our server? */
static bool is_trusted(const struct session *s, xc_str from)
{
    const struct session_online *o = &s->is.online;
    char memory[SESSION_ADDRESS];
    xc_jid jid, own;
    if (from.ptr == NULL)
        return true;
    if (xc_jid_parse(from, memory, sizeof memory, &jid) != XC_OK ||
        xc_jid_parse(own_address(s), NULL, 0, &own) != XC_OK)
        return false;
    return xc_jid_bare_equal(jid, own) ||
           xc_str_equal(xc_jid_full(jid), xc_jid_domain(own)) ||
           find_contact(o, xc_jid_bare(jid)) < o->contacts_len;
}

/* ---- being online ------------------------------------------------------- */

/* XEP-0184. */
static void send_receipt(struct session *s, const xc_message *m)
{
    xc_message carrier = {.to = m->from, .type = m->type};
    xc_delivery_receipt receipt = {.id = m->id};
    xc_writer *w = begin(s);
    xc_write_begin(w, &xc_message_schema, &carrier);
    xc_write(w, &xc_delivery_receipt_schema, &receipt);
    xc_writer_end(w);
    send_written(s);
}

/* Strangers learn nothing, not even that we are here (XEP-0184 section 8). An
   error gets no reply (RFC 6120 section 8.3.1), a room would be a loop. */
static void on_message(struct session *s, const xc_element *e)
{
    xc_message m;
    if (!xc_was_read(xc_read(&xc_message_schema, e, &m, NULL)) ||
        m.type == XC_MESSAGE_ERROR || m.type == XC_MESSAGE_GROUPCHAT ||
        m.from.ptr == NULL || !is_trusted(s, m.from))
        return;
    if (m.id.ptr != NULL && xc_has_child(e, XC_TAG_RECEIPT_REQUEST))
        send_receipt(s, &m);
    if (m.body.len > 0) {
        xc_message reply = {.to = m.from,
                            .type = m.type,
                            .thread = m.thread,
                            .body = s->device->reply(m.body)};
        if (reply.body.ptr != NULL) {
            xc_write(begin(s), &xc_message_schema, &reply);
            send_written(s);
        }
    }
}

/* RFC 6121 section 2.1.6. */
static xc_stanza_error_condition on_push(struct session *s,
                                         const xc_element *iq)
{
    const xc_element *item = xc_roster_single_item(xc_iq_payload(iq));
    return item != NULL && take_item(&s->is.online, item)
               ? XC_STANZA_ERROR_NONE
               : XC_STANZA_ERROR_BAD_REQUEST;
}

/* The error to reply with; XC_STANZA_ERROR_NONE for an empty result. RFC 6120
   section 8.4: an unknown request is service-unavailable, and so is every
   request of a stranger. */
static xc_stanza_error_condition on_request(struct session *s,
                                            const xc_element *e)
{
    const xc_element *payload = xc_iq_payload(e);
    xc_stanza_error_condition wrong = xc_stanza_check(e);
    xc_iq iq;
    if (wrong != XC_STANZA_ERROR_NONE ||
        xc_read(&xc_iq_schema, e, &iq, NULL) != XC_OK)
        return XC_STANZA_ERROR_BAD_REQUEST;
    if (xc_is_roster_push(e, own_address(s)))
        return on_push(s, e);
    if (iq.type == XC_IQ_GET && xc_is(payload, XC_TAG_PING) &&
        is_trusted(s, iq.from))
        return XC_STANZA_ERROR_NONE;
    return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
}

/* Results are ignored: we ask for nothing in this state. */
static void on_iq(struct session *s, const xc_element *e)
{
    xc_stanza_error_condition condition;
    if (!xc_can_reply(e))
        return;
    condition = on_request(s, e);
    if (condition == XC_STANZA_ERROR_NONE) {
        xc_write_reply_begin(begin(s), e);
        xc_writer_end(&s->writer);
    } else {
        xc_write_error(begin(s), e, condition, xc_str_from(NULL));
    }
    send_written(s);
}

/* Presence is ignored: it does not matter to us, and subscriptions are left to
   the owner's other clients. */
static xc_status on_stanza(struct session *s, const xc_stream_event *ev)
{
    if (ev->kind != XC_EVENT_STANZA)
        return UNEXPECTED;
    if (xc_is(ev->element, NULL, "iq"))
        on_iq(s, ev->element);
    else if (xc_is(ev->element, NULL, "message"))
        on_message(s, ev->element);
    return XC_OK;
}

/* Stanzas that were under way when we closed may still arrive. */
static xc_status on_late(struct session *s, const xc_stream_event *ev)
{
    (void)s;
    (void)ev;
    return XC_OK;
}

/* ---- the main loop's side ----------------------------------------------- */

static const struct {
    const char *awaits;
    xc_status (*handle)(struct session *s, const xc_stream_event *ev);
} states[] = {
    [SESSION_HEADER] = {"expected a stream header", on_header},
    [SESSION_LOGIN] = {"expected a step of the login", on_login},
    [SESSION_ROSTER] = {"expected the roster", on_roster},
    [SESSION_ONLINE] = {"expected stanzas", on_stanza},
    [SESSION_CLOSING] = {"expected the close tag", on_late},
};

static void on_stream_error(struct session *s, const xc_element *e)
{
    xc_stream_error error;
    const char *name = NULL;
    if (xc_was_read(xc_read(&xc_stream_error_schema, e, &error, NULL)))
        name = xc_stream_error_name(error.condition.value);
    if (!s->close_sent)
        send_close(s);
    end(s, name != NULL ? name : "the server reports an error");
}

static void on_closed(struct session *s)
{
    const char *error =
        s->state == SESSION_CLOSING ? NULL : "the server has closed";
    if (!s->close_sent)
        send_close(s);
    end(s, error);
}

static void on_event(struct session *s, const xc_stream_event *ev)
{
    xc_status status;
    if (ev->kind == XC_EVENT_CLOSE) {
        on_closed(s);
    } else if (ev->kind == XC_EVENT_ERROR) {
        on_stream_error(s, ev->element);
    } else if (ev->kind != XC_EVENT_FEATURES || s->state <= SESSION_LOGIN) {
        const char *awaits = states[s->state].awaits;
        status = states[s->state].handle(s, ev);
        if (status == UNEXPECTED)
            refuse(s, xc_status_condition(status), awaits);
        else if (status != XC_OK)
            refuse_status(s, status);
    }
}

void session_receive(struct session *s, xc_str bytes)
{
    xc_stream_event ev;
    xc_status status = XC_NEED_MORE;
    while (s->state != SESSION_OVER &&
           (status = xc_stream_next(&s->stream, &bytes, &ev)) == XC_EVENT)
        on_event(s, &ev);
    if (xc_status_is_error(status))
        refuse_status(s, status);
}

void session_hang_up(struct session *s)
{
    if (s->state != SESSION_OVER)
        end(s, "the connection is lost");
}

void session_start(struct session *s, const struct device *device)
{
    memset(s, 0, sizeof *s);
    s->device = device;
    xc_stream_init(&s->stream, s->memory, sizeof s->memory, NULL);
    xc_login_init(&s->is.login.state, s->is.login.memory,
                  sizeof s->is.login.memory, device->login);
    if (send_header(s) != XC_OK)
        end(s, "the domain does not fit the buffer");
}

/* White space keeps routers from forgetting us (RFC 6120 section 4.6.1), but
   may not be sent before the login is done (section 6.3.5). */
void session_wait(struct session *s, unsigned seconds)
{
    if (s->state == SESSION_OVER)
        return;
    s->quiet += seconds;
    if (s->state != SESSION_ONLINE && s->quiet >= SESSION_TIMEOUT)
        refuse(s, "connection-timeout", states[s->state].awaits);
    else if (s->quiet >= SESSION_KEEPALIVE)
        send_bytes(s, XC_STR(" "));
}

void session_leave(struct session *s)
{
    xc_presence gone = {.type = XC_PRESENCE_UNAVAILABLE};
    if (s->state == SESSION_ONLINE) {
        xc_write(begin(s), &xc_presence_schema, &gone);
        send_written(s);
    }
    if (s->state < SESSION_CLOSING) {
        send_close(s);
        s->state = SESSION_CLOSING;
    }
}
