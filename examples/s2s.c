/* s2s.c - a server of one domain that speaks with other servers: streams both
   ways, Server Dialback (XEP-0220) in all three roles, one stream for both
   directions (XEP-0288) with --bidi. It has no users: messages to its domain
   are printed, and sent back with --echo; pings are answered.

       build/s2s --domain gamma.test --listen 5270 \
           --route alpha.test=127.0.0.1:5269 [--echo] [--bidi]

   It prints "ready s2s=5270" (port 0 is any) and then for each message
   message TAB from TAB to TAB body, with \t, \n, \r, \\ in the body. A domain
   without a route does not exist: there is no DNS here. There is no TLS, so it
   listens on loopback.

       echo 'Hello!' | build/s2s --domain gamma.test --listen 5270 \
           --route alpha.test=127.0.0.1:5269 --to romeo@alpha.test [--wait]

   sends what it reads, from s2s@gamma.test, and ends; with --wait when an
   answer has come. Exit: 0 done, or SIGTERM; 1 refused; 2 wrong use; 3 no
   connection, or no answer in time. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "s2s_stanzas.h"

static struct s2s s2s;

/* ---- --to --------------------------------------------------------------- */

enum {
    TO_TIME = 60000 /* milliseconds to send it, and for the answer */
};

/* The whole body is there: without the last line end. */
static void to_send(struct s2s *s)
{
    if (s->body_len > 0 && s->body[s->body_len - 1] == '\n')
        s->body_len--;
    s->deadline = clock_ms() + TO_TIME;
    if (xc_utf8_check((xc_str){s->body, s->body_len}) == s->body_len) {
        message_send(s);
    } else {
        fprintf(stderr, "s2s: the message is no text in UTF-8\n");
        s->exit_code = EXIT_USAGE;
    }
}

/* Standard input is the body. */
static void to_read(struct s2s *s)
{
    ssize_t got = read(STDIN_FILENO, s->body + s->body_len,
                       sizeof s->body - s->body_len);
    if (got <= 0) {
        to_send(s);
        return;
    }
    s->body_len += (size_t)got;
    if (s->body_len == sizeof s->body) {
        fprintf(stderr, "s2s: a message has less than %zu bytes\n",
                sizeof s->body);
        s->exit_code = EXIT_USAGE;
    }
}

/* Is everything on its way? Then the peer's close tag tells that it has come
   (see s2s_leave). */
static bool to_is_sent(struct s2s *s)
{
    const struct peer *p = s->carrier;
    return p->proof == PROOF_VALID && p->waiting == 0 &&
           link_waiting(&p->stream.link) == 0;
}

static void to_check(struct s2s *s)
{
    if (s->carrier == NULL || s->exit_code != STAY)
        return;
    if (!s->reply_wanted && to_is_sent(s))
        s->exit_code = EXIT_DONE;
    else if (clock_ms() >= s->deadline)
        s->exit_code = EXIT_CONNECTION;
}

/* ---- the loop ----------------------------------------------------------- */

enum {
    POLL_STDIN,
    POLL_LISTEN,
    POLL_PEERS,
    ROUND_TIME = 200
};

static void s2s_round(struct s2s *s)
{
    struct pollfd polled[POLL_PEERS + PEERS_MAX];
    bool reading =
        s->to[0] != '\0' && s->carrier == NULL && s->exit_code == STAY;
    poll_for(&polled[POLL_STDIN], reading, STDIN_FILENO, POLLIN);
    poll_for(&polled[POLL_LISTEN], true, s->listening, POLLIN);
    for (size_t i = 0; i < PEERS_MAX; i++)
        poll_for(&polled[POLL_PEERS + i], true, s->peers[i].stream.link.fd,
                 stream_link_events(&s->peers[i].stream));
    if (poll(polled, POLL_PEERS + PEERS_MAX, ROUND_TIME) < 0)
        return;
    for (size_t i = 0; i < PEERS_MAX; i++)
        if (peer_is_used(&s->peers[i]))
            peer_move(&s->peers[i], polled[POLL_PEERS + i].revents);
    if (polled[POLL_LISTEN].revents != 0)
        peer_accept(s);
    if (polled[POLL_STDIN].revents != 0)
        to_read(s);
    to_check(s);
}

static bool s2s_is_busy(const struct s2s *s)
{
    for (size_t i = 0; i < PEERS_MAX; i++)
        if (peer_is_used(&s->peers[i]))
            return true;
    return false;
}

/* Closes all streams, and waits for the peers to do so: then they have read
   what was before. RFC 6120 section 4.4. */
static void s2s_leave(struct s2s *s)
{
    int64_t end = clock_ms() + 2 * CLOSE_PATIENCE;
    close(s->listening);
    s->listening = -1;
    for (struct peer *p = s->peers; p < s->peers + PEERS_MAX; p++)
        if (peer_is_open(p))
            stream_link_close(&p->stream);
    while (s2s_is_busy(s) && clock_ms() < end)
        s2s_round(s);
    if (s->exit_code == EXIT_DONE && s->carrier != NULL && !s->reply_wanted &&
        !s->carrier->stream.heard_close) {
        fprintf(stderr, "s2s: nobody said that the message has come\n");
        s->exit_code = EXIT_CONNECTION;
    }
}

static int s2s_run(struct s2s *s)
{
    while (s->exit_code == STAY) {
        s2s_round(s);
        if (stop_wanted)
            s->exit_code = EXIT_DONE;
    }
    s2s_leave(s);
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

/* DOMAIN=HOST:PORT, cut into pieces where it is. */
static bool read_route(struct s2s *s, char *text)
{
    char *host = strchr(text, '='), *port = strrchr(text, ':');
    struct route *r = &s->routes[s->route_count];
    if (host == NULL || port == NULL || port < host ||
        s->route_count == ROUTES_MAX)
        return false;
    *host++ = *port++ = '\0';
    r->host = host;
    r->port = port;
    s->route_count++;
    return read_domain(xc_str_from(text), r->domain, sizeof r->domain);
}

static bool read_to(struct s2s *s, const char *text)
{
    char mem[XC_JID_MAX];
    xc_jid jid;
    return xc_jid_parse(xc_str_from(text), mem, sizeof mem, &jid) == XC_OK &&
           keep(s->to, sizeof s->to, xc_jid_full(jid));
}

/* An option with its value, if it has one. Returns how many words it was, 0 if
   it is none. */
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
                   ? read_domain(xc_str_from(argv[1]), s->domain,
                                 sizeof s->domain)
               : strcmp(name, "--route") == 0 ? read_route(s, argv[1])
               : strcmp(name, "--to") == 0    ? read_to(s, argv[1])
                                              : false))
        return 0;
    return 2;
}

int main(int argc, char **argv)
{
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
    stop_on_signals();
    s->exit_code = STAY;
    for (size_t i = 0; i < PEERS_MAX; i++)
        s->peers[i].stream.link.fd = -1;
    s->listening = socket_listen("127.0.0.1", port);
    if (s->listening < 0) {
        fprintf(stderr, "s2s: cannot listen at %s\n", port);
        return EXIT_CONNECTION;
    }
    printf("ready s2s=%u\n", socket_port(s->listening));
    fflush(stdout);
    return s2s_run(s);
}
