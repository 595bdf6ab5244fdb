/* component.h - a component's stream to an XMPP server (XEP-0114). When it is
   lost it is opened again, after longer and longer pauses.

       AWAY -> HEADER -> SECRET -> ACCEPTED -> LEAVING
        ^--------+---------+-----------+

       component_init(&c, &handlers, owner); component_connect(&c);
       loop:     component_poll(&c, &polled); poll(...);
                 component_move(&c, polled.revents);
       to send:  xc_write(component_begin(&c), ...); component_send(&c);

   It does not depend on the rest of the gateway. */
#ifndef GATEWAY_COMPONENT_H
#define GATEWAY_COMPONENT_H

#include "xmpp_codec.h"

#include <poll.h>
#include <stdint.h>

#include "xmpp_connection.h"

enum {
    COMPONENT_STANZA_MAX = 1024 * 1024, /* servers take less from users */
    COMPONENT_OUT = 2 * COMPONENT_STANZA_MAX,
    COMPONENT_MEM = COMPONENT_STANZA_MAX + 65536,
    COMPONENT_DOMAIN_SIZE = 256,
    COMPONENT_ADDRESS_SIZE = 256 + COMPONENT_DOMAIN_SIZE + XC_JID_PART_MAX + 3
};

/* A stanza with its addresses enforced. */
struct component_stanza {
    const xc_element *e;
    xc_jid from, to;
    char from_mem[XC_JID_MAX], to_mem[XC_JID_MAX];
};

struct component_handlers {
    void (*accepted)(void *owner);
    void (*lost)(void *owner); /* after it was accepted */
    void (*stanza)(void *owner, const struct component_stanza *s);
};

enum component_state {
    COMPONENT_AWAY,   /* until retry_at */
    COMPONENT_HEADER, /* connecting, then waiting for the header */
    COMPONENT_SECRET, /* <handshake/> is sent */
    COMPONENT_ACCEPTED,
    COMPONENT_LEAVING /* our close tag is sent */
};

struct component {
    const char *host, *port, *secret; /* set before component_connect */
    char domain[COMPONENT_DOMAIN_SIZE];
    const struct component_handlers *handlers;
    void *owner;
    enum component_state state;
    bool was_accepted;
    int exit_code; /* EXIT_NOT_YET; else why there is no other try */
    int64_t retry_at, retry_after, keepalive_at;
    struct xmpp_connection stream;
    char out[COMPONENT_OUT], mem[COMPONENT_MEM];
};

void component_init(struct component *c,
                    const struct component_handlers *handlers, void *owner);
void component_connect(struct component *c);

/* Ends the stream for good; it is over when the state is COMPONENT_AWAY. */
void component_leave(struct component *c);

/* ---- sending ------------------------------------------------------------ */

/* False: what is sent now is dropped. */
bool component_is_up(const struct component *c);

xc_writer *component_begin(struct component *c);
void component_send(struct component *c);

/* Nothing if `e` must not be replied to. */
void component_reply_error(struct component *c, const xc_element *e,
                           xc_stanza_error_condition condition);

/* local@domain/resource, without the parts that are empty. */
xc_str component_address(const struct component *c, const char *local,
                         const char *resource, char *mem, size_t size);

/* ---- the loop ----------------------------------------------------------- */

void component_poll(const struct component *c, struct pollfd *polled);

/* In each turn; `revents` is 0 when there is no news. */
void component_move(struct component *c, short revents);

/* Does the server not take what it was sent already? */
bool component_is_jammed(const struct component *c);

#endif
