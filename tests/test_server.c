/* test_server.c - examples/server from inside: messages that wait in a file,
   for a client that does not read; messages that come once, whatever resources
   an account has and whatever becomes of them. What can be seen from outside
   is in interop/checks_server.py. */
#include "support.h"

#include "server/life.h"
#include "server/offline.h"
#include "server/receive.h"
#include "server/resource.h"
#include "server/send.h"
#include "server/server.h"
#include "server/sm.h"

#include <string.h>
#include <sys/socket.h>

enum {
    STORED = 2,
    RESUME_TIME = 1000,
    RECORD = SESSION_OUT_BYTES / 4 /* no room for one beside `much room` */
};

struct row {
    enum server_port port;
    bool managed;  /* XEP-0198 */
    size_t record; /* bytes of each that is stored */
    int over;      /* bytes in its way, more than what is `much room` */
};

static const char *row_name(const struct row *row)
{
    static char name[80];
    snprintf(name, sizeof name, "%s%s, record %zu, over %d",
             row->port == PORT_WEBSOCKET ? "WebSocket" : "TCP",
             row->managed ? ", managed" : "", row->record, row->over);
    return name;
}

/* ---- a client that does not read ---------------------------------------- */

static struct server *server;
static char junk[SESSION_QUEUE_BYTES];

