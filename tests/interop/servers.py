"""The servers: Prosody, ejabberd and ours, each on loopback with accounts.

All have the same accounts with the same password, a host for each SASL
mechanism where the server can be told to offer no other, rooms, and a
component. The password goes away with the temporary directory.
"""
import glob
import os
import re
import shutil
import subprocess

from names import Names
from sandbox import LOOPBACK, Failure, wait_for_port, wait_until

PASSWORD = "pencil-1845 & <more>"
SECRET = "component-secret"
PAIRS = 50  # of accounts: each check takes a new pair
USERS = ["%s-%02d" % (name, i) for i in range(PAIRS)
         for name in ("romeo", "juliet")]
GUESTS = ["guest-%d" % i for i in range(6)]  # for several checks
# Passwords that SASLprep changes (RFC 4013), as they were chosen.
SPELLED = {"ordinal": "\u00aa", "nine": "\u2168", "ligature": "\ufb01x",
           "square": "caf\u00b2", "hyphen": "I\u00adX"}

HERE = os.path.dirname(os.path.abspath(__file__))
MECHANISMS = {"sha256": "SCRAM-SHA-256", "sha1": "SCRAM-SHA-1",
              "plain": "PLAIN"}


class Server:
    """A server as checks see it. Ports that it lacks are None."""
    name = domain = None
    c2s = tls = component = s2s = websocket = bosh = None
    rooms = None          # the domain of the chat rooms
    mechanisms = {}       # {"sha1": domain with only SCRAM-SHA-1, ...}
    other_hosts = ()
    process = None

    def accounts(self):
        """(user, host) of all; a pair at the hosts for one mechanism each."""
        return [(user, self.domain) for user in USERS + GUESTS] + [
            (user, host) for host in self.other_hosts
            for user in USERS[:2] + list(SPELLED)]

    def jid(self, user):
        return "%s@%s" % (user, self.domain)

    @property
    def component_name(self):
        return "gateway." + self.domain

    def missing(self):
        """Why it cannot be started, or None."""

    def await_ready(self):
        """Waits until it serves, unless start() did so."""

    def log(self):
        """Its log so far."""
        return ""

    def stop(self):
        if self.process:
            self.process.stop()


class Prosody(Server):
    name, domain, rooms = "prosody", "prosody.test", "rooms.prosody.test"
    tls_domain, sasl2_domain = "tls.test", "sasl2.test"

    def missing(self):
        return not_installed("prosody", "openssl")

    def lacks_sasl2(self):
        """Why nobody can log in at sasl2_domain, or None."""
        return (None if os.path.exists(PROSODY_MODULES + "/mod_sasl2_fast")
                else "prosody-modules is not installed")

    def start(self, sandbox, routes):
        home = sandbox.directory("prosody", unprivileged=True)
        self.logfile = os.path.join(home, "log")
        self.mechanisms = {key: key + ".test" for key in MECHANISMS}
        self.other_hosts = [self.tls_domain, self.sasl2_domain,
                            *self.mechanisms.values()]
        self.c2s, self.component, self.s2s, self.websocket, self.tls = (
            sandbox.port() for _ in range(5))
        self.bosh = self.websocket
        self.certificate = make_certificate(home, self.tls_domain,
                                            self.sasl2_domain)
        self.add_accounts(home)
        os.mkdir(home + "/plugins")
        for name in "route", "sasl2_help":
            shutil.copy("%s/bots/%s.lua" % (HERE, name),
                        "%s/plugins/mod_interop_%s.lua" % (home, name))
        with open(home + "/config.lua", "w") as f:
            f.write(self.config(home, routes))
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", home], check=True)
        self.process = sandbox.start(
            self.name, ["prosody", "--config", home + "/config.lua", "-F"],
            unprivileged=True, cwd=home)
        for port in self.c2s, self.component, self.s2s, self.websocket:
            wait_for_port(port, self.process)

    def log(self):
        with open(self.logfile, errors="replace") as f:
            return f.read()

    def add_accounts(self, home):
        for user, host in self.accounts():
            folder = "%s/data/%s/accounts" % (home, prosody_name(host))
            os.makedirs(folder, exist_ok=True)
            with open("%s/%s.dat" % (folder, prosody_name(user)), "w") as f:
                f.write('return { ["password"] = "%s" };' %
                        SPELLED.get(user, PASSWORD))

    def config(self, home, routes):
        certificate, key = self.certificate
        return (PROSODY_CONFIG % {
            "home": home, "log": self.logfile, "c2s": self.c2s,
            "component": self.component, "s2s": self.s2s,
            "http": self.websocket, "tls": self.tls, "domain": self.domain,
            "certificate": certificate, "key": key,
            "routes": " ".join('["%s"] = { "%s", %d };' % (d, LOOPBACK, p)
                               for d, p in routes.items()),
        } + "".join(prosody_mechanism_host(self.mechanisms[key], mechanism)
                    for key, mechanism in MECHANISMS.items())
          + PROSODY_HOSTS % {
              "domain": self.domain, "tls_domain": self.tls_domain,
              "sasl2_domain": self.sasl2_domain,
              "sasl2": "" if self.lacks_sasl2() else SASL2_MODULES,
              "certificate": certificate, "key": key, "rooms": self.rooms,
              "component": self.component_name, "secret": SECRET})


