#include "replay.h"

void replay_init(struct replay *r, xc_str stanzas)
{
    xc_str header = XC_STR("<stream:stream xmlns='" XC_NS_CLIENT "' "
                           "xmlns:stream='" XC_NS_STREAMS "' version='1.0'>");
    xc_stream_event ev;
    r->rest = stanzas;
    r->size = stanzas.len;
    xc_stream_init(&r->stream, r->memory, sizeof r->memory, NULL);
    xc_stream_next(&r->stream, &header, &ev);
}

const xc_element *replay_next(struct replay *r)
{
    xc_stream_event ev;
    while (xc_stream_next(&r->stream, &r->rest, &ev) == XC_EVENT)
        if (ev.kind == XC_EVENT_STANZA)
            return ev.element;
    return NULL;
}

size_t replay_at(const struct replay *r)
{
    return r->size - r->rest.len;
}
