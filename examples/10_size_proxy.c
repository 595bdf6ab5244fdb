/* A proxy that drops what is too large: it passes a stream on byte for byte,
   except stanzas above a limit, and has memory for one stanza of that limit.

   The stream reader ends a stream with such a stanza. The tokenizer below it
   reads on: it needs memory for one tag only, and this program keeps the raw
   bytes of a stanza until its last one. A stream header above the limit ends
   the stream. */
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
    if (p->size <= LIMIT && raw.len <= LIMIT - p->size)
        memcpy(p->kept + p->size, raw.ptr, raw.len);
    p->size += raw.len;
}

static bool pass_on(struct proxy *p)
{
    bool fits = p->size <= LIMIT;
    if (fits)
        printf("%.*s", (int)p->size, p->kept);
    p->size = 0;
    return fits;
}

/* A stanza is complete when its end tag brings us back to depth 1. The stream
   header, its end and the space between stanzas pass by themselves. */
static xc_status take(struct proxy *p, xc_token_type type)
{
    if (type == XC_START)
        p->depth++;
    if (type == XC_END)
        p->depth--;
    if (p->depth > 1 || (p->depth == 1 && p->size == 0) || pass_on(p))
        return XC_EVENT;
    if (type != XC_END || p->depth == 0)
        return XC_ERR_LIMIT_STANZA;
    p->dropped++;
    return XC_EVENT;
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
            return status;
        raw.len -= in.len; /* what this call has read */
        keep(p, raw);
        if (status == XC_EVENT)
            status = take(p, token.type);
    } while (status == XC_EVENT);
    return status;
}

static const char *const recorded[] = {
    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>",
    "<message to='a@example'><body>short</body></message><mess",
    "age to='b@example'><body>This one goes on and on, in more than one piece",
    ", and is longer than the limit.</body>",
    "</message> <presence><show>away</show></presence></stream:stream>",
};

int main(void)
{
    static char memory[2048];
    static struct proxy p;
    xc_status status = xc_xml_init(&p.xml, memory, sizeof memory, NULL);
    for (size_t i = 0; i < sizeof recorded / sizeof recorded[0] &&
                       !xc_status_is_error(status);
         i++)
        status = feed(&p, recorded[i]);
    printf("\n");
    fprintf(stderr, "%u dropped\n", p.dropped);
    if (xc_status_is_error(status))
        fprintf(stderr, "byte %llu: %s\n",
                (unsigned long long)xc_xml_offset(&p.xml),
                xc_status_text(status));
    return xc_status_is_error(status);
}

/* Prints:
<stream:stream xmlns:stream='http://etherx.jabber.org/streams'><message to='a@example'><body>short</body></message> <presence><show>away</show></presence></stream:stream>
*/
