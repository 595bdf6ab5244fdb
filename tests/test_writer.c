/* The writer: what it writes, what it refuses, and that all of it is read
   again as the same thing. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_random.h"
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

/* ---- what is written ---------------------------------------------------- */

static void message_as_in_the_manual(void **state)
{
    xc_writer w;
    const char *text;
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    xc_writer_begin(&w, XC_NS_CLIENT, "message");
    xc_writer_attr(&w, "to", XC_STR("juliet@capulet.lit"));
    xc_writer_text_element(&w, NULL, "body", XC_STR("Art thou not Romeo?"));
    xc_writer_end(&w);
    text = written(&w);
    check_str("needs no declaration", xc_str_from(text),
              "<message to='juliet@capulet.lit'><body>Art thou not Romeo?"
              "</body></message>");
}

static void namespaces_are_declared(void **state)
{
    xc_writer w;
    const xc_element *e;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_begin(&w, "urn:a", "a");
    xc_writer_begin(&w, NULL, "b");
    xc_writer_begin(&w, "urn:c", "c");
    xc_writer_begin(&w, "urn:a", "d");
    xc_writer_end(&w);
    xc_writer_end(&w);
    xc_writer_text_element(&w, NULL, "e", XC_STR(""));
    xc_writer_end(&w);
    xc_writer_end(&w);
    e = read_again(&w);
    check_str("a", xc_ns(e), "urn:a");
    e = xc_first_child(e);
    check_str("b", xc_ns(e), "urn:a");
    check_str("c", xc_ns(xc_first_child(e)), "urn:c");
    check_str("d", xc_ns(xc_first_child(xc_first_child(e))), "urn:a");
    check_str("e", xc_ns(xc_next_sibling(xc_first_child(e))), "urn:a");
}

static void content_namespace(void **state)
{
    xc_writer w;
    char doc[256];
    const xc_element *e;
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    xc_writer_begin(&w, NULL, "iq");
    xc_writer_begin(&w, XC_NS_ROSTER, "query");
    xc_writer_text_element(&w, XC_NS_CLIENT, "x", XC_STR(""));
    xc_writer_end(&w);
    xc_writer_end(&w);
    snprintf(doc, sizeof doc, "<s xmlns='jabber:client'>%s</s>", written(&w));
    e = xc_first_child(parse(doc));
    assert_true(xc_is(e, XC_NS_CLIENT, "iq"));
    assert_true(xc_is(xc_first_child(e), XC_NS_ROSTER, "query"));
    assert_true(xc_is(xc_first_child(xc_first_child(e)), XC_NS_CLIENT, "x"));
}

static void attributes(void **state)
{
    static const xc_str absent;
    xc_writer w;
    const xc_element *e;
    xc_attribute a;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_begin(&w, "urn:a", "a");
    xc_writer_attr(&w, "to", XC_STR("x"));
    xc_writer_attr(&w, "absent", absent);
    xc_writer_attr(&w, "empty", XC_STR(""));
    xc_writer_attr_ns(&w, "urn:a", "to", XC_STR("y"));
    xc_writer_attr_ns(&w, "urn:b", "to", XC_STR("z"));
    xc_writer_attr_ns(&w, XC_NS_XML, "lang", XC_STR("de"));
    xc_writer_attr_ns(&w, "urn:b", "absent", absent);
    xc_writer_end(&w);
    e = read_again(&w);
    assert_int_equal(xc_element_attr(e, 5, &a), false);
    check_str("to", xc_attr(e, "to"), "x");
    check_str("absent", xc_attr(e, "absent"), NULL);
    check_str("empty", xc_attr(e, "empty"), "");
    check_str("urn:a to", xc_attr_ns(e, "urn:a", "to"), "y");
    check_str("urn:b to", xc_attr_ns(e, "urn:b", "to"), "z");
    check_str("xml:lang", xc_attr_ns(e, XC_NS_XML, "lang"), "de");
}

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

