/* Typed stanzas and the elements that negotiate a stream: every schema with
   generated values, examples by hand, and the checks and answers.

   The rules of RFC 6120, RFC 6121 and the XEPs that a codec can keep, and the
   test that shows it (S: test_stream.c, M: test_stream_memory.c, W:
   test_writer.c, J: test_jid.c; "caller": the list "What remains yours" in the
   header):

   iq has an id                               required_iq, check_iq
   iq type is get, set, result or error       required_iq, check_iq
   iq get/set has exactly one child           check_iq
   iq result has at most one child            check_iq
   iq error has <error/>                      check_iq
   a response has the id of its request       reply, iq_answers_id
   no answer to results and errors            no_answer
   <error/> only in type error                check_error
   an error: same kind, swapped addresses     error_reply
   unknown condition: undefined-condition     error_unknown, stream_error
   unknown SASL failure: not-authorized       sasl_failure
   unknown message type: normal               message_type
   from stamped by the server                 caller
   no from: own bare address                  effective
   no to: own full address                    effective
   s2s stanzas have to and from               addressed
   component stanzas have to and from         addressed; caller
   no id in an initial header                 caller
   a response header has from, id, lang       caller; W stream_headers
   version is two integers                    version; S header_version
   xml:lang is inherited                      choose_lang
   texts in distinct languages                check_langs
   one show, priority, thread                 once
   priority is -128 to 127                    priority
   body etc. have no child elements           mixed
   namespaces are declared in the stanza      W namespaces_are_declared
   no prefixes in the content namespace       W content_namespace
   restart after STARTTLS and SASL            caller; S restart_after_proceed
   no restart after SASL2                     caller; S
                                             never_restarts_by_itself
   no white space while negotiating           no_space; caller
   strict base64                              base64
   roster push from the own account           roster_push
   roster set: one item                       roster_one
   carbon copy from the own account           carbon
   SM counts stanzas, modulo 2^32             sm_counter
   one WebSocket frame, one element           S websocket_messages
   a frame declares its namespaces            frame
   stanzas of 10000 bytes                     M legal_stanzas_fit
   no partial stanza                          S elements_arrive_whole
   stamp in UTC                               times
   a JID part has 1 to 1023 bytes             J length_of_parts, required_iq */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_stream.h"
#include "support_captures.h"
#include "support_random.h"

#include "same.h"

/* ---- reading and writing ------------------------------------------------ */

#define SPACE 65536

typedef struct one_schema {
    const char *name;
    const xc_schema *schema;
} one_schema;

static const one_schema schemas[] = {
#define ROW(name, type, ns, element, spec) {"xc_" #name, &xc_##name##_schema},
    XC_STANZAS(ROW)
#undef ROW
};

/* The only first-level element of a client stream; valid until the next call
   with this place. */
static const xc_element *parse_at(unsigned place, xc_str text,
                                  const char *content_ns)
{
    static char memory[3][SPACE];
    static buffer bytes[3];
    xc_stream s;
    xc_stream_event ev;
    xc_str in;
    buffer_clear(&bytes[place]);
    buffer_printf(&bytes[place],
                  "<stream:stream xmlns='%s' " STREAMS
                  " xmlns:db='jabber:server:dialback' version='1.0'>",
                  content_ns);
    buffer_add(&bytes[place], text.ptr, text.len);
    in = buffer_str(&bytes[place]);
    assert_int_equal(xc_stream_init(&s, memory[place], SPACE, NULL), XC_OK);
    assert_int_equal(xc_stream_next(&s, &in, &ev), XC_EVENT);
    CHECK(xc_stream_next(&s, &in, &ev) == XC_EVENT, XC_FMT, XC_ARG(text));
    CHECK(in.len == 0, "more than one element: " XC_FMT, XC_ARG(text));
    return ev.element;
}

static const xc_element *parse(const char *text)
{
    return parse_at(0, xc_str_from(text), XC_NS_CLIENT);
}

static char output[SPACE];

static void start_in(xc_writer *w, const char *content_ns)
{
    xc_writer_init(w, output, sizeof output, content_ns);
}

static void start(xc_writer *w)
{
    start_in(w, XC_NS_CLIENT);
}

static xc_str finish(xc_writer *w, const char *what)
{
    xc_str out;
    check_status(what, xc_writer_finish(w, &out), XC_OK);
    return out;
}

static void check_written(xc_writer *w, const char *expected)
{
    check_str("written", finish(w, expected), expected);
}

static xc_status write_status(const xc_schema *s, const void *in)
{
    xc_writer w;
    xc_str out;
    start(&w);
    xc_write(&w, s, in);
    return xc_writer_finish(&w, &out);
}

/* Reads the element and expects this status, about this field. */
static void check_read(const xc_schema *s, const char *text, void *out,
                       xc_status expected, const char *name)
{
    const xc_field *field = NULL;
    check_status(text, xc_read(s, parse(text), out, &field), expected);
    if (name == NULL)
        CHECK(field == NULL, "%s: field %s", text, field->name);
    else
        CHECK(field != NULL && strcmp(field->name, name) == 0,
              "%s: another field than %s", text, name);
}

/* The element reads as `out`, and is written as it was, from the struct with
   its element and, if `alone`, without it. */
static void read_back(const xc_schema *s, const char *text, void *out,
                      bool alone)
{
    const xc_element *e;
    xc_writer w;
    check_read(s, text, out, XC_OK, NULL);
    start(&w);
    xc_write(&w, s, out);
    check_written(&w, text);
    if (!alone)
        return;
    e = ((xc_base *)out)->element;
    ((xc_base *)out)->element = NULL;
    start(&w);
    xc_write(&w, s, out);
    check_written(&w, text);
    ((xc_base *)out)->element = e;
}

/* ---- generated structs -------------------------------------------------- */

static random_source source = {1};

#define TEXTS 128
static buffer texts[TEXTS];
static size_t texts_used;

static xc_str any_text(void)
{
    buffer *b = &texts[texts_used++ % TEXTS];
    random_text(&source, b);
    if (b->len > 400)
        buffer_clear(b);
    return buffer_str(b);
}

static void *member(const xc_field *f, void *base)
{
    return (char *)base + f->offset;
}

static unsigned names_in(const char *names)
{
    unsigned n = 0;
    for (; *names != '\0'; names += strlen(names) + 1)
        n++;
    return n;
}

static xc_number any_number(const xc_range *range)
{
    static const xc_range all = {0, 0xFFFFFFFF};
    xc_number n = {true, 0};
    if (range == NULL)
        range = &all;
    n.value =
        range->least + (int64_t)(random_bits(&source) %
                                 ((uint64_t)(range->most - range->least) + 1));
    if (random_below(&source, 3) == 0)
        n.value = range->most;
    else if (random_below(&source, 3) == 0)
        n.value = range->least;
    return n;
}

static xc_time any_time(void)
{
    xc_time t;
    memset(&t, 0, sizeof t);
    t.present = true;
    t.year = (uint16_t)random_below(&source, 10000);
    t.month = (uint8_t)(1 + random_below(&source, 12));
    t.day = (uint8_t)(1 + random_below(&source, 28));
    t.hour = (uint8_t)random_below(&source, 24);
    t.minute = (uint8_t)random_below(&source, 60);
    t.second = (uint8_t)random_below(&source, 61);
    if (random_below(&source, 2) == 0)
        t.microsecond = (uint32_t)random_below(&source, 1000000);
    return t;
}

static void generate(const xc_schema *s, void *out);

/* Of an enumeration, not counting 0. */
static size_t values_of(const xc_field *f)
{
    return names_in(f->detail) - ((f->flags & XC_FIELD_DEFAULT_HAS_NAME) != 0);
}

static void generate_field(const xc_field *f, void *m)
{
    static const char *const jids[] = {
        "a.lit",
        "romeo@montague.lit",
        "romeo@montague.lit/orchard",
        "m\xc3\xbcller@z\xc3\xbcrich.example/\xe2\x82\xac <&'\">",
        "[2001:db8::1]",
        "a@b/c@d/e",
    };
    static const char *const base64[] = {
        "=", "AA==", "AAA=", "YmFzZTY0", "+/+/", "biws",
    };
    xc_choice *choice = m;
    size_t data;
    switch (f->kind) {
    case XC_KIND_STRING: *(xc_str *)m = any_text(); break;
    case XC_KIND_JID:
        *(xc_str *)m = xc_str_from(RANDOM_PICK(&source, jids));
        break;
    case XC_KIND_BASE64:
        data = random_below(&source, COUNT_OF(base64));
        if (data == 0 && (f->flags & XC_FIELD_EQUALS_IS_EMPTY) == 0)
            *(xc_str *)m = XC_STR("");
        else
            *(xc_str *)m = xc_str_from(base64[data]);
        break;
    case XC_KIND_ENUM:
        *(uint8_t *)m = (uint8_t)(1 + random_below(&source, values_of(f)));
        break;
    case XC_KIND_BOOL:
        *(uint8_t *)m = (uint8_t)(1 + random_below(&source, 2));
        break;
    case XC_KIND_NUMBER: *(xc_number *)m = any_number(f->detail); break;
    case XC_KIND_TIME: *(xc_time *)m = any_time(); break;
    case XC_KIND_FLAG: *(bool *)m = true; break;
    case XC_KIND_CHOICE:
        choice->value =
            (uint8_t)(1 + random_below(&source, names_in(f->detail)));
        if (random_below(&source, 4) == 0)
            choice->text = xc_str_trim(any_text());
        break;
    case XC_KIND_STRUCT:
        generate(f->detail, m);
        ((xc_base *)m)->present = true;
        break;
    default: fail();
    }
}

/* Every field with some value, or none; but no code instead of a condition, as
   that would be one. */
static void generate(const xc_schema *s, void *out)
{
    xc_stanza_error *error = out;
    memset(out, 0, s->size);
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        if ((f->flags & XC_FIELD_REQUIRED) != 0 ||
            random_below(&source, 2) == 0)
            generate_field(f, member(f, out));
    }
    if (s->fields == xc_stanza_error_schema.fields &&
        error->condition.value == 0)
        memset(&error->code, 0, sizeof error->code);
}

static void check_same(const xc_schema *s, const void *a, const void *b)
{
    const xc_field *f = first_difference(s, a, b);
    CHECK(f == NULL, "%s: %s", s->name,
          f->name != NULL ? f->name : "(no name)");
}

/* ---- what holds for every schema ---------------------------------------- */

static void *room(const xc_schema *s)
{
    void *p = calloc(1, s->size + 64u);
    assert_non_null(p);
    return p;
}

static xc_str write_struct(const one_schema *one, const xc_schema *s,
                           const void *in)
{
    xc_writer w;
    start(&w);
    xc_write(&w, s, in);
    return finish(&w, one->name);
}

/* write, parse, read: the same struct. Without changes it is written the same
   again. */
static void round_trip(const one_schema *one)
{
    void *in = room(one->schema), *out = room(one->schema);
    static char first[SPACE];
    for (int i = 0; i < 300; i++) {
        xc_str text;
        generate(one->schema, in);
        text = write_struct(one, one->schema, in);
        memcpy(first, text.ptr, text.len);
        text.ptr = first;
        check_status(
            one->name,
            xc_read(one->schema, parse_at(0, text, XC_NS_CLIENT), out, NULL),
            XC_OK);
        check_same(one->schema, in, out);
        CHECK(xc_str_equal(write_struct(one, one->schema, out), text),
              "%s: another text the second time: " XC_FMT, one->name,
              XC_ARG(text));
    }
    free(in);
    free(out);
}

static void test_round_trips(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++)
        round_trip(&schemas[i]);
}

/* The same with an attribute, a child and an order that no schema knows. */
static void add_unknown(xc_str text, buffer *out)
{
    size_t name = 1, tag;
    bool empty = text.ptr[text.len - 2] == '/';
    while (strchr(" />", text.ptr[name]) == NULL)
        name++;
    for (tag = text.len - 1; !empty && text.ptr[tag] != '<';)
        tag--;
    buffer_clear(out);
    buffer_add(out, text.ptr, name);
    buffer_puts(out, " unknown='1'");
    buffer_add(out, text.ptr + name, (empty ? text.len - 2 : tag) - name);
    buffer_puts(out, empty ? ">" : "");
    buffer_puts(out, "<u a='b' xmlns='urn:u'>x<v/>y</u>");
    buffer_puts(out, "</");
    buffer_add(out, text.ptr + 1, name - 1);
    buffer_puts(out, ">");
}

