/* A server's half of a login. What it writes and which step follows is in
   data/login_server.txt; here are secrets, memory, wrong calls, and a walk
   that nobody without a password may survive. The hash functions are those of
   the examples. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_random.h"
#include "support_rows.h"
#include "support_tree.h"
#include "sha.h"

#define AGENT "d4565fa7-4d72-4749-b3d3-740edbf87770"

static const char salt_bytes[16] = {
    0x5B, 0x6D,       (char)0x99, 0x68,       (char)0x9D, 0x12,
    0x35, (char)0x8E, (char)0xEC, (char)0xA0, 0x4B,       0x14,
    0x12, 0x36,       (char)0xFA, (char)0x81};

static const char *const step_names[] = {
    "MISUSED", "NOT_MINE", "SEND",     "CREDENTIALS", "TOKENS",
    "WORK",    "PROVED",   "UPGRADED", "DONE",        "FAILED"};

static xc_str absent(void)
{
    return xc_str_from(NULL);
}

/* ---- a server ----------------------------------------------------------- */

enum {
    TOKENS_MAX = 4,
    NAMES_MAX = 4
};

/* What a block of the file says, and the login. */
typedef struct setup {
    xc_login_server_options o;
    xc_channel_binding bindings[XC_LOGIN_SERVER_BINDINGS_MAX];
    xc_str bind2_features[NAMES_MAX];
    xc_ht_token tokens[TOKENS_MAX];
    size_t token_count, memory;
    uint32_t iterations; /* of the account */
    const xc_hash *keys; /* of this hash alone; or NULL */
    xc_str authzid, refusal;
    xc_sasl_failure_condition refuse;

    xc_login_server login;
    char *mem;
    bool begun;
    buffer steps;
    char out[8192];
    xc_writer w;
} setup;

static void setup_default(setup *s)
{
    memset(s, 0, sizeof *s);
    s->o.sha1 = &sha1;
    s->o.sha256 = &sha256;
    s->o.sha512 = &sha512;
    s->o.private_channel = true;
    s->o.secret = XC_STR("0123456789abcdef0123456789abcdef");
    s->o.bindings = s->bindings;
    s->o.bind2_features = s->bind2_features;
    s->memory = 4096;
    s->iterations = 4096;
    xc_writer_init(&s->w, s->out, sizeof s->out, XC_NS_CLIENT);
}

static void begin(setup *s)
{
    s->mem = guarded(GUARD_MEMORY, s->memory);
    check_status("init",
                 xc_login_server_init(&s->login, s->mem, s->memory, &s->o),
                 XC_OK);
    s->begun = true;
}

static const xc_hash *hash_of(xc_mechanism m)
{
    switch (xc_mechanism_hash_size(m)) {
    case 20: return &sha1;
    case 32: return &sha256;
    default: return &sha512;
    }
}

/* The account "user", password "pencil". */
static xc_scram_credentials credentials_of(const setup *s)
{
    xc_scram_credentials c;
    xc_scram_hi hi;
    const xc_hash *hash = s->keys ? s->keys : hash_of(s->login.keys_of);
    memset(&c, 0, sizeof c);
    c.salt.ptr = salt_bytes;
    c.salt.len = sizeof salt_bytes;
    c.iterations = s->iterations;
    c.hash = s->keys;
    xc_scram_hi_init(&hi, hash, XC_STR("pencil"), c.salt, c.iterations);
    while (xc_scram_hi_next(&hi, 10000) == XC_NEED_MORE)
        ;
    xc_scram_derive(hash, hi.result, &c.keys);
    return c;
}

static xc_login_server_step look_up_account(setup *s)
{
    xc_scram_credentials c = credentials_of(s);
    return xc_login_server_credentials(
        &s->login, xc_str_is(s->login.username, "user") ? &c : NULL,
        XC_STR("servernonce"), &s->w);
}

static xc_login_server_step look_up_tokens(setup *s)
{
    bool has = xc_str_is(s->login.username, "user") &&
               xc_str_is(s->login.request.user_agent.id, AGENT);
    return xc_login_server_tokens(&s->login, s->tokens,
                                  has ? s->token_count : 0, &s->w);
}

/* ---- what follows the proof --------------------------------------------- */

static void fill_bound(setup *s, xc_sasl2_success *out)
{
    const xc_bind2 *bind = &s->login.request.bind;
    buffer *who = next_text();
    buffer_puts(&s->steps, " BIND");
    buffer_printf(who, "user@localhost/%s", escaped(bind->tag));
    out->authorization_identifier = buffer_str(who);
    out->bound.base.present = true;
    if (bind->sm_enable.base.present) {
        out->bound.sm_enabled.base.present = true;
        out->bound.sm_enabled.id = XC_STR("sm-id");
        out->bound.sm_enabled.resume = bind->sm_enable.resume;
    }
}

