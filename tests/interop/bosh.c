/* bosh.c - a client over BOSH (XEP-0124, XEP-0206): logs in, sends itself a
   message, ends the session. It prints what it receives, a line each with
   TABs:

       online JID | message FROM TEXT | terminated

   usage: XMPP_PASSWORD=... bosh PORT JID TEXT
   One request at a time, each on a new connection to 127.0.0.1. */
#define _POSIX_C_SOURCE 200809L
#include "xmpp_codec.h"

#include "login.h"
#include "random.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WAIT = 2,
    EMPTY_MAX = 40 /* consecutive responses without an element */
};

struct bosh {
    in_port_t port;
    xc_str domain;
    int64_t rid;
    char sid[256];
    bool terminated;
    xc_stream reader;
    xc_writer writer;
    char memory[65536], body[16384], http[131072];
    char queue[131072]; /* elements that arrived, as blocks of bytes */
    size_t from, to;
    struct login login;
};

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "bosh: %s: %s\n", what, why);
    exit(1);
}

/* ---- HTTP --------------------------------------------------------------- */

static int http_connect(in_port_t port)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(port);
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (fd < 0 || connect(fd, (struct sockaddr *)&a, sizeof a) != 0)
        fail("connect", "refused");
    return fd;
}

static void http_send(int fd, xc_str bytes)
{
    while (bytes.len > 0) {
        ssize_t sent = write(fd, bytes.ptr, bytes.len);
        if (sent <= 0)
            fail("send", "the connection is broken");
        bytes.ptr += sent;
        bytes.len -= (size_t)sent;
    }
}

/* Reads until the server closes, as the request asks it to. */
static xc_str http_receive(struct bosh *s, int fd)
{
    xc_str got = {s->http, 0};
    ssize_t n = 1;
    while (n > 0 && got.len < sizeof s->http - 1) {
        n = read(fd, s->http + got.len, sizeof s->http - 1 - got.len);
        got.len += n > 0 ? (size_t)n : 0;
    }
    s->http[got.len] = '\0';
    return got;
}

/* Posts `body` and returns the body of the response. */
static xc_str http_post(struct bosh *s, xc_str body)
{
    char head[512];
    int fd = http_connect(s->port), n;
    const char *end;
    xc_str response;
    n = snprintf(head, sizeof head,
                 "POST /http-bind HTTP/1.1\r\nHost: " XC_FMT "\r\n"
                 "Connection: close\r\nContent-Length: %lu\r\n"
                 "Content-Type: text/xml; charset=utf-8\r\n\r\n",
                 XC_ARG(s->domain), (unsigned long)body.len);
    http_send(fd, (xc_str){head, (size_t)n});
    http_send(fd, body);
    response = http_receive(s, fd);
    close(fd);
    end = strstr(response.ptr, "\r\n\r\n");
    if (end == NULL || !xc_str_starts_with(response, "HTTP/1.") ||
        strncmp(response.ptr + 8, " 200", 4) != 0)
        fail("HTTP", response.ptr);
    response.len -= (size_t)(end + 4 - response.ptr);
    response.ptr = end + 4;
    return response;
}

/* ---- bodies ------------------------------------------------------------- */

static void on_body(struct bosh *s, const xc_element *start)
{
    xc_bosh_body b;
    xc_field const *field;
    if (xc_read(&xc_bosh_body_schema, start, &b, &field) != XC_OK)
        fail("body", field != NULL ? field->name : "cannot be read");
    if (b.sid.ptr != NULL && s->sid[0] == '\0')
        snprintf(s->sid, sizeof s->sid, XC_FMT, XC_ARG(b.sid));
    s->terminated = b.type == XC_BOSH_TERMINATE;
    if (b.condition != XC_BOSH_NONE)
        fail("condition", xc_attr(start, "condition").ptr);
}

static void on_response(struct bosh *s, xc_str response)
{
    xc_stream_event ev;
    xc_status status;
    while ((status = xc_stream_next(&s->reader, &response, &ev)) == XC_EVENT) {
        size_t size = xc_element_size(ev.element);
        if (ev.kind == XC_EVENT_OPEN)
            on_body(s, ev.element);
        if (ev.kind == XC_EVENT_OPEN || ev.kind == XC_EVENT_CLOSE)
            continue;
        if (size > sizeof s->queue - s->to)
            fail("queue", "is full");
        memcpy(s->queue + s->to, ev.element, size);
        s->to += size;
    }
    if (status != XC_NEED_MORE || xc_stream_finish(&s->reader) != XC_OK)
        fail("response", xc_status_text(status));
}

/* Begins a body; the first one asks for a session. */
static xc_writer *begin(struct bosh *s, xc_bosh_body b)
{
    b.rid = (xc_number){.present = true, .value = s->rid++};
    if (s->sid[0] != '\0')
        b.sid = xc_str_from(s->sid);
    xc_writer_init(&s->writer, s->body, sizeof s->body, NULL);
    xc_write_begin(&s->writer, &xc_bosh_body_schema, &b);
    return &s->writer;
}

