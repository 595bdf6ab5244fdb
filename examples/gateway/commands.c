#include "commands.h"

#include "presence.h"
#include "room.h"
#include "tsv.h"

#include <stdio.h>
#include <string.h>

/* ---- messages to foreign users ------------------------------------------ */

/* FROM name text. */
static xc_stanza_error_condition to_foreign(struct gateway *g, xc_str local,
                                            const char *name, xc_str text)
{
    char mem[LINE_SIZE];
    struct foreign *f = foreign_find(&g->foreign, local);
    xc_str line =
        foreign_line(mem, "FROM", xc_str_from(name), text, xc_str_from(NULL));
    if (f == NULL)
        return foreign_absence(&g->foreign, local);
    if (line.ptr == NULL)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* too long for a line */
    return foreign_send(f, line) ? XC_STANZA_ERROR_NONE
                                 : XC_STANZA_ERROR_RECIPIENT_UNAVAILABLE;
}

/* The message of a foreign user came back: FAILED name condition. */
static void report_failure(struct gateway *g, const struct component_stanza *s,
                           const xc_message *m)
{
    struct foreign *f = foreign_find(&g->foreign, xc_jid_local(s->to));
    const struct registry_user *u =
        registry_find(&g->registry, xc_jid_bare(s->from));
    if (f != NULL && u != NULL)
        foreign_say(
            f, "FAILED", xc_str_from(u->name.shown),
            xc_str_from(xc_stanza_error_name(m->error.condition.value)));
}

/* Chat states and the like have no body, and are not relayed. */
xc_stanza_error_condition gateway_on_message(struct gateway *g,
                                             const struct component_stanza *s,
                                             const xc_message *m)
{
    const struct registry_user *u =
        registry_find(&g->registry, xc_jid_bare(s->from));
    if (m->type == XC_MESSAGE_ERROR)
        report_failure(g, s, m);
    if (m->type == XC_MESSAGE_ERROR || m->body.len == 0)
        return XC_STANZA_ERROR_NONE;
    if (gateway_is_addressed(s) || m->type == XC_MESSAGE_GROUPCHAT)
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (u == NULL)
        return XC_STANZA_ERROR_REGISTRATION_REQUIRED; /* XEP-0100 */
    return to_foreign(g, xc_jid_local(s->to), u->name.shown, m->body);
}

/* ---- messages to XMPP users --------------------------------------------- */

static xc_stanza_error_condition to_user(struct gateway *g,
                                         const struct foreign *f,
                                         const struct registry_user *u,
                                         xc_str text)
{
    char from[COMPONENT_ADDRESS_SIZE], id[24];
    xc_message m = {
        .to = xc_str_from(u->jid), .body = text, .type = XC_MESSAGE_CHAT};
    if (!component_is_up(&g->component))
        return XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND;
    snprintf(id, sizeof id, "line%lu", ++g->messages);
    m.id = xc_str_from(id);
    m.from = component_address(&g->component, f->name.local, GATEWAY_RESOURCE,
                               from, sizeof from);
    xc_write(component_begin(&g->component), &xc_message_schema, &m);
    component_send(&g->component);
    return XC_STANZA_ERROR_NONE;
}

/* ---- commands ----------------------------------------------------------- */

/* Does what the line says, or returns the condition for ERROR. */
typedef xc_stanza_error_condition
command_function(struct gateway *g, struct foreign *f, xc_str a, xc_str b);

