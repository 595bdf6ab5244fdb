/* xc_inspect.c - one direction of a recorded XMPP stream, one line per event.

   Shows the stream reader and the accessors of element trees. Try:
       build/xc_inspect --color capture.xml
       tcpflow -C port 5222 | build/xc_inspect */
#define _POSIX_C_SOURCE 200809L
#include "xmpp_codec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flaw.h"
#include "recording.h"
#include "tool.h"

static size_t chunk = 65536;
static size_t memory_size = 65536;
static bool websocket, bosh, lenient, color;

static const tool_option options[] = {{"--chunk", NULL, &chunk},
                                      {"--mem", NULL, &memory_size},
                                      {"--websocket", &websocket, NULL},
                                      {"--bosh", &bosh, NULL},
                                      {"--lenient", &lenient, NULL},
                                      {"--color", &color, NULL},
                                      {NULL, NULL, NULL}};

static const tool self = {
    "xc_inspect",
    "[--chunk N] [--mem BYTES] [--websocket | --bosh]\n"
    "                  [--lenient] [--color] [FILE]",
    "Reads one direction of an XMPP stream, a recording or a live pipe, from\n"
    "FILE or standard input and prints a line as soon as something is\n"
    "complete:\n\n"
    "  offset  kind  summary         fields separated by TAB; kind is open,\n"
    "                                features, stanza, nonza, error, restart\n"
    "                                or close; offset in bytes\n"
    "  end  closed | open | partial  last line: closed by its close tag; cut\n"
    "                                between elements; inside an element\n"
    "  error  condition  offset  XC_ERR_NAME\n"
    "                                last line of rejected input; condition\n"
    "                                is the stream error to reply with\n\n"
    "A stream header after STARTTLS, compression or SASL is a restart. What\n"
    "SASL and other secrets contain is shown as [n bytes] only. Characters\n"
    "that would upset a terminal are shown as \\n \\r \\t or \\u{hex}.\n\n"
    "  --chunk N    give the codec N bytes at a time (65536)\n"
    "  --mem BYTES  give the codec so much memory (65536)\n"
    "  --websocket  RFC 7395: <open/>, elements that stand alone, <close/>\n"
    "  --bosh       XEP-0124: one <body/> after the other; chosen without\n"
    "               being asked if the input begins with <body\n"
    "  --lenient    tolerate attributes with undeclared prefixes\n"
    "  --color      columns and colours; on a terminal unless NO_COLOR is\n"
    "               set\n\n"
    "Exit status: 0 accepted, 1 rejected, 2 wrong use or unreadable.\n",
    options};

#define NS_SASL2 "urn:xmpp:sasl:2"
#define NS_SASL2_DRAFT "urn:xmpp:sasl:1"

/* ---- printable text ----------------------------------------------------- */

/* Longer texts are cut; no address is longer than the second. */
enum {
    LONGEST_TEXT = 200,
    LONGEST_VALUE = 3200
};

/* Control characters, line separators, and what reverses the direction of
   writing: shown as they are, they could make a line look like another. */
