/* session.h - an XMPP client for a device with 8 KB of RAM.

       HEADER -> LOGIN [-> HEADER -> LOGIN]   log in, see xc_login ...
    -> ROSTER -> ONLINE                       and be there
    -> CLOSING -> OVER                        say goodbye

   It owns no socket and no clock. The main loop gives it the bytes that have
   arrived, says that seconds have passed, and lets it work while it is
   busy; it sends through a function of yours. All of its memory is in the
   struct: no heap, and no stanza may be larger than SESSION_STREAM bytes
   hold.

   For STARTTLS see on_login() in session.c. */
#ifndef SESSION_H
#define SESSION_H

#include "xmpp_codec.h"

/* Sizes in bytes, times in seconds. */
enum {
    /* The largest stanza. A larger one closes the stream with
       policy-violation. */
    SESSION_STREAM = 3072,
    SESSION_OUT = 768,      /* the largest reply; a larger one is not sent */
    SESSION_ADDRESS = 128,  /* our full address */
    SESSION_CONTACTS = 384, /* addresses of our contacts */
    SESSION_SASL = 640,     /* all messages of a SCRAM exchange */
    SESSION_KEEPALIVE = 60, /* of silence until we send a space */
    SESSION_TIMEOUT = 30    /* without progress of a login */
};

/* The account of a device, and its functions. */
struct device {
    xc_str domain;
    /* May be in flash; its nonce, 24 random characters from the hardware for
       each login, is a view of RAM. A hash function that is not given is not
       linked. Set iterations_per_call, or the watchdog barks. */
    const xc_login_options *login;
    void (*send)(xc_str bytes); /* takes or queues all of them */
    /* The reply to a text of a contact; absent: no reply. */
    xc_str (*reply)(xc_str text);
};

enum session_state {
    SESSION_HEADER,
    SESSION_LOGIN,
    SESSION_ROSTER,
    SESSION_ONLINE,
    SESSION_CLOSING,
    SESSION_OVER
};

/* Needed until the login is done ... */
struct session_login {
    xc_login state;
    char memory[SESSION_SASL];
};

/* ... and from then on. */
struct session_online {
    char address[SESSION_ADDRESS];
    size_t address_len;
    char contacts[SESSION_CONTACTS]; /* bare addresses, each ended by \0 */
    size_t contacts_len;
};

struct session {
    const struct device *device;
    enum session_state state;
    bool busy, close_sent; /* busy: session_work has something to do */
    unsigned quiet;        /* seconds since we sent something */
    const char *error;     /* for people; NULL: all is well */
    xc_stream stream;
    xc_writer writer;
    char memory[SESSION_STREAM];
    char out[SESSION_OUT];
    union {
        struct session_login login;
        struct session_online online;
    } is;
};

/* Opens the stream on a connection that has just been made. */
void session_start(struct session *s, const struct device *device);
/* Bytes have arrived. */
void session_receive(struct session *s, xc_str bytes);
/* The connection has ended. */
void session_hang_up(struct session *s);
/* Some milliseconds of work (the iterations of SCRAM). True: feed the watchdog
   and call again. */
bool session_work(struct session *s);
/* So many seconds have passed. */
void session_wait(struct session *s, unsigned seconds);
/* Says goodbye; over when the server has done the same. */
void session_leave(struct session *s);

#endif
