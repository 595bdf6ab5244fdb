#define _POSIX_C_SOURCE 200809L
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- options ------------------------------------------------------------ */

void tool_fail(const tool *t, const char *what, const char *why)
{
    fflush(stdout);
    fprintf(stderr, "%s: %s: %s\n", t->name, what, why);
    exit(TOOL_USAGE);
}

void tool_usage(const tool *t, const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\nusage: %s %s\n%s --help says more.\n",
            t->name, what, why, t->name, t->synopsis, t->name);
    exit(TOOL_USAGE);
}

static void print_help(const tool *t)
{
    printf("usage: %s %s\n\n%s", t->name, t->synopsis, t->help);
    exit(fflush(stdout) == 0 ? TOOL_OK : TOOL_USAGE);
}

static bool read_number(const char *text, size_t *number)
{
    size_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (value > SIZE_MAX / 10 - 1)
            return false;
        value = value * 10 + (size_t)(*text - '0');
    }
    *number = value;
    return *text == '\0' && value > 0;
}

/* Handles `arg`; true if it took `next` as well. */
static bool set_option(const tool *t, const char *arg, const char *next)
{
    const tool_option *option = t->options;
    while (option->name != NULL && strcmp(option->name, arg) != 0)
        option++;
    if (option->name == NULL)
        tool_usage(t, arg, "no such option");
    if (option->flag != NULL) {
        *option->flag = true;
        return false;
    }
    if (next == NULL || !read_number(next, option->number))
        tool_usage(t, arg, "needs a positive number");
    return true;
}

const char *tool_options(const tool *t, int argc, char **argv)
{
    const char *file = NULL;
    bool options = true;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (options && strcmp(arg, "--") == 0) {
            options = false;
        } else if (!options || arg[0] != '-' || arg[1] == '\0') {
            if (file != NULL)
                tool_usage(t, arg, "one FILE is enough");
            file = arg;
        } else if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            print_help(t);
        } else if (set_option(t, arg, argv[i + 1])) {
            i++;
        }
    }
    return file;
}

void *tool_alloc(const tool *t, void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (memory == NULL)
        tool_fail(t, "memory", "not enough");
    return memory;
}

int tool_exit(const tool *t, int status)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        tool_fail(t, "standard output", "cannot be written");
    return status;
}

/* ---- input -------------------------------------------------------------- */

void tool_open(tool_input *in, const tool *t, const char *file, size_t chunk)
{
    memset(in, 0, sizeof *in);
    in->tool = t;
    in->name = "standard input";
    in->fd = STDIN_FILENO;
    if (file != NULL && strcmp(file, "-") != 0) {
        in->name = file;
        in->fd = open(file, O_RDONLY);
        if (in->fd < 0)
            tool_fail(t, file, strerror(errno));
    }
    in->chunk = chunk;
    in->size = chunk > 65536 ? chunk : 65536;
    in->buffer = (char *)tool_alloc(t, NULL, in->size);
}

bool tool_read(tool_input *in, xc_str *piece)
{
    if (in->rest.len == 0) {
        ssize_t got;
        fflush(stdout);
        do
            got = read(in->fd, in->buffer, in->size);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            tool_fail(in->tool, in->name, strerror(errno));
        if (got == 0)
            return false;
        in->rest.ptr = in->buffer;
        in->rest.len = (size_t)got;
    }
    piece->ptr = in->rest.ptr;
    piece->len = in->rest.len < in->chunk ? in->rest.len : in->chunk;
    in->rest.ptr += piece->len;
    in->rest.len -= piece->len;
    return true;
}

void tool_close(tool_input *in)
{
    if (in->fd != STDIN_FILENO)
        close(in->fd);
    free(in->buffer);
}

bool tool_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

size_t tool_spaces(xc_str s)
{
    size_t n = 0;
    while (n < s.len && tool_is_space(s.ptr[n]))
        n++;
    return n;
}

void tool_ignore_rest(tool_input *in, xc_str piece)
{
    unsigned long long bytes = 0;
    bool content = false;
    do {
        bytes += piece.len;
        content = content || tool_spaces(piece) < piece.len;
    } while (tool_read(in, &piece));
    if (content)
        fprintf(stderr, "%s: %llu bytes after the close are ignored\n",
                in->tool->name, bytes);
}
