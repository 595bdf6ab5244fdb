#include "client_command.h"

#include <stdio.h>
#include <string.h>

#include "client_history.h"
#include "client_iq.h"
#include "client_output.h"
#include "client_queue.h"
#include "client_request.h"
#include "client_room.h"
#include "client_stanza.h"
#include "signals.h"

/* The next word; the rest loses the one space after it. */
static xc_str take_word(xc_str *rest)
{
    while (rest->len > 0 && *rest->ptr == ' ') {
        rest->ptr++;
        rest->len--;
    }
    return xc_str_cut(rest, ' ');
}

/* The next word as an address. False, with a complaint: it is not an address. */
static bool take_address(struct client *c, xc_str *rest,
                         struct client_address *a)
{
    xc_str word = take_word(rest);
    if (word.len > 0 && client_address_set(a, word))
        return true;
    client_show_error(c, word, "jid-malformed", XC_STR("not an address"));
    return false;
}

/* ---- messages ----------------------------------------------------------- */

bool client_send_message(struct client *c, const struct client_address *to,
                         xc_message_type type, xc_str body)
{
    char id[CLIENT_ID_SIZE];
    xc_message m = {
        .to = client_address_full(to), .type = (uint8_t)type, .body = body};
    xc_writer *w = client_stanza_begin(c);
    client_make_id(c, id);
    m.id = xc_str_from(id);
    xc_write_begin(w, &xc_message_schema, &m);
    xc_write_children(w, &xc_message_schema, &m);
    if (type == XC_MESSAGE_CHAT) {
        xc_write_tag(w, XC_TAG_RECEIPT_REQUEST);
        xc_write_chat_state(w, XC_CHAT_STATE_ACTIVE);
    }
    xc_writer_end(w);
    if (!client_stanza_send(c, m.to, id)) {
        if (c->options->send_to != NULL)
            c->exit_code = EXIT_USAGE;
        return false;
    }
    client_show(c, CLIENT_EVENT_SENT, m.to, m.id, nothing, nothing);
    return true;
}

static void send_to_partner(struct client *c, xc_str text)
{
    const struct client_address *to = &c->partner;
    bool in_room = to->jid.ptr != NULL && to->jid.resource_len == 0 &&
                   client_room_find(c, to->jid) != NULL;
    if (to->jid.ptr == NULL)
        client_show_error(c, nothing, "bad-request",
                          XC_STR("to whom? /msg JID text, or /help"));
    else
        client_send_message(
            c, to, in_room ? XC_MESSAGE_GROUPCHAT : XC_MESSAGE_CHAT, text);
}

static void command_msg(struct client *c, xc_str rest)
{
    struct client_address to;
    if (!take_address(c, &rest, &to))
        return;
    client_address_set(&c->partner, client_address_full(&to));
    if (rest.len > 0)
        client_send_message(c, &to, XC_MESSAGE_CHAT, rest);
}

/* XEP-0085, for scripts: a line is only seen when it is complete. */
static void command_state(struct client *c, xc_str rest)
{
    struct client_address to;
    xc_message m = {.type = XC_MESSAGE_CHAT};
    uint8_t state = XC_CHAT_STATE_GONE;
    xc_str word;
    if (!take_address(c, &rest, &to))
        return;
    word = take_word(&rest);
    while (state > 0 && !xc_str_is(word, client_chat_state_name(state)))
        state--;
    m.to = client_address_full(&to);
    xc_write_begin(client_stanza_begin(c), &xc_message_schema, &m);
    xc_write_chat_state(&c->writer, (xc_chat_state)state);
    xc_write_tag(&c->writer, XC_TAG_HINT_NO_STORE);
    xc_writer_end(&c->writer);
    if (state > 0)
        client_stanza_send(c, m.to, NULL);
    else
        client_show_error(
            c, word, "bad-request",
            XC_STR("active, composing, paused, inactive or gone"));
}

/* ---- contacts ----------------------------------------------------------- */

static void command_roster(struct client *c, xc_str rest)
{
    (void)rest;
    client_ask_roster(c);
}

static void set_contact(struct client *c, const struct client_address *contact,
                        xc_str name, xc_subscription subscription)
{
    xc_roster_item item = {.jid = client_address_bare(contact),
                           .name = name,
                           .subscription = (uint8_t)subscription};
    xc_roster roster = {.ver = nothing};
    struct client_request *r =
        client_request_begin(c, CLIENT_REQUEST_QUIET, XC_IQ_SET, nothing);
    xc_write_begin(&c->writer, &xc_roster_schema, &roster);
    xc_write(&c->writer, &xc_roster_item_schema, &item);
    xc_writer_end(&c->writer);
    client_request_send(c, r);
}

