#!/bin/sh
# XEP-0106 makes an address of any name that a user types, such as that of an
# account in a Windows domain. A backslash in it is to be left alone, but where
# it would be read as the beginning of an escape sequence.
#
# Guess: an example of the XEP, "c:\net", is the same address everywhere.
# Seen: it is c\3a\net for Prosody and stanza, and c\3a\5cnet, another account,
# for strophe.js and xmpp.js, which escape every backslash. So it depends on the
# client whose address a name is. xmpp.js takes a\20b for escaped already.
. "$(dirname "$0")/common.inc"
need lua5.4
debian prosody=0.12.3-1+deb12u1
npm_packages @xmpp/jid@0.14.0 stanza@12.22.1 strophe.js@5.0.0 \
    @xmldom/xmldom@0.9.8 ws@8.18.3

cat >"$work/escape.mjs" <<'JS'
import jid from '@xmpp/jid';
import {escapeLocal} from 'stanza/JID.js';
import {Strophe} from 'strophe.js';
const [library, name] = process.argv.slice(2);
console.log({
    'xmpp.js': () => jid(name, 'x.example').getLocal(),
    'stanza': () => escapeLocal(name),
    'strophe.js': () => Strophe.escapeNode(name)
}[library]());
JS
npm_library() { (cd "$work" && node escape.mjs "$@"); }
cat >"$work/escape.lua" <<'LUA'
print((require 'util.jid'.escape(arg[1])))
LUA
prosody() {
    LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
        LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 "$work/escape.lua" "$1"
}
# all NAME PROSODY STANZA STROPHE XMPPJS
all() {
    printf '%s\n' "$1"
    seen '  Prosody' "$2" "$(prosody "$1")"
    seen '  stanza' "$3" "$(npm_library stanza "$1")"
    seen '  strophe.js' "$4" "$(npm_library strophe.js "$1")"
    seen '  xmpp.js' "$5" "$(npm_library xmpp.js "$1")"
}

all 'jane doe' 'jane\20doe' 'jane\20doe' 'jane\20doe' 'jane\20doe'
all 'c:\net' 'c\3a\net' 'c\3a\net' 'c\3a\5cnet' 'c\3a\5cnet'
all 'office\jane' 'office\jane' 'office\jane' 'office\5cjane' \
    'office\5cjane'
all 'a\20b' 'a\5c20b' 'a\5c20b' 'a\5c20b' 'a\20b'
finish
