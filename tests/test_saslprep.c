/* SASLprep (RFC 4013): what user names and passwords are prepared to, by
   itself (tests/data/saslprep.tsv) and in the mechanisms. That it is the same as
   libidn's for each code point is for tests/unicode/check_saslprep.c. */
#include "support_rows.h"
#include "sha.h"

/* ---- alone -------------------------------------------------------------- */

#if XMPP_CODEC_UNICODE
/* In memory of just the size, and in less: nothing is left after an error. */
static void check_memory(xc_sasl_profile profile, xc_str in, xc_str expected)
{
    xc_str got;
    for (size_t size = 0; size < expected.len; size++) {
        char *mem = guarded(GUARD_MEMORY, size);
        xc_status status = xc_sasl_prepare(profile, in, mem, size, &got);
        if (status == XC_OK) { /* ASCII: a view */
            CHECK(got.ptr == in.ptr, "neither a view nor too long");
            continue;
        }
        check_status("small memory", status, XC_ERR_BUFFER_SIZE);
        CHECK(got.ptr == NULL && got.len == expected.len, "%zu bytes needed",
              got.len);
        for (size_t k = 0; k < size; k++)
            CHECK(mem[k] == 0, "byte %zu of %zu is left", k, size);
    }
    check_status("enough memory",
                 xc_sasl_prepare(profile, in,
                                 guarded(GUARD_MEMORY, expected.len),
                                 expected.len, &got),
                 XC_OK);
}

static void check_prepared(xc_sasl_profile profile, const row *r)
{
    xc_str text = unescaped(r->field[1]), got;
    xc_str in = guarded_copy(text.ptr, text.len);
    char *mem = guarded(GUARD_MEMORY, 100);
    xc_status status = xc_sasl_prepare(profile, in, mem, 100, &got);
    if (strcmp(r->field[2], "ok") == 0) {
        xc_str expected = unescaped(r->field[3]);
        check_status(r->field[1], status, XC_OK);
        CHECK(xc_str_equal(got, expected), "%s: got \"%s\", expected \"%s\"",
              r->field[1], escaped(got), r->field[3]);
        check_memory(profile, in, expected);
        return;
    }
    check_status(r->field[1], status, status_named(r->field[2]));
    CHECK(got.ptr == NULL, "%s: a text beside the error", r->field[1]);
    CHECK(r->field[3][0] == '\0' || got.len == number_in(r->field[3]),
          "%s: got byte %zu, expected %s", r->field[1], got.len, r->field[3]);
}

static void prepared_row(const row *r)
{
    static const struct {
        const char *name;
        xc_sasl_profile profile;
    } profiles[] = {
        {"query", XC_SASL_PROFILE_SASLPREP},
        {"both", XC_SASL_PROFILE_SASLPREP},
        {"both", XC_SASL_PROFILE_SASLPREP_STORED},
        {"stored", XC_SASL_PROFILE_SASLPREP_STORED},
        {"opaque", XC_SASL_PROFILE_OPAQUE},
        {"prepared", XC_SASL_PROFILE_PREPARED},
    };
    size_t checked = 0;
    for (size_t i = 0; i < COUNT_OF(profiles); i++)
        if (strcmp(profiles[i].name, r->field[0]) == 0) {
            check_prepared(profiles[i].profile, r);
            checked++;
        }
    CHECK(checked > 0, "there is no profile \"%s\"", r->field[0]);
}

static void every_text_of_the_table_is_prepared_as_it_says(void **state)
{
    (void)state;
    assert_int_equal(XC_SASL_PROFILE_SASLPREP, 0); /* the default */
    for_each_row("tests/data/saslprep.tsv", prepared_row);
}

/* 1023 bytes of result, a limit for the text, and time in its length: each of
   the classes of marks is looked for. */
static void a_result_has_at_most_1023_bytes(void **state)
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

typedef struct ascii_case {
    const char *text, *prepared; /* prepared NULL: the status says why */
    xc_status status;
} ascii_case;

static void check_ascii(xc_sasl_profile profile, const ascii_case *r)
{
    xc_str in = guarded_copy(r->text, strlen(r->text)), got;
    char *mem = guarded(GUARD_MEMORY, 100);
    check_status(r->text, xc_sasl_prepare(profile, in, mem, 100, &got),
                 r->status);
    check_str(r->text, got, r->prepared);
}

/* RFC 5802 section 2.2: no SASLprep, no letters beyond ASCII. */
static void without_unicode_only_ascii_is_prepared(void **state)
{
    static const ascii_case ascii[] = {
        {"user", "user", XC_OK},
        {"a b", "a b", XC_OK},
        {"\x07", NULL, XC_ERR_JID_CHAR},
        {"", NULL, XC_ERR_JID_EMPTY},
        {"\xC2\xAA", NULL, XC_ERR_JID_UNICODE},
        {"\xC3\xA9", NULL, XC_ERR_JID_UNICODE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(ascii); i++) {
        check_ascii(XC_SASL_PROFILE_SASLPREP, &ascii[i]);
        check_ascii(XC_SASL_PROFILE_SASLPREP_STORED, &ascii[i]);
    }
}

#endif

static void null_arguments_are_refused(void **state)
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

static void scram_prepares_names_and_passwords(void **state)
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
static void a_server_prepares_the_name_that_comes(void **state)
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

static void plain_is_prepared_on_both_sides(void **state)
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
        cmocka_unit_test(every_text_of_the_table_is_prepared_as_it_says),
        cmocka_unit_test(a_result_has_at_most_1023_bytes),
        cmocka_unit_test(scram_prepares_names_and_passwords),
        cmocka_unit_test(a_server_prepares_the_name_that_comes),
        cmocka_unit_test(plain_is_prepared_on_both_sides),
#else
        cmocka_unit_test(without_unicode_only_ascii_is_prepared),
#endif
        cmocka_unit_test(null_arguments_are_refused),
    };
    return cmocka_run_group_tests_name("saslprep", tests, NULL, NULL);
}
