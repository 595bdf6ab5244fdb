/* The documents of tests/data/stanzas: elements, what is read from them, and
   what is written again. tests/README.md describes the format.

   A document is right if writing its expectations anew gives the same file. So
   the same code checks and, with UPDATE=1, rewrites them. */
#include "support_kinds.h"

#include "support_print.h"
#include "support_stream.h"

#include <dirent.h>

#define DIRECTORY "tests/data/stanzas"
#define SPACE 65536
#define FIELDS 32

/* ---- elements ----------------------------------------------------------- */

/* The element alone in a stream of the namespace. */
static const xc_element *read_alone(xc_str text, const char *content_ns)
{
    static char memory[SPACE];
    static buffer bytes;
    xc_stream s;
    xc_stream_event ev;
    xc_str in;
    buffer_clear(&bytes);
    buffer_printf(&bytes,
                  "<stream:stream xmlns='%s' " STREAMS
                  " xmlns:db='jabber:server:dialback' version='1.0'>",
                  content_ns);
    buffer_add(&bytes, text.ptr, text.len);
    in = buffer_str(&bytes);
    assert_int_equal(xc_stream_init(&s, memory, SPACE, NULL), XC_OK);
    assert_int_equal(xc_stream_next(&s, &in, &ev), XC_EVENT);
    CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT && in.len == 0,
          "not one element: " XC_FMT, XC_ARG(text));
    return ev.element;
}

/* The only schema of the element, or NULL. */
static const named_schema *schema_of(const xc_element *e)
{
    const named_schema *found = NULL;
    for (size_t i = 0; i < COUNT_OF(all_schemas); i++) {
        const xc_schema *s = all_schemas[i].schema;
        if (s->ns == NULL || !xc_matches(s, e))
            continue;
        CHECK(found == NULL, "%s and %s", found->name, all_schemas[i].name);
        found = &all_schemas[i];
    }
    return found;
}

static const char *tag_of(const xc_element *e)
{
    const char *found = NULL;
#define TRY(tag, spec)                                                        \
    if (found == NULL && xc_is(e, tag))                                       \
        found = #tag;
    XC_TAGS(TRY)
#undef TRY
    return found;
}

/* ---- what the documents have had ---------------------------------------- */

static bool has_been_set[COUNT_OF(all_schemas)][FIELDS];
static bool has_been_read[COUNT_OF(all_schemas)];
static size_t documents;

static void note_fields(const xc_schema *s, const void *in)
{
    size_t row = (size_t)(name_of_schema(s) - all_schemas);
    has_been_read[row] = true;
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        const void *m = (const char *)in + f->offset;
        if (!is_set(f, m))
            continue;
        has_been_set[row][i] = true;
        if (f->kind == XC_KIND_STRUCT)
            note_fields(f->detail, m);
    }
}

/* ---- one element -------------------------------------------------------- */

typedef union any {
    xc_base base;
    int64_t number;
    char bytes[8192];
} any;

typedef struct reading {
    char text[SPACE]; /* the element, on one line */
    const char *content_ns;
    const named_schema *schema; /* of the outermost element; NULL: none */
    any in;
} reading;

static char output[SPACE];

static xc_str written(const reading *r, const any *in, xc_status *status)
{
    xc_writer w;
    xc_str out = {NULL, 0};
    xc_writer_init(&w, output, sizeof output, r->content_ns);
    xc_write(&w, r->schema->schema, in);
    *status = xc_writer_finish(&w, &out);
    return out;
}

static void element_as_written(const reading *r, const xc_element *e,
                               buffer *out)
{
    xc_writer w;
    xc_str text;
    xc_writer_init(&w, output, sizeof output, r->content_ns);
    xc_writer_element(&w, e);
    check_status(r->text, xc_writer_finish(&w, &text), XC_OK);
    buffer_clear(out);
    buffer_add(out, text.ptr, text.len);
}

