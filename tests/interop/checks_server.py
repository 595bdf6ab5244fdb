"""Our server: streams that no well-behaved client sends, and its promises.

The streams are also tried at Prosody and ejabberd with --control.
"""
import base64
import os
import re
import signal
import ssl

import clients
from bed import Skip, check, equal, true
from clients import ANY, at
from servers import (GUESTS, PASSWORD, SECRET, USERS, OursForOne,
                     OursWithTls)
from wire import BIND, SASL, STREAMS, Component, WebSocket, Wire, name

OURS = ("server",)
ALL = ("server", "prosody", "ejabberd")


def wire(bed, kind=Wire, port=None, domain=None):
    return bed.add(kind(port or bed.server.c2s, domain or bed.server.domain))


def witness(bed):
    """A client that must not notice anything."""
    def start():
        return bed.foreign(clients.Slixmpp,
                           bed.server.jid(GUESTS[-1])).online()
    return bed.keep("witness", start)


def still_served(bed, client):
    client.send("ping", bed.server.domain)
    client.expect("pong", bed.server.domain)


# ---- stream errors (RFC 6120 4.9.3)

HEADER = ("<stream:stream xmlns='jabber:client' xmlns:stream='%s' "
          "version='1.0' to='%%s'>" % STREAMS)
REFUSED = [
    ("not-well-formed", HEADER + "<a></b>"),
    ("restricted-xml", HEADER + "<!-- a comment -->"),
    ("restricted-xml", "<!DOCTYPE x [<!ENTITY e 'e'>]>" + HEADER),
    ("invalid-namespace", HEADER.replace("etherx", "example")),
    ("host-unknown", HEADER.replace("%s", "not.%s")),
    ("unsupported-version", HEADER.replace("1.0", "0.9")),
    ("not-authorized", HEADER + "<message to='a@%s'><body>x</body></message>"),
]
# Other conditions that the RFC allows, or that are usual.
ALLOWED = {
    "restricted-xml": {"not-well-formed", "bad-format"},
    "invalid-namespace": {"bad-namespace-prefix", "bad-format"},
    "not-well-formed": {"bad-format"},
}


@check("server", OURS, each=REFUSED)
def refuses(bed, condition, text):
    """stream error {0}, stream and connection closed (RFC 6120 4.9)"""
    other = witness(bed)
    raw = wire(bed)
    raw.send(text.replace("%s", bed.server.domain))
    got = raw.stream_error()
    true(got == condition or got in ALLOWED.get(condition, ()),
         "%s instead of %s" % (got, condition))
    raw.at_end()
    still_served(bed, other)


@check("server", OURS)
def bounds_stanzas(bed):
    """an endless stanza ends in policy-violation (RFC 6120 4.9.3.14)"""
    other = witness(bed)
    romeo, _ = bed.pair()
    raw = wire(bed).log_in(romeo)
    raw.send("<message to='%s'><body>" % other.jid)
    for _ in range(64):
        raw.send("x" * 65536)
    got = raw.stream_error()
    true(got in ("policy-violation", "resource-constraint"), got)
    still_served(bed, other)


@check("server", OURS)
def bounds_logins(bed):
    """an endless stanza before login: the same, sooner (RFC 6120 13.12)"""
    other = witness(bed)
    raw = wire(bed)
    raw.open()
    raw.expect("features")
    raw.send("<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' "
             "mechanism='PLAIN'>")
    for _ in range(16):
        raw.send("QUFB" * 4096)
    got = raw.stream_error()
    true(got in ("policy-violation", "resource-constraint"), got)
    still_served(bed, other)


@check("server", ALL)
def refuses_passwords(bed):
    """wrong password, unknown user: the same failure (RFC 6120 6.5.10)"""
    for user in "romeo-00", "nobody":
        raw = wire(bed)
        raw.open()
        raw.expect("features")
        raw.authenticate(user, "not the password")
        failure = raw.expect("failure")
        equal(name(failure[0]), "not-authorized", user)


def salt(bed, user, mechanism):
    raw = wire(bed)
    raw.open()
    raw.expect("features")
    first = base64.b64encode(b"n,,n=%s,r=nonce" % user.encode()).decode()
    raw.send("<auth xmlns='%s' mechanism='%s'>%s</auth>" % (
        SASL, mechanism, first))
    challenge = base64.b64decode(raw.expect("challenge").text).decode()
    return re.search("s=([^,]*)", challenge)[1]


@check("server", OURS, each=[("romeo-00",), ("nobody",)])
def salts(bed, user):
    """{0} has a salt for each mechanism, always the same (RFC 5802 9)"""
    one, other, again = (salt(bed, user, "SCRAM-SHA-" + size)
                         for size in ("1", "256", "1"))
    true(one != other, "one salt for two mechanisms")
    equal(again, one, "the salt, asked for again")


# ---- stanzas

@check("server", ALL)
def answers_queries(bed):
    """ping, version and disco of the server (XEP-0199, -0092, -0030)"""
    romeo, _ = bed.pair()
    client = bed.slixmpp(romeo).online()
    still_served(bed, client)
    client.send("version", bed.server.domain)
    true(client.expect("version", bed.server.domain)[2], "no name")
    client.send("disco", bed.server.domain)
    client.expect("identity", bed.server.domain, "server", "im")
    client.expect("feature", bed.server.domain, "urn:xmpp:ping")


