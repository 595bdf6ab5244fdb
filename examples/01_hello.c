/* The program at the top of xmpp_codec.h: it reads a client stream from
   standard input and sends each chat message back to its sender. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

static void reply_to(const xc_message *m)
{
    char buffer[1024];
    xc_str xml;
    xc_status st;
    xc_writer w;
    xc_message reply;
    memset(&reply, 0, sizeof reply);
    reply.to = m->from;
    reply.type = XC_MESSAGE_CHAT;
    reply.body = m->body;
    xc_writer_init(&w, buffer, sizeof buffer, XC_NS_CLIENT);
    xc_write(&w, &xc_message_schema, &reply);
    st = xc_writer_finish(&w, &xml);
    if (st == XC_OK)
        printf(XC_FMT "\n", XC_ARG(xml));
    else
        fprintf(stderr, "no reply: %s\n", xc_status_text(st));
}

static void on_stanza(const xc_element *stanza)
{
    xc_message m;
    xc_status st = xc_read(&xc_message_schema, stanza, &m, NULL);
    if (xc_was_read(st) && m.type == XC_MESSAGE_CHAT && m.body.ptr)
        reply_to(&m);
}

int main(void)
{
    static char memory[16384], buffer[4096];
    xc_stream stream;
    xc_stream_event ev;
    xc_str in;
    xc_status st;
    st = xc_stream_init(&stream, memory, sizeof memory, NULL);
    while ((in.len = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
        in.ptr = buffer;
        while ((st = xc_stream_next(&stream, &in, &ev)) == XC_EVENT)
            if (ev.kind == XC_EVENT_STANZA)
                on_stanza(ev.element);
        if (st != XC_NEED_MORE)
            break;
    }
    if (xc_status_is_error(st))
        fprintf(stderr, "%s at byte %llu\n", xc_status_text(st),
                (unsigned long long)xc_stream_offset(&stream));
    return xc_status_is_error(st);
}

/* Reads:
<stream:stream xmlns='jabber:client' version='1.0' xmlns:stream='http://etherx.jabber.org/streams'>
<presence from='juliet@capulet.example/balcony'/>
<message from='juliet@capulet.example/balcony' type='chat'><body>Art thou not Romeo &amp; a Montague?</body></message>
</stream:stream>
*/
/* Prints:
<message to='juliet@capulet.example/balcony' type='chat'><body>Art thou not Romeo &amp; a Montague?</body></message>
*/
