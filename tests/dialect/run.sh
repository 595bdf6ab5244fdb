#!/bin/sh
# Compiles and links the header in every way that its documentation promises.
# Run by `make dialects`, which sets CC and WARN.
set -u
out=build/dialect
src=tests/dialect
header=xmpp_codec.h
mkdir -p $out
. $src/report.sh

C="$CC -std=c99 -O2 -I. $WARN -Werror"
CXX="$CC -x c++ -std=c++11 -O2 -I. $(echo " $WARN " |
    sed 's/ -Wmissing-prototypes / /') -Werror"

# ---- every standard and compiler; every optimisation of the oldest standards

compilers=${COMPILERS:-gcc clang}

matrix() {
    for compiler in $compilers; do
        for std in c99 c++11; do
            echo $compiler $std -O2
            echo $compiler $std -Os
        done
        for std in c99 c11 c17 c23 c2y \
            c++11 c++14 c++17 c++20 c++23 c++26; do
            echo $compiler $std -O0
        done
    done | xargs -n 3 -P "$(getconf _NPROCESSORS_ONLN)" $src/compile.sh \
        >$out/matrix
    cat $out/matrix
    passed=$((passed + $(grep -c '^ok' $out/matrix)))
    failed=$((failed + $(grep -c '^FAILED' $out/matrix)))
    skipped=$((skipped + $(grep -c '^skipped' $out/matrix)))
}

# ---- every way to include

inclusion() {
    check "included twice" $C -c $src/twice.c -o $out/twice.o
    check "implementation after the declarations" \
        $C -c $src/late.c -o $out/late.o
    check "XMPP_CODEC_STATIC" $C -c $src/copy.c -o $out/copy.o
    for value in 0 1; do
        check "XMPP_CODEC_NO_SIMD=$value" $C -DXMPP_CODEC_NO_SIMD=$value \
            -c $src/implementation.c -o $out/macro.o
    done
    for value in 0 1; do
        name="XMPP_CODEC_UNICODE=$value"
        check "$name, ascii built" $C -D$name $src/ascii.c -o $out/ascii
        check "$name, ascii run" $out/ascii
        check "$name, test_core built" $C -D$name -Itests tests/test_core.c tests/codec.c \
            -o $out/test_core
        check "$name, test_core run" $out/test_core
    done
    for char in signed unsigned; do
        check "-f$char-char" $C -f$char-char -c $src/implementation.c \
            -o $out/char.o
        rm -f $out/test_core
        if [ -f tests/test_core.c ]; then
            check "-f$char-char, test_core built" $C -f$char-char -Itests \
                tests/test_core.c tests/codec.c -o $out/test_core
            check "-f$char-char, test_core run" $out/test_core
        fi
    done
    documented=$(sed -n '/^ *---- \[CONFIG\]/,/\*\//p' $header |
        grep -o '^ *XMPP_CODEC_[A-Z_]*' | sort)
    nothing "no other documented macro" "$(echo "$documented" | grep -v -w \
        -e XMPP_CODEC_IMPLEMENTATION -e XMPP_CODEC_STATIC \
        -e XMPP_CODEC_NO_SIMD -e XMPP_CODEC_UNICODE)"
}

# ---- programs of several files

# linked LANGUAGE LANGUAGE: the implementation in one, the user in the other,
# a static copy in a third file.
linked() {
    name="implementation in $1, user in $2, static copy"
    for part in implementation-$1 user-$2 copy-$2; do
        file=$src/${part%-*}.c
        case $part in
            *-C) $C -c $file -o $out/$part.o ;;
            *) $CXX -c $file -o $out/$part.o ;;
        esac || { fail "$name"; return; }
    done
    $CC $out/implementation-$1.o $out/user-$2.o $out/copy-$2.o \
        -o $out/linked || { fail "$name"; return; }
    check "$name" $out/linked
}

# The declarations of the header, one a line.
declarations() {
    gcc -std=c99 -E -P -x c $header | tr '\n' ' ' | tr ';' '\n'
}

