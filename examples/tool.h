/* tool.h - what the command line tools of this directory share: options,
   input piece by piece, a recorded XMPP stream with its restarts. POSIX. */
#ifndef TOOL_H
#define TOOL_H

#include "xmpp_codec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

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

static inline void tool_fail(const tool *t, const char *what, const char *why)
{
    fflush(stdout);
    fprintf(stderr, "%s: %s: %s\n", t->name, what, why);
    exit(TOOL_USAGE);
}

static inline void tool_usage(const tool *t, const char *what, const char *why)
{
    fprintf(stderr, "%s: %s: %s\nusage: %s %s\n%s --help tells more.\n",
            t->name, what, why, t->name, t->synopsis, t->name);
    exit(TOOL_USAGE);
}

static inline void tool_help(const tool *t)
{
    printf("usage: %s %s\n\n%s", t->name, t->synopsis, t->help);
    exit(fflush(stdout) == 0 ? TOOL_OK : TOOL_USAGE);
}

static inline bool tool_number(const char *text, size_t *number)
{
    size_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        if (value > SIZE_MAX / 10 - 1)
            return false;
        value = value * 10 + (size_t)(*text - '0');
    }
    *number = value;
    return *text == '\0' && value > 0;
}

/* Handles `arg`; true if it took `next` as well. */
static inline bool tool_option_set(const tool *t, const char *arg,
                                   const char *next)
{
    const tool_option *option = t->options;
    while (option->name != NULL && strcmp(option->name, arg) != 0)
        option++;
    if (option->name == NULL)
        tool_usage(t, arg, "no such option");
    if (option->flag != NULL) {
        *option->flag = true;
        return false;
    }
    if (next == NULL || !tool_number(next, option->number))
        tool_usage(t, arg, "needs a positive number");
    return true;
}

/* Sets what the options say; returns FILE or NULL. Leaves the program after
   --help and wrong use. */
static inline const char *tool_options(const tool *t, int argc, char **argv)
{
    const char *file = NULL;
    bool options = true;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (options && strcmp(arg, "--") == 0) {
            options = false;
        } else if (!options || arg[0] != '-' || arg[1] == '\0') {
            if (file != NULL)
                tool_usage(t, arg, "one FILE is enough");
            file = arg;
        } else if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            tool_help(t);
        } else if (tool_option_set(t, arg, argv[i + 1])) {
            i++;
        }
    }
    return file;
}

static inline void *tool_alloc(const tool *t, void *old, size_t size)
{
    void *memory = realloc(old, size);
    if (memory == NULL)
        tool_fail(t, "memory", "not enough");
    return memory;
}

/* The exit status, TOOL_USAGE if standard output could not be written. */
static inline int tool_exit(const tool *t, int status)
{
    if (fflush(stdout) != 0 || ferror(stdout))
        tool_fail(t, "standard output", "cannot be written");
    return status;
}

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
static inline void tool_open(tool_input *in, const tool *t, const char *file,
                             size_t chunk)
{
    memset(in, 0, sizeof *in);
    in->tool = t;
    in->name = "standard input";
    in->fd = STDIN_FILENO;
    if (file != NULL && strcmp(file, "-") != 0) {
        in->name = file;
        in->fd = open(file, O_RDONLY);
        if (in->fd < 0)
            tool_fail(t, file, strerror(errno));
    }
    in->chunk = chunk;
    in->size = chunk > 65536 ? chunk : 65536;
    in->buffer = (char *)tool_alloc(t, NULL, in->size);
}

/* Hands out what there is, at most `chunk` bytes, without waiting for more;
   what was printed so far is shown before it waits. False at the end. */
static inline bool tool_read(tool_input *in, xc_str *piece)
{
    if (in->rest.len == 0) {
        ssize_t got;
        fflush(stdout);
        do
            got = read(in->fd, in->buffer, in->size);
        while (got < 0 && errno == EINTR);
        if (got < 0)
            tool_fail(in->tool, in->name, strerror(errno));
        if (got == 0)
            return false;
        in->rest.ptr = in->buffer;
        in->rest.len = (size_t)got;
    }
    piece->ptr = in->rest.ptr;
    piece->len = in->rest.len < in->chunk ? in->rest.len : in->chunk;
    in->rest.ptr += piece->len;
    in->rest.len -= piece->len;
    return true;
}

static inline void tool_close(tool_input *in)
{
    if (in->fd != STDIN_FILENO)
        close(in->fd);
    free(in->buffer);
}

static inline bool tool_is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static inline size_t tool_spaces(xc_str s)
{
    size_t n = 0;
    while (n < s.len && tool_is_space(s.ptr[n]))
        n++;
    return n;
}