@check("server", ALL)
def stamps_senders(bed):
    """a forged `from` does not get through (RFC 6120 8.1.2.1)"""
    romeo, juliet = bed.pair()
    peer = bed.slixmpp(juliet).online()
    raw = wire(bed).log_in(romeo)
    raw.send("<message from='%s' to='%s' type='chat'><body>forged</body>"
             "</message>" % (bed.server.jid("tybalt"), juliet))
    raw.send("<message to='%s' type='chat'><body>true</body></message>"
             % juliet)
    if raw.socket and not ended(raw):
        peer.expect("message", raw.jid, "chat", ANY, "true")
    peer.refuse("message", at(bed.server.jid("tybalt")))


def ended(raw):
    """Did the server end the stream, as invalid-from asks?"""
    raw.send("<iq xmlns='jabber:client' type='get' id='p' to='%s'>"
             "<ping xmlns='urn:xmpp:ping'/></iq>" % raw.domain)
    while True:
        element = raw.next()
        if element is None or element.tag == "{%s}error" % STREAMS:
            return True
        if element.get("id") == "p":
            return False


@check("server", ALL, each=[("iq", "get"), ("message", "chat")])
def bounces(bed, kind, type_):
    """{0} to an account that is not there: an error (RFC 6121 8.5.1)"""
    romeo, _ = bed.pair()
    raw = wire(bed).log_in(romeo)
    child = ("<query xmlns='urn:example:anything'/>" if kind == "iq"
             else "<body>hello?</body>")
    raw.send("<%s xmlns='jabber:client' to='%s' type='%s' id='e1'>%s</%s>" % (
        kind, bed.server.jid("nobody"), type_, child, kind))
    error = raw.expect(kind, lambda e: e.get("id") == "e1")
    equal(error.get("type"), "error", "type")
    equal(error.get("from"), bed.server.jid("nobody"), "from")
    conditions = [name(c) for c in error.find("{jabber:client}error")]
    true("service-unavailable" in conditions, repr(conditions))


@check("server", ALL)
def routes_by_priority(bed):
    """bare address: never to a negative priority (RFC 6121 8.5.2.1.1)"""
    romeo, juliet = bed.pair()
    high, negative = wire(bed), wire(bed)
    high.log_in(romeo, "high")
    negative.log_in(romeo, "negative")
    high.send("<presence xmlns='jabber:client'><priority>5</priority>"
              "</presence>")
    negative.send("<presence xmlns='jabber:client'><priority>-1</priority>"
                  "</presence>")
    for raw in high, negative:
        raw.expect("presence", lambda p, raw=raw: p.get("from") == raw.jid)
    peer = bed.slixmpp(juliet).online()
    peer.send("msg", romeo, "to the bare address")
    peer.send("msg", high.jid, "to high")
    peer.send("msg", negative.jid, "to negative")
    equal(bodies(high, 2), ["to the bare address", "to high"], "high")
    equal(bodies(negative, 1), ["to negative"], "negative")
    high.send("<presence xmlns='jabber:client' type='unavailable'/>")
    negative.expect("presence", lambda p: p.get("from") == high.jid)
    peer.send("msg", romeo, "to nobody who wants it")
    peer.send("msg", negative.jid, "to negative again")
    equal(bodies(negative, 1), ["to negative again"], "negative alone")


def bodies(raw, count):
    return [raw.expect("message", lambda m: m.find("{jabber:client}body")
                       is not None).findtext("{jabber:client}body")
            for _ in range(count)]


@check("server", ALL)
def keeps_messages(bed):
    """an offline user gets messages later, with a delay (XEP-0160, -0203)"""
    romeo, juliet = bed.pair()
    sender = bed.slixmpp(juliet).online()
    for i in range(3):
        sender.send("msg", romeo, "while you were out %d" % i)
    still_served(bed, sender)
    receiver = bed.slixmpp(romeo).online()
    got = [receiver.expect("message", sender.full_jid)[4] for _ in range(3)]
    equal(got, ["while you were out %d" % i for i in range(3)], "offline")
    receiver.expect("delayed", sender.full_jid)
    still_served(bed, receiver)  # so that it has acknowledged them
    receiver.quit()
    again = bed.slixmpp(romeo).online()
    still_served(bed, again)
    again.refuse("message")


@check("server", OURS)
def counts_acknowledgements(bed):
    """an <a/> with less than the one before says nothing new, one with more
    than was sent ends the stream (XEP-0198 4)"""
    there = arrive(manage(wire(bed).log_in(bed.pair()[0])))
    for h in 1, 0:
        there.send("<a xmlns='urn:xmpp:sm:3' h='%d'/>" % h)
        ping(there)
    there.send("<a xmlns='urn:xmpp:sm:3' h='9'/>")
    equal(there.stream_error(), "undefined-condition", "more than was sent")


