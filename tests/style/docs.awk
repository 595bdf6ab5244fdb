# The public part of xmpp_codec.h as Doxygen reads it, line for line: sections
# become groups, and a list of X(...) in an enum becomes its enumerators.
# Private members and what only compilers need are left out.
# usage: awk -f docs.awk xmpp_codec.h

function group(line,   title) {
    match(line, /\[[A-Z0-9]+\]/)
    tag = substr(line, RSTART + 1, RLENGTH - 2)
    title = substr(line, RSTART)
    sub(/ -+( \*\/)?$/, "", title)
    return "/** @defgroup " tag " " title "\\ilinebr "
}

# The first comment is the main page.
NR == 1 {
    print "/** @file */ /** @mainpage xmpp_codec.h \\ilinebr @verbatim"
    top = 1
    next
}
top && /^\*\/$/ {
    print "@endverbatim */"
    top = 0
    next
}
top { print; next }

/^\/\* ---- \[IMPL\]/ {
    print "/** @} */"
    exit
}

# A section: one line, or the first line of a comment.
/^\/\* ---- \[/ {
    printf "%s%s", (grouped++ ? "/** @} */ " : ""), group($0)
    manual = !/\*\/$/
    print (manual ? "@verbatim" : "@{ */")
    next
}
# The next section inside the comment of another.
manual && /^   ---- \[/ {
    print "@endverbatim */ " group($0) "@verbatim"
    next
}
manual && /^\*\/$/ {
    print "@endverbatim \\ilinebr @{ */"
    manual = 0
    next
}
manual { print; next }

# The structs of readers and writers.
tag == "STATE" { print ""; next }

# A namespace without a comment belongs to the RFC or XEP above it.
tag == "NAMESPACES" && /^\/\*\* / {
    title = $0
    sub(/^\/\*\* /, "", title)
    if (!sub(/ \*\/$/, "", title))
        continued = 1
    first = 1
}
tag == "NAMESPACES" && /^#define XC_NS_/ {
    print $0 (first ? "" : " /**< " title " */")
    first = 0
    next
}

# #define LIST(X), its entries, and LIST(XC_I_ENUM) in an enum.
/^#define XC_[A-Z0-9_]+\(X\)/ {
    list = $2
    sub(/\(.*/, "", list)
}
list != "" {
    line = $0
    more = sub(/ *\\$/, "", line)
    sub(/\/\*.*\*\/$/, "", line)
    entries[list] = entries[list] " " line
    if (!more)
        list = ""
}
/^#define XC_I_ENUM\(/ {
    prefix = $0
    sub(/.*\) /, "", prefix)
    sub(/##.*/, "", prefix)
    print ""
    next
}
/\(XC_I_ENUM\)$/ {
    name = $1
    sub(/\(.*/, "", name)
    n = split(entries[name], entry, / X\(/)
    for (i = 2; i <= n; i++) {
        text = entry[i]
        sub(/\) *$/, "", text)
        constant = text
        sub(/,.*/, "", constant)
        sub(/^[^,]*, */, "", text)
        gsub(/\\"/, "\"", text)
        gsub(/[\\<>&@#%]/, "\\\\&", text)
        printf " %s%s, /**< %s */", prefix, constant, text
    }
    print ""
    next
}

# Private members; schemas, which are named as their structs.
/^ +[a-z].*[ *]i_[a-z_]+[;[]/ || /^XC_I_/ { print ""; next }

{ print }
