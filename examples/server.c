/* server.c - an XMPP server for a team or a test: accounts, rosters, presence,
   messages, offline storage, stream management, carbons, a component, and
   WebSocket, on one poll loop and in memory that is allocated once.

       XMPP_PASSWORD=secret build/server --add-user romeo DIR
       build/server --domain verona.lit --port 5222 DIR

   The first line on standard output tells the ports: "ready c2s=5222 ws=0
   component=0". SIGTERM or SIGINT ends all streams, then the server.

   Read server_types.h first, then server_session.h; each of the other headers
   is about one thing:

       server_login.h     up to a resource  server_sasl.h       passwords
       server_route.h     stanzas, and the component
       server_message.h   who gets what     server_offline.h    ... later
       server_presence.h  who sees whom     server_roster.h     contacts
       server_iq.h        requests          server_sm.h         XEP-0198
       server_stanza.h    a stanza on its way, and answers
       server_send.h      what leaves, and the queues before it
       server_accounts.h  who there is      server_store.h      files
       server_ws.h        WebSocket

   Without TLS (see link_tls.h) it is for loopback and tunnels. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "password.h"
#include "server_session.h"
#include "stop.h"

#include <sys/resource.h>

static const char usage[] =
    "usage: server [options] DIR\n"
    "       server --add-user LOCALPART DIR   (password: $XMPP_PASSWORD, or\n"
    "                                         it asks)\n"
    "  --domain NAME          what it serves (localhost)\n"
    "  --listen HOST          where (127.0.0.1)\n"
    "  --port N               for clients (0: any)\n"
    "  --websocket-port N     for clients over WebSocket (off)\n"
    "  --component-port N     for a component (off)\n"
    "  --component NAME       its domain; its secret: $XMPP_COMPONENT_SECRET\n"
    "  --connections N        at most so many (100)\n"
    "  --tls-cert FILE --tls-key FILE   clients must use STARTTLS\n"
    "  --login-seconds N      for logging in (60)\n"
    "  --idle-seconds N       of silence, then a ping; N / 5 to answer (300)\n"
    "  --resume-seconds N     to come back after a lost connection (120)\n"
    "  --verbose              a line for each event on standard error\n";

static struct {
    const char *listen, *domain, *add_user, *certificate, *key;
    const char *ports[PORTS]; /* NULL: off */
} options = {.listen = "127.0.0.1", .domain = "localhost", .ports = {"0"}};

static void die(const char *what)
{
    fprintf(stderr, "server: %s\n", what);
    exit(1);
}

/* ---- --add-user --------------------------------------------------------- */

static void add_user(const char *local)
{
    char password[1024];
    const char *problem;
    if (!password_get(password, sizeof password))
        die("no password: set XMPP_PASSWORD, or use a terminal");
    problem = account_add(xc_str_from(local), xc_str_from(password));
    xc_wipe(password, sizeof password);
    if (problem != NULL)
        die(problem);
}

/* ---- connections -------------------------------------------------------- */

/* Full: say so, as far as that can be said at once. */
static void turn_away(struct session *s)
{
    xc_str answer;
    if (s->port == PORT_WEBSOCKET) {
        ws_refuse(&s->ws, "503 Service Unavailable", "Connection: close\r\n",
                  "This server is full.", &answer);
        link_send_bytes(&s->link, answer);
    } else {
        session_refuse(s, "resource-constraint", "the server is full");
    }
    link_write(&s->link);
    link_close(&s->link);
    s->state = SESSION_FREE;
}

static void accept_all(enum port port)
{
    int listening = server.fds[port].fd;
    struct pollfd ready = {.fd = listening, .events = POLLIN};
    for (int i = 0; i < 64 && poll(&ready, 1, 0) > 0; i++) {
        bool full = server.free_sessions == NULL;
        struct session *s = full ? server.visitor : server.free_sessions;
        link_init(&s->link, s->out, sizeof s->out, XC_NS_CLIENT);
        if (!link_accept(&s->link, listening)) {
            link_close(&s->link);
            return;
        }
        if (!full)
            server.free_sessions = s->next;
        session_start(s, port);
        if (full)
            turn_away(s);
        else
            session_unsettle(s);
    }
}

static void serve_ready(int ready)
{
    nfds_t count = PORTS + server.connections;
    for (nfds_t i = 0; i < count && ready > 0; i++) {
        struct session *s;
        if (server.fds[i].fd < 0 || server.fds[i].revents == 0)
            continue;
        ready--;
        if (i < PORTS) {
            accept_all((enum port)i);
            continue;
        }
        s = &server.slots[i - PORTS].session;
        session_unsettle(s);
        if ((server.fds[i].revents & ~POLLOUT) != 0)
            session_read(s);
    }
}

