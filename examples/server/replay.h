/* replay.h - reads stanzas that were written one after the other, as in a
   stream, from a file or a queue.

       replay_init(&r, bytes);
       while ((e = replay_next(&r)) != NULL)
           ... one stanza; replay_at(&r) bytes are done with

   Needs xmpp_codec.h. */
#ifndef SERVER_REPLAY_H
#define SERVER_REPLAY_H

#include "xmpp_codec.h"

struct replay {
    xc_stream stream;
    xc_str rest;
    size_t size;
    char memory[163840]; /* twice the longest stanza of a file */
};

void replay_init(struct replay *r, xc_str stanzas);

/* The next one, NULL after the last. Valid until the next call. */
const xc_element *replay_next(struct replay *r);

/* How many bytes have been replayed. */
size_t replay_at(const struct replay *r);

#endif
