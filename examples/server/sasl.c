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
    xc_wipe(&sasl->scram, sizeof sasl->scram);
    xc_wipe(&sasl->hi, sizeof sasl->hi);
    xc_wipe(&sasl->keys, sizeof sasl->keys);
    xc_wipe(sasl->memory, sizeof sasl->memory);
}

static enum sasl_step fail(struct sasl_server *sasl, xc_writer *w,
                           xc_sasl_failure_condition why)
{
    xc_sasl_failure failure = {.condition = {.value = (uint8_t)why}};
    sasl_wipe(sasl);
    sasl->user[0] = '\0';
    sasl->failures++;
    xc_write(w, &xc_sasl_failure_schema, &failure);
    return SASL_FAILED;
}

/* Returns how many. */
static size_t mechanisms(const struct sasl_server *sasl,
                         xc_str names[CREDENTIALS_SCRAMS + 1])
{
    size_t count = 0;
    for (; count < CREDENTIALS_SCRAMS; count++)
        names[count] = xc_str_from(
            xc_mechanism_name(credentials_scrams[count].mechanism));
    if (sasl->plain)
        names[count++] = XC_STR("PLAIN");
    return count;
}

void sasl_offer(const struct sasl_server *sasl, xc_writer *w)
{
    xc_str names[CREDENTIALS_SCRAMS + 1];
    size_t count = mechanisms(sasl, names);
    xc_writer_begin(w, XC_NS_SASL, "mechanisms");
    for (size_t i = 0; i < count; i++)
        xc_writer_text_element(w, NULL, "mechanism", names[i]);
    xc_writer_end(w);
}

