/* A relay: stanzas of a client's stream go to another server, as a server
   passes them on.

   Only `from` changes: the sender's address, whatever the client wrote, and
   its bare address where subscriptions are asked for (RFC 6120 section
   8.1.2.1). Everything else is kept, unknown attributes and extensions
   included. The writer moves stanzas to the content namespace of the stream
   that it writes to, but nothing that is only forwarded in them. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

static const char recorded[] =
    "<stream:stream xmlns='jabber:client' to='capulet.example' version='1.0'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
    "<message to='romeo@montague.example' from='tybalt@capulet.example'"
    " id='m1' type='chat'><body>Wherefore?</body>"
    "<x xmlns='urn:example:unknown' y='1'/></message>"
    "<presence type='subscribe' to='romeo@montague.example'/>"
    "<iq type='get' id='p1' to='montague.example'/></stream:stream>";

static bool is_subscription(uint8_t type)
{
    return type == XC_PRESENCE_SUBSCRIBE || type == XC_PRESENCE_SUBSCRIBED ||
           type == XC_PRESENCE_UNSUBSCRIBE || type == XC_PRESENCE_UNSUBSCRIBED;
}

/* Read, one member changed, written: what did not change is written as it
   was. A server passes on what has no flaw (RFC 6120 section 8.3.3). */
static xc_status relay(xc_writer *w, const xc_element *stanza, xc_str from)
{
    xc_message message;
    xc_presence presence;
    xc_iq iq;
    xc_status status = xc_read(&xc_message_schema, stanza, &message, NULL);
    message.from = from;
    if (status == XC_OK)
        xc_write(w, &xc_message_schema, &message);
    if (status != XC_ERR_FIELD_ELEMENT)
        return status;
    status = xc_read(&xc_presence_schema, stanza, &presence, NULL);
    presence.from =
        is_subscription(presence.type) ? xc_jid_cut_resource(from) : from;
    if (status == XC_OK)
        xc_write(w, &xc_presence_schema, &presence);
    if (status != XC_ERR_FIELD_ELEMENT)
        return status;
    status = xc_read(&xc_iq_schema, stanza, &iq, NULL);
    iq.from = from;
    if (status == XC_OK)
        xc_write(w, &xc_iq_schema, &iq);
    return status;
}

static void send_out(xc_writer *w, const char *to)
{
    xc_str out;
    xc_status status = xc_writer_finish(w, &out);
    if (status == XC_OK)
        printf("to %s: " XC_FMT "\n", to, XC_ARG(out));
    else /* too large for the buffer, say */
        printf("not sent to %s: %s\n", to, xc_status_text(status));
}

int main(void)
{
    static char memory[8192], buffer[16384], back[2048];
    xc_str in = xc_str_from(recorded);
    xc_str from = XC_STR("juliet@capulet.example/balcony");
    xc_stream client;
    xc_stream_event event;
    xc_writer server, sender;
    xc_status status;

    xc_stream_init(&client, memory, sizeof memory, NULL);
    xc_writer_init(&server, buffer, sizeof buffer, XC_NS_SERVER);
    xc_writer_init(&sender, back, sizeof back, XC_NS_CLIENT);
    while ((status = xc_stream_next(&client, &in, &event)) == XC_EVENT) {
        xc_stanza_error_condition condition;
        if (event.kind != XC_EVENT_STANZA)
            continue;
        condition = xc_stanza_check(event.element);
        if (condition == XC_STANZA_ERROR_NONE) {
            status = relay(&server, event.element, from);
            if (status != XC_OK)
                condition = xc_stanza_error_for_status(status);
        }
        if (condition == XC_STANZA_ERROR_NONE) {
            send_out(&server, "the server");
        } else if (xc_can_reply(event.element)) {
            xc_write_error_to(&sender, event.element, from, condition,
                              XC_STR("not relayed"));
            send_out(&sender, "the client");
        }
    }
    return xc_status_is_error(status);
}

/* Prints:
to the server: <message to='romeo@montague.example' from='juliet@capulet.example/balcony' id='m1' type='chat'><body>Wherefore?</body><x xmlns='urn:example:unknown' y='1'/></message>
to the server: <presence type='subscribe' to='romeo@montague.example' from='juliet@capulet.example'/>
to the client: <iq to='juliet@capulet.example/balcony' from='montague.example' id='p1' type='error'><error type='modify'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>not relayed</text></error></iq>
*/