static void send_presence_to(struct client *c, const struct client_address *to,
                             xc_presence_type type)
{
    xc_presence p = {.to = client_address_bare(to), .type = (uint8_t)type};
    xc_write(client_stanza_begin(c), &xc_presence_schema, &p);
    client_stanza_send(c, p.to, "");
}

static void command_add(struct client *c, xc_str rest)
{
    struct client_address contact;
    if (!take_address(c, &rest, &contact))
        return;
    if (rest.len == 0)
        rest = nothing;
    set_contact(c, &contact, rest, XC_SUBSCRIPTION_NONE);
    send_presence_to(c, &contact, XC_PRESENCE_SUBSCRIBE);
}

static void command_accept(struct client *c, xc_str rest)
{
    struct client_address contact;
    if (take_address(c, &rest, &contact))
        send_presence_to(c, &contact, XC_PRESENCE_SUBSCRIBED);
}

static void command_refuse(struct client *c, xc_str rest)
{
    struct client_address contact;
    if (take_address(c, &rest, &contact))
        send_presence_to(c, &contact, XC_PRESENCE_UNSUBSCRIBED);
}

static void command_remove(struct client *c, xc_str rest)
{
    struct client_address contact;
    if (take_address(c, &rest, &contact))
        set_contact(c, &contact, nothing, XC_SUBSCRIPTION_REMOVE);
}

static void command_status(struct client *c, xc_str rest)
{
    static const char *const names[] = {"online", "away", "chat", "dnd", "xa"};
    xc_str after = rest, word = take_word(&after);
    c->show = XC_SHOW_ONLINE;
    for (uint8_t i = 0; i <= XC_SHOW_XA; i++)
        if (xc_str_is(word, names[i])) {
            c->show = i;
            rest = after;
        }
    if (rest.len >= sizeof c->status)
        client_show_error(c, nothing, "bad-request",
                          XC_STR("too long a status"));
    else {
        snprintf(c->status, sizeof c->status, XC_FMT, XC_ARG(rest));
        client_send_presence(c);
    }
}

/* ---- rooms -------------------------------------------------------------- */

/* A room that we know, or a free one. */
static struct client_room *room_for(struct client *c,
                                    const struct client_address *as)
{
    struct client_room *r = client_room_find(c, as->jid);
    if (r == NULL)
        r = client_room_free(c);
    if (r == NULL)
        client_show_error(c, client_address_bare(as), "resource-constraint",
                          XC_STR("too many rooms"));
    return r;
}

static void command_join(struct client *c, xc_str rest)
{
    struct client_address room, as;
    xc_jid_parts parts;
    struct client_room *r;
    if (!take_address(c, &rest, &room))
        return;
    parts = xc_jid_split(client_address_bare(&room));
    parts.resource = rest;
    if (rest.len == 0 ||
        xc_jid_build(&parts, as.bytes, XC_JID_MAX, &as.jid) != XC_OK) {
        client_show_error(c, rest, "jid-malformed", XC_STR("not a nick"));
        return;
    }
    r = room_for(c, &as);
    if (r == NULL)
        return;
    if (xc_jid_equal(r->as.jid, as.jid))
        r->joined = false;
    if (!r->joined)
        client_address_set(&r->as, xc_jid_full(as.jid));
    client_room_enter(c, xc_jid_full(as.jid), r->joined);
}

/* The room that the next word names, in which we are. */
static struct client_room *take_room(struct client *c, xc_str *rest)
{
    struct client_address a;
    struct client_room *r;
    if (!take_address(c, rest, &a))
        return NULL;
    r = client_room_find(c, a.jid);
    if (r == NULL)
        client_show_error(c, client_address_bare(&a), "item-not-found",
                          XC_STR("you are not in this room"));
    return r;
}

static void command_say(struct client *c, xc_str rest)
{
    struct client_room *r = take_room(c, &rest);
    struct client_address to;
    if (r == NULL || !client_address_set(&to, client_address_bare(&r->as)))
        return;
    client_address_set(&c->partner, client_address_full(&to));
    if (rest.len > 0)
        client_send_message(c, &to, XC_MESSAGE_GROUPCHAT, rest);
}

