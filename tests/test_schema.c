/* The engine that reads structs from elements and writes them by a table:
   every kind of field from every source, with schemas of its own. */
#include "support_tree.h"

#include "style/geoloc.h" /* the schema of the header's manual */

/* ---- a struct with a member for everything ------------------------------ */

typedef struct inner {
    xc_base base;
    xc_str id, text;
} inner;
static const xc_field inner_fields[] = {
    XC_ATTR(inner, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_OWN_TEXT(inner, text, STRING, NULL, 0)};
static const xc_schema inner_schema =
    XC_SCHEMA(NULL, "in", inner, inner_fields);

typedef struct thing {
    xc_base base;
    xc_str text, lang, jid, base64, content;
    uint8_t color, yes;
    bool flag;
    xc_number number;
    xc_time time;
    xc_choice choice;
    inner in;
} thing;

#define COLORS "red\0green\0other\0"
static const xc_field thing_fields[] = {
    XC_LANG(thing, lang),
    XC_ATTR(thing, text, STRING, "text", NULL, 0),
    XC_ATTR_NS(thing, jid, JID, "urn:j", "jid", NULL, 0),
    XC_ATTR(thing, color, ENUM, "color", COLORS, XC_FIELD_LENIENT),
    XC_OWN_TEXT(thing, content, STRING, NULL, 0),
    XC_CHILD(thing, base64, BASE64, NULL, "base64", NULL, XC_FIELD_LENIENT),
    XC_CHILD(thing, number, NUMBER, NULL, "number", NULL, XC_FIELD_LENIENT),
    XC_CHILD(thing, time, TIME, "urn:x", "time", NULL, 0),
    XC_CHILD(thing, yes, BOOL, NULL, "yes", NULL, 0),
    XC_CHILD(thing, flag, FLAG, NULL, "flag", NULL, 0),
    XC_CHILD(thing, choice, CHOICE, "urn:c", NULL, "up\0down\0", 0),
    XC_CHILD(thing, in, STRUCT, NULL, "in", &inner_schema, 0)};
static const xc_schema thing_schema =
    XC_SCHEMA("urn:t", "t", thing, thing_fields);
static const xc_schema empty_schema = XC_SCHEMA_EMPTY("urn:t", "t", thing);

/* ---- reading and writing ------------------------------------------------ */

static char output[4096];

static xc_str write_it(const xc_schema *s, const void *in, xc_status expected)
{
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write(&w, s, in);
    check_status(s->name, xc_writer_finish(&w, &out), expected);
    return out;
}

static void check_written(const xc_schema *s, const void *in,
                          const char *expected)
{
    check_str("written", write_it(s, in, XC_OK), expected);
}

static const xc_field *check_read(const xc_schema *s, const char *doc,
                                  void *out, xc_status expected)
{
    const xc_field *field = NULL;
    check_status(doc, xc_read(s, parse(doc), out, &field), expected);
    CHECK((field != NULL) == (expected != XC_OK), "%s: error field", doc);
    return field;
}

/* A document of a thing, and what is written from it unchanged. */
static void check_kept(const char *doc)
{
    thing t;
    check_read(&thing_schema, doc, &t, XC_OK);
    check_written(&thing_schema, &t, doc);
}

#define T "<t xmlns='urn:t'"

/* ---- the manual --------------------------------------------------------- */

static void the_example_of_the_manual_works(void **state)
{
    static const char doc[] =
        "<geoloc xmlns='http://jabber.org/protocol/geoloc' xml:lang='en'>"
        "<accuracy>20</accuracy><lat>45.44</lat><lon>12.33</lon>"
        "<timestamp>2004-02-19T21:12:00Z</timestamp></geoloc>";
    geoloc g;
    (void)state;
    check_read(&geoloc_schema, doc, &g, XC_OK);
    check_str("lat", g.lat, "45.44");
    check_str("lon", g.lon, "12.33");
    check_str("text", g.text, NULL);
    assert_true(g.base.present && g.timestamp.present);
    assert_int_equal(g.timestamp.year, 2004);
    check_written(&geoloc_schema, &g, doc);
    assert_ptr_equal(check_read(&geoloc_schema,
                                "<geoloc xmlns='http://jabber.org/protocol/"
                                "geoloc'><timestamp>now</timestamp><lat>1"
                                "</lat></geoloc>",
                                &g, XC_ERR_FIELD_VALUE),
                     &geoloc_fields[3]);
    check_str("after the flaw", g.lat, "1");
}

/* ---- every kind from every source --------------------------------------- */

typedef struct value_row {
    uint8_t kind;
    uint16_t offset;
    const void *more;
    const char *good, *bad;
} value_row;

#define OF(member) (uint16_t) offsetof(thing, member)
static const value_row values[] = {
    {XC_KIND_STRING, OF(text), NULL, "a b", NULL},
    {XC_KIND_JID, OF(jid), NULL, "a@b.lit/c", "@b.lit"},
    {XC_KIND_BASE64, OF(base64), NULL, "AA==", "AB=="},
    {XC_KIND_ENUM, OF(color), COLORS, "green", "blue"},
    {XC_KIND_BOOL, OF(yes), NULL, "true", "yes"},
    {XC_KIND_NUMBER, OF(number), NULL, "4294967295", "4294967296"},
    {XC_KIND_TIME, OF(time), NULL, "2000-02-29T23:59:60.5Z",
     "1900-02-29T00:00:00Z"},
};
static const uint8_t sources[] = {XC_I_ATTR, XC_I_OWN_TEXT, XC_I_CHILD};

static const char *doc_of(uint8_t where, const char *text)
{
    static const char *const formats[] = {T " v='%s'/>", T ">%s</t>",
                                          T "><v>%s</v></t>"};
    static char doc[256];
    if (text == NULL)
        return T "/>";
    snprintf(doc, sizeof doc, formats[where], text);
    return doc;
}

static xc_field field_of(const value_row *v, uint8_t where, uint8_t flags)
{
    xc_field f = {"v", NULL, v->more, v->offset, v->kind, where, flags};
    if (where == XC_I_OWN_TEXT)
        f.name = NULL;
    return f;
}

static xc_schema schema_of(const xc_field *f)
{
    xc_schema s = XC_SCHEMA("urn:t", "t", thing, thing_fields);
    s.fields = f;
    s.count = 1;
    return s;
}

static bool nothing_in(const thing *t)
{
    static const thing zeros;
    return memcmp((const char *)t + sizeof t->base,
                  (const char *)&zeros + sizeof t->base,
                  sizeof *t - sizeof t->base) == 0;
}

static void each_field(void (*check)(const value_row *v, uint8_t where,
                                     uint8_t flags))
{
    for (size_t i = 0; i < COUNT_OF(values); i++)
        for (size_t p = 0; p < COUNT_OF(sources); p++)
            for (uint8_t flags = 0; flags < 16; flags++)
                check(&values[i], sources[p], flags);
}

static void check_absent(const value_row *v, uint8_t where, uint8_t flags)
{
    xc_field f = field_of(v, where, flags);
    xc_schema s = schema_of(&f);
    bool required = (flags & XC_FIELD_REQUIRED) != 0;
    thing t;
    const xc_field *at = check_read(&s, doc_of(where, NULL), &t,
                                    required ? XC_ERR_FIELD_MISSING : XC_OK);
    assert_true(nothing_in(&t) || (v->kind == XC_KIND_BASE64 && !required));
    assert_ptr_equal(at, required ? &f : NULL);
    t.base.element = NULL;
    write_it(&s, &t, required ? XC_ERR_FIELD_MISSING : XC_OK);
}

static void absent_fields_are_absent(void **state)
{
    (void)state;
    each_field(check_absent);
}

/* With its element, without, and after a removal. */
static void check_good(const value_row *v, uint8_t where, uint8_t flags)
{
    xc_field f = field_of(v, where, flags);
    xc_schema s = schema_of(&f);
    const char *doc = doc_of(where, v->good);
    thing t;
    check_read(&s, doc, &t, XC_OK);
    assert_false(nothing_in(&t));
    check_written(&s, &t, doc);
    t.base.element = NULL;
    check_written(&s, &t, doc);
    check_read(&s, doc, &t, XC_OK);
    memset((char *)&t + sizeof t.base, 0, sizeof t - sizeof t.base);
    if ((flags & XC_FIELD_REQUIRED) == 0)
        check_written(&s, &t, T "/>");
}

static void good_fields_are_read_and_written(void **state)
{
    (void)state;
    each_field(check_good);
}

static void check_bad(const value_row *v, uint8_t where, uint8_t flags)
{
    xc_field f = field_of(v, where, flags);
    xc_schema s = schema_of(&f);
    bool last =
        v->kind == XC_KIND_ENUM && (flags & XC_FIELD_UNKNOWN_IS_LAST) != 0;
    xc_status expected =
        v->kind == XC_KIND_JID ? XC_ERR_FIELD_JID : XC_ERR_FIELD_VALUE;
    const char *doc = doc_of(where, v->bad);
    thing t;
    if (v->bad == NULL || (flags & XC_FIELD_REQUIRED) != 0)
        return;
    if (last || (flags & XC_FIELD_LENIENT) != 0)
        expected = XC_OK;
    assert_ptr_equal(check_read(&s, doc, &t, expected),
                     expected == XC_OK ? NULL : &f);
    assert_int_equal(t.color, last ? 3 : 0);
    assert_true(last || nothing_in(&t));
    if (expected == XC_OK && where != XC_I_OWN_TEXT)
        check_written(&s, &t, doc);
}

static void bad_fields_are_flaws_or_ignored(void **state)
{
    (void)state;
    each_field(check_bad);
}

static void check_repeated(const value_row *v, uint8_t where, uint8_t flags)
{
    xc_field f = field_of(v, where, flags);
    xc_schema s = schema_of(&f);
    bool once = (flags & XC_FIELD_SINGLE) != 0;
    char doc[256];
    thing t;
    if (where != XC_I_CHILD)
        return;
    snprintf(doc, sizeof doc, T "><v>%s</v><v>second</v></t>", v->good);
    assert_ptr_equal(
        check_read(&s, doc, &t, once ? XC_ERR_FIELD_REPEATED : XC_OK),
        once ? &f : NULL);
    if (!once)
        check_written(&s, &t, doc);
}

static void repeated_fields_are_flaws_or_left_alone(void **state)
{
    (void)state;
    each_field(check_repeated);
}

/* What a struct made by hand may not hold. */
static void bad_members_are_not_written(void **state)
{
    thing t;
    (void)state;
    for (size_t p = 0; p < COUNT_OF(sources); p++) {
        memset(&t, 0, sizeof t);
        t.color = 4;
        t.yes = 3;
        t.number.present = t.time.present = true;
        t.number.value = -1;
        t.base64 = XC_STR("AB==");
        t.jid = XC_STR("a@");
        for (size_t i = 1; i < COUNT_OF(values); i++) {
            xc_field f = field_of(&values[i], sources[p], 0);
            xc_schema s = schema_of(&f);
            write_it(&s, &t,
                     f.kind == XC_KIND_JID ? XC_ERR_FIELD_JID
                                           : XC_ERR_FIELD_VALUE);
        }
    }
}

static void a_value_has_no_child_elements(void **state)
{
    thing t;
    (void)state;
    assert_ptr_equal(check_read(&thing_schema, T "><number>5<b/></number></t>",
                                &t, XC_ERR_FIELD_CONTENT),
                     &thing_fields[6]);
}

/* ---- flags, choices, structs -------------------------------------------- */

static void a_flag_is_whether_the_child_exists(void **state)
{
    thing t;
    (void)state;
    check_read(&thing_schema, T "><flag/></t>", &t, XC_OK);
    assert_true(t.flag);
    check_read(&thing_schema, T "><flag xmlns='urn:x'/></t>", &t, XC_OK);
    assert_false(t.flag);
    t.flag = true;
    check_written(&thing_schema, &t, T "><flag xmlns='urn:x'/><flag/></t>");
    check_kept(T "><flag a='b'>text</flag></t>");
}

static void a_choice_is_the_name_of_a_child(void **state)
{
    static const xc_field last[] = {XC_CHILD(thing, choice, CHOICE, "urn:c",
                                             NULL, "up\0down\0",
                                             XC_FIELD_UNKNOWN_IS_LAST)};
    xc_schema s = XC_SCHEMA("urn:t", "t", thing, last);
    thing t;
    (void)state;
    check_read(&thing_schema, T "><down xmlns='urn:c'>x</down></t>", &t,
               XC_OK);
    assert_int_equal(t.choice.value, 2);
    check_str("text", t.choice.text, "x");
    t.choice.text = XC_STR("y");
    check_written(&thing_schema, &t, T "><down xmlns='urn:c'>y</down></t>");
    t.choice.value = 1;
    check_written(&thing_schema, &t, T "><up xmlns='urn:c'>y</up></t>");
    t.choice.value = 3;
    write_it(&thing_schema, &t, XC_ERR_FIELD_VALUE);
    t.choice.value = 0;
    check_written(&thing_schema, &t, T "/>");
    assert_ptr_equal(check_read(&thing_schema, T "><x xmlns='urn:c'/></t>", &t,
                                XC_ERR_FIELD_VALUE),
                     &thing_fields[10]);
    check_read(&s, T "><x xmlns='urn:c'>z</x></t>", &t, XC_OK);
    assert_int_equal(t.choice.value, 2);
    check_written(&s, &t, T "><x xmlns='urn:c'>z</x></t>");
    check_kept(T "><up xmlns='urn:c' a='b'>x<more/></up></t>");
}

static void structs_are_read_inside_structs(void **state)
{
    thing t;
    (void)state;
    check_read(&thing_schema, T "><in id='1' a='b'>x<c/></in></t>", &t, XC_OK);
    assert_true(t.in.base.present);
    check_str("id", t.in.id, "1");
    t.in.id = XC_STR("2");
    check_written(&thing_schema, &t, T "><in id='2' a='b'>x<c/></in></t>");
    t.in.base.present = false;
    check_written(&thing_schema, &t, T "/>");
    assert_ptr_equal(
        check_read(&thing_schema, T "><in/></t>", &t, XC_ERR_FIELD_MISSING),
        &thing_fields[11]);
    memset(&t, 0, sizeof t);
    t.in.base.present = true;
    write_it(&thing_schema, &t, XC_ERR_FIELD_MISSING);
    t.in.id = XC_STR("3");
    check_written(&thing_schema, &t, T "><in id='3'/></t>");
}

static void a_lenient_struct_hides_its_flaws(void **state)
{
    static const xc_field fields[] = {XC_CHILD(
        thing, in, STRUCT, NULL, "in", &inner_schema, XC_FIELD_LENIENT)};
    xc_schema s = XC_SCHEMA("urn:t", "t", thing, fields);
    thing t;
    (void)state;
    check_read(&s, T "><in/></t>", &t, XC_OK);
    assert_true(t.in.base.present && t.in.id.ptr == NULL);
    check_written(&s, &t, T "><in/></t>");
    check_read(&s, T ">y<in>x<b/></in><c/></t>", &t, XC_OK);
    check_written(&s, &t, T ">y<in>x<b/></in><c/></t>");
    t.in.id = XC_STR("1");
    check_written(&s, &t, T ">y<in id='1'>x<b/></in><c/></t>");
    check_read(&s, T "><in/></t>", &t, XC_OK);
    memset(&t.in, 0, sizeof t.in);
    check_written(&s, &t, T "/>");
    check_read(&s, T "><in id='1'/></t>", &t, XC_OK);
    assert_true(t.in.base.present);
    t.in.base.present = false;
    check_written(&s, &t, T "/>");
}

/* A bad value that is ignored counts as absent, and absent is a flaw. A struct
   with a flaw inside is there. */
static void an_ignored_value_counts_as_missing(void **state)
{
    static const xc_field fields[] = {
        XC_ATTR(thing, color, ENUM, "color", COLORS,
                XC_FIELD_LENIENT | XC_FIELD_REQUIRED),
        XC_CHILD(thing, number, NUMBER, NULL, "number", NULL,
                 XC_FIELD_LENIENT | XC_FIELD_REQUIRED),
        XC_CHILD(thing, in, STRUCT, NULL, "in", &inner_schema,
                 XC_FIELD_LENIENT | XC_FIELD_REQUIRED)};
    static const char *const docs[] = {
        T " color='blue'><number>1</number><in id='1'/></t>",
        T " color='red'><number>many</number><in id='1'/></t>",
        T " color='red'><number>1</number></t>"};
    xc_schema s = XC_SCHEMA("urn:t", "t", thing, fields);
    thing t;
    (void)state;
    check_read(&s, T " color='red'><number>1</number><in id='1'/></t>", &t,
               XC_OK);
    check_read(&s, T " color='red'><number>1</number><in/></t>", &t, XC_OK);
    for (size_t i = 0; i < COUNT_OF(docs); i++)
        assert_ptr_equal(check_read(&s, docs[i], &t, XC_ERR_FIELD_MISSING),
                         fields + i);
}

/* What is written can be read: empty content is none. */
static void empty_content_is_no_value(void **state)
{
    static const xc_field required[] = {
        XC_OWN_TEXT(thing, content, STRING, NULL, XC_FIELD_REQUIRED)};
    static const xc_field optional[] = {
        XC_OWN_TEXT(thing, content, STRING, NULL, 0)};
    xc_schema s = XC_SCHEMA("urn:t", "t", thing, required);
    thing t;
    (void)state;
    check_read(&s, T "/>", &t, XC_ERR_FIELD_MISSING);
    memset(&t, 0, sizeof t);
    write_it(&s, &t, XC_ERR_FIELD_MISSING);
    t.content = XC_STR("");
    write_it(&s, &t, XC_ERR_FIELD_MISSING);
    t.content = XC_STR("x");
    check_written(&s, &t, T ">x</t>");
    s.fields = optional;
    t.content = XC_STR("");
    check_written(&s, &t, T "/>");
}

/* ---- values ------------------------------------------------------------- */

static bool number_is(const char *text, const xc_range *range, int64_t value)
{
    static const value_row v = {XC_KIND_NUMBER, OF(number), NULL, "", ""};
    xc_field f = field_of(&v, XC_I_ATTR, XC_FIELD_LENIENT);
    xc_schema s = schema_of(&f);
    thing t;
    f.detail = range;
    check_read(&s, doc_of(XC_I_ATTR, text), &t, XC_OK);
    return t.number.present && t.number.value == value;
}

static void numbers_are_read(void **state)
{
    static const xc_range all = {-INT64_MAX, INT64_MAX}, some = {-5, 7};
    static const char *const none[] = {
        "",         " ",   "+",   "-",          "--1",
        "+-1",      "- 1", "1 1", "1.0",        "1e3",
        "0x1",      "a",   "-1",  "4294967296", "99999999999999999999999",
        "\xd9\xa1",
    };
    (void)state;
    assert_true(number_is("0", NULL, 0) && number_is("007", NULL, 7));
    assert_true(number_is("+5", NULL, 5) && number_is("-0", NULL, 0));
    assert_true(number_is("4294967295", NULL, 0xFFFFFFFF));
    assert_true(number_is("9223372036854775807", &all, INT64_MAX));
    assert_true(number_is("-9223372036854775807", &all, -INT64_MAX));
    assert_true(number_is("9223372036854775808", &all, INT64_MAX));
    assert_true(number_is("18446744073709551616", &all, INT64_MAX));
    assert_false(number_is("-9223372036854775808", &all, INT64_MIN));
    assert_true(number_is(" \t7\n", NULL, 7));
    assert_true(number_is("-5", &some, -5) && number_is("7", &some, 7));
    assert_false(number_is("-6", &some, -6) || number_is("8", &some, 8));
    for (size_t i = 0; i < COUNT_OF(none); i++)
        for (int64_t n = -1; n <= 7; n++)
            CHECK(!number_is(none[i], NULL, n), "%s is a number", none[i]);
}

static void numbers_are_written_as_they_are_read(void **state)
{
    static const xc_range all = {INT64_MIN, INT64_MAX};
    static const value_row v = {XC_KIND_NUMBER, OF(number), &all, "", ""};
    static const struct {
        int64_t value;
        const char *text;
    } rows[] = {{0, "0"},
                {-1, "-1"},
                {INT64_MAX, "9223372036854775807"},
                {INT64_MIN, "-9223372036854775808"}};
    xc_field f = field_of(&v, XC_I_ATTR, 0);
    xc_schema s = schema_of(&f);
    thing t;
    (void)state;
    memset(&t, 0, sizeof t);
    t.number.present = true;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        t.number.value = rows[i].value;
        check_written(&s, &t, doc_of(XC_I_ATTR, rows[i].text));
    }
}

