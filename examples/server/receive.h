/* receive.h - from the bytes of a connection to the function that takes an
   event. Each state of a session has one (the table in receive.c); what it
   does not expect ends the stream with the error that RFC 6120 names. */
#ifndef SERVER_RECEIVE_H
#define SERVER_RECEIVE_H

#include "session.h"

/* The codec waits for a stream header. */
void receive_open_stream(struct server_session *s);

/* ... another one: begin anew, with the limits that hold now. */
void receive_restart_stream(struct server_session *s);

/* Bytes of a stanza. */
uint32_t receive_stanza_max(const struct server_session *s);

/* The handshake of a WebSocket is over: everything is sent in frames now. */
void receive_open_frames(struct server_session *s);

/* The socket has bytes: a fair share of them, the others wait for their
   turn. */
void receive(struct server_session *s);

/* Sessions that had to wait go on. */
void receive_again(struct server *server);

#endif
