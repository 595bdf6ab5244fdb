/* client.c - a chat client for the command line, for people and for scripts.

   Shows how a client is driven with sockets of one's own: one loop, in which
   the connection and standard input are polled; login and TLS; a session that
   outlives its connection; a queue of stanzas that the server has not
   acknowledged. README.md names the files; read client.h first.

   Exit: 0 all is well; 1 refused (password, TLS, stream error); 2 wrong use;
   3 no connection, or lost for good. */
#define _POSIX_C_SOURCE 200809L
#include "client.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client_command.h"
#include "client_connection.h"
#include "client_kept.h"
#include "client_output.h"
#include "client_queue.h"
#include "client_request.h"
#include "client_stream.h"
#include "clock.h"
#include "keep.h"
#include "password.h"
#include "random.h"
#include "signals.h"

/* ---- options ------------------------------------------------------------ */

static const char usage[] =
    "usage: client [options] JID\n"
    "  --host HOST      where to connect (the domain of the JID; no SRV)\n"
    "  --port PORT      5222; 5223 with --direct-tls\n"
    "  --tls            STARTTLS, or nothing (the default where built in)\n"
    "  --direct-tls     TLS from the first byte\n"
    "  --no-tls         plain TCP, for loopback and tunnels\n"
    "  --ca FILE        trust these certificates instead of the system's\n"
    "  --no-channel-binding  where a proxy in front of the server ends TLS\n"
    "  --state FILE     keep a token in place of the password, and what the\n"
    "                   last login used: the next one takes nothing weaker\n"
    "  --send JID       send standard input as one message, and leave\n"
    "  --script         output for programs: fields separated by tabs\n"
    "  --keepalive S    ask after S seconds of silence, give up after S more\n"
    "  --retries N      attempts to come back, one after another (8)\n"
    "The password is in the environment, XMPP_PASSWORD, or asked for.\n"
    "Commands come on standard input: /help lists them.\n";

static void fail_usage(const char *what, const char *detail)
{
    client_complain(what, xc_str_from(detail));
    client_complain("--help says more", nothing);
    exit(EXIT_USAGE);
}

static unsigned to_number(const char *option, const char *text, unsigned least)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || n < least || n > 86400)
        fail_usage("not a number that is possible here", option);
    return (unsigned)n;
}

static bool set_flag(struct client_options *o, const char *arg)
{
    if (strcmp(arg, "--tls") == 0)
        o->tls = CLIENT_TLS_START;
    else if (strcmp(arg, "--direct-tls") == 0)
        o->tls = CLIENT_TLS_DIRECT;
    else if (strcmp(arg, "--no-tls") == 0)
        o->tls = CLIENT_TLS_NONE;
    else if (strcmp(arg, "--no-channel-binding") == 0)
        o->unbound = true;
    else if (strcmp(arg, "--script") == 0)
        o->script = true;
    else
        return false;
    return true;
}

static void set_option(struct client_options *o, const char *arg,
                       const char *value)
{
    const char **text = strcmp(arg, "--host") == 0    ? &o->host
                        : strcmp(arg, "--port") == 0  ? &o->port
                        : strcmp(arg, "--ca") == 0    ? &o->ca
                        : strcmp(arg, "--state") == 0 ? &o->state
                        : strcmp(arg, "--send") == 0  ? &o->send_to
                                                      : NULL;
    bool keepalive = strcmp(arg, "--keepalive") == 0;
    if (text == NULL && !keepalive && strcmp(arg, "--retries") != 0)
        fail_usage("no such option", arg);
    if (value == NULL)
        fail_usage("needs a value", arg);
    else if (text != NULL)
        *text = value;
    else if (keepalive)
        o->keepalive = to_number(arg, value, 1);
    else
        o->retries = to_number(arg, value, 0);
}

/* Returns the JID. */
static const char *parse_options(struct client_options *o, char **argv)
{
    const char *jid = NULL;
    for (; *argv != NULL; argv++) {
        if (strcmp(*argv, "--help") == 0) {
            fputs(usage, stdout);
            exit(EXIT_DONE);
        }
        if (**argv != '-') {
            if (jid != NULL)
                fail_usage("one JID is enough", *argv);
            jid = *argv;
        } else if (!set_flag(o, *argv)) {
            set_option(o, argv[0], argv[1]);
            argv++;
        }
    }
    if (jid == NULL)
        fail_usage("whose client? A JID is missing", NULL);
    return jid;
}

