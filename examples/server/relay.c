#include "relay.h"

static void write_attributes(xc_writer *w, const xc_element *e, bool addresses)
{
    xc_attribute a;
    for (size_t i = 0; xc_element_attr(e, i, &a); i++) {
        bool address = a.ns.ptr == NULL &&
                       (xc_str_is(a.name, "from") || xc_str_is(a.name, "to"));
        if (a.undeclared || (address && !addresses))
            continue;
        if (a.ns.ptr != NULL)
            xc_writer_attr_ns(w, a.ns.ptr, a.name.ptr, a.value);
        else
            xc_writer_attr(w, a.name.ptr, a.value);
    }
}

/* Children in the namespace of the stanza (body, error) go with it from one
   content namespace to the other; payloads are copied as they are. */
static void write_child(xc_writer *w, const char *ns, const xc_element *stanza,
                        const xc_element *child)
{
    if (!xc_str_equal(xc_ns(child), xc_ns(stanza)) ||
        xc_str_is(xc_ns(stanza), ns)) {
        xc_writer_element(w, child);
        return;
    }
    xc_writer_begin(w, ns, xc_name(child).ptr);
    write_attributes(w, child, true);
    xc_writer_text(w, xc_text(child));
    for (child = xc_first_child(child); child != NULL;
         child = xc_next_sibling(child))
        xc_writer_element(w, child);
    xc_writer_end(w);
}

void relay_begin(xc_writer *w, const char *ns, const xc_element *e,
                 xc_str from, xc_str to)
{
    xc_writer_begin(w, ns, xc_name(e).ptr);
    xc_writer_attr(w, "from", from);
    xc_writer_attr(w, "to", to);
    write_attributes(w, e, false);
    if (xc_attr_ns(e, XC_NS_XML, "lang").ptr == NULL)
        xc_writer_attr_ns(w, XC_NS_XML, "lang", xc_lang(e, e));
    for (const xc_element *c = xc_first_child(e); c != NULL;
         c = xc_next_sibling(c))
        write_child(w, ns, e, c);
}

void relay_write(xc_writer *w, const char *ns, const xc_element *e,
                 xc_str from, xc_str to)
{
    relay_begin(w, ns, e, from, to);
    xc_writer_end(w);
}
