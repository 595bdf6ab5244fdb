/* Payloads of extensions: every schema with generated values, bad values and
   foreign content; literal examples; helpers; the corpora. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_random.h"
#include "support_stream.h"
#include "support_tree.h"
#include "same.h"

/* ---- every schema ------------------------------------------------------- */

typedef struct entry {
    const char *name;
    const xc_schema *schema;
} entry;

#define ENTRY(name, type, ns, element, spec)                                  \
    {"xc_" #name, &xc_##name##_schema},
static const entry entries[] = {XC_PAYLOADS(ENTRY)};
#undef ENTRY

/* A struct of any schema, with room behind it for one string. */
#define STRUCT_MAX 4096
#define FIELDS_MAX 32
typedef union any {
    xc_base base;
    xc_number number;
    char bytes[STRUCT_MAX + sizeof(xc_str)];
} any;

static char arena[1 << 18];
static size_t arena_used;

static xc_str keep(const char *text, size_t len)
{
    xc_str kept = {arena + arena_used, len};
    assert_true(len < sizeof arena - arena_used);
    memcpy(arena + arena_used, text, len);
    arena_used += len;
    return kept;
}

static void *at(const xc_field *f, void *in)
{
    return (char *)in + f->offset;
}

static unsigned name_count(const char *names)
{
    unsigned n = 0;
    for (; *names != '\0'; names += strlen(names) + 1)
        n++;
    return n;
}

static xc_range range_of(const xc_field *f)
{
    xc_range all = {0, INT64_C(4294967295)};
    return f->detail != NULL ? *(const xc_range *)f->detail : all;
}

/* ---- generated values --------------------------------------------------- */

static xc_str random_string(random_source *r)
{
    static buffer text;
    random_text(r, &text);
    return keep(text.len != 0 ? text.ptr : "", text.len);
}

static xc_str random_base64(random_source *r)
{
    static const char *const texts[] = {
        "",     "YQ==", "YWI=",
        "YWJj", "+/+/", "YWJjYWJjYWJjYWJjYWJjYWJjYWJjYWI="};
    return xc_str_from(RANDOM_PICK(r, texts));
}

static xc_str random_jid(random_source *r)
{
    static const char *const jids[] = {"a",
                                       "juliet@capulet.lit",
                                       "romeo@montague.lit/orchard",
                                       "[::1]",
                                       "J@CAPULET.LIT/A B",
                                       "\xc3\xa9@example.com/<>&'\"",
                                       "d\\27artagnan@x"};
    return xc_str_from(RANDOM_PICK(r, jids));
}

static xc_number random_number(random_source *r, xc_range range)
{
    xc_number n = {true, 0};
    switch (random_below(r, 4)) {
    case 0: n.value = range.least; break;
    case 1: n.value = range.most; break;
    default:
        n.value = range.least + (int64_t)random_below(
                                    r, range.most - range.least < 70000
                                           ? (size_t)(range.most - range.least)
                                           : 70000);
    }
    return n;
}

static xc_time random_time(random_source *r)
{
    xc_time t;
    memset(&t, 0, sizeof t);
    t.present = true;
    t.year = (uint16_t)random_below(r, 10000);
    t.month = (uint8_t)(1 + random_below(r, 12));
    t.day = (uint8_t)(1 + random_below(r, 28));
    t.hour = (uint8_t)random_below(r, 24);
    t.minute = (uint8_t)random_below(r, 60);
    t.second = (uint8_t)random_below(r, 60);
    if (random_below(r, 2) != 0)
        t.microsecond = (uint32_t)random_below(r, 1000000);
    return t;
}

/* How often a field that need not be there is there, of 8. */
static void random_struct(random_source *r, const xc_schema *s, void *out,
                          unsigned often);

static void random_member(random_source *r, const xc_field *f, void *member,
                          unsigned often)
{
    switch (f->kind) {
    case XC_KIND_STRING: *(xc_str *)member = random_string(r); break;
    case XC_KIND_JID: *(xc_str *)member = random_jid(r); break;
    case XC_KIND_BASE64: *(xc_str *)member = random_base64(r); break;
    case XC_KIND_ENUM:
        *(uint8_t *)member =
            (uint8_t)(1 +
                      random_below(r, name_count((const char *)f->detail) -
                                          ((f->flags &
                                            XC_FIELD_DEFAULT_HAS_NAME) != 0)));
        break;
    case XC_KIND_BOOL:
        *(uint8_t *)member = (uint8_t)(1 + random_below(r, 2));
        break;
    case XC_KIND_NUMBER:
        *(xc_number *)member = random_number(r, range_of(f));
        break;
    case XC_KIND_TIME: *(xc_time *)member = random_time(r); break;
    case XC_KIND_FLAG: *(bool *)member = true; break;
    case XC_KIND_CHOICE:
        ((xc_choice *)member)->value =
            (uint8_t)(1 +
                      random_below(r, name_count((const char *)f->detail)));
        break;
    case XC_KIND_STRUCT:
        random_struct(r, (const xc_schema *)f->detail, member, often);
        break;
    default: fail_msg("a kind that the payloads do not have");
    }
}

static void random_struct(random_source *r, const xc_schema *s, void *out,
                          unsigned often)
{
    memset(out, 0, s->size);
    ((xc_base *)out)->present = true;
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        if ((f->flags & XC_FIELD_REQUIRED) != 0 || random_below(r, 8) < often)
            random_member(r, f, at(f, out), often);
    }
}

/* ---- comparing ---------------------------------------------------------- */

static bool same_struct(const xc_schema *s, const void *a, const void *b)
{
    const xc_field *f = first_difference(s, a, b);
    if (f != NULL)
        print_message("field %s differs\n",
                      f->name != NULL ? f->name : "(text)");
    return f == NULL &&
           ((const xc_base *)a)->present == ((const xc_base *)b)->present;
}

/* ---- bytes to element and back ------------------------------------------ */

static char written[1 << 18];
static char block[1 << 18];

static xc_str finish(xc_writer *w, const char *where)
{
    xc_str out;
    check_status(where, xc_writer_finish(w, &out), XC_OK);
    return out;
}

/* The struct as bytes, in `written`. */
static xc_str write_struct(const entry *e, const xc_schema *s, const void *in)
{
    xc_writer w;
    xc_writer_init(&w, written, sizeof written, NULL);
    xc_write(&w, s, in);
    return finish(&w, e->name);
}

static const xc_element *element_of(const entry *e, xc_str doc)
{
    const xc_element *element = read_element(doc, block, sizeof block);
    CHECK(element != NULL, "%s: refused: " XC_FMT, e->name, XC_ARG(doc));
    return element;
}

static void check_round_trip(random_source *r, const entry *e, unsigned often)
{
    static any in, out;
    const xc_field *field;
    xc_str doc;
    xc_status status;
    arena_used = 0;
    random_struct(r, e->schema, &in, often);
    doc = write_struct(e, e->schema, &in);
    status = xc_read(e->schema, element_of(e, doc), &out, &field);
    CHECK(status == XC_OK, "%s: %s at %s: " XC_FMT, e->name,
          xc_status_name(status),
          field != NULL && field->name != NULL ? field->name : "-",
          XC_ARG(doc));
    CHECK(same_struct(e->schema, &in, &out), "%s: " XC_FMT, e->name,
          XC_ARG(doc));
}

static void what_is_written_is_read(void **state)
{
    random_source r = {20260101};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_true(entries[i].schema->size <= STRUCT_MAX);
        assert_true(entries[i].schema->count <= FIELDS_MAX);
        check_round_trip(&r, entries + i, 0);
        check_round_trip(&r, entries + i, 8);
        for (size_t n = 0; n < 60; n++)
            check_round_trip(&r, entries + i,
                             1 + (unsigned)random_below(&r, 7));
    }
}

/* ---- one field at a time ------------------------------------------------ */

/* A schema that differs in one field. */
typedef struct changed {
    xc_schema schema;
    xc_field fields[FIELDS_MAX];
} changed;

static xc_field *change(changed *c, const xc_schema *s, size_t field)
{
    c->schema = *s;
    memcpy(c->fields, s->fields, s->count * sizeof *s->fields);
    c->schema.fields = c->fields;
    return c->fields + field;
}

/* Reads the element with everything there, but for field i, which has the
   text (none if it is absent). */
static xc_status read_with(const entry *e, size_t i, xc_str text, any *out,
                           const xc_field **field)
{
    static any in;
    random_source r = {7 + i};
    changed c;
    xc_field *f = change(&c, e->schema, i);
    arena_used = 0;
    random_struct(&r, e->schema, &in, 8);
    f->kind = XC_KIND_STRING;
    f->flags = 0;
    f->offset = STRUCT_MAX;
    memcpy(in.bytes + STRUCT_MAX, &text, sizeof text);
    return xc_read(e->schema, element_of(e, write_struct(e, &c.schema, &in)),
                   out, field);
}

