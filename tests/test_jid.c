/* Addresses: the rules one by one, the promises of the functions, properties
   over all code points and over random texts, vectors. Texts are written with
   the escapes of tests/data/jid.tsv. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_random.h"

#include <dirent.h>
#include <strings.h>

/* ---- texts -------------------------------------------------------------- */

static void add_code_point(buffer *b, uint32_t cp)
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    char c[4];
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        c[i] = (char)(unsigned char)(0x80 | (cp & 0x3F));
    c[0] = (char)(unsigned char)(leads[n] | cp);
    buffer_add(b, c, n);
}

static void add_text(buffer *b, const char *escaped)
{
    while (*escaped != '\0') {
        char kind = *escaped == '\\' ? escaped[1] : '\0';
        int digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
        uint32_t number = 0;
        if (digits == 0) {
            buffer_add(b, escaped, 1);
            escaped += kind == '\\' ? 2 : 1;
            continue;
        }
        for (int i = 0; i < digits; i++)
            number = number << 4 | hex_digit(escaped[2 + i]);
        if (kind == 'x')
            buffer_add(b, &(char){(char)(unsigned char)number}, 1);
        else
            add_code_point(b, number);
        escaped += 2 + digits;
    }
}

enum {
    TEXTS = 16
};

/* The text behind the escapes; the last TEXTS of them stay. */
static xc_str text_of(const char *escaped)
{
    static buffer texts[TEXTS];
    static unsigned next;
    buffer *b = &texts[next++ % TEXTS];
    buffer_clear(b);
    add_text(b, escaped);
    return buffer_str(b);
}

/* For messages, and for comparing with what vectors say. */
static const char *escaped_text(xc_str s)
{
    static buffer texts[TEXTS];
    static unsigned next;
    buffer *b = &texts[next++ % TEXTS];
    size_t at = 0, n;
    buffer_clear(b);
    for (; at<s.len; at += n> 0 ? n : 1) {
        xc_str rest = {s.ptr + at, s.len - at};
        uint32_t cp = 0;
        bool edge = at == 0 || at + 1 == s.len;
        n = xc_utf8_decode(rest, &cp);
        if (n == 0)
            buffer_printf(b, "\\x%02x", (unsigned char)s.ptr[at]);
        else if (cp == '\\')
            buffer_puts(b, "\\\\");
        else if (cp > 0x7E || cp < ' ' || (cp == ' ' && edge))
            buffer_printf(b, cp > 0xFFFF ? "\\U%08x" : "\\u%04x",
                          (unsigned)cp);
        else
            buffer_add(b, rest.ptr, 1);
    }
    return b->ptr;
}

static void check_text(const char *where, xc_str got, const char *expected)
{
    CHECK(expected != NULL || got.ptr == NULL,
          "%s: got \"%s\", expected an absent string", where,
          escaped_text(got));
    CHECK(expected == NULL || xc_str_equal(got, text_of(expected)),
          "%s: got %s\"%s\", expected \"%s\"", where,
          got.ptr == NULL ? "absent " : "", escaped_text(got), expected);
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
                  "%s: another place in %u bytes", what, (unsigned)size);
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
    parse_as(escaped, text_of(escaped), o);
}

/* ---- tables ------------------------------------------------------------- */

/* An address and its parts once enforced; NULL: absent. */
typedef struct good {
    const char *text, *local, *domain, *resource;
} good;

static void check_parts(const char *what, xc_jid jid, const char *local,
                        const char *domain, const char *resource)
{
    check_text(what, xc_jid_local(jid), local);
    check_text(what, xc_jid_domain(jid), domain);
    check_text(what, xc_jid_resource(jid), resource);
}

static void check_good(const good *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        outcome o;
        parse(rows[i].text, &o);
        check_status(rows[i].text, o.status, XC_OK);
        check_parts(rows[i].text, o.jid, rows[i].local, rows[i].domain,
                    rows[i].resource);
    }
}

typedef struct bad {
    const char *text;
    xc_status status;
    xc_jid_part part;
    size_t where;
} bad;

static void check_bad(const bad *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bad *row = &rows[i];
        outcome o;
        parse(row->text, &o);
        check_status(row->text, o.status, row->status);
        CHECK(o.jid.part == row->part && o.jid.where == row->where,
              "%s: %s in part %u at byte %u, expected part %u, byte %u",
              row->text, xc_status_name(o.status), o.jid.part,
              (unsigned)o.jid.where, (unsigned)row->part,
              (unsigned)row->where);
    }
}

#define CHECK_GOOD(rows) check_good((rows), COUNT_OF(rows))
#define CHECK_BAD(rows) check_bad((rows), COUNT_OF(rows))

#define LOCAL XC_JID_LOCAL
#define DOMAIN XC_JID_DOMAIN
#define RESOURCE XC_JID_RESOURCE

/* ---- RFC 7622 section 3.5, tables 1 and 2 ------------------------------- */

static void table_1(void **state)
{
    static const good rows[] = {
        {"juliet@example.com", "juliet", "example.com", NULL},
        {"juliet@example.com/foo", "juliet", "example.com", "foo"},
        {"juliet@example.com/foo bar", "juliet", "example.com", "foo bar"},
        {"juliet@example.com/foo@bar", "juliet", "example.com", "foo@bar"},
        {"foo\\\\20bar@example.com", "foo\\\\20bar", "example.com", NULL},
        {"fussball@example.com", "fussball", "example.com", NULL},
        {"fu\\u00dfball@example.com", "fu\\u00dfball", "example.com", NULL},
        {"\\u03c0@example.com", "\\u03c0", "example.com", NULL},
        {"\\u03a3@example.com/foo", "\\u03c3", "example.com", "foo"},
        {"\\u03c3@example.com/foo", "\\u03c3", "example.com", "foo"},
        {"\\u03c2@example.com/foo", "\\u03c2", "example.com", "foo"},
        {"king@example.com/\\u265a", "king", "example.com", "\\u265a"},
        {"example.com", NULL, "example.com", NULL},
        {"example.com/foobar", NULL, "example.com", "foobar"},
        {"a.example.com/b@example.net", NULL, "a.example.com",
         "b@example.net"},
    };
    (void)state;
    CHECK_GOOD(rows);
}

/* Example 18, a leading space in a resourcepart, is an error of the table
   (erratum 4560): OpaqueString allows it. */
static void table_2(void **state)
{
    static const bad rows[] = {
        {"\"juliet\"@example.com", XC_ERR_JID_EXCLUDED, LOCAL, 0},
        {"foo bar@example.com", XC_ERR_JID_CHAR, LOCAL, 3},
        {"@example.com/", XC_ERR_JID_EMPTY, LOCAL, 0},
        {"henry\\u2163@example.com", XC_ERR_JID_CHAR, LOCAL, 5},
        {"\\u265a@example.com", XC_ERR_JID_CHAR, LOCAL, 0},
        {"juliet@", XC_ERR_JID_EMPTY, DOMAIN, 7},
        {"/foobar", XC_ERR_JID_EMPTY, DOMAIN, 0},
    };
    static const good erratum[] = {
        {"juliet@example.com/ foo", "juliet", "example.com", "\\u0020foo"}};
    (void)state;
    CHECK_BAD(rows);
    CHECK_GOOD(erratum);
}

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

/* The notes to table 1. */
static void table_1_comparison(void **state)
{
    (void)state;
    check_equal("fussball@example.com", "fu\\u00dfball@example.com", false);
    check_equal("\\u03a3@example.com/foo", "\\u03c3@example.com/foo", true);
    check_equal("\\u03a3@example.com/foo", "\\u03c2@example.com/foo", false);
    check_equal("\\u03c3@example.com/foo", "\\u03c2@example.com/foo", false);
}

/* ---- the cut, RFC 7622 sections 3.1 and 3.2 ----------------------------- */

static void check_split(const char *text, const char *local,
                        const char *domain, const char *resource)
{
    xc_jid_parts parts = xc_jid_split(text_of(text));
    check_text(text, parts.local, local);
    check_text(text, parts.domain, domain);
    check_text(text, parts.resource, resource);
}

static void split(void **state)
{
    static const xc_str absent;
    xc_jid_parts parts = xc_jid_split(absent);
    (void)state;
    CHECK(parts.local.ptr == NULL && parts.resource.ptr == NULL &&
              parts.domain.len == 0,
          "parts of an absent text");
    check_split("", NULL, "", NULL);
    check_split("b", NULL, "b", NULL);
    check_split("a@b", "a", "b", NULL);
    check_split("a@b/c", "a", "b", "c");
    check_split("b/c", NULL, "b", "c");
    check_split("b/c@d", NULL, "b", "c@d");
    check_split("a@b@c/d@e/f", "a", "b@c", "d@e/f");
    check_split("@", "", "", NULL);
    check_split("/", NULL, "", "");
    check_split("@/", "", "", "");
    check_split("//", NULL, "", "/");
    check_split("a\\uff20b\\uff0fc", NULL, "a\\uff20b\\uff0fc", NULL);
    check_split("\\xff@\\x00/ ", "\\xff", "\\x00", " ");
}

