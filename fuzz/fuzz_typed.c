/* fuzz_typed.c - what a schema reads and what it writes are the same.

   Input that begins with '<' is one element inside a client stream. Each
   schema of XC_STANZAS and XC_PAYLOADS with its name reads it. What was read
   is written as the tree is, whatever is wrong with it; also child by child.
   From the struct alone it reads as a struct that is equal in every field. A
   field that is changed reads as what it was changed to.

   Otherwise the first byte chooses a schema, and the other bytes fill the
   fields of its struct, which is written, read and compared the same way.
*/
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "fuzz.h"
#include "tests/struct_equal.h"

#define SCHEMA(name, type, ns, element, spec) &xc_##name##_schema,
static const xc_schema *const schemas[] = {XC_STANZAS(SCHEMA)
                                               XC_PAYLOADS(SCHEMA)};
#define SCHEMA_COUNT (sizeof schemas / sizeof schemas[0])

/* ---- one element -------------------------------------------------------- */

#define HEADER                                                                \
    "<stream:stream xmlns='jabber:client' version='1.0' "                     \
    "xmlns:stream='http://etherx.jabber.org/streams' "                        \
    "xmlns:db='jabber:server:dialback'>"

/* An element in memory of its exact size. */
struct tree {
    xc_element *element;
    size_t size;
};

static xc_status next_element(xc_str text, void *memory, size_t size,
                              xc_stream_event *ev)
{
    static const xc_stream_options options = {
        XC_TCP, NULL, {UINT32_MAX, XC_DEPTH_MAX, 60000, 60000}, false};
    xc_str in = XC_STR(HEADER);
    xc_stream s;
    xc_status status;
    REQUIRE(xc_stream_init(&s, memory, size, &options) == XC_OK, "init");
    REQUIRE(xc_stream_next(&s, &in, ev) == XC_EVENT, "header");
    status = xc_stream_next(&s, &text, ev);
    return ev->kind == XC_EVENT_CLOSE ? XC_CLOSED : status;
}

/* The element that the text begins with. */
static bool parse(xc_str text, struct tree *t)
{
    size_t size = 65536 + 8 * text.len;
    char *copy = fuzz_copy(text.ptr, text.len), *memory = fuzz_alloc(size);
    xc_str in = {copy, text.len};
    xc_stream_event ev;
    xc_status status = next_element(in, memory, size, &ev);
    t->element = NULL;
    t->size = 0;
    if (status == XC_EVENT) {
        t->size = xc_element_size(ev.element);
        t->element = fuzz_copy(ev.element, t->size);
    }
    fuzz_free(memory, size);
    fuzz_free(copy, text.len);
    return t->element != NULL;
}

static void tree_free(struct tree *t)
{
    if (t->element != NULL)
        fuzz_free(t->element, t->size);
}

/* ---- comparing structs -------------------------------------------------- */

static bool same(const xc_schema *s, const void *a, const void *b)
{
    const xc_field *f = first_difference(s, a, b);
    if (f != NULL)
        fprintf(stderr, "%s of %s\n", f->name != NULL ? f->name : "text",
                s->name);
    return f == NULL;
}

/* ---- writing ------------------------------------------------------------ */

static xc_status write_into(write_way *way, const xc_schema *s, const void *in,
                            char *mem, size_t size, xc_str *out)
{
    xc_writer w;
    xc_writer_init(&w, mem, size, XC_NS_CLIENT);
    way(&w, s, in);
    return xc_writer_finish(&w, out);
}

static size_t measure(write_way *way, const xc_schema *s, const void *in)
{
    xc_writer w;
    xc_str none;
    xc_writer_init(&w, NULL, 0, XC_NS_CLIENT);
    way(&w, s, in);
    (void)xc_writer_finish(&w, &none);
    return xc_writer_size(&w);
}

/* What is written, in memory of its exact size, which is to be freed. One
   byte less is too little. */
