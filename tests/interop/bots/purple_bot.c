/*
 * usage: purple-bot HOST PORT JID           (password in $XMPP_PASSWORD)
 *
 * A client made with libpurple that takes commands and prints events like
 * examples/client with --script: /msg, /add, /accept, /status, /quit. Its
 * files are in a new directory in $TMPDIR. Plain TCP, or STARTTLS with the
 * certificate in $XMPP_CA. It cannot resume: cut off, it logs in again.
 */
#include <purple.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    RECONNECT = 100 /* ms */
};

static GMainLoop *loop;
static PurpleAccount *account;
static gboolean leaving;
static GHashTable *requests; /* address -> struct request */

static void tell(const char *first, ...)
{
    va_list fields;
    const char *field;
    va_start(fields, first);
    for (field = first; field; field = va_arg(fields, const char *)) {
        if (field != first)
            putchar('\t');
        for (; *field; field++)
            putchar(*field == '\t' || *field == '\n' ? ' ' : *field);
    }
    va_end(fields);
    putchar('\n');
    fflush(stdout);
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

/* ---- GLib's loop for the library */

struct watch {
    PurpleInputFunction function;
    gpointer data;
};

static gboolean on_ready(GIOChannel *channel, GIOCondition condition,
                         gpointer data)
{
    struct watch *w = data;
    int wanted = 0;
    if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
        wanted |= PURPLE_INPUT_READ;
    if (condition & (G_IO_OUT | G_IO_HUP | G_IO_ERR | G_IO_NVAL))
        wanted |= PURPLE_INPUT_WRITE;
    w->function(w->data, g_io_channel_unix_get_fd(channel),
                (PurpleInputCondition)wanted);
    return TRUE;
}

static guint add_watch(int fd, PurpleInputCondition wanted,
                       PurpleInputFunction function, gpointer data)
{
    struct watch *w = g_new0(struct watch, 1);
    GIOChannel *channel = g_io_channel_unix_new(fd);
    int condition = G_IO_HUP | G_IO_ERR | G_IO_NVAL;
    guint id;
    w->function = function, w->data = data;
    if (wanted & PURPLE_INPUT_READ)
        condition |= G_IO_IN;
    if (wanted & PURPLE_INPUT_WRITE)
        condition |= G_IO_OUT;
    id = g_io_add_watch_full(channel, G_PRIORITY_DEFAULT,
                             (GIOCondition)condition, on_ready, w, g_free);
    g_io_channel_unref(channel);
    return id;
}

/* ---- events */

static void on_signed_on(PurpleConnection *gc)
{
    tell("online", purple_connection_get_display_name(gc), NULL);
}

static gboolean log_in(gpointer data)
{
    (void)data;
    purple_account_connect(account);
    return FALSE;
}

static void on_signed_off(PurpleConnection *gc)
{
    (void)gc;
    if (leaving) {
        tell("closed", NULL);
        g_main_loop_quit(loop);
    }
}

static void on_lost(PurpleConnection *gc, PurpleConnectionError reason,
                    const char *text)
{
    (void)gc;
    if (leaving)
        return;
    if (reason != PURPLE_CONNECTION_ERROR_NETWORK_ERROR) {
        tell("error", "connection", or_empty(text), NULL);
        return;
    }
    tell("lost", or_empty(text), NULL);
    g_timeout_add(RECONNECT, log_in, NULL);
}

/* What it would show, which is HTML. */
static void on_message(PurpleAccount *a, char *sender, char *html,
                       PurpleConversation *c, PurpleMessageFlags flags)
{
    char *text = purple_markup_strip_html(html);
    (void)a, (void)c, (void)flags;
    tell("message", sender, "chat", "", text, NULL);
    g_free(text);
}

static gboolean on_message_error(PurpleConnection *gc, const char *type,
                                 const char *id, const char *from,
                                 const char *to, xmlnode *message)
{
    (void)gc, (void)to, (void)message;
    if (type && strcmp(type, "error") == 0)
        tell("error", or_empty(from), or_empty(id), NULL);
    return FALSE;
}

static gboolean on_presence(PurpleConnection *gc, const char *type,
                            const char *from, xmlnode *presence)
{
    xmlnode *show = xmlnode_get_child(presence, "show");
    xmlnode *status = xmlnode_get_child(presence, "status");
    char *s = show ? xmlnode_get_data(show) : NULL;
    char *text = status ? xmlnode_get_data(status) : NULL;
    (void)gc;
    if (type == NULL)
        tell("presence", or_empty(from), s ? s : "available", or_empty(text),
             NULL);
    else if (strcmp(type, "unavailable") == 0)
        tell("presence", or_empty(from), type, or_empty(text), NULL);
    else if (strcmp(type, "subscribe") != 0) /* see on_request() */
        tell(type, or_empty(from), NULL);
    g_free(s);
    g_free(text);
    return FALSE;
}

static gboolean on_iq(PurpleConnection *gc, const char *type, const char *id,
                      const char *from, xmlnode *iq)
{
    xmlnode *query =
        xmlnode_get_child_with_namespace(iq, "query", "jabber:iq:roster");
    xmlnode *item = query ? xmlnode_get_child(query, "item") : NULL;
    (void)gc, (void)type, (void)id, (void)from;
    for (; item; item = xmlnode_get_next_twin(item))
        tell("roster", or_empty(xmlnode_get_attrib(item, "jid")),
             or_empty(xmlnode_get_attrib(item, "subscription")),
             or_empty(xmlnode_get_attrib(item, "name")), NULL);
    return FALSE;
}

struct request {
    PurpleAccountRequestAuthorizationCb accept;
    void *data;
};

static void *on_request(PurpleAccount *a, const char *from, const char *id,
                        const char *alias, const char *message,
                        gboolean on_list,
                        PurpleAccountRequestAuthorizationCb accept,
                        PurpleAccountRequestAuthorizationCb deny, void *data)
{
    struct request *r = g_new0(struct request, 1);
    (void)a, (void)id, (void)alias, (void)message, (void)on_list, (void)deny;
    r->accept = accept, r->data = data;
    g_hash_table_replace(requests, g_strdup(from), r);
    tell("subscribe", from, NULL);
    return r;
}

/* ---- commands */

/* What people type is HTML to the library. */

static void send_message(const char *to, const char *text)
{
    PurpleConversation *c = purple_find_conversation_with_account(
        PURPLE_CONV_TYPE_IM, to, account);
    char *html = g_markup_escape_text(text, -1);
    if (c == NULL)
        c = purple_conversation_new(PURPLE_CONV_TYPE_IM, account, to);
    purple_conv_im_send(PURPLE_CONV_IM(c), html);
    g_free(html);
}

static void add(const char *jid)
{
    PurpleBuddy *buddy = purple_find_buddy(account, jid);
    if (buddy == NULL) {
        buddy = purple_buddy_new(account, jid, NULL);
        purple_blist_add_buddy(buddy, NULL, NULL, NULL);
    }
    purple_account_add_buddy(account, buddy);
}

static void accept(const char *jid)
{
    struct request *r = g_hash_table_lookup(requests, jid);
    if (r == NULL) {
        tell("error", "nobody asked", jid, NULL);
        return;
    }
    r->accept(r->data);
    g_hash_table_remove(requests, jid);
}

static void status(const char *show, const char *text)
{
    char *html = g_markup_escape_text(or_empty(text), -1);
    purple_account_set_status(account,
                              strcmp(show, "online") == 0 ? "available" : show,
                              TRUE, "message", html, NULL);
    g_free(html);
}

static void quit(void)
{
    leaving = TRUE;
    purple_account_disconnect(account);
}

static void command(char *line)
{
    char *name = strtok(line, " ");
    char *first = strtok(NULL, " ");
    char *rest = strtok(NULL, "");
    if (name == NULL)
        return;
    if (strcmp(name, "/msg") == 0 && rest)
        send_message(first, rest);
    else if (strcmp(name, "/add") == 0 && first)
        add(first);
    else if (strcmp(name, "/accept") == 0 && first)
        accept(first);
    else if (strcmp(name, "/status") == 0 && first)
        status(first, rest);
    else if (strcmp(name, "/quit") == 0)
        quit();
    else
        tell("error", "command", name, NULL);
}

static gboolean on_input(GIOChannel *channel, GIOCondition condition,
                         gpointer data)
{
    static GString *input;
    char bytes[4096], *end;
    ssize_t n = read(0, bytes, sizeof bytes);
    (void)channel, (void)condition, (void)data;
    if (n <= 0) {
        quit();
        return FALSE;
    }
    if (input == NULL)
        input = g_string_new(NULL);
    g_string_append_len(input, bytes, n);
    while ((end = strchr(input->str, '\n')) != NULL) {
        char *line = g_strndup(input->str, (gsize)(end - input->str));
        g_string_erase(input, 0, end - input->str + 1);
        command(line);
        g_free(line);
    }
    return TRUE;
}

/* ---- beginning */

static void start_library(void)
{
    static PurpleEventLoopUiOps events;
    static PurpleConnectionUiOps connections;
    static PurpleAccountUiOps accounts;
    char *home = g_dir_make_tmp("purple-XXXXXX", NULL);
    events.timeout_add = g_timeout_add;
    events.timeout_remove = g_source_remove;
    events.input_add = add_watch;
    events.input_remove = g_source_remove;
    purple_eventloop_set_ui_ops(&events);
    connections.report_disconnect_reason = on_lost;
    purple_connections_set_ui_ops(&connections);
    accounts.request_authorize = on_request;
    purple_accounts_set_ui_ops(&accounts);
    purple_util_set_user_dir(home);
    g_free(home);
    purple_debug_set_enabled(getenv("INTEROP_LOG") != NULL);
    if (!purple_core_init("interop"))
        exit(3);
    purple_set_blist(purple_blist_new());
}

static void connect_to(const char *signal, void *instance, GCallback function)
{
    static int handle;
    purple_signal_connect(instance, signal, &handle, function, NULL);
}

static void listen_to_library(void)
{
    void *jabber = purple_find_prpl("prpl-jabber");
    void *connections = purple_connections_get_handle();
    connect_to("signed-on", connections, G_CALLBACK(on_signed_on));
    connect_to("signed-off", connections, G_CALLBACK(on_signed_off));
    connect_to("received-im-msg", purple_conversations_get_handle(),
               G_CALLBACK(on_message));
    connect_to("jabber-receiving-message", jabber,
               G_CALLBACK(on_message_error));
    connect_to("jabber-receiving-presence", jabber, G_CALLBACK(on_presence));
    connect_to("jabber-receiving-iq", jabber, G_CALLBACK(on_iq));
}

/* As if a person had accepted it. The library expects the name of the host
   there, not the domain of the account. */
static void trust(const char *file, const char *host)
{
    PurpleCertificateScheme *x509 = purple_certificate_find_scheme("x509");
    PurpleCertificatePool *pool =
        purple_certificate_find_pool("x509", "tls_peers");
    PurpleCertificate *certificate = purple_certificate_import(x509, file);
    purple_certificate_pool_store(pool, host, certificate);
    purple_certificate_destroy(certificate);
}

static void make_account(const char *host, int port, const char *jid)
{
    const char *trusted = getenv("XMPP_CA");
    char *name = g_strconcat(jid, "/purple", NULL);
    if (trusted)
        trust(trusted, host);
    account = purple_account_new(name, "prpl-jabber");
    g_free(name);
    purple_account_set_password(account, getenv("XMPP_PASSWORD"));
    purple_account_set_string(account, "connect_server", host);
    purple_account_set_int(account, "port", port);
    purple_account_set_string(account, "connection_security",
                              trusted ? "require_tls" : "opportunistic_tls");
    purple_account_set_bool(account, "auth_plain_in_clear", TRUE);
    purple_accounts_add(account);
    purple_account_set_enabled(account, "interop", TRUE); /* and connect */
}

int main(int argc, char **argv)
{
    GIOChannel *input = g_io_channel_unix_new(0);
    if (argc != 4)
        return 2;
    loop = g_main_loop_new(NULL, FALSE);
    requests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    start_library();
    listen_to_library();
    make_account(argv[1], atoi(argv[2]), argv[3]);
    g_io_add_watch(input, G_IO_IN | G_IO_HUP, on_input, NULL);
    g_main_loop_run(loop);
    purple_core_quit();
    return 0;
}