/* Without a change, a struct is written as its element is. */
static void check_same_element(const reading *r, const named_schema *one,
                               const any *in)
{
    static buffer same;
    reading inside = *r;
    xc_status status;
    xc_str text;
    inside.schema = one;
    element_as_written(r, in->base.element, &same);
    text = written(&inside, in, &status);
    check_status(r->text, status, XC_OK);
    check_str(one->name, text, same.ptr);
}

/* Structs inside one that is printed are printed with it. */
static bool is_inside(const xc_schema *s, const void *in, const xc_element *e)
{
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        const void *m = (const char *)in + f->offset;
        if (f->kind != XC_KIND_STRUCT || !((const xc_base *)m)->present)
            continue;
        if (((const xc_base *)m)->element == e || is_inside(f->detail, m, e))
            return true;
    }
    return false;
}

static void print_reading(buffer *out, const reading *r,
                          const named_schema *one, const xc_element *e,
                          any *in)
{
    const xc_field *field = NULL;
    xc_status status = xc_read(one->schema, e, in, &field);
    buffer_puts(out, one->name);
    CHECK(xc_was_read(status) && (field == NULL) == (status == XC_OK),
          "%s: %s", r->text, xc_status_name(status));
    if (field != NULL)
        buffer_printf(out, ": %s %s", xc_status_name(status),
                      name_of_member(one->of, field));
    buffer_puts(out, "\n");
    print_members(out, one->schema, in, 1);
    note_fields(one->schema, in);
    check_same_element(r, one, in);
}

/* Each element that has a schema or a tag, unless it was printed as a part of
   the last one. */
static void print_element(buffer *out, reading *r, const xc_element *root)
{
    static any last;
    const named_schema *last_schema = NULL;
    xc_walk w;
    xc_walk_init(&w, root);
    while (xc_walk_next(&w)) {
        const named_schema *one;
        if (w.type != XC_START)
            continue;
        one = schema_of(w.element);
        if (last_schema != NULL &&
            is_inside(last_schema->schema, &last, w.element))
            continue;
        if (one == NULL) {
            if (tag_of(w.element) != NULL)
                buffer_printf(out, "%s\n", tag_of(w.element));
            continue;
        }
        print_reading(out, r, one, w.element, &last);
        last_schema = one;
        if (w.element == root) {
            r->schema = one;
            r->in = last;
        }
    }
}

/* ---- blocks of a document ----------------------------------------------- */

static void put_block(buffer *out, const char *info, const char *text)
{
    buffer_printf(out, "\n```%s\n", info);
    buffer_puts(out, text);
    buffer_puts(out, "```\n");
}

#define LINE_MAX_BYTES 79

/* A tag and the text after it. */
static size_t tag_and_text(const char *at)
{
    size_t len = strcspn(at, ">");
    len += at[len] == '>';
    return len + strcspn(at + len, "<");
}

/* Attributes on lines of their own, where the line is too long. Texts are left
   as they are. */
static void put_tag(buffer *out, const char *tag, size_t len, size_t used)
{
    size_t end = strcspn(tag, ">");
    for (size_t at = 0; at < len;) {
        size_t part = strcspn(tag + at, "'");
        part += part < len - at && at + part < end
                    ? strcspn(tag + at + part + 1, "'") + 2
                    : 0;
        if (at + part > end || part > len - at)
            part = len - at;
        if (at > 0 && tag[at] == ' ' && used + part > LINE_MAX_BYTES) {
            buffer_puts(out, "\n     ");
            used = 5;
        }
        buffer_add(out, tag + at, part);
        used += part;
        at += part;
    }
}

/* The element on lines as a document has them, so that joined they are the
   element. */
static void put_wrapped(buffer *out, const char *text)
{
    size_t used = 0;
    while (*text != '\0') {
        size_t len = tag_and_text(text);
        if (used > 0 && used + len > LINE_MAX_BYTES) {
            buffer_puts(out, "\n  ");
            used = 2;
        }
        put_tag(out, text, len, used);
        used += len;
        text += len;
    }
    buffer_puts(out, "\n");
}

