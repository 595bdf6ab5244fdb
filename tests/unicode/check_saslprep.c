/* Compares SASLprep of xmpp_codec.h with that of libidn:
   cc -I. tests/unicode/check_saslprep.c -lidn */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include <pr29.h>
#include <stdio.h>
#include <stdlib.h>
#include <stringprep.h>

#define CODE_POINTS 0x110000
enum {
    POINTS_MAX = 12,
    TEXT = 1024
};

static unsigned long wrong, compared;

struct text {
    uint32_t points[POINTS_MAX];
    size_t count;
};

static void complain(const struct text *t, int theirs, const char *their_text,
                     xc_status ours, xc_str our_text)
{
    if (wrong++ >= 20)
        return;
    for (size_t i = 0; i < t->count; i++)
        fprintf(stderr, "U+%04lX ", (unsigned long)t->points[i]);
    fprintf(stderr, "libidn: %s \"%s\", ours: %s \"" XC_FMT "\"\n",
            stringprep_strerror((Stringprep_rc)theirs), their_text,
            xc_status_name(ours), XC_ARG(our_text));
}

static size_t to_utf8(const struct text *t, char *out)
{
    size_t len = 0;
    for (size_t i = 0; i < t->count; i++)
        len += xc_i_utf8_encode((unsigned char *)out + len, t->points[i]);
    out[len] = '\0';
    return len;
}

/* Does libidn compose across what is between, as Unicode does not? This was
   found in the wording of UAX #15 as public review issue 29. */
static bool is_issue_29(const struct text *t)
{
    uint32_t mapped[POINTS_MAX * 18];
    size_t count = 0;
    for (size_t i = 0; i < t->count; i++) {
        unsigned n = 1;
        for (unsigned k = 0; k < n; k++) {
            n = xc_i_prep_map(t->points[i], k, &mapped[count]);
            count += n > 0;
        }
    }
    return pr29_4(mapped, count) != PR29_SUCCESS;
}

/* An error is one, whichever is met first. */
static void compare(const struct text *t, bool stored)
{
    char raw[TEXT], theirs[TEXT], mem[TEXT];
    xc_str in = {raw, to_utf8(t, raw)}, got;
    xc_status status = xc_sasl_prepare(stored ? XC_SASL_PROFILE_SASLPREP_STORED
                                              : XC_SASL_PROFILE_SASLPREP,
                                       in, mem, sizeof mem, &got);
    int rc;
    if (is_issue_29(t))
        return;
    memcpy(theirs, raw, in.len + 1);
    rc = stringprep(theirs, sizeof theirs,
                    stored ? STRINGPREP_NO_UNASSIGNED
                           : (Stringprep_profile_flags)0,
                    stringprep_saslprep);
    compared++;
    if (rc != STRINGPREP_OK ? status == XC_OK
        : theirs[0] == '\0' ? status != XC_ERR_JID_EMPTY
                            : status != XC_OK || !xc_str_is(got, theirs))
        complain(t, rc, theirs, status, got);
}

/* Each code point alone and between others: 0 means it. */
static void check_all(void)
{
    static const struct text contexts[] = {
        {{0}, 1},
        {{'a', 0}, 2},
        {{0, 0x301}, 2},
        {{'e', 0x327, 0, 0x302}, 4},
        {{0x1100, 0, 0x11A8}, 3},
        {{0x627, 0, 0x628}, 3},
        {{0xAD, 0, 0x200B, 0}, 4},
    };
    for (uint32_t cp = 1; cp < CODE_POINTS; cp++) {
        if (cp >= 0xD800 && cp < 0xE000)
            continue;
        for (size_t i = 0; i < sizeof contexts / sizeof *contexts; i++) {
            struct text t = contexts[i];
            for (size_t k = 0; k < t.count; k++)
                t.points[k] = t.points[k] == 0 ? cp : t.points[k];
            compare(&t, false);
            if (i < 2)
                compare(&t, true);
        }
    }
}

static uint32_t random_below(uint32_t n)
{
    static uint64_t state = 2013;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((state >> 33) % n);
}

/* What happens something to, more often than the rest. */
static uint32_t random_point(void)
{
    static const uint32_t ranges[][2] = {
        {0x20, 0x80},       {0xA0, 0x180},      {0x300, 0x370},
        {0x370, 0x400},     {0x590, 0x660},     {0x900, 0xE00},
        {0x1100, 0x1200},   {0x1E00, 0x2000},   {0x2000, 0x2200},
        {0x3040, 0x3400},   {0xAC00, 0xD7A4},   {0xF900, 0xFFF0},
        {0x1D100, 0x1D800}, {0x2F800, 0x2FA20}, {1, CODE_POINTS},
    };
    const uint32_t *range =
        ranges[random_below(sizeof ranges / sizeof *ranges)];
    uint32_t cp = range[0] + random_below(range[1] - range[0]);
    return cp >= 0xD800 && cp < 0xE000 ? 'x' : cp;
}

static void check_random(long rounds)
{
    while (rounds-- > 0) {
        struct text t = {{0}, 1 + random_below(POINTS_MAX)};
        for (size_t i = 0; i < t.count; i++)
            t.points[i] = random_point();
        compare(&t, random_below(8) == 0);
    }
}

int main(int argc, char **argv)
{
    check_all();
    check_random(argc > 1 ? atol(argv[1]) : 200000);
    printf("SASLprep: %lu texts compared with libidn %s, %lu differ\n",
           compared, stringprep_check_version(NULL), wrong);
    return wrong != 0;
}
