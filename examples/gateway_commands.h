/* gateway_commands.h - the lines that foreign users say, and messages across
   the gateway. A message keeps its text and loses its mark-up. The writer
   escapes what XML escapes, fields.h what the line protocol does. */
#ifndef GATEWAY_COMMANDS_H
#define GATEWAY_COMMANDS_H

#include "xmpp_codec.h"

#include <string.h>

#include "gateway_component.h"
#include "gateway_foreign.h"
#include "gateway_iq.h"
#include "gateway_presence.h"
#include "gateway_room.h"
#include "gateway_state.h"

/* ---- messages from XMPP to the foreign side ----------------------------- */

/* FROM name text. */
static xc_stanza_error_condition deliver_to_foreign(struct gateway *g,
                                                    xc_str local,
                                                    const char *name,
                                                    xc_str text)
{
    char mem[LINE_SIZE];
    struct foreign *f = foreign_find(g, local);
    xc_str line = line_of(mem, "FROM", xc_str_from(name), text, absent());
    if (f == NULL)
        return foreign_absence(g, local);
    if (line.ptr == NULL)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* too long for a line */
    return foreign_send(f, line) ? XC_STANZA_ERROR_NONE
                                 : XC_STANZA_ERROR_RECIPIENT_UNAVAILABLE;
}

/* What a foreign user said came back: FAILED name condition. */
static void deliver_failure(struct gateway *g, const struct stanza *s,
                            const xc_message *m)
{
    struct foreign *f = foreign_find(g, xc_jid_local(s->to));
    const struct user *u = store_user(&g->store, xc_jid_bare(s->from));
    if (f != NULL && u != NULL)
        foreign_say(
            f, "FAILED", xc_str_from(u->name.shown),
            xc_str_from(xc_stanza_error_name(m->error.condition.value)));
}

/* Chat states and the like have no body, and are not bridged. */
static xc_stanza_error_condition
message_on(struct gateway *g, const struct stanza *s, const xc_message *m)
{
    const struct user *u = store_user(&g->store, xc_jid_bare(s->from));
    if (m->type == XC_MESSAGE_ERROR)
        deliver_failure(g, s, m);
    if (m->type == XC_MESSAGE_ERROR || m->body.len == 0)
        return XC_STANZA_ERROR_NONE;
    if (is_to_gateway(s) || m->type == XC_MESSAGE_GROUPCHAT)
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (u == NULL)
        return XC_STANZA_ERROR_REGISTRATION_REQUIRED; /* XEP-0100 */
    return deliver_to_foreign(g, xc_jid_local(s->to), u->name.shown, m->body);
}

/* ---- messages from the foreign side to XMPP ----------------------------- */

static xc_stanza_error_condition deliver_to_user(struct gateway *g,
                                                 const struct foreign *f,
                                                 const struct user *u,
                                                 xc_str text)
{
    static unsigned long count;
    char from[FULL_SIZE], id[24];
    xc_message m = {
        .to = xc_str_from(u->jid), .body = text, .type = XC_MESSAGE_CHAT};
    if (!component_is_up(g))
        return XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND;
    snprintf(id, sizeof id, "line%lu", ++count);
    m.id = xc_str_from(id);
    m.from = address_of(g, f->name.local, RESOURCE, from, sizeof from);
    xc_write(component_begin(g), &xc_message_schema, &m);
    component_send(g);
    return XC_STANZA_ERROR_NONE;
}

/* ---- commands ----------------------------------------------------------- */

/* Does what the line says, or returns what to answer ERROR with. */
typedef xc_stanza_error_condition command(struct gateway *g, struct foreign *f,
                                          xc_str a, xc_str b);

static xc_stanza_error_condition
command_nick(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct name name;
    (void)b;
    if (f->name.shown[0] != '\0')
        return XC_STANZA_ERROR_UNEXPECTED_REQUEST;
    if (!name_read(a, &name))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    if (is_name_taken(g, &name, NULL))
        return XC_STANZA_ERROR_CONFLICT;
    f->name = name;
    f->deadline = clock_ms() + SILENCE_TIME;
    remember_seen(g, name.local);
    presence_broadcast(g, name.local, XC_PRESENCE_AVAILABLE);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition
command_tell(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct name to;
    const struct user *u;
    if (!name_read(a, &to))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    u = store_user_named(&g->store, xc_str_from(to.local));
    if (u != NULL)
        return deliver_to_user(g, f, u, b);
    return deliver_to_foreign(g, xc_str_from(to.local), f->name.shown, b);
}

static xc_stanza_error_condition
command_join(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct occupant who = {.foreign = f};
    (void)b;
    memcpy(who.nick, f->name.shown, sizeof who.nick);
    if (!room_from_name(a, who.room))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    return room_enter(g, &who);
}

static struct occupant *find_own_place(struct gateway *g,
                                       const struct foreign *f, xc_str name)
{
    char room[LOCAL_SIZE];
    return room_from_name(name, room) ? room_by_foreign(g, room, f) : NULL;
}

static xc_stanza_error_condition
command_leave(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    struct occupant *o = find_own_place(g, f, a);
    (void)b;
    if (o == NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    room_leave(g, o);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition
command_say(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    const struct occupant *o = find_own_place(g, f, a);
    if (o == NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    return room_relay(g, o, absent(), b) ? XC_STANZA_ERROR_NONE
                                         : XC_STANZA_ERROR_NOT_ACCEPTABLE;
}

/* PING, and PONG as the answer to ours: that it came is all. */
static xc_stanza_error_condition
command_ping(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
{
    (void)g;
    (void)f;
    (void)a;
    (void)b;
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition
command_quit(struct gateway *g, struct foreign *f, xc_str a, xc_str b)
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
    command *run;
} commands[] = {
    {"NICK", 1, false, command_nick}, {"TELL", 2, true, command_tell},
    {"JOIN", 1, true, command_join},  {"LEAVE", 1, true, command_leave},
    {"SAY", 2, true, command_say},    {"PING", 0, false, command_ping},
    {"QUIT", 0, false, command_quit},
};

/* As many fields as there are arguments: no fewer, no more, none empty. */
static xc_stanza_error_condition run_command(struct gateway *g,
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
        return commands[i].run(g, f, a, b);
    }
    return XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED;
}

static xc_stanza_error_condition run_line(struct gateway *g, struct foreign *f,
                                          char *mem, size_t len)
{
    xc_str line = {mem, len}, word, a, b;
    if (xc_utf8_check(line) != len || !fields_take(mem, &line, &word) ||
        !fields_take(mem, &line, &a) || !fields_take(mem, &line, &b) ||
        line.ptr != NULL)
        return XC_STANZA_ERROR_BAD_REQUEST;
    return run_command(g, f, word, a, b);
}

/* An empty line counts for nothing. */
static void foreign_on_line(struct gateway *g, struct foreign *f, char *mem,
                            size_t len)
{
    xc_stanza_error_condition condition =
        len > 0 ? run_line(g, f, mem, len) : XC_STANZA_ERROR_NONE;
    if (condition != XC_STANZA_ERROR_NONE)
        foreign_say(f, "ERROR", xc_str_from(xc_stanza_error_name(condition)),
                    absent());
    else if (len > 0)
        foreign_say(f, "OK", absent(), absent());
}

#endif
