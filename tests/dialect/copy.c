/* A copy of the codec that only this file sees, in a program that has an
   extern one too. */
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
