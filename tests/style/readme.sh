#!/bin/sh
# The program in README.md compiles as C and as C++ and prints what the README
# shows. Usage: readme.sh DIRECTORY
set -eu
out=$1
mkdir -p "$out"
awk '/^```c$/ { p = 1; next } /^```/ { if (p) exit } p' README.md \
    >"$out/answers.c"
awk '/^```console$/ { p = 1; next } /^```/ { if (p) exit } p' README.md \
    >"$out/answers.txt"
sed -n 's/^> //p' "$out/answers.txt" | sed '/^END$/d' >"$out/answers.in"
sed '/^[$>] /d' "$out/answers.txt" >"$out/answers.expected"
[ -s "$out/answers.c" ] && [ -s "$out/answers.expected" ]
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
