/* SASL: base64, mechanisms, SCRAM of both sides, tokens, keys. The hash
   functions of examples/sha.h stand for those of a user. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_captures.h"
#include "support_random.h"
#include "../examples/sha.h"

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

#if XMPP_CODEC_UNICODE
static bool contains(const void *haystack, size_t n, const char *needle)
{
    size_t m = strlen(needle);
    for (size_t i = 0; i + m <= n; i++)
        if (memcmp((const char *)haystack + i, needle, m) == 0)
            return true;
    return false;
}
#endif

/* ---- the hash functions themselves -------------------------------------- */

/* FIPS 180-4, examples of NIST. */
static void test_sha(void **state)
{
    static const struct {
        const xc_hash *hash;
        const char *message, *digest;
    } rows[] = {
        {&sha1, "abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
        {&sha1, "", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
        {&sha1, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
        {&sha256, "abc",
         "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {&sha256, "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
        {&sha512, "abc",
         "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
         "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
        {&sha512,
         "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmno"
         "ijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
         "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018"
         "501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        unsigned char out[XC_HASH_MAX];
        xc_str pieces[3] = {text(rows[i].message), {"", 0}, {NULL, 0}};
        size_t half = pieces[0].len / 2;
        pieces[2] = bytes(pieces[0].ptr + half, pieces[0].len - half);
        pieces[0].len = half;
        assert_true(rows[i].hash->digest(pieces, 3, out));
        check_hex(rows[i].message, out, rows[i].hash->size, rows[i].digest);
    }
}

/* RFC 2202 and RFC 4231, through a key that is no longer than a block and
   through one that is. */
static void test_hmac(void **state)
{
    static const struct {
        const xc_hash *hash;
        size_t key;
        const char *message, *mac;
    } rows[] = {
        {&sha1, 20, "Hi There", "b617318655057264e28bc0b6fb378c8ef146be00"},
        {&sha1, 80, "Test Using Larger Than Block-Size Key - Hash Key First",
         "aa4ae5e15272d00e95705637ce8a3b55ed402112"},
        {&sha256, 20, "Hi There",
         "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
        {&sha256, 131,
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
        {&sha512, 131,
         "Test Using Larger Than Block-Size Key - Hash Key First",
         "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
         "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char key[131];
        unsigned char out[XC_HASH_MAX];
        xc_str pieces[2] = {{NULL, 0}, text(rows[i].message)};
        memset(key, rows[i].key == 20 ? 0x0B : 0xAA, sizeof key);
        assert_true(
            xc_i_hmac(rows[i].hash, bytes(key, rows[i].key), pieces, 2, out));
        check_hex(rows[i].message, out, rows[i].hash->size, rows[i].mac);
    }
}

/* RFC 6070 (those of 20 bytes), in portions of every kind. */
static void test_hi(void **state)
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

static void test_secrets(void **state)
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

static void test_base64_vectors(void **state)
{
    /* RFC 4648 section 10 and the extremes of the alphabet */
    static const char *const rows[][2] = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\xff\xef\xbe", "/+++"},
        {"\xff\xff\xff", "////"},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[16];
        xc_str data = text(rows[i][0]), got;
        assert_int_equal(XC_BASE64_SIZE(data.len), strlen(rows[i][1]));
        check_status("encode", xc_base64_encode(data, out, sizeof out, &got),
                     XC_OK);
        check_str("encode", got, rows[i][1]);
        check_status("decode", xc_base64_decode(got, out, sizeof out, &got),
                     XC_OK); /* in place */
        check_str("decode", got, rows[i][0]);
    }
}

static void test_base64_refused(void **state)
{
    static const struct {
        const char *text;
        size_t offset;
    } rows[] = {
        {"=", 0},
        {"=AAA", 0},
        {"A", 1},
        {"A===", 1},
        {"AA", 2},
        {"AA=", 3},
        {"AA=A", 3},
        {"AAA", 3},
        {"BBBB=CCC", 4},
        {"AA==A", 4},
        {"AA==AAAA", 4},
        {"AAA=AAAA", 4},
        {"AAA==", 4},
        {"AA===", 4},
        {"====", 0},
        {"AB==", 2},
        {"AAB=", 3},
        {"AP==", 2},
        {"AAD=", 3},
        {"AA A", 2},
        {"AAAA\n", 4},
        {" AAAA", 0},
        {"AAA-", 3},
        {"AAA_", 3},
        {"AAAAAA\xc3\xa9", 6},
        {"AAAA\x80zzz", 4},
        {"AA\r\nAA==", 2},
        {"AA.=", 2},
        {"AA=.", 3},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char out[16];
        xc_str got, in = copied(text(rows[i].text));
        check_status(rows[i].text, xc_sasl2_decode(in, out, sizeof out, &got),
                     XC_ERR_BASE64);
        CHECK(got.ptr == NULL && got.len == rows[i].offset, "\"%s\": byte %zu",
              rows[i].text, got.len);
        assert_int_equal(xc_sasl2_decode(in, NULL, 0, &got), XC_ERR_BASE64);
        assert_int_equal(got.len, rows[i].offset);
    }
    {
        xc_str got;
        char out[4];
        assert_int_equal(xc_base64_decode(bytes("AA\0A", 4), out, 4, &got),
                         XC_ERR_BASE64);
        assert_int_equal(got.len, 2);
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
}

/* Of all groups of four of these characters those are accepted that encode
   something, and they encode only that. */
static void test_base64_groups(void **state)
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
static void test_base64_sizes(void **state)
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
static void test_sasl_text(void **state)
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

static void test_mechanisms(void **state)
{
    static const struct {
        const char *names;
        uint32_t allowed;
        xc_mechanism chosen;
    } rows[] = {
        {"PLAIN SCRAM-SHA-1 SCRAM-SHA-256", XC_MECHANISMS_SCRAM,
         XC_MECHANISM_SCRAM_SHA_256},
        {"SCRAM-SHA-256 SCRAM-SHA-1-PLUS", XC_MECHANISMS_SCRAM,
         XC_MECHANISM_SCRAM_SHA_1_PLUS},
        {"SCRAM-SHA-256 SCRAM-SHA-1-PLUS", XC_MECHANISMS_SCRAM_BARE,
         XC_MECHANISM_SCRAM_SHA_256},
        {"PLAIN", XC_MECHANISMS_SCRAM, XC_MECHANISM_NONE},
        {"PLAIN", XC_MECHANISMS_SCRAM | XC_MECHANISM_BIT(XC_MECHANISM_PLAIN),
         XC_MECHANISM_PLAIN},
        {"PLAIN ANONYMOUS", XC_MECHANISM_BIT(XC_MECHANISM_ANONYMOUS),
         XC_MECHANISM_ANONYMOUS},
        {"DIGEST-MD5 X-OAUTH2 scram-sha-1 SCRAM-SHA-1 ", ~(uint32_t)0,
         XC_MECHANISM_SCRAM_SHA_1},
        {"SCRAM-SHA-512-PLUS EXTERNAL", ~(uint32_t)0, XC_MECHANISM_EXTERNAL},
        {"HT-SHA-256-ENDP HT-SHA-256-EXPR HT-SHA-256-NONE",
         XC_MECHANISMS_HT_BOUND, XC_MECHANISM_HT_SHA_256_EXPR},
        {"HT-SHA-256-NONE", XC_MECHANISMS_HT_BOUND, XC_MECHANISM_NONE},
        {"", ~(uint32_t)0, XC_MECHANISM_NONE},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        CHECK(xc_mechanism_choose(offered(rows[i].names), rows[i].allowed) ==
                  rows[i].chosen,
              "%s", rows[i].names);
    for (int i = 0; i < (int)XC_MECHANISM_NONE; i++) {
        const char *name = xc_mechanism_name((xc_mechanism)i);
        assert_int_equal(xc_mechanism_from_name(text(name)), i);
        assert_true(strlen(name) <= 20); /* RFC 4422 section 3.1 */
    }
    assert_string_equal(xc_mechanism_name(XC_MECHANISM_NONE), "");
    assert_int_equal(xc_mechanism_from_name(text("")), XC_MECHANISM_NONE);
    assert_int_equal(xc_mechanism_from_name(text(NULL)), XC_MECHANISM_NONE);
    assert_int_equal(xc_mechanism_hash(XC_MECHANISM_SCRAM_SHA_512_PLUS), 64);
    assert_int_equal(xc_mechanism_hash(XC_MECHANISM_PLAIN), 0);
    assert_int_equal(xc_mechanism_hash(XC_MECHANISM_NONE), 0);
    xc_mechanism_offer(NULL, text("PLAIN"));
}

static void test_failures(void **state)
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

static void test_plain(void **state)
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

static void test_plain_refused(void **state)
{
    static const struct {
        const char *message;
        size_t len;
    } rows[] = {
        {"", 0},
        {"\0", 1},
        {"\0\0", 2},
        {"\0a", 2},
        {"\0a\0", 3},
        {"\0\0b", 3},
        {"a\0b", 3},
        {"a\0b\0", 4},
        {"\0a\0b\0", 5},
        {"\0a\0b\0c", 6},
        {"\0a\0\xff", 4},
        {"\0\xc3\0b", 4},
        {"\xed\xa0\x80\0a\0b", 7},
        {"abc", 3},
    };
    const xc_plain bad[] = {
        {{NULL, 0}, {NULL, 0}, {"b", 1}},   {{NULL, 0}, {"a", 1}, {NULL, 0}},
        {{NULL, 0}, {"", 0}, {"b", 1}},     {{NULL, 0}, {"a", 1}, {"", 0}},
        {{"", 0}, {"a", 1}, {"b", 1}},      {{NULL, 0}, {"a\0", 2}, {"b", 1}},
        {{NULL, 0}, {"a", 1}, {"b\0c", 3}}, {{"\xff", 1}, {"a", 1}, {"b", 1}},
    };
    xc_plain out;
    xc_str message;
    char mem[16];
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        CHECK(xc_plain_read(guarded_copy(rows[i].message, rows[i].len),
                            &out) == XC_ERR_SASL_SYNTAX,
              "row %zu", i);
        assert_true(out.authcid.ptr == NULL && out.password.ptr == NULL);
    }
    assert_int_equal(xc_plain_read(text(NULL), &out), XC_ERR_SASL_SYNTAX);
    assert_int_equal(xc_plain_read(text("x"), NULL), XC_ERR_ARGUMENT);
    for (size_t i = 0; i < COUNT_OF(bad); i++)
        CHECK(xc_plain_write(&bad[i], mem, sizeof mem, &message) ==
                      XC_ERR_SASL_SYNTAX &&
                  message.ptr == NULL,
              "row %zu", i);
    assert_int_equal(xc_plain_write(NULL, mem, 1, &message), XC_ERR_ARGUMENT);
}

static void test_external(void **state)
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

static void test_anonymous(void **state)
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

static void test_prepare(void **state)
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
} exchange;

static const exchange exchanges[] = {
    {"RFC 5802 section 5",
     XC_MECHANISM_SCRAM_SHA_1,
     &sha1,
     "user",
     NULL,
     "pencil",
     "fyko+d2lbbFgONRv9qkxdawL",
     "3rfcNHYJY1ZVvWVs7j",
     "QSXCR+Q6sek8bf92",
     4096,
     NULL,
     NULL,
     {"n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
      "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,"
      "i=4096",
      "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,"
      "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
      "v=rmF9pqV8S7suAoZWja4dJRkFsKQ="}},
    {"RFC 7677 section 3",
     XC_MECHANISM_SCRAM_SHA_256,
     &sha256,
     "user",
     NULL,
     "pencil",
     "rOprNGfwEbeRWgbNEkqO",
     "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
     "W22ZaJ0SNY7soEsUEjb6gQ==",
     4096,
     NULL,
     NULL,
     {"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
      "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
      "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
      "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
      "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="}},
    {"libstrophe with ejabberd",
     XC_MECHANISM_SCRAM_SHA_512,
     &sha512,
     "romeo",
     NULL,
     "pencil-1845",
     "788E53EA603F0C60E57D76F5422677E",
     "PrUlEabBskMTrmYzY/ra6w==",
     "W2nng5Fxt9qrppl4qFok2Q==",
     4096,
     NULL,
     NULL,
     {"n,,n=romeo,r=788E53EA603F0C60E57D76F5422677E",
      "r=788E53EA603F0C60E57D76F5422677EPrUlEabBskMTrmYzY/ra6w==,"
      "s=W2nng5Fxt9qrppl4qFok2Q==,i=4096",
      "c=biws,r=788E53EA603F0C60E57D76F5422677EPrUlEabBskMTrmYzY/ra6w==,"
      "p=0CP2lZQRllcDVpJYCNlLLdIyeUzLTIqKugdfcJoVfxS3s5CQR4/gWZ1AcHBhuVZD"
      "ojdrLvZmG5nNpRtrn5135w==",
      "v=4VZ5iSM3UoD7LOHDeW50ZKlsoIUD7GHsj8JpMu3TlyMThH+ZoO+gwLS83vRlfbPs"
      "XzM2U6ssGmKPg6coFoBApg=="}},
    /* the rest computed with Python's hashlib */
    {"-PLUS, authzid, escapes",
     XC_MECHANISM_SCRAM_SHA_256_PLUS,
     &sha256,
     "a=b,c",
     "romeo@montague.example",
     "p\xc3\xa9ncil = 1",
     "clientnonce",
     "ServerNonce!",
     "AAECAwQFBgcICQoLDA0ODw==",
     4096,
     "tls-exporter",
     "yMnKy8zNzs/Q0dLT1NXW19jZ2tvc3d7f4OHi4+Tl5uc=",
     {"p=tls-exporter,a=romeo@montague.example,n=a=3Db=2Cc,r=clientnonce",
      "r=clientnonceServerNonce!,s=AAECAwQFBgcICQoLDA0ODw==,i=4096",
      "c=cD10bHMtZXhwb3J0ZXIsYT1yb21lb0Btb250YWd1ZS5leGFtcGxlLMjJysvMzc7P"
      "0NHS09TV1tfY2drb3N3e3+Dh4uPk5ebn,r=clientnonceServerNonce!,"
      "p=ysdcubnTLuHyXnEl79yEnWpvqeAV4rZPPXWownCJvZM=",
      "v=4pWNRkxfzQgNGdc1ta5UINqGS4SrO+eV8LVzNYuVg8o="}},
    {"server without binding",
     XC_MECHANISM_SCRAM_SHA_1,
     &sha1,
     "user",
     NULL,
     "pencil",
     "clientnonce",
     "server",
     "c2FsdA==",
     5000,
     "tls-exporter",
     NULL,
     {"y,,n=user,r=clientnonce", "r=clientnonceserver,s=c2FsdA==,i=5000",
      "c=eSws,r=clientnonceserver,p=spg2zP+/E6FSqsuT5GGkkmvovrE=",
      "v=FfOQBmg3Wp/vmWdwlCqnYwPidPg="}},
    {"long password and salt",
     XC_MECHANISM_SCRAM_SHA_512_PLUS,
     &sha512,
     "u\xc3\xbcser",
     NULL,
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
     "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
     "clientnonce",
     "server",
     "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nz"
     "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzcw==",
     4096,
     "tls-server-end-point",
     "//////////////////////////////////////////////////////////////////////"
     "///////////////w==",
     {"p=tls-server-end-point,,n=u\xc3\xbcser,r=clientnonce",
      "r=clientnonceserver,"
      "s=c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nz"
      "c3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzc3Nzcw==,"
      "i=4096",
      "c=cD10bHMtc2VydmVyLWVuZC1wb2ludCws////////////////////////////////////"
      "/////////////////////////////////////////////////w==,"
      "r=clientnonceserver,p=fnG8W/Mm5SeWUTfNefJhx1qj8eIiIcMb36YR/+b8HxHm0Sl8"
      "CGSU9JjPG2G/NHcQGk0ljpunohGO1qUPRxwgBQ==",
      "v=cgHZxnLjSEeG0RqJB1ABIk7wBS37qgyqoG5GSTy8+qSekyNUL7/C9ZNI8nwJrfkyoY0f"
      "+K5QoALOzXaVxze6cw=="}},
};

#define NO_UNICODE_ROW(e) (!XMPP_CODEC_UNICODE && (e)->cb_data != NULL)

static xc_str unbase64(const char *code, char *mem, size_t size)
{
    xc_str got = {NULL, 0};
    if (code != NULL)
        assert_int_equal(xc_base64_decode(text(code), mem, size, &got), XC_OK);
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
    assert_int_equal(status, XC_NEED_MORE);
    assert_int_equal(xc_scram_hi_next(&hi, UINT32_MAX), XC_OK);
    assert_int_equal(xc_scram_derive(e->hash, hi.result, keys), XC_OK);
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
    assert_int_equal(challenge.iterations, e->iterations);
    assert_true(
        xc_str_equal(challenge.salt, unbase64(e->salt, salt, sizeof salt)));
    check_status(e->name,
                 xc_scram_client_password(&c.scram, text(e->password), &out),
                 XC_OK);
    check_str(e->name, out, e->message[RESPONSE]);
    check_status(
        e->name,
        xc_scram_client_verify(&c.scram, copied(text(e->message[FINAL]))),
        XC_OK);
    assert_int_equal(xc_scram_client_verify(&c.scram, text(NULL)), XC_OK);
    assert_int_equal(xc_scram_client_verify(&c.scram, text(e->message[FINAL])),
                     XC_ERR_ARGUMENT);
    assert_true(is_zero(c.scram.i_signature, sizeof c.scram.i_signature));
    xc_scram_wipe(&c.scram);
    assert_true(is_zero(c.memory, c.size) &&
                is_zero(&c.scram, sizeof c.scram));
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
    assert_int_equal(xc_scram_server_verify(
                         &s.scram, text(e->message[RESPONSE]), &keys, &out),
                     XC_ERR_ARGUMENT);
    xc_scram_wipe(&s.scram);
    assert_true(is_zero(s.memory, s.size));
}

static void test_exchanges(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT_OF(exchanges); i++) {
        if (NO_UNICODE_ROW(&exchanges[i]))
            continue;
        check_client(&exchanges[i]);
        check_server(&exchanges[i]);
    }
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
    e.hash = xc_mechanism_hash(e.mechanism) == 20   ? &sha1
             : xc_mechanism_hash(e.mechanism) == 32 ? &sha256
                                                    : &sha512;
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

static void test_recorded_logins(void **state)
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
     {NULL, NULL, NULL, NULL}},
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
     {NULL, NULL, NULL, NULL}},
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

/* An optional extension behind ServerSignature is not authenticated: that is
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

static void test_changed_messages(void **state)
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
   behind its end (the guard's page). */
static void test_memory_sizes(void **state)
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
    sha1_digest(pieces, count, out);
    return hash_calls_left != 0 && --hash_calls_left != 0;
}

static void test_failing_hash(void **state)
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
    assert_int_equal(client_first(c, e, 1, &out), XC_OK);
}

static void test_challenges(void **state)
{
    static const struct {
        const char *message;
        xc_status status;
    } rows[] = {
        {"r=cnonceX,s=c2FsdA==,i=2", XC_OK},
        {"r=cnonceX,s=c2FsdA==,i=2,d=x=y,Z=\xc3\xa9", XC_OK},
        {"r=cnonceX,s=c2FsdA==,i=1000000", XC_OK},
        {"r=cnonceX,s=c2FsdA==,i=1000001", XC_ERR_SASL_ITERATIONS},
        {"r=cnonceX,s=c2FsdA==,i=4294967295", XC_ERR_SASL_ITERATIONS},
        {"r=cnonceX,s=c2FsdA==,i=4294967297", XC_ERR_SASL_ITERATIONS},
        {"r=cnonceX,s=c2FsdA==,i=99999999999999999999999",
         XC_ERR_SASL_ITERATIONS},
        {"r=cnonceX,s=c2FsdA==,i=0", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=02", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=-2", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2 ", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,d", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,d=", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,i=2", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,r=cnonceY", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,1=2", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,x=\xff", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==,i=2,m=x", XC_ERR_SASL_EXTENSION},
        {"m=x,r=cnonceX,s=c2FsdA==,i=2", XC_ERR_SASL_EXTENSION},
        {"x=y,r=cnonceX,s=c2FsdA==,i=2", XC_ERR_SASL_SYNTAX},
        {"s=c2FsdA==,r=cnonceX,i=2", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,i=2,s=c2FsdA==", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA==", XC_ERR_SASL_SYNTAX},
        {"r=cnonce,s=c2FsdA==,i=2", XC_ERR_SASL_NONCE},
        {"r=cnoncX,s=c2FsdA==,i=2", XC_ERR_SASL_NONCE},
        {"r=Cnoncee,s=c2FsdA==,i=2", XC_ERR_SASL_NONCE},
        {"r=Xcnonce,s=c2FsdA==,i=2", XC_ERR_SASL_NONCE},
        {"r=cnonce X,s=c2FsdA==,i=2", XC_ERR_SASL_SYNTAX},
        {"r=cnonce\xc3\xa9,s=c2FsdA==,i=2", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=,i=2", XC_ERR_SASL_SYNTAX},
        {"r=cnonceX,s=c2FsdA=,i=2", XC_ERR_BASE64},
        {"r=cnonceX,s=c2FsdB==,i=2", XC_ERR_BASE64},
        {"r=cnonceX,s=c2Fs dA==,i=2", XC_ERR_BASE64},
        {"R=cnonceX,s=c2FsdA==,i=2", XC_ERR_SASL_SYNTAX},
        {"", XC_ERR_SASL_SYNTAX},
        {",", XC_ERR_SASL_SYNTAX},
        {"e=other-error", XC_ERR_SASL_PEER},
        {"e=other-error,m=1", XC_ERR_SASL_SYNTAX},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        side c;
        xc_str out;
        begin_small(&c, &small[0]);
        check_status(rows[i].message,
                     xc_scram_client_challenge(
                         &c.scram, copied(text(rows[i].message)), NULL),
                     rows[i].status);
        if (rows[i].status == XC_OK)
            continue;
        check_status("sticky",
                     xc_scram_client_password(&c.scram, text("pencil"), &out),
                     rows[i].status);
        check_str("sticky", out, NULL);
        check_status("sticky", xc_scram_client_verify(&c.scram, text(NULL)),
                     rows[i].status);
    }
}

static void test_default_iterations(void **state)
{
    static const struct {
        const char *message;
        xc_status status;
    } rows[] = {
        {"r=cnonceX,s=c2FsdA==,i=4095", XC_ERR_SASL_ITERATIONS},
        {"r=cnonceX,s=c2FsdA==,i=4096", XC_OK},
        {"r=cnonceX,s=c2FsdA==,i=1000000", XC_OK},
        {"r=cnonceX,s=c2FsdA==,i=1000001", XC_ERR_SASL_ITERATIONS},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        side c;
        xc_str out;
        side_init(&c, GUARD_MEMORY, 512, &small[0]);
        client_first(&c, &small[0], 0, &out);
        check_status(
            rows[i].message,
            xc_scram_client_challenge(&c.scram, text(rows[i].message), NULL),
            rows[i].status);
    }
}

static void until_response(side *c, xc_str *out)
{
    begin_small(c, &small[0]);
    assert_int_equal(xc_scram_client_challenge(
                         &c->scram, text("r=cnonceX,s=c2FsdA==,i=2"), NULL),
                     XC_OK);
    assert_int_equal(xc_scram_client_password(&c->scram, text("pencil"), out),
                     XC_OK);
}

static void test_server_errors(void **state)
{
    static const struct {
        const char *message;
        xc_status status;
        xc_scram_error error;
    } rows[] = {
        {"e=invalid-proof", XC_ERR_SASL_PEER, XC_SCRAM_ERROR_INVALID_PROOF},
        {"e=unknown-user,x=y", XC_ERR_SASL_PEER, XC_SCRAM_ERROR_UNKNOWN_USER},
        {"e=no-resources", XC_ERR_SASL_PEER, XC_SCRAM_ERROR_NO_RESOURCES},
        {"e=something-new", XC_ERR_SASL_PEER, XC_SCRAM_ERROR_OTHER_ERROR},
        {"e=", XC_ERR_SASL_SYNTAX, XC_SCRAM_ERROR_OTHER_ERROR},
        {"v=", XC_ERR_SASL_SYNTAX, XC_SCRAM_ERROR_OTHER_ERROR},
        {"v=AAAA", XC_ERR_SASL_PROOF, XC_SCRAM_ERROR_INVALID_PROOF},
        {"v=AAAAAAAAAAAAAAAAAAAAAAAAAAA=", XC_ERR_SASL_PROOF,
         XC_SCRAM_ERROR_INVALID_PROOF},
        {"v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
         XC_ERR_SASL_PROOF, XC_SCRAM_ERROR_INVALID_PROOF},
        {"v=AAAAAAAAAAAAAAAAAAAAAAAAAAB=", XC_ERR_BASE64,
         XC_SCRAM_ERROR_INVALID_ENCODING},
        {NULL, XC_ERR_SASL_PROOF, XC_SCRAM_ERROR_INVALID_PROOF},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        side c;
        xc_str out;
        until_response(&c, &out);
        check_status(
            rows[i].message ? rows[i].message : "absent",
            xc_scram_client_verify(&c.scram, copied(text(rows[i].message))),
            rows[i].status);
        assert_int_equal(c.scram.error, rows[i].error);
        check_status("sticky", xc_scram_client_verify(&c.scram, text(NULL)),
                     rows[i].status);
    }
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

/* With an extension behind the signature, which is ignored. */
static void test_final_extension(void **state)
{
    const exchange *e = &exchanges[0];
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

static void test_wrong_order(void **state)
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
static void test_client_options(void **state)
{
    xc_scram s;
    char mem[256];
    xc_str out;
    (void)state;
    for (int i = 0; i < 14; i++) {
        static const xc_hash none = {20, 64, NULL};
        static const xc_hash thin = {20, 16, sha1_digest};
        xc_scram_client_options o;
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
   size; the prepared password is not left behind. */
static void test_prepared_names(void **state)
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
static void test_salted(void **state)
{
    const exchange *e = &exchanges[1];
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

/* NULL where something is needed. */
static void test_arguments(void **state)
{
    unsigned char salted[XC_HASH_MAX] = {0};
    char mem[64];
    xc_str got;
    xc_scram_hi hi;
    xc_scram_keys keys;
    xc_plain plain = {{NULL, 0}, {"a", 1}, {"b", 1}};
    xc_scram_identity who;
    xc_scram s;
    side c;
    (void)state;
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
    assert_int_equal(xc_scram_hi_init(NULL, &sha1, text("p"), text("s"), 1),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_hi_init(&hi, &sha1, text(NULL), text("s"), 1),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_derive(&sha1, NULL, &keys), XC_ERR_ARGUMENT);
    assert_int_equal(xc_scram_derive(&sha1, salted, NULL), XC_ERR_ARGUMENT);
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
    assert_int_equal(
        xc_ht_write(&sha1, text("a"), text("t"), text(NULL), mem, 64, NULL),
        XC_ERR_ARGUMENT);
    assert_int_equal(xc_ht_reply(&sha1, text("t"), text(NULL), NULL, 64, &got),
                     XC_ERR_ARGUMENT);
    assert_int_equal(xc_ht_reply(NULL, text("t"), text(NULL), mem, 64, &got),
                     XC_ERR_ARGUMENT);
}

/* ---- what a server refuses ---------------------------------------------- */

static void test_first_messages(void **state)
{
    static const struct {
        const char *message;
        xc_mechanism mechanism;
        size_t bindings;
        xc_status status;
        xc_scram_error error;
    } rows[] = {
        {"n,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_OK,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 1, XC_OK,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"y,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_OK,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"y,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 1, XC_ERR_SASL_BINDING,
         XC_SCRAM_ERROR_SERVER_DOES_SUPPORT_CHANNEL_BINDING},
        {"n,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1_PLUS, 1,
         XC_ERR_SASL_BINDING, XC_SCRAM_ERROR_CHANNEL_BINDINGS_DONT_MATCH},
        {"p=tls-unique,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1_PLUS, 1, XC_OK,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"p=tls-unique,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1_PLUS, 0,
         XC_ERR_SASL_BINDING, XC_SCRAM_ERROR_CHANNEL_BINDING_NOT_SUPPORTED},
        {"p=tls-unique,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 1,
         XC_ERR_SASL_BINDING, XC_SCRAM_ERROR_CHANNEL_BINDING_NOT_SUPPORTED},
        {"p=tls-exporter,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1_PLUS, 1,
         XC_ERR_SASL_BINDING, XC_SCRAM_ERROR_UNSUPPORTED_CHANNEL_BINDING_TYPE},
        {"p=,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1_PLUS, 1,
         XC_ERR_SASL_SYNTAX, XC_SCRAM_ERROR_OTHER_ERROR},
        {"p=a_b,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1_PLUS, 1,
         XC_ERR_SASL_SYNTAX, XC_SCRAM_ERROR_OTHER_ERROR},
        {"N,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"nn,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"F,n,,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,a=,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,b=x,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,a=x=2c,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0,
         XC_ERR_SASL_SYNTAX, XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,m=x,n=user,r=x", XC_MECHANISM_SCRAM_SHA_1, 0,
         XC_ERR_SASL_EXTENSION, XC_SCRAM_ERROR_EXTENSIONS_NOT_SUPPORTED},
        {"n,,n=user,r=x,m=x", XC_MECHANISM_SCRAM_SHA_1, 0,
         XC_ERR_SASL_EXTENSION, XC_SCRAM_ERROR_EXTENSIONS_NOT_SUPPORTED},
        {"n,,n=user,r=x,f=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_OK,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=user,r=x,n=y", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=u=ser,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=user=2,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=user=3d,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=us\ter,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_JID_CHAR,
         XC_SCRAM_ERROR_INVALID_USERNAME_ENCODING},
        {"n,,n=\xff,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=,r=x", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,r=x,n=user", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=user,r=x y", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,n=user", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,,", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"n,", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {"", XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
        {NULL, XC_MECHANISM_SCRAM_SHA_1, 0, XC_ERR_SASL_SYNTAX,
         XC_SCRAM_ERROR_OTHER_ERROR},
    };
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        const xc_channel_binding cb = {XC_STR_INIT("tls-unique"),
                                       XC_STR_INIT("data")};
        xc_scram_server_options o;
        xc_scram_identity who;
        xc_scram s;
        memset(&o, 0, sizeof o);
        o.mechanism = rows[i].mechanism;
        o.hash = &sha1;
        o.bindings = &cb;
        o.binding_count = rows[i].bindings;
        check_status(rows[i].message ? rows[i].message : "absent",
                     xc_scram_server_first(&s, guarded(GUARD_MEMORY, 256), 256,
                                           &o, copied(text(rows[i].message)),
                                           &who),
                     rows[i].status);
        CHECK(s.error == rows[i].error, "row %zu: %s", i,
              xc_scram_error_name(s.error));
        assert_true((who.username.ptr != NULL) == (rows[i].status == XC_OK));
    }
}

static xc_status answer(const char *response, const xc_scram_keys *keys,
                        side *s)
{
    const exchange *e = &exchanges[0];
    xc_scram_identity who;
    char salt[16];
    xc_str out;
    xc_status status;
    side_init(s, GUARD_MEMORY_2, 512, e);
    server_first(s, e, text(e->message[FIRST]), &who);
    xc_scram_server_challenge(&s->scram, text(e->server_nonce),
                              unbase64(e->salt, salt, sizeof salt),
                              e->iterations, &out);
    status =
        xc_scram_server_verify(&s->scram, copied(text(response)), keys, &out);
    assert_true((out.ptr != NULL) == (status == XC_OK));
    return status;
}

#define RFC_NONCE "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j"
#define RFC_PROOF "p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="

static void test_responses(void **state)
{
    static const struct {
        const char *message;
        xc_status status;
    } rows[] = {
        {"c=biws," RFC_NONCE "," RFC_PROOF, XC_OK},
        {"c=biws," RFC_NONCE ",x=y," RFC_PROOF, XC_ERR_SASL_PROOF},
        {"c=biws," RFC_NONCE ",m=y," RFC_PROOF, XC_ERR_SASL_EXTENSION},
        {"m=x,c=biws," RFC_NONCE "," RFC_PROOF, XC_ERR_SASL_EXTENSION},
        {"c=eSws," RFC_NONCE "," RFC_PROOF, XC_ERR_SASL_BINDING},
        {"c=biw=," RFC_NONCE "," RFC_PROOF, XC_ERR_SASL_BINDING},
        {"c=biwsbiws," RFC_NONCE "," RFC_PROOF, XC_ERR_SASL_BINDING},
        {"c=biws," RFC_NONCE "x," RFC_PROOF, XC_ERR_SASL_NONCE},
        {"c=biws,r=fyko," RFC_PROOF, XC_ERR_SASL_NONCE},
        {"c=biws," RFC_PROOF, XC_ERR_SASL_SYNTAX},
        {RFC_NONCE ",c=biws," RFC_PROOF, XC_ERR_SASL_SYNTAX},
        {"c=biws," RFC_NONCE, XC_ERR_SASL_SYNTAX},
        {"c=biws," RFC_NONCE ",", XC_ERR_SASL_SYNTAX},
        {"c=biws," RFC_NONCE ",p=", XC_ERR_SASL_SYNTAX},
        {"c=biws," RFC_NONCE "," RFC_PROOF ",x=y", XC_ERR_SASL_SYNTAX},
        {"c=biws," RFC_NONCE "," RFC_PROOF ",", XC_ERR_SASL_SYNTAX},
        {"c=biws," RFC_NONCE "," RFC_PROOF "," RFC_PROOF, XC_ERR_SASL_SYNTAX},
        {"c=biws," RFC_NONCE ",p=AAAA", XC_ERR_SASL_PROOF},
        {"c=biws," RFC_NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4TsA",
         XC_ERR_SASL_PROOF},
        {"c=biws," RFC_NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Tt=", XC_ERR_BASE64},
        {"c=biws," RFC_NONCE ",p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts", XC_ERR_BASE64},
        {"c=biws," RFC_NONCE ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
         XC_ERR_SASL_PROOF},
        {"", XC_ERR_SASL_SYNTAX},
        {NULL, XC_ERR_SASL_SYNTAX},
    };
    xc_scram_keys keys;
    side s;
    (void)state;
    make_keys(&exchanges[0], &keys);
    for (size_t i = 0; i < COUNT_OF(rows); i++)
        check_status(rows[i].message ? rows[i].message : "absent",
                     answer(rows[i].message, &keys, &s), rows[i].status);
    /* nobody: even the right answer to zeros is none */
    check_status("no keys", answer(rows[0].message, NULL, &s),
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

static void test_anything(void **state)
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

static void test_ht(void **state)
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

static void test_ht_refused(void **state)
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

static void test_component(void **state)
{
    /* XEP-0114 section 3, prosody, ejabberd */
    static const char *const rows[][3] = {
        {"3BF96D32", "test", "aaee83c26aeeafcbabeabfcbcd50df997e0a2a1e"},
        {"e9b21c30-8349-4947-b3e1-c1b7fb4bfba2", "pencil-1845",
         "2dd954cd9f269695ca0fa73d8c7f364727211d36"},
        {"518983633986314170", "pencil-1845",
         "821e524a165bae805adf36dbdadf5ba765278ac6"},
    };
    xc_str got;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *mem = guarded(GUARD_OUTPUT, 40);
        assert_int_equal(xc_component_handshake(&sha1, text(rows[i][0]),
                                                text(rows[i][1]), mem, 40,
                                                &got),
                         XC_OK);
        check_str(rows[i][0], got, rows[i][2]);
        assert_int_equal(xc_component_handshake(&sha1, text(rows[i][0]),
                                                text(rows[i][1]), mem, 39,
                                                &got),
                         XC_ERR_BUFFER_SIZE);
        assert_int_equal(got.len, 40);
    }
    assert_int_equal(
        xc_component_handshake(&sha1, text(NULL), text("x"), NULL, 0, &got),
        XC_ERR_ARGUMENT);
}

static void test_dialback(void **state)
{
    /* XEP-0185 section 2.1 and XEP-0220 section 2.1 */
    static const char *const rows[][3] = {
        {"xmpp.example.com", "example.org",
         "37c69b1cf07a3f67c04a5ef5902fa5114f2c76fe4a2686482ba5b89323075643"},
        {"montague.example", "capulet.example",
         "b4835385f37fe2895af6c196b59097b16862406db80559900d96bf6fa7d23df3"},
    };
    xc_str got;
    (void)state;
    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        char *mem = guarded(GUARD_OUTPUT, 64);
        assert_int_equal(xc_dialback_key(&sha256, text("s3cr3tf0rd14lb4ck"),
                                         text(rows[i][0]), text(rows[i][1]),
                                         text("D60000229F"), mem, 64, &got),
                         XC_OK);
        check_str(rows[i][0], got, rows[i][2]);
        assert_int_equal(xc_dialback_key(&sha256, text("s3cr3tf0rd14lb4ck"),
                                         text(rows[i][0]), text(rows[i][1]),
                                         text("D60000229F"), mem, 63, &got),
                         XC_ERR_BUFFER_SIZE);
    }
    assert_int_equal(xc_dialback_key(&sha256, text("s"), text("a"), text(NULL),
                                     text("c"), NULL, 0, &got),
                     XC_ERR_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sha),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_hi),
        cmocka_unit_test(test_secrets),
        cmocka_unit_test(test_base64_vectors),
        cmocka_unit_test(test_base64_refused),
        cmocka_unit_test(test_base64_groups),
        cmocka_unit_test(test_base64_sizes),
        cmocka_unit_test(test_sasl_text),
        cmocka_unit_test(test_mechanisms),
        cmocka_unit_test(test_failures),
        cmocka_unit_test(test_plain),
        cmocka_unit_test(test_plain_refused),
        cmocka_unit_test(test_external),
        cmocka_unit_test(test_anonymous),
        cmocka_unit_test(test_prepare),
        cmocka_unit_test(test_exchanges),
        cmocka_unit_test(test_recorded_logins),
        cmocka_unit_test(test_changed_messages),
        cmocka_unit_test(test_memory_sizes),
        cmocka_unit_test(test_failing_hash),
        cmocka_unit_test(test_challenges),
        cmocka_unit_test(test_default_iterations),
        cmocka_unit_test(test_server_errors),
        cmocka_unit_test(test_final_extension),
        cmocka_unit_test(test_wrong_order),
        cmocka_unit_test(test_client_options),
        cmocka_unit_test(test_arguments),
#if XMPP_CODEC_UNICODE
        cmocka_unit_test(test_prepared_names),
#endif
        cmocka_unit_test(test_salted),
        cmocka_unit_test(test_first_messages),
        cmocka_unit_test(test_responses),
        cmocka_unit_test(test_anything),
        cmocka_unit_test(test_ht),
        cmocka_unit_test(test_ht_refused),
        cmocka_unit_test(test_component),
        cmocka_unit_test(test_dialback),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
