#define _POSIX_C_SOURCE 200809L
#include "server.h"

#include "clock.h"
#include "life.h"
#include "login.h"
#include "receive.h"
#include "sm.h"
#include "stream.h"
#include "tls.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    ACCEPT_MAX = 64,       /* connections in one turn */
    OTHER_FILES = 64,      /* beside connections */
    REST_TIMEOUT = 5,      /* milliseconds, when input is left over */
    SHUT_DOWN_TIME = 3000, /* milliseconds for clients that read slowly */
    WATCH_INTERVAL = 1000
};

/* ---- memory ------------------------------------------------------------- */

/* A domain is compared with enforced addresses, so it is enforced, too. */
static bool keep_domain(struct server_address *a, const char *name)
{
    xc_jid_parts parts = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    parts.domain = xc_str_from(name);
    if (!server_address_keep(a, &parts))
        return false;
    a->bytes[a->jid.domain_len] = '\0';
    return true;
}

static const char *take_config(struct server *server)
{
    const struct server_config *c = &server->config;
    if (!keep_domain(&server->domain, c->domain))
        return "this is no domain name";
    if (c->component != NULL) {
        if (!keep_domain(&server->component_domain, c->component))
            return "this is no domain name";
        server->component_name = server->component_domain.bytes;
        if (xc_jid_equal(server->component_domain.jid, server->domain.jid))
            return "the component needs a domain of its own";
    }
    if (c->ports[PORT_COMPONENT] != NULL && c->component_secret == NULL)
        return "a component needs $XMPP_COMPONENT_SECRET";
    return NULL;
}

static bool raise_file_limit(rlim_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return true;
    limit.rlim_cur = wanted;
    if (limit.rlim_max < wanted)
        limit.rlim_max = wanted;
    return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

static bool allocate(struct server *server)
{
    size_t n = server->config.connections;
    server->sessions = calloc(n, sizeof *server->sessions);
    server->visitor = calloc(1, sizeof *server->visitor);
    server->fds = calloc(PORTS + n, sizeof *server->fds);
    if (!accounts_init(&server->accounts, &server->store, n) ||
        server->sessions == NULL || server->visitor == NULL ||
        server->fds == NULL)
        return false;
    server->visitor->server = server;
    for (size_t i = 0; i < PORTS; i++)
        server->fds[i].fd = -1;
    while (n-- > 0) {
        struct server_session *s = &server->sessions[n];
        s->server = server;
        s->slot = (unsigned)n;
        s->next = server->free;
        server->free = s;
        server->fds[PORTS + n].fd = -1;
    }
    return true;
}

struct server *server_new(const struct server_config *config,
                          const char **problem)
{
    struct server *server = calloc(1, sizeof *server);
    *problem = "no memory for so many connections";
    if (server == NULL)
        return NULL;
    server->config = *config;
    server->store.directory = config->directory;
    server->now = clock_ms();
    *problem = take_config(server);
    if (*problem == NULL &&
        !raise_file_limit(config->connections + OTHER_FILES))
        *problem = "the system does not allow so many connections (ulimit -n)";
    if (*problem == NULL && !allocate(server))
        *problem = "no memory for so many connections";
    if (*problem == NULL)
        return server;
    server_free(server);
    return NULL;
}

static void close_all(struct server *server)
{
    for (unsigned i = 0; i < server->config.connections; i++)
        if (server->sessions[i].state != SESSION_FREE)
            connection_close(&server->sessions[i].connection);
}

void server_free(struct server *server)
{
    if (server->sessions != NULL)
        close_all(server);
    tls_context_free(server->tls);
    accounts_free(&server->accounts);
    free(server->sessions);
    free(server->visitor);
    free(server->fds);
    free(server);
}

/* ---- ports -------------------------------------------------------------- */

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
           strcmp(host, "localhost") == 0;
}

static bool listen_all(struct server *server)
{
    for (size_t i = 0; i < PORTS; i++) {
        const char *port = server->config.ports[i];
        server->fds[i].events = POLLIN;
        if (port == NULL)
            continue;
        server->fds[i].fd = connection_listen(server->config.listen, port);
        if (server->fds[i].fd < 0)
            return false;
    }
    return true;
}

unsigned server_port_of(const struct server *server, enum server_port port)
{
    int fd = server->fds[port].fd;
    return fd < 0 ? 0 : connection_port(fd);
}

const char *server_start(struct server *server)
{
    const struct server_config *c = &server->config;
    const char *problem =
        credentials_init(&server->credentials, &server->store);
    if (problem != NULL)
        return problem;
    if (c->certificate != NULL) {
        server->tls = tls_server_context(c->certificate, c->key);
        if (server->tls == NULL)
            return tls_available ? "cannot use the certificate or the key"
                                 : "built without TLS";
    }
    if (c->websocket_tls && server->tls == NULL)
        return "wss needs a certificate";
    server->plain_allowed = is_loopback(c->listen);
    return listen_all(server) ? NULL
                              : "cannot listen there; is the port in use?";
}

