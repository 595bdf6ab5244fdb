#!/usr/bin/env python3
"""Flash and stack that xmpp_codec.h needs on a Cortex-M0+.

usage: size.py [flash] [stack] [schemas] [--write]
       size.py layers ELF
Prints tables and exits 1 if a limit is exceeded, or if the tables in README.md
and tests/size/README.md differ; --write rewrites these. Code of another
compiler than README.md names is only measured. With layers: the flash
of a program by layers of the header and by files; its map is ELF.map.
"""
import os
import platform
import re
import subprocess
import sys
import textwrap

HEADER = "xmpp_codec.h"
README, DETAILS = "README.md", "tests/size/README.md"
OUT = "build/size"
PREFIX = os.environ.get("ARM_PREFIX", "arm-none-eabi-")
FLAGS = ["-std=c99", "-Os", "-ffunction-sections", "-fdata-sections", "-I."]
GCC = [PREFIX + "gcc", "-mcpu=cortex-m0plus", "-mthumb"] + FLAGS
LINK = ["--specs=nano.specs", "-nostartfiles", "-Wl,--gc-sections"]

XML_LIMIT = 6144      # bytes of flash that the XML layer needs
STREAM_AIM = 8192     # bytes of flash that STREAM, TREE and WRITER add: met
                      # until stanzas moved to the stream's namespace;
STREAM_LIMIT = 8832   # ... the limit until it is met again
STACK_LIMIT = 512     # bytes of stack: any public function except
TYPED_STACK_LIMIT = 544  # ... those of the typed layers and SASL, and
JID_STACK_LIMIT = 1792   # ... those that enforce or check an address
CORE = ["STR", "STATUS", "UTF8", "XML", "TREE", "STREAM", "WRITER"]
# Functions that recurse for a struct inside a struct. The constant tables, not
# the input, limit the depth.
NESTED = ["xc_read", "xc_write_children", "xc_i_write_struct",
          "xc_i_write_child", "xc_i_write_old_child", "xc_i_read_children",
          "xc_i_read_inner", "xc_i_read_struct"]
TABLES_LIMIT = 33792  # bytes of constants: the Unicode tables of addresses
                      # and, of these,
PREP_LIMIT = 10240    # ... those of SASLprep
PREP = re.compile(r"xc_i_u_(prep|compat)_")
SCRAM = ["xc_scram_client_first", "xc_scram_client_challenge",
         "xc_scram_client_password", "xc_scram_client_verify"]

PLAIN = ["xc_plain_write_as", "xc_sasl_encode"]

# The calls of a program that reads with the XML layer only.
XML = ["xc_xml_init", "xc_xml_next", "xc_xml_finish", "xc_xml_reset",
       "xc_token_attr"]

NO_TABLES = "#define XMPP_CODEC_UNICODE 0\n"

# Stack of functions that the compiler does not show: newlib's byte functions
# and libgcc's switch and arithmetic helpers save at most five registers.
EXTERNAL_STACK = 20
EXTERNAL = re.compile(r"mem(cpy|move|cmp|set)|strlen|__(gnu_thumb1|aeabi)_\w+|"
                      r"__indirect_call")  # the caller's hash function


def run(command):
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, universal_newlines=True)
    if done.returncode != 0:
        sys.exit("%s\n%s" % (" ".join(command), done.stderr))
    return done.stdout


def public_functions():
    """{section tag: [functions]} of the declarations."""
    sections, tag = {}, None
    for line in open(HEADER):
        banner = re.match(r"/\* ---- \[(\w+)\]", line)
        if banner:
            tag = banner.group(1)
        if re.match(r"#endif .*XMPP_CODEC_H \*/", line):
            break
        name = re.match(r"XC_API [^(]*?(\w+)\(", line)
        if name:
            sections.setdefault(tag, []).append(name.group(1))
    return sections


# ---- flash