static uint8_t bool_of(const char *text)
{
    static const value_row v = {XC_KIND_BOOL, OF(yes), NULL, "", ""};
    xc_field f = field_of(&v, XC_I_ATTR, XC_FIELD_LENIENT);
    xc_schema s = schema_of(&f);
    thing t;
    check_read(&s, doc_of(XC_I_ATTR, text), &t, XC_OK);
    return t.yes;
}

static void booleans_have_four_texts(void **state)
{
    static const char *const none[] = {"",  " ",  "True", "TRUE",  "yes",
                                       "2", "01", "t",    "tr ue", "0 0"};
    (void)state;
    assert_true(bool_of("true") == XC_TRUE && bool_of("1") == XC_TRUE);
    assert_true(bool_of("false") == XC_FALSE && bool_of("0") == XC_FALSE);
    assert_true(bool_of(" true\n") == XC_TRUE);
    for (size_t i = 0; i < COUNT_OF(none); i++)
        CHECK(bool_of(none[i]) == XC_UNSET, "%s is a boolean", none[i]);
}

/* xs:base64Binary; with flags, RFC 6120 sections 13.9.1 and 6.4.2. */
static void base64_is_strict_where_the_flags_say_so(void **state)
{
    static const char *const good[] = {
        "", "AAAA", "AAA=", "AA==", "Ag==", "AAE=", "+/+/", "abcdWXYZ"};
    static const char *const loose[] = {
        " ", "AA A=", " AAAA\n", "A A A A", "AA=\t=", "A\nA\nA\nA",
    };
    static const char *const bad[] = {
        "A",    "AA",    "AAA",      "==",       "===",        "====", "A===",
        "AA=",  "AA=A",  "AA==AAAA", "=AAA",     "AB==",       "AAB=", "AAAA=",
        "AA A", "AAA\n", "-_-_",     "AAAAA===", "AA\xc3\xa9", "AAA.", "A=A=",
    };
    static const value_row v = {XC_KIND_BASE64, OF(base64), NULL, "", ""};
    xc_field f = field_of(&v, XC_I_ATTR, 0);
    xc_schema s = schema_of(&f);
    thing t;
    (void)state;
    for (f.flags = 0;
         f.flags <= (XC_FIELD_NO_SPACE | XC_FIELD_EQUALS_IS_EMPTY);
         f.flags += 16) {
        bool is_strict = (f.flags & XC_FIELD_NO_SPACE) != 0;
        bool equals = (f.flags & XC_FIELD_EQUALS_IS_EMPTY) != 0;
        xc_status strict = is_strict ? XC_ERR_FIELD_VALUE : XC_OK;
        for (size_t i = 0; i < COUNT_OF(good); i++)
            check_read(&s, doc_of(XC_I_ATTR, good[i]), &t, XC_OK);
        for (size_t i = 0; i < COUNT_OF(bad); i++)
            check_read(&s, doc_of(XC_I_ATTR, bad[i]), &t, XC_ERR_FIELD_VALUE);
        for (size_t i = 0; i < COUNT_OF(loose); i++)
            check_read(&s, doc_of(XC_I_ATTR, loose[i]), &t, strict);
        check_read(&s, doc_of(XC_I_ATTR, "="), &t,
                   equals ? XC_OK : XC_ERR_FIELD_VALUE);
    }
}

