/* load_villain.h - connections that mean no good, each with a crime of its
   own, while well-behaved clients are at work. When the server has thrown one
   out, it comes back a little later. */
#ifndef LOAD_VILLAIN_H
#define LOAD_VILLAIN_H

#include <dirent.h>
#include <stdio.h>
#include <sys/stat.h>

#include "load_client.h"

struct villain;

struct crime {
    const char *name;
    bool logs_in;
    bool never_reads;
    /* Queues something when there is room. False: hang up. */
    bool (*act)(struct villain *v);
    const char *const *port; /* NULL: that of the clients */
};

struct villain {
    struct client c;
    const struct crime *crime;
    struct client *victim;
    unsigned acts;    /* of this connection */
    unsigned returns; /* connections so far */
    int64_t leaves;   /* a connection does not last for ever */
};

enum {
    VILLAIN_STAYS = 3000,
    VILLAIN_OUT = 65536
};

#define HEADER                                                                \
    "<stream:stream xmlns='jabber:client' version='1.0' "                     \
    "xmlns:stream='http://etherx.jabber.org/streams' to='"

/* ---- its ways ----------------------------------------------------------- */

static size_t villain_room(const struct villain *v)
{
    return VILLAIN_OUT - link_waiting(&v->c.link);
}

static void villain_say(struct villain *v, const char *text)
{
    link_send_bytes(&v->c.link, xc_str_from(text));
}

static void villain_open(struct villain *v)
{
    villain_say(v, HEADER);
    villain_say(v, settings.domain);
    villain_say(v, "'>");
}

/* Up to some KB of the same again and again, so that all have their turn. */
static bool villain_repeat(struct villain *v, const char *text)
{
    for (size_t i = 0; i < 8192 && villain_room(v) > strlen(text);
         i += strlen(text))
        villain_say(v, text);
    return true;
}

/* ---- crimes before a login ---------------------------------------------- */

static bool act_garbage(struct villain *v)
{
    char bytes[1024];
    xc_str garbage = {bytes, sizeof bytes};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)chance(256);
    if (villain_room(v) > sizeof bytes)
        link_send_bytes(&v->c.link, garbage);
    return true;
}

static bool act_endless_text(struct villain *v)
{
    if (v->acts == 0) {
        villain_open(v);
        villain_say(v, "<message><body>");
    }
    return villain_repeat(v, "who is there? ");
}

static bool act_deep(struct villain *v)
{
    if (v->acts == 0)
        villain_open(v);
    return villain_repeat(v, "<a xmlns='urn:down'>");
}

static bool act_attributes(struct villain *v)
{
    char attribute[32];
    if (v->acts == 0) {
        villain_open(v);
        villain_say(v, "<message");
    }
    snprintf(attribute, sizeof attribute, " a%u='x'", v->acts);
    villain_say(v, attribute);
    return true;
}

static bool act_laughs(struct villain *v)
{
    if (v->acts == 0)
        villain_say(v, "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'>"
                       "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>");
    return true;
}

static bool act_spaces(struct villain *v)
{
    if (v->acts == 0)
        villain_open(v);
    return villain_repeat(v, "                                        ");
}

static bool act_silence(struct villain *v)
{
    (void)v;
    return true;
}

static bool act_half_header(struct villain *v)
{
    if (v->acts == 0)
        villain_say(v, "<?xml version='1.0'?><stream:str");
    return true;
}

/* A byte now and then. */
static bool act_drip(struct villain *v)
{
    static const char header[] = HEADER "x'><!--";
    char byte[2] = {header[v->acts / 16 % (sizeof header - 1)], '\0'};
    if (v->acts % 16 == 0)
        villain_say(v, byte);
    return true;
}

static bool act_knock(struct villain *v)
{
    return v->acts == 0;
}

