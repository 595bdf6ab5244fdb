#include "foreign.h"

#include "clock.h"
#include "keep.h"
#include "tsv.h"

#include <stdio.h>
#include <string.h>

enum {
    LINES_PER_SECOND = 50,
    LINES_AT_ONCE = 100,
    NAME_TIME = 30000,     /* milliseconds until NICK must have come */
    SILENCE_TIME = 600000, /* until we ask */
    REPLY_TIME = 60000,    /* until a line must have come */
    LEAVE_TIME = 2000
};

void foreign_init(struct foreign_side *side,
                  const struct foreign_handlers *handlers, void *owner)
{
    side->handlers = handlers;
    side->owner = owner;
    side->listening = -1;
    for (size_t i = 0; i < FOREIGN_MAX; i++)
        connection_init(&side->users[i].connection, side->users[i].out,
                        sizeof side->users[i].out, NULL);
}

bool foreign_listen(struct foreign_side *side, const char *port)
{
    side->listening = connection_listen("127.0.0.1", port);
    if (side->listening >= 0)
        side->port = connection_port(side->listening);
    return side->listening >= 0;
}

/* ---- users -------------------------------------------------------------- */

static bool has_name(const struct foreign *f)
{
    return f->name.shown[0] != '\0';
}

struct foreign *foreign_find(struct foreign_side *side, xc_str local)
{
    for (size_t i = 0; i < FOREIGN_MAX; i++) {
        struct foreign *f = &side->users[i];
        if (f->connection.fd >= 0 && !f->leaving && has_name(f) &&
            xc_str_is(local, f->name.local))
            return f;
    }
    return NULL;
}

static bool was_seen(const struct foreign_side *side, xc_str local)
{
    for (size_t i = 0; i < FOREIGN_SEEN; i++)
        if (side->seen[i][0] != '\0' && xc_str_is(local, side->seen[i]))
            return true;
    return false;
}

xc_stanza_error_condition foreign_absence(const struct foreign_side *side,
                                          xc_str local)
{
    return was_seen(side, local) ? XC_STANZA_ERROR_RECIPIENT_UNAVAILABLE
                                 : XC_STANZA_ERROR_ITEM_NOT_FOUND;
}

void foreign_set_name(struct foreign_side *side, struct foreign *f,
                      const struct foreign_name *name)
{
    xc_str local = xc_str_from(name->local);
    f->name = *name;
    f->deadline = clock_ms() + SILENCE_TIME;
    if (!was_seen(side, local))
        keep_text(side->seen[side->seen_next++ % FOREIGN_SEEN], LOCAL_SIZE,
                  local);
}

/* ---- sending ------------------------------------------------------------ */

/* The user is offline now; the entry is free when what waits is written. The
   handler learns of it in foreign_move, not here: when many users do not read,
   calls would nest as deep as there are users. */
static void leave(struct foreign *f, int64_t patience)
{
    if (!f->leaving || patience == 0)
        f->deadline = clock_ms() + patience;
    f->leaving = f->connection.ending = true;
}

xc_str foreign_line(char *mem, const char *word, xc_str a, xc_str b, xc_str c)
{
    struct tsv_line line;
    tsv_begin(&line, mem, LINE_SIZE);
    tsv_add(&line, xc_str_from(word));
    tsv_add(&line, a);
    tsv_add(&line, b);
    tsv_add(&line, c);
    return tsv_end(&line);
}

bool foreign_send(struct foreign *f, xc_str line)
{
    struct connection *c = &f->connection;
    if (f->leaving)
        return false;
    if (connection_send_bytes(c, line) ||
        (connection_move(c) && connection_send_bytes(c, line)))
        return true;
    fprintf(stderr, "cut off a foreign user who does not read\n");
    leave(f, 0);
    return false;
}

void foreign_say(struct foreign *f, const char *word, xc_str a, xc_str b)
{
    char mem[LINE_SIZE];
    xc_str line = foreign_line(mem, word, a, b, xc_str_from(NULL));
    if (line.ptr != NULL)
        foreign_send(f, line);
}

void foreign_bye(struct foreign *f, const char *reason)
{
    foreign_say(f, "BYE", xc_str_from(reason), xc_str_from(NULL));
    leave(f, LEAVE_TIME);
}

void foreign_bye_all(struct foreign_side *side, const char *reason)
{
    for (size_t i = 0; i < FOREIGN_MAX; i++)
        if (side->users[i].connection.fd >= 0)
            foreign_bye(&side->users[i], reason);
}

/* ---- receiving ---------------------------------------------------------- */

/* Credit for lines grows with time. */
static void count_credit(struct foreign *f)
{
    int64_t now = clock_ms(), earned = (now - f->credit_at) * LINES_PER_SECOND;
    f->credit_at = now;
    if (earned > LINES_AT_ONCE * 1000 - f->credit)
        earned = LINES_AT_ONCE * 1000 - f->credit;
    f->credit += (int)earned;
}

static void drop_line(struct foreign *f, size_t size)
{
    memmove(f->in, f->in + size, f->in_len - size);
    f->in_len -= size;
}

/* A line that does not fit is an error once, and skipped to its end. */
static void skip_line(struct foreign *f)
{
    if (!f->skipping)
        foreign_say(f, "ERROR", XC_STR("policy-violation"),
                    XC_STR("a line that is too long"));
    f->skipping = true;
    f->in_len = 0;
}

