/* Addresses. The rules are rows of tests/data/jid.tsv and jid_parts.tsv; here
   are the promises of the functions, properties over all code points and over
   random texts, lengths, memory, and vectors of others. */
#include "support_random.h"
#include "support_rows.h"

#include <dirent.h>
#include <strings.h>

/* ---- texts -------------------------------------------------------------- */

static void add_code_point(buffer *b, uint32_t cp)
{
    char bytes[4];
    buffer_add(b, bytes, encode_utf8(cp, bytes));
}

static void add_text(buffer *b, const char *text)
{
    xc_str s = unescaped(text);
    buffer_add(b, s.ptr, s.len);
}

/* An expected text; NULL: an absent one. */
static void check_text(const char *where, xc_str got, const char *expected)
{
    CHECK(expected != NULL || got.ptr == NULL,
          "%s: got \"%s\", expected an absent string", where, escaped(got));
    CHECK(expected == NULL || xc_str_equal(got, unescaped(expected)),
          "%s: got \"%s\", expected \"%s\"", where, escaped(got), expected);
}

/* ---- parsing with all that is promised ---------------------------------- */

typedef struct outcome {
    xc_status status;
    xc_jid jid; /* its bytes are `bytes` */
    char bytes[XC_JID_MAX];
    bool is_view; /* of the text */
    size_t needed;
} outcome;

static bool all_are(const char *bytes, size_t n, unsigned char value)
{
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)bytes[i] != value)
            return false;
    return true;
}

/* Memory of exactly this size before an unreadable page. */
static char *fresh_memory(size_t size)
{
    char *mem = guarded(GUARD_OUTPUT, size);
    memset(mem, 0xA5, size);
    return mem;
}

static void check_failed(const char *what, const xc_jid *jid, size_t len)
{
    CHECK(jid->ptr == NULL, "%s: an address beside the error", what);
    CHECK(jid->part <= XC_JID_RESOURCE, "%s: part %u", what, jid->part);
    CHECK(jid->where <= len, "%s: byte %u", what, (unsigned)jid->where);
}

/* Parses into XC_JID_MAX bytes. */
static void parse_roomy(xc_str text, outcome *o)
{
    char *mem = fresh_memory(XC_JID_MAX);
    xc_str full;
    memset(o, 0, sizeof *o);
    memset(&o->jid, 0x5A, sizeof o->jid);
    o->status = xc_jid_parse(text, mem, XC_JID_MAX, &o->jid);
    if (o->status != XC_OK) {
        CHECK(o->status != XC_ERR_BUFFER_SIZE, "no space in XC_JID_MAX bytes");
        check_failed("parse", &o->jid, text.len);
        return;
    }
    full = xc_jid_full(o->jid);
    o->is_view = full.ptr >= text.ptr && full.ptr <= text.ptr + text.len;
    CHECK(o->is_view || full.ptr == mem, "an address elsewhere");
    CHECK(!o->is_view || all_are(mem, XC_JID_MAX, 0xA5),
          "memory written beside a view");
    memcpy(o->bytes, full.ptr, full.len);
    o->needed = o->is_view ? 0 : full.len;
    o->jid.ptr = o->bytes;
}

/* With `size` bytes: the same, or XC_ERR_BUFFER_SIZE if that is too small. */
static void parse_sized(const char *what, xc_str text, const outcome *o,
                        size_t size)
{
    char *mem = fresh_memory(size);
    xc_jid jid;
    xc_status status = xc_jid_parse(text, size > 0 ? mem : NULL, size, &jid);
    if (size < o->needed) {
        check_status(what, status, XC_ERR_BUFFER_SIZE);
        CHECK(jid.where == o->needed && jid.ptr == NULL,
              "%s: %u bytes needed of %u, says %u", what, (unsigned)o->needed,
              (unsigned)size, (unsigned)jid.where);
    } else {
        check_status(what, status, o->status);
        if (status == XC_OK)
            CHECK(xc_str_equal(xc_jid_full(jid), xc_jid_full(o->jid)),
                  "%s: another address in %u bytes", what, (unsigned)size);
        else
            CHECK(jid.where == o->jid.where && jid.part == o->jid.part,
                  "%s: another byte in %u bytes", what, (unsigned)size);
    }
}

/* Parses a text that ends at an unreadable page, with more and with less
   memory. */
static void parse_as(const char *what, xc_str text, outcome *o)
{
    xc_str copy = guarded_copy(text.ptr, text.len);
    parse_roomy(copy, o);
    parse_sized(what, copy, o, 0);
    if (o->needed > 0)
        parse_sized(what, copy, o, o->needed - 1);
    parse_sized(what, copy, o, o->needed);
}

static void parse(const char *escaped, outcome *o)
{
    parse_as(escaped, unescaped(escaped), o);
}

/* ---- what is expected --------------------------------------------------- */

static const char *const part_names[] = {"localpart", "domainpart",
                                         "resourcepart"};

static void check_parts(const char *what, xc_jid jid, const char *local,
                        const char *domain, const char *resource)
{
    check_text(what, xc_jid_local(jid), local);
    check_text(what, xc_jid_domain(jid), domain);
    check_text(what, xc_jid_resource(jid), resource);
}

static void check_accepted(const char *text, const char *local,
                           const char *domain, const char *resource)
{
    outcome o;
    parse(text, &o);
    CHECK(o.status == XC_OK, "%s: got %s in the %s at byte %u, expected OK",
          text, xc_status_name(o.status), part_names[o.jid.part],
          (unsigned)o.jid.where);
    check_parts(text, o.jid, local, domain, resource);
}

static void check_faulty(const char *text, xc_status status, xc_jid_part part,
                         size_t where)
{
    outcome o;
    parse(text, &o);
    CHECK(o.status == status && o.jid.part == part && o.jid.where == where,
          "%s: got %s in the %s at byte %u, expected %s in the %s at byte %u",
          text, xc_status_name(o.status), part_names[o.jid.part],
          (unsigned)o.jid.where, xc_status_name(status), part_names[part],
          (unsigned)where);
}

#define LOCAL XC_JID_LOCAL
#define DOMAIN XC_JID_DOMAIN
#define RESOURCE XC_JID_RESOURCE

static void check_equal(const char *a, const char *b, bool equal)
{
    outcome x, y;
    parse(a, &x);
    parse(b, &y);
    check_status(a, x.status, XC_OK);
    check_status(b, y.status, XC_OK);
    CHECK(xc_jid_equal(x.jid, y.jid) == equal &&
              xc_jid_equal(y.jid, x.jid) == equal,
          "%s and %s: equal, or not", a, b);
}

/* ---- every ASCII character ---------------------------------------------- */

/* RFC 7622 section 3.3.1; every ASCII character, plain and fullwidth. */
static void every_ascii_character_in_a_localpart(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 0x80; c++) {
        char plain[32], wide[32], lower[8];
        const bool excluded = c != 0 && strchr("\"&':<>", (int)c) != NULL;
        snprintf(plain, sizeof plain, "xy\\x%02xz@b", c);
        snprintf(wide, sizeof wide, "xy\\u%04xz@b", c + 0xFEE0);
        if (c == '@' || c == '/') {
            check_faulty(wide, XC_ERR_JID_EXCLUDED, LOCAL, 2);
        } else if (c <= ' ' || c == 0x7F) {
            check_faulty(plain, XC_ERR_JID_CHAR, LOCAL, 2);
        } else if (excluded) {
            check_faulty(plain, XC_ERR_JID_EXCLUDED, LOCAL, 2);
            check_faulty(wide, XC_ERR_JID_EXCLUDED, LOCAL, 2);
        } else {
            snprintf(lower, sizeof lower, "xy\\x%02xz",
                     c >= 'A' && c <= 'Z' ? c + 32 : c);
            check_accepted(plain, lower, "b", NULL);
            check_accepted(wide, lower, "b", NULL);
        }
    }
}

/* Every ASCII character. */
static void every_ascii_character_in_a_domainpart(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 0x80; c++) {
        char plain[32], lower[8];
        snprintf(plain, sizeof plain, "xy\\x%02xz", c);
        snprintf(lower, sizeof lower, "xy\\x%02xz",
                 c >= 'A' && c <= 'Z' ? c + 32 : c);
        if (c == '@' || c == '/')
            continue;
        if (c == '.' || c == '-' || (c >= '0' && c <= '9') ||
            ((c | 32) >= 'a' && (c | 32) <= 'z'))
            check_accepted(plain, NULL, lower, NULL);
        else
            check_faulty(plain, XC_ERR_JID_CHAR, DOMAIN, 2);
    }
}

/* ---- names in the DNS, by the reference of RFC 3492 section 6.3 --------- */

/* RFC 3492 section 6.3, for comparison: the A-label of a label in UTF-8 that
   is not all ASCII. */
typedef struct puny {
    uint32_t n, delta, bias;
    size_t done; /* code points that are encoded */
    bool first;
} puny;

