/* What all test programs share: failure messages, growing buffers, files,
   tables, buffers that end at an unreadable page, ways of cutting an input,
   and logs of events. */
#ifndef XC_TEST_SUPPORT_H
#define XC_TEST_SUPPORT_H

#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include "xmpp_codec.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])
#define WHOLE ((size_t)-1)

/* ---- failures ----------------------------------------------------------- */

/* The row of a data file that is being checked (support_rows.h). */
static struct {
    const char *path; /* NULL: none */
    unsigned line;
    jmp_buf failed;
} row_checked;

/* Ends the row, if there is one, else the test. */
static inline void check_fail(const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (row_checked.path != NULL) {
        print_error("%s:%u: %s\n", row_checked.path, row_checked.line, text);
        longjmp(row_checked.failed, 1);
    }
    print_error("ERROR: %s\n", text);
    fail();
}

/* CHECK(a == b, "row %s", id): the message is only made on failure. */
#define CHECK(condition, ...)                                                 \
    do {                                                                      \
        if (!(condition)) {                                                   \
            print_error("%s:%d: %s\n", __FILE__, __LINE__, #condition);       \
            check_fail(__VA_ARGS__);                                          \
        }                                                                     \
    } while (0)

static inline void check_status(const char *where, xc_status got,
                                xc_status expected)
{
    if (got != expected)
        check_fail("%s: got %s, expected %s", where, xc_status_name(got),
                   xc_status_name(expected));
}

static inline void check_str(const char *where, xc_str got,
                             const char *expected)
{
    if (expected == NULL && got.ptr != NULL)
        check_fail("%s: got \"" XC_FMT "\", expected an absent string", where,
                   XC_ARG(got));
    if (expected != NULL && !xc_str_is(got, expected))
        check_fail("%s: got %s\"" XC_FMT "\", expected \"%s\"", where,
                   got.ptr == NULL ? "absent " : "", XC_ARG(got), expected);
}

/* ---- growing buffers ---------------------------------------------------- */

typedef struct buffer {
    char *ptr; /* NUL-terminated as soon as anything was added */
    size_t len, cap;
} buffer;

static inline void buffer_reserve(buffer *b, size_t more)
{
    if (b->ptr != NULL && b->cap - b->len > more)
        return;
    b->cap = (b->len + more + 1) * 2;
    b->ptr = realloc(b->ptr, b->cap);
    if (b->ptr == NULL)
        abort();
}

static inline void buffer_add(buffer *b, const void *bytes, size_t n)
{
    buffer_reserve(b, n);
    if (n > 0)
        memcpy(b->ptr + b->len, bytes, n);
    b->len += n;
    b->ptr[b->len] = '\0';
}

static inline void buffer_puts(buffer *b, const char *text)
{
    buffer_add(b, text, strlen(text));
}

static inline void buffer_repeat(buffer *b, const char *text, size_t times)
{
    size_t len = strlen(text);
    while (times-- > 0)
        buffer_add(b, text, len);
}

static inline void buffer_printf(buffer *b, const char *format, ...)
{
    char text[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    buffer_puts(b, text);
}

static inline void buffer_clear(buffer *b)
{
    b->len = 0;
    buffer_add(b, "", 0);
}

static inline void buffer_free(buffer *b)
{
    free(b->ptr);
    memset(b, 0, sizeof *b);
}

static inline xc_str buffer_str(const buffer *b)
{
    xc_str s = {b->ptr != NULL ? b->ptr : "", b->len};
    return s;
}

/* Is the text somewhere in these bytes? */
static inline bool contains(const void *haystack, size_t n, const char *needle)
{
    size_t m = strlen(needle);
    for (size_t i = 0; i + m <= n; i++)
        if (memcmp((const char *)haystack + i, needle, m) == 0)
            return true;
    return false;
}

/* ---- files -------------------------------------------------------------- */

static inline bool load_file(const char *path, buffer *out)
{
    char block[65536];
    size_t got;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    buffer_clear(out);
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        buffer_add(out, block, got);
    fclose(file);
    return true;
}

/* The directory of external vectors, or NULL. */
static inline const char *corpora(void)
{
    const char *dir = getenv("XC_CORPORA");
    if (dir == NULL || dir[0] == '\0' || access(dir, R_OK) != 0)
        return NULL;
    return dir;
}

static inline bool load_external(const char *name, buffer *out)
{
    buffer path = {0};
    bool loaded;
    if (corpora() == NULL)
        return false;
    buffer_puts(&path, corpora());
    buffer_puts(&path, "/");
    buffer_puts(&path, name);
    loaded = load_file(path.ptr, out);
    buffer_free(&path);
    return loaded;
}

/* Loads a file of the external vectors. Skips the test that needs it, in so
   many words, if it is not there. */
static inline void load_corpus(const char *name, buffer *out)
{
    if (load_external(name, out))
        return;
    print_message("no %s in XC_CORPORA (%s): this test checks nothing\n", name,
                  corpora() != NULL ? corpora() : "not set or not there");
    skip();
}

/* As load_corpus, for a file that another one promises. */
static inline void load_promised(const char *name, buffer *out)
{
    if (!load_external(name, out))
        check_fail("cannot read %s/%s", corpora(), name);
}

/* ---- tables: lines of fields separated by TAB --------------------------- */

#define TABLE_FIELDS 12

typedef struct table {
    char *next; /* the rest of a NUL-terminated text, which is cut up */
    char *field[TABLE_FIELDS];
    size_t fields;
} table;

static inline size_t split_fields(char *line, char **field, size_t max)
{
    size_t n = 0;
    while (n < max) {
        field[n++] = line;
        line = strchr(line, '\t');
        if (line == NULL)
            break;
        *line++ = '\0';
    }
    return n;
}

/* The next row; lines that are empty or begin with # are no rows. Fields that
   a line does not have are "". */
static inline bool table_next(table *t)
{
    static char none[] = "";
    while (t->next != NULL && *t->next != '\0') {
        char *line = t->next;
        char *end = strchr(line, '\n');
        t->next = end != NULL ? end + 1 : NULL;
        if (end != NULL)
            *end = '\0';
        if (line[0] == '\0' || line[0] == '#')
            continue;
        t->fields = split_fields(line, t->field, TABLE_FIELDS);
        for (size_t i = t->fields; i < TABLE_FIELDS; i++)
            t->field[i] = none;
        return true;
    }
    return false;
}

static inline unsigned hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return (unsigned)(c - '0');
    return ((unsigned)c | 32) - 'a' + 10;
}

/* Writes a code point as UTF-8; returns the number of bytes. */
static inline size_t encode_utf8(uint32_t cp, char out[4])
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(unsigned char)(0x80 | (cp & 0x3F));
    out[0] = (char)(unsigned char)(leads[n] | cp);
    return n;
}

