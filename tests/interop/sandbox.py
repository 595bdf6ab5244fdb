"""A temporary directory, free ports, and processes that end with us."""
import os
import queue
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

LOOPBACK = "127.0.0.1"
PORTS = range(17000, 18000)  # below what the system gives to clients
NOBODY = 65534
PATIENCE = 10  # seconds that a reply on loopback may take


class Failure(Exception):
    """A check got something unexpected."""


class Skip(Exception):
    """A program that a check needs is not installed, not built or known to be
    wrong."""


class Sandbox:
    """Everything a run creates, so that close() can take it away."""

    def __init__(self):
        # Not /var/tmp nor a deep path: Unix sockets of peers live in here.
        self.root = tempfile.mkdtemp(prefix="xmpp-interop-")
        os.chmod(self.root, 0o711)  # peers that run as nobody pass through
        self.processes = []
        self.holders = []  # sockets that keep ports for us

    def directory(self, name, unprivileged=False):
        path = os.path.join(self.root, name)
        os.makedirs(path, exist_ok=True)
        if unprivileged and os.getuid() == 0:
            os.chown(path, NOBODY, NOBODY)
        return path

    def port(self):
        """A port for one of our servers that no other harness takes."""
        for port in random.sample(PORTS, len(PORTS)):
            holder = socket.socket()
            try:
                holder.bind((LOOPBACK, port))
            except OSError:
                holder.close()
                continue
            # From now on a process with the same option may listen there.
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.holders.append(holder)
            return port
        raise Failure("no free port in %d-%d" % (PORTS[0], PORTS[-1]))

    def start(self, name, argv, **options):
        process = Process(self, name, argv, **options)
        self.processes.append(process)
        return process

    def close(self, keep=False):
        for process in reversed(self.processes):
            process.stop()
        for holder in self.holders:
            holder.close()
        if not keep:
            shutil.rmtree(self.root, ignore_errors=True)


def wait_for_port(port, process, seconds=PATIENCE):
    """Until somebody accepts connections there, or the process ended."""
    wait_until(lambda: process.ended() or connects(port), seconds,
               "%s to listen on port %d" % (process.name, port), [process])
    if process.ended():
        raise Failure("%s ended\n%s" % (process.name, process.transcript()))


def connects(port):
    try:
        socket.create_connection((LOOPBACK, port), 1).close()
        return True
    except OSError:
        return False


def wait_until(condition, seconds, what, processes=()):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise Failure("waited %g s for %s\n%s" % (
                seconds, what, "\n".join(p.transcript() for p in processes)))
        time.sleep(0.02)


class Process:
    """A program with its standard streams; in a process group of its own.

    setpriv makes the kernel end it when this harness is killed.
    """

    def __init__(self, sandbox, name, argv, env=None, unprivileged=False,
                 cwd=None, terminal=None):
        self.name = name
        self.lines = []          # of standard output, as they came
        self.errors = []         # of standard error
        self.news = threading.Condition()
        self.terminal = terminal
        prefix = ["setpriv", "--pdeathsig", "KILL"]
        if unprivileged and os.getuid() == 0:
            prefix += ["--reuid=%d" % NOBODY, "--regid=%d" % NOBODY,
                       "--clear-groups"]
        streams = ([terminal] * 3 if terminal is not None
                   else [subprocess.PIPE] * 3)
        self.process = subprocess.Popen(
            prefix + argv, env=environment(sandbox, env), cwd=cwd,
            stdin=streams[0], stdout=streams[1], stderr=streams[2],
            start_new_session=True)
        self.readers = []
        if terminal is None:
            self.sending = queue.Queue()
            self.read(self.process.stdout, self.lines)
            self.read(self.process.stderr, self.errors)
            threading.Thread(target=self.write, daemon=True).start()

    def read(self, stream, lines):
        def loop():
            for line in iter(stream.readline, b""):
                with self.news:
                    lines.append(line.decode("utf-8", "replace").rstrip("\n"))
                    self.news.notify_all()
            stream.close()
            with self.news:
                self.news.notify_all()
        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        self.readers.append(thread)

    def write(self):
        try:
            for data in iter(self.sending.get, None):
                self.process.stdin.write(data)
                self.process.stdin.flush()
            self.process.stdin.close()
        except OSError:
            pass  # it ended; the check will notice

    def send(self, line):
        """A line for its standard input. Never blocks."""
        self.lines.append("> " + line)
        self.sending.put(line.encode() + b"\n")

    def finish_input(self):
        self.sending.put(None)

    def ended(self):
        return self.process.poll() is not None

    def wait(self, seconds=PATIENCE):
        """Its exit code, when it has ended and all output is read."""
        try:
            code = self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure("%s did not end in %g s\n%s" % (
                self.name, seconds, self.transcript())) from None
        for reader in self.readers:
            reader.join(2)
        return code

    def stop(self):
        """SIGTERM, and SIGKILL for those that ignore it."""
        for number in signal.SIGTERM, signal.SIGKILL:
            try:
                os.killpg(self.process.pid, number)
                self.process.wait(3)
            except (OSError, subprocess.TimeoutExpired):
                continue
            break
        try:  # processes that it started and left
            os.killpg(self.process.pid, signal.SIGKILL)
        except OSError:
            pass

    def transcript(self):
        """For the details of a failure."""
        tail = ["  %s: %s" % (self.name, line) for line in self.lines[-15:]]
        tail += ["  %s (stderr): %s" % (self.name, line)
                 for line in self.errors[-10:]]
        if self.ended():
            tail.append("  %s ended with %d" % (
                self.name, self.process.returncode))
        return "\n".join(tail)


def environment(sandbox, extra):
    env = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH")
           if name in os.environ}
    env.update(HOME=sandbox.root, LANG="C.UTF-8", TMPDIR=sandbox.root,
               PYTHONDONTWRITEBYTECODE="1")
    env.update(extra or {})
    return env