static xc_stanza_error_condition
take_nick(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct foreign_name name;
    (void)b;
    if (f->name.shown[0] != '\0')
        return XC_STANZA_ERROR_UNEXPECTED_REQUEST;
    if (!foreign_name_read(a, &name))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    if (gateway_is_name_taken(g, &name, NULL))
        return XC_STANZA_ERROR_CONFLICT;
    foreign_set_name(&g->foreign, f, &name);
    gateway_broadcast_presence(g, name.local, XC_PRESENCE_AVAILABLE);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition
take_tell(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct foreign_name to;
    const struct registry_user *u;
    if (!foreign_name_read(a, &to))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    u = registry_find_name(&g->registry, xc_str_from(to.local));
    if (u != NULL)
        return to_user(g, f, u, b);
    return to_foreign(g, xc_str_from(to.local), f->name.shown, b);
}

static xc_stanza_error_condition
take_join(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct chatroom_occupant o = {.foreign = f};
    (void)b;
    memcpy(o.nick, f->name.shown, sizeof o.nick);
    if (!chatroom_from_name(a, o.room))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    return chatroom_enter(g, &o);
}

static struct chatroom_occupant *
find_self(struct gateway *g, const struct foreign *f, xc_str name)
{
    char room[LOCAL_SIZE];
    return chatroom_from_name(name, room) ? chatroom_find_foreign(g, room, f)
                                          : NULL;
}

static xc_stanza_error_condition
take_leave(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct chatroom_occupant *o = find_self(g, f, a);
    (void)b;
    if (o == NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    chatroom_leave(g, o);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition take_say(struct gateway *g, struct foreign *f,
                                          xc_str a, xc_str b)
{
    const struct chatroom_occupant *o = find_self(g, f, a);
    if (o == NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    return chatroom_relay(g, o, xc_str_from(NULL), b)
               ? XC_STANZA_ERROR_NONE
               : XC_STANZA_ERROR_NOT_ACCEPTABLE;
}

/* Any line shows that the user is still there. */
static xc_stanza_error_condition
take_ping(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    (void)g;
    (void)f;
    (void)a;
    (void)b;
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition
take_quit(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    (void)g;
    (void)a;
    (void)b;
    foreign_bye(f, "as you wish");
    return XC_STANZA_ERROR_NONE;
}

static const struct {
    const char *word;
    int arguments;
    bool needs_name;
    command_function *take;
} commands[] = {
    {"NICK", 1, false, take_nick}, {"TELL", 2, true, take_tell},
    {"JOIN", 1, true, take_join},  {"LEAVE", 1, true, take_leave},
    {"SAY", 2, true, take_say},    {"PING", 0, false, take_ping},
    {"QUIT", 0, false, take_quit},
};

/* As many fields as there are arguments: no fewer, no more, none empty. */
static xc_stanza_error_condition take_command(struct gateway *g,
                                              struct foreign *f, xc_str word,
                                              xc_str a, xc_str b)
{
    int arguments = a.ptr == NULL ? 0 : b.ptr == NULL ? 1 : 2;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        if (!xc_str_is(word, commands[i].word))
            continue;
        if (arguments != commands[i].arguments ||
            (a.ptr != NULL && a.len == 0) || (b.ptr != NULL && b.len == 0))
            return XC_STANZA_ERROR_BAD_REQUEST;
        if (commands[i].needs_name && f->name.shown[0] == '\0')
            return XC_STANZA_ERROR_NOT_AUTHORIZED;
        return commands[i].take(g, f, a, b);
    }
    return XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED;
}

static xc_stanza_error_condition
take_line(struct gateway *g, struct foreign *f, char *mem, size_t len)
{
    xc_str line = {mem, len}, word, a, b;
    if (xc_utf8_check(line) != len || !tsv_take(mem, &line, &word) ||
        !tsv_take(mem, &line, &a) || !tsv_take(mem, &line, &b) ||
        line.ptr != NULL)
        return XC_STANZA_ERROR_BAD_REQUEST;
    return take_command(g, f, word, a, b);
}

void gateway_on_line(struct gateway *g, struct foreign *f, char *line,
                     size_t len)
{
    xc_stanza_error_condition condition;
    if (len == 0)
        return; /* no command, no reply */
    condition = take_line(g, f, line, len);
    if (condition != XC_STANZA_ERROR_NONE)
        foreign_say(f, "ERROR", xc_str_from(xc_stanza_error_name(condition)),
                    xc_str_from(NULL));
    else
        foreign_say(f, "OK", xc_str_from(NULL), xc_str_from(NULL));
}
