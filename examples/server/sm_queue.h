/* sm_queue.h - stream management's queue (XEP-0198): stanzas that were sent
   and not acknowledged, and the numbers that both sides count. No I/O.

       sm_queue_add(&q, &one)                false: it is full
       while (sm_queue_at(&q, q.next, &one) && ... there is room to send)
           sm_queue_sent(&q, &one);
       sm_queue_acknowledge(&q, a.h)         false: too many (section 4)
       sm_queue_resend(&q)                   after <resumed/>
       sm_queue_give_up(&q)                  for a peer that never acknowledges

   A message that several resources of an account get has the same serial in
   each of their queues, so that it comes once if some of them are lost.

   Needs xmpp_codec.h. */
#ifndef SERVER_SM_QUEUE_H
#define SERVER_SM_QUEUE_H

#include "xmpp_codec.h"

enum {
    SM_QUEUE_HEAD = 24 /* bytes that a stanza takes beside its own */
};

struct sm_queue {
    bool enabled, resumable;
    bool given_up;     /* what was sent is forgotten */
    bool asked;        /* <r/> was sent, and no <a/> has come */
    char id[24];       /* to resume with; a secret */
    uint32_t received; /* stanzas of the peer */
    uint32_t sent, acked, asked_at;
    size_t unasked;    /* bytes sent since <r/> */
    bool hurry;        /* one of them is in a file, too */
    size_t next, used; /* bytes[next .. used) are not sent yet */
    size_t late;       /* bytes[0 .. late) waited for a resumption */
    size_t last;       /* where the last one begins */
    char *bytes;
    size_t size;
};

struct sm_queued {
    xc_str stanza;
    int64_t accepted; /* when; seconds since 1970 */
    uint32_t serial;  /* of a message; 0: none */
    uint32_t others;  /* resources that have got it, too */
    bool stored;      /* is in a file, too */
    bool timeless;    /* needs no <delay/> */
    bool late;        /* has waited for a resumption */
    size_t end;       /* where the next one begins; not for sm_queue_add */
};

/* Empty, with all numbers 0, in memory of the caller. */
void sm_queue_init(struct sm_queue *q, char *bytes, size_t size);

bool sm_queue_add(struct sm_queue *q, const struct sm_queued *one);

/* Bytes of what is kept; of size, if it is full. */
size_t sm_queue_load(const struct sm_queue *q);

/* Where the first begins that may not have arrived, for sm_queue_at. */
size_t sm_queue_first(const struct sm_queue *q);

/* The one that begins at `at`, from 0 on; false after the last. */
bool sm_queue_at(const struct sm_queue *q, size_t at, struct sm_queued *out);

/* So many other resources have got the last one, if it has this serial. */
void sm_queue_share(struct sm_queue *q, uint32_t serial, uint32_t others);

/* One of the others has not got the one with this serial after all. */
void sm_queue_unshare(struct sm_queue *q, uint32_t serial);

/* The one at q->next was sent. */
void sm_queue_sent(struct sm_queue *q, const struct sm_queued *one);

/* Drops what the peer has acknowledged; nothing if it did so before. */
bool sm_queue_acknowledge(struct sm_queue *q, xc_number h);

/* All that is left is to be sent again. */
void sm_queue_resend(struct sm_queue *q);

/* Keeps nothing any more of what was sent: it cannot be resumed. */
void sm_queue_give_up(struct sm_queue *q);

/* `from` is empty afterwards. */
void sm_queue_move(struct sm_queue *to, struct sm_queue *from);

#endif
