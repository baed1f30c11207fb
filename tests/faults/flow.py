"""One flow from reverse gear to receipt in about half a second, in which one program may be struck.

Each program has a keeper, as systemd is one: a program that ends is started again, without the fault. Flow is the plain
one; flows.py has the others, and says how to add one.
"""
import atexit
import json
import os
import pathlib
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
from http.client import HTTPException

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from world import EVSE_ID, QR_HOST, Failure, Process, World, free_port, http  # noqa: E402

CAR = {"battery_wh": 4000, "soc_percent": 70, "max_power_w": 120000}
CODE = f"https://{QR_HOST}/E/{EVSE_ID}"


def template(build):
    """A server's register with one car and one pile, made once and copied into each world."""
    world = World(build, keep=True)
    world.start_server()
    world.processes["rearcharge-server"].stop()
    atexit.register(shutil.rmtree, world.folder, ignore_errors=True)
    return world.folder, world.operator_token


class Flow(World):
    """Orders by stored consent while still reversing; the camera is a stand-in that sees the code at once."""
    struck = ("rearcharged", "rearcharge-server", "rearcharge-pile")
    recorded_together = True
    confirm = "auto"
    patience_s = 60  # a busy machine is no finding

    def __init__(self, build, made, victim=None, fault=None, speed=2000, watched=()):
        """@watched: programs whose points are listed, all in one undisturbed run"""
        super().__init__(build, speed=speed)
        self.victim, self.fault = victim, dict(fault or {})
        folder, self.operator_token = made
        for name in ("server.db", "vehicle.token", "pile.password", "operator.token"):
            shutil.copy(folder / name, self.folder)
        self.server_port, self.panel_port = free_port(), free_port()
        self.server_url, self.panel_url = f"http://127.0.0.1:{self.server_port}", f"http://127.0.0.1:{self.panel_port}"
        self.stores = self.folder
        self.ended, self.deaths, self.argv = threading.Event(), 0, {}
        self.away = set()  # programs that nobody starts again for now
        self.points = {name: self.points_file() for name in {victim, *watched} - {None}}
        self.starting = threading.Lock()  # a keeper must not start one while all are being ended
        self.seen = self.folder / "seen"
        self.seen.write_text(CODE)
        self.lever = "D"

    @staticmethod
    def points_file():
        """Written by the shim, also in the decoder's cage: nothing may be created there, nor written but below /dev."""
        handle, points = tempfile.mkstemp(prefix="rearcharge-points-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        os.truncate(handle, 1 << 20)
        os.close(handle)
        return pathlib.Path(points)

    def __exit__(self, *failure):
        with self.starting:
            self.ended.set()
        for process in self.processes.values():
            process.popen.kill()
        super().__exit__(*failure)
        for points in self.points.values():
            points.unlink(missing_ok=True)

    def shim(self, program):
        """What makes a program meet the fault; its children inherit it, but only this one heeds it."""
        return {"FAULT_PROGRAM": program, "FAULT_LOG": str(self.points[program]),
                "LD_PRELOAD": str(self.build / "tests" / "faults" / "libfault-shim.so")} | self.fault

    def carrier(self):
        """The program that is started with the fault in its environment."""
        return self.victim

    def env_of(self, name):
        """Every life of the victim has the shim: it strikes once, and a start-up may be where."""
        if self.victim and name == self.carrier():
            return self.env | self.shim(self.victim)
        return self.env | (self.shim(name) if name in self.points else {})

    def tend(self, name, *argv):
        self.argv[name] = argv
        self.processes[name] = Process(name, [self.program(name), *argv], self.folder, env=self.env_of(name))
        threading.Thread(target=self._restart, args=(name,), daemon=True).start()

    def _restart(self, name):
        while not self.ended.is_set():
            self.processes[name].popen.wait()
            while name in self.away and not self.ended.is_set():
                time.sleep(0.02)
            with self.starting:
                if self.ended.is_set():
                    return
                if name in self.away:
                    continue
                self.deaths += 1
                self.processes[name] = Process(name, [self.program(name), *self.argv[name]], self.folder, env=self.env_of(name))
            time.sleep(0.05)

    def leave(self, name):
        """It stops, and stays away until come_back()."""
        self.away.add(name)
        with self.starting:  # no keeper is about to start one
            self.processes[name].stop()

    def come_back(self, name):
        self.away.discard(name)

    def points_passed(self, program):
        """Each point that came by, in order; the file begins with two counters."""
        text = self.points[program].read_bytes()[8:].rstrip(b"\0").decode()
        return text.splitlines()

    def kill(self, name):
        self.processes[name].popen.kill()

    def begin(self, confirm=None):
        self.start_bus()
        self.start_vehicle()
        self.gear("D", speed_kmh=12)
        self.tend("rearcharge-server", "serve", "--state", self.stores / "server.db", "--listen", f"127.0.0.1:{self.server_port}",
                  "--operator-token-file", self.folder / "operator.token")
        self.tend("rearcharge-pile", "--csms", f"ws://127.0.0.1:{self.server_port}/ocpp", "--identity", "PILE1",
                  "--password-file", self.folder / "pile.password", "--evse-id", EVSE_ID, "--qr-host", QR_HOST,
                  "--panel", f"127.0.0.1:{self.panel_port}", "--speed", self.speed, "--state", self.stores / "pile.db",
                  "--qr-png", self.folder / "pile.png", *self.pile_options())
        self.until("the pile is accepted by the server", lambda: self.pile_state().get("boot", "").lower() == "accepted", self.patience_s)
        self.begin_car(confirm or self.confirm)

    def pile_options(self):
        return ()

    def begin_car(self, confirm):
        config = self.folder / "rearcharge.conf"
        config.write_text(self.configuration(self.source(), confirm=confirm))
        config.chmod(0o600)
        self.tend("rearcharged", "--config", config)

    def source(self):
        return self.seen

    def move_stores(self, folder):
        """Car, server and pile keep their memory there; before begin()."""
        self.stores = folder
        shutil.copy(self.folder / "server.db", folder)
        os.sync()  # the register is old; the programs sync what they write themselves

    def configuration(self, source, **options):
        return super().configuration(source, **options).replace(f"dir={self.folder}/car", f"dir={self.stores}/car")

    def camera_section(self, source):
        return f"""[camera]
program={HERE / 'fake_camera.py'}
source={source}
"""

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

    def before_order(self):
        """What the driver does, again and again, until the server knows of an order."""

    def with_order(self, order):
        """And then."""
        self.gear_once("P", speed_kmh=0)

    def gear_once(self, gear, speed_kmh):
        if self.lever != gear:
            self.gear(gear, speed_kmh=speed_kmh)
            self.lever = gear

    def play(self):
        """The driver's part. Repeats what a crash undid, as a driver would; ends with the receipt in the car."""
        deadline = time.monotonic() + self.patience_s
        unplugged = False
        self.gear_once("R", speed_kmh=4)
        while time.monotonic() < deadline:
            orders = self.operator("orders").get("orders", [])
            evse = (self.pile_state().get("evses") or [{}])[0]
            state = orders[0]["state"] if orders else None
            if orders:
                self.with_order(orders[0])
            else:
                self.before_order()
            if state == "accepted" and evse and not evse.get("cable") and not unplugged:
                self.try_sim("plug", vehicle=CAR)
            full = orders and orders[0].get("soc_percent", 0) >= 100
            if evse.get("cable") and (full or state in ("ended", "settled")):
                self.try_sim("unplug")
                unplugged = True
            if state == "settled" and evse and not evse.get("cable") and self.history_total() is not None:
                return
            time.sleep(0.05)
        raise Failure(f"no receipt in the car after {self.patience_s} s: orders {self.operator('orders')}, pile {self.pile_state()}\n{self.logs()}")

    def history(self):
        """The orders that the daemon remembers; None while it is away."""
        done = self.run("rearchargectl", "history", "--json", check=False)
        try:
            history = json.loads(done.stdout)
            return history if done.returncode == 0 and isinstance(history, list) else None
        except ValueError:
            return None

    def history_total(self):
        return next((o["total_minor"] for o in self.history() or [] if o.get("total_minor") is not None), None)

    def check(self):
        """One order, one transaction, one settlement; money and energy equal at car, server and pile."""
        self.until("the pile to have sent everything", self._pile_is_empty, self.patience_s)
        # Whoever was struck by the last question is being started again.
        orders = self.until("the server's orders", lambda: self.operator("orders").get("orders"), self.patience_s)
        history = self.until("the car's history", self.history, self.patience_s)
        pile = self.until("the pile's state", lambda: self.pile_state().get("evses"), self.patience_s)
        wrong = []
        with sqlite3.connect(f"file:{self.stores}/server.db?mode=ro", uri=True) as db:
            transactions = db.execute("SELECT count(*) FROM transactions").fetchone()[0]
        if len(orders) != 1 or orders[0]["state"] != "settled":
            wrong.append(f"orders {orders}")
        if transactions != 1:
            wrong.append(f"{transactions} transactions")
        if len(history) != 1:
            wrong.append(f"history {history}")
        if not wrong:
            receipt = orders[0]["receipt"]
            meter = pile[0]["meter_wh"]
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
            with sqlite3.connect(f"file:{self.stores}/pile.db?mode=ro", uri=True, timeout=1) as db:
                return db.execute("SELECT count(*) FROM call WHERE action = 'TransactionEvent'").fetchone()[0] == 0
        except sqlite3.Error:
            return False