static void put_written(buffer *out, const char *info, xc_str text,
                        xc_status status)
{
    static buffer line, block;
    buffer_clear(&line);
    buffer_clear(&block);
    if (status == XC_OK) {
        buffer_add(&line, text.ptr, text.len);
        put_wrapped(&block, line.ptr);
    } else {
        buffer_printf(&block, "%s\n", xc_status_name(status));
    }
    put_block(out, info, block.ptr);
}

/* What is expected, after the element. */
static void put_expected(buffer *out, reading *r)
{
    static buffer block;
    const xc_element *e = read_alone(xc_str_from(r->text), r->content_ns);
    xc_status status = XC_OK;
    xc_str text;
    documents++;
    r->schema = NULL;
    buffer_clear(&block);
    print_element(&block, r, e);
    put_block(out, "read", block.ptr);
    element_as_written(r, e, &block);
    if (strcmp(block.ptr, r->text) != 0)
        put_written(out, "written", buffer_str(&block), XC_OK);
    if (r->schema == NULL)
        return;
    r->in.base.element = NULL;
    text = written(r, &r->in, &status);
    if (status != XC_OK || !xc_str_is(text, r->text))
        put_written(out, "new", text, status);
}

/* What is written after members were changed, from the element as it came. */
static void put_changed(buffer *out, reading *r, xc_str lines)
{
    const xc_element *e = read_alone(xc_str_from(r->text), r->content_ns);
    xc_status status;
    xc_str text;
    CHECK(r->schema != NULL, "nothing can be changed: %s", r->text);
    xc_read(r->schema->schema, e, &r->in, NULL);
    while (lines.ptr != NULL) {
        xc_str line = xc_str_cut(&lines, '\n');
        if (xc_str_is(line, "new"))
            r->in.base.element = NULL;
        else if (line.len > 0)
            set_member(r->schema->schema, &r->in, line);
    }
    text = written(r, &r->in, &status);
    put_written(out, "written", text, status);
}

/* ---- files -------------------------------------------------------------- */

/* Lines of an element are one line: without their indentation, with a space
   where a tag goes on. */
static void join_lines(reading *r, const char *line, size_t len)
{
    const char *open = strrchr(r->text, '<'), *close = strrchr(r->text, '>');
    size_t used = strlen(r->text);
    while (used > 0 && len > 0 && *line == ' ') {
        line++;
        len--;
    }
    assert_true(used + len + 2 < sizeof r->text);
    if (open != NULL && (close == NULL || close < open))
        r->text[used++] = ' ';
    memcpy(r->text + used, line, len);
    r->text[used + len] = '\0';
}

typedef struct document_file {
    buffer out;
    buffer change;
    reading r;
    bool blank;       /* a blank line is held back */
    char block[64];   /* the info of the block, if in one */
    bool is_expected; /* it is written anew */
} document_file;

static bool is_block(const document_file *d, const char *info)
{
    return strcmp(d->block, info) == 0;
}

static void begin_block(document_file *d, const char *info, size_t len)
{
    assert_true(len < sizeof d->block && len > 0);
    memcpy(d->block, info, len);
    d->block[len] = '\0';
    d->is_expected =
        is_block(d, "read") || is_block(d, "written") || is_block(d, "new");
    if (strncmp(d->block, "xml", 3) == 0) {
        d->r.text[0] = '\0';
        d->r.content_ns = strstr(d->block, XC_NS_SERVER) != NULL ? XC_NS_SERVER
                          : strstr(d->block, XC_NS_COMPONENT) != NULL
                              ? XC_NS_COMPONENT
                              : XC_NS_CLIENT;
    }
    buffer_clear(&d->change);
}

static void end_block(document_file *d)
{
    if (strncmp(d->block, "xml", 3) == 0)
        put_expected(&d->out, &d->r);
    else if (is_block(d, "change"))
        put_changed(&d->out, &d->r, buffer_str(&d->change));
    d->block[0] = '\0';
}

static void put_line(document_file *d, const char *line, size_t len)
{
    if (d->blank)
        buffer_puts(&d->out, "\n");
    d->blank = false;
    buffer_add(&d->out, line, len);
    buffer_puts(&d->out, "\n");
}

