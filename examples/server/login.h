/* login.h - from the stream header to a bound resource (RFC 6120 sections 4 to
   7): STARTTLS, SASL, binding or resuming. One function for each state that a
   session goes through on the way. */
#ifndef SERVER_LOGIN_H
#define SERVER_LOGIN_H

#include "session.h"

void login_on_header(struct server_session *s, const xc_stream_event *ev);
void login_on_auth(struct server_session *s, const xc_stream_event *ev);
void login_on_bind(struct server_session *s, const xc_stream_event *ev);

/* What can be negotiated next. */
void login_send_features(struct server_session *s);

/* The next portion of work for the password that is being checked. */
void login_check(struct server_session *s);

#endif
