/* A broad selection of tests of every layer, with nothing but the C library:
   for machines where the other tests do not run. Documents are those of
   tests/data/xml.tsv. */
#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>

static unsigned long passed, failed;

/* Counts; says what failed. */
static void check(int holds, const char *what, const char *input, int line)
{
    if (holds) {
        passed++;
        return;
    }
    failed++;
    printf("test_core.c:%d: %s: %s\n", line, what, input);
}

#define CHECK(condition, input)                                               \
    check((condition) ? 1 : 0, #condition, (input), __LINE__)
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define STREAMS "xmlns:stream='http://etherx.jabber.org/streams'"
#define HEADER                                                                \
    "<?xml version='1.0'?><stream:stream xmlns='jabber:client' " STREAMS      \
    " to='capulet.lit' version='1.0' xml:lang='en'>"

static char memory[16384], other[16384], output[4096], text[8192];

/* ---- a log of events in `text` ------------------------------------------ */

static size_t text_len;

static void put(const char *bytes, size_t len)
{
    if (len < sizeof text - text_len) {
        if (len > 0)
            memcpy(text + text_len, bytes, len);
        text_len += len;
    }
    text[text_len] = '\0';
}

static void puts_text(const char *s)
{
    put(s, strlen(s));
}

static void put_name(xc_str ns, xc_str name)
{
    if (ns.ptr != NULL) {
        puts_text("{");
        put(ns.ptr, ns.len);
        puts_text("}");
    }
    put(name.ptr, name.len);
}

static void put_attribute(const xc_attribute *a)
{
    puts_text(" ");
    put_name(a->ns, a->name);
    puts_text("=");
    put(a->value.ptr, a->value.len);
}

/* (a b=c[text](d)) */
static void put_tree(const xc_element *e)
{
    xc_attribute a;
    xc_walk w;
    size_t i;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w)) {
        if (w.type == XC_TEXT) {
            puts_text("[");
            put(w.text.ptr, w.text.len);
            puts_text("]");
        } else if (w.type == XC_END) {
            puts_text(")");
        } else {
            puts_text("(");
            put_name(xc_ns(w.element), xc_name(w.element));
            for (i = 0; xc_element_attr(w.element, i, &a); i++)
                put_attribute(&a);
        }
    }
}

static void clear_text(void)
{
    text_len = 0;
    text[0] = '\0';
}

/* ---- documents ---------------------------------------------------------- */

typedef struct document {
    const char *id;
    char *input; /* the other fields point into the same line */
    size_t len;
    const char *verdict;
    long offset;  /* of the byte at fault */
    char *events; /* of an accepted document */
} document;

static void put_escaped(xc_str s)
{
    size_t i;
    for (i = 0; i < s.len; i++)
        switch (s.ptr[i]) {
        case '\\': puts_text("\\\\"); break;
        case '\n': puts_text("\\n"); break;
        case '\r': puts_text("\\r"); break;
        case '\t': puts_text("\\t"); break;
        default: put(&s.ptr[i], 1); break;
        }
}

static void put_expanded(const char *kind, xc_str ns, xc_str name)
{
    puts_text(kind);
    puts_text("\t{");
    put_escaped(ns);
    puts_text("}");
    put_escaped(name);
    puts_text("\t");
}

/* The lines of the column of events. */
static void put_token(const xc_token *tok, int *in_text)
{
    xc_attribute a;
    size_t i;
    if (tok->type != XC_TEXT && *in_text)
        puts_text("\n");
    if (tok->type == XC_TEXT) {
        puts_text(*in_text ? "" : "TEXT\t");
        put_escaped(tok->text);
    } else if (tok->type == XC_END) {
        puts_text("END\n");
    } else {
        put_expanded("START", tok->ns, tok->name);
        put(tok->prefix.ptr, tok->prefix.len);
        puts_text("\n");
        for (i = 0; xc_token_attr(tok, i, &a); i++) {
            put_expanded("ATTR", a.ns, a.name);
            put_escaped(a.value);
            puts_text("\n");
        }
    }
    *in_text = tok->type == XC_TEXT;
}