/* The separators are found before anything is mapped. */
static void mapped_separators(void **state)
{
    static const bad rows[] = {
        {"juliet\\uff20b", XC_ERR_JID_CHAR, DOMAIN, 6},
        {"b\\uff0fc", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"a@b\\uff20c/d", XC_ERR_JID_CHAR, DOMAIN, 3},
        {"a\\uff20b@c", XC_ERR_JID_EXCLUDED, LOCAL, 1},
        {"a\\uff0fb@c", XC_ERR_JID_EXCLUDED, LOCAL, 1},
        {"a@b@c", XC_ERR_JID_CHAR, DOMAIN, 3},
    };
    static const good kept[] = {
        {"b/\\uff20\\uff0f", NULL, "b", "\\uff20\\uff0f"},
        {"b/\\ufe6b", NULL, "b", "\\ufe6b"},
    };
    (void)state;
    CHECK_BAD(rows);
    CHECK_GOOD(kept);
}

static void empty_parts(void **state)
{
    static const bad rows[] = {
        {"", XC_ERR_JID_EMPTY, DOMAIN, 0},
        {"@", XC_ERR_JID_EMPTY, LOCAL, 0},
        {"/", XC_ERR_JID_EMPTY, DOMAIN, 0},
        {"@b", XC_ERR_JID_EMPTY, LOCAL, 0},
        {"a@", XC_ERR_JID_EMPTY, DOMAIN, 2},
        {"a@/b", XC_ERR_JID_EMPTY, DOMAIN, 2},
        {"/b", XC_ERR_JID_EMPTY, DOMAIN, 0},
        {"b/", XC_ERR_JID_EMPTY, RESOURCE, 2},
        {"a@b/", XC_ERR_JID_EMPTY, RESOURCE, 4},
    };
    (void)state;
    CHECK_BAD(rows);
}

/* RFC 3629. As everywhere, the byte is the first that makes it certain: behind
   what is cut off. */
static void ill_formed(void **state)
{
    static const bad rows[] = {
        {"\\xff", XC_ERR_JID_UTF8, DOMAIN, 0},
        {"ab\\x80@b", XC_ERR_JID_UTF8, LOCAL, 2},
        {"a\\xc3@b", XC_ERR_JID_UTF8, LOCAL, 2},
        {"\\xc1\\xbf@b", XC_ERR_JID_UTF8, LOCAL, 0},
        {"\\u00e9\\xed\\xa0\\x80@b", XC_ERR_JID_UTF8, LOCAL, 3},
        {"a@b\\xe2\\x82", XC_ERR_JID_UTF8, DOMAIN, 5},
        {"a@b/\\xf4\\x90\\x80\\x80", XC_ERR_JID_UTF8, RESOURCE, 5},
        {"a@b/\\u00e9\\u0301\\xf0\\x9f\\x98", XC_ERR_JID_UTF8, RESOURCE, 11},
        {"b/\\u1100\\u1161\\xe1", XC_ERR_JID_UTF8, RESOURCE, 9},
    };
    (void)state;
    CHECK_BAD(rows);
}

/* ---- localparts --------------------------------------------------------- */

/* RFC 8265 section 3.3.1: width, case, NFC; RFC 8264 section 7: the class is
   that of the result. */
static void local_mapping(void **state)
{
    static const good rows[] = {
        {"JuLiEt@b", "juliet", "b", NULL},
        {"\\uff2a\\uff41@b", "ja", "b", NULL},
        {"a\\uff01@b", "a!", "b", NULL},
        {"\\uff76\\uff9e@b", "\\u30ac", "b", NULL},
        {"A\\u03a3@b", "a\\u03c3", "b", NULL},
        {"\\u0130@b", "i\\u0307", "b", NULL},
        {"\\u1e9e@b", "\\u00df", "b", NULL},
        {"\\u13a0@b", "\\uab70", "b", NULL},
        {"\\U00010400@b", "\\U00010428", "b", NULL},
        {"e\\u0301@b", "\\u00e9", "b", NULL},
        {"E\\u0301\\u0323@b", "\\u1eb9\\u0301", "b", NULL},
        {"\\u212b@b", "\\u00e5", "b", NULL},
        {"\\u03f4@b", "\\u03b8", "b", NULL},
        {"\\u1f88@b", "\\u1f80", "b", NULL},
        {"\\u1100\\u1161\\u11a8@b", "\\uac01", "b", NULL},
        {"\\U0002f800@b", "\\u4e3d", "b", NULL},
        {"a\\u037e@b", "a;", "b", NULL},
        {"l\\u0387L@b", "l\\u00b7l", "b", NULL},
    };
    (void)state;
    CHECK_GOOD(rows);
}

/* RFC 7622 section 3.3.1; every ASCII character, plain and fullwidth. */
static void local_ascii(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 0x80; c++) {
        char plain[32], wide[32], lower[8];
        const bool excluded = c != 0 && strchr("\"&':<>", (int)c) != NULL;
        snprintf(plain, sizeof plain, "xy\\x%02xz@b", c);
        snprintf(wide, sizeof wide, "xy\\u%04xz@b", c + 0xFEE0);
        if (c == '@' || c == '/') {
            check_bad(&(bad){wide, XC_ERR_JID_EXCLUDED, LOCAL, 2}, 1);
        } else if (c <= ' ' || c == 0x7F) {
            check_bad(&(bad){plain, XC_ERR_JID_CHAR, LOCAL, 2}, 1);
        } else if (excluded) {
            check_bad(&(bad){plain, XC_ERR_JID_EXCLUDED, LOCAL, 2}, 1);
            check_bad(&(bad){wide, XC_ERR_JID_EXCLUDED, LOCAL, 2}, 1);
        } else {
            snprintf(lower, sizeof lower, "xy\\x%02xz",
                     c >= 'A' && c <= 'Z' ? c + 32 : c);
            check_good(&(good){plain, lower, "b", NULL}, 1);
            check_good(&(good){wide, lower, "b", NULL}, 1);
        }
    }
}