def not_installed(*programs):
    """A sentence about one that is missing, or None."""
    for program in programs:
        if shutil.which(program) is None:
            return program + " is not installed"
    return None


def prosody_name(text):
    """The host as in its file names."""
    return re.sub("[^a-zA-Z0-9]", lambda m: "%%%02x" % ord(m[0]), text)


def prosody_mechanism_host(host, mechanism):
    others = set(MECHANISMS.values()) - {mechanism}
    return ('VirtualHost "%s"\n\tmodules_disabled = { "tls" }\n'
            "\tdisable_sasl_mechanisms = { %s }\n" % (
                host, "; ".join('"%s"' % m for m in sorted(others))))


PROSODY_CONFIG = """
pidfile = "%(home)s/pid"
data_path = "%(home)s/data"
plugin_paths = { "%(home)s/plugins" }
certificates = "%(home)s"
log = { debug = "%(log)s" }
interfaces = { "127.0.0.1" }
c2s_ports = { %(c2s)d }
c2s_direct_tls_ports = { %(tls)d }
c2s_direct_tls_ssl = { certificate = "%(certificate)s"; key = "%(key)s" }
s2s_ports = { %(s2s)d }
component_ports = { %(component)d }
http_ports = { %(http)d }
https_ports = { }
http_default_host = "%(domain)s"
c2s_require_encryption = false
s2s_require_encryption = false
s2s_secure_auth = false
allow_unencrypted_plain_auth = true
consider_websocket_secure = true
consider_bosh_secure = true
authentication = "internal_plain"
storage = "internal"
archive_expires_after = "never"
default_archive_policy = true
smacks_hibernation_time = 60
limits = { }
interop_routes = { %(routes)s }
modules_enabled = {
	"roster"; "saslauth"; "tls"; "dialback"; "disco"; "presence"; "message";
	"iq"; "c2s"; "s2s"; "offline"; "carbons"; "pep"; "blocklist"; "mam";
	"smacks"; "csi_simple"; "s2s_bidi"; "ping"; "time"; "version"; "websocket";
	"bosh"; "interop_route";
}
"""

PROSODY_MODULES = "/usr/lib/prosody/modules"  # of prosody-modules
# mod_sasl2_sm needs a newer Prosody.
SASL2_MODULES = '"sasl2"; "sasl2_bind2"; "sasl2_fast"; "interop_sasl2_help";'

# Where there is no TLS, none is offered: a client must not have to choose.
PROSODY_HOSTS = """
VirtualHost "%(domain)s"
	modules_disabled = { "tls" }
VirtualHost "%(tls_domain)s"
	ssl = { certificate = "%(certificate)s"; key = "%(key)s" }
	c2s_require_encryption = true
VirtualHost "%(sasl2_domain)s"
	ssl = { certificate = "%(certificate)s"; key = "%(key)s" }
	c2s_require_encryption = true
	modules_enabled = { %(sasl2)s }
Component "%(rooms)s" "muc"
	modules_enabled = { "muc_mam" }
	restrict_room_creation = false
	muc_room_locking = false
Component "%(component)s"
	component_secret = "%(secret)s"
"""


