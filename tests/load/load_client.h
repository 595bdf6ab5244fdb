/* load_client.h - a well-behaved client of the load test: logs in, sends
   numbered messages to one other client, counts what it gets from another.

       HANDSHAKE                       over WebSocket, or
       HEADER -> FEATURES -> SASL      log in ...
    -> HEADER -> FEATURES -> BIND      ... be there ...
    -> ENABLE -> ONLINE                ... with stream management if asked for
       FEATURES -> RESUME -> ONLINE    after a cut
    -> CLOSING -> OFFLINE

   Message number n is stanza number n of the stream management, because
   nothing else that counts is sent after <enable/>: so what the server has
   not acknowledged needs no queue here, it is written again. */
#ifndef LOAD_CLIENT_H
#define LOAD_CLIENT_H

#include "examples/link.h"
#define LOGIN_MEMORY 1024
#include "examples/login.h"

#include "load_web.h"

enum client_state {
    CLIENT_OFFLINE,
    CLIENT_HANDSHAKE, /* of WebSocket */
    CLIENT_HEADER,
    CLIENT_FEATURES,
    CLIENT_SASL,
    CLIENT_BIND,
    CLIENT_ENABLE,
    CLIENT_RESUME,
    CLIENT_ONLINE,
    CLIENT_CLOSING,
    CLIENT_CLOSED, /* both said goodbye */
    CLIENT_DEAD    /* for a reason that is none of ours */
};

static const char *const client_state_names[] = {"is offline",
                                                 "opens a WebSocket",
                                                 "waits for a header",
                                                 "waits for features",
                                                 "logs in",
                                                 "binds",
                                                 "enables stream management",
                                                 "resumes",
                                                 "is online",
                                                 "closes",
                                                 "has closed",
                                                 "is dead"};

/* The same for all clients. */
struct settings {
    const char *host, *port, *domain;
    const char *web_port, *component_port; /* NULL: nobody goes there */
    xc_str password;
    unsigned web; /* one client in so many uses WebSocket; 0: none */
    unsigned clients, messages, window, body, cuts;
    unsigned pace; /* milliseconds between two messages of a client */
    uint64_t seed;
    bool managed; /* stream management */
};

struct counts {
    unsigned long logins, resumptions, cuts;
    unsigned long sent, received, again; /* again: written once more */
    unsigned long lost, duplicated, strays, bounced;
};

struct client {
    struct link link;
    xc_stream stream;
    struct login login;
    struct login_account account;
    enum client_state state;
    bool authenticated, hostile, over_web;
    struct web web;
    char user[16], jid[128], sm_id[512];
    struct client *to, *from;
    uint32_t sent, acked;       /* messages; acknowledged by the server */
    uint32_t received, handled; /* messages in order; stanzas (XEP-0198) */
    unsigned cuts;              /* that are left */
    size_t cut_out, cut_in;     /* bytes until the next one; 0: none */
    int64_t asleep;             /* until then it does not connect */
    int64_t silent;             /* ... or say anything more */
    char *out, *memory;
};

enum {
    CLIENT_OUT = 4096,
    CLIENT_MEMORY = 8192
};

static struct settings settings;
static struct counts counts;

/* ---- chance, the same in every run -------------------------------------- */

static uint64_t chance_state = 1;

static uint32_t chance(uint32_t below)
{
    chance_state ^= chance_state >> 12;
    chance_state ^= chance_state << 25;
    chance_state ^= chance_state >> 27;
    return (uint32_t)(chance_state * UINT64_C(0x2545F4914F6CDD1D) >> 32) %
           below;
}

/* ---- its end ------------------------------------------------------------ */

static void client_hang_up(struct client *c, enum client_state state)
{
    login_wipe(&c->login);
    link_close(&c->link);
    c->state = state;
}

static void client_die(struct client *c, const char *why)
{
    static unsigned told;
    if (!c->hostile && told++ < 10)
        fprintf(stderr, "%s, while it %s: %s\n", c->user,
                client_state_names[c->state], why);
    client_hang_up(c, CLIENT_DEAD);
}

