#!/usr/bin/env python3
"""What the comments of xmpp_codec.h say of its structs, beside its tables:

- the comment of a member has the word "required" exactly if a table of fields
  has XC_FIELD_REQUIRED for it; if not all tables of the struct do, it says
  where it is required ("required of", "required in"). Of several members of
  one declaration it may name one ("id is required");
- the comment of a struct of XC_PAYLOADS names the specifications of its rows;
- the index of [PAYLOAD] has each XEP of XC_PAYLOADS and XC_TAGS, once, in
  order, with structs, functions and tags that exist.

Text in `backquotes` does not count as a word.

usage: payloads.py xmpp_codec.h
"""
import collections
import re
import sys

FAULTS = []


def wrong(text, *values):
    FAULTS.append(text % values)


def arguments(text):
    """The arguments of a call, from after its "(" to its ")"."""
    depth, quoted, start, found = 0, False, 0, []
    for i, c in enumerate(text):
        if c == '"' and text[i - 1] != "\\":
            quoted = not quoted
        elif quoted:
            continue
        elif c == "(":
            depth += 1
        elif c == ")" and depth > 0:
            depth -= 1
        elif c in ",)" and depth == 0:
            found.append(text[start:i].strip())
            start = i + 1
            if c == ")":
                return found


def tables(text):
    """{struct: [{member: flags}]}, one dictionary for each table."""
    found = collections.defaultdict(list)
    for m in re.finditer(r"^static const xc_field xc_i_\w+\[\] = \{(.*?)\};",
                         text, re.S | re.M):
        flags, struct = {}, None
        for call in re.finditer(r"XC_(ATTR|ATTR_NS|OWN_TEXT|CHILD)\(",
                                m.group(1)):
            a = arguments(m.group(1)[call.end():])
            struct, flags[a[1]] = a[0], a[-1]
        if struct is not None:
            found[struct].append(flags)
    return found


def structs(text):
    """{struct: (its comment, {member: comment})}"""
    found = {}
    for m in re.finditer(r"(?:/\*\*((?:(?!\*/).)*)\*/\n)?typedef struct "
                         r"(xc_\w+) \{\n(.*?)^\} \2;", text, re.S | re.M):
        members, before, last = {}, "", []
        for part in re.finditer(r"/\*(.*?)\*/|([^/;]+);", m.group(3), re.S):
            if part.group(2) is None:
                line = m.group(3)[:part.start()].rsplit("\n", 1)[-1]
                one = re.search(r"\b(\w+) is required\b", part.group(1))
                if ";" in line:
                    for name in last:
                        if not one or one.group(1) not in last or \
                                one.group(1) == name:
                            members[name] += part.group(1)
                else:
                    before += part.group(1)
                continue
            last = re.findall(r"(\w+)(?:\[\w+\])?(?:,|$)",
                              part.group(2).strip())
            members.update((name, before) for name in last)
            before = ""
        found[m.group(2)] = (m.group(1) or "", members)
    return found


def rows(text, name):
    body = re.search(r"^#define %s\(X\) *\\\n(.*?[^\\])\n" % name, text,
                     re.S | re.M).group(1)
    return [arguments(m) for m in
            re.split(r"\bX\(", body.replace("\\\n", ""))[1:]]


def specs(row):
    return row[-1].strip('"').split(", ")


def check_required(found, tables_of):
    for struct, list_of in sorted(tables_of.items()):
        for member, comment in found[struct][1].items():
            flags = [t for t in list_of if member in t]
            required = [t for t in flags
                        if "XC_FIELD_REQUIRED" in t[member]]
            word = re.search(r"\brequired\b( (of|in)\b)?",
                             re.sub("`[^`]*`", "", comment))
            if required and not word:
                wrong("%s.%s is required", struct, member)
            elif word and not required:
                wrong("%s.%s is not required", struct, member)
            elif required and (len(required) < len(list_of)) != \
                    (word.group(1) is not None):
                wrong("%s.%s: required in %d of %d tables", struct, member,
                      len(required), len(list_of))


def check_specs(found, payloads):
    for row in payloads:
        for spec in specs(row):
            comment = found["xc_" + row[1]][0]
            if not re.search(spec[:4] + r"[^.:]*" + spec[4:], comment):
                wrong("the comment of xc_%s does not name %s", row[1], spec)


def check_index(text, wanted):
    index = re.search(r"---- \[PAYLOAD\].*?\*/", text, re.S).group(0)
    lines = re.findall(r"^       (\d{4}) (\S.*?)  +(\S.*)$", index, re.M)
    numbers = ["XEP-" + line[0] for line in lines]
    if numbers != sorted(set(numbers)):
        wrong("the index of [PAYLOAD] is not in order")
    for spec in sorted(wanted - set(numbers)):
        wrong("%s is not in the index of [PAYLOAD]", spec)
    for spec in sorted(set(numbers) - wanted):
        wrong("%s of the index of [PAYLOAD] has no row", spec)
    for _, _, names in lines:
        for name in re.findall(r"\bx[cC]_\w+|\bXC_\w+", names):
            if not re.search(r"(struct|define|XC_API.*) \*?%s\b" % name, text):
                wrong("%s of the index of [PAYLOAD] does not exist", name)


def main(path):
    with open(path) as f:
        text = f.read()
    found, tables_of = structs(text), tables(text)
    payloads, tags = rows(text, "XC_PAYLOADS"), rows(text, "XC_TAGS")
    if len(tables_of) < 140 or len(payloads) < 110 or len(tags) < 30:
        sys.exit("%s: only %d tables, %d payloads, %d tags found" %
                 (path, len(tables_of), len(payloads), len(tags)))
    check_required(found, tables_of)
    check_specs(found, payloads)
    check_index(text, {s for row in payloads + tags for s in specs(row)})
    if FAULTS:
        sys.exit("\n".join("%s: %s" % (path, f) for f in FAULTS))
    print("the comments of %d structs agree with their tables" %
          len(tables_of))


if len(sys.argv) != 2:
    sys.exit(__doc__.strip())
main(sys.argv[1])
