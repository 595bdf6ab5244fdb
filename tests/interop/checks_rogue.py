"""examples/client at a server that breaks the rules."""
import base64
import re
import socket
import time

from bed import check, true
from sandbox import LOOPBACK, PATIENCE, Failure
from wire import SASL, STREAMS

ROGUE = ("rogue",)
HEADER = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
          "xmlns:stream='%s' from='rogue.test' id='1' version='1.0'>"
          % STREAMS)
MECHANISMS = ("<stream:features><mechanisms xmlns='%s'>"
              "<mechanism>%%s</mechanism></mechanisms></stream:features>"
              % SASL)
STREAM_ERROR = ("<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'"
                "/></stream:error></stream:stream>")


class Rogue:
    """One connection of our client, with replies written by hand."""

    def __init__(self, bed):
        with socket.create_server((LOOPBACK, 0)) as listener:
            self.client = bed.client("romeo@rogue.test",
                                     port=listener.getsockname()[1])
            listener.settimeout(PATIENCE)
            self.socket, _ = bed.add(Connection(listener)).pair
        self.socket.settimeout(PATIENCE)
        self.heard = ""
        self.hear("<stream:stream[^>]*>")

    def send(self, text):
        try:
            self.socket.sendall(text.encode())
        except OSError:
            pass  # it has hung up, which may be right

    def hear(self, pattern):
        """Reads up to a match, and returns the match."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            found = re.search(pattern, self.heard)
            if found:
                self.heard = self.heard[found.end():]
                return found
            if not self.receive():
                break
        raise Failure("our client did not say %s but %r\n%s" % (
            pattern, self.heard[-300:], self.client.process.transcript()))

    def receive(self):
        try:
            data = self.socket.recv(65536)
        except OSError:
            return False
        self.heard += data.decode("utf-8", "replace")
        return bool(data)

    def hang_up(self):
        self.socket.close()

    def expect_end(self, code, *words):
        """It ends with the code, and has printed why."""
        self.client.ends_with(code)
        said = "\n".join(self.client.process.lines
                         + self.client.process.errors)
        true(self.client.process.errors, "it does not say why")
        for word in words:
            true(word in said, "it does not say " + word,
                 self.client.process)
        true("AddressSanitizer" not in said and "runtime error" not in said,
             "a sanitizer complains", self.client.process)


class Connection:
    def __init__(self, listener):
        self.pair = listener.accept()

    def stop(self):
        self.pair[0].close()


BROKEN = [
    ("not-well-formed", HEADER + "<a></b>"),
    ("restricted-xml", HEADER + "<!-- a comment -->"),
    ("not-well-formed", "HTTP/1.1 400 Bad Request\r\n\r\n"),
    ("invalid-namespace", HEADER.replace("etherx", "example")),
]


@check("client", ROGUE, each=BROKEN)
def refuses(bed, condition, text):
    """stream error {0} to a broken server, said, exit code 1 (RFC 6120 4.9)"""
    rogue = Rogue(bed)
    rogue.send(text)
    rogue.hear("<stream:error[^>]*><%s" % condition)
    rogue.hear("</stream:stream>")
    rogue.send("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1)


@check("client", ROGUE)
def misses_mechanisms(bed):
    """no mechanism that it knows: said, exit code 1 (RFC 6120 6.3.3)"""
    rogue = Rogue(bed)
    rogue.send(HEADER + MECHANISMS % "X-ROT13")
    rogue.hear("</stream:stream>")
    rogue.send("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1)


def begin_scram(rogue):
    """Up to the client's first message, which is returned."""
    rogue.send(HEADER + MECHANISMS % "SCRAM-SHA-256")
    auth = rogue.hear("<auth[^>]*SCRAM-SHA-256[^>]*>([^<]*)</auth>").group(1)
    return base64.b64decode(auth).decode()


def challenge(rogue, nonce):
    text = "r=%s,s=%s,i=4096" % (nonce, base64.b64encode(b"salt").decode())
    rogue.send("<challenge xmlns='%s'>%s</challenge>" % (
        SASL, base64.b64encode(text.encode()).decode()))


@check("client", ROGUE)
def notices_impostors(bed):
    """a server that does not know the password: refused (RFC 5802 5)"""
    rogue = Rogue(bed)
    nonce = re.search("r=([^,]*)", begin_scram(rogue)).group(1)
    challenge(rogue, nonce + "ours")
    rogue.hear("<response[^>]*>[^<]*</response>")
    rogue.send("<success xmlns='%s'>%s</success>" % (
        SASL, base64.b64encode(b"v=" + base64.b64encode(b"x" * 32)).decode()))
    rogue.hear("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1)


@check("client", ROGUE)
def notices_skipping(bed):
    """success before the server has proved anything: refused (RFC 5802 5)"""
    rogue = Rogue(bed)
    begin_scram(rogue)
    rogue.send("<success xmlns='%s'/>" % SASL)
    rogue.hear("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1)


@check("client", ROGUE)
def notices_nonces(bed):
    """a nonce that is not its own: no proof is sent (RFC 5802 5.1)"""
    rogue = Rogue(bed)
    begin_scram(rogue)
    challenge(rogue, "somebody-elses-nonce")
    rogue.hear("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1)


@check("client", ROGUE)
def bounds_stanzas(bed):
    """an endless element: policy-violation, exit code 1 (RFC 6120 4.9.3.14)"""
    rogue = Rogue(bed)
    rogue.send(HEADER + "<stream:features><x xmlns='urn:x'>")
    for _ in range(64):
        rogue.send("x" * 65536)
    rogue.expect_end(1)


@check("client", ROGUE)
def is_hung_up_on(bed):
    """hung up on before login: said, exit code 3"""
    rogue = Rogue(bed)
    rogue.send(HEADER)
    rogue.hang_up()
    rogue.expect_end(3)


@check("client", ROGUE)
def hears_errors(bed):
    """a stream error before login: said, exit code 1 (RFC 6120 4.9)"""
    rogue = Rogue(bed)
    rogue.send(HEADER + STREAM_ERROR % "resource-constraint")
    rogue.hear("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1, "resource-constraint")
