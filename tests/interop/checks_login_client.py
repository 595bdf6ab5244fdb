"""examples/client logs in: SASL2, Bind 2, tokens, and what goes wrong.

At Prosody, and at a server that is written here: it says what Prosody 13 and
ejabberd 26 say, and what somebody in the middle makes of it.
"""
import base64
import hashlib
import hmac
import os
import re
import socket
import ssl

from bed import Skip, check, equal, true
from checks_rogue import HEADER, Closing, Rogue
from sandbox import LOOPBACK, PATIENCE
from servers import PASSWORD, make_certificate
from wire import SASL

ROGUE = ("rogue",)
TEXT = "Who is there? I do not know you."
SM, FAST, CARBONS = "urn:xmpp:sm:3", "urn:xmpp:fast:0", "urn:xmpp:carbons:2"
BIND2 = ("<bind xmlns='urn:xmpp:bind:0'><inline>"
         "<feature var='%s'/><feature var='urn:xmpp:csi:0'/>"
         "<feature var='%s'/></inline></bind>" % (CARBONS, SM))
TOKENS = ("<fast xmlns='%s'><mechanism>HT-SHA-256-NONE</mechanism></fast>"
          % FAST)
TYPES = ("<sasl-channel-binding xmlns='urn:xmpp:sasl-cb:0'>"
         "<channel-binding type='tls-server-end-point'/>"
         "</sasl-channel-binding>")
ADDRESS = "romeo@rogue.test/client~x1"
BOUND = ("<bound xmlns='urn:xmpp:bind:0'>"
         "<enabled xmlns='%s' id='s1' resume='1' max='600'/>"
         "<enabled xmlns='%s'/></bound>" % (SM, CARBONS))
TOKEN = ("<token xmlns='%s' token='first-token' "
         "expiry='2999-12-22T06:51:03.316449Z'/>" % FAST)
ID = "<authorization-identifier>%s</authorization-identifier>" % ADDRESS


def names(*mechanisms):
    return "".join("<mechanism>%s</mechanism>" % m for m in mechanisms)


def sasl1(*mechanisms, more=""):
    return "<stream:features><mechanisms xmlns='%s'>%s</mechanisms>%s" \
        "</stream:features>" % (SASL, names(*mechanisms), more)


def sasl2(*mechanisms, more=""):
    """As Prosody 13 has it, which offers SASL too."""
    return sasl1(*mechanisms, more=(
        "<limits xmlns='urn:xmpp:stream-limits:0'>"
        "<max-bytes>10000</max-bytes></limits>"
        "<authentication xmlns='urn:xmpp:sasl:2'>%s<inline>%s%s"
        "<sm xmlns='%s'/></inline></authentication>%s" % (
            names(*mechanisms), BIND2, TOKENS, SM, more)))


def encode(data):
    return base64.b64encode(data).decode()


def mac(key, text, kind="sha256"):
    return hmac.new(key, text, kind).digest()


