#define _POSIX_C_SOURCE 200809L
#include "connection.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tls.h"

void connection_init(struct connection *c, char *out, size_t out_size,
                     const char *content_ns)
{
    memset(c, 0, sizeof *c);
    c->fd = -1;
    c->out = out;
    c->out_size = out_size;
    c->content_ns = content_ns;
}

bool connection_fail(struct connection *c, const char *problem)
{
    c->problem = problem;
    return false;
}

void connection_close(struct connection *c)
{
    if (c->addresses != NULL)
        freeaddrinfo(c->addresses);
    tls_free(c->tls);
    if (c->fd >= 0)
        close(c->fd);
    connection_init(c, c->out, c->out_size, c->content_ns);
}

/* ---- connecting --------------------------------------------------------- */

static bool would_block(void)
{
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* Never block, and send small stanzas at once. */
static bool prepare_socket(int fd)
{
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fcntl(fd, F_SETFD, FD_CLOEXEC) == 0 &&
           fcntl(fd, F_SETFL, O_NONBLOCK) == 0;
}

/* Begins to connect to the next address of the list. */
static bool connect_next(struct connection *c)
{
    for (; c->address != NULL; c->address = c->address->ai_next) {
        const struct addrinfo *a = c->address;
        if (c->fd >= 0)
            close(c->fd);
        c->fd = socket(a->ai_family, a->ai_socktype, a->ai_protocol);
        if (c->fd < 0 || !prepare_socket(c->fd))
            continue;
        if (connect(c->fd, a->ai_addr, a->ai_addrlen) == 0 ||
            errno == EINPROGRESS) {
            c->connecting = true;
            return true;
        }
    }
    c->connecting = false;
    return connection_fail(c, "nobody listens there");
}

bool connection_dial(struct connection *c, const char *host, const char *port)
{
    struct addrinfo hints;
    memset(&hints, 0, sizeof hints);
    hints.ai_socktype = SOCK_STREAM;
    if (getaddrinfo(host, port, &hints, &c->addresses) != 0) {
        c->addresses = NULL;
        return connection_fail(c, "no such host");
    }
    c->address = c->addresses;
    return connect_next(c);
}

/* Has TCP connected? If it failed, the next address is tried. */
static bool check_connected(struct connection *c)
{
    struct pollfd writable = {c->fd, POLLOUT, 0};
    int error = 0;
    socklen_t size = sizeof error;
    if (poll(&writable, 1, 0) <= 0)
        return true; /* not yet: an error of 0 would mean nothing */
    if (getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 ||
        error != 0) {
        c->address = c->address->ai_next;
        return connect_next(c);
    }
    c->connecting = false;
    freeaddrinfo(c->addresses);
    c->addresses = NULL;
    return true;
}

int connection_listen(const char *host, const char *port)
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
         listen(fd, SOMAXCONN) != 0 || !prepare_socket(fd))) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(a);
    return fd;
}

unsigned connection_port(int fd)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof address;
    char port[8] = "0";
    if (getsockname(fd, (struct sockaddr *)&address, &size) == 0)
        getnameinfo((struct sockaddr *)&address, size, NULL, 0, port,
                    sizeof port, NI_NUMERICSERV);
    return (unsigned)strtoul(port, NULL, 10);
}

bool connection_accept(struct connection *c, int listening)
{
    c->fd = accept(listening, NULL, NULL);
    if (c->fd >= 0 && prepare_socket(c->fd))
        return true;
    return connection_fail(c, "could not accept");
}

/* ---- writing ------------------------------------------------------------ */

size_t connection_waiting(const struct connection *c)
{
    return c->out_to - c->out_from;
}

xc_writer *connection_begin(struct connection *c)
{
    size_t room = c->framing != NULL ? c->framing->room : 0;
    memmove(c->out, c->out + c->out_from, connection_waiting(c));
    c->out_to = connection_waiting(c);
    c->out_from = 0;
    if (room > c->out_size - c->out_to)
        room = c->out_size - c->out_to;
    xc_writer_init(&c->writer, c->out + c->out_to + room,
                   c->out_size - c->out_to - room, c->content_ns);
    return &c->writer;
}

xc_status connection_send(struct connection *c)
{
    xc_str wire;
    xc_status status = xc_writer_finish(&c->writer, &wire);
    if (status != XC_OK)
        return status;
    c->out_to += c->framing == NULL
                     ? wire.len
                     : c->framing->close_frame(c->out + c->out_to, wire.len);
    return XC_OK;
}

bool connection_send_bytes(struct connection *c, xc_str bytes)
{
    connection_begin(c);
    if (bytes.len > c->out_size - c->out_to)
        return false;
    memcpy(c->out + c->out_to, bytes.ptr, bytes.len);
    c->out_to += bytes.len;
    return true;
}

bool connection_write(struct connection *c)
{
    while (connection_waiting(c) > 0) {
        const char *from = c->out + c->out_from;
        ssize_t put = c->tls != NULL
                          ? tls_write(c->tls, from, connection_waiting(c))
                          : write(c->fd, from, connection_waiting(c));
        if (put < 0 && would_block())
            return true;
        if (put <= 0)
            return connection_fail(c, "the peer has hung up");
        c->out_from += (size_t)put;
    }
    if (c->ending && !c->ended) {
        tls_end(c->tls);
        shutdown(c->fd, SHUT_WR);
        c->ended = true;
    }
    return true;
}

/* ---- polling and reading ------------------------------------------------ */

void connection_poll(struct pollfd *p, bool wanted, int fd, short events)
{
    p->fd = wanted ? fd : -1;
    p->events = events;
    p->revents = 0;
}

short connection_poll_events(const struct connection *c)
{
    if (c->connecting)
        return POLLOUT;
    if (tls_wants_to_write(c->tls) || connection_waiting(c) > 0)
        return POLLIN | POLLOUT;
    return POLLIN;
}

bool connection_move(struct connection *c)
{
    if (c->connecting && (!check_connected(c) || c->connecting))
        return c->connecting;
    if (!tls_handshake(c->tls))
        return connection_fail(c, tls_problem(c->tls));
    return !tls_is_ready(c->tls) || connection_write(c);
}

connection_read_result connection_read(struct connection *c, char *buffer,
                                       size_t size, xc_str *in)
{
    ssize_t got;
    if (c->connecting || !tls_is_ready(c->tls))
        return CONNECTION_LATER;
    got = c->tls != NULL ? tls_read(c->tls, buffer, size)
                         : read(c->fd, buffer, size);
    if (got < 0 && would_block())
        return CONNECTION_LATER;
    if (got < 0)
        connection_fail(c, "the connection is cut");
    if (got <= 0)
        return got == 0 ? CONNECTION_END : CONNECTION_FAILED;
    in->ptr = buffer;
    in->len = (size_t)got;
    return CONNECTION_BYTES;
}
