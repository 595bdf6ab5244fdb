/* fuzz_jid.c - addresses: accepted ones are enforced, and stable.

   Input: one control byte, then a text.
     0  bytes of memory for the result: itself up to 127, from there on in
        steps of 24 ('0' is 48, 0xFF 3072)
   The text is parsed as an address, enforced as each part of one, escaped and
   unescaped. An address is also copied and converted to its DNS name. Cut at
   line feeds, the text is also the three parts of an address to build; "~" and
   missing parts are absent: "0a@b/c", "0romeo\nexample.org\n~".

   Each operation must give the same result with any sufficient memory, and
   with too little the size that suffices. An address must be the same as a
   whole, in parts, and enforced again. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "fuzz.h"

#define CONTROL_BYTES 1
#define PARTS 3

/* ---- the operations, with one interface --------------------------------- */

struct job;

struct result {
    char *mem;
    size_t size;
    xc_status status;
    xc_str text;      /* absent after an error */
    size_t where;     /* after an error */
    xc_jid_part part; /* after an error in an address */
    xc_jid jid;       /* if it is an address */
};

typedef void (*operation)(const struct job *job, struct result *r);

struct job {
    operation run;
    xc_str text[PARTS]; /* the parts to build from; else only the first */
    xc_jid_part part;   /* to enforce */
    xc_jid jid;         /* to copy or convert; text[0] is its bytes */
    size_t enough;      /* bytes that suffice by the contract */
};

static void take_jid(struct result *r)
{
    r->text = xc_jid_full(r->jid);
    if (r->status == XC_OK)
        return;
    REQUIRE(r->jid.ptr == NULL, "an address in spite of an error");
    r->part = (xc_jid_part)r->jid.part;
    r->where = r->jid.where;
    REQUIRE(r->jid.part <= XC_JID_RESOURCE, "an error in no part");
}

static void take_text(struct result *r)
{
    if (r->status == XC_OK)
        return;
    r->where = r->text.len;
    r->text.len = 0;
}

static void run_parse(const struct job *job, struct result *r)
{
    r->status = xc_jid_parse(job->text[0], r->mem, r->size, &r->jid);
    take_jid(r);
}

static void run_build(const struct job *job, struct result *r)
{
    xc_jid_parts parts;
    parts.local = job->text[XC_JID_LOCAL];
    parts.domain = job->text[XC_JID_DOMAIN];
    parts.resource = job->text[XC_JID_RESOURCE];
    r->status = xc_jid_build(&parts, r->mem, r->size, &r->jid);
    take_jid(r);
}

static void run_enforce(const struct job *job, struct result *r)
{
    r->status =
        xc_jid_enforce(job->part, job->text[0], r->mem, r->size, &r->text);
    take_text(r);
}

static void run_escape(const struct job *job, struct result *r)
{
    r->status = xc_jid_escape(job->text[0], r->mem, r->size, &r->text);
    take_text(r);
}

static void run_unescape(const struct job *job, struct result *r)
{
    r->status = xc_jid_unescape(job->text[0], r->mem, r->size, &r->text);
    take_text(r);
}

static void run_copy(const struct job *job, struct result *r)
{
    r->status = xc_jid_copy(job->jid, r->mem, r->size, &r->jid);
    take_jid(r);
}

static void run_name(const struct job *job, struct result *r)
{
    r->status = xc_jid_domain_ascii(job->jid, r->mem, r->size, &r->text);
    take_text(r);
}

static bool is_inside(const char *mem, size_t size, xc_str s)
{
    uintptr_t from = (uintptr_t)mem, at = (uintptr_t)s.ptr;
    return mem != NULL && at >= from && at - from <= size &&
           s.len <= size - (at - from);
}

