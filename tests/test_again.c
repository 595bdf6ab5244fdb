/* What was read and is written again says the same, to the last byte of each
   value; and if one member was changed, nothing else is different. Over the
   elements of tests/data/again.xml, and over recorded connections and the
   examples of the XEPs (XC_CORPORA): each element that has a schema, and what
   is inside it likewise. */
#include "support_captures.h"
#include "support_stream.h"
#include "support_tree.h"

#include "struct_equal.h"
#include "support_schema.h"
#include "support_schemas.h"

static char space[1 << 20];
static char memory[3][1 << 20];

static struct {
    size_t elements, typed, changes;
} counted;

/* ---- the events that are expected --------------------------------------- */

/* One change of an element: of an attribute, its own text or a child. */
typedef struct edit {
    const xc_element *in;    /* the element that has it */
    const xc_field *f;       /* NULL: nothing is changed */
    const xc_element *child; /* the old one, NULL: there was none */
    xc_str name, text;       /* of a choice; absent: it goes */
    bool new_tag;            /* the child is another one */
    bool done;
} edit;

static bool is_field(const xc_field *f, const xc_attribute *a)
{
    return xc_str_is(a->name, f->name) &&
           (f->ns == NULL ? a->ns.ptr == NULL : xc_str_is(a->ns, f->ns));
}

static void log_edited_attrs(event_log *log, edit *ed, const xc_element *e)
{
    bool here = e == ed->in && ed->f != NULL && ed->f->i_source == XC_I_ATTR;
    xc_attribute a;
    for (size_t i = 0; xc_element_attr(e, i, &a); i++) {
        if (here && is_field(ed->f, &a)) {
            ed->done = true;
            a.value = ed->text;
        }
        if (a.value.ptr != NULL)
            log_attribute(log, &a);
    }
    if (!here || ed->done || ed->text.ptr == NULL)
        return;
    memset(&a, 0, sizeof a);
    a.name = xc_str_from(ed->f->name);
    a.ns = xc_str_from(ed->f->ns);
    a.value = ed->text;
    log_attribute(log, &a);
}

static void log_edited_child(event_log *log, edit *ed)
{
    static const xc_str none;
    const xc_element *inside = NULL;
    xc_attribute a;
    ed->done = true;
    if (ed->text.ptr == NULL)
        return;
    if (ed->child == NULL || ed->new_tag) {
        log_start(log,
                  ed->f->ns != NULL ? xc_str_from(ed->f->ns) : xc_ns(ed->in),
                  ed->name, none);
    } else {
        log_start(log, xc_ns(ed->child), xc_name(ed->child), none);
        for (size_t i = 0; xc_element_attr(ed->child, i, &a); i++)
            log_attribute(log, &a);
        if (ed->f->kind == XC_KIND_CHOICE)
            inside = xc_first_child(ed->child);
    }
    log_text(log, ed->text);
    for (; inside != NULL; inside = xc_next_sibling(inside)) {
        log_tree(log, inside);
        log_text(log, xc_text_after(inside));
    }
    log_end(log);
}

static void log_edited(event_log *log, const xc_element *root, edit *ed)
{
    static const xc_str none;
    bool content = ed->f != NULL && ed->f->i_source == XC_I_OWN_TEXT;
    bool child = ed->f != NULL && ed->f->i_source == XC_I_CHILD;
    bool gone = false;
    xc_walk w;
    log_clear(log);
    xc_walk_init(&w, root);
    while (xc_walk_next(&w)) {
        if (gone) {
            gone = w.type != XC_END || w.element != ed->child;
        } else if (w.type == XC_START && child && w.element == ed->child) {
            log_edited_child(log, ed);
            gone = true;
        } else if (w.type == XC_START) {
            log_start(log, xc_ns(w.element), xc_name(w.element), none);
            log_edited_attrs(log, ed, w.element);
            if (content && w.element == ed->in && xc_text(ed->in).len == 0)
                log_text(log, ed->text);
        } else if (w.type == XC_TEXT) {
            bool first = content && w.element == ed->in && !ed->done;
            log_text(log, first ? ed->text : w.text);
            ed->done = ed->done || first;
        } else {
            if (child && w.element == ed->in && ed->child == NULL)
                log_edited_child(log, ed);
            log_end(log);
        }
    }
    log_end_text(log);
}