/* Reads to the end, and says on standard error how much was ignored unless it
   is white space. `piece` is what was left of the last piece. */
static inline void tool_ignore_rest(tool_input *in, xc_str piece)
{
    unsigned long long bytes = 0;
    bool content = false;
    do {
        bytes += piece.len;
        content = content || tool_spaces(piece) < piece.len;
    } while (tool_read(in, &piece));
    if (content)
        fprintf(stderr, "%s: %llu bytes after the close are ignored\n",
                in->tool->name, bytes);
}

/* ---- a recorded stream ---------------------------------------------------

   One direction of a connection, with everything that went over it: a stream
   restarts in it after STARTTLS, compression and SASL. The codec leaves it to
   its caller to know when; in a recording only the bytes can tell. So behind
   an element that may lead to a restart the next "<" and the name behind it
   are held back until it is clear whether a new stream begins. Anywhere else
   a stream header or an XML declaration goes to the codec, which refuses it.
*/
#define TOOL_NS_COMPRESS "http://jabber.org/protocol/compress"

typedef enum recording_result {
    RECORDING_EVENT,   /* *ev is filled */
    RECORDING_RESTART, /* a new stream begins at ev->offset */
    RECORDING_MORE,    /* all input was taken */
    RECORDING_CLOSED,  /* the stream is over; the rest stays in the input */
    RECORDING_ERROR    /* see status */
} recording_result;

typedef struct recording {
    xc_stream stream;
    xc_stream_options options;
    xc_status status;
    void *memory;
    size_t size;
    uint64_t skipped;   /* bytes that the codec did not see */
    const char *behind; /* the element that may lead to a restart, or NULL */
    const char *restarted_behind; /* the one that did */
    bool detect;                  /* at the very start: is it BOSH? */
    bool message_ends;            /* WebSocket: behind an element */
    bool between;                 /* BOSH: outside of a body */
    bool closed;
    size_t held_len;
    char held[64]; /* "<" and a name that is not over yet */
} recording;

/* `options` as for xc_stream_init; XC_TCP becomes XC_BOSH if the recording
   begins with <body. */
static inline void recording_init(recording *r, const tool *t,
                                  const xc_stream_options *options,
                                  size_t size)
{
    memset(r, 0, sizeof *r);
    r->options = *options;
    r->memory = tool_alloc(t, NULL, size);
    r->size = size;
    r->detect = options->framing == XC_TCP;
    r->between = options->framing == XC_BOSH;
    r->status = xc_stream_init(&r->stream, r->memory, size, &r->options);
    if (xc_status_is_error(r->status))
        tool_fail(t, "--mem", xc_status_text(r->status));
}

static inline uint64_t recording_offset(const recording *r)
{
    return xc_stream_offset(&r->stream) + r->skipped;
}

static inline const char *recording_restarts_behind(const xc_element *e)
{
    static const struct {
        const char *ns, *name;
    } elements[] = {{XC_NS_TLS, "starttls"},
                    {XC_NS_TLS, "proceed"},
                    {XC_NS_SASL, "auth"},
                    {XC_NS_SASL, "response"},
                    {XC_NS_SASL, "success"},
                    {TOOL_NS_COMPRESS, "compress"},
                    {TOOL_NS_COMPRESS, "compressed"}};
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (xc_is(e, elements[i].ns, elements[i].name))
            return elements[i].name;
    return NULL;
}

static inline bool recording_name_ends(char c)
{
    return tool_is_space(c) || c == '>' || c == '/' || c == '!' || c == '<';
}

/* Holds back "<" and the bytes of a name. False if the input was used up
   before the name was over; else the byte behind it is the first of *in. */
static inline bool recording_hold(recording *r, xc_str *in)
{
    while (in->len > 0) {
        char c = in->ptr[0];
        if (r->held_len == 0 ? c != '<' : recording_name_ends(c))
            return true;
        if (r->held_len == sizeof r->held)
            return true;
        r->held[r->held_len++] = c;
        in->ptr++;
        in->len--;
    }
    return false;
}

/* Is it a start tag with this local name that is held back? */
static inline bool recording_holds(const recording *r, const char *local)
{
    xc_str rest = {r->held + 1, r->held_len - 1};
    xc_str first;
    if (r->held_len < 2)
        return false;
    first = xc_str_cut(&rest, ':');
    return xc_str_is(rest.ptr != NULL ? rest : first, local);
}

/* Needs one byte behind the name: *in is not empty. */
static inline bool recording_holds_header(const recording *r, xc_str in)
{
    xc_str held = {r->held, r->held_len};
    if (r->options.framing == XC_WEBSOCKET)
        return recording_holds(r, "open");
    if (xc_str_is(held, "<?xml"))
        return tool_is_space(in.ptr[0]);
    return recording_holds(r, "stream");
}