static void fill_success(setup *s, xc_sasl2_success *out)
{
    const xc_sasl2_authenticate *r = &s->login.request;
    memset(out, 0, sizeof *out);
    out->authorization_identifier = XC_STR("user@localhost");
    if (r->bind.base.present)
        fill_bound(s, out);
    if (r->sm_resume.base.present) {
        buffer_puts(&s->steps, " RESUME");
        out->sm_resumed.base.present = true;
        out->sm_resumed.h = r->sm_resume.h;
        out->sm_resumed.previd = r->sm_resume.previd;
    }
    if (s->login.token_wanted != XC_MECHANISM_NONE) {
        buffer_printf(&s->steps, " TOKEN:%s",
                      xc_mechanism_name(s->login.token_wanted));
        out->fast_token.base.present = true;
        out->fast_token.token = XC_STR("new-token");
        xc_time_parse(XC_STR("2026-12-31T00:00:00Z"), &out->fast_token.expiry);
    }
}

static void check_identity(const setup *s)
{
    xc_mechanism m = s->login.mechanism;
    CHECK(xc_str_equal(s->login.authzid, s->authzid), "authzid %s",
          escaped(s->login.authzid));
    if (m == XC_MECHANISM_EXTERNAL || m == XC_MECHANISM_ANONYMOUS)
        CHECK(s->login.username.ptr == NULL, "somebody");
    else
        check_str("who it is", s->login.username, "user");
}

/* The keys are those of the password. */
static void check_upgraded(const setup *s)
{
    const xc_scram_credentials *c = &s->login.upgraded;
    size_t size = xc_mechanism_hash_size(s->login.upgrade_wanted);
    xc_scram_hi hi;
    xc_scram_keys keys;
    CHECK(c->hash != NULL && c->hash->size == size, "another hash");
    check_str("salt", c->salt, "upgrade-salt");
    xc_scram_hi_init(&hi, c->hash, XC_STR("pencil"), c->salt, c->iterations);
    while (xc_scram_hi_next(&hi, 10000) == XC_NEED_MORE)
        ;
    xc_scram_derive(c->hash, hi.result, &keys);
    CHECK(memcmp(&keys, &c->keys, sizeof keys) == 0, "other keys");
}

static xc_login_server_step decide(setup *s)
{
    xc_sasl2_success success;
    check_identity(s);
    if (s->login.username.ptr != NULL && s->login.request.fast.base.present)
        buffer_printf(&s->steps, ":%zu", s->login.token);
    if (s->login.upgraded.hash != NULL)
        check_upgraded(s);
    else if (s->login.upgrade_wanted != XC_MECHANISM_NONE)
        return xc_login_server_upgrade(&s->login, XC_STR("upgrade-salt"), 5000,
                                       &s->w);
    if (s->refuse != XC_SASL_FAILURE_NONE)
        return xc_login_server_refuse(&s->login, s->refuse, s->refusal, &s->w);
    fill_success(s, &success);
    return xc_login_server_accept(&s->login, &success, &s->w);
}

/* ---- blocks ------------------------------------------------------------- */

static void add_step(setup *s, xc_login_server_step step)
{
    buffer_printf(&s->steps, "%s%s", s->steps.len > 0 ? " " : "",
                  step_names[step]);
    if (step == XC_LOGIN_SERVER_FAILED)
        buffer_printf(
            &s->steps, " %s",
            s->login.status == XC_OK ? "ok" : xc_status_name(s->login.status));
}

static bool is_zero(const void *p, size_t n)
{
    const unsigned char *b = p;
    while (n > 0 && b[n - 1] == 0)
        n--;
    return n == 0;
}

/* The turns of the caller, one after the other. */
static void take(setup *s, const xc_element *e)
{
    xc_login_server_step step = xc_login_server_next(&s->login, e, &s->w);
    bool worked = false;
    for (;;) {
        if (step != XC_LOGIN_SERVER_WORK || !worked)
            add_step(s, step);
        worked = step == XC_LOGIN_SERVER_WORK;
        if (step == XC_LOGIN_SERVER_CREDENTIALS)
            step = look_up_account(s);
        else if (step == XC_LOGIN_SERVER_TOKENS)
            step = look_up_tokens(s);
        else if (step == XC_LOGIN_SERVER_WORK)
            step = xc_login_server_work(&s->login, 1000, &s->w);
        else if (step == XC_LOGIN_SERVER_PROVED ||
                 step == XC_LOGIN_SERVER_UPGRADED)
            step = decide(s);
        else
            break;
    }
    if (step == XC_LOGIN_SERVER_DONE || step == XC_LOGIN_SERVER_FAILED)
        CHECK(is_zero(s->mem, s->memory), "the memory is not wiped");
}

/* Without escapes, except that {...} becomes the base64 of what is in the
   braces. */
static const char *expanded(const char *line)
{
    buffer *b = next_text();
    const char *open, *end;
    char code[4096];
    xc_str text;
    while ((open = strchr(line, '{')) != NULL &&
           (end = strchr(open, '}')) != NULL) {
        buffer *inside = next_text();
        buffer_add(inside, open + 1, (size_t)(end - open - 1));
        buffer_add(b, line, (size_t)(open - line));
        xc_base64_encode(unescaped(inside->ptr), code, sizeof code, &text);
        buffer_add(b, text.ptr, text.len);
        line = end + 1;
    }
    buffer_puts(b, line);
    return b->ptr;
}

