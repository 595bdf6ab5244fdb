#!/bin/sh
# An address at a domain with a sharp s (or a final sigma) leads to another
# domain: software with the profiles of 2002 (RFC 3491) maps the letter to
# "ss", while it is a letter of its own in the DNS of today (RFC 5891), and in
# RFC 7622.
#
# Guess: two programs that were released after 2015 agree on which domain
# romeo@straße.example is at, or refuse it.
# Seen: Prosody and slixmpp turn it into strasse.example, a domain that may
# belong to somebody else; its A-label, which names the right one, stays what
# it is in Prosody, so that it is no longer the same address, and cannot be an
# address in slixmpp at all.
. "$(dirname "$0")/common.inc"
need python3 lua5.4
debian prosody=0.12.3-1+deb12u1 python3-slixmpp=1.8.3-1

cat >"$work/prep.lua" <<'LUA'
print(require 'util.jid'.prep(arg[1]) or 'refused')
LUA
prosody() {
    LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
        LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 "$work/prep.lua" "$1"
}
cat >"$work/prep.py" <<'PYTHON'
import sys
from slixmpp import JID
try:
    print(JID(sys.argv[1]))
except Exception as error:
    print(type(error).__name__)
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages LC_ALL=C.UTF-8 \
        /usr/bin/python3 "$work/prep.py" "$1" 2>/dev/null
}

unicode=romeo@straße.example ascii=romeo@xn--strae-oqa.example
seen "Prosody, $unicode" 'romeo@strasse.example' "$(prosody $unicode)"
seen "Prosody, $ascii" "$ascii" "$(prosody $ascii)"
seen "slixmpp, $unicode" 'romeo@strasse.example' "$(slixmpp $unicode)"
seen "slixmpp, $ascii" 'UnicodeError' "$(slixmpp $ascii)"
finish
