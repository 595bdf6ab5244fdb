/* accounts.h - the accounts that are online, in a hash table, each with its
   roster. All memory is allocated once. The resources belong to the caller.

       a = account_open(&accounts, user);    its first resource is bound
       a = account_find(&accounts, user);    NULL: nobody is online
       a = account_look(&accounts, user);    online or not
       account_close(&accounts, a);          if that was the last resource
   Needs xmpp_codec.h, store.h, roster.h and credentials.h. */
#ifndef SERVER_ACCOUNTS_H
#define SERVER_ACCOUNTS_H

#include "roster.h"
#include "store.h"

struct server_session;

struct account {
    struct account *next;            /* of the free ones, or in its bucket */
    struct server_session *sessions; /* its resources */
    size_t offline;                  /* bytes of messages in its file */
    char local[STORE_LOCAL_MAX + 1];
    struct roster roster;
};

enum {
    ACCOUNTS_SPARE = 8 /* for account_look */
};

struct accounts {
    struct store *store;
    struct account *all, *free, **buckets;
    size_t bucket_count;
    struct account spare[ACCOUNTS_SPARE];
    unsigned next_spare;
};

/* Room for so many online accounts. False: no memory. */
bool accounts_init(struct accounts *accounts, struct store *store,
                   size_t count);
void accounts_free(struct accounts *accounts);

struct account *account_find(const struct accounts *accounts, xc_str local);

/* NULL: no such account. The result is valid for a few calls only if nobody is
   online there. */
struct account *account_look(struct accounts *accounts, xc_str local);

/* NULL: no room, or the roster cannot be read. */
struct account *account_open(struct accounts *accounts, xc_str local);

/* Does nothing if there are other resources. */
void account_close(struct accounts *accounts, struct account *a);

#endif
