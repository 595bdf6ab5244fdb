/* The stream reader. What it makes of streams is in tests/data/stream.txt; here
   are restarts, messages, long and deep elements, misuse. */
#include "support_rows.h"
#include "support_stream.h"

/* ---- tests/data/stream.txt ---------------------------------------------- */

/* What a block says. */
typedef struct described {
    buffer input;
    buffer events;   /* the lines expected before the last one */
    const char *end; /* the last one */
    stream_setup setup;
    size_t messages; /* of a WebSocket, so far */
} described;

typedef struct named_block {
    char name[32];
    described block;
} named_block;

static named_block named[16];

static described *block_named(const char *name)
{
    for (size_t i = 0; i < COUNT_OF(named); i++)
        if (strcmp(named[i].name, name) == 0)
            return &named[i].block;
    check_fail("there is no block named \"%s\" before this one", name);
    return NULL;
}

static void keep_block(const char *name, const described *d)
{
    size_t i = 0;
    while (i < COUNT_OF(named) && named[i].name[0] != '\0' &&
           strcmp(named[i].name, name) != 0)
        i++;
    CHECK(i < COUNT_OF(named) && strlen(name) < sizeof named[i].name,
          "too many blocks with names, or too long a name: \"%s\"", name);
    strcpy(named[i].name, name);
    named[i].block = *d;
}

static void begin_after(described *d, const char *name)
{
    const described *first = block_named(name);
    buffer_add(&d->input, first->input.ptr, first->input.len);
    buffer_add(&d->events, first->events.ptr, first->events.len);
    d->setup.options.framing = first->setup.options.framing;
    d->messages = first->messages;
}

static xc_framing framing_named(const char *name)
{
    static const char *const names[] = {"tcp", "websocket", "bosh",
                                        "document"};
    for (unsigned i = 0; i < COUNT_OF(names); i++)
        if (strcmp(names[i], name) == 0)
            return (xc_framing)i;
    check_fail("there is no framing \"%s\"", name);
    return XC_TCP;
}

static void set_limit(xc_limits *limits, const char *text)
{
    const char *value;
    if ((value = after_word(text, "stanza_bytes")) != NULL)
        limits->stanza_bytes = (uint32_t)number_in(value);
    else if ((value = after_word(text, "depth")) != NULL)
        limits->depth = (uint16_t)number_in(value);
    else if ((value = after_word(text, "attributes")) != NULL)
        limits->attributes = (uint16_t)number_in(value);
    else if ((value = after_word(text, "namespaces")) != NULL)
        limits->namespaces = (uint16_t)number_in(value);
    else
        check_fail("there is no limit \"%s\"", text);
}

/* Messages of a WebSocket are given to the reader one by one. */
static void add_input(described *d, const char *text)
{
    xc_str bytes = unescaped(text);
    if (d->setup.options.framing == XC_WEBSOCKET && d->messages++ > 0)
        buffer_puts(&d->input, "\n");
    buffer_add(&d->input, bytes.ptr, bytes.len);
}

/* A line that is about the input; false: one of the expected ones. */
static bool describes_input(described *d, const char *line)
{
    xc_stream_options *o = &d->setup.options;
    const char *value;
    if ((value = after_word(line, ">")) != NULL)
        add_input(d, value);
    else if ((value = after_word(line, "after")) != NULL)
        begin_after(d, value);
    else if ((value = after_word(line, "framing")) != NULL)
        o->framing = framing_named(value);
    else if ((value = after_word(line, "content")) != NULL)
        o->content_ns = value;
    else if ((value = after_word(line, "limit")) != NULL)
        set_limit(&o->limits, value);
    else if (strcmp(line, "tolerate undeclared prefix") == 0)
        o->tolerate_undeclared_prefix = true;
    else
        return false;
    return true;
}

static void read_block(const row *r, described *d)
{
    size_t last = r->fields - 1;
    const char *name = after_word(r->field[0], "name");
    for (size_t i = name != NULL; i < last; i++)
        if (!describes_input(d, row_line(r, i)))
            buffer_printf(&d->events, "%s\n", r->field[i]);
    d->end = row_line(r, last);
    CHECK(after_word(d->end, ">") == NULL, "no end is expected");
    if (name != NULL)
        keep_block(name, d);
    row_checked.line = r->line;
}

/* ---- what is got, as text ----------------------------------------------- */