static void puny_adapt(puny *p)
{
    uint32_t delta = p->delta / (p->first ? 700 : 2), k = 0;
    delta += delta / (uint32_t)(p->done + 1);
    for (; delta > 455; k += 36)
        delta /= 35;
    p->bias = k + 36 * delta / (delta + 38);
    p->first = false;
}

static void puny_number(const puny *p, buffer *out)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
    uint32_t q = p->delta, k = 36;
    for (;; k += 36) {
        uint32_t t = k <= p->bias ? 1 : k >= p->bias + 26 ? 26 : k - p->bias;
        if (q < t)
            break;
        buffer_add(out, &digits[t + (q - t) % (36 - t)], 1);
        q = (q - t) / (36 - t);
    }
    buffer_add(out, &digits[q], 1);
}

static void puny_pass(puny *p, const uint32_t *cp, size_t len, buffer *out)
{
    uint32_t next = UINT32_MAX;
    for (size_t i = 0; i < len; i++)
        if (cp[i] >= p->n && cp[i] < next)
            next = cp[i];
    p->delta += (next - p->n) * (uint32_t)(p->done + 1);
    p->n = next;
    for (size_t i = 0; i < len; i++) {
        p->delta += cp[i] < p->n;
        if (cp[i] != p->n)
            continue;
        puny_number(p, out);
        puny_adapt(p);
        p->delta = 0;
        p->done++;
    }
    p->delta++;
    p->n++;
}

static void to_a_label(xc_str label, buffer *out)
{
    puny p = {0x80, 0, 72, 0, true};
    uint32_t cp[256];
    size_t len = 0;
    buffer_puts(out, "xn--");
    while (label.len > 0) {
        size_t n = xc_utf8_decode(label, &cp[len]);
        if (cp[len] < 0x80) {
            buffer_add(out, label.ptr, 1);
            p.done++;
        }
        len++;
        label.ptr += n;
        label.len -= n;
    }
    if (p.done > 0)
        buffer_puts(out, "-");
    while (p.done < len)
        puny_pass(&p, cp, len, out);
}

static bool is_ascii(xc_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    return true;
}

/* The name with its U-labels as A-labels. */
static void to_a_labels(xc_str name, buffer *out)
{
    bool first = true;
    buffer_clear(out);
    while (name.ptr != NULL) {
        xc_str label = xc_str_cut(&name, '.');
        if (!first)
            buffer_puts(out, ".");
        first = false;
        if (is_ascii(label))
            buffer_add(out, label.ptr, label.len);
        else
            to_a_label(label, out);
    }
}

/* The domainpart as the DNS has it; its bytes live until the next call. */
static xc_str dns_name(const char *what, xc_jid jid)
{
    xc_str result;
    xc_status status = xc_jid_domain_ascii(jid, NULL, 0, &result);
    if (status == XC_ERR_BUFFER_SIZE) {
        size_t needed = result.len;
        CHECK(result.ptr == NULL, "%s: a result beside the error", what);
        check_status(what,
                     xc_jid_domain_ascii(jid, fresh_memory(needed - 1),
                                         needed - 1, &result),
                     XC_ERR_BUFFER_SIZE);
        CHECK(result.len == needed, "%s: a wrong size", what);
        status =
            xc_jid_domain_ascii(jid, fresh_memory(needed), needed, &result);
        CHECK(result.len == needed, "%s: a wrong size", what);
        CHECK(needed <= 253, "%s: %u bytes in the DNS", what,
              (unsigned)needed);
    } else {
        CHECK(result.ptr == xc_jid_domain(jid).ptr, "%s: a copy", what);
    }
    check_status(what, status, XC_OK);
    return result;
}

/* The name is that of the reference, and is read as the same domainpart. */
static void check_domain_ascii(const char *what, xc_jid jid)
{
    static buffer expected;
    static char mem[XC_JID_PART_MAX];
    xc_str domain = xc_jid_domain(jid), got = dns_name(what, jid), back;
    to_a_labels(domain, &expected);
    CHECK(xc_str_equal(got, buffer_str(&expected)),
          "%s: " XC_FMT " in the DNS, expected %s", what, XC_ARG(got),
          expected.ptr);
    check_status(what, xc_jid_enforce(DOMAIN, got, mem, sizeof mem, &back),
                 XC_OK);
    CHECK(xc_str_equal(back, domain), "%s: " XC_FMT " becomes %s", what,
          XC_ARG(got), escaped(back));
}

/* A copy is equal and elsewhere, and may lie where its original is. */
static void check_copy(const char *what, xc_jid jid)
{
    xc_str full = xc_jid_full(jid);
    char *mem = fresh_memory(full.len - 1);
    xc_jid copy;
    check_status(what, xc_jid_copy(jid, mem, full.len - 1, &copy),
                 XC_ERR_BUFFER_SIZE);
    CHECK(copy.ptr == NULL && copy.where == full.len, "%s: %u bytes needed",
          what, (unsigned)copy.where);
    mem = fresh_memory(full.len);
    for (int i = 0; i < 2; i++) {
        check_status(what,
                     xc_jid_copy(i == 0 ? jid : copy, mem, full.len, &copy),
                     XC_OK);
        CHECK(copy.ptr == mem && xc_jid_equal(copy, jid) &&
                  xc_str_equal(xc_jid_local(copy), xc_jid_local(jid)) &&
                  xc_str_equal(xc_jid_domain(copy), xc_jid_domain(jid)) &&
                  xc_str_equal(xc_jid_resource(copy), xc_jid_resource(jid)),
              "%s: not copied", what);
    }
}

/* ---- lengths ------------------------------------------------------------ */

/* `before`, then `unit` so many times, then `after`, all escaped. */
static xc_str repeated(const char *before, const char *unit, size_t times,
                       const char *after)
{
    static buffer b;
    xc_str piece = unescaped(unit);
    buffer_clear(&b);
    add_text(&b, before);
    while (times-- > 0)
        buffer_add(&b, piece.ptr, piece.len);
    add_text(&b, after);
    return buffer_str(&b);
}

static void check_length(xc_str text, size_t local, size_t domain,
                         size_t resource)
{
    outcome o;
    char what[64];
    snprintf(what, sizeof what, "%.20s... of %u bytes", text.ptr,
             (unsigned)text.len);
    parse_as(what, text, &o);
    check_status(what, o.status, XC_OK);
    CHECK(o.jid.local_len == local && o.jid.domain_len == domain &&
              o.jid.resource_len == resource,
          "%s: %u, %u, %u bytes", what, o.jid.local_len, o.jid.domain_len,
          o.jid.resource_len);
    check_copy(what, o.jid);
    check_domain_ascii(what, o.jid);
}

static void check_too_long(xc_str text, xc_jid_part part, size_t where)
{
    outcome o;
    char what[64];
    snprintf(what, sizeof what, "%.20s... of %u bytes", text.ptr,
             (unsigned)text.len);
    parse_as(what, text, &o);
    check_status(what, o.status, XC_ERR_JID_LENGTH);
    CHECK(o.jid.part == part && o.jid.where == where,
          "%s: part %u, byte %u, expected %u", what, o.jid.part,
          (unsigned)o.jid.where, (unsigned)where);
}

/* RFC 7622 sections 3.3 and 3.4: bytes of the result. */
static void a_part_has_at_most_1023_bytes(void **state)
{
    (void)state;
    check_length(repeated("", "a", 1023, "@b"), 1023, 1, 0);
    check_length(repeated("b/", "a", 1023, ""), 0, 1, 1023);
    check_length(repeated("b/", "\\u20ac", 341, ""), 0, 1, 1023);
    check_too_long(repeated("", "a", 1024, "@b"), LOCAL, 1023);
    check_too_long(repeated("b/", "a", 1024, ""), RESOURCE, 1025);
    check_too_long(repeated("b/", "\\u20ac", 342, ""), RESOURCE, 1025);
    check_too_long(repeated("b/a", "\\u20ac", 341, ""), RESOURCE, 1023);
    check_too_long(repeated("", "a", 100000, "@b"), LOCAL, 1023);
    check_too_long(repeated("a@b/", "a", 100000, ""), RESOURCE, 1027);
}

/* The text may be longer than the result, and shorter. */
static void the_length_that_counts_is_that_of_the_result(void **state)
{
    (void)state;
    check_length(repeated("", "\\uff41", 1023, "@b"), 1023, 1, 0);
    check_too_long(repeated("", "\\uff41", 1024, "@b"), LOCAL, 3069);
    check_length(repeated("", "\\u03b1\\u0313\\u0300\\u0345", 341, "@b"), 1023,
                 1, 0);
    check_length(repeated("", "\\uff55\\u0308\\u0304", 511, "a@b"), 1023, 1,
                 0);
    check_length(repeated("b/", "\\u1100\\u1161\\u11a8", 341, ""), 0, 1, 1023);
    check_length(repeated("b/", "\\u2003", 1023, ""), 0, 1, 1023);
    check_length(repeated("", "\\u0130", 341, "@b"), 1023, 1, 0);
    check_too_long(repeated("", "\\u0130", 342, "@b"), LOCAL, 682);
    check_length(repeated("b/", "\\U0001d160", 85, ""), 0, 1, 1020);
    check_too_long(repeated("b/", "\\U0001d160", 86, ""), RESOURCE, 342);
    check_length(repeated("b/", "\\u0958", 170, ""), 0, 1, 1020);
}

