"""examples/client at a server that breaks the rules."""
import base64
import re
import socket
import time

from bed import check, equal, true
from clients import ANY, has
from sandbox import LOOPBACK, PATIENCE
from wire import SASL, STREAMS, ByHand

ROGUE = ("rogue",)
HEADER = ("<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
          "xmlns:stream='%s' from='rogue.test' id='1' version='1.0'>"
          % STREAMS)
MECHANISMS = ("<stream:features><mechanisms xmlns='%s'>"
              "<mechanism>%%s</mechanism></mechanisms></stream:features>"
              % SASL)
STREAM_ERROR = ("<stream:error><%s xmlns='urn:ietf:params:xml:ns:xmpp-streams'"
                "/>%s</stream:error></stream:stream>")
STREAM_TEXT = ("<text xmlns='urn:ietf:params:xml:ns:xmpp-streams'>%s</text>")
CONDITION = "<%s xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
TEXT = "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>%s</text>"
BIND = "<bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'>%s</bind>"
SM = "urn:xmpp:sm:3"
FEATURES = BIND % "" + "<sm xmlns='%s'/>" % SM
LIMITS = "<limits xmlns='urn:xmpp:stream-limits:0'>%s</limits>"
OWN = "romeo@rogue.test/orchard"


class Rogue(ByHand):
    """Connections of our client, with replies written by hand."""

    def __init__(self, bed, *options):
        self.bed = bed
        self.listener = socket.create_server((LOOPBACK, 0))
        self.listener.settimeout(PATIENCE)
        bed.add(Closing(self.listener))
        self.client = bed.client("romeo@rogue.test", *options,
                                 port=self.listener.getsockname()[1])
        self.accept()

    @property
    def ours(self):
        return self.client

    def accept(self):
        """The client connects, or comes back."""
        self.socket, _ = self.listener.accept()
        self.bed.add(Closing(self.socket))
        self.socket.settimeout(PATIENCE)
        self.heard = ""
        self.hear("<stream:stream[^>]*>")

    def log_in(self, features=FEATURES):
        self.send(HEADER + MECHANISMS % "PLAIN")
        self.hear("<auth[^>]*>[^<]*</auth>")
        self.send("<success xmlns='%s'/>" % SASL)
        self.hear("<stream:stream[^>]*>")
        self.send(HEADER + "<stream:features>%s</stream:features>" % features)

    def bind(self, reply="<enabled xmlns='%s' id='s1' resume='true'/>" % SM):
        self.hear("<iq[^>]*><bind .*?</iq>")
        self.send("<iq type='result' id='bind'>%s</iq>" % BIND % (
            "<jid>%s</jid>" % OWN))
        if reply:
            self.hear("<enable [^>]*>")
            self.send(reply)

    def set_up(self):
        """Replies to what the client asks first: then it is ready."""
        for name in "query xmlns='jabber:iq:roster", "enable":
            asked = self.hear("<iq[^>]* id='([^']*)'[^>]*><%s" % name)
            self.send("<iq type='result' id='%s'/>" % asked.group(1))
        self.client.online()

    def begin(self, features=FEATURES, *options):
        self.log_in(features)
        self.bind(*options)
        self.set_up()
        return self

    def come_back(self):
        """The connection is lost, and the session with it."""
        self.hang_up()
        self.accept()
        self.log_in()
        self.hear("<resume[^>]*>")
        self.send("<failed xmlns='%s'>%s</failed>" % (
            SM, CONDITION % "item-not-found"))
        self.bind()

    def send(self, text):
        try:
            self.socket.sendall(text.encode())
        except OSError:
            pass  # it has hung up, which may be right

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


