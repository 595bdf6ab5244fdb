#!/bin/sh
# Debian 12 has prosody-modules from between two releases: its modules for SASL2
# call functions that the Prosody beside them does not have.
#
# Guess: modules and server of one distribution fit together; who loads
# mod_sasl2 and its kin has SASL2, tokens and resumption, or an error at start.
# Seen: they load. Then a login inside TLS, a token, and a resumption each end in
# an error of Lua: four functions are missing, and util.datetime takes no
# fraction of a second, which the expiry of a token has.
. "$(dirname "$0")/common.inc"
need lua5.4
debian prosody=0.12.3-1+deb12u1 \
    prosody-modules=0.0~hg20230223.556bf57d6417+dfsg-1
modules=$root/usr/lib/prosody/modules

run() {
    LUA_PATH="$root/usr/lib/prosody/?.lua;;" \
        LUA_CPATH="$root/usr/lib/prosody/?.so;;" lua5.4 -e "$1" 2>&1 |
        head -n 1 | sed 's/.*(\(number.*\)).*/\1/'
}
# How often a module names a function, and how often the server has it.
named() { grep -c "$2" "$modules/$1/$1.lua" || true; }
known() { cat $1 | grep -c "$2" || true; }

seen 'mod_sasl2_fast calls get_child_attr' 1 \
    "$(named mod_sasl2_fast ':get_child_attr(')"
seen '  a stanza of 0.12 has it' nil \
    "$(run 'print(require "util.stanza".stanza_mt.get_child_attr)')"
seen 'mod_sasl2_sm calls do_resume and do_enable' 2 \
    "$(named mod_sasl2_sm 'mod_smacks.do_')"
seen '  mod_smacks of 0.12 has them' 0 \
    "$(known "$modules/mod_smacks.lua" 'do_resume\|do_enable')"
seen 'mod_sasl2 calls conn:ssl_info' 1 "$(named mod_sasl2 'conn:ssl_info(')"
seen '  the connections of 0.12 have it' 0 \
    "$(known "$root/usr/lib/prosody/net/server_*.lua" 'ssl_info')"
seen 'the time of a token, 1.5 s after 1970, as a date' \
    'number has no integer representation' \
    "$(run 'print(require "util.datetime".datetime(1.5))')"
finish