static void feed_document(const document *d, size_t step)
{
    static const xc_limits limits = {0, 60000, 60000, 60000};
    int accepted = strcmp(d->verdict, "accept") == 0;
    xc_xml x;
    xc_token tok;
    xc_status status = XC_NEED_MORE;
    size_t at = 0, n;
    int in_text = 0;
    clear_text();
    xc_xml_init(&x, memory, sizeof memory, &limits);
    for (; at < d->len && status == XC_NEED_MORE; at += n) {
        xc_str in;
        n = step < d->len - at ? step : d->len - at;
        in.ptr = d->input + at;
        in.len = n;
        while ((status = xc_xml_next(&x, &in, &tok)) == XC_EVENT)
            put_token(&tok, &in_text);
    }
    if (status == XC_NEED_MORE)
        status = xc_xml_finish(&x);
    if (accepted) {
        CHECK(status == XC_OK, d->id);
        CHECK(strcmp(text, d->events) == 0, d->id);
    } else {
        CHECK(strcmp(xc_status_name(status), d->verdict) == 0, d->id);
        CHECK(xc_xml_offset(&x) == (uint64_t)d->offset, d->id);
    }
}

/* Replaces the escapes in place. */
static size_t unescape(char *s)
{
    char *out = s;
    const char *in = s;
    for (; *in != '\0'; in++) {
        char digits[3] = {0, 0, 0};
        if (*in != '\\') {
            *out++ = *in;
            continue;
        }
        in++;
        if (*in == 'x') {
            digits[0] = *++in;
            digits[1] = *++in;
            *out++ = (char)(unsigned char)strtoul(digits, NULL, 16);
        } else {
            *out++ = (char)(*in == 'n'   ? '\n'
                            : *in == 'r' ? '\r'
                            : *in == 't' ? '\t'
                                         : *in);
        }
    }
    *out = '\0';
    return (size_t)(out - s);
}

/* Six fields. */
static int read_document(char *line, document *d)
{
    char *field[6];
    size_t i;
    line[strcspn(line, "\r\n")] = '\0';
    for (i = 0; i < 6 && line != NULL; i++) {
        field[i] = line;
        line = strchr(line, '\t');
        if (line != NULL)
            *line++ = '\0';
    }
    if (i < 6)
        return 0;
    d->id = field[0];
    d->input = field[1];
    d->len = unescape(field[1]);
    d->verdict = field[2];
    d->offset = strtol(field[3], NULL, 10);
    d->events = field[5];
    unescape(field[5]);
    return 1;
}

static void test_documents(void)
{
    static char line[8192];
    static document d;
    size_t count = 0, step;
    FILE *file = fopen("tests/data/xml.tsv", "rb");
    CHECK(file != NULL, "tests/data/xml.tsv (run in the top directory)");
    if (file == NULL)
        return;
    for (; fgets(line, sizeof line, file) != NULL; count++) {
        if (line[0] == '#' || line[0] == '\n')
            continue;
        CHECK(read_document(line, &d), line);
        feed_document(&d, 1000);
        for (step = 1; step <= 7; step++)
            feed_document(&d, step);
    }
    CHECK(count > 0, "no documents");
    fclose(file);
}

/* ---- streams ------------------------------------------------------------ */

typedef struct stream_case {
    const char *input;
    xc_framing framing;
    const char *kinds; /* O F S N E C */
    xc_status status;
} stream_case;

static const stream_case streams[] = {
    {HEADER, XC_TCP, "O", XC_NEED_MORE},
    {HEADER "<stream:features/> <message/>\n<a xmlns='u'/></stream:stream>x",
     XC_TCP, "OFSNC", XC_CLOSED},
    {HEADER "<stream:error/></stream:stream>", XC_TCP, "OEC", XC_CLOSED},
    {HEADER "<message><stream:error/></message>", XC_TCP, "OS", XC_NEED_MORE},
    {HEADER "<stream:x/>", XC_TCP, "O", XC_ERR_STREAM_CHILD},
    {HEADER "text", XC_TCP, "O", XC_ERR_OUTSIDE},
    {HEADER "<message></iq>", XC_TCP, "O", XC_ERR_MISMATCH},
    {HEADER "<message><!-- -->", XC_TCP, "O", XC_ERR_COMMENT},
    {"<html>", XC_TCP, "", XC_ERR_NOT_A_STREAM},
    {"<stream xmlns='urn:x'>", XC_TCP, "", XC_ERR_STREAM_NAMESPACE},
    {"<stream:stream xmlns='urn:x' " STREAMS ">", XC_TCP, "",
     XC_ERR_CONTENT_NAMESPACE},
    {"<stream:stream " STREAMS "/>", XC_TCP, "OC", XC_CLOSED},
    {"<body xmlns='http://jabber.org/protocol/httpbind'>"
     "<iq xmlns='jabber:client'/></body>"
     "<body xmlns='http://jabber.org/protocol/httpbind'/>",
     XC_BOSH, "OSCOC", XC_NEED_MORE},
    {"<a><b/></a>\n", XC_DOCUMENT, "N", XC_NEED_MORE},
    {"<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='a'/>",
     XC_WEBSOCKET, "O", XC_NEED_MORE},
};

