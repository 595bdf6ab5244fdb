/* room.h - rooms for both sides: #name@gateway, a small part of XEP-0045. A
   room begins with the first occupant and ends with the last one. Users enter,
   leave, see who is there and say something. Roles, subjects, history, new
   nicknames and private messages do not exist; asking for them is an error. */
#ifndef GATEWAY_ROOM_H
#define GATEWAY_ROOM_H

#include "gateway.h"

/* The next one in the room after `o`, or the first one if that is NULL. NULL:
   there is none. */
struct chatroom_occupant *chatroom_next(struct gateway *g, const char *room,
                                        const struct chatroom_occupant *o);
struct chatroom_occupant *chatroom_find_jid(struct gateway *g,
                                            const char *room, xc_str full);
struct chatroom_occupant *chatroom_find_foreign(struct gateway *g,
                                                const char *room,
                                                const struct foreign *f);

xc_stanza_error_condition chatroom_enter(struct gateway *g,
                                         const struct chatroom_occupant *o);
void chatroom_leave(struct gateway *g, struct chatroom_occupant *o);

/* All rooms of this foreign user, or of all XMPP users if it is NULL. */
void chatroom_leave_all(struct gateway *g, const struct foreign *f);

/* To everybody in the room. False: too long for a line. */
bool chatroom_relay(struct gateway *g, const struct chatroom_occupant *from,
                    xc_str id, xc_str body);

/* Before the gateway ends. */
void chatroom_shut_down(struct gateway *g);

/* ---- what XMPP users send to a room ------------------------------------- */

void chatroom_on_presence(struct gateway *g, const struct component_stanza *s,
                          unsigned type);

/* A stanza of any kind, of type error. */
void chatroom_on_error(struct gateway *g, const struct component_stanza *s);

/* Returns the error to reply. */
xc_stanza_error_condition chatroom_on_message(struct gateway *g,
                                              const struct component_stanza *s,
                                              const xc_message *m);

#endif
