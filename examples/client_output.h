/* client_output.h - what the client tells: a line for each event, for people
   or with --script for programs, and complaints on stderr.

   What peers send is text to be shown and nothing else: characters that move
   the cursor or change the direction of writing are escaped, and a line end
   never begins a line of its own. */
#ifndef CLIENT_OUTPUT_H
#define CLIENT_OUTPUT_H

#include "client_state.h"

enum event_kind {
    EVENT_ONLINE,
    EVENT_MESSAGE,
    EVENT_RECEIPT,
    EVENT_ACKED,
    EVENT_STATE,
    EVENT_PRESENCE,
    EVENT_ROSTER,
    EVENT_SUBSCRIBE,
    EVENT_SUBSCRIBED,
    EVENT_UNSUBSCRIBE,
    EVENT_UNSUBSCRIBED,
    EVENT_JOINED,
    EVENT_LEFT,
    EVENT_SUBJECT,
    EVENT_HISTORY,
    EVENT_HISTORY_END,
    EVENT_PONG,
    EVENT_SENT,
    EVENT_RESENT,
    EVENT_CARBON,
    EVENT_DROPPED,
    EVENT_RESUMED,
    EVENT_ERROR,
    EVENT_CLOSED
};

/* %1 to %4 are the fields; a people's form NULL is not shown to people. */
static const struct event_form {
    const char *name;
    int fields;
    const char *color;
    const char *people;
} event_forms[] = {
    [EVENT_ONLINE] = {"online", 1, "32", "* you are %1"},
    [EVENT_MESSAGE] = {"message", 4, "36", "%1: %4"},
    [EVENT_RECEIPT] = {"receipt", 2, "2", "* %1 has got it"},
    [EVENT_ACKED] = {"acked", 1, NULL, NULL},
    [EVENT_STATE] = {"state", 2, "2", "* %1 is %2"},
    [EVENT_PRESENCE] = {"presence", 3, "2", "* %1 is %2 %3"},
    [EVENT_ROSTER] = {"roster", 3, "35", "* contact %1 (%2) %3"},
    [EVENT_SUBSCRIBE] = {"subscribe", 1, "33",
                         "* %1 asks to see your presence: /accept, /refuse"},
    [EVENT_SUBSCRIBED] = {"subscribed", 1, "33",
                          "* %1 lets you see its presence"},
    [EVENT_UNSUBSCRIBE] = {"unsubscribe", 1, "33",
                           "* %1 no longer wants to see your presence"},
    [EVENT_UNSUBSCRIBED] = {"unsubscribed", 1, "33",
                            "* %1 does not let you see its presence"},
    [EVENT_JOINED] = {"joined", 1, "32", "* you are in the room as %1"},
    [EVENT_LEFT] = {"left", 1, "33", "* you have left the room, as %1"},
    [EVENT_SUBJECT] = {"subject", 2, "2", "* %1 is about: %2"},
    [EVENT_HISTORY] = {"history", 3, NULL, "%2 %1: %3"},
    [EVENT_HISTORY_END] = {"history-end", 1, "2", "* these were %1"},
    [EVENT_PONG] = {"pong", 1, "32", "* %1 has answered"},
    [EVENT_SENT] = {"sent", 2, NULL, NULL},
    [EVENT_RESENT] = {"resent", 1, "33", "* sent again: %1"},
    [EVENT_CARBON] = {"carbon", 4, "36", "(%1) %2 -> %3: %4"},
    [EVENT_DROPPED] = {"dropped", 0, "31", "* the connection is lost"},
    [EVENT_RESUMED] = {"resumed", 1, "32", "* it goes on (%1 arrived)"},
    [EVENT_ERROR] = {"error", 3, "31", "! %1 %2: %3"},
    [EVENT_CLOSED] = {"closed", 0, "2", "* goodbye"},
};

/* Control characters (C1 too: a terminal may obey them), line and paragraph
   separators, and what turns the direction of writing. */
static bool is_harmful(uint32_t cp)
{
    return cp < 0x20 || (cp >= 0x7F && cp <= 0x9F) ||
           (cp >= 0x2028 && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

static void put_character(FILE *to, xc_str bytes, uint32_t cp, bool script)
{
    if (cp == '\n' && !script)
        fputs("\n    ", to);
    else if (cp == '\n' || cp == '\r' || cp == '\t')
        fprintf(to, "\\%c", cp == '\n' ? 'n' : cp == '\r' ? 'r' : 't');
    else if (cp == '\\' && script)
        fputs("\\\\", to);
    else if (is_harmful(cp))
        fprintf(to, "\\u%04X", (unsigned)cp);
    else
        fwrite(bytes.ptr, 1, bytes.len, to);
}

static void put_text(FILE *to, xc_str text, bool script)
{
    uint32_t cp;
    while (text.len > 0) {
        xc_str one = {text.ptr, xc_utf8_decode(text, &cp)};
        if (one.len == 0) { /* never in what a stream delivers */
            one.len = 1;
            cp = (unsigned char)*text.ptr;
            one.ptr = "?";
        }
        put_character(to, one, cp, script);
        text.ptr += one.len;
        text.len -= one.len;
    }
}

static void put_for_people(const struct event_form *form, const xc_str *fields)
{
    bool colored = form->color != NULL && isatty(STDOUT_FILENO) == 1;
    if (colored)
        printf("\033[%sm", form->color);
    for (const char *p = form->people; *p != '\0'; p++) {
        if (*p == '%')
            put_text(stdout, fields[*++p - '1'], false);
        else
            putchar(*p);
    }
    printf(colored ? "\033[0m\n" : "\n");
}

static void put_for_programs(const struct event_form *form,
                             const xc_str *fields)
{
    fputs(form->name, stdout);
    for (int i = 0; i < form->fields; i++) {
        putchar('\t');
        put_text(stdout, fields[i], true);
    }
    putchar('\n');
}

/* Who reads our output may rely on it; if it is gone, so are we, before
   anything more is acknowledged to the server. */
static void show(struct client *c, enum event_kind kind, xc_str a, xc_str b,
                 xc_str d, xc_str e)
{
    const struct event_form *form = &event_forms[kind];
    xc_str fields[4];
    fields[0] = a;
    fields[1] = b;
    fields[2] = d;
    fields[3] = e;
    if (c->options->script)
        put_for_programs(form, fields);
    else if (form->people != NULL && c->options->send_to == NULL)
        put_for_people(form, fields);
    if (fflush(stdout) == 0)
        return;
    fprintf(stderr, "client: cannot write to standard output\n");
    exit(CLIENT_LOST);
}

static void show_number(struct client *c, enum event_kind kind, uint32_t n)
{
    char text[16];
    snprintf(text, sizeof text, "%lu", (unsigned long)n);
    show(c, kind, xc_str_from(text), nothing, nothing, nothing);
}

/* On stderr; the detail may be what a peer has said. */
static void complain(const char *what, xc_str detail)
{
    fprintf(stderr, "client: %s", what);
    if (detail.len > 0) {
        fputs(": ", stderr);
        put_text(stderr, detail, true);
    }
    fputc('\n', stderr);
}

/* With --send there is nobody who reads events. */
static void show_error(struct client *c, xc_str from, const char *condition,
                       xc_str text)
{
    show(c, EVENT_ERROR, from, xc_str_from(condition), text, nothing);
    if (c->options->send_to != NULL && !c->options->script)
        complain(condition, text);
}

#endif
