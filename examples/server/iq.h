/* iq.h - requests (RFC 6120 section 8.2.3, RFC 6121 section 8.5). The server
   replies to those that are for itself or for an account: the table in iq.c has
   all it knows. One for a resource is delivered to those that may ask it. */
#ifndef SERVER_IQ_H
#define SERVER_IQ_H

#include "stanza.h"

void iq_take(const struct server_stanza *st);

#endif
