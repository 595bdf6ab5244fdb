#!/bin/sh
# stanza (npm) reads elements into plain objects and writes them from these.
# What a program reads, keeps or changes a little and sends again (an answer
# with the quoted message, a corrected, forwarded or archived one) is not what
# it was.
#
# Guess: import and export of one message are inverse, at least for what the
# object shows.
# Seen: the body is there twice, in one element: <body>xx</body>, and so are a
# subject, a status and the text of an error, for each is both in a member of
# its own and in the list for all languages. A form's field without a type, as
# most are in a submitted form, keeps one of its values. <before/>, which asks
# for the last page (XEP-0059), is read as nothing: what is written asks for the
# first.
. "$(dirname "$0")/common.inc"
npm_packages stanza@12.22.1

cat >"$work/again.cjs" <<'JS'
const {Registry, parse} = require('stanza/jxt');
const codec = new Registry();
codec.define(require('stanza/protocol').default);
const [name, text] = process.argv.slice(2);
const read = codec.import(parse(text));
if (process.argv[4])
    console.log(JSON.stringify(read[process.argv[4]]));
else
    console.log(String(codec.export(name, read)).replaceAll('"', "'")
        .replace(" xmlns='jabber:client'", ''));
JS
again() { (cd "$work" && node again.cjs "$@"); }

errors=urn:ietf:params:xml:ns:xmpp-stanzas
seen 'what is read as the body of <body>x</body>' '"x"' \
    "$(again message "<message xmlns='jabber:client'><body>x</body></message>" \
    body)"
seen 'and written' '<message><body>xx</body></message>' \
    "$(again message "<message xmlns='jabber:client'><body>x</body></message>")"
seen 'a subject' '<message><subject>xx</subject></message>' \
    "$(again message "<message xmlns='jabber:client'
    ><subject>x</subject></message>")"
seen 'a status' '<presence><status>xx</status></presence>' \
    "$(again presence "<presence xmlns='jabber:client'
    ><status>x</status></presence>")"
seen 'the text of an error' "<message type='error'><error type='wait'><text xmlns='$errors'>xx</text><resource-constraint xmlns='$errors'/></error></message>" \
    "$(again message "<message type='error' xmlns='jabber:client'
    ><error type='wait'><resource-constraint xmlns='$errors'/><text
    xmlns='$errors'>x</text></error></message>")"
seen 'bodies in two languages' "<message><body xml:lang='en'>yesyes</body><body xml:lang='de'>ja</body></message>" \
    "$(again message "<message xmlns='jabber:client'><body
    xml:lang='en'>yes</body><body xml:lang='de'>ja</body></message>")"
seen 'a field with two values' "<message><x xmlns='jabber:x:data' type='submit'><field var='a'><value>1</value></field></x></message>" \
    "$(again message "<message xmlns='jabber:client'><x xmlns='jabber:x:data'
    type='submit'><field var='a'><value>1</value><value>2</value></field
    ></x></message>")"
seen 'the last ten of an archive' "<iq id='1' type='get'><query xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'><max>10</max></set></query></iq>" \
    "$(again iq "<iq xmlns='jabber:client' id='1' type='get'><query
    xmlns='urn:xmpp:mam:2'><set xmlns='http://jabber.org/protocol/rsm'
    ><max>10</max><before/></set></query></iq>")"
finish