static void keep_unknown(const one_schema *one)
{
    void *in = room(one->schema), *out = room(one->schema);
    buffer more = {0};
    for (int i = 0; i < 50; i++) {
        static char canonical[SPACE];
        const xc_element *e;
        xc_writer w;
        xc_str text;
        generate(one->schema, in);
        add_unknown(write_struct(one, one->schema, in), &more);
        e = parse_at(0, buffer_str(&more), XC_NS_CLIENT);
        check_status(one->name, xc_read(one->schema, e, out, NULL), XC_OK);
        check_same(one->schema, in, out);
        start(&w);
        xc_writer_element(&w, e);
        text = finish(&w, one->name);
        memcpy(canonical, text.ptr, text.len);
        text.ptr = canonical;
        CHECK(xc_str_equal(write_struct(one, one->schema, out), text),
              "%s: " XC_FMT " is written as %s", one->name, XC_ARG(text),
              output);
    }
    buffer_free(&more);
    free(in);
    free(out);
}

static void test_keeps_unknown(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++)
        keep_unknown(&schemas[i]);
}

/* A schema like `s` but for the field `i`. */
static xc_schema altered(const xc_schema *s, size_t i, xc_field f,
                         xc_field *fields)
{
    xc_schema copy = *s;
    memcpy(fields, s->fields, s->count * sizeof *fields);
    fields[i] = f;
    copy.fields = fields;
    return copy;
}

static void missing_field(const one_schema *one, size_t i)
{
    const xc_schema *s = one->schema;
    xc_field fields[32], f = s->fields[i];
    const xc_field *field;
    xc_schema lenient;
    void *in = room(s), *out = room(s);
    generate(s, in);
    memset(member(&f, in), 0, sizeof(xc_str));
    if (f.kind == XC_KIND_TIME)
        memset(member(&f, in), 0, sizeof(xc_time));
    check_status(one->name, write_status(s, in), XC_ERR_FIELD_MISSING);
    f.flags = (uint8_t)(f.flags & ~XC_FIELD_REQUIRED);
    lenient = altered(s, i, f, fields);
    check_status(
        one->name,
        xc_read(s, parse_at(0, write_struct(one, &lenient, in), XC_NS_CLIENT),
                out, &field),
        XC_ERR_FIELD_MISSING);
    CHECK(field == s->fields + i, "%s: the wrong field", one->name);
    free(in);
    free(out);
}

static void test_missing(void **state)
{
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        for (size_t k = 0; k < schemas[i].schema->count; k++) {
            if ((schemas[i].schema->fields[k].flags & XC_FIELD_REQUIRED) == 0)
                continue;
            missing_field(&schemas[i], k);
            count++;
        }
    }
    assert_true(count >= 20);
}

/* What a bad value must lead to. */
static void check_bad(const one_schema *one, size_t i, xc_str text)
{
    const xc_schema *s = one->schema;
    const xc_field *f = s->fields + i, *field;
    void *out = room(s);
    const xc_element *e = parse_at(0, text, XC_NS_CLIENT);
    xc_status got = xc_read(s, e, out, &field);
    bool last = (f->flags & XC_FIELD_UNKNOWN_IS_LAST) != 0;
    if (last || (f->flags & XC_FIELD_LENIENT) != 0) {
        check_status(one->name, got, XC_OK);
        if (f->kind == XC_KIND_ENUM)
            CHECK(*(uint8_t *)member(f, out) ==
                      (last ? names_in(f->detail) : 0),
                  "%s: %s", one->name, f->name);
    } else {
        check_status(one->name, got,
                     f->kind == XC_KIND_JID ? XC_ERR_FIELD_JID
                                            : XC_ERR_FIELD_VALUE);
        CHECK(field == f, "%s: not field %s", one->name, f->name);
    }
    free(out);
}

static void bad_value(const one_schema *one, size_t i)
{
    static const char *const bad[] = {
        "@", "a@@b", "1 1", "99999999999999999999.", "-9999999999", "\xc3\xa9",
    };
    const xc_schema *s = one->schema;
    xc_field fields[32], f = s->fields[i];
    f.kind = XC_KIND_STRING;
    f.offset = (uint16_t)((s->size + 15u) & ~15u);
    for (size_t k = 0; k < COUNT_OF(bad); k++) {
        void *in = room(s);
        xc_schema lenient;
        xc_str value = xc_str_from(bad[k]);
        if (s->fields[i].kind == XC_KIND_JID && k > 1)
            value = xc_str_from("/@");
        if (s->fields[i].kind == XC_KIND_BASE64 && k == 3)
            value = xc_str_from("AB==");
        generate(s, in);
        memcpy(member(&f, in), &value, sizeof value);
        lenient = altered(s, i, f, fields);
        check_bad(one, i, write_struct(one, &lenient, in));
        free(in);
    }
}

static void test_bad_values(void **state)
{
    size_t count = 0;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        for (size_t k = 0; k < schemas[i].schema->count; k++) {
            switch (schemas[i].schema->fields[k].kind) {
            case XC_KIND_STRING:
            case XC_KIND_FLAG:
            case XC_KIND_CHOICE:
            case XC_KIND_STRUCT: break;
            default: bad_value(&schemas[i], k); count++;
            }
        }
    }
    assert_true(count > 60);
}

/* A child that is there twice: refused, or the first one counts. */
static void repeat_child(const one_schema *one, size_t i)
{
    const xc_schema *s = one->schema;
    const xc_field *f = s->fields + i, *field;
    xc_field fields[32];
    xc_schema twice = altered(s, i, *f, fields);
    void *in = room(s), *out = room(s);
    xc_status got;
    generate(s, in);
    generate_field(f, member(f, in));
    fields[twice.count++] = *f;
    got = xc_read(s, parse_at(0, write_struct(one, &twice, in), XC_NS_CLIENT),
                  out, &field);
    if ((f->flags & XC_FIELD_SINGLE) != 0) {
        check_status(one->name, got, XC_ERR_FIELD_REPEATED);
        assert_ptr_equal(field, f);
    } else {
        check_status(one->name, got, XC_OK);
        check_same(s, in, out);
    }
    free(in);
    free(out);
}

static void test_repeated(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        const xc_schema *s = schemas[i].schema;
        for (size_t k = 0; k < s->count && s->count < 32; k++)
            if (s->fields[k].i_source == XC_I_CHILD)
                repeat_child(&schemas[i], k);
    }
}

static void test_wrong_element(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        void *out = room(schemas[i].schema);
        const xc_element *e = parse("<x xmlns='urn:x'/>");
        check_status(schemas[i].name, xc_read(schemas[i].schema, e, out, NULL),
                     XC_ERR_FIELD_ELEMENT);
        free(out);
    }
}

/* No two schemas for one element, so that a program can find the one. */
static void test_unambiguous(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        const xc_schema *a = schemas[i].schema;
        for (size_t k = 0; k < i; k++) {
            const xc_schema *b = schemas[k].schema;
            CHECK(strcmp(a->name, b->name) != 0 ||
                      strcmp(a->ns != NULL ? a->ns : "",
                             b->ns != NULL ? b->ns : "") != 0,
                  "%s and %s", schemas[i].name, schemas[k].name);
        }
    }
}

/* Nothing that is written begins or ends with white space, or has any that
   the struct does not have (RFC 6120 sections 5.3.3 and 6.3.5). */
static void test_no_space(void **state)
{
    xc_sasl_auth auth;
    xc_starttls tls;
    xc_writer w;
    (void)state;
    memset(&auth, 0, sizeof auth);
    memset(&tls, 0, sizeof tls);
    auth.mechanism = XC_STR("PLAIN");
    auth.data = XC_STR("AGEAYg==");
    start(&w);
    xc_write(&w, &xc_starttls_schema, &tls);
    xc_write(&w, &xc_sasl_auth_schema, &auth);
    check_written(&w, "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"
                      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                      "mechanism='PLAIN'>AGEAYg==</auth>");
}

/* ---- an example of every element, with every field ---------------------- */

#define NS(ns) " xmlns='" ns "'"
#define ADDRESSED " to='b.lit' from='a.lit'"
#define SM_ID NS("urn:xmpp:sm:3") " h='1' previd='p'"
#define BIND2                                                                                 \
    "<bind" NS(                                                                               \
        "urn:xmpp:bind:0") "><inline><feature var='urn:x'/></inline>"                         \
                           "<tag>t</tag><enable" NS(                                          \
                               "urn:xmpp:sm:3") " resume='1' "                                \
                                                "max='9'/>"                                   \
                                                "<enable" NS(                                 \
                                                    "urn:xmpp:"                               \
                                                    "carbons:2") "/>"                         \
                                                                 "<ac"                        \
                                                                 "tiv"                        \
                                                                 "e" NS(                      \
                                                                     "urn:"                   \
                                                                     "xmpp:"                  \
                                                                     "csi:0") "/>"            \
                                                                              "<inactive" NS( \
                                                                                  "urn:xmpp:csi:0") "/></bind>"
#define FAST                                                                  \
    "<fast" NS("urn:xmpp:fast:0") " tls-0rtt='true' count='1' "               \
                                  "invalidate='false'/>"
#define ENABLED                                                               \
    "<enabled" NS("urn:xmpp:sm:3") " id='i' resume='true' max='600' "         \
                                   "location='a.lit:5222'/>"
#define FAILED                                                                \
    "<failed" NS(                                                             \
        "urn:xmpp:sm:3") " h='2'><item-not-found" NS_STANZAS "/>"             \
                         "<text" NS_STANZAS                                   \
                         ">t</text><error type='wait' by='a.lit' code='404'>" \
                         "<gone" NS_STANZAS "/><text" NS_STANZAS              \
                         ">t</text></error></failed>"
#define NS_STANZAS NS("urn:ietf:params:xml:ns:xmpp-stanzas")
#define NS_STREAMS NS("urn:ietf:params:xml:ns:xmpp-streams")
#define NS_SASL NS("urn:ietf:params:xml:ns:xmpp-sasl")
#define NS_SASL2 NS("urn:xmpp:sasl:2")
#define ERROR(ns)                                                             \
    "<error" ns " type='wait' by='a.lit' code='302'><gone" NS_STANZAS ">u"    \
    "</gone><text" NS_STANZAS ">t</text></error>"
#define TOKEN                                                                 \
    "<token" NS("urn:xmpp:fast:0") " expiry='2020-03-12T14:36:15Z' "          \
                                   "token='t'/>"
#define INLINE                                                                \
    "<inline" NS_SASL2 ">" BIND2                                              \
    "<sm" NS("urn:xmpp:sm:3") "><required/>"                                  \
                              "<optional/></sm>" FAST "</inline>"
#define BOUND                                                                 \
    "<bound" NS("urn:xmpp:bind:0") "><metadata" NS(                           \
        "urn:xmpp:mam:2") "><start id='a' timestamp='2008-08-22T21:09:04Z'/>" \
                          "<end id='b' "                                      \
                          "timestamp='2020-04-20T14:34:21Z'/></"              \
                          "metadata>" ENABLED FAILED                          \
                          "<enabled" NS("urn:xmpp:carbons:2") "/></bound>"
#define LIMITS                                                                \
    "<limits" NS("urn:xmpp:stream-limits:0") "><max-bytes>10000</"            \
                                             "max-bytes><idle-seconds>840</"  \
                                             "idle-seconds></limits>"
#define AGENT                                                                 \
    "<user-agent" NS_SASL2 " id='i'><software>s</software><device>d</device>" \
    "</user-agent>"

