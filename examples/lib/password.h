/* password.h - a password from the environment or the terminal, never from the
   command line, where everybody on the machine could read it.

       char password[256];
       if (!password_get(password, sizeof password))
           return EXIT_USAGE;
*/
#ifndef PASSWORD_H
#define PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

/* $XMPP_PASSWORD, or what is typed. False: neither, or it is too long. */
bool password_get(char *to, size_t size);

#endif