static void attribute_namespaces(void **state)
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

static void leaves(void **state)
{
    static const xc_str absent;
    xc_writer w;
    const xc_element *e;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_begin(&w, "u", "a");
    xc_writer_text(&w, absent);
    xc_writer_text_element(&w, NULL, "none", absent);
    xc_writer_text_element(&w, NULL, "empty", XC_STR(""));
    xc_writer_text_element(&w, "v", "full", XC_STR("text"));
    xc_writer_end(&w);
    e = xc_first_child(read_again(&w));
    assert_true(xc_is(e, "u", "empty"));
    e = xc_next_sibling(e);
    assert_true(xc_is(e, "v", "full"));
    check_str("text", xc_text(e), "text");
    assert_null(xc_next_sibling(e));
}

/* ---- escapes ------------------------------------------------------------ */

static const char *const tricky_texts[] = {
    "",
    "plain",
    "<",
    ">",
    "&",
    "'",
    "\"",
    "]]>",
    "]]]]>>",
    "]",
    "]]",
    "\r",
    "\n",
    "\t",
    "\r\n",
    "\n\r",
    " lead and trail ",
    "\t\t",
    "&amp;",
    "&#65;",
    "<![CDATA[x]]>",
    "<a b='c'/>",
    "\"'\"'",
    "a\rb\nc\td",
    "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
    "\xef\xbb\xbf",
    "\x7f\xc2\x80",
    "\xef\xbf\xbd\xf4\x8f\xbf\xbf",
    "0123456789012345<0123456789012345678&",
};

static void escapes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(tricky_texts); i++) {
        xc_str value = xc_str_from(tricky_texts[i]);
        const xc_element *e;
        xc_writer w;
        writer_open(&w, NULL);
        xc_writer_begin(&w, NULL, "a");
        xc_writer_attr(&w, "b", value);
        xc_writer_text(&w, value);
        xc_writer_begin(&w, NULL, "c");
        xc_writer_end(&w);
        xc_writer_end(&w);
        e = read_again(&w);
        check_str("attribute", xc_attr(e, "b"), value.ptr);
        check_str("text", xc_text(e), value.ptr);
    }
}

/* "]]" and ">" from different calls. */
/* What stands for one byte, written as the comment on xc_writer_text has it;
   NULL: it cannot be written. */
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

/* Each byte at each place of texts of each length: what is looked at 16 bytes
   at a time is looked at as a whole. */
static void every_byte_at_every_place(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 50; n++)
        for (size_t at = 0; at < n || at == 0; at++)
            for (unsigned c = 0; c < 256; c++)
                check_run(n, at, (unsigned char)c);
}

/* Are they names? Each character at each place of names of each length. */
static void every_byte_of_a_name(void **state)
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
static void namespaces_like_others(void **state)
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

static void text_in_pieces(void **state)
{
    xc_writer w;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_begin(&w, NULL, "a");
    xc_writer_text(&w, XC_STR("]"));
    xc_writer_text(&w, XC_STR("]"));
    xc_writer_text(&w, XC_STR(""));
    xc_writer_text(&w, XC_STR(">"));
    xc_writer_text(&w, XC_STR("\r"));
    xc_writer_text(&w, XC_STR("\n"));
    xc_writer_end(&w);
    check_str("text", xc_text(read_again(&w)), "]]>\r\n");
}

static void namespaces_are_escaped(void **state)
{
    static const char ns[] = "urn:'\"<>&\t\n\r]]>\xe2\x82\xac";
    xc_writer w;
    const xc_element *e;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_begin(&w, ns, "a");
    xc_writer_attr_ns(&w, ns, "b", XC_STR("c"));
    xc_writer_end(&w);
    e = read_again(&w);
    check_str("ns", xc_ns(e), ns);
    check_str("attribute", xc_attr_ns(e, ns, "b"), "c");
}

/* ---- refusals ----------------------------------------------------------- */

typedef void write_calls(xc_writer *w);

