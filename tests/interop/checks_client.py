"""examples/client at servers that others wrote, and at ours."""
from bed import check, equal, true
from clients import ANY, at, has
from relay import Relay
from sandbox import PATIENCE, wait_until
from servers import MECHANISMS, SPELLED

FOREIGN = ("prosody", "ejabberd")
EVERY = ("prosody", "ejabberd", "jabberd2", "server")
RESUMING = ("prosody", "ejabberd", "server")
ROOMS = ("prosody", "ejabberd")
ARCHIVES = ("prosody", "ejabberd")
TEXT = "Wherefore art thou <Romeo> & \"why\"? \u00e9\u4f60\U0001f339"


# ---- getting in

@check("client", FOREIGN, each=[(m,) for m in MECHANISMS.values()])
def logs_in_with(bed, mechanism):
    """logs in with {0} alone (RFC 6120 6, RFC 5802, RFC 7677)"""
    host = next(bed.server.mechanisms[key] for key, value in
                MECHANISMS.items() if value == mechanism)
    client = bed.client("romeo-00@" + host).online()
    client.send("ping", host)
    client.expect("pong", host)
    client.quit()
    wait_until(lambda: "romeo-00@" + host in bed.server.log(), PATIENCE,
               "the login in the log of the server")


@check("client", FOREIGN, each=[(user,) for user in SPELLED])
def prepares_passwords(bed, user):
    """logs in with a password that SASLprep changes: {0} (RFC 4013)"""
    for host in bed.server.mechanisms.values():
        client = bed.client("%s@%s" % (user, host), password=SPELLED[user])
        client.online().quit()


@check("client", EVERY)
def is_refused(bed):
    """wrong password: not-authorized, exit code 1 (RFC 6120 6.5.10)"""
    romeo, _ = bed.pair()
    client = bed.client(romeo, password="tybalt's own")
    client.ends_with(1)
    said = "\n".join(client.process.lines + client.process.errors)
    true("not-authorized" in said, "the reason is not said", client.process)
    true("tybalt" not in said, "the password is in the output")
    true("online" not in said, "it says that it is online", client.process)


@check("client", EVERY)
def says_unknown_host(bed):
    """host-unknown: said, exit code 1 (RFC 6120 4.9.3.6)"""
    client = bed.client("romeo@nowhere.test")
    client.ends_with(1)
    said = "\n".join(client.process.lines + client.process.errors)
    true("host-unknown" in said, "the reason is not said", client.process)


@check("client", ("prosody",))
def says_nobody_there(bed):
    """nobody listens: said, exit code 3"""
    client = bed.client("romeo@nowhere.test", port=bed.sandbox.port())
    client.ends_with(3)
    true(client.process.errors or client.process.lines[-1:],
         "nothing is said")


def tls_client(bed, *options, port=None, user="romeo-00"):
    return bed.client("%s@%s" % (user, bed.server.tls_domain),
                      program="client-tls", port=port or bed.server.c2s,
                      options=options)


@check("client", ("prosody",), each=[("--tls",), ("--direct-tls",)])
def encrypts(bed, option):
    """{0}, certificate trusted with --ca (RFC 6120 5, XEP-0368)"""
    port = bed.server.tls if option == "--direct-tls" else bed.server.c2s
    certificate, _ = bed.server.certificate
    client = tls_client(bed, option, "--ca", certificate, port=port).online()
    client.send("ping", bed.server.tls_domain)
    client.expect("pong", bed.server.tls_domain)
    client.quit()


@check("client", ("prosody",), each=[("--tls",), ("--direct-tls",)])
def distrusts(bed, option):
    """{0}, unknown certificate: no login, exit code not 0 (RFC 6120 13.7.2)"""
    port = bed.server.tls if option == "--direct-tls" else bed.server.c2s
    client = tls_client(bed, option, port=port, user="juliet-00")
    true(client.process.wait() != 0, "exit code 0", client.process)
    said = "\n".join(client.process.lines + client.process.errors)
    true("certificate" in said.lower(), "the reason is not said",
         client.process)
    true("juliet-00" not in bed.server.log(), "it sent its login")


@check("client", ("prosody",))
def does_not_downgrade(bed):
    """TLS wanted, none offered: no login in the clear (RFC 6120 5.3.1)"""
    romeo, _ = bed.pair()
    client = bed.client(romeo, program="client-tls", options=("--tls",))
    true(client.process.wait() != 0, "exit code 0", client.process)
    name = romeo.partition("@")[0]
    true("Authenticated as " + name not in bed.server.log(), "it logged in")


