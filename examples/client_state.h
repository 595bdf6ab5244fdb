/* client_state.h - all that the client of client.c knows: one struct, of fixed
   size, without a pointer to anything that would have to be freed.

       OFFLINE -> CONNECTING -> HEADER -> FEATURES    TCP; TLS if direct
       -> STARTTLS -> HEADER -> FEATURES              the same inside TLS
       -> SASL -> HEADER -> FEATURES                  the same as somebody
       -> BINDING -> ENABLING -> ONLINE               a new session, or
       -> RESUMING -> ONLINE                          the old one goes on
       -> CLOSING -> DONE                             goodbye

   From each state a connection that is lost leads to OFFLINE, and from there
   to a new attempt, or to DONE. */
#ifndef CLIENT_STATE_H
#define CLIENT_STATE_H

#include "xmpp_codec.h"

#include "fields.h"
#include "link.h"
#include "login.h"
#include "stop.h"

enum client_state {
    CLIENT_OFFLINE,
    CLIENT_CONNECTING,
    CLIENT_HEADER,
    CLIENT_FEATURES,
    CLIENT_STARTTLS,
    CLIENT_SASL,
    CLIENT_RESUMING,
    CLIENT_BINDING,
    CLIENT_ENABLING,
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
    const char *send_to;     /* --send; NULL: commands */
    enum client_tls tls;
    bool script;
    unsigned keepalive; /* seconds */
    unsigned retries;   /* of a lost connection, one after another */
};

/* An address that outlives the event it came with. NUL-terminated. */
struct address {
    xc_jid jid; /* ptr NULL: none */
    char bytes[XC_JID_MAX + 1];
};

#define ID_SIZE 32

/* ---- what was sent and is not acknowledged ------------------------------ */

#define QUEUE_STANZAS 512
#define QUEUE_BYTES (1024 * 1024)

struct queued {
    size_t size;
    bool lasting;     /* else it has no meaning in another session */
    char id[ID_SIZE]; /* to tell when it is acknowledged; "": do not */
};

/* The stanzas one behind the other, in `bytes`. At the end of both arrays are
   those of a lost session that are held back until the new one is set up. */
struct queue {
    uint32_t sent, acked; /* XEP-0198; count == sent - acked */
    size_t count, used;
    size_t held, held_bytes;
    struct queued stanzas[QUEUE_STANZAS];
    char bytes[QUEUE_BYTES];
};

/* ---- what we have asked and wait for ------------------------------------ */

#define REQUESTS 16
#define REQUEST_SECONDS 30

enum request_kind {
    REQUEST_NONE, /* a free place */
    REQUEST_ROSTER,
    REQUEST_READY, /* the last one of setting a session up */
    REQUEST_PING,
    REQUEST_HISTORY,
    REQUEST_QUIET /* only an error is of interest */
};

struct request {
    enum request_kind kind;
    char id[ID_SIZE];
    struct address to; /* none: our account */
    int64_t deadline;
};

/* ---- rooms, history ----------------------------------------------------- */

#define ROOMS 16

struct room {
    struct address as; /* room/nick; none: a free place */
    bool joined;
};

#define HISTORY_BYTES (512 * 1024)
#define HISTORY_ID 512

/* A page of an archive arrives at the front of `memory`; then it is moved in
   front of the later ones, which are at the end, from `begin` on. */
struct history {
    bool active;
    struct address archive; /* a room; none: our own */
    struct address with;    /* none: everybody */
    char query[ID_SIZE];
    char before[HISTORY_ID]; /* id of the oldest one that we have */
    size_t wanted, have, pages;
    size_t in_page, kept; /* of the page: all, those with a text */
    size_t page, begin;
    bool overflow;
    char memory[HISTORY_BYTES];
};

/* ---- the client --------------------------------------------------------- */

#define READ_BYTES 16384
#define LINE_BYTES (512 * 1024)
#define STREAM_BYTES (512 * 1024) /* a stanza has 262,144 bytes at most */
#define OUT_BYTES (QUEUE_BYTES + 65536)
#define STATUS_BYTES 512

struct client {
    const struct client_options *options;
    enum client_state state;
    int exit_code;
    int64_t now; /* clock_ms() of this round */

    struct address jid; /* of the account, perhaps with a resource */
    char domain[XC_JID_PART_MAX + 1];
    char dns_name[254]; /* the domain as the DNS and TLS know it */
    struct address own; /* bound: what the server has made of it */
    char password[XC_JID_PART_MAX + 1];
    struct tls_context *tls;
    char binding[32]; /* of the TLS channel (RFC 9266) */
    struct login_account account;
    struct login login;
    bool authenticated;

    struct link link;
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

    bool sm_offered, sm_enabled; /* XEP-0198 */
    char sm_id[4001];            /* "": this session cannot be resumed */
    bool resumed;                /* on another connection than it began */
    uint32_t received;
    bool asked; /* for an acknowledgement */
    int64_t asked_at;
    uint32_t asked_count; /* without XEP-0198: `sent` when asked */
    struct queue queue;

    bool ready; /* set up: takes commands */
    bool leaving;
    uint32_t ids;
    char id_prefix[9];
    uint8_t show; /* our presence */
    char status[STATUS_BYTES];
    struct address partner; /* a line without a command goes there */
    struct request requests[REQUESTS];
    struct room rooms[ROOMS];
    struct history history;

    bool input_ended;
    bool line_too_long;
    size_t line_len;
    char line[LINE_BYTES];

    char memory[STREAM_BYTES];
    char buffer[READ_BYTES];
    char out[OUT_BYTES];
};

static const xc_str nothing = {NULL, 0};

/* Enforced, and a copy. */
static inline bool address_set(struct address *a, xc_str text)
{
    xc_jid_parts parts = xc_jid_split(text);
    bool good = text.ptr != NULL &&
                xc_jid_build(&parts, a->bytes, XC_JID_MAX, &a->jid) == XC_OK;
    if (!good)
        a->jid.ptr = NULL;
    a->bytes[good ? xc_jid_full(a->jid).len : 0] = '\0';
    return good;
}

static inline xc_str address_full(const struct address *a)
{
    return a->jid.ptr != NULL ? xc_jid_full(a->jid) : nothing;
}

static inline xc_str address_bare(const struct address *a)
{
    return a->jid.ptr != NULL ? xc_jid_bare(a->jid) : nothing;
}

#endif
