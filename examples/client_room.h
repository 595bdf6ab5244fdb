/* client_room.h - rooms (XEP-0045): enter, be told so, leave. */
#ifndef CLIENT_ROOM_H
#define CLIENT_ROOM_H

#include "client_send.h"

static struct room *room_find(struct client *c, xc_jid jid)
{
    for (struct room *r = c->rooms; r < c->rooms + ROOMS; r++)
        if (r->as.jid.ptr != NULL && xc_jid_bare_equal(r->as.jid, jid))
            return r;
    return NULL;
}

/* The room of ours that an address, with a nickname or without, is in. */
static struct room *room_of(struct client *c, xc_str from)
{
    struct address address;
    return address_set(&address, from) ? room_find(c, address.jid) : NULL;
}

static struct room *room_free(struct client *c)
{
    for (struct room *r = c->rooms; r < c->rooms + ROOMS; r++)
        if (r->as.jid.ptr == NULL)
            return r;
    return NULL;
}

/* XEP-0045 section 7.2; section 7.6 for who is in and wants another nick.
   Without history: /history has it all. */
static void room_enter(struct client *c, xc_str as, bool is_in)
{
    xc_presence presence = {.to = as, .show = c->show};
    xc_muc_join join = {
        .history = {.base = {.present = true}, .maxstanzas = {true, 0}}};
    xc_writer *w = stanza_begin(c);
    xc_write_begin(w, &xc_presence_schema, &presence);
    xc_write_children(w, &xc_presence_schema, &presence);
    if (!is_in)
        xc_write(w, &xc_muc_join_schema, &join);
    xc_writer_end(w);
    stanza_send(c, NULL);
}

/* After a new session; a resumed one is still in its rooms. */
static void rooms_enter_again(struct client *c)
{
    for (struct room *r = c->rooms; r < c->rooms + ROOMS; r++)
        if (r->as.jid.ptr != NULL)
            room_enter(c, address_full(&r->as), false);
}

static void room_leave(struct client *c, const struct room *r)
{
    xc_presence presence = {.to = address_full(&r->as),
                            .type = XC_PRESENCE_UNAVAILABLE};
    xc_write(stanza_begin(c), &xc_presence_schema, &presence);
    stanza_send(c, NULL);
}

/* A new room is locked until its owner has said how it is to be: as the server
   likes (section 10.1.2). */
static void room_unlock(struct client *c, const struct room *r)
{
    struct request *q =
        request_begin(c, REQUEST_QUIET, XC_IQ_SET, address_bare(&r->as));
    xc_writer *w = &c->writer;
    xc_muc_owner owner = {
        .form = {.base = {.present = true}, .type = XC_FORM_SUBMIT}};
    xc_write(w, &xc_muc_owner_schema, &owner);
    request_send(c, q);
}

static void room_forget(struct client *c, struct room *r)
{
    show(c, EVENT_LEFT, address_full(&r->as), nothing, nothing, nothing);
    r->as.jid.ptr = NULL;
    r->joined = false;
}

/* Perhaps with another nick than we wanted (status 210), or than we had. A
   room that says too often that it is new is not answered. */
static void room_entered(struct client *c, struct room *r, xc_str as,
                         bool is_new)
{
    if (r->joined && xc_str_equal(as, address_full(&r->as)))
        return;
    if (is_new && requests_open(c) < REQUESTS / 2)
        room_unlock(c, r);
    r->joined = true;
    address_set(&r->as, as);
    show(c, EVENT_JOINED, address_full(&r->as), nothing, nothing, nothing);
}

/* Status 110 is said of ourselves (section 7.1.2), 201 of a new room, 303 when
   a nick goes and another comes. */
static void room_on_presence(struct client *c, const xc_presence *p)
{
    struct room *r = room_of(c, p->from);
    const xc_element *x;
    if (r == NULL)
        return;
    x = xc_muc_user_of(p->base.element, address_full(&r->as));
    if (p->type == XC_PRESENCE_ERROR && !r->joined) {
        r->as.jid.ptr = NULL; /* not let in */
    } else if (x == NULL || !xc_muc_has_status(x, 110)) {
        return;
    } else if (p->type == XC_PRESENCE_AVAILABLE) {
        room_entered(c, r, p->from, xc_muc_has_status(x, 201));
    } else if (p->type == XC_PRESENCE_UNAVAILABLE &&
               !xc_muc_has_status(x, 303)) {
        room_forget(c, r);
    }
}

#endif
