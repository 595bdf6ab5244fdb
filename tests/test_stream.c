/* The stream reader: headers, classification, framing, limits, memory. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_stream.h"

/* ---- the header --------------------------------------------------------- */

typedef struct header_case {
    const char *text, *content_ns, *to, *from, *id, *lang;
} header_case;

static const header_case header_cases[] = {
    {CLIENT_HEADER, XC_NS_CLIENT, "capulet.lit", NULL, NULL, NULL},
    {SERVER_HEADER, XC_NS_SERVER, "b.lit", "a.lit", NULL, NULL},
    {"<stream:stream xmlns='jabber:component:accept' " STREAMS " to='c.lit'>",
     XC_NS_COMPONENT, "c.lit", NULL, NULL, NULL},
    {"<?xml version='1.0' encoding='UTF-8'?>\n<x:stream xmlns:x='"
     "http://etherx.jabber.org/streams' xmlns=\"jabber:client\" id='&lt;1'"
     " xml:lang='de-CH' from='x' to=''>",
     XC_NS_CLIENT, "", "x", "<1", "de-CH"},
    {"<stream xmlns='http://etherx.jabber.org/streams' id=''>", NULL, NULL,
     NULL, "", NULL},
    {"<stream:stream " STREAMS " xml:lang=''>", NULL, NULL, NULL, NULL, ""},
    {"<stream:stream xmlns='jabber:client' " STREAMS " xmlns:y='urn:y' "
     "y:to='no' y:id='no' stream:from='no' lang='no'>",
     XC_NS_CLIENT, NULL, NULL, NULL, NULL},
};

static void header_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(header_cases); i++) {
        const header_case *t = &header_cases[i];
        reader r;
        check_kinds(t->text, NULL, "O", XC_NEED_MORE);
        reader_open(&r, t->text, NULL);
        expect_event(&r, XC_EVENT_OPEN);
        check_str(t->text, r.ev.header.content_ns, t->content_ns);
        check_str(t->text, r.ev.header.to, t->to);
        check_str(t->text, r.ev.header.from, t->from);
        check_str(t->text, r.ev.header.id, t->id);
        check_str(t->text, r.ev.header.lang, t->lang);
        assert_true(xc_is(r.ev.element, XC_NS_STREAMS, "stream"));
        check_str(t->text, xc_attr(r.ev.element, "to"), t->to);
    }
}

static void header_version(void **state)
{
    static const struct {
        const char *version;
        unsigned major, minor;
    } cases[] = {
        {"1.0", 1, 0},
        {"01.00", 1, 0},
        {"2.0", 2, 0},
        {"11.12", 11, 12},
        {"0.9", 0, 9},
        {"x", 0, 0},
        {"1", 0, 0},
        {"1.", 0, 0},
        {".0", 0, 0},
        {"", 0, 0},
        {"1.0.0", 0, 0},
        {" 1.0", 0, 0},
        {"1.0 ", 0, 0},
        {"-1.0", 0, 0},
        {"1,0", 0, 0},
        {"65535.65536", 65535, 65535},
        {"99999999999.0", 65535, 0},
        {"1.18446744073709551617", 1, 65535},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        char text[256];
        reader r;
        snprintf(text, sizeof text, "<stream:stream " STREAMS " version='%s'>",
                 cases[i].version);
        reader_open(&r, text, NULL);
        expect_event(&r, XC_EVENT_OPEN);
        CHECK(r.ev.header.major == cases[i].major &&
                  r.ev.header.minor == cases[i].minor,
              "version '%s': got %u.%u", cases[i].version, r.ev.header.major,
              r.ev.header.minor);
    }
}

static void header_without_version(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, "<stream:stream " STREAMS ">", NULL);
    expect_event(&r, XC_EVENT_OPEN);
    assert_int_equal(r.ev.header.major, 0);
    assert_int_equal(r.ev.header.minor, 9);
}

