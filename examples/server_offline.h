/* server_offline.h - messages for an account that is away, or whose client
   does not read fast enough: they wait in a file (XEP-0160), stamped with the
   time (XEP-0203).

       offline_store    appends one
       offline_feed     hands out as many as the resource has room for
       offline_confirm  they have arrived: now they leave the file

   So what is in the file is lost neither with a connection nor with the
   server; at worst it is delivered once more. */
#ifndef SERVER_OFFLINE_H
#define SERVER_OFFLINE_H

#include "server_roster.h"
#include "server_stanza.h"

static xc_time time_now(void)
{
    xc_time now = {.present = true};
    time_t seconds = time(NULL);
    struct tm tm;
    if (gmtime_r(&seconds, &tm) == NULL)
        memset(&tm, 0, sizeof tm);
    now.year = (uint16_t)(tm.tm_year + 1900);
    now.month = (uint8_t)(tm.tm_mon + 1);
    now.day = (uint8_t)tm.tm_mday;
    now.hour = (uint8_t)tm.tm_hour;
    now.minute = (uint8_t)tm.tm_min;
    now.second = (uint8_t)(tm.tm_sec < 60 ? tm.tm_sec : 59);
    return now;
}

static bool offline_path(struct path *p, xc_str local)
{
    return store_path(p, local, ".offline");
}

/* Not what says so, and not what only tells that somebody is typing (XEP-0334,
   XEP-0160 section 3). */
static bool is_worth_storing(const xc_element *e)
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

static bool offline_store(const struct stanza *st)
{
    xc_delay delay = {.stamp = time_now(),
                      .from = xc_jid_full(server.domain.jid)};
    xc_str local = xc_jid_local(st->to), record;
    xc_writer *w = &server.writer;
    struct account *a = account_find(local);
    struct path path;
    xc_writer_init(w, server.scratch, STANZA_BYTES / 2, NULL);
    relay_begin(w, XC_NS_CLIENT, st->element, xc_jid_full(st->from),
                xc_jid_full(st->to));
    if (!xc_has_child(st->element, XC_NS_DELAY, "delay"))
        xc_write(w, &xc_delay_schema, &delay);
    xc_writer_end(w);
    if (xc_writer_finish(w, &record) != XC_OK || !offline_path(&path, local) ||
        !store_append(&path, record, OFFLINE_BYTES))
        return false;
    if (a != NULL)
        a->offline += record.len;
    return true;
}

/* ---- delivery ----------------------------------------------------------- */

static xc_str offline_read(const struct session *s)
{
    static char file[OFFLINE_BYTES];
    struct path path;
    xc_str none = {NULL, 0};
    if (!offline_path(&path, xc_str_from(s->account->local)))
        return none;
    return store_read(&path, file, sizeof file);
}

/* The first `bytes` are done with. A file that cannot be read or shortened is
   left until the account comes online again, after all of it have gone: to go
   on would deliver the same for ever. */
static void offline_remove(struct session *s, size_t bytes)
{
    xc_str rest = offline_read(s);
    struct path path;
    s->account->offline = 0;
    if (rest.ptr == NULL ||
        !offline_path(&path, xc_str_from(s->account->local)))
        return;
    if (rest.len <= bytes) {
        unlink(path.name);
        return;
    }
    rest.ptr += bytes;
    rest.len -= bytes;
    if (store_replace(&path, rest))
        s->account->offline = rest.len;
    else
        log_event(s, "cannot shorten the offline file");
}

/* Bytes of the file that are on their way to some resource. */
static size_t offline_on_the_way(const struct account *a)
{
    const struct session *s = a->sessions;
    while (s != NULL && s->offline_sent == 0)
        s = s->next;
    return s != NULL ? s->offline_sent : 0;
}

/* What comes now has to wait behind it. */
static bool offline_has_more(const struct account *a)
{
    return a->offline > offline_on_the_way(a);
}

static bool has_much_room(const struct session *s)
{
    return link_waiting(&s->link) <= OUT_BYTES / 2 &&
           s->queue.used <= QUEUE_BYTES / 2;
}

/* Nobody else takes them at the same time, and no resource that wants no
   messages gets them (RFC 6121 section 8.5.2.1.1). */
static void offline_feed(struct session *s)
{
    static struct replay r;
    const xc_element *e;
    enum delivery delivery = DELIVERED;
    if (s->account->offline == 0 || !s->available || s->priority < 0 ||
        s->state != SESSION_BOUND || !has_much_room(s) ||
        offline_on_the_way(s->account) > 0)
        return;
    replay_init(&r, offline_read(s));
    while (delivery != BUSY && (e = replay_next(&r)) != NULL) {
        xc_writer_element(session_begin(s), e);
        delivery = session_deliver(s, FROM_THE_FILE);
        if (delivery != BUSY)
            s->offline_sent = replay_at(&r);
    }
    if (s->offline_sent == 0 && delivery != BUSY)
        offline_remove(s, r.size); /* nothing that can be read */
}

static bool offline_has_arrived(const struct session *s)
{
    struct queued q;
    size_t at = 0;
    if (!s->queue.enabled)
        return link_waiting(&s->link) == 0;
    for (; queue_at(s, at, &q); at = q.end)
        if (q.from_file)
            return false;
    return true;
}

static void offline_confirm(struct session *s)
{
    size_t sent = s->offline_sent;
    if (sent == 0 || !offline_has_arrived(s))
        return;
    s->offline_sent = 0;
    offline_remove(s, sent);
}

#endif