def write_sources():
    os.makedirs(OUT, exist_ok=True)
    with open(OUT + "/start.c", "w") as f:
        f.write("void _start(void);\nvoid _start(void) {}\n")
    for name, macros in ("codec", ""), ("ascii", NO_TABLES):
        with open("%s/%s.c" % (OUT, name), "w") as f:
            f.write('%s#define XMPP_CODEC_IMPLEMENTATION\n#include "%s"\n'
                    % (macros, HEADER))


def compile_codec():
    """codec.o, and ascii.o without the Unicode tables."""
    write_sources()
    for name in "start", "codec", "ascii":
        run(GCC + ["-c", "-fstack-usage", "-fcallgraph-info=su",
                   "%s/%s.c" % (OUT, name), "-o", "%s/%s.o" % (OUT, name)])


def link(name, functions, codec="codec"):
    """Links a program that needs these functions; returns its ELF file."""
    elf = "%s/%s.elf" % (OUT, name)
    run(GCC + LINK + ["-Wl,-Map=%s.map" % elf] +
        ["-Wl,-u," + f for f in functions] +
        [OUT + "/start.o", "%s/%s.o" % (OUT, codec), "-o", elf])
    return elf


def flash_bytes(elf):
    """Code, constants and initial values of variables."""
    total = 0
    for line in run([PREFIX + "size", "-A", elf]).splitlines():
        if re.match(r"\.(text|rodata|data|ARM)\b", line):
            total += int(line.split()[1])
    return total


def ram_bytes(elf):
    return sum(int(line.split()[1])
               for line in run([PREFIX + "size", "-A", elf]).splitlines()
               if re.match(r"\.(data|bss)\b", line))


def placed_sections(elf):
    """[(section, bytes, file)] of the sections in flash."""
    placed = open(elf + ".map").read().split("Linker script and memory map")[1]
    return [(section, int(size, 16), origin) for section, size, origin in
            re.findall(r"^ (\.(?:vectors|text|rodata|data)\S*)\s+0x\w+"
                       r"\s+(0x\w+) (\S+)$", placed, flags=re.M)]


def is_library(origin):
    return ".a(" in origin


def library_bytes(elf):
    """The bytes of them from libc and libgcc."""
    return sum(size for _, size, origin in placed_sections(elf)
               if is_library(origin))


def constant_bytes(size_tool, object_file):
    return sum(int(line.split()[1])
               for line in run([size_tool, "-A", object_file]).splitlines()
               if line.startswith(".rodata"))


def check_tables(what, size_tool, suffix):
    """Limits the constants of XMPP_CODEC_UNICODE."""
    codec, ascii = (constant_bytes(size_tool, OUT + "/" + name + suffix)
                    for name in ("codec", "ascii"))
    return check(what, codec - ascii, TABLES_LIMIT)


def check_tables_here():
    if platform.machine() != "x86_64":
        print("skipped  tables on x86-64: another machine")
        return True
    for name in "codec", "ascii":
        run(["gcc"] + FLAGS + ["-c", "%s/%s.c" % (OUT, name),
                               "-o", "%s/%s-host.o" % (OUT, name)])
    return check_tables("tables on x86-64", "size", "-host.o")


def symbols(elf):
    """{name: bytes}, libraries included."""
    rows = {}
    for line in run([PREFIX + "nm", "-S", "--defined-only", elf]).splitlines():
        fields = line.split()
        if len(fields) == 4 and fields[3] != "_start":
            rows[fields[3]] = int(fields[1], 16)
    return rows


def prep_bytes(name):
    return sum(size for symbol, size in
               symbols("%s/%s.elf" % (OUT, name)).items()
               if PREP.match(symbol))


def print_symbols():
    """Everything by size; a star where the XML layer alone needs it too."""
    xml, full = symbols(OUT + "/xml.elf"), symbols(OUT + "/all.elf")
    total = flash_bytes(OUT + "/all.elf") - flash_bytes(OUT + "/nothing.elf")
    for name in sorted(full, key=lambda name: (-full[name], name)):
        print("%8d %s %s" % (full[name], "*" if name in xml else " ", name))
    print("%8d   string literals, padding" % (total - sum(full.values())))


