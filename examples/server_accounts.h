/* server_accounts.h - accounts: the file with the keys of a password, and
   those that are online in a hash table.

       <account xmlns='urn:example:server'>
         <credentials mechanism='SCRAM-SHA-256' iterations='4096' salt='...'
                      stored-key='...' server-key='...'/>
         ... and the same for SCRAM-SHA-1
       </account>

   That is a payload of our own: its schema is declared here with the same
   macros as those of the library. The file does not say whose it is; a copy
   under another name is another account with the same password. */
#ifndef SERVER_ACCOUNTS_H
#define SERVER_ACCOUNTS_H

#include "random.h"
#include "server_store.h"
#include "server_types.h"

#define NS_ACCOUNT "urn:example:server"
enum {
    ITERATIONS = 4096,
    SALT_BYTES = 16
};

static const xc_field credentials_fields[] = {
    XC_ATTR(struct credentials, mechanism, STRING, "mechanism", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(struct credentials, iterations, NUMBER, "iterations", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(struct credentials, salt, BASE64, "salt", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(struct credentials, stored_key, BASE64, "stored-key", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(struct credentials, server_key, BASE64, "server-key", NULL,
            XC_FIELD_REQUIRED)};
static const xc_schema credentials_schema = XC_SCHEMA(
    NS_ACCOUNT, "credentials", struct credentials, credentials_fields);

static const struct {
    xc_mechanism mechanism;
    const xc_hash *hash;
} scrams[] = {{XC_MECHANISM_SCRAM_SHA_256, &sha256},
              {XC_MECHANISM_SCRAM_SHA_1, &sha1}};

static const xc_hash *hash_of(xc_mechanism mechanism)
{
    for (size_t i = 0; i < sizeof scrams / sizeof *scrams; i++)
        if (scrams[i].mechanism == mechanism)
            return scrams[i].hash;
    return NULL;
}

static bool account_exists(xc_str local)
{
    struct path path;
    return store_path(&path, local, ".account") && store_size(&path) > 0;
}

/* ---- the file ----------------------------------------------------------- */

/* What is needed to check a password. */
struct keys {
    char salt[64];
    size_t salt_len;
    uint32_t iterations;
    xc_scram_keys keys;
    bool known; /* false: made up */
};

static bool decode_key(xc_str text, unsigned char *to, size_t size)
{
    char memory[XC_HASH_MAX];
    xc_str key;
    if (xc_base64_decode(text, memory, sizeof memory, &key) != XC_OK ||
        key.len != size)
        return false;
    memcpy(to, key.ptr, size);
    xc_wipe(memory, sizeof memory);
    return true;
}

static bool decode_credentials(const struct credentials *c,
                               const xc_hash *hash, struct keys *k)
{
    xc_str salt;
    if (xc_base64_decode(c->salt, k->salt, sizeof k->salt, &salt) != XC_OK ||
        !decode_key(c->stored_key, k->keys.stored_key, hash->size) ||
        !decode_key(c->server_key, k->keys.server_key, hash->size))
        return false;
    k->salt_len = salt.len;
    k->iterations = (uint32_t)c->iterations.value;
    k->known = true;
    return true;
}

/* Somebody who is not there has a salt, too, for each mechanism another one
   that stays the same: no answer tells who exists (RFC 5802 section 9). */
static void make_up_keys(xc_str local, xc_mechanism mechanism, struct keys *k)
{
    unsigned char digest[XC_HASH_MAX];
    xc_str pieces[3];
    pieces[0].ptr = (const char *)server.secret;
    pieces[0].len = sizeof server.secret;
    pieces[1] = xc_str_from(xc_mechanism_name(mechanism));
    pieces[2] = local;
    sha256.digest(pieces, 3, digest);
    memset(k, 0, sizeof *k);
    memcpy(k->salt, digest, SALT_BYTES);
    k->salt_len = SALT_BYTES;
    k->iterations = ITERATIONS;
}

static void account_keys(xc_str local, xc_mechanism mechanism, struct keys *k)
{
    char buffer[4096];
    struct path path;
    const xc_element *e = NULL;
    struct credentials c;
    make_up_keys(local, mechanism, k);
    if (store_path(&path, local, ".account"))
        e = store_parse(store_read(&path, buffer, sizeof buffer));
    for (e = xc_child(e, NULL, "credentials"); e != NULL;
         e = xc_next_same_name(e)) {
        if (xc_read(&credentials_schema, e, &c, NULL) == XC_OK &&
            xc_mechanism_from_name(c.mechanism) == mechanism &&
            decode_credentials(&c, hash_of(mechanism), k))
            break;
        make_up_keys(local, mechanism, k);
    }
    xc_wipe(buffer, sizeof buffer);
}

static xc_str encode(const unsigned char *bytes, size_t size, char *memory)
{
    xc_str data, text;
    data.ptr = (const char *)bytes;
    data.len = size;
    xc_base64_encode(data, memory, XC_BASE64_SIZE(XC_HASH_MAX), &text);
    return text;
}

static bool write_credentials(xc_writer *w, size_t which, xc_str password)
{
    const xc_hash *hash = scrams[which].hash;
    char text[3][XC_BASE64_SIZE(XC_HASH_MAX)];
    unsigned char bytes[SALT_BYTES];
    struct credentials c = {.iterations = {true, ITERATIONS}};
    xc_str salt = {(const char *)bytes, sizeof bytes};
    xc_scram_hi hi;
    xc_scram_keys keys;
    xc_status status;
    if (!random_bytes(bytes, sizeof bytes))
        return false;
    status = xc_scram_hi_init(&hi, hash, password, salt, ITERATIONS);
    while (status == XC_NEED_MORE)
        status = xc_scram_hi_next(&hi, ITERATIONS);
    if (status == XC_OK)
        status = xc_scram_derive(hash, hi.result, &keys);
    c.mechanism = xc_str_from(xc_mechanism_name(scrams[which].mechanism));
    c.salt = encode(bytes, sizeof bytes, text[0]);
    c.stored_key = encode(keys.stored_key, hash->size, text[1]);
    c.server_key = encode(keys.server_key, hash->size, text[2]);
    xc_write(w, &credentials_schema, &c);
    xc_wipe(&hi, sizeof hi);
    xc_wipe(&keys, sizeof keys);
    return status == XC_OK;
}

/* The password as it was typed. NULL, or what is wrong. */
static const char *account_add(xc_str local, xc_str password)
{
    char name[XC_JID_PART_MAX], prepared[XC_JID_PART_MAX];
    struct path path;
    xc_writer *w = &server.writer;
    xc_str file;
    if (xc_jid_enforce(XC_JID_LOCAL, local, name, sizeof name, &local) !=
            XC_OK ||
        !store_path(&path, local, ".account"))
        return "this cannot be a user name";
    if (xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, password, prepared,
                        sizeof prepared, &password) != XC_OK)
        return "this cannot be a password";
    xc_writer_init(w, server.scratch, sizeof server.scratch, NULL);
    xc_writer_begin(w, NS_ACCOUNT, "account");
    for (size_t i = 0; i < sizeof scrams / sizeof *scrams; i++)
        if (!write_credentials(w, i, password))
            return "the system gives no random numbers";
    xc_writer_end(w);
    xc_wipe(prepared, sizeof prepared);
    if (xc_writer_finish(w, &file) != XC_OK || !store_replace(&path, file))
        return "cannot write the account file";
    return NULL;
}

/* ---- who is online ------------------------------------------------------ */

/* FNV-1a. Only those who have an account get into the table. */
static struct account **account_bucket(xc_str local)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < local.len; i++)
        h = (h ^ (unsigned char)local.ptr[i]) * 16777619u;
    return &server.buckets[h & (server.bucket_count - 1)];
}

/* NULL: nobody is online there. */
static struct account *account_find(xc_str local)
{
    struct account *a;
    if (local.ptr == NULL)
        return NULL;
    for (a = *account_bucket(local); a != NULL; a = a->next)
        if (xc_str_is(local, a->local))
            return a;
    return NULL;
}

static bool local_is_here(xc_jid jid)
{
    return xc_str_equal(xc_jid_domain(jid), xc_jid_full(server.domain.jid));
}

/* Of a full address; NULL if it is not connected. */
static struct session *session_find(xc_jid jid)
{
    struct account *a =
        local_is_here(jid) ? account_find(xc_jid_local(jid)) : NULL;
    struct session *s;
    for (s = a != NULL ? a->sessions : NULL; s != NULL; s = s->next)
        if (session_is_there(s) && xc_jid_equal(s->own.jid, jid))
            return s;
    return NULL;
}

#endif
