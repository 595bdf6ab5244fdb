/* UTF-8 and character classes, against straightforward references. */
#include "support_random.h"

/* ---- references --------------------------------------------------------- */

/* RFC 3629 section 4, the ABNF. */
static size_t reference_decode(const unsigned char *p, size_t len,
                               uint32_t *cp)
{
    static const struct {
        unsigned char first, last; /* of the lead byte */
        unsigned char from, to;    /* of the second byte */
        size_t bytes;
        unsigned char mask;
    } forms[] = {
        {0x00, 0x7F, 0x00, 0x00, 1, 0x7F}, {0xC2, 0xDF, 0x80, 0xBF, 2, 0x1F},
        {0xE0, 0xE0, 0xA0, 0xBF, 3, 0x0F}, {0xE1, 0xEC, 0x80, 0xBF, 3, 0x0F},
        {0xED, 0xED, 0x80, 0x9F, 3, 0x0F}, {0xEE, 0xEF, 0x80, 0xBF, 3, 0x0F},
        {0xF0, 0xF0, 0x90, 0xBF, 4, 0x07}, {0xF1, 0xF3, 0x80, 0xBF, 4, 0x07},
        {0xF4, 0xF4, 0x80, 0x8F, 4, 0x07},
    };
    for (size_t f = 0; len > 0 && f < COUNT_OF(forms); f++) {
        if (p[0] < forms[f].first || p[0] > forms[f].last)
            continue;
        if (len < forms[f].bytes)
            return 0;
        *cp = p[0] & forms[f].mask;
        for (size_t i = 1; i < forms[f].bytes; i++) {
            unsigned from = i == 1 ? forms[f].from : 0x80;
            unsigned to = i == 1 ? forms[f].to : 0xBF;
            if (p[i] < from || p[i] > to)
                return 0;
            *cp = *cp << 6 | (p[i] & 0x3F);
        }
        return forms[f].bytes;
    }
    return 0;
}

typedef struct range {
    uint32_t from, to;
} range;

static bool in_ranges(uint32_t cp, const range *ranges, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (cp >= ranges[i].from && cp <= ranges[i].to)
            return true;
    return false;
}

/* XML 1.0 (fifth edition), [2] Char */
static const range char_ranges[] = {
    {0x9, 0xA},       {0xD, 0xD},          {0x20, 0xD7FF},
    {0xE000, 0xFFFD}, {0x10000, 0x10FFFF},
};