static const struct {
    const xc_schema *schema;
    const char *text;
} examples[] =
    {
        {&xc_stanza_error_schema, ERROR("")},
        {&xc_message_schema,
         "<message" ADDRESSED " id='1' type='error' "
         "xml:lang='en'><body>b</body><subject>s</subject><thread>t</"
         "thread>" ERROR("") "</message>"},
        {&xc_thread_schema, "<thread parent='p'>t</thread>"},
        {&xc_presence_schema,
         "<presence" ADDRESSED " id='1' type='error' "
         "xml:lang='en'><priority>1</priority><show>xa</show><status>s</"
         "status>" ERROR("") "</presence>"},
        {&xc_iq_schema,
         "<iq" ADDRESSED
         " id='1' type='error' xml:lang='en'>" ERROR("") "</iq>"},
        {&xc_roster_schema, "<query" NS("jabber:iq:roster") " ver='v'/>"},
        {&xc_roster_item_schema,
         "<item" NS("jabber:iq:roster") " jid='a' "
                                        "name='n' subscription='to' "
                                        "ask='subscribe' approved='1'/>"},
        {&xc_bind_schema,
         "<bind" NS(
             "urn:ietf:params:xml:ns:xmpp-bind") ">"
                                                 "<required/><resource>r</"
                                                 "resource><jid>a@b/r</jid></"
                                                 "bind>"},
        {&xc_session_schema,
         "<session" NS(
             "urn:ietf:params:xml:ns:xmpp-session") "><optional/></session>"},
        {&xc_starttls_schema,
         "<starttls" NS(
             "urn:ietf:params:xml:ns:xmpp-tls") "><required/></starttls>"},
        {&xc_tls_proceed_schema,
         "<proceed" NS("urn:ietf:params:xml:ns:xmpp-tls") "/>"},
        {&xc_tls_failure_schema,
         "<failure" NS("urn:ietf:params:xml:ns:xmpp-tls") "/>"},
        {&xc_sasl_mechanisms_schema, "<mechanisms" NS_SASL "/>"},
        {&xc_sasl_auth_schema, "<auth" NS_SASL " mechanism='PLAIN'>=</auth>"},
        {&xc_sasl_challenge_schema, "<challenge" NS_SASL ">AAAA</challenge>"},
        {&xc_sasl_response_schema, "<response" NS_SASL ">AAAA</response>"},
        {&xc_sasl_abort_schema, "<abort" NS_SASL "/>"},
        {&xc_sasl_success_schema, "<success" NS_SASL ">AAAA</success>"},
        {&xc_sasl_failure_schema,
         "<failure" NS_SASL "><aborted/><text>t</text>"
         "</failure>"},
        {&xc_channel_bindings_schema,
         "<sasl-channel-binding" NS("urn:xmpp:sasl-cb:0") "/>"},
        {&xc_channel_binding_type_schema,
         "<channel-binding" NS("urn:xmpp:sasl-cb:0") " type='tls-exporter'/>"},
        {&xc_ws_open_schema,
         "<open" NS("urn:ietf:params:xml:ns:xmpp-framing") ADDRESSED
         " id='1' version='1.0' xml:lang='en'/>"},
        {&xc_ws_close_schema,
         "<close" NS("urn:ietf:params:xml:ns:xmpp-framing") ADDRESSED
         " id='1' version='1.0' xml:lang='en' see-other-uri='u'/>"},
        {&xc_handshake_schema,
         "<handshake" NS(
             "jabber:component:accept") ">aaee83c26aeeafcbabeabfcbcd50df997e0a"
                                        "2a1e</handshake>"},
        {&xc_dialback_result_schema,
         "<db:result" ADDRESSED " id='1' "
         "type='invalid'>k" ERROR(NS("jabber:server")) "</db:result>"},
        {&xc_dialback_verify_schema,
         "<db:verify" ADDRESSED " id='1' "
         "type='valid'>k" ERROR(NS("jabber:server")) "</db:verify>"},
        {&xc_dialback_schema,
         "<dialback" NS("urn:xmpp:features:dialback") "><errors/></dialback>"},
        {&xc_stream_limits_schema, LIMITS},
        {&xc_s2s_bidi_schema,
         "<bidi" NS("urn:xmpp:bidi") ">" LIMITS "</bidi>"},
        {&xc_bosh_body_schema,
         "<body" NS("http://jabber.org/protocol/httpbind") ADDRESSED
         " xmlns:xmpp='urn:xmpp:xbosh' rid='1' sid='s' route='r' "
         "ver='1.6' wait='60' hold='1' ack='1' report='2' time='3' "
         "content='c' "
         "accept='deflate' charsets='c' authid='a' inactivity='30' "
         "polling='5' "
         "requests='2' window='3' pause='4' maxpause='120' key='k' newkey='n' "
         "stream='s' secure='true' type='terminate' condition='host-gone' "
         "xml:lang='en' xmpp:version='1.0' xmpp:restart='true' "
         "xmpp:restartlogic='true'><uri>u</uri></body>"},
        {&xc_bosh_uri_schema,
         "<uri" NS("http://jabber.org/protocol/httpbind") ">u</uri>"},
        {&xc_sm_schema,
         "<sm" NS("urn:xmpp:sm:3") "><required/><optional/></sm>"},
        {&xc_sm_enable_schema, "<enable" NS("urn:xmpp:sm:3") " resume='true' "
                                                             "max='1'/>"},
        {&xc_sm_enabled_schema, ENABLED},
        {&xc_sm_error_schema,
         "<error" NS("urn:xmpp:sm:3") " type='wait' by='a.lit' code='404'>"
                                      "<gone" NS_STANZAS "/><text" NS_STANZAS
                                      ">t</text></error>"},
        {&xc_sm_failed_schema, FAILED},
        {&xc_sm_r_schema, "<r" NS("urn:xmpp:sm:3") "/>"},
        {&xc_sm_a_schema, "<a" NS("urn:xmpp:sm:3") " h='1'/>"},
        {&xc_sm_resume_schema, "<resume" SM_ID "/>"},
        {&xc_sm_resumed_schema, "<resumed" SM_ID "/>"},
        {&xc_sm_too_high_schema,
         "<handled-count-too-high" NS(
             "urn:xmpp:sm:3") " h='10' send-count='8'/>"},
        {&xc_csi_active_schema, "<active" NS("urn:xmpp:csi:0") "/>"},
        {&xc_csi_inactive_schema, "<inactive" NS("urn:xmpp:csi:0") "/>"},
        {&xc_bind2_inline_schema, "<inline" NS("urn:xmpp:bind:0") "/>"},
        {&xc_bind2_feature_schema,
         "<feature" NS("urn:xmpp:bind:0") " var='urn:xmpp:carbons:2'/>"},
        {&xc_bind2_schema, BIND2},
        {&xc_bind2_bound_schema, BOUND},
        {&xc_fast_schema, FAST},
        {&xc_fast_request_schema,
         "<request-token" NS(
             "urn:xmpp:fast:0") " mechanism='HT-SHA-256-ENDP'/>"},
        {&xc_fast_token_schema, TOKEN},
        {&xc_sasl2_inline_schema, INLINE},
        {&xc_sasl2_authentication_schema,
         "<authentication" NS_SASL2 ">" INLINE "</authentication>"},
        {&xc_user_agent_schema, AGENT},
        {&xc_sasl2_authenticate_schema,
         "<authenticate" NS_SASL2
         " mechanism='PLAIN'><initial-response>AA==</initial-response>" AGENT
             BIND2 "<resume" SM_ID "/>" FAST "<request-token" NS(
                 "urn:xmpp:fast:0") " mechanism='m'/></authenticate>"},
        {&xc_sasl2_challenge_schema,
         "<challenge" NS_SASL2 ">AAAA</challenge>"},
        {&xc_sasl2_response_schema, "<response" NS_SASL2 ">AAAA</response>"},
        {&xc_sasl2_success_schema,
         "<success" NS_SASL2 "><additional-data>AAAA"
         "</additional-data><authorization-identifier>a@b"
         "</authorization-identifier>" BOUND "<resumed" SM_ID "/>" FAILED TOKEN
         "</success>"},
        {&xc_sasl2_failure_schema, "<failure" NS_SASL2 "><aborted" NS_SASL "/>"
                                   "<text>t</text></failure>"},
        {&xc_sasl2_tasks_schema, "<tasks" NS_SASL2 "/>"},
        {&xc_sasl2_continue_schema,
         "<continue" NS_SASL2 "><additional-data>AAAA"
         "</additional-data><tasks><task>HOTP-EXAMPLE</task></tasks><text>t"
         "</text></continue>"},
        {&xc_sasl2_next_schema, "<next" NS_SASL2 " task='TOTP-EXAMPLE'/>"},
        {&xc_sasl2_task_data_schema, "<task-data" NS_SASL2 "/>"},
        {&xc_sasl2_abort_schema, "<abort" NS_SASL2 "><text>t</text></abort>"},
        {&xc_features_schema, "<stream:features>"
                              "<starttls" NS("urn:ietf:params:xml:ns:xmpp-tls") "><required/>"
                                                                                "</starttls><mechanisms" NS_SASL
                                                                                "/><sasl-channel-binding" NS("urn:xmpp:sasl-cb:0") "/><authentication" NS_SASL2 ">" INLINE "</authentication><bind" NS("urn:ietf:params:xml:ns:xmpp-bind") "><required/><resource>r</resource><jid>a@b/r</jid></bind>"
                                                                                                                                                                                                                                           "<session" NS("urn:ietf:params:xml:ns:xmpp-session") "><optional/>"
                                                                                                                                                                                                                                                                                                "</session><sm" NS("urn:xmpp:sm:3") "><required/><optional/></sm>"
                                                                                                                                                                                                                                                                                                                                    "<dialback" NS("urn:xmpp:features:dialback") "><errors/></dialback>"
                                                                                                                                                                                                                                                                                                                                                                                 "<ver" NS("urn:xmpp:features:rosterver") "/>"
                                                                                                                                                                                                                                                                                                                                                                                                                          "<sub" NS("urn:xmpp:features:pre-approval") "/>"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                      "<csi" NS("urn:xmpp:csi:0") "/><bidi" NS(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                          "urn:xmpp:features:bidi") "/>"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "<register" NS(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                        "http://jabber.org/features/iq-register") "/>" LIMITS
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                  "<register" NS("urn:xmpp:ibr-token:0") "/>"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                         "<register" NS("urn:xmpp:invite") "/><sm" NS(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "urn:xmpp:sm:2") "/>"
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                              "</stream:features>"},
        {&xc_stream_error_schema,
         "<stream:error><see-other-host" NS_STREAMS
         ">h</see-other-host><text" NS_STREAMS ">t</text></stream:error>"},
};

static bool is_set(const xc_field *f, void *m)
{
    switch (f->kind) {
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: return *(uint8_t *)m != 0;
    case XC_KIND_NUMBER: return ((xc_number *)m)->present;
    case XC_KIND_TIME: return ((xc_time *)m)->present;
    case XC_KIND_FLAG: return *(bool *)m;
    case XC_KIND_CHOICE: return ((xc_choice *)m)->value != 0;
    case XC_KIND_STRUCT: return ((xc_base *)m)->present;
    default: return ((xc_str *)m)->len != 0;
    }
}

static void check_all_set(const xc_schema *s, void *in)
{
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        CHECK(is_set(f, member(f, in)), "%s: no %s", s->name,
              f->name != NULL ? f->name : "(no name)");
        if (f->kind == XC_KIND_STRUCT)
            check_all_set(f->detail, member(f, in));
    }
}

static void test_examples(void **state)
{
    (void)state;
    assert_int_equal(COUNT_OF(examples), COUNT_OF(schemas));
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        const xc_schema *s = schemas[i].schema;
        void *out = room(s);
        assert_ptr_equal(examples[i].schema, s);
        check_read(s, examples[i].text, out, XC_OK, NULL);
        check_all_set(s, out);
        free(out);
    }
}

/* ---- the lists ---------------------------------------------------------- */

static void test_lists(void **state)
{
    (void)state;
    assert_int_equal(XC_STANZA_ERROR_COUNT, 23);
    assert_int_equal(XC_STREAM_ERROR_COUNT, 27); /* 25 and an alias */
    assert_int_equal(XC_SASL_FAILURE_COUNT, 12);
    assert_string_equal(xc_stanza_error_name(XC_STANZA_ERROR_GONE), "gone");
    assert_string_equal(xc_stream_error_name(XC_STREAM_ERROR_RESET), "reset");
    assert_string_equal(xc_sasl_failure_name(XC_SASL_FAILURE_NOT_AUTHORIZED),
                        "not-authorized");
    assert_null(xc_stanza_error_name(0));
    assert_null(xc_stanza_error_name(XC_STANZA_ERROR_COUNT));
    assert_null(xc_stream_error_name(XC_STREAM_ERROR_COUNT));
    assert_null(xc_sasl_failure_name(XC_SASL_FAILURE_COUNT));
    assert_int_equal(xc_stanza_error_default_type(0), 0);
    assert_int_equal(xc_stanza_error_default_type(XC_STANZA_ERROR_COUNT), 0);
    assert_int_equal(xc_stanza_error_legacy_code(XC_STANZA_ERROR_COUNT), 0);
    assert_int_equal(xc_stanza_error_legacy_code(XC_STANZA_ERROR_CONFLICT),
                     409);
    assert_int_equal(xc_stanza_error_from_name(XC_STR("conflict")),
                     XC_STANZA_ERROR_CONFLICT);
    assert_int_equal(xc_stanza_error_from_name(XC_STR("bad-format")),
                     XC_STANZA_ERROR_UNDEFINED_CONDITION);
    assert_int_equal(xc_stanza_error_from_name(xc_str_from(NULL)),
                     XC_STANZA_ERROR_NONE);
    assert_int_equal(xc_sasl_failure_from_name(XC_STR("aborted")),
                     XC_SASL_FAILURE_ABORTED);
    assert_int_equal(xc_sasl_failure_from_name(XC_STR("bad-auth")),
                     XC_SASL_FAILURE_NOT_AUTHORIZED);
    assert_int_equal(xc_sasl_failure_from_name(xc_str_from(NULL)),
                     XC_SASL_FAILURE_NOT_AUTHORIZED);
}

