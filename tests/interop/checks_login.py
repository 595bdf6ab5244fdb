"""Logging in at our server, by hand: SASL2, Bind 2, tokens, channel binding.

What is computed here is computed with hashlib, not with the codec.
"""
import base64
import hashlib
import hmac
import os
import re
import ssl
import uuid

from bed import check, equal, true
from checks_server import OURS, secure_server
from servers import PASSWORD, USERS
from wire import SASL, STREAMS, Wire, name

SASL2 = "urn:xmpp:sasl:2"
BIND2 = "urn:xmpp:bind:0"
FAST = "urn:xmpp:fast:0"
SM = "urn:xmpp:sm:3"
CARBONS = "urn:xmpp:carbons:2"
BINDINGS = "urn:xmpp:sasl-cb:0"
LIMITS = "urn:xmpp:stream-limits:0"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
END_POINT = "tls-server-end-point"
HASHES = {"SCRAM-SHA-1": "sha1", "SCRAM-SHA-256": "sha256"}


def base64_of(data):
    return base64.b64encode(data).decode()


def agent():
    """A user agent that no other check is."""
    return str(uuid.uuid4())


# ---- a client

class Secure(Wire):
    """Inside TLS, after the features. `user` is its account."""

    def __init__(self, bed):
        server = secure_server(bed)
        super().__init__(server.c2s, server.domain)
        self.user = USERS[0]
        self.open()
        self.expect("features")
        self.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        self.expect("proceed")
        context = ssl.create_default_context(cafile=server.certificate)
        self.socket = context.wrap_socket(self.socket,
                                          server_hostname=server.domain)
        self.open()
        self.features = self.expect("features")

    def end_point(self):
        """RFC 5929 4.1, for a certificate that is signed with SHA-256."""
        return hashlib.sha256(
            self.socket.getpeercert(binary_form=True)).digest()

    def auth(self, mechanism, data=None):
        self.send("<auth xmlns='%s' mechanism='%s'>%s</auth>" % (
            SASL, mechanism, base64_of(data) if data else ""))

    def authenticate(self, mechanism, data, inner=""):
        self.send("<authenticate xmlns='%s' mechanism='%s'>"
                  "<initial-response>%s</initial-response>%s"
                  "</authenticate>" % (SASL2, mechanism, base64_of(data),
                                       inner))

    def plain(self, inner="", password=PASSWORD):
        self.authenticate("PLAIN", b"\0%s\0%s" % (
            self.user.encode(), password.encode()), inner)

    def token(self, token, inner, binding=b"", mechanism="HT-SHA-256-NONE",
              user=None):
        proof = hmac.digest(token.encode(), b"Initiator" + binding, "sha256")
        self.authenticate(mechanism, (user or self.user).encode() + b"\0"
                          + proof, inner)

    def success(self):
        got = self.next()
        if name(got) != "success":
            raise self.failed("no success")
        return got

    def refused(self, condition, text=False):
        got = self.next()
        equal((got.tag.rpartition("}")[2], name(got[0])),
              ("failure", condition), "the reply")
        if text:
            true(any(name(child) == "text" and child.text for child in got),
                 "no text for people")

    def online(self):
        """It gets replies: a ping of the server."""
        self.send("<iq type='get' id='here' to='%s'>"
                  "<ping xmlns='urn:xmpp:ping'/></iq>" % self.domain)
        reply = self.expect("iq", lambda e: e.get("id") == "here")
        equal(reply.get("type"), "result", "type")
        return reply.get("to")


class Scram:
    """RFC 5802, one exchange by SASL."""

    def __init__(self, raw, mechanism, flag, password=PASSWORD, data=b""):
        self.raw, self.password = raw, password
        self.hash = HASHES[mechanism.replace("-PLUS", "")]
        self.header = (flag + ",,").encode()
        self.binding = base64_of(self.header + data)
        self.bare = "n=%s,r=%s" % (raw.user, os.urandom(12).hex())
        raw.auth(mechanism, self.header + self.bare.encode())

    def mac(self, key, text):
        return hmac.digest(key, text, self.hash)

    def respond(self):
        """Returns the challenge as a dictionary."""
        challenge = base64.b64decode(self.raw.expect("challenge").text)
        first = challenge.decode()
        part = dict(p.split("=", 1) for p in first.split(","))
        final = "c=%s,r=%s" % (self.binding, part["r"])
        auth = ",".join([self.bare, first, final]).encode()
        salted = hashlib.pbkdf2_hmac(self.hash, self.password.encode(),
                                     base64.b64decode(part["s"]),
                                     int(part["i"]))
        key = self.mac(salted, b"Client Key")
        signature = self.mac(hashlib.new(self.hash, key).digest(), auth)
        proof = bytes(a ^ b for a, b in zip(key, signature))
        self.verifier = "v=" + base64_of(
            self.mac(self.mac(salted, b"Server Key"), auth))
        self.raw.send("<response xmlns='%s'>%s</response>" % (
            SASL, base64_of((final + ",p=" + base64_of(proof)).encode())))
        return part

    def finish(self):
        success = self.raw.success()
        equal(base64.b64decode(success.text).decode(), self.verifier,
              "the server's proof")


