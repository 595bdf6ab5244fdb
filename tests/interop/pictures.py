#!/usr/bin/env python3
"""Pictures of a conversation at build/server: Juliet has Converse.js in a
browser, Romeo has build/client in a terminal.

usage: pictures.py BUILD DIRECTORY     writes converse.png and client.svg there
"""
import os
import pty
import re
import sys
import threading
from xml.sax.saxutils import escape

sys.dont_write_bytecode = True

import clients                             # noqa: E402
from bed import true
from clients import ANY, at
from converse import Converse
from sandbox import LOOPBACK, PATIENCE, Sandbox, wait_until
from servers import PASSWORD, OursForOne

ROMEO, JULIET = "romeo@verona.lit", "juliet@verona.lit"
WORDS = [
    (JULIET, "Art thou not Romeo, and a Montague?"),
    (ROMEO, "Neither, fair saint, if either thee dislike."),
    (JULIET, "How cam\u2019st thou hither, tell me, and wherefore?"),
    (ROMEO, "With love\u2019s light wings did I o\u2019erperch these walls."),
    (JULIET, "If they do see thee, they will murder thee."),
    (ROMEO, "I have night\u2019s cloak to hide me from their sight."),
]
BYTES = 60000  # that a picture may have


class Verona(OursForOne):
    domain = "verona.lit"

    def __init__(self, build):
        super().__init__(build, "verona")

    def accounts(self):
        return [(jid.partition("@")[0], self.domain)
                for jid in (ROMEO, JULIET)]


class Terminal:
    """A terminal with our client, as a person has it."""

    def __init__(self, sandbox, build, jid, port):
        self.output = b""
        self.terminal, theirs = pty.openpty()
        self.process = sandbox.start(
            "terminal", [os.path.join(build, "client"), "--no-tls", "--host",
                         LOOPBACK, "--port", str(port), jid],
            terminal=theirs, env={"XMPP_PASSWORD": PASSWORD})
        os.close(theirs)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        try:
            for data in iter(lambda: os.read(self.terminal, 4096), b""):
                self.output += data
        except OSError:
            pass  # it has ended

    def text(self):
        return self.output.decode(errors="replace").replace("\r", "")

    def type(self, line):
        os.write(self.terminal, line.encode() + b"\n")

    def expect(self, text):
        wait_until(lambda: text in self.text(), PATIENCE, text)

    def stop(self):
        self.process.stop()


# ---- the scene

def befriend(sandbox, build, port):
    """Each gets the other into the roster, with a name."""
    names = {ROMEO: "Romeo", JULIET: "Juliet"}
    both = [clients.Ours(sandbox, build, jid, port).online() for jid in names]
    for asker, asked in both, reversed(both):
        asker.send("add", asked.jid, names[asked.jid])
        asked.expect("subscribe", asker.jid)
        asked.send("accept", asker.jid)
    for client in both:
        client.expect("roster", ANY, "both")
        client.quit()


def talk(romeo, juliet):
    command = "/msg %s " % JULIET  # later texts go to the same
    for sender, text in WORDS:
        if sender == JULIET:
            juliet.send("msg", ROMEO, text)
            romeo.expect(": " + text)
        else:
            romeo.type(command + text)
            juliet.expect("message", at(ROMEO), "chat", ANY, text)
            command = ""
    wait_until(lambda: romeo.text().count("has got it") == len(WORDS) // 2,
               PATIENCE, "receipts in the terminal")


def make(sandbox, build, directory, browser=None):
    server = Verona(build)
    server.start(sandbox)
    befriend(sandbox, build, server.c2s)
    romeo = Terminal(sandbox, build, ROMEO + "/orchard", server.c2s)
    romeo.expect("you are")
    juliet = Converse(sandbox, build, JULIET + "/balcony", server.websocket,
                      browser=browser).online()
    romeo.expect(JULIET + "/balcony is available")
    talk(romeo, juliet)
    write(os.path.join(directory, "converse.png"), juliet.page.screenshot())
    write(os.path.join(directory, "client.svg"), svg(
        "$ client --no-tls %s/orchard\n%s" % (ROMEO, romeo.text())).encode())
    for thing in juliet, romeo, server:
        thing.stop()


def write(path, data):
    true(0 < len(data) < BYTES, "%s has %d bytes" % (path, len(data)))
    with open(path, "wb") as f:
        f.write(data)


# ---- a terminal as a picture

COLORS = {"2": "#8a8f98", "31": "#f2777a", "32": "#99cc99", "33": "#ffcc66",
          "35": "#cc99cc", "36": "#66cccc"}
CELL, LINE, EDGE = 8.43, 20, 16  # pixels

SVG = """<svg xmlns="http://www.w3.org/2000/svg" width="%(width)d" \
height="%(height)d" font-family="DejaVu Sans Mono, Menlo, Consolas, \
monospace" font-size="14" fill="#d8dee9">
<rect width="100%%" height="100%%" rx="8" fill="#1d2430"/>
%(lines)s
</svg>
"""


def svg(text):
    """Lines as they stand, in the colours of SGR sequences."""
    lines = text.rstrip("\n").split("\n")
    columns = max(len(plain(line)) for line in lines)
    return SVG % {
        "width": 2 * EDGE + CELL * columns,
        "height": 2 * EDGE + LINE * len(lines),
        "lines": "\n".join(svg_line(line, EDGE + LINE * (i + 0.75))
                           for i, line in enumerate(lines))}


def plain(line):
    return re.sub("\033\\[[0-9]*m", "", line)


def svg_line(line, y):
    color = re.match("\033\\[([0-9]+)m", line)
    return '<text x="%d" y="%g"%s>%s</text>' % (
        EDGE, y, ' fill="%s"' % COLORS[color[1]] if color else "",
        escape(plain(line)))


def main():
    build, directory = sys.argv[1:]
    if Converse.missing(build):
        return print("skipped: " + Converse.missing(build))
    os.makedirs(directory, exist_ok=True)
    sandbox = Sandbox()
    try:
        make(sandbox, build, directory)
    finally:
        sandbox.close()


if __name__ == "__main__":
    main()
