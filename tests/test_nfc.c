/* Normalization form C against NormalizationTest.txt of Unicode 15.0 (Debian:
   package unicode-data, and bzip2). */
#define XMPP_CODEC_IMPLEMENTATION
#include "support.h"

#define TEST_FILE "/usr/share/unicode/NormalizationTest.txt.bz2"

enum { COLUMNS = 5, CODE_POINTS = 0x110000 };

/* ---- code points -------------------------------------------------------- */

static void add_code_point(buffer *b, uint32_t cp)
{
    char c[4];
    size_t n = cp < 0x80 ? 1 : cp < 0x800 ? 2 : cp < 0x10000 ? 3 : 4;
    static const unsigned char leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = n - 1; i > 0; i--, cp >>= 6)
        c[i] = (char)(unsigned char)(0x80 | (cp & 0x3F));
    c[0] = (char)(unsigned char)(leads[n] | cp);
    buffer_add(b, c, n);
}

/* "00E9 0301" as UTF-8. */
static void add_column(buffer *b, const char *text)
{
    char *end;
    buffer_clear(b);
    for (;; text = end) {
        unsigned long cp = strtoul(text, &end, 16);
        if (end == text)
            return;
        add_code_point(b, (uint32_t)cp);
    }
}

static void to_nfc(const buffer *from, buffer *to)
{
    xc_i_nfc n;
    xc_status status;
    uint32_t cp = 0;
    buffer_clear(to);
    xc_i_nfc_init(&n, guarded_copy(from->ptr, from->len), XC_I_MAP_NONE);
    while ((status = xc_i_nfc_next(&n, &cp)) == XC_EVENT)
        add_code_point(to, cp);
    check_status("xc_i_nfc_next", status, XC_OK);
}

static bool same(const buffer *a, const buffer *b)
{
    return xc_str_equal(buffer_str(a), buffer_str(b));
}

static void check_nfc(const char *row, const buffer *from,
                      const buffer *expected)
{
    static buffer got;
    to_nfc(from, &got);
    CHECK(same(&got, expected), "%s: wrong form of \"%s\": \"%s\"", row,
          from->ptr, got.ptr);
}

/* ---- the file ----------------------------------------------------------- */

typedef struct test_file {
    unsigned rows;
    bool listed[CODE_POINTS]; /* in the first column of part 1 */
} test_file;

static void check_row(char *line)
{
    static buffer column[COLUMNS];
    char *field = line;
    for (size_t i = 0; i < COLUMNS; i++) {
        add_column(&column[i], field);
        field = strchr(field, ';');
        assert_non_null(field);
        field++;
    }
    for (size_t i = 0; i < COLUMNS; i++)
        check_nfc(line, &column[i], &column[i < 3 ? 1 : 3]);
}

static void read_row(test_file *t, char *line, bool part_1)
{
    unsigned long cp;
    char *end;
    if (line[0] == '#' || line[0] == '@' || line[0] == '\n')
        return;
    cp = strtoul(line, &end, 16);
    if (part_1 && *end == ';' && cp < CODE_POINTS)
        t->listed[cp] = true;
    check_row(line);
    t->rows++;
}

/* What part 1 does not list is its own form. */
static void check_others(const test_file *t)
{
    static buffer text;
    for (uint32_t cp = 0; cp < CODE_POINTS; cp++) {
        char name[16];
        if (t->listed[cp] || (cp >= 0xD800 && cp < 0xE000))
            continue;
        snprintf(name, sizeof name, "U+%04lX", (unsigned long)cp);
        buffer_clear(&text);
        add_code_point(&text, cp);
        check_nfc(name, &text, &text);
    }
}

static bool found(void)
{
    return access(TEST_FILE, R_OK) == 0 &&
           system("command -v bzip2 >/dev/null 2>&1") == 0;
}

