/* xc_roundtrip.c - decodes a recorded XMPP stream and writes it again.

   Shows the stream reader and the writer together: what a relay does. What
   comes out is canonical, and reads again as the same events. Try:
       build/xc_roundtrip capture.xml | build/xc_roundtrip | diff ... */
#include "xmpp_codec.h"

#include "roundtrip.h"

static const tool self = {
    "xc_roundtrip",
    "[--chunk N] [--mem BYTES] [--websocket | --bosh]\n"
    "                    [--lenient] [FILE]",
    "Reads one direction of an XMPP stream from FILE or standard input and\n"
    "writes every stream header, element and close tag again in canonical\n"
    "form. A stream header after STARTTLS, compression or SASL is a restart.\n"
    "What is not complete is not written. When the input is rejected, the\n"
    "last line on standard error is\n\n"
    "  error  condition  offset  XC_ERR_NAME       separated by TAB\n\n"
    "  --chunk N    give the codec N bytes at a time (65536)\n"
    "  --mem BYTES  give the codec so much memory (1048576)\n"
    "  --websocket  RFC 7395: one element a line in and out\n"
    "  --bosh       XEP-0124: one <body/> after the other, one a line out;\n"
    "               chosen without being asked if the input begins with\n"
    "               <body\n"
    "  --lenient    tolerate attributes with undeclared prefixes\n\n"
    "Exit status: 0 accepted, 1 rejected, 2 wrong use or unreadable.\n",
    roundtrip_options};

static void write_element(xc_writer *w, const xc_element *e)
{
    xc_writer_element(w, e);
}

int main(int argc, char **argv)
{
    return tool_exit(&self, roundtrip_main(&self, write_element, argc, argv));
}
