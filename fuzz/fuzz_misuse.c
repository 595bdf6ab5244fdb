/* Fuzzes wrong use: public calls in any order, on objects in any state, with
   NULL, invalid views, memory of 0 to 300 bytes, streams and tokenizers that
   move. The calls are those of tests/misuse.h; the input chooses their
   arguments. No call may read or write outside its memory, and a call that
   returns XC_ERR_ARGUMENT must leave its object unchanged. */
#define XMPP_CODEC_IMPLEMENTATION
#include "xmpp_codec.h"

#include "fuzz.h"

#include "../tests/misuse.h"

enum {
    MAX_CALLS = 200,
    MAX_ALLOCATIONS = 1500
};

typedef struct run {
    misuse m;
    const uint8_t *data;
    size_t size;
    bool careful; /* all arguments of this call are good */
    size_t count;
    struct {
        void *mem;
        size_t size;
    } allocated[MAX_ALLOCATIONS];
} run;

static run the_run;

static unsigned take(void)
{
    if (the_run.size == 0)
        return 0;
    the_run.size--;
    return *the_run.data++;
}

static bool misuse_wrong(misuse *m)
{
    (void)m;
    return !the_run.careful && take() % 16 == 0;
}

static void *misuse_alloc(misuse *m, size_t size)
{
    void *mem = fuzz_alloc(size);
    (void)m;
    REQUIRE(the_run.count < MAX_ALLOCATIONS, "the fuzzer is too small");
    the_run.allocated[the_run.count].mem = mem;
    the_run.allocated[the_run.count++].size = size;
    return mem;
}

static void *keep(const void *from, size_t size)
{
    void *mem = misuse_alloc(&the_run.m, size);
    if (size > 0)
        memcpy(mem, from, size);
    return mem;
}

/* ---- good values -------------------------------------------------------- */

static const char *const texts[] = {
    "<stream:stream xmlns='jabber:client' version='1.0' "
    "xmlns:stream='http://etherx.jabber.org/streams' xml:lang='en'>",
    "<message to='a@b' from='c@d/e' type='chat' id='1'><body>x &amp; y</body>"
    "<delay xmlns='urn:xmpp:delay' stamp='2024-02-29T12:00:00Z'/></message>",
    "<iq type='get' id='2'><query xmlns='jabber:iq:roster'/></iq>",
    "<a b='c'>text</a>",
    "<a",
    " b='",
    "'/>",
    "</stream:stream>",
    "<<",
    " ",
    "local@domain/resource",
    "\xc3\xa4@xn--bcher-kva.example",
    "@",
    "text",
    "=",
    "dGVzdA==",
    "2024-02-29T12:00:00.5+01:00",
    "r=abcdef,s=QSXC,i=2",
    "n,,n=user,r=abc",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
    "XMPP",
    "en-GB"};
static const char *const names[] = {"jabber:client",
                                    "body",
                                    "",
                                    "a:b",
                                    "xml",
                                    "http://etherx.jabber.org/streams",
                                    "lang",
                                    "message",
                                    "<",
                                    "urn:xmpp:delay",
                                    "stamp"};

static xc_str some_text(void)
{
    unsigned n = take();
    xc_str s;
    s.len = 0;
    if (n < 200) {
        s = xc_str_from(texts[n % (sizeof texts / sizeof texts[0])]);
    } else {
        s.ptr = (const char *)the_run.data;
        s.len = n - 200 < the_run.size ? n - 200 : the_run.size;
        the_run.data += s.len;
        the_run.size -= s.len;
    }
    s.ptr = keep(s.ptr, s.len);
    return s;
}

static const char *some_name(void)
{
    return names[take() % (sizeof names / sizeof names[0])];
}

/* Some of the good values are new for each call. */
static void choose_values(misuse *m)
{
    unsigned what = take();
    m->size = take() * 300u / 255u;
    m->mem = misuse_alloc(m, m->size);
    m->number = take();
    m->text = some_text();
    if (what & 1)
        m->other = some_text();
    if (what & 2)
        m->address = some_text();
    if (what & 4)
        m->message = some_text();
    if (what & 8)
        m->o.xml_in = some_text();
    if (what & 16)
        m->o.stream_in = some_text();
    if (what & 32)
        m->ns = some_name();
    if (what & 64)
        m->name = some_name();
    if (what & 128)
        m->o.rest = m->text;
}

/* Keeps a delivered element for later calls. */
static void keep_element(misuse *m)
{
    const xc_element *e = m->event.element;
    if (m->status != XC_EVENT || e == NULL)
        return;
    m->element = keep(e, xc_element_size(e));
    m->child = xc_first_child(m->element);
    m->event.element = NULL;
    memset(&m->payload, 0, sizeof m->payload);
    xc_read(m->schema, m->element, &m->payload, NULL);
}

/* ---- calls -------------------------------------------------------------- */

static void call(misuse *m)
{
    const misuse_row *row = &misuse_rows[take() % MISUSE_ROWS];
    struct misuse_objects before;
    the_run.careful = (take() & 1) != 0;
    choose_values(m);
    memcpy(&before, &m->o, sizeof before);
    m->status = XC_OK;
    row->call(m);
    /* finish reports an earlier error of the writer */
    if (m->status == XC_ERR_ARGUMENT && row->kind != MISUSE_IS_INIT &&
        before.writer.i_error != XC_ERR_ARGUMENT)
        REQUIRE(memcmp(&before, &m->o, sizeof before) == 0, row->name);
    keep_element(m);
}

static void begin(misuse *m)
{
    memset(m, 0, sizeof *m);
    m->ns = "jabber:client";
    m->name = "name";
    m->schema = &xc_message_schema;
    m->hash = &misuse_hash;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    unsigned calls;
    the_run.data = data;
    the_run.size = size;
    the_run.count = 0;
    begin(&the_run.m);
    for (calls = 0; calls < MAX_CALLS && the_run.size > 0; calls++)
        call(&the_run.m);
    while (the_run.count > 0) {
        the_run.count--;
        fuzz_free(the_run.allocated[the_run.count].mem,
                  the_run.allocated[the_run.count].size);
    }
    return 0;
}
