#include "client_address.h"

bool client_address_set(struct client_address *a, xc_str text)
{
    xc_jid_parts parts = xc_jid_split(text);
    bool good = text.ptr != NULL &&
                xc_jid_build(&parts, a->bytes, XC_JID_MAX, &a->jid) == XC_OK;
    if (!good)
        a->jid.ptr = NULL;
    a->bytes[good ? xc_jid_full(a->jid).len : 0] = '\0';
    return good;
}

xc_str client_address_full(const struct client_address *a)
{
    return a->jid.ptr != NULL ? xc_jid_full(a->jid) : nothing;
}

xc_str client_address_bare(const struct client_address *a)
{
    return a->jid.ptr != NULL ? xc_jid_bare(a->jid) : nothing;
}