class Script(Rogue):
    """A server for several connections of one client, or of several."""

    def __init__(self, bed, tls=False):
        self.bed, self.tls = bed, None
        self.options = ("--no-tls",)
        self.listener = bed.add(Listener())
        if tls:
            self.certificate = make_certificate(
                bed.sandbox.directory("script"), "rogue.test")
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*self.certificate)
            self.options = ("--direct-tls", "--ca", self.certificate[0])

    def start(self, *options, password=PASSWORD):
        """Starts a client, which connects."""
        self.client = self.bed.client(
            "romeo@rogue.test", port=self.listener.port, password=password,
            program="client-tls" if self.tls else "client",
            options=self.options + options)
        self.meet()

    def meet(self):
        self.socket, _ = self.listener.socket.accept()
        self.bed.add(Closing(self.socket))
        self.socket.settimeout(PATIENCE)
        if self.tls:
            self.socket = self.tls.wrap_socket(self.socket, server_side=True)
        self.heard = ""
        header = self.hear("<stream:stream[^>]*>").group(0)
        equal("from='romeo@rogue.test'" in header, self.tls is not None,
              "from in the header " + header)

    def offer(self, features):
        self.send(HEADER + features)

    def hear_first(self, mechanism):
        """The client's first element, and its message."""
        first = self.hear(r"<auth(?:enticate)?[ >].*?</auth(?:enticate)?>")
        first = first.group(0)
        true("mechanism='%s'" % mechanism in first, "which one? " + first)
        data = re.search(">([A-Za-z0-9+/=]+)</(initial-response|auth)>",
                         first)
        self.namespace = re.search("xmlns='([^']*)'", first).group(1)
        return first, base64.b64decode(data.group(1))

    def scram(self, mechanism="SCRAM-SHA-256", iterations=4096):
        """Returns the server's proof, the client's GS2 header and element."""
        kind = mechanism[6:].replace("-PLUS", "").replace("-", "").lower()
        element, first = self.hear_first(mechanism)
        flag, _, bare = re.match("([^,]*),([^,]*),(.*)",
                                 first.decode()).groups()
        salt = b"salt"
        challenge = "r=%sserver,s=%s,i=%d" % (
            re.search("r=([^,]*)", bare).group(1), encode(salt), iterations)
        self.send("<challenge xmlns='%s'>%s</challenge>" % (
            self.namespace, encode(challenge.encode())))
        if iterations > 100000:
            return None, flag, element
        final = base64.b64decode(self.hear(
            "<response[^>]*>([^<]*)</response>").group(1)).decode()
        self.bound_to = base64.b64decode(
            re.match("c=([^,]*)", final).group(1))
        salted = hashlib.pbkdf2_hmac(kind, PASSWORD.encode(), salt,
                                     iterations)
        signed = ",".join((bare, challenge, final.rpartition(",p=")[0]))
        proof = mac(mac(salted, b"Server Key", kind), signed.encode(), kind)
        return encode(b"v=" + encode(proof).encode()), flag, element

    def succeed(self, proof, inline=BOUND + TOKEN):
        self.send("<success xmlns='urn:xmpp:sasl:2'><additional-data>%s"
                  "</additional-data>%s%s</success><stream:features>"
                  "<csi xmlns='urn:xmpp:csi:0'/></stream:features>" % (
                      proof, inline, ID))

    def fail(self, condition="not-authorized", text=TEXT):
        self.send("<failure xmlns='%s'><%s xmlns='%s'/><text>%s</text>"
                  "</failure>" % (self.namespace, condition, SASL, text))

    def end(self, *words, code=1):
        self.hear("</stream:stream>")
        self.send("</stream:stream>")
        self.hang_up()
        self.expect_end(code, *words)

    def be_online(self):
        """Replies to what sets the session up; nothing is asked twice."""
        asked = ""
        while "urn:xmpp:ping" not in asked:
            iq = self.hear("<iq.*?</iq>").group(0)
            asked += iq
            self.send("<iq type='result' id='%s'/>" % re.search(
                "id='([^']*)'", iq).group(1))
        true(CARBONS not in asked, "carbons are enabled again")
        self.hear("<r ")
        self.send("<a xmlns='%s' h='3'/>" % SM)
        equal(self.client.online().full_jid, ADDRESS, "our address")

    def log_in(self, *options, features=sasl2("SCRAM-SHA-256", "PLAIN")):
        """A login with the password that ends well."""
        self.start(*options)
        self.offer(features)
        proof, _, element = self.scram()
        self.succeed(proof)
        self.be_online()
        return element

    def leave(self):
        self.client.send("quit")
        self.hear("</stream:stream>")
        self.send("</stream:stream>")
        self.hang_up()
        self.client.ends_with(0)

    def take_token(self, token=b"first-token"):
        """Hears the token; returns the element and the server's proof."""
        element, data = self.hear_first("HT-SHA-256-NONE")
        equal(data, b"romeo\0" + mac(token, b"Initiator"), "the token")
        return element, encode(mac(token, b"Responder"))


class Listener:
    def __init__(self):
        self.socket = socket.create_server((LOOPBACK, 0))
        self.socket.settimeout(PATIENCE)
        self.port = self.socket.getsockname()[1]

    def stop(self):
        self.socket.close()


def state_of(bed):
    folder = bed.sandbox.directory("state")
    return os.path.join(folder, str(len(os.listdir(folder))))


# ---- a real server

@check("client", ("prosody",))
def needs_one_round_trip(bed):
    """SASL2, Bind 2, a token: online after one element (XEP-0388, 0484)"""
    if bed.server.lacks_sasl2():
        raise Skip(bed.server.lacks_sasl2())
    user, state = "romeo-00@" + bed.server.sasl2_domain, state_of(bed)

    def client(**named):
        return bed.client(user, program="client-tls", options=(
            "--tls", "--ca", bed.server.certificate[0], "--state", state),
            **named).online()
    client().quit()
    equal(os.stat(state).st_mode & 0o777, 0o600, "the mode of the file")
    with open(state) as f:
        true(PASSWORD not in f.read(), "the password is in the file")
    before = len(bed.server.log())
    ours = client(password="forgotten")
    said = re.findall(r"Received\[c2s_un\w+\]: <(\w+)",
                      bed.server.log()[before:])
    equal(said, ["starttls", "authenticate"], "what came before the session")
    ours.send("drop")
    ours.expect("resumed", seconds=20)
    # Prosody 0.12 has NONE alone, 13 binds tokens to TLS 1.3 with EXPR.
    true(re.search("<authenticate [^>]*mechanism='HT-SHA-256-",
                   bed.server.log()[before:]), "without a token?")
    ours.quit()