# ---- pieces of requests

def user_agent(id_):
    return ("<user-agent id='%s'><software>checks</software></user-agent>"
            % id_)


def bind(inner="", tag="checks"):
    return "<bind xmlns='%s'><tag>%s</tag>%s</bind>" % (BIND2, tag, inner)


ENABLE = "<enable xmlns='%s' resume='true'/>" % SM


def fast(id_, attributes=""):
    return user_agent(id_) + "<fast xmlns='%s'%s/>" % (FAST, attributes)


def request_token(id_, mechanism="HT-SHA-256-NONE"):
    return user_agent(id_) + "<request-token xmlns='%s' mechanism='%s'/>" % (
        FAST, mechanism)


def token_in(success):
    token = success.find("{%s}token" % FAST)
    true(token is not None, "no token")
    true(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
                      token.get("expiry")), "expiry")
    return token.get("token")


def first_token(bed, id_, mechanism="HT-SHA-256-NONE"):
    """Logs in by password."""
    raw = bed.add(Secure(bed))
    raw.plain(request_token(id_, mechanism))
    return token_in(raw.success())


# ---- what is offered

@check("server", OURS)
def offers(bed):
    """TLS: -PLUS, types, SASL2 with Bind 2, sm, FAST, in this order
    (RFC 6120 6, XEP-0440, XEP-0388)"""
    raw = bed.add(Secure(bed))
    known = [name(f) for f in raw.features if name(f) != "limits"]
    equal(known, ["mechanisms", "sasl-channel-binding", "authentication"],
          "features")
    for parent in ("{%s}mechanisms" % SASL, "{%s}authentication" % SASL2):
        names = [e.text for e in raw.features.find(parent)
                 if name(e) == "mechanism"]
        equal(names, ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS",
                      "SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN"], parent)
    types = [e.get("type") for e in
             raw.features.find("{%s}sasl-channel-binding" % BINDINGS)]
    equal(types, ["tls-exporter", END_POINT], "types")
    inline = raw.features.find("{%s}authentication/{%s}inline" % (
        SASL2, SASL2))
    equal([e.tag for e in inline], ["{%s}bind" % BIND2, "{%s}sm" % SM,
                                    "{%s}fast" % FAST], "inline")
    equal([e.get("var") for e in inline.iter("{%s}feature" % BIND2)],
          [CARBONS, SM], "Bind 2")
    equal([e.text for e in inline.find("{%s}fast" % FAST)],
          ["HT-SHA-256-EXPR", "HT-SHA-256-ENDP", "HT-SHA-256-NONE"], "FAST")


# ---- channel binding

@check("server", OURS, each=[("SCRAM-SHA-256",), ("SCRAM-SHA-1",)])
def binds_the_channel(bed, mechanism):
    """{0}-PLUS by tls-server-end-point; the challenge confirms the offer and
    TLS (RFC 5929 4, XEP-0474, XEP-0515)"""
    raw = bed.add(Secure(bed))
    scram = Scram(raw, mechanism + "-PLUS", "p=" + END_POINT,
                  data=raw.end_point())
    part = scram.respond()
    scram.finish()
    names = sorted(e.text for e in raw.features.find("{%s}mechanisms" % SASL))
    offer = "\x1e".join(names) + "\x1f" + "\x1e".join(
        sorted(["tls-exporter", END_POINT]))
    equal(part["h"], base64_of(
        hashlib.new(scram.hash, offer.encode()).digest()), "h=")
    version = {"TLSv1.2": "0303", "TLSv1.3": "0304"}[raw.socket.version()]
    equal(part["t"], version, "t=")


@check("server", OURS)
def notices_another_channel(bed):
    """-PLUS with the hash of another certificate is refused (RFC 5802 6)"""
    raw = bed.add(Secure(bed))
    Scram(raw, "SCRAM-SHA-256-PLUS", "p=" + END_POINT,
          data=b"x" * 32).respond()
    raw.refused("not-authorized")


@check("server", OURS)
def notices_a_stripped_offer(bed):
    """"y" where -PLUS is offered is refused, "n" is not (RFC 5802 6)"""
    raw = bed.add(Secure(bed))
    Scram(raw, "SCRAM-SHA-256", "y")
    raw.refused("not-authorized")
    scram = Scram(raw, "SCRAM-SHA-256", "n")
    scram.respond()
    scram.finish()


