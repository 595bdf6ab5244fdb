# Is the code of the manual in the file where it compiles? A piece of code is
# what blank lines separate, indented by seven spaces, with a line that ends in
# ";" or "{". White space does not count; "..." is anything.
# usage: cat manual.c ... | awk -f manual.awk - xmpp_codec.h

function check(   i, n, part, at, rest, found) {
    if (code != "" && is_code) {
        pieces++
        n = split(code, part, /\.\.\./)
        rest = compiled
        for (i = 1; i <= n; i++) {
            at = index(rest, part[i])
            if (!at) {
                print FILENAME ":" line ": not in manual.c"
                failed = 1
                break
            }
            rest = substr(rest, at + length(part[i]))
        }
    }
    code = ""
    is_code = 0
}

FNR == NR {
    for (t = $0; match(t, /\[[A-Z]+\]/); t = substr(t, RSTART + RLENGTH))
        if (FNR < 6)
            wanted[substr(t, RSTART, RLENGTH)]
    gsub(/[ \t]/, "")
    compiled = compiled $0
    next
}

/^\/\* ---- \[IMPL\]/ { exit }
/^\/\* ---- \[/ {
    match($0, /\[[A-Z0-9]+\]/)
    section = substr($0, RSTART, RLENGTH)
    reading = section in wanted
    seen += reading
}
/^\*\// { check(); reading = 0 }
!reading { next }
/^       / {
    if (code == "")
        line = FNR
    if (/[;{]$/)
        is_code = 1
    gsub(/[ \t]/, "")
    code = code $0
    next
}
{ check() }

END {
    for (section in wanted)
        count++
    if (seen != count) {
        print seen + 0 " sections of " count " found"
        failed = 1
    }
    if (failed)
        exit 1
    print pieces " pieces of code compile"
}