static void write_bad_text(xc_writer *w, xc_str text)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_text(w, text);
    xc_writer_end(w);
}

static void write_bad_value(xc_writer *w, xc_str value)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_attr(w, "b", value);
    xc_writer_end(w);
}

static void write_bad_value_ns(xc_writer *w, xc_str value)
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

static void text_refused(void **state)
{
    static const xc_str bad[] = {
        XC_STR_INIT("\x80"),         XC_STR_INIT("a\xff"),
        XC_STR_INIT("\xc0\xaf"),     XC_STR_INIT("\xe0\x80\xaf"),
        XC_STR_INIT("\xed\xa0\x80"), XC_STR_INIT("\xf4\x90\x80\x80"),
        XC_STR_INIT("\xe2\x82"),     XC_STR_INIT("x\xf0\x9f\x98"),
        XC_STR_INIT("a\0b"),         XC_STR_INIT("\x01"),
        XC_STR_INIT("\x1f"),         XC_STR_INIT("0123456789abcdef\x0b"),
        XC_STR_INIT("\x0c"),         XC_STR_INIT("\xef\xbf\xbe"),
        XC_STR_INIT("\xef\xbf\xbf"), XC_STR_INIT("\xc3"),
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        xc_writer w;
        writer_open(&w, NULL);
        write_bad_text(&w, bad[i]);
        check_refused("text", &w, XC_ERR_WRITE_TEXT);
        write_bad_value(&w, bad[i]);
        check_refused("value", &w, XC_ERR_WRITE_TEXT);
        write_bad_value_ns(&w, bad[i]);
        check_refused("value", &w, XC_ERR_WRITE_TEXT);
        xc_writer_init(&w, NULL, 0, NULL);
        write_bad_text(&w, bad[i]);
        check_refused("measured", &w, XC_ERR_WRITE_TEXT);
    }
}

static void names_refused(void **state)
{
    static const char *const bad[] = {
        "",         "1a",   "-a",    ".a",    "a b",      "a:b",
        ":a",       "a:",   "a<",    "a>",    "a'",       "a&",
        "a=",       "a/",   " a",    "a ",    "\xc3\x97", "a\xc3\x97",
        "\xcc\x80", "\xff", "a\xc3", "a\x01", "xml:lang", "\xf3\xb0\x80\x80",
        "a\n",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        xc_writer w;
        writer_open(&w, NULL);
        xc_writer_begin(&w, NULL, bad[i]);
        xc_writer_end(&w);
        check_refused(bad[i], &w, XC_ERR_WRITE_NAME);
        xc_writer_begin(&w, NULL, "a");
        xc_writer_attr(&w, bad[i], XC_STR("x"));
        xc_writer_end(&w);
        check_refused(bad[i], &w, XC_ERR_WRITE_NAME);
        xc_writer_begin(&w, NULL, "a");
        xc_writer_attr_ns(&w, "u", bad[i], XC_STR("x"));
        xc_writer_end(&w);
        check_refused(bad[i], &w, XC_ERR_WRITE_NAME);
        xc_writer_begin(&w, NULL, "a");
        xc_writer_text_element(&w, NULL, bad[i], XC_STR("x"));
        xc_writer_end(&w);
        check_refused(bad[i], &w, XC_ERR_WRITE_NAME);
    }
}

static void xmlns_attribute(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_attr(w, "xmlns", XC_STR("urn:smuggled"));
    xc_writer_end(w);
}

static void xmlns_namespace(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_attr_ns(w, XC_NS_XMLNS, "p", XC_STR("urn:smuggled"));
    xc_writer_end(w);
}

static void xmlns_element(xc_writer *w)
{
    xc_writer_begin(w, XC_NS_XMLNS, "a");
    xc_writer_end(w);
}

static void bad_namespace(xc_writer *w)
{
    xc_writer_begin(w, "urn:\xff", "a");
    xc_writer_end(w);
}

