/* sasl.h - the server's side of SASL (RFC 6120 section 6): SCRAM with SHA-256
   and SHA-1, and PLAIN, checked with credentials.h. No I/O.

       sasl_init, then sasl_offer in the features
       <auth/>     -> sasl_begin
       <response/> -> sasl_response
       SASL_BUSY   -> sasl_continue   PLAIN costs thousands of hashes: they are
                                      done in portions
   Needs xmpp_codec.h, credentials.h, and random.h and sha.h of ../lib. */
#ifndef SERVER_SASL_H
#define SERVER_SASL_H

#include "credentials.h"
#include "store.h"
#include "xmpp_codec.h"

enum sasl_step {
    SASL_MORE,  /* send what was written, wait for the client */
    SASL_BUSY,  /* nothing was written: call sasl_continue */
    SASL_DONE,  /* logged in as `user` */
    SASL_FAILED /* send what was written; the client may try again */
};

struct sasl_server {
    const struct credentials *credentials;
    xc_str domain;
    bool plain; /* PLAIN is offered */
    xc_mechanism mechanism;
    xc_scram scram;
    xc_scram_hi hi; /* PLAIN: the password on its way through PBKDF2 */
    xc_scram_keys keys;
    bool begun; /* the client's first message has come */
    bool known; /* there is such an account */
    unsigned failures;
    char memory[1024];
    char user[STORE_LOCAL_MAX + 1];
};

/* `domain` is enforced, and lives as long as *sasl. */
void sasl_init(struct sasl_server *sasl, const struct credentials *credentials,
               xc_str domain);

/* Writes <mechanisms/>. Set `plain` before. */
void sasl_offer(const struct sasl_server *sasl, xc_writer *w);

enum sasl_step sasl_begin(struct sasl_server *sasl, const xc_element *auth,
                          xc_writer *w);

/* Takes <response/> or <abort/>. */
enum sasl_step sasl_response(struct sasl_server *sasl, const xc_element *e,
                             xc_writer *w);

enum sasl_step sasl_continue(struct sasl_server *sasl, xc_writer *w);

/* Wipes all that is secret. Each end of an exchange does it. */
void sasl_wipe(struct sasl_server *sasl);

#endif
