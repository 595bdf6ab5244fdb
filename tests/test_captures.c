/* Hostile streams and recorded connections; many more of them with
   XC_CORPORA. */
#include "support_captures.h"
#include "support_rows.h"
#include "support_stream.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hostile_streams_end_as_they_must),
        cmocka_unit_test(recorded_streams_are_the_same_in_every_cut),
        cmocka_unit_test(an_undeclared_prefix_is_an_error_or_part_of_the_name),
        cmocka_unit_test(an_undeclared_prefix_is_tolerated_on_request),
        cmocka_unit_test(recorded_bosh_bodies_are_read),
    };
    return cmocka_run_group_tests_name("captures", tests, NULL, NULL);
}
