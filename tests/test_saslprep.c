/* SASLprep (RFC 4013): what user names and passwords are prepared to, by
   itself and in the mechanisms. That it is the same as libidn's for each code
   point is for tests/unicode/check_saslprep.c. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support.h"
#include "../examples/sha.h"

/* ---- alone -------------------------------------------------------------- */

typedef struct row {
    const char *text, *prepared; /* prepared NULL: the status says why */
    xc_status status;
} row;

static void check_row(xc_sasl_profile profile, const row *r)
{
    xc_str in = guarded_copy(r->text, strlen(r->text)), got;
    char *mem = guarded(GUARD_MEMORY, 100);
    check_status(r->text, xc_sasl_prepare(profile, in, mem, 100, &got),
                 r->status);
    check_str(r->text, got, r->prepared);
}

#if XMPP_CODEC_UNICODE
static const row rows[] = {
    /* RFC 4013 section 3 */
    {"I\xC2\xADX", "IX", XC_OK},
    {"user", "user", XC_OK},
    {"USER", "USER", XC_OK},
    {"\xC2\xAA", "a", XC_OK},
    {"\xE2\x85\xA8", "IX", XC_OK},
    {"\x07", NULL, XC_ERR_JID_CHAR},
    {"\xD8\xA7"
     "1",
     NULL, XC_ERR_JID_BIDI},
    /* section 2.1: spaces, one of which is mapped to nothing, too; nothing */
    {"a\xC2\xA0z", "a z", XC_OK},
    {"a\xE3\x80\x80z", "a z", XC_OK},
    {"a\xE2\x80\x8Bz", "a z", XC_OK},
    {"a\xEF\xBB\xBFz\xEF\xB8\x8F", "az", XC_OK},
    {"\xC2\xAD", NULL, XC_ERR_JID_EMPTY},
    {"", NULL, XC_ERR_JID_EMPTY},
    {"  ", "  ", XC_OK},
    /* section 2.2: longer, shorter, reordered, composed with what was mapped */
    {"\xEF\xAC\x81x", "fix", XC_OK},
    {"caf\xC2\xB2", "caf2", XC_OK},
    {"e\xCC\x81", "\xC3\xA9", XC_OK},
    {"e\xC2\xAD\xCC\x81", "\xC3\xA9", XC_OK},
    {"e\xCC\x81\xCC\xA7", "\xC8\xA9\xCC\x81", XC_OK},
    {"\xEF\xBD\x85\xCC\x81", "\xC3\xA9", XC_OK},
    {"\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8", "\xEA\xB0\x81", XC_OK},
    {"\xE3\x84\xB1\xE3\x85\x8F", "\xEA\xB0\x80", XC_OK},
    {"\xEF\xBE\x8A\xEF\xBE\x9F", "\xE3\x83\x91", XC_OK},
    {"\xEF\xB7\xBA",
     "\xD8\xB5\xD9\x84\xD9\x89 \xD8\xA7\xD9\x84\xD9\x84\xD9"
     "\x87 \xD8\xB9\xD9\x84\xD9\x8A\xD9\x87 \xD9\x88\xD8\xB3\xD9\x84\xD9\x85",
     XC_OK},
    {"\xF0\x9D\x90\x80\xF0\x9D\x9F\xBF", "A9", XC_OK},
    {"\xE2\x85\xA8\xE2\x85\xA8", "IXIX", XC_OK},
    /* as in 3.2, before Corrigendum 4 */
    {"\xF0\xAF\xA1\xA8", "\xF0\xA1\x8D\xAA", XC_OK},
    /* section 2.3 */
    {"a\x7F", NULL, XC_ERR_JID_CHAR},
    {"a\xC2\x85", NULL, XC_ERR_JID_CHAR},
    {"\xEE\x80\x80", NULL, XC_ERR_JID_CHAR},
    {"\xEF\xBF\xBD", NULL, XC_ERR_JID_CHAR},
    {"\xEF\xB7\x90", NULL, XC_ERR_JID_CHAR},
    {"\xF4\x8F\xBF\xBF", NULL, XC_ERR_JID_CHAR},
    {"\xE2\x80\x8E", NULL, XC_ERR_JID_CHAR},
    {"\xF3\xA0\x80\x81", NULL, XC_ERR_JID_CHAR},
    {"\xE2\xBF\xB0", NULL, XC_ERR_JID_CHAR},
    /* section 2.4 */
    {"\xD8\xA7"
     "1\xD8\xA8",
     "\xD8\xA7"
     "1\xD8\xA8",
     XC_OK},
    {"\xD8\xA7"
     "a\xD8\xA8",
     NULL, XC_ERR_JID_BIDI},
    {"1\xD8\xA7", NULL, XC_ERR_JID_BIDI},
    {"a\xD8\xA7", NULL, XC_ERR_JID_BIDI},
    /* UTF-8 */
    {"a\xC0\x80", NULL, XC_ERR_JID_UTF8},
    {"a\xC3", NULL, XC_ERR_JID_UTF8},
    {"\xC2\xAD\xED\xA0\x80", NULL, XC_ERR_JID_UTF8},
};

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        check_row(XC_SASL_PROFILE_SASLPREP, &rows[i]);
        check_row(XC_SASL_PROFILE_SASLPREP_STORED, &rows[i]);
    }
}

