#include "ws_request.h"

#include "sha.h"

#include <stdio.h>
#include <string.h>

/* ---- reading (RFC 6455 section 4.2.1) ----------------------------------- */

/* The Origin is not checked: it means nothing where everybody has to log in
   (section 10.2 is about browsers that are logged in already). */

struct request {
    xc_str host, key, version;
    bool upgrade, connection, xmpp; /* have the token that they must have */
};

bool ws_request_may_follow(char before, char c)
{
    return (before == '\r') == (c == '\n') &&
           ((unsigned char)c >= ' ' || c == '\t' || c == '\r' || c == '\n');
}

static xc_str trim(xc_str s)
{
    for (; s.len > 0 && (*s.ptr == ' ' || *s.ptr == '\t'); s.len--)
        s.ptr++;
    while (s.len > 0 && (s.ptr[s.len - 1] == ' ' || s.ptr[s.len - 1] == '\t'))
        s.len--;
    return s;
}

/* Equal except for the case of ASCII letters; `name` is in lower case. */
static bool is_any_case(xc_str s, const char *name)
{
    size_t i;
    if (s.len != strlen(name))
        return false;
    for (i = 0; i < s.len; i++)
        if (s.ptr[i] != name[i] &&
            (s.ptr[i] < 'A' || s.ptr[i] > 'Z' || (s.ptr[i] | 0x20) != name[i]))
            return false;
    return true;
}

/* Is the token in the list "a, b, c"? */
static bool list_has(xc_str list, const char *token,
                     bool (*same)(xc_str, const char *))
{
    while (list.ptr != NULL)
        if (same(trim(xc_str_cut(&list, ',')), token))
            return true;
    return false;
}

static bool set_once(xc_str *field, xc_str value)
{
    bool first = field->ptr == NULL;
    *field = value;
    return first;
}

/* False: malformed. A name is not empty and has no spaces, so a field that is
   folded into a second line is refused (RFC 9112 sections 5.1 and 5.2). */
static bool read_field(struct request *r, xc_str line)
{
    xc_str value = line, name = xc_str_cut(&value, ':');
    if (name.len == 0 || value.ptr == NULL ||
        memchr(name.ptr, ' ', name.len) != NULL ||
        memchr(name.ptr, '\t', name.len) != NULL)
        return false;
    value = trim(value);
    if (is_any_case(name, "host"))
        return set_once(&r->host, value);
    if (is_any_case(name, "sec-websocket-key"))
        return set_once(&r->key, value);
    if (is_any_case(name, "sec-websocket-version"))
        return set_once(&r->version, value);
    r->upgrade |= is_any_case(name, "upgrade") &&
                  list_has(value, "websocket", is_any_case);
    r->connection |= is_any_case(name, "connection") &&
                     list_has(value, "upgrade", is_any_case);
    r->xmpp |= is_any_case(name, "sec-websocket-protocol") &&
               list_has(value, "xmpp", xc_str_is);
    return true;
}

static xc_str take_line(xc_str *rest)
{
    xc_str line = xc_str_cut(rest, '\n');
    if (line.len > 0)
        line.len--; /* the CR that ws_request_may_follow demands */
    return line;
}

/* False: malformed. */
static bool read_request(struct request *r, xc_str request)
{
    xc_str version = take_line(&request), line;
    xc_str method = xc_str_cut(&version, ' ');
    xc_str target = xc_str_cut(&version, ' ');
    memset(r, 0, sizeof *r);
    if (!xc_str_is(method, "GET") || target.len == 0 ||
        !xc_str_is(version, "HTTP/1.1"))
        return false;
    while ((line = take_line(&request)).len > 0)
        if (!read_field(r, line))
            return false;
    return r->host.ptr != NULL;
}

static bool is_key(xc_str key)
{
    char memory[16];
    xc_str nonce;
    return xc_base64_decode(key, memory, sizeof memory, &nonce) == XC_OK &&
           nonce.len == sizeof memory;
}

/* ---- the response (section 4.2.2) --------------------------------------- */

#define CLOSE "Connection: close\r\n"
#define UPGRADE "Connection: Upgrade, close\r\nUpgrade: websocket\r\n"

xc_str ws_request_refuse(const char *status, const char *fields,
                         const char *text, char *mem, size_t size)
{
    xc_str response = {mem, 0};
    int len = snprintf(mem, size,
                       "HTTP/1.1 %s\r\n%sContent-Type: text/plain\r\n"
                       "Content-Length: %u\r\n\r\n%s\n",
                       status, fields, (unsigned)strlen(text) + 1, text);
    if (len > 0 && (size_t)len < size)
        response.len = (size_t)len;
    return response;
}

/* Proves that this is a WebSocket server: base64 of SHA-1 of the key and a
   constant of RFC 6455 section 1.3. */
static xc_str accept_key(xc_str key, char *memory, size_t size)
{
    xc_str pieces[2], digest, accept;
    unsigned char sum[20];
    pieces[0] = key;
    pieces[1] = XC_STR("258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
    sha1.digest(pieces, 2, sum);
    digest.ptr = (const char *)sum;
    digest.len = sizeof sum;
    xc_base64_encode(digest, memory, size, &accept);
    return accept;
}

static xc_str accept_request(xc_str key, char *mem, size_t size)
{
    char accept[XC_BASE64_SIZE(20)];
    xc_str response = {mem, 0};
    int len = snprintf(mem, size,
                       "HTTP/1.1 101 Switching Protocols\r\n"
                       "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Accept: " XC_FMT "\r\n"
                       "Sec-WebSocket-Protocol: xmpp\r\n\r\n",
                       XC_ARG(accept_key(key, accept, sizeof accept)));
    if (len > 0 && (size_t)len < size)
        response.len = (size_t)len;
    return response;
}

/* Why a request is refused; status NULL: it is not. */
struct refusal {
    const char *status, *fields, *text;
};

static struct refusal find_fault(xc_str request, struct request *r)
{
    static const char bad[] = "400 Bad Request";
    static const char other[] = "426 Upgrade Required";
    struct refusal none = {NULL, NULL, NULL};
    if (!read_request(r, request))
        return (struct refusal){bad, CLOSE, "This is not a GET of HTTP/1.1."};
    if (!r->upgrade || !r->connection)
        return (struct refusal){other, UPGRADE,
                                "This server speaks WebSocket."};
    if (!xc_str_is(r->version, "13"))
        return (struct refusal){other, UPGRADE "Sec-WebSocket-Version: 13\r\n",
                                "This server speaks version 13."};
    if (!is_key(r->key))
        return (struct refusal){bad, CLOSE, "The Sec-WebSocket-Key is none."};
    if (!r->xmpp)
        return (struct refusal){bad, CLOSE,
                                "This server speaks the subprotocol xmpp."};
    return none;
}

bool ws_request_judge(xc_str request, char *mem, size_t size, xc_str *response)
{
    struct request r;
    struct refusal why = find_fault(request, &r);
    *response = why.status == NULL ? accept_request(r.key, mem, size)
                                   : ws_request_refuse(why.status, why.fields,
                                                       why.text, mem, size);
    return why.status == NULL;
}
