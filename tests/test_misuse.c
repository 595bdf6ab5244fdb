/* Wrong use: every public function with each argument wrong, on objects that
   were never initialised, are in use, or have failed. Nothing is read or
   written that must not be (run it with sanitizers), and a call that refuses
   with XC_ERR_ARGUMENT leaves its object, byte by byte, as it was. The calls
   are in misuse.h; a function of the header that is not there fails here. */
#include "support.h"

#include "misuse.h"

/* ---- one call ----------------------------------------------------------- */

enum {
    ALLOCATIONS = 64,
    MEMORY_SIZE = 2048
};

typedef struct fixture {
    misuse m;
    unsigned argument, wrong; /* the next argument, the wrong one */
    void *allocated[ALLOCATIONS];
    size_t count;
} fixture;

static fixture *the_fixture(misuse *m)
{
    return (fixture *)(void *)m; /* its first member */
}

static bool misuse_wrong(misuse *m)
{
    fixture *f = the_fixture(m);
    return f->argument++ == f->wrong;
}

static void *misuse_alloc(misuse *m, size_t size)
{
    fixture *f = the_fixture(m);
    void *mem = malloc(size > 0 ? size : 1);
    assert_true(mem != NULL && f->count < ALLOCATIONS);
    memset(mem, 0xA5, size);
    f->allocated[f->count++] = mem;
    return mem;
}

#define NONE 1000u

static void call_row(fixture *f, const misuse_row *row, unsigned wrong)
{
    f->argument = 0;
    f->wrong = wrong;
    f->m.may = false;
    f->m.status = XC_OK;
    f->m.mem = misuse_alloc(&f->m, f->m.size);
    row->call(&f->m);
}

static const misuse_row *row_named(const char *name)
{
    for (size_t i = 0; i < MISUSE_ROWS; i++)
        if (strcmp(misuse_rows[i].name, name) == 0)
            return &misuse_rows[i];
    return NULL;
}

/* What must have been called before. */
static void prepare(fixture *f, const misuse_row *row)
{
    const misuse_row *before = row_named(row->before);
    if (before == NULL)
        return;
    prepare(f, before);
    call_row(f, before, NONE);
    CHECK(f->m.status != XC_ERR_ARGUMENT, "%s refuses what is right",
          before->name);
}

/* ---- good values -------------------------------------------------------- */

#define HEADER                                                                \
    "<stream:stream xmlns='jabber:client' version='1.0' "                     \
    "xmlns:stream='http://etherx.jabber.org/streams'>"

static const xc_element *an_element(misuse *m)
{
    static const char doc[] =
        HEADER "<message xmlns='jabber:client' to='a@b' from='c@d/e' "
               "type='chat' id='1'><body>x</body><body>y</body></message>";
    static char memory[2048];
    xc_stream s;
    xc_stream_event ev;
    xc_str in = {doc, sizeof doc - 1};
    size_t size;
    assert_int_equal(xc_stream_init(&s, memory, sizeof memory, NULL), XC_OK);
    assert_int_equal(xc_stream_next(&s, &in, &ev), XC_EVENT);
    assert_int_equal(xc_stream_next(&s, &in, &ev), XC_EVENT);
    size = xc_element_size(ev.element);
    return memcpy(misuse_alloc(m, size), ev.element, size);
}

static void fixture_open(fixture *f)
{
    misuse *m = &f->m;
    memset(f, 0, sizeof *f);
    m->size = MEMORY_SIZE;
    m->text = XC_STR("text");
    m->other = XC_STR("other");
    m->address = XC_STR("local@domain/resource");
    m->message = XC_STR("\0user\0secret");
    m->o.xml_in = XC_STR("<a b='c'>text</a>");
    m->o.stream_in = XC_STR(HEADER);
    m->o.rest = XC_STR("a b");
    m->parts.local = XC_STR("local");
    m->parts.domain = XC_STR("domain");
    m->ns = "jabber:client";
    m->name = "name";
    m->schema = &xc_message_schema;
    m->hash = &misuse_hash;
    m->number = 3;
    m->time.year = 2024;
    m->time.month = m->time.day = 1;
    m->element = an_element(m);
    m->child = xc_first_child(m->element);
    assert_int_equal(xc_read(m->schema, m->element, &m->payload, NULL), XC_OK);
}

static void fixture_close(fixture *f)
{
    while (f->count > 0)
        free(f->allocated[--f->count]);
}

/* ---- states of the objects ---------------------------------------------- */

typedef enum condition {
    NEVER_BEGUN,
    IN_USE,
    FAILED
} condition;

