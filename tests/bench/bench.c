/* Speed of the codec beside other parsers, in one run on the same streams.

   usage: bench [--stream FILE]... [--only NAME] [--chunk N] [--passes N]
                [--mem BYTES]

   Times are CPU time of this process, the median of passes that take turns,
   so that a busy machine slows all contenders alike. Without --stream a
   built-in mix is read. A chunk of 0 bytes means the whole stream at once.
   --passes 0 prepares everything and measures nothing: what callgrind counts
   then is to be subtracted from what it counts for one pass. */
#define _POSIX_C_SOURCE 200809L
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"
#include "measure.h"
#include "bench.h"
#include "mix.h"
#include "peers.h"

/* Of the chat stream in chunks of 1460 bytes; printed, not asserted. */
#define TARGETS                                                               \
    "Targets (chat and XEP, 1460 B, not asserted): xc_xml 6 x expat, "        \
    "xc_stream 4 x expat,\nan idle stream in at most 256 bytes of memory.\n"

enum {
    MAX_STREAMS = 8,
    MAX_CHUNKS = 4
};
#define MIX_SIZE ((size_t)4 << 20)
#define OUTPUT_SIZE ((size_t)1 << 20) /* of the writer: one element */

static const size_t memory_sizes[] = {16384, 65536, 262144, 1048576};

typedef struct settings {
    const char *only;
    const char *streams[MAX_STREAMS];
    size_t stream_count;
    size_t chunks[MAX_CHUNKS];
    size_t chunk_count;
    size_t passes;
    size_t memory; /* 0: as little as suffices */
} settings;

static void *allocate(size_t size)
{
    void *memory = malloc(size);
    if (memory == NULL)
        die("malloc", "no memory");
    return memory;
}

/* ---- the codec as contender --------------------------------------------- */

static bool xml_open(run *r)
{
    return xc_xml_init(&r->xml, r->memory, r->memory_size, NULL) == XC_OK;
}

static void count_token(const xc_token *tok, tally *t)
{
    xc_attribute attr;
    if (tok->type == XC_TEXT)
        t->text += tok->text.len;
    if (tok->type != XC_START)
        return;
    t->elements++;
    for (size_t i = 0; xc_token_attr(tok, i, &attr); i++) {
        t->attributes++;
        t->bytes += attr.value.len;
    }
}

static bool xml_feed(run *r, xc_str in)
{
    xc_token tok;
    while ((r->status = xc_xml_next(&r->xml, &in, &tok)) == XC_EVENT)
        count_token(&tok, &r->sum);
    return r->status == XC_NEED_MORE;
}

static bool xml_close(run *r)
{
    r->status = xc_xml_finish(&r->xml);
    return r->status == XC_OK;
}

static bool stream_open(run *r)
{
    return xc_stream_init(&r->stream, r->memory, r->memory_size, NULL) ==
           XC_OK;
}

static bool stream_feed(run *r, xc_str in)
{
    xc_stream_event ev;
    while ((r->status = xc_stream_next(&r->stream, &in, &ev)) == XC_EVENT)
        r->sum.bytes += xc_element_size(ev.element);
    return !xc_status_is_error(r->status);
}

static void count_tree(const xc_element *e, tally *t)
{
    xc_walk w;
    xc_attribute attr;
    xc_walk_init(&w, e);
    while (xc_walk_next(&w)) {
        if (w.type == XC_TEXT)
            t->text += w.text.len;
        if (w.type != XC_START)
            continue;
        t->elements++;
        for (size_t i = 0; xc_element_attr(w.element, i, &attr); i++) {
            t->attributes++;
            t->bytes += attr.value.len;
        }
    }
}

static bool walk_feed(run *r, xc_str in)
{
    xc_stream_event ev;
    while ((r->status = xc_stream_next(&r->stream, &in, &ev)) == XC_EVENT)
        if (ev.element != NULL)
            count_tree(ev.element, &r->sum);
    return !xc_status_is_error(r->status);
}

static bool stream_close(run *r)
{
    r->status = xc_stream_finish(&r->stream);
    return r->status == XC_CLOSED;
}

/* Writes the trees again, each into the same buffer. */
static bool write_trees(run *r)
{
    static char output[OUTPUT_SIZE];
    const unsigned char *at = r->trees->blocks;
    const unsigned char *end = at + r->trees->size;
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, output, sizeof output, XC_NS_CLIENT);
    while (at < end) {
        const xc_element *e = (const xc_element *)at;
        xc_writer_element(&w, e);
        r->status = xc_writer_finish(&w, &out);
        if (r->status != XC_OK)
            return false;
        r->sum.bytes += out.len;
        at += xc_element_size(e);
    }
    return true;
}

