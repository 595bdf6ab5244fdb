/* Elements from text. */
#ifndef XC_TEST_SUPPORT_TREE_H
#define XC_TEST_SUPPORT_TREE_H

#include "support.h"

/* Reads one element from a document, the limits as wide as can be. Returns
   NULL if it is refused. The block is in `memory`. */
static inline const xc_element *read_element(xc_str doc, void *memory,
                                             size_t size)
{
    static const xc_stream_options options = {
        XC_DOCUMENT, NULL, {UINT32_MAX, XC_DEPTH_MAX, 60000, 60000}, false};
    xc_stream s;
    xc_stream_event ev;
    if (xc_stream_init(&s, memory, size, &options) != XC_OK ||
        xc_stream_next(&s, &doc, &ev) != XC_EVENT)
        return NULL;
    return ev.element;
}

/* A copy of the element's block that ends at an unreadable page. It lives
   until the next call. */
static inline const xc_element *guarded_element(const xc_element *e)
{
    size_t size = xc_element_size(e);
    return memcpy(guarded(GUARD_OUTPUT, size), e, size);
}

/* The element of a document, copied away from where it was read. */
static inline const xc_element *parse(const char *doc)
{
    static char memory[1 << 20];
    const xc_element *e =
        read_element(xc_str_from(doc), memory, sizeof memory);
    const xc_element *copy;
    CHECK(e != NULL, "refused: %.300s", doc);
    copy = guarded_element(e);
    memset(memory, 0x5A, sizeof memory);
    return copy;
}

#endif
