/* password.h - a password from the environment or the terminal, never from the
   command line, where everybody on the machine could read it. */
#ifndef PASSWORD_H
#define PASSWORD_H

#include "stop.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

static inline bool password_ask(char *to, size_t size)
{
    struct termios normal, silent;
    FILE *terminal = fopen("/dev/tty", "r+");
    bool good;
    if (terminal == NULL)
        return false;
    setbuf(terminal, NULL); /* no copy of the password */
    if (tcgetattr(fileno(terminal), &normal) != 0) {
        fclose(terminal);
        return false;
    }
    silent = normal;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(fileno(terminal), TCSAFLUSH, &silent);
    fputs("Password: ", terminal);
    good = fgets(to, (int)size, terminal) != NULL && stop_wanted == 0;
    tcsetattr(fileno(terminal), TCSAFLUSH, &normal);
    fputc('\n', terminal);
    fclose(terminal);
    to[strcspn(to, "\n")] = '\0';
    return good;
}

/* $XMPP_PASSWORD, or what is typed. False: neither, or it is too long. */
static inline bool password_get(char *to, size_t size)
{
    const char *given = getenv("XMPP_PASSWORD");
    if (given == NULL)
        return password_ask(to, size);
    if (strlen(given) >= size)
        return false;
    strcpy(to, given);
    return true;
}

#endif
