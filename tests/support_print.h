/* What a struct of a schema holds, as text: for failures, and for the
   documents of tests/data/stanzas.

       xc_presence
         from = "a@b.lit/c"
         type = XC_PRESENCE_ERROR
         error
           condition = XC_STANZA_ERROR_GONE "xmpp:d@b.lit"

   Members that are set, by the names that they have in C. The names come from
   the declarations (build/members.h), not from the tables of fields: a table
   that reads something into the wrong member prints the wrong member. */
#ifndef XC_TEST_SUPPORT_PRINT_H
#define XC_TEST_SUPPORT_PRINT_H

#include "support_schema.h"

#include "build/members.h"

#include <ctype.h>
#include <inttypes.h>

/* A test can have schemas of its own: see support_kinds.h. */
#ifndef MORE_SCHEMAS
#define MORE_SCHEMAS
#define MORE_MEMBERS(X)
#define MORE_CONSTANTS(X)
#endif

/* ---- names of C --------------------------------------------------------- */

typedef struct named_schema {
    const char *name; /* xc_message */
    const xc_schema *schema;
    const char *of; /* the struct */
} named_schema;

typedef struct named_member {
    const char *of, *name;
    size_t offset;
} named_member;

typedef struct named_constant {
    const char *of, *name; /* the enumeration; the constant */
    unsigned value;
} named_constant;

