/* load.h - shared by all clients and villains of the load test: settings,
   counts, chance. Each has a pointer to one struct load. */
#ifndef LOAD_H
#define LOAD_H

#include "xmpp_codec.h"

#include "chance.h"
#include "recordings.h"

struct load_settings {
    const char *host, *port, *domain;
    const char *web_port, *component_port; /* NULL: nobody connects there */
    xc_str password;
    unsigned web; /* every n-th client uses WebSocket; 0: none */
    unsigned messages, window, body, cuts; /* of each client */
    unsigned pace; /* milliseconds between two messages of a client */
    uint64_t seed;
    bool managed; /* stream management */
};

struct load_counts {
    unsigned long logins, resumptions, cuts;
    unsigned long sent, received, again; /* again: written a second time */
    unsigned long lost, duplicated, strays, bounced;
};

struct load {
    struct load_settings settings;
    struct load_counts counts;
    struct chance chance;
    struct recordings streams, stanzas; /* that villains send */
    xc_login_salted salted;             /* shared: one password and one salt */
    unsigned complaints;                /* that were printed */
};

#endif