static void add_header(buffer *b, const xc_stream_header *h)
{
    static const char *const names[] = {"content", "to", "from", "id", "lang"};
    const xc_str values[] = {h->content_ns, h->to, h->from, h->id, h->lang};
    buffer_puts(b, "  header");
    for (size_t i = 0; i < COUNT_OF(names); i++)
        if (values[i].ptr != NULL)
            buffer_printf(b, " %s='%s'", names[i], escaped(values[i]));
    buffer_printf(b, " version %u.%u\n", h->major, h->minor);
}

static void add_event(buffer *b, const xc_stream_event *ev)
{
    static const char *const kinds[] = {"open",  "features", "stanza",
                                        "nonza", "error",    "close"};
    buffer_printf(b, "%s %llu%s", kinds[ev->kind],
                  (unsigned long long)ev->offset,
                  ev->element != NULL ? " " : "");
    if (ev->element != NULL)
        add_element(b, ev->element);
    buffer_puts(b, "\n");
    if (ev->kind == XC_EVENT_OPEN)
        add_header(b, &ev->header);
}

/* The events of one piece or message. */
static xc_status add_events(xc_stream *s, xc_str *in, buffer *b)
{
    xc_stream_event ev;
    xc_status status;
    while ((status = xc_stream_next(s, in, &ev)) == XC_EVENT)
        add_event(b, &ev);
    return status;
}

static void add_end(buffer *b, xc_stream *s, xc_status status, xc_str left)
{
    xc_status finish = xc_stream_finish(s);
    buffer_printf(b, "%s at %llu", xc_status_name(status),
                  (unsigned long long)xc_stream_offset(s));
    if (status == XC_CLOSED)
        buffer_printf(b, ", left \"%s\"", escaped(left));
    if (!xc_status_is_error(status))
        buffer_printf(b, ", finish %s", xc_status_name(finish));
}

static void read_whole(const described *d, buffer *got)
{
    const stream_setup *setup = &d->setup;
    bool messages = setup->options.framing == XC_WEBSOCKET;
    xc_str rest = buffer_str(&d->input), in = rest;
    xc_status status = XC_NEED_MORE;
    xc_stream s;
    check_status("init",
                 xc_stream_init(&s, guarded(GUARD_MEMORY, setup->memory),
                                setup->memory, &setup->options),
                 XC_OK);
    while (rest.ptr != NULL && status == XC_NEED_MORE) {
        xc_status ended = XC_OK;
        in = messages ? xc_str_cut(&rest, '\n') : rest;
        status = add_events(&s, &in, got);
        if (messages && status == XC_NEED_MORE)
            ended = xc_stream_end_message(&s);
        else if (!messages)
            break;
        if (ended != XC_OK)
            status = ended;
    }
    add_end(got, &s, status, in);
}

static void check_whole(const described *d)
{
    buffer got = {0};
    buffer_clear(&got);
    read_whole(d, &got);
    CHECK(strncmp(got.ptr, d->events.ptr, d->events.len) == 0 &&
              strcmp(got.ptr + d->events.len, d->end) == 0,
          "%s\n-- got\n%s\n-- expected\n%s%s", escaped(buffer_str(&d->input)),
          got.ptr, d->events.ptr, d->end);
    buffer_free(&got);
}

/* The whole is as expected, and its pieces give the same. */
static void stream_row(const row *r)
{
    described d = {
        .setup = {4096, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false}};
    event_log log = {.keep = true};
    buffer_clear(&d.events);
    buffer_clear(&d.input);
    read_block(r, &d);
    check_whole(&d);
    stream_all_cuts(escaped(buffer_str(&d.input)), buffer_str(&d.input),
                    &d.setup, 2000, &log);
    log_free(&log);
    if (after_word(r->field[0], "name") != NULL)
        return;
    buffer_free(&d.input);
    buffer_free(&d.events);
}

static void every_cut_of_every_stream_gives_the_same_events(void **state)
{
    (void)state;
    for_each_block("tests/data/stream.txt", stream_row);
}

/* ---- restart ------------------------------------------------------------ */

static void after_proceed_a_reset_reads_a_new_stream(void **state)
{
    static const char first[] =
        CLIENT_HEADER "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    reader r;
    (void)state;
    reader_open(
        &r,
        CLIENT_HEADER
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" SERVER_HEADER
        "<message/>",
        NULL);
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_NONZA);
    assert_true(xc_is(r.ev.element, XC_NS_TLS, "proceed"));
    check_str("what follows", r.in, SERVER_HEADER "<message/>");
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    assert_int_equal(xc_stream_offset(&r.s), strlen(first));
    expect_event(&r, XC_EVENT_OPEN);
    check_str("the new header", r.ev.header.content_ns, XC_NS_SERVER);
    check_str("the new header", r.ev.header.to, "b.lit");
    assert_int_equal(r.ev.offset, strlen(first) + 21);
    expect_event(&r, XC_EVENT_STANZA);
    check_str("namespace", xc_ns(r.ev.element), XC_NS_SERVER);
}

