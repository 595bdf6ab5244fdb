"""jabberd2: four programs, with the router between the other three.

Each connects to the router, as components do. The configuration here is the
minimum; accounts are in SQLite, everything else in files.
"""
import glob
import os
import sqlite3

from names import Names
from sandbox import LOOPBACK, wait_for_port, wait_until
from servers import PASSWORD, SECRET, Server, not_installed

PARTS = ("router", "sm", "c2s", "s2s")


class Jabberd2(Server):
    name, domain = "jabberd2", "jabberd2.test"
    parts = {}

    def missing(self):
        return not_installed(*("jabberd2-" + part for part in PARTS))

    def start(self, sandbox, routes):
        self.home = sandbox.directory("jabberd2")
        os.makedirs(self.home + "/files", exist_ok=True)
        self.component, self.c2s, self.s2s = (
            sandbox.port() for _ in range(3))
        self.add_accounts()
        names = Names(routes)  # no other DNS is asked
        for part in PARTS:
            with open(self.path(part), "w") as f:
                f.write(self.config(part))
        with open(self.home + "/users.xml", "w") as f:
            f.write(USERS % {"secret": SECRET})
        self.parts = {}
        for part in PARTS:
            self.parts[part] = sandbox.start(
                "jabberd2-" + part, ["jabberd2-" + part, "-c",
                                     self.path(part)], cwd=self.home,
                env={"NAMESERVERS": LOOPBACK,
                     "RES_OPTIONS": "port:%d" % names.port})
            if part == "router":
                wait_for_port(self.component, self.parts[part])
        self.process = self.parts["router"]

    def await_ready(self):
        wait_for_port(self.c2s, self.parts["c2s"])
        wait_for_port(self.s2s, self.parts["s2s"])
        wait_until(lambda: all("[%s] online" % name in self.log()
                               for name in (self.domain, "c2s", "s2s")),
                   20, "jabberd2", list(self.parts.values()))

    def path(self, part):
        return "%s/%s.xml" % (self.home, part)

    def config(self, part):
        return CONFIG[part] % {
            "head": (HEAD if part == "router" else HEAD + ROUTER) % {
                "part": part, "home": self.home, "router": self.component,
                "secret": SECRET},
            "home": self.home, "router": self.component, "c2s": self.c2s,
            "s2s": self.s2s, "domain": self.domain, "secret": SECRET,
            "modules": os.path.dirname(glob.glob(
                "/usr/lib/*/jabberd2/authreg_sqlite.so")[0])}

    def add_accounts(self):
        database = sqlite3.connect(self.home + "/accounts.db")
        with database:
            database.execute("CREATE TABLE IF NOT EXISTS authreg "
                             "(username TEXT, realm TEXT, password TEXT)")
            database.executemany(
                "INSERT INTO authreg VALUES (?, ?, ?)",
                [(user, host, PASSWORD) for user, host in self.accounts()])
        database.close()

    def log(self):
        texts = []
        for part in PARTS:
            try:
                with open("%s/%s.log" % (self.home, part),
                          errors="replace") as f:
                    texts.append(f.read())
            except FileNotFoundError:
                pass
        return "".join(texts)

    def stop(self):
        for process in reversed(list(self.parts.values())):
            process.stop()


USERS = """<users>
  <user><name>jabberd</name><secret>%(secret)s</secret></user>
</users>
"""

HEAD = """<id>%(part)s</id>
  <log type='file'><file>%(home)s/%(part)s.log</file></log>"""

ROUTER = """
  <router>
    <ip>127.0.0.1</ip><port>%(router)d</port>
    <user>jabberd</user><pass>%(secret)s</pass>
    <retry><init>9</init><lost>9</lost><sleep>1</sleep></retry>
  </router>"""


def chain(name, *modules):
    return "    <chain id='%s'>%s</chain>\n" % (name, "".join(
        "<module>%s</module>" % module for module in modules))


CONFIG = {
    "router": """<router>
  %(head)s
  <local>
    <ip>127.0.0.1</ip><port>%(router)d</port>
    <users>%(home)s/users.xml</users><secret>%(secret)s</secret>
  </local>
  <io><max_fds>256</max_fds></io>
  <aci><acl type='all'><user>jabberd</user></acl></aci>
</router>
""",
    "sm": """<sm>
  %(head)s
  <local><id>%(domain)s</id></local>
  <storage>
    <path>%(modules)s</path><driver>fs</driver>
    <fs><path>%(home)s/files</path></fs>
  </storage>
  <modules>
    <path>%(modules)s</path>
""" + chain("sess-start", "status") + chain("sess-end", "status", "iq-last")
    + chain("in-sess", "validate", "status", "privacy", "roster", "iq-vcard",
            "iq-ping", "iq-private", "disco", "offline", "presence",
            "deliver")
    + chain("in-router", "session", "validate", "presence", "privacy")
    + chain("out-router", "privacy")
    + chain("pkt-sm", "iq-last", "iq-ping", "iq-time", "iq-version", "disco",
            "presence")
    + chain("pkt-user", "roster", "presence", "disco", "iq-vcard", "deliver",
            "offline", "iq-last")
    + chain("pkt-router", "session", "disco")
    + chain("user-load", "active", "roster", "privacy")
    + chain("user-create", "active")
    + chain("disco-extend", "iq-version") + """  </modules>
  <discovery>
    <identity>
      <category>server</category><type>im</type><name>jabberd2</name>
    </identity>
  </discovery>
  <user><auto-create/></user>
</sm>
""",
    "c2s": """<c2s>
  %(head)s
  <local><id>%(domain)s</id><ip>127.0.0.1</ip><port>%(c2s)d</port></local>
  <io><max_fds>256</max_fds></io>
  <authreg>
    <path>%(modules)s</path><module>sqlite</module>
    <mechanisms><sasl><plain/></sasl></mechanisms>
    <sqlite>
      <dbname>%(home)s/accounts.db</dbname>
      <password_type><plaintext/></password_type>
    </sqlite>
  </authreg>
</c2s>
""",
    "s2s": """<s2s>
  %(head)s
  <local><ip>127.0.0.1</ip><port>%(s2s)d</port></local>
  <io><max_fds>256</max_fds></io>
  <lookup><srv>xmpp-server</srv></lookup>
</s2s>
"""}
