/* notice.h - a presence that the server sends: to a session, to all resources
   of an account, to an address, to all subscribers.

       struct notice n = notice_of(s);
       notice_to_subscribers(s, &n); */
#ifndef SERVER_NOTICE_H
#define SERVER_NOTICE_H

#include "server.h"

/* The element `like`, or an empty presence of `type`. */
struct notice {
    const xc_element *like;
    const char *type;
    xc_str from;
};

/* The presence that a resource has now. */
struct notice notice_of(const struct server_session *s);

/* `address` is what its `to` says. */
void notice_to_session(struct server_session *to, const struct notice *n,
                       xc_str address);

/* To every available resource. `a` may be NULL. */
void notice_to_account(const struct account *a, const struct notice *n,
                       xc_str address);

/* To an enforced address: a resource here, all of an account here, another
   domain. */
void notice_to_address(struct server *server, xc_str address,
                       const struct notice *n);

/* To the contacts that get the presence of this resource. */
void notice_to_subscribers(const struct server_session *s,
                           const struct notice *n);

/* Of all resources of the account, to a contact: that they are here, or with
   `type` "unavailable" that they are gone for the contact. */
void notice_to_contact(struct server *server, const struct account *a,
                       xc_str contact, const char *type);

/* All that `to` may know of an account (RFC 6121 section 4.3.2). `a` may be
   NULL. */
void notice_account_to(const struct account *a, struct server_session *to,
                       xc_str address);

#endif
