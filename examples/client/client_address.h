/* client_address.h - copies of addresses, enforced, that outlive the event they
   came with.

       struct client_address to;
       if (client_address_set(&to, message.from))
           reply.to = client_address_full(&to);
*/
#ifndef CLIENT_ADDRESS_H
#define CLIENT_ADDRESS_H

#include "xmpp_codec.h"

struct client_address {
    xc_jid jid;                 /* ptr NULL: none */
    char bytes[XC_JID_MAX + 1]; /* ends in NUL */
};

static const xc_str nothing = {NULL, 0};

/* False: not an address; then there is none. */
bool client_address_set(struct client_address *a, xc_str text);

xc_str client_address_full(const struct client_address *a);

xc_str client_address_bare(const struct client_address *a);

#endif
