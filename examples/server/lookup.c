#include "lookup.h"

bool lookup_is_local(const struct server *server, xc_jid jid)
{
    return xc_str_equal(xc_jid_domain(jid), xc_jid_full(server->domain.jid));
}

struct server_session *lookup_resource(const struct server *server, xc_jid jid)
{
    struct account *a =
        lookup_is_local(server, jid)
            ? account_find(&server->accounts, xc_jid_local(jid))
            : NULL;
    struct server_session *s;
    for (s = a != NULL ? a->sessions : NULL; s != NULL; s = s->next)
        if (session_is_online(s) && xc_jid_equal(s->own.jid, jid))
            return s;
    return NULL;
}

struct server_session *lookup_domain(struct server *server, xc_str domain)
{
    if (server->component_name != NULL &&
        xc_str_is(domain, server->component_name))
        return server->component != NULL &&
                       session_is_online(server->component)
                   ? server->component
                   : NULL;
    return server->route_remote != NULL ? server->route_remote(server, domain)
                                        : NULL;
}

struct server_session *lookup_address(struct server *server, xc_jid jid)
{
    return lookup_is_local(server, jid)
               ? lookup_resource(server, jid)
               : lookup_domain(server, xc_jid_domain(jid));
}
