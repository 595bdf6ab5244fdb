"""usage: slixmpp_bot.py HOST PORT JID     (password in $XMPP_PASSWORD)

A client made with slixmpp that takes commands and prints events like
examples/client with --script, and some more: /state JID STATE, /disco JID,
/items JID, /register JID NAME=VALUE..., /unregister JID,
/presence JID [TYPE].
"""
import asyncio
import logging
import os
import sys

import slixmpp
from slixmpp.exceptions import IqError, IqTimeout, XMPPError

PLUGINS = ["xep_0004", "xep_0030", "xep_0045", "xep_0059", "xep_0077",
           "xep_0085", "xep_0184", "xep_0198", "xep_0199", "xep_0203",
           "xep_0280", "xep_0313"]


def tell(*fields):
    clean = [str(f).replace("\t", " ").replace("\n", " ") for f in fields]
    print("\t".join(clean), flush=True)


class Bot(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password, plugin_config={
            "feature_mechanisms": {"unencrypted_plain": True,
                                   "unencrypted_scram": True}})
        self.auto_authorize = None  # /accept does
        self.auto_subscribe = False
        for plugin in PLUGINS:
            self.register_plugin(plugin)
        for event in ("session_start", "message", "message_error",
                      "groupchat_message",
                      "roster_update", "receipt_received", "failed_auth",
                      "disconnected", "stream_error", "carbon_received",
                      "carbon_sent", "connection_failed"):
            self.add_event_handler(event, getattr(self, "on_" + event))
        for state in "active", "composing", "paused", "inactive", "gone":
            self.add_event_handler("chatstate_" + state, self.on_state)
        self.register_handler(slixmpp.xmlstream.handler.Callback(
            "every presence", slixmpp.xmlstream.matcher.StanzaPath("presence"),
            self.on_presence))

    async def on_session_start(self, _):
        await self.get_roster()
        self.send_presence()
        tell("online", self.boundjid.full)

    def on_message(self, m):
        if m["body"] and m["type"] not in ("groupchat", "error"):
            tell("message", m["from"], m["type"], m["id"], m["body"])
            if m["delay"].xml.attrib:
                tell("delayed", m["from"], m["delay"].xml.get("stamp"))

    def on_message_error(self, m):
        tell("error", m["from"], m["id"], m["error"]["condition"])

    def on_groupchat_message(self, m):
        if m["body"]:
            tell("message", m["from"], "groupchat", m["id"], m["body"])

    def on_carbon_received(self, m):
        inner = m["carbon_received"]
        tell("carbon", "received", inner["from"], inner["to"], inner["body"])

    def on_carbon_sent(self, m):
        inner = m["carbon_sent"]
        tell("carbon", "sent", inner["from"], inner["to"], inner["body"])

    def on_roster_update(self, iq):
        for jid, item in iq["roster"]["items"].items():
            tell("roster", jid, item["subscription"], item["name"])

    def on_receipt_received(self, m):
        tell("receipt", m["from"], m["receipt"])

    def on_presence(self, p):
        kind = p.xml.get("type")
        if kind == "error":
            tell("error", p["from"], p["id"], p["error"]["condition"])
        elif kind in (None, "unavailable"):
            tell("presence", p["from"], kind or p["show"] or "available",
                 p["status"])
        else:  # subscribe, subscribed, unsubscribe, unsubscribed
            tell(kind, p["from"])

    def on_state(self, m):
        tell("state", m["from"], m["chat_state"])

    def on_failed_auth(self, _):
        tell("error", "auth")

    def on_connection_failed(self, reason):
        tell("error", "connection", reason)

    def on_stream_error(self, e):
        tell("error", "stream", e["condition"])

    def on_disconnected(self, _):
        tell("closed")
        asyncio.get_event_loop().call_soon(asyncio.get_event_loop().stop)

    # ---- commands

    def command(self, line):
        words = line.split(" ")
        method = getattr(self, "do_" + words[0].lstrip("/"), None)
        if method is None:
            return tell("error", "command", line)
        result = method(*words[1:])
        if asyncio.iscoroutine(result):
            asyncio.ensure_future(self.guard(result))

    async def guard(self, command):
        try:
            await command
        except IqTimeout as e:
            tell("error", "timeout", e)
        except (IqError, XMPPError) as e:
            tell("error", e.iq["from"] if isinstance(e, IqError) else "",
                 e.condition)

    def do_msg(self, to, *words):
        m = self.make_message(to, " ".join(words), mtype="chat")
        m["request_receipt"] = True
        m["chat_state"] = "active"
        m.send()

    def do_state(self, to, state):
        m = self.make_message(to, mtype="chat")
        m["chat_state"] = state
        m.send()

    def do_add(self, jid):
        self.send_presence(pto=jid, ptype="subscribe")

    def do_accept(self, jid):
        self.send_presence(pto=jid, ptype="subscribed")

    def do_presence(self, jid, kind=None):
        self.send_presence(pto=jid, ptype=kind)

    def do_status(self, show, *words):
        self.send_presence(pshow=None if show == "online" else show,
                           pstatus=" ".join(words))

    async def do_remove(self, jid):
        await self.del_roster_item(jid)

    async def do_join(self, room, nick):
        self.plugin["xep_0045"].join_muc(room, nick)
        self.add_event_handler("muc::%s::self-presence" % room,
                               lambda p: tell("joined", p["from"]))

    def do_say(self, room, *words):
        self.send_message(room, " ".join(words), mtype="groupchat")

    def do_leave(self, room):
        muc = self.plugin["xep_0045"]
        muc.leave_muc(room, muc.our_nicks[slixmpp.JID(room)])

    async def do_history(self, jid, count="20"):
        results = await self.plugin["xep_0313"].retrieve(
            with_jid=jid, rsm={"max": count})
        for m in results["mam"]["results"]:
            forwarded = m["mam_result"]["forwarded"]
            tell("history", forwarded["stanza"]["from"],
                 forwarded["delay"].xml.get("stamp"),
                 forwarded["stanza"]["body"])

    async def do_ping(self, jid):
        await self.plugin["xep_0199"].send_ping(jid)
        tell("pong", jid)

    async def do_version(self, jid):
        iq = self.make_iq_get("jabber:iq:version", jid)
        reply = await iq.send()
        name = reply.xml.find(".//{jabber:iq:version}name")
        tell("version", jid, name.text if name is not None else "")

    async def do_carbons(self):
        await self.plugin["xep_0280"].enable()
        tell("carbons", "enabled")

    async def do_disco(self, jid):
        info = await self.plugin["xep_0030"].get_info(jid, cached=False)
        for category, kind, _, name in info["disco_info"]["identities"]:
            tell("identity", jid, category, kind, name or "")
        for feature in info["disco_info"]["features"]:
            tell("feature", jid, feature)

    async def do_items(self, jid):
        items = await self.plugin["xep_0030"].get_items(jid)
        for item, _, name in items["disco_items"]["items"]:
            tell("item", item, name or "")
        tell("items-end", jid)

    async def do_form(self, jid):
        """What a service asks for at registration (XEP-0077 section 3.1)"""
        reply = await self.make_iq_get("jabber:iq:register", jid).send()
        query = reply.xml.find("{jabber:iq:register}query")
        tell("form", jid, *[child.tag.partition("}")[2] + (
            "=" + child.text if child.text else "") for child in query])

    async def do_register(self, jid, *pairs):
        iq = self.make_iq_set(ito=jid)
        query = slixmpp.xmlstream.ET.SubElement(
            iq.xml, "{jabber:iq:register}query")
        for pair in pairs:
            name, _, value = pair.partition("=")
            slixmpp.xmlstream.ET.SubElement(
                query, "{jabber:iq:register}" + name).text = value or None
        await iq.send()
        tell("registered", jid, *pairs)

    def do_quit(self):
        self.disconnect()


