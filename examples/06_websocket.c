/* WebSocket (RFC 7395): each message holds one element, the stream header is
   <open/>, and every element declares its own namespaces.

   Your WebSocket library delivers messages, perhaps in fragments. Feed each
   fragment, and at the end of a message call xc_stream_end_message, which
   checks that it was exactly one element. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

static const char *const messages[] = {
    "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' version='1.0'"
    " from='capulet.example' id='s1'/>",
    "<stream:features xmlns:stream='http://etherx.jabber.org/streams'>"
    "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></stream:features>",
    "<message xmlns='jabber:client' from='juliet@capulet.example'>"
    "<body>Hist!</body></message>",
    "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>",
};

/* One message out: what the writer has, given to the WebSocket as text. */
static void send_message(xc_writer *w)
{
    xc_str out;
    if (xc_writer_finish(w, &out) == XC_OK)
        printf("> " XC_FMT "\n", XC_ARG(out));
}

static void handle(xc_writer *w, const xc_stream_event *event)
{
    switch (event->kind) {
    case XC_EVENT_OPEN:
        printf("  open, id " XC_FMT "\n", XC_ARG(event->header.id));
        break;
    case XC_EVENT_FEATURES: printf("  features\n"); break;
    case XC_EVENT_STANZA:
        printf("  " XC_FMT "\n",
               XC_ARG(xc_text(xc_child(event->element, NULL, "body"))));
        break;
    case XC_EVENT_CLOSE: /* the reply is a close (section 3.6) */
        xc_writer_stream_close(w);
        send_message(w);
        break;
    case XC_EVENT_NONZA:
    case XC_EVENT_ERROR: break;
    }
}

/* A message of one fragment. */
static xc_status receive(xc_stream *stream, xc_writer *w, xc_str in)
{
    xc_stream_event event;
    xc_status status;
    while ((status = xc_stream_next(stream, &in, &event)) == XC_EVENT)
        handle(w, &event);
    return xc_status_is_error(status) ? status : xc_stream_end_message(stream);
}

int main(void)
{
    static char memory[4096], buffer[1024];
    xc_stream_header header = {0};
    xc_stream_options options = {0};
    xc_stream stream;
    xc_writer writer;
    xc_status status = XC_OK;

    options.framing = XC_WEBSOCKET;
    xc_stream_init(&stream, memory, sizeof memory, &options);
    xc_writer_init(&writer, buffer, sizeof buffer, NULL); /* by itself */

    header.to = XC_STR("capulet.example");
    xc_writer_stream_open(&writer, &header);
    send_message(&writer);
    for (size_t i = 0; i < sizeof messages / sizeof messages[0]; i++) {
        status = receive(&stream, &writer, xc_str_from(messages[i]));
        if (xc_status_is_error(status))
            break;
    }
    if (xc_status_is_error(status))
        printf("  %s\n", xc_status_text(status));
    return xc_status_is_error(status);
}

/* Prints:
> <open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='capulet.example' version='1.0'/>
  open, id s1
  features
  Hist!
> <close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>
*/
