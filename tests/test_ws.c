/* test_ws.c - WebSocket as the example server speaks it: ws.c and ws_request.c
   of examples/server. */
#include "support.h"
#include "support_random.h"

#include "server/ws.h"

#include <string.h>

/* ---- a log of what comes out -------------------------------------------- */

/* Messages as "text|", replies and ends as "[hex or HTTP status line]". */
static void log_frame(buffer *log, const char *what, xc_str bytes)
{
    buffer_printf(log, "[%s", what);
    for (size_t i = 0; i < bytes.len; i++)
        buffer_printf(log, " %02x", (unsigned)(unsigned char)bytes.ptr[i]);
    buffer_puts(log, "]");
}

static void log_http(buffer *log, const char *what, xc_str bytes)
{
    xc_str line = xc_str_cut(&bytes, '\r');
    buffer_printf(log, "[%s " XC_FMT "]", what, XC_ARG(line));
}

static void log_event(buffer *log, ws_event event, xc_str out)
{
    static const char *const names[] = {"more", "opened", "",
                                        "",     "reply",  "closed"};
    if (event == WS_PAYLOAD)
        buffer_add(log, out.ptr, out.len);
    else if (event == WS_MESSAGE_END)
        buffer_puts(log, "|");
    else if (xc_str_starts_with(out, "HTTP/1.1 "))
        log_http(log, names[event], out);
    else
        log_frame(log, names[event], out);
}

/* What a reader of `size` bytes at a time sees, until the end. */
static void push(struct websocket *w, xc_str in, size_t size, buffer *log)
{
    char *copy = malloc(in.len + 1); /* one byte of slack for in.len 0 */
    char *at = copy, *end, *stop = copy + in.len;
    ws_event event = WS_NEED_MORE;
    xc_str out;
    memcpy(copy, in.ptr, in.len);
    while (at < stop && event != WS_CLOSED) {
        end = (size_t)(stop - at) < size ? stop : at + size;
        while ((event = ws_next(w, &at, end, &out)) != WS_NEED_MORE) {
            log_event(log, event, out);
            if (event == WS_CLOSED)
                break;
        }
        if (event == WS_NEED_MORE && (at != end || out.len != 0))
            check_fail("need more, but not everything was taken");
    }
    free(copy);
}

/* All cuts into pieces of the same size, and all cuts in two. */
static void check_log(const char *what, xc_str in, bool opened,
                      uint64_t message_max, const char *expected)
{
    buffer log = {NULL, 0, 0};
    for (size_t n = 1; n <= 2 * in.len + 1; n++) {
        char memory[1024];
        struct websocket w;
        xc_str head = in, tail = in;
        ws_init(&w, memory, sizeof memory, message_max);
        if (opened)
            w.phase = WS_IN_HEAD;
        buffer_clear(&log);
        if (n <= in.len) {
            push(&w, in, n, &log);
        } else {
            head.len = n - in.len - 1;
            tail.ptr += head.len;
            tail.len -= head.len;
            push(&w, head, WHOLE, &log);
            if (w.phase != WS_OVER)
                push(&w, tail, WHOLE, &log);
        }
        check_str(what, buffer_str(&log), expected);
    }
    buffer_free(&log);
}

/* ---- the handshake ------------------------------------------------------ */

#define START "GET /xmpp-websocket HTTP/1.1\r\nHost: example.com\r\n"
#define UPGRADE "Upgrade: websocket\r\nConnection: Upgrade\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define XMPP "Sec-WebSocket-Protocol: xmpp\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"