/* RFC 1035 section 2.3.4, RFC 5890 section 2.3.2.1: 63 bytes in a label. */
static void a_label_has_at_most_63_bytes(void **state)
{
    (void)state;
    check_length(repeated("a@", "b", 63, ""), 1, 63, 0);
    check_length(repeated("", "b", 63, ".c"), 0, 65, 0);
    check_too_long(repeated("", "b", 64, ""), DOMAIN, 63);
    check_too_long(repeated("a@c.", "b", 64, ".c"), DOMAIN, 67);
    check_length(repeated("", "\\uff42", 63, ""), 0, 63, 0);
    check_too_long(repeated("", "\\uff42", 64, ""), DOMAIN, 189);
}

/* The longest label of this unit and the next one, by the reference. */
static void check_u_label(const char *unit)
{
    size_t times = 1;
    xc_str piece = unescaped(unit);
    outcome o;
    for (;; times++) {
        static buffer a;
        to_a_labels(repeated("", unit, times, ""), &a);
        parse_as("A-label", buffer_str(&a), &o);
        if (a.len > 63)
            break;
        check_status(a.ptr, o.status, XC_OK);
        assert_int_equal(o.jid.domain_len, piece.len * times);
        check_length(repeated("", unit, times, ""), 0, piece.len * times, 0);
    }
    CHECK(xc_status_is_error(o.status), "%s: %u times fit", unit,
          (unsigned)times);
    parse_as("U-label", repeated("", unit, times, ""), &o);
    check_status("U-label", o.status, XC_ERR_JID_LENGTH);
    assert_int_equal(o.jid.part, XC_JID_DOMAIN);
}

static void a_u_label_is_as_long_as_its_a_label_allows(void **state)
{
    (void)state;
    check_u_label("\\u00fc");
    check_u_label("\\u00fca");
    check_u_label("a\\u00fc\\u4e2d");
    check_u_label("\\u4e2d");
    check_u_label("\\u4e2d\\u6587");
    check_u_label("\\U00020000");
    check_u_label("\\U00020000a\\u00fc");
}

/* RFC 1035 section 2.3.4: 255 bytes in a name, which is 253 as it is written
   here; U-labels count as A-labels. */
static void a_name_has_at_most_253_bytes_in_the_dns(void **state)
{
    static const char unit[] = "123456789012345678901234567890.";
    (void)state;
    check_length(repeated("", unit, 8, "abcde"), 0, 253, 0);
    check_length(repeated("", unit, 8, "abcde."), 0, 253, 0);
    check_too_long(repeated("", unit, 8, "abcdef"), DOMAIN, 253);
    check_too_long(repeated("x@", unit, 9, "abcdef/y"), DOMAIN, 255);
    check_length(repeated("", "\\u00fc.", 27, "xn--4ca.abc"), 0, 87, 0);
    check_length(repeated("", "\\u00fc.", 30, "abcdefghijklm"), 0, 103, 0);
    check_too_long(repeated("", "\\u00fc.", 30, "abcdefghijklmn"), DOMAIN,
                   103);
    check_length(repeated("\\u00fc.", "b", 63, ""), 0, 66, 0);
}

/* ---- arguments and memory ----------------------------------------------- */

static void absent_arguments_are_refused(void **state)
{
    static const xc_str absent;
    xc_str b = unescaped("b"), result;
    xc_jid_parts parts = {absent, b, absent};
    char mem[64];
    xc_jid jid;
    (void)state;
    check_status("no text", xc_jid_parse(absent, mem, sizeof mem, &jid),
                 XC_ERR_ARGUMENT);
    assert_null(jid.ptr);
    check_status("no result", xc_jid_parse(b, mem, sizeof mem, NULL),
                 XC_ERR_ARGUMENT);
    check_status("no parts", xc_jid_build(NULL, mem, sizeof mem, &jid),
                 XC_ERR_ARGUMENT);
    assert_null(jid.ptr);
    check_status("no result", xc_jid_build(&parts, mem, sizeof mem, NULL),
                 XC_ERR_ARGUMENT);
    check_status("no text",
                 xc_jid_enforce(LOCAL, absent, mem, sizeof mem, &result),
                 XC_ERR_ARGUMENT);
    assert_null(result.ptr);
    check_status("no result", xc_jid_enforce(LOCAL, b, mem, sizeof mem, NULL),
                 XC_ERR_ARGUMENT);
    check_status("no part",
                 xc_jid_enforce((xc_jid_part)3, b, mem, sizeof mem, &result),
                 XC_ERR_ARGUMENT);
    check_status("no address", xc_jid_copy(jid, mem, sizeof mem, &jid),
                 XC_ERR_ARGUMENT);
    assert_true(jid.ptr == NULL && jid.where == 0);
    check_status("no address",
                 xc_jid_domain_ascii(jid, mem, sizeof mem, &result),
                 XC_ERR_ARGUMENT);
    assert_null(result.ptr);
    check_status("address", xc_jid_parse(b, mem, sizeof mem, &jid), XC_OK);
    check_status("no result", xc_jid_copy(jid, mem, sizeof mem, NULL),
                 XC_ERR_ARGUMENT);
    check_status("no result", xc_jid_domain_ascii(jid, mem, sizeof mem, NULL),
                 XC_ERR_ARGUMENT);
    check_status("no text", xc_jid_escape(absent, mem, sizeof mem, &result),
                 XC_ERR_ARGUMENT);
    check_status("no result", xc_jid_escape(b, mem, sizeof mem, NULL),
                 XC_ERR_ARGUMENT);
    check_status("no text", xc_jid_unescape(absent, mem, sizeof mem, &result),
                 XC_ERR_ARGUMENT);
    check_status("no result", xc_jid_unescape(b, mem, sizeof mem, NULL),
                 XC_ERR_ARGUMENT);
}

/* NULL where memory is needed. */
static void memory_that_is_needed_must_not_be_null(void **state)
{
    xc_str upper = unescaped("A"), space = unescaped("a b"), result;
    xc_jid jid, copy;
    (void)state;
    check_status("good", xc_jid_parse(unescaped("b"), NULL, 0, &jid), XC_OK);
    check_status("copy", xc_jid_copy(jid, NULL, 64, &copy), XC_ERR_ARGUMENT);
    assert_null(copy.ptr);
    check_status("ASCII", xc_jid_domain_ascii(jid, NULL, 64, &result),
                 XC_ERR_ARGUMENT);
    check_status("parse", xc_jid_parse(upper, NULL, 64, &jid),
                 XC_ERR_ARGUMENT);
    check_status("escape", xc_jid_escape(space, NULL, 64, &result),
                 XC_ERR_ARGUMENT);
    check_status("enforce", xc_jid_enforce(LOCAL, upper, NULL, 64, &result),
                 XC_ERR_ARGUMENT);
}

/* What is ASCII and enforced already needs no memory. */
static void an_enforced_ascii_address_needs_no_memory(void **state)
{
    static const char *const texts[] = {
        "b",
        "a@b",
        "b/c",
        "a@b/c",
        "juliet@example.com/Balcony 1",
        "a@[::1]/@/",
        "127.0.0.1",
        "!#$%()*+,-.;=?[\\]^_`{|}~@a-b.c",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        xc_str text = guarded_copy(texts[i], strlen(texts[i]));
        xc_jid jid;
        outcome o;
        check_status(texts[i], xc_jid_parse(text, NULL, 0, &jid), XC_OK);
        CHECK(jid.ptr == text.ptr, "%s: a copy", texts[i]);
        assert_true(xc_str_equal(xc_jid_full(jid), text));
        parse_roomy(text, &o);
        CHECK(o.is_view, "%s: a copy", texts[i]);
    }
}

/* A final dot is nothing to copy for, but it must not be in the address. */
static void a_final_dot_is_not_part_of_the_address(void **state)
{
    outcome o;
    (void)state;
    parse("a@b.", &o);
    check_str("a@b.", xc_jid_full(o.jid), "a@b");
    parse("a@b./c", &o);
    check_str("a@b./c", xc_jid_full(o.jid), "a@b/c");
}

static void memory_of_every_size_gives_the_address_or_the_size(void **state)
{
    static const char *const texts[] = {
        "Juliet@example.com/Balcony",
        "juliet@Example.com./x",
        "B",
        "\\u00c4@b\\u00fc.xn--bcher-kva/e\\u0301 \\u3000x",
        "\\u0130@b",
        "b/\\u0958",
        "b/\\U0001d160",
        "[FE80::1].",
        "b/q\\u0307\\u0323\\u0327\\u0301",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        xc_str text = unescaped(texts[i]);
        outcome o;
        text = guarded_copy(text.ptr, text.len);
        parse_roomy(text, &o);
        check_status(texts[i], o.status, XC_OK);
        for (size_t size = 0; size <= o.needed + 3; size++)
            parse_sized(texts[i], text, &o, size);
    }
}