/* Section 2.5, RFC 3454 section 7: what Unicode 3.2 does not assign. Nothing
   happens to it that later versions would do. */
static void test_unassigned(void **state)
{
    static const row queries[] = {
        {"\xF0\x9F\x98\x80", "\xF0\x9F\x98\x80", XC_OK}, /* U+1F600 */
        {"\xC8\xA1", "\xC8\xA1", XC_OK},                 /* U+0221 */
        /* U+1B05 U+1B35: composes in 5.0 */
        {"\xE1\xAC\x85\xE1\xAC\xB5", "\xE1\xAC\x85\xE1\xAC\xB5", XC_OK},
        /* U+0358, a mark of class 232 in 4.1, before U+0327 of class 202 */
        {"a\xCD\x98\xCC\xA7", "a\xCD\x98\xCC\xA7", XC_OK},
        /* U+1D7CB, lacks between mathematical digits */
        {"\xF0\x9D\x9F\x8B", "\xF0\x9D\x9F\x8B", XC_OK},
        /* U+1D455 would be a planck constant, which is U+210E */
        {"\xF0\x9D\x91\x95\xE2\x84\x8E", "\xF0\x9D\x91\x95h", XC_OK},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(queries); i++) {
        row stored = {queries[i].text, NULL, XC_ERR_JID_UNASSIGNED};
        check_row(XC_SASL_PROFILE_SASLPREP, &queries[i]);
        check_row(XC_SASL_PROFILE_SASLPREP_STORED, &stored);
    }
}

/* SASLprep is the default; the others do what they did. */
static void test_profiles(void **state)
{
    static const row ordinal = {"\xC2\xAA", "\xC2\xAA", XC_OK};
    static const row space = {"a\xC2\xA0z", "a z", XC_OK};
    static const row prep = {"\xC2\xAA", "a", XC_OK};
    (void)state;
    assert_int_equal(XC_SASL_PROFILE_SASLPREP, 0);
    check_row((xc_sasl_profile)0, &prep);
    check_row(XC_SASL_PROFILE_OPAQUE, &ordinal);
    check_row(XC_SASL_PROFILE_OPAQUE, &space);
    check_row(XC_SASL_PROFILE_PREPARED, &ordinal);
}

/* The byte that shows it. */
static void test_where(void **state)
{
    static const struct {
        const char *text;
        size_t where;
    } places[] = {
        {"ab\x07"
         "c",
         2},
        {"\xC2\xAD\xC2\x85", 2},
        {"\xE2\x85\xA8\xC3", 4},
        {"\xC2\xAD\xC2\xAD"
         "a\xC3(",
         6},
        {"\xEF\xB7\xBA\xEF\xBF\xBD", 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        char mem[100];
        xc_str got;
        CHECK(xc_status_is_error(xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP,
                                                 xc_str_from(places[i].text),
                                                 mem, sizeof mem, &got)) &&
                  got.ptr == NULL && got.len == places[i].where,
              "row %zu: byte %zu", i, got.len);
    }
}

/* Exactly what it needs; nothing left after an error. */
static void test_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        xc_str in = xc_str_from(rows[i].text), got;
        size_t need = rows[i].prepared != NULL ? strlen(rows[i].prepared) : 0;
        for (size_t size = 0; size < need; size++) {
            char *mem = guarded(GUARD_MEMORY, size);
            xc_status status =
                xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, in, mem, size, &got);
            if (status == XC_OK) { /* ASCII: a view */
                assert_true(got.ptr == in.ptr);
                continue;
            }
            check_status(rows[i].text, status, XC_ERR_BUFFER_SIZE);
            assert_true(got.ptr == NULL && got.len == need);
            for (size_t k = 0; k < size; k++)
                assert_int_equal(mem[k], 0);
        }
        assert_true(need == 0 || xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, in,
                                                 guarded(GUARD_MEMORY, need),
                                                 need, &got) == XC_OK);
    }
}

/* 1023 bytes of result, a limit for the text, and time in its length: each of
   the classes of marks is looked for. */