@check("client", ("prosody",))
def needs_openssl(bed):
    """built without OpenSSL, --tls is refused and said, exit code 2"""
    client = bed.client("romeo@tls.test", options=("--tls",))
    code = client.process.wait()
    said = "\n".join(client.process.lines + client.process.errors)
    true("TLS" in said and code == 2, "code %d" % code, client.process)


# ---- roster, presence, chat

@check("client", EVERY)
def subscribes(bed):
    """roster pushes, subscription both ways, presence, removal (RFC 6121)"""
    romeo, juliet = bed.pair()
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    ours.send("add", juliet)
    ours.expect("roster", juliet, "none")
    peer.expect("subscribe", at(romeo))
    peer.send("accept", romeo)
    ours.expect("roster", juliet, "to")
    ours.expect("presence", peer.full_jid, "available")
    peer.expect("roster", romeo, "from")
    peer.send("add", romeo)
    ours.expect("subscribe", juliet)
    ours.send("accept", juliet)
    ours.expect("roster", juliet, "both")
    peer.expect("roster", romeo, "both")
    peer.expect("presence", ours.full_jid, "available")
    see_status(ours, peer)
    see_status(peer, ours)
    ours.send("remove", juliet)
    ours.expect("roster", juliet, "remove")
    peer.expect("roster", romeo, "none")
    ours.quit()


def see_status(a, b):
    text = "gone with <%s> & back" % a.name
    a.send("status", "away", text)
    b.expect("presence", a.full_jid, "away", text)


@check("client", EVERY)
def keeps_the_roster(bed):
    """what one session added, the next one is given (RFC 6121 2.1.3)"""
    romeo, juliet = bed.pair()
    first = bed.client(romeo).online()
    first.send("add", juliet)
    first.expect("roster", juliet, "none")
    first.quit()
    second = bed.client(romeo).online()
    second.send("roster")
    second.expect("roster", juliet, "none")
    second.quit()


@check("client", EVERY)
def tells_that_it_leaves(bed):
    """closes the stream: the contact sees it unavailable (RFC 6121 4.5)"""
    romeo, juliet = bed.pair()
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    peer.send("add", romeo)
    ours.expect("subscribe", juliet)
    ours.send("accept", juliet)
    peer.expect("presence", ours.full_jid, "available")
    ours.quit()
    peer.expect("presence", ours.full_jid, "unavailable")


@check("client", EVERY)
def chats(bed):
    """chat, receipts and chat states both ways (XEP-0184, XEP-0085)"""
    romeo, juliet = bed.pair()
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    ours.send("msg", peer.full_jid, TEXT)
    told = peer.expect("message", ours.full_jid, "chat", ANY, TEXT)
    ours.expect("receipt", peer.full_jid, told[3])
    peer.expect("state", ours.full_jid, "active")
    peer.send("state", ours.full_jid, "composing")
    ours.expect("state", peer.full_jid, "composing")
    peer.send("msg", ours.full_jid, TEXT)
    told = ours.expect("message", peer.full_jid, "chat", ANY, TEXT)
    peer.expect("receipt", ours.full_jid, told[3])
    ours.quit()


@check("client", EVERY)
def hears_acknowledgements(bed):
    """the server acknowledges each message (XEP-0198 4)"""
    romeo, juliet = bed.pair()
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    for i in range(3):
        ours.send("msg", juliet, "number %d" % i)
        told = peer.expect("message", ours.full_jid, "chat", ANY,
                           "number %d" % i)
        ours.expect("acked", told[3])
    ours.quit()


@check("client", EVERY)
def sends_from_scripts(bed):
    """--send: the message from standard input arrives, exit code 0"""
    romeo, juliet = bed.pair()
    peer = bed.slixmpp(juliet).online()
    ours = bed.client(romeo, "--send", juliet)
    ours.process.send(TEXT)
    ours.process.finish_input()
    ours.ends_with(0)
    peer.expect("message", at(romeo), "chat", ANY, has(TEXT))


@check("client", EVERY)
def hears_errors(bed):
    """a message to nobody comes back as an error (RFC 6121 8.5.1)"""
    romeo, _ = bed.pair()
    ours = bed.client(romeo).online()
    ours.send("msg", bed.server.jid("nobody"), "hello?")
    fields = ours.expect("error")
    true("service-unavailable" in fields or any(
        "service-unavailable" in f for f in fields),
        "which error?", ours.process)
    ours.quit()


# ---- rooms and history

