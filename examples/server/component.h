/* component.h - a component (XEP-0114): one connection that speaks for all
   addresses of a domain. It proves that it knows the secret; then each of its
   stanzas must have addresses, and a `from` of its domain. */
#ifndef SERVER_COMPONENT_H
#define SERVER_COMPONENT_H

#include "session.h"

struct server;

/* Is this the component's domain? As an address: it may be written in other
   letters. */
bool component_is_name(const struct server *server, xc_str name);

/* What it sends in the states HANDSHAKE and COMPONENT. */
void component_on_handshake(struct server_session *s,
                            const xc_stream_event *ev);
void component_on_stanza(struct server_session *s, const xc_stream_event *ev);

#endif