/* ---- writing ------------------------------------------------------------ */

/* Writes the struct, and checks that it is the root except for the edit. */
static const xc_element *check_writes(const char *where, const xc_schema *s,
                                      const void *in, const xc_element *root,
                                      edit *ed, write_way *way)
{
    static event_log got = {.keep = true, .no_prefix = true};
    static event_log expected = {.keep = true, .no_prefix = true};
    char what[160];
    const xc_element *e;
    xc_writer w;
    xc_str out;
    snprintf(what, sizeof what, "%s, %s of %s", where,
             ed->f == NULL         ? "nothing"
             : ed->f->name == NULL ? "text"
                                   : ed->f->name,
             s->name);
    xc_writer_init(&w, space, sizeof space, NULL);
    way(&w, s, in);
    check_status(what, xc_writer_finish(&w, &out), XC_OK);
    e = read_element(out, memory[1], sizeof memory[1]);
    CHECK(e != NULL, "%s: " XC_FMT, what, XC_ARG(out));
    log_clear(&got);
    log_tree(&got, e);
    log_edited(&expected, root, ed);
    check_same_log(what, &got, &expected);
    return e;
}

/* ---- one change --------------------------------------------------------- */

/* A struct that was read, and a copy of it to be changed. */
typedef struct subject {
    const char *where;
    const xc_schema *s;
    const xc_element *root;
    const void *read;
    void *changed;
} subject;

static void check_edit(const subject *t, edit *ed)
{
    const xc_element *e =
        check_writes(t->where, t->s, t->changed, t->root, ed, xc_write);
    void *again = malloc(t->s->size);
    bool was_read = xc_was_read(xc_read(t->s, e, again, NULL));
    CHECK(was_read, "%s: not read again", t->where);
    /* What goes may uncover a second child. */
    if (ed->text.ptr != NULL)
        CHECK(first_difference(t->s, t->changed, again) == NULL,
              "%s: %s of %s reads otherwise", t->where, ed->f->name,
              t->s->name);
    free(again);
    counted.changes++;
}

static const xc_element *old_child(const xc_schema *s, const xc_element *e,
                                   const xc_field *f)
{
    const xc_element *child = xc_first_child(e);
    while (child != NULL && xc_field_of(s, e, child) != f)
        child = xc_next_sibling(child);
    return f->i_source == XC_I_CHILD ? child : NULL;
}

static xc_str other_number(const xc_field *f, xc_number *n, char *mem)
{
    const xc_range *r = f->detail;
    int64_t least = r != NULL ? r->least : 0;
    int64_t most = r != NULL ? r->most : 0xFFFFFFFF;
    n->value = !n->present       ? least
               : n->value < most ? n->value + 1
                                 : n->value - 1;
    n->present = true;
    snprintf(mem, 32, "%lld", (long long)n->value);
    return xc_str_from(mem);
}

static xc_str other_time(xc_time *time, char *mem)
{
    memset(time, 0, sizeof *time);
    time->present = true;
    time->year = 2001;
    time->month = time->day = 2;
    time->microsecond = 120000;
    return xc_time_format(time, mem);
}

static xc_str other_name(const xc_field *f, uint8_t *value)
{
    const char *names = f->detail;
    *value = (uint8_t)(*value % value_count(f) + 1);
    return xc_str_from(name_at(names, *value + 1u - first_value(f)));
}

/* Another value of any kind but CHOICE and STRUCT, and its text. */
static xc_str other_value(const xc_field *f, void *m, char *mem)
{
    static const char *const texts[] = {"other & <more>\n", "o@e.example/x",
                                        "b3RoZXI="};
    switch (f->kind) {
    case XC_KIND_ENUM: return other_name(f, m);
    case XC_KIND_BOOL:
        *(uint8_t *)m = *(uint8_t *)m == XC_TRUE ? XC_FALSE : XC_TRUE;
        return xc_str_from(*(uint8_t *)m == XC_TRUE ? "true" : "false");
    case XC_KIND_NUMBER: return other_number(f, m, mem);
    case XC_KIND_TIME: return other_time(m, mem);
    case XC_KIND_FLAG: *(bool *)m = true; return XC_STR("");
    default: *(xc_str *)m = xc_str_from(texts[f->kind]); return *(xc_str *)m;
    }
}