static bool keep_user(struct sasl_server *sasl, xc_str user)
{
    if (user.len == 0 || user.len > STORE_LOCAL_MAX)
        return false;
    memcpy(sasl->user, user.ptr, user.len);
    sasl->user[user.len] = '\0';
    return true;
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

/* ---- SCRAM -------------------------------------------------------------- */

static enum sasl_step scram_challenge(struct sasl_server *sasl,
                                      const struct credentials_keys *k,
                                      xc_writer *w)
{
    char nonce[24], text[XC_BASE64_SIZE(sizeof sasl->memory)];
    xc_sasl_challenge challenge = {.data = {NULL, 0}};
    xc_str salt = {k->salt, k->salt_len}, message;
    sasl->keys = k->keys;
    sasl->known = k->known;
    if (!random_text(nonce, sizeof nonce) ||
        xc_scram_server_challenge(&sasl->scram, xc_str_from(nonce), salt,
                                  k->iterations, &message) != XC_OK ||
        xc_sasl_encode(message, text, sizeof text, &challenge.data) != XC_OK)
        return fail(sasl, w, XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE);
    xc_write(w, &xc_sasl_challenge_schema, &challenge);
    return SASL_MORE;
}

static enum sasl_step scram_begin(struct sasl_server *sasl, xc_str message,
                                  xc_writer *w)
{
    xc_scram_server_options o = {.mechanism = sasl->mechanism,
                                 .hash = credentials_hash(sasl->mechanism),
                                 .profile = XC_SASL_PROFILE_CASE_MAPPED};
    xc_str names[CREDENTIALS_SCRAMS + 1];
    char offer[128];
    xc_scram_identity identity;
    struct credentials_keys k;
    xc_status status;
    xc_sasl_offer_names(names, mechanisms(sasl, names), NULL, 0, offer,
                        sizeof offer, &o.offer); /* XEP-0474 */
    status =
        xc_scram_server_first(&sasl->scram, sasl->memory, sizeof sasl->memory,
                              &o, message, &identity);
    if (status != XC_OK)
        return fail(sasl, w, xc_sasl_failure_for_status(status));
    if (!keep_user(sasl, identity.username))
        return fail(sasl, w, XC_SASL_FAILURE_NOT_AUTHORIZED);
    if (!may_act_as(sasl, identity.authzid))
        return fail(sasl, w, XC_SASL_FAILURE_INVALID_AUTHZID);
    credentials_read(sasl->credentials, xc_str_from(sasl->user),
                     sasl->mechanism, &k);
    return scram_challenge(sasl, &k, w);
}

static enum sasl_step scram_end(struct sasl_server *sasl, xc_str message,
                                xc_writer *w)
{
    char text[XC_BASE64_SIZE(sizeof sasl->memory)];
    xc_sasl_success success = {.data = {NULL, 0}};
    xc_str reply;
    xc_status status = xc_scram_server_verify(
        &sasl->scram, message, sasl->known ? &sasl->keys : NULL, &reply);
    if (status != XC_OK)
        return fail(sasl, w, xc_sasl_failure_for_status(status));
    xc_sasl_encode(reply, text, sizeof text, &success.data);
    xc_write(w, &xc_sasl_success_schema, &success);
    sasl_wipe(sasl);
    return SASL_DONE;
}

/* ---- PLAIN -------------------------------------------------------------- */

static enum sasl_step plain_begin(struct sasl_server *sasl, xc_str message,
                                  xc_writer *w)
{
    char memory[2 * XC_JID_PART_MAX];
    struct credentials_keys k;
    xc_plain plain;
    xc_str salt;
    if (xc_plain_read(message, &plain) != XC_OK)
        return fail(sasl, w, XC_SASL_FAILURE_MALFORMED_REQUEST);
    if (xc_plain_prepare(XC_SASL_PROFILE_CASE_MAPPED, &plain, memory,
                         sizeof memory) != XC_OK ||
        !keep_user(sasl, plain.authcid))
        return fail(sasl, w, XC_SASL_FAILURE_NOT_AUTHORIZED);
    if (!may_act_as(sasl, plain.authzid))
        return fail(sasl, w, XC_SASL_FAILURE_INVALID_AUTHZID);
    credentials_read(sasl->credentials, plain.authcid,
                     XC_MECHANISM_SCRAM_SHA_256, &k);
    sasl->keys = k.keys;
    sasl->known = k.known;
    salt.ptr = k.salt;
    salt.len = k.salt_len;
    xc_scram_hi_init(&sasl->hi, &sha256, plain.password, salt, k.iterations);
    xc_wipe(memory, sizeof memory);
    return SASL_BUSY;
}

/* The same key must come out of the password as is stored. */
static bool plain_matches(const struct sasl_server *sasl)
{
    xc_scram_keys keys;
    xc_str proved = {(const char *)keys.stored_key, sha256.size};
    xc_str stored = {(const char *)sasl->keys.stored_key, sha256.size};
    bool same = xc_scram_derive(&sha256, sasl->hi.result, &keys) == XC_OK &&
                xc_secret_equal(proved, stored);
    xc_wipe(&keys, sizeof keys);
    return same && sasl->known;
}

/* A portion of the work that proves a password. */
enum sasl_step sasl_continue(struct sasl_server *sasl, xc_writer *w)
{
    xc_status status = xc_scram_hi_next(&sasl->hi, HASHES_PER_TURN);
    if (status == XC_NEED_MORE)
        return SASL_BUSY;
    if (status != XC_OK || !plain_matches(sasl))
        return fail(sasl, w, XC_SASL_FAILURE_NOT_AUTHORIZED);
    xc_write_tag(w, XC_NS_SASL, "success");
    sasl_wipe(sasl);
    return SASL_DONE;
}

/* ---- both --------------------------------------------------------------- */

/* The first message of the client. */
static enum sasl_step start(struct sasl_server *sasl, xc_str message,
                            xc_writer *w)
{
    sasl->begun = true;
    return sasl->mechanism == XC_MECHANISM_PLAIN
               ? plain_begin(sasl, message, w)
               : scram_begin(sasl, message, w);
}

static bool is_offered(const struct sasl_server *sasl, xc_mechanism mechanism)
{
    return mechanism == XC_MECHANISM_PLAIN
               ? sasl->plain
               : credentials_hash(mechanism) != NULL;
}

/* Without an initial response, the first message is asked for with an empty
   challenge (RFC 6120 section 6.4.2). */
enum sasl_step sasl_begin(struct sasl_server *sasl, const xc_element *e,
                          xc_writer *w)
{
    char memory[2048];
    enum sasl_step step;
    xc_sasl_auth auth;
    xc_str message;
    xc_status status = xc_read(&xc_sasl_auth_schema, e, &auth, NULL);
    if (status == XC_ERR_FIELD_VALUE)
        return fail(sasl, w, XC_SASL_FAILURE_INCORRECT_ENCODING);
    if (status != XC_OK)
        return fail(sasl, w, XC_SASL_FAILURE_MALFORMED_REQUEST);
    sasl->begun = false;
    sasl->mechanism = xc_mechanism_from_name(auth.mechanism);
    if (!is_offered(sasl, sasl->mechanism))
        return fail(sasl, w, XC_SASL_FAILURE_INVALID_MECHANISM);
    status = xc_sasl_decode(auth.data, memory, sizeof memory, &message);
    if (status != XC_OK)
        return fail(sasl, w, xc_sasl_failure_for_status(status));
    if (message.ptr == NULL) {
        xc_write_tag(w, XC_NS_SASL, "challenge");
        return SASL_MORE;
    }
    step = start(sasl, message, w);
    xc_wipe(memory, sizeof memory);
    return step;
}

enum sasl_step sasl_response(struct sasl_server *sasl, const xc_element *e,
                             xc_writer *w)
{
    char memory[2048];
    enum sasl_step step;
    xc_sasl_response response;
    xc_str message;
    if (xc_is(e, XC_NS_SASL, "abort"))
        return fail(sasl, w, XC_SASL_FAILURE_ABORTED);
    if (xc_read(&xc_sasl_response_schema, e, &response, NULL) != XC_OK ||
        xc_sasl_decode(response.data, memory, sizeof memory, &message) !=
            XC_OK)
        return fail(sasl, w, XC_SASL_FAILURE_INCORRECT_ENCODING);
    step = sasl->begun ? scram_end(sasl, message, w) : start(sasl, message, w);
    xc_wipe(memory, sizeof memory);
    return step;
}
