/* Element trees: accessors, walking, copying. */
#include "support_stream.h"
#include "support_tree.h"

/* ---- accessors ---------------------------------------------------------- */

static const char message[] =
    "<message xmlns='jabber:client' xmlns:p='urn:p' to='romeo' empty='' "
    "p:to='urn'><body>Hi &amp; bye</body><x xmlns='urn:x'><y a='1'/></x>"
    "<body>again</body><empty/></message>";

static void elements_have_names_and_namespaces(void **state)
{
    const xc_element *e = parse(message);
    (void)state;
    check_str("name", xc_name(e), "message");
    check_str("ns", xc_ns(e), "jabber:client");
    assert_true(xc_is(e, "jabber:client", "message"));
    assert_true(xc_is(e, NULL, "message"));
    assert_true(xc_is(e, "jabber:client", NULL));
    assert_true(xc_is(e, NULL, NULL));
    assert_false(xc_is(e, "jabber:server", "message"));
    assert_false(xc_is(e, "jabber:client", "messag"));
    assert_false(xc_is(e, "jabber:clien", "message"));
    e = parse("<a/>");
    check_str("no namespace", xc_ns(e), NULL);
    assert_false(xc_is(e, "jabber:client", "a"));
    assert_true(xc_is(e, NULL, "a"));
}

static void attributes_are_found_by_name(void **state)
{
    const xc_element *e = parse(message);
    (void)state;
    check_str("to", xc_attr(e, "to"), "romeo");
    check_str("empty", xc_attr(e, "empty"), "");
    check_str("absent", xc_attr(e, "from"), NULL);
    check_str("a part of a name", xc_attr(e, "t"), NULL);
    check_str("a longer name", xc_attr(e, "too"), NULL);
    check_str("with namespace", xc_attr_ns(e, "urn:p", "to"), "urn");
    check_str("wrong namespace", xc_attr_ns(e, "urn:q", "to"), NULL);
    check_str("wrong name", xc_attr_ns(e, "urn:p", "empty"), NULL);
    e = parse("<a xmlns:p='urn:p' p:b='1'/>");
    check_str("only with namespace", xc_attr(e, "b"), NULL);
    e = parse("<a xml:lang='de' b='1'/>");
    check_str("xml:lang", xc_attr_ns(e, XC_NS_XML, "lang"), "de");
    check_str("lang", xc_attr(e, "lang"), NULL);
}

static void attributes_are_found_by_number(void **state)
{
    const xc_element *e = parse(message);
    xc_attribute a;
    (void)state;
    assert_true(xc_element_attr(e, 1, &a));
    check_str("second", a.name, "empty");
    check_str("second", a.value, "");
    check_str("second", a.ns, NULL);
    assert_true(xc_element_attr(e, 2, &a));
    check_str("third", a.name, "to");
    check_str("third", a.ns, "urn:p");
    check_str("third", a.prefix, NULL);
    check_str("third", a.value, "urn");
    assert_false(a.undeclared);
    assert_true(xc_element_attr(e, 0, &a));
    check_str("first", a.name, "to");
    check_str("first", a.ns, NULL);
    assert_false(xc_element_attr(e, 3, &a));
    assert_false(xc_element_attr(e, (size_t)-1, &a));
    assert_false(xc_element_attr(parse("<a/>"), 0, &a));
}

static void children_are_found_in_order(void **state)
{
    const xc_element *e = parse(message), *c;
    (void)state;
    c = xc_first_child(e);
    assert_true(xc_is(c, "jabber:client", "body"));
    assert_ptr_equal(xc_child(e, NULL, "body"), c);
    check_str("text", xc_text(c), "Hi & bye");
    assert_null(xc_first_child(c));
    assert_true(xc_is(xc_next_same_name(c), NULL, "body"));
    check_str("text", xc_text(xc_next_same_name(c)), "again");
    assert_null(xc_next_same_name(xc_next_same_name(c)));
    c = xc_next_sibling(c);
    assert_true(xc_is(c, "urn:x", "x"));
    assert_ptr_equal(xc_child(e, "urn:x", "x"), c);
    assert_ptr_equal(xc_child(e, "urn:x", NULL), c);
    assert_null(xc_child(e, NULL, "x"));
    assert_null(xc_child(e, "urn:x", "y"));
    check_str("a", xc_attr(xc_child(c, NULL, "y"), "a"), "1");
    c = xc_next_sibling(xc_next_sibling(c));
    assert_true(xc_is(c, NULL, "empty"));
    check_str("empty", xc_text(c), "");
    assert_null(xc_next_sibling(c));
    assert_null(xc_next_sibling(e));
    assert_null(xc_next_same_name(e));
    assert_ptr_equal(xc_child(e, NULL, NULL), xc_first_child(e));
}

