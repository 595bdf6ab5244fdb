/* SASL. What messages are accepted is in tests/data/sasl.tsv, whole logins are
   in sasl.txt; here are wiping, sizes of memory, changed messages, order,
   misuse. The hash functions are those of the examples. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_captures.h"
#include "support_random.h"
#include "support_rows.h"
#include "sha.h"

#include <ctype.h>

static xc_str text(const char *s)
{
    return xc_str_from(s);
}

static xc_str bytes(const void *p, size_t n)
{
    xc_str s = {p, n};
    return s;
}

/* What a field says, or absent. */
static xc_str given(const char *field)
{
    static const xc_str absent;
    return strcmp(field, "(absent)") == 0 ? absent : unescaped(field);
}

/* A copy that ends at an unreadable page. */
static xc_str copied(xc_str s)
{
    return s.ptr == NULL ? s : guarded_copy(s.ptr, s.len);
}

static void check_hex(const char *where, const unsigned char *got, size_t n,
                      const char *expected)
{
    buffer hex = {0};
    for (size_t i = 0; i < n; i++)
        buffer_printf(&hex, "%02x", got[i]);
    check_str(where, buffer_str(&hex), expected);
    buffer_free(&hex);
}

static bool is_zero(const void *p, size_t n)
{
    const unsigned char *b = p;
    while (n > 0 && b[n - 1] == 0)
        n--;
    return n == 0;
}

/* ---- the hash functions themselves -------------------------------------- */

static const xc_hash *hash_named(const char *name)
{
    static const struct {
        const char *name;
        const xc_hash *hash;
    } hashes[] = {
        {"SHA-1", &sha1}, {"SHA-256", &sha256}, {"SHA-512", &sha512}};
    for (size_t i = 0; i < COUNT_OF(hashes); i++)
        if (after_word(name, hashes[i].name) != NULL)
            return hashes[i].hash;
    check_fail("there is no hash function \"%s\"", name);
    return NULL;
}

static xc_mechanism mechanism_named(const char *name)
{
    xc_mechanism m = xc_mechanism_from_name(text(name));
    CHECK(m != XC_MECHANISM_NONE, "there is no mechanism \"%s\"", name);
    return m;
}

/* In pieces, one of them empty. */
static void hash_row(const row *r)
{
    const xc_hash *hash = hash_named(r->field[2]);
    unsigned char out[XC_HASH_MAX];
    xc_str pieces[3] = {unescaped(r->field[1]), {"", 0}, {NULL, 0}};
    size_t half = pieces[0].len / 2;
    pieces[2] = bytes(pieces[0].ptr + half, pieces[0].len - half);
    pieces[0].len = half;
    CHECK(hash->digest(pieces, 3, out), "%s failed", r->field[2]);
    check_hex(r->field[1], out, hash->size, r->field[4]);
}

/* With: function, length of the key, value of each of its bytes. */
static void hmac_row(const row *r)
{
    const xc_hash *hash = hash_named(r->field[2]);
    char key[256];
    unsigned len = 0, value = 0;
    unsigned char out[XC_HASH_MAX];
    xc_str pieces[2] = {{NULL, 0}, unescaped(r->field[1])};
    CHECK(sscanf(r->field[2], "%*s %u %x", &len, &value) == 2 &&
              len <= sizeof key,
          "\"%s\" is no key", r->field[2]);
    memset(key, (int)value, sizeof key);
    CHECK(xc_i_hmac(hash, bytes(key, len), pieces, 2, out), "HMAC failed");
    check_hex(r->field[1], out, hash->size, r->field[4]);
}

/* RFC 6070 (those of 20 bytes), in portions of every kind. */
static void hi_gives_the_same_key_in_portions_of_every_kind(void **state)
{
    static const struct {
        uint32_t iterations, rounds;
        const char *key;
    } rows[] = {
        {1, 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6"},
        {2, 1, "ea6c014dc72d8cff2a2bd0a0ec3a1d8b1b1c8e20"},
        {4096, 1, "4b007901b765489abead49d926f721d065a429c1"},
        {4096, 100, "4b007901b765489abead49d926f721d065a429c1"},
        {4096, 4095, "4b007901b765489abead49d926f721d065a429c1"},
        {4096, UINT32_MAX, "4b007901b765489abead49d926f721d065a429c1"},
    };
    xc_scram_hi hi;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        xc_status status = xc_scram_hi_init(&hi, &sha1, text("password"),
                                            text("salt"), rows[i].iterations);
        if (i != 1)
            while (status == XC_NEED_MORE)
                status = xc_scram_hi_next(&hi, rows[i].rounds);
        else {
            check_status("no rounds", xc_scram_hi_next(&hi, 0), XC_NEED_MORE);
            status = xc_scram_hi_next(&hi, 1);
        }
        check_status("Hi", status, XC_OK);
        if (i != 1)
            check_hex("Hi", hi.result, 20, rows[i].key);
    }
    assert_int_equal(xc_scram_hi_init(&hi, &sha1, text("p"), text("s"), 0),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_hi_next(&hi, 1), XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_hi_init(&hi, NULL, text("p"), text("s"), 1),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_hi_next(NULL, 1), XC_ERR_ARGUMENT);
}

/* ---- secrets ------------------------------------------------------------ */

static void secrets_are_wiped_and_compared_whole(void **state)
{
    char a[64], b[64];
    (void)state;
    memset(a, 'x', sizeof a);
    xc_wipe(a + 1, sizeof a - 2);
    assert_true(a[0] == 'x' && a[63] == 'x' && is_zero(a + 1, 62));
    xc_wipe(NULL, 0);
    xc_wipe(a, 0);
    memset(a, 'x', sizeof a);
    memset(b, 'x', sizeof b);
    assert_true(xc_secret_equal(bytes(a, 64), bytes(b, 64)));
    assert_true(xc_secret_equal(bytes(a, 0), bytes(b, 0)));
    assert_false(xc_secret_equal(bytes(a, 63), bytes(b, 64)));
    assert_false(xc_secret_equal(text(NULL), text(NULL)));
    for (size_t i = 0; i < sizeof a * 8; i++) {
        b[i / 8] = (char)(b[i / 8] ^ 1 << i % 8);
        assert_false(xc_secret_equal(bytes(a, 64), bytes(b, 64)));
        b[i / 8] = (char)(b[i / 8] ^ 1 << i % 8);
    }
}

/* ---- base64 ------------------------------------------------------------- */

/* Encoded as the output, and decoded in place. */
static void base64_row(const row *r)
{
    xc_str data = unescaped(r->field[1]), got;
    char out[64];
    CHECK(XC_BASE64_SIZE(data.len) == strlen(r->field[4]), "another size");
    check_status("encode", xc_base64_encode(data, out, sizeof out, &got),
                 XC_OK);
    check_str("encode", got, r->field[4]);
    check_status("decode", xc_base64_decode(got, out, sizeof out, &got),
                 XC_OK);
    CHECK(xc_str_equal(got, data), "%s: decoded %s", r->field[1],
          escaped(got));
}

static bool has_space(xc_str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] == ' ' || s.ptr[i] == '\n' || s.ptr[i] == '\r')
            return true;
    return false;
}

/* The output is the byte at fault, also without memory. */
static void decode_row(const row *r)
{
    char out[64];
    xc_str got, in = copied(unescaped(r->field[1]));
    size_t fault = number_in(r->field[4]);
    xc_status status = status_named(r->field[3]);
    check_status(r->field[1], xc_sasl2_decode(in, out, sizeof out, &got),
                 status);
    CHECK(got.ptr == NULL && got.len == fault, "\"%s\": byte %zu", r->field[1],
          got.len);
    check_status(r->field[1], xc_sasl2_decode(in, NULL, 0, &got), status);
    CHECK(got.len == fault, "\"%s\": byte %zu without memory", r->field[1],
          got.len);
    if (has_space(in))
        return; /* which others allow */
    check_status(r->field[1], xc_base64_decode(in, out, sizeof out, &got),
                 status);
    CHECK(got.ptr == NULL && got.len == fault, "\"%s\": byte %zu", r->field[1],
          got.len);
}

/* In place. */
static void spaced_row(const row *r)
{
    xc_str code = unescaped(r->field[1]), got;
    char *in = guarded(GUARD_OUTPUT, code.len);
    xc_status expected =
        strcmp(r->field[3], "ok") == 0 ? XC_OK : status_named(r->field[3]);
    memcpy(in, code.ptr, code.len);
    code.ptr = in;
    check_status(r->field[1], xc_base64_decode(code, in, code.len, &got),
                 expected);
    if (expected == XC_OK)
        check_str(r->field[1], got, r->field[4]);
    else
        CHECK(got.ptr == NULL && got.len == number_in(r->field[4]),
              "\"%s\": byte %zu", r->field[1], got.len);
}

