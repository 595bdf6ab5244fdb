/* peers.h - streams to and from other servers (RFC 6120 section 4): a table of
   them, opening and accepting, features, time limits.

       peer = s2s_peer_dial(s, "alpha.test")     reused if it is open
       loop:  s2s_peers_poll(s, polled); poll(...);
              s2s_peers_move(s, polled); if (polled_listening) s2s_accept(s) */
#ifndef S2S_PEERS_H
#define S2S_PEERS_H

#include "s2s.h"

#include <poll.h>

void s2s_peers_init(struct s2s *s);

/* ---- the table ---------------------------------------------------------- */

bool s2s_peer_is_used(const struct s2s_peer *p);

/* Can we still send something on this stream? */
bool s2s_peer_is_open(const struct s2s_peer *p);

/* NULL: there is no route to this domain. */
const struct s2s_route *s2s_route_to(const struct s2s *s, const char *domain);

/* ---- streams ------------------------------------------------------------ */

/* The stream to a domain, opened if there is none yet. NULL: there is no route
   or no free entry. If nobody is at the other end it will be lost. */
struct s2s_peer *s2s_peer_dial(struct s2s *s, const char *domain);

void s2s_accept(struct s2s *s);

/* ---- the loop ----------------------------------------------------------- */

/* S2S_PEERS_MAX entries. */
void s2s_peers_poll(const struct s2s *s, struct pollfd *polled);
void s2s_peers_move(struct s2s *s, const struct pollfd *polled);

#endif