/* The server's end takes no more; `*peer` is the client's. */
static int full_socket(int *peer)
{
    int fd[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    fcntl(fd[0], F_SETFL, O_NONBLOCK);
    fcntl(fd[1], F_SETFL, O_NONBLOCK);
    while (write(fd[0], junk, 4096) > 0 || write(fd[0], junk, 1) > 0)
        continue;
    *peer = fd[1];
    return fd[0];
}

static void store_messages(size_t size)
{
    static const char begin[] =
        "<message xmlns='jabber:client' to='a@localhost' from='b@localhost/x'>"
        "<body>";
    static const char end[] = "</body></message>";
    char record[RECORD];
    xc_str bytes = {record, size};
    struct store_path path;
    memset(record, 'x', size);
    memcpy(record, begin, sizeof begin - 1);
    memcpy(record + size - (sizeof end - 1), end, sizeof end - 1);
    assert_true(store_path(&server->store, &path, XC_STR("a"), ".offline"));
    for (int i = 0; i < STORED; i++)
        assert_true(store_append(&path, bytes, OFFLINE_BYTES));
}

/* So much has been sent and not acknowledged, or waits for the socket. */
static void put_in_the_way(struct server_session *s, const struct row *row)
{
    if (row->managed) {
        size_t size = (size_t)(SESSION_QUEUE_BYTES / 2 + row->over);
        struct sm_queued one = {.stanza = {junk, size - SM_QUEUE_HEAD}};
        s->queue.enabled = true;
        assert_true(sm_queue_add(&s->queue, &one));
        s->queue.next = s->queue.used;
        s->queue.sent = 1;
    } else {
        s->connection.out_to = (size_t)(SESSION_OUT_BYTES / 2 + row->over);
        memcpy(s->out, junk, s->connection.out_to);
    }
}

/* A connection whose user has logged in. */
static struct server_session *connect_user(enum server_port port, int fd,
                                           const char *user)
{
    struct server_session *s = server->free;
    server->free = s->next;
    connection_init(&s->connection, s->out, sizeof s->out, XC_NS_CLIENT);
    s->connection.fd = fd;
    life_begin(s, port);
    if (port == PORT_WEBSOCKET)
        receive_open_frames(s);
    memcpy(s->sasl.user, user, strlen(user) + 1);
    s->authenticated = true;
    s->deadline = 0;
    return s;
}

static void bind_to(struct server_session *s, const char *resource)
{
    assert_int_equal(resource_bind(s, xc_str_from(resource)),
                     XC_STANZA_ERROR_NONE);
    s->state = SESSION_BOUND;
}

static struct server_session *join(const struct row *row, int *peer)
{
    struct server_session *s = connect_user(row->port, full_socket(peer), "a");
    bind_to(s, "r");
    s->available = true;
    put_in_the_way(s, row);
    session_unsettle(s);
    return s;
}

/* ---- the server's turns ------------------------------------------------ */

/* What the server does after a turn, but not for ever. */
static void settle(const struct row *row)
{
    unsigned steps = 0;
    for (; server->unsettled != NULL; steps++) {
        struct server_session *s = server->unsettled;
        CHECK(steps < 10, "%s: does not end", row_name(row));
        server->unsettled = s->settle;
        life_settle(s);
    }
}

static size_t take_all(int peer, buffer *got)
{
    char block[65536];
    size_t before = got->len;
    ssize_t n;
    while ((n = read(peer, block, sizeof block)) > 0)
        buffer_add(got, block, (size_t)n);
    return got->len - before;
}

/* The client reads, and acknowledges, until nothing comes. */
static void let_read(struct server_session *s, int peer, const struct row *row,
                     buffer *got)
{
    while (take_all(peer, got) > 0 || s->queue.used > 0) {
        CHECK(got->len < 1000000, "%s: more and more", row_name(row));
        if (row->managed)
            sm_acknowledge(s, (xc_number){true, s->queue.sent});
        session_unsettle(s);
        settle(row);
    }
}

/* In what may be frames, with any bytes. */
static unsigned count_text(const buffer *got, const char *text)
{
    size_t len = strlen(text);
    unsigned count = 0;
    for (size_t i = 0; i + len <= got->len; i++)
        count += memcmp(got->ptr + i, text, len) == 0;
    return count;
}

/* ---- tests ------------------------------------------------------------- */

/* Returns whether not even the first message had room. */
static bool check_row(const struct row *row)
{
    buffer got = {NULL, 0, 0};
    int peer;
    bool busy;
    struct server_session *s;
    store_messages(row->record);
    s = join(row, &peer);
    settle(row);
    busy = s->offline_sent == 0;
    CHECK(s->account->offline == STORED * row->record,
          "%s: the file has lost what has not arrived", row_name(row));
    let_read(s, peer, row, &got);
    CHECK(s->account->offline == 0, "%s: the file has not been sent",
          row_name(row));
    CHECK(count_text(&got, "</message>") == STORED, "%s: %u messages",
          row_name(row), count_text(&got, "</message>"));
    session_cut(s, "the end of a row");
    settle(row);
    close(peer);
    buffer_free(&got);
    return busy;
}

/* What has no room waits, without keeping the server busy; it comes once. */
static void messages_without_room_wait_and_come_once(void **state)
{
    unsigned busy = 0;
    (void)state;
    for (size_t record = RECORD - 2; record <= RECORD; record++)
        for (int over = -1; over <= 1; over++)
            for (unsigned i = 0; i < 4; i++) {
                struct row row = {PORT_CLIENT, (i & 1) != 0, record, over};
                if ((i & 2) != 0)
                    row.port = PORT_WEBSOCKET;
                busy += check_row(&row);
            }
    CHECK(busy > 9, "only %u rows in which nothing has room", busy);
}

/* A full buffer has room for the end of the stream, and why. */
static void who_does_not_read_is_told(void **state)
{
    struct row row = {.port = PORT_CLIENT};
    buffer got = {NULL, 0, 0};
    int peer;
    struct server_session *s = join(&row, &peer);
    (void)state;
    s->header_sent = true;
    s->connection.out_to = SESSION_OUT_BYTES - SESSION_LAST_BYTES;
    memset(s->out, 'j', s->connection.out_to);
    xc_write_tag(send_begin(s), XC_NS_SM, "r");
    send_end(s);
    settle(&row);
    assert_int_equal(s->state, SESSION_CLOSING);
    let_read(s, peer, &row, &got);
    assert_int_equal(count_text(&got, "<policy-violation "), 1);
    assert_int_equal(count_text(&got, "</stream:stream>"), 1);
    session_cut(s, "the end of the test");
    settle(&row);
    close(peer);
    buffer_free(&got);
}

/* ---- messages that come once -------------------------------------------- */

enum fate {
    STAYS,  /* reads and acknowledges */
    LEAVES, /* ... and closes its stream then */
    LOST,   /* is cut off before it has read anything, for good */
    RESUMES /* is cut off, and comes back */
};

/* A resource of the account: all have other numbers, from 0 on. */
struct guest {
    bool carbons, managed;
    int presence; /* its priority; -2: it has sent none */
    enum fate fate;
    struct server_session *s; /* NULL: it is gone */
    int peer;
    buffer got;
};

enum {
    CARBONS = 2,
    MANAGED = 2,
    PRESENCES = 4,
    KINDS = CARBONS * MANAGED * PRESENCES
};

static const char *guest_name(const struct guest *g)
{
    static const char *const fates[] = {"stays", "leaves", "lost", "resumes"};
    static char names[2][80];
    static unsigned next;
    char *name = names[next++ % 2];
    snprintf(name, sizeof names[0], "%s%s%d %s", g->carbons ? "carbons " : "",
             g->managed ? "managed " : "", g->presence, fates[g->fate]);
    return name;
}

static struct guest new_guest(unsigned kind, enum fate fate)
{
    struct guest g = {.carbons = kind % CARBONS != 0,
                      .managed = kind / CARBONS % MANAGED != 0,
                      .presence = (int)(kind / CARBONS / MANAGED) - 2,
                      .fate = fate};
    return g;
}

static void settle_turn(void)
{
    while (server->unsettled != NULL) {
        struct server_session *s = server->unsettled;
        server->unsettled = s->settle;
        life_settle(s);
    }
}

static void say(struct guest *g, const char *text)
{
    size_t len = strlen(text);
    assert_int_equal(write(g->peer, text, len), len);
    receive(g->s);
    settle_turn();
}

/* Inside a stream. */
static void connect_guest(struct guest *g, const char *user)
{
    xc_str header = XC_STR("<stream:stream xmlns='" XC_NS_CLIENT "' "
                           "xmlns:stream='" XC_NS_STREAMS "' version='1.0'>");
    xc_stream_event ev;
    int fd[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, fd), 0);
    fcntl(fd[0], F_SETFL, O_NONBLOCK);
    fcntl(fd[1], F_SETFL, O_NONBLOCK);
    g->peer = fd[1];
    g->s = connect_user(PORT_CLIENT, fd[0], user);
    assert_int_equal(xc_stream_next(&g->s->stream, &header, &ev), XC_EVENT);
    g->s->header_sent = true;
}