static void change_value(const subject *t, edit *ed, void *m)
{
    char mem[64];
    bool was_set = is_set(ed->f, m);
    uint8_t before = *(uint8_t *)m;
    ed->name = xc_str_from(ed->f->name);
    ed->text = other_value(ed->f, m, mem);
    if ((ed->f->kind == XC_KIND_FLAG && was_set) ||
        (ed->f->kind == XC_KIND_ENUM && *(uint8_t *)m == before))
        return; /* there is no other */
    ed->new_tag = ed->f->kind == XC_KIND_FLAG;
    check_edit(t, ed);
}

static void change_choice(const subject *t, edit *ed, xc_choice *choice)
{
    bool was_set = choice->value != 0;
    edit text = *ed;
    choice->text = ed->text = text.text = XC_STR("other");
    if (was_set)
        check_edit(t, &text);
    ed->new_tag = true;
    ed->name = other_name(ed->f, &choice->value);
    check_edit(t, ed);
}

/* Does the condition of an error come from its code (XEP-0086)? */
static bool is_of_a_code(const xc_element *e, const xc_stanza_error *error)
{
    const xc_element *child = xc_child(e, XC_NS_STANZA_ERRORS, NULL);
    for (; child != NULL; child = xc_next_sibling(child))
        if (xc_is(child, XC_NS_STANZA_ERRORS, NULL) &&
            !xc_str_is(xc_name(child), "text"))
            return false;
    return error->condition.value != 0;
}

/* The member at `offset` of the struct for `in`, each time from the start. */
static void change_member(const subject *t, const xc_schema *s,
                          const xc_element *in, size_t offset,
                          const xc_field *f)
{
    edit ed = {.in = in, .f = f};
    const void *old = (const char *)t->read + offset + f->offset;
    void *m = (char *)t->changed + offset + f->offset;
    bool was_set = is_set(f, old);
    if (s == &xc_stanza_error_schema &&
        is_of_a_code(
            in, (const xc_stanza_error *)((const char *)t->read + offset)))
        return; /* one attribute gives four members: see the documents */
    ed.child = old_child(s, in, f);
    memcpy(t->changed, t->read, t->s->size);
    if (f->kind == XC_KIND_CHOICE)
        change_choice(t, &ed, m);
    else if (f->kind != XC_KIND_STRUCT)
        change_value(t, &ed, m);
    if (!was_set || (f->flags & XC_FIELD_REQUIRED) != 0)
        return;
    memcpy(t->changed, t->read, t->s->size);
    memset(m, 0, size_of_member(f));
    ed = (edit){.in = in, .f = f, .child = ed.child};
    check_edit(t, &ed);
}

static void change_each(const subject *t, const xc_schema *s,
                        const xc_element *in, size_t offset)
{
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        const xc_base *inner =
            (const void *)((const char *)t->read + offset + f->offset);
        change_member(t, s, in, offset, f);
        if (f->kind == XC_KIND_STRUCT && inner->present)
            change_each(t, f->detail, inner->element, offset + f->offset);
    }
}

/* ---- each element ------------------------------------------------------- */

static void check_typed(const char *where, const xc_schema *s,
                        const xc_element *e)
{
    subject t = {where, s, e, NULL, malloc(s->size)};
    void *in = malloc(s->size);
    edit none = {.in = e};
    t.read = in;
    CHECK(xc_was_read(xc_read(s, e, in, NULL)), "%s: not read", where);
    check_writes(where, s, in, e, &none, xc_write);
    check_writes(where, s, in, e, &none, write_each);
    change_each(&t, s, e, 0);
    free(in);
    free(t.changed);
}

static void check_element(const char *where, const xc_element *root)
{
    xc_walk w;
    xc_walk_init(&w, root);
    while (xc_walk_next(&w)) {
        const xc_schema *s;
        if (w.type != XC_START)
            continue;
        s = schema_of(w.element);
        counted.elements++;
        counted.typed += s != NULL;
        if (s != NULL)
            check_typed(where, s, w.element);
    }
}

