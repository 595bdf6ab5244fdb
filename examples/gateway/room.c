#include "room.h"

#include "keep.h"

#include <string.h>

enum {
    ROOMS_EACH = 16,
    STATUS_SELF = 110, /* XEP-0045 section 15.6.2 */
    STATUS_SHUTDOWN = 332
};

/* ---- occupants ---------------------------------------------------------- */

struct chatroom_occupant *chatroom_next(struct gateway *g, const char *room,
                                        const struct chatroom_occupant *o)
{
    size_t i = o == NULL ? 0 : (size_t)(o - g->occupants) + 1;
    while (i < CHATROOM_OCCUPANTS_MAX &&
           strcmp(g->occupants[i].room, room) != 0)
        i++;
    return i < CHATROOM_OCCUPANTS_MAX ? &g->occupants[i] : NULL;
}

static struct chatroom_occupant *find_nick(struct gateway *g, const char *room,
                                           xc_str nick)
{
    struct chatroom_occupant *o = chatroom_next(g, room, NULL);
    while (o != NULL && !xc_str_is(nick, o->nick))
        o = chatroom_next(g, room, o);
    return o;
}

struct chatroom_occupant *chatroom_find_jid(struct gateway *g,
                                            const char *room, xc_str full)
{
    struct chatroom_occupant *o = chatroom_next(g, room, NULL);
    while (o != NULL && (o->foreign != NULL || !xc_str_is(full, o->jid)))
        o = chatroom_next(g, room, o);
    return o;
}

struct chatroom_occupant *chatroom_find_foreign(struct gateway *g,
                                                const char *room,
                                                const struct foreign *f)
{
    struct chatroom_occupant *o = chatroom_next(g, room, NULL);
    while (o != NULL && o->foreign != f)
        o = chatroom_next(g, room, o);
    return o;
}

/* The same person as another occupant, perhaps with another client? */
static bool is_same_person(const struct chatroom_occupant *a,
                           const struct chatroom_occupant *b)
{
    if (a->foreign != NULL || b->foreign != NULL)
        return a->foreign == b->foreign;
    return xc_str_equal(xc_jid_cut_resource(xc_str_from(a->jid)),
                        xc_jid_cut_resource(xc_str_from(b->jid)));
}

/* A free entry, unless this person is in enough rooms. */
static struct chatroom_occupant *
free_entry(struct gateway *g, const struct chatroom_occupant *person)
{
    struct chatroom_occupant *entry = NULL;
    size_t count = 0;
    for (size_t i = 0; i < CHATROOM_OCCUPANTS_MAX; i++) {
        struct chatroom_occupant *o = &g->occupants[i];
        if (o->room[0] == '\0')
            entry = o;
        else if (is_same_person(o, person))
            count++;
    }
    return count < ROOMS_EACH ? entry : NULL;
}

/* ---- sending ------------------------------------------------------------ */

static void write_status(xc_writer *w, int code)
{
    xc_muc_status status = {.code = {.present = true, .value = code}};
    if (code != 0)
        xc_write(w, &xc_muc_status_schema, &status);
}

/* Presence of `o` with <x/> (XEP-0045 section 7.2.2); `code` may be 0. */
static void send_presence(struct gateway *g, const struct chatroom_occupant *o,
                          const struct chatroom_occupant *to, bool inside,
                          int code)
{
    char from[COMPONENT_ADDRESS_SIZE];
    xc_presence p = {.to = xc_str_from(to->jid)};
    xc_muc_user x = {.item = {.base = {.present = true}}};
    xc_writer *w = component_begin(&g->component);
    p.from =
        component_address(&g->component, o->room, o->nick, from, sizeof from);
    p.type = inside ? XC_PRESENCE_AVAILABLE : XC_PRESENCE_UNAVAILABLE;
    x.item.affiliation = XC_MUC_AFFILIATION_NONE;
    x.item.role = inside ? XC_MUC_ROLE_PARTICIPANT : XC_MUC_ROLE_NONE;
    xc_write_begin(w, &xc_presence_schema, &p);
    xc_write_begin(w, &xc_muc_user_schema, &x);
    xc_write_children(w, &xc_muc_user_schema, &x);
    write_status(w, o == to ? STATUS_SELF : 0);
    write_status(w, code);
    xc_writer_end(w);
    xc_writer_end(w);
    component_send(&g->component);
}

/* A line about the room for its foreign occupants. Absent: too long. */
static xc_str room_line(char *mem, const char *word,
                        const struct chatroom_occupant *o, xc_str text)
{
    char room[LOCAL_SIZE];
    return foreign_line(mem, word, foreign_name_of(o->room, room, sizeof room),
                        xc_str_from(o->nick), text);
}

