/* The writer. What it writes and refuses is in tests/data/writer.txt and
   writer_texts.tsv; here are streams, every byte everywhere, misuse, and random
   documents that are read again as the same thing. */
#include "support_random.h"
#include "support_rows.h"
#include "support_stream.h"
#include "support_tree.h"
#include "support_xml.h"

static char space[1 << 20];

static const xc_stream_header full_header = {{NULL, 0},
                                             XC_STR_INIT("to'<"),
                                             XC_STR_INIT("from&"),
                                             XC_STR_INIT("id"),
                                             XC_STR_INIT("de"),
                                             1,
                                             0};

static void writer_open(xc_writer *w, const char *content_ns)
{
    xc_writer_init(w, space, sizeof space, content_ns);
}

/* The output, NUL-terminated, valid until the next call. */
static const char *written(xc_writer *w)
{
    static buffer text;
    xc_str out;
    check_status("finish", xc_writer_finish(w, &out), XC_OK);
    CHECK(out.ptr != NULL, "no output");
    buffer_clear(&text);
    buffer_add(&text, out.ptr, out.len);
    return text.ptr;
}

/* The element written, read again. */
static const xc_element *read_again(xc_writer *w)
{
    return parse(written(w));
}

/* ---- trees written and read again ---------------------------------------- */

/* Writes the element, reads it again, compares; writes it again, compares the
   bytes. */
static void check_rewrite(const char *id, const xc_element *e)
{
    static char memory[1 << 21];
    static buffer once;
    event_log before = {.keep = true, .no_prefix = true};
    event_log after = {.keep = true, .no_prefix = true};
    const xc_element *again;
    xc_writer w;
    log_clear(&before);
    log_tree(&before, e);
    writer_open(&w, NULL);
    xc_writer_element(&w, e);
    buffer_clear(&once);
    buffer_puts(&once, written(&w));
    again = read_element(buffer_str(&once), memory, sizeof memory);
    CHECK(again != NULL, "%s: written, but not read: %.2000s", id, once.ptr);
    log_clear(&after);
    log_tree(&after, again);
    check_same_log(id, &after, &before);
    xc_writer_element(&w, again);
    CHECK(strcmp(written(&w), once.ptr) == 0, "%s: not canonical: %.2000s", id,
          once.ptr);
    log_free(&before);
    log_free(&after);
}

/* ---- tests/data/writer.txt ---------------------------------------------- */

/* The arguments of the calls; a writer keeps names of elements until their
   ends. */
static char arguments[1 << 16];
static size_t arguments_len;

/* The next argument: a word, or the rest of the line if it is the last one.
   "-" is NULL, "(empty)" no bytes, "(absent)" absent. */
static xc_str next_argument(const char **line, bool last)
{
    static const xc_str absent;
    size_t n = last ? strlen(*line) : strcspn(*line, " ");
    char *word = arguments + arguments_len;
    xc_str s;
    CHECK(n < sizeof arguments - arguments_len, "too many arguments");
    memcpy(word, *line, n);
    word[n] = '\0';
    *line += n + ((*line)[n] == ' ');
    if (strcmp(word, "(absent)") == 0 || (!last && strcmp(word, "-") == 0))
        return absent;
    if (strcmp(word, "(empty)") == 0)
        word[0] = '\0';
    s.ptr = word;
    s.len = unescape(word);
    arguments_len += s.len + 1;
    return s;
}

static void call_begin(xc_writer *w, const char *args)
{
    const char *ns = next_argument(&args, false).ptr;
    xc_writer_begin(w, ns, next_argument(&args, true).ptr);
}

static void call_attr(xc_writer *w, const char *args)
{
    const char *name = next_argument(&args, false).ptr;
    xc_writer_attr(w, name, next_argument(&args, true));
}

static void call_attr_ns(xc_writer *w, const char *args)
{
    const char *ns = next_argument(&args, false).ptr;
    const char *name = next_argument(&args, false).ptr;
    xc_writer_attr_ns(w, ns, name, next_argument(&args, true));
}

static void call_text(xc_writer *w, const char *args)
{
    xc_writer_text(w, next_argument(&args, true));
}

static void call_text_element(xc_writer *w, const char *args)
{
    const char *ns = next_argument(&args, false).ptr;
    const char *name = next_argument(&args, false).ptr;
    xc_writer_text_element(w, ns, name, next_argument(&args, true));
}

static void call_end(xc_writer *w, const char *args)
{
    (void)args;
    xc_writer_end(w);
}

static void call_element(xc_writer *w, const char *args)
{
    xc_writer_element(w, parse(next_argument(&args, true).ptr));
}

static void call_begin_like(xc_writer *w, const char *args)
{
    xc_writer_begin_like(w, parse(next_argument(&args, true).ptr));
}

/* to=A from=B id=C lang=D version=1.0 */
static void call_stream_open(xc_writer *w, const char *args)
{
    static const char *const names[] = {"to", "from", "id", "lang", "version"};
    xc_str values[5] = {{NULL, 0}};
    xc_stream_header h = {.major = 0};
    unsigned major = 0, minor = 0;
    while (*args != '\0') {
        xc_str value = next_argument(&args, false);
        xc_str name = xc_str_cut(&value, '=');
        size_t i = 0;
        while (i < COUNT_OF(names) && !xc_str_is(name, names[i]))
            i++;
        CHECK(i < COUNT_OF(names) && value.ptr != NULL,
              "a header has no \"" XC_FMT "\"", XC_ARG(name));
        values[i] = value;
    }
    CHECK(values[4].ptr != NULL &&
              sscanf(values[4].ptr, "%u.%u", &major, &minor) == 2,
          "no version");
    h.to = values[0];
    h.from = values[1];
    h.id = values[2];
    h.lang = values[3];
    h.major = (uint16_t)major;
    h.minor = (uint16_t)minor;
    xc_writer_stream_open(w, &h);
}

