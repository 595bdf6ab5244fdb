/* main.c - the command line of the server.

       XMPP_PASSWORD=secret build/server --add-user romeo DIR
       build/server --domain verona.lit --port 5222 DIR

   The first line on standard output has the ports: "ready c2s=5222 ws=0
   component=0". SIGTERM or SIGINT ends all streams, then the server. */
#define _POSIX_C_SOURCE 200809L
#include "credentials.h"
#include "password.h"
#include "server.h"
#include "signals.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

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
    "  --websocket-tls        wss: WebSocket inside TLS, with that "
    "certificate\n"
    "  --login-seconds N      for logging in (60)\n"
    "  --idle-seconds N       of silence, then a ping; N / 5 to reply (300)\n"
    "  --resume-seconds N     to come back after a lost connection (120)\n"
    "  --strict-strangers     only contacts may send an iq to a resource\n"
    "  --verbose              a line for each event on standard error\n";

static void die(const char *what)
{
    fprintf(stderr, "server: %s\n", what);
    exit(1);
}

/* ---- options ------------------------------------------------------------ */

enum kind {
    TEXT,
    COUNT,
    SECONDS,
    FLAG
};

struct option {
    const char *name;
    enum kind kind;
    void *value;
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

/* Takes all options; returns the index of what follows them. */
static int take_options(const struct option *known, size_t count, int argc,
                        char **argv)
{
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        size_t i = 0;
        while (i < count && strcmp(argv[at], known[i].name) != 0)
            i++;
        if (i == count || (known[i].kind != FLAG && ++at == argc))
            fail_usage();
        take_option(known[i].kind, known[i].value, argv[at]);
    }
    return at;
}

static void read_options(int argc, char **argv, struct server_config *c,
                         const char **add_user)
{
    const struct option known[] = {
        {"--domain", TEXT, &c->domain},
        {"--listen", TEXT, &c->listen},
        {"--port", TEXT, &c->ports[PORT_CLIENT]},
        {"--websocket-port", TEXT, &c->ports[PORT_WEBSOCKET]},
        {"--component-port", TEXT, &c->ports[PORT_COMPONENT]},
        {"--component", TEXT, &c->component},
        {"--connections", COUNT, &c->connections},
        {"--tls-cert", TEXT, &c->certificate},
        {"--tls-key", TEXT, &c->key},
        {"--websocket-tls", FLAG, &c->websocket_tls},
        {"--login-seconds", SECONDS, &c->login_time},
        {"--idle-seconds", SECONDS, &c->idle_time},
        {"--resume-seconds", SECONDS, &c->resume_time},
        {"--add-user", TEXT, add_user},
        {"--strict-strangers", FLAG, &c->strict_strangers},
        {"--verbose", FLAG, &c->verbose},
    };
    int at = take_options(known, sizeof known / sizeof *known, argc, argv);
    if (at + 1 != argc || (c->certificate == NULL) != (c->key == NULL) ||
        (c->websocket_tls && c->certificate == NULL) ||
        (c->ports[PORT_COMPONENT] != NULL && c->component == NULL))
        fail_usage();
    c->directory = argv[at];
}

/* ---- what it does ------------------------------------------------------- */

static void add_user(const char *directory, const char *local)
{
    struct store *store = calloc(1, sizeof *store);
    char password[1024];
    const char *problem;
    if (!password_get(password, sizeof password))
        die("no password: set XMPP_PASSWORD, or use a terminal");
    if (store == NULL)
        die("no memory");
    store->directory = directory;
    problem =
        credentials_add(store, xc_str_from(local), xc_str_from(password));
    xc_wipe(password, sizeof password);
    free(store);
    if (problem != NULL)
        die(problem);
}

static void serve(const struct server_config *config)
{
    const char *problem;
    struct server *server;
    signals_init();
    server = server_new(config, &problem);
    if (server == NULL)
        die(problem);
    problem = server_start(server);
    if (problem != NULL)
        die(problem);
    if (config->verbose)
        fprintf(stderr, "server: %zu bytes for each of %u connections\n",
                sizeof(struct server_session) + sizeof(struct account),
                config->connections);
    printf("ready c2s=%u ws=%u component=%u\n",
           server_port_of(server, PORT_CLIENT),
           server_port_of(server, PORT_WEBSOCKET),
           server_port_of(server, PORT_COMPONENT));
    fflush(stdout);
    while (!signals_stop)
        if (!server_turn(server, 1000))
            die("poll failed");
    server_shut_down(server);
    server_free(server);
}

int main(int argc, char **argv)
{
    struct server_config config = {.listen = "127.0.0.1",
                                   .domain = "localhost",
                                   .ports = {"0"},
                                   .connections = 100,
                                   .login_time = 60000,
                                   .idle_time = 300000,
                                   .resume_time = 120000};
    const char *new_user = NULL;
    read_options(argc, argv, &config, &new_user);
    config.component_secret = getenv("XMPP_COMPONENT_SECRET");
    if (mkdir(config.directory, 0700) != 0 && errno != EEXIST)
        die("cannot make the directory");
    if (new_user != NULL)
        add_user(config.directory, new_user);
    else
        serve(&config);
    return 0;
}
