/* login.h - how a client logs in with SASL (RFC 6120 section 6): SCRAM with
   SHA-512, SHA-256 and SHA-1, bound to the TLS channel where both sides can,
   else PLAIN where nobody can listen.

       <features/>               -> login_begin   writes <auth/>
       <challenge/>, <success/>,
       <failure/>                -> login_take    writes <response/>

       w = connection_begin(&connection);
       step = login_begin(&login, &account, &features, w);
       step = login_take(&login, event.element, w);
       if (step == LOGIN_SEND || step == LOGIN_ABORT)
           connection_send(&connection);

   enum login_step says what follows a step. */
#ifndef LOGIN_H
#define LOGIN_H

#include "xmpp_codec.h"

enum {
    LOGIN_MEMORY = 2048 /* of the messages of an exchange */
};

/* Who logs in, and how. Views that must outlive the login. */
struct login_account {
    xc_str user;                /* the localpart, enforced */
    xc_str password;            /* as typed */
    bool private_channel;       /* TLS, or loopback: PLAIN may be sent */
    xc_channel_binding binding; /* data absent: this channel has none; with
                                   TLS that could bind, give it */
};

enum login_step {
    LOGIN_SEND,    /* send what was written, wait for the next element */
    LOGIN_DONE,    /* logged in: reset the stream, send a new header */
    LOGIN_REFUSED, /* the server says no, see problem and failure */
    LOGIN_ABORT    /* the exchange is broken, see problem: send what was
                      written, if anything, and close */
};

struct login {
    const struct login_account *account;
    uint32_t offered; /* mechanisms */
    xc_mechanism mechanism;
    xc_scram scram;
    bool responded;      /* to the first challenge */
    const char *problem; /* static text; NULL if all is well */
    xc_sasl_failure_condition
        failure; /* LOGIN_REFUSED: what the server said */
    char memory[LOGIN_MEMORY];
    char text[XC_BASE64_SIZE(LOGIN_MEMORY)];
};

/* Wipes the secrets of the exchange. Each end of a login does it. */
void login_wipe(struct login *l);

/* Chooses a mechanism and writes <auth/> with the first message. */
enum login_step login_begin(struct login *l,
                            const struct login_account *account,
                            const xc_features *f, xc_writer *w);

/* Takes the server's reply. */
enum login_step login_take(struct login *l, const xc_element *e, xc_writer *w);

#endif