/* What has been initialised fails. */
static void spoil(fixture *f)
{
    static xc_str garbage = {"<<", 2};
    struct misuse_objects *o = &f->m.o;
    xc_token tok;
    xc_stream_event ev;
    xc_str in = garbage;
    xc_xml_next(&o->xml, &in, &tok);
    in = garbage;
    xc_stream_next(&o->stream, &in, &ev);
    xc_writer_fail(&o->writer, XC_ERR_CALLER);
    xc_scram_client_verify(&o->client, garbage);
    xc_scram_server_verify(&o->server, garbage, NULL, &f->m.result);
}

/* A reader or login that was never begun takes no call. A writer of zeros is
   one without a buffer. */
static bool needs_init(const misuse_row *row)
{
    return row->kind == MISUSE_IS_STATUS && row->before[0] != '\0' &&
           strncmp(row->name, "xc_writer_", 10) != 0;
}

/* Calls with argument number `wrong` wrong; NONE: with none. Returns whether
   there is such an argument. */
static bool check_call(const misuse_row *row, condition c, unsigned wrong)
{
    fixture f;
    struct misuse_objects before;
    char where[128];
    bool there;
    snprintf(where, sizeof where, "%s, argument %u, state %d", row->name,
             wrong, (int)c);
    fixture_open(&f);
    if (c != NEVER_BEGUN)
        prepare(&f, row);
    if (c == FAILED)
        spoil(&f);
    memcpy(&before, &f.m.o, sizeof before);
    call_row(&f, row, wrong);
    if (c == IN_USE && wrong == NONE && row->kind != MISUSE_IS_OTHER &&
        row->kind != MISUSE_IS_LAX)
        CHECK(f.m.status != XC_ERR_ARGUMENT, "%s: right, but refused", where);
    if (c == NEVER_BEGUN && needs_init(row))
        check_status(where, f.m.status, XC_ERR_ARGUMENT);
    if (c == IN_USE && wrong < f.argument && !f.m.may &&
        (row->kind == MISUSE_IS_STATUS || row->kind == MISUSE_IS_INIT))
        check_status(where, f.m.status, XC_ERR_ARGUMENT);
    if (f.m.status == XC_ERR_ARGUMENT && row->kind != MISUSE_IS_INIT)
        CHECK(memcmp(&before, &f.m.o, sizeof before) == 0,
              "%s: refused, but the object has changed", where);
    there = wrong < f.argument;
    fixture_close(&f);
    return there;
}

static void each_argument_may_be_wrong(void **state)
{
    static const condition conditions[] = {NEVER_BEGUN, IN_USE, FAILED};
    size_t calls = 0;
    (void)state;
    for (size_t i = 0; i < MISUSE_ROWS; i++) {
        const misuse_row *row = &misuse_rows[i];
        CHECK(row->before[0] == '\0' || row_named(row->before) != NULL,
              "%s: nothing is called %s", row->name, row->before);
        for (size_t c = 0; c < COUNT_OF(conditions); c++) {
            unsigned wrong = 0;
            check_call(row, conditions[c], NONE);
            while (check_call(row, conditions[c], wrong))
                wrong++;
            calls += wrong + 1;
        }
    }
    print_message("%zu functions, %zu calls\n", MISUSE_ROWS, calls);
    assert_true(calls > 1000);
}

/* ---- all of them -------------------------------------------------------- */

/* The name of the function that a line of the header declares. */
static xc_str declared(const char *line)
{
    const char *end = strchr(line, '('), *begin = end;
    xc_str none = {NULL, 0};
    if (strncmp(line, "XC_API ", 7) != 0 || end == NULL)
        return none;
    while (begin > line && strchr(" *\n", begin[-1]) == NULL)
        begin--;
    return (xc_str){begin, (size_t)(end - begin)};
}

static void every_function_of_the_header_is_tried(void **state)
{
    buffer file = {0};
    size_t count = 0;
    char *line, *next;
    (void)state;
    CHECK(load_file("xmpp_codec.h", &file), "cannot read xmpp_codec.h");
    for (line = file.ptr; line != NULL; line = next) {
        xc_str name = declared(line);
        char text[64];
        next = strchr(line, '\n');
        if (next != NULL)
            *next++ = '\0';
        if (strstr(line, "---- [IMPL]") != NULL)
            break;
        if (name.ptr == NULL)
            continue;
        snprintf(text, sizeof text, XC_FMT, XC_ARG(name));
        CHECK(row_named(text) != NULL, "%s has no row in misuse.h", text);
        count++;
    }
    CHECK(count == MISUSE_ROWS, "%zu functions, %zu rows", count, MISUSE_ROWS);
    buffer_free(&file);
}

