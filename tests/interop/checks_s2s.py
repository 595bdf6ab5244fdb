"""examples/s2s and other people's servers: dialback (XEP-0220)."""
import os
import signal
import socket

from bed import check, equal, true
from clients import ANY, at
from sandbox import LOOPBACK, PATIENCE, wait_until
from wire import STREAMS, ByHand, Wire

FOREIGN = ("prosody", "ejabberd", "jabberd2")
MODES = [((),), (("--bidi",),)]
TEXT = "Two <houses>, both alike & \"in dignity\" \u00e9\U0001f339"


class S2s:
    """Our server, with a new domain."""

    def __init__(self, bed, *options, peer=None, port=None):
        self.domain, self.port = bed.domains.pop()
        self.bed = bed
        self.process = bed.run(
            "s2s", [bed.program("s2s"), "--domain", self.domain, "--listen",
                    str(self.port), "--route", "%s=%s:%d" % (
                        peer or bed.server.domain, LOOPBACK,
                        port or bed.server.s2s),
                    *options])

    def ready(self):
        wait_until(lambda: "ready s2s=%d" % self.port in self.process.lines
                   or self.process.ended(), PATIENCE, "s2s", [self.process])
        true(not self.process.ended(), "s2s ended", self.process)
        return self

    def printed(self, sender, receiver, text):
        """Finds a message that it printed, perhaps earlier."""
        line = "message\t%s\t%s\t%s" % (sender, receiver, text)
        wait_until(lambda: line in self.process.lines, PATIENCE, line,
                   [self.process])

    def ends_with(self, code):
        equal(self.process.wait(), code, "exit code of s2s\n" +
              self.process.transcript() + "\n")


@check("s2s", FOREIGN, each=MODES)
def they_begin(bed, options):
    """the other server speaks first, ours replies {0} (XEP-0220 2)"""
    s2s = S2s(bed, "--echo", *options).ready()
    client = bed.slixmpp(bed.pair()[0]).online()
    robot = "robot@" + s2s.domain
    for text in TEXT, "and once more":
        client.send("msg", robot, text)
        s2s.printed(client.full_jid, robot, text)
        client.expect("message", robot, "chat", ANY, text)
    client.send("ping", s2s.domain)
    client.expect("pong", s2s.domain)


@check("s2s", FOREIGN, each=MODES)
def we_begin(bed, options):
    """ours speaks first, waits for the reply, exit code 0 {0} (XEP-0220)"""
    client = bed.slixmpp(bed.pair()[0]).online()
    s2s = S2s(bed, "--to", client.jid, "--wait", *options)
    s2s.process.send(TEXT)
    s2s.process.finish_input()
    sender = "s2s@" + s2s.domain
    client.expect("message", at(sender), ANY, ANY, TEXT)
    client.send("msg", sender, "And you?")
    s2s.printed(client.full_jid, sender, "And you?")
    s2s.ends_with(0)


@check("s2s", FOREIGN)
def sends_and_leaves(bed):
    """ours sends one message and closes the stream, nothing is lost"""
    client = bed.slixmpp(bed.pair()[0]).online()
    s2s = S2s(bed, "--to", client.jid)
    s2s.process.send(TEXT)
    s2s.process.finish_input()
    s2s.ends_with(0)
    client.expect("message", at("s2s@" + s2s.domain), ANY, ANY, TEXT)


@check("s2s", FOREIGN)
def hears_errors(bed):
    """an unknown user is an error from the other server (RFC 6121 8.5.1)"""
    s2s = S2s(bed, "--to", bed.server.jid("nobody"), "--wait")
    s2s.process.send("hello?")
    s2s.process.finish_input()
    s2s.ends_with(1)
    said = "\n".join(s2s.process.lines + s2s.process.errors)
    true("service-unavailable" in said, "the reason is not said", s2s.process)


@check("s2s", FOREIGN)
def detects_forgery(bed):
    """a key that the other server did not make is invalid (XEP-0220 2.1.1)"""
    s2s = S2s(bed, "--echo").ready()
    forger = bed.add(Wire(s2s.port, s2s.domain))
    forger.content = "jabber:server' xmlns:db='jabber:server:dialback"
    forger.open()
    features = forger.expect("features")
    true(features.find("{urn:xmpp:stream-limits:0}limits") is not None,
         "no limits (XEP-0478 3)")
    forger.send("<db:result from='%s' to='%s'>not a key</db:result>" % (
        bed.server.domain, s2s.domain))
    result = forger.expect("result")
    equal(result.get("type"), "invalid", "the result")
    forger.send("<message from='romeo@%s' to='robot@%s'><body>forged</body>"
                "</message>" % (bed.server.domain, s2s.domain))
    while forger.next() is not None:
        pass
    true(not any("forged" in line for line in s2s.process.lines),
         "it believed the forger", s2s.process)


@check("s2s", ("prosody",))
def has_no_route(bed):
    """a domain without a route: said, exit code 3 (RFC 6120 10.4)"""
    s2s = S2s(bed, "--to", "romeo@nowhere.test")
    s2s.process.send("hello?")
    s2s.process.finish_input()
    s2s.ends_with(3)
    true(s2s.process.errors, "nothing is said", s2s.process)