static void check_output(setup *s, const char *expected)
{
    xc_str out;
    check_status("the writer", xc_writer_finish(&s->w, &out), XC_OK);
    check_str("written", out, expected);
}

static void check_features(setup *s, const char *expected)
{
    begin(s);
    xc_writer_begin(&s->w, "x", "x");
    xc_login_server_offer(&s->login, &s->w);
    xc_writer_end(&s->w);
    if (*expected == '\0')
        check_output(s, "<x xmlns='x'/>");
    else {
        buffer *all = next_text();
        buffer_printf(all, "<x xmlns='x'>%s</x>", expected);
        check_output(s, all->ptr);
    }
}

/* ---- lines of a block --------------------------------------------------- */

static xc_mechanism mechanism_named(xc_str name)
{
    xc_mechanism m = xc_mechanism_from_name(name);
    CHECK(m != XC_MECHANISM_NONE, "no mechanism %s", escaped(name));
    return m;
}

static uint32_t set_named(const char *names)
{
    xc_str rest = xc_str_from(names);
    uint32_t set = 0;
    while (rest.ptr != NULL)
        set |= XC_MECHANISM_BIT(mechanism_named(xc_str_cut(&rest, ' ')));
    return set;
}

static void set_offer(setup *s, const char *names)
{
    s->o.mechanisms = set_named(names);
}

static void set_binding(setup *s, const char *value)
{
    xc_channel_binding *b = &s->bindings[s->o.binding_count++];
    xc_str rest = xc_str_from(value);
    buffer *data = next_text();
    b->type = xc_str_cut(&rest, ' ');
    buffer_repeat(data, " ", rest.len);
    check_status("data", xc_base64_decode(rest, data->ptr, rest.len, &b->data),
                 XC_OK);
}

static void set_bind2(setup *s, const char *value)
{
    xc_str rest = xc_str_from(value);
    s->o.bind2 = true;
    while (rest.len > 0)
        s->bind2_features[s->o.bind2_feature_count++] = xc_str_cut(&rest, ' ');
}

static void set_token(setup *s, const char *value)
{
    xc_ht_token *t = &s->tokens[s->token_count++];
    xc_str rest = xc_str_from(value);
    t->token = xc_str_cut(&rest, ' ');
    t->mechanism = mechanism_named(xc_str_cut(&rest, ' '));
    t->expired = xc_str_is(rest, "expired");
    t->count.present = rest.len > 0 && !t->expired;
    if (t->count.present)
        t->count.value = (int64_t)number_in(rest.ptr);
}

static void set_refusal(setup *s, const char *value)
{
    xc_str rest = xc_str_from(value);
    s->refuse = xc_sasl_failure_from_name(xc_str_cut(&rest, ' '));
    s->refusal = rest;
}

static const xc_hash **hash_named(setup *s, const char *name)
{
    return strcmp(name, "SHA-1") == 0     ? &s->o.sha1
           : strcmp(name, "SHA-256") == 0 ? &s->o.sha256
                                          : &s->o.sha512;
}

/* Returns false if it is not a line of what is given. */
static bool set_line(setup *s, const char *line)
{
    const char *value;
    if ((value = after_word(line, "offer")) != NULL)
        set_offer(s, value);
    else if ((value = after_word(line, "upgrades")) != NULL)
        s->o.upgrades = set_named(value);
    else if ((value = after_word(line, "binding")) != NULL)
        set_binding(s, value);
    else if ((value = after_word(line, "tls")) != NULL)
        s->o.tls_version = (uint16_t)strtoul(value, NULL, 16);
    else if (after_word(line, "plain channel") != NULL)
        s->o.private_channel = false;
    else if (after_word(line, "sasl2") != NULL)
        s->o.sasl2 = true;
    else if (after_word(line, "sm") != NULL)
        s->o.sm = true;
    else if ((value = after_word(line, "bind2")) != NULL)
        set_bind2(s, value);
    else if ((value = after_word(line, "without")) != NULL)
        *hash_named(s, value) = NULL;
    else if ((value = after_word(line, "keys")) != NULL)
        s->keys = *hash_named(s, value);
    else if ((value = after_word(line, "memory")) != NULL)
        s->memory = number_in(value);
    else if ((value = after_word(line, "iterations")) != NULL)
        s->o.iterations = (uint32_t)number_in(value);
    else if ((value = after_word(line, "token")) != NULL)
        set_token(s, value);
    else if ((value = after_word(line, "authzid")) != NULL)
        s->authzid = xc_str_from(value);
    else if ((value = after_word(line, "refuse")) != NULL)
        set_refusal(s, value);
    else
        return after_word(line, "title") != NULL;
    return true;
}

static void do_line(setup *s, const char *line)
{
    const char *value;
    if ((value = after_word(line, "F:")) != NULL) {
        check_features(s, value);
    } else if ((value = after_word(line, "C:")) != NULL) {
        if (!s->begun)
            begin(s);
        buffer_clear(&s->steps);
        take(s, parse(expanded(value)));
    } else if ((value = after_word(line, ">")) != NULL) {
        check_str("steps", buffer_str(&s->steps), value);
    } else if ((value = after_word(line, "S:")) != NULL) {
        check_output(s, expanded(value));
    } else {
        CHECK(set_line(s, line), "not expected: \"%s\"", line);
    }
}

