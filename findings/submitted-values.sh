#!/bin/sh
# A field of a submitted form needs no type (XEP-0004 section 3.3): the form
# that was asked for has it. Most clients leave it out.
#
# Guess: a field without a type gives all of its values, however many.
# Seen: of two values gloox has the last, stanza the first (but all in
# rawValues); both have two where the client repeats the type. slixmpp gives a
# list for two and a text for one, so that a program that goes through the
# chosen options gets letters if it was one, and for FORM_TYPE a text without
# and a list with its type. ejabberd's xmpp has lists.
. "$(dirname "$0")/common.inc"
need python3 escript g++
debian python3-slixmpp=1.8.3-1 erlang-p1-xmpp=1.6.1-1 \
    libgloox-dev=1.0.24-3+b1 libgloox18=1.0.24-3+b1
npm_packages stanza@12.22.1

cat >"$work/form.py" <<'PYTHON'
import sys
from xml.etree import ElementTree
from slixmpp.plugins.xep_0004.stanza import Form, FormField
from slixmpp.xmlstream import register_stanza_plugin
register_stanza_plugin(Form, FormField, iterable=True)
print(list(Form(xml=ElementTree.fromstring(sys.argv[1]))
           .get_values().values())[0])
PYTHON
slixmpp() {
    PYTHONPATH=$root/usr/lib/python3/dist-packages \
        /usr/bin/python3 "$work/form.py" "$1" 2>/dev/null
}
cat >"$work/form" <<'ERLANG'
#!/usr/bin/env escript
main([Root, Text]) ->
    [code:add_patha(P) || P <- filelib:wildcard(Root ++ "/*/ebin")],
    {ok, _} = application:ensure_all_started(xmpp),
    Form = xmpp:decode(fxml_stream:parse_element(list_to_binary(Text))),
    [Field] = element(7, Form),
    io:format("~0p~n", [element(7, Field)]).
ERLANG
ejabberd() { escript "$work/form" "$root/usr/lib/erlang/lib" "$1"; }
cat >"$work/form.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
console.log(JSON.stringify(
    codec.import(parse(process.argv[2])).fields[0].value));
JS
stanza() { (cd "$work" && node form.cjs "$1"); }
cat >"$work/form.cpp" <<'CPP'
#include <gloox/dataform.h>
#include <gloox/dataformfield.h>
#include <gloox/parser.h>
#include <gloox/tag.h>
#include <gloox/taghandler.h>
#include <iostream>

using namespace gloox;

struct Print : TagHandler {
    void handleTag(Tag *tag)
    {
        DataForm form(tag);
        const StringList &values = form.fields().front()->values();
        for (StringList::const_iterator i = values.begin(); i != values.end();
             ++i)
            std::cout << '[' << *i << ']';
        std::cout << std::endl;
    }
};

int main(int, char **argv)
{
    Print print;
    Parser parser(&print);
    std::string text = argv[1];
    parser.feed(text);
}
CPP
library=$(find "$root" -name 'libgloox.so.18')
g++ -w -I "$root/usr/include" "$work/form.cpp" -o "$work/gloox" "$library" \
    -Wl,--allow-shlib-undefined || cannot 'does not link'
gloox() { timeout 20 "$work/gloox" "$1"; }

# all WHAT FIELD EJABBERD SLIXMPP STANZA GLOOX
all() {
    form="<x xmlns='jabber:x:data' type='submit'>$2</x>"
    echo "$1"
    seen '  ejabberd' "$3" "$(ejabberd "$form")"
    seen '  slixmpp' "$4" "$(slixmpp "$form")"
    seen '  stanza' "$5" "$(stanza "$form")"
    seen '  gloox' "$6" "$(gloox "$form")"
}

two='<value>one</value><value>two</value>'
all 'two values' "<field var='a'>$two</field>" '[<<"one">>,<<"two">>]' \
    "['one', 'two']" '"one"' '[two]'
all 'two values of a list-multi' "<field var='a' type='list-multi'>$two</field>" \
    '[<<"one">>,<<"two">>]' "['one', 'two']" '["one","two"]' '[one][two]'
all 'one value' "<field var='a'><value>one</value></field>" '[<<"one">>]' \
    'one' '"one"' '[one]'
all 'a FORM_TYPE' "<field var='FORM_TYPE'><value>u</value></field>" \
    '[<<"u">>]' 'u' '"u"' '[u]'
all 'a hidden FORM_TYPE' \
    "<field var='FORM_TYPE' type='hidden'><value>u</value></field>" \
    '[<<"u">>]' "['u']" '"u"' '[u]'
finish
