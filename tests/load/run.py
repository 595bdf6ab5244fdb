#!/usr/bin/env python3
"""Load and faults: build/server and thousands of clients on loopback.

usage: run.py [--small] [--seed N] [--server PROGRAM] [--load PROGRAM]

Starts the server in a temporary directory, makes accounts, and lets the load
generator (load.c) count what is lost or comes twice: when many talk, when
connections are cut at random bytes and resumed, when villains do their worst
meanwhile. --small: fewer clients and only seconds, for CI. The last line
counts the stages that passed. Hostile streams are also taken from
$XC_CORPORA/hostile, if that exists.
"""
import argparse
import os
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time

DOMAIN = "load.test"
PASSWORD = "the lark, the herald of the morn"
SECONDS = 150   # at most for each stage
SPARE = 600     # connections: a client that was cut may have two for a moment
VILLAINS = 100  # accounts: enough for some of each crime of crimes.c

# For each server: name, clients, and what load is told; the second of each:
# --small.
STAGES = [
    [("talk", (5000, 500),
      ["--messages", "50"])],
    [("talk, with stream management", (5000, 500),
      ["--messages", "20", "--managed"])],
    [("talk, half of them over WebSocket", (1000, 200),
      ["--messages", "50", "--web", "2"]),
     ("cuts", (1000, 100),
      ["--messages", "200", "--managed", "--cuts", "10", "--web", "10"]),
     ("villains", (1000, 200),
      ["--messages", "40", "--pace", ("250", "100"),
       "--villains", ("2", "1")]),
     ("villains and cuts", (500, 100),
      ["--messages", "80", "--pace", ("100", "60"), "--managed",
       "--cuts", "5", "--villains", ("2", "1")])],
]


class Tally:
    def __init__(self):
        self.passed = self.failed = 0

    def must(self, what, holds):
        print("%s: %s" % ("pass" if holds else "FAIL", what), flush=True)
        self.passed += holds
        self.failed += not holds


# ---- the server -------------------------------------------------------------

class Server:
    """build/server in a new directory, on free ports."""

    def __init__(self, program, directory, slots):
        self.program = program
        self.log = os.path.join(directory, "stderr")
        self.data = os.path.join(directory, "data")
        os.mkdir(self.data)
        self.slots = slots
        self.process = None

    def add_accounts(self, names):
        """The server makes one; the others are copies of its file, so that
        they have the same salt, and the clients salt only once."""
        subprocess.run([self.program, "--add-user", names[0], self.data],
                       check=True, timeout=60,
                       env=dict(os.environ, XMPP_PASSWORD=PASSWORD))
        first = os.path.join(self.data, names[0] + ".account")
        for name in names[1:]:
            shutil.copy(first, os.path.join(self.data, name + ".account"))

    def start(self):
        self.process = subprocess.Popen(
            [self.program, "--domain", DOMAIN, "--port", "0",
             "--websocket-port", "0", "--component-port", "0",
             "--component", "gateway." + DOMAIN,
             "--connections", str(self.slots), self.data],
            env=dict(os.environ, XMPP_COMPONENT_SECRET="a secret"),
            stdout=subprocess.PIPE, stderr=open(self.log, "w"))
        return self.read_ports()

    def read_ports(self):
        """{"c2s": "5222", ...} of its line "ready c2s=5222 ..."."""
        text, until = b"", time.monotonic() + 30
        while time.monotonic() < until and b"\n" not in text:
            if select.select([self.process.stdout], [], [], 1)[0]:
                piece = os.read(self.process.stdout.fileno(), 4096)
                if not piece:
                    break
                text += piece
        return dict(re.findall(r"(\w+)=(\d+)", text.decode()))

    def is_alive(self):
        return self.process.poll() is None

    def stop(self):
        """Its exit status after SIGTERM; None if it does not end."""
        self.process.terminate()
        try:
            return self.process.wait(20)
        except subprocess.TimeoutExpired:
            return None
        finally:
            self.process.kill()
            self.process.wait()

    def complaints(self):
        with open(self.log, errors="replace") as log:
            return [line for line in log
                    if re.search("Sanitizer|runtime error", line)]


# ---- hostile streams of the corpus ------------------------------------------

def unescape(text):
    """The bytes of an input in hostile.tsv; None if it is generated."""
    if "@GEN(" in text:
        return None
    data = text.encode()
    data = re.sub(rb"@REP\((\d+),\"(.*?)\"\)",
                  lambda m: m.group(2) * min(int(m.group(1)), 30000), data)
    return re.sub(rb"\\x([0-9A-Fa-f]{2})",
                  lambda m: bytes([int(m.group(1), 16)]), data)


