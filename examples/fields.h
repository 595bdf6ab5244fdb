/* fields.h - lines of fields, for gateway.c and s2s.c: TAB between fields, LF
   at the end, and \t, \n, \r, \\ for what a text may have of these. And
   strings that are kept. */
#ifndef FIELDS_H
#define FIELDS_H

#include "xmpp_codec.h"

#include <string.h>

/* A copy that ends in NUL. False: it does not fit, or there is none. */
static inline bool keep(char *mem, size_t size, xc_str text)
{
    if (text.ptr == NULL || text.len >= size)
        return false;
    memcpy(mem, text.ptr, text.len);
    mem[text.len] = '\0';
    return true;
}

/* A line that is being written. */
struct fields {
    char *mem;
    size_t size, len;
    bool full; /* it does not fit: what is there is useless */
};

static inline void fields_begin(struct fields *f, char *mem, size_t size)
{
    f->mem = mem;
    f->size = size;
    f->len = 0;
    f->full = false;
}

static inline void fields_put(struct fields *f, char c)
{
    if (f->len < f->size)
        f->mem[f->len++] = c;
    else
        f->full = true;
}

/* The letter that stands for a character behind a backslash; 0: none does. */
static inline char fields_letter(char c)
{
    static const char plain[] = "\t\n\r\\", letters[] = "tnr\\";
    const char *at = c != '\0' ? strchr(plain, c) : NULL;
    return at != NULL ? letters[at - plain] : '\0';
}

/* One more field; nothing for an absent one. */
static inline void fields_add(struct fields *f, xc_str text)
{
    if (text.ptr != NULL && f->len > 0)
        fields_put(f, '\t');
    for (size_t i = 0; i < text.len; i++) {
        char letter = fields_letter(text.ptr[i]);
        if (letter != '\0')
            fields_put(f, '\\');
        fields_put(f, letter != '\0' ? letter : text.ptr[i]);
    }
}

/* The line with its end. Absent: it did not fit. */
static inline xc_str fields_end(struct fields *f)
{
    fields_put(f, '\n');
    return f->full ? xc_str_from(NULL) : (xc_str){f->mem, f->len};
}

/* What a letter behind a backslash stands for; 0: nothing. */
static inline char fields_unescaped(char letter)
{
    switch (letter) {
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case '\\': return '\\';
    default: return '\0';
    }
}

/* Takes the next field off the front of *line, as xc_str_cut does, and puts
   its text where it was. False: a backslash before something else. */
static inline bool fields_take(char *mem, xc_str *line, xc_str *field)
{
    xc_str raw = xc_str_cut(line, '\t');
    size_t from = raw.ptr != NULL ? (size_t)(raw.ptr - mem) : 0;
    size_t end = from + raw.len, to = from;
    field->ptr = raw.ptr;
    while (from < end) {
        char c = mem[from++];
        if (c == '\\')
            c = from < end ? fields_unescaped(mem[from++]) : '\0';
        if (c == '\0')
            return false;
        mem[to++] = c;
    }
    field->len = raw.ptr != NULL ? to - (size_t)(raw.ptr - mem) : 0;
    return true;
}

#endif