# ---- as Prosody 13 and ejabberd 26 have it

@check("client", ROGUE)
def asks_for_all_at_once(bed):
    """one element: login, Bind 2, carbons, stream management, a token"""
    script = Script(bed)
    element = script.log_in()
    for part in ("<tag>client</tag>", "<enable xmlns='%s'/>" % CARBONS,
                 "<request-token xmlns='%s'" % FAST, "<user-agent id='",
                 "<enable xmlns='%s' resume='true'/>" % SM):
        true(part in element, "it does not ask for %s: %s" % (part, element))
    script.leave()


def back_again(bed):
    """A client that was online, lost its connection, and sees an offer."""
    script = Script(bed)
    script.log_in()
    script.hang_up()
    script.meet()
    script.offer(sasl2("SCRAM-SHA-256"))
    return script


@check("client", ROGUE)
def resumes_with_a_token(bed):
    """connection lost: token and resumption in one element (XEP-0198 9)"""
    script = back_again(bed)
    element, proof = script.take_token()
    true("count='1'" in element, "the count in " + element)
    true(re.search("<resume[^>]*previd='s1'", element), element)
    script.succeed(proof, "<resumed xmlns='%s' previd='s1' h='3'/>" % SM)
    script.client.expect("resumed")
    script.leave()


@check("client", ROGUE)
def begins_anew(bed):
    """no resumption: the new session of the same element (XEP-0198 9)"""
    script = back_again(bed)
    _, proof = script.take_token()
    script.succeed(proof, (
        "<failed xmlns='%s'><error type='cancel'><item-not-found "
        "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></failed>"
        % SM) + BOUND)
    script.be_online()
    script.leave()


@check("client", ROGUE)
def takes_features_in_any_order(bed):
    """features in another order, with unknown children: logs in"""
    script = Script(bed)
    script.log_in(features=(
        "<stream:features><register xmlns='urn:xmpp:invite'/>"
        "<authentication xmlns='urn:xmpp:sasl:2'><upper xmlns='urn:x'/>"
        "<inline><sm xmlns='%s'/><odd xmlns='urn:x'>text</odd>%s%s</inline>"
        "%s<mechanism>X-ROT13</mechanism></authentication>"
        "<mechanisms xmlns='%s'>%s</mechanisms></stream:features>" % (
            SM, TOKENS, BIND2, names("SCRAM-SHA-256"), SASL,
            names("SCRAM-SHA-256"))))
    script.leave()


# ---- refused

@check("client", ROGUE, each=[("SASL",), ("SASL2",)])
def hears_why(bed, offer):
    """wrong password, {0}: the server's text, exit code 1 (RFC 6120 6.5)"""
    script = Script(bed)
    script.start(password="tybalt's own")
    script.offer((sasl1 if offer == "SASL" else sasl2)("SCRAM-SHA-256"))
    script.scram()
    script.fail()
    script.end("not-authorized", TEXT, "password is wrong")


@check("client", ROGUE, each=[("credentials-expired",), ("not-authorized",)])
def falls_back_to_the_password(bed, condition):
    """token revoked, or its count replayed: {0}, then the password"""
    script, state = Script(bed), state_of(bed)
    script.log_in("--state", state)
    script.leave()
    script.start("--state", state)
    script.offer(sasl2("SCRAM-SHA-256"))
    script.take_token()
    script.fail(condition)
    proof, _, element = script.scram()
    true("<request-token" in element, "no new token: " + element)
    script.succeed(proof, BOUND + TOKEN.replace("first", "second"))
    script.be_online()
    true(any("does not take the token" in line and TEXT in line
             for line in script.client.process.errors),
         "it does not say so", script.client.process)
    script.leave()
    script.start("--state", state)
    script.offer(sasl2("SCRAM-SHA-256"))
    script.take_token(b"second-token")
    script.hang_up()


