/* server_roster.h - contacts and subscriptions of an account (RFC 6121
   section 2). What is stored is one document:

       <query xmlns='jabber:iq:roster'>
         <item jid='...' name='...' subscription='to' ask='subscribe'/>
         <presence xmlns='jabber:client' type='subscribe' from='...'/>
       </query>

   Items are what clients see. A <presence/> is a request that the user has
   not answered yet, kept as it came (section 3.1.3). In memory it is the tree
   that the codec makes of it; a change writes the document anew, with one
   contact replaced, stores it, and reads it again. */
#ifndef SERVER_ROSTER_H
#define SERVER_ROSTER_H

#include "server_accounts.h"
#include "server_send.h"
#include "server_store.h"

/* The nine states of RFC 6121 appendix A.1 are these bits. */
enum {
    SUBSCRIBED_TO = 1,   /* the user gets the contact's presence */
    SUBSCRIBED_FROM = 2, /* the contact gets the user's */
    PENDING_OUT = 4,     /* ask='subscribe' */
    PENDING_IN = 8,      /* there is a <presence/> */
    APPROVED = 16        /* in advance (section 3.4) */
};

struct contact {
    xc_str jid;  /* bare and enforced */
    bool listed; /* has an item */
    unsigned state;
    const xc_element *details; /* an <item/> with its name and groups */
    const xc_element *request;
};

/* ---- the document ------------------------------------------------------- */

static const xc_element *roster_of(const struct account *a)
{
    return (const xc_element *)a->roster;
}

static bool roster_fits(const xc_element *tree)
{
    return xc_is(tree, XC_NS_ROSTER, "query") &&
           xc_element_size(tree) <= ROSTER_BYTES;
}

static bool roster_keep(struct account *a, const xc_element *tree)
{
    if (!roster_fits(tree))
        return false;
    memcpy(a->roster, tree, xc_element_size(tree));
    return true;
}

/* Of the account `a->local`; it has an empty one if there is no file. */
static bool roster_load(struct account *a)
{
    struct path path;
    xc_str document = {NULL, 0};
    if (!store_path(&path, xc_str_from(a->local), ".roster"))
        return false;
    document = store_read(&path, server.scratch, sizeof server.scratch);
    if (document.ptr == NULL && errno == ENOENT)
        document = XC_STR("<query xmlns='" XC_NS_ROSTER "'/>");
    return roster_keep(a, store_parse(document));
}

static void write_item(xc_writer *w, const struct contact *c)
{
    static const char *const names[] = {"none", "to", "from", "both"};
    const xc_element *group = xc_child(c->details, NULL, "group");
    xc_writer_begin(w, XC_NS_ROSTER, "item");
    xc_writer_attr(w, "jid", c->jid);
    xc_writer_attr(w, "name", xc_attr(c->details, "name"));
    xc_writer_attr(w, "subscription", xc_str_from(names[c->state & 3]));
    if ((c->state & PENDING_OUT) != 0)
        xc_writer_attr(w, "ask", XC_STR("subscribe"));
    if ((c->state & APPROVED) != 0)
        xc_writer_attr(w, "approved", XC_STR("true"));
    for (; group != NULL; group = xc_next_same_name(group))
        xc_writer_text_element(w, NULL, "group", xc_text(group));
    xc_writer_end(w);
}

/* What is too large is stored without its content. */
static void write_request(xc_writer *w, const struct contact *c)
{
    if (c->request != NULL) {
        relay(w, XC_NS_CLIENT, c->request, c->jid, xc_str_from(NULL));
        return;
    }
    xc_writer_begin(w, XC_NS_CLIENT, "presence");
    xc_writer_attr(w, "from", c->jid);
    xc_writer_attr(w, "type", XC_STR("subscribe"));
    xc_writer_end(w);
}

static bool is_item(const xc_element *child)
{
    return xc_is(child, XC_NS_ROSTER, "item");
}

/* Whose child it is. */
static xc_str contact_of(const xc_element *child)
{
    return is_item(child) ? xc_attr(child, "jid")
                          : xc_jid_cut_resource(xc_attr(child, "from"));
}

static void read_item(const xc_element *e, struct contact *c)
{
    static const unsigned states[] = {0, SUBSCRIBED_TO, SUBSCRIBED_FROM,
                                      SUBSCRIBED_TO | SUBSCRIBED_FROM, 0};
    xc_roster_item item;
    if (!xc_was_read(xc_read(&xc_roster_item_schema, e, &item, NULL)) ||
        item.jid.ptr == NULL)
        return;
    c->jid = item.jid;
    c->listed = true;
    c->details = e;
    c->state |= states[item.subscription];
    if (item.ask == XC_ASK_SUBSCRIBE)
        c->state |= PENDING_OUT;
    if (item.approved == XC_TRUE)
        c->state |= APPROVED;
}