def make_certificate(home, domain, *others):
    """A self-signed one, so that its file is the CA file too."""
    certificate, key = home + "/interop.crt", home + "/interop.key"
    done = subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=" + domain, "-addext", "subjectAltName=" + ",".join(
             "DNS:" + name for name in (domain, *others)),
         "-keyout", key, "-out", certificate],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        raise Failure("openssl: " + done.stdout.decode())
    return certificate, key


class Ejabberd(Server):
    name, domain, rooms = "ejabberd", "ejabberd.test", "rooms.ejabberd.test"

    def application(self):
        """The directory of its code: a package of Erlang's ERL_LIBS."""
        found = glob.glob("/usr/lib/*/ejabberd-*/ebin/ejabberd.app") + \
            glob.glob("/usr/lib/ejabberd-*/ebin/ejabberd.app")
        return found[0].rsplit("/", 3)[0] if found else None

    def missing(self):
        return (not_installed("erl") if self.application()
                else "ejabberd is not installed")

    def start(self, sandbox, routes):
        home = sandbox.directory("ejabberd", unprivileged=True)
        self.logfile = home + "/ejabberd.log"
        self.mechanisms = {key: key + ".test" for key in MECHANISMS}
        self.other_hosts = list(self.mechanisms.values())
        self.c2s, self.component, self.s2s, self.websocket = (
            sandbox.port() for _ in range(4))
        self.bosh = self.websocket
        with open(home + "/ejabberd.yml", "w") as f:
            f.write(self.config())
        names = Names(routes)  # no other DNS is asked
        with open(home + "/inetrc", "w") as f:
            f.write('{resolv_conf, ""}. {hosts_file, ""}. {lookup, [dns]}. '
                    "{nameserver, {127,0,0,1}, %d}.\n" % names.port)
        if os.getuid() == 0:
            subprocess.run(["chown", "-R", "nobody", home], check=True)
        self.process = sandbox.start(
            self.name, self.command(home), unprivileged=True, cwd=home,
            env={"ERL_LIBS": self.application(), "HOME": home,
                 "EJABBERD_CONFIG_PATH": home + "/ejabberd.yml",
                 "EJABBERD_LOG_PATH": self.logfile,
                 "ERL_CRASH_DUMP_BYTES": "0", "SPOOL_DIR": home,
                 "ERL_INETRC": home + "/inetrc"})

    def await_ready(self):
        wait_until(lambda: "ready" in self.process.lines
                   or self.process.ended(), 30, "ejabberd", [self.process])
        if self.process.ended():
            raise Failure(self.process.transcript())

    def command(self, home):
        # Without distribution there is no epmd. erl_child_setup and the
        # like end with the virtual machine.
        accounts = ", ".join(
            '{<<"%s">>, <<"%s">>, <<%s>>}' % (user, host, ",".join(
                map(str, SPELLED.get(user, PASSWORD).encode())))
            for user, host in self.accounts())
        ready = (
            '{ok, _} = application:ensure_all_started(ejabberd), '
            '[ok = ejabberd_auth:try_register(U, H, P) '
            '|| {U, H, P} <- [%s]], io:format("ready~n").' % accounts)
        return ["erl", "-noinput", "+S", "2", "-kernel", "start_distribution",
                "false", "-mnesia", "dir", '"%s/db"' % home, "-eval", ready]

    def log(self):
        with open(self.logfile, errors="replace") as f:
            return f.read()

    def config(self):
        restricted = "".join(
            "  %s:\n    disable_sasl_mechanisms: [%s]\n" % (
                self.mechanisms[key], ", ".join(
                    m for m in [*MECHANISMS.values(), "SCRAM-SHA-512",
                                "DIGEST-MD5", "X-OAUTH2"] if m != mechanism))
            for key, mechanism in MECHANISMS.items())
        return EJABBERD_CONFIG % {
            "hosts": ", ".join([self.domain, *self.other_hosts]),
            "c2s": self.c2s, "s2s": self.s2s, "component": self.component,
            "http": self.websocket, "component_name": self.component_name,
            "secret": SECRET, "restricted": restricted,
            "rooms": self.rooms}