def write_recordings(directory):
    """Files for --streams, and those for --stanzas: what may follow a login.
    Returns how many."""
    source = os.path.join(os.environ.get("XC_CORPORA", ""),
                          "hostile", "hostile.tsv")
    streams, stanzas = (os.path.join(directory, name)
                        for name in ("streams", "stanzas"))
    os.mkdir(streams)
    os.mkdir(stanzas)
    if not os.path.exists(source):
        return 0
    prefixes = {"-": b""}
    with open(source, encoding="utf-8") as lines:
        for line in lines:
            header = re.match(r"# prefix (\w+)\s*= (.*)", line)
            if header:
                prefixes[header.group(1)] = header.group(2).strip().replace(
                    "alpha.test", DOMAIN).encode()
            fields = line.rstrip("\n").split("\t")
            if len(fields) > 3 and fields[2] in prefixes:
                write_recording(streams, stanzas, prefixes, fields)
    return len(os.listdir(streams))


def write_recording(streams, stanzas, prefixes, fields):
    name, prefix, data = fields[0], fields[2], unescape(fields[3])
    if data is None:
        return
    with open(os.path.join(streams, name), "wb") as out:
        out.write(prefixes[prefix] + data)
    if prefix == "H":
        with open(os.path.join(stanzas, name), "wb") as out:
            out.write(data)


# ---- stages -----------------------------------------------------------------

def clients_possible(wanted):
    """The server needs a file for each client, and so does the generator."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard == resource.RLIM_INFINITY:
        return wanted
    return max(2, min(wanted, hard - SPARE - 100))


def run_stage(stage, options, server, ports, recordings, tally):
    name, clients, arguments = stage
    if name.startswith("talk"):
        arguments = arguments + ["--server-pid", server.process.pid]
    clients, wanted = (clients_possible(clients[options.small]),
                       clients[options.small])
    arguments = [str(a[options.small] if isinstance(a, tuple) else a)
                 for a in arguments]
    command = [options.load, "--port", ports["c2s"], "--domain", DOMAIN,
               "--clients", str(clients), "--seconds", str(SECONDS),
               "--seed", options.seed,
               "--streams", recordings + "/streams",
               "--stanzas", recordings + "/stanzas"] + arguments
    for option, port in (("--web-port", "ws"),
                         ("--component-port", "component")):
        if port in ports:
            command += [option, ports[port]]
    print("--- %s: %d clients" % (name, clients), flush=True)
    if clients < wanted:
        print("fewer than %d: no more files may be open" % wanted)
    done = subprocess.run(command, stdout=subprocess.PIPE,
                          universal_newlines=True, timeout=300,
                          env=dict(os.environ, LOAD_PASSWORD=PASSWORD))
    sys.stdout.write(done.stdout)
    tally.passed += len(re.findall("^pass: ", done.stdout, re.M))
    tally.failed += len(re.findall("^FAIL: ", done.stdout, re.M))
    if done.returncode not in (0, 1):
        tally.must("load ends with a verdict", False)
    tally.must("the server is still there", server.is_alive())


def run_server(stages, options, directory, recordings, tally):
    most = max(clients[options.small] for _, clients, _ in stages)
    server = Server(options.server, directory, clients_possible(most) + SPARE)
    server.add_accounts(["u%d" % i for i in range(most)] +
                        ["v%d" % i for i in range(VILLAINS)])
    try:
        ports = server.start()
        tally.must("the server is ready", "c2s" in ports)
        for stage in stages:
            if server.is_alive() and "c2s" in ports:
                run_stage(stage, options, server, ports, recordings, tally)
    finally:
        status = server.stop()
    tally.must("the server ends in good order", status == 0)
    complaints = server.complaints()
    sys.stdout.writelines(complaints[:20])
    tally.must("the sanitizers are silent", not complaints)


def run(options, directory, tally):
    recordings = os.path.join(directory, "recordings")
    os.mkdir(recordings)
    count = write_recordings(recordings)
    print("%d streams of the corpus of hostile streams" % count if count else
          "without the corpus of hostile streams: it is not there")
    for number, stages in enumerate(STAGES):
        place = os.path.join(directory, str(number))
        os.mkdir(place)
        run_server(stages, options, place, recordings, tally)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--server", default="build/server")
    parser.add_argument("--load", default="build/load")
    options = parser.parse_args()
    for program in (options.server, options.load):
        if not os.access(program, os.X_OK):
            sys.exit("run.py: no program %s" % program)
    # Ends the server, too, when somebody ends this.
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(1))
    tally = Tally()
    with tempfile.TemporaryDirectory(prefix="load-") as directory:
        run(options, directory, tally)
    print("%d passed, %d failed" % (tally.passed, tally.failed))
    return tally.failed > 0


if __name__ == "__main__":
    sys.exit(main())
