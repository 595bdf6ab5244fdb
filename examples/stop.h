/* stop.h - how a program that loops comes to its end: SIGTERM and SIGINT ask
   for it; a peer that has hung up is an error of write(), no signal. */
#ifndef STOP_H
#define STOP_H

#include <signal.h>
#include <stddef.h>

/* Exit codes; STAY: none yet. */
enum {
    STAY = -1,
    EXIT_DONE,
    EXIT_REFUSED,
    EXIT_USAGE,
    EXIT_CONNECTION
};

static volatile sig_atomic_t stop_wanted;

static void stop_on_signal(int number)
{
    (void)number;
    stop_wanted = 1;
}

static void stop_on_signals(void)
{
    struct sigaction stop = {.sa_handler = stop_on_signal};
    struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

#endif
