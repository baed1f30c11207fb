"""The flows that are struck, by name. To add one: derive from Flow, say which programs are struck in it, and override
the driver's part (before_order, with_order), the start (begin, begin_car), or what must be true in the end (check).

    loop   consent orders while reversing                                      car, server, pile
    eye    the same with the real camera process and decoder on a still picture    camera, decoder
    face   the driver taps on the head unit's page                             head unit's page
    cut    the pile has no uplink: a code is fetched, typed in, and the charge told afterwards   car, server, pile
    known  neither car nor pile has network: the pile knows the car by its name, and tells of the charge afterwards   car, server, pile
    paper  the same with a voucher that the car has kept                       car, server, pile
    kept   the charging point is reserved, given back, reserved again, and the order uses it   car, server, pile
    halt   the driver ends a long charge from the car; once that is acknowledged it is never said again    car
"""
import contextlib
import http.client
import json
import shlex
import sqlite3
import threading
import time

from flow import CAR, Flow
from world import EVSE_ID, Failure, free_port


class Eye(Flow):
    recorded_together = False  # camera and decoder are children: only one of them can have the shim
    struck = ("rearcharge-camera", "rearcharge-decoder")

    def source(self):
        return f'filesrc location="{self.folder}/pile.png" ! decodebin ! imagefreeze is-live=true ! video/x-raw,framerate=15/1'

    def carrier(self):
        return "rearcharged"  # the camera process is its child

    def camera_section(self, source):
        decoder = self.program("rearcharge-decoder")
        if self.victim == "rearcharge-decoder":  # its environment is empty on purpose
            wrapper = self.folder / "decoder"
            words = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.shim(self.victim).items())
            wrapper.write_text(f"#!/bin/sh\nexec env {words} {shlex.quote(str(decoder))} \"$@\"\n")
            wrapper.chmod(0o755)
            decoder = wrapper
        # A machine that is busy with many flows is no hog frame.
        return f"[camera]\nprogram={self.program('rearcharge-camera')}\ndecoder={decoder}\nsource={source}\ndecoder-deadline-ms=500\n"

    def begin(self, confirm=None):
        super().begin(confirm)
        self.until("the daemon to know the gear", lambda: self.status().get("gear") == "D", self.patience_s)


class Face(Flow):
    struck = ("rearcharge-ui",)
    confirm = "tap"

    def begin(self, confirm=None):
        super().begin(confirm)
        self.ui_port = free_port()
        self.cookie = self.token = None
        self.tend("rearcharge-ui", "--port", self.ui_port, "--bus", "session")
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, method, path, body=None, timeout_s=5):
        """(status, text) of the page's server; OSError or HTTPException while it is away."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.ui_port, timeout=timeout_s)) as connection:
            headers = {"Origin": f"http://127.0.0.1:{self.ui_port}", "Cookie": self.cookie or "", "RearCharge-Token": self.token or ""}
            connection.request(method, path, None if body is None else json.dumps(body), headers | ({"Content-Type": "application/json"} if body is not None else {}))
            answer = connection.getresponse()
            if cookie := answer.getheader("Set-Cookie"):
                self.cookie = cookie.split(";")[0]
            return answer.status, answer.read().decode()

    def enter(self):
        """With the start URL of the newest life of the page's server."""
        urls = [line.split("Open once: ")[1] for line in self.processes["rearcharge-ui"].log_path.read_text().splitlines() if "Open once: " in line]
        if urls:
            self.ask("GET", "/" + urls[-1].split("/", 3)[3])
            self.token = json.loads(self.ask("GET", "/session")[1])["token"]

    def touch(self, method, path, body=None):
        """None when the page is away just now."""
        try:
            status, text = self.ask(method, path, body)
            if status == 401 or status == 403:
                self.enter()
                return None
            return text if status in (200, 204) else None
        except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError):
            return None

    def _listen(self):
        """The page that is open all the time."""
        while not self.ended.wait(0.05):
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(
                    http.client.HTTPConnection("127.0.0.1", self.ui_port, timeout=5)) as connection:
                connection.request("GET", "/events", headers={"Cookie": self.cookie or ""})
                answer = connection.getresponse()
                while answer.status == 200 and answer.read1(65536) and not self.ended.is_set():
                    pass

    def before_order(self):
        pile = self.status().get("pile", {})
        self.touch("GET", "/view")
        if pile.get("evse_id"):
            self.gear_once("P", speed_kmh=0)
        if pile.get("can_order"):
            self.touch("POST", "/actions/order", {})

    def check(self):
        super().check()
        history = self.until("the page's history", lambda: self.touch("GET", "/history"), self.patience_s)
        total = self.history_total()
        if f"{total // 100}.{total % 100:02d}" not in history:
            raise Failure(f"the page's history does not say {total}: {history}")


