/* web.h - the client's side of WebSocket (RFC 6455, RFC 7395), as far as a
   load test needs it: a handshake, masked frames out, frames in.

       connection_send_bytes(&c, xc_str_from(web_request()));
       event = web_next(&web, &in, &piece);    until WEB_NEED_MORE
       WEB_OPENED: c.framing = &web_framing, and the stream begins */
#ifndef LOAD_WEB_H
#define LOAD_WEB_H

#include "connection.h"

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

extern const struct connection_framing web_framing;

const char *web_request(void);

/* Takes bytes from the front of *in. *out is a piece of a message. */
enum web_event web_next(struct web *w, xc_str *in, xc_str *out);

#endif
