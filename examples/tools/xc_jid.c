/* xc_jid.c - enforces XMPP addresses, one on each line.

   Shows the address layer: xc_jid_parse with the byte that an error is about,
   xc_jid_split, xc_jid_escape, xc_jid_unescape. Try:
       printf 'Juliet@example.com/balcony\nro"meo@xn--fa-hia.de\n' | \
           build/xc_jid --explain */
#define _XOPEN_SOURCE 700 /* POSIX with wcwidth */
#include "xmpp_codec.h"

#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "tool.h"

static bool explain, escape, unescape;

static const tool_option options[] = {{"--explain", &explain, NULL},
                                      {"--escape", &escape, NULL},
                                      {"--unescape", &unescape, NULL},
                                      {NULL, NULL, NULL}};

static const tool self = {
    "xc_jid", "[--explain | --escape | --unescape] [FILE]",
    "Enforces XMPP addresses (RFC 7622). Reads one on each line of FILE or\n"
    "standard input and prints one line for each, fields separated by TAB:\n\n"
    "  ok     localpart  domainpart  resourcepart   absent parts as -\n"
    "  error  XC_ERR_NAME\n\n"
    "On a terminal it explains instead: what was changed, or which character\n"
    "is wrong and why.\n\n"
    "Lines end with LF and may contain UTF-8 and these escapes:\n\n"
    "  \\\\           a backslash\n"
    "  \\uXXXX       a code point, also \\UXXXXXXXX\n"
    "  \\xNN         a byte\n\n"
    "Any other backslash stands for itself, so foo\\20bar is as it looks;\n"
    "surrogates and numbers beyond 10FFFF become ill-formed UTF-8. What is\n"
    "printed is ASCII: the backslash, what is not printable, a space at\n"
    "either end of a part and a part that is only - are escaped.\n\n"
    "  --explain   explain, even if standard output is no terminal\n"
    "  --escape    XEP-0106: make each line a localpart\n"
    "  --unescape  XEP-0106: the other way; both print ok and the result,\n"
    "              or the error\n\n"
    "Exit status: 0, also if there are errors; 2 wrong use or unreadable.\n",
    options};

/* ---- lines -------------------------------------------------------------- */

typedef struct line_reader {
    tool_input input;
    xc_str piece; /* read, but not in a line yet */
    char *line;
    size_t len, size;
} line_reader;

static void add_to_line(line_reader *r, xc_str bytes)
{
    if (r->size - r->len <= bytes.len) {
        r->size = (r->len + bytes.len + 1) * 2;
        r->line = (char *)tool_alloc(&self, r->line, r->size);
    }
    memcpy(r->line + r->len, bytes.ptr, bytes.len);
    r->len += bytes.len;
}

/* Reads a line of any length, the last one also if no LF ends it. */
static bool read_line(line_reader *r)
{
    bool any = false, ended = false;
    r->len = 0;
    while (!ended && (r->piece.len > 0 || tool_read(&r->input, &r->piece))) {
        xc_str rest = r->piece;
        add_to_line(r, xc_str_cut(&rest, '\n'));
        r->piece = rest;
        any = true;
        ended = rest.ptr != NULL;
    }
    return any;
}

/* ---- escapes ------------------------------------------------------------ */

/* The hexadecimal number of exactly so many digits at s; false if there is
   none. */
static bool read_hex(xc_str s, size_t digits, uint32_t *number)
{
    static const char hex[] = "0123456789abcdefABCDEF";
    uint32_t value = 0;
    if (s.len < digits)
        return false;
    for (size_t i = 0; i < digits; i++) {
        const char *digit = (const char *)memchr(hex, s.ptr[i], 22);
        if (digit == NULL)
            return false;
        value = value << 4 | (uint32_t)(digit - hex - (digit - hex > 15) * 6);
    }
    *number = value;
    return true;
}

/* As UTF-8; no character is encoded in the same way. Returns the bytes. */
static size_t put_code_point(char *out, uint32_t cp)
{
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t bytes = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    uint32_t lead = leads[bytes];
    if (cp > 0x1FFFFF) {
        *out = '\xFF';
        return 1;
    }
    for (size_t i = bytes - 1; i > 0; i--, cp >>= 6)
        out[i] = (char)(unsigned char)(0x80 | (cp & 0x3F));
    out[0] = (char)(unsigned char)(lead | cp);
    return bytes;
}

/* Takes an escape or a byte off the front of *in; returns the bytes put out,
   never more than were taken. */
