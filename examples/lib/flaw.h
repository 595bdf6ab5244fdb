/* flaw.h - what xc_read found wrong, in words, for programs that show a
   stanza all the same.

       char text[FLAW_MAX];
       status = xc_read(&xc_message_schema, e, &message, &field);
       if (status != XC_OK)
           puts(flaw_text(text, status, field));
*/
#ifndef FLAW_H
#define FLAW_H

#include "xmpp_codec.h"

enum {
    FLAW_MAX = 160
};

/* "flaw: FIELD text", in `mem` of FLAW_MAX bytes. FIELD is "content" for the
   element's own text, "condition" for one of several elements. */
const char *flaw_text(char *mem, xc_status status, const xc_field *field);

#endif
