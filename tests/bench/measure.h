/* Shared by the programs of this directory: time, medians, numbers of the
   command line. Define _POSIX_C_SOURCE before the first header. */
#ifndef MEASURE_H
#define MEASURE_H

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    MAX_PASSES = 99
};

static void die(const char *what, const char *about)
{
    fprintf(stderr, "bench: %s: %s\n", what, about);
    exit(2);
}

static size_t number(const char *text)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0')
        die(text, "is not a number");
    return value;
}

/* Which cases, how often. */
typedef struct case_settings {
    const char *only;   /* one contender; NULL: all */
    size_t first, last; /* cases */
    size_t rounds;      /* 0: as many as take the least time */
    size_t passes;
} case_settings;

/* False: no such option, or a wrong value. */
static inline bool take_option(case_settings *s, const char *option,
                               const char *value, size_t cases)
{
    if (strcmp(option, "--case") == 0 && number(value) < cases)
        s->first = s->last = number(value);
    else if (strcmp(option, "--rounds") == 0)
        s->rounds = number(value);
    else if (strcmp(option, "--passes") == 0 && number(value) > 0 &&
             number(value) <= MAX_PASSES)
        s->passes = number(value);
    else
        return false;
    return true;
}

static double cpu_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static int compare_doubles(const void *a, const void *b)
{
    double x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

static double median(double *values, size_t count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    return values[count / 2];
}
#endif