def connect(bot, host, port):
    """Plain TCP, or STARTTLS with the certificates in $XMPP_CA."""
    bot.ca_certs = os.environ.get("XMPP_CA")
    plain = bot.ca_certs is None
    if hasattr(bot, "enable_plaintext"):  # slixmpp 1.9 and later
        bot.enable_plaintext, bot.enable_starttls = plain, not plain
        bot.enable_direct_tls = False
        bot.connect(host, port)
    else:
        bot.connect((host, port), disable_starttls=plain)


def main():
    host, port, jid = sys.argv[1:]
    logging.basicConfig(level=os.environ.get("INTEROP_LOG", "CRITICAL"))
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    bot = Bot(jid, os.environ["XMPP_PASSWORD"])

    def on_input():
        line = sys.stdin.readline()
        if not line:
            loop.remove_reader(sys.stdin)
            bot.disconnect()
        elif line.strip():
            bot.command(line.rstrip("\n"))

    # A line at a time: what readline() had buffered would be overlooked.
    sys.stdin = os.fdopen(0, "rb", buffering=0)
    sys.stdin = Lines(sys.stdin)
    loop.add_reader(0, on_input)
    connect(bot, host, int(port))
    loop.run_forever()


class Lines:
    """Standard input without a buffer that hides lines from select()."""

    def __init__(self, raw):
        self.raw = raw

    def readline(self):
        line = b""
        while not line.endswith(b"\n"):
            byte = self.raw.read(1)
            if not byte:
                break
            line += byte
        return line.decode()

    def fileno(self):
        return self.raw.fileno()


if __name__ == "__main__":
    main()
