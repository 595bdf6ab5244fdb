#define _POSIX_C_SOURCE 200809L
#include "outbox.h"

#include "clock.h"
#include "signals.h"
#include "stanzas.h"
#include "terminal.h"

#include <stdio.h>
#include <unistd.h>

enum {
    SEND_TIME = 60000 /* milliseconds to send it, and for the reply */
};

bool s2s_outbox_is_reading(const struct s2s *s)
{
    return s->to[0] != '\0' && s->carrier == NULL &&
           s->exit_code == EXIT_NOT_YET;
}

static void send_message(struct s2s *s)
{
    char from[S2S_DOMAIN_SIZE + 8];
    xc_message m = {.to = xc_str_from(s->to),
                    .type = XC_MESSAGE_CHAT,
                    .id = XC_STR("s2s-1"),
                    .body = {s->body, s->body_len}};
    xc_writer w;
    snprintf(from, sizeof from, "s2s@%s", s->domain);
    m.from = xc_str_from(from);
    xc_write(s2s_stanza_begin(s, &w), &xc_message_schema, &m);
    s->carrier = s2s_stanza_send(s, &w, m.to);
    if (s->carrier != NULL)
        return;
    fprintf(stderr, "no way to send this to %s\n", s->to);
    s->exit_code = EXIT_CONNECTION;
}

/* The body is complete; the last line end is not part of it. */
static void end_of_body(struct s2s *s)
{
    if (s->body_len > 0 && s->body[s->body_len - 1] == '\n')
        s->body_len--;
    s->deadline = clock_ms() + SEND_TIME;
    if (xc_utf8_check((xc_str){s->body, s->body_len}) == s->body_len) {
        send_message(s);
    } else {
        fprintf(stderr, "s2s: the message is no text in UTF-8\n");
        s->exit_code = EXIT_USAGE;
    }
}

void s2s_outbox_read(struct s2s *s)
{
    ssize_t got = read(STDIN_FILENO, s->body + s->body_len,
                       sizeof s->body - s->body_len);
    if (got <= 0) {
        end_of_body(s);
        return;
    }
    s->body_len += (size_t)got;
    if (s->body_len == sizeof s->body) {
        fprintf(stderr, "s2s: a message has less than %zu bytes\n",
                sizeof s->body);
        s->exit_code = EXIT_USAGE;
    }
}

/* Did the socket take all of it? The peer's close tag then confirms that it
   has arrived (see the end of s2s.c's loop). */
static bool is_sent(const struct s2s *s)
{
    const struct s2s_peer *p = s->carrier;
    return p->proof == S2S_PROOF_VALID && p->waiting == 0 &&
           connection_waiting(&p->stream.connection) == 0;
}

void s2s_outbox_check(struct s2s *s)
{
    if (s->carrier == NULL || s->exit_code != EXIT_NOT_YET)
        return;
    if (!s->reply_wanted && is_sent(s))
        s->exit_code = EXIT_DONE;
    else if (clock_ms() >= s->deadline)
        s->exit_code = EXIT_CONNECTION;
}

void s2s_outbox_on_message(struct s2s *s, const xc_message *m)
{
    const char *name = xc_stanza_error_name(m->error.condition.value);
    if (s->carrier == NULL ||
        !xc_str_equal(xc_jid_cut_resource(m->from),
                      xc_jid_cut_resource(xc_str_from(s->to))))
        return;
    if (m->type == XC_MESSAGE_ERROR) {
        fprintf(stderr, "%s: %s", s->to, name != NULL ? name : "an error");
        terminal_put_detail(stderr, m->error.text);
        s->exit_code = EXIT_REFUSED;
    } else if (m->body.ptr != NULL && s->reply_wanted) {
        s->exit_code = EXIT_DONE;
    }
}
