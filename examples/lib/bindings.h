/* bindings.h - what a channel of TLS can be bound to, for a login on either
   side.

       bindings_take(&bindings, tls);
       options.bindings = bindings.list;
       options.binding_count = bindings.count;

   Needs xmpp_codec.h and tls.h. */
#ifndef BINDINGS_H
#define BINDINGS_H

#include "xmpp_codec.h"

#include "tls.h"

/* The list has views of the struct: do not move it. */
struct bindings {
    xc_channel_binding list[2];
    size_t count;
    char exporter[TLS_EXPORTER_SIZE];
    char end_point[TLS_END_POINT_MAX];
};

/* The unique one first: two channels to the same server differ in it. None
   without TLS. */
void bindings_take(struct bindings *b, struct tls *tls);

#endif