static size_t put_unescaped(char *out, xc_str *in)
{
    xc_str hex = {in->ptr + 2, in->len > 2 ? in->len - 2 : 0};
    char kind = in->ptr[0] == '\\' && in->len > 1 ? in->ptr[1] : ' ';
    size_t digits = kind == 'x' ? 2 : kind == 'u' ? 4 : kind == 'U' ? 8 : 0;
    size_t taken = kind == '\\' ? 2 : 1;
    size_t put = 1;
    uint32_t number;
    if (digits > 0 && read_hex(hex, digits, &number)) {
        taken = 2 + digits;
        if (kind == 'x')
            *out = (char)(unsigned char)number;
        else
            put = put_code_point(out, number);
    } else {
        *out = in->ptr[0];
    }
    in->ptr += taken;
    in->len -= taken;
    return put;
}

/* In place. */
static xc_str unescape_line(line_reader *r)
{
    xc_str in = {r->line, r->len};
    size_t len = 0;
    while (in.len > 0)
        len += put_unescaped(r->line + len, &in);
    in.ptr = r->line;
    in.len = len;
    return in;
}

/* Takes the first character off *s; 0 bytes if there is none: then it took
   one byte. */
static size_t take_character(xc_str *s, uint32_t *cp)
{
    size_t bytes = xc_utf8_decode(*s, cp);
    size_t taken = bytes > 0 ? bytes : 1;
    if (bytes == 0)
        *cp = (unsigned char)s->ptr[0];
    s->ptr += taken;
    s->len -= taken;
    return bytes;
}

typedef struct word {
    char text[16];
} word;

static word escape_of(uint32_t cp, bool is_byte)
{
    word w;
    const char *format = is_byte       ? "\\x%02lx"
                         : cp == '\\'  ? "\\\\"
                         : cp > 0xFFFF ? "\\U%08lx"
                                       : "\\u%04lx";
    snprintf(w.text, sizeof w.text, format, (unsigned long)cp);
    return w;
}

static void print_escaped(xc_str s)
{
    bool dash = xc_str_is(s, "-"), edge = true;
    while (s.len > 0) {
        uint32_t cp;
        bool is_byte = take_character(&s, &cp) == 0;
        bool plain = cp > ' ' && cp < 0x7F && cp != '\\' && !dash;
        edge = edge || s.len == 0;
        if (plain || (cp == ' ' && !edge))
            putchar((int)cp);
        else
            fputs(escape_of(cp, is_byte).text, stdout);
        edge = false;
    }
}

/* ---- lines for programs ------------------------------------------------- */

static char memory[XC_JID_MAX];

static void print_error(xc_status status)
{
    printf("error\t%s\n", xc_status_name(status));
}

static void print_part(xc_str part)
{
    putchar('\t');
    if (part.ptr == NULL)
        putchar('-');
    else
        print_escaped(part);
}

static void print_address(xc_str text)
{
    xc_jid jid;
    xc_status status = xc_jid_parse(text, memory, sizeof memory, &jid);
    if (status != XC_OK) {
        print_error(status);
        return;
    }
    fputs("ok", stdout);
    print_part(xc_jid_local(jid));
    print_part(xc_jid_domain(jid));
    print_part(xc_jid_resource(jid));
    putchar('\n');
}

static void print_xep0106(xc_str text)
{
    size_t size = text.len * 3;
    char *mem = (char *)tool_alloc(&self, NULL, size + 1);
    xc_str result;
    xc_status status = escape ? xc_jid_escape(text, mem, size, &result)
                              : xc_jid_unescape(text, mem, size, &result);
    if (status == XC_OK) {
        fputs("ok", stdout);
        print_part(result);
        putchar('\n');
    } else {
        print_error(status);
    }
    free(mem);
}

/* ---- for people --------------------------------------------------------- */

static bool color;
static bool utf8; /* the terminal shows it */

static const char *const part_names[] = {"localpart", "domainpart",
                                         "resourcepart"};

