/* gateway_room.h - rooms for both sides: #name@gateway, a small part of
   XEP-0045. Somebody enters, and then there is the room; the last one leaves,
   and there is none. Entering, leaving, saying, who is there: that is all. No
   roles, no subject, no history, no change of nickname, no private messages,
   and what asks for these gets an error. */
#ifndef GATEWAY_ROOM_H
#define GATEWAY_ROOM_H

#include "xmpp_codec.h"

#include "gateway_component.h"
#include "gateway_foreign.h"
#include "gateway_state.h"

/* ---- who is in ---------------------------------------------------------- */

/* The next one in the room after `o`; NULL: begin, or there is none left. */
static struct occupant *room_next(struct gateway *g, const char *room,
                                  const struct occupant *o)
{
    size_t i = o == NULL ? 0 : (size_t)(o - g->occupants) + 1;
    while (i < OCCUPANTS_MAX && strcmp(g->occupants[i].room, room) != 0)
        i++;
    return i < OCCUPANTS_MAX ? &g->occupants[i] : NULL;
}

static struct occupant *room_by_nick(struct gateway *g, const char *room,
                                     xc_str nick)
{
    struct occupant *o = room_next(g, room, NULL);
    while (o != NULL && !xc_str_is(nick, o->nick))
        o = room_next(g, room, o);
    return o;
}

static struct occupant *room_by_jid(struct gateway *g, const char *room,
                                    xc_str full)
{
    struct occupant *o = room_next(g, room, NULL);
    while (o != NULL && (o->foreign != NULL || !xc_str_is(full, o->jid)))
        o = room_next(g, room, o);
    return o;
}

static struct occupant *room_by_foreign(struct gateway *g, const char *room,
                                        const struct foreign *f)
{
    struct occupant *o = room_next(g, room, NULL);
    while (o != NULL && o->foreign != f)
        o = room_next(g, room, o);
    return o;
}

/* The same person as another occupant, perhaps with another client? */
static bool room_same_person(const struct occupant *a,
                             const struct occupant *b)
{
    if (a->foreign != NULL || b->foreign != NULL)
        return a->foreign == b->foreign;
    return xc_str_equal(xc_jid_cut_resource(xc_str_from(a->jid)),
                        xc_jid_cut_resource(xc_str_from(b->jid)));
}

/* A free place, unless this person has enough of them. */
static struct occupant *room_place(struct gateway *g,
                                   const struct occupant *who)
{
    struct occupant *place = NULL;
    size_t count = 0;
    for (size_t i = 0; i < OCCUPANTS_MAX; i++) {
        struct occupant *o = &g->occupants[i];
        if (o->room[0] == '\0')
            place = o;
        else if (room_same_person(o, who))
            count++;
    }
    return count < ROOMS_EACH ? place : NULL;
}

/* ---- telling ------------------------------------------------------------ */

enum {
    STATUS_SELF = 110,
    STATUS_SHUTDOWN = 332
}; /* XEP-0045 15.6.2 */

static void room_write_status(xc_writer *w, int code)
{
    xc_muc_status status = {.code = {.present = true, .value = code}};
    if (code != 0)
        xc_write(w, &xc_muc_status_schema, &status);
}

/* Presence of `who` as <x/> of XEP-0045 section 7.2.2; `code` 0: none. */
static void room_write_presence(struct gateway *g, const struct occupant *who,
                                const struct occupant *to, bool here, int code)
{
    char from[FULL_SIZE];
    xc_presence p = {.to = xc_str_from(to->jid)};
    xc_muc_user x = {.item = {.base = {.present = true}}};
    xc_writer *w = component_begin(g);
    p.from = address_of(g, who->room, who->nick, from, sizeof from);
    p.type = here ? XC_PRESENCE_AVAILABLE : XC_PRESENCE_UNAVAILABLE;
    x.item.affiliation = XC_MUC_AFFILIATION_NONE;
    x.item.role = here ? XC_MUC_ROLE_PARTICIPANT : XC_MUC_ROLE_NONE;
    xc_write_begin(w, &xc_presence_schema, &p);
    xc_write_begin(w, &xc_muc_user_schema, &x);
    xc_write_children(w, &xc_muc_user_schema, &x);
    room_write_status(w, who == to ? STATUS_SELF : 0);
    room_write_status(w, code);
    xc_writer_end(w);
    xc_writer_end(w);
    component_send(g);
}

