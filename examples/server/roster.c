/* What is stored is one document:

       <query xmlns='jabber:iq:roster'>
         <item jid='...' name='...' subscription='to' ask='subscribe'/>
         <presence xmlns='jabber:client' type='subscribe' from='...'/>
       </query>

   Clients see the items. A <presence/> is a request that the user has not
   decided yet, kept as it came (RFC 6121 section 3.1.3). In memory the roster
   is the tree that the codec makes of it. A change writes the document anew
   with one contact replaced, stores it, and reads it again. */
#include "roster.h"

#include "relay.h"

#include <errno.h>
#include <string.h>

#define SUFFIX ".roster"

/* ---- the document ------------------------------------------------------- */

static const xc_element *root(const struct roster *r)
{
    return (const xc_element *)r->tree;
}

const xc_element *roster_first(const struct roster *r)
{
    return xc_first_child(root(r));
}

static bool fits(const xc_element *tree)
{
    return xc_is(tree, XC_NS_ROSTER, "query") &&
           xc_element_size(tree) <= ROSTER_BYTES;
}

static bool keep(struct roster *r, const xc_element *tree)
{
    if (!fits(tree))
        return false;
    memcpy(r->tree, tree, xc_element_size(tree));
    return true;
}

bool roster_load(struct roster *r, struct store *store, xc_str local)
{
    struct store_path path;
    xc_str document = {NULL, 0};
    if (!store_path(store, &path, local, SUFFIX))
        return false;
    document = store_read(&path, store->text, sizeof store->text);
    if (document.ptr == NULL && errno == ENOENT)
        document = XC_STR("<query xmlns='" XC_NS_ROSTER "'/>");
    return keep(r, store_parse(store, document));
}

/* ---- writing ------------------------------------------------------------ */

void roster_write_item(xc_writer *w, const struct roster_contact *c)
{
    static const char *const names[] = {"none", "to", "from", "both"};
    const xc_element *group = xc_child(c->details, NULL, "group");
    xc_writer_begin(w, XC_NS_ROSTER, "item");
    xc_writer_attr(w, "jid", c->jid);
    xc_writer_attr(w, "name", xc_attr(c->details, "name"));
    xc_writer_attr(w, "subscription", xc_str_from(names[c->state & 3]));
    if ((c->state & ROSTER_PENDING_OUT) != 0)
        xc_writer_attr(w, "ask", XC_STR("subscribe"));
    if ((c->state & ROSTER_APPROVED) != 0)
        xc_writer_attr(w, "approved", XC_STR("true"));
    for (; group != NULL; group = xc_next_same_name(group))
        xc_writer_text_element(w, NULL, "group", xc_text(group));
    xc_writer_end(w);
}

/* A request that is too large is stored without its content. */
static void write_request(xc_writer *w, const struct roster_contact *c)
{
    if (c->request != NULL) {
        relay_write(w, XC_NS_CLIENT, c->request, c->jid, xc_str_from(NULL));
        return;
    }
    xc_writer_begin(w, XC_NS_CLIENT, "presence");
    xc_writer_attr(w, "from", c->jid);
    xc_writer_attr(w, "type", XC_STR("subscribe"));
    xc_writer_end(w);
}

void roster_write(xc_writer *w, const struct roster *r)
{
    const xc_element *item = xc_child(root(r), NULL, "item");
    xc_writer_begin(w, XC_NS_ROSTER, "query");
    for (; item != NULL; item = xc_next_same_name(item))
        xc_writer_element(w, item);
    xc_writer_end(w);
}

/* ---- contacts ----------------------------------------------------------- */

bool roster_is_item(const xc_element *child)
{
    return xc_is(child, XC_NS_ROSTER, "item");
}

static xc_str contact_of(const xc_element *child)
{
    return roster_is_item(child) ? xc_attr(child, "jid")
                                 : xc_jid_cut_resource(xc_attr(child, "from"));
}

void roster_read_item(const xc_element *e, struct roster_contact *c)
{
    static const unsigned states[] = {0, ROSTER_TO, ROSTER_FROM,
                                      ROSTER_TO | ROSTER_FROM, 0};
    xc_roster_item item;
    if (!xc_was_read(xc_read(&xc_roster_item_schema, e, &item, NULL)) ||
        item.jid.ptr == NULL)
        return;
    c->jid = item.jid;
    c->listed = true;
    c->details = e;
    c->state |= states[item.subscription];
    if (item.ask == XC_ASK_SUBSCRIBE)
        c->state |= ROSTER_PENDING_OUT;
    if (item.approved == XC_TRUE)
        c->state |= ROSTER_APPROVED;
}

void roster_find(const struct roster *r, xc_str jid, struct roster_contact *c)
{
    const xc_element *child = roster_first(r);
    memset(c, 0, sizeof *c);
    for (; child != NULL; child = xc_next_sibling(child)) {
        if (!xc_str_equal(contact_of(child), jid))
            continue;
        if (roster_is_item(child))
            roster_read_item(child, c);
        else
            c->request = child;
    }
    if (c->request != NULL)
        c->state |= ROSTER_PENDING_IN;
    c->jid = jid;
}

unsigned roster_count_requests(const struct roster *r)
{
    const xc_element *child = roster_first(r);
    unsigned count = 0;
    for (; child != NULL; child = xc_next_sibling(child))
        count += !roster_is_item(child);
    return count;
}

bool roster_has(const struct roster *r, xc_str jid, unsigned state)
{
    struct roster_contact c;
    roster_find(r, jid, &c);
    return (c.state & state) != 0;
}

static bool write_document(xc_writer *w, const struct roster *r,
                           const struct roster_contact *c, xc_str *document)
{
    const xc_element *child = roster_first(r);
    xc_writer_begin(w, XC_NS_ROSTER, "query");
    for (; child != NULL; child = xc_next_sibling(child))
        if (!xc_str_equal(contact_of(child), c->jid))
            xc_writer_element(w, child);
    if (c->listed)
        roster_write_item(w, c);
    if ((c->state & ROSTER_PENDING_IN) != 0)
        write_request(w, c);
    xc_writer_end(w);
    return xc_writer_finish(w, document) == XC_OK &&
           document->len <= ROSTER_TEXT_MAX;
}

bool roster_update(struct roster *r, struct store *store, xc_str local,
                   const struct roster_contact *c)
{
    const xc_element *tree;
    struct store_path path;
    xc_writer w;
    xc_str document;
    xc_writer_init(&w, store->text, sizeof store->text, NULL);
    if (!write_document(&w, r, c, &document))
        return false;
    tree = store_parse(store, document);
    return store_path(store, &path, local, SUFFIX) && fits(tree) &&
           store_replace(store, &path, document) && keep(r, tree);
}
