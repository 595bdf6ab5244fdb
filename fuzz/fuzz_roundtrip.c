/* fuzz_roundtrip.c - the reader reads the same as the writer wrote.

   Input: three control bytes, then data.
     0  'T' a document: read as a tree, written, read again
        'W' writer calls, one a line (see write_calls)
        'E' a stream header, a stream error and the close tag
     1  content namespace of the writer in the low two bits: '@' none,
        'A' client, 'B' server, 'C' component; bit 5 ('`' instead of '@')
        tolerates undeclared prefixes in a document
     2  by how much the small buffer is too small

   Everything is written four times: measured, into a buffer of exactly that
   size, again with the same writer, and into a smaller buffer. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "fuzz.h"

#define CONTROL_BYTES 3

struct buffer {
    char *ptr;
    size_t len;
};

static const char *content_from(uint8_t control)
{
    static const char *const content[] = {NULL, XC_NS_CLIENT, XC_NS_SERVER,
                                          XC_NS_COMPONENT};
    return content[control & 3];
}

/* ---- writing in all ways ------------------------------------------------ */

typedef void (*writing)(xc_writer *w, const void *what);

struct job {
    writing write;
    const void *what;
    const char *content_ns;
    uint8_t seed;
};

static xc_status measure(const struct job *job, size_t *size)
{
    xc_writer w;
    xc_str out = XC_STR("?");
    xc_status status;
    xc_writer_init(&w, NULL, 0, job->content_ns);
    job->write(&w, job->what);
    status = xc_writer_finish(&w, &out);
    *size = xc_writer_size(&w);
    REQUIRE(status == XC_OK || out.len == 0, "output in spite of an error");
    return status;
}

/* With too small a buffer there is an error, and the size is still
   returned. */
static void write_small(const struct job *job, size_t need, size_t cap)
{
    xc_writer w;
    xc_str out = XC_STR("?");
    void *mem = fuzz_alloc(cap);
    xc_writer_init(&w, mem, cap, job->content_ns);
    job->write(&w, job->what);
    REQUIRE(xc_writer_finish(&w, &out) == XC_ERR_BUFFER_SIZE,
            "not XC_ERR_BUFFER_SIZE");
    REQUIRE(xc_writer_size(&w) == need, "another size in a small buffer");
    REQUIRE(out.len == 0, "output in spite of an error");
    fuzz_free(mem, cap);
}

/* After finish a writer starts over, whatever happened before. */
static void write_again(xc_writer *w, const struct job *job, xc_status status,
                        const struct buffer *first)
{
    xc_str out = XC_STR("?");
    job->write(w, job->what);
    REQUIRE(xc_writer_finish(w, &out) == status, "another status");
    REQUIRE(status != XC_OK || (out.len == first->len &&
                                memcmp(out.ptr, first->ptr, out.len) == 0),
            "another output the second time");
}

/* Writes in all ways. On success *out is the output, to be freed. */
static xc_status write_job(const struct job *job, struct buffer *out)
{
    xc_writer w;
    xc_str view = XC_STR("?");
    size_t need;
    xc_status measured = measure(job, &need), status;
    char *mem = fuzz_alloc(need);
    memset(out, 0, sizeof *out);
    xc_writer_init(&w, mem, need, job->content_ns);
    job->write(&w, job->what);
    status = xc_writer_finish(&w, &view);
    REQUIRE(status == measured || status == XC_ERR_WRITE_DUPLICATE,
            "measuring gives another status");
    REQUIRE(view.len == (status == XC_OK ? need : 0), "length of the output");
    if (status == XC_OK) {
        out->ptr = fuzz_copy(view.ptr, view.len);
        out->len = view.len;
    }
    if (need > 0)
        write_again(&w, job, status, out);
    if (status == XC_OK && need > 0) {
        write_small(job, need, need - 1);
        write_small(job, need, need * job->seed / 256);
    }
    fuzz_free(mem, need);
    return status;
}