static void base64_arguments_are_checked(void **state)
{
    xc_str got;
    char out[4];
    (void)state;
    assert_int_equal(xc_base64_decode(text(NULL), out, 4, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_base64_decode(text("AAAA"), NULL, 4, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_base64_decode(text("AAAA"), out, 4, NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_base64_encode(text(NULL), out, 4, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_base64_encode(bytes(out, SIZE_MAX), out, 4, &got),
                     XC_ERR_ARGUMENT);
}

/* Of all groups of four of these characters those are accepted that encode
   something, and they encode only that. */
static void base64_has_one_text_for_each_data(void **state)
{
    static const char set[] = "ABIQgwz09+/=-_ \t\x80";
    size_t n = sizeof set - 1, accepted = 0, digits = 11, low2 = 0, low4 = 0;
    (void)state;
    for (size_t i = 0; i < digits; i++) {
        unsigned d = xc_i_base64_digit((unsigned char)set[i]);
        low2 += d % 4 == 0;
        low4 += d % 16 == 0;
    }
    for (size_t i = 0; i < n * n * n * n; i++) {
        char group[4] = {set[i % n], set[i / n % n], set[i / n / n % n],
                         set[i / n / n / n]};
        char data[3], again[4];
        xc_str got;
        if (xc_sasl2_decode(bytes(group, 4), data, 3, &got) != XC_OK)
            continue;
        accepted++;
        assert_int_equal(xc_base64_encode(got, again, 4, &got), XC_OK);
        assert_memory_equal(group, again, 4);
    }
    assert_int_equal(accepted, digits * digits * digits * digits +
                                   digits * digits * low2 + digits * low4);
}

/* Every length, exact memory, in place and not. */
static void base64_of_every_length_needs_what_it_says(void **state)
{
    random_source r = {7};
    (void)state;
    for (size_t n = 1; n < 200; n++) {
        char data[200], *out, *back;
        xc_str code, got;
        size_t size = XC_BASE64_SIZE(n);
        for (size_t i = 0; i < n; i++)
            data[i] = (char)(unsigned char)random_bits(&r);
        out = guarded(GUARD_OUTPUT, size);
        back = guarded(GUARD_MEMORY, n);
        assert_int_equal(
            xc_base64_encode(bytes(data, n), out, size - 1, &code),
            XC_ERR_BUFFER_SIZE);
        assert_true(code.ptr == NULL && code.len == size);
        assert_int_equal(xc_base64_encode(bytes(data, n), out, size, &code),
                         XC_OK);
        assert_int_equal(xc_base64_decode(code, back, n - 1, &got),
                         XC_ERR_BUFFER_SIZE);
        assert_true(got.ptr == NULL && got.len == n && is_zero(back, n - 1));
        assert_int_equal(xc_base64_decode(code, back, n, &got), XC_OK);
        assert_true(got.len == n && memcmp(got.ptr, data, n) == 0);
        assert_int_equal(xc_base64_decode(code, out, size, &got), XC_OK);
        assert_true(got.len == n && memcmp(got.ptr, data, n) == 0);
    }
}

/* RFC 6120 section 6.4.2: absent, empty, something. */
static void absent_and_empty_sasl_data_are_told_apart(void **state)
{
    char out[8];
    xc_str got;
    (void)state;
    assert_int_equal(xc_sasl_encode(text(NULL), out, 8, &got), XC_OK);
    check_str("absent", got, NULL);
    assert_int_equal(xc_sasl_encode(text(""), out, 8, &got), XC_OK);
    check_str("empty", got, "=");
    assert_int_equal(xc_sasl_encode(text(""), out, 0, &got),
                     XC_ERR_BUFFER_SIZE);
    assert_int_equal(got.len, 1);
    assert_int_equal(xc_sasl_encode(text("foo"), out, 8, &got), XC_OK);
    check_str("some", got, "Zm9v");
    assert_int_equal(xc_sasl_decode(text(NULL), out, 8, &got), XC_OK);
    check_str("no element text", got, NULL);
    assert_int_equal(xc_sasl_decode(text(""), out, 8, &got), XC_OK);
    check_str("empty element text", got, NULL);
    assert_int_equal(xc_sasl_decode(text("="), NULL, 0, &got), XC_OK);
    check_str("=", got, "");
    assert_int_equal(xc_sasl_decode(text("Zm9v"), out, 8, &got), XC_OK);
    check_str("some", got, "foo");
    assert_int_equal(xc_sasl_decode(text("=="), out, 8, &got), XC_ERR_BASE64);
    assert_int_equal(xc_sasl_decode(text(" ="), out, 8, &got), XC_ERR_BASE64);
}

/* ---- mechanisms --------------------------------------------------------- */

static uint32_t offered(const char *names)
{
    uint32_t set = 0;
    xc_str rest = text(names);
    while (rest.ptr != NULL)
        xc_mechanism_offer(&set, xc_str_cut(&rest, ' '));
    return set;
}

/* Names of sets and of mechanisms. */
static uint32_t allowed(const char *names)
{
    static const struct {
        const char *name;
        uint32_t set;
    } sets[] = {{"all", ~(uint32_t)0},
                {"SCRAM", XC_MECHANISMS_SCRAM},
                {"SCRAM-BARE", XC_MECHANISMS_SCRAM_BARE},
                {"HT-BOUND", XC_MECHANISMS_HT_BOUND}};
    uint32_t set = 0;
    xc_str rest = text(names);
    while (rest.ptr != NULL) {
        xc_str name = xc_str_cut(&rest, ' ');
        size_t i = 0;
        while (i < COUNT_OF(sets) && !xc_str_is(name, sets[i].name))
            i++;
        if (i < COUNT_OF(sets))
            set |= sets[i].set;
        else
            set |= XC_MECHANISM_BIT(mechanism_named(escaped(name)));
    }
    return set;
}

static void choose_row(const row *r)
{
    xc_mechanism got = xc_mechanism_choose(offered(unescaped(r->field[1]).ptr),
                                           allowed(r->field[2]));
    const char *name =
        got == XC_MECHANISM_NONE ? "none" : xc_mechanism_name(got);
    CHECK(strcmp(name, r->field[4]) == 0, "%s: got %s, expected %s",
          r->field[1], name, r->field[4]);
}

/* A name that is not known is never chosen. */
static void name_row(const row *r)
{
    static const uint32_t unknown =
        XC_MECHANISMS_UNKNOWN_PLUS | XC_MECHANISMS_UNKNOWN_BARE;
    const char *is = r->field[4];
    uint32_t set = 0, expected = 0;
    xc_mechanism_offer(&set, copied(unescaped(r->field[1])));
    if (strcmp(is, "unknown") == 0)
        expected = XC_MECHANISMS_UNKNOWN_BARE;
    else if (strcmp(is, "unknown -PLUS") == 0)
        expected = XC_MECHANISMS_UNKNOWN_PLUS;
    else if (strcmp(is, "none") != 0)
        expected = XC_MECHANISM_BIT(mechanism_named(is));
    CHECK(set == expected, "\"%s\": got %lx, expected %lx (%s)", r->field[1],
          (unsigned long)set, (unsigned long)expected, is);
    if ((set & ~unknown) == 0)
        CHECK(xc_mechanism_choose(set, ~(uint32_t)0) == XC_MECHANISM_NONE,
              "\"%s\" is chosen", r->field[1]);
}

static void names_of_mechanisms_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < (int)XC_MECHANISM_NONE; i++) {
        const char *name = xc_mechanism_name((xc_mechanism)i);
        assert_int_equal(xc_mechanism_from_name(text(name)), i);
        assert_true(strlen(name) <= 20); /* RFC 4422 section 3.1 */
    }
    assert_string_equal(xc_mechanism_name(XC_MECHANISM_NONE), "");
    assert_int_equal(xc_mechanism_from_name(text("")), XC_MECHANISM_NONE);
    assert_int_equal(xc_mechanism_from_name(text(NULL)), XC_MECHANISM_NONE);
    assert_int_equal(xc_mechanism_hash_size(XC_MECHANISM_SCRAM_SHA_512_PLUS),
                     64);
    assert_int_equal(xc_mechanism_hash_size(XC_MECHANISM_PLAIN), 0);
    assert_int_equal(xc_mechanism_hash_size(XC_MECHANISM_NONE), 0);
    xc_mechanism_offer(NULL, text("PLAIN"));
}

static void failures_have_names_and_follow_from_statuses(void **state)
{
    (void)state;
    assert_int_equal(XC_SASL_FAILURE_COUNT, 12);
    for (unsigned i = 1; i < XC_SASL_FAILURE_COUNT; i++)
        assert_int_equal(
            xc_sasl_failure_from_name(text(xc_sasl_failure_name(i))), i);
    assert_int_equal(xc_sasl_failure_from_name(text("bad-protocol")),
                     XC_SASL_FAILURE_NOT_AUTHORIZED);
    assert_int_equal(xc_sasl_failure_from_name(text(NULL)),
                     XC_SASL_FAILURE_NOT_AUTHORIZED);
    assert_int_equal(xc_sasl_failure_for_status(XC_ERR_BASE64),
                     XC_SASL_FAILURE_INCORRECT_ENCODING);
    assert_int_equal(xc_sasl_failure_for_status(XC_ERR_SASL_SYNTAX),
                     XC_SASL_FAILURE_MALFORMED_REQUEST);
    assert_int_equal(xc_sasl_failure_for_status(XC_ERR_SASL_HASH),
                     XC_SASL_FAILURE_TEMPORARY_AUTH_FAILURE);
    for (int s = XC_ERR_SASL_NONCE; s <= (int)XC_ERR_SASL_PROOF; s++)
        assert_int_equal(xc_sasl_failure_for_status((xc_status)s),
                         XC_SASL_FAILURE_NOT_AUTHORIZED);
}

/* ---- PLAIN, EXTERNAL, ANONYMOUS ----------------------------------------- */

static void plain_is_read_as_it_was_written(void **state)
{
    static const char expected[] = "\0juliet\0r0m30myr0m30";
    xc_plain in = {{NULL, 0}, {"juliet", 6}, {"r0m30myr0m30", 12}}, out;
    char mem[64];
    xc_str message;
    (void)state;
    assert_int_equal(xc_plain_write(&in, mem, sizeof mem, &message), XC_OK);
    assert_int_equal(message.len, sizeof expected - 1);
    assert_memory_equal(message.ptr, expected, message.len);
    assert_int_equal(xc_plain_read(copied(message), &out), XC_OK);
    check_str("authzid", out.authzid, NULL);
    check_str("authcid", out.authcid, "juliet");
    check_str("password", out.password, "r0m30myr0m30");
    in.authzid = text("nurse@capulet.example");
    for (size_t size = 0; size < 41; size++) {
        char *tight = guarded(GUARD_OUTPUT, size);
        assert_int_equal(xc_plain_write(&in, tight, size, &message),
                         XC_ERR_BUFFER_SIZE);
        assert_true(message.ptr == NULL && message.len == 41);
        assert_true(is_zero(tight, size));
    }
    assert_int_equal(
        xc_plain_write(&in, guarded(GUARD_OUTPUT, 41), 41, &message), XC_OK);
    assert_int_equal(xc_plain_read(message, &out), XC_OK);
    check_str("authzid", out.authzid, "nurse@capulet.example");
    check_str("password", out.password, "r0m30myr0m30");
}

static void plain_row(const row *r)
{
    xc_plain out;
    check_status(r->field[1], xc_plain_read(copied(given(r->field[1])), &out),
                 status_named(r->field[3]));
    CHECK(out.authcid.ptr == NULL && out.password.ptr == NULL,
          "%s: a name or a password beside the error", r->field[1]);
}

static void plain_is_not_written_from_what_cannot_be_sent(void **state)
{
    const xc_plain bad[] = {
        {{NULL, 0}, {NULL, 0}, {"b", 1}},   {{NULL, 0}, {"a", 1}, {NULL, 0}},
        {{NULL, 0}, {"", 0}, {"b", 1}},     {{NULL, 0}, {"a", 1}, {"", 0}},
        {{"", 0}, {"a", 1}, {"b", 1}},      {{NULL, 0}, {"a\0", 2}, {"b", 1}},
        {{NULL, 0}, {"a", 1}, {"b\0c", 3}}, {{"\xff", 1}, {"a", 1}, {"b", 1}},
    };
    xc_str message;
    char mem[16];
    (void)state;
    assert_int_equal(xc_plain_read(text("x"), NULL), XC_ERR_ARGUMENT);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK(xc_plain_write(&bad[i], mem, sizeof mem, &message) ==
                      XC_ERR_SASL_SYNTAX &&
                  message.ptr == NULL,
              "row %zu", i);
    assert_int_equal(xc_plain_write(NULL, mem, 1, &message), XC_ERR_ARGUMENT);
}

static void external_is_read_as_it_was_written(void **state)
{
    xc_str got;
    (void)state;
    assert_int_equal(xc_external_write(text(NULL), &got), XC_OK);
    check_str("own", got, "");
    assert_int_equal(xc_external_read(got, &got), XC_OK);
    check_str("own", got, NULL);
    assert_int_equal(xc_external_write(text("capulet.example"), &got), XC_OK);
    assert_int_equal(xc_external_read(got, &got), XC_OK);
    check_str("other", got, "capulet.example");
    assert_int_equal(xc_external_write(text(""), &got), XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_external_read(text(NULL), &got), XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_external_read(bytes("a\0b", 3), &got),
                     XC_ERR_SASL_SYNTAX);
    check_str("refused", got, NULL);
    assert_int_equal(xc_external_read(text("\xff"), &got), XC_ERR_SASL_SYNTAX);
}

static void anonymous_carries_at_most_255_characters(void **state)
{
    buffer b = {0};
    xc_str got;
    (void)state;
    assert_int_equal(xc_anonymous_write(text(NULL), &got), XC_OK);
    check_str("none", got, "");
    assert_int_equal(xc_anonymous_read(got, &got), XC_OK);
    check_str("none", got, NULL);
    buffer_repeat(&b, "\xc3\xa9", 255);
    assert_int_equal(xc_anonymous_write(buffer_str(&b), &got), XC_OK);
    assert_int_equal(xc_anonymous_read(got, &got), XC_OK);
    assert_int_equal(got.len, 510);
    buffer_puts(&b, "x");
    assert_int_equal(xc_anonymous_write(buffer_str(&b), &got),
                     XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_anonymous_read(buffer_str(&b), &got),
                     XC_ERR_SASL_SYNTAX);
    check_str("long", got, NULL);
    assert_int_equal(xc_anonymous_read(text("a\nb"), &got),
                     XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_anonymous_read(text(NULL), &got), XC_ERR_SASL_SYNTAX);
    buffer_free(&b);
}

static void names_and_passwords_are_prepared_by_their_profile(void **state)
{
    char mem[64];
    xc_str got;
    (void)state;
    assert_int_equal(xc_sasl_prepare(XC_SASL_PROFILE_OPAQUE,
                                     text("Pass Word=,"), mem, 64, &got),
                     XC_OK);
    check_str("ASCII", got, "Pass Word=,");
    assert_int_equal(xc_sasl_prepare(XC_SASL_PROFILE_CASE_MAPPED,
                                     text("Juliet"), mem, 64, &got),
                     XC_OK);
    check_str("case", got, "juliet");
    assert_int_equal(
        xc_sasl_prepare(XC_SASL_PROFILE_OPAQUE, text(""), mem, 64, &got),
        XC_ERR_JID_EMPTY);
    assert_int_equal(
        xc_sasl_prepare(XC_SASL_PROFILE_OPAQUE, text("a\tb"), mem, 64, &got),
        XC_ERR_JID_CHAR);
#if XMPP_CODEC_UNICODE
    /* RFC 8265 section 4.2.3, and U+0301 composed */
    assert_int_equal(xc_sasl_prepare(XC_SASL_PROFILE_OPAQUE,
                                     text("foo\xe1\x9a\x80"
                                          "e\xcc\x81"),
                                     mem, 64, &got),
                     XC_OK);
    check_str("mapped", got, "foo \xc3\xa9");
#else
    assert_int_equal(xc_sasl_prepare(XC_SASL_PROFILE_OPAQUE, text("\xc3\xa9"),
                                     mem, 64, &got),
                     XC_ERR_JID_UNICODE);
#endif
    assert_int_equal(xc_sasl_prepare(XC_SASL_PROFILE_PREPARED,
                                     text("e\xcc\x81\t"), mem, 64, &got),
                     XC_OK);
    check_str("as it is", got, "e\xcc\x81\t");
    assert_int_equal(
        xc_sasl_prepare(XC_SASL_PROFILE_PREPARED, text(""), mem, 64, &got),
        XC_ERR_SASL_SYNTAX);
    assert_int_equal(
        xc_sasl_prepare((xc_sasl_profile)9, text("a"), mem, 64, &got),
        XC_ERR_ARGUMENT);
}

/* ---- whole exchanges ---------------------------------------------------- */

enum {
    FIRST,
    CHALLENGE,
    RESPONSE,
    FINAL,
    MESSAGES
};

typedef struct exchange {
    const char *name;
    xc_mechanism mechanism;
    const xc_hash *hash;
    const char *username, *authzid, *password, *nonce, *server_nonce;
    const char *salt; /* base64 */
    uint32_t iterations;
    const char *cb_type, *cb_data; /* data in base64 */
    const char *message[MESSAGES];
    size_t messages;
} exchange;

static xc_str unbase64(const char *code, char *mem, size_t size)
{
    xc_str got = {NULL, 0};
    if (code != NULL)
        check_status(code, xc_base64_decode(text(code), mem, size, &got),
                     XC_OK);
    return got;
}

typedef struct side {
    xc_scram scram;
    char *memory, binding[128];
    size_t size;
    xc_channel_binding cb;
} side;

static void side_init(side *s, guard_use use, size_t size, const exchange *e)
{
    s->memory = guarded(use, size);
    s->size = size;
    s->cb.type = text(e->cb_type);
    s->cb.data = unbase64(e->cb_data, s->binding, sizeof s->binding);
}

static xc_status client_first(side *c, const exchange *e, uint32_t min,
                              xc_str *message)
{
    xc_scram_client_options o;
    memset(&o, 0, sizeof o);
    o.mechanism = e->mechanism;
    o.hash = e->hash;
    o.username = text(e->username);
    o.authzid = text(e->authzid);
    o.nonce = text(e->nonce);
    o.binding = c->cb;
    o.iterations_min = min;
    return xc_scram_client_first(&c->scram, c->memory, c->size, &o, message);
}

static xc_status server_first(side *s, const exchange *e, xc_str message,
                              xc_scram_identity *who)
{
    xc_scram_server_options o;
    memset(&o, 0, sizeof o);
    o.mechanism = e->mechanism;
    o.hash = e->hash;
    if (e->cb_data != NULL) {
        o.bindings = &s->cb;
        o.binding_count = 1;
    }
    return xc_scram_server_first(&s->scram, s->memory, s->size, &o, message,
                                 who);
}

/* The keys that a server has of the user. */
static void make_keys(const exchange *e, xc_scram_keys *keys)
{
    char salt[128];
    xc_scram_hi hi;
    xc_status status =
        xc_scram_hi_init(&hi, e->hash, text(e->password),
                         unbase64(e->salt, salt, sizeof salt), e->iterations);
    check_status(e->name, status, XC_NEED_MORE);
    check_status(e->name, xc_scram_hi_next(&hi, UINT32_MAX), XC_OK);
    check_status(e->name, xc_scram_derive(e->hash, hi.result, keys), XC_OK);
}

static void check_client(const exchange *e)
{
    side c;
    xc_str out;
    xc_scram_challenge challenge;
    char salt[128];
    side_init(&c, GUARD_MEMORY, 2048, e);
    check_status(e->name, client_first(&c, e, 0, &out), XC_OK);
    check_str(e->name, out, e->message[FIRST]);
    check_status(e->name,
                 xc_scram_client_challenge(&c.scram,
                                           copied(text(e->message[CHALLENGE])),
                                           &challenge),
                 XC_OK);
    CHECK(challenge.iterations == e->iterations, "%s: %lu iterations", e->name,
          (unsigned long)challenge.iterations);
    CHECK((xc_str_equal(challenge.salt, unbase64(e->salt, salt, sizeof salt))),
          "%s: not so", e->name);
    check_status(e->name,
                 xc_scram_client_password(&c.scram, text(e->password), &out),
                 XC_OK);
    check_str(e->name, out, e->message[RESPONSE]);
    check_status(
        e->name,
        xc_scram_client_verify(&c.scram, copied(text(e->message[FINAL]))),
        XC_OK);
    check_status(e->name, xc_scram_client_verify(&c.scram, text(NULL)), XC_OK);
    check_status(e->name,
                 xc_scram_client_verify(&c.scram, text(e->message[FINAL])),
                 XC_ERR_ARGUMENT);
    CHECK((is_zero(c.scram.i_signature, sizeof c.scram.i_signature)),
          "%s: not so", e->name);
    xc_scram_wipe(&c.scram);
    CHECK((is_zero(c.memory, c.size) && is_zero(&c.scram, sizeof c.scram)),
          "%s: not so", e->name);
}

static void check_server(const exchange *e)
{
    side s;
    xc_str out;
    xc_scram_identity who;
    xc_scram_keys keys;
    char salt[128];
    make_keys(e, &keys);
    side_init(&s, GUARD_MEMORY_2, 2048, e);
    check_status(e->name,
                 server_first(&s, e, copied(text(e->message[FIRST])), &who),
                 XC_OK);
    check_str(e->name, who.username, e->username);
    check_str(e->name, who.authzid, e->authzid);
    check_str(e->name, who.binding_type, e->cb_data ? e->cb_type : NULL);
    check_status(
        e->name,
        xc_scram_server_challenge(&s.scram, text(e->server_nonce),
                                  unbase64(e->salt, salt, sizeof salt),
                                  e->iterations, &out),
        XC_OK);
    check_str(e->name, out, e->message[CHALLENGE]);
    check_status(e->name,
                 xc_scram_server_verify(&s.scram,
                                        copied(text(e->message[RESPONSE])),
                                        &keys, &out),
                 XC_OK);
    check_str(e->name, out, e->message[FINAL]);
    check_status(e->name,
                 xc_scram_server_verify(&s.scram, text(e->message[RESPONSE]),
                                        &keys, &out),
                 XC_ERR_ARGUMENT);
    xc_scram_wipe(&s.scram);
    CHECK((is_zero(s.memory, s.size)), "%s: not so", e->name);
}

/* "binding TYPE DATA", "binding TYPE" */
static void set_binding(exchange *e, const char *value)
{
    const char *space = strchr(value, ' ');
    size_t n = space != NULL ? (size_t)(space - value) : strlen(value);
    buffer *type = next_text();
    buffer_add(type, value, n);
    e->cb_type = type->ptr;
    e->cb_data = space != NULL ? space + 1 : NULL;
}

static void set_text(const char **member, const char *value)
{
    *member = unescaped(value).ptr;
}

static void set_line(exchange *e, const char *line)
{
    const char *value;
    const char *messages = e->messages % 2 == 0 ? "C:" : "S:";
    if ((value = after_word(line, "title")) != NULL)
        e->name = value;
    else if ((value = after_word(line, "mechanism")) != NULL)
        e->mechanism = mechanism_named(value);
    else if ((value = after_word(line, "username")) != NULL)
        set_text(&e->username, value);
    else if ((value = after_word(line, "authzid")) != NULL)
        set_text(&e->authzid, value);
    else if ((value = after_word(line, "password")) != NULL)
        set_text(&e->password, value);
    else if ((value = after_word(line, "nonce of client")) != NULL)
        set_text(&e->nonce, value);
    else if ((value = after_word(line, "nonce of server")) != NULL)
        set_text(&e->server_nonce, value);
    else if ((value = after_word(line, "salt")) != NULL)
        e->salt = value;
    else if ((value = after_word(line, "iterations")) != NULL)
        e->iterations = (uint32_t)number_in(value);
    else if ((value = after_word(line, "binding")) != NULL)
        set_binding(e, value);
    else if ((value = after_word(line, messages)) != NULL &&
             e->messages < MESSAGES)
        set_text(&e->message[e->messages++], value);
    else
        check_fail("not expected: \"%s\"", line);
}

static void read_exchange(const row *r, exchange *e)
{
    memset(e, 0, sizeof *e);
    for (size_t i = 0; i < r->fields; i++)
        set_line(e, row_line(r, i));
    row_checked.line = r->line;
    CHECK(e->name != NULL && e->username != NULL && e->password != NULL &&
              e->nonce != NULL && e->server_nonce != NULL && e->salt != NULL &&
              e->iterations > 0 && e->messages == MESSAGES,
          "the exchange is not complete");
    e->hash = sha_of_mechanism(e->mechanism);
}

static void exchange_row(const row *r)
{
    exchange e;
    read_exchange(r, &e);
    if (!XMPP_CODEC_UNICODE && e.cb_data != NULL)
        return; /* their names and passwords are not all ASCII */
    check_client(&e);
    check_server(&e);
}

static void both_sides_log_in_as_in_the_rfcs(void **state)
{
    (void)state;
    for_each_block("tests/data/sasl.txt", exchange_row);
}

/* The exchange with this title; its texts live until the next call. */
static exchange exchange_titled(const char *title)
{
    static buffer file;
    static row r;
    row_file f;
    exchange e;
    CHECK(load_file("tests/data/sasl.txt", &file), "no tests/data/sasl.txt");
    f.text = file.ptr;
    f.number = 0;
    f.blocks = true;
    while (next_row(&f, &r)) {
        read_exchange(&r, &e);
        if (strcmp(e.name, title) == 0)
            return e;
    }
    check_fail("there is no exchange \"%s\"", title);
    return e;
}

/* ---- recorded logins ---------------------------------------------------- */

static bool is_one_of(xc_str name, const char *a, const char *b)
{
    return xc_str_is(name, a) || xc_str_is(name, b);
}

/* Takes the SASL data of one direction; `a` comes before `b`. Returns how
   many of its elements there are up to the login; 3 if there is something
   odd. */
static size_t recorded(const buffer *recording, const char *a, const char *b,
                       xc_str *mechanism, buffer *data)
{
    static char memory[65536], mechanism_name[32], decoded[4096];
    xc_stream stream;
    xc_stream_event ev;
    xc_str in = buffer_str(recording), got;
    size_t n = 0;
    xc_stream_init(&stream, memory, sizeof memory, NULL);
    while (n < 3 && xc_stream_next(&stream, &in, &ev) == XC_EVENT) {
        if (!xc_is(ev.element, XC_NS_SASL, NULL) ||
            !is_one_of(xc_name(ev.element), a, b))
            continue;
        if (mechanism != NULL && xc_str_is(xc_name(ev.element), "auth")) {
            snprintf(mechanism_name, sizeof mechanism_name, XC_FMT,
                     XC_ARG(xc_attr(ev.element, "mechanism")));
            *mechanism = text(mechanism_name);
        }
        if (xc_sasl_decode(xc_text(ev.element), decoded, sizeof decoded,
                           &got) != XC_OK)
            return 3;
        if (n < 2) {
            buffer_clear(&data[n]);
            buffer_add(&data[n], got.ptr != NULL ? got.ptr : "", got.len);
        }
        n++;
        if (xc_str_is(xc_name(ev.element), "success"))
            break;
    }
    return n;
}

/* The value of an attribute of a message. */
static char *value_of(const buffer *message, const char *name, char *out)
{
    const char *at = strstr(message->ptr, name);
    size_t n;
    assert_non_null(at);
    at += strlen(name);
    n = strcspn(at, ",");
    assert_true(n < 256);
    memcpy(out, at, n);
    out[n] = '\0';
    return out;
}

static void check_recorded(const char *name, const char *mechanism,
                           const buffer *client, const buffer *server)
{
    char username[256], nonce[256], both[256], salt[256], iterations[256];
    exchange e;
    memset(&e, 0, sizeof e);
    e.name = name;
    e.mechanism = xc_mechanism_from_name(text(mechanism));
    e.hash = sha_of_mechanism(e.mechanism);
    e.username = value_of(&client[0], ",n=", username);
    e.nonce = value_of(&client[0], ",r=", nonce);
    e.password = "pencil-1845"; /* of all recorded accounts */
    e.server_nonce = value_of(&server[0], "r=", both) + strlen(nonce);
    e.salt = value_of(&server[0], ",s=", salt);
    e.iterations =
        (uint32_t)strtoul(value_of(&server[0], ",i=", iterations), NULL, 10);
    e.cb_type = client[0].ptr[0] == 'y' ? "tls-exporter" : NULL;
    e.message[FIRST] = client[0].ptr;
    e.message[CHALLENGE] = server[0].ptr;
    e.message[RESPONSE] = client[1].ptr;
    e.message[FINAL] = server[1].ptr;
    check_client(&e);
    check_server(&e);
}

static size_t replay(const char *name)
{
    buffer client = {0}, server = {0}, sent[2] = {{0}}, got[2] = {{0}};
    char path[256];
    xc_str mechanism = {NULL, 0};
    size_t done = 0;
    snprintf(path, sizeof path, "captures/%.*s.c2s", (int)strlen(name) - 4,
             name);
    load_promised(path, &client);
    snprintf(path, sizeof path, "captures/%s", name);
    load_promised(path, &server);
    if (recorded(&client, "auth", "response", &mechanism, sent) == 2 &&
        xc_str_starts_with(mechanism, "SCRAM-") &&
        recorded(&server, "challenge", "success", NULL, got) == 2) {
        check_recorded(name, mechanism.ptr, sent, got);
        done = 1;
    }
    for (size_t i = 0; i < 2; i++) {
        buffer_free(&sent[i]);
        buffer_free(&got[i]);
    }
    buffer_free(&client);
    buffer_free(&server);
    return done;
}

static void recorded_logins_are_repeated(void **state)
{
    buffer file = {0};
    table rows = {0};
    size_t count = 0;
    (void)state;
    load_corpus("captures/restarts.tsv", &file);
    rows.next = file.ptr;
    table_next(&rows);
    while (table_next(&rows))
        if (ends_with(rows.field[0], ".s2c") && rows.field[2][0] != '-')
            count += replay(rows.field[0]);
    print_message("%zu logins\n", count);
    assert_true(count >= 8);
    buffer_free(&file);
}

/* ---- changed messages --------------------------------------------------- */

/* One login with one message changed on its way. Few iterations: it runs
   often. */
typedef struct attack {
    const exchange *e;
    const xc_scram_keys *keys;
    int which; /* MESSAGES: none */
    xc_str message;
    bool server_accepts, client_accepts;
} attack;

static const exchange small[] = {
    {"small",
     XC_MECHANISM_SCRAM_SHA_1,
     &sha1,
     "user",
     "a=b",
     "pencil",
     "cnonce",
     "snonce",
     "c2FsdA==",
     2,
     NULL,
     NULL,
     {NULL, NULL, NULL, NULL},
     0},
    {"small -PLUS",
     XC_MECHANISM_SCRAM_SHA_256_PLUS,
     &sha256,
     "us,er",
     NULL,
     "pencil",
     "cnonce",
     "snonce",
     "c2FsdHk=",
     2,
     "tls-unique",
     "AAECAwQF",
     {NULL, NULL, NULL, NULL},
     0},
};

static xc_str on_its_way(const attack *a, int which, xc_str message)
{
    return a->which == which ? a->message : message;
}

static void login(attack *a, size_t client_size, size_t server_size)
{
    side c, s;
    xc_str out;
    xc_scram_identity who;
    char salt[16];
    side_init(&c, GUARD_MEMORY, client_size, a->e);
    side_init(&s, GUARD_MEMORY_2, server_size, a->e);
    a->server_accepts = a->client_accepts = false;
    if (client_first(&c, a->e, 1, &out) != XC_OK ||
        server_first(&s, a->e, on_its_way(a, FIRST, out), &who) != XC_OK ||
        xc_scram_server_challenge(&s.scram, text(a->e->server_nonce),
                                  unbase64(a->e->salt, salt, sizeof salt),
                                  a->e->iterations, &out) != XC_OK)
        return;
    c.scram.i_max = 99;
    if (xc_scram_client_challenge(&c.scram, on_its_way(a, CHALLENGE, out),
                                  NULL) != XC_OK ||
        xc_scram_client_password(&c.scram, text(a->e->password), &out) !=
            XC_OK)
        return;
    a->server_accepts =
        xc_scram_server_verify(&s.scram, on_its_way(a, RESPONSE, out), a->keys,
                               &out) == XC_OK;
    if (!a->server_accepts) {
        assert_true(out.ptr == NULL);
        return;
    }
    a->client_accepts =
        xc_scram_client_verify(&c.scram, on_its_way(a, FINAL, out)) == XC_OK;
}

/* The messages of the login that nobody disturbs. */
static void undisturbed(attack *a, buffer *message)
{
    side c, s;
    xc_str out;
    xc_scram_identity who;
    char salt[16];
    side_init(&c, GUARD_MEMORY, 512, a->e);
    side_init(&s, GUARD_MEMORY_2, 512, a->e);
    client_first(&c, a->e, 1, &out);
    buffer_add(&message[FIRST], out.ptr, out.len);
    server_first(&s, a->e, out, &who);
    xc_scram_server_challenge(&s.scram, text(a->e->server_nonce),
                              unbase64(a->e->salt, salt, sizeof salt),
                              a->e->iterations, &out);
    buffer_add(&message[CHALLENGE], out.ptr, out.len);
    xc_scram_client_challenge(&c.scram, out, NULL);
    xc_scram_client_password(&c.scram, text(a->e->password), &out);
    buffer_add(&message[RESPONSE], out.ptr, out.len);
    assert_int_equal(xc_scram_server_verify(&s.scram, out, a->keys, &out),
                     XC_OK);
    buffer_add(&message[FINAL], out.ptr, out.len);
    a->which = MESSAGES;
    login(a, 512, 512);
    assert_true(a->server_accepts && a->client_accepts);
}

static void check_attack(attack *a, const char *how, size_t at)
{
    login(a, 512, 512);
    CHECK(!(a->which == FINAL ? a->client_accepts : a->server_accepts),
          "%s: message %d accepted although %s at %zu: " XC_FMT, a->e->name,
          a->which, how, at, XC_ARG(a->message));
}

static void change_bytes(attack *a, const buffer *original)
{
    char *copy = guarded(GUARD_INPUT, original->len);
    a->message = bytes(copy, original->len);
    memcpy(copy, original->ptr, original->len);
    for (size_t i = 0; i < original->len; i++) {
        for (unsigned x = 1; x < 256; x++) {
            copy[i] =
                (char)(unsigned char)((unsigned char)original->ptr[i] ^ x);
            check_attack(a, "changed", i);
        }
        copy[i] = original->ptr[i];
    }
}

static void cut_bytes(attack *a, const buffer *original)
{
    for (size_t i = 0; i < original->len; i++) {
        a->message = guarded_copy(original->ptr, i);
        check_attack(a, "cut off", i);
    }
}

static void delete_bytes(attack *a, const buffer *original)
{
    for (size_t i = 0; i < original->len; i++) {
        char *copy = guarded(GUARD_INPUT, original->len - 1);
        a->message = bytes(copy, original->len - 1);
        memcpy(copy, original->ptr, i);
        memcpy(copy + i, original->ptr + i + 1, original->len - i - 1);
        if (memcmp(copy, original->ptr, original->len - 1) != 0 ||
            i + 1 == original->len)
            check_attack(a, "deleted", i);
    }
}

/* An optional extension after ServerSignature is not authenticated: that is
   the one change the RFC lets pass. */
static void insert_bytes(attack *a, const buffer *original)
{
    static const char *const pieces[] = {
        ",", "=", "a", "0", "\n", ",m=1", ",x=", ",xx", "a=b,", ",r=cnonce"};
    for (size_t i = 0; i <= original->len; i++) {
        for (size_t p = 0; p < COUNT_OF(pieces); p++) {
            size_t n = strlen(pieces[p]);
            char *copy = guarded(GUARD_INPUT, original->len + n);
            a->message = bytes(copy, original->len + n);
            memcpy(copy, original->ptr, i);
            memcpy(copy + i, pieces[p], n);
            memcpy(copy + i + n, original->ptr + i, original->len - i);
            check_attack(a, "inserted", i);
        }
    }
}

static void no_changed_message_is_accepted(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(small); i++) {
        buffer message[MESSAGES] = {{0}};
        xc_scram_keys keys;
        attack a = {&small[i], &keys, MESSAGES, {NULL, 0}, false, false};
        make_keys(&small[i], &keys);
        undisturbed(&a, message);
        for (a.which = FIRST; a.which < MESSAGES; a.which++) {
            const buffer *m = &message[a.which];
            change_bytes(&a, m);
            cut_bytes(&a, m);
            delete_bytes(&a, m);
            insert_bytes(&a, m);
        }
        for (int m = 0; m < MESSAGES; m++)
            buffer_free(&message[m]);
    }
}

/* In memory of every size: all goes well, or nothing; nothing is touched
   after its end (the guard's page). */
static void a_login_works_in_enough_memory_and_in_no_less(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(small); i++) {
        xc_scram_keys keys;
        attack a = {&small[i], &keys, MESSAGES, {NULL, 0}, false, false};
        make_keys(&small[i], &keys);
        for (int client = 0; client < 2; client++) {
            bool fitted = false;
            for (size_t size = 0; size < 400; size++) {
                login(&a, client ? size : 512, client ? 512 : size);
                assert_true(a.client_accepts || !fitted);
                fitted = a.client_accepts;
            }
            assert_true(fitted);
        }
    }
}

