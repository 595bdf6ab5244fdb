/* The tokenizer: every rule of the XML profile, cut in every way. The rules
   are rows of tests/data/xml.tsv. */
#include "support_rows.h"
#include "support_xml.h"

/* ---- rows of xml.tsv ---------------------------------------------------- */

static void check_events(const char *got, const char *expected)
{
    CHECK(strcmp(got, expected) == 0, "\n-- got\n%s-- expected\n%s", got,
          expected);
}

static void xml_row(const row *r)
{
    const char *id = r->field[0], *verdict = r->field[2];
    bool accept = strcmp(verdict, "accept") == 0;
    xc_str doc = unescaped(r->field[1]);
    xc_status expected = accept ? XC_OK : status_named(verdict);
    uint64_t offset = accept ? doc.len : number_in(r->field[3]);
    event_log log = {.keep = true};
    xml_outcome got = xml_all_cuts(id, doc, &xml_roomy, &log);
    xml_all_moves(id, doc, &(xml_setup){2048, NULL, false, false});
    CHECK(got.status == expected && got.offset == offset,
          "%s (%s): got %s at byte %llu, expected %s at byte %llu", id,
          r->field[4], xc_status_name(got.status),
          (unsigned long long)got.offset, xc_status_name(expected),
          (unsigned long long)offset);
    if (accept)
        check_events(log.text.ptr, unescaped(r->field[5]).ptr);
    log_free(&log);
}

static void every_cut_of_every_document_gives_the_same_tokens(void **state)
{
    (void)state;
    for_each_row("tests/data/xml.tsv", xml_row);
}

/* ---- one document by hand ----------------------------------------------- */

typedef struct reader {
    xc_xml x;
    xc_str in;
    xc_token tok;
    char memory[4096];
} reader;

static void reader_open(reader *r, const char *doc, const xc_limits *limits)
{
    assert_int_equal(xc_xml_init(&r->x, r->memory, sizeof r->memory, limits),
                     XC_OK);
    r->in = guarded_copy(doc, strlen(doc));
}

static xc_status reader_next(reader *r)
{
    return xc_xml_next(&r->x, &r->in, &r->tok);
}

static void expect_token(reader *r, xc_token_type type)
{
    check_status("token", reader_next(r), XC_EVENT);
    assert_int_equal(r->tok.type, type);
}

static void attributes_have_name_prefix_namespace_and_value(void **state)
{
    reader r;
    xc_attribute a;
    (void)state;
    reader_open(&r, "<e one='1' xmlns:p='urn:p' p:two='&lt;2' three=''>x</e>",
                NULL);
    expect_token(&r, XC_START);
    assert_int_equal(r.tok.attributes, 3);
    assert_true(xc_token_attr(&r.tok, 2, &a));
    check_str("third", a.name, "three");
    check_str("third", a.value, "");
    assert_true(xc_token_attr(&r.tok, 0, &a));
    check_str("first", a.name, "one");
    check_str("first", a.prefix, NULL);
    check_str("first", a.ns, NULL);
    check_str("first", a.value, "1");
    assert_true(xc_token_attr(&r.tok, 1, &a));
    check_str("second", a.name, "two");
    check_str("second", a.prefix, "p");
    check_str("second", a.ns, "urn:p");
    check_str("second", a.value, "<2");
    assert_false(a.undeclared);
    assert_false(xc_token_attr(&r.tok, 3, &a));
    assert_false(xc_token_attr(&r.tok, (size_t)-1, &a));
    expect_token(&r, XC_TEXT);
    assert_false(xc_token_attr(&r.tok, 0, &a));
    expect_token(&r, XC_END);
    assert_false(xc_token_attr(&r.tok, 0, &a));
}