/* ---- beginning ---------------------------------------------------------- */

static void set_account(struct client *c, const char *jid)
{
    char mem[sizeof c->dns_name];
    xc_str dns_name;
    if (!client_address_set(&c->jid, xc_str_from(jid)) ||
        xc_jid_local(c->jid.jid).len == 0 ||
        xc_jid_domain_ascii(c->jid.jid, mem, sizeof mem, &dns_name) != XC_OK ||
        !keep_text(c->dns_name, sizeof c->dns_name, dns_name))
        fail_usage("not the JID of a user", jid);
    keep_text(c->domain, sizeof c->domain, xc_jid_domain(c->jid.jid));
    if (!random_text(c->id_prefix, sizeof c->id_prefix)) {
        client_complain("no random numbers", nothing);
        exit(EXIT_USAGE);
    }
}

/* With SASL2 the resource begins with the tag, and the server adds to it. */
static void set_login(struct client *c)
{
    xc_login_options *o = &c->login.options;
    client_kept_load(c);
    o->username = xc_jid_local(c->jid.jid);
    o->resource = xc_jid_resource(c->jid.jid);
    o->tag = o->resource.ptr != NULL ? o->resource : XC_STR("client");
    o->agent_software = XC_STR("xmpp_codec client");
    o->sm = o->wants_token = true;
    o->carbons = c->options->send_to == NULL;
    if (client_kept_has_token(c) && getenv("XMPP_PASSWORD") == NULL)
        return;
    if (!password_get(c->password, sizeof c->password))
        fail_usage("no password: set XMPP_PASSWORD, or use a terminal", NULL);
    o->password = xc_str_from(c->password);
}

static void set_tls(struct client *c, struct client_options *o)
{
    if (o->port == NULL)
        o->port = o->tls == CLIENT_TLS_DIRECT ? "5223" : "5222";
    if (o->tls == CLIENT_TLS_NONE)
        return;
    if (!tls_available)
        fail_usage("built without TLS: only --no-tls is possible", NULL);
    c->tls = tls_client_context(o->ca);
    if (c->tls == NULL)
        fail_usage("these certificates cannot be used", o->ca);
}

/* --send: all of standard input is the message. */
static void read_message(struct client *c)
{
    if (!client_address_set(&c->partner, xc_str_from(c->options->send_to)))
        fail_usage("not a JID", c->options->send_to);
    c->line_len = fread(c->line, 1, sizeof c->line, stdin);
    if (c->line_len > 0 && c->line[c->line_len - 1] == '\n')
        c->line_len--;
    if (c->line_len == 0 || !feof(stdin)) {
        client_complain(c->line_len == 0 ? "there is no message"
                                         : "the message is too long",
                        nothing);
        exit(EXIT_USAGE);
    }
    c->input_ended = true;
}

/* ---- standard input ----------------------------------------------------- */

enum {
    LINE_OVERHEAD = 8192, /* of a stanza that is written for a line */
    READ_LINES = 4096
};

/* Lines wait while the connection is away, while too much is not acknowledged
   and while an archive is fetched. */
static bool takes_commands(const struct client *c)
{
    const struct client_queue *q = &c->queue;
    return c->state == CLIENT_ONLINE && c->ready && !c->leaving &&
           c->lost == NULL && !c->history.active &&
           client_requests_open(c) < CLIENT_REQUESTS / 2 &&
           q->count + q->held < CLIENT_QUEUE_STANZAS / 2 &&
           (q->count == 0 ||
            client_queue_room(q) > c->line_len * 6 + LINE_OVERHEAD);
}

static bool has_line(const struct client *c)
{
    return memchr(c->line, '\n', c->line_len) != NULL;
}

static xc_str first_line(struct client *c)
{
    xc_str all = {c->line, c->line_len}, line = xc_str_cut(&all, '\n');
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    return line;
}

static void drop_line(struct client *c)
{
    const char *end = memchr(c->line, '\n', c->line_len);
    size_t taken = (size_t)(end - c->line) + 1;
    c->line_len -= taken;
    memmove(c->line, c->line + taken, c->line_len);
}

