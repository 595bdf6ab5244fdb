/* client_session.h - from a stream header to a session, and its end: TLS,
   login, binding, stream management with resumption (XEP-0198).

       while (xc_stream_next(&c->stream, &in, &event) == XC_EVENT)
           client_on_event(c, &event);

   One function for each state, see client.h: it looks at the event, does what
   follows from it, sets the next state, and returns false if the state does
   not expect the event. */
#ifndef CLIENT_SESSION_H
#define CLIENT_SESSION_H

#include "client.h"

void client_on_event(struct client *c, const xc_stream_event *ev);

/* TLS on the connection. */
bool client_start_tls(struct client *c);

#endif