static void enter(struct guest *g, const char *user, const char *resource)
{
    char presence[80];
    connect_guest(g, user);
    bind_to(g->s, resource);
    if (g->managed)
        say(g, "<enable xmlns='urn:xmpp:sm:3' resume='true'/>");
    if (g->carbons)
        say(g, "<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/>"
               "</iq>");
    snprintf(presence, sizeof presence,
             "<presence><priority>%d</priority></presence>", g->presence);
    if (g->presence > -2)
        say(g, presence);
    CHECK(g->s->state == SESSION_BOUND && g->s->queue.enabled == g->managed &&
              g->s->carbons == g->carbons &&
              g->s->available == (g->presence > -2),
          "(%s) could not enter", guest_name(g));
}

/* Reads and acknowledges what there is. */
static void read_all(struct guest *g)
{
    if (g->s == NULL)
        return;
    do {
        if (g->s->queue.enabled)
            sm_acknowledge(g->s, (xc_number){true, g->s->queue.sent});
        session_unsettle(g->s);
        settle_turn();
    } while (take_all(g->peer, &g->got) > 0);
}

static void leave(struct guest *g)
{
    if (g->s == NULL)
        return;
    say(g, "</stream:stream>");
    session_cut(g->s, "the end");
    settle_turn();
    close(g->peer);
    g->s = NULL;
}

static void cut_off(struct guest *g)
{
    close(g->peer);
    receive(g->s);
    settle_turn();
}

static void resume(struct guest *g)
{
    char text[100];
    snprintf(text, sizeof text,
             "<resume xmlns='urn:xmpp:sm:3' previd='%s' h='%u'/>",
             g->s->queue.id, (unsigned)g->s->queue.acked);
    connect_guest(g, "a");
    g->s->state = SESSION_BIND;
    say(g, text);
}

/* The first part of a fate; the second is `meet_again`. */
static void meet(struct guest *g)
{
    if (g->fate == STAYS || g->fate == LEAVES)
        read_all(g);
    else
        cut_off(g);
    if (g->fate == LEAVES)
        leave(g);
}

