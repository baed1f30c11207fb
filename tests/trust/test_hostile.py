#!/usr/bin/env python3
"""What one hostile peer costs the real rearcharge-server: at most 8 MiB, and nobody else's answer; and a hostile server the pile.

usage: test_hostile.py BUILD [unittest arguments]
"""
import base64
import contextlib
import hashlib
import json
import os
import pathlib
import re
import socket
import ssl
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from world import World, http  # noqa: E402

BUILD = None
MOST_KIB = 8 * 1024
SANITIZED = b"__asan_init"


class Hostile(unittest.TestCase):
    tls = False

    def setUp(self):
        self.world = self.enterContext(World(BUILD, tls=self.tls))
        self.world.start_server()
        self.program = self.world.program("rearcharge-server")
        self.pid = self.world.processes["rearcharge-server"].popen.pid
        self.token = (self.world.folder / "vehicle.token").read_text().strip()
        self.open = self.enterContext(contextlib.ExitStack())
        self.answer()  # the first request loads what every later one shares
        self.before = self.memory_kib()

    def memory_kib(self):
        for line in pathlib.Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1])
        raise AssertionError("no RssAnon")

    def answer(self):
        status, _ = http("GET", f"{self.world.server_url}/v1/orders", token=self.token, ca_file=self.world.ca_file)
        self.assertEqual(status, 200)

    def peer(self, handshake=True):
        peer = self.open.enter_context(socket.create_connection(("127.0.0.1", self.world.server_port), timeout=10))
        if self.tls and handshake:
            context = ssl.create_default_context(cafile=self.world.ca_file)
            peer.settimeout(2)
            peer = self.open.enter_context(context.wrap_socket(peer, server_hostname="localhost"))
        return peer

    def push(self, peer, data, n_times=1):
        """As much as the server takes; a connection that it cuts is what it should be."""
        peer.settimeout(0.5)
        try:
            for _ in range(n_times):
                peer.sendall(data)
        except OSError:
            return False
        return True

    def assertCheap(self):
        if SANITIZED in self.program.read_bytes():
            return  # a sanitizer keeps freed memory on purpose
        deadline = time.monotonic() + 0.5  # what was sent is taken in by now or in a moment
        most = 0
        while time.monotonic() < deadline:
            most = max(most, self.memory_kib() - self.before)
            time.sleep(0.05)
        print(f"    {self.id().rsplit('.', 1)[-1]}{' over TLS' if self.tls else ''}: {most} KiB", flush=True)
        self.assertLessEqual(most, MOST_KIB)

    def head(self, method, path, *fields):
        return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost:%d" % self.world.server_port, f"Authorization: Bearer {self.token}", *fields, "", ""]).encode()

    def test_slow_headers(self):
        for _ in range(45 if self.tls else 900):
            self.push(self.peer(), b"GET /v1/orders HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 4000)
        self.assertCheap()

    def test_endless_headers(self):
        for _ in range(8):
            self.push(self.peer(), b"GET / HTTP/1.1\r\n" + b"X: " + b"x" * 65536, 40)
        self.assertCheap()

    def test_silent_connections(self):
        for _ in range(900):
            self.peer(handshake=False)
        self.assertCheap()
        self.answer()

    def test_half_a_hello_takes_nobodys_turn(self):
        """A handshake in which nothing more comes would hold one of GIO's ten threads."""
        for _ in range(400):
            self.push(self.peer(handshake=False), b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc")
        started = time.monotonic()
        self.answer()
        self.assertLess(time.monotonic() - started, 2)
        self.assertCheap()

    def test_endless_chunks(self):
        for _ in range(40):
            peer = self.peer()
            self.push(peer, self.head("POST", "/v1/orders", "Content-Type: application/json", "Transfer-Encoding: chunked"))
            self.push(peer, b"8000\r\n" + b" " * 0x8000 + b"\r\n", 8)
        self.assertCheap()
        self.answer()

    def test_bodies_that_drip(self):
        for _ in range(45):
            peer = self.peer()
            self.push(peer, self.head("POST", "/v1/orders", "Content-Type: application/json", "Content-Length: 60000"))
            self.push(peer, b" " * 50000)
        self.assertCheap()
        self.answer()

    def test_a_flood_is_told_to_wait_and_others_are_not(self):
        """1,000 at once and 500 a second from one address; another address does not notice."""
        if self.tls:
            return  # this client cannot shake hands 500 times a second
        refused = b""
        deadline = time.monotonic() + 20
        while not refused and time.monotonic() < deadline:
            flood = [self.peer() for _ in range(200)]
            for peer in flood:
                self.push(peer, self.head("GET", "/v1/nothing"))
            for peer in flood:
                answer = peer.recv(4096)
                refused = answer if b" 429 " in answer else refused
                peer.close()
        self.assertIn(b"Retry-After: 1\r\n", refused)
        with socket.create_connection(("127.0.0.1", self.world.server_port), timeout=10, source_address=("127.0.0.2", 0)) as other:
            other.sendall(self.head("GET", "/v1/orders"))
            self.assertIn(b" 200 ", other.recv(4096))
        time.sleep(0.1)  # 50 more, by now
        self.answer()

    def test_event_streams_that_nobody_reads(self):
        for _ in range(40):
            self.push(self.peer(), self.head("GET", "/v1/events", "Accept: text/event-stream"))
        self.assertCheap()
        self.answer()

    def station(self):
        password = (self.world.folder / "pile.password").read_text().strip()
        peer = self.peer()
        basic = base64.b64encode(f"PILE1:{password}".encode()).decode()
        peer.sendall("\r\n".join([
            "GET /ocpp/PILE1 HTTP/1.1", f"Host: localhost:{self.world.server_port}", f"Authorization: Basic {basic}", "Upgrade: websocket",
            "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            "Sec-WebSocket-Protocol: ocpp2.0.1", "", ""]).encode())
        self.assertIn(b" 101 ", peer.recv(4096))
        return peer

    def test_endless_fragments(self):
        peer = self.station()
        piece = bytes([0xFE]) + (8192).to_bytes(2, "big") + bytes(4) + b"x" * 8192
        self.push(peer, bytes([0x01]) + piece)  # text, not final
        self.push(peer, bytes([0x00]) + piece, 4000)  # 32 MiB of one message
        self.assertCheap()
        if not self.tls:  # where a cut connection still shows what came before
            with contextlib.suppress(ConnectionResetError):
                self.assertIn((1009).to_bytes(2, "big"), peer.recv(4096))
        self.answer()

    def test_a_station_that_asks_and_never_reads(self):
        peer = self.station()
        call = b'[2,"m","Heartbeat",{}]'
        frame = bytes([0x81, 0x80 | len(call)]) + bytes(4) + call
        self.push(peer, frame * 200, 2000)
        self.assertCheap()
        self.answer()


class HostileOverTls(Hostile):
    tls = True


class HostileCsms(unittest.TestCase):
    """A server that asks the pile without end and reads none of its answers."""

    def frame(self, opcode, data):
        n = len(data)
        return bytes([0x80 | opcode]) + (bytes([n]) if n < 126 else bytes([126]) + n.to_bytes(2, "big")) + data

    def take(self, door):
        peer, _ = door.accept()
        self.addCleanup(peer.close)
        head = b""
        while b"\r\n\r\n" not in head:
            head += peer.recv(4096)
        key = re.search(rb"(?i)sec-websocket-key: (\S+)", head)[1]
        accept = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        peer.sendall(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                     b"Sec-WebSocket-Accept: " + accept + b"\r\nSec-WebSocket-Protocol: ocpp2.0.1\r\n\r\n")
        return peer

    def test_a_csms_that_asks_and_never_reads(self):
        world = self.enterContext(World(BUILD))
        door = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        door.settimeout(20)
        secret = world.folder / "pile.password"
        secret.write_text("0123456789abcdef")
        secret.chmod(0o600)
        pile = world.start("rearcharge-pile", "--csms", f"ws://127.0.0.1:{door.getsockname()[1]}/ocpp", "--identity", "P", "--password-file", secret,
                           "--evse-id", "DE*ABC*E1", "--qr-host", "pay.abc.example", "--state", world.folder / "pile.db")
        peer = self.take(door)
        wish = {"getVariableData": [{"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}] * 50}
        calls = b"".join(self.frame(1, json.dumps([2, f"c{i}", "GetVariables", wish]).encode()) for i in range(500))
        peer.settimeout(10)
        with contextlib.suppress(OSError):
            for _ in range(60):  # what is answered would be 200 MiB
                peer.sendall(calls)
        pile.wait_line(lambda line: "does not read" in line)
        self.take(door)  # and it comes again


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