static void take_line(struct foreign_side *side, struct foreign *f,
                      size_t size)
{
    size_t len = size - 1;
    if (len > 0 && f->in[len - 1] == '\r')
        len--;
    f->credit -= 1000;
    if (f->skipping)
        f->skipping = false;
    else
        side->handlers->line(side->owner, f, f->in, len);
    drop_line(f, size);
}

/* The lines that are complete, as far as the credit goes. */
static void take_lines(struct foreign_side *side, struct foreign *f)
{
    const char *end = memchr(f->in, '\n', f->in_len);
    while (end != NULL && f->credit >= 1000 && !f->leaving) {
        take_line(side, f, (size_t)(end - f->in) + 1);
        end = memchr(f->in, '\n', f->in_len);
    }
    if (end == NULL && f->in_len == sizeof f->in)
        skip_line(f);
    if (end == NULL && f->ended)
        leave(f, LEAVE_TIME);
}

static void receive(struct foreign *f)
{
    xc_str in;
    connection_read_result got = connection_read(
        &f->connection, f->in + f->in_len, sizeof f->in - f->in_len, &in);
    if (got == CONNECTION_BYTES && !f->leaving) {
        f->in_len += in.len;
        f->asked = false;
        if (has_name(f))
            f->deadline = clock_ms() + SILENCE_TIME;
    } else if (got == CONNECTION_END) {
        f->ended = true;
    } else if (got == CONNECTION_FAILED) {
        leave(f, 0);
    }
}

/* ---- new connections ---------------------------------------------------- */

static void start(struct foreign *f)
{
    f->name.shown[0] = '\0';
    f->ended = f->leaving = f->told = f->asked = f->skipping = false;
    f->in_len = 0;
    f->credit = LINES_AT_ONCE * 1000;
    f->credit_at = clock_ms();
    f->deadline = f->credit_at + NAME_TIME;
}

/* A free entry. If there is none, the connection that has not sent a name for
   the longest time is cut off. NULL: all have names. */
static struct foreign *free_entry(struct foreign_side *side)
{
    struct foreign *oldest = NULL;
    for (size_t i = 0; i < FOREIGN_MAX; i++) {
        struct foreign *f = &side->users[i];
        if (f->connection.fd < 0)
            return f;
        if (!has_name(f) && (oldest == NULL || f->deadline < oldest->deadline))
            oldest = f;
    }
    if (oldest != NULL)
        connection_close(&oldest->connection);
    return oldest;
}

static void turn_away(const struct foreign_side *side)
{
    char out[64];
    struct connection c;
    connection_init(&c, out, sizeof out, NULL);
    if (connection_accept(&c, side->listening) &&
        connection_send_bytes(&c, XC_STR("BYE\tall connections are taken\n")))
        connection_move(&c);
    connection_close(&c);
}

/* When there are no descriptors, all wait for a second. */
static void accept_one(struct foreign_side *side)
{
    struct foreign *f = free_entry(side);
    if (f == NULL)
        turn_away(side);
    else if (connection_accept(&f->connection, side->listening))
        start(f);
    else
        side->accept_at = clock_ms() + 1000;
}

/* ---- the loop ----------------------------------------------------------- */

static void check_time(struct foreign *f)
{
    bool done = f->ended && f->connection.ended;
    if (clock_ms() < f->deadline && !done)
        return;
    if (f->leaving) {
        connection_close(&f->connection);
    } else if (f->asked || !has_name(f)) {
        foreign_bye(f, "silent for too long");
    } else {
        f->asked = true;
        f->deadline = clock_ms() + REPLY_TIME;
        foreign_say(f, "PING", xc_str_from(NULL), xc_str_from(NULL));
    }
}

static void move(struct foreign_side *side, struct foreign *f, short revents)
{
    bool readable = (revents & (POLLIN | POLLHUP | POLLERR)) != 0;
    if (f->leaving)
        f->in_len = 0; /* what comes now counts for nothing */
    if (readable && !f->ended && f->in_len < sizeof f->in)
        receive(f);
    count_credit(f);
    if (!f->leaving)
        take_lines(side, f);
    if (!connection_move(&f->connection))
        leave(f, 0);
    if (f->leaving && !f->told) {
        f->told = true;
        side->handlers->gone(side->owner, f);
    }
    check_time(f);
}

/* Reading stops while the credit is used up. */
static short events(const struct foreign *f, bool reading)
{
    short wanted = connection_poll_events(&f->connection);
    if (!reading || f->ended || (!f->leaving && f->in_len == sizeof f->in))
        wanted = (short)(wanted & ~POLLIN);
    return wanted;
}

void foreign_poll(const struct foreign_side *side, struct pollfd *polled,
                  bool reading)
{
    connection_poll(&polled[0], clock_ms() >= side->accept_at, side->listening,
                    POLLIN);
    for (size_t i = 0; i < FOREIGN_MAX; i++)
        connection_poll(&polled[1 + i], true, side->users[i].connection.fd,
                        events(&side->users[i], reading));
}

void foreign_move(struct foreign_side *side, const struct pollfd *polled)
{
    for (size_t i = 0; i < FOREIGN_MAX; i++)
        if (side->users[i].connection.fd >= 0)
            move(side, &side->users[i], polled[1 + i].revents);
    if (polled[0].revents != 0)
        accept_one(side);
}