/* [4] NameStartChar without ":" */
static const range name_start_ranges[] = {
    {'A', 'Z'},       {'_', '_'},       {'a', 'z'},         {0xC0, 0xD6},
    {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},     {0x37F, 0x1FFF},
    {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},   {0x3001, 0xD7FF},
    {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
};

/* What [4a] NameChar has besides */
static const range name_char_ranges[] = {
    {'-', '.'}, {'0', '9'}, {0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040},
};

#define IN(cp, ranges) in_ranges((cp), (ranges), COUNT_OF(ranges))

static size_t reference_check(const unsigned char *p, size_t len)
{
    size_t at = 0, n;
    uint32_t cp = 0;
    while ((n = reference_decode(p + at, len - at, &cp)) > 0) {
        if (!IN(cp, char_ranges))
            break;
        at += n;
    }
    return at;
}

/* ---- decoding ----------------------------------------------------------- */

static void check_decode(const unsigned char *bytes, size_t len)
{
    xc_str s = {(const char *)bytes, len};
    uint32_t cp = 0xDEAD, expected = 0xDEAD;
    size_t n = reference_decode(bytes, len, &expected);
    size_t got = xc_utf8_decode(s, &cp);
    if (got != n || (n > 0 && cp != expected))
        check_fail("%02x %02x %02x %02x, %zu bytes: got %zu, U+%04x, expected "
                   "%zu, U+%04x",
                   bytes[0], bytes[1], bytes[2], bytes[3], len, got,
                   (unsigned)cp, n, (unsigned)expected);
}

static void
every_sequence_of_up_to_three_bytes_is_decoded_as_the_abnf_says(void **state)
{
    unsigned char bytes[4] = {0, 0, 0, 0x80};
    (void)state;
    check_decode(bytes, 0);
    for (unsigned a = 0; a < 256; a++) {
        bytes[0] = (unsigned char)a;
        bytes[1] = bytes[2] = 0x80;
        check_decode(bytes, 1);
        for (unsigned b = 0; b < 256; b++) {
            bytes[1] = (unsigned char)b;
            check_decode(bytes, 2);
            for (unsigned c = 0; c < 256; c++) {
                bytes[2] = (unsigned char)c;
                check_decode(bytes, 3);
            }
        }
    }
}

static void sequences_of_four_bytes_are_decoded_as_the_abnf_says(void **state)
{
    static const unsigned char tails[] = {0x00, 0x3C, 0x7F, 0x80, 0x81, 0x8F,
                                          0x90, 0xBE, 0xBF, 0xC0, 0xFF};
    unsigned char bytes[4];
    (void)state;
    for (unsigned a = 0xE0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++)
            for (size_t c = 0; c < COUNT_OF(tails) * COUNT_OF(tails); c++) {
                bytes[0] = (unsigned char)a;
                bytes[1] = (unsigned char)b;
                bytes[2] = tails[c / COUNT_OF(tails)];
                bytes[3] = tails[c % COUNT_OF(tails)];
                check_decode(bytes, 4);
            }
}

static void nothing_decodes_to_nothing(void **state)
{
    static const xc_str absent;
    uint32_t cp;
    (void)state;
    assert_int_equal(xc_utf8_decode(absent, &cp), 0);
    assert_int_equal(xc_utf8_check(absent), 0);
}

/* ---- classes ------------------------------------------------------------ */

static void check_classes(uint32_t cp)
{
    bool start = IN(cp, name_start_ranges);
    CHECK(xc_is_char(cp) == IN(cp, char_ranges), "U+%04x is no Char",
          (unsigned)cp);
    CHECK(xc_is_name_start(cp) == start, "U+%04x begins no name",
          (unsigned)cp);
    CHECK(xc_is_name_char(cp) == (start || IN(cp, name_char_ranges)),
          "U+%04x is in no name", (unsigned)cp);
}

static void every_code_point_is_in_the_classes_of_xml(void **state)
{
    (void)state;
    for (uint32_t cp = 0; cp <= 0x120000; cp++)
        check_classes(cp);
    for (unsigned bit = 21; bit < 32; bit++)
        check_classes(UINT32_C(1) << bit | 'a');
    check_classes(UINT32_MAX);
}

/* ---- checking ----------------------------------------------------------- */

static void check_check(const unsigned char *bytes, size_t len)
{
    size_t expected = reference_check(bytes, len);
    size_t got = xc_utf8_check(guarded_copy((const char *)bytes, len));
    CHECK(got == expected, "%zu bytes: got %zu, expected %zu", len, got,
          expected);
}

/* A fault at every position of a run of every length. */
static void a_check_stops_at_the_first_fault_anywhere(void **state)
{
    static const char *const stops[] = {
        "\x01",         "\x1f",
        "\x80",         "\xc0\x80",
        "\xc3",         "\xe2\x82",
        "\xed\xa0\x80", "\xf0\x9f\x98",
        "\xef\xbf\xbe", "\xef\xbf\xbf",
        "\xff",         "\xc3\xa9",
        "\xe2\x82\xac", "\xf0\x9f\x98\x80",
        "\x7f",         "\xc2\x85",
        "\xf4\x90",
    };
    unsigned char bytes[160];
    (void)state;
    for (size_t s = 0; s < COUNT_OF(stops); s++)
        for (size_t at = 0; at <= 70; at++)
            for (size_t tail = 0; tail <= 70; tail += 7) {
                size_t n = strlen(stops[s]);
                memset(bytes, 'a', sizeof bytes);
                memcpy(bytes + at, stops[s], n);
                check_check(bytes, at + n + tail);
            }
}

static void a_check_stops_at_nul(void **state)
{
    unsigned char bytes[80];
    (void)state;
    for (size_t at = 0; at < sizeof bytes; at++) {
        memset(bytes, 'x', sizeof bytes);
        bytes[at] = 0;
        check_check(bytes, sizeof bytes);
    }
}

static void random_texts_are_checked_as_the_reference_does(void **state)
{
    random_source r = {4711};
    unsigned char bytes[128];
    (void)state;
    for (unsigned round = 0; round < 100000; round++) {
        size_t len = 0;
        while (len < 100 && random_below(&r, 30) != 0) {
            const char *piece = RANDOM_PICK(&r, random_pieces);
            memcpy(bytes + len, piece, strlen(piece));
            len += strlen(piece);
        }
        if (len > 0 && random_below(&r, 2) == 0)
            bytes[random_below(&r, len)] = (unsigned char)random_bits(&r);
        check_check(bytes, len);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            every_sequence_of_up_to_three_bytes_is_decoded_as_the_abnf_says),
        cmocka_unit_test(sequences_of_four_bytes_are_decoded_as_the_abnf_says),
        cmocka_unit_test(nothing_decodes_to_nothing),
        cmocka_unit_test(every_code_point_is_in_the_classes_of_xml),
        cmocka_unit_test(a_check_stops_at_the_first_fault_anywhere),
        cmocka_unit_test(a_check_stops_at_nul),
        cmocka_unit_test(random_texts_are_checked_as_the_reference_does),
    };
    return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
