/* In the file of the account, the newest last:

       <token agent='...' mechanism='HT-SHA-256-EXPR' expiry='1798761600'
              count='3' token='...'/>
*/
#define _POSIX_C_SOURCE 200809L
#include "tokens.h"

#include "credentials.h"
#include "random.h"

#include <string.h>
#include <time.h>

enum {
    LIFETIME = 30 * 86400, /* seconds */
    AGENT_MAX = 64         /* bytes; a UUID has 36 */
};

struct entry {
    xc_base base;
    xc_str agent, mechanism, token;
    xc_number expiry, count;
};

static const xc_range any = {INT64_MIN, INT64_MAX};

static const xc_field entry_fields[] = {
    XC_ATTR(struct entry, agent, STRING, "agent", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(struct entry, mechanism, STRING, "mechanism", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(struct entry, expiry, NUMBER, "expiry", &any, XC_FIELD_REQUIRED),
    XC_ATTR(struct entry, count, NUMBER, "count", &any, 0),
    XC_ATTR(struct entry, token, STRING, "token", NULL, XC_FIELD_REQUIRED)};
static const xc_schema entry_schema =
    XC_SCHEMA(CREDENTIALS_NS, "token", struct entry, entry_fields);

static int64_t now(void)
{
    return (int64_t)time(NULL);
}

/* ---- reading ------------------------------------------------------------ */

static const xc_element *next_entry(const xc_element *e, struct entry *entry)
{
    while (e != NULL && xc_read(&entry_schema, e, entry, NULL) != XC_OK)
        e = xc_next_same_name(e);
    return e;
}

static const xc_element *first_token(const xc_element *account)
{
    return xc_child(account, CREDENTIALS_NS, "token");
}

/* The last ones of the agent; returns how many, the newest first. */
static size_t find_entries(const xc_element *account, xc_str agent,
                           struct entry found[TOKENS_OF_AGENT])
{
    const xc_element *e = first_token(account);
    struct entry entry;
    size_t count = 0;
    for (; (e = next_entry(e, &entry)) != NULL; e = xc_next_same_name(e)) {
        if (!xc_str_equal(entry.agent, agent))
            continue;
        memmove(found + 1, found, (TOKENS_OF_AGENT - 1) * sizeof *found);
        found[0] = entry;
        count += count < TOKENS_OF_AGENT;
    }
    return count;
}

size_t tokens_find(struct store *store, xc_str local, xc_str agent,
                   xc_ht_token tokens[TOKENS_OF_AGENT])
{
    struct entry found[TOKENS_OF_AGENT];
    size_t count = find_entries(credentials_load(store, local), agent, found);
    for (size_t i = 0; i < count; i++) {
        tokens[i].token = found[i].token;
        tokens[i].mechanism = xc_mechanism_from_name(found[i].mechanism);
        tokens[i].count = found[i].count;
        tokens[i].expired = found[i].expiry.value <= now();
    }
    return count;
}

/* ---- writing ------------------------------------------------------------ */

/* A new token, whose prefix makes it known as a secret (RFC 8959). */
static bool make_token(struct tokens_change *c, xc_str agent, int64_t expiry,
                       struct entry *entry)
{
    static const char prefix[] = "secret-token:fast-";
    size_t begin = sizeof prefix - 1;
    time_t seconds = (time_t)expiry;
    char text[XC_TIME_MAX + 1];
    struct tm tm;
    memset(entry, 0, sizeof *entry);
    memcpy(c->text, prefix, begin);
    if (!random_text(c->text + begin, sizeof c->text - begin) ||
        gmtime_r(&seconds, &tm) == NULL ||
        strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
        return false;
    entry->agent = agent;
    entry->mechanism = xc_str_from(xc_mechanism_name(c->wanted));
    entry->expiry = (xc_number){true, expiry};
    entry->token = xc_str_from(c->text);
    c->token.token = entry->token;
    c->token.base.present = xc_time_parse(xc_str_from(text), &c->token.expiry);
    return c->token.base.present;
}

/* Is this token of the agent kept? An older one is good until the newer one is
   used; a newer one that its program has not got is of no use beside yet
   another. */
static bool is_kept(const struct tokens_change *c, size_t which)
{
    if (c->invalidate)
        return false;
    if (c->used && (c->which == 0 || c->wanted != XC_MECHANISM_NONE))
        return which == c->which;
    return which == 0 || c->wanted == XC_MECHANISM_NONE;
}

static size_t count_tokens(const xc_element *account)
{
    const xc_element *e = first_token(account);
    size_t count = 0;
    for (; e != NULL; e = xc_next_same_name(e))
        count++;
    return count;
}

static void write_others(const xc_element *account, xc_str agent, xc_writer *w)
{
    const xc_element *e = first_token(account);
    size_t count = count_tokens(account);
    struct entry entry;
    for (; (e = next_entry(e, &entry)) != NULL; e = xc_next_same_name(e))
        if (count-- <= TOKENS_OF_ACCOUNT - TOKENS_OF_AGENT &&
            !xc_str_equal(entry.agent, agent) && entry.expiry.value > now())
            xc_write(w, &entry_schema, &entry);
}

static void write_own(const struct tokens_change *c, struct entry *found,
                      size_t count, xc_writer *w)
{
    while (count-- > 0) {
        if (c->used && count == c->which && c->count.present)
            found[count].count = c->count;
        if (is_kept(c, count))
            xc_write(w, &entry_schema, &found[count]);
    }
}

/* Does the file change? */
static bool prepare(struct tokens_change *c, const struct entry *found,
                    size_t count)
{
    const struct entry *used =
        c->used && c->which < count ? &found[c->which] : NULL;
    if (c->invalidate)
        c->wanted = XC_MECHANISM_NONE;
    else if (c->wanted == XC_MECHANISM_NONE && used != NULL &&
             used->expiry.value - now() < LIFETIME / 2)
        c->wanted = xc_mechanism_from_name(used->mechanism);
    return c->invalidate || c->wanted != XC_MECHANISM_NONE ||
           (used != NULL &&
            (c->count.present || (c->which == 0 && count > 1)));
}

static void write_file(const xc_element *account, xc_str agent,
                       const struct tokens_change *c, struct entry *found,
                       size_t count, xc_writer *w)
{
    const xc_element *e = xc_child(account, NULL, "credentials");
    xc_writer_begin(w, CREDENTIALS_NS, "account");
    for (; e != NULL; e = xc_next_same_name(e))
        xc_writer_element(w, e);
    write_others(account, agent, w);
    write_own(c, found, count, w);
}

bool tokens_change(struct store *store, xc_str local, xc_str agent,
                   struct tokens_change *c)
{
    const xc_element *account = credentials_load(store, local);
    struct entry found[TOKENS_OF_AGENT], new_one;
    size_t count = find_entries(account, agent, found);
    xc_writer w;
    xc_str file;
    bool good;
    if (account == NULL || agent.len == 0 || agent.len > AGENT_MAX)
        return false;
    if (!prepare(c, found, count))
        return true;
    xc_writer_init(&w, store->text, sizeof store->text, NULL);
    write_file(account, agent, c, found, count, &w);
    if (c->wanted != XC_MECHANISM_NONE &&
        make_token(c, agent, now() + LIFETIME, &new_one))
        xc_write(&w, &entry_schema, &new_one);
    xc_writer_end(&w);
    good = xc_writer_finish(&w, &file) == XC_OK &&
           credentials_save(store, local, file);
    if (!good)
        c->token.base.present = false;
    xc_wipe(store->text, sizeof store->text);
    return good;
}