static void check_bad_text(const entry *e, size_t i, const char *text)
{
    static any out;
    static const char zeros[64];
    const xc_field *f = e->schema->fields + i, *field;
    xc_status status = read_with(e, i, xc_str_from(text), &out, &field);
    size_t size = f->kind == XC_KIND_NUMBER ? sizeof(xc_number)
                  : f->kind == XC_KIND_TIME ? sizeof(xc_time)
                  : f->kind == XC_KIND_ENUM || f->kind == XC_KIND_BOOL
                      ? 1
                      : sizeof(xc_str);
    if ((f->flags & XC_FIELD_LENIENT) != 0) {
        check_status(e->name, status, XC_OK);
        assert_memory_equal(at(f, &out), zeros, size);
        return;
    }
    CHECK(status ==
              (f->kind == XC_KIND_JID ? XC_ERR_FIELD_JID : XC_ERR_FIELD_VALUE),
          "%s %s '%s': %s", e->name, f->name != NULL ? f->name : "-", text,
          xc_status_name(status));
    assert_ptr_equal(field, f);
}

static void check_numbers(const entry *e, size_t i)
{
    static any out;
    const xc_field *f = e->schema->fields + i;
    const int64_t limits[] = {range_of(f).least, range_of(f).most};
    char text[32];
    for (size_t n = 0; n < 2; n++) {
        snprintf(text, sizeof text, "%lld", (long long)limits[n]);
        check_status(e->name, read_with(e, i, xc_str_from(text), &out, NULL),
                     XC_OK);
        assert_true(((xc_number *)at(f, &out))->value == limits[n]);
    }
    snprintf(text, sizeof text, "%lld", (long long)limits[0] - 1);
    check_bad_text(e, i, text);
    if (limits[1] != INT64_MAX) {
        snprintf(text, sizeof text, "%lld", (long long)limits[1] + 1);
        check_bad_text(e, i, text);
    }
    if (limits[1] != INT64_MAX)
        check_bad_text(e, i, "9223372036854775808");
    check_bad_text(e, i, "1.0");
    check_bad_text(e, i, "1e3");
    check_bad_text(e, i, "");
    check_bad_text(e, i, "-");
}

static void check_names(const entry *e, size_t i)
{
    static any out;
    const xc_field *f = e->schema->fields + i;
    const char *name = (const char *)f->detail;
    unsigned n = (f->flags & XC_FIELD_DEFAULT_HAS_NAME) != 0 ? 0 : 1;
    for (; *name != '\0'; n++, name += strlen(name) + 1) {
        check_status(e->name, read_with(e, i, xc_str_from(name), &out, NULL),
                     XC_OK);
        assert_int_equal(*(uint8_t *)at(f, &out), n);
    }
    check_bad_text(e, i, "no-such-name");
    check_bad_text(e, i, "");
}

static void check_booleans(const entry *e, size_t i)
{
    static any out;
    static const char *const texts[] = {"true", "1", "false", "0"};
    const xc_field *f = e->schema->fields + i;
    for (size_t n = 0; n < COUNT_OF(texts); n++) {
        check_status(e->name,
                     read_with(e, i, xc_str_from(texts[n]), &out, NULL),
                     XC_OK);
        assert_int_equal(*(uint8_t *)at(f, &out), n < 2 ? XC_TRUE : XC_FALSE);
    }
    check_bad_text(e, i, "TRUE");
    check_bad_text(e, i, "yes");
}

static void check_values(const entry *e, size_t i)
{
    switch (e->schema->fields[i].kind) {
    case XC_KIND_ENUM: check_names(e, i); break;
    case XC_KIND_BOOL: check_booleans(e, i); break;
    case XC_KIND_NUMBER: check_numbers(e, i); break;
    case XC_KIND_TIME:
        check_bad_text(e, i, "20020910T23:08:25");
        check_bad_text(e, i, "2002-02-30T23:08:25Z");
        check_bad_text(e, i, "2002-09-10");
        break;
    case XC_KIND_JID:
        check_bad_text(e, i, "@capulet.lit");
        check_bad_text(e, i, "a/");
        check_bad_text(e, i, "");
        break;
    case XC_KIND_BASE64:
        check_bad_text(e, i, "=AAA");
        check_bad_text(e, i, "BBBB=CCC");
        if ((e->schema->fields[i].flags & XC_FIELD_NO_SPACE) != 0)
            check_bad_text(e, i, "AAAA\nAAAA");
        check_bad_text(e, i, "AAAA\nAAA");
        check_bad_text(e, i, "=");
        break;
    default: break;
    }
}

static void values_of_each_field(void **state)
{
    (void)state;
    for (size_t n = 0; n < COUNT_OF(entries); n++) {
        for (size_t i = 0; i < entries[n].schema->count; i++)
            check_values(entries + n, i);
    }
}

/* A required field that is absent: a flaw, and nothing new is written. */
static void required_fields(void **state)
{
    static any out;
    static const xc_str absent = {NULL, 0};
    size_t required = 0;
    (void)state;
    for (size_t n = 0; n < COUNT_OF(entries); n++) {
        const entry *e = entries + n;
        for (size_t i = 0; i < e->schema->count; i++) {
            const xc_field *f = e->schema->fields + i, *field;
            xc_writer w;
            xc_str text;
            if ((f->flags & XC_FIELD_REQUIRED) == 0 ||
                f->i_source == XC_I_OWN_TEXT)
                continue;
            required++;
            check_status(e->name, read_with(e, i, absent, &out, &field),
                         XC_ERR_FIELD_MISSING);
            assert_ptr_equal(field, f);
            memset(&out, 0, sizeof out);
            xc_writer_init(&w, written, sizeof written, NULL);
            xc_write(&w, e->schema, &out);
            check_status(e->name, xc_writer_finish(&w, &text),
                         XC_ERR_FIELD_MISSING);
        }
    }
    assert_true(required > 60);
}

/* ---- what the schema does not name -------------------------------------- */

static bool has_content(const xc_schema *s)
{
    for (size_t i = 0; i < s->count; i++) {
        if (s->fields[i].i_source == XC_I_OWN_TEXT)
            return true;
    }
    return false;
}

/* Foreign attributes and children between those of the struct. */
static xc_str write_with_foreign(const entry *e, const void *in)
{
    xc_writer w;
    xc_writer_init(&w, written, sizeof written, NULL);
    xc_write_begin(&w, e->schema, in);
    if (!has_content(e->schema)) {
        xc_writer_attr(&w, "unknown", XC_STR("1"));
        xc_writer_attr_ns(&w, "urn:x", "a", XC_STR("<2>"));
    }
    xc_write_tag(&w, "urn:x", "before");
    xc_write_children(&w, e->schema, in);
    xc_writer_begin(&w, "urn:x", "after");
    xc_writer_text_element(&w, "urn:y", "reason", XC_STR("not yours"));
    xc_writer_end(&w);
    xc_write_tag(&w, NULL, "of-the-same-namespace");
    xc_writer_end(&w);
    return finish(&w, e->name);
}

static void foreign_content_is_kept(void **state)
{
    static any in, out;
    static char again[1 << 18];
    random_source r = {99};
    (void)state;
    for (size_t i = 0; i < COUNT_OF(entries) * 10; i++) {
        const entry *e = entries + i % COUNT_OF(entries);
        xc_writer w;
        const xc_element *element;
        xc_str doc, copy;
        arena_used = 0;
        random_struct(&r, e->schema, &in, (unsigned)random_below(&r, 9));
        element = element_of(e, write_with_foreign(e, &in));
        check_status(e->name, xc_read(e->schema, element, &out, NULL), XC_OK);
        CHECK(same_struct(e->schema, &in, &out), "%s", e->name);
        xc_writer_init(&w, again, sizeof again, NULL);
        xc_write(&w, e->schema, &out);
        copy = finish(&w, e->name);
        xc_writer_init(&w, written, sizeof written, NULL);
        xc_writer_element(&w, element);
        doc = finish(&w, e->name);
        CHECK(xc_str_equal(copy, doc), "%s:\n" XC_FMT "\n" XC_FMT, e->name,
              XC_ARG(doc), XC_ARG(copy));
    }
}

static void no_element_has_two_schemas(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const xc_schema *s = entries[i].schema;
        for (size_t k = 0; k < i && s->ns != NULL; k++) {
            const xc_schema *t = entries[k].schema;
            CHECK(t->ns == NULL || strcmp(s->ns, t->ns) != 0 ||
                      strcmp(s->name, t->name) != 0,
                  "%s and %s", entries[i].name, entries[k].name);
        }
    }
}

static void another_element(void **state)
{
    static any out;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const xc_schema *s = entries[i].schema;
        char doc[200];
        check_status("NULL", xc_read(s, NULL, &out, NULL),
                     XC_ERR_FIELD_ELEMENT);
        snprintf(doc, sizeof doc, "<%s xmlns='urn:no'/>", s->name);
        if (s->ns != NULL)
            check_status(entries[i].name, xc_read(s, parse(doc), &out, NULL),
                         XC_ERR_FIELD_ELEMENT);
        snprintf(doc, sizeof doc, "<no xmlns='%s'/>",
                 s->ns != NULL ? s->ns : "urn:no");
        check_status(entries[i].name, xc_read(s, parse(doc), &out, NULL),
                     XC_ERR_FIELD_ELEMENT);
    }
}

