/* fuzz_stream.c - streams in all framings, fed whole against fed in pieces.

   Input: five control bytes, then one direction of a stream.
     0  memory: 37 bytes for each unit
     1  bits 0-1 framing, bits 2-3 content namespace, bit 4 restart after
        <success/> and <proceed/> (BOSH: after </body>), bit 5 tolerate
        undeclared prefixes: '@' is TCP, 'A' WebSocket, 'B' BOSH, 'C' a
        document, 'P' TCP with restarts
     2  limits: depth in the low four bits, attributes in the next two
     3  limits: namespaces in the low four bits, stanza bytes in the next two
        (0 is the default in all four; so '@' is good for both)
     4  how to cut: see fuzz_cut. From 128 on an idle stream gets more memory
        than it had
   In WebSocket framing the byte 0x1E ends a message.

   Events, elements, status and offset must be the same whether the stream
   comes in one piece or in many. Between pieces, state and memory move; of an
   idle stream only xc_stream_saved_size bytes are kept. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "fuzz.h"

#define CONTROL_BYTES 5
#define MESSAGE_END 0x1E
#define CHILDREN_CHECKED 24

struct reading {
    xc_stream *stream;
    unsigned char *mem;
    size_t mem_size, first_size;
    xc_stream_options options;
    bool restart, grow;
    uint64_t fed;     /* bytes consumed */
    char lang[10000]; /* inherited by elements; more than memory can hold */
    bool has_lang, is_open;
    struct fuzz_log log;
};

static xc_stream_options options_from(const uint8_t *control)
{
    static const char *const content[] = {NULL, XC_NS_CLIENT, XC_NS_SERVER,
                                          XC_NS_COMPONENT};
    static const uint16_t attributes[] = {0, 1, 4, 8};
    static const uint32_t bytes[] = {0, 60, 300, 2000};
    xc_stream_options options;
    memset(&options, 0, sizeof options);
    options.framing = (xc_framing)(control[1] & 3);
    options.content_ns = content[control[1] >> 2 & 3];
    options.tolerate_undeclared_prefix = (control[1] & 0x20) != 0;
    options.limits.depth = control[2] & 15;
    options.limits.attributes = attributes[control[2] >> 4 & 3];
    options.limits.namespaces = control[3] & 15;
    options.limits.stanza_bytes = bytes[control[3] >> 4 & 3];
    return options;
}

static void reading_init(struct reading *r, const uint8_t *control)
{
    memset(r, 0, sizeof *r);
    r->options = options_from(control);
    r->restart = (control[1] & 0x10) != 0;
    r->grow = control[4] >= 128;
    r->first_size = r->mem_size = (size_t)control[0] * 37;
    r->mem = fuzz_alloc(r->mem_size);
    r->stream = fuzz_alloc(sizeof *r->stream);
    REQUIRE(xc_stream_init(r->stream, r->mem, r->mem_size, &r->options) ==
                XC_OK,
            "init");
}

static void reading_free(struct reading *r)
{
    fuzz_free(r->mem, r->mem_size);
    fuzz_free(r->stream, sizeof *r->stream);
    log_free(&r->log);
}

/* ---- moving ------------------------------------------------------------- */

/* Wrong moves are refused and change nothing. */
static void check_wrong_moves(struct reading *r, size_t idle_size)
{
    xc_stream *s = r->stream;
    REQUIRE(xc_stream_relocate(s, NULL, r->mem_size) == XC_ERR_ARGUMENT,
            "NULL");
    if (!xc_stream_is_idle(s))
        REQUIRE(xc_stream_relocate(s, r->mem, r->mem_size + 1) ==
                    XC_ERR_ARGUMENT,
                "a busy stream moved to memory of another size");
    else if (idle_size > 0)
        REQUIRE(xc_stream_relocate(s, r->mem, idle_size - 1) ==
                    XC_ERR_ARGUMENT,
                "moved to memory that is too small");
}

/* State and memory move; the old ones are destroyed. */
static void reading_move(struct reading *r, uint32_t random)
{
    bool idle = xc_stream_is_idle(r->stream);
    size_t keep = xc_stream_saved_size(r->stream);
    size_t size = r->mem_size;
    unsigned char *mem;
    xc_stream *stream;
    REQUIRE(keep <= r->mem_size, "more to keep than there is");
    REQUIRE(idle || keep == r->mem_size, "a busy stream keeps all");
    check_wrong_moves(r, keep);
    if (idle)
        size = r->first_size + (r->grow ? random & 127 : 0);
    mem = fuzz_alloc(size);
    if (keep > 0)
        memcpy(mem, r->mem, keep);
    stream = fuzz_copy(r->stream, sizeof *stream);
    fuzz_free(r->mem, r->mem_size);
    fuzz_free(r->stream, sizeof *stream);
    r->mem = mem;
    r->mem_size = size;
    r->stream = stream;
    REQUIRE(xc_stream_relocate(stream, mem, size) == XC_OK, "move");
    REQUIRE(xc_stream_is_idle(stream) == idle, "moving changes the state");
}

