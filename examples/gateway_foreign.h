/* gateway_foreign.h - the foreign side: connections, and lines of fields. What
   the lines mean is in gateway_commands.h.

   Nobody here can harm another: each connection has its own fixed memory, is
   read once in a round and may say so many lines a second; who does not read
   what it gets, or says nothing for too long, is cut off. */
#ifndef GATEWAY_FOREIGN_H
#define GATEWAY_FOREIGN_H

#include "xmpp_codec.h"

#include <string.h>

#include "fields.h"
#include "gateway_state.h"

enum {
    LINES_PER_SECOND = 50,
    LINES_AT_ONCE = 100,
    NAME_TIME = 30000,     /* milliseconds until NICK must have come */
    SILENCE_TIME = 600000, /* until we ask */
    ANSWER_TIME = 60000,   /* until something must have come */
    LEAVE_TIME = 2000
};

/* What happens to a line, and when somebody goes. */
static void foreign_on_line(struct gateway *g, struct foreign *f, char *mem,
                            size_t len);
static void gateway_foreign_gone(struct gateway *g, struct foreign *f);

/* ---- saying ------------------------------------------------------------- */

/* It is not there any more; the place is free when what waits is written. Who
   has to know is told in its turn (see foreign_move): a crowd that does not
   read is no pile of calls. */
static void foreign_leave(struct foreign *f, int64_t patience)
{
    if (!f->leaving || patience == 0)
        f->deadline = clock_ms() + patience;
    f->leaving = f->link.ending = true;
}

/* A line of up to four fields; absent ones are left out. Absent: too long. */
static xc_str line_of(char *mem, const char *word, xc_str a, xc_str b,
                      xc_str c)
{
    struct fields line;
    fields_begin(&line, mem, LINE_SIZE);
    fields_add(&line, xc_str_from(word));
    fields_add(&line, a);
    fields_add(&line, b);
    fields_add(&line, c);
    return fields_end(&line);
}

/* False: it does not read what it gets, and is cut off. */
static bool foreign_send(struct foreign *f, xc_str line)
{
    if (f->leaving)
        return false;
    if (link_send_bytes(&f->link, line) ||
        (link_move(&f->link) && link_send_bytes(&f->link, line)))
        return true;
    fprintf(stderr, "cut off a foreign user who does not read\n");
    foreign_leave(f, 0);
    return false;
}

static void foreign_say(struct foreign *f, const char *word, xc_str a,
                        xc_str b)
{
    char mem[LINE_SIZE];
    xc_str line = line_of(mem, word, a, b, absent());
    if (line.ptr != NULL)
        foreign_send(f, line);
}

static void foreign_bye(struct foreign *f, const char *reason)
{
    foreign_say(f, "BYE", xc_str_from(reason), absent());
    foreign_leave(f, LEAVE_TIME);
}

/* ---- hearing ------------------------------------------------------------ */

/* Credit for lines grows with time. */
static void foreign_count_credit(struct foreign *f)
{
    int64_t now = clock_ms(), earned = (now - f->credit_at) * LINES_PER_SECOND;
    f->credit_at = now;
    if (earned > LINES_AT_ONCE * 1000 - f->credit)
        earned = LINES_AT_ONCE * 1000 - f->credit;
    f->credit += (int)earned;
}

static bool foreign_may_speak(const struct foreign *f)
{
    return f->credit >= 1000;
}

static void foreign_drop_line(struct foreign *f, size_t size)
{
    memmove(f->in, f->in + size, f->in_len - size);
    f->in_len -= size;
}

/* A line that does not fit is an error once, and skipped to its end. */
static void foreign_skip(struct foreign *f)
{
    if (!f->skipping)
        foreign_say(f, "ERROR", XC_STR("policy-violation"),
                    XC_STR("a line that is too long"));
    f->skipping = true;
    f->in_len = 0;
}

static void foreign_take_line(struct gateway *g, struct foreign *f,
                              size_t size)
{
    size_t len = size - 1;
    if (len > 0 && f->in[len - 1] == '\r')
        len--;
    f->credit -= 1000;
    if (f->skipping)
        f->skipping = false;
    else
        foreign_on_line(g, f, f->in, len);
    foreign_drop_line(f, size);
}

