/* How real peers frame streams: component streams with stanzas of clients,
   white space in WebSocket messages, versions, addresses of other servers,
   what BOSH says, and that the tools read what they write. */
#include "support_stream.h"

#define COMPONENT_HEADER                                                      \
    "<?xml version='1.0'?><stream:stream from='gate.lit' "                    \
    "xmlns='jabber:component:accept' id='1' xmlns:stream='http://etherx."     \
    "jabber.org/streams'>"
#define ADDRESSED "from='a@b.lit/c' to='gate.lit'"

static char output[8192];

static void check_output(xc_writer *w, const char *expected)
{
    xc_str out;
    check_status(expected, xc_writer_finish(w, &out), XC_OK);
    check_str("written", out, expected);
}

/* ---- stanzas of clients on a component's stream ------------------------- */

/* What a stream in the namespace makes of `rest`. */
static void check_component(const char *ns, const char *rest,
                            const char *kinds, xc_status status)
{
    char input[1024];
    snprintf(input, sizeof input, "<stream:stream xmlns='%s' " STREAMS ">%s",
             ns, rest);
    check_kinds(input, NULL, kinds, status);
}

static void a_component_takes_stanzas_of_clients(void **state)
{
    (void)state;
    check_kinds(COMPONENT_HEADER
                "<handshake/>"
                "<iq xmlns='jabber:client' " ADDRESSED "/><message/>"
                "<presence xmlns='jabber:client'/>"
                "<message xmlns='jabber:client'/></stream:stream>",
                NULL, "ONSSSSC", XC_CLOSED);
    check_kinds("<stream:stream xmlns='jabber:component:accept' "
                "xmlns:c='jabber:client' " STREAMS "><c:iq/>",
                NULL, "OS", XC_NEED_MORE);
    /* no stanza there either */
    check_component(XC_NS_COMPONENT, "<x xmlns='jabber:client'/>", "ON",
                    XC_NEED_MORE);
}

static void no_other_namespaces_mix(void **state)
{
    static const char *const content[] = {XC_NS_CLIENT, XC_NS_SERVER,
                                          XC_NS_COMPONENT};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(content); i++)
        for (size_t k = 0; k < COUNT_OF(content); k++) {
            bool good = i == k || (i == 2 && k == 0);
            char rest[100];
            snprintf(rest, sizeof rest, "<iq xmlns='%s'/>", content[k]);
            check_component(content[i], rest, good ? "OS" : "O",
                            good ? XC_NEED_MORE : XC_ERR_CONTENT_NAMESPACE);
        }
}

/* The option says what the header must be; it relaxes no header. */
static void the_option_says_which_namespace_it_must_be(void **state)
{
    xc_stream_options component = {
        XC_TCP, XC_NS_COMPONENT, {0, 0, 0, 0}, false};
    xc_stream_options websocket = {
        XC_WEBSOCKET, XC_NS_COMPONENT, {0, 0, 0, 0}, false};
    (void)state;
    check_kinds(COMPONENT_HEADER "<iq xmlns='jabber:client'/>", &component,
                "OS", XC_NEED_MORE);
    check_kinds(CLIENT_HEADER, &component, "", XC_ERR_CONTENT_NAMESPACE);
    check_kinds("<stream xmlns='http://etherx.jabber.org/streams'>"
                "<iq xmlns='jabber:client'/><iq xmlns='jabber:server'/>",
                &component, "OS", XC_ERR_CONTENT_NAMESPACE);
    check_kinds(FRAMED("open", "") "\n<iq xmlns='jabber:client'/>", &websocket,
                "OS", XC_NEED_MORE);
}

static void accessors_see_a_client_stanza_of_a_component(void **state)
{
    reader r;
    xc_message m;
    const xc_element *e;
    (void)state;
    reader_open(&r,
                COMPONENT_HEADER "<message xmlns='jabber:client' " ADDRESSED
                                 " id='7' type='chat'><body>x</body>"
                                 "<thread>t</thread></message>",
                NULL);
    expect_event(&r, XC_EVENT_OPEN);
    check_str("stream", r.ev.header.content_ns, XC_NS_COMPONENT);
    expect_event(&r, XC_EVENT_STANZA);
    e = r.ev.element;
    check_str("namespace as it came", xc_ns(e), XC_NS_CLIENT);
    check_str("body", xc_text(xc_child(e, NULL, "body")), "x");
    assert_true(xc_has_required_addresses(e));
    assert_true(xc_sm_counts(e));
    assert_int_equal(xc_stanza_check(e), XC_STANZA_ERROR_NONE);
    check_status("read", xc_read(&xc_message_schema, e, &m, NULL), XC_OK);
    check_str("body", m.body, "x");
    check_str("thread", m.thread, "t");
}

