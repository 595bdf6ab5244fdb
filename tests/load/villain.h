/* villain.h - a hostile connection that commits one crime while well-behaved
   clients are at work. When the server has thrown it out, it comes back a
   little later.

       villain_init(&v, &load, i, victim);
       loop:  villain_act(&v, now);
              poll for villain_events; villain_move(&v, revents, now) */
#ifndef LOAD_VILLAIN_H
#define LOAD_VILLAIN_H

#include "crimes.h"
#include "load_client.h"

enum {
    VILLAIN_OUT = 65536
};

struct villain {
    struct load_client client;
    const struct crime *crime;
    const struct load_client *victim;
    unsigned acts;    /* of this connection */
    unsigned returns; /* connections so far */
    int64_t leaves;   /* when this connection ends */
};

/* Number `index` is v0, v1, ... on the server. */
void villain_init(struct villain *v, struct load *load, unsigned index,
                  const struct load_client *victim);
void villain_free(struct villain *v);

/* Call it in each turn: connects, or commits the crime once more. */
void villain_act(struct villain *v, int64_t now);

short villain_events(const struct villain *v);
void villain_move(struct villain *v, short revents, int64_t now);

#endif