EJABBERD_CONFIG = """
hosts: [%(hosts)s]
loglevel: info
auth_method: internal
auth_password_format: plain
s2s_use_starttls: false
outgoing_s2s_families: [ipv4]
host_config:
%(restricted)s
listen:
  - {port: %(c2s)d, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false}
  - {port: %(s2s)d, ip: "127.0.0.1", module: ejabberd_s2s_in}
  - port: %(component)d
    ip: "127.0.0.1"
    module: ejabberd_service
    hosts: {%(component_name)s: {password: %(secret)s}}
  - port: %(http)d
    ip: "127.0.0.1"
    module: ejabberd_http
    request_handlers:
      /xmpp-websocket: ejabberd_http_ws
      /http-bind: mod_bosh
access_rules: {muc_create: [{allow: all}]}
modules:
  mod_bosh: {}
  mod_caps: {}
  mod_carboncopy: {}
  mod_disco: {}
  mod_last: {}
  mod_mam: {default: always, assume_mam_usage: true}
  mod_muc:
    hosts: [%(rooms)s]
    access_create: muc_create
    default_room_options: {mam: true}
  mod_offline: {}
  mod_ping: {}
  mod_pubsub: {plugins: [flat, pep]}
  mod_roster: {}
  mod_s2s_dialback: {}
  mod_stream_mgmt: {}
  mod_time: {}
  mod_version: {}
"""


class Rogue(Server):
    """No program: each check makes a server itself."""
    name, domain = "rogue", "rogue.test"

    def start(self, sandbox, _):
        pass


class Ours(Server):
    """build/server, as examples/server says."""
    name, domain = "server", "server.test"

    def __init__(self, build):
        self.program = os.path.join(build, self.name)

    def missing(self):
        return (None if os.access(self.program, os.X_OK)
                else self.program + " is not built")

    def start(self, sandbox, _=None):
        home = self.home = sandbox.directory(self.name)
        for user, _ in self.accounts() if not os.listdir(home) else ():
            add = sandbox.start("server --add-user",
                                [self.program, "--add-user", user, home],
                                env={"XMPP_PASSWORD": PASSWORD})
            if add.wait() != 0:
                raise Failure(add.transcript())
        self.process = sandbox.start(
            self.name, [self.program, "--domain", self.domain, "--port", "0",
                        *self.options(sandbox), home],
            env={"XMPP_COMPONENT_SECRET": SECRET})
        self.read_ports(wait_until(
            lambda: [line for line in self.process.lines
                     if line.startswith("ready")] or self.process.ended(),
            10, "server to be ready", [self.process]))

    def options(self, _):
        return ["--websocket-port", "0", "--component-port", "0",
                "--component", self.component_name, "--verbose"]

    def read_ports(self, ready):
        if ready is True:
            raise Failure(self.process.transcript())
        ports = dict(word.split("=") for word in ready[0].split()[1:])
        self.c2s, self.websocket, self.component = (
            int(ports.get(key, 0)) or None
            for key in ("c2s", "ws", "component"))

    def log(self):
        return "\n".join(self.process.lines + self.process.errors)


class OursWithTls(Ours):
    """build/server-tls, for a few clients."""
    name, domain = "server-tls", "tls.server.test"

    def missing(self):
        return super().missing() or not_installed("openssl")

    def accounts(self):
        return [(user, self.domain) for user in USERS[:2]]

    def options(self, sandbox):
        home = sandbox.directory("certificate")
        self.certificate, key = (
            (home + "/interop.crt", home + "/interop.key")
            if os.listdir(home) else make_certificate(home, self.domain))
        return ["--tls-cert", self.certificate, "--tls-key", key]


class OursForOne(Ours):
    """build/server with special options, for one check."""
    domain = "one.server.test"

    def __init__(self, build, name, *options):
        super().__init__(build)
        self.name, self.chosen = "server-" + name, options

    def accounts(self):
        return [(user, self.domain) for user in USERS[:2]]

    def options(self, _):
        return ["--websocket-port", "0", *self.chosen]
