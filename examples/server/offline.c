#define _POSIX_C_SOURCE 200809L
#include "offline.h"

#include "relay.h"
#include "send.h"
#include "server.h"
#include "stanza.h"

#include <unistd.h>

static bool path_of(const struct server *server, struct store_path *p,
                    xc_str local)
{
    return store_path(&server->store, p, local, ".offline");
}

/* ---- storing ------------------------------------------------------------ */

bool offline_is_worth_storing(const xc_element *e)
{
    const xc_element *child = xc_first_child(e);
    if (xc_has_child(e, XC_TAG_HINT_NO_STORE) ||
        xc_has_child(e, XC_TAG_HINT_NO_PERMANENT_STORE))
        return false;
    while (child != NULL && (xc_is(child, XC_NS_CHAT_STATES, NULL) ||
                             xc_is(child, NULL, "thread")))
        child = xc_next_sibling(child);
    return child != NULL;
}

bool offline_store(const struct server_stanza *st)
{
    struct server *server = st->server;
    xc_str local = xc_jid_local(st->to), record;
    struct account *a = account_find(&server->accounts, local);
    struct store_path path;
    xc_writer w;
    xc_writer_init(&w, server->scratch, OFFLINE_RECORD_MAX, NULL);
    relay_begin(&w, XC_NS_CLIENT, st->element, xc_jid_full(st->from),
                xc_jid_full(st->to));
    stanza_write_delay(&w, st);
    xc_writer_end(&w);
    if (xc_writer_finish(&w, &record) != XC_OK ||
        !path_of(server, &path, local) ||
        !store_append(&path, record, OFFLINE_BYTES))
        return false;
    if (a != NULL)
        a->offline += record.len;
    return true;
}

/* ---- delivery ----------------------------------------------------------- */

static xc_str read_file(const struct server_session *s)
{
    struct server *server = s->server;
    struct store_path path;
    xc_str none = {NULL, 0};
    if (!path_of(server, &path, xc_str_from(s->account->local)))
        return none;
    return store_read(&path, server->offline, sizeof server->offline);
}

/* The first `bytes` are done with. A file that cannot be read or shortened is
   left until the account comes online again after all of it have gone: to go
   on would deliver the same messages for ever. */
static void remove_first(struct server_session *s, size_t bytes)
{
    struct server *server = s->server;
    xc_str rest = read_file(s);
    struct store_path path;
    s->account->offline = 0;
    if (rest.ptr == NULL ||
        !path_of(server, &path, xc_str_from(s->account->local)))
        return;
    if (rest.len <= bytes) {
        unlink(path.name);
        return;
    }
    rest.ptr += bytes;
    rest.len -= bytes;
    if (store_replace(&server->store, &path, rest))
        s->account->offline = rest.len;
    else
        session_log(s, "cannot shorten the offline file");
}

/* Bytes of the file that were sent to some resource. */
static size_t bytes_sent(const struct account *a)
{
    const struct server_session *s = a->sessions;
    while (s != NULL && s->offline_sent == 0)
        s = s->next;
    return s != NULL ? s->offline_sent : 0;
}

bool offline_has_more(const struct account *a)
{
    return a->offline > bytes_sent(a);
}

static bool has_much_room(const struct server_session *s)
{
    return connection_waiting(&s->connection) <= SESSION_OUT_BYTES / 2 &&
           sm_queue_load(&s->queue) <= SESSION_QUEUE_BYTES / 2;
}

/* One resource at a time, and none that wants no messages (RFC 6121 section
   8.5.2.1.1). */
static bool can_be_fed(const struct server_session *s)
{
    return s->account->offline > 0 && s->available && s->priority >= 0 &&
           s->state == SESSION_BOUND && has_much_room(s) &&
           bytes_sent(s->account) == 0;
}

void offline_feed(struct server_session *s)
{
    struct replay *r = &s->server->replay;
    const xc_element *e;
    enum send_result result = SEND_DONE;
    if (!can_be_fed(s))
        return;
    replay_init(r, read_file(s));
    while (result != SEND_BUSY && (e = replay_next(r)) != NULL) {
        xc_writer_element(send_begin(s), e);
        result = send_stanza(s, SEND_STORED);
        if (result != SEND_BUSY)
            s->offline_sent = replay_at(r);
    }
    if (s->offline_sent == 0 && result != SEND_BUSY)
        remove_first(s, r->size); /* nothing that can be read */
}

static bool has_arrived(const struct server_session *s)
{
    struct sm_queued q;
    size_t at = sm_queue_first(&s->queue);
    if ((!s->queue.enabled || s->queue.given_up) &&
        connection_waiting(&s->connection) > 0)
        return false;
    for (; sm_queue_at(&s->queue, at, &q); at = q.end)
        if (q.stored)
            return false;
    return true;
}

void offline_confirm(struct server_session *s)
{
    size_t sent = s->offline_sent;
    if (sent == 0 || !has_arrived(s))
        return;
    s->offline_sent = 0;
    remove_first(s, sent);
}