static void call_stream_close(xc_writer *w, const char *args)
{
    (void)args;
    xc_writer_stream_close(w);
}

static void call_stream_error(xc_writer *w, const char *args)
{
    const char *condition = next_argument(&args, false).ptr;
    xc_writer_stream_error(w, condition, next_argument(&args, true));
}

static void call_fail(xc_writer *w, const char *args)
{
    xc_writer_fail(w, status_named(args));
}

static void make_call(xc_writer *w, const char *line)
{
    static const struct {
        const char *name;
        void (*call)(xc_writer *w, const char *args);
    } calls[] = {
        {"begin", call_begin},
        {"attr", call_attr},
        {"attr_ns", call_attr_ns},
        {"text", call_text},
        {"text_element", call_text_element},
        {"end", call_end},
        {"element", call_element},
        {"begin_like", call_begin_like},
        {"stream_open", call_stream_open},
        {"stream_close", call_stream_close},
        {"stream_error", call_stream_error},
        {"fail", call_fail},
    };
    size_t i = 0;
    while (i < COUNT_OF(calls) && after_word(line, calls[i].name) == NULL)
        i++;
    CHECK(i < COUNT_OF(calls), "there is no call \"%s\"", line);
    calls[i].call(w, after_word(line, calls[i].name));
}

/* Some lines of a block, up to its output or error. */
typedef struct call_list {
    const row *block;
    size_t first, end;
    const char *content_ns;
} call_list;

static void make_calls(xc_writer *w, const call_list *c)
{
    arguments_len = 0;
    for (size_t i = c->first; i < c->end; i++) {
        const char *line = row_line(c->block, i);
        const char *repeated = after_word(line, "repeat");
        size_t times = 1;
        if (repeated != NULL) {
            times = (size_t)strtoul(repeated, NULL, 10);
            line = strchr(repeated, ' ');
            CHECK(times > 0 && line != NULL, "what is repeated how often?");
            line++;
        }
        while (times-- > 0)
            make_call(w, line);
    }
}

/* ---- what is written ---------------------------------------------------- */

/* Nothing is written before the buffer or after what it needs. */
static void check_size(const call_list *c, size_t cap, size_t needed)
{
    char *buf = guarded(GUARD_MEMORY, cap + 64) + 64;
    xc_str out = XC_STR_INIT("x");
    xc_writer w;
    memset(buf - 64, 0x5A, 64 + cap);
    xc_writer_init(&w, buf, cap, c->content_ns);
    make_calls(&w, c);
    CHECK(xc_writer_size(&w) == needed, "in %zu bytes: %zu needed, not %zu",
          cap, needed, xc_writer_size(&w));
    check_status("a small buffer", xc_writer_finish(&w, &out),
                 cap < needed ? XC_ERR_BUFFER_SIZE : XC_OK);
    CHECK(out.len == (cap < needed ? 0 : needed), "in %zu bytes: %zu", cap,
          out.len);
    for (size_t i = 1; i <= 64; i++)
        CHECK(buf[-(ptrdiff_t)i] == 0x5A, "in %zu bytes: before", cap);
    for (size_t i = needed; i < cap; i++)
        CHECK(buf[i] == 0x5A, "in %zu bytes: after", cap);
}

/* Measuring gives the same status and the size; memory of every size is
   enough or is not. */
static void check_sizes(const call_list *c, xc_status expected, size_t needed)
{
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, NULL, 0, c->content_ns);
    make_calls(&w, c);
    if (expected == XC_OK)
        CHECK(xc_writer_size(&w) == needed, "%zu bytes measured, %zu written",
              xc_writer_size(&w), needed);
    check_status("measuring", xc_writer_finish(&w, &out), expected);
    for (size_t cap = 0; expected == XC_OK && cap <= needed + 20; cap++)
        check_size(c, cap, needed);
}

static bool is_stream(xc_str written)
{
    return xc_str_starts_with(written, "<?xml") ||
           xc_str_starts_with(written, "<open ");
}

/* Elements, as they are read inside the stream that the writer writes; without
   a content namespace all that they need is declared in them. */
static const xc_element *read_inside(xc_str written, const char *content_ns)
{
    static buffer doc;
    buffer_clear(&doc);
    buffer_puts(&doc, "<s");
    if (content_ns != NULL)
        buffer_printf(&doc,
                      " xmlns='%s' xmlns:stream='" XC_NS_STREAMS
                      "' xmlns:db='" XC_NS_DIALBACK "'",
                      content_ns);
    buffer_puts(&doc, ">");
    buffer_add(&doc, written.ptr, written.len);
    buffer_puts(&doc, "</s>");
    return xc_first_child(parse(doc.ptr));
}

static void check_read(xc_str written, const char *content_ns,
                       const char *expected)
{
    const xc_element *e = read_inside(written, content_ns);
    buffer got = {0};
    buffer_clear(&got);
    for (; e != NULL; e = xc_next_sibling(e)) {
        buffer_puts(&got, got.len > 0 ? " " : "");
        add_element(&got, e);
    }
    CHECK(strcmp(got.ptr, expected) == 0,
          "read again\n-- got\n%s\n-- expected\n%s", got.ptr, expected);
    buffer_free(&got);
    for (e = read_inside(written, content_ns); e != NULL;
         e = xc_next_sibling(e))
        check_rewrite(expected, e);
}

/* The lines after "=": the output, and unless it is a stream what is read. */
static void check_output(const call_list *c, xc_status status, xc_str out,
                         const char *expected)
{
    static buffer copy;
    const char *read;
    check_status("finish", status, XC_OK);
    CHECK(xc_str_equal(out, unescaped(expected)),
          "\n-- got\n%s\n-- expected\n%s", escaped(out), expected);
    buffer_clear(&copy);
    buffer_add(&copy, out.ptr, out.len);
    out = buffer_str(&copy);
    check_sizes(c, XC_OK, out.len);
    read = after_word(row_line(c->block, c->end + 1), "~");
    CHECK((read != NULL) != is_stream(out),
          "elements are read again (~), streams are not");
    if (read != NULL)
        check_read(out, c->content_ns, read);
}

