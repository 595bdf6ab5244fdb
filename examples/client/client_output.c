#define _POSIX_C_SOURCE 200809L
#include "client_output.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "flaw.h"
#include "signals.h"
#include "terminal.h"

/* %1 to %4 are the fields; an event without a form for people is not shown to
   them. */
static const struct event_form {
    const char *name;
    int fields;
    const char *color;
    const char *people;
} event_forms[] = {
    [CLIENT_EVENT_ONLINE] = {"online", 1, "32", "* you are %1"},
    [CLIENT_EVENT_MESSAGE] = {"message", 4, "36", "%1: %4"},
    [CLIENT_EVENT_RECEIPT] = {"receipt", 2, "2", "* %1 has got it"},
    [CLIENT_EVENT_ACKED] = {"acked", 1, NULL, NULL},
    [CLIENT_EVENT_STATE] = {"state", 2, "2", "* %1 is %2"},
    [CLIENT_EVENT_PRESENCE] = {"presence", 3, "2", "* %1 is %2 %3"},
    [CLIENT_EVENT_ROSTER] = {"roster", 3, "35", "* contact %1 (%2) %3"},
    [CLIENT_EVENT_SUBSCRIBE] =
        {"subscribe", 1, "33",
         "* %1 asks to see your presence: /accept, /refuse"},
    [CLIENT_EVENT_SUBSCRIBED] = {"subscribed", 1, "33",
                                 "* %1 lets you see its presence"},
    [CLIENT_EVENT_UNSUBSCRIBE] = {"unsubscribe", 1, "33",
                                  "* %1 no longer wants to see your presence"},
    [CLIENT_EVENT_UNSUBSCRIBED] = {"unsubscribed", 1, "33",
                                   "* %1 does not let you see its presence"},
    [CLIENT_EVENT_JOINED] = {"joined", 1, "32", "* you are in the room as %1"},
    [CLIENT_EVENT_LEFT] = {"left", 1, "33", "* you have left the room, as %1"},
    [CLIENT_EVENT_SUBJECT] = {"subject", 2, "2", "* %1 is about: %2"},
    [CLIENT_EVENT_HISTORY] = {"history", 3, NULL, "%2 %1: %3"},
    [CLIENT_EVENT_HISTORY_END] = {"history-end", 1, "2", "* these were %1"},
    [CLIENT_EVENT_PONG] = {"pong", 1, "32", "* %1 has replied"},
    [CLIENT_EVENT_SENT] = {"sent", 2, NULL, NULL},
    [CLIENT_EVENT_RESENT] = {"resent", 1, "33", "* sent again: %1"},
    [CLIENT_EVENT_CARBON] = {"carbon", 4, "36", "(%1) %2 -> %3: %4"},
    [CLIENT_EVENT_DROPPED] = {"dropped", 0, "31", "* the connection is lost"},
    [CLIENT_EVENT_RESUMED] = {"resumed", 1, "32", "* it goes on (%1 arrived)"},
    [CLIENT_EVENT_ERROR] = {"error", 3, "31", "! %1 %2: %3"},
    [CLIENT_EVENT_CLOSED] = {"closed", 0, "2", "* goodbye"},
};

static void put_for_people(const struct event_form *form, const xc_str *fields)
{
    bool colored = form->color != NULL && isatty(STDOUT_FILENO) == 1;
    if (colored)
        printf("\033[%sm", form->color);
    for (const char *p = form->people; *p != '\0'; p++) {
        if (*p == '%')
            terminal_put_text(stdout, fields[*++p - '1'], false);
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
        terminal_put_text(stdout, fields[i], true);
    }
    putchar('\n');
}

void client_show(struct client *c, enum client_event kind, xc_str first,
                 xc_str second, xc_str third, xc_str fourth)
{
    const struct event_form *form = &event_forms[kind];
    xc_str fields[4];
    fields[0] = first;
    fields[1] = second;
    fields[2] = third;
    fields[3] = fourth;
    if (c->options->script)
        put_for_programs(form, fields);
    else if (form->people != NULL && c->options->send_to == NULL)
        put_for_people(form, fields);
    if (fflush(stdout) == 0)
        return;
    fprintf(stderr, "client: cannot write to standard output\n");
    exit(EXIT_CONNECTION);
}

void client_show_number(struct client *c, enum client_event kind, uint32_t n)
{
    char text[16];
    snprintf(text, sizeof text, "%lu", (unsigned long)n);
    client_show(c, kind, xc_str_from(text), nothing, nothing, nothing);
}

void client_complain(const char *what, xc_str detail)
{
    fprintf(stderr, "client: %s", what);
    terminal_put_detail(stderr, detail);
}

void client_show_error(struct client *c, xc_str from, const char *condition,
                       xc_str text)
{
    client_show(c, CLIENT_EVENT_ERROR, from, xc_str_from(condition), text,
                nothing);
    if (c->options->send_to != NULL && !c->options->script)
        client_complain(condition, text);
}

void client_show_flaw(struct client *c, xc_str from, xc_status status,
                      const xc_field *field)
{
    char mem[FLAW_MAX];
    if (status != XC_OK)
        client_show_error(
            c, from, xc_stanza_error_name(xc_stanza_error_for_status(status)),
            xc_str_from(flaw_text(mem, status, field)));
}
