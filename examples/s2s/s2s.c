/* s2s.c - a server of one domain that speaks with other servers: streams both
   ways, Server Dialback (XEP-0220) in all three roles, one stream for both
   directions (XEP-0288) with --bidi. It has no users: messages to its domain
   are printed, and sent back with --echo; it replies to pings. README.md has
   the options. */
#define _POSIX_C_SOURCE 200809L
#include "s2s.h"

#include "clock.h"
#include "keep.h"
#include "outbox.h"
#include "peers.h"
#include "random.h"
#include "signals.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* ---- the loop ----------------------------------------------------------- */

enum {
    POLL_STDIN,
    POLL_LISTEN,
    POLL_PEERS,
    ROUND_TIME = 200
};

static void run_round(struct s2s *s)
{
    struct pollfd polled[POLL_PEERS + S2S_PEERS_MAX];
    connection_poll(&polled[POLL_STDIN], s2s_outbox_is_reading(s),
                    STDIN_FILENO, POLLIN);
    connection_poll(&polled[POLL_LISTEN], true, s->listening, POLLIN);
    s2s_peers_poll(s, &polled[POLL_PEERS]);
    if (poll(polled, POLL_PEERS + S2S_PEERS_MAX, ROUND_TIME) < 0)
        return;
    s2s_peers_move(s, &polled[POLL_PEERS]);
    if (polled[POLL_LISTEN].revents != 0)
        s2s_accept(s);
    if (polled[POLL_STDIN].revents != 0)
        s2s_outbox_read(s);
    s2s_outbox_check(s);
}

static bool is_busy(const struct s2s *s)
{
    for (size_t i = 0; i < S2S_PEERS_MAX; i++)
        if (s2s_peer_is_used(&s->peers[i]))
            return true;
    return false;
}

/* Closes all streams, and waits until the peers close theirs: by then they
   have read everything that was sent before. RFC 6120 section 4.4. */
static void leave(struct s2s *s)
{
    int64_t end = clock_ms() + 2 * XMPP_CONNECTION_CLOSE_PATIENCE;
    close(s->listening);
    s->listening = -1;
    for (struct s2s_peer *p = s->peers; p < s->peers + S2S_PEERS_MAX; p++)
        if (s2s_peer_is_open(p))
            xmpp_connection_close(&p->stream);
    while (is_busy(s) && clock_ms() < end)
        run_round(s);
    if (s->exit_code == EXIT_DONE && s->carrier != NULL && !s->reply_wanted &&
        !s->carrier->stream.heard_close) {
        fprintf(stderr, "s2s: nobody said that the message has come\n");
        s->exit_code = EXIT_CONNECTION;
    }
}

static int run(struct s2s *s)
{
    while (s->exit_code == EXIT_NOT_YET) {
        run_round(s);
        if (signals_stop)
            s->exit_code = EXIT_DONE;
    }
    leave(s);
    return s->exit_code;
}

/* ---- start -------------------------------------------------------------- */

static int usage(const char *problem)
{
    fprintf(stderr,
            "s2s: %s\n"
            "usage: s2s --domain D --listen PORT --route DOMAIN=HOST:PORT\n"
            "           ... [--echo] [--bidi] [--to JID [--wait]]\n",
            problem);
    return EXIT_USAGE;
}

/* DOMAIN=HOST:PORT, cut into its parts in `text` itself. */
static bool read_route(struct s2s *s, char *text)
{
    char *host = strchr(text, '='), *port = strrchr(text, ':');
    struct s2s_route *r = &s->routes[s->route_count];
    if (host == NULL || port == NULL || port < host ||
        s->route_count == S2S_ROUTES_MAX)
        return false;
    *host++ = *port++ = '\0';
    r->host = host;
    r->port = port;
    s->route_count++;
    return keep_domain(r->domain, sizeof r->domain, xc_str_from(text));
}

static bool read_to(struct s2s *s, const char *text)
{
    char mem[XC_JID_MAX];
    xc_jid jid;
    return xc_jid_parse(xc_str_from(text), mem, sizeof mem, &jid) == XC_OK &&
           keep_text(s->to, sizeof s->to, xc_jid_full(jid));
}

/* An option, and its value if it has one. Returns how many words that was; 0:
   no such option, or a wrong value. */
static int read_option(struct s2s *s, char **argv, const char **port)
{
    const char *name = argv[0];
    bool *flag = strcmp(name, "--echo") == 0   ? &s->echo
                 : strcmp(name, "--bidi") == 0 ? &s->bidi
                 : strcmp(name, "--wait") == 0 ? &s->reply_wanted
                                               : NULL;
    if (flag != NULL) {
        *flag = true;
        return 1;
    }
    if (argv[1] == NULL)
        return 0;
    if (strcmp(name, "--listen") == 0)
        *port = argv[1];
    else if (!(strcmp(name, "--domain") == 0
                   ? keep_domain(s->domain, sizeof s->domain,
                                 xc_str_from(argv[1]))
               : strcmp(name, "--route") == 0 ? read_route(s, argv[1])
               : strcmp(name, "--to") == 0    ? read_to(s, argv[1])
                                              : false))
        return 0;
    return 2;
}

int main(int argc, char **argv)
{
    static struct s2s s2s; /* some megabytes: not for a stack */
    struct s2s *s = &s2s;
    const char *port = NULL;
    int words = 1;
    for (int i = 1; i < argc && words > 0; i += words)
        words = read_option(s, argv + i, &port);
    if (words == 0)
        return usage("there is no such option, or it cannot have this value");
    if (s->domain[0] == '\0' || port == NULL)
        return usage("which domain, and which port?");
    if (!random_text(s->secret, sizeof s->secret))
        return usage("there is no randomness");
    signals_init();
    s->exit_code = EXIT_NOT_YET;
    s2s_peers_init(s);
    s->listening = connection_listen("127.0.0.1", port);
    if (s->listening < 0) {
        fprintf(stderr, "s2s: cannot listen at %s\n", port);
        return EXIT_CONNECTION;
    }
    printf("ready s2s=%u\n", connection_port(s->listening));
    fflush(stdout);
    return run(s);
}
