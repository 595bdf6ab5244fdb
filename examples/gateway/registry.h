/* registry.h - the XMPP users who have registered (XEP-0077), and whose
   presence they see. Two tables, and a file with a line for each entry that is
   replaced as a whole:

       user TAB romeo@alpha.test TAB Romeo
       contact TAB romeo@alpha.test TAB o\\27hara

   A change is in the file before the caller confirms it. */
#ifndef GATEWAY_REGISTRY_H
#define GATEWAY_REGISTRY_H

#include "names.h"

enum {
    REGISTRY_ADDRESS_SIZE = 512, /* of an XMPP user */
    REGISTRY_USERS_MAX = 1024,
    REGISTRY_CONTACTS_MAX = 4096, /* of all users */
    REGISTRY_CONTACTS_EACH = 64
};

/* An XMPP user, and the name by which foreign users know it. */
struct registry_user {
    char jid[REGISTRY_ADDRESS_SIZE]; /* bare; "": this entry is free */
    struct foreign_name name;
};

/* An XMPP user who sees the presence of a foreign one. */
struct registry_contact {
    char jid[REGISTRY_ADDRESS_SIZE]; /* bare; "": this entry is free */
    char local[LOCAL_SIZE];          /* of the foreign user, online or not */
};

struct registry {
    const char *path; /* NULL: only in memory */
    struct registry_user users[REGISTRY_USERS_MAX];
    struct registry_contact contacts[REGISTRY_CONTACTS_MAX];
};

/* False: the file exists, but cannot be read. */
bool registry_load(struct registry *r);

/* NULL: there is no such entry. */
struct registry_user *registry_find(struct registry *r, xc_str bare);
struct registry_user *registry_find_name(struct registry *r, xc_str local);
struct registry_contact *registry_find_contact(struct registry *r, xc_str bare,
                                               xc_str local);

/* False: no entry is free, or the file could not be written. */
bool registry_add(struct registry *r, xc_str bare,
                  const struct foreign_name *name);
bool registry_add_contact(struct registry *r, xc_str bare, xc_str local);

void registry_remove(struct registry *r, struct registry_user *u);
void registry_remove_contact(struct registry *r, struct registry_contact *c);

#endif
