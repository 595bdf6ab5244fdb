/* An echo bot: logs in with SCRAM-SHA-1, binds a resource, says that it is
   available, and sends every chat message back. The server's side is recorded
   (RFC 5802 section 5). For sockets and TLS see lib/connection.h, lib/tls.h. */
#define XMPP_CODEC_IMPLEMENTATION
#include "sha.h"
#include "xmpp_codec.h"
#include <stdio.h>

struct bot {
    xc_stream stream;
    xc_writer writer;
    xc_scram scram;
    bool logged_in;
    char memory[8192], buffer[4096], scratch[1024];
};

static void send_out(struct bot *b)
{
    xc_str out;
    if (xc_writer_finish(&b->writer, &out) == XC_OK)
        printf("> " XC_FMT "\n", XC_ARG(out));
}

static void open_stream(struct bot *b)
{
    xc_writer_stream_open(&b->writer,
                          &(xc_stream_header){.to = XC_STR("example.com")});
    send_out(b);
}

/* A message of SASL in base64, or <abort/> where there is none to send. */
static void send_sasl(struct bot *b, const char *name, xc_str mechanism,
                      xc_status status, xc_str message)
{
    char base64[512];
    if (status == XC_OK)
        status = xc_sasl_encode(message, base64, sizeof base64, &message);
    xc_writer_begin(&b->writer, XC_NS_SASL, status == XC_OK ? name : "abort");
    if (status == XC_OK) {
        xc_writer_attr(&b->writer, "mechanism", mechanism);
        xc_writer_text(&b->writer, message);
    }
    xc_writer_end(&b->writer);
    send_out(b);
}

static void start_login(struct bot *b)
{
    xc_scram_client_options options = {
        .mechanism = XC_MECHANISM_SCRAM_SHA_1,
        .hash = &sha1,
        .username = XC_STR("user"),
        .nonce = XC_STR("fyko+d2lbbFgONRv9qkxdawL")}; /* random, in yours */
    xc_str message;
    xc_status status = xc_scram_client_first(
        &b->scram, b->scratch, sizeof b->scratch, &options, &message);
    send_sasl(b, "auth", XC_STR("SCRAM-SHA-1"), status, message);
}

static void respond(struct bot *b, xc_str message)
{
    xc_status status;
    xc_scram_client_challenge(&b->scram, message, NULL); /* errors stick */
    status = xc_scram_client_password(&b->scram, XC_STR("pencil"), &message);
    send_sasl(b, "response", xc_str_from(NULL), status, message);
}

static void finish_login(struct bot *b, xc_str proof)
{
    b->logged_in = xc_scram_client_verify(&b->scram, proof) == XC_OK;
    xc_scram_wipe(&b->scram);
    if (b->logged_in && xc_stream_reset(&b->stream) == XC_OK)
        open_stream(b); /* RFC 6120 section 6.4.6 */
}

static void bind_resource(struct bot *b)
{
    xc_iq iq = {.type = XC_IQ_SET, .id = XC_STR("bind")};
    xc_write_begin(&b->writer, &xc_iq_schema, &iq);
    xc_write_tag(&b->writer, XC_NS_BIND, "bind");
    xc_writer_end(&b->writer);
    xc_write_tag(&b->writer, NULL, "presence"); /* pipelined behind it */
    send_out(b);
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

static void handle(struct bot *b, const xc_stream_event *event)
{
    const xc_element *e = event->element;
    char text[512];
    xc_str message;
    xc_sasl_decode(xc_text(e), text, sizeof text, &message);
    if (event->kind == XC_EVENT_FEATURES && b->logged_in)
        bind_resource(b);
    else if (event->kind == XC_EVENT_FEATURES)
        start_login(b);
    else if (xc_is(e, XC_NS_SASL, "challenge"))
        respond(b, message);
    else if (xc_is(e, XC_NS_SASL, "success"))
        finish_login(b, message);
    else if (xc_is(e, XC_NS_SASL, "failure"))
        printf("! refused\n");
    else if (event->kind == XC_EVENT_STANZA)
        echo(b, e);
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
    "<message from='romeo@b.lit' type='chat'><body>Hist!</body></message>";

int main(void)
{
    static struct bot b;
    xc_str in = xc_str_from(recorded);
    xc_stream_event event;
    xc_stream_init(&b.stream, b.memory, sizeof b.memory, NULL);
    xc_writer_init(&b.writer, b.buffer, sizeof b.buffer, XC_NS_CLIENT);
    open_stream(&b);
    while (xc_stream_next(&b.stream, &in, &event) == XC_EVENT)
        handle(&b, &event);
    return b.logged_in && xc_stream_finish(&b.stream) == XC_OK ? 0 : 1;
}

/* Prints:
> <?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>
> <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='SCRAM-SHA-1'>biwsbj11c2VyLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdM</auth>
> <response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>Yz1iaXdzLHI9ZnlrbytkMmxiYkZnT05Sdjlxa3hkYXdMM3JmY05IWUpZMVpWdldWczdqLHA9djBYOHYzQnoyVDBDSkdiSlF5RjBYK0hJNFRzPQ==</response>
> <?xml version='1.0'?><stream:stream xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' to='example.com' version='1.0'>
> <iq id='bind' type='set'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq><presence/>
> <message to='romeo@b.lit' type='chat'><body>Hist!</body></message>
*/