/* ---- times -------------------------------------------------------------- */

static void times_are_read_with_any_offset(void **state)
{
    static const struct {
        const char *text, *utc;
    } rows[] = {
        {"1969-07-21T02:56:15Z", "1969-07-21T02:56:15Z"},
        {"1969-07-20T21:56:15-05:00", "1969-07-21T02:56:15Z"},
        {"2000-02-29T00:00:00Z", "2000-02-29T00:00:00Z"},
        {"2004-02-29T12:00:00+00:00", "2004-02-29T12:00:00Z"},
        {"2004-02-28T23:30:00-01:00", "2004-02-29T00:30:00Z"},
        {"2004-02-29T23:30:00-01:00", "2004-03-01T00:30:00Z"},
        {"2100-02-28T23:30:00-01:00", "2100-03-01T00:30:00Z"},
        {"2004-03-01T00:30:00+01:00", "2004-02-29T23:30:00Z"},
        {"2003-03-01T00:30:00+01:00", "2003-02-28T23:30:00Z"},
        {"2003-05-01T00:00:00+14:00", "2003-04-30T10:00:00Z"},
        {"2003-12-31T23:59:59-00:01", "2004-01-01T00:00:59Z"},
        {"2004-01-01T00:00:00+00:01", "2003-12-31T23:59:00Z"},
        {"1998-12-31T23:59:60Z", "1998-12-31T23:59:60Z"},
        {"1999-01-01T00:59:60+01:00", "1998-12-31T23:59:60Z"},
        {"0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z"},
        {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
        {"2002-09-10T23:08:25.1Z", "2002-09-10T23:08:25.1Z"},
        {"2002-09-10T23:08:25.120Z", "2002-09-10T23:08:25.12Z"},
        {"2002-09-10T23:08:25.000001Z", "2002-09-10T23:08:25.000001Z"},
        {"2002-09-10T23:08:25.0000019Z", "2002-09-10T23:08:25.000001Z"},
        {"2002-09-10T23:08:25.000+02:00", "2002-09-10T21:08:25Z"},
        {"2003-05-01T00:00:00-14:00", "2003-05-01T14:00:00Z"},
        {"2003-05-01T00:00:00+13:59", "2003-04-30T10:01:00Z"},
        {"2003-12-31T24:00:00Z", "2004-01-01T00:00:00Z"},
        {"2003-12-31T24:00:00.000-14:00", "2004-01-01T14:00:00Z"},
        {"2003-02-28T24:00:00+14:00", "2003-02-28T10:00:00Z"},
        {"2002-09-10T23:08:25.1234567890123456789Z",
         "2002-09-10T23:08:25.123456Z"},
        {"\n 2002-09-10T23:08:25Z\t", "2002-09-10T23:08:25Z"},
    };
    char mem[XC_TIME_MAX];
    xc_time t, again;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        xc_str out;
        CHECK(xc_time_parse(xc_str_from(rows[i].text), &t), "%s",
              rows[i].text);
        out = xc_time_format(&t, mem);
        check_str(rows[i].text, out, rows[i].utc);
        assert_true(xc_time_parse(out, &again));
        assert_memory_equal(&t, &again, sizeof t);
    }
}