static void a_child_without_a_namespace_is_found(void **state)
{
    const xc_element *e = parse("<a><b xmlns='u'/><b/><c/></a>");
    (void)state;
    assert_ptr_equal(xc_child(e, NULL, "b"),
                     xc_next_sibling(xc_first_child(e)));
    assert_ptr_equal(xc_child(e, "u", "b"), xc_first_child(e));
    assert_null(xc_next_same_name(xc_first_child(e)));
    assert_true(xc_is(xc_child(e, NULL, NULL), NULL, "b"));
    check_str("namespace", xc_ns(xc_child(e, NULL, NULL)), NULL);
}

static void a_name_in_another_namespace_is_another_name(void **state)
{
    const xc_element *e = parse(
        "<a xmlns='u'><b n='1'/><b xmlns='v' n='2'/><b n='3'/><c/><b n='4'/>"
        "</a>");
    const xc_element *b = xc_child(e, NULL, "b");
    static const char *const numbers[] = {"1", "3", "4"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(numbers); i++, b = xc_next_same_name(b))
        check_str("same", xc_attr(b, "n"), numbers[i]);
    assert_null(b);
    b = xc_child(e, "v", "b");
    check_str("other", xc_attr(b, "n"), "2");
    assert_null(xc_next_same_name(b));
}

static void text_is_that_before_the_first_child(void **state)
{
    const xc_element *e = parse("<a>one<b>two</b>three<c/></a>");
    (void)state;
    check_str("first run", xc_text(e), "one");
    check_str("inner", xc_text(xc_first_child(e)), "two");
    check_str("after it", xc_text_after(xc_first_child(e)), "three");
    check_str("nothing after it",
              xc_text_after(xc_next_sibling(xc_first_child(e))), "");
    check_str("nothing around", xc_text_after(e), "");
    check_str("no text",
              xc_text_after(xc_first_child(parse("<a><b/><c/>d</a>"))), "");
    check_str("none", xc_text(parse("<a/>")), "");
    check_str("none", xc_text(parse("<a></a>")), "");
    check_str("none", xc_text(parse("<a><b>x</b></a>")), "");
    check_str("after a child", xc_text(parse("<a><b/>x<c/>y</a>")), "x");
    check_str("merged", xc_text(parse("<a>x&lt;<![CDATA[&]]>\r\ny</a>")),
              "x<&\ny");
    check_str("white space", xc_text(parse("<a> \n</a>")), " \n");
}

static void a_missing_element_has_nothing(void **state)
{
    xc_attribute a;
    xc_walk w;
    (void)state;
    check_str("name", xc_name(NULL), NULL);
    check_str("ns", xc_ns(NULL), NULL);
    assert_false(xc_is(NULL, "x", "y"));
    assert_false(xc_is(NULL, NULL, NULL));
    check_str("attr", xc_attr(NULL, "x"), NULL);
    check_str("attr", xc_attr_ns(NULL, "x", "y"), NULL);
    assert_false(xc_element_attr(NULL, 0, &a));
    assert_false(xc_element_attr(parse("<a b=''/>"), 0, NULL));
    check_str("attr", xc_attr(parse("<a b=''/>"), NULL), NULL);
    check_str("attr", xc_attr_ns(parse("<a b=''/>"), "x", NULL), NULL);
    check_str("text", xc_text(NULL), NULL);
    check_str("after it", xc_text_after(NULL), NULL);
    assert_null(xc_first_child(NULL));
    assert_null(xc_next_sibling(NULL));
    assert_null(xc_child(NULL, NULL, "x"));
    assert_null(xc_next_same_name(NULL));
    check_str("lang", xc_lang(NULL, NULL), NULL);
    assert_int_equal(xc_element_size(NULL), 0);
    xc_walk_init(&w, NULL);
    assert_false(xc_walk_next(&w));
    check_str("chain",
              xc_text(xc_child(xc_child(parse("<a/>"), NULL, "b"), NULL, "c")),
              NULL);
}