static void watch_all(void)
{
    static int64_t last;
    if (server.now - last < 1000)
        return;
    last = server.now;
    for (unsigned i = 0; i < server.connections; i++)
        session_watch(&server.slots[i].session);
}

/* One turn: each ready connection gets its share, one password a portion of
   hashing; then what that has led to is sent. */
static void turn(int timeout)
{
    nfds_t count = PORTS + server.connections;
    int ready;
    if (server.resting != NULL)
        timeout = 5;
    if (server.checking != NULL)
        timeout = 0;
    ready = poll(server.fds, count, timeout);
    server.now = clock_ms();
    if (ready < 0 && errno != EINTR)
        die("poll failed");
    sessions_wake();
    if (ready > 0)
        serve_ready(ready);
    sessions_check();
    watch_all();
    sessions_settle();
}

/* ---- start and end ------------------------------------------------------ */

static void raise_file_limit(rlim_t wanted)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return;
    limit.rlim_cur = wanted;
    if (limit.rlim_max < wanted)
        limit.rlim_max = wanted;
    if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
        die("the system does not allow so many connections (ulimit -n)");
}

static void arena_make(void)
{
    size_t n = server.connections;
    server.bucket_count = 64;
    while (server.bucket_count < 2 * n)
        server.bucket_count *= 2;
    server.slots = calloc(n, sizeof *server.slots);
    server.visitor = calloc(1, sizeof *server.visitor);
    server.fds = calloc(PORTS + n, sizeof *server.fds);
    server.buckets = calloc(server.bucket_count, sizeof *server.buckets);
    if (server.slots == NULL || server.visitor == NULL || server.fds == NULL ||
        server.buckets == NULL)
        die("no memory for so many connections");
    while (n-- > 0) {
        struct slot *slot = &server.slots[n];
        slot->session.slot = (unsigned)n;
        slot->session.next = server.free_sessions;
        server.free_sessions = &slot->session;
        slot->account.next = server.free_accounts;
        server.free_accounts = &slot->account;
        server.fds[PORTS + n].fd = -1;
    }
}

/* What made-up salts are made of; it stays the same. */
static void secret_load(void)
{
    struct path path;
    xc_str secret;
    int len = snprintf(path.name, sizeof path.name - 8, "%s/.secret",
                       server.directory);
    if (len < 0 || (size_t)len >= sizeof path.name - 8)
        die("the directory's name is too long");
    secret = store_read(&path, (char *)server.secret, sizeof server.secret);
    if (secret.len == sizeof server.secret)
        return;
    secret.ptr = (const char *)server.secret;
    secret.len = sizeof server.secret;
    if (!random_bytes(server.secret, sizeof server.secret) ||
        !store_replace(&path, secret))
        die("cannot write to the directory");
}

static bool is_loopback(const char *host)
{
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0 ||
           strcmp(host, "localhost") == 0;
}

static void listen_all(void)
{
    for (size_t i = 0; i < PORTS; i++) {
        server.fds[i].fd = -1;
        server.fds[i].events = POLLIN;
        if (options.ports[i] == NULL)
            continue;
        server.fds[i].fd = socket_listen(options.listen, options.ports[i]);
        if (server.fds[i].fd < 0)
            die("cannot listen there; is the port in use?");
    }
}

static unsigned port_of(enum port port)
{
    return server.fds[port].fd < 0 ? 0 : socket_port(server.fds[port].fd);
}

static void start(void)
{
    stop_on_signals();
    raise_file_limit(server.connections + 64);
    arena_make();
    secret_load();
    if (options.certificate != NULL) {
        server.tls = tls_server_context(options.certificate, options.key);
        if (server.tls == NULL)
            die(tls_available ? "cannot use the certificate or the key"
                              : "built without TLS");
    }
    server.plain_allowed = is_loopback(options.listen);
    listen_all();
    server.now = clock_ms();
    if (server.verbose)
        fprintf(stderr, "server: %zu bytes for each of %u connections\n",
                sizeof(struct slot), server.connections);
    printf("ready c2s=%u ws=%u component=%u\n", port_of(PORT_CLIENT),
           port_of(PORT_WEBSOCKET), port_of(PORT_COMPONENT));
    fflush(stdout);
}

/* Everybody is told; then some seconds for who reads slowly. What has not been
   acknowledged goes into the files. */