static void test_stanza_errors_file(void **state)
{
    static const char *const types[] = {"",       "auth", "continue",
                                        "modify", "wait", "cancel"};
    buffer file = {0};
    table rows = {0};
    unsigned n = 0;
    (void)state;
    load_corpus("lists/stanza_errors.tsv", &file);
    rows.next = file.ptr;
    table_next(&rows);
    while (table_next(&rows)) {
        unsigned c = xc_stanza_error_from_name(xc_str_from(rows.field[0]));
        assert_string_equal(xc_stanza_error_name(c), rows.field[0]);
        if (strncmp(rows.field[2], "any", 3) != 0)
            CHECK(strncmp(rows.field[2],
                          types[xc_stanza_error_default_type(c)],
                          strlen(types[xc_stanza_error_default_type(c)])) == 0,
                  "%s", rows.field[0]);
        assert_int_equal(xc_stanza_error_legacy_code(c), atoi(rows.field[3]));
        n++;
    }
    assert_int_equal(n, XC_STANZA_ERROR_COUNT - 1);
    buffer_free(&file);
}

typedef const char *name_of(unsigned condition);

static void check_names(const char *path, name_of *name, unsigned count,
                        unsigned expected)
{
    buffer file = {0};
    table rows = {0};
    unsigned n = 0;
    load_corpus(path, &file);
    rows.next = file.ptr;
    table_next(&rows);
    while (table_next(&rows)) {
        unsigned i = 1;
        while (i < count && strcmp(name(i), rows.field[0]) != 0)
            i++;
        CHECK(i < count, "%s", rows.field[0]);
        n++;
    }
    assert_int_equal(n, expected);
    buffer_free(&file);
}

static void test_stream_errors_file(void **state)
{
    (void)state;
    check_names("lists/stream_errors.tsv", xc_stream_error_name,
                XC_STREAM_ERROR_COUNT, 25);
}

static void test_sasl_failures_file(void **state)
{
    (void)state;
    check_names("lists/sasl_failures.tsv", xc_sasl_failure_name,
                XC_SASL_FAILURE_COUNT, 11);
}

/* Every value of the enumerations is known where it is to be. */
static void try_enum(const char *name, const char *value)
{
    static const char *const known[][2] = {
        {"iq@type", "<iq id='1' type='%s'/>"},
        {"message@type", "<message type='%s'/>"},
        {"presence@type", "<presence type='%s'/>"},
        {"presence/show", "<presence><show>%s</show></presence>"},
        {"error@type", "<error type='%s'/>"},
        {"roster item@subscription",
         "<item xmlns='jabber:iq:roster' jid='a' subscription='%s'/>"},
        {"roster item@ask",
         "<item xmlns='jabber:iq:roster' jid='a' ask='%s'/>"},
        {"xml boolean",
         "<item xmlns='jabber:iq:roster' jid='a' approved='%s'/>"},
        {"db@type", "<db:result from='a' to='b' type='%s'/>"},
    };
    char text[256];
    for (size_t i = 0; i < COUNT_OF(known); i++) {
        if (strcmp(known[i][0], name) != 0)
            continue;
        const xc_element *e;
        int found = 0;
        snprintf(text, sizeof text, known[i][1], value);
        e = parse(text);
        for (size_t k = 0; k < COUNT_OF(schemas); k++) {
            const xc_schema *s = schemas[k].schema;
            void *out = room(s);
            found += xc_read(s, e, out, NULL) == XC_OK;
            free(out);
        }
        CHECK(found == 1, "%s %s", name, value);
    }
}

static void test_enums_file(void **state)
{
    buffer file = {0};
    table rows = {0};
    (void)state;
    load_corpus("lists/enums.tsv", &file);
    rows.next = file.ptr;
    table_next(&rows);
    while (table_next(&rows))
        try_enum(rows.field[0], rows.field[1]);
    buffer_free(&file);
}

/* ---- stanzas ------------------------------------------------------------ */

static void test_message(void **state)
{
    xc_message m;
    (void)state;
    read_back(&xc_message_schema,
              "<message to='romeo@example.net' from='juliet@example.com/b' "
              "id='ktx72v49' type='chat' xml:lang='en'>"
              "<subject>I implore you</subject>"
              "<body>Art thou not Romeo &amp; a Montague?</body>"
              "<thread>e0ffe42b</thread></message>",
              &m, true);
    check_str("to", m.to, "romeo@example.net");
    check_str("from", m.from, "juliet@example.com/b");
    check_str("id", m.id, "ktx72v49");
    check_str("lang", m.lang, "en");
    check_str("subject", m.subject, "I implore you");
    check_str("body", m.body, "Art thou not Romeo & a Montague?");
    check_str("thread", m.thread, "e0ffe42b");
    assert_int_equal(m.type, XC_MESSAGE_CHAT);
    assert_false(m.error.base.present);
}

/* Unknown and written default types are normal, and stay as they are. */
static void test_message_type(void **state)
{
    static const char *const same[] = {
        "<message/>",
        "<message type='normal'/>",
        "<message type='quux'/>",
        "<message type=''/>",
    };
    xc_message m;
    xc_writer w;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(same); i++) {
        read_back(&xc_message_schema, same[i], &m, false);
        assert_int_equal(m.type, XC_MESSAGE_NORMAL);
    }
    m.type = XC_MESSAGE_CHAT;
    start(&w);
    xc_write(&w, &xc_message_schema, &m);
    check_written(&w, "<message type='chat'/>");
}

static void test_thread(void **state)
{
    xc_thread t;
    (void)state;
    read_back(&xc_thread_schema, "<thread parent='7edac73a'>0e3141cd</thread>",
              &t, true);
    check_str("id", t.id, "0e3141cd");
    check_str("parent", t.parent, "7edac73a");
}

static void test_presence(void **state)
{
    xc_presence p;
    (void)state;
    read_back(&xc_presence_schema,
              "<presence to='a@b' from='c@d/e' id='1' xml:lang='cs'>"
              "<show>dnd</show><status>Wooing</status>"
              "<priority>-1</priority></presence>",
              &p, true);
    assert_int_equal(p.type, XC_PRESENCE_AVAILABLE);
    assert_int_equal(p.show, XC_SHOW_DND);
    check_str("status", p.status, "Wooing");
    assert_true(p.priority.present && p.priority.value == -1);
    read_back(&xc_presence_schema, "<presence type='available'/>", &p, false);
    assert_int_equal(p.type, XC_PRESENCE_AVAILABLE);
    read_back(&xc_presence_schema, "<presence><show>brb</show></presence>", &p,
              false);
    assert_int_equal(p.show, XC_SHOW_ONLINE);
    read_back(&xc_presence_schema, "<presence><show/></presence>", &p, false);
    assert_int_equal(p.show, XC_SHOW_ONLINE);
}

/* It was never in an RFC, but clients did send it. */
static void test_invisible(void **state)
{
    xc_presence p;
    (void)state;
    read_back(&xc_presence_schema, "<presence type='invisible'/>", &p, true);
    assert_int_equal(p.type, XC_PRESENCE_INVISIBLE);
}

static void test_priority(void **state)
{
    static const char *const bad[] = {"128", "-129", "1.5", "high", "", "1 1"};
    static const struct {
        const char *text;
        int value;
    } good[] = {{"127", 127}, {"-128", -128}, {"0", 0},
                {"+5", 5},    {"007", 7},     {"\n 5\t", 5}};
    char text[128];
    xc_presence p;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        snprintf(text, sizeof text,
                 "<presence><priority>%s</priority></presence>", bad[i]);
        check_read(&xc_presence_schema, text, &p, XC_ERR_FIELD_VALUE,
                   "priority");
        assert_false(p.priority.present);
    }
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        snprintf(text, sizeof text,
                 "<presence><priority>%s</priority></presence>", good[i].text);
        check_read(&xc_presence_schema, text, &p, XC_OK, NULL);
        assert_int_equal(p.priority.value, good[i].value);
    }
}

static void test_once(void **state)
{
    xc_message m;
    xc_presence p;
    (void)state;
    check_read(&xc_message_schema,
               "<message><thread>a</thread><thread>b</thread></message>", &m,
               XC_ERR_FIELD_REPEATED, "thread");
    check_str("thread", m.thread, "a");
    check_read(&xc_presence_schema,
               "<presence><show>xa</show><show>dnd</show></presence>", &p,
               XC_ERR_FIELD_REPEATED, "show");
    assert_int_equal(p.show, XC_SHOW_XA);
    check_read(&xc_presence_schema,
               "<presence><priority>1</priority><priority>1</priority>"
               "</presence>",
               &p, XC_ERR_FIELD_REPEATED, "priority");
}

static void test_mixed(void **state)
{
    static const char *const names[] = {"body", "subject", "thread"};
    static const char *const others[] = {"status", "priority"};
    char text[128];
    xc_message m;
    xc_presence p;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        snprintf(text, sizeof text, "<message><%s>a<b/>c</%s></message>",
                 names[i], names[i]);
        check_read(&xc_message_schema, text, &m, XC_ERR_FIELD_CONTENT,
                   names[i]);
        assert_null(m.body.ptr);
    }
    for (size_t i = 0; i < COUNT_OF(others); i++) {
        snprintf(text, sizeof text, "<presence><%s>1<b/></%s></presence>",
                 others[i], others[i]);
        check_read(&xc_presence_schema, text, &p, XC_ERR_FIELD_CONTENT,
                   others[i]);
    }
    check_read(&xc_presence_schema, "<presence><show>xa<b/></show></presence>",
               &p, XC_ERR_FIELD_CONTENT, "show");
}

static void test_required_iq(void **state)
{
    xc_iq iq;
    (void)state;
    read_back(&xc_iq_schema,
              "<iq to='a@b' from='c@d/e' id='1' type='set' xml:lang='en'/>",
              &iq, true);
    assert_int_equal(iq.type, XC_IQ_SET);
    check_read(&xc_iq_schema, "<iq type='get'/>", &iq, XC_ERR_FIELD_MISSING,
               "id");
    check_read(&xc_iq_schema, "<iq id='1'/>", &iq, XC_ERR_FIELD_MISSING,
               "type");
    check_read(&xc_iq_schema, "<iq id='1' type='put'/>", &iq,
               XC_ERR_FIELD_VALUE, "type");
    check_read(&xc_iq_schema, "<iq id='1' type='get' to='a@@b'/>", &iq,
               XC_ERR_FIELD_JID, "to");
    memset(&iq, 0, sizeof iq);
    iq.type = XC_IQ_GET;
    check_status("no id", write_status(&xc_iq_schema, &iq),
                 XC_ERR_FIELD_MISSING);
}

#define STANZAS " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"

static void test_error(void **state)
{
    xc_iq iq;
    (void)state;
    read_back(&xc_iq_schema,
              "<iq id='1' type='error'><error type='modify' by='b.lit' "
              "code='302'><gone" STANZAS ">xmpp:a@b</gone>"
              "<text" STANZAS ">moved</text></error></iq>",
              &iq, true);
    assert_int_equal(iq.type, XC_IQ_ERROR);
    assert_int_equal(iq.error.type, XC_STANZA_ERROR_TYPE_MODIFY);
    assert_int_equal(iq.error.condition.value, XC_STANZA_ERROR_GONE);
    check_str("address", iq.error.condition.text, "xmpp:a@b");
    check_str("text", iq.error.text, "moved");
    check_str("by", iq.error.by, "b.lit");
    assert_int_equal(iq.error.code.value, 302);
}

