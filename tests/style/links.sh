#!/bin/sh
# Each relative link in a Markdown file leads to a file that exists, and so does
# each path of this tree in backquotes. Usage: links.sh [FILE.md ...]; without
# arguments all that git tracks. Code blocks are left out.
set -u
[ $# -gt 0 ] || {
    set -f
    IFS='
'
    set -- $(git ls-files '*.md' 2>/dev/null ||
             find . -name '*.md' ! -path './build/*')
    unset IFS
}
awk '
function report(target) {
    sub(/[#? ].*/, "", target)
    if (target != "" && target !~ /^[a-z]+:/)
        print FILENAME ":" FNR "\t" target
}
FNR == 1 { code = 0 }
/^ *```/ { code = !code }
code || /^    / { next }
{
    rest = $0
    while (match(rest, /\]\([^)]*\)/)) {
        report(substr(rest, RSTART + 2, RLENGTH - 3))
        rest = substr(rest, RSTART + RLENGTH)
    }
    rest = $0
    while (match(rest, /`(\.ci|examples|findings|fuzz|tests)\/[^`*]*`/)) {
        path = substr(rest, RSTART + 1, RLENGTH - 2)
        if (path !~ /[A-Z][A-Z]/ || path ~ /README|RULES/)
            report("/" path)
        rest = substr(rest, RSTART + RLENGTH)
    }
}
/^\[[^]]*\]: / { report($2) }
' "$@" | {
    count=0 dead=0
    tab=$(printf '\t')
    while IFS="$tab" read -r where target; do
        count=$((count + 1))
        case $target in
        /*) path=.$target ;;
        *) path=$(dirname "${where%:*}")/$target ;;
        esac
        [ -e "$path" ] || {
            echo "$where: there is no ${target#/}" >&2
            dead=$((dead + 1))
        }
    done
    [ "$count" -gt 0 ] && [ "$dead" = 0 ] && echo "$count links are good"
}