/* ---- names and required fields, one by one ------------------------------ */

typedef struct enum_row {
    const xc_schema *schema;
    const char *field, *name;
    uint8_t value;
} enum_row;

static const enum_row enum_rows[] = {
    {&xc_form_schema, "type", "form", XC_FORM_FORM},
    {&xc_form_schema, "type", "submit", XC_FORM_SUBMIT},
    {&xc_form_schema, "type", "result", XC_FORM_RESULT},
    {&xc_form_schema, "type", "cancel", XC_FORM_CANCEL},
    {&xc_form_field_schema, "type", "boolean", XC_FORM_FIELD_BOOLEAN},
    {&xc_form_field_schema, "type", "fixed", XC_FORM_FIELD_FIXED},
    {&xc_form_field_schema, "type", "hidden", XC_FORM_FIELD_HIDDEN},
    {&xc_form_field_schema, "type", "jid-multi", XC_FORM_FIELD_JID_MULTI},
    {&xc_form_field_schema, "type", "jid-single", XC_FORM_FIELD_JID_SINGLE},
    {&xc_form_field_schema, "type", "list-multi", XC_FORM_FIELD_LIST_MULTI},
    {&xc_form_field_schema, "type", "list-single", XC_FORM_FIELD_LIST_SINGLE},
    {&xc_form_field_schema, "type", "text-multi", XC_FORM_FIELD_TEXT_MULTI},
    {&xc_form_field_schema, "type", "text-private",
     XC_FORM_FIELD_TEXT_PRIVATE},
    {&xc_mam_prefs_schema, "default", "always", XC_MAM_ALWAYS},
    {&xc_mam_prefs_schema, "default", "never", XC_MAM_NEVER},
    {&xc_mam_prefs_schema, "default", "roster", XC_MAM_ROSTER},
    {&xc_muc_item_schema, "affiliation", "owner", XC_MUC_AFFILIATION_OWNER},
    {&xc_muc_item_schema, "affiliation", "admin", XC_MUC_AFFILIATION_ADMIN},
    {&xc_muc_item_schema, "affiliation", "member", XC_MUC_AFFILIATION_MEMBER},
    {&xc_muc_item_schema, "affiliation", "outcast",
     XC_MUC_AFFILIATION_OUTCAST},
    {&xc_muc_item_schema, "affiliation", "none", XC_MUC_AFFILIATION_NONE},
    {&xc_muc_item_schema, "role", "moderator", XC_MUC_ROLE_MODERATOR},
    {&xc_muc_item_schema, "role", "participant", XC_MUC_ROLE_PARTICIPANT},
    {&xc_muc_item_schema, "role", "visitor", XC_MUC_ROLE_VISITOR},
    {&xc_muc_item_schema, "role", "none", XC_MUC_ROLE_NONE},
    {&xc_ibb_open_schema, "stanza", "message", XC_IBB_MESSAGE},
    {&xc_command_actions_schema, "execute", "prev", XC_EXECUTE_PREV},
    {&xc_command_actions_schema, "execute", "next", XC_EXECUTE_NEXT},
    {&xc_command_actions_schema, "execute", "complete", XC_EXECUTE_COMPLETE},
    {&xc_command_note_schema, "type", "warn", XC_NOTE_WARN},
    {&xc_command_note_schema, "type", "error", XC_NOTE_ERROR},
    {&xc_command_schema, "action", "execute", XC_COMMAND_EXECUTE},
    {&xc_command_schema, "action", "cancel", XC_COMMAND_CANCEL},
    {&xc_command_schema, "action", "prev", XC_COMMAND_PREV},
    {&xc_command_schema, "action", "next", XC_COMMAND_NEXT},
    {&xc_command_schema, "action", "complete", XC_COMMAND_COMPLETE},
    {&xc_command_schema, "status", "executing", XC_COMMAND_STATUS_EXECUTING},
    {&xc_command_schema, "status", "completed", XC_COMMAND_STATUS_COMPLETED},
    {&xc_command_schema, "status", "canceled", XC_COMMAND_STATUS_CANCELED},
    {&xc_pubsub_subscription_schema, "subscription", "none",
     XC_PUBSUB_STATE_NONE},
    {&xc_pubsub_subscription_schema, "subscription", "pending",
     XC_PUBSUB_STATE_PENDING},
    {&xc_pubsub_subscription_schema, "subscription", "subscribed",
     XC_PUBSUB_STATE_SUBSCRIBED},
    {&xc_pubsub_subscription_schema, "subscription", "unconfigured",
     XC_PUBSUB_STATE_UNCONFIGURED},
    {&xc_pubsub_affiliation_schema, "affiliation", "owner",
     XC_PUBSUB_AFFILIATION_OWNER},
    {&xc_pubsub_affiliation_schema, "affiliation", "publisher",
     XC_PUBSUB_AFFILIATION_PUBLISHER},
    {&xc_pubsub_affiliation_schema, "affiliation", "publish-only",
     XC_PUBSUB_AFFILIATION_PUBLISH_ONLY},
    {&xc_pubsub_affiliation_schema, "affiliation", "member",
     XC_PUBSUB_AFFILIATION_MEMBER},
    {&xc_pubsub_affiliation_schema, "affiliation", "none",
     XC_PUBSUB_AFFILIATION_NONE},
    {&xc_pubsub_affiliation_schema, "affiliation", "outcast",
     XC_PUBSUB_AFFILIATION_OUTCAST},
};

static size_t field_named(const xc_schema *s, const char *name)
{
    size_t i = 0;
    while (i < s->count &&
           (s->fields[i].name == NULL || strcmp(s->fields[i].name, name) != 0))
        i++;
    CHECK(i < s->count, "no field %s", name);
    return i;
}

static void names_of_enumerations(void **state)
{
    static any out;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(enum_rows); i++) {
        const enum_row *row = enum_rows + i;
        const entry e = {row->name, row->schema};
        size_t f = field_named(row->schema, row->field);
        check_status(row->name,
                     read_with(&e, f, xc_str_from(row->name), &out, NULL),
                     XC_OK);
        CHECK(*(uint8_t *)at(row->schema->fields + f, &out) == row->value,
              "%s", row->name);
    }
}

/* What cannot be absent. Not in it although the specifications have it so,
   because real elements lack it: the type of a form, the hash of caps, the
   default of prefs that are asked for, the set of <fin/>. */
static const char required_list[] =
    "xc_disco_identity: category type\n"
    "xc_disco_feature: var\n"
    "xc_disco_item: jid\n"
    "xc_caps: node ver\n"
    "xc_form_option: value\n"
    "xc_blocking_item: jid\n"
    "xc_oob: url\n"
    "xc_oob_query: url\n"
    "xc_delay: stamp\n"
    "xc_carbon_received: forwarded\n"
    "xc_carbon_sent: forwarded\n"
    "xc_delivery_receipt: id\n"
    "xc_stanza_id: id by\n"
    "xc_origin_id: id\n"
    "xc_occupant_id: id\n"
    "xc_correction: id\n"
    "xc_marker_received: id\n"
    "xc_marker_displayed: id\n"
    "xc_marker_acknowledged: id\n"
    "xc_encryption: namespace\n"
    "xc_moderation: id\n"
    "xc_reactions: id\n"
    "xc_message_reply: id\n"
    "xc_mam_result: id forwarded\n"
    "xc_mam_start: id timestamp\n"
    "xc_mam_end: id timestamp\n"
    "xc_upload_ephemeral: expire-before\n"
    "xc_upload_request: filename size\n"
    "xc_upload_header: name\n"
    "xc_upload_put: url\n"
    "xc_upload_get: url\n"
    "xc_upload_slot: put get\n"
    "xc_upload_retry: stamp\n"
    "xc_muc_status: code\n"
    "xc_muc_direct_invite: jid\n"
    "xc_bookmark_private: jid\n"
    "xc_ibb_open: block-size sid\n"
    "xc_ibb_data: seq sid\n"
    "xc_ibb_close: sid\n"
    "xc_command: node\n"
    "xc_avatar_info: bytes id type\n"
    "xc_pubsub_items: node\n"
    "xc_pubsub_event_items: node\n"
    "xc_pubsub_publish: node\n"
    "xc_pubsub_retract: node\n"
    "xc_pubsub_event_retract: id\n"
    "xc_pubsub_subscribe: jid\n"
    "xc_pubsub_unsubscribe: jid\n"
    "xc_pubsub_subscription: jid\n"
    "xc_pubsub_event_subscription: jid\n"
    "xc_pubsub_owner_subscription: jid subscription\n"
    "xc_pubsub_owner_subscriptions: node\n"
    "xc_pubsub_affiliation: affiliation\n"
    "xc_pubsub_owner_affiliation: affiliation jid\n"
    "xc_pubsub_owner_affiliations: node\n"
    "xc_pubsub_redirect: uri\n"
    "xc_pubsub_owner_delete: node\n"
    "xc_pubsub_owner_purge: node\n"
    "xc_pubsub_event_delete: node\n"
    "xc_pubsub_event_purge: node\n";

