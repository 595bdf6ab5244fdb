/* utc.h - the time of day as the codec writes it, for <delay/> and XEP-0202.

       xc_delay delay = {.stamp = utc_now()};

   Needs xmpp_codec.h. */
#ifndef UTC_H
#define UTC_H

#include "xmpp_codec.h"

xc_time utc_now(void);

#endif
