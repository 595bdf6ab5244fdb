/* server_store.h - files below the server's directory. What is stored is XML,
   read and written with the codec:

       NAME.account  the keys of the password  server_accounts.h
       NAME.roster   contacts and requests     server_roster.h
       NAME.offline  messages that wait        server_offline.h

   NAME is the localpart, everything but a-z and 0-9 as _XX. */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include "server_types.h"

#include <sys/stat.h>

struct path {
    char name[1024];
};

static bool store_path(struct path *p, xc_str local, const char *suffix)
{
    char name[3 * LOCAL_MAX + 1], *to = name;
    int len;
    if (local.len == 0 || local.len > LOCAL_MAX)
        return false;
    for (size_t i = 0; i < local.len; i++) {
        unsigned char c = (unsigned char)local.ptr[i];
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            *to++ = (char)c;
        else
            to += sprintf(to, "_%02X", c);
    }
    *to = '\0';
    if (to - name > 240) /* of 255 that a file name may have */
        return false;
    len = snprintf(p->name, sizeof p->name, "%s/%s%s", server.directory, name,
                   suffix);
    return len > 0 && (size_t)len < sizeof p->name - 8;
}

/* The file, as far as it fits; absent if it cannot be opened (see errno). */
static xc_str store_read(const struct path *p, char *buffer, size_t size)
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

/* The new file or the old one, whatever happens: never a part of it. */
static bool store_replace(const struct path *p, xc_str bytes)
{
    char temporary[sizeof p->name + 8];
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
    server.disk_time += clock_ms() - begin + 1;
    return good;
}

/* All of it or nothing, unless the file would grow beyond `most`. */
static bool store_append(const struct path *p, xc_str bytes, size_t most)
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

/* Bytes of a file; 0 if there is none. */
static size_t store_size(const struct path *p)
{
    struct stat st;
    return stat(p->name, &st) == 0 ? (size_t)st.st_size : 0;
}

/* ---- XML that was stored ------------------------------------------------ */

/* The only element of a document; NULL if it is none. Lives until the next
   call. */
static const xc_element *store_parse(xc_str text)
{
    static char memory[2 * ROSTER_BYTES];
    static xc_stream stream;
    static const xc_stream_options document = {.framing = XC_DOCUMENT};
    xc_stream_event ev;
    if (text.ptr == NULL ||
        xc_stream_init(&stream, memory, sizeof memory, &document) != XC_OK ||
        xc_stream_next(&stream, &text, &ev) != XC_EVENT)
        return NULL;
    return ev.element;
}

/* Stanzas one after the other, as in a stream. */
struct replay {
    xc_stream stream;
    xc_str rest;
    size_t size;
    char memory[2 * STANZA_BYTES];
};

static void replay_init(struct replay *r, xc_str stanzas)
{
    xc_str header = XC_STR("<stream:stream xmlns='" XC_NS_CLIENT "' "
                           "xmlns:stream='" XC_NS_STREAMS "' version='1.0'>");
    xc_stream_event ev;
    r->rest = stanzas;
    r->size = stanzas.len;
    xc_stream_init(&r->stream, r->memory, sizeof r->memory, NULL);
    xc_stream_next(&r->stream, &header, &ev);
}

/* The next one, NULL after the last. */
static const xc_element *replay_next(struct replay *r)
{
    xc_stream_event ev;
    while (xc_stream_next(&r->stream, &r->rest, &ev) == XC_EVENT)
        if (ev.kind == XC_EVENT_STANZA)
            return ev.element;
    return NULL;
}

/* How many bytes have been replayed. */
static size_t replay_at(const struct replay *r)
{
    return r->size - r->rest.len;
}

#endif
