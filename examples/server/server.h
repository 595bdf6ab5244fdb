/* server.h - all that the server has, and its turns:

       server = server_new(&config, &problem);
       problem = server_start(server);
       while (... && server_turn(server, 1000))
           continue;
       server_shut_down(server);
       server_free(server);

   All memory is allocated by server_new. There is one thread and no global
   state, so that a program can have several servers. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include "accounts.h"
#include "address.h"
#include "credentials.h"
#include "offline.h"
#include "replay.h"
#include "session.h"
#include "store.h"
#include "xmpp_codec.h"

enum {
    SERVER_STANZA_BYTES = 90112 /* a stanza that is written */
};

/* Strings must outlive the server. */
struct server_config {
    const char *directory, *domain, *listen;
    const char *ports[PORTS];      /* NULL: off; "0": any */
    const char *component;         /* domain; NULL: none */
    const char *component_secret;  /* needed if its port is on */
    const char *certificate, *key; /* NULL: no TLS */
    unsigned connections;
    int64_t login_time, idle_time, resume_time; /* milliseconds */
    bool websocket_tls;    /* on that port TLS comes first */
    bool strict_strangers; /* RFC 6121 section 8.5.3.1 */
    bool verbose;
};

struct server {
    struct server_config config;
    struct server_address domain, component_domain;
    const char *component_name; /* enforced; NULL: none */
    bool plain_allowed;         /* nobody on the way can read it */
    struct tls_context *tls;

    struct store store;
    struct credentials credentials;
    struct accounts accounts;

    struct server_session *sessions; /* config.connections of them */
    struct server_session *visitor;  /* is turned away when all are taken */
    struct server_session *free, *unsettled, *resting, *checking;
    struct server_session *component; /* NULL: not connected */
    struct pollfd *fds; /* those that listen, then one for each session */

    /* Finds a stream to another server, for a program that has some. NULL:
       there are none. */
    struct server_session *(*route_remote)(struct server *server,
                                           xc_str domain);

    int64_t now;     /* of this turn; milliseconds */
    int64_t watched; /* when the deadlines were looked at, last */
    int64_t ask_at;  /* when some are asked for <a/>; 0: none */
    uint32_t pushes; /* of rosters, so far */
    uint32_t serial; /* of the last stanza */
    xc_writer writer;
    char scratch[SERVER_STANZA_BYTES]; /* what is written goes here first */
    struct replay replay;              /* of a file or a queue */
    char offline[OFFLINE_BYTES];       /* a file */
};

/* NULL: see *problem. Nothing is opened yet. */
struct server *server_new(const struct server_config *config,
                          const char **problem);

/* Opens files and ports. NULL, or what is wrong. */
const char *server_start(struct server *server);

/* The port that it listens to; 0: off. */
unsigned server_port_of(const struct server *server, enum server_port port);

/* One turn: each ready connection gets its share, one password a portion of
   hashing; then what that has led to is sent. Waits for up to `timeout`
   milliseconds. False: the system does not let us wait. */
bool server_turn(struct server *server, int timeout);

/* Ends all sessions, then waits some seconds for clients that read slowly.
   What was not acknowledged goes into the files. */
void server_shut_down(struct server *server);

void server_free(struct server *server);

#endif
