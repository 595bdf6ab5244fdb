"""Clients of every kind, driven the same way.

A client takes commands, one a line, and prints events, one a line with tabs
between fields, as examples/client does with --script. The bots in bots/ were
written to do the same with libraries; Profanity and go-sendxmpp, which are
made for people, are translated here.
"""
import base64
import glob
import os
import pty
import re
import subprocess
import sys
import threading
import time
from xml.etree import ElementTree

from relay import TlsRelay
from sandbox import LOOPBACK, PATIENCE, Failure, Skip
from servers import HERE, PASSWORD, make_certificate, not_installed

ANY = None


def at(jid):
    """Matches the address with any resource or none."""
    return lambda field: field.partition("/")[0] == jid


def has(text):
    return lambda field: text in field


class Client:
    """The events of a client, each of which a check expects once."""
    name = None
    shows_status = True
    forgiven = 0  # lines of standard error

    def __init__(self, jid):
        self.jid = jid           # bare; the full one after online()
        self.full_jid = None
        self.taken = set()       # indexes of lines that were expected

    def events(self):
        """All lines so far, as lists of fields."""
        return [line.split("\t") for line in self.process.lines]

    def send(self, command, *arguments):
        self.process.send(" ".join(("/" + command,) + arguments))

    def find(self, pattern):
        for i, fields in enumerate(self.events()):
            if i not in self.taken and matches(pattern, fields):
                self.taken.add(i)
                return fields
        return None

    def expect(self, *pattern, seconds=PATIENCE):
        """The next event that fits: strings, functions, ANY."""
        end = time.monotonic() + seconds
        while True:
            ended = self.process.ended()  # before its last line
            fields = self.find(pattern)
            if fields:
                return fields
            if time.monotonic() > end or ended and self.drained():
                raise Failure("%s did not print: %s\n%s" % (
                    self.name, show(pattern), self.process.transcript()))
            time.sleep(0.01)

    def drained(self):
        return not any(r.is_alive() for r in self.process.readers)

    def refuse(self, *pattern):
        """No such event so far: call it after one that comes later."""
        fields = self.find(pattern)
        if fields:
            raise Failure("%s printed %s\n%s" % (
                self.name, show(fields), self.process.transcript()))

    def online(self):
        self.full_jid = self.expect("online", at(self.jid))[1]
        return self

    def quit(self):
        """A clean end on request, with exit code 0."""
        self.send("quit")
        self.expect("closed")
        self.ends_with(0)

    def ends_with(self, code):
        got = self.process.wait()
        if got != code:
            raise Failure("%s ended with %d instead of %d\n%s" % (
                self.name, got, code, self.process.transcript()))

    def complaints(self):
        """What it said about errors."""
        return self.process.errors[self.forgiven:]

    def forgive(self):
        """After a cut, about which it may have complained."""
        self.forgiven = len(self.process.errors)

    def stop(self):
        self.process.stop()


def matches(pattern, fields):
    if len(fields) < len(pattern):
        return False
    return all(want is ANY or (want(have) if callable(want) else want == have)
               for want, have in zip(pattern, fields))


def show(pattern):
    return " ".join("..." if p is ANY else "<condition>" if callable(p) else p
                    for p in pattern)


class Ours(Client):
    """build/client: see examples/client."""
    name = "client"

    def __init__(self, sandbox, build, jid, port, options=("--no-tls",),
                 password=PASSWORD, program="client"):
        super().__init__(jid.partition("/")[0])
        self.process = sandbox.start(
            "client " + jid,
            [os.path.join(build, program), "--script", "--host", LOOPBACK,
             "--port", str(port), *options, jid],
            env={"XMPP_PASSWORD": password})


# ---- bots with foreign libraries

def python_with(module):
    """The Python that has it: Debian's is not always the first."""
    for python in sys.executable, "/usr/bin/python3":
        if os.path.exists(python) and subprocess.run(
                [python, "-c", "import " + module],
                stderr=subprocess.DEVNULL).returncode == 0:
            return python
    return None


