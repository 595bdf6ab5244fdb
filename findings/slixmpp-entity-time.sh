#!/bin/sh
# Entity Time (XEP-0202) in slixmpp 1.8.3: the plugin is loaded and the feature
# announced, but no answer can be written, and none can be read.
#
# Guess: that of 1.8.3 works, at least with UTC and with the examples of the
# XEP.
# Seen: whoever asks gets an error instead of the time, as an exception ends the
# handler: the offset is looked for with a parser of stamps, which takes
# date and time and nothing less. Of what others answer neither <tzo/> nor
# <utc/> can be read: "Z" is put behind a text that ends with one.
. "$(dirname "$0")/common.inc"
need python3
debian python3-slixmpp=1.8.3-1

cat >"$work/time.py" <<'PYTHON'
import sys
from xml.etree import ElementTree
from slixmpp import ClientXMPP

client = ClientXMPP('a@b.example/c', 'secret')
client.register_plugin('xep_0202')
name, content = sys.argv[1:]
iq = client.Iq(xml=ElementTree.fromstring(
    "<iq xmlns='jabber:client' type='get' id='1' from='d@e.example/f' "
    "to='a@b.example/c'><time xmlns='urn:xmpp:time'>%s</time></iq>" % content))
sent = []
client.send = lambda stanza, **_: sent.append(stanza)
try:
    if name == 'answer':
        client['xep_0202']._handle_time_request(iq)
        print(sent[0])
    else:
        print(iq['entity_time'][name])
except ValueError:
    print('ValueError')
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages TZ=Europe/Vienna \
        /usr/bin/python3 "$work/time.py" "$@" 2>/dev/null
}

example='<tzo>-06:00</tzo><utc>2006-12-19T17:58:35Z</utc>'
seen 'the answer' 'ValueError' "$(slixmpp answer '')"
seen '<tzo>-06:00</tzo> is read as' 'ValueError' "$(slixmpp tzo "$example")"
seen '<tzo>Z</tzo> is read as' 'ValueError' "$(slixmpp tzo '<tzo>Z</tzo>')"
seen '<utc>2006-12-19T17:58:35Z</utc> is read as' 'ValueError' \
    "$(slixmpp utc "$example")"
seen 'without the Z, which XEP-0202 wants' '2006-12-19 17:58:35+00:00' \
    "$(slixmpp utc '<utc>2006-12-19T17:58:35</utc>')"
finish
