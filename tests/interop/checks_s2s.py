"""examples/s2s and other people's servers: dialback (XEP-0220)."""
import os
import signal

from bed import check, equal, true
from clients import ANY, at
from sandbox import LOOPBACK, PATIENCE, wait_until
from wire import Wire

FOREIGN = ("prosody", "ejabberd", "jabberd2")
MODES = [((),), (("--bidi",),)]
TEXT = "Two <houses>, both alike & \"in dignity\" \u00e9\U0001f339"


class S2s:
    """Our server, with a new domain."""

    def __init__(self, bed, *options):
        self.domain, self.port = bed.domains.pop()
        self.bed = bed
        self.process = bed.run(
            "s2s", [bed.program("s2s"), "--domain", self.domain, "--listen",
                    str(self.port), "--route", "%s=%s:%d" % (
                        bed.server.domain, LOOPBACK, bed.server.s2s),
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