static void tokens_have_name_prefix_and_namespace(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, "<a><p:b xmlns:p='urn:p'></p:b></a>", NULL);
    expect_token(&r, XC_START);
    check_str("name", r.tok.name, "a");
    check_str("prefix", r.tok.prefix, NULL);
    check_str("ns", r.tok.ns, NULL);
    expect_token(&r, XC_START);
    check_str("name", r.tok.name, "b");
    check_str("prefix", r.tok.prefix, "p");
    check_str("ns", r.tok.ns, "urn:p");
    expect_token(&r, XC_END);
    check_str("end name", r.tok.name, "b");
    check_str("end prefix", r.tok.prefix, "p");
    expect_token(&r, XC_END);
    check_str("end name", r.tok.name, "a");
    check_str("end prefix", r.tok.prefix, NULL);
    check_status("after the root", reader_next(&r), XC_NEED_MORE);
}

static void tokens_say_where_they_begin_and_if_they_are_empty(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, " <a><b />x</a>", NULL);
    expect_token(&r, XC_START);
    assert_false(r.tok.empty);
    assert_int_equal(r.tok.offset, 1);
    expect_token(&r, XC_START);
    assert_true(r.tok.empty);
    assert_int_equal(r.tok.offset, 4);
    expect_token(&r, XC_END);
    expect_token(&r, XC_TEXT);
    assert_int_equal(r.tok.offset, 9);
    expect_token(&r, XC_END);
    assert_int_equal(r.tok.offset, 10);
    assert_int_equal(xc_xml_offset(&r.x), 14);
}

static void plain_values_and_texts_are_not_copied(void **state)
{
    reader r;
    const char *begin, *end;
    xc_attribute a;
    (void)state;
    reader_open(&r, "<name b='value'>some text</name>", NULL);
    begin = r.in.ptr;
    end = begin + r.in.len;
    expect_token(&r, XC_START);
    assert_true(xc_token_attr(&r.tok, 0, &a));
    assert_true(a.value.ptr > begin && a.value.ptr + a.value.len < end);
    expect_token(&r, XC_TEXT);
    assert_int_equal(r.tok.text.len, 9);
    assert_true(r.tok.text.ptr > begin && r.tok.text.ptr + 9 < end);
}

/* What is complete is delivered with its last byte, not later. */
static void a_token_comes_with_its_last_byte(void **state)
{
    static const char doc[] = "<a b='1'>x<c/>yz</a>";
    /* how many tokens each byte completes */
    static const char tokens[] = "00000000110002110001";
    reader r;
    (void)state;
    reader_open(&r, "", NULL);
    for (size_t i = 0; doc[i] != '\0'; i++) {
        int count = 0;
        r.in = guarded_copy(doc + i, 1);
        while (reader_next(&r) == XC_EVENT)
            count++;
        CHECK(count == tokens[i] - '0', "byte %zu completes %d tokens", i,
              count);
    }
    check_status("finish", xc_xml_finish(&r.x), XC_OK);
}

static void empty_pieces_change_nothing(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, "", NULL);
    check_status("before", reader_next(&r), XC_NEED_MORE);
    r.in = guarded_copy("<a b='", 6);
    check_status("cut", reader_next(&r), XC_NEED_MORE);
    check_status("nothing", reader_next(&r), XC_NEED_MORE);
    r.in = XC_STR("c'/>");
    expect_token(&r, XC_START);
    expect_token(&r, XC_END);
    check_status("finish", xc_xml_finish(&r.x), XC_OK);
}

/* ---- limits ------------------------------------------------------------- */

static void check_limit(const char *what, const xc_limits *limits,
                        const buffer *doc, xc_status expected)
{
    event_log log = {.keep = false};
    xml_setup setup = {1 << 20, limits, false, false};
    xml_outcome got = xml_all_cuts(what, buffer_str(doc), &setup, &log);
    check_status(what, got.status, expected);
}

/* n elements, each inside the one before. */
static void nested(buffer *doc, size_t n)
{
    buffer_clear(doc);
    buffer_repeat(doc, "<a>", n);
    buffer_repeat(doc, "</a>", n);
}

