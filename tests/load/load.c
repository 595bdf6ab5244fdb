/* load.c - many clients of one XMPP server in one process.

   They log in, each sends numbered messages to another and counts what it
   gets from a third: what is lost or comes twice is known exactly. Optionally
   connections are cut at random bytes and resumed (XEP-0198), and villains do
   what they can meanwhile.

       LOAD_PASSWORD=... load --port 5222 --domain example.com --clients 500

   Accounts: u0, u1, ... for the clients, v0, v1, ... for the villains, all
   with that password. Prints figures, and a line "pass: ..." or "FAIL: ..."
   for each thing that must hold. `load --help` lists the options; run.py does
   all of it with a server of its own. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include <sys/resource.h>

#include "load_client.h"
#include "load_villain.h"

static struct client *clients;
static struct villain *villains;
static struct pollfd *polled;
static unsigned villain_count, at_a_time = 200, seconds = 120, failed;
static const char *server_pid;
static int64_t now;

/* ---- figures ------------------------------------------------------------ */

/* Resident memory of the server in KB, where the system tells; else 0. */
static unsigned long server_memory(void)
{
    char path[64], line[256];
    unsigned long size = 0;
    FILE *file;
    snprintf(path, sizeof path, "/proc/%s/status",
             server_pid != NULL ? server_pid : "none");
    file = fopen(path, "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "VmRSS:", 6) == 0)
            size = strtoul(line + 6, NULL, 10);
    if (file != NULL)
        fclose(file);
    return size;
}

static void print_rate(const char *what, unsigned long count, int64_t took)
{
    printf("%lu %s in %.2f s: %.0f/s\n", count, what, (double)took / 1000,
           (double)count * 1000 / (double)(took > 0 ? took : 1));
}

static void print_memory(const char *when)
{
    unsigned long size = server_memory();
    if (size > 0)
        printf("server, %s: %lu KB resident, %.1f KB for each of %u\n", when,
               size, (double)size / settings.clients, settings.clients);
}

static void must(const char *what, bool holds)
{
    printf("%s: %s\n", holds ? "pass" : "FAIL", what);
    failed += !holds;
}

/* ---- one turn of the loop ----------------------------------------------- */

static void poll_client(size_t i, const struct client *c, short events)
{
    polled[i].fd = c->link.fd;
    polled[i].events = events;
    polled[i].revents = 0;
}

static void serve_clients(void)
{
    for (unsigned i = 0; i < settings.clients; i++)
        if (clients[i].link.fd >= 0 && polled[i].revents != 0)
            client_move(&clients[i], polled[i].revents, now);
    for (unsigned i = 0; i < villain_count; i++)
        if (villains[i].c.link.fd >= 0 &&
            polled[settings.clients + i].revents != 0)
            villain_move(&villains[i], polled[settings.clients + i].revents,
                         now);
}

static void turn(void)
{
    size_t n = 0;
    for (unsigned i = 0; i < settings.clients; i++, n++)
        poll_client(n, &clients[i], link_events(&clients[i].link));
    for (unsigned i = 0; i < villain_count; i++, n++)
        poll_client(n, &villains[i].c, villain_events(&villains[i]));
    if (poll(polled, (nfds_t)n, 10) < 0 && errno != EINTR) {
        perror("load: poll");
        exit(1);
    }
    now = clock_ms();
    serve_clients();
}

static unsigned count_state(enum client_state state)
{
    unsigned count = 0;
    for (unsigned i = 0; i < settings.clients; i++)
        count += clients[i].state == state;
    return count;
}

static void print_states(void)
{
    for (int state = CLIENT_OFFLINE; state <= CLIENT_DEAD; state++)
        if (count_state((enum client_state)state) > 0)
            printf("%s: %u clients\n", client_state_names[state],
                   count_state((enum client_state)state));
}

static void villains_act(void)
{
    for (unsigned i = 0; i < villain_count; i++)
        villain_act(&villains[i], now);
}

/* ---- what happens ------------------------------------------------------- */

/* Whoever is offline connects, a bounded number at a time. */
static void log_in(void)
{
    unsigned busy = settings.clients - count_state(CLIENT_OFFLINE) -
                    count_state(CLIENT_ONLINE) - count_state(CLIENT_DEAD);
    for (unsigned i = 0; i < settings.clients && busy < at_a_time; i++)
        if (clients[i].state == CLIENT_OFFLINE && now >= clients[i].asleep) {
            client_connect(&clients[i]);
            busy++;
        }
}

static void all_log_in(int64_t deadline)
{
    int64_t begin = now;
    while (count_state(CLIENT_ONLINE) + count_state(CLIENT_DEAD) <
               settings.clients &&
           now < deadline) {
        log_in();
        turn();
    }
    print_rate("logins", counts.logins, now - begin);
    must("all are logged in", count_state(CLIENT_ONLINE) == settings.clients);
}

static bool all_is_received(void)
{
    return counts.received + counts.lost >=
           (unsigned long)settings.clients * settings.messages;
}

static void all_talk(int64_t deadline)
{
    int64_t begin = now;
    for (unsigned i = 0; i < settings.clients; i++)
        client_plan_cut(&clients[i]);
    while (!all_is_received() && count_state(CLIENT_DEAD) == 0 &&
           now < deadline) {
        villains_act();
        log_in();
        for (unsigned i = 0; i < settings.clients; i++) {
            client_write_messages(&clients[i], now);
            if (clients[i].link.fd >= 0 && link_waiting(&clients[i].link) > 0)
                client_move(&clients[i], 0, now);
        }
        turn();
    }
    print_rate("messages", counts.received, now - begin);
}

/* What comes twice may come late. Nobody is cut any more, all come back. */
static void all_listen(int64_t deadline)
{
    int64_t until = now + 500;
    for (unsigned i = 0; i < settings.clients; i++) {
        clients[i].cuts = 0;
        client_plan_cut(&clients[i]);
    }
    while (now < deadline && (now < until || count_state(CLIENT_ONLINE) +
                                                     count_state(CLIENT_DEAD) <
                                                 settings.clients)) {
        log_in();
        turn();
    }
}

static void all_leave(void)
{
    int64_t deadline = now + 10000;
    unsigned closed;
    for (unsigned i = 0; i < settings.clients; i++)
        if (clients[i].state == CLIENT_ONLINE) {
            client_close(&clients[i]);
            client_move(&clients[i], 0, now);
        }
    while (count_state(CLIENT_CLOSING) > 0 && now < deadline)
        turn();
    closed = count_state(CLIENT_CLOSED);
    must("all streams are closed in good order", closed == settings.clients);
}

/* ---- the verdict -------------------------------------------------------- */

static void print_villains(void)
{
    for (unsigned k = 0; k < CRIMES && k < villain_count; k++) {
        unsigned returns = 0;
        for (unsigned i = k; i < villain_count; i += CRIMES)
            returns += villains[i].returns;
        printf("villains: %s: %u connections\n", crimes[k].name, returns);
    }
}

static void judge(void)
{
    unsigned long expected =
        (unsigned long)settings.clients * settings.messages;
    unsigned behind = 0;
    for (unsigned i = 0; i < settings.clients; i++)
        behind += clients[i].received != settings.messages ||
                  clients[i].sent != settings.messages;
    printf("expected %lu, received %lu, lost %lu, twice %lu, bounced %lu, "
           "from strangers %lu\n",
           expected, counts.received, counts.lost, counts.duplicated,
           counts.bounced, counts.strays);
    if (settings.managed)
        printf("cuts %lu, resumed %lu, sent again %lu\n", counts.cuts,
               counts.resumptions, counts.again);
    if (counts.received != expected)
        print_states();
    must("each message was received",
         counts.received == expected && behind == 0);
    must("nothing is lost", counts.lost == 0 && counts.bounced == 0);
    must("nothing came twice", counts.duplicated == 0);
    must("nothing came from strangers", counts.strays == 0);
    must("no connection ended that was not cut",
         count_state(CLIENT_DEAD) == 0);
    if (settings.cuts > 0)
        must("connections were cut and resumed",
             counts.cuts > 0 && counts.resumptions > 0);
}

/* ---- options ------------------------------------------------------------ */

static void usage(FILE *to)
{
    fputs("load: many clients of one XMPP server\n"
          "  --host ADDRESS    (127.0.0.1)    --port PORT       (5222)\n"
          "  --domain DOMAIN   (localhost)    --clients N       (100)\n"
          "  --messages N      of each (100)  --window N        (4)\n"
          "  --body BYTES      (40)           --cuts N          of each (0)\n"
          "  --managed         with XEP-0198  --villains N  of each kind (0)\n"
          "  --pace MS         between two messages of a client (0)\n"
          "  --streams DIR     files that villains send\n"
          "  --stanzas DIR     ... when they are logged in\n"
          "  --web-port PORT   where villains go, too, and\n"
          "  --web N           one client in N: over WebSocket (0: none)\n"
          "  --component-port PORT   likewise\n"
          "  --at-a-time N     logins (200)   --seed N          (1)\n"
          "  --seconds N       at most (120)  --server-pid PID  for memory\n"
          "The password of all accounts is in LOAD_PASSWORD.\n",
          to);
}

static bool set_number(const char *name, const char *value)
{
    static const struct {
        const char *name;
        unsigned *number;
    } numbers[] = {
        {"--clients", &settings.clients}, {"--messages", &settings.messages},
        {"--window", &settings.window},   {"--body", &settings.body},
        {"--cuts", &settings.cuts},       {"--villains", &villain_count},
        {"--at-a-time", &at_a_time},      {"--seconds", &seconds},
        {"--pace", &settings.pace},       {"--web", &settings.web},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(name, numbers[i].name) == 0) {
            *numbers[i].number = (unsigned)strtoul(value, NULL, 10);
            return true;
        }
    return false;
}

static bool set_option(const char *name, const char *value)
{
    if (strcmp(name, "--host") == 0)
        settings.host = value;
    else if (strcmp(name, "--port") == 0)
        settings.port = value;
    else if (strcmp(name, "--web-port") == 0)
        settings.web_port = value;
    else if (strcmp(name, "--component-port") == 0)
        settings.component_port = value;
    else if (strcmp(name, "--domain") == 0)
        settings.domain = value;
    else if (strcmp(name, "--server-pid") == 0)
        server_pid = value;
    else if (strcmp(name, "--streams") == 0)
        recordings_find(&streams, value);
    else if (strcmp(name, "--stanzas") == 0)
        recordings_find(&stanzas, value);
    else if (strcmp(name, "--seed") == 0)
        settings.seed = strtoull(value, NULL, 10);
    else
        return set_number(name, value);
    return true;
}

static void read_options(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            usage(stdout);
            exit(0);
        }
        if (strcmp(argv[i], "--managed") == 0) {
            settings.managed = true;
        } else if (i + 1 == argc || !set_option(argv[i], argv[i + 1])) {
            usage(stderr);
            exit(2);
        } else {
            i++;
        }
    }
    villain_count *= (unsigned)CRIMES;
    settings.password = xc_str_from(getenv("LOAD_PASSWORD"));
    if (settings.password.ptr == NULL || settings.clients < 2 ||
        (settings.cuts > 0 && !settings.managed)) {
        fputs("load: needs LOAD_PASSWORD, 2 clients, and --managed for "
              "--cuts\n",
              stderr);
        exit(2);
    }
}