@check("s2s", FOREIGN)
def ends_streams(bed):
    """SIGTERM: the streams are closed, exit code 0 (RFC 6120 4.4)"""
    s2s = S2s(bed, "--echo").ready()
    client = bed.slixmpp(bed.pair()[0]).online()
    client.send("msg", "robot@" + s2s.domain, TEXT)
    client.expect("message", at("robot@" + s2s.domain), ANY, ANY, TEXT)
    os.kill(s2s.process.process.pid, signal.SIGTERM)
    s2s.ends_with(0)


# ---- a server by hand

LIMITS = "<limits xmlns='urn:xmpp:stream-limits:0'>%s</limits>"
REASON = ("<error type='cancel'><not-allowed xmlns='%s'/><text xmlns='%s'>"
          "not in this house</text></error>" % (
              ("urn:ietf:params:xml:ns:xmpp-stanzas",) * 2))


class Peer(ByHand):
    """To which our server sends a message; replies by hand."""
    domain = "peer.test"

    def __init__(self, bed, text, *options, features=""):
        with socket.create_server((LOOPBACK, 0)) as listener:
            self.ours = self.s2s = S2s(
                bed, "--to", "romeo@" + self.domain, *options,
                peer=self.domain, port=listener.getsockname()[1])
            self.s2s.process.send(text)
            self.s2s.process.finish_input()
            listener.settimeout(PATIENCE)
            self.socket, _ = listener.accept()
        bed.add(self)
        self.socket.settimeout(PATIENCE)
        self.hear("<stream:stream[^>]*>")
        self.send("<stream:stream xmlns='jabber:server' xmlns:stream='%s' "
                  "xmlns:db='jabber:server:dialback' from='%s' id='1' "
                  "version='1.0'><stream:features>%s<dialback "
                  "xmlns='urn:xmpp:features:dialback'/></stream:features>" % (
                      STREAMS, self.domain, features))

    def send(self, text):
        self.socket.sendall(text.encode())

    def judge(self, kind, inside=""):
        """Replies to the key."""
        self.hear("<db:result[^>]*>[^<]*</db:result>")
        self.send("<db:result from='%s' to='%s' type='%s'>%s</db:result>" % (
            self.domain, self.s2s.domain, kind, inside))

    def ends_with(self, code, *words):
        self.send("</stream:stream>")
        self.stop()
        self.s2s.ends_with(code)
        said = "\n".join(self.s2s.process.errors)
        for word in words:
            true(word in said, "it does not say " + word, self.s2s.process)

    def stop(self):
        self.socket.close()


@check("s2s", ("rogue",), each=MODES)
def keeps_to_the_size(bed, options):
    """too large for the other server: not sent, said {0} (XEP-0478)"""
    features = "<bidi xmlns='urn:xmpp:features:bidi'/>"
    peer = Peer(bed, "x" * 300, *options, features=features + LIMITS % (
        "<max-bytes>300</max-bytes>"))
    before = peer.hear_before("<db:result")
    equal("<bidi" in before, bool(options), "bidi")
    equal("<limits" in before, bool(options), "limits of ours")
    peer.heard = "<db:result" + peer.heard
    peer.judge("valid")
    before = peer.hear_before("</stream:stream>")
    true("xxx" not in before, "it was sent")
    peer.ends_with(1, "300 bytes")


@check("s2s", ("rogue",))
def fits_the_size(bed):
    """as large as the other server takes: sent (XEP-0478)"""
    peer = Peer(bed, "x" * 100, features=LIMITS % (
        "<max-bytes>300</max-bytes>"))
    peer.judge("valid")
    peer.hear("<body>x*</body>")
    peer.hear("</stream:stream>")
    peer.ends_with(0)


@check("s2s", ("rogue",))
def says_its_limits(bed):
    """tells others its limits (XEP-0478 3)"""
    s2s = S2s(bed, peer="peer.test", port=1).ready()
    wire = bed.add(Wire(s2s.port, s2s.domain))
    wire.content = "jabber:server' xmlns:db='jabber:server:dialback"
    wire.open()
    features = wire.expect("features")
    limits = {e.tag.rpartition("}")[2]: e.text for e in features.find(
        "{urn:xmpp:stream-limits:0}limits")}
    equal(sorted(limits), ["idle-seconds", "max-bytes"], "limits")
    true(int(limits["max-bytes"]) >= 10000, "too small", s2s.process)


@check("s2s", ("rogue",))
def hears_why_it_is_refused(bed):
    """the other server's reasons are said, for the key (XEP-0220 2.5)"""
    peer = Peer(bed, "hello?")
    peer.judge("error", REASON)
    peer.ends_with(1, "not-allowed", "not in this house")


@check("s2s", ("rogue",))
def hears_why_a_message_is_refused(bed):
    """the other server's reasons are said, for the message (RFC 6120 8.3)"""
    peer = Peer(bed, "hello?", "--wait", "--bidi",
                features="<bidi xmlns='urn:xmpp:features:bidi'/>")
    peer.judge("valid")
    peer.hear("<message[^>]*>.*?</message>")
    peer.send("<message from='romeo@%s' to='s2s@%s' type='error' id='s2s-1'>"
              "%s</message>" % (peer.domain, peer.s2s.domain, REASON))
    peer.hear("</stream:stream>")
    peer.ends_with(1, "not-allowed", "not in this house")
