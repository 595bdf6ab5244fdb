"""A DNS server for one peer, so that domains lead to ports on loopback."""
import socket
import struct
import threading

from sandbox import LOOPBACK

A, SRV, INTERNET = 1, 33, 1


class Names:
    """{domain: port}: where _xmpp-server._tcp of a domain is (RFC 2782)."""

    def __init__(self, ports):
        self.ports = ports
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((LOOPBACK, 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                query, client = self.socket.recvfrom(4096)
                self.socket.sendto(self.answer(query), client)
            except (OSError, IndexError, struct.error):
                if self.socket.fileno() < 0:
                    return

    def answer(self, query):
        name, end = read_name(query, 12)
        kind, = struct.unpack_from(">H", query, end)
        record = self.record(name, kind)
        flags = 0x8580 if record else 0x8583  # authoritative; or no such name
        head = query[:2] + struct.pack(">5H", flags, 1, bool(record), 0, 0)
        return head + query[12:end + 4] + (record and struct.pack(
            ">3HIH", 0xc00c, kind, INTERNET, 60, len(record)) + record)

    def record(self, name, kind):
        service, _, domain = name.rpartition("_tcp.")
        if kind == SRV and service == "_xmpp-server." and domain in self.ports:
            return struct.pack(">3H", 0, 0, self.ports[domain]) + write_name(
                "localhost")
        if kind == A and name == "localhost":  # jabberd2 asks here too
            return socket.inet_aton(LOOPBACK)
        return b""


def read_name(data, at):
    labels = []
    while data[at]:
        labels.append(data[at + 1:at + 1 + data[at]].decode().lower())
        at += 1 + data[at]
    return ".".join(labels), at + 1


def write_name(name):
    return b"".join(bytes([len(label)]) + label.encode()
                    for label in name.split(".")) + b"\0"
