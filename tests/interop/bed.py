"""The list of checks, and the bed in which each of them runs."""
import os

import clients
from sandbox import Failure, Skip
from servers import PAIRS

CHECKS = []


class Check:
    def __init__(self, group, server, function, arguments):
        self.group, self.server = group, server
        self.function, self.arguments = function, arguments

    def is_control(self):
        """Does it use none of our programs?"""
        return (self.group in ("foreign", "server")
                and self.server != "server")

    def title(self):
        """The docstring, filled in with the names of the arguments."""
        text = self.function.__doc__.format(
            *(argument_name(a) for a in self.arguments))
        return "%s/%s: %s" % (self.group, self.server, " ".join(text.split()))


def argument_name(argument):
    if isinstance(argument, tuple):
        return "with " + " ".join(argument) if argument else ""
    return getattr(argument, "name", argument)


def check(group, servers, each=((),)):
    """Registers a function as a check against each server.

    `each` has tuples of arguments: one check for each of them.
    """
    def register(function):
        for server in servers:
            for arguments in each:
                CHECKS.append(Check(group, server, function, arguments))
        return function
    return register


class Bed:
    """For one server: clients and accounts, as checks ask for them."""

    def __init__(self, sandbox, server, build, domains):
        self.sandbox, self.server, self.build = sandbox, server, build
        self.domains = list(domains.items())  # for s2s: a check pops one
        self.pairs = iter(range(PAIRS))
        self.started = []   # in this check
        self.kept = {}      # for as long as the server runs
        self.is_ready = False
        self.said = 0        # lines of the server before this check
        self.failure = None  # why the server did not start

    def program(self, name):
        path = os.path.join(self.build, name)
        if not os.access(path, os.X_OK):
            raise Skip(path + " is not built")
        return path

    def pair(self):
        """Two addresses that no check used before."""
        try:
            number = next(self.pairs)
        except StopIteration:
            raise Failure("more checks than accounts: PAIRS") from None
        return tuple(self.server.jid("%s-%02d" % (name, number))
                     for name in ("romeo", "juliet"))

    def client(self, jid, *options, **named):
        """Ours, started but not waited for."""
        program = self.program(named.get("program", "client"))
        named["program"] = os.path.basename(program)
        named.setdefault("port", self.server.c2s)
        named.setdefault("options", ("--no-tls",) + options)
        return self.add(clients.Ours(self.sandbox, self.build, jid, **named))

    def slixmpp(self, jid, **named):
        return self.foreign(clients.Slixmpp, jid, **named)

    def foreign(self, kind, jid, port=None, **named):
        missing = kind.missing()
        if missing:
            raise Skip(missing)
        return self.add(kind(self.sandbox, jid, port or self.server.c2s,
                             **named))

    def run(self, name, argv, **options):
        return self.add(self.sandbox.start(name, argv, **options))

    def add(self, thing):
        self.started.append(thing)
        return thing

    def keep(self, key, make):
        """The result of make(), made once and stopped with the server."""
        if key not in self.kept:
            count = len(self.started)
            self.kept[key] = make()
            del self.started[count:]
        return self.kept[key]

    def start_server(self):
        try:
            self.server.start(self.sandbox, dict(self.domains))
            self.is_ready = False
        except (Failure, OSError) as e:
            self.failure = e

    def ready(self):
        """The server may take longer to start than earlier ones."""
        if self.failure is None and not self.is_ready:
            try:
                self.server.await_ready()
                self.is_ready = True
            except Failure as e:
                self.failure = e
        if self.failure is not None:
            details, self.failure = self.failure, "see above"
            raise Failure("the server did not start\n%s" % details)

    def survived(self):
        """A check must not end the server."""
        if self.server.process and self.server.process.ended():
            raise Failure("the server has ended")

    def transcripts(self, known):
        """The output of all programs, except known texts."""
        processes = [getattr(thing, "process", thing)
                     for thing in self.started]
        texts = [p.transcript() for p in processes if hasattr(p, "transcript")]
        return "\n".join([t for t in texts if t not in known]
                         + self.last_words())

    def last_words(self):
        """Lines of the server on standard error."""
        process = self.server.process
        if process is None:
            return []
        lines = ["  %s (stderr): %s" % (process.name, line)
                 for line in process.errors[self.said:][-20:]]
        if process.ended():
            lines.append("  %s ended with %d" % (
                process.name, process.process.returncode))
        return lines

    def finish_check(self):
        for thing in reversed(self.started):
            thing.stop()
        self.started = []
        process = self.server.process
        if process and process.ended():
            self.finish()  # its clients are gone too
            self.start_server()
        if self.server.process:
            self.said = len(self.server.process.errors)

    def finish(self):
        for thing in self.kept.values():
            thing.stop()
        self.kept = {}


def equal(got, expected, what):
    if got != expected:
        raise Failure("%s: %r instead of %r" % (what, got, expected))


def true(condition, what, *processes):
    if not condition:
        raise Failure("\n".join([what] + [p.transcript() for p in processes]))
