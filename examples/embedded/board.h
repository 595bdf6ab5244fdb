/* board.h - the functions that main.c needs from a board. board_qemu.c has them
   for Cortex-M in QEMU, board_host.c for the machine that you compile on. */
#ifndef BOARD_H
#define BOARD_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of RAM. */
struct board_memory {
    size_t data;   /* .data and .bss */
    size_t stack;  /* set aside */
    size_t peak;   /* of that, used at its deepest until now */
    size_t beyond; /* written to outside of both */
};

void board_print(const char *text);
/* The command line; false if there is none or it does not fit. */
bool board_arguments(char *text, size_t size);
/* Thousands of instructions since the start. */
unsigned long board_instructions(void);
/* False: this board does not know. */
bool board_memory(struct board_memory *m);
void board_feed_watchdog(void);

/* What the board runs, in main.c; the exit code. */
int device_main(void);

#endif
