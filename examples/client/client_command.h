/* client_command.h - the commands of people and scripts: one line each, /help
   lists them.

       client_run_command(c, XC_STR("/msg romeo@montague.example Hi"));
*/
#ifndef CLIENT_COMMAND_H
#define CLIENT_COMMAND_H

#include "client.h"

void client_run_command(struct client *c, xc_str line);

/* Asks for a receipt, but not of a whole room (XEP-0184 section 5.3). */
bool client_send_message(struct client *c, const struct client_address *to,
                         xc_message_type type, xc_str body);

#endif
