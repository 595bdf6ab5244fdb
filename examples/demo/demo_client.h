/* demo_client.h - a tiny client as a state machine.

       HEADER -> FEATURES -> SASL     log in ...
    -> HEADER -> FEATURES -> BIND     ... and start anew
    -> ROSTER -> ONLINE               be there
    -> REPLY or IQ_REPLY -> ONLINE    wait for something in particular
    -> CLOSING -> CLOSED              say goodbye

       SASL -> VERDICT                or be turned away, rudely
    -> CLOSING -> CLOSED

   Each state has one function, which looks at the event, does what follows
   from it, sets the next state, and returns false if the state does not expect
   the event. */
#ifndef DEMO_CLIENT_H
#define DEMO_CLIENT_H

#include "demo_end.h"

enum demo_client_state {
    DEMO_CLIENT_HEADER,
    DEMO_CLIENT_FEATURES,
    DEMO_CLIENT_SASL,
    DEMO_CLIENT_BIND,
    DEMO_CLIENT_ROSTER,
    DEMO_CLIENT_ONLINE,
    DEMO_CLIENT_REPLY,
    DEMO_CLIENT_IQ_REPLY,
    DEMO_CLIENT_VERDICT,
    DEMO_CLIENT_CLOSING,
    DEMO_CLIENT_CLOSED
};

struct demo_login {
    const char *user, *password, *resource;
    bool rude; /* expects to be turned away, and replies in kind */
};

struct demo_client {
    struct demo_end end;
    const struct demo_login *login;
    bool authenticated;
    struct demo_address own;     /* given by the server */
    struct demo_address contact; /* full, while the contact is online */
    int messages;                /* received */
};

void demo_client_start(struct demo_client *c, const struct demo_login *login,
                       const char *name, int fd, bool brief);

void demo_client_write_to_contact(struct demo_client *c);

void demo_client_ask_stranger(struct demo_client *c);

void demo_client_leave(struct demo_client *c);

#endif
