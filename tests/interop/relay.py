"""Between a client and its server: TLS, or a bad connection."""
import select
import socket
import ssl
import struct
import threading

from sandbox import LOOPBACK, PATIENCE


class Relay:
    """Passes bytes both ways until it is asked to keep them."""

    def __init__(self, sandbox, behind):
        self.behind, self.port = behind, sandbox.port()
        self.listener = socket.create_server((LOOPBACK, self.port))
        self.connections = []
        self.let_to_client = self.let_to_server = None  # bytes still to pass
        self.kept = b""  # bytes that were not passed on
        self.gate = threading.Event()  # cleared: new connections wait
        self.gate.set()
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                front, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.relay, args=(front,),
                             daemon=True).start()

    def relay(self, front):
        try:
            front = self.prepare(front)
            self.gate.wait()
            with front, socket.create_connection(
                    (LOOPBACK, self.behind), PATIENCE) as back:
                front.setblocking(False)
                back.setblocking(False)
                self.connections += [front, back]
                while self.exchange(front, back):
                    pass
        except (OSError, ValueError):
            pass  # cut

    def prepare(self, front):
        return front

    def exchange(self, front, back):
        """Passes on the available bytes; False at the end."""
        if not (isinstance(front, ssl.SSLSocket) and front.pending()):
            select.select([front, back], [], [], 1)
        for source, sink in (front, back), (back, front):
            try:
                data = source.recv(16384)
            except (ssl.SSLWantReadError, BlockingIOError):
                continue
            if not data:
                return False
            send_all(sink, self.filter(data, source is back))
        return True

    def filter(self, data, to_client):
        let = self.let_to_client if to_client else self.let_to_server
        if let is None:
            return data
        self.kept += data[let:]
        if to_client:
            self.let_to_client = max(0, let - len(data))
        else:
            self.let_to_server = max(0, let - len(data))
        return data[:let]

    def cut(self, reset=False):
        """Ends all connections, for both sides with an error if reset.

        Later ones are good.
        """
        for connection in self.connections:
            try:
                if reset:
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                                          struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RD if reset
                                    else socket.SHUT_RDWR)
            except OSError:
                pass
        self.connections = []
        self.let_to_client = self.let_to_server = None

    def stop(self):
        self.listener.close()
        self.cut()
        self.gate.set()


def send_all(sink, data):
    while data:
        try:
            data = data[sink.send(data):]
        except (ssl.SSLWantWriteError, BlockingIOError):
            select.select([], [sink], [], PATIENCE)


class TlsRelay(Relay):
    """Direct TLS before a port that has none."""

    def __init__(self, sandbox, behind, certificate):
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(*certificate)
        super().__init__(sandbox, behind)

    def prepare(self, front):
        front.settimeout(PATIENCE)
        return self.context.wrap_socket(front, server_side=True)