/* Moves to and fro between two memories, which carry only what they must. */
static char *move_stream(xc_stream *s, char *from)
{
    char *to = from == memory ? other : memory;
    size_t keep = xc_stream_saved_size(s);
    memset(to, 0xA5, sizeof memory);
    memcpy(to, from, keep);
    memset(from, 0x5A, sizeof memory);
    CHECK(xc_stream_relocate(s, to, sizeof memory) == XC_OK, "move");
    return to;
}

static void feed_stream(const stream_case *t, size_t step)
{
    static const char letters[] = "OFSNEC";
    xc_stream_options options;
    xc_stream s;
    xc_stream_event ev;
    xc_status status = XC_NEED_MORE;
    size_t len = strlen(t->input), at = 0, n;
    char *where = memory;
    memset(&options, 0, sizeof options);
    options.framing = t->framing;
    clear_text();
    xc_stream_init(&s, memory, sizeof memory, &options);
    for (; at < len && status == XC_NEED_MORE; at += n) {
        xc_str in;
        n = step < len - at ? step : len - at;
        in.ptr = t->input + at;
        in.len = n;
        while ((status = xc_stream_next(&s, &in, &ev)) == XC_EVENT)
            put(&letters[ev.kind], 1);
        if (status == XC_NEED_MORE)
            where = move_stream(&s, where);
    }
    CHECK(status == t->status, t->input);
    CHECK(strcmp(text, t->kinds) == 0, t->input);
}

static void test_streams(void)
{
    size_t i, step;
    for (i = 0; i < COUNT_OF(streams); i++) {
        feed_stream(&streams[i], 1000);
        for (step = 1; step <= 7; step++)
            feed_stream(&streams[i], step);
    }
}

static void test_header(void)
{
    xc_stream s;
    xc_stream_event ev;
    xc_str in = XC_STR_INIT(HEADER "<message/>");
    xc_stream_init(&s, memory, sizeof memory, NULL);
    CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT, "header");
    CHECK(xc_str_is(ev.header.content_ns, XC_NS_CLIENT), "content");
    CHECK(xc_str_is(ev.header.to, "capulet.lit"), "to");
    CHECK(ev.header.from.ptr == NULL, "from");
    CHECK(xc_str_is(ev.header.lang, "en"), "lang");
    CHECK(ev.header.major == 1 && ev.header.minor == 0, "version");
    CHECK(ev.offset == 21, "offset");
    CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT, "stanza");
    CHECK(xc_str_is(xc_lang(ev.element, ev.element), "en"), "inherited");
    CHECK(xc_stream_reset(&s) == XC_OK, "reset");
    in = XC_STR(HEADER);
    CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT, "restarted");
    CHECK(ev.kind == XC_EVENT_OPEN, "restarted");
}

static void test_small_memory(void)
{
    static const char stanza[] = "<message to='romeo@montague.lit'><body>"
                                 "Hello</body></message>";
    xc_stream s;
    xc_stream_event ev;
    size_t i;
    xc_str in = XC_STR_INIT(HEADER);
    xc_stream_init(&s, memory, 2048, NULL);
    CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT, "header");
    CHECK(xc_stream_next(&s, &in, &ev) == XC_NEED_MORE, "idle");
    CHECK(xc_stream_is_idle(&s), "idle");
    CHECK(xc_stream_saved_size(&s) <= 256, "idle size");
    for (i = 0; i < 100; i++) {
        in = xc_str_from(stanza);
        CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT, stanza);
        CHECK(xc_stream_next(&s, &in, &ev) == XC_NEED_MORE, stanza);
    }
    in = XC_STR("<a><b><c><d><e><f>");
    CHECK(xc_stream_next(&s, &in, &ev) == XC_NEED_MORE, "open");
    CHECK(!xc_stream_is_idle(&s), "busy");
    CHECK(xc_stream_finish(&s) == XC_ERR_TRUNCATED, "truncated");
}