/* The key of RFC 6455 section 1.3, and the example of RFC 7395 section 3.1. */
static void the_handshake_of_the_rfc_succeeds(void **state)
{
    static const char expected[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\n"
        "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Sec-WebSocket-Protocol: xmpp\r\n\r\n";
    char request[] =
        START UPGRADE KEY "Origin: http://example.com\r\n"
                          "Sec-WebSocket-Protocol: xmpp\r\n" VERSION "\r\n";
    char memory[512], *at = request;
    struct websocket w;
    xc_str out;
    (void)state;
    ws_init(&w, memory, sizeof memory, 0);
    assert_int_equal(ws_next(&w, &at, request + sizeof request - 1, &out),
                     WS_OPENED);
    check_str("response", out, expected);
    assert_ptr_equal(at, request + sizeof request - 1);
}

typedef struct request_case {
    const char *request, *status;
} request_case;

static const request_case request_cases[] = {
    {START UPGRADE KEY XMPP VERSION "\r\n", "101 Switching Protocols"},
    /* names and tokens in any case, lists, spaces, more fields */
    {"GET /?a=b HTTP/1.1\r\nhost:x\r\nuPGRADE:\t h2c ,WebSocket \r\n"
     "CONNECTION: keep-alive,upGrade\r\nSEC-WEBSOCKET-KEY:"
     "AAAAAAAAAAAAAAAAAAAAAA==\r\nsec-websocket-version:13 \r\n"
     "Sec-WebSocket-Protocol: mqtt\r\nX-Y: \xc3\xa9:\r\n"
     "Sec-WebSocket-Protocol: soap, xmpp\r\nSec-WebSocket-Extensions: "
     "permessage-deflate\r\n\r\n",
     "101 Switching Protocols"},
    /* no HTTP/1.1 */
    {"POST / HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
    {"get / HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
    {"GET / HTTP/1.0\r\nHost: x\r\n\r\n", "400 Bad Request"},
    {"GET / HTTP/2.0\r\nHost: x\r\n\r\n", "400 Bad Request"},
    {"GET  / HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
    {"GET / HTTP/1.1 \r\nHost: x\r\n\r\n", "400 Bad Request"},
    {"GET HTTP/1.1\r\nHost: x\r\n\r\n", "400 Bad Request"},
    {"GET /\r\n\r\n", "400 Bad Request"},
    {"\r\n\r\n", "400 Bad Request"},
    {"GET / HTTP/1.1\n", "400 Bad Request"},
    {"GET / HTTP/1.1\r\r", "400 Bad Request"},
    {"GET /\x01 ", "400 Bad Request"},
    {"<?xml version='1.0'?><stream:stream\n", "400 Bad Request"},
    {"\x16\x03\x01", "400 Bad Request"},
    /* fields */
    {"GET / HTTP/1.1\r\n" UPGRADE KEY XMPP VERSION "\r\n",
     "400 Bad Request"}, /* no Host */
    {START "Host: y\r\n" UPGRADE KEY XMPP VERSION "\r\n", "400 Bad Request"},
    {START UPGRADE KEY KEY XMPP VERSION "\r\n", "400 Bad Request"},
    {START UPGRADE KEY XMPP VERSION VERSION "\r\n", "400 Bad Request"},
    {START "no colon\r\n\r\n", "400 Bad Request"},
    {START ": no name\r\n\r\n", "400 Bad Request"},
    {START "a space : x\r\n\r\n", "400 Bad Request"},
    {START "X: folded\r\n lines: x\r\n\r\n", "400 Bad Request"},
    {START "X: folded\r\n\tlines: x\r\n\r\n", "400 Bad Request"},
    /* not for us */
    {START "\r\n", "426 Upgrade Required"},
    {START "Upgrade: websocket\r\n" KEY XMPP VERSION "\r\n",
     "426 Upgrade Required"},
    {START "Connection: Upgrade\r\n" KEY XMPP VERSION "\r\n",
     "426 Upgrade Required"},
    {START "Upgrade: websockets\r\nConnection: Upgrade\r\n" KEY XMPP VERSION
           "\r\n",
     "426 Upgrade Required"},
    {START UPGRADE KEY XMPP "\r\n", "426 Upgrade Required"},
    {START UPGRADE KEY XMPP "Sec-WebSocket-Version: 8\r\n\r\n",
     "426 Upgrade Required"},
    {START UPGRADE KEY XMPP "Sec-WebSocket-Version: 13, 8\r\n\r\n",
     "426 Upgrade Required"},
    {START UPGRADE XMPP VERSION "\r\n", "400 Bad Request"},
    {START UPGRADE "Sec-WebSocket-Key: \r\n" XMPP VERSION "\r\n",
     "400 Bad Request"},
    {START UPGRADE "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAA\r\n" XMPP VERSION
                   "\r\n",
     "400 Bad Request"}, /* 15 bytes */
    {START UPGRADE
     "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAAA=\r\n" XMPP VERSION "\r\n",
     "400 Bad Request"}, /* 17 bytes */
    {START UPGRADE "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ\r\n" XMPP VERSION
                   "\r\n",
     "400 Bad Request"}, /* no padding */
    {START UPGRADE KEY VERSION "\r\n", "400 Bad Request"},
    {START UPGRADE KEY VERSION "Sec-WebSocket-Protocol: XMPP, xmpp2\r\n\r\n",
     "400 Bad Request"},
};

static void requests_are_the_same_in_each_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(request_cases); i++) {
        const request_case *t = &request_cases[i];
        bool opens = xc_str_starts_with(xc_str_from(t->status), "101");
        char expected[80];
        snprintf(expected, sizeof expected, "[%s HTTP/1.1 %s]",
                 opens ? "opened" : "closed", t->status);
        check_log(t->request, xc_str_from(t->request), false, 0, expected);
    }
}

static void a_request_that_does_not_fit_is_refused(void **state)
{
    static const char request[] = START UPGRADE KEY XMPP VERSION "\r\n";
    size_t length = sizeof request - 1;
    buffer log = {NULL, 0, 0};
    (void)state;
    for (size_t size = 0; size <= length; size++) {
        char *memory = malloc(size + 1);
        struct websocket w;
        ws_init(&w, memory, size, 0);
        buffer_clear(&log);
        push(&w, xc_str_from(request), WHOLE, &log);
        check_str("log", buffer_str(&log),
                  size < length
                      ? "[closed HTTP/1.1 431 Request Header Fields Too "
                        "Large]"
                      : "[opened HTTP/1.1 101 Switching Protocols]");
        free(memory);
    }
    buffer_free(&log);
}

static xc_str take_line(xc_str *rest)
{
    xc_str line = xc_str_cut(rest, '\n');
    if (line.len > 0)
        line.len--; /* the CR */
    return line;
}

/* Each response is whole: its body is as long as it says, and a 426 says what
   to change to (RFC 9110 section 15.5.22, RFC 6455 section 4.4). */
static void check_response(const char *request, xc_str response)
{
    xc_str rest = response, line, version = xc_str_from(NULL);
    unsigned long length = 0;
    bool upgrade = false;
    while ((line = take_line(&rest)).len > 0) {
        if (xc_str_starts_with(line, "Content-Length: "))
            length = strtoul(line.ptr + 16, NULL, 10);
        if (xc_str_starts_with(line, "Sec-WebSocket-Version: "))
            version = line;
        upgrade |= xc_str_is(line, "Upgrade: websocket");
    }
    CHECK(length == rest.len &&
              (rest.len == 0 || rest.ptr[rest.len - 1] == '\n'),
          "%s: " XC_FMT, request, XC_ARG(response));
    if (xc_str_starts_with(response, "HTTP/1.1 426")) {
        CHECK(upgrade, "%s: no Upgrade in " XC_FMT, request, XC_ARG(response));
        CHECK((version.ptr != NULL) == (strstr(request, UPGRADE) != NULL),
              "%s: " XC_FMT, request, XC_ARG(response));
    }
}

static void responses_are_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(request_cases); i++) {
        buffer request = {NULL, 0, 0};
        char memory[1024], *at;
        struct websocket w;
        xc_str out;
        buffer_puts(&request, request_cases[i].request);
        ws_init(&w, memory, sizeof memory, 0);
        at = request.ptr;
        ws_next(&w, &at, at + request.len, &out);
        assert_true(out.len > 0);
        check_response(request_cases[i].request, out);
        buffer_free(&request);
    }
}

