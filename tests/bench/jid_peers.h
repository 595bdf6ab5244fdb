/* Ways to bring an address into a form that can be compared. Each result is in
   memory that exists before or is freed again. */
#ifndef JID_PEERS_H
#define JID_PEERS_H

typedef struct jid_peer {
    const char *name;
    bool (*enforce)(xc_str text); /* NUL-terminated; false: refused */
} jid_peer;

static bool xc_enforce(xc_str text)
{
    static char memory[XC_JID_MAX];
    xc_jid jid;
    return xc_jid_parse(text, memory, sizeof memory, &jid) == XC_OK;
}

/* Cuts an address into its parts, without the codec, so that no peer borrows
   its work. */
static inline void cut(xc_str text, xc_str parts[3])
{
    const char *slash = memchr(text.ptr, '/', text.len);
    size_t bare = slash != NULL ? (size_t)(slash - text.ptr) : text.len;
    const char *at = memchr(text.ptr, '@', bare);
    size_t local = at != NULL ? (size_t)(at - text.ptr) : 0;
    size_t domain = at != NULL ? local + 1 : 0;
    memset(parts, 0, 3 * sizeof *parts);
    parts[0].ptr = at != NULL ? text.ptr : NULL;
    parts[0].len = local;
    parts[1].ptr = text.ptr + domain;
    parts[1].len = bare - domain;
    parts[2].ptr = slash != NULL ? slash + 1 : NULL;
    parts[2].len = slash != NULL ? text.len - bare - 1 : 0;
}

/* ---- libidn ------------------------------------------------------------- */

#ifdef HAVE_libidn
#include <stringprep.h>

static bool libidn_enforce(xc_str text)
{
    static const Stringprep_profile *const profiles[3] = {
        stringprep_xmpp_nodeprep, stringprep_nameprep,
        stringprep_xmpp_resourceprep};
    static char results[3][XC_JID_PART_MAX + 1];
    xc_str parts[3];
    cut(text, parts);
    for (int i = 0; i < 3; i++) {
        if (parts[i].ptr == NULL)
            continue;
        if (parts[i].len >= sizeof results[i])
            return false;
        memcpy(results[i], parts[i].ptr, parts[i].len);
        results[i][parts[i].len] = '\0';
        if (stringprep(results[i], sizeof results[i],
                       (Stringprep_profile_flags)0,
                       profiles[i]) != STRINGPREP_OK)
            return false;
    }
    return true;
}
#endif

/* ---- ICU ---------------------------------------------------------------- */

#ifdef HAVE_icu
#include <unicode/usprep.h>
#include <unicode/ustring.h>

static bool icu_prepare(const UStringPrepProfile *profile, xc_str part,
                        char *result, int32_t size)
{
    UChar wide[XC_JID_PART_MAX + 1], prepared[XC_JID_PART_MAX + 1];
    UErrorCode error = U_ZERO_ERROR;
    int32_t len;
    u_strFromUTF8(wide, XC_JID_PART_MAX + 1, &len, part.ptr, (int32_t)part.len,
                  &error);
    if (U_FAILURE(error))
        return false;
    len = usprep_prepare(profile, wide, len, prepared, XC_JID_PART_MAX + 1,
                         USPREP_DEFAULT, NULL, &error);
    if (U_FAILURE(error))
        return false;
    u_strToUTF8(result, size, &len, prepared, len, &error);
    return U_SUCCESS(error);
}

static bool icu_enforce(xc_str text)
{
    static const UStringPrepProfileType types[3] = {
        USPREP_RFC3920_NODEPREP, USPREP_RFC3491_NAMEPREP,
        USPREP_RFC3920_RESOURCEPREP};
    static UStringPrepProfile *profiles[3]; /* opened once */
    static char results[3][XC_JID_PART_MAX + 1];
    xc_str parts[3];
    cut(text, parts);
    for (int i = 0; i < 3; i++) {
        UErrorCode error = U_ZERO_ERROR;
        if (profiles[i] == NULL)
            profiles[i] = usprep_openByType(types[i], &error);
        if (U_FAILURE(error))
            die("ICU", u_errorName(error));
        if (parts[i].ptr != NULL &&
            !icu_prepare(profiles[i], parts[i], results[i],
                         (int32_t)sizeof results[i]))
            return false;
    }
    return true;
}
#endif

/* ---- libstrophe --------------------------------------------------------- */

#ifdef HAVE_libstrophe
#include <strophe.h>

static bool libstrophe_cut(xc_str text)
{
    typedef char *(*accessor)(xmpp_ctx_t * ctx, const char *jid);
    static const accessor accessors[3] = {xmpp_jid_node, xmpp_jid_domain,
                                          xmpp_jid_resource};
    static xmpp_ctx_t *ctx; /* made once */
    if (ctx == NULL) {
        xmpp_initialize();
        ctx = xmpp_ctx_new(NULL, NULL);
    }
    for (int i = 0; i < 3; i++) {
        char *part = accessors[i](ctx, text.ptr);
        if (part != NULL)
            xmpp_free(ctx, part);
    }
    return true;
}
#endif
#endif