/* ---- connections -------------------------------------------------------- */

/* Full: say so, as far as that can be said at once. */
static void turn_away(struct server_session *s)
{
    stream_refuse(s, "resource-constraint", "the server is full");
    connection_write(&s->connection);
    connection_close(&s->connection);
    s->state = SESSION_FREE;
}

static void accept_all(struct server *server, enum server_port port)
{
    int listening = server->fds[port].fd;
    struct pollfd ready = {.fd = listening, .events = POLLIN};
    for (int i = 0; i < ACCEPT_MAX && poll(&ready, 1, 0) > 0; i++) {
        bool full = server->free == NULL;
        struct server_session *s = full ? server->visitor : server->free;
        connection_init(&s->connection, s->out, sizeof s->out, XC_NS_CLIENT);
        if (!connection_accept(&s->connection, listening)) {
            connection_close(&s->connection);
            return;
        }
        if (!full)
            server->free = s->next;
        life_begin(s, port);
        if (full)
            turn_away(s);
        else
            session_unsettle(s);
    }
}

static void serve_ready(struct server *server, int ready)
{
    nfds_t count = PORTS + server->config.connections;
    for (nfds_t i = 0; i < count && ready > 0; i++) {
        const struct pollfd *fd = &server->fds[i];
        short events = fd->revents;
        if (fd->fd < 0 || events == 0)
            continue;
        ready--;
        if (i < PORTS) {
            accept_all(server, (enum server_port)i);
            continue;
        }
        session_unsettle(&server->sessions[i - PORTS]);
        if ((events & ~POLLOUT) != 0)
            receive(&server->sessions[i - PORTS]);
    }
}

/* ---- turns -------------------------------------------------------------- */

static void watch_all(struct server *server)
{
    if (server->now - server->watched < WATCH_INTERVAL)
        return;
    server->watched = server->now;
    for (unsigned i = 0; i < server->config.connections; i++)
        life_watch(&server->sessions[i]);
}

/* Those that got a few stanzas and were not asked for <a/>. */
static void ask_all(struct server *server)
{
    if (server->ask_at == 0 || server->now < server->ask_at)
        return;
    server->ask_at = 0;
    for (unsigned i = 0; i < server->config.connections; i++)
        sm_ask_late(&server->sessions[i]);
}

/* How long a turn may wait. */
static int timeout_of(const struct server *server, int timeout)
{
    int64_t pause = server->ask_at - clock_ms();
    if (server->checking != NULL || (server->ask_at != 0 && pause <= 0))
        return 0;
    if (server->resting != NULL)
        return REST_TIMEOUT;
    return server->ask_at != 0 && pause < timeout ? (int)pause : timeout;
}

static void settle_all(struct server *server)
{
    while (server->unsettled != NULL) {
        struct server_session *s = server->unsettled;
        server->unsettled = s->settle;
        life_settle(s);
    }
}

bool server_turn(struct server *server, int timeout)
{
    int ready = poll(server->fds, PORTS + server->config.connections,
                     timeout_of(server, timeout));
    server->now = clock_ms();
    if (ready < 0 && errno != EINTR)
        return false;
    receive_again(server);
    if (ready > 0)
        serve_ready(server, ready);
    if (server->checking != NULL)
        login_check(server->checking);
    watch_all(server);
    ask_all(server);
    settle_all(server);
    return true;
}

/* ---- the end ------------------------------------------------------------ */

static void refuse_all(struct server *server)
{
    for (unsigned i = 0; i < server->config.connections; i++) {
        struct server_session *s = &server->sessions[i];
        if (s->state == SESSION_FREE || s->state == SESSION_CLOSING)
            continue;
        stream_refuse(s, "system-shutdown", "the server ends");
        s->state = SESSION_CLOSING;
    }
}

static bool is_busy(const struct server *server)
{
    for (unsigned i = 0; i < server->config.connections; i++)
        if (server->sessions[i].state != SESSION_FREE)
            return true;
    return false;
}

void server_shut_down(struct server *server)
{
    int64_t end = server->now + SHUT_DOWN_TIME;
    for (size_t i = 0; i < PORTS; i++) {
        if (server->fds[i].fd >= 0)
            close(server->fds[i].fd);
        server->fds[i].fd = -1;
    }
    refuse_all(server);
    do {
        if (!server_turn(server, 100))
            break;
    } while (is_busy(server) && server->now < end);
}