# ---- SASL2

@check("server", OURS)
def logs_in_at_once(bed):
    """SASL2, Bind 2, stream management, carbons: one round trip (XEP-0386)"""
    raw = bed.add(Secure(bed))
    id_ = agent()
    raw.plain(user_agent(id_) + bind(
        ENABLE + "<enable xmlns='%s'/>" % CARBONS))
    success = raw.success()
    address = success.findtext("{%s}authorization-identifier" % SASL2)
    true(re.fullmatch(r"%s@%s/checks\..+" % (raw.user, raw.domain), address),
         address)
    bound = success.find("{%s}bound" % BIND2)
    true(bound is not None, "not bound")
    true(bound.find("{%s}enabled" % SM).get("resume") == "true", "no sm")
    true(bound.find("{%s}enabled" % CARBONS) is not None, "no carbons")
    features = raw.next()
    equal(features.tag, "{%s}features" % STREAMS, "next")
    true(all(name(f) != "bind" for f in features), "bound twice")
    equal(raw.online(), address, "to")
    again = bed.add(Secure(bed))
    again.plain(user_agent(id_) + bind())
    equal(again.success().findtext("{%s}authorization-identifier" % SASL2),
          address, "the resource of the same installation")
    equal(raw.stream_error(), "conflict", "the older connection")


