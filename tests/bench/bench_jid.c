/* The cost of enforcing an address, beside other libraries, in one run.

   usage: bench_jid [--only NAME] [--case N] [--rounds N] [--passes N]
          bench_jid --list

   Times are CPU time of this process: the median of passes that take turns.
   Without --rounds each measurement takes some milliseconds. --list prints
   the number, bytes, target in instructions (0: none) and name of each case,
   for counting instructions: subtract the count of --rounds 1. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include "measure.h"
#include "jid_peers.h"

#define MARKS_SIZE ((size_t)65535)
#define LEAST_SECONDS 2e-3 /* of one measurement */

typedef struct address {
    const char *name;
    const char *text; /* NULL: that many bytes of combining marks */
    size_t size;
    unsigned nanoseconds; /* targets; 0: none */
    unsigned instructions;
} address;

static const address addresses[] = {
    {"ASCII, bare", "juliet@capulet.example", 22, 25, 120},
    {"ASCII, full", "romeo@montague.lit/orchard.9X", 29, 25, 120},
    {"ASCII, a domain alone", "conference.capulet.example", 26, 25, 120},
    {"ASCII, upper case", "JULIET@CAPULET.EXAMPLE", 22, 0, 0},
    {"10 Greek letters",
     "\xCE\xB1\xCE\xBB\xCE\xAD\xCE\xBE\xCE\xB1\xCE\xBD"
     "\xCE\xB4\xCF\x81\xCE\xBF\xCF\x83@example.org",
     32, 1000, 0},
    {"10 Greek letters, upper case",
     "\xCE\x91\xCE\x9B\xCE\x88\xCE\x9E\xCE\x91"
     "\xCE\x9D\xCE\x94\xCE\xA1\xCE\x9F\xCE\xA3@example.org",
     32, 1000, 0},
    {"IDN, U-label",
     "julia@b\xC3\xBC"
     "cher.example",
     21, 0, 0},
    {"IDN, A-label", "julia@xn--bcher-kva.example", 27, 0, 0},
    {"resource with an umlaut",
     "julia@capulet.example/K\xC3\xBC"
     "che",
     28, 0, 0},
    {"combining marks", NULL, 101, 0, 0},
    {"combining marks", NULL, 1023, 0, 0},
    {"combining marks, too many", NULL, MARKS_SIZE, 0, 0},
};
enum {
    ADDRESSES = sizeof addresses / sizeof addresses[0]
};

static const jid_peer peers[] = {
    {"xc_jid", xc_enforce},
#ifdef HAVE_libidn
    {"libidn", libidn_enforce},
#endif
#ifdef HAVE_icu
    {"ICU", icu_enforce},
#endif
#ifdef HAVE_libstrophe
    {"libstrophe", libstrophe_cut},
#endif
};
enum {
    PEERS = sizeof peers / sizeof peers[0]
};

typedef struct settings {
    const char *only;
    size_t first, last; /* cases */
    size_t rounds;      /* 0: enough for LEAST_SECONDS */
    size_t passes;
} settings;

typedef struct results {
    double seconds[ADDRESSES][PEERS][MAX_PASSES]; /* for one address */
    bool accepted[ADDRESSES][PEERS];
} results;

/* ---- addresses ---------------------------------------------------------- */

/* A localpart of `size` bytes: a letter that composes with nothing, then marks
   of two bytes in falling order of their combining classes, so that they must
   be sorted. */
static size_t put_marks(char *to, size_t size)
{
    static const char marks[][3] = {"\xCC\x95", "\xCC\x80", "\xCC\xA3",
                                    "\xCC\x9B", "\xCC\xA1"};
    size_t len = 0;
    to[len++] = 'q';
    for (size_t i = 0; size - len >= 2; i++, len += 2)
        memcpy(to + len, marks[i % 5], 2);
    return len;
}

/* The text of an address, NUL-terminated, in static memory. */
static xc_str text_of(const address *a)
{
    static char text[MARKS_SIZE + 3]; /* and "@b" */
    size_t len = a->size;
    if (a->text != NULL) {
        memcpy(text, a->text, len);
    } else {
        len = put_marks(text, a->size);
        memcpy(text + len, "@b", 2);
        len += 2;
    }
    text[len] = '\0';
    xc_str view = {text, len};
    return view;
}

/* ---- measuring ---------------------------------------------------------- */

static double seconds_of(const jid_peer *peer, xc_str text, size_t rounds)
{
    double start = cpu_seconds();
    for (size_t i = 0; i < rounds; i++)
        peer->enforce(text);
    return cpu_seconds() - start;
}