def flash():
    """Prints the table; returns (markdown, within the limits)."""
    parts = public_functions()
    tree = XML + parts["TREE"] + parts["STREAM"]
    full = tree + parts["WRITER"]
    jid = full + parts["JID"]
    everything = sum(parts.values(), [])
    empty = link("nothing", [])
    sizes, rows = {}, []
    for name, what, functions, codec in (
            ("nothing", "nothing", [], "codec"),
            ("xml", "XML: tokenizer alone", XML, "codec"),
            ("tree", "... and STREAM, TREE", tree, "codec"),
            ("full", "... and WRITER", full, "codec"),
            ("plain", "... and PLAIN, ASCII", full + PLAIN, "ascii"),
            ("ascii", "... and JID for ASCII alone", jid, "ascii"),
            ("jid", "... and JID", jid, "codec"),
            ("scram-ascii", "SCRAM client alone, ASCII", SCRAM, "ascii"),
            ("scram", "SCRAM client alone", SCRAM, "codec"),
            ("all", "every public function", everything, "codec")):
        elf = link(name, functions, codec)
        library = library_bytes(elf)
        sizes[name] = flash_bytes(elf) - flash_bytes(empty) - library
        rows.append((what, sizes[name], library, ram_bytes(elf)))
    print("Bytes by function and table (*: needed by the XML layer alone)")
    print_symbols()
    print("\nA program that uses             flash  libc+libgcc  RAM")
    for row in rows:
        print("%-30s%7d%13d%5d" % row)
    added = sizes["full"] - sizes["xml"]
    good = check_code("flash of XML", sizes["xml"], XML_LIMIT)
    good &= check_code("flash that STREAM, TREE, WRITER add", added,
                       STREAM_LIMIT)
    if added > STREAM_AIM:
        print("missed  the aim of %d for these: by %d" % (
            STREAM_AIM, added - STREAM_AIM))
    good &= check_tables("tables", PREFIX + "size", ".o")
    good &= check("tables of SASLprep", prep_bytes("all"), PREP_LIMIT)
    good &= check("tables of SASLprep where nobody logs in",
                  prep_bytes("jid"), 0)
    good &= check_tables_here()
    good &= check("flash of nothing", len(symbols(empty)), 0)
    good &= check("RAM", max(row[3] for row in rows), 0)
    table = ["| uses | bytes of flash | of libc and libgcc |",
             "|---|---:|---:|"]
    table += ["| %s | %d | %d |" % row[:3] for row in rows]
    return table, good


def check(what, value, limit):
    good = value <= limit
    print("%s  %s: %d, limit %d" % ("ok    " if good else "FAILED", what,
                                    value, limit))
    return good


def is_pinned():
    """Is this the compiler that README.md names? The limits of code are about
    it; those of tables hold for any."""
    return "arm-none-eabi-gcc %s" % compiler_version() in open(README).read()


def compiler_version():
    return re.search(r"\d+\.\d+", run(GCC + ["-dumpfullversion"])).group()


def check_code(what, value, limit):
    if value <= limit or is_pinned():
        return check(what, value, limit)
    print("skipped  %s: %d, limit %d for another compiler" % (what, value,
                                                             limit))
    return True


# ---- stack

def call_graph():
    """({function: (own bytes, kind)}, {function: callees}) as gcc saw it."""
    text = open(OUT + "/codec.ci").read()
    frames, calls = {}, {}
    for title, label in re.findall(
            r'node: \{ title: "([^"]+)" label: "([^"]*)"', text):
        size = re.search(r"(\d+) bytes \(([^)]*)\)", label)
        frames[title] = (int(size.group(1)), size.group(2)) if size else None
    for caller, callee in re.findall(
            r'edge: \{ sourcename: "([^"]+)" targetname: "([^"]+)"', text):
        calls.setdefault(caller, set()).add(callee)
    return frames, calls


def short(title):
    return title.split(":")[-1].split(".")[0]  # without .constprop.0