static void send_body(struct bosh *s)
{
    xc_str text;
    xc_writer_end(&s->writer);
    if (xc_writer_finish(&s->writer, &text) != XC_OK)
        fail("writer", "cannot write");
    if (getenv("BOSH_SHOW") != NULL)
        fprintf(stderr, "> " XC_FMT "\n", XC_ARG(text));
    text = http_post(s, text);
    if (getenv("BOSH_SHOW") != NULL)
        fprintf(stderr, "< " XC_FMT "\n", XC_ARG(text));
    on_response(s, text);
}

/* The next element; polls until one arrives. */
static const xc_element *next_element(struct bosh *s)
{
    const xc_element *e;
    for (int i = 0; s->from == s->to && i < EMPTY_MAX; i++) {
        if (s->terminated)
            fail("session", "terminated");
        s->from = s->to = 0;
        begin(s, (xc_bosh_body){.type = XC_BOSH_NORMAL});
        send_body(s);
    }
    if (s->from == s->to)
        fail("server", "says nothing");
    e = (const xc_element *)(s->queue + s->from);
    s->from += xc_element_size(e);
    return e;
}

/* Sends the body; earlier elements are dropped. */
static const xc_element *exchange(struct bosh *s)
{
    s->from = s->to = 0;
    send_body(s);
    return next_element(s);
}

/* ---- the session -------------------------------------------------------- */

static const xc_element *open_session(struct bosh *s)
{
    xc_bosh_body b = {.to = s->domain,
                      .lang = XC_STR("en"),
                      .ver = XC_STR("1.6"),
                      .version = XC_STR("1.0"),
                      .content = XC_STR("text/xml; charset=utf-8")};
    b.wait = (xc_number){.present = true, .value = WAIT};
    b.hold = (xc_number){.present = true, .value = 1};
    begin(s, b);
    return exchange(s);
}

/* XEP-0206 section 5: a request instead of a new stream header. */
static const xc_element *restart(struct bosh *s)
{
    begin(s, (xc_bosh_body){
                 .to = s->domain, .lang = XC_STR("en"), .restart = XC_TRUE});
    return exchange(s);
}

static xc_login_step take(struct bosh *s, const xc_element *e)
{
    xc_login_step step = xc_login_next(
        &s->login.state, e, begin(s, (xc_bosh_body){.type = XC_BOSH_NORMAL}));
    if (step != XC_LOGIN_SEND)
        s->rid--; /* that body is not sent */
    return step;
}

static void log_in(struct bosh *s, const xc_element *features, xc_str user)
{
    xc_login *l = &s->login.state;
    xc_login_step step;
    s->login.options.username = user;
    s->login.options.password = xc_str_from(getenv("XMPP_PASSWORD"));
    s->login.options.private_channel = true; /* loopback */
    if (!login_begin(&s->login, NULL, false))
        fail("login", "no random numbers");
    for (step = take(s, features); step != XC_LOGIN_ONLINE;
         step = take(s, step == XC_LOGIN_RESTART ? restart(s)
                        : step == XC_LOGIN_SEND  ? exchange(s)
                                                 : next_element(s)))
        if (step == XC_LOGIN_FAILED)
            fail("login", xc_login_reason_text(l->reason));
    printf("online\t" XC_FMT "\n", XC_ARG(l->address));
}

static void talk(struct bosh *s, const char *text)
{
    xc_message m = {.to = s->login.state.address, .body = xc_str_from(text)};
    xc_writer *w = begin(s, (xc_bosh_body){.type = XC_BOSH_NORMAL});
    const xc_element *e;
    m.type = XC_MESSAGE_CHAT;
    m.id = XC_STR("1");
    xc_writer_text_element(w, XC_NS_CLIENT, "presence", XC_STR(""));
    xc_write(w, &xc_message_schema, &m);
    for (e = exchange(s); !xc_is(e, XC_NS_CLIENT, "message");
         e = next_element(s)) {
    }
    if (xc_read(&xc_message_schema, e, &m, NULL) != XC_OK)
        fail("message", "cannot be read");
    printf("message\t" XC_FMT "\t" XC_FMT "\n", XC_ARG(m.from),
           XC_ARG(m.body));
}

static void terminate(struct bosh *s)
{
    xc_writer *w = begin(s, (xc_bosh_body){.type = XC_BOSH_TERMINATE});
    xc_writer_begin(w, XC_NS_CLIENT, "presence");
    xc_writer_attr(w, "type", XC_STR("unavailable"));
    xc_writer_end(w);
    s->from = s->to = 0;
    send_body(s);
    if (!s->terminated)
        fail("terminate", "not confirmed");
    printf("terminated\n");
}

int main(int argc, char **argv)
{
    static struct bosh bosh; /* too large for some stacks */
    struct bosh *s = &bosh;
    xc_stream_options how = {.framing = XC_BOSH};
    xc_jid_parts jid;
    if (argc != 4 || getenv("XMPP_PASSWORD") == NULL)
        fail("usage", "XMPP_PASSWORD=... bosh PORT JID TEXT");
    s->port = (in_port_t)strtoul(argv[1], NULL, 10);
    jid = xc_jid_split(xc_str_from(argv[2]));
    s->domain = jid.domain;
    random_bytes(&s->rid, 4); /* far below 2^53, whatever the order */
    s->rid &= INT64_C(0xFFFFFFFFFFFF);
    xc_stream_init(&s->reader, s->memory, sizeof s->memory, &how);
    log_in(s, open_session(s), jid.local);
    talk(s, argv[3]);
    terminate(s);
    return 0;
}
