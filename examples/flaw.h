/* flaw.h - what xc_read found wrong, in words, for programs that show a
   stanza all the same. */
#ifndef FLAW_H
#define FLAW_H

#include "xmpp_codec.h"

#include <stdio.h>

enum {
    FLAW_MAX = 160
};

/* "flaw: FIELD text"; for the element's own text, and for one of several
   elements, FIELD is "content" and "condition". */
static inline const char *flaw_text(char *mem, xc_status status,
                                    const xc_field *field)
{
    const char *name = field != NULL ? field->name : NULL;
    if (name == NULL && field != NULL)
        name = field->kind == XC_KIND_CHOICE ? "condition" : "content";
    snprintf(mem, FLAW_MAX, "flaw: %s %s", name != NULL ? name : "element",
             xc_status_text(status));
    return mem;
}

#endif
