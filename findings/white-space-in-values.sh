#!/bin/sh
# White space around the number in <priority/> and the word in <show/> is no
# part of them: their types in the schema of RFC 6121 collapse it. An indented
# presence is valid, then.
#
# Guess: everybody trims, at least for numbers.
# Seen: ejabberd's xmpp refuses the whole presence for either. slixmpp, stanza
# and gloox trim the number, but not the word: for slixmpp who is away is
# available, for gloox it is no presence that it knows, and stanza gives the
# word with its white space.
. "$(dirname "$0")/common.inc"
need python3 escript g++
debian python3-slixmpp=1.8.3-1 erlang-p1-xmpp=1.6.1-1 \
    libgloox-dev=1.0.24-3+b1 libgloox18=1.0.24-3+b1
npm_packages stanza@12.22.1

cat >"$work/presence.py" <<'PYTHON'
import sys
from xml.etree import ElementTree
from slixmpp import Presence
presence = Presence(xml=ElementTree.fromstring(sys.argv[1]))
print('%s %s' % (presence['priority'], presence['type']))
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/presence.py" "$1" 2>/dev/null
}
cat >"$work/presence" <<'ERLANG'
#!/usr/bin/env escript
main([Root, Text]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/*/ebin")],
    {ok, _} = application:ensure_all_started(xmpp),
    Element = fxml_stream:parse_element(list_to_binary(Text)),
    try xmpp:decode(Element) of
        Presence ->
            io:format("~w ~w~n", [element(9, Presence), element(7, Presence)])
    catch error:{xmpp_codec, Why} ->
        io:format("~s~n", [xmpp:format_error(Why)])
    end.
ERLANG
ejabberd() { escript "$work/presence" "$root/usr/lib/erlang/lib" "$1"; }
cat >"$work/presence.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
const {priority, show} = codec.import(parse(process.argv[2]));
console.log(`${priority} ${JSON.stringify(show)}`);
JS
stanza() { (cd "$work" && node presence.cjs "$1"); }
cat >"$work/presence.cpp" <<'CPP'
#include <gloox/client.h>
#include <gloox/connectionbase.h>
#include <gloox/presence.h>
#include <gloox/presencehandler.h>
#include <iostream>
#include <unistd.h>

using namespace gloox;

struct Wire : ConnectionBase {
    Wire() : ConnectionBase(0) {}
    void feed(const std::string &s) { m_handler->handleReceivedData(this, s); }
    ConnectionError connect()
    {
        m_state = StateConnected;
        m_handler->handleConnect(this);
        return ConnNoError;
    }
    ConnectionError recv(int) { return ConnNoError; }
    ConnectionError receive() { return ConnNoError; }
    bool send(const std::string &) { return true; }
    void disconnect() {}
    void cleanup() {}
    void getStatistics(long &in, long &out) { in = out = 0; }
    ConnectionBase *newInstance() const { return new Wire; }
};

struct Print : PresenceHandler {
    void handlePresence(const Presence &presence)
    {
        Presence::PresenceType type = presence.presence();
        std::cout << presence.priority() << ' '
                  << (type == Presence::Available ? "available"
                      : type == Presence::Away    ? "away"
                      : type == Presence::Invalid ? "invalid"
                                                  : "other")
                  << std::endl;
    }
};

int main(int, char **argv)
{
    Client client(JID("a@b.example/c"), "secret");
    Wire *wire = new Wire;
    Print print;
    client.setConnectionImpl(wire);
    wire->registerConnectionDataHandler(&client);
    client.registerPresenceHandler(&print);
    client.connect(false);
    wire->feed("<stream:stream xmlns='jabber:client' version='1.0' id='1' "
               "xmlns:stream='http://etherx.jabber.org/streams'>");
    wire->feed(argv[1]);
    _exit(0);
}
CPP
library=$(find "$root" -name 'libgloox.so.18')
g++ -w -I "$root/usr/include" "$work/presence.cpp" -o "$work/gloox" \
    "$library" -Wl,--allow-shlib-undefined || cannot 'does not link'
gloox() { timeout 20 "$work/gloox" "$1"; }

# all WHAT CONTENT EJABBERD SLIXMPP STANZA GLOOX
all() {
    presence="<presence xmlns='jabber:client' from='x@y.example'>$2</presence>"
    echo "$1"
    seen '  ejabberd' "$3" "$(ejabberd "$presence")"
    seen '  slixmpp' "$4" "$(slixmpp "$presence")"
    seen '  stanza' "$5" "$(stanza "$presence")"
    seen '  gloox' "$6" "$(gloox "$presence")"
}

in="qualified by namespace 'jabber:client'"
all 'in one line' '<show>away</show><priority>5</priority>' '5 away' '5 away' \
    '5 "away"' '5 away'
all 'a priority with white space' '<priority>
    5
</priority>' "Bad value of cdata in tag <priority/> $in" '5 available' \
    '5 undefined' '5 available'
all 'a show with white space' '<show>
    away
</show>' "Bad value of cdata in tag <show/> $in" '0 available' \
    '0 "\n    away\n"' '0 invalid'
finish