class Bot(Client):
    """A bot of bots/: BOT HOST PORT JID, password in $XMPP_PASSWORD."""
    acknowledges = False  # what it got (XEP-0198)
    resumes = False       # and comes back to its session
    transport = "c2s"     # the port of the server
    known = ()            # what its library says on standard error, always
    environment = {}

    def __init__(self, sandbox, command, jid, port, secure=None):
        super().__init__(jid.partition("/")[0])
        self.process = sandbox.start(
            "%s %s" % (self.name, jid),
            command + [LOOPBACK, str(port), jid],
            env=dict(self.environment, XMPP_PASSWORD=PASSWORD,
                     **{"XMPP_CA": secure} if secure else {}))

    def complaints(self):
        """Errors that it printed, and what its library did not like."""
        said = self.process.errors[self.forgiven:] + [
            "\t".join(e) for e in self.events() if e[0] == "error"]
        return [line for line in said
                if not any(known in line for known in self.known)]


class InPython(Bot):
    name = module = python = None

    @classmethod
    def missing(cls):
        cls.python = cls.python or python_with(cls.module)
        return None if cls.python else cls.module + " is not installed"

    def __init__(self, sandbox, jid, port, secure=None):
        program = "%s/bots/%s_bot.py" % (HERE, self.module)
        super().__init__(sandbox, [self.python, program], jid, port, secure)


class Slixmpp(InPython):
    name = module = "slixmpp"


class Aioxmpp(InPython):
    name = module = "aioxmpp"
    acknowledges = resumes = True
    known = ("stream failed: [Errno 104]",)  # when it is cut


class Nbxmpp(InPython):
    name = module = "nbxmpp"
    acknowledges = resumes = True
    known = ("GSSAPI not available", "Connection reset by peer",
             "send() not possible in state: TCPState.DISCONNECTING")


class NbxmppWebSocket(Nbxmpp):
    name, transport = "nbxmpp (WebSocket)", "websocket"
    environment = {"XMPP_WEBSOCKET": "1"}


class AnyEvent(Bot):
    name = "AnyEvent::XMPP"

    @classmethod
    def missing(cls):
        missing = not_installed("perl")
        if missing is None and subprocess.run(
                ["perl", "-MAnyEvent::XMPP", "-e1"],
                stderr=subprocess.DEVNULL).returncode:
            missing = cls.name + " is not installed"
        return missing

    def __init__(self, sandbox, jid, port, secure=None):
        super().__init__(sandbox, ["perl", HERE + "/bots/anyevent_bot.pl"],
                         jid, port, secure)


