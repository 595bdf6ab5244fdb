/* client_history.h - the last messages of an archive (XEP-0313), fetched page
   by page (XEP-0059) from the newest to the oldest, shown from the oldest to
   the newest.

       client_history_begin(c, nothing, with, 20);
*/
#ifndef CLIENT_HISTORY_H
#define CLIENT_HISTORY_H

#include "client.h"

/* Shows them. */
void client_history_end(struct client *c);

/* The last `wanted` messages. `archive` absent: our own; `with` absent: with
   everybody. */
void client_history_begin(struct client *c, xc_str archive, xc_str with,
                          size_t wanted);

/* True: it was a message from the archive. */
bool client_history_on_message(struct client *c, const xc_element *message);

void client_history_on_result(struct client *c, const xc_element *payload);

#endif