/* The statuses of a login whose hash fails at the nth call. */
static size_t hash_calls_left;

static bool failing_digest(const xc_str *pieces, size_t count,
                           unsigned char *out)
{
    sha1.digest(pieces, count, out);
    return hash_calls_left != 0 && --hash_calls_left != 0;
}

static void a_hash_function_that_fails_ends_the_login(void **state)
{
    static const xc_hash failing = {20, 64, failing_digest};
    exchange e = small[0];
    xc_scram_keys keys;
    attack a = {&e, &keys, MESSAGES, {NULL, 0}, false, false};
    size_t calls = 0;
    (void)state;
    make_keys(&e, &keys);
    e.hash = &failing;
    do {
        hash_calls_left = ++calls;
        login(&a, 512, 512);
        assert_true(calls < 100);
        if (hash_calls_left == 0)
            assert_false(a.client_accepts && a.server_accepts);
    } while (hash_calls_left == 0);
    assert_true(a.client_accepts && calls > 15);
    {
        char mem[128];
        xc_str got;
        hash_calls_left = 0;
        assert_int_equal(xc_ht_write(&failing, text("a"), text("t"),
                                     text(NULL), mem, 128, &got),
                         XC_ERR_SASL_HASH);
        check_str("HT", got, NULL);
        assert_int_equal(xc_component_handshake(&failing, text("a"), text("t"),
                                                mem, 128, &got),
                         XC_ERR_SASL_HASH);
        assert_int_equal(xc_dialback_key(&failing, text("s"), text("a"),
                                         text("b"), text("c"), mem, 128, &got),
                         XC_ERR_SASL_HASH);
        check_str("dialback", got, NULL);
        assert_int_equal(
            xc_scram_derive(&failing, (unsigned char *)mem, &keys),
            XC_ERR_SASL_HASH);
        assert_true(is_zero(&keys, sizeof keys));
    }
}