/* ---- trees and writer --------------------------------------------------- */

static const xc_element *parse(const char *doc, char *where, size_t size)
{
    static xc_stream s;
    static xc_stream_event ev;
    xc_stream_options options;
    xc_str in = xc_str_from(doc);
    memset(&options, 0, sizeof options);
    options.framing = XC_DOCUMENT;
    xc_stream_init(&s, where, size, &options);
    return xc_stream_next(&s, &in, &ev) == XC_EVENT ? ev.element : NULL;
}

static void test_tree(void)
{
    const xc_element *e = parse(
        "<m xmlns='u' to='r' xmlns:p='v' p:to='s'>x<b>y</b>z<b xmlns='w'/>"
        "<b>t</b></m>",
        memory, sizeof memory);
    const xc_element *b = xc_child(e, NULL, "b");
    CHECK(xc_is(e, "u", "m"), "is");
    CHECK(xc_str_is(xc_attr(e, "to"), "r"), "attribute");
    CHECK(xc_str_is(xc_attr_ns(e, "v", "to"), "s"), "attribute");
    CHECK(xc_attr(e, "from").ptr == NULL, "absent");
    CHECK(xc_str_is(xc_text(e), "x"), "text");
    CHECK(strcmp(xc_text(b).ptr, "y") == 0, "terminated");
    CHECK(xc_str_is(xc_text(xc_next_same_name(b)), "t"), "same");
    CHECK(xc_is(xc_next_sibling(b), "w", "b"), "next");
    CHECK(xc_child(e, "w", "b") == xc_next_sibling(b), "child");
    CHECK(xc_next_sibling(e) == NULL &&
              xc_next_same_name(xc_next_same_name(b)) == NULL,
          "end");
    CHECK(xc_text(xc_child(NULL, NULL, "b")).ptr == NULL, "NULL");
    clear_text();
    memcpy(other + 3, e, xc_element_size(e));
    memset(memory, 0x5A, sizeof memory);
    put_tree((const xc_element *)(const void *)(other + 3));
    CHECK(strcmp(text, "({u}m to=r {v}to=s[x]({u}b[y])[z]({w}b)({u}b[t]))") ==
              0,
          text);
}

static void test_lengths(void)
{
    static char doc[4096];
    size_t len;
    for (len = 0; len < 600; len++) {
        const xc_element *e;
        char *at = doc;
        memcpy(at, "<a v='", 6);
        memset(at += 6, 'v', len);
        memcpy(at += len, "'><b>", 5);
        memset(at += 5, 't', len);
        memcpy(at += len, "</b><c/></a>", 13);
        e = parse(doc, memory, sizeof memory);
        CHECK(xc_attr(e, "v").len == len, "attribute");
        CHECK(xc_text(xc_first_child(e)).len == len, "text");
        CHECK(xc_is(xc_next_sibling(xc_first_child(e)), NULL, "c"), "after");
    }
}

static void write_message(xc_writer *w)
{
    xc_writer_begin(w, XC_NS_CLIENT, "message");
    xc_writer_attr(w, "to", XC_STR("<a>&'\"\r\n"));
    xc_writer_attr_ns(w, "urn:x", "y", XC_STR("z"));
    xc_writer_text_element(w, NULL, "body", XC_STR("]]>\r\n\t\xe2\x82\xac"));
    xc_writer_end(w);
}

static void test_writer(void)
{
    xc_writer w;
    xc_str out;
    size_t needed, cap;
    const xc_element *e;
    xc_writer_init(&w, NULL, 0, NULL);
    write_message(&w);
    needed = xc_writer_size(&w);
    CHECK(xc_writer_finish(&w, &out) == XC_OK, "measuring");
    for (cap = 0; cap < needed; cap++) {
        xc_writer_init(&w, output, cap, NULL);
        write_message(&w);
        CHECK(xc_writer_finish(&w, &out) == XC_ERR_BUFFER_SIZE, "space");
        CHECK(out.len == 0 && xc_writer_size(&w) == needed, "size");
    }
    xc_writer_init(&w, output, needed, NULL);
    write_message(&w);
    CHECK(xc_writer_finish(&w, &out) == XC_OK, "just enough");
    output[out.len] = '\0';
    e = parse(output, memory, sizeof memory);
    CHECK(xc_str_is(xc_attr(e, "to"), "<a>&'\"\r\n"), output);
    CHECK(xc_str_is(xc_attr_ns(e, "urn:x", "y"), "z"), output);
    CHECK(xc_str_is(xc_text(xc_first_child(e)), "]]>\r\n\t\xe2\x82\xac"),
          output);
}

