/* Walking the fields of any schema. */
#ifndef XC_TEST_SUPPORT_SCHEMA_H
#define XC_TEST_SUPPORT_SCHEMA_H

#include "support.h"

static inline bool is_set(const xc_field *f, const void *m)
{
    switch (f->kind) {
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: return *(const uint8_t *)m != 0;
    case XC_KIND_NUMBER: return ((const xc_number *)m)->present;
    case XC_KIND_TIME: return ((const xc_time *)m)->present;
    case XC_KIND_FLAG: return *(const bool *)m;
    case XC_KIND_CHOICE: return ((const xc_choice *)m)->value != 0;
    case XC_KIND_STRUCT: return ((const xc_base *)m)->present;
    default: return ((const xc_str *)m)->ptr != NULL;
    }
}

static inline size_t size_of_member(const xc_field *f)
{
    switch (f->kind) {
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: return sizeof(uint8_t);
    case XC_KIND_NUMBER: return sizeof(xc_number);
    case XC_KIND_TIME: return sizeof(xc_time);
    case XC_KIND_FLAG: return sizeof(bool);
    case XC_KIND_CHOICE: return sizeof(xc_choice);
    case XC_KIND_STRUCT: return ((const xc_schema *)f->detail)->size;
    default: return sizeof(xc_str);
    }
}

/* Names of enumerations: each ended by \0, the last one by two. */
static inline unsigned name_count(const char *names)
{
    unsigned n = 0;
    for (; *names != '\0'; names += strlen(names) + 1)
        n++;
    return n;
}

/* The name with the number, from 1. */
static inline const char *name_at(const char *names, unsigned number)
{
    while (--number > 0)
        names += strlen(names) + 1;
    return names;
}

/* The value of the first name. */
static inline unsigned first_value(const xc_field *f)
{
    return (f->flags & XC_FIELD_DEFAULT_HAS_NAME) != 0 ? 0 : 1;
}

/* How many values there are besides 0. */
static inline unsigned value_count(const xc_field *f)
{
    return name_count(f->detail) - 1 + first_value(f);
}

#endif
