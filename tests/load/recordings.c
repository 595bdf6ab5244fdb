#define _POSIX_C_SOURCE 200809L
#include "recordings.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void recordings_find(struct recordings *r, const char *directory)
{
    struct dirent *entry;
    DIR *d = opendir(directory);
    while (d != NULL && r->count < RECORDINGS_MAX &&
           (entry = readdir(d)) != NULL) {
        size_t size = strlen(directory) + strlen(entry->d_name) + 2;
        char *path = entry->d_name[0] != '.' ? malloc(size) : NULL;
        if (path == NULL)
            continue;
        snprintf(path, size, "%s/%s", directory, entry->d_name);
        r->paths[r->count++] = path;
    }
    if (d != NULL)
        closedir(d);
}

const char *recordings_next(struct recordings *r)
{
    return r->paths[r->next++ % r->count];
}

void recordings_free(struct recordings *r)
{
    while (r->count > 0)
        free(r->paths[--r->count]);
}
