#!/bin/sh
# Builds tests/test_core.c for other machines and runs it: 32 bits, big-endian,
# NEON. Statically linked, so that QEMU needs no libraries of the machine.
# Run by `make cross`, which sets WARN.
set -u
out=build/cross
mkdir -p $out
. tests/dialect/report.sh

# cross MACHINE COMPILER QEMU [FLAGS]
cross() {
    machine=$1 compiler=$2 qemu=$3
    shift 3
    name="$machine${*:+ $*}"
    command -v $compiler >/dev/null ||
        { skip "$name: no $compiler"; return; }
    emulator=
    if ! runs_here $machine; then
        emulator=$(command -v $qemu || command -v $qemu-static) ||
            { skip "$name: no $qemu"; return; }
    fi
    variant "$name" "" "$@"
    variant "$name, undefined behaviour traps" \
        "-fsanitize=undefined -fsanitize-undefined-trap-on-error" "$@"
}

# An x86-64 machine runs i686 programs directly, if its kernel allows it.
runs_here() {
    [ "$1 $(uname -m)" = "i686 x86_64" ] &&
        echo 'int main(void) { return 0; }' |
        i686-linux-gnu-gcc -static -x c - -o $out/probe 2>/dev/null &&
        $out/probe 2>/dev/null
}

# variant LABEL FLAGS FLAG...
variant() {
    label=$1 flags=$2
    shift 2
    program=$out/test_core-$machine
    if $compiler -std=c99 -O2 $WARN -Werror -static -I. -Itests $flags "$@" \
        tests/test_core.c tests/codec.c -o $program >$out/output 2>&1; then
        check "$label" $emulator $program
    else
        fail "$label: does not compile"
        sed 's/^/    /' $out/output | head -20
    fi
}

cross i686 i686-linux-gnu-gcc qemu-i386
cross i686 i686-linux-gnu-gcc qemu-i386 -msse2
cross s390x s390x-linux-gnu-gcc qemu-s390x
cross aarch64 aarch64-linux-gnu-gcc qemu-aarch64
cross arm arm-linux-gnueabihf-gcc qemu-arm
cross arm arm-linux-gnueabihf-gcc qemu-arm -mfpu=neon
summary