/* At a byte that chance has chosen. */
static void client_plan_cut(struct client *c)
{
    c->cut_out = c->cut_in = 0;
    if (c->cuts > 0 && chance(2) == 0)
        c->cut_out = 1 + chance(3000);
    else if (c->cuts > 0)
        c->cut_in = 1 + chance(6000);
}

static void client_cut(struct client *c, int64_t now)
{
    client_hang_up(c, CLIENT_OFFLINE);
    counts.cuts++;
    c->cuts--;
    c->asleep = now + chance(300);
}

/* ---- logging in --------------------------------------------------------- */

static void client_send(struct client *c)
{
    if (link_send(&c->link) != XC_OK)
        client_die(c, "could not write");
}

static void client_send_stanza(struct client *c, const xc_schema *schema,
                               const void *stanza)
{
    xc_write(link_begin(&c->link), schema, stanza);
    client_send(c);
}

static void client_open_stream(struct client *c)
{
    xc_stream_header header = {.to = xc_str_from(settings.domain), .major = 1};
    xc_writer_stream_open(link_begin(&c->link), &header);
    client_send(c);
    c->state = CLIENT_HEADER;
}

static void client_init_stream(struct client *c)
{
    xc_stream_options options = {.content_ns = XC_NS_CLIENT};
    if (c->over_web)
        options.framing = XC_WEBSOCKET;
    xc_stream_init(&c->stream, c->memory, CLIENT_MEMORY, &options);
}

static void client_connect(struct client *c)
{
    link_init(&c->link, c->out, CLIENT_OUT, XC_NS_CLIENT);
    client_init_stream(c);
    if (c->sm_id[0] != '\0')
        client_plan_cut(c); /* it may happen while it logs in again */
    c->authenticated = false;
    c->account.user = xc_str_from(c->user);
    c->account.password = settings.password;
    c->account.private_channel = true;
    if (!link_dial(&c->link, settings.host,
                   c->over_web ? settings.web_port : settings.port)) {
        client_die(c, c->link.problem);
    } else if (c->over_web) {
        memset(&c->web, 0, sizeof c->web);
        link_send_bytes(&c->link, xc_str_from(web_request()));
        c->state = CLIENT_HANDSHAKE;
    } else {
        client_open_stream(c);
    }
}

/* Thousands of accounts with one password and one salt are salted once. */
struct salted {
    xc_mechanism mechanism;
    uint32_t iterations;
    size_t salt_len;
    char salt[64];
    unsigned char result[XC_HASH_MAX];
};

static const struct salted *salted_for(struct client *c,
                                       const xc_scram_challenge *challenge)
{
    static struct salted known[64];
    static size_t next;
    struct salted *s;
    xc_scram_hi hi;
    for (s = known; s < known + 64; s++) {
        xc_str salt = {s->salt, s->salt_len};
        if (s->iterations == challenge->iterations &&
            s->mechanism == c->login.mechanism &&
            xc_str_equal(salt, challenge->salt))
            return s;
    }
    s = &known[next++ % 64];
    s->salt_len = challenge->salt.len;
    if (s->salt_len > sizeof s->salt)
        return NULL;
    memcpy(s->salt, challenge->salt.ptr, s->salt_len);
    s->iterations = challenge->iterations;
    s->mechanism = c->login.mechanism;
    if (xc_scram_client_hi(&c->login.scram, settings.password, &hi) !=
            XC_NEED_MORE ||
        xc_scram_hi_next(&hi, UINT32_MAX) != XC_OK)
        return NULL;
    memcpy(s->result, hi.result, sizeof hi.result);
    return s;
}

/* As login_challenge, but with what is salted already. */
static enum login_step client_respond(struct client *c, const xc_element *e,
                                      xc_writer *w)
{
    struct login *l = &c->login;
    xc_scram_challenge challenge;
    const struct salted *salted;
    xc_str in, message;
    if (l->mechanism == XC_MECHANISM_PLAIN || l->responded ||
        !xc_is(e, XC_NS_SASL, "challenge"))
        return login_take(l, e, w);
    l->responded = true;
    if (xc_sasl_decode(xc_text(e), l->text, sizeof l->text, &in) != XC_OK ||
        xc_scram_client_challenge(&l->scram, in, &challenge) != XC_OK)
        return login_abort(l, "a challenge that is none", w);
    salted = salted_for(c, &challenge);
    if (salted == NULL ||
        xc_scram_client_salted(&l->scram, salted->result, &message) != XC_OK)
        return login_abort(l, "could not salt", w);
    return login_respond(l, message, w);
}