/* Runs the job with `size` bytes of memory. */
static struct result run(const struct job *job, size_t size)
{
    struct result r;
    bool is_view = false;
    memset(&r, 0, sizeof r);
    memset(&r.jid, 0xA5, sizeof r.jid);
    r.text = XC_STR("?");
    r.mem = fuzz_alloc(size);
    r.size = size;
    job->run(job, &r);
    for (size_t i = 0; i < PARTS; i++)
        is_view |= is_inside(job->text[i].ptr, job->text[i].len, r.text);
    if (r.status != XC_OK)
        REQUIRE(r.text.ptr == NULL, "a result in spite of an error");
    else
        REQUIRE(is_view || is_inside(r.mem, size, r.text), "a wild result");
    return r;
}

static void result_free(struct result *r)
{
    fuzz_free(r->mem, r->size);
}

static struct job job_of(operation what, xc_str text, size_t enough)
{
    struct job job;
    memset(&job, 0, sizeof job);
    job.run = what;
    job.text[0] = text;
    job.enough = enough;
    return job;
}

static struct job job_enforce(xc_jid_part part, xc_str text)
{
    struct job job = job_of(run_enforce, text, XC_JID_PART_MAX);
    job.part = part;
    return job;
}

static struct job job_build(const xc_jid_parts *parts)
{
    struct job job = job_of(run_build, parts->local, XC_JID_MAX);
    job.text[XC_JID_DOMAIN] = parts->domain;
    job.text[XC_JID_RESOURCE] = parts->resource;
    return job;
}

static struct job job_jid(operation what, xc_jid jid, size_t enough)
{
    struct job job = job_of(what, xc_jid_full(jid), enough);
    job.jid = jid;
    return job;
}

/* ---- the same in any memory --------------------------------------------- */

static void require_same(const struct result *a, const struct result *b)
{
    REQUIRE(a->status == b->status, "another status");
    REQUIRE(xc_str_equal(a->text, b->text), "another result");
    REQUIRE(a->part == b->part && a->where == b->where,
            "another part or byte");
}

/* Too little memory must not change the error or the size that is asked
   for. */
static void run_with(const struct job *job, size_t size, size_t need,
                     const struct result *expected)
{
    struct result r = run(job, size);
    if (size >= need) {
        require_same(expected, &r);
    } else {
        REQUIRE(r.status == XC_ERR_BUFFER_SIZE, "not XC_ERR_BUFFER_SIZE");
        REQUIRE(r.where == need, "another need");
    }
    result_free(&r);
}

/* Runs the job in all ways. Returns the first result, to be freed. */
static struct result run_in_all(const struct job *job, size_t size)
{
    struct result expected = run(job, job->enough);
    struct result none = run(job, 0);
    size_t need = none.status == XC_ERR_BUFFER_SIZE ? none.where : 0;
    REQUIRE(expected.status != XC_ERR_BUFFER_SIZE, "enough is not enough");
    REQUIRE(need <= job->enough, "needs more than enough");
    if (none.status == XC_ERR_BUFFER_SIZE) {
        REQUIRE(expected.status == XC_OK, "lack of space hides an error");
        REQUIRE(need > 0, "needs nothing, but that is too small");
        run_with(job, need, need, &expected);
        run_with(job, need - 1, need, &expected);
    } else {
        require_same(&expected, &none);
    }
    run_with(job, size, need, &expected);
    result_free(&none);
    return expected;
}

/* ---- properties of each enforced address -------------------------------- */

/* A copy in new memory, to be freed. */
static xc_str copy_of(xc_str s)
{
    xc_str copy = {fuzz_copy(s.ptr, s.len), s.len};
    return copy;
}

static void copy_free(xc_str copy)
{
    char *bytes;
    memcpy(&bytes, &copy.ptr, sizeof bytes); /* without const */
    fuzz_free(bytes, copy.len);
}

static bool is_ascii(xc_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

static bool has_any(xc_str s, const char *bytes)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] != '\0' && strchr(bytes, s.ptr[i]) != NULL)
            return true;
    return false;
}

