/* client_connection.h - the connection under a session: how it is made, what
   is read from it, how it is kept alive, what to do when it is lost.

       client_connect(c);
       while (c->state != CLIENT_DONE) {
           ... poll ...
           client_move(c);
           client_tick(c);
       }
*/
#ifndef CLIENT_CONNECTION_H
#define CLIENT_CONNECTION_H

#include "client.h"

void client_connect(struct client *c);

/* Gives up: CLIENT_DONE. */
void client_fail(struct client *c, int exit_code, const char *what,
                 xc_str detail);

/* The socket is ready for something. */
void client_move(struct client *c);

/* Timeouts, and what to do about c->lost. */
void client_tick(struct client *c);

#endif
