"""BOSH (XEP-0124, XEP-0206) by bosh.c, which frames with the codec."""
from bed import check, equal
from sandbox import Failure
from servers import PASSWORD

TEXT = "\u00e9 <thou> & \"I\" > \U0001f339"


@check("bosh", ("prosody", "ejabberd"))
def session(bed):
    """log-in, restart, a message to itself, the end (XEP-0206 3 to 7)"""
    jid, _ = bed.pair()
    client = bed.run("bosh", [bed.program("bosh"), str(bed.server.bosh), jid,
                              TEXT], env={"XMPP_PASSWORD": PASSWORD})
    if client.wait() != 0:
        raise Failure(client.transcript())
    online, message, end = [line.split("\t") for line in client.lines]
    equal(online[0], "online", "first")
    equal(online[1].partition("/")[0], jid, "bound address")
    equal(message, ["message", online[1], TEXT], "what came")
    equal(end, ["terminated"], "last")