static void header_refused(void **state)
{
    static const xc_stream_options server = {
        XC_TCP, XC_NS_SERVER, {0, 0, 0, 0}, false};
    (void)state;
    check_kinds("<html>", NULL, "", XC_ERR_NOT_A_STREAM);
    check_kinds("<stream:foo " STREAMS ">", NULL, "", XC_ERR_NOT_A_STREAM);
    check_kinds("<message xmlns='jabber:client'>", NULL, "",
                XC_ERR_NOT_A_STREAM);
    check_kinds("<stream:stream xmlns:stream='urn:wrong'>", NULL, "",
                XC_ERR_STREAM_NAMESPACE);
    check_kinds("<stream>", NULL, "", XC_ERR_STREAM_NAMESPACE);
    check_kinds("<stream:stream xmlns='jabber:foo' " STREAMS ">", NULL, "",
                XC_ERR_CONTENT_NAMESPACE);
    check_kinds(CLIENT_HEADER, &server, "", XC_ERR_CONTENT_NAMESPACE);
    check_kinds(SERVER_HEADER, &server, "O", XC_NEED_MORE);
    check_kinds("<stream:stream to='a'>", NULL, "", XC_ERR_PREFIX);
    check_kinds("hello<stream:stream " STREAMS ">", NULL, "", XC_ERR_OUTSIDE);
    check_kinds("GET / HTTP/1.1\r\n", NULL, "", XC_ERR_OUTSIDE);
}

static void header_self_closed(void **state)
{
    reader r;
    (void)state;
    check_kinds("<stream:stream xmlns='jabber:client' " STREAMS "/>x", NULL,
                "OC", XC_CLOSED);
    reader_open(&r, "<stream:stream " STREAMS "/>xyz", NULL);
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_CLOSE);
    check_status("end", reader_next(&r), XC_CLOSED);
    check_str("left over", r.in, "xyz");
}

/* ---- elements ----------------------------------------------------------- */

static void classification(void **state)
{
    static const struct {
        const char *element;
        const char *kind;
    } cases[] = {
        {"<message/>", "S"},
        {"<presence type='unavailable'></presence>", "S"},
        {"<iq><query xmlns='jabber:iq:roster'/></iq>", "S"},
        {"<c:message xmlns:c='jabber:client'/>", "S"},
        {"<message xmlns='jabber:client'/>", "S"},
        {"<messages/>", "N"},
        {"<message xmlns=''/>", "N"},
        {"<m:message xmlns:m='urn:other'/>", "N"},
        {"<iq xmlns='http://etherx.jabber.org'/>", "N"},
        {"<stream:features/>", "F"},
        {"<features xmlns='http://etherx.jabber.org/streams'/>", "F"},
        {"<features/>", "N"},
        {"<stream:error><conflict xmlns='urn:ietf:params:xml:ns:"
         "xmpp-streams'/></stream:error>",
         "E"},
        {"<error/>", "N"},
        {"<message><stream:error/></message>", "S"},
        {"<message><stream:stream/></message>", "S"},
        {"<a xmlns='urn:xmpp:sm:3' h='1'/>", "N"},
        {"<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", "N"},
        {"<x xmlns='urn:x'><message xmlns='jabber:client'/></x>", "N"},
        {"<stream:x xmlns:stream='urn:x'/>", "N"},
    };
    char input[1024], kinds[4];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        snprintf(input, sizeof input, "%s%s", CLIENT_HEADER, cases[i].element);
        snprintf(kinds, sizeof kinds, "O%s", cases[i].kind);
        check_kinds(input, NULL, kinds, XC_NEED_MORE);
    }
}

static void stream_children_refused(void **state)
{
    (void)state;
    check_kinds(CLIENT_HEADER "<stream:x/>", NULL, "O", XC_ERR_STREAM_CHILD);
    check_kinds(CLIENT_HEADER "<stream:stream to='x'>", NULL, "O",
                XC_ERR_STREAM_CHILD);
    check_kinds(CLIENT_HEADER "<message xmlns='http://etherx.jabber.org/"
                              "streams'/>",
                NULL, "O", XC_ERR_STREAM_CHILD);
}

