#define _POSIX_C_SOURCE 200809L
#include "signals.h"

#include <stddef.h>

volatile sig_atomic_t signals_stop;

static void on_signal(int number)
{
    (void)number;
    signals_stop = 1;
}

void signals_init(void)
{
    struct sigaction stop = {.sa_handler = on_signal};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}
