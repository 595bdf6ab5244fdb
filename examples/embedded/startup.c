/* startup.c - from reset to device_main() on any Cortex-M: vector table,
   .data and .bss, a painted stack, and an end with a message where otherwise
   the processor would lock up.

   The stack is at the bottom of RAM. There is no memory below, so that an
   overflow is a fault at once and never overwrites a variable. */
#include "startup.h"

#define CCR (*(volatile uint32_t *)0xE000ED14)
#define CCR_UNALIGN_TRP 8
#define EXIT_FAULT 3

void reset_handler(void);
void fault_handler(void);
void report_fault(void);

struct vector_table {
    uint32_t *stack;
    void (*handler[15])(void);
};

/* Of a Cortex-M0 only reset, NMI, hard fault, SVCall, PendSV and SysTick are
   used; a device adds the interrupts of its chip. */
__attribute__((section(".vectors"),
               used)) static const struct vector_table vectors = {
    stack_top,
    {reset_handler, fault_handler, fault_handler, fault_handler, fault_handler,
     fault_handler, 0, 0, 0, 0, fault_handler, fault_handler, 0, fault_handler,
     systick_handler},
};

void report_fault(void)
{
    board_print("fault: the stack is too small, or a bad address was used\n");
    board_exit(EXIT_FAULT);
}

/* The stack may be what failed: take a new one before anything is called. */
__attribute__((naked)) void fault_handler(void)
{
    __asm__ volatile("ldr r0, =stack_top\n"
                     "mov sp, r0\n"
                     "bl report_fault\n");
}

static void paint(volatile uint32_t *word, const uint32_t *end)
{
    while (word < end)
        *word++ = PAINT;
}

void reset_handler(void)
{
    const uint32_t *from = data_in_flash;
    for (volatile uint32_t *to = data_start; to < data_end; to++)
        *to = *from++;
    for (volatile uint32_t *to = bss_start; to < bss_end; to++)
        *to = 0;
    /* Not what is in use: our own frame and that of paint(). */
    paint(stack_bottom, (uint32_t *)__builtin_frame_address(0) - 16);
    paint(beyond_start, beyond_end);
    CCR |= CCR_UNALIGN_TRP; /* as it always is on a Cortex-M0 */
    board_init();
    board_exit(device_main());
}
