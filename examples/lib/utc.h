/* utc.h - the time of day as the codec writes it, for <delay/> and XEP-0202.

       xc_delay delay = {.stamp = utc_time(utc_seconds())};

   Needs xmpp_codec.h. */
#ifndef UTC_H
#define UTC_H

#include "xmpp_codec.h"

int64_t utc_seconds(void); /* since 1970 */

xc_time utc_time(int64_t seconds);

#endif
