/* struct_equal.h - are two structs of a schema equal? And a struct written
   child by child. For tests and fuzzers: include xmpp_codec.h before it. */
#ifndef STRUCT_EQUAL_H
#define STRUCT_EQUAL_H

static inline bool same_text(xc_str a, xc_str b, bool may_be_empty)
{
    return xc_str_equal(a, b) || (may_be_empty && a.len + b.len == 0);
}

static inline bool same_time(const xc_time *a, const xc_time *b)
{
    return a->present == b->present && a->year == b->year &&
           a->month == b->month && a->day == b->day && a->hour == b->hour &&
           a->minute == b->minute && a->second == b->second &&
           a->microsecond == b->microsecond;
}

/* All but structs. An element has no absent text. */
static inline bool same_value(const xc_field *f, const void *a, const void *b)
{
    const xc_choice *x = a, *y = b;
    const xc_number *m = a, *n = b;
    switch (f->kind) {
    case XC_KIND_ENUM:
    case XC_KIND_BOOL: return *(const uint8_t *)a == *(const uint8_t *)b;
    case XC_KIND_NUMBER:
        return m->present == n->present && m->value == n->value;
    case XC_KIND_TIME: return same_time(a, b);
    case XC_KIND_FLAG: return *(const bool *)a == *(const bool *)b;
    case XC_KIND_CHOICE:
        return x->value == y->value && same_text(x->text, y->text, true);
    default:
        return same_text(*(const xc_str *)a, *(const xc_str *)b,
                         f->i_source == XC_I_OWN_TEXT);
    }
}

/* The first field, also of structs inside, that is not the same; or NULL.
   Whether the outermost ones are present is not looked at. */
static inline const xc_field *first_difference(const xc_schema *s,
                                               const void *a, const void *b)
{
    const xc_field *found = NULL;
    for (size_t i = 0; i < s->count && found == NULL; i++) {
        const xc_field *f = s->fields + i;
        const void *in_a = (const char *)a + f->offset;
        const void *in_b = (const char *)b + f->offset;
        if (f->kind != XC_KIND_STRUCT)
            found = same_value(f, in_a, in_b) ? NULL : f;
        else if (((const xc_base *)in_a)->present !=
                 ((const xc_base *)in_b)->present)
            found = f;
        else
            found = first_difference((const xc_schema *)f->detail, in_a, in_b);
    }
    return found;
}

typedef void write_way(xc_writer *w, const xc_schema *s, const void *in);

/* Child by child; what was read has no field that its element has not. */
static inline void write_each(xc_writer *w, const xc_schema *s, const void *in)
{
    const xc_element *e = ((const xc_base *)in)->element, *child;
    uint32_t done = 0;
    xc_write_begin(w, s, in);
    for (child = xc_first_child(e); child != NULL;
         child = xc_next_sibling(child))
        xc_write_child(w, s, in, child, &done);
    xc_writer_end(w);
}

#endif