static void the_depth_is_limited(void **state)
{
    xc_limits limits = {.depth = 5};
    buffer doc = {0};
    (void)state;
    nested(&doc, 5);
    check_limit("depth 5 of 5", &limits, &doc, XC_OK);
    nested(&doc, 6);
    check_limit("depth 6 of 5", &limits, &doc, XC_ERR_LIMIT_DEPTH);
    nested(&doc, 64);
    check_limit("depth 64, default", NULL, &doc, XC_OK);
    nested(&doc, 65);
    check_limit("depth 65, default", NULL, &doc, XC_ERR_LIMIT_DEPTH);
    limits.depth = 2;
    buffer_clear(&doc);
    buffer_puts(&doc, "<a><b/><b></b><b/></a>");
    check_limit("siblings", &limits, &doc, XC_OK);
    buffer_clear(&doc);
    buffer_puts(&doc, "<a><b><c/></b></a>");
    check_limit("an empty element counts", &limits, &doc, XC_ERR_LIMIT_DEPTH);
    buffer_free(&doc);
}

static void with_attributes(buffer *doc, size_t n)
{
    buffer_clear(doc);
    buffer_puts(doc, "<a");
    for (size_t i = 0; i < n; i++)
        buffer_printf(doc, " b%zu=''", i);
    buffer_puts(doc, "/>");
}

static void the_number_of_attributes_is_limited(void **state)
{
    xc_limits limits = {.attributes = 3};
    buffer doc = {0};
    (void)state;
    with_attributes(&doc, 3);
    check_limit("3 of 3", &limits, &doc, XC_OK);
    with_attributes(&doc, 4);
    check_limit("4 of 3", &limits, &doc, XC_ERR_LIMIT_ATTRIBUTES);
    with_attributes(&doc, 128);
    check_limit("128, default", NULL, &doc, XC_OK);
    with_attributes(&doc, 129);
    check_limit("129, default", NULL, &doc, XC_ERR_LIMIT_ATTRIBUTES);
    buffer_clear(&doc);
    buffer_puts(&doc, "<a xmlns='u' xmlns:p='v' b='' p:c=''/>");
    check_limit("declarations count", &limits, &doc, XC_ERR_LIMIT_ATTRIBUTES);
    buffer_clear(&doc);
    buffer_puts(&doc, "<a b='' c='' d=''><a b='' c='' d=''/></a>");
    check_limit("of one tag", &limits, &doc, XC_OK);
    buffer_free(&doc);
}

static void with_namespaces(buffer *doc, size_t n)
{
    buffer_clear(doc);
    buffer_puts(doc, "<a");
    for (size_t i = 0; i < n; i++)
        buffer_printf(doc, " xmlns:p%zu='u'", i);
    buffer_puts(doc, "/>");
}

static void the_number_of_namespaces_is_limited(void **state)
{
    xc_limits limits = {.namespaces = 3};
    buffer doc = {0};
    (void)state;
    with_namespaces(&doc, 3);
    check_limit("3 of 3", &limits, &doc, XC_OK);
    with_namespaces(&doc, 4);
    check_limit("4 of 3", &limits, &doc, XC_ERR_LIMIT_NAMESPACES);
    with_namespaces(&doc, 64);
    check_limit("64, default", NULL, &doc, XC_OK);
    with_namespaces(&doc, 65);
    check_limit("65, default", NULL, &doc, XC_ERR_LIMIT_NAMESPACES);
    buffer_clear(&doc);
    buffer_puts(&doc, "<a xmlns='u'><b xmlns='u'><c xmlns='u'/></b>"
                      "<b xmlns='u'><c xmlns='u'></c></b></a>");
    check_limit("out of scope", &limits, &doc, XC_OK);
    buffer_clear(&doc);
    buffer_puts(&doc, "<a xmlns='u'><b xmlns='u'><c xmlns='u'>"
                      "<d xmlns='u'/></c></b></a>");
    check_limit("in scope", &limits, &doc, XC_ERR_LIMIT_NAMESPACES);
    buffer_free(&doc);
}

/* The limit counts from the "<" of the root to its last ">". The XML
   declaration in front has to fit it too, by itself. */