class Closing:
    def __init__(self, socket):
        self.stop = socket.close


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
    rogue.send(HEADER + STREAM_ERROR % (
        "resource-constraint", STREAM_TEXT % "the house is full"))
    rogue.hear("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1, "resource-constraint", "the house is full")


# ---- logged in: what is refused

@check("client", ROGUE)
def hears_why_nothing_is_bound(bed):
    """no resource is bound: condition and text are said (RFC 6120 7.6.2)"""
    rogue = Rogue(bed)
    rogue.log_in()
    rogue.hear("<iq[^>]*><bind .*?</iq>")
    rogue.send("<iq type='error' id='bind'><error type='wait'>%s%s</error>"
               "</iq>" % (CONDITION % "resource-constraint",
                          TEXT % "seven are enough"))
    rogue.hear("</stream:stream>")
    rogue.send("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(1, "resource-constraint", "seven are enough")


REASON = CONDITION % "service-unavailable" + TEXT % "not today"
FAILED = [
    ("a condition", "<failed xmlns='%s'>%s</failed>" % (SM, REASON)),
    ("an error", "<failed xmlns='%s'><error type='cancel'>%s</error></failed>"
     % (SM, REASON)),  # Prosody 13
]


@check("client", ROGUE, each=FAILED)
def hears_why_nothing_is_enabled(bed, _, failed):
    """no stream management, with {0}: said, goes on without (XEP-0198 3)"""
    rogue = Rogue(bed).begin(FEATURES, failed)
    rogue.client.expect("error", ANY, "service-unavailable", "not today")
    rogue.client.send("ping", "rogue.test")
    rogue.hear("<ping")


@check("client", ROGUE, each=FAILED)
def hears_why_nothing_is_resumed(bed, _, failed):
    """the session is gone, with {0}: said, one begins (XEP-0198 5)"""
    rogue = Rogue(bed).begin()
    rogue.hang_up()
    rogue.accept()
    rogue.log_in()
    rogue.hear("<resume[^>]*>")
    rogue.send(failed)
    rogue.bind()
    rogue.client.expect("error", ANY, "service-unavailable", "not today")
    rogue.set_up()


# ---- acknowledgements

@check("client", ROGUE)
def asks_seldom(bed):
    """a server that counts nothing is not asked for ever (XEP-0198 4)"""
    rogue = Rogue(bed).begin()
    rogue.client.send("msg", "juliet@rogue.test", "first")
    rogue.hear("<body>first</body>")
    asked = 0
    for _ in range(100):
        rogue.send("<a xmlns='%s' h='0'/><r xmlns='%s'/>" % (SM, SM))
        before = rogue.hear("(.*?)<a [^>]*>").group(1)
        asked += before.count("<r ")
    true(asked < 10, "asked %d times" % asked)
    rogue.client.send("msg", "juliet@rogue.test", "second")
    rogue.hear("<body>second</body>")
    rogue.send("<a xmlns='%s' h='0'/>" % SM)
    rogue.hear("<r ")


@check("client", ROGUE)
def leaves_in_the_end(bed):
    """a server that counts nothing does not keep it: said, exit code 3"""
    rogue = Rogue(bed, "--keepalive", "2").begin()
    rogue.client.send("msg", "juliet@rogue.test", "first")
    rogue.client.send("quit")
    while rogue.hear("<r [^>]*>|</stream:stream>").group() != (
            "</stream:stream>"):
        rogue.send("<a xmlns='%s' h='0'/>" % SM)
    rogue.send("</stream:stream>")
    rogue.hang_up()
    rogue.expect_end(3, "not acknowledged")


@check("client", ROGUE)
def says_when_it_was_sent(bed):
    """what a new session sends again has a delay, the first (XEP-0198 6)"""
    rogue = Rogue(bed).begin()
    rogue.client.send("msg", "juliet@rogue.test", "hello")
    rogue.client.send("add", "mercutio@rogue.test")
    rogue.hear("<body>hello</body>")
    rogue.hear("<presence[^>]* type='subscribe'")
    delay = "(<delay xmlns='urn:xmpp:delay' stamp='[^']*'/>)"
    rogue.come_back()
    first = rogue.hear("<body>hello</body>.*?%s</message>" % delay).group(1)
    rogue.hear("<presence[^>]* type='subscribe'>%s</presence>" % delay)
    time.sleep(1.1)  # the stamp would be another
    rogue.come_back()
    text = rogue.hear("<body>hello</body>(.*?)</message>").group(1)
    equal(re.findall(delay, text), [first], "the second time")
    rogue.hear("<presence[^>]* type='subscribe'>%s</presence>" % delay)


# ---- what cannot be read is said

BARE = OWN.partition("/")[0]
CARBON = ("<message from='%s' to='%s'><sent xmlns='urn:xmpp:carbons:2'>%%s"
          "</sent></message>" % (BARE, OWN))
FORWARDED = ("<forwarded xmlns='urn:xmpp:forward:0'><message "
             "xmlns='jabber:client' %s><body>%s</body></message></forwarded>")


@check("client", ROGUE)
def shows_notes_to_self(bed):
    """a carbon of a note to oneself has addresses (XEP-0280 6)"""
    rogue = Rogue(bed).begin()
    rogue.send(CARBON % FORWARDED % ("from='%s/desk'" % BARE, "note 1"))
    rogue.send(CARBON % FORWARDED % ("", "note 2"))
    rogue.client.expect("carbon", "sent", BARE + "/desk", BARE, "note 1")
    rogue.client.expect("carbon", "sent", BARE, BARE, "note 2")


UNREADABLE = [
    ("a priority", "<presence from='a@b.test/c'><priority>500</priority>"
     "</presence>"),
    ("a receipt", "<message from='a@b.test/c'>"
     "<received xmlns='urn:xmpp:receipts'/></message>"),
    ("a carbon of nothing", CARBON % ""),
    ("a carbon of no message",
     CARBON % "<forwarded xmlns='urn:xmpp:forward:0'/>"),
    ("a carbon to nowhere", CARBON % FORWARDED % ("to='@'", "x")),
    ("a change of contacts",
     "<iq type='set' id='1'><query xmlns='jabber:iq:roster'/></iq>"),
]


@check("client", ROGUE, each=UNREADABLE)
def says_what_it_cannot_read(bed, _, stanza):
    """{0} that cannot be read is said"""
    rogue = Rogue(bed).begin()
    rogue.send(stanza)
    rogue.client.expect("error")


@check("client", ROGUE)
def says_what_archives_lack(bed):
    """results and ends of an archive that cannot be read: said (XEP-0313)"""
    rogue = Rogue(bed).begin()
    rogue.client.send("history")
    asked = rogue.hear("<iq[^>]* id='([^']*)'.*?queryid='([^']*)'.*?</iq>")
    for inside in ("", FORWARDED % ("from='a@b.test' to='@'", "x"),
                   "<forwarded xmlns='urn:xmpp:forward:0'/>"):
        rogue.send("<message><result xmlns='urn:xmpp:mam:2' queryid='%s' "
                   "id='1'>%s</result></message>" % (asked.group(2), inside))
        rogue.client.expect("error")
    rogue.send("<iq type='result' id='%s'/>" % asked.group(1))
    rogue.client.expect("error")
    rogue.client.expect("history-end", "1")  # the one to nowhere


# ---- limits of the server, and the time

@check("client", ROGUE)
def keeps_to_the_size(bed):
    """too large for the server: refused here, in words (XEP-0478)"""
    rogue = Rogue(bed).begin(
        FEATURES + LIMITS % "<max-bytes>400</max-bytes>")
    rogue.client.send("msg", "juliet@rogue.test", "x" * 400)
    rogue.client.expect("error", "juliet@rogue.test", "policy-violation",
                        has("400 bytes"))
    rogue.client.send("add", "juliet@rogue.test", "y" * 400)
    rogue.client.expect("error", ANY, "policy-violation", has("400 bytes"))
    rogue.client.send("status", "away", "z" * 400)
    rogue.client.expect("error", ANY, "policy-violation", has("400 bytes"))
    rogue.client.send("msg", "juliet@rogue.test", "short")
    before = rogue.hear("(.*?)<body>short</body>").group(1)
    true("xxx" not in before and "yyy" not in before and "zzz" not in before,
         "it was sent")


@check("client", ROGUE)
def keeps_to_the_silence(bed):
    """says something before the server thinks it is away (XEP-0478)"""
    rogue = Rogue(bed, "--keepalive", "3600").begin(
        FEATURES + LIMITS % "<idle-seconds>2</idle-seconds>")
    rogue.hear("(^|>) +$")


@check("client", ROGUE)
def tells_the_time(bed):
    """the time has an offset that everybody can read (XEP-0202 3)"""
    rogue = Rogue(bed).begin()
    rogue.send("<iq type='get' id='t' from='juliet@rogue.test/x'>"
               "<time xmlns='urn:xmpp:time'/></iq>")
    rogue.hear(r"<tzo>\+00:00</tzo>")
