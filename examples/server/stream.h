/* stream.h - the server's half of a stream: its header, an error, its end.
   What is between them is written with send.h.

       stream_open(s, header.from, true);
       stream_refuse(s, "host-unknown", NULL);   opens it, too, if need be
*/
#ifndef SERVER_STREAM_H
#define SERVER_STREAM_H

#include "session.h"

/* The stream header. `version` false: of a component, which has none. */
void stream_open(struct server_session *s, xc_str to, bool version);

/* What the client may send now (XEP-0478). */
xc_stream_limits stream_limits(const struct server_session *s);

/* Says no more; the rest is sent, and the peer has some seconds to go. */
void stream_close(struct server_session *s);

/* Ends the stream with an error. The text is for people. */
void stream_refuse(struct server_session *s, const char *condition,
                   const char *text);

/* Says so, too, to a connection that ends at once: the resource may be
   resumed on another one. */
void stream_abandon(struct server_session *s, const char *condition,
                    const char *text);

#endif
