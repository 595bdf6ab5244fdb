"""biboumi, a gateway to IRC, as a component of our server (XEP-0114)."""
import os
import socket

import clients
from bed import Skip, check, equal, true
from checks_libraries import complaints
from clients import ANY
from sandbox import LOOPBACK, PATIENCE, Failure, wait_until
from servers import SECRET, not_installed
from wire import Wire

SERVERS = ("server", "prosody", "ejabberd")
INFO = "http://jabber.org/protocol/disco#info"
TEXT = "What's in a <name>? & \"rose\" \u00e9\u4f60\U0001f339"
# It tries the ports for TLS first, where ngircd is not.
KNOWN = "All connection attempts failed."


class Biboumi:
    """Started, with its stream open."""

    def __init__(self, bed):
        if not_installed("biboumi"):
            raise Skip(not_installed("biboumi"))
        self.bed, self.name = bed, bed.server.component_name
        home = bed.sandbox.directory("biboumi-%d" % len(
            bed.sandbox.processes))
        with open(home + "/biboumi.cfg", "w") as f:
            os.chmod(home + "/biboumi.cfg", 0o600)
            f.write("hostname=%s\npassword=%s\nxmpp_server_ip=%s\nport=%d\n"
                    "db_name=%s/biboumi.sqlite\nlog_level=1\n" % (
                        self.name, SECRET, LOOPBACK, bed.server.component,
                        home))
        self.process = bed.run("biboumi", ["biboumi", home + "/biboumi.cfg"])
        wait_until(lambda: self.has_said("Authenticated") or
                   self.process.ended(), PATIENCE, "biboumi", [self.process])
        true(not self.process.ended(), "it has ended", self.process)

    def has_said(self, text):
        return any(text in line for line in self.process.lines)

    def room(self, channel, irc):
        return "#%s%%%s@%s" % (channel, irc.address, self.name)

    def terminate(self):
        """A clean end; and nobody has complained so far."""
        self.process.process.terminate()
        equal(self.process.wait(), 0, "exit code of biboumi")
        equal([line for line in self.process.lines + self.process.errors
               if "[ERROR]" in line and KNOWN not in line], [],
              "errors of biboumi")
        equal(complaints(self.bed, self.bed.said), [],
              "complaints of the server")


class Ngircd:
    """An IRC server. biboumi expects it at the usual port."""

    def __init__(self, bed):
        if not_installed("ngircd"):
            raise Skip(not_installed("ngircd"))
        number = bed.sandbox.port()  # nobody else has it, nor this address
        self.address = "127.0.%d.%d" % (number >> 8, number & 255)
        home = bed.sandbox.directory("ngircd", unprivileged=True)
        with open(home + "/ngircd.conf", "w") as f:
            f.write(NGIRCD % self.address)
        self.process = bed.run(
            "ngircd", ["ngircd", "-n", "-f", home + "/ngircd.conf"],
            unprivileged=True)
        wait_until(lambda: self.process.ended() or any(
            " ready." in line for line in self.process.lines
            + self.process.errors), PATIENCE, "ngircd", [self.process])
        true(not self.process.ended(), "it has ended", self.process)


NGIRCD = """[Global]
Name = irc.test
Info = interop
AdminEMail = nobody@irc.test
Listen = %s
Ports = 6667
[Limits]
MaxPenaltyTime = 0
[Options]
DNS = no
Ident = no
PAM = no
"""


class IrcUser:
    """Somebody in a channel, by hand."""

    def __init__(self, irc, nick, channel):
        self.socket = socket.create_connection((irc.address, 6667), PATIENCE)
        self.lines = self.socket.makefile("r", encoding="utf-8",
                                          newline="\r\n")
        self.log = []
        self.say("NICK " + nick)
        self.say("USER %s 0 * :%s" % (nick, nick))
        self.expect(" 001 ")
        self.say("JOIN #" + channel)
        self.expect(" 366 ")

    def say(self, line):
        self.socket.sendall(line.encode() + b"\r\n")

    def expect(self, text):
        """The next line with the text; earlier ones are dropped."""
        for line in self.lines:
            self.log.append(line.rstrip())
            if text in line:
                return line.rstrip()
        raise Failure("no line with %r\n%s" % (text, "\n".join(self.log)))

    def stop(self):
        self.socket.close()


@check("foreign", SERVERS)
def tells_what_it_is(bed):
    """biboumi as component: disco#info of a gateway to IRC (XEP-0030)"""
    biboumi, (romeo, juliet) = Biboumi(bed), bed.pair()
    wire = bed.add(Wire(bed.server.c2s, bed.server.domain)).log_in(romeo)
    wire.send("<iq xmlns='jabber:client' type='get' id='info' to='%s'>"
              "<query xmlns='%s'/></iq>" % (biboumi.name, INFO))
    iq = wire.expect("iq", lambda iq: iq.get("id") == "info")
    equal((iq.get("type"), iq.get("from"), iq.get("to")),
          ("result", biboumi.name, wire.jid), "the reply")
    query = iq.find("{%s}query" % INFO)
    equal([dict(i.attrib) for i in query.findall("{%s}identity" % INFO)],
          [{"category": "conference", "type": "irc",
            "name": "Biboumi XMPP-IRC gateway"}], "identities")
    features = [f.get("var") for f in query.findall("{%s}feature" % INFO)]
    for wanted in INFO, "urn:xmpp:ping", "http://jabber.org/protocol/muc":
        true(wanted in features, "no %s in %r" % (wanted, features))
    client = bed.client(juliet).online()
    client.send("ping", biboumi.name)
    client.expect("pong", biboumi.name)
    client.quit()
    biboumi.terminate()


@check("foreign", SERVERS)
def joins_a_channel(bed):
    """biboumi as component: our client in a channel of ngircd (XEP-0045 7)"""
    biboumi, irc = Biboumi(bed), Ngircd(bed)
    nurse = bed.add(IrcUser(irc, "nurse", "tea"))
    client = bed.client(bed.pair()[0]).online()
    room = biboumi.room("tea", irc)
    client.send("join", room, "romeo")
    client.expect("presence", room + "/nurse", "available")
    client.expect("joined", room + "/romeo")
    nurse.expect(":romeo!")
    client.send("say", room, TEXT)
    nurse.expect(" PRIVMSG #tea :" + TEXT)
    client.expect("message", room + "/romeo", "groupchat", ANY, TEXT)
    nurse.say("PRIVMSG #tea :" + TEXT)
    client.expect("message", room + "/nurse", "groupchat", ANY, TEXT)
    client.send("leave", room)
    nurse.expect(" PART #tea")
    client.expect("left", clients.at(room))
    client.quit()
    biboumi.terminate()
