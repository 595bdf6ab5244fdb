/* server_ws.h - the server's side of WebSocket (RFC 6455) as XMPP uses it (RFC
   7395): the handshake, frames in, frames out. Bytes to events and no I/O, as
   the codec does it:

       char buffer[4096], *at = buffer; (of which a read has filled `got`)
       while ((event = ws_next(&ws, &at, buffer + got, &out)) !=
              WS_NEED_MORE) {
           if (event == WS_PAYLOAD)
               ... xc_stream_next until `out` is used up
           else if (event == WS_MESSAGE_END)
               status = xc_stream_end_message(&stream);
           else
               link_send_bytes(&link, out);
           if (event == WS_OPENED)
               ... xc_stream_init for XC_WEBSOCKET, link.framing = &ws_framing
           if (event == WS_CLOSED)
               break;
       }

   Left to others: TLS; the UTF-8 of messages, which the codec checks; and the
   Origin, which tells nothing where everybody has to log in (RFC 6455 section
   10.2 is about browsers that are logged in already). */
#ifndef SERVER_WS_H
#define SERVER_WS_H

#include "link.h"
#include "sha.h"
#include "xmpp_codec.h"

typedef enum ws_event {
    WS_NEED_MORE,   /* every byte was taken */
    WS_OPENED,      /* the handshake is over: send *out; the memory given to
                       ws_init is yours again */
    WS_PAYLOAD,     /* *out is a piece of a message */
    WS_MESSAGE_END, /* the pieces before were all of it */
    WS_ANSWER,      /* send *out: a pong */
    WS_CLOSED       /* send *out (an HTTP error, a Close frame or nothing),
                       then hang up; each later call says the same */
} ws_event;

/* Opcodes (RFC 6455 section 5.2). */
enum {
    WS_CONTINUATION,
    WS_TEXT,
    WS_BINARY,
    WS_CLOSE = 8,
    WS_PING,
    WS_PONG
};

/* Why it is closed (section 7.4.1). */
enum {
    WS_NORMAL = 1000,
    WS_GOING_AWAY = 1001,
    WS_PROTOCOL_ERROR = 1002,
    WS_UNACCEPTABLE = 1003,
    WS_POLICY = 1008,
    WS_TOO_BIG = 1009
};

enum {
    WS_ANSWER_SIZE = 256,
    WS_HEAD_SIZE = 14,    /* of the longest frame header, with its mask */
    WS_CONTROL_MAX = 125, /* bytes of payload (section 5.5) */
    WS_FRAME_ROOM = 10    /* what a server's frame header takes at most */
};

enum ws_phase {
    WS_IN_REQUEST,
    WS_IN_HEAD,
    WS_IN_PAYLOAD,
    WS_AT_END,
    WS_OVER
};

struct websocket {
    uint8_t phase;
    bool in_message; /* a fragment was there, and not the last one */
    bool close_sent;
    uint8_t head_len;
    unsigned char head[WS_HEAD_SIZE]; /* of the frame, so far */
    uint64_t left;                    /* payload of the frame to come */
    uint64_t taken;                   /* ... and that was there */
    uint64_t message, message_max;    /* bytes in all frames of a message */
    char *memory;                     /* the request, so far */
    size_t size, used;
    char answer[WS_ANSWER_SIZE]; /* a control frame while it comes */
};

/* `memory` is for the request, whose size it bounds: 4 KiB, say. `message_max`
   bounds messages (0: no limit). */