@check("client", ROGUE)
def never_repeats_a_count(bed):
    """each login with a token counts up, also if it was cut (XEP-0484 3.3)"""
    script, state = Script(bed), state_of(bed)
    script.log_in("--state", state)
    script.leave()
    for count in 1, 2, 3:
        script.start("--state", state)
        script.offer(sasl2("SCRAM-SHA-256"))
        element, _ = script.take_token()
        true("count='%d'" % count in element, element)
        script.hang_up()
        script.expect_end(3)


@check("client", ROGUE)
def bounds_iterations(bed):
    """ten million iterations: said, exit code 1 (RFC 5802 9)"""
    script = Script(bed)
    script.start()
    script.offer(sasl2("SCRAM-SHA-256"))
    script.scram(iterations=10000000)
    script.hear("<abort")
    script.end("iterations")


# ---- somebody in the middle

@check("client", ROGUE)
def binds_to_the_certificate(bed):
    """tls-server-end-point, -PLUS (RFC 5929 4.1, XEP-0440)"""
    script = Script(bed, tls=True)
    script.start()
    script.offer(sasl2("SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", more=TYPES))
    proof, flag, _ = script.scram("SCRAM-SHA-256-PLUS")
    equal(flag, "p=tls-server-end-point", "the flag")
    with open(script.certificate[0]) as f:
        certificate = ssl.PEM_cert_to_DER_cert(f.read())
    equal(script.bound_to, flag.encode() + b",,"
          + hashlib.sha256(certificate).digest(), "what it is bound to")
    script.succeed(proof)
    script.be_online()
    script.leave()


@check("client", ROGUE)
def notices_stripped_plus(bed):
    """-PLUS is gone from an offer of SASL2: no login, said (XEP-0440 5)"""
    script = Script(bed, tls=True)
    script.start()
    script.offer(sasl2("SCRAM-SHA-256", more=TYPES))
    script.end("channel binding is incomplete", "changed")


@check("client", ROGUE)
def notices_stripped_sasl2(bed):
    """SASL2 is gone since last time: no login, said"""
    script, state = Script(bed), state_of(bed)
    script.log_in("--state", state)
    script.leave()
    script.start("--state", state)
    script.offer(sasl1("SCRAM-SHA-256"))
    script.end("less than last time", "--state")


@check("client", ROGUE)
def notices_weaker_mechanisms(bed):
    """only PLAIN since last time: no login, said, nothing is sent"""
    script, state = Script(bed), state_of(bed)
    script.log_in("--state", state)
    with open(state) as f:
        kept = [line for line in f if not line.startswith("token")]
    script.leave()
    with open(state, "w") as f:
        f.writelines(kept)
    script.start("--state", state)
    script.offer(sasl2("PLAIN"))
    script.hear("^</stream:stream>")
    script.send("</stream:stream>")
    script.hang_up()
    script.expect_end(1, "less than last time")


@check("client", ROGUE)
def works_behind_a_proxy(bed):
    """a proxy ends TLS: refused and said; --no-channel-binding (RFC 5802 6)"""
    script = Script(bed, tls=True)
    script.start()
    script.offer(sasl1("SCRAM-SHA-256"))
    _, flag, _ = script.scram()
    equal(flag, "y", "the flag")
    script.fail(text="The channel could have been bound.")
    script.end("The channel could have been bound.", "--no-channel-binding")
    script.start("--no-channel-binding")
    script.offer(sasl1("SCRAM-SHA-256"))
    proof, flag, _ = script.scram()
    equal(flag, "n", "the flag")
    script.send("<success xmlns='%s'>%s</success>" % (SASL, proof))
    script.hear("<stream:stream[^>]*>")
    script.hang_up()


# ---- the file of --state

@check("client", ROGUE, each=[
    ("a wrong count", "token\tHT-SHA-256-NONE\t\t-1\tx"),
    ("an unknown mechanism", "login\tROT13\tSASL2"),
    ("another account", "account\tjuliet@rogue.test"),
    ("a line without end", "agent\ta\nagent\tb\nlogin")])
def refuses_files(bed, what, line):
    """a file of --state with {0}: said, kept, exit code 2"""
    state = state_of(bed)
    text = "account\tromeo@rogue.test\nagent\ta\n" + line + (
        "" if line.endswith("login") else "\n")
    with open(state, "w") as f:
        f.write(text)
    client = bed.client("romeo@rogue.test", "--state", state, port=1)
    client.ends_with(2)
    true(any(state in error for error in client.process.errors),
         "it does not say why", client.process)
    with open(state) as f:
        equal(f.read(), text, "the file")
