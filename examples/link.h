/* link.h - a connection that never blocks, for client.c, server.c, gateway.c
   and s2s.c: a socket, what is read from it and what waits to be written.

       poll() -> link_move         finishes connecting, writes what waits
              -> link_read         until it is no LINK_BYTES
                 -> xc_stream_next until it is no XC_EVENT
                    -> link_begin, xc_write..., link_send: queues an answer

   The socket takes as much as it likes; the rest waits in `out`. Where the
   memory is comes from the caller: a server has a fixed piece for each
   connection. TLS is in link_tls.h. */
#ifndef LINK_H
#define LINK_H

#include "xmpp_codec.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "link_tls.h"

/* A frame around each piece that is sent (WebSocket): the bytes to leave free
   in front of it, and what fills them; it returns the length with the frame,
   which begins at `frame`. */
struct link_framing {
    size_t room;
    size_t (*close_frame)(char *frame, size_t payload);
};

struct link {
    int fd;                               /* -1: not connected */
    bool connecting;                      /* TCP has not answered yet */
    bool ending;                          /* say no more when `out` is empty */
    bool ended;                           /* that has been done */
    struct tls *tls;                      /* NULL: plain TCP */
    struct addrinfo *addresses, *address; /* while connecting; and which */
    const struct link_framing *framing;   /* NULL: none */
    const char *content_ns;               /* of what is written */
    xc_writer writer;
    char *out;
    size_t out_size;
    size_t out_from, out_to; /* out[out_from .. out_to) is not sent yet */
    const char *problem;     /* why it failed; static text, or NULL */
};

typedef enum link_got {
    LINK_BYTES, /* some; there may be more */
    LINK_LATER, /* no more for now */
    LINK_END,   /* the peer says no more */
    LINK_FAILED /* see problem */
} link_got;

static inline void link_init(struct link *l, char *out, size_t out_size,
                             const char *content_ns)
{
    memset(l, 0, sizeof *l);
    l->fd = -1;
    l->out = out;
    l->out_size = out_size;
    l->content_ns = content_ns;
}

static inline bool link_fail(struct link *l, const char *problem)
{
    l->problem = problem;
    return false;
}

/* Drops what was not sent. The rest of the link can be used again. */
static inline void link_close(struct link *l)
{
    if (l->addresses != NULL)
        freeaddrinfo(l->addresses);
    tls_free(l->tls);
    if (l->fd >= 0)
        close(l->fd);
    link_init(l, l->out, l->out_size, l->content_ns);
}

/* Milliseconds of a clock that is never set, for what has a deadline. */
static inline int64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- connecting --------------------------------------------------------- */

static inline bool link_would_block(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Never block, and send small stanzas at once. */
static inline bool socket_prepare(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

/* Begins to connect to the next address that there is. */
static inline bool link_connect_next(struct link *l)
{
    for (; l->address != NULL; l->address = l->address->ai_next) {
        const struct addrinfo *a = l->address;
        if (l->fd >= 0)
            close(l->fd);
        l->fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (l->fd < 0 || !socket_prepare(l->fd))
            continue;
        if (connect(l->fd, a->ai_addr, a->ai_addrlen) == 0 ||
            errno == EINPROGRESS) {
            l->connecting = true;
            return true;
        }
    }
    l->connecting = false;
    return link_fail(l, "nobody answers there");
}

/* Begins to connect; link_move goes on. Asking DNS for the address does block:
   a server that cares uses a resolver of its own. */
static inline bool link_dial(struct link *l, const char *host,
                             const char *port)
{
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &l->addresses) != 0) {
        l->addresses = NULL;
        return link_fail(l, "no such host");
    }
    l->address = l->addresses;
    return link_connect_next(l);
}

/* Has TCP answered, and is it a yes? */
static inline bool link_connected(struct link *l)
{
    struct pollfd answered = {l->fd, POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&answered, 1, 0) <= 0)
        return true; /* not yet: an error of 0 would mean nothing */
    if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
        error != 0) {
        l->address = l->address->ai_next;
        return link_connect_next(l);
    }
    l->connecting = false;
    freeaddrinfo(l->addresses);
    l->addresses = NULL;
    return true;
}

/* A socket that listens, at host (NULL: everywhere) and port ("0": any); -1.
   Ask link_port which port it got. */
static inline int socket_listen(const char *host, const char *port)
{
    struct addrinfo hints, *a;
    int fd, on = 1;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_PASSIVE;
    if (getaddrinfo(host, port, &hints, &a) != 0)
        return -1;
    fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
    if (fd >= 0 &&
        (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
         bind(fd, a->ai_addr, a->ai_addrlen) != 0 ||
         listen(fd, SOMAXCONN) != 0 || !socket_prepare(fd))) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(a);
    return fd;
}