static void check_lines(const char *name, xc_str rest)
{
    char where[64];
    size_t line = 0;
    xc_stream from;
    xc_stream_event ev;
    xc_str in = XC_STR(CLIENT_HEADER);
    xc_stream_init(&from, memory[0], sizeof memory[0], NULL);
    check_status(name, xc_stream_next(&from, &in, &ev), XC_EVENT);
    while (rest.len > 0) {
        xc_str element = xc_str_cut(&rest, '\n');
        snprintf(where, sizeof where, "%s, line %zu", name, ++line);
        check_status(where, xc_stream_next(&from, &element, &ev), XC_EVENT);
        check_element(where, ev.element);
    }
}

static void print_counted(void)
{
    print_message("%zu elements, %zu typed, %zu changes\n", counted.elements,
                  counted.typed, counted.changes);
    assert_true(counted.typed > 30);
    memset(&counted, 0, sizeof counted);
}

static void elements_of_again_xml_are_written_the_same(void **state)
{
    buffer file = {0};
    (void)state;
    CHECK(load_file("tests/data/again.xml", &file), "no tests/data/again.xml");
    check_lines("again.xml", buffer_str(&file));
    print_counted();
    buffer_free(&file);
}

static void examples_of_the_xeps_are_written_the_same(void **state)
{
    buffer file = {0};
    (void)state;
    load_stanzas(&file);
    check_lines("xeps-distinct.xml", buffer_str(&file));
    print_counted();
    buffer_free(&file);
}

static size_t check_capture(const capture *c, const table *row)
{
    (void)row;
    for (size_t i = 0; i < c->documents; i++) {
        xc_stream s;
        xc_stream_event ev;
        xc_str in = {c->bytes.ptr + c->start[i],
                     c->start[i + 1] - c->start[i]};
        xc_stream_init(&s, memory[0], sizeof memory[0], NULL);
        while (xc_stream_next(&s, &in, &ev) == XC_EVENT)
            if (ev.kind != XC_EVENT_OPEN && ev.element != NULL)
                check_element(c->name, ev.element);
    }
    return c->documents;
}

static void recorded_stanzas_are_written_the_same(void **state)
{
    (void)state;
    each_capture(check_capture);
    print_counted();
}

/* ---- namespaces of stanzas ---------------------------------------------- */

#define OPEN(ns) "<stream:stream xmlns='" ns "' version='1.0' " STREAMS ">"

static const xc_element *read_in(const char *header, const char *text)
{
    static xc_stream s;
    xc_stream_event ev;
    xc_str in = xc_str_from(header);
    xc_stream_init(&s, memory[2], sizeof memory[2], NULL);
    check_status(header, xc_stream_next(&s, &in, &ev), XC_EVENT);
    in = xc_str_from(text);
    check_status(text, xc_stream_next(&s, &in, &ev), XC_EVENT);
    return ev.element;
}

static void by_struct(xc_writer *w, const xc_element *e)
{
    const xc_schema *s = schema_of(e);
    void *in = malloc(s->size);
    CHECK(xc_was_read(xc_read(s, e, in, NULL)), "not read");
    xc_write(w, s, in);
    free(in);
}

static void by_struct_each(xc_writer *w, const xc_element *e)
{
    const xc_schema *s = schema_of(e);
    void *in = malloc(s->size);
    CHECK(xc_was_read(xc_read(s, e, in, NULL)), "not read");
    write_each(w, s, in);
    free(in);
}

static void by_hand(xc_writer *w, const xc_element *e)
{
    const xc_element *child;
    xc_writer_begin_like(w, e);
    for (child = xc_first_child(e); child != NULL;
         child = xc_next_sibling(child))
        xc_writer_element(w, child);
    xc_writer_end(w);
}

typedef void element_way(xc_writer *w, const xc_element *e);
static element_way *const ways[] = {xc_writer_element, by_struct,
                                    by_struct_each, by_hand};

static void check_moved(const char *header, const char *text, const char *ns,
                        const char *expected)
{
    for (size_t i = 0; i < COUNT_OF(ways); i++) {
        xc_writer w;
        xc_str out;
        xc_writer_init(&w, space, sizeof space, ns);
        ways[i](&w, read_in(header, text));
        check_status(text, xc_writer_finish(&w, &out), XC_OK);
        CHECK(xc_str_is(out, expected),
              "way %zu: got \"" XC_FMT "\", expected \"%s\"", i, XC_ARG(out),
              expected);
    }
}