/* ---- replies are in the writer's stream --------------------------------- */

static const xc_element *stanza_of(reader *r, const char *ns)
{
    static char input[512];
    snprintf(input, sizeof input,
             "<stream:stream xmlns='%s' " STREAMS "><iq from='a' to='b' "
             "id='7' type='get'><q xmlns='urn:q'/></iq>",
             ns);
    reader_open(r, input, NULL);
    expect_event(r, XC_EVENT_OPEN);
    expect_event(r, XC_EVENT_STANZA);
    return r->ev.element;
}

static void replies_are_in_the_namespace_of_the_writer(void **state)
{
    reader r;
    xc_writer w;
    const xc_element *e = stanza_of(&r, XC_NS_CLIENT);
    (void)state;
    xc_writer_init(&w, output, sizeof output, XC_NS_COMPONENT);
    xc_write_reply_begin(&w, e);
    xc_writer_end(&w);
    check_output(&w, "<iq to='a' from='b' id='7' type='result'/>");
    xc_write_error(&w, e, XC_STANZA_ERROR_GONE, xc_str_from(NULL));
    check_output(&w, "<iq to='a' from='b' id='7' type='error'><error type="
                     "'cancel'><gone xmlns='urn:ietf:params:xml:ns:xmpp-"
                     "stanzas'/></error></iq>");
    /* after a reply that could not be finished */
    xc_write_reply_begin(&w, e);
    assert_int_equal(xc_writer_finish(&w, &r.in), XC_ERR_WRITE_ORDER);
    xc_write_reply_begin_to(&w, e, XC_STR("c"));
    xc_writer_end(&w);
    check_output(&w, "<iq to='c' from='b' id='7' type='result'/>");
}

static void replies_move_between_streams(void **state)
{
    reader r;
    xc_writer w;
    const xc_element *e = stanza_of(&r, XC_NS_SERVER);
    (void)state;
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write_reply_begin(&w, e);
    xc_writer_end(&w);
    check_output(&w, "<iq xmlns='jabber:server' to='a' from='b' id='7' "
                     "type='result'/>");
    /* not at top level: as it was asked */
    xc_writer_init(&w, output, sizeof output, XC_NS_CLIENT);
    xc_writer_begin(&w, "urn:log", "log");
    xc_write_reply_begin(&w, e);
    xc_writer_end(&w);
    xc_writer_end(&w);
    check_output(&w, "<log xmlns='urn:log'><iq xmlns='jabber:server' to='a' "
                     "from='b' id='7' type='result'/></log>");
    xc_write_reply_begin(NULL, e);
}

/* ---- white space in WebSocket messages ---------------------------------- */

static const xc_stream_options websocket = {
    XC_WEBSOCKET, NULL, {0, 0, 0, 0}, false};

/* Messages are separated by "|"; what the reader makes of them, with a cut
   at `at`. */
static xc_status feed_messages(const char *messages, size_t at, char *kinds)
{
    reader r;
    xc_str rest = xc_str_from(messages);
    size_t n = 0, from = 0;
    xc_status status = XC_OK;
    reader_open(&r, "", &websocket);
    while (rest.ptr != NULL && (status == XC_OK || status == XC_NEED_MORE)) {
        xc_str message = xc_str_cut(&rest, '|');
        size_t first = at > from && at < from + message.len ? at - from : 0;
        for (int half = 0; half < 2; half++) {
            r.in.ptr = message.ptr + (half == 0 ? 0 : first);
            r.in.len = half == 0 ? first : message.len - first;
            while ((status = reader_next(&r)) == XC_EVENT && n < 20)
                kinds[n++] = stream_kind_letters[r.ev.kind];
            if (status != XC_NEED_MORE)
                break;
        }
        if (status == XC_NEED_MORE)
            status = xc_stream_end_message(&r.s);
        from += message.len + 1;
    }
    kinds[n] = '\0';
    return status;
}

