/* hello.c - prints who says what on a recorded client stream.

   The program from the top of xmpp_codec.h: a stream reader over 16 KiB of
   static memory, fed from standard input. Try:
       build/hello < recording.xml */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include <stdio.h>

static char memory[16384];

int main(void)
{
    char buffer[4096];
    size_t got;
    xc_stream stream;
    xc_status status = xc_stream_init(&stream, memory, sizeof memory, NULL);
    while ((got = fread(buffer, 1, sizeof buffer, stdin)) > 0) {
        xc_str in = {buffer, got};
        xc_stream_event ev;
        while ((status = xc_stream_next(&stream, &in, &ev)) == XC_EVENT) {
            const xc_element *e = ev.element;
            const xc_element *body = xc_child(e, NULL, "body");
            if (ev.kind == XC_EVENT_STANZA && body != NULL)
                printf(XC_FMT ": " XC_FMT "\n", XC_ARG(xc_attr(e, "from")),
                       XC_ARG(xc_text(body)));
        }
        if (status != XC_NEED_MORE)
            break;
    }
    if (xc_status_is_error(status))
        fprintf(stderr, "%s at byte %llu\n", xc_status_text(status),
                (unsigned long long)xc_stream_offset(&stream));
    return xc_status_is_error(status);
}