static void control_in_namespace(xc_writer *w)
{
    xc_writer_begin(w, "urn:\x01", "a");
    xc_writer_end(w);
}

static void bad_attribute_namespace(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_attr_ns(w, "urn:\xc3", "b", XC_STR("c"));
    xc_writer_end(w);
}

static void end_too_many(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_end(w);
    xc_writer_end(w);
}

static void end_missing(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_begin(w, NULL, "b");
    xc_writer_end(w);
}

static void only_end(xc_writer *w)
{
    xc_writer_end(w);
}

static void top_level_text(xc_writer *w)
{
    xc_writer_text(w, XC_STR("text"));
}

static void text_behind(xc_writer *w)
{
    xc_writer_text_element(w, NULL, "a", XC_STR("x"));
    xc_writer_text(w, XC_STR("text"));
}

static void attribute_after_text(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_text(w, XC_STR("x"));
    xc_writer_attr(w, "b", XC_STR("c"));
    xc_writer_end(w);
}

static void attribute_after_child(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_text_element(w, NULL, "b", XC_STR(""));
    xc_writer_attr(w, "c", XC_STR("d"));
    xc_writer_end(w);
}

static void attribute_of_nothing(xc_writer *w)
{
    xc_writer_attr(w, "a", XC_STR("b"));
}

static void duplicate(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_attr(w, "b", XC_STR("1"));
    xc_writer_attr(w, "c", XC_STR("2"));
    xc_writer_attr(w, "b", XC_STR("1"));
    xc_writer_end(w);
}

static void duplicate_with_namespace(xc_writer *w)
{
    xc_writer_begin(w, "u", "a");
    xc_writer_attr_ns(w, "u", "b", XC_STR("1"));
    xc_writer_attr_ns(w, "v", "b", XC_STR("1"));
    xc_writer_attr_ns(w, "u", "b", XC_STR("1"));
    xc_writer_end(w);
}

static void duplicate_lang(xc_writer *w)
{
    xc_writer_begin(w, "u", "a");
    xc_writer_attr_ns(w, XC_NS_XML, "lang", XC_STR("de"));
    xc_writer_attr_ns(w, XC_NS_XML, "lang", XC_STR("fr"));
    xc_writer_end(w);
}

static void too_deep(xc_writer *w)
{
    for (int i = 0; i <= XC_WRITER_DEPTH; i++)
        xc_writer_begin(w, NULL, "a");
    for (int i = 0; i <= XC_WRITER_DEPTH; i++)
        xc_writer_end(w);
}

static void header_inside(xc_writer *w)
{
    xc_stream_header h = {.major = 1};
    xc_writer_begin(w, NULL, "a");
    xc_writer_stream_open(w, &h);
    xc_writer_end(w);
}

static void close_inside(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_stream_close(w);
    xc_writer_end(w);
}

static void header_twice(xc_writer *w)
{
    xc_stream_header h = {.major = 1};
    xc_writer_stream_open(w, &h);
    xc_writer_stream_open(w, &h);
}

static void header_behind(xc_writer *w)
{
    xc_stream_header h = {.major = 1};
    xc_writer_begin(w, NULL, "a");
    xc_writer_end(w);
    xc_writer_stream_open(w, &h);
}

static void element_behind_close(xc_writer *w)
{
    xc_writer_stream_close(w);
    xc_writer_begin(w, NULL, "a");
    xc_writer_end(w);
}

static void close_twice(xc_writer *w)
{
    xc_writer_stream_close(w);
    xc_writer_stream_close(w);
}

static void caller_fails(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_fail(w, XC_ERR_CALLER);
    xc_writer_end(w);
}

static void first_error_wins(xc_writer *w)
{
    xc_writer_begin(w, NULL, "a");
    xc_writer_fail(w, XC_ERR_CALLER);
    xc_writer_text(w, XC_STR("\xff"));
    xc_writer_begin(w, NULL, "1");
}

