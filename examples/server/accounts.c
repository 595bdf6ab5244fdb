#include "accounts.h"

#include "credentials.h"

#include <stdlib.h>
#include <string.h>

bool accounts_init(struct accounts *accounts, struct store *store,
                   size_t count)
{
    accounts->store = store;
    accounts->bucket_count = 64;
    while (accounts->bucket_count < 2 * count)
        accounts->bucket_count *= 2;
    accounts->buckets =
        calloc(accounts->bucket_count, sizeof *accounts->buckets);
    accounts->all = calloc(count, sizeof *accounts->all);
    if (accounts->buckets == NULL || accounts->all == NULL)
        return false;
    while (count-- > 0) {
        accounts->all[count].next = accounts->free;
        accounts->free = &accounts->all[count];
    }
    return true;
}

void accounts_free(struct accounts *accounts)
{
    free(accounts->all);
    free(accounts->buckets);
}

/* FNV-1a. Only localparts of accounts get into the table. */
static struct account **bucket_of(const struct accounts *accounts,
                                  xc_str local)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < local.len; i++)
        h = (h ^ (unsigned char)local.ptr[i]) * 16777619u;
    return &accounts->buckets[h & (accounts->bucket_count - 1)];
}

struct account *account_find(const struct accounts *accounts, xc_str local)
{
    struct account *a;
    if (local.ptr == NULL)
        return NULL;
    for (a = *bucket_of(accounts, local); a != NULL; a = a->next)
        if (xc_str_is(local, a->local))
            return a;
    return NULL;
}

struct account *account_look(struct accounts *accounts, xc_str local)
{
    struct account *a = account_find(accounts, local);
    if (a != NULL || !credentials_exist(accounts->store, local))
        return a;
    a = &accounts->spare[accounts->next_spare++ % ACCOUNTS_SPARE];
    memset(a, 0, offsetof(struct account, roster));
    memcpy(a->local, local.ptr, local.len);
    return roster_load(&a->roster, accounts->store, local) ? a : NULL;
}

struct account *account_open(struct accounts *accounts, xc_str local)
{
    struct account *a = account_find(accounts, local);
    struct account **bucket = bucket_of(accounts, local);
    struct store_path path;
    if (a != NULL || accounts->free == NULL)
        return a;
    a = accounts->free;
    memset(a->local, 0, sizeof a->local);
    memcpy(a->local, local.ptr, local.len);
    if (!roster_load(&a->roster, accounts->store, local))
        return NULL;
    accounts->free = a->next;
    a->offline = store_path(accounts->store, &path, local, ".offline")
                     ? store_size(&path)
                     : 0;
    a->sessions = NULL;
    a->next = *bucket;
    *bucket = a;
    return a;
}

void account_close(struct accounts *accounts, struct account *a)
{
    struct account **at = bucket_of(accounts, xc_str_from(a->local));
    if (a->sessions != NULL)
        return;
    while (*at != a)
        at = &(*at)->next;
    *at = a->next;
    a->next = accounts->free;
    accounts->free = a;
}