@check("server", OURS)
def binds_after_sasl2(bed):
    """SASL2 alone: no new stream, then bind by iq (XEP-0388 2.6.1)"""
    raw = bed.add(Secure(bed))
    raw.plain()
    success = raw.success()
    equal(success.findtext("{%s}authorization-identifier" % SASL2),
          "%s@%s" % (raw.user, raw.domain), "who")
    features = raw.expect("features")
    true(any(name(f) == "bind" for f in features), "no bind")
    raw.send("<iq type='set' id='b'><bind "
             "xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
    raw.expect("iq", lambda e: e.get("id") == "b")
    raw.online()


@check("server", OURS)
def resumes_at_once(bed):
    """SASL2 with <resume/>, or Bind 2 if that fails (XEP-0198 9.2)"""
    raw = bed.add(Secure(bed))
    raw.plain(user_agent(agent()) + bind(ENABLE))
    success = raw.success()
    address = success.findtext("{%s}authorization-identifier" % SASL2)
    previd = success.find(".//{%s}enabled" % SM).get("id")
    raw.online()
    raw.stop()
    back = bed.add(Secure(bed))
    back.plain("<resume xmlns='%s' h='1' previd='%s'/>" % (SM, previd)
               + bind())
    success = back.success()
    resumed = success.find("{%s}resumed" % SM)
    true(resumed is not None, "not resumed")
    equal((resumed.get("previd"), resumed.get("h")), (previd, "1"), "what")
    true(success.find("{%s}bound" % BIND2) is None, "bound, too")
    equal(back.online(), address, "to")
    other = bed.add(Secure(bed))
    other.plain(bind() + "<resume xmlns='%s' h='0' previd='unknown'/>" % SM)
    success = other.success()
    failed = success.find("{%s}failed" % SM)
    true(failed is not None and success.find("{%s}bound" % BIND2) is not None,
         "not bound instead")
    equal(failed[0].tag, "{%s}item-not-found" % STANZAS, "why")


@check("server", OURS)
def refuses_by_sasl2(bed):
    """wrong password and mechanism; then the right ones, on the same stream
    (XEP-0388 2.6.2)"""
    raw = bed.add(Secure(bed))
    raw.plain(password="wrong")
    raw.refused("not-authorized")
    raw.authenticate("SCRAM-SHA-512", b"n,,n=a,r=b")
    raw.refused("invalid-mechanism")
    raw.plain(bind())
    raw.success()
    raw.online()


@check("server", OURS)
def limits_attempts(bed):
    """the fifth failure ends the stream (RFC 6120 6.4.5)"""
    raw = bed.add(Secure(bed))
    for _ in range(5):
        raw.plain(password="wrong")
        raw.refused("not-authorized")
    equal(raw.stream_error(), "policy-violation", "the end")


@check("server", OURS)
def bounds_requests(bed):
    """an <authenticate/> that is too large is refused, not cut"""
    raw = bed.add(Secure(bed))
    raw.plain("<x xmlns='urn:example:x'>%s</x>" % ("y" * 6000))
    raw.refused("temporary-auth-failure")
    raw.plain(bind(tag="z" * 500))
    raw.success()
    raw.online()


@check("server", OURS)
def limits_change_with_the_login(bed):
    """after SASL2 a stanza may be as long as the features then say (XEP-0478)
    """
    raw = bed.add(Secure(bed))

    def most(features):
        return int(features.findtext(".//{%s}max-bytes" % LIMITS))
    before = most(raw.features)
    raw.plain(bind())
    raw.success()
    after = most(raw.expect("features"))
    true(after > before, "%d after %d" % (after, before))
    raw.send("<message type='chat' id='long' to='%s'><body>%s</body>"
             "</message>" % (raw.domain, "x" * (after - 200)))
    raw.expect("message", lambda e: e.get("id") == "long")
    raw.online()


# ---- FAST (XEP-0484)

@check("server", OURS, each=[("NONE",), ("ENDP",)])
def logs_in_by_token(bed, kind):
    """HT-SHA-256-{0}: a token in place of the password, and the server's
    proof (XEP-0484 3)"""
    id_, mechanism = agent(), "HT-SHA-256-" + kind
    token = first_token(bed, id_, mechanism)
    for count in 1, 2:
        raw = bed.add(Secure(bed))
        data = raw.end_point() if kind == "ENDP" else b""
        raw.token(token, fast(id_, " count='%d'" % count) + bind(), data,
                  mechanism)
        success = raw.success()
        proof = success.findtext("{%s}additional-data" % SASL2)
        equal(base64.b64decode(proof), hmac.digest(
            token.encode(), b"Responder" + data, "sha256"), "the proof")
        true(success.find("{%s}token" % FAST) is None, "too soon for another")
        raw.expect("features")
        raw.online()


@check("server", OURS)
def refuses_replays(bed):
    """a count that does not grow is refused, with a text (XEP-0484 3.4)"""
    id_ = agent()
    token = first_token(bed, id_)
    raw = bed.add(Secure(bed))
    raw.token(token, fast(id_, " count='5'"))
    raw.success()
    again = bed.add(Secure(bed))
    for count in 5, 4:
        again.token(token, fast(id_, " count='%d'" % count))
        again.refused("not-authorized", text=True)
    again.token(token, fast(id_, " count='6'"))
    again.success()


@check("server", OURS)
def keeps_both_tokens(bed):
    """the old token is good until the new one is used (XEP-0484 3.5)"""
    id_ = agent()
    old = first_token(bed, id_)
    raw = bed.add(Secure(bed))
    raw.token(old, fast(id_) + request_token(id_).partition("</user-agent>")
              [2])
    new = token_in(raw.success())
    true(new != old, "the same token")
    for token in old, new:
        raw = bed.add(Secure(bed))
        raw.token(token, fast(id_))
        raw.success()
    raw = bed.add(Secure(bed))
    raw.token(old, fast(id_))
    raw.refused("not-authorized", text=True)


@check("server", OURS)
def gives_up_tokens(bed):
    """invalidate, another installation, another user, no token: refused,
    then the password on the same stream (XEP-0484 3.6)"""
    id_ = agent()
    token = first_token(bed, id_)
    raw = bed.add(Secure(bed))
    raw.token(token, fast(agent()))
    raw.refused("not-authorized", text=True)
    raw.token(token, fast(id_), user=USERS[1])
    raw.refused("not-authorized", text=True)
    raw.token(token, fast(id_, " invalidate='true'"))
    raw.success()
    raw = bed.add(Secure(bed))
    raw.token(token, fast(id_))
    raw.refused("not-authorized", text=True)
    raw.plain(request_token(id_) + bind())
    true(token_in(raw.success()) != token, "the same token")
    raw.online()


@check("server", OURS)
def revokes_tokens(bed):
    """a new password revokes all tokens, time each of them (XEP-0484 4)"""
    id_, server = agent(), secure_server(bed)
    token = first_token(bed, id_)
    account = os.path.join(server.home, "romeo_2D00.account")
    with open(account, encoding="utf-8") as file:
        text = file.read()
    with open(account, "w", encoding="utf-8") as file:
        file.write(re.sub(r"(<token [^>]*expiry=')\d+", r"\g<1>1000", text))
    raw = bed.add(Secure(bed))
    raw.token(token, fast(id_))
    raw.refused("credentials-expired", text=True)
    raw.token("guessed", fast(id_))
    raw.refused("not-authorized", text=True)
    token = first_token(bed, id_)
    add = bed.run("server --add-user", [
        server.program, "--add-user", USERS[0], server.home],
        env={"XMPP_PASSWORD": PASSWORD})
    equal(add.wait(), 0, "exit code")
    raw = bed.add(Secure(bed))
    raw.token(token, fast(id_))
    raw.refused("not-authorized", text=True)
    raw.plain()
    raw.success()