static void limit_bytes_of(const char *doc, size_t root, size_t size)
{
    event_log log = {.keep = false};
    xc_str text = {doc, strlen(doc)};
    for (size_t bytes = root + 1; bytes <= size + 3; bytes++) {
        xc_limits limits = {.stanza_bytes = (uint32_t)bytes};
        xml_setup setup = {4096, &limits, false, false};
        xml_outcome got = xml_all_cuts(doc, text, &setup, &log);
        if (bytes >= size) {
            check_status(doc, got.status, XC_OK);
            continue;
        }
        check_status(doc, got.status, XC_ERR_LIMIT_STANZA);
        CHECK(got.offset == root + bytes, "%s, limit %zu: byte %llu", doc,
              bytes, (unsigned long long)got.offset);
    }
}

static void the_bytes_of_an_element_are_limited(void **state)
{
    buffer doc = {0};
    (void)state;
    limit_bytes_of("<a b='c'/>", 0, 10);
    limit_bytes_of("   <a><b/>text</a>   ", 3, 15);
    limit_bytes_of("<?xml version='1.0'?><a>&amp;<![CDATA[x]]></a >", 21, 26);
    buffer_repeat(&doc, " ", 300000);
    buffer_puts(&doc, "<a>");
    buffer_repeat(&doc, "x", 300000);
    buffer_puts(&doc, "</a>");
    check_limit("no default", NULL, &doc, XC_OK);
    buffer_free(&doc);
}

static void limit_name_case(size_t len, xc_status expected)
{
    static const xc_limits limits = {0};
    buffer doc = {0};
    buffer_puts(&doc, "<a ");
    buffer_repeat(&doc, "n", len);
    buffer_puts(&doc, "='v'/>");
    check_limit("attribute name", &limits, &doc, expected);
    buffer_free(&doc);
}

static void the_length_of_a_name_is_limited(void **state)
{
    (void)state;
    limit_name_case(65535, XC_OK);
    limit_name_case(65536, XC_ERR_LIMIT_NAME);
}

/* ---- memory ------------------------------------------------------------- */

static const char *const memory_documents[] = {
    "<a/>",
    "<a>text &amp; text</a>",
    "<some-element with='an attribute' and='another one'/>",
    "<a><bb><ccc><dddd/></ccc></bb></a>",
    "<a xmlns='urn:x'/>",
    "<a xmlns:p='u'/>",
    "<p:a xmlns:p='u' p:b='1'><p:c/></p:a>",
    "<a b='1' xmlns='urn:x'/>",
    "<a>\r\n]]&gt;<b>\xf0\x9f\x98\x80</b ></a>",
    "<a xmlns='urn:x' xmlns:p='urn:y'><p:b xmlns:q='urn:z' q:c='&lt;'/></a>",
    "<?xml version='1.0'?><a b='\xe2\x82\xac'>x<b  c = 'd' ></b>y</a>",
    "<a b='&#x10FFFF;&amp;&#65;' c='&lt;&gt;'><![CDATA[x]]></a>",
};

static bool fits(xc_str doc, size_t memory, cut c)
{
    event_log log = {.keep = false};
    xml_setup setup = {memory, NULL, false, false};
    return xml_feed(&setup, doc, c, &log).status == XC_OK;
}

static size_t least_memory(xc_str doc, cut c)
{
    size_t low = 0, high = 8192; /* low is too little, high is enough */
    CHECK(fits(doc, high, c), "%s does not fit 8 KiB", doc.ptr);
    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (fits(doc, middle, c))
            high = middle;
        else
            low = middle;
    }
    return high;
}

typedef struct memory_case {
    xc_str doc;
    size_t least;
} memory_case;

static void check_least(void *context, cut c)
{
    const memory_case *t = context;
    size_t least = least_memory(t->doc, c);
    CHECK(least == t->least, "%s, %s: needs %zu bytes; whole: %zu", t->doc.ptr,
          cut_name(c).text, least, t->least);
}