#define OPEN FRAMED("open", "to='a'")
#define IQ "<iq xmlns='jabber:client'/>"

static void white_space_between_websocket_messages_is_allowed(void **state)
{
    static const struct {
        const char *messages, *kinds;
        xc_status status;
    } cases[] = {
        {OPEN "|" IQ " |" IQ, "OSS", XC_OK},
        {OPEN "\n|" IQ "\r\n\t |" IQ "\n", "OSS", XC_OK},
        {OPEN "\n|" FRAMED("close", "") "\n", "OC", XC_CLOSED},
        {"<?xml version='1.0'?>\n" OPEN "\n|<?xml version='1.0'?> " IQ, "OS",
         XC_OK},
        {OPEN "| " IQ, "O", XC_ERR_OUTSIDE},
        {OPEN "\n|\n" IQ, "O", XC_ERR_OUTSIDE},
        {"\n" OPEN, "", XC_ERR_OUTSIDE},
        {OPEN "|" IQ "\n| ", "OS", XC_ERR_OUTSIDE},
        {OPEN "|", "O", XC_ERR_FRAME},
        {OPEN "|" IQ " " IQ, "OSS", XC_ERR_FRAME},
        {OPEN "|" IQ " <", "OS", XC_ERR_FRAME},
        {OPEN "|" IQ " x", "OS", XC_ERR_OUTSIDE},
        {OPEN "|" IQ "&#32;", "OS", XC_ERR_OUTSIDE},
        {OPEN "|" IQ "\xc2\xa0", "OS", XC_ERR_OUTSIDE},
        {OPEN "|" IQ "<?xml version='1.0'?>", "OS", XC_ERR_XML_DECLARATION},
        {OPEN "|" IQ "\n<?xml version='1.0'?>", "OS", XC_ERR_XML_DECLARATION},
        {OPEN "|" IQ "<!-- -->", "OS", XC_ERR_COMMENT},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        for (size_t at = 0; at < strlen(cases[i].messages); at++) {
            char kinds[24];
            xc_status got = feed_messages(cases[i].messages, at, kinds);
            CHECK(got == cases[i].status && strcmp(kinds, cases[i].kinds) == 0,
                  "%s cut at %zu: %s, %s", cases[i].messages, at, kinds,
                  xc_status_name(got));
        }
}

/* The stream may be reset at once, or when the message has ended. */
static void a_stream_restarts_among_white_space(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        reader r;
        reader_open(&r, OPEN, &websocket);
        expect_event(&r, XC_EVENT_OPEN);
        check_status("open", xc_stream_end_message(&r.s), XC_OK);
        r.in = XC_STR("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n");
        expect_event(&r, XC_EVENT_NONZA);
        if (!late)
            assert_int_equal(xc_stream_reset(&r.s), XC_OK);
        check_status("space", reader_next(&r), XC_NEED_MORE);
        check_status("success", xc_stream_end_message(&r.s), XC_OK);
        if (late)
            assert_int_equal(xc_stream_reset(&r.s), XC_OK);
        r.in = XC_STR("<?xml version='1.0'?>" OPEN);
        expect_event(&r, XC_EVENT_OPEN);
        check_status("open", xc_stream_end_message(&r.s), XC_OK);
        r.in = XC_STR(" " OPEN);
        check_status("in front", reader_next(&r), XC_ERR_OUTSIDE);
    }
}

/* ---- versions ----------------------------------------------------------- */

static xc_stream_header header_of(const char *version)
{
    char input[512];
    reader r;
    snprintf(input, sizeof input,
             "<stream:stream xmlns='jabber:client' " STREAMS "%s%s%s>",
             version != NULL ? " version='" : "",
             version != NULL ? version : "", version != NULL ? "'" : "");
    reader_open(&r, input, NULL);
    expect_event(&r, XC_EVENT_OPEN);
    return r.ev.header;
}