/* ---- elements ----------------------------------------------------------- */

static void check_terminated(xc_str s)
{
    REQUIRE(s.ptr == NULL || s.ptr[s.len] == '\0', "no NUL at the end");
}

/* The accessors must find what the walk delivered. */
static void check_attributes(const xc_element *e, bool tolerant)
{
    xc_attribute a;
    for (size_t i = 0; xc_element_attr(e, i, &a); i++) {
        xc_str found;
        check_attribute(&a);
        check_terminated(a.name);
        check_terminated(a.ns);
        check_terminated(a.value);
        REQUIRE(tolerant || !a.undeclared, "undeclared, but not tolerated");
        if (a.undeclared)
            continue;
        found = a.ns.ptr != NULL ? xc_attr_ns(e, a.ns.ptr, a.name.ptr)
                                 : xc_attr(e, a.name.ptr);
        REQUIRE(xc_str_equal(found, a.value), "an attribute is not found");
    }
}

static void check_children(const xc_element *e)
{
    const xc_element *child = xc_first_child(e);
    int budget = CHILDREN_CHECKED;
    for (; child != NULL && budget > 0;
         child = xc_next_sibling(child), budget--) {
        const char *ns = xc_ns(child).ptr, *name = xc_name(child).ptr;
        const xc_element *found;
        if (xc_str_equal(xc_ns(child), xc_ns(e)) || ns == xc_ns(e).ptr)
            ns = NULL; /* for xc_child: the namespace of e */
        else if (ns == NULL)
            continue;
        found = xc_child(e, ns, name);
        REQUIRE(found != NULL && xc_is(found, ns, name), "xc_child");
        while (found != NULL && found != child)
            found = xc_next_same_name(found);
        REQUIRE(found == child,
                "xc_next_same_name does not come to a sibling");
    }
}

static xc_str own_lang(const xc_element *e)
{
    return xc_attr_ns(e, XC_NS_XML, "lang");
}

/* The state of the walk of an element. */
struct walk_check {
    xc_str lang[XC_DEPTH_MAX + 1]; /* that of the stream first */
    const xc_element *open[XC_DEPTH_MAX];
    bool has_text[XC_DEPTH_MAX];
    size_t depth;
    bool after_text;
};

static void check_start(struct reading *r, struct walk_check *c,
                        const xc_element *root, const xc_element *e)
{
    xc_str lang = own_lang(e);
    check_name(xc_name(e));
    check_text(xc_ns(e));
    check_terminated(xc_name(e));
    check_terminated(xc_ns(e));
    REQUIRE(xc_ns(e).ptr == NULL || xc_ns(e).len > 0, "empty namespace");
    REQUIRE(xc_is(e, xc_ns(e).ptr, xc_name(e).ptr), "xc_is");
    check_attributes(e, r->options.tolerate_undeclared_prefix);
    check_children(e);
    REQUIRE(c->depth < XC_DEPTH_MAX, "deeper than XC_DEPTH_MAX");
    if (lang.ptr == NULL)
        lang = c->lang[c->depth];
    REQUIRE(xc_str_equal(xc_lang(root, e), lang), "xc_lang");
    c->has_text[c->depth] = false;
    c->open[c->depth++] = e;
    c->lang[c->depth] = lang;
}

static void check_run(struct walk_check *c, xc_str text)
{
    size_t top = c->depth - 1;
    REQUIRE(c->depth > 0, "text outside");
    check_text(text);
    check_terminated(text);
    REQUIRE(text.len > 0, "empty text");
    REQUIRE(!c->after_text, "one run of text in two pieces");
    REQUIRE(c->has_text[top] || xc_str_equal(xc_text(c->open[top]), text),
            "xc_text is not the first run");
    c->has_text[top] = true;
}

/* Checks everything that is promised for an element. */
static void check_element(struct reading *r, const xc_element *root)
{
    struct walk_check c;
    xc_walk w;
    memset(&c, 0, sizeof c);
    if (r->has_lang)
        c.lang[0] = xc_str_from(r->lang);
    xc_walk_init(&w, root);
    while (xc_walk_next(&w)) {
        if (w.type == XC_START) {
            check_start(r, &c, root, w.element);
        } else if (w.type == XC_TEXT) {
            check_run(&c, w.text);
        } else {
            REQUIRE(c.depth > 0 && c.open[c.depth - 1] == w.element,
                    "another end");
            c.depth--;
        }
        c.after_text = w.type == XC_TEXT;
    }
    REQUIRE(c.depth == 0, "a walk that does not end where it began");
}