/* ---- what a client refuses ---------------------------------------------- */

static void begin_small(side *c, const exchange *e)
{
    xc_str out;
    side_init(c, GUARD_MEMORY, 512, e);
    check_status("first message", client_first(c, e, 1, &out), XC_OK);
}

static xc_status row_status(const row *r)
{
    return strcmp(r->field[3], "ok") == 0 ? XC_OK : status_named(r->field[3]);
}

/* An error sticks. With "default": the minimum of iterations that a client
   has if it has none of its own. */
static void challenge_row(const row *r)
{
    xc_status expected = row_status(r);
    bool has_minimum = strcmp(r->field[2], "default") != 0;
    side c;
    xc_str out;
    side_init(&c, GUARD_MEMORY, 512, &small[0]);
    check_status("first message",
                 client_first(&c, &small[0], has_minimum ? 1 : 0, &out),
                 XC_OK);
    check_status(r->field[1],
                 xc_scram_client_challenge(
                     &c.scram, copied(unescaped(r->field[1])), NULL),
                 expected);
    if (expected == XC_OK)
        return;
    check_status("sticky",
                 xc_scram_client_password(&c.scram, text("pencil"), &out),
                 expected);
    check_str("sticky", out, NULL);
    check_status("sticky", xc_scram_client_verify(&c.scram, text(NULL)),
                 expected);
}

