#!/bin/sh
# xmpp.js 0.14 (@xmpp/client) does not count the replies to its own requests,
# where XEP-0198 section 4 counts every stanza.
#
# Guess: after the reply to a ping and after a message its `h` is 1, then 2.
# Seen: 0, then 1. So it stays behind by one for each request, and when the
# session is resumed the server sends again what was received long ago.
. "$(dirname "$0")/common.inc"
npm_packages @xmpp/client@0.14.0

cat >"$work/count.mjs" <<'JS'
import net from 'node:net';
import {client, xml} from '@xmpp/client';

const features = text => `<stream:stream xmlns='jabber:client' id='1'
    version='1.0' xmlns:stream='http://etherx.jabber.org/streams'
    from='localhost'><stream:features>${text}</stream:features>`;
const sasl = "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'";
const bind = "xmlns='urn:ietf:params:xml:ns:xmpp-bind'";
const sm = "xmlns='urn:xmpp:sm:3'";
const counts = [];
let loggedIn = false;

function answer(text) {
    const id = /<iq[^>]* id="([^"]*)"/.exec(text)?.[1];
    const count = /<a [^>]*h="(\d+)"/.exec(text)?.[1];
    if (count && counts.push(count) === 2) {
        console.log(counts.join(' '));
        process.exit();
    }
    if (count)
        return `<message from='localhost'><body>x</body></message><r ${sm}/>`;
    if (/<stream:stream/.test(text))
        return features(loggedIn ? `<bind ${bind}/><sm ${sm}/>` :
            `<mechanisms ${sasl}><mechanism>PLAIN</mechanism></mechanisms>`);
    if (/<auth/.test(text)) {
        loggedIn = true;
        return `<success ${sasl}/>`;
    }
    if (/<bind/.test(text))
        return `<iq type='result' id='${id}'><bind ${bind}
            ><jid>u@localhost/r</jid></bind></iq>`;
    if (/<enable/.test(text)) return `<enabled ${sm} id='s' resume='true'/>`;
    if (/<ping/.test(text))
        return `<iq type='result' id='${id}' from='localhost'/><r ${sm}/>`;
    return '';
}

const server = net.createServer(socket =>
    socket.on('data', data => socket.write(answer(data.toString()))));
server.listen(0, '127.0.0.1', () => {
    const xmpp = client({
        service: 'xmpp://127.0.0.1:' + server.address().port,
        domain: 'localhost',
        credentials: authenticate =>
            authenticate({username: 'u', password: 'p'}, 'PLAIN')
    });
    xmpp.on('error', () => {});
    const ping = () => xmpp.streamManagement.enabled
        ? xmpp.iqCaller.request(xml('iq', {type: 'get', to: 'localhost'},
            xml('ping', 'urn:xmpp:ping')))
        : setTimeout(ping, 50);
    xmpp.on('online', ping);
    xmpp.start().catch(() => {});
});
JS

seen 'h after the reply to a ping, and after a message' '0 1' \
    "$(cd "$work" && timeout 60 node count.mjs)"
finish
