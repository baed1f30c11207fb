"""search: GET /v1/locations over HTTP in a register of 100,000 charging points (radius 10 km, free now, limit 50)
while 100 bay sensors a second change, told over OCPP by connected stations.

The points lie in a disc of 60 km around a city, denser towards its middle; the searches are for places in it, one
after the other. A search includes its own TCP connection: the server answers one request a connection
(docs/decisions/0400). What connecting costs is measured beside it, with a request that is refused at the door (401).
"""
import base64
import http.client
import json
import math
import os
import pathlib
import random
import selectors
import socket
import sqlite3
import struct
import subprocess
import tempfile
import threading
import time

STATIONS = 1000
EVSES_EACH = 100
SEARCHES = 1500
CHANGES_PER_S = 100
CENTRE = (52.52, 13.405)
NOW = "2026-11-21T00:00:00.000Z"


def server_program(build):
    return str(pathlib.Path(build) / "server-stub" / "rearcharge-server")


def run_tool(*args):
    return subprocess.run(args, check=True, capture_output=True, text=True).stdout


def place(rng):
    distance, angle = 60000 * rng.random(), rng.random() * 2 * math.pi
    return (CENTRE[0] + distance * math.cos(angle) / 111195,
            CENTRE[1] + distance * math.sin(angle) / (111195 * math.cos(math.radians(CENTRE[0]))))


def register(program, state, rng):
    """The register is filled by SQL: the sub-command would take minutes for 100,000 points."""
    run_tool(program, "tariff", "set", "day", "--state", state, "--currency", "EUR", "--energy", "0.49")
    token = run_tool(program, "vehicle", "add", "car", "--state", state).split()[-1]
    run_tool(program, "station", "add", "S", "--state", state, "--name", "x", "--operator", "ABC", "--evse", "DE*ABC*E1",
             "--latitude", "0", "--longitude", "0", "--tariff", "day")
    db = sqlite3.connect(state)
    password = "0123456789abcdef"
    import hashlib
    digest = hashlib.sha256(password.encode()).hexdigest()
    db.executemany(
        "INSERT INTO stations (station_id, password_sha256, name, operator_name, latitude_deg, longitude_deg, location_id,"
        " boot_accepted, created_ms) VALUES (?, ?, ?, 'ABC Energy', ?, ?, ?, 1, 0)",
        [(f"S{n}", digest, f"Bay {n}", *place(rng), f"L{n}") for n in range(STATIONS)])
    db.executemany(
        "INSERT INTO evses (evse_key, evse_id, evse_uid, station_id, evse_no, tariff_id, connector_standard,"
        " connector_format, power_type, max_power_w) VALUES (?, ?, ?, ?, ?, 'day', 'IEC_62196_T2_COMBO', 'CABLE', 'DC', ?)",
        [(f"DEABCE{n}X{e}", f"DE*ABC*E{n}X{e}", f"u{n}-{e}", f"S{n}", e, 50000 + 50000 * (e % 3))
         for n in range(STATIONS) for e in range(1, EVSES_EACH + 1)])
    db.executemany("INSERT INTO connectors VALUES (?, ?, 1, 1, 0)",
                   [(f"S{n}", e) for n in range(STATIONS) for e in range(1, EVSES_EACH + 1)])
    db.commit()
    db.close()
    return token, password