static bool no_feed(run *r, xc_str in)
{
    (void)r, (void)in;
    return true;
}

static bool no_close(run *r)
{
    (void)r;
    return true;
}

static const contender contenders[] = {
    {"xc_xml", xml_open, xml_feed, xml_close, false},
    {"xc_stream", stream_open, stream_feed, stream_close, false},
    {"xc_stream_walk", stream_open, walk_feed, stream_close, false},
#ifdef HAVE_expat
    {"expat", expat_open, expat_feed, expat_close, true},
#endif
#ifdef HAVE_libxml
    {"libxml2", libxml_open, libxml_feed, libxml_close, true},
#endif
#ifdef HAVE_iksemel
    {"iksemel", iksemel_open, iksemel_feed, iksemel_close, true},
#endif
};
enum {
    CONTENDERS = sizeof contenders / sizeof contenders[0]
};
static const contender writer = {"xc_writer", write_trees, no_feed, no_close,
                                 false};

/* ---- one pass ----------------------------------------------------------- */

/* Feeds the bytes in chunks; 0: in one. */
static bool feed(const contender *c, run *r, xc_str data, size_t chunk)
{
    bool good = true;
    while (good && data.len > 0) {
        xc_str in = data;
        if (chunk != 0 && chunk < in.len)
            in.len = chunk;
        good = c->feed(r, in);
        data.ptr += in.len;
        data.len -= in.len;
    }
    return good;
}

static bool pass(const contender *c, run *r, xc_str data, size_t chunk)
{
    memset(&r->sum, 0, sizeof r->sum);
    if (!c->open(r))
        return false;
    bool good = feed(c, r, data, chunk);
    return c->close(r) && good;
}

static double timed_pass(const contender *c, run *r, xc_str data, size_t chunk)
{
    double start = cpu_seconds();
    if (!pass(c, r, data, chunk))
        die(c->name, xc_status_is_error(r->status) ? xc_status_text(r->status)
                                                   : "cannot read the stream");
    return cpu_seconds() - start;
}

/* ---- preparation -------------------------------------------------------- */

static char *load(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    long length = -1;
    if (file != NULL && fseek(file, 0, SEEK_END) == 0)
        length = ftell(file);
    if (length < 0)
        die(path, "cannot be read");
    *size = (size_t)length;
    char *bytes = allocate(*size + 1);
    rewind(file);
    if (fread(bytes, 1, *size, file) != *size)
        die(path, "cannot be read");
    fclose(file);
    return bytes;
}

/* The smallest memory with which the codec reads the stream. */
static void fit_memory(run *r, xc_str data, size_t wanted)
{
    size_t count = sizeof memory_sizes / sizeof memory_sizes[0];
    r->memory_size = wanted;
    for (size_t i = 0; r->memory_size == 0 && i < count; i++) {
        r->memory_size = memory_sizes[i];
        r->memory = allocate(r->memory_size);
        if (pass(&contenders[1], r, data, 16384))
            return;
        free(r->memory);
        r->memory_size = 0;
    }
    if (r->memory_size == 0)
        die("xc_stream", xc_status_text(r->status));
    r->memory = allocate(r->memory_size);
}

static void keep_tree(trees *t, size_t *capacity, const xc_element *e)
{
    size_t size = xc_element_size(e);
    if (size > *capacity - t->size) {
        *capacity = 2 * *capacity + size;
        t->blocks = realloc(t->blocks, *capacity);
        if (t->blocks == NULL)
            die("realloc", "no memory");
    }
    memcpy(t->blocks + t->size, e, size);
    t->size += size;
}

static trees load_trees(run *r, xc_str in)
{
    trees all = {NULL, 0};
    size_t capacity = 0;
    xc_stream_event ev;
    stream_open(r);
    while (xc_stream_next(&r->stream, &in, &ev) == XC_EVENT)
        if (ev.element != NULL && ev.kind != XC_EVENT_OPEN)
            keep_tree(&all, &capacity, ev.element);
    return all;
}

/* ---- tables ------------------------------------------------------------- */

typedef struct results {
    double seconds[CONTENDERS][MAX_CHUNKS][MAX_PASSES];
    tally sums[CONTENDERS];
} results;

static bool selected(const settings *s, const char *name)
{
    return s->only == NULL || strcmp(s->only, name) == 0;
}

static void measure_parsers(const settings *s, run *r, xc_str data,
                            results *res)
{
    for (size_t p = 0; p < s->passes; p++)
        for (size_t k = 0; k < s->chunk_count; k++)
            for (size_t c = 0; c < CONTENDERS; c++)
                if (selected(s, contenders[c].name)) {
                    res->seconds[c][k][p] =
                        timed_pass(&contenders[c], r, data, s->chunks[k]);
                    res->sums[c] = r->sum;
                }
}

