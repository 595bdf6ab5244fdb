/* Many connections, few buffers: between stanzas a stream keeps only some
   bytes at the start of its memory. Save those, and the next connection that
   has something to read borrows the buffer.

   A thousand clients send a stream header, and later a message in two pieces.
   In the middle of a stanza a stream needs all of its memory: such a
   connection keeps its buffer until the rest comes. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

enum {
    CONNECTIONS = 1000,
    BUFFERS = 2,
    BUFFER_SIZE = 4096,
    SAVED = 128
};

struct saved_connection {
    xc_stream stream;
    unsigned char saved[SAVED];
    int buffer; /* borrowed; -1 while idle */
};

static struct saved_connection connections[CONNECTIONS];
static unsigned char buffers[BUFFERS][BUFFER_SIZE];
static bool lent[BUFFERS];

/* -1: all are lent. Stop reading from this socket for a while. */
static int borrow(void)
{
    for (int i = 0; i < BUFFERS; i++) {
        if (!lent[i]) {
            lent[i] = true;
            return i;
        }
    }
    return -1;
}

static bool resume(struct saved_connection *c)
{
    if (c->buffer >= 0)
        return true;
    c->buffer = borrow();
    if (c->buffer < 0)
        return false;
    memcpy(buffers[c->buffer], c->saved, SAVED);
    return xc_stream_relocate(&c->stream, buffers[c->buffer], BUFFER_SIZE) ==
           XC_OK;
}

static void give_back(struct saved_connection *c)
{
    if (!xc_stream_is_idle(&c->stream) ||
        xc_stream_saved_size(&c->stream) > SAVED)
        return; /* it is in the middle of something, and keeps the buffer */
    memcpy(c->saved, buffers[c->buffer], xc_stream_saved_size(&c->stream));
    lent[c->buffer] = false;
    c->buffer = -1;
}

/* Adds the stanzas to *stanzas. False: out of buffers, or the stream is in
   error: refuse it, and give its buffer back. */
static bool receive(struct saved_connection *c, const char *bytes,
                    unsigned *stanzas)
{
    xc_str in = xc_str_from(bytes);
    xc_stream_event event;
    xc_status status;
    if (!resume(c))
        return false;
    while ((status = xc_stream_next(&c->stream, &in, &event)) == XC_EVENT)
        *stanzas += event.kind == XC_EVENT_STANZA;
    if (status == XC_NEED_MORE)
        give_back(c);
    return status == XC_NEED_MORE;
}

static bool run(size_t i, unsigned *stanzas)
{
    static const char first[] = "<message to='romeo@montague";
    static const char rest[] = ".example'><body/></message> ";
    struct saved_connection *c = &connections[i], *beside;
    beside = &connections[(i + 1) % CONNECTIONS];
    return receive(c, first, stanzas) && receive(beside, " ", stanzas) &&
           receive(c, rest, stanzas);
}

int main(void)
{
    unsigned stanzas = 0, largest = 0;
    for (size_t i = 0; i < CONNECTIONS; i++) {
        struct saved_connection *c = &connections[i];
        xc_stream_init(&c->stream, c->saved, SAVED, NULL);
        c->buffer = -1;
        if (!receive(c,
                     "<stream:stream xmlns='jabber:client' xml:lang='en'"
                     " xmlns:stream='http://etherx.jabber.org/streams'"
                     " to='capulet.example' version='1.0'>",
                     &stanzas))
            return 1;
        if (xc_stream_saved_size(&c->stream) > largest)
            largest = (unsigned)xc_stream_saved_size(&c->stream);
    }
    for (size_t i = CONNECTIONS; i-- > 0;) { /* in any order */
        if (!run(i, &stanzas))
            return 1;
    }
    printf("%u stanzas of %d streams through %d buffers of %d bytes\n",
           stanzas, CONNECTIONS, BUFFERS, BUFFER_SIZE);
    printf("saved for each stream between stanzas: %u bytes\n", largest);
    return 0;
}

/* Prints:
1000 stanzas of 1000 streams through 2 buffers of 4096 bytes
saved for each stream between stanzas: 94 bytes
*/
