/* client.h - the state of the client: one struct of fixed size, without a
   pointer to anything that would have to be freed.

       OFFLINE -> CONNECTING -> HEADER -> FEATURES    TCP; TLS if direct
       -> STARTTLS -> HEADER -> FEATURES              the same inside TLS
       -> LOGIN [-> HEADER -> FEATURES -> LOGIN]      one stream, or two
       -> ONLINE                                      a new session, or the old
       -> CLOSING -> DONE                             goodbye

   From each state a connection that is lost leads to OFFLINE, and from there
   to a new attempt, or to DONE. */
#ifndef CLIENT_H
#define CLIENT_H

#include "xmpp_codec.h"

#include "client_address.h"
#include "connection.h"
#include "login.h"
#include "tls.h"

enum client_state {
    CLIENT_OFFLINE,
    CLIENT_CONNECTING,
    CLIENT_HEADER,
    CLIENT_FEATURES,
    CLIENT_STARTTLS,
    CLIENT_LOGIN,
    CLIENT_ONLINE,
    CLIENT_CLOSING,
    CLIENT_DONE
};

enum client_tls {
    CLIENT_TLS_START,
    CLIENT_TLS_DIRECT,
    CLIENT_TLS_NONE
};

struct client_options {
    const char *host, *port; /* of the TCP connection */
    const char *ca;          /* file of certificates; NULL: the system's */
    const char *state;       /* file of client_kept.h; NULL: none */
    const char *send_to;     /* --send; NULL: commands */
    enum client_tls tls;
    bool unbound; /* a proxy ends TLS: the channel is not bound to */
    bool script;
    unsigned keepalive; /* seconds */
    unsigned retries;   /* of a lost connection, one after another */
};

/* Sizes: of arrays, and in bytes. */
enum {
    CLIENT_ID_SIZE = 32,
    CLIENT_QUEUE_STANZAS = 512,
    CLIENT_QUEUE_BYTES = 1024 * 1024,
    CLIENT_DELAY_BYTES = 96, /* that <delay/> adds to a stanza */
    CLIENT_REQUESTS = 16,
    CLIENT_ROOMS = 16,
    CLIENT_HISTORY_ID = 512,
    CLIENT_HISTORY_BYTES = 512 * 1024,
    CLIENT_READ_BYTES = 16384,
    CLIENT_LINE_BYTES = 512 * 1024,
    CLIENT_STREAM_BYTES = 512 * 1024, /* a stanza has 262,144 at most */
    CLIENT_OUT_BYTES = CLIENT_QUEUE_BYTES + 65536,
    CLIENT_STATUS_BYTES = 512,
    CLIENT_TOKEN_BYTES = 1024,
    CLIENT_PATH_BYTES = 4096
};

/* ---- what logins keep for the next one: client_kept.h -------------------- */

struct client_kept {
    char agent_id[LOGIN_UUID_SIZE];
    char token[CLIENT_TOKEN_BYTES]; /* secret; "": none */
    xc_mechanism token_mechanism;
    char token_expiry[XC_TIME_MAX + 1]; /* "": not known */
    uint32_t token_count;               /* logins that have used it */
    xc_login_pin pin;
};

/* ---- what was sent and is not acknowledged ------------------------------ */

struct client_queued {
    size_t size;
    bool lasting;            /* else it has no meaning in another session */
    xc_time sent;            /* absent: its <delay/> says it */
    char id[CLIENT_ID_SIZE]; /* shown when it is acknowledged; "": not shown */
};

/* The stanzas one after the other, in `bytes`. At the end of both arrays are
   those of a lost session that are held back until the new one is set up. */
struct client_queue {
    uint32_t sent, acked; /* XEP-0198; count == sent - acked */
    size_t count, used;
    size_t held, held_bytes;
    struct client_queued stanzas[CLIENT_QUEUE_STANZAS];
    char bytes[CLIENT_QUEUE_BYTES];
};

/* ---- what we have asked and wait for ------------------------------------ */

enum client_request_kind {
    CLIENT_REQUEST_NONE, /* free */
    CLIENT_REQUEST_ROSTER,
    CLIENT_REQUEST_READY, /* the last one of setting a session up */
    CLIENT_REQUEST_PING,
    CLIENT_REQUEST_HISTORY,
    CLIENT_REQUEST_QUIET /* only an error is of interest */
};

struct client_request {
    enum client_request_kind kind;
    char id[CLIENT_ID_SIZE];
    struct client_address to; /* none: our account */
    int64_t deadline;
};

/* ---- rooms, history ----------------------------------------------------- */

struct client_room {
    struct client_address as; /* room/nick; none: free */
    bool joined;
};

/* A page of an archive arrives at the front of `memory`; then it is moved
   before the later ones, which are at the end, from `begin` on. */
struct client_history {
    bool active;
    struct client_address archive; /* a room; none: our own */
    struct client_address with;    /* none: everybody */
    char query[CLIENT_ID_SIZE];
    char before[CLIENT_HISTORY_ID]; /* id of the oldest one that we have */
    size_t wanted, have, pages;
    size_t in_page, kept; /* of the page: all, those with a text */
    size_t page, begin;
    bool overflow;
    char memory[CLIENT_HISTORY_BYTES];
};

/* ---- the client --------------------------------------------------------- */

struct client {
    const struct client_options *options;
    enum client_state state;
    int exit_code;
    int64_t now; /* clock_ms() of this round */

    struct client_address jid; /* of the account, perhaps with a resource */
    char domain[XC_JID_PART_MAX + 1];
    char dns_name[254];        /* the domain as the DNS and TLS know it */
    struct client_address own; /* bound: as the server has made it */
    char password[XC_JID_PART_MAX + 1];
    struct tls_context *tls;
    struct login login;
    struct client_kept kept;
    bool logging_in; /* the login has begun on this connection */
    bool bound;      /* ... and has brought a new session */
    bool carbons;    /* ... with carbons */

    struct connection connection;
    xc_stream stream;
    xc_writer writer;
    const char *lost; /* why this connection is given up; static, or NULL */
    bool peer_closed; /* no more stanzas will come */
    bool cut_short;   /* there is more to read at once */
    int64_t deadline; /* until logged in, or until closed */
    int64_t retry_at;
    unsigned retries; /* since we were online */
    bool been_online;
    int64_t last_sent, last_received;
    xc_number max_bytes, idle_seconds; /* limits of the server (XEP-0478) */

    bool sm_enabled;  /* XEP-0198 */
    char sm_id[4001]; /* "": this session cannot be resumed */
    bool resumed;     /* on another connection than it began */
    uint32_t received;
    bool asked;    /* for an acknowledgement: there is no reply yet */
    bool ask_soon; /* stanzas were sent since */
    int64_t asked_at, ask_again_at, ask_pause;
    uint32_t asked_count; /* without XEP-0198: `sent` when asked */
    struct client_queue queue;

    bool ready; /* set up: takes commands */
    bool leaving;
    uint32_t ids;
    char id_prefix[9];
    uint8_t show; /* our presence */
    char status[CLIENT_STATUS_BYTES];
    struct client_address partner; /* a line without a command goes there */
    struct client_request requests[CLIENT_REQUESTS];
    struct client_room rooms[CLIENT_ROOMS];
    struct client_history history;

    bool input_ended;
    bool line_too_long;
    size_t line_len;
    char line[CLIENT_LINE_BYTES];

    char memory[CLIENT_STREAM_BYTES];
    char buffer[CLIENT_READ_BYTES];
    char out[CLIENT_OUT_BYTES];
};

#endif
