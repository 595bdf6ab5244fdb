#!/bin/sh
# xmpp.js 0.14 (@xmpp/client) sends names and passwords in SASL as ISO 8859-1,
# where RFC 4616 and RFC 5802 want UTF-8, and cannot send what is outside of
# that.
#
# Guess: a client library of 2025 logs in with any name that can be an address.
# Seen: the name "jos", e acute is one byte E9 in SCRAM, while the proof is
# computed over UTF-8, and in PLAIN the password too: a server sees broken
# UTF-8. A name with "č" never leaves: InvalidCharacterError.
. "$(dirname "$0")/common.inc"
npm_packages @xmpp/client@0.14.0

cat >"$work/login.mjs" <<'JS'
import net from 'node:net';
import {client} from '@xmpp/client';

const [mechanism, username, password] = process.argv.slice(2);
const end = text => { console.log(text); process.exit(); };
const server = net.createServer(socket => socket.on('data', data => {
    const auth = /<auth[^>]*>([^<]*)/.exec(data);
    if (auth)
        end(Buffer.from(auth[1], 'base64').toString('latin1')
            .replace(/,r=.*/, '').replace(/[^ -~]/g, c => '<' + c.charCodeAt()
                .toString(16).toUpperCase().padStart(2, '0') + '>'));
    else if (/<stream:stream/.test(data))
        socket.write(`<stream:stream xmlns='jabber:client' version='1.0'
            xmlns:stream='http://etherx.jabber.org/streams' id='1'
            from='localhost'><stream:features><mechanisms
            xmlns='urn:ietf:params:xml:ns:xmpp-sasl'
            ><mechanism>${mechanism}</mechanism></mechanisms
            ></stream:features>`);
}));
server.listen(0, '127.0.0.1', () => {
    const xmpp = client({
        service: 'xmpp://127.0.0.1:' + server.address().port,
        domain: 'localhost',
        credentials: authenticate =>
            authenticate({username, password}, mechanism)
    });
    xmpp.on('error', error => end(error.name));
    xmpp.start().catch(error => end(error.name));
});
JS
login() { (cd "$work" && timeout 60 node login.mjs "$@"); }

seen 'SCRAM-SHA-1, jose' 'n,,n=jose' "$(login SCRAM-SHA-1 jose secret)"
seen 'SCRAM-SHA-1, josé' 'n,,n=jos<E9>' "$(login SCRAM-SHA-1 josé secret)"
seen 'SCRAM-SHA-1, Dvořák' 'InvalidCharacterError' \
    "$(login SCRAM-SHA-1 Dvořák secret)"
seen 'PLAIN, josé, señora' '<00>jos<E9><00>se<F1>ora' \
    "$(login PLAIN josé señora)"
seen 'PLAIN, jose, heslo Dvořák' 'InvalidCharacterError' \
    "$(login PLAIN jose 'heslo Dvořák')"
finish
