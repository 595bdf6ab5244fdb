# What the header has structs and tags for, from the rows of XC_STANZAS,
# XC_PAYLOADS and XC_TAGS: the table of README.md; with -v all=1 each
# specification with its structs and tags; with -v readme=README.md that file,
# the table between its two marks renewed. Fails if a tag has no row.
# usage: awk [-v all=1 | -v readme=README.md] -f xeps.awk xmpp_codec.h

function add(spec, what) {
    if (!((group, spec) in seen)) {
        seen[group, spec] = 1
        if (!(group in of_group))
            groups[++n_groups] = group
        of_group[group] = of_group[group] spec "\n"
    }
    if (!(spec in structs))
        specs = specs spec "\n"
    if (index(structs[spec] " ", " " what " ") == 0)
        structs[spec] = structs[spec] " " what
}

# Sorts the lines of a text; they are few. Returns how many there are.
function sorted(text, to,    n, i, k, t) {
    n = split(text, to, "\n") - 1
    for (i = 2; i <= n; i++)
        for (k = i; k > 1 && to[k - 1] > to[k]; k--) {
            t = to[k]
            to[k] = to[k - 1]
            to[k - 1] = t
        }
    return n
}

function print_all(    list, n, i) {
    n = sorted(specs, list)
    for (i = 1; i <= n; i++)
        print list[i] ":" structs[list[i]]
}

# "RFC 6120, 6121; XEP-0086": the kind once.
function in_short(text,    list, n, i, kind, last, out) {
    n = sorted(text, list)
    for (i = 1; i <= n; i++) {
        kind = substr(list[i], 1, 4)
        if (kind == last)
            out = out ", " substr(list[i], 5)
        else
            out = out (i > 1 ? "; " : "") list[i]
        last = kind
    }
    return out
}

function print_table(    i) {
    print "| | |"
    print "|---|---|"
    for (i = 1; i <= n_groups; i++)
        print "| " groups[i] " | " in_short(of_group[groups[i]]) " |"
}

function print_readme(    line, skip) {
    while ((getline line < readme) > 0) {
        if (line ~ /^<!-- xeps: end -->/)
            skip = 0
        if (!skip)
            print line
        if (line ~ /^<!-- xeps: begin -->/) {
            print_table()
            skip = 1
        }
    }
}

/^#define XC_TAG_/ { defined[$2] = 1 }
/^#define XC_(STANZAS|PAYLOADS|TAGS)\(X\)/ { inside = 1; next }
!inside { next }
{
    line = $0
    more = sub(/ *\\$/, "", line)
    if (line ~ /^ *\/\*/) {
        gsub(/^ *\/\* | \*\/$/, "", line)
        group = line
    } else {
        row = row line
    }
    if (row ~ /"\)$/) {
        what = row
        sub(/^ *X\(/, "", what)
        sub(/,.*/, "", what)
        if (what in defined)
            delete defined[what]
        else
            what = "xc_" what
        n = split(row, quoted, "\"")
        n = split(quoted[n - 1], parts, ", ")
        for (i = 1; i <= n; i++)
            add(parts[i], what)
        row = ""
        rows++
    }
    inside = more
}

END {
    for (tag in defined) {
        print FILENAME ": " tag " is not in XC_TAGS" >"/dev/stderr"
        failed = 1
    }
    if (rows < 200) {
        print FILENAME ": only " rows " rows found" >"/dev/stderr"
        failed = 1
    }
    if (failed)
        exit 1
    if (readme != "")
        print_readme()
    else if (all)
        print_all()
    else
        print_table()
}
