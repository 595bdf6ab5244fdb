/* Compares the data of xmpp_codec.h on every code point, and every primary
   composite, with the lines of expect.py:  expect.py | check_ucd */
#define XMPP_CODEC_IMPLEMENTATION
#include "versions.h"

#include <string.h>

#define CODE_POINTS 0x110000u
#define SYLLABLES 11172u

static versions v;
static bool is_known[CODE_POINTS]; /* assigned in both */
static unsigned long wrong;

static void differs(const char *expected, const char *got)
{
    if (wrong++ < 20)
        fprintf(stderr, "expected %s\ngot      %s\n", expected, got);
}

static char *put_text(char *to, const char *text)
{
    size_t len = strlen(text);
    memcpy(to, text, len + 1);
    return to + len;
}

static char *put_code_points(char *to, const uint32_t *cps, unsigned n)
{
    unsigned i;
    for (i = 0; i < n; i++)
        to += sprintf(to, "%s%lX", i > 0 ? " " : ";", (unsigned long)cps[i]);
    return to;
}

static char *put_flags(char *to, uint32_t cp, uint32_t properties)
{
    static const struct {
        uint32_t flag;
        const char *letter;
    } flags[] = {{XC_I_CP_IDNA, "i"},
                 {XC_I_CP_MARK, "k"},
                 {XC_I_CP_MAPS, "m"},
                 {XC_I_CP_NOT_NFC, "n"},
                 {XC_I_CP_COMPOSES, "c"}};
    size_t i;
    for (i = 0; i < sizeof flags / sizeof flags[0]; i++)
        to = put_text(to, properties & flags[i].flag ? flags[i].letter : "");
    return put_text(to, xc_i_is_space(cp) ? "z" : "");
}

static void describe(char *to, uint32_t cp)
{
    static const char *const classes[] = {
        "PVALID",     "FREE_PVAL",  "CONTEXTJ", "CONTEXTO",
        "DISALLOWED", "UNASSIGNED", "6",        "7"};
    static const char *const directions[] = {"-",  "L",   "R",       "AN",
                                             "EN", "NSM", "neutral", "7"};
    static const char *const joinings[] = {"-", "L", "R", "D",
                                           "T", "5", "6", "7"};
    static const char *const scripts[] = {"-", "Greek", "Hebrew", "Japanese"};
    uint32_t properties = xc_i_properties(cp), mapped[4];
    to += sprintf(to, "%lX;%s;", (unsigned long)cp,
                  classes[xc_i_class_of(properties)]);
    to = put_flags(to, cp, properties);
    to += sprintf(to, ";%s;%s;%s;%u", directions[xc_i_bidi_of(properties)],
                  joinings[xc_i_joining_of(properties)],
                  scripts[xc_i_script_of(properties)],
                  xc_i_combining_of(properties));
    to = put_code_points(to, mapped, xc_i_lower(cp, mapped));
    mapped[0] = xc_i_width(cp);
    to = put_code_points(to, mapped, 1);
    put_code_points(to, mapped, xc_i_decompose(cp, mapped));
}

static bool read_line(char *line, size_t size)
{
    if (fgets(line, (int)size, stdin) == NULL)
        return false;
    line[strcspn(line, "\n")] = '\0';
    return true;
}

static void check_code_point(uint32_t cp, const char *expected)
{
    char got[256];
    bool assigned = strstr(expected, ";UNASSIGNED;") == NULL;
    is_known[cp] = assigned && !is_unassigned_here(cp);
    describe(got, cp);
    if (is_comparable(&v, cp, assigned) && strcmp(expected, got) != 0)
        differs(expected, got);
}

static uint32_t check_code_points(void)
{
    char line[256];
    uint32_t cp;
    for (cp = 0; cp < CODE_POINTS && read_line(line, sizeof line); cp++)
        check_code_point(cp, line);
    return cp;
}

/* A second code point of the expected composites. */
struct second {
    uint32_t cp;
    unsigned long composites;
};

static struct second seconds[512];
static unsigned second_count;

static void count_second(uint32_t cp)
{
    unsigned i;
    for (i = 0; i < second_count && seconds[i].cp != cp; i++)
        ;
    if (i == sizeof seconds / sizeof seconds[0])
        exit(2);
    if (i == second_count)
        seconds[second_count++].cp = cp;
    seconds[i].composites++;
}

static unsigned long check_composites(void)
{
    char line[64], got[64];
    unsigned long n = 0, first, second, composite;
    for (; read_line(line, sizeof line); n++) {
        if (sscanf(line, "%lx %lx;%lx", &first, &second, &composite) != 3 ||
            composite >= CODE_POINTS)
            exit(2);
        if (!is_known[composite])
            continue;
        count_second((uint32_t)second);
        sprintf(
            got, "%lX %lX;%lX", first, second,
            (unsigned long)xc_i_compose((uint32_t)first, (uint32_t)second));
        if (strcmp(line, got) != 0)
            differs(line, got);
    }
    return n;
}

/* No other first code points compose with these second ones. */
static void check_no_more_firsts(void)
{
    uint32_t i;
    for (i = 0; i < second_count; i++) {
        unsigned long found = 0;
        uint32_t cp;
        for (cp = 0; cp < CODE_POINTS; cp++)
            found += is_known[xc_i_compose(cp, seconds[i].cp)];
        if (found != seconds[i].composites) {
            wrong++;
            fprintf(stderr, "%lX: %lu composites instead of %lu\n",
                    (unsigned long)seconds[i].cp, found,
                    seconds[i].composites);
        }
    }
}

/* No other second code points compose with the first code points of
   composites. */
static void check_no_more_seconds(void)
{
    static const uint32_t firsts[] = {0x41,    0x61,    0x397,   0x1100,
                                      0xAC00,  0x1E62,  0x304B,  0x11099,
                                      0x11131, 0x11347, 0x114B9, 0x11935,
                                      0x105D2, 0x1611E, 0x16D63, 0x16D69};
    uint32_t cp, i, k;
    for (i = 0; i < sizeof firsts / sizeof firsts[0]; i++) {
        for (cp = 0; cp < CODE_POINTS; cp++) {
            if (!is_known[xc_i_compose(firsts[i], cp)])
                continue;
            for (k = 0; k < second_count && seconds[k].cp != cp; k++)
                ;
            if (k == second_count) {
                wrong++;
                fprintf(stderr, "%lX composes\n", (unsigned long)cp);
            }
        }
    }
}

int main(void)
{
    unsigned long cps, composites;
    char line[64];
    if (!read_line(line, sizeof line))
        exit(2);
    v.other = version_from(line);
    v.tables = version_from(XC_UNICODE_VERSION);
    cps = check_code_points();
    is_known[0] = false; /* no composite */
    composites = check_composites();
    check_no_more_firsts();
    check_no_more_seconds();
    print_versions(&v, "this database", wrong != 0);
    printf("%lu code points, %lu composites, %lu wrong\n", cps, composites,
           wrong);
    return wrong != 0 || cps != CODE_POINTS || composites < SYLLABLES;
}