class Station:
    """Just enough of a WebSocket client: text out, pings answered, the rest of what comes in is thrown away."""

    def __init__(self, port, name, password):
        self.sock = socket.create_connection(("127.0.0.1", port))
        credential = base64.b64encode(f"{name}:{password}".encode()).decode()
        self.sock.sendall((f"GET /ocpp/{name} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                           f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}\r\nSec-WebSocket-Version: 13\r\n"
                           f"Sec-WebSocket-Protocol: ocpp2.0.1\r\nAuthorization: Basic {credential}\r\n\r\n").encode())
        answer = self.sock.recv(4096)
        assert b" 101 " in answer, answer
        self.number = 0
        self.lock = threading.Lock()

    def send(self, opcode, text):
        mask = os.urandom(4)
        head = bytes([opcode, 0x80 | len(text)]) if len(text) < 126 else struct.pack("!BBH", opcode, 0x80 | 126, len(text))
        body = int.from_bytes(text, "big") ^ int.from_bytes((mask * (len(text) // 4 + 1))[:len(text)], "big")
        with self.lock:
            self.sock.sendall(head + mask + body.to_bytes(len(text), "big"))

    def call(self, action, payload):
        self.number += 1
        self.send(0x81, json.dumps([2, str(self.number), action, payload], separators=(",", ":")).encode())

    def read(self):
        """Answers are small and each comes in one piece; only pings matter."""
        data = self.sock.recv(65536)
        if data[:1] == b"\x89":
            self.send(0x8A, data[2:2 + data[1]])
        return data

    def bays(self, pairs):
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        self.call("NotifyEvent", {"generatedAt": now, "seqNo": 0, "eventData": [
            {"eventId": e, "timestamp": now, "trigger": "Delta", "actualValue": "true" if occupied else "false",
             "eventNotificationType": "HardWiredNotification",
             "component": {"name": "BayOccupancySensor", "evse": {"id": e}}, "variable": {"name": "Active"}}
            for e, occupied in pairs]})


def drain(stations, stop):
    selector = selectors.DefaultSelector()
    for station in stations:
        selector.register(station.sock, selectors.EVENT_READ, station)
    while not stop.is_set():
        for key, _ in selector.select(0.2):
            if not key.data.read():
                selector.unregister(key.fileobj)


def change(stations, rng, stop, changed):
    start = time.monotonic()
    while not stop.is_set():
        if changed[0] >= (time.monotonic() - start) * CHANGES_PER_S:
            time.sleep(0.002)
            continue
        rng.choice(stations).bays([(rng.randrange(1, EVSES_EACH + 1), rng.random() < 0.5)])
        changed[0] += 1


def timed(port, path, token):
    start = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
    response = connection.getresponse()
    body = response.read()
    took = (time.perf_counter() - start) * 1000
    connection.close()
    return took, response.status, body


def cpu_ms(pid):
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def run(build, options):
    rng = random.Random(1)
    program = server_program(build)
    with tempfile.TemporaryDirectory() as folder:
        state = os.path.join(folder, "server.db")
        token, password = register(program, state, rng)
        process = subprocess.Popen([program, "serve", "--state", state, "--listen", "127.0.0.1:0", "--request-rate", "0"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        stop, changed = threading.Event(), [0]
        try:
            port = int(process.stdout.readline().rsplit(":", 1)[1])
            stations = []
            for n in range(STATIONS):
                stations.append(Station(port, f"S{n}", password))
            threads = [threading.Thread(target=drain, args=(stations, stop))]
            threads[0].start()
            for station in stations:
                station.bays([(e, rng.random() < 0.5) for e in range(1, EVSES_EACH + 1)])
            time.sleep(6)
            threads.append(threading.Thread(target=change, args=(stations, random.Random(2), stop, changed)))
            threads[1].start()
            door = [timed(port, "/v1/locations", None)[0] for _ in range(200)][50:]
            took, found, sizes = [], [], []
            start, before, cpu = time.monotonic(), changed[0], cpu_ms(process.pid)
            for _ in range(SEARCHES):
                latitude, longitude = place(rng)
                ms, status, body = timed(port, f"/v1/locations?latitude={latitude:.4f}&longitude={longitude:.4f}"
                                               "&radius_m=10000&free_now=true&limit=50", token)
                assert status == 200, (status, body)
                took.append(ms)
                sizes.append(len(body))
                found.append(sum(len(l["evses"]) for l in json.loads(body)["locations"]))
            elapsed, cpu = time.monotonic() - start, cpu_ms(process.pid) - cpu
            rate = (changed[0] - before) / elapsed
            rss = int(next(l for l in open(f"/proc/{process.pid}/status") if l.startswith("VmRSS")).split()[1]) / 1024
        finally:
            stop.set()
            for thread in threads:
                thread.join()
            process.terminate()
            process.wait()
    assert sum(found) / len(found) > 40, "the searches found almost nothing: the bench measures something else"
    return [
        ("charging points; stations connected", f"{STATIONS * EVSES_EACH}", "", f"{STATIONS} stations, server {rss:.0f} MiB"),
        ("bay changes a second meanwhile", f"{rate:.0f}", "1/s", "" if rate > 0.9 * CHANGES_PER_S else "less than wanted"),
        ("found on average", f"{sum(found) / len(found):.1f}", "", f"{sum(sizes) / len(sizes) / 1024:.0f} KiB an answer"),
        ("search, median", f"{percentile(took, 0.5):.2f}", "ms", "with its own TCP connection"),
        ("search, p99", f"{percentile(took, 0.99):.2f}", "ms", "goal: at most 10"),
        ("server CPU time a search, bay changes included", f"{cpu / SEARCHES:.2f}", "ms", ""),
        ("search, slowest", f"{max(took):.2f}", "ms", f"of {SEARCHES}"),
        ("connection alone (a refusal), median", f"{percentile(door, 0.5):.2f}", "ms", "what one request a connection costs"),
    ]
