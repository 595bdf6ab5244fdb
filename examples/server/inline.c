#include "inline.h"

#include "login.h"
#include "random.h"
#include "receive.h"
#include "resource.h"
#include "send.h"
#include "server.h"
#include "sha.h"
#include "sm.h"

#include <stdio.h>
#include <string.h>

enum {
    TAG_MAX = 64, /* bytes of a program's name in its resource */
    MARK = 12     /* letters that make it unique */
};

/* The same for each login of an installation, so that it takes the place of its
   lost connection; random if it does not say which it is. */
static bool make_mark(const struct server_session *s, char mark[MARK + 1])
{
    xc_str agent = s->sasl.login.request.user_agent.id;
    unsigned char digest[XC_HASH_MAX];
    xc_str pieces[2] = {{(const char *)s->server->credentials.secret,
                         sizeof s->server->credentials.secret},
                        agent};
    if (agent.len == 0)
        return random_text(mark, MARK + 1);
    sha256.digest(pieces, 2, digest);
    for (size_t i = 0; i < MARK / 2; i++)
        sprintf(mark + 2 * i, "%02x", digest[i]);
    return true;
}

/* The name of the program and a mark (XEP-0386 section 4). */
static bool bind(struct server_session *s, xc_str tag)
{
    char resource[TAG_MAX + MARK + 2], mark[MARK + 1];
    int len = tag.len <= TAG_MAX ? (int)tag.len : 0;
    if (!make_mark(s, mark))
        return false;
    snprintf(resource, sizeof resource, "%.*s%s%s", len,
             len > 0 ? tag.ptr : "", len > 0 ? "." : "", mark);
    return resource_bind(s, xc_str_from(resource)) == XC_STANZA_ERROR_NONE;
}

static bool bind_resource(struct server_session *s, xc_bind2_bound *bound)
{
    const xc_bind2 *request = &s->sasl.login.request.bind;
    if (!bind(s, request->tag))
        return false;
    bound->base.present = true;
    bound->carbons = s->carbons = request->carbons;
    if (request->sm_enable.base.present)
        sm_enable_inline(s, &request->sm_enable, bound);
    return true;
}

static void refuse(struct server_session *s)
{
    s->authenticated = false;
    xc_login_server_refuse(&s->sasl.login,
                           XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE,
                           XC_STR("too many resources"), send_begin(s));
    send_end(s);
    s->state = SESSION_LOGIN;
}

static void accept(struct server_session *s, xc_sasl2_success *success)
{
    struct tokens_change tokens;
    if (!sasl_change_tokens(&s->sasl, &tokens))
        session_log(s, "has a token that could not be kept");
    success->fast_token = tokens.token;
    xc_login_server_accept(&s->sasl.login, success, send_begin(s));
    send_end(s);
    xc_wipe(&tokens, sizeof tokens);
}

void inline_let_in(struct server_session *s)
{
    const xc_sasl2_authenticate *request = &s->sasl.login.request;
    xc_sasl2_success success;
    char address[XC_JID_MAX];
    bool resumed;
    memset(&success, 0, sizeof success);
    resumed = request->sm_resume.base.present &&
              sm_resume_inline(s, &request->sm_resume, &success);
    if (!resumed && request->bind.base.present &&
        !bind_resource(s, &success.bound)) {
        refuse(s);
        return;
    }
    if (s->account != NULL) {
        success.authorization_identifier = xc_jid_full(s->own.jid);
    } else {
        int len = snprintf(address, sizeof address, "%s@" XC_FMT, s->sasl.user,
                           XC_ARG(s->sasl.domain));
        success.authorization_identifier.ptr = address;
        success.authorization_identifier.len = (size_t)len;
    }
    accept(s, &success);
    s->state = s->account != NULL ? SESSION_BOUND : SESSION_BIND;
    s->deadline = s->account != NULL ? 0 : s->deadline;
    xc_stream_limit(&s->stream, receive_stanza_max(s)); /* no new stream */
    login_send_features(s);
    if (resumed)
        sm_resumed(s);
    else if (s->account != NULL)
        session_log(s, "is bound");
}
