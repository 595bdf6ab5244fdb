#include "tsv.h"

void tsv_begin(struct tsv_line *t, char *mem, size_t size)
{
    t->mem = mem;
    t->size = size;
    t->len = 0;
    t->full = false;
}

static void put(struct tsv_line *t, char c)
{
    if (t->len < t->size)
        t->mem[t->len++] = c;
    else
        t->full = true;
}

/* Written after a backslash for a character; 0: it needs none. */
static char escape_letter(char c)
{
    switch (c) {
    case '\t': return 't';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\\': return '\\';
    default: return '\0';
    }
}

void tsv_add(struct tsv_line *t, xc_str text)
{
    if (text.ptr != NULL && t->len > 0)
        put(t, '\t');
    for (size_t i = 0; i < text.len; i++) {
        char letter = escape_letter(text.ptr[i]);
        if (letter != '\0')
            put(t, '\\');
        put(t, letter != '\0' ? letter : text.ptr[i]);
    }
}

xc_str tsv_end(struct tsv_line *t)
{
    put(t, '\n');
    return t->full ? xc_str_from(NULL) : (xc_str){t->mem, t->len};
}

void tsv_print(FILE *to, xc_str text)
{
    size_t plain = 0; /* from here on without escapes */
    for (size_t i = 0; i < text.len; i++) {
        char letter = escape_letter(text.ptr[i]);
        if (letter == '\0')
            continue;
        fwrite(text.ptr + plain, 1, i - plain, to);
        fprintf(to, "\\%c", letter);
        plain = i + 1;
    }
    if (text.len > plain)
        fwrite(text.ptr + plain, 1, text.len - plain, to);
}

/* The character of a letter after a backslash; 0: none. */
static char unescaped(char letter)
{
    switch (letter) {
    case 't': return '\t';
    case 'n': return '\n';
    case 'r': return '\r';
    case '\\': return '\\';
    default: return '\0';
    }
}

bool tsv_take(char *mem, xc_str *line, xc_str *field)
{
    xc_str raw = xc_str_cut(line, '\t');
    size_t from = raw.ptr != NULL ? (size_t)(raw.ptr - mem) : 0;
    size_t end = from + raw.len, to = from;
    field->ptr = raw.ptr;
    while (from < end) {
        char c = mem[from++];
        if (c == '\\')
            c = from < end ? unescaped(mem[from++]) : '\0';
        if (c == '\0')
            return false;
        mem[to++] = c;
    }
    field->len = raw.ptr != NULL ? to - (size_t)(raw.ptr - mem) : 0;
    return true;
}