static void every_cut_needs_the_same_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(memory_documents); i++) {
        memory_case t = {xc_str_from(memory_documents[i]), 0};
        t.least = least_memory(t.doc, cut_none);
        print_message("%zu bytes for %s\n", t.least, t.doc.ptr);
        each_cut(t.doc.len, 4096, check_least, &t);
    }
}

static void memory_ends_at_the_same_byte_in_every_cut(void **state)
{
    event_log log = {.keep = true};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(memory_documents); i++) {
        xc_str doc = xc_str_from(memory_documents[i]);
        size_t least = least_memory(doc, cut_none);
        for (size_t memory = 1; memory < least; memory++) {
            xml_setup setup = {memory, NULL, false, false};
            xml_outcome got = xml_all_cuts(doc.ptr, doc, &setup, &log);
            check_status(doc.ptr, got.status, XC_ERR_WORKSPACE);
        }
    }
    log_free(&log);
}

/* ---- contracts ---------------------------------------------------------- */

static void null_arguments_are_refused(void **state)
{
    char memory[256];
    xc_xml x;
    xc_token tok;
    xc_attribute a;
    xc_str in = XC_STR_INIT("<a/>"), broken = {NULL, 3}, nothing = {NULL, 0};
    (void)state;
    check_status("init", xc_xml_init(NULL, memory, sizeof memory, NULL),
                 XC_ERR_ARGUMENT);
    check_status("init", xc_xml_init(&x, NULL, 100, NULL), XC_ERR_ARGUMENT);
    xc_xml_init(&x, memory, sizeof memory, NULL);
    check_status("next", xc_xml_next(NULL, &in, &tok), XC_ERR_ARGUMENT);
    check_status("next", xc_xml_next(&x, NULL, &tok), XC_ERR_ARGUMENT);
    xc_xml_init(&x, memory, sizeof memory, NULL);
    check_status("next", xc_xml_next(&x, &in, NULL), XC_ERR_ARGUMENT);
    xc_xml_init(&x, memory, sizeof memory, NULL);
    check_status("next", xc_xml_next(&x, &broken, &tok), XC_ERR_ARGUMENT);
    xc_xml_init(&x, memory, sizeof memory, NULL);
    check_status("next", xc_xml_next(&x, &nothing, &tok), XC_NEED_MORE);
    check_status("move", xc_xml_relocate(&x, NULL), XC_ERR_ARGUMENT);
    check_status("move", xc_xml_relocate(NULL, memory), XC_ERR_ARGUMENT);
    check_status("finish", xc_xml_finish(NULL), XC_ERR_ARGUMENT);
    check_status("reset", xc_xml_reset(NULL), XC_ERR_ARGUMENT);
    assert_int_equal(xc_xml_offset(NULL), 0);
    assert_false(xc_token_attr(NULL, 0, &a));
}

static void an_error_sticks(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, "<a></b>", NULL);
    expect_token(&r, XC_START);
    check_status("error", reader_next(&r), XC_ERR_MISMATCH);
    assert_int_equal(xc_xml_offset(&r.x), 5);
    r.in = XC_STR("<c/>");
    check_status("again", reader_next(&r), XC_ERR_MISMATCH);
    check_status("finish", xc_xml_finish(&r.x), XC_ERR_MISMATCH);
    check_status("again", reader_next(&r), XC_ERR_MISMATCH);
    assert_int_equal(xc_xml_offset(&r.x), 5);
}

static void a_reset_forgets_the_document(void **state)
{
    xc_limits limits = {.depth = 2};
    reader r;
    (void)state;
    reader_open(&r, "<a xmlns='u'><b", &limits);
    expect_token(&r, XC_START);
    check_status("cut", reader_next(&r), XC_NEED_MORE);
    assert_int_equal(xc_xml_reset(&r.x), XC_OK);
    assert_int_equal(xc_xml_offset(&r.x), 15);
    r.in = XC_STR("<?xml version='1.0'?><c><d><e/>");
    expect_token(&r, XC_START);
    check_str("name", r.tok.name, "c");
    check_str("no namespace left over", r.tok.ns, NULL);
    assert_int_equal(r.tok.offset, 15 + 21);
    expect_token(&r, XC_START);
    check_status("limits stay", reader_next(&r), XC_ERR_LIMIT_DEPTH);
    assert_int_equal(xc_xml_reset(&r.x), XC_OK);
    r.in = XC_STR("<f/>");
    expect_token(&r, XC_START);
    expect_token(&r, XC_END);
    check_status("finish", xc_xml_finish(&r.x), XC_OK);
}

