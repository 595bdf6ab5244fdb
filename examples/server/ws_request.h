/* ws_request.h - the HTTP request that opens a WebSocket for XMPP (RFC 6455
   section 4.2, RFC 7395 section 3.1), and the response to it. No I/O.

       opened = ws_request_judge(request, mem, sizeof mem, &response);

   Needs xmpp_codec.h, and sha.h of ../lib. */
#ifndef SERVER_WS_REQUEST_H
#define SERVER_WS_REQUEST_H

#include "xmpp_codec.h"

/* May `c` follow `before` in a request ('\0': it is the first)? Lines end with
   CR LF; no other CR and no control character except TAB is allowed. */
bool ws_request_may_follow(char before, char c);

/* The response to a whole request, the empty line at its end included. True:
   it opens the WebSocket; false: it refuses. 256 bytes of `mem` are enough for
   every response. */
bool ws_request_judge(xc_str request, char *mem, size_t size,
                      xc_str *response);

/* A response that refuses: status ("503 Service Unavailable"), header fields
   with their line ends, and a line of text. */
xc_str ws_request_refuse(const char *status, const char *fields,
                         const char *text, char *mem, size_t size);

#endif