static void expect_refusal(xc_writer *w, xc_status expected)
{
    xc_str out;
    CHECK(xc_writer_finish(w, &out) == expected, xc_status_name(expected));
    CHECK(out.len == 0, xc_status_name(expected));
    xc_writer_init(w, output, sizeof output, NULL);
}

static void test_refusals(void)
{
    xc_writer w;
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_writer_text_element(&w, NULL, "a", XC_STR("\xff"));
    expect_refusal(&w, XC_ERR_WRITE_TEXT);
    xc_writer_text_element(&w, NULL, "1", XC_STR(""));
    expect_refusal(&w, XC_ERR_WRITE_NAME);
    xc_writer_end(&w);
    expect_refusal(&w, XC_ERR_WRITE_ORDER);
    xc_writer_begin(&w, NULL, "a");
    expect_refusal(&w, XC_ERR_WRITE_ORDER);
    xc_writer_begin(&w, NULL, "a");
    xc_writer_attr(&w, "b", XC_STR(""));
    xc_writer_attr(&w, "b", XC_STR(""));
    xc_writer_end(&w);
    expect_refusal(&w, XC_ERR_WRITE_DUPLICATE);
}

static void test_rewriting(void)
{
    static const char *const docs[] = {
        "<a xmlns='u' xmlns:p='v' p:b='&lt;'>x<p:c>&amp;</p:c><d xmlns=''/>"
        "</a>",
        "<a xml:lang='de'><b/>]]&gt;</a>",
    };
    static char before[512];
    size_t i;
    for (i = 0; i < COUNT_OF(docs); i++) {
        xc_writer w;
        xc_str out;
        clear_text();
        put_tree(parse(docs[i], memory, sizeof memory));
        memcpy(before, text, text_len + 1);
        xc_writer_init(&w, output, sizeof output, NULL);
        xc_writer_element(&w, parse(docs[i], memory, sizeof memory));
        CHECK(xc_writer_finish(&w, &out) == XC_OK, docs[i]);
        output[out.len] = '\0';
        clear_text();
        put_tree(parse(output, memory, sizeof memory));
        CHECK(strcmp(before, text) == 0, docs[i]);
    }
}

static void test_stream_writing(void)
{
    xc_stream_header h;
    xc_writer w;
    xc_str out;
    xc_stream s;
    xc_stream_event ev;
    memset(&h, 0, sizeof h);
    h.to = XC_STR("a'b");
    h.lang = XC_STR("de");
    h.major = 1;
    xc_writer_init(&w, output, sizeof output, XC_NS_SERVER);
    xc_writer_stream_open(&w, &h);
    xc_writer_stream_error(&w, "reset", XC_STR("why"));
    xc_writer_stream_close(&w);
    CHECK(xc_writer_finish(&w, &out) == XC_OK, "stream");
    xc_stream_init(&s, memory, sizeof memory, NULL);
    CHECK(xc_stream_next(&s, &out, &ev) == XC_EVENT, "open");
    CHECK(xc_str_is(ev.header.content_ns, XC_NS_SERVER), "content");
    CHECK(xc_str_is(ev.header.to, "a'b") && ev.header.major == 1, "header");
    CHECK(xc_stream_next(&s, &out, &ev) == XC_EVENT, "error");
    CHECK(ev.kind == XC_EVENT_ERROR, "error");
    CHECK(xc_child(ev.element, XC_NS_STREAM_ERRORS, "reset") != NULL, "reset");
    CHECK(xc_stream_next(&s, &out, &ev) == XC_EVENT, "close");
    CHECK(xc_stream_next(&s, &out, &ev) == XC_CLOSED, "closed");
}

/* ---- strings, UTF-8, statuses ------------------------------------------- */

