/* names.h - names of the other network as localparts of XMPP addresses
   (XEP-0106), and back.

       "O'Hara", a user    o\27hara@gate.alpha.test
       "tea", a room       #tea@gate.alpha.test

   Two names are the same if their localparts are. No user's name begins with
   "#", so a user is never a room. */
#ifndef GATEWAY_NAMES_H
#define GATEWAY_NAMES_H

#include "xmpp_codec.h"

enum {
    NAME_SIZE = 65,  /* of a foreign user, room or nickname, with a NUL */
    LOCAL_SIZE = 256 /* the same, escaped for an address */
};

struct foreign_name {
    char shown[NAME_SIZE]; /* as people see it */
    char local[LOCAL_SIZE];
};

/* A name for a user, or a nickname in a room. False: it cannot be both a
   resourcepart and, escaped, a localpart. */
bool foreign_name_read(xc_str text, struct foreign_name *name);

/* The name of a room or user; it is in `mem` or in `local`. Absent: `local` is
   not escaped as it must be. */
xc_str foreign_name_of(const char *local, char *mem, size_t size);

/* The localpart of a room with this name, in LOCAL_SIZE bytes. */
bool chatroom_from_name(xc_str name, char *local);

/* The localpart of an address, if it can be a room's. Each room has one
   localpart: "#\5ca" and "#\a" are not two of them. */
bool chatroom_from_local(xc_str text, char *local);

bool chatroom_is(xc_str local);

#endif