/* What cannot be written is absent. */
static void no_time_has_no_text(void **state)
{
    static const xc_time bad[] = {
        {.present = false, .year = 2000, .month = 1, .day = 1},
        {.present = true},
        {.present = true, .year = 2001, .month = 2, .day = 29},
        {.present = true, .year = 2000, .month = 13, .day = 1},
        {.present = true, .year = 10000, .month = 1, .day = 1},
        {.present = true, .year = 2000, .month = 1, .day = 1, .hour = 24},
        {.present = true, .year = 2000, .month = 1, .day = 1, .minute = 60},
        {.present = true, .year = 2000, .month = 1, .day = 1, .second = 61},
        {.present = true,
         .year = 2000,
         .month = 1,
         .day = 1,
         .microsecond = 1000000},
    };
    char mem[XC_TIME_MAX];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK(xc_time_format(&bad[i], mem).ptr == NULL, "time %zu", i);
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const bad[] = {
        "",
        "Z",
        "2000",
        "2000-01-01",
        "2000-01-01T",
        "00:00:00Z",
        "2000-01-01T00:00:00",
        "2000-01-01T00:00Z",
        "2000-01-01 00:00:00Z",
        "2000-01-01t00:00:00Z",
        "2000-01-01T00:00:00z",
        "20000101T00:00:00Z",
        "20000101T00:00:00",
        "00-01-01T00:00:00Z",
        "2000-1-01T00:00:00Z",
        "2000-00-01T00:00:00Z",
        "2000-13-01T00:00:00Z",
        "2000-01-00T00:00:00Z",
        "2000-01-32T00:00:00Z",
        "2000-04-31T00:00:00Z",
        "2001-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z",
        "2000-01-01T24:00:01Z",
        "2000-01-01T24:01:00Z",
        "2000-01-01T24:00:00.0000001Z",
        "2000-01-01T25:00:00Z",
        "2000-01-01T00:00:00+14:01",
        "2000-01-01T00:00:00-14:59",
        "9999-12-31T24:00:00Z",
        "2000-01-01T00:60:00Z",
        "2000-01-01T00:00:61Z",
        "2000-01-01T00:00:00.Z",
        "2000-01-01T00:00:00.5",
        "2000-01-01T00:00:00,5Z",
        "2000-01-01T00:00:00.5.5Z",
        "2000-01-01T00:00:00+01",
        "2000-01-01T00:00:00+0100",
        "2000-01-01T00:00:00+15:00",
        "2000-01-01T00:00:00+01:60",
        "2000-01-01T00:00:00 01:00",
        "2000-01-01T00:00:00ZZ",
        "2000-01-01T00:00:00 Z",
        "2000-01-01 T00:00:00Z",
        "-2000-01-01T00:00:00Z",
        "+000-01-01T00:00:00Z",
        "10000-01-01T00:00:00Z",
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01",
    };
    xc_time t;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        CHECK(!xc_time_parse(xc_str_from(bad[i]), &t), "%s", bad[i]);
        assert_false(t.present);
    }
    assert_false(xc_time_parse(xc_str_from(NULL), &t));
}