static void client_on_sasl(struct client *c, const xc_element *e)
{
    enum login_step step = client_respond(c, e, link_begin(&c->link));
    if (step == LOGIN_SEND) {
        client_send(c);
        return;
    }
    if (step != LOGIN_DONE) {
        client_die(c, c->login.problem);
        return;
    }
    c->authenticated = true;
    xc_stream_reset(&c->stream);
    client_open_stream(c);
}

static void client_bind(struct client *c)
{
    xc_bind bind = {.resource = XC_STR("load")};
    xc_writer *w = link_begin(&c->link);
    xc_writer_begin(w, XC_NS_CLIENT, "iq");
    xc_writer_attr(w, "type", XC_STR("set"));
    xc_writer_attr(w, "id", XC_STR("bind"));
    xc_write(w, &xc_bind_schema, &bind);
    xc_writer_end(w);
    client_send(c);
    c->state = CLIENT_BIND;
}

static void client_resume(struct client *c)
{
    xc_sm_resume resume = {.h = {true, c->handled},
                           .previd = xc_str_from(c->sm_id)};
    xc_write(link_begin(&c->link), &xc_sm_resume_schema, &resume);
    client_send(c);
    c->state = CLIENT_RESUME;
}

static void client_on_features(struct client *c, const xc_element *e)
{
    xc_features offered;
    if (xc_read(&xc_features_schema, e, &offered, NULL) != XC_OK)
        client_die(c, "features that are none");
    else if (c->authenticated && settings.managed && !offered.sm.base.present)
        client_die(c, "the server offers no stream management");
    else if (c->authenticated && c->sm_id[0] != '\0')
        client_resume(c);
    else if (c->authenticated)
        client_bind(c);
    else if (login_begin(&c->login, &c->account, &offered,
                         link_begin(&c->link)) != LOGIN_SEND)
        client_die(c, c->login.problem);
    else {
        client_send(c);
        c->state = CLIENT_SASL;
    }
}

static void client_on_bound(struct client *c, const xc_element *e)
{
    xc_presence presence = {.type = XC_PRESENCE_AVAILABLE};
    xc_sm_enable enable = {.resume = XC_TRUE};
    xc_bind bind;
    if (xc_read(&xc_bind_schema, xc_iq_payload(e), &bind, NULL) != XC_OK ||
        bind.jid.ptr == NULL || bind.jid.len >= sizeof c->jid) {
        client_die(c, "no address");
        return;
    }
    memcpy(c->jid, bind.jid.ptr, bind.jid.len);
    c->jid[bind.jid.len] = '\0';
    client_send_stanza(c, &xc_presence_schema, &presence);
    xc_write(link_begin(&c->link), &xc_sm_enable_schema, &enable);
    if (settings.managed && !c->hostile)
        client_send(c);
    c->state = settings.managed && !c->hostile ? CLIENT_ENABLE : CLIENT_ONLINE;
    counts.logins += !c->hostile && c->state == CLIENT_ONLINE;
}

/* ---- stream management -------------------------------------------------- */

static void client_on_enabled(struct client *c, const xc_element *e)
{
    xc_sm_enabled enabled;
    if (xc_read(&xc_sm_enabled_schema, e, &enabled, NULL) != XC_OK) {
        if (xc_sm_counts(e))
            return; /* presence, from before */
        client_die(c, "stream management is refused");
    } else if (enabled.resume != XC_TRUE || enabled.id.ptr == NULL ||
               enabled.id.len >= sizeof c->sm_id) {
        client_die(c, "no resumption");
    } else {
        memcpy(c->sm_id, enabled.id.ptr, enabled.id.len);
        c->state = CLIENT_ONLINE;
        counts.logins++;
    }
}

static void client_acknowledged(struct client *c, xc_number h)
{
    uint32_t count;
    if (!xc_sm_acknowledge(c->sent, c->acked, h, &count))
        client_die(c, "the server acknowledges what was never sent");
    else
        c->acked += count;
}