static void buffer_free(struct buffer *b)
{
    if (b->ptr != NULL)
        fuzz_free(b->ptr, b->len);
    memset(b, 0, sizeof *b);
}

/* ---- reading back ------------------------------------------------------- */

static xc_limits no_limits(void)
{
    xc_limits limits;
    limits.stanza_bytes = UINT32_MAX;
    limits.depth = XC_DEPTH_MAX;
    limits.attributes = UINT16_MAX;
    limits.namespaces = UINT16_MAX;
    return limits;
}

static size_t enough_memory(size_t text)
{
    return 24 * text + 8192;
}

struct document {
    char *mem;
    size_t size;
    const xc_element *element; /* NULL: the text is not a document */
};

static struct document read_document(xc_str text,
                                     const xc_stream_options *options)
{
    struct document d;
    xc_stream s;
    xc_stream_event ev;
    d.size = enough_memory(text.len);
    d.mem = fuzz_alloc(d.size);
    d.element = NULL;
    REQUIRE(xc_stream_init(&s, d.mem, d.size, options) == XC_OK, "init");
    if (xc_stream_next(&s, &text, &ev) == XC_EVENT)
        d.element = ev.element;
    return d;
}

static void document_free(struct document *d)
{
    fuzz_free(d->mem, d->size);
}

static void append(struct buffer *b, const char *bytes, size_t len)
{
    b->ptr = realloc(b->ptr, b->len + len + 1);
    REQUIRE(b->ptr != NULL, "out of memory");
    if (len > 0)
        memcpy(b->ptr + b->len, bytes, len);
    b->len += len;
}

/* The output inside the stream that it is meant for. */
static struct buffer surround(const struct buffer *out, const char *content_ns)
{
    struct buffer b = {NULL, 0};
    char header[512];
    xc_stream_header h;
    xc_str view = XC_STR("<w>");
    xc_writer w;
    memset(&h, 0, sizeof h);
    h.major = 1;
    if (content_ns != NULL) {
        xc_writer_init(&w, header, sizeof header, content_ns);
        xc_writer_stream_open(&w, &h);
        REQUIRE(xc_writer_finish(&w, &view) == XC_OK, "stream header");
    }
    append(&b, view.ptr, view.len);
    append(&b, out->ptr, out->len);
    view = content_ns != NULL ? XC_STR("</stream:stream>") : XC_STR("</w>");
    append(&b, view.ptr, view.len);
    return b;
}

static void log_token(struct fuzz_log *log, const xc_token *tok)
{
    xc_attribute a;
    if (tok->type == XC_TEXT) {
        log_text(log, tok->text);
    } else if (tok->type == XC_END) {
        log_end(log, tok->name);
    } else {
        log_tag(log, "start", tok->ns, tok->name);
        for (size_t i = 0; xc_token_attr(tok, i, &a); i++)
            log_attribute(log, &a);
    }
}

/* Logs the content of the output, without the surrounding element. */
static void read_back(const struct buffer *out, const char *content_ns,
                      struct fuzz_log *log)
{
    struct buffer text = surround(out, content_ns);
    size_t size = enough_memory(text.len), depth = 0;
    void *mem = fuzz_alloc(size);
    xc_limits limits = no_limits();
    xc_str in = {text.ptr, text.len};
    xc_status status;
    xc_token tok;
    xc_xml x;
    REQUIRE(xc_xml_init(&x, mem, size, &limits) == XC_OK, "init");
    while ((status = xc_xml_next(&x, &in, &tok)) == XC_EVENT) {
        depth -= tok.type == XC_END;
        if (depth > 0)
            log_token(log, &tok);
        depth += tok.type == XC_START;
    }
    if (status != XC_NEED_MORE || xc_xml_finish(&x) != XC_OK) {
        fprintf(stderr, "%s\n" XC_FMT "\n", xc_status_name(status),
                (int)text.len, text.ptr);
        REQUIRE(false, "the output is refused");
    }
    log_break(log);
    fuzz_free(mem, size);
    buffer_free(&text);
}