static xc_status write_struct(write_way *way, const xc_schema *s,
                              const void *in, xc_str *out)
{
    size_t size = measure(way, s, in);
    char *mem = fuzz_alloc(size);
    xc_str less;
    xc_status status;
    if (size > 0) {
        status = write_into(way, s, in, mem, size - 1, &less);
        REQUIRE(xc_status_is_error(status) && less.ptr == NULL,
                "too little space");
    }
    status = write_into(way, s, in, mem, size, out);
    REQUIRE((status == XC_OK) == (out->ptr != NULL), "output");
    REQUIRE(status != XC_OK || out->len == size, "size");
    if (status != XC_OK)
        fuzz_free(mem, size);
    return status;
}

static void text_free(xc_str text)
{
    char *mem;
    memcpy(&mem, &text.ptr, sizeof mem);
    fuzz_free(mem, text.len);
}

/* ---- what has to hold --------------------------------------------------- */

static void fail_with(xc_str text, const char *message)
{
    fprintf(stderr, XC_FMT "\n", XC_ARG(text));
    REQUIRE(false, message);
}

static void check_same_bytes(write_way *way, const xc_schema *s,
                             const void *in, xc_str expected)
{
    xc_str text;
    REQUIRE(write_struct(way, s, in, &text) == XC_OK, "not written again");
    if (!xc_str_equal(text, expected)) {
        fprintf(stderr, XC_FMT "\n", XC_ARG(expected));
        fail_with(text, "written in another way");
    }
    text_free(text);
}

/* The text reads as what is in the struct. */
static void check_reads(const xc_schema *s, const void *in, xc_str text)
{
    void *out = fuzz_alloc(s->size);
    const xc_field *field;
    struct tree t;
    if (!parse(text, &t))
        fail_with(text, "what was written is refused");
    if (!xc_was_read(xc_read(s, t.element, out, &field)))
        fail_with(text, "what was written does not read");
    if (!same(s, in, out))
        fail_with(text, "it reads as something else");
    check_same_bytes(xc_write, s, out, text);
    tree_free(&t);
    fuzz_free(out, s->size);
}

/* The names that an enumeration or choice can have, except that of 0. */
static unsigned name_count(const xc_field *f)
{
    const char *names = f->detail;
    unsigned n = 0;
    for (; *names != '\0'; names += strlen(names) + 1)
        n++;
    return n - ((f->flags & XC_FIELD_DEFAULT_HAS_NAME) != 0);
}

static bool is_other(const xc_field *f, const void *in)
{
    return f->kind == XC_KIND_ENUM &&
           (f->flags & XC_FIELD_UNKNOWN_IS_OTHER) != 0 &&
           ((const uint8_t *)in)[f->offset] > name_count(f);
}

/* Is there an enumeration that says no more than that its name is unknown? */
static bool has_other(const xc_schema *s, const void *in)
{
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        const char *member = (const char *)in + f->offset;
        if (is_other(f, in) ||
            (f->kind == XC_KIND_STRUCT && has_other(f->detail, member)))
            return true;
    }
    return false;
}

/* Only what a read may leave out can be missing without the element, and no
   name is known that the list has not. */
static void check_alone(const xc_schema *s, const void *in)
{
    void *alone = fuzz_copy(in, s->size);
    xc_str text;
    xc_status status;
    ((xc_base *)alone)->element = NULL;
    status = write_struct(xc_write, s, alone, &text);
    REQUIRE(status == XC_OK || status == XC_ERR_FIELD_MISSING ||
                (status == XC_ERR_FIELD_VALUE && has_other(s, in)),
            "not written without its element");
    if (status == XC_OK) {
        check_reads(s, alone, text);
        text_free(text);
    }
    fuzz_free(alone, s->size);
}

static void write_tree(xc_writer *w, const xc_schema *s, const void *in)
{
    (void)s;
    xc_writer_element(w, ((const xc_base *)in)->element);
}

static void check_struct(const xc_schema *s, const void *in)
{
    xc_str text;
    xc_status status = write_struct(xc_write, s, in, &text);
    if (status != XC_OK) {
        fprintf(stderr, "%s: %s\n", s->name, xc_status_name(status));
        REQUIRE(false, "cannot be written");
    }
    check_reads(s, in, text);
    if (((const xc_base *)in)->element != NULL) {
        check_same_bytes(write_each, s, in, text);
        check_same_bytes(write_tree, s, in, text);
    }
    text_free(text);
    check_alone(s, in);
}