#define BODY "<body xml:lang='de'>x</body><error type='wait'/>"
#define FORWARD "<forwarded xmlns='urn:xmpp:forward:0'>"

static void what_moves_to_another_stream_says_the_same(void **state)
{
    static const char plain[] = "<message to='a@b'>" BODY "</message>";
    static const char *const all[] = {XC_NS_CLIENT, XC_NS_SERVER,
                                      XC_NS_COMPONENT};
    static const char *const headers[] = {
        OPEN(XC_NS_CLIENT), OPEN(XC_NS_SERVER), OPEN(XC_NS_COMPONENT)};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(all); i++)
        for (size_t k = 0; k < COUNT_OF(all); k++)
            check_moved(headers[i], plain, all[k], plain);
    /* What is forwarded is somebody else's. */
    check_moved(OPEN(XC_NS_CLIENT),
                "<message>" FORWARD "<message xmlns='jabber:client'><body>y"
                "</body></message></forwarded>" BODY "</message>",
                XC_NS_SERVER,
                "<message>" FORWARD "<message xmlns='jabber:client'><body>y"
                "</body></message></forwarded>" BODY "</message>");
    /* What was in another namespace than the stanza, too: it must not become
       a body that nobody has seen. */
    check_moved(OPEN(XC_NS_SERVER),
                "<message><body xmlns='jabber:client'>x</body></message>",
                XC_NS_SERVER,
                "<message><body xmlns='jabber:client'>x</body></message>");
    check_moved(OPEN(XC_NS_SERVER),
                "<message><body xmlns='jabber:client'>x</body><body>y</body>"
                "</message>",
                XC_NS_COMPONENT,
                "<message><body xmlns='jabber:client'>x</body><body>y</body>"
                "</message>");
    check_moved(OPEN(XC_NS_CLIENT),
                "<message><body xmlns='jabber:server'>x<y/><z xmlns='jabber:"
                "client'/></body><body>y</body></message>",
                XC_NS_SERVER,
                "<message><body xmlns='jabber:client'>x<y/><z xmlns='jabber:"
                "server'/></body><body>y</body></message>");
    check_moved(OPEN(XC_NS_CLIENT),
                "<message><a xmlns='u'><body xmlns='jabber:server'/></a>"
                "<body xmlns='jabber:component:accept'/></message>",
                XC_NS_SERVER,
                "<message><a xmlns='u'><body xmlns='jabber:server'/></a>"
                "<body xmlns='jabber:component:accept'/></message>");
    check_moved(OPEN(XC_NS_CLIENT), plain, NULL,
                "<message xmlns='jabber:client' to='a@b'>" BODY "</message>");
}

static void structs_inside_elements_say_the_same(void **state)
{
    static const char text[] =
        "<iq type='set' id='1'><a><b xmlns='u'><c xmlns='jabber:client'/></b>"
        "<d>x</d></a><e xmlns='jabber:x:data'/></iq>";
    (void)state;
    check_moved(OPEN(XC_NS_CLIENT), text, XC_NS_SERVER, text);
}

/* Parts of an old stanza in a new one; replies. */
static void parts_of_an_old_stanza_go_into_a_new_one(void **state)
{
    const xc_element *e;
    xc_writer w;
    xc_str out;
    (void)state;
    e = read_in(OPEN(XC_NS_CLIENT), "<iq id='1' type='get' from='a'><q "
                                    "xmlns='u'/><body/></iq>");
    xc_writer_init(&w, space, sizeof space, XC_NS_COMPONENT);
    xc_writer_begin_like(&w, e);
    xc_writer_end(&w);
    xc_writer_begin(&w, NULL, "message");
    xc_writer_element(&w, xc_child(e, NULL, "body"));
    xc_writer_begin(&w, "u", "x");
    xc_writer_element(&w, xc_child(e, NULL, "body"));
    xc_writer_end(&w);
    xc_writer_end(&w);
    xc_write_reply_begin(&w, e);
    xc_writer_element(&w, xc_child(e, "u", "q"));
    xc_writer_end(&w);
    xc_write_error(&w, e, XC_STANZA_ERROR_GONE, xc_str_from(NULL));
    check_status("parts", xc_writer_finish(&w, &out), XC_OK);
    check_str("parts", out,
              "<iq id='1' type='get' from='a'/><message><body/><x xmlns='u'>"
              "<body xmlns='jabber:client'/></x></message>"
              "<iq to='a' id='1' type='result'><q xmlns='u'/></iq>"
              "<iq to='a' id='1' type='error'><error type='cancel'><gone "
              "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></iq>");
}