static void list_of_required_fields(void **state)
{
    buffer list = {0};
    (void)state;
    for (size_t n = 0; n < COUNT_OF(entries); n++) {
        const xc_schema *s = entries[n].schema;
        bool any_yet = false;
        for (size_t i = 0; i < s->count; i++) {
            const char *name = s->fields[i].name;
            if ((s->fields[i].flags & XC_FIELD_REQUIRED) == 0)
                continue;
            if (!any_yet) {
                buffer_puts(&list, entries[n].name);
                buffer_puts(&list, ":");
            }
            any_yet = true;
            buffer_puts(&list, " ");
            buffer_puts(&list, name != NULL ? name : "(text)");
        }
        if (any_yet)
            buffer_puts(&list, "\n");
    }
    assert_string_equal(list.ptr, required_list);
    buffer_free(&list);
}

/* ---- literal examples --------------------------------------------------- */

/* Reads `doc` into the variable, with the schema of that name. */
#define READ(schema, out, doc)                                                \
    check_status(#schema, xc_read(&schema##_schema, parse(doc), out, NULL),   \
                 XC_OK)
#define REFUSE(schema, out, doc, error)                                       \
    check_status(#schema, xc_read(&schema##_schema, parse(doc), out, NULL),   \
                 error)

static void check_number(const char *where, xc_number n, int64_t value)
{
    CHECK(n.present && n.value == value, "%s: %d %lld", where, n.present,
          (long long)n.value);
}

static void check_time(const char *where, const xc_time *t, const char *text)
{
    char mem[XC_TIME_MAX];
    CHECK(t->present, "%s: absent", where);
    check_str(where, xc_time_format(t, mem), text);
}

static void discovery(void **state)
{
    xc_disco_info info;
    xc_disco_identity identity;
    xc_disco_feature feature;
    xc_disco_items items;
    xc_disco_item item;
    const xc_element *e;
    (void)state;
    READ(xc_disco_info, &info,
         "<query xmlns='http://jabber.org/protocol/disco#info' node='n#v'>"
         "<identity category='client' type='pc' name='Gabber' xml:lang='en'/>"
         "<feature var='urn:xmpp:ping'/><feature var='jabber:x:data'/>"
         "</query>");
    check_str("node", info.node, "n#v");
    e = info.base.element;
    assert_true(xc_disco_has_feature(e, XC_NS_DATA_FORMS));
    assert_true(xc_disco_has_feature(e, XC_NS_PING));
    assert_false(xc_disco_has_feature(e, XC_NS_MAM));
    assert_false(xc_disco_has_feature(e, NULL));
    assert_false(xc_disco_has_feature(NULL, XC_NS_MAM));
    check_status("identity",
                 xc_read(&xc_disco_identity_schema,
                         xc_child(e, NULL, "identity"), &identity, NULL),
                 XC_OK);
    check_str("category", identity.category, "client");
    check_str("type", identity.type, "pc");
    check_str("name", identity.name, "Gabber");
    check_str("lang", identity.lang, "en");
    check_status("feature",
                 xc_read(&xc_disco_feature_schema,
                         xc_child(e, NULL, "feature"), &feature, NULL),
                 XC_OK);
    check_str("var", feature.var, "urn:xmpp:ping");
    READ(xc_disco_items, &items,
         "<query xmlns='http://jabber.org/protocol/disco#items' node='a'>"
         "<item jid='chat.shakespeare.lit' name='Rooms' node='b'/>"
         "<set xmlns='http://jabber.org/protocol/rsm'><first index='3'>x"
         "</first><last>y</last><count>8</count></set></query>");
    check_str("node", items.node, "a");
    check_number("index", items.rsm.first.index, 3);
    check_str("first", items.rsm.first.id, "x");
    check_str("last", items.rsm.last, "y");
    check_number("count", items.rsm.count, 8);
    check_status("item",
                 xc_read(&xc_disco_item_schema,
                         xc_child(items.base.element, NULL, "item"), &item,
                         NULL),
                 XC_OK);
    check_str("jid", item.jid, "chat.shakespeare.lit");
    check_str("name", item.name, "Rooms");
    check_str("node", item.node, "b");
}

static void result_sets(void **state)
{
    xc_rsm rsm;
    (void)state;
    READ(xc_rsm, &rsm,
         "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max><before/>"
         "<after>x</after><index>371</index><max>20</max></set>");
    check_number("the first max", rsm.max, 10);
    check_str("the last page", rsm.before, "");
    check_str("after", rsm.after, "x");
    check_number("index", rsm.index, 371);
    assert_false(rsm.first.base.present);
    assert_false(rsm.count.present);
    check_str("last", rsm.last, NULL);
    REFUSE(xc_rsm, &rsm,
           "<set xmlns='http://jabber.org/protocol/rsm'><max>1.5</max></set>",
           XC_ERR_FIELD_VALUE);
    REFUSE(xc_rsm, &rsm,
           "<set xmlns='http://jabber.org/protocol/rsm'><max>1<x/></max>"
           "</set>",
           XC_ERR_FIELD_CONTENT);
}

static void forms(void **state)
{
    static const char *const shown =
        "<x xmlns='jabber:x:data' type='form'><title>T</title>"
        "<instructions>I</instructions><instructions>J</instructions>"
        "<field var='FORM_TYPE' type='hidden'><value>urn:f</value></field>"
        "<field var='a' type='list-multi' label='L'><desc>D</desc>"
        "<required/><value>1</value><value>2</value>"
        "<option label='One'><value>1</value></option></field>"
        "<field var='b' type='no-such-type'/></x>";
    xc_form form;
    xc_form_field field;
    xc_form_option option;
    (void)state;
    READ(xc_form, &form, shown);
    assert_int_equal(form.type, XC_FORM_FORM);
    check_str("title", form.title, "T");
    check_str("instructions", form.instructions, "I");
    check_str("type", xc_form_value(form.base.element, "FORM_TYPE"), "urn:f");
    check_str("value", xc_form_value(form.base.element, "a"), "1");
    check_str("no value", xc_form_value(form.base.element, "b"), NULL);
    check_str("no field", xc_form_value(form.base.element, "c"), NULL);
    check_str("no form", xc_form_value(NULL, "c"), NULL);
    assert_null(xc_form_find(form.base.element, NULL));
    check_status("field",
                 xc_read(&xc_form_field_schema,
                         xc_form_find(form.base.element, "a"), &field, NULL),
                 XC_OK);
    check_str("var", field.var, "a");
    assert_int_equal(field.type, XC_FORM_FIELD_LIST_MULTI);
    check_str("label", field.label, "L");
    check_str("desc", field.desc, "D");
    assert_true(field.required);
    check_str("value", field.value, "1");
    check_status("option",
                 xc_read(&xc_form_option_schema,
                         xc_child(field.base.element, NULL, "option"), &option,
                         NULL),
                 XC_OK);
    check_str("label", option.label, "One");
    check_str("value", option.value, "1");
    check_status("unknown type",
                 xc_read(&xc_form_field_schema,
                         xc_form_find(form.base.element, "b"), &field, NULL),
                 XC_OK);
    assert_int_equal(field.type, XC_FORM_FIELD_TEXT_SINGLE);
}

static void forms_are_written(void **state)
{
    xc_mam_query query;
    xc_writer w;
    (void)state;
    memset(&query, 0, sizeof query);
    query.queryid = XC_STR("f27");
    query.rsm.base.present = true;
    query.rsm.max.present = true;
    query.rsm.max.value = 10;
    query.rsm.before = XC_STR("");
    xc_writer_init(&w, written, sizeof written, "jabber:client");
    xc_write_begin(&w, &xc_mam_query_schema, &query);
    xc_write_form_begin(&w, XC_FORM_SUBMIT, XC_NS_MAM);
    xc_write_form_field(&w, "with", XC_STR("juliet@capulet.lit"));
    xc_write_form_field(&w, "empty", XC_STR(""));
    xc_write_form_field(&w, "none", (xc_str){NULL, 0});
    xc_writer_end(&w);
    xc_write_children(&w, &xc_mam_query_schema, &query);
    xc_writer_end(&w);
    check_str("query", finish(&w, "query"),
              "<query xmlns='urn:xmpp:mam:2' queryid='f27'>"
              "<x xmlns='jabber:x:data' type='submit'>"
              "<field var='FORM_TYPE' type='hidden'>"
              "<value>urn:xmpp:mam:2</value></field>"
              "<field var='with'><value>juliet@capulet.lit</value></field>"
              "<field var='empty'><value/></field><field var='none'/></x>"
              "<set xmlns='http://jabber.org/protocol/rsm'><max>10</max>"
              "<before/></set></query>");
    xc_writer_init(&w, written, sizeof written, "jabber:client");
    xc_write_form_begin(&w, XC_FORM_CANCEL, NULL);
    xc_writer_end(&w);
    check_str("cancel", finish(&w, "cancel"),
              "<x xmlns='jabber:x:data' type='cancel'/>");
}

