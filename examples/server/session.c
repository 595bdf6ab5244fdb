#include "session.h"

#include "server.h"

#include <stdio.h>

void session_log(const struct server_session *s, const char *what)
{
    if (!s->server->config.verbose)
        return;
    fprintf(stderr, "server: #%u " XC_FMT ": %s\n", s->slot,
            XC_ARG(xc_jid_full(s->own.jid)), what);
}

void session_unsettle(struct server_session *s)
{
    if (s->unsettled)
        return;
    s->unsettled = true;
    s->settle = s->server->unsettled;
    s->server->unsettled = s;
}

void session_cut(struct server_session *s, const char *why)
{
    if (s->cut == NULL)
        s->cut = why;
    session_unsettle(s);
}

void session_refuse(struct server_session *s, const char *why)
{
    if (s->refused == NULL)
        s->refused = why;
    session_unsettle(s);
}

bool session_is_online(const struct server_session *s)
{
    return s->state == SESSION_BOUND || s->state == SESSION_DETACHED ||
           s->state == SESSION_COMPONENT;
}

/* Nothing around the messages of a WebSocket declares one, but stanzas are in
   it all the same. */
const char *session_ns(const struct server_session *s)
{
    return s->port == PORT_COMPONENT ? XC_NS_COMPONENT : XC_NS_CLIENT;
}

void session_begin_check(struct server_session *s)
{
    struct server_session **last = &s->server->checking;
    while (*last != NULL)
        last = &(*last)->next;
    s->next = NULL;
    *last = s;
    s->state = SESSION_CHECKING;
}

void session_end_check(struct server_session *s)
{
    struct server_session **at = &s->server->checking;
    while (*at != NULL && *at != s)
        at = &(*at)->next;
    if (*at == s)
        *at = s->next;
}