/* A client must wait for the response, but nothing is lost if it does not. */
static void a_frame_after_the_request_is_not_lost(void **state)
{
    (void)state;
    check_log("both",
              XC_STR(START UPGRADE KEY XMPP VERSION
                     "\r\n\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
              false, 0, "[opened HTTP/1.1 101 Switching Protocols]Hello|");
}

/* ---- frames ------------------------------------------------------------- */

typedef struct frame_case {
    const char *name;
    xc_str in;
    const char *expected;
} frame_case;

#define BYTES(literal) XC_STR_INIT(literal)
#define ZERO_MASK "\0\0\0\0"
#define PROTOCOL_ERROR "[closed 88 02 03 ea]"

static const frame_case frame_cases[] = {
    /* RFC 6455 section 5.7, as a client says it */
    {"Hello", BYTES("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"), "Hello|"},
    {"fragmented", BYTES("\x01\x83" ZERO_MASK "Hel\x80\x82" ZERO_MASK "lo"),
     "Hello|"},
    {"ping", BYTES("\x89\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"),
     "[reply 8a 05 48 65 6c 6c 6f]"},
    /* more of the same */
    {"three fragments",
     BYTES("\x01\x81" ZERO_MASK "a\0\x81" ZERO_MASK "b\x80\x81" ZERO_MASK "c"),
     "abc|"},
    {"empty fragments",
     BYTES("\x01\x80" ZERO_MASK "\0\x80" ZERO_MASK "\0\x81" ZERO_MASK
           "x\x80\x80" ZERO_MASK),
     "x|"},
    {"empty message", BYTES("\x81\x80" ZERO_MASK), "|"},
    {"two messages", BYTES("\x81\x81" ZERO_MASK "a\x81\x81" ZERO_MASK "b"),
     "a|b|"},
    {"ping inside",
     BYTES("\x01\x81" ZERO_MASK "a\x89\x81\1\1\1\1p\x80\x81" ZERO_MASK "b"),
     "a[reply 8a 01 71]b|"},
    {"empty ping", BYTES("\x89\x80" ZERO_MASK), "[reply 8a 00]"},
    {"pong", BYTES("\x8a\x81" ZERO_MASK "x\x81\x80" ZERO_MASK), "|"},
    {"fragment alone", BYTES("\x01\x81" ZERO_MASK "a"), "a"},
    /* Close */
    {"close", BYTES("\x88\x80" ZERO_MASK), "[closed 88 00]"},
    {"close 1000", BYTES("\x88\x82" ZERO_MASK "\x03\xe8"),
     "[closed 88 02 03 e8]"},
    {"close with a reason",
     BYTES("\x88\x85" ZERO_MASK "\x03\xe9"
           "bye"),
     "[closed 88 02 03 e9]"},
    {"close 4999", BYTES("\x88\x82" ZERO_MASK "\x13\x87"),
     "[closed 88 02 13 87]"},
    {"close inside",
     BYTES("\x01\x81" ZERO_MASK "a\x88\x80" ZERO_MASK "\x80\x81" ZERO_MASK
           "b"),
     "a[closed 88 00]"},
    {"half a code", BYTES("\x88\x81" ZERO_MASK "\x03"), PROTOCOL_ERROR},
    {"code 999", BYTES("\x88\x82" ZERO_MASK "\x03\xe7"), PROTOCOL_ERROR},
    {"code 1004", BYTES("\x88\x82" ZERO_MASK "\x03\xec"), PROTOCOL_ERROR},
    {"code 1006", BYTES("\x88\x82" ZERO_MASK "\x03\xee"), PROTOCOL_ERROR},
    {"code 1005", BYTES("\x88\x82" ZERO_MASK "\x03\xed"), PROTOCOL_ERROR},
    {"code 1015", BYTES("\x88\x82" ZERO_MASK "\x03\xf7"), PROTOCOL_ERROR},
    {"code 2999", BYTES("\x88\x82" ZERO_MASK "\x0b\xb7"), PROTOCOL_ERROR},
    {"code 5000", BYTES("\x88\x82" ZERO_MASK "\x13\x88"), PROTOCOL_ERROR},
    /* refused */
    {"not masked", BYTES("\x81\x05Hello"), PROTOCOL_ERROR},
    {"ping not masked", BYTES("\x89\x00"), PROTOCOL_ERROR},
    {"RSV1", BYTES("\xc1\x80"), PROTOCOL_ERROR},
    {"RSV2", BYTES("\xa1\x80"), PROTOCOL_ERROR},
    {"RSV3", BYTES("\x91\x80"), PROTOCOL_ERROR},
    {"opcode 3", BYTES("\x83\x80"), PROTOCOL_ERROR},
    {"opcode 7", BYTES("\x87\x80"), PROTOCOL_ERROR},
    {"opcode 11", BYTES("\x8b\x80"), PROTOCOL_ERROR},
    {"opcode 15", BYTES("\x8f\x80"), PROTOCOL_ERROR},
    {"binary", BYTES("\x82\x80"), "[closed 88 02 03 eb]"},
    {"continues nothing", BYTES("\x80\x80"), PROTOCOL_ERROR},
    {"text inside", BYTES("\x01\x80" ZERO_MASK "\x81\x80"), PROTOCOL_ERROR},
    {"binary inside", BYTES("\x01\x80" ZERO_MASK "\x82\x80"), PROTOCOL_ERROR},
    {"fragmented ping", BYTES("\x09\x80"), PROTOCOL_ERROR},
    {"fragmented close", BYTES("\x08\x80"), PROTOCOL_ERROR},
    {"long ping", BYTES("\x89\xfe"), PROTOCOL_ERROR},
    {"very long close", BYTES("\x88\xff"), PROTOCOL_ERROR},
    {"125 in two bytes", BYTES("\x81\xfe\x00\x7d"), PROTOCOL_ERROR},
    {"65535 in eight", BYTES("\x81\xff\0\0\0\0\0\0\xff\xff"), PROTOCOL_ERROR},
    {"2^63", BYTES("\x81\xff\x80\0\0\0\0\0\0\0"), PROTOCOL_ERROR},
};

static void frames_are_the_same_in_each_cut(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(frame_cases); i++)
        check_log(frame_cases[i].name, frame_cases[i].in, true, 0,
                  frame_cases[i].expected);
}

