#include "names.h"

#include "keep.h"

#include <string.h>

bool foreign_name_read(xc_str text, struct foreign_name *name)
{
    char shown_mem[XC_JID_PART_MAX], local_mem[XC_JID_PART_MAX];
    char escaped_mem[3 * NAME_SIZE];
    xc_str shown, escaped, local;
    return text.len < NAME_SIZE &&
           xc_jid_enforce(XC_JID_RESOURCE, text, shown_mem, sizeof shown_mem,
                          &shown) == XC_OK &&
           keep_text(name->shown, sizeof name->shown, shown) &&
           xc_jid_escape(shown, escaped_mem, sizeof escaped_mem, &escaped) ==
               XC_OK &&
           xc_jid_enforce(XC_JID_LOCAL, escaped, local_mem, sizeof local_mem,
                          &local) == XC_OK &&
           !chatroom_is(local) &&
           keep_text(name->local, sizeof name->local, local);
}

xc_str foreign_name_of(const char *local, char *mem, size_t size)
{
    xc_str name;
    return xc_jid_unescape(xc_str_from(local + (local[0] == '#')), mem, size,
                           &name) == XC_OK
               ? name
               : xc_str_from(NULL);
}

bool chatroom_is(xc_str local)
{
    return xc_str_starts_with(local, "#");
}

bool chatroom_from_name(xc_str text, char *local)
{
    struct foreign_name name;
    local[0] = '#';
    return foreign_name_read(text, &name) &&
           keep_text(local + 1, LOCAL_SIZE - 1, xc_str_from(name.local));
}

bool chatroom_from_local(xc_str text, char *local)
{
    char given[LOCAL_SIZE], mem[LOCAL_SIZE];
    return chatroom_is(text) && keep_text(given, sizeof given, text) &&
           chatroom_from_name(foreign_name_of(given, mem, sizeof mem),
                              local) &&
           strcmp(local, given) == 0;
}
