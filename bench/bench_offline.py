"""What a pile does without its uplink: 1,000 sessions by id and by code, over 10 reconnects and 10 kills (-9), uploaded to the real server;
and how far guessing gets with charging codes. Seeded: RANDOM_SEED changes the moments of the kills."""
import collections
import hashlib
import hmac
import http.client
import itertools
import json
import os
import pathlib
import random
import re
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "server-stub"))
from world import Server  # noqa: E402

SESSIONS, ROUNDS, EVSES = 1000, 10, 8
SECRET = "0123456789abcdef0123456789abcdef"
DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790")


def code(evse, slot):
    """A code of 5 kWh, from protocol/README.md, section 8."""
    text = b"rearcharge-offline-code-v1\0PILE8\0" + struct.pack(">IQI", evse, slot, 5000)
    mac = int.from_bytes(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()[:8], "big") % 10**10
    digits, interim = f"2{slot % 10000:04}{mac:010}", 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return digits + str(interim)


class Uplink:
    """A TCP relay that can be cut."""

    def __init__(self, port):
        self.target, self.up, self.sockets = port, True, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            near, _ = self.listener.accept()
            if not self.up:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self.target))
            self.sockets += [near, far]
            for a, b in ((near, far), (far, near)):
                threading.Thread(target=self.pump, args=(a, b), daemon=True).start()

    @staticmethod
    def pump(source, sink):
        try:
            while data := source.recv(65536):
                sink.sendall(data)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        self.up = False
        for end in self.sockets:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self.sockets = []


class Pile:
    def __init__(self, program, folder, port, password):
        self.folder = folder
        (folder / "password").write_text(password + "\n")
        (folder / "password").chmod(0o600)
        self.argv = [program, "--csms", f"ws://127.0.0.1:{port}/ocpp", "--identity", "PILE8", "--password-file", folder / "password", "--evses", str(EVSES),
                     "--evse-id", "DE*XYZ*E8*{n}", "--speed", "1200", "--state", folder / "pile.db", "--panel", "127.0.0.1:0"]
        self.start()
        self.stop()
        with sqlite3.connect(folder / "pile.db") as db:  # what a CSMS would have set
            db.execute("INSERT OR REPLACE INTO record VALUES('variables', ?)", [json.dumps(
                {"AuthCtrlr.OfflineTxForUnknownIdEnabled": "true", "OfflineChargingCtrlr.CodeSecret": SECRET})])
        self.start()

    def start(self):
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen(self.argv, stdout=subprocess.PIPE, stderr=log, text=True)
        for line in self.process.stdout:
            if found := re.match(r"panel http://127.0.0.1:(\d+)/", line):
                self.port = int(found[1])
                return
        raise RuntimeError("the pile ended:\n" + (self.folder / "log").read_text()[-2000:])

    def stop(self, hard=False):
        (self.process.kill if hard else self.process.terminate)()
        self.process.wait()
        self.process.stdout.close()

    def kill(self):
        self.stop(hard=True)
        self.start()

    def ask(self, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())

    def state(self):
        return self.ask("/sim/state")[1]


def wait(what, seconds, wanted):
    deadline = time.monotonic() + seconds
    while not (result := wanted()):
        assert time.monotonic() < deadline, f"{what}: not within {seconds} s"
        time.sleep(0.02)
    return result


def sessions(pile, numbers, slots, kill_at):
    """Plays the sessions @numbers, EVSES at a time, and kills the pile in the one @kill_at. Returns the ids of their transactions."""
    found = []
    for first in range(numbers.start, numbers.stop, EVSES):
        slot = next(slots)  # one code a slot and EVSE
        batch = list(zip(range(1, EVSES + 1), range(first, min(first + EVSES, numbers.stop))))
        for evse, number in batch:
            pile.ask("/sim/plug", {"evse": evse, "vehicle": {"battery_wh": 40000, "soc_percent": 20, "max_power_w": 50000}})
            if number % 2:
                status, answer = pile.ask("/sim/keypad", {"evse": evse, "code": code(evse, slot)})
            else:
                status, answer = pile.ask("/sim/identify", {"evse": evse, "id_token": f"CAR-{number}"})
            assert status == 200, f"session {number}: {answer}"
            found.append(answer["evses"][evse - 1]["transaction"]["id"])
            if number == kill_at:
                pile.kill()
        for evse, _ in batch:
            pile.ask("/sim/unplug", {"evse": evse})
    return found


