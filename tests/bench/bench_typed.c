/* The cost of reading a struct from an element and of writing one, beside
   other libraries, in one run: a chat message with thread, receipt request
   and chat state.

   usage: bench_typed [--case N] [--rounds N] [--passes N]
          bench_typed --list

   Times are CPU time of this process: the median of passes that take turns.
   Without --rounds each measurement takes some milliseconds. --list prints
   the number and name of each case, for counting instructions. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include "measure.h"

#define LEAST_SECONDS 4e-3 /* of one measurement */

#define FROM "juliet@capulet.example/balcony"
#define TO "romeo@montague.example"
#define ID "5d398e28-273f-4a08"
#define BODY                                                                  \
    "What man art thou that, thus bescreen'd in night, so "                   \
    "stumblest on my counsel?"
#define THREAD "e0ffe42b28561960c6b12b944a092794b9683a38"

static const char document[] =
    "<message xmlns='jabber:client' from='" FROM "' to='" TO "' id='" ID "' "
    "type='chat'><body>" BODY "</body><thread>" THREAD "</thread>"
    "<request xmlns='urn:xmpp:receipts'/>"
    "<active xmlns='http://jabber.org/protocol/chatstates'/></message>";

static char memory[4096], output[4096];
static const xc_element *element;
static xc_message read_before, made;
static xc_writer writer;

/* ---- the cases: each returns the bytes of its result, 0 for an error ---- */

static size_t finish(void)
{
    xc_str out;
    return xc_writer_finish(&writer, &out) == XC_OK ? out.len : 0;
}

static size_t read_message(void)
{
    xc_message m;
    if (xc_read(&xc_message_schema, element, &m, NULL) != XC_OK)
        return 0;
    return m.body.len;
}

static size_t write_message(void)
{
    xc_write_begin(&writer, &xc_message_schema, &made);
    xc_write_children(&writer, &xc_message_schema, &made);
    xc_writer_begin(&writer, XC_TAG_RECEIPT_REQUEST);
    xc_writer_end(&writer);
    xc_write_chat_state(&writer, XC_CHAT_STATE_ACTIVE);
    xc_writer_end(&writer);
    return finish();
}

static size_t write_message_read(void)
{
    xc_write(&writer, &xc_message_schema, &read_before);
    return finish();
}

static size_t write_by_hand(void)
{
    xc_writer_begin(&writer, NULL, "message");
    xc_writer_attr(&writer, "to", XC_STR(TO));
    xc_writer_attr(&writer, "from", XC_STR(FROM));
    xc_writer_attr(&writer, "id", XC_STR(ID));
    xc_writer_attr(&writer, "type", XC_STR("chat"));
    xc_writer_text_element(&writer, NULL, "body", XC_STR(BODY));
    xc_writer_text_element(&writer, NULL, "thread", XC_STR(THREAD));
    xc_writer_begin(&writer, XC_TAG_RECEIPT_REQUEST);
    xc_writer_end(&writer);
    xc_writer_begin(&writer, XC_NS_CHAT_STATES, "active");
    xc_writer_end(&writer);
    xc_writer_end(&writer);
    return finish();
}

#ifdef HAVE_libstrophe
#include <strophe.h>

static xmpp_ctx_t *context;

static void strophe_child(xmpp_stanza_t *message, const char *name,
                          const char *ns, const char *text)
{
    xmpp_stanza_t *child = xmpp_stanza_new(context);
    xmpp_stanza_set_name(child, name);
    if (ns != NULL)
        xmpp_stanza_set_ns(child, ns);
    if (text != NULL) {
        xmpp_stanza_t *inner = xmpp_stanza_new(context);
        xmpp_stanza_set_text(inner, text);
        xmpp_stanza_add_child(child, inner);
        xmpp_stanza_release(inner);
    }
    xmpp_stanza_add_child(message, child);
    xmpp_stanza_release(child);
}

static size_t write_strophe(void)
{
    xmpp_stanza_t *message = xmpp_message_new(context, "chat", TO, ID);
    char *text;
    size_t size = 0;
    xmpp_stanza_set_from(message, FROM);
    xmpp_message_set_body(message, BODY);
    strophe_child(message, "thread", NULL, THREAD);
    strophe_child(message, "request", XC_NS_RECEIPTS, NULL);
    strophe_child(message, "active", XC_NS_CHAT_STATES, NULL);
    if (xmpp_stanza_to_text(message, &text, &size) != XMPP_EOK)
        return 0;
    xmpp_free(context, text);
    xmpp_stanza_release(message);
    return size;
}
#endif

#ifdef HAVE_iksemel
#include <iksemel.h>