def worst(title, frames, calls, known, path):
    """(bytes, call chain) of the deepest way down from this function."""
    if title in path and short(title) in NESTED:
        return 0, ["again for a struct in a struct"]
    if title in path:
        sys.exit("FAILED  recursion: " + " > ".join(
            map(short, path + [title])))
    if title in known:
        return known[title]
    if frames.get(title) is None:
        if not EXTERNAL.fullmatch(title):
            sys.exit("FAILED  %s calls %s: stack unknown"
                     % (short(path[-1]), title))
        return EXTERNAL_STACK, ["%s %d" % (title, EXTERNAL_STACK)]
    own, kind = frames[title]
    if kind not in ("static", "dynamic,bounded"):
        sys.exit("FAILED  %s: a frame of variable size" % short(title))
    deepest = max((worst(c, frames, calls, known, path + [title])
                   for c in calls.get(title, ())), default=(0, []))
    known[title] = (own + deepest[0],
                    ["%s %d" % (short(title), own)] + deepest[1])
    return known[title]


def stack():
    """Prints the table; returns (markdown, within the limit)."""
    frames, calls = call_graph()
    known, rows = {}, []
    parts = public_functions()
    for name in sum(parts.values(), []):
        titles = [t for t in frames if short(t) == name]
        if not titles:
            sys.exit("FAILED  %s is not defined" % name)
        rows.append((name,) + worst(titles[0], frames, calls, known, []))
    rows.sort(key=lambda row: (-row[1], row[0]))
    print("\nWorst case of the stack in bytes, and the frames it consists of")
    for name, size, chain in rows:
        print("%8d  %s" % (size, " > ".join(chain)))
    core = sum((parts.get(tag, []) for tag in CORE), [])
    groups = {JID_STACK_LIMIT: [], STACK_LIMIT: [], TYPED_STACK_LIMIT: []}
    for row in rows:
        addresses = any("xc_i_enforce" in frame for frame in row[2])
        groups[JID_STACK_LIMIT if addresses else
               STACK_LIMIT if row[0] in core else
               TYPED_STACK_LIMIT].append(row)
    good = True
    for limit, group in groups.items():
        if group:
            good &= check_code("stack of " + group[0][0], group[0][1], limit)
    table = ["| function | worst case of the stack |", "|---|---:|"]
    table += ["| `%s` | %d |" % row[:2] for row in rows[:5]]
    table += ["| the other %d | at most %d |" % (len(rows) - 5, rows[5][1])]
    return table, good


# ---- tables of the typed layers

def schema_fields():
    """{schema: symbol of its fields, or NULL} as the header defines them."""
    text = open(HEADER).read()
    shared = dict(re.findall(r"^#define (xc_i_\w+_fields) (\w+)$", text,
                             flags=re.M))
    found = {}
    for name in re.findall(r"^    X\((\w+), \w+, (?:XC_NS_\w+|NULL),", text,
                           flags=re.M):
        fields = "xc_i_%s_fields" % name
        found["xc_%s_schema" % name] = shared.get(fields, fields)
    return found


def schemas():
    """Bytes of each schema with its fields: (markdown, True)."""
    sizes = symbols(OUT + "/codec.o")
    rows = sorted((name[:-len("_schema")],
                   sizes[name] + sizes.get(fields, 0))
                  for name, fields in schema_fields().items())
    total = sum(sizes[n] for n in schema_fields())
    total += sum(sizes.get(f, 0) for f in set(schema_fields().values()))
    words = ", ".join("`%s` %d" % row for row in rows)
    text = ("Bytes of each schema with its table of fields, which some share "
            "(names and the engine apart); all of them: %d. %s." %
            (total, words))
    lines = textwrap.wrap(text, 79)
    print("\n" + "\n".join(lines))
    return (["<details><summary>Bytes of each schema</summary>", ""] + lines +
            ["", "</details>"]), True


# ---- a program by layers

UNICODE = "[JID] Unicode tables"