/* Cut anywhere, it is no time, and nothing after the end is read. */
static void a_time_that_is_cut_is_no_time(void **state)
{
    static const char whole[] = "2000-01-01T00:00:00.123456+01:00";
    xc_time t;
    (void)state;
    for (size_t n = 0; n < sizeof whole - 1; n++)
        assert_false(xc_time_parse(guarded_copy(whole, n), &t));
    assert_true(xc_time_parse(guarded_copy(whole, sizeof whole - 1), &t));
}

static void a_bad_time_is_not_written(void **state)
{
    static const xc_time bad[] = {
        {true, 0, 1, 0, 0, 0, 2000, 0},       {true, 13, 1, 0, 0, 0, 2000, 0},
        {true, 1, 0, 0, 0, 0, 2000, 0},       {true, 2, 29, 0, 0, 0, 2001, 0},
        {true, 1, 1, 24, 0, 0, 2000, 0},      {true, 1, 1, 0, 60, 0, 2000, 0},
        {true, 1, 1, 0, 0, 61, 2000, 0},      {true, 1, 1, 0, 0, 0, 10000, 0},
        {true, 1, 1, 0, 0, 0, 2000, 1000000},
    };
    thing t;
    (void)state;
    memset(&t, 0, sizeof t);
    for (size_t i = 0; i < COUNT_OF(bad); i++) {
        t.time = bad[i];
        write_it(&thing_schema, &t, XC_ERR_FIELD_VALUE);
    }
}

