/* inline.h - what SASL2 does in the same step as the login (XEP-0388): resuming
   (XEP-0198 section 9), binding a resource (XEP-0386), tokens (XEP-0484). */
#ifndef SERVER_INLINE_H
#define SERVER_INLINE_H

#include "session.h"

/* Who has logged in is let in, perhaps as a bound resource; or refused, if
   there is no room for one. The features are sent next. */
void inline_let_in(struct server_session *s);

#endif
