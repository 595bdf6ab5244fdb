/* store.h - the files of accounts in one directory, one for each account and
   suffix. Files are read whole, and replaced whole or appended to; documents
   are parsed with the codec.

       store_path(&store, &path, XC_STR("romeo"), ".roster");
       root = store_parse(&store, store_read(&path, mem, sizeof mem));
       good = store_replace(&store, &path, text);

   Needs xmpp_codec.h and clock.h. */
#ifndef SERVER_STORE_H
#define SERVER_STORE_H

#include "xmpp_codec.h"

enum {
    STORE_LOCAL_MAX = 200,    /* bytes of a localpart that has files */
    STORE_TEXT_BYTES = 32768, /* of a document that is read or written */
    STORE_TREE_BYTES = 65536  /* of its tree */
};

struct store {
    const char *directory;
    int64_t disk_time; /* milliseconds spent in store_replace so far */
    xc_stream stream;  /* of store_parse */
    char tree[STORE_TREE_BYTES];
    char text[STORE_TEXT_BYTES]; /* for the caller; no function uses it */
};

struct store_path {
    char name[1024];
};

/* A file of the directory. False: its name is too long. */
bool store_file(const struct store *store, struct store_path *p,
                const char *name);

/* A file of an account. In its name all of the localpart except a-z and 0-9 is
   written as _XX. */
bool store_path(const struct store *store, struct store_path *p, xc_str local,
                const char *suffix);

/* The file, as far as it fits; absent if it cannot be opened (see errno). */
xc_str store_read(const struct store_path *p, char *buffer, size_t size);

/* The new file or the old one, whatever happens: never a part of it. */
bool store_replace(struct store *store, const struct store_path *p,
                   xc_str bytes);

/* All of it or nothing; false if the file would be longer than `most`. */
bool store_append(const struct store_path *p, xc_str bytes, size_t most);

/* Bytes of a file; 0 if it does not exist. */
size_t store_size(const struct store_path *p);

/* The root of a document, NULL if it is not well-formed. Valid until the next
   call. */
const xc_element *store_parse(struct store *store, xc_str text);

#endif