static void run_commands(struct client *c)
{
    while (has_line(c) && (c->line_too_long || takes_commands(c))) {
        if (!c->line_too_long)
            client_run_command(c, first_line(c));
        c->line_too_long = false;
        drop_line(c);
    }
    if (c->line_len == sizeof c->line && !has_line(c)) {
        if (!c->line_too_long)
            client_show_error(c, nothing, "not-acceptable",
                              XC_STR("too long a line"));
        c->line_too_long = true;
        c->line_len = 0;
    }
}

/* Only while no line waits, so there is room. */
static void read_lines(struct client *c)
{
    size_t room = sizeof c->line - c->line_len;
    ssize_t got = read(STDIN_FILENO, c->line + c->line_len,
                       room < READ_LINES ? room : READ_LINES);
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR))
        return;
    if (got > 0) {
        c->line_len += (size_t)got;
        return;
    }
    c->input_ended = true;
    if (c->line_len > 0)
        c->line[c->line_len++] = '\n'; /* run_commands leaves room */
}

/* ---- the loop ----------------------------------------------------------- */

/* With --send, once. */
static void send_the_message(struct client *c)
{
    xc_str body = {c->line, c->line_len};
    if (!takes_commands(c))
        return;
    client_send_message(c, &c->partner, XC_MESSAGE_CHAT, body);
    c->leaving = true;
}

/* The end of the input waits for replies, /quit does not; both wait until the
   server has acknowledged what was sent, but not for ever. */
static void leave_if_done(struct client *c)
{
    if (c->state != CLIENT_ONLINE || !c->ready || c->lost != NULL)
        return;
    if (c->input_ended && c->line_len == 0 && client_requests_open(c) == 0)
        c->leaving = true;
    if (c->leaving && (c->queue.count == 0 || client_ack_is_overdue(c)))
        client_close_stream(c);
}

/* The first time politely. */
static void on_interrupt(struct client *c)
{
    if (signals_stop == 0)
        return;
    signals_stop = 0;
    if (c->state == CLIENT_ONLINE)
        client_close_stream(c);
    else
        client_fail(c, EXIT_CONNECTION, "interrupted", nothing);
}

static int poll_timeout(const struct client *c)
{
    if (c->cut_short)
        return 0;
    if (c->state != CLIENT_OFFLINE || c->retry_at - c->now > 1000)
        return 1000;
    return c->retry_at > c->now ? (int)(c->retry_at - c->now) : 0;
}

static void wait_for_events(struct client *c)
{
    bool input = !c->input_ended && !has_line(c);
    struct pollfd fds[2] = {
        {c->connection.fd, connection_poll_events(&c->connection), 0},
        {input ? STDIN_FILENO : -1, POLLIN, 0}};
    if (c->peer_closed)
        fds[0].events = POLLOUT;
    if (poll(fds, 2, poll_timeout(c)) < 0)
        fds[0].revents = fds[1].revents = 0;
    c->now = clock_ms();
    if (fds[0].revents != 0 || c->cut_short)
        client_move(c);
    if (fds[1].revents != 0)
        read_lines(c);
}

static void run(struct client *c)
{
    c->now = clock_ms();
    client_connect(c);
    while (c->state != CLIENT_DONE) {
        if (c->lost == NULL)
            wait_for_events(c);
        if (c->options->send_to != NULL)
            send_the_message(c);
        else
            run_commands(c);
        leave_if_done(c);
        on_interrupt(c);
        client_tick(c);
    }
}

int main(int argc, char **argv)
{
    static struct client_options options = {.keepalive = 60, .retries = 8};
    static struct client client;
    struct client *c = &client;
    const char *jid;
    (void)argc;
    options.tls = tls_available ? CLIENT_TLS_START : CLIENT_TLS_NONE;
    signals_init();
    c->options = &options;
    connection_init(&c->connection, c->out, sizeof c->out, XC_NS_CLIENT);
    jid = parse_options(&options, argv + 1);
    set_account(c, jid);
    set_login(c);
    set_tls(c, &options);
    if (options.host == NULL)
        options.host = c->dns_name;
    if (options.send_to != NULL)
        read_message(c);
    run(c);
    tls_context_free(c->tls);
    xc_wipe(c->password, sizeof c->password);
    xc_wipe(&c->kept, sizeof c->kept);
    return c->exit_code;
}
