#!/usr/bin/env python3
"""Bad input over WebSocket to the real rearcharge-server, as a station with the right password or without.

usage: test_websocket.py BUILD [unittest arguments]

A row is the bytes that the station sends after the handshake and the code of the close frame that it must get; "cut" is
an end without one. Whatever came, the next connection is served.
"""
import base64
import contextlib
import json
import os
import pathlib
import re
import socket
import struct
import sys
import time
import unittest
import zlib

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from world import World, http  # noqa: E402

BUILD = None
TEXT, BINARY, CLOSE, PING, PONG, MORE = 1, 2, 8, 9, 10, 0
BOOT = json.dumps([2, "b", "BootNotification", {"reason": "PowerUp", "chargingStation": {"model": "M", "vendorName": "V"}}]).encode()


def frame(opcode, payload=b"", fin=True, rsv=0, mask=b"\x12\x34\x56\x78", length=None, long_form=0):
    """@length: what the header says instead of the truth; @long_form: 16 or 64 for a length that is written too long"""
    n = len(payload) if length is None else length
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    masked = 0x80 if mask is not None else 0
    if long_form == 64 or n > 0xFFFF:
        head += bytes([masked | 127]) + struct.pack(">Q", n)
    elif long_form == 16 or n > 125:
        head += bytes([masked | 126]) + struct.pack(">H", n)
    else:
        head += bytes([masked | n])
    if mask is None:
        return head + payload
    return head + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(payload)) if any(mask) else head + mask + payload


def packed(data, level=9):
    engine = zlib.compressobj(level, zlib.DEFLATED, -15)
    out = engine.compress(data) + engine.flush(zlib.Z_SYNC_FLUSH)
    return out[:-4]


class Station:
    """One connection: raw bytes out, frames in."""

    def __init__(self, port, head):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)
        self.socket.sendall(head)
        self.got = b""
        while b"\r\n\r\n" not in self.got:
            data = self.socket.recv(65536)
            if not data:
                break
            self.got += data
        self.head, _, self.got = self.got.partition(b"\r\n\r\n")
        match = re.match(rb"HTTP/1\.[01] (\d{3}) ", self.head)
        self.status = int(match.group(1)) if match else None

    def send(self, data):
        with contextlib.suppress(OSError):
            self.socket.sendall(data)

    def frame(self):
        """(opcode, payload), or None at the end of the connection. What a server sends is never masked."""
        def need(n):
            while len(self.got) < n:
                try:
                    data = self.socket.recv(65536)
                except ConnectionError:
                    data = b""
                if not data:
                    return False
                self.got += data
            return True

        if not need(2):
            return None
        size, at = self.got[1], 2
        assert size < 128, "a masked frame from the server"
        if size >= 126:
            width = 2 if size == 126 else 8
            if not need(2 + width):
                return None
            size, at = int.from_bytes(self.got[2:2 + width], "big"), 2 + width
        if not need(at + size):
            return None
        opcode, payload = self.got[0] & 15, self.got[at:at + size]
        self.got = self.got[at + size:]
        return opcode, payload

    def end(self):
        """The code of the server's close frame, "none" for one without, "cut" without a frame. Answers are passed over."""
        while (got := self.frame()) is not None:
            if got[0] == CLOSE:
                return int.from_bytes(got[1][:2], "big") if got[1] else "none"
        return "cut"

    def close(self):
        self.socket.close()