static void meet_again(struct guest *g)
{
    if (g->fate == STAYS) {
        read_all(g);
    } else if (g->fate == RESUMES) {
        resume(g);
        read_all(g);
    } else if (g->fate == LOST && g->managed) {
        server->now += RESUME_TIME;
        life_watch(g->s);
        settle_turn();
    }
    if (g->fate == LOST)
        g->s = NULL;
}

/* Nobody has seen it twice; who comes late, only if nobody else has; and
   somebody has, unless a connection without XEP-0198 was lost. */
static void check_seen(const struct guest *g, const struct guest *late,
                       const char *id, const char *to)
{
    unsigned one = count_text(&g[0].got, id),
             other = count_text(&g[1].got, id),
             later = count_text(&late->got, id);
    bool may_be_lost = (g[0].fate == LOST && !g[0].managed) ||
                       (g[1].fate == LOST && !g[1].managed);
    CHECK(one <= 1 && other <= 1 && later <= 1 - (one | other) &&
              (one + other + later > 0 || may_be_lost),
          "%s to %s: %u at (%s), %u at (%s), %u later", id, to, one,
          guest_name(&g[0]), other, guest_name(&g[1]), later);
}

static void send_to(struct guest *sender, const char *to, const char *id)
{
    char text[160];
    snprintf(text, sizeof text,
             "<message to='%s' type='chat' %s><body>x</body></message>", to,
             id);
    say(sender, text);
}

/* One message is sent while both are there, and one when the first has met its
   fate. */
static void check_guests(struct guest *g, struct guest *sender, const char *to)
{
    struct guest late = {.managed = false};
    enter(&g[0], "a", "r0");
    enter(&g[1], "a", "r1");
    send_to(sender, to, "id='one'");
    meet(&g[0]);
    send_to(sender, to, "id='two'");
    meet_again(&g[0]);
    meet(&g[1]);
    meet_again(&g[1]);
    for (unsigned i = 0; i < 2; i++) {
        read_all(&g[i]);
        leave(&g[i]);
    }
    enter(&late, "a", "late");
    read_all(&late);
    check_seen(g, &late, "id='one'", to);
    check_seen(g, &late, "id='two'", to);
    leave(&late);
    read_all(sender);
    buffer_free(&late.got);
}

/* Carbons, stored messages, and what is left of lost resources, in all
   combinations for two resources. */
static void messages_come_once(void **state)
{
    static const char *const to[] = {"a@localhost", "a@localhost/r0"};
    struct guest sender = {.presence = -2};
    (void)state;
    enter(&sender, "b", "x");
    for (unsigned i = 0; i < KINDS * 4 * KINDS * 4 * 2; i++) {
        unsigned one = i / 2 % (KINDS * 4), other = i / 2 / (KINDS * 4);
        struct guest g[2] = {new_guest(one / 4, (enum fate)(one % 4)),
                             new_guest(other / 4, (enum fate)(other % 4))};
        if ((g[0].fate == RESUMES && !g[0].managed) ||
            (g[1].fate == RESUMES && !g[1].managed))
            continue;
        check_guests(g, &sender, to[i % 2]);
        buffer_free(&g[0].got);
        buffer_free(&g[1].got);
    }
    leave(&sender);
    buffer_free(&sender.got);
}

static char directory[] = "/tmp/test_server.XXXXXX";

static int set_up(void **state)
{
    struct server_config config = {.directory = mkdtemp(directory),
                                   .domain = "localhost",
                                   .listen = "127.0.0.1",
                                   .connections = 6,
                                   .resume_time = RESUME_TIME};
    const char *problem;
    (void)state;
    memset(junk, 'j', sizeof junk);
    server = server_new(&config, &problem);
    return server == NULL || config.directory == NULL ||
           credentials_add(&server->store, XC_STR("a"), XC_STR("p")) != NULL;
}

static int tear_down(void **state)
{
    struct store_path path;
    (void)state;
    if (store_path(&server->store, &path, XC_STR("a"), ".offline"))
        unlink(path.name); /* of a test that failed */
    if (store_path(&server->store, &path, XC_STR("a"), ".account"))
        unlink(path.name);
    server_free(server);
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_without_room_wait_and_come_once),
        cmocka_unit_test(who_does_not_read_is_told),
        cmocka_unit_test(messages_come_once),
    };
    return cmocka_run_group_tests_name("server", tests, set_up, tear_down);
}