/* The calls up to the next "=" or "!" and what is after them. Returns where
   the next calls begin. */
static size_t check_calls(xc_writer *w, call_list *c)
{
    const row *r = c->block;
    xc_str out = XC_STR_INIT("x");
    const char *output, *error;
    xc_status status;
    c->end = c->first;
    while (c->end < r->fields && strchr("=!", r->field[c->end][0]) == NULL)
        c->end++;
    CHECK(c->end < r->fields && c->end > c->first, "calls without a result");
    make_calls(w, c);
    status = xc_writer_finish(w, &out);
    output = after_word(row_line(r, c->end), "=");
    error = after_word(r->field[c->end], "!");
    if (output != NULL) {
        check_output(c, status, out, output);
        return c->end + 1 + !is_stream(unescaped(output));
    }
    CHECK(error != NULL, "neither \"= OUTPUT\" nor \"! STATUS\"");
    check_status("finish", status, status_named(error));
    CHECK(out.len == 0, "%zu bytes of output beside the error", out.len);
    if (status != XC_ERR_WRITE_DUPLICATE) /* found in what is written */
        check_sizes(c, status, 0);
    return c->end + 1;
}

/* One writer makes all calls of a block: after xc_writer_finish it starts
   over. */
static void writer_row(const row *r)
{
    static char memory[1 << 16];
    call_list c = {r, 0, 0, NULL};
    xc_writer w;
    c.content_ns = after_word(r->field[0], "content");
    c.first = c.content_ns != NULL;
    xc_writer_init(&w, memory, sizeof memory, c.content_ns);
    do
        c.first = check_calls(&w, &c);
    while (c.first < r->fields);
}

static void calls_write_what_the_document_says(void **state)
{
    (void)state;
    for_each_block("tests/data/writer.txt", writer_row);
}

/* ---- tests/data/writer_texts.tsv ---------------------------------------- */

static void write_text(xc_writer *w, xc_str text)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_text(w, text);
    xc_writer_end(w);
}

static void write_value(xc_writer *w, xc_str value)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_attr(w, "b", value);
    xc_writer_end(w);
}

static void write_value_ns(xc_writer *w, xc_str value)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_attr_ns(w, "u", "b", value);
    xc_writer_end(w);
}

/* Refused, and nothing is left of it: the writer is as new. */
static void check_refused(const char *what, xc_writer *w, xc_status expected)
{
    xc_str out = XC_STR_INIT("x");
    check_status(what, xc_writer_finish(w, &out), expected);
    CHECK(out.len == 0, "%s: not empty", what);
    writer_open(w, NULL);
}

static void check_text_refused(xc_str text, xc_status expected)
{
    xc_writer w;
    writer_open(&w, NULL);
    write_text(&w, text);
    check_refused("text", &w, expected);
    write_value(&w, text);
    check_refused("value", &w, expected);
    write_value_ns(&w, text);
    check_refused("value with a namespace", &w, expected);
    xc_writer_init(&w, NULL, 0, NULL);
    write_text(&w, text);
    check_refused("measured", &w, expected);
}

static void check_name_refused(xc_str name, xc_status expected)
{
    xc_writer w;
    writer_open(&w, NULL);
    xc_writer_begin(&w, NULL, name.ptr);
    xc_writer_end(&w);
    check_refused("element", &w, expected);
    xc_writer_begin(&w, NULL, "a");
    xc_writer_attr(&w, name.ptr, XC_STR("x"));
    xc_writer_end(&w);
    check_refused("attribute", &w, expected);
    xc_writer_begin(&w, NULL, "a");
    xc_writer_attr_ns(&w, "u", name.ptr, XC_STR("x"));
    xc_writer_end(&w);
    check_refused("attribute with a namespace", &w, expected);
    xc_writer_begin(&w, NULL, "a");
    xc_writer_text_element(&w, NULL, name.ptr, XC_STR("x"));
    xc_writer_end(&w);
    check_refused("text element", &w, expected);
}

static void check_escaped(xc_str text, const char *in_text,
                          const char *in_value)
{
    buffer expected = {0};
    const char *doc;
    const xc_element *e;
    xc_writer w;
    writer_open(&w, NULL);
    xc_writer_begin(&w, "urn:x", "a");
    xc_writer_attr(&w, "b", text);
    xc_writer_text(&w, text);
    xc_writer_begin(&w, NULL, "c");
    xc_writer_end(&w);
    xc_writer_end(&w);
    buffer_printf(&expected, "<a xmlns='urn:x' b='%s'>", in_value);
    buffer_printf(&expected, "%s<c/></a>", in_text);
    doc = written(&w);
    check_str("written", xc_str_from(doc), unescaped(expected.ptr).ptr);
    e = parse(doc);
    check_str("value", xc_attr(e, "b"), text.ptr);
    check_str("text", xc_text(e), text.ptr);
    buffer_free(&expected);
}

static void text_row(const row *r)
{
    xc_str bytes = unescaped(r->field[1]);
    bool refused = strncmp(r->field[2], "XC_ERR_", 7) == 0;
    CHECK(r->fields >= (refused ? 3 : 4), "fields are missing");
    if (strcmp(r->field[0], "name") == 0)
        check_name_refused(bytes, status_named(r->field[2]));
    else if (strcmp(r->field[0], "text") == 0 && refused)
        check_text_refused(bytes, status_named(r->field[2]));
    else if (strcmp(r->field[0], "text") == 0)
        check_escaped(bytes, r->field[2], r->field[3]);
    else
        check_fail("there is no kind \"%s\"", r->field[0]);
}

static void texts_are_escaped_or_refused(void **state)
{
    (void)state;
    for_each_row("tests/data/writer_texts.tsv", text_row);
}

