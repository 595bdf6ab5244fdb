/* login.h - what xc_login leaves to the program: random nonces and ids, the
   hash functions of sha.h, what a channel of TLS can be bound to, and whether
   anybody can listen.

       login.options.username = user;
       login.options.password = password;
       login.options.private_channel = c->tls != NULL || login_is_loopback(c->fd);
       if (!login_begin(&login, c->tls, true))
           ... no random numbers
       ... then, for each element:
       switch (xc_login_next(&login.state, e, w))
       ...
       xc_login_wipe(&login.state);
*/
#ifndef LOGIN_H
#define LOGIN_H

#include "xmpp_codec.h"

#include "bindings.h"

enum {
    LOGIN_MEMORY = 4096, /* of the messages of a login, and of the address */
    LOGIN_UUID_SIZE = 37
};

struct login {
    xc_login state;
    xc_login_options options; /* who logs in: set before login_begin */
    struct bindings bindings;
    char nonce[25];
    char memory[LOGIN_MEMORY];
};

/* Begins on a channel that has just been secured, or needs no TLS. `binds`
   false: it is not to be bound, because a proxy ends TLS. False: there are no
   random numbers. */
bool login_begin(struct login *l, struct tls *tls, bool binds);

/* Is the peer of this socket in this machine? */
bool login_is_loopback(int fd);

/* A random UUID (RFC 9562 section 5.4), for xc_login_options.agent_id, into
   LOGIN_UUID_SIZE bytes. False: there are no random numbers. */
bool login_make_uuid(char *to);

#endif
