/* iq.h - requests to the gateway, its rooms and foreign users: registration
   (XEP-0077), service discovery (XEP-0030), addresses of foreign users
   (XEP-0100 section 6.3), ping (XEP-0199, XEP-0410) and version (XEP-0092). */
#ifndef GATEWAY_IQ_H
#define GATEWAY_IQ_H

#include "gateway.h"

/* Replies, or returns the error to reply. */
xc_stanza_error_condition gateway_on_iq(struct gateway *g,
                                        const struct component_stanza *s);

#endif
