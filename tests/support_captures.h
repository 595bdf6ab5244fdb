/* Recorded connections: tests/data/captures, written by us in the same format,
   and captures/ and captures2/ of XC_CORPORA. */
#ifndef XC_TEST_SUPPORT_CAPTURES_H
#define XC_TEST_SUPPORT_CAPTURES_H

#include "support.h"

#include <strings.h>

#define DOCUMENTS_MAX 8
#define READS_MAX 4096

typedef struct capture {
    char name[128]; /* with .c2s or .s2c */
    char directory[200];
    buffer bytes;
    size_t documents, start[DOCUMENTS_MAX + 1], elements[DOCUMENTS_MAX];
    size_t reads, read_end[READS_MAX];
    xc_status expected; /* XC_NEED_MORE: open, XC_CLOSED: may be closed too */
    bool trailing;      /* bytes after the close tag */
} capture;

static inline size_t numbers(const char *list, size_t *out, size_t max)
{
    size_t n = 0;
    char *end;
    while (n < max && *list != '\0') {
        out[n++] = strtoul(list, &end, 10);
        list = *end == ',' ? end + 1 : end;
    }
    return n;
}

static inline bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n >= m && strcmp(text + n - m, end) == 0;
}

/* Where the recorded reads of this direction ended. */
static inline void load_reads(capture *c)
{
    char name[400];
    buffer file = {0};
    table rows = {0};
    const char *direction = c->name + strlen(c->name) - 3;
    snprintf(name, sizeof name, "%s/%.*s.idx", c->directory,
             (int)(strlen(c->name) - 4), c->name);
    c->reads = 0;
    if (!load_file(name, &file)) /* some were not noted */
        return;
    rows.next = file.ptr;
    while (table_next(&rows) && c->reads < READS_MAX)
        if (strcmp(rows.field[0], direction) == 0)
            c->read_end[c->reads++] = strtoul(rows.field[1], NULL, 10) +
                                      strtoul(rows.field[2], NULL, 10);
    buffer_free(&file);
}

static inline bool load_capture(capture *c, char **field)
{
    char name[400];
    if (field[2][0] == '-' || strstr(field[0], "bosh") != NULL)
        return false;
    snprintf(c->name, sizeof c->name, "%s", field[0]);
    snprintf(name, sizeof name, "%s/%s", c->directory, c->name);
    CHECK(load_file(name, &c->bytes), "cannot read %s", name);
    c->documents = numbers(field[2], c->start, DOCUMENTS_MAX);
    assert_int_equal(numbers(field[3], c->elements, DOCUMENTS_MAX),
                     c->documents);
    c->start[c->documents] = c->bytes.len;
    c->trailing = strstr(field[4], "junk after") != NULL;
    c->expected = XC_NEED_MORE;
    if (ends_with(c->name, "raw-http-on-xmpp-port.c2s") ||
        ends_with(c->name, "raw-not-xmpp-bytes.c2s"))
        c->expected = XC_ERR_OUTSIDE;
    else if (strcmp(c->name, "ejabberd-raw-unicode-and-cdata.s2c") == 0)
        c->expected = XC_ERR_PREFIX;
    else if (strcmp(c->name, "smack-cdata-end.c2s") == 0)
        c->expected = XC_ERR_CDATA_END;
    load_reads(c);
    return true;
}

/* What a test does with one direction of a connection and its row of the
   table; returns how many streams it looked at. */
typedef size_t capture_use(const capture *c, const table *row);

static inline size_t each_capture_in(const char *directory, capture_use *use)
{
    static capture c; /* large */
    char name[400];
    buffer file = {0};
    table rows = {0};
    size_t count = 0;
    snprintf(c.directory, sizeof c.directory, "%s", directory);
    snprintf(name, sizeof name, "%s/restarts.tsv", directory);
    CHECK(load_file(name, &file), "cannot read %s", name);
    rows.next = file.ptr;
    table_next(&rows);
    while (table_next(&rows)) {
        if (load_capture(&c, rows.field))
            count += use(&c, &rows);
    }
    buffer_free(&c.bytes);
    buffer_free(&file);
    return count;
}

