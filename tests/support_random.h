/* Deterministic pseudo-random documents: written with the writer and logged
   as the events that a reader of them has to deliver. */
#ifndef XC_TEST_SUPPORT_RANDOM_H
#define XC_TEST_SUPPORT_RANDOM_H

#include "support.h"

typedef struct random_source {
    uint64_t state; /* not 0 */
} random_source;

static inline uint32_t random_bits(random_source *r)
{
    r->state ^= r->state >> 12;
    r->state ^= r->state << 25;
    r->state ^= r->state >> 27;
    return (uint32_t)(r->state * UINT64_C(0x2545F4914F6CDD1D) >> 32);
}

static inline size_t random_below(random_source *r, size_t n)
{
    return random_bits(r) % n;
}

/* ---- names and texts ---------------------------------------------------- */

static const char *const random_names[] = {
    "a",
    "b",
    "message",
    "x-y.z_0",
    "_",
    "A",
    "very-long-name-of-an-element",
    "\xc3\xa9l\xc3\xa9ment",
    "\xf0\x90\x80\x80",
    "n\xcc\x81",
    "xmlish",
    "stream",
    "error",
};

static const char *const random_namespaces[] = {
    "jabber:client",
    "jabber:server",
    "jabber:server:dialback",
    "urn:x",
    "u",
    "http://etherx.jabber.org/streams",
    "urn:&<>'\"",
    "urn:\t\n\r tab",
    "\xe2\x82\xac",
    "urn:a-namespace-name-that-is-rather-long:0123456789",
};

static const char *const random_pieces[] = {
    "a",
    "text",
    " ",
    "<",
    ">",
    "&",
    "'",
    "\"",
    "]",
    "]]",
    "]]>",
    "\r",
    "\n",
    "\t",
    "\r\n",
    "&amp;",
    "<!--",
    "<![CDATA[",
    "\xc3\xa9",
    "\xe2\x82\xac",
    "\xf0\x9f\x98\x80",
    "\x7f",
    "\xef\xbb\xbf",
    "0123456789012345678901234567",
};

#define RANDOM_PICK(r, array) ((array)[random_below((r), COUNT_OF(array))])

static inline void random_text(random_source *r, buffer *out)
{
    size_t pieces = random_below(r, 8);
    buffer_clear(out);
    if (random_below(r, 20) == 0)
        pieces += random_below(r, 200);
    while (pieces-- > 0)
        buffer_puts(out, RANDOM_PICK(r, random_pieces));
}

/* ---- documents ---------------------------------------------------------- */

typedef struct random_writer {
    random_source *r;
    xc_writer *w;
    event_log *log; /* what a reader has to find */
    buffer text;
} random_writer;

static inline void random_attribute(random_writer *g, size_t number)
{
    xc_attribute a;
    char name[64];
    memset(&a, 0, sizeof a);
    random_text(g->r, &g->text);
    a.value = buffer_str(&g->text);
    snprintf(name, sizeof name, "%s%zu", RANDOM_PICK(g->r, random_names),
             number);
    a.name = xc_str_from(name);
    if (random_below(g->r, 4) == 0) {
        const char *ns = RANDOM_PICK(g->r, random_namespaces);
        a.ns = xc_str_from(ns);
        xc_writer_attr_ns(g->w, ns, name, a.value);
    } else {
        xc_writer_attr(g->w, name, a.value);
    }
    log_attribute(g->log, &a);
}

static inline void random_attributes(random_writer *g)
{
    size_t count = random_below(g->r, 4);
    if (random_below(g->r, 8) == 0) {
        xc_attribute lang = {XC_STR_INIT("lang"),
                             {NULL, 0},
                             XC_STR_INIT(XC_NS_XML),
                             XC_STR_INIT("de"),
                             false};
        xc_writer_attr_ns(g->w, XC_NS_XML, "lang", lang.value);
        log_attribute(g->log, &lang);
    }
    for (size_t i = 0; i < count; i++)
        random_attribute(g, i);
}

/* Begins an element inside one of namespace `outer`; returns its namespace,
   NULL for none. */
static inline const char *random_begin(random_writer *g, const char *outer)
{
    static const xc_str absent;
    const char *name = RANDOM_PICK(g->r, random_names);
    const char *ns = NULL;
    if (random_below(g->r, 2) == 0)
        ns = RANDOM_PICK(g->r, random_namespaces);
    xc_writer_begin(g->w, ns, name);
    if (ns == NULL)
        ns = outer;
    log_start(g->log, xc_str_from(ns), xc_str_from(name), absent);
    random_attributes(g);
    return ns;
}

/* Writes an element with up to `depth` levels and what belongs into it. */
static inline void random_element(random_writer *g, size_t depth)
{
    const char *ns[XC_WRITER_DEPTH + 1];
    size_t open = 0, steps = random_below(g->r, 40);
    ns[0] = g->w->i_content_ns;
    ns[1] = random_begin(g, ns[0]);
    open = 1;
    while (open > 0) {
        size_t choice = random_below(g->r, 4);
        if (steps == 0 || choice == 0) {
            xc_writer_end(g->w);
            log_end(g->log);
            open--;
        } else if (choice == 1 && open < depth) {
            ns[open + 1] = random_begin(g, ns[open]);
            open++;
        } else {
            random_text(g->r, &g->text);
            xc_writer_text(g->w, buffer_str(&g->text));
            log_text(g->log, buffer_str(&g->text));
        }
        steps -= steps > 0;
    }
}

#endif
