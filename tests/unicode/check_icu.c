/* Compares the Unicode data of xmpp_codec.h with ICU's:
   cc -I. tests/unicode/check_icu.c $(pkg-config --cflags --libs icu-uc) */
#define XMPP_CODEC_IMPLEMENTATION
#include "versions.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>

#define CODE_POINTS 0x110000
#define TEXT 64 /* UTF-16 units; a code point becomes at most 18 of them */

static const UNormalizer2 *nfc, *nfkc;
static versions v;
static unsigned long wrong;

static void expect(UChar32 cp, const char *what, unsigned long expected,
                   unsigned long got)
{
    if (expected != got && wrong++ < 20)
        fprintf(stderr, "U+%04lX %s: %lX expected, got %lX\n",
                (unsigned long)cp, what, expected, got);
}

/* ---- the formulas, with ICU's properties -------------------------------- */

struct text {
    UChar units[TEXT];
    int32_t len;
};

static struct text text_of(UChar32 cp)
{
    struct text text = {{0}, 0};
    U16_APPEND_UNSAFE(text.units, text.len, cp);
    return text;
}

static bool same_text(struct text a, struct text b)
{
    return u_strCompare(a.units, a.len, b.units, b.len, false) == 0;
}

static void must(UErrorCode error)
{
    if (U_FAILURE(error)) {
        fprintf(stderr, "ICU: %s\n", u_errorName(error));
        exit(2);
    }
}

static struct text to_nfkc(struct text from)
{
    UErrorCode error = U_ZERO_ERROR;
    struct text to;
    to.len =
        unorm2_normalize(nfkc, from.units, from.len, to.units, TEXT, &error);
    must(error);
    return to;
}

static struct text to_folded(struct text from)
{
    UErrorCode error = U_ZERO_ERROR;
    struct text to;
    to.len = u_strFoldCase(to.units, TEXT, from.units, from.len,
                           U_FOLD_CASE_DEFAULT, &error);
    must(error);
    return to;
}

static struct text to_lower(struct text from)
{
    UErrorCode error = U_ZERO_ERROR;
    struct text to;
    to.len = u_strToLower(to.units, TEXT, from.units, from.len, "", &error);
    must(error);
    return to;
}

static bool has_category(UChar32 cp, uint32_t mask)
{
    return (U_GET_GC_MASK(cp) & mask) != 0;
}

#define LETTER_DIGITS                                                         \
    (U_GC_LL_MASK | U_GC_LU_MASK | U_GC_LO_MASK | U_GC_ND_MASK |              \
     U_GC_LM_MASK | U_GC_MN_MASK | U_GC_MC_MASK)
#define FREE_ONLY                                                             \
    (U_GC_LT_MASK | U_GC_NL_MASK | U_GC_NO_MASK | U_GC_ME_MASK |              \
     U_GC_ZS_MASK | U_GC_S_MASK | U_GC_P_MASK)

/* RFC 5892 section 2.6: the value, or -1. */
static int exception(UChar32 cp)
{
    static const UChar32 valid[] = {0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007};
    static const UChar32 context[] = {0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB};
    static const UChar32 not_valid[] = {0x640, 0x7FA, 0x302E, 0x302F, 0x303B};
    size_t i;
    for (i = 0; i < sizeof valid / sizeof valid[0]; i++)
        if (cp == valid[i])
            return XC_I_PVALID;
    for (i = 0; i < 5; i++) {
        if (cp == context[i])
            return XC_I_CONTEXTO;
        if (cp == not_valid[i])
            return XC_I_DISALLOWED;
    }
    if ((cp >= 0x660 && cp <= 0x669) || (cp >= 0x6F0 && cp <= 0x6F9))
        return XC_I_CONTEXTO;
    return cp >= 0x3031 && cp <= 0x3035 ? XC_I_DISALLOWED : -1;
}

static bool is_old_jamo(UChar32 cp)
{
    int32_t type = u_getIntPropertyValue(cp, UCHAR_HANGUL_SYLLABLE_TYPE);
    return type == U_HST_LEADING_JAMO || type == U_HST_VOWEL_JAMO ||
           type == U_HST_TRAILING_JAMO;
}

