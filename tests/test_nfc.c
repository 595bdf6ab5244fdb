/* Normalization form C against NormalizationTest.txt (Debian: package
   unicode-data, and bzip2; or the directory that the environment has as UCD).
   It may be of another version of Unicode than the tables: no form changes. */
#define XMPP_CODEC_IMPLEMENTATION
#include "support_rows.h"

#define TEST_FILE "NormalizationTest.txt.bz2"

enum {
    COLUMNS = 5,
    CODE_POINTS = 0x110000
};

/* ---- code points -------------------------------------------------------- */

static void add_code_point(buffer *b, uint32_t cp)
{
    char bytes[4];
    buffer_add(b, bytes, encode_utf8(cp, bytes));
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

static void check_nfc(const char *what, const buffer *from,
                      const buffer *expected)
{
    static buffer got;
    to_nfc(from, &got);
    CHECK(same(&got, expected), "%s: wrong form of \"%s\": \"%s\"", what,
          from->ptr, got.ptr);
}

/* ---- the file ----------------------------------------------------------- */

typedef struct test_file {
    char version[8]; /* "15.0", or empty */
    unsigned rows, skipped;
    bool listed[CODE_POINTS]; /* in the first column of part 1 */
} test_file;

/* A code point that a newer version has? */
static bool has_unassigned(const buffer *text)
{
    xc_str rest = buffer_str(text);
    while (rest.len > 0) {
        uint32_t cp;
        size_t n = xc_utf8_decode(rest, &cp);
        if (n > 0 && xc_i_class_of(xc_i_properties(cp)) == XC_I_UNASSIGNED)
            return true;
        n = n > 0 ? n : 1; /* a surrogate */
        rest.ptr += n;
        rest.len -= n;
    }
    return false;
}

/* False: it has what the tables do not know. */
static bool check_row(char *line)
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
        if (has_unassigned(&column[i]))
            return false;
    for (size_t i = 0; i < COLUMNS; i++)
        check_nfc(line, &column[i], &column[i < 3 ? 1 : 3]);
    return true;
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
    if (check_row(line))
        t->rows++;
    else
        t->skipped++;
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

/* The file, or NULL where it or bzip2 is not installed. */
static FILE *open_file(void)
{
    const char *directory = getenv("UCD");
    char command[1024];
    if (directory == NULL)
        directory = "/usr/share/unicode";
    snprintf(command, sizeof command, "%s/" TEST_FILE, directory);
    if (access(command, R_OK) != 0 ||
        system("command -v bzip2 >/dev/null 2>&1") != 0)
        return NULL;
    snprintf(command, sizeof command, "bzip2 -dc '%s/" TEST_FILE "'",
             directory);
    return popen(command, "r");
}

static void read_file(test_file *t, FILE *file)
{
    char line[4096];
    bool part_1 = false;
    while (fgets(line, sizeof line, file) != NULL) {
        sscanf(line, "# NormalizationTest-%4[0-9.]", t->version);
        if (line[0] == '@')
            part_1 = strncmp(line, "@Part1", 6) == 0;
        read_row(t, line, part_1);
    }
}

/* UAX #15, the conformance test's conditions for NFC. */
static void every_row_of_normalization_test_holds(void **state)
{
    static test_file t;
    FILE *file = open_file();
    (void)state;
    if (file == NULL) {
        print_message("no bzip2 or no " TEST_FILE " (Debian: package "
                      "unicode-data): this test checks nothing\n");
        skip();
    }
    read_file(&t, file);
    assert_int_equal(pclose(file), 0);
    print_message("Unicode %s, the tables " XC_UNICODE_VERSION ": %u rows, "
                  "%u left out\n",
                  t.version, t.rows, t.skipped);
    assert_true(t.rows > 18000);
    assert_true(t.skipped == 0 || strcmp(t.version, XC_UNICODE_VERSION) != 0);
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

/* UAX #15: reordering, composition, blocking, exclusions; Hangul. */
static void form_row(const row *r)
{
    const char *form = strcmp(r->field[1], "-") == 0 ? "" : r->field[1];
    CHECK(r->fields == 2 && r->field[1][0] != '\0', "two fields");
    check_form(strcmp(r->field[0], "-") == 0 ? "" : r->field[0], form);
    check_form(form, form);
}

static void every_form_of_the_table_is_made(void **state)
{
    (void)state;
    for_each_row("tests/data/nfc.tsv", form_row);
}

/* Unicode 3.12: every syllable from its jamo, in both spellings. */
static void every_hangul_syllable_is_composed(void **state)
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_of_the_table_is_made),
        cmocka_unit_test(every_hangul_syllable_is_composed),
        cmocka_unit_test(every_row_of_normalization_test_holds),
    };
    return cmocka_run_group_tests_name("nfc", tests, NULL, NULL);
}
