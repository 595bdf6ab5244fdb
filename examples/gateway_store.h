/* gateway_store.h - who has registered, and who sees whom: two tables, and a
   file with a line for each entry that is replaced as a whole.

       user TAB romeo@alpha.test TAB Romeo
       contact TAB romeo@alpha.test TAB o\\27hara */
#ifndef GATEWAY_STORE_H
#define GATEWAY_STORE_H

#include "xmpp_codec.h"

#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "gateway_state.h"

static struct user *store_user(struct store *s, xc_str bare)
{
    for (struct user *u = s->users; u < s->users + USERS_MAX; u++)
        if (u->jid[0] != '\0' && xc_str_is(bare, u->jid))
            return u;
    return NULL;
}

static struct user *store_user_named(struct store *s, xc_str local)
{
    for (struct user *u = s->users; u < s->users + USERS_MAX; u++)
        if (u->jid[0] != '\0' && xc_str_is(local, u->name.local))
            return u;
    return NULL;
}

static struct contact *store_contact(struct store *s, xc_str bare,
                                     xc_str local)
{
    for (struct contact *c = s->contacts; c < s->contacts + CONTACTS_MAX; c++)
        if (c->jid[0] != '\0' && xc_str_is(bare, c->jid) &&
            xc_str_is(local, c->local))
            return c;
    return NULL;
}

/* ---- file --------------------------------------------------------------- */

static void store_write_line(FILE *out, const char *kind, const char *jid,
                             const char *name)
{
    char mem[2 * (ADDRESS_SIZE + LOCAL_SIZE) + 16];
    struct fields line;
    xc_str text;
    if (jid[0] == '\0')
        return;
    fields_begin(&line, mem, sizeof mem);
    fields_add(&line, xc_str_from(kind));
    fields_add(&line, xc_str_from(jid));
    fields_add(&line, xc_str_from(name));
    text = fields_end(&line);
    if (text.ptr != NULL)
        fwrite(text.ptr, 1, text.len, out);
}

static bool store_write(const struct store *s, FILE *out)
{
    for (size_t i = 0; i < USERS_MAX; i++)
        store_write_line(out, "user", s->users[i].jid, s->users[i].name.shown);
    for (size_t i = 0; i < CONTACTS_MAX; i++)
        store_write_line(out, "contact", s->contacts[i].jid,
                         s->contacts[i].local);
    return fflush(out) == 0 && ferror(out) == 0 && fsync(fileno(out)) == 0;
}

/* The old file, or the new one; never a half. */
static bool store_save(const struct store *s)
{
    char new_path[4096];
    FILE *out;
    bool good;
    if (s->path == NULL)
        return true;
    snprintf(new_path, sizeof new_path, "%.4000s.new", s->path);
    out = fopen(new_path, "w");
    good = out != NULL && store_write(s, out);
    if (out != NULL)
        good = fclose(out) == 0 && good;
    good = good && rename(new_path, s->path) == 0;
    if (!good)
        perror(new_path);
    return good;
}

static bool store_put_user(struct store *s, xc_str bare,
                           const struct name *name)
{
    struct user *u = store_user(s, bare);
    for (size_t i = 0; u == NULL && i < USERS_MAX; i++)
        if (s->users[i].jid[0] == '\0')
            u = &s->users[i];
    if (u == NULL || !keep(u->jid, sizeof u->jid, bare))
        return false;
    u->name = *name;
    return true;
}

static bool store_put_contact(struct store *s, xc_str bare, xc_str local)
{
    struct contact *place = NULL;
    size_t count = 0;
    for (size_t i = CONTACTS_MAX; i-- > 0;) {
        if (s->contacts[i].jid[0] == '\0')
            place = &s->contacts[i];
        else if (xc_str_is(bare, s->contacts[i].jid))
            count++;
    }
    if (place == NULL || count >= CONTACTS_EACH || bare.len >= ADDRESS_SIZE ||
        !keep(place->local, sizeof place->local, local))
        return false;
    return keep(place->jid, sizeof place->jid, bare);
}

static bool store_read_line(struct store *s, char *mem, size_t len)
{
    xc_str line = {mem, len}, kind, bare, third;
    struct name name;
    if (!fields_take(mem, &line, &kind) || !fields_take(mem, &line, &bare) ||
        !fields_take(mem, &line, &third))
        return false;
    if (xc_str_is(kind, "user"))
        return name_read(third, &name) && store_put_user(s, bare, &name);
    return xc_str_is(kind, "contact") && store_put_contact(s, bare, third);
}

/* False: the file is there, but cannot be read. */
static bool store_load(struct store *s)
{
    char line[2 * (ADDRESS_SIZE + LOCAL_SIZE) + 16];
    FILE *in = s->path != NULL ? fopen(s->path, "r") : NULL;
    bool good = true;
    if (in == NULL)
        return s->path == NULL || errno == ENOENT;
    while (good && fgets(line, sizeof line, in) != NULL)
        good = store_read_line(s, line, strcspn(line, "\n"));
    good = good && ferror(in) == 0;
    fclose(in);
    return good;
}

/* ---- changes: in the file before they are answered ---------------------- */

/* False: there is no room, or the file could not be written. */
static bool store_register(struct store *s, xc_str bare,
                           const struct name *name)
{
    return store_put_user(s, bare, name) && store_save(s);
}

static bool store_subscribe(struct store *s, xc_str bare, xc_str local)
{
    if (store_contact(s, bare, local) != NULL)
        return true;
    if (!store_put_contact(s, bare, local))
        return false;
    if (store_save(s))
        return true;
    store_contact(s, bare, local)->jid[0] = '\0';
    return false;
}

static void store_unsubscribe(struct store *s, struct contact *c)
{
    c->jid[0] = '\0';
    store_save(s);
}

static void store_remove(struct store *s, struct user *u)
{
    for (size_t i = 0; i < CONTACTS_MAX; i++)
        if (strcmp(s->contacts[i].jid, u->jid) == 0)
            s->contacts[i].jid[0] = '\0';
    u->jid[0] = '\0';
    store_save(s);
}

#endif