/* In rising order; a row that begins with "=" is equal to the one before. */
static const struct {
    const char *version;
    unsigned major, minor;
} versions[] = {
    {"0.0", 0, 0},
    {"=+1.0", 0, 0},
    {"=1.+0", 0, 0},
    {"=-0.9", 0, 0},
    {"=1.-0", 0, 0},
    {"=1", 0, 0},
    {"=1.", 0, 0},
    {"=.1", 0, 0},
    {"=.", 0, 0},
    {"=", 0, 0},
    {"=1.0.0", 0, 0},
    {"=1..0", 0, 0},
    {"= 1.0", 0, 0},
    {"=1.0 ", 0, 0},
    {"=1 .0", 0, 0},
    {"=1.0x", 0, 0},
    {"=0x1.0", 0, 0},
    {"=1e0.0", 0, 0},
    {"=1,0", 0, 0},
    {"=one", 0, 0},
    {"=\xd9\xa1.\xd9\xa0", 0, 0},
    {"=00.000", 0, 0},
    {"0.1", 0, 1},
    {"0.9", 0, 9},
    {"=00.09", 0, 9},
    {"0.10", 0, 10},
    {"1.0", 1, 0},
    {"=01.00", 1, 0},
    {"1.9", 1, 9},
    {"1.10", 1, 10},
    {"=1.010", 1, 10},
    {"1.65535", 1, 65535},
    {"1.65536", 1, 65535},
    {"1.4294967296", 1, 65535},
    {"1.18446744073709551616", 1, 65535},
    {"1.99999999999999999999", 1, 65535},
    {"2.0", 2, 0},
    {"10.0", 10, 0},
    {"65535.0", 65535, 0},
    {"65536.0", 65535, 0},
    {"4294967297.0", 65535, 0},
    {"99999999999999999999.0", 65535, 0},
    {"100000000000000000000.0", 65535, 0},
    {"=000100000000000000000000.0", 65535, 0},
};

static void a_version_is_two_integers(void **state)
{
    xc_stream_header h = header_of(NULL);
    (void)state;
    assert_int_equal(h.major, 0);
    assert_int_equal(h.minor, 9);
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        const char *text = versions[i].version;
        h = header_of(text + (text[0] == '='));
        CHECK(h.major == versions[i].major && h.minor == versions[i].minor,
              "%s: %u.%u", text, h.major, h.minor);
    }
}

static void versions_rise_number_by_number(void **state)
{
    size_t rank[COUNT_OF(versions)], last = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(versions); i++) {
        last += versions[i].version[0] != '=';
        rank[i] = last;
    }
    for (size_t i = 0; i < COUNT_OF(versions); i++)
        for (size_t k = 0; k < COUNT_OF(versions); k++) {
            const char *a = versions[i].version, *b = versions[k].version;
            int got =
                xc_stream_version_compare(xc_str_from(a + (a[0] == '=')),
                                          xc_str_from(b + (b[0] == '=')));
            int expected = (rank[i] > rank[k]) - (rank[i] < rank[k]);
            CHECK(got == expected, "%s, %s: %d", a, b, got);
        }
    assert_int_equal(
        xc_stream_version_compare(xc_str_from(NULL), XC_STR("0.9")), 0);
    assert_int_equal(xc_stream_version_compare(xc_str_from(NULL), XC_STR("")),
                     1);
}

/* ---- host and port ------------------------------------------------------ */

