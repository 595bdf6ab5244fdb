#define _POSIX_C_SOURCE 200809L
#include "utc.h"

#include <string.h>
#include <time.h>

int64_t utc_seconds(void)
{
    return (int64_t)time(NULL);
}

xc_time utc_time(int64_t when)
{
    xc_time utc = {.present = true};
    time_t seconds = (time_t)when;
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL)
        memset(&tm, 0, sizeof tm);
    utc.year = (uint16_t)(tm.tm_year + 1900);
    utc.month = (uint8_t)(tm.tm_mon + 1);
    utc.day = (uint8_t)tm.tm_mday;
    utc.hour = (uint8_t)tm.tm_hour;
    utc.minute = (uint8_t)tm.tm_min;
    utc.second = (uint8_t)(tm.tm_sec < 60 ? tm.tm_sec : 59);
    return utc;
}