/* True if more input is needed to know whether the recording is BOSH. */
static inline bool recording_detect(recording *r, xc_str *in)
{
    if (!recording_hold(r, in))
        return true;
    r->detect = false;
    if (recording_holds(r, "body")) {
        r->options.framing = XC_BOSH;
        r->status =
            xc_stream_init(&r->stream, r->memory, r->size, &r->options);
    }
    return false;
}

static inline recording_result recording_take(recording *r, xc_str *in,
                                              xc_stream_event *ev)
{
    xc_str held = {r->held, r->held_len};
    r->held_len = 0;
    r->status = XC_NEED_MORE;
    if (held.len > 0)
        r->status = xc_stream_next(&r->stream, &held, ev);
    if (r->status == XC_NEED_MORE)
        r->status = xc_stream_next(&r->stream, in, ev);
    if (r->status == XC_NEED_MORE)
        return RECORDING_MORE;
    if (r->status != XC_EVENT)
        return r->status == XC_CLOSED ? RECORDING_CLOSED : RECORDING_ERROR;
    ev->offset += r->skipped;
    r->message_ends = r->options.framing == XC_WEBSOCKET;
    r->behind = recording_restarts_behind(ev->element);
    if (ev->kind == XC_EVENT_CLOSE) {
        r->between = r->options.framing == XC_BOSH;
        r->closed = !r->between;
    }
    return RECORDING_EVENT;
}

/* Gives white space between elements to the codec, so that it is counted. */
static inline void recording_take_spaces(recording *r, xc_str *in)
{
    xc_str spaces = {in->ptr, tool_spaces(*in)};
    xc_stream_event ev;
    in->ptr += spaces.len;
    in->len -= spaces.len;
    if (spaces.len > 0)
        xc_stream_next(&r->stream, &spaces, &ev);
}

/* Behind an element that may lead to a restart. */
static inline recording_result recording_look(recording *r, xc_str *in,
                                              xc_stream_event *ev)
{
    if (r->held_len == 0)
        recording_take_spaces(r, in);
    if (!recording_hold(r, in))
        return RECORDING_MORE;
    if (recording_holds_header(r, *in)) {
        memset(ev, 0, sizeof *ev);
        ev->offset = recording_offset(r);
        xc_stream_reset(&r->stream);
        r->restarted_behind = r->behind;
        r->behind = NULL;
        return RECORDING_RESTART;
    }
    r->behind = NULL;
    return recording_take(r, in, ev);
}

/* True if the codec has a complaint. */
static inline bool recording_end_message(recording *r)
{
    if (!r->message_ends)
        return false;
    r->message_ends = false;
    r->status = xc_stream_end_message(&r->stream);
    return xc_status_is_error(r->status);
}

/* Like xc_stream_next. */
static inline recording_result recording_next(recording *r, xc_str *in,
                                              xc_stream_event *ev)
{
    if (r->closed)
        return RECORDING_CLOSED;
    if (r->detect && recording_detect(r, in))
        return RECORDING_MORE;
    if (r->between) {
        size_t spaces = tool_spaces(*in);
        in->ptr += spaces;
        in->len -= spaces;
        r->skipped += spaces;
        if (in->len == 0)
            return RECORDING_MORE;
        r->between = false;
        xc_stream_reset(&r->stream);
    }
    /* A recording does not tell where a WebSocket message ends: behind an
       element and white space. */
    if (r->message_ends) {
        recording_take_spaces(r, in);
        if (in->len == 0)
            return RECORDING_MORE;
    }
    if (recording_end_message(r))
        return RECORDING_ERROR;
    if (r->behind == NULL)
        return recording_take(r, in, ev);
    return recording_look(r, in, ev);
}

/* The recording is over: XC_CLOSED, XC_OK or an error as by
   xc_stream_finish. */
static inline xc_status recording_finish(recording *r)
{
    xc_str held = {r->held, r->held_len};
    xc_stream_event ev;
    if (r->closed || (r->between && xc_stream_offset(&r->stream) > 0))
        return XC_CLOSED;
    if (recording_end_message(r))
        return r->status;
    /* Only a restart can begin like this, not an element. */
    if (r->behind != NULL && xc_str_starts_with(held, "<?"))
        xc_stream_reset(&r->stream);
    r->status = XC_NEED_MORE;
    if (held.len > 0)
        r->status = xc_stream_next(&r->stream, &held, &ev);
    return xc_status_is_error(r->status) ? r->status
                                         : xc_stream_finish(&r->stream);
}

#endif /* TOOL_H */
