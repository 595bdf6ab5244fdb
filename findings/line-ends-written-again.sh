#!/bin/sh
# Of a line feed in an attribute and a carriage return in a text, both of which
# XML can only carry by reference (XML 1.0 sections 2.11, 3.3.3), what servers
# and client libraries write again is not the same.
#
# Guess: who escapes "<" and "&" right escapes these too, as every XML library
# does that writes canonical XML.
# Seen: Prosody, ltx (xmpp.js) and stanza write both as they are, so that the
# next reader has a space and a line feed; fast_xml (ejabberd) keeps the line
# feed of an attribute and loses the carriage return of a text. So a roster
# name over two lines is one line behind Prosody, and a body with CR LF has LF
# behind both servers.
. "$(dirname "$0")/common.inc"
need lua5.4 escript
debian prosody=0.12.3-1+deb12u1 erlang-p1-xml=1.1.49-2
npm_packages ltx@3.1.2 stanza@12.22.1

show() { sed -e 's/\r/<CR>/g' | tr '\n' '~' | sed -e 's/~$//' -e 's/~/<LF>/g'; }

cat >"$work/prosody.lua" <<'LUA'
local stanza = require 'util.stanza'
print(stanza.stanza('a', {b = 'x\ny'}):text('x\r\ny'))
LUA
prosody() {
    LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
        LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 "$work/prosody.lua"
}
cat >"$work/fast_xml" <<'ERLANG'
#!/usr/bin/env escript
main([Root]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/*/ebin")],
    {ok, _} = application:ensure_all_started(fast_xml),
    io:format("~s~n", [fxml:element_to_binary(
        {xmlel, <<"a">>, [{<<"b">>, <<"x\ny">>}],
         [{xmlcdata, <<"x\r\ny">>}]})]).
ERLANG
fast_xml() { escript "$work/fast_xml" "$(dirname "$(find "$root" \
    -type d -name 'p1_xml-*' -o -type d -name 'fast_xml-*' | head -n 1)")"; }
cat >"$work/ltx.mjs" <<'JS'
import {Element} from 'ltx';
console.log(new Element('a', {b: 'x\ny'}).t('x\r\ny').toString());
JS
cat >"$work/stanza.mjs" <<'JS'
import jxt from 'stanza/jxt/index.js';
console.log(new jxt.XMLElement('a', {b: 'x\ny'}, ['x\r\ny']).toString());
JS

seen 'Prosody' "<a b='x<LF>y'>x<CR><LF>y</a>" "$(prosody | show)"
seen 'fast_xml' "<a b='x&#xA;y'>x<CR><LF>y</a>" "$(fast_xml | show)"
seen 'ltx' '<a b="x<LF>y">x<CR><LF>y</a>' "$(cd "$work" && node ltx.mjs | show)"
seen 'stanza' '<a b="x<LF>y">x<CR><LF>y</a>' \
    "$(cd "$work" && node stanza.mjs | show)"
finish
