/* tool.h - what the command line tools share: options, and input piece by
   piece.

       const char *file = tool_options(&self, argc, argv);
       tool_open(&input, &self, file, chunk);
       while (tool_read(&input, &in))
           ...
       return tool_exit(&self, TOOL_OK);
*/
#ifndef TOOL_H
#define TOOL_H

#include "xmpp_codec.h"

/* Exit status of every tool. */
enum {
    TOOL_OK = 0,
    TOOL_REJECTED = 1,
    TOOL_USAGE = 2
};

/* ---- options ------------------------------------------------------------ */

/* One option: sets *flag, or *number to the positive number that follows. */
typedef struct tool_option {
    const char *name;
    bool *flag;
    size_t *number;
} tool_option;

typedef struct tool {
    const char *name;
    const char *synopsis;
    const char *help;
    const tool_option *options; /* ends with a NULL name */
} tool;

/* Both leave the program with TOOL_USAGE. */
void tool_fail(const tool *t, const char *what, const char *why);

void tool_usage(const tool *t, const char *what, const char *why);

/* Sets the variables of the options; returns FILE or NULL. Leaves the program after
   --help and wrong use. */
const char *tool_options(const tool *t, int argc, char **argv);

/* realloc that never fails: it leaves the program. */
void *tool_alloc(const tool *t, void *old, size_t size);

/* The exit status, TOOL_USAGE if standard output could not be written. */
int tool_exit(const tool *t, int status);

/* ---- input -------------------------------------------------------------- */

typedef struct tool_input {
    const tool *tool;
    const char *name;
    int fd;
    size_t chunk;
    char *buffer;
    size_t size;
    xc_str rest; /* read, but not yet handed out */
} tool_input;

/* `file` NULL or "-": standard input. */
void tool_open(tool_input *in, const tool *t, const char *file, size_t chunk);

/* The next bytes, at most `chunk`, without waiting for more. Before it waits,
   it flushes standard output. False at the end. */
bool tool_read(tool_input *in, xc_str *piece);

void tool_close(tool_input *in);

bool tool_is_space(char c);

/* How many it begins with. */
size_t tool_spaces(xc_str s);

/* Reads to the end, and says on standard error how much was ignored unless it
   is white space. `piece`: the rest of the last one. */
void tool_ignore_rest(tool_input *in, xc_str piece);

#endif
