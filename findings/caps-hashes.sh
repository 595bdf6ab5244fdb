#!/bin/sh
# What an entity can do is announced as a hash (XEP-0115 section 5.1), and who
# computes another one from the same disco#info takes it for a forgery. Four
# programs that agree on the examples of XEP-0115 do not on these.
#
# Guess: one disco#info has one hash; at most a broken one has several.
# Seen: identities in "en" and "en-GB" are sorted the other way round by
# slixmpp, which sorts the joined string ("-" is before "/"), and stanza writes
# "en-gb"; stanza inherits xml:lang from <query/>; slixmpp puts a "<" for a
# field without values, for no features and for no identities; Prosody and
# ejabberd hash a form without FORM_TYPE, which is to be ignored, each in its
# own way; Prosody puts a "<" for a form without other fields.
. "$(dirname "$0")/common.inc"
need python3 lua5.4 escript
debian prosody=0.12.3-1+deb12u1 python3-slixmpp=1.8.3-1 ejabberd=23.01-1
npm_packages stanza@12.22.1

cat >"$work/caps.lua" <<'LUA'
print((require 'util.caps'.calculate_hash(require 'util.xml'.parse(arg[1]))))
LUA
prosody() {
    LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
        LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 "$work/caps.lua" "$1"
}
cat >"$work/caps.py" <<'PYTHON'
import hashlib, sys
from types import SimpleNamespace
from xml.etree import ElementTree
from slixmpp.plugins.xep_0004 import stanza
from slixmpp.plugins.xep_0030.stanza import DiscoInfo
from slixmpp.plugins.xep_0115.caps import XEP_0115
from slixmpp.xmlstream import register_stanza_plugin

register_stanza_plugin(stanza.Form, stanza.FormField, iterable=True)
register_stanza_plugin(DiscoInfo, stanza.Form, iterable=True)
plugin = SimpleNamespace(hashes={'sha-1': hashlib.sha1}, xmpp={
    'xep_0004': SimpleNamespace(stanza=stanza)})
info = DiscoInfo(xml=ElementTree.fromstring(sys.argv[1]))
print(XEP_0115.generate_verstring(plugin, info, 'sha-1'))
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/caps.py" "$1" 2>/dev/null
}
cat >"$work/caps" <<'ERLANG'
#!/usr/bin/env escript
main([Root, Text]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/erlang/lib/*/ebin") ++
                               filelib:wildcard(Root ++ "/*/ejabberd-*/ebin")],
    {ok, _} = application:ensure_all_started(xmpp),
    Info = xmpp:decode(fxml_stream:parse_element(list_to_binary(Text))),
    io:format("~s~n", [mod_caps:compute_disco_hash(Info, sha)]).
ERLANG
ejabberd() { escript "$work/caps" "$root/usr/lib" "$1"; }
cat >"$work/caps.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const {generate} = require('stanza/helpers/LegacyEntityCapabilities');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
console.log(generate(codec.import(parse(process.argv[2])), 'sha-1'));
JS
stanza() { (cd "$work" && node caps.cjs "$1"); }

# hashed STRING...: the one of these with the SHA-1 hash on standard input
hashed() {
    python3 -c '
import base64, hashlib, sys
known = {base64.b64encode(hashlib.sha1(s.encode()).digest()).decode(): s
         for s in sys.argv[1:]}
value = sys.stdin.read().strip()
print(known.get(value, value))' "$@"
}
# all WHAT CONTENT XEP PROSODY EJABBERD SLIXMPP STANZA
all() {
    query="<query xmlns='http://jabber.org/protocol/disco#info'$2</query>"
    what=$1
    shift 2
    echo "$what, by XEP-0115"
    echo "    $1"
    seen '  Prosody' "$2" "$(prosody "$query" | hashed "$@")"
    seen '  ejabberd' "$3" "$(ejabberd "$query" | hashed "$@")"
    seen '  slixmpp' "$4" "$(slixmpp "$query" | hashed "$@")"
    seen '  stanza' "$5" "$(stanza "$query" | hashed "$@")"
}

pc="<identity category='client' type='pc' name='X'/>"
a="<feature var='a'/>"
form="<x xmlns='jabber:x:data' type='result'>"
type="<field var='FORM_TYPE' type='hidden'><value>u</value></field>"
o="<field var='o'><value>2</value><value>1</value></field>"

simple='client/pc//X<a<u<o<1<2<'
all 'a plain one' ">$pc$a$form$type$o</x>" \
    "$simple" "$simple" "$simple" "$simple" "$simple"
sorted='client/pc/en/X<client/pc/en-GB/Y<a<'
all 'identities in en and en-GB' "><identity category='client' type='pc'
    name='X' xml:lang='en'/><identity category='client' type='pc' name='Y'
    xml:lang='en-GB'/>$a" \
    "$sorted" "$sorted" "$sorted" 'client/pc/en-GB/Y<client/pc/en/X<a<' \
    'client/pc/en-gb/Y<client/pc/en/X<a<'
all 'xml:lang of the query' " xml:lang='en'>$pc$a" 'client/pc/en/X<a<' \
    'client/pc//X<a<' 'client/pc//X<a<' 'client/pc//X<a<' 'client/pc/en/X<a<'
none='client/pc//X<a<u<n<o<1<2<'
all 'a field without values' ">$pc$a$form$type$o<field var='n'/></x>" \
    "$none" "$none" "$none" 'client/pc//X<a<u<n<<o<1<2<' "$none"
all 'no features' ">$pc" 'client/pc//X<' 'client/pc//X<' 'client/pc//X<' \
    'client/pc//X<<' 'client/pc//X<'
all 'a form without FORM_TYPE' ">$pc$a$form$o</x>" 'client/pc//X<a<' \
    'client/pc//X<a<o<1<2<' 'client/pc//X<a<<o<1<2<' 'client/pc//X<a<' \
    'client/pc//X<a<'
all 'a form of FORM_TYPE alone' ">$pc$a$form$type</x>" 'client/pc//X<a<u<' \
    'client/pc//X<a<u<<' 'client/pc//X<a<u<' 'client/pc//X<a<u<' \
    'client/pc//X<a<u<'
finish