static void a_message_above_the_limit_is_refused(void **state)
{
    static const char refused[] = "[closed 88 02 03 f1]";
    (void)state;
    check_log("5 of 5", XC_STR("\x81\x85" ZERO_MASK "Hello"), true, 5,
              "Hello|");
    check_log("5 of 4", XC_STR("\x81\x85"), true, 4, refused);
    check_log("fragments",
              XC_STR("\x01\x83" ZERO_MASK "Hel\x80\x82" ZERO_MASK "lo"), true,
              5, "Hello|");
    check_log("fragments, too big", XC_STR("\x01\x83" ZERO_MASK "Hel\x80\x82"),
              true, 4, "Hel[closed 88 02 03 f1]");
    check_log("the next is another",
              XC_STR("\x81\x83" ZERO_MASK "Hel\x81\x82" ZERO_MASK "lo"), true,
              4, "Hel|lo|");
    check_log("2^63 - 1", XC_STR("\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff"),
              true, 1000, refused);
    check_log("pings do not count",
              XC_STR("\x89\x83" ZERO_MASK "abc\x81\x81" ZERO_MASK "x"), true,
              1, "[reply 8a 03 61 62 63]x|");
}

/* What ws_framing writes, masked as a client has to, is what ws_next reads. */
static void check_round_trip(size_t size)
{
    buffer frame = {NULL, 0, 0}, in = {NULL, 0, 0}, log = {NULL, 0, 0};
    size_t total, head;
    struct websocket w;
    buffer_repeat(&frame, "-", ws_framing.room);
    for (size_t i = 0; i < size; i++)
        buffer_add(&frame, &"abcdefg"[i % 7], 1);
    total = ws_framing.close_frame(frame.ptr, size);
    head = total - size;
    assert_int_equal(head, size < 126 ? 2 : size < 65536 ? 4 : 10);
    frame.ptr[1] = (char)(unsigned char)((unsigned char)frame.ptr[1] | 0x80u);
    buffer_add(&in, frame.ptr, head);
    buffer_add(&in, "\x01\x02\x03\x04", 4);
    for (size_t i = 0; i < size; i++) {
        char c = (char)(frame.ptr[head + i] ^ (char)(i % 4 + 1));
        buffer_add(&in, &c, 1);
    }
    ws_init(&w, NULL, 0, size);
    w.phase = WS_IN_HEAD;
    push(&w, buffer_str(&in), 1000, &log);
    assert_int_equal(log.len, size + 1);
    assert_memory_equal(log.ptr, frame.ptr + head, size);
    assert_int_equal(log.ptr[size], '|');
    buffer_free(&frame);
    buffer_free(&in);
    buffer_free(&log);
}