/* A stanza in the other content namespace: RFC 6120 section 4.8.3. */
static void wrong_content_namespace(void **state)
{
    (void)state;
    check_kinds(CLIENT_HEADER "<message xmlns='jabber:server'/>", NULL, "O",
                XC_ERR_CONTENT_NAMESPACE);
    check_kinds(SERVER_HEADER "<x/><c:iq xmlns:c='jabber:client'/>", NULL,
                "ON", XC_ERR_CONTENT_NAMESPACE);
    check_kinds(CLIENT_HEADER "<message><message xmlns='jabber:server'/>"
                              "</message>",
                NULL, "OS", XC_NEED_MORE);
}

/* Stanzas of a header that declares no content namespace. */
static void prefix_free_stream(void **state)
{
    (void)state;
    check_kinds("<stream xmlns='http://etherx.jabber.org/streams'>"
                "<message xmlns='jabber:client'/><features/>"
                "<x xmlns='urn:x'/></stream>",
                NULL, "OSFNC", XC_CLOSED);
}

static void server_and_component(void **state)
{
    (void)state;
    check_kinds(SERVER_HEADER "<db:result from='a'>k</db:result><message/>"
                              "<x xmlns='jabber:client'/>",
                NULL, "ONSN", XC_NEED_MORE);
    check_kinds("<stream:stream xmlns='jabber:component:accept' " STREAMS
                "><handshake>x</handshake><iq/></stream:stream>",
                NULL, "ONSC", XC_CLOSED);
}

static void keepalives(void **state)
{
    (void)state;
    check_kinds(CLIENT_HEADER " \r\n\t<presence/> \n\n <presence/>\r", NULL,
                "OSS", XC_NEED_MORE);
    check_kinds(CLIENT_HEADER " x", NULL, "O", XC_ERR_OUTSIDE);
    check_kinds(CLIENT_HEADER "<presence/>&#32;", NULL, "OS", XC_ERR_OUTSIDE);
    check_kinds(CLIENT_HEADER "<![CDATA[ ]]>", NULL, "O", XC_ERR_MARKUP);
    check_kinds(CLIENT_HEADER "\xc2\xa0", NULL, "O", XC_ERR_OUTSIDE);
}

static void elements_arrive_whole(void **state)
{
    reader r;
    const xc_element *body;
    (void)state;
    reader_open(&r,
                CLIENT_HEADER "<message to='r@x.lit' from='j@x.lit'>"
                              "<body>a &lt; b</body></message>",
                NULL);
    expect_event(&r, XC_EVENT_OPEN);
    assert_int_equal(r.ev.offset, 21);
    expect_event(&r, XC_EVENT_STANZA);
    assert_int_equal(r.ev.offset, strlen(CLIENT_HEADER));
    check_str("to", xc_attr(r.ev.element, "to"), "r@x.lit");
    check_str("from", xc_attr(r.ev.element, "from"), "j@x.lit");
    body = xc_child(r.ev.element, NULL, "body");
    check_str("body", xc_text(body), "a < b");
    check_status("end", reader_next(&r), XC_NEED_MORE);
}

/* ---- the end ------------------------------------------------------------ */

static void close_tag(void **state)
{
    reader r;
    (void)state;
    check_kinds(CLIENT_HEADER "<presence/></stream:stream>", NULL, "OSC",
                XC_CLOSED);
    check_kinds(CLIENT_HEADER "</stream:stream ><a h='1'/>", NULL, "OC",
                XC_CLOSED);
    check_kinds(CLIENT_HEADER "</stream>", NULL, "O", XC_ERR_MISMATCH);
    check_kinds(CLIENT_HEADER "<message></stream:stream>", NULL, "O",
                XC_ERR_MISMATCH);
    reader_open(&r, CLIENT_HEADER "</stream:stream><a h='1'/>", NULL);
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_CLOSE);
    assert_null(r.ev.element);
    assert_int_equal(r.ev.offset, strlen(CLIENT_HEADER));
    check_status("closed", reader_next(&r), XC_CLOSED);
    check_str("left over", r.in, "<a h='1'/>");
    check_status("closed", reader_next(&r), XC_CLOSED);
    check_str("left over", r.in, "<a h='1'/>");
}