static void command_leave(struct client *c, xc_str rest)
{
    struct client_room *r = take_room(c, &rest);
    if (r != NULL)
        client_room_leave(c, r);
}

/* ---- the rest ----------------------------------------------------------- */

enum {
    HISTORY_DEFAULT = 20
};

static bool parse_count(xc_str word, size_t *count)
{
    size_t n = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.ptr[i] < '0' || word.ptr[i] > '9')
            return false;
        if (n < 100000)
            n = n * 10 + (size_t)(word.ptr[i] - '0');
    }
    if (n > 0)
        *count = n;
    return word.len > 0;
}

/* A room has an archive of its own. */
static void command_history(struct client *c, xc_str rest)
{
    xc_str word = take_word(&rest), archive = nothing, with = nothing;
    struct client_address contact;
    size_t wanted = HISTORY_DEFAULT;
    if (word.len > 0 && !parse_count(word, &wanted)) {
        if (!client_address_set(&contact, word)) {
            client_show_error(c, word, "jid-malformed",
                              XC_STR("not an address"));
            return;
        }
        if (client_room_find(c, contact.jid) != NULL)
            archive = client_address_bare(&contact);
        else
            with = client_address_full(&contact);
        parse_count(take_word(&rest), &wanted);
    }
    client_history_begin(c, archive, with, wanted);
}

static void command_ping(struct client *c, xc_str rest)
{
    struct client_address contact;
    struct client_request *r;
    if (!take_address(c, &rest, &contact))
        return;
    r = client_request_begin(c, CLIENT_REQUEST_PING, XC_IQ_GET,
                             client_address_full(&contact));
    xc_write_tag(&c->writer, XC_TAG_PING);
    client_request_send(c, r);
}

/* As if somebody had pulled the plug. */
static void command_drop(struct client *c, xc_str rest)
{
    (void)rest;
    c->lost = "as you have asked";
}

static void command_quit(struct client *c, xc_str rest)
{
    (void)rest;
    c->leaving = true;
}

static void command_help(struct client *c, xc_str rest);

static const struct client_command {
    const char *name, *arguments, *help;
    void (*run)(struct client *c, xc_str rest);
} commands[] = {
    {"/msg", "JID text", "writes to somebody", command_msg},
    {"/state", "JID composing", "or active, paused, inactive, gone",
     command_state},
    {"/roster", "", "lists your contacts", command_roster},
    {"/add", "JID [name]", "adds a contact", command_add},
    {"/accept", "JID", "lets somebody see your presence", command_accept},
    {"/refuse", "JID", "does not, or no longer", command_refuse},
    {"/remove", "JID", "removes a contact", command_remove},
    {"/status", "[away|chat|dnd|xa|online] [text]", "says how you are",
     command_status},
    {"/join", "ROOM NICK", "enters a room", command_join},
    {"/say", "ROOM text", "writes to all in the room", command_say},
    {"/leave", "ROOM", "leaves it", command_leave},
    {"/history", "[JID] [N]", "the last N messages, with somebody",
     command_history},
    {"/ping", "JID", "is anybody there?", command_ping},
    {"/drop", "", "cuts the connection; it comes back", command_drop},
    {"/help", "", "this list", command_help},
    {"/quit", "", "says goodbye", command_quit},
};

static void command_help(struct client *c, xc_str rest)
{
    (void)c;
    (void)rest;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(stderr, "%-9s %-33s %s\n", commands[i].name,
                commands[i].arguments, commands[i].help);
    fprintf(stderr, "%-43s %s\n", "text",
            "to whom you last wrote; begin with // for a /");
}

void client_run_command(struct client *c, xc_str line)
{
    xc_str rest = line, name;
    if (line.len == 0)
        return;
    if (xc_utf8_check(line) != line.len) {
        client_show_error(c, nothing, "not-acceptable",
                          XC_STR("a character that XML cannot have"));
        return;
    }
    if (line.ptr[0] != '/' || xc_str_starts_with(line, "//")) {
        rest.ptr += line.ptr[0] == '/';
        rest.len -= line.ptr[0] == '/';
        send_to_partner(c, rest);
        return;
    }
    name = xc_str_cut(&rest, ' ');
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (xc_str_is(name, commands[i].name)) {
            commands[i].run(c, rest);
            return;
        }
    client_show_error(c, name, "bad-request",
                      XC_STR("unknown command; try /help"));
}