/* ---- the beginning ------------------------------------------------------ */

/* As many files as we may open; fewer clients if that is not enough. */
static void raise_file_limit(void)
{
    struct rlimit limit;
    rlim_t most;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    most = limit.rlim_cur > 50 + villain_count
               ? limit.rlim_cur - 50 - villain_count
               : 2;
    if (limit.rlim_cur != RLIM_INFINITY && settings.clients > most) {
        settings.clients = (unsigned)most;
        printf("only %u clients: there may be no more open files\n",
               settings.clients);
    }
}

static void *take_memory(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);
    if (memory == NULL) {
        fputs("load: no memory\n", stderr);
        exit(1);
    }
    return memory;
}

/* A ring: each sends to the one that is `step` ahead. */
static void make_clients(void)
{
    unsigned n = settings.clients, step = 1 + chance(n - 1);
    char *memory = take_memory(n, CLIENT_OUT + CLIENT_MEMORY);
    clients = take_memory(n, sizeof *clients);
    for (unsigned i = 0; i < n; i++) {
        struct client *c = &clients[i];
        snprintf(c->user, sizeof c->user, "u%u", i);
        c->link.fd = -1;
        c->out = memory + i * (size_t)(CLIENT_OUT + CLIENT_MEMORY);
        c->memory = c->out + CLIENT_OUT;
        c->cuts = settings.cuts;
        c->over_web = settings.web > 0 && settings.web_port != NULL &&
                      i % settings.web == 0;
        c->to = &clients[(i + step) % n];
        c->from = &clients[(i + n - step) % n];
    }
    villains = take_memory(villain_count, sizeof *villains);
    for (unsigned i = 0; i < villain_count; i++) {
        clients[i % n].cuts = 0; /* who is flooded and away loses something */
        villain_init(&villains[i], i, &clients[i % n]);
    }
    polled = take_memory(n + villain_count, sizeof *polled);
}

