/* fuzz_xml.c - the tokenizer, fed whole against fed in pieces.

   Input: four control bytes, then a document.
     0  memory: 37 bytes for each unit
     1  limits: depth in the low four bits, attributes in the next two
     2  limits: namespaces in the low four bits, stanza bytes in the next two
        (0 is the default in all four; so '@' is good for both)
     3  how to cut: see fuzz_cut
   "z@@0<a/>" reads <a/> byte by byte.

   Events, status and offset must be the same whether the document comes in
   one piece, in many pieces (between which state and memory move), or after a
   reset. Every delivered string must be legal. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "fuzz.h"

#define CONTROL_BYTES 4
#define MAX_DEPTH 64 /* the default limit; control bytes set less */

struct reading {
    xc_xml *x;
    unsigned char *mem;
    size_t mem_size;
    uint64_t base; /* offset of the document's first byte */
    uint64_t fed;  /* bytes of the document consumed */
    uint32_t open[MAX_DEPTH];
    size_t depth;
    struct fuzz_log log;
};

static xc_limits limits_from(const uint8_t *control)
{
    static const uint16_t attributes[] = {0, 1, 3, 8};
    static const uint32_t bytes[] = {0, 40, 200, 1000};
    xc_limits limits;
    memset(&limits, 0, sizeof limits);
    limits.depth = control[1] & 15;
    limits.attributes = attributes[control[1] >> 4 & 3];
    limits.namespaces = control[2] & 15;
    limits.stanza_bytes = bytes[control[2] >> 4 & 3];
    return limits;
}

static void reading_init(struct reading *r, const uint8_t *control)
{
    xc_limits limits = limits_from(control);
    memset(r, 0, sizeof *r);
    r->mem_size = (size_t)control[0] * 37;
    r->mem = fuzz_alloc(r->mem_size);
    r->x = fuzz_alloc(sizeof *r->x);
    REQUIRE(xc_xml_init(r->x, r->mem, r->mem_size, &limits) == XC_OK, "init");
    REQUIRE(xc_xml_offset(r->x) == 0, "offset after init");
}

static void reading_free(struct reading *r)
{
    fuzz_free(r->mem, r->mem_size);
    fuzz_free(r->x, sizeof *r->x);
    log_free(&r->log);
}

/* State and memory move; the old ones are destroyed. */
static void reading_move(struct reading *r)
{
    void *mem = fuzz_copy(r->mem, r->mem_size);
    xc_xml *x = fuzz_copy(r->x, sizeof *r->x);
    fuzz_free(r->mem, r->mem_size);
    fuzz_free(r->x, sizeof *r->x);
    r->mem = mem;
    r->x = x;
    REQUIRE(xc_xml_relocate(r->x, r->mem) == XC_OK, "move");
}

/* ---- tokens ------------------------------------------------------------- */

static uint32_t hash_name(const xc_token *tok)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < tok->prefix.len; i++)
        h = (h ^ (unsigned char)tok->prefix.ptr[i]) * 16777619u;
    h = (h ^ ':') * 16777619u;
    for (size_t i = 0; i < tok->name.len; i++)
        h = (h ^ (unsigned char)tok->name.ptr[i]) * 16777619u;
    return h;
}

static void check_nesting(struct reading *r, const xc_token *tok)
{
    if (tok->type == XC_START) {
        REQUIRE(r->depth < MAX_DEPTH, "deeper than the limit");
        r->open[r->depth++] = hash_name(tok);
    } else if (tok->type == XC_END) {
        REQUIRE(r->depth > 0, "an end too many");
        REQUIRE(r->open[--r->depth] == hash_name(tok), "another end tag");
    } else {
        REQUIRE(r->depth > 0, "text outside the root");
        REQUIRE(tok->text.len > 0, "empty text");
    }
}

static void check_unique(const xc_token *tok, const xc_attribute *a, size_t n)
{
    xc_attribute other;
    for (size_t i = 0; i < n; i++) {
        REQUIRE(xc_token_attr(tok, i, &other), "attribute is missing");
        REQUIRE(!xc_str_equal(a->name, other.name) ||
                    !xc_str_equal(a->ns, other.ns),
                "an attribute twice");
    }
}

static void take_attributes(struct reading *r, const xc_token *tok)
{
    xc_attribute a;
    size_t i;
    for (i = 0; xc_token_attr(tok, i, &a); i++) {
        check_attribute(&a);
        REQUIRE(!a.undeclared, "undeclared, but not tolerated");
        REQUIRE((a.prefix.ptr == NULL) == (a.ns.ptr == NULL), "prefix");
        check_unique(tok, &a, i);
        log_attribute(&r->log, &a);
        log_str(&r->log, a.prefix);
    }
    REQUIRE(i == tok->attributes, "tok.attributes is wrong");
}

