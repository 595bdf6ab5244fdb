/* An echo bot: logs in with SCRAM-SHA-1, binds a resource, says that it is
   available, and sends every chat message back. The server's side is recorded
   (RFC 5802 section 5). For sockets and TLS see lib/connection.h, lib/tls.h;
   for a random nonce, lib/login.h. */
#define XMPP_CODEC_IMPLEMENTATION
#include "sha.h"
#include "xmpp_codec.h"
#include <stdio.h>

struct bot {
    xc_stream stream;
    xc_writer writer;
    xc_login login;
    bool online;
    char memory[8192], buffer[4096], scratch[1024];
};

static const xc_login_options options = {
    .username = XC_STR_INIT("user"),
    .password = XC_STR_INIT("pencil"),
    .sha1 = &sha1, /* and sha256, sha512: the best that the server has */
    .nonce = XC_STR_INIT("fyko+d2lbbFgONRv9qkxdawL")}; /* random, in yours */

static void send_out(struct bot *b)
{
    xc_str out;
    if (xc_writer_finish(&b->writer, &out) == XC_OK && out.len > 0)
        printf("> " XC_FMT "\n", XC_ARG(out));
}

static void open_stream(struct bot *b)
{
    xc_writer_stream_open(&b->writer,
                          &(xc_stream_header){.to = XC_STR("example.com")});
    send_out(b);
}

static void come_online(struct bot *b)
{
    b->online = true;
    printf("! online as " XC_FMT "\n", XC_ARG(b->login.address));
    xc_write_tag(&b->writer, NULL, "presence");
    send_out(b);
}

static void log_in(struct bot *b, const xc_element *e)
{
    xc_login_step step = xc_login_next(&b->login, e, &b->writer);
    send_out(b);
    if (step == XC_LOGIN_RESTART && xc_stream_reset(&b->stream) == XC_OK)
        open_stream(b);
    else if (step == XC_LOGIN_ONLINE)
        come_online(b);
    else if (step == XC_LOGIN_FAILED)
        printf("! %s\n", xc_login_reason_text(b->login.reason));
}

static void echo(struct bot *b, const xc_element *e)
{
    xc_message m;
    if (!xc_was_read(xc_read(&xc_message_schema, e, &m, NULL)) ||
        m.type != XC_MESSAGE_CHAT || m.body.ptr == NULL)
        return; /* a bot that replies to errors or rooms replies to itself */
    xc_write(&b->writer, &xc_message_schema,
             &(xc_message){.to = m.from, .type = m.type, .body = m.body});
    send_out(b);
}

static const char recorded[] =
    "<stream:stream xmlns='jabber:client' xmlns:stream='" XC_NS_STREAMS "'>"
    "<stream:features><mechanisms xmlns='" XC_NS_SASL "'>"
    "<mechanism>SCRAM-SHA-1</mechanism></mechanisms></stream:features>"
    "<challenge xmlns='" XC_NS_SASL "'>cj1meWtvK2QybGJiRmdPTlJ2OXFreGRhd0wz"
    "cmZjTkhZSlkxWlZ2V1ZzN2oscz1RU1hDUitRNnNlazhiZjkyLGk9NDA5Ng==</challenge>"
    "<success xmlns='" XC_NS_SASL "'>dj1ybUY5cHFWOFM3c3VBb1pXamE0ZEpSa0ZzS1E9"
    "</success>"
    "<stream:stream xmlns='jabber:client' xmlns:stream='" XC_NS_STREAMS "'>"
    "<stream:features><bind xmlns='" XC_NS_BIND "'/></stream:features>"
    "<iq id='bind' type='result'><bind xmlns='" XC_NS_BIND "'>"
    "<jid>user@example.com/bot</jid></bind></iq>"
    "<message from='romeo@b.lit' type='chat'><body>Hist!</body></message>";

int main(void)
{
    static struct bot b;
    xc_str in = xc_str_from(recorded);
    xc_stream_event event;
    xc_stream_init(&b.stream, b.memory, sizeof b.memory, NULL);
    xc_writer_init(&b.writer, b.buffer, sizeof b.buffer, XC_NS_CLIENT);
    xc_login_init(&b.login, b.scratch, sizeof b.scratch, &options);
    open_stream(&b);
    while (xc_stream_next(&b.stream, &in, &event) == XC_EVENT)
        if (event.kind != XC_EVENT_OPEN && !b.online)
            log_in(&b, event.element);
        else if (event.kind == XC_EVENT_STANZA)
            echo(&b, event.element);
    xc_login_wipe(&b.login);
    return b.online && xc_stream_finish(&b.stream) == XC_OK ? 0 : 1;
}

/* Prints:
> <?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>
> <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM</auth>
> <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ==</response>
> <?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>
> <iq id='bind' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>
! online as user@example.com/bot
> <presence/>
> <message to='romeo@b.lit' type='chat'><body>Hist!</body></message>
*/