#define SCHEMA_ROW(name, type, ns, element, spec)                             \
    {"xc_" #name, &xc_##name##_schema, "xc_" #type},
#define MEMBER_ROW(of, name) {#of, #name, offsetof(of, name)},
#define CONSTANT_ROW(of, name) {#of, #name, (unsigned)name},
static const named_schema all_schemas[] = {
    XC_STANZAS(SCHEMA_ROW) XC_PAYLOADS(SCHEMA_ROW) MORE_SCHEMAS};
static const named_member all_members[] = {HEADER_MEMBERS(MEMBER_ROW)
                                               MORE_MEMBERS(MEMBER_ROW)};
static const named_constant all_constants[] = {
    HEADER_CONSTANTS(CONSTANT_ROW) MORE_CONSTANTS(CONSTANT_ROW)};
#undef SCHEMA_ROW
#undef MEMBER_ROW
#undef CONSTANT_ROW

static inline const named_schema *name_of_schema(const xc_schema *s)
{
    for (size_t i = 0; i < COUNT_OF(all_schemas); i++)
        if (all_schemas[i].schema == s)
            return &all_schemas[i];
    check_fail("a schema that is not in the header");
    return NULL;
}

static inline const char *name_of_member(const char *of, const xc_field *f)
{
    for (size_t i = 0; i < COUNT_OF(all_members); i++)
        if (all_members[i].offset == f->offset &&
            strcmp(all_members[i].of, of) == 0)
            return all_members[i].name;
    check_fail("%s has no member for the field %s", of,
               f->name != NULL ? f->name : "(no name)");
    return NULL;
}

/* Does the name of the constant end like that of XML, XC_SHOW_DND like dnd? */
static inline bool constant_says(const char *constant, const char *xml)
{
    size_t n = strlen(constant), m = strlen(xml);
    if (n <= m || constant[n - m - 1] != '_')
        return false;
    for (size_t i = 0; i < m; i++)
        if (constant[n - m + i] !=
            (xml[i] == '-' ? '_' : toupper((unsigned char)xml[i])))
            return false;
    return true;
}

static inline const named_constant *constant_of(const char *of, unsigned value)
{
    for (size_t i = 0; i < COUNT_OF(all_constants); i++)
        if (all_constants[i].value == value &&
            strcmp(all_constants[i].of, of) == 0)
            return &all_constants[i];
    return NULL;
}

/* Has the enumeration these names, in their order, from `first`; and at most
   one more constant, for names that are unknown, or a count? */
static inline bool enumeration_has(const char *of, const char *names,
                                   unsigned first)
{
    unsigned value = first;
    for (; *names != '\0'; names += strlen(names) + 1, value++) {
        const named_constant *c = constant_of(of, value);
        if (c == NULL || !constant_says(c->name, names))
            return false;
    }
    return constant_of(of, value + 1) == NULL;
}

/* The enumeration whose constants say what the names of the field say, or
   NULL. */
static inline const char *name_of_enumeration(const xc_field *f)
{
    for (size_t i = 0; i < COUNT_OF(all_constants); i++)
        if (all_constants[i].value == 0 &&
            enumeration_has(all_constants[i].of, f->detail, first_value(f)))
            return all_constants[i].of;
    return NULL;
}

/* ---- printing ----------------------------------------------------------- */

static inline void print_string(buffer *out, xc_str s)
{
    buffer_puts(out, "\"");
    for (size_t i = 0; i < s.len; i++) {
        const char *escape = log_escape_of(s.ptr[i]);
        if (escape != NULL)
            buffer_puts(out, escape);
        else
            buffer_add(out, s.ptr[i] == '"' ? "\\\"" : s.ptr + i,
                       s.ptr[i] == '"' ? 2 : 1);
    }
    buffer_puts(out, "\"");
}

static inline void print_constant(buffer *out, const xc_field *f,
                                  unsigned value)
{
    const char *of = name_of_enumeration(f);
    const named_constant *c = of != NULL ? constant_of(of, value) : NULL;
    if (c != NULL)
        buffer_puts(out, c->name);
    else
        buffer_printf(out, "%u, of no enumeration", value);
}

static inline void print_value(buffer *out, const xc_field *f, const void *m)
{
    char mem[XC_TIME_MAX];
    const xc_choice *choice = m;
    xc_str text;
    switch (f->kind) {
    case XC_KIND_ENUM: print_constant(out, f, *(const uint8_t *)m); break;
    case XC_KIND_BOOL:
        buffer_puts(out, *(const uint8_t *)m == XC_TRUE    ? "XC_TRUE"
                         : *(const uint8_t *)m == XC_FALSE ? "XC_FALSE"
                                                           : "no xc_tristate");
        break;
    case XC_KIND_NUMBER:
        buffer_printf(out, "%" PRId64, ((const xc_number *)m)->value);
        break;
    case XC_KIND_TIME:
        text = xc_time_format(m, mem);
        buffer_add(out, text.ptr, text.len);
        break;
    case XC_KIND_FLAG: buffer_puts(out, "true"); break;
    case XC_KIND_CHOICE:
        print_constant(out, f, choice->value);
        if (choice->text.len > 0) {
            buffer_puts(out, " ");
            print_string(out, choice->text);
        }
        break;
    default: print_string(out, *(const xc_str *)m);
    }
}

/* The members that are set, a line each. */
static inline void print_members(buffer *out, const xc_schema *s,
                                 const void *in, unsigned depth)
{
    const char *of = name_of_schema(s)->of;
    for (size_t i = 0; i < s->count; i++) {
        const xc_field *f = s->fields + i;
        const void *m = (const char *)in + f->offset;
        if (!is_set(f, m))
            continue;
        buffer_repeat(out, "  ", depth);
        buffer_puts(out, name_of_member(of, f));
        if (f->kind != XC_KIND_STRUCT) {
            buffer_puts(out, " = ");
            print_value(out, f, m);
        }
        buffer_puts(out, "\n");
        if (f->kind == XC_KIND_STRUCT)
            print_members(out, f->detail, m, depth + 1);
    }
}

/* ---- the other way ------------------------------------------------------ */

static inline const xc_field *member_named(const xc_schema *s, xc_str name)
{
    const char *of = name_of_schema(s)->of;
    for (size_t i = 0; i < s->count; i++)
        if (xc_str_is(name, name_of_member(of, s->fields + i)))
            return s->fields + i;
    check_fail("%s has no " XC_FMT, of, XC_ARG(name));
    return NULL;
}

static inline uint8_t constant_named(xc_str name)
{
    for (size_t i = 0; i < COUNT_OF(all_constants); i++)
        if (xc_str_is(name, all_constants[i].name))
            return (uint8_t)all_constants[i].value;
    check_fail("no constant " XC_FMT, XC_ARG(name));
    return 0;
}

/* "text" without its quotes. */
static inline xc_str unquoted(xc_str text)
{
    CHECK(text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"',
          "not in quotes: " XC_FMT, XC_ARG(text));
    text.ptr++;
    text.len -= 2;
    return text;
}

static inline void set_value(const xc_field *f, void *m, xc_str value)
{
    xc_choice *choice = m;
    xc_str word;
    switch (f->kind) {
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: *(uint8_t *)m = constant_named(value); break;
    case XC_KIND_NUMBER:
        ((xc_number *)m)->present = true;
        ((xc_number *)m)->value = strtoll(value.ptr, NULL, 10);
        break;
    case XC_KIND_TIME:
        CHECK(xc_time_parse(value, m), "a time: " XC_FMT, XC_ARG(value));
        break;
    case XC_KIND_FLAG: *(bool *)m = xc_str_is(value, "true"); break;
    case XC_KIND_CHOICE:
        word = xc_str_cut(&value, ' ');
        choice->value = constant_named(word);
        choice->text = value.ptr != NULL ? unquoted(value) : value;
        break;
    case XC_KIND_STRUCT: ((xc_base *)m)->present = true; break;
    default: *(xc_str *)m = unquoted(value);
    }
}

/* "error.type = XC_STANZA_ERROR_TYPE_WAIT"; "error.code = absent". */
static inline void set_member(const xc_schema *s, void *in, xc_str line)
{
    xc_str path = xc_str_trim(xc_str_cut(&line, '='));
    xc_str value = xc_str_trim(line);
    while (path.ptr != NULL) {
        xc_str name = xc_str_cut(&path, '.');
        const xc_field *f = member_named(s, name);
        void *m = (char *)in + f->offset;
        if (path.ptr == NULL && xc_str_is(value, "absent"))
            memset(m, 0, size_of_member(f));
        else if (path.ptr == NULL)
            set_value(f, m, value);
        else
            ((xc_base *)m)->present = true;
        s = f->detail;
        in = m;
    }
}

#endif
