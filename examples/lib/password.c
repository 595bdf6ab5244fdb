#define _POSIX_C_SOURCE 200809L
#include "password.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>

#include "signals.h"

static bool password_ask(char *to, size_t size)
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
    good = fgets(to, (int)size, terminal) != NULL && signals_stop == 0;
    tcsetattr(fileno(terminal), TCSAFLUSH, &normal);
    fputc('\n', terminal);
    fclose(terminal);
    to[strcspn(to, "\n")] = '\0';
    return good;
}

bool password_get(char *to, size_t size)
{
    const char *given = getenv("XMPP_PASSWORD");
    if (given == NULL)
        return password_ask(to, size);
    if (strlen(given) >= size)
        return false;
    strcpy(to, given);
    return true;
}
