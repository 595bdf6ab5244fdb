/* sha.h - SHA-1, SHA-256 and SHA-512 (FIPS 180-4): the hash functions that a
   user of xmpp_codec.h brings along, here written to be short. Take those of
   your TLS library or of your hardware where you have one.

       xc_scram_client_options o = {.hash = &sha256};
*/
#ifndef SHA_H
#define SHA_H

#include "xmpp_codec.h"

extern const xc_hash sha1, sha256, sha512;

/* The one of a SCRAM mechanism. */
const xc_hash *sha_of_mechanism(xc_mechanism mechanism);

#endif