static void small_queries(void **state)
{
    xc_caps caps;
    xc_registration reg;
    xc_blocking_item item;
    xc_software_version version;
    xc_entity_time time;
    xc_last_activity last;
    xc_oob oob;
    (void)state;
    READ(xc_caps, &caps,
         "<c xmlns='http://jabber.org/protocol/caps' "
         "hash='sha-1' node='http://x' ver='Q=' ext='voice-v1'/>");
    check_str("hash", caps.hash, "sha-1");
    check_str("node", caps.node, "http://x");
    check_str("ver", caps.ver, "Q=");
    check_str("ext", caps.ext, "voice-v1");
    READ(xc_registration, &reg,
         "<query xmlns='jabber:iq:register'>"
         "<registered/><username>juliet</username><password>R0m30</password>"
         "<email/><x xmlns='jabber:x:oob'><url>http://x</url></x>"
         "<x xmlns='jabber:x:data' type='form'><title>T</title></x></query>");
    assert_true(reg.registered && !reg.remove);
    check_str("username", reg.username, "juliet");
    check_str("password", reg.password, "R0m30");
    check_str("email", reg.email, "");
    check_str("nick", reg.nick, NULL);
    check_str("form", reg.form.title, "T");
    check_str("oob", reg.oob.url, "http://x");
    READ(xc_registration, &reg,
         "<query xmlns='jabber:iq:register'><remove/></query>");
    assert_true(reg.remove && !reg.registered);
    READ(xc_blocking_item, &item,
         "<item xmlns='urn:xmpp:blocking' jid='romeo@montague.net'/>");
    check_str("jid", item.jid, "romeo@montague.net");
    REFUSE(xc_blocking_item, &item, "<item xmlns='urn:xmpp:blocking'/>",
           XC_ERR_FIELD_MISSING);
    REFUSE(xc_blocking_item, &item,
           "<item xmlns='urn:xmpp:blocking' jid='@'/>", XC_ERR_FIELD_JID);
    READ(xc_software_version, &version,
         "<query xmlns='jabber:iq:version'><name>E"
         "</name><version>1</version><os>Plan 9</os></query>");
    check_str("name", version.name, "E");
    check_str("version", version.version, "1");
    check_str("os", version.os, "Plan 9");
    READ(xc_entity_time, &time,
         "<time xmlns='urn:xmpp:time'><tzo>-06:00"
         "</tzo><utc>2006-12-19T17:58:35Z</utc></time>");
    check_str("tzo", time.tzo, "-06:00");
    check_time("utc", &time.utc, "2006-12-19T17:58:35Z");
    READ(xc_last_activity, &last,
         "<query xmlns='jabber:iq:last' seconds='903'>Heading home</query>");
    check_number("seconds", last.seconds, 903);
    check_str("status", last.status, "Heading home");
    READ(xc_oob, &oob,
         "<x xmlns='jabber:x:oob'><url>http://x</url><desc>D"
         "</desc></x>");
    check_str("url", oob.url, "http://x");
    check_str("desc", oob.desc, "D");
    READ(xc_oob_query, &oob,
         "<query xmlns='jabber:iq:oob' sid='a0'><url>http://y</url></query>");
    check_str("sid", oob.sid, "a0");
}

static void forwarding(void **state)
{
    static const char *const carbon =
        "<received xmlns='urn:xmpp:carbons:2'>"
        "<forwarded xmlns='urn:xmpp:forward:0'>"
        "<delay xmlns='urn:xmpp:delay' from='a.lit' "
        "stamp='2010-07-10T23:08:25.5+01:00'>late</delay>"
        "<message xmlns='urn:x'/><message xmlns='jabber:client' from='j@x'>"
        "<body>hi</body></message></forwarded></received>";
    xc_carbon c;
    xc_mam_result result;
    xc_forwarded f;
    (void)state;
    READ(xc_carbon_received, &c, carbon);
    check_str("stanza",
              xc_attr(xc_forwarded_stanza(c.forwarded.base.element), "from"),
              "j@x");
    check_time("stamp", &c.forwarded.delay.stamp, "2010-07-10T22:08:25.5Z");
    check_str("from", c.forwarded.delay.from, "a.lit");
    check_str("text", c.forwarded.delay.text, "late");
    REFUSE(xc_carbon_sent, &c, carbon, XC_ERR_FIELD_ELEMENT);
    REFUSE(xc_carbon_sent, &c, "<sent xmlns='urn:xmpp:carbons:2'/>",
           XC_ERR_FIELD_MISSING);
    READ(xc_mam_result, &result,
         "<result xmlns='urn:xmpp:mam:2' id='28482' "
         "queryid='f27'><forwarded xmlns='urn:xmpp:forward:0'>"
         "<iq xmlns='jabber:server'/></forwarded></result>");
    check_str("id", result.id, "28482");
    check_str("queryid", result.queryid, "f27");
    assert_false(result.forwarded.delay.base.present);
    assert_true(xc_is(xc_forwarded_stanza(result.forwarded.base.element),
                      XC_NS_SERVER, "iq"));
    READ(xc_forwarded, &f,
         "<forwarded xmlns='urn:xmpp:forward:0'>"
         "<message/><body xmlns='jabber:client'/></forwarded>");
    assert_null(xc_forwarded_stanza(f.base.element));
    assert_null(xc_forwarded_stanza(NULL));
}

static void archive(void **state)
{
    xc_mam_query query;
    xc_mam_fin fin;
    xc_mam_metadata meta;
    xc_mam_prefs prefs;
    (void)state;
    READ(xc_mam_query, &query,
         "<query xmlns='urn:xmpp:mam:2' queryid='q' "
         "node='n'><x xmlns='jabber:x:data' type='submit'><field var='with'>"
         "<value>j@x</value></field></x><set xmlns="
         "'http://jabber.org/protocol/rsm'><max>5</max></set><flip-page/>"
         "</query>");
    check_str("queryid", query.queryid, "q");
    check_str("node", query.node, "n");
    assert_true(query.flip_page);
    check_str("with", xc_form_value(query.form.base.element, "with"), "j@x");
    check_number("max", query.rsm.max, 5);
    READ(xc_mam_fin, &fin,
         "<fin xmlns='urn:xmpp:mam:2' complete='true' "
         "stable='0' queryid='q'><set xmlns='http://jabber.org/protocol/rsm'>"
         "<last>z</last></set></fin>");
    assert_int_equal(fin.complete, XC_TRUE);
    assert_int_equal(fin.stable, XC_FALSE);
    check_str("last", fin.rsm.last, "z");
    READ(xc_mam_metadata, &meta,
         "<metadata xmlns='urn:xmpp:mam:2'><start "
         "id='a' timestamp='2008-08-22T21:09:04Z'/><end id='b' "
         "timestamp='2020-04-20T14:34:21Z'/></metadata>");
    check_str("start", meta.start.id, "a");
    check_time("end", &meta.end.timestamp, "2020-04-20T14:34:21Z");
    REFUSE(xc_mam_metadata, &meta,
           "<metadata xmlns='urn:xmpp:mam:2'><start id='a'/></metadata>",
           XC_ERR_FIELD_MISSING);
    READ(xc_mam_prefs, &prefs,
         "<prefs xmlns='urn:xmpp:mam:2' "
         "default='roster'><always><jid>r@x</jid></always><never/></prefs>");
    assert_int_equal(prefs.by_default, XC_MAM_ROSTER);
    check_str("always",
              xc_text(xc_child(xc_child(prefs.base.element, XC_TAG_MAM_ALWAYS),
                               XC_TAG_MAM_JID)),
              "r@x");
    assert_true(xc_has_child(prefs.base.element, XC_TAG_MAM_NEVER));
}

static void message_ids(void **state)
{
    xc_delivery_receipt receipt;
    xc_stanza_id id;
    xc_origin_id origin;
    xc_correction replace;
    xc_marker marker;
    xc_encryption encryption;
    xc_reactions reactions;
    xc_message_reply reply;
    xc_fallback fallback;
    (void)state;
    READ(xc_delivery_receipt, &receipt,
         "<received xmlns='urn:xmpp:receipts' id='r'/>");
    check_str("id", receipt.id, "r");
    READ(xc_stanza_id, &id,
         "<stanza-id xmlns='urn:xmpp:sid:0' id='s' by='room@x'/>");
    check_str("by", id.by, "room@x");
    READ(xc_origin_id, &origin, "<origin-id xmlns='urn:xmpp:sid:0' id='o'/>");
    check_str("id", origin.id, "o");
    READ(xc_correction, &replace,
         "<replace xmlns='urn:xmpp:message-correct:0' id='bad1'/>");
    check_str("id", replace.id, "bad1");
    READ(xc_marker_displayed, &marker,
         "<displayed xmlns='urn:xmpp:chat-markers:0' id='m'/>");
    check_str("id", marker.id, "m");
    REFUSE(xc_marker_received, &marker,
           "<displayed xmlns='urn:xmpp:chat-markers:0' id='m'/>",
           XC_ERR_FIELD_ELEMENT);
    READ(xc_encryption, &encryption,
         "<encryption xmlns='urn:xmpp:eme:0' "
         "namespace='urn:xmpp:omemo:2' name='OMEMO'/>");
    check_str("namespace", encryption.ns, XC_NS_OMEMO);
    check_str("name", encryption.name, "OMEMO");
    READ(xc_reactions, &reactions,
         "<reactions xmlns='urn:xmpp:reactions:0' "
         "id='7'><reaction>\xf0\x9f\x91\x8b</reaction></reactions>");
    check_str("id", reactions.id, "7");
    check_str("reaction",
              xc_text(xc_child(reactions.base.element, XC_TAG_REACTION)),
              "\xf0\x9f\x91\x8b");
    READ(xc_message_reply, &reply,
         "<reply xmlns='urn:xmpp:reply:0' to='a@x/t' id='m1'/>");
    check_str("to", reply.to, "a@x/t");
    check_str("id", reply.id, "m1");
    READ(xc_fallback, &fallback,
         "<fallback xmlns='urn:xmpp:fallback:0' "
         "for='urn:xmpp:reply:0'><body start='0' end='33'/><subject/>"
         "</fallback>");
    check_str("for", fallback.purpose, XC_NS_REPLY);
    check_number("start", fallback.body.start, 0);
    check_number("end", fallback.body.end, 33);
    assert_true(fallback.subject.base.present);
    assert_false(fallback.subject.start.present);
}

