/* load.c - many clients of one XMPP server in one process.

   They log in; each sends numbered messages to another and counts what it gets
   from a third, so it is known exactly what is lost or arrives twice. On
   request connections are cut at random bytes and resumed (XEP-0198), and
   villains do their worst meanwhile.

       LOAD_PASSWORD=... load --port 5222 --domain example.com --clients 500

   Accounts: u0, u1, ... for the clients, v0, v1, ... for the villains, all
   with that password. Prints figures, and a line "pass: ..." or "FAIL: ..."
   for each thing that must hold. `load --help` lists the options; run.py does
   all of it with a new server. */
#define _POSIX_C_SOURCE 200809L
#include "load.h"

#include "load_client.h"
#include "villain.h"

#include "clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* The test: clients and villains, and how far it is. */
struct load_test {
    struct load load;
    struct load_client *clients;
    struct villain *villains;
    struct pollfd *polled;
    unsigned client_count, villain_count;
    unsigned villains_each; /* of each kind */
    unsigned at_a_time, seconds, failed;
    const char *server_pid;
    int64_t now;
};

/* ---- figures ------------------------------------------------------------ */

/* Resident memory of the server in KB; 0: unknown on this system. */
static unsigned long server_memory(const struct load_test *t)
{
    char path[64], line[256];
    unsigned long size = 0;
    FILE *file;
    snprintf(path, sizeof path, "/proc/%s/status",
             t->server_pid != NULL ? t->server_pid : "none");
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

static void print_memory(const struct load_test *t, const char *when)
{
    unsigned long size = server_memory(t);
    if (size > 0)
        printf("server, %s: %lu KB resident, %.1f KB for each of %u\n", when,
               size, (double)size / t->client_count, t->client_count);
}

static void must(struct load_test *t, const char *what, bool holds)
{
    printf("%s: %s\n", holds ? "pass" : "FAIL", what);
    t->failed += !holds;
}

static unsigned count_state(const struct load_test *t,
                            enum load_client_state state)
{
    unsigned count = 0;
    for (unsigned i = 0; i < t->client_count; i++)
        count += t->clients[i].state == state;
    return count;
}

/* Clients that are logged in or will not log in any more. */
static unsigned count_settled(const struct load_test *t)
{
    return count_state(t, LOAD_CLIENT_ONLINE) +
           count_state(t, LOAD_CLIENT_DEAD);
}

static void print_states(const struct load_test *t)
{
    for (int i = LOAD_CLIENT_OFFLINE; i <= LOAD_CLIENT_DEAD; i++) {
        enum load_client_state state = (enum load_client_state)i;
        if (count_state(t, state) > 0)
            printf("%s: %u clients\n", load_client_state_name(state),
                   count_state(t, state));
    }
}

/* ---- one turn of the loop ----------------------------------------------- */

static void serve(struct load_test *t)
{
    for (unsigned i = 0; i < t->client_count; i++)
        if (t->clients[i].connection.fd >= 0 && t->polled[i].revents != 0)
            load_client_move(&t->clients[i], t->polled[i].revents, t->now);
    for (unsigned i = 0; i < t->villain_count; i++) {
        struct villain *v = &t->villains[i];
        short revents = t->polled[t->client_count + i].revents;
        if (v->client.connection.fd >= 0 && revents != 0)
            villain_move(v, revents, t->now);
    }
}

static void turn(struct load_test *t)
{
    size_t n = 0;
    for (unsigned i = 0; i < t->client_count; i++, n++)
        connection_poll(&t->polled[n], true, t->clients[i].connection.fd,
                        connection_poll_events(&t->clients[i].connection));
    for (unsigned i = 0; i < t->villain_count; i++, n++)
        connection_poll(&t->polled[n], true,
                        t->villains[i].client.connection.fd,
                        villain_events(&t->villains[i]));
    if (poll(t->polled, (nfds_t)n, 10) < 0 && errno != EINTR) {
        perror("load: poll");
        exit(1);
    }
    t->now = clock_ms();
    serve(t);
}

/* ---- stages ------------------------------------------------------------- */

/* Connects all that are offline, a bounded number at a time. */
static void log_in(struct load_test *t)
{
    unsigned busy = t->client_count - count_state(t, LOAD_CLIENT_OFFLINE) -
                    count_settled(t);
    for (unsigned i = 0; i < t->client_count && busy < t->at_a_time; i++) {
        struct load_client *c = &t->clients[i];
        if (c->state == LOAD_CLIENT_OFFLINE && t->now >= c->asleep) {
            load_client_connect(c);
            busy++;
        }
    }
}

static void all_log_in(struct load_test *t, int64_t deadline)
{
    int64_t begin = t->now;
    while (count_settled(t) < t->client_count && t->now < deadline) {
        log_in(t);
        turn(t);
    }
    print_rate("logins", t->load.counts.logins, t->now - begin);
    must(t, "all are logged in",
         count_state(t, LOAD_CLIENT_ONLINE) == t->client_count);
}

static unsigned long messages_expected(const struct load_test *t)
{
    return (unsigned long)t->client_count * t->load.settings.messages;
}

static void all_write(struct load_test *t)
{
    for (unsigned i = 0; i < t->client_count; i++) {
        struct load_client *c = &t->clients[i];
        load_client_write_messages(c, t->now);
        if (c->connection.fd >= 0 && connection_waiting(&c->connection) > 0)
            load_client_move(c, 0, t->now);
    }
}

static void all_talk(struct load_test *t, int64_t deadline)
{
    const struct load_counts *counts = &t->load.counts;
    int64_t begin = t->now;
    for (unsigned i = 0; i < t->client_count; i++)
        load_client_plan_cut(&t->clients[i]);
    while (counts->received + counts->lost < messages_expected(t) &&
           count_state(t, LOAD_CLIENT_DEAD) == 0 && t->now < deadline) {
        for (unsigned i = 0; i < t->villain_count; i++)
            villain_act(&t->villains[i], t->now);
        log_in(t);
        all_write(t);
        turn(t);
    }
    print_rate("messages", counts->received, t->now - begin);
}

/* Waits for late second copies of messages: there are no more cuts, and all
   come back. */
static void all_listen(struct load_test *t, int64_t deadline)
{
    int64_t until = t->now + 500;
    for (unsigned i = 0; i < t->client_count; i++) {
        t->clients[i].cuts = 0;
        load_client_plan_cut(&t->clients[i]);
    }
    while (t->now < deadline &&
           (t->now < until || count_settled(t) < t->client_count)) {
        log_in(t);
        turn(t);
    }
}

static void all_leave(struct load_test *t)
{
    int64_t deadline = t->now + 10000;
    for (unsigned i = 0; i < t->client_count; i++)
        if (t->clients[i].state == LOAD_CLIENT_ONLINE) {
            load_client_close(&t->clients[i]);
            load_client_move(&t->clients[i], 0, t->now);
        }
    while (count_state(t, LOAD_CLIENT_CLOSING) > 0 && t->now < deadline)
        turn(t);
    must(t, "all streams are closed in good order",
         count_state(t, LOAD_CLIENT_CLOSED) == t->client_count);
}

/* ---- the verdict -------------------------------------------------------- */

static void print_villains(const struct load_test *t)
{
    for (unsigned k = 0; k < crimes_count && k < t->villain_count; k++) {
        unsigned returns = 0;
        for (unsigned i = k; i < t->villain_count; i += (unsigned)crimes_count)
            returns += t->villains[i].returns;
        printf("villains: %s: %u connections\n", crimes[k].name, returns);
    }
}

static void print_counts(const struct load_test *t)
{
    const struct load_counts *counts = &t->load.counts;
    printf("expected %lu, received %lu, lost %lu, twice %lu, bounced %lu, "
           "from strangers %lu\n",
           messages_expected(t), counts->received, counts->lost,
           counts->duplicated, counts->bounced, counts->strays);
    if (t->load.settings.managed)
        printf("cuts %lu, resumed %lu, sent again %lu\n", counts->cuts,
               counts->resumptions, counts->again);
    if (counts->received != messages_expected(t))
        print_states(t);
}

/* Has each client sent and received all its messages? */
static bool is_complete(const struct load_test *t)
{
    unsigned messages = t->load.settings.messages;
    for (unsigned i = 0; i < t->client_count; i++)
        if (t->clients[i].received != messages ||
            t->clients[i].sent != messages)
            return false;
    return true;
}

static void judge(struct load_test *t)
{
    const struct load_counts *counts = &t->load.counts;
    print_counts(t);
    must(t, "each message was received",
         counts->received == messages_expected(t) && is_complete(t));
    must(t, "nothing is lost", counts->lost == 0 && counts->bounced == 0);
    must(t, "nothing came twice", counts->duplicated == 0);
    must(t, "nothing came from strangers", counts->strays == 0);
    must(t, "no connection ended that was not cut",
         count_state(t, LOAD_CLIENT_DEAD) == 0);
    if (t->load.settings.cuts > 0)
        must(t, "connections were cut and resumed",
             counts->cuts > 0 && counts->resumptions > 0);
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

static bool set_number(struct load_test *t, const char *name,
                       const char *value)
{
    struct load_settings *s = &t->load.settings;
    const struct {
        const char *name;
        unsigned *number;
    } numbers[] = {
        {"--clients", &t->client_count},
        {"--messages", &s->messages},
        {"--window", &s->window},
        {"--body", &s->body},
        {"--cuts", &s->cuts},
        {"--villains", &t->villains_each},
        {"--at-a-time", &t->at_a_time},
        {"--seconds", &t->seconds},
        {"--pace", &s->pace},
        {"--web", &s->web},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (strcmp(name, numbers[i].name) == 0) {
            *numbers[i].number = (unsigned)strtoul(value, NULL, 10);
            return true;
        }
    return false;
}

static bool set_text(struct load_test *t, const char *name, const char *value)
{
    struct load_settings *s = &t->load.settings;
    const struct {
        const char *name, **text;
    } texts[] = {
        {"--host", &s->host},         {"--port", &s->port},
        {"--web-port", &s->web_port}, {"--component-port", &s->component_port},
        {"--domain", &s->domain},     {"--server-pid", &t->server_pid},
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(name, texts[i].name) == 0) {
            *texts[i].text = value;
            return true;
        }
    return false;
}

static bool set_option(struct load_test *t, const char *name,
                       const char *value)
{
    if (strcmp(name, "--streams") == 0)
        recordings_find(&t->load.streams, value);
    else if (strcmp(name, "--stanzas") == 0)
        recordings_find(&t->load.stanzas, value);
    else if (strcmp(name, "--seed") == 0)
        t->load.settings.seed = strtoull(value, NULL, 10);
    else
        return set_text(t, name, value) || set_number(t, name, value);
    return true;
}

static void read_options(struct load_test *t, int argc, char **argv)
{
    struct load_settings *s = &t->load.settings;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0) {
            usage(stdout);
            exit(0);
        }
        if (strcmp(argv[i], "--managed") == 0) {
            s->managed = true;
        } else if (i + 1 == argc || !set_option(t, argv[i], argv[i + 1])) {
            usage(stderr);
            exit(2);
        } else {
            i++;
        }
    }
    s->password = xc_str_from(getenv("LOAD_PASSWORD"));
    if (s->password.ptr == NULL || t->client_count < 2 ||
        (s->cuts > 0 && !s->managed)) {
        fputs("load: needs LOAD_PASSWORD, 2 clients, and --managed for "
              "--cuts\n",
              stderr);
        exit(2);
    }
}

/* ---- beginning and end -------------------------------------------------- */

/* Raises the limit of open files; fewer clients if that is not enough. */
static void raise_file_limit(struct load_test *t)
{
    struct rlimit limit;
    rlim_t most, others = 50 + t->villain_count;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    most = limit.rlim_cur > others ? limit.rlim_cur - others : 2;
    if (limit.rlim_cur != RLIM_INFINITY && t->client_count > most) {
        t->client_count = (unsigned)most;
        printf("only %u clients: there may be no more open files\n",
               t->client_count);
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

/* Makes a ring: each client sends to the one that is `step` ahead. */
static void make_clients(struct load_test *t)
{
    const struct load_settings *s = &t->load.settings;
    unsigned n = t->client_count, step;
    size_t each = LOAD_CLIENT_OUT + LOAD_CLIENT_MEMORY;
    char *memory = take_memory(n, each);
    step = 1 + chance_below(&t->load.chance, n - 1);
    t->clients = take_memory(n, sizeof *t->clients);
    for (unsigned i = 0; i < n; i++) {
        struct load_client *c = &t->clients[i];
        snprintf(c->user, sizeof c->user, "u%u", i);
        c->load = &t->load;
        c->connection.fd = -1;
        c->out = memory + i * each;
        c->out_size = LOAD_CLIENT_OUT;
        c->memory = c->out + LOAD_CLIENT_OUT;
        c->cuts = s->cuts;
        c->over_web = s->web > 0 && s->web_port != NULL && i % s->web == 0;
        c->to = &t->clients[(i + step) % n];
        c->from = &t->clients[(i + n - step) % n];
    }
}

static void make_villains(struct load_test *t)
{
    t->villains = take_memory(t->villain_count, sizeof *t->villains);
    for (unsigned i = 0; i < t->villain_count; i++) {
        struct load_client *victim = &t->clients[i % t->client_count];
        victim->cuts = 0; /* while it is away the flood would be lost */
        villain_init(&t->villains[i], &t->load, i, victim);
    }
}

static void free_all(struct load_test *t)
{
    for (unsigned i = 0; i < t->client_count; i++)
        load_client_hang_up(&t->clients[i], LOAD_CLIENT_OFFLINE);
    for (unsigned i = 0; i < t->villain_count; i++)
        villain_free(&t->villains[i]);
    recordings_free(&t->load.streams);
    recordings_free(&t->load.stanzas);
    free(t->clients[0].out);
    free(t->clients);
    free(t->villains);
    free(t->polled);
}

static void run(struct load_test *t)
{
    int64_t deadline;
    t->now = clock_ms();
    deadline = t->now + (int64_t)t->seconds * 1000;
    print_memory(t, "before");
    all_log_in(t, deadline);
    print_memory(t, "all are logged in");
    all_talk(t, deadline);
    all_listen(t, deadline);
    print_memory(t, "all has been said");
    print_villains(t);
    judge(t);
    all_leave(t);
}

int main(int argc, char **argv)
{
    static struct load_test test = {.load.settings = {.host = "127.0.0.1",
                                                      .port = "5222",
                                                      .domain = "localhost",
                                                      .messages = 100,
                                                      .window = 4,
                                                      .body = 40,
                                                      .seed = 1},
                                    .client_count = 100,
                                    .at_a_time = 200,
                                    .seconds = 120};
    struct load_test *t = &test;
    read_options(t, argc, argv);
    t->villain_count = t->villains_each * (unsigned)crimes_count;
    t->load.chance.state =
        t->load.settings.seed != 0 ? t->load.settings.seed : 1;
    signal(SIGPIPE, SIG_IGN);
    setvbuf(stdout, NULL, _IOLBF, 0);
    raise_file_limit(t);
    make_clients(t);
    make_villains(t);
    t->polled =
        take_memory(t->client_count + t->villain_count, sizeof *t->polled);
    run(t);
    free_all(t);
    return t->failed > 0;
}