static inline size_t each_capture_of_corpora(const char *name,
                                             capture_use *use)
{
    char directory[200];
    snprintf(directory, sizeof directory, "%s/%s", corpora(), name);
    return each_capture_in(directory, use);
}

static inline void each_capture(capture_use *use)
{
    size_t own = each_capture_in("tests/data/captures", use), count = 0;
    if (corpora() != NULL) {
        count = each_capture_of_corpora("captures", use);
        assert_true(count > 50);
        count += each_capture_of_corpora("captures2", use);
    }
    assert_true(own >= 6);
    print_message("%zu streams, %zu of XC_CORPORA\n", own + count, count);
}

/* The examples of the XEPs, a line each; without XC_CORPORA our own elements.
   Returns whether they are the XEPs'. */
static inline bool load_stanzas(buffer *out)
{
    if (load_external("corpora/xeps-distinct.xml", out))
        return true;
    CHECK(load_file("tests/data/again.xml", out), "no tests/data/again.xml");
    print_message("without XC_CORPORA: the elements of again.xml\n");
    return false;
}

/* ---- recorded HTTP ------------------------------------------------------ */

static inline size_t content_length(xc_str head)
{
    static const char name[] = "content-length:";
    while (head.ptr != NULL) {
        xc_str line = xc_str_cut(&head, '\n');
        if (line.len > sizeof name &&
            strncasecmp(line.ptr, name, sizeof name - 1) == 0)
            return strtoul(line.ptr + sizeof name - 1, NULL, 10);
    }
    return 0;
}

/* Leaves only the bodies of HTTP messages; returns how many are not empty. */
static inline size_t strip_http(buffer *bytes)
{
    buffer bodies = {0};
    size_t count = 0;
    char *at = bytes->ptr, *end = bytes->ptr + bytes->len;
    while (at < end) {
        char *blank = strstr(at, "\r\n\r\n");
        xc_str head = {at, 0};
        size_t len;
        CHECK(blank != NULL, "a bad HTTP head");
        head.len = (size_t)(blank - at);
        len = content_length(head);
        CHECK(len <= (size_t)(end - blank) - 4, "a bad Content-Length");
        buffer_add(&bodies, blank + 4, len);
        count += len > 0;
        at = blank + 4 + len;
    }
    buffer_free(bytes);
    *bytes = bodies;
    return count;
}

/* ---- recorded WebSockets ------------------------------------------------ */

/* A frame of RFC 6455 section 5.2, not longer than 65,535 bytes. */
typedef struct frame {
    bool text;
    const unsigned char *mask; /* NULL: none */
    const unsigned char *payload;
    size_t len;
} frame;

/* Returns what is behind the frame. */
static inline const unsigned char *
take_frame(const unsigned char *at, const unsigned char *end, frame *f)
{
    bool masked = (at[1] & 0x80) != 0;
    f->text = (at[0] & 15) == 1;
    f->len = at[1] & 0x7F;
    at += 2;
    CHECK(f->len < 127, "a large frame");
    if (f->len == 126) {
        f->len = (size_t)at[0] << 8 | at[1];
        at += 2;
    }
    f->mask = masked ? at : NULL;
    f->payload = masked ? at + 4 : at;
    CHECK(f->payload <= end && f->len <= (size_t)(end - f->payload),
          "half a frame");
    return f->payload + f->len;
}

/* Leaves only the text messages, each on a line. */
static inline void strip_frames(buffer *bytes)
{
    buffer lines = {0};
    char *blank = strstr(bytes->ptr, "\r\n\r\n");
    const unsigned char *at = (const unsigned char *)blank + 4;
    const unsigned char *end = (const unsigned char *)bytes->ptr + bytes->len;
    frame f;
    CHECK(blank != NULL, "no HTTP head");
    while (at + 2 <= end) {
        at = take_frame(at, end, &f);
        for (size_t i = 0; f.text && i < f.len; i++)
            buffer_printf(&lines, "%c",
                          f.payload[i] ^ (f.mask != NULL ? f.mask[i % 4] : 0));
        if (f.text)
            buffer_puts(&lines, "\n");
    }
    buffer_free(bytes);
    *bytes = lines;
}

#endif
