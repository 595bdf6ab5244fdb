/* tokens.h - tokens of FAST (XEP-0484): a program that has logged in by
   password gets one for the next time. They are kept in the file of the
   account (credentials.h), as they are: who verifies HT needs the token, not a
   hash of it, as with an HMAC on both sides. So they are random, each for one
   program (its user agent id) and one mechanism, expire, and are gone with the
   password.

       count = tokens_find(&store, user, agent, tokens);
       ... xc_login_server_tokens
       tokens_change(&store, user, agent, &change);

   When a token is half as old as it may get, its program gets a new one. Both
   are good until it uses the new one.

   Needs xmpp_codec.h, credentials.h, store.h, and random.h of ../lib. */
#ifndef SERVER_TOKENS_H
#define SERVER_TOKENS_H

#include "store.h"
#include "xmpp_codec.h"

enum {
    TOKENS_OF_AGENT = 2,   /* the newest first */
    TOKENS_OF_ACCOUNT = 20 /* the oldest give way */
};

/* Views of the store's tree, until its next call. */
size_t tokens_find(struct store *store, xc_str local, xc_str agent,
                   xc_ht_token tokens[TOKENS_OF_AGENT]);

/* What a login does with the tokens of its program. */
struct tokens_change {
    xc_mechanism wanted; /* a new token for it; XC_MECHANISM_NONE */
    bool used;           /* it had the token number `which` of tokens_find */
    size_t which;
    xc_number count; /* of this use */
    bool invalidate; /* all are to go */

    xc_fast_token token; /* the new one, if base.present */
    char text[64];       /* of it */
};

/* False: the file cannot be written; nothing has changed. */
bool tokens_change(struct store *store, xc_str local, xc_str agent,
                   struct tokens_change *change);

#endif