static void until_response(side *c, xc_str *out)
{
    begin_small(c, &small[0]);
    check_status("response",
                 xc_scram_client_challenge(
                     &c->scram, text("r=cnonceX,s=c2FsdA==,i=2"), NULL),
                 XC_OK);
    check_status("response",
                 xc_scram_client_password(&c->scram, text("pencil"), out),
                 XC_OK);
}

static void final_row(const row *r)
{
    xc_status expected = status_named(r->field[3]);
    side c;
    xc_str out;
    until_response(&c, &out);
    check_status(r->field[1],
                 xc_scram_client_verify(&c.scram, copied(given(r->field[1]))),
                 expected);
    CHECK(strcmp(xc_scram_error_name(c.scram.error), r->field[4]) == 0,
          "%s: got %s, expected %s", r->field[1],
          xc_scram_error_name(c.scram.error), r->field[4]);
    check_status("sticky", xc_scram_client_verify(&c.scram, text(NULL)),
                 expected);
}

static void a_client_knows_every_error_of_a_server(void **state)
{
    (void)state;
    for (int i = 0; i < (int)XC_SCRAM_ERROR_COUNT; i++) {
        side c;
        xc_str out, e;
        xc_scram s;
        until_response(&c, &out);
        memset(&s, 0, sizeof s);
        s.error = (xc_scram_error)i;
        e = xc_scram_server_error(&s);
        assert_int_equal(xc_scram_client_verify(&c.scram, e),
                         XC_ERR_SASL_PEER);
        assert_int_equal(c.scram.error, i);
    }
    check_str("NULL", xc_scram_server_error(NULL), "e=other-error");
}

