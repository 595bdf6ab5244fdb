/* Another header of the program included the declarations before the
   implementation was asked for. */
#include "xmpp_codec.h"

xc_status before(void);
xc_status before(void)
{
    return xc_xml_init(NULL, NULL, 0, NULL);
}

#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