static void login_row(const row *r)
{
    static setup s;
    buffer_free(&s.steps);
    setup_default(&s);
    for (size_t i = 0; i < r->fields; i++)
        do_line(&s, row_line(r, i));
    xc_login_server_wipe(&s.login);
}

static void
each_step_and_failure_of_a_login_is_written_as_it_must_be(void **state)
{
    (void)state;
    for_each_block("tests/data/login_server.txt", login_row);
}

/* ---- memory ------------------------------------------------------------- */

static const char authenticate[] =
    "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
    "<initial-response>AHVzZXIAcGVuY2ls</initial-response></authenticate>";

/* Less is refused, and nothing is written behind its end (guarded). */
static void every_size_of_memory_is_enough_or_refused(void **state)
{
    static setup s;
    size_t enough = 0;
    (void)state;
    for (size_t size = 0; size < 400; size++) {
        setup_default(&s);
        set_offer(&s, "PLAIN");
        s.o.sasl2 = true;
        s.iterations = 1;
        s.memory = size;
        begin(&s);
        take(&s, parse(authenticate));
        if (strstr(s.steps.ptr, "DONE") != NULL)
            enough = enough == 0 ? size : enough;
        else
            assert_true(enough == 0 &&
                        s.login.failure ==
                            XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE);
        buffer_free(&s.steps);
    }
    assert_true(enough >= 100 && enough <= 300);
}

/* What is left of a request where Bind 2 has these features. */
static const xc_sasl2_authenticate *request_with(setup *s,
                                                 const char *features)
{
    setup_default(s);
    set_offer(s, "PLAIN");
    s->o.sasl2 = true;
    set_bind2(s, features);
    begin(s);
    assert_int_equal(
        xc_login_server_next(
            &s->login,
            parse("<authenticate xmlns='urn:xmpp:sasl:2' mechanism='PLAIN'>"
                  "<initial-response>AHVzZXIAcGVuY2ls</initial-response>"
                  "<bind xmlns='urn:xmpp:bind:0'>"
                  "<enable xmlns='urn:xmpp:sm:3'/>"
                  "<enable xmlns='urn:xmpp:carbons:2'/>"
                  "<inactive xmlns='urn:xmpp:csi:0'/></bind>"
                  "<fast xmlns='urn:xmpp:fast:0' count='1'/>"
                  "</authenticate>"),
            &s->w),
        XC_LOGIN_SERVER_CREDENTIALS);
    return &s->login.request;
}

static void what_is_not_offered_was_not_requested(void **state)
{
    static setup s;
    const xc_sasl2_authenticate *r = request_with(&s, "");
    (void)state;
    assert_true(r->bind.base.present);
    assert_false(r->bind.sm_enable.base.present || r->bind.carbons ||
                 r->bind.inactive || r->fast.base.present);
    xc_login_server_wipe(&s.login);
    r = request_with(&s, XC_NS_SM " " XC_NS_CARBONS " " XC_NS_CSI);
    assert_true(r->bind.sm_enable.base.present && r->bind.carbons &&
                r->bind.inactive);
    xc_login_server_wipe(&s.login);
}

static void a_password_is_gone_as_soon_as_it_is_being_hashed(void **state)
{
    static const char *const passwords[] = {"pencil", "pen\xC2\xADyyyyycil"};
    static setup s;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(passwords); i++) {
        buffer xml = {0};
        xc_scram_credentials c;
        char message[64], code[128];
        xc_str text;
        setup_default(&s);
        set_offer(&s, "PLAIN");
        s.iterations = 10;
        begin(&s);
        message[0] = '\0';
        memcpy(message + 1, "user", 5);
        strcpy(message + 6, passwords[i]);
        text.ptr = message;
        text.len = 6 + strlen(passwords[i]);
        xc_base64_encode(text, code, sizeof code, &text);
        buffer_printf(&xml,
                      "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                      "mechanism='PLAIN'>%.*s</auth>",
                      (int)text.len, text.ptr);
        assert_int_equal(xc_login_server_next(&s.login, parse(xml.ptr), &s.w),
                         XC_LOGIN_SERVER_CREDENTIALS);
        assert_true(contains(s.mem, s.memory, "cil"));
        c = credentials_of(&s);
        assert_int_equal(
            xc_login_server_credentials(&s.login, &c, absent(), &s.w),
            XC_LOGIN_SERVER_WORK);
        assert_false(contains(s.mem, s.memory, "cil"));
        check_str("who", s.login.username, "user");
        xc_login_server_wipe(&s.login);
        assert_true(is_zero(s.mem, s.memory));
        assert_true(is_zero(&s.login, sizeof s.login));
        buffer_free(&xml);
    }
}

/* ---- the same answers, the same work ------------------------------------ */

static unsigned digests;

static bool counted_sha256(const xc_str *pieces, size_t count,
                           unsigned char *out)
{
    digests++;
    return sha256.digest(pieces, count, out);
}

static const xc_hash counted = {32, 64, counted_sha256};