class Wire(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(BUILD)
        cls.addClassCleanup(cls.world.__exit__, None, None, None)
        cls.world.start_server("--request-rate", "0")
        cls.password = (cls.world.folder / "pile.password").read_text().strip()

    def tearDown(self):
        self.assertIsNone(self.world.processes["rearcharge-server"].popen.poll(), "the server died")
        station = self.station()
        station.send(frame(TEXT, BOOT))
        self.assertIn(b'"Accepted"', station.frame()[1])

    def head(self, *fields, identity="PILE1", user=None, password=None, line=None, drop=()):
        basic = base64.b64encode(f"{user or identity}:{password or self.password}".encode()).decode()
        usual = {"Host": f"127.0.0.1:{self.world.server_port}", "Authorization": f"Basic {basic}", "Upgrade": "websocket", "Connection": "Upgrade",
                 "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(), "Sec-WebSocket-Protocol": "ocpp2.0.1"}
        named = {name.partition(":")[0].lower() for name in fields}
        kept = [f"{name}: {value}" for name, value in usual.items() if name not in drop and name.lower() not in named]
        return "\r\n".join([line or f"GET /ocpp/{identity} HTTP/1.1", *kept, *fields, "", ""]).encode("latin-1")

    def knock(self, *fields, **options):
        station = Station(self.world.server_port, self.head(*fields, **options))
        self.addCleanup(station.close)
        return station

    def station(self, *fields, **options):
        deadline = time.monotonic() + 6  # the former connection may have to be pinged first
        while (station := self.knock(*fields, **options)).status == 409 and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(station.status, 101, station.head)
        return station

    def expect(self, rows, *fields):
        for what, wanted, data in rows:
            with self.subTest(what):
                station = self.station(*fields)
                station.send(data)
                self.assertIn(station.end(), wanted if isinstance(wanted, tuple) else (wanted,))
                station.close()

    def test_handshakes(self):
        rows = [
            ("no Upgrade", (400, 426), dict(drop=["Upgrade"])),
            ("no Connection", (400, 426), dict(drop=["Connection"])),
            ("no version", (400, 426), dict(drop=["Sec-WebSocket-Version"])),
            ("no key", 400, dict(drop=["Sec-WebSocket-Key"])),
            ("no credential", 401, dict(drop=["Authorization"])),
            ("a POST", (400, 405), dict(line="POST /ocpp/PILE1 HTTP/1.1")),
            ("HTTP/1.0", (400, 426), dict(line="GET /ocpp/PILE1 HTTP/1.0")),
            ("no identity", 404, dict(line="GET /ocpp/ HTTP/1.1")),
            ("more path", 404, dict(line="GET /ocpp/PILE1/x HTTP/1.1")),
            ("an unknown identity", 404, dict(identity="PILE2")),
            ("an identity with a colon", 404, dict(identity="PI%3ALE")),
            ("an identity with a slash", 404, dict(identity="PILE1%2Fx")),
            ("an identity in another case", 404, dict(identity="pile1")),
            ("an identity of 49 characters", 404, dict(identity="P" * 49)),
            ("an identity like SQL", 404, dict(identity="%27%20OR%201=1--")),
            ("the name of another", 401, dict(user="PILE2")),
            ("a wrong password", (401, 429), dict(password="wrong")),
            ("a password and more", (401, 429), dict(password=self.password + "x")),
            ("a foreign origin", 403, dict(fields=["Origin: https://evil.example"])),
            ("origin null", 403, dict(fields=["Origin: null"])),
        ]
        for what, wanted, options in rows:
            with self.subTest(what):
                station = self.knock(*options.pop("fields", ()), **options)
                self.assertIn(station.status, wanted if isinstance(wanted, tuple) else (wanted,), station.head)
                self.assertNotIn(b"Sec-WebSocket-Accept", station.head)
        for field, wanted in (("Upgrade: h2c", 426), ("Connection: keep-alive", 426), ("Sec-WebSocket-Version: 8", 426), ("Sec-WebSocket-Version: 13, 8", 426), ("Sec-WebSocket-Key: short", 400),
                              ("Sec-WebSocket-Key: " + "A" * 24, 400), ("Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==", 400), ("Sec-WebSocket-Key: " + "A" * 4000, 400)):
            with self.subTest(field[:60]):
                station = self.knock(field)
                self.assertEqual(station.status, wanted, station.head)
                self.assertTrue(field.startswith("Sec-WebSocket-Version") is False or b"Sec-WebSocket-Version: 13" in station.head)

    def test_handshakes_that_are_unusual_and_right(self):
        for field in ("Upgrade: WebSocket", "Connection: keep-alive, Upgrade", f"Origin: http://127.0.0.1:{self.world.server_port}", "Sec-WebSocket-Protocol: ocpp1.6, ocpp2.0.1",
                      "Sec-WebSocket-Extensions: x-unknown; a=b, permessage-deflate; server_max_window_bits=8", "Sec-WebSocket-Extensions: ;;;,,,", "Sec-WebSocket-Extensions: " + "a," * 2000):
            with self.subTest(field[:60]):
                station = self.station(field)
                self.assertIn(b"Sec-WebSocket-Protocol: ocpp2.0.1", station.head)
                station.send(frame(TEXT, BOOT))
                self.assertEqual(station.frame()[0], TEXT)
                station.close()

    def test_no_fitting_subprotocol_is_101_and_then_the_end(self):
        for options in (dict(drop=["Sec-WebSocket-Protocol"]), dict(fields=["Sec-WebSocket-Protocol: ocpp1.6"]), dict(fields=["Sec-WebSocket-Protocol: OCPP2.0.1"])):
            with self.subTest(options):
                station = self.station(*options.pop("fields", ()), **options)
                self.assertNotIn(b"Sec-WebSocket-Protocol", station.head)
                self.assertEqual(station.end(), 1002)

    def test_frames(self):
        big = b"x" * 65537
        self.expect([
            ("unmasked", 1002, frame(TEXT, BOOT, mask=None)),
            ("unmasked and empty", 1002, frame(TEXT, mask=None)),
            ("an unmasked ping", 1002, frame(PING, b"x", mask=None)),
            ("an unmasked close", 1002, frame(CLOSE, b"\x03\xe8", mask=None)),
            ("RSV1", 1002, frame(TEXT, BOOT, rsv=4)),
            ("RSV2", 1002, frame(TEXT, BOOT, rsv=2)),
            ("RSV3", 1002, frame(TEXT, BOOT, rsv=1)),
            ("RSV on a ping", 1002, frame(PING, rsv=4)),
            ("RSV on a close", 1002, frame(CLOSE, rsv=1)),
            *[(f"opcode {code}", 1002, frame(code, b"x")) for code in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)],
            ("binary", 1003, frame(BINARY, BOOT)),
            ("an empty binary", 1003, frame(BINARY)),
            ("half a binary", 1003, frame(BINARY, b"x", fin=False)),
            ("a continuation of nothing", 1002, frame(MORE, b"x")),
            ("the end of nothing", 1002, frame(MORE, b"", fin=True)),
            ("text within text", 1002, frame(TEXT, b"[", fin=False) + frame(TEXT, b"]")),
            ("binary within text", 1002, frame(TEXT, b"[", fin=False) + frame(BINARY, b"]")),
            ("RSV1 on a continuation", 1002, frame(TEXT, b"[", fin=False) + frame(MORE, b"]", rsv=4)),
            ("a ping in pieces", 1002, frame(PING, b"x", fin=False) + frame(MORE, b"y")),
            ("a close in pieces", 1002, frame(CLOSE, b"\x03", fin=False) + frame(MORE, b"\xe8")),
            ("a ping of 126", 1002, frame(PING, b"x" * 126)),
            ("a pong of 126", 1002, frame(PONG, b"x" * 126)),
            ("a close of 126", 1002, frame(CLOSE, b"\x03\xe8" + b"x" * 124)),
            ("a ping of 2^63", 1002, frame(PING, b"x", length=1 << 63, long_form=64)),
            ("2^63 bytes of text", (1002, 1009), frame(TEXT, b"x", length=1 << 63, long_form=64)),
            ("2^64 - 1 bytes of text", (1002, 1009), frame(TEXT, b"x", length=(1 << 64) - 1, long_form=64)),
            ("2^40 bytes of text", 1009, frame(TEXT, b"x", length=1 << 40, long_form=64)),
            ("a short length in 16 bits", 1002, frame(TEXT, b"x", long_form=16)),
            ("a short length in 64 bits", 1002, frame(TEXT, b"x", long_form=64)),
            ("64 KiB and one byte", 1009, frame(TEXT, big)),
            ("the same in pieces", 1009, frame(TEXT, big[:40000], fin=False) + frame(MORE, big[40000:])),
            ("the same in single bytes", 1009, frame(TEXT, b"x", fin=False) + frame(MORE, b"x", fin=False) * 65536),
            ("bad UTF-8", 1007, frame(TEXT, b"\xff\xfe")),
            ("overlong UTF-8", 1007, frame(TEXT, b"\xc0\xaf")),
            ("a surrogate", 1007, frame(TEXT, b"\xed\xa0\x80")),
            ("beyond U+10FFFF", 1007, frame(TEXT, b"\xf4\x90\x80\x80")),
            ("half a character", 1007, frame(TEXT, b"\xe2\x82")),
            ("half a character at the end of many pieces", 1007, frame(TEXT, b"a", fin=False) + frame(MORE, b"\xf0\x9f", fin=False) + frame(MORE, b"\x98")),
            ("bad UTF-8 in the second piece", 1007, frame(TEXT, b"a", fin=False) + frame(MORE, b"\x80")),
            ("HTTP instead", (1002, "cut"), b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
            ("zeros", 1002, bytes(64)),
            ("noise", (1002, "cut"), bytes(range(255, 0, -1)) * 8),
        ])

    def test_closes(self):
        def close(code, reason=b""):
            return frame(CLOSE, struct.pack(">H", code) + reason)

        self.expect([
            ("normal", 1000, close(1000)),
            ("going away", 1001, close(1001)),
            ("of an application", (1000, 4000), close(4000, b"bye")),
            ("of a library", (1000, 3999), close(3999)),
            ("without a code", (1000, "none"), frame(CLOSE)),
            ("half a code", 1002, frame(CLOSE, b"\x03")),
            *[(f"code {code}", 1002, close(code)) for code in (0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535)],
            ("a reason that is no UTF-8", 1007, close(1000, b"\xff")),
            ("half a character as reason", 1007, close(1000, b"\xe2\x82")),
            ("a reason of 123 bytes", 1000, close(1000, b"x" * 123)),
            ("a message after the close", 1000, close(1000) + frame(TEXT, BOOT)),
            ("two closes", 1000, close(1000) + close(1001)),
            ("a close within a message", 1000, frame(TEXT, b"[", fin=False) + close(1000)),
        ])

    def test_frames_that_are_unusual_and_right(self):
        cut = BOOT.find(b'"V"') + 1
        for what, data in {
            "single bytes": b"".join(frame(TEXT if i == 0 else MORE, BOOT[i:i + 1], fin=i == len(BOOT) - 1) for i in range(len(BOOT))),
            "empty pieces": frame(TEXT, b"", fin=False) * 1 + frame(MORE, b"", fin=False) * 50 + frame(MORE, BOOT),
            "pings and pongs between pieces": frame(TEXT, BOOT[:cut], fin=False) + frame(PING, b"x" * 125) + frame(PONG, b"nobody asked") + frame(MORE, BOOT[cut:]),
            "a mask of zeros": frame(TEXT, BOOT, mask=bytes(4)),
            "the longest length that is right": frame(TEXT, BOOT + b" " * (65536 - len(BOOT))),
            "a character in two pieces": frame(TEXT, BOOT[:cut] + b"\xe2\x82", fin=False) + frame(MORE, b"\xac" + BOOT[cut + 1:]),
        }.items():
            with self.subTest(what):
                station = self.station()
                station.send(data)
                while (got := station.frame()) is not None and got[0] != TEXT:
                    self.assertEqual(got, (PONG, b"x" * 125))
                self.assertIsNotNone(got)
                station.close()

    def test_deflate(self):
        offer = "Sec-WebSocket-Extensions: permessage-deflate"
        station = self.station(offer)
        self.assertIn(b"permessage-deflate", station.head)
        station.send(frame(TEXT, packed(BOOT), rsv=4))
        self.assertEqual(station.frame()[0], TEXT)
        station.close()
        bomb = packed(b" " * (64 << 20))
        nested = packed(b"x" * 70000)
        self.expect([
            ("a bomb of 64 MiB", 1009, frame(TEXT, bomb, rsv=4)),
            ("the bomb in pieces", 1009, frame(TEXT, bomb[:1000], fin=False, rsv=4) + frame(MORE, bomb[1000:])),
            ("just above the limit", 1009, frame(TEXT, nested, rsv=4)),
            ("not deflate", 1002, frame(TEXT, b"\xff" * 40, rsv=4)),
            ("cut off", (1002, 1007), frame(TEXT, packed(BOOT)[:-8], rsv=4)),
            ("a distance too far back", 1002, frame(TEXT, bytes.fromhex("4a04431200"), rsv=4)),
            ("unpacks to bad UTF-8", 1007, frame(TEXT, packed(b"\xff\xfe"), rsv=4)),
            ("RSV1 on the second piece", 1002, frame(TEXT, packed(BOOT)[:5], fin=False, rsv=4) + frame(MORE, packed(BOOT)[5:], rsv=4)),
            ("a packed ping", 1002, frame(PING, packed(b"x"), rsv=4)),
            ("RSV1 and RSV2", 1002, frame(TEXT, packed(BOOT), rsv=6)),
            ("a packed binary", 1003, frame(BINARY, packed(b"x"), rsv=4)),
        ], offer)

    def test_floods(self):
        for what, data in {"pings": frame(PING, b"x" * 125) * 20000, "pongs": frame(PONG, b"x" * 125) * 20000, "empty pieces": frame(TEXT, b"", fin=False) + frame(MORE, b"", fin=False) * 200000,
                           "empty messages": frame(TEXT) * 20000, "heartbeats": frame(TEXT, b'[2,"h","Heartbeat",{}]') * 20000}.items():
            with self.subTest(what):
                station = self.station()
                started = time.monotonic()
                station.socket.settimeout(0.5)
                station.send(data)  # without reading
                status, _ = http("GET", f"{self.world.server_url}/v1/orders", token="none")
                self.assertIn(status, (401, 429))
                self.assertLess(time.monotonic() - started, 5)
                station.close()

    def test_ocpp(self):
        """The answers of OCPP-J 2.0.1 part 4; the connection stays."""
        station = self.station()
        station.send(frame(TEXT, BOOT))
        self.assertEqual(json.loads(station.frame()[1])[0], 3)
        for what, message, code in [
            ("not JSON", b"hello", "RpcFrameworkError"), ("an object", b"{}", "RpcFrameworkError"), ("empty", b"", "RpcFrameworkError"), ("no elements", b"[]", "RpcFrameworkError"),
            ("NUL", b"\0", "RpcFrameworkError"), ("too few", b'[2,"a"]', "RpcFrameworkError"), ("too many", b'[2,"a","Heartbeat",{},1]', "RpcFrameworkError"),
            ("an id that is a number", b'[2,1,"Heartbeat",{}]', "RpcFrameworkError"), ("an id of 37", b'[2,"%s","Heartbeat",{}]' % (b"a" * 37), "RpcFrameworkError"),
            ("another type", b'[9,"a","Heartbeat",{}]', "MessageTypeNotSupported"), ("a key twice", b'[2,"a","Heartbeat",{"a":1,"a":2}]', "FormatViolation"),
            ("17 deep", b'[2,"a","Heartbeat",' + b'{"a":' * 17 + b"1" + b"}" * 17 + b"]", "FormatViolation"), ("beyond int64", b'[2,"a","Heartbeat",{"a":99999999999999999999}]', "FormatViolation"),
            ("a payload that is a list", b'[2,"a","Heartbeat",[]]', "FormatViolation"), ("an action of nobody", b'[2,"a","Fly",{}]', "NotImplemented"),
            ("an action of the other side", b'[2,"a","RequestStartTransaction",{}]', "NotSupported"), ("a field missing", b'[2,"a","StatusNotification",{}]', "OccurrenceConstraintViolation"),
            ("another type of a field", b'[2,"a","StatusNotification",{"timestamp":1,"connectorStatus":"Available","evseId":1,"connectorId":1}]', "TypeConstraintViolation"),
            ("a word of nobody", b'[2,"a","StatusNotification",{"timestamp":"2026-01-01T00:00:00Z","connectorStatus":"Happy","evseId":1,"connectorId":1}]', "PropertyConstraintViolation"),
        ]:
            with self.subTest(what):
                station.send(frame(TEXT, message))
                got = station.frame()
                self.assertIsNotNone(got)
                self.assertEqual(json.loads(got[1])[0], 4)
                self.assertEqual(json.loads(got[1])[2], code)
        for what, message in {"an answer that nobody asked for": b'[3,"nobody",{}]', "an error that nobody asked for": b'[4,"nobody","GenericError","",{}]', "a broken answer": b'[3,"a"]', "a broken error": b'[4,1]'}.items():
            with self.subTest(what):
                station.send(frame(TEXT, message) + frame(TEXT, b'[2,"after","Heartbeat",{}]'))
                self.assertEqual(json.loads(station.frame()[1])[:2], [3, "after"])
        station.send(frame(TEXT, b'[2,"b' + b" " * 70000 + b'"]'))  # 256 KiB since it is accepted
        self.assertEqual(json.loads(station.frame()[1])[0], 4)
        station.send(frame(TEXT, b" " * 262145))
        self.assertEqual(station.end(), 1009)

    def test_a_stranger_displaces_nobody(self):
        station = self.station()
        station.send(frame(TEXT, BOOT))
        station.frame()
        for options in (dict(password="wrong"), dict(user="PILE2"), dict(drop=["Authorization"])):
            self.assertIn(self.knock(**options).status, (401, 429))
        second = self.head()
        with socket.create_connection(("127.0.0.1", self.world.server_port), timeout=8) as knocking:
            knocking.sendall(second)
            while (got := station.frame())[0] != PING:
                pass
            station.send(frame(PONG, got[1]))
            self.assertIn(b" 409 ", knocking.recv(4096))
        station.send(frame(TEXT, b'[2,"still","Heartbeat",{}]'))
        self.assertEqual(json.loads(station.frame()[1])[:2], [3, "still"])
        station.close()


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
