/* A file that uses the codec and leaves the implementation to another file.
   Compiled as C and as C++. */
#include "xmpp_codec.h"
#include "xmpp_codec.h"
#include "dialect.h"
#include <stdio.h>

static const xc_str names[] = {XC_STR_INIT("left"), XC_STR_INIT("")};

static bool strings_work(void)
{
    char line[40];
    xc_str rest = XC_STR("left right");
    xc_str left = xc_str_cut(&rest, ' ');
    xc_str absent = xc_str_from(NULL);
    snprintf(line, sizeof line, XC_FMT "|" XC_FMT "|" XC_FMT, XC_ARG(left),
             XC_ARG(rest), XC_ARG(absent));
    return strcmp(line, "left|right|") == 0 && xc_str_equal(left, names[0]) &&
           xc_str_equal(names[1], XC_STR("")) && !xc_str_is(absent, "") &&
           xc_str_starts_with(XC_STR("left"), "le");
}

static xc_str write_stream(char *buffer, size_t size)
{
    xc_stream_header header;
    xc_writer w;
    xc_str out;
    memset(&header, 0, sizeof header);
    header.to = XC_STR("capulet.lit");
    header.major = 1;
    xc_writer_init(&w, buffer, size, XC_NS_CLIENT);
    xc_writer_stream_open(&w, &header);
    xc_writer_begin(&w, XC_NS_CLIENT, "message");
    xc_writer_attr(&w, "to", XC_STR("juliet@capulet.lit"));
    xc_writer_text_element(&w, NULL, "body", XC_STR("Art thou not Romeo?"));
    xc_writer_end(&w);
    xc_writer_stream_close(&w);
    xc_writer_finish(&w, &out);
    return out;
}

static bool streams_work(void)
{
    static char memory[2048];
    char buffer[1024];
    int bodies = 0;
    xc_str in = write_stream(buffer, sizeof buffer);
    xc_stream s;
    xc_stream_event ev;
    xc_stream_init(&s, memory, sizeof memory, NULL);
    while (xc_stream_next(&s, &in, &ev) == XC_EVENT)
        bodies += xc_str_is(xc_text(xc_child(ev.element, NULL, "body")),
                            "Art thou not Romeo?");
    return xc_stream_finish(&s) == XC_CLOSED && bodies == 1;
}

static int check(bool works, const char *what)
{
    if (!works)
        printf("%s: does not work\n", what);
    return !works;
}

int main(void)
{
    return check(strings_work(), "strings") |
           check(streams_work(), "streams") |
           check(static_copy_works(), "static copy");
}