/* Sections of the rules, for each part. */
static const struct {
    xc_status status;
    const char *sections[3];
} rules[] = {
    {XC_ERR_JID_EMPTY,
     {"RFC 7622 section 3.3", "RFC 7622 section 3.2", "RFC 7622 section 3.4"}},
    {XC_ERR_JID_LENGTH,
     {"RFC 7622 section 3.3",
      "RFC 7622 section 3.2, RFC 5890 section 2.3.2.1, "
      "RFC 1035 section 2.3.4",
      "RFC 7622 section 3.4"}},
    {XC_ERR_JID_UTF8,
     {"RFC 3629 section 4", "RFC 3629 section 4", "RFC 3629 section 4"}},
    {XC_ERR_JID_UNASSIGNED,
     {"RFC 8264 section 4.2.4", "RFC 5891 section 4.2.2",
      "RFC 8264 section 4.3.4"}},
    {XC_ERR_JID_CHAR,
     {"RFC 8264 section 4.2.3", "RFC 5891 section 4.2.2",
      "RFC 8264 section 4.3.3"}},
    {XC_ERR_JID_EXCLUDED, {"RFC 7622 section 3.3.1", "", ""}},
    {XC_ERR_JID_CONTEXT,
     {"RFC 8264 section 4.2.2, RFC 5892 appendix A",
      "RFC 5891 section 4.2.3.3, RFC 5892 appendix A",
      "RFC 8264 section 4.3.2, RFC 5892 appendix A"}},
    {XC_ERR_JID_BIDI,
     {"RFC 8265 section 3.3.1, RFC 5893 section 2",
      "RFC 5891 section 4.2.3.4, RFC 5893 section 2", ""}},
    {XC_ERR_JID_HYPHEN, {"", "RFC 5891 section 4.2.3.1", ""}},
    {XC_ERR_JID_MARK, {"", "RFC 5891 section 4.2.3.2", ""}},
    {XC_ERR_JID_PUNYCODE, {"", "RFC 5890 section 2.3.2.1, RFC 3492", ""}},
    {XC_ERR_JID_IP, {"", "RFC 3986 section 3.2.2, RFC 6874 section 2", ""}},
};

static const char *section_of(xc_status status, unsigned part)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
        if (rules[i].status == status)
            return rules[i].sections[part];
    return "";
}

/* `sgr` as in ECMA-48: what is printed until style("0") looks like this. */
static void style(const char *sgr)
{
    if (color)
        printf("\033[%sm", sgr);
}

/* Spaces and the soft hyphen. */
static bool is_invisible(uint32_t cp)
{
    return cp == 0xA0 || cp == 0xAD || cp == 0x1680 || cp - 0x2000 < 16 ||
           cp == 0x202F || cp == 0x205F || cp == 0x3000;
}

/* Columns of a character that can be shown as it is; 0: it cannot, or one
   would not see it. */
static int columns_of(uint32_t cp)
{
    if (cp < 0x80)
        return cp >= ' ' && cp != 0x7F;
    if (!utf8 || is_invisible(cp) || wcwidth((wchar_t)cp) < 1)
        return 0;
    return wcwidth((wchar_t)cp);
}

/* Would a backslash before this be taken for an escape? */
static bool needs_escape(xc_str rest)
{
    return rest.len > 0 && strchr("\\uUx", rest.ptr[0]) != NULL;
}

/* Prints the character that it takes off *s, or its escape; returns the
   columns. */
static int show_character(xc_str *s)
{
    uint32_t cp;
    const char *at = s->ptr;
    bool is_byte = take_character(s, &cp) == 0;
    int columns = is_byte ? 0 : columns_of(cp);
    if (cp == '\\' && needs_escape(*s))
        columns = 0;
    if (columns > 0) {
        fwrite(at, 1, (size_t)(s->ptr - at), stdout);
        return columns;
    }
    return printf("%s", escape_of(cp, is_byte).text);
}

static int show(xc_str s)
{
    int columns = 0;
    while (s.len > 0)
        columns += show_character(&s);
    return columns;
}

/* The byte, at most `limit` before `at`, where a character begins. */
static size_t step_back(xc_str text, size_t at, size_t limit)
{
    size_t begin = at > limit ? at - limit : 0;
    while (begin > 0 && begin < at && (text.ptr[begin] & 0xC0) == 0x80)
        begin++;
    return begin;
}

/* The address, or what surrounds the offending byte of a long one, with that
   marked. Returns the columns before it and sets *width to its own. */
static int show_marked(xc_str text, size_t where, int *width)
{
    enum {
        BEFORE = 48,
        AFTER = 24
    };
    size_t begin = step_back(text, where, BEFORE);
    xc_str head = {text.ptr + begin, where - begin};
    xc_str tail = {text.ptr + where, text.len - where};
    int columns = begin > 0 ? printf("...") : 0;
    columns += show(head);
    *width = 1;
    style("1;7;31");
    if (tail.len > 0)
        *width = show_character(&tail);
    style("0");
    head.ptr = tail.ptr;
    head.len = tail.len > AFTER ? step_back(tail, tail.len, tail.len - AFTER)
                                : tail.len;
    show(head);
    puts(head.len < tail.len ? "..." : "");
    return columns;
}