static void check_terminated(const char *what, xc_str s)
{
    CHECK(s.ptr != NULL && s.ptr[s.len] == '\0' && strlen(s.ptr) == s.len,
          "%s is not NUL-terminated", what);
}

static void every_string_ends_with_nul(void **state)
{
    const xc_element *e = parse(message), *body = xc_first_child(e);
    xc_attribute a;
    (void)state;
    check_terminated("name", xc_name(e));
    check_terminated("ns", xc_ns(e));
    for (size_t i = 0; xc_element_attr(e, i, &a); i++) {
        check_terminated("attribute", a.name);
        check_terminated("value", a.value);
    }
    check_terminated("attribute's ns", xc_attr_ns(e, "urn:p", "to"));
    check_terminated("text", xc_text(body));
    check_terminated("no text", xc_text(parse("<a/>")));
    check_terminated("ns of a child", xc_ns(body));
}

/* ---- languages ---------------------------------------------------------- */

static const xc_element *first_stanza(const char *header, const char *stanza)
{
    static char memory[4096];
    xc_stream s;
    xc_stream_event ev;
    xc_str in = xc_str_from(header);
    xc_stream_init(&s, memory, sizeof memory, NULL);
    check_status("header", xc_stream_next(&s, &in, &ev), XC_EVENT);
    in = xc_str_from(stanza);
    check_status("stanza", xc_stream_next(&s, &in, &ev), XC_EVENT);
    return guarded_element(ev.element);
}

#define OPEN_IN(lang)                                                         \
    "<stream:stream xmlns='jabber:client' " STREAMS " " lang ">"

static void the_language_is_the_nearest_one(void **state)
{
    static const char stanza[] =
        "<message><body>x</body><body xml:lang='fr'>y</body>"
        "<x><y xml:lang=''><z/></y></x></message>";
    const xc_element *e, *body, *y;
    (void)state;
    e = first_stanza(OPEN_IN("xml:lang='de'"), stanza);
    body = xc_child(e, NULL, "body");
    check_str("of the stream", xc_lang(e, e), "de");
    check_str("of the stream", xc_lang(e, body), "de");
    check_str("own", xc_lang(e, xc_next_same_name(body)), "fr");
    y = xc_first_child(xc_child(e, NULL, "x"));
    check_str("none on purpose", xc_lang(e, y), "");
    check_str("inherited", xc_lang(e, xc_first_child(y)), "");
    e = first_stanza(OPEN_IN(""), stanza);
    body = xc_child(e, NULL, "body");
    check_str("no language", xc_lang(e, body), NULL);
    check_str("own", xc_lang(e, xc_next_same_name(body)), "fr");
    e = first_stanza(OPEN_IN("xml:lang='de'"),
                     "<message xml:lang='en-GB'><body/></message>");
    check_str("of the stanza", xc_lang(e, xc_first_child(e)), "en-GB");
    check_str("of the stanza", xc_lang(e, e), "en-GB");
}

static void outside_its_root_an_element_has_no_language(void **state)
{
    const xc_element *e = parse("<a xml:lang='de'><b/></a>");
    static char memory[4096];
    const xc_element *other =
        read_element(XC_STR("<a xml:lang='fr'/>"), memory, sizeof memory);
    (void)state;
    check_str("inside", xc_lang(e, xc_first_child(e)), "de");
    check_str("not inside", xc_lang(e, other), NULL);
    check_str("not around", xc_lang(xc_first_child(e), e), NULL);
}

/* ---- long things -------------------------------------------------------- */

static const size_t steps[] = {
    0,     1,     2,     29,    30,    31,    32,    61,    62,
    63,    64,    65,    126,   127,   128,   129,   253,   254,
    255,   256,   257,   511,   512,   1023,  1024,  4095,  4096,
    16383, 16384, 32767, 32768, 65534, 65535, 65536, 65537, 70000,
};

/* pppNNNsss, with a run of N letters in the middle. */
static const char *with_run(const char *before, size_t len, const char *after)
{
    static buffer text;
    buffer_clear(&text);
    buffer_puts(&text, before);
    for (size_t i = 0; i < len; i++) {
        char c = (char)('a' + i % 26);
        buffer_add(&text, &c, 1);
    }
    buffer_puts(&text, after);
    return text.ptr;
}

