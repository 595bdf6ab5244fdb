/* recording.h - the session of session.txt as C. */
#ifndef EMBEDDED_RECORDING_H
#define EMBEDDED_RECORDING_H

struct turn {
    char who; /* 'C', 'S', 'W' as in session.txt; '\0' at the end */
    const char *text;
};

extern const struct turn recording[];

#endif