@check("server", OURS)
def keeps_what_it_cannot_shorten(bed):
    """a file that cannot be shortened: nobody gets messages for ever, and
    none is lost (XEP-0160 3)"""
    romeo, juliet = bed.pair()
    sent = [str(i) for i in range(60)]  # more than can wait for its <a/>
    sender = wire(bed).log_in(romeo)
    sender.send("".join(
        "<message to='%s' type='chat' id='%s'><body>%s</body></message>" % (
            juliet, i, "x" * 4000) for i in sent))
    ping(sender)
    obstacle = os.path.join(
        bed.sandbox.directory("server"),
        juliet.partition("@")[0].replace("-", "_2D") + ".offline.new")
    os.mkdir(obstacle)
    there = arrive(manage(wire(bed).log_in(juliet)), sender)
    got = messages(there, turns=1)
    true(got and got == sent[:len(got)] != sent, "got %r" % got)
    there.send("<a xmlns='urn:xmpp:sm:3' h='%d'/>" % (
        len(got) + 2))  # its presence, and the reply to its ping
    equal(messages(there), [], "messages after those")
    there.send("</stream:stream>")
    see_leave(sender, there)
    os.rmdir(obstacle)
    back = arrive(wire(bed).log_in(juliet))
    equal(messages(back, turns=10), sent, "messages, later")


def manage(raw):
    """Switches XEP-0198 on."""
    raw.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    raw.expect("enabled")
    return raw


def arrive(raw, to=None):
    """Initial presence; and directed presence, so that `to` sees it leave."""
    raw.send("<presence/>")
    raw.expect("presence", lambda p: p.get("from") == raw.jid)
    if to:
        raw.send("<presence to='%s'/>" % to.jid)
        to.expect("presence", lambda p: p.get("from") == raw.jid)
    return raw


def see_leave(watcher, *raws):
    """In any order."""
    left = {raw.jid for raw in raws}
    while left:
        left.discard(watcher.expect(
            "presence", lambda p: p.get("type") == "unavailable").get("from"))


def ping(raw):
    """Everything that came before the reply."""
    raw.send("<iq type='get' id='ping' to='%s'><ping xmlns='urn:xmpp:ping'/>"
             "</iq>" % raw.domain)
    before = []
    while True:
        element = raw.next()
        if element is None:
            raise raw.failed("no reply to a ping")
        if element.get("id") == "ping":
            return before
        before.append(element)


def messages(raw, turns=2):
    """Their ids, as they come within some turns of the server."""
    return [e.get("id") for _ in range(turns) for e in ping(raw)
            if name(e) == "message"]


@check("server", OURS, each=[("nobody",), ("somebody",)])
def refuses_probes(bed, who):
    """a stranger's probe of {0}: unsubscribed, there or not (RFC 6121 4.3.2)
    """
    romeo, juliet = bed.pair()
    jid = bed.server.jid(who) if who == "nobody" else juliet
    raw = wire(bed).log_in(romeo)
    raw.send("<presence to='%s' type='probe'/>" % jid)
    answers = [(name(e), e.get("from"), e.get("type")) for e in ping(raw)]
    equal(answers, [("presence", jid, "unsubscribed")], "answers")


@check("server", ALL)
def copies(bed):
    """the other resource gets a copy of both directions (XEP-0280)"""
    romeo, juliet = bed.pair()
    one, two = bed.slixmpp(romeo).online(), bed.slixmpp(romeo).online()
    peer = bed.slixmpp(juliet).online()
    two.send("carbons")
    two.expect("carbons", "enabled")
    peer.send("msg", one.full_jid, "for one")
    one.expect("message", peer.full_jid, "chat", ANY, "for one")
    two.expect("carbon", "received", peer.full_jid, one.full_jid, "for one")
    one.send("msg", peer.full_jid, "from one")
    two.expect("carbon", "sent", one.full_jid, peer.full_jid, "from one")


@check("server", ALL)
def allows_one_of_a_name(bed):
    """the same resource again: a conflict, or another name (RFC 6120 7.7.2)"""
    romeo, _ = bed.pair()
    first = wire(bed).log_in(romeo, "balcony")
    second = wire(bed)
    try:
        second.log_in(romeo, "balcony")
    finally:
        pass
    if second.jid == first.jid:
        equal(first.stream_error(), "conflict", "the first connection")


# ---- resources that are lost (XEP-0198 5)

def own_server(bed, name_, *options):
    """A server for this check, and the addresses of its accounts."""
    server = OursForOne(bed.build, name_, *options)
    server.start(bed.sandbox)
    return bed.add(server), *(server.jid(user) for user in USERS[:2])


def resources(bed, server, jid, count, watcher):
    """Clients with stream management, which the watcher sees."""
    return [arrive(manage(wire(bed, port=server.c2s).log_in(jid, "r%d" % i)),
                   watcher) for i in range(count)]