static void take_line(document_file *d, const char *line, size_t len)
{
    bool fence = len >= 3 && strncmp(line, "```", 3) == 0;
    bool in_block = d->block[0] != '\0';
    if (len == 0 && !in_block) {
        if (d->blank)
            buffer_puts(&d->out, "\n");
        d->blank = true;
        return;
    }
    if (fence && !in_block)
        begin_block(d, line + 3, len - 3);
    if (d->is_expected) {
        d->blank = false;
        if (fence && in_block) {
            d->block[0] = '\0';
            d->is_expected = false;
        }
        return;
    }
    put_line(d, line, len);
    if (fence && in_block)
        end_block(d);
    else if (!fence && strncmp(d->block, "xml", 3) == 0)
        join_lines(&d->r, line, len);
    else if (!fence && is_block(d, "change")) {
        buffer_add(&d->change, line, len);
        buffer_puts(&d->change, "\n");
    }
}

/* The file as it would be if its expectations were written today. */
static const buffer *written_anew(const buffer *file)
{
    static document_file d;
    xc_str rest = buffer_str(file);
    buffer_clear(&d.out);
    d.blank = d.is_expected = false;
    d.block[0] = '\0';
    while (rest.len > 0) {
        xc_str line = xc_str_cut(&rest, '\n');
        take_line(&d, line.ptr, line.len);
    }
    CHECK(d.block[0] == '\0', "a block without an end");
    return &d.out;
}

/* ---- differences -------------------------------------------------------- */

typedef struct section {
    const char *at;
    size_t len, line;
} section;

/* The lines up to the next heading. */
static section next_section(section last)
{
    section next = {last.at + last.len, 0, last.line};
    const char *end;
    for (size_t i = 0; i < last.len; i++)
        next.line += last.at[i] == '\n';
    end = next.at[0] != '\0' ? strstr(next.at + 1, "\n#") : NULL;
    next.len = end != NULL ? (size_t)(end + 1 - next.at) : strlen(next.at);
    return next;
}

static void print_lines(const char *mark, const char *at, const char *end)
{
    while (at < end) {
        size_t len = strcspn(at, "\n");
        print_error("%s%.*s\n", mark, (int)len, at);
        at += len + 1;
    }
}

static const char *line_start(const char *from, const char *at)
{
    while (at > from && at[-1] != '\n')
        at--;
    return at;
}

/* The lines between those with which both begin and end. */
static void print_difference(const char *path, section old, section new)
{
    size_t same = 0, tail = 0, line = old.line;
    const char *a, *b, *a_end, *b_end;
    while (same < old.len && same < new.len &&old.at[same] == new.at[same])
        same++;
    a = line_start(old.at, old.at + same);
    b = line_start(new.at, new.at + same);
    a_end = old.at + old.len;
    b_end = new.at + new.len;
    while (a_end - tail > a && b_end - tail > b &&
           a_end[-1 - (ptrdiff_t)tail] == b_end[-1 - (ptrdiff_t)tail])
        tail++;
    for (const char *c = old.at; c < a; c++)
        line += *c == '\n';
    print_error("%s:%zu: %.*s\n", path, line, (int)strcspn(old.at, "\n"),
                old.at);
    a_end -= tail;
    b_end -= tail;
    print_lines("  expected  ", a, a_end + strcspn(a_end, "\n"));
    print_lines("  got       ", b, b_end + strcspn(b_end, "\n"));
}

static unsigned compare(const char *path, const buffer *old, const buffer *new)
{
    unsigned different = 0;
    section a = {old->ptr, 0, 1}, b = {new->ptr, 0, 1};
    for (;;) {
        a = next_section(a);
        b = next_section(b);
        if (a.len == 0 && b.len == 0)
            return different;
        if (a.len == b.len && memcmp(a.at, b.at, a.len) == 0)
            continue;
        print_difference(path, a, b);
        different++;
    }
}