static void check_finish(const char *input, xc_status expected)
{
    stream_setup setup = {4096, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    check_status(
        input,
        stream_all_cuts(input, xc_str_from(input), &setup, 1000, &log).finish,
        expected);
}

static void finish_tells(void **state)
{
    (void)state;
    check_finish(CLIENT_HEADER, XC_OK);
    check_finish(CLIENT_HEADER "<presence/>", XC_OK);
    check_finish(CLIENT_HEADER "<presence/> ", XC_OK);
    check_finish(CLIENT_HEADER "<presence/></stream:stream>", XC_CLOSED);
    check_finish(CLIENT_HEADER "<", XC_ERR_TRUNCATED);
    check_finish(CLIENT_HEADER "<message>", XC_ERR_TRUNCATED);
    check_finish(CLIENT_HEADER "<message><body>x</body>", XC_ERR_TRUNCATED);
    check_finish(CLIENT_HEADER "<message></message", XC_ERR_TRUNCATED);
    check_finish(CLIENT_HEADER "</stream:strea", XC_ERR_TRUNCATED);
    check_finish("<stream:stream", XC_ERR_TRUNCATED);
    check_finish(CLIENT_HEADER "<a></b>", XC_ERR_MISMATCH);
}

/* ---- restart ------------------------------------------------------------ */

static void restart_after_proceed(void **state)
{
    static const char first[] =
        CLIENT_HEADER "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>";
    reader r;
    (void)state;
    reader_open(
        &r,
        CLIENT_HEADER
        "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>" SERVER_HEADER
        "<message/>",
        NULL);
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_NONZA);
    assert_true(xc_is(r.ev.element, XC_NS_TLS, "proceed"));
    check_str("in stands behind it", r.in, SERVER_HEADER "<message/>");
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    assert_int_equal(xc_stream_offset(&r.s), strlen(first));
    expect_event(&r, XC_EVENT_OPEN);
    check_str("the new header", r.ev.header.content_ns, XC_NS_SERVER);
    check_str("the new header", r.ev.header.to, "b.lit");
    assert_int_equal(r.ev.offset, strlen(first) + 21);
    expect_event(&r, XC_EVENT_STANZA);
    check_str("namespace", xc_ns(r.ev.element), XC_NS_SERVER);
}

static void never_restarts_by_itself(void **state)
{
    (void)state;
    check_kinds(CLIENT_HEADER "<success xmlns='urn:ietf:params:xml:ns:"
                              "xmpp-sasl'/>" CLIENT_HEADER,
                NULL, "ON", XC_ERR_INSTRUCTION);
    check_kinds(CLIENT_HEADER "<?xml version='1.0'?>", NULL, "O",
                XC_ERR_INSTRUCTION);
}

static void reset_after_error_and_close(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, CLIENT_HEADER "<message></body>", NULL);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("error", reader_next(&r), XC_ERR_MISMATCH);
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    r.in = XC_STR(CLIENT_HEADER "<presence/></stream:stream>");
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_STANZA);
    expect_event(&r, XC_EVENT_CLOSE);
    check_status("closed", reader_next(&r), XC_CLOSED);
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    r.in = XC_STR(CLIENT_HEADER);
    expect_event(&r, XC_EVENT_OPEN);
}

/* ---- WebSocket ---------------------------------------------------------- */

static const xc_stream_options websocket = {
    XC_WEBSOCKET, NULL, {0, 0, 0, 0}, false};

static void websocket_messages(void **state)
{
    (void)state;
    check_kinds(FRAMED("open", "to='a' version='1.0'"), &websocket, "O",
                XC_NEED_MORE);
    check_kinds(
        FRAMED(
            "open",
            "") "\n<message xmlns='jabber:client'><body>x"
                "</body></message>\n<stream:features " STREAMS "/>\n"
                "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>\n"
                "<error xmlns='http://etherx.jabber.org/streams'/>\n" FRAMED(
                    "close", ""),
        &websocket, "OSFNEC", XC_CLOSED);
    check_kinds("<open xmlns='urn:ietf:params:xml:ns:xmpp-framing'></open>\n"
                "<message/>",
                &websocket, "ON", XC_NEED_MORE);
    check_kinds(
        "<?xml version='1.0'?>" FRAMED(
            "open", "") "\n"
                        "<?xml version='1.0'?><iq xmlns='jabber:client'/>",
        &websocket, "OS", XC_NEED_MORE);
}

