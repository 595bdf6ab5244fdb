"""Converse.js in Chromium, as a client."""
import os
import shutil

import clients_npm
from browser import Browser, Files, Page
from clients import Client
from sandbox import LOOPBACK, PATIENCE, wait_until
from servers import HERE, PASSWORD


class Converse(Client):
    """What it shows is taken from its page, texts are typed into it."""
    name = "Converse.js"
    shows_status = False  # of others only whether they are away
    # It asks for publish-subscribe without a look at the features. As it
    # logs out it closes a chat after it forgot the connection.
    grumbles = ('<error type="cancel"><service-unavailable ',
                "reading 'disconnection_cause'")

    @staticmethod
    def missing(build):
        return Browser.missing() or clients_npm.missing(build)

    def __init__(self, sandbox, build, jid, port, browser=None):
        super().__init__(jid.partition("/")[0])
        self.is_guest = browser is not None
        self.browser = browser or Browser(sandbox)
        self.process = self.browser.process
        self.files = Files(web(sandbox, build))
        self.page = Page(self.browser, self.files.url)
        self.seen = 0
        self.page.run("start", jid, PASSWORD,
                      "ws://%s:%d/xmpp-websocket" % (LOOPBACK, port))

    def events(self):
        fresh = [] if self.process.ended() else self.page.evaluate(
            "events.slice(%d)" % self.seen)
        self.seen += len(fresh)
        self.process.lines += ["\t".join(fields) for fields in fresh]
        return super().events()

    def send(self, command, *arguments):
        self.process.lines.append("> /" + " ".join((command,) + arguments))
        if command == "msg":
            self.write(arguments[0], " ".join(arguments[1:]))
        elif command == "status":
            self.page.run("(show, text) => api.user.status.set(show, text)",
                          *arguments)
        elif command == "quit":
            self.page.evaluate("void api.user.logout()")

    def write(self, jid, text):
        wait_until(lambda: self.page.run("openChat", jid), PATIENCE,
                   "a chat with " + jid, [self.process])
        self.page.type(text)
        self.page.press_enter()

    def ends_with(self, code):
        self.browser.close()
        super().ends_with(code)

    def complaints(self):
        """And what it asked others for."""
        return [problem for problem in self.page.problems
                if not any(g in problem for g in self.grumbles)] + [
            url for url in self.page.requests
            if not url.startswith(("http://%s:" % LOOPBACK, "data:",
                                   "ws://%s:" % LOOPBACK, "blob:"))]

    def forgive(self):
        self.page.problems.clear()

    def stop(self):
        if self.is_guest:
            self.page.close()
        else:
            self.browser.stop()
        self.files.stop()


def web(sandbox, build):
    """The directory with its page and its files."""
    home = os.path.join(sandbox.root, "web")
    if not os.path.exists(home):
        os.mkdir(home)
        os.symlink(os.path.abspath(build + "/npm/node_modules/converse.js"
                                   "/dist"), home + "/dist")
        shutil.copy(HERE + "/bots/converse.html", home + "/index.html")
    return home
