/* presence.h - XMPP users see which foreign users are online (RFC 6121
   sections 3 and 4). A foreign user is online while its connection lasts;
   registered users may subscribe to it. */
#ifndef GATEWAY_PRESENCE_H
#define GATEWAY_PRESENCE_H

#include "gateway.h"

/* Presence of a foreign user, or of the gateway if `local` is empty. */
void gateway_send_presence(struct gateway *g, const char *local, xc_str to,
                           xc_presence_type type);

/* To all who see this foreign user. */
void gateway_broadcast_presence(struct gateway *g, const char *local,
                                xc_presence_type type);

/* To all users, when the stream has begun: who is online, who is not. */
void gateway_send_presences(struct gateway *g);

/* Before the stream ends. */
void gateway_end_presences(struct gateway *g);

/* A user has removed its registration: it sees nobody any more (XEP-0077
   section 3.2). */
void gateway_forget_presences(struct gateway *g, xc_str bare);

/* What an XMPP user sends to the gateway or to a foreign user; returns the
   error to reply. */
xc_stanza_error_condition gateway_on_presence(struct gateway *g,
                                              const struct component_stanza *s,
                                              unsigned type);

#endif