static bool is_unassigned(UChar32 cp)
{
    return u_charType(cp) == U_UNASSIGNED &&
           !u_hasBinaryProperty(cp, UCHAR_NONCHARACTER_CODE_POINT);
}

/* RFC 8264 section 8. */
static unsigned precis(UChar32 cp)
{
    if (exception(cp) >= 0)
        return (unsigned)exception(cp);
    if (is_unassigned(cp))
        return XC_I_UNASSIGNED;
    if (cp >= 0x21 && cp <= 0x7E)
        return XC_I_PVALID;
    if (u_hasBinaryProperty(cp, UCHAR_JOIN_CONTROL))
        return XC_I_CONTEXTJ;
    if (is_old_jamo(cp) ||
        u_hasBinaryProperty(cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
        u_hasBinaryProperty(cp, UCHAR_NONCHARACTER_CODE_POINT) ||
        has_category(cp, U_GC_CC_MASK))
        return XC_I_DISALLOWED;
    if (!same_text(to_nfkc(text_of(cp)), text_of(cp)))
        return XC_I_FREE_PVAL;
    if (has_category(cp, LETTER_DIGITS))
        return XC_I_PVALID;
    return has_category(cp, FREE_ONLY) ? XC_I_FREE_PVAL : XC_I_DISALLOWED;
}

static bool in_ignorable_block(UChar32 cp)
{
    UBlockCode block = ublock_getCode(cp);
    return block == UBLOCK_COMBINING_MARKS_FOR_SYMBOLS ||
           block == UBLOCK_MUSICAL_SYMBOLS ||
           block == UBLOCK_ANCIENT_GREEK_MUSICAL_NOTATION;
}

/* RFC 5892 section 3: PVALID. */
static bool is_idna_valid(UChar32 cp)
{
    if (exception(cp) >= 0)
        return exception(cp) == XC_I_PVALID;
    if (is_unassigned(cp))
        return false;
    if (cp == 0x2D || (cp >= 0x30 && cp <= 0x39) || (cp >= 0x61 && cp <= 0x7A))
        return true;
    if (u_hasBinaryProperty(cp, UCHAR_JOIN_CONTROL) ||
        !same_text(to_nfkc(to_folded(to_nfkc(text_of(cp)))), text_of(cp)) ||
        u_hasBinaryProperty(cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) ||
        u_hasBinaryProperty(cp, UCHAR_WHITE_SPACE) ||
        u_hasBinaryProperty(cp, UCHAR_NONCHARACTER_CODE_POINT) ||
        in_ignorable_block(cp) || is_old_jamo(cp))
        return false;
    return has_category(cp, LETTER_DIGITS);
}

/* ---- properties --------------------------------------------------------- */

static unsigned direction(UChar32 cp)
{
    switch (u_charDirection(cp)) {
    case U_LEFT_TO_RIGHT: return XC_I_BIDI_L;
    case U_RIGHT_TO_LEFT:
    case U_RIGHT_TO_LEFT_ARABIC: return XC_I_BIDI_R;
    case U_ARABIC_NUMBER: return XC_I_BIDI_AN;
    case U_EUROPEAN_NUMBER: return XC_I_BIDI_EN;
    case U_DIR_NON_SPACING_MARK: return XC_I_BIDI_NSM;
    case U_EUROPEAN_NUMBER_SEPARATOR:
    case U_COMMON_NUMBER_SEPARATOR:
    case U_EUROPEAN_NUMBER_TERMINATOR:
    case U_OTHER_NEUTRAL:
    case U_BOUNDARY_NEUTRAL: return XC_I_BIDI_NEUTRAL;
    default: return XC_I_BIDI_OTHER;
    }
}

static unsigned joining(UChar32 cp)
{
    switch (u_getIntPropertyValue(cp, UCHAR_JOINING_TYPE)) {
    case U_JT_LEFT_JOINING: return XC_I_JOINS_L;
    case U_JT_RIGHT_JOINING: return XC_I_JOINS_R;
    case U_JT_DUAL_JOINING: return XC_I_JOINS_L | XC_I_JOINS_R;
    case U_JT_TRANSPARENT: return XC_I_JOINS_T;
    default: return 0;
    }
}

static unsigned script(UChar32 cp)
{
    UErrorCode error = U_ZERO_ERROR;
    UScriptCode code = uscript_getScript(cp, &error);
    must(error);
    if (code == USCRIPT_HIRAGANA || code == USCRIPT_KATAKANA ||
        code == USCRIPT_HAN)
        return XC_I_SCRIPT_JAPANESE;
    return code == USCRIPT_GREEK    ? XC_I_SCRIPT_GREEK
           : code == USCRIPT_HEBREW ? XC_I_SCRIPT_HEBREW
                                    : XC_I_SCRIPT_OTHER;
}

static void check_identifier(UChar32 cp, uint32_t properties)
{
    unsigned value = precis(cp);
    bool admitted = value == XC_I_PVALID || value == XC_I_CONTEXTJ ||
                    value == XC_I_CONTEXTO;
    bool somewhere = admitted || value == XC_I_FREE_PVAL;
    expect(cp, "class", value, xc_i_class_of(properties));
    expect(cp, "IDNA", is_idna_valid(cp), (properties & XC_I_CP_IDNA) != 0);
    expect(cp, "direction", admitted ? direction(cp) : 0,
           xc_i_bidi_of(properties));
    expect(cp, "joining", somewhere ? joining(cp) : 0,
           xc_i_joining_of(properties));
    expect(cp, "script", somewhere ? script(cp) : 0,
           xc_i_script_of(properties));
}

/* ---- mappings ----------------------------------------------------------- */

/* Keeps unpaired surrogates, so u_strToUTF32 cannot be used. */
static unsigned code_points_of(struct text from, UChar32 to[TEXT])
{
    int32_t at = 0;
    unsigned n = 0;
    while (at < from.len) {
        UChar32 cp = from.units[at++];
        if (cp >> 10 == 0xD800 >> 10 && at < from.len)
            cp = 0x10000 + ((cp & 0x3FF) << 10) + (from.units[at++] & 0x3FF);
        to[n++] = cp;
    }
    return n;
}

static void expect_text(UChar32 cp, const char *what, struct text text,
                        const uint32_t *got, unsigned n)
{
    UChar32 expected[TEXT];
    unsigned i, expected_n = code_points_of(text, expected);
    expect(cp, what, expected_n, n);
    for (i = 0; i < n && i < expected_n; i++)
        expect(cp, what, (unsigned long)expected[i], got[i]);
}

static struct text width_of(UChar32 cp)
{
    UErrorCode error = U_ZERO_ERROR;
    struct text text = text_of(cp);
    int32_t type = u_getIntPropertyValue(cp, UCHAR_DECOMPOSITION_TYPE);
    if (type == U_DT_WIDE || type == U_DT_NARROW)
        text.len =
            unorm2_getRawDecomposition(nfkc, cp, text.units, TEXT, &error);
    must(error);
    return text;
}

static struct text decomposition_of(UChar32 cp)
{
    UErrorCode error = U_ZERO_ERROR;
    struct text text;
    text.len = unorm2_getDecomposition(nfc, cp, text.units, TEXT, &error);
    must(error);
    return text.len < 0 ? text_of(cp) : text;
}

static void check_mappings(UChar32 cp, uint32_t properties)
{
    uint32_t got[4], wide = xc_i_width((uint32_t)cp);
    struct text lower = to_lower(text_of(cp)), width = width_of(cp);
    struct text parts = decomposition_of(cp);
    bool maps =
        !same_text(lower, text_of(cp)) || !same_text(width, text_of(cp));
    expect_text(cp, "lower case", lower, got, xc_i_lower((uint32_t)cp, got));
    expect_text(cp, "width", width, &wide, 1);
    expect_text(cp, "decomposition", parts, got,
                xc_i_decompose((uint32_t)cp, got));
    expect(cp, "maps", maps, (properties & XC_I_CP_MAPS) != 0);
}

/* ---- composition -------------------------------------------------------- */

static bool is_first[CODE_POINTS], is_second[CODE_POINTS];
static bool is_composite[CODE_POINTS];

static void note_pair(UChar32 cp)
{
    UErrorCode error = U_ZERO_ERROR;
    struct text text;
    UChar32 pair[TEXT];
    text.len = unorm2_getRawDecomposition(nfc, cp, text.units, TEXT, &error);
    must(error);
    if (text.len < 0 || code_points_of(text, pair) != 2 ||
        unorm2_composePair(nfc, pair[0], pair[1]) != cp)
        return;
    is_composite[cp] = true;
    is_first[pair[0]] = true;
    is_second[pair[1]] = true;
}

/* Does it begin with a second code point when decomposed? U+16D68 does. */
static bool begins_with_second(UChar32 cp)
{
    UChar32 parts[TEXT];
    code_points_of(decomposition_of(cp), parts);
    return is_second[cp] || (is_composite[cp] && is_second[parts[0]]);
}

static void check_quick(UChar32 cp, uint32_t properties)
{
    int32_t quick = u_getIntPropertyValue(cp, UCHAR_NFC_QUICK_CHECK);
    expect(cp, "not NFC", quick == UNORM_NO,
           (properties & XC_I_CP_NOT_NFC) != 0);
    expect(cp, "composes", quick == UNORM_MAYBE,
           (properties & XC_I_CP_COMPOSES) != 0);
    expect(cp, "composes", begins_with_second(cp), quick == UNORM_MAYBE);
}

/* For some pairs, such as U+11099 U+1A44, ICU 72 returns a value that is not a
   code point: they have no composite. */
static void check_pair(UChar32 first, UChar32 second)
{
    UChar32 composite = unorm2_composePair(nfc, first, second);
    uint32_t got = xc_i_compose((uint32_t)first, (uint32_t)second);
    if (composite < 0 || composite >= CODE_POINTS)
        composite = 0;
    if (v.tables != v.other && (uint32_t)composite != got &&
        (is_unassigned((UChar32)got) ||
         is_unassigned_here((uint32_t)composite)))
        return;
    expect(first, "composition", (unsigned long)composite, got);
}

/* Every first code point with all up to U+1FFFF, and all code points with
   every second one. */
static unsigned long check_pairs(void)
{
    unsigned long pairs = 0;
    UChar32 cp, other;
    for (cp = 0; cp < CODE_POINTS; cp++) {
        for (other = 0; is_first[cp] && other < 0x20000; other++, pairs++)
            check_pair(cp, other);
        for (other = 0; is_second[cp] && other < CODE_POINTS; other++, pairs++)
            check_pair(other, cp);
    }
    return pairs;
}

/* ------------------------------------------------------------------------- */

static void open_icu(void)
{
    UErrorCode error = U_ZERO_ERROR;
    UVersionInfo version;
    u_getUnicodeVersion(version);
    v.other = version_number(version[0], version[1]);
    v.tables = version_from(XC_UNICODE_VERSION);
    nfc = unorm2_getNFCInstance(&error);
    nfkc = unorm2_getNFKCInstance(&error);
    must(error);
}

static void check_code_point(UChar32 cp)
{
    uint32_t properties = xc_i_properties((uint32_t)cp);
    if (!is_comparable(&v, (uint32_t)cp, !is_unassigned(cp)))
        return;
    check_identifier(cp, properties);
    expect(cp, "Zs", has_category(cp, U_GC_ZS_MASK),
           xc_i_is_space((uint32_t)cp));
    expect(cp, "combining class", u_getCombiningClass(cp),
           xc_i_combining_of(properties));
    check_quick(cp, properties);
    check_mappings(cp, properties);
}

int main(void)
{
    unsigned long pairs;
    UChar32 cp;
    open_icu();
    for (cp = 0; cp < CODE_POINTS; cp++)
        note_pair(cp);
    for (cp = 0; cp < CODE_POINTS; cp++)
        check_code_point(cp);
    pairs = check_pairs();
    print_versions(&v, "this ICU", wrong != 0);
    printf("ICU: %d code points, %lu pairs, %lu wrong\n", CODE_POINTS, pairs,
           wrong);
    return wrong != 0;
}
