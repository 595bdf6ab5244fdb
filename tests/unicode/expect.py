#!/usr/bin/env python3
"""Prints what check_ucd.c expects: the version of Unicode, every code point,
every primary composite:  expect.py [DIRECTORY]

It reads the Unicode Character Database and applies the formulas of RFC 8264
section 8 and RFC 5892 section 3, independently of tables.py. Where the
database has a fact twice, it uses the other file: NormalizationTest.txt for
decompositions, NFC_QC for code points that compose with an earlier one,
NFKC_QC and Changes_When_NFKC_Casefolded for stable ones, ArabicShaping.txt for
joining types, CompositionExclusions.txt for compositions.
"""
import bz2
import sys

UCD = sys.argv[1] if len(sys.argv) > 1 else '/usr/share/unicode'
EVERYTHING = range(0x110000)


def fields(name):
    opener = bz2.open if name.endswith('.bz2') else open
    with opener(f'{UCD}/{name}', 'rt', encoding='utf-8') as file:
        for line in file:
            line = line.split('#')[0].strip()
            if line and line[0] != '@':
                yield [field.strip() for field in line.split(';')]


def numbers(text):
    return [int(number, 16) for number in text.split()]


def covered(text):
    ends = numbers(text.replace('..', ' '))
    return range(ends[0], ends[-1] + 1)


def by_value(name):
    return {cp: f[1] for f in fields(name) for cp in covered(f[0])}


def having(name, *wanted):
    return {cp for f in fields(name) if f[1:] == list(wanted)
            for cp in covered(f[0])}


CATEGORY = by_value('extracted/DerivedGeneralCategory.txt')
COMBINING = by_value('extracted/DerivedCombiningClass.txt')
DECOMPOSITION_TYPE = by_value('extracted/DerivedDecompositionType.txt')
SCRIPT = by_value('Scripts.txt')
BLOCK = by_value('Blocks.txt')
SHAPING = {int(f[0], 16): f[2] for f in fields('ArabicShaping.txt')}
IGNORABLE = having('DerivedCoreProperties.txt', 'Default_Ignorable_Code_Point')
WHITE_SPACE = having('PropList.txt', 'White_Space')
JOIN_CONTROL = having('PropList.txt', 'Join_Control')
NONCHARACTER = having('PropList.txt', 'Noncharacter_Code_Point')
NOT_NFKC = having('DerivedNormalizationProps.txt', 'NFKC_QC', 'N')
UNSTABLE = having('DerivedNormalizationProps.txt',
                  'Changes_When_NFKC_Casefolded')
NOT_NFC = having('DerivedNormalizationProps.txt', 'NFC_QC', 'N')
MAYBE_NFC = having('DerivedNormalizationProps.txt', 'NFC_QC', 'M')
NEVER_COMPOSED = {int(f[0], 16) for f in fields('CompositionExclusions.txt')}
UNICODE_DATA = {int(f[0], 16): f for f in fields('UnicodeData.txt')}
DECOMPOSED = {numbers(f[0])[0]: numbers(f[2])
              for f in fields('NormalizationTest.txt.bz2')
              if ' ' not in f[0]}
LOWER = {cp: numbers(f[13]) for cp, f in UNICODE_DATA.items() if f[13]}
LOWER.update((int(f[0], 16), numbers(f[1]))
             for f in fields('SpecialCasing.txt') if len(f) == 5)

CONTEXTO = [0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB,
            *range(0x660, 0x66A), *range(0x6F0, 0x6FA)]
EXCEPTIONS = {cp: 'CONTEXTO' for cp in CONTEXTO}
EXCEPTIONS.update((cp, 'PVALID') for cp in
                  (0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007))
EXCEPTIONS.update((cp, 'DISALLOWED') for cp in
                  (0x640, 0x7FA, 0x302E, 0x302F, 0x3031, 0x3032, 0x3033,
                   0x3034, 0x3035, 0x303B))


def old_jamo(cp):
    return (BLOCK.get(cp, '').startswith('Hangul Jamo') and
            CATEGORY[cp] != 'Cn')


def letter_or_digit(cp):
    return CATEGORY[cp] in ('Ll', 'Lu', 'Lo', 'Nd', 'Lm', 'Mn', 'Mc')


def precis(cp):
    if cp in EXCEPTIONS:
        return EXCEPTIONS[cp]
    if CATEGORY[cp] == 'Cn' and cp not in NONCHARACTER:
        return 'UNASSIGNED'
    if 0x21 <= cp <= 0x7E:
        return 'PVALID'
    if cp in JOIN_CONTROL:
        return 'CONTEXTJ'
    if old_jamo(cp):
        return 'DISALLOWED'
    if cp in IGNORABLE or cp in NONCHARACTER:
        return 'DISALLOWED'
    if CATEGORY[cp] == 'Cc':
        return 'DISALLOWED'
    if cp in NOT_NFKC:
        return 'FREE_PVAL'
    if letter_or_digit(cp):
        return 'PVALID'
    if CATEGORY[cp] in ('Lt', 'Nl', 'No', 'Me', 'Zs'):
        return 'FREE_PVAL'
    return 'FREE_PVAL' if CATEGORY[cp][0] in 'SP' else 'DISALLOWED'


