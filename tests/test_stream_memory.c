/* The memory of streams: sizes, moving, what fits 2 and 16 KiB, one buffer for
   many connections. */
#include "support_stream.h"

/* ---- memory ------------------------------------------------------------- */

static void the_states_are_small(void **state)
{
    (void)state;
    print_message("sizeof(xc_xml) = %zu, sizeof(xc_stream) = %zu\n",
                  sizeof(xc_xml), sizeof(xc_stream));
    if (sizeof(void *) == 8) {
        assert_true(sizeof(xc_xml) <= 128);
        assert_true(sizeof(xc_stream) <= 256);
    }
}

static const char session[] = CLIENT_HEADER
    "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
    "<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>"
    "SCRAM-SHA-1</mechanism><mechanism>PLAIN</mechanism></mechanisms>"
    "</stream:features> \n"
    "<iq type='result' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>"
    "<jid>romeo@montague.lit/orchard</jid></bind></iq>"
    "<message from='juliet@capulet.lit/balcony' to='romeo@montague.lit' "
    "type='chat' id='m1'><body>Wherefore art thou, Romeo? \xe2\x9d\xa4 &amp; "
    "&#x2764;</body><active xmlns='http://jabber.org/protocol/chatstates'/>"
    "<request xmlns='urn:xmpp:receipts'/></message>"
    "<presence from='romeo@montague.lit/orchard'><show>away</show><c xmlns="
    "'http://jabber.org/protocol/caps' hash='sha-1' node='http://x.lit' ver="
    "'QgayPKawpkPSDYmwT/WM94uAlu0='/></presence>"
    "<r xmlns='urn:xmpp:sm:3'/></stream:stream>";

