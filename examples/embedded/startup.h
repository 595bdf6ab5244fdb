/* startup.h - names that startup.c, board_qemu.c and link.ld share. */
#ifndef STARTUP_H
#define STARTUP_H

#include "board.h"

#include <stdint.h>

/* Addresses, from link.ld. */
extern uint32_t stack_bottom[], stack_top[];
extern uint32_t data_start[], data_end[], bss_start[], bss_end[];
extern uint32_t beyond_start[], beyond_end[];
extern const uint32_t data_in_flash[];

#define PAINT                                                                 \
    0xC5C5C5C5 /* in memory that was not written to since the start */

void board_init(void);
void board_exit(int code);
void systick_handler(void);

#endif
