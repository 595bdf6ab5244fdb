#!/bin/sh
# compile.sh COMPILER STANDARD OPTIMISATION: compiles the declarations and the
# implementation, warnings being errors, and prints one line.
set -u
compiler=$1 std=$2 opt=$3
case $std in
    c++*)
        lang=c++
        warn=$(echo " $WARN " | sed "s/ -Wmissing-prototypes / /")
        ;;
    *) lang=c warn=$WARN ;;
esac
name="$compiler -std=$std $opt"
out=build/dialect/matrix-$compiler-$std$opt

if ! echo 'int x;' | $compiler -x $lang -std=$std -fsyntax-only - 2>"$out.log"
then
    echo "skipped $name: not supported here"
    exit 0
fi
for file in implementation.c copy.c user.c \
    "implementation.c -DXMPP_CODEC_UNICODE=0"; do
    $compiler -x $lang -std=$std $opt $warn -Werror -I. -c \
        tests/dialect/$file -o "$out.o" >"$out.log" 2>&1 || {
        echo "FAILED  $name $file"
        sed 's/^/    /' "$out.log" | head -20
        exit 0
    }
done
echo "ok      $name"