static void websocket_header(void **state)
{
    reader r;
    (void)state;
    reader_open(&r,
                FRAMED("open", "from='x.lit' id='++' xml:lang='en' "
                               "version='1.0'"),
                &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    assert_true(xc_is(r.ev.element, XC_NS_FRAMING, "open"));
    check_str("from", r.ev.header.from, "x.lit");
    check_str("id", r.ev.header.id, "++");
    check_str("lang", r.ev.header.lang, "en");
    check_str("content namespace", r.ev.header.content_ns, NULL);
    assert_int_equal(r.ev.header.major, 1);
    check_status("end of message", xc_stream_end_message(&r.s), XC_OK);
}

static void websocket_close(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, FRAMED("open", ""), &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("open", xc_stream_end_message(&r.s), XC_OK);
    r.in = XC_STR(FRAMED("close", "see-other-uri='wss://o.lit/x'"));
    expect_event(&r, XC_EVENT_CLOSE);
    assert_true(xc_is(r.ev.element, XC_NS_FRAMING, "close"));
    check_str("see-other-uri", xc_attr(r.ev.element, "see-other-uri"),
              "wss://o.lit/x");
    check_status("closed", reader_next(&r), XC_CLOSED);
    check_status("finish", xc_stream_finish(&r.s), XC_CLOSED);
}

static void websocket_refused(void **state)
{
    static const char open[] = FRAMED("open", "") "\n";
    static const struct {
        const char *message;
        xc_status status;
    } cases[] = {
        {"", XC_ERR_FRAME},
        {" ", XC_ERR_OUTSIDE},
        {" <iq xmlns='jabber:client'/>", XC_ERR_OUTSIDE},
        {"<iq xmlns='jabber:client'>", XC_ERR_FRAME},
        {"<iq xmlns='jabber:client'", XC_ERR_FRAME},
        {"<iq/><iq/>", XC_ERR_FRAME},
        {"<iq/>x", XC_ERR_OUTSIDE},
        {"<stream:features/>", XC_ERR_PREFIX},
        {FRAMED("open", ""), XC_ERR_STREAM_CHILD},
        {FRAMED("other", ""), XC_ERR_STREAM_CHILD},
        {"</open>", XC_ERR_MISMATCH},
        {"<stream:x " STREAMS "/>", XC_ERR_STREAM_CHILD},
    };
    char input[256];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        stream_setup setup = {4096, websocket, false};
        event_log log = {.keep = false};
        stream_outcome got;
        snprintf(input, sizeof input, "%s%s", open, cases[i].message);
        got = stream_all_cuts(input, xc_str_from(input), &setup, 1000, &log);
        check_status(input, got.status, cases[i].status);
    }
    check_kinds("<open xmlns='jabber:client'/>", &websocket, "",
                XC_ERR_STREAM_NAMESPACE);
    check_kinds(CLIENT_HEADER, &websocket, "", XC_ERR_NOT_A_STREAM);
}

/* A message may come in pieces, and the error of a frame sticks. */
static void websocket_frame_error_sticks(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, FRAMED("open", ""), &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("open", xc_stream_end_message(&r.s), XC_OK);
    r.in = XC_STR("<iq xmlns='jabb");
    check_status("fragment", reader_next(&r), XC_NEED_MORE);
    r.in = XC_STR("er:client'/>");
    expect_event(&r, XC_EVENT_STANZA);
    check_status("whole", xc_stream_end_message(&r.s), XC_OK);
    check_status("empty", xc_stream_end_message(&r.s), XC_ERR_FRAME);
    r.in = XC_STR("<iq xmlns='jabber:client'/>");
    check_status("sticks", reader_next(&r), XC_ERR_FRAME);
    check_status("sticks", xc_stream_finish(&r.s), XC_ERR_FRAME);
}

