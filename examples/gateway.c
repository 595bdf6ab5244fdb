/* gateway.c - a gateway between XMPP and another network: a component
   (XEP-0114) of an XMPP server on one side, a small line protocol on the
   other, and in between presence, messages, rooms and registration.

       client -- c2s -- server -- XEP-0114 -- gateway -- lines -- nc, telnet

   Run it beside a server that has a component gate.alpha.test with a secret:

       export XMPP_COMPONENT_SECRET=...
       build/gateway --host 127.0.0.1 --port 5347 \
           --component gate.alpha.test --foreign-port 7000 [--store FILE]

   It prints "ready foreign=7000" when the server accepts it; port 0 is any.
   Exit: 0 after SIGTERM, 1 refused by the server, 2 wrong use, 3 no
   connection.

   The line protocol, on loopback. A line is UTF-8, ends in LF and has at most
   2,048 bytes; TAB is between fields; \t, \n, \r, \\ stand for characters.
       NICK name        who I am, before all else
       TELL name text   to a foreign user, or an XMPP user who has registered
       JOIN room        LEAVE room, SAY room text: in a room
       PING, QUIT       still there? goodbye
   Each is answered with OK, or ERROR condition (RFC 6120 section 8.3.3); QUIT
   with BYE. Without being asked the gateway says FROM name text; JOINED, LEFT
   room name; SAID room name text; FAILED name condition, for what was told to
   name; PING, to which any line is an answer; BYE reason.

   On the XMPP side the foreign user "O'Hara" is o\27hara@gate.alpha.test, and
   the room "tea" is #tea@gate.alpha.test, entered as any room is. Messages to
   foreign users need registration: it tells them who you are. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "flaw.h"
#include "gateway_commands.h"

static struct gateway gateway;

/* ---- what happens on the XMPP side -------------------------------------- */

static void gateway_on_accepted(struct gateway *g)
{
    presence_tell_all(g);
    printf("ready foreign=%u\n", g->foreign_port);
    fflush(stdout);
}

/* Who was in a room over there is not any more. */
static void gateway_on_lost(struct gateway *g)
{
    room_leave_all(g, NULL);
}

/* It goes over all the same. */
static void tell_flaw(const struct stanza *s, xc_status status,
                      const xc_field *field)
{
    char mem[FLAW_MAX];
    if (status == XC_OK)
        return;
    put_text(stderr, xc_attr(s->e, "from"), true);
    fprintf(stderr, ": %s\n", flaw_text(mem, status, field));
}

