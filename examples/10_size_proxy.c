/* A proxy that drops what is too large: it passes a stream on byte for byte,
   except stanzas above a limit, and has memory for one stanza of that limit.

   The stream reader ends a stream with such a stanza. The tokenizer below it
   reads on: it needs memory for one tag only, and this program keeps the raw
   bytes of a stanza until its last one. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

enum {
    LIMIT = 100
};

struct proxy {
    xc_xml xml;
    unsigned depth;   /* open elements; 1: between stanzas */
    size_t size;      /* bytes read and not passed on, ... */
    char kept[LIMIT]; /* ... these, if they are not too many */
    unsigned dropped;
};

static void keep(struct proxy *p, xc_str raw)
{
    if (p->size + raw.len <= LIMIT)
        memcpy(p->kept + p->size, raw.ptr, raw.len);
    p->size += raw.len;
}

static void pass_on(struct proxy *p)
{
    if (p->size <= LIMIT) {
        printf("%.*s", (int)p->size, p->kept);
    } else {
        printf("\n[dropped: %lu bytes]\n", (unsigned long)p->size);
        p->dropped++;
    }
    p->size = 0;
}

/* A stanza is complete when its end tag brings us back to depth 1; the stream
   header, the end of the stream and the space between stanzas pass alone. */
static void take(struct proxy *p, xc_token_type type)
{
    if (type == XC_START)
        p->depth++;
    else if (type == XC_END)
        p->depth--;
    if (p->depth == 0 || (p->depth == 1 && p->size != 0))
        pass_on(p);
}

static xc_status feed(struct proxy *p, const char *bytes)
{
    xc_str in = xc_str_from(bytes);
    xc_status status;
    do {
        xc_token token;
        xc_str raw = in;
        status = xc_xml_next(&p->xml, &in, &token);
        if (xc_status_is_error(status))
            break;
        raw.len -= in.len; /* what this call has read */
        keep(p, raw);
        if (status == XC_EVENT)
            take(p, token.type);
    } while (status == XC_EVENT);
    return status;
}

static const char *const recorded[] = {
    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>",
    "<message to='a@example'><body>short</body></message><mess",
    "age to='b@example'><body>This one goes on and on, in more than one piece",
    ", and is longer than the proxy's limit.</body></message> ",
    "<presence><show>away</show></presence></stream:stream>",
};

int main(void)
{
    static char memory[2048];
    static struct proxy p;
    xc_status status = xc_xml_init(&p.xml, memory, sizeof memory, NULL);
    for (size_t i = 0; i < sizeof recorded / sizeof recorded[0]; i++) {
        status = feed(&p, recorded[i]);
        if (xc_status_is_error(status))
            break;
    }
    printf("\n%u dropped", p.dropped);
    if (xc_status_is_error(status))
        printf(", then at byte %llu: %s",
               (unsigned long long)xc_xml_offset(&p.xml),
               xc_status_text(status));
    printf("\n");
    return xc_status_is_error(status);
}

/* Prints:
<stream:stream xmlns:stream='http://etherx.jabber.org/streams'><message to='a@example'><body>short</body></message>
[dropped: 133 bytes]
 <presence><show>away</show></presence></stream:stream>
1 dropped
*/
