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

uint16_t tls_version(const struct tls *t)
{
    return t != NULL && t->ready ? (uint16_t)SSL_version(t->ssl) : 0;
}

bool tls_exporter(struct tls *t, char *data)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    return tls_version(t) >= TLS1_3_VERSION &&
           SSL_export_keying_material(t->ssl, (unsigned char *)data,
                                      TLS_EXPORTER_SIZE, label,
                                      sizeof label - 1, NULL, 0, 0) == 1;
}

/* The hash function of the certificate's signature, or SHA-256 where that is
   broken (RFC 5929 section 4.1). */
static const EVP_MD *end_point_hash(X509 *certificate)
{
    int hash = NID_undef;
    if (X509_get_signature_info(certificate, &hash, NULL, NULL, NULL) != 1)
        return NULL;
    if (hash == NID_md5 || hash == NID_sha1)
        hash = NID_sha256;
    return EVP_get_digestbynid(hash);
}

size_t tls_server_end_point(const struct tls *t, char *data)
{
    const EVP_MD *hash;
    X509 *certificate;
    unsigned size = 0;
    if (t == NULL || !t->ready)
        return 0;
    certificate = SSL_is_server(t->ssl) ? SSL_get_certificate(t->ssl)
                                        : SSL_get0_peer_certificate(t->ssl);
    hash = certificate != NULL ? end_point_hash(certificate) : NULL;
    if (hash == NULL ||
        X509_digest(certificate, hash, (unsigned char *)data, &size) != 1)
        return 0;
    return size;
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

uint16_t tls_version(const struct tls *t)
{
    (void)t;
    return 0;
}

bool tls_exporter(struct tls *t, char *data)
{
    (void)t;
    (void)data;
    return false;
}

size_t tls_server_end_point(const struct tls *t, char *data)
{
    (void)t;
    (void)data;
    return 0;
}

void tls_end(struct tls *t)
{
    (void)t;
}

#endif