/* ---- content namespaces ------------------------------------------------- */

static bool is_content(xc_str ns)
{
    return xc_str_is(ns, XC_NS_CLIENT) || xc_str_is(ns, XC_NS_SERVER) ||
           xc_str_is(ns, XC_NS_COMPONENT);
}

static bool is_stanza_name(xc_str name)
{
    return xc_str_is(name, "message") || xc_str_is(name, "presence") ||
           xc_str_is(name, "iq");
}

/* The namespace from which the content of a stanza of this name moves; absent:
   none. */
static xc_str left_by(xc_str ns, xc_str name, xc_str to)
{
    bool leaves = is_stanza_name(name) && is_content(ns) && is_content(to) &&
                  !xc_str_equal(ns, to);
    return leaves ? ns : xc_str_from(NULL);
}

static xc_str swapped(xc_str ns, xc_str from, xc_str to)
{
    return xc_str_equal(ns, from) ? to : xc_str_equal(ns, to) ? from : ns;
}

/* Logs a tree as it is written to a stream. If it moves to the stream's
   namespace, that and its old one are swapped, down to the first element that
   is in neither. */
static void log_moved(struct fuzz_log *log, const xc_element *e, xc_str from,
                      const char *content_ns)
{
    xc_str to = xc_str_from(content_ns);
    unsigned depth = 0, moved = 0;
    xc_attribute a;
    xc_walk w;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w)) {
        if (w.type == XC_TEXT) {
            log_text(log, w.text);
        } else if (w.type == XC_END) {
            log_end(log, xc_name(w.element));
            if (moved == depth--)
                moved = depth;
        } else {
            xc_str ns = xc_ns(w.element);
            if (from.ptr != NULL && moved == depth &&
                (xc_str_equal(ns, from) || xc_str_equal(ns, to)))
                moved = depth + 1;
            depth++;
            log_tag(log, "start", moved == depth ? swapped(ns, from, to) : ns,
                    xc_name(w.element));
            for (size_t i = 0; xc_element_attr(w.element, i, &a); i++)
                log_attribute(log, &a);
        }
    }
}

/* ---- trees -------------------------------------------------------------- */

static void write_tree(xc_writer *w, const void *what)
{
    xc_writer_element(w, what);
}

static bool has_undeclared(const xc_element *e)
{
    xc_walk w;
    xc_attribute a;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w)) {
        if (w.type != XC_START)
            continue;
        for (size_t i = 0; xc_element_attr(w.element, i, &a); i++)
            if (a.undeclared)
                return true;
    }
    return false;
}

/* The output is canonical: written again it is the same, byte for byte. */
static void check_canonical(const struct job *job, const struct buffer *out)
{
    xc_stream_options options;
    struct job again = *job;
    struct document d;
    struct buffer second;
    xc_str text = {out->ptr, out->len};
    memset(&options, 0, sizeof options);
    options.framing = XC_DOCUMENT;
    options.limits = no_limits();
    d = read_document(text, &options);
    REQUIRE(d.element != NULL, "a written element is no document");
    again.what = d.element;
    REQUIRE(write_job(&again, &second) == XC_OK, "cannot be written again");
    REQUIRE(second.len == out->len &&
                memcmp(second.ptr, out->ptr, out->len) == 0,
            "not the same, written again");
    buffer_free(&second);
    document_free(&d);
}

static void check_tree(struct job *job, const xc_element *e)
{
    struct fuzz_log before, after;
    struct buffer out;
    xc_status status;
    memset(&before, 0, sizeof before);
    memset(&after, 0, sizeof after);
    job->write = write_tree;
    job->what = e;
    status = write_job(job, &out);
    REQUIRE(status == XC_OK || has_undeclared(e), "a tree is not written");
    if (status == XC_OK) {
        log_moved(&before, e,
                  left_by(xc_ns(e), xc_name(e), xc_str_from(job->content_ns)),
                  job->content_ns);
        log_break(&before);
        read_back(&out, job->content_ns, &after);
        if (!has_undeclared(e))
            require_equal(&before, "tree", &after, "written and read");
        if (job->content_ns == NULL)
            check_canonical(job, &out);
    }
    buffer_free(&out);
    log_free(&before);
    log_free(&after);
}