static void check_run(const char *what, xc_str got, size_t len)
{
    CHECK(got.ptr != NULL && got.len == len, "%s of %zu bytes has %zu", what,
          len, got.len);
    for (size_t i = 0; i < len; i++)
        if (got.ptr[i] != (char)('a' + i % 26))
            check_fail("%s of %zu bytes: wrong byte %zu", what, len, i);
    check_terminated(what, got);
}

static void texts_of_every_length_are_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const xc_element *e =
            parse(with_run("<e><x>", steps[i], "</x><y/></e>"));
        check_run("text", xc_text(xc_first_child(e)), steps[i]);
        assert_true(xc_is(xc_next_sibling(xc_first_child(e)), NULL, "y"));
        e = parse(with_run("<e><y/>", steps[i], "<y/></e>"));
        check_run("text", xc_text(e), steps[i]);
    }
}

static void values_of_every_length_are_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(steps); i++) {
        const xc_element *e =
            parse(with_run("<e v='", steps[i], "' w='x'><y/></e>"));
        check_run("value", xc_attr(e, "v"), steps[i]);
        check_str("after it", xc_attr(e, "w"), "x");
        assert_true(xc_is(xc_first_child(e), NULL, "y"));
    }
}

static void names_of_every_length_are_kept(void **state)
{
    (void)state;
    for (size_t i = 1; i < COUNT_OF(steps); i++) {
        const xc_element *e =
            parse(with_run("<e><x xmlns='", steps[i], "'/><y/></e>"));
        xc_attribute a;
        check_run("namespace", xc_ns(xc_first_child(e)), steps[i]);
        assert_true(xc_is(xc_next_sibling(xc_first_child(e)), NULL, "y"));
        if (steps[i] > 65535)
            continue; /* XC_ERR_LIMIT_NAME */
        e = parse(with_run("<e><", steps[i], "/><y/></e>"));
        check_run("name", xc_name(xc_first_child(e)), steps[i]);
        assert_true(xc_is(xc_next_sibling(xc_first_child(e)), NULL, "y"));
        e = parse(with_run("<e><x ", steps[i], "='v' w='x'/><y/></e>"));
        assert_true(xc_element_attr(xc_first_child(e), 0, &a));
        check_run("attribute", a.name, steps[i]);
        check_str("after it", xc_attr(xc_first_child(e), "w"), "x");
    }
}

static void check_many(const char *open, const char *item, size_t n,
                       const char *close, size_t expected)
{
    buffer doc = {0};
    const xc_element *e, *c;
    size_t count = 0;
    buffer_puts(&doc, open);
    buffer_repeat(&doc, item, n);
    buffer_puts(&doc, close);
    e = parse(doc.ptr);
    for (c = xc_first_child(e); c != NULL; c = xc_next_sibling(c))
        count++;
    CHECK(count == expected, "%s%s...: %zu children, expected %zu", open, item,
          count, expected);
    assert_true(xc_is(xc_child(e, "last", "last"), NULL, NULL));
    buffer_free(&doc);
}

static void an_element_may_have_many_children(void **state)
{
    (void)state;
    for (size_t n = 0; n <= 300; n += 1 + n / 7) {
        check_many("<e>", "<c/>", n, "<last xmlns='last'/></e>", n + 1);
        check_many("<e>t", "<c a='b'/>t", n, "<last xmlns='last'/></e>",
                   n + 1);
        check_many("<e>", "<c xmlns='u'/>x", n, "<last xmlns='last'/></e>",
                   n + 1);
    }
    check_many("<e>", "<c/>", 40000, "<last xmlns='last'/></e>", 40001);
}

static void an_element_may_have_many_namespaces(void **state)
{
    buffer doc = {0};
    const xc_element *c;
    char expected[32];
    size_t i = 0;
    (void)state;
    buffer_puts(&doc, "<e>");
    for (; i < 1000; i++)
        buffer_printf(&doc, "<c xmlns='urn:%zu' xmlns:p='urn:p:%zu' p:a=''/>",
                      i % 100, i % 77);
    buffer_puts(&doc, "</e>");
    c = xc_first_child(parse(doc.ptr));
    for (i = 0; i < 1000; i++, c = xc_next_sibling(c)) {
        snprintf(expected, sizeof expected, "urn:%zu", i % 100);
        check_str("namespace", xc_ns(c), expected);
        snprintf(expected, sizeof expected, "urn:p:%zu", i % 77);
        check_str("of the attribute", xc_attr_ns(c, expected, "a"), "");
    }
    assert_null(c);
    buffer_free(&doc);
}

