#!/usr/bin/env python3
"""Codes that anyone can print, through the real path: pixels, camera process, decoder, daemon, and a server that counts.

usage: test_codes.py BUILD [unittest arguments]

200 hostile texts are drawn as QR codes, four in a picture, and played to the camera while the car reverses. None may
cause a request or a connection; the good code at the end must cause exactly one, so that silence proves something.
The same run shows that nothing of the pictures is written anywhere: every file opened for writing is seen by strace.
"""
import ctypes
import http.server
import json
import os
import pathlib
import random
import re
import signal
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from bus_client import BusClient  # noqa: E402
from world import EVSE_ID, QR_HOST, Process, World  # noqa: E402

BUILD = None
GOOD = f"HTTPS://{QR_HOST.upper()}/E/{EVSE_ID}"
CELL, COLUMNS, ROWS, FRAMES, RATE = 300, 2, 2, 4, 20


def hostile_texts():
    host, evse = QR_HOST.upper(), EVSE_ID
    good_path = f"/E/{evse}"
    for scheme in ("HTTP://", "FTP://", "FILE://", "WS://", "WSS://", "HTTPS:/", "HTTPS:///", "HTTPS:", "//", "HTTPS ://", "HTTPS//", "HTTPSS://", " HTTPS://", "\tHTTPS://", "\ufeffHTTPS://", "HTTPS:\\\\", "HTTPS:/\\",
                   "JAVASCRIPT://", "INTENT://", "VIEW-SOURCE:HTTPS://", "BLOB:HTTPS://", "HTTPS://HTTPS://", "HTTP+UNIX://", "DATA:TEXT/HTML,", "", "HTTPS%3A//"):
        yield scheme + host + good_path
    for place in (f"USER@{host}", f"USER:PASS@{host}", f"{host}@EVIL.EXAMPLE", f"{host}:443", f"{host}:", f"{host}:8443", f"{host}:0", f"{host}:99999", f"{host}:443@EVIL.EXAMPLE", f"{host}.", f"{host}.EVIL.EXAMPLE", f"EVIL.{host}",
                  f"X{host}", f"{host}X", "PAY.ABC", "EXAMPLE", "", ".", "127.0.0.1", "127.0.0.1:80", "[::1]", "0X7F000001", "2130706433", "LOCALHOST", "169.254.169.254", "PAY.АBC.EXAMPLE", "PAY.ABC.EXAMPLЕ", "РAY.ABC.EXAMPLE", "XN--PAY-ABC.EXAMPLE",
                  "PAY。ABC。EXAMPLE", "PAY%2EABC%2EEXAMPLE", "PAY.ABC.EXAMPLE%00", "PAY.ABC.EXAMPLE%2F@EVIL.EXAMPLE", "PAY .ABC.EXAMPLE", "PAY..ABC.EXAMPLE", "PAY.ABC.EXAMPLE\\@EVIL.EXAMPLE", "EVIL.EXAMPLE?PAY.ABC.EXAMPLE", "EVIL.EXAMPLE#PAY.ABC.EXAMPLE",
                  "PAY.ABC.EXAMPLE\u200b", "\u202eELPMAXE.CBA.YAP", "PAY-ABC-EXAMPLE", "PAY_ABC_EXAMPLE"):
        yield f"HTTPS://{place}{good_path}"
    for path in ("", "/", "/E", "/E/", f"/E//{evse}", f"//E/{evse}", f"/F/{evse}", f"/E/{evse}/", f"/E/{evse}//", f"/E/{evse}/A/B", f"/E/{evse}?a=b", f"/E/{evse}#a", f"/E/{evse}?", f"/E/{evse}#", f"/E/./{evse}", f"/E/../E/{evse}", f"/E/%2E%2E/{evse}",
                 f"/%45/{evse}", f"/E/{evse}%2FX", f"/E/{evse} ", f" /E/{evse}", f"/E/ {evse}", f"/E\\{evse}", f"\\E\\{evse}", f"/E/{evse};a=b", f"/E/{evse}&a=b", f"/E/{evse},{evse}", f"/E/{evse}\n", f"/E/{evse}\r\n\r\nGET / HTTP/1.1", f"/E/{evse}\u202e",
                 f"/E/{evse}/" + "A" * 65, f"/E/{evse}/A-B", f"/E/{evse}/A_B", f"/E/{evse}/%41", f"/E/{evse}/A B", f"/E/{evse}/Ä", f"/E/{evse}/A.B", f"/E/{evse}/A+B", f"/E/{evse}/A=", f"/E/{evse}/..", f"/E/{evse}/.", f"/E/{evse}/'", f"/E/{evse}/A" + "/" * 40,
                 "/E/" + "A" * 480, f"/E/{evse}" + " " * 480, f"/{'E/' * 100}{evse}"):
        yield f"HTTPS://{host}{path}"
    for wrong in ("DE", "DE*ABC", "DE*ABC*E", "DE*ABC*E*", "DEABCE", "D1*ABC*E12345", "DE*AB*E12345", "DE*ABCD*E12345", "DE*ABC*F12345", "DE**ABC*E12345", "*DE*ABC*E12345", "DE*ABC*E12345*", "DE*ABC*E12345**1", "DE*ABC*E" + "1" * 32, "DE*ABC*E-1", "DE*ABC*E%31",
                  "DE ABC E1", "DE*ABC*E1_2", "DE*ABC*E1.2", "DE*ÄBC*E1", "ДЕ*ABC*E1", "1E*ABC*E1", "DE+ABC+E1", "DE-ABC-E1", "E1", "*", "***", "' OR '1'='1", "${jndi:ldap://x}", "{{7*7}}", "<SCRIPT>", "../../ETC/PASSWD", "%00", "NULL"):
        yield f"HTTPS://{host}/E/{wrong}"
    yield from ("WIFI:T:WPA;S:net;P:secret;;", "MATMSG:TO:a@b.c;SUB:x;BODY:y;;", "mailto:a@b.c", "tel:+4912345", "SMSTO:+4912345:hi", "geo:52.5,13.4", "BEGIN:VCARD\nFN:X\nEND:VCARD", "otpauth://totp/x?secret=ABCDEFGH", "bitcoin:1BoatSLRHtKNngkdXEeobR76b53LETtpyT",
                "BCD\n002\n1\nSCT\n\nX\nDE00\nEUR1", "market://details?id=x", "https://example.com/", "https://bit.ly/x", "about:blank", "hello", "0", "{}", '{"evse":"DE*ABC*E12345*1"}', "<xml/>", "%s%s%s%n", "\x1b[2J", "\x00", "\x00" * 40, "A\x00" + GOOD, GOOD + "\x00", GOOD + GOOD, GOOD + "\n" + GOOD, EVSE_ID,
                "; rm -rf /", "`id`", "$(id)", "\\u0048", "=cmd|' /C calc'!A0", "\u202e\u2066\u2069", "🔌" * 20, "ÿ" * 100)
    noise = random.Random(1)
    for size in (1, 2, 3, 17, 100, 400, 513, 600, 900):
        yield bytes(noise.randrange(256) for _ in range(size))


