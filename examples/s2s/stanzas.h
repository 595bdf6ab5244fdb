/* stanzas.h - what arrives: checks the addresses, prints messages, sends them
   back with --echo, replies to pings.

       xc_write(s2s_stanza_begin(s, &w), &xc_message_schema, &m);
       peer = s2s_stanza_send(s, &w, m.to); */
#ifndef S2S_STANZAS_H
#define S2S_STANZAS_H

#include "s2s.h"

/* A stanza is written to s->stanza first: its stream may not be open yet. */
xc_writer *s2s_stanza_begin(struct s2s *s, xc_writer *w);

/* To the domain of this address; returns the stream that carries it. NULL:
   there is no way. */
struct s2s_peer *s2s_stanza_send(struct s2s *s, xc_writer *w, xc_str to);

void s2s_on_stanza(struct s2s_peer *p, const xc_element *e);

#endif
