/* route.h - where stanzas of clients and components go: to an account or a
   resource here (message.h, presence.h, iq.h), to the component, to another
   server. A stanza that cannot be delivered goes back with an error. */
#ifndef SERVER_ROUTE_H
#define SERVER_ROUTE_H

#include "session.h"
#include "stanza.h"

/* What a client sends in the state BOUND. */
void route_on_stanza(struct server_session *s, const xc_stream_event *ev);

void route_from_component(const struct server_stanza *st);

#endif