static void check_part(xc_jid_part part, xc_str s)
{
    static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    static const char *const never[PARTS] = {" \"&'/:<>@", " \"&'/<>@", ""};
    if (s.ptr == NULL) {
        REQUIRE(part != XC_JID_DOMAIN && s.len == 0, "a part is missing");
        return;
    }
    REQUIRE(s.len > 0 && s.len <= XC_JID_PART_MAX, "length of a part");
    REQUIRE(fuzz_is_text(s), "a part that XML cannot contain");
    REQUIRE((part == XC_JID_DOMAIN && s.ptr[0] == '[') || /* as in [v1.&] */
                !has_any(s, never[part]),
            "a character that is never there");
    if (part != XC_JID_RESOURCE && s.ptr[0] != '[') /* the zone of an IPv6 */
        REQUIRE(!has_any(s, upper), "a letter that should be lower case");
}

/* The same operation on the result must give the result, without memory if it
   is ASCII. */
static void check_stable(const struct job *job, xc_str text)
{
    struct result r = run(job, is_ascii(text) ? 0 : job->enough);
    REQUIRE(r.status == XC_OK, "refuses its own result");
    REQUIRE(xc_str_equal(r.text, text), "changes its own result");
    result_free(&r);
}

static void check_parsed_again(xc_jid jid)
{
    xc_str copy = copy_of(xc_jid_full(jid));
    struct job job = job_of(run_parse, copy, XC_JID_MAX);
    struct result r = run(&job, XC_JID_MAX);
    check_stable(&job, copy);
    REQUIRE(xc_jid_equal(jid, r.jid), "not equal to itself");
    REQUIRE(xc_jid_bare_equal(jid, r.jid), "bare not equal to itself");
    result_free(&r);
    copy_free(copy);
}

static void check_built_again(xc_jid jid)
{
    xc_jid_parts parts = {xc_jid_local(jid), xc_jid_domain(jid),
                          xc_jid_resource(jid)};
    struct job job = job_build(&parts);
    struct result r = run(&job, XC_JID_MAX);
    REQUIRE(r.status == XC_OK, "its parts build nothing");
    REQUIRE(xc_str_equal(r.text, xc_jid_full(jid)), "builds another one");
    REQUIRE(xc_jid_equal(jid, r.jid), "builds an unequal one");
    result_free(&r);
}

static void check_bare(xc_jid jid)
{
    xc_str full = xc_jid_full(jid), bare = xc_jid_bare(jid);
    struct job job = job_of(run_parse, bare, XC_JID_MAX);
    struct result r = run(&job, XC_JID_MAX);
    REQUIRE(bare.ptr == full.ptr && bare.len <= full.len, "not in front");
    REQUIRE(r.status == XC_OK, "the bare address is refused");
    REQUIRE(xc_str_equal(r.text, bare), "another bare address");
    REQUIRE(xc_jid_bare_equal(jid, r.jid), "bare not equal");
    REQUIRE(xc_jid_equal(jid, r.jid) == (bare.len == full.len), "equal");
    result_free(&r);
}

static void check_copied(xc_jid jid, size_t size)
{
    xc_str full = xc_jid_full(jid);
    struct job job = job_jid(run_copy, jid, full.len);
    struct result r = run_in_all(&job, size);
    REQUIRE(r.status == XC_OK && xc_jid_equal(jid, r.jid), "no copy");
    REQUIRE(r.jid.ptr == r.mem, "a copy elsewhere");
    REQUIRE(xc_str_equal(xc_jid_domain(jid), xc_jid_domain(r.jid)),
            "copied and cut otherwise");
    result_free(&r);
}

/* The DNS name must be that of the domainpart. */
static void check_named(xc_jid jid, size_t size)
{
    bool literal = xc_jid_domain(jid).ptr[0] == '[';
    struct job job = job_jid(run_name, jid, 253);
    struct result r = run_in_all(&job, size), back;
    REQUIRE(r.status == XC_OK && is_ascii(r.text), "no name");
    REQUIRE(r.text.len <= 253 || literal, "too long for the DNS");
    job = job_enforce(XC_JID_DOMAIN, r.text);
    back = run(&job, XC_JID_PART_MAX);
    REQUIRE(xc_str_equal(back.text, xc_jid_domain(jid)), "another name");
    result_free(&back);
    result_free(&r);
}

