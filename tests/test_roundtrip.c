/* What was decoded and written again is decoded as the same thing: documents,
   stanzas and recorded connections; many more of them with XC_CORPORA. */
#include "support_captures.h"
#include "support_stream.h"
#include "support_tree.h"
#include "support_xml.h"

static char space[1 << 20];
static char memory[2][1 << 20];

/* ---- documents ---------------------------------------------------------- */

static bool deeper_than_trees(const event_log *tokens)
{
    size_t depth = 0;
    for (const char *at = tokens->text.ptr; *at != '\0'; at++) {
        if (strncmp(at, "START\t", 6) == 0)
            depth++;
        else if (strncmp(at, "END\n", 4) == 0)
            depth--;
        if (depth > XC_DEPTH_MAX)
            return true;
        at += strcspn(at, "\n");
    }
    return false;
}

/* Tokens, tree, and the tree read from what the tree was written as. */
static void rewrite_document(const char *id, xc_str doc)
{
    event_log tokens = {.keep = true, .no_prefix = true, .no_offsets = true};
    event_log tree = tokens;
    const xc_element *e;
    xc_writer w;
    xc_str out;
    check_status(id, xml_feed(&xml_roomy, doc, cut_none, &tokens).status,
                 XC_OK);
    if (!deeper_than_trees(&tokens)) {
        e = read_element(doc, memory[0], sizeof memory[0]);
        CHECK(e != NULL, "%s: no element", id);
        log_clear(&tree);
        log_tree(&tree, e);
        CHECK(strcmp(tree.text.ptr, tokens.text.ptr) == 0,
              "%s: the tree is not what the tokens are", id);
        xc_writer_init(&w, space, sizeof space, NULL);
        xc_writer_element(&w, e);
        check_status(id, xc_writer_finish(&w, &out), XC_OK);
        e = read_element(out, memory[1], sizeof memory[1]);
        CHECK(e != NULL, "%s: not read again: " XC_FMT, id, XC_ARG(out));
        log_clear(&tree);
        log_tree(&tree, e);
        CHECK(strcmp(tree.text.ptr, tokens.text.ptr) == 0,
              "%s\n-- got\n%s-- expected\n%s", id, tree.text.ptr,
              tokens.text.ptr);
    }
    log_free(&tokens);
    log_free(&tree);
}

static void own_documents_say_the_same_when_written_again(void **state)
{
    (void)state;
    assert_true(each_own_document(rewrite_document) > 50);
}

static void documents_say_the_same_when_written_again(void **state)
{
    buffer file = {0}, doc = {0}, name = {0};
    table rows = {0};
    size_t count = 0;
    (void)state;
    load_corpus("xmlconf/manifest.tsv", &file);
    rows.next = file.ptr;
    while (table_next(&rows)) {
        if (strcmp(rows.field[4], "accept") != 0)
            continue;
        buffer_clear(&name);
        buffer_puts(&name, "xmlconf/");
        buffer_puts(&name, rows.field[1]);
        load_promised(name.ptr, &doc);
        rewrite_document(rows.field[0], buffer_str(&doc));
        count++;
    }
    print_message("%zu documents\n", count);
    assert_true(count > 0);
    buffer_free(&file);
    buffer_free(&doc);
    buffer_free(&name);
}

/* ---- stanzas ------------------------------------------------------------ */

/* Two ends of a stream that is open. */
typedef struct link_ends {
    xc_stream from, to;
    xc_writer w;
    event_log sent, received;
} link_ends;

static void link_open(link_ends *l, const char *header)
{
    static const event_log fresh = {.keep = true, .no_offsets = true};
    xc_stream_event ev;
    xc_str in = xc_str_from(header), again = in;
    xc_stream_init(&l->from, memory[0], sizeof memory[0], NULL);
    xc_stream_init(&l->to, memory[1], sizeof memory[1], NULL);
    check_status("header", xc_stream_next(&l->from, &in, &ev), XC_EVENT);
    check_status("header", xc_stream_next(&l->to, &again, &ev), XC_EVENT);
    xc_writer_init(&l->w, space, sizeof space, XC_NS_CLIENT);
    l->sent = l->received = fresh;
}