/* Seconds of expat for the chunk, 0 if it does not take part. */
static double reference(const settings *s, results *res, size_t k)
{
    for (size_t c = 0; c < CONTENDERS; c++)
        if (strcmp(contenders[c].name, "expat") == 0 && selected(s, "expat"))
            return median(res->seconds[c][k], s->passes);
    return 0;
}

static void print_heading(const settings *s)
{
    printf("  %-16s", "MB/s (x expat)");
    for (size_t k = 0; k < s->chunk_count; k++)
        if (s->chunks[k] == 0)
            printf(" %15s", "whole");
        else
            printf(" %13zu B", s->chunks[k]);
    printf("\n");
}

static void print_row(const settings *s, results *res, size_t c, size_t bytes)
{
    printf("  %-16s", contenders[c].name);
    for (size_t k = 0; k < s->chunk_count; k++) {
        double seconds = median(res->seconds[c][k], s->passes);
        double expat = reference(s, res, k);
        printf(" %7.0f", (double)bytes / seconds / 1e6);
        if (expat > 0)
            printf(" (%4.1fx)", expat / seconds);
        else
            printf("        ");
    }
    printf("\n");
}

/* All that count elements must have found the same ones. */
static bool same_counts(const settings *s, const results *res)
{
    const tally *first = NULL;
    bool same = true;
    for (size_t c = 0; c < CONTENDERS; c++) {
        const tally *t = &res->sums[c];
        if (!selected(s, contenders[c].name) || t->elements == 0)
            continue;
        if (first == NULL)
            first = t;
        if (t->elements == first->elements &&
            t->attributes == first->attributes)
            continue;
        printf("  %s found %llu elements, %llu attributes\n",
               contenders[c].name, (unsigned long long)t->elements,
               (unsigned long long)t->attributes);
        same = false;
    }
    if (!same)
        printf("  instead of %llu, %llu\n",
               (unsigned long long)first->elements,
               (unsigned long long)first->attributes);
    return same;
}

static bool bench_parsers(const settings *s, run *r, xc_str data)
{
    results *res = allocate(sizeof *res);
    memset(res, 0, sizeof *res);
    measure_parsers(s, r, data, res);
    if (s->passes > 0)
        print_heading(s);
    for (size_t c = 0; s->passes > 0 && c < CONTENDERS; c++)
        if (selected(s, contenders[c].name))
            print_row(s, res, c, data.len);
    bool same = same_counts(s, res);
    free(res);
    return same;
}

static void bench_writer(const settings *s, run *r, xc_str data)
{
    double seconds[MAX_PASSES];
    trees all = load_trees(r, data);
    r->trees = &all;
    for (size_t p = 0; p < s->passes; p++)
        seconds[p] = timed_pass(&writer, r, data, 0);
    if (s->passes > 0)
        printf("  %-16s %7.0f         (trees written; MB of output)\n",
               writer.name,
               (double)r->sum.bytes / median(seconds, s->passes) / 1e6);
    free(all.blocks);
}

/* ---- memory of an idle connection --------------------------------------- */

/* The stream up to some moment between two elements. */
static xc_str idle_front(run *r, xc_str data)
{
    xc_stream_event ev;
    xc_str in = data, nothing = {data.ptr, 0};
    xc_status status = XC_EVENT;
    stream_open(r);
    for (int i = 0; i < 200 && status == XC_EVENT; i++)
        status = xc_stream_next(&r->stream, &in, &ev);
    xc_stream_next(&r->stream, &nothing, &ev);
    data.len -= in.len;
    return data;
}

static void print_idle_peer(const contender *c, run *r, xc_str front)
{
    size_t before = heap_in_use;
    memset(&r->sum, 0, sizeof r->sum);
    if (c->open(r) && feed(c, r, front, 1460))
        printf(", %s %zu", c->name, heap_in_use - before);
    c->close(r);
}

static void print_idle(const settings *s, run *r, xc_str data)
{
    xc_str front = idle_front(r, data);
    printf("  bytes per idle connection: xc_stream %zu (%zu + %zu of memory)",
           sizeof r->stream + xc_stream_saved_size(&r->stream),
           sizeof r->stream, xc_stream_saved_size(&r->stream));
    r->counted = true;
    for (size_t c = 0; c < CONTENDERS; c++)
        if (contenders[c].is_peer && CAN_COUNT &&
            selected(s, contenders[c].name))
            print_idle_peer(&contenders[c], r, front);
    r->counted = false;
    printf("\n");
}

/* ---- one message, written by hand --------------------------------------- */

