#include "random.h"

#include <fcntl.h>
#include <unistd.h>

bool random_bytes(void *to, size_t size)
{
    int fd = open("/dev/urandom", O_RDONLY);
    bool good = fd >= 0 && read(fd, to, size) == (ssize_t)size;
    if (fd >= 0)
        close(fd);
    return good;
}

/* 64 characters, so that a mask chooses: two letters occur twice. */
bool random_text(char *to, size_t size)
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
