/* crimes.h - what villains do: a table, with a function for each crime. To add
   one, write the function in crimes.c and add a line to the table there. */
#ifndef LOAD_CRIMES_H
#define LOAD_CRIMES_H

#include <stdbool.h>
#include <stddef.h>

struct villain;

enum crime_port {
    CRIME_PORT_XMPP,
    CRIME_PORT_WEB,
    CRIME_PORT_COMPONENT
};

struct crime {
    const char *name;
    bool logs_in;
    bool never_reads;
    /* Queues something when there is room. False: hang up. */
    bool (*act)(struct villain *v);
    enum crime_port port;
};

extern const struct crime crimes[];
extern const size_t crimes_count;

#endif