/* ---- what is written ---------------------------------------------------- */

static void write_attribute_namespaces(xc_writer *w, size_t n)
{
    static const char *const ns[] = {"u:0", "u:1", "u:2", "u:3", "u:4",
                                     "u:5", "u:6", "u:7", "u:8"};
    xc_writer_begin(w, "u:e", "a");
    xc_writer_attr_ns(w, XC_NS_XML, "lang", XC_STR("de"));
    for (size_t i = 0; i < n; i++) {
        xc_writer_attr_ns(w, ns[i], "b", xc_str_from(ns[i]));
        xc_writer_attr_ns(w, ns[i], "c", XC_STR(""));
    }
    xc_writer_end(w);
}

static void an_element_has_attributes_of_eight_namespaces(void **state)
{
    xc_writer w;
    xc_str out;
    xc_attribute a;
    const xc_element *e;
    (void)state;
    assert_int_equal(XC_WRITER_ATTR_NS, 8);
    writer_open(&w, NULL);
    write_attribute_namespaces(&w, 8);
    e = read_again(&w);
    assert_true(xc_element_attr(e, 2 * 8, &a));
    for (size_t i = 1; xc_element_attr(e, i, &a); i += 2)
        assert_true(xc_str_equal(a.ns, a.value));
    write_attribute_namespaces(&w, 9);
    check_status("a ninth", xc_writer_finish(&w, &out), XC_ERR_WRITE_DEPTH);
}

/* ---- escapes ------------------------------------------------------------ */

/* One byte as the comment on xc_writer_text has it; NULL: it cannot be
   written. */
static const char *escaped_byte(unsigned char c, bool in_value)
{
    static char plain[2];
    plain[0] = (char)c;
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '\'': return in_value ? "&apos;" : plain;
    case '"': return in_value ? "&quot;" : plain;
    case '\r': return "&#13;";
    case '\n': return in_value ? "&#10;" : plain;
    case '\t': return in_value ? "&#9;" : plain;
    default: return c < 0x20 || c >= 0x80 ? NULL : plain;
    }
}

/* Letters, but `c` at `at`. False: they cannot be written. */
static bool escaped_run(buffer *out, size_t n, size_t at, unsigned char c,
                        bool in_value)
{
    const char *bytes = escaped_byte(c, in_value);
    for (size_t i = 0; i < n; i++)
        if (i != at)
            buffer_add(out, "x", 1);
        else if (bytes != NULL)
            buffer_add(out, bytes, strlen(bytes));
    return at >= n || bytes != NULL;
}

static void check_run(size_t n, size_t at, unsigned char c)
{
    static buffer expected;
    char *text = guarded(GUARD_INPUT, n);
    xc_str s, out;
    xc_writer w;
    bool good;
    memset(text, 'x', n);
    if (at < n)
        text[at] = (char)c;
    s.ptr = text;
    s.len = n;
    writer_open(&w, XC_NS_CLIENT);
    xc_writer_begin(&w, "urn:x", "a");
    xc_writer_attr(&w, "b", s);
    xc_writer_text_element(&w, NULL, "c", s);
    xc_writer_text(&w, s);
    xc_writer_end(&w);
    buffer_clear(&expected);
    buffer_add(&expected, "<a xmlns='urn:x' b='", 20);
    good = escaped_run(&expected, n, at, c, true);
    buffer_add(&expected, n == 0 ? "'><c/" : "'><c>", 5);
    escaped_run(&expected, n, at, c, false);
    buffer_add(&expected, n == 0 ? ">" : "</c>", n == 0 ? 1 : 4);
    escaped_run(&expected, n, at, c, false);
    buffer_add(&expected, "</a>", 4);
    check_status("run", xc_writer_finish(&w, &out),
                 good ? XC_OK : XC_ERR_WRITE_TEXT);
    if (good)
        check_str("run", out, expected.ptr);
}

/* Each byte at each position of texts of each length: no byte is missed
   where 16 are looked at in one go. */
static void every_byte_everywhere_in_a_text_is_escaped_or_refused(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 50; n++)
        for (size_t at = 0; at < n || at == 0; at++)
            for (unsigned c = 0; c < 256; c++)
                check_run(n, at, (unsigned char)c);
}

/* Are they names? Each character at each position of names of each length. */
static void every_byte_everywhere_in_a_name_is_written_or_refused(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 40; n++)
        for (size_t at = 0; at < n; at++)
            for (unsigned c = 1; c < 128; c++) {
                char *name = guarded(GUARD_INPUT, n + 1);
                bool good = at == 0 ? xc_is_name_start(c) : xc_is_name_char(c);
                xc_writer w;
                xc_str out;
                memset(name, 'x', n);
                name[at] = (char)c;
                name[n] = '\0';
                writer_open(&w, XC_NS_CLIENT);
                xc_writer_begin(&w, NULL, name);
                xc_writer_attr(&w, name, XC_STR(""));
                xc_writer_text_element(&w, NULL, name, XC_STR("x"));
                xc_writer_end(&w);
                check_status(name, xc_writer_finish(&w, &out),
                             good ? XC_OK : XC_ERR_WRITE_NAME);
                CHECK(!good || out.len == 5 * n + 15, "%s", name);
            }
}

