"""XMPP by hand, over TCP and WebSocket: bytes that no client would send."""
import base64
import hashlib
import os
import re
import socket
import struct
import time
from xml.etree import ElementTree

from sandbox import LOOPBACK, PATIENCE, Failure
from servers import PASSWORD

STREAMS = "http://etherx.jabber.org/streams"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"


def name(element):
    """Its name, without the namespace."""
    return element.tag.rpartition("}")[2]


class ByHand:
    """A connection on which a check plays the other side of one of our
    programs: has `socket` and `ours`, the program."""
    heard = ""

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
        raise Failure("%s did not say %s but %r\n%s" % (
            self.ours.process.name, pattern, self.heard[-500:],
            self.ours.process.transcript()))

    def hear_before(self, pattern):
        """Reads up to a match, and returns what came before it."""
        found = self.hear(pattern)
        return found.string[:found.start()]

    def receive(self):
        try:
            data = self.socket.recv(65536)
        except OSError:
            return False
        self.heard += data.decode("utf-8", "replace")
        return bool(data)


class Wire:
    """A TCP connection. next() gives the children of the stream element."""
    content = "jabber:client"

    def __init__(self, port, domain):
        self.domain = domain
        self.socket = socket.create_connection((LOOPBACK, port), PATIENCE)
        self.log = []
        self.over = False  # the peer closed its stream
        self.attributes = {}
        self.begin()

    def begin(self):
        """A new stream in the same connection, after SASL."""
        self.parser = ElementTree.XMLPullParser(["start", "end"])
        self.depth, self.found = 0, []

    def open(self, domain=None, content=None, version=" version='1.0'"):
        self.begin()
        self.send("<?xml version='1.0'?><stream:stream xmlns='%s' "
                  "xmlns:stream='%s' to='%s'%s>" % (
                      content or self.content, STREAMS,
                      domain or self.domain, version))

    def send(self, text):
        self.log.append("> " + text[:300])
        try:
            self.send_bytes(text.encode() if isinstance(text, str) else text)
        except OSError as e:
            self.log.append("(cannot send: %s)" % e)

    def send_bytes(self, data):
        self.socket.sendall(data)

    def receive(self):
        """Feeds more bytes to the parser; False at the end."""
        try:
            data = self.socket.recv(65536)
        except ConnectionError:
            data = b""
        except socket.timeout:
            raise self.failed("waited for more") from None
        self.log.append("< " + data.decode("utf-8", "replace")[:300])
        if data:
            self.parser.feed(data)
            self.sort_events()
        return bool(data)

    def sort_events(self):
        for event, element in self.parser.read_events():
            if event == "start":
                self.depth += 1
                if self.depth == 1:
                    self.attributes = dict(element.attrib)
            else:
                self.depth -= 1
                if self.depth == 1:
                    self.found.append(element)
                self.over = self.depth == 0

    def next(self):
        """The next element, or None at the end of stream or connection."""
        end = time.monotonic() + PATIENCE
        while not self.found:
            if self.over or not self.receive():
                return None
            if time.monotonic() > end:
                raise self.failed("waited for an element")
        return self.found.pop(0)

    def expect(self, wanted, condition=lambda element: True):
        """The next element of that name; earlier ones are dropped."""
        while True:
            element = self.next()
            if element is None:
                raise self.failed("no <%s/> came" % wanted)
            if name(element) == wanted and condition(element):
                return element

    def failed(self, what):
        return Failure(what + "\n" + "\n".join(
            "  wire: " + line for line in self.log[-12:]))

    def prove(self, jid):
        """PLAIN, and the features after it; no resource yet."""
        user, _, self.domain = jid.partition("@")
        self.open()
        self.expect("features")
        self.authenticate(user, PASSWORD)
        self.expect("success")
        self.open()
        self.expect("features")

    def log_in(self, jid, resource="wire"):
        """PLAIN and a resource; no presence yet."""
        self.prove(jid)
        self.send("<iq xmlns='jabber:client' type='set' id='bind'>"
                  "<bind xmlns='%s'><resource>%s</resource></bind></iq>" % (
                      BIND, resource))
        bound = self.expect("iq", lambda iq: iq.get("id") == "bind")
        self.jid = bound.findtext(".//{%s}jid" % BIND)
        if self.jid is None:
            raise self.failed("not bound")
        return self

    def authenticate(self, user, password):
        secret = base64.b64encode(
            b"\0" + user.encode() + b"\0" + password.encode()).decode()
        self.send("<auth xmlns='%s' mechanism='PLAIN'>%s</auth>" % (
            SASL, secret))

    def stream_error(self):
        """The condition of the stream error that must come now."""
        error = self.expect("error")
        if error.tag != "{%s}error" % STREAMS:
            raise self.failed("not a stream error")
        return name(error[0])

    def at_end(self):
        """The peer closed stream and connection, and sent nothing else."""
        element = self.next()
        if element is not None:
            raise self.failed("more came: " + name(element))
        if not self.over:
            raise self.failed("the stream was not closed")
        while self.receive():
            pass

    def stop(self):
        self.socket.close()


