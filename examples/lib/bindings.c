#include "bindings.h"

static void add(struct bindings *b, const char *type, const char *data,
                size_t size)
{
    xc_channel_binding *one = &b->list[b->count];
    if (size == 0) /* this channel does not have it */
        return;
    one->type = xc_str_from(type);
    one->data.ptr = data;
    one->data.len = size;
    b->count++;
}

void bindings_take(struct bindings *b, struct tls *tls)
{
    b->count = 0;
    add(b, XC_CHANNEL_BINDING_TLS_EXPORTER, b->exporter,
        tls_exporter(tls, b->exporter) ? sizeof b->exporter : 0);
    add(b, XC_CHANNEL_BINDING_TLS_SERVER_END_POINT, b->end_point,
        tls_server_end_point(tls, b->end_point));
}
