/* fuzz.h - what the fuzz targets share: failing, exact copies, an independent
   check of strings, a log of events, and a way to cut the input.

   Include after xmpp_codec.h. A target defines LLVMFuzzerTestOneInput; a
   violation prints a message and aborts.
*/
#ifndef XC_FUZZ_H
#define XC_FUZZ_H

#include <stdio.h>
#include <stdlib.h>

#if defined(__GNUC__) || defined(__clang__)
#define FUZZ_UNUSED __attribute__((unused))
#else
#define FUZZ_UNUSED
#endif

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define REQUIRE(condition, message)                                           \
    do {                                                                      \
        if (!(condition))                                                     \
            fuzz_fail(__FILE__, __LINE__, #condition, message);               \
    } while (0)

static void fuzz_fail(const char *file, int line, const char *condition,
                      const char *message)
{
    fprintf(stderr, "%s:%d: %s\n    failed: %s\n", file, line, message,
            condition);
    abort();
}

/* ---- memory ----------------------------------------------------------------

   Everything that the codec gets is malloc'ed in the exact size, so that the
   sanitizer sees each access outside. Freed memory is overwritten first, so
   that a stale pointer shows in the log even without a sanitizer. */

FUZZ_UNUSED static void *fuzz_alloc(size_t size)
{
    unsigned char *mem = malloc(size > 0 ? size : 1);
    REQUIRE(mem != NULL, "out of memory");
    memset(mem, 0xA5, size > 0 ? size : 1);
    return mem;
}

FUZZ_UNUSED static void *fuzz_copy(const void *from, size_t size)
{
    void *mem = fuzz_alloc(size);
    if (size > 0)
        memcpy(mem, from, size);
    return mem;
}

FUZZ_UNUSED static void fuzz_free(void *mem, size_t size)
{
    memset(mem, 0x5A, size);
    free(mem);
}

/* ---- strings ------------------------------------------------------------ */

/* Bytes of the character at the front of the n bytes at p; 0: not well-formed
   UTF-8, or not allowed in XML. Written directly from RFC 3629 and production
   [2] of XML 1.0, so that it does not share an error with the codec. */
FUZZ_UNUSED static size_t fuzz_char(const unsigned char *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t i, length = p[0] < 0x80   ? 1
                       : p[0] < 0xC0 ? 0
                       : p[0] < 0xE0 ? 2
                       : p[0] < 0xF0 ? 3
                       : p[0] < 0xF8 ? 4
                                     : 0;
    uint32_t c = length == 1 ? p[0] : p[0] & (0x7Fu >> length);
    if (length == 0 || length > n)
        return 0;
    for (i = 1; i < length; i++) {
        if (p[i] < 0x80 || p[i] > 0xBF)
            return 0;
        c = c << 6 | (p[i] & 0x3Fu);
    }
    if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    if (c == 0xFFFE || c == 0xFFFF)
        return 0;
    return c >= 0x20 || c == 9 || c == 10 || c == 13 ? length : 0;
}

FUZZ_UNUSED static bool fuzz_is_text(xc_str s)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    size_t at = 0;
    while (at < s.len) {
        size_t length = fuzz_char(p + at, s.len - at);
        if (length == 0)
            return false;
        at += length;
    }
    return true;
}

/* An NCName of Namespaces in XML? */
FUZZ_UNUSED static bool fuzz_is_name(xc_str s)
{
    size_t at = 0;
    if (s.len == 0 || !fuzz_is_text(s))
        return false;
    while (at < s.len) {
        xc_str rest = {s.ptr + at, s.len - at};
        uint32_t c = 0;
        size_t length = xc_utf8_decode(rest, &c);
        REQUIRE(length > 0, "xc_utf8_decode refuses legal UTF-8");
        if (at == 0 ? !xc_is_name_start(c) : !xc_is_name_char(c))
            return false;
        at += length;
    }
    return true;
}

/* A delivered string must be absent or legal. */
FUZZ_UNUSED static void check_text(xc_str s)
{
    REQUIRE(s.ptr != NULL || s.len == 0, "an absent string with a length");
    if (s.ptr == NULL)
        return;
    REQUIRE(fuzz_is_text(s), "a delivered string is not legal text");
    REQUIRE(xc_utf8_check(s) == s.len, "xc_utf8_check refuses legal text");
}

FUZZ_UNUSED static void check_name(xc_str s)
{
    check_text(s);
    REQUIRE(fuzz_is_name(s), "a delivered name is not a name");
}

/* Values of an attribute of a token or an element. */
FUZZ_UNUSED static void check_attribute(const xc_attribute *a)
{
    check_text(a->name);
    check_text(a->ns);
    check_text(a->value);
    REQUIRE(a->undeclared || fuzz_is_name(a->name), "attribute name");
    REQUIRE(a->value.ptr != NULL, "an attribute without a value");
    REQUIRE(a->ns.ptr == NULL || a->ns.len > 0, "an empty namespace name");
    REQUIRE(!a->undeclared || a->ns.ptr == NULL, "undeclared, but resolved");
}

/* ---- logs of events --------------------------------------------------------

   Two ways to read the same input must leave the same log. Fields end in NUL,
   which no legal string contains. */

struct fuzz_log {
    char *bytes;
    size_t len, cap;
    bool in_text; /* the last entry was text: the next joins it */
};

FUZZ_UNUSED static void log_free(struct fuzz_log *log)
{
    free(log->bytes);
    memset(log, 0, sizeof *log);
}

