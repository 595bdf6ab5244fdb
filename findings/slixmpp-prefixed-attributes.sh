#!/bin/sh
# slixmpp does not write an attribute that is in a namespace (but for xml: and
# namespaces that a plugin has registered), nor xmlns='', although it reads
# both. A bot or a gateway that passes a payload on changes it silently.
#
# Guess: a library on top of a complete XML parser writes what it read, if with
# other prefixes.
# Seen: the rdf:resource of a project's description, which is all that its
# element says, is gone, without a word in the log; an element in no namespace
# comes out in the one of its parent, from Prosody's util.xml too. ltx keeps
# both.
. "$(dirname "$0")/common.inc"
need python3 lua5.4
debian python3-slixmpp=1.8.3-1 prosody=0.12.3-1+deb12u1
npm_packages ltx@3.1.2

cat >"$work/again.py" <<'PYTHON'
import logging, sys
from xml.etree import ElementTree
from slixmpp import ClientXMPP, Message
logging.basicConfig(level=logging.INFO, stream=sys.stdout)
client = ClientXMPP('a@b.example', 'secret')
print(Message(stream=client, xml=ElementTree.fromstring(sys.argv[1])))
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/again.py" "$1" 2>/dev/null
}
cat >"$work/again.lua" <<'LUA'
print(require 'util.xml'.parse(arg[1]))
LUA
prosody() {
    LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
        LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 "$work/again.lua" "$1"
}
cat >"$work/again.mjs" <<'JS'
import {parse} from 'ltx';
console.log(String(parse(process.argv[2])));
JS
ltx() { (cd "$work" && node again.mjs "$1"); }

same() { sed -e "s/\"/'/g" -e 's, />,/>,g' -e "s/ id='[0-9a-f]*'//"; }

doap="<message xmlns='jabber:client'><Project xmlns='u:doap'
 ><license xmlns:r='u:rdf' r:resource='u:mit'/></Project></message>"
none="<message xmlns='jabber:client'><item xmlns='u:item'
 ><note xmlns=''>x</note></item></message>"
seen 'slixmpp, an attribute in a namespace' \
    "<message><Project xmlns='u:doap'><license/></Project></message>" \
    "$(slixmpp "$doap" | same)"
seen 'Prosody' "<message xmlns='jabber:client'><Project xmlns='u:doap'><license xmlns:ns1='u:rdf' ns1:resource='u:mit'/></Project></message>" \
    "$(prosody "$doap" | same)"
seen 'ltx' "<message xmlns='jabber:client'><Project xmlns='u:doap'><license xmlns:r='u:rdf' r:resource='u:mit'/></Project></message>" \
    "$(ltx "$doap" | same)"
seen 'slixmpp, an element in no namespace' \
    "<message><item xmlns='u:item'><note>x</note></item></message>" \
    "$(slixmpp "$none" | same)"
seen 'Prosody' "<message xmlns='jabber:client'><item xmlns='u:item'><note>x</note></item></message>" \
    "$(prosody "$none" | same)"
seen 'ltx' "<message xmlns='jabber:client'><item xmlns='u:item'><note xmlns=''>x</note></item></message>" \
    "$(ltx "$none" | same)"
finish
