"""Clients made with other people's libraries: one life, each at our server.

A check is a chapter of it. The peer connects by a relay, which can cut its
connection; its contact is our client. Checks of a peer share both, and what
a check needs of an earlier one is done if that was not chosen.
"""
import itertools
import re

import clients
from bed import Skip, check, equal
from checks_server import secure_server
from clients import ANY, at
from relay import Relay
from sandbox import Failure
from servers import USERS

SERVERS = ("server", "prosody", "ejabberd")
PEERS = [clients.Aioxmpp, clients.Nbxmpp, clients.NbxmppWebSocket,
         clients.AnyEvent, clients.Qxmpp, clients.Purple]
EACH = [(kind,) for kind in PEERS]
RESUMING = [(kind,) for kind in PEERS if kind.resumes]
OTHERS = [(kind,) for kind in PEERS if not kind.resumes]
TEXT = "%s to %s: <thou> & \"I\" ]]> \u00e9\u4f60\U0001f339"
WITH_TLS = [(kind,) for kind in PEERS if kind.transport == "c2s"]
# What our server says with --verbose of lives that go well.
WELL = ["is connected", "has logged in", "is bound", "is gone",
        "the component is there", "the connection is cut",
        "is lost, and may come back", "is resumed elsewhere", "resumed",
        "the same resource is bound again", "conflict",  # the stale session
        "no resource is bound"]  # see clients.Qxmpp


def complaints(bed, since):
    """Lines of our server from that one on that tell of no good life."""
    if bed.server.name != "server":
        return []
    return [line for line in bed.server.process.errors[since:]
            if line.rpartition(": ")[2] not in WELL
            and "bytes for each of" not in line]  # the first one


class Life:
    """A peer with its relay, and its contact."""

    def __init__(self, bed, kind):
        self.bed, self.kind = bed, kind
        self.jid, contact = bed.pair()
        self.relay = bed.add(Relay(bed.sandbox, getattr(bed.server,
                                                        kind.transport)))
        self.ours = bed.client(contact)
        self.said = len(bed.server.process.errors)
        self.friends = False
        self.peer = self.failure = None
        try:
            self.ours.online()
            self.log_in()
        except Failure as e:
            self.failure = e

    def log_in(self):
        self.peer = self.bed.foreign(self.kind, self.jid,
                                     port=self.relay.port)
        return self.peer.online()

    def befriend(self):
        """Both see each other's presence."""
        if self.friends:
            return
        self.friends = True  # it is not tried again
        peer, ours = self.peer, self.ours
        peer.send("add", ours.jid)
        ours.expect("subscribe", at(peer.jid))
        ours.send("accept", peer.jid)
        peer.expect("roster", ours.jid, "to")
        peer.expect("presence", ours.full_jid, "available")
        ours.send("add", peer.jid)
        peer.expect("subscribe", at(ours.jid))
        peer.send("accept", ours.jid)
        peer.expect("roster", ours.jid, "both")
        ours.expect("presence", peer.full_jid, "available")

    def complaints(self):
        """Of our server about the peer, or who has not logged in; its own."""
        return [line for line in complaints(self.bed, self.said)
                if self.jid + "/" in line or re.match(r"server: #\d+ : ", line)
                ] + self.peer.complaints()

    def stop(self):
        for thing in filter(None, (self.peer, self.ours, self.relay)):
            thing.stop()


def life(bed, kind):
    """That of the library at this server: begun once, whatever comes."""
    if kind.missing():
        raise Skip(kind.missing())
    here = bed.keep(("life", kind), lambda: Life(bed, kind))
    if here.failure is not None:
        details, here.failure = here.failure, "see above"
        raise Failure("it did not begin\n%s" % details)
    return here


def say(sender, receiver, to, text):
    sender.send("msg", to, text)
    receiver.expect("message", at(sender.jid), "chat", ANY, text)


def reached(bed, client):
    """The server has read all that the client sent."""
    client.send("ping", bed.server.domain)
    client.expect("pong", bed.server.domain)


@check("foreign", SERVERS, each=EACH)
def is_online(bed, kind):
    """{0} logs in (RFC 6120 6 and 7)"""
    life(bed, kind)


@check("foreign", SERVERS, each=EACH)
def befriends(bed, kind):
    """{0} and our client subscribe, with roster pushes (RFC 6121 2 and 3)"""
    life(bed, kind).befriend()


@check("foreign", SERVERS, each=EACH)
def chats(bed, kind):
    """{0} and our client chat, to the bare and the full address (RFC 6121 5)
    """
    peer, ours = life(bed, kind).peer, life(bed, kind).ours
    for a, b in (peer, ours), (ours, peer):
        say(a, b, b.jid, TEXT % (a.name, b.name))
        say(a, b, b.full_jid, "again, " + TEXT % (a.name, b.name))


@check("foreign", SERVERS, each=list(itertools.combinations(PEERS, 2)))
def converse(bed, one, other):
    """{0} and {1} chat with each other (RFC 6121 5)"""
    a, b = life(bed, one).peer, life(bed, other).peer
    say(a, b, b.full_jid, TEXT % (a.name, b.name))
    say(b, a, a.full_jid, TEXT % (b.name, a.name))