/* `o` is in the room, or has left it. Foreign users need not be told about
   themselves. */
static void tell(struct gateway *g, const struct chatroom_occupant *o,
                 const struct chatroom_occupant *to, bool inside)
{
    char mem[LINE_SIZE];
    if (to->foreign == NULL)
        send_presence(g, o, to, inside, 0);
    else if (o != to)
        foreign_send(to->foreign, room_line(mem, inside ? "JOINED" : "LEFT", o,
                                            xc_str_from(NULL)));
}

static void tell_others(struct gateway *g, const struct chatroom_occupant *o,
                        bool inside)
{
    struct chatroom_occupant *other = NULL;
    while ((other = chatroom_next(g, o->room, other)) != NULL)
        if (other != o)
            tell(g, o, other, inside);
}

/* There is none, which must be said last (XEP-0045 section 7.2.15). */
static void send_subject(struct gateway *g, const struct chatroom_occupant *to)
{
    char from[COMPONENT_ADDRESS_SIZE];
    xc_message m = {.to = xc_str_from(to->jid),
                    .subject = XC_STR(""),
                    .type = XC_MESSAGE_GROUPCHAT};
    m.from = component_address(&g->component, to->room, "", from, sizeof from);
    xc_write(component_begin(&g->component), &xc_message_schema, &m);
    component_send(&g->component);
}

/* First the others, last oneself (XEP-0045 section 7.2.2). */
static void welcome(struct gateway *g, const struct chatroom_occupant *o)
{
    struct chatroom_occupant *other = NULL;
    while ((other = chatroom_next(g, o->room, other)) != NULL)
        if (other != o)
            tell(g, other, o, true);
    tell(g, o, o, true);
    if (o->foreign == NULL)
        send_subject(g, o);
}

/* ---- entering, leaving, saying ------------------------------------------ */

xc_stanza_error_condition chatroom_enter(struct gateway *g,
                                         const struct chatroom_occupant *o)
{
    struct chatroom_occupant *entry;
    if (find_nick(g, o->room, xc_str_from(o->nick)) != NULL)
        return XC_STANZA_ERROR_CONFLICT;
    entry = free_entry(g, o);
    if (entry == NULL)
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    *entry = *o;
    tell_others(g, entry, true);
    welcome(g, entry);
    return XC_STANZA_ERROR_NONE;
}

void chatroom_leave(struct gateway *g, struct chatroom_occupant *o)
{
    tell_others(g, o, false);
    o->room[0] = '\0';
}

void chatroom_leave_all(struct gateway *g, const struct foreign *f)
{
    for (size_t i = 0; i < CHATROOM_OCCUPANTS_MAX; i++)
        if (g->occupants[i].room[0] != '\0' && g->occupants[i].foreign == f)
            chatroom_leave(g, &g->occupants[i]);
}

/* XMPP users get their own messages, too, with the id that they chose
   (XEP-0045 section 7.4). */
bool chatroom_relay(struct gateway *g, const struct chatroom_occupant *from,
                    xc_str id, xc_str body)
{
    char line_mem[LINE_SIZE], from_mem[COMPONENT_ADDRESS_SIZE];
    struct chatroom_occupant *o = NULL;
    xc_message m = {.id = id, .body = body, .type = XC_MESSAGE_GROUPCHAT};
    xc_str line = room_line(line_mem, "SAID", from, body);
    if (line.ptr == NULL)
        return false;
    m.from = component_address(&g->component, from->room, from->nick, from_mem,
                               sizeof from_mem);
    while ((o = chatroom_next(g, from->room, o)) != NULL) {
        if (o->foreign != NULL && o != from)
            foreign_send(o->foreign, line);
        if (o->foreign != NULL)
            continue;
        m.to = xc_str_from(o->jid);
        xc_write(component_begin(&g->component), &xc_message_schema, &m);
        component_send(&g->component);
    }
    return true;
}

/* XEP-0045 section 7.14. */
void chatroom_shut_down(struct gateway *g)
{
    for (size_t i = 0; i < CHATROOM_OCCUPANTS_MAX; i++) {
        struct chatroom_occupant *o = &g->occupants[i];
        if (o->room[0] != '\0' && o->foreign == NULL)
            send_presence(g, o, o, false, STATUS_SHUTDOWN);
    }
}

/* ---- what XMPP users send ----------------------------------------------- */

/* XEP-0045 section 7.2. Without <x/> it is a change of presence, which is not
   relayed. The same nickname once more asks who is there. */
