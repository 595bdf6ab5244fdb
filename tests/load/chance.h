/* chance.h - random numbers that are the same in every run with one seed.

       struct chance c = {1};
       if (chance_below(&c, 100) < 5)    5 times in 100 */
#ifndef LOAD_CHANCE_H
#define LOAD_CHANCE_H

#include <stdint.h>

struct chance {
    uint64_t state; /* the seed; not 0 */
};

uint32_t chance_below(struct chance *c, uint32_t below);

#endif
