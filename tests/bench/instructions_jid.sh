#!/bin/sh
# instructions_jid.sh BENCH_JID: instructions in user space for each address,
# counted by callgrind: 101 rounds minus one round.
set -eu
bench=$1
command -v valgrind >/dev/null || { echo "valgrind is not installed"; exit 1; }

# instructions ROUNDS CASE NAME: of the whole program
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" \
        --passes 1 --rounds "$1" --case "$2" --only "$3" 2>&1 >/dev/null |
        sed -n 's/.*Collected *: *\([0-9]*\).*/\1/p'
}

# each CASE NAME: for one address, or "-" where the peer is not installed
each() {
    "$bench" --passes 1 --rounds 1 --case "$1" --only "$2" >/dev/null 2>&1 ||
        { echo -; return; }
    once=$(instructions 1 "$1" "$2")
    echo $((($(instructions 101 "$1" "$2") - once) / 100))
}

echo "instructions for each address"
printf '  %-28s %6s %8s %8s %8s %10s %7s\n' '' bytes xc_jid libidn ICU \
    libstrophe target
"$bench" --list | while read -r number bytes target name; do
    [ "$target" != 0 ] || target=
    printf '  %-28s %6s %8s %8s %8s %10s %7s\n' "$name" "$bytes" \
        "$(each "$number" xc_jid)" "$(each "$number" libidn)" \
        "$(each "$number" ICU)" "$(each "$number" libstrophe)" "$target"
done