/* ---- elements, arguments ------------------------------------------------ */

static void other_elements_are_refused(void **state)
{
    static const char *const docs[] = {"<t/>", "<t xmlns='urn:u'/>",
                                       "<u xmlns='urn:t'/>"};
    const xc_field *field = thing_fields;
    thing t;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(docs); i++) {
        check_status(docs[i],
                     xc_read(&thing_schema, parse(docs[i]), &t, &field),
                     XC_ERR_FIELD_ELEMENT);
        assert_null(field);
        assert_true(nothing_in(&t));
        assert_true(t.base.element == NULL && !t.base.present);
    }
    check_status("NULL", xc_read(&thing_schema, NULL, &t, NULL),
                 XC_ERR_FIELD_ELEMENT);
    check_read(&empty_schema, T " a='b'>x<c/></t>", &t, XC_OK);
    check_written(&empty_schema, &t, T " a='b'>x<c/></t>");
}

static xc_status status_of_write(const xc_schema *s, const void *in)
{
    xc_writer w;
    xc_str out;
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write(&w, s, in);
    return xc_writer_finish(&w, &out);
}

static void null_is_an_argument_error(void **state)
{
    const xc_field *field = thing_fields;
    const xc_element *e = parse(T "/>");
    char mem[XC_TIME_MAX];
    xc_writer w;
    xc_str out;
    thing t, before;
    uint32_t done = 0;
    (void)state;
    memset(&t, 0xA5, sizeof t);
    memcpy(&before, &t, sizeof t);
    assert_int_equal(xc_read(NULL, e, &t, &field), XC_ERR_ARGUMENT);
    assert_null(field);
    assert_memory_equal(&t, &before, sizeof t);
    memset(&t, 0, sizeof t);
    assert_int_equal(xc_read(&thing_schema, e, NULL, NULL), XC_ERR_ARGUMENT);
    assert_int_equal(status_of_write(NULL, &t), XC_ERR_ARGUMENT);
    assert_int_equal(status_of_write(&thing_schema, NULL), XC_ERR_ARGUMENT);
    xc_write(NULL, &thing_schema, &t);
    xc_write_begin(NULL, &thing_schema, &t);
    xc_write_children(NULL, &thing_schema, &t);
    xc_write_child(NULL, &thing_schema, &t, e, &done);
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write_child(&w, &thing_schema, &t, NULL, &done);
    assert_int_equal(xc_writer_finish(&w, &out), XC_ERR_ARGUMENT);
    xc_write_child(&w, &thing_schema, &t, e, NULL);
    assert_int_equal(xc_writer_finish(&w, &out), XC_ERR_ARGUMENT);
    assert_null(xc_field_of(NULL, e, e));
    assert_null(xc_field_of(&thing_schema, NULL, e));
    assert_null(xc_field_of(&thing_schema, e, NULL));
    assert_false(xc_time_parse(XC_STR("2000-01-01T00:00:00Z"), NULL));
    assert_null(xc_time_format(NULL, mem).ptr);
    assert_null(xc_time_format(&t.time, NULL).ptr);
}

