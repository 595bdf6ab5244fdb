/* random.h - random bytes from the system, and as text: nonces, ids.

       char nonce[25];
       if (!random_text(nonce, sizeof nonce))
           return false;
*/
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>
#include <stddef.h>

/* False, here and below: there is no randomness; do not go on. */
bool random_bytes(void *to, size_t size);

/* `size` - 1 random letters and digits, and a NUL. No parser takes them for
   anything else. Each has 5.9 bits: 22 have more than the 128 of a nonce. */
bool random_text(char *to, size_t size);

#endif
