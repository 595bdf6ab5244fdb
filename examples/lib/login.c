#include "login.h"

#include "random.h"
#include "sha.h"

enum {
    OFFER_MAX = 1024 /* of the names of what a server offers */
};

void login_wipe(struct login *l)
{
    xc_wipe(&l->scram, sizeof l->scram);
    xc_wipe(l->memory, sizeof l->memory);
    xc_wipe(l->text, sizeof l->text);
}

static enum login_step abort_login(struct login *l, const char *problem,
                                   xc_writer *w)
{
    xc_sasl_abort empty = {.base = {.present = true}};
    login_wipe(l);
    l->problem = problem;
    if (l->mechanism != XC_MECHANISM_NONE) /* <auth/> was sent */
        xc_write(w, &xc_sasl_abort_schema, &empty);
    return LOGIN_ABORT;
}

static uint32_t offered_mechanisms(const xc_features *f)
{
    const xc_element *e =
        xc_child(f->mechanisms.base.element, NULL, "mechanism");
    uint32_t offered = 0;
    for (; e != NULL; e = xc_next_same_name(e))
        xc_mechanism_offer(&offered, xc_text(e));
    return offered;
}

/* How the channel and the server's offer fit together. */
static xc_binding_choice choose_binding(const struct login *l,
                                        const xc_features *f)
{
    const xc_channel_binding *b = &l->account->binding;
    return xc_binding_choose(l->offered, f->channel_bindings.base.element, b,
                             b->data.ptr != NULL, NULL);
}

static uint32_t allowed_mechanisms(const struct login_account *account,
                                   xc_binding_choice binding)
{
    uint32_t allowed = XC_MECHANISMS_SCRAM_BARE;
    if (binding == XC_BINDING_CHOSEN)
        allowed |= XC_MECHANISMS_SCRAM_PLUS;
    if (account->private_channel) /* RFC 4616 section 5 */
        allowed |= XC_MECHANISM_BIT(XC_MECHANISM_PLAIN);
    return allowed;
}

/* As it was typed: the server prepares what it gets (RFC 4616 section 2), or
   compares it with what was typed when the account was made. */
static xc_status first_of_plain(struct login *l, xc_str *message)
{
    xc_plain plain = {.authcid = l->account->user,
                      .password = l->account->password};
    return xc_plain_write_as(XC_SASL_PROFILE_PREPARED, &plain, l->memory,
                             sizeof l->memory, message);
}

/* With -PLUS we bind. If the server offers no -PLUS, we say that we could have
   bound, so that it detects a stripped offer (RFC 5802 section 6). If it offers
   only types that we do not have, not even the one that each server must have,
   it has to confirm them (XEP-0440 section 5, XEP-0474 section 7). */
static xc_status first_of_scram(struct login *l, const xc_features *f,
                                xc_str *message)
{
    const xc_element *types = f->channel_bindings.base.element;
    char nonce[25], text[OFFER_MAX];
    xc_scram_client_options o = {.mechanism = l->mechanism,
                                 .hash = sha_of_mechanism(l->mechanism),
                                 .username = l->account->user,
                                 .binding = l->account->binding,
                                 .offered = l->offered};
    if (!random_text(nonce, sizeof nonce))
        return XC_ERR_CALLER;
    o.nonce = xc_str_from(nonce);
    o.offer_required =
        choose_binding(l, f) == XC_BINDING_NOT_COMMON &&
        !xc_binding_offered(types,
                            XC_STR(XC_CHANNEL_BINDING_TLS_SERVER_END_POINT));
    if (xc_sasl_offer(f->mechanisms.base.element, types, text, sizeof text,
                      &o.offer) != XC_OK)
        return XC_ERR_SASL_DOWNGRADE;
    return xc_scram_client_first(&l->scram, l->memory, sizeof l->memory, &o,
                                 message);
}

static enum login_step respond(struct login *l, xc_str message, xc_writer *w)
{
    xc_sasl_response response = {.base = {.present = true}};
    if (xc_sasl_encode(message, l->text, sizeof l->text, &response.data) !=
        XC_OK)
        return abort_login(l, "too long a message of SASL", w);
    xc_write(w, &xc_sasl_response_schema, &response);
    return LOGIN_SEND;
}