static void take_tag(struct reading *r, const xc_token *tok)
{
    bool start = tok->type == XC_START;
    check_name(tok->name);
    if (tok->prefix.ptr != NULL)
        check_name(tok->prefix);
    log_number(&r->log, "offset", tok->offset - r->base);
    log_tag(&r->log, start ? "start" : "end", tok->prefix, tok->name);
    if (!start)
        return;
    check_text(tok->ns);
    REQUIRE(tok->ns.ptr == NULL || tok->ns.len > 0, "an empty namespace name");
    log_number(&r->log, "empty", tok->empty);
    log_str(&r->log, tok->ns);
    take_attributes(r, tok);
}

static void take_token(struct reading *r, const xc_token *tok)
{
    REQUIRE(tok->offset >= r->base && tok->offset <= xc_xml_offset(r->x),
            "token outside what was read");
    check_nesting(r, tok);
    if (tok->type != XC_TEXT) {
        take_tag(r, tok);
        return;
    }
    check_text(tok->text);
    if (!r->log.in_text)
        log_number(&r->log, "offset", tok->offset - r->base);
    log_text(&r->log, tok->text);
}

/* ---- feeding ------------------------------------------------------------ */

/* Feeds one piece from an exact copy, and takes its tokens. */
static xc_status feed(struct reading *r, const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size);
    xc_str in = {copy, size};
    xc_token tok;
    xc_status status;
    size_t events = 0;
    while ((status = xc_xml_next(r->x, &in, &tok)) == XC_EVENT) {
        REQUIRE(in.len <= size && in.ptr == copy + (size - in.len), "in");
        REQUIRE(xc_xml_offset(r->x) == r->base + r->fed + (size - in.len),
                "the offset is not what was consumed");
        take_token(r, &tok);
        REQUIRE(++events <= size + 1, "more events than bytes");
    }
    REQUIRE(status == XC_NEED_MORE || xc_status_is_error(status), "status");
    r->fed += size;
    if (status == XC_NEED_MORE) {
        REQUIRE(in.len == 0, "needs more, but has not taken all");
        REQUIRE(xc_xml_offset(r->x) == r->base + r->fed, "offset");
    }
    fuzz_free(copy, size);
    return status;
}

static void check_sticky(struct reading *r, xc_status error)
{
    uint64_t offset = xc_xml_offset(r->x);
    xc_str in = XC_STR("<a/>");
    xc_token tok;
    REQUIRE(xc_xml_next(r->x, &in, &tok) == error, "the error is not sticky");
    REQUIRE(xc_xml_finish(r->x) == error, "finish returns another error");
    REQUIRE(xc_xml_offset(r->x) == offset, "the error's offset changes");
    REQUIRE(xc_status_condition(error) != NULL, "an error without condition");
}

static void conclude(struct reading *r, xc_status status)
{
    if (status == XC_NEED_MORE)
        status = xc_xml_finish(r->x);
    if (xc_status_is_error(status))
        check_sticky(r, status);
    else
        REQUIRE(status == XC_OK && r->depth == 0, "finish");
    log_status(&r->log, status);
    log_number(&r->log, "offset", xc_xml_offset(r->x) - r->base);
}

static void read_whole(struct reading *r, const uint8_t *data, size_t size)
{
    conclude(r, feed(r, data, size));
}

static void read_cut(struct reading *r, const uint8_t *data, size_t size,
                     uint8_t seed)
{
    struct fuzz_cut cut;
    xc_status status = XC_NEED_MORE;
    cut_init(&cut, seed);
    while (size > 0 && status == XC_NEED_MORE) {
        size_t n = cut_next(&cut, size);
        status = feed(r, data, n);
        data += n;
        size -= n;
        if ((cut_random(&cut) & 3) == 0)
            reading_move(r);
    }
    conclude(r, status);
}

/* Begins another document in the same tokenizer. */
static void reading_reset(struct reading *r)
{
    uint64_t offset = xc_xml_offset(r->x);
    REQUIRE(xc_xml_reset(r->x) == XC_OK, "reset");
    REQUIRE(xc_xml_offset(r->x) == offset, "reset changes the offset");
    r->base = offset;
    r->fed = 0;
    r->depth = 0;
    log_free(&r->log);
}

/* xc_utf8_check alone: it must stop exactly where the plain check stops. */
static void check_utf8(const uint8_t *data, size_t size)
{
    char *copy = fuzz_copy(data, size);
    xc_str s = {copy, size};
    size_t at = 0, length = 1;
    while (at < size && length > 0) {
        length = fuzz_char(data + at, size - at);
        at += length;
    }
    REQUIRE(xc_utf8_check(s) == at, "xc_utf8_check is wrong");
    fuzz_free(copy, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reading whole, cut;
    const uint8_t *control = data;
    if (size < CONTROL_BYTES)
        return 0;
    data += CONTROL_BYTES;
    size -= CONTROL_BYTES;
    check_utf8(data, size);
    reading_init(&whole, control);
    reading_init(&cut, control);
    read_whole(&whole, data, size);
    read_cut(&cut, data, size, control[3]);
    require_equal(&whole.log, "whole", &cut.log, "in pieces");
    reading_reset(&cut);
    read_whole(&cut, data, size);
    require_equal(&whole.log, "whole", &cut.log, "after a reset");
    reading_free(&whole);
    reading_free(&cut);
    return 0;
}