static void run_tree(struct job *job, bool tolerate, xc_str text)
{
    xc_stream_options options;
    struct document d;
    memset(&options, 0, sizeof options);
    options.framing = XC_DOCUMENT;
    options.tolerate_undeclared_prefix = tolerate;
    d = read_document(text, &options);
    if (d.element != NULL)
        check_tree(job, d.element);
    document_free(&d);
}

/* ---- writer calls ----------------------------------------------------------

   One call a line, fields separated by "|":

     b|name|ns        begin; without ns: NULL
     a|name|value|ns  attribute; without ns: xc_writer_attr
     x|text           text
     e                end
     l|name|text|ns   leaf; without text: absent
     t|<document/>    a whole element
     k|<document/>    begin_like
     f                fail with XC_ERR_CALLER

   In a field "^" stands for a line feed. A model keeps the expected output,
   and whether the calls are certainly right or certainly wrong. */

#define MODEL_DEPTH 64
#define MODEL_ATTRIBUTES 64
#define ARENA_BYTES 16384
#define DOCUMENTS 6

struct model {
    struct fuzz_log log;
    xc_str ns[MODEL_DEPTH], name[MODEL_DEPTH];
    size_t depth;
    xc_attribute attributes[MODEL_ATTRIBUTES]; /* of the open tag */
    size_t attribute_count;
    size_t roots;
    xc_str from; /* namespace in which the outermost element was read */
    bool in_tag;
    bool old_attributes; /* the tag has those of a tree: any number */
    bool right;          /* success is certain */
    bool wrong;          /* an error is certain */
};

struct program {
    xc_str text;
    struct model *model;
};

static char arena[ARENA_BYTES];
static size_t arena_used;
static char document_memory[DOCUMENTS][4096];
static size_t documents_used;

static void model_init(struct model *m)
{
    log_free(&m->log);
    memset(m, 0, sizeof *m);
    m->right = true;
}

static void model_expect(struct model *m, bool right, bool wrong)
{
    m->right = m->right && right && !wrong;
    m->wrong = m->wrong || wrong;
}

static xc_str none_if_empty(xc_str ns)
{
    return ns.len > 0 ? ns : xc_str_from(NULL);
}

static void model_begin(struct model *m, xc_str ns, xc_str name,
                        const char *content_ns)
{
    bool wrong = !fuzz_is_name(name) || !fuzz_is_text(ns) ||
                 m->depth >= XC_WRITER_DEPTH || xc_str_is(ns, XC_NS_XMLNS);
    bool sane = ns.ptr == NULL || (ns.len > 0 && !xc_str_is(ns, XC_NS_XML));
    if (ns.ptr == NULL && m->depth > 0)
        ns = m->ns[m->depth - 1];
    else if (ns.ptr == NULL)
        ns = xc_str_from(content_ns);
    if (m->depth == 0 && m->roots++ > 0 && content_ns == NULL)
        sane = false;
    model_expect(m, sane, wrong);
    log_tag(&m->log, "start", none_if_empty(ns), name);
    if (m->depth == 0)
        m->from = xc_str_from(NULL);
    if (m->depth < MODEL_DEPTH) {
        m->ns[m->depth] = ns;
        m->name[m->depth++] = name;
    }
    m->in_tag = true;
    m->old_attributes = false;
    m->attribute_count = 0;
}

/* The number of namespaces of the attributes so far and of `last`, each
   counted at its last use. */
static size_t count_namespaces(const struct model *m, const xc_attribute *last)
{
    size_t count = 0, i, j, n = m->attribute_count;
    for (i = 0; i <= n; i++) {
        xc_str ns = i < n ? m->attributes[i].ns : last->ns;
        bool again = i < n && xc_str_equal(ns, last->ns);
        for (j = i + 1; j < n; j++)
            again = again || xc_str_equal(ns, m->attributes[j].ns);
        count += !again && ns.ptr != NULL && !xc_str_is(ns, XC_NS_XML);
    }
    return count;
}

