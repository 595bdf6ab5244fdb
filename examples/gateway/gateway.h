/* gateway.h - the gateway as a whole: both sides, and what is known of their
   users. Functions of presence.h, room.h, iq.h and commands.h take it.

       component.h  the XMPP side       foreign.h   the other network
       registry.h   who registered      names.h     names and addresses
       presence.h   who is online       room.h      rooms for both sides
       iq.h         requests            commands.h  lines and messages */
#ifndef GATEWAY_H
#define GATEWAY_H

#include "component.h"
#include "foreign.h"
#include "names.h"
#include "registry.h"

/* The resource of the gateway and of all foreign users. */
#define GATEWAY_RESOURCE "gateway"

enum {
    CHATROOM_OCCUPANTS_MAX = 1024 /* of all rooms */
};

/* A user in a room, of either side. */
struct chatroom_occupant {
    char room[LOCAL_SIZE];           /* localpart; "": this entry is free */
    char nick[NAME_SIZE];            /* resourcepart */
    struct foreign *foreign;         /* or, if it is NULL */
    char jid[REGISTRY_ADDRESS_SIZE]; /* full */
};

struct gateway {
    struct component component;
    struct foreign_side foreign;
    struct registry registry;
    struct chatroom_occupant occupants[CHATROOM_OCCUPANTS_MAX];
    unsigned long messages; /* sent to XMPP users, for their ids */
};

/* Has anybody this name, on either side, except this user? */
bool gateway_is_name_taken(struct gateway *g, const struct foreign_name *name,
                           const struct registry_user *except);

/* Is the stanza sent to the gateway itself, not to one of its users? */
bool gateway_is_addressed(const struct component_stanza *s);

#endif
