/* Tests whose rows are data: files in tests/data that say what is given and
   what is expected. Each file explains its own format.

   A table has a row on each line, fields between TABs:

       static void check_row(const row *r) { CHECK(...); }
       for_each_row("tests/data/jid.tsv", check_row);

   A document has blocks of lines with an empty line between them
   (for_each_block); its rows are the blocks, their fields the lines. In both,
   lines that begin with # are comments. A CHECK that fails names the file and
   the line and ends that row only; the test fails after the last row. Do not
   use cmocka's assert_... for rows: it ends the test. */
#ifndef XC_TEST_SUPPORT_ROWS_H
#define XC_TEST_SUPPORT_ROWS_H

#include "support.h"

/* ---- escapes ------------------------------------------------------------ */

enum {
    ESCAPED_TEXTS = 32
};

/* A buffer that is used again ESCAPED_TEXTS calls later. */
static inline buffer *next_text(void)
{
    static buffer texts[ESCAPED_TEXTS];
    static unsigned next;
    buffer *b = &texts[next++ % ESCAPED_TEXTS];
    buffer_clear(b);
    return b;
}

/* The bytes of a text with escapes. */
static inline xc_str unescaped(const char *text)
{
    buffer *b = next_text();
    buffer_puts(b, text);
    b->len = unescape(b->ptr);
    return buffer_str(b);
}

static inline void add_escaped_byte(buffer *b, unsigned char c)
{
    const char *at = strchr("\nn\rr\tt\\\\", c);
    if (c != '\0' && at != NULL && (c < ' ' || c == '\\'))
        buffer_printf(b, "\\%c", at[1]);
    else if (c < ' ' || c >= 0x7F)
        buffer_printf(b, "\\x%02x", c);
    else
        buffer_add(b, &c, 1);
}

/* The opposite of unescape(): printable ASCII is itself; other code points
   are \uNNNN, bytes that are no UTF-8 are \xNN. */
static inline void add_escaped(buffer *b, xc_str s)
{
    for (size_t at = 0, n; at<s.len; at += n> 0 ? n : 1) {
        xc_str rest = {s.ptr + at, s.len - at};
        uint32_t cp = 0;
        n = xc_utf8_decode(rest, &cp);
        if (n > 1)
            buffer_printf(b, cp > 0xFFFF ? "\\U%08x" : "\\u%04x",
                          (unsigned)cp);
        else
            add_escaped_byte(b, (unsigned char)s.ptr[at]);
    }
}

static inline const char *escaped(xc_str s)
{
    buffer *b = next_text();
    if (s.ptr == NULL)
        buffer_puts(b, "(absent)");
    add_escaped(b, s);
    return b->ptr;
}

/* ---- elements ----------------------------------------------------------- */

static inline void add_attribute(buffer *b, const xc_attribute *a)
{
    buffer_puts(b, a->undeclared ? " undeclared " : " ");
    if (a->ns.ptr != NULL)
        buffer_printf(b, "{%s}", escaped(a->ns));
    buffer_printf(b, "%s='%s'", escaped(a->name), escaped(a->value));
}

static inline void add_start(buffer *b, const xc_element *e)
{
    xc_attribute a;
    if (xc_ns(e).ptr != NULL)
        buffer_printf(b, "{%s}", escaped(xc_ns(e)));
    buffer_puts(b, escaped(xc_name(e)));
    for (size_t i = 0; xc_element_attr(e, i, &a); i++)
        add_attribute(b, &a);
}

/* {namespace}name attribute='value' ( "text" {namespace}child ), escaped. */
static inline void add_element(buffer *b, const xc_element *e)
{
    bool started = false; /* the last was a start tag */
    bool begun = false;
    xc_walk w;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w)) {
        if (w.type == XC_END) {
            buffer_puts(b, started ? "" : " )");
            started = false;
            continue;
        }
        buffer_puts(b, started ? " ( " : begun ? " " : "");
        if (w.type == XC_TEXT)
            buffer_printf(b, "\"%s\"", escaped(w.text));
        else
            add_start(b, w.element);
        started = w.type == XC_START;
        begun = true;
    }
}

/* ---- what fields say ---------------------------------------------------- */

static inline xc_status status_named(const char *name)
{
    for (unsigned i = 0; i < XC_STATUS_COUNT; i++)
        if (strcmp(xc_status_name((xc_status)i), name) == 0)
            return (xc_status)i;
    check_fail("there is no status \"%s\"", name);
    return XC_OK;
}