/* A namespace is stored once. */
static void a_repeated_namespace_is_stored_once(void **state)
{
    buffer doc = {0}, plain = {0};
    size_t with, without;
    (void)state;
    buffer_puts(&doc, "<e xmlns='urn:example:of:a:long:namespace:name'>");
    buffer_puts(&plain, "<e>");
    buffer_repeat(&plain, "<c/>", 50);
    buffer_repeat(&doc, "<c xmlns='urn:example:of:a:long:namespace:name'/>",
                  50);
    buffer_puts(&doc, "</e>");
    buffer_puts(&plain, "</e>");
    with = xc_element_size(parse(doc.ptr));
    without = xc_element_size(parse(plain.ptr));
    print_message("50 children: %zu bytes, with a namespace %zu\n", without,
                  with);
    assert_true(with >= without && with <= without + 50 * 4 + 100);
    buffer_free(&doc);
    buffer_free(&plain);
}

static void a_namespace_far_away_is_found(void **state)
{
    static const size_t distances[] = {
        100, 127, 128, 16000, 16383, 16384, 66000, 2097151, 2097152, 3000000};
    size_t size = 8 << 20;
    char *memory = malloc(size);
    (void)state;
    assert_non_null(memory);
    for (size_t i = 0; i < COUNT_OF(distances); i++) {
        const char *doc =
            with_run("<e><a xmlns='urn:far' b='1'/>", distances[i],
                     "<a xmlns='urn:far' b='2'/></e>");
        const xc_element *e = read_element(xc_str_from(doc), memory, size);
        const xc_element *second = xc_next_same_name(xc_first_child(e));
        CHECK(e != NULL, "refused at distance %zu", distances[i]);
        check_str("namespace", xc_ns(second), "urn:far");
        check_str("attribute", xc_attr(second, "b"), "2");
        check_run("text", xc_text(e), distances[i]);
    }
    free(memory);
}

/* Larger than what a block may have: refused, or right. */
static void check_enormous(const char *before, size_t len, const char *after,
                           bool attribute)
{
    size_t size = 80 << 20;
    char *memory = malloc(size);
    const xc_element *e;
    assert_non_null(memory);
    e = read_element(xc_str_from(with_run(before, len, after)), memory, size);
    if (e != NULL)
        check_run("enormous", attribute ? xc_attr(e, "b") : xc_text(e), len);
    else
        assert_true(len > 10000000);
    free(memory);
}

static void an_element_may_have_megabytes(void **state)
{
    static const size_t lengths[] = {
        0x9FFFFF, 0xFFFFC0,  0xFFFFFD,  0xFFFFFE,
        0xFFFFFF, 0x1000000, 0x1000001, 0x1000100,
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(lengths); i++) {
        check_enormous("<e>", lengths[i], "</e>", false);
        check_enormous("<e b='", lengths[i], "'/>", true);
    }
}

/* ---- walking ------------------------------------------------------------ */

static void walk_lines(const xc_element *e, const char *expected)
{
    event_log log = {.keep = true, .no_prefix = true};
    log_clear(&log);
    log_tree(&log, e);
    CHECK(strcmp(log.text.ptr, expected) == 0, "got\n%sexpected\n%s",
          log.text.ptr, expected);
    log_free(&log);
}

static void a_walk_visits_everything_in_order(void **state)
{
    const xc_element *e =
        parse("<a xmlns='u' k='v'>x<b><c/>y</b><d></d>z</a>");
    (void)state;
    walk_lines(e, "START\t{u}a\t\nATTR\t{}k\tv\nTEXT\tx\nSTART\t{u}b\t\n"
                  "START\t{u}c\t\nEND\nTEXT\ty\nEND\nSTART\t{u}d\t\nEND\n"
                  "TEXT\tz\nEND\n");
    walk_lines(xc_first_child(e),
               "START\t{u}b\t\nSTART\t{u}c\t\nEND\nTEXT\ty\nEND\n");
    walk_lines(xc_next_sibling(xc_first_child(e)), "START\t{u}d\t\nEND\n");
    walk_lines(parse("<a/>"), "START\t{}a\t\nEND\n");
}