static void test_length(void **state)
{
    static const char *const pieces[] = {
        "\xEF\xB7\xBA", "\xC2\xAD",         "e\xCC\x81", "\xF0\x9D\x90\x80",
        "\xCC\x81",     "\xCC\x81\xC2\xAD", "\xF4"};
    char mem[XC_JID_PART_MAX];
    xc_str got;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(pieces); i++) {
        buffer b = {0};
        xc_status status;
        buffer_repeat(&b, pieces[i], 1 << 16);
        status = xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, buffer_str(&b), mem,
                                 sizeof mem, &got);
        check_status(pieces[i], status, XC_ERR_JID_LENGTH);
        buffer_clear(&b);
        buffer_repeat(&b, pieces[i], 4 * XC_JID_PART_MAX / strlen(pieces[i]));
        status = xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, buffer_str(&b), mem,
                                 sizeof mem, &got);
        CHECK(i == 3 ? status == XC_OK && got.len == XC_JID_PART_MAX
                     : xc_status_is_error(status),
              "piece %zu", i);
        buffer_free(&b);
    }
}

#else

/* RFC 5802 section 2.2: no SASLprep, no letters beyond ASCII. */
static void test_ascii(void **state)
{
    static const row ascii[] = {
        {"user", "user", XC_OK},
        {"a b", "a b", XC_OK},
        {"\x07", NULL, XC_ERR_JID_CHAR},
        {"", NULL, XC_ERR_JID_EMPTY},
        {"\xC2\xAA", NULL, XC_ERR_JID_UNICODE},
        {"\xC3\xA9", NULL, XC_ERR_JID_UNICODE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ascii); i++) {
        check_row(XC_SASL_PROFILE_SASLPREP, &ascii[i]);
        check_row(XC_SASL_PROFILE_SASLPREP_STORED, &ascii[i]);
    }
}

#endif

static void test_arguments(void **state)
{
    char mem[8];
    xc_str got, in = XC_STR_INIT("\xC3\xA9");
    (void)state;
    assert_int_equal(xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP,
                                     xc_str_from(NULL), mem, 8, &got),
                     XC_ERR_ARGUMENT);
    assert_true(got.ptr == NULL);
    assert_int_equal(
        xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, in, NULL, 8, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_sasl_prepare(XC_SASL_PROFILE_SASLPREP, in, mem, 8, NULL),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_prepare((xc_sasl_profile)99, in, mem, 8, &got),
                     XC_ERR_ARGUMENT);
}

#if XMPP_CODEC_UNICODE

/* ---- in the mechanisms -------------------------------------------------- */

/* The first and the last message of a client. */
static void login(xc_sasl_profile profile, const char *name,
                  const char *password, buffer *out)
{
    char memory[1024];
    xc_scram s;
    xc_str message;
    xc_scram_client_options o = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                 .hash = &sha1,
                                 .username = xc_str_from(name),
                                 .nonce = XC_STR("abc"),
                                 .profile = profile};
    assert_int_equal(
        xc_scram_client_first(&s, memory, sizeof memory, &o, &message), XC_OK);
    buffer_add(out, message.ptr, message.len);
    assert_int_equal(
        xc_scram_client_challenge(&s, XC_STR("r=abcdef,s=QUJD,i=4096"), NULL),
        XC_OK);
    assert_int_equal(
        xc_scram_client_password(&s, xc_str_from(password), &message), XC_OK);
    buffer_add(out, message.ptr, message.len);
    xc_scram_wipe(&s);
}

static bool same_login(xc_sasl_profile profile, const char *password,
                       const char *other)
{
    buffer a = {0}, b = {0};
    bool same;
    login(profile, "\xE2\x85\xA8", password, &a);
    login(profile, profile == XC_SASL_PROFILE_SASLPREP ? "IX" : "\xE2\x85\xA8",
          other, &b);
    same = a.len == b.len && memcmp(a.ptr, b.ptr, a.len) == 0;
    buffer_free(&a);
    buffer_free(&b);
    return same;
}

