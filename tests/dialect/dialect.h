/* The functions that the files of this directory call in each other. */
#ifndef DIALECT_H
#define DIALECT_H

#ifdef __cplusplus
extern "C" {
#endif

/* In copy.c: does the file-local copy of the codec work? */
int static_copy_works(void);

#ifdef __cplusplus
}
#endif
#endif
