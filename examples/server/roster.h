/* roster.h - contacts and subscriptions of an account (RFC 6121 section 2), in
   memory and in a file.

       roster_load(&roster, &store, user);
       roster_find(&roster, jid, &contact);
       contact.state |= ROSTER_TO;
       stored = roster_update(&roster, &store, user, &contact);

   Needs xmpp_codec.h, store.h and relay.h. */
#ifndef SERVER_ROSTER_H
#define SERVER_ROSTER_H

#include "store.h"
#include "xmpp_codec.h"

enum {
    ROSTER_BYTES = 32768,   /* of the tree */
    ROSTER_TEXT_MAX = 24576 /* a result with all of it is not much longer */
};

/* The nine states of RFC 6121 appendix A.1 are these bits. */
enum {
    ROSTER_TO = 1,          /* the user gets the contact's presence */
    ROSTER_FROM = 2,        /* the contact gets the user's */
    ROSTER_PENDING_OUT = 4, /* ask='subscribe' */
    ROSTER_PENDING_IN = 8,  /* there is a <presence/> */
    ROSTER_APPROVED = 16    /* in advance (section 3.4) */
};

struct roster {
    char tree[ROSTER_BYTES]; /* an xc_element */
};

struct roster_contact {
    xc_str jid;  /* bare and enforced */
    bool listed; /* has an item */
    unsigned state;
    const xc_element *details; /* an <item/> with its name and groups */
    const xc_element *request; /* NULL: none, or too large to keep */
};

/* Of an account; it has an empty roster if there is no file. */
bool roster_load(struct roster *r, struct store *store, xc_str local);

/* What is known of a bare address; valid until the roster changes. */
void roster_find(const struct roster *r, xc_str jid, struct roster_contact *c);

/* Has the contact one of these bits? */
bool roster_has(const struct roster *r, xc_str jid, unsigned state);

/* Stores the contact as it is now. False: there is no room, on the disk or in
   the roster; then nothing has changed. */
bool roster_update(struct roster *r, struct store *store, xc_str local,
                   const struct roster_contact *c);

/* The first child; the others follow with xc_next_sibling. */
const xc_element *roster_first(const struct roster *r);

/* Is the child an item, or else a request? */
bool roster_is_item(const xc_element *child);

/* Adds to *c what the item says. */
void roster_read_item(const xc_element *item, struct roster_contact *c);

unsigned roster_count_requests(const struct roster *r);

/* As clients see it. */
void roster_write(xc_writer *w, const struct roster *r);
void roster_write_item(xc_writer *w, const struct roster_contact *c);

#endif