static void only_websocket_has_messages(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, CLIENT_HEADER, NULL);
    check_status("TCP", xc_stream_end_message(&r.s), XC_ERR_ARGUMENT);
    reader_open(&r, FRAMED("open", "") "<!", &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("cut", reader_next(&r), XC_NEED_MORE);
    r.in = XC_STR("-");
    check_status("comment", reader_next(&r), XC_ERR_COMMENT);
    check_status("sticks", xc_stream_end_message(&r.s), XC_ERR_COMMENT);
}

static void websocket_restart(void **state)
{
    reader r;
    (void)state;
    reader_open(&r, FRAMED("open", "to='a'"), &websocket);
    expect_event(&r, XC_EVENT_OPEN);
    check_status("open", xc_stream_end_message(&r.s), XC_OK);
    r.in = XC_STR("<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>");
    expect_event(&r, XC_EVENT_NONZA);
    check_status("success", xc_stream_end_message(&r.s), XC_OK);
    assert_int_equal(xc_stream_reset(&r.s), XC_OK);
    r.in = XC_STR(FRAMED("open", "to='b'"));
    expect_event(&r, XC_EVENT_OPEN);
    check_str("to", r.ev.header.to, "b");
    check_status("open", xc_stream_end_message(&r.s), XC_OK);
}

/* ---- BOSH and documents ------------------------------------------------- */

static const xc_stream_options bosh = {XC_BOSH, NULL, {0, 0, 0, 0}, false};
static const xc_stream_options document = {
    XC_DOCUMENT, NULL, {0, 0, 0, 0}, false};

#define BOSH "xmlns='http://jabber.org/protocol/httpbind'"

static void bosh_bodies(void **state)
{
    (void)state;
    check_kinds("<body rid='1' " BOSH "/>", &bosh, "OC", XC_NEED_MORE);
    check_kinds("<body " BOSH "><message xmlns='jabber:client'/>"
                "<message/><auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"
                "</body>\n<body " BOSH " " STREAMS
                "><stream:features/><iq xmlns='jabber:client'/></body>",
                &bosh, "OSNNCOFSC", XC_NEED_MORE);
    check_kinds("<body xmlns='jabber:client'/>", &bosh, "",
                XC_ERR_STREAM_NAMESPACE);
    check_kinds("<message " BOSH "/>", &bosh, "", XC_ERR_NOT_A_STREAM);
}

static void bosh_attributes(void **state)
{
    reader r;
    (void)state;
    reader_open(&r,
                "<body rid='17' sid='s' to='x.lit' xml:lang='en' "
                "type='terminate' " BOSH "></body>",
                &bosh);
    expect_event(&r, XC_EVENT_OPEN);
    assert_true(xc_is(r.ev.element, XC_NS_BOSH, "body"));
    check_str("rid", xc_attr(r.ev.element, "rid"), "17");
    check_str("type", xc_attr(r.ev.element, "type"), "terminate");
    check_str("to", r.ev.header.to, "x.lit");
    check_str("lang", r.ev.header.lang, "en");
    expect_event(&r, XC_EVENT_CLOSE);
}

static void documents(void **state)
{
    reader r;
    (void)state;
    check_kinds(" <a><b/>x</a>\n", &document, "N", XC_NEED_MORE);
    check_kinds("<?xml version='1.0'?><message xmlns='jabber:client'/>",
                &document, "N", XC_NEED_MORE);
    check_kinds("<stream:x " STREAMS "/>", &document, "N", XC_NEED_MORE);
    check_kinds("<a><b></a>", &document, "", XC_ERR_MISMATCH);
    reader_open(&r, "<a><b/></a>", &document);
    expect_event(&r, XC_EVENT_NONZA);
    assert_true(xc_is(r.ev.element, NULL, "a"));
    check_status("end", reader_next(&r), XC_NEED_MORE);
    CHECK(!xc_status_is_error(xc_stream_finish(&r.s)), "a whole document");
    reader_open(&r, "<a><b/>", &document);
    check_status("half", reader_next(&r), XC_NEED_MORE);
    check_status("half", xc_stream_finish(&r.s), XC_ERR_TRUNCATED);
}

/* ---- limits and leniency ------------------------------------------------ */

