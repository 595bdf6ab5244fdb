/* s2s.h - a server of one domain, and its streams to and from other servers.
   Functions of peers.h, dialback.h, stanzas.h and outbox.h take it.

       peers.h     streams: open, accept, negotiate, end
       dialback.h  whose a domain is (XEP-0220)
       stanzas.h   what arrives, and replies
       outbox.h    --to: one message from standard input */
#ifndef S2S_H
#define S2S_H

#include "xmpp_codec.h"

#include <stdint.h>

#include "xmpp_connection.h"

enum {
    S2S_PEERS_MAX = 32,
    S2S_ROUTES_MAX = 16,
    S2S_DOMAIN_SIZE = 256,
    S2S_ID_SIZE = 256,
    S2S_KEY_SIZE = 256,
    S2S_STANZA_MAX = 65536
};

/* Is the domain proved whose stanzas this stream carries? It is ours if we
   have opened the stream, the peer's if not. */
enum s2s_proof {
    S2S_PROOF_NONE,
    S2S_PROOF_ASKED,
    S2S_PROOF_VALID
};

/* A stream, in fixed memory. One that we have opened carries our stanzas, one
   that we have accepted those of the peer; with XEP-0288 either carries
   both. */
struct s2s_peer {
    struct xmpp_connection stream; /* connection.fd -1: this entry is free */
    struct s2s *s;
    bool outgoing; /* we have opened it */
    bool ready;    /* headers and features are through */
    bool bidi;     /* XEP-0288 */
    enum s2s_proof proof;
    char domain[S2S_DOMAIN_SIZE]; /* of the peer; "": not known yet */
    char id[S2S_ID_SIZE];   /* of the stream; chosen by the accepting side */
    char key[S2S_KEY_SIZE]; /* not outgoing, S2S_PROOF_ASKED: to be verified */
    xc_number max_bytes;    /* of a stanza, for the peer (XEP-0478) */
    size_t waiting;         /* bytes of what waits for the proof: stanzas, */
    char stanzas[S2S_STANZA_MAX]; /* each after its size */
    char out[2 * S2S_STANZA_MAX], mem[S2S_STANZA_MAX + 4096];
};

struct s2s_route {
    char domain[S2S_DOMAIN_SIZE];
    const char *host, *port;
};

struct s2s {
    char domain[S2S_DOMAIN_SIZE];
    char secret[44]; /* of the dialback keys; new each time */
    int listening;
    bool echo, bidi;
    struct s2s_route routes[S2S_ROUTES_MAX];
    size_t route_count;
    struct s2s_peer peers[S2S_PEERS_MAX];
    int exit_code; /* EXIT_NOT_YET */

    unsigned long echoes;        /* for their ids */
    char stanza[S2S_STANZA_MAX]; /* that is written now */
    char line[2 * S2S_STANZA_MAX];

    char to[XC_JID_MAX + 1]; /* --to; "": serve until SIGTERM */
    bool reply_wanted;
    const struct s2s_peer *carrier; /* of the message; NULL: not sent yet */
    int64_t deadline;               /* for all that; 0: none */
    size_t body_len;
    char body[S2S_STANZA_MAX / 8];
};

#endif