/* Hashes from the element on that has the proof. */
static unsigned digests_of(const char *element, size_t tokens)
{
    static setup s;
    unsigned before;
    setup_default(&s);
    set_offer(&s, "PLAIN HT-SHA-256-NONE");
    s.o.sha256 = &counted;
    s.o.sha1 = s.o.sha512 = NULL;
    s.o.sasl2 = true;
    if (tokens > 0)
        set_token(&s, "one HT-SHA-256-NONE");
    if (tokens > 1)
        set_token(&s, "two HT-SHA-256-NONE");
    begin(&s);
    if (xc_login_server_next(&s.login, parse(element), &s.w) ==
        XC_LOGIN_SERVER_TOKENS) {
        before = digests;
        look_up_tokens(&s);
    } else {
        look_up_account(&s);
        before = digests;
        while (xc_login_server_work(&s.login, 1, &s.w) == XC_LOGIN_SERVER_WORK)
            ;
    }
    buffer_free(&s.steps);
    return digests - before;
}

static void an_unknown_user_costs_what_a_wrong_password_costs(void **state)
{
    static const char plain[] =
        "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
        "mechanism='PLAIN'>%s</auth>";
    static const char fast[] =
        "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'>"
        "<initial-response>dXNlcgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
        "="
        "</initial-response><user-agent id='" AGENT "'/>"
        "<fast xmlns='urn:xmpp:fast:0'/></authenticate>";
    buffer wrong = {0}, unknown = {0};
    unsigned work;
    (void)state;
    buffer_printf(&wrong, plain, "AHVzZXIAcGVuY2lscw==");
    buffer_printf(&unknown, plain, "AG5vYm9keQBwZW5jaWw=");
    work = digests_of(wrong.ptr, 0);
    assert_true(work > 8000);
    assert_int_equal(digests_of(unknown.ptr, 0), work);
    work = digests_of(fast, 2);
    assert_true(work > 0);
    assert_int_equal(digests_of(fast, 1), work);
    assert_int_equal(digests_of(fast, 0), work);
    buffer_free(&wrong);
    buffer_free(&unknown);
}

/* ---- a hash that fails -------------------------------------------------- */

static unsigned good_digests;

static bool failing_sha256(const xc_str *pieces, size_t count,
                           unsigned char *out)
{
    return good_digests > 0 && good_digests-- > 0 &&
           sha256.digest(pieces, count, out);
}

static const xc_hash failing = {32, 64, failing_sha256};

static void a_hash_that_fails_lets_nobody_in(void **state)
{
    static setup s;
    bool done = false;
    unsigned good;
    (void)state;
    for (good = 0; !done; good++) {
        setup_default(&s);
        set_offer(&s, "PLAIN");
        s.o.sasl2 = true;
        s.iterations = 1;
        s.keys = &sha256;
        begin(&s);
        s.login.i_options.sha256 = &failing;
        s.keys = NULL;
        good_digests = good;
        assert_int_equal(
            xc_login_server_next(&s.login, parse(authenticate), &s.w),
            XC_LOGIN_SERVER_CREDENTIALS);
        look_up_account(&s);
        xc_login_server_work(&s.login, 10, &s.w);
        if (s.login.failures > 0)
            assert_int_equal(s.login.failure,
                             XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE);
        else
            done = true;
    }
    assert_true(good >= 4 && good <= 30);
}

/* ---- wrong calls -------------------------------------------------------- */

static void what_cannot_be_offered_is_refused(void **state)
{
    static const xc_channel_binding no_data = {XC_STR_INIT("tls-exporter"),
                                               {NULL, 0}};
    static const xc_hash half = {16, 64, counted_sha256};
    static setup s;
    char memory[64];
    (void)state;
#define REFUSED(change)                                                       \
    do {                                                                      \
        setup_default(&s);                                                    \
        set_offer(&s, "SCRAM-SHA-1");                                         \
        change;                                                               \
        assert_int_equal(                                                     \
            xc_login_server_init(&s.login, memory, sizeof memory, &s.o),      \
            XC_ERR_ARGUMENT);                                                 \
        assert_int_equal(                                                     \
            xc_login_server_next(&s.login, parse(authenticate), &s.w),        \
            XC_LOGIN_SERVER_NOT_MINE);                                        \
    } while (0)
    REFUSED(s.o.secret = absent());
    REFUSED(s.o.sha1 = &sha256);
    REFUSED(s.o.sha256 = &half);
    REFUSED((s.o.bindings = &no_data, s.o.binding_count = 1));
    REFUSED((s.o.bindings = NULL, s.o.binding_count = 1));
    REFUSED(s.o.binding_count = XC_LOGIN_SERVER_BINDINGS_MAX + 1);
    REFUSED((s.o.bind2_features = NULL, s.o.bind2_feature_count = 1));
#undef REFUSED
    assert_int_equal(xc_login_server_init(NULL, memory, 1, &s.o),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_login_server_init(&s.login, NULL, 1, &s.o),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_login_server_init(&s.login, memory, 1, NULL),
                     XC_ERR_ARGUMENT);
    xc_login_server_offer(NULL, &s.w);
    xc_login_server_wipe(NULL);
}

