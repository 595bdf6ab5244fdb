/* relay.h - writes a stanza that came from one stream for another stream: all
   that was said, with the addresses that are proved, in the content namespace
   of the other stream. The language that the stanza inherited is written down
   (RFC 6120 sections 8.1.2.1 and 8.1.5).

       relay_write(w, XC_NS_CLIENT, e, from, to);

   Needs xmpp_codec.h. */
#ifndef SERVER_RELAY_H
#define SERVER_RELAY_H

#include "xmpp_codec.h"

void relay_write(xc_writer *w, const char *ns, const xc_element *e,
                 xc_str from, xc_str to);

/* The same without the end tag: more children may follow, then
   xc_writer_end. */
void relay_begin(xc_writer *w, const char *ns, const xc_element *e,
                 xc_str from, xc_str to);

#endif
