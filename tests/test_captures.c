/* Hostile streams and recorded connections; many more of them with
   XC_CORPORA. */
#include "support_captures.h"
#include "support_rows.h"
#include "support_schemas.h"
#include "support_stream.h"
#include "support_tree.h"

/* ---- hostile streams ---------------------------------------------------- */

/* The line "# prefix NAME = TEXT" of the table. */
static xc_str hostile_prefix(const char *file, const char *name)
{
    xc_str none = {"", 0}, text;
    const char *at = file;
    size_t len = strlen(name);
    while ((at = strstr(at, "# prefix ")) != NULL) {
        at += 9;
        if (strncmp(at, name, len) != 0 || at[len] != ' ')
            continue;
        text = xc_str_from(strchr(at, '=') + 2);
        return xc_str_cut(&text, '\n');
    }
    return none;
}

/* Appends the input with @REP(count,"text") written out. */
static void expand_repetitions(char *input, buffer *out)
{
    char *rep;
    while ((rep = strstr(input, "@REP(")) != NULL) {
        char *text;
        size_t times = strtoul(rep + 5, &text, 10);
        char *end = strstr(text, "\")");
        CHECK(end != NULL, "a bad @REP");
        *rep = *end = '\0';
        buffer_add(out, input, unescape(input));
        buffer_repeat(out, text + 2, times);
        input = end + 2;
    }
    buffer_add(out, input, unescape(input));
}

static void generate_input(const char *id, buffer *out)
{
    bool attributes = strcmp(id, "lim-attrs-10k") == 0;
    CHECK(attributes || strcmp(id, "lim-ns-nested") == 0,
          "%s: no generator for this input", id);
    buffer_puts(out, attributes ? "<message" : "<message>");
    for (unsigned i = 0; i < 10000; i++)
        buffer_printf(out,
                      attributes ? " a%u='x'" : "<n%u:a xmlns:n%u='urn:%u'>",
                      i, i, i);
    if (attributes)
        buffer_puts(out, "/>");
}

static const char *outcome_name(const stream_outcome *o)
{
    if (xc_status_is_error(o->status))
        return xc_status_condition(o->status);
    return xc_status_is_error(o->finish) ? "need-more" : "accept";
}

/* Alternatives are separated by |; limit:X is X; the rest of a word is a
   remark. */
static bool outcome_expected(const char *expect, const char *outcome)
{
    xc_str rest = xc_str_from(expect);
    while (rest.ptr != NULL) {
        xc_str word = xc_str_cut(&rest, '|');
        if (xc_str_starts_with(word, "limit:")) {
            word.ptr += 6;
            word.len -= 6;
        }
        if (xc_str_is(xc_str_cut(&word, ':'), outcome))
            return true;
    }
    return false;
}