static void check_jid(xc_jid jid, size_t size)
{
    xc_str full = xc_jid_full(jid);
    xc_jid_parts parts = xc_jid_split(full);
    check_part(XC_JID_LOCAL, xc_jid_local(jid));
    check_part(XC_JID_DOMAIN, xc_jid_domain(jid));
    check_part(XC_JID_RESOURCE, xc_jid_resource(jid));
    REQUIRE(full.len <= XC_JID_MAX, "too long");
    REQUIRE(xc_str_equal(parts.local, xc_jid_local(jid)), "localpart");
    REQUIRE(xc_str_equal(parts.domain, xc_jid_domain(jid)), "domainpart");
    REQUIRE(xc_str_equal(parts.resource, xc_jid_resource(jid)),
            "resourcepart");
    check_parsed_again(jid);
    check_built_again(jid);
    check_bare(jid);
    check_copied(jid, size);
    check_named(jid, size);
}

static void check_no_jid(xc_jid jid)
{
    REQUIRE(xc_jid_local(jid).ptr == NULL, "a localpart of nothing");
    REQUIRE(xc_jid_domain(jid).ptr == NULL, "a domainpart of nothing");
    REQUIRE(xc_jid_resource(jid).ptr == NULL, "a resourcepart of nothing");
    REQUIRE(xc_jid_bare(jid).ptr == NULL, "a bare address of nothing");
    REQUIRE(!xc_jid_equal(jid, jid), "equal though there is nothing");
    REQUIRE(!xc_jid_bare_equal(jid, jid), "bare equal, but nothing");
}

/* ---- a whole against its parts ------------------------------------------ */

static xc_str part_of(const xc_jid_parts *parts, xc_jid_part part)
{
    return part == XC_JID_LOCAL    ? parts->local
           : part == XC_JID_DOMAIN ? parts->domain
                                   : parts->resource;
}

/* Each part, enforced alone, must agree with the result of the whole. The
   offsets of that begin at `base`, or with each part (NULL). */
static void check_against_parts(const struct result *whole,
                                const xc_jid_parts *parts, const char *base)
{
    bool good = true;
    for (int i = 0; i < PARTS; i++) {
        xc_jid_part part = (xc_jid_part)i;
        xc_str text = part_of(parts, part);
        struct job job = job_enforce(part, text);
        struct result r = run(&job, XC_JID_PART_MAX);
        if (text.ptr != NULL && r.status != XC_OK)
            good = false;
        if (whole->status == XC_OK && text.ptr != NULL) {
            xc_jid_parts got = xc_jid_split(whole->text);
            REQUIRE(xc_str_equal(r.text, part_of(&got, part)),
                    "a part alone becomes something else");
        } else if (whole->part == part && text.ptr != NULL) {
            size_t before = base != NULL ? (size_t)(text.ptr - base) : 0;
            REQUIRE(r.status == whole->status, "alone another error");
            REQUIRE(before + r.where == whole->where, "alone elsewhere");
        }
        result_free(&r);
    }
    REQUIRE(whole->status != XC_OK || good, "good although a part is not");
    REQUIRE(whole->status == XC_OK || !good || parts->domain.ptr == NULL,
            "refused although each part is good");
}

static void check_parse(xc_str text, size_t size)
{
    struct job job = job_of(run_parse, text, XC_JID_MAX);
    struct result r = run_in_all(&job, size);
    xc_jid_parts parts = xc_jid_split(text);
    REQUIRE(parts.domain.ptr != NULL, "split finds no domainpart");
    check_against_parts(&r, &parts, text.ptr);
    if (r.status == XC_OK) {
        check_jid(r.jid, size);
    } else {
        REQUIRE(r.where <= text.len, "an error outside");
        check_no_jid(r.jid);
    }
    result_free(&r);
}

