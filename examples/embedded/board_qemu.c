/* board_qemu.c - board.h by semihosting (printing, command line) and SysTick.
   With -icount shift=6 an instruction takes 64 ns, whatever QEMU's host does,
   and the clock of the micro:bit ticks each 62.5 ns. */
#include "startup.h"

#include <stdint.h>

#define SYS_WRITE0 0x04
#define SYS_GET_CMDLINE 0x15
#define SYS_EXIT_EXTENDED 0x20
#define EXIT_APPLICATION 0x20026

#define SYSTICK ((volatile uint32_t *)0xE000E010) /* control, reload, value */
#define SYSTICK_ON 7 /* with interrupt, from the processor's clock */
#define SYSTICK_PERIOD 0x1000000

static volatile uint32_t periods;

/* Arm's "Semihosting for AArch32 and AArch64": operation in r0, argument in
   r1, result in r0. */
static uint32_t semihost(uint32_t operation, const void *argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}

void board_exit(int code)
{
    const uint32_t block[2] = {EXIT_APPLICATION, (uint32_t)code};
    for (;;)
        semihost(SYS_EXIT_EXTENDED, block);
}

void board_print(const char *text)
{
    semihost(SYS_WRITE0, text);
}

bool board_arguments(char *text, size_t size)
{
    struct {
        char *text;
        size_t size;
    } block = {text, size};
    return semihost(SYS_GET_CMDLINE, &block) == 0;
}

void systick_handler(void)
{
    periods++;
}

void board_init(void)
{
    SYSTICK[1] = SYSTICK_PERIOD - 1;
    SYSTICK[2] = 0;
    SYSTICK[0] = SYSTICK_ON;
}

unsigned long board_instructions(void)
{
    uint32_t before, left;
    do {
        before = periods;
        left = SYSTICK[2];
    } while (before != periods);
    return (unsigned long)(((uint64_t)before * SYSTICK_PERIOD +
                            (SYSTICK_PERIOD - 1 - left)) *
                           625 / 640 / 1000);
}

bool board_memory(struct board_memory *m)
{
    const uint32_t *word = stack_bottom, *other = beyond_start;
    while (word < stack_top && *word == PAINT)
        word++;
    m->beyond = 0;
    for (; other < beyond_end; other++)
        m->beyond += *other == PAINT ? 0 : sizeof *other;
    m->data = (size_t)((char *)bss_end - (char *)data_start);
    m->stack = (size_t)((char *)stack_top - (char *)stack_bottom);
    m->peak = (size_t)((char *)stack_top - (const char *)word);
    return true;
}

/* Yours: write the word that your chip wants. */
void board_feed_watchdog(void) {}
