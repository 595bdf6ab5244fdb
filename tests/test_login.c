/* test_login.c - examples/lib/login.h against the server's half of SCRAM: which
   mechanism it takes, that it binds to the channel, and which proofs it
   accepts. */
#include "support.h"

#include "login.h"
#include "sha.h"

#define ITERATIONS 4096
#define SALT XC_STR("sodium")
#define BINDING XC_STR("what both ends of TLS know")

static const char password[] = "a rose by any other name";

/* ---- elements ----------------------------------------------------------- */

static char memory[16384];
static xc_stream stream;

/* The first element of a stream, until the next call. */
static const xc_element *read_element(const char *text)
{
    static char all[16384];
    xc_stream_event ev = {.element = NULL};
    xc_str in = {all, 0};
    in.len = (size_t)snprintf(all, sizeof all,
                              "<stream:stream xmlns='jabber:client' "
                              "xmlns:stream='%s' version='1.0'>%s",
                              XC_NS_STREAMS, text);
    xc_stream_init(&stream, memory, sizeof memory, NULL);
    xc_stream_next(&stream, &in, &ev);
    check_status(text, xc_stream_next(&stream, &in, &ev), XC_EVENT);
    return ev.element;
}

static const xc_features *offer(const char *mechanisms, const char *bindings)
{
    static xc_features f;
    char text[2048];
    snprintf(text, sizeof text,
             "<stream:features><mechanisms xmlns='%s'>%s</mechanisms>%s"
             "</stream:features>",
             XC_NS_SASL, mechanisms, bindings);
    check_status("features",
                 xc_read(&xc_features_schema, read_element(text), &f, NULL),
                 XC_OK);
    return &f;
}

#define MECHANISM(name) "<mechanism>" name "</mechanism>"
#define EXPORTER                                                              \
    "<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"                       \
    "<channel-binding type='tls-server-end-point'/>"                          \
    "<channel-binding type='tls-exporter'/></sasl-channel-binding>"

/* ---- both sides --------------------------------------------------------- */

static struct login login;
static struct login_account account;
static char written[8192];
static xc_writer writer;

static xc_writer *begin(void)
{
    xc_writer_init(&writer, written, sizeof written - 1, XC_NS_CLIENT);
    return &writer;
}

/* What was written, as an element. */
static const xc_element *sent(void)
{
    xc_str out;
    char copy[8192];
    check_status("written", xc_writer_finish(&writer, &out), XC_OK);
    snprintf(copy, sizeof copy, XC_FMT, XC_ARG(out));
    return read_element(copy);
}

static void account_reset(void)
{
    memset(&account, 0, sizeof account);
    account.user = XC_STR("juliet");
    account.password = xc_str_from(password);
}

static xc_str decoded(const xc_element *e, char *mem, size_t size)
{
    xc_str out;
    check_status("base64", xc_sasl_decode(xc_text(e), mem, size, &out), XC_OK);
    return out;
}

static const xc_element *reply(const char *name, xc_str message)
{
    char base64[4096], text[8192];
    xc_str data;
    check_status("base64",
                 xc_sasl_encode(message, base64, sizeof base64, &data), XC_OK);
    snprintf(text, sizeof text, "<%s xmlns='%s'>" XC_FMT "</%s>", name,
             XC_NS_SASL, XC_ARG(data), name);
    return read_element(text);
}

static void derive(const xc_hash *hash, const char *secret,
                   xc_scram_keys *keys)
{
    xc_scram_hi hi;
    check_status(
        "hi",
        xc_scram_hi_init(&hi, hash, xc_str_from(secret), SALT, ITERATIONS),
        XC_NEED_MORE);
    check_status("hi", xc_scram_hi_next(&hi, ITERATIONS), XC_OK);
    check_status("keys", xc_scram_derive(hash, hi.result, keys), XC_OK);
}

static xc_scram server;
static char server_memory[2048];

