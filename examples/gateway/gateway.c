/* gateway.c - a gateway between XMPP and another network: a component
   (XEP-0114) of an XMPP server on one side, a small line protocol on the
   other, and in between presence, messages, rooms and registration.

       client -- c2s -- server -- XEP-0114 -- gateway -- lines -- nc, telnet

   README.md has the options and the line protocol. */
#include "gateway.h"

#include "clock.h"
#include "commands.h"
#include "flaw.h"
#include "iq.h"
#include "keep.h"
#include "presence.h"
#include "room.h"
#include "signals.h"
#include "terminal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- both sides --------------------------------------------------------- */

bool gateway_is_name_taken(struct gateway *g, const struct foreign_name *name,
                           const struct registry_user *except)
{
    xc_str local = xc_str_from(name->local);
    const struct registry_user *u = registry_find_name(&g->registry, local);
    return (u != NULL && u != except) ||
           foreign_find(&g->foreign, local) != NULL;
}

bool gateway_is_addressed(const struct component_stanza *s)
{
    return xc_jid_local(s->to).ptr == NULL;
}

/* ---- the XMPP side ------------------------------------------------------ */

static void on_accepted(void *owner)
{
    struct gateway *g = owner;
    gateway_send_presences(g);
    printf("ready foreign=%u\n", g->foreign.port);
    fflush(stdout);
}

static void on_lost(void *owner)
{
    chatroom_leave_all(owner, NULL);
}

/* The stanza is relayed all the same. */
static void print_flaw(const struct component_stanza *s, xc_status status,
                       const xc_field *field)
{
    char mem[FLAW_MAX];
    if (status == XC_OK)
        return;
    terminal_put_text(stderr, xc_attr(s->e, "from"), true);
    fprintf(stderr, ": %s\n", flaw_text(mem, status, field));
}

/* RFC 6121 section 4.7.1: an unknown type is an error. */
static xc_stanza_error_condition on_presence(struct gateway *g,
                                             const struct component_stanza *s)
{
    const xc_field *field;
    xc_presence p;
    xc_status status = xc_read(&xc_presence_schema, s->e, &p, &field);
    if (!xc_was_read(status) ||
        (p.type == XC_PRESENCE_AVAILABLE && xc_attr(s->e, "type").ptr != NULL))
        return xc_stanza_error_for_status(status);
    print_flaw(s, status, field);
    if (!chatroom_is(xc_jid_local(s->to)))
        return gateway_on_presence(g, s, p.type);
    chatroom_on_presence(g, s, p.type);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition on_message(struct gateway *g,
                                            const struct component_stanza *s)
{
    const xc_field *field;
    xc_message m;
    xc_status status = xc_read(&xc_message_schema, s->e, &m, &field);
    if (!xc_was_read(status))
        return xc_stanza_error_for_status(status);
    print_flaw(s, status, field);
    return chatroom_is(xc_jid_local(s->to)) ? chatroom_on_message(g, s, &m)
                                            : gateway_on_message(g, s, &m);
}

static void on_stanza(void *owner, const struct component_stanza *s)
{
    struct gateway *g = owner;
    xc_stanza_error_condition condition;
    if (xc_str_is(xc_attr(s->e, "type"), "error") &&
        chatroom_is(xc_jid_local(s->to))) {
        chatroom_on_error(g, s);
        return;
    }
    condition = xc_is(s->e, NULL, "presence")  ? on_presence(g, s)
                : xc_is(s->e, NULL, "message") ? on_message(g, s)
                                               : gateway_on_iq(g, s);
    if (condition != XC_STANZA_ERROR_NONE)
        component_reply_error(&g->component, s->e, condition);
}

static const struct component_handlers component_handlers = {
    on_accepted, on_lost, on_stanza};

/* ---- the other network -------------------------------------------------- */

static void on_line(void *owner, struct foreign *f, char *line, size_t len)
{
    gateway_on_line(owner, f, line, len);
}

static void on_gone(void *owner, struct foreign *f)
{
    struct gateway *g = owner;
    chatroom_leave_all(g, f);
    if (f->name.shown[0] != '\0' &&
        foreign_find(&g->foreign, xc_str_from(f->name.local)) == NULL)
        gateway_broadcast_presence(g, f->name.local, XC_PRESENCE_UNAVAILABLE);
}

static const struct foreign_handlers foreign_handlers = {on_line, on_gone};

/* ---- the loop ----------------------------------------------------------- */

enum {
    ROUND_TIME = 100
};

/* Foreign users are not read while the server does not take what they have
   sent already. */
static void run_round(struct gateway *g)
{
    struct pollfd polled[1 + FOREIGN_POLLED];
    component_poll(&g->component, &polled[0]);
    foreign_poll(&g->foreign, &polled[1], !component_is_jammed(&g->component));
    if (poll(polled, 1 + FOREIGN_POLLED, ROUND_TIME) < 0)
        return;
    component_move(&g->component, polled[0].revents);
    foreign_move(&g->foreign, &polled[1]);
}

/* Everybody gets a goodbye, and the time to read it. */
static void leave(struct gateway *g)
{
    int64_t end = clock_ms() + XMPP_CONNECTION_CLOSE_PATIENCE;
    chatroom_shut_down(g);
    gateway_end_presences(g);
    component_leave(&g->component);
    foreign_bye_all(&g->foreign, "the gateway goes");
    do
        run_round(g);
    while (g->component.state == COMPONENT_LEAVING && clock_ms() < end);
}

static int run(struct gateway *g)
{
    component_connect(&g->component);
    while (g->component.exit_code == EXIT_NOT_YET) {
        run_round(g);
        if (signals_stop)
            g->component.exit_code = EXIT_DONE;
    }
    leave(g);
    return g->component.exit_code;
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

int main(int argc, char **argv)
{
    static struct gateway gateway; /* some megabytes: not for a stack */
    struct gateway *g = &gateway;
    struct component *c = &g->component;
    struct options o = {.host = NULL};
    if (argc < 2 || !read_options(&o, argv + 1))
        return usage("which server, which component, which port?");
    if (!keep_domain(c->domain, sizeof c->domain, xc_str_from(o.component)))
        return usage("the component is no domain");
    c->secret = getenv("XMPP_COMPONENT_SECRET");
    if (c->secret == NULL)
        return usage("there is no secret");
    signals_init();
    c->host = o.host;
    c->port = o.port;
    component_init(c, &component_handlers, g);
    foreign_init(&g->foreign, &foreign_handlers, g);
    g->registry.path = o.store;
    if (!registry_load(&g->registry))
        return usage("the store cannot be read");
    if (!foreign_listen(&g->foreign, o.foreign_port)) {
        fprintf(stderr, "gateway: cannot listen at %s\n", o.foreign_port);
        return EXIT_CONNECTION;
    }
    return run(g);
}
