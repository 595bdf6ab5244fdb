/*
 * usage: strophe-bot HOST PORT JID          (password in $XMPP_PASSWORD)
 *
 * A client made with libstrophe that takes commands and prints events like
 * examples/client with --script: /msg, /add, /accept, /status, /ping, /quit.
 */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strophe.h>
#include <unistd.h>

typedef struct {
    xmpp_ctx_t *ctx;
    xmpp_conn_t *conn;
    char input[8192]; /* of which `used` bytes are a line's beginning */
    size_t used;
    int over;
} bot;

static void field(const char *text)
{
    for (text = text ? text : ""; *text; text++)
        putchar(*text == '\t' || *text == '\n' ? ' ' : *text);
}

static void tell(const char *kind, const char *a, const char *b, const char *c,
                 const char *d)
{
    const char *fields[4];
    int i;
    fields[0] = a, fields[1] = b, fields[2] = c, fields[3] = d;
    field(kind);
    for (i = 0; i < 4 && fields[i]; i++) {
        putchar('\t');
        field(fields[i]);
    }
    putchar('\n');
    fflush(stdout);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- events */

static int on_message(xmpp_conn_t *conn, xmpp_stanza_t *m, void *data)
{
    bot *b = data;
    const char *type = xmpp_stanza_get_type(m);
    char *body = xmpp_message_get_body(m);
    (void)conn;
    if (type && strcmp(type, "error") == 0)
        tell("error", xmpp_stanza_get_from(m), or_empty(xmpp_stanza_get_id(m)),
             NULL, NULL);
    else if (body)
        tell("message", or_empty(xmpp_stanza_get_from(m)),
             type ? type : "normal", or_empty(xmpp_stanza_get_id(m)), body);
    if (body)
        xmpp_free(b->ctx, body);
    return 1;
}

static const char *child_text(xmpp_stanza_t *p, const char *name)
{
    xmpp_stanza_t *child = xmpp_stanza_get_child_by_name(p, name);
    child = child ? xmpp_stanza_get_children(child) : NULL;
    return child ? or_empty(xmpp_stanza_get_text_ptr(child)) : "";
}

static int on_presence(xmpp_conn_t *conn, xmpp_stanza_t *p, void *data)
{
    const char *type = xmpp_stanza_get_type(p);
    const char *from = or_empty(xmpp_stanza_get_from(p));
    const char *show = child_text(p, "show");
    (void)conn, (void)data;
    if (type && strcmp(type, "unavailable") != 0)
        tell(type, from, NULL, NULL, NULL); /* subscribe, error, ... */
    else
        tell("presence", from,
             type    ? type
             : *show ? show
                     : "available",
             child_text(p, "status"), NULL);
    return 1;
}

static int on_pong(xmpp_conn_t *conn, xmpp_stanza_t *iq, void *data)
{
    const char *type = or_empty(xmpp_stanza_get_type(iq));
    (void)conn, (void)data;
    tell(strcmp(type, "result") == 0 ? "pong" : "error",
         or_empty(xmpp_stanza_get_from(iq)), NULL, NULL, NULL);
    return 0;
}

static int on_roster(xmpp_conn_t *conn, xmpp_stanza_t *iq, void *data)
{
    xmpp_stanza_t *query = xmpp_stanza_get_child_by_ns(iq, XMPP_NS_ROSTER);
    xmpp_stanza_t *item = query ? xmpp_stanza_get_children(query) : NULL;
    for (; item; item = xmpp_stanza_get_next(item))
        tell("roster", or_empty(xmpp_stanza_get_attribute(item, "jid")),
             or_empty(xmpp_stanza_get_attribute(item, "subscription")),
             or_empty(xmpp_stanza_get_attribute(item, "name")), NULL);
    if (strcmp(or_empty(xmpp_stanza_get_type(iq)), "set") == 0) {
        /* Not xmpp_stanza_reply(): it needs a `from`. */
        bot *b = data;
        xmpp_stanza_t *result =
            xmpp_iq_new(b->ctx, "result", xmpp_stanza_get_id(iq));
        xmpp_send(conn, result);
        xmpp_stanza_release(result);
    }
    return 1;
}

/* ---- commands */

static void send_presence(bot *b, const char *to, const char *type,
                          const char *show, const char *status)
{
    const char *name[2], *text[2];
    xmpp_stanza_t *p = xmpp_presence_new(b->ctx);
    int i;
    name[0] = "show", text[0] = show;
    name[1] = "status", text[1] = status;
    if (to)
        xmpp_stanza_set_to(p, to);
    if (type)
        xmpp_stanza_set_type(p, type);
    for (i = 0; i < 2; i++)
        if (text[i] && *text[i]) {
            xmpp_stanza_t *child = xmpp_stanza_new(b->ctx);
            xmpp_stanza_t *inner = xmpp_stanza_new(b->ctx);
            xmpp_stanza_set_name(child, name[i]);
            xmpp_stanza_set_text(inner, text[i]);
            xmpp_stanza_add_child(child, inner);
            xmpp_stanza_add_child(p, child);
            xmpp_stanza_release(inner);
            xmpp_stanza_release(child);
        }
    xmpp_send(b->conn, p);
    xmpp_stanza_release(p);
}

static void send_message(bot *b, const char *to, const char *text)
{
    char *id = xmpp_uuid_gen(b->ctx);
    xmpp_stanza_t *m = xmpp_message_new(b->ctx, "chat", to, id);
    xmpp_message_set_body(m, text);
    xmpp_send(b->conn, m);
    xmpp_stanza_release(m);
    xmpp_free(b->ctx, id);
}

/* An IQ "get" whose reply goes to the handler. */
static void ask(bot *b, const char *id, const char *to, const char *name,
                const char *ns, xmpp_handler handler)
{
    xmpp_stanza_t *iq = xmpp_iq_new(b->ctx, "get", id);
    xmpp_stanza_t *child = xmpp_stanza_new(b->ctx);
    if (to)
        xmpp_stanza_set_to(iq, to);
    xmpp_stanza_set_name(child, name);
    xmpp_stanza_set_ns(child, ns);
    xmpp_stanza_add_child(iq, child);
    xmpp_stanza_release(child);
    xmpp_id_handler_add(b->conn, handler, id, b);
    xmpp_send(b->conn, iq);
    xmpp_stanza_release(iq);
}

static void command(bot *b, char *line)
{
    char *name = strtok(line, " ");
    char *first = strtok(NULL, " ");
    char *rest = strtok(NULL, "");
    if (!name)
        return;
    if (strcmp(name, "/msg") == 0 && rest)
        send_message(b, first, rest);
    else if (strcmp(name, "/add") == 0)
        send_presence(b, first, "subscribe", NULL, NULL);
    else if (strcmp(name, "/accept") == 0)
        send_presence(b, first, "subscribed", NULL, NULL);
    else if (strcmp(name, "/status") == 0 && first)
        send_presence(b, NULL, NULL, strcmp(first, "online") ? first : NULL,
                      rest);
    else if (strcmp(name, "/ping") == 0)
        ask(b, "ping-1", first, "ping", "urn:xmpp:ping", on_pong);
    else if (strcmp(name, "/quit") == 0)
        xmpp_disconnect(b->conn);
    else
        tell("error", "command", name, NULL, NULL);
}

static void read_commands(bot *b)
{
    struct pollfd p = {0, POLLIN, 0};
    ssize_t n;
    char *end;
    if (b->over || poll(&p, 1, 0) <= 0)
        return;
    n = read(0, b->input + b->used, sizeof b->input - 1 - b->used);
    if (n <= 0) {
        b->over = 1;
        xmpp_disconnect(b->conn);
        return;
    }
    b->used += (size_t)n;
    b->input[b->used] = '\0';
    while ((end = strchr(b->input, '\n')) != NULL) {
        size_t line = (size_t)(end - b->input) + 1;
        *end = '\0';
        command(b, b->input);
        b->used -= line;
        memmove(b->input, b->input + line, b->used + 1);
    }
}

/* ---- connection */

static void on_connection(xmpp_conn_t *conn, xmpp_conn_event_t event,
                          int error, xmpp_stream_error_t *stream_error,
                          void *data)
{
    bot *b = data;
    (void)error;
    if (event == XMPP_CONN_CONNECT) {
        xmpp_handler_add(conn, on_message, NULL, "message", NULL, b);
        xmpp_handler_add(conn, on_presence, NULL, "presence", NULL, b);
        xmpp_handler_add(conn, on_roster, XMPP_NS_ROSTER, "iq", "set", b);
        ask(b, "roster-1", NULL, "query", XMPP_NS_ROSTER, on_roster);
        send_presence(b, NULL, NULL, NULL, NULL);
        tell("online", xmpp_conn_get_bound_jid(conn), NULL, NULL, NULL);
        return;
    }
    if (stream_error)
        tell("error", "stream", or_empty(stream_error->text), NULL, NULL);
    tell("closed", NULL, NULL, NULL, NULL);
    b->over = 2;
}

int main(int argc, char **argv)
{
    static bot b;
    if (argc != 4)
        return 2;
    xmpp_initialize();
    b.ctx = xmpp_ctx_new(NULL, getenv("INTEROP_LOG")
                                   ? xmpp_get_default_logger(XMPP_LEVEL_DEBUG)
                                   : NULL);
    b.conn = xmpp_conn_new(b.ctx);
    xmpp_conn_set_flags(b.conn, XMPP_CONN_FLAG_DISABLE_TLS);
    xmpp_conn_set_jid(b.conn, argv[3]);
    xmpp_conn_set_pass(b.conn, getenv("XMPP_PASSWORD"));
    if (xmpp_connect_client(b.conn, argv[1], (unsigned short)atoi(argv[2]),
                            on_connection, &b) != XMPP_EOK)
        return 3;
    while (b.over != 2) {
        read_commands(&b);
        xmpp_run_once(b.ctx, 10);
    }
    xmpp_conn_release(b.conn);
    xmpp_ctx_free(b.ctx);
    xmpp_shutdown();
    return 0;
}
