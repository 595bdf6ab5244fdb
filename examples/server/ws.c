#include "ws.h"

#include "ws_request.h"

#include <string.h>

void ws_init(struct websocket *w, char *memory, size_t size,
             uint64_t message_max)
{
    memset(w, 0, sizeof *w);
    w->memory = memory;
    w->size = size;
    w->message_max = message_max;
}

/* ---- frames out --------------------------------------------------------- */

/* A frame header of a server, which never masks (section 5.1): the length in
   the shortest of three ways. Returns its size. */
static size_t write_head(char *head, unsigned opcode, uint64_t payload)
{
    size_t bytes = payload < 126 ? 0 : payload < 65536 ? 2 : 8;
    head[0] = (char)(unsigned char)(0x80 | opcode);
    head[1] = (char)(bytes == 0 ? payload : bytes == 2 ? 126 : 127);
    for (size_t i = 0; i < bytes; i++)
        head[2 + i] =
            (char)(unsigned char)(payload >> (8 * (bytes - 1 - i)) & 0xFF);
    return 2 + bytes;
}

static size_t close_frame(char *frame, size_t payload)
{
    char head[WS_FRAME_ROOM];
    size_t size = write_head(head, WS_TEXT, payload);
    if (payload == 0)
        return 0;
    memmove(frame + size, frame + WS_FRAME_ROOM, payload);
    memcpy(frame, head, size);
    return size + payload;
}

const struct connection_framing ws_framing = {WS_FRAME_ROOM, close_frame};

static xc_str control_frame(struct websocket *w, unsigned opcode,
                            size_t payload)
{
    xc_str frame = {w->reply, 0};
    frame.len = write_head(w->reply, opcode, payload) + payload;
    return frame;
}

xc_str ws_close(struct websocket *w, unsigned code)
{
    if (w->close_sent || w->phase == WS_IN_REQUEST)
        return XC_STR("");
    w->close_sent = true;
    w->reply[2] = (char)(unsigned char)(code >> 8);
    w->reply[3] = (char)(unsigned char)(code & 0xFF);
    return control_frame(w, WS_CLOSE, 2);
}

static ws_event end_with(struct websocket *w, unsigned code, xc_str *out)
{
    *out = ws_close(w, code);
    w->phase = WS_OVER;
    return WS_CLOSED;
}

/* ---- the request -------------------------------------------------------- */

xc_str ws_refuse(struct websocket *w, const char *status, const char *fields,
                 const char *text)
{
    w->phase = WS_OVER;
    return ws_request_refuse(status, fields, text, w->reply, sizeof w->reply);
}

static ws_event on_request(struct websocket *w, char **at, xc_str *out)
{
    char before = w->used > 0 ? w->memory[w->used - 1] : '\0', c = *(*at)++;
    xc_str request = {w->memory, 0};
    bool opened;
    if (!ws_request_may_follow(before, c)) {
        *out = ws_refuse(w, "400 Bad Request", "Connection: close\r\n",
                         "This is not HTTP.");
        return WS_CLOSED;
    }
    if (w->used == w->size) {
        *out = ws_refuse(w, "431 Request Header Fields Too Large",
                         "Connection: close\r\n", "This request is too long.");
        return WS_CLOSED;
    }
    w->memory[w->used++] = c;
    if (w->used < 4 || memcmp(w->memory + w->used - 4, "\r\n\r\n", 4) != 0)
        return WS_NEED_MORE;
    request.len = w->used;
    opened = ws_request_judge(request, w->reply, sizeof w->reply, out);
    w->phase = opened ? WS_IN_HEAD : WS_OVER;
    return opened ? WS_OPENED : WS_CLOSED;
}

/* ---- frames in (section 5.2) -------------------------------------------- */

static unsigned frame_opcode(const struct websocket *w)
{
    return w->head[0] & 0x0Fu;
}

static bool is_control(const struct websocket *w)
{
    return frame_opcode(w) >= WS_CLOSE;
}

static bool is_last(const struct websocket *w)
{
    return (w->head[0] & 0x80) != 0;
}

/* How many bytes of length follow the first two. */
static size_t length_bytes(const struct websocket *w)
{
    unsigned length = w->head[1] & 0x7Fu;
    return length < 126 ? 0 : length == 126 ? 2 : 8;
}

static uint64_t frame_length(const struct websocket *w)
{
    uint64_t length = 0;
    if (length_bytes(w) == 0)
        return w->head[1] & 0x7Fu;
    for (size_t i = 0; i < length_bytes(w); i++)
        length = length << 8 | w->head[2 + i];
    return length;
}

/* What is wrong with the first two bytes; 0: nothing. */
static unsigned start_fault(const struct websocket *w)
{
    unsigned opcode = frame_opcode(w);
    if ((w->head[0] & 0x70) != 0) /* no extension was negotiated */
        return WS_PROTOCOL_ERROR;
    if ((w->head[1] & 0x80) == 0) /* a client must mask (section 5.1) */
        return WS_PROTOCOL_ERROR;
    if (is_control(w)) /* section 5.5 */
        return opcode > WS_PONG || !is_last(w) || length_bytes(w) > 0
                   ? WS_PROTOCOL_ERROR
                   : 0;
    if (opcode > WS_BINARY || w->in_message != (opcode == WS_CONTINUATION))
        return WS_PROTOCOL_ERROR;
    return opcode == WS_BINARY ? WS_UNACCEPTABLE : 0; /* RFC 7395 3.2 */
}

