/* credentials.h - the file of an account: instead of the password it has the
   keys of SCRAM-SHA-256 and SCRAM-SHA-1 (RFC 5802 section 3). A new password
   is a new file, without the tokens of the old one (tokens.h).

       problem = credentials_add(&store, user, password);
       known = credentials_read(&store, user, XC_MECHANISM_SCRAM_SHA_1, &keys);

   Needs xmpp_codec.h, store.h, and sha.h and random.h of ../lib. */
#ifndef SERVER_CREDENTIALS_H
#define SERVER_CREDENTIALS_H

#include "store.h"
#include "xmpp_codec.h"

#define CREDENTIALS_NS "urn:example:server" /* of the file */

struct credentials {
    struct store *store;
    unsigned char secret[32]; /* made-up salts come from it */
};

/* What is needed to check a password. */
struct credentials_keys {
    xc_scram_credentials scram;
    char salt[64]; /* of `scram` */
};

/* Reads the secret, or makes it once and for all. NULL, or what is wrong. */
const char *credentials_init(struct credentials *c, struct store *store);

bool credentials_exist(const struct store *store, xc_str local);

/* False: there is no such account. */
bool credentials_read(struct store *store, xc_str local,
                      xc_mechanism mechanism, struct credentials_keys *k);

/* The file of an account as a document, until the next call of the store;
   NULL: there is none. */
const xc_element *credentials_load(struct store *store, xc_str local);
bool credentials_save(struct store *store, xc_str local, xc_str file);

/* Makes an account; the password is as it was typed. NULL, or what is
   wrong. */
const char *credentials_add(struct store *store, xc_str local,
                            xc_str password);

#endif