/* Its connection ends with RST, not with FIN. */
static bool act_reset(struct villain *v)
{
    struct linger at_once = {1, 0};
    setsockopt(v->c.link.fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    if (v->acts == 0)
        villain_open(v);
    return v->acts < 3;
}

static bool act_half_closed(struct villain *v)
{
    if (v->acts == 0)
        villain_open(v);
    v->c.link.ending = true;
    return true;
}

static bool act_guess(struct villain *v)
{
    if (v->acts == 0)
        villain_open(v);
    return villain_repeat(
        v, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
           "mechanism='PLAIN'>AHUwAGd1ZXNz</auth>"
           "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
           "mechanism='SCRAM-SHA-256'>biwsbj11MCxyPXh4eHh4eHh4eHg=</auth>"
           "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>YWJj"
           "</response>");
}

static bool act_impatient(struct villain *v)
{
    if (v->acts == 0)
        villain_open(v);
    return villain_repeat(v, "<message to='u0'><body>x</body></message>"
                             "<iq type='set' id='1'><bind xmlns='urn:ietf:"
                             "params:xml:ns:xmpp-bind'/></iq>");
}

static bool act_web(struct villain *v)
{
    if (v->acts == 0)
        villain_say(v, "GET / HTTP/1.1\r\n");
    return villain_repeat(v, "Host: x\r\n") && v->acts < 1000;
}

static bool act_web_open(struct villain *v)
{
    if (v->acts == 0)
        villain_say(v, "GET /xmpp-websocket HTTP/1.1\r\nHost: x\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                       "Sec-WebSocket-Version: 13\r\n"
                       "Sec-WebSocket-Protocol: xmpp\r\n\r\n");
    return v->acts < 1000;
}

static void villain_frame(struct villain *v, unsigned char start, xc_str text)
{
    char frame[2 + 4 + 125] = {0};
    xc_str bytes = {frame, 2 + 4 + text.len};
    frame[0] = (char)start;
    frame[1] = (char)(unsigned char)(0x80 | text.len);
    memcpy(frame + 6, text.ptr, text.len); /* the mask is 0 */
    if (villain_room(v) > bytes.len)
        link_send_bytes(&v->c.link, bytes);
}

static bool act_web_frames(struct villain *v)
{
    static const unsigned char starts[] = {0x01, 0x00, 0x80, 0x81, 0x89,
                                           0x8a, 0x88, 0x82, 0xff};
    uint32_t which = chance(v->acts % 100 == 99 ? 9 : 6);
    if (v->acts > 0)
        villain_frame(v, starts[which],
                      XC_STR("<open xmlns='urn:ietf:params:"
                             "xml:ns:xmpp-framing'/>"));
    return act_web_open(v);
}

/* Ever more of one message. */
static bool act_web_fragments(struct villain *v)
{
    if (v->acts == 1)
        villain_frame(v, 0x01, XC_STR("<message><body>"));
    for (unsigned i = 0; i < 100 && v->acts > 1; i++)
        villain_frame(v, 0x00, XC_STR("to be continued"));
    return act_web_open(v);
}

static bool act_web_pings(struct villain *v)
{
    for (unsigned i = 0; i < 100 && v->acts > 0; i++)
        villain_frame(v, 0x89, XC_STR("are you there?"));
    return act_web_open(v);
}

static bool act_component(struct villain *v)
{
    if (v->acts == 0)
        villain_say(v, "<stream:stream to='gateway.load.test' xmlns='jabber:"
                       "component:accept' xmlns:stream='http://etherx.jabber."
                       "org/streams'><handshake>0123456789012345678901234567"
                       "890123456789</handshake><message/>");
    return v->acts < 100;
}

/* ---- what is recorded in files ------------------------------------------ */

enum {
    RECORDINGS_MAX = 1024
};
struct recordings {
    char *paths[RECORDINGS_MAX];
    size_t count, next;
};

static struct recordings streams, stanzas;

static void recordings_find(struct recordings *r, const char *directory)
{
    struct dirent *entry;
    DIR *d = opendir(directory);
    while (d != NULL && r->count < RECORDINGS_MAX &&
           (entry = readdir(d)) != NULL) {
        size_t size = strlen(directory) + strlen(entry->d_name) + 2;
        char *path = entry->d_name[0] != '.' ? malloc(size) : NULL;
        if (path == NULL)
            continue;
        snprintf(path, size, "%s/%s", directory, entry->d_name);
        r->paths[r->count++] = path;
    }
    if (d != NULL)
        closedir(d);
}

static void recordings_free(struct recordings *r)
{
    while (r->count > 0)
        free(r->paths[--r->count]);
}

/* The next one, then waits a while for what the server says to it; every
   other one ends the connection at once. */
static bool villain_play(struct villain *v, struct recordings *r)
{
    static char bytes[VILLAIN_OUT / 2];
    xc_str text = {bytes, 0};
    FILE *file;
    if (r->count == 0 || v->acts > 0)
        return r->count > 0 && v->acts < 20;
    file = fopen(r->paths[r->next++ % r->count], "rb");
    if (file == NULL)
        return false;
    text.len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    link_send_bytes(&v->c.link, text);
    v->c.link.ending = r->next % 2 == 0;
    return true;
}

static bool act_stream(struct villain *v)
{
    return villain_play(v, &streams);
}

static bool act_stanza(struct villain *v)
{
    return villain_play(v, &stanzas);
}

/* ---- crimes behind a login ---------------------------------------------- */

static void villain_message(struct villain *v, const char *to, size_t size)
{
    static const xc_message none;
    static char text[VILLAIN_OUT];
    xc_message m = none;
    memset(text, '&', sizeof text); /* five bytes on the wire */
    m.type = XC_MESSAGE_CHAT;
    m.to = xc_str_from(to);
    m.body.ptr = text;
    m.body.len = size;
    xc_write(link_begin(&v->c.link), &xc_message_schema, &m);
    link_send(&v->c.link); /* or there is no room */
}

/* Asks and asks and never listens. */
static bool act_mute(struct villain *v)
{
    return villain_repeat(v, "<iq type='get' id='x'><ping "
                             "xmlns='urn:xmpp:ping'/></iq>"
                             "<iq type='get' id='y'><query xmlns="
                             "'jabber:iq:roster'/></iq>");
}

static bool act_mute_to_self(struct villain *v)
{
    if (villain_room(v) > 8192)
        villain_message(v, v->c.jid, 1000);
    return true;
}

static bool act_flood(struct villain *v)
{
    if (villain_room(v) > 8192)
        villain_message(v, v->victim->jid, 800);
    return true;
}

static bool act_flood_the_mute(struct villain *v)
{
    char to[64];
    unsigned index = (unsigned)strtoul(v->c.user + 1, NULL, 10);
    snprintf(to, sizeof to, "v%u@%s", index == 0 ? 0 : index - 1,
             settings.domain);
    if (villain_room(v) > 8192)
        villain_message(v, to, 500);
    return true;
}

static bool act_huge(struct villain *v)
{
    if (v->acts == 0) {
        villain_say(v, "<message to='");
        villain_say(v, v->victim->jid);
        villain_say(v, "'><body>");
    }
    return villain_repeat(v, "&lt;&#x41;a long story &amp; a dull one");
}

/* A byte in CDATA is five when it is written again. */
static bool act_grow(struct villain *v)
{
    static char ampersands[15001];
    size_t size = 1 + chance(sizeof ampersands - 1);
    if (villain_room(v) < 32768)
        return true;
    memset(ampersands, '&', size);
    ampersands[size] = '\0';
    villain_say(v, "<message type='chat' to='");
    villain_say(v, v->victim->jid);
    villain_say(v, "'><body><![CDATA[");
    villain_say(v, ampersands);
    villain_say(v, "]]></body></message>");
    return true;
}

static const char *const nonsense[] = {
    "<message/>",
    "<presence type='subscribe'/>",
    "<iq/>",
    "<iq type='get' id='1'/>",
    "<iq type='result' id='1'/>",
    "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<iq type='zzz' id='1'><x xmlns='y'/></iq>",
    "<message to='@'><body>x</body></message>",
    "<message to='a@b@c//'><body>x</body></message>",
    "<message to='nobody@nowhere.invalid'><body>x</body></message>",
    "<message type='error' to='u0'/>",
    "<presence type='probe' to='u0@load.test'/>",
    "<presence to='u1@@'/>",
    "<presence priority='1'><priority>999</priority>"
    "</presence>",
    "<iq type='set' id='2'><query xmlns='jabber:iq:roster'>"
    "<item jid='not a jid@'/></query></iq>",
    "<iq type='set' id='3'><query xmlns='jabber:iq:roster'/></iq>",
    "<iq type='set' id='4'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<resource>load</resource></bind></iq>",
    "<enable xmlns='urn:xmpp:sm:3' resume='true'/>",
    "<r xmlns='urn:xmpp:sm:3'/>",
    "<a xmlns='urn:xmpp:sm:3' h='4294967295'/>",
    "<a xmlns='urn:xmpp:sm:3' h='x'/>",
    "<resume xmlns='urn:xmpp:sm:3' h='0' previd='x'/>",
    "<enable xmlns='urn:xmpp:carbons:2'/>",
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'/>",
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>",
    "<message from='u0@load.test' to='u1@load.test'><body>0</body>"
    "</message>",
    "<unknown xmlns='urn:unknown'/>",
    " ",
    "</stream:stream>",
    "<stream:stream>",
    "<message",
    "\xff",
    "&bad;",
};

static bool act_nonsense(struct villain *v)
{
    size_t count = sizeof nonsense / sizeof *nonsense;
    uint32_t which = chance((uint32_t)count);
    if (which >= count - 6 && chance(8) != 0)
        which = 0; /* what ends the stream comes less often */
    if (villain_room(v) > 1024)
        villain_say(v, nonsense[which]);
    return true;
}

static const struct crime crimes[] = {
    {"garbage", false, false, act_garbage, NULL},
    {"a stanza without end", false, false, act_endless_text, NULL},
    {"ever deeper elements", false, false, act_deep, NULL},
    {"ever more attributes", false, false, act_attributes, NULL},
    {"a document type", false, false, act_laughs, NULL},
    {"spaces", false, false, act_spaces, NULL},
    {"silence", false, false, act_silence, NULL},
    {"half a header", false, false, act_half_header, NULL},
    {"drops of a header", false, false, act_drip, NULL},
    {"knocking", false, false, act_knock, NULL},
    {"resets", false, false, act_reset, NULL},
    {"half-closed", false, false, act_half_closed, NULL},
    {"guessing passwords", false, false, act_guess, NULL},
    {"guessing passwords, never reading", false, true, act_guess, NULL},
    {"stanzas before the login", false, false, act_impatient, NULL},
    {"HTTP", false, false, act_web, NULL},
    {"HTTP without end", false, false, act_web, &settings.web_port},
    {"odd frames", false, false, act_web_frames, &settings.web_port},
    {"frames without end", false, false, act_web_fragments,
     &settings.web_port},
    {"pings, frame by frame", false, true, act_web_pings, &settings.web_port},
    {"a component's wrong secret", false, false, act_component,
     &settings.component_port},
    {"garbage for components", false, false, act_garbage,
     &settings.component_port},
    {"recorded streams", false, false, act_stream, NULL},
    {"pings, never reading", true, true, act_mute, NULL},
    {"messages to the one that never reads", true, false, act_flood_the_mute,
     NULL},
    {"messages to itself, never reading", true, true, act_mute_to_self, NULL},
    {"messages to a victim", true, false, act_flood, NULL},
    {"a message without end", true, false, act_huge, NULL},
    {"messages that grow", true, false, act_grow, NULL},
    {"nonsense", true, false, act_nonsense, NULL},
    {"recorded stanzas", true, false, act_stanza, NULL},
};
#define CRIMES (sizeof crimes / sizeof *crimes)

/* ---- a villain's life --------------------------------------------------- */

static void villain_go(struct villain *v, int64_t now)
{
    client_hang_up(&v->c, CLIENT_OFFLINE);
    v->c.asleep = now + 20 + chance(200);
}

static void villain_come(struct villain *v, int64_t now)
{
    struct client *c = &v->c;
    const char *port =
        v->crime->port != NULL ? *v->crime->port : settings.port;
    if (port == NULL)
        return;
    v->acts = 0;
    v->returns++;
    v->leaves = now + VILLAIN_STAYS;
    if (v->crime->logs_in) {
        client_connect(c);
        return;
    }
    link_init(&c->link, c->out, VILLAIN_OUT, XC_NS_CLIENT);
    if (!link_dial(&c->link, settings.host, port))
        villain_go(v, now);
}

static bool villain_is_at_it(const struct villain *v)
{
    return v->c.link.fd >= 0 && !v->c.link.connecting &&
           (!v->crime->logs_in || v->c.state == CLIENT_ONLINE);
}

/* Not what was meant for it, just that the connection goes on. */
static bool villain_listen(struct villain *v)
{
    static char buffer[65536];
    xc_str in;
    link_got got = link_read(&v->c.link, buffer, sizeof buffer, &in);
    return got == LINK_BYTES || got == LINK_LATER;
}

static void villain_move(struct villain *v, short revents, int64_t now)
{
    bool there = true;
    struct link *l = &v->c.link;
    if (v->crime->logs_in && v->c.state != CLIENT_ONLINE) {
        client_move(&v->c, revents, now);
        return;
    }
    if ((revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !l->connecting &&
        !(v->crime->never_reads && (revents & (POLLHUP | POLLERR)) == 0))
        there = villain_listen(v);
    if (!there || !link_move(l))
        villain_go(v, now);
}

static void villain_act(struct villain *v, int64_t now)
{
    if (v->c.link.fd < 0) {
        if (v->c.state == CLIENT_DEAD)
            villain_go(v, now);
        if (now >= v->c.asleep)
            villain_come(v, now);
    } else if (now >= v->leaves) {
        villain_go(v, now);
    } else if (villain_is_at_it(v)) {
        if (!v->crime->act(v) || !link_move(&v->c.link))
            villain_go(v, now);
        v->acts++;
    }
}

static short villain_events(const struct villain *v)
{
    short events = link_events(&v->c.link);
    return v->crime->never_reads && villain_is_at_it(v)
               ? (short)(events & ~POLLIN)
               : events;
}

/* ---- where they come from ----------------------------------------------- */

static void villain_init(struct villain *v, unsigned index,
                         struct client *victim)
{
    v->crime = &crimes[index % CRIMES];
    v->victim = victim;
    v->c.hostile = true;
    v->c.link.fd = -1;
    v->c.out = malloc(VILLAIN_OUT);
    v->c.memory = malloc(CLIENT_MEMORY);
    snprintf(v->c.user, sizeof v->c.user, "v%u", index);
    if (v->c.out == NULL || v->c.memory == NULL)
        abort();
}

#endif