static bool must_be_escaped(uint32_t cp)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {{0x0000, 0x001F}, {0x007F, 0x009F}, {0x061C, 0x061C},
                  {0x200E, 0x200F}, {0x2028, 0x202E}, {0x2066, 0x2069},
                  {0xFEFF, 0xFEFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (cp >= ranges[i].first && cp <= ranges[i].last)
            return true;
    return false;
}

/* Takes the first character off *s. */
static uint32_t take_character(xc_str *s)
{
    uint32_t cp = 0;
    size_t bytes = xc_utf8_decode(*s, &cp);
    if (bytes == 0) /* impossible: the codec delivers well-formed UTF-8 */
        bytes = 1;
    s->ptr += bytes;
    s->len -= bytes;
    return cp;
}

/* Unambiguous without quotes? */
static bool is_plain(xc_str s)
{
    if (s.len == 0)
        return false;
    while (s.len > 0) {
        uint32_t cp = take_character(&s);
        if (must_be_escaped(cp))
            return false;
        if (cp < 0x80 && strchr(" \"'\\=[]{}", (int)cp) != NULL)
            return false;
    }
    return true;
}

static void print_escape(uint32_t cp)
{
    if (cp == '\n')
        fputs("\\n", stdout);
    else if (cp == '\r')
        fputs("\\r", stdout);
    else if (cp == '\t')
        fputs("\\t", stdout);
    else if (cp == '"' || cp == '\\')
        printf("\\%c", (int)cp);
    else
        printf("\\u{%X}", (unsigned)cp);
}

static void print_quoted(xc_str s, size_t longest)
{
    size_t whole = s.len;
    putchar('"');
    while (s.len > 0 && whole - s.len < longest) {
        const char *at = s.ptr;
        uint32_t cp = take_character(&s);
        if (must_be_escaped(cp) || cp == '"' || cp == '\\')
            print_escape(cp);
        else
            fwrite(at, 1, (size_t)(s.ptr - at), stdout);
    }
    putchar('"');
    if (s.len > 0)
        printf("... (%lu bytes)", (unsigned long)whole);
}

static void print_value(xc_str s)
{
    if (s.len <= LONGEST_VALUE && is_plain(s))
        printf(XC_FMT, XC_ARG(s));
    else
        print_quoted(s, LONGEST_VALUE);
}

/* ---- parts of a summary, separated by spaces ---------------------------- */

static bool summary_is_empty;

static void print_space(void)
{
    if (!summary_is_empty)
        putchar(' ');
    summary_is_empty = false;
}

static void print_word(xc_str word)
{
    if (word.ptr == NULL)
        return;
    print_space();
    print_value(word);
}

static void print_pair(const char *key, xc_str value)
{
    if (value.ptr == NULL)
        return;
    print_space();
    printf("%s=", key);
    print_value(value);
}

/* key="text", or key(language)="text". */
static void print_text(const char *key, const xc_element *e)
{
    xc_str lang = xc_attr_ns(e, XC_NS_XML, "lang");
    if (e == NULL)
        return;
    print_space();
    fputs(key, stdout);
    if (lang.ptr != NULL) {
        putchar('(');
        print_value(lang);
        putchar(')');
    }
    putchar('=');
    print_quoted(xc_text(e), LONGEST_TEXT);
}

/* Name of e, and its namespace unless that is `around`. */
static void print_name(const xc_element *e, xc_str around)
{
    print_word(xc_name(e));
    if (!xc_str_equal(xc_ns(e), around))
        print_pair("xmlns", xc_ns(e));
}

static bool is_secret_attribute(xc_str name)
{
    static const char *const secret[] = {"password", "token",  "secret",
                                         "key",      "newkey", "sid"};
    for (size_t i = 0; i < sizeof secret / sizeof secret[0]; i++)
        if (xc_str_is(name, secret[i]))
            return true;
    return false;
}

static void print_attribute(const xc_attribute *attr)
{
    print_word(attr->name);
    if (attr->ns.ptr != NULL) {
        putchar('{');
        print_value(attr->ns);
        putchar('}');
    }
    putchar('=');
    if (is_secret_attribute(attr->name))
        printf("[%lu bytes]", (unsigned long)attr->value.len);
    else
        print_value(attr->value);
}

static void print_attributes(const xc_element *e)
{
    xc_attribute attr;
    for (size_t i = 0; xc_element_attr(e, i, &attr); i++)
        print_attribute(&attr);
}

static size_t text_bytes(const xc_element *e)
{
    size_t bytes = 0;
    xc_walk w;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w))
        if (w.type == XC_TEXT)
            bytes += w.text.len;
    return bytes;
}

/* The first child in `ns` that is not <text/>: the condition of an error. */
static const xc_element *condition_of(const xc_element *e, const char *ns)
{
    const xc_element *child = xc_child(e, ns, NULL);
    while (child != NULL &&
           (!xc_is(child, ns, NULL) || xc_is(child, ns, "text")))
        child = xc_next_sibling(child);
    return child;
}

/* ---- summaries ---------------------------------------------------------- */

static void print_version(const xc_stream_header *h)
{
    print_space();
    printf("version=%u.%u", (unsigned)h->major, (unsigned)h->minor);
}

static void summarize_open(const xc_stream_event *ev, bool is_bosh)
{
    const xc_stream_header *h = &ev->header;
    if (is_bosh) {
        print_attributes(ev->element);
        return;
    }
    print_pair("xmlns", h->content_ns);
    print_pair("to", h->to);
    print_pair("from", h->from);
    print_pair("id", h->id);
    if (xc_attr(ev->element, "version").ptr != NULL)
        print_version(h);
    print_pair("lang", h->lang);
}

static bool same_name_elsewhere(const xc_element *e, const xc_element *one)
{
    const xc_element *other = xc_first_child(e);
    while (other != NULL &&
           (other == one || !xc_str_equal(xc_name(other), xc_name(one))))
        other = xc_next_sibling(other);
    return other != NULL;
}

/* Mechanisms, compression methods: texts of the children, by commas. */
static void print_choices(const xc_element *feature)
{
    char separator = '=';
    const xc_element *choice = xc_first_child(feature);
    for (; choice != NULL; choice = xc_next_sibling(choice)) {
        if (xc_text(choice).len == 0)
            continue;
        putchar(separator);
        print_value(xc_text(choice));
        separator = ',';
    }
}

