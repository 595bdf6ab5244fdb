/* How much memory? Finds the smallest memory that reads a stanza, and prints
   what a connection keeps while it is idle, in each role.

   The memory given at init bounds what a peer can make us hold: what does not
   fit is refused with policy-violation. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

static const char stanza[] =
    "<message from='juliet@capulet.example/balcony' id='ktx72v49'"
    " to='romeo@montague.example' type='chat' xml:lang='en'>"
    "<body>Art thou not Romeo, and a Montague?</body>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/></message>";

static const struct {
    const char *role, *header;
} roles[] = {
    {"client", "<stream:stream xmlns='jabber:client' xml:lang='en'"
               " xmlns:stream='http://etherx.jabber.org/streams'"
               " from='capulet.example' id='s1' version='1.0'>"},
    {"component", "<stream:stream xmlns='jabber:component:accept'"
                  " xmlns:stream='http://etherx.jabber.org/streams'"
                  " from='echo.capulet.example' id='s2'>"},
    {"server", "<stream:stream xmlns='jabber:server'"
               " xmlns:db='jabber:server:dialback'"
               " xmlns:stream='http://etherx.jabber.org/streams'"
               " from='capulet.example' id='s3' version='1.0'>"},
};

/* Reads the header, and the stanza if it is given. Whatever the memory is too
   small for ends in XC_ERR_WORKSPACE, never in a crash. */
static xc_status read_all(xc_stream *stream, void *memory, size_t size,
                          const char *header, const char *text)
{
    const char *parts[2];
    xc_status status = xc_stream_init(stream, memory, size, NULL);
    parts[0] = header;
    parts[1] = text;
    for (size_t i = 0; i < 2 && status != XC_ERR_ARGUMENT; i++) {
        xc_str in = xc_str_from(parts[i]);
        xc_stream_event event;
        do
            status = xc_stream_next(stream, &in, &event);
        while (status == XC_EVENT);
        if (xc_status_is_error(status))
            break;
    }
    return status;
}

int main(void)
{
    static unsigned char memory[8192];
    xc_stream stream;
    printf("role       idle  to read a message of %u bytes\n",
           (unsigned)(sizeof stanza - 1));
    for (size_t i = 0; i < sizeof roles / sizeof roles[0]; i++) {
        size_t idle, least = 0;
        read_all(&stream, memory, sizeof memory, roles[i].header, "");
        idle = xc_stream_saved_size(&stream);
        while (least < sizeof memory &&
               xc_status_is_error(
                   read_all(&stream, memory, least, roles[i].header, stanza)))
            least++;
        printf("%-10s %4u  %u\n", roles[i].role, (unsigned)idle,
               (unsigned)least);
    }
    return 0;
}

/* Prints:
role       idle  to read a message of 228 bytes
client       94  461
component   102  477
server      128  493
*/
