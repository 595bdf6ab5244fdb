/* credentials.h - passwords: instead of each, a file of its account has the
   keys of SCRAM-SHA-256 and SCRAM-SHA-1 (RFC 5802 section 3).

       problem = credentials_add(&store, user, password);
       credentials_read(&credentials, user, XC_MECHANISM_SCRAM_SHA_1, &keys);

   Needs xmpp_codec.h, store.h, and sha.h and random.h of ../lib. */
#ifndef SERVER_CREDENTIALS_H
#define SERVER_CREDENTIALS_H

#include "store.h"
#include "xmpp_codec.h"

struct credentials {
    struct store *store;
    unsigned char secret[32]; /* made-up salts are derived from it */
};

/* What is needed to check a password. */
struct credentials_keys {
    char salt[64];
    size_t salt_len;
    uint32_t iterations;
    xc_scram_keys keys;
    bool known; /* false: made up */
};

enum {
    CREDENTIALS_SCRAMS = 2
};

/* The mechanisms of a file, the best one first. */
extern const struct credentials_scram {
    xc_mechanism mechanism;
    const xc_hash *hash;
} credentials_scrams[CREDENTIALS_SCRAMS];

/* NULL: not one of these. */
const xc_hash *credentials_hash(xc_mechanism mechanism);

/* Reads the secret, or makes it once and for all. NULL, or what is wrong. */
const char *credentials_init(struct credentials *c, struct store *store);

bool credentials_exist(const struct store *store, xc_str local);

/* Made up if there is no such account. */
void credentials_read(const struct credentials *c, xc_str local,
                      xc_mechanism mechanism, struct credentials_keys *k);

/* Makes an account; the password is as it was typed. NULL, or what is
   wrong. */
const char *credentials_add(struct store *store, xc_str local,
                            xc_str password);

#endif