/* RFC 8264 sections 4.2.3 and 4.2.4 */
static void local_class(void **state)
{
    static const bad rows[] = {
        {"a\\u00a0b@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\u3000b@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\u00b2@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"\\ufb01@b", XC_ERR_JID_CHAR, LOCAL, 0},
        {"a\\u00ad@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\u034f@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\u20ac@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"\\u1100@b", XC_ERR_JID_CHAR, LOCAL, 0},
        {"\\u1100\\u1161\\u11a8\\u11a8@b", XC_ERR_JID_CHAR, LOCAL, 9},
        {"a\\uffa1@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\ue000@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\ufffe@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\u0488@b", XC_ERR_JID_CHAR, LOCAL, 1},
        {"a\\u0378@b", XC_ERR_JID_UNASSIGNED, LOCAL, 1},
        {"a\\U000e0fff@b", XC_ERR_JID_UNASSIGNED, LOCAL, 1},
    };
    (void)state;
    CHECK_BAD(rows);
}

/* ---- resourceparts ------------------------------------------------------ */

/* RFC 8265 section 4.2.2: spaces, NFC, nothing else. */
static void resource_mapping(void **state)
{
    static const good rows[] = {
        {"b/Foo", NULL, "b", "Foo"},
        {"b/ ", NULL, "b", "\\u0020"},
        {"b/a\\u00a0b", NULL, "b", "a b"},
        {"b/\\u2000\\u2001", NULL, "b", "\\u0020\\u0020"},
        {"b/\\u1680\\u202f\\u205f\\u3000", NULL, "b", "    "},
        {"b/e\\u0301", NULL, "b", "\\u00e9"},
        {"b/=\\u0338", NULL, "b", "\\u2260"},
        {"b/q\\u0307\\u0323", NULL, "b", "q\\u0323\\u0307"},
        {"b/a\\u0310\\u0301", NULL, "b", "a\\u0310\\u0301"},
        {"b/\\u0b47\\u0300\\u0b3e", NULL, "b", "\\u0b47\\u0300\\u0b3e"},
        {"b/\\u212b", NULL, "b", "\\u00c5"},
        {"b/\\uff21\\u2163\\ufb01\\u00b2", NULL, "b",
         "\\uff21\\u2163\\ufb01\\u00b2"},
        {"b/\\U0001f980", NULL, "b", "\\U0001f980"},
        {"b/a\\u05d0", NULL, "b", "a\\u05d0"},
        {"a@b/<>&\"':", "a", "b", "<>&\"':"},
        {"a@b///", "a", "b", "//"},
    };
    (void)state;
    CHECK_GOOD(rows);
}

/* RFC 8264 sections 4.3.3 and 4.3.4 */
static void resource_class(void **state)
{
    static const bad rows[] = {
        {"b/a\\u0000", XC_ERR_JID_CHAR, RESOURCE, 3},
        {"b/\\u0009", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\u007f", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\u0085", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\u2764\\ufe0f", XC_ERR_JID_CHAR, RESOURCE, 5},
        {"b/\\u115f", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\u2028", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\ue000", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\ufdd0", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\U000e0041", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\u1100", XC_ERR_JID_CHAR, RESOURCE, 2},
        {"b/\\u0378", XC_ERR_JID_UNASSIGNED, RESOURCE, 2},
    };
    (void)state;
    CHECK_BAD(rows);
}

/* ---- contextual rules, RFC 5892 appendix A ------------------------------ */

/* A.1: zero width non-joiner */
static void context_zwnj(void **state)
{
    static const good rows[] = {
        {"\\u0628\\u200c\\u0628@b", "\\u0628\\u200c\\u0628", "b", NULL},
        {"b/\\u062c\\u0610\\u200c\\u0610\\u0627", NULL, "b",
         "\\u062c\\u0610\\u200c\\u0610\\u0627"},
        {"b/\\ua872\\u200c\\u062c", NULL, "b", "\\ua872\\u200c\\u062c"},
        {"b/\\u094d\\u200c", NULL, "b", "\\u094d\\u200c"},
        {"a@\\u0915\\u094d\\u200c\\u0937", "a", "\\u0915\\u094d\\u200c\\u0937",
         NULL},
    };
    static const bad wrong[] = {
        {"a\\u200cb@b", XC_ERR_JID_CONTEXT, LOCAL, 1},
        {"b/\\u0628\\u200c", XC_ERR_JID_CONTEXT, RESOURCE, 4},
        {"\\u0627\\u200c\\u0628@b", XC_ERR_JID_CONTEXT, LOCAL, 2},
        {"b/\\u200c\\u0628", XC_ERR_JID_CONTEXT, RESOURCE, 2},
        {"b/\\u0610\\u200c\\u0610\\u0627", XC_ERR_JID_CONTEXT, RESOURCE, 4},
        {"b/\\u0628\\u200c\\u0628\\u200ca", XC_ERR_JID_CONTEXT, RESOURCE, 9},
        {"b/\\u0628\\u200c\\u0610", XC_ERR_JID_CONTEXT, RESOURCE, 4},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
}

/* A.2: zero width joiner */
static void context_zwj(void **state)
{
    static const good rows[] = {
        {"\\u0915\\u094d\\u200d\\u0937@b", "\\u0915\\u094d\\u200d\\u0937", "b",
         NULL},
        {"b/\\u0a4d\\u200d", NULL, "b", "\\u0a4d\\u200d"},
    };
    static const bad wrong[] = {
        {"a\\u200db@b", XC_ERR_JID_CONTEXT, LOCAL, 1},
        {"\\u0628\\u200d\\u0628@b", XC_ERR_JID_CONTEXT, LOCAL, 2},
        {"b/\\u200d", XC_ERR_JID_CONTEXT, RESOURCE, 2},
        {"b/\\u0a4d\\u200da\\u200d", XC_ERR_JID_CONTEXT, RESOURCE, 9},
        {"a@b\\u200dc", XC_ERR_JID_CONTEXT, DOMAIN, 3},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
}

/* A.3: middle dot */
static void context_middle_dot(void **state)
{
    static const good rows[] = {
        {"l\\u00b7l@b", "l\\u00b7l", "b", NULL},
        {"L\\u00b7L@b", "l\\u00b7l", "b", NULL},
        {"al\\u00b7l\\u00b7la@b", "al\\u00b7l\\u00b7la", "b", NULL},
        {"l\\u0387l.cat", NULL, "l\\u00b7l.cat", NULL},
    };
    static const bad wrong[] = {
        {"\\u00b7@b", XC_ERR_JID_CONTEXT, LOCAL, 0},
        {"l\\u00b7@b", XC_ERR_JID_CONTEXT, LOCAL, 1},
        {"\\u00b7l@b", XC_ERR_JID_CONTEXT, LOCAL, 0},
        {"l\\u00b7\\u00b7l@b", XC_ERR_JID_CONTEXT, LOCAL, 1},
        {"b/L\\u00b7L", XC_ERR_JID_CONTEXT, RESOURCE, 3},
        {"b/l\\u00b7L", XC_ERR_JID_CONTEXT, RESOURCE, 3},
        {"l\\u00b7.l", XC_ERR_JID_CONTEXT, DOMAIN, 1},
        {"l.\\u00b7l", XC_ERR_JID_CONTEXT, DOMAIN, 2},
        {"a\\u0387b@b", XC_ERR_JID_CONTEXT, LOCAL, 1},
        {"l\\u00b7\\u013a@b", XC_ERR_JID_CONTEXT, LOCAL, 1},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
}

/* A.4: Greek lower numeral sign */
static void context_keraia(void **state)
{
    static const good rows[] = {
        {"\\u0375\\u03b1@b", "\\u0375\\u03b1", "b", NULL},
        {"\\u0375\\u1f00@b", "\\u0375\\u1f00", "b", NULL},
        {"\\u0375\\u0375\\u03b1@b", "\\u0375\\u0375\\u03b1", "b", NULL},
    };
    static const bad wrong[] = {
        {"\\u03b1\\u0375@b", XC_ERR_JID_CONTEXT, LOCAL, 2},
        {"\\u0375a@b", XC_ERR_JID_CONTEXT, LOCAL, 0},
        {"b/\\u0375\\u0375", XC_ERR_JID_CONTEXT, RESOURCE, 4},
        {"\\u0375.\\u03b1", XC_ERR_JID_CONTEXT, DOMAIN, 0},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
}

/* A.5 and A.6: Hebrew punctuation */
static void context_geresh(void **state)
{
    static const good rows[] = {
        {"\\u05d0\\u05f3@b", "\\u05d0\\u05f3", "b", NULL},
        {"\\u05d0\\u05f4\\u05d0@b", "\\u05d0\\u05f4\\u05d0", "b", NULL},
        {"b/\\u05d0\\u05f3\\u05f4\\u05f3", NULL, "b",
         "\\u05d0\\u05f3\\u05f4\\u05f3"},
    };
    static const bad wrong[] = {
        {"\\u05f3\\u05d0@b", XC_ERR_JID_CONTEXT, LOCAL, 0},
        {"\\u05f4@b", XC_ERR_JID_CONTEXT, LOCAL, 0},
        {"b/a\\u05f3", XC_ERR_JID_CONTEXT, RESOURCE, 3},
        {"b/\\u05d0a\\u05f4", XC_ERR_JID_CONTEXT, RESOURCE, 5},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
}

/* A.7: katakana middle dot */
static void context_katakana_dot(void **state)
{
    static const good rows[] = {
        {"\\u30fb\\u30a2@b", "\\u30fb\\u30a2", "b", NULL},
        {"\\u6f22a\\u30fba@b", "\\u6f22a\\u30fba", "b", NULL},
        {"a\\u30fba\\u3042@b", "a\\u30fba\\u3042", "b", NULL},
        {"\\uff71\\uff65@b", "\\u30a2\\u30fb", "b", NULL},
    };
    static const bad wrong[] = {
        {"\\u30fb@b", XC_ERR_JID_CONTEXT, LOCAL, 0},
        {"ab\\u30fba@b", XC_ERR_JID_CONTEXT, LOCAL, 2},
        {"b/\\u30fb\\u30fc", XC_ERR_JID_CONTEXT, RESOURCE, 2},
        {"a\\u30fb.\\u30a2", XC_ERR_JID_CONTEXT, DOMAIN, 1},
        {"\\u30a2.\\u30fb", XC_ERR_JID_CONTEXT, DOMAIN, 4},
        {"\\u30fbl\\u00b7x\\u30a2@b", XC_ERR_JID_CONTEXT, LOCAL, 4},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
}

/* A.8 and A.9: Arabic-Indic digits of both kinds */
static void context_digits(void **state)
{
    static const good rows[] = {
        {"\\u0627\\u0660\\u0669@b", "\\u0627\\u0660\\u0669", "b", NULL},
        {"\\u0627\\u06f0\\u06f9@b", "\\u0627\\u06f0\\u06f9", "b", NULL},
        {"b/\\u0660", NULL, "b", "\\u0660"},
        {"\\u0627\\u0660.\\u0627\\u06f0", NULL,
         "\\u0627\\u0660.\\u0627\\u06f0", NULL},
    };
    (void)state;
    CHECK_GOOD(rows);
    for (size_t i = 0; i < 2; i++) {
        const char *text = i == 0 ? "b/\\u0661a\\u06f1" : "b/\\u06f1a\\u0661";
        outcome o;
        parse(text, &o);
        check_status(text, o.status, XC_ERR_JID_CONTEXT);
        CHECK(o.jid.part == RESOURCE && (o.jid.where == 2 || o.jid.where == 5),
              "%s: byte %u is neither digit", text, (unsigned)o.jid.where);
    }
}

/* ---- the Bidi Rule, RFC 5893 section 2 ---------------------------------- */

static void bidi_good(void **state)
{
    static const good rows[] = {
        /* no character from right to left: no rule (RFC 8265 3.3.1) */
        {"1@b", "1", "b", NULL},
        {"a-@b", "a-", "b", NULL},
        {"1.a", NULL, "1.a", NULL},
        /* 1 to 4: right to left */
        {"\\u05d0\\u05d1@b", "\\u05d0\\u05d1", "b", NULL},
        {"\\u0627\\u0661@b", "\\u0627\\u0661", "b", NULL},
        {"\\u05d0+1@b", "\\u05d0+1", "b", NULL},
        {"\\u05d0\\u05b8\\u05b8@b", "\\u05d0\\u05b8\\u05b8", "b", NULL},
        /* 5 and 6: the other labels of a Bidi domain name */
        {"a1.\\u05d0", NULL, "a1.\\u05d0", NULL},
        {"\\u05d0.a\\u0308\\u0323", NULL, "\\u05d0.\\u1ea1\\u0308", NULL},
        {"a@a-1.xn--4dbrk0ce", "a", "a-1.\\u05d9\\u05e9\\u05e8\\u05d0\\u05dc",
         NULL},
        /* each part for itself */
        {"\\u05d0@1", "\\u05d0", "1", NULL},
        {"1@\\u05d0/1\\u05d0a", "1", "\\u05d0", "1\\u05d0a"},
    };
    (void)state;
    CHECK_GOOD(rows);
}

/* Of what is wrong with a whole label, any byte of it may be the one. */
static void check_label(const char *text, xc_status status, xc_jid_part part,
                        size_t begin, size_t end)
{
    outcome o;
    parse(text, &o);
    check_status(text, o.status, status);
    CHECK(o.jid.part == part && o.jid.where >= begin && o.jid.where < end,
          "%s: part %u, byte %u", text, o.jid.part, (unsigned)o.jid.where);
}

static void check_bidi(const char *text, xc_jid_part part, size_t begin,
                       size_t end)
{
    check_label(text, XC_ERR_JID_BIDI, part, begin, end);
}

static void bidi_bad(void **state)
{
    (void)state;
    check_bidi("1\\u05d0@b", LOCAL, 0, 3);        /* 1 */
    check_bidi("-\\u05d0@b", LOCAL, 0, 3);        /* 1 */
    check_bidi("\\u0661@b", LOCAL, 0, 2);         /* 1 */
    check_bidi("\\u05b8\\u05d0@b", LOCAL, 0, 4);  /* 1 */
    check_bidi("\\u05d0a\\u05d0@b", LOCAL, 0, 5); /* 2 */
    check_bidi("\\u05d0\\u00e9@b", LOCAL, 0, 4);  /* 2 */
    check_bidi("\\u05d0-@b", LOCAL, 0, 3);        /* 3 */
    check_bidi("\\u05d0!\\u05b8@b", LOCAL, 0, 5); /* 3 */
    check_bidi("\\u05d01\\u0661@b", LOCAL, 0, 5); /* 4 */
    check_bidi("\\u05d0\\u06611@b", LOCAL, 0, 5); /* 4 */
    check_bidi("a\\u05d0@b", LOCAL, 0, 3);        /* 5 */
    check_bidi("a@a\\u05d0", DOMAIN, 2, 5);       /* 5 */
    check_bidi("1.\\u05d0", DOMAIN, 0, 1);        /* 1 */
    check_bidi("a.\\u05d0.1b", DOMAIN, 5, 7);     /* 1 */
    check_bidi("\\u05d0.b\\u0661", DOMAIN, 3, 6); /* 5 */
    check_bidi("1.xn--4dbrk0ce", DOMAIN, 0, 1);   /* 1 */
    check_bidi("xn--a-zhc", DOMAIN, 0, 9);        /* 2 */
}

/* ---- domainparts -------------------------------------------------------- */

/* RFC 5895 section 2; RFC 5892: what is PVALID stays as it is. */
static void domain_mapping(void **state)
{
    static const good rows[] = {
        {"EXAMPLE.Com", NULL, "example.com", NULL},
        {"\\uff25\\uff58.de", NULL, "ex.de", NULL},
        {"\\u00dc.de", NULL, "\\u00fc.de", NULL},
        {"u\\u0308.de", NULL, "\\u00fc.de", NULL},
        {"fa\\u00df.de", NULL, "fa\\u00df.de", NULL},
        {"stra\\u1e9ee", NULL, "stra\\u00dfe", NULL},
        {"\\u03a3\\u03c2.gr", NULL, "\\u03c3\\u03c2.gr", NULL},
        {"\\u13a0.com", NULL, "\\u13a0.com", NULL},
        {"\\u212a.de", NULL, "k.de", NULL},
        {"\\u0130.tr", NULL, "i\\u0307.tr", NULL},
        {"a\\u3002b\\uff0ec\\uff61d", NULL, "a.b.c.d", NULL},
        {"\\uff76\\uff9e.jp", NULL, "\\u30ac.jp", NULL},
        {"a@b", "a", "b", NULL},
        {"256.1.1.1", NULL, "256.1.1.1", NULL},
        {"127.0.0.1", NULL, "127.0.0.1", NULL},
    };
    (void)state;
    CHECK_GOOD(rows);
}

/* RFC 5890 section 2.3.1 (LDH), RFC 5891 section 4.2.2 */
static void domain_class(void **state)
{
    static const bad rows[] = {
        {"a_b.de", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"a@b:5222", XC_ERR_JID_CHAR, DOMAIN, 3},
        {"a b", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"a\\u0000", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"b\\u2665.de", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"\\u00ad.de", XC_ERR_JID_CHAR, DOMAIN, 0},
        {"a\\u2024b", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"\\u00b2.de", XC_ERR_JID_CHAR, DOMAIN, 0},
        {"\\ufb00.de", XC_ERR_JID_CHAR, DOMAIN, 0},
        {"\\uab70.com", XC_ERR_JID_CHAR, DOMAIN, 0},
        {"a@b\\uff1a1", XC_ERR_JID_CHAR, DOMAIN, 3},
        {"\\u0378.de", XC_ERR_JID_UNASSIGNED, DOMAIN, 0},
        {"\\u1100.kr", XC_ERR_JID_CHAR, DOMAIN, 0},
    };
    (void)state;
    CHECK_BAD(rows);
}

/* Every ASCII character. */
static void domain_ascii(void **state)
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
            check_good(&(good){plain, NULL, lower, NULL}, 1);
        else
            check_bad(&(bad){plain, XC_ERR_JID_CHAR, DOMAIN, 2}, 1);
    }
}

/* RFC 7622 section 3.2: one final dot is stripped, before any mapping. */
static void domain_dots(void **state)
{
    static const good rows[] = {
        {"b.", NULL, "b", NULL},
        {"a@b./c", "a", "b", "c"},
        {"b\\u3002c.", NULL, "b.c", NULL},
        {"[::1].", NULL, "[::1]", NULL},
        {"1.2.3.4.", NULL, "1.2.3.4", NULL},
    };
    static const bad wrong[] = {
        {".", XC_ERR_JID_EMPTY, DOMAIN, 0},
        {".b", XC_ERR_JID_EMPTY, DOMAIN, 0},
        {"a@.b", XC_ERR_JID_EMPTY, DOMAIN, 2},
        {"a..b", XC_ERR_JID_EMPTY, DOMAIN, 2},
        {"b..", XC_ERR_JID_EMPTY, DOMAIN, 2},
        {"b\\u3002", XC_ERR_JID_EMPTY, DOMAIN, 4},
        {"b\\u3002.", XC_ERR_JID_EMPTY, DOMAIN, 4},
        {"b.\\u3002c", XC_ERR_JID_EMPTY, DOMAIN, 2},
        {"\\uff0e", XC_ERR_JID_EMPTY, DOMAIN, 0},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
}

/* RFC 5891 section 4.2.3.1 */
static void domain_hyphens(void **state)
{
    static const good rows[] = {
        {"a-b", NULL, "a-b", NULL},
        {"a--b", NULL, "a--b", NULL},
        {"abc--d", NULL, "abc--d", NULL},
        {"ab-c-d", NULL, "ab-c-d", NULL},
        {"a\\u00e4b--c", NULL, "a\\u00e4b--c", NULL},
    };
    static const bad wrong[] = {
        {"-", XC_ERR_JID_HYPHEN, DOMAIN, 0},
        {"-a", XC_ERR_JID_HYPHEN, DOMAIN, 0},
        {"a-", XC_ERR_JID_HYPHEN, DOMAIN, 1},
        {"a-.b", XC_ERR_JID_HYPHEN, DOMAIN, 1},
        {"x@a.-b", XC_ERR_JID_HYPHEN, DOMAIN, 4},
        {"a.b\\uff0d", XC_ERR_JID_HYPHEN, DOMAIN, 3},
        {"\\u00e4.b-", XC_ERR_JID_HYPHEN, DOMAIN, 4},
    };
    (void)state;
    CHECK_GOOD(rows);
    CHECK_BAD(wrong);
    check_label("ab--c", XC_ERR_JID_HYPHEN, DOMAIN, 0, 4);
    check_label("x.12--3", XC_ERR_JID_HYPHEN, DOMAIN, 2, 6);
    check_label("a\\u00e4--b", XC_ERR_JID_HYPHEN, DOMAIN, 0, 5);
    check_label("\\u00e4.bc--", XC_ERR_JID_HYPHEN, DOMAIN, 3, 7);
}

/* RFC 5891 section 4.2.3.2 */
static void domain_marks(void **state)
{
    static const bad rows[] = {
        {"\\u0301a", XC_ERR_JID_MARK, DOMAIN, 0},
        {"a.\\u0301", XC_ERR_JID_MARK, DOMAIN, 2},
        {"a@b.\\u0903a", XC_ERR_JID_MARK, DOMAIN, 4},
    };
    static const good local[] = {{"\\u0301a@b", "\\u0301a", "b", NULL}};
    (void)state;
    CHECK_BAD(rows);
    CHECK_GOOD(local);
}

/* ---- A-labels, RFC 5890 section 2.3.2.1, RFC 3492 ----------------------- */

static void a_labels(void **state)
{
    static const good rows[] = {
        {"xn--bcher-kva.ch", NULL, "b\\u00fccher.ch", NULL},
        {"XN--BCHER-KVA.CH", NULL, "b\\u00fccher.ch", NULL},
        {"xN--bCher-kVA.ch", NULL, "b\\u00fccher.ch", NULL},
        {"\\uff58n--bcher-kva", NULL, "b\\u00fccher", NULL},
        {"a.xn--fa-hia/r", NULL, "a.fa\\u00df", "r"},
        {"xn--3xa.xn--9ca", NULL, "\\u03c2.\\u00e9", NULL},
        {"xn--58d", NULL, "\\u13a0", NULL},
        {"xn--6q8b", NULL, "\\ud55c", NULL},
        {"xn--i-9bb", NULL, "i\\u0307", NULL},
        {"xn--ll-0ea", NULL, "l\\u00b7l", NULL},
        {"xn--11b2ezcw70k", NULL, "\\u0915\\u094d\\u200d\\u0937", NULL},
    };
    (void)state;
    CHECK_GOOD(rows);
}

/* Which byte of the label shows it is not fixed, and for contents that no
   U-label may have other codes say as much. */
static void check_no_a_label(const char *label, const char *codes)
{
    buffer text = {0};
    outcome o;
    buffer_printf(&text, "a@b.%s.c/d", label);
    parse_as(label, buffer_str(&text), &o);
    CHECK(strstr(codes, xc_status_name(o.status) + 11) != NULL,
          "%s: %s, expected %s", label, xc_status_name(o.status), codes);
    CHECK(o.jid.part == DOMAIN && o.jid.where >= 4 &&
              o.jid.where < 4 + strlen(label),
          "%s: part %u, byte %u", label, o.jid.part, (unsigned)o.jid.where);
    buffer_free(&text);
}

static void a_labels_malformed(void **state)
{
    static const char *const labels[] = {
        "xn--a-",       /* nothing but ASCII */
        "xn--abc-def-", /* the same */
        "xn--bcher-kv", /* the number ends early */
        "xn--bcher-k",  /* the same */
        "xn--99999999", /* overflow */
        "xn--a-99999b", /* overflow, or beyond U+10FFFF */
        "xn--9999999999999999999999999999999", /* overflow */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        check_no_a_label(labels[i], "PUNYCODE HYPHEN");
    check_no_a_label("xn--", "PUNYCODE HYPHEN");
    check_no_a_label("xn---", "PUNYCODE HYPHEN");
    check_no_a_label("xn--a_b-kva", "PUNYCODE CHAR");
    check_no_a_label("xn--dn32g", "PUNYCODE CHAR"); /* U+10FFFF */
    check_no_a_label("xn--ib9b", "PUNYCODE");       /* U+D800 */
}

/* They decode, but to no U-label. */
static void a_labels_wrong(void **state)
{
    static const char *const labels[] = {
        "xn--e-xbb",   /* not in NFC */
        "xn--y3b",     /* the same: U+0958 */
        "xn--gf1h",    /* the same: U+1D15E */
        "xn--7ba",     /* a capital letter */
        "xn--kkg",     /* the same: U+1E9E */
        "xn--kz9a",    /* unstable under case folding: U+AB70 */
        "xn--mi7c",    /* a fullwidth letter */
        "xn--g6h",     /* a symbol */
        "xn--ab-r13a", /* an ideographic full stop */
        "xn--a",       /* U+0080 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(labels); i++)
        check_no_a_label(labels[i], "PUNYCODE CHAR");
    check_no_a_label("xn--zva", "PUNYCODE UNASSIGNED");
    check_no_a_label("xn--ab-m1t", "PUNYCODE CONTEXT");
    check_no_a_label("xn--la-0ea", "PUNYCODE CONTEXT");
    check_no_a_label("xn--a-wbb", "PUNYCODE MARK");
    check_no_a_label("xn----eha", "PUNYCODE HYPHEN");
    check_no_a_label("xn----dha", "PUNYCODE HYPHEN");
    check_no_a_label("xn--ab---3ra", "PUNYCODE HYPHEN");
}

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
        assert_null(result.ptr);
        check_status(what,
                     xc_jid_domain_ascii(jid, fresh_memory(needed - 1),
                                         needed - 1, &result),
                     XC_ERR_BUFFER_SIZE);
        assert_int_equal(result.len, needed);
        status =
            xc_jid_domain_ascii(jid, fresh_memory(needed), needed, &result);
        assert_int_equal(result.len, needed);
        CHECK(needed <= 253, "%s: %u bytes in the DNS", what,
              (unsigned)needed);
    } else {
        CHECK(result.ptr == xc_jid_domain(jid).ptr, "%s: a copy", what);
    }
    check_status(what, status, XC_OK);
    return result;
}

/* It is what the reference makes of it, and stands for the same. */
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
          XC_ARG(got), escaped_text(back));
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

static void reference_punycode(void **state)
{
    static const char *const names[][2] = {
        {"b\\u00fccher.ch", "xn--bcher-kva.ch"},
        {"\\u05d9\\u05e9\\u05e8\\u05d0\\u05dc", "xn--4dbrk0ce"},
        {"\\u0915\\u094d\\u200d\\u0937", "xn--11b2ezcw70k"},
        {"a.fa\\u00df", "a.xn--fa-hia"},
        /* RFC 3492 section 7.1 (L) */
        {"3\\u5e74b\\u7d44\\u91d1\\u516b\\u5148\\u751f",
         "xn--3b-ww4c5e180e575a65lsy2b"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        buffer out = {0};
        to_a_labels(text_of(names[i][0]), &out);
        assert_string_equal(out.ptr, names[i][1]);
        check_good(&(good){names[i][1], NULL, names[i][0], NULL}, 1);
        buffer_free(&out);
    }
}

/* ---- IP literals, RFC 3986 section 3.2.2, RFC 6874 section 2 ------------ */

static const char *const ip_good[] = {
    "[::]",
    "[::1]",
    "[1::]",
    "[1::8]",
    "[1:2:3:4:5:6:7:8]",
    "[1:2:3:4:5:6:7::]",
    "[::2:3:4:5:6:7:8]",
    "[1:2:3:4:5:6::8]",
    "[1::3:4:5:6:7:8]",
    "[1:2:3:4:5:6:1.2.3.4]",
    "[::1.2.3.4]",
    "[::ffff:255.255.255.255]",
    "[1:2:3:4:5::1.2.3.4]",
    "[1::0.0.0.0]",
    "[0000:00ab::ffff]",
    "[fe80::1%25eth0]",
    "[fe80::1%25a-b._~1]",
    "[fe80::1%25%41]",
    "[v1.x]",
    "[vf9.a]",
    "[v1.fe80::a+en1]",
    "[v1.:]",
    "[v0.!$&'()*+,;=:-._~]",
};

static const char *const ip_bad[] = {
    "[]",
    "[",
    "[:]",
    "[:::]",
    "[1]",
    "[1:2]",
    "[1:2:3:4:5:6:7]",
    "[1:2:3:4:5:6:7:8:9]",
    "[1:2:3:4:5:6:7::8]",
    "[1::2::3]",
    "[::1::]",
    "[:1::2]",
    "[1::2:]",
    "[1:2:3:4:5:6:7:]",
    "[:2:3:4:5:6:7:8]",
    "[12345::]",
    "[00001::]",
    "[g::]",
    "[::1",
    "[::1]x",
    "[::1]]",
    "[[::1]]",
    "[::1 ]",
    "[ ::1]",
    "[::-1]",
    "[1.2.3.4]",
    "[::256.0.0.1]",
    "[::1.2.3]",
    "[::01.2.3.4]",
    "[::1.2.3.4.5]",
    "[::1..3.4]",
    "[::1.2.3.4:1]",
    "[1.2.3.4::]",
    "[1:2:3:4:5:6:7:1.2.3.4]",
    "[::1.2.3.]",
    "[::1.2.3.4000]",
    "[::1%25]",
    "[::1%eth0]",
    "[::1%]",
    "[::1%2]",
    "[::1%25a%]",
    "[::1%25a%4]",
    "[::1%25a%4g]",
    "[::1%25a b]",
    "[%25eth0]",
    "[::1]:5222",
    "[\\u0661::]",
    "[::1\\u3002]",
    "[v]",
    "[v1]",
    "[v.x]",
    "[v1.]",
    "[v1x]",
    "[v1x.y]",
    "[vg.x]",
    "[v.]",
    "[1.x]",
    "[x1.y]",
    "[v1.x",
    "[v1.x]y",
    "[v1.[x]",
    "[v1.x]]",
    "[v1.%41]",
    "[v1.x%25eth0]",
    "[v1. ]",
    "[v1.a\"]",
    "[v1.a#b]",
    "[v1.a?b]",
    "[v1.a<b]",
    "[v1.a\\\\b]",
    "[v1.a^b]",
    "[v1.a|b]",
    "[v1.\\u00e9]",
    "[v\\u0661.x]",
    "[\\uff561.x]",
};

static void ip_addresses(void **state)
{
    static const good mapped[] = {
        {"[FE80::ABCD]", NULL, "[fe80::abcd]", NULL},
        {"a@[::1]/r", "a", "[::1]", "r"},
        {"[V1.FE80::A+EN1]", NULL, "[v1.fe80::a+en1]", NULL},
        {"a@[vF.X]./r", "a", "[vf.x]", "r"},
    };
    (void)state;
    CHECK_GOOD(mapped);
    for (size_t i = 0; i < COUNT_OF(ip_good); i++)
        check_good(&(good){ip_good[i], NULL, ip_good[i], NULL}, 1);
    for (size_t i = 0; i < COUNT_OF(ip_bad); i++) {
        outcome o;
        parse(ip_bad[i], &o);
        check_status(ip_bad[i], o.status, XC_ERR_JID_IP);
        CHECK(o.jid.part == DOMAIN, "%s: part %u", ip_bad[i], o.jid.part);
    }
}

static void no_ip_address(void **state)
{
    static const bad rows[] = {
        {"x[::1]", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"a@\\uff3b::1\\uff3d", XC_ERR_JID_CHAR, DOMAIN, 2},
        {"::1", XC_ERR_JID_CHAR, DOMAIN, 0},
    };
    (void)state;
    CHECK_BAD(rows);
}

/* ---- lengths ------------------------------------------------------------ */

/* `before`, then `unit` so many times, then `behind`, all escaped. */
static xc_str repeated(const char *before, const char *unit, size_t times,
                       const char *behind)
{
    static buffer b;
    xc_str piece = text_of(unit);
    buffer_clear(&b);
    add_text(&b, before);
    while (times-- > 0)
        buffer_add(&b, piece.ptr, piece.len);
    add_text(&b, behind);
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
static void length_of_parts(void **state)
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
static void length_after_mapping(void **state)
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
static void length_of_labels(void **state)
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
    xc_str piece = text_of(unit);
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

static void length_of_u_labels(void **state)
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
static void length_of_names(void **state)
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

static void absent_arguments(void **state)
{
    static const xc_str absent;
    xc_str b = text_of("b"), result;
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
static void absent_memory(void **state)
{
    xc_str upper = text_of("A"), space = text_of("a b"), result;
    xc_jid jid, copy;
    (void)state;
    check_status("good", xc_jid_parse(text_of("b"), NULL, 0, &jid), XC_OK);
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
static void views(void **state)
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
static void final_dot(void **state)
{
    outcome o;
    (void)state;
    parse("a@b.", &o);
    check_str("a@b.", xc_jid_full(o.jid), "a@b");
    parse("a@b./c", &o);
    check_str("a@b./c", xc_jid_full(o.jid), "a@b/c");
}

static void every_size(void **state)
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
        xc_str text = text_of(texts[i]);
        outcome o;
        text = guarded_copy(text.ptr, text.len);
        parse_roomy(text, &o);
        check_status(texts[i], o.status, XC_OK);
        for (size_t size = 0; size <= o.needed + 3; size++)
            parse_sized(texts[i], text, &o, size);
    }
}

/* What is wrong is wrong in any memory. */
static void every_size_of_errors(void **state)
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
        xc_str text = text_of(texts[i]);
        outcome o;
        text = guarded_copy(text.ptr, text.len);
        parse_roomy(text, &o);
        CHECK(xc_status_is_error(o.status), "%s", texts[i]);
        for (size_t size = 0; size <= text.len; size++)
            parse_sized(texts[i], text, &o, size);
    }
}

/* ---- accessors and comparison ------------------------------------------- */

static void accessors(void **state)
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

static void accessors_of_errors(void **state)
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

static void comparison(void **state)
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

/* ---- names in the DNS --------------------------------------------------- */

static void check_dns(const char *text, const char *expected)
{
    outcome o;
    parse(text, &o);
    check_status(text, o.status, XC_OK);
    check_str(text, dns_name(text, o.jid), expected);
    check_domain_ascii(text, o.jid);
}

static void names_in_the_dns(void **state)
{
    (void)state;
    check_dns("a@example.com/b", "example.com");
    check_dns("Example.COM.", "example.com");
    check_dns("a@b\\u00fccher.example/\\u00fc", "xn--bcher-kva.example");
    check_dns("B\\u00dcCHER.Example.", "xn--bcher-kva.example");
    check_dns("XN--BCHER-KVA.example", "xn--bcher-kva.example");
    check_dns("fa\\u00df.de", "xn--fa-hia.de");
    check_dns("\\u03c3\\u03af\\u03c3\\u03c5\\u03c6\\u03bf\\u03c2.gr",
              "xn--kxa6ajbbmh.gr");
    check_dns("\\u4f8b\\u5b50.\\u6d4b\\u8bd5\\u3002cn",
              "xn--fsqu00a.xn--0zwm56d.cn");
    check_dns("a.\\u00fc.b-c.\\u05d0.\\u0627", /* all kinds of labels */
              "a.xn--tda.b-c.xn--4db.xn--mgb");
    check_dns("192.0.2.1/r", "192.0.2.1");
    check_dns("a@[2001:DB8::1%25eth0]/r", "[2001:db8::1%25eth0]");
}

/* RFC 3492 section 7.1: those samples that are U-labels, in lower case. */
static void rfc_3492_samples(void **state)
{
    static const char *const names[] = {
        "xn--ihqwcrb4cv8a8dqg056pqjye",
        "xn--ihqwctvzc91f659drss3x8bo0yb",
        "xn--proprostnemluvesky-uyb24dma41a",
        "xn--4dbcagdahymbxekheh6e0a7fei0b",
        "xn--i1baa7eci9glrd9b2ae1bj0hfcgg6iyaf8o0a1dig0cd",
        "xn--n8jok5ay5dzabd5bym9f0cm5685rrjetr6pdxa",
        "xn--b1abfaaepdrnnbgefbadotcwatmq2g4l",
        "xn--porqunopuedensimplementehablarenespaol-fmd56a",
        "xn--tisaohkhngthchnitingvit-kjcr8268qyxafd2f1b9g",
        "xn--3b-ww4c5e180e575a65lsy2b",
        "xn--majikoi5-783gue6qz075azm5e",
        "xn--de-jg4avhby1noc0d",
        "xn--d9juau41awczczp",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++)
        check_dns(names[i], names[i]);
}

/* ---- build and enforce -------------------------------------------------- */

static xc_str part_of(const char *escaped)
{
    static const xc_str absent;
    return escaped != NULL ? text_of(escaped) : absent;
}

/* Builds into memory of just the size; the bytes live until the next call. */
static xc_status build(const char *local, const char *domain,
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
        assert_null(jid->ptr);
        check_status(
            "one byte less",
            xc_jid_build(&parts, fresh_memory(needed - 1), needed - 1, jid),
            XC_ERR_BUFFER_SIZE);
        assert_int_equal(jid->where, needed);
        status = xc_jid_build(&parts, fresh_memory(needed), needed, jid);
        if (status == XC_OK)
            assert_int_equal(xc_jid_full(*jid).len, needed);
    }
    return status;
}

static void check_built(const char *local, const char *domain,
                        const char *resource, const char *full)
{
    xc_jid jid;
    check_status(full, build(local, domain, resource, &jid), XC_OK);
    check_text(full, xc_jid_full(jid), full);
}

static void check_unbuilt(const char *local, const char *domain,
                          const char *resource, const bad *expected)
{
    xc_jid jid;
    xc_status status = build(local, domain, resource, &jid);
    check_status(expected->text, status, expected->status);
    assert_null(jid.ptr);
    CHECK(jid.part == expected->part && jid.where == expected->where,
          "%s: part %u, byte %u", expected->text, jid.part,
          (unsigned)jid.where);
}

static void build_good(void **state)
{
    (void)state;
    check_built(NULL, "b", NULL, "b");
    check_built("a", "b", NULL, "a@b");
    check_built(NULL, "b", "c", "b/c");
    check_built("a", "b", "c", "a@b/c");
    check_built("A\\u0130", "B.", "C/@", "ai\\u0307@b/C/@");
    check_built("a", "xn--fa-hia", "\\u3000", "a@fa\\u00df/ ");
    check_built(NULL, "[::1]", NULL, "[::1]");
}

static void build_bad(void **state)
{
    static const bad rows[] = {
        {"no domainpart", XC_ERR_JID_EMPTY, DOMAIN, 0},
        {"empty domainpart", XC_ERR_JID_EMPTY, DOMAIN, 0},
        {"empty localpart", XC_ERR_JID_EMPTY, LOCAL, 0},
        {"empty resourcepart", XC_ERR_JID_EMPTY, RESOURCE, 0},
        {"@ in the localpart", XC_ERR_JID_EXCLUDED, LOCAL, 1},
        {"/ in the localpart", XC_ERR_JID_EXCLUDED, LOCAL, 1},
        {"@ in the domainpart", XC_ERR_JID_CHAR, DOMAIN, 1},
        {"/ in the domainpart", XC_ERR_JID_CHAR, DOMAIN, 2},
        {"NUL in the resourcepart", XC_ERR_JID_CHAR, RESOURCE, 3},
    };
    (void)state;
    check_unbuilt("a", NULL, "c", &rows[0]);
    check_unbuilt("a", "", "c", &rows[1]);
    check_unbuilt("", "b", "c", &rows[2]);
    check_unbuilt("a", "b", "", &rows[3]);
    check_unbuilt("a@x", "b", "c", &rows[4]);
    check_unbuilt("a/x", "b", "c", &rows[5]);
    check_unbuilt("a", "b@x", "c", &rows[6]);
    check_unbuilt("a", "bb/x", "c", &rows[7]);
    check_unbuilt("aaa", "bbb", "ccc\\u0000", &rows[8]);
}

typedef struct enforced {
    xc_status status;
    xc_str result; /* of `bytes` or an error */
    char bytes[XC_JID_PART_MAX];
} enforced;

static void enforce_part(xc_jid_part part, xc_str text, enforced *e)
{
    xc_str copy = guarded_copy(text.ptr, text.len);
    size_t needed = 0;
    e->status = xc_jid_enforce(part, copy, NULL, 0, &e->result);
    if (e->status == XC_ERR_BUFFER_SIZE) {
        needed = e->result.len;
        assert_null(e->result.ptr);
        e->status = xc_jid_enforce(part, copy, fresh_memory(needed - 1),
                                   needed - 1, &e->result);
        check_status("one byte less", e->status, XC_ERR_BUFFER_SIZE);
        assert_int_equal(e->result.len, needed);
        e->status = xc_jid_enforce(part, copy, fresh_memory(needed), needed,
                                   &e->result);
        assert_int_equal(e->result.len, needed);
    }
    if (e->status != XC_OK) {
        assert_null(e->result.ptr);
        assert_true(e->result.len <= text.len);
        return;
    }
    assert_true(e->result.len <= sizeof e->bytes);
    memcpy(e->bytes, e->result.ptr, e->result.len);
    e->result.ptr = e->bytes;
}

static void check_enforced(xc_jid_part part, const char *text,
                           const char *expected)
{
    enforced e;
    enforce_part(part, text_of(text), &e);
    check_status(text, e.status, XC_OK);
    check_text(text, e.result, expected);
}

static void check_refused(xc_jid_part part, const char *text, xc_status status,
                          size_t where)
{
    enforced e;
    enforce_part(part, text_of(text), &e);
    check_status(text, e.status, status);
    CHECK(e.result.len == where, "%s: byte %u", text, (unsigned)e.result.len);
}

static void enforce(void **state)
{
    (void)state;
    check_enforced(LOCAL, "Juliet", "juliet");
    check_enforced(LOCAL, "\\uff41\\u0130", "ai\\u0307");
    check_enforced(RESOURCE, "Correct\\u2003Horse/@", "Correct Horse/@");
    check_enforced(RESOURCE, "e\\u0301", "\\u00e9");
    check_enforced(DOMAIN, "XN--FA-HIA.de.", "fa\\u00df.de");
    check_refused(LOCAL, "", XC_ERR_JID_EMPTY, 0);
    check_refused(DOMAIN, "", XC_ERR_JID_EMPTY, 0);
    check_refused(RESOURCE, "", XC_ERR_JID_EMPTY, 0);
    check_refused(LOCAL, "a@b", XC_ERR_JID_EXCLUDED, 1);
    check_refused(LOCAL, "a/b", XC_ERR_JID_EXCLUDED, 1);
    check_refused(DOMAIN, "a/b", XC_ERR_JID_CHAR, 1);
    check_refused(DOMAIN, "a@b", XC_ERR_JID_CHAR, 1);
    check_refused(RESOURCE, "a\\u0009", XC_ERR_JID_CHAR, 1);
    check_refused(RESOURCE, "a\\xff", XC_ERR_JID_UTF8, 1);
}

static void enforced_views(void **state)
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
              escaped_text(xc_jid_full(jid)));
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
          "%s becomes %s, which is cut otherwise", what, escaped_text(full));
    CHECK(xc_utf8_check(full) == full.len, "%s becomes %s", what,
          escaped_text(full));
    parse_roomy(guarded_copy(full.ptr, full.len), &again);
    CHECK(again.status == XC_OK, "%s becomes %s, which is refused: %s", what,
          escaped_text(full), xc_status_name(again.status));
    CHECK(xc_jid_equal(again.jid, o->jid), "%s becomes %s, which becomes %s",
          what, escaped_text(full), escaped_text(xc_jid_full(again.jid)));
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
        enforce_part((xc_jid_part)part, all[part], &e);
        check_status(what, e.status, XC_OK);
        CHECK(xc_str_equal(e.result, got[part]), "%s: part %u alone is %s",
              what, part, escaped_text(e.result));
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

static void every_code_point(void **state)
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

static void random_texts(void **state)
{
    static buffer text;
    static outcome o;
    random_source r = {20221112};
    size_t accepted = 0, rounds = 150000;
    (void)state;
    for (size_t i = 0; i < rounds; i++) {
        const char *what;
        random_address(&r, &text);
        what = escaped_text(buffer_str(&text));
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

/* Any labels behind "xn--": no crash, and what is accepted is what the
   reference makes of the result. */
static void random_a_labels(void **state)
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

/* What is ASCII has a way of its own: the same, and the same errors, as behind
   something that is not ASCII. `before`, "b/" or nothing, is before both. */
static void check_ascii(const char *before, const char *other_before,
                        const buffer *ascii)
{
    static buffer text, other_text;
    static outcome plain, other;
    const char *what = escaped_text(buffer_str(ascii));
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

static void random_ascii(void **state)
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
            check_against_build(escaped_text(text), text, &o);
        }
    }
}

static void short_ascii(void **state)
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
static void random_short_ascii(void **state)
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
        check_against_build(escaped_text(text), text, &o);
        if (o.status != XC_OK)
            continue;
        accepted++;
        check_stable(escaped_text(text), &o);
    }
    print_message("%zu accepted\n", accepted);
    assert_true(accepted > 30000);
}

/* Random bytes: no crash, no reading beyond. */
static void random_bytes(void **state)
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

/* "q" composes with none of them. */
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
static void marks_in_reverse(void **state)
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
static void marks_at_random(void **state)
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
static void marks_by_the_million(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        const char *before = i == 0 ? "b/q" : i == 1 ? "q" : "a@q";
        const char *behind = i == 1 ? "@b" : "";
        xc_str text =
            repeated(before, "\\u0301\\u0323\\u0327\\u0334", 500000, behind);
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
    xc_str text = text_of(from), result;
    xc_str expected = text_of(to);
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

static void escaping(void **state)
{
    static const char *const rows[][2] = {
        {"", ""},
        {"juliet", "juliet"},
        {"\\u00e9", "\\u00e9"},
        {"space cadet", "space\\\\20cadet"},
        {"call me \"ishmael\"", "call\\\\20me\\\\20\\\\22ishmael\\\\22"},
        {"at&t guy", "at\\\\26t\\\\20guy"},
        {"d'artagnan", "d\\\\27artagnan"},
        {"/.fanboy", "\\\\2f.fanboy"},
        {"::foo::", "\\\\3a\\\\3afoo\\\\3a\\\\3a"},
        {"<foo>", "\\\\3cfoo\\\\3e"},
        {"user@host", "user\\\\40host"},
        /* a backslash only where it could be taken for an escape */
        {"c:\\\\net", "c\\\\3a\\\\net"},
        {"c:\\\\cool stuff", "c\\\\3a\\\\cool\\\\20stuff"},
        {"c:\\\\5commas", "c\\\\3a\\\\5c5commas"},
        {"\\\\5c", "\\\\5c5c"},
        {"\\\\20", "\\\\5c20"},
        {"\\\\2", "\\\\2"},
        {"\\\\", "\\\\"},
        {"\\\\41", "\\\\41"},
        {"\\\\2F", "\\\\2F"},
        {"\\\\5C", "\\\\5C"},
        {"\\\\\\\\5c", "\\\\\\\\5c5c"},
        {"\\\\@", "\\\\\\\\40"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_escaper(xc_jid_escape, rows[i][0], rows[i][1]);
        check_escaper(xc_jid_unescape, rows[i][1], rows[i][0]);
    }
}

static void unescaping(void **state)
{
    static const char *const rows[][2] = {
        {"\\\\20a\\\\20", "\\u0020a\\u0020"},
        {"\\\\5c", "\\\\"},
        {"\\\\5c20", "\\\\20"},
        {"\\\\5c5c", "\\\\5c"},
        {"\\\\5C20", "\\\\5C20"},
        {"\\\\2F\\\\3A", "\\\\2F\\\\3A"},
        {"a\\\\", "a\\\\"},
        {"a\\\\2", "a\\\\2"},
        {"\\\\21\\\\00", "\\\\21\\\\00"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check_escaper(xc_jid_unescape, rows[i][0], rows[i][1]);
}

/* XEP-0106: \20 is neither the first nor the last of a localpart. */
static void escaping_spaces(void **state)
{
    static const char *const texts[] = {" ", " a", "a ", "  ", "a @ "};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(texts); i++) {
        xc_str result, text = xc_str_from(texts[i]);
        for (size_t size = 0; size < 16; size++) {
            check_status(
                texts[i],
                xc_jid_escape(text, fresh_memory(size), size, &result),
                XC_ERR_JID_ESCAPE);
            assert_null(result.ptr);
        }
    }
}

/* Escaping and back is the identity; what was escaped is a localpart. */
static void escaping_at_random(void **state)
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

/* ---- vectors ------------------------------------------------------------ */

typedef struct vector_counts {
    size_t rows, skipped, escapes;
} vector_counts;

/* Policies other than ours under which a row would be another; none of these
   rows contradicts ours. */
static bool decided(const char *status)
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
static bool assigned_since(const char *text)
{
    return strcmp(text, "\\U0003293120.\\u97f3.\\ua8661.") == 0 ||
           strcmp(text, "xn--20-9802c.xn--0w5a.xn--1-eg4e.") == 0;
}

static const char *or_absent(const char *field)
{
    return field[0] != '\0' ? field : NULL;
}

/* A name that is written in ASCII is, enforced and then for the DNS, what it
   was, but for upper case and a dot at the end. */
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

static void vector_accepted(char **field)
{
    static outcome o;
    xc_str text = text_of(field[1]);
    parse_as(field[1], text, &o);
    CHECK(o.status == XC_OK, "%s: %s (part %u, byte %u); source: %s %s",
          field[1], xc_status_name(o.status), o.jid.part,
          (unsigned)o.jid.where, field[5], field[7]);
    check_parts(field[1], o.jid, or_absent(field[2]), or_absent(field[3]),
                or_absent(field[4]));
    check_stable(field[1], &o);
    text = text_of(field[1]);
    CHECK(xc_str_equal(text, xc_jid_full(o.jid)) ==
              (strcmp(field[0], "valid") == 0),
          "%s: not \"%s\"", field[1], field[0]);
    check_name_comes_back(field[1], text, o.jid);
    check_against_build(field[1], text, &o);
}

static void vector_refused(char **field)
{
    static outcome o;
    parse(field[1], &o);
    CHECK(xc_status_is_error(o.status), "%s: accepted as %s; source: %s %s",
          field[1], escaped_text(xc_jid_full(o.jid)), field[5], field[7]);
    if (strncmp(field[6], "XC_ERR_", 7) == 0)
        CHECK(strcmp(field[6], xc_status_name(o.status)) == 0,
              "%s: %s, expected %s", field[1], xc_status_name(o.status),
              field[6]);
    check_against_build(field[1], text_of(field[1]), &o);
}

static void vector_row(char **field, vector_counts *counts)
{
    counts->rows++;
    if (!decided(field[6]))
        counts->skipped++;
    else if (assigned_since(field[1]))
        check_good(
            &(good){field[1], NULL, "\\U0003293120.\\u97f3.\\ua8661", NULL},
            1);
    else if (strcmp(field[0], "invalid") == 0)
        vector_refused(field);
    else if (strcmp(field[0], "equal") == 0)
        check_equal(field[1], field[2], true);
    else if (strcmp(field[0], "notequal") == 0)
        check_equal(field[1], field[2], false);
    else if (strcmp(field[0], "valid") == 0 ||
             strcmp(field[0], "normalize") == 0)
        vector_accepted(field);
    else
        check_fail("no such kind: %s", field[0]);
}

/* escape or unescape, input, output; no output: refused. */
static void escape_row(char **field, vector_counts *counts)
{
    jid_escaper *f =
        strcmp(field[0], "escape") == 0 ? xc_jid_escape : xc_jid_unescape;
    xc_str result;
    char mem[256];
    counts->escapes++;
    if (field[2][0] != '\0')
        check_escaper(f, field[1], field[2]);
    else
        check_status(field[1], f(text_of(field[1]), mem, sizeof mem, &result),
                     XC_ERR_JID_ESCAPE);
}

static void vector_file(buffer *file, vector_counts *counts)
{
    table rows = {0};
    rows.next = file->ptr;
    while (table_next(&rows)) {
        const char *kind = rows.field[0];
        if (strcmp(kind, "escape") == 0 || strcmp(kind, "unescape") == 0)
            escape_row(rows.field, counts);
        else
            vector_row(rows.field, counts);
    }
}

static void print_counts(const vector_counts *counts)
{
    print_message("%zu rows, %zu of them skipped (another policy), %zu of "
                  "XEP-0106\n",
                  counts->rows + counts->escapes, counts->skipped,
                  counts->escapes);
}

static void own_vectors(void **state)
{
    static const char path[] = "tests/data/jid.tsv";
    vector_counts counts = {0, 0, 0};
    buffer file = {0};
    (void)state;
    CHECK(load_file(path, &file), "cannot read %s (run in the top directory)",
          path);
    vector_file(&file, &counts);
    print_counts(&counts);
    assert_true(counts.rows > 150);
    buffer_free(&file);
}

static bool is_table(const char *name)
{
    size_t len = strlen(name);
    return len > 4 && strcmp(name + len - 4, ".tsv") == 0;
}

/* All tables of the directory jid of XC_CORPORA. */
static void external_vectors(void **state)
{
    static buffer path;
    vector_counts counts = {0, 0, 0};
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
    while ((entry = readdir(dir)) != NULL) {
        buffer file = {0}, name = {0};
        if (!is_table(entry->d_name))
            continue;
        buffer_printf(&name, "jid/%s", entry->d_name);
        load_promised(name.ptr, &file);
        vector_file(&file, &counts);
        buffer_free(&file);
        buffer_free(&name);
    }
    closedir(dir);
    print_counts(&counts);
    assert_true(counts.rows > 0);
}

/* An absent part stays absent, whatever its length says, as after an error. */
static void absent_part_with_a_length(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table_1),
        cmocka_unit_test(table_2),
        cmocka_unit_test(table_1_comparison),
        cmocka_unit_test(split),
        cmocka_unit_test(mapped_separators),
        cmocka_unit_test(empty_parts),
        cmocka_unit_test(ill_formed),
        cmocka_unit_test(local_mapping),
        cmocka_unit_test(local_ascii),
        cmocka_unit_test(local_class),
        cmocka_unit_test(resource_mapping),
        cmocka_unit_test(resource_class),
        cmocka_unit_test(context_zwnj),
        cmocka_unit_test(context_zwj),
        cmocka_unit_test(context_middle_dot),
        cmocka_unit_test(context_keraia),
        cmocka_unit_test(context_geresh),
        cmocka_unit_test(context_katakana_dot),
        cmocka_unit_test(context_digits),
        cmocka_unit_test(bidi_good),
        cmocka_unit_test(bidi_bad),
        cmocka_unit_test(domain_mapping),
        cmocka_unit_test(domain_class),
        cmocka_unit_test(domain_ascii),
        cmocka_unit_test(domain_dots),
        cmocka_unit_test(absent_part_with_a_length),
        cmocka_unit_test(domain_hyphens),
        cmocka_unit_test(domain_marks),
        cmocka_unit_test(a_labels),
        cmocka_unit_test(a_labels_malformed),
        cmocka_unit_test(a_labels_wrong),
        cmocka_unit_test(reference_punycode),
        cmocka_unit_test(ip_addresses),
        cmocka_unit_test(no_ip_address),
        cmocka_unit_test(length_of_parts),
        cmocka_unit_test(length_after_mapping),
        cmocka_unit_test(length_of_labels),
        cmocka_unit_test(length_of_u_labels),
        cmocka_unit_test(length_of_names),
        cmocka_unit_test(absent_arguments),
        cmocka_unit_test(absent_memory),
        cmocka_unit_test(views),
        cmocka_unit_test(final_dot),
        cmocka_unit_test(every_size),
        cmocka_unit_test(every_size_of_errors),
        cmocka_unit_test(accessors),
        cmocka_unit_test(accessors_of_errors),
        cmocka_unit_test(comparison),
        cmocka_unit_test(names_in_the_dns),
        cmocka_unit_test(rfc_3492_samples),
        cmocka_unit_test(build_good),
        cmocka_unit_test(build_bad),
        cmocka_unit_test(enforce),
        cmocka_unit_test(enforced_views),
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(random_texts),
        cmocka_unit_test(random_a_labels),
        cmocka_unit_test(random_ascii),
        cmocka_unit_test(short_ascii),
        cmocka_unit_test(random_short_ascii),
        cmocka_unit_test(random_bytes),
        cmocka_unit_test(marks_in_reverse),
        cmocka_unit_test(marks_at_random),
        cmocka_unit_test(marks_by_the_million),
        cmocka_unit_test(escaping),
        cmocka_unit_test(unescaping),
        cmocka_unit_test(escaping_spaces),
        cmocka_unit_test(escaping_at_random),
        cmocka_unit_test(own_vectors),
        cmocka_unit_test(external_vectors),
    };
    return cmocka_run_group_tests_name("jid", tests, NULL, NULL);
}