/* What is wrong is wrong in any memory. */
static void errors_are_the_same_in_memory_of_every_size(void **state)
{
    static const char *const texts[] = {
        "Juliet@example.com/Balcony\\u0000",
        "A@B\\u00fc.-a",
        "A@B/",
        "\\u00c4\\u0130 @b",
        "A@xn--bcher-kv",
        "\\u0130\\xff@b",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        xc_str text = unescaped(texts[i]);
        outcome o;
        text = guarded_copy(text.ptr, text.len);
        parse_roomy(text, &o);
        CHECK(xc_status_is_error(o.status), "%s", texts[i]);
        for (size_t size = 0; size <= text.len; size++)
            parse_sized(texts[i], text, &o, size);
    }
}

/* Whatever its length says, as after an error. */
static void an_absent_part_with_a_length_stays_absent(void **state)
{
    xc_jid_parts parts;
    char mem[XC_JID_MAX];
    xc_jid jid;
    (void)state;
    memset(&parts, 0, sizeof parts);
    assert_int_equal(xc_jid_enforce(XC_JID_DOMAIN, XC_STR("bad_name"), mem,
                                    sizeof mem, &parts.domain),
                     XC_ERR_JID_CHAR);
    assert_null(parts.domain.ptr);
    assert_int_equal(parts.domain.len, 3);
    assert_int_equal(xc_jid_build(&parts, mem, sizeof mem, &jid),
                     XC_ERR_JID_EMPTY);
}

/* ---- accessors and comparison ------------------------------------------- */

static void accessors_give_the_parts(void **state)
{
    outcome o;
    (void)state;
    parse("A@B/C", &o);
    check_str("full", xc_jid_full(o.jid), "a@b/C");
    check_str("bare", xc_jid_bare(o.jid), "a@b");
    assert_ptr_equal(xc_jid_bare(o.jid).ptr, xc_jid_full(o.jid).ptr);
    check_parts("A@B/C", o.jid, "a", "b", "C");
    parse("B/C", &o);
    check_str("full", xc_jid_full(o.jid), "b/C");
    check_str("bare", xc_jid_bare(o.jid), "b");
    check_parts("B/C", o.jid, NULL, "b", "C");
    parse("A@B", &o);
    check_str("full", xc_jid_full(o.jid), "a@b");
    check_str("bare", xc_jid_bare(o.jid), "a@b");
    check_parts("A@B", o.jid, "a", "b", NULL);
}

static void after_an_error_all_parts_are_absent(void **state)
{
    outcome o;
    (void)state;
    parse("a@b/c/\\u0000", &o);
    check_status("NUL", o.status, XC_ERR_JID_CHAR);
    check_parts("error", o.jid, NULL, NULL, NULL);
    assert_null(xc_jid_bare(o.jid).ptr);
    assert_null(xc_jid_full(o.jid).ptr);
    assert_false(xc_jid_equal(o.jid, o.jid));
    assert_false(xc_jid_bare_equal(o.jid, o.jid));
    memset(&o.jid, 0, sizeof o.jid);
    check_parts("nothing", o.jid, NULL, NULL, NULL);
    assert_null(xc_jid_bare(o.jid).ptr);
    assert_null(xc_jid_full(o.jid).ptr);
    assert_false(xc_jid_equal(o.jid, o.jid));
}

static void only_equal_addresses_compare_equal(void **state)
{
    static const char *const texts[] = {
        "b",     "a@b",    "b/c", "a@b/c", "a@b/C", "aa@b", "a@bb",
        "b/a@b", "a@b/cc", "ab",  "a.b",   "a@b/b", "b/b",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++)
        for (size_t k = 0; k < COUNT_OF(texts); k++) {
            outcome a, b;
            bool bare;
            parse(texts[i], &a);
            parse(texts[k], &b);
            bare = strcspn(texts[i], "/") == strcspn(texts[k], "/") &&
                   strncmp(texts[i], texts[k], strcspn(texts[i], "/")) == 0;
            CHECK(xc_jid_equal(a.jid, b.jid) == (i == k), "%s and %s",
                  texts[i], texts[k]);
            CHECK(xc_jid_bare_equal(a.jid, b.jid) == bare, "%s and %s",
                  texts[i], texts[k]);
        }
    check_equal("A@B./c", "a@b/c", true);
    check_equal("b/e\\u0301", "b/\\u00e9", true);
    check_equal("xn--fa-hia", "fa\\u00df", true);
}

/* ---- parts -------------------------------------------------------------- */

static xc_str part_of(const char *escaped)
{
    static const xc_str absent;
    return escaped != NULL ? unescaped(escaped) : absent;
}

/* Builds into memory of just the size; the bytes live until the next call. */
static xc_status build(const char *what, const char *local, const char *domain,
                       const char *resource, xc_jid *jid)
{
    xc_jid_parts parts;
    xc_status status;
    parts.local = part_of(local);
    parts.domain = part_of(domain);
    parts.resource = part_of(resource);
    status = xc_jid_build(&parts, NULL, 0, jid);
    if (status == XC_ERR_BUFFER_SIZE) {
        size_t needed = jid->where;
        CHECK(jid->ptr == NULL, "%s: a result beside the error", what);
        check_status(
            "one byte less",
            xc_jid_build(&parts, fresh_memory(needed - 1), needed - 1, jid),
            XC_ERR_BUFFER_SIZE);
        CHECK(jid->where == needed, "%s: a wrong size", what);
        status = xc_jid_build(&parts, fresh_memory(needed), needed, jid);
        if (status == XC_OK)
            CHECK(xc_jid_full(*jid).len == needed, "%s: a wrong size", what);
    }
    return status;
}

typedef struct enforced {
    xc_status status;
    xc_str result; /* of `bytes` or an error */
    char bytes[XC_JID_PART_MAX];
} enforced;

static void enforce_part(const char *what, xc_jid_part part, xc_str text,
                         enforced *e)
{
    xc_str copy = guarded_copy(text.ptr, text.len);
    size_t needed = 0;
    e->status = xc_jid_enforce(part, copy, NULL, 0, &e->result);
    if (e->status == XC_ERR_BUFFER_SIZE) {
        needed = e->result.len;
        CHECK(e->result.ptr == NULL, "%s: a result beside the error", what);
        e->status = xc_jid_enforce(part, copy, fresh_memory(needed - 1),
                                   needed - 1, &e->result);
        check_status("one byte less", e->status, XC_ERR_BUFFER_SIZE);
        CHECK(e->result.len == needed, "%s: a wrong size", what);
        e->status = xc_jid_enforce(part, copy, fresh_memory(needed), needed,
                                   &e->result);
        CHECK(e->result.len == needed, "%s: a wrong size", what);
    }
    if (e->status != XC_OK) {
        CHECK(e->result.ptr == NULL, "%s: a result beside the error", what);
        CHECK(e->result.len <= text.len, "%s: too long", what);
        return;
    }
    CHECK(e->result.len <= sizeof e->bytes, "%s: too long", what);
    memcpy(e->bytes, e->result.ptr, e->result.len);
    e->result.ptr = e->bytes;
}

static void an_enforced_part_needs_no_memory(void **state)
{
    static const char *const texts[] = {"juliet", "example.com", "Foo @/"};
    (void)state;
    for (unsigned part = 0; part < 3; part++) {
        xc_str text = xc_str_from(texts[part]), result;
        check_status(texts[part],
                     xc_jid_enforce((xc_jid_part)part, text, NULL, 0, &result),
                     XC_OK);
        assert_ptr_equal(result.ptr, text.ptr);
        assert_int_equal(result.len, text.len);
    }
}

/* ---- properties --------------------------------------------------------- */

static size_t start_of(xc_jid_parts parts, xc_str text, unsigned part)
{
    const xc_str all[] = {parts.local, parts.domain, parts.resource};
    return all[part].ptr != NULL ? (size_t)(all[part].ptr - text.ptr) : 0;
}

/* Parsing, and cutting and building, are the same. */
static void check_against_build(const char *what, xc_str text,
                                const outcome *o)
{
    static char mem[XC_JID_MAX];
    xc_jid_parts parts = xc_jid_split(text);
    xc_jid jid;
    xc_status status = xc_jid_build(&parts, mem, sizeof mem, &jid);
    check_status(what, status, o->status);
    if (status == XC_OK)
        CHECK(xc_jid_equal(jid, o->jid), "%s: built %s", what,
              escaped(xc_jid_full(jid)));
    else
        CHECK(jid.part == o->jid.part &&
                  jid.where + start_of(parts, text, jid.part) == o->jid.where,
              "%s: part %u, byte %u; built: part %u, byte %u", what,
              o->jid.part, (unsigned)o->jid.where, jid.part,
              (unsigned)jid.where);
}