static void what_is_framed_is_read(void **state)
{
    static const size_t sizes[] = {1,   2,     124,   125,   126,   127,
                                   128, 65534, 65535, 65536, 65537, 300000};
    char frame[16] = "0123456789";
    (void)state;
    for (size_t i = 0; i < COUNT_OF(sizes); i++)
        check_round_trip(sizes[i]);
    assert_int_equal(ws_framing.close_frame(frame, 0), 0);
    assert_string_equal(frame, "0123456789");
}

/* RFC 6455 section 5.7: a single-frame unmasked text message. */
static void a_frame_is_that_of_the_rfc(void **state)
{
    char frame[] = "..........Hello";
    (void)state;
    assert_int_equal(ws_framing.close_frame(frame, 5), 7);
    assert_memory_equal(frame, "\x81\x05Hello", 7);
}

static void the_longest_ping_gets_a_pong(void **state)
{
    buffer in = {NULL, 0, 0}, expected = {NULL, 0, 0};
    (void)state;
    buffer_add(&in, "\x89\xfd\1\1\1\1", 6);
    buffer_repeat(&in, "a", WS_CONTROL_MAX);
    buffer_puts(&expected, "[reply 8a 7d");
    buffer_repeat(&expected, " 60", WS_CONTROL_MAX);
    buffer_puts(&expected, "]");
    check_log("ping", buffer_str(&in), true, 0, expected.ptr);
    buffer_free(&in);
    buffer_free(&expected);
}