static void link_pass(link_ends *l, const char *id, xc_str stanza)
{
    xc_stream_event ev;
    xc_str out;
    CHECK(xc_stream_next(&l->from, &stanza, &ev) == XC_EVENT,
          "%s: not read: " XC_FMT, id, XC_ARG(stanza));
    log_clear(&l->sent);
    log_event(&l->sent, &ev);
    xc_writer_element(&l->w, ev.element);
    check_status(id, xc_writer_finish(&l->w, &out), XC_OK);
    CHECK(xc_stream_next(&l->to, &out, &ev) == XC_EVENT,
          "%s: not read again: " XC_FMT, id, XC_ARG(out));
    log_clear(&l->received);
    log_event(&l->received, &ev);
    check_same_log(id, &l->received, &l->sent);
}

static void stanzas_say_the_same_at_the_other_end(void **state)
{
    buffer file = {0};
    link_ends l;
    xc_str rest;
    char id[32];
    size_t line = 0;
    (void)state;
    load_stanzas(&file);
    link_open(&l, CLIENT_HEADER);
    rest = buffer_str(&file);
    while (rest.len > 0) {
        xc_str stanza = xc_str_cut(&rest, '\n');
        snprintf(id, sizeof id, "line %zu", ++line);
        link_pass(&l, id, stanza);
    }
    print_message("%zu stanzas\n", line);
    assert_true(line > 0);
    log_free(&l.sent);
    log_free(&l.received);
    buffer_free(&file);
}

/* ---- recorded connections ----------------------------------------------- */

static void write_event(xc_writer *w, const xc_stream_event *ev)
{
    if (ev->kind == XC_EVENT_OPEN) {
        xc_writer_init(w, space, sizeof space, ev->header.content_ns.ptr);
        xc_writer_stream_open(w, &ev->header);
    } else if (ev->kind == XC_EVENT_CLOSE) {
        xc_writer_stream_close(w);
    } else {
        xc_writer_element(w, ev->element);
    }
}

/* A header is not rewritten with all its attributes. */
static void log_rewritten(event_log *log, const xc_stream_event *ev)
{
    xc_stream_event shown = *ev;
    if (ev->kind == XC_EVENT_OPEN)
        shown.element = NULL;
    log_event(log, &shown);
}

/* Logs a document of a capture and rewrites it into `out`. */
static void rewrite_capture(const char *name, xc_str in, event_log *log,
                            buffer *out)
{
    xc_stream s;
    xc_stream_event ev;
    xc_writer w;
    xc_str bytes;
    xc_writer_init(&w, space, sizeof space, NULL);
    xc_stream_init(&s, memory[0], sizeof memory[0], NULL);
    while (xc_stream_next(&s, &in, &ev) == XC_EVENT) {
        log_rewritten(log, &ev);
        write_event(&w, &ev);
        check_status(name, xc_writer_finish(&w, &bytes), XC_OK);
        buffer_add(out, bytes.ptr, bytes.len);
    }
}

/* Stanzas are written in the namespace of the stream: those that came to a
   component in jabber:client are not any more. */
static void expect_stream_ns(event_log *log)
{
    static const char from[] = "{jabber:client}";
    buffer text = {0};
    const char *at = log->text.ptr, *found;
    if (strstr(at, "O\t=jabber:component:accept") != at)
        return;
    for (; (found = strstr(at, from)) != NULL; at = found + sizeof from - 1) {
        buffer_add(&text, at, (size_t)(found - at));
        buffer_puts(&text, "{jabber:component:accept}");
    }
    buffer_puts(&text, at);
    buffer_free(&log->text);
    log->text = text;
}