/* Logs the element from an exact copy: it is one block, at any address. */
static void take_element(struct reading *r, const xc_element *e)
{
    struct fuzz_log direct, copied;
    size_t size = xc_element_size(e);
    void *block = fuzz_copy(e, size);
    const xc_element *copy = block;
    REQUIRE(size > 0 && size <= r->mem_size, "size of an element");
    REQUIRE(xc_element_size(copy) == size, "size of a copy");
    memset(&direct, 0, sizeof direct);
    memset(&copied, 0, sizeof copied);
    log_element(&direct, e);
    log_element(&copied, copy);
    require_equal(&direct, "element", &copied, "copy");
    check_element(r, copy);
    log_break(&copied);
    log_bytes(&r->log, copied.bytes, copied.len);
    log_str(&r->log, xc_text(copy));
    log_free(&direct);
    log_free(&copied);
    fuzz_free(block, size);
}

/* ---- events ------------------------------------------------------------- */

/* Each WebSocket message is a document and inherits no language (RFC 7395
   section 3.3.3). */
static void take_header(struct reading *r, const xc_stream_header *h)
{
    const xc_str fields[] = {h->content_ns, h->to, h->from, h->id, h->lang};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        check_text(fields[i]);
        log_str(&r->log, fields[i]);
    }
    log_number(&r->log, "version", h->major * 65536u + h->minor);
    r->has_lang = h->lang.len > 0 && r->options.framing != XC_WEBSOCKET;
    REQUIRE(h->lang.len < sizeof r->lang, "lang");
    snprintf(r->lang, sizeof r->lang, XC_FMT, XC_ARG(h->lang));
}

static bool is_stanza_name(const xc_element *e)
{
    return xc_is(e, NULL, "message") || xc_is(e, NULL, "presence") ||
           xc_is(e, NULL, "iq");
}

/* The kind of an event follows from name and namespace. */
static void check_kind(const struct reading *r, const xc_stream_event *ev)
{
    const xc_element *e = ev->element;
    bool document = r->options.framing == XC_DOCUMENT;
    REQUIRE(!document || ev->kind == XC_EVENT_NONZA, "kind in a document");
    if (document)
        return;
    REQUIRE((ev->kind == XC_EVENT_OPEN) == !r->is_open ||
                ev->kind == XC_EVENT_CLOSE,
            "the header does not come first");
    REQUIRE(ev->kind != XC_EVENT_STANZA || is_stanza_name(e), "stanza");
    REQUIRE(ev->kind != XC_EVENT_FEATURES ||
                xc_is(e, XC_NS_STREAMS, "features"),
            "features");
    REQUIRE(ev->kind != XC_EVENT_ERROR || xc_is(e, XC_NS_STREAMS, "error"),
            "error");
    REQUIRE(e != NULL || ev->kind == XC_EVENT_CLOSE, "no element");
}

static bool wants_restart(const struct reading *r, const xc_stream_event *ev)
{
    return r->restart && ev->kind == XC_EVENT_NONZA &&
           (xc_is(ev->element, XC_NS_SASL, "success") ||
            xc_is(ev->element, XC_NS_TLS, "proceed"));
}

static void reading_restart(struct reading *r)
{
    REQUIRE(xc_stream_reset(r->stream) == XC_OK, "reset");
    r->is_open = r->has_lang = false;
}

static void take_event(struct reading *r, const xc_stream_event *ev)
{
    log_number(&r->log, "kind", ev->kind);
    log_number(&r->log, "offset", ev->offset);
    REQUIRE(ev->offset < r->fed, "an event from the future");
    check_kind(r, ev);
    if (ev->kind == XC_EVENT_OPEN)
        take_header(r, &ev->header);
    if (ev->kind == XC_EVENT_OPEN || ev->kind == XC_EVENT_CLOSE)
        r->is_open = ev->kind == XC_EVENT_OPEN;
    if (ev->element != NULL)
        take_element(r, ev->element);
    if (wants_restart(r, ev))
        reading_restart(r);
}

/* ---- feeding ------------------------------------------------------------ */

static bool may_go_on(const struct reading *r, xc_status status, xc_str in)
{
    return status == XC_CLOSED && r->options.framing == XC_BOSH &&
           r->restart && in.len > 0;
}

