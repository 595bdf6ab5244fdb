/* A copy of the codec that is private to this file, in a program that also has
   an extern one. */
#define XMPP_CODEC_STATIC
#include "xmpp_codec.h"
#include "xmpp_codec.h"
#include "dialect.h"

int static_copy_works(void)
{
    char memory[512];
    xc_xml x;
    xc_token tok;
    xc_str in = XC_STR("<a>text</a>");
    if (xc_xml_init(&x, memory, sizeof memory, NULL) != XC_OK)
        return 0;
    while (xc_xml_next(&x, &in, &tok) == XC_EVENT)
        continue;
    return xc_xml_finish(&x) == XC_OK;
}
