/* xc_typed.c - decodes a recorded XMPP stream into typed structs and writes it
   again from them.

   Every element that has a schema goes through its struct, and so do its
   children; the others pass as trees. What comes out reads again as the same
   events. */
#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>

#include "roundtrip.h"

static const tool self = {
    "xc_typed",
    "[--chunk N] [--mem BYTES] [--websocket | --bosh]\n"
    "                [--lenient] [FILE]",
    "As xc_roundtrip, but every element that has a typed struct is read into\n"
    "it and written from it, the elements inside likewise.\n\n"
    "  --chunk N    give the codec N bytes at a time (65536)\n"
    "  --mem BYTES  give the codec so much memory (1048576)\n"
    "  --websocket  RFC 7395: one element a line in and out\n"
    "  --bosh       XEP-0124: one <body/> after the other, one a line out\n"
    "  --lenient    tolerate attributes with undeclared prefixes\n\n"
    "With XC_COUNT set in the environment, says on standard error how many\n"
    "elements of the stream, and how many of their children, were typed.\n"
    "Exit status: 0 accepted, 1 rejected, 2 wrong use or unreadable.\n",
    roundtrip_options};

/* ---- which schema ------------------------------------------------------- */

#define SCHEMA(name, type, ns, element, spec) &xc_##name##_schema,
static const xc_schema *const schemas[] = {XC_STANZAS(SCHEMA)
                                               XC_PAYLOADS(SCHEMA) NULL};

/* Elements of the stream, and their children: all, and those with a schema. */
static struct {
    unsigned long all, typed;
} counted[2];

static const xc_schema *schema_of(const xc_element *e)
{
    size_t i;
    for (i = 0; schemas[i] != NULL; i++) {
        const xc_schema *s = schemas[i];
        if (s->ns != NULL && xc_matches(s, e))
            return s;
    }
    return NULL;
}

/* ---- writing ------------------------------------------------------------ */

static void write_typed(xc_writer *w, const xc_element *e, unsigned depth);

/* The children: fields from the struct, others with a schema of their own. */
static void write_children(xc_writer *w, const xc_schema *s, const void *in,
                           const xc_element *e, unsigned depth)
{
    const xc_element *child;
    uint32_t done = 0;
    for (child = xc_first_child(e); child != NULL;
         child = xc_next_sibling(child)) {
        const xc_field *f = xc_field_of(s, e, child);
        if (depth == 0)
            counted[1].all++;
        if (f == NULL || (done >> (f - s->fields) & 1) != 0) {
            write_typed(w, child, depth + 1);
            xc_writer_text(w, xc_text_after(child));
            continue;
        }
        if (depth == 0)
            counted[1].typed++;
        xc_write_child(w, s, in, child, &done);
    }
}

static void write_typed(xc_writer *w, const xc_element *e, unsigned depth)
{
    const xc_schema *s = schema_of(e);
    void *in = s != NULL ? tool_alloc(&self, NULL, s->size) : NULL;
    bool typed = s != NULL && xc_was_read(xc_read(s, e, in, NULL));
    if (depth < 2 && typed)
        counted[depth].typed++;
    if (typed) {
        xc_write_begin(w, s, in);
        write_children(w, s, in, e, depth);
        xc_writer_end(w);
    } else {
        xc_writer_element(w, e);
    }
    free(in);
}

static void write_element(xc_writer *w, const xc_element *e)
{
    counted[0].all++;
    write_typed(w, e, 0);
}

int main(int argc, char **argv)
{
    int result = roundtrip_main(&self, write_element, argc, argv);
    if (getenv("XC_COUNT") != NULL)
        fprintf(stderr,
                "%lu of %lu elements typed, %lu of %lu of their children\n",
                counted[0].typed / 2, counted[0].all / 2, counted[1].typed / 2,
                counted[1].all / 2); /* each is measured, then written */
    return tool_exit(&self, result);
}