static xc_stanza_error_condition on_presence(struct gateway *g,
                                             const struct stanza *s)
{
    const xc_field *field;
    xc_presence p;
    xc_status status = xc_read(&xc_presence_schema, s->e, &p, &field);
    if (!xc_was_read(status) ||
        (p.type == XC_PRESENCE_AVAILABLE && xc_attr(s->e, "type").ptr != NULL))
        return xc_stanza_error_for_status(status); /* RFC 6121 section 4.7.1 */
    tell_flaw(s, status, field);
    if (!is_room(xc_jid_local(s->to)))
        return presence_on(g, s, p.type);
    room_on_presence(g, s, p.type);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition on_message(struct gateway *g,
                                            const struct stanza *s)
{
    const xc_field *field;
    xc_message m;
    xc_status status = xc_read(&xc_message_schema, s->e, &m, &field);
    if (!xc_was_read(status))
        return xc_stanza_error_for_status(status);
    tell_flaw(s, status, field);
    return is_room(xc_jid_local(s->to)) ? room_on_message(g, s, &m)
                                        : message_on(g, s, &m);
}

static void gateway_on_stanza(struct gateway *g, const struct stanza *s)
{
    xc_stanza_error_condition condition =
        xc_is(s->e, NULL, "presence")  ? on_presence(g, s)
        : xc_is(s->e, NULL, "message") ? on_message(g, s)
                                       : iq_on(g, s);
    if (condition != XC_STANZA_ERROR_NONE)
        component_answer_error(g, s->e, condition, NULL);
}

/* ---- what happens on the foreign side ----------------------------------- */

/* The name may have been taken by another connection since. */
static void gateway_foreign_gone(struct gateway *g, struct foreign *f)
{
    room_leave_all(g, f);
    if (f->name.shown[0] != '\0' &&
        foreign_find(g, xc_str_from(f->name.local)) == NULL)
        presence_broadcast(g, f->name.local, XC_PRESENCE_UNAVAILABLE);
}

/* ---- the loop ----------------------------------------------------------- */

enum {
    POLL_STREAM,
    POLL_LISTEN,
    POLL_FOREIGN,
    ROUND_TIME = 100
};

/* Foreign users are not read while the server does not take what they have
   said already. */
static void prepare_poll(const struct gateway *g, struct pollfd *polled)
{
    bool jammed = link_waiting(&g->stream.link) > COMPONENT_OUT / 2;
    poll_for(&polled[POLL_STREAM], g->state != COMPONENT_AWAY,
             g->stream.link.fd, stream_link_events(&g->stream));
    poll_for(&polled[POLL_LISTEN], clock_ms() >= g->accept_at, g->listening,
             POLLIN);
    for (size_t i = 0; i < FOREIGN_MAX; i++)
        poll_for(
            &polled[POLL_FOREIGN + i], true, g->foreign[i].link.fd,
            (short)(foreign_events(&g->foreign[i]) & (jammed ? ~POLLIN : ~0)));
}

/* One more round of news for everybody. */
static void gateway_round(struct gateway *g)
{
    struct pollfd polled[POLL_FOREIGN + FOREIGN_MAX];
    prepare_poll(g, polled);
    if (poll(polled, POLL_FOREIGN + FOREIGN_MAX, ROUND_TIME) < 0)
        return;
    component_move(g, polled[POLL_STREAM].revents);
    for (size_t i = 0; i < FOREIGN_MAX; i++)
        if (g->foreign[i].link.fd >= 0)
            foreign_move(g, &g->foreign[i], polled[POLL_FOREIGN + i].revents);
    if (polled[POLL_LISTEN].revents != 0)
        foreign_accept(g);
}

/* Everybody is told, and has a moment to hear it. */
static void gateway_leave(struct gateway *g)
{
    int64_t end = clock_ms() + CLOSE_PATIENCE;
    room_tell_shutdown(g);
    presence_leave_all(g);
    component_leave(g);
    g->retry_at = INT64_MAX;
    for (size_t i = 0; i < FOREIGN_MAX; i++)
        if (g->foreign[i].link.fd >= 0)
            foreign_bye(&g->foreign[i], "the gateway goes");
    do
        gateway_round(g);
    while (g->state == COMPONENT_LEAVING && clock_ms() < end);
}

static int gateway_run(struct gateway *g)
{
    component_connect(g);
    while (g->exit_code == STAY) {
        gateway_round(g);
        if (stop_wanted)
            g->exit_code = EXIT_DONE;
    }
    gateway_leave(g);
    return g->exit_code;
}

/* ---- start -------------------------------------------------------------- */

static int usage(const char *problem)
{
    fprintf(stderr,
            "gateway: %s\n"
            "usage: gateway --host H --port P --component NAME "
            "--foreign-port P [--store FILE]\n"
            "with the secret in $XMPP_COMPONENT_SECRET\n",
            problem);
    return EXIT_USAGE;
}

struct options {
    const char *host, *port, *component, *foreign_port, *store;
};

static bool read_options(struct options *o, char **argv)
{
    const struct {
        const char *name, **value;
    } known[] = {{"--host", &o->host},
                 {"--port", &o->port},
                 {"--component", &o->component},
                 {"--foreign-port", &o->foreign_port},
                 {"--store", &o->store}};
    for (; argv[0] != NULL; argv += 2) {
        size_t i = 0, count = sizeof known / sizeof *known;
        while (i < count && strcmp(argv[0], known[i].name) != 0)
            i++;
        if (i == count || argv[1] == NULL)
            return false;
        *known[i].value = argv[1];
    }
    return o->host != NULL && o->port != NULL && o->foreign_port != NULL;
}

static void gateway_init(struct gateway *g, const struct options *o)
{
    g->host = o->host;
    g->port = o->port;
    g->store.path = o->store;
    g->retry_after = RETRY_LEAST;
    g->exit_code = STAY;
    srand((unsigned)clock_ms());
    for (struct foreign *f = g->foreign; f < g->foreign + FOREIGN_MAX; f++)
        link_init(&f->link, f->out, sizeof f->out, NULL);
}

int main(int argc, char **argv)
{
    struct gateway *g = &gateway;
    struct options o = {.host = NULL};
    g->secret = getenv("XMPP_COMPONENT_SECRET");
    if (argc < 2 || !read_options(&o, argv + 1))
        return usage("which server, which component, which port?");
    if (!read_domain(xc_str_from(o.component), g->domain, sizeof g->domain))
        return usage("the component is no domain");
    if (g->secret == NULL)
        return usage("there is no secret");
    stop_on_signals();
    gateway_init(g, &o);
    if (!store_load(&g->store))
        return usage("the store cannot be read");
    g->listening = socket_listen("127.0.0.1", o.foreign_port);
    if (g->listening < 0) {
        fprintf(stderr, "gateway: cannot listen at %s\n", o.foreign_port);
        return EXIT_CONNECTION;
    }
    g->foreign_port = socket_port(g->listening);
    return gateway_run(g);
}
