#include "tls.h"

#ifndef CONNECTION_TLS
#define CONNECTION_TLS 0
#endif

#if CONNECTION_TLS

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

const bool tls_available = true;

struct tls {
    SSL *ssl;
    bool ready, wants_to_write;
    const char *problem;
};

struct tls_context *tls_client_context(const char *ca)
{
    SSL_CTX *c = SSL_CTX_new(TLS_client_method());
    if (c == NULL)
        return NULL;
    SSL_CTX_set_verify(c, SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) == 1 &&
        (ca != NULL ? SSL_CTX_load_verify_locations(c, ca, NULL)
                    : SSL_CTX_set_default_verify_paths(c)) == 1)
        return (struct tls_context *)c;
    SSL_CTX_free(c);
    return NULL;
}

struct tls_context *tls_server_context(const char *certificate,
                                       const char *key)
{
    SSL_CTX *c = SSL_CTX_new(TLS_server_method());
    if (c == NULL)
        return NULL;
    if (SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION) == 1 &&
        SSL_CTX_use_certificate_chain_file(c, certificate) == 1 &&
        SSL_CTX_use_PrivateKey_file(c, key, SSL_FILETYPE_PEM) == 1)
        return (struct tls_context *)c;
    SSL_CTX_free(c);
    return NULL;
}

void tls_context_free(struct tls_context *c)
{
    SSL_CTX_free((SSL_CTX *)c);
}

void tls_free(struct tls *t)
{
    if (t != NULL)
        SSL_free(t->ssl);
    free(t);
}

static struct tls *new_tls(struct tls_context *c, int fd)
{
    struct tls *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->ssl = SSL_new((SSL_CTX *)c);
    if (t->ssl != NULL && SSL_set_fd(t->ssl, fd) == 1) {
        /* What waits to be written moves and grows. */
        SSL_set_mode(t->ssl, SSL_MODE_ENABLE_PARTIAL_WRITE |
                                 SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
        return t;
    }
    tls_free(t);
    return NULL;
}

struct tls *tls_connect(struct tls_context *c, int fd, const char *domain)
{
    char name[256]; /* const is not enough for OpenSSL */
    struct tls *t = strlen(domain) < sizeof name ? new_tls(c, fd) : NULL;
    if (t == NULL)
        return NULL;
    memcpy(name, domain, strlen(domain) + 1);
    SSL_set_connect_state(t->ssl);
    if (SSL_set1_host(t->ssl, name) == 1 &&
        SSL_set_tlsext_host_name(t->ssl, name) == 1)
        return t;
    tls_free(t);
    return NULL;
}

struct tls *tls_accept(struct tls_context *c, int fd)
{
    struct tls *t = new_tls(c, fd);
    if (t != NULL)
        SSL_set_accept_state(t->ssl);
    return t;
}

/* The result of a call of OpenSSL, as read and write return it. */
static ssize_t io_result(struct tls *t, int result)
{
    int error = SSL_get_error(t->ssl, result);
    t->wants_to_write = error == SSL_ERROR_WANT_WRITE;
    errno = 0;
    if (error == SSL_ERROR_NONE)
        return result;
    if (error == SSL_ERROR_ZERO_RETURN)
        return 0;
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE)
        errno = EAGAIN;
    return -1;
}

static const char *handshake_problem(struct tls *t)
{
    long verdict = SSL_get_verify_result(t->ssl);
    return verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
                                : "TLS failed";
}

bool tls_handshake(struct tls *t)
{
    if (t == NULL || t->ready)
        return true;
    ERR_clear_error();
    t->ready = io_result(t, SSL_do_handshake(t->ssl)) > 0;
    if (!t->ready && errno != EAGAIN)
        t->problem = handshake_problem(t);
    return t->problem == NULL;
}

const char *tls_problem(const struct tls *t)
{
    return t->problem;
}

bool tls_is_ready(const struct tls *t)
{
    return t == NULL || t->ready;
}

bool tls_wants_to_write(const struct tls *t)
{
    return t != NULL && t->wants_to_write;
}

