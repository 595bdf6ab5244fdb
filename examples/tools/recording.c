#include "recording.h"

#include <string.h>

#define NS_COMPRESS "http://jabber.org/protocol/compress"

void recording_init(recording *r, const tool *t,
                    const xc_stream_options *options, size_t size)
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

uint64_t recording_offset(const recording *r)
{
    return xc_stream_offset(&r->stream) + r->skipped;
}

static const char *may_restart_after(const xc_element *e)
{
    static const struct {
        const char *ns, *name;
    } elements[] = {{XC_NS_TLS, "starttls"},    {XC_NS_TLS, "proceed"},
                    {XC_NS_SASL, "auth"},       {XC_NS_SASL, "response"},
                    {XC_NS_SASL, "success"},    {NS_COMPRESS, "compress"},
                    {NS_COMPRESS, "compressed"}};
    for (size_t i = 0; i < sizeof elements / sizeof elements[0]; i++)
        if (xc_is(e, elements[i].ns, elements[i].name))
            return elements[i].name;
    return NULL;
}

static bool ends_name(char c)
{
    return tool_is_space(c) || c == '>' || c == '/' || c == '!' || c == '<';
}

/* Holds back "<" and the bytes of a name. False if the input was used up
   before the name was over; else the byte after it is the first of *in. */
static bool hold(recording *r, xc_str *in)
{
    while (in->len > 0) {
        char c = in->ptr[0];
        if (r->held_len == 0 ? c != '<' : ends_name(c))
            return true;
        if (r->held_len == sizeof r->held)
            return true;
        r->held[r->held_len++] = c;
        in->ptr++;
        in->len--;
    }
    return false;
}

/* Is a start tag with this local name held back? */
static bool holds(const recording *r, const char *local)
{
    xc_str rest = {r->held + 1, r->held_len - 1};
    xc_str first;
    if (r->held_len < 2)
        return false;
    first = xc_str_cut(&rest, ':');
    return xc_str_is(rest.ptr != NULL ? rest : first, local);
}

/* Needs one byte after the name: *in is not empty. */
static bool holds_header(const recording *r, xc_str in)
{
    xc_str held = {r->held, r->held_len};
    if (r->options.framing == XC_WEBSOCKET)
        return holds(r, "open");
    if (xc_str_is(held, "<?xml"))
        return tool_is_space(in.ptr[0]);
    return holds(r, "stream");
}

/* True if more input is needed to know whether the recording is BOSH. */
static bool detect_bosh(recording *r, xc_str *in)
{
    if (!hold(r, in))
        return true;
    r->detect = false;
    if (holds(r, "body")) {
        r->options.framing = XC_BOSH;
        r->status =
            xc_stream_init(&r->stream, r->memory, r->size, &r->options);
    }
    return false;
}

static recording_result take(recording *r, xc_str *in, xc_stream_event *ev)
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
    r->after = may_restart_after(ev->element);
    if (ev->kind == XC_EVENT_CLOSE) {
        r->between = r->options.framing == XC_BOSH;
        r->closed = !r->between;
    }
    return RECORDING_EVENT;
}

/* Gives white space between elements to the codec, so that it is counted. */
static void take_spaces(recording *r, xc_str *in)
{
    xc_str spaces = {in->ptr, tool_spaces(*in)};
    xc_stream_event ev;
    in->ptr += spaces.len;
    in->len -= spaces.len;
    if (spaces.len > 0)
        xc_stream_next(&r->stream, &spaces, &ev);
}

/* After an element that may lead to a restart. */
static recording_result look_for_restart(recording *r, xc_str *in,
                                         xc_stream_event *ev)
{
    if (r->held_len == 0)
        take_spaces(r, in);
    if (!hold(r, in))
        return RECORDING_MORE;
    if (holds_header(r, *in)) {
        memset(ev, 0, sizeof *ev);
        ev->offset = recording_offset(r);
        xc_stream_reset(&r->stream);
        r->restarted_after = r->after;
        r->after = NULL;
        return RECORDING_RESTART;
    }
    r->after = NULL;
    return take(r, in, ev);
}

/* True if the codec has a complaint. */
static bool end_message(recording *r)
{
    if (!r->message_ends)
        return false;
    r->message_ends = false;
    r->status = xc_stream_end_message(&r->stream);
    return xc_status_is_error(r->status);
}

recording_result recording_next(recording *r, xc_str *in, xc_stream_event *ev)
{
    if (r->closed)
        return RECORDING_CLOSED;
    if (r->detect && detect_bosh(r, in))
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
    /* A recording does not show where a WebSocket message ends: we take it
       to end after an element and white space. */
    if (r->message_ends) {
        take_spaces(r, in);
        if (in->len == 0)
            return RECORDING_MORE;
    }
    if (end_message(r))
        return RECORDING_ERROR;
    if (r->after == NULL)
        return take(r, in, ev);
    return look_for_restart(r, in, ev);
}

xc_status recording_finish(recording *r)
{
    xc_str held = {r->held, r->held_len};
    xc_stream_event ev;
    if (r->closed || (r->between && xc_stream_offset(&r->stream) > 0))
        return XC_CLOSED;
    if (end_message(r))
        return r->status;
    /* Only a restart can begin like this, not an element. */
    if (r->after != NULL && xc_str_starts_with(held, "<?"))
        xc_stream_reset(&r->stream);
    r->status = XC_NEED_MORE;
    if (held.len > 0)
        r->status = xc_stream_next(&r->stream, &held, &ev);
    return xc_status_is_error(r->status) ? r->status
                                         : xc_stream_finish(&r->stream);
}