/* ---- the server closes -------------------------------------------------- */

static void after_our_close_only_a_close_counts(void **state)
{
    static const char *const ends[] = {"\x88\x80" ZERO_MASK, "\xff\xff",
                                       "\x88\x82" ZERO_MASK "\x03\xe8"};
    static const size_t lengths[] = {6, 2, 8};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ends); i++) {
        buffer log = {NULL, 0, 0};
        struct websocket w;
        xc_str end = {ends[i], lengths[i]};
        ws_init(&w, NULL, 0, 0);
        w.phase = WS_IN_HEAD;
        push(&w, XC_STR("\x01\x84" ZERO_MASK "<op"), WHOLE, &log);
        check_str("before", buffer_str(&log), "<op");
        log_frame(&log, "sent", ws_close(&w, WS_GOING_AWAY));
        assert_int_equal(ws_close(&w, WS_NORMAL).len, 0);
        /* the rest of a message, a ping, another message */
        push(&w,
             XC_STR("e\x80\x82" ZERO_MASK "n>\x89\x80" ZERO_MASK
                    "\x81\x81" ZERO_MASK "x"),
             WHOLE, &log);
        push(&w, end, WHOLE, &log);
        check_str("log", buffer_str(&log), "<op[sent 88 02 03 e9][closed]");
        buffer_free(&log);
    }
}

static void closed_is_for_ever(void **state)
{
    char bytes[] = "\x81\x05Hello", *at = bytes, *end = bytes + 7;
    struct websocket w;
    xc_str out;
    (void)state;
    ws_init(&w, NULL, 0, 0);
    w.phase = WS_IN_HEAD;
    assert_int_equal(ws_next(&w, &at, end, &out), WS_CLOSED);
    assert_int_equal(out.len, 4);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(ws_next(&w, &at, end, &out), WS_CLOSED);
        assert_int_equal(out.len, 0);
        assert_ptr_equal(at, end);
    }
    assert_int_equal(ws_close(&w, WS_NORMAL).len, 0);
}

static void closing_before_it_is_open_sends_nothing(void **state)
{
    char memory[64];
    struct websocket w;
    (void)state;
    ws_init(&w, memory, sizeof memory, 0);
    assert_int_equal(ws_close(&w, WS_NORMAL).len, 0);
}

/* ---- with the codec ----------------------------------------------------- */

static void messages_are_elements(void **state)
{
    static const xc_stream_options options = {.framing = XC_WEBSOCKET};
    char bytes[] = "\x01\x90" ZERO_MASK "<open xmlns='urn"
                   "\0\xa6" ZERO_MASK ":ietf:params:xml:ns:xmpp-framing' to='"
                   "\x80\x84" ZERO_MASK "a'/>";
    char memory[2048], *at = bytes, *end = bytes + sizeof bytes - 1;
    struct websocket w;
    xc_stream s;
    xc_stream_event ev;
    ws_event event;
    xc_str out;
    size_t opens = 0, ends = 0;
    (void)state;
    ws_init(&w, NULL, 0, 0);
    w.phase = WS_IN_HEAD;
    xc_stream_init(&s, memory, sizeof memory, &options);
    while ((event = ws_next(&w, &at, end, &out)) != WS_NEED_MORE) {
        if (event == WS_MESSAGE_END) {
            ends++;
            assert_int_equal(xc_stream_end_message(&s), XC_OK);
            continue;
        }
        assert_int_equal(event, WS_PAYLOAD);
        while (xc_stream_next(&s, &out, &ev) == XC_EVENT)
            opens += ev.kind == XC_EVENT_OPEN;
    }
    assert_int_equal(opens, 1);
    assert_int_equal(ends, 1);
}