static void shut_down(void)
{
    int64_t end = server.now + 3000;
    bool busy = true;
    for (size_t i = 0; i < PORTS; i++) {
        if (server.fds[i].fd >= 0)
            close(server.fds[i].fd);
        server.fds[i].fd = -1;
    }
    for (unsigned i = 0; i < server.connections; i++) {
        struct session *s = &server.slots[i].session;
        if (s->state == SESSION_FREE || s->state == SESSION_CLOSING)
            continue;
        session_refuse(s, "system-shutdown", NULL);
        s->state = SESSION_CLOSING;
    }
    while (busy && server.now < end) {
        busy = false;
        turn(100);
        for (unsigned i = 0; i < server.connections; i++)
            busy |= server.slots[i].session.state != SESSION_FREE;
    }
    tls_context_free(server.tls);
}

/* ---- the command line --------------------------------------------------- */

enum kind {
    TEXT,
    COUNT,
    SECONDS,
    FLAG
};

static const struct {
    const char *name;
    enum kind kind;
    void *value;
} known[] = {
    {"--domain", TEXT, &options.domain},
    {"--listen", TEXT, &options.listen},
    {"--port", TEXT, &options.ports[PORT_CLIENT]},
    {"--websocket-port", TEXT, &options.ports[PORT_WEBSOCKET]},
    {"--component-port", TEXT, &options.ports[PORT_COMPONENT]},
    {"--component", TEXT, &server.component_name},
    {"--connections", COUNT, &server.connections},
    {"--tls-cert", TEXT, &options.certificate},
    {"--tls-key", TEXT, &options.key},
    {"--login-seconds", SECONDS, &server.login_time},
    {"--idle-seconds", SECONDS, &server.idle_time},
    {"--resume-seconds", SECONDS, &server.resume_time},
    {"--add-user", TEXT, &options.add_user},
    {"--verbose", FLAG, &server.verbose},
};

static void fail_usage(void)
{
    fputs(usage, stderr);
    exit(2);
}

static long number(const char *text, long most)
{
    char *end;
    long n = strtol(text, &end, 10);
    if (end == text || *end != '\0' || n < 1 || n > most)
        fail_usage();
    return n;
}

static void take_option(enum kind kind, void *value, const char *text)
{
    switch (kind) {
    case TEXT: *(const char **)value = text; break;
    case COUNT: *(unsigned *)value = (unsigned)number(text, 1000000); break;
    case SECONDS: *(int64_t *)value = number(text, 86400) * 1000; break;
    case FLAG: *(bool *)value = true; break;
    }
}

static void read_options(int argc, char **argv)
{
    size_t count = sizeof known / sizeof *known;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        size_t i = 0;
        while (i < count && strcmp(argv[at], known[i].name) != 0)
            i++;
        if (i == count || (known[i].kind != FLAG && ++at == argc))
            fail_usage();
        take_option(known[i].kind, known[i].value, argv[at]);
    }
    if (at + 1 != argc ||
        (options.certificate == NULL) != (options.key == NULL) ||
        (options.ports[PORT_COMPONENT] != NULL &&
         server.component_name == NULL))
        fail_usage();
    server.directory = argv[at];
}

/* Enforced, as addresses are that it is compared with. */
static void take_domain(const char *name, struct address *a)
{
    xc_jid_parts parts = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
    parts.domain = xc_str_from(name);
    if (!address_keep(a, &parts))
        die("this is no domain name");
    a->bytes[a->jid.domain_len] = '\0';
}

int main(int argc, char **argv)
{
    server.connections = 100;
    server.login_time = 60000;
    server.idle_time = 300000;
    server.resume_time = 120000;
    read_options(argc, argv);
    if (mkdir(server.directory, 0700) != 0 && errno != EEXIST)
        die("cannot make the directory");
    if (options.add_user != NULL) {
        add_user(options.add_user);
        return 0;
    }
    take_domain(options.domain, &server.domain);
    if (server.component_name != NULL) {
        take_domain(server.component_name, &server.component_domain);
        server.component_name = server.component_domain.bytes;
        if (xc_jid_equal(server.component_domain.jid, server.domain.jid))
            die("the component needs a domain of its own");
    }
    server.component_secret = getenv("XMPP_COMPONENT_SECRET");
    if (options.ports[PORT_COMPONENT] != NULL &&
        server.component_secret == NULL)
        die("a component needs $XMPP_COMPONENT_SECRET");
    start();
    while (!stop_wanted)
        turn(1000);
    shut_down();
    return 0;
}
