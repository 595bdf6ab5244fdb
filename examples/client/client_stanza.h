/* client_stanza.h - messages and presence that arrive when the client is
   online. Each claim is checked before it is believed: that a carbon copy
   comes from our own account, a subject from its room.

       client_on_stanza(c, event.element);
*/
#ifndef CLIENT_STANZA_H
#define CLIENT_STANZA_H

#include "client.h"

/* Messages, presence and iqs. */
void client_on_stanza(struct client *c, const xc_element *e);

/* Our presence, to everybody. */
void client_send_presence(struct client *c);

/* "" for XC_CHAT_STATE_NONE. */
const char *client_chat_state_name(xc_chat_state state);

/* The name of the condition. */
const char *client_error_name(const xc_stanza_error *error);

#endif