/* An enforced address is what it will be. */
static void check_stable(const char *what, const outcome *o)
{
    xc_str full = xc_jid_full(o->jid);
    xc_jid_parts parts = xc_jid_split(full);
    static outcome again;
    CHECK(xc_str_equal(parts.local, xc_jid_local(o->jid)) &&
              xc_str_equal(parts.domain, xc_jid_domain(o->jid)) &&
              xc_str_equal(parts.resource, xc_jid_resource(o->jid)),
          "%s becomes %s, which is cut otherwise", what, escaped(full));
    CHECK(xc_utf8_check(full) == full.len, "%s becomes %s", what,
          escaped(full));
    parse_roomy(guarded_copy(full.ptr, full.len), &again);
    CHECK(again.status == XC_OK, "%s becomes %s, which is refused: %s", what,
          escaped(full), xc_status_name(again.status));
    CHECK(xc_jid_equal(again.jid, o->jid), "%s becomes %s, which becomes %s",
          what, escaped(full), escaped(xc_jid_full(again.jid)));
    check_copy(what, o->jid);
    check_domain_ascii(what, o->jid);
}

/* The part alone gives the same. */
static void check_parts_alone(const char *what, xc_str text, const outcome *o)
{
    xc_jid_parts parts = xc_jid_split(text);
    const xc_str all[] = {parts.local, parts.domain, parts.resource};
    const xc_str got[] = {xc_jid_local(o->jid), xc_jid_domain(o->jid),
                          xc_jid_resource(o->jid)};
    for (unsigned part = 0; part < 3; part++) {
        static enforced e;
        if (all[part].ptr == NULL)
            continue;
        enforce_part(what, (xc_jid_part)part, all[part], &e);
        check_status(what, e.status, XC_OK);
        CHECK(xc_str_equal(e.result, got[part]), "%s: part %u alone is %s",
              what, part, escaped(e.result));
    }
}

/* Every code point in every part, between two x and alone. */
static size_t try_code_point(uint32_t cp, unsigned part, bool alone)
{
    static const char *const around[][2] = {{"", "@b"}, {"", ""}, {"b/", ""}};
    static buffer text;
    static outcome o;
    char what[48];
    snprintf(what, sizeof what, "U+%04lX in part %u%s", (unsigned long)cp,
             part, alone ? " alone" : "");
    buffer_clear(&text);
    buffer_puts(&text, around[part][0]);
    buffer_puts(&text, alone ? "" : "x");
    add_code_point(&text, cp);
    buffer_puts(&text, alone ? "" : "x");
    buffer_puts(&text, around[part][1]);
    parse_roomy(guarded_copy(text.ptr, text.len), &o);
    if (o.status == XC_OK)
        check_stable(what, &o);
    return o.status == XC_OK;
}

static void what_every_code_point_becomes_is_stable(void **state)
{
    size_t accepted[3] = {0, 0, 0};
    (void)state;
    for (uint32_t cp = 0; cp <= 0x10FFFF; cp++)
        for (unsigned part = 0; part < 3; part++) {
            if (cp >= 0xD800 && cp < 0xE000)
                continue;
            accepted[part] += try_code_point(cp, part, false);
            try_code_point(cp, part, true);
        }
    print_message("accepted between two x: %zu in localparts, %zu in "
                  "domainparts, %zu in resourceparts\n",
                  accepted[0], accepted[1], accepted[2]);
    assert_true(accepted[2] > accepted[0] && accepted[0] > accepted[1]);
    assert_true(accepted[1] > 100000);
}

/* Pieces that the rules are about. */
static const char *const safe_pieces[] = {
    "a",           "B",           "l",           "1",           "-",
    ".",           "\\u00e9",     "\\u0301",     "\\u0323",     "\\u0327",
    "\\u0345",     "\\u00df",     "\\u0130",     "\\u03a3",     "\\u03c2",
    "\\u03b1",     "\\u0313",     "\\u0300",     "\\u13a0",     "\\u212a",
    "\\u212b",     "\\u0344",     "\\u0958",     "\\u0915",     "\\u093c",
    "\\u094d",     "\\u1100",     "\\u1161",     "\\u11a8",     "\\uac00",
    "\\uff21",     "\\uff76",     "\\uff9e",     "\\u30a2",     "\\u6f22",
    "\\U0002f800", "\\U00010400", "\\U00011131", "\\U00011127",
};

static const char *const rtl_pieces[] = {
    "\\u05d0", "\\u05d0", "\\u0627", "\\u0628", "\\u064b", "\\u05b8",
    "\\u05f3", "\\u0661", "\\u06f1", "1",       "-",       "a",
    "\\u200c", "\\u0650", "\\ufb1d", "\\ufb2a", "\\u0671",
};

static const char *const sharp_pieces[] = {
    "\\u00b7",     "\\u0387", "\\u0375", "\\u30fb", "\\uff65", "\\u200d",
    "\\u200c",     "xn--",    "XN--",    "--",      "[",       "]",
    "::1",         "%25",     "@",       "/",       "/",       "\\uff20",
    "\\uff0f",     "\\uff0e", "\\u3002", "\\uff61", "\\u00a0", "\\u3000",
    "\\u0378",     "\\ue000", "\\ufffe", "\\u00ad", "\\ufe0f", "\\u2764",
    "\\U0001d15e", "\\u037e", "\\u1e9e", "\\xff",   "\\xc3",   "\\u0340",
    "_",           "\"",      "&",       "\\u2126", "\\uffe3", "\\uff9f",
    "\\u1e9b",
};

static void add_random(random_source *r, buffer *b)
{
    size_t pieces = 1 + random_below(r, 6);
    bool rtl = random_below(r, 4) == 0;
    while (pieces-- > 0) {
        if (random_below(r, 6) == 0)
            add_text(b, RANDOM_PICK(r, sharp_pieces));
        else if (rtl)
            add_text(b, RANDOM_PICK(r, rtl_pieces));
        else
            add_text(b, RANDOM_PICK(r, safe_pieces));
    }
}

static void random_address(random_source *r, buffer *b)
{
    buffer_clear(b);
    if (random_below(r, 2) == 0) {
        add_random(r, b);
        buffer_puts(b, "@");
    }
    add_random(r, b);
    while (random_below(r, 3) == 0) {
        buffer_puts(b, ".");
        add_random(r, b);
    }
    if (random_below(r, 2) == 0) {
        buffer_puts(b, "/");
        add_random(r, b);
    }
}

static void parsing_random_texts_is_splitting_and_building(void **state)
{
    static buffer text;
    static outcome o;
    random_source r = {20221112};
    size_t accepted = 0, rounds = 150000;
    (void)state;
    for (size_t i = 0; i < rounds; i++) {
        const char *what;
        random_address(&r, &text);
        what = escaped(buffer_str(&text));
        parse_as(what, buffer_str(&text), &o);
        check_against_build(what, buffer_str(&text), &o);
        if (o.status != XC_OK)
            continue;
        accepted++;
        check_stable(what, &o);
        check_parts_alone(what, buffer_str(&text), &o);
    }
    print_message("%zu of %zu accepted\n", accepted, rounds);
    assert_true(accepted > rounds / 20);
}

/* Any labels after "xn--": no crash, and what is accepted is what the
   reference makes of the result. */