static void check_capture_document(const capture *c, size_t number)
{
    event_log sent = {.keep = true, .no_offsets = true}, received = sent;
    buffer rewritten = {0}, again = {0};
    xc_str in = {c->bytes.ptr + c->start[number],
                 c->start[number + 1] - c->start[number]};
    log_clear(&sent);
    log_clear(&received);
    rewrite_capture(c->name, in, &sent, &rewritten);
    expect_stream_ns(&sent);
    rewrite_capture(c->name, buffer_str(&rewritten), &received, &again);
    CHECK(strcmp(received.text.ptr, sent.text.ptr) == 0,
          "%s\n-- got\n%s-- expected\n%s", c->name, received.text.ptr,
          sent.text.ptr);
    CHECK(strcmp(buffer_str(&rewritten).ptr, buffer_str(&again).ptr) == 0,
          "%s: not canonical", c->name);
    log_free(&sent);
    log_free(&received);
    buffer_free(&rewritten);
    buffer_free(&again);
}

static size_t rewrite_streams(const capture *c, const table *row)
{
    (void)row;
    for (size_t i = 0; i < c->documents; i++)
        check_capture_document(c, i);
    return c->documents;
}

static void recorded_streams_say_the_same_when_written_again(void **state)
{
    (void)state;
    each_capture(rewrite_streams);
}

/* Bodies are written like the ones that came. */
static void rewrite_bosh(const char *name, xc_str in, event_log *log,
                         buffer *out)
{
    static const xc_stream_options options = {
        XC_BOSH, NULL, {0, 0, 0, 0}, false};
    static char body[65536];
    xc_stream s;
    xc_stream_event ev;
    xc_writer w;
    xc_str bytes;
    xc_writer_init(&w, space, sizeof space, NULL);
    xc_stream_init(&s, memory[0], sizeof memory[0], &options);
    while (xc_stream_next(&s, &in, &ev) == XC_EVENT) {
        log_event(log, &ev);
        if (ev.kind == XC_EVENT_OPEN) {
            memcpy(body, ev.element, xc_element_size(ev.element));
            xc_writer_begin_like(&w, (const xc_element *)(void *)body);
        } else if (ev.kind != XC_EVENT_CLOSE) {
            xc_writer_element(&w, ev.element);
        } else {
            xc_writer_end(&w);
            check_status(name, xc_writer_finish(&w, &bytes), XC_OK);
            buffer_add(out, bytes.ptr, bytes.len);
        }
    }
}

static void check_bosh(const char *name)
{
    event_log sent = {.keep = true, .no_offsets = true}, received = sent;
    buffer bytes = {0}, rewritten = {0}, again = {0};
    CHECK(load_file(name, &bytes) || load_external(name, &bytes),
          "cannot read %s", name);
    log_clear(&sent);
    log_clear(&received);
    rewrite_bosh(name, buffer_str(&bytes), &sent, &rewritten);
    rewrite_bosh(name, buffer_str(&rewritten), &received, &again);
    check_same_log(name, &received, &sent);
    assert_true(rewritten.len > 500);
    log_free(&sent);
    log_free(&received);
    buffer_free(&bytes);
    buffer_free(&rewritten);
    buffer_free(&again);
}

static void bosh_bodies_say_the_same_when_written_again(void **state)
{
    (void)state;
    check_bosh("tests/data/captures/bosh.c2s");
    if (corpora() == NULL)
        return;
    check_bosh("captures/prosody-raw-bosh.c2s");
    check_bosh("captures/prosody-raw-bosh.s2c");
    check_bosh("captures/ejabberd-raw-bosh.c2s");
    check_bosh("captures/ejabberd-raw-bosh.s2c");
    check_bosh("captures2/of47-bosh.c2s");
    check_bosh("captures2/of47-bosh.s2c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(own_documents_say_the_same_when_written_again),
        cmocka_unit_test(documents_say_the_same_when_written_again),
        cmocka_unit_test(stanzas_say_the_same_at_the_other_end),
        cmocka_unit_test(recorded_streams_say_the_same_when_written_again),
        cmocka_unit_test(bosh_bodies_say_the_same_when_written_again),
    };
    return cmocka_run_group_tests_name("roundtrip", tests, NULL, NULL);
}
