/* The file:

       <account xmlns='urn:example:server'>
         <credentials mechanism='SCRAM-SHA-256' iterations='4096' salt='...'
                      stored-key='...' server-key='...'/>
         ... and the same for SCRAM-SHA-1
         ... and tokens, see tokens.c
       </account>

   It does not say of which account it is: a copy under another name is another
   account with the same password. */
#include "credentials.h"

#include "random.h"
#include "sha.h"

#include <string.h>

#define SUFFIX ".account"

enum {
    ITERATIONS = 4096,
    SALT_BYTES = 16
};

/* ---- the payload -------------------------------------------------------- */

struct entry {
    xc_base base;
    xc_str mechanism;
    xc_number iterations;
    xc_str salt, stored_key, server_key; /* base64 */
};

static const xc_field entry_fields[] = {
    XC_ATTR(struct entry, mechanism, STRING, "mechanism", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(struct entry, iterations, NUMBER, "iterations", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(struct entry, salt, BASE64, "salt", NULL, XC_FIELD_REQUIRED),
    XC_ATTR(struct entry, stored_key, BASE64, "stored-key", NULL,
            XC_FIELD_REQUIRED),
    XC_ATTR(struct entry, server_key, BASE64, "server-key", NULL,
            XC_FIELD_REQUIRED)};
static const xc_schema entry_schema =
    XC_SCHEMA(CREDENTIALS_NS, "credentials", struct entry, entry_fields);

/* The best one first. */
static const struct scram {
    xc_mechanism mechanism;
    const xc_hash *hash;
} scrams[] = {{XC_MECHANISM_SCRAM_SHA_256, &sha256},
              {XC_MECHANISM_SCRAM_SHA_1, &sha1}};

enum {
    SCRAMS = sizeof scrams / sizeof scrams[0]
};

/* ---- reading ------------------------------------------------------------ */

const char *credentials_init(struct credentials *c, struct store *store)
{
    struct store_path path;
    xc_str secret;
    c->store = store;
    if (!store_file(store, &path, ".secret"))
        return "the directory's name is too long";
    secret = store_read(&path, (char *)c->secret, sizeof c->secret);
    if (secret.len == sizeof c->secret)
        return NULL;
    secret.ptr = (const char *)c->secret;
    secret.len = sizeof c->secret;
    return random_bytes(c->secret, sizeof c->secret) &&
                   store_replace(store, &path, secret)
               ? NULL
               : "cannot write to the directory";
}

bool credentials_exist(const struct store *store, xc_str local)
{
    struct store_path path;
    return store_path(store, &path, local, SUFFIX) && store_size(&path) > 0;
}

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

static bool decode_entry(const struct entry *e, size_t size,
                         struct credentials_keys *k)
{
    xc_scram_credentials *scram = &k->scram;
    memset(k, 0, sizeof *k);
    scram->iterations = (uint32_t)e->iterations.value;
    return xc_base64_decode(e->salt, k->salt, sizeof k->salt, &scram->salt) ==
               XC_OK &&
           decode_key(e->stored_key, scram->keys.stored_key, size) &&
           decode_key(e->server_key, scram->keys.server_key, size);
}

const xc_element *credentials_load(struct store *store, xc_str local)
{
    struct store_path path;
    const xc_element *e = NULL;
    if (store_path(store, &path, local, SUFFIX))
        e = store_parse(store,
                        store_read(&path, store->text, sizeof store->text));
    xc_wipe(store->text, sizeof store->text);
    return e;
}

bool credentials_read(struct store *store, xc_str local,
                      xc_mechanism mechanism, struct credentials_keys *k)
{
    const xc_element *e = credentials_load(store, local);
    struct entry entry;
    for (e = xc_child(e, NULL, "credentials"); e != NULL;
         e = xc_next_same_name(e))
        if (xc_read(&entry_schema, e, &entry, NULL) == XC_OK &&
            xc_mechanism_from_name(entry.mechanism) == mechanism)
            return decode_entry(&entry, xc_mechanism_hash_size(mechanism), k);
    return false;
}

/* ---- writing ------------------------------------------------------------ */

static xc_str encode(const unsigned char *bytes, size_t size, char *memory)
{
    xc_str data, text;
    data.ptr = (const char *)bytes;
    data.len = size;
    xc_base64_encode(data, memory, XC_BASE64_SIZE(XC_HASH_MAX), &text);
    return text;
}

static bool write_entry(xc_writer *w, const struct scram *scram,
                        xc_str password)
{
    const xc_hash *hash = scram->hash;
    char text[3][XC_BASE64_SIZE(XC_HASH_MAX)];
    unsigned char bytes[SALT_BYTES];
    struct entry e = {.iterations = {true, ITERATIONS}};
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
    e.mechanism = xc_str_from(xc_mechanism_name(scram->mechanism));
    e.salt = encode(bytes, sizeof bytes, text[0]);
    e.stored_key = encode(keys.stored_key, hash->size, text[1]);
    e.server_key = encode(keys.server_key, hash->size, text[2]);
    xc_write(w, &entry_schema, &e);
    xc_wipe(&hi, sizeof hi);
    xc_wipe(&keys, sizeof keys);
    return status == XC_OK;
}

bool credentials_save(struct store *store, xc_str local, xc_str file)
{
    struct store_path path;
    return store_path(store, &path, local, SUFFIX) &&
           store_replace(store, &path, file);
}

const char *credentials_add(struct store *store, xc_str local, xc_str password)
{
    char name[XC_JID_PART_MAX], prepared[XC_JID_PART_MAX];
    struct store_path path;
    xc_writer w;
    xc_str file;
    if (xc_jid_enforce(XC_JID_LOCAL, local, name, sizeof name, &local) !=
            XC_OK ||
        !store_path(store, &path, local, SUFFIX))
        return "this cannot be a user name";
    if (xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, password, prepared,
                        sizeof prepared, &password) != XC_OK)
        return "this cannot be a password";
    xc_writer_init(&w, store->text, sizeof store->text, NULL);
    xc_writer_begin(&w, CREDENTIALS_NS, "account");
    for (size_t i = 0; i < SCRAMS; i++)
        if (!write_entry(&w, &scrams[i], password))
            return "the system gives no random numbers";
    xc_writer_end(&w);
    xc_wipe(prepared, sizeof prepared);
    if (xc_writer_finish(&w, &file) != XC_OK ||
        !credentials_save(store, local, file))
        return "cannot write the account file";
    return NULL;
}
