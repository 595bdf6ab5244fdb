/* gateway_iq.h - what the gateway is asked: registration (XEP-0077), service
   discovery (XEP-0030), addresses of foreign users (XEP-0100 section 6.3),
   ping and version. */
#ifndef GATEWAY_IQ_H
#define GATEWAY_IQ_H

#include "xmpp_codec.h"

#include "gateway_component.h"
#include "gateway_presence.h"
#include "gateway_room.h"
#include "gateway_state.h"
#include "gateway_store.h"

/* Each function below answers, or returns the error to answer with. */
typedef xc_stanza_error_condition iq_function(struct gateway *g,
                                              const struct stanza *s);

static xc_writer *iq_reply_begin(struct gateway *g, const struct stanza *s)
{
    xc_writer *w = component_begin(g);
    xc_write_reply_begin(w, s->e);
    return w;
}

static xc_stanza_error_condition iq_reply_end(struct gateway *g, xc_writer *w)
{
    xc_writer_end(w);
    component_send(g);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition iq_reply_empty(struct gateway *g,
                                                const struct stanza *s)
{
    return iq_reply_end(g, iq_reply_begin(g, s));
}

static bool is_to_gateway(const struct stanza *s)
{
    return xc_jid_local(s->to).ptr == NULL;
}

/* ---- registration ------------------------------------------------------- */

static xc_stanza_error_condition iq_register_get(struct gateway *g,
                                                 const struct stanza *s)
{
    const struct user *u = store_user(&g->store, xc_jid_bare(s->from));
    xc_registration form = {
        .instructions = XC_STR("Choose the name by which users of the other "
                               "network know you."),
        .registered = u != NULL};
    xc_writer *w;
    if (!is_to_gateway(s))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    form.username = xc_str_from(u != NULL ? u->name.shown : "");
    w = iq_reply_begin(g, s);
    xc_write(w, &xc_registration_schema, &form);
    return iq_reply_end(g, w);
}

/* XEP-0077 section 3.2: <remove/> is all there is. */
static xc_stanza_error_condition
iq_register_remove(struct gateway *g, const struct stanza *s, struct user *u)
{
    const xc_element *only = xc_first_child(xc_iq_payload(s->e));
    if (u == NULL)
        return XC_STANZA_ERROR_REGISTRATION_REQUIRED;
    if (xc_next_sibling(only) != NULL)
        return XC_STANZA_ERROR_BAD_REQUEST;
    iq_reply_empty(g, s);
    presence_forget(g, xc_jid_bare(s->from));
    store_remove(&g->store, u);
    return XC_STANZA_ERROR_NONE;
}

/* A name is one person's, on either side. */
static bool is_name_taken(struct gateway *g, const struct name *name,
                          const struct user *but)
{
    xc_str local = xc_str_from(name->local);
    const struct user *other = store_user_named(&g->store, local);
    return (other != NULL && other != but) || foreign_find(g, local) != NULL;
}

static xc_stanza_error_condition
iq_register_as(struct gateway *g, const struct stanza *s, xc_str text)
{
    xc_str bare = xc_jid_bare(s->from);
    struct name name;
    if (text.len == 0 || !name_read(text, &name) || bare.len >= ADDRESS_SIZE)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* XEP-0077 section 3.1.1 */
    if (is_name_taken(g, &name, store_user(&g->store, bare)))
        return XC_STANZA_ERROR_CONFLICT;
    if (!store_register(&g->store, bare, &name))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    iq_reply_empty(g, s);
    presence_send(g, "", bare, XC_PRESENCE_AVAILABLE);
    return XC_STANZA_ERROR_NONE;
}

/* What else the form has (a password, say) is of no use here. */
static xc_stanza_error_condition iq_register_set(struct gateway *g,
                                                 const struct stanza *s)
{
    struct user *u = store_user(&g->store, xc_jid_bare(s->from));
    xc_registration form;
    xc_status status =
        xc_read(&xc_registration_schema, xc_iq_payload(s->e), &form, NULL);
    if (!is_to_gateway(s))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (status != XC_OK)
        return xc_stanza_error_for_status(status);
    if (form.remove)
        return iq_register_remove(g, s, u);
    if (form.username.len > 0)
        return iq_register_as(g, s, form.username);
    return iq_register_as(g, s,
                          xc_form_value(form.form.base.element, "username"));
}

/* ---- service discovery -------------------------------------------------- */

/* An identity and the features that go with it. */
struct disco {
    const char *category, *type, *name;
    const char *features[7];
};

static const struct disco disco_gateway = {
    "gateway",
    "sms",
    "Line protocol gateway",
    {XC_NS_DISCO_INFO, XC_NS_DISCO_ITEMS, XC_NS_REGISTER, XC_NS_PING,
     XC_NS_SOFTWARE_VERSION, "jabber:iq:gateway", NULL}};
static const struct disco disco_rooms = {
    "conference", "text", "Rooms of both networks", {XC_NS_MUC, NULL}};
static const struct disco disco_room = {
    "conference",
    "text",
    NULL,
    {XC_NS_DISCO_INFO, XC_NS_PING, XC_NS_MUC, "muc_open", "muc_temporary",
     "muc_unmoderated", NULL}};
static const struct disco disco_foreign = {
    "client", "sms", NULL, {XC_NS_DISCO_INFO, XC_NS_PING, NULL}};

static void disco_write_identity(xc_writer *w, const struct disco *d)
{
    xc_disco_identity identity = {.category = xc_str_from(d->category),
                                  .type = xc_str_from(d->type),
                                  .name = xc_str_from(d->name)};
    xc_write(w, &xc_disco_identity_schema, &identity);
}

static void disco_write_features(xc_writer *w, const struct disco *d)
{
    for (const char *const *f = d->features; *f != NULL; f++) {
        xc_disco_feature feature = {.var = xc_str_from(*f)};
        xc_write(w, &xc_disco_feature_schema, &feature);
    }
}

static xc_stanza_error_condition disco_reply(struct gateway *g,
                                             const struct stanza *s,
                                             const struct disco *a,
                                             const struct disco *b)
{
    xc_writer *w = iq_reply_begin(g, s);
    xc_writer_begin(w, XC_NS_DISCO_INFO, "query");
    disco_write_identity(w, a);
    if (b != NULL)
        disco_write_identity(w, b);
    disco_write_features(w, a);
    if (b != NULL)
        disco_write_features(w, b);
    xc_writer_end(w);
    return iq_reply_end(g, w);
}

static bool room_exists(struct gateway *g, xc_str text)
{
    char room[LOCAL_SIZE];
    return room_from_local(text, room) && room_next(g, room, NULL) != NULL;
}

static xc_stanza_error_condition iq_disco_info(struct gateway *g,
                                               const struct stanza *s)
{
    xc_str local = xc_jid_local(s->to);
    if (xc_attr(xc_iq_payload(s->e), "node").ptr != NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (local.ptr == NULL)
        return disco_reply(g, s, &disco_gateway, &disco_rooms);
    if (is_room(local))
        return room_exists(g, local) ? disco_reply(g, s, &disco_room, NULL)
                                     : XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (foreign_find(g, local) == NULL)
        return foreign_absence(g, local);
    return disco_reply(g, s, &disco_foreign, NULL);
}

/* Is nobody before `o` in the same room? */
static bool is_first_in_room(struct gateway *g, const struct occupant *o)
{
    return o->room[0] != '\0' && room_next(g, o->room, NULL) == o;
}

static void disco_write_room(struct gateway *g, xc_writer *w, const char *room)
{
    char jid[FULL_SIZE], name[LOCAL_SIZE];
    xc_disco_item item = {.jid = address_of(g, room, "", jid, sizeof jid),
                          .name = name_from_local(room, name, sizeof name)};
    xc_write(w, &xc_disco_item_schema, &item);
}

/* The items of the gateway are its rooms; those of a room are private. */
static xc_stanza_error_condition iq_disco_items(struct gateway *g,
                                                const struct stanza *s)
{
    xc_str local = xc_jid_local(s->to);
    xc_writer *w;
    if (xc_attr(xc_iq_payload(s->e), "node").ptr != NULL ||
        (is_room(local) && !room_exists(g, local)))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    w = iq_reply_begin(g, s);
    xc_writer_begin(w, XC_NS_DISCO_ITEMS, "query");
    for (size_t i = 0; i < OCCUPANTS_MAX && local.ptr == NULL; i++)
        if (is_first_in_room(g, &g->occupants[i]))
            disco_write_room(g, w, g->occupants[i].room);
    xc_writer_end(w);
    return iq_reply_end(g, w);
}

/* ---- addresses (XEP-0100 section 6.3): no struct of the codec ----------- */

typedef struct gateway_prompt {
    xc_base base;
    xc_str desc, prompt, jid;
} gateway_prompt;
static const xc_field gateway_prompt_fields[] = {
    XC_CHILD(gateway_prompt, desc, STRING, NULL, "desc", NULL, 0),
    XC_CHILD(gateway_prompt, prompt, STRING, NULL, "prompt", NULL, 0),
    XC_CHILD(gateway_prompt, jid, STRING, NULL, "jid", NULL, 0)};
static const xc_schema gateway_prompt_schema = XC_SCHEMA(
    "jabber:iq:gateway", "query", gateway_prompt, gateway_prompt_fields);

static xc_stanza_error_condition iq_prompt_reply(struct gateway *g,
                                                 const struct stanza *s,
                                                 const gateway_prompt *p)
{
    xc_writer *w = iq_reply_begin(g, s);
    xc_write(w, &gateway_prompt_schema, p);
    return iq_reply_end(g, w);
}

static xc_stanza_error_condition iq_prompt_get(struct gateway *g,
                                               const struct stanza *s)
{
    gateway_prompt p = {.desc = XC_STR("The name of somebody on the other "
                                       "network."),
                        .prompt = XC_STR("Name")};
    return iq_prompt_reply(g, s, &p);
}

/* Name to address: XEP-0106. */
static xc_stanza_error_condition iq_prompt_set(struct gateway *g,
                                               const struct stanza *s)
{
    char mem[FULL_SIZE];
    struct name name;
    gateway_prompt asked, answer = {.desc = absent()};
    if (xc_read(&gateway_prompt_schema, xc_iq_payload(s->e), &asked, NULL) !=
            XC_OK ||
        !name_read(asked.prompt, &name))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    answer.jid = address_of(g, name.local, "", mem, sizeof mem);
    return iq_prompt_reply(g, s, &answer);
}

/* ---- ping, version ------------------------------------------------------ */

/* In a room, the ping of an occupant to itself asks whether it still is one
   (XEP-0410). */
static xc_stanza_error_condition iq_ping(struct gateway *g,
                                         const struct stanza *s)
{
    xc_str local = xc_jid_local(s->to);
    char room[LOCAL_SIZE];
    if (local.ptr == NULL)
        return iq_reply_empty(g, s);
    if (!is_room(local))
        return foreign_find(g, local) != NULL ? iq_reply_empty(g, s)
                                              : foreign_absence(g, local);
    if (!room_from_local(local, room) || room_next(g, room, NULL) == NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (room_by_jid(g, room, xc_jid_full(s->from)) == NULL)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    return iq_reply_empty(g, s);
}

static xc_stanza_error_condition iq_version(struct gateway *g,
                                            const struct stanza *s)
{
    xc_software_version version = {.name =
                                       XC_STR("xmpp_codec.h gateway example"),
                                   .version = XC_STR(XC_VERSION)};
    xc_writer *w;
    if (!is_to_gateway(s))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    w = iq_reply_begin(g, s);
    xc_write(w, &xc_software_version_schema, &version);
    return iq_reply_end(g, w);
}

/* ---- all of them -------------------------------------------------------- */

static const struct {
    xc_iq_type type;
    const char *ns, *name;
    iq_function *answer;
} iq_functions[] = {
    {XC_IQ_GET, XC_NS_REGISTER, "query", iq_register_get},
    {XC_IQ_SET, XC_NS_REGISTER, "query", iq_register_set},
    {XC_IQ_GET, XC_NS_DISCO_INFO, "query", iq_disco_info},
    {XC_IQ_GET, XC_NS_DISCO_ITEMS, "query", iq_disco_items},
    {XC_IQ_GET, "jabber:iq:gateway", "query", iq_prompt_get},
    {XC_IQ_SET, "jabber:iq:gateway", "query", iq_prompt_set},
    {XC_IQ_GET, XC_TAG_PING, iq_ping},
    {XC_IQ_GET, XC_NS_SOFTWARE_VERSION, "query", iq_version},
};

/* The gateway asks nothing, so that answers are strays. */
static xc_stanza_error_condition iq_on(struct gateway *g,
                                       const struct stanza *s)
{
    xc_iq iq;
    xc_status status = xc_read(&xc_iq_schema, s->e, &iq, NULL);
    if (status != XC_OK)
        return xc_stanza_error_for_status(status);
    for (size_t i = 0; i < sizeof iq_functions / sizeof *iq_functions; i++)
        if (iq.type == iq_functions[i].type &&
            xc_is(xc_iq_payload(s->e), iq_functions[i].ns,
                  iq_functions[i].name))
            return iq_functions[i].answer(g, s);
    return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
}

#endif