static void test_scram(void **state)
{
    static const char *const passwords[][2] = {
        {"I\xC2\xADX", "IX"},    {"\xC2\xAA", "a"},
        {"\xE2\x85\xA8", "IX"},  {"\xEF\xAC\x81x", "fix"},
        {"caf\xC2\xB2", "caf2"}, {"a\xC2\xA0z", "a z"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(passwords); i++) {
        const char *const *p = passwords[i];
        CHECK(same_login(XC_SASL_PROFILE_SASLPREP, p[0], p[1]), "%s", p[0]);
        if (i > 0 && i < 5)
            CHECK(!same_login(XC_SASL_PROFILE_OPAQUE, p[0], p[1]), "%s", p[0]);
        CHECK(!same_login(XC_SASL_PROFILE_PREPARED, p[0], p[1]), "%s", p[0]);
    }
    assert_true(same_login(XC_SASL_PROFILE_OPAQUE, "a\xC2\xA0z", "a z"));
}

/* A server prepares the name that comes. */
static void test_scram_server(void **state)
{
    static const struct {
        xc_sasl_profile profile;
        const char *name;
        xc_status status;
    } profiles[] = {
        {XC_SASL_PROFILE_SASLPREP, "IX", XC_OK},
        {XC_SASL_PROFILE_OPAQUE, "\xE2\x85\xA8", XC_OK},
        {XC_SASL_PROFILE_CASE_MAPPED, NULL, XC_ERR_JID_CHAR},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(profiles); i++) {
        char memory[256];
        xc_scram s;
        xc_scram_identity who;
        xc_scram_server_options o = {.mechanism = XC_MECHANISM_SCRAM_SHA_1,
                                     .hash = &sha1,
                                     .profile = profiles[i].profile};
        check_status("first",
                     xc_scram_server_first(&s, memory, sizeof memory, &o,
                                           XC_STR("n,,n=\xE2\x85\xA8,r=abc"),
                                           &who),
                     profiles[i].status);
        check_str("name", who.username, profiles[i].name);
    }
}

static void test_plain(void **state)
{
    static const xc_plain in = {XC_STR_INIT("\xE2\x85\xA8@x"),
                                XC_STR_INIT("\xC2\xAA"),
                                XC_STR_INIT("I\xC2\xADX")};
    static const struct {
        xc_sasl_profile profile;
        const char *message;
        size_t len;
    } rows_of[] = {
        {XC_SASL_PROFILE_SASLPREP, "\xE2\x85\xA8@x\0a\0IX", 10},
        {XC_SASL_PROFILE_SASLPREP_STORED, "\xE2\x85\xA8@x\0a\0IX", 10},
        {XC_SASL_PROFILE_PREPARED, "\xE2\x85\xA8@x\0\xC2\xAA\0I\xC2\xADX", 13},
    };
    xc_plain p;
    char mem[32];
    xc_str message, got;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows_of); i++) {
        for (size_t size = 0; size <= rows_of[i].len; size++) {
            xc_status status =
                xc_plain_write_as(rows_of[i].profile, &in,
                                  guarded(GUARD_MEMORY, size), size, &message);
            check_status("size", status,
                         size < rows_of[i].len ? XC_ERR_BUFFER_SIZE : XC_OK);
            assert_int_equal(message.len, rows_of[i].len);
        }
        assert_memory_equal(message.ptr, rows_of[i].message, message.len);
    }
    assert_int_equal(xc_plain_write(&in, mem, sizeof mem, &got), XC_OK);
    assert_true(got.len == 10 && memcmp(got.ptr, rows_of[0].message, 10) == 0);
    /* OpaqueString refuses U+00AD */
    assert_int_equal(
        xc_plain_write_as(XC_SASL_PROFILE_OPAQUE, &in, mem, sizeof mem, &got),
        XC_ERR_JID_CHAR);
    for (size_t i = 0; i < sizeof mem; i++)
        assert_int_equal(mem[i], 0);
    /* a server: as it came, then prepared */
    assert_int_equal(xc_plain_read(message, &p), XC_OK);
    check_str("as it came", p.authcid, "\xC2\xAA");
    assert_int_equal(xc_plain_prepare(XC_SASL_PROFILE_SASLPREP, &p, mem, 2),
                     XC_ERR_BUFFER_SIZE);
    check_str("still", p.authcid, "\xC2\xAA");
    assert_int_equal(xc_plain_prepare(XC_SASL_PROFILE_SASLPREP, &p, mem, 3),
                     XC_OK);
    check_str("authcid", p.authcid, "a");
    check_str("password", p.password, "IX");
    check_str("authzid", p.authzid, "\xE2\x85\xA8@x");
    assert_int_equal(xc_plain_prepare(XC_SASL_PROFILE_SASLPREP, NULL, mem, 3),
                     XC_ERR_ARGUMENT);
    /* names case mapped, passwords by SASLprep */
    p.authcid = XC_STR("Juliet");
    p.password = XC_STR("\xC2\xAA"
                        "B");
    assert_int_equal(
        xc_plain_prepare(XC_SASL_PROFILE_CASE_MAPPED, &p, mem, sizeof mem),
        XC_OK);
    check_str("authcid", p.authcid, "juliet");
    check_str("password", p.password, "aB");
}

#endif

int main(void)
{
    static const struct CMUnitTest tests[] = {
#if XMPP_CODEC_UNICODE
        cmocka_unit_test(test_rows),
        cmocka_unit_test(test_unassigned),
        cmocka_unit_test(test_profiles),
        cmocka_unit_test(test_where),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_length),
        cmocka_unit_test(test_scram),
        cmocka_unit_test(test_scram_server),
        cmocka_unit_test(test_plain),
#else
        cmocka_unit_test(test_ascii),
#endif
        cmocka_unit_test(test_arguments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
