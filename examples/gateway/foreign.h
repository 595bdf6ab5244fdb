/* foreign.h - the other network: connections of its users, and lines of
   fields. What the lines mean is in commands.h.

       foreign_init(&side, &handlers, owner); foreign_listen(&side, port);
       loop:  foreign_poll(&side, polled, true); poll(...);
              foreign_move(&side, polled);

   No user can harm another. Each connection has its own fixed memory, is read
   once in a turn and may send so many lines a second. One that does not read
   what it gets, or is silent for too long, is cut off. */
#ifndef GATEWAY_FOREIGN_H
#define GATEWAY_FOREIGN_H

#include "names.h"

#include <poll.h>
#include <stdint.h>

#include "connection.h"

enum {
    LINE_SIZE = 2048,    /* bytes of a line */
    FOREIGN_MAX = 256,   /* connections */
    FOREIGN_SEEN = 1024, /* names of users who were online */
    FOREIGN_POLLED = 1 + FOREIGN_MAX
};

struct foreign {
    struct connection connection;
    struct foreign_name name; /* shown "": NICK has not come yet */
    bool ended;               /* the user sends no more */
    bool leaving;             /* until what waits is written */
    bool told;                /* that it leaves, to the handler */
    bool asked;               /* by PING, and has not replied yet */
    bool skipping;            /* the rest of a line that was too long */
    int credit;               /* lines that may come now, in thousandths */
    int64_t credit_at;        /* when that was counted */
    int64_t deadline;
    size_t in_len;
    char in[LINE_SIZE];
    char out[8 * LINE_SIZE];
};

struct foreign_handlers {
    /* A line without its end; it may be changed. */
    void (*line)(void *owner, struct foreign *f, char *line, size_t len);
    /* The user is offline. Another connection may have its name already. */
    void (*gone)(void *owner, struct foreign *f);
};

struct foreign_side {
    const struct foreign_handlers *handlers;
    void *owner;
    int listening;
    unsigned port;
    int64_t accept_at; /* not before: no descriptors were free */
    struct foreign users[FOREIGN_MAX];
    char seen[FOREIGN_SEEN][LOCAL_SIZE];
    unsigned seen_next;
};

void foreign_init(struct foreign_side *side,
                  const struct foreign_handlers *handlers, void *owner);

/* On loopback; port "0" is any. False: it is taken. */
bool foreign_listen(struct foreign_side *side, const char *port);

/* ---- users -------------------------------------------------------------- */

/* The user who is online with this localpart. */
struct foreign *foreign_find(struct foreign_side *side, xc_str local);

/* Why foreign_find found none: RFC 6121 section 8.5.1. The type of the error
   is `wait` for a user who may come back (RFC 6120 section 8.3.3.13). */
xc_stanza_error_condition foreign_absence(const struct foreign_side *side,
                                          xc_str local);

/* NICK: the connection is that of a user from now on. */
void foreign_set_name(struct foreign_side *side, struct foreign *f,
                      const struct foreign_name *name);

/* ---- sending ------------------------------------------------------------ */

/* A line of up to four fields in LINE_SIZE bytes; absent ones are left out.
   Absent: it is too long. */
xc_str foreign_line(char *mem, const char *word, xc_str a, xc_str b, xc_str c);

/* False: the user does not read what it gets, and is cut off. */
bool foreign_send(struct foreign *f, xc_str line);

void foreign_say(struct foreign *f, const char *word, xc_str a, xc_str b);

/* BYE, and the connection ends. */
void foreign_bye(struct foreign *f, const char *reason);
void foreign_bye_all(struct foreign_side *side, const char *reason);

/* ---- the loop ----------------------------------------------------------- */

/* Fills FOREIGN_POLLED entries. Without `reading` the users have to wait. */
void foreign_poll(const struct foreign_side *side, struct pollfd *polled,
                  bool reading);
void foreign_move(struct foreign_side *side, const struct pollfd *polled);

#endif