/* The number of rounds that takes long enough to be measured. */
static size_t enough_rounds(const jid_peer *peer, xc_str text)
{
    size_t rounds = 1;
    while (seconds_of(peer, text, rounds) < LEAST_SECONDS)
        rounds *= 2;
    return rounds;
}

static bool selected(const case_settings *s, size_t peer)
{
    return s->only == NULL || strcmp(s->only, peers[peer].name) == 0;
}

static void measure(const case_settings *s, results *res)
{
    for (size_t n = 0; n < s->passes; n++)
        for (size_t a = s->first; a <= s->last; a++)
            for (size_t p = 0; p < PEERS; p++) {
                xc_str text = text_of(&addresses[a]);
                size_t rounds = s->rounds;
                if (!selected(s, p))
                    continue;
                if (rounds == 0)
                    rounds = enough_rounds(&peers[p], text);
                res->seconds[a][p][n] =
                    seconds_of(&peers[p], text, rounds) / (double)rounds;
                res->accepted[a][p] = peers[p].enforce(text);
            }
}

/* ---- tables ------------------------------------------------------------- */

static double nanoseconds(const case_settings *s, results *res, size_t a,
                          size_t p)
{
    return median(res->seconds[a][p], s->passes) * 1e9;
}

static void print_row(const case_settings *s, results *res, size_t a)
{
    printf("  %-28s %6zu", addresses[a].name, text_of(&addresses[a]).len);
    for (size_t p = 0; p < PEERS; p++) {
        char cell[32];
        if (!selected(s, p))
            continue;
        snprintf(cell, sizeof cell, res->accepted[a][p] ? "%.1f " : "(%.1f)",
                 nanoseconds(s, res, a, p));
        printf(" %12s", cell);
    }
    if (addresses[a].nanoseconds != 0)
        printf(" %7u", addresses[a].nanoseconds);
    printf("\n");
}

static void print_table(const case_settings *s, results *res)
{
    printf("addresses: ns for each, median of %zu (in brackets: refused)\n"
           "  %-28s %6s",
           s->passes, "", "bytes");
    for (size_t p = 0; p < PEERS; p++)
        if (selected(s, p))
            printf(" %11s ", peers[p].name);
    printf(" %7s\n", "target");
    for (size_t a = s->first; a <= s->last; a++)
        print_row(s, res, a);
}

static void print_marks(const case_settings *s, results *res)
{
    printf("  xc_jid, ns for each byte of combining marks:");
    for (size_t a = s->first; a <= s->last; a++)
        if (addresses[a].text == NULL)
            printf(" %.1f of %zu;",
                   nanoseconds(s, res, a, 0) /
                       (double)text_of(&addresses[a]).len,
                   addresses[a].size);
    printf("\n");
}

static const char remarks[] =
#if defined(HAVE_libidn) || defined(HAVE_icu)
    "  libidn and ICU prepare each part with the profiles of RFC 3920, the\n"
    "  predecessor: nodeprep, nameprep, resourceprep (Unicode 3.2).\n"
#endif
#ifdef HAVE_libstrophe
    "  libstrophe cuts the address into its parts and checks nothing.\n"
#endif
    "  Targets are printed, not asserted.\n";

static void print_list(void)
{
    for (size_t a = 0; a < ADDRESSES; a++)
        printf("%zu %zu %u %s\n", a, text_of(&addresses[a]).len,
               addresses[a].instructions, addresses[a].name);
}

/* ---- command line ------------------------------------------------------- */

static void set_option(case_settings *s, const char *option, const char *value)
{
    if (strcmp(option, "--only") == 0)
        s->only = value;
    else if (!take_option(s, option, value, ADDRESSES))
        die(option, "unknown option or wrong value");
}

static bool takes_part(const case_settings *s)
{
    for (size_t p = 0; p < PEERS; p++)
        if (selected(s, p))
            return true;
    return false;
}

int main(int argc, char **argv)
{
    static results res;
    case_settings s = {NULL, 0, ADDRESSES - 1, 0, 9};
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        print_list();
        return 0;
    }
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            die(argv[i], "needs a value");
        set_option(&s, argv[i], argv[i + 1]);
    }
    if (!takes_part(&s)) {
        fprintf(stderr, "bench: %s does not take part\n", s.only);
        return 3;
    }
    measure(&s, &res);
    print_table(&s, &res);
    if (selected(&s, 0))
        print_marks(&s, &res);
    if (s.only == NULL)
        printf("%s", remarks);
    return 0;
}
