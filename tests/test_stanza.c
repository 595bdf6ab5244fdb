/* Typed stanzas and the elements that negotiate a stream: every schema with
   generated values, the lists of the standards, and the checks and replies.
   Examples of each are documents (tests/data/stanzas). tests/RULES.md has the
   rules that are kept, and the test that shows each. */
#include "support_stream.h"
#include "support_captures.h"
#include "support_random.h"
#include "support_rows.h"
#include "support_schema.h"

#include "struct_equal.h"

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
   with this slot. */
static const xc_element *parse_at(unsigned slot, xc_str text,
                                  const char *content_ns)
{
    static char memory[3][SPACE];
    static buffer bytes[3];
    xc_stream s;
    xc_stream_event ev;
    xc_str in;
    buffer_clear(&bytes[slot]);
    buffer_printf(&bytes[slot],
                  "<stream:stream xmlns='%s' " STREAMS
                  " xmlns:db='jabber:server:dialback' version='1.0'>",
                  content_ns);
    buffer_add(&bytes[slot], text.ptr, text.len);
    in = buffer_str(&bytes[slot]);
    assert_int_equal(xc_stream_init(&s, memory[slot], SPACE, NULL), XC_OK);
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
        *(uint8_t *)m = (uint8_t)(1 + random_below(&source, value_count(f)));
        break;
    case XC_KIND_BOOL:
        *(uint8_t *)m = (uint8_t)(1 + random_below(&source, 2));
        break;
    case XC_KIND_NUMBER: *(xc_number *)m = any_number(f->detail); break;
    case XC_KIND_TIME: *(xc_time *)m = any_time(); break;
    case XC_KIND_FLAG: *(bool *)m = true; break;
    case XC_KIND_CHOICE:
        choice->value =
            (uint8_t)(1 + random_below(&source, name_count(f->detail)));
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

static void what_is_written_is_read(void **state)
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

static void unknown_children_are_kept(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++)
        keep_unknown(&schemas[i]);
}

/* A schema like `s` except for the field `i`. */
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

static void a_required_field_is_not_left_out(void **state)
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
                      (last ? name_count(f->detail) : 0),
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

static void a_bad_value_is_a_flaw(void **state)
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

static void a_second_child_is_refused_or_left_alone(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(schemas); i++) {
        const xc_schema *s = schemas[i].schema;
        for (size_t k = 0; k < s->count && s->count < 32; k++)
            if (s->fields[k].i_source == XC_I_CHILD)
                repeat_child(&schemas[i], k);
    }
}

static void another_element_is_refused(void **state)
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
static void no_element_has_two_schemas(void **state)
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
static void no_white_space_is_written(void **state)
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

/* ---- the lists ---------------------------------------------------------- */

static void conditions_have_names_and_names_conditions(void **state)
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

/* Is the type one of those that are separated by "|", or is any? */
static bool has_type(const char *types, const char *type)
{
    xc_str rest = xc_str_from(types);
    while (rest.ptr != NULL) {
        xc_str word = xc_str_trim(xc_str_cut(&rest, '|'));
        if (xc_str_is(word, type) || xc_str_starts_with(word, "any"))
            return true;
    }
    return false;
}

static void check_stanza_error(const row *r)
{
    static const char *const types[] = {"",       "auth", "continue",
                                        "modify", "wait", "cancel"};
    unsigned c = xc_stanza_error_from_name(xc_str_from(r->field[1]));
    const char *type = types[xc_stanza_error_default_type(c)];
    unsigned long code = number_in(r->field[4]);
    CHECK(strcmp(xc_stanza_error_name(c), r->field[1]) == 0,
          "no condition \"%s\"", r->field[1]);
    CHECK(has_type(r->field[3], type), "%s: %s", r->field[1], type);
    CHECK((unsigned long)xc_stanza_error_legacy_code(c) == code,
          "%s: code %d, expected %lu", r->field[1],
          (int)xc_stanza_error_legacy_code(c), code);
}

typedef const char *name_of(unsigned condition);

static void check_name(const char *condition, name_of *name, unsigned count)
{
    unsigned i = 1;
    while (i < count && strcmp(name(i), condition) != 0)
        i++;
    CHECK(i < count, "no condition \"%s\"", condition);
}

/* The rows of each kind. */
static unsigned stanza_rows, stream_rows, sasl_rows;

static void condition_row(const row *r)
{
    const char *kind = r->field[0];
    if (strcmp(kind, "stanza") == 0) {
        check_stanza_error(r);
        stanza_rows++;
    } else if (strcmp(kind, "stream") == 0) {
        check_name(r->field[1], xc_stream_error_name, XC_STREAM_ERROR_COUNT);
        stream_rows++;
    } else {
        CHECK(strcmp(kind, "sasl") == 0, "no kind \"%s\"", kind);
        check_name(r->field[1], xc_sasl_failure_name, XC_SASL_FAILURE_COUNT);
        sasl_rows++;
    }
}