static void retraction(void **state)
{
    xc_retraction retract;
    xc_retracted retracted;
    xc_moderation moderate;
    (void)state;
    READ(xc_retraction, &retract,
         "<retract xmlns='urn:xmpp:message-retract:1' "
         "id='s1'><moderated xmlns='urn:xmpp:message-moderate:1' "
         "by='room@x/m'/><reason>spam</reason></retract>");
    check_str("id", retract.id, "s1");
    check_str("by", retract.moderated.by, "room@x/m");
    check_str("reason", retract.reason, "spam");
    READ(xc_retracted, &retracted,
         "<retracted xmlns='urn:xmpp:message-retract:1' id='s1' by='a@x' "
         "stamp='2019-09-20T23:09:32Z'><reason>r</reason></retracted>");
    check_str("by", retracted.by, "a@x");
    check_time("stamp", &retracted.stamp, "2019-09-20T23:09:32Z");
    check_str("reason", retracted.reason, "r");
    assert_false(retracted.moderated.base.present);
    READ(xc_moderation, &moderate,
         "<moderate id='s1' xmlns="
         "'urn:xmpp:message-moderate:1'><retract xmlns="
         "'urn:xmpp:message-retract:1'/><reason>why</reason></moderate>");
    check_str("id", moderate.id, "s1");
    assert_true(moderate.retract.base.present);
    check_str("reason", moderate.reason, "why");
}

static void upload(void **state)
{
    xc_upload_request request;
    xc_upload_slot slot;
    xc_upload_header header;
    xc_upload_too_large large;
    xc_upload_retry retry;
    const xc_element *e;
    size_t allowed = 0;
    (void)state;
    READ(xc_upload_request, &request,
         "<request filename='a b.jpg' "
         "size='5000000000' content-type='image/jpeg' "
         "xmlns='urn:xmpp:http:upload:0'/>");
    check_str("filename", request.filename, "a b.jpg");
    check_number("size", request.size, INT64_C(5000000000));
    check_str("content-type", request.content_type, "image/jpeg");
    READ(xc_upload_slot, &slot,
         "<slot xmlns='urn:xmpp:http:upload:0'>"
         "<put url='https://p'><header name='Authorization'>B x</header>"
         "<header name='eXpires'>a</header><header name='Host'>evil</header>"
         "<header name='Cookie'>a&#10;Host: evil</header></put>"
         "<get url='https://g'/></slot>");
    check_str("put", slot.put.url, "https://p");
    check_str("get", slot.get.url, "https://g");
    for (e = xc_child(slot.put.base.element, NULL, "header"); e != NULL;
         e = xc_next_same_name(e)) {
        check_status("header",
                     xc_read(&xc_upload_header_schema, e, &header, NULL),
                     XC_OK);
        allowed += xc_upload_header_allowed(&header);
    }
    assert_int_equal(allowed, 2);
    assert_false(xc_upload_header_allowed(NULL));
    REFUSE(xc_upload_slot, &slot,
           "<slot xmlns='urn:xmpp:http:upload:0'>"
           "<put url='https://p'/></slot>",
           XC_ERR_FIELD_MISSING);
    READ(xc_upload_too_large, &large,
         "<file-too-large xmlns='urn:xmpp:http:upload:0'><max-file-size>"
         "20000</max-file-size></file-too-large>");
    check_number("max-file-size", large.max_file_size, 20000);
    READ(xc_upload_retry, &retry,
         "<retry xmlns='urn:xmpp:http:upload:0' "
         "stamp='2017-12-03T23:42:05Z'/>");
    check_time("stamp", &retry.stamp, "2017-12-03T23:42:05Z");
}

static void rooms(void **state)
{
    xc_muc_join join;
    xc_muc_user user;
    xc_muc_item item;
    xc_muc_owner owner;
    xc_muc_direct_invite conference;
    xc_bookmark bookmark;
    (void)state;
    READ(xc_muc_join, &join,
         "<x xmlns='http://jabber.org/protocol/muc'>"
         "<password>cauldronburn</password><history maxchars='65000' "
         "maxstanzas='20' seconds='180' since='1970-01-01T00:00:00Z'/></x>");
    check_str("password", join.password, "cauldronburn");
    check_number("maxchars", join.history.maxchars, 65000);
    check_number("maxstanzas", join.history.maxstanzas, 20);
    check_number("seconds", join.history.seconds, 180);
    check_time("since", &join.history.since, "1970-01-01T00:00:00Z");
    READ(xc_muc_user, &user,
         "<x xmlns='http://jabber.org/protocol/muc#user'>"
         "<item affiliation='outcast' role='none' jid='p@x/a' nick='N'>"
         "<actor jid='b@x' nick='Bard'/><reason>Avaunt</reason></item>"
         "<status code='301'/><status code='110'/><status code='x'/>"
         "<invite to='h@x' from='c@x/d'><reason>R</reason>"
         "<continue thread='t'/></invite><decline to='c@x'/>"
         "<destroy jid='other@x'><reason>S</reason></destroy>"
         "<password>pw</password></x>");
    assert_int_equal(user.item.affiliation, XC_MUC_AFFILIATION_OUTCAST);
    assert_int_equal(user.item.role, XC_MUC_ROLE_NONE);
    check_str("jid", user.item.jid, "p@x/a");
    check_str("nick", user.item.nick, "N");
    check_str("actor", user.item.actor.nick, "Bard");
    check_str("actor", user.item.actor.jid, "b@x");
    check_str("reason", user.item.reason, "Avaunt");
    assert_true(xc_muc_has_status(user.base.element, 110));
    assert_true(xc_muc_has_status(user.base.element, 301));
    assert_false(xc_muc_has_status(user.base.element, 100));
    assert_false(xc_muc_has_status(user.base.element, 0));
    assert_false(xc_muc_has_status(NULL, 110));
    check_str("invite", user.invite.to, "h@x");
    check_str("from", user.invite.from, "c@x/d");
    check_str("reason", user.invite.reason, "R");
    check_str("thread", user.invite.continues.thread, "t");
    check_str("decline", user.decline.to, "c@x");
    check_str("destroy", user.destroy.jid, "other@x");
    check_str("password", user.password, "pw");
    READ(xc_muc_admin_item, &item,
         "<item xmlns='http://jabber.org/protocol/muc#admin' "
         "nick='pistol' role='none' affiliation='admin'><reason>R</reason>"
         "</item>");
    assert_int_equal(item.role, XC_MUC_ROLE_NONE);
    assert_int_equal(item.affiliation, XC_MUC_AFFILIATION_ADMIN);
    check_str("reason", item.reason, "R");
    READ(xc_muc_owner, &owner,
         "<query xmlns='http://jabber.org/protocol/muc#owner'>"
         "<destroy jid='d@x'><password>p</password><reason>R</reason>"
         "</destroy><x xmlns='jabber:x:data' type='submit'/></query>");
    check_str("destroy", owner.destroy.jid, "d@x");
    check_str("password", owner.destroy.password, "p");
    assert_int_equal(owner.form.type, XC_FORM_SUBMIT);
    READ(xc_muc_direct_invite, &conference,
         "<x xmlns='jabber:x:conference' "
         "jid='d@x' password='p' reason='R' continue='true' thread='t'/>");
    check_str("jid", conference.jid, "d@x");
    assert_int_equal(conference.continues, XC_TRUE);
    READ(xc_bookmark, &bookmark,
         "<conference xmlns='urn:xmpp:bookmarks:1' "
         "name='N' autojoin='1'><nick>JC</nick><password>p</password>"
         "<extensions><e xmlns='urn:x'/></extensions></conference>");
    check_str("name", bookmark.name, "N");
    assert_int_equal(bookmark.autojoin, XC_TRUE);
    check_str("nick", bookmark.nick, "JC");
    check_str("password", bookmark.password, "p");
}

