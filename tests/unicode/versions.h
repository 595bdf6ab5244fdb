/* The tables of xmpp_codec.h and what they are compared with may be of
   different versions of Unicode. Then only what both assign is compared. */
#ifndef VERSIONS_H
#define VERSIONS_H

#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>

/* 256 * major + minor. */
typedef struct versions {
    unsigned tables, other;
    unsigned long skipped, changed; /* code points that only one of them
                                       assigns; that Unicode has changed */
} versions;

static unsigned version_number(unsigned major, unsigned minor)
{
    return major << 8 | minor;
}

static unsigned version_from(const char *text)
{
    unsigned major, minor;
    if (sscanf(text, "%u.%u", &major, &minor) != 2) {
        fprintf(stderr, "no version: %s\n", text);
        exit(2);
    }
    return version_number(major, minor);
}

static bool is_between(const versions *v, unsigned version)
{
    bool newer = v->tables < v->other;
    return (newer ? v->tables : v->other) < version &&
           version <= (newer ? v->other : v->tables);
}

static bool has_changed(const versions *v, uint32_t cp)
{
    static const struct {
        uint32_t cp;
        unsigned major, minor;
    } changes[] = {
#define CHANGED(cp, major, minor) {cp, major, minor},
#include "changed.h"
#undef CHANGED
    };
    size_t i;
    for (i = 0; i < sizeof changes / sizeof changes[0]; i++)
        if (changes[i].cp == cp)
            return is_between(
                v, version_number(changes[i].major, changes[i].minor));
    return false;
}

static bool is_unassigned_here(uint32_t cp)
{
    return xc_i_class_of(xc_i_properties(cp)) == XC_I_UNASSIGNED;
}

/* Can this code point be compared? Counts those that cannot. */
static bool is_comparable(versions *v, uint32_t cp, bool assigned_there)
{
    bool skip =
        v->tables != v->other && assigned_there == is_unassigned_here(cp);
    bool changed = has_changed(v, cp);
    v->skipped += skip;
    v->changed += changed;
    return !skip && !changed;
}

static void print_versions(const versions *v, const char *what, bool wrong)
{
    if (v->tables == v->other)
        return;
    printf("the tables are of Unicode %s, %s of %u.%u: %lu code points that "
           "one of them does not assign and %lu that changed are left out\n",
           XC_UNICODE_VERSION, what, v->other >> 8, v->other & 255, v->skipped,
           v->changed);
    if (wrong)
        printf("what Unicode changed belongs in tests/unicode/changed.h\n");
}

#endif
