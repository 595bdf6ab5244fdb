/* demo.c - a whole XMPP session in one process.

   Two tiny clients and a tiny server talk over socket pairs, 7 bytes at a
   time: log in, roster, presence, a message there and one back, an error,
   goodbye; and a third client is turned away. What goes over the wire is
   printed with a remark on each step. Exit status 0 says that every step
   happened as the protocol wants it.

       cc -I. examples/demo.c -o demo && ./demo

   Read next: demo_link.h (sockets and codec: copy it), demo_client.h,
   demo_server.h. Static memory only; POSIX sockets and poll.
*/
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "demo_client.h"
#include "demo_link.h"
#include "demo_server.h"

static const struct login romeo_login = {"romeo", "with love's light wings",
                                         "orchard", false};
static const struct login juliet_login = {"juliet", "a rose by any other name",
                                          "balcony", false};
static const struct login tybalt_login = {"romeo", "what, drawn, and talk of",
                                          "street", true};

static struct client romeo, juliet, tybalt;

static struct link *const links[] = {
    &romeo.link,       &juliet.link,      &tybalt.link,
    &sessions[0].link, &sessions[1].link, &sessions[2].link,
};
#define LINKS (sizeof links / sizeof *links)

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
static void connect_client(struct client *c, const struct login *login,
                           const char *name, struct session *s, bool brief)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0 ||
        fcntl(ends[0], F_SETFL, O_NONBLOCK) != 0 ||
        fcntl(ends[1], F_SETFL, O_NONBLOCK) != 0)
        die("cannot make a socket pair");
    session_start(s, name, ends[1]);
    s->link.brief = brief;
    client_start(c, login, name, ends[0], brief);
}

static void serve_ready(const struct pollfd *ready)
{
    for (size_t i = 0; i < LINKS; i++) {
        if (ready[i].revents & POLLOUT)
            link_write(links[i]);
        if (ready[i].revents & (POLLIN | POLLHUP | POLLERR))
            link_read(links[i]);
    }
}

/* Serves everybody until nobody has anything left to say. That is for sure in
   a process that talks to itself; among others one waits, with timeout -1. */
static void run(void)
{
    struct pollfd fds[LINKS];
    for (;;) {
        int ready;
        for (size_t i = 0; i < LINKS; i++) {
            fds[i].fd = links[i]->fd; /* poll ignores -1 */
            fds[i].events = links[i]->out_len > 0 ? POLLIN | POLLOUT : POLLIN;
            fds[i].revents = 0;
        }
        ready = poll(fds, LINKS, 0);
        if (ready == 0)
            return;
        if (ready > 0)
            serve_ready(fds);
        else if (errno != EINTR)
            die("poll failed");
    }
}

static void log_in(void)
{
    act("Romeo logs in");
    connect_client(&romeo, &romeo_login, "romeo", &sessions[0], false);
    run();
    check(romeo.link.state == CLIENT_ONLINE, "Romeo is not online");

    act("Juliet logs in the same way");
    connect_client(&juliet, &juliet_login, "juliet", &sessions[1], true);
    run();
    juliet.link.brief = sessions[1].link.brief = false;
    check(juliet.link.state == CLIENT_ONLINE, "Juliet is not online");
    check(xc_jid_equal(romeo.contact.jid, juliet.own.jid) &&
              xc_jid_equal(juliet.contact.jid, romeo.own.jid),
          "they do not see each other");
}

static void talk(void)
{
    act("Romeo writes to Juliet");
    client_write_to_contact(&romeo);
    run();
    check(romeo.link.state == CLIENT_ONLINE && romeo.messages == 1 &&
              juliet.messages == 1,
          "a message got lost");

    act("Romeo asks somebody who is not there");
    client_ask_stranger(&romeo);
    run();
    check(romeo.link.state == CLIENT_ONLINE, "no answer");
}

static bool is_over(const struct client *c, const struct session *s)
{
    return c->link.state == CLIENT_CLOSED && c->link.fd < 0 &&
           s->link.state == SESSION_CLOSED && s->link.fd < 0;
}

static void say_goodbye(void)
{
    act("They part");
    client_leave(&romeo);
    run();
    check(is_over(&romeo, &sessions[0]), "Romeo's streams are not closed");
    check(juliet.contact.jid.ptr == NULL, "Juliet still waits for him");
    client_leave(&juliet);
    run();
    check(is_over(&juliet, &sessions[1]), "Juliet's streams are not closed");
}

static void turn_away(void)
{
    act("Tybalt pretends to be Romeo, and forgets his manners");
    connect_client(&tybalt, &tybalt_login, "tybalt", &sessions[2], false);
    run();
    check(tybalt.link.state == CLIENT_CLOSED && tybalt.link.fd < 0 &&
              sessions[2].link.fd < 0,
          "Tybalt is still there");
}

int main(void)
{
    signal(SIGPIPE, SIG_IGN); /* a peer that is gone is an error of write */
    for (size_t i = 0; i < LINKS; i++)
        links[i]->fd = -1;
    printf("XMPP, read %d bytes at a time. C: a client sends, S: the server "
           "sends.\n",
           BYTES_PER_READ);
    log_in();
    talk();
    say_goodbye();
    turn_away();
    printf("\nEvery step happened as expected.\n");
    return 0;
}