static const struct {
    const char *text, *host;
    unsigned port;
} hosts[] = {
    {"x.lit", "x.lit", 0},
    {"x.lit:5222", "x.lit", 5222},
    {"\n    [2001:41D0:1:A49b::1]:9222\n  ", "[2001:41D0:1:A49b::1]", 9222},
    {"[::1]", "[::1]", 0},
    {"[::ffff:192.0.2.1]:65535", "[::ffff:192.0.2.1]", 65535},
    {"[fe80::1%25eth0]:5222", "[fe80::1%25eth0]", 5222},
    {" \r\n\tx.lit:05222\t", "x.lit", 5222},
    {"192.0.2.1:1", "192.0.2.1", 1},
    {"b\xc3\xbc"
     "cher.lit:5269",
     "b\xc3\xbc"
     "cher.lit",
     5269},
    {"_x.lit", "_x.lit", 0},
    {"x.lit.:1", "x.lit.", 1},
    {"", NULL, 0},
    {" \n", NULL, 0},
    {":5222", NULL, 0},
    {":", NULL, 0},
    {"x.lit:", NULL, 0},
    {"x.lit:0", NULL, 0},
    {"x.lit:65536", NULL, 0},
    {"x.lit:99999999999999999999", NULL, 0},
    {"x.lit:+5", NULL, 0},
    {"x.lit:-5", NULL, 0},
    {"x.lit: 5", NULL, 0},
    {"x.lit:5 5", NULL, 0},
    {"x.lit:5x", NULL, 0},
    {"x.lit:5:5", NULL, 0},
    {"x lit", NULL, 0},
    {"x.lit :5", NULL, 0},
    {"2001:db8::1", NULL, 0},
    {"::1", NULL, 0},
    {"[::1", NULL, 0},
    {"[]", NULL, 0},
    {"[", NULL, 0},
    {"[]:5", NULL, 0},
    {"[x.lit]:5", NULL, 0},
    {"[192.0.2.1]", NULL, 0},
    {"[::1]5", NULL, 0},
    {"[::1]x:5", NULL, 0},
    {"[::1]]", NULL, 0},
    {"::1]:5", NULL, 0},
    {"[::1]:0", NULL, 0},
    {"a@x.lit", NULL, 0},
    {"x.lit/r", NULL, 0},
    {"xmpp:x.lit", NULL, 0},
    {"x.lit\x7f", NULL, 0},
    {"<x>", NULL, 0},
};

static void an_address_is_cut_into_host_and_port(void **state)
{
    xc_str host;
    uint16_t port;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(hosts); i++) {
        const char *text = hosts[i].text;
        size_t len = strlen(text);
        char *at = guarded(GUARD_INPUT, len);
        xc_str s;
        memcpy(at, text, len);
        s.ptr = at;
        s.len = len;
        port = 7;
        CHECK(xc_host_split(s, &host, &port) == (hosts[i].host != NULL), "%s",
              text);
        check_str(text, host, hosts[i].host);
        CHECK(port == hosts[i].port, "%s: %u", text, port);
    }
    assert_false(xc_host_split(xc_str_from(NULL), &host, &port));
    assert_false(xc_host_split(XC_STR("x"), NULL, &port));
    assert_false(xc_host_split(XC_STR("x"), &host, NULL));
}

static const xc_element *only_element(reader *r, const char *text)
{
    xc_stream_options document = {XC_DOCUMENT, NULL, {0, 0, 0, 0}, false};
    reader_open(r, text, &document);
    expect_event(r, XC_EVENT_NONZA);
    return r->ev.element;
}

/* RFC 6120 prints these texts on lines of their own. */
static void a_host_has_white_space_around_it(void **state)
{
    reader r;
    xc_stream_error s;
    xc_stanza_error e;
    (void)state;
    xc_read(&xc_stream_error_schema,
            only_element(&r, "<stream:error " STREAMS "><see-other-host "
                             "xmlns='urn:ietf:params:xml:ns:xmpp-streams'>\n"
                             "    x.lit:9222\n  </see-other-host>"
                             "</stream:error>"),
            &s, NULL);
    assert_int_equal(s.condition.value, XC_STREAM_ERROR_SEE_OTHER_HOST);
    check_str("host", s.condition.text, "x.lit:9222");
    xc_read(&xc_stanza_error_schema,
            only_element(&r, "<error xmlns='jabber:client' type='cancel'>"
                             "<gone xmlns='urn:ietf:params:xml:ns:xmpp-"
                             "stanzas'>\n xmpp:a@b.lit\n</gone></error>"),
            &e, NULL);
    assert_int_equal(e.condition.value, XC_STANZA_ERROR_GONE);
    check_str("gone", e.condition.text, "xmpp:a@b.lit");
}

static void white_space_is_trimmed(void **state)
{
    (void)state;
    check_str("trim", xc_str_trim(XC_STR(" \t\r\na b\n")), "a b");
    check_str("plain", xc_str_trim(XC_STR("a")), "a");
    check_str("blank", xc_str_trim(XC_STR(" \n ")), "");
    check_str("no-break", xc_str_trim(XC_STR("\xc2\xa0")), "\xc2\xa0");
    check_str("absent", xc_str_trim(xc_str_from(NULL)), NULL);
}

/* ---- BOSH --------------------------------------------------------------- */