/* A line about the room for its foreign occupants. Absent: too long. */
static xc_str room_line(char *mem, const char *word,
                        const struct occupant *who, xc_str text)
{
    char room[LOCAL_SIZE];
    return line_of(mem, word, name_from_local(who->room, room, sizeof room),
                   xc_str_from(who->nick), text);
}

/* Tells `to` that `who` is there, or not any more. Foreign users know of
   themselves. */
static void room_tell(struct gateway *g, const struct occupant *who,
                      const struct occupant *to, bool here)
{
    char mem[LINE_SIZE];
    if (to->foreign == NULL)
        room_write_presence(g, who, to, here, 0);
    else if (who != to)
        foreign_send(to->foreign,
                     room_line(mem, here ? "JOINED" : "LEFT", who, absent()));
}

static void room_tell_all(struct gateway *g, const struct occupant *who,
                          bool here)
{
    struct occupant *o = NULL;
    while ((o = room_next(g, who->room, o)) != NULL)
        if (o != who)
            room_tell(g, who, o, here);
}

/* The last thing that entering tells (XEP-0045 section 7.2.15): there is no
   subject. */
static void room_tell_subject(struct gateway *g, const struct occupant *to)
{
    char from[FULL_SIZE];
    xc_message m = {.to = xc_str_from(to->jid),
                    .subject = XC_STR(""),
                    .type = XC_MESSAGE_GROUPCHAT};
    m.from = address_of(g, to->room, "", from, sizeof from);
    xc_write(component_begin(g), &xc_message_schema, &m);
    component_send(g);
}

/* First the others, last oneself (XEP-0045 section 7.2.2). */
static void room_welcome(struct gateway *g, const struct occupant *o)
{
    struct occupant *other = NULL;
    while ((other = room_next(g, o->room, other)) != NULL)
        if (other != o)
            room_tell(g, other, o, true);
    room_tell(g, o, o, true);
    if (o->foreign == NULL)
        room_tell_subject(g, o);
}

/* ---- entering, leaving, saying ------------------------------------------ */

static xc_stanza_error_condition room_enter(struct gateway *g,
                                            const struct occupant *who)
{
    struct occupant *o;
    if (room_by_nick(g, who->room, xc_str_from(who->nick)) != NULL)
        return XC_STANZA_ERROR_CONFLICT;
    o = room_place(g, who);
    if (o == NULL)
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    *o = *who;
    room_tell_all(g, o, true);
    room_welcome(g, o);
    return XC_STANZA_ERROR_NONE;
}

static void room_leave(struct gateway *g, struct occupant *o)
{
    room_tell_all(g, o, false);
    o->room[0] = '\0';
}

/* To everybody in the room; XMPP users get their own words, too, with the id
   that they gave them (XEP-0045 section 7.4). False: too long for a line. */
static bool room_relay(struct gateway *g, const struct occupant *who,
                       xc_str id, xc_str body)
{
    char mem[LINE_SIZE], from[FULL_SIZE];
    struct occupant *o = NULL;
    xc_message m = {.id = id, .body = body, .type = XC_MESSAGE_GROUPCHAT};
    xc_str line = room_line(mem, "SAID", who, body);
    if (line.ptr == NULL)
        return false;
    m.from = address_of(g, who->room, who->nick, from, sizeof from);
    while ((o = room_next(g, who->room, o)) != NULL) {
        if (o->foreign != NULL && o != who)
            foreign_send(o->foreign, line);
        if (o->foreign != NULL)
            continue;
        m.to = xc_str_from(o->jid);
        xc_write(component_begin(g), &xc_message_schema, &m);
        component_send(g);
    }
    return true;
}

/* ---- what XMPP users say ------------------------------------------------ */

/* XEP-0045 section 7.2: with <x/>, or it is a change of one's presence, which
   is not bridged. Coming again with the same nickname asks who is there. */
static xc_stanza_error_condition room_on_available(struct gateway *g,
                                                   const struct stanza *s,
                                                   struct occupant *who)
{
    struct occupant *o = room_by_jid(g, who->room, xc_jid_full(s->from));
    struct name name;
    if (!name_read(xc_jid_resource(s->to), &name))
        return XC_STANZA_ERROR_JID_MALFORMED; /* none, or none for this network */
    memcpy(who->nick, name.shown, sizeof who->nick);
    if (o != NULL && strcmp(o->nick, who->nick) != 0)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    if (!xc_has_child(s->e, XC_NS_MUC, "x"))
        return XC_STANZA_ERROR_NONE;
    if (o == NULL)
        return room_enter(g, who);
    room_welcome(g, o);
    return XC_STANZA_ERROR_NONE;
}

