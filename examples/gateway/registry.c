#define _POSIX_C_SOURCE 200809L
#include "registry.h"

#include "keep.h"
#include "tsv.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum {
    ENTRY_SIZE = 2 * (REGISTRY_ADDRESS_SIZE + LOCAL_SIZE) + 16 /* escaped */
};

/* ---- look-up ------------------------------------------------------------ */

struct registry_user *registry_find(struct registry *r, xc_str bare)
{
    for (size_t i = 0; i < REGISTRY_USERS_MAX; i++)
        if (r->users[i].jid[0] != '\0' && xc_str_is(bare, r->users[i].jid))
            return &r->users[i];
    return NULL;
}

struct registry_user *registry_find_name(struct registry *r, xc_str local)
{
    for (size_t i = 0; i < REGISTRY_USERS_MAX; i++)
        if (r->users[i].jid[0] != '\0' &&
            xc_str_is(local, r->users[i].name.local))
            return &r->users[i];
    return NULL;
}

struct registry_contact *registry_find_contact(struct registry *r, xc_str bare,
                                               xc_str local)
{
    for (size_t i = 0; i < REGISTRY_CONTACTS_MAX; i++) {
        struct registry_contact *c = &r->contacts[i];
        if (c->jid[0] != '\0' && xc_str_is(bare, c->jid) &&
            xc_str_is(local, c->local))
            return c;
    }
    return NULL;
}

/* ---- entries in memory -------------------------------------------------- */

static bool put_user(struct registry *r, xc_str bare,
                     const struct foreign_name *name)
{
    struct registry_user *u = registry_find(r, bare);
    for (size_t i = 0; u == NULL && i < REGISTRY_USERS_MAX; i++)
        if (r->users[i].jid[0] == '\0')
            u = &r->users[i];
    if (u == NULL || !keep_text(u->jid, sizeof u->jid, bare))
        return false;
    u->name = *name;
    return true;
}

static bool put_contact(struct registry *r, xc_str bare, xc_str local)
{
    struct registry_contact *unused = NULL;
    size_t count = 0;
    for (size_t i = REGISTRY_CONTACTS_MAX; i-- > 0;) {
        if (r->contacts[i].jid[0] == '\0')
            unused = &r->contacts[i];
        else if (xc_str_is(bare, r->contacts[i].jid))
            count++;
    }
    if (unused == NULL || count >= REGISTRY_CONTACTS_EACH ||
        bare.len >= REGISTRY_ADDRESS_SIZE ||
        !keep_text(unused->local, sizeof unused->local, local))
        return false;
    return keep_text(unused->jid, sizeof unused->jid, bare);
}

/* ---- the file ----------------------------------------------------------- */

static void write_entry(FILE *out, const char *kind, const char *jid,
                        const char *name)
{
    char mem[ENTRY_SIZE];
    struct tsv_line line;
    xc_str text;
    if (jid[0] == '\0')
        return;
    tsv_begin(&line, mem, sizeof mem);
    tsv_add(&line, xc_str_from(kind));
    tsv_add(&line, xc_str_from(jid));
    tsv_add(&line, xc_str_from(name));
    text = tsv_end(&line);
    if (text.ptr != NULL)
        fwrite(text.ptr, 1, text.len, out);
}

static bool write_entries(const struct registry *r, FILE *out)
{
    for (size_t i = 0; i < REGISTRY_USERS_MAX; i++)
        write_entry(out, "user", r->users[i].jid, r->users[i].name.shown);
    for (size_t i = 0; i < REGISTRY_CONTACTS_MAX; i++)
        write_entry(out, "contact", r->contacts[i].jid, r->contacts[i].local);
    return fflush(out) == 0 && ferror(out) == 0 && fsync(fileno(out)) == 0;
}

/* The file is the old one or the new one, never half of either. */
static bool save(const struct registry *r)
{
    char new_path[4096];
    FILE *out;
    bool good;
    if (r->path == NULL)
        return true;
    snprintf(new_path, sizeof new_path, "%.4000s.new", r->path);
    out = fopen(new_path, "w");
    good = out != NULL && write_entries(r, out);
    if (out != NULL)
        good = fclose(out) == 0 && good;
    good = good && rename(new_path, r->path) == 0;
    if (!good)
        perror(new_path);
    return good;
}

static bool read_entry(struct registry *r, char *mem, size_t len)
{
    xc_str line = {mem, len}, kind, bare, third;
    struct foreign_name name;
    if (!tsv_take(mem, &line, &kind) || !tsv_take(mem, &line, &bare) ||
        !tsv_take(mem, &line, &third))
        return false;
    if (xc_str_is(kind, "user"))
        return foreign_name_read(third, &name) && put_user(r, bare, &name);
    return xc_str_is(kind, "contact") && put_contact(r, bare, third);
}

bool registry_load(struct registry *r)
{
    char line[ENTRY_SIZE];
    FILE *in = r->path != NULL ? fopen(r->path, "r") : NULL;
    bool good = true;
    if (in == NULL)
        return r->path == NULL || errno == ENOENT;
    while (good && fgets(line, sizeof line, in) != NULL)
        good = read_entry(r, line, strcspn(line, "\n"));
    good = good && ferror(in) == 0;
    fclose(in);
    return good;
}

/* ---- changes ------------------------------------------------------------ */

bool registry_add(struct registry *r, xc_str bare,
                  const struct foreign_name *name)
{
    return put_user(r, bare, name) && save(r);
}

bool registry_add_contact(struct registry *r, xc_str bare, xc_str local)
{
    if (registry_find_contact(r, bare, local) != NULL)
        return true;
    if (!put_contact(r, bare, local))
        return false;
    if (save(r))
        return true;
    registry_find_contact(r, bare, local)->jid[0] = '\0';
    return false;
}

void registry_remove_contact(struct registry *r, struct registry_contact *c)
{
    c->jid[0] = '\0';
    save(r);
}

void registry_remove(struct registry *r, struct registry_user *u)
{
    for (size_t i = 0; i < REGISTRY_CONTACTS_MAX; i++)
        if (strcmp(r->contacts[i].jid, u->jid) == 0)
            r->contacts[i].jid[0] = '\0';
    u->jid[0] = '\0';
    save(r);
}
