/* client_queue.h - stanzas that the client sends. They remain in a queue until
   the server has acknowledged them.

       xc_write(client_stanza_begin(c), &xc_message_schema, &m);
       status = client_stanza_send(c, id);

   Acknowledgements are those of XEP-0198. A server without it is sent a ping:
   it handles stanzas in order, so its reply acknowledges all that was sent
   before. */
#ifndef CLIENT_QUEUE_H
#define CLIENT_QUEUE_H

#include "client.h"

/* Bytes that the queue can take. */
size_t client_queue_room(const struct client_queue *q);

xc_writer *client_stanza_begin(struct client *c);

/* Queues what was written; sends it when the session is there. `id`: of a
   message, to show when it is acknowledged; "" for what is as lasting as
   messages, but not shown; NULL for all else. False: it is not sent, and an
   error about `to` says why. */
bool client_stanza_send(struct client *c, xc_str to, const char *id);

/* An id of CLIENT_ID_SIZE bytes. Only those who see our stanzas know it. */
void client_make_id(struct client *c, char *id);

/* ---- acknowledgements --------------------------------------------------- */

/* The server has taken all up to number h. False: it was never sent; then the
   stream is closed. */
bool client_queue_acknowledge(struct client *c, xc_number h);

void client_send_ack(struct client *c);

/* Only while no other question waits for its reply. */
void client_ask_for_ack(struct client *c);

/* Are there stanzas to ask about, and has none been asked since they were
   sent? A server that replies without counting them is asked again after
   longer and longer pauses. */
bool client_should_ask_for_ack(const struct client *c);

/* Are the pauses as long as they can be? */
bool client_ack_is_overdue(const struct client *c);

/* Is it the reply to our ping? An error is one, too. */
bool client_is_reply_to_ask(struct client *c, const xc_element *iq);

void client_on_reply_to_ask(struct client *c);

/* ---- a session is lost -------------------------------------------------- */

/* Of the stanzas that the old session has not acknowledged only messages and
   subscriptions have a meaning in a new one. They are held back. */
void client_queue_hold(struct client_queue *q);

/* Sends those that were held back after those that were sent since, with
   <delay/> (XEP-0198 section 6). */
void client_queue_release(struct client *c);

/* Sends the bytes of the queue from this one on (again). */
void client_queue_send_from(struct client *c, size_t from);

#endif
