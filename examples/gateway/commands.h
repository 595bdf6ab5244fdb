/* commands.h - the lines that foreign users send, and messages across the
   gateway. A message keeps its text and loses its mark-up. The writer escapes
   for XML, tsv.h for the line protocol. */
#ifndef GATEWAY_COMMANDS_H
#define GATEWAY_COMMANDS_H

#include "gateway.h"

/* Does what the line says, and replies. */
void gateway_on_line(struct gateway *g, struct foreign *f, char *line,
                     size_t len);

/* From an XMPP user to a foreign one; returns the error to reply. */
xc_stanza_error_condition gateway_on_message(struct gateway *g,
                                             const struct component_stanza *s,
                                             const xc_message *m);

#endif
