/* The schema of any element. */
#ifndef XC_TEST_SUPPORT_SCHEMAS_H
#define XC_TEST_SUPPORT_SCHEMAS_H

#include "support.h"

#define SCHEMA(name, type, ns, element, spec) &xc_##name##_schema,
static const xc_schema *const schemas[] = {XC_STANZAS(SCHEMA)
                                               XC_PAYLOADS(SCHEMA)};

/* NULL: it has none. */
static inline const xc_schema *schema_of(const xc_element *e)
{
    for (size_t i = 0; i < COUNT_OF(schemas); i++)
        if (schemas[i]->ns != NULL && xc_matches(schemas[i], e))
            return schemas[i];
    return NULL;
}

#endif
