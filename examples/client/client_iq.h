/* client_iq.h - requests of others, each of which gets a reply, replies to our
   own requests, and the requests that set a session up. A reply must come from
   the address that was asked, a roster push from our own account.

       client_set_up_session(c);
*/
#ifndef CLIENT_IQ_H
#define CLIENT_IQ_H

#include "client.h"

void client_on_iq(struct client *c, const xc_element *e);

/* From here on commands are taken. */
void client_is_ready(struct client *c);

void client_ask_roster(struct client *c);

/* RFC 6121 section 2.2: the roster before presence. */
void client_set_up_session(struct client *c);

/* The replies will not come any more. */
void client_requests_give_up(struct client *c, const char *condition,
                             xc_str text);

void client_requests_expire(struct client *c);

#endif