static void random_a_labels_are_those_of_the_reference(void **state)
{
    static const char digits[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    random_source r = {4711};
    size_t accepted = 0;
    (void)state;
    for (unsigned i = 0; i < 300000; i++) {
        static buffer text, back;
        static outcome o;
        size_t len = 1 + random_below(&r, random_below(&r, 8) == 0 ? 59 : 9);
        buffer_clear(&text);
        buffer_puts(&text, "xn--");
        while (len-- > 0)
            buffer_add(&text, &digits[random_below(&r, sizeof digits - 1)], 1);
        parse_roomy(guarded_copy(text.ptr, text.len), &o);
        if (o.status != XC_OK)
            continue;
        accepted++;
        check_stable(text.ptr, &o);
        to_a_labels(xc_jid_domain(o.jid), &back);
        assert_string_equal(back.ptr, text.ptr);
    }
    print_message("%zu accepted\n", accepted);
    assert_true(accepted > 1000);
}

/* ASCII has a path of its own: the same results, and the same errors, as after
   something that is not ASCII. `before`, "b/" or nothing, is before both. */
static void check_ascii(const char *before, const char *other_before,
                        const buffer *ascii)
{
    static buffer text, other_text;
    static outcome plain, other;
    const char *what = escaped(buffer_str(ascii));
    size_t more = strlen(other_before) - strlen(before);
    buffer_clear(&text);
    buffer_puts(&text, before);
    buffer_add(&text, ascii->ptr, ascii->len);
    buffer_clear(&other_text);
    buffer_puts(&other_text, other_before);
    buffer_add(&other_text, ascii->ptr, ascii->len);
    parse_as(what, buffer_str(&text), &plain);
    parse_as(what, buffer_str(&other_text), &other);
    CHECK(other.status == plain.status, "%s: %s alone, else %s", what,
          xc_status_name(plain.status), xc_status_name(other.status));
    if (plain.status == XC_OK)
        CHECK(strcmp(other.bytes + strlen(other_before),
                     plain.bytes + strlen(before)) == 0,
              "%s: something else alone", what);
    else
        CHECK(other.jid.where == plain.jid.where + more,
              "%s: %s at byte %u, else %u", what, xc_status_name(plain.status),
              (unsigned)plain.jid.where, (unsigned)(other.jid.where - more));
}

static void ascii_alone_is_read_as_beside_other_letters(void **state)
{
    static const char *const domains[] = {
        "a",          "B",
        "-",          "-",
        ".",          "1",
        "xn--",       "_",
        " ",          "ab--",
        "\x7f",       "!",
        "0123456789", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz",
    };
    static const char *const resources[] = {"a", "B", " ", "/", "\x09", "@"};
    random_source r = {7622};
    static buffer text;
    (void)state;
    for (unsigned i = 0; i < 100000; i++) {
        size_t pieces = 1 + random_below(&r, 7);
        bool domain = i % 2 == 0;
        buffer_clear(&text);
        while (pieces-- > 0)
            buffer_puts(&text, domain ? RANDOM_PICK(&r, domains)
                                      : RANDOM_PICK(&r, resources));
        if (domain && text.len < 240)
            check_ascii("", "\xc3\xbc.", &text);
        else if (!domain)
            check_ascii("b/", "b/\xc3\xbc", &text);
    }
}

/* A character everywhere in addresses of every length that may be looked at in
   one go: as if put together from its parts. */
static void check_shape(const char *chars, size_t count, size_t len, size_t at,
                        size_t slash)
{
    static char bytes[80];
    static outcome o;
    for (size_t i = 0; i < len; i++) {
        memset(bytes, 'a', len);
        if (at < len)
            bytes[at] = '@';
        if (slash < len)
            bytes[slash] = '/';
        for (size_t c = 0; c < count; c++) {
            xc_str text;
            bytes[i] = chars[c];
            text = guarded_copy(bytes, len);
            parse_roomy(text, &o);
            check_against_build(escaped(text), text, &o);
        }
    }
}

static void every_byte_in_short_addresses_of_every_length(void **state)
{
    static const char edges[] = "\x1f ,-./09:@AZ`az{~\x7f\x80";
    char all[0x82];
    (void)state;
    for (unsigned c = 0; c < sizeof all; c++)
        all[c] = (char)(unsigned char)c;
    for (size_t len = 1; len <= 68; len++) {
        bool rare = len % 16 != 1;
        const char *chars = rare ? edges : all;
        size_t count = rare ? sizeof edges : sizeof all; /* with NUL */
        check_shape(chars, count, len, WHOLE, WHOLE);
        check_shape(chars, count, len, len / 3, WHOLE);
        check_shape(chars, count, len, WHOLE, len / 2);
        check_shape(chars, count, len, len / 4, len / 2);
        check_shape(chars, count, len, len / 2, len / 4);
    }
}

/* The same with several that matter beside each other. */
static void random_short_addresses_are_stable(void **state)
{
    static const char chars[] = "aaaaaaaaaaaazz09.-@/Z _[\\:";
    random_source r = {424242};
    size_t accepted = 0;
    (void)state;
    for (unsigned i = 0; i < 300000; i++) {
        static outcome o;
        char bytes[70];
        xc_str text = {bytes, 1 + random_below(&r, sizeof bytes)};
        bool rare = random_below(&r, 4) != 0;
        for (size_t k = 0; k < text.len; k++)
            bytes[k] = rare && random_below(&r, 16) != 0
                           ? 'x'
                           : chars[random_below(&r, sizeof chars - 1)];
        text = guarded_copy(bytes, text.len);
        parse_roomy(text, &o);
        check_against_build(escaped(text), text, &o);
        if (o.status != XC_OK)
            continue;
        accepted++;
        check_stable(escaped(text), &o);
    }
    print_message("%zu accepted\n", accepted);
    assert_true(accepted > 30000);
}

/* Random bytes: no crash, no reading beyond. */
static void random_bytes_do_no_harm(void **state)
{
    random_source r = {99};
    (void)state;
    for (unsigned i = 0; i < 200000; i++) {
        static outcome o;
        char bytes[24];
        size_t len = random_below(&r, sizeof bytes);
        for (size_t k = 0; k < len; k++)
            bytes[k] = (char)(unsigned char)random_bits(&r);
        parse_roomy(guarded_copy(bytes, len), &o);
        if (o.status == XC_OK)
            check_stable("random bytes", &o);
    }
}

/* ---- long runs of combining marks --------------------------------------- */

/* Marks and their canonical combining classes (UnicodeData.txt). */
static const struct {
    uint32_t cp;
    unsigned combining;
} marks[] = {
    {0x0345, 240}, {0x035D, 234}, {0x035C, 233}, {0x0315, 232}, {0x0301, 230},
    {0x0300, 230}, {0x1DCE, 214}, {0x0F39, 216}, {0x0323, 220}, {0x0316, 220},
    {0x0327, 202}, {0x0F71, 129}, {0x0E48, 107}, {0x064B, 27},  {0x05B0, 10},
    {0x094D, 9},   {0x3099, 8},   {0x093C, 7},   {0x0334, 1},
};

enum {
    MARKS = 600
};

/* Stable insertion sort by combining class. */
static void sort_marks(size_t *order, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        size_t mark = order[i], k = i;
        for (; k > 0 && marks[order[k - 1]].combining > marks[mark].combining;
             k--)
            order[k] = order[k - 1];
        order[k] = mark;
    }
}

/* "q" does not compose with any of them. */
static void add_marks(buffer *b, const size_t *order, size_t count)
{
    buffer_puts(b, "b/q");
    for (size_t i = 0; i < count; i++)
        add_code_point(b, marks[order[i]].cp);
}

static void check_marks(size_t *order, size_t count)
{
    static buffer text, sorted;
    static outcome o;
    buffer_clear(&text);
    buffer_clear(&sorted);
    add_marks(&text, order, count);
    sort_marks(order, count);
    add_marks(&sorted, order, count);
    parse_as("marks", buffer_str(&text), &o);
    check_status("marks", o.status, XC_OK);
    CHECK(xc_str_equal(xc_jid_full(o.jid), buffer_str(&sorted)),
          "%zu marks: wrong order", count);
}

static size_t bytes_of_mark(size_t mark)
{
    return marks[mark].cp < 0x800 ? 2 : 3;
}

/* As many marks as fit, the highest classes first. */
static void marks_in_reverse_order_are_sorted(void **state)
{
    size_t order[MARKS], count = 0, bytes = 1;
    (void)state;
    for (size_t i = 0; i < MARKS; i++) {
        size_t mark = i * COUNT_OF(marks) / 480 % COUNT_OF(marks);
        if (bytes + bytes_of_mark(mark) > XC_JID_PART_MAX)
            break;
        bytes += bytes_of_mark(mark);
        order[count++] = mark;
    }
    assert_true(bytes > XC_JID_PART_MAX - 3);
    check_marks(order, count);
}

/* The same classes again and again. */
static void marks_in_random_order_are_sorted(void **state)
{
    random_source r = {31337};
    (void)state;
    for (unsigned round = 0; round < 200; round++) {
        size_t order[MARKS], count = 0, bytes = 1;
        for (;;) {
            size_t mark = random_below(&r, COUNT_OF(marks));
            bytes += bytes_of_mark(mark);
            if (bytes > XC_JID_PART_MAX)
                break;
            order[count++] = mark;
        }
        check_marks(order, round < 100 ? count : random_below(&r, count));
    }
}

/* Megabytes of what is hardest end soon: time is linear in the text. */
static void a_million_marks_take_linear_time(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const char *before = i == 0 ? "b/q" : i == 1 ? "q" : "a@q";
        const char *after = i == 1 ? "@b" : "";
        xc_str text =
            repeated(before, "\\u0301\\u0323\\u0327\\u0334", 500000, after);
        xc_jid jid;
        check_status("4 MB", xc_jid_parse(text, NULL, 0, &jid),
                     XC_ERR_JID_LENGTH);
    }
}

/* ---- XEP-0106 ----------------------------------------------------------- */

typedef xc_status jid_escaper(xc_str text, char *mem, size_t size,
                              xc_str *result);

/* With all sizes of memory up to what it needs. */
static void check_escaper(jid_escaper *f, const char *from, const char *to)
{
    xc_str text = unescaped(from), result;
    xc_str expected = unescaped(to);
    bool same = xc_str_equal(text, expected);
    text = guarded_copy(text.ptr, text.len);
    for (size_t size = 0; size <= expected.len + 1; size++) {
        char *mem = fresh_memory(size);
        xc_status status = f(text, size > 0 ? mem : NULL, size, &result);
        if (!same && size < expected.len) {
            check_status(from, status, XC_ERR_BUFFER_SIZE);
            CHECK(result.ptr == NULL && result.len == expected.len,
                  "%s: needs %u bytes, says %u", from, (unsigned)expected.len,
                  (unsigned)result.len);
            continue;
        }
        check_status(from, status, XC_OK);
        check_text(from, result, to);
        CHECK(result.ptr == (same ? text.ptr : mem) || result.len == 0,
              "%s: neither the text nor the memory", from);
        CHECK(!same || all_are(mem, size, 0xA5), "%s: memory written", from);
    }
}