static void an_extension_after_the_signature_is_ignored(void **state)
{
    exchange rfc = exchange_titled("RFC 5802 section 5");
    const exchange *e = &rfc;
    side c;
    xc_str out;
    buffer b = {0};
    (void)state;
    side_init(&c, GUARD_MEMORY, 512, e);
    client_first(&c, e, 0, &out);
    xc_scram_client_challenge(&c.scram, text(e->message[CHALLENGE]), NULL);
    xc_scram_client_password(&c.scram, text(e->password), &out);
    buffer_printf(&b, "%s,x=y", e->message[FINAL]);
    assert_int_equal(xc_scram_client_verify(&c.scram, buffer_str(&b)), XC_OK);
    buffer_free(&b);
}

static void calls_in_the_wrong_order_are_refused(void **state)
{
    side c;
    xc_str out;
    xc_scram_hi hi;
    xc_scram_identity who;
    unsigned char salted[XC_HASH_MAX] = {0};
    (void)state;
    begin_small(&c, &small[0]);
    assert_int_equal(xc_scram_client_password(&c.scram, text("x"), &out),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_salted(&c.scram, salted, &out),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_hi(&c.scram, text("x"), &hi),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_verify(&c.scram, text("v=AAAA")),
                     XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_scram_server_challenge(&c.scram, text("x"), text("x"), 1, &out),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_server_verify(&c.scram, text("x"), NULL, &out),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_challenge(
                         &c.scram, text("r=cnonceX,s=c2FsdA==,i=2"), NULL),
                     XC_OK);
    assert_int_equal(xc_scram_client_challenge(
                         &c.scram, text("r=cnonceX,s=c2FsdA==,i=2"), NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_password(&c.scram, text(NULL), &out),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_password(&c.scram, text("x"), &out),
                     XC_OK);
    xc_scram_wipe(&c.scram);
    assert_int_equal(xc_scram_client_verify(&c.scram, text(NULL)),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_verify(NULL, text(NULL)),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_first(&c.scram, c.memory, 9, NULL, &out),
                     XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_scram_server_first(NULL, c.memory, 9, NULL, text("x"), &who),
        XC_ERR_ARGUMENT);
    xc_scram_wipe(NULL);
}

/* Options that cannot be. */
static void options_that_cannot_be_are_refused(void **state)
{
    xc_scram s;
    char mem[256];
    xc_str out;
    (void)state;
    for (int i = 0; i < 14; i++) {
        static const xc_hash none = {20, 64, NULL};
        xc_hash thin = {20, 16, NULL};
        xc_scram_client_options o;
        thin.digest = sha1.digest;
        memset(&o, 0, sizeof o);
        o.mechanism = XC_MECHANISM_SCRAM_SHA_1;
        o.hash = &sha1;
        o.username = text("user");
        o.nonce = text("nonce");
        switch (i) {
        case 0: o.mechanism = XC_MECHANISM_PLAIN; break;
        case 1: o.mechanism = XC_MECHANISM_NONE; break;
        case 2: o.mechanism = XC_MECHANISM_SCRAM_SHA_256; break;
        case 3: o.hash = NULL; break;
        case 4: o.hash = &none; break;
        case 5: o.hash = &thin; break;
        case 6: o.username = text(NULL); break;
        case 7: o.nonce = text(""); break;
        case 8: o.nonce = text("a,b"); break;
        case 9: o.nonce = text("\x7f"); break;
        case 10: o.authzid = text(""); break;
        case 11: o.mechanism = XC_MECHANISM_SCRAM_SHA_1_PLUS; break;
        case 12:
            o.mechanism = XC_MECHANISM_SCRAM_SHA_1_PLUS;
            o.binding.type = text("tls,unique");
            o.binding.data = text("x");
            break;
        default:
            o.mechanism = XC_MECHANISM_SCRAM_SHA_1_PLUS;
            o.binding.type = text("tls-unique");
            o.binding.data = text("");
            break;
        }
        CHECK(xc_scram_client_first(&s, mem, sizeof mem, &o, &out) ==
                      XC_ERR_ARGUMENT &&
                  out.ptr == NULL,
              "options %d", i);
        assert_int_equal(xc_scram_client_challenge(&s, text("x"), NULL),
                         XC_ERR_ARGUMENT);
    }
}

#if XMPP_CODEC_UNICODE
/* A name that is longer when escaped than when prepared, in memory of every
   size; nothing of the prepared password is left. */
static void prepared_names_and_passwords_leave_no_trace(void **state)
{
    exchange e = small[0];
    xc_str out;
    side c;
    size_t fits = 0;
    (void)state;
    e.username = "e\xcc\x81=,=,=,=,";
    e.authzid = NULL;
    for (size_t size = 0; size < 100; size++) {
        side_init(&c, GUARD_MEMORY, size, &e);
        if (client_first(&c, &e, 1, &out) == XC_OK) {
            check_str("escaped", out,
                      "n,,n=\xc3\xa9=3D=2C=3D=2C=3D=2C=3D=2C,r=cnonce");
            fits = fits == 0 ? size : fits;
        } else {
            assert_int_equal(fits, 0);
        }
    }
    assert_int_equal(fits, 41); /* 31, and 10 for the prepared name */
    side_init(&c, GUARD_MEMORY, 256, &e);
    client_first(&c, &e, 1, &out);
    assert_int_equal(xc_scram_client_challenge(
                         &c.scram, text("r=cnonceX,s=c2FsdA==,i=2"), NULL),
                     XC_OK);
    assert_int_equal(xc_scram_client_password(&c.scram,
                                              text("se\xe1\x9a\x80"
                                                   "cret"),
                                              &out),
                     XC_OK);
    assert_false(contains(c.memory, c.size, "se cret"));
    assert_false(contains(c.memory, c.size, "cret"));
    begin_small(&c, &small[0]);
    xc_scram_client_challenge(&c.scram, text("r=cnonceX,s=c2FsdA==,i=2"),
                              NULL);
    assert_int_equal(
        xc_scram_client_password(&c.scram,
                                 text("secret\xe1\x9a\x80\xc8\xa1\x01"), &out),
        XC_ERR_JID_CHAR);
    assert_false(contains(c.memory, c.size, "cret"));
}
#endif

/* Portions, and a SaltedPassword kept from before, end in the same. */
static void a_salted_password_can_be_kept(void **state)
{
    exchange rfc = exchange_titled("RFC 7677 section 3");
    const exchange *e = &rfc;
    unsigned char kept[XC_HASH_MAX];
    side c;
    xc_str out;
    (void)state;
    for (int kind = 0; kind < 2; kind++) {
        xc_status status = XC_OK;
        xc_scram_hi hi;
        side_init(&c, GUARD_MEMORY, 512, e);
        client_first(&c, e, 0, &out);
        xc_scram_client_challenge(&c.scram, text(e->message[CHALLENGE]), NULL);
        if (kind == 0) {
            status = xc_scram_client_hi(&c.scram, text(e->password), &hi);
            while (status == XC_NEED_MORE)
                status = xc_scram_hi_next(&hi, 1000);
            memcpy(kept, hi.result, sizeof kept);
        }
        assert_int_equal(status, XC_OK);
        assert_int_equal(xc_scram_client_salted(&c.scram, kept, &out), XC_OK);
        check_str("response", out, e->message[RESPONSE]);
        assert_int_equal(
            xc_scram_client_verify(&c.scram, text(e->message[FINAL])), XC_OK);
    }
    check_hex("SaltedPassword", kept, 32,
              "c4a49510323ab4f952cac1fa99441939"
              "e78ea74d6be81ddf7096e87513dc615d");
}

/* NULL where something is needed: values and messages. */
static void null_values_are_refused(void)
{
    char mem[64];
    xc_str got;
    xc_plain plain = {{NULL, 0}, {"a", 1}, {"b", 1}};
    assert_int_equal(xc_base64_encode(text("a"), mem, 64, NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_encode(text(""), NULL, 1, &got), XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_encode(text(NULL), mem, 1, NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_sasl_decode(text("="), mem, 1, NULL), XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_sasl_prepare(XC_SASL_PROFILE_PREPARED, text(NULL), mem, 1, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_plain_write(&plain, NULL, 1, &got), XC_ERR_ARGUMENT);
    assert_int_equal(xc_external_write(text("a"), NULL), XC_ERR_ARGUMENT);
    assert_int_equal(xc_external_read(text("a"), NULL), XC_ERR_ARGUMENT);
    assert_int_equal(xc_anonymous_write(text("a"), NULL), XC_ERR_ARGUMENT);
    assert_int_equal(xc_anonymous_read(text("a"), NULL), XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_ht_write(&sha1, text("a"), text("t"), text(NULL), mem, 64, NULL),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_ht_reply(&sha1, text("t"), text(NULL), NULL, 64, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_ht_reply(NULL, text("t"), text(NULL), mem, 64, &got),
                     XC_ERR_ARGUMENT);
}

static void null_keys_are_refused(void)
{
    unsigned char salted[XC_HASH_MAX] = {0};
    xc_scram_hi hi;
    xc_scram_keys keys;
    assert_int_equal(xc_scram_hi_init(NULL, &sha1, text("p"), text("s"), 1),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_hi_init(&hi, &sha1, text(NULL), text("s"), 1),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_derive(&sha1, NULL, &keys), XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_derive(&sha1, salted, NULL), XC_ERR_ARGUMENT);
}

static void null_in_an_exchange_is_refused(void)
{
    unsigned char salted[XC_HASH_MAX] = {0};
    side c;
    begin_small(&c, &small[0]);
    assert_int_equal(xc_scram_client_hi(&c.scram, text("a"), NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_password(&c.scram, text("a"), NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_salted(&c.scram, salted, NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_scram_server_challenge(&c.scram, text("x"), text("x"), 1, NULL),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_server_verify(&c.scram, text("x"), NULL, NULL),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_client_challenge(&c.scram, text(NULL), NULL),
                     XC_ERR_SASL_SYNTAX);
}

/* A wrong argument is no error of the exchange, which goes on. */
static void null_does_not_end_an_exchange(void)
{
    xc_str got;
    xc_scram_identity who;
    xc_scram s;
    side c;
    side_init(&c, GUARD_MEMORY, 256, &small[0]);
    assert_int_equal(
        xc_scram_server_first(&s, c.memory, 256, NULL, text("x"), &who),
        XC_ERR_ARGUMENT);
    assert_int_equal(server_first(&c, &small[0], text("n,,n=user,r=x"), &who),
                     XC_OK);
    assert_int_equal(
        xc_scram_server_challenge(&c.scram, text("a,b"), text("x"), 1, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_scram_server_challenge(&c.scram, text("x"), text(""), 1, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_scram_server_challenge(&c.scram, text("x"), text("x"), 0, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_scram_server_challenge(&c.scram, text("x"), text("x"), 1, &got),
        XC_OK);
    check_str("not sticky", got, "r=xx,s=eA==,i=1");
}

static void null_arguments_are_refused(void **state)
{
    (void)state;
    null_values_are_refused();
    null_keys_are_refused();
    null_in_an_exchange_is_refused();
    null_does_not_end_an_exchange();
}

/* ---- what a server refuses ---------------------------------------------- */

/* With: the mechanism and the channel binding that the server has. */
static void first_row(const row *r)
{
    const xc_channel_binding cb = {XC_STR_INIT("tls-unique"),
                                   XC_STR_INIT("data")};
    xc_str with = unescaped(r->field[2]);
    xc_str name = xc_str_cut(&with, ' ');
    xc_scram_server_options o;
    xc_scram_identity who;
    xc_scram s;
    memset(&o, 0, sizeof o);
    o.mechanism = mechanism_named(escaped(name));
    o.hash = &sha1;
    o.bindings = &cb;
    o.binding_count = with.ptr != NULL;
    CHECK(with.ptr == NULL || xc_str_is(with, "tls-unique"),
          "there is no binding \"%s\"", escaped(with));
    check_status(r->field[1],
                 xc_scram_server_first(&s, guarded(GUARD_MEMORY, 256), 256, &o,
                                       copied(given(r->field[1])), &who),
                 row_status(r));
    CHECK(strcmp(xc_scram_error_name(s.error), r->field[4]) == 0,
          "%s: got %s, expected %s", r->field[1], xc_scram_error_name(s.error),
          r->field[4]);
    CHECK((who.username.ptr != NULL) == (row_status(r) == XC_OK),
          "%s: a name beside an error, or none", r->field[1]);
}

static xc_status reply_to(xc_str response, const xc_scram_keys *keys, side *s)
{
    exchange rfc = exchange_titled("RFC 5802 section 5");
    const exchange *e = &rfc;
    xc_scram_identity who;
    char salt[16];
    xc_str out;
    xc_status status;
    side_init(s, GUARD_MEMORY_2, 512, e);
    server_first(s, e, text(e->message[FIRST]), &who);
    xc_scram_server_challenge(&s->scram, text(e->server_nonce),
                              unbase64(e->salt, salt, sizeof salt),
                              e->iterations, &out);
    status = xc_scram_server_verify(&s->scram, copied(response), keys, &out);
    CHECK((out.ptr != NULL) == (status == XC_OK), "a message beside an error");
    return status;
}

static void response_row(const row *r)
{
    exchange e = exchange_titled("RFC 5802 section 5");
    xc_scram_keys keys;
    side s;
    make_keys(&e, &keys);
    check_status(r->field[1], reply_to(given(r->field[1]), &keys, &s),
                 row_status(r));
}

/* Even the right response to keys of zeros is refused. */
static void nobody_without_keys_logs_in(void **state)
{
    exchange e = exchange_titled("RFC 5802 section 5");
    side s;
    (void)state;
    check_status("no keys", reply_to(text(e.message[RESPONSE]), NULL, &s),
                 XC_ERR_SASL_PROOF);
    check_str("no keys", xc_scram_server_error(&s.scram), "e=invalid-proof");
}

/* ---- anything at all ---------------------------------------------------- */

static const char *const fuzz_pieces[] = {
    "n,,",
    "y,,",
    "p=tls-unique,,",
    "n=user",
    "r=cnonce",
    "r=cnoncesnonce",
    "s=c2FsdA==",
    "i=2",
    "c=biws",
    "c=biwsbiws",
    "p=",
    "v=",
    "e=",
    "m=",
    "a=",
    ",",
    "=",
    "=2C",
    "=3D",
    "==",
    "AAAA",
    "\xc3\xa9",
    "\xff",
    "x=y",
    "other",
    "v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "e\xcc\x81",
    "\xe1\x9a\x80",
    "user",
    "4096",
};

static xc_str anything(random_source *r)
{
    char out[128];
    size_t n = 0, pieces = random_below(r, 12);
    while (pieces-- > 0 && n < 64) {
        if (random_below(r, 6) == 0) {
            out[n++] = (char)(unsigned char)random_bits(r);
        } else {
            const char *piece = RANDOM_PICK(r, fuzz_pieces);
            memcpy(out + n, piece, strlen(piece));
            n += strlen(piece);
        }
    }
    return guarded_copy(out, n);
}

static void feed_client(random_source *r, size_t size)
{
    side c;
    xc_str out;
    side_init(&c, GUARD_MEMORY, size, &small[0]);
    if (client_first(&c, &small[0], 1, &out) != XC_OK)
        return;
    c.scram.i_max = 9;
    if (xc_scram_client_challenge(&c.scram,
                                  random_below(r, 3) == 0
                                      ? anything(r)
                                      : text("r=cnonceX,s=c2FsdA==,i=2"),
                                  NULL) != XC_OK)
        return;
    xc_scram_client_password(&c.scram, anything(r), &out);
    assert_int_not_equal(xc_scram_client_verify(&c.scram, anything(r)), XC_OK);
}

static void feed_server(random_source *r, const xc_scram_keys *keys,
                        size_t size)
{
    side s;
    xc_str out;
    xc_scram_identity who;
    side_init(&s, GUARD_MEMORY_2, size, &small[0]);
    if (server_first(&s, &small[0],
                     random_below(r, 3) == 0 ? anything(r)
                                             : text("n,,n=user,r=cnonce"),
                     &who) != XC_OK)
        return;
    if (xc_scram_server_challenge(&s.scram, text("snonce"), text("salt"), 2,
                                  &out) != XC_OK)
        return;
    assert_int_not_equal(
        xc_scram_server_verify(&s.scram, anything(r), keys, &out), XC_OK);
}

static void feed_others(random_source *r)
{
    char *mem = guarded(GUARD_OUTPUT, 64);
    size_t size = random_below(r, 65);
    xc_str got, in = anything(r);
    xc_plain plain;
    xc_ht ht;
    xc_base64_decode(in, mem + 64 - size, size, &got);
    if (xc_plain_read(in, &plain) == XC_OK) {
        assert_int_equal(xc_plain_write(&plain, mem, 64, &got), XC_OK);
        assert_true(xc_str_equal(got, in));
    }
    xc_ht_read(&sha1, in, &ht);
    xc_external_read(in, &got);
    xc_anonymous_read(in, &got);
    xc_mechanism_from_name(in);
    xc_sasl_failure_from_name(in);
    assert_int_not_equal(xc_ht_verify(&sha1, text("t"), text(NULL), in),
                         XC_OK);
}

static void any_message_does_no_harm(void **state)
{
    random_source r = {20};
    xc_scram_keys keys;
    (void)state;
    make_keys(&small[0], &keys);
    for (size_t i = 0; i < 60000; i++) {
        feed_client(&r, random_below(&r, 256));
        feed_server(&r, &keys, random_below(&r, 256));
        feed_others(&r);
    }
}

/* ---- HT, components, dialback ------------------------------------------- */

static void ht_tokens_are_bound_and_verified(void **state)
{
    unsigned char data[32];
    char mem[64];
    xc_ht ht;
    xc_str token = text("secret-token"), message;
    (void)state;
    for (unsigned char i = 0; i < 32; i++)
        data[i] = i;
    for (int bound = 0; bound < 2; bound++) {
        xc_str cb = bound ? bytes(data, 32) : text(NULL);
        assert_int_equal(
            xc_ht_write(&sha256, text("romeo"), token, cb, mem, 38, &message),
            XC_OK);
        assert_int_equal(xc_ht_read(&sha256, copied(message), &ht), XC_OK);
        check_str("authcid", ht.authcid, "romeo");
        check_hex("Initiator", (const unsigned char *)ht.hashed.ptr, 32,
                  bound ? "ab6e3bb5c4f3d34b47daaff873868dc5"
                          "de6e8de8c3481a25bc777b828430fb33"
                        : "3f6de92b45cddc50c601ad166458f7b5"
                          "874565e399f3006b1afb03f0bb03ff88");
        assert_int_equal(xc_ht_verify(&sha256, token, cb, ht.hashed), XC_OK);
        assert_int_equal(xc_ht_verify(&sha256, text("other"), cb, ht.hashed),
                         XC_ERR_SASL_PROOF);
        assert_int_equal(xc_ht_verify(&sha256, token, text("x"), ht.hashed),
                         XC_ERR_SASL_PROOF);
        assert_int_equal(xc_ht_verify_reply(&sha256, token, cb, ht.hashed),
                         XC_ERR_SASL_PROOF);
        assert_int_equal(xc_ht_reply(&sha256, token, cb, mem, 32, &message),
                         XC_OK);
        check_hex("Responder", (const unsigned char *)message.ptr, 32,
                  bound ? "47e298013b0ab49dc75ef21fdbf377b0"
                          "ee4b42b55d4102d8cfe98152a7ebe4de"
                        : "5572a63e0496195609273c23be8a50b9"
                          "bee64e0369324079e73245bf4472a5b1");
        assert_int_equal(xc_ht_verify_reply(&sha256, token, cb, message),
                         XC_OK);
        for (size_t i = 0; i < 32; i++) {
            mem[i] = (char)(mem[i] ^ 1);
            assert_int_equal(xc_ht_verify_reply(&sha256, token, cb, message),
                             XC_ERR_SASL_PROOF);
            mem[i] = (char)(mem[i] ^ 1);
        }
    }
}

static void ht_messages_that_cannot_be_are_refused(void **state)
{
    char mem[64] = {0};
    xc_ht ht;
    xc_str message;
    (void)state;
    assert_int_equal(xc_ht_write(&sha256, text("romeo"), text("t"), text(NULL),
                                 mem, 37, &message),
                     XC_ERR_BUFFER_SIZE);
    assert_true(message.len == 38 && is_zero(mem, 37));
    assert_int_equal(xc_ht_write(&sha256, text(""), text("t"), text(NULL), mem,
                                 64, &message),
                     XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_ht_write(&sha256, bytes("a\0b", 3), text("t"),
                                 text(NULL), mem, 64, &message),
                     XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_ht_write(&sha256, text("a"), text(""), text(NULL), mem,
                                 64, &message),
                     XC_ERR_ARGUMENT);
    assert_int_equal(
        xc_ht_reply(&sha256, text("t"), text(NULL), mem, 31, &message),
        XC_ERR_BUFFER_SIZE);
    memset(mem, 'a', sizeof mem);
    mem[2] = '\0';
    for (size_t n = 0; n < sizeof mem; n++)
        assert_int_equal(xc_ht_read(&sha256, bytes(mem, n), &ht),
                         n == 35 ? XC_OK : XC_ERR_SASL_SYNTAX);
    mem[0] = '\0';
    assert_int_equal(xc_ht_read(&sha256, bytes(mem, 33), &ht),
                     XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_ht_read(&sha256, text(NULL), &ht), XC_ERR_SASL_SYNTAX);
    check_str("refused", ht.authcid, NULL);
    assert_int_equal(xc_ht_read(NULL, text("x"), &ht), XC_ERR_ARGUMENT);
}

static void component_row(const row *r)
{
    char *mem = guarded(GUARD_OUTPUT, 40);
    xc_str got, id = text(r->field[1]), secret = text(r->field[2]);
    check_status(r->field[1],
                 xc_component_handshake(&sha1, id, secret, mem, 40, &got),
                 XC_OK);
    check_str(r->field[1], got, r->field[4]);
    check_status(r->field[1],
                 xc_component_handshake(&sha1, id, secret, mem, 39, &got),
                 XC_ERR_BUFFER_SIZE);
    CHECK(got.len == 40, "%zu bytes needed", got.len);
}

static xc_status dialback_key(const row *r, char *mem, size_t size,
                              xc_str *key)
{
    return xc_dialback_key(&sha256, text("s3cr3tf0rd14lb4ck"),
                           text(r->field[1]), text(r->field[2]),
                           text("D60000229F"), mem, size, key);
}

static void dialback_row(const row *r)
{
    char *mem = guarded(GUARD_OUTPUT, 64);
    xc_str got;
    check_status(r->field[1], dialback_key(r, mem, 64, &got), XC_OK);
    check_str(r->field[1], got, r->field[4]);
    check_status(r->field[1], dialback_key(r, mem, 63, &got),
                 XC_ERR_BUFFER_SIZE);
}

static void keys_of_absent_texts_are_refused(void **state)
{
    xc_str got;
    (void)state;
    assert_int_equal(
        xc_component_handshake(&sha1, text(NULL), text("x"), NULL, 0, &got),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_dialback_key(&sha256, text("s"), text("a"), text(NULL),
                                     text("c"), NULL, 0, &got),
                     XC_ERR_ARGUMENT);
}

/* ---- rows of sasl.tsv --------------------------------------------------- */

static void sasl_row(const row *r)
{
    static const struct {
        const char *kind;
        row_check *check;
    } kinds[] = {
        {"hash", hash_row},           {"hmac", hmac_row},
        {"base64", base64_row},       {"decode", decode_row},
        {"spaced", spaced_row},       {"choose", choose_row},
        {"name", name_row},           {"plain", plain_row},
        {"challenge", challenge_row}, {"final", final_row},
        {"first", first_row},         {"response", response_row},
        {"component", component_row}, {"dialback", dialback_row},
    };
    size_t i = 0;
    while (i < COUNT_OF(kinds) && strcmp(kinds[i].kind, r->field[0]) != 0)
        i++;
    CHECK(i < COUNT_OF(kinds), "there is no kind \"%s\"", r->field[0]);
    CHECK(strcmp(r->field[3], "ok") == 0 || status_named(r->field[3]) != XC_OK,
          "there is no status \"%s\"", r->field[3]);
    kinds[i].check(r);
}

static void every_message_of_the_table_is_read_as_it_says(void **state)
{
    (void)state;
    for_each_row("tests/data/sasl.tsv", sasl_row);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hi_gives_the_same_key_in_portions_of_every_kind),
        cmocka_unit_test(secrets_are_wiped_and_compared_whole),
        cmocka_unit_test(base64_arguments_are_checked),
        cmocka_unit_test(base64_has_one_text_for_each_data),
        cmocka_unit_test(base64_of_every_length_needs_what_it_says),
        cmocka_unit_test(absent_and_empty_sasl_data_are_told_apart),
        cmocka_unit_test(names_of_mechanisms_come_back),
        cmocka_unit_test(failures_have_names_and_follow_from_statuses),
        cmocka_unit_test(plain_is_read_as_it_was_written),
        cmocka_unit_test(plain_is_not_written_from_what_cannot_be_sent),
        cmocka_unit_test(external_is_read_as_it_was_written),
        cmocka_unit_test(anonymous_carries_at_most_255_characters),
        cmocka_unit_test(names_and_passwords_are_prepared_by_their_profile),
        cmocka_unit_test(both_sides_log_in_as_in_the_rfcs),
        cmocka_unit_test(recorded_logins_are_repeated),
        cmocka_unit_test(no_changed_message_is_accepted),
        cmocka_unit_test(a_login_works_in_enough_memory_and_in_no_less),
        cmocka_unit_test(a_hash_function_that_fails_ends_the_login),
        cmocka_unit_test(a_client_knows_every_error_of_a_server),
        cmocka_unit_test(an_extension_after_the_signature_is_ignored),
        cmocka_unit_test(calls_in_the_wrong_order_are_refused),
        cmocka_unit_test(options_that_cannot_be_are_refused),
#if XMPP_CODEC_UNICODE
        cmocka_unit_test(prepared_names_and_passwords_leave_no_trace),
#endif
        cmocka_unit_test(a_salted_password_can_be_kept),
        cmocka_unit_test(null_arguments_are_refused),
        cmocka_unit_test(nobody_without_keys_logs_in),
        cmocka_unit_test(any_message_does_no_harm),
        cmocka_unit_test(ht_tokens_are_bound_and_verified),
        cmocka_unit_test(ht_messages_that_cannot_be_are_refused),
        cmocka_unit_test(keys_of_absent_texts_are_refused),
        cmocka_unit_test(every_message_of_the_table_is_read_as_it_says),
    };
    return cmocka_run_group_tests_name("sasl", tests, NULL, NULL);
}
