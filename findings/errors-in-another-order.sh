#!/bin/sh
# An application-specific condition stands beside the condition of RFC 6120
# (section 8.3.4). ejabberd writes it in front, and xmpp.js takes the first
# child for the condition, whatever its namespace, and the second for the text.
#
# Guess: all write the order of the RFC's examples (condition, text, the
# application's own), and all read by name and namespace.
# Seen: of an error of ejabberd's PubSub a program on xmpp.js gets the condition
# "closed-node" instead of "not-allowed", no text, and what it gets as the
# application's own is the text. From Prosody it gets them right. slixmpp and
# stanza read both.
. "$(dirname "$0")/common.inc"
need python3 escript lua5.4
debian python3-slixmpp=1.8.3-1 erlang-p1-xmpp=1.6.1-1 prosody=0.12.3-1+deb12u1
npm_packages stanza@12.22.1 @xmpp/middleware@0.14.0 ltx@3.1.2

cat >"$work/write" <<'ERLANG'
#!/usr/bin/env escript
main([Root]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/*/ebin")],
    {ok, _} = application:ensure_all_started(xmpp),
    Error = xmpp:err_not_allowed(<<"Closed">>, <<"en">>),
    Own = xmpp:encode({ps_error, 'closed-node', undefined}),
    Iq = xmpp:make_error({iq, <<"1">>, get, <<>>, undefined, undefined, [],
                          #{}}, setelement(6, Error, [Own])),
    io:format("~s~n", [fxml:element_to_binary(xmpp:encode(Iq))]).
ERLANG
cat >"$work/write.lua" <<'LUA'
local stanza = require 'util.stanza'
local iq = stanza.iq {type = 'get', id = '1', xmlns = 'jabber:client'}
print(stanza.error_reply(iq, {
    type = 'cancel', condition = 'not-allowed', text = 'Closed', extra = {
        namespace = 'http://jabber.org/protocol/pubsub#errors',
        condition = 'closed-node'
    }
}))
LUA
ejabberd=$(escript "$work/write" "$root/usr/lib/erlang/lib")
prosody=$(LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
    LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 "$work/write.lua")

cat >"$work/read.mjs" <<'JS'
import StanzaError from '@xmpp/middleware/lib/StanzaError.js';
import {parse} from 'ltx';
const {condition, text, application} = StanzaError.fromElement(
    parse(process.argv[2]).getChild('error'));
console.log(`condition [${condition}] text [${text}] own [${application.name}]`);
JS
xmppjs() { (cd "$work" && node read.mjs "$1"); }
cat >"$work/read.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
const {condition, text, pubsubError} =
    codec.import(parse(process.argv[2])).error;
console.log(`condition [${condition}] text [${text}] own [${pubsubError}]`);
JS
stanza() { (cd "$work" && node read.cjs "$1"); }
cat >"$work/read.py" <<'PYTHON'
import sys
from xml.etree import ElementTree
from slixmpp import Iq
error = Iq(xml=ElementTree.fromstring(sys.argv[1]))['error']
print('condition [%(condition)s] text [%(text)s]' % error)
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/read.py" "$1" 2>/dev/null
}
children() { grep -o '<[a-z][a-z-]*' | sed -e '1,2d' -e 's/<//' | tr '\n' ' ' |
    sed 's/ $//'; }

right='condition [not-allowed] text [Closed]'
seen 'in an error of ejabberd' 'closed-node not-allowed text' \
    "$(printf %s "$ejabberd" | children)"
seen '  read by xmpp.js' 'condition [closed-node] text [] own [text]' \
    "$(xmppjs "$ejabberd")"
seen '  read by stanza' "$right own [closed-node]" "$(stanza "$ejabberd")"
seen '  read by slixmpp' "$right" "$(slixmpp "$ejabberd")"
seen 'in an error of Prosody' 'not-allowed text closed-node' \
    "$(printf %s "$prosody" | children)"
seen '  read by xmpp.js' "$right own [closed-node]" "$(xmppjs "$prosody")"
finish