static inline unsigned socket_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    char port[8] = "0";
    if (getsockname(fd, (struct sockaddr *)&address, &size) == 0)
        getnameinfo((struct sockaddr *)&address, size, NULL, 0, port,
                    sizeof port, NI_NUMERICSERV);
    return (unsigned)strtoul(port, NULL, 10);
}

/* Takes a connection from a socket that listens. */
static inline bool link_accept(struct link *l, int listening)
{
    l->fd = accept(listening, NULL, NULL);
    if (l->fd >= 0 && socket_prepare(l->fd))
        return true;
    return link_fail(l, "could not accept");
}

/* ---- writing ------------------------------------------------------------ */

/* Bytes that wait. */
static inline size_t link_waiting(const struct link *l)
{
    return l->out_to - l->out_from;
}

/* The writer, set to the free end of `out`. */
static inline xc_writer *link_begin(struct link *l)
{
    size_t room = l->framing != NULL ? l->framing->room : 0;
    memmove(l->out, l->out + l->out_from, link_waiting(l));
    l->out_to = link_waiting(l);
    l->out_from = 0;
    if (room > l->out_size - l->out_to)
        room = l->out_size - l->out_to;
    xc_writer_init(&l->writer, l->out + l->out_to + room,
                   l->out_size - l->out_to - room, l->content_ns);
    return &l->writer;
}

/* Queues what was written. XC_ERR_BUFFER_SIZE: it does not fit, and is not there;
   the peer may have stopped reading. Any other error is ours. */
static inline xc_status link_send(struct link *l)
{
    xc_str wire;
    xc_status status = xc_writer_finish(&l->writer, &wire);
    if (status != XC_OK)
        return status;
    l->out_to += l->framing == NULL
                     ? wire.len
                     : l->framing->close_frame(l->out + l->out_to, wire.len);
    return XC_OK;
}

/* Queues bytes as they are: a keepalive, a line of another protocol. */
static inline bool link_send_bytes(struct link *l, xc_str bytes)
{
    link_begin(l);
    if (bytes.len > l->out_size - l->out_to)
        return false;
    memcpy(l->out + l->out_to, bytes.ptr, bytes.len);
    l->out_to += bytes.len;
    return true;
}

static inline bool link_write(struct link *l)
{
    while (link_waiting(l) > 0) {
        const char *from = l->out + l->out_from;
        ssize_t put = l->tls != NULL ? tls_write(l->tls, from, link_waiting(l))
                                     : write(l->fd, from, link_waiting(l));
        if (put < 0 && link_would_block())
            return true;
        if (put <= 0)
            return link_fail(l, "the peer has hung up");
        l->out_from += (size_t)put;
    }
    if (l->ending && !l->ended) {
        tls_end(l->tls);
        shutdown(l->fd, SHUT_WR);
        l->ended = true;
    }
    return true;
}

/* ---- reading ------------------------------------------------------------ */

/* What to poll for. */
static inline short link_events(const struct link *l)
{
    if (l->connecting)
        return POLLOUT;
    if (tls_wants_to_write(l->tls) || link_waiting(l) > 0)
        return POLLIN | POLLOUT;
    return POLLIN;
}

/* Call it when poll reports anything, and after what was queued; more often
   does no harm. False: the link is dead, see problem. */
static inline bool link_move(struct link *l)
{
    if (l->connecting && (!link_connected(l) || l->connecting))
        return l->connecting;
    if (!tls_handshake(l->tls))
        return link_fail(l, tls_problem(l->tls));
    return !tls_is_ready(l->tls) || link_write(l);
}

/* Up to `size` bytes to `buffer`; *in is a view of it. */
static inline link_got link_read(struct link *l, char *buffer, size_t size,
                                 xc_str *in)
{
    ssize_t got;
    if (l->connecting || !tls_is_ready(l->tls))
        return LINK_LATER;
    got = l->tls != NULL ? tls_read(l->tls, buffer, size)
                         : read(l->fd, buffer, size);
    if (got < 0 && link_would_block())
        return LINK_LATER;
    if (got < 0)
        link_fail(l, "the connection is cut");
    if (got <= 0)
        return got == 0 ? LINK_END : LINK_FAILED;
    in->ptr = buffer;
    in->len = (size_t)got;
    return LINK_BYTES;
}

#endif