@check("server", OURS, each=[("time",), ("shutdown",)])
def keeps_one_of_each(bed, end):
    """messages that several lost resources got come once, after {0}
    (XEP-0198 5)"""
    server, romeo, juliet = own_server(bed, end, "--resume-seconds", "1")
    sender = wire(bed, port=server.c2s).log_in(juliet)
    lost = resources(bed, server, romeo, 4, sender)
    sender.send("<message to='%s' type='chat' id='bare'><body>x</body>"
                "</message><message to='%s' type='chat' id='full'>"
                "<body>x</body></message>" % (romeo, lost[1].jid))
    ping(sender)
    if end == "time":
        for raw in lost:
            raw.stop()
        see_leave(sender, *lost)
    else:
        restart(bed, server, lost + [sender])
    back = arrive(wire(bed, port=server.c2s).log_in(romeo, "back"))
    equal(sorted(messages(back)), ["bare", "full"], "messages")


def restart(bed, server, connected):
    os.kill(server.process.process.pid, signal.SIGTERM)
    for raw in connected:
        raw.expect("error")
        raw.stop()
    equal(server.process.wait(), 0, "exit code")
    server.start(bed.sandbox)


@check("server", OURS)
def keeps_equal_messages(bed):
    """two messages of a lost resource, equal to the letter, are two
    (XEP-0198 5)"""
    server, romeo, juliet = own_server(bed, "equal", "--resume-seconds", "1")
    sender = wire(bed, port=server.c2s).log_in(juliet)
    lost, there = resources(bed, server, romeo, 2, sender)
    sender.send("<message to='%s' type='chat' id='same'><body>x</body>"
                "</message>" % lost.jid * 2)
    ping(sender)
    lost.stop()
    see_leave(sender, lost)
    equal(messages(there), ["same"] * 2, "messages to another resource")
    there.stop()
    see_leave(sender, there)
    back = arrive(wire(bed, port=server.c2s).log_in(romeo, "back"))
    equal(messages(back), ["same"] * 2, "messages, later")


@check("server", OURS)
def makes_place(bed):
    """as many lost resources as an account may have: a new one is let in
    (RFC 6120 7.6.2.1)"""
    romeo, _ = bed.pair()
    for i in range(12):
        manage(wire(bed).log_in(romeo, "lost-%d" % i)).stop()
    arrive(wire(bed).log_in(romeo, "here"))


# ---- every message once (XEP-0160, -0198, -0280)

class Lab(OursForOne):
    """Accounts for the checks that need a server with these options."""

    def accounts(self):
        return [(user, self.domain) for user in USERS[:32]]


def lab(bed):
    """That server, with two addresses that no check used before."""
    def start():
        server = Lab(bed.build, "lab", "--resume-seconds", "1", "--component",
                     "gate.one.server.test", "--component-port", "0")
        server.start(bed.sandbox)
        server.pairs = iter(range(16))
        return server
    server = bed.keep("lab", start)
    number = next(server.pairs)
    return server, *(server.jid("%s-%02d" % (user, number))
                     for user in ("romeo", "juliet"))


def enter(bed, server, jid, resource="wire"):
    return wire(bed, port=server.c2s).log_in(jid, resource)


def copy_to(raw):
    raw.send("<iq type='set' id='copy'><enable xmlns='urn:xmpp:carbons:2'/>"
             "</iq>")
    raw.expect("iq", lambda e: e.get("id") == "copy")
    return raw


def chat(raw, to, id_, body="x", type_=" type='chat'"):
    raw.send("<message to='%s'%s id='%s'><body>%s</body></message>" % (
        to, type_, id_, body))


def ids(elements):
    """Of messages and of those that were copied."""
    return [m.get("id") for e in elements if name(e) == "message"
            for m in e.iter("{jabber:client}message") if m.get("id")]


@check("server", OURS, each=[("no",), ("a negative",)])
def copies_or_keeps(bed, priority):
    """carbons and {0} presence: what is sent to the bare address comes once
    (XEP-0280 7, XEP-0160 3)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    there = copy_to(enter(bed, server, romeo))
    if priority != "no":
        there.send("<presence><priority>-1</priority></presence>")
    ping(there)
    chat(sender, romeo, "bare")
    ping(sender)
    before = ping(there)
    there.send("<presence/>")
    after = [e for _ in range(3) for e in ping(there)]
    equal(ids(before + after), ["bare"], "messages")


@check("server", OURS)
def takes_back_once(bed):
    """lost with a message that another resource has a copy of, or has got: it
    does not come again (XEP-0198 5)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    there = arrive(copy_to(enter(bed, server, romeo, "there")))
    lost, = resources(bed, server, romeo, 1, sender)
    chat(sender, lost.jid, "full")
    chat(sender, romeo, "bare")
    ping(sender)
    lost.stop()
    see_leave(sender, lost)
    equal(sorted(ids(e for _ in range(3) for e in ping(there))),
          ["bare", "full"], "messages")
    there.send("</stream:stream>")
    there.at_end()
    back = arrive(enter(bed, server, romeo, "back"))
    equal(messages(back), [], "messages, later")