class Painter:
    def __init__(self):
        class Code(ctypes.Structure):
            _fields_ = [("version", ctypes.c_int), ("width", ctypes.c_int), ("data", ctypes.POINTER(ctypes.c_ubyte))]
        self.library = ctypes.CDLL("libqrencode.so.4")
        self.library.QRcode_encodeData.restype = ctypes.POINTER(Code)

    def modules(self, raw):
        code = self.library.QRcode_encodeData(len(raw), raw, 0, 0).contents
        return [[code.data[y * code.width + x] & 1 for x in range(code.width)] for y in range(code.width)]

    def picture(self, texts):
        """Gray pixels: one code a cell."""
        width = CELL * COLUMNS
        pixels = bytearray(b"\xd0" * (width * CELL * ROWS))
        for i, text in enumerate(texts):
            modules = self.modules(text if isinstance(text, bytes) else text.encode())
            scale = (CELL - 10) // (len(modules) + 8)
            left, top = (i % COLUMNS) * CELL + (CELL - scale * len(modules)) // 2, (i // COLUMNS) * CELL + (CELL - scale * len(modules)) // 2
            for y, line in enumerate(modules):
                row = b"".join((b"\x18" if dark else b"\xd0") * scale for dark in line)
                for dy in range(scale):
                    at = (top + y * scale + dy) * width + left
                    pixels[at:at + len(row)] = row
        return bytes(pixels)