/* Is the attribute a duplicate, or are the namespaces too many? */
static bool model_attr_clashes(const struct model *m, const xc_attribute *a)
{
    const xc_attribute *b = m->attributes, *end = b + m->attribute_count;
    for (; b < end; b++)
        if (xc_str_equal(a->ns, b->ns) && xc_str_equal(a->name, b->name))
            return true;
    return !m->old_attributes && count_namespaces(m, a) > XC_WRITER_ATTR_NS;
}

/* The namespace from which an element that was read in `ns` moves. */
static xc_str model_left(const struct model *m, xc_str ns, xc_str name,
                         const char *content_ns)
{
    xc_str to = xc_str_from(content_ns), from = ns;
    if (m->depth > 0) {
        name = m->name[0];
        if (m->from.ptr != NULL)
            from = m->from;
    }
    from = left_by(from, name, to);
    for (size_t i = 0; i < m->depth && i < MODEL_DEPTH; i++)
        if (!xc_str_equal(m->ns[i], to) && !xc_str_equal(m->ns[i], from))
            from.ptr = NULL;
    return from;
}

static void model_attr(struct model *m, xc_str ns, xc_str name, xc_str value)
{
    xc_attribute a;
    bool sane = ns.ptr == NULL || ns.len > 0;
    memset(&a, 0, sizeof a);
    a.ns = none_if_empty(ns);
    a.name = name;
    a.value = value;
    model_expect(
        m,
        sane && !xc_str_is(ns, XC_NS_XML) && !xc_str_is(name, "xmlns") &&
            m->attribute_count < MODEL_ATTRIBUTES && !m->old_attributes,
        !m->in_tag || !fuzz_is_name(name) || !fuzz_is_text(ns) ||
            !fuzz_is_text(value) || xc_str_is(ns, XC_NS_XMLNS) ||
            model_attr_clashes(m, &a));
    log_attribute(&m->log, &a);
    if (m->attribute_count < MODEL_ATTRIBUTES)
        m->attributes[m->attribute_count++] = a;
}

static void model_text(struct model *m, xc_str text)
{
    model_expect(m, m->depth > 0, !fuzz_is_text(text));
    if (text.len == 0)
        return;
    m->in_tag = false;
    log_text(&m->log, text);
}

static void model_end(struct model *m)
{
    model_expect(m, true, m->depth == 0);
    m->in_tag = false;
    if (m->depth > 0)
        log_end(&m->log, m->name[--m->depth]);
}

static void model_tree(struct model *m, const xc_element *e,
                       const char *content_ns)
{
    model_expect(m, m->depth > 0 || m->roots++ == 0 || content_ns != NULL,
                 false);
    m->in_tag = false;
    log_moved(&m->log, e, model_left(m, xc_ns(e), xc_name(e), content_ns),
              content_ns);
}

/* The next field as a permanent C string; absent: no more fields. */
static xc_str next_field(xc_str *rest)
{
    xc_str field = {NULL, 0};
    const char *end;
    size_t len;
    if (rest->ptr == NULL)
        return field;
    end = memchr(rest->ptr, '|', rest->len);
    len = end != NULL ? (size_t)(end - rest->ptr) : rest->len;
    if (len + 1 <= ARENA_BYTES - arena_used) {
        char *to = arena + arena_used;
        memcpy(to, rest->ptr, len);
        to[len] = '\0';
        for (size_t i = 0; i < len; i++)
            if (to[i] == '^')
                to[i] = '\n';
        field.ptr = to;
        field.len = len;
        arena_used += len + 1;
    }
    rest->len = end != NULL ? rest->len - len - 1 : 0;
    rest->ptr = end != NULL ? end + 1 : NULL;
    return field;
}

