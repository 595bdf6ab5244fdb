/* recordings.h - the files of a directory, for villains that send their
   contents.

       recordings_find(&r, "streams");
       path = recordings_next(&r);      again and again, in a circle */
#ifndef LOAD_RECORDINGS_H
#define LOAD_RECORDINGS_H

#include <stddef.h>

enum {
    RECORDINGS_MAX = 1024
};

struct recordings {
    char *paths[RECORDINGS_MAX];
    size_t count, next;
};

/* Finds none if the directory does not exist. */
void recordings_find(struct recordings *r, const char *directory);

/* There must be at least one recording. */
const char *recordings_next(struct recordings *r);

void recordings_free(struct recordings *r);

#endif
