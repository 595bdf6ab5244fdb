/* client_room.h - rooms (XEP-0045): enter, be told so, leave.

       client_room_enter(c, XC_STR("tea@muc.example/Juliet"), false);
*/
#ifndef CLIENT_ROOM_H
#define CLIENT_ROOM_H

#include "client.h"

struct client_room *client_room_find(struct client *c, xc_jid jid);

/* Our room of an address, with a nick or without; NULL: none. */
struct client_room *client_room_of(struct client *c, xc_str from);

/* One that is not in use; NULL: none. */
struct client_room *client_room_free(struct client *c);

/* XEP-0045 section 7.2; section 7.6 to change the nick if `is_in`. */
void client_room_enter(struct client *c, xc_str as, bool is_in);

/* After a new session; a resumed one is still in its rooms. */
void client_rooms_enter_again(struct client *c);

void client_room_leave(struct client *c, const struct client_room *r);

void client_room_on_presence(struct client *c, const xc_presence *p);

#endif
