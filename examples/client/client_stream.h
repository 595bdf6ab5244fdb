/* client_stream.h - our half of the stream: everything but stanzas.

       xc_write(client_nonza_begin(c), &xc_sm_a_schema, &a);
       client_nonza_send(c);
*/
#ifndef CLIENT_STREAM_H
#define CLIENT_STREAM_H

#include "client.h"

xc_writer *client_nonza_begin(struct client *c);

void client_nonza_send(struct client *c);

void client_send_header(struct client *c);

/* Ends our direction; theirs ends when they say so, and only then TLS and TCP
   (RFC 6120 section 4.4). */
void client_close_stream(struct client *c);

/* The server breaks a rule: says which one, and closes (RFC 6120 section 4.9).
   Each attempt to connect begins with our header, so a stream is open. */
void client_refuse_stream(struct client *c, const char *condition,
                          const char *text);

#endif
