/* client_request.h - iqs that the client sends and waits for.

       r = client_request_begin(c, CLIENT_REQUEST_PING, XC_IQ_GET, to);
       xc_write_tag(&c->writer, XC_TAG_PING);
       client_request_send(c, r);

   client_iq.h has what follows from a reply. */
#ifndef CLIENT_REQUEST_H
#define CLIENT_REQUEST_H

#include "client.h"

size_t client_requests_open(const struct client *c);

/* Begins an iq. `to` absent: to our account. One of c->requests must be free:
   commands wait until half of them are. */
struct client_request *client_request_begin(struct client *c,
                                            enum client_request_kind kind,
                                            xc_iq_type type, xc_str to);

void client_request_send(struct client *c, struct client_request *r);

#endif
