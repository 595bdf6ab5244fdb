/* session.h - what the server keeps of one connection, and of the resource
   that it has bound. The resource outlives the connection: a session without
   one (SESSION_DETACHED) waits to be resumed.

   A session has a fixed size, so that no client can take what belongs to
   another. Its large buffers cost pages of real memory only once they are
   used. What a session sends is written with send.h; a session that must go is
   marked with session_refuse, or session_cut where nothing can be said any
   more, and ends when the turn is over (life.h). */
#ifndef SERVER_SESSION_H
#define SERVER_SESSION_H

#include "address.h"
#include "connection.h"
#include "sasl.h"
#include "sm_queue.h"
#include "ws.h"
#include "xmpp_codec.h"

enum {
    SESSION_LOGIN_MAX = 10000,     /* bytes of a stanza before login, */
    SESSION_STANZA_MAX = 65536,    /* ... and then (XEP-0478) */
    SESSION_STREAM_BYTES = 131072, /* a stanza being read: its tree is larger,
                                      at worst 1.8 times */
    SESSION_OUT_BYTES = 131072,    /* written, not yet taken by the socket */
    SESSION_LAST_BYTES = 1024,     /* ... of that for the end of the stream */
    SESSION_QUEUE_BYTES = 262144,  /* not yet acknowledged (XEP-0198) */
    SESSION_PRESENCE_BYTES = 4096, /* the last presence, as a tree */
    SESSION_DIRECTED_BYTES = 2048, /* addresses that got directed presence */
    SESSION_SHARE_BYTES = 4096     /* read from a connection in one turn */
};

enum server_port {
    PORT_CLIENT,
    PORT_WEBSOCKET,
    PORT_COMPONENT,
    PORTS
};

/* The way from one state to the next is in receive.c. */
enum server_session_state {
    SESSION_FREE,
    SESSION_HEADER,    /* awaits a stream header */
    SESSION_LOGIN,     /* ... STARTTLS or SASL */
    SESSION_CHECKING,  /* a password is being hashed */
    SESSION_BIND,      /* awaits a resource, or a session to resume */
    SESSION_BOUND,     /* awaits stanzas */
    SESSION_HANDSHAKE, /* awaits the handshake of a component */
    SESSION_COMPONENT, /* awaits stanzas of a component */
    SESSION_CLOSING,   /* everything was said */
    SESSION_DETACHED   /* without a connection, until it is resumed */
};

struct server_session {
    struct connection connection;
    struct server *server;
    unsigned slot;
    struct server_session *settle;  /* next that has something to send */
    struct server_session *resting; /* next that has input left over */
    bool unsettled, rests;          /* is in that list */

    xc_stream stream; /* from here on all is 0 in a new connection */
    struct websocket ws;
    enum server_port port;
    enum server_session_state state;
    struct server_session *next; /* of the free ones, of those whose password
                                    is being checked, or of its account */
    bool authenticated;          /* as sasl.user */
    bool restarted;              /* nothing of the new stream has come yet */
    bool header_sent, close_sent, pinged;
    bool in_message;      /* of a WebSocket, and something came of it */
    const char *cut;      /* hang up at the end of the turn, and why */
    const char *refused;  /* ... end the stream, and why */
    int64_t heard;        /* when it last said something; milliseconds */
    int64_t drained;      /* when nothing waited to be sent, last */
    int64_t paused_until; /* it has cost others their time */
    int64_t deadline;     /* something must have happened by then; 0 */
    char stream_id[24];
    struct sasl_server sasl;

    struct account *account; /* NULL: no resource is bound */
    struct server_address own;
    bool available;  /* has sent initial presence */
    bool interested; /* has asked for the roster (RFC 6121 section 2.2) */
    bool carbons;
    int priority;
    struct sm_queue queue;
    int64_t asked;          /* when <r/> was sent; milliseconds */
    uint32_t received_then; /* stanzas of the peer */
    size_t directed_used;
    size_t offline_sent; /* bytes of the offline file that were sent, and may
                            not have arrived */

    size_t rest_len;
    char rest[SESSION_SHARE_BYTES];        /* input for the next turn */
    char presence[SESSION_PRESENCE_BYTES]; /* an xc_element, if available */
    char directed[SESSION_DIRECTED_BYTES];
    char memory[SESSION_STREAM_BYTES];
    char out[SESSION_OUT_BYTES];
    char queued[SESSION_QUEUE_BYTES];
};

/* With --verbose, one line for each event; no secrets, and nothing of what
   people say. */
void session_log(const struct server_session *s, const char *what);

/* It has something to send, or something has changed. */
void session_unsettle(struct server_session *s);

void session_cut(struct server_session *s, const char *why);

/* Ends the stream with policy-violation. */
void session_refuse(struct server_session *s, const char *why);

/* Can stanzas be sent to it? */
bool session_is_online(const struct server_session *s);

/* The content namespace of its stanzas. */
const char *session_ns(const struct server_session *s);

/* Passwords are checked one after the other; the first session in the list has
   waited longest. */
void session_begin_check(struct server_session *s);
void session_end_check(struct server_session *s);

#endif