/* What is unknown or bad in an error reads as something, and stays. */
static void test_error_unknown(void **state)
{
    xc_message m;
    (void)state;
    read_back(&xc_message_schema,
              "<message type='error'><error type='quux'><bad-format" STANZAS
              "/><x xmlns='urn:app'/></error></message>",
              &m, false);
    assert_int_equal(m.error.type, XC_STANZA_ERROR_TYPE_CANCEL);
    assert_int_equal(m.error.condition.value,
                     XC_STANZA_ERROR_UNDEFINED_CONDITION);
    assert_non_null(xc_child(m.error.base.element, "urn:app", "x"));
    check_read(&xc_message_schema,
               "<message type='error'><error code='x' by='@'/></message>", &m,
               XC_OK, NULL);
    assert_true(m.error.base.present);
    assert_int_equal(m.error.type, XC_STANZA_ERROR_TYPE_NONE);
    assert_int_equal(m.error.condition.value, XC_STANZA_ERROR_NONE);
    assert_null(m.error.by.ptr);
    assert_false(m.error.code.present);
}

/* ---- the rest, by examples ---------------------------------------------- */

static void test_roster(void **state)
{
    const char *text =
        "<query ver='v1' xmlns='jabber:iq:roster'><item jid='romeo@example.net"
        "' name='Romeo' subscription='both' ask='subscribe' approved='true'>"
        "<group>Friends</group><group>Montagues</group></item>"
        "<item jid='a.lit' subscription='none'/></query>";
    xc_roster r;
    xc_roster_item item;
    const xc_element *e, *group;
    (void)state;
    check_read(&xc_roster_schema, text, &r, XC_OK, NULL);
    check_str("ver", r.ver, "v1");
    e = xc_child(r.base.element, NULL, "item");
    assert_int_equal(xc_read(&xc_roster_item_schema, e, &item, NULL), XC_OK);
    check_str("jid", item.jid, "romeo@example.net");
    check_str("name", item.name, "Romeo");
    assert_int_equal(item.subscription, XC_SUBSCRIPTION_BOTH);
    assert_int_equal(item.ask, XC_ASK_SUBSCRIBE);
    assert_int_equal(item.approved, XC_TRUE);
    group = xc_next_same_name(xc_child(e, NULL, "group"));
    check_str("group", xc_text(group), "Montagues");
    assert_int_equal(
        xc_read(&xc_roster_item_schema, xc_next_same_name(e), &item, NULL),
        XC_OK);
    assert_int_equal(item.subscription, XC_SUBSCRIPTION_NONE);
    assert_int_equal(item.ask, XC_ASK_NONE);
}

static void test_roster_written(void **state)
{
    xc_roster r;
    xc_roster_item item;
    xc_writer w;
    (void)state;
    memset(&r, 0, sizeof r);
    memset(&item, 0, sizeof item);
    item.jid = XC_STR("a@b");
    start(&w);
    xc_write_begin(&w, &xc_roster_schema, &r);
    xc_write_begin(&w, &xc_roster_item_schema, &item);
    xc_writer_text_element(&w, NULL, "group", XC_STR("Friends"));
    xc_writer_end(&w);
    xc_writer_end(&w);
    check_written(&w, "<query xmlns='jabber:iq:roster'><item jid='a@b'>"
                      "<group>Friends</group></item></query>");
}

#define BIND "urn:ietf:params:xml:ns:xmpp-bind"

static void test_bind(void **state)
{
    xc_bind b;
    (void)state;
    read_back(&xc_bind_schema, "<bind xmlns='" BIND "'><required/></bind>", &b,
              true);
    assert_true(b.required);
    read_back(&xc_bind_schema,
              "<bind xmlns='" BIND "'><resource>balcony</resource></bind>", &b,
              true);
    check_str("resource", b.resource, "balcony");
    read_back(&xc_bind_schema,
              "<bind xmlns='" BIND "'><jid>a@b/c</jid></bind>", &b, true);
    check_str("jid", b.jid, "a@b/c");
}

#define SASL " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

static void test_sasl_failure(void **state)
{
    xc_sasl_failure f;
    (void)state;
    read_back(&xc_sasl_failure_schema,
              "<failure" SASL "><account-disabled/><text xml:lang='en'>Call "
              "us</text></failure>",
              &f, false);
    assert_int_equal(f.condition.value, XC_SASL_FAILURE_ACCOUNT_DISABLED);
    check_str("text", f.text, "Call us");
    read_back(&xc_sasl_failure_schema,
              "<failure" SASL "><bad-auth/></failure>", &f, false);
    assert_int_equal(f.condition.value, XC_SASL_FAILURE_NOT_AUTHORIZED);
}

static void test_base64(void **state)
{
    static const char *const bad[] = {
        "A",    "AA",   "AAA",  "AA=",  "====",   "AA==AAAA",
        "A A=", "AB==", "AAB=", "AA-_", "AAAA\n", "=AAA",
    };
    static const char *const good[] = {"", "=", "AA==", "AAA=", "AAAA"};
    char text[128];
    xc_sasl_response r;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        snprintf(text, sizeof text, "<response" SASL ">%s</response>", bad[i]);
        check_status(bad[i],
                     xc_read(&xc_sasl_response_schema, parse(text), &r, NULL),
                     XC_ERR_FIELD_VALUE);
    }
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        snprintf(text, sizeof text, "<response" SASL ">%s</response>",
                 good[i]);
        check_status(good[i],
                     xc_read(&xc_sasl_response_schema, parse(text), &r, NULL),
                     XC_OK);
        check_str("data", r.data, i > 0 ? good[i] : NULL);
    }
}

static void test_mechanisms(void **state)
{
    const xc_element *e = parse("<mechanisms" SASL
                                "><mechanism>\n PLAIN\n</mechanism><mechanism>"
                                "EXTERNAL</mechanism></mechanisms>");
    (void)state;
    assert_true(xc_sasl_has_mechanism(e, "PLAIN"));
    assert_true(xc_sasl_has_mechanism(e, "EXTERNAL"));
    assert_false(xc_sasl_has_mechanism(e, "EXTERN"));
    assert_false(xc_sasl_has_mechanism(NULL, "PLAIN"));
}

static void test_dialback(void **state)
{
    xc_dialback_result r;
    xc_dialback_verify v;
    (void)state;
    check_read(&xc_dialback_result_schema,
               "<db:result from='a' to='b' type='error'><error type='cancel' "
               "xmlns='jabber:server'><item-not-found" STANZAS
               "/></error></db:result>",
               &r, XC_OK, NULL);
    assert_int_equal(r.type, XC_DIALBACK_ERROR);
    assert_int_equal(r.error.condition.value, XC_STANZA_ERROR_ITEM_NOT_FOUND);
    check_read(&xc_dialback_verify_schema,
               "<db:verify from='a' to='b' id='c'>b4835385f37fe</db:verify>",
               &v, XC_OK, NULL);
    check_str("key", v.key, "b4835385f37fe");
    assert_int_equal(v.type, XC_DIALBACK_REQUEST);
    check_read(&xc_dialback_verify_schema, "<db:verify from='a' to='b'/>", &v,
               XC_ERR_FIELD_MISSING, "id");
}

static void test_framing(void **state)
{
    xc_ws_open o;
    xc_ws_close c;
    (void)state;
    read_back(&xc_ws_open_schema,
              "<open xmlns='urn:ietf:params:xml:ns:xmpp-framing' to='a' "
              "from='b' id='1' version='1.0' xml:lang='en'/>",
              &o, true);
    check_str("version", o.version, "1.0");
    check_read(&xc_ws_close_schema,
               "<close xmlns='urn:ietf:params:xml:ns:xmpp-framing' "
               "see-other-uri='wss://b'/>",
               &c, XC_OK, NULL);
    check_str("uri", c.see_other_uri, "wss://b");
}

/* Alone in a message of WebSocket, a stanza says in which namespace it is. */
static void test_frame(void **state)
{
    xc_message m;
    xc_writer w;
    (void)state;
    check_read(&xc_message_schema, "<message id='1'><body>x</body></message>",
               &m, XC_OK, NULL);
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write(&w, &xc_message_schema, &m);
    check_written(&w, "<message xmlns='jabber:client' id='1'><body>x</body>"
                      "</message>");
}

static void test_bosh(void **state)
{
    xc_bosh_body b;
    (void)state;
    check_read(&xc_bosh_body_schema,
               "<body xmlns='http://jabber.org/protocol/httpbind' "
               "xmlns:xmpp='urn:xmpp:xbosh' rid='9007199254740991' "
               "wait='60' hold='1' xmpp:version='1.0' version='no' "
               "xmpp:restart='true' type='terminate' condition='quux' "
               "secure='1'><uri>https://a</uri></body>",
               &b, XC_OK, NULL);
    assert_true(b.rid.value == INT64_C(9007199254740991));
    check_str("version", b.version, "1.0");
    assert_int_equal(b.restart, XC_TRUE);
    assert_int_equal(b.secure, XC_TRUE);
    assert_int_equal(b.type, XC_BOSH_TERMINATE);
    assert_int_equal(b.condition, XC_BOSH_UNDEFINED_CONDITION);
    check_str("uri", b.uri, "https://a");
    check_read(&xc_bosh_body_schema,
               "<body xmlns='http://jabber.org/protocol/httpbind' "
               "rid='9007199254740992'/>",
               &b, XC_ERR_FIELD_VALUE, "rid");
}

static void test_sm(void **state)
{
    xc_sm_enabled e;
    xc_sm_a a;
    xc_sm_failed f;
    (void)state;
    check_read(&xc_sm_enabled_schema,
               "<enabled xmlns='urn:xmpp:sm:3' id='x' location='[::1]:5222' "
               "resume='1' max='600'/>",
               &e, XC_OK, NULL);
    assert_int_equal(e.resume, XC_TRUE);
    assert_int_equal(e.max.value, 600);
    check_read(&xc_sm_a_schema, "<a xmlns='urn:xmpp:sm:3' h='4294967295'/>",
               &a, XC_OK, NULL);
    assert_true(a.h.value == INT64_C(4294967295));
    check_read(&xc_sm_a_schema, "<a xmlns='urn:xmpp:sm:3' h='4294967296'/>",
               &a, XC_ERR_FIELD_VALUE, "h");
    check_read(&xc_sm_failed_schema,
               "<failed xmlns='urn:xmpp:sm:3' h='3'><item-not-found" STANZAS
               "/></failed>",
               &f, XC_OK, NULL);
    assert_int_equal(f.condition.value, XC_STANZA_ERROR_ITEM_NOT_FOUND);
}

static void test_sasl2(void **state)
{
    xc_sasl2_authenticate a;
    (void)state;
    check_read(&xc_sasl2_authenticate_schema,
               "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-E"
               "NDP'><initial-response>AAAA</initial-response><user-agent "
               "id='d4565fa7'><software>S</software><device>D</device>"
               "</user-agent><bind xmlns='urn:xmpp:bind:0'><tag>S</tag>"
               "<enable xmlns='urn:xmpp:carbons:2'/>"
               "<enable xmlns='urn:xmpp:sm:3' resume='true'/>"
               "<inactive xmlns='urn:xmpp:csi:0'/></bind>"
               "<fast xmlns='urn:xmpp:fast:0' count='7'/></authenticate>",
               &a, XC_OK, NULL);
    check_str("response", a.initial_response, "AAAA");
    check_str("id", a.user_agent.id, "d4565fa7");
    check_str("tag", a.bind.tag, "S");
    assert_true(a.bind.carbons && a.bind.inactive);
    assert_int_equal(a.bind.sm_enable.resume, XC_TRUE);
    assert_int_equal(a.fast.count.value, 7);
    assert_false(a.fast_request.base.present);
    assert_false(a.sm_resume.base.present);
}

static void test_sasl2_answers(void **state)
{
    xc_sasl2_success s;
    xc_sasl2_failure f;
    (void)state;
    check_read(&xc_sasl2_success_schema,
               "<success xmlns='urn:xmpp:sasl:2'><additional-data>AAAA"
               "</additional-data><authorization-identifier>a@b/c"
               "</authorization-identifier><bound xmlns='urn:xmpp:bind:0'>"
               "<enabled xmlns='urn:xmpp:sm:3' id='i'/></bound><token "
               "xmlns='urn:xmpp:fast:0' expiry='2020-03-12T14:36:15Z' "
               "token='t'/></success>",
               &s, XC_OK, NULL);
    check_str("jid", s.authorization_identifier, "a@b/c");
    check_str("id", s.bound.sm_enabled.id, "i");
    assert_int_equal(s.fast_token.expiry.year, 2020);
    check_read(&xc_sasl2_success_schema, "<success xmlns='urn:xmpp:sasl:2'/>",
               &s, XC_ERR_FIELD_MISSING, "authorization-identifier");
    check_read(&xc_sasl2_failure_schema,
               "<failure xmlns='urn:xmpp:sasl:2'><aborted" SASL
               "/><text>no</text></failure>",
               &f, XC_OK, NULL);
    assert_int_equal(f.condition.value, XC_SASL_FAILURE_ABORTED);
    check_str("text", f.text, "no");
}

