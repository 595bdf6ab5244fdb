#include "client_request.h"

#include "client_output.h"
#include "client_queue.h"

enum {
    REPLY_SECONDS = 30
};

size_t client_requests_open(const struct client *c)
{
    size_t open = 0;
    for (size_t i = 0; i < CLIENT_REQUESTS; i++)
        open += c->requests[i].kind != CLIENT_REQUEST_NONE;
    return open;
}

struct client_request *client_request_begin(struct client *c,
                                            enum client_request_kind kind,
                                            xc_iq_type type, xc_str to)
{
    struct client_request *r = c->requests;
    xc_iq iq = {.type = (uint8_t)type, .to = to};
    while (r < c->requests + CLIENT_REQUESTS - 1 &&
           r->kind != CLIENT_REQUEST_NONE)
        r++;
    client_address_set(&r->to, to);
    client_make_id(c, r->id);
    r->kind = kind;
    r->deadline = c->now + REPLY_SECONDS * 1000;
    iq.id = xc_str_from(r->id);
    xc_write_begin(client_stanza_begin(c), &xc_iq_schema, &iq);
    return r;
}

void client_request_send(struct client *c, struct client_request *r)
{
    xc_writer_end(&c->writer);
    if (!client_stanza_send(c, client_address_full(&r->to), NULL))
        r->kind = CLIENT_REQUEST_NONE;
}