@check("foreign", ("server",), each=WITH_TLS)
def converse_in_private(bed, kind):
    """STARTTLS: {0} and our client chat (RFC 6120 5)"""
    server = secure_server(bed)
    romeo, juliet = (server.jid(user) for user in USERS[:2])
    peer = bed.foreign(kind, juliet, port=server.c2s,
                       secure=server.certificate).online()
    ours = bed.client(romeo, port=server.c2s, program="client-tls",
                      options=("--tls", "--ca", server.certificate)).online()
    for a, b in (peer, ours), (ours, peer):
        say(a, b, b.full_jid, TEXT % (a.name, b.name))
    ours.quit()
    peer.quit()
    equal(peer.complaints(), [], "complaints")


@check("foreign", SERVERS, each=EACH)
def sees_presence(bed, kind):
    """{0} sees a resource come, go away and leave, and is seen (RFC 6121 4)
    """
    life(bed, kind).befriend()
    peer, ours = life(bed, kind).peer, life(bed, kind).ours
    visitor = bed.client(ours.jid).online()
    peer.expect("presence", visitor.full_jid, "available")
    visitor.send("status", "xa", "in M\u00e4ntua <& out>")
    peer.expect("presence", visitor.full_jid, "xa", "in M\u00e4ntua <& out>")
    visitor.quit()
    peer.expect("presence", visitor.full_jid, "unavailable")
    peer.send("status", "away", "at <Laurence's> & \U0001f339")
    ours.expect("presence", peer.full_jid, "away",
                "at <Laurence's> & \U0001f339")


@check("foreign", SERVERS, each=RESUMING)
def is_resumed(bed, kind):
    """{0} is cut off and resumes: nothing is lost, none sees it (XEP-0198 5)
    """
    here = life(bed, kind)
    here.befriend()
    peer, ours = here.peer, here.ours
    here.relay.gate.clear()
    here.relay.cut(reset=True)
    for i in range(3):
        ours.send("msg", peer.full_jid, "missed \u00e9 %d" % i)
    reached(bed, ours)
    here.relay.gate.set()
    peer.expect("resumed")
    got = [peer.expect("message", ours.full_jid, "chat", ANY,
                       clients.has("missed"))[4] for _ in range(3)]
    equal(got, ["missed \u00e9 %d" % i for i in range(3)], "after resumption")
    for a, b in (peer, ours), (ours, peer):
        say(a, b, b.full_jid, "after it")
    peer.refuse("message", ANY, ANY, ANY, clients.has("missed"))
    peer.refuse("online")
    ours.refuse("presence", peer.full_jid, "unavailable")


@check("foreign", SERVERS, each=OTHERS)
def comes_back(bed, kind):
    """{0} is cut off, cannot resume, gets what it missed (XEP-0198 5, -0160)
    """
    if kind is clients.Qxmpp and bed.server.name == "ejabberd":
        raise Skip("ejabberd says nothing to its <resume/>, for ever")
    here = life(bed, kind)
    here.befriend()
    old, ours = here.peer.full_jid, here.ours
    here.relay.gate.clear()
    here.relay.cut(reset=True)
    if not kind.acknowledges:  # what is sent before that may be lost
        ours.expect("presence", old, "unavailable")
    ours.send("msg", here.jid, "missed \u00e9")
    reached(bed, ours)
    here.relay.gate.set()
    here.peer.online()
    here.peer.expect("message", ours.full_jid, "chat", ANY, "missed \u00e9")
    ours.expect("presence", here.peer.full_jid,
                lambda show: show != "unavailable")
    if kind.acknowledges:
        ours.expect("presence", old, "unavailable")
    say(ours, here.peer, here.peer.full_jid, "after it")
    here.peer.refuse("message", ANY, ANY, ANY, "missed \u00e9")


@check("foreign", SERVERS, each=EACH)
def departs(bed, kind):
    """{0} closes its stream, and its contact sees it go (RFC 6121 4.5)"""
    here = life(bed, kind)
    here.befriend()
    here.peer.quit()
    here.ours.expect("presence", here.peer.full_jid, "unavailable")
    equal(here.complaints(), [], "complaints")


@check("foreign", SERVERS, each=EACH)
def returns(bed, kind):
    """{0} logs in anew: roster, presence, what came meanwhile (RFC 6121 2.2)
    """
    here = life(bed, kind)
    here.befriend()
    if not here.peer.process.ended():
        here.peer.quit()
        here.ours.expect("presence", here.peer.full_jid, "unavailable")
    text = "meanwhile " + TEXT % (here.ours.name, here.peer.name)
    here.ours.send("msg", here.jid, text)
    peer = here.log_in()
    peer.expect("roster", here.ours.jid, "both")
    peer.expect("presence", here.ours.full_jid, "available")
    peer.expect("message", at(here.ours.jid), "chat", ANY, text)
    peer.quit()
    here.ours.expect("presence", peer.full_jid, "unavailable")
    equal(here.complaints(), [], "complaints")
    here.ours.quit()
    del bed.kept[("life", kind)]
    here.stop()