static xc_stanza_error_condition on_available(struct gateway *g,
                                              const struct component_stanza *s,
                                              struct chatroom_occupant *o)
{
    struct chatroom_occupant *known =
        chatroom_find_jid(g, o->room, xc_jid_full(s->from));
    struct foreign_name nick;
    if (!foreign_name_read(xc_jid_resource(s->to), &nick))
        return XC_STANZA_ERROR_JID_MALFORMED;
    memcpy(o->nick, nick.shown, sizeof o->nick);
    if (known != NULL && strcmp(known->nick, o->nick) != 0)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    if (!xc_has_child(s->e, XC_NS_MUC, "x"))
        return XC_STANZA_ERROR_NONE;
    if (known == NULL)
        return chatroom_enter(g, o);
    welcome(g, known);
    return XC_STANZA_ERROR_NONE;
}

/* Does an error mean that the occupant is not online any more? An error of its
   client does not, nor an unknown condition (XEP-0045 section 18.1.2). */
static bool is_ghost(const struct component_stanza *s)
{
    xc_stanza_error error;
    xc_read(&xc_stanza_error_schema, xc_child(s->e, NULL, "error"), &error,
            NULL);
    switch (error.condition.value) {
    case XC_STANZA_ERROR_GONE:
    case XC_STANZA_ERROR_ITEM_NOT_FOUND:
    case XC_STANZA_ERROR_RECIPIENT_UNAVAILABLE:
    case XC_STANZA_ERROR_REDIRECT:
    case XC_STANZA_ERROR_REMOTE_SERVER_NOT_FOUND:
    case XC_STANZA_ERROR_REMOTE_SERVER_TIMEOUT: return true;
    default: return false;
    }
}

static void on_leave(struct gateway *g, const struct component_stanza *s,
                     const char *room)
{
    struct chatroom_occupant *o =
        chatroom_find_jid(g, room, xc_jid_full(s->from));
    if (o == NULL)
        return;
    send_presence(g, o, o, false, 0);
    chatroom_leave(g, o);
}

static xc_stanza_error_condition
take_presence(struct gateway *g, const struct component_stanza *s,
              unsigned type)
{
    struct chatroom_occupant o = {.foreign = NULL};
    if (!chatroom_from_local(xc_jid_local(s->to), o.room))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (!keep_text(o.jid, sizeof o.jid, xc_jid_full(s->from)))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* too long to be kept */
    if (type == XC_PRESENCE_AVAILABLE)
        return on_available(g, s, &o);
    if (type == XC_PRESENCE_UNAVAILABLE)
        on_leave(g, s, o.room);
    else if (type == XC_PRESENCE_SUBSCRIBE)
        return XC_STANZA_ERROR_NOT_ALLOWED;
    return XC_STANZA_ERROR_NONE;
}

/* Clients recognise a room's error by its <x/> (XEP-0045 section 7.2). */
void chatroom_on_presence(struct gateway *g, const struct component_stanza *s,
                          unsigned type)
{
    xc_stanza_error error = {.by = xc_jid_bare(s->to)};
    xc_writer *w;
    error.condition.value = (uint8_t)take_presence(g, s, type);
    if (error.condition.value == XC_STANZA_ERROR_NONE || !xc_can_reply(s->e))
        return;
    w = component_begin(&g->component);
    xc_write_error_begin(w, s->e, &error);
    xc_writer_end(w);
    xc_write_tag(w, XC_NS_MUC, "x");
    xc_writer_end(w);
    component_send(&g->component);
}

void chatroom_on_error(struct gateway *g, const struct component_stanza *s)
{
    char room[LOCAL_SIZE];
    if (chatroom_from_local(xc_jid_local(s->to), room) && is_ghost(s))
        on_leave(g, s, room);
}

/* XEP-0045 section 8.1: with a body or a thread it does not. */
static bool changes_subject(const xc_message *m)
{
    return m->subject.ptr != NULL && m->body.ptr == NULL &&
           !xc_has_child(m->base.element, NULL, "thread");
}

xc_stanza_error_condition chatroom_on_message(struct gateway *g,
                                              const struct component_stanza *s,
                                              const xc_message *m)
{
    char room[LOCAL_SIZE];
    struct chatroom_occupant *o;
    if (!chatroom_from_local(xc_jid_local(s->to), room))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    o = chatroom_find_jid(g, room, xc_jid_full(s->from));
    if (m->body.ptr == NULL && !changes_subject(m))
        return XC_STANZA_ERROR_NONE;
    if (o == NULL)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* XEP-0045 section 7.4 */
    if (m->type != XC_MESSAGE_GROUPCHAT || xc_jid_resource(s->to).ptr != NULL)
        return XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED;
    if (m->body.ptr == NULL)
        return XC_STANZA_ERROR_FORBIDDEN; /* nobody changes subjects here */
    return chatroom_relay(g, o, m->id, m->body)
               ? XC_STANZA_ERROR_NONE
               : XC_STANZA_ERROR_NOT_ACCEPTABLE;
}