/* The namespaces that may have a prefix, and others that begin like them. */
static void namespaces_that_begin_alike_are_told_apart(void **state)
{
    static const char *const like[] = {XC_NS_STREAMS,
                                       XC_NS_DIALBACK,
                                       XC_NS_XML,
                                       XC_NS_CLIENT,
                                       XC_NS_SERVER,
                                       XC_NS_COMPONENT,
                                       XC_NS_DISCO_INFO,
                                       XC_NS_ROSTER,
                                       "http://",
                                       "h",
                                       "j",
                                       "http://etherx",
                                       "http://w",
                                       "jabber:",
                                       "jabber:s",
                                       "urn:x"};
    enum {
        LIKE = sizeof like / sizeof like[0]
    };
    static const char *const content[] = {NULL, XC_NS_CLIENT, XC_NS_SERVER};
    for (size_t i = 0; i < 3 * LIKE * LIKE; i++) {
        const char *outer = like[i % LIKE], *inner = like[i / LIKE % LIKE];
        xc_writer w;
        const xc_element *e;
        char doc[512];
        writer_open(&w, content[i / LIKE / LIKE]);
        xc_writer_begin(&w, outer, "a");
        xc_writer_text_element(&w, inner, "b", XC_STR("text"));
        xc_writer_begin(&w, inner, "c");
        xc_writer_text_element(&w, NULL, "d", XC_STR("text"));
        xc_writer_text_element(&w, outer, "e", XC_STR("text"));
        xc_writer_end(&w);
        xc_writer_end(&w);
        snprintf(doc, sizeof doc,
                 "<s xmlns='%s' xmlns:stream='" XC_NS_STREAMS
                 "' xmlns:db='" XC_NS_DIALBACK "'>%s</s>",
                 w.i_content_ns != NULL ? w.i_content_ns : "urn:none",
                 written(&w));
        e = xc_first_child(parse(doc));
        assert_true(xc_is(e, outer, "a"));
        e = xc_first_child(e);
        assert_true(xc_is(e, inner, "b"));
        e = xc_next_sibling(e);
        assert_true(xc_is(e, inner, "c"));
        e = xc_first_child(e);
        assert_true(xc_is(e, inner, "d"));
        assert_true(xc_is(xc_next_sibling(e), outer, "e"));
    }
    (void)state;
}

/* ---- refusals ----------------------------------------------------------- */

/* Arguments that are NULL end in an error, not in a crash. */
static void check_any_error(xc_writer *w, const char *content_ns)
{
    xc_str out;
    assert_true(xc_status_is_error(xc_writer_finish(w, &out)));
    assert_int_equal(out.len, 0);
    writer_open(w, content_ns);
}

static void null_arguments_end_in_an_error(void **state)
{
    xc_writer w;
    xc_str out;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_begin(&w, NULL, NULL);
    check_any_error(&w, NULL);
    xc_writer_begin(&w, NULL, "a");
    xc_writer_attr(&w, NULL, XC_STR("b"));
    xc_writer_end(&w);
    check_any_error(&w, NULL);
    xc_writer_element(&w, NULL);
    check_any_error(&w, NULL);
    xc_writer_begin_like(&w, NULL);
    check_any_error(&w, XC_NS_CLIENT);
    xc_writer_stream_open(&w, NULL);
    check_any_error(&w, XC_NS_CLIENT);
    xc_writer_stream_error(&w, NULL, XC_STR("x"));
    check_any_error(&w, NULL);
    xc_writer_init(NULL, space, sizeof space, NULL);
    xc_writer_begin(NULL, NULL, "a");
    xc_writer_attr(NULL, "a", XC_STR("b"));
    xc_writer_text(NULL, XC_STR("b"));
    xc_writer_end(NULL);
    xc_writer_element(NULL, NULL);
    xc_writer_stream_open(NULL, &full_header);
    xc_writer_stream_close(NULL);
    xc_writer_fail(NULL, XC_ERR_CALLER);
    assert_int_equal(xc_writer_size(NULL), 0);
    check_status("finish", xc_writer_finish(NULL, &out), XC_ERR_ARGUMENT);
}

/* Each output is delivered once: a finish with nothing written since the last
   one has nothing, whether that failed or not. */
static void what_was_finished_is_not_delivered_again(void **state)
{
    xc_writer w;
    xc_str out, absent = {NULL, 0};
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    check_status("nothing", xc_writer_finish(&w, &out), XC_OK);
    assert_ptr_equal(out.ptr, space);
    assert_int_equal(out.len, 0);
    for (int fails = 0; fails < 2; fails++) {
        xc_writer_text_element(&w, NULL, "a", XC_STR("b"));
        if (fails)
            xc_writer_fail(&w, XC_ERR_CALLER);
        check_status("first", xc_writer_finish(&w, &out),
                     fails ? XC_ERR_CALLER : XC_OK);
        assert_int_equal(xc_writer_size(&w), 8);
        if (!fails)
            check_str("first", out, "<a>b</a>");
        xc_writer_text(&w, absent);
        xc_writer_text_element(&w, NULL, "a", absent);
        xc_writer_attr(&w, "a", absent);
        xc_writer_fail(&w, XC_NEED_MORE);
        check_status("again", xc_writer_finish(&w, &out), XC_OK);
        assert_ptr_equal(out.ptr, space);
        assert_int_equal(out.len, 0);
        assert_int_equal(xc_writer_size(&w), 0);
    }
    xc_writer_init(&w, NULL, 0, XC_NS_CLIENT);
    xc_writer_text_element(&w, NULL, "a", XC_STR("b"));
    check_status("measured", xc_writer_finish(&w, &out), XC_OK);
    check_status("again", xc_writer_finish(&w, &out), XC_OK);
    assert_null(out.ptr);
    assert_int_equal(xc_writer_size(&w), 0);
}

/* The first call of an output may be the one that fails. */
static void an_error_after_finish_is_of_the_next_output(void **state)
{
    xc_writer w;
    xc_str out;
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    xc_writer_text_element(&w, NULL, "a", XC_STR("b"));
    check_status("first", xc_writer_finish(&w, &out), XC_OK);
    xc_writer_fail(&w, XC_ERR_CALLER);
    check_str("the first stays", out, "<a>b</a>");
    xc_writer_text_element(&w, NULL, "a", XC_STR("b"));
    check_status("fail", xc_writer_finish(&w, &out), XC_ERR_CALLER);
    xc_write_chat_state(&w, (xc_chat_state)99);
    check_status("no state", xc_writer_finish(&w, &out), XC_ERR_FIELD_VALUE);
    xc_write(&w, NULL, &w);
    check_status("no schema", xc_writer_finish(&w, &out), XC_ERR_ARGUMENT);
    xc_writer_text_element(&w, NULL, "a", XC_STR("b"));
    check_status("last", xc_writer_finish(&w, &out), XC_OK);
    check_str("last", out, "<a>b</a>");
}

