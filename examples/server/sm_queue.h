/* sm_queue.h - stream management's queue (XEP-0198): stanzas that were sent
   and not acknowledged, and the numbers that both sides count. No I/O.

       sm_queue_add(&q, stanza, false)       false: it is full
       while (sm_queue_at(&q, q.next, &one) && ... there is room to send)
           sm_queue_sent(&q, &one);
       sm_queue_acknowledge(&q, a.h)         false: too many (section 4)
       sm_queue_resend(&q)                   after <resumed/>

   Needs xmpp_codec.h. */
#ifndef SERVER_SM_QUEUE_H
#define SERVER_SM_QUEUE_H

#include "xmpp_codec.h"

enum {
    SM_QUEUE_HEAD = 4 /* bytes that a stanza takes beside its own */
};

struct sm_queue {
    bool enabled, resumable;
    bool asked;        /* <r/> was sent, and no <a/> has come */
    char id[24];       /* to resume with; a secret */
    uint32_t received; /* stanzas of the peer */
    uint32_t sent, acked, asked_at;
    size_t next, used; /* bytes[next .. used) are not sent yet */
    char *bytes;
    size_t size;
};

struct sm_queued {
    xc_str stanza;
    bool stored; /* is in a file, too */
    size_t end;  /* where the next one begins */
};

/* Empty, with all numbers 0, in memory of the caller. */
void sm_queue_init(struct sm_queue *q, char *bytes, size_t size);

bool sm_queue_add(struct sm_queue *q, xc_str stanza, bool stored);

/* The one that begins at `at`, from 0 on; false after the last. */
bool sm_queue_at(const struct sm_queue *q, size_t at, struct sm_queued *out);

/* The one that begins at `at` is in a file now. */
void sm_queue_mark_stored(struct sm_queue *q, size_t at);

/* The one at q->next was sent. */
void sm_queue_sent(struct sm_queue *q, const struct sm_queued *one);

/* Drops what the peer has acknowledged; nothing if it did so before. */
bool sm_queue_acknowledge(struct sm_queue *q, xc_number h);

/* All that is left is to be sent again. */
void sm_queue_resend(struct sm_queue *q);

/* `from` is empty afterwards. */
void sm_queue_move(struct sm_queue *to, struct sm_queue *from);

#endif