@check("client", ROOMS)
def joins_rooms(bed):
    """joins, talks in and leaves a room (XEP-0045 7)"""
    romeo, juliet = bed.pair()
    room = "orchard@" + bed.server.rooms
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    peer.send("join", room, "Juliet")
    peer.expect("joined", room + "/Juliet")
    ours.send("join", room, "Romeo")
    ours.expect("joined", room + "/Romeo")
    peer.expect("presence", room + "/Romeo", "available")
    ours.send("say", room, TEXT)
    peer.expect("message", room + "/Romeo", "groupchat", ANY, TEXT)
    ours.expect("message", room + "/Romeo", "groupchat", ANY, TEXT)
    peer.send("say", room, "And why not?")
    ours.expect("message", room + "/Juliet", "groupchat", ANY, "And why not?")
    ours.send("leave", room)
    peer.expect("presence", room + "/Romeo", "unavailable")
    ours.quit()


@check("client", ARCHIVES)
def fetches_history(bed):
    """fetches the archive, in order, as slixmpp sees it (XEP-0313 4)"""
    romeo, juliet = bed.pair()
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    for i in range(3):
        ours.send("msg", juliet, "question %d" % i)
        peer.expect("message", ours.full_jid, "chat", ANY, "question %d" % i)
        peer.send("msg", romeo, "answer %d" % i)
        ours.expect("message", peer.full_jid, "chat", ANY, "answer %d" % i)
    wanted = ["%s %d" % (word, i) for i in range(3)
              for word in ("question", "answer")]
    for client, other in (ours, juliet), (peer, romeo):
        client.send("history", other, "20")
        # Archives have what has no body, such as receipts, or leave it out.
        got = [client.expect("history", ANY, ANY, bool) for _ in wanted]
        equal([fields[3] for fields in got], wanted, client.name)
        equal([fields[1].partition("/")[0] for fields in got],
              [romeo, juliet] * 3, client.name)
    ours.quit()


# ---- a connection that breaks

@check("client", RESUMING)
def resumes(bed):
    """resumes after the connection broke: all arrives once (XEP-0198 5)"""
    romeo, juliet = bed.pair()
    ours, peer = bed.client(romeo).online(), bed.slixmpp(juliet).online()
    ours.send("msg", juliet, "before")
    peer.expect("message", ours.full_jid, "chat", ANY, "before")
    ours.send("drop")
    ours.send("msg", juliet, "while away")
    for i in range(5):
        peer.send("msg", ours.full_jid, "missed %d" % i)
    ours.expect("resumed", seconds=20)
    got = [ours.expect("message", peer.full_jid, "chat", ANY, has("missed"))
           for _ in range(5)]
    equal([fields[4] for fields in got], ["missed %d" % i for i in range(5)],
          "what came after resumption")
    peer.expect("message", ours.full_jid, "chat", ANY, "while away")
    ours.send("msg", juliet, "after")
    peer.expect("message", ours.full_jid, "chat", ANY, "after")
    peer.refuse("message", ours.full_jid, "chat", ANY, "before")
    peer.refuse("message", ours.full_jid, "chat", ANY, "while away")
    peer.send("msg", ours.full_jid, "the last")
    ours.expect("message", peer.full_jid, "chat", ANY, "the last")
    ours.refuse("message", ANY, ANY, ANY, has("missed"))
    ours.quit()


@check("client", RESUMING)
def loses_nothing(bed):
    """what a bad connection kept comes after resumption, once (XEP-0198 5)"""
    romeo, juliet = bed.pair()
    relay = bed.add(Relay(bed.sandbox, bed.server.c2s))
    ours = bed.client(romeo, port=relay.port).online()
    peer = bed.slixmpp(juliet).online()
    # No acknowledgement gets through. Prosody 0.12 reads on in a resumed
    # session where the old connection ended: not in the middle of a stanza.
    relay.let_to_server = 0 if bed.server.name == "prosody" else 40
    peer.send("msg", ours.full_jid, "received")
    ours.expect("message", peer.full_jid, "chat", ANY, "received")
    for i in range(3):
        ours.send("msg", juliet, "kept %d" % i)
    wait_until(lambda: b"kept 2" in relay.kept, PATIENCE, "ours to send")
    relay.kept, relay.let_to_client = b"", 40
    for i in range(3):
        peer.send("msg", ours.full_jid, "kept %d" % i)
    wait_until(lambda: b"kept 2" in relay.kept, PATIENCE, "theirs to send")
    relay.cut()
    ours.expect("resumed")
    for receiver, sender in (ours, peer), (peer, ours):
        sender.send("msg", receiver.full_jid, "the last")
        receiver.expect("message", sender.full_jid, "chat", ANY, "the last")
        got = [fields[4] for fields in receiver.events()
               if fields[0] == "message" and fields[4] != "the last"]
        equal(got, ["received"] * (receiver is ours) + [
            "kept %d" % i for i in range(3)], receiver.name)
    ours.quit()
