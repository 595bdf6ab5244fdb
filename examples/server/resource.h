/* resource.h - a bound resource (RFC 6120 section 7): it begins, moves to
   another connection when it is resumed (XEP-0198), and ends. Then nothing
   that the client has not acknowledged is lost: it goes to other resources,
   into the offline file, or back. */
#ifndef SERVER_RESOURCE_H
#define SERVER_RESOURCE_H

#include "server.h"

/* The client's choice; absent, or if it cannot be used: one that we make
   up. */
xc_stanza_error_condition resource_bind(struct server_session *s,
                                        xc_str resource);

/* Everything that outlives a connection goes from `old` to `s`. */
void resource_move(struct server_session *s, struct server_session *old);

/* It is gone for good: contacts learn it, and what waits in its queue goes
   elsewhere. */
void resource_end(struct server_session *s);

#endif