static void free_all(void)
{
    for (unsigned i = 0; i < settings.clients; i++)
        client_hang_up(&clients[i], CLIENT_OFFLINE);
    for (unsigned i = 0; i < villain_count; i++) {
        client_hang_up(&villains[i].c, CLIENT_OFFLINE);
        free(villains[i].c.out);
        free(villains[i].c.memory);
    }
    recordings_free(&streams);
    recordings_free(&stanzas);
    free(clients[0].out);
    free(clients);
    free(villains);
    free(polled);
}

int main(int argc, char **argv)
{
    static const struct settings usual = {.host = "127.0.0.1",
                                          .port = "5222",
                                          .domain = "localhost",
                                          .clients = 100,
                                          .messages = 100,
                                          .window = 4,
                                          .body = 40,
                                          .seed = 1};
    int64_t deadline;
    settings = usual;
    read_options(argc, argv);
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    raise_file_limit();
    chance_state = settings.seed != 0 ? settings.seed : 1;
    make_clients();
    now = clock_ms();
    deadline = now + (int64_t)seconds * 1000;
    print_memory("before");
    all_log_in(deadline);
    print_memory("all are logged in");
    all_talk(deadline);
    all_listen(deadline);
    print_memory("all has been said");
    print_villains();
    judge();
    all_leave();
    free_all();
    return failed > 0;
}
