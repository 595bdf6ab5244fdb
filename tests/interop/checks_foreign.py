"""Other people's clients at our server, with each other."""
import itertools

import clients
from bed import check
from clients import ANY, KINDS, at
from servers import GUESTS

SERVERS = ("server", "prosody", "ejabberd")
TEXT = "%s to %s: <thou> & \"I\" \u00e9\U0001f339"
# go-sendxmpp has no commands for presence.
WITH_PRESENCE = [kind for kind in KINDS if kind is not clients.GoSendxmpp]


def log_in(bed, kind):
    def start():
        guest = GUESTS[KINDS.index(kind)]
        return bed.foreign(kind, bed.server.jid(guest)).online()
    return bed.keep(kind, start)


@check("foreign", SERVERS, each=[(kind,) for kind in KINDS])
def logs_in(bed, kind):
    """{0} logs in (RFC 6120 6 and 7)"""
    log_in(bed, kind)


@check("foreign", SERVERS, each=list(itertools.combinations(KINDS, 2)))
def talk(bed, one, other):
    """{0} and {1} chat, both ways (RFC 6121 5)"""
    a, b = log_in(bed, one), log_in(bed, other)
    for sender, receiver in (a, b), (b, a):
        text = TEXT % (sender.name, receiver.name)
        sender.send("msg", receiver.jid, text)
        receiver.expect("message", at(sender.jid), "chat", ANY, text)


@check("foreign", SERVERS,
       each=list(itertools.combinations(WITH_PRESENCE, 2)))
def see_each_other(bed, one, other):
    """{0} and {1} subscribe and see each other's presence (RFC 6121 3, 4)"""
    a, b = log_in(bed, one), log_in(bed, other)
    bed.kept.setdefault((one, other), Acquainted())
    for asker, asked in (a, b), (b, a):
        asker.send("add", asked.jid)
        asked.expect("subscribe", at(asker.jid))
        asked.send("accept", asker.jid)
        asker.expect("presence", asked.full_jid,
                     lambda show: show != "unavailable")
    for sender, receiver in (a, b), (b, a):
        text = "no longer with " + receiver.name
        sender.send("status", "away", text)
        receiver.expect("presence", sender.full_jid, "away", text)


class Acquainted:
    """Two clients that see each other."""

    def stop(self):
        pass


@check("foreign", SERVERS,
       each=[(kind,) for kind in WITH_PRESENCE if kind is not clients.Slixmpp])
def leaves(bed, kind):
    """{0} logs out, and slixmpp sees it go (RFC 6121 4.5)"""
    if (clients.Slixmpp, kind) not in bed.kept:
        see_each_other(bed, clients.Slixmpp, kind)
    client, watcher = log_in(bed, kind), log_in(bed, clients.Slixmpp)
    client.quit()
    del bed.kept[kind]
    watcher.expect("presence", client.full_jid, "unavailable")


@check("foreign", SERVERS)
def leaves_last(bed):
    """slixmpp logs out, its stream is closed (RFC 6120 4.4)"""
    log_in(bed, clients.Slixmpp).quit()
    del bed.kept[clients.Slixmpp]
