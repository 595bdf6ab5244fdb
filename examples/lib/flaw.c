#include "flaw.h"

#include <stdio.h>

const char *flaw_text(char *mem, xc_status status, const xc_field *field)
{
    const char *name = field != NULL ? field->name : NULL;
    if (name == NULL && field != NULL)
        name = field->kind == XC_KIND_CHOICE ? "condition" : "content";
    snprintf(mem, FLAW_MAX, "flaw: %s %s", name != NULL ? name : "element",
             xc_status_text(status));
    return mem;
}
