/* load_web.h - the client's side of WebSocket (RFC 6455, RFC 7395), as far as
   a load test needs it: a handshake, masked frames out, frames in. */
#ifndef LOAD_WEB_H
#define LOAD_WEB_H

#include "examples/link.h"

enum {
    WEB_ROOM = 14
};

struct web {
    bool opened;            /* the handshake is over */
    unsigned char head[10]; /* of the frame, or the last 4 of the response */
    uint8_t head_len;
    uint64_t left; /* bytes of payload to come */
};

enum web_event {
    WEB_NEED_MORE,
    WEB_OPENED,
    WEB_PAYLOAD,
    WEB_MESSAGE_END,
    WEB_CLOSE,
    WEB_WRONG
};

/* Masked, as a client has to; with one mask for all. */
static inline size_t web_close_frame(char *frame, size_t payload)
{
    static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    unsigned char head[8] = {0x81};
    size_t size = payload < 126 ? 2 : 4; /* nothing here is longer */
    head[1] = (unsigned char)(0x80 | (payload < 126 ? payload : 126));
    head[2] = (unsigned char)(payload >> 8);
    head[3] = (unsigned char)(payload & 0xFF);
    memcpy(head + size, mask, 4);
    size += 4;
    memmove(frame + size, frame + WEB_ROOM, payload);
    memcpy(frame, head, size);
    for (size_t i = 0; i < payload; i++)
        frame[size + i] = (char)((unsigned char)frame[size + i] ^ mask[i % 4]);
    return size + payload;
}

static const struct link_framing web_framing = {WEB_ROOM, web_close_frame};

static inline const char *web_request(void)
{
    return "GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\n"
           "Upgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
           "Sec-WebSocket-Protocol: xmpp\r\n"
           "Sec-WebSocket-Version: 13\r\n\r\n";
}

/* Up to the empty line; its first line must say 101. */
static inline enum web_event web_on_response(struct web *w, unsigned char c)
{
    static const char begin[] = "HTTP/1.1 101 ";
    if (w->left < sizeof begin - 1 && c != (unsigned char)begin[w->left])
        return WEB_WRONG;
    w->left++;
    memmove(w->head, w->head + 1, 3);
    w->head[3] = c;
    if (memcmp(w->head, "\r\n\r\n", 4) != 0)
        return WEB_NEED_MORE;
    w->opened = true;
    w->left = 0;
    return WEB_OPENED;
}

static inline enum web_event web_on_head(struct web *w, unsigned char c)
{
    unsigned length;
    size_t bytes;
    w->head[w->head_len++] = c;
    length = w->head_len > 1 ? w->head[1] : 126;
    bytes = length < 126 ? 0 : length == 126 ? 2 : 8;
    if (length > 127 || (w->head[0] != 0x81 && w->head[0] != 0x88))
        return WEB_WRONG; /* masked, or no frame that a server of ours sends */
    if (w->head_len < 2 + bytes)
        return WEB_NEED_MORE;
    w->left = bytes == 0 ? length : 0;
    for (size_t i = 0; i < bytes; i++)
        w->left = w->left << 8 | w->head[2 + i];
    w->head_len = 0;
    if (w->head[0] == 0x88)
        return WEB_CLOSE;
    return w->left > 0 ? WEB_NEED_MORE : WEB_WRONG;
}

/* Takes bytes from the front of *in; *out is a piece of a message. */
static inline enum web_event web_next(struct web *w, xc_str *in, xc_str *out)
{
    enum web_event event = WEB_NEED_MORE;
    if (w->opened && w->left == 0 && w->head_len == UINT8_MAX) {
        w->head_len = 0;
        return WEB_MESSAGE_END;
    }
    for (;
         in->len > 0 && event == WEB_NEED_MORE && (!w->opened || w->left == 0);
         in->ptr++, in->len--)
        event = w->opened ? web_on_head(w, (unsigned char)*in->ptr)
                          : web_on_response(w, (unsigned char)*in->ptr);
    if (event != WEB_NEED_MORE || in->len == 0)
        return event;
    out->ptr = in->ptr;
    out->len = in->len < w->left ? in->len : (size_t)w->left;
    in->ptr += out->len;
    in->len -= out->len;
    w->left -= out->len;
    if (w->left == 0)
        w->head_len = UINT8_MAX; /* the message has ended */
    return WEB_PAYLOAD;
}

#endif
