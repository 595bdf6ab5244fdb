#define _POSIX_C_SOURCE 200809L
#include "crimes.h"

#include "villain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define HEADER                                                                \
    "<stream:stream xmlns='jabber:client' version='1.0' "                     \
    "xmlns:stream='http://etherx.jabber.org/streams' to='"

/* ---- ways to send ------------------------------------------------------- */

static size_t room(const struct villain *v)
{
    return VILLAIN_OUT - connection_waiting(&v->client.connection);
}

static void say(struct villain *v, const char *text)
{
    connection_send_bytes(&v->client.connection, xc_str_from(text));
}

static void open_stream(struct villain *v)
{
    say(v, HEADER);
    say(v, v->client.load->settings.domain);
    say(v, "'>");
}

/* Repeats the text, up to some KB, so that all villains have their turn. */
static bool repeat(struct villain *v, const char *text)
{
    for (size_t i = 0; i < 8192 && room(v) > strlen(text); i += strlen(text))
        say(v, text);
    return true;
}

/* ---- crimes before a login ---------------------------------------------- */

static bool act_garbage(struct villain *v)
{
    char bytes[1024];
    xc_str garbage = {bytes, sizeof bytes};
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (char)chance_below(&v->client.load->chance, 256);
    if (room(v) > sizeof bytes)
        connection_send_bytes(&v->client.connection, garbage);
    return true;
}

static bool act_endless_text(struct villain *v)
{
    if (v->acts == 0) {
        open_stream(v);
        say(v, "<message><body>");
    }
    return repeat(v, "who is there? ");
}

static bool act_deep(struct villain *v)
{
    if (v->acts == 0)
        open_stream(v);
    return repeat(v, "<a xmlns='urn:down'>");
}

static bool act_attributes(struct villain *v)
{
    char attribute[32];
    if (v->acts == 0) {
        open_stream(v);
        say(v, "<message");
    }
    snprintf(attribute, sizeof attribute, " a%u='x'", v->acts);
    say(v, attribute);
    return true;
}

static bool act_laughs(struct villain *v)
{
    if (v->acts == 0)
        say(v, "<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'ha'>"
               "<!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>]>");
    return true;
}

static bool act_spaces(struct villain *v)
{
    if (v->acts == 0)
        open_stream(v);
    return repeat(v, "                                        ");
}

static bool act_silence(struct villain *v)
{
    (void)v;
    return true;
}

static bool act_half_header(struct villain *v)
{
    if (v->acts == 0)
        say(v, "<?xml version='1.0'?><stream:str");
    return true;
}

/* Sends a byte now and then. */
static bool act_drip(struct villain *v)
{
    static const char header[] = HEADER "x'><!--";
    char byte[2] = {header[v->acts / 16 % (sizeof header - 1)], '\0'};
    if (v->acts % 16 == 0)
        say(v, byte);
    return true;
}

static bool act_knock(struct villain *v)
{
    return v->acts == 0;
}

/* Ends the connection with RST instead of FIN. */
static bool act_reset(struct villain *v)
{
    struct linger at_once = {1, 0};
    setsockopt(v->client.connection.fd, SOL_SOCKET, SO_LINGER, &at_once,
               sizeof at_once);
    if (v->acts == 0)
        open_stream(v);
    return v->acts < 3;
}

static bool act_half_closed(struct villain *v)
{
    if (v->acts == 0)
        open_stream(v);
    v->client.connection.ending = true;
    return true;
}