def judge(log, admitted):
    """What the server has received: (events, repeated ones, sessions that are whole and in order)."""
    arrived = collections.defaultdict(list)
    for line in log.read_text().splitlines():
        row = json.loads(line)
        if row["station"] == "PILE8" and row["direction"] == "received" and '"TransactionEvent"' in row["text"]:
            event = json.loads(row["text"])[3]
            arrived[event["transactionInfo"]["transactionId"]].append((event["seqNo"], event["eventType"], row["text"].split('"', 2)[1]))
    assert set(arrived) == set(admitted), f"{len(set(admitted) - set(arrived))} sessions lost, {len(set(arrived) - set(admitted))} made up"
    whole = repeated = 0
    ids = collections.Counter(message for rows in arrived.values() for _, _, message in rows)
    assert max(ids.values()) == 1, "a message id was used twice"
    for transaction in admitted:
        rows = arrived[transaction]
        numbers = [number for number, _, _ in rows]
        once = sorted(set(numbers))
        repeated += len(numbers) - len(once)
        whole += (numbers == sorted(numbers) and once == list(range(len(once))) and rows[0][1] == "Started" and rows[-1][1] == "Ended"
                  and sum(kind == "Ended" for _, kind, _ in {r[0]: r for r in rows}.values()) == 1)
    return sum(map(len, arrived.values())), repeated, whole


def offline_sessions(build):
    seed = int(os.environ.get("RANDOM_SEED", "1"))
    dice, per_round, kills, slowest = random.Random(seed), SESSIONS // ROUNDS, 0, 0.0
    # The relay's port differs from the server's: a Host header without a port in the list is good with any.
    server = Server(pathlib.Path(build) / "server-stub" / "rearcharge-server", ["--allow-host", "127.0.0.1"])
    password = server.add_station("PILE8", ",".join(f"DE*XYZ*E8*{n}" for n in range(1, EVSES + 1)))
    with tempfile.TemporaryDirectory(prefix="rearcharge-bench-") as name:
        uplink = Uplink(server.port)
        pile = Pile(pathlib.Path(build) / "pile-sim" / "rearcharge-pile", pathlib.Path(name), uplink.port, password)
        wait("boot", 20, lambda: pile.state()["boot"] == "accepted")
        slots, admitted = itertools.count(int(time.time()) // 360, -1), []
        try:
            for turn in range(ROUNDS):
                uplink.cut()
                wait("the cut", 10, lambda: not pile.state()["connected"])
                numbers = range(turn * per_round, (turn + 1) * per_round)
                # Half of the kills while sessions run, half while they are uploaded.
                admitted += sessions(pile, numbers, slots, dice.choice(numbers) if turn % 2 == 0 else -1)
                queued, since = pile.state()["queued"], time.monotonic()
                uplink.up = True
                if turn % 2:
                    wait("half of the upload", 60, lambda: pile.state()["queued"] < queued * dice.uniform(0.3, 0.9))
                    pile.kill()
                kills += 1
                wait("the upload", 60, lambda: pile.state()["queued"] == 0 and pile.state()["boot"] == "accepted")
                slowest = max(slowest, time.monotonic() - since)
            meters = sum(evse["meter_wh"] for evse in pile.state()["evses"])
        finally:
            pile.stop()
            server.process.terminate()
            server.process.wait()
        events, repeated, whole = judge(server.folder / "ocpp.jsonl", admitted)
    yield f"offline sessions (8 EVSEs, half by code, half by id), seed {seed}", len(admitted), "", f"over {ROUNDS} reconnects and {kills} kills"
    yield "uploaded whole, in order, each event once", whole, "", f"{events} events, {repeated} repeated (their answer died with the pile)"
    yield "longest upload after a reconnect, kill included", f"{slowest:.1f}", "s", f"{meters / 1000:.0f} kWh in all"
    assert whole == SESSIONS and len(set(admitted)) == SESSIONS and repeated <= kills + ROUNDS and slowest < 30, "not as promised"


def guesses(build):
    done = subprocess.run([pathlib.Path(build) / "bench" / "guess-codes", "1000000"], capture_output=True, text=True, check=True)
    said = dict(line.split("\t") for line in done.stdout.splitlines())
    yield "random codes accepted, of a million", said["blind"], "", "any 16 digits"
    yield "guessed codes accepted, of a million", said["clever"], "", "right slot and check digit, random MAC"
    yield "wrong codes that a pile looks at, first day", said["day"], "", f"{said['month']} in 30 days: 1 in {5e9 / int(said['month']):.0e} a month"


def run(build, options):
    yield from guesses(build)
    yield from offline_sessions(build)