@check("server", OURS)
def takes_back_copies(bed):
    """lost with a message, and the other with its copy: it comes as it was
    sent (XEP-0198 5)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    first, second = resources(bed, server, romeo, 2, sender)
    copy_to(second)
    chat(sender, first.jid, "full")
    ping(sender)
    for raw in first, second:
        raw.stop()
        see_leave(sender, raw)
    back = arrive(enter(bed, server, romeo, "back"))
    got = [e for _ in range(2) for e in ping(back) if name(e) == "message"]
    equal([(e.get("id"), e.get("from")) for e in got],
          [("full", sender.jid)], "messages")


DELAY = "{urn:xmpp:delay}delay"


@check("server", OURS)
def stamps_resumed(bed):
    """what waited for a resumption says when it was sent (XEP-0198 6)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    lost = enter(bed, server, romeo)
    lost.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    id_ = lost.expect("enabled").get("id")
    chat(sender, lost.jid, "before")
    lost.expect("message")
    lost.stop()
    chat(sender, lost.jid, "while")
    ping(sender)
    back = resume(bed, server, romeo, id_, 0)
    back.expect("resumed")
    chat(sender, lost.jid, "after")
    got = [back.expect("message") for _ in range(3)]
    equal([(m.get("id"), m.find(DELAY) is not None) for m in got],
          [("before", True), ("while", True), ("after", False)], "messages")
    equal(got[1].find(DELAY).get("from"), server.domain, "from")


def resume(bed, server, jid, id_, h):
    """A new connection that asks for an old resource."""
    raw = wire(bed, port=server.c2s)
    raw.prove(jid)
    raw.send("<resume xmlns='urn:xmpp:sm:3' previd='%s' h='%d'/>" % (id_, h))
    return raw


COPIED = [
    ("text of no type", "><body>b</body>", True),
    ("a marker", "><displayed xmlns='urn:xmpp:chat-markers:0' id='x'/>", True),
    ("a chat state", "><active xmlns='http://jabber.org/protocol/chatstates'"
     "/>", True),
    ("a receipt", "><received xmlns='urn:xmpp:receipts' id='x'/>", True),
    ("an invitation", "><x xmlns='jabber:x:conference' jid='a@b'/>", True),
    ("a room's invitation", "><x xmlns='http://jabber.org/protocol/muc#user'>"
     "<invite from='c@d'/></x>", True),
    ("a room's private message", " type='chat'><body>b</body>"
     "<x xmlns='http://jabber.org/protocol/muc#user'/>", False),
    ("an error", " type='error'><body>b</body><error type='cancel'/>", False),
    ("what is private", " type='chat'><body>b</body>"
     "<private xmlns='urn:xmpp:carbons:2'/>", False),
    ("data", "><x xmlns='urn:example:data'/>", False),
]


@check("server", OURS, each=[("received",), ("sent",)])
def copies_what_is_chat(bed, which):
    """which messages are copied if {0}, with their type (XEP-0280 6.1)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    there = enter(bed, server, romeo)
    witness_ = copy_to(enter(bed, server, romeo if which == "received"
                             else juliet, "copies"))
    for what, rest, copied in COPIED:
        sender.send("<message to='%s'%s</message>" % (there.jid, rest))
        ping(sender)
        ping(there)
        got = [e for e in ping(witness_) if name(e) == "message"]
        if which == "sent" and "private message" in what:
            copied = True
        equal(len(got), copied, what)
        for e in got:
            inner = e.find(".//{urn:xmpp:forward:0}forwarded/*")
            equal(e.get("type"), inner.get("type"), "type of " + what)


# ---- acknowledgements (XEP-0198 4)

def count_asks(elements):
    return sum(e.tag == "{urn:xmpp:sm:3}r" for e in elements)


@check("server", OURS)
def asks_sparingly(bed):
    """<r/> not for each stanza, and never two at a time (XEP-0198 4)"""
    server, romeo, _ = lab(bed)
    raw = manage(enter(bed, server, romeo))
    counts = []
    for answered in True, False:
        asked = 0
        for i in range(1, 101):
            more = count_asks(ping(raw))
            asked += more
            if more and answered:
                raw.send("<a xmlns='urn:xmpp:sm:3' h='%d'/>" % i)
        counts.append(asked)
    true(1 <= counts[0] <= 30, "%d for 100 stanzas" % counts[0])
    true(counts[1] <= 1, "%d that were not answered" % counts[1])


def pings(raw, count):
    """Sends them at once; the replies, and what came between."""
    raw.send("".join(
        "<iq type='get' id='%d' to='%s'><ping xmlns='urn:xmpp:ping'/></iq>" %
        (i, raw.domain) for i in range(count)))
    got = []
    while sum(name(e) == "iq" for e in got) < count:
        element = raw.next()
        if element is None or element.tag == "{%s}error" % STREAMS:
            raise raw.failed("the stream ends")
        got.append(element)
    return got


@check("server", OURS)
def serves_who_acknowledges_nothing(bed):
    """8,000 replies and no <a/>: messages still come, only resumption is lost
    (XEP-0198 5)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    raw = enter(bed, server, romeo)
    raw.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    id_ = raw.expect("enabled").get("id")
    raw.send("<presence/>")
    for _ in range(16):
        pings(raw, 500)
    chat(sender, romeo, "still")
    ping(sender)
    equal(messages(raw), ["still"], "messages")
    raw.send("<r xmlns='urn:xmpp:sm:3'/><a xmlns='urn:xmpp:sm:3' h='0'/>")
    raw.expect("a")
    ping(raw)
    raw.stop()
    back = resume(bed, server, romeo, id_, 8000)
    equal(name(back.expect("failed")[0]), "item-not-found", "resumption")