def implemented_in():
    """{function or table: section tag} of the implementation."""
    names, tag = {}, None
    implementation = open(HEADER).read().split("/* ---- [IMPL]")[1]
    for line in implementation.splitlines():
        banner = re.match(r"/\* ---- \[(\w+)\]", line)
        if banner:
            tag = banner.group(1)
        name = (re.match(r"\w[^(=;]*?\b(\w+)(?:\(|\[| =|$)", line) or
                re.match(r" +static const [^=]*?\b(\w+)(?:\[| =)", line))
        if name:
            names.setdefault(name.group(1), tag)
    return names


def layer_of(section, origin, tags):
    """".rodata.xc_i_take.str1.1" of codec.o: the layer of xc_i_take."""
    if is_library(origin):
        return "libc, libgcc"
    name = re.sub(r"^\.text\.(unlikely|startup)", ".text",
                  section + "..").split(".")[2]
    if name in tags:
        return UNICODE if tags[name] == "TABLES" else "[%s]" % tags[name]
    source = os.path.basename(origin).replace(".o", ".c")
    return source + (": string literals" if name.startswith("str") else
                     ": other constants" if section.startswith(".rodata")
                     and source == "codec.c" else "")


def layers(elf):
    """Prints the flash of a program. A literal of several files is in it only
    once, so the padding may be negative."""
    tags, rows = implemented_in(), {}
    for section, size, origin in placed_sections(elf):
        layer = layer_of(section, origin, tags)
        rows[layer] = rows.get(layer, 0) + size
    order = ["[%s]" % tag for tag in dict.fromkeys(tags.values())]
    order.insert(order.index("[JID]") + 1, UNICODE)
    named = [layer for layer in order if layer in rows]
    named += sorted(layer for layer in rows if layer not in order)
    rows["padding"] = flash_bytes(elf) - sum(rows.values())
    print("Flash, bytes:")
    for layer in named + ["padding"]:
        print("%8d  %s" % (rows[layer], layer))
    print("%8d  all" % sum(rows.values()))


def flash_only(table):
    """Only the flash, for the README of the project."""
    rows = [re.sub(r"\| \d+ \|$", "|", row) for row in table]
    rows[0], rows[1] = "| uses | bytes |", "|---|---:|"
    return [row for row in rows if "| nothing |" not in row]


def marked(path, tables):
    """(text of the file, the same with these tables between the markers)."""
    text = open(path).read()
    body = "\n\n".join("\n".join(table) for table in tables)
    new, count = re.subn(r"(<!-- BEGIN SIZE -->\n).*?(<!-- END SIZE -->)",
                         lambda m: m.group(1) + body + "\n" + m.group(2), text,
                         flags=re.S)
    if count != 1:
        sys.exit("%s: no table between BEGIN SIZE and END SIZE" % path)
    return text, new


def readmes(tables, write):
    """Rewrites the tables of the READMEs, or compares them with the measured
    ones if this is the compiler that they name."""
    good = True
    for path, parts in (README, [flash_only(tables[0])]), (DETAILS, tables):
        text, new = marked(path, parts)
        if new == text:
            continue
        if write:
            open(path, "w").write(new)
            print("%s rewritten" % path)
        elif "arm-none-eabi-gcc %s" % compiler_version() in text:
            print("FAILED  %s: other sizes; make size-readme" % path)
            good = False
        else:
            print("skipped  %s: it is about another compiler" % path)
    return good


def main(arguments):
    if arguments[:1] == ["layers"]:
        layers(arguments[1])
        return 0
    write = "--write" in arguments
    parts = [a for a in arguments if a != "--write"]
    print(run(GCC + ["--version"]).splitlines()[0], "\n" + " ".join(GCC))
    compile_codec()
    results = [{"flash": flash, "stack": stack,
                "schemas": schemas}[a]() for a in parts]
    good = all(good for _, good in results)
    if parts == ["flash", "stack", "schemas"]:
        good &= readmes([table for table, _ in results], write)
    return 0 if good else 1


sys.exit(main(sys.argv[1:]))
