#include "web.h"

#include <string.h>

enum {
    FRAME_ROOM = 14
};

/* Masked, as a client must; with one mask for all frames. */
static size_t close_frame(char *frame, size_t payload)
{
    static const unsigned char mask[4] = {0x37, 0xfa, 0x21, 0x3d};
    unsigned char head[8] = {0x81};
    size_t size = payload < 126 ? 2 : 4; /* nothing here is longer */
    head[1] = (unsigned char)(0x80 | (payload < 126 ? payload : 126));
    head[2] = (unsigned char)(payload >> 8);
    head[3] = (unsigned char)(payload & 0xFF);
    memcpy(head + size, mask, 4);
    size += 4;
    memmove(frame + size, frame + FRAME_ROOM, payload);
    memcpy(frame, head, size);
    for (size_t i = 0; i < payload; i++)
        frame[size + i] = (char)((unsigned char)frame[size + i] ^ mask[i % 4]);
    return size + payload;
}

const struct connection_framing web_framing = {FRAME_ROOM, close_frame};

const char *web_request(void)
{
    return "GET /xmpp-websocket HTTP/1.1\r\nHost: localhost\r\n"
           "Upgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
           "Sec-WebSocket-Protocol: xmpp\r\n"
           "Sec-WebSocket-Version: 13\r\n\r\n";
}

/* Reads up to the empty line; the first line must have status 101. */
static enum web_event on_response(struct web *w, unsigned char c)
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

static enum web_event on_head(struct web *w, unsigned char c)
{
    unsigned length;
    size_t bytes;
    w->head[w->head_len++] = c;
    length = w->head_len > 1 ? w->head[1] : 126;
    bytes = length < 126 ? 0 : length == 126 ? 2 : 8;
    if (length > 127 || (w->head[0] != 0x81 && w->head[0] != 0x88))
        return WEB_WRONG; /* masked, or not a frame of our server */
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

enum web_event web_next(struct web *w, xc_str *in, xc_str *out)
{
    enum web_event event = WEB_NEED_MORE;
    if (w->opened && w->left == 0 && w->head_len == UINT8_MAX) {
        w->head_len = 0;
        return WEB_MESSAGE_END;
    }
    for (;
         in->len > 0 && event == WEB_NEED_MORE && (!w->opened || w->left == 0);
         in->ptr++, in->len--)
        event = w->opened ? on_head(w, (unsigned char)*in->ptr)
                          : on_response(w, (unsigned char)*in->ptr);
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
