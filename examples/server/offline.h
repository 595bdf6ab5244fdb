/* offline.h - messages for an account that is away, or whose client does not
   read fast enough: they wait in a file (XEP-0160), stamped with the time
   (XEP-0203).

       offline_store    appends one
       offline_feed     hands out as many as the resource has room for
       offline_confirm  they have arrived: now they leave the file

   So what is in the file is lost neither with a connection nor with the
   server; at worst it is delivered once more. */
#ifndef SERVER_OFFLINE_H
#define SERVER_OFFLINE_H

#include "xmpp_codec.h"

struct account;
struct server_session;
struct server_stanza;

enum {
    OFFLINE_BYTES = 262144,    /* of a file */
    OFFLINE_RECORD_MAX = 81920 /* of a message in it */
};

/* Is the message more than a hint that somebody is typing, and does it not
   forbid to be stored (XEP-0334, XEP-0160 section 3)? */
bool offline_is_worth_storing(const xc_element *message);

bool offline_store(const struct server_stanza *st);

/* If there are messages, and the resource takes messages and has room. */
void offline_feed(struct server_session *s);

/* Removes from the file what has arrived. */
void offline_confirm(struct server_session *s);

/* Does the file have messages that were not handed out? What comes now waits
   until they were. */
bool offline_has_more(const struct account *a);

#endif