static int chunk_size(size_t size)
{
    return size > 16384 ? 16384 : (int)size;
}

ssize_t tls_read(struct tls *t, char *buffer, size_t size)
{
    ERR_clear_error();
    return io_result(t, SSL_read(t->ssl, buffer, chunk_size(size)));
}

ssize_t tls_write(struct tls *t, const char *from, size_t size)
{
    ERR_clear_error();
    return io_result(t, SSL_write(t->ssl, from, chunk_size(size)));
}

bool tls_exporter(struct tls *t, char *data, size_t size)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    return t != NULL && t->ready && SSL_version(t->ssl) >= TLS1_3_VERSION &&
           SSL_export_keying_material(t->ssl, (unsigned char *)data, size,
                                      label, sizeof label - 1, NULL, 0,
                                      0) == 1;
}

/* RFC 5929 section 4.1: the hash of the certificate's signature, but never a
   weak one. NULL: it has none. */
static const EVP_MD *end_point_hash(X509 *certificate)
{
    int hash = NID_undef;
    if (X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) != 1)
        return NULL;
    return hash == NID_md5 || hash == NID_sha1 ? EVP_sha256()
                                               : EVP_get_digestbynid(hash);
}

static X509 *server_certificate(SSL *ssl)
{
    X509 *own = SSL_get_certificate(ssl);
    if (!SSL_is_server(ssl))
        return SSL_get_peer_certificate(ssl);
    return own != NULL && X509_up_ref(own) == 1 ? own : NULL;
}

size_t tls_end_point(struct tls *t, char data[TLS_END_POINT_MAX])
{
    X509 *certificate =
        t != NULL && t->ready ? server_certificate(t->ssl) : NULL;
    const EVP_MD *hash =
        certificate != NULL ? end_point_hash(certificate) : NULL;
    unsigned size = 0;
    if (hash != NULL &&
        X509_digest(certificate, hash, (unsigned char *)data, &size) != 1)
        size = 0;
    X509_free(certificate);
    return size;
}

unsigned tls_version(const struct tls *t)
{
    return t != NULL && t->ready ? (unsigned)SSL_version(t->ssl) : 0;
}

void tls_end(struct tls *t)
{
    if (t != NULL && t->ready)
        SSL_shutdown(t->ssl);
}

#else

const bool tls_available = false;

struct tls_context *tls_client_context(const char *ca)
{
    (void)ca;
    return NULL;
}

struct tls_context *tls_server_context(const char *certificate,
                                       const char *key)
{
    (void)certificate;
    (void)key;
    return NULL;
}

void tls_context_free(struct tls_context *c)
{
    (void)c;
}

void tls_free(struct tls *t)
{
    (void)t;
}

struct tls *tls_connect(struct tls_context *c, int fd, const char *domain)
{
    (void)c;
    (void)fd;
    (void)domain;
    return NULL;
}

struct tls *tls_accept(struct tls_context *c, int fd)
{
    (void)c;
    (void)fd;
    return NULL;
}

bool tls_handshake(struct tls *t)
{
    return t == NULL;
}

const char *tls_problem(const struct tls *t)
{
    (void)t;
    return "built without TLS";
}

bool tls_is_ready(const struct tls *t)
{
    return t == NULL;
}

bool tls_wants_to_write(const struct tls *t)
{
    (void)t;
    return false;
}

ssize_t tls_read(struct tls *t, char *buffer, size_t size)
{
    (void)t;
    (void)buffer;
    (void)size;
    return -1;
}

ssize_t tls_write(struct tls *t, const char *from, size_t size)
{
    (void)t;
    (void)from;
    (void)size;
    return -1;
}

bool tls_exporter(struct tls *t, char *data, size_t size)
{
    (void)t;
    (void)data;
    (void)size;
    return false;
}

size_t tls_end_point(struct tls *t, char data[TLS_END_POINT_MAX])
{
    (void)t;
    (void)data;
    return 0;
}

unsigned tls_version(const struct tls *t)
{
    (void)t;
    return 0;
}

void tls_end(struct tls *t)
{
    (void)t;
}

#endif