/* XEP-0082: what is written is UTC, what is read may have any offset. */
static void test_times(void **state)
{
    xc_fast_token t;
    xc_writer w;
    (void)state;
    check_read(&xc_fast_token_schema,
               "<token xmlns='urn:xmpp:fast:0' token='t' "
               "expiry='2002-12-31T23:08:25.120-05:30'/>",
               &t, XC_OK, NULL);
    t.base.element = NULL;
    start(&w);
    xc_write(&w, &xc_fast_token_schema, &t);
    check_written(&w, "<token xmlns='urn:xmpp:fast:0' "
                      "expiry='2003-01-01T04:38:25.12Z' token='t'/>");
}

static void test_features(void **state)
{
    xc_features f;
    (void)state;
    check_read(
        &xc_features_schema,
        "<stream:features><starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'>"
        "<required/></starttls><mechanisms" SASL "><mechanism>PLAIN"
        "</mechanism></mechanisms><sm xmlns='urn:xmpp:sm:2'/><sm "
        "xmlns='urn:xmpp:sm:3'/><ver xmlns='urn:xmpp:features:rosterver'/>"
        "<sub xmlns='urn:xmpp:features:pre-approval'/>"
        "<bidi xmlns='urn:xmpp:features:bidi'/><dialback "
        "xmlns='urn:xmpp:features:dialback'><errors/></dialback>"
        "<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>"
        "</stream:features>",
        &f, XC_OK, NULL);
    assert_true(f.starttls.base.present && f.starttls.required);
    assert_true(xc_sasl_has_mechanism(f.mechanisms.base.element, "PLAIN"));
    assert_true(f.sm.base.present && f.roster_ver && f.pre_approval);
    assert_true(f.bidi && f.dialback.errors && f.session.base.present);
    assert_false(f.session.optional || f.csi || f.registration);
    assert_false(f.bind.base.present || f.sasl2.base.present);
    assert_true(xc_is(f.sm.base.element, "urn:xmpp:sm:3", "sm"));
}

static void test_stream_error(void **state)
{
    static const char *const names[] = {"see-other-host", "quux",
                                        "xml-not-well-formed"};
    static const uint8_t values[] = {XC_STREAM_ERROR_SEE_OTHER_HOST,
                                     XC_STREAM_ERROR_UNDEFINED_CONDITION,
                                     XC_STREAM_ERROR_XML_NOT_WELL_FORMED};
    char text[512];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(names); i++) {
        xc_stream_error e;
        snprintf(text, sizeof text,
                 "<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-"
                 "streams'>[::1]:5222</%s><text xmlns='urn:ietf:params:xml:"
                 "ns:xmpp-streams'>t</text></stream:error>",
                 names[i], names[i]);
        read_back(&xc_stream_error_schema, text, &e, false);
        assert_int_equal(e.condition.value, values[i]);
        check_str("host", e.condition.text, "[::1]:5222");
        check_str("text", e.text, "t");
    }
}

/* ---- checks ------------------------------------------------------------- */

#define OWN XC_STR("romeo@montague.lit/orchard")

static void test_effective(void **state)
{
    const xc_element *e = parse("<message/>");
    (void)state;
    check_str("from", xc_effective_from(e, OWN), "romeo@montague.lit");
    check_str("to", xc_effective_to(e, OWN), "romeo@montague.lit/orchard");
    e = parse("<message from='a/b' to='c'/>");
    check_str("from", xc_effective_from(e, OWN), "a/b");
    check_str("to", xc_effective_to(e, OWN), "c");
    check_str("bare", xc_jid_cut_resource(XC_STR("a@b/c/d@e")), "a@b");
    check_str("bare", xc_jid_cut_resource(XC_STR("a.b")), "a.b");
    check_str("bare", xc_jid_cut_resource(xc_str_from(NULL)), NULL);
}

static void test_addressed(void **state)
{
    static const char *const stanzas[] = {
        "<message from='a' to='b'/>",
        "<message from='a'/>",
        "<message to='b'/>",
        "<message/>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(stanzas); i++) {
        xc_str text = xc_str_from(stanzas[i]);
        assert_true(
            xc_has_required_addresses(parse_at(0, text, XC_NS_CLIENT)));
        assert_int_equal(
            xc_has_required_addresses(parse_at(0, text, XC_NS_SERVER)),
            i == 0);
        assert_int_equal(
            xc_has_required_addresses(parse_at(0, text, XC_NS_COMPONENT)),
            i == 0);
    }
}

typedef struct verdict {
    bool good;
    const char *text;
} verdict;

static void check_verdicts(const verdict *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        CHECK(xc_stanza_check(parse(v[i].text)) ==
                  (v[i].good ? XC_STANZA_ERROR_NONE
                             : XC_STANZA_ERROR_BAD_REQUEST),
              "%s", v[i].text);
}

static void test_check_iq(void **state)
{
    static const verdict cases[] = {
        {true, "<iq id='1' type='get'><a xmlns='u'/></iq>"},
        {true, "<iq id='1' type='set'>\n<a xmlns='u'/>\n</iq>"},
        {true, "<iq id='1' type='result'/>"},
        {true, "<iq id='1' type='result'><a xmlns='u'/></iq>"},
        {true, "<iq id='1' type='error'><error/></iq>"},
        {true, "<iq id='1' type='error'><a xmlns='u'/><error/></iq>"},
        {true, "<iq id='1' type='get'><error xmlns='u'/></iq>"},
        {false, "<iq type='get'><a xmlns='u'/></iq>"},
        {false, "<iq id='1'><a xmlns='u'/></iq>"},
        {false, "<iq id='1' type='normal'><a xmlns='u'/></iq>"},
        {false, "<iq id='1' type='get'/>"},
        {false, "<iq id='1' type='set'><a/><b/></iq>"},
        {false, "<iq id='1' type='get'><a/><b/><c/></iq>"},
        {false, "<iq id='1' type='result'><a/><b/></iq>"},
        {false, "<iq id='1' type='error'/>"},
        {false, "<iq id='1' type='error'><a/></iq>"},
        {false, "<iq id='1' type='error'><a/><b/><error/></iq>"},
    };
    (void)state;
    check_verdicts(cases, COUNT_OF(cases));
    assert_null(xc_iq_payload(parse(cases[2].text)));
    assert_true(xc_is(xc_iq_payload(parse(cases[5].text)), "u", "a"));
    assert_true(xc_is(xc_iq_payload(parse(cases[6].text)), "u", "error"));
    assert_null(xc_iq_payload(parse(cases[4].text)));
}

static void test_check_error(void **state)
{
    static const verdict cases[] = {
        {true, "<message type='error'><error/></message>"},
        {true, "<presence type='error'><error/></presence>"},
        {true, "<message><error xmlns='u'/></message>"},
        {false, "<message><error/></message>"},
        {false, "<message type='chat'><error/></message>"},
        {false, "<presence><error/></presence>"},
        {false, "<iq id='1' type='get'><error/></iq>"},
        {false, "<iq id='1' type='result'><error/></iq>"},
        {false, "<message type='error'/>"},
    };
    (void)state;
    check_verdicts(cases, COUNT_OF(cases));
}

static void test_check_langs(void **state)
{
    static const verdict cases[] = {
        {true, "<message><body/><subject/></message>"},
        {true, "<message><body/><body xml:lang='en'/>"
               "<body xml:lang='en-GB'/></message>"},
        {true, "<presence><status/><status xml:lang='cs'/></presence>"},
        {true, "<presence><body/><body/></presence>"},
        {false, "<message><body/><body/></message>"},
        {false, "<message><body xml:lang='en'/><body xml:lang='EN'/>"
                "</message>"},
        {false, "<message xml:lang='en'><body/><body xml:lang='en'/>"
                "</message>"},
        {false, "<message><subject/><body/><subject/></message>"},
        {false, "<presence><status/><status/></presence>"},
    };
    buffer many = {0};
    (void)state;
    check_verdicts(cases, COUNT_OF(cases));
    buffer_puts(&many, "<message>");
    for (int i = 0; i < 33; i++)
        buffer_printf(&many, "<body xml:lang='x%d'/>", i);
    buffer_puts(&many, "</message>");
    assert_int_equal(xc_stanza_check(parse(many.ptr)),
                     XC_STANZA_ERROR_BAD_REQUEST);
    buffer_free(&many);
}

static bool answers(const char *from, const char *to)
{
    char text[256];
    snprintf(text, sizeof text, "<iq id='7' type='result'%s%s%s/>",
             from != NULL ? " from='" : "", from != NULL ? from : "",
             from != NULL ? "'" : "");
    return xc_iq_is_reply_to(parse(text), XC_STR("7"), xc_str_from(to), OWN);
}

static void test_iq_answers(void **state)
{
    static const char *const own[] = {NULL, "romeo@montague.lit"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        assert_true(answers(NULL, own[i]));
        assert_true(answers("romeo@montague.lit", own[i]));
        assert_true(answers("romeo@montague.lit/orchard", own[i]));
        assert_true(answers("montague.lit", own[i]));
        assert_false(answers("capulet.lit", own[i]));
        assert_false(answers("tybalt@montague.lit", own[i]));
        assert_false(answers("", own[i]));
    }
    assert_true(answers("montague.lit", "montague.lit"));
    assert_true(answers(NULL, "montague.lit"));
    assert_true(answers("juliet@capulet.lit/b", "juliet@capulet.lit/b"));
    assert_false(answers("juliet@capulet.lit", "juliet@capulet.lit/b"));
    assert_false(answers(NULL, "juliet@capulet.lit/b"));
    assert_false(answers("tybalt@capulet.lit", "juliet@capulet.lit"));
}

static void test_iq_answers_id(void **state)
{
    xc_str none = xc_str_from(NULL);
    (void)state;
    assert_true(xc_iq_is_reply_to(parse("<iq id='7' type='error'/>"),
                                  XC_STR("7"), none, OWN));
    assert_false(xc_iq_is_reply_to(parse("<iq id='7' type='set'/>"),
                                   XC_STR("7"), none, OWN));
    assert_false(xc_iq_is_reply_to(parse("<iq id='77' type='result'/>"),
                                   XC_STR("7"), none, OWN));
    assert_false(
        xc_iq_is_reply_to(parse("<iq type='result'/>"), none, none, OWN));
    assert_false(xc_iq_is_reply_to(parse("<message id='7' type='result'/>"),
                                   XC_STR("7"), none, OWN));
    assert_false(xc_iq_is_reply_to(NULL, XC_STR("7"), none, OWN));
}

