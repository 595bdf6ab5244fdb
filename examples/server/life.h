/* life.h - the beginning and the end of a session, and what happens to it with
   time: it is settled after each turn in which something was sent or has
   changed, and watched each second.

       life_begin -> life_settle, life_watch ... -> life_lose */
#ifndef SERVER_LIFE_H
#define SERVER_LIFE_H

#include "session.h"

/* A connection was accepted. */
void life_begin(struct server_session *s, enum server_port port);

/* The connection is gone without a close tag. */
void life_lose(struct server_session *s);

/* Sends what waits, hands out offline messages, ends what must end. */
void life_settle(struct server_session *s);

/* Pings a silent client; ends a session that has taken too long. */
void life_watch(struct server_session *s);

#endif