class Halt(Flow):
    struck = ("rearcharged",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs, speed=50)  # the battery would need half a minute
        self.stopped = False

    def with_order(self, order):
        super().with_order(order)
        if order["state"] == "charging" and order["energy_wh"] > 0 and not self.stopped:
            self.stopped = self.run("rearchargectl", "stop", check=False).returncode == 0

    def check(self):
        super().check()
        order = self.operator("orders")["orders"][0]
        if self.stopped and order["reason"] != "by_driver":
            raise Failure(f"the driver's stop was acknowledged and lost: {order}")


class Cut(Flow):
    confirm = "tap"

    def begin(self, confirm=None):
        self.run("rearcharge-server", "station", "codes", "PILE1", "on", "--state", self.stores / "server.db")
        super().begin(confirm)
        self.until("server and pile to agree on the secret of its codes", self._has_secret, self.patience_s)
        self.done = False  # the car has gone from the pile

    def _has_secret(self):
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(f"file:{self.stores}/server.db?mode=ro", uri=True, timeout=1)) as db:
            return db.execute("SELECT 1 FROM station_secrets WHERE told = 1").fetchone()

    def hold_uplink(self, pile):
        """Cut until the charge is over; a pile that was started again has come back by itself."""
        if pile and pile["uplink"] != self.done:
            self.try_sim("uplink", up=self.done)

    def before_order(self):
        """Taps whatever the car offers."""
        snapshot = self.status()
        if snapshot.get("pile", {}).get("evse_id"):
            self.gear_once("P", speed_kmh=0)
        if snapshot.get("pile", {}).get("can_order"):
            self.run("rearchargectl", "order", check=False)
        elif snapshot.get("offline", {}).get("next") == "ask_code":
            self.run("rearchargectl", "code", check=False)

    def at_the_pile(self, evse, state):
        if self.done:
            return
        if evse.get("cable") and (evse.get("soc_percent", 0) >= 100 or state in ("ended", "settled")):
            self.try_sim("unplug")
        elif evse.get("cable") and not evse.get("transaction"):
            if digits := self.status().get("offline", {}).get("digits"):
                self.try_sim("keypad", code=digits)
        elif not evse.get("cable") and state in ("accepted", "code_issued"):
            self.try_sim("plug", vehicle=CAR)

    def play(self):
        deadline = time.monotonic() + self.patience_s
        charged = False
        self.gear_once("R", speed_kmh=4)
        while time.monotonic() < deadline:
            orders = self.operator("orders").get("orders", [])
            state = orders[0]["state"] if orders else None
            pile = self.pile_state()
            evse = (pile.get("evses") or [{}])[0]
            charged = charged or evse.get("meter_wh", 0) > 0
            self.done = self.done or bool(charged and evse and not evse.get("cable") and not evse.get("transaction"))
            self.hold_uplink(pile)
            if not orders:
                self.before_order()
            elif state == "requested" and self.status().get("offline", {}).get("next") == "ask_code":
                self.run("rearchargectl", "code", check=False)
            if orders and evse:
                self.at_the_pile(evse, state)
            if state == "settled" and self.done and self.history_total() is not None:
                return
            time.sleep(0.05)
        raise Failure(f"no receipt in the car after {self.patience_s} s: orders {self.operator('orders')}, pile {self.pile_state()}\n{self.logs()}")


