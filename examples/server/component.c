#include "component.h"

#include "route.h"
#include "send.h"
#include "server.h"
#include "sha.h"
#include "stanza.h"
#include "stream.h"

bool component_is_name(const struct server *server, xc_str name)
{
    char memory[XC_JID_MAX];
    xc_jid jid;
    return server->component_name != NULL &&
           xc_jid_parse(name, memory, sizeof memory, &jid) == XC_OK &&
           xc_jid_equal(jid, server->component_domain.jid);
}

static bool knows_secret(const struct server_session *s, const xc_element *e)
{
    char memory[2 * XC_HASH_MAX];
    xc_handshake handshake;
    xc_str right;
    return xc_read(&xc_handshake_schema, e, &handshake, NULL) == XC_OK &&
           xc_component_handshake(
               &sha1, xc_str_from(s->stream_id),
               xc_str_from(s->server->config.component_secret), memory,
               sizeof memory, &right) == XC_OK &&
           xc_secret_equal(handshake.digest, right);
}

void component_on_handshake(struct server_session *s,
                            const xc_stream_event *ev)
{
    xc_writer *w;
    if (!knows_secret(s, ev->element)) {
        stream_refuse(s, "not-authorized", "this is not the secret");
        return;
    }
    if (s->server->component != NULL) {
        stream_refuse(s, "conflict", "the component is there already");
        return;
    }
    s->server->component = s;
    w = send_begin(s);
    xc_writer_begin(w, XC_NS_COMPONENT, "handshake");
    xc_writer_end(w);
    send_end(s);
    s->state = SESSION_COMPONENT;
    s->deadline = 0;
    session_log(s, "the component is there");
}

static bool is_from_component(const struct server *server, const xc_element *e)
{
    char memory[XC_JID_MAX];
    xc_jid from;
    return xc_jid_parse(xc_attr(e, "from"), memory, sizeof memory, &from) ==
               XC_OK &&
           xc_str_is(xc_jid_domain(from), server->component_name);
}

void component_on_stanza(struct server_session *s, const xc_stream_event *ev)
{
    struct server_stanza st;
    if (ev->kind != XC_EVENT_STANZA)
        stream_refuse(s, "unsupported-stanza-type", NULL);
    else if (!xc_has_required_addresses(ev->element))
        stream_refuse(s, "improper-addressing", "from or to is missing");
    else if (!is_from_component(s->server, ev->element))
        stream_refuse(s, "invalid-from", NULL);
    else if (stanza_read(&st, ev->element, s))
        route_from_component(&st);
}