class Counter(http.server.BaseHTTPRequestHandler):
    """The server: keeps what it was asked, knows no pile."""

    asked = []

    def answer(self):
        length = int(self.headers.get("Content-Length") or 0)
        self.asked.append((self.command, self.path, self.rfile.read(length)))
        body = b'{"orders":[]}' if self.command == "GET" else b'{"type":"about:blank","title":"Not Found","status":404,"code":"unknown_evse"}'
        self.send_response(200 if self.command == "GET" else 404)
        self.send_header("Content-Type", "application/json" if self.command == "GET" else "application/problem+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_GET = do_POST = answer

    def log_message(self, *args):
        pass


class Codes(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World(BUILD))
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Counter)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.world.server_url = f"http://127.0.0.1:{self.server.server_port}"
        (self.world.folder / "vehicle.token").write_text("a-vehicle")

    def draw(self, texts):
        """A clip that shows four at a time, then the good one alone; how many of them our own vision can read."""
        painter, readable = Painter(), set()
        per_picture = COLUMNS * ROWS
        groups = [texts[i:i + per_picture] for i in range(0, len(texts), per_picture)] + [[GOOD]]
        clip, names = self.world.folder / "codes.gray", self.world.folder / "list"
        with open(clip, "wb") as out, open(names, "w", encoding="utf-8") as listed:
            for i, group in enumerate(groups):
                pixels = painter.picture(group)
                out.write(pixels * (FRAMES if group != [GOOD] else 3 * RATE))
                picture = self.world.folder / f"{i}.pgm"
                picture.write_bytes(b"P5\n%d %d\n255\n" % (CELL * COLUMNS, CELL * ROWS) + pixels)
                print(picture, file=listed)
        for line in self.world.run("rearcharge-scan", "--tsv", names).stdout.splitlines():
            readable.update(bytes.fromhex(word) for word in re.findall(r"\b(?:[0-9a-f]{2})+\b", line.rpartition("\t")[2]))
        return clip, sum(1 for text in texts if (text if isinstance(text, bytes) else text.encode()) in readable)

    def test_nothing_is_asked_nobody_is_called_and_nothing_is_kept(self):
        texts = list(hostile_texts())
        self.assertGreaterEqual(len(texts), 190)
        clip, n_readable = self.draw(texts)
        print(f"    {len(texts)} texts, {n_readable} of them readable", flush=True)
        self.assertGreaterEqual(n_readable, 190)
        world, size = self.world, CELL * COLUMNS * CELL * ROWS
        if "ASAN_OPTIONS" in world.env:
            world.env["ASAN_OPTIONS"] += ":detect_leaks=0"  # its tracer and strace exclude each other
        world.start_bus()
        world.start_vehicle()
        config, trace = world.folder / "rearcharge.conf", world.folder / "trace"
        source = f"filesrc location={clip} blocksize={size} ! rawvideoparse width={CELL * COLUMNS} height={CELL * ROWS} format=gray8 framerate={RATE}/1 ! clocksync"
        text = world.configuration(source)
        config.write_text(text if "decoder-deadline-ms" in text else text.replace(f"source={source}", f"source={source}\ndecoder-deadline-ms=1000"))
        world.processes["rearcharged"] = Process("rearcharged", ["strace", "-f", "--seccomp-bpf", "-qq", "-y", "-o", trace, "-e", "trace=connect,openat,open,creat,openat2",
                                                                 world.program("rearcharged"), "--config", config], world.folder, env=world.env)
        watch = world.start("rearchargectl", "watch", "--json")
        threading.Thread(target=world._follow, args=(watch,), daemon=True).start()
        world.wait("the daemon on the bus", lambda s: s.get("journey_state"))
        face = "org.rearcharge.RearCharge"
        bus = BusClient(world.env["DBUS_SESSION_BUS_ADDRESS"])
        self.assertEqual(bus.call(face, "/org/rearcharge/RearCharge", face + "1", "OpenPreview")[0], "org.rearcharge.Error.CameraUnavailable", "it is off")
        bus.close()
        world.gear("R", 3)
        world.wait("the good code at the end", lambda s: any(method == "POST" for method, _, _ in Counter.asked), 60)
        world.gear("D", 30)
        world.wait("the camera at rest", lambda s: s.get("camera_state") in ("off", "ended"))
        asked = [(path, json.loads(body)) for method, path, body in Counter.asked if method == "POST"]
        self.assertEqual([(path, body["qr_evse_id"]) for path, body in asked], [("/v1/scans", EVSE_ID)])
        tracer = world.processes["rearcharged"].popen
        os.kill(int(pathlib.Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split()[0]), signal.SIGTERM)
        tracer.wait(10)
        lines = trace.read_text().splitlines()
        self.assertGreater(sum("connect(" in line for line in lines), 0)
        self.assertGreater(len({line.split()[0] for line in lines}), 3, "daemon, camera, decoders")
        for line in lines:
            if "connect(" in line and "AF_INET" in line:
                self.assertIn(f"htons({self.server.server_port})", line)
            if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(", line):
                self.assertRegex(line, rf"{re.escape(str(world.folder))}/car/|/dev/null|/dev/shm/|/proc/self/|\.profraw|/report| = -1 E")


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
