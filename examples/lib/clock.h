/* clock.h - a clock for deadlines: nobody sets it, so it never jumps.

       deadline = clock_ms() + 2000;
       ...
       if (clock_ms() >= deadline)
           give_up();
*/
#ifndef CLOCK_H
#define CLOCK_H

#include <stdint.h>

int64_t clock_ms(void); /* milliseconds since some moment */

#endif
