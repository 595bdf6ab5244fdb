#include "chance.h"

uint32_t chance_below(struct chance *c, uint32_t below)
{
    c->state ^= c->state >> 12;
    c->state ^= c->state << 25;
    c->state ^= c->state >> 27;
    return (uint32_t)(c->state * UINT64_C(0x2545F4914F6CDD1D) >> 32) % below;
}