static void statuses_of_fields_have_a_stanza_error(void **state)
{
    (void)state;
    assert_int_equal(xc_stanza_error_for_status(XC_ERR_FIELD_JID),
                     XC_STANZA_ERROR_JID_MALFORMED);
    for (int s = XC_ERR_JID_EMPTY; s <= XC_ERR_JID_ESCAPE; s++)
        assert_int_equal(xc_stanza_error_for_status((xc_status)s),
                         XC_STANZA_ERROR_JID_MALFORMED);
    assert_int_equal(xc_stanza_error_for_status(XC_ERR_JID_EMPTY - 1),
                     XC_STANZA_ERROR_BAD_REQUEST);
    assert_int_equal(xc_stanza_error_for_status(XC_ERR_JID_ESCAPE + 1),
                     XC_STANZA_ERROR_BAD_REQUEST);
    assert_int_equal(xc_stanza_error_for_status(XC_ERR_FIELD_MISSING),
                     XC_STANZA_ERROR_BAD_REQUEST);
}

/* ---- rewriting ---------------------------------------------------------- */

#define RICH                                                                  \
    T " z='1' color='mauve' text='t' xml:lang='en' xmlns:ns0='urn:a'"         \
      " ns0:text='a'>own<unknown b='c'>d<e/></unknown><yes>true</yes>"        \
      "<number>many</number><base64>?</base64><yes>false</yes>"               \
      "<in id='1'/><time xmlns='urn:x'>2000-01-01T00:00:00Z</time>"           \
      "<in/><time>?</time></t>"

static void what_no_field_has_is_kept(void **state)
{
    (void)state;
    check_kept(RICH);
    check_kept(T "/>");
    check_kept(T "><yes a='b'>1</yes></t>");
}

static void a_changed_member_wins_over_the_element(void **state)
{
    thing t;
    (void)state;
    check_read(&thing_schema, RICH, &t, XC_OK);
    t.color = 1;
    t.text.ptr = NULL;
    t.text.len = 0;
    t.yes = XC_FALSE;
    t.number.present = true;
    t.number.value = 7;
    t.base64 = XC_STR("AAAA");
    t.time.present = false;
    t.in.base.present = false;
    t.flag = true;
    t.jid = XC_STR("a.lit");
    t.content = XC_STR("new");
    check_written(
        &thing_schema, &t,
        T " z='1' color='red' xml:lang='en' xmlns:ns0='urn:a'"
          " ns0:text='a' xmlns:ns1='urn:j' ns1:jid='a.lit'>new"
          "<unknown b='c'>d<e/></unknown><yes>false</yes><number>7</number>"
          "<base64>AAAA</base64><yes>false</yes><in/><time>?</time>"
          "<flag/></t>");
}

/* A struct made by hand is written in the order of the table. */
static void
a_struct_made_by_hand_is_written_in_the_order_of_its_table(void **state)
{
    thing t;
    (void)state;
    memset(&t, 0, sizeof t);
    check_written(&thing_schema, &t, T "/>");
    t.in.base.present = t.flag = t.number.present = true;
    t.in.id = XC_STR("1");
    t.choice.value = 1;
    t.yes = XC_TRUE;
    t.content = XC_STR("<");
    t.text = XC_STR("&");
    t.lang = XC_STR("de");
    check_written(&thing_schema, &t,
                  T " xml:lang='de' text='&amp;'>&lt;<number>0</number>"
                    "<yes>true</yes><flag/><up xmlns='urn:c'/><in id='1'/>"
                    "</t>");
}

static void a_struct_is_written_in_steps(void **state)
{
    thing t;
    xc_writer w;
    xc_str out;
    (void)state;
    check_read(&thing_schema, T " a='b'><yes>1</yes><u/></t>", &t, XC_OK);
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write_begin(&w, &thing_schema, &t);
    xc_writer_text_element(&w, NULL, "item", XC_STR("1"));
    xc_write_children(&w, &thing_schema, &t);
    xc_writer_text_element(&w, NULL, "item", XC_STR("2"));
    xc_writer_end(&w);
    assert_int_equal(xc_writer_finish(&w, &out), XC_OK);
    check_str("steps", out,
              T " a='b'><item>1</item><yes>1</yes><u/>"
                "<item>2</item></t>");
}

/* What the peer wrote and no field names is kept, and counts. */
static void an_attribute_that_is_added_twice_is_an_error(void **state)
{
    static const char *const namespaces[] = {NULL, "urn:p"};
    thing t;
    xc_writer w;
    xc_str out;
    (void)state;
    check_read(&thing_schema, T " a='b' xmlns:p='urn:p' p:a='c'/>", &t, XC_OK);
    for (size_t i = 0; i < 2; i++) {
        xc_writer_init(&w, output, sizeof output, NULL);
        xc_write_begin(&w, &thing_schema, &t);
        xc_writer_attr_ns(&w, namespaces[i], "a", XC_STR("d"));
        xc_writer_end(&w);
        assert_int_equal(xc_writer_finish(&w, &out), XC_ERR_WRITE_DUPLICATE);
    }
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write_begin(&w, &thing_schema, &t);
    xc_writer_attr_ns(&w, "urn:q", "a", XC_STR("d"));
    xc_writer_end(&w);
    assert_int_equal(xc_writer_finish(&w, &out), XC_OK);
}

static void children_are_written_one_by_one(void **state)
{
    thing t;
    const xc_element *yes, *unknown;
    xc_writer w;
    xc_str out;
    uint32_t done = 0;
    (void)state;
    check_read(&thing_schema, T "><yes>1</yes><u a='b'/></t>", &t, XC_OK);
    yes = xc_first_child(t.base.element);
    unknown = xc_next_sibling(yes);
    assert_ptr_equal(xc_field_of(&thing_schema, t.base.element, yes),
                     &thing_fields[8]);
    assert_null(xc_field_of(&thing_schema, t.base.element, unknown));
    xc_writer_init(&w, output, sizeof output, NULL);
    xc_write_begin(&w, &thing_schema, &t);
    xc_write_child(&w, &thing_schema, &t, unknown, &done);
    t.yes = XC_FALSE;
    xc_write_child(&w, &thing_schema, &t, yes, &done);
    xc_writer_end(&w);
    assert_int_equal(xc_writer_finish(&w, &out), XC_OK);
    check_str("children", out, T "><u a='b'/><yes>false</yes></t>");
}