@check("server", OURS)
def feeds_who_acknowledges_nothing(bed):
    """a client gets 2,000 messages without one <a/>, if it is there: it
    answers a ping (XEP-0198 5)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    raw = arrive(manage(enter(bed, server, romeo)))
    for i in range(2000):
        chat(sender, romeo, str(i), "x" * 50)
    got = []
    while len(got) < 2000:
        element = raw.next()
        if element is None or name(element) == "error":
            raise raw.failed("the stream ends")
        if name(element) == "iq":
            raw.send("<iq type='result' id='%s'/>" % element.get("id"))
        if name(element) == "message":
            got.append(element.get("id"))
    equal(got, [str(i) for i in range(2000)], "messages")


# ---- limits (XEP-0478)

def limits(features):
    found = features.find("{urn:xmpp:stream-limits:0}limits")
    return [int(found.findtext("{urn:xmpp:stream-limits:0}" + key))
            for key in ("max-bytes", "idle-seconds")]


def padded(begin, end, size):
    return begin + "x" * (size - len(begin) - len(end)) + end


@check("server", OURS, each=[("TCP",), ("WebSocket",)])
def keeps_its_limits(bed, way):
    """{0}: stanzas as long as the features allow, no longer; before and after
    login (XEP-0478 3)"""
    romeo, juliet = bed.server.jid(GUESTS[0]), bed.server.jid(GUESTS[1])
    kind, port = ((Wire, bed.server.c2s) if way == "TCP" else
                  (WebSocket, bed.server.websocket))
    there = arrive(wire(bed).log_in(juliet, "limits" + way))
    begin = ("<message xmlns='jabber:client' to='%s' type='chat'><body>" %
             there.jid)
    end = "</body></message>"
    raw = wire(bed, kind, port)
    first, second = both_features(raw, romeo)
    true(first[0] >= 10000 and second[0] >= 60000, (first, second))
    raw.send(padded(begin, end, second[0]))
    equal(len(bodies(there, 1)[0]), second[0] - len(begin + end), "body")
    for size in second[0] + 1, 5 * second[0]:
        raw.send(padded(begin, end, size))
        equal(raw.stream_error(), "policy-violation", "after login")
        raw = wire(bed, kind, port).log_in(romeo)
    raw = wire(bed, kind, port)
    raw.open()
    raw.expect("features")
    raw.send(padded("<auth xmlns='%s' mechanism='PLAIN'>" % SASL, "</auth>",
                    first[0]))
    raw.expect("failure")
    raw.send(padded("<auth xmlns='%s' mechanism='PLAIN'>" % SASL, "</auth>",
                    first[0] + 1))
    equal(raw.stream_error(), "policy-violation", "before login")


def both_features(raw, jid):
    """Logs in; the limits before and after."""
    raw.open()
    first = limits(raw.expect("features"))
    raw.authenticate(jid.partition("@")[0], PASSWORD)
    raw.expect("success")
    raw.open()
    second = limits(raw.expect("features"))
    raw.send("<iq xmlns='jabber:client' type='set' id='bind'>"
             "<bind xmlns='%s'/></iq>" % BIND)
    raw.expect("iq")
    return first, second


@check("server", OURS)
def keeps_long_messages(bed):
    """60,000 bytes for somebody who is away, with a copy, and with stream
    management (XEP-0160)"""
    server, romeo, juliet = lab(bed)
    sender = enter(bed, server, juliet)
    copies = copy_to(enter(bed, server, juliet, "copies"))
    text = "x" * 60000
    chat(sender, romeo, "1", text)
    chat(sender, romeo, "2", text)
    ping(sender)
    equal([len(m.findtext(".//{jabber:client}body")) for m in ping(copies)],
          [60000] * 2, "copies")
    there = arrive(manage(enter(bed, server, romeo)))
    equal([len(body) for body in bodies(there, 2)], [60000] * 2, "bodies")


# ---- why a stream ends (RFC 6120 4.9)

def reason(raw):
    """Condition and text of the stream error that must come."""
    error = raw.expect("error")
    text = error.findtext("{urn:ietf:params:xml:ns:xmpp-streams}text")
    raw.at_end()
    return name(error[0]), text


@check("server", OURS, each=[("idle",), ("idle, and may resume",),
                             ("login",), ("shutdown",), ("replaced",),
                             ("resumed",)])
def says_why(bed, end):
    """the end says why: {0} (RFC 6120 4.9.3)"""
    server, romeo, _ = own_server(
        bed, re.sub("[, ]+", "-", end), "--login-seconds", "1",
        *(["--idle-seconds", "1"] if end.startswith("idle") else []))
    raw = wire(bed, port=server.c2s)
    if end == "login":
        equal(reason(raw), ("connection-timeout",
                            "logging in took too long"), "reason")
        return
    raw.log_in(romeo)
    if end != "idle":
        raw.send("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
        id_ = raw.expect("enabled").get("id")
    if end == "shutdown":
        os.kill(server.process.process.pid, signal.SIGTERM)
    elif end == "replaced":
        enter(bed, server, romeo)
    elif end == "resumed":
        resume(bed, server, romeo, id_, 0).expect("resumed")
    condition, text = reason(raw)
    equal(condition, {"shutdown": "system-shutdown", "replaced": "conflict",
                      "resumed": "conflict"}.get(end, "connection-timeout"),
          "condition")
    true(text, "no text")
    if end.endswith("resume"):
        resume(bed, server, romeo, id_, 0).expect("resumed")


@check("server", OURS)
def tells_who_opens_no_websocket(bed):
    """no request for a WebSocket in time: 503, and why (RFC 9110 15.6.4)"""
    server, _, _ = own_server(bed, "slow", "--login-seconds", "1")
    raw = wire(bed, port=server.websocket)
    with raw.socket.makefile("rb") as answer:
        response = answer.read()
    true(response.startswith(b"HTTP/1.1 503 ") and b"too long" in response,
         repr(response))


# ---- strangers, time

@check("server", OURS, each=[("default",), ("strict-strangers",)])
def lets_strangers_ask(bed, option):
    """an iq to a stranger's full address: {0} (RFC 6121 8.5.3.1)"""
    server, romeo, juliet = own_server(
        bed, option, *(["--" + option] if option != "default" else []))
    there, raw = enter(bed, server, romeo), enter(bed, server, juliet)
    raw.send("<iq type='get' id='ask' to='%s'><query xmlns='urn:example:any'/>"
             "</iq>" % there.jid)
    if option == "default":
        asked = there.expect("iq")
        equal((asked.get("id"), asked.get("from")), ("ask", raw.jid), "iq")
        there.send("<iq type='result' id='ask' to='%s'/>" % raw.jid)
    answer = raw.expect("iq", lambda e: e.get("id") == "ask")
    equal(answer.get("type"),
          "result" if option == "default" else "error", "type")
    equal(ids(ping(there)), [], "nothing else")


