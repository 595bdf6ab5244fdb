# members.awk - what the compiler does not keep: the names of the members of
# structs and of the constants of enumerations. Reads the preprocessed header
# (cc -E -P) and writes build/members.h:
#
#     HEADER_MEMBERS(X)     X(xc_message, to)
#     HEADER_CONSTANTS(X)   X(xc_message_type, XC_MESSAGE_CHAT)
#
# They come from the declarations, so a table of fields that names the wrong
# member is noticed.

{ text = text " " $0 }

# The text from `at` to the next `end`, without it; `at` moves to after it.
function until(end,    found, part) {
    found = index(substr(text, at), end)
    part = substr(text, at, found - 1)
    at += found + length(end) - 1
    return part
}

function members(name, body,    n, m, i, k, statement, names) {
    if (body !~ /^ *xc_base base;/)
        return # no schema has it
    n = split(body, statement, ";")
    for (i = 1; i <= n; i++) {
        gsub(/^ +| +$/, "", statement[i])
        if (statement[i] == "" || statement[i] ~ /[*({[]/)
            continue
        m = split(statement[i], names, ",")
        for (k = 1; k <= m; k++) {
            member_rows = member_rows " \\\n    X(" name ", " last(names[k]) ")"
        }
    }
}

function last(words,    n, word) {
    n = split(words, word, " ")
    return word[n]
}

function constants(name, body,    n, i, list) {
    n = split(body, list, ",")
    for (i = 1; i <= n; i++) {
        sub(/=.*/, "", list[i])
        gsub(/ /, "", list[i])
        if (list[i] != "")
            constant_rows = constant_rows " \\\n    X(" name ", " list[i] ")"
    }
}

END {
    at = 1
    while (match(rest = substr(text, at),
                 /typedef (struct|enum) xc_[a-z0-9_]+ \{/)) {
        at += RSTART + RLENGTH - 1
        head = substr(rest, RSTART, RLENGTH)
        split(head, words, " ")
        if (words[2] == "struct")
            members(words[3], until("}"))
        else
            constants(words[3], until("}"))
    }
    print "/* Written by tests/members.awk from xmpp_codec.h. */"
    print "#define HEADER_MEMBERS(X)" member_rows "\n"
    print "#define HEADER_CONSTANTS(X)" constant_rows
}