class Known(Flow):
    """The server is away until the charge is over."""
    NAME = "WVWZZZ1JZXW000001"
    origin = "vehicle_code"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.link_port = free_port()
        self.done = False  # the car has gone from the pile

    def admin(self, *argv):
        self.run("rearcharge-server", *argv, "--state", self.stores / "server.db")

    def register(self):
        self.admin("code", "add", "demo-car", self.NAME)

    def pile_options(self):
        return ("--local-link", f"127.0.0.1:{self.link_port}")

    def configuration(self, source, **options):
        return super().configuration(source, **options) + f"\n[link]\nurl=http://127.0.0.1:{self.link_port}\n"

    def begin(self, confirm=None):
        self.admin("station", "codes", "PILE1", "on")
        self.admin("station", "link", "PILE1", f"http://127.0.0.1:{self.link_port}")
        self.register()
        super().begin(confirm)
        self.until("the pile to be told what it needs without network", self._is_prepared, self.patience_s)
        self.prepare_car()
        self.until("the daemon to know the gear", lambda: self.status().get("gear") == "D", self.patience_s)
        self.leave("rearcharge-server")

    def prepare_car(self):
        self.vehicle(f"id {self.NAME}")

    def _is_prepared(self):
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(f"file:{self.stores}/server.db?mode=ro", uri=True, timeout=1)) as db:
            secret = db.execute("SELECT 1 FROM station_secrets WHERE told = 1").fetchone()
            return secret and self.pile_state().get("local_list_version", 0) >= self.wanted_list

    wanted_list = 1

    def drive_up(self, evse):
        """As a driver would who sees that nothing has happened."""
        offline = self.status().get("offline", {})
        if offline.get("next") in ("plug_in", "wait_network", "use_panel", "move_on"):
            self.gear_once("P", speed_kmh=0)
            if not evse.get("cable"):
                self.try_sim("plug", vehicle=CAR)
                self.vehicle("plug connected")
            elif offline["next"] == "move_on":  # refused: once more
                self.vehicle("plug disconnected")
                self.vehicle("plug connected")
        elif self.status().get("journey_state") == "idle":
            self.gear("D", speed_kmh=12)
            self.gear("R", speed_kmh=4)
            self.lever = "R"

    def play(self):
        deadline = time.monotonic() + self.patience_s
        self.gear_once("R", speed_kmh=4)
        while time.monotonic() < deadline:
            evse = (self.pile_state().get("evses") or [{}])[0]
            if not evse:
                pass
            elif evse.get("cable") and evse.get("soc_percent", 0) >= 100:
                self.try_sim("unplug")
                self.vehicle("plug disconnected")
            elif evse.get("meter_wh", 0) > 0 and not evse.get("cable") and not evse.get("transaction"):
                self.gear_once("P", speed_kmh=0)  # backing up here once more would be another wish
                self.done = True
                self.come_back("rearcharge-server")
            elif evse.get("transaction") and not evse.get("cable") and not evse.get("meter_wh"):  # the pile was away when the cable came
                self.try_sim("plug", vehicle=CAR)
            elif not evse.get("transaction") and not self.done:
                self.drive_up(evse)
            if self.done and any(o["state"] == "settled" for o in self.operator("orders").get("orders", [])) and self.history_total() is not None:
                return
            time.sleep(0.05)
        raise Failure(f"no receipt in the car after {self.patience_s} s: orders {self.operator('orders')}, pile {self.pile_state()}, car {self.status()}\n{self.logs()}")

    def check(self):
        super().check()
        with contextlib.closing(sqlite3.connect(f"file:{self.stores}/server.db?mode=ro", uri=True)) as db:
            flags = [row[0] for row in db.execute("SELECT flag FROM transactions")]
        order = self.operator("orders")["orders"][0]
        if order.get("origin") != self.origin or any(flags):
            raise Failure(f"flags {flags}, order {order}")


class Paper(Known):
    origin = "voucher"
    wanted_list = 0

    def register(self):
        pass

    def prepare_car(self):
        self.gear("P", speed_kmh=0)  # consent is given standing
        self.until("consent to a voucher", lambda: self.run("rearchargectl", "consent", "voucher=true", check=False).returncode == 0, self.patience_s)
        self.until("a voucher in store", lambda: self.status().get("offline", {}).get("voucher"), self.patience_s)
        self.gear("D", speed_kmh=12)


class Kept(Flow):
    def begin(self, confirm=None):
        super().begin(confirm)
        self.until("the daemon to know the gear", lambda: self.status().get("gear") == "D", self.patience_s)

    def reserve(self, other_than=""):
        """Asks until it is held; what is not answered is asked for again, which is the same to the daemon."""
        def is_held():
            kept = self.status().get("reservation", {})
            if kept.get("state") == "held" and kept["reservation_id"] != other_than:
                return kept["reservation_id"]
            self.run("rearchargectl", "reserve", EVSE_ID, check=False)
            return None
        return self.until("a reservation that is held", is_held, self.patience_s)

    def give_back(self):
        def is_over():
            if self.status().get("reservation", {}).get("state") == "cancelled":
                return True
            self.run("rearchargectl", "cancel-reservation", check=False)
            return False
        self.until("a reservation that is cancelled", is_over, self.patience_s)

    def play(self):
        first = self.reserve()
        self.give_back()
        self.reserve(other_than=first)
        super().play()

    def _reservations(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.stores}/server.db?mode=ro", uri=True, timeout=1)) as db:
            return db.execute("SELECT state, hold, reservation_id FROM reservations").fetchall()

    def check(self):
        super().check()
        self.until("no pile to keep anything for anybody", lambda: all(hold == 0 for _, hold, _ in self._reservations()), self.patience_s)
        used = [row for row in self._reservations() if row[0] == self.USED]
        open_ones = [row for row in self._reservations() if row[0] < self.FIRST_END]
        if len(used) != 1 or open_ones or "reservation" in self.pile_state()["evses"][0]:
            raise Failure(f"reservations {self._reservations()}, pile {self.pile_state()}")

    FIRST_END, USED = 3, 3  # the states as they are stored: requested, held, taken, used ...


FLOWS = {"loop": Flow, "eye": Eye, "face": Face, "halt": Halt, "cut": Cut, "known": Known, "paper": Paper, "kept": Kept}