enum login_step login_begin(struct login *l,
                            const struct login_account *account,
                            const xc_features *f, xc_writer *w)
{
    xc_sasl_auth auth = {.data = {NULL, 0}};
    xc_mechanism m;
    xc_status status;
    xc_str message;
    l->account = account;
    l->offered = offered_mechanisms(f);
    m = xc_mechanism_choose(l->offered,
                            allowed_mechanisms(account, choose_binding(l, f)));
    auth.mechanism = xc_str_from(xc_mechanism_name(m));
    l->mechanism = m;
    l->responded = false;
    l->problem = NULL;
    l->failure = XC_SASL_FAILURE_NONE;
    if (m == XC_MECHANISM_NONE)
        return abort_login(l, "the server offers no mechanism that we take",
                           w);
    status = m == XC_MECHANISM_PLAIN ? first_of_plain(l, &message)
                                     : first_of_scram(l, f, &message);
    if (status == XC_OK)
        status = xc_sasl_encode(message, l->text, sizeof l->text, &auth.data);
    if (status != XC_OK) {
        l->mechanism = XC_MECHANISM_NONE; /* nothing was sent */
        return abort_login(l,
                           status == XC_ERR_CALLER ? "no random numbers"
                           : status == XC_ERR_SASL_DOWNGRADE
                               ? "the server offers too much"
                               : "name or password cannot be used",
                           w);
    }
    xc_write(w, &xc_sasl_auth_schema, &auth);
    return LOGIN_SEND;
}

/* The first challenge of SCRAM asks for the proof; a second one may bring the
   server's proof, which else comes with <success/>. PLAIN has none. */
static enum login_step take_challenge(struct login *l, xc_str in, xc_writer *w)
{
    xc_str message = xc_str_from(NULL);
    xc_status status = XC_ERR_SASL_SYNTAX;
    if (l->mechanism != XC_MECHANISM_PLAIN && !l->responded) {
        status = xc_scram_client_challenge(&l->scram, in, NULL);
        if (status == XC_OK)
            status = xc_scram_client_password(&l->scram, l->account->password,
                                              &message);
    } else if (l->mechanism != XC_MECHANISM_PLAIN) {
        status = xc_scram_client_verify(&l->scram, in);
    }
    l->responded = true;
    return status == XC_OK ? respond(l, message, w)
                           : abort_login(l, xc_status_text(status), w);
}

/* Without the server's proof it is no login (RFC 5802 section 5). Too late for
   <abort/>: the server thinks that all is well. */
static enum login_step take_success(struct login *l, xc_str in)
{
    xc_status status = l->mechanism == XC_MECHANISM_PLAIN
                           ? XC_OK
                           : xc_scram_client_verify(&l->scram, in);
    login_wipe(l);
    if (status != XC_OK)
        l->problem = xc_status_text(status);
    return status == XC_OK ? LOGIN_DONE : LOGIN_ABORT;
}

static enum login_step take_failure(struct login *l,
                                    const xc_sasl_failure *failure)
{
    login_wipe(l);
    l->failure = (xc_sasl_failure_condition)failure->condition.value;
    l->problem = xc_sasl_failure_name(l->failure);
    if (l->problem == NULL)
        l->problem = "no reason given";
    return LOGIN_REFUSED;
}

enum login_step login_take(struct login *l, const xc_element *e, xc_writer *w)
{
    xc_sasl_failure failure;
    xc_str in;
    if (xc_was_read(xc_read(&xc_sasl_failure_schema, e, &failure, NULL)))
        return take_failure(l, &failure);
    if (!xc_is(e, XC_NS_SASL, "challenge") && !xc_is(e, XC_NS_SASL, "success"))
        return abort_login(l, "not an element that SASL has here", w);
    if (xc_sasl_decode(xc_text(e), l->text, sizeof l->text, &in) != XC_OK)
        return abort_login(l, "not base64, or too long", w);
    return xc_is(e, NULL, "success") ? take_success(l, in)
                                     : take_challenge(l, in, w);
}
