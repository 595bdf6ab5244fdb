"""Clients of npm and the browser at our server, with our client."""
import pictures
from bed import Skip, check, equal, true
from clients import ANY, at
from clients_npm import Stanza, StropheJs, XmppJs, XmppJsTcp
from converse import Converse
from relay import Relay
from sandbox import PATIENCE, wait_until
from servers import USERS, OursForOne

NPM_KINDS = [XmppJsTcp, XmppJs, StropheJs, Stanza, Converse]
TEXT = "%s to %s: <thou> & \"I\" ]]> \u00e9\u4f60\U0001f339"
# What the server says with --verbose when nothing is wrong.
SAID = {"is connected", "has logged in", "is bound", "is gone", "resumed",
        "is lost, and may come back", "is resumed elsewhere", "conflict"}
A_STANZA = 60  # bytes at least: more than any other element


class Verbose(OursForOne):
    """One server for all that say what they do."""
    domain = "npm.server.test"

    def __init__(self, build):
        super().__init__(build, "npm", "--verbose")

    def accounts(self):
        return [(user, self.domain) for user in USERS[:2 * len(NPM_KINDS)]]


class Scene:
    """Romeo with our client, Juliet with another; each is in the other's
    roster. Juliet's connection can be cut."""

    def __init__(self, bed, kind):
        self.server = bed.keep(Verbose, lambda: start(bed))
        self.romeo_jid, self.juliet_jid = (
            self.server.jid(user) for user in USERS[
                2 * NPM_KINDS.index(kind):][:2])
        self.acquaint(bed)
        self.romeo = self.client(bed, self.romeo_jid)
        self.relay = bed.add(Relay(
            bed.sandbox, self.server.c2s if kind is XmppJsTcp
            else self.server.websocket))
        self.juliet = bed.add(kind(bed.sandbox, bed.build, self.juliet_jid,
                                   self.relay.port))

    def client(self, bed, jid):
        return bed.client(jid, port=self.server.c2s).online()

    def acquaint(self, bed):
        a, b = (self.client(bed, jid)
                for jid in (self.romeo_jid, self.juliet_jid))
        for asker, asked in (a, b), (b, a):
            asker.send("add", asked.jid)
            asked.expect("subscribe", asker.jid)
            asked.send("accept", asker.jid)
        for client, other in (a, b), (b, a):
            client.expect("roster", other.jid, "both")
            client.quit()

    def stop(self):
        for thing in self.juliet, self.relay, self.romeo:
            thing.stop()


def start(bed):
    server = Verbose(bed.build)
    server.start(bed.sandbox)
    return server


def scene(bed, kind):
    if kind.missing(bed.build):
        raise Skip(kind.missing(bed.build))
    return bed.keep(kind, lambda: Scene(bed, kind))


ALL = [(kind,) for kind in NPM_KINDS]


@check("npm", ("server",), each=ALL)
def logs_in(bed, kind):
    """{0} logs in and gets its roster (RFC 6120 6 and 7, RFC 6121 2.2)"""
    s = scene(bed, kind)
    s.juliet.expect("roster", s.romeo_jid, "both")
    s.juliet.online()


@check("npm", ("server",), each=ALL)
def sees_presence(bed, kind):
    """{0} and our client see each other's presence (RFC 6121 4)"""
    s = scene(bed, kind)
    s.juliet.expect("presence", at(s.romeo_jid), "available")
    s.romeo.expect("presence", s.juliet.full_jid, "available")
    for sender, receiver in (s.romeo, s.juliet), (s.juliet, s.romeo):
        text = "gone with <%s> & back \u00e9" % sender.name
        sender.send("status", "dnd", text)
        receiver.expect("presence", at(sender.jid), "dnd",
                        *[text] * receiver.shows_status)


@check("npm", ("server",), each=ALL)
def talks(bed, kind):
    """{0} and our client chat, both ways (RFC 6121 5)"""
    s = scene(bed, kind)
    for sender, receiver in (s.romeo, s.juliet), (s.juliet, s.romeo):
        for number in range(3):
            text = "%d %s" % (number, TEXT % (sender.name, receiver.name))
            sender.send("msg", receiver.jid, text)
            receiver.expect("message", at(sender.jid), "chat", ANY, text)


def miscounts(client):
    """What it does not count comes again: older messages."""
    return getattr(client, "miscounts", False)


@check("npm", ("server",), each=ALL)
def resumes(bed, kind):
    """{0} resumes: what the connection kept comes, once (XEP-0198 5)"""
    s = scene(bed, kind)
    equal(s.juliet.complaints(), [], kind.name)
    s.relay.let_to_server = s.relay.let_to_client = 0
    s.romeo.send("msg", s.juliet_jid, "kept \u00e9")
    wait_until(lambda: b"kept" in s.relay.kept, PATIENCE, "ours to send")
    s.relay.kept = b""  # the client may mask its bytes
    s.juliet.send("msg", s.romeo_jid, "kept \u00e9")
    wait_until(lambda: len(s.relay.kept) > A_STANZA, PATIENCE,
               "theirs to send")
    s.relay.cut()
    s.juliet.expect("resumed", seconds=20)
    for sender, receiver in (s.romeo, s.juliet), (s.juliet, s.romeo):
        sender.send("msg", receiver.jid, "the last")
        receiver.expect("message", at(sender.jid), "chat", ANY, "kept \u00e9")
        receiver.expect("message", at(sender.jid), "chat", ANY, "the last")
        again = [ANY, ANY, "kept \u00e9"] if miscounts(receiver) else []
        receiver.refuse("message", at(sender.jid), *again)
    s.juliet.forgive()
    true([line for line in s.server.process.errors
          if s.juliet.full_jid in line and line.endswith(": resumed")],
         "the server did not say that the session was resumed")


@check("npm", ("server",))
def talk_in_pictures(bed):
    """Converse.js and our client in a terminal talk in README's pictures"""
    browser = scene(bed, Converse).juliet.browser
    pictures.make(bed.sandbox, bed.build, bed.sandbox.directory("pictures"),
                  browser)


@check("npm", ("server",), each=ALL)
def leaves(bed, kind):
    """{0} logs out, our client sees it go, no log has an error"""
    s = scene(bed, kind)
    s.juliet.quit()
    s.romeo.expect("presence", s.juliet.full_jid, "unavailable")
    s.romeo.quit()
    for client in s.romeo, s.juliet:
        client.refuse("error")
        equal(client.complaints(), [], client.name)
    said = [line.rpartition(": ")[2] for line in s.server.process.errors[1:]]
    equal(set(said) - SAID, set(), "what the server said")
    bed.kept.pop(kind).stop()
