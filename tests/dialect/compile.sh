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

known() {
    echo 'int x;' | $compiler -x $lang -std=$1 -fsyntax-only - 2>/dev/null
}

# Older compilers have the name of the draft.
case $std in
    c23) draft=c2x ;;
    c++23) draft=c++2b ;;
    c++26) draft=c++2c ;;
    *) draft=$std ;;
esac
known $std || ! known $draft || std=$draft
name="$compiler -std=$std $opt"
out=build/dialect/matrix-$compiler-$std$opt

if ! known $std; then
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
