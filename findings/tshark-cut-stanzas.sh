#!/bin/sh
# What tshark (Wireshark) shows of a stream depends on where TCP has cut it. It
# waits for the rest of a stanza only if a segment does not end with ">".
#
# Guess: its XMPP dissector, which has an option for reassembly that is on,
# finds out where a stanza ends, as it has a parser for XML.
# Seen: cut inside a name or a text, a message is one; cut behind <body>, it is
# a message with an empty body and an unknown packet; cut behind </body>, a
# message and the end of the stream, which goes on. So bytes that are right look
# as if the sender had sent something else. Requests and answers of stream
# management (XEP-0198) are unknown packets however they come.
. "$(dirname "$0")/common.inc"
debian tshark=4.0.17-0+deb12u3
PATH=$root/usr/bin:$PATH
LD_LIBRARY_PATH=$(dirname "$(find "$root" -name 'libwireshark.so.16')")
need od text2pcap tshark

# tshark_shows SEGMENT...: what is in these, behind a stream's header
tshark_shows() {
    for segment in "<stream:stream xmlns='jabber:client' version='1.0'
        xmlns:stream='http://etherx.jabber.org/streams'>" "$@"; do
        printf %s "$segment" | od -A x -t x1 -v
    done >"$work/stream.txt"
    text2pcap -q -T 40000,5222 "$work/stream.txt" "$work/stream.pcap" \
        2>/dev/null
    tshark -r "$work/stream.pcap" -O xmpp 2>/dev/null | sed -n \
        -e '1,/STREAM/d' -e 's/^ *\[Unknown packet:.*/unknown packet/p' \
        -e 's/^ *STREAM END.*/stream end/p' \
        -e 's/^    \(MESSAGE\).*/message/p' -e 's/^ *BODY/  body/p' |
        tr '\n' '~' | sed -e 's/~$//' -e 's/~ */, /g'
}

seen 'in one segment' 'message, body [value="Hello"]' \
    "$(tshark_shows "<message><body>Hello</body></message>")"
seen 'cut in the body' 'message, body [value="Hello"]' \
    "$(tshark_shows "<message><body>Hel" "lo</body></message>")"
seen 'cut in a tag' 'message, body [value="Hello"]' \
    "$(tshark_shows "<message><body>Hello</bo" "dy></message>")"
seen 'cut behind <body>' 'message, body [value=""], unknown packet' \
    "$(tshark_shows "<message><body>" "Hello</body></message>")"
seen 'cut behind </body>' 'message, body [value="Hello"], stream end' \
    "$(tshark_shows "<message><body>Hello</body>" "</message>")"
seen 'stream management' 'unknown packet, unknown packet' \
    "$(tshark_shows "<r xmlns='urn:xmpp:sm:3'/>" \
    "<a xmlns='urn:xmpp:sm:3' h='1'/>")"
finish
