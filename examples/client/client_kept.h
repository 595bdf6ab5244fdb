/* client_kept.h - what a login gives to the next one: a token, and what was
   used, so that nothing weaker is taken. In memory, and with --state in a file
   that only its owner can read: lines of fields, see tsv.h.

       account  juliet@capulet.example
       agent    d4565fa7-4d72-4749-b3d3-740edbf87770
       token    HT-SHA-256-EXPR  2026-12-22T06:51:03Z  2  (the token)
       login    SCRAM-SHA-256-PLUS  SASL2
*/
#ifndef CLIENT_KEPT_H
#define CLIENT_KEPT_H

#include "client.h"

/* Reads the file if there is one, or begins it. Exits if that fails: it is
   asked for, and it is not to be overwritten. */
void client_kept_load(struct client *c);

/* Is there a token that has not expired? */
bool client_kept_has_token(const struct client *c);

/* Gives what is kept to the options of the login that begins. */
void client_kept_offer(struct client *c);

/* Keeps what the login has brought. */
void client_kept_take(struct client *c);

void client_kept_forget_token(struct client *c);

#endif
