#!/usr/bin/env python3
"""Programs of examples/ with other people's programs, on real sockets.

usage: run.py [--build DIR] [--keep] [--control] [--list] [WORD...]

Starts servers on loopback in a temporary directory, lets clients, gateways
and servers talk with each other, checks what each of them saw, and stops and
removes everything. WORDs choose the checks whose lines have all of them.
Checks of programs that are not installed or not built are skipped, and named.
--build DIR  where our programs are (build)
--keep       leave the temporary directory with the logs
--control    foreign clients at foreign servers too: is it us or them?
--list       only the names of the checks
"""
import argparse
import itertools
import signal
import sys
import time
import traceback

sys.dont_write_bytecode = True

import servers                             # noqa: E402
from bed import CHECKS, Bed
from jabberd2 import Jabberd2
from sandbox import Failure, Sandbox, Skip

import checks_biboumi   # noqa: F401 (they register themselves)
import checks_bosh      # noqa: F401
import checks_client    # noqa: F401
import checks_foreign   # noqa: F401
import checks_gateway   # noqa: F401
import checks_libraries  # noqa: F401
import checks_login     # noqa: F401
import checks_login_client  # noqa: F401
import checks_npm       # noqa: F401
import checks_rogue     # noqa: F401
import checks_s2s       # noqa: F401
import checks_server    # noqa: F401

TIME_LIMIT = 450  # seconds for all of it
DOMAINS = 12      # that each server knows the way to


class TimeUp(Exception):
    pass


def arguments():
    parser = argparse.ArgumentParser(
        usage=__doc__.split("\n\n")[1].replace("usage: ", ""))
    parser.add_argument("--build", default="build")
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("words", nargs="*")
    return parser.parse_args()


class Run:
    def __init__(self, options):
        self.options = options
        self.passed = self.failed = self.skipped = 0
        self.sandbox = None
        self.beds = {}

    def chosen(self):
        checks = [c for c in CHECKS
                  if all(w in c.title() for w in self.options.words)
                  and (self.options.control or not c.is_control())]
        return sorted(checks, key=lambda c: ORDER.index(c.server))

    def report(self, word, text, details=""):
        print("%-5s %s" % (word, text), flush=True)
        for line in details.rstrip().split("\n") if details else ():
            print("        " + line)

    def all(self, checks):
        by_server = itertools.groupby(checks, key=lambda c: c.server)
        by_server = [(name, list(group)) for name, group in by_server]
        self.start_servers([name for name, _ in by_server])
        for name, group in by_server:
            bed = self.beds[name]
            if bed.server.missing():
                self.skipped += len(group)
                self.report("skip", "%d checks at %s: %s" % (
                    len(group), name, bed.server.missing()))
            for check in group if not bed.server.missing() else ():
                self.one(check, bed)
            bed.finish()

    def start_servers(self, names):
        """All of them at once: they do not wait for each other."""
        known = {"prosody": servers.Prosody(), "ejabberd": servers.Ejabberd(),
                 "jabberd2": Jabberd2(),
                 "server": servers.Ours(self.options.build),
                 "rogue": servers.Rogue()}
        for name in names:
            domains = {"s2s-%02d.test" % i: self.sandbox.port()
                       for i in range(DOMAINS)}
            bed = Bed(self.sandbox, known[name], self.options.build, domains)
            self.beds[name] = bed
            if not bed.server.missing():
                bed.start_server()

    def one(self, check, bed):
        try:
            bed.ready()
            check.function(bed, *check.arguments)
            bed.survived()
        except Skip as e:
            self.skipped += 1
            self.report("skip", "%s: %s" % (check.title(), e))
        except TimeUp:
            self.failed += 1
            self.report("FAIL", check.title(), "all took too long")
            raise
        except Exception as e:
            self.failed += 1
            text = (str(e) if isinstance(e, Failure)
                    else traceback.format_exc())
            self.report("FAIL", check.title(),
                        text + "\n" + bed.transcripts(text))
        else:
            self.passed += 1
            self.report("ok", check.title())
        finally:
            bed.finish_check()

    def finish(self):
        for number in signal.SIGINT, signal.SIGTERM, signal.SIGHUP:
            signal.signal(number, signal.SIG_IGN)
        signal.alarm(0)
        if self.sandbox:
            self.sandbox.close(self.options.keep)
            if self.options.keep:
                print("kept: " + self.sandbox.root)


ORDER = ["rogue", "prosody", "ejabberd", "jabberd2", "server"]


def on_signal(number, _):
    if number == signal.SIGALRM:
        raise TimeUp
    raise KeyboardInterrupt


def main():
    options = arguments()
    run = Run(options)
    checks = run.chosen()
    if options.list:
        return print("\n".join(c.title() for c in checks))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP,
                   signal.SIGALRM):
        signal.signal(number, on_signal)
    signal.alarm(TIME_LIMIT)
    start, interrupted = time.monotonic(), False
    try:
        run.sandbox = Sandbox()
        run.all(checks)
    except TimeUp:
        print("stopped after %d s" % TIME_LIMIT)
    except KeyboardInterrupt:
        interrupted = True
        print("interrupted")
    finally:
        run.finish()
    missed = len(checks) - run.passed - run.failed - run.skipped
    if missed:
        run.failed += missed
        print("%d checks were not run" % missed)
    print("took %.0f s" % (time.monotonic() - start))
    print("%d passed, %d failed, %d skipped" % (
        run.passed, run.failed, run.skipped), flush=True)
    sys.exit(130 if interrupted else 1 if run.failed else 0)


if __name__ == "__main__":
    main()
