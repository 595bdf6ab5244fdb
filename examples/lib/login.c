#define _POSIX_C_SOURCE 200809L
#include "login.h"

#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "random.h"
#include "sha.h"

bool login_is_loopback(int fd)
{
    struct sockaddr_storage peer;
    socklen_t size = sizeof peer;
    char host[64] = "";
    if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0 ||
        getnameinfo((struct sockaddr *)&peer, size, host, sizeof host, NULL, 0,
                    NI_NUMERICHOST) != 0)
        return false;
    return strncmp(host, "127.", 4) == 0 || strcmp(host, "::1") == 0;
}

bool login_begin(struct login *l, struct tls *tls, bool binds)
{
    xc_login_options *o = &l->options;
    if (!random_text(l->nonce, sizeof l->nonce))
        return false;
    o->nonce = xc_str_from(l->nonce);
    o->sha1 = &sha1;
    o->sha256 = &sha256;
    o->sha512 = &sha512;
    o->tls_version = tls_version(tls);
    bindings_take(&l->bindings, tls);
    o->bindings = l->bindings.list;
    o->binding_count = binds ? l->bindings.count : 0;
    xc_login_init(&l->state, l->memory, sizeof l->memory, o);
    return true;
}

bool login_make_uuid(char *to)
{
    unsigned char b[16];
    if (!random_bytes(b, sizeof b))
        return false;
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    for (size_t i = 0; i < sizeof b; i++)
        to += snprintf(to, 4, "%s%02x",
                       i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
    return true;
}
