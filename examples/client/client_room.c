#include "client_room.h"

#include "client_output.h"
#include "client_queue.h"
#include "client_request.h"

struct client_room *client_room_find(struct client *c, xc_jid jid)
{
    for (struct client_room *r = c->rooms; r < c->rooms + CLIENT_ROOMS; r++)
        if (r->as.jid.ptr != NULL && xc_jid_bare_equal(r->as.jid, jid))
            return r;
    return NULL;
}

struct client_room *client_room_of(struct client *c, xc_str from)
{
    struct client_address address;
    return client_address_set(&address, from)
               ? client_room_find(c, address.jid)
               : NULL;
}

struct client_room *client_room_free(struct client *c)
{
    for (struct client_room *r = c->rooms; r < c->rooms + CLIENT_ROOMS; r++)
        if (r->as.jid.ptr == NULL)
            return r;
    return NULL;
}

/* Without history: /history has it all. */
void client_room_enter(struct client *c, xc_str as, bool is_in)
{
    xc_presence presence = {.to = as, .show = c->show};
    xc_muc_join join = {
        .history = {.base = {.present = true}, .maxstanzas = {true, 0}}};
    xc_writer *w = client_stanza_begin(c);
    xc_write_begin(w, &xc_presence_schema, &presence);
    xc_write_children(w, &xc_presence_schema, &presence);
    if (!is_in)
        xc_write(w, &xc_muc_join_schema, &join);
    xc_writer_end(w);
    client_stanza_send(c, presence.to, NULL);
}

void client_rooms_enter_again(struct client *c)
{
    for (struct client_room *r = c->rooms; r < c->rooms + CLIENT_ROOMS; r++)
        if (r->as.jid.ptr != NULL)
            client_room_enter(c, client_address_full(&r->as), false);
}

void client_room_leave(struct client *c, const struct client_room *r)
{
    xc_presence presence = {.to = client_address_full(&r->as),
                            .type = XC_PRESENCE_UNAVAILABLE};
    xc_write(client_stanza_begin(c), &xc_presence_schema, &presence);
    client_stanza_send(c, presence.to, NULL);
}

/* A new room is locked until its owner has said how it is to be: as the server
   likes (section 10.1.2). */
static void unlock_room(struct client *c, const struct client_room *r)
{
    struct client_request *q = client_request_begin(
        c, CLIENT_REQUEST_QUIET, XC_IQ_SET, client_address_bare(&r->as));
    xc_writer *w = &c->writer;
    xc_muc_owner owner = {
        .form = {.base = {.present = true}, .type = XC_FORM_SUBMIT}};
    xc_write(w, &xc_muc_owner_schema, &owner);
    client_request_send(c, q);
}

static void forget_room(struct client *c, struct client_room *r)
{
    client_show(c, CLIENT_EVENT_LEFT, client_address_full(&r->as), nothing,
                nothing, nothing);
    r->as.jid.ptr = NULL;
    r->joined = false;
}

/* Perhaps with another nick than we wanted (status 210), or than we had. A
   room that says too often that it is new gets no reply. */
static void on_entered(struct client *c, struct client_room *r, xc_str as,
                       bool is_new)
{
    if (r->joined && xc_str_equal(as, client_address_full(&r->as)))
        return;
    if (is_new && client_requests_open(c) < CLIENT_REQUESTS / 2)
        unlock_room(c, r);
    r->joined = true;
    client_address_set(&r->as, as);
    client_show(c, CLIENT_EVENT_JOINED, client_address_full(&r->as), nothing,
                nothing, nothing);
}

/* Status 110 is about ourselves (XEP-0045 section 7.1.2), 201 about a new
   room; 303 announces another nick. */
void client_room_on_presence(struct client *c, const xc_presence *p)
{
    struct client_room *r = client_room_of(c, p->from);
    const xc_element *x;
    if (r == NULL)
        return;
    x = xc_muc_user_of(p->base.element, client_address_full(&r->as));
    if (p->type == XC_PRESENCE_ERROR && !r->joined) {
        r->as.jid.ptr = NULL; /* not let in */
    } else if (x == NULL || !xc_muc_has_status(x, 110)) {
        return;
    } else if (p->type == XC_PRESENCE_AVAILABLE) {
        on_entered(c, r, p->from, xc_muc_has_status(x, 201));
    } else if (p->type == XC_PRESENCE_UNAVAILABLE &&
               !xc_muc_has_status(x, 303)) {
        forget_room(c, r);
    }
}