static void fill_sasl2_success(xc_sasl2_success *success)
{
    memset(success, 0, sizeof *success);
    success->authorization_identifier = XC_STR("user@localhost");
}

/* Every call but `but`: nothing may change. */
static void check_wrong_calls(setup *s, xc_login_server_step but)
{
    static const xc_scram_credentials c;
    xc_sasl2_success success;
    xc_login_server before = s->login;
    xc_str out;
    bool turn = but != XC_LOGIN_SERVER_SEND;
    fill_sasl2_success(&success);
#define MISUSED(call) assert_int_equal(call, XC_LOGIN_SERVER_MISUSED)
    MISUSED(xc_login_server_next(&s->login, NULL, &s->w));
    MISUSED(xc_login_server_next(&s->login, parse("<a/>"), NULL));
    if (turn)
        MISUSED(xc_login_server_next(&s->login, parse(authenticate), &s->w));
    if (but != XC_LOGIN_SERVER_CREDENTIALS)
        MISUSED(xc_login_server_credentials(&s->login, &c, absent(), &s->w));
    MISUSED(xc_login_server_credentials(&s->login, NULL, absent(), NULL));
    if (but != XC_LOGIN_SERVER_TOKENS)
        MISUSED(xc_login_server_tokens(&s->login, NULL, 0, &s->w));
    MISUSED(xc_login_server_tokens(&s->login, NULL, 1, &s->w));
    MISUSED(xc_login_server_tokens(&s->login, NULL, 0, NULL));
    if (but != XC_LOGIN_SERVER_WORK)
        MISUSED(xc_login_server_work(&s->login, 1, &s->w));
    MISUSED(xc_login_server_work(&s->login, 1, NULL));
    if (but != XC_LOGIN_SERVER_PROVED)
        MISUSED(xc_login_server_accept(&s->login, &success, &s->w));
    MISUSED(xc_login_server_accept(&s->login, &success, NULL));
    MISUSED(xc_login_server_upgrade(&s->login, XC_STR("salt"), 1, &s->w));
    if (s->login.sasl2)
        MISUSED(xc_login_server_accept(&s->login, NULL, &s->w));
    if (!turn)
        MISUSED(xc_login_server_refuse(
            &s->login, XC_SASL_FAILURE_NOT_AUTHORIZED, absent(), &s->w));
    MISUSED(xc_login_server_refuse(&s->login, XC_SASL_FAILURE_NONE, absent(),
                                   &s->w));
    MISUSED(xc_login_server_refuse(&s->login, (xc_sasl_failure_condition)99,
                                   absent(), &s->w));
    MISUSED(xc_login_server_refuse(&s->login, XC_SASL_FAILURE_ABORTED,
                                   absent(), NULL));
    assert_memory_equal(&before, &s->login, sizeof before);
    assert_int_equal(xc_writer_finish(&s->w, &out), XC_OK);
    assert_int_equal(out.len, 0);
}

static void calls_in_the_wrong_order_change_nothing(void **state)
{
    static setup s;
    xc_scram_credentials c;
    xc_sasl2_success success;
    (void)state;
    fill_sasl2_success(&success);
    MISUSED(xc_login_server_next(NULL, parse("<a/>"), &s.w));
    MISUSED(xc_login_server_credentials(NULL, NULL, absent(), &s.w));
    MISUSED(xc_login_server_tokens(NULL, NULL, 0, &s.w));
    MISUSED(xc_login_server_work(NULL, 1, &s.w));
    MISUSED(xc_login_server_accept(NULL, &success, &s.w));
    MISUSED(
        xc_login_server_refuse(NULL, XC_SASL_FAILURE_ABORTED, absent(), &s.w));
    setup_default(&s);
    set_offer(&s, "PLAIN");
    s.o.sasl2 = true;
    s.iterations = 5;
    begin(&s);
    check_wrong_calls(&s, XC_LOGIN_SERVER_SEND);
    xc_login_server_next(&s.login, parse(authenticate), &s.w);
    check_wrong_calls(&s, XC_LOGIN_SERVER_CREDENTIALS);
    c = credentials_of(&s);
    xc_login_server_credentials(&s.login, &c, absent(), &s.w);
    check_wrong_calls(&s, XC_LOGIN_SERVER_WORK);
    xc_login_server_work(&s.login, 100, &s.w);
    check_wrong_calls(&s, XC_LOGIN_SERVER_PROVED);
    assert_int_equal(xc_login_server_accept(&s.login, &success, &s.w),
                     XC_LOGIN_SERVER_DONE);
    check_output(&s, "<success xmlns='urn:xmpp:sasl:2'>"
                     "<authorization-identifier>user@localhost"
                     "</authorization-identifier></success>");
    check_wrong_calls(&s, XC_LOGIN_SERVER_SEND);
    assert_int_equal(xc_login_server_next(&s.login, parse(authenticate), &s.w),
                     XC_LOGIN_SERVER_NOT_MINE);
    xc_login_server_offer(&s.login, &s.w);
    check_output(&s, "");
}
#undef MISUSED