/* ---- what only a table says --------------------------------------------- */

static void check_message(const xc_message *m, const char *expected)
{
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, space, sizeof space, XC_NS_CLIENT);
    xc_write(&w, &xc_message_schema, m);
    check_status(expected, xc_writer_finish(&w, &out), XC_OK);
    check_str("message", out, expected);
}

#define GONE "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"

/* The code of XEP-0086 means condition, type and text until it is another. */
static void a_code_counts_until_it_is_another(void **state)
{
    static const char text[] = "<message type='error'><error code='404'>Not "
                               "Found</error></message>";
    xc_message m;
    (void)state;
    xc_read(&xc_message_schema, read_in(OPEN(XC_NS_CLIENT), text), &m, NULL);
    assert_int_equal(m.error.condition.value, XC_STANZA_ERROR_ITEM_NOT_FOUND);
    check_message(&m, text);
    m.error.condition.value = XC_STANZA_ERROR_GONE;
    check_message(&m, "<message type='error'><error code='404' type='cancel'>"
                      "Not Found<gone " GONE "/><text " GONE
                      ">Not Found</text></error></message>");
    m.error.condition.value = XC_STANZA_ERROR_ITEM_NOT_FOUND;
    m.error.code.value = 405;
    check_message(&m, "<message type='error'><error code='405' type='cancel'>"
                      "Not Found<item-not-found " GONE "/><text " GONE
                      ">Not Found</text></error></message>");
}

/* A struct that goes, one that replaces another, and one that never was. */
static void a_struct_goes_comes_or_is_replaced(void **state)
{
    static const char text[] = "<message type='error'><error code='x'>"
                               "<a xmlns='u'/></error> <b/></message>";
    xc_message m;
    (void)state;
    xc_read(&xc_message_schema, read_in(OPEN(XC_NS_CLIENT), text), &m, NULL);
    assert_true(m.error.base.present && !m.error.code.present);
    check_message(&m, text);
    m.error.base.present = false;
    check_message(&m, "<message type='error'> <b/></message>");
    memset(&m.error, 0, sizeof m.error);
    m.error.base.present = true;
    m.error.type = XC_STANZA_ERROR_TYPE_WAIT;
    check_message(&m, "<message type='error'><error type='wait'/> <b/>"
                      "</message>");
}

/* An address that others may refuse can get a reply. */
static void an_address_that_others_refuse_can_be_replied_to(void **state)
{
    static const char text[] = "<message from='a@my_host/&#x1F9D1;&#x200D;'/>";
    xc_message m;
    (void)state;
    xc_read(&xc_message_schema, read_in(OPEN(XC_NS_CLIENT), text), &m, NULL);
    assert_non_null(m.from.ptr);
    m.base.element = NULL;
    m.to = m.from;
    m.from.ptr = NULL;
    check_message(&m, "<message to='a@my_host/\xF0\x9F\xA7\x91\xE2\x80\x8D'"
                      "/>");
}

static void a_required_field_that_was_missing_stays_missing(void **state)
{
    xc_iq iq;
    xc_writer w;
    xc_str out;
    (void)state;
    xc_read(&xc_iq_schema, read_in(OPEN(XC_NS_CLIENT), "<iq type='get'/>"),
            &iq, NULL);
    xc_writer_init(&w, space, sizeof space, XC_NS_CLIENT);
    xc_write(&w, &xc_iq_schema, &iq);
    check_status("never there", xc_writer_finish(&w, &out), XC_OK);
    iq.type = XC_IQ_NONE;
    xc_write(&w, &xc_iq_schema, &iq);
    check_status("gone", xc_writer_finish(&w, &out), XC_ERR_FIELD_MISSING);
    iq.base.element = NULL;
    iq.type = XC_IQ_GET;
    xc_write(&w, &xc_iq_schema, &iq);
    check_status("new", xc_writer_finish(&w, &out), XC_ERR_FIELD_MISSING);
}

