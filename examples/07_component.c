/* An external component (XEP-0114): handshake, service discovery, pings, and
   a message that is echoed.

   On this stream the content namespace is jabber:component:accept; each
   stanza has `to` and `from`, and the server trusts what is in our domain. */
#define XMPP_CODEC_IMPLEMENTATION
#include "sha.h"
#include "xmpp_codec.h"
#include <stdio.h>

static const char domain[] = "echo.example";

static void send_out(xc_writer *w)
{
    xc_str out;
    xc_status status = xc_writer_finish(w, &out);
    if (status == XC_OK)
        printf("> " XC_FMT "\n", XC_ARG(out));
    else
        printf("! %s\n", xc_status_text(status));
}

static void shake_hands(xc_writer *w, xc_str stream_id)
{
    char memory[41];
    xc_handshake handshake = {0};
    if (xc_component_handshake(&sha1, stream_id, XC_STR("secret"), memory,
                               sizeof memory, &handshake.digest) == XC_OK)
        xc_write(w, &xc_handshake_schema, &handshake);
    send_out(w);
}

static void describe(xc_writer *w, const xc_element *iq)
{
    const xc_disco_info info = {0};
    const xc_disco_identity identity = {.category = XC_STR("component"),
                                        .type = XC_STR("generic")};
    const xc_disco_feature disco = {.var = XC_STR(XC_NS_DISCO_INFO)};
    const xc_disco_feature ping = {.var = XC_STR(XC_NS_PING)};
    xc_write_reply_begin(w, iq);
    xc_write_begin(w, &xc_disco_info_schema, &info);
    xc_write(w, &xc_disco_identity_schema, &identity);
    xc_write(w, &xc_disco_feature_schema, &disco);
    xc_write(w, &xc_disco_feature_schema, &ping);
    xc_writer_end(w);
    xc_writer_end(w);
}

static void handle_iq(xc_writer *w, const xc_element *e)
{
    xc_iq iq;
    const xc_element *payload = xc_iq_payload(e);
    if (!xc_was_read(xc_read(&xc_iq_schema, e, &iq, NULL)) || !xc_can_reply(e))
        return; /* a result or an error: there is no reply to it */
    if (iq.type == XC_IQ_GET && xc_is(payload, XC_TAG_PING)) {
        xc_write_reply_begin(w, e);
        xc_writer_end(w);
    } else if (iq.type == XC_IQ_GET &&
               xc_matches(&xc_disco_info_schema, payload)) {
        describe(w, e);
    } else {
        xc_write_error(w, e, XC_STANZA_ERROR_SERVICE_UNAVAILABLE, XC_STR(""));
    }
    send_out(w);
}

static void handle_message(xc_writer *w, const xc_element *e)
{
    xc_message in;
    if (!xc_was_read(xc_read(&xc_message_schema, e, &in, NULL)) ||
        in.type == XC_MESSAGE_ERROR || in.body.ptr == NULL)
        return;
    xc_write(
        w, &xc_message_schema,
        &(xc_message){
            .to = in.from, .from = in.to, .type = in.type, .body = in.body});
    send_out(w);
}

static void handle(xc_writer *w, const xc_stream_event *event)
{
    const xc_element *e = event->element;
    if (event->kind == XC_EVENT_OPEN)
        shake_hands(w, event->header.id);
    else if (xc_is(e, XC_NS_COMPONENT, "handshake"))
        printf("  accepted\n");
    else if (xc_attr(e, "to").ptr == NULL || xc_attr(e, "from").ptr == NULL)
        printf("  ignored: without to or from\n");
    else if (xc_is(e, NULL, "iq"))
        handle_iq(w, e);
    else if (xc_is(e, NULL, "message"))
        handle_message(w, e);
}

static const char recorded[] =
    "<stream:stream xmlns='jabber:component:accept' from='echo.example'"
    " xmlns:stream='http://etherx.jabber.org/streams' id='3BF96D32'>"
    "<handshake/>"
    "<iq type='get' id='1' from='a@example/x' to='echo.example'>"
    "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
    "<iq type='get' id='2' from='a@example/x' to='echo.example'>"
    "<ping xmlns='urn:xmpp:ping'/></iq>"
    "<message from='a@example/x' to='bot@echo.example' type='chat'>"
    "<body>Anybody there?</body></message></stream:stream>";

int main(void)
{
    static char memory[4096], buffer[2048];
    xc_str in = xc_str_from(recorded);
    xc_stream_header header = {.to = xc_str_from(domain), .minor = 9};
    xc_stream_event event;
    xc_stream stream;
    xc_writer writer;

    xc_stream_init(&stream, memory, sizeof memory, NULL);
    xc_writer_init(&writer, buffer, sizeof buffer, XC_NS_COMPONENT);
    /* version 0.9: without the attribute, as XEP-0114 has it */
    xc_writer_stream_open(&writer, &header);
    send_out(&writer);
    while (xc_stream_next(&stream, &in, &event) == XC_EVENT)
        handle(&writer, &event);
    return xc_status_is_error(xc_stream_finish(&stream));
}

/* Prints:
> <?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='echo.example'>
> <handshake>b09ea9b3b7f586be8a08d0a3dd7466f110aeb136</handshake>
  accepted
> <iq to='a@example/x' from='echo.example' id='1' type='result'><query xmlns='http://jabber.org/protocol/disco#info'><identity category='component' type='generic'/><feature var='http://jabber.org/protocol/disco#info'/><feature var='urn:xmpp:ping'/></query></iq>
> <iq to='a@example/x' from='echo.example' id='2' type='result'/>
> <message to='a@example/x' from='bot@echo.example' type='chat'><body>Anybody there?</body></message>
  ignored: without to or from
*/