static void limits_and_conditions(void **state)
{
    xc_stream_options options = {XC_TCP, NULL, {0, 0, 0, 0}, false};
    (void)state;
    options.limits.stanza_bytes = 200;
    check_kinds(CLIENT_HEADER "<a>01234567890123456789</a>", &options, "ON",
                XC_NEED_MORE);
    options.limits.stanza_bytes = 160; /* the header has 152 */
    check_kinds(CLIENT_HEADER
                "<a>"
                "0123456789012345678901234567890123456789012345678901234567"
                "0123456789012345678901234567890123456789012345678901234567"
                "0123456789012345678901234567890123456789012345678901234567"
                "</a>",
                &options, "O", XC_ERR_LIMIT_STANZA);
    options.limits.stanza_bytes = 100;
    check_kinds(CLIENT_HEADER, &options, "", XC_ERR_LIMIT_STANZA);
    options.limits = (xc_limits){0, 3, 4, 3};
    check_kinds(CLIENT_HEADER "<a><b/></a><a><b><c/></b></a>", &options, "ON",
                XC_ERR_LIMIT_DEPTH);
    check_kinds(CLIENT_HEADER "<a b='' c='' d='' e=''/>"
                              "<a b='' c='' d='' e='' f=''/>",
                &options, "ON", XC_ERR_LIMIT_ATTRIBUTES);
    check_kinds(CLIENT_HEADER "<a xmlns='u'/><a xmlns='u' xmlns:p='u'/>",
                &options, "ON", XC_ERR_LIMIT_NAMESPACES);
}

/* The default limit on an element. */
static void limit_of_bytes(void **state)
{
    stream_setup setup = {1 << 20, {XC_TCP, NULL, {0, 0, 0, 0}, false}, false};
    event_log log = {.keep = false};
    buffer input = {0};
    stream_outcome got;
    (void)state;
    buffer_puts(&input, CLIENT_HEADER "<a>");
    buffer_repeat(&input, "x", 262144 - 7);
    buffer_puts(&input, "</a> <a>");
    got = stream_all_cuts("limit", buffer_str(&input), &setup, 0, &log);
    assert_string_equal(got.kinds, "ON");
    check_status("262144 bytes", got.status, XC_NEED_MORE);
    buffer_repeat(&input, "x", 262144);
    got = stream_all_cuts("limit", buffer_str(&input), &setup, 0, &log);
    assert_string_equal(got.kinds, "ON");
    check_status("more", got.status, XC_ERR_LIMIT_STANZA);
    assert_int_equal(got.offset, strlen(CLIENT_HEADER) + 2 * 262144 + 1);
    buffer_free(&input);
}

static void depth_of_trees(void **state)
{
    xc_stream_options options = {XC_TCP, NULL, {0, 0, 0, 0}, false};
    buffer input = {0};
    (void)state;
    options.limits.depth = 1000; /* not more than XC_DEPTH_MAX */
    buffer_puts(&input, CLIENT_HEADER);
    buffer_repeat(&input, "<a>", XC_DEPTH_MAX + 1);
    check_kinds(input.ptr, &options, "O", XC_ERR_LIMIT_DEPTH);
    buffer_clear(&input);
    buffer_puts(&input, CLIENT_HEADER);
    buffer_repeat(&input, "<a>", XC_DEPTH_MAX - 1);
    buffer_repeat(&input, "</a>", XC_DEPTH_MAX - 1);
    check_kinds(input.ptr, &options, "ON", XC_NEED_MORE);
    check_kinds(input.ptr, NULL, "ON", XC_NEED_MORE);
    buffer_free(&input);
}