static void
a_reset_after_an_error_or_the_close_reads_a_new_stream(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, CLIENT_HEADER "<message></body>", NULL);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("error", reader_next(&r), XC_ERR_MISMATCH);
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    r.in = XC_STR(CLIENT_HEADER "<presence/></stream:stream>");
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_STANZA);
    expect_event(&r, XC_EVENT_CLOSE);
    check_status("closed", reader_next(&r), XC_CLOSED);
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    r.in = XC_STR(CLIENT_HEADER);
    expect_event(&r, XC_EVENT_OPEN);
}

/* ---- WebSocket ---------------------------------------------------------- */

static const xc_stream_options websocket = {
    XC_WEBSOCKET, NULL, {0, 0, 0, 0}, false};

/* A message may come in pieces, and the error of a frame sticks. */
static void
a_message_may_come_in_pieces_and_the_error_of_a_frame_sticks(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, FRAMED("open", ""), &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("open", xc_stream_end_message(&r.s), XC_OK);
    r.in = XC_STR("<iq xmlns='jabb");
    check_status("fragment", reader_next(&r), XC_NEED_MORE);
    r.in = XC_STR("er:client'/>");
    expect_event(&r, XC_EVENT_STANZA);
    check_status("whole", xc_stream_end_message(&r.s), XC_OK);
    check_status("empty", xc_stream_end_message(&r.s), XC_ERR_FRAME);
    r.in = XC_STR("<iq xmlns='jabber:client'/>");
    check_status("sticks", reader_next(&r), XC_ERR_FRAME);
    check_status("sticks", xc_stream_finish(&r.s), XC_ERR_FRAME);
}

static void only_a_websocket_has_messages(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, CLIENT_HEADER, NULL);
    check_status("TCP", xc_stream_end_message(&r.s), XC_ERR_ARGUMENT);
    reader_open(&r, FRAMED("open", "") "<!", &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("cut", reader_next(&r), XC_NEED_MORE);
    r.in = XC_STR("-");
    check_status("comment", reader_next(&r), XC_ERR_COMMENT);
    check_status("sticks", xc_stream_end_message(&r.s), XC_ERR_COMMENT);
}