static inline unsigned long number_in(const char *text)
{
    char *end = NULL;
    unsigned long number = strtoul(text, &end, 0);
    CHECK(text[0] >= '0' && text[0] <= '9' && *end == '\0',
          "\"%s\" is no number", text);
    return number;
}

/* ---- rows --------------------------------------------------------------- */

#define ROW_FIELDS 200

/* A row of a table and its fields, or a block of a document and its lines. */
typedef struct row {
    const char *path;
    unsigned line;                 /* the first one */
    const char *field[ROW_FIELDS]; /* as written; those not there are "" */
    unsigned at[ROW_FIELDS];       /* the line of each */
    size_t fields;
} row;

typedef void row_check(const row *r);

/* A failed check comes back here. */
static inline bool row_holds(row_check *check, const row *r)
{
    row_checked.line = r->line;
    row_checked.path = r->path;
    if (setjmp(row_checked.failed) != 0) {
        row_checked.path = NULL;
        return false;
    }
    check(r);
    row_checked.path = NULL;
    return true;
}

/* The field of a block; a check that fails from now on is that line's. */
static inline const char *row_line(const row *r, size_t i)
{
    if (i < r->fields)
        row_checked.line = r->at[i];
    return r->field[i];
}

static inline void row_add(row *r, const char *field, unsigned line)
{
    CHECK(r->fields + 1 < ROW_FIELDS, "%s:%u: too many fields or lines",
          r->path, line);
    r->at[r->fields] = line;
    r->field[r->fields++] = field;
}

/* Cuts the next line off; NULL: there is none. */
static inline char *next_line(char **text, unsigned *number)
{
    char *line = *text, *end;
    if (line == NULL || *line == '\0')
        return NULL;
    end = strchr(line, '\n');
    *text = end != NULL ? end + 1 : NULL;
    if (end != NULL)
        *end = '\0';
    (*number)++;
    return line;
}

/* ---- files of rows ------------------------------------------------------ */

typedef struct row_file {
    char *text; /* what is left of it; it is cut up */
    unsigned number;
    bool blocks;
} row_file;

static inline void add_fields(row *r, char *line, unsigned number)
{
    while (line != NULL) {
        char *tab = strchr(line, '\t');
        if (tab != NULL)
            *tab++ = '\0';
        row_add(r, line, number);
        line = tab;
    }
}

static inline bool next_row(row_file *f, row *r)
{
    char *line;
    r->fields = 0;
    while ((line = next_line(&f->text, &f->number)) != NULL) {
        if (line[0] == '#')
            continue;
        if (line[0] == '\0' && r->fields > 0)
            break;
        if (line[0] != '\0' && f->blocks)
            row_add(r, line, f->number);
        else if (line[0] != '\0')
            add_fields(r, line, f->number);
        if (!f->blocks && r->fields > 0)
            break;
    }
    r->line = r->at[0];
    for (size_t i = r->fields; i < ROW_FIELDS; i++)
        r->field[i] = "";
    return r->fields > 0;
}

/* Checks all rows of a text, which it cuts up. Returns their number. */
static inline size_t check_rows(const char *path, char *text, bool blocks,
                                row_check *check)
{
    static row r;
    row_file f = {text, 0, blocks};
    size_t count = 0, bad = 0;
    r.path = path;
    for (; next_row(&f, &r); count++)
        bad += !row_holds(check, &r);
    CHECK(count > 0, "%s has no rows", path);
    CHECK(bad == 0, "%s: %zu of %zu rows do not hold", path, bad, count);
    print_message("%zu rows of %s hold\n", count, path);
    return count;
}

static inline size_t check_file(const char *path, bool blocks,
                                row_check *check)
{
    buffer file = {0};
    size_t count;
    CHECK(load_file(path, &file), "cannot read %s (run in the top directory)",
          path);
    count = check_rows(path, file.ptr, blocks, check);
    buffer_free(&file);
    return count;
}

/* A table. */
static inline size_t for_each_row(const char *path, row_check *check)
{
    return check_file(path, false, check);
}

/* A document. */
static inline size_t for_each_block(const char *path, row_check *check)
{
    return check_file(path, true, check);
}

/* What follows the word and a space, if the line begins with it, else NULL. */
static inline const char *after_word(const char *line, const char *word)
{
    size_t n = strlen(word);
    if (strncmp(line, word, n) != 0 || (line[n] != ' ' && line[n] != '\0'))
        return NULL;
    return line + n + (line[n] == ' ');
}

#endif
