/* carbons.h - copies of messages for the other resources of an account that
   have asked for them (XEP-0280).

       carbons_of_sent(s, &st);               a client has sent it
       if (carbons_apply_to(&st))             another resource has got it
           carbons_copy(other, &st, "received");
*/
#ifndef SERVER_CARBONS_H
#define SERVER_CARBONS_H

#include "send.h"
#include "server.h"
#include "stanza.h"

/* Is it a message that is copied (section 6.1) if it is received? */
bool carbons_apply_to(const struct server_stanza *st);

/* `which`: "sent" or "received" (sections 7 and 8). */
enum send_result carbons_copy(struct server_session *to,
                              const struct server_stanza *st,
                              const char *which);

/* What a resource was sent; in a copy that we have made, the message that it
   has received, NULL if the account has sent it. */
const xc_element *carbons_original(const struct server_session *s,
                                   const xc_element *e);

/* To the other resources of the sender. */
void carbons_of_sent(const struct server_session *s,
                     const struct server_stanza *st);

#endif
