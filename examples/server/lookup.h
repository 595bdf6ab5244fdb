/* lookup.h - which session an address belongs to. NULL: none, now.

       s = lookup_address(server, st->to);
       if (s != NULL)
           ... send.h
*/
#ifndef SERVER_LOOKUP_H
#define SERVER_LOOKUP_H

#include "server.h"

/* Is it of our domain? */
bool lookup_is_local(const struct server *server, xc_jid jid);

/* Of a full address of our domain. */
struct server_session *lookup_resource(const struct server *server,
                                       xc_jid jid);

/* Of a domain that is not ours: the component, or a stream to another
   server. */
struct server_session *lookup_domain(struct server *server, xc_str domain);

/* One of both: where stanzas to this address are sent. */
struct server_session *lookup_address(struct server *server, xc_jid jid);

#endif