/* What the header has besides is another name for not-well-formed. */
static void conditions_are_those_of_the_rfc(void **state)
{
    (void)state;
    for_each_row("tests/data/conditions.tsv", condition_row);
    assert_int_equal(stanza_rows, XC_STANZA_ERROR_COUNT - 1);
    assert_int_equal(stream_rows, XC_STREAM_ERROR_COUNT - 2);
    assert_int_equal(sasl_rows, XC_SASL_FAILURE_COUNT - 1);
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
        return;
    }
    check_fail("no element for %s", name);
}

static void enumeration_row(const row *r)
{
    try_enum(r->field[0], r->field[1]);
}

static void enumerations_have_the_values_of_the_rfcs(void **state)
{
    (void)state;
    for_each_row("tests/data/enumerations.tsv", enumeration_row);
}

#define STANZAS " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'"

/* ---- elements and their parts ------------------------------------------- */

static void a_roster_is_written_item_by_item(void **state)
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

#define SASL " xmlns='urn:ietf:params:xml:ns:xmpp-sasl'"

static void mechanisms_are_found_by_their_name(void **state)
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

/* What a struct has not is in its element, also inside of another struct. */
static void structs_give_their_elements(void **state)
{
    const xc_element *e;
    xc_features f;
    xc_message m;
    (void)state;
    check_read(&xc_features_schema,
               "<stream:features><mechanisms" SASL "><mechanism>PLAIN"
               "</mechanism></mechanisms><sm xmlns='urn:xmpp:sm:2'/><sm "
               "xmlns='urn:xmpp:sm:3'/></stream:features>",
               &f, XC_OK, NULL);
    assert_true(xc_sasl_has_mechanism(f.mechanisms.base.element, "PLAIN"));
    assert_true(xc_is(f.sm.base.element, "urn:xmpp:sm:3", "sm"));
    check_read(&xc_message_schema,
               "<message type='error'><error type='quux'><bad-format" STANZAS
               "/><x xmlns='urn:app'/></error></message>",
               &m, XC_OK, NULL);
    assert_non_null(xc_child(m.error.base.element, "urn:app", "x"));
    e = parse("<item jid='a@b' xmlns='jabber:iq:roster'><group>Friends</group>"
              "<group>Montagues</group></item>");
    check_str("group", xc_text(xc_next_same_name(xc_child(e, NULL, "group"))),
              "Montagues");
}

/* Alone in a message of WebSocket, a stanza says in which namespace it is. */
static void a_frame_declares_its_namespaces(void **state)
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

/* ---- checks ------------------------------------------------------------- */

#define OWN XC_STR("romeo@montague.lit/orchard")

static void absent_addresses_are_those_of_the_account(void **state)
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

static void stanzas_of_servers_and_components_have_both_addresses(void **state)
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

static void only_stanzas_are_checked(void **state)
{
    static const verdict cases[] = {
        {true, "<x xmlns='u' type='error'/>"},
        {true, "<x xmlns='u'><error/></x>"},
        {true, "<iq xmlns='u'/>"},
        {true, "<message xmlns='u' type='error'/>"},
        {true, "<iq id='' type='result'/>"},
        {false, "<message type='error'/>"},
    };
    (void)state;
    check_verdicts(cases, COUNT_OF(cases));
    assert_int_equal(xc_stanza_check(NULL), XC_STANZA_ERROR_NONE);
}

static void an_iq_has_an_id_a_type_and_one_payload(void **state)
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

static void an_error_is_only_in_type_error(void **state)
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

static void texts_are_in_distinct_languages(void **state)
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

static bool is_own_reply(const char *from, const char *to)
{
    char text[256];
    snprintf(text, sizeof text, "<iq id='7' type='result'%s%s%s/>",
             from != NULL ? " from='" : "", from != NULL ? from : "",
             from != NULL ? "'" : "");
    return xc_iq_is_reply_to(parse(text), XC_STR("7"), xc_str_from(to), OWN);
}

static void a_reply_comes_from_the_address_that_was_asked(void **state)
{
    static const char *const own[] = {NULL, "romeo@montague.lit"};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(own); i++) {
        assert_true(is_own_reply(NULL, own[i]));
        assert_true(is_own_reply("romeo@montague.lit", own[i]));
        assert_true(is_own_reply("romeo@montague.lit/orchard", own[i]));
        assert_true(is_own_reply("montague.lit", own[i]));
        assert_false(is_own_reply("capulet.lit", own[i]));
        assert_false(is_own_reply("tybalt@montague.lit", own[i]));
        assert_false(is_own_reply("", own[i]));
    }
    assert_true(is_own_reply("montague.lit", "montague.lit"));
    assert_true(is_own_reply(NULL, "montague.lit"));
    assert_true(is_own_reply("juliet@capulet.lit/b", "juliet@capulet.lit/b"));
    assert_false(is_own_reply("juliet@capulet.lit", "juliet@capulet.lit/b"));
    assert_false(is_own_reply(NULL, "juliet@capulet.lit/b"));
    assert_false(is_own_reply("tybalt@capulet.lit", "juliet@capulet.lit"));
}