static void a_walk_names_the_element_of_a_text(void **state)
{
    const xc_element *e = parse("<a>x<b>y</b>z</a>");
    static const char around[] = "aabbbaa"; /* START x START y END z END */
    xc_walk w;
    size_t i = 0;
    (void)state;
    xc_walk_init(&w, e);
    for (; xc_walk_next(&w); i++)
        CHECK(xc_name(w.element).ptr[0] == around[i], "step %zu", i);
    assert_int_equal(i, strlen(around));
    assert_false(xc_walk_next(&w));
}

static void a_walk_goes_as_deep_as_an_element_can_be(void **state)
{
    buffer doc = {0};
    xc_walk w;
    size_t steps_taken = 0;
    (void)state;
    buffer_repeat(&doc, "<a>", XC_DEPTH_MAX);
    buffer_puts(&doc, "x");
    buffer_repeat(&doc, "</a>", XC_DEPTH_MAX);
    xc_walk_init(&w, parse(doc.ptr));
    while (xc_walk_next(&w))
        steps_taken++;
    assert_int_equal(steps_taken, 2 * XC_DEPTH_MAX + 1);
    buffer_free(&doc);
}

/* ---- copying ------------------------------------------------------------ */

/* At every alignment, with the original spoilt. */
static void a_copy_of_an_element_is_the_same_anywhere(void **state)
{
    static char memory[4096], copy[4096];
    event_log log = {.no_prefix = true}, moved = {.no_prefix = true};
    (void)state;
    for (size_t shift = 0; shift < 16; shift++) {
        const xc_element *e =
            read_element(xc_str_from(message), memory + shift, 2048);
        size_t size = xc_element_size(e);
        log_clear(&log);
        log_tree(&log, e);
        memset(copy, 0xA5, sizeof copy);
        e = memcpy(copy + (7 * shift) % 16, e, size);
        memset(memory, 0x5A, sizeof memory);
        log_clear(&moved);
        log_tree(&moved, e);
        assert_true(log.hash == moved.hash);
        assert_int_equal(xc_element_size(e), size);
    }
}

static void equal_documents_make_equal_blocks(void **state)
{
    static char one[2048], two[4096];
    const xc_element *a = read_element(xc_str_from(message), one, sizeof one);
    const xc_element *b = read_element(xc_str_from(message), two, sizeof two);
    (void)state;
    assert_int_equal(xc_element_size(a), xc_element_size(b));
    assert_memory_equal(a, b, xc_element_size(a));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(elements_have_names_and_namespaces),
        cmocka_unit_test(attributes_are_found_by_name),
        cmocka_unit_test(attributes_are_found_by_number),
        cmocka_unit_test(children_are_found_in_order),
        cmocka_unit_test(a_child_without_a_namespace_is_found),
        cmocka_unit_test(a_name_in_another_namespace_is_another_name),
        cmocka_unit_test(text_is_that_before_the_first_child),
        cmocka_unit_test(a_missing_element_has_nothing),
        cmocka_unit_test(every_string_ends_with_nul),
        cmocka_unit_test(the_language_is_the_nearest_one),
        cmocka_unit_test(outside_its_root_an_element_has_no_language),
        cmocka_unit_test(texts_of_every_length_are_kept),
        cmocka_unit_test(values_of_every_length_are_kept),
        cmocka_unit_test(names_of_every_length_are_kept),
        cmocka_unit_test(an_element_may_have_many_children),
        cmocka_unit_test(an_element_may_have_many_namespaces),
        cmocka_unit_test(a_repeated_namespace_is_stored_once),
        cmocka_unit_test(a_namespace_far_away_is_found),
        cmocka_unit_test(an_element_may_have_megabytes),
        cmocka_unit_test(a_walk_visits_everything_in_order),
        cmocka_unit_test(a_walk_names_the_element_of_a_text),
        cmocka_unit_test(a_walk_goes_as_deep_as_an_element_can_be),
        cmocka_unit_test(a_copy_of_an_element_is_the_same_anywhere),
        cmocka_unit_test(equal_documents_make_equal_blocks),
    };
    return cmocka_run_group_tests_name("tree", tests, NULL, NULL);
}