class Compiled(Bot):
    """A bot that is compiled when first needed."""
    source = package = compiler = flags = None

    @classmethod
    def missing(cls):
        missing = not_installed("pkg-config", cls.compiler)
        if missing is None and subprocess.run(
                ["pkg-config", "--exists", *cls.package.split()]).returncode:
            missing = cls.package + " (for development) is not installed"
        return missing

    @classmethod
    def build(cls, sandbox):
        program = os.path.join(sandbox.root, cls.name + "-bot")
        if not os.path.exists(program):
            libraries = subprocess.check_output(
                ["pkg-config", "--cflags", "--libs", *cls.package.split()],
                text=True)
            done = subprocess.run(
                [cls.compiler, *cls.flags, HERE + "/bots/" + cls.source, "-o",
                 program, *libraries.split()], text=True,
                stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            if done.returncode:
                raise Failure("%s: %s" % (cls.source, done.stdout))
        return program

    def __init__(self, sandbox, jid, port, secure=None):
        super().__init__(sandbox, [self.build(sandbox)], jid, port, secure)


class Strophe(Compiled):
    name, package, source = "libstrophe", "libstrophe", "strophe_bot.c"
    compiler, flags = "cc", ["-std=c99", "-Wall", "-Wextra", "-O1"]


class Qxmpp(Compiled):
    name, source = "QXmpp", "qxmpp_bot.cpp"
    package = "qxmpp Qt5Core Qt5Network Qt5Xml"
    compiler, flags = "c++", ["-std=c++17", "-fPIC", "-Wall", "-Wextra", "-O1"]
    acknowledges = True
    # Its <resume/> of 1.4 has neither a namespace nor a previd: a stanza
    # before binding, not-authorized (or unsupported-stanza-type).
    known = ("error\tstream\t10", "error\tstream\t20")


class Purple(Compiled):
    name, package, source = "libpurple", "purple", "purple_bot.c"
    compiler = "cc"
    flags = ["-std=c99", "-D_POSIX_C_SOURCE=200809L", "-Wall", "-Wextra",
             "-O1"]


class Gloox(Compiled):
    name, package, source = "gloox", "gloox", "gloox_bot.cpp"
    compiler, flags = "c++", ["-std=c++11", "-Wall", "-Wextra", "-O1"]


# ---- programs made for people

class Profanity(Client):
    """Profanity on a terminal that nobody looks at.

    Its debug log has the stanzas it received, its chat log the texts it
    showed. A message is reported when it is in both.
    """
    name = "profanity"
    COMMANDS = {"add": "/sub request", "accept": "/sub allow",
                "status": "/status set", "msg": "/msg", "quit": "/quit"}

    @classmethod
    def missing(cls):
        return not_installed("profanity")

    def __init__(self, sandbox, jid, port):
        super().__init__(jid.partition("/")[0])
        self.home = sandbox.directory("profanity-%d" % len(sandbox.processes))
        self.configure(port)
        ours, terminal = pty.openpty()
        self.terminal = ours
        self.process = sandbox.start(
            "profanity " + jid,
            ["profanity", "-l", "DEBUG", "-f", self.home + "/log"],
            terminal=terminal, cwd=self.home,
            env={"TERM": "xterm", "HOME": self.home,
                 "XDG_CONFIG_HOME": self.home + "/config",
                 "XDG_DATA_HOME": self.home + "/data"})
        os.close(terminal)
        threading.Thread(target=self.drain, daemon=True).start()

    def configure(self, port):
        for folder in "config", "data":
            os.makedirs("%s/%s/profanity" % (self.home, folder))
        with open(self.home + "/data/profanity/accounts", "w") as f:
            f.write("[interop]\nenabled=true\njid=%s\nresource=profanity\n"
                    "server=%s\nport=%d\npassword=%s\ntls.policy=disable\n"
                    "presence.last=online\npresence.login=online\n" % (
                        self.jid, LOOPBACK, port, PASSWORD))
        with open(self.home + "/config/profanity/profrc", "w") as f:
            f.write("[connection]\naccount=interop\n[ui]\nsplash=false\n"
                    "[logging]\nchlog=true\n[receipts]\nrequest=true\n")

    def drain(self):
        try:
            while os.read(self.terminal, 65536):
                pass
        except OSError:
            pass

    def send(self, command, *arguments):
        if command == "status" and len(arguments) > 1:
            arguments = (arguments[0], '"%s"' % " ".join(arguments[1:]))
        line = " ".join((self.COMMANDS[command],) + arguments)
        self.process.lines.append("> " + line)
        os.write(self.terminal, line.encode() + b"\r")

    def events(self):
        """Anew from the logs, so that an event keeps its index."""
        log = "".join(read(path)
                      for path in glob.glob(self.home + "/log*"))
        shown = "".join(read(path) for path in glob.glob(
            self.home + "/data/profanity/chatlogs/*/*/*.log"))
        events = [profanity_event(line, shown) for line in log.split("\n")]
        self.process.lines = ["\t".join(e) for e in events if e]
        return [e or [""] for e in events]

    def quit(self):
        self.send("quit")
        self.ends_with(0)

    def drained(self):
        return True


def read(path):
    with open(path, errors="replace") as f:
        return f.read()


def profanity_event(line, shown):
    _, found, text = line.partition("xmpp: DBG: RECV: ")
    if "prof: INF:" in line and line.endswith("logged in successfully"):
        return ["online", line.split()[-4] + "/profanity"]
    if not found or text[:9] not in ("<message ", "<presence"):
        return None
    try:
        stanza = ElementTree.fromstring(text)
    except ElementTree.ParseError:
        return None  # an incomplete line
    kind, sender = stanza.get("type"), stanza.get("from", "")
    if text.startswith("<message"):
        body = stanza.findtext("body")
        if body is None:
            receipt = stanza.find("{urn:xmpp:receipts}received")
            return (None if receipt is None
                    else ["receipt", sender, receipt.get("id")])
        displayed = "%s: %s\n" % (sender.partition("/")[0], body)
        return (["message", sender, kind or "normal", stanza.get("id", ""),
                 body] if displayed in shown else None)
    if kind not in (None, "unavailable"):
        return [kind, sender]
    return ["presence", sender, kind or stanza.findtext("show")
            or "available",
            stanza.findtext("status") or ""]


class GoSendxmpp(Client):
    """go-sendxmpp: one process listens, one more for each message.

    It does not log in without TLS. If the server has none, a relay
    provides it.
    """
    name = "go-sendxmpp"

    @classmethod
    def missing(cls):
        return not_installed("go-sendxmpp", "openssl")

    def __init__(self, sandbox, jid, port, secure=None):
        super().__init__(jid)
        self.sandbox = sandbox
        self.relay = None if secure else TlsRelay(
            sandbox, port, make_certificate(sandbox.directory("relay"),
                                            "relay.test"))
        self.config = os.path.join(sandbox.root, "go-sendxmpp-" + jid)
        with open(self.config, "w") as f:
            os.chmod(self.config, 0o600)
            f.write("username: %s\npassword: %s\njserver: %s:%d\n" % (
                jid, PASSWORD, LOOPBACK,
                self.relay.port if self.relay else port))
        self.process = sandbox.start(self.name + " " + jid,
                                     self.command("--listen", "--debug"))

    def command(self, *more):
        return ["go-sendxmpp", "--file", self.config, "--no-tls-verify",
                *(["--tls"] if self.relay else []), *more]

    def send(self, command, *arguments):
        if command == "quit":
            return self.stop()
        if command != "msg":
            raise Failure("go-sendxmpp cannot /" + command)
        sender = self.sandbox.start(self.name + " " + self.jid,
                                    self.command(arguments[0]))
        sender.send(" ".join(arguments[1:]))
        sender.finish_input()
        if sender.wait() != 0:
            raise Failure(sender.transcript())

    def online(self):
        try:
            return super().online()
        except Failure:
            if self.contradicts_itself():
                raise Skip("its gs2 header is y, what it binds says n "
                           "(RFC 5802 6)") from None
            raise

    def contradicts_itself(self):
        """0.17 on TLS without -PLUS: "y,,", and then the base64 of "n,,"."""
        output = "".join(self.process.lines + self.process.errors)
        return base64_of("y,,") in output and base64_of("c=biws") in output

    def events(self):
        """Its output "TIME from: text", and the stanzas of --debug: on
        standard error, by newer versions on standard output."""
        return [go_sendxmpp_event(line)
                for line in self.process.lines + self.process.errors]

    def find(self, pattern):
        # Two lists grow side by side: an index may change.
        for fields in self.events():
            if tuple(fields) not in self.taken and matches(pattern, fields):
                self.taken.add(tuple(fields))
                return fields
        return None

    def quit(self):
        self.stop()  # it has no other end

    def stop(self):
        super().stop()
        if self.relay:
            self.relay.stop()


def go_sendxmpp_event(line):
    bound = re.search(
        r"<(jid|authorization-identifier)>(.*?)</\1>", line)
    if bound:
        return ["online", bound.group(2)]
    shown = re.search(r"(\S+@\S+): (.*)", line)
    if shown and not line.startswith(("SEND", "RECV", "<")):
        return ["message", shown.group(1), "chat", "", shown.group(2)]
    return [""]


def base64_of(text):
    """As it begins where more follows."""
    return base64.b64encode(text.encode()).decode()


KINDS = [Slixmpp, Strophe, Gloox, Profanity, GoSendxmpp]