static void describe(xc_str text, size_t where)
{
    xc_str rest = {text.ptr + where, text.len - where};
    uint32_t cp;
    if (rest.len == 0)
        fputs("the end", stdout);
    else if (take_character(&rest, &cp) > 0)
        printf("U+%04lX", (unsigned long)cp);
    else
        printf("the byte %02lX", (unsigned long)cp);
}

/* The codec names the byte that makes it certain; this is the first one of the
   sequence. */
static size_t ill_formed_at(xc_str text)
{
    xc_str rest = text;
    uint32_t cp;
    size_t bytes;
    while ((bytes = xc_utf8_decode(rest, &cp)) > 0) {
        rest.ptr += bytes;
        rest.len -= bytes;
    }
    return text.len - rest.len;
}

static void explain_error(xc_str text, xc_status status, const xc_jid *jid)
{
    size_t where = status == XC_ERR_JID_UTF8 ? ill_formed_at(text)
                   : jid->where < text.len   ? jid->where
                                             : text.len;
    const char *section = section_of(status, jid->part);
    int width;
    int columns = show_marked(text, where, &width);
    printf("%*s", columns, "");
    style("1;31");
    while (width-- > 0)
        putchar('^');
    style("0");
    putchar(' ');
    describe(text, where);
    printf(" in the %s, byte %lu\n  ", part_names[jid->part],
           (unsigned long)where);
    style("31");
    fputs(xc_status_text(status), stdout);
    style("0");
    printf("\n  %s%s%s\n", xc_status_name(status),
           section[0] != '\0' ? ", " : "", section);
}

/* A localpart without the escapes of XEP-0106, if it has any. */
static void explain_escapes(xc_str local)
{
    char mem[XC_JID_PART_MAX];
    xc_str meant;
    if (local.ptr == NULL ||
        xc_jid_unescape(local, mem, sizeof mem, &meant) != XC_OK ||
        xc_str_equal(local, meant))
        return;
    fputs("                stands for ", stdout);
    show(meant);
    puts(" (XEP-0106)");
}

static void explain_part(unsigned part, xc_str written, xc_str enforced)
{
    if (enforced.ptr == NULL)
        return;
    printf("  %-12s  ", part_names[part]);
    style("1");
    show(enforced);
    style("0");
    if (!xc_str_equal(written, enforced)) {
        style("33");
        fputs("  was  ", stdout);
        show(written);
        style("0");
    }
    putchar('\n');
}

static void explain_address(xc_str text)
{
    xc_jid_parts written = xc_jid_split(text);
    xc_jid jid;
    xc_status status = xc_jid_parse(text, memory, sizeof memory, &jid);
    if (status != XC_OK) {
        explain_error(text, status, &jid);
    } else {
        style("1;32");
        show(xc_jid_full(jid));
        style("0");
        putchar('\n');
        explain_part(XC_JID_LOCAL, written.local, xc_jid_local(jid));
        explain_escapes(xc_jid_local(jid));
        explain_part(XC_JID_DOMAIN, written.domain, xc_jid_domain(jid));
        explain_part(XC_JID_RESOURCE, written.resource, xc_jid_resource(jid));
    }
    putchar('\n');
}

static void set_up_terminal(void)
{
    const char *no_color = getenv("NO_COLOR");
    bool terminal = isatty(STDOUT_FILENO) != 0;
    color = terminal && (no_color == NULL || *no_color == '\0');
    explain = explain || (terminal && !escape && !unescape);
    setlocale(LC_CTYPE, "");
    utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int main(int argc, char **argv)
{
    const char *file = tool_options(&self, argc, argv);
    line_reader r;

    if (escape + unescape + explain > 1)
        tool_usage(&self, "options", "only one of them at a time");
    set_up_terminal();
    memset(&r, 0, sizeof r);
    tool_open(&r.input, &self, file, 65536);
    while (read_line(&r)) {
        xc_str text = unescape_line(&r);
        if (escape || unescape)
            print_xep0106(text);
        else if (explain)
            explain_address(text);
        else
            print_address(text);
    }
    tool_close(&r.input);
    free(r.line);
    return tool_exit(&self, TOOL_OK);
}