static void test_roster_push(void **state)
{
#define QUERY "><query xmlns='jabber:iq:roster'/></iq>"
    static const verdict cases[] = {
        {true, "<iq id='1' type='set'" QUERY},
        {true, "<iq id='1' type='set' from='romeo@montague.lit'" QUERY},
        {false, "<iq id='1' type='set' from='montague.lit'" QUERY},
        {false, "<iq id='1' type='set' from='romeo@montague.lit/x'" QUERY},
        {false, "<iq id='1' type='set' from='tybalt@capulet.lit'" QUERY},
        {false, "<iq id='1' type='set' from=''" QUERY},
        {false, "<iq id='1' type='result'" QUERY},
        {false, "<iq id='1' type='set'><query/></iq>"},
        {false, "<message id='1' type='set'><query "
                "xmlns='jabber:iq:roster'/></message>"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(cases); i++)
        CHECK(xc_is_roster_push(parse(cases[i].text), OWN) == cases[i].good,
              "%s", cases[i].text);
}

static void test_roster_one(void **state)
{
    (void)state;
    assert_non_null(xc_roster_single_item(
        parse("<query xmlns='jabber:iq:roster'><item jid='a'/></query>")));
    assert_null(
        xc_roster_single_item(parse("<query xmlns='jabber:iq:roster'/>")));
    assert_null(xc_roster_single_item(parse(
        "<query xmlns='jabber:iq:roster'><item jid='a'/><item/></query>")));
    assert_null(xc_roster_single_item(NULL));
}

#define FORWARDED                                                             \
    "<forwarded xmlns='urn:xmpp:forward:0'><message xmlns='jabber:client' "   \
    "id='in'/></forwarded>"

static const xc_element *carbon(const char *outer, const char *kind,
                                bool *sent)
{
    char text[1024];
    snprintf(text, sizeof text,
             "<message%s><%s xmlns='urn:xmpp:carbons:2'>" FORWARDED
             "</%s></message>",
             outer, kind, kind);
    return xc_carbon_copy(parse(text), OWN, sent);
}

static void test_carbon(void **state)
{
    bool sent = true;
    (void)state;
    check_str(
        "inner",
        xc_attr(carbon(" from='romeo@montague.lit'", "received", &sent), "id"),
        "in");
    assert_false(sent);
    assert_non_null(carbon(" from='romeo@montague.lit'", "sent", &sent));
    assert_true(sent);
    assert_non_null(carbon(" from='romeo@montague.lit'", "sent", NULL));
    assert_null(carbon("", "sent", NULL));
    assert_null(carbon(" from='romeo@montague.lit/x'", "sent", NULL));
    assert_null(carbon(" from='montague.lit'", "sent", NULL));
    assert_null(carbon(" from='tybalt@capulet.lit'", "sent", NULL));
    assert_null(carbon(" from='romeo@montague.lit'", "private", NULL));
    assert_null(xc_carbon_copy(NULL, OWN, NULL));
    assert_null(xc_carbon_copy(
        parse("<message><sent xmlns='urn:xmpp:carbons:2'>" FORWARDED
              "</sent></message>"),
        xc_str_from(NULL), NULL));
    assert_null(xc_carbon_copy(
        parse("<message from='romeo@montague.lit'><sent "
              "xmlns='urn:xmpp:carbons:2'>" FORWARDED "</sent><received "
              "xmlns='urn:xmpp:carbons:2'>" FORWARDED "</received></message>"),
        OWN, NULL));
    assert_null(
        xc_carbon_copy(parse("<message from='romeo@montague.lit'><sent "
                             "xmlns='urn:xmpp:carbons:2'/></message>"),
                       OWN, NULL));
    assert_null(xc_carbon_copy(
        parse("<presence from='romeo@montague.lit'><sent "
              "xmlns='urn:xmpp:carbons:2'>" FORWARDED "</sent></presence>"),
        OWN, NULL));
}

static void test_version(void **state)
{
    static const char *const rising[] = {"0.1",  NULL,  "1.0", "1.9",
                                         "1.10", "2.0", "10.0"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rising); i++)
        for (size_t k = 0; k < COUNT_OF(rising); k++)
            assert_int_equal(xc_stream_version_compare(xc_str_from(rising[i]),
                                                       xc_str_from(rising[k])),
                             (i > k) - (i < k));
    assert_int_equal(xc_stream_version_compare(XC_STR("01.0"), XC_STR("1.00")),
                     0);
    assert_int_equal(
        xc_stream_version_compare(xc_str_from(NULL), XC_STR("0.9")), 0);
    assert_int_equal(xc_stream_version_compare(XC_STR("one"), XC_STR("0.0")),
                     0);
}

static void check_choice(const char *text, const char *first,
                         const char *second, const char *expected)
{
    xc_str wanted[2];
    const xc_element *e = parse(text);
    wanted[0] = xc_str_from(first);
    wanted[1] = xc_str_from(second);
    check_str(text,
              xc_text(xc_choose_lang(xc_child(e, NULL, "body"), xc_lang(e, e),
                                     wanted,
                                     second != NULL  ? 2
                                     : first != NULL ? 1
                                                     : 0)),
              expected);
}

static void test_choose_lang(void **state)
{
    static const char many[] =
        "<message xml:lang='en'><body xml:lang='cs'>cs</body>"
        "<body>en</body><body xml:lang='de-AT'>de-AT</body>"
        "<body xml:lang='de'>de</body></message>";
    (void)state;
    check_choice(many, "CS", NULL, "cs");
    check_choice(many, "de-AT", NULL, "de-AT");
    check_choice(many, "de-CH-1996", NULL, "de");
    check_choice(many, "d", "en-GB", "en"); /* inherited */
    check_choice(many, "fr", "cs", "cs");
    check_choice(many, "fr", NULL, "en"); /* without xml:lang */
    check_choice(many, NULL, NULL, "en");
    check_choice("<message><body>1</body><body xml:lang='d'>2</body>"
                 "</message>",
                 "de", NULL, "1"); /* no part of a tag */
    check_choice("<message><body xml:lang='de-AT'>de-AT</body></message>",
                 "de", NULL, "de-AT");
    check_choice("<message><body xml:lang='en'>1</body>"
                 "<body xml:lang='cs'>2</body></message>",
                 "fr", NULL, "1");
    assert_null(xc_choose_lang(NULL, OWN, NULL, 1));
}

/* ---- answers ------------------------------------------------------------ */

static void test_reply(void **state)
{
    xc_writer w;
    (void)state;
    start(&w);
    xc_write_reply_begin(&w, parse("<iq from='a@b/c' to='d' id='7' "
                                   "type='get' xml:lang='de'><x/></iq>"));
    xc_writer_text_element(&w, "urn:x", "y", XC_STR("z"));
    xc_writer_end(&w);
    check_written(&w, "<iq to='a@b/c' from='d' id='7' type='result'>"
                      "<y xmlns='urn:x'>z</y></iq>");
    start(&w);
    xc_write_reply_begin(&w, parse("<iq id='8' type='set'><x/></iq>"));
    xc_writer_end(&w);
    check_written(&w, "<iq id='8' type='result'/>");
}

static void test_error_reply(void **state)
{
    xc_writer w;
    xc_stanza_error error;
    (void)state;
    start(&w);
    xc_write_error(&w, parse("<message from='a' to='b' type='chat'/>"),
                   XC_STANZA_ERROR_SERVICE_UNAVAILABLE, xc_str_from(NULL));
    check_written(&w, "<message to='a' from='b' type='error'><error "
                      "type='cancel'><service-unavailable" STANZAS
                      "/></error></message>");
    memset(&error, 0, sizeof error);
    error.condition.value = XC_STANZA_ERROR_GONE;
    error.condition.text = XC_STR("xmpp:x@y");
    error.type = XC_STANZA_ERROR_TYPE_WAIT;
    error.text = XC_STR("t");
    start(&w);
    xc_write_error_begin(&w, parse("<iq id='7' type='quux'/>"), &error);
    xc_writer_text_element(&w, "urn:app", "x", XC_STR(""));
    xc_writer_end(&w);
    xc_writer_end(&w);
    check_written(&w, "<iq id='7' type='error'><error type='wait'>"
                      "<gone" STANZAS ">xmpp:x@y</gone><text" STANZAS
                      ">t</text><x xmlns='urn:app'/></error></iq>");
}

/* What a client sends says not from whom; its server knows. */
static void test_answers_of_a_server(void **state)
{
    static const xc_str session = XC_STR_INIT("a@d/c");
    xc_writer w;
    (void)state;
    start(&w);
    xc_write_reply_begin_to(&w, parse("<iq id='7' type='get'><x/></iq>"),
                            session);
    xc_writer_end(&w);
    check_written(&w, "<iq to='a@d/c' id='7' type='result'/>");
    start(&w);
    xc_write_error_to(&w,
                      parse("<iq from='a@d' to='d' id='7' type='get'>"
                            "<x/></iq>"),
                      session, XC_STANZA_ERROR_ITEM_NOT_FOUND, XC_STR("t"));
    check_written(&w, "<iq to='a@d/c' from='d' id='7' type='error'><error "
                      "type='cancel'><item-not-found" STANZAS "/><text" STANZAS
                      ">t</text></error></iq>");
    start(&w);
    xc_write_error_to(&w, parse("<iq from='a' id='7' type='get'><x/></iq>"),
                      xc_str_from(NULL), XC_STANZA_ERROR_GONE,
                      xc_str_from(NULL));
    check_written(&w, "<iq to='a' id='7' type='error'><error type='cancel'>"
                      "<gone" STANZAS "/></error></iq>");
}

/* The same calls for TCP and, without a content namespace, for WebSocket: each
   frame declares its namespaces (RFC 7395 section 3.3). */
static void write_new_stanzas(xc_writer *w)
{
    xc_presence p;
    xc_iq iq;
    memset(&p, 0, sizeof p);
    memset(&iq, 0, sizeof iq);
    p.error.base.present = true;
    p.error.condition.value = XC_STANZA_ERROR_GONE;
    xc_write(w, &xc_presence_schema, &p);
    iq.type = XC_IQ_GET;
    iq.id = XC_STR("1");
    xc_write_begin(w, &xc_iq_schema, &iq);
    xc_writer_begin(w, XC_NS_PING, "ping");
    xc_writer_end(w);
    xc_writer_end(w);
    xc_writer_text_element(w, NULL, "message", XC_STR(""));
}

#define NEW_STANZAS(ns)                                                       \
    "<presence" ns "><error><gone" STANZAS "/></error></presence>"            \
    "<iq" ns " id='1' type='get'><ping xmlns='urn:xmpp:ping'/></iq>"          \
    "<message" ns "/>"

static void test_new_stanzas(void **state)
{
    xc_writer w;
    (void)state;
    start(&w);
    write_new_stanzas(&w);
    check_written(&w, NEW_STANZAS(""));
    start_in(&w, XC_NS_SERVER);
    write_new_stanzas(&w);
    check_written(&w, NEW_STANZAS(""));
    start_in(&w, NULL);
    write_new_stanzas(&w);
    check_written(&w, NEW_STANZAS(" xmlns='jabber:client'"));
}

/* Whatever the stream's namespace: XEP-0297 section 3, XEP-0206 section 5. */
static void test_new_stanza_inside(void **state)
{
    static const char *const content[] = {XC_NS_CLIENT, XC_NS_COMPONENT, NULL};
    xc_message m;
    xc_writer w;
    memset(&m, 0, sizeof m);
    m.body = XC_STR("b");
    for (size_t i = 0; i < 3; i++) {
        start_in(&w, content[i]);
        xc_writer_begin(&w, XC_NS_FORWARD, "forwarded");
        xc_write(&w, &xc_message_schema, &m);
        xc_writer_end(&w);
        check_written(&w, "<forwarded xmlns='urn:xmpp:forward:0'><message "
                          "xmlns='jabber:client'><body>b</body></message>"
                          "</forwarded>");
    }
    (void)state;
}

/* A stanza is in a content namespace (RFC 6120 section 4.8.2). */
static void test_stanzas_of_other_namespaces(void **state)
{
    static const char *const content[] = {XC_NS_CLIENT, XC_NS_SERVER,
                                          XC_NS_COMPONENT};
    const xc_element *e;
    xc_message m;
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        e = parse_at(1, XC_STR("<message/>"), content[i]);
        assert_true(xc_matches(&xc_message_schema, e));
        check_status(content[i], xc_read(&xc_message_schema, e, &m, NULL),
                     XC_OK);
        assert_true(xc_can_reply(e));
    }
    e = xc_first_child(
        parse("<x><message xmlns='urn:x'/><message xmlns=''/></x>"));
    for (; e != NULL; e = xc_next_sibling(e)) {
        assert_false(xc_matches(&xc_message_schema, e));
        check_status("other", xc_read(&xc_message_schema, e, &m, NULL),
                     XC_ERR_FIELD_ELEMENT);
        assert_false(xc_can_reply(e));
    }
    assert_false(xc_matches(&xc_message_schema, NULL));
    assert_false(xc_matches(NULL, parse("<message/>")));
}

/* An error that was read may be passed on; only its fields go. */
static void test_error_passed_on(void **state)
{
    xc_message m;
    xc_writer w;
    (void)state;
    check_read(&xc_message_schema,
               "<message type='error'><error type='wait'><conflict" STANZAS
               "/><x xmlns='urn:app'/></error></message>",
               &m, XC_OK, NULL);
    start(&w);
    xc_write_error_begin(
        &w, parse_at(1, XC_STR("<message id='1'/>"), XC_NS_CLIENT), &m.error);
    xc_writer_end(&w);
    xc_writer_end(&w);
    check_written(&w, "<message id='1' type='error'><error type='wait'>"
                      "<conflict" STANZAS "/></error></message>");
}

static xc_status error_status(const char *text, xc_stanza_error_condition c)
{
    xc_writer w;
    xc_str out;
    start(&w);
    xc_write_error(&w, parse(text), c, xc_str_from(NULL));
    return xc_writer_finish(&w, &out);
}

static xc_status reply_status(const char *text)
{
    xc_writer w;
    xc_str out;
    start(&w);
    xc_write_reply_begin(&w, parse(text));
    xc_writer_end(&w);
    return xc_writer_finish(&w, &out);
}

