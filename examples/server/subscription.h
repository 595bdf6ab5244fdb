/* subscription.h - which contacts may see each other (RFC 6121 section 3): the
   four types of presence that change a subscription. Two tables of transitions
   decide what happens to a contact in the roster. */
#ifndef SERVER_SUBSCRIPTION_H
#define SERVER_SUBSCRIPTION_H

#include "server.h"
#include "stanza.h"

/* Is it one of the four? */
bool subscription_is(unsigned type);

/* A client's own. */
void subscription_from_client(struct server_session *s,
                              const struct server_stanza *st);

/* For the account `a`, from a bare address. `e` NULL: an empty one. */
void subscription_take(struct server *server, struct account *a, xc_str from,
                       unsigned type, const xc_element *e);

/* Between bare addresses (section 3.1.2), to an account here or elsewhere; one
   for an account that does not exist is ignored (8.5.1). `e` NULL: an empty
   one. False: no session for the domain. */
bool subscription_send(struct server *server, xc_str from, xc_str to,
                       unsigned type, const xc_element *e);

#endif
