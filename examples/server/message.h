/* message.h - which resources get a message (RFC 6121 section 8.5):

     to                    normal     chat      groupchat  headline  error
     no such account       bounce     bounce    bounce     -         -
     full, online          deliver    deliver   deliver    deliver   deliver
     full, not online      bounce     as bare   bounce     -         -
     bare, one is online   the best   the best  bounce     all       -
     bare, none is online  store      store     bounce     -         -

   The best are those with the highest priority; one with a negative priority
   counts as not online. Table 1 of the RFC leaves some choices; these are
   ours. */
#ifndef SERVER_MESSAGE_H
#define SERVER_MESSAGE_H

#include "server.h"
#include "stanza.h"

/* A message for an account here. */
void message_take(const struct server_stanza *st);

/* One that a lost resource has not acknowledged: to the account, as nobody
   knows whether it arrived (XEP-0198 section 5). */
void message_take_back(struct server_stanza *st);

#endif
