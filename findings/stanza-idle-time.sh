#!/bin/sh
# Since when a user has been idle (XEP-0319) is an attribute of <idle/>. stanza
# has a member for it, and an element of its own.
#
# Guess: what stanza and slixmpp both list as supported one tells the other.
# Seen: stanza writes <since xmlns='urn:xmpp:idle:1'>, with the time as text,
# and reads nothing else, so that its users see only each other idle; the
# attribute that everybody else writes is dropped without a word.
. "$(dirname "$0")/common.inc"
need python3
debian python3-slixmpp=1.8.3-1
npm_packages stanza@12.22.1

cat >"$work/idle.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
console.log(process.argv[2]
    ? String(codec.import(parse(process.argv[2])).idleSince?.toISOString())
    : String(codec.export('presence', {
        idleSince: new Date('2026-12-01T10:00:00Z')
    })));
JS
stanza() { (cd "$work" && node idle.cjs "$@"); }
cat >"$work/idle.py" <<'PYTHON'
import sys
from datetime import datetime, timezone
from xml.etree import ElementTree
from slixmpp import Presence
from slixmpp.plugins.xep_0319.stanza import Idle
from slixmpp.xmlstream import register_stanza_plugin
register_stanza_plugin(Presence, Idle)
if len(sys.argv) > 1:
    presence = Presence(xml=ElementTree.fromstring(sys.argv[1]))
    print(presence['idle']['since'] if presence.get_plugin('idle', check=True)
          else 'not idle')
else:
    presence = Presence()
    presence['idle']['since'] = datetime(2026, 12, 1, 10, tzinfo=timezone.utc)
    print(presence)
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/idle.py" "$@" 2>/dev/null
}

seen 'slixmpp writes' '<presence xmlns="jabber:client"><idle xmlns="urn:xmpp:idle:1" since="2026-12-01T10:00:00Z" /></presence>' \
    "$(slixmpp)"
seen 'slixmpp reads its own' '2026-12-01 10:00:00+00:00' \
    "$(slixmpp "$(slixmpp)")"
seen 'stanza reads it' 'undefined' "$(stanza "$(slixmpp)")"
seen 'stanza writes' '<presence xmlns="jabber:client"><since xmlns="urn:xmpp:idle:1">2026-12-01T10:00:00.000Z</since></presence>' \
    "$(stanza)"
seen 'stanza reads its own' '2026-12-01T10:00:00.000Z' "$(stanza "$(stanza)")"
seen 'slixmpp reads it' 'not idle' "$(slixmpp "$(stanza)")"
finish
