/* bosh.c - a client over BOSH (XEP-0124, XEP-0206): logs in, sends itself a
   message, ends the session. What it saw it prints, a line each with TABs:

       online JID | message FROM TEXT | terminated

   usage: XMPP_PASSWORD=... bosh PORT JID TEXT
   One request at a time, each on a connection of its own to 127.0.0.1. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "examples/login.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    WAIT = 2,
    ANSWERS_MAX = 40
};

static struct {
    in_port_t port;
    xc_str domain;
    int64_t rid;
    char sid[256];
    bool terminated;
    xc_stream reader;
    xc_writer writer;
    char memory[65536], body[16384], http[131072];
    char queue[131072]; /* elements that came, as blocks of bytes */
    size_t from, to;
} bosh;

static void fail(const char *what, const char *why)
{
    fprintf(stderr, "bosh: %s: %s\n", what, why);
    exit(1);
}

/* ---- HTTP --------------------------------------------------------------- */

static int http_connect(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a;
    memset(&a, 0, sizeof a);
    a.sin_family = AF_INET;
    a.sin_port = htons(bosh.port);
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

/* Until the server closes, as it was asked to. */
static xc_str http_receive(int fd)
{
    xc_str got = {bosh.http, 0};
    ssize_t n = 1;
    while (n > 0 && got.len < sizeof bosh.http - 1) {
        n = read(fd, bosh.http + got.len, sizeof bosh.http - 1 - got.len);
        got.len += n > 0 ? (size_t)n : 0;
    }
    bosh.http[got.len] = '\0';
    return got;
}

/* The body of the answer to a POST of `body`. */
static xc_str http_post(xc_str body)
{
    char head[512];
    int fd = http_connect(), n;
    const char *end;
    xc_str answer;
    n = snprintf(head, sizeof head,
                 "POST /http-bind HTTP/1.1\r\nHost: " XC_FMT "\r\n"
                 "Connection: close\r\nContent-Length: %lu\r\n"
                 "Content-Type: text/xml; charset=utf-8\r\n\r\n",
                 XC_ARG(bosh.domain), (unsigned long)body.len);
    http_send(fd, (xc_str){head, (size_t)n});
    http_send(fd, body);
    answer = http_receive(fd);
    close(fd);
    end = strstr(answer.ptr, "\r\n\r\n");
    if (end == NULL || !xc_str_starts_with(answer, "HTTP/1.") ||
        strncmp(answer.ptr + 8, " 200", 4) != 0)
        fail("HTTP", answer.ptr);
    answer.len -= (size_t)(end + 4 - answer.ptr);
    answer.ptr = end + 4;
    return answer;
}

/* ---- bodies ------------------------------------------------------------- */

static void on_body(const xc_element *start)
{
    xc_bosh_body b;
    xc_field const *field;
    if (xc_read(&xc_bosh_body_schema, start, &b, &field) != XC_OK)
        fail("body", field != NULL ? field->name : "cannot be read");
    if (b.sid.ptr != NULL && bosh.sid[0] == '\0')
        snprintf(bosh.sid, sizeof bosh.sid, XC_FMT, XC_ARG(b.sid));
    bosh.terminated = b.type == XC_BOSH_TERMINATE;
    if (b.condition != XC_BOSH_NONE)
        fail("condition", xc_attr(start, "condition").ptr);
}

static void on_answer(xc_str answer)
{
    xc_stream_event ev;
    xc_status status;
    while ((status = xc_stream_next(&bosh.reader, &answer, &ev)) == XC_EVENT) {
        size_t size = xc_element_size(ev.element);
        if (ev.kind == XC_EVENT_OPEN)
            on_body(ev.element);
        if (ev.kind == XC_EVENT_OPEN || ev.kind == XC_EVENT_CLOSE)
            continue;
        if (size > sizeof bosh.queue - bosh.to)
            fail("queue", "is full");
        memcpy(bosh.queue + bosh.to, ev.element, size);
        bosh.to += size;
    }
    if (status != XC_NEED_MORE || xc_stream_finish(&bosh.reader) != XC_OK)
        fail("answer", xc_status_text(status));
}

/* Begins a body; the first one asks for a session. */
static xc_writer *begin(xc_bosh_body b)
{
    b.rid = (xc_number){.present = true, .value = bosh.rid++};
    if (bosh.sid[0] != '\0')
        b.sid = xc_str_from(bosh.sid);
    xc_writer_init(&bosh.writer, bosh.body, sizeof bosh.body, NULL);
    xc_write_begin(&bosh.writer, &xc_bosh_body_schema, &b);
    return &bosh.writer;
}

static void send_body(void)
{
    xc_str text;
    xc_writer_end(&bosh.writer);
    if (xc_writer_finish(&bosh.writer, &text) != XC_OK)
        fail("writer", "cannot write");
    if (getenv("BOSH_SHOW") != NULL)
        fprintf(stderr, "> " XC_FMT "\n", XC_ARG(text));
    text = http_post(text);
    if (getenv("BOSH_SHOW") != NULL)
        fprintf(stderr, "< " XC_FMT "\n", XC_ARG(text));
    on_answer(text);
}

/* The next element that has come; asks for more until there is one. */
static const xc_element *next_element(void)
{
    const xc_element *e;
    int answers;
    for (answers = 0; bosh.from == bosh.to && answers < ANSWERS_MAX;
         answers++) {
        if (bosh.terminated)
            fail("session", "terminated");
        bosh.from = bosh.to = 0;
        begin((xc_bosh_body){.type = XC_BOSH_NORMAL});
        send_body();
    }
    if (bosh.from == bosh.to)
        fail("server", "says nothing");
    e = (const xc_element *)(bosh.queue + bosh.from);
    bosh.from += xc_element_size(e);
    return e;
}

/* Sends the body; what came before was looked at. */
static const xc_element *exchange(void)
{
    bosh.from = bosh.to = 0;
    send_body();
    return next_element();
}

/* ---- the session -------------------------------------------------------- */

static xc_features features_of(const xc_element *e)
{
    xc_features f;
    if (xc_read(&xc_features_schema, e, &f, NULL) != XC_OK)
        fail("features", xc_name(e).ptr);
    return f;
}

static xc_features open_session(void)
{
    xc_bosh_body b = {.to = bosh.domain,
                      .lang = XC_STR("en"),
                      .ver = XC_STR("1.6"),
                      .version = XC_STR("1.0"),
                      .content = XC_STR("text/xml; charset=utf-8")};
    b.wait = (xc_number){.present = true, .value = WAIT};
    b.hold = (xc_number){.present = true, .value = 1};
    begin(b);
    return features_of(exchange());
}

static void log_in(const xc_features *features, xc_str user)
{
    static struct login login;
    static struct login_account account;
    enum login_step step;
    account.user = user;
    account.password = xc_str_from(getenv("XMPP_PASSWORD"));
    account.private_channel = true;
    step = login_begin(&login, &account, features,
                       begin((xc_bosh_body){.type = XC_BOSH_NORMAL}));
    while (step == LOGIN_SEND) {
        const xc_element *e = exchange();
        step = login_take(&login, e,
                          begin((xc_bosh_body){.type = XC_BOSH_NORMAL}));
    }
    if (step != LOGIN_DONE)
        fail("login", login.problem);
    bosh.rid--; /* that body is not sent */
}

/* XEP-0206 section 5: a request in place of a new stream header. */
static xc_features restart(void)
{
    begin((xc_bosh_body){
        .to = bosh.domain, .lang = XC_STR("en"), .restart = XC_TRUE});
    return features_of(exchange());
}

static void bind_resource(char *jid, size_t size)
{
    xc_writer *w = begin((xc_bosh_body){.type = XC_BOSH_NORMAL});
    xc_bind bind = {.base = {.present = true}};
    const xc_element *e;
    xc_writer_begin(w, XC_NS_CLIENT, "iq");
    xc_writer_attr(w, "type", XC_STR("set"));
    xc_writer_attr(w, "id", XC_STR("bind"));
    xc_write(w, &xc_bind_schema, &bind);
    xc_writer_end(w);
    for (e = exchange(); !xc_is(e, XC_NS_CLIENT, "iq"); e = next_element()) {
    }
    e = xc_child(e, XC_NS_BIND, "bind");
    if (xc_read(&xc_bind_schema, e, &bind, NULL) != XC_OK ||
        bind.jid.ptr == NULL)
        fail("bind", "refused");
    snprintf(jid, size, XC_FMT, XC_ARG(bind.jid));
    printf("online\t%s\n", jid);
}

static void talk(const char *jid, const char *text)
{
    xc_message m = {.to = xc_str_from(jid), .body = xc_str_from(text)};
    xc_writer *w = begin((xc_bosh_body){.type = XC_BOSH_NORMAL});
    const xc_element *e;
    m.type = XC_MESSAGE_CHAT;
    m.id = XC_STR("1");
    xc_writer_text_element(w, XC_NS_CLIENT, "presence", XC_STR(""));
    xc_write(w, &xc_message_schema, &m);
    for (e = exchange(); !xc_is(e, XC_NS_CLIENT, "message");
         e = next_element()) {
    }
    if (xc_read(&xc_message_schema, e, &m, NULL) != XC_OK)
        fail("message", "cannot be read");
    printf("message\t" XC_FMT "\t" XC_FMT "\n", XC_ARG(m.from),
           XC_ARG(m.body));
}

static void terminate(void)
{
    xc_writer *w = begin((xc_bosh_body){.type = XC_BOSH_TERMINATE});
    xc_writer_begin(w, XC_NS_CLIENT, "presence");
    xc_writer_attr(w, "type", XC_STR("unavailable"));
    xc_writer_end(w);
    bosh.from = bosh.to = 0;
    send_body();
    if (!bosh.terminated)
        fail("terminate", "not confirmed");
    printf("terminated\n");
}

int main(int argc, char **argv)
{
    xc_stream_options how = {.framing = XC_BOSH};
    xc_jid_parts jid;
    xc_features features;
    char full[XC_JID_MAX + 1];
    if (argc != 4 || getenv("XMPP_PASSWORD") == NULL)
        fail("usage", "XMPP_PASSWORD=... bosh PORT JID TEXT");
    bosh.port = (in_port_t)strtoul(argv[1], NULL, 10);
    jid = xc_jid_split(xc_str_from(argv[2]));
    bosh.domain = jid.domain;
    random_bytes(&bosh.rid, 4); /* far below 2^53, whatever the order */
    bosh.rid &= INT64_C(0xFFFFFFFFFFFF);
    xc_stream_init(&bosh.reader, bosh.memory, sizeof bosh.memory, &how);
    features = open_session();
    log_in(&features, jid.local);
    if (!restart().bind.base.present)
        fail("features", "no bind");
    bind_resource(full, sizeof full);
    talk(full, argv[3]);
    terminate();
    return 0;
}