/* ---- what went wrong once ----------------------------------------------- */

static const char message[] = "<message to='a@b'><body>hello</body></message>";

/* A stream in memory of its exact size that has read its header. */
static void open_stream(fixture *f, xc_stream *s, size_t size)
{
    xc_str in = XC_STR(HEADER);
    xc_stream_event ev;
    char *mem = misuse_alloc(&f->m, size);
    assert_int_equal(xc_stream_init(s, mem, size, NULL), XC_OK);
    assert_int_equal(xc_stream_next(s, &in, &ev), XC_EVENT);
    assert_int_equal(xc_stream_next(s, &in, &ev), XC_NEED_MORE);
    assert_true(xc_stream_is_idle(s));
}

/* After a move that is refused the stream goes on in its old memory. */
static void a_refused_move_leaves_the_old_memory(void **state)
{
    fixture f;
    xc_stream s, before;
    xc_stream_event ev;
    xc_str in = {message, sizeof message - 1};
    char little[8];
    (void)state;
    fixture_open(&f);
    open_stream(&f, &s, 512);
    before = s;
    check_status("NULL", xc_stream_relocate(&s, NULL, 4096), XC_ERR_ARGUMENT);
    check_status("little", xc_stream_relocate(&s, little, 8), XC_ERR_ARGUMENT);
    assert_memory_equal(&s, &before, sizeof s);
    check_status("goes on", xc_stream_next(&s, &in, &ev), XC_EVENT);
    check_str("to", xc_attr(ev.element, "to"), "a@b");
    fixture_close(&f);
}

/* What was delivered is valid until a call is accepted. */
static void a_refused_input_leaves_the_event(void **state)
{
    fixture f;
    xc_stream s, before;
    xc_stream_event ev;
    xc_str in = {message, sizeof message - 1}, none = {NULL, 3};
    (void)state;
    fixture_open(&f);
    open_stream(&f, &s, 512);
    check_status("message", xc_stream_next(&s, &in, &ev), XC_EVENT);
    before = s;
    check_status("no input", xc_stream_next(&s, &none, &ev), XC_ERR_ARGUMENT);
    check_status("no event", xc_stream_next(&s, &in, NULL), XC_ERR_ARGUMENT);
    assert_memory_equal(&s, &before, sizeof s);
    check_str("to", xc_attr(ev.element, "to"), "a@b");
    fixture_close(&f);
}

/* A reader whose init was refused refuses everything, in every build. */
static void a_refused_init_stays_refused(void **state)
{
    xc_xml x;
    xc_stream s;
    xc_token tok;
    xc_stream_event ev;
    char mem[64];
    const char *inputs[] = {"", " ", "text", "<a/>", HEADER, "</a>"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(inputs); i++) {
        xc_str in = xc_str_from(inputs[i]);
        check_status("init", xc_xml_init(&x, NULL, 64, NULL), XC_ERR_ARGUMENT);
        check_status("xml", xc_xml_next(&x, &in, &tok), XC_ERR_ARGUMENT);
        check_status("init", xc_stream_init(&s, NULL, 64, NULL),
                     XC_ERR_ARGUMENT);
        check_status(inputs[i], xc_stream_next(&s, &in, &ev), XC_ERR_ARGUMENT);
        check_str(inputs[i], in, inputs[i]);
    }
    check_status("finish", xc_xml_finish(&x), XC_ERR_ARGUMENT);
    check_status("reset", xc_xml_reset(&x), XC_ERR_ARGUMENT);
    check_status("relocate", xc_xml_relocate(&x, mem), XC_ERR_ARGUMENT);
    check_status("finish", xc_stream_finish(&s), XC_ERR_ARGUMENT);
    check_status("reset", xc_stream_reset(&s), XC_ERR_ARGUMENT);
    check_status("message", xc_stream_end_message(&s), XC_ERR_ARGUMENT);
    for (size_t size = 0; size <= 64; size += 64)
        check_status("relocate", xc_stream_relocate(&s, mem, size),
                     XC_ERR_ARGUMENT);
    assert_false(xc_stream_is_idle(&s));
    assert_int_equal(xc_stream_offset(&s), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_argument_may_be_wrong),
        cmocka_unit_test(every_function_of_the_header_is_tried),
        cmocka_unit_test(a_refused_move_leaves_the_old_memory),
        cmocka_unit_test(a_refused_input_leaves_the_event),
        cmocka_unit_test(a_refused_init_stays_refused),
    };
    return cmocka_run_group_tests_name("misuse", tests, NULL, NULL);
}
