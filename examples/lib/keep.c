#include "keep.h"

#include <string.h>

bool keep_text(char *mem, size_t size, xc_str text)
{
    if (text.ptr == NULL || text.len >= size)
        return false;
    memcpy(mem, text.ptr, text.len);
    mem[text.len] = '\0';
    return true;
}

bool keep_domain(char *mem, size_t size, xc_str text)
{
    char jid_mem[XC_JID_MAX];
    xc_jid jid;
    return xc_jid_parse(text, jid_mem, sizeof jid_mem, &jid) == XC_OK &&
           jid.local_len == 0 && jid.resource_len == 0 &&
           keep_text(mem, size, xc_jid_domain(jid));
}
