/* sasl.h - what a login needs of this server: which mechanisms it offers, its
   accounts and tokens. The login itself is xc_login_server.

       sasl_init, then sasl_offer in the features
       an element              -> sasl_next
       XC_LOGIN_SERVER_WORK    -> sasl_work      a password costs thousands of
                                                 hashes: in portions
       XC_LOGIN_SERVER_PROVED  -> accept `login` as `user`

   Needs xmpp_codec.h, credentials.h, tokens.h, and bindings.h, random.h, sha.h
   and tls.h of ../lib. */
#ifndef SERVER_SASL_H
#define SERVER_SASL_H

#include "bindings.h"
#include "credentials.h"
#include "store.h"
#include "tokens.h"
#include "xmpp_codec.h"

struct sasl_server {
    const struct credentials *credentials;
    xc_str domain;
    xc_login_server login;
    struct bindings bindings;
    char user[STORE_LOCAL_MAX + 1];
    char memory[4096];
};

/* `domain` is enforced, and lives as long as *sasl. */
void sasl_init(struct sasl_server *sasl, const struct credentials *credentials,
               xc_str domain);

/* Begins, and writes what is offered into the features. `tls` may be NULL.
   `private_channel`: nobody can listen. */
void sasl_offer(struct sasl_server *sasl, struct tls *tls,
                bool private_channel, xc_writer *w);

/* These never return CREDENTIALS or TOKENS. */
xc_login_server_step sasl_next(struct sasl_server *sasl, const xc_element *e,
                               xc_writer *w);
xc_login_server_step sasl_work(struct sasl_server *sasl, xc_writer *w);

/* SASL2, before it is accepted: what becomes of its tokens. False: they could
   not be kept. */
bool sasl_change_tokens(const struct sasl_server *sasl,
                        struct tokens_change *change);

/* When the connection ends. Each end of a login has wiped its secrets. */
void sasl_wipe(struct sasl_server *sasl);

#endif