/* What the server does not have is sent again. */
static void client_on_resumed(struct client *c, const xc_element *e)
{
    xc_sm_resumed resumed;
    if (xc_read(&xc_sm_resumed_schema, e, &resumed, NULL) != XC_OK ||
        !xc_str_is(resumed.previd, c->sm_id)) {
        client_die(c, "could not resume");
        return;
    }
    c->state = CLIENT_ONLINE;
    client_acknowledged(c, resumed.h);
    counts.again += c->sent - c->acked;
    c->sent = c->acked;
    counts.resumptions++;
}

static void client_on_nonza(struct client *c, const xc_element *e)
{
    xc_sm_a a = {.h = {true, c->handled}};
    if (xc_is(e, xc_sm_r_schema.ns, "r")) {
        xc_write(link_begin(&c->link), &xc_sm_a_schema, &a);
        client_send(c);
    } else if (xc_read(&xc_sm_a_schema, e, &a, NULL) == XC_OK) {
        client_acknowledged(c, a.h);
    }
}

/* ---- messages ----------------------------------------------------------- */

static const char filler[] =
    "It was the nightingale, and not the lark, that pierced the fearful "
    "hollow of thine ear; nightly she sings on yon pomegranate tree: believe "
    "me, love, it was the nightingale. It was the lark, the herald of the "
    "morn, no nightingale: look, love, what envious streaks do lace the "
    "severing clouds in yonder east";

static void client_write_message(struct client *c)
{
    char text[512];
    xc_message m = {.type = XC_MESSAGE_CHAT, .to = xc_str_from(c->to->jid)};
    snprintf(text, sizeof text, "%lu %.*s", (unsigned long)c->sent,
             (int)settings.body, filler);
    m.body = xc_str_from(text);
    client_send_stanza(c, &xc_message_schema, &m);
    c->sent++;
    counts.sent++;
}

static bool client_may_talk(const struct client *c, int64_t now)
{
    return c->state == CLIENT_ONLINE && c->sent < settings.messages &&
           (int32_t)(c->sent - c->to->received) < (int32_t)settings.window &&
           link_waiting(&c->link) < CLIENT_OUT / 2 && now >= c->silent;
}

/* So many are on the way at most. */
static void client_write_messages(struct client *c, int64_t now)
{
    while (client_may_talk(c, now)) {
        client_write_message(c);
        if (settings.pace > 0)
            c->silent = now + 1 + chance(2 * settings.pace);
    }
}

static void client_count(struct client *c, uint32_t number)
{
    if (number < c->received) {
        counts.duplicated++;
        return;
    }
    counts.lost += number - c->received;
    counts.received++;
    c->received = number + 1;
}

static void client_on_message(struct client *c, const xc_element *e)
{
    xc_message m;
    if (xc_read(&xc_message_schema, e, &m, NULL) != XC_OK)
        counts.strays++;
    else if (m.type == XC_MESSAGE_ERROR)
        counts.bounced++;
    else if (xc_str_is(m.from, c->from->jid) && m.body.ptr != NULL)
        client_count(c, (uint32_t)strtoul(m.body.ptr, NULL, 10));
    else if (!xc_str_starts_with(m.from, "v")) /* villains have names in v */
        counts.strays++;
}

static void client_on_stanza(struct client *c, const xc_element *e)
{
    if (c->state == CLIENT_BIND && xc_is(e, NULL, "iq"))
        client_on_bound(c, e);
    if (c->state != CLIENT_ONLINE)
        return;
    c->handled += xc_sm_counts(e);
    if (!c->hostile && xc_is(e, NULL, "message"))
        client_on_message(c, e);
}

/* ---- events ------------------------------------------------------------- */

static void client_on_element(struct client *c, const xc_element *e)
{
    if (c->state == CLIENT_FEATURES)
        client_on_features(c, e);
    else if (c->state == CLIENT_SASL)
        client_on_sasl(c, e);
    else if (c->state == CLIENT_ENABLE)
        client_on_enabled(c, e);
    else if (c->state == CLIENT_RESUME)
        client_on_resumed(c, e);
    else
        client_on_nonza(c, e);
}