declared_functions() {
    declarations | sed -n 's/^ *extern [^(]*[ *]\(xc_[a-z0-9_]*\)(.*/\1/p' |
        sort
}

declared_names() {
    {
        declared_functions
        declarations | sed -n 's/^ *extern const xc_schema \(xc_\w*\)$/\1/p'
    } | sort
}

# A program that names each declared function links only if each is defined.
all_defined() {
    {
        echo '#include "xmpp_codec.h"'
        echo 'typedef void (*function)(void);'
        echo 'extern const function all[];'
        echo 'const function all[] = {'
        declared_functions | sed 's/.*/    (function)&,/'
        echo '}; int main(void) { return all[0] == 0; }'
    } >$out/all.c
    check "$(declared_functions | grep -c .) declared functions are defined" \
        $CC -I. $out/all.c $src/implementation.c -o $out/all
}

# ---- errors that the header reports itself

refusals() {
    printf '%s\n' '#include "xmpp_codec.h"' '#ifdef LATE' \
        '#define XMPP_CODEC_STATIC' '#include "xmpp_codec.h"' '#endif' \
        >$out/refused.c
    : >$out/messages
    for flag in -DXMPP_CODEC_NO_SIMD=2 -DXMPP_CODEC_NO_SIMD=-1 \
        -DXMPP_CODEC_UNICODE=2 -DXMPP_CODEC_UNICODE=-1 -DLATE; do
        $CC -I. $flag -fsyntax-only $out/refused.c 2>&1 |
            sed -n 's/.*error.*"\([^"]*\)".*/\1/p' >$out/message
        nothing "refused: $flag" "$([ -s $out/message ] || echo accepted)"
        cat $out/message >>$out/messages
    done
    nothing "every #error is provoked" "$(sed -n \
        's/^ *# *error *//p' $header | grep -v -F -f $out/messages)"
}

# ---- what the object file needs and offers

symbols() {
    for compiler in $compilers; do
        command -v $compiler >/dev/null ||
            { skip "symbols by $compiler: not installed"; continue; }
        for opt in -O0 -O2 -Os; do
            object_file "$compiler $opt"
        done
        object_file "$compiler -O2 -ffreestanding"
        object_file "$compiler -O2 -DXMPP_CODEC_UNICODE=0"
    done
}

# object_file COMPILER-AND-FLAGS
object_file() {
    $1 -std=c99 -fno-pie -I. -c $src/implementation.c -o $out/symbols.o ||
        { fail "$1"; return; }
    nm $out/symbols.o >$out/nm
    nothing "$1: no variables" "$(awk 'NF == 3 && $2 ~ /[BbCcDdGgSs]/ \
        { print $3 }' $out/nm)"
    # clang may call a memcmp that only asks for equality bcmp
    nothing "$1: of libc only five functions" \
        "$(awk '$1 == "U" { print $2 }' $out/nm | grep -v -x \
        -e memcpy -e memmove -e memcmp -e bcmp -e memset -e strlen)"
    awk 'NF == 3 && $2 ~ /[A-Z]/ { print $3 }' $out/nm | sort >$out/offered
    nothing "$1: offers what is declared and nothing else" \
        "$(declared_names | comm -3 - $out/offered)"
}

# Macros that the declarations define, beyond those of the headers it names.
macros() {
    grep '^ *# *include <std\|^ *# *include <string' $header |
        $CC -std=c99 -dM -E -x c - | sort >$out/before
    $CC -std=c99 -dM -E -x c $header | sort >$out/after
    nothing "macros begin with XC_ or XMPP_CODEC_" "$(comm -13 $out/before \
        $out/after | awk '{ print $2 }' | grep -v '^XC_\|^XMPP_CODEC_')"
}

matrix
inclusion
for implementation in C C++; do
    for user in C C++; do
        linked $implementation $user
    done
done
all_defined
refusals
symbols
macros
summary
