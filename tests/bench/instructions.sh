#!/bin/sh
# instructions.sh BENCH [STREAM...]: instructions per byte of each contender in
# user space, counted by callgrind: one pass minus a run that only prepares.
set -eu
bench=$1
shift
chunk=${CHUNK:-1460}
memory=${MEMORY:-262144}
command -v valgrind >/dev/null || { echo "valgrind is not installed"; exit 1; }

# instructions ARGUMENT...: of the whole program
instructions() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$bench" \
        --mem "$memory" --chunk "$chunk" "$@" 2>&1 >/dev/null |
        sed -n 's/.*Collected *: *\([0-9]*\).*/\1/p'
}

# table BYTES ARGUMENT...
table() {
    bytes=$1
    shift
    for name in xc_xml xc_stream xc_stream_walk xc_writer expat libxml2 \
        iksemel; do
        takes_part $name "$@" || continue
        before=$(instructions --only $name --passes 0 "$@")
        after=$(instructions --only $name --passes 1 "$@")
        awk -v name=$name -v n="$((after - before))" -v bytes="$bytes" \
            'BEGIN { printf "  %-16s %6.1f\n", name, n / bytes }'
    done
}

# Some peers are not installed.
takes_part() {
    status=0
    "$bench" --only "$@" --mem "$memory" --passes 1 >/dev/null 2>&1 ||
        status=$?
    [ $status = 0 ] || [ $status = 3 ] || echo "  $1 failed"
    [ $status = 0 ]
}

echo "instructions per byte of input, chunks of $chunk bytes"
if [ $# = 0 ]; then
    echo "built-in mix"
    table $((4 << 20))
fi
for stream; do
    echo "$stream"
    table "$(wc -c <"$stream")" --stream "$stream"
done
