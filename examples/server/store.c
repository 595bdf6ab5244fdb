#define _POSIX_C_SOURCE 200809L
#include "store.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAME_MAX_BYTES = 240, /* of the 255 that a file name may have */
    SUFFIX_BYTES = 8      /* that store_replace appends */
};

bool store_file(const struct store *store, struct store_path *p,
                const char *name)
{
    int len =
        snprintf(p->name, sizeof p->name, "%s/%s", store->directory, name);
    return len > 0 && (size_t)len < sizeof p->name - SUFFIX_BYTES;
}

bool store_path(const struct store *store, struct store_path *p, xc_str local,
                const char *suffix)
{
    char name[3 * STORE_LOCAL_MAX + 16], *to = name;
    if (local.len == 0 || local.len > STORE_LOCAL_MAX)
        return false;
    for (size_t i = 0; i < local.len; i++) {
        unsigned char c = (unsigned char)local.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            *to++ = (char)c;
        else
            to += sprintf(to, "_%02X", c);
    }
    if (to - name > NAME_MAX_BYTES)
        return false;
    snprintf(to, sizeof name - (size_t)(to - name), "%s", suffix);
    return store_file(store, p, name);
}

xc_str store_read(const struct store_path *p, char *buffer, size_t size)
{
    xc_str text = {NULL, 0};
    int fd = open(p->name, O_RDONLY | O_CLOEXEC);
    ssize_t got = 1;
    if (fd < 0)
        return text;
    text.ptr = buffer;
    while (text.len < size && got > 0) {
        got = read(fd, buffer + text.len, size - text.len);
        if (got > 0)
            text.len += (size_t)got;
    }
    close(fd);
    return text;
}

static bool write_all(int fd, xc_str bytes)
{
    while (bytes.len > 0) {
        ssize_t put = write(fd, bytes.ptr, bytes.len);
        if (put <= 0 && errno != EINTR)
            return false;
        if (put > 0) {
            bytes.ptr += put;
            bytes.len -= (size_t)put;
        }
    }
    return true;
}

bool store_replace(struct store *store, const struct store_path *p,
                   xc_str bytes)
{
    char temporary[sizeof p->name + SUFFIX_BYTES];
    int64_t begin = clock_ms();
    bool good;
    int fd;
    snprintf(temporary, sizeof temporary, "%s.new", p->name);
    fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    good = write_all(fd, bytes) && fsync(fd) == 0;
    good = close(fd) == 0 && good && rename(temporary, p->name) == 0;
    if (!good)
        unlink(temporary);
    store->disk_time += clock_ms() - begin + 1;
    return good;
}

bool store_append(const struct store_path *p, xc_str bytes, size_t most)
{
    int fd = open(p->name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    struct stat st;
    bool good = false;
    if (fd < 0)
        return false;
    if (fstat(fd, &st) == 0 && (size_t)st.st_size + bytes.len <= most) {
        good = write_all(fd, bytes);
        if (!good && ftruncate(fd, st.st_size) != 0)
            fprintf(stderr, "server: cannot repair %s\n", p->name);
    }
    return close(fd) == 0 && good;
}

size_t store_size(const struct store_path *p)
{
    struct stat st;
    return stat(p->name, &st) == 0 ? (size_t)st.st_size : 0;
}

const xc_element *store_parse(struct store *store, xc_str text)
{
    static const xc_stream_options document = {.framing = XC_DOCUMENT};
    xc_stream_event ev;
    if (text.ptr == NULL ||
        xc_stream_init(&store->stream, store->tree, sizeof store->tree,
                       &document) != XC_OK ||
        xc_stream_next(&store->stream, &text, &ev) != XC_EVENT)
        return NULL;
    return ev.element;
}
