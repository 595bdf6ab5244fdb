/* demo_end.h - one end of a connection: sockets, reader and writer together,
   and the annotated picture of what goes over the wire.

       demo_end_start(&end, fd, "romeo", &role, owner);
       xc_write(demo_begin(&end), &xc_presence_schema, &presence);
       demo_send(&end, "initial presence");

   What arrives goes, event by event, to the function of the current state. */
#ifndef DEMO_END_H
#define DEMO_END_H

#include "xmpp_codec.h"

#include "connection.h"

#define DEMO_DOMAIN "verona.lit"

enum {
    DEMO_BYTES_PER_READ = 7 /* absurdly few: all arrives in pieces */
};

/* Handles one event; false if the state does not expect it. */
typedef bool (*demo_handler)(void *owner, const xc_stream_event *ev);

/* One state of a client or of a server session. */
struct demo_state {
    const char *awaits; /* for messages */
    demo_handler handle;
};

/* Common to all clients, or to all sessions of the server. */
struct demo_role {
    char letter;         /* 'C' or 'S', as in the RFCs */
    demo_handler closed; /* the close tag has arrived */
    const struct demo_state *states;
};

struct demo_end {
    struct connection connection;
    const char *name; /* of the client: "romeo" */
    const struct demo_role *role;
    void *owner; /* for the handlers */
    int state;   /* index of role->states */
    bool brief;  /* show only the first line of what is sent */
    xc_stream stream;
    char memory[4096]; /* of the stream: one stanza must fit */
    xc_stream_header header;
    bool header_sent, close_sent;
    char out[2048]; /* written, but not yet taken by the socket */
};

/* An address that outlives the event it came with. */
struct demo_address {
    xc_jid jid; /* ptr NULL: none */
    char bytes[96];
};

void demo_end_start(struct demo_end *e, int fd, const char *name,
                    const struct demo_role *role, void *owner);

/* Closed by both sides, and hung up. */
bool demo_end_is_over(const struct demo_end *e);

/* ---- writing ------------------------------------------------------------ */

xc_writer *demo_begin(struct demo_end *e);

/* Queues what was written, and shows it with a note in the margin. */
void demo_send(struct demo_end *e, const char *note);

/* The same, but shows something else. */
void demo_send_as(struct demo_end *e, xc_str shown, const char *note);

/* Queues bytes that the writer would refuse to write. */
void demo_send_bytes(struct demo_end *e, xc_str bytes, const char *note);

void demo_send_header(struct demo_end *e, const char *note);

/* After SASL both directions begin anew (RFC 6120 section 6.4.6): the reader
   expects a new header, and we owe one. The event must not be used after
   this. */
void demo_restart(struct demo_end *e);

/* Closes our direction; theirs remains open until they close it, too. */
void demo_close(struct demo_end *e, const char *note);

/* ---- polling ------------------------------------------------------------ */

void demo_poll(const struct demo_end *e, struct pollfd *p);

/* Writes and reads. */
void demo_move(struct demo_end *e, short revents);

#endif
