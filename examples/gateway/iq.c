#include "iq.h"

#include "presence.h"
#include "room.h"

/* Each function below replies, or returns the error to reply. */
typedef xc_stanza_error_condition
request_function(struct gateway *g, const struct component_stanza *s);

static xc_writer *reply_begin(struct gateway *g,
                              const struct component_stanza *s)
{
    xc_writer *w = component_begin(&g->component);
    xc_write_reply_begin(w, s->e);
    return w;
}

static xc_stanza_error_condition reply_end(struct gateway *g, xc_writer *w)
{
    xc_writer_end(w);
    component_send(&g->component);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition reply_empty(struct gateway *g,
                                             const struct component_stanza *s)
{
    return reply_end(g, reply_begin(g, s));
}

/* ---- registration ------------------------------------------------------- */

static xc_stanza_error_condition register_get(struct gateway *g,
                                              const struct component_stanza *s)
{
    const struct registry_user *u =
        registry_find(&g->registry, xc_jid_bare(s->from));
    xc_registration form = {
        .instructions = XC_STR("Choose the name by which users of the other "
                               "network know you."),
        .registered = u != NULL};
    xc_writer *w;
    if (!gateway_is_addressed(s))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    form.username = xc_str_from(u != NULL ? u->name.shown : "");
    w = reply_begin(g, s);
    xc_write(w, &xc_registration_schema, &form);
    return reply_end(g, w);
}

/* XEP-0077 section 3.2: <remove/> must be alone. */
static xc_stanza_error_condition
register_remove(struct gateway *g, const struct component_stanza *s,
                struct registry_user *u)
{
    const xc_element *only = xc_first_child(xc_iq_payload(s->e));
    if (u == NULL)
        return XC_STANZA_ERROR_REGISTRATION_REQUIRED;
    if (xc_next_sibling(only) != NULL)
        return XC_STANZA_ERROR_BAD_REQUEST;
    reply_empty(g, s);
    gateway_forget_presences(g, xc_jid_bare(s->from));
    registry_remove(&g->registry, u);
    return XC_STANZA_ERROR_NONE;
}

static xc_stanza_error_condition
register_as(struct gateway *g, const struct component_stanza *s, xc_str text)
{
    struct registry *r = &g->registry;
    xc_str bare = xc_jid_bare(s->from);
    struct foreign_name name;
    if (text.len == 0 || !foreign_name_read(text, &name) ||
        bare.len >= REGISTRY_ADDRESS_SIZE)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE; /* XEP-0077 section 3.1.1 */
    if (gateway_is_name_taken(g, &name, registry_find(r, bare)))
        return XC_STANZA_ERROR_CONFLICT;
    if (!registry_add(r, bare, &name))
        return XC_STANZA_ERROR_RESOURCE_CONSTRAINT;
    reply_empty(g, s);
    gateway_send_presence(g, "", bare, XC_PRESENCE_AVAILABLE);
    return XC_STANZA_ERROR_NONE;
}

/* The rest of the form (a password, say) is of no use here. */
static xc_stanza_error_condition register_set(struct gateway *g,
                                              const struct component_stanza *s)
{
    struct registry_user *u =
        registry_find(&g->registry, xc_jid_bare(s->from));
    xc_registration form;
    xc_status status =
        xc_read(&xc_registration_schema, xc_iq_payload(s->e), &form, NULL);
    if (!gateway_is_addressed(s))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    if (status != XC_OK)
        return xc_stanza_error_for_status(status);
    if (form.remove)
        return register_remove(g, s, u);
    if (form.username.len > 0)
        return register_as(g, s, form.username);
    return register_as(g, s,
                       xc_form_value(form.form.base.element, "username"));
}

/* ---- service discovery -------------------------------------------------- */

/* An identity and the features that go with it. */
struct identity {
    const char *category, *type, *name;
    const char *features[7];
};

static const struct identity gateway_identity = {
    "gateway",
    "sms",
    "Line protocol gateway",
    {XC_NS_DISCO_INFO, XC_NS_DISCO_ITEMS, XC_NS_REGISTER, XC_NS_PING,
     XC_NS_SOFTWARE_VERSION, "jabber:iq:gateway", NULL}};
static const struct identity rooms_identity = {
    "conference", "text", "Rooms of both networks", {XC_NS_MUC, NULL}};
static const struct identity room_identity = {
    "conference",
    "text",
    NULL,
    {XC_NS_DISCO_INFO, XC_NS_PING, XC_NS_MUC, "muc_open", "muc_temporary",
     "muc_unmoderated", NULL}};
static const struct identity foreign_identity = {
    "client", "sms", NULL, {XC_NS_DISCO_INFO, XC_NS_PING, NULL}};

static void write_identity(xc_writer *w, const struct identity *d)
{
    xc_disco_identity identity = {.category = xc_str_from(d->category),
                                  .type = xc_str_from(d->type),
                                  .name = xc_str_from(d->name)};
    xc_write(w, &xc_disco_identity_schema, &identity);
}

static void write_features(xc_writer *w, const struct identity *d)
{
    for (const char *const *f = d->features; *f != NULL; f++) {
        xc_disco_feature feature = {.var = xc_str_from(*f)};
        xc_write(w, &xc_disco_feature_schema, &feature);
    }
}

/* One identity, or two. */
static xc_stanza_error_condition reply_info(struct gateway *g,
                                            const struct component_stanza *s,
                                            const struct identity *a,
                                            const struct identity *b)
{
    xc_writer *w = reply_begin(g, s);
    xc_writer_begin(w, XC_NS_DISCO_INFO, "query");
    write_identity(w, a);
    if (b != NULL)
        write_identity(w, b);
    write_features(w, a);
    if (b != NULL)
        write_features(w, b);
    xc_writer_end(w);
    return reply_end(g, w);
}

static bool room_exists(struct gateway *g, xc_str text)
{
    char room[LOCAL_SIZE];
    return chatroom_from_local(text, room) &&
           chatroom_next(g, room, NULL) != NULL;
}

static xc_stanza_error_condition disco_info(struct gateway *g,
                                            const struct component_stanza *s)
{
    xc_str local = xc_jid_local(s->to);
    if (xc_attr(xc_iq_payload(s->e), "node").ptr != NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (gateway_is_addressed(s))
        return reply_info(g, s, &gateway_identity, &rooms_identity);
    if (chatroom_is(local))
        return room_exists(g, local) ? reply_info(g, s, &room_identity, NULL)
                                     : XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (foreign_find(&g->foreign, local) == NULL)
        return foreign_absence(&g->foreign, local);
    return reply_info(g, s, &foreign_identity, NULL);
}

static bool is_first_in_room(struct gateway *g,
                             const struct chatroom_occupant *o)
{
    return o->room[0] != '\0' && chatroom_next(g, o->room, NULL) == o;
}

static void write_room(struct gateway *g, xc_writer *w, const char *room)
{
    char jid[COMPONENT_ADDRESS_SIZE], name[LOCAL_SIZE];
    xc_disco_item item = {
        .jid = component_address(&g->component, room, "", jid, sizeof jid),
        .name = foreign_name_of(room, name, sizeof name)};
    xc_write(w, &xc_disco_item_schema, &item);
}

/* The items of the gateway are its rooms; those of a room are private. */
static xc_stanza_error_condition disco_items(struct gateway *g,
                                             const struct component_stanza *s)
{
    xc_str local = xc_jid_local(s->to);
    xc_writer *w;
    if (xc_attr(xc_iq_payload(s->e), "node").ptr != NULL ||
        (chatroom_is(local) && !room_exists(g, local)))
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    w = reply_begin(g, s);
    xc_writer_begin(w, XC_NS_DISCO_ITEMS, "query");
    for (size_t i = 0; i < CHATROOM_OCCUPANTS_MAX && gateway_is_addressed(s);
         i++)
        if (is_first_in_room(g, &g->occupants[i]))
            write_room(g, w, g->occupants[i].room);
    xc_writer_end(w);
    return reply_end(g, w);
}

/* ---- addresses (XEP-0100 section 6.3) ----------------------------------- */

/* The codec has no struct for this element: the fields are declared here. */
typedef struct prompt {
    xc_base base;
    xc_str desc, prompt, jid;
} prompt;
static const xc_field prompt_fields[] = {
    XC_CHILD(prompt, desc, STRING, NULL, "desc", NULL, 0),
    XC_CHILD(prompt, prompt, STRING, NULL, "prompt", NULL, 0),
    XC_CHILD(prompt, jid, STRING, NULL, "jid", NULL, 0)};
static const xc_schema prompt_schema =
    XC_SCHEMA("jabber:iq:gateway", "query", prompt, prompt_fields);

static xc_stanza_error_condition reply_prompt(struct gateway *g,
                                              const struct component_stanza *s,
                                              const prompt *p)
{
    xc_writer *w = reply_begin(g, s);
    xc_write(w, &prompt_schema, p);
    return reply_end(g, w);
}

static xc_stanza_error_condition prompt_get(struct gateway *g,
                                            const struct component_stanza *s)
{
    prompt p = {.desc = XC_STR("The name of somebody on the other "
                               "network."),
                .prompt = XC_STR("Name")};
    return reply_prompt(g, s, &p);
}

/* From a name to an address. */
static xc_stanza_error_condition prompt_set(struct gateway *g,
                                            const struct component_stanza *s)
{
    char mem[COMPONENT_ADDRESS_SIZE];
    struct foreign_name name;
    prompt request, reply = {.desc = {NULL, 0}};
    if (xc_read(&prompt_schema, xc_iq_payload(s->e), &request, NULL) !=
            XC_OK ||
        !foreign_name_read(request.prompt, &name))
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    reply.jid =
        component_address(&g->component, name.local, "", mem, sizeof mem);
    return reply_prompt(g, s, &reply);
}

/* ---- ping, version ------------------------------------------------------ */

/* In a room, an occupant's ping to itself asks whether it still is an occupant
   (XEP-0410). */
static xc_stanza_error_condition ping(struct gateway *g,
                                      const struct component_stanza *s)
{
    xc_str local = xc_jid_local(s->to);
    char room[LOCAL_SIZE];
    if (gateway_is_addressed(s))
        return reply_empty(g, s);
    if (!chatroom_is(local))
        return foreign_find(&g->foreign, local) != NULL
                   ? reply_empty(g, s)
                   : foreign_absence(&g->foreign, local);
    if (!chatroom_from_local(local, room) ||
        chatroom_next(g, room, NULL) == NULL)
        return XC_STANZA_ERROR_ITEM_NOT_FOUND;
    if (chatroom_find_jid(g, room, xc_jid_full(s->from)) == NULL)
        return XC_STANZA_ERROR_NOT_ACCEPTABLE;
    return reply_empty(g, s);
}

static xc_stanza_error_condition version(struct gateway *g,
                                         const struct component_stanza *s)
{
    xc_software_version v = {.name = XC_STR("xmpp_codec.h gateway example"),
                             .version = XC_STR(XC_VERSION)};
    xc_writer *w;
    if (!gateway_is_addressed(s))
        return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
    w = reply_begin(g, s);
    xc_write(w, &xc_software_version_schema, &v);
    return reply_end(g, w);
}

/* ---- all of them -------------------------------------------------------- */

static const struct {
    xc_iq_type type;
    const char *ns, *name;
    request_function *reply;
} requests[] = {
    {XC_IQ_GET, XC_NS_REGISTER, "query", register_get},
    {XC_IQ_SET, XC_NS_REGISTER, "query", register_set},
    {XC_IQ_GET, XC_NS_DISCO_INFO, "query", disco_info},
    {XC_IQ_GET, XC_NS_DISCO_ITEMS, "query", disco_items},
    {XC_IQ_GET, "jabber:iq:gateway", "query", prompt_get},
    {XC_IQ_SET, "jabber:iq:gateway", "query", prompt_set},
    {XC_IQ_GET, XC_TAG_PING, ping},
    {XC_IQ_GET, XC_NS_SOFTWARE_VERSION, "query", version},
};

/* The gateway sends no requests, so it ignores replies. */
xc_stanza_error_condition gateway_on_iq(struct gateway *g,
                                        const struct component_stanza *s)
{
    xc_iq iq;
    xc_status status = xc_read(&xc_iq_schema, s->e, &iq, NULL);
    if (status != XC_OK)
        return xc_stanza_error_for_status(status);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++)
        if (iq.type == requests[i].type &&
            xc_is(xc_iq_payload(s->e), requests[i].ns, requests[i].name))
            return requests[i].reply(g, s);
    return XC_STANZA_ERROR_SERVICE_UNAVAILABLE;
}