static void a_reset_reads_a_new_open_of_a_websocket(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, FRAMED("open", "to='a'"), &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("open", xc_stream_end_message(&r.s), XC_OK);
    r.in = XC_STR("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    expect_event(&r, XC_EVENT_NONZA);
    check_status("success", xc_stream_end_message(&r.s), XC_OK);
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    r.in = XC_STR(FRAMED("open", "to='b'"));
    expect_event(&r, XC_EVENT_OPEN);
    check_str("to", r.ev.header.to, "b");
    check_status("open", xc_stream_end_message(&r.s), XC_OK);
}

/* ---- long and deep ------------------------------------------------------ */

/* The default limit on an element. */
static void an_element_has_at_most_262144_bytes(void **state)
{
    stream_setup setup = {1 << 20, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    buffer input = {0};
    stream_outcome got;
    (void)state;
    buffer_puts(&input, CLIENT_HEADER "<a>");
    buffer_repeat(&input, "x", 262144 - 7);
    buffer_puts(&input, "</a> <a>");
    got = stream_all_cuts("limit", buffer_str(&input), &setup, 0, &log);
    assert_string_equal(got.kinds, "ON");
    check_status("262144 bytes", got.status, XC_NEED_MORE);
    buffer_repeat(&input, "x", 262144);
    got = stream_all_cuts("limit", buffer_str(&input), &setup, 0, &log);
    assert_string_equal(got.kinds, "ON");
    check_status("more", got.status, XC_ERR_LIMIT_STANZA);
    assert_int_equal(got.offset, strlen(CLIENT_HEADER) + 2 * 262144 + 1);
    buffer_free(&input);
}

static void elements_are_at_most_as_deep_as_xc_depth_max(void **state)
{
    xc_stream_options options = {XC_TCP, NULL, {0, 0, 0, 0}, false};
    buffer input = {0};
    (void)state;
    options.limits.depth = 1000; /* not more than XC_DEPTH_MAX */
    buffer_puts(&input, CLIENT_HEADER);
    buffer_repeat(&input, "<a>", XC_DEPTH_MAX + 1);
    check_kinds(input.ptr, &options, "O", XC_ERR_LIMIT_DEPTH);
    buffer_clear(&input);
    buffer_puts(&input, CLIENT_HEADER);
    buffer_repeat(&input, "<a>", XC_DEPTH_MAX - 1);
    buffer_repeat(&input, "</a>", XC_DEPTH_MAX - 1);
    check_kinds(input.ptr, &options, "ON", XC_NEED_MORE);
    check_kinds(input.ptr, NULL, "ON", XC_NEED_MORE);
    buffer_free(&input);
}

/* ---- misuse ------------------------------------------------------------- */

/* From the next element on. */
static void a_limit_can_change_between_elements(void **state)
{
    static const char stanza[] = "<message><body>1234567890</body></message>";
    static const uint32_t limits[] = {sizeof stanza - 2, sizeof stanza, 0};
    char memory[4096];
    xc_stream_options o = {XC_TCP, NULL, {200, 0, 0, 0}, false};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        xc_stream s;
        xc_stream_event ev;
        xc_str in = XC_STR(CLIENT_HEADER);
        xc_stream_init(&s, memory, sizeof memory, &o);
        check_status("header", xc_stream_next(&s, &in, &ev), XC_EVENT);
        in = XC_STR("<message><body>");
        check_status("half", xc_stream_next(&s, &in, &ev), XC_NEED_MORE);
        xc_stream_limit(&s, limits[i]);
        in = XC_STR("1234567890</body></message>");
        check_status("the rest", xc_stream_next(&s, &in, &ev), XC_EVENT);
        in = xc_str_from(stanza);
        check_status("next", xc_stream_next(&s, &in, &ev),
                     i == 0 ? XC_ERR_LIMIT_STANZA : XC_EVENT);
    }
}

static void null_arguments_are_refused(void **state)
{
    char memory[256];
    xc_stream s;
    xc_stream_event ev;
    xc_str in = XC_STR_INIT("<a/>");
    (void)state;
    check_status("init", xc_stream_init(NULL, memory, sizeof memory, NULL),
                 XC_ERR_ARGUMENT);
    check_status("init", xc_stream_init(&s, NULL, 100, NULL), XC_ERR_ARGUMENT);
    xc_stream_init(&s, memory, sizeof memory, NULL);
    check_status("next", xc_stream_next(NULL, &in, &ev), XC_ERR_ARGUMENT);
    check_status("next", xc_stream_next(&s, NULL, &ev), XC_ERR_ARGUMENT);
    xc_stream_init(&s, memory, sizeof memory, NULL);
    check_status("next", xc_stream_next(&s, &in, NULL), XC_ERR_ARGUMENT);
    check_status("reset", xc_stream_reset(NULL), XC_ERR_ARGUMENT);
    check_status("finish", xc_stream_finish(NULL), XC_ERR_ARGUMENT);
    check_status("message", xc_stream_end_message(NULL), XC_ERR_ARGUMENT);
    check_status("move", xc_stream_relocate(NULL, memory, 1), XC_ERR_ARGUMENT);
    xc_stream_init(&s, memory, sizeof memory, NULL);
    check_status("move", xc_stream_relocate(&s, NULL, 100), XC_ERR_ARGUMENT);
    assert_false(xc_stream_is_idle(NULL));
    assert_int_equal(xc_stream_saved_size(NULL), 0);
    assert_int_equal(xc_stream_offset(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_of_every_stream_gives_the_same_events),
        cmocka_unit_test(after_proceed_a_reset_reads_a_new_stream),
        cmocka_unit_test(
            a_reset_after_an_error_or_the_close_reads_a_new_stream),
        cmocka_unit_test(
            a_message_may_come_in_pieces_and_the_error_of_a_frame_sticks),
        cmocka_unit_test(only_a_websocket_has_messages),
        cmocka_unit_test(a_reset_reads_a_new_open_of_a_websocket),
        cmocka_unit_test(an_element_has_at_most_262144_bytes),
        cmocka_unit_test(elements_are_at_most_as_deep_as_xc_depth_max),
        cmocka_unit_test(a_limit_can_change_between_elements),
        cmocka_unit_test(null_arguments_are_refused),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