static inline void ws_init(struct websocket *w, char *memory, size_t size,
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
static inline size_t ws_write_head(char *head, unsigned opcode,
                                   uint64_t payload)
{
    size_t bytes = payload < 126 ? 0 : payload < 65536 ? 2 : 8;
    head[0] = (char)(unsigned char)(0x80 | opcode);
    head[1] = (char)(bytes == 0 ? payload : bytes == 2 ? 126 : 127);
    for (size_t i = 0; i < bytes; i++)
        head[2 + i] =
            (char)(unsigned char)(payload >> (8 * (bytes - 1 - i)) & 0xFF);
    return 2 + bytes;
}

/* A message for each link_begin ... link_send (RFC 7395 section 3.3.3). */
static inline size_t ws_close_frame(char *frame, size_t payload)
{
    char head[WS_FRAME_ROOM];
    size_t size = ws_write_head(head, WS_TEXT, payload);
    if (payload == 0)
        return 0;
    memmove(frame + size, frame + WS_FRAME_ROOM, payload);
    memcpy(frame, head, size);
    return size + payload;
}

static const struct link_framing ws_framing = {WS_FRAME_ROOM, ws_close_frame};

static inline xc_str ws_control(struct websocket *w, unsigned opcode,
                                size_t payload)
{
    xc_str frame = {w->answer, 0};
    frame.len = ws_write_head(w->answer, opcode, payload) + payload;
    return frame;
}

/* The Close frame to send when the server ends it; empty if there was one, or
   if no WebSocket is open. What the client still says is dropped, until its
   own Close: WS_CLOSED. Valid until the next call. */
static inline xc_str ws_close(struct websocket *w, unsigned code)
{
    if (w->close_sent || w->phase == WS_IN_REQUEST)
        return XC_STR("");
    w->close_sent = true;
    w->answer[2] = (char)(unsigned char)(code >> 8);
    w->answer[3] = (char)(unsigned char)(code & 0xFF);
    return ws_control(w, WS_CLOSE, 2);
}

static inline ws_event ws_end(struct websocket *w, unsigned code, xc_str *out)
{
    *out = ws_close(w, code);
    w->phase = WS_OVER;
    return WS_CLOSED;
}

/* ---- the request (RFC 6455 section 4.2.1) ------------------------------- */

struct ws_request {
    xc_str host, key, version;
    bool upgrade, connection, xmpp; /* have the token that they must have */
};

static inline xc_str ws_trim(xc_str s)
{
    for (; s.len > 0 && (*s.ptr == ' ' || *s.ptr == '\t'); s.len--)
        s.ptr++;
    while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s.len--;
    return s;
}

/* The same but for the case of ASCII letters; `name` is in lower case. */
static inline bool ws_is(xc_str s, const char *name)
{
    size_t i;
    if (s.len != strlen(name))
        return false;
    for (i = 0; i < s.len; i++)
        if (s.ptr[i] != name[i] &&
            (s.ptr[i] < 'A' || s.ptr[i] > 'Z' || (s.ptr[i] | 0x20) != name[i]))
            return false;
    return true;
}

/* Is the token in the list "a, b, c"? */
static inline bool ws_has(xc_str list, const char *token,
                          bool (*same)(xc_str, const char *))
{
    while (list.ptr != NULL)
        if (same(ws_trim(xc_str_cut(&list, ',')), token))
            return true;
    return false;
}

static inline bool ws_set_once(xc_str *field, xc_str value)
{
    bool first = field->ptr == NULL;
    *field = value;
    return first;
}

/* False: malformed. A name must not be empty nor have spaces: so one that goes
   on from the line before is refused (RFC 9112 sections 5.1 and 5.2). */
static inline bool ws_read_field(struct ws_request *r, xc_str line)
{
    xc_str value = line, name = xc_str_cut(&value, ':');
    if (name.len == 0 || value.ptr == NULL ||
        memchr(name.ptr, ' ', name.len) != NULL ||
        memchr(name.ptr, '\t', name.len) != NULL)
        return false;
    value = ws_trim(value);
    if (ws_is(name, "host"))
        return ws_set_once(&r->host, value);
    if (ws_is(name, "sec-websocket-key"))
        return ws_set_once(&r->key, value);
    if (ws_is(name, "sec-websocket-version"))
        return ws_set_once(&r->version, value);
    r->upgrade |= ws_is(name, "upgrade") && ws_has(value, "websocket", ws_is);
    r->connection |=
        ws_is(name, "connection") && ws_has(value, "upgrade", ws_is);
    r->xmpp |= ws_is(name, "sec-websocket-protocol") &&
               ws_has(value, "xmpp", xc_str_is);
    return true;
}

static inline xc_str ws_line(xc_str *rest)
{
    xc_str line = xc_str_cut(rest, '\n');
    if (line.len > 0)
        line.len--; /* the CR, which is there (ws_may_follow) */
    return line;
}

/* False: malformed. */
static inline bool ws_read_request(struct ws_request *r, xc_str request)
{
    xc_str version = ws_line(&request), line;
    xc_str method = xc_str_cut(&version, ' ');
    xc_str target = xc_str_cut(&version, ' ');
    memset(r, 0, sizeof *r);
    if (!xc_str_is(method, "GET") || target.len == 0 ||
        !xc_str_is(version, "HTTP/1.1"))
        return false;
    while ((line = ws_line(&request)).len > 0)
        if (!ws_read_field(r, line))
            return false;
    return r->host.ptr != NULL;
}

/* ---- the answer to it (section 4.2.2) ----------------------------------- */

static inline ws_event ws_refuse(struct websocket *w, const char *status,
                                 const char *fields, const char *text,
                                 xc_str *out)
{
    int len = snprintf(w->answer, sizeof w->answer,
                       "HTTP/1.1 %s\r\n%sContent-Type: text/plain\r\n"
                       "Content-Length: %u\r\n\r\n%s\n",
                       status, fields, (unsigned)strlen(text) + 1, text);
    out->ptr = w->answer;
    out->len = len > 0 && (size_t)len < sizeof w->answer ? (size_t)len : 0;
    w->phase = WS_OVER;
    return WS_CLOSED;
}

static inline ws_event ws_refuse_400(struct websocket *w, const char *text,
                                     xc_str *out)
{
    return ws_refuse(w, "400 Bad Request", "Connection: close\r\n", text, out);
}

#define WS_UPGRADE "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"

/* Proves that this is a WebSocket server: base64 of SHA-1 of the key and a
   constant of RFC 6455 section 1.3. */
static inline xc_str ws_accept(xc_str key, char *memory, size_t size)
{
    xc_str pieces[2], digest, accept;
    unsigned char sum[20];
    pieces[0] = key;
    pieces[1] = XC_STR("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    sha1.digest(pieces, 2, sum);
    digest.ptr = (const char *)sum;
    digest.len = sizeof sum;
    xc_base64_encode(digest, memory, size, &accept);
    return accept;
}

static inline ws_event ws_open(struct websocket *w, xc_str key, xc_str *out)
{
    char accept[XC_BASE64_SIZE(20)];
    int len = snprintf(w->answer, sizeof w->answer,
                       "HTTP/1.1 101 Switching Protocols\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: " XC_FMT "\r\n"
                       "Sec-WebSocket-Protocol: xmpp\r\n\r\n",
                       XC_ARG(ws_accept(key, accept, sizeof accept)));
    out->ptr = w->answer;
    out->len = (size_t)len;
    w->phase = WS_IN_HEAD;
    return WS_OPENED;
}

static inline bool ws_is_key(xc_str key)
{
    char memory[16];
    xc_str nonce;
    return xc_base64_decode(key, memory, sizeof memory, &nonce) == XC_OK &&
           nonce.len == sizeof memory;
}

static inline ws_event ws_judge(struct websocket *w, xc_str *out)
{
    struct ws_request r;
    xc_str request = {w->memory, w->used};
    if (!ws_read_request(&r, request))
        return ws_refuse_400(w, "This is not a GET of HTTP/1.1.", out);
    if (!r.upgrade || !r.connection)
        return ws_refuse(w, "426 Upgrade Required", WS_UPGRADE,
                         "This server speaks WebSocket.", out);
    if (!xc_str_is(r.version, "13"))
        return ws_refuse(w, "426 Upgrade Required",
                         WS_UPGRADE "Sec-WebSocket-Version: 13\r\n",
                         "This server speaks version 13.", out);
    if (!ws_is_key(r.key))
        return ws_refuse_400(w, "The Sec-WebSocket-Key is none.", out);
    if (!r.xmpp)
        return ws_refuse_400(w, "This server speaks the subprotocol xmpp.",
                             out);
    return ws_open(w, r.key, out);
}

/* Lines end with CR LF; nothing else has a CR, or a control character that is
   not a tab. */
static inline bool ws_may_follow(char before, char c)
{
    return (before == '\r') == (c == '\n') &&
           ((unsigned char)c >= ' ' || c == '\t' || c == '\r' || c == '\n');
}

static inline ws_event ws_on_request(struct websocket *w, char **at,
                                     xc_str *out)
{
    char before = w->used > 0 ? w->memory[w->used - 1] : '\0', c = *(*at)++;
    if (!ws_may_follow(before, c))
        return ws_refuse_400(w, "This is not HTTP.", out);
    if (w->used == w->size)
        return ws_refuse(w, "431 Request Header Fields Too Large",
                         "Connection: close\r\n", "This request is too long.",
                         out);
    w->memory[w->used++] = c;
    if (w->used < 4 || memcmp(w->memory + w->used - 4, "\r\n\r\n", 4) != 0)
        return WS_NEED_MORE;
    return ws_judge(w, out);
}

/* ---- frames in (section 5.2) -------------------------------------------- */

static inline unsigned ws_opcode(const struct websocket *w)
{
    return w->head[0] & 0x0Fu;
}

static inline bool ws_is_control(const struct websocket *w)
{
    return ws_opcode(w) >= WS_CLOSE;
}

static inline bool ws_is_last(const struct websocket *w)
{
    return (w->head[0] & 0x80) != 0;
}

/* How many bytes after the first two tell the length. */
static inline size_t ws_length_bytes(const struct websocket *w)
{
    unsigned length = w->head[1] & 0x7Fu;
    return length < 126 ? 0 : length == 126 ? 2 : 8;
}

static inline uint64_t ws_length(const struct websocket *w)
{
    uint64_t length = 0;
    if (ws_length_bytes(w) == 0)
        return w->head[1] & 0x7Fu;
    for (size_t i = 0; i < ws_length_bytes(w); i++)
        length = length << 8 | w->head[2 + i];
    return length;
}

/* What is wrong with the first two bytes; 0: nothing. */
static inline unsigned ws_start_fault(const struct websocket *w)
{
    unsigned opcode = ws_opcode(w);
    if ((w->head[0] & 0x70) != 0) /* no extension was negotiated */
        return WS_PROTOCOL_ERROR;
    if ((w->head[1] & 0x80) == 0) /* a client must mask (section 5.1) */
        return WS_PROTOCOL_ERROR;
    if (ws_is_control(w)) /* section 5.5 */
        return opcode > WS_PONG || !ws_is_last(w) || ws_length_bytes(w) > 0
                   ? WS_PROTOCOL_ERROR
                   : 0;
    if (opcode > WS_BINARY || w->in_message != (opcode == WS_CONTINUATION))
        return WS_PROTOCOL_ERROR;
    return opcode == WS_BINARY ? WS_UNACCEPTABLE : 0; /* RFC 7395 3.2 */
}

/* The length must be written in the shortest way. */
static inline unsigned ws_length_fault(const struct websocket *w)
{
    size_t bytes = ws_length_bytes(w);
    uint64_t length = ws_length(w);
    if ((bytes == 2 && length < 126) || (bytes == 8 && length < 65536) ||
        length >> 63 != 0)
        return WS_PROTOCOL_ERROR;
    if (!ws_is_control(w) && w->message_max > 0 &&
        length > w->message_max - w->message)
        return WS_TOO_BIG;
    return 0;
}

/* Tells it as soon as the bytes are there. */
static inline unsigned ws_head_fault(const struct websocket *w)
{
    unsigned fault = w->head_len == 2 ? ws_start_fault(w) : 0;
    if (fault == 0 && w->head_len == 2 + ws_length_bytes(w))
        fault = ws_length_fault(w);
    return fault;
}

static inline ws_event ws_on_head(struct websocket *w, char **at, xc_str *out)
{
    unsigned fault;
    w->head[w->head_len++] = (unsigned char)*(*at)++;
    fault = ws_head_fault(w);
    if (fault != 0)
        return ws_end(w, fault, out);
    if (w->head_len < 2 + ws_length_bytes(w) + 4) /* with the mask */
        return WS_NEED_MORE;
    w->left = ws_length(w);
    w->taken = 0;
    w->phase = w->left > 0 ? WS_IN_PAYLOAD : WS_AT_END;
    return WS_NEED_MORE;
}

static inline void ws_unmask(const struct websocket *w, char *p, size_t n)
{
    const unsigned char *mask = w->head + w->head_len - 4;
    for (size_t i = 0; i < n; i++)
        p[i] = (char)((unsigned char)p[i] ^ mask[(w->taken + i) % 4]);
}

/* A message is passed on piece by piece, a control frame collected. */
static inline ws_event ws_on_payload(struct websocket *w, char **at, char *end,
                                     xc_str *out)
{
    xc_str piece = {*at, (size_t)(end - *at)};
    if (piece.len > w->left)
        piece.len = (size_t)w->left;
    ws_unmask(w, *at, piece.len);
    *at += piece.len;
    if (ws_is_control(w))
        memcpy(w->answer + 2 + w->taken, piece.ptr, piece.len);
    else
        w->message += piece.len;
    w->taken += piece.len;
    w->left -= piece.len;
    if (w->left == 0)
        w->phase = WS_AT_END;
    if (ws_is_control(w) || w->close_sent)
        return WS_NEED_MORE;
    *out = piece;
    return WS_PAYLOAD;
}

/* A code that may be in a Close frame (section 7.4): not those that tell what
   happened without one. */
static inline bool ws_is_code(unsigned code)
{
    return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) ||
           (code >= 3000 && code <= 4999);
}

/* The answer to a Close has its code, if it had one (section 5.5.1). */
static inline ws_event ws_on_close(struct websocket *w, xc_str *out)
{
    unsigned code =
        (unsigned char)w->answer[2] * 256u + (unsigned char)w->answer[3];
    if (w->taken == 1 || (w->taken > 1 && !ws_is_code(code)))
        return ws_end(w, WS_PROTOCOL_ERROR, out);
    if (w->taken > 1)
        return ws_end(w, code, out);
    if (!w->close_sent)
        *out = ws_control(w, WS_CLOSE, 0);
    w->close_sent = true;
    w->phase = WS_OVER;
    return WS_CLOSED;
}

static inline ws_event ws_on_control(struct websocket *w, xc_str *out)
{
    if (ws_opcode(w) == WS_CLOSE)
        return ws_on_close(w, out);
    if (ws_opcode(w) == WS_PONG || w->close_sent)
        return WS_NEED_MORE;
    *out = ws_control(w, WS_PONG, (size_t)w->taken);
    return WS_ANSWER;
}

static inline ws_event ws_on_end(struct websocket *w, xc_str *out)
{
    w->phase = WS_IN_HEAD;
    w->head_len = 0;
    if (ws_is_control(w))
        return ws_on_control(w, out);
    w->in_message = !ws_is_last(w);
    if (w->in_message)
        return WS_NEED_MORE;
    w->message = 0;
    return w->close_sent ? WS_NEED_MORE : WS_MESSAGE_END;
}

/* ---- events ------------------------------------------------------------- */

static inline ws_event ws_step(struct websocket *w, char **at, char *end,
                               xc_str *out)
{
    switch (w->phase) {
    case WS_IN_REQUEST: return ws_on_request(w, at, out);
    case WS_IN_HEAD: return ws_on_head(w, at, out);
    case WS_IN_PAYLOAD: return ws_on_payload(w, at, end, out);
    default: return ws_on_end(w, out);
    }
}

/* Takes bytes from *at on, up to `end`; what is payload is unmasked in place.
   *out is valid until the next call. */
static inline ws_event ws_next(struct websocket *w, char **at, char *end,
                               xc_str *out)
{
    ws_event event = WS_NEED_MORE;
    *out = XC_STR("");
    if (w->phase == WS_OVER)
        *at = end;
    if (w->phase == WS_OVER)
        return WS_CLOSED;
    while (event == WS_NEED_MORE && (*at < end || w->phase == WS_AT_END))
        event = ws_step(w, at, end, out);
    return event;
}

#endif
