/* server_types.h - what the server knows: connections, their resources, the
   accounts they belong to; all in one arena that is made at the start.

       struct slot {             for each of --connections
           struct session        a connection, and the resource it has bound
           struct account        of a localpart that is online
       }

   A slot has a fixed size, so that nobody can take what belongs to another;
   its large buffers cost pages of real memory only once they are used. */
#ifndef SERVER_TYPES_H
#define SERVER_TYPES_H

#include "xmpp_codec.h"

#include "link.h"
#include "server_ws.h"
#include "sha.h"

#include <time.h>

enum {
    STREAM_BYTES = 16384,   /* a stanza that is being read (RFC 6120 13.12) */
    OUT_BYTES = 65536,      /* written, but not yet taken by the socket */
    QUEUE_BYTES = 131072,   /* not yet acknowledged (XEP-0198) */
    STANZA_BYTES = 32768,   /* a stanza that is written */
    ROSTER_BYTES = 32768,   /* of an account, as a tree */
    PRESENCE_BYTES = 4096,  /* the last one of a resource, as a tree */
    REQUEST_BYTES = 512,    /* a request for a subscription, as a tree */
    REQUESTS_MAX = 16,      /* that wait for an answer of one account */
    DIRECTED_BYTES = 2048,  /* addresses that got directed presence */
    OFFLINE_BYTES = 262144, /* the file of an account that is away */
    LOCAL_MAX = 200,        /* bytes of a localpart that can log in */
    ADDRESS_BYTES = 768,    /* of a full address of an account here */
    RESOURCES_MAX = 10,     /* of an account */
    HURRY = 5000,           /* milliseconds to log in when all is full */
    FAILURES_MAX = 3,       /* wrong passwords on one connection */
    SHARE_BYTES = 4096,     /* read from one connection in one turn */
    SPARE_ACCOUNTS = 8      /* for a look at accounts that are away */
};

/* An address that outlives the event it came with. */
struct address {
    xc_jid jid;
    char bytes[ADDRESS_BYTES];
};

enum port {
    PORT_CLIENT,
    PORT_WEBSOCKET,
    PORT_COMPONENT,
    PORTS
};

enum session_state {
    SESSION_FREE,
    SESSION_HEADER,    /* awaits a stream header */
    SESSION_LOGIN,     /* ... STARTTLS or SASL */
    SESSION_RESPONSE,  /* ... the second message of SCRAM */
    SESSION_CHECKING,  /* a password is being hashed */
    SESSION_BIND,      /* awaits a resource, or a session to resume */
    SESSION_BOUND,     /* awaits stanzas */
    SESSION_HANDSHAKE, /* of a component */
    SESSION_COMPONENT, /* ... which is there */
    SESSION_CLOSING,   /* all is said */
    SESSION_DETACHED   /* without a connection, until it is resumed */
};

/* What an account file keeps for one mechanism in place of the password. */
struct credentials {
    xc_base base;
    xc_str mechanism;
    xc_number iterations;
    xc_str salt, stored_key, server_key; /* base64 */
};

struct sasl {
    xc_mechanism mechanism;
    xc_scram scram;
    xc_scram_hi hi; /* PLAIN: the password on its way through PBKDF2 */
    xc_scram_keys keys;
    bool begun; /* the client's first message was there */
    bool known; /* there is such an account */
    unsigned failures;
    char memory[1024];
    char user[LOCAL_MAX + 1];
};

/* Stanzas that the client has not acknowledged, each behind 4 bytes of length
   and flag: bytes[0 .. next) have been handed to the link, bytes[next .. used)
   wait for room there. */
struct queue {
    bool enabled, resumable;
    bool asked;        /* <r/> is on its way */
    char id[24];       /* to resume with; a secret */
    uint32_t received; /* stanzas of the client */
    uint32_t sent, acked, asked_at;
    size_t next, used;
};

struct session {
    struct link link;
    unsigned slot;
    struct session *settle;  /* next of those that have something to send */
    struct session *resting; /* next of those that have input left over */
    bool unsettled, rests;   /* is among them */

    xc_stream stream; /* from here on all is 0 in a new connection */
    struct websocket ws;
    enum port port;
    enum session_state state;
    struct session *next; /* of the free, of those whose password is
                                being checked, or of its account */
    bool authenticated;   /* as sasl.user */
    bool restarted;       /* nothing of the new stream was there yet */
    bool header_sent, close_sent, pinged;
    const char *cut;      /* hang up at the end of the turn, and why */
    int64_t heard;        /* when it said something; milliseconds */
    int64_t drained;      /* when nothing waited to be sent, last */
    int64_t paused_until; /* it has cost others their time */
    int64_t deadline;     /* something must have happened by then; 0 */
    char stream_id[24];
    struct sasl sasl;

    struct account *account; /* NULL: nothing is bound */
    struct address own;
    bool available;  /* has sent initial presence */
    bool interested; /* has asked for the roster (RFC 6121 section 2.2) */
    bool carbons;
    int priority;
    struct queue queue;
    size_t directed_used;
    size_t offline_sent; /* bytes of the offline file on their way */

    size_t rest_len;
    char rest[SHARE_BYTES];        /* input for the next turn */
    char presence[PRESENCE_BYTES]; /* an xc_element, if available */
    char directed[DIRECTED_BYTES];
    char memory[STREAM_BYTES];
    char out[OUT_BYTES];
    char queued[QUEUE_BYTES];
};

struct account {
    struct account *next;     /* of the free ones, or in its bucket */
    struct session *sessions; /* its resources */
    size_t offline;           /* bytes of messages in its file */
    char local[LOCAL_MAX + 1];
    char roster[ROSTER_BYTES]; /* an xc_element, see server_roster.h */
};

struct slot {
    struct session session;
    struct account account;
};

struct server {
    const char *directory;
    const char *component_name; /* NULL: none */
    const char *component_secret;
    struct address domain, component_domain;
    unsigned connections;
    int64_t login_time, idle_time, resume_time; /* milliseconds */
    bool verbose, plain_allowed;
    struct tls_context *tls;

    struct slot *slots;
    struct session *free_sessions, *unsettled, *resting, *checking;
    struct account *free_accounts, **buckets;
    size_t bucket_count;
    struct account spare[SPARE_ACCOUNTS];
    unsigned next_spare;
    struct session *component; /* NULL: not connected */
    struct session *visitor;   /* for who comes when all slots are taken */
    struct pollfd *fds;        /* those that listen, then one for each slot */
    int64_t now;
    int64_t disk_time; /* milliseconds spent on the disk so far */
    unsigned char secret[32];
    xc_writer writer; /* what it writes goes to `scratch` first */
    char scratch[STANZA_BYTES];
};

static struct server server;

/* One line for each event; nothing of secrets, nothing of what people say. */
static void log_event(const struct session *s, const char *what)
{
    if (!server.verbose)
        return;
    fprintf(stderr, "server: #%u " XC_FMT ": %s\n", s->slot,
            XC_ARG(xc_jid_full(s->own.jid)), what);
}

static bool address_keep(struct address *a, const xc_jid_parts *parts)
{
    return xc_jid_build(parts, a->bytes, sizeof a->bytes, &a->jid) == XC_OK;
}

static void address_copy(struct address *to, const struct address *from)
{
    *to = *from;
    if (from->jid.ptr != NULL)
        to->jid.ptr = to->bytes + (from->jid.ptr - from->bytes);
}

/* Can stanzas be sent to it? */
static bool session_is_there(const struct session *s)
{
    return s->state == SESSION_BOUND || s->state == SESSION_DETACHED ||
           s->state == SESSION_COMPONENT;
}

#endif
