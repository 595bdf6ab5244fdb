#!/bin/sh
# run.sh HOST-PROGRAM [IMAGE IMAGE-WITH-LITTLE-STACK] - plays the recording on
# this machine and in QEMU, as it is and spoilt, and checks how it ends.
passed=0 failed=0

# expect CODE TEXT COMMAND...: the exit code, and a text in the output.
expect() {
    want=$1 text=$2
    shift 2
    out=$("$@" 2>&1)
    code=$?
    case $out in
    *"$text"*) ;;
    *) code="$code without \"$text\"" ;;
    esac
    if [ "$code" = "$want" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAILED %s\nexit code %s, expected %s\n%s\n' \
            "$*" "$code" "$want" "$out"
    fi
}

here() {
    timeout 60 "$host" "$@"
}

# With icount, the instructions that are counted do not depend on the host.
qemu() {
    elf=$1
    shift
    timeout 60 qemu-system-arm -M microbit -icount shift=6 -kernel "$elf" \
        -display none -monitor none -serial none \
        -semihosting-config "enable=on,target=native,arg=lamp${1:+,arg=$1}"
}

# spoilt COMMAND...: the name of an element, that of the server, a name in the
# stream's namespace; the nonce, the proof that the server knows the password.
spoilt() {
    expect 1 '<stream:error><not-well-formed xmlns=' "$@" 'flip=body>'
    expect 1 '<stream:error><undefined-condition xmlns=' "$@" \
        "flip=capulet.lit'"
    expect 1 '<stream:error><unsupported-stanza-type xmlns=' "$@" \
        'flip=features'
    expect 1 'a SCRAM nonce that does not continue' "$@" 'flip=TXlxVUV5'
    expect 1 'has not proved that it knows the secret' "$@" 'flip=iMndz'
}

host=$1 image=$2 little=$3
for cut in 1 2 16 64; do
    expect 0 'bytes from the client, as recorded' here "cut=$cut"
done
spoilt here
if [ -n "$image" ]; then
    spoilt qemu "$image"
    expect 3 'fault: ' qemu "$little"
    expect 0 'as recorded' qemu "$image" cut=1
    expect 0 'as recorded' qemu "$image"
    [ "$code" = 0 ] && printf '%s\n' "$out"
fi
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