static void a_bosh_body_has_its_uri(void **state)
{
    static const char body[] =
        "<body condition='see-other-uri' type='terminate' "
        "xmlns='http://jabber.org/protocol/httpbind'>\n"
        "  <uri>https://secure.x.lit/bind</uri>\n</body>\n";
    static const xc_stream_options bosh = {XC_BOSH, NULL, {0, 0, 0, 0}, false};
    xc_bosh_body b;
    xc_bosh_uri u;
    reader r;
    (void)state;
    check_kinds(body, &bosh, "ONC", XC_NEED_MORE);
    reader_open(&r, body, &bosh);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("body", xc_read(&xc_bosh_body_schema, r.ev.element, &b, NULL),
                 XC_OK);
    assert_int_equal(b.condition, XC_BOSH_SEE_OTHER_URI);
    expect_event(&r, XC_EVENT_NONZA);
    check_status("uri", xc_read(&xc_bosh_uri_schema, r.ev.element, &u, NULL),
                 XC_OK);
    check_str("uri", u.uri, "https://secure.x.lit/bind");
    /* a whole body has its children */
    check_status(
        "whole",
        xc_read(&xc_bosh_body_schema, only_element(&r, body), &b, NULL),
        XC_OK);
    check_str("uri", b.uri, "https://secure.x.lit/bind");
}

/* ---- ">" and quotes in values ------------------------------------------- */

/* As attribute, as that of a tree, in a namespace and as a namespace; where
   it fits at once and where it is escaped slowly. */
static void greater_than_in_values_is_escaped(void **state)
{
    static const char expected[] =
        "<a xmlns='urn:&gt;' b='&gt;' c='x&gt;y&quot;' xmlns:ns0='urn:p&gt;' "
        "ns0:d='&gt;&lt;&quot;' xml:lang='&gt;'>&gt;\"</a>";
    reader r;
    xc_writer w;
    (void)state;
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_writer_begin(&w, "urn:>", "a");
    xc_writer_attr(&w, "b", XC_STR(">"));
    xc_writer_attr(&w, "c", XC_STR("x>y\""));
    xc_writer_attr_ns(&w, "urn:p>", "d", XC_STR("><\""));
    xc_writer_attr_ns(&w, XC_NS_XML, "lang", XC_STR(">"));
    xc_writer_text(&w, XC_STR(">\""));
    xc_writer_end(&w);
    check_output(&w, expected);
    xc_writer_init(&w, NULL, 0, NULL);
    xc_writer_element(&w, only_element(&r, expected));
    check_status("measure", xc_writer_finish(&w, &r.in), XC_OK);
    assert_int_equal(xc_writer_size(&w), strlen(expected));
    xc_writer_init(&w, output, strlen(expected), NULL);
    xc_writer_element(&w, only_element(&r, expected));
    check_output(&w, expected);
    xc_writer_init(&w, output, sizeof output, XC_NS_CLIENT);
    xc_writer_stream_open(&w, &(xc_stream_header){.id = XC_STR("<1>")});
    check_output(&w, "<?xml version='1.0'?><stream:stream xmlns='jabber:"
                     "client' xmlns:stream='http://etherx.jabber.org/streams'"
                     " id='&lt;1&gt;' version='1.0'>");
}

/* The reader takes it bare. */
static void greater_than_is_read_bare(void **state)
{
    reader r;
    (void)state;
    check_str("bare", xc_attr(only_element(&r, "<a b='x>y>'/>"), "b"), "x>y>");
}

/* ---- the tools read what they write ------------------------------------- */

static const char *const folder = "build";

static bool have_tools(void)
{
    static const char *const names[] = {"xc_roundtrip", "xc_typed",
                                        "xc_inspect"};
    char path[64];
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (access(path, X_OK) != 0)
            return false;
    }
    return true;
}

