/* A relay: stanzas of a client's stream go to another server, as a server
   passes them on.

   Only `from` changes: the sender's full address, whatever the client wrote
   (RFC 6120 section 8.1.2.1). Everything else is copied, unknown attributes
   and extensions included. The writer knows the content namespace of the
   stream that it writes to and moves stanzas there, jabber:client to
   jabber:server, but nothing that is only forwarded in them. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

static const char recorded[] =
    "<stream:stream xmlns='jabber:client' to='capulet.example' version='1.0'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
    "<message to='romeo@montague.example' from='tybalt@capulet.example'"
    " id='m1' type='chat'><body>Wherefore?</body>"
    "<x xmlns='urn:example:unknown' y='1'/></message>"
    "<iq type='get' id='p1' to='montague.example'>"
    "<ping xmlns='urn:xmpp:ping'/></iq>"
    "<iq type='get' id='p2' to='montague.example'/></stream:stream>";

/* Read, one member changed, written: what did not change keeps its bytes. */
static void relay(xc_writer *w, const xc_element *stanza, xc_str from)
{
    xc_message message;
    xc_presence presence;
    xc_iq iq;
    if (xc_was_read(xc_read(&xc_message_schema, stanza, &message, NULL))) {
        message.from = from;
        xc_write(w, &xc_message_schema, &message);
    } else if (xc_was_read(
                   xc_read(&xc_presence_schema, stanza, &presence, NULL))) {
        presence.from = from;
        xc_write(w, &xc_presence_schema, &presence);
    } else if (xc_was_read(xc_read(&xc_iq_schema, stanza, &iq, NULL))) {
        iq.from = from;
        xc_write(w, &xc_iq_schema, &iq);
    }
}

/* A stanza that must not pass gets its error instead. */
static xc_stanza_error_condition refused(const xc_element *stanza)
{
    xc_str to = xc_attr(stanza, "to");
    if (xc_stanza_check(stanza) != XC_STANZA_ERROR_NONE)
        return xc_stanza_check(stanza);
    return to.len != 0 ? XC_STANZA_ERROR_NONE
                       : XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED;
}

int main(void)
{
    static char memory[8192], buffer[2048], back[2048];
    xc_str in = xc_str_from(recorded), out;
    xc_str from = XC_STR("juliet@capulet.example/balcony");
    xc_stream client;
    xc_stream_event event;
    xc_writer to_server, to_client;

    xc_stream_init(&client, memory, sizeof memory, NULL);
    xc_writer_init(&to_server, buffer, sizeof buffer, XC_NS_SERVER);
    xc_writer_init(&to_client, back, sizeof back, XC_NS_CLIENT);
    while (xc_stream_next(&client, &in, &event) == XC_EVENT) {
        xc_stanza_error_condition condition;
        if (event.kind != XC_EVENT_STANZA)
            continue;
        condition = refused(event.element);
        if (condition == XC_STANZA_ERROR_NONE) {
            relay(&to_server, event.element, from);
            if (xc_writer_finish(&to_server, &out) == XC_OK)
                printf("to the server: " XC_FMT "\n", XC_ARG(out));
        } else if (xc_can_reply(event.element)) {
            xc_write_error_to(&to_client, event.element, from, condition,
                              XC_STR("not relayed"));
            if (xc_writer_finish(&to_client, &out) == XC_OK)
                printf("to the client: " XC_FMT "\n", XC_ARG(out));
        }
    }
    return 0;
}

/* Prints:
to the server: <message to='romeo@montague.example' from='juliet@capulet.example/balcony' id='m1' type='chat'><body>Wherefore?</body><x xmlns='urn:example:unknown' y='1'/></message>
to the server: <iq type='get' id='p1' to='montague.example' from='juliet@capulet.example/balcony'><ping xmlns='urn:xmpp:ping'/></iq>
to the client: <iq to='juliet@capulet.example/balcony' from='montague.example' id='p2' type='error'><error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>not relayed</text></error></iq>
*/
