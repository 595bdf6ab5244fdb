/* address.h - an address that outlives the event it came with. Its jid points
   to the bytes beside it, so copy it with server_address_copy.

       if (!server_address_keep(&own, &parts))
           refuse();

   Needs xmpp_codec.h. */
#ifndef SERVER_ADDRESS_H
#define SERVER_ADDRESS_H

#include "xmpp_codec.h"

struct server_address {
    xc_jid jid;
    char bytes[768]; /* the longest full address of an account here */
};

/* Enforces the parts. False: they are no address, or too long. */
bool server_address_keep(struct server_address *a, const xc_jid_parts *parts);

void server_address_copy(struct server_address *to,
                         const struct server_address *from);

#endif
