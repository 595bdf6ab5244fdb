#!/usr/bin/env python3
"""The classes of ASCII bytes, xc_i_class in xmpp_codec.h, from the rules of
XML 1.0 (fifth edition) and RFC 7622.

usage: classes.py (--check | --write) xmpp_codec.h
"""
import re
import sys
import textwrap

ASCII = [chr(b) for b in range(128)]
SPACE = set("\t\n\r ")                                    # [3] S
CHAR = {c for c in ASCII if c >= " "} | SPACE             # [2] Char
LETTERS = {c for c in ASCII if c.isalpha()}
# [4] NameStartChar and [4a] NameChar; Namespaces in XML take the colon out.
NAME_START = LETTERS | {"_"}
NAME_CHAR = NAME_START | set("-.0123456789")

# CR is LF (section 2.11) or, written, a reference. "]" may begin "]]>", and
# ">" end it: section 2.4 [14] CharData.
CLASSES = {
    "NAME_CHAR": NAME_CHAR,
    "NAME_START": NAME_START,
    "IN_TEXT": CHAR - set("<&]\r"),
    # [10] AttValue; what section 3.3.3 normalises is not itself.
    "IN_VALUE": CHAR - set("<&\"'\t\n\r"),
    "SPACE": SPACE,
    "WRITABLE": CHAR - set("<>&\r"),
    # [20] CData
    "IN_CDATA": CHAR - set("]\r"),
    # RFC 7622 section 3.3.1: IdentifierClass in lower case, less eight.
    "IN_LOCAL": {c for c in ASCII if "!" <= c <= "~" and not c.isupper()} -
                set("\"&'/:<>@"),
}


def table(masks):
    """The lines of the table: eight bytes each, and what they are."""
    lines = []
    for row in range(0, 128, 8):
        values = ["0x%02X" % sum(masks[name] for name, chars in CLASSES.items()
                                 if chr(b) in chars)
                  for b in range(row, row + 8)]
        text = "".join(c for c in ASCII[row:row + 8] if " " <= c <= "~")
        lines.append("    %s, /* %02X%s */" % (", ".join(values), row,
                                             "  " + text if text else ""))
    return "\n".join(lines) + "\n"


def main(mode, path):
    with open(path) as f:
        text = f.read()
    enum = re.search(r"enum \{\n(    XC_I_NAME_CHAR = .*?)\};", text, re.S)
    masks = {name: int(value, 0) for name, value in
             re.findall(r"XC_I_(\w+) = (\w+),", enum.group(1))}
    found = re.search(r"(xc_i_class\[128\] = \{\n)(.*?)(\};)", text, re.S)
    if set(masks) != set(CLASSES):
        sys.exit("%s: other classes than here: %s" %
                 (path, " ".join(sorted(set(masks) ^ set(CLASSES)))))
    wanted = table(masks)
    if mode == "--write":
        with open(path, "w") as f:
            f.write(text[:found.start(2)] + wanted + text[found.end(2):])
    elif found.group(2) != wanted:
        sys.exit("%s: xc_i_class is not what the rules give; "
                 "tests/style/classes.py --write %s" % (path, path))
    else:
        print("128 bytes in %d classes as the rules give them" % len(masks))


if len(sys.argv) != 3 or sys.argv[1] not in ("--check", "--write"):
    sys.exit(textwrap.dedent(__doc__).strip())
main(*sys.argv[1:])
