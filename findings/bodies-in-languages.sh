#!/bin/sh
# A message may have a body for each language (RFC 6121 section 5.2.3). Which
# one an application is shown that asks for "the body" depends on the library.
#
# Guess: all show the one without xml:lang, or else the first, and give the
# others by language.
# Seen: of French and German, libstrophe, stanza and ejabberd's xmpp show the
# first, slixmpp and gloox the last, and ejabberd takes English before all.
# gloox, which has body(language), never finds the attribute that it writes
# itself: all bodies are one, the last, so that a translation behind the
# original replaces it. libstrophe goes by the order alone too, but shows the
# first.
. "$(dirname "$0")/common.inc"
need python3 escript g++
debian python3-slixmpp=1.8.3-1 erlang-p1-xmpp=1.6.1-1 libstrophe0=0.12.2-1 \
    libgloox-dev=1.0.24-3+b1 libgloox18=1.0.24-3+b1
npm_packages stanza@12.22.1

cat >"$work/body.py" <<'PYTHON'
import sys
from xml.etree import ElementTree
from slixmpp import Message
print(Message(xml=ElementTree.fromstring(sys.argv[1]))['body'])
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/body.py" "$1" 2>/dev/null
}
cat >"$work/body" <<'ERLANG'
#!/usr/bin/env escript
main([Root, Text]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/*/ebin")],
    {ok, _} = application:ensure_all_started(xmpp),
    Message = xmpp:decode(fxml_stream:parse_element(list_to_binary(Text))),
    io:format("~s~n", [xmpp:get_text(element(8, Message))]).
ERLANG
ejabberd() { escript "$work/body" "$root/usr/lib/erlang/lib" "$1"; }
cat >"$work/strophe.py" <<'PYTHON'
import ctypes, sys

lib = ctypes.CDLL('libstrophe.so.0')
P, S = ctypes.c_void_p, ctypes.c_char_p
for name, result, arguments in (
        ('xmpp_ctx_new', P, [P, P]),
        ('xmpp_stanza_new_from_string', P, [P, S]),
        ('xmpp_message_get_body', S, [P])):
    getattr(lib, name).restype = result
    getattr(lib, name).argtypes = arguments
lib.xmpp_initialize()
print(lib.xmpp_message_get_body(lib.xmpp_stanza_new_from_string(
    lib.xmpp_ctx_new(None, None), sys.argv[1].encode())).decode())
PYTHON
strophe() { python3 "$work/strophe.py" "$1"; }
cat >"$work/body.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
console.log(codec.import(parse(process.argv[2])).body);
JS
stanza() { (cd "$work" && node body.cjs "$1"); }
cat >"$work/body.cpp" <<'CPP'
#include <gloox/client.h>
#include <gloox/connectionbase.h>
#include <gloox/message.h>
#include <gloox/messagehandler.h>
#include <gloox/tag.h>
#include <iostream>

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

struct Print : MessageHandler {
    std::string language;
    void handleMessage(const Message &message, MessageSession *)
    {
        std::cout << (language.empty() ? message.body()
                                       : message.body(language)) << "\n";
    }
};

int main(int argc, char **argv)
{
    if (argc == 1) {
        Message message(Message::Chat, JID("x@y.example"), "de", "", "", "de");
        std::cout << message.tag()->xml() << "\n";
        return 0;
    }
    Client client(JID("a@b.example/c"), "secret");
    Wire *wire = new Wire;
    Print print;
    print.language = argc > 2 ? argv[2] : "";
    client.setConnectionImpl(wire);
    wire->registerConnectionDataHandler(&client);
    client.registerMessageHandler(&print);
    client.connect(false);
    wire->feed("<stream:stream xmlns='jabber:client' version='1.0' id='1' "
               "xmlns:stream='http://etherx.jabber.org/streams'>");
    wire->feed(argv[1]);
    std::cout.flush();
    _exit(0);
}
CPP
library=$(find "$root" -name 'libgloox.so.18')
g++ -w -I "$root/usr/include" -include unistd.h "$work/body.cpp" \
    -o "$work/gloox" "$library" -Wl,--allow-shlib-undefined ||
    cannot 'does not link'
gloox() { timeout 20 "$work/gloox" "$@"; }

# all WHAT BODIES LIBSTROPHE STANZA EJABBERD SLIXMPP GLOOX
all() {
    message="<message xmlns='jabber:client'$2</message>"
    echo "$1"
    seen '  libstrophe' "$3" "$(strophe "$message")"
    seen '  stanza' "$4" "$(stanza "$message")"
    seen '  ejabberd' "$5" "$(ejabberd "$message")"
    seen '  slixmpp' "$6" "$(slixmpp "$message")"
    seen '  gloox' "$7" "$(gloox "$message")"
}

en="<body xml:lang='en'>en</body>" de="<body xml:lang='de'>de</body>"
fr="<body xml:lang='fr'>fr</body>" own='<body>own</body>'
all 'its own, fr, de' ">$own$fr$de" own own own own de
all 'fr, de, its own' ">$fr$de$own" fr own own own own
all 'fr, de' ">$fr$de" fr fr fr de de
all 'fr, en, de' ">$fr$en$de" fr fr en de de
all 'fr, en, de in a message in es' " xml:lang='es'>$fr$en$de" fr fr en de de
two="<message xmlns='jabber:client'>$fr$de</message>"
seen 'fr, de: the French one of gloox' 'de' "$(gloox "$two" fr)"
seen 'what gloox writes' \
    "<message to='x@y.example' type='chat'><body xml:lang='de'>de</body></message>" \
    "$(gloox)"
finish