static void bytestreams(void **state)
{
    xc_ibb_open o;
    xc_ibb_data data;
    xc_ibb_close c;
    (void)state;
    READ(xc_ibb_open, &o,
         "<open xmlns='http://jabber.org/protocol/ibb' "
         "block-size='4096' sid='i7' stanza='message'/>");
    check_number("block-size", o.block_size, 4096);
    check_str("sid", o.sid, "i7");
    assert_int_equal(o.stanza, XC_IBB_MESSAGE);
    READ(xc_ibb_open, &o,
         "<open xmlns='http://jabber.org/protocol/ibb' "
         "block-size='4096' sid='i7' stanza='iq'/>");
    assert_int_equal(o.stanza, XC_IBB_IQ);
    REFUSE(xc_ibb_open, &o,
           "<open xmlns='http://jabber.org/protocol/ibb' "
           "block-size='65536' sid='i7'/>",
           XC_ERR_FIELD_VALUE);
    READ(xc_ibb_data, &data,
         "<data xmlns='http://jabber.org/protocol/ibb' "
         "seq='65535' sid='i7'>cW1hbg==</data>");
    check_number("seq", data.seq, 65535);
    check_str("data", data.data, "cW1hbg==");
    REFUSE(xc_ibb_data, &data,
           "<data xmlns='http://jabber.org/protocol/ibb' "
           "seq='0' sid='i7'>\n  cW1hbg==</data>",
           XC_ERR_FIELD_VALUE);
    check_number("seq", data.seq, 0);
    READ(xc_ibb_close, &c,
         "<close xmlns='http://jabber.org/protocol/ibb' sid='i7'/>");
    check_str("sid", c.sid, "i7");
}

static void commands(void **state)
{
    xc_command c;
    xc_command_note note;
    (void)state;
    READ(xc_command, &c,
         "<command xmlns='http://jabber.org/protocol/commands'"
         " node='config' sessionid='s' status='executing' action='next' "
         "xml:lang='en'><actions execute='complete'><prev/><complete/>"
         "</actions><x xmlns='jabber:x:data' type='form'/>"
         "<note type='warn'>careful</note></command>");
    check_str("node", c.node, "config");
    check_str("sessionid", c.sessionid, "s");
    assert_int_equal(c.status, XC_COMMAND_STATUS_EXECUTING);
    assert_int_equal(c.action, XC_COMMAND_NEXT);
    check_str("lang", c.lang, "en");
    assert_int_equal(c.actions.execute, XC_EXECUTE_COMPLETE);
    assert_true(c.actions.prev && !c.actions.next && c.actions.complete);
    assert_int_equal(c.form.type, XC_FORM_FORM);
    check_status("note",
                 xc_read(&xc_command_note_schema,
                         xc_child(c.base.element, NULL, "note"), &note, NULL),
                 XC_OK);
    assert_int_equal(note.type, XC_NOTE_WARN);
    check_str("text", note.text, "careful");
    REFUSE(xc_command, &c,
           "<command node='config' action='destroy' "
           "xmlns='http://jabber.org/protocol/commands'/>",
           XC_ERR_FIELD_VALUE);
}

static void cards(void **state)
{
    xc_vcard v;
    xc_vcard_update update;
    xc_avatar_data data;
    xc_avatar_info info;
    (void)state;
    READ(xc_vcard, &v,
         "<vCard xmlns='vcard-temp'><FN>Peter</FN><N><FAMILY>F"
         "</FAMILY><GIVEN>G</GIVEN><MIDDLE/><PREFIX>P</PREFIX><SUFFIX>S"
         "</SUFFIX></N><NICKNAME>stp</NICKNAME><URL>http://x</URL><BDAY>"
         "1966-08-06</BDAY><EMAIL><INTERNET/><PREF/><USERID>s@x</USERID>"
         "</EMAIL><EMAIL><USERID>t@x</USERID></EMAIL><JABBERID>s@j</JABBERID>"
         "<TITLE>T</TITLE><ROLE>R</ROLE><DESC>D</DESC><PHOTO><TYPE>image/png"
         "</TYPE><BINVAL>\nQUJD\n</BINVAL></PHOTO></vCard>");
    check_str("FN", v.fn, "Peter");
    check_str("FAMILY", v.n.family, "F");
    check_str("GIVEN", v.n.given, "G");
    check_str("MIDDLE", v.n.middle, "");
    check_str("PREFIX", v.n.prefix, "P");
    check_str("SUFFIX", v.n.suffix, "S");
    check_str("NICKNAME", v.nickname, "stp");
    check_str("URL", v.url, "http://x");
    check_str("BDAY", v.bday, "1966-08-06");
    check_str("USERID", v.email.userid, "s@x");
    assert_true(v.email.internet && v.email.pref && !v.email.work);
    check_str("JABBERID", v.jabberid, "s@j");
    check_str("TITLE", v.title, "T");
    check_str("ROLE", v.role, "R");
    check_str("DESC", v.desc, "D");
    check_str("TYPE", v.photo.type, "image/png");
    check_str("BINVAL", v.photo.binval, "\nQUJD\n");
    READ(xc_vcard_update, &update,
         "<x xmlns='vcard-temp:x:update'><photo/></x>");
    check_str("no photo", update.photo, "");
    READ(xc_avatar_data, &data,
         "<data xmlns='urn:xmpp:avatar:data'>QUJD"
         "</data>");
    check_str("data", data.data, "QUJD");
    READ(xc_avatar_info, &info,
         "<info xmlns='urn:xmpp:avatar:metadata' "
         "bytes='12345' id='11' height='64' width='65' type='image/png' "
         "url='http://x'/>");
    check_number("bytes", info.bytes, 12345);
    check_number("height", info.height, 64);
    check_number("width", info.width, 65);
    check_str("id", info.id, "11");
    check_str("type", info.type, "image/png");
    check_str("url", info.url, "http://x");
}

static void pubsub(void **state)
{
    xc_pubsub_items items;
    xc_pubsub_item item;
    xc_pubsub_subscription sub;
    xc_pubsub_affiliation aff;
    xc_pubsub_options options;
    xc_pubsub_delete gone;
    xc_pubsub_retract retract;
    xc_pubsub_subscribe subscribe;
    const xc_element *e;
    (void)state;
    e = parse("<event xmlns='http://jabber.org/protocol/pubsub#event'>"
              "<items node='n'><item id='i' publisher='h@x'>"
              "<entry xmlns='urn:e'/></item><retract id='j'/></items>"
              "</event>");
    assert_true(xc_is(e, XC_TAG_PUBSUB_EVENT));
    check_status("items",
                 xc_read(&xc_pubsub_event_items_schema, xc_first_child(e),
                         &items, NULL),
                 XC_OK);
    check_str("node", items.node, "n");
    check_status("item",
                 xc_read(&xc_pubsub_event_item_schema,
                         xc_first_child(items.base.element), &item, NULL),
                 XC_OK);
    check_str("id", item.id, "i");
    check_str("publisher", item.publisher, "h@x");
    assert_true(xc_is(xc_first_child(item.base.element), "urn:e", "entry"));
    READ(xc_pubsub_items, &items,
         "<items xmlns='http://jabber.org/protocol/pubsub' node='n' "
         "max_items='2' subid='s'/>");
    check_number("max_items", items.max_items, 2);
    check_str("subid", items.subid, "s");
    READ(xc_pubsub_event_subscription, &sub,
         "<subscription node='n' "
         "xmlns='http://jabber.org/protocol/pubsub#event' jid='f@x' "
         "expiry='2006-02-28T23:59:59Z' subid='b' subscription='pending'/>");
    check_str("jid", sub.jid, "f@x");
    check_str("subid", sub.subid, "b");
    assert_int_equal(sub.state, XC_PUBSUB_STATE_PENDING);
    check_time("expiry", &sub.expiry, "2006-02-28T23:59:59Z");
    READ(xc_pubsub_owner_affiliation, &aff,
         "<affiliation jid='h@x' "
         "xmlns='http://jabber.org/protocol/pubsub#owner' "
         "affiliation='publish-only'/>");
    assert_int_equal(aff.affiliation, XC_PUBSUB_AFFILIATION_PUBLISH_ONLY);
    READ(xc_pubsub_options, &options,
         "<options node='n' jid='f@x' subid='s' "
         "xmlns='http://jabber.org/protocol/pubsub'>"
         "<x xmlns='jabber:x:data' type='form'/></options>");
    check_str("jid", options.jid, "f@x");
    assert_int_equal(options.form.type, XC_FORM_FORM);
    READ(xc_pubsub_event_delete, &gone,
         "<delete node='n' "
         "xmlns='http://jabber.org/protocol/pubsub#event'>"
         "<redirect uri='xmpp:x'/></delete>");
    check_str("uri", gone.redirect.uri, "xmpp:x");
    READ(xc_pubsub_retract, &retract,
         "<retract node='n' notify='1' "
         "xmlns='http://jabber.org/protocol/pubsub'><item id='i'/></retract>");
    assert_int_equal(retract.notify, XC_TRUE);
    READ(xc_pubsub_subscribe, &subscribe,
         "<subscribe node='n' jid='f@x' "
         "xmlns='http://jabber.org/protocol/pubsub'/>");
    REFUSE(xc_pubsub_subscribe, &subscribe,
           "<subscribe node='n' "
           "xmlns='http://jabber.org/protocol/pubsub'/>",
           XC_ERR_FIELD_MISSING);
}

