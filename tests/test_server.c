/* test_server.c - examples/server from inside: messages that wait in a file,
   for a client that does not read. What can be seen from outside is in
   interop/checks_server.py. */
#include "support.h"

#include "server/life.h"
#include "server/offline.h"
#include "server/receive.h"
#include "server/resource.h"
#include "server/server.h"
#include "server/sm.h"

#include <string.h>
#include <sys/socket.h>

enum {
    STORED = 2
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
    char record[OFFLINE_RECORD_MAX];
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
        xc_str one = {junk, (size_t)(SESSION_QUEUE_BYTES / 2 + row->over) - 4};
        s->queue.enabled = true;
        assert_true(sm_queue_add(&s->queue, one, false));
        s->queue.next = s->queue.used;
        s->queue.sent = 1;
    } else {
        s->connection.out_to = (size_t)(SESSION_OUT_BYTES / 2 + row->over);
        memcpy(s->out, junk, s->connection.out_to);
    }
}

static struct server_session *join(const struct row *row, int *peer)
{
    struct server_session *s = server->free;
    server->free = s->next;
    connection_init(&s->connection, s->out, sizeof s->out, XC_NS_CLIENT);
    s->connection.fd = full_socket(peer);
    life_begin(s, row->port);
    if (row->port == PORT_WEBSOCKET)
        receive_open_frames(s);
    memcpy(s->sasl.user, "a", 2);
    assert_int_equal(resource_bind(s, XC_STR("r")), XC_STANZA_ERROR_NONE);
    s->state = SESSION_BOUND;
    s->deadline = 0;
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
static unsigned count_messages(const buffer *got)
{
    static const char end[] = "</message>";
    unsigned count = 0;
    for (size_t i = 0; i + sizeof end - 1 <= got->len; i++)
        count += memcmp(got->ptr + i, end, sizeof end - 1) == 0;
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
    CHECK(count_messages(&got) == STORED, "%s: %u messages", row_name(row),
          count_messages(&got));
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
    for (size_t record = OFFLINE_RECORD_MAX - 2; record <= OFFLINE_RECORD_MAX;
         record++)
        for (int over = -1; over <= 1; over++)
            for (unsigned i = 0; i < 4; i++) {
                struct row row = {PORT_CLIENT, (i & 1) != 0, record, over};
                if ((i & 2) != 0)
                    row.port = PORT_WEBSOCKET;
                busy += check_row(&row);
            }
    CHECK(busy > 9, "only %u rows in which nothing has room", busy);
}

static char directory[] = "/tmp/test_server.XXXXXX";

static int set_up(void **state)
{
    struct server_config config = {.directory = mkdtemp(directory),
                                   .domain = "localhost",
                                   .listen = "127.0.0.1",
                                   .connections = 1};
    const char *problem;
    (void)state;
    memset(junk, 'j', sizeof junk);
    server = server_new(&config, &problem);
    return server == NULL || config.directory == NULL;
}

static int tear_down(void **state)
{
    struct store_path path;
    (void)state;
    if (store_path(&server->store, &path, XC_STR("a"), ".offline"))
        unlink(path.name); /* of a test that failed */
    server_free(server);
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_without_room_wait_and_come_once),
    };
    return cmocka_run_group_tests_name("server", tests, set_up, tear_down);
}
