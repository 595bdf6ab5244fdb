/* outbox.h - one message to send, for --to: standard input is its body; then
   it waits until the message is sent or, with --wait, until a reply arrives.
   s->exit_code says how it went. */
#ifndef S2S_OUTBOX_H
#define S2S_OUTBOX_H

#include "s2s.h"

bool s2s_outbox_is_reading(const struct s2s *s);

/* Standard input is readable. */
void s2s_outbox_read(struct s2s *s);

/* In each turn of the loop: is it sent, is it too late? */
void s2s_outbox_check(struct s2s *s);

/* A message to our domain: it may be the reply, or our message as an error. */
void s2s_outbox_on_message(struct s2s *s, const xc_message *m);

#endif
