# The index of functions at the top names each public function once, and
# nothing else.
# usage: awk -f functions.awk xmpp_codec.h

function wrong(text) {
    print FILENAME ": " text
    failed = 1
}

function enter(name) {
    if (name in indexed)
        wrong(name " is in the index twice")
    indexed[name]
    entries++
}

/^   Functions\./ { listing = 1; next }
/^\*\// { listing = 0; begun = 1 }
/\[IMPL\]/ && begun { exit }

# "label   xc_name xc_prefix_ rest rest": labels have three spaces before and
# two after them, lines without a label more before them.
listing == 1 && /^$/ { listing = 2; next }
listing == 2 {
    line = $0
    sub(/^   [A-Za-z0-9:, ]+  /, "", line)
    n = split(line, word, " ")
    for (i = 1; i <= n; i++) {
        if (word[i] ~ /^xc_.*_$/)
            prefix = word[i]
        else if (word[i] ~ /^xc_/) {
            prefix = ""
            enter(word[i])
        } else
            enter(prefix word[i])
    }
}

begun && /^XC_API / { declaring = 1 }
declaring && match($0, /xc_[a-z0-9_]+\(/) {
    public[substr($0, RSTART, RLENGTH - 1)]
    functions++
}
/[(;]/ { declaring = 0 }

END {
    for (name in public)
        if (!(name in indexed))
            wrong(name " is not in the index")
    for (name in indexed)
        if (!(name in public))
            wrong(name " is in the index, but not declared")
    if (functions < 100)
        wrong("only " functions + 0 " functions found")
    if (failed)
        exit 1
    print functions " public functions are in the index"
}
