/* A schema with a field of every kind, for what the header's own schemas do
   not have together. Printed as theirs are: include it before
   support_print.h. */
#ifndef XC_TEST_SUPPORT_KINDS_H
#define XC_TEST_SUPPORT_KINDS_H

#include "support.h"

enum kinds_color {
    COLOR_NONE,
    COLOR_RED,
    COLOR_GREEN
};

enum kinds_way {
    WAY_NONE,
    WAY_UP,
    WAY_DOWN
};

typedef struct inner {
    xc_base base;
    xc_str id;
    xc_number n;
    xc_time time;
} inner;

static const xc_field inner_fields[] = {
    XC_ATTR(inner, id, STRING, "id", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(inner, n, NUMBER, "n", NULL, 0),
    XC_CHILD(inner, time, TIME, NULL, "time", NULL, 0)};
static const xc_schema inner_schema =
    XC_SCHEMA(NULL, "in", inner, inner_fields);

typedef struct all {
    xc_base base;
    xc_str s, jid, data, text;
    uint8_t color, yes;
    bool flag;
    xc_number n, content;
    xc_time time;
    xc_choice choice;
    inner in, loose;
} all;

static const xc_range few = {-5, 5};
static const xc_field all_fields[] = {
    XC_ATTR(all, color, ENUM, "color", "red\0green\0", 0),
    XC_ATTR(all, yes, BOOL, "yes", NULL, 0),
    XC_ATTR(all, n, NUMBER, "n", &few, 0),
    XC_ATTR(all, s, STRING, "s", NULL, XC_FIELD_REQUIRED),
    XC_OWN_TEXT(all, content, NUMBER, NULL, 0),
    XC_CHILD(all, time, TIME, NULL, "time", NULL, XC_FIELD_SINGLE),
    XC_CHILD(all, jid, JID, NULL, "jid", NULL, 0),
    XC_CHILD(all, data, BASE64, NULL, "data", NULL, XC_FIELD_LENIENT),
    XC_CHILD(all, text, STRING, NULL, "text", NULL, 0),
    XC_CHILD(all, flag, FLAG, NULL, "flag", NULL, XC_FIELD_SINGLE),
    XC_CHILD(all, choice, CHOICE, "urn:c", NULL, "up\0down\0", 0),
    XC_CHILD(all, in, STRUCT, NULL, "in", &inner_schema, 0),
    XC_CHILD(all, loose, STRUCT, "urn:l", "in", &inner_schema,
             XC_FIELD_LENIENT)};
static const xc_schema all_schema = XC_SCHEMA("urn:t", "t", all, all_fields);

#define MORE_SCHEMAS                                                          \
    {"all", &all_schema, "all"}, {"inner", &inner_schema, "inner"},
/* clang-format off */
#define MORE_MEMBERS(X)                                                       \
    X(all, s) X(all, jid) X(all, data) X(all, text) X(all, color)             \
    X(all, yes) X(all, flag) X(all, n) X(all, content) X(all, time)           \
    X(all, choice) X(all, in) X(all, loose)                                   \
    X(inner, id) X(inner, n) X(inner, time)
#define MORE_CONSTANTS(X)                                                     \
    X(kinds_color, COLOR_NONE) X(kinds_color, COLOR_RED)                      \
    X(kinds_color, COLOR_GREEN)                                               \
    X(kinds_way, WAY_NONE) X(kinds_way, WAY_UP) X(kinds_way, WAY_DOWN)
/* clang-format on */

#endif
