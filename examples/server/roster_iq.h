/* roster_iq.h - the roster as clients see it (RFC 6121 section 2): they get
   it, they set one item at a time, and each change is pushed to every resource
   that has asked for the roster. */
#ifndef SERVER_ROSTER_IQ_H
#define SERVER_ROSTER_IQ_H

#include "server.h"
#include "stanza.h"

void roster_iq_get(const struct server_stanza *st);
void roster_iq_set(const struct server_stanza *st);

/* To every resource that has asked for the roster (section 2.1.6). `c` NULL:
   `removed` was removed. */
void roster_iq_push(struct account *a, const struct roster_contact *c,
                    xc_str removed);

#endif
