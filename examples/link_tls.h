/* link_tls.h - TLS under a link, with OpenSSL if LINK_TLS is 1, else without:
   then tls_available tells so, and nothing can be encrypted.

   Like read and write, tls_read and tls_write return -1 with errno EAGAIN
   when they have to wait. */
#ifndef LINK_TLS_H
#define LINK_TLS_H

#ifndef LINK_TLS
#define LINK_TLS 0
#endif

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

struct tls;
struct tls_context;

#if LINK_TLS

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

enum {
    tls_available = 1
};

struct tls {
    SSL *ssl;
    bool ready, wants_to_write;
    const char *problem;
};

/* For connections that we open. `ca` names a file with the certificates to
   trust; NULL: those of the system. */
static inline struct tls_context *tls_client_context(const char *ca)
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

/* For connections that we accept. */
static inline struct tls_context *tls_server_context(const char *certificate,
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

static inline void tls_context_free(struct tls_context *c)
{
    SSL_CTX_free((SSL_CTX *)c);
}

static inline void tls_free(struct tls *t)
{
    if (t != NULL)
        SSL_free(t->ssl);
    free(t);
}

/* TLS on a connected socket, NULL if there is no memory. */
static inline struct tls *tls_new(struct tls_context *c, int fd)
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

/* The certificate must be for `domain` (RFC 6120 section 13.7.2). */
static inline struct tls *tls_connect(struct tls_context *c, int fd,
                                      const char *domain)
{
    char name[256]; /* OpenSSL wants one that is not const */
    struct tls *t = strlen(domain) < sizeof name ? tls_new(c, fd) : NULL;
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

static inline struct tls *tls_accept(struct tls_context *c, int fd)
{
    struct tls *t = tls_new(c, fd);
    if (t != NULL)
        SSL_set_accept_state(t->ssl);
    return t;
}

/* What a call of OpenSSL returned, as read and write would have. */
static inline ssize_t tls_result(struct tls *t, int result)
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

static inline const char *tls_verdict(struct tls *t)
{
    long verdict = SSL_get_verify_result(t->ssl);
    return verdict != X509_V_OK ? X509_verify_cert_error_string(verdict)
                                : "TLS failed";
}

/* Goes on with the handshake. False: it failed. Without TLS, or when it is
   over: true. */
static inline bool tls_handshake(struct tls *t)
{
    if (t == NULL || t->ready)
        return true;
    ERR_clear_error();
    t->ready = tls_result(t, SSL_do_handshake(t->ssl)) > 0;
    if (!t->ready && errno != EAGAIN)
        t->problem = tls_verdict(t);
    return t->problem == NULL;
}

static inline const char *tls_problem(const struct tls *t)
{
    return t->problem;
}

static inline bool tls_is_ready(const struct tls *t)
{
    return t == NULL || t->ready;
}

static inline bool tls_wants_to_write(const struct tls *t)
{
    return t != NULL && t->wants_to_write;
}

static inline int tls_chunk(size_t size)
{
    return size > 16384 ? 16384 : (int)size;
}

static inline ssize_t tls_read(struct tls *t, char *buffer, size_t size)
{
    ERR_clear_error();
    return tls_result(t, SSL_read(t->ssl, buffer, tls_chunk(size)));
}

static inline ssize_t tls_write(struct tls *t, const char *from, size_t size)
{
    ERR_clear_error();
    return tls_result(t, SSL_write(t->ssl, from, tls_chunk(size)));
}

/* What both ends of this TLS channel know and nobody else: data for channel
   binding of type tls-exporter (RFC 9266). Not before TLS 1.3. */
static inline bool tls_exporter(struct tls *t, char *data, size_t size)
{
    static const char label[] = "EXPORTER-Channel-Binding";
    return t != NULL && t->ready && SSL_version(t->ssl) >= TLS1_3_VERSION &&
           SSL_export_keying_material(t->ssl, (unsigned char *)data, size,
                                      label, sizeof label - 1, NULL, 0,
                                      0) == 1;
}

/* We say no more. */
static inline void tls_end(struct tls *t)
{
    if (t != NULL && t->ready)
        SSL_shutdown(t->ssl);
}

#else

enum {
    tls_available = 0
};

static inline struct tls_context *tls_client_context(const char *ca)
{
    (void)ca;
    return NULL;
}

static inline struct tls_context *tls_server_context(const char *certificate,
                                                     const char *key)
{
    (void)certificate;
    (void)key;
    return NULL;
}

static inline void tls_context_free(struct tls_context *c)
{
    (void)c;
}

static inline void tls_free(struct tls *t)
{
    (void)t;
}

static inline struct tls *tls_connect(struct tls_context *c, int fd,
                                      const char *domain)
{
    (void)c;
    (void)fd;
    (void)domain;
    return NULL;
}

static inline struct tls *tls_accept(struct tls_context *c, int fd)
{
    (void)c;
    (void)fd;
    return NULL;
}

static inline bool tls_handshake(struct tls *t)
{
    return t == NULL;
}

static inline const char *tls_problem(const struct tls *t)
{
    (void)t;
    return "built without TLS";
}

static inline bool tls_is_ready(const struct tls *t)
{
    return t == NULL;
}

static inline bool tls_wants_to_write(const struct tls *t)
{
    (void)t;
    return false;
}

static inline ssize_t tls_read(struct tls *t, char *buffer, size_t size)
{
    (void)t;
    (void)buffer;
    (void)size;
    return -1;
}

static inline ssize_t tls_write(struct tls *t, const char *from, size_t size)
{
    (void)t;
    (void)from;
    (void)size;
    return -1;
}

static inline bool tls_exporter(struct tls *t, char *data, size_t size)
{
    (void)t;
    (void)data;
    (void)size;
    return false;
}

static inline void tls_end(struct tls *t)
{
    (void)t;
}

#endif
#endif