/* The own text and the others are written where they were. */
static void own_text_stays_in_its_place(void **state)
{
    static const char *const docs[][2] = {
        {"<thread xmlns='jabber:client'> a <x/> b </thread>",
         "<thread xmlns='jabber:client'>c<x/> b </thread>"},
        {"<thread xmlns='jabber:client'><x/> a <x/> b </thread>",
         "<thread xmlns='jabber:client'><x/>c<x/> b </thread>"},
        {"<thread xmlns='jabber:client'><x/><x/></thread>",
         "<thread xmlns='jabber:client'>c<x/><x/></thread>"}};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(docs); i++) {
        for (size_t changed = 0; changed < 2; changed++) {
            xc_thread t;
            xc_writer w;
            xc_str out;
            xc_read(&xc_thread_schema, parse(docs[i][0]), &t, NULL);
            if (changed)
                t.id = XC_STR("c");
            xc_writer_init(&w, space, sizeof space, NULL);
            xc_write(&w, &xc_thread_schema, &t);
            check_status(docs[i][0], xc_writer_finish(&w, &out), XC_OK);
            check_str(docs[i][0], out, docs[i][changed]);
        }
    }
}

/* ---- prefixes that the standards print ---------------------------------- */

static void check_attrs(const char *content_ns, const char *element_ns,
                        const char *const *namespaces, const char *expected)
{
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, space, sizeof space, content_ns);
    xc_writer_begin(&w, element_ns, "x");
    for (; *namespaces != NULL; namespaces++)
        xc_writer_attr_ns(&w, namespaces[0], "a", XC_STR("1"));
    xc_writer_end(&w);
    check_status(expected, xc_writer_finish(&w, &out), XC_OK);
    check_str("prefixes", out, expected);
    if (content_ns == NULL) { /* as a tree it is the same */
        const xc_element *e = read_element(out, memory[1], sizeof memory[1]);
        xc_writer_element(&w, e);
        check_status(expected, xc_writer_finish(&w, &out), XC_OK);
        check_str("prefixes of a tree", out, expected);
    }
}

static void prefixes_that_the_standards_print_stay(void **state)
{
    static const char *const usual[] = {XC_NS_XBOSH, NULL};
    static const char *const two[] = {"urn:a", XC_NS_XBOSH, "urn:b", NULL};
    static const char *const ours[] = {XC_NS_STREAMS, XC_NS_DIALBACK, NULL};
    static const char *const eight[] = {"urn:1", "urn:2",     "urn:3",
                                        "urn:4", "urn:5",     "urn:6",
                                        "urn:7", XC_NS_XBOSH, NULL};
    (void)state;
    check_attrs(NULL, "u", usual,
                "<x xmlns='u' xmlns:xmpp='urn:xmpp:xbosh' xmpp:a='1'/>");
    check_attrs(NULL, "u", two,
                "<x xmlns='u' xmlns:ns0='urn:a' ns0:a='1' "
                "xmlns:xmpp='urn:xmpp:xbosh' xmpp:a='1' xmlns:ns2='urn:b' "
                "ns2:a='1'/>");
    check_attrs(NULL, "u", ours,
                "<x xmlns='u' xmlns:stream='http://etherx.jabber.org/streams' "
                "stream:a='1' xmlns:db='jabber:server:dialback' db:a='1'/>");
    check_attrs(NULL, XC_NS_STREAMS, ours,
                "<stream:x xmlns:stream='http://etherx.jabber.org/streams' "
                "stream:a='1' xmlns:db='jabber:server:dialback' db:a='1'/>");
    check_attrs(XC_NS_SERVER, XC_NS_DIALBACK, ours,
                "<db:x stream:a='1' db:a='1'/>");
    check_attrs(XC_NS_CLIENT, NULL, ours,
                "<x stream:a='1' xmlns:db='jabber:server:dialback' "
                "db:a='1'/>");
    check_attrs(NULL, "u", eight,
                "<x xmlns='u' xmlns:ns0='urn:1' ns0:a='1' xmlns:ns1='urn:2' "
                "ns1:a='1' xmlns:ns2='urn:3' ns2:a='1' xmlns:ns3='urn:4' "
                "ns3:a='1' xmlns:ns4='urn:5' ns4:a='1' xmlns:ns5='urn:6' "
                "ns5:a='1' xmlns:ns6='urn:7' ns6:a='1' "
                "xmlns:xmpp='urn:xmpp:xbosh' xmpp:a='1'/>");
}

