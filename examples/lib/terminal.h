/* terminal.h - text of peers on a terminal or in a log, where it can do
   nothing but be read. Characters that move the cursor or change the direction
   of writing are escaped.

       terminal_put_text(stdout, xc_text(body), false);
*/
#ifndef TERMINAL_H
#define TERMINAL_H

#include "xmpp_codec.h"

#include <stdio.h>

/* A line end never begins a line of its own: the next line is indented, or
   with `script` written as \n, and \ as \\. */
void terminal_put_text(FILE *to, xc_str text, bool script);

/* Ends a line, before that with a colon and the text, if there is one. */
void terminal_put_detail(FILE *to, xc_str text);

#endif