static void every_output_size_gives_the_same_or_an_error(void **state)
{
    thing t;
    xc_writer w;
    xc_str out;
    size_t size = strlen(RICH);
    (void)state;
    check_read(&thing_schema, RICH, &t, XC_OK);
    for (size_t n = 0; n <= size; n++) {
        xc_writer_init(&w, guarded(GUARD_MEMORY, n), n, NULL);
        xc_write(&w, &thing_schema, &t);
        check_status("size", xc_writer_finish(&w, &out),
                     n < size ? XC_ERR_BUFFER_SIZE : XC_OK);
        assert_int_equal(xc_writer_size(&w), size);
    }
    check_str("enough", out, RICH);
    xc_writer_init(&w, NULL, 0, NULL);
    xc_write(&w, &thing_schema, &t);
    assert_int_equal(xc_writer_finish(&w, &out), XC_OK);
    assert_int_equal(xc_writer_size(&w), size);
}

static void a_child_keeps_attributes_that_no_field_has(void **state)
{
    (void)state;
    check_kept(T "><number a='b'>5</number></t>"); /* SEGV */
}

static void ignored_values_are_kept(void **state)
{
    static const xc_field fields[] = {
        XC_OWN_TEXT(thing, number, NUMBER, NULL, XC_FIELD_LENIENT),
        XC_CHILD(thing, choice, CHOICE, "urn:c", NULL, "up\0",
                 XC_FIELD_LENIENT)};
    static const char *const docs[] = {T ">many</t>",
                                       T "><x xmlns='urn:c'/></t>"};
    xc_schema s = XC_SCHEMA("urn:t", "t", thing, fields);
    thing t;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(docs); i++) {
        check_read(&s, docs[i], &t, XC_OK);
        check_written(&s, &t, docs[i]);
    }
}

static void a_required_child_is_not_removed(void **state)
{
    static const xc_field fields[] = {
        XC_CHILD(thing, text, STRING, NULL, "text", NULL, XC_FIELD_REQUIRED)};
    xc_schema s = XC_SCHEMA("urn:t", "t", thing, fields);
    thing t;
    (void)state;
    check_read(&s, T "><text>1</text></t>", &t, XC_OK);
    t.text.ptr = NULL;
    write_it(&s, &t, XC_ERR_FIELD_MISSING);
    check_read(&s, T "><b/></t>", &t, XC_ERR_FIELD_MISSING);
    check_written(&s, &t, T "><b/></t>");
}

static void the_text_of_a_choice_is_changed_alone(void **state)
{
    thing t;
    (void)state;
    check_read(&thing_schema, T "><up xmlns='urn:c' a='b'>x</up></t>", &t,
               XC_OK);
    t.choice.text = XC_STR("y");
    check_written(&thing_schema, &t, T "><up xmlns='urn:c' a='b'>y</up></t>");
    t.choice.value = 2; /* whose attributes these were not */
    check_written(&thing_schema, &t, T "><down xmlns='urn:c'>y</down></t>");
}

static void the_least_number_is_written(void **state)
{
    static const xc_range all = {INT64_MIN, INT64_MAX};
    (void)state;
    assert_true(number_is("-9223372036854775808", &all, INT64_MIN));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_keeps_attributes_that_no_field_has),
        cmocka_unit_test(ignored_values_are_kept),
        cmocka_unit_test(a_required_child_is_not_removed),
        cmocka_unit_test(the_text_of_a_choice_is_changed_alone),
        cmocka_unit_test(the_least_number_is_written),
        cmocka_unit_test(the_example_of_the_manual_works),
        cmocka_unit_test(absent_fields_are_absent),
        cmocka_unit_test(good_fields_are_read_and_written),
        cmocka_unit_test(bad_fields_are_flaws_or_ignored),
        cmocka_unit_test(repeated_fields_are_flaws_or_left_alone),
        cmocka_unit_test(bad_members_are_not_written),
        cmocka_unit_test(a_value_has_no_child_elements),
        cmocka_unit_test(a_flag_is_whether_the_child_exists),
        cmocka_unit_test(a_choice_is_the_name_of_a_child),
        cmocka_unit_test(structs_are_read_inside_structs),
        cmocka_unit_test(a_lenient_struct_hides_its_flaws),
        cmocka_unit_test(an_ignored_value_counts_as_missing),
        cmocka_unit_test(empty_content_is_no_value),
        cmocka_unit_test(numbers_are_read),
        cmocka_unit_test(numbers_are_written_as_they_are_read),
        cmocka_unit_test(booleans_have_four_texts),
        cmocka_unit_test(base64_is_strict_where_the_flags_say_so),
        cmocka_unit_test(times_are_read_with_any_offset),
        cmocka_unit_test(no_time_has_no_text),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(a_time_that_is_cut_is_no_time),
        cmocka_unit_test(a_bad_time_is_not_written),
        cmocka_unit_test(other_elements_are_refused),
        cmocka_unit_test(null_is_an_argument_error),
        cmocka_unit_test(statuses_of_fields_have_a_stanza_error),
        cmocka_unit_test(what_no_field_has_is_kept),
        cmocka_unit_test(a_changed_member_wins_over_the_element),
        cmocka_unit_test(
            a_struct_made_by_hand_is_written_in_the_order_of_its_table),
        cmocka_unit_test(a_struct_is_written_in_steps),
        cmocka_unit_test(an_attribute_that_is_added_twice_is_an_error),
        cmocka_unit_test(children_are_written_one_by_one),
        cmocka_unit_test(every_output_size_gives_the_same_or_an_error),
    };
    return cmocka_run_group_tests_name("schema", tests, NULL, NULL);
}
