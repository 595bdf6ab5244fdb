/* tsv.h - lines of fields: TAB between fields, LF at the end, and \t, \n, \r,
   \\ for what a text may have of these.

       tsv_begin(&line, mem, sizeof mem);
       tsv_add(&line, from);
       tsv_add(&line, body);
       fwrite_all(file, tsv_end(&line));
*/
#ifndef TSV_H
#define TSV_H

#include "xmpp_codec.h"

#include <stdio.h>

struct tsv_line {
    char *mem;
    size_t size, len;
    bool full; /* it does not fit: the line is useless */
};

void tsv_begin(struct tsv_line *t, char *mem, size_t size);

/* One more field; nothing for an absent one. */
void tsv_add(struct tsv_line *t, xc_str text);

/* The line with its end. Absent: it did not fit. */
xc_str tsv_end(struct tsv_line *t);

/* One field, without TAB or LF around it. */
void tsv_print(FILE *to, xc_str text);

/* Takes the next field off the front of *line, as xc_str_cut does. Its text is
   unescaped in `mem`, which holds the line. False: a wrong escape. */
bool tsv_take(char *mem, xc_str *line, xc_str *field);

#endif