/* Twice in a tag that has more namespaces than are noted. */
static void prefixes_stay_among_many_namespaces(void **state)
{
    buffer doc = {0};
    xc_writer w;
    xc_str out;
    const xc_element *e;
    (void)state;
    buffer_puts(&doc, "<x xmlns:p='urn:xmpp:xbosh'");
    for (unsigned i = 0; i < 9; i++)
        buffer_printf(&doc, " xmlns:n%u='urn:%u' n%u:a='1'", i, i, i);
    buffer_puts(&doc, " p:a='2' p:b='3'/>");
    xc_writer_init(&w, space, sizeof space, NULL);
    xc_writer_element(&w, parse(doc.ptr));
    check_status("many", xc_writer_finish(&w, &out), XC_OK);
    e = read_element(out, memory[1], sizeof memory[1]);
    CHECK(e != NULL, "refused: " XC_FMT, XC_ARG(out));
    check_str("a", xc_attr_ns(e, XC_NS_XBOSH, "a"), "2");
    check_str("b", xc_attr_ns(e, XC_NS_XBOSH, "b"), "3");
    buffer_free(&doc);
}

/* What is in an element that is not a stanza is written where it was. */
static void children_of_other_elements_stay_in_their_place(void **state)
{
    xc_writer w;
    xc_str out;
    (void)state;
    xc_writer_init(&w, space, sizeof space, XC_NS_SERVER);
    xc_writer_begin(&w, NULL, "y");
    xc_writer_element(&w, read_in(OPEN(XC_NS_CLIENT), "<iq><b/></iq>"));
    xc_writer_end(&w);
    assert_int_equal(xc_writer_finish(&w, &out), XC_OK);
    assert_true(xc_str_is(out, "<y><iq xmlns='jabber:client'><b/></iq></y>"));
}

/* Attributes of an old tag are not compared with each other: any number of
   them takes linear time. What follows is compared with all. */
static void a_tag_begun_like_an_old_one_takes_linear_time(void **state)
{
    static const char text[] =
        "<x a='1' b='2' xmlns:n0='u:0' n0:a='' xmlns:n1='u:1' n1:a='' "
        "xmlns:n2='u:2' n2:a='' xmlns:n3='u:3' n3:a='' xmlns:n4='u:4' n4:a='' "
        "xmlns:n5='u:5' n5:a='' xmlns:n6='u:6' n6:a='' xmlns:n7='u:7' n7:a='' "
        "xmlns:n01='u:8' n01:a=''/>";
    static const char *const names[] = {"a", "b", "c"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        xc_writer w;
        xc_str out;
        xc_writer_init(&w, space, sizeof space, NULL);
        xc_writer_begin_like(&w, parse(text));
        xc_writer_attr(&w, names[i], XC_STR("3"));
        xc_writer_end(&w);
        check_status(names[i], xc_writer_finish(&w, &out),
                     i < 2 ? XC_ERR_WRITE_DUPLICATE : XC_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_of_again_xml_are_written_the_same),
        cmocka_unit_test(examples_of_the_xeps_are_written_the_same),
        cmocka_unit_test(recorded_stanzas_are_written_the_same),
        cmocka_unit_test(what_moves_to_another_stream_says_the_same),
        cmocka_unit_test(structs_inside_elements_say_the_same),
        cmocka_unit_test(parts_of_an_old_stanza_go_into_a_new_one),
        cmocka_unit_test(a_code_counts_until_it_is_another),
        cmocka_unit_test(a_struct_goes_comes_or_is_replaced),
        cmocka_unit_test(an_address_that_others_refuse_can_be_replied_to),
        cmocka_unit_test(a_required_field_that_was_missing_stays_missing),
        cmocka_unit_test(own_text_stays_in_its_place),
        cmocka_unit_test(prefixes_that_the_standards_print_stay),
        cmocka_unit_test(prefixes_stay_among_many_namespaces),
        cmocka_unit_test(children_of_other_elements_stay_in_their_place),
        cmocka_unit_test(a_tag_begun_like_an_old_one_takes_linear_time),
    };
    return cmocka_run_group_tests_name("again", tests, NULL, NULL);
}