static void hostile_case(const char *id, const char *group, const char *expect,
                         const buffer *input)
{
    static const size_t memories[] = {16384, 1 << 20};
    event_log log = {.keep = false};
    if (strcmp(group, "sasl") == 0)
        expect = "accept"; /* the stream goes on: SASL itself fails */
    for (size_t i = 0; i < COUNT_OF(memories); i++) {
        stream_setup setup = {0, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
        stream_outcome got;
        setup.memory = memories[i];
        got = stream_all_cuts(id, buffer_str(input), &setup, 1500, &log);
        CHECK(outcome_expected(expect, outcome_name(&got)),
              "%s: got %s (%s at byte %llu), expected %s", id,
              outcome_name(&got), xc_status_name(got.status),
              (unsigned long long)got.offset, expect);
        CHECK(got.calls <= input->len + KINDS_MAX, "%s: %zu calls", id,
              got.calls);
    }
}

static xc_str client_prefix, server_prefix;

static void hostile_row(const row *r)
{
    static buffer input, text;
    if (strcmp(r->field[0], "id") == 0)
        return; /* the names of the columns */
    buffer_clear(&input);
    if (r->field[2][0] == 'H') {
        bool server = r->field[2][1] == 'S';
        xc_str prefix = server ? server_prefix : client_prefix;
        buffer_add(&input, prefix.ptr, prefix.len);
    }
    buffer_clear(&text);
    buffer_puts(&text, r->field[3]);
    if (strncmp(text.ptr, "@GEN", 4) == 0)
        generate_input(r->field[0], &input);
    else
        expand_repetitions(text.ptr, &input);
    hostile_case(r->field[0], r->field[1], r->field[4], &input);
}

/* Returns the number of streams. */
static size_t hostile_file(const char *path, const buffer *file)
{
    client_prefix = hostile_prefix(file->ptr, "H");
    server_prefix = hostile_prefix(file->ptr, "HS");
    CHECK(client_prefix.len > 0 && server_prefix.len > 0, "%s: no prefixes",
          path);
    return check_rows(path, file->ptr, false, hostile_row) - 1;
}

static void hostile_streams_end_as_they_must(void **state)
{
    static const char path[] = "tests/data/hostile.tsv";
    static const char external[] = "hostile/hostile.tsv";
    buffer file = {0};
    size_t own, count = 0;
    (void)state;
    CHECK(load_file(path, &file), "cannot read %s (run in the top directory)",
          path);
    own = hostile_file(path, &file);
    assert_true(own >= 20);
    if (load_external(external, &file)) {
        count = hostile_file(external, &file);
        assert_true(count > 100);
    }
    print_message("%zu streams, %zu of XC_CORPORA\n", own + count, count);
    buffer_free(&file);
}

/* ---- recorded connections (XC_CORPORA) ---------------------------------- */

static const cut cut_as_recorded = {0, 0};

static size_t capture_piece(const capture *c, cut how, size_t at, size_t end)
{
    if (how.step != 0)
        return cut_piece(how, at, end);
    for (size_t i = 0; i < c->reads; i++)
        if (c->read_end[i] > at)
            return (c->read_end[i] < end ? c->read_end[i] : end) - at;
    return end - at;
}

static size_t outcome_elements(const stream_outcome *o)
{
    return o->count[XC_EVENT_FEATURES] + o->count[XC_EVENT_STANZA] +
           o->count[XC_EVENT_NONZA] + o->count[XC_EVENT_ERROR];
}

static void capture_document(const capture *c, stream_run *r, size_t number,
                             cut how)
{
    size_t at = c->start[number], end = c->start[number + 1];
    size_t before = outcome_elements(&r->out);
    r->out.status = XC_NEED_MORE;
    while (at < end && r->out.status == XC_NEED_MORE) {
        xc_str piece = {c->bytes.ptr + at, capture_piece(c, how, at, end)};
        run_piece(r, piece);
        at += piece.len;
    }
    if (xc_status_is_error(c->expected) && number == c->documents - 1)
        return;
    CHECK(!xc_status_is_error(r->out.status),
          "%s, document %zu: %s at byte %llu", c->name, number + 1,
          xc_status_name(r->out.status),
          (unsigned long long)xc_stream_offset(&r->s));
    CHECK(outcome_elements(&r->out) - before == c->elements[number],
          "%s, document %zu: %zu elements, expected %zu", c->name, number + 1,
          outcome_elements(&r->out) - before, c->elements[number]);
}

static uint64_t capture_read(const capture *c, cut how, bool moving)
{
    stream_setup setup = {16384, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    stream_run r;
    size_t left;
    setup.moving = moving;
    run_begin(&r, &setup, &log);
    for (size_t i = 0; i < c->documents; i++) {
        if (i > 0)
            check_status("restart", xc_stream_reset(&r.s), XC_OK);
        capture_document(c, &r, i, how);
    }
    if (xc_status_is_error(c->expected)) {
        check_status(c->name, r.out.status, c->expected);
        return log.hash;
    }
    run_end(&r);
    left = c->bytes.len - r.out.consumed;
    CHECK(c->trailing ? left > 2 : left <= 2, "%s: %zu bytes left", c->name,
          left);
    return log.hash;
}

static size_t read_in_cuts(const capture *c, const table *line)
{
    uint64_t hash = capture_read(c, cut_as_recorded, false);
    (void)line;
    for (size_t step = 1; step <= 7; step++) {
        cut pieces = {0, step};
        CHECK(capture_read(c, pieces, false) == hash, "%s, %s", c->name,
              cut_name(pieces).text);
        CHECK(capture_read(c, pieces, true) == hash, "%s, %s, moving", c->name,
              cut_name(pieces).text);
    }
    CHECK(capture_read(c, cut_none, false) == hash, "%s, whole", c->name);
    return 1;
}

static void recorded_streams_are_the_same_in_every_cut(void **state)
{
    (void)state;
    each_capture(read_in_cuts);
}

/* Namespaces in XML section 5: an undeclared prefix is an error. As some
   servers send it, a program may ask to read it as a part of the name. */
static void an_undeclared_prefix_is_an_error_or_part_of_the_name(void **state)
{
    static const char text[] =
        CLIENT_HEADER "<message q:a='1'><body>b</body></message>"
                      "</stream:stream>";
    stream_setup setup = {16384, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = true};
    stream_outcome got;
    (void)state;
    got = stream_all_cuts("strict", xc_str_from(text), &setup, 1000, &log);
    check_status("strict", got.status, XC_ERR_PREFIX);
    setup.options.tolerate_undeclared_prefix = true;
    got = stream_all_cuts("lenient", xc_str_from(text), &setup, 1000, &log);
    check_status("lenient", got.status, XC_CLOSED);
    assert_non_null(strstr(log.text.ptr, "UNDECLARED\t{}q:a\t1\n"));
    log_free(&log);
}

/* The capture that a real server spoilt, read with the leniency for it. */
static void an_undeclared_prefix_is_tolerated_on_request(void **state)
{
    xc_stream_options lenient = {XC_TCP, NULL, {0, 0, 0, 0}, true};
    stream_setup setup = {16384, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = true};
    buffer bytes = {0};
    stream_run r;
    xc_str first, second;
    (void)state;
    load_corpus("captures/ejabberd-raw-unicode-and-cdata.s2c", &bytes);
    setup.options = lenient;
    first.ptr = bytes.ptr;
    first.len = 586; /* see restarts.tsv */
    second.ptr = bytes.ptr + first.len;
    second.len = bytes.len - first.len;
    run_begin(&r, &setup, &log);
    run_bytes(&r, first, cut_none);
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    run_bytes(&r, second, cut_none);
    check_status("spoilt", r.out.status, XC_CLOSED);
    assert_non_null(strstr(log.text.ptr, "UNDECLARED\t{}q:a\t1\n"));
    log_free(&log);
    buffer_free(&bytes);
}

/* ---- recorded BOSH sessions (XC_CORPORA) -------------------------------- */

static size_t count_lines(const buffer *bytes)
{
    size_t lines = 0;
    for (size_t i = 0; i < bytes->len; i++)
        lines += bytes->ptr[i] == '\n';
    return lines;
}

static void bosh_capture(const char *name)
{
    stream_setup setup = {16384, {XC_BOSH, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    buffer bytes = {0};
    stream_outcome got;
    size_t bodies;
    CHECK(load_file(name, &bytes) || load_external(name, &bytes),
          "cannot read %s", name);
    bodies = strstr(name, "-http.") != NULL ? strip_http(&bytes)
                                            : count_lines(&bytes);
    got = stream_all_cuts(name, buffer_str(&bytes), &setup, 5000, &log);
    CHECK(!xc_status_is_error(got.status) && !xc_status_is_error(got.finish),
          "%s: %s at byte %llu", name, xc_status_name(got.status),
          (unsigned long long)got.offset);
    CHECK(got.count[XC_EVENT_OPEN] == bodies &&
              got.count[XC_EVENT_CLOSE] == bodies,
          "%s: %zu bodies opened, %zu closed of %zu", name,
          got.count[XC_EVENT_OPEN], got.count[XC_EVENT_CLOSE], bodies);
    CHECK(got.count[XC_EVENT_STANZA] >= 3, "%s: too few stanzas", name);
    buffer_free(&bytes);
}

static void recorded_bosh_bodies_are_read(void **state)
{
    (void)state;
    bosh_capture("tests/data/captures/bosh.c2s");
    if (corpora() == NULL)
        return;
    bosh_capture("captures/prosody-raw-bosh.c2s");
    bosh_capture("captures/prosody-raw-bosh.s2c");
    bosh_capture("captures/ejabberd-raw-bosh.c2s");
    bosh_capture("captures/ejabberd-raw-bosh.s2c");
    bosh_capture("captures/prosody-raw-bosh-http.c2s");
    bosh_capture("captures/prosody-raw-bosh-http.s2c");
    bosh_capture("captures/ejabberd-raw-bosh-http.c2s");
    bosh_capture("captures/ejabberd-raw-bosh-http.s2c");
    bosh_capture("captures2/of47-bosh.c2s");
    bosh_capture("captures2/of47-bosh.s2c");
}

/* ---- recorded WebSockets (XC_CORPORA) ----------------------------------- */

/* What to do with the messages of one stream, a line each. */
typedef void messages_use(const char *name, xc_str messages);

/* A new stream begins with <open/>, after SASL as well. */
static void each_websocket_stream(const char *name, messages_use *use)
{
    buffer bytes = {0};
    char *at, *next;
    CHECK(load_external(name, &bytes), "cannot read %s", name);
    strip_frames(&bytes);
    for (at = bytes.ptr; at != NULL; at = next) {
        xc_str messages = xc_str_from(at);
        next = strstr(at + 1, "<open ");
        if (next != NULL)
            messages.len = (size_t)(next - at);
        messages.len--; /* the last line end */
        use(name, messages);
    }
    buffer_free(&bytes);
}

static void check_messages(const char *name, xc_str messages)
{
    stream_setup setup = {
        16384, {XC_WEBSOCKET, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    size_t lines = 0;
    stream_outcome got = stream_all_cuts(name, messages, &setup, 0, &log);
    while (messages.ptr != NULL && xc_str_cut(&messages, '\n').ptr != NULL)
        lines++;
    CHECK(!xc_status_is_error(got.status), "%s: %s", name,
          xc_status_name(got.status));
    CHECK(lines == outcome_elements(&got) + got.count[XC_EVENT_OPEN] +
                       got.count[XC_EVENT_CLOSE],
          "%s: not %zu elements", name, lines);
}

#define RECORDED_WEBSOCKET "captures2/smackmod-ws-romeo-2"

static void recorded_websockets_are_read(void **state)
{
    (void)state;
    if (corpora() == NULL)
        skip();
    each_websocket_stream(RECORDED_WEBSOCKET ".c2s", check_messages);
    each_websocket_stream(RECORDED_WEBSOCKET ".s2c", check_messages);
}

/* ---- recorded elements as structs --------------------------------------- */

/* Elements: first-level; all that have a schema. */
static struct {
    size_t first_level, typed;
} replayed;

static void check_written(const char *name, const xc_schema *s,
                          const xc_element *e)
{
    static char space[1 << 19], memory[1 << 20];
    static event_log got = {.keep = true, .no_prefix = true};
    static event_log expected = {.keep = true, .no_prefix = true};
    void *in = malloc(s->size);
    xc_writer w;
    xc_str out;
    CHECK(xc_was_read(xc_read(s, e, in, NULL)), "%s: not read", name);
    xc_writer_init(&w, space, sizeof space, NULL);
    xc_write(&w, s, in);
    check_status(name, xc_writer_finish(&w, &out), XC_OK);
    log_clear(&got);
    log_clear(&expected);
    log_tree(&got, read_element(out, memory, sizeof memory));
    log_tree(&expected, e);
    check_same_log(name, &got, &expected);
    free(in);
}

static void replay_element(const char *name, const xc_element *root)
{
    xc_walk w;
    CHECK(schema_of(root) != NULL, "%s: no schema for " XC_FMT, name,
          XC_ARG(xc_name(root)));
    replayed.first_level++;
    xc_walk_init(&w, root);
    while (xc_walk_next(&w)) {
        const xc_schema *s = schema_of(w.element);
        if (w.type != XC_START || s == NULL)
            continue;
        replayed.typed++;
        check_written(name, s, w.element);
    }
}

static char replay_memory[65536];
static const cut replay_cuts[] = {{0, WHOLE}, {0, 1}, {0, 7}, {0, 1460}};

static void replay_bytes(xc_stream *s, const char *name, xc_str bytes, cut how)
{
    xc_stream_event ev;
    for (size_t at = 0; at < bytes.len;) {
        xc_str piece = {bytes.ptr + at, cut_piece(how, at, bytes.len)};
        at += piece.len;
        while (xc_stream_next(s, &piece, &ev) == XC_EVENT)
            if (ev.kind != XC_EVENT_OPEN && ev.element != NULL)
                replay_element(name, ev.element);
    }
}

static void replay_stream(const char *name, xc_str bytes, cut how)
{
    xc_stream s;
    xc_stream_init(&s, replay_memory, sizeof replay_memory, NULL);
    replay_bytes(&s, name, bytes, how);
}

/* A message for each line. */
static void replay_messages(const char *name, xc_str messages, cut how)
{
    static const xc_stream_options options = {
        XC_WEBSOCKET, NULL, {0, 0, 0, 0}, false};
    xc_stream s;
    xc_stream_init(&s, replay_memory, sizeof replay_memory, &options);
    while (messages.ptr != NULL) {
        replay_bytes(&s, name, xc_str_cut(&messages, '\n'), how);
        xc_stream_end_message(&s);
    }
}

/* The same elements in each cut. */
static void replay_in_cuts(const char *name, xc_str bytes,
                           void (*replay)(const char *, xc_str, cut))
{
    size_t typed[COUNT_OF(replay_cuts)];
    for (size_t i = 0; i < COUNT_OF(replay_cuts); i++) {
        size_t before = replayed.typed;
        replay(name, bytes, replay_cuts[i]);
        typed[i] = replayed.typed - before;
        CHECK(typed[i] == typed[0], "%s, %s: %zu elements, whole: %zu", name,
              cut_name(replay_cuts[i]).text, typed[i], typed[0]);
    }
}

static size_t replay_capture(const capture *c, const table *line)
{
    (void)line;
    for (size_t i = 0; i < c->documents; i++) {
        xc_str bytes = {c->bytes.ptr + c->start[i],
                        c->start[i + 1] - c->start[i]};
        replay_in_cuts(c->name, bytes, replay_stream);
    }
    return 1;
}

static void replay_websocket(const char *name, xc_str messages)
{
    replay_in_cuts(name, messages, replay_messages);
}

/* Every first-level element has a schema, and at least one in two has another
   inside. */
static void recorded_elements_are_structs(void **state)
{
    (void)state;
    each_capture(replay_capture);
    if (corpora() != NULL) {
        each_websocket_stream(RECORDED_WEBSOCKET ".c2s", replay_websocket);
        each_websocket_stream(RECORDED_WEBSOCKET ".s2c", replay_websocket);
    }
    print_message("%zu first-level elements, %zu with a schema in all\n",
                  replayed.first_level, replayed.typed);
    assert_true(replayed.typed >= replayed.first_level * 3 / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_streams_end_as_they_must),
        cmocka_unit_test(recorded_streams_are_the_same_in_every_cut),
        cmocka_unit_test(an_undeclared_prefix_is_an_error_or_part_of_the_name),
        cmocka_unit_test(an_undeclared_prefix_is_tolerated_on_request),
        cmocka_unit_test(recorded_bosh_bodies_are_read),
        cmocka_unit_test(recorded_websockets_are_read),
        cmocka_unit_test(recorded_elements_are_structs),
    };
    return cmocka_run_group_tests_name("captures", tests, NULL, NULL);
}
