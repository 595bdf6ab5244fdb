/* connection.h - a TCP connection that never blocks: what is read from it and
   what waits to be written.

       poll() -> connection_move         finishes connecting, writes
              -> connection_read         while it returns CONNECTION_BYTES
                 -> xc_stream_next       while it returns XC_EVENT
                    -> connection_begin, xc_write..., connection_send

   What the socket does not take at once waits in `out`. Memory comes from the
   caller: a server has a fixed piece for each connection. TLS is in tls.h. */
#ifndef CONNECTION_H
#define CONNECTION_H

#include "xmpp_codec.h"

#include <poll.h>

struct tls;
struct addrinfo;

/* A frame around each piece that is sent (WebSocket): how many bytes to leave
   free before the piece, and a function that fills them. It returns the length
   with the frame, which begins at `frame`. */
struct connection_framing {
    size_t room;
    size_t (*close_frame)(char *frame, size_t payload);
};

struct connection {
    int fd;                                   /* -1: not connected */
    bool connecting;                          /* TCP is not established yet */
    bool ending;                              /* end it when `out` is empty */
    bool ended;                               /* that has been done */
    struct tls *tls;                          /* NULL: plain TCP */
    struct addrinfo *addresses, *address;     /* while connecting; and which */
    const struct connection_framing *framing; /* NULL: none */
    const char *content_ns;                   /* of what is written */
    xc_writer writer;
    char *out;
    size_t out_size;
    size_t out_from, out_to; /* out[out_from .. out_to) is not sent yet */
    const char *problem;     /* why it failed; static text, or NULL */
};

typedef enum connection_read_result {
    CONNECTION_BYTES, /* some; there may be more */
    CONNECTION_LATER, /* no more for now */
    CONNECTION_END,   /* the peer says no more */
    CONNECTION_FAILED /* see problem */
} connection_read_result;

void connection_init(struct connection *c, char *out, size_t out_size,
                     const char *content_ns);

/* Notes the problem and returns false. */
bool connection_fail(struct connection *c, const char *problem);

/* Drops what was not sent. The connection can be used again. */
void connection_close(struct connection *c);

/* ---- connecting --------------------------------------------------------- */

/* Begins to connect; connection_move goes on. Only the lookup in the DNS
   blocks: a server that cares uses a resolver of its own. */
bool connection_dial(struct connection *c, const char *host, const char *port);

/* A socket that listens, at host (NULL: everywhere) and port ("0": any; see
   connection_port). -1: it failed. */
int connection_listen(const char *host, const char *port);

/* The port that a socket has. */
unsigned connection_port(int fd);

/* Takes a connection from a socket that listens. */
bool connection_accept(struct connection *c, int listening);

/* ---- writing ------------------------------------------------------------ */

/* How many bytes wait to be sent. */
size_t connection_waiting(const struct connection *c);

/* The writer, set to the free end of `out`. */
xc_writer *connection_begin(struct connection *c);

/* Queues what was written. XC_ERR_BUFFER_SIZE: it does not fit and is dropped;
   the peer may have stopped reading. Any other error is ours. */
xc_status connection_send(struct connection *c);

/* Queues bytes as they are: a keepalive, a line of another protocol. */
bool connection_send_bytes(struct connection *c, xc_str bytes);

/* Writes what the socket takes now; connection_move does it, too. False: the
   connection is dead, see problem. */
bool connection_write(struct connection *c);

/* ---- polling and reading ------------------------------------------------ */

/* Fills an element of poll's array; poll skips it unless `wanted`. */
void connection_poll(struct pollfd *p, bool wanted, int fd, short events);

/* What to poll for. */
short connection_poll_events(const struct connection *c);

/* Call it when poll reports anything, and after anything was queued; more
   often does no harm. False: the connection is dead, see problem. */
bool connection_move(struct connection *c);

/* Up to `size` bytes to `buffer`; *in is a view of it. */
connection_read_result connection_read(struct connection *c, char *buffer,
                                       size_t size, xc_str *in);

#endif
