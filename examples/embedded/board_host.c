/* board_host.c - the "board" is a process: the same client, where sanitizers
   and debuggers are. */
#include "board.h"

#include <stdio.h>
#include <string.h>

static char arguments[80];

void board_print(const char *text)
{
    fputs(text, stdout);
}

bool board_arguments(char *text, size_t size)
{
    if (strlen(arguments) >= size)
        return false;
    strcpy(text, arguments);
    return true;
}

unsigned long board_instructions(void)
{
    return 0;
}

bool board_memory(struct board_memory *m)
{
    (void)m;
    return false;
}

void board_feed_watchdog(void) {}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        size_t used = strlen(arguments);
        if (used + strlen(argv[i]) + 2 > sizeof arguments)
            return 4;
        arguments[used] = ' ';
        strcpy(arguments + used + 1, argv[i]);
    }
    return device_main();
}
