/* demo_server.h - a tiny server: one session for each connection.

       HEADER -> SASL        until the client has proved who it is
    -> HEADER -> BIND        a new stream; the client gets its address
    -> BOUND                 stanzas get a reply or are passed on
    -> CLOSED

   It believes no address that a client claims: a stanza is passed on with the
   address that was proved with SASL (RFC 6120 section 8.1.2.1). */
#ifndef DEMO_SERVER_H
#define DEMO_SERVER_H

#include "demo_end.h"

enum {
    DEMO_SESSIONS = 3
};

enum demo_session_state {
    DEMO_SESSION_HEADER,
    DEMO_SESSION_SASL,
    DEMO_SESSION_BIND,
    DEMO_SESSION_BOUND,
    DEMO_SESSION_CLOSED
};

struct demo_account {
    const char *user, *password;
    const char *contact; /* the whole roster */
};

struct demo_session {
    struct demo_end end;
    struct demo_server *server;
    const struct demo_account *account; /* proved with SASL; NULL before */
    char stream_id[24];
    struct demo_address own; /* of its client, made here */
    char presence[512]; /* a copy of the last one; an element is one block */
    bool available;
};

struct demo_server {
    struct demo_session sessions[DEMO_SESSIONS];
};

void demo_session_start(struct demo_server *server, struct demo_session *s,
                        const char *name, int fd);

#endif