/* The lines that are complete, as far as the credit goes. */
static void foreign_take_lines(struct gateway *g, struct foreign *f)
{
    const char *end = memchr(f->in, '\n', f->in_len);
    while (end != NULL && foreign_may_speak(f) && !f->leaving) {
        foreign_take_line(g, f, (size_t)(end - f->in) + 1);
        end = memchr(f->in, '\n', f->in_len);
    }
    if (end == NULL && f->in_len == sizeof f->in)
        foreign_skip(f);
    if (end == NULL && f->ended)
        foreign_leave(f, LEAVE_TIME);
}

static void foreign_hear(struct foreign *f)
{
    xc_str in;
    link_got got =
        link_read(&f->link, f->in + f->in_len, sizeof f->in - f->in_len, &in);
    if (got == LINK_BYTES && !f->leaving) {
        f->in_len += in.len;
        f->asked = false;
        if (f->name.shown[0] != '\0')
            f->deadline = clock_ms() + SILENCE_TIME;
    } else if (got == LINK_END) {
        f->ended = true;
    } else if (got == LINK_FAILED) {
        foreign_leave(f, 0);
    }
}

/* ---- the loop ----------------------------------------------------------- */

static void foreign_start(struct foreign *f)
{
    f->name.shown[0] = '\0';
    f->ended = f->leaving = f->told = f->asked = f->skipping = false;
    f->in_len = 0;
    f->credit = LINES_AT_ONCE * 1000;
    f->credit_at = clock_ms();
    f->deadline = f->credit_at + NAME_TIME;
}

/* A place for a connection. If there is none left, whoever has not said a name
   for the longest time is cut off. NULL: all have. */
static struct foreign *foreign_place(struct gateway *g)
{
    struct foreign *oldest = NULL;
    for (struct foreign *f = g->foreign; f < g->foreign + FOREIGN_MAX; f++) {
        if (f->link.fd < 0)
            return f;
        if (f->name.shown[0] == '\0' &&
            (oldest == NULL || f->deadline < oldest->deadline))
            oldest = f;
    }
    if (oldest != NULL)
        link_close(&oldest->link);
    return oldest;
}

static void foreign_turn_away(const struct gateway *g)
{
    static char out[64];
    struct link l;
    link_init(&l, out, sizeof out, NULL);
    if (link_accept(&l, g->listening) &&
        link_send_bytes(&l, XC_STR("BYE\tno place is free\n")))
        link_move(&l);
    link_close(&l);
}

/* Somebody knocks. When there are no descriptors, all wait for a second. */
static void foreign_accept(struct gateway *g)
{
    struct foreign *f = foreign_place(g);
    if (f == NULL)
        foreign_turn_away(g);
    else if (link_accept(&f->link, g->listening))
        foreign_start(f);
    else
        g->accept_at = clock_ms() + 1000;
}

static void foreign_check_time(struct foreign *f)
{
    bool done = f->ended && f->link.ended;
    if (clock_ms() < f->deadline && !done)
        return;
    if (f->leaving) {
        link_close(&f->link);
    } else if (f->asked || f->name.shown[0] == '\0') {
        foreign_bye(f, "silent for too long");
    } else {
        f->asked = true;
        f->deadline = clock_ms() + ANSWER_TIME;
        foreign_say(f, "PING", absent(), absent());
    }
}

/* Reading stops while the credit is used up. */
static short foreign_events(const struct foreign *f)
{
    short events = link_events(&f->link);
    if (f->ended || (!f->leaving && f->in_len == sizeof f->in))
        events = (short)(events & ~POLLIN);
    return events;
}

static void foreign_move(struct gateway *g, struct foreign *f, short revents)
{
    bool readable = (revents & (POLLIN | POLLHUP | POLLERR)) != 0;
    if (f->leaving)
        f->in_len = 0; /* it may say what it likes */
    if (readable && !f->ended && f->in_len < sizeof f->in)
        foreign_hear(f);
    foreign_count_credit(f);
    if (!f->leaving)
        foreign_take_lines(g, f);
    if (!link_move(&f->link))
        foreign_leave(f, 0);
    if (f->leaving && !f->told) {
        f->told = true;
        gateway_foreign_gone(g, f);
    }
    foreign_check_time(f);
}

#endif
