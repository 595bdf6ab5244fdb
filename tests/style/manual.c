/* The code of the manual's sections, as a file that compiles. `make
   check-manual` compares: white space does not count, "..." is anything.
   Sections: [STATUS] [XML] [TREE] [STREAM] [WRITER] [SCHEMA] [STANZA] [JID] */
#include "xmpp_codec.h"
#include <stdio.h>
#include <stdlib.h>

#define BUFFER_SIZE 16384
void write_all(int fd, const char *bytes, size_t size);
void send(int fd, const char *bytes, size_t size, int flags);
void close(int fd);
bool start_tls(void);
bool send_header(void);
bool server_proved(const xc_element *success);
char *borrow_buffer(void);
void give_back(char *buffer);

static void refuse(int fd, xc_status st, const xc_stream_header *header,
                   bool header_sent)
{
    char buf[1024];
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, buf, sizeof buf, XC_NS_CLIENT);
    if (!header_sent)
        xc_writer_stream_open(&w, header);
    xc_writer_stream_error(&w, xc_status_condition(st),
                           xc_str_from(xc_status_text(st)));
    xc_writer_stream_close(&w);
    if (xc_writer_finish(&w, &out) == XC_OK)
        write_all(fd, out.ptr, out.len);
    close(fd);
}

static xc_status tokens(xc_str in)
{
    char memory[4096];
    xc_status status;
    xc_xml x;
    xc_token tok;
    xc_xml_init(&x, memory, sizeof memory, NULL);
    while ((status = xc_xml_next(&x, &in, &tok)) == XC_EVENT)
        ;
    return status;
}

static const xc_element *copy(const xc_element *e)
{
    size_t size = xc_element_size(e);
    xc_element *mine = (xc_element *)malloc(size);
    if (mine != NULL)
        memcpy(mine, e, size);
    return mine;
}

static bool on_nonza(xc_stream *s, xc_str *in, const xc_element *e)
{
    if (xc_is(e, XC_NS_TLS, "proceed"))
        return in->len == 0 && xc_stream_reset(s) == XC_OK && start_tls();
    if (xc_is(e, XC_NS_SASL, "success"))
        return server_proved(e) && xc_stream_reset(s) == XC_OK &&
               send_header();
    return true;
}

struct connection {
    xc_stream stream;
    char idle[256], *mem;
    size_t idle_size;
};

static void on_input(struct connection *c)
{
    if (c->mem == NULL) {
        c->mem = borrow_buffer();
        memcpy(c->mem, c->idle, c->idle_size);
        xc_stream_relocate(&c->stream, c->mem, BUFFER_SIZE);
    }
    if (xc_stream_is_idle(&c->stream) &&
        xc_stream_saved_size(&c->stream) <= sizeof c->idle) {
        c->idle_size = xc_stream_saved_size(&c->stream);
        memcpy(c->idle, c->mem, c->idle_size);
        give_back(c->mem);
        c->mem = NULL;
    }
}

static void write_message(int fd)
{
    char buffer[256];
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, buffer, sizeof buffer, XC_NS_CLIENT);
    xc_writer_begin(&w, NULL, "message");
    xc_writer_attr(&w, "to", XC_STR("juliet@capulet.lit"));
    xc_writer_text_element(&w, NULL, "body", XC_STR("Art thou not Romeo?"));
    xc_writer_end(&w);
    if (xc_writer_finish(&w, &out) == XC_OK)
        send(fd, out.ptr, out.len, 0);
}

#include "geoloc.h"

static void show_geoloc(const xc_element *element)
{
    char buffer[512];
    xc_writer writer;
    geoloc g;
    if (xc_was_read(xc_read(&geoloc_schema, element, &g, NULL)))
        printf(XC_FMT "\n", XC_ARG(g.text));
    xc_writer_init(&writer, buffer, sizeof buffer, XC_NS_CLIENT);
    xc_write(&writer, &geoloc_schema, &g);
}

static void take_geoloc(xc_writer *w, const xc_element *iq)
{
    const xc_field *field;
    geoloc g;
    xc_status st = xc_read(&geoloc_schema, xc_iq_payload(iq), &g, &field);
    if (st == XC_OK)
        printf(XC_FMT "\n", XC_ARG(g.text));
    else if (field == NULL)
        xc_write_error(w, iq, XC_STANZA_ERROR_SERVICE_UNAVAILABLE,
                       xc_str_from(NULL));
    else
        xc_write_error(w, iq, xc_stanza_error_for_status(st),
                       xc_str_from(xc_status_text(st)));
}

static void items_of(xc_writer *w, const xc_element *query, xc_roster roster,
                     const xc_roster_item *items, size_t n)
{
    const xc_element *e;
    xc_roster_item item;
    size_t i;
    for (e = xc_child(query, NULL, "item"); e; e = xc_next_same_name(e))
        xc_read(&xc_roster_item_schema, e, &item, NULL);

    xc_write_begin(w, &xc_roster_schema, &roster);
    for (i = 0; i < n; i++)
        xc_write(w, &xc_roster_item_schema, &items[i]);
    xc_writer_end(w);
}

static void show_chat(xc_stream_event ev)
{
    xc_message m;
    if (xc_was_read(xc_read(&xc_message_schema, ev.element, &m, NULL)) &&
        m.type == XC_MESSAGE_CHAT)
        printf(XC_FMT "\n", XC_ARG(m.body));
}

static bool is_owner(const xc_element *stanza, xc_jid owner)
{
    char memory[XC_JID_MAX];
    xc_jid jid;
    xc_status st =
        xc_jid_parse(xc_attr(stanza, "from"), memory, sizeof memory, &jid);
    if (st == XC_OK && xc_jid_bare_equal(jid, owner))
        return true;
    if (st != XC_OK)
        printf("%s at byte %u\n", xc_status_text(st), (unsigned)jid.where);
    return false;
}

/* So that nothing is unused. */
void manual(int fd, struct connection *c, xc_writer *w, xc_stream_event ev);
void manual(int fd, struct connection *c, xc_writer *w, xc_stream_event ev)
{
    xc_str in = XC_STR("<a/>");
    xc_roster_item item;
    xc_roster roster;
    xc_jid owner;
    memset(&item, 0, sizeof item);
    memset(&roster, 0, sizeof roster);
    memset(&owner, 0, sizeof owner);
    refuse(fd, tokens(in), &ev.header, true);
    on_input(c);
    write_message(fd);
    show_geoloc(copy(ev.element));
    take_geoloc(w, ev.element);
    items_of(w, ev.element, roster, &item, 1);
    show_chat(ev);
    if (is_owner(ev.element, owner))
        on_nonza(&c->stream, &in, ev.element);
}