/* In no memory of up to 16 bytes. */
static void check_not_escaped(const char *from, xc_status expected)
{
    for (size_t size = 0; size < 16; size++) {
        xc_str result;
        check_status(
            from,
            xc_jid_escape(unescaped(from), fresh_memory(size), size, &result),
            expected);
        CHECK(result.ptr == NULL, "%s: a text beside the error", from);
    }
}

/* Escaping and back is the identity; what was escaped is a localpart. */
static void unescaping_undoes_escaping(void **state)
{
    static const char *const pieces[] = {
        "\\", "2", "0", "5", "c",        "\\5c", "\\20", " ",
        "\"", "&", "'", "/", ":",        "<",    ">",    "@",
        "a",  "3", "f", "e", "\xc3\xa9", "\\\\",
    };
    random_source r = {106};
    static buffer text;
    size_t escaped = 0;
    (void)state;
    for (unsigned round = 0; round < 200000; round++) {
        char mem[256], back[256], local[256];
        size_t n = random_below(&r, 12);
        xc_str result, again;
        buffer_clear(&text);
        while (n-- > 0)
            buffer_puts(&text, RANDOM_PICK(&r, pieces));
        if (xc_jid_escape(buffer_str(&text), mem, text.len * 3, &result) !=
            XC_OK) {
            CHECK(text.ptr[0] == ' ' || text.ptr[text.len - 1] == ' ',
                  "\"%s\"", text.ptr);
            continue;
        }
        check_status(text.ptr,
                     xc_jid_unescape(result, back, sizeof back, &again),
                     XC_OK);
        CHECK(xc_str_equal(again, buffer_str(&text)),
              "\"%s\": \"" XC_FMT "\", back: \"" XC_FMT "\"", text.ptr,
              XC_ARG(result), XC_ARG(again));
        if (result.len > 0)
            check_status(
                text.ptr,
                xc_jid_enforce(LOCAL, result, local, sizeof local, &again),
                XC_OK);
        escaped++;
    }
    assert_true(escaped > 100000);
}

/* ---- rows of tables ----------------------------------------------------- */

/* The columns of tests/data/jid.tsv. */
typedef struct jid_row {
    const char *kind, *input, *local, *domain, *resource, *rule, *status;
    const char *fault; /* "": not known */
    const char *note;
} jid_row;

static const char *or_absent(const char *field)
{
    return field[0] != '\0' ? field : NULL;
}

/* A name that is written in ASCII is, enforced and then for the DNS, what it
   was, except for upper case and a dot at the end. */
static void check_name_comes_back(const char *what, xc_str text, xc_jid jid)
{
    xc_str name = xc_jid_split(text).domain, got;
    if (!is_ascii(name))
        return;
    got = dns_name(what, jid);
    if (name.ptr[name.len - 1] == '.')
        name.len--;
    CHECK(got.len == name.len && strncasecmp(got.ptr, name.ptr, name.len) == 0,
          "%s: " XC_FMT " in the DNS", what, XC_ARG(got));
}

static void accepted_row(const jid_row *r)
{
    static outcome o;
    xc_str text = unescaped(r->input);
    bool unchanged = strcmp(r->kind, "valid") == 0;
    parse_as(r->input, text, &o);
    CHECK(o.status == XC_OK,
          "%s: got %s in the %s at byte %u, expected OK (%s %s)", r->input,
          xc_status_name(o.status), part_names[o.jid.part],
          (unsigned)o.jid.where, r->rule, r->note);
    check_parts(r->input, o.jid, or_absent(r->local), or_absent(r->domain),
                or_absent(r->resource));
    check_stable(r->input, &o);
    CHECK(xc_str_equal(text, xc_jid_full(o.jid)) == unchanged,
          "%s: got %s, which is not \"%s\"", r->input,
          escaped(xc_jid_full(o.jid)), r->kind);
    check_name_comes_back(r->input, text, o.jid);
    check_against_build(r->input, text, &o);
}

/* "localpart:2", "localpart:2-5" (one of them), "localpart:2|5", "localpart"
   (any byte) */
static bool is_fault(const char *fault, xc_jid_part part, size_t byte)
{
    const char *name = part_names[part];
    size_t n = strlen(name);
    char *end = NULL;
    unsigned long first, last;
    if (strncmp(fault, name, n) != 0)
        return false;
    if (fault[n] == '\0')
        return true;
    CHECK(fault[n] == ':', "\"%s\" names no fault", fault);
    first = last = strtoul(fault + n + 1, &end, 10);
    if (*end == '-' || *end == '|')
        last = strtoul(end + 1, &end, 10);
    CHECK(*end == '\0', "\"%s\" names no fault", fault);
    return byte == first || byte == last ||
           (strchr(fault, '-') != NULL && byte > first && byte < last);
}

/* Statuses with "|" between them. */
static bool is_status(const char *names, xc_status status)
{
    xc_str rest = xc_str_from(names);
    bool found = false;
    while (rest.ptr != NULL) {
        xc_str name = xc_str_cut(&rest, '|');
        char one[64];
        snprintf(one, sizeof one, XC_FMT, XC_ARG(name));
        found |= status_named(one) == status;
    }
    return found;
}

static void refused_row(const jid_row *r)
{
    static outcome o;
    parse(r->input, &o);
    CHECK(xc_status_is_error(o.status),
          "%s: accepted as %s, expected an error (%s %s)", r->input,
          escaped(xc_jid_full(o.jid)), r->rule, r->note);
    CHECK(strncmp(r->status, "XC_ERR_", 7) != 0 ||
              is_status(r->status, o.status),
          "%s: got %s, expected %s (%s %s)", r->input,
          xc_status_name(o.status), r->status, r->rule, r->note);
    CHECK(r->fault[0] == '\0' || is_fault(r->fault, o.jid.part, o.jid.where),
          "%s: got %s in the %s at byte %u, expected it in %s (%s %s)",
          r->input, r->status, part_names[o.jid.part], (unsigned)o.jid.where,
          r->fault, r->rule, r->note);
    check_against_build(r->input, unescaped(r->input), &o);
}

static void check_dns(const char *text, const char *expected)
{
    outcome o;
    parse(text, &o);
    check_status(text, o.status, XC_OK);
    check_str(text, dns_name(text, o.jid), expected);
    check_domain_ascii(text, o.jid);
}

static void check_jid_row(const jid_row *r)
{
    if (strcmp(r->kind, "valid") == 0 || strcmp(r->kind, "normalize") == 0)
        accepted_row(r);
    else if (strcmp(r->kind, "invalid") == 0)
        refused_row(r);
    else if (strcmp(r->kind, "equal") == 0)
        check_equal(r->input, r->local, true);
    else if (strcmp(r->kind, "notequal") == 0)
        check_equal(r->input, r->local, false);
    else if (strcmp(r->kind, "dns") == 0)
        check_dns(r->input, r->local);
    else
        check_fail("there is no kind \"%s\"", r->kind);
}

static void own_row(const row *r)
{
    jid_row j = {r->field[0], r->field[1], r->field[2],
                 r->field[3], r->field[4], r->field[5],
                 r->field[6], r->field[7], r->field[8]};
    bool refused = strcmp(j.kind, "invalid") == 0;
    CHECK(j.rule[0] != '\0', "%s: no rule", j.input);
    CHECK(refused ? strncmp(j.status, "XC_ERR_", 7) == 0 && j.fault[0] != '\0'
                  : strcmp(j.status, "ok") == 0 && j.fault[0] == '\0',
          "%s: status \"%s\" and fault \"%s\" of the kind %s", j.input,
          j.status, j.fault, j.kind);
    check_jid_row(&j);
}

static void every_address_of_the_table_is_read_as_it_says(void **state)
{
    (void)state;
    for_each_row("tests/data/jid.tsv", own_row);
}

/* ---- rows about parts --------------------------------------------------- */

static const char *unless_empty(const char *field)
{
    return strcmp(field, "(empty)") == 0 ? "" : field;
}

/* An absent part is NULL. */
static const char *part_field(const row *r, unsigned part)
{
    return or_absent(r->field[2 + part]) == NULL
               ? NULL
               : unless_empty(r->field[2 + part]);
}

static void split_row(const row *r)
{
    const char *text = unless_empty(r->field[1]);
    xc_jid_parts parts = xc_jid_split(unescaped(text));
    check_text(text, parts.local, part_field(r, LOCAL));
    check_text(text, parts.domain, part_field(r, DOMAIN));
    check_text(text, parts.resource, part_field(r, RESOURCE));
}

