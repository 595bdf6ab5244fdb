#include "sasl.h"

#include "random.h"
#include "sha.h"

#include <string.h>

enum {
    HASHES_PER_TURN = 256
};

void sasl_init(struct sasl_server *sasl, const struct credentials *credentials,
               xc_str domain)
{
    memset(sasl, 0, sizeof *sasl);
    sasl->credentials = credentials;
    sasl->domain = domain;
}

void sasl_wipe(struct sasl_server *sasl)
{
    xc_login_server_wipe(&sasl->login);
}

/* ---- the offer ---------------------------------------------------------- */

void sasl_offer(struct sasl_server *sasl, struct tls *tls,
                bool private_channel, xc_writer *w)
{
    static const xc_str inline_features[] = {XC_STR_INIT(XC_NS_CARBONS),
                                             XC_STR_INIT(XC_NS_SM)};
    xc_login_server_options o = {
        .mechanisms = XC_MECHANISMS_SCRAM | XC_MECHANISMS_HT |
                      XC_MECHANISM_BIT(XC_MECHANISM_PLAIN),
        .sha1 = &sha1,
        .sha256 = &sha256,
        .secret = {(const char *)sasl->credentials->secret,
                   sizeof sasl->credentials->secret},
        .profile = XC_SASL_PROFILE_CASE_MAPPED,
        .private_channel = private_channel,
        .sasl2 = true,
        .bind2 = true,
        .sm = true,
        .bind2_features = inline_features,
        .bind2_feature_count = 2};
    bindings_take(&sasl->bindings, tls);
    o.bindings = sasl->bindings.list;
    o.binding_count = sasl->bindings.count;
    o.tls_version = tls_version(tls);
    xc_login_server_init(&sasl->login, sasl->memory, sizeof sasl->memory, &o);
    xc_login_server_offer(&sasl->login, w);
}

/* ---- what a login asks for ---------------------------------------------- */

static xc_login_server_step look_up_account(struct sasl_server *sasl,
                                            xc_writer *w)
{
    xc_login_server *l = &sasl->login;
    struct credentials_keys k;
    char nonce[24];
    bool known = credentials_read(sasl->credentials->store, l->username,
                                  l->keys_of, &k);
    xc_login_server_step step;
    if (!random_text(nonce, sizeof nonce))
        return xc_login_server_refuse(
            l, XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE, xc_str_from(NULL), w);
    step = xc_login_server_credentials(l, known ? &k.scram : NULL,
                                       xc_str_from(nonce), w);
    xc_wipe(&k, sizeof k);
    return step;
}

static xc_login_server_step look_up_tokens(struct sasl_server *sasl,
                                           xc_writer *w)
{
    xc_login_server *l = &sasl->login;
    xc_ht_token tokens[TOKENS_OF_AGENT];
    size_t count = tokens_find(sasl->credentials->store, l->username,
                               l->request.user_agent.id, tokens);
    return xc_login_server_tokens(l, tokens, count, w);
}

/* Users act as themselves only: as the bare address of their own account. */
static bool may_act_as(const struct sasl_server *sasl, xc_str authzid)
{
    char memory[XC_JID_MAX];
    xc_jid jid;
    return authzid.ptr == NULL ||
           (xc_jid_parse(authzid, memory, sizeof memory, &jid) == XC_OK &&
            xc_str_equal(xc_jid_domain(jid), sasl->domain) &&
            xc_str_is(xc_jid_local(jid), sasl->user) && jid.resource_len == 0);
}

/* There is such an account, so the name fits. */
static xc_login_server_step take_proof(struct sasl_server *sasl, xc_writer *w)
{
    xc_str user = sasl->login.username;
    memcpy(sasl->user, user.ptr, user.len);
    sasl->user[user.len] = '\0';
    return may_act_as(sasl, sasl->login.authzid)
               ? XC_LOGIN_SERVER_PROVED
               : xc_login_server_refuse(&sasl->login,
                                        XC_SASL_FAILURE_INVALID_AUTHZID,
                                        xc_str_from(NULL), w);
}

static xc_login_server_step advance(struct sasl_server *sasl,
                                    xc_login_server_step step, xc_writer *w)
{
    if (step == XC_LOGIN_SERVER_CREDENTIALS)
        step = look_up_account(sasl, w);
    else if (step == XC_LOGIN_SERVER_TOKENS)
        step = look_up_tokens(sasl, w);
    return step == XC_LOGIN_SERVER_PROVED ? take_proof(sasl, w) : step;
}

xc_login_server_step sasl_next(struct sasl_server *sasl, const xc_element *e,
                               xc_writer *w)
{
    return advance(sasl, xc_login_server_next(&sasl->login, e, w), w);
}

xc_login_server_step sasl_work(struct sasl_server *sasl, xc_writer *w)
{
    return advance(sasl,
                   xc_login_server_work(&sasl->login, HASHES_PER_TURN, w), w);
}

bool sasl_change_tokens(const struct sasl_server *sasl,
                        struct tokens_change *change)
{
    const xc_login_server *l = &sasl->login;
    const xc_fast *fast = &l->request.fast;
    memset(change, 0, sizeof *change);
    change->wanted = l->token_wanted;
    change->used = (XC_MECHANISMS_HT & XC_MECHANISM_BIT(l->mechanism)) != 0;
    change->which = l->token;
    change->count = fast->count;
    change->invalidate = fast->invalidate == XC_TRUE;
    return tokens_change(sasl->credentials->store, xc_str_from(sasl->user),
                         l->request.user_agent.id, change) ||
           (!change->used && change->wanted == XC_MECHANISM_NONE);
}
