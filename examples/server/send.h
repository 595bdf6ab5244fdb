/* send.h - how anything leaves: written to the server's scratch, then copied
   to the queue of stream management if there is one, else to the connection.

       w = send_begin(s); xc_write...; send_end(s)         not a stanza
       w = send_begin_stanza(s, ...); xc_write...; xc_writer_end(w);
       delivery = send_stanza(s, SEND_CAN_WAIT)

   Nothing that is called from here ends a session. */
#ifndef SERVER_SEND_H
#define SERVER_SEND_H

#include "session.h"

struct server_stanza;

enum send_result {
    SEND_DONE,
    SEND_BUSY,   /* the resource does not read fast enough */
    SEND_TOO_BIG /* for every resource */
};

/* What can wait leaves a quarter of the room to what cannot: others who send a
   lot do not push out what the client has to know. */
enum send_urgency {
    SEND_CAN_WAIT, /* it can be kept elsewhere */
    SEND_STORED,   /* it is from the offline file, and still there */
    SEND_URGENT    /* what it has asked for, and its roster */
};

xc_writer *send_begin(struct server_session *s);
void send_end(struct server_session *s);

/* As send_end, for the end of the stream: some room is left for that. */
void send_last(struct server_session *s);

/* Bytes as they are. */
void send_bytes(struct server_session *s, xc_str bytes);

/* Begins a stanza of our own. What is absent is left out. */
xc_writer *send_begin_stanza(struct server_session *s, const char *name,
                             const char *type, xc_str from, xc_str to);

/* Sends what was written since send_begin or send_begin_stanza. */
enum send_result send_stanza(struct server_session *s,
                             enum send_urgency urgency);

/* The message that was written is `st`, or a copy of it. */
enum send_result send_message(struct server_session *s,
                              const struct server_stanza *st);

/* Moves from the queue to the connection what that has room for. */
void send_queued(struct server_session *s);

#endif
