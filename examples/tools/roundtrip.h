/* roundtrip.h - decodes a recorded stream and writes it again: the common part
   of xc_roundtrip and xc_typed, which differ in how they write an element.

       static const tool self = {..., roundtrip_options};
       return roundtrip_main(&self, write_element, argc, argv);
*/
#ifndef ROUNDTRIP_H
#define ROUNDTRIP_H

#include "tool.h"

/* Writes an element. It is called twice for each: to measure, and to write. */
typedef void roundtrip_writer(xc_writer *w, const xc_element *e);

extern const tool_option roundtrip_options[];

/* The exit status, not yet given to tool_exit. */
int roundtrip_main(const tool *self, roundtrip_writer *write, int argc,
                   char **argv);

#endif