/* The byte or code point of an escape that begins with x, u or U. Returns the
   number of bytes. */
static inline size_t unescape_number(const char *in, size_t digits, char *out)
{
    uint32_t number = 0;
    for (size_t i = 1; i <= digits; i++)
        number = number << 4 | hex_digit(in[i]);
    if (*in != 'x')
        return encode_utf8(number, out);
    *out = (char)(unsigned char)number;
    return 1;
}

/* Replaces \xNN (a byte), \uNNNN and \UNNNNNNNN (code points), \n \r \t and
   backslash before anything else, in place. Returns the length. */
static inline size_t unescape(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        char c = *in;
        size_t digits;
        if (c != '\\') {
            *out++ = c;
            continue;
        }
        c = *++in;
        digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (digits > 0)
            out += unescape_number(in, digits, out);
        else
            *out++ = (char)(c == 'n'   ? '\n'
                            : c == 'r' ? '\r'
                            : c == 't' ? '\t'
                                       : c);
        in += digits;
    }
    *out = '\0';
    return (size_t)(out - text);
}

/* ---- buffers between unreadable pages ----------------------------------- */

typedef struct guard {
    char *map;
    char *end; /* the first unreadable byte after the usable ones */
    size_t size, mapped;
} guard;

static inline void guard_make(guard *g, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    int zero = open("/dev/zero", O_RDWR);
    if (g->map != NULL)
        munmap(g->map, g->mapped);
    g->size = (size + page) / page * page;
    g->mapped = g->size + 2 * page;
    g->map =
        mmap(NULL, g->mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
    if (zero < 0 || g->map == MAP_FAILED)
        abort();
    close(zero);
    g->end = g->map + page + g->size;
    if (mprotect(g->map, page, PROT_NONE) != 0 ||
        mprotect(g->end, page, PROT_NONE) != 0)
        abort();
}

typedef enum guard_use {
    GUARD_INPUT,
    GUARD_MEMORY,
    GUARD_MEMORY_2,
    GUARD_OUTPUT,
    GUARD_USES
} guard_use;

/* `size` bytes whose last is the last before an unreadable page. One such
   buffer exists for each use. */
static inline char *guarded(guard_use use, size_t size)
{
    static guard guards[GUARD_USES];
    guard *g = &guards[use];
    if (g->map == NULL || g->size < size)
        guard_make(g, size * 2);
    return g->end - size;
}

/* A copy of the bytes, flush against an unreadable page. */
static inline xc_str guarded_copy(const char *bytes, size_t len)
{
    char *copy = guarded(GUARD_INPUT, len);
    xc_str s = {copy, len};
    memcpy(copy, bytes, len);
    return s;
}

/* ---- ways of cutting an input ------------------------------------------- */

typedef struct cut {
    size_t first; /* bytes of the first piece; 0: like the others */
    size_t step;  /* bytes of each piece */
} cut;

static const cut cut_none = {0, WHOLE};

static inline size_t cut_piece(cut c, size_t at, size_t len)
{
    size_t want = at == 0 && c.first > 0 ? c.first : c.step;
    return want < len - at ? want : len - at;
}

typedef struct cut_text {
    char text[48];
} cut_text;

static inline cut_text cut_name(cut c)
{
    cut_text name;
    if (c.first > 0)
        snprintf(name.text, sizeof name.text, "split at %zu", c.first);
    else if (c.step == WHOLE)
        snprintf(name.text, sizeof name.text, "whole");
    else
        snprintf(name.text, sizeof name.text, "pieces of %zu", c.step);
    return name;
}

typedef void cut_visitor(void *context, cut c);

/* Pieces of 1..7 bytes; every split in two if the input is not longer than
   `split_limit`. */
static inline void each_cut(size_t len, size_t split_limit, cut_visitor *visit,
                            void *context)
{
    cut c = {0, 1};
    for (; c.step <= 7; c.step++)
        visit(context, c);
    c.step = WHOLE;
    if (len > split_limit)
        return;
    for (c.first = 1; c.first < len; c.first++)
        visit(context, c);
}

/* ---- logs of events --------------------------------------------------------

   One line for each event:
       START <TAB> {namespace}local <TAB> prefix
       ATTR  <TAB> {namespace}local <TAB> value
       TEXT  <TAB> value        all character data between two tags
       END
   with \\ \n \r \t escaped in namespaces and values. A log always has a hash
   and keeps the text if asked to. Numbers (offsets) go into the hash only. */

#define HASH_START UINT64_C(0xcbf29ce484222325)

typedef struct event_log {
    buffer text;
    uint64_t hash;
    bool keep;
    bool in_text;
    bool no_prefix;  /* leave prefixes out, as trees do */
    bool no_offsets; /* leave out where things stood */
} event_log;

static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t n)
{
    const unsigned char *p = bytes;
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ p[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline void log_clear(event_log *log)
{
    if (log->keep)
        buffer_clear(&log->text);
    log->hash = HASH_START;
    log->in_text = false;
}

static inline void log_bytes(event_log *log, const char *bytes, size_t n)
{
    log->hash = hash_bytes(log->hash, bytes, n);
    if (log->keep)
        buffer_add(&log->text, bytes, n);
}

static inline void log_puts(event_log *log, const char *text)
{
    log_bytes(log, text, strlen(text));
}

static inline void log_number(event_log *log, uint64_t number)
{
    unsigned char bytes[8];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(number >> 8 * i & 255);
    log->hash = hash_bytes(log->hash, bytes, sizeof bytes);
}

static inline const char *log_escape_of(char c)
{
    switch (c) {
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return NULL;
    }
}

static inline void log_escaped(event_log *log, xc_str s)
{
    size_t done = 0;
    for (size_t i = 0; i < s.len; i++) {
        const char *escape = log_escape_of(s.ptr[i]);
        if (escape == NULL)
            continue;
        log_bytes(log, s.ptr + done, i - done);
        log_puts(log, escape);
        done = i + 1;
    }
    if (s.ptr != NULL)
        log_bytes(log, s.ptr + done, s.len - done);
}

static inline void log_name(event_log *log, xc_str ns, xc_str name)
{
    log_puts(log, "{");
    log_escaped(log, ns);
    log_puts(log, "}");
    log_escaped(log, name);
    log_puts(log, "\t");
}

/* Ends the line of a TEXT, if there is one. */
static inline void log_end_text(event_log *log)
{
    if (log->in_text)
        log_puts(log, "\n");
    log->in_text = false;
}

static inline void log_start(event_log *log, xc_str ns, xc_str name,
                             xc_str prefix)
{
    log_end_text(log);
    log_puts(log, "START\t");
    log_name(log, ns, name);
    if (!log->no_prefix)
        log_bytes(log, prefix.ptr, prefix.len);
    log_puts(log, "\n");
}

static inline void log_attribute(event_log *log, const xc_attribute *a)
{
    log_puts(log, a->undeclared ? "UNDECLARED\t" : "ATTR\t");
    log_name(log, a->ns, a->name);
    log_escaped(log, a->value);
    log_puts(log, "\n");
}

static inline void log_text(event_log *log, xc_str text)
{
    if (text.len == 0)
        return;
    if (!log->in_text)
        log_puts(log, "TEXT\t");
    log->in_text = true;
    log_escaped(log, text);
}

static inline void log_end(event_log *log)
{
    log_end_text(log);
    log_puts(log, "END\n");
}

/* An element as a tree. */
static inline void log_tree(event_log *log, const xc_element *e)
{
    static const xc_str absent;
    xc_attribute a;
    xc_walk w;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w)) {
        if (w.type == XC_TEXT) {
            log_text(log, w.text);
        } else if (w.type == XC_END) {
            log_end(log);
        } else {
            log_start(log, xc_ns(w.element), xc_name(w.element), absent);
            for (size_t i = 0; xc_element_attr(w.element, i, &a); i++)
                log_attribute(log, &a);
        }
    }
    log_end_text(log);
}

static inline void log_free(event_log *log)
{
    buffer_free(&log->text);
}

static inline void check_same_log(const char *where, const event_log *got,
                                  const event_log *expected)
{
    if (got->hash != expected->hash)
        check_fail("%s: different events (or offsets)\n-- got\n%s-- expected\n"
                   "%s",
                   where, buffer_str(&got->text).ptr,
                   buffer_str(&expected->text).ptr);
}

#endif