static void test_strings(void)
{
    xc_str s = XC_STR_INIT("a=b=c"), absent = {NULL, 0};
    CHECK(xc_str_from(NULL).ptr == NULL, "from NULL");
    CHECK(xc_str_from("").ptr != NULL && xc_str_from("").len == 0, "empty");
    CHECK(xc_str_equal(XC_STR("ab"), xc_str_from("ab")), "equal");
    CHECK(!xc_str_equal(XC_STR("ab"), XC_STR("aB")), "not equal");
    CHECK(xc_str_equal(absent, absent), "absent equals absent");
    CHECK(!xc_str_equal(absent, XC_STR("")), "absent is not empty");
    CHECK(!xc_str_is(absent, "") && xc_str_is(XC_STR(""), ""), "is");
    CHECK(!xc_str_is(XC_STR("ab"), "a") && !xc_str_is(XC_STR("a"), "ab"),
          "is");
    CHECK(xc_str_starts_with(s, "a=") && !xc_str_starts_with(s, "b"),
          "starts with");
    CHECK(!xc_str_starts_with(XC_STR("a"), "ab"), "starts with");
    CHECK(!xc_str_starts_with(absent, ""), "starts with");
    CHECK(!xc_str_is(s, NULL) && !xc_str_starts_with(s, NULL), "NULL");
    CHECK(xc_str_is(xc_str_cut(&s, '='), "a"), "cut");
    CHECK(xc_str_is(xc_str_cut(&s, '='), "b"), "cut");
    CHECK(xc_str_is(xc_str_cut(&s, '='), "c") && s.ptr == NULL, "cut");
    s = XC_STR("a=");
    CHECK(xc_str_is(xc_str_cut(&s, '='), "a"), "cut");
    CHECK(xc_str_is(s, ""), "an empty rest");
    CHECK(xc_str_is(xc_str_cut(&s, '='), "") && s.ptr == NULL, "cut");
    CHECK(xc_str_cut(&s, '=').ptr == NULL && s.ptr == NULL, "cut absent");
}

static void test_utf8(void)
{
    uint32_t cp = 0;
    CHECK(xc_utf8_decode(XC_STR("\xf0\x9f\x98\x80"), &cp) == 4, "four");
    CHECK(cp == 0x1F600, "code point");
    CHECK(xc_utf8_decode(XC_STR("\xc0\x80"), &cp) == 0, "overlong");
    CHECK(xc_utf8_decode(XC_STR("\xed\xa0\x80"), &cp) == 0, "surrogate");
    CHECK(xc_utf8_decode(XC_STR("\xe2\x82"), &cp) == 0, "cut");
    CHECK(xc_utf8_decode(XC_STR("\0"), &cp) == 1 && cp == 0, "NUL");
    CHECK(xc_utf8_check(XC_STR("abc\xc3\xa9\x01")) == 5, "check");
    CHECK(xc_utf8_check(XC_STR("0123456789abcdefghijklmnop\xff")) == 26,
          "check");
    CHECK(xc_is_char(0xFFFD) && !xc_is_char(0xFFFE), "char");
    CHECK(xc_is_name_start(0xC0) && !xc_is_name_start(0xD7), "name start");
    CHECK(xc_is_name_char(0xB7) && !xc_is_name_start(0xB7), "name char");
    CHECK(!xc_is_name_start(':') && !xc_is_name_char(':'), "no colon");
}

static void test_statuses(void)
{
    unsigned i;
    for (i = 0; i < XC_STATUS_COUNT; i++) {
        xc_status s = (xc_status)i;
        CHECK(strlen(xc_status_name(s)) > 4, "name");
        CHECK(strlen(xc_status_text(s)) > 3, "text");
        CHECK((xc_status_condition(s) != NULL) == xc_status_is_error(s),
              xc_status_name(s));
    }
    CHECK(XC_VERSION_NUMBER == XC_VERSION_MAJOR * 10000 +
                                   XC_VERSION_MINOR * 100 + XC_VERSION_PATCH,
          XC_VERSION);
}

int main(void)
{
    test_strings();
    test_utf8();
    test_statuses();
    test_documents();
    test_streams();
    test_header();
    test_small_memory();
    test_tree();
    test_lengths();
    test_writer();
    test_refusals();
    test_rewriting();
    test_stream_writing();
    printf("%lu passed, %lu failed\n", passed, failed);
    return failed != 0;
}