static void summarize_features(const xc_element *e)
{
    const xc_element *feature = xc_first_child(e);
    if (feature == NULL)
        print_word(XC_STR("none"));
    for (; feature != NULL; feature = xc_next_sibling(feature)) {
        print_word(xc_name(feature));
        if (xc_child(feature, NULL, "required") != NULL)
            fputs("(required)", stdout);
        print_choices(feature);
        if (same_name_elsewhere(e, feature))
            print_pair("xmlns", xc_ns(feature));
    }
}

static void summarize_stanza_error(const xc_element *error)
{
    const char *ns = XC_NS_STANZA_ERRORS;
    print_pair("error", xc_attr(error, "type"));
    print_pair("condition", xc_name(condition_of(error, ns)));
    print_text("text", xc_child(error, ns, "text"));
}

/* A child of a stanza: its text if it is one of the `texts` of the stanza's
   own namespace, otherwise its name. */
static void summarize_child(const xc_element *stanza, const xc_element *child,
                            const char *const *texts)
{
    bool own = xc_str_equal(xc_ns(child), xc_ns(stanza));
    if (own && xc_is(child, NULL, "error")) {
        summarize_stanza_error(child);
        return;
    }
    for (; own && *texts != NULL; texts++) {
        if (xc_is(child, NULL, *texts)) {
            print_text(*texts, child);
            return;
        }
    }
    print_name(child, xc_ns(stanza));
}

/* The first flaw that xc_read finds. */
static void print_flaw(const xc_element *e)
{
    union {
        xc_message message;
        xc_presence presence;
        xc_iq iq;
    } as;
    const xc_schema *s = xc_is(e, NULL, "message")    ? &xc_message_schema
                         : xc_is(e, NULL, "presence") ? &xc_presence_schema
                                                      : &xc_iq_schema;
    const xc_field *field;
    xc_status status = xc_read(s, e, &as, &field);
    char mem[FLAW_MAX];
    if (status == XC_OK || !xc_was_read(status))
        return;
    print_space();
    fputs(flaw_text(mem, status, field), stdout);
}

static void summarize_stanza(const xc_element *e)
{
    static const char *const message[] = {"subject", "body", "thread", NULL};
    static const char *const presence[] = {"show", "status", "priority", NULL};
    static const char *const iq[] = {NULL};
    const char *const *texts = xc_is(e, NULL, "message")    ? message
                               : xc_is(e, NULL, "presence") ? presence
                                                            : iq;
    const xc_element *child = xc_first_child(e);
    print_word(xc_name(e));
    print_word(xc_attr(e, "type"));
    print_pair("from", xc_attr(e, "from"));
    print_pair("to", xc_attr(e, "to"));
    print_pair("id", xc_attr(e, "id"));
    for (; child != NULL; child = xc_next_sibling(child))
        summarize_child(e, child, texts);
    print_flaw(e);
}

static void print_bytes(size_t bytes)
{
    print_space();
    printf("[%lu bytes]", (unsigned long)bytes);
}

static bool is_sasl(const xc_element *e)
{
    return xc_is(e, XC_NS_SASL, NULL) || xc_is(e, NS_SASL2, NULL) ||
           xc_is(e, NS_SASL2_DRAFT, NULL);
}

/* Text of other nonzas is not shown either: it may be a component's handshake,
   a dialback key or something that nobody knows yet. */
static void summarize_nonza(const xc_element *e)
{
    const xc_str none = {NULL, 0};
    bool failure = xc_is(e, NULL, "failure");
    bool secret = is_sasl(e) && !failure;
    const xc_element *child = secret ? NULL : xc_first_child(e);
    print_name(e, none);
    if (secret)
        print_pair("mechanism", xc_attr(e, "mechanism"));
    else
        print_attributes(e);
    for (; child != NULL; child = xc_next_sibling(child)) {
        if (failure && xc_is(child, NULL, "text"))
            print_text("text", child);
        else
            print_name(child, xc_ns(e));
    }
    if (secret || (!failure && text_bytes(e) > 0))
        print_bytes(text_bytes(e));
}

static void summarize_error(const xc_element *e)
{
    const char *ns = XC_NS_STREAM_ERRORS;
    const xc_element *condition = condition_of(e, ns);
    const xc_element *child = xc_first_child(e);
    print_word(xc_name(condition));
    if (xc_text(condition).len > 0)
        print_pair("host", xc_str_trim(xc_text(condition)));
    print_text("text", xc_child(e, ns, "text"));
    for (; child != NULL; child = xc_next_sibling(child))
        if (!xc_is(child, ns, NULL))
            print_name(child, xc_ns(e));
}

static void summarize_close(const xc_element *e, bool is_bosh)
{
    print_space();
    fputs(is_bosh ? "end of body" : "end of stream", stdout);
    print_pair("see-other-uri", xc_attr(e, "see-other-uri"));
}