static void undeclared_prefix(void **state)
{
    static const char input[] =
        CLIENT_HEADER "<message><x q:a='1' a='2'/></message>";
    xc_stream_options lenient = {XC_TCP, NULL, {0, 0, 0, 0}, true};
    xc_attribute a;
    const xc_element *x;
    reader r;
    (void)state;
    check_kinds(input, NULL, "O", XC_ERR_PREFIX);
    check_kinds(input, &lenient, "OS", XC_NEED_MORE);
    check_kinds(CLIENT_HEADER "<q:message/>", &lenient, "O", XC_ERR_PREFIX);
    check_kinds(CLIENT_HEADER "<m q:a='' q:a=''/>", &lenient, "O",
                XC_ERR_DUPLICATE);
    reader_open(&r, input, &lenient);
    expect_event(&r, XC_EVENT_OPEN);
    expect_event(&r, XC_EVENT_STANZA);
    x = xc_first_child(r.ev.element);
    assert_true(xc_element_attr(x, 0, &a));
    assert_true(a.undeclared);
    check_str("name", a.name, "q:a");
    check_str("namespace", a.ns, NULL);
    check_str("value", a.value, "1");
    assert_true(xc_element_attr(x, 1, &a));
    assert_false(a.undeclared);
    check_str("the other", xc_attr(x, "a"), "2");
}

static void null_arguments(void **state)
{
    char memory[256];
    xc_stream s;
    xc_stream_event ev;
    xc_str in = XC_STR_INIT("<a/>");
    (void)state;
    check_status("init", xc_stream_init(NULL, memory, sizeof memory, NULL),
                 XC_ERR_ARGUMENT);
    check_status("init", xc_stream_init(&s, NULL, 100, NULL), XC_ERR_ARGUMENT);
    xc_stream_init(&s, memory, sizeof memory, NULL);
    check_status("next", xc_stream_next(NULL, &in, &ev), XC_ERR_ARGUMENT);
    check_status("next", xc_stream_next(&s, NULL, &ev), XC_ERR_ARGUMENT);
    xc_stream_init(&s, memory, sizeof memory, NULL);
    check_status("next", xc_stream_next(&s, &in, NULL), XC_ERR_ARGUMENT);
    check_status("reset", xc_stream_reset(NULL), XC_ERR_ARGUMENT);
    check_status("finish", xc_stream_finish(NULL), XC_ERR_ARGUMENT);
    check_status("message", xc_stream_end_message(NULL), XC_ERR_ARGUMENT);
    check_status("move", xc_stream_relocate(NULL, memory, 1), XC_ERR_ARGUMENT);
    xc_stream_init(&s, memory, sizeof memory, NULL);
    check_status("move", xc_stream_relocate(&s, NULL, 100), XC_ERR_ARGUMENT);
    assert_false(xc_stream_is_idle(NULL));
    assert_int_equal(xc_stream_saved_size(NULL), 0);
    assert_int_equal(xc_stream_offset(NULL), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(header_fields),
        cmocka_unit_test(header_version),
        cmocka_unit_test(header_without_version),
        cmocka_unit_test(header_refused),
        cmocka_unit_test(header_self_closed),
        cmocka_unit_test(classification),
        cmocka_unit_test(stream_children_refused),
        cmocka_unit_test(wrong_content_namespace),
        cmocka_unit_test(prefix_free_stream),
        cmocka_unit_test(server_and_component),
        cmocka_unit_test(keepalives),
        cmocka_unit_test(elements_arrive_whole),
        cmocka_unit_test(close_tag),
        cmocka_unit_test(finish_tells),
        cmocka_unit_test(restart_after_proceed),
        cmocka_unit_test(never_restarts_by_itself),
        cmocka_unit_test(reset_after_error_and_close),
        cmocka_unit_test(websocket_messages),
        cmocka_unit_test(websocket_header),
        cmocka_unit_test(websocket_close),
        cmocka_unit_test(websocket_refused),
        cmocka_unit_test(websocket_frame_error_sticks),
        cmocka_unit_test(only_websocket_has_messages),
        cmocka_unit_test(websocket_restart),
        cmocka_unit_test(bosh_bodies),
        cmocka_unit_test(bosh_attributes),
        cmocka_unit_test(documents),
        cmocka_unit_test(limits_and_conditions),
        cmocka_unit_test(limit_of_bytes),
        cmocka_unit_test(depth_of_trees),
        cmocka_unit_test(undeclared_prefix),
        cmocka_unit_test(null_arguments),
    };
    return cmocka_run_group_tests_name("stream", tests, NULL, NULL);
}