static void a_reply_has_the_id_of_its_request(void **state)
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

static void a_roster_push_comes_from_the_own_account(void **state)
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

static void a_roster_set_has_one_item(void **state)
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

static void a_carbon_copy_comes_from_the_own_account(void **state)
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

static void versions_are_compared_as_two_integers(void **state)
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

static void the_language_is_inherited_and_chosen(void **state)
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

static void a_reply_swaps_the_addresses(void **state)
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

static void an_error_swaps_the_addresses(void **state)
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
static void a_server_names_the_session_it_replies_to(void **state)
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

static void a_new_stanza_is_in_the_namespace_of_its_stream(void **state)
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
static void a_stanza_inside_another_element_is_in_jabber_client(void **state)
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
static void a_stanza_is_in_a_content_namespace(void **state)
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
static void of_an_error_that_is_passed_on_only_the_fields_go(void **state)
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

static void nothing_is_a_reply_to_results_and_errors(void **state)
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

static void counters_are_modulo_2_to_the_32(void **state)
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

static size_t rewrite_capture(const capture *c, const table *line)
{
    static char memory[SPACE];
    (void)line;
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

static void recorded_stanzas_are_written_as_they_came(void **state)
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

static void stanzas_are_members_of_other_structs(void **state)
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
static void an_error_moves_to_another_content_namespace(void **state)
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
static void a_message_moves_to_another_content_namespace_whole(void **state)
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

static void one_body_of_two_is_changed(void **state)
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
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(unknown_children_are_kept),
        cmocka_unit_test(a_required_field_is_not_left_out),
        cmocka_unit_test(a_bad_value_is_a_flaw),
        cmocka_unit_test(a_second_child_is_refused_or_left_alone),
        cmocka_unit_test(another_element_is_refused),
        cmocka_unit_test(no_element_has_two_schemas),
        cmocka_unit_test(no_white_space_is_written),
        cmocka_unit_test(conditions_have_names_and_names_conditions),
        cmocka_unit_test(conditions_are_those_of_the_rfc),
        cmocka_unit_test(enumerations_have_the_values_of_the_rfcs),
        cmocka_unit_test(a_roster_is_written_item_by_item),
        cmocka_unit_test(mechanisms_are_found_by_their_name),
        cmocka_unit_test(structs_give_their_elements),
        cmocka_unit_test(a_frame_declares_its_namespaces),
        cmocka_unit_test(absent_addresses_are_those_of_the_account),
        cmocka_unit_test(
            stanzas_of_servers_and_components_have_both_addresses),
        cmocka_unit_test(only_stanzas_are_checked),
        cmocka_unit_test(an_iq_has_an_id_a_type_and_one_payload),
        cmocka_unit_test(an_error_is_only_in_type_error),
        cmocka_unit_test(texts_are_in_distinct_languages),
        cmocka_unit_test(a_reply_comes_from_the_address_that_was_asked),
        cmocka_unit_test(a_reply_has_the_id_of_its_request),
        cmocka_unit_test(a_roster_push_comes_from_the_own_account),
        cmocka_unit_test(a_roster_set_has_one_item),
        cmocka_unit_test(a_carbon_copy_comes_from_the_own_account),
        cmocka_unit_test(versions_are_compared_as_two_integers),
        cmocka_unit_test(the_language_is_inherited_and_chosen),
        cmocka_unit_test(a_reply_swaps_the_addresses),
        cmocka_unit_test(an_error_swaps_the_addresses),
        cmocka_unit_test(a_server_names_the_session_it_replies_to),
        cmocka_unit_test(a_new_stanza_is_in_the_namespace_of_its_stream),
        cmocka_unit_test(a_stanza_inside_another_element_is_in_jabber_client),
        cmocka_unit_test(a_stanza_is_in_a_content_namespace),
        cmocka_unit_test(of_an_error_that_is_passed_on_only_the_fields_go),
        cmocka_unit_test(nothing_is_a_reply_to_results_and_errors),
        cmocka_unit_test(stanzas_are_members_of_other_structs),
        cmocka_unit_test(an_error_moves_to_another_content_namespace),
        cmocka_unit_test(a_message_moves_to_another_content_namespace_whole),
        cmocka_unit_test(one_body_of_two_is_changed),
        cmocka_unit_test(counters_are_modulo_2_to_the_32),
        cmocka_unit_test(recorded_stanzas_are_written_as_they_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
