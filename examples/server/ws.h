/* ws.h - the server's side of WebSocket (RFC 6455) as XMPP uses it (RFC 7395):
   the handshake, frames in, frames out. Bytes to events and no I/O, as in the
   codec; receive.c shows the loop:

       while ((event = ws_next(&ws, &at, end, &out)) != WS_NEED_MORE)
           ... what each event asks for is said below

   Out of scope: TLS; the UTF-8 of messages, which the codec checks.
   Needs xmpp_codec.h, ws_request.h, and connection.h of ../lib. */
#ifndef SERVER_WS_H
#define SERVER_WS_H

#include "connection.h"
#include "xmpp_codec.h"

typedef enum ws_event {
    WS_NEED_MORE,   /* every byte was taken */
    WS_OPENED,      /* the handshake is over: send *out; the memory given to
                       ws_init is yours again, for xc_stream_init with
                       XC_WEBSOCKET; set connection.framing = &ws_framing */
    WS_PAYLOAD,     /* *out is a piece of a message, unmasked in place: call
                       xc_stream_next until it is used up */
    WS_MESSAGE_END, /* that was all of it: call xc_stream_end_message */
    WS_REPLY,       /* send *out: a pong */
    WS_CLOSED       /* send *out (an HTTP error, a Close frame or nothing),
                       then hang up; each later call returns the same */
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
    WS_REPLY_SIZE = 256,
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
    uint16_t fault; /* why we have ended it: WS_TOO_BIG...; 0: we have not */
    uint8_t head_len;
    unsigned char head[WS_HEAD_SIZE]; /* of the frame, so far */
    uint64_t left;                    /* payload of the frame to come */
    uint64_t taken;                   /* ... and that was there */
    uint64_t message, message_max;    /* bytes in all frames of a message */
    char *memory;                     /* the request, so far */
    size_t size, used;
    char reply[WS_REPLY_SIZE]; /* a control frame while it comes */
};

/* `memory` is for the request, whose size it bounds: 4 KiB, say. `message_max`
   bounds messages (0: no limit). */
void ws_init(struct websocket *w, char *memory, size_t size,
             uint64_t message_max);

/* Takes bytes from *at on, up to `end`. *out is valid until the next call. */
ws_event ws_next(struct websocket *w, char **at, char *end, xc_str *out);

/* The Close frame to send when the server ends it; empty if it was sent before
   or no WebSocket is open. Messages of the client are dropped from now on,
   until its own Close: WS_CLOSED. Valid until the next call. */
xc_str ws_close(struct websocket *w, unsigned code);

/* Ends it before the handshake, with a response of HTTP (ws_request_refuse).
   Valid until the next call. */
xc_str ws_refuse(struct websocket *w, const char *status, const char *fields,
                 const char *text);

/* A message for each connection_begin ... connection_send (RFC 7395 section
   3.3.3). */
extern const struct connection_framing ws_framing;

#endif
