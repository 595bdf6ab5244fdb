/* iq.h - requests (RFC 6120 section 8.2.3, RFC 6121 section 8.5): to the
   server and to accounts, for which the server replies (the table in iq.c says
   what), and to resources. */
#ifndef SERVER_IQ_H
#define SERVER_IQ_H

#include "stanza.h"

void iq_take(const struct server_stanza *st);

#endif
