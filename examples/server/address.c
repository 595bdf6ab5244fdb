#include "address.h"

bool server_address_keep(struct server_address *a, const xc_jid_parts *parts)
{
    return xc_jid_build(parts, a->bytes, sizeof a->bytes, &a->jid) == XC_OK;
}

void server_address_copy(struct server_address *to,
                         const struct server_address *from)
{
    *to = *from;
    if (from->jid.ptr != NULL)
        to->jid.ptr = to->bytes + (from->jid.ptr - from->bytes);
}