/* The field as a name or namespace: up to the first NUL. */
static xc_str c_string(xc_str field)
{
    return xc_str_from(field.ptr);
}

static const xc_element *next_document(xc_str text)
{
    xc_stream_options options;
    xc_stream_event ev;
    xc_stream s;
    if (documents_used == DOCUMENTS)
        return NULL;
    memset(&options, 0, sizeof options);
    options.framing = XC_DOCUMENT;
    REQUIRE(xc_stream_init(&s, document_memory[documents_used],
                           sizeof document_memory[0], &options) == XC_OK,
            "init");
    if (xc_stream_next(&s, &text, &ev) != XC_EVENT)
        return NULL;
    documents_used++;
    return ev.element;
}

static void call_begin(xc_writer *w, struct model *m, xc_str *rest)
{
    xc_str name = c_string(next_field(rest));
    xc_str ns = c_string(next_field(rest));
    if (name.ptr == NULL)
        return;
    xc_writer_begin(w, ns.ptr, name.ptr);
    model_begin(m, ns, name, w->i_content_ns);
}

static void call_attr(xc_writer *w, struct model *m, xc_str *rest)
{
    xc_str name = c_string(next_field(rest));
    xc_str value = next_field(rest);
    xc_str ns = c_string(next_field(rest));
    if (name.ptr == NULL)
        return;
    if (ns.ptr != NULL)
        xc_writer_attr_ns(w, ns.ptr, name.ptr, value);
    else
        xc_writer_attr(w, name.ptr, value);
    if (value.ptr != NULL)
        model_attr(m, ns, name, value);
}

static void call_text(xc_writer *w, struct model *m, xc_str *rest)
{
    xc_str text = next_field(rest);
    xc_writer_text(w, text);
    if (text.ptr != NULL)
        model_text(m, text);
}

static void call_leaf(xc_writer *w, struct model *m, xc_str *rest)
{
    xc_str name = c_string(next_field(rest));
    xc_str text = next_field(rest);
    xc_str ns = c_string(next_field(rest));
    if (name.ptr == NULL)
        return;
    xc_writer_text_element(w, ns.ptr, name.ptr, text);
    if (text.ptr == NULL)
        return;
    model_begin(m, ns, name, w->i_content_ns);
    model_text(m, text);
    model_end(m);
}

static void call_begin_like(xc_writer *w, struct model *m, const xc_element *e)
{
    const char *content = w->i_framed ? NULL : w->i_content_ns;
    xc_str ns = xc_ns(e);
    xc_str from = model_left(m, ns, xc_name(e), content);
    bool outermost = m->depth == 0;
    xc_attribute a;
    xc_writer_begin_like(w, e);
    if (from.ptr != NULL)
        ns = swapped(ns, from, xc_str_from(content));
    ns = ns.ptr != NULL ? ns : XC_STR("");
    model_begin(m, ns, xc_name(e), w->i_content_ns);
    if (outermost)
        m->from = xc_ns(e);
    m->old_attributes = true;
    for (size_t i = 0; xc_element_attr(e, i, &a); i++)
        model_attr(m, a.ns, a.name, a.value);
}

static void call_with_document(xc_writer *w, struct model *m, char op,
                               xc_str *rest)
{
    const xc_element *e = next_document(next_field(rest));
    if (e == NULL)
        return;
    if (op == 'k') {
        call_begin_like(w, m, e);
    } else {
        xc_writer_element(w, e);
        model_tree(m, e, w->i_framed ? NULL : w->i_content_ns);
    }
}

static void call_one(xc_writer *w, struct model *m, xc_str line)
{
    char op = next_field(&line).ptr[0];
    switch (op) {
    case 'b': call_begin(w, m, &line); break;
    case 'a': call_attr(w, m, &line); break;
    case 'x': call_text(w, m, &line); break;
    case 'l': call_leaf(w, m, &line); break;
    case 'k':
    case 't': call_with_document(w, m, op, &line); break;
    case 'e':
        xc_writer_end(w);
        model_end(m);
        break;
    case 'f':
        xc_writer_fail(w, XC_ERR_CALLER);
        model_expect(m, false, true);
        break;
    default: break;
    }
}