static size_t write_message(char *buffer, size_t size)
{
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, buffer, size, XC_NS_CLIENT);
    xc_writer_begin(&w, NULL, "message");
    xc_writer_attr(&w, "from", XC_STR("romeo@montague.lit/orchard.k9Xz"));
    xc_writer_attr(&w, "to", XC_STR("juliet@capulet.lit/balcony.3f2a91c0"));
    xc_writer_attr(&w, "id", XC_STR("6f1e8c1d-8f5c-4a5e-9d7b-2b6b0e0a4c1f"));
    xc_writer_attr(&w, "type", XC_STR("chat"));
    xc_writer_text_element(
        &w, NULL, "body",
        XC_STR("With love's light wings did I o'er-perch these "
               "walls"));
    xc_writer_begin(&w, "http://jabber.org/protocol/chatstates", "active");
    xc_writer_end(&w);
    xc_writer_begin(&w, "urn:xmpp:receipts", "request");
    xc_writer_end(&w);
    xc_writer_end(&w);
    return xc_writer_finish(&w, &out) == XC_OK ? out.len : 0;
}

static void bench_message(const settings *s)
{
    enum {
        ROUNDS = 100000
    };
    char buffer[1024];
    double seconds[MAX_PASSES];
    size_t bytes = 0;
    for (size_t p = 0; p < s->passes; p++) {
        double start = cpu_seconds();
        bytes = 0;
        for (int i = 0; i < ROUNDS; i++)
            bytes += write_message(buffer, sizeof buffer);
        seconds[p] = cpu_seconds() - start;
    }
    printf("xc_writer, a chat message of %zu bytes call by call: %.0f ns\n",
           bytes / ROUNDS, median(seconds, s->passes) / ROUNDS * 1e9);
}

/* ---- command line ------------------------------------------------------- */

static bool bench_stream(const settings *s, const char *name, xc_str data)
{
    bool same = true;
    run *r = allocate(sizeof *r);
    memset(r, 0, sizeof *r);
    fit_memory(r, data, s->memory);
    if (s->passes > 0)
        printf("%s: %.1f MB, memory %zu KiB, median of %zu\n", name,
               (double)data.len / 1e6, r->memory_size / 1024, s->passes);
    if (s->only == NULL || strcmp(s->only, writer.name) != 0)
        same = bench_parsers(s, r, data);
    if (selected(s, writer.name))
        bench_writer(s, r, data);
    if (s->only == NULL)
        print_idle(s, r, data);
    printf("\n");
    free(r->memory);
    free(r);
    return same;
}

static void set_option(settings *s, const char *option, const char *value)
{
    if (strcmp(option, "--stream") == 0 && s->stream_count < MAX_STREAMS) {
        s->streams[s->stream_count++] = value;
    } else if (strcmp(option, "--only") == 0) {
        s->only = value;
    } else if (strcmp(option, "--chunk") == 0) {
        s->chunks[0] = number(value);
        s->chunk_count = 1;
    } else if (strcmp(option, "--passes") == 0 &&
               number(value) <= MAX_PASSES) {
        s->passes = number(value);
    } else if (strcmp(option, "--mem") == 0) {
        s->memory = number(value);
    } else {
        die(option, "unknown option or too many");
    }
}

static bool is_contender(const char *name)
{
    for (size_t c = 0; c < CONTENDERS; c++)
        if (strcmp(contenders[c].name, name) == 0)
            return true;
    return strcmp(writer.name, name) == 0;
}

static bool bench_file(const settings *s, const char *path)
{
    size_t size;
    char *bytes = load(path, &size);
    xc_str data = {bytes, size};
    bool same = bench_stream(s, path, data);
    free(bytes);
    return same;
}

static bool bench_mix(const settings *s)
{
    char *buffer = allocate(MIX_SIZE);
    bool same = bench_stream(s, "built-in mix", mix_make(buffer, MIX_SIZE));
    free(buffer);
    return same;
}

static bool bench_all(const settings *s)
{
    bool same = true;
    for (size_t i = 0; i < s->stream_count; i++)
        same = bench_file(s, s->streams[i]) && same;
    return s->stream_count == 0 ? bench_mix(s) : same;
}

int main(int argc, char **argv)
{
    settings s = {NULL, {NULL}, 0, {1460, 16384, 64, 0}, 4, 5, 0};
    for (int i = 1; i < argc; i += 2) {
        if (i + 1 == argc)
            die(argv[i], "needs a value");
        set_option(&s, argv[i], argv[i + 1]);
    }
    if (s.only != NULL && !is_contender(s.only)) {
        fprintf(stderr, "bench: %s does not take part\n", s.only);
        return 3;
    }
    bool same = bench_all(&s);
    if (s.only == NULL && s.passes > 0) {
        bench_message(&s);
        printf(TARGETS);
    }
    return same ? 0 : 1;
}
