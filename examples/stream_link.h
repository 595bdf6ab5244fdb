/* stream_link.h - an XMPP stream over a link, for gateway.c and s2s.c: our
   half (header, errors, close tag), and the peer's half, event by event.

       HEADERS    stream_link_open; what comes goes to the owner's function
       STANZAS    stream_link_begin, xc_write ..., stream_link_send
       CLOSE      stream_link_close: what the peer says until it closes, too,
                  is still heard; or
       ERROR      stream_link_refuse: nothing of the peer is heard any more
       OVER       stream_link_is_over; then stream_link_drop
*/
#ifndef STREAM_LINK_H
#define STREAM_LINK_H

#include "xmpp_codec.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "fields.h"
#include "link.h"
#include "put_text.h"

struct stream_link {
    struct link link;
    xc_stream stream;
    xc_stream_header header; /* ours */
    bool opened, closed;     /* our header, our close tag: queued */
    bool refused;            /* with a stream error */
    bool heard_close;        /* the peer says no more */
    bool lost;               /* the link is dead; see link.problem */
    int64_t deadline;        /* then it is over; 0: never */
};

/* What the owner does with an event. It must not drop the stream. */
typedef void stream_link_handler(void *owner, const xc_stream_event *ev);

enum {
    CLOSE_PATIENCE = 2000 /* milliseconds for the peer's close tag */
};

/* Memory for what waits to be sent, and for the codec. */
static inline void stream_link_init(struct stream_link *s, char *out,
                                    size_t out_size, char *mem, size_t size,
                                    const xc_stream_options *options)
{
    memset(s, 0, sizeof *s);
    link_init(&s->link, out, out_size, options->content_ns);
    xc_stream_init(&s->stream, mem, size, options);
}

/* ---- our half ----------------------------------------------------------- */

static inline xc_writer *stream_link_begin(struct stream_link *s)
{
    return link_begin(&s->link);
}

static inline void stream_link_queue(struct stream_link *s)
{
    xc_status status = link_send(&s->link);
    if (status == XC_ERR_BUFFER_SIZE) {
        s->lost = true;
        link_fail(&s->link, "the peer does not read what it gets");
    } else if (status != XC_OK) {
        fprintf(stderr, "could not write a stanza: %s\n",
                xc_status_text(status));
    }
}

/* Queues what was written; nothing can follow our close tag. */
static inline void stream_link_send(struct stream_link *s)
{
    if (!s->closed)
        stream_link_queue(s);
}

static inline void stream_link_open(struct stream_link *s)
{
    xc_writer_stream_open(stream_link_begin(s), &s->header);
    stream_link_queue(s);
    s->opened = true;
}

/* RFC 6120 section 4.4. */
static inline void stream_link_close(struct stream_link *s)
{
    if (s->opened && !s->closed) {
        xc_writer_stream_close(stream_link_begin(s));
        stream_link_queue(s);
    }
    s->closed = true;
    s->deadline = clock_ms() + CLOSE_PATIENCE;
}

/* An error needs a stream around it (RFC 6120 section 4.9.1.2). */
static inline void stream_link_refuse(struct stream_link *s,
                                      const char *condition, const char *text)
{
    xc_writer *w = stream_link_begin(s);
    if (s->closed)
        return;
    if (!s->opened)
        xc_writer_stream_open(w, &s->header);
    xc_writer_stream_error(w, condition, xc_str_from(text));
    xc_writer_stream_close(w);
    stream_link_queue(s);
    s->opened = s->closed = s->refused = s->link.ending = true;
    s->deadline = clock_ms() + CLOSE_PATIENCE;
}

/* ---- the peer's half ---------------------------------------------------- */

/* Takes the connection's end for a close tag that was forgotten. */
static inline void stream_link_hear_close(struct stream_link *s)
{
    s->heard_close = true;
    stream_link_close(s);
    s->link.ending = true;
}

static inline void stream_link_take(struct stream_link *s, xc_str in,
                                    stream_link_handler *handle, void *owner)
{
    xc_stream_event ev;
    xc_status status = XC_EVENT;
    while (!s->refused && !s->lost && status == XC_EVENT) {
        status = xc_stream_next(&s->stream, &in, &ev);
        if (status == XC_EVENT && ev.kind == XC_EVENT_CLOSE)
            stream_link_hear_close(s);
        else if (status == XC_EVENT)
            handle(owner, &ev);
    }
    if (xc_status_is_error(status)) {
        fprintf(stderr, "the peer broke a rule at byte %llu: %s\n",
                (unsigned long long)xc_stream_offset(&s->stream),
                xc_status_text(status));
        stream_link_refuse(s, xc_status_condition(status),
                           xc_status_text(status));
    }
}

/* Reads once, so that each connection has its turn. */
static inline void stream_link_read(struct stream_link *s,
                                    stream_link_handler *handle, void *owner)
{
    static char bytes[16384];
    xc_str in;
    link_got got = link_read(&s->link, bytes, sizeof bytes, &in);
    if (got == LINK_BYTES)
        stream_link_take(s, in, handle, owner);
    else if (got == LINK_END)
        stream_link_hear_close(s);
    else if (got == LINK_FAILED)
        s->lost = true;
}

/* Tells what <stream:error/> says, and returns its xc_stream_error_condition. */
static inline unsigned stream_link_show_error(const char *who,
                                              const xc_element *e)
{
    xc_stream_error error;
    const char *name = NULL;
    if (xc_was_read(xc_read(&xc_stream_error_schema, e, &error, NULL)))
        name = xc_stream_error_name(error.condition.value);
    if (name == NULL)
        return XC_STREAM_ERROR_UNDEFINED_CONDITION;
    fprintf(stderr, "%s says: %s%s", who, name,
            error.text.len > 0 ? ": " : "");
    put_text(stderr, error.text, true);
    fputc('\n', stderr);
    return error.condition.value;
}

/* A domain, enforced. False: it is more, or less, or does not fit. */
static inline bool read_domain(xc_str text, char *mem, size_t size)
{
    char jid_mem[XC_JID_MAX];
    xc_jid jid;
    return xc_jid_parse(text, jid_mem, sizeof jid_mem, &jid) == XC_OK &&
           jid.local_len == 0 && jid.resource_len == 0 &&
           keep(mem, size, xc_jid_domain(jid));
}

/* ---- the loop ----------------------------------------------------------- */

static inline short stream_link_events(const struct stream_link *s)
{
    short events = link_events(&s->link);
    return s->heard_close ? (short)(events & ~POLLIN) : events;
}

/* When poll reports something, and after anything was queued. */
static inline void stream_link_move(struct stream_link *s, short revents,
                                    stream_link_handler *handle, void *owner)
{
    bool readable = (revents & (POLLIN | POLLHUP | POLLERR)) != 0;
    if (!link_move(&s->link))
        s->lost = true;
    if (readable && !s->lost && !s->heard_close && !s->link.connecting)
        stream_link_read(s, handle, owner);
    if (!s->lost && !s->link.connecting && !link_move(&s->link))
        s->lost = true;
}

/* What poll is asked about a descriptor, if anything. */
static inline void poll_for(struct pollfd *p, bool wanted, int fd,
                            short events)
{
    p->fd = wanted ? fd : -1;
    p->events = events;
    p->revents = 0;
}

static inline bool stream_link_is_over(const struct stream_link *s)
{
    return s->lost || (s->heard_close && s->link.ended) ||
           (s->deadline != 0 && clock_ms() >= s->deadline);
}

static inline void stream_link_drop(struct stream_link *s)
{
    link_close(&s->link);
}

#endif
