/* dialback.h - Server Dialback (XEP-0220): a server proves that a domain is
   its own. It shows a key here, and the server at the domain's address knows
   that key.

       originating server          receiving server      authoritative server
         stream, <db:result>key -->
                                    stream, <db:verify>key -->
                                    <-- <db:verify type='valid'>
         <-- <db:result type='valid'>

   We are originating for what we send, receiving for what is sent to us, and
   authoritative for our own domain. */
#ifndef S2S_DIALBACK_H
#define S2S_DIALBACK_H

#include "s2s.h"

/* A stanza goes out now, or when the proof is valid. False: it does not
   fit. */
bool s2s_dialback_send(struct s2s_peer *p, xc_str bytes);

/* An element that is not a stanza. */
void s2s_dialback_on_element(struct s2s_peer *p, const xc_element *e);

/* A stream that we have opened can be used; a stream is over. */
void s2s_dialback_on_ready(struct s2s_peer *p);
void s2s_dialback_on_over(struct s2s_peer *p);

#endif
