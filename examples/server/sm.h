/* sm.h - stream management (XEP-0198): what was sent and not yet acknowledged
   is kept; a client whose connection is lost comes back with <resume/>, on a
   new connection, as if nothing had happened. The queue, which can be used
   without this server, is in sm_queue.h. */
#ifndef SERVER_SM_H
#define SERVER_SM_H

#include "session.h"

/* An element of XC_NS_SM from a bound resource. */
void sm_take(struct server_session *s, const xc_element *e);

/* <resume/>, instead of binding a resource (section 5). */
void sm_resume(struct server_session *s, const xc_element *e);

/* Both inside of SASL2 (section 9): what to say is put into the success. False:
   it was not resumed. After the success, sm_resumed sends what waits. */
void sm_enable_inline(struct server_session *s, const xc_sm_enable *request,
                      xc_bind2_bound *bound);
bool sm_resume_inline(struct server_session *s, const xc_sm_resume *request,
                      xc_sasl2_success *success);
void sm_resumed(struct server_session *s);

/* <failed/>. */
void sm_fail(struct server_session *s, xc_stanza_error_condition why);

/* Asks for an acknowledgement, never for two at a time: for what was sent
   since the last time, if that was a lot; or soon, in sm_ask_late. */
void sm_ask(struct server_session *s);
void sm_ask_late(struct server_session *s);

/* In any case. False: it has not answered the last time, or cannot. */
bool sm_ask_now(struct server_session *s);

/* Is it there, and does not answer? */
bool sm_is_ignored(const struct server_session *s);

/* No answer has come for a while; it may be gone. */
bool sm_is_late(const struct server_session *s);

/* Keeps nothing for it any more, so that it cannot resume. */
void sm_give_up(struct server_session *s);

bool sm_acknowledge(struct server_session *s, xc_number h);

#endif
