/* Many connections, one buffer: between stanzas a stream keeps only some bytes
   at the start of its memory. Save those, and the next connection that has
   something to read may use the same memory.

   A thousand clients send a stream header, and later a message that arrives in
   two pieces. In the middle of a stanza a stream needs its memory: a server
   keeps a few more buffers for those that pause there. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

enum {
    CONNECTIONS = 1000,
    BUFFER = 4096,
    SAVED = 128
};

struct connection {
    xc_stream stream;
    unsigned char saved[SAVED];
    uint16_t saved_size;
};

static struct connection connections[CONNECTIONS];
static unsigned char shared[BUFFER];

static void suspend(struct connection *c)
{
    size_t size = xc_stream_saved_size(&c->stream);
    if (!xc_stream_is_idle(&c->stream) || size > SAVED)
        return; /* too much to save: give it memory of its own */
    memcpy(c->saved, shared, size);
    c->saved_size = (uint16_t)size;
}

static void resume(struct connection *c)
{
    memcpy(shared, c->saved, c->saved_size);
    xc_stream_relocate(&c->stream, shared, sizeof shared);
}

/* Returns how many stanzas came. */
static unsigned receive(struct connection *c, const char *bytes)
{
    xc_str in = xc_str_from(bytes);
    xc_stream_event event;
    unsigned stanzas = 0;
    while (xc_stream_next(&c->stream, &in, &event) == XC_EVENT)
        stanzas += event.kind == XC_EVENT_STANZA;
    return stanzas;
}

int main(void)
{
    unsigned stanzas = 0, largest = 0;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct connection *c = &connections[i];
        xc_stream_init(&c->stream, shared, sizeof shared, NULL);
        receive(c, "<stream:stream xmlns='jabber:client' xml:lang='en'"
                   " xmlns:stream='http://etherx.jabber.org/streams'"
                   " to='capulet.example' version='1.0'>");
        suspend(c);
        if (c->saved_size > largest)
            largest = c->saved_size;
    }
    for (size_t i = CONNECTIONS; i-- > 0;) { /* any order will do */
        resume(&connections[i]);
        stanzas += receive(&connections[i], "<message to='romeo@montague");
        stanzas += receive(&connections[i], ".example'><body/></message> ");
        suspend(&connections[i]);
    }
    printf("%u stanzas of %u streams through %u bytes\n", stanzas,
           (unsigned)CONNECTIONS, (unsigned)sizeof shared);
    printf("saved for each stream between stanzas: %u bytes\n", largest);
    return 0;
}

/* Prints:
1000 stanzas of 1000 streams through 4096 bytes
saved for each stream between stanzas: 94 bytes
*/
