/* random.h - random bytes from the system, and as text: nonces, ids. */
#ifndef RANDOM_H
#define RANDOM_H

#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <unistd.h>

static inline bool random_bytes(void *to, size_t size)
{
    int fd = open("/dev/urandom", O_RDONLY);
    bool good = fd >= 0 && read(fd, to, size) == (ssize_t)size;
    if (fd >= 0)
        close(fd);
    return good;
}

/* `size` - 1 random letters and digits, and a NUL: nothing that anybody's
   parser takes for something else. Two letters are twice as likely as others:
   5.9 bits in each, so that 22 of them have more than 128, as a nonce must.
   False: there is no randomness; do not go on. */
static inline bool random_text(char *to, size_t size)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                   "abcdefghijklmnopqrstuvwxyz0123456789xz";
    if (size == 0 || !random_bytes(to, size - 1))
        return false;
    for (size_t i = 0; i + 1 < size; i++)
        to[i] = alphabet[(unsigned char)to[i] & 63];
    to[size - 1] = '\0';
    return true;
}

#endif
