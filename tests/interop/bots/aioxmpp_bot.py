"""usage: aioxmpp_bot.py HOST PORT JID     (password in $XMPP_PASSWORD)

A client made with aioxmpp that takes commands and prints events like
examples/client with --script: /msg, /add, /accept, /status, /quit.
Plain TCP, or STARTTLS with the certificates in $XMPP_CA.
"""
import asyncio
import logging
import os
import sys
from datetime import timedelta

import aioxmpp
from aioxmpp import security_layer
from aioxmpp.connector import STARTTLSConnector
from lines import Input, run, tell


def security(password):
    trusted = os.environ.get("XMPP_CA")

    def context():
        made = security_layer.default_ssl_context()
        made.load_verify_locations(trusted)
        return made
    return security_layer.make(password, ssl_context_factory=context)._replace(
        tls_required=bool(trusted))


class Bot:
    def __init__(self, host, port, jid):
        self.client = client = aioxmpp.PresenceManagedClient(
            aioxmpp.JID.fromstr(jid), security(os.environ["XMPP_PASSWORD"]),
            override_peer=[(host, int(port), STARTTLSConnector())])
        client.backoff_start = timedelta(seconds=0.1)
        client.on_stream_established.connect(self.on_established)
        client.on_stream_resumed.connect(self.on_resumed)
        client.on_stopped.connect(self.on_stopped)
        client.on_failure.connect(self.on_failure)
        client.summon(aioxmpp.dispatcher.SimpleMessageDispatcher
                      ).register_callback(None, None, self.on_message)
        client.summon(aioxmpp.dispatcher.SimplePresenceDispatcher
                      ).register_callback(None, None, self.on_presence)
        self.roster = roster = client.summon(aioxmpp.RosterClient)
        roster.on_initial_roster_received.connect(self.on_roster)
        roster.on_entry_added.connect(self.on_item)
        roster.on_entry_subscription_state_changed.connect(self.on_item)
        roster.on_subscribe.connect(self.on_subscribe)
        client.presence = aioxmpp.PresenceState(available=True)

    # ---- events

    def on_established(self):
        tell("online", self.client.local_jid)

    def on_resumed(self):  # or replaced: then it is online again, too
        tell("resumed")

    def on_stopped(self):
        tell("closed")
        asyncio.get_event_loop().stop()

    def on_failure(self, error):
        tell("error", type(error).__name__, error)
        self.on_stopped()

    def on_message(self, m):
        if m.type_ == aioxmpp.MessageType.ERROR:
            tell("error", m.from_, m.id_, m.error.condition.value[1])
        elif m.body:
            tell("message", m.from_, m.type_.value, m.id_, m.body.any())

    def on_presence(self, p):
        kind = p.type_.value
        if kind in (None, "unavailable"):
            tell("presence", p.from_, kind or p.show.value or "available",
                 p.status.any() if p.status else "")
        else:  # error, subscribed, ...
            tell(kind, p.from_)

    def on_subscribe(self, p):  # the roster keeps it from on_presence()
        tell("subscribe", p.from_)

    def on_roster(self):
        for item in self.roster.items.values():
            self.on_item(item)

    def on_item(self, item):
        tell("roster", item.jid, item.subscription, item.name)

    # ---- commands

    def do_msg(self, to, *words):
        m = aioxmpp.Message(type_=aioxmpp.MessageType.CHAT,
                            to=aioxmpp.JID.fromstr(to))
        m.body[None] = " ".join(words)
        self.client.enqueue(m)

    def do_add(self, jid):
        self.roster.subscribe(aioxmpp.JID.fromstr(jid))

    def do_accept(self, jid):
        self.roster.approve(aioxmpp.JID.fromstr(jid))

    def do_status(self, show, *words):
        show = None if show == "online" else show
        self.client.set_presence(
            aioxmpp.PresenceState(True, aioxmpp.PresenceShow(show)),
            " ".join(words))

    def do_quit(self):
        self.client.stop()


def main():
    logging.basicConfig(level=os.environ.get("INTEROP_LOG", "ERROR"))
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    bot, given = Bot(*sys.argv[1:]), Input()

    def on_input():
        for line in given.lines():
            run(bot, line)
        if given.over:
            loop.remove_reader(0)
            bot.do_quit()
    loop.add_reader(0, on_input)
    loop.run_forever()


if __name__ == "__main__":
    main()
