/* gateway_state.h - what gateway.c knows: who is there, on which side. */
#ifndef GATEWAY_STATE_H
#define GATEWAY_STATE_H

#include "xmpp_codec.h"

#include <stdint.h>
#include <string.h>

#include "fields.h"
#include "link.h"
#include "stop.h"
#include "stream_link.h"

enum {
    LINE_SIZE = 2048,   /* bytes of a line of the foreign protocol */
    NAME_SIZE = 65,     /* of a foreign user, room or nickname, with a NUL */
    LOCAL_SIZE = 256,   /* the same, escaped for an address */
    ADDRESS_SIZE = 512, /* of an XMPP user who is remembered */
    DOMAIN_SIZE = 256,
    FULL_SIZE = LOCAL_SIZE + DOMAIN_SIZE + XC_JID_PART_MAX + 3,
    FOREIGN_MAX = 256,   /* connections */
    USERS_MAX = 1024,    /* registered */
    CONTACTS_MAX = 4096, /* subscriptions of all users */
    CONTACTS_EACH = 64,
    OCCUPANTS_MAX = 1024, /* of all rooms */
    ROOMS_EACH = 16,
    SEEN_MAX = 1024 /* names of foreign users who have been there */
};

/* A name as people see it, and as the localpart of an address: "O'Hara" is
   o\27hara (XEP-0106). Two names are the same if their localparts are. */
struct name {
    char shown[NAME_SIZE];
    char local[LOCAL_SIZE];
};

/* An XMPP user who has registered (XEP-0077) under a name. */
struct user {
    char jid[ADDRESS_SIZE]; /* bare; "": free */
    struct name name;
};

/* An XMPP user who sees the presence of a foreign one. */
struct contact {
    char jid[ADDRESS_SIZE]; /* bare; "": free */
    char local[LOCAL_SIZE]; /* who is seen; need not be there now */
};

struct store {
    const char *path; /* NULL: only in memory */
    struct user users[USERS_MAX];
    struct contact contacts[CONTACTS_MAX];
};

/* A connection of the foreign side. */
struct foreign {
    struct link link;
    struct name name;  /* shown "": has not said it yet */
    bool ended;        /* it says no more */
    bool leaving;      /* until what waits is written */
    bool told;         /* that it leaves, to all who have to know */
    bool asked;        /* whether it is still there */
    bool skipping;     /* what is left of a line that was too long */
    int credit;        /* lines that it may say now, in thousandths */
    int64_t credit_at; /* when that was counted */
    int64_t deadline;
    size_t in_len;
    char in[LINE_SIZE];
    char out[8 * LINE_SIZE];
};

/* Somebody in a room, from either side. */
struct occupant {
    char room[LOCAL_SIZE];   /* localpart, with the "#"; "": free */
    char nick[NAME_SIZE];    /* resourcepart */
    struct foreign *foreign; /* or */
    char jid[ADDRESS_SIZE];  /* full */
};

enum component_state {
    COMPONENT_AWAY,   /* until retry_at */
    COMPONENT_HEADER, /* connecting, and then waiting for the header */
    COMPONENT_SECRET, /* <handshake/> is sent */
    COMPONENT_ACCEPTED,
    COMPONENT_LEAVING /* our close tag is sent */
};

struct gateway {
    const char *host, *port, *secret;
    char domain[DOMAIN_SIZE];
    unsigned foreign_port;
    int listening;
    int64_t accept_at; /* not before: there were no descriptors left */
    int exit_code;     /* STAY */

    struct stream_link stream;
    enum component_state state;
    bool was_accepted;
    int64_t retry_at, retry_after, keepalive_at;

    struct store store;
    struct foreign foreign[FOREIGN_MAX];
    struct occupant occupants[OCCUPANTS_MAX];
    char seen[SEEN_MAX][LOCAL_SIZE];
    unsigned seen_next;
};

static xc_str absent(void)
{
    return xc_str_from(NULL);
}

/* ---- names -------------------------------------------------------------- */

/* What a foreign user or a nickname may be called: what can be both the
   resourcepart of an address and, escaped, the localpart. "#" is for rooms. */
static bool name_read(xc_str text, struct name *name)
{
    char shown_mem[XC_JID_PART_MAX], local_mem[XC_JID_PART_MAX];
    char escaped_mem[3 * NAME_SIZE];
    xc_str shown, escaped, local;
    return text.len < NAME_SIZE &&
           xc_jid_enforce(XC_JID_RESOURCE, text, shown_mem, sizeof shown_mem,
                          &shown) == XC_OK &&
           keep(name->shown, sizeof name->shown, shown) &&
           xc_jid_escape(shown, escaped_mem, sizeof escaped_mem, &escaped) ==
               XC_OK &&
           xc_jid_enforce(XC_JID_LOCAL, escaped, local_mem, sizeof local_mem,
                          &local) == XC_OK &&
           !xc_str_starts_with(local, "#") &&
           keep(name->local, sizeof name->local, local);
}

/* A room is "#" and a name, so that it is no user. */
static bool room_from_name(xc_str text, char *local)
{
    struct name name;
    local[0] = '#';
    return name_read(text, &name) &&
           keep(local + 1, LOCAL_SIZE - 1, xc_str_from(name.local));
}

static bool is_room(xc_str local)
{
    return xc_str_starts_with(local, "#");
}

/* The name of a room or user, of `mem` or of the localpart itself. */
static xc_str name_from_local(const char *local, char *mem, size_t size)
{
    xc_str name;
    return xc_jid_unescape(xc_str_from(local + (local[0] == '#')), mem, size,
                           &name) == XC_OK
               ? name
               : absent();
}

/* A localpart that XMPP users may write and that is a room; each room has one
   alone, "\5ca" and "\a" are not two of them. */
static bool room_from_local(xc_str text, char *local)
{
    char given[LOCAL_SIZE], mem[LOCAL_SIZE];
    return is_room(text) && keep(given, sizeof given, text) &&
           room_from_name(name_from_local(given, mem, sizeof mem), local) &&
           strcmp(local, given) == 0;
}

/* ---- foreign users ------------------------------------------------------ */

static bool foreign_is_here(const struct foreign *f)
{
    return f->link.fd >= 0 && !f->leaving && f->name.shown[0] != '\0';
}

static struct foreign *foreign_find(struct gateway *g, xc_str local)
{
    for (struct foreign *f = g->foreign; f < g->foreign + FOREIGN_MAX; f++)
        if (foreign_is_here(f) && xc_str_is(local, f->name.local))
            return f;
    return NULL;
}

static bool was_seen(const struct gateway *g, xc_str local)
{
    for (size_t i = 0; i < SEEN_MAX; i++)
        if (g->seen[i][0] != '\0' && xc_str_is(local, g->seen[i]))
            return true;
    return false;
}

static void remember_seen(struct gateway *g, const char *local)
{
    if (!was_seen(g, xc_str_from(local)))
        keep(g->seen[g->seen_next++ % SEEN_MAX], LOCAL_SIZE,
             xc_str_from(local));
}

/* Why a foreign user cannot be told anything (RFC 6121 section 8.5.1 and RFC
   6120 section 8.3.3.13: `wait` for who may come back). */
static xc_stanza_error_condition foreign_absence(const struct gateway *g,
                                                 xc_str local)
{
    return was_seen(g, local) ? XC_STANZA_ERROR_RECIPIENT_UNAVAILABLE
                              : XC_STANZA_ERROR_ITEM_NOT_FOUND;
}

#endif