/* UAX #15, the conformance test's conditions for NFC. */
static void normalization_test(void **state)
{
    static test_file t;
    char line[4096];
    bool part_1 = false, version = false;
    FILE *file;
    (void)state;
    if (!found()) {
        print_message("no bzip2 or no " TEST_FILE " (Debian: package "
                      "unicode-data): this test checks nothing\n");
        skip();
    }
    file = popen("bzip2 -dc " TEST_FILE, "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        version = version || strncmp(line, "# NormalizationTest-15.0.0.txt",
                                     30) == 0;
        if (line[0] == '@')
            part_1 = strncmp(line, "@Part1", 6) == 0;
        if (version)
            read_row(&t, line, part_1);
    }
    assert_int_equal(pclose(file), 0);
    if (!version) {
        print_message(TEST_FILE " is not of Unicode 15.0: this test checks "
                      "nothing\n");
        skip();
    }
    print_message("%u rows\n", t.rows);
    assert_true(t.rows > 18000);
    check_others(&t);
}

/* ---- without the file --------------------------------------------------- */

static void check_form(const char *from, const char *expected)
{
    static buffer in, out;
    add_column(&in, from);
    add_column(&out, expected);
    check_nfc(from, &in, &out);
}

/* UAX #15: reordering, composition, blocking, exclusions. */
static void examples(void **state)
{
    (void)state;
    check_form("", "");
    check_form("0041", "0041");
    check_form("0065 0301", "00E9");
    check_form("212B", "00C5");
    check_form("1E9B 0323", "1E9B 0323");
    check_form("0061 0315 0300 05AE 0062", "00E0 05AE 0315 0062");
    check_form("0061 0327 0301", "00E1 0327");
    check_form("0071 0307 0323", "0071 0323 0307");
    check_form("0301 0323", "0323 0301");
    check_form("0061 0310 0301", "0061 0310 0301");
    check_form("0958", "0915 093C");
    check_form("0344", "0308 0301");
    check_form("1F82", "1F82");
    check_form("03B1 0345 0313 0300", "1F82");
    check_form("0B47 0300 0B3E", "0B47 0300 0B3E");
    check_form("11131 0300 11127", "11131 0300 11127");
    check_form("11131 11127", "1112E");
}

/* Unicode 3.12: every syllable from its jamo, in both spellings. */
static void hangul(void **state)
{
    (void)state;
    for (uint32_t s = 0; s < 11172; s++) {
        static buffer jamo, mixed, syllable;
        uint32_t t = s % 28;
        buffer_clear(&jamo);
        buffer_clear(&mixed);
        buffer_clear(&syllable);
        add_code_point(&jamo, 0x1100 + s / 588);
        add_code_point(&jamo, 0x1161 + s % 588 / 28);
        add_code_point(&mixed, 0xAC00 + s - t);
        if (t > 0) {
            add_code_point(&jamo, 0x11A7 + t);
            add_code_point(&mixed, 0x11A7 + t);
        }
        add_code_point(&syllable, 0xAC00 + s);
        check_nfc("jamo", &jamo, &syllable);
        check_nfc("LV and T", &mixed, &syllable);
        check_nfc("syllable", &syllable, &syllable);
    }
}

/* U+11A7 is no trailing consonant; a third jamo composes with LV only. */
static void hangul_edges(void **state)
{
    (void)state;
    check_form("AC00 11A7", "AC00 11A7");
    check_form("AC01 11A8", "AC01 11A8");
    check_form("1100 1160", "1100 1160");
    check_form("1100 1176", "1100 1176");
    check_form("1113 1161", "1113 1161");
    check_form("AC00 11C3", "AC00 11C3");
    check_form("1100 0301 1161", "1100 0301 1161");
    check_form("1100 1161 0301 11A8", "AC00 0301 11A8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(examples),
        cmocka_unit_test(hangul),
        cmocka_unit_test(hangul_edges),
        cmocka_unit_test(normalization_test),
    };
    return cmocka_run_group_tests_name("nfc", tests, NULL, NULL);
}