/* ---- filling a struct --------------------------------------------------- */

/* Bytes that are used up; then zeros. */
struct source {
    const uint8_t *data;
    size_t size;
    char *mem; /* for the strings */
    size_t used;
};

#define STRING_MAX 24

static uint8_t take(struct source *from)
{
    if (from->size == 0)
        return 0;
    from->size--;
    return *from->data++;
}

static xc_str take_bytes(struct source *from)
{
    xc_str s = {from->mem + from->used, take(from) % STRING_MAX};
    for (size_t i = 0; i < s.len; i++)
        from->mem[from->used++] = (char)take(from);
    return s;
}

static xc_str take_jid(struct source *from)
{
    xc_str s = take_bytes(from);
    xc_jid jid;
    xc_status status = xc_jid_parse(s, NULL, 0, &jid);
    return status == XC_OK || status == XC_ERR_BUFFER_SIZE
               ? s
               : XC_STR("romeo@montague.lit/\xe2\x82\xac");
}

static xc_str take_base64(struct source *from, bool equals)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t quads = take(from) % 4, pad = take(from) % 3;
    char *to = from->mem + from->used;
    xc_str s = {to, 4 * quads};
    if (quads == 0) /* what is empty may count as absent */
        return equals ? XC_STR("=") : XC_STR("AAAA");
    for (size_t i = 0; i < s.len; i++)
        to[i] = digits[take(from) % 64];
    if (pad > 0) /* whose unused bits are zero */
        memcpy(to + s.len - 1 - pad, pad == 1 ? "E=" : "Q==", pad + 1);
    from->used += s.len;
    return s;
}

static uint64_t take_below(struct source *from, uint64_t limit)
{
    uint64_t value = 0;
    for (int i = 0; i < 8; i++)
        value = value << 8 | take(from);
    return limit != 0 ? value % limit : value;
}

static xc_number take_number(struct source *from, const xc_range *range)
{
    static const xc_range all = {0, 0xFFFFFFFF};
    const xc_range *r = range != NULL ? range : &all;
    uint64_t steps = (uint64_t)r->most - (uint64_t)r->least + 1;
    xc_number n = {true, 0};
    uint8_t how = take(from) % 4;
    if (how < 2)
        n.value = how == 0 ? r->least : r->most;
    else
        n.value = (int64_t)((uint64_t)r->least + take_below(from, steps));
    return n;
}

static xc_time take_time(struct source *from)
{
    xc_time t;
    memset(&t, 0, sizeof t);
    t.present = true;
    t.year = (uint16_t)(take_below(from, 10000));
    t.month = (uint8_t)(1 + take(from) % 12);
    t.day = (uint8_t)(1 + take(from) % 28);
    t.hour = take(from) % 24;
    t.minute = take(from) % 60;
    t.second = take(from) % 61;
    t.microsecond = (uint32_t)take_below(from, 1000000);
    return t;
}

static uint8_t take_name(struct source *from, const xc_field *f)
{
    return (uint8_t)(1 + take(from) % name_count(f));
}

static void fill(struct source *from, const xc_schema *s, void *out);

static void fill_field(struct source *from, const xc_field *f, void *m)
{
    xc_choice *choice = m;
    xc_str text;
    switch (f->kind) {
    case XC_KIND_ENUM: *(uint8_t *)m = take_name(from, f); break;
    case XC_KIND_BOOL: *(uint8_t *)m = (uint8_t)(1 + take(from) % 2); break;
    case XC_KIND_NUMBER: *(xc_number *)m = take_number(from, f->detail); break;
    case XC_KIND_TIME: *(xc_time *)m = take_time(from); break;
    case XC_KIND_FLAG: *(bool *)m = true; break;
    case XC_KIND_CHOICE:
        choice->value = take_name(from, f);
        text = take_bytes(from);
        choice->text =
            fuzz_is_text(text) ? xc_str_trim(text) : XC_STR("<\r\n>");
        break;
    case XC_KIND_STRUCT:
        fill(from, f->detail, m);
        ((xc_base *)m)->present = true;
        break;
    case XC_KIND_JID: *(xc_str *)m = take_jid(from); break;
    case XC_KIND_BASE64:
        *(xc_str *)m =
            take_base64(from, (f->flags & XC_FIELD_EQUALS_IS_EMPTY) != 0);
        break;
    default:
        text = take_bytes(from);
        if (!fuzz_is_text(text) ||
            (text.len == 0 && f->i_source == XC_I_OWN_TEXT))
            text = XC_STR("<&\r\n]]>");
        *(xc_str *)m = text;
    }
}

