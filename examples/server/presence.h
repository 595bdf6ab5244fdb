/* presence.h - which addresses see that a resource is online (RFC 6121 section
   4): the presence that clients broadcast or send to one address, probes, and
   what arrives for accounts here. Subscriptions are in subscription.h. */
#ifndef SERVER_PRESENCE_H
#define SERVER_PRESENCE_H

#include "server.h"
#include "stanza.h"

/* What a client sends. */
void presence_from_client(struct server_session *s,
                          const struct server_stanza *st);

/* What arrives for an account here. */
void presence_take(const struct server_stanza *st);

/* The resource is gone: all that have seen it learn of it (4.5.2,
   4.6.3). `e` NULL: it has not said so. */
void presence_leave(struct server_session *s, const xc_element *e);

/* Has it sent presence to this address, and not taken it back? */
bool presence_was_directed_to(const struct server_session *s, xc_str address);

#endif