/* The length must be written in the shortest way. */
static unsigned length_fault(const struct websocket *w)
{
    size_t bytes = length_bytes(w);
    uint64_t length = frame_length(w);
    if ((bytes == 2 && length < 126) || (bytes == 8 && length < 65536) ||
        length >> 63 != 0)
        return WS_PROTOCOL_ERROR;
    if (!is_control(w) && w->message_max > 0 &&
        length > w->message_max - w->message)
        return WS_TOO_BIG;
    return 0;
}

/* Finds it as soon as the bytes have come. */
static unsigned head_fault(const struct websocket *w)
{
    unsigned fault = w->head_len == 2 ? start_fault(w) : 0;
    if (fault == 0 && w->head_len == 2 + length_bytes(w))
        fault = length_fault(w);
    return fault;
}

static ws_event on_head(struct websocket *w, char **at, xc_str *out)
{
    unsigned fault;
    w->head[w->head_len++] = (unsigned char)*(*at)++;
    fault = head_fault(w);
    w->fault = (uint16_t)fault;
    if (fault != 0)
        return end_with(w, fault, out);
    if (w->head_len < 2 + length_bytes(w) + 4) /* with the mask */
        return WS_NEED_MORE;
    w->left = frame_length(w);
    w->taken = 0;
    w->phase = w->left > 0 ? WS_IN_PAYLOAD : WS_AT_END;
    return WS_NEED_MORE;
}

static void unmask(const struct websocket *w, char *p, size_t n)
{
    const unsigned char *mask = w->head + w->head_len - 4;
    for (size_t i = 0; i < n; i++)
        p[i] = (char)((unsigned char)p[i] ^ mask[(w->taken + i) % 4]);
}

/* A message is passed on piece by piece, a control frame collected. */
static ws_event on_payload(struct websocket *w, char **at, char *end,
                           xc_str *out)
{
    xc_str piece = {*at, (size_t)(end - *at)};
    if (piece.len > w->left)
        piece.len = (size_t)w->left;
    unmask(w, *at, piece.len);
    *at += piece.len;
    if (is_control(w))
        memcpy(w->reply + 2 + w->taken, piece.ptr, piece.len);
    else
        w->message += piece.len;
    w->taken += piece.len;
    w->left -= piece.len;
    if (w->left == 0)
        w->phase = WS_AT_END;
    if (is_control(w) || w->close_sent)
        return WS_NEED_MORE;
    *out = piece;
    return WS_PAYLOAD;
}

/* A code that may be in a Close frame (section 7.4): not the codes for
   connections that ended without one. */
static bool is_code(unsigned code)
{
    return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
           (code >= 3000 && code <= 4999);
}

/* The reply to a Close has its code, if it had one (section 5.5.1). */
static ws_event on_close(struct websocket *w, xc_str *out)
{
    unsigned code =
        (unsigned char)w->reply[2] * 256u + (unsigned char)w->reply[3];
    if (w->taken == 1 || (w->taken > 1 && !is_code(code)))
        return end_with(w, WS_PROTOCOL_ERROR, out);
    if (w->taken > 1)
        return end_with(w, code, out);
    if (!w->close_sent)
        *out = control_frame(w, WS_CLOSE, 0);
    w->close_sent = true;
    w->phase = WS_OVER;
    return WS_CLOSED;
}

static ws_event on_control(struct websocket *w, xc_str *out)
{
    if (frame_opcode(w) == WS_CLOSE)
        return on_close(w, out);
    if (frame_opcode(w) == WS_PONG || w->close_sent)
        return WS_NEED_MORE;
    *out = control_frame(w, WS_PONG, (size_t)w->taken);
    return WS_REPLY;
}

static ws_event on_end(struct websocket *w, xc_str *out)
{
    w->phase = WS_IN_HEAD;
    w->head_len = 0;
    if (is_control(w))
        return on_control(w, out);
    w->in_message = !is_last(w);
    if (w->in_message)
        return WS_NEED_MORE;
    w->message = 0;
    return w->close_sent ? WS_NEED_MORE : WS_MESSAGE_END;
}

/* ---- events ------------------------------------------------------------- */

static ws_event step(struct websocket *w, char **at, char *end, xc_str *out)
{
    switch (w->phase) {
    case WS_IN_REQUEST: return on_request(w, at, out);
    case WS_IN_HEAD: return on_head(w, at, out);
    case WS_IN_PAYLOAD: return on_payload(w, at, end, out);
    default: return on_end(w, out);
    }
}

ws_event ws_next(struct websocket *w, char **at, char *end, xc_str *out)
{
    ws_event event = WS_NEED_MORE;
    *out = XC_STR("");
    if (w->phase == WS_OVER)
        *at = end;
    if (w->phase == WS_OVER)
        return WS_CLOSED;
    while (event == WS_NEED_MORE && (*at < end || w->phase == WS_AT_END))
        event = step(w, at, end, out);
    return event;
}