static void rewrite(const char *path, const buffer *new)
{
    FILE *file = fopen(path, "wb");
    CHECK(file != NULL, "cannot write %s", path);
    assert_int_equal(fwrite(new->ptr, 1, new->len, file), new->len);
    assert_int_equal(fclose(file), 0);
    print_message("%s was rewritten: review it\n", path);
}

static void file_says_what_happens(void **state)
{
    buffer file = {0};
    const buffer *now;
    const char *path = *state;
    size_t before = documents;
    CHECK(load_file(path, &file), "cannot read %s (run in the top directory)",
          path);
    now = written_anew(&file);
    CHECK(documents > before, "%s has no documents", path);
    if (strcmp(now->ptr, file.ptr) != 0) {
        const char *update = getenv("UPDATE");
        if (update != NULL && strcmp(update, "1") == 0)
            rewrite(path, now);
        else
            check_fail("%s: %u documents say something else", path,
                       compare(path, &file, now));
    }
    buffer_free(&file);
}

/* ---- what they must have ------------------------------------------------ */

/* Set in a document, by this schema or one that has the same table. */
static bool is_set_somewhere(const xc_schema *s, size_t field)
{
    for (size_t i = 0; i < COUNT_OF(all_schemas); i++)
        if (all_schemas[i].schema->fields == s->fields &&
            has_been_set[i][field])
            return true;
    return false;
}

static void every_member_is_in_a_document(void **state)
{
    unsigned missing = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(all_schemas); i++) {
        const named_schema *one = &all_schemas[i];
        if (!has_been_read[i]) {
            print_error("no document has %s\n", one->name);
            missing++;
            continue;
        }
        for (size_t k = 0; k < one->schema->count; k++) {
            if (is_set_somewhere(one->schema, k))
                continue;
            print_error("no document sets %s of %s\n",
                        name_of_member(one->of, one->schema->fields + k),
                        one->name);
            missing++;
        }
    }
    print_message("%zu documents\n", documents);
    assert_true(documents >= 450);
    assert_int_equal(missing, 0);
}

/* Each name of an enumeration is read as the constant that says the same. */
static void constants_say_what_names_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(all_schemas); i++) {
        const named_schema *one = &all_schemas[i];
        for (size_t k = 0; k < one->schema->count; k++) {
            const xc_field *f = one->schema->fields + k;
            if (f->kind != XC_KIND_ENUM && f->kind != XC_KIND_CHOICE)
                continue;
            CHECK(name_of_enumeration(f) != NULL,
                  "%s: no enumeration has the names of %s, in their order",
                  one->name, name_of_member(one->of, f));
        }
    }
}

/* ---- all files ---------------------------------------------------------- */

#define FILES_MAX 100
static char paths[FILES_MAX][300];
static struct CMUnitTest tests[FILES_MAX + 2];

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static size_t find_files(void)
{
    DIR *directory = opendir(DIRECTORY);
    struct dirent *entry;
    size_t count = 0;
    while (directory != NULL && (entry = readdir(directory)) != NULL) {
        size_t len = strlen(entry->d_name);
        if (len < 4 || strcmp(entry->d_name + len - 3, ".md") != 0)
            continue;
        if (count == FILES_MAX)
            abort();
        snprintf(paths[count++], sizeof paths[0], DIRECTORY "/%.200s",
                 entry->d_name);
    }
    if (directory != NULL)
        closedir(directory);
    qsort(paths, count, sizeof paths[0], by_name);
    return count;
}

static void add_test(size_t at, const char *name, CMUnitTestFunction run,
                     void *path)
{
    tests[at].name = name;
    tests[at].test_func = run;
    tests[at].initial_state = path;
}

int main(void)
{
    size_t count = find_files();
    for (size_t i = 0; i < count; i++)
        add_test(i, strrchr(paths[i], '/') + 1, file_says_what_happens,
                 paths[i]);
    add_test(count, "every_member_is_in_a_document",
             every_member_is_in_a_document, NULL);
    add_test(count + 1, "constants_say_what_names_say",
             constants_say_what_names_say, NULL);
    return _cmocka_run_group_tests("documents", tests, count + 2, NULL, NULL);
}