/* What the caller has looked up can be wrong, too. */
static void
credentials_that_cannot_be_are_a_failure_of_the_server(void **state)
{
    static const struct {
        const char *salt, *nonce;
        uint32_t iterations;
        const xc_hash *hash;
    } rows[] = {{"", "nonce", 1, NULL},
                {"salt", "", 1, NULL},
                {"salt", "a,b", 1, NULL},
                {"salt", "nonce", 0, NULL},
                {"salt", "nonce", 1, &sha1}};
    static setup s;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        xc_scram_credentials c;
        memset(&c, 0, sizeof c);
        c.salt = xc_str_from(rows[i].salt);
        c.iterations = rows[i].iterations;
        c.hash = rows[i].hash;
        setup_default(&s);
        set_offer(&s, "SCRAM-SHA-256");
        begin(&s);
        xc_login_server_next(
            &s.login,
            parse(expanded("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
                           "mechanism='SCRAM-SHA-256'>{n,,n=user,r=c}"
                           "</auth>")),
            &s.w);
        assert_int_equal(xc_login_server_credentials(
                             &s.login, &c, xc_str_from(rows[i].nonce), &s.w),
                         XC_LOGIN_SERVER_FAILED);
        assert_int_equal(s.login.failure,
                         XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE);
        assert_int_equal(s.login.status, XC_ERR_ARGUMENT);
    }
}

/* ---- a walk ------------------------------------------------------------- */

/* A client that does now this, now that. */
typedef struct walker {
    random_source random;
    setup s;
    bool honest; /* it has said nothing but the truth since it began */
    xc_mechanism mechanism;
    bool sasl2;
    xc_scram scram;
    char scram_memory[1024];
    buffer xml;
    unsigned logins;
} walker;

static const char *const noise[] = {
    "<abort xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
    "<abort xmlns='urn:xmpp:sasl:2'/>",
    "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
    "<response xmlns='urn:xmpp:sasl:2'/>",
    "<response xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>=</response>",
    "<response xmlns='urn:xmpp:sasl:2'>dj14</response>",
    "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>",
    "<success xmlns='urn:xmpp:sasl:2'/>",
    "<next xmlns='urn:xmpp:sasl:2' task='UPGR-SCRAM-SHA-256'/>",
    "<task-data xmlns='urn:xmpp:sasl:2'/>",
    "<task-data xmlns='urn:xmpp:sasl:2'>"
    "<hash xmlns='urn:xmpp:scram-upgrade:0'>AAAA</hash></task-data>",
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>"
    "AHVzZXIAcGVuY2lscw==</auth>",
    "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
    "mechanism='ANONYMOUS'/>",
    "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='EXTERNAL'>"
    "<initial-response/></authenticate>",
    "<authenticate xmlns='urn:xmpp:sasl:2' mechanism='HT-SHA-256-NONE'/>",
    "<message xmlns='jabber:client'/>",
    "<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"};

static const char *ns_of(const walker *k)
{
    return k->sasl2 ? XC_NS_SASL2 : XC_NS_SASL;
}

/* One letter of the base64 changes: never the same data. */
static bool spoil(walker *k, char *code, size_t n)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    char *at = code + random_below(&k->random, n);
    char other = digits[random_below(&k->random, 64)];
    if (random_below(&k->random, 3) > 0 || *at == other)
        return false;
    *at = other;
    return true;
}

/* Puts data, perhaps spoiled. */
static void put_data(walker *k, xc_str data)
{
    char code[2048];
    xc_str text;
    xc_base64_encode(data, code, sizeof code, &text);
    if (spoil(k, code, text.len))
        k->honest = false;
    buffer_add(&k->xml, text.ptr, text.len);
}

static xc_str first_message(walker *k, bool right, char *mem, size_t size)
{
    xc_str message = absent(), none = absent();
    xc_scram_client_options o;
    xc_plain plain = {none, XC_STR("user"), XC_STR("pencil")};
    if (k->mechanism == XC_MECHANISM_PLAIN) {
        if (!right)
            plain.password = XC_STR("pencils");
        xc_plain_write(&plain, mem, size, &message);
    } else if (k->mechanism == XC_MECHANISM_HT_SHA_256_NONE) {
        xc_ht_write(&sha256, XC_STR("user"),
                    right ? XC_STR("token") : XC_STR("tokem"), none, mem, size,
                    &message);
    } else {
        memset(&o, 0, sizeof o);
        o.mechanism = k->mechanism;
        o.hash = hash_of(k->mechanism);
        o.username = right ? XC_STR("user") : XC_STR("nobody");
        o.nonce = XC_STR("clientnonce");
        o.iterations_min = 1;
        xc_scram_client_first(&k->scram, k->scram_memory,
                              sizeof k->scram_memory, &o, &message);
    }
    return message;
}