/* Runs it over `input`; its output. */
static void run_tool(const char *tool, const char *options,
                     const buffer *input, buffer *out)
{
    char path[] = "/tmp/xc-framing-XXXXXX", command[256], piece[4096];
    int fd = mkstemp(path);
    FILE *f;
    size_t got;
    assert_true(fd >= 0);
    assert_true(write(fd, input->ptr, input->len) == (ssize_t)input->len);
    close(fd);
    snprintf(command, sizeof command, "%s/%s %s %s", folder, tool, options,
             path);
    f = popen(command, "r");
    assert_non_null(f);
    buffer_clear(out);
    while ((got = fread(piece, 1, sizeof piece, f)) > 0)
        buffer_add(out, piece, got);
    CHECK(pclose(f) == 0, "%s rejects\n%.*s", command, (int)input->len,
          input->ptr);
    unlink(path);
}

static void check_tools(const char *options, const buffer *input)
{
    static const char *const tools[] = {"xc_roundtrip", "xc_typed"};
    static buffer once, twice;
    for (size_t i = 0; i < COUNT_OF(tools); i++) {
        run_tool(tools[i], options, input, &once);
        run_tool(tools[i], options, &once, &twice);
        CHECK(once.len > 0 && once.len == twice.len &&
                  memcmp(once.ptr, twice.ptr, once.len) == 0,
              "%s %s twice:\n%.*s\n%.*s", tools[i], options, (int)once.len,
              once.ptr, (int)twice.len, twice.ptr);
        run_tool("xc_inspect", options, &once, &twice);
        assert_non_null(strstr(twice.ptr, "end\t"));
    }
}

#define SASL "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

static void tools_read_what_they_write(void **state)
{
    static const struct {
        const char *options, *input;
    } cases[] = {
        {"--websocket",
         FRAMED("open", "to='a>b' version='1.0'") "<auth " SASL "/>" FRAMED(
             "open", "to='a'") "<iq xmlns='jabber:client' id='1'/>"
                               "<stream:features " STREAMS
                               "/>" FRAMED("close", "")},
        {"--websocket", OPEN " \r\n<success " SASL "/>\n" OPEN "\n\n" IQ "\n"},
        {"--websocket --chunk 1", OPEN "<response " SASL "/>\n" OPEN IQ IQ},
        {"--bosh",
         "<body rid='1' xmlns:xmpp='urn:xmpp:xbosh' xmpp:version='1.0' "
         "xmlns='http://jabber.org/protocol/httpbind'/>\n"
         "<body sid='x>' xmlns='http://jabber.org/protocol/httpbind'>\n"
         "<success " SASL "/>" IQ "<iq/></body>"
         "<body type='terminate' condition='see-other-uri' xmlns="
         "'http://jabber.org/protocol/httpbind'><uri>u</uri></body>"},
        {"",
         CLIENT_HEADER "<auth " SASL "/>" CLIENT_HEADER IQ "</stream:stream>"},
        {"", COMPONENT_HEADER
         "<handshake>1</handshake><iq xmlns='jabber:"
         "client' from='a' to='b' type='get' id='1'><q xmlns='u'/></iq>"},
    };
    buffer input = {0};
    (void)state;
    if (!have_tools()) {
        print_message("skipped: the tools are not built\n");
        skip();
    }
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        buffer_clear(&input);
        buffer_puts(&input, cases[i].input);
        check_tools(cases[i].options, &input);
    }
    buffer_free(&input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_component_takes_stanzas_of_clients),
        cmocka_unit_test(no_other_namespaces_mix),
        cmocka_unit_test(the_option_says_which_namespace_it_must_be),
        cmocka_unit_test(accessors_see_a_client_stanza_of_a_component),
        cmocka_unit_test(replies_are_in_the_namespace_of_the_writer),
        cmocka_unit_test(replies_move_between_streams),
        cmocka_unit_test(white_space_between_websocket_messages_is_allowed),
        cmocka_unit_test(a_stream_restarts_among_white_space),
        cmocka_unit_test(a_version_is_two_integers),
        cmocka_unit_test(versions_rise_number_by_number),
        cmocka_unit_test(an_address_is_cut_into_host_and_port),
        cmocka_unit_test(a_host_has_white_space_around_it),
        cmocka_unit_test(white_space_is_trimmed),
        cmocka_unit_test(a_bosh_body_has_its_uri),
        cmocka_unit_test(greater_than_in_values_is_escaped),
        cmocka_unit_test(greater_than_is_read_bare),
        cmocka_unit_test(tools_read_what_they_write),
    };
    return cmocka_run_group_tests_name("framing", tests, NULL, NULL);
}
