/* tls.h - TLS under a connection, with OpenSSL if tls.c is compiled with
   -DCONNECTION_TLS=1. Without, tls_available is false and every call fails.

       c.tls = tls_connect(tls_client_context(NULL), c.fd, "example.org");

   `t` may be NULL, a connection without TLS, except in tls_problem, tls_read
   and tls_write. */
#ifndef TLS_H
#define TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls;
struct tls_context;

extern const bool tls_available;

/* For connections that we open. `ca` names a file with the certificates to
   trust; NULL: those of the system. Returns NULL if it fails. */
struct tls_context *tls_client_context(const char *ca);

/* For connections that we accept. */
struct tls_context *tls_server_context(const char *certificate,
                                       const char *key);

void tls_context_free(struct tls_context *c);

/* TLS on a connected socket. The certificate must be for `domain` (RFC 6120
   section 13.7.2). Returns NULL if it fails. */
struct tls *tls_connect(struct tls_context *c, int fd, const char *domain);

struct tls *tls_accept(struct tls_context *c, int fd);

void tls_free(struct tls *t);

/* Goes on with the handshake. False: it failed, see tls_problem. True when it
   is over, or has to wait, or there is no TLS. */
bool tls_handshake(struct tls *t);

const char *tls_problem(const struct tls *t); /* static text */

bool tls_is_ready(const struct tls *t);

bool tls_wants_to_write(const struct tls *t);

/* Like read and write: -1 with errno EAGAIN if they have to wait. */
ssize_t tls_read(struct tls *t, char *buffer, size_t size);

ssize_t tls_write(struct tls *t, const char *from, size_t size);

/* Data for channel binding of type tls-exporter (RFC 9266): both ends of this
   channel know it and nobody else. False before TLS 1.3. */
bool tls_exporter(struct tls *t, char *data, size_t size);

#define TLS_END_POINT_MAX 64

/* Data for channel binding of type tls-server-end-point (RFC 5929 section 4):
   a hash of the server's certificate. Returns its bytes; 0: there is none. */
size_t tls_end_point(struct tls *t, char data[TLS_END_POINT_MAX]);

/* 0x0304 for TLS 1.3; 0: not known yet. */
unsigned tls_version(const struct tls *t);

/* Announces that we send no more. */
void tls_end(struct tls *t);

#endif