/* ---- space -------------------------------------------------------------- */

static void write_sample(xc_writer *w)
{
    xc_writer_begin(w, XC_NS_CLIENT, "message");
    xc_writer_attr(w, "to", XC_STR("a<b>&'\"\r\n"));
    xc_writer_attr(w, "empty", XC_STR(""));
    xc_writer_attr_ns(w, "urn:p", "x", XC_STR("\xe2\x82\xac"));
    xc_writer_attr_ns(w, XC_NS_XML, "lang", XC_STR("en"));
    xc_writer_text_element(w, NULL, "body",
                           XC_STR("]]> & \xf0\x9f\x98\x80 text"));
    xc_writer_begin(w, "urn:q", "empty");
    xc_writer_end(w);
    xc_writer_end(w);
    xc_writer_text_element(w, NULL, "presence", XC_STR(""));
}

static void write_stream(xc_writer *w)
{
    xc_stream_header h = {{NULL, 0},
                          XC_STR_INIT("a&b"),
                          XC_STR_INIT("c"),
                          XC_STR_INIT("'"),
                          XC_STR_INIT("en"),
                          1,
                          0};
    xc_writer_stream_open(w, &h);
    xc_writer_text_element(w, XC_NS_STREAMS, "features", XC_STR(""));
    xc_writer_stream_error(w, "conflict", XC_STR("other <one>"));
    xc_writer_stream_close(w);
}

/* ---- streams ------------------------------------------------------------ */

static void check_header(const char *what, const xc_stream_header *got,
                         const xc_stream_header *expected)
{
    check_str(what, got->to, expected->to.ptr);
    check_str(what, got->from, expected->from.ptr);
    check_str(what, got->id, expected->id.ptr);
    check_str(what, got->lang, expected->lang.ptr);
    CHECK(got->major == expected->major && got->minor == expected->minor,
          "%s: version %u.%u", what, got->major, got->minor);
}

static void header_for(const char *content_ns, const xc_stream_header *h)
{
    xc_stream_options options = {XC_TCP, content_ns, {0, 0, 0, 0}, false};
    const char *doc;
    xc_writer w;
    reader r;
    writer_open(&w, content_ns);
    xc_writer_stream_open(&w, h);
    xc_writer_stream_close(&w);
    doc = written(&w);
    if (content_ns == NULL)
        options.framing = XC_WEBSOCKET;
    else
        assert_int_equal(strncmp(doc, "<?xml", 5), 0);
    reader_open(&r, doc, &options);
    expect_event(&r, XC_EVENT_OPEN);
    check_str("content", r.ev.header.content_ns, content_ns);
    check_header("header", &r.ev.header, h);
    if (content_ns == NULL)
        check_status("message", xc_stream_end_message(&r.s), XC_OK);
    expect_event(&r, XC_EVENT_CLOSE);
    check_status("closed", reader_next(&r), XC_CLOSED);
    assert_int_equal(r.in.len, 0);
}

static void stream_headers_are_read_as_they_were_written(void **state)
{
    static const char *const contents[] = {XC_NS_CLIENT, XC_NS_SERVER,
                                           XC_NS_COMPONENT, NULL};
    xc_stream_header bare = {.minor = 9},
                     to = {.to = XC_STR_INIT("x"), .major = 1};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        header_for(contents[i], &full_header);
        header_for(contents[i], &bare);
        header_for(contents[i], &to);
    }
}

/* No version is not the same as one that nobody can read. */
static void no_version_is_written_for_version_0_9(void **state)
{
    xc_stream_header h = {.major = 0, .minor = 0};
    xc_writer w;
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    xc_writer_stream_open(&w, &h);
    assert_non_null(strstr(written(&w), "version='1.0'>"));
    h.minor = 9;
    xc_writer_stream_open(&w, &h);
    assert_null(strstr(written(&w), " version='0"));
    h.major = 65535;
    h.minor = 65535;
    xc_writer_stream_open(&w, &h);
    assert_non_null(strstr(written(&w), "version='65535.65535'"));
}

static void attributes_can_be_added_to_a_stream_header(void **state)
{
    xc_stream_options options = {XC_TCP, NULL, {0, 0, 0, 0}, false};
    static const char *const contents[] = {XC_NS_CLIENT, NULL};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(contents); i++) {
        xc_writer w;
        reader r;
        writer_open(&w, contents[i]);
        xc_writer_stream_open(&w, &full_header);
        xc_writer_attr(&w, "more", XC_STR("<1>"));
        xc_writer_attr_ns(&w, "urn:x", "more", XC_STR("2"));
        options.framing = contents[i] != NULL ? XC_TCP : XC_WEBSOCKET;
        reader_open(&r, written(&w), &options);
        expect_event(&r, XC_EVENT_OPEN);
        check_header("header", &r.ev.header, &full_header);
        check_str("more", xc_attr(r.ev.element, "more"), "<1>");
        check_str("x:more", xc_attr_ns(r.ev.element, "urn:x", "more"), "2");
    }
}

static void the_dialback_prefix_is_declared_by_the_header(void **state)
{
    xc_writer w;
    reader r;
    (void)state;
    writer_open(&w, XC_NS_SERVER);
    xc_writer_stream_open(&w, &full_header);
    xc_writer_begin(&w, XC_NS_DIALBACK, "result");
    xc_writer_attr(&w, "to", XC_STR("x"));
    xc_writer_text_element(&w, XC_NS_SERVER, "y", XC_STR("z"));
    xc_writer_end(&w);
    reader_open(&r, written(&w), NULL);
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_NONZA);
    assert_true(xc_is(r.ev.element, XC_NS_DIALBACK, "result"));
    assert_true(xc_is(xc_first_child(r.ev.element), XC_NS_SERVER, "y"));
}