class Component(Wire):
    content = "jabber:component:accept"

    def shake_hands(self, secret):
        self.open()
        while "id" not in self.attributes:
            if not self.receive():
                raise self.failed("no stream")
        digest = hashlib.sha1((self.attributes["id"] + secret).encode())
        self.send("<handshake>%s</handshake>" % digest.hexdigest())


class WebSocket(Wire):
    """RFC 7395 over RFC 6455: each message is an element."""

    def __init__(self, port, domain, path="/xmpp-websocket"):
        super().__init__(port, domain)
        self.buffer = b""
        self.upgrade(port, path)

    def upgrade(self, port, path):
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((
            "GET %s HTTP/1.1\r\nHost: %s:%d\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Key: %s\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\n"
            "Origin: http://%s\r\n\r\n" % (
                path, self.domain, port, key, self.domain)).encode())
        while b"\r\n\r\n" not in self.buffer:
            data = self.socket.recv(4096)
            if not data:
                raise Failure("no WebSocket: %r" % self.buffer)
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        wanted = base64.b64encode(hashlib.sha1(
            key.encode() + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        fields = dict(re.findall(r"(?im)^([\w-]+):\s*(.*?)\s*$",
                                 head.decode()))
        fields = {key.lower(): value for key, value in fields.items()}
        if (not head.startswith(b"HTTP/1.1 101")
                or fields.get("sec-websocket-accept") != wanted.decode()
                or fields.get("sec-websocket-protocol") != "xmpp"):
            raise Failure("handshake refused: %r" % head)

    def open(self, domain=None, content=None, version=" version='1.0'"):
        self.found = []
        self.send("<open xmlns='%s' to='%s'%s/>" % (
            FRAMING, domain or self.domain, version))
        self.attributes = dict(self.expect("open").attrib)

    def send_bytes(self, data):
        self.send_frame(1, data)

    def send_frame(self, opcode, data):
        mask = os.urandom(4)
        length = (bytes([0x80 | len(data)]) if len(data) < 126
                  else struct.pack(">BH", 0xfe, len(data))
                  if len(data) < 65536
                  else struct.pack(">BQ", 0xff, len(data)))
        masked = bytes(b ^ mask[i % 4] for i, b in enumerate(data))
        self.socket.sendall(bytes([0x80 | opcode]) + length + mask + masked)

    def exactly(self, count):
        while len(self.buffer) < count:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                data = b""
            except socket.timeout:
                raise self.failed("waited for more") from None
            if not data:
                return None
            self.buffer += data
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def frame(self):
        """(opcode, final, data), or None at the end of the connection."""
        head = self.exactly(2)
        if head is None:
            return None
        length = head[1]  # a server does not mask
        if length == 126:
            length, = struct.unpack(">H", self.exactly(2))
        elif length == 127:
            length, = struct.unpack(">Q", self.exactly(8))
        return head[0] & 15, bool(head[0] & 0x80), self.exactly(length)

    def receive(self):
        message = b""
        while True:
            frame = self.frame()
            if frame is None or frame[0] == 8:
                self.log.append("< (closed: %r)" % (frame,))
                return False
            opcode, final, data = frame
            if opcode == 9:
                self.send_frame(10, data)
            elif opcode < 3:
                message += data
                if final:
                    break
        self.log.append("< " + message.decode()[:300])
        element = ElementTree.fromstring(message)
        self.found.append(element)
        self.over = element.tag == "{%s}close" % FRAMING
        return True
