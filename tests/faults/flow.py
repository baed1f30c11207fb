"""One flow from reverse gear to receipt in about two seconds, in which one program may be struck.

Each program has a keeper, as systemd is one: a program that ends is started again, without the fault.
"""
import json
import pathlib
import shutil
import sqlite3
import sys
import threading
import time
from http.client import HTTPException

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from world import EVSE_ID, QR_HOST, Failure, Process, World, free_port, http  # noqa: E402

PROGRAMS = ("rearcharged", "rearcharge-server", "rearcharge-pile")
CAR = {"battery_wh": 4000, "soc_percent": 70, "max_power_w": 120000}
CODE = f"https://{QR_HOST}/E/{EVSE_ID}"


def template(build):
    """A server's register with one car and one pile, made once and copied into each world."""
    world = World(build, keep=True)
    world.start_server()
    world.processes["rearcharge-server"].stop()
    return world.folder, world.operator_token


class Flow(World):
    def __init__(self, build, made, victim=None, fault=None, speed=2000):
        super().__init__(build, speed=speed)
        self.victim, self.fault = victim, dict(fault or {})
        folder, self.operator_token = made
        for name in ("server.db", "vehicle.token", "pile.password", "operator.token"):
            shutil.copy(folder / name, self.folder)
        self.server_port, self.panel_port = free_port(), free_port()
        self.server_url, self.panel_url = f"http://127.0.0.1:{self.server_port}", f"http://127.0.0.1:{self.panel_port}"
        self.ended, self.deaths, self.argv = threading.Event(), 0, {}
        self.starting = threading.Lock()  # a keeper must not start one while all are being ended
        self.seen = self.folder / "seen"
        self.seen.write_text(CODE)

    def __exit__(self, *failure):
        with self.starting:
            self.ended.set()
        for process in self.processes.values():
            process.popen.kill()
        super().__exit__(*failure)

    def tend(self, name, *argv):
        env = dict(self.env)
        if name == self.victim:
            env.update({"FAULT_PROGRAM": name, "LD_PRELOAD": str(self.build / "tests" / "faults" / "libfault-shim.so")} | self.fault)
        self.argv[name] = argv
        self.processes[name] = Process(name, [self.program(name), *argv], self.folder, env=env)
        threading.Thread(target=self._restart, args=(name,), daemon=True).start()

    def _restart(self, name):
        while not self.ended.is_set():
            self.processes[name].popen.wait()
            with self.starting:
                if self.ended.is_set():
                    return
                self.deaths += 1
                self.processes[name] = Process(name, [self.program(name), *self.argv[name]], self.folder, env=self.env)
            time.sleep(0.05)

    def kill(self, name):
        self.processes[name].popen.kill()

    def begin(self, confirm="auto"):
        self.start_bus()
        self.start_vehicle()
        self.gear("D", speed_kmh=12)
        self.tend("rearcharge-server", "serve", "--state", self.folder / "server.db", "--listen", f"127.0.0.1:{self.server_port}",
                  "--operator-token-file", self.folder / "operator.token")
        self.tend("rearcharge-pile", "--csms", f"ws://127.0.0.1:{self.server_port}/ocpp", "--identity", "PILE1",
                  "--password-file", self.folder / "pile.password", "--evse-id", EVSE_ID, "--qr-host", QR_HOST,
                  "--panel", f"127.0.0.1:{self.panel_port}", "--speed", self.speed, "--state", self.folder / "pile.db")
        config = self.folder / "rearcharge.conf"
        text = self.configuration(self.seen, confirm=confirm).replace(f"program={self.program('rearcharge-camera')}", f"program={HERE / 'fake_camera.py'}")
        config.write_text(text)
        config.chmod(0o600)
        self.until("the pile is accepted by the server", lambda: self.pile_state().get("boot", "").lower() == "accepted", 30)
        self.tend("rearcharged", "--config", config)

    def operator(self, what):
        try:
            return http("GET", f"{self.server_url}/operator/v1/{what}", token=self.operator_token, timeout_s=2)[1] or {}
        except (OSError, HTTPException):
            return {}

    def status(self):
        """The daemon's snapshot, {} while it is away."""
        done = self.run("rearchargectl", "status", "--json", check=False)
        try:
            return json.loads(done.stdout)
        except ValueError:
            return {}

    def try_sim(self, what, **body):
        try:
            http("POST", f"{self.panel_url}/sim/{what}", body, timeout_s=2)
        except (OSError, HTTPException):
            pass

    def stay_reversing(self):
        """R until the order is known to the server; a car without order reverses again."""
        self.gear("R", speed_kmh=4)

    def turn_round_when_unreachable(self):
        """A pile that was found while it was cut off is not ordered; this driver leaves and backs up to it again."""
        snapshot = self.status()
        if snapshot.get("journey_state") == "offered" and not snapshot.get("pile", {}).get("reachable", True):
            self.gear("D", speed_kmh=20)
            time.sleep(0.3)
            self.gear("R", speed_kmh=4)

    def play(self, timeout_s=25):
        """The driver's part. Repeats what a crash undid, as a driver would; ends with the receipt in the car."""
        deadline = time.monotonic() + timeout_s
        parked = unplugged = False
        self.stay_reversing()
        while time.monotonic() < deadline:
            orders = self.operator("orders").get("orders", [])
            if not orders:
                self.turn_round_when_unreachable()
            evse = (self.pile_state().get("evses") or [{}])[0]
            state = orders[0]["state"] if orders else None
            if orders and not parked:
                self.gear("P", speed_kmh=0)
                parked = True
            if state == "accepted" and evse and not evse.get("cable") and not unplugged:
                self.try_sim("plug", vehicle=CAR)
            full = orders and orders[0].get("soc_percent", 0) >= 100
            if evse.get("cable") and (full or state in ("ended", "settled")):
                self.try_sim("unplug")
                unplugged = True
            if state == "settled" and evse and not evse.get("cable") and self.history_total() is not None:
                return
            time.sleep(0.05)
        raise Failure(f"no receipt in the car after {timeout_s} s: orders {self.operator('orders')}, pile {self.pile_state()}\n{self.logs()}")

    def history(self):
        done = self.run("rearchargectl", "history", "--json", check=False)
        try:
            history = json.loads(done.stdout)
            return history if isinstance(history, list) else []
        except ValueError:
            return []

    def history_total(self):
        return next((o["total_minor"] for o in self.history() if o.get("total_minor") is not None), None)

    def check(self):
        """One order, one transaction, one settlement; money and energy equal at car, server and pile."""
        self.until("the pile to have sent everything", self._pile_is_empty, 30)
        orders = self.operator("orders")["orders"]
        history = self.history()
        wrong = []
        with sqlite3.connect(f"file:{self.folder}/server.db?mode=ro", uri=True) as db:
            transactions = db.execute("SELECT count(*) FROM transactions").fetchone()[0]
        if len(orders) != 1 or orders[0]["state"] != "settled":
            wrong.append(f"orders {orders}")
        if transactions != 1:
            wrong.append(f"{transactions} transactions")
        if len(history) != 1:
            wrong.append(f"history {history}")
        if not wrong:
            receipt = orders[0]["receipt"]
            meter = self.pile_state()["evses"][0]["meter_wh"]
            if history[0]["total_minor"] != receipt["total_minor"]:
                wrong.append(f"car {history[0]} server {receipt}")
            if history[0].get("energy_wh", receipt["energy_wh"]) != receipt["energy_wh"]:
                wrong.append(f"energy: car {history[0]} server {receipt}")
            if receipt["meter_stop_wh"] != meter or receipt["energy_wh"] <= 0:
                wrong.append(f"pile's meter {meter}, receipt {receipt}")
        if wrong:
            raise Failure("; ".join(wrong) + "\n" + self.logs())

    def _pile_is_empty(self):
        try:
            with sqlite3.connect(f"file:{self.folder}/pile.db?mode=ro", uri=True, timeout=1) as db:
                return db.execute("SELECT count(*) FROM call WHERE action = 'TransactionEvent'").fetchone()[0] == 0
        except sqlite3.Error:
            return False
