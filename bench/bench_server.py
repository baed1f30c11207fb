"""The server under load, beside a minimal CSMS on npm ocpp-rpc with strict schemas (which stores nothing), in one run.

Work is counted per second of the server's own CPU time (user and system, /proc/PID/stat), so that load and peers on the same machine do not
count. TransactionEvents are answered only after the commit that holds them is on the disk.
"""
import hashlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import time
import urllib.request

STATIONS = 5000
ACTIVE = 50
PASSWORD = "station-password-of-the-bench"
TOKEN = "operator-token-of-the-bench"
HERE = pathlib.Path(__file__).resolve().parent
TICK = os.sysconf("SC_CLK_TCK")


def cpu_s(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def private_kb(pid):
    return sum(int(line.split()[1]) for line in pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines() if line.startswith("Private_"))


class Load:
    def __init__(self, build, port, deflate=False):
        argv = [str(build / "bench" / "station-load"), str(port), PASSWORD] + (["--deflate"] if deflate else [])
        self.popen = subprocess.Popen(argv, text=True, bufsize=1, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def do(self, command):
        self.popen.stdin.write(command + "\n")
        return json.loads(self.popen.stdout.readline())

    def end(self):
        self.popen.stdin.close()
        self.popen.wait()


class Ours:
    name = "rearcharge-server"

    def __init__(self, build, folder):
        self.build, self.folder, self.port, self.state = build, folder, 0, folder / "server.db"
        (folder / "token").write_text(TOKEN)
        subprocess.run([self.program, "tariff", "set", "day", "--currency", "EUR", "--energy", "0.49", "--state", self.state], check=True)
        hashed = hashlib.sha256(PASSWORD.encode()).hexdigest()
        with sqlite3.connect(self.state) as db:  # 5,000 runs of "station add" would take a minute
            for i in range(STATIONS):
                station, key = f"S{i:05}", f"DEABCE{i:05}1"
                db.execute("INSERT INTO stations (station_id, password_sha256, name, operator_name, latitude_deg, longitude_deg, location_id, boot_accepted, created_ms)"
                           " VALUES (?, ?, 'Bench', 'ABC', ?, 13.4, ?, 1, 0)", (station, hashed, 52 + i / 10000, station))
                db.execute("INSERT INTO evses (evse_key, evse_id, evse_uid, station_id, evse_no, tariff_id, connector_standard, connector_format, power_type, max_power_w)"
                           " VALUES (?, ?, ?, ?, 1, 'day', 'IEC_62196_T2_COMBO', 'CABLE', 'DC', 50000)", (key, f"DE*ABC*E{i:05}*1", station, station))

    @property
    def program(self):
        return self.build / "server-stub" / "rearcharge-server"

    def start(self, deflate):
        with open(self.folder / "server.log", "a", encoding="utf-8") as log:
            self.popen = subprocess.Popen([self.program, "serve", "--state", self.state, "--listen", f"127.0.0.1:{self.port}", "--operator-token-file", self.folder / "token"],
                                          text=True, stdout=subprocess.PIPE, stderr=log)
        self.port = int(self.popen.stdout.readline().rsplit(":", 1)[1])
        return self

    def stop(self, kill=False):
        self.popen.kill() if kill else self.popen.terminate()
        self.popen.wait()

    def stations_view_ms(self):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/operator/v1/stations", headers={"Authorization": f"Bearer {TOKEN}"})
        start = time.monotonic()
        with urllib.request.urlopen(request) as answer:
            answer.read()
        return (time.monotonic() - start) * 1000

    def events_stored(self):
        with sqlite3.connect(self.state) as db:
            return db.execute("SELECT count(*) FROM transaction_events").fetchone()[0]


class Peer:
    name = "npm ocpp-rpc, strict"

    def __init__(self, build, folder):
        self.build = build

    def start(self, deflate):
        self.popen = subprocess.Popen(["node", HERE / "csms_peer.mjs", "--modules", self.build / "ocpp-peers", "--deflate", "yes" if deflate else "no"],
                                      text=True, stdout=subprocess.PIPE)
        self.port = int(self.popen.stdout.readline())
        return self

    def stop(self):
        self.popen.terminate()
        self.popen.wait()


def rate(csms, load, command, median_of=3):
    """Calls answered per CPU second of the server."""
    rates = []
    for _ in range(median_of):
        before = cpu_s(csms.popen.pid)
        done = load.do(command)
        if done["unanswered"] or done["failed"]:
            raise RuntimeError(f"{csms.name}: {command}: {done}")
        rates.append(done["count"] / max(cpu_s(csms.popen.pid) - before, 1 / TICK))
    return sorted(rates)[len(rates) // 2]


def measure(csms, build, seconds):
    csms.start(deflate=False)
    load = Load(build, csms.port)
    load.do(f"connect {ACTIVE}")
    time.sleep(3)  # stations that only reconnect count as ready after 2 s
    yield (f"{csms.name}: Heartbeat, {ACTIVE} stations", rate(csms, load, f"heartbeat {ACTIVE} {seconds}"), "per CPU s")
    durable = "durable" if isinstance(csms, Ours) else "not stored"
    yield (f"{csms.name}: TransactionEvent ({durable}), {ACTIVE} stations", rate(csms, load, f"transaction {ACTIVE} {seconds}"), "per CPU s")
    before = private_kb(csms.popen.pid)
    opened = load.do(f"connect {STATIONS}")
    time.sleep(4)
    yield (f"{csms.name}: idle station, without permessage-deflate", (private_kb(csms.popen.pid) - before) / (STATIONS - ACTIVE), "kB")
    yield (f"{csms.name}: {STATIONS} stations connect", opened["ms"] / 1000, "s")
    yield (f"{csms.name}: Heartbeat, {ACTIVE} of {STATIONS} connected", rate(csms, load, f"heartbeat {ACTIVE} {seconds}"), "per CPU s")
    yield (f"{csms.name}: TransactionEvent ({durable}), {STATIONS} stations", rate(csms, load, f"transaction {STATIONS} {seconds}", 1), "per CPU s")
    if isinstance(csms, Ours):
        times = sorted(csms.stations_view_ms() for _ in range(5))
        yield (f"{csms.name}: GET /operator/v1/stations, first 1,000 of {STATIONS}", times[2], "ms")
        yield from reconnect(csms, load)
    load.end()
    csms.stop()
    csms.start(deflate=True)
    load = Load(build, csms.port, deflate=True)
    before = private_kb(csms.popen.pid)
    load.do(f"connect {STATIONS}")
    time.sleep(4)
    yield (f"{csms.name}: idle station, with permessage-deflate", (private_kb(csms.popen.pid) - before) / STATIONS, "kB")
    load.end()
    csms.stop()


def reconnect(csms, load):
    """The server dies while every station charges; all come back at once with the next event of their transaction."""
    load.do(f"transaction {STATIONS} 0")
    stored = csms.events_stored()
    csms.stop(kill=True)
    csms.start(deflate=False)
    start = time.monotonic()
    opened = load.do(f"connect {STATIONS}")
    events = load.do(f"transaction {STATIONS} 0")
    took = time.monotonic() - start
    lost = stored + STATIONS - csms.events_stored()
    yield (f"{csms.name}: {STATIONS} stations reconnect after a kill", opened["ms"] / 1000, "s")
    yield (f"{csms.name}: ... and each has its next event stored", took, "s", f"{lost} events lost, {events['unanswered']} unanswered")


def run(build, options):
    build = pathlib.Path(build).resolve()
    seconds = 2 if options.quick else 5
    for kind in (Ours, Peer):
        folder = pathlib.Path(tempfile.mkdtemp(prefix="rearcharge-bench-"))
        try:
            for row in measure(kind(build, folder), build, seconds):
                yield (row[0], f"{row[1]:,.1f}" if row[1] < 100 else f"{row[1]:,.0f}", row[2], row[3] if len(row) > 3 else "")
        finally:
            shutil.rmtree(folder, ignore_errors=True)