/* One step. The bytes consumed must agree with *in. */
static xc_status step(struct reading *r, xc_str *in, xc_stream_event *ev)
{
    xc_str before = *in;
    xc_status status = xc_stream_next(r->stream, in, ev);
    REQUIRE(in->len <= before.len &&
                in->ptr == before.ptr + (before.len - in->len),
            "in");
    r->fed += before.len - in->len;
    if (!xc_status_is_error(status))
        REQUIRE(xc_stream_offset(r->stream) == r->fed,
                "the offset is not what was consumed");
    REQUIRE(status != XC_NEED_MORE || in->len == 0, "has not taken all");
    REQUIRE(status != XC_OK, "XC_OK from next");
    return status;
}

/* Feeds one piece from an exact copy, and takes its events. */
static xc_status feed(struct reading *r, const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size);
    xc_str in = {copy, size};
    xc_stream_event ev;
    xc_status status;
    size_t events = 0;
    for (;;) {
        status = step(r, &in, &ev);
        REQUIRE(events++ <= 2 * size + 2, "too many events");
        if (status == XC_EVENT)
            take_event(r, &ev);
        else if (may_go_on(r, status, in))
            reading_restart(r);
        else
            break;
    }
    fuzz_free(copy, size);
    return status;
}

static void check_sticky(struct reading *r, xc_status error)
{
    uint64_t offset = xc_stream_offset(r->stream);
    xc_str in = XC_STR("<a/>");
    xc_stream_event ev;
    REQUIRE(xc_stream_next(r->stream, &in, &ev) == error, "not sticky");
    REQUIRE(xc_stream_finish(r->stream) == error, "finish returns another");
    REQUIRE(xc_stream_offset(r->stream) == offset, "the offset changes");
    REQUIRE(xc_status_condition(error) != NULL, "an error without condition");
}

static void conclude(struct reading *r, xc_status status)
{
    bool idle = xc_stream_is_idle(r->stream);
    if (status == XC_NEED_MORE)
        status = xc_stream_finish(r->stream);
    REQUIRE(status != XC_NEED_MORE && status != XC_EVENT, "finish");
    if (xc_status_is_error(status))
        check_sticky(r, status);
    log_status(&r->log, status);
    log_number(&r->log, "offset", xc_stream_offset(r->stream));
    log_number(&r->log, "idle", idle);
}

/* Feeds one message (or all, if there are no messages) as `cut` says; whole
   if cut is NULL. */
static xc_status feed_message(struct reading *r, const uint8_t *data,
                              size_t size, struct fuzz_cut *cut)
{
    xc_status status = XC_NEED_MORE;
    if (cut == NULL)
        return feed(r, data, size);
    while (size > 0 && status == XC_NEED_MORE) {
        size_t n = cut_next(cut, size);
        uint32_t random;
        status = feed(r, data, n);
        data += n;
        size -= n;
        random = cut_random(cut);
        if ((random & 3) == 0)
            reading_move(r, random >> 8);
    }
    return status;
}

static xc_status read_messages(struct reading *r, const uint8_t *data,
                               size_t size, struct fuzz_cut *cut)
{
    xc_status status = XC_NEED_MORE;
    while (status == XC_NEED_MORE && size > 0) {
        const uint8_t *end = memchr(data, MESSAGE_END, size);
        size_t n = end != NULL ? (size_t)(end - data) : size;
        status = feed_message(r, data, n, cut);
        if (end == NULL || status != XC_NEED_MORE)
            break;
        status = xc_stream_end_message(r->stream);
        REQUIRE(status == XC_OK || xc_status_is_error(status), "end_message");
        if (status == XC_OK)
            status = XC_NEED_MORE;
        data += n + 1;
        size -= n + 1;
    }
    return status;
}

static void read_all(struct reading *r, const uint8_t *data, size_t size,
                     struct fuzz_cut *cut)
{
    xc_status status;
    if (r->options.framing == XC_WEBSOCKET)
        status = read_messages(r, data, size, cut);
    else
        status = feed_message(r, data, size, cut);
    conclude(r, status);
}

/* More memory than the other reading had may turn a refusal into success. */
static bool comparable(const struct reading *whole, const struct reading *cut)
{
    xc_str nothing = XC_STR("");
    xc_stream_event ev;
    return !cut->grow ||
           xc_stream_next(whole->stream, &nothing, &ev) != XC_ERR_WORKSPACE;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading whole, pieces;
    struct fuzz_cut cut;
    if (size < CONTROL_BYTES)
        return 0;
    reading_init(&whole, data);
    reading_init(&pieces, data);
    cut_init(&cut, data[4]);
    data += CONTROL_BYTES;
    size -= CONTROL_BYTES;
    read_all(&whole, data, size, NULL);
    read_all(&pieces, data, size, &cut);
    if (comparable(&whole, &pieces))
        require_equal(&whole.log, "whole", &pieces.log, "in pieces");
    reading_free(&whole);
    reading_free(&pieces);
    return 0;
}