@check("server", OURS)
def tells_the_time(bed):
    """an offset in figures (XEP-0202 4, XEP-0082 3.2)"""
    server, romeo, _ = lab(bed)
    raw = enter(bed, server, romeo)
    raw.send("<iq type='get' id='time' to='%s'><time xmlns='urn:xmpp:time'/>"
             "</iq>" % server.domain)
    answer = raw.expect("iq", lambda e: e.get("id") == "time")
    equal(answer.findtext(".//{urn:xmpp:time}tzo"), "+00:00", "tzo")


# ---- component, WebSocket

@check("server", OURS)
def turns_away(bed):
    """full: resource-constraint by TCP, 503 by WebSocket (RFC 6120 4.9.3.17,
    RFC 6455 4.2.2)"""
    server, romeo, _ = own_server(bed, "full", "--connections", "1")
    there = wire(bed, port=server.c2s).log_in(romeo)
    raw = wire(bed, port=server.c2s)
    equal(raw.stream_error(), "resource-constraint", "by TCP")
    raw.at_end()
    raw = wire(bed, port=server.websocket)
    with raw.socket.makefile("rb") as answer:
        equal(answer.readline().split()[:2], [b"HTTP/1.1", b"503"],
              "by WebSocket")
    ping(there)


@check("server", ALL)
def checks_handshakes(bed):
    """component with the wrong secret: not-authorized (XEP-0114 3)"""
    raw = wire(bed, Component, bed.server.component,
               bed.server.component_name)
    raw.shake_hands("lark-not-nightingale")
    equal(raw.stream_error(), "not-authorized", "condition")


@check("server", ALL)
def routes_to_components(bed):
    """a component and a client talk (XEP-0114 3)"""
    romeo, _ = bed.pair()
    peer = bed.slixmpp(romeo).online()
    raw = wire(bed, Component, bed.server.component,
               bed.server.component_name)
    raw.shake_hands(SECRET)
    raw.expect("handshake")
    address = "robot@" + bed.server.component_name
    peer.send("msg", address, "to the component")
    message = raw.expect("message")
    equal((message.get("from"), message.get("to")),
          (peer.full_jid, address), "addresses")
    raw.send("<message from='%s' to='%s' type='chat' id='c1'>"
             "<body>from the component</body></message>" % (address, romeo))
    peer.expect("message", address, "chat", "c1", "from the component")


@check("server", OURS)
def compares_components(bed):
    """a component's domain in other letters is its domain (RFC 7622 3.2)"""
    server, _, _ = lab(bed)
    raw = wire(bed, Component, server.component, "GATE.One.Server.Test")
    raw.shake_hands(SECRET)
    raw.expect("handshake")


@check("server", ALL)
def serves_websockets(bed):
    """WebSocket and TCP clients talk, clean close (RFC 7395)"""
    if bed.server.websocket is None:
        raise Skip("this server has no WebSocket port")
    romeo, juliet = bed.pair()
    peer = bed.slixmpp(juliet).online()
    raw = wire(bed, WebSocket, bed.server.websocket)
    raw.log_in(romeo)
    raw.send("<presence xmlns='jabber:client'/>")
    raw.send("<message xmlns='jabber:client' to='%s' type='chat' id='w1'>"
             "<body>by WebSocket</body></message>" % juliet)
    peer.expect("message", raw.jid, "chat", "w1", "by WebSocket")
    peer.send("msg", raw.jid, "by TCP")
    equal(bodies(raw, 1), ["by TCP"], "body")
    raw.send("<close xmlns='urn:ietf:params:xml:ns:xmpp-framing'/>")
    raw.expect("close")