/* The server takes <auth/>; what it says is in *challenge. */
static void server_begins(xc_mechanism mechanism, bool bound,
                          xc_str *challenge)
{
    static const xc_channel_binding binding = {
        XC_STR_INIT(XC_CHANNEL_BINDING_TLS_EXPORTER),
        XC_STR_INIT("what both ends of TLS know")};
    xc_scram_server_options o = {.mechanism = mechanism,
                                 .hash = sha_of_mechanism(mechanism),
                                 .bindings = &binding,
                                 .binding_count = bound ? 1 : 0};
    xc_scram_identity who;
    char mem[2048];
    const xc_element *auth = sent();
    check_str("mechanism", xc_attr(auth, "mechanism"),
              xc_mechanism_name(mechanism));
    check_status("first",
                 xc_scram_server_first(&server, server_memory,
                                       sizeof server_memory, &o,
                                       decoded(auth, mem, sizeof mem), &who),
                 XC_OK);
    check_str("user", who.username, "juliet");
    check_status("challenge",
                 xc_scram_server_challenge(&server,
                                           XC_STR("servernonce0123456789"),
                                           SALT, ITERATIONS, challenge),
                 XC_OK);
}

/* A whole login. The client takes the last step. */
static enum login_step exchange(xc_mechanism mechanism, bool bound,
                                const char *secret, bool in_challenge)
{
    xc_scram_keys keys;
    xc_str challenge, proof;
    char mem[2048];
    derive(sha_of_mechanism(mechanism), secret, &keys);
    server_begins(mechanism, bound, &challenge);
    assert_int_equal(
        login_take(&login, reply("challenge", challenge), begin()),
        LOGIN_SEND);
    if (xc_scram_server_verify(&server, decoded(sent(), mem, sizeof mem),
                               &keys, &proof) != XC_OK)
        return login_take(&login,
                          read_element("<failure xmlns='" XC_NS_SASL "'>"
                                       "<not-authorized/></failure>"),
                          begin());
    if (!in_challenge)
        return login_take(&login, reply("success", proof), begin());
    assert_int_equal(login_take(&login, reply("challenge", proof), begin()),
                     LOGIN_SEND);
    check_str("empty response", xc_text(sent()), "");
    return login_take(
        &login, read_element("<success xmlns='" XC_NS_SASL "'/>"), begin());
}

/* ---- tests -------------------------------------------------------------- */

static void begins(const char *mechanisms, const char *bindings)
{
    assert_int_equal(
        login_begin(&login, &account, offer(mechanisms, bindings), begin()),
        LOGIN_SEND);
}

static void scram_logs_in_with_each_hash(void **state)
{
    (void)state;
    account_reset();
    begins(MECHANISM("PLAIN") MECHANISM("SCRAM-SHA-1"), "");
    assert_int_equal(
        exchange(XC_MECHANISM_SCRAM_SHA_1, false, password, false),
        LOGIN_DONE);
    begins(MECHANISM("SCRAM-SHA-1") MECHANISM("SCRAM-SHA-256"), "");
    assert_int_equal(
        exchange(XC_MECHANISM_SCRAM_SHA_256, false, password, true),
        LOGIN_DONE);
    begins(MECHANISM("SCRAM-SHA-512") MECHANISM("SCRAM-SHA-256"), "");
    assert_int_equal(
        exchange(XC_MECHANISM_SCRAM_SHA_512, false, password, false),
        LOGIN_DONE);
}

static void a_wrong_password_is_refused(void **state)
{
    (void)state;
    account_reset();
    begins(MECHANISM("SCRAM-SHA-256"), "");
    assert_int_equal(
        exchange(XC_MECHANISM_SCRAM_SHA_256, false, "thorn", false),
        LOGIN_REFUSED);
    assert_int_equal(login.failure, XC_SASL_FAILURE_NOT_AUTHORIZED);
    assert_string_equal(login.problem, "not-authorized");
}

static void set_binding(void)
{
    account.private_channel = true;
    account.binding.type = XC_STR(XC_CHANNEL_BINDING_TLS_EXPORTER);
    account.binding.data = BINDING;
}

static void a_login_is_bound_to_its_channel(void **state)
{
    (void)state;
    account_reset();
    set_binding();
    begins(MECHANISM("SCRAM-SHA-256") MECHANISM("SCRAM-SHA-256-PLUS"),
           EXPORTER);
    assert_int_equal(
        exchange(XC_MECHANISM_SCRAM_SHA_256_PLUS, true, password, false),
        LOGIN_DONE);
    account.binding.data = XC_STR("what somebody in the middle knows");
    begins(MECHANISM("SCRAM-SHA-256-PLUS"), EXPORTER);
    assert_int_equal(
        exchange(XC_MECHANISM_SCRAM_SHA_256_PLUS, true, password, false),
        LOGIN_REFUSED);
}