static void build_row(const row *r)
{
    const char *what = r->field[5][0] == 'X' ? r->field[7] : r->field[1];
    xc_jid jid;
    xc_status status = build(what, part_field(r, LOCAL), part_field(r, DOMAIN),
                             part_field(r, RESOURCE), &jid);
    if (strcmp(r->field[5], "ok") == 0) {
        check_status(what, status, XC_OK);
        check_text(what, xc_jid_full(jid), r->field[1]);
        return;
    }
    check_status(what, status, status_named(r->field[5]));
    CHECK(jid.ptr == NULL, "%s: an address beside the error", what);
    CHECK(is_fault(r->field[6], jid.part, jid.where),
          "%s: got the %s at byte %u, expected %s", what, part_names[jid.part],
          (unsigned)jid.where, r->field[6]);
}

/* The part whose column is filled, or that the fault names. */
static xc_jid_part part_of_row(const row *r)
{
    for (unsigned part = 0; part < 3; part++)
        if (r->field[2 + part][0] != '\0' ||
            strncmp(r->field[6], part_names[part], strlen(part_names[part])) ==
                0)
            return (xc_jid_part)part;
    check_fail("no part is named");
    return DOMAIN;
}

static void enforce_row(const row *r)
{
    static enforced e;
    const char *text = unless_empty(r->field[1]);
    xc_jid_part part = part_of_row(r);
    enforce_part(text, part, unescaped(text), &e);
    if (strcmp(r->field[5], "ok") == 0) {
        check_status(text, e.status, XC_OK);
        check_text(text, e.result, part_field(r, part));
        return;
    }
    check_status(text, e.status, status_named(r->field[5]));
    CHECK(is_fault(r->field[6], part, e.result.len),
          "%s: got byte %u, expected %s", text, (unsigned)e.result.len,
          r->field[6]);
}

static void escape_row(const row *r)
{
    const char *text = unless_empty(r->field[1]);
    const char *result = unless_empty(r->field[2]);
    if (r->field[5][0] == 'X') {
        check_not_escaped(text, status_named(r->field[5]));
        return;
    }
    if (strcmp(r->field[0], "unescape") != 0)
        check_escaper(xc_jid_escape, text, result);
    else
        check_escaper(xc_jid_unescape, text, result);
    if (strcmp(r->field[0], "both") == 0)
        check_escaper(xc_jid_unescape, result, text);
}

static void part_row(const row *r)
{
    static const struct {
        const char *kind;
        row_check *check;
    } kinds[] = {
        {"split", split_row},     {"build", build_row},
        {"enforce", enforce_row}, {"escape", escape_row},
        {"unescape", escape_row}, {"both", escape_row},
    };
    for (size_t i = 0; i < COUNT_OF(kinds); i++)
        if (strcmp(kinds[i].kind, r->field[0]) == 0) {
            CHECK(r->field[5][0] == 'X' || strcmp(r->field[5], "ok") == 0,
                  "there is no status \"%s\"", r->field[5]);
            kinds[i].check(r);
            return;
        }
    check_fail("there is no kind \"%s\"", r->field[0]);
}

static void parts_are_cut_built_enforced_and_escaped(void **state)
{
    (void)state;
    for_each_row("tests/data/jid_parts.tsv", part_row);
}

/* ---- tables of others --------------------------------------------------- */

/* Their columns are those of jid.tsv without the fault; rows of XEP-0106 are
   kind, input, output (none: refused). */
static size_t rows_skipped, rows_of_xep_0106;

/* Policies other than ours under which a row would be another; none of these
   rows contradicts ours. */
static bool is_decided(const char *status)
{
    static const char *const ours[] = {
        ";alt=order8265",  ";alt=finalsigma", ";alt=nodnslen",
        ";alt=hyphen34",   ";alt=mappeddot",  ";alt=barezone",
        ";alt=nocontexto",
    };
    if (strstr(status, ";alt=") == NULL)
        return true;
    for (size_t i = 0; i < COUNT_OF(ours); i++)
        if (strstr(status, ours[i]) != NULL)
            return true;
    return false;
}

/* The vectors are of Unicode 15.0; these were refused for U+32931 alone, which
   17.0 assigns. */
static bool is_assigned_since(const char *text)
{
    return strcmp(text, "\\U0003293120.\\u97f3.\\ua8661.") == 0 ||
           strcmp(text, "xn--20-9802c.xn--0w5a.xn--1-eg4e.") == 0;
}

static void external_row(const row *r)
{
    jid_row j = {r->field[0], r->field[1], r->field[2],
                 r->field[3], r->field[4], r->field[5],
                 r->field[6], "",          r->field[7]};
    jid_escaper *f =
        strcmp(j.kind, "escape") == 0 ? xc_jid_escape : xc_jid_unescape;
    if (strcmp(j.kind, "escape") == 0 || strcmp(j.kind, "unescape") == 0) {
        rows_of_xep_0106++;
        if (j.local[0] != '\0')
            check_escaper(f, j.input, j.local);
        else
            check_not_escaped(j.input, XC_ERR_JID_ESCAPE);
    } else if (!is_decided(j.status)) {
        rows_skipped++;
    } else if (is_assigned_since(j.input)) {
        check_accepted(j.input, NULL, "\\U0003293120.\\u97f3.\\ua8661", NULL);
    } else {
        check_jid_row(&j);
    }
}

static bool is_table(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, ".tsv") == 0;
}

static void check_external_table(const char *name)
{
    buffer file = {0}, path = {0};
    buffer_printf(&path, "jid/%s", name);
    load_promised(path.ptr, &file);
    check_rows(path.ptr, file.ptr, false, external_row);
    buffer_free(&file);
    buffer_free(&path);
}

/* All tables of the directory jid of XC_CORPORA. */
static void tables_of_other_projects_agree(void **state)
{
    static buffer path;
    size_t tables = 0;
    DIR *dir = NULL;
    struct dirent *entry;
    (void)state;
    if (corpora() != NULL) {
        buffer_printf(&path, "%s/jid", corpora());
        dir = opendir(path.ptr);
    }
    if (dir == NULL) {
        print_message("no jid in XC_CORPORA (%s): this test checks nothing\n",
                      corpora() != NULL ? corpora() : "not set or not there");
        skip();
    }
    while ((entry = readdir(dir)) != NULL)
        if (is_table(entry->d_name)) {
            check_external_table(entry->d_name);
            tables++;
        }
    closedir(dir);
    print_message("%zu rows skipped (another policy), %zu of XEP-0106\n",
                  rows_skipped, rows_of_xep_0106);
    assert_true(tables > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_ascii_character_in_a_localpart),
        cmocka_unit_test(every_ascii_character_in_a_domainpart),
        cmocka_unit_test(a_part_has_at_most_1023_bytes),
        cmocka_unit_test(the_length_that_counts_is_that_of_the_result),
        cmocka_unit_test(a_label_has_at_most_63_bytes),
        cmocka_unit_test(a_u_label_is_as_long_as_its_a_label_allows),
        cmocka_unit_test(a_name_has_at_most_253_bytes_in_the_dns),
        cmocka_unit_test(absent_arguments_are_refused),
        cmocka_unit_test(memory_that_is_needed_must_not_be_null),
        cmocka_unit_test(an_enforced_ascii_address_needs_no_memory),
        cmocka_unit_test(a_final_dot_is_not_part_of_the_address),
        cmocka_unit_test(memory_of_every_size_gives_the_address_or_the_size),
        cmocka_unit_test(errors_are_the_same_in_memory_of_every_size),
        cmocka_unit_test(an_absent_part_with_a_length_stays_absent),
        cmocka_unit_test(accessors_give_the_parts),
        cmocka_unit_test(after_an_error_all_parts_are_absent),
        cmocka_unit_test(only_equal_addresses_compare_equal),
        cmocka_unit_test(an_enforced_part_needs_no_memory),
        cmocka_unit_test(what_every_code_point_becomes_is_stable),
        cmocka_unit_test(parsing_random_texts_is_splitting_and_building),
        cmocka_unit_test(random_a_labels_are_those_of_the_reference),
        cmocka_unit_test(ascii_alone_is_read_as_beside_other_letters),
        cmocka_unit_test(every_byte_in_short_addresses_of_every_length),
        cmocka_unit_test(random_short_addresses_are_stable),
        cmocka_unit_test(random_bytes_do_no_harm),
        cmocka_unit_test(marks_in_reverse_order_are_sorted),
        cmocka_unit_test(marks_in_random_order_are_sorted),
        cmocka_unit_test(a_million_marks_take_linear_time),
        cmocka_unit_test(unescaping_undoes_escaping),
        cmocka_unit_test(every_address_of_the_table_is_read_as_it_says),
        cmocka_unit_test(parts_are_cut_built_enforced_and_escaped),
        cmocka_unit_test(tables_of_other_projects_agree),
    };
    return cmocka_run_group_tests_name("jid", tests, NULL, NULL);
}