/* ---- helpers ------------------------------------------------------------ */

static void tags(void **state)
{
    const xc_element *e = parse("<iq xmlns='jabber:client'>"
                                "<ping xmlns='urn:xmpp:ping'/></iq>");
    xc_writer w;
    (void)state;
    assert_true(xc_has_child(e, XC_TAG_PING));
    assert_false(xc_has_child(e, XC_TAG_HINT_STORE));
    assert_false(xc_has_child(NULL, XC_TAG_PING));
#define TAG_IS_WRITTEN(tag, spec)                                             \
    xc_writer_init(&w, written, sizeof written, "jabber:client");             \
    xc_writer_begin(&w, NULL, "message");                                     \
    xc_write_tag(&w, tag);                                                    \
    xc_writer_end(&w);                                                        \
    assert_true(xc_has_child(                                                 \
        read_element(finish(&w, #tag), block, sizeof block), tag));
    XC_TAGS(TAG_IS_WRITTEN)
#undef TAG_IS_WRITTEN
}

static void chat_states(void **state)
{
    xc_writer w;
    xc_str out;
    (void)state;
    for (int i = XC_CHAT_STATE_NONE; i <= XC_CHAT_STATE_GONE; i++) {
        xc_writer_init(&w, written, sizeof written, NULL);
        xc_writer_begin(&w, "jabber:client", "message");
        xc_write_chat_state(&w, (xc_chat_state)i);
        xc_writer_end(&w);
        assert_int_equal(xc_chat_state_of(read_element(finish(&w, "state"),
                                                       block, sizeof block)),
                         i);
    }
    xc_writer_init(&w, written, sizeof written, NULL);
    xc_write_chat_state(&w, (xc_chat_state)6);
    check_status("no state", xc_writer_finish(&w, &out), XC_ERR_FIELD_VALUE);
    assert_int_equal(xc_chat_state_of(NULL), XC_CHAT_STATE_NONE);
    assert_int_equal(
        xc_chat_state_of(parse(
            "<message xmlns='jabber:client'><active xmlns='urn:xmpp:csi:0'/>"
            "<dancing xmlns='http://jabber.org/protocol/chatstates'/>"
            "<paused xmlns='http://jabber.org/protocol/chatstates'/>"
            "</message>")),
        XC_CHAT_STATE_PAUSED);
}

static void stanza_ids(void **state)
{
    const xc_element *e =
        parse("<message xmlns='jabber:client'>"
              "<stanza-id xmlns='urn:xmpp:sid:0' id='1' by='a@x'/>"
              "<stanza-id xmlns='urn:xmpp:sid:0' id='2' by='b@x'/>"
              "<stanza-id xmlns='urn:xmpp:sid:0' id='3' by='c@x'/>"
              "<stanza-id xmlns='urn:xmpp:sid:0' id='4' by='c@x'/>"
              "<stanza-id xmlns='urn:x' id='5' by='d@x'/></message>");
    (void)state;
    check_str("a", xc_stanza_id_by(e, XC_STR("a@x")), "1");
    check_str("b", xc_stanza_id_by(e, XC_STR("b@x")), "2");
    check_str("two of c", xc_stanza_id_by(e, XC_STR("c@x")), NULL);
    check_str("d", xc_stanza_id_by(e, XC_STR("d@x")), NULL);
    check_str("nobody", xc_stanza_id_by(e, (xc_str){NULL, 0}), NULL);
    check_str("nothing", xc_stanza_id_by(NULL, XC_STR("a@x")), NULL);
}

static void time_offsets(void **state)
{
    int minutes = 1;
    (void)state;
    assert_true(xc_time_offset(XC_STR("-06:30"), &minutes));
    assert_int_equal(minutes, -390);
    assert_true(xc_time_offset(XC_STR("+00:00"), &minutes));
    assert_int_equal(minutes, 0);
    assert_true(xc_time_offset(XC_STR("Z"), NULL));
    assert_true(xc_time_offset(XC_STR("\n +14:00 "), &minutes));
    assert_int_equal(minutes, 840);
    assert_false(xc_time_offset(XC_STR("06:00"), &minutes));
    assert_false(xc_time_offset(XC_STR("+6:00"), &minutes));
    assert_false(xc_time_offset((xc_str){NULL, 0}, &minutes));
}

/* ---- the corpora (XC_CORPORA) ------------------------------------------- */

typedef struct tally {
    size_t read, tags, refused;
} tally;

static const entry *entry_of(const xc_element *e)
{
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        const xc_schema *s = entries[i].schema;
        if (s->ns != NULL && xc_matches(s, e))
            return entries + i;
    }
    return NULL;
}

static bool is_tag(const xc_element *e)
{
#define IS_TAG(tag, spec) xc_is(e, tag) ||
    return XC_TAGS(IS_TAG) false;
#undef IS_TAG
}

/* What was read is written, read and written again: the same bytes. */
static void check_rewriting(const entry *e, const void *in)
{
    static any out;
    static char first[1 << 18];
    xc_str once = write_struct(e, e->schema, in);
    size_t len = once.len;
    memcpy(first, once.ptr, len);
    check_status(e->name, xc_read(e->schema, element_of(e, once), &out, NULL),
                 XC_OK);
    CHECK(same_struct(e->schema, in, &out), "%s: %.*s", e->name, (int)len,
          first);
    once = write_struct(e, e->schema, &out);
    CHECK(once.len == len && memcmp(once.ptr, first, len) == 0, "%s: %.*s",
          e->name, (int)len, first);
}

static void tally_elements(tally *t, const xc_element *root)
{
    static any out;
    xc_walk w;
    xc_walk_init(&w, root);
    while (xc_walk_next(&w)) {
        const entry *e = w.type == XC_START ? entry_of(w.element) : NULL;
        if (w.type != XC_START)
            continue;
        if (e == NULL) {
            t->tags += is_tag(w.element);
        } else if (xc_read(e->schema, w.element, &out, NULL) != XC_OK) {
            t->refused++;
        } else {
            t->read++;
            check_rewriting(e, &out);
        }
    }
}

/* Refused there: nine <data/> of XEP-0047 with white space in the base64,
   which its section 6 forbids; examples of errors; nodes that are missing;
   four options without a value, an affiliation that XEP-0045 does not have. */
static void specifications(void **state)
{
    static char stanza[1 << 18];
    buffer docs = {0}, doc = {0};
    tally t = {0, 0, 0};
    xc_str rest, line;
    (void)state;
    load_corpus("corpora/xeps-distinct.xml", &docs);
    rest.ptr = docs.ptr;
    rest.len = docs.len;
    while (rest.ptr != NULL) {
        const xc_element *e;
        line = xc_str_cut(&rest, '\n');
        if (line.len == 0)
            continue;
        buffer_clear(&doc);
        buffer_puts(&doc, "<x xmlns='jabber:client' " STREAMS ">");
        buffer_add(&doc, line.ptr, line.len);
        buffer_puts(&doc, "</x>");
        e = read_element(xc_str_from(doc.ptr), stanza, sizeof stanza);
        CHECK(e != NULL, XC_FMT, XC_ARG(line));
        tally_elements(&t, e);
    }
    print_message("%zu elements read, %zu without a struct, %zu refused\n",
                  t.read, t.tags, t.refused);
    assert_true(t.read >= 5477);
    assert_int_equal(t.refused, 25);
    buffer_free(&docs);
    buffer_free(&doc);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(values_of_each_field),
        cmocka_unit_test(required_fields),
        cmocka_unit_test(foreign_content_is_kept),
        cmocka_unit_test(no_element_has_two_schemas),
        cmocka_unit_test(another_element),
        cmocka_unit_test(names_of_enumerations),
        cmocka_unit_test(list_of_required_fields),
        cmocka_unit_test(discovery),
        cmocka_unit_test(result_sets),
        cmocka_unit_test(forms),
        cmocka_unit_test(forms_are_written),
        cmocka_unit_test(small_queries),
        cmocka_unit_test(forwarding),
        cmocka_unit_test(archive),
        cmocka_unit_test(message_ids),
        cmocka_unit_test(retraction),
        cmocka_unit_test(upload),
        cmocka_unit_test(rooms),
        cmocka_unit_test(bytestreams),
        cmocka_unit_test(commands),
        cmocka_unit_test(cards),
        cmocka_unit_test(pubsub),
        cmocka_unit_test(tags),
        cmocka_unit_test(chat_states),
        cmocka_unit_test(stanza_ids),
        cmocka_unit_test(time_offsets),
        cmocka_unit_test(specifications),
    };
    return cmocka_run_group_tests_name("payload", tests, NULL, NULL);
}