/* ---- lines -------------------------------------------------------------- */

/* Name and colour (SGR parameters) of each kind of event. */
static const struct {
    const char *name, *color;
} kinds[] = {[XC_EVENT_OPEN] = {"open", "1;32"},
             [XC_EVENT_FEATURES] = {"features", "36"},
             [XC_EVENT_STANZA] = {"stanza", "1"},
             [XC_EVENT_NONZA] = {"nonza", "35"},
             [XC_EVENT_ERROR] = {"error", "1;31"},
             [XC_EVENT_CLOSE] = {"close", "32"}};

static void begin_line(uint64_t offset, const char *name, const char *sgr)
{
    unsigned long long at = offset;
    if (color)
        printf("\033[2m%10llu\033[0m  \033[%sm%-8s\033[0m  ", at, sgr, name);
    else
        printf("%llu\t%s\t", at, name);
    summary_is_empty = true;
}

static void print_event(const xc_stream_event *ev, bool is_bosh)
{
    begin_line(ev->offset, kinds[ev->kind].name, kinds[ev->kind].color);
    switch (ev->kind) {
    case XC_EVENT_OPEN: summarize_open(ev, is_bosh); break;
    case XC_EVENT_FEATURES: summarize_features(ev->element); break;
    case XC_EVENT_STANZA: summarize_stanza(ev->element); break;
    case XC_EVENT_NONZA: summarize_nonza(ev->element); break;
    case XC_EVENT_ERROR: summarize_error(ev->element); break;
    default: summarize_close(ev->element, is_bosh);
    }
    putchar('\n');
}

static void print_restart(const xc_stream_event *ev, const char *element)
{
    begin_line(ev->offset, "restart", "33");
    printf("after %s\n", element);
}

static void print_end(uint64_t offset, xc_status status)
{
    const char *word = status == XC_CLOSED ? "closed"
                       : status == XC_OK   ? "open"
                                           : "partial";
    const char *says = status == XC_CLOSED ? "by its close tag"
                       : status == XC_OK   ? "ends between elements"
                                           : "ends inside an element";
    if (color) {
        begin_line(offset, "end", "2");
        printf("%s: %s\n", word, says);
    } else {
        printf("end\t%s\n", word);
    }
}

static void print_failure(uint64_t offset, xc_status status)
{
    const char *condition = xc_status_condition(status);
    if (color) {
        begin_line(offset, "error", "1;31");
        printf("\033[31m%s\033[0m (%s); reply with <%s/>\n",
               xc_status_text(status), xc_status_name(status), condition);
    } else {
        printf("error\t%s\t%llu\t%s\n", condition, (unsigned long long)offset,
               xc_status_name(status));
    }
}

/* Prints the events that are complete in *in. */
static recording_result print_events(recording *r, xc_str *in)
{
    xc_stream_event ev;
    for (;;) {
        recording_result result = recording_next(r, in, &ev);
        if (result == RECORDING_RESTART)
            print_restart(&ev, r->restarted_after);
        else if (result == RECORDING_EVENT)
            print_event(&ev, r->options.framing == XC_BOSH);
        else
            return result;
    }
}

static int inspect(recording *r, tool_input *input)
{
    recording_result result = RECORDING_MORE;
    xc_str in = {NULL, 0};
    xc_status status;
    while (result == RECORDING_MORE && tool_read(input, &in))
        result = print_events(r, &in);
    status = result == RECORDING_ERROR ? r->status : recording_finish(r);
    if (xc_status_is_error(status) && status != XC_ERR_TRUNCATED) {
        print_failure(recording_offset(r), status);
        return TOOL_REJECTED;
    }
    print_end(recording_offset(r), status);
    if (result == RECORDING_CLOSED)
        tool_ignore_rest(input, in);
    return TOOL_OK;
}

int main(int argc, char **argv)
{
    const char *file = tool_options(&self, argc, argv);
    const char *no_color = getenv("NO_COLOR");
    xc_stream_options how;
    tool_input input;
    recording r;
    int result;

    if (websocket && bosh)
        tool_usage(&self, "--bosh", "not together with --websocket");
    if (isatty(STDOUT_FILENO) && (no_color == NULL || *no_color == '\0'))
        color = true;
    memset(&how, 0, sizeof how);
    how.framing = websocket ? XC_WEBSOCKET : bosh ? XC_BOSH : XC_TCP;
    how.tolerate_undeclared_prefix = lenient;
    tool_open(&input, &self, file, chunk);
    recording_init(&r, &self, &how, memory_size);
    result = inspect(&r, &input);
    tool_close(&input);
    free(r.memory);
    return tool_exit(&self, result);
}