static void write_calls(xc_writer *w, const void *what)
{
    const struct program *p = what;
    xc_str rest = p->text;
    arena_used = documents_used = 0;
    model_init(p->model);
    while (rest.len > 0 && ARENA_BYTES - arena_used > rest.len + 16) {
        const char *end = memchr(rest.ptr, '\n', rest.len);
        xc_str line = {rest.ptr, rest.len};
        if (end != NULL)
            line.len = (size_t)(end - rest.ptr);
        rest.ptr += line.len + (end != NULL);
        rest.len -= line.len + (end != NULL);
        call_one(w, p->model, line);
    }
    model_expect(p->model, p->model->log.len > 0, p->model->depth > 0);
    log_break(&p->model->log);
}

static void run_calls(struct job *job, xc_str text)
{
    struct model model;
    struct program program;
    struct fuzz_log read;
    struct buffer out;
    xc_status status;
    memset(&model, 0, sizeof model);
    memset(&read, 0, sizeof read);
    program.text = text;
    program.model = &model;
    job->write = write_calls;
    job->what = &program;
    status = write_job(job, &out);
    REQUIRE(status == XC_OK || !model.right, "the right calls fail");
    REQUIRE(status != XC_OK || !model.wrong, "wrong calls succeed");
    if (status == XC_OK) {
        read_back(&out, job->content_ns, &read);
        require_equal(&model.log, "called", &read, "written and read");
    }
    buffer_free(&out);
    log_free(&read);
    log_free(&model.log);
}

/* ---- stream header, error, close -------------------------------------------

   Fields, separated by "|": to, from, id, lang, condition, text. One that is
   missing or "~" is absent. In a WebSocket each of the three is a message. */

struct envelope {
    xc_stream_header header;
    xc_str condition, text;
};

static xc_str next_or_absent(xc_str *rest)
{
    xc_str field = next_field(rest);
    return xc_str_is(field, "~") ? xc_str_from(NULL) : field;
}

static struct envelope envelope_from(xc_str data, uint8_t control)
{
    struct envelope e;
    memset(&e, 0, sizeof e);
    arena_used = 0;
    e.header.to = next_or_absent(&data);
    e.header.from = next_or_absent(&data);
    e.header.id = next_or_absent(&data);
    e.header.lang = next_or_absent(&data);
    e.condition = c_string(next_or_absent(&data));
    e.text = next_or_absent(&data);
    e.header.major = 1;
    e.header.minor = control >> 2 & 7;
    return e;
}

static void write_open(xc_writer *w, const void *what)
{
    const struct envelope *e = what;
    xc_writer_stream_open(w, &e->header);
}

static void write_error(xc_writer *w, const void *what)
{
    const struct envelope *e = what;
    xc_writer_stream_error(w, e->condition.ptr, e->text);
}

static void write_close(xc_writer *w, const void *what)
{
    (void)what;
    xc_writer_stream_close(w);
}

static bool is_right_envelope(const struct envelope *e)
{
    const xc_stream_header *h = &e->header;
    return fuzz_is_text(h->to) && fuzz_is_text(h->from) &&
           fuzz_is_text(h->id) && fuzz_is_text(h->lang) &&
           fuzz_is_text(e->text) &&
           xc_str_is(e->condition, "policy-violation");
}

static void check_header(const xc_stream_header *sent,
                         const xc_stream_header *got, const char *content_ns)
{
    bool client = content_ns == NULL || strcmp(content_ns, XC_NS_CLIENT) == 0;
    REQUIRE(xc_str_equal(sent->to, got->to), "to");
    REQUIRE(xc_str_equal(sent->from, got->from), "from");
    REQUIRE(xc_str_equal(sent->id, got->id), "id");
    REQUIRE(xc_str_equal(sent->lang, got->lang), "lang");
    REQUIRE(content_ns == NULL || xc_str_is(got->content_ns, content_ns),
            "content namespace");
    if (client)
        REQUIRE(sent->major == got->major && sent->minor == got->minor,
                "version");
}