/* Stream, elements and close in one go, and element by element. */
static void a_stream_can_be_written_whole_or_in_parts(void **state)
{
    xc_writer w;
    buffer all = {0};
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    write_stream(&w);
    check_kinds(written(&w), NULL, "OFEC", XC_CLOSED);
    xc_writer_stream_open(&w, &full_header);
    buffer_puts(&all, written(&w));
    write_sample(&w);
    buffer_puts(&all, written(&w));
    xc_writer_text_element(&w, XC_NS_STREAMS, "features", XC_STR(""));
    buffer_puts(&all, written(&w));
    xc_writer_stream_close(&w);
    buffer_puts(&all, written(&w));
    check_kinds(all.ptr, NULL, "OSSFC", XC_CLOSED);
    buffer_free(&all);
}

/* Inside a stream the prefix "stream" is there; outside it is declared. */
static void the_stream_prefix_is_declared_outside_a_stream_only(void **state)
{
    static const xc_stream_options websocket = {
        XC_WEBSOCKET, NULL, {0, 0, 0, 0}, false};
    buffer text = {0};
    xc_writer w;
    (void)state;
    writer_open(&w, XC_NS_SERVER);
    xc_writer_begin(&w, XC_NS_STREAMS, "features");
    xc_writer_text_element(&w, "urn:x", "x", XC_STR(""));
    xc_writer_text_element(&w, XC_NS_SERVER, "y", XC_STR(""));
    xc_writer_end(&w);
    buffer_puts(&text, SERVER_HEADER);
    buffer_puts(&text, written(&w));
    CHECK(strstr(text.ptr, "<stream:features>") != NULL, "%s", text.ptr);
    check_kinds(text.ptr, NULL, "OF", XC_NEED_MORE);
    writer_open(&w, NULL);
    xc_writer_text_element(&w, XC_NS_STREAMS, "features", XC_STR(""));
    buffer_clear(&text);
    buffer_puts(&text, FRAMED("open", "") "\n");
    buffer_puts(&text, written(&w));
    check_kinds(text.ptr, &websocket, "OF", XC_NEED_MORE);
    buffer_free(&text);
}

static void check_stream_error(const char *content_ns, const char *condition,
                               xc_str text)
{
    xc_stream_options options = {XC_TCP, content_ns, {0, 0, 0, 0}, false};
    const xc_element *e;
    xc_writer w;
    reader r;
    writer_open(&w, content_ns);
    xc_writer_stream_open(&w, &full_header);
    if (content_ns == NULL)
        options.framing = XC_WEBSOCKET;
    reader_open(&r, written(&w), &options);
    expect_event(&r, XC_EVENT_OPEN);
    if (content_ns == NULL)
        check_status("message", xc_stream_end_message(&r.s), XC_OK);
    xc_writer_stream_error(&w, condition, text);
    r.in = xc_str_from(written(&w));
    expect_event(&r, XC_EVENT_ERROR);
    e = xc_first_child(r.ev.element);
    CHECK(xc_is(e, XC_NS_STREAM_ERRORS, condition), "%s", condition);
    e = xc_child(r.ev.element, XC_NS_STREAM_ERRORS, "text");
    check_str("text", xc_text(e), text.ptr);
}

static void every_stream_error_is_read_as_it_was_written(void **state)
{
    static const xc_str absent;
    (void)state;
    for (unsigned i = 0; i < XC_STATUS_COUNT; i++) {
        const char *condition = xc_status_condition((xc_status)i);
        if (!xc_status_is_error((xc_status)i))
            continue;
        check_stream_error(XC_NS_CLIENT, condition,
                           xc_str_from(xc_status_text((xc_status)i)));
        check_stream_error(XC_NS_COMPONENT, condition, absent);
        check_stream_error(NULL, condition, XC_STR("<text>"));
    }
}

/* ---- trees -------------------------------------------------------------- */

static void a_tree_does_not_count_for_the_depth(void **state)
{
    buffer doc = {0};
    (void)state;
    buffer_repeat(&doc, "<a>", XC_DEPTH_MAX);
    buffer_repeat(&doc, "</a>", XC_DEPTH_MAX);
    check_rewrite("deep", parse(doc.ptr));
    buffer_free(&doc);
}

/* A child taken out of its element keeps its namespaces. */
static void a_child_out_of_its_tree_keeps_its_namespaces(void **state)
{
    const xc_element *e =
        parse("<a xmlns='u' xmlns:p='v'><b p:c='1'><d/></b></a>");
    xc_writer w;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_element(&w, xc_first_child(e));
    e = read_again(&w);
    assert_true(xc_is(e, "u", "b"));
    check_str("p:c", xc_attr_ns(e, "v", "c"), "1");
    assert_true(xc_is(xc_first_child(e), "u", "d"));
}

/* ---- random documents --------------------------------------------------- */

#define RANDOM_DOCUMENTS 4000

static void check_random_document(random_source *r, size_t number)
{
    event_log model = {.keep = true, .no_prefix = true, .no_offsets = true};
    event_log tokens = model, tree = model;
    static char memory[1 << 20];
    char id[64];
    xc_writer w;
    random_writer g = {r, &w, &model, {NULL, 0, 0}};
    const xc_element *e;
    xc_str doc;
    snprintf(id, sizeof id, "random document %zu", number);
    writer_open(&w, NULL);
    log_clear(&model);
    random_element(&g, 1 + random_below(r, XC_WRITER_DEPTH));
    check_status(id, xc_writer_finish(&w, &doc), XC_OK);
    log_clear(&tree);
    e = read_element(doc, memory, sizeof memory);
    CHECK(e != NULL, "%s is refused: " XC_FMT, id, XC_ARG(doc));
    log_tree(&tree, e);
    check_same_log(id, &tree, &model);
    doc = guarded_copy(doc.ptr, doc.len);
    check_rewrite(id, e);
    log_free(&model);
    log_free(&tree);
    log_free(&tokens);
    buffer_free(&g.text);
}