static bool act_guess(struct villain *v)
{
    if (v->acts == 0)
        open_stream(v);
    return repeat(
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
        open_stream(v);
    return repeat(v, "<message to='u0'><body>x</body></message>"
                     "<iq type='set' id='1'><bind xmlns='urn:ietf:"
                     "params:xml:ns:xmpp-bind'/></iq>");
}

static bool act_web(struct villain *v)
{
    if (v->acts == 0)
        say(v, "GET / HTTP/1.1\r\n");
    return repeat(v, "Host: x\r\n") && v->acts < 1000;
}

static bool act_web_open(struct villain *v)
{
    if (v->acts == 0)
        say(v, "GET /xmpp-websocket HTTP/1.1\r\nHost: x\r\n"
               "Upgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
               "Sec-WebSocket-Version: 13\r\n"
               "Sec-WebSocket-Protocol: xmpp\r\n\r\n");
    return v->acts < 1000;
}

static void frame(struct villain *v, unsigned char start, xc_str text)
{
    char frame[2 + 4 + 125] = {0};
    xc_str bytes = {frame, 2 + 4 + text.len};
    frame[0] = (char)start;
    frame[1] = (char)(unsigned char)(0x80 | text.len);
    memcpy(frame + 6, text.ptr, text.len); /* the mask is 0 */
    if (room(v) > bytes.len)
        connection_send_bytes(&v->client.connection, bytes);
}

static bool act_web_frames(struct villain *v)
{
    static const unsigned char starts[] = {0x01, 0x00, 0x80, 0x81, 0x89,
                                           0x8a, 0x88, 0x82, 0xff};
    uint32_t which =
        chance_below(&v->client.load->chance, v->acts % 100 == 99 ? 9 : 6);
    if (v->acts > 0)
        frame(v, starts[which],
              XC_STR("<open xmlns='urn:ietf:params:"
                     "xml:ns:xmpp-framing'/>"));
    return act_web_open(v);
}

/* Sends more and more fragments of one message. */
static bool act_web_fragments(struct villain *v)
{
    if (v->acts == 1)
        frame(v, 0x01, XC_STR("<message><body>"));
    for (unsigned i = 0; i < 100 && v->acts > 1; i++)
        frame(v, 0x00, XC_STR("to be continued"));
    return act_web_open(v);
}

static bool act_web_pings(struct villain *v)
{
    for (unsigned i = 0; i < 100 && v->acts > 0; i++)
        frame(v, 0x89, XC_STR("are you there?"));
    return act_web_open(v);
}

static bool act_component(struct villain *v)
{
    if (v->acts == 0)
        say(v, "<stream:stream to='gateway.load.test' xmlns='jabber:"
               "component:accept' xmlns:stream='http://etherx.jabber."
               "org/streams'><handshake>0123456789012345678901234567"
               "890123456789</handshake><message/>");
    return v->acts < 100;
}

/* ---- recordings --------------------------------------------------------- */

/* Sends the next recording, then pauses for the server's reply. After every
   other recording the connection ends at once. */
static bool play(struct villain *v, struct recordings *r)
{
    char bytes[VILLAIN_OUT / 2];
    xc_str text = {bytes, 0};
    FILE *file;
    if (r->count == 0 || v->acts > 0)
        return r->count > 0 && v->acts < 20;
    file = fopen(recordings_next(r), "rb");
    if (file == NULL)
        return false;
    text.len = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    connection_send_bytes(&v->client.connection, text);
    v->client.connection.ending = r->next % 2 == 0;
    return true;
}

static bool act_stream(struct villain *v)
{
    return play(v, &v->client.load->streams);
}

static bool act_stanza(struct villain *v)
{
    return play(v, &v->client.load->stanzas);
}

/* ---- crimes after a login ----------------------------------------------- */

static void say_message(struct villain *v, const char *to, size_t size)
{
    char text[VILLAIN_OUT];
    xc_message m = {.to = xc_str_from(to), .type = XC_MESSAGE_CHAT};
    memset(text, '&', sizeof text); /* five bytes on the wire */
    m.body = (xc_str){text, size};
    xc_write(connection_begin(&v->client.connection), &xc_message_schema, &m);
    connection_send(&v->client.connection); /* dropped if it does not fit */
}

/* Sends requests and never reads. */
static bool act_mute(struct villain *v)
{
    return repeat(v, "<iq type='get' id='x'><ping "
                     "xmlns='urn:xmpp:ping'/></iq>"
                     "<iq type='get' id='y'><query xmlns="
                     "'jabber:iq:roster'/></iq>");
}

static bool act_mute_to_self(struct villain *v)
{
    if (room(v) > 8192)
        say_message(v, v->client.jid, 1000);
    return true;
}

static bool act_flood(struct villain *v)
{
    if (room(v) > 8192)
        say_message(v, v->victim->jid, 800);
    return true;
}

static bool act_flood_the_mute(struct villain *v)
{
    char to[64];
    unsigned index = (unsigned)strtoul(v->client.user + 1, NULL, 10);
    snprintf(to, sizeof to, "v%u@%s", index == 0 ? 0 : index - 1,
             v->client.load->settings.domain);
    if (room(v) > 8192)
        say_message(v, to, 500);
    return true;
}

static bool act_huge(struct villain *v)
{
    if (v->acts == 0) {
        say(v, "<message to='");
        say(v, v->victim->jid);
        say(v, "'><body>");
    }
    return repeat(v, "&lt;&#x41;a long story &amp; a dull one");
}

/* Sends bytes in CDATA that are five bytes each when written again. */
static bool act_grow(struct villain *v)
{
    char ampersands[15001];
    size_t size =
        1 + chance_below(&v->client.load->chance, sizeof ampersands - 1);
    if (room(v) < 32768)
        return true;
    memset(ampersands, '&', size);
    ampersands[size] = '\0';
    say(v, "<message type='chat' to='");
    say(v, v->victim->jid);
    say(v, "'><body><![CDATA[");
    say(v, ampersands);
    say(v, "]]></body></message>");
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
    uint32_t which = chance_below(&v->client.load->chance, (uint32_t)count);
    if (which >= count - 6 && chance_below(&v->client.load->chance, 8) != 0)
        which = 0; /* ends the stream: less often */
    if (room(v) > 1024)
        say(v, nonsense[which]);
    return true;
}

const struct crime crimes[] = {
    {"garbage", false, false, act_garbage, CRIME_PORT_XMPP},
    {"a stanza without end", false, false, act_endless_text, CRIME_PORT_XMPP},
    {"ever deeper elements", false, false, act_deep, CRIME_PORT_XMPP},
    {"ever more attributes", false, false, act_attributes, CRIME_PORT_XMPP},
    {"a document type", false, false, act_laughs, CRIME_PORT_XMPP},
    {"spaces", false, false, act_spaces, CRIME_PORT_XMPP},
    {"silence", false, false, act_silence, CRIME_PORT_XMPP},
    {"half a header", false, false, act_half_header, CRIME_PORT_XMPP},
    {"drops of a header", false, false, act_drip, CRIME_PORT_XMPP},
    {"knocking", false, false, act_knock, CRIME_PORT_XMPP},
    {"resets", false, false, act_reset, CRIME_PORT_XMPP},
    {"half-closed", false, false, act_half_closed, CRIME_PORT_XMPP},
    {"guessing passwords", false, false, act_guess, CRIME_PORT_XMPP},
    {"guessing passwords, never reading", false, true, act_guess,
     CRIME_PORT_XMPP},
    {"stanzas before the login", false, false, act_impatient, CRIME_PORT_XMPP},
    {"HTTP", false, false, act_web, CRIME_PORT_XMPP},
    {"HTTP without end", false, false, act_web, CRIME_PORT_WEB},
    {"odd frames", false, false, act_web_frames, CRIME_PORT_WEB},
    {"frames without end", false, false, act_web_fragments, CRIME_PORT_WEB},
    {"pings, frame by frame", false, true, act_web_pings, CRIME_PORT_WEB},
    {"a component's wrong secret", false, false, act_component,
     CRIME_PORT_COMPONENT},
    {"garbage for components", false, false, act_garbage,
     CRIME_PORT_COMPONENT},
    {"recorded streams", false, false, act_stream, CRIME_PORT_XMPP},
    {"pings, never reading", true, true, act_mute, CRIME_PORT_XMPP},
    {"messages to the one that never reads", true, false, act_flood_the_mute,
     CRIME_PORT_XMPP},
    {"messages to itself, never reading", true, true, act_mute_to_self,
     CRIME_PORT_XMPP},
    {"messages to a victim", true, false, act_flood, CRIME_PORT_XMPP},
    {"a message without end", true, false, act_huge, CRIME_PORT_XMPP},
    {"messages that grow", true, false, act_grow, CRIME_PORT_XMPP},
    {"nonsense", true, false, act_nonsense, CRIME_PORT_XMPP},
    {"recorded stanzas", true, false, act_stanza, CRIME_PORT_XMPP},
};
const size_t crimes_count = sizeof crimes / sizeof *crimes;
