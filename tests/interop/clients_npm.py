"""Clients made of packages of npm: npm/package.json says which."""
import glob
import os
import shutil

from clients import Bot, Client
from sandbox import LOOPBACK
from servers import HERE, PASSWORD, not_installed


def missing(build):
    """Why packages of npm cannot be used, or None."""
    return not_installed("node") or (
        None if os.path.exists(build + "/npm/package-lock.json")
        else "the packages of npm are not installed")


class NodeBot(Bot):
    """A bot of bots/*.mjs: BOT SERVICE JID, password in $XMPP_PASSWORD."""
    bot = None
    miscounts = False  # it does not count the replies to its own requests
    service = "ws://%s:%d/xmpp-websocket"

    def __init__(self, sandbox, build, jid, port):
        Client.__init__(self, jid)
        self.process = sandbox.start(
            "%s %s" % (self.name, jid),
            ["node", os.path.join(bots(sandbox, build), self.bot),
             self.service % (LOOPBACK, port), jid],
            env={"XMPP_PASSWORD": PASSWORD})

    @staticmethod
    def missing(build):
        return missing(build)


def bots(sandbox, build):
    """Where they are: packages are looked for beside the file that imports."""
    home = os.path.join(sandbox.root, "npm")
    if not os.path.exists(home):
        os.mkdir(home)
        os.symlink(os.path.abspath(build + "/npm/node_modules"),
                   home + "/node_modules")
        for bot in glob.glob(HERE + "/bots/*.mjs"):
            shutil.copy(bot, home)
    return home


class XmppJsTcp(NodeBot):
    name, bot = "@xmpp/client (TCP)", "xmpp_js_bot.mjs"
    miscounts = True
    service = "xmpp://%s:%d"


class XmppJs(NodeBot):
    name, bot = "@xmpp/client (WebSocket)", "xmpp_js_bot.mjs"
    miscounts = True


class StropheJs(NodeBot):
    name, bot = "strophe.js", "strophe_js_bot.mjs"


class Stanza(NodeBot):
    name, bot = "stanza", "stanza_bot.mjs"