static void random_documents_are_read_as_they_were_written(void **state)
{
    random_source r = {20260826};
    (void)state;
    for (size_t i = 0; i < RANDOM_DOCUMENTS; i++)
        check_random_document(&r, i);
}

/* The tokenizer finds the same as the tree has, in any cut. */
static void
random_documents_in_pieces_are_read_as_they_were_written(void **state)
{
    random_source r = {1};
    (void)state;
    for (size_t i = 0; i < RANDOM_DOCUMENTS / 4; i++) {
        static const cut sevens = {0, 7};
        event_log model = {.keep = true, .no_prefix = true};
        event_log tokens = {
            .keep = true, .no_prefix = true, .no_offsets = true};
        xc_writer w;
        random_writer g = {&r, &w, &model, {NULL, 0, 0}};
        xc_str doc;
        writer_open(&w, NULL);
        log_clear(&model);
        random_element(&g, 10);
        check_status("random", xc_writer_finish(&w, &doc), XC_OK);
        check_status("random",
                     xml_feed(&xml_roomy, doc, sevens, &tokens).status, XC_OK);
        CHECK(strcmp(tokens.text.ptr, model.text.ptr) == 0,
              "random document %zu: " XC_FMT "\n-- got\n%s-- expected\n%s", i,
              XC_ARG(doc), tokens.text.ptr, model.text.ptr);
        log_free(&model);
        log_free(&tokens);
        buffer_free(&g.text);
    }
}

static void check_random_stream(random_source *r, const char *content_ns)
{
    event_log model = {.keep = true, .no_prefix = true};
    event_log tree = model;
    xc_writer w;
    random_writer g = {r, &w, &model, {NULL, 0, 0}};
    reader s;
    static char copy[1 << 20];
    xc_str out;
    writer_open(&w, content_ns);
    xc_writer_stream_open(&w, &full_header);
    xc_writer_begin(&w, NULL, "message");
    log_clear(&model);
    random_element(&g, XC_WRITER_DEPTH - 1);
    xc_writer_end(&w);
    xc_writer_stream_close(&w);
    check_status("stream", xc_writer_finish(&w, &out), XC_OK);
    memcpy(copy, out.ptr, out.len);
    copy[out.len] = '\0';
    reader_open(&s, copy, NULL);
    expect_event(&s, XC_EVENT_OPEN);
    expect_event(&s, XC_EVENT_STANZA);
    log_clear(&tree);
    log_tree(&tree, xc_first_child(s.ev.element));
    check_same_log(copy, &tree, &model);
    expect_event(&s, XC_EVENT_CLOSE);
    log_free(&model);
    log_free(&tree);
    buffer_free(&g.text);
}

static void random_streams_are_read_as_they_were_written(void **state)
{
    static const char *const contents[] = {XC_NS_CLIENT, XC_NS_SERVER,
                                           XC_NS_COMPONENT};
    random_source r = {99};
    (void)state;
    for (size_t i = 0; i < 600; i++)
        check_random_stream(&r, contents[i % 3]);
}

/* Measuring agrees with writing. */
static void measuring_random_documents_gives_their_size(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 500; seed++) {
        event_log log = {.no_prefix = true};
        random_source r = {seed * 77};
        xc_writer w, m;
        random_writer g = {&r, &w, &log, {NULL, 0, 0}};
        xc_str out;
        writer_open(&w, XC_NS_CLIENT);
        random_element(&g, 8);
        r.state = seed * 77;
        xc_writer_init(&m, NULL, 0, XC_NS_CLIENT);
        g.w = &m;
        random_element(&g, 8);
        check_status("written", xc_writer_finish(&w, &out), XC_OK);
        assert_int_equal(out.len, xc_writer_size(&m));
        check_status("measured", xc_writer_finish(&m, &out), XC_OK);
        buffer_free(&g.text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_write_what_the_document_says),
        cmocka_unit_test(texts_are_escaped_or_refused),
        cmocka_unit_test(an_element_has_attributes_of_eight_namespaces),
        cmocka_unit_test(
            every_byte_everywhere_in_a_text_is_escaped_or_refused),
        cmocka_unit_test(
            every_byte_everywhere_in_a_name_is_written_or_refused),
        cmocka_unit_test(namespaces_that_begin_alike_are_told_apart),
        cmocka_unit_test(null_arguments_end_in_an_error),
        cmocka_unit_test(what_was_finished_is_not_delivered_again),
        cmocka_unit_test(an_error_after_finish_is_of_the_next_output),
        cmocka_unit_test(stream_headers_are_read_as_they_were_written),
        cmocka_unit_test(no_version_is_written_for_version_0_9),
        cmocka_unit_test(attributes_can_be_added_to_a_stream_header),
        cmocka_unit_test(the_dialback_prefix_is_declared_by_the_header),
        cmocka_unit_test(a_stream_can_be_written_whole_or_in_parts),
        cmocka_unit_test(the_stream_prefix_is_declared_outside_a_stream_only),
        cmocka_unit_test(every_stream_error_is_read_as_it_was_written),
        cmocka_unit_test(a_tree_does_not_count_for_the_depth),
        cmocka_unit_test(a_child_out_of_its_tree_keeps_its_namespaces),
        cmocka_unit_test(random_documents_are_read_as_they_were_written),
        cmocka_unit_test(
            random_documents_in_pieces_are_read_as_they_were_written),
        cmocka_unit_test(random_streams_are_read_as_they_were_written),
        cmocka_unit_test(measuring_random_documents_gives_their_size),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