static void a_session_fits_into_2_kib(void **state)
{
    stream_setup setup = {2048, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    stream_outcome got;
    (void)state;
    got = stream_all_cuts("session", xc_str_from(session), &setup, 4096, &log);
    assert_string_equal(got.kinds, "OFSSSNC");
    check_status("session", got.status, XC_CLOSED);
}

/* The least memory in which the input is read, with all cuts ending at the
   same byte in any that is less. */
static size_t least_memory(const char *input, xc_framing framing)
{
    stream_setup setup = {1, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    stream_outcome got = {.status = XC_ERR_WORKSPACE};
    event_log log = {.keep = false};
    setup.options.framing = framing;
    for (; got.status == XC_ERR_WORKSPACE; setup.memory++)
        got = stream_all_cuts(input, xc_str_from(input), &setup, 400, &log);
    CHECK(!xc_status_is_error(got.status), "%s: %s", input,
          xc_status_name(got.status));
    return setup.memory - 1;
}

static void memory_ends_at_the_same_byte_in_every_cut(void **state)
{
    static const char *const documents[] = {
        "<message to='a' id='b'><body>some text</body></message>",
        "<iq><q xmlns='u'>x&amp;y<![CDATA[z]]><p:a xmlns:p='v' "
        "p:b='\xe2\x82\xac'/>w</q></iq>",
        "<a b='1' c='&lt;'/>",
        "<a><b/><b/><b>x</b>y<b c=''/>]] ></a>",
        "<a xml:lang='de'>0123456789 0123456789 0123456789 0123456789 "
        "0123456789 0123456789 0123456789 0123456789<b/>0123456789</a>",
        "<a b='0123456789 0123456789 0123456789 0123456789 0123456789'/>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(documents); i++)
        print_message("%zu bytes for %s\n",
                      least_memory(documents[i], XC_DOCUMENT), documents[i]);
    print_message("%zu bytes for the session\n",
                  least_memory(session, XC_TCP));
}

static const char *const real_headers[] = {
    /* Prosody to a client, to a server; ejabberd to a client, a component */
    "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber"
    ".org/streams' from='alpha.test' id='0be2a55f-2a5b-4f0c-b2b6-32b26ef3a1c9'"
    " xml:lang='en' xmlns='jabber:client' version='1.0'>",
    "<?xml version='1.0'?><stream:stream xmlns:db='jabber:server:dialback' "
    "xmlns:stream='http://etherx.jabber.org/streams' to='rooms.alpha.test' "
    "from='gamma.test' id='65d7a0f8-6f3c-4a1e-9e9f-2f41ab53d81c' version='1.0'"
    " xml:lang='en' xmlns='jabber:server'>",
    "<?xml version='1.0'?><stream:stream id='17262443150448374383' "
    "version='1.0' xml:lang='en' xmlns:stream='http://etherx.jabber.org/"
    "streams' from='alpha.test' xmlns='jabber:client'>",
    "<?xml version='1.0'?><stream:stream xmlns:stream='http://etherx.jabber."
    "org/streams' xmlns='jabber:component:accept' id='13893471803465892343' "
    "from='echo.alpha.test'>",
};

static void an_idle_stream_keeps_little(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(real_headers); i++) {
        reader r;
        reader_open(&r, real_headers[i], NULL);
        expect_event(&r, XC_EVENT_OPEN);
        check_status("header", reader_next(&r), XC_NEED_MORE);
        assert_true(xc_stream_is_idle(&r.s));
        print_message("idle after header %zu: %zu bytes\n", i,
                      xc_stream_saved_size(&r.s));
        assert_true(xc_stream_saved_size(&r.s) <= 256);
        r.in = XC_STR("<message");
        check_status("busy", reader_next(&r), XC_NEED_MORE);
        assert_false(xc_stream_is_idle(&r.s));
        assert_int_equal(xc_stream_saved_size(&r.s), sizeof r.memory);
        r.in = XC_STR("/> \n");
        expect_event(&r, XC_EVENT_STANZA);
        check_status("space", reader_next(&r), XC_NEED_MORE);
        assert_true(xc_stream_is_idle(&r.s));
        assert_true(xc_stream_saved_size(&r.s) <= 256);
    }
}

static void a_stream_moves_to_memory_of_another_size(void **state)
{
    static char large[8192], small[1024];
    xc_stream s;
    xc_stream_event ev;
    xc_str in = XC_STR_INIT(CLIENT_HEADER);
    (void)state;
    xc_stream_init(&s, large, sizeof large, NULL);
    check_status("open", xc_stream_next(&s, &in, &ev), XC_EVENT);
    check_status("idle", xc_stream_next(&s, &in, &ev), XC_NEED_MORE);
    memcpy(small, large, xc_stream_saved_size(&s));
    memset(large, 0xA5, sizeof large);
    check_status("smaller", xc_stream_relocate(&s, small, sizeof small),
                 XC_OK);
    in = XC_STR("<message to='x'/>");
    check_status("stanza", xc_stream_next(&s, &in, &ev), XC_EVENT);
    assert_int_equal(ev.kind, XC_EVENT_STANZA);
    check_status("idle", xc_stream_next(&s, &in, &ev), XC_NEED_MORE);
    check_status("too small", xc_stream_relocate(&s, small, 1),
                 XC_ERR_ARGUMENT);
    in = XC_STR("<message to");
    check_status("not sticky", xc_stream_next(&s, &in, &ev), XC_NEED_MORE);
    check_status("busy", xc_stream_relocate(&s, large, sizeof large),
                 XC_ERR_ARGUMENT);
    memcpy(large, small, sizeof small);
    check_status("same size", xc_stream_relocate(&s, large, sizeof small),
                 XC_OK);
    memset(small, 0xA5, sizeof small);
    in = XC_STR("='y'/>");
    check_status("stanza", xc_stream_next(&s, &in, &ev), XC_EVENT);
    check_str("to", xc_attr(ev.element, "to"), "y");
}

/* White space takes no memory, at any length. */
static void a_flood_of_white_space_needs_no_memory(void **state)
{
    stream_setup setup = {2048, {XC_TCP, NULL, {1000, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    buffer input = {0};
    stream_outcome got;
    (void)state;
    buffer_puts(&input, CLIENT_HEADER);
    buffer_repeat(&input, " \r\n\t", 100000);
    buffer_puts(&input, "<message/>");
    got = stream_all_cuts("flood", buffer_str(&input), &setup, 0, &log);
    check_status("flood", got.status, XC_NEED_MORE);
    assert_string_equal(got.kinds, "OS");
    buffer_free(&input);
}

/* ---- 10,000 bytes in 16 KiB --------------------------------------------- */

#define LEGAL_BYTES ((size_t)10000) /* RFC 6120 section 13.12 */

typedef struct shape {
    const char *name;
    const char *open;   /* the stanza's beginning, */
    const char *repeat; /* repeated as often as fits; ~ is a running number */
    size_t most;        /* at most so often (0: no bound) */
    const char *middle, *fill, *close; /* then a filler, one byte long */
} shape;

static const shape shapes[] = {
    {"body", "<message><body>", "", 1, "", "x", "</body></message>"},
    {"two-byte text", "<message><body>", "\xc3\xa9", 0, "", " ",
     "</body></message>"},
    {"four-byte text", "<message>", "\xf0\x9f\x98\x80", 0, "", " ",
     "</message>"},
    {"empty elements", "<message>", "<a/>", 0, "", " ", "</message>"},
    {"elements and text", "<message>", "<a/>x", 0, "", " ", "</message>"},
    {"text in and between", "<message>", "<a>x</a>y", 0, "", " ",
     "</message>"},
    {"end tags", "<message>", "<a></a>", 0, "", " ", "</message>"},
    {"one attribute", "<message>", "<a b=''/>", 0, "", " ", "</message>"},
    {"two attributes", "<message>", "<a b='' c=''/>", 0, "", " ",
     "</message>"},
    {"pairs of two", "<message>", "<a><b/></a>", 0, "", " ", "</message>"},
    {"prefixed elements", "<message xmlns:p='u'>", "<p:a/>", 0, "", " ",
     "</message>"},
    {"prefixed attributes", "<message xmlns:p='u'>", "<a p:b=''/>", 0, "", " ",
     "</message>"},
    {"128 attributes", "<message",
     " a~='0123456789012345678901234567890123"
     "456789012345678901234567890'",
     128, ">", " ", "</message>"},
    {"128 short attributes", "<message", " a~=''", 128, ">", "x",
     "</message>"},
    {"huge attribute", "<message id='", "", 1, "", "x", "'/>"},
    {"huge attribute of references", "<message id='", "&lt;", 0, "", "x",
     "'/>"},
    {"huge attribute inside", "<message><a b='", "", 1, "", "x",
     "'/></message>"},
    {"references", "<message>", "&lt;", 0, "", "x", "</message>"},
    {"long references", "<message>", "&#x10FFFF;", 0, "", "x", "</message>"},
    {"CDATA", "<message>", "<![CDATA[x]]>", 0, "", "x", "</message>"},
    {"empty CDATA", "<message>", "<![CDATA[]]>", 0, "", "x", "</message>"},
    {"distinct namespaces", "<message>", "<a xmlns='u~'/>", 0, "", " ",
     "</message>"},
    {"one namespace again", "<message>", "<a xmlns='u'/>", 0, "", " ",
     "</message>"},
    {"no namespace", "<message>", "<a xmlns=''/>", 0, "", " ", "</message>"},
    {"prefix again", "<message>", "<p:a xmlns:p='u'/>", 0, "", " ",
     "</message>"},
    {"61 prefixes", "<message", " xmlns:p~='u~'", 61, ">", "x", "</message>"},
    {"61 unlike prefixes", "<message",
     " xmlns:p~='urn:example:a-namespace-"
     "name-of-some-length:0123456789012345678901234567890123456789:~'",
     61, ">", "x", "</message>"},
    {"line ends", "<message>", "\r\n", 0, "", " ", "</message>"},
    {"space in a tag", "<message", " ", 0, "", " ", "/>"},
    {"a long namespace", "<message><a xmlns='urn:", "x", 2900, "'>", "y",
     "</a></message>"},
};

/* The running number is short, so that rows stay short. */
static void add_numbered(buffer *out, const char *text, size_t number)
{
    for (; *text != '\0'; text++) {
        if (*text == '~')
            buffer_printf(out, "%zu", number);
        else
            buffer_add(out, text, 1);
    }
}

static void build_shape(const shape *t, buffer *out)
{
    size_t start = out->len;
    size_t end = start + LEGAL_BYTES - strlen(t->middle) - strlen(t->close);
    buffer_puts(out, t->open);
    for (size_t i = 0; t->most == 0 || i < t->most; i++) {
        size_t before = out->len;
        add_numbered(out, t->repeat, i);
        if (out->len > end) {
            out->len = before;
            break;
        }
    }
    buffer_puts(out, t->middle);
    end += strlen(t->middle);
    buffer_repeat(out, t->fill, end - out->len);
    buffer_puts(out, t->close);
    assert_int_equal(out->len - start, LEGAL_BYTES);
}

static void check_legal(const char *name, const buffer *input)
{
    static const cut pieces = {0, 97};
    stream_setup tight = {16384, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    stream_setup ample = tight;
    event_log expected = {.keep = false}, log = {.keep = false};
    stream_outcome got;
    ample.memory = 1 << 20;
    got = stream_feed(&ample, buffer_str(input), cut_none, &expected);
    CHECK(got.status == XC_NEED_MORE, "%s in 1 MiB: %s", name,
          xc_status_name(got.status));
    got = stream_all_cuts(name, buffer_str(input), &tight, 0, &log);
    CHECK(got.status == XC_NEED_MORE, "%s in 16 KiB: %s at byte %llu", name,
          xc_status_name(got.status), (unsigned long long)got.offset);
    assert_string_equal(got.kinds, "OS");
    CHECK(log.hash == expected.hash, "%s: different in 16 KiB", name);
    tight.moving = true;
    got = stream_feed(&tight, buffer_str(input), pieces, &log);
    CHECK(got.status == XC_NEED_MORE && log.hash == expected.hash,
          "%s, moving: %s", name, xc_status_name(got.status));
}

static void every_legal_stanza_fits_into_the_memory_of_the_manual(void **state)
{
    buffer input = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(shapes); i++) {
        buffer_clear(&input);
        buffer_puts(&input, real_headers[0]);
        build_shape(&shapes[i], &input);
        check_legal(shapes[i].name, &input);
    }
    buffer_free(&input);
}

static void nested_shape(buffer *out, size_t levels, size_t name)
{
    for (size_t i = 0; i < 2 * levels; i++) {
        buffer_puts(out, i < levels ? "<" : "</");
        if (i == 0 || i == 2 * levels - 1)
            buffer_puts(out, "message");
        else
            buffer_repeat(out, "n", name);
        buffer_puts(out, ">");
    }
}

static void deep_stanzas_fit_into_the_memory_of_the_manual(void **state)
{
    static const struct {
        size_t levels, name;
    } cases[] = {{63, 1}, {63, 76}, {20, 240}, {3, 2400}, {2, 3000}};
    buffer input = {0};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        buffer_clear(&input);
        buffer_puts(&input, real_headers[0]);
        nested_shape(&input, cases[i].levels, cases[i].name);
        CHECK(input.len - strlen(real_headers[0]) <= LEGAL_BYTES, "%zu",
              input.len);
        check_legal("nested", &input);
    }
    buffer_free(&input);
}

/* ---- one buffer for many connections ------------------------------------ */

#define CONNECTIONS 100000
#define LENT_BYTES 16384

typedef struct connection {
    xc_stream s;
    char *idle; /* exactly idle_size bytes */
    size_t idle_size;
} connection;

static char lent[LENT_BYTES];

static void put_aside(connection *c)
{
    assert_true(xc_stream_is_idle(&c->s));
    c->idle_size = xc_stream_saved_size(&c->s);
    free(c->idle);
    c->idle = malloc(c->idle_size + (c->idle_size == 0));
    assert_non_null(c->idle);
    memcpy(c->idle, lent, c->idle_size);
    memset(lent, 0xA5, c->idle_size + 512);
}

static void take_up(connection *c)
{
    memcpy(lent, c->idle, c->idle_size);
    if (xc_stream_relocate(&c->s, lent, sizeof lent) != XC_OK)
        check_fail("the connection cannot be taken up");
}

static void read_one(connection *c, xc_str in, xc_event_kind kind,
                     const char *to, const char *lang)
{
    xc_stream_event ev;
    CHECK(xc_stream_next(&c->s, &in, &ev) == XC_EVENT && ev.kind == kind,
          "an event was expected");
    check_str("to", xc_attr(ev.element, "to"), to);
    check_str("lang", xc_lang(ev.element, ev.element), lang);
    check_status("all read", xc_stream_next(&c->s, &in, &ev), XC_NEED_MORE);
}

static void connect_one(connection *c, size_t number)
{
    char text[512], lang[16];
    snprintf(lang, sizeof lang, "x-%zu", number % 1000);
    snprintf(
        text, sizeof text,
        "<?xml version='1.0'?><stream:stream xmlns='jabber:client' " STREAMS
        " to='to' id='%zu' version='1.0' xml:lang='%s'>",
        number, lang);
    xc_stream_init(&c->s, lent, sizeof lent, NULL);
    read_one(c, xc_str_from(text), XC_EVENT_OPEN, "to", lang);
    put_aside(c);
}

static void talk_to_one(connection *c, size_t number)
{
    char text[256], lang[16], to[32];
    snprintf(lang, sizeof lang, "x-%zu", number % 1000);
    snprintf(to, sizeof to, "u%zu@x.lit", number);
    snprintf(text, sizeof text,
             "<message to='%s'><body>Hello</body></message>", to);
    take_up(c);
    read_one(c, xc_str_from(text), XC_EVENT_STANZA, to, lang);
    put_aside(c);
}

static void many_idle_streams_share_one_buffer(void **state)
{
    connection *all = calloc(CONNECTIONS, sizeof *all);
    size_t bytes = 0;
    (void)state;
    assert_non_null(all);
    for (size_t i = 0; i < CONNECTIONS; i++)
        connect_one(&all[i], i);
    for (size_t i = 0; i < 2 * (size_t)CONNECTIONS; i++) {
        size_t number = i * 77773 % CONNECTIONS; /* a prime: all in turn */
        talk_to_one(&all[number], number);
    }
    for (size_t i = 0; i < CONNECTIONS; i++) {
        bytes += sizeof(xc_stream) + all[i].idle_size;
        free(all[i].idle);
    }
    print_message("%d idle connections: %.1f bytes each, %d bytes lent\n",
                  CONNECTIONS, (double)bytes / CONNECTIONS, LENT_BYTES);
    free(all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_states_are_small),
        cmocka_unit_test(a_session_fits_into_2_kib),
        cmocka_unit_test(memory_ends_at_the_same_byte_in_every_cut),
        cmocka_unit_test(an_idle_stream_keeps_little),
        cmocka_unit_test(a_stream_moves_to_memory_of_another_size),
        cmocka_unit_test(a_flood_of_white_space_needs_no_memory),
        cmocka_unit_test(
            every_legal_stanza_fits_into_the_memory_of_the_manual),
        cmocka_unit_test(deep_stanzas_fit_into_the_memory_of_the_manual),
        cmocka_unit_test(many_idle_streams_share_one_buffer),
    };
    return cmocka_run_group_tests_name("stream memory", tests, NULL, NULL);
}