/* Does an error say that nobody is there any more? What the occupant's client
   says by itself does not, nor what is not known (XEP-0045 section
   18.1.2). */
static bool room_is_ghost(const struct stanza *s)
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

static void room_on_leave(struct gateway *g, const struct stanza *s,
                          const char *room)
{
    struct occupant *o = room_by_jid(g, room, xc_jid_full(s->from));
    if (o == NULL)
        return;
    room_write_presence(g, o, o, false, 0);
    room_leave(g, o);
}

static xc_stanza_error_condition
room_take_presence(struct gateway *g, const struct stanza *s, unsigned type)
{
    struct occupant who = {.foreign = NULL};
    if (!room_from_local(xc_jid_local(s->to), who.room))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (!keep(who.jid, sizeof who.jid, xc_jid_full(s->from)))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* longer than we remember */
    if (type == XC_PRESENCE_AVAILABLE)
        return room_on_available(g, s, &who);
    if (type == XC_PRESENCE_UNAVAILABLE ||
        (type == XC_PRESENCE_ERROR && room_is_ghost(s)))
        room_on_leave(g, s, who.room);
    else if (type == XC_PRESENCE_SUBSCRIBE)
        return XC_STANZA_ERROR_NOT_ALLOWED;
    return XC_STANZA_ERROR_NONE;
}

/* Clients know a room's error by its <x/> (XEP-0045 section 7.2). */
static void room_on_presence(struct gateway *g, const struct stanza *s,
                             unsigned type)
{
    xc_stanza_error error = {.by = xc_jid_bare(s->to)};
    xc_writer *w;
    error.condition.value = (uint8_t)room_take_presence(g, s, type);
    if (error.condition.value == XC_STANZA_ERROR_NONE || !xc_can_reply(s->e))
        return;
    w = component_begin(g);
    xc_write_error_begin(w, s->e, &error);
    xc_writer_end(w);
    xc_write_tag(w, XC_NS_MUC, "x");
    xc_writer_end(w);
    component_send(g);
}

static xc_stanza_error_condition
room_on_message(struct gateway *g, const struct stanza *s, const xc_message *m)
{
    char room[LOCAL_SIZE];
    struct occupant *o;
    if (!room_from_local(xc_jid_local(s->to), room))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    o = room_by_jid(g, room, xc_jid_full(s->from));
    if (m->type == XC_MESSAGE_ERROR && room_is_ghost(s))
        room_on_leave(g, s, room);
    if (m->type == XC_MESSAGE_ERROR ||
        (m->body.ptr == NULL && m->subject.ptr == NULL))
        return XC_STANZA_ERROR_NONE;
    if (o == NULL)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* XEP-0045 section 7.4 */
    if (m->type != XC_MESSAGE_GROUPCHAT || xc_jid_resource(s->to).ptr != NULL)
        return XC_STANZA_ERROR_FEATURE_NOT_IMPLEMENTED;
    if (m->body.ptr == NULL)
        return XC_STANZA_ERROR_FORBIDDEN; /* a subject; section 8.1 */
    return room_relay(g, o, m->id, m->body) ? XC_STANZA_ERROR_NONE
                                            : XC_STANZA_ERROR_NOT_ACCEPTABLE;
}

/* ---- all at once -------------------------------------------------------- */

static void room_leave_all(struct gateway *g, const struct foreign *f)
{
    for (size_t i = 0; i < OCCUPANTS_MAX; i++)
        if (g->occupants[i].room[0] != '\0' && g->occupants[i].foreign == f)
            room_leave(g, &g->occupants[i]);
}

/* The gateway goes: status 332 (XEP-0045 section 7.14). */
static void room_tell_shutdown(struct gateway *g)
{
    for (size_t i = 0; i < OCCUPANTS_MAX; i++) {
        struct occupant *o = &g->occupants[i];
        if (o->room[0] != '\0' && o->foreign == NULL)
            room_write_presence(g, o, o, false, STATUS_SHUTDOWN);
    }
}

#endif