static void test_no_answer(void **state)
{
    static const char *const never[] = {
        "<iq id='1' type='result'/>",
        "<iq id='1' type='error'/>",
        "<message type='error'/>",
        "<presence type='error'/>",
        "<r/>",
    };
    static const char *const no_reply[] = {
        "<iq id='1'/>",
        "<iq id='1' type='x'/>",
        "<message/>",
        "<presence type='subscribe'/>",
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(never); i++) {
        assert_false(xc_can_reply(parse(never[i])));
        check_status(never[i],
                     error_status(never[i], XC_STANZA_ERROR_BAD_REQUEST),
                     XC_ERR_NO_REPLY);
        check_status(never[i], reply_status(never[i]), XC_ERR_NO_REPLY);
    }
    for (size_t i = 0; i < COUNT_OF(no_reply); i++) {
        check_status(no_reply[i], reply_status(no_reply[i]), XC_ERR_NO_REPLY);
        check_status(no_reply[i],
                     error_status(no_reply[i], XC_STANZA_ERROR_BAD_REQUEST),
                     XC_OK);
    }
    check_status("no condition",
                 error_status("<message/>", XC_STANZA_ERROR_NONE),
                 XC_ERR_FIELD_MISSING);
    check_status("no such condition",
                 error_status("<message/>", XC_STANZA_ERROR_COUNT),
                 XC_ERR_FIELD_VALUE);
    check_status("no such condition, beyond a byte",
                 error_status("<message/>", (xc_stanza_error_condition)257),
                 XC_ERR_FIELD_VALUE);
    assert_false(xc_can_reply(NULL));
}

/* ---- counters ----------------------------------------------------------- */

static void check_ack(uint32_t sent, uint32_t acked, int64_t h, bool good,
                      uint32_t expected)
{
    xc_number n = {true, 0};
    uint32_t count = 99;
    n.value = h;
    CHECK(xc_sm_acknowledge(sent, acked, n, &count) == good,
          "sent %u, acked %u", sent, acked);
    assert_int_equal(count, expected);
}

static void test_sm_counter(void **state)
{
    xc_number none = {false, 0};
    (void)state;
    check_ack(5, 0, 5, true, 5);
    check_ack(5, 2, 2, true, 0);
    check_ack(5, 2, 6, false, 0);
    check_ack(5, 2, 1, false, 0); /* backwards */
    check_ack(2, 0xFFFFFFFE, 1, true, 3);
    check_ack(2, 0xFFFFFFFE, 0xFFFFFFFF, true, 1);
    check_ack(2, 0xFFFFFFFE, 3, false, 0);
    check_ack(0, 0, 0, true, 0);
    check_ack(0, 0, -1, false, 0);
    check_ack(0, 0, INT64_C(0x100000000), false, 0);
    assert_false(xc_sm_acknowledge(5, 0, none, NULL));
    assert_true(xc_sm_counts(parse("<message/>")));
    assert_true(xc_sm_counts(parse("<presence/>")));
    assert_true(xc_sm_counts(parse("<iq/>")));
    assert_false(xc_sm_counts(parse("<r xmlns='urn:xmpp:sm:3'/>")));
    assert_false(xc_sm_counts(parse("<iq xmlns='urn:x'/>")));
    assert_false(xc_sm_counts(NULL));
}

/* ---- recorded connections ----------------------------------------------- */

typedef struct tally {
    size_t elements, typed, refused, changed;
} tally;

static tally total;

static const one_schema *schema_for(const xc_element *e)
{
    for (size_t i = 0; i < COUNT_OF(schemas); i++)
        if (xc_matches(schemas[i].schema, e))
            return &schemas[i];
    return NULL;
}

/* The struct is written as the element is. Only what was recorded to be
   refused may be. */
static void rewrite_element(const char *where, const xc_element *e)
{
    const one_schema *one = schema_for(e);
    static char canonical[SPACE];
    void *out;
    xc_writer w;
    xc_str text;
    total.elements++;
    if (one == NULL)
        return;
    total.typed++;
    out = room(one->schema);
    if (xc_read(one->schema, e, out, NULL) != XC_OK) {
        CHECK(strstr(where, "raw-iq-semantics") != NULL ||
                  strstr(where, "raw-sasl-failures") != NULL ||
                  strstr(where, "sendxmpp") != NULL || /* <show/> */
                  strstr(where, "sasl2-prosody13-wrong") != NULL,
              "%s: %s refused", where, one->name);
        total.refused++;
    } else {
        start(&w);
        xc_writer_element(&w, e);
        text = finish(&w, where);
        memcpy(canonical, text.ptr, text.len);
        text.ptr = canonical;
        if (!xc_str_equal(write_struct(one, one->schema, out), text)) {
            print_message("%s: " XC_FMT "\n", where, XC_ARG(text));
            total.changed++;
        }
    }
    free(out);
}

static size_t rewrite_capture(const capture *c, const table *row)
{
    static char memory[SPACE];
    (void)row;
    for (size_t i = 0; i < c->documents; i++) {
        xc_stream_options options = {0};
        xc_stream s;
        xc_stream_event ev;
        xc_str in = {c->bytes.ptr + c->start[i],
                     c->start[i + 1] - c->start[i]};
        options.tolerate_undeclared_prefix = true;
        assert_int_equal(xc_stream_init(&s, memory, sizeof memory, &options),
                         XC_OK);
        while (xc_stream_next(&s, &in, &ev) == XC_EVENT)
            if (ev.kind != XC_EVENT_OPEN && ev.element != NULL)
                rewrite_element(c->name, ev.element);
    }
    return c->documents;
}

static void test_captures(void **state)
{
    (void)state;
    each_capture(rewrite_capture);
    print_message("%zu first-level elements, %zu typed, %zu refused, %zu "
                  "written otherwise\n",
                  total.elements, total.typed, total.refused, total.changed);
    assert_true(total.typed * 100 >= total.elements * 95);
    assert_int_equal(total.changed, 0);
}

/* ---- a stanza or its error as the member of another struct ------------- */

typedef struct wrap {
    xc_base base;
    xc_stanza_error error;
    xc_message message;
} wrap;

static const xc_field wrap_fields[] = {
    XC_CHILD(wrap, error, STRUCT, NULL, "error", &xc_stanza_error_schema, 0),
    XC_CHILD(wrap, message, STRUCT, NULL, "message", &xc_message_schema, 0)};
static const xc_schema wrap_schema =
    XC_SCHEMA("urn:w", "wrap", wrap, wrap_fields);

#define WRAPPED                                                               \
    "<wrap xmlns='urn:w'><error xmlns='jabber:client' type='cancel'>"         \
    "<gone xmlns='" XC_NS_STANZA_ERRORS "'/></error>"                         \
    "<message xmlns='jabber:client' type='chat'/></wrap>"

static void test_content_in_other(void **state)
{
    wrap in, out;
    xc_writer w;
    (void)state;
    memset(&in, 0, sizeof in);
    in.error.base.present = in.message.base.present = true;
    in.error.type = XC_STANZA_ERROR_TYPE_CANCEL;
    in.error.condition.value = XC_STANZA_ERROR_GONE;
    in.message.type = XC_MESSAGE_CHAT;
    start(&w);
    xc_write(&w, &wrap_schema, &in);
    check_written(&w, WRAPPED);
    check_read(&wrap_schema, WRAPPED, &out, XC_OK, NULL);
    assert_true(out.error.base.present && out.message.base.present);
    assert_int_equal(out.error.condition.value, XC_STANZA_ERROR_GONE);
    start(&w);
    xc_write(&w, &wrap_schema, &out);
    check_written(&w, WRAPPED);
    /* What is called so in another namespace is something else. */
    check_read(&wrap_schema, "<wrap xmlns='urn:w'><error/><message/></wrap>",
               &out, XC_OK, NULL);
    assert_false(out.error.base.present || out.message.base.present);
    check_read(
        &xc_message_schema,
        "<message type='error'><error xmlns='jabber:server'/></message>",
        &out.message, XC_OK, NULL);
    assert_false(out.message.error.base.present);
}

/* The struct moves to a stream with another content namespace. */
static void test_error_moves(void **state)
{
    xc_message m;
    xc_writer w;
    (void)state;
    check_read(&xc_message_schema,
               "<message type='error'><error type='wait'/></message>", &m,
               XC_OK, NULL);
    m.base.element = NULL;
    start_in(&w, XC_NS_SERVER);
    xc_write(&w, &xc_message_schema, &m);
    check_written(&w, "<message type='error'><error type='wait'/></message>");
}

/* What was read in one content namespace is written in it, whole. */
static void test_message_in_other_content(void **state)
{
    static const char text[] = "<message><body xml:lang='de'>x</body>"
                               "<subject>y</subject><z/></message>";
    xc_message m;
    xc_writer w;
    (void)state;
    check_read(&xc_message_schema, text, &m, XC_OK, NULL);
    start(&w);
    xc_writer_begin(&w, XC_NS_SERVER, "a");
    xc_write(&w, &xc_message_schema, &m);
    xc_writer_end(&w);
    check_written(&w, "<a xmlns='jabber:server'><message xmlns="
                      "'jabber:client'><body xml:lang='de'>x</body>"
                      "<subject>y</subject><z/></message></a>");
}

static void test_one_body_of_two(void **state)
{
    static const char text[] = "<message><body>a</body><x xmlns='u'/>"
                               "<body xml:lang='de'>b</body></message>";
    xc_message m;
    xc_writer w;
    const xc_element *child;
    uint32_t done = 0;
    (void)state;
    check_read(&xc_message_schema, text, &m, XC_OK, NULL);
    m.body = XC_STR("c");
    start(&w);
    xc_write_begin(&w, &xc_message_schema, &m);
    for (child = xc_first_child(m.base.element); child != NULL;
         child = xc_next_sibling(child))
        xc_write_child(&w, &xc_message_schema, &m, child, &done);
    xc_writer_end(&w);
    check_written(&w, "<message><body>c</body><x xmlns='u'/>"
                      "<body xml:lang='de'>b</body></message>");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_keeps_unknown),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_bad_values),
        cmocka_unit_test(test_repeated),
        cmocka_unit_test(test_wrong_element),
        cmocka_unit_test(test_unambiguous),
        cmocka_unit_test(test_no_space),
        cmocka_unit_test(test_examples),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_stanza_errors_file),
        cmocka_unit_test(test_stream_errors_file),
        cmocka_unit_test(test_sasl_failures_file),
        cmocka_unit_test(test_enums_file),
        cmocka_unit_test(test_message),
        cmocka_unit_test(test_message_type),
        cmocka_unit_test(test_thread),
        cmocka_unit_test(test_presence),
        cmocka_unit_test(test_invisible),
        cmocka_unit_test(test_priority),
        cmocka_unit_test(test_once),
        cmocka_unit_test(test_mixed),
        cmocka_unit_test(test_required_iq),
        cmocka_unit_test(test_error),
        cmocka_unit_test(test_error_unknown),
        cmocka_unit_test(test_roster),
        cmocka_unit_test(test_roster_written),
        cmocka_unit_test(test_bind),
        cmocka_unit_test(test_sasl_failure),
        cmocka_unit_test(test_base64),
        cmocka_unit_test(test_mechanisms),
        cmocka_unit_test(test_dialback),
        cmocka_unit_test(test_framing),
        cmocka_unit_test(test_frame),
        cmocka_unit_test(test_bosh),
        cmocka_unit_test(test_sm),
        cmocka_unit_test(test_sasl2),
        cmocka_unit_test(test_sasl2_answers),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_features),
        cmocka_unit_test(test_stream_error),
        cmocka_unit_test(test_effective),
        cmocka_unit_test(test_addressed),
        cmocka_unit_test(test_check_iq),
        cmocka_unit_test(test_check_error),
        cmocka_unit_test(test_check_langs),
        cmocka_unit_test(test_iq_answers),
        cmocka_unit_test(test_iq_answers_id),
        cmocka_unit_test(test_roster_push),
        cmocka_unit_test(test_roster_one),
        cmocka_unit_test(test_carbon),
        cmocka_unit_test(test_version),
        cmocka_unit_test(test_choose_lang),
        cmocka_unit_test(test_reply),
        cmocka_unit_test(test_error_reply),
        cmocka_unit_test(test_answers_of_a_server),
        cmocka_unit_test(test_new_stanzas),
        cmocka_unit_test(test_new_stanza_inside),
        cmocka_unit_test(test_stanzas_of_other_namespaces),
        cmocka_unit_test(test_error_passed_on),
        cmocka_unit_test(test_no_answer),
        cmocka_unit_test(test_content_in_other),
        cmocka_unit_test(test_error_moves),
        cmocka_unit_test(test_message_in_other_content),
        cmocka_unit_test(test_one_body_of_two),
        cmocka_unit_test(test_sm_counter),
        cmocka_unit_test(test_captures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
