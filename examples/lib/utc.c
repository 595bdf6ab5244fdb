#define _POSIX_C_SOURCE 200809L
#include "utc.h"

#include <string.h>
#include <time.h>

xc_time utc_now(void)
{
    xc_time now = {.present = true};
    time_t seconds = time(NULL);
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL)
        memset(&tm, 0, sizeof tm);
    now.year = (uint16_t)(tm.tm_year + 1900);
    now.month = (uint8_t)(tm.tm_mon + 1);
    now.day = (uint8_t)tm.tm_mday;
    now.hour = (uint8_t)tm.tm_hour;
    now.minute = (uint8_t)tm.tm_min;
    now.second = (uint8_t)(tm.tm_sec < 60 ? tm.tm_sec : 59);
    return now;
}