/* Beside the condition "none" a code would be read as a condition. */
static void tidy(const xc_schema *s, void *out)
{
    xc_stanza_error *error = out;
    if (s == &xc_stanza_error_schema &&
        error->condition.value == XC_STANZA_ERROR_NONE)
        memset(&error->code, 0, sizeof error->code);
    for (size_t i = 0; i < s->count; i++)
        if (s->fields[i].kind == XC_KIND_STRUCT)
            tidy(s->fields[i].detail, (char *)out + s->fields[i].offset);
}

static void fill(struct source *from, const xc_schema *s, void *out)
{
    memset(out, 0, s->size);
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        if ((take(from) & 1) != 0 || (f->flags & XC_FIELD_REQUIRED) != 0)
            fill_field(from, f, (char *)out + f->offset);
    }
}

/* A choice may keep what it is and only get another text. */
static void change_field(struct source *from, const xc_field *f, void *m)
{
    uint8_t is = f->kind == XC_KIND_CHOICE ? ((xc_choice *)m)->value : 0;
    fill_field(from, f, m);
    if (is != 0 && from->size % 2 == 0)
        ((xc_choice *)m)->value = is;
}

/* Each field of what was read gets another value, from the end of the text. */
static void check_changes(const xc_schema *s, const void *in, xc_str text)
{
    const uint8_t *data = (const uint8_t *)text.ptr;
    size_t half = text.len / 2;
    char *mem = fuzz_alloc(65536);
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        struct source from = {data + half, text.len - half, mem, 0};
        void *changed = fuzz_copy(in, s->size);
        xc_str out;
        change_field(&from, f, (char *)changed + f->offset);
        tidy(s, changed);
        REQUIRE(write_struct(xc_write, s, changed, &out) == XC_OK, "changed");
        check_reads(s, changed, out);
        text_free(out);
        fuzz_free(changed, s->size);
    }
    fuzz_free(mem, 65536);
}

static void check_element(const xc_element *e, xc_str text)
{
    for (size_t i = 0; i < SCHEMA_COUNT; i++) {
        const xc_schema *s = schemas[i];
        const xc_field *field;
        xc_status status;
        void *in;
        if (!xc_matches(s, e))
            continue;
        in = fuzz_alloc(s->size);
        status = xc_read(s, e, in, &field);
        REQUIRE((status == XC_OK) == (field == NULL), "the error's field");
        if (xc_was_read(status)) {
            check_struct(s, in);
            check_changes(s, in, text);
        }
        fuzz_free(in, s->size);
    }
}

static void check_filled(const uint8_t *data, size_t size)
{
    size_t which = data[0] > '<' ? data[0] - 1u : data[0];
    const xc_schema *s = schemas[which % SCHEMA_COUNT];
    struct source from = {data + 1, size - 1, NULL, 0};
    void *in = fuzz_alloc(s->size);
    from.mem = fuzz_alloc(65536);
    fill(&from, s, in);
    tidy(s, in);
    check_struct(s, in);
    fuzz_free(from.mem, 65536);
    fuzz_free(in, s->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    xc_str text;
    struct tree t;
    if (size == 0 || size > 60000)
        return 0;
    if (data[0] != '<') {
        check_filled(data, size);
        return 0;
    }
    text.ptr = (const char *)data;
    text.len = size;
    if (parse(text, &t))
        check_element(t.element, text);
    tree_free(&t);
    return 0;
}
