/* recording.h - a recorded stream: one direction of a connection, with all
   bytes of it, so with the restarts after STARTTLS, compression and SASL.

       recording_init(&r, &self, &options, memory_size);
       while (tool_read(&input, &in))
           while (recording_next(&r, &in, &event) == RECORDING_EVENT)
               ...
       status = recording_finish(&r);

   The codec leaves it to its caller to say when a stream restarts; in a
   recording only the bytes show it. So after an element that may lead to a
   restart the next "<" and name are held back until it is clear whether a new
   stream begins. Anywhere else a stream header or an XML declaration goes to
   the codec, which refuses it. */
#ifndef RECORDING_H
#define RECORDING_H

#include "tool.h"

typedef enum recording_result {
    RECORDING_EVENT,   /* *ev is filled */
    RECORDING_RESTART, /* a new stream begins at ev->offset */
    RECORDING_MORE,    /* all input was taken */
    RECORDING_CLOSED,  /* the stream is over; the rest is left in the input */
    RECORDING_ERROR    /* see status */
} recording_result;

typedef struct recording {
    xc_stream stream;
    xc_stream_options options;
    xc_status status;
    void *memory;
    size_t size;
    uint64_t skipped;  /* bytes that the codec did not see */
    const char *after; /* the element that may lead to a restart, or NULL */
    const char *restarted_after; /* the one that did */
    bool detect;                 /* at the very start: is it BOSH? */
    bool message_ends;           /* WebSocket: after an element */
    bool between;                /* BOSH: outside of a body */
    bool closed;
    size_t held_len;
    char held[64]; /* "<" and a name that is not over yet */
} recording;

/* `options` as for xc_stream_init; XC_TCP becomes XC_BOSH if the recording
   begins with <body. */
void recording_init(recording *r, const tool *t,
                    const xc_stream_options *options, size_t size);

uint64_t recording_offset(const recording *r);

/* Like xc_stream_next. */
recording_result recording_next(recording *r, xc_str *in, xc_stream_event *ev);

/* The recording is over: XC_CLOSED, XC_OK or an error as by
   xc_stream_finish. */
xc_status recording_finish(recording *r);

#endif
