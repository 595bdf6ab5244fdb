#!/bin/sh
# slixmpp refuses a stamp (XEP-0082, in <delay/> for instance) whose fraction
# of a second has more than six digits, and a leap second; who only reads
# message['delay']['stamp'] gets an exception for it.
#
# Guess: XEP-0082 allows any number of digits, so what has too many is cut, as
# ejabberd and JavaScript do.
# Seen: six digits are read, seven (the round-trip format of .NET) are not. A
# leap second is read by none of slixmpp, ejabberd's xmpp and JavaScript.
. "$(dirname "$0")/common.inc"
need python3 escript node
debian python3-slixmpp=1.8.3-1 erlang-p1-xmpp=1.6.1-1

cat >"$work/parse.py" <<'PYTHON'
import sys
from slixmpp.plugins import xep_0082
try:
    print(xep_0082.parse(sys.argv[1]))
except ValueError:
    print('ValueError')
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/parse.py" "$1" 2>/dev/null
}
cat >"$work/parse" <<'ERLANG'
#!/usr/bin/env escript
main([Root, Text]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/*/ebin")],
    Stamp = list_to_binary(Text),
    io:format("~w~n", [try xmpp_util:decode_timestamp(Stamp)
                       catch error:{bad_timestamp, _} -> bad_timestamp end]).
ERLANG
ejabberd() { escript "$work/parse" "$root/usr/lib/erlang/lib" "$1"; }
javascript() { node -e 'console.log(String(+new Date(process.argv[1])))' "$1"; }

seen 'slixmpp, six digits' '2026-12-01 10:00:00.123456+00:00' \
    "$(slixmpp 2026-12-01T10:00:00.123456Z)"
seen 'slixmpp, seven digits' 'ValueError' \
    "$(slixmpp 2026-12-01T10:00:00.1234567Z)"
seen 'ejabberd, seven digits' '{1796,119200,123456}' \
    "$(ejabberd 2026-12-01T10:00:00.1234567Z)"
seen 'JavaScript, seven digits' '1796119200123' \
    "$(javascript 2026-12-01T10:00:00.1234567Z)"
seen 'slixmpp, 23:59:60' 'ValueError' "$(slixmpp 2016-12-31T23:59:60Z)"
seen 'ejabberd, 23:59:60' 'bad_timestamp' "$(ejabberd 2016-12-31T23:59:60Z)"
seen 'JavaScript, 23:59:60' 'NaN' "$(javascript 2016-12-31T23:59:60Z)"
finish
