/* keep.h - copies of texts that must outlive their stanza.

       char name[64];
       if (!keep_text(name, sizeof name, item.name))
           refuse();
*/
#ifndef KEEP_H
#define KEEP_H

#include "xmpp_codec.h"

/* A copy that ends in NUL. False: it does not fit, or there is none. */
bool keep_text(char *mem, size_t size, xc_str text);

/* A domain, enforced. False: it has a localpart or a resource, is no domain,
   or does not fit. */
bool keep_domain(char *mem, size_t size, xc_str text);

#endif
