/* signals.h - how a program that loops ends: SIGTERM and SIGINT ask for it.
   SIGPIPE is ignored: a peer that has hung up is an error of write().

       signals_init();
       while (signals_stop == 0)
           poll(...);
*/
#ifndef SIGNALS_H
#define SIGNALS_H

#include <signal.h>

/* Exit codes of the programs. */
enum {
    EXIT_NOT_YET = -1,
    EXIT_DONE,
    EXIT_REFUSED,
    EXIT_USAGE,
    EXIT_CONNECTION
};

extern volatile sig_atomic_t signals_stop; /* 1: the program shall end */

void signals_init(void);

#endif