static void calls_refused(void **state)
{
    static const struct {
        const char *what;
        write_calls *write;
        xc_status expected;
    } cases[] = {
        {"attribute xmlns", xmlns_attribute, XC_ERR_WRITE_NAME},
        {"attribute xmlns:p", xmlns_namespace, XC_ERR_WRITE_NAME},
        {"element in the xmlns namespace", xmlns_element, XC_ERR_WRITE_NAME},
        {"namespace not UTF-8", bad_namespace, XC_ERR_WRITE_NAME},
        {"namespace with a control", control_in_namespace, XC_ERR_WRITE_NAME},
        {"namespace not UTF-8", bad_attribute_namespace, XC_ERR_WRITE_NAME},
        {"an end too many", end_too_many, XC_ERR_WRITE_ORDER},
        {"an end missing", end_missing, XC_ERR_WRITE_ORDER},
        {"only an end", only_end, XC_ERR_WRITE_ORDER},
        {"text at top level", top_level_text, XC_ERR_WRITE_ORDER},
        {"text behind an element", text_behind, XC_ERR_WRITE_ORDER},
        {"attribute after text", attribute_after_text, XC_ERR_WRITE_ORDER},
        {"attribute after child", attribute_after_child, XC_ERR_WRITE_ORDER},
        {"attribute of nothing", attribute_of_nothing, XC_ERR_WRITE_ORDER},
        {"duplicate", duplicate, XC_ERR_WRITE_DUPLICATE},
        {"duplicate, namespace", duplicate_with_namespace,
         XC_ERR_WRITE_DUPLICATE},
        {"duplicate xml:lang", duplicate_lang, XC_ERR_WRITE_DUPLICATE},
        {"too deep", too_deep, XC_ERR_WRITE_DEPTH},
        {"header inside an element", header_inside, XC_ERR_WRITE_ORDER},
        {"close inside an element", close_inside, XC_ERR_WRITE_ORDER},
        {"header twice", header_twice, XC_ERR_WRITE_ORDER},
        {"header behind an element", header_behind, XC_ERR_WRITE_ORDER},
        {"element behind the close", element_behind_close, XC_ERR_WRITE_ORDER},
        {"close twice", close_twice, XC_ERR_WRITE_ORDER},
        {"caller", caller_fails, XC_ERR_CALLER},
        {"first error", first_error_wins, XC_ERR_CALLER},
    };
    xc_writer w;
    size_t bad = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        xc_str out = XC_STR_INIT("x");
        xc_status got;
        writer_open(&w, NULL);
        cases[i].write(&w);
        got = xc_writer_finish(&w, &out);
        if (got == cases[i].expected && out.len == 0)
            continue;
        print_error("%s: got %s\n", cases[i].what, xc_status_name(got));
        bad++;
    }
    assert_int_equal(bad, 0);
}

/* "After finish the next begin starts over", also after an error. */
static void fresh_start_after_an_error(void **state)
{
    xc_writer w;
    xc_str out;
    (void)state;
    writer_open(&w, NULL);
    caller_fails(&w);
    check_status("failed", xc_writer_finish(&w, &out), XC_ERR_CALLER);
    xc_writer_text_element(&w, NULL, "fresh", XC_STR("start"));
    check_status("fresh", xc_writer_finish(&w, &out), XC_OK);
    check_str("fresh", out, "<fresh xmlns='jabber:client'>start</fresh>");
}

/* Arguments that are NULL end in an error, not in a crash. */
static void check_any_error(xc_writer *w, const char *content_ns)
{
    xc_str out;
    assert_true(xc_status_is_error(xc_writer_finish(w, &out)));
    assert_int_equal(out.len, 0);
    writer_open(w, content_ns);
}

static void null_arguments(void **state)
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

