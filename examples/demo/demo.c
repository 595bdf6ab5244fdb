/* demo.c - a whole XMPP session in one process.

   Two tiny clients and a tiny server talk over socket pairs, 7 bytes at a
   time: log in, roster, presence, a message there and one back, an error,
   goodbye; and a third client is turned away. What goes over the wire is
   printed with a remark on each step. Exit status 0 says that every step
   happened as the protocol wants it.

   Read next: demo_end.h (sockets and codec), demo_client.h, demo_server.h. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "demo_client.h"
#include "demo_server.h"
#include "signals.h"

static const struct demo_login romeo_login = {
    "romeo", "with love's light wings", "orchard", false};
static const struct demo_login juliet_login = {
    "juliet", "a rose by any other name", "balcony", false};
static const struct demo_login tybalt_login = {
    "romeo", "what, drawn, and talk of", "street", true};

/* The cast; session i of the server is that of client i. */
enum {
    ROMEO,
    JULIET,
    TYBALT,
    CAST
};

struct demo {
    struct demo_client clients[CAST];
    struct demo_server server;
};

static void die(const char *what)
{
    fflush(stdout);
    fprintf(stderr, "demo: %s\n", what);
    exit(1);
}

static void act(const char *title)
{
    printf("\n-- %s ", title);
    for (size_t i = strlen(title) + 4; i < 79; i++)
        putchar('-');
    printf("\n");
}

static void check(bool happened, const char *what)
{
    if (!happened)
        die(what);
}

/* A socket pair in place of a TCP connection. */
static void connect_client(struct demo *d, int who,
                           const struct demo_login *login, const char *name,
                           bool brief)
{
    struct demo_session *s = &d->server.sessions[who];
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 ||
        fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
        die("cannot make a socket pair");
    demo_session_start(&d->server, s, name, ends[1]);
    s->end.brief = brief;
    demo_client_start(&d->clients[who], login, name, ends[0], brief);
}

static struct demo_end *end_of(struct demo *d, size_t i)
{
    return i < CAST ? &d->clients[i].end : &d->server.sessions[i - CAST].end;
}

/* Serves everybody until nobody has anything left to say. That is certain in a
   process that talks to itself; among others one waits, with timeout -1. */
static void run(struct demo *d)
{
    struct pollfd fds[2 * CAST];
    for (;;) {
        int ready;
        for (size_t i = 0; i < 2 * CAST; i++)
            demo_poll(end_of(d, i), &fds[i]);
        ready = poll(fds, 2 * CAST, 0);
        if (ready == 0)
            return;
        if (ready < 0 && errno != EINTR)
            die("poll failed");
        for (size_t i = 0; ready > 0 && i < 2 * CAST; i++)
            demo_move(end_of(d, i), fds[i].revents);
    }
}

static bool is_online(const struct demo_client *c)
{
    return c->end.state == DEMO_CLIENT_ONLINE;
}

static void log_in(struct demo *d)
{
    struct demo_client *romeo = &d->clients[ROMEO];
    struct demo_client *juliet = &d->clients[JULIET];
    act("Romeo logs in");
    connect_client(d, ROMEO, &romeo_login, "romeo", false);
    run(d);
    check(is_online(romeo), "Romeo is not online");

    act("Juliet logs in the same way");
    connect_client(d, JULIET, &juliet_login, "juliet", true);
    run(d);
    juliet->end.brief = d->server.sessions[JULIET].end.brief = false;
    check(is_online(juliet), "Juliet is not online");
    check(xc_jid_equal(romeo->contact.jid, juliet->own.jid) &&
              xc_jid_equal(juliet->contact.jid, romeo->own.jid),
          "they do not see each other");
}

static void talk(struct demo *d)
{
    struct demo_client *romeo = &d->clients[ROMEO];
    act("Romeo writes to Juliet");
    demo_client_write_to_contact(romeo);
    run(d);
    check(is_online(romeo) && romeo->messages == 1 &&
              d->clients[JULIET].messages == 1,
          "a message got lost");

    act("Romeo asks somebody who is not there");
    demo_client_ask_stranger(romeo);
    run(d);
    check(is_online(romeo), "no reply");
}

static bool is_over(const struct demo *d, int who)
{
    return demo_end_is_over(&d->clients[who].end) &&
           demo_end_is_over(&d->server.sessions[who].end);
}

static void say_goodbye(struct demo *d)
{
    struct demo_client *juliet = &d->clients[JULIET];
    act("They part");
    demo_client_leave(&d->clients[ROMEO]);
    run(d);
    check(is_over(d, ROMEO), "Romeo's streams are not closed");
    check(juliet->contact.jid.ptr == NULL, "Juliet still waits for him");
    demo_client_leave(juliet);
    run(d);
    check(is_over(d, JULIET), "Juliet's streams are not closed");
}

/* The server refuses his stream: its session never sees a close tag. */
static void turn_away(struct demo *d)
{
    act("Tybalt pretends to be Romeo, and forgets his manners");
    connect_client(d, TYBALT, &tybalt_login, "tybalt", false);
    run(d);
    check(demo_end_is_over(&d->clients[TYBALT].end) &&
              d->server.sessions[TYBALT].end.connection.fd < 0,
          "Tybalt is still there");
}

int main(void)
{
    static struct demo demo;
    signals_init();
    for (size_t i = 0; i < 2 * CAST; i++)
        end_of(&demo, i)->connection.fd = -1;
    printf("XMPP, read %d bytes at a time. C: a client sends, S: the server "
           "sends.\n",
           DEMO_BYTES_PER_READ);
    log_in(&demo);
    talk(&demo);
    say_goodbye(&demo);
    turn_away(&demo);
    printf("\nEvery step happened as expected.\n");
    return 0;
}