FUZZ_UNUSED static void log_bytes(struct fuzz_log *log, const char *bytes,
                                  size_t len)
{
    if (log->cap - log->len < len) {
        log->cap = 2 * log->cap + len + 256;
        log->bytes = realloc(log->bytes, log->cap);
        REQUIRE(log->bytes != NULL, "out of memory");
    }
    if (len > 0)
        memcpy(log->bytes + log->len, bytes, len);
    log->len += len;
}

/* Logs a string, with a mark for an absent one. */
FUZZ_UNUSED static void log_str(struct fuzz_log *log, xc_str s)
{
    log_bytes(log, s.ptr != NULL ? "=" : "-", 1);
    log_bytes(log, s.ptr != NULL ? s.ptr : "", s.len);
    log_bytes(log, "", 1);
}

/* Ends a run of text. */
FUZZ_UNUSED static void log_break(struct fuzz_log *log)
{
    if (log->in_text)
        log_bytes(log, "", 1);
    log->in_text = false;
}

FUZZ_UNUSED static void log_number(struct fuzz_log *log, const char *what,
                                   uint64_t number)
{
    char line[64];
    snprintf(line, sizeof line, "%s %llu", what, (unsigned long long)number);
    log_break(log);
    log_bytes(log, line, strlen(line) + 1);
}

FUZZ_UNUSED static void log_status(struct fuzz_log *log, xc_status status)
{
    const char *name = xc_status_name(status);
    log_break(log);
    log_bytes(log, name, strlen(name) + 1);
}

FUZZ_UNUSED static void log_tag(struct fuzz_log *log, const char *what,
                                xc_str ns, xc_str name)
{
    log_break(log);
    log_bytes(log, what, strlen(what) + 1);
    log_str(log, ns);
    log_str(log, name);
}

FUZZ_UNUSED static void log_attribute(struct fuzz_log *log,
                                      const xc_attribute *a)
{
    const char *what = a->undeclared ? "undeclared" : "attribute";
    log_bytes(log, what, strlen(what) + 1);
    log_str(log, a->ns);
    log_str(log, a->name);
    log_str(log, a->value);
}

/* Logs text, which joins the previous text. */
FUZZ_UNUSED static void log_text(struct fuzz_log *log, xc_str text)
{
    if (!log->in_text)
        log_bytes(log, "text", 5);
    log_bytes(log, text.ptr != NULL ? text.ptr : "", text.len);
    log->in_text = true;
}

FUZZ_UNUSED static void log_end(struct fuzz_log *log, xc_str name)
{
    log_tag(log, "end", xc_str_from(NULL), name);
}

/* Logs the start tag of an element with its attributes. */
FUZZ_UNUSED static void log_start(struct fuzz_log *log, const xc_element *e)
{
    xc_attribute a;
    log_tag(log, "start", xc_ns(e), xc_name(e));
    for (size_t i = 0; xc_element_attr(e, i, &a); i++)
        log_attribute(log, &a);
}

FUZZ_UNUSED static void log_element(struct fuzz_log *log, const xc_element *e)
{
    xc_walk w;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w)) {
        if (w.type == XC_START)
            log_start(log, w.element);
        else if (w.type == XC_TEXT)
            log_text(log, w.text);
        else
            log_end(log, xc_name(w.element));
    }
}

static void log_print(const struct fuzz_log *log, const char *title)
{
    fprintf(stderr, "---- %s\n", title);
    for (size_t i = 0; i < log->len; i++) {
        unsigned char c = (unsigned char)log->bytes[i];
        if (c == 0)
            fputc('\n', stderr);
        else if (c >= 0x20 && c < 0x7F)
            fputc(c, stderr);
        else
            fprintf(stderr, "\\x%02X", (unsigned)c);
    }
    fprintf(stderr, "\n");
}

FUZZ_UNUSED static bool log_equal(const struct fuzz_log *a,
                                  const struct fuzz_log *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->bytes, b->bytes, a->len) == 0);
}

FUZZ_UNUSED static void require_equal(const struct fuzz_log *a,
                                      const char *title_a,
                                      const struct fuzz_log *b,
                                      const char *title_b)
{
    if (log_equal(a, b))
        return;
    log_print(a, title_a);
    log_print(b, title_b);
    REQUIRE(false, "two ways to the same thing differ (see above)");
}

/* ---- cutting ------------------------------------------------------------ */

/* Sizes of the pieces that the input is cut into. Seeds below 64: all of the
   same size, 1 to 16 bytes ('0' is 1, '6' is 7). Others: random, mostly small,
   some empty. */
struct fuzz_cut {
    uint32_t random;
    uint32_t fixed;
};

FUZZ_UNUSED static void cut_init(struct fuzz_cut *cut, uint8_t seed)
{
    cut->fixed = seed < 64 ? (seed & 15u) + 1 : 0;
    cut->random = seed * 2654435761u + 1;
}

FUZZ_UNUSED static uint32_t cut_random(struct fuzz_cut *cut)
{
    cut->random ^= cut->random << 13;
    cut->random ^= cut->random >> 17;
    cut->random ^= cut->random << 5;
    return cut->random;
}

/* The size of the next piece of `left` bytes. */
FUZZ_UNUSED static size_t cut_next(struct fuzz_cut *cut, size_t left)
{
    uint32_t r = cut_random(cut);
    size_t n = cut->fixed != 0 ? cut->fixed
               : (r & 7) == 0  ? r >> 8 & 127
                               : r >> 8 & 7;
    return n < left ? n : left;
}

#endif