/* What is known of a bare address; valid until the roster changes. */
static void roster_find(const struct account *a, xc_str jid, struct contact *c)
{
    const xc_element *child = xc_first_child(roster_of(a));
    memset(c, 0, sizeof *c);
    for (; child != NULL; child = xc_next_sibling(child)) {
        if (!xc_str_equal(contact_of(child), jid))
            continue;
        if (is_item(child))
            read_item(child, c);
        else
            c->request = child;
    }
    if (c->request != NULL)
        c->state |= PENDING_IN;
    c->jid = jid;
}

static unsigned roster_requests(const struct account *a)
{
    const xc_element *child = xc_first_child(roster_of(a));
    unsigned count = 0;
    for (; child != NULL; child = xc_next_sibling(child))
        count += !is_item(child);
    return count;
}

static bool roster_has(const struct account *a, xc_str jid, unsigned state)
{
    struct contact c;
    roster_find(a, jid, &c);
    return (c.state & state) != 0;
}

/* Stores the contact as it is now. False: there is no room, on the disk or in
   the roster; then nothing has changed. */
static bool roster_update(struct account *a, const struct contact *c)
{
    const xc_element *child = xc_first_child(roster_of(a)), *tree;
    xc_writer *w = &server.writer;
    struct path path;
    xc_str document;
    xc_writer_init(w, server.scratch, sizeof server.scratch, NULL);
    xc_writer_begin(w, XC_NS_ROSTER, "query");
    for (; child != NULL; child = xc_next_sibling(child))
        if (!xc_str_equal(contact_of(child), c->jid))
            xc_writer_element(w, child);
    if (c->listed)
        write_item(w, c);
    if ((c->state & PENDING_IN) != 0)
        write_request(w, c);
    xc_writer_end(w);
    if (xc_writer_finish(w, &document) != XC_OK ||
        document.len > STANZA_BYTES / 4 * 3) /* a result goes around it */
        return false;
    tree = store_parse(document);
    return store_path(&path, xc_str_from(a->local), ".roster") &&
           roster_fits(tree) && store_replace(&path, document) &&
           roster_keep(a, tree);
}

/* ---- the account around it ---------------------------------------------- */

/* Of somebody who is online or not; NULL: no such account. Valid for a few
   calls only, if nobody is online there. */
static struct account *account_look(xc_str local)
{
    struct account *a = account_find(local);
    if (a != NULL || !account_exists(local))
        return a;
    a = &server.spare[server.next_spare++ % SPARE_ACCOUNTS];
    memset(a, 0, offsetof(struct account, roster));
    memcpy(a->local, local.ptr, local.len);
    return roster_load(a) ? a : NULL;
}

/* Somebody comes online. */
static struct account *account_open(xc_str local)
{
    struct account *a = account_find(local);
    struct account **bucket = account_bucket(local);
    struct path path;
    if (a != NULL || server.free_accounts == NULL)
        return a;
    a = server.free_accounts;
    memset(a->local, 0, sizeof a->local);
    memcpy(a->local, local.ptr, local.len);
    if (!roster_load(a))
        return NULL;
    server.free_accounts = a->next;
    a->offline = store_path(&path, local, ".offline") ? store_size(&path) : 0;
    a->sessions = NULL;
    a->next = *bucket;
    *bucket = a;
    return a;
}

static void account_close(struct account *a)
{
    struct account **at = account_bucket(xc_str_from(a->local));
    if (a->sessions != NULL)
        return;
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    a->next = server.free_accounts;
    server.free_accounts = a;
}

/* ---- what clients see of it --------------------------------------------- */

/* To every resource that has asked for the roster (section 2.1.6). `c` NULL:
   `removed` was removed. */
static void roster_push(struct account *a, const struct contact *c,
                        xc_str removed)
{
    static uint32_t number;
    char id[24];
    for (struct session *s = a->sessions; s != NULL; s = s->next) {
        xc_writer *w;
        if (!s->interested || !session_is_there(s))
            continue;
        snprintf(id, sizeof id, "push-%lu", (unsigned long)++number);
        w = stanza_begin(s, "iq", "set", xc_jid_bare(s->own.jid),
                         xc_jid_full(s->own.jid));
        xc_writer_attr(w, "id", xc_str_from(id));
        xc_writer_begin(w, XC_NS_ROSTER, "query");
        if (c != NULL) {
            write_item(w, c);
        } else {
            xc_writer_begin(w, NULL, "item");
            xc_writer_attr(w, "jid", removed);
            xc_writer_attr(w, "subscription", XC_STR("remove"));
            xc_writer_end(w);
        }
        xc_writer_end(w);
        xc_writer_end(w);
        session_deliver(s, URGENT);
    }
}

static void roster_write(xc_writer *w, const struct account *a)
{
    const xc_element *item = xc_child(roster_of(a), NULL, "item");
    xc_writer_begin(w, XC_NS_ROSTER, "query");
    for (; item != NULL; item = xc_next_same_name(item))
        xc_writer_element(w, item);
    xc_writer_end(w);
}

#endif