static void write_first(walker *k)
{
    static const xc_mechanism mechanisms[] = {
        XC_MECHANISM_PLAIN, XC_MECHANISM_SCRAM_SHA_1,
        XC_MECHANISM_SCRAM_SHA_256, XC_MECHANISM_HT_SHA_256_NONE};
    char mem[512];
    k->mechanism = RANDOM_PICK(&k->random, mechanisms);
    k->sasl2 = k->mechanism == XC_MECHANISM_HT_SHA_256_NONE ||
               random_below(&k->random, 2) > 0;
    k->honest = random_below(&k->random, 3) > 0;
    buffer_printf(&k->xml, "<%s xmlns='%s' mechanism='%s'>%s",
                  k->sasl2 ? "authenticate" : "auth", ns_of(k),
                  xc_mechanism_name(k->mechanism),
                  k->sasl2 ? "<initial-response>" : "");
    put_data(k, first_message(k, k->honest, mem, sizeof mem));
    buffer_puts(&k->xml, k->sasl2 ? "</initial-response><user-agent id='" AGENT
                                    "'/><fast xmlns='urn:xmpp:fast:0'/>"
                                    "</authenticate>"
                                  : "</auth>");
}

/* The reply to what the server has written, if the client can make one. */
static bool write_second(walker *k, xc_str challenge)
{
    char text[1024];
    xc_str data;
    xc_str element = xc_str_from(NULL);
    if (!xc_str_starts_with(challenge, "<challenge"))
        return false;
    element = xc_text(parse(challenge.ptr));
    xc_sasl2_decode(element, text, sizeof text, &data);
    if (xc_scram_client_challenge(&k->scram, data, NULL) != XC_OK ||
        xc_scram_client_password(&k->scram, XC_STR("pencil"), &data) != XC_OK)
        return false;
    buffer_printf(&k->xml, "<response xmlns='%s'>", ns_of(k));
    put_data(k, data);
    buffer_puts(&k->xml, "</response>");
    return true;
}

/* What the walker says next; `said` is what the server wrote last. */
static void write_something(walker *k, xc_str said)
{
    buffer_clear(&k->xml);
    if (random_below(&k->random, 8) > 0 && write_second(k, said))
        return;
    if (random_below(&k->random, 4) > 0) {
        write_first(k);
        if (said.len == 0 || !xc_str_starts_with(said, "<challenge"))
            return;
        k->honest = false; /* in the middle of another */
    } else {
        const char *element = RANDOM_PICK(&k->random, noise);
        buffer_puts(&k->xml, element);
        k->honest = false;
    }
}

static void check_walk_step(walker *k)
{
    bool done = strstr(k->s.steps.ptr, "DONE") != NULL;
    bool last = strstr(k->s.steps.ptr, "SEND") == NULL;
    bool proved = strstr(k->s.steps.ptr, "PROVED") != NULL;
    CHECK(proved == done, "%s: %s", k->xml.ptr, k->s.steps.ptr);
    CHECK(!proved || k->honest, "let in by %s: %s", k->xml.ptr,
          k->s.steps.ptr);
    CHECK(!k->honest || !last || proved, "not let in by %s: %s", k->xml.ptr,
          k->s.steps.ptr);
    k->logins += done;
}

static void begin_walk(walker *k)
{
    setup_default(&k->s);
    set_offer(&k->s, "PLAIN SCRAM-SHA-1 SCRAM-SHA-256 HT-SHA-256-NONE");
    set_token(&k->s, "token HT-SHA-256-NONE");
    k->s.o.sasl2 = k->s.o.bind2 = k->s.o.sm = true;
    k->s.iterations = 2;
    begin(&k->s);
}

static void nobody_gets_in_without_a_proof_whatever_is_sent(void **state)
{
    static walker k;
    static char said[8192];
    (void)state;
    k.random.state = 1;
    begin_walk(&k);
    said[0] = '\0';
    for (unsigned i = 0; i < 20000; i++) {
        bool honest = k.honest;
        xc_str out;
        write_something(&k, xc_str_from(said));
        buffer_clear(&k.s.steps);
        take(&k.s, parse(k.xml.ptr));
        check_walk_step(&k);
        check_status("the writer", xc_writer_finish(&k.s.w, &out), XC_OK);
        if (strcmp(k.s.steps.ptr, "NOT_MINE") == 0) {
            k.honest = honest; /* it was not heard */
        } else {
            memcpy(said, out.ptr, out.len);
            said[out.len] = '\0';
        }
        if (strstr(k.s.steps.ptr, "DONE") != NULL) {
            buffer_free(&k.s.steps);
            begin_walk(&k);
            said[0] = '\0';
        }
    }
    print_message("%u logins\n", k.logins);
    assert_true(k.logins > 1000);
    buffer_free(&k.xml);
    buffer_free(&k.s.steps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            each_step_and_failure_of_a_login_is_written_as_it_must_be),
        cmocka_unit_test(every_size_of_memory_is_enough_or_refused),
        cmocka_unit_test(what_is_not_offered_was_not_requested),
        cmocka_unit_test(a_password_is_gone_as_soon_as_it_is_being_hashed),
        cmocka_unit_test(an_unknown_user_costs_what_a_wrong_password_costs),
        cmocka_unit_test(a_hash_that_fails_lets_nobody_in),
        cmocka_unit_test(what_cannot_be_offered_is_refused),
        cmocka_unit_test(calls_in_the_wrong_order_change_nothing),
        cmocka_unit_test(
            credentials_that_cannot_be_are_a_failure_of_the_server),
        cmocka_unit_test(nobody_gets_in_without_a_proof_whatever_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
