/* client_output.h - what the client prints: a line for each event, for people
   or with --script for programs, and complaints on stderr. Text of peers
   cannot control the terminal, see terminal.h.

       client_show(c, CLIENT_EVENT_SENT, to, id, nothing, nothing);
*/
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include "client.h"

enum client_event {
    CLIENT_EVENT_ONLINE,
    CLIENT_EVENT_MESSAGE,
    CLIENT_EVENT_RECEIPT,
    CLIENT_EVENT_ACKED,
    CLIENT_EVENT_STATE,
    CLIENT_EVENT_PRESENCE,
    CLIENT_EVENT_ROSTER,
    CLIENT_EVENT_SUBSCRIBE,
    CLIENT_EVENT_SUBSCRIBED,
    CLIENT_EVENT_UNSUBSCRIBE,
    CLIENT_EVENT_UNSUBSCRIBED,
    CLIENT_EVENT_JOINED,
    CLIENT_EVENT_LEFT,
    CLIENT_EVENT_SUBJECT,
    CLIENT_EVENT_HISTORY,
    CLIENT_EVENT_HISTORY_END,
    CLIENT_EVENT_PONG,
    CLIENT_EVENT_SENT,
    CLIENT_EVENT_RESENT,
    CLIENT_EVENT_CARBON,
    CLIENT_EVENT_DROPPED,
    CLIENT_EVENT_RESUMED,
    CLIENT_EVENT_ERROR,
    CLIENT_EVENT_CLOSED
};

/* Exits if standard output is gone, before anything more is acknowledged to
   the server: its reader relies on every line. */
void client_show(struct client *c, enum client_event kind, xc_str first,
                 xc_str second, xc_str third, xc_str fourth);

void client_show_number(struct client *c, enum client_event kind, uint32_t n);

/* On stderr; the detail may come from a peer. */
void client_complain(const char *what, xc_str detail);

/* With --send nobody reads events: then it complains, too. */
void client_show_error(struct client *c, xc_str from, const char *condition,
                       xc_str text);

/* What is wrong with a stanza, which is shown nevertheless. XC_OK: nothing. */
void client_show_flaw(struct client *c, xc_str from, xc_status status,
                      const xc_field *field);

#endif
