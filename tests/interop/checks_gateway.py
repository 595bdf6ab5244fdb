"""examples/gateway: a component of servers that others wrote, and ours."""
import os
import signal
import socket
import time

from bed import check, equal, true
from clients import ANY, at
from sandbox import LOOPBACK, PATIENCE, Failure, wait_until
from servers import SECRET
from wire import STREAMS, ByHand, Component, name

EVERY = ("prosody", "ejabberd", "jabberd2", "server")
TEXT = "Peace? <Peace> & \"quiet\" \u00e9\u4f60\U0001f339"


class LineUser:
    """Somebody on the other network: the line protocol by hand."""

    def __init__(self, port, nick):
        self.socket = socket.create_connection((LOOPBACK, port), PATIENCE)
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.log = []
        self.say("NICK", nick)

    def say(self, *fields):
        """Sends a line and expects the reply."""
        line = "\t".join(fields)
        self.log.append("> " + line)
        self.socket.sendall(line.encode() + b"\n")
        self.expect("BYE" if fields[0] == "QUIT" else "OK")

    def expect(self, *wanted):
        """The next line that begins so; earlier ones are dropped."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            try:
                line = self.lines.readline()
            except OSError:
                break
            if not line:
                break
            self.log.append(line.rstrip("\n"))
            fields = line.rstrip("\n").split("\t")
            if tuple(fields[:len(wanted)]) == wanted:
                return fields
            if fields[0] == "ERROR":
                break
        raise Failure("no line %r\n%s" % (wanted, "\n".join(
            "  line protocol: " + line for line in self.log[-12:])))

    def stop(self):
        self.socket.close()


class Gateway:
    def __init__(self, bed, *options, secret=SECRET, port=None, name=None):
        self.bed, self.name = bed, name or bed.server.component_name
        self.process = bed.run(
            "gateway", [bed.program("gateway"), "--host", LOOPBACK, "--port",
                        str(port or bed.server.component),
                        "--component", self.name,
                        "--foreign-port", "0", *options],
            env={"XMPP_COMPONENT_SECRET": secret})

    def ready(self):
        def port():
            found = [line for line in self.process.lines
                     if line.startswith("ready foreign=")]
            return found or self.process.ended()
        found = wait_until(port, PATIENCE, "the gateway", [self.process])
        true(found is not True, "the gateway ended", self.process)
        self.port = int(found[0].partition("=")[2])
        return self

    def jid(self, local):
        return local + "@" + self.name

    def line_user(self, nick):
        return self.bed.add(LineUser(self.port, nick))

    def terminate(self):
        os.kill(self.process.process.pid, signal.SIGTERM)
        equal(self.process.wait(), 0, "exit code of the gateway")


def registered(bed, gateway, name):
    """A client of slixmpp that the gateway knows by a name."""
    client = bed.slixmpp(bed.pair()[0]).online()
    client.send("register", gateway.name, "username=" + name)
    client.expect("registered", gateway.name)
    return client


@check("gateway", EVERY)
def is_refused(bed):
    """wrong secret: said, exit code 1 (XEP-0114 3)"""
    gateway = Gateway(bed, secret="lark-not-nightingale")
    equal(gateway.process.wait(), 1, "exit code")
    said = "\n".join(gateway.process.lines + gateway.process.errors)
    true(said.strip(), "nothing is said")
    true("nightingale" not in said, "the secret is in the output")


@check("gateway", EVERY)
def tells_what_it_is(bed):
    """found by disco: a gateway with registration (XEP-0030, XEP-0100)"""
    gateway = Gateway(bed).ready()
    client = bed.slixmpp(bed.pair()[0]).online()
    client.send("disco", gateway.name)
    client.expect("identity", gateway.name, "gateway")
    client.expect("feature", gateway.name, "jabber:iq:register")
    client.send("ping", gateway.name)
    client.expect("pong", gateway.name)


@check("gateway", EVERY)
def registers(bed):
    """registration: form, name, removal; needed to talk (XEP-0077 3)"""
    gateway = Gateway(bed).ready()
    tybalt = gateway.line_user("tybalt")
    client = bed.slixmpp(bed.pair()[0]).online()
    client.send("form", gateway.name)
    form = client.expect("form", gateway.name)
    true("username" in form and "registered" not in form, repr(form))
    client.send("msg", gateway.jid("tybalt"), "not yet")
    client.expect("error", at(gateway.jid("tybalt")), ANY,
                  "registration-required")
    if bed.server.name != "jabberd2":  # which keeps errors of presence back
        client.send("add", gateway.jid("tybalt"))
        client.expect("error", at(gateway.jid("tybalt")), ANY,
                      "registration-required")
    client.send("register", gateway.name, "username=Romeo")
    client.expect("registered", gateway.name)
    client.send("form", gateway.name)
    form = client.expect("form", gateway.name)
    true("registered" in form and "username=Romeo" in form, repr(form))
    client.send("msg", gateway.jid("tybalt"), "now")
    tybalt.expect("FROM", "Romeo", "now")
    client.send("register", gateway.name, "remove=")
    client.expect("registered", gateway.name, "remove=")
    client.send("msg", gateway.jid("tybalt"), "no more")
    client.expect("error", at(gateway.jid("tybalt")), ANY,
                  "registration-required")


@check("gateway", EVERY)
def shows_presence(bed):
    """a foreign contact comes and goes (RFC 6121 3 and 4)"""
    gateway = Gateway(bed).ready()
    client = registered(bed, gateway, "Benvolio")
    contact = gateway.jid("mercutio")
    client.send("add", contact)
    client.expect("subscribed", contact)
    client.expect("roster", contact, "to")
    client.expect("presence", at(contact), "unavailable")
    mercutio = gateway.line_user("mercutio")
    client.expect("presence", at(contact), "available")
    mercutio.say("QUIT")
    client.expect("presence", at(contact), "unavailable")


@check("gateway", EVERY)
def passes_messages(bed):
    """messages both ways, and errors for users who are offline (XEP-0100)"""
    gateway = Gateway(bed).ready()
    client = registered(bed, gateway, "Romeo")
    ohara = gateway.line_user("O'Hara")
    local = gateway.jid("o\\27hara")  # XEP-0106
    client.send("msg", local, TEXT)
    ohara.expect("FROM", "Romeo", TEXT)
    ohara.say("TELL", "Romeo", TEXT)
    client.expect("message", at(local), "chat", ANY, TEXT)
    client.send("msg", gateway.jid("nobody"), "hello?")
    client.expect("error", at(gateway.jid("nobody")), ANY, "item-not-found")


@check("gateway", EVERY)
def bridges_rooms(bed):
    """a room with users from both sides (XEP-0045 7)"""
    gateway = Gateway(bed).ready()
    room = gateway.jid("#tea")
    client = bed.slixmpp(bed.pair()[0]).online()
    nurse = gateway.line_user("nurse")
    nurse.say("JOIN", "tea")
    client.send("join", room, "Romeo")
    client.expect("presence", room + "/nurse", "available")
    client.expect("joined", room + "/Romeo")
    nurse.expect("JOINED", "tea", "Romeo")
    client.send("say", room, TEXT)
    nurse.expect("SAID", "tea", "Romeo", TEXT)
    client.expect("message", room + "/Romeo", "groupchat", ANY, TEXT)
    nurse.say("SAY", "tea", TEXT)
    client.expect("message", room + "/nurse", "groupchat", ANY, TEXT)
    client.send("leave", room)
    nurse.expect("LEFT", "tea", "Romeo")


@check("gateway", EVERY)
def joins_two_clients(bed):
    """a room with two clients: both ways, subject, leaving (XEP-0045 7)"""
    gateway = Gateway(bed).ready()
    room = gateway.jid("#orchard")
    romeo, juliet = bed.pair()
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    ours.send("join", room, "Romeo")
    ours.expect("joined", room + "/Romeo")
    ours.expect("subject", room, "")
    peer.send("join", room, "Juliet")
    peer.expect("presence", room + "/Romeo", "available")
    peer.expect("joined", room + "/Juliet")
    ours.expect("presence", room + "/Juliet", "available")
    for one, other in (ours, peer), (peer, ours):
        one.send("say", room, TEXT + one.name)
        nick = room + "/" + ("Romeo" if one is ours else "Juliet")
        one.expect("message", nick, "groupchat", ANY, TEXT + one.name)
        other.expect("message", nick, "groupchat", ANY, TEXT + one.name)
    peer.send("leave", room)
    ours.expect("presence", room + "/Juliet", "unavailable")
    ours.send("leave", room)
    ours.expect("left", room + "/Romeo")
    ours.quit()


@check("gateway", ("jabberd2",))
def is_spoken_to_as_a_client(bed):
    """the router delivers stanzas in jabber:client, as the gateway knows"""
    component = bed.add(Component(bed.server.component,
                                  bed.server.component_name))
    component.shake_hands(SECRET)
    component.expect("handshake")
    client = bed.client(bed.pair()[0]).online()
    client.send("ping", bed.server.component_name)
    iq = component.expect("iq", lambda iq: name(iq[0]) == "ping")
    equal(iq.tag, "{jabber:client}iq", "what came")
    component.send("<iq type='result' id='%s' from='%s' to='%s'/>" % (
        iq.get("id"), iq.get("to"), iq.get("from")))
    client.expect("pong", bed.server.component_name)
    client.quit()


@check("gateway", EVERY)
def leaves_in_order(bed):
    """SIGTERM: all are told, exit code 0; a new start knows who registered"""
    store = os.path.join(bed.sandbox.root, "store-" + bed.server.name)
    gateway = Gateway(bed, "--store", store).ready()
    client = registered(bed, gateway, "Paris")
    contact = gateway.jid("abram")
    client.send("add", contact)
    client.expect("subscribed", contact)
    abram = gateway.line_user("abram")
    client.expect("presence", at(contact), "available")
    gateway.terminate()
    client.expect("presence", at(contact), "unavailable")
    abram.expect("BYE")
    gateway = Gateway(bed, "--store", store).ready()
    abram = gateway.line_user("abram")
    client.expect("presence", at(contact), "available")
    client.send("msg", contact, "back again")
    abram.expect("FROM", "Paris", "back again")


@check("gateway", EVERY)
def serves_our_client(bed):
    """our client, a room of the gateway, and the other side"""
    gateway = Gateway(bed).ready()
    room = gateway.jid("#wood")
    client = bed.client(bed.pair()[0]).online()
    friar = gateway.line_user("friar")
    friar.say("JOIN", "wood")
    client.send("join", room, "Romeo")
    client.expect("joined", room + "/Romeo")
    friar.expect("JOINED", "wood", "Romeo")
    client.send("say", room, TEXT)
    friar.expect("SAID", "wood", "Romeo", TEXT)
    friar.say("SAY", "wood", TEXT)
    client.expect("message", room + "/friar", "groupchat", ANY, TEXT)
    client.quit()


# ---- a server by hand

CLIENT, ACCEPT = "jabber:client", "jabber:component:accept"
GATE = "gate.rogue.test"
ROOM = "#tea@" + GATE
JULIET, ROMEO = "juliet@rogue.test/balcony", "romeo@rogue.test/orchard"
GHOSTS = ("gone", "item-not-found", "recipient-unavailable", "redirect",
          "remote-server-not-found", "remote-server-timeout")
ALIVE = ("not-acceptable", "service-unavailable", "undefined-condition",
         "remote-server-unheard-of", "policy-violation")


class Router(ByHand):
    """A server that has one component, our gateway; stanzas by hand.

    `content` is the namespace of its stanzas: the router of jabberd2 sends
    them in jabber:client.
    """

    def __init__(self, bed, content):
        self.content = content
        with socket.create_server((LOOPBACK, 0)) as listener:
            self.ours = self.gateway = Gateway(
                bed, port=listener.getsockname()[1], name=GATE)
            listener.settimeout(PATIENCE)
            self.socket, _ = listener.accept()
        bed.add(self)
        self.socket.settimeout(PATIENCE)
        self.hear("<stream:stream[^>]*>")
        self.say("<stream:stream xmlns='%s' xmlns:stream='%s' from='%s' "
                 "id='1'>" % (ACCEPT, STREAMS, GATE))
        self.hear("<handshake>.*?</handshake>")
        self.say("<handshake/>")
        self.gateway.ready()

    def say(self, text):
        self.socket.sendall(text.encode())

    def send(self, name, sender, to, attributes="", inside=""):
        self.say("<%s xmlns='%s' from='%s' to='%s'%s>%s</%s>" % (
            name, self.content, sender, to, attributes, inside, name))

    def enter(self, who, nick):
        self.send("presence", who, ROOM + "/" + nick, "",
                  "<x xmlns='http://jabber.org/protocol/muc'/>")
        self.hear("<message[^>]* to='%s'[^>]*><subject/>" % who)

    def stop(self):
        self.socket.close()


def error(name):
    xmlns = "urn:ietf:params:xml:ns:xmpp-stanzas"
    return "<error type='cancel'><%s xmlns='%s'/></error>" % (name, xmlns)


KINDS = [(kind, content) for kind in ("message", "presence", "iq")
         for content in (CLIENT, ACCEPT)]


@check("gateway", ("rogue",), each=KINDS)
def removes_ghosts(bed, kind, content):
    """who cannot be reached leaves, by {0} in {1} (XEP-0045 18.1.2)"""
    router = Router(bed, content)
    router.enter(JULIET, "Juliet")
    for inside in [error(name) for name in GHOSTS] + ["<error code='404'/>"]:
        router.enter(ROMEO, "Romeo")
        router.send(kind, ROMEO, ROOM + "/Juliet", " type='error' id='1'",
                    inside)
        router.hear("<presence[^>]* to='%s'[^>]* type='unavailable'"
                    % JULIET)


@check("gateway", ("rogue",), each=KINDS)
def keeps_who_complains(bed, kind, content):
    """other errors remove nobody, by {0} in {1} (XEP-0045 18.1.2)"""
    router = Router(bed, content)
    router.enter(JULIET, "Juliet")
    router.enter(ROMEO, "Romeo")
    for inside in [error(name) for name in ALIVE] + ["<error/>", ""]:
        router.send(kind, ROMEO, ROOM + "/Juliet", " type='error' id='1'",
                    inside)
    router.send("message", JULIET, ROOM, " type='groupchat'",
                "<body>here?</body>")
    before = router.hear_before("<message[^>]* to='%s'[^>]*><body>here" % ROMEO)
    true("unavailable" not in before, "it was removed: " + before)


@check("gateway", ("rogue",), each=[(CLIENT,), (ACCEPT,)])
def tells_subjects_apart(bed, content):
    """a subject beside a thread or body changes none, {0} (XEP-0045 8.1)"""
    router = Router(bed, content)
    router.enter(JULIET, "Juliet")
    router.send("message", JULIET, ROOM, " type='groupchat' id='1'",
                "<subject>a</subject><thread>b</thread>")
    router.send("message", JULIET, ROOM, " type='groupchat' id='2'",
                "<subject>a</subject><body>c</body>")
    before = router.hear_before("<message[^>]* id='2'.*?</message>")
    true("<message" not in before, "a reply to the first: " + before)
    router.send("message", JULIET, ROOM, " type='groupchat' id='3'",
                "<subject>a</subject>")
    router.hear("<message[^>]* id='3'[^>]*>.*?<forbidden")
