/* Stream management (XEP-0198): what was sent and not yet acknowledged is
   kept, sent again after a resumption, and nothing arrives twice.

   The codec counts nothing by itself: it says which elements count
   (xc_sm_counts) and what an `h` acknowledges (xc_sm_acknowledge). The queue
   is yours. Here it is a ring of fixed slots. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

enum {
    SLOTS = 8,
    SLOT_SIZE = 256
};

struct queue {
    char text[SLOTS][SLOT_SIZE];
    size_t len[SLOTS];
    uint32_t sent, acked; /* modulo 2^32, as in the XEP */
    uint32_t received;    /* of the peer's, our own h */
    bool enabled;
};

/* XC_NEED_MORE: too many are unacknowledged, ask for an <a/> and wait for it. */
static xc_status send_counted(struct queue *q, xc_str stanza)
{
    size_t slot = q->sent % SLOTS;
    if (stanza.len > SLOT_SIZE)
        return XC_ERR_BUFFER_SIZE;
    if (q->sent - q->acked == SLOTS)
        return XC_NEED_MORE;
    memcpy(q->text[slot], stanza.ptr, stanza.len);
    q->len[slot] = stanza.len;
    q->sent++;
    printf("> " XC_FMT "\n", XC_ARG(stanza));
    return XC_OK;
}

/* False: the peer acknowledges what was never sent. Close with
   xc_sm_too_high in a stream error. */
static bool acknowledge(struct queue *q, xc_number h)
{
    uint32_t count;
    if (!xc_sm_acknowledge(q->sent, q->acked, h, &count))
        return false;
    q->acked += count;
    printf("  %u acknowledged, %u left\n", (unsigned)count,
           (unsigned)(q->sent - q->acked));
    return true;
}

static void send_again(const struct queue *q)
{
    for (uint32_t i = q->acked; i != q->sent; i++)
        printf("> %.*s\n", (int)q->len[i % SLOTS], q->text[i % SLOTS]);
}

static bool receive(struct queue *q, const xc_element *e)
{
    xc_sm_a a;
    xc_sm_resumed resumed;
    if (q->enabled && xc_sm_counts(e))
        q->received++;
    if (xc_matches(&xc_sm_enabled_schema, e))
        q->enabled = true; /* what came before does not count (section 3) */
    if (xc_read(&xc_sm_a_schema, e, &a, NULL) == XC_OK)
        return acknowledge(q, a.h);
    if (xc_read(&xc_sm_resumed_schema, e, &resumed, NULL) == XC_OK) {
        printf("  resumed\n");
        if (!acknowledge(q, resumed.h))
            return false;
        send_again(q);
    } else if (xc_is(e, XC_NS_SM, "r")) {
        printf("> <a xmlns='urn:xmpp:sm:3' h='%u'/>\n", (unsigned)q->received);
    }
    return true;
}

static const char recorded[] =
    "<stream:stream xmlns='jabber:client' version='1.0' id='s1'"
    " xmlns:stream='http://etherx.jabber.org/streams'>"
    "<enabled xmlns='urn:xmpp:sm:3' id='some-long-sm-id' resume='true'/>"
    "<message from='juliet@capulet.example'><body>Ay me!</body></message>"
    "<r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='1'/>"
    "<resumed xmlns='urn:xmpp:sm:3' h='2' previd='some-long-sm-id'/>"
    "<a xmlns='urn:xmpp:sm:3' h='7'/>";

int main(void)
{
    static char memory[4096];
    static struct queue q;
    xc_stream stream;
    xc_stream_event event;
    xc_str in = xc_str_from(recorded);
    bool good =
        send_counted(&q, XC_STR("<presence/>")) == XC_OK &&
        send_counted(&q, XC_STR("<message to='a@example'/>")) == XC_OK &&
        send_counted(&q, XC_STR("<message to='b@example'/>")) == XC_OK;
    xc_stream_init(&stream, memory, sizeof memory, NULL);
    while (good && xc_stream_next(&stream, &in, &event) == XC_EVENT)
        good = event.element == NULL || event.kind == XC_EVENT_OPEN ||
               receive(&q, event.element);
    if (!good)
        printf("  the peer acknowledges more than was sent\n");
    return xc_status_is_error(xc_stream_finish(&stream));
}

/* Prints:
> <presence/>
> <message to='a@example'/>
> <message to='b@example'/>
> <a xmlns='urn:xmpp:sm:3' h='1'/>
  1 acknowledged, 2 left
  resumed
  1 acknowledged, 1 left
> <message to='b@example'/>
  the peer acknowledges more than was sent
*/