/* Without XEP-0440 nobody knows which type the server has. */
static void without_a_list_of_types_nothing_is_bound(void **state)
{
    (void)state;
    account_reset();
    set_binding();
    begins(MECHANISM("SCRAM-SHA-256") MECHANISM("SCRAM-SHA-256-PLUS"), "");
    assert_int_equal(
        exchange(XC_MECHANISM_SCRAM_SHA_256, true, password, false),
        LOGIN_DONE);
}

/* Somebody took -PLUS out of the offer: the server finds out. */
static void a_stripped_offer_is_detected(void **state)
{
    xc_scram_server_options o = {.mechanism = XC_MECHANISM_SCRAM_SHA_256,
                                 .hash = &sha256};
    xc_channel_binding binding = {XC_STR(XC_CHANNEL_BINDING_TLS_EXPORTER),
                                  BINDING};
    xc_scram_identity who;
    char mem[2048];
    (void)state;
    o.bindings = &binding;
    o.binding_count = 1;
    account_reset();
    set_binding();
    begins(MECHANISM("SCRAM-SHA-256"), EXPORTER);
    check_status("flag y",
                 xc_scram_server_first(&server, server_memory,
                                       sizeof server_memory, &o,
                                       decoded(sent(), mem, sizeof mem), &who),
                 XC_ERR_SASL_BINDING);
}

static void plain_needs_a_private_channel(void **state)
{
    char mem[256];
    xc_plain plain;
    (void)state;
    account_reset();
    assert_int_equal(
        login_begin(&login, &account, offer(MECHANISM("PLAIN"), ""), begin()),
        LOGIN_ABORT); /* somebody may listen */
    assert_int_equal(xc_writer_size(&writer), 0);
    account.private_channel = true;
    begins(MECHANISM("PLAIN"), "");
    check_status("plain",
                 xc_plain_read(decoded(sent(), mem, sizeof mem), &plain),
                 XC_OK);
    check_str("user", plain.authcid, "juliet");
    check_str("password", plain.password, password);
    assert_int_equal(
        login_take(&login, read_element("<success xmlns='" XC_NS_SASL "'/>"),
                   begin()),
        LOGIN_DONE);
}

static void check_abort(const char *text)
{
    account_reset();
    begins(MECHANISM("SCRAM-SHA-256"), "");
    assert_int_equal(login_take(&login, read_element(text), begin()),
                     LOGIN_ABORT);
    assert_non_null(login.problem);
    assert_true(xc_is(sent(), XC_NS_SASL, "abort"));
}

static void a_broken_exchange_is_aborted(void **state)
{
    (void)state;
    check_abort("<challenge xmlns='" XC_NS_SASL "'>***</challenge>");
    check_abort("<challenge xmlns='" XC_NS_SASL "'>QUFB</challenge>");
    check_abort("<challenge xmlns='" XC_NS_SASL "'/>");
    check_abort("<message/>");
    check_abort("<success xmlns='urn:example:other'/>");
}

/* Success without proof is no login (RFC 5802 section 5). */
static void success_without_proof_is_no_login(void **state)
{
    (void)state;
    account_reset();
    begins(MECHANISM("SCRAM-SHA-256"), "");
    assert_int_equal(
        login_take(&login, read_element("<success xmlns='" XC_NS_SASL "'/>"),
                   begin()),
        LOGIN_ABORT);
    assert_int_equal(xc_writer_size(&writer), 0);
}

static void no_secret_outlives_a_login(void **state)
{
    (void)state;
    account_reset();
    begins(MECHANISM("SCRAM-SHA-1"), "");
    exchange(XC_MECHANISM_SCRAM_SHA_1, false, password, false);
    for (size_t i = 0; i < sizeof login.memory; i++)
        assert_int_equal(login.memory[i], 0);
    for (size_t i = 0; i < sizeof login.text; i++)
        assert_int_equal(login.text[i], 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scram_logs_in_with_each_hash),
        cmocka_unit_test(a_wrong_password_is_refused),
        cmocka_unit_test(a_login_is_bound_to_its_channel),
        cmocka_unit_test(without_a_list_of_types_nothing_is_bound),
        cmocka_unit_test(a_stripped_offer_is_detected),
        cmocka_unit_test(plain_needs_a_private_channel),
        cmocka_unit_test(a_broken_exchange_is_aborted),
        cmocka_unit_test(success_without_proof_is_no_login),
        cmocka_unit_test(no_secret_outlives_a_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