static void client_on_error(struct client *c, const xc_element *e)
{
    xc_stream_error error;
    const char *name = "stream error";
    if (xc_read(&xc_stream_error_schema, e, &error, NULL) == XC_OK)
        name = xc_stream_error_name(
            (xc_stream_error_condition)error.condition.value);
    client_die(c, name);
}

static void client_on_event(struct client *c, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_OPEN)
        c->state = CLIENT_FEATURES;
    else if (ev->kind == XC_EVENT_STANZA && c->state != CLIENT_ENABLE)
        client_on_stanza(c, ev->element);
    else if (ev->kind == XC_EVENT_ERROR)
        client_on_error(c, ev->element);
    else if (ev->kind != XC_EVENT_CLOSE)
        client_on_element(c, ev->element);
    else if (c->state == CLIENT_CLOSING)
        client_hang_up(c, CLIENT_CLOSED);
    else
        client_die(c, "the server closes the stream");
}

static void client_take(struct client *c, xc_str in)
{
    xc_stream_event ev;
    xc_status status = XC_EVENT;
    while (c->link.fd >= 0 && status == XC_EVENT) {
        status = xc_stream_next(&c->stream, &in, &ev);
        if (status == XC_EVENT)
            client_on_event(c, &ev);
    }
    if (c->link.fd >= 0 && xc_status_is_error(status))
        client_die(c, xc_status_text(status));
}

/* ---- WebSocket ---------------------------------------------------------- */

static void client_on_web_event(struct client *c, enum web_event event,
                                xc_str bytes)
{
    if (event == WEB_OPENED) {
        c->link.framing = &web_framing;
        c->link.content_ns = NULL; /* no element around the messages */
        client_open_stream(c);
    } else if (event == WEB_PAYLOAD) {
        client_take(c, bytes);
    } else if (event == WEB_MESSAGE_END) {
        if (xc_stream_end_message(&c->stream) != XC_OK)
            client_die(c, "a message that is not one element");
    } else {
        client_die(c, event == WEB_CLOSE ? "the server closes the WebSocket"
                                         : "no WebSocket");
    }
}

static void client_take_web(struct client *c, xc_str in)
{
    enum web_event event = WEB_PAYLOAD;
    xc_str bytes = {NULL, 0};
    while (c->link.fd >= 0 && event != WEB_NEED_MORE) {
        event = web_next(&c->web, &in, &bytes);
        if (event != WEB_NEED_MORE)
            client_on_web_event(c, event, bytes);
    }
}

/* ---- the wire ----------------------------------------------------------- */

/* Reads once. False: it was cut. */
static bool client_read(struct client *c)
{
    static char buffer[16384];
    size_t size = sizeof buffer;
    xc_str in;
    link_got got;
    if (c->cut_in > 0 && c->cut_in < size)
        size = c->cut_in;
    got = link_read(&c->link, buffer, size, &in);
    if (got == LINK_FAILED || got == LINK_END)
        client_die(c,
                   got == LINK_END ? "the server hangs up" : c->link.problem);
    if (got != LINK_BYTES)
        return true;
    if (c->over_web)
        client_take_web(c, in);
    else
        client_take(c, in);
    if (c->cut_in == 0)
        return true;
    c->cut_in -= in.len;
    return c->cut_in > 0;
}

/* Writes what waits, up to the cut. False: it was cut. */
static bool client_flush(struct client *c)
{
    struct link *l = &c->link;
    size_t waiting = link_waiting(l);
    bool last = c->cut_out > 0 && !l->connecting && waiting >= c->cut_out;
    if (last)
        l->out_to = l->out_from + c->cut_out;
    waiting = link_waiting(l);
    if (!link_move(l)) {
        client_die(c, l->problem);
        return true;
    }
    if (c->cut_out > 0)
        c->cut_out -= waiting - link_waiting(l);
    return !last || link_waiting(l) > 0;
}

/* After poll, and when something was queued. */
static void client_move(struct client *c, short revents, int64_t now)
{
    bool there = true;
    if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !c->link.connecting)
        there = client_read(c);
    if (there && c->link.fd >= 0)
        there = client_flush(c);
    if (!there && c->link.fd >= 0)
        client_cut(c, now);
}

static void client_close(struct client *c)
{
    xc_writer_stream_close(link_begin(&c->link));
    client_send(c);
    c->state = CLIENT_CLOSING;
}

#endif