# ---- TLS

def secure_server(bed):
    """Another server of ours, with a certificate."""
    def start():
        server = OursWithTls(bed.build)
        if server.missing():
            raise Skip(server.missing())
        server.start(bed.sandbox)
        return server
    return bed.keep("secure", start)


@check("server", OURS)
def encrypts(bed):
    """STARTTLS: slixmpp and our client talk (RFC 6120 5)"""
    server = secure_server(bed)
    romeo, juliet = (server.jid(user) for user in USERS[:2])
    peer = bed.slixmpp(juliet, port=server.c2s,
                       secure=server.certificate).online()
    ours = bed.client(romeo, port=server.c2s, program="client-tls",
                      options=("--tls", "--ca", server.certificate)).online()
    ours.send("msg", juliet, "in private")
    peer.expect("message", ours.full_jid, "chat", ANY, "in private")
    peer.send("msg", romeo, "indeed")
    ours.expect("message", peer.full_jid, "chat", ANY, "indeed")
    ours.quit()


@check("server", OURS)
def encrypts_for_go(bed):
    """STARTTLS: slixmpp and go-sendxmpp talk (RFC 6120 5)"""
    server = secure_server(bed)
    romeo, juliet = (server.jid(user) for user in USERS[:2])
    peer = bed.slixmpp(juliet, port=server.c2s,
                       secure=server.certificate).online()
    go = bed.foreign(clients.GoSendxmpp, romeo, port=server.c2s,
                     secure=server.certificate).online()
    go.send("msg", juliet, "in private")
    peer.expect("message", at(romeo), "chat", ANY, "in private")
    peer.send("msg", go.full_jid, "indeed")
    go.expect("message", at(juliet), "chat", ANY, "indeed")


@check("server", OURS)
def wants_encryption(bed):
    """with a certificate, no login without STARTTLS (RFC 6120 5.3.1)"""
    server = secure_server(bed)
    raw = wire(bed, port=server.c2s, domain=server.domain)
    raw.open()
    features = raw.expect("features")
    equal([name(f) for f in features], ["starttls", "limits"], "features")
    raw.authenticate(USERS[0], PASSWORD)
    refusal = raw.next()
    true(name(refusal) in ("error", "failure"), name(refusal))


class SecureWebSocket(WebSocket):
    """wss: TLS, then HTTP."""

    def upgrade(self, port, path):
        context = ssl.create_default_context(cafile=self.ca)
        self.socket = context.wrap_socket(self.socket,
                                          server_hostname=self.domain)
        super().upgrade(port, path)


@check("server", OURS)
def encrypts_websockets(bed):
    """--websocket-tls: wss, and a long message (RFC 7395 4)"""
    server = OursWithTls(bed.build)
    if server.missing():
        raise Skip(server.missing())
    options = server.options
    server.options = lambda sandbox: options(sandbox) + [
        "--websocket-port", "0", "--websocket-tls"]
    server.name = "server-wss"
    server.start(bed.sandbox)
    bed.add(server)
    SecureWebSocket.ca = server.certificate
    raw = wire(bed, SecureWebSocket, server.websocket, server.domain)
    raw.log_in(server.jid(USERS[0]))
    raw.send("<message xmlns='jabber:client' to='%s' type='chat' id='w'>"
             "<body>%s</body></message>" % (raw.jid, "x" * 60000))
    equal(len(bodies(raw, 1)[0]), 60000, "body")
    plain = wire(bed, port=server.websocket, domain=server.domain)
    plain.send("GET /xmpp-websocket HTTP/1.1\r\n\r\n")
    try:
        equal(plain.socket.recv(1)[:1] in (b"", b"\x15"), True, "without TLS")
    except ConnectionError:
        pass


# ---- the end; these go last

@check("server", OURS)
def forgets_nothing(bed):
    """SIGTERM: system-shutdown, exit code 0 (RFC 6120 4.9.3.20); a new start
    has roster and offline messages"""
    romeo, juliet = bed.pair()
    client = bed.slixmpp(romeo).online()
    client.send("add", juliet)
    client.expect("roster", juliet, "none")
    client.send("msg", juliet, "kept over the end")
    still_served(bed, client)
    raw = wire(bed)
    raw.open()
    raw.expect("features")
    process = bed.server.process
    os.kill(process.process.pid, signal.SIGTERM)
    client.expect("error", "stream", "system-shutdown")
    equal(raw.stream_error(), "system-shutdown", "before login")
    equal(process.wait(), 0, "exit code")
    bed.server.start(bed.sandbox)
    again = bed.slixmpp(juliet).online()
    again.expect("subscribe", at(romeo))
    again.expect("message", client.full_jid, "chat", ANY, "kept over the end")
    back = bed.slixmpp(romeo).online()
    back.expect("roster", juliet, "none")
