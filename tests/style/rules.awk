# rules.awk - do the tests that tests/RULES.md names exist?
#   awk -f tests/style/rules.awk tests/RULES.md tests/test_*.c

function has_text(file, text,    line, found) {
    if (!(file in content)) {
        while ((getline line < ("tests/data/" file)) > 0)
            content[file] = content[file] line "\n"
        close("tests/data/" file)
    }
    return index(content[file], text) > 0
}

FILENAME ~ /\.md$/ && /^\| / {
    n = split($0, cell, "|")
    if (cell[2] ~ /^ Rule /)
        next
    m = split(cell[3], list, ";")
    rules++
    for (i = 1; i <= m; i++) {
        gsub(/^ +| +$/, "", list[i])
        wanted[++count] = list[i]
        line_of[count] = FNR
    }
}

# What is defined is also run: the compiler warns of unused functions.
FILENAME ~ /\.c$/ && /^static void [a-z0-9_]+\(void \*\*/ {
    split($3, word, "(")
    is_test[word[1]] = 1
}

END {
    for (i = 1; i <= count; i++) {
        test = wanted[i]
        at = index(test, ": ")
        if (test == "caller" || (test in is_test) || \
            (("test_" name) in is_test))
            continue
        if (at > 0 && has_text(substr(test, 1, at - 1), substr(test, at + 2)))
            continue
        printf "tests/RULES.md:%d: no test \"%s\"\n", line_of[i], test
        bad = 1
    }
    if (rules < 40) {
        print "tests/RULES.md: too few rules"
        bad = 1
    }
    if (!bad)
        printf "%d rules, %d tests\n", rules, count
    exit bad
}