static void deep_enough(void **state)
{
    xc_writer w;
    const xc_element *e;
    int depth = 0;
    (void)state;
    writer_open(&w, NULL);
    for (int i = 0; i < XC_WRITER_DEPTH; i++)
        xc_writer_begin(&w, NULL, "a");
    for (int i = 0; i < XC_WRITER_DEPTH; i++)
        xc_writer_end(&w);
    for (e = read_again(&w); e != NULL; e = xc_first_child(e))
        depth++;
    assert_int_equal(depth, XC_WRITER_DEPTH);
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

static void write_tree(xc_writer *w)
{
    static char memory[4096];
    xc_writer_element(
        w, read_element(XC_STR("<a xmlns='u' b='1' xmlns:p='v' p:c='&lt;'>"
                               "x<p:d xml:lang='de'/>y<e xmlns=''>&amp;</e>"
                               "</a>"),
                        memory, sizeof memory));
}

/* Nothing is written in front of the buffer or behind it. */
static void check_space(const char *what, write_calls *write,
                        const char *content_ns, size_t cap, size_t needed)
{
    char *buf = guarded(GUARD_INPUT, cap + 64) + 64;
    xc_str out = XC_STR_INIT("x");
    xc_writer w;
    memset(buf - 64, 0x5A, 64 + cap);
    xc_writer_init(&w, buf, cap, content_ns);
    write(&w);
    CHECK(xc_writer_size(&w) == needed, "%s in %zu bytes: %zu needed, not %zu",
          what, cap, xc_writer_size(&w), needed);
    check_status(what, xc_writer_finish(&w, &out),
                 cap < needed ? XC_ERR_BUFFER_SIZE : XC_OK);
    CHECK(out.len == (cap < needed ? 0 : needed), "%s in %zu bytes: %zu", what,
          cap, out.len);
    for (size_t i = 1; i <= 64; i++)
        CHECK(buf[-(ptrdiff_t)i] == 0x5A, "%s in %zu bytes: before", what,
              cap);
    for (size_t i = needed; i < cap; i++)
        CHECK(buf[i] == 0x5A, "%s in %zu bytes: behind", what, cap);
}

static void space_for(const char *what, write_calls *write,
                      const char *content_ns)
{
    xc_writer w;
    xc_str out;
    size_t needed;
    xc_writer_init(&w, NULL, 0, content_ns);
    write(&w);
    needed = xc_writer_size(&w);
    check_status("measuring", xc_writer_finish(&w, &out), XC_OK);
    assert_true(needed > 20);
    for (size_t cap = 0; cap <= needed + 20; cap++)
        check_space(what, write, content_ns, cap, needed);
}

static void every_size(void **state)
{
    (void)state;
    space_for("sample", write_sample, XC_NS_CLIENT);
    space_for("sample", write_sample, NULL);
    space_for("stream", write_stream, XC_NS_CLIENT);
    space_for("stream", write_stream, XC_NS_SERVER);
    space_for("WebSocket", write_stream, NULL);
    space_for("tree", write_tree, XC_NS_CLIENT);
    space_for("tree", write_tree, NULL);
}

static void many_elements_in_one_buffer(void **state)
{
    xc_writer w;
    xc_str out;
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    xc_writer_text_element(&w, NULL, "a", XC_STR("1"));
    xc_writer_text_element(&w, NULL, "b", XC_STR("2"));
    check_status("two", xc_writer_finish(&w, &out), XC_OK);
    check_str("two", out, "<a>1</a><b>2</b>");
    xc_writer_text_element(&w, NULL, "c", XC_STR("3"));
    check_status("over again", xc_writer_finish(&w, &out), XC_OK);
    check_str("over again", out, "<c>3</c>");
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
    xc_writer w;
    reader r;
    writer_open(&w, content_ns);
    xc_writer_stream_open(&w, h);
    xc_writer_stream_close(&w);
    if (content_ns == NULL)
        options.framing = XC_WEBSOCKET;
    else
        assert_int_equal(strncmp(written(&w), "<?xml", 5), 0);
    reader_open(&r, written(&w), &options);
    expect_event(&r, XC_EVENT_OPEN);
    check_str("content", r.ev.header.content_ns, content_ns);
    check_header("header", &r.ev.header, h);
    if (content_ns == NULL)
        check_status("message", xc_stream_end_message(&r.s), XC_OK);
    expect_event(&r, XC_EVENT_CLOSE);
    check_status("closed", reader_next(&r), XC_CLOSED);
    assert_int_equal(r.in.len, 0);
}

static void stream_headers(void **state)
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
static void version_of_headers(void **state)
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

static void attributes_of_headers(void **state)
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

static void dialback(void **state)
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
static void whole_stream(void **state)
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
static void streams_namespace(void **state)
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
    reader_open(&r, written(&w), &options);
    if (content_ns == NULL) {
        options.framing = XC_WEBSOCKET;
        reader_open(&r, written(&w), &options);
    }
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

static void stream_errors(void **state)
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

static void trees_rewritten(void **state)
{
    static const char *const docs[] = {
        "<a/>",
        "<a b='1' c='&lt;&#13;&#10;&#9;'>x&amp;<b/>y]]&gt;</a>",
        "<a xmlns='u'><b xmlns=''><c xmlns='u'/><d/></b><e/></a>",
        "<p:a xmlns:p='u'><p:b/><c xmlns='u'/><q:d xmlns:q='v' p:x='1'"
        " q:x='2' x='3'/></p:a>",
        "<a xml:lang='de'><b xml:lang=''/></a>",
        "<s:stream xmlns:s='http://etherx.jabber.org/streams' s:b=''/>",
        "<a xmlns:p='&lt;&gt;&amp;&quot;' p:b='c'/>",
        "<a xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0' xmpp:restart='1'/>",
        "<a xmlns:p='p' xmlns:q='q' xmlns:r='r' xmlns:s='s' xmlns:t='t' "
        "xmlns:u='u' xmlns:v='v' xmlns:w='w' xmlns:x='x' xmlns:y='y' p:a='' "
        "q:a='' r:a='' s:a='' t:a='' u:a='' v:a='' w:a='' x:a='' y:a='' "
        "p:b='' y:b='' x:b='' z:b='' xmlns:z='z'/>",
        "<a xmlns:p='p' p:a=''><b p:a='' xmlns:q='q' q:a=''/></a>",
        "<db:a xmlns:db='jabber:server:dialback' db:b=''/>",
        "<a xmlns='http://etherx.jabber.org/streams'><b xmlns='x'><c xmlns="
        "'http://etherx.jabber.org/streams'/></b></a>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(docs); i++)
        check_rewrite(docs[i], parse(docs[i]));
}

/* The reader delivers it, so the writer has to write it. */
static void element_of_the_xml_namespace(void **state)
{
    (void)state;
    check_rewrite("xml:a", parse("<xml:a><b/></xml:a>"));
    check_rewrite("xml:b", parse("<a xmlns='u'><xml:b c=''/><d/></a>"));
}

static void trees_do_not_count_as_depth(void **state)
{
    buffer doc = {0};
    (void)state;
    buffer_repeat(&doc, "<a>", XC_DEPTH_MAX);
    buffer_repeat(&doc, "</a>", XC_DEPTH_MAX);
    check_rewrite("deep", parse(doc.ptr));
    buffer_free(&doc);
}

/* A child taken out of its element keeps its namespaces. */
static void part_of_a_tree(void **state)
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

static void tree_inside_an_element(void **state)
{
    const xc_element *e = parse("<a xmlns='u'>x<b xmlns=''/></a>");
    xc_writer w;
    (void)state;
    writer_open(&w, XC_NS_CLIENT);
    xc_writer_begin(&w, "urn:forward", "forwarded");
    xc_writer_element(&w, e);
    xc_writer_begin_like(&w, e);
    xc_writer_attr(&w, "more", XC_STR("1"));
    xc_writer_end(&w);
    xc_writer_end(&w);
    e = xc_first_child(read_again(&w));
    assert_true(xc_is(e, "u", "a"));
    check_str("text", xc_text(e), "x");
    check_str("no namespace", xc_ns(xc_first_child(e)), NULL);
    e = xc_next_sibling(e);
    assert_true(xc_is(e, "u", "a"));
    check_str("more", xc_attr(e, "more"), "1");
    assert_null(xc_first_child(e));
}

static void begin_like(void **state)
{
    static char memory[2048];
    const xc_element *e = read_element(
        XC_STR("<a xmlns='u' xmlns:p='v' b='1' p:b='2' xml:lang='de'>"
               "left out<c/></a>"),
        memory, sizeof memory);
    xc_attribute a;
    xc_writer w;
    (void)state;
    writer_open(&w, NULL);
    xc_writer_begin_like(&w, e);
    xc_writer_text_element(&w, NULL, "d", XC_STR("put in"));
    xc_writer_end(&w);
    e = read_again(&w);
    assert_true(xc_is(e, "u", "a"));
    check_str("b", xc_attr(e, "b"), "1");
    check_str("p:b", xc_attr_ns(e, "v", "b"), "2");
    check_str("lang", xc_attr_ns(e, XC_NS_XML, "lang"), "de");
    assert_false(xc_element_attr(e, 3, &a));
    assert_true(xc_is(xc_first_child(e), "u", "d"));
    assert_null(xc_next_sibling(xc_first_child(e)));
    check_str("text", xc_text(e), "");
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

static void random_documents(void **state)
{
    random_source r = {20260826};
    (void)state;
    for (size_t i = 0; i < RANDOM_DOCUMENTS; i++)
        check_random_document(&r, i);
}

/* The tokenizer finds the same as the tree has, in any cut. */
static void random_tokens(void **state)
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

static void random_streams(void **state)
{
    static const char *const contents[] = {XC_NS_CLIENT, XC_NS_SERVER,
                                           XC_NS_COMPONENT};
    random_source r = {99};
    (void)state;
    for (size_t i = 0; i < 600; i++)
        check_random_stream(&r, contents[i % 3]);
}

/* Measuring agrees with writing. */
static void random_sizes(void **state)
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
        cmocka_unit_test(message_as_in_the_manual),
        cmocka_unit_test(namespaces_are_declared),
        cmocka_unit_test(content_namespace),
        cmocka_unit_test(attributes),
        cmocka_unit_test(attribute_namespaces),
        cmocka_unit_test(leaves),
        cmocka_unit_test(escapes),
        cmocka_unit_test(every_byte_at_every_place),
        cmocka_unit_test(every_byte_of_a_name),
        cmocka_unit_test(namespaces_like_others),
        cmocka_unit_test(text_in_pieces),
        cmocka_unit_test(namespaces_are_escaped),
        cmocka_unit_test(text_refused),
        cmocka_unit_test(names_refused),
        cmocka_unit_test(calls_refused),
        cmocka_unit_test(fresh_start_after_an_error),
        cmocka_unit_test(null_arguments),
        cmocka_unit_test(deep_enough),
        cmocka_unit_test(every_size),
        cmocka_unit_test(many_elements_in_one_buffer),
        cmocka_unit_test(stream_headers),
        cmocka_unit_test(version_of_headers),
        cmocka_unit_test(attributes_of_headers),
        cmocka_unit_test(dialback),
        cmocka_unit_test(whole_stream),
        cmocka_unit_test(streams_namespace),
        cmocka_unit_test(stream_errors),
        cmocka_unit_test(trees_rewritten),
        cmocka_unit_test(element_of_the_xml_namespace),
        cmocka_unit_test(trees_do_not_count_as_depth),
        cmocka_unit_test(part_of_a_tree),
        cmocka_unit_test(tree_inside_an_element),
        cmocka_unit_test(begin_like),
        cmocka_unit_test(random_documents),
        cmocka_unit_test(random_tokens),
        cmocka_unit_test(random_streams),
        cmocka_unit_test(random_sizes),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
