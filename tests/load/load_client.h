/* load_client.h - a well-behaved client of the load test: logs in, sends
   numbered messages to one other client, counts what it gets from another.

       HANDSHAKE                       over WebSocket, or
       HEADER -> LOGIN                 log in ...
    -> HEADER -> LOGIN                 ... be online ...
    -> ENABLE -> ONLINE                ... with stream management if asked for
       LOGIN -> ONLINE                 after a cut
    -> CLOSING -> CLOSED

   Message number n is stanza number n of the stream management, because
   nothing else that counts is sent after <enable/>. So messages that are not
   acknowledged need no queue here: they are written again. */
#ifndef LOAD_CLIENT_H
#define LOAD_CLIENT_H

#include "load.h"
#include "web.h"

#include "connection.h"
#include "login.h"

enum load_client_state {
    LOAD_CLIENT_OFFLINE,
    LOAD_CLIENT_HANDSHAKE, /* of WebSocket */
    LOAD_CLIENT_HEADER,
    LOAD_CLIENT_LOGIN,
    LOAD_CLIENT_ENABLE,
    LOAD_CLIENT_ONLINE,
    LOAD_CLIENT_CLOSING,
    LOAD_CLIENT_CLOSED, /* by both sides */
    LOAD_CLIENT_DEAD    /* not closed by us */
};

struct load_client {
    struct load *load;
    struct connection connection;
    xc_stream stream;
    struct login login;
    enum load_client_state state;
    bool hostile, over_web;
    struct web web;
    char user[16], jid[128], sm_id[512];
    struct load_client *to, *from;
    uint32_t sent, acked;       /* messages; acknowledged by the server */
    uint32_t received, handled; /* messages in order; stanzas (XEP-0198) */
    unsigned cuts;              /* cuts left */
    size_t cut_out, cut_in;     /* bytes until the next one; 0: none */
    int64_t asleep;             /* until then it does not connect */
    int64_t silent;             /* nor does it send before this */
    char *out, *memory;         /* memory: LOAD_CLIENT_MEMORY bytes */
    size_t out_size;
};

enum {
    LOAD_CLIENT_OUT = 4096,
    LOAD_CLIENT_MEMORY = 98304 /* for the longest that a server passes on */
};

/* "is offline", ... */
const char *load_client_state_name(enum load_client_state state);

void load_client_connect(struct load_client *c);

/* Plans the next cut, at a byte that chance chooses; none if no cuts are
   left. */
void load_client_plan_cut(struct load_client *c);

/* Writes as many messages as the window allows. */
void load_client_write_messages(struct load_client *c, int64_t now);

/* Call it after poll, and when anything was queued. */
void load_client_move(struct load_client *c, short revents, int64_t now);

/* Closes the stream; the server must close it, too. */
void load_client_close(struct load_client *c);

void load_client_hang_up(struct load_client *c, enum load_client_state state);

#endif