def idna(cp):
    if cp in EXCEPTIONS:
        return EXCEPTIONS[cp]
    if CATEGORY[cp] == 'Cn' and cp not in NONCHARACTER:
        return 'UNASSIGNED'
    if cp < 0x80 and (chr(cp).isdigit() or chr(cp).islower() or cp == 0x2D):
        return 'PVALID'
    if cp in JOIN_CONTROL:
        return 'CONTEXTJ'
    if cp in UNSTABLE:
        return 'DISALLOWED'
    if cp in IGNORABLE or cp in WHITE_SPACE or cp in NONCHARACTER:
        return 'DISALLOWED'
    if BLOCK.get(cp) in ('Combining Diacritical Marks for Symbols',
                         'Musical Symbols', 'Ancient Greek Musical Notation'):
        return 'DISALLOWED'
    if old_jamo(cp):
        return 'DISALLOWED'
    return 'PVALID' if letter_or_digit(cp) else 'DISALLOWED'


def direction(bidi):
    if bidi in ('L', 'AN', 'EN', 'NSM'):
        return bidi
    if bidi in ('R', 'AL'):
        return 'R'
    return 'neutral' if bidi in ('ES', 'CS', 'ET', 'ON', 'BN') else '-'


def unicode_data(cp, last=[None]):
    """The record of a code point; in ranges, such as ideographs, that of the
    first one. Calls must be in ascending order."""
    record = UNICODE_DATA.get(cp)
    if record is None and last[0] and last[0][1].endswith('First>'):
        return last[0]
    last[0] = record
    return record


def joining(cp):
    default = 'T' if CATEGORY[cp] in ('Mn', 'Me', 'Cf') else '-'
    value = SHAPING.get(cp, default)
    return value if value in 'LRDT' else '-'


def script(cp):
    name = SCRIPT.get(cp)
    if name in ('Hiragana', 'Katakana', 'Han'):
        return 'Japanese'
    return name if name in ('Greek', 'Hebrew') else '-'


def hangul(cp):
    index = cp - 0xAC00
    parts = [0x1100 + index // 588, 0x1161 + index // 28 % 21,
             0x11A7 + index % 28]
    return parts[:2] if index % 28 == 0 else parts


def composites():
    """{(first, second): composite}, without the listed exclusions,
    singletons, and decompositions that begin with a non-starter (UAX #15)."""
    found = {}
    for cp in EVERYTHING:
        if 0xAC00 <= cp <= 0xD7A3:
            pair = hangul(cp)
            if len(pair) == 3:
                pair = [cp - (cp - 0xAC00) % 28, pair[2]]
        elif DECOMPOSITION_TYPE.get(cp) == 'Canonical':
            pair = numbers(UNICODE_DATA[cp][5])
            if (len(pair) == 1 or cp in NEVER_COMPOSED or
                    COMBINING.get(pair[0], '0') != '0' or
                    COMBINING.get(cp, '0') != '0'):
                continue
        else:
            continue
        found[tuple(pair)] = cp
    return found


def hexes(values):
    return ' '.join(f'{value:X}' for value in values)


def describe(cp):
    value, in_idna, record = precis(cp), idna(cp), unicode_data(cp)
    for same in ('CONTEXTJ', 'CONTEXTO', 'UNASSIGNED'):
        assert (value == same) == (in_idna == same)
    identifier = value in ('PVALID', 'CONTEXTJ', 'CONTEXTO')
    assert identifier or in_idna != 'PVALID'
    freeform = identifier or value == 'FREE_PVAL'
    width = DECOMPOSITION_TYPE.get(cp) in ('Wide', 'Narrow')
    wide = numbers(record[5].split('>')[1]) if width else [cp]
    lower, parts = LOWER.get(cp, [cp]), DECOMPOSED.get(cp, [cp])
    flags = ''.join(letter for letter, on in (
        ('i', in_idna == 'PVALID'),
        ('k', in_idna == 'PVALID' and CATEGORY[cp] in ('Mn', 'Mc', 'Me')),
        ('m', width or lower != [cp]),
        ('n', cp in NOT_NFC),
        ('c', cp in MAYBE_NFC),
        ('z', CATEGORY[cp] == 'Zs')) if on)
    return ';'.join((
        f'{cp:X}', value, flags,
        direction(record[4]) if identifier else '-',
        joining(cp) if freeform else '-',
        script(cp) if freeform else '-',
        COMBINING.get(cp, '0'), hexes(lower), hexes(wide), hexes(parts)))


def version():
    with open(f'{UCD}/Scripts.txt', encoding='utf-8') as file:
        major, minor = file.readline().split('-')[1].split('.')[:2]
    return f'{major}.{minor}'


def main():
    print(version())
    for cp in EVERYTHING:
        print(describe(cp))
    for (first, second), cp in sorted(composites().items()):
        print(f'{first:X} {second:X};{cp:X}')


main()
