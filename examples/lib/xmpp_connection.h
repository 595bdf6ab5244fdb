/* xmpp_connection.h - an XMPP stream over a connection: our half (header,
   errors, close tag), and the peer's half, event by event.

       open        xmpp_connection_open; events go to the owner's function
       write       xmpp_connection_begin, xc_write ..., xmpp_connection_send
       close       xmpp_connection_close: what the peer sends before its own
                   close tag is still delivered
       or refuse   xmpp_connection_refuse: nothing more is delivered
       over        xmpp_connection_is_over; then xmpp_connection_drop
*/
#ifndef XMPP_CONNECTION_H
#define XMPP_CONNECTION_H

#include "xmpp_codec.h"

#include "connection.h"

struct xmpp_connection {
    struct connection connection;
    xc_stream stream;
    xc_stream_header header; /* ours */
    bool opened, closed;     /* our header, our close tag: queued */
    bool refused;            /* with a stream error */
    bool heard_close;        /* the peer says no more */
    bool lost;               /* it is dead; see connection.problem */
    int64_t deadline;        /* then it is over; 0: never */
};

/* What the owner does with an event. It must not drop the stream. */
typedef void xmpp_connection_handler(void *owner, const xc_stream_event *ev);

enum {
    XMPP_CONNECTION_CLOSE_PATIENCE = 2000 /* ms for the peer's close tag */
};

/* `out` is for what waits to be sent, `mem` for the codec. */
void xmpp_connection_init(struct xmpp_connection *s, char *out,
                          size_t out_size, char *mem, size_t size,
                          const xc_stream_options *options);

/* ---- our half ----------------------------------------------------------- */

/* Sends our header. */
void xmpp_connection_open(struct xmpp_connection *s);

xc_writer *xmpp_connection_begin(struct xmpp_connection *s);

/* Queues what was written; nothing follows our close tag. */
void xmpp_connection_send(struct xmpp_connection *s);

/* RFC 6120 section 4.4. */
void xmpp_connection_close(struct xmpp_connection *s);

/* Sends a stream error, after our header (RFC 6120 section 4.9.1.2), and
   closes. */
void xmpp_connection_refuse(struct xmpp_connection *s, const char *condition,
                            const char *text);

/* ---- the peer's half ---------------------------------------------------- */

/* Prints a <stream:error/> and returns its xc_stream_error_condition. */
unsigned xmpp_connection_print_error(const char *peer, const xc_element *e);

/* ---- the loop ----------------------------------------------------------- */

/* What to poll for. */
short xmpp_connection_events(const struct xmpp_connection *s);

/* Call it when poll reports anything, and after anything was queued. */
void xmpp_connection_move(struct xmpp_connection *s, short revents,
                          xmpp_connection_handler *handle, void *owner);

bool xmpp_connection_is_over(const struct xmpp_connection *s);

void xmpp_connection_drop(struct xmpp_connection *s);

#endif
