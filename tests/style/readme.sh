#!/bin/sh
# The program in README.md compiles as C and as C++ and prints what the README
# shows. Usage: readme.sh DIRECTORY
set -eu
out=$1
mkdir -p "$out"
awk '/^```c$/ { p = 1; next } /^```/ { if (p) exit } p' README.md \
    >"$out/answers.c"
sed -n "/<<'END'\$/,/^END\$/p" README.md | sed '1d;$d' >"$out/answers.in"
awk '/^```xml$/ { p = 1; next } /^```/ { if (p) exit } p' README.md \
    >"$out/answers.expected"
[ -s "$out/answers.c" ] && [ -s "$out/answers.in" ]
[ -s "$out/answers.expected" ]
cp "$out/answers.c" "$out/answers.cpp"
good=0
for compile in "${CC:-cc} -std=c99 $WARN -Wno-missing-prototypes" \
               "${CXX:-c++} -std=c++11 -Wall -Wextra -Wpedantic"; do
    case $compile in
    *c++11*) source=answers.cpp
             command -v "${CXX:-c++}" >/dev/null ||
                 { echo "skipped: as C++ (no compiler)"; continue; } ;;
    *) source=answers.c ;;
    esac
    $compile -I. "$out/$source" -o "$out/answers"
    "$out/answers" <"$out/answers.in" | diff "$out/answers.expected" -
    good=$((good + 1))
done
echo "$good passed, 0 failed"
