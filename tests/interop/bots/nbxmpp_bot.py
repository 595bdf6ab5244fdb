"""usage: nbxmpp_bot.py HOST PORT JID      (password in $XMPP_PASSWORD)

A client made with nbxmpp that takes commands and prints events like
examples/client with --script: /msg, /add, /accept, /status, /quit.
Plain TCP, STARTTLS with the certificate in $XMPP_CA, or WebSocket if
$XMPP_WEBSOCKET is set.
"""
import logging
import os
import sys

from gi.repository import Gio, GLib
from lines import Input, run, tell
from nbxmpp.client import Client
from nbxmpp.const import ConnectionProtocol, ConnectionType, Mode
from nbxmpp.protocol import JID, Message, Presence
from nbxmpp.structs import StanzaHandler

RECONNECT = 100  # milliseconds after its connection broke


class Bot:
    def __init__(self, loop, host, port, jid):
        self.loop, self.leaving = loop, False
        self.client = client = Client()
        user, _, domain = jid.partition("@")
        client.set_username(user)
        client.set_domain(domain)
        client.set_resource("nbxmpp")
        client.set_password(os.environ["XMPP_PASSWORD"])
        client.set_mode(Mode.CLIENT)
        self.choose_transport(host, port)
        for signal, function in {
                "connected": self.on_connected,
                "resume-successful": self.on_resumed,
                "disconnected": self.on_disconnected,
                "connection-failed": self.on_failed}.items():
            client.subscribe(signal, function)
        for name, function, kind in (
                ("message", self.on_message, ""),
                ("presence", self.on_presence, ""),
                ("iq", self.on_push, "set")):
            client.register_handler(StanzaHandler(
                name, function, typ=kind, priority=50,
                ns="jabber:iq:roster" if kind else ""))
        client.connect()

    def choose_transport(self, host, port):
        trusted = os.environ.get("XMPP_CA")
        if os.environ.get("XMPP_WEBSOCKET"):
            return self.client.set_custom_host(
                "ws://%s:%s/xmpp-websocket" % (host, port),
                ConnectionProtocol.WEBSOCKET, ConnectionType.PLAIN)
        if trusted:
            self.client.set_accepted_certificates(
                [Gio.TlsCertificate.new_from_file(trusted)])
        self.client.set_custom_host(
            "%s:%s" % (host, port), ConnectionProtocol.TCP,
            ConnectionType.START_TLS if trusted else ConnectionType.PLAIN)

    # ---- events

    def on_connected(self, client, _):
        client.get_module("Roster").request_roster(callback=self.on_roster)
        client.send_stanza(Presence())
        tell("online", client.get_bound_jid())

    def on_resumed(self, _, __):
        tell("resumed")

    def on_disconnected(self, client, _):
        kind, error, text = client.get_error()
        if self.leaving or not client.resumeable:
            if not self.leaving:
                tell("error", kind, error, text)
            tell("closed")
            self.loop.quit()
        else:
            GLib.timeout_add(RECONNECT, lambda: client.connect())

    def on_failed(self, client, _):
        tell("error", *client.get_error())
        self.loop.quit()

    def on_message(self, _, stanza, m):
        if m.type.value == "error":
            tell("error", m.jid, m.id, m.error.condition)
        elif m.body:
            tell("message", m.jid, m.type.value, m.id, m.body)

    def on_presence(self, _, stanza, p):
        kind = p.type.value
        if p.type.is_available or p.type.is_unavailable:
            show = "available" if p.show.is_online else p.show.value
            tell("presence", p.jid, kind or show, p.status)
        else:  # subscribe, error, ...
            tell(kind, p.jid)

    def on_roster(self, task):
        for item in task.finish().items:
            self.tell_item(item)

    def on_push(self, _, stanza, properties):
        self.tell_item(properties.roster.item)

    def tell_item(self, item):
        tell("roster", item.jid, item.subscription, item.name)

    # ---- commands

    def do_msg(self, to, *words):
        self.client.send_stanza(Message(to, " ".join(words), typ="chat"))

    def do_add(self, jid):
        self.client.get_module("BasePresence").subscribe(JID.from_string(jid))

    def do_accept(self, jid):
        self.client.get_module("BasePresence").subscribed(JID.from_string(jid))

    def do_status(self, show, *words):
        self.client.send_stanza(Presence(
            show=None if show == "online" else show, status=" ".join(words)))

    def do_quit(self):
        self.leaving = True
        self.client.disconnect()


def main():
    logging.basicConfig(level=os.environ.get("INTEROP_LOG", "WARNING"))
    loop = GLib.MainLoop()
    bot, given = Bot(loop, *sys.argv[1:]), Input()

    def on_input(_, __):
        for line in given.lines():
            run(bot, line)
        if given.over:
            bot.do_quit()
        return not given.over
    GLib.io_add_watch(0, GLib.PRIORITY_DEFAULT, GLib.IO_IN | GLib.IO_HUP,
                      on_input)
    loop.run()


if __name__ == "__main__":
    main()
