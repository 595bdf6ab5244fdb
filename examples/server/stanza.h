/* stanza.h - a stanza on its way: from which address, to which address, and
   the replies that go back.

       if (stanza_read(&st, element, sender))   false: it was refused
           stanza_bounce(&st, XC_STANZA_ERROR_FORBIDDEN); */
#ifndef SERVER_STANZA_H
#define SERVER_STANZA_H

#include "server.h"

struct server_stanza {
    struct server *server;
    const xc_element *element;
    struct server_session *sender; /* gets replies; NULL: look for `from` */
    xc_jid from;                   /* proved, not what the sender says */
    xc_jid to;                     /* ptr NULL: it has none */
    int64_t accepted;              /* when; seconds since 1970 */
    uint32_t serial;               /* no other has it (sm_queue.h) */
    bool again;                    /* was lost on its way once */
    union {
        struct { /* what all three begin with */
            xc_base base;
            xc_str to, from, id, lang;
        } any;
        xc_message message;
        xc_presence presence;
        xc_iq iq;
    } as;
    char from_bytes[XC_JID_MAX], to_bytes[XC_JID_MAX];
};

/* False: it was refused, the sender has a reply. */
bool stanza_read(struct server_stanza *st, const xc_element *e,
                 struct server_session *sender);

/* One that was lost on its way, with the addresses it had then. */
bool stanza_restore(struct server_stanza *st, struct server *server,
                    const xc_element *e, int64_t accepted);

/* Its `to` as it was written; absent in the stanza, what it means. */
xc_str stanza_to(const struct server_stanza *st);

/* <delay/>, unless the stanza has one (XEP-0203). */
void stanza_write_delay(xc_writer *w, const struct server_stanza *st);

/* ---- replies ------------------------------------------------------------ */

/* Begins what goes back to the sender; NULL: the sender is gone. */
xc_writer *stanza_reply_begin(const struct server_stanza *st, const char *type,
                              struct server_session **to);
void stanza_reply_end(xc_writer *w, struct server_session *to);

/* The result of an iq, with one payload; NULL: without. */
void stanza_reply(const struct server_stanza *st, const xc_schema *schema,
                  const void *payload);
void stanza_reply_empty(const struct server_stanza *st);

/* Says why it does not arrive. Errors and results get no reply (RFC 6120
   section 8.3.1). */
void stanza_bounce(const struct server_stanza *st,
                   xc_stanza_error_condition why);

/* <error/> in a stanza that has begun. */
void stanza_write_error(xc_writer *w, xc_stanza_error_condition why);

#endif