static xc_str next_part(xc_str *rest)
{
    xc_str part = rest->ptr != NULL ? xc_str_cut(rest, '\n') : *rest;
    return xc_str_is(part, "~") ? xc_str_from(NULL) : part;
}

static void check_build(xc_str text, size_t size)
{
    xc_jid_parts parts;
    struct job job;
    struct result r;
    parts.local = next_part(&text);
    parts.domain = next_part(&text);
    parts.resource = next_part(&text);
    job = job_build(&parts);
    r = run_in_all(&job, size);
    check_against_parts(&r, &parts, NULL);
    if (r.status == XC_OK)
        check_jid(r.jid, size);
    else
        check_no_jid(r.jid);
    result_free(&r);
}

static void check_enforce(xc_jid_part part, xc_str text, size_t size)
{
    struct job job = job_enforce(part, text);
    struct result r = run_in_all(&job, size);
    if (r.status == XC_OK) {
        xc_str copy = copy_of(r.text);
        check_part(part, r.text);
        job.text[0] = copy;
        check_stable(&job, copy);
        copy_free(copy);
    } else {
        REQUIRE(r.where <= text.len, "an error outside");
    }
    result_free(&r);
}

/* ---- escaping (XEP-0106) ------------------------------------------------ */

/* The character that the two hexadecimal digits escape, or 0. Written from the
   table in section 3 of XEP-0106, independently of the codec. */
static char escaped_by(const char *digits)
{
    static const char table[] = "20 22\"26&27'2f/3a:3c<3e>40@5c\\";
    for (const char *at = table; *at != '\0'; at += 3)
        if (memcmp(at, digits, 2) == 0)
            return at[2];
    return '\0';
}

static void check_unescape(xc_str text, size_t size)
{
    struct job job = job_of(run_unescape, text, text.len);
    struct result r = run_in_all(&job, size);
    size_t from = 0, to = 0;
    REQUIRE(r.status == XC_OK, "unescaping fails");
    for (; from < text.len; from++, to++) {
        const char *at = text.ptr + from;
        char c = *at == '\\' && text.len - from >= 3 ? escaped_by(at + 1) : 0;
        REQUIRE(to < r.text.len, "too little left");
        REQUIRE(r.text.ptr[to] == (c != 0 ? c : *at), "wrongly unescaped");
        from += c != 0 ? 2 : 0;
    }
    REQUIRE(to == r.text.len, "too much left");
    result_free(&r);
}

static void check_escape(xc_str text, size_t size)
{
    struct job job = job_of(run_escape, text, 3 * text.len), back;
    struct result r = run_in_all(&job, size), original;
    bool edge =
        text.len > 0 && (text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ');
    REQUIRE(r.status == (edge ? XC_ERR_JID_ESCAPE : XC_OK), "status");
    if (r.status == XC_OK) {
        REQUIRE(!has_any(r.text, " \"&'/:<>@"), "left unescaped");
        back = job_of(run_unescape, r.text, r.text.len);
        original = run(&back, r.text.len);
        REQUIRE(xc_str_equal(original.text, text), "not the same again");
        result_free(&original);
    } else {
        REQUIRE(r.where < text.len, "an error outside");
    }
    result_free(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    size_t memory;
    char *copy;
    xc_str text;
    if (size < CONTROL_BYTES)
        return 0;
    memory = data[0] < 128 ? data[0] : (data[0] - 127u) * 24u;
    text.len = size - CONTROL_BYTES;
    text.ptr = copy = fuzz_copy(data + CONTROL_BYTES, text.len);
    check_parse(text, memory);
    check_build(text, memory);
    check_enforce(XC_JID_LOCAL, text, memory);
    check_enforce(XC_JID_DOMAIN, text, memory);
    check_enforce(XC_JID_RESOURCE, text, memory);
    check_escape(text, memory);
    check_unescape(text, memory);
    fuzz_free(copy, text.len);
    return 0;
}