static void check_error(const struct envelope *sent, const xc_element *e)
{
    const xc_element *text = xc_child(e, XC_NS_STREAM_ERRORS, "text");
    REQUIRE(xc_child(e, XC_NS_STREAM_ERRORS, sent->condition.ptr) != NULL,
            "condition");
    REQUIRE((text != NULL) == (sent->text.ptr != NULL), "text");
    REQUIRE(text == NULL || xc_str_equal(xc_text(text), sent->text),
            "another text");
}

/* Reads the next event, which must exist. */
static void expect(xc_stream *s, struct buffer *b, size_t *at,
                   xc_event_kind kind, xc_stream_event *ev)
{
    xc_str in = {b->ptr + *at, b->len - *at};
    REQUIRE(xc_stream_next(s, &in, ev) == XC_EVENT, "the output is refused");
    REQUIRE(ev->kind == kind, "another kind");
    *at = b->len - in.len;
}

static void end_message(xc_stream *s, const struct job *job)
{
    if (job->content_ns == NULL)
        REQUIRE(xc_stream_end_message(s) == XC_OK, "not one message");
}

static void read_envelope(const struct job *job, const struct envelope *sent,
                          struct buffer *parts)
{
    xc_stream_options options;
    xc_stream_event ev;
    xc_stream s;
    size_t at[3] = {0, 0, 0};
    size_t size = enough_memory(parts[0].len + parts[1].len);
    void *mem = fuzz_alloc(size);
    memset(&options, 0, sizeof options);
    options.framing = job->content_ns == NULL ? XC_WEBSOCKET : XC_TCP;
    options.limits = no_limits();
    REQUIRE(xc_stream_init(&s, mem, size, &options) == XC_OK, "init");
    expect(&s, &parts[0], &at[0], XC_EVENT_OPEN, &ev);
    check_header(&sent->header, &ev.header, job->content_ns);
    end_message(&s, job);
    expect(&s, &parts[1], &at[1], XC_EVENT_ERROR, &ev);
    check_error(sent, ev.element);
    end_message(&s, job);
    expect(&s, &parts[2], &at[2], XC_EVENT_CLOSE, &ev);
    REQUIRE(at[2] == parts[2].len, "something after the close");
    REQUIRE(xc_stream_finish(&s) == XC_CLOSED, "not closed");
    fuzz_free(mem, size);
}

static void run_envelope(struct job *job, uint8_t control, xc_str data)
{
    static const writing parts[3] = {write_open, write_error, write_close};
    struct buffer out[3];
    struct envelope e;
    bool written = true;
    if (data.len >= ARENA_BYTES - 16)
        return;
    e = envelope_from(data, control);
    job->what = &e;
    for (int i = 0; i < 3; i++) {
        job->write = parts[i];
        written = write_job(job, &out[i]) == XC_OK && written;
    }
    REQUIRE(written || !is_right_envelope(&e), "a right header fails");
    if (written)
        read_envelope(job, &e, out);
    for (int i = 0; i < 3; i++)
        buffer_free(&out[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct job job;
    char *copy;
    xc_str text;
    if (size < CONTROL_BYTES)
        return 0;
    copy = fuzz_copy(data + CONTROL_BYTES, size - CONTROL_BYTES);
    text.ptr = copy;
    text.len = size - CONTROL_BYTES;
    memset(&job, 0, sizeof job);
    job.content_ns = content_from(data[1]);
    job.seed = data[2];
    switch (data[0] & 3) {
    case 3: run_calls(&job, text); break;
    case 1: run_envelope(&job, data[1], text); break;
    default: run_tree(&job, (data[1] & 0x20) != 0, text); break;
    }
    fuzz_free(copy, size - CONTROL_BYTES);
    return 0;
}