/* ---- anything ----------------------------------------------------------- */

/* Bytes that are nearly frames, so that they are not all refused at once. */
static void random_frames(random_source *r, buffer *in)
{
    static const unsigned char starts[] = {0x00, 0x01, 0x80, 0x81,
                                           0x81, 0x88, 0x89, 0x8a};
    buffer_clear(in);
    while (random_below(r, 8) != 0) {
        size_t length = random_below(r, 12);
        unsigned char head[6] = {RANDOM_PICK(r, starts)};
        head[1] = (unsigned char)(0x80 | length);
        for (size_t i = 2; i < 6; i++)
            head[i] = (unsigned char)random_below(r, 256);
        if (random_below(r, 10) == 0)
            head[random_below(r, 6)] = (unsigned char)random_below(r, 256);
        buffer_add(in, head, sizeof head);
        while (length-- > 0)
            buffer_add(in, &head[random_below(r, 6)], 1);
    }
}

/* Nothing crashes, and how the bytes are cut changes nothing. */
static void random_frames_are_the_same_in_each_cut(void **state)
{
    random_source r = {12345};
    buffer in = {NULL, 0, 0}, whole = {NULL, 0, 0}, pieces = {NULL, 0, 0};
    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        struct websocket a, b;
        random_frames(&r, &in);
        ws_init(&a, NULL, 0, 20);
        a.phase = WS_IN_HEAD;
        b = a;
        buffer_clear(&whole);
        buffer_clear(&pieces);
        push(&a, buffer_str(&in), WHOLE, &whole);
        push(&b, buffer_str(&in), 1 + random_below(&r, 5), &pieces);
        if (!xc_str_equal(buffer_str(&whole), buffer_str(&pieces)))
            check_fail("round %u: %s but %s", (unsigned)i, whole.ptr,
                       pieces.ptr);
    }
    buffer_free(&in);
    buffer_free(&whole);
    buffer_free(&pieces);
}

static void random_requests_do_not_crash(void **state)
{
    static const char request[] = START UPGRADE KEY XMPP VERSION "\r\n";
    random_source r = {54321};
    buffer log = {NULL, 0, 0};
    (void)state;
    for (size_t i = 0; i < 20000; i++) {
        char text[sizeof request], *memory = malloc(sizeof request);
        struct websocket w;
        xc_str in = {text, sizeof request - 1};
        memcpy(text, request, sizeof text);
        for (size_t changes = random_below(&r, 4); changes > 0; changes--)
            text[random_below(&r, in.len)] = (char)random_below(&r, 256);
        ws_init(&w, memory, sizeof request, 0);
        buffer_clear(&log);
        push(&w, in, 1 + random_below(&r, 300), &log);
        free(memory);
    }
    buffer_free(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_handshake_of_the_rfc_succeeds),
        cmocka_unit_test(requests_are_the_same_in_each_cut),
        cmocka_unit_test(a_request_that_does_not_fit_is_refused),
        cmocka_unit_test(responses_are_whole),
        cmocka_unit_test(a_frame_after_the_request_is_not_lost),
        cmocka_unit_test(frames_are_the_same_in_each_cut),
        cmocka_unit_test(a_message_above_the_limit_is_refused),
        cmocka_unit_test(what_is_framed_is_read),
        cmocka_unit_test(a_frame_is_that_of_the_rfc),
        cmocka_unit_test(the_longest_ping_gets_a_pong),
        cmocka_unit_test(after_our_close_only_a_close_counts),
        cmocka_unit_test(closed_is_for_ever),
        cmocka_unit_test(closing_before_it_is_open_sends_nothing),
        cmocka_unit_test(messages_are_elements),
        cmocka_unit_test(random_frames_are_the_same_in_each_cut),
        cmocka_unit_test(random_requests_do_not_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
