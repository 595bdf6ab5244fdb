#!/bin/sh
# Each numbered example prints what the comment at its end says, and reads what
# a comment "Reads:" has. Usage: numbered.sh build examples/NN_name.c ...
set -u
build=$1
shift
good=0 bad=0
for source; do
    name=$(basename "$source" .c)
    sed -n '/^\/\* Reads:$/,/^\*\/$/p' "$source" | sed '1d;$d' \
        >"$build/$name.in"
    sed -n '/^\/\* Prints:$/,/^\*\/$/p' "$source" | sed '1d;$d' \
        >"$build/$name.expected"
    "$build/$name" <"$build/$name.in" >"$build/$name.out"
    if [ $? = 0 ] && [ -s "$build/$name.expected" ] &&
       diff -u "$build/$name.expected" "$build/$name.out"
    then good=$((good + 1))
    else bad=$((bad + 1)); echo "$source: prints something else"
    fi
done
echo "$good passed, $bad failed"
[ "$bad" = 0 ]