static void finish_says_if_the_document_is_complete(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, "", NULL);
    check_status("nothing", xc_xml_finish(&r.x), XC_ERR_TRUNCATED);
    reader_open(&r, "<a>", NULL);
    expect_token(&r, XC_START);
    check_status("open", reader_next(&r), XC_NEED_MORE);
    check_status("open", xc_xml_finish(&r.x), XC_ERR_TRUNCATED);
    assert_int_equal(xc_xml_offset(&r.x), 3);
    reader_open(&r, "<a/>", NULL);
    expect_token(&r, XC_START);
    expect_token(&r, XC_END);
    check_status("whole", reader_next(&r), XC_NEED_MORE);
    check_status("whole", xc_xml_finish(&r.x), XC_OK);
    reader_open(&r, "<a>\xe2\x82", NULL);
    expect_token(&r, XC_START);
    check_status("half a character", reader_next(&r), XC_NEED_MORE);
    check_status("half a character", xc_xml_finish(&r.x), XC_ERR_TRUNCATED);
}

/* The memory need not be aligned. */
static void memory_need_not_be_aligned(void **state)
{
    static const char doc[] = "<a xmlns:p='u'><p:b p:c='&lt;'>x</p:b></a>";
    char memory[520];
    (void)state;
    for (size_t shift = 0; shift < 8; shift++) {
        xc_xml x;
        xc_token tok;
        size_t tokens = 0;
        xc_xml_init(&x, memory + shift, 512, NULL);
        for (size_t i = 0; doc[i] != '\0'; i++) {
            xc_str in = {doc + i, 1};
            while (xc_xml_next(&x, &in, &tok) == XC_EVENT)
                tokens++;
        }
        check_status("finish", xc_xml_finish(&x), XC_OK);
        assert_int_equal(tokens, 5);
    }
}

static void the_state_is_small(void **state)
{
    (void)state;
    print_message("sizeof(xc_xml) = %zu\n", sizeof(xc_xml));
    if (sizeof(void *) == 8)
        assert_true(sizeof(xc_xml) <= 128);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cut_of_every_document_gives_the_same_tokens),
        cmocka_unit_test(attributes_have_name_prefix_namespace_and_value),
        cmocka_unit_test(tokens_have_name_prefix_and_namespace),
        cmocka_unit_test(tokens_say_where_they_begin_and_if_they_are_empty),
        cmocka_unit_test(plain_values_and_texts_are_not_copied),
        cmocka_unit_test(a_token_comes_with_its_last_byte),
        cmocka_unit_test(empty_pieces_change_nothing),
        cmocka_unit_test(the_depth_is_limited),
        cmocka_unit_test(the_number_of_attributes_is_limited),
        cmocka_unit_test(the_number_of_namespaces_is_limited),
        cmocka_unit_test(the_bytes_of_an_element_are_limited),
        cmocka_unit_test(the_length_of_a_name_is_limited),
        cmocka_unit_test(every_cut_needs_the_same_memory),
        cmocka_unit_test(memory_ends_at_the_same_byte_in_every_cut),
        cmocka_unit_test(null_arguments_are_refused),
        cmocka_unit_test(an_error_sticks),
        cmocka_unit_test(a_reset_forgets_the_document),
        cmocka_unit_test(finish_says_if_the_document_is_complete),
        cmocka_unit_test(memory_need_not_be_aligned),
        cmocka_unit_test(the_state_is_small),
    };
    return cmocka_run_group_tests_name("xml", tests, NULL, NULL);
}