static size_t write_iksemel(void)
{
    iks *message = iks_make_msg(IKS_TYPE_CHAT, TO, BODY);
    iks *child;
    char *text;
    size_t size;
    iks_insert_attrib(message, "from", FROM);
    iks_insert_attrib(message, "id", ID);
    iks_insert_cdata(iks_insert(message, "thread"), THREAD, 0);
    child = iks_insert(message, "request");
    iks_insert_attrib(child, "xmlns", XC_NS_RECEIPTS);
    child = iks_insert(message, "active");
    iks_insert_attrib(child, "xmlns", XC_NS_CHAT_STATES);
    text = iks_string(iks_stack(message), message);
    size = text != NULL ? strlen(text) : 0;
    iks_delete(message);
    return size;
}
#endif

typedef struct work {
    const char *name;
    size_t (*run)(void);
    unsigned nanoseconds; /* target; 0: none */
} work;

static const work works[] = {
    {"xc_read", read_message, 250},
    {"xc_write", write_message, 250},
    {"xc_write of what was read", write_message_read, 250},
    {"xc_writer_..., no struct", write_by_hand, 0},
#ifdef HAVE_libstrophe
    {"libstrophe, new to text", write_strophe, 0},
#endif
#ifdef HAVE_iksemel
    {"iksemel, new to text", write_iksemel, 0},
#endif
};
enum {
    WORKS = sizeof works / sizeof works[0]
};

typedef struct settings {
    size_t first, last; /* cases */
    size_t rounds;      /* 0: enough for LEAST_SECONDS */
    size_t passes;
} settings;

/* ---- measuring ---------------------------------------------------------- */

static void prepare(void)
{
    static const xc_stream_options options = {
        XC_DOCUMENT, NULL, {0, 0, 0, 0}, false};
    static xc_stream stream;
    xc_str in = xc_str_from(document);
    xc_stream_event ev;
    if (xc_stream_init(&stream, memory, sizeof memory, &options) != XC_OK ||
        xc_stream_next(&stream, &in, &ev) != XC_EVENT ||
        xc_read(&xc_message_schema, ev.element, &read_before, NULL) != XC_OK)
        die("message", "refused");
    element = ev.element;
    made = read_before;
    made.base.element = NULL;
    xc_writer_init(&writer, output, sizeof output, XC_NS_CLIENT);
#ifdef HAVE_libstrophe
    context = xmpp_ctx_new(NULL, NULL);
#endif
}

static double seconds_of(const work *w, size_t rounds)
{
    double start = cpu_seconds();
    for (size_t i = 0; i < rounds; i++)
        if (w->run() == 0)
            die(w->name, "failed");
    return cpu_seconds() - start;
}

static size_t enough_rounds(const work *w)
{
    size_t rounds = 1;
    while (seconds_of(w, rounds) < LEAST_SECONDS)
        rounds *= 2;
    return rounds;
}

static void measure(const case_settings *s, double seconds[WORKS][MAX_PASSES])
{
    for (size_t n = 0; n < s->passes; n++)
        for (size_t i = s->first; i <= s->last; i++) {
            size_t rounds = s->rounds;
            if (rounds == 0)
                rounds = enough_rounds(&works[i]);
            seconds[i][n] = seconds_of(&works[i], rounds) / (double)rounds;
        }
}

static void print_table(const case_settings *s,
                        double seconds[WORKS][MAX_PASSES])
{
    printf("typed: ns for a chat message, median of %zu\n"
           "  %-28s %6s %8s %8s\n",
           s->passes, "", "bytes", "ns", "target");
    for (size_t i = s->first; i <= s->last; i++) {
        printf("  %-28s %6zu %8.1f", works[i].name, works[i].run(),
               median(seconds[i], s->passes) * 1e9);
        if (works[i].nanoseconds != 0)
            printf(" %8u", works[i].nanoseconds);
        printf("\n");
    }
    printf("  Bytes: of the body where it is read, else written. Targets are"
           "\n  printed, not asserted.\n");
}

/* ---- command line ------------------------------------------------------- */

int main(int argc, char **argv)
{
    static double seconds[WORKS][MAX_PASSES];
    case_settings s = {NULL, 0, WORKS - 1, 0, 9};
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (size_t i = 0; i < WORKS; i++)
            printf("%zu %s\n", i, works[i].name);
        return 0;
    }
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            die(argv[i], "needs a value");
        if (!take_option(&s, argv[i], argv[i + 1], WORKS))
            die(argv[i], "unknown option or wrong value");
    }
    prepare();
    measure(&s, seconds);
    print_table(&s, seconds);
    return 0;
}
