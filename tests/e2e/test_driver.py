#!/usr/bin/env python3
"""What a driver says to the car over the bus, and what the car answers, with real processes and a camera that needs no pictures.

usage: test_driver.py BUILD [unittest arguments]
"""
import json
import pathlib
import resource
import subprocess
import sys
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
from world import EVSE_ID, QR_HOST, World, http  # noqa: E402

BUILD = None
CAR = {"battery_wh": 60000, "soc_percent": 20, "max_power_w": 120000}
OTHER_EVSE = "DE*ABC*E20001*1"
NOBODY = "00000000-0000-4000-8000-000000000000"


class DriverWorld(World):
    """The camera sees what the file says; there is a second pile, without a station."""

    def camera_section(self, source):
        return f"[camera]\nprogram={HERE.parent / 'faults/fake_camera.py'}\nsource={source}\n"

    def furnish_server(self, *state):
        super().furnish_server(*state)
        self.run("rearcharge-server", "station", "add", "PILE2", "--name", "Street 1", "--operator", "ABC Energy", "--evse", OTHER_EVSE,
                 "--latitude", "52.51", "--longitude", "13.4", "--tariff", "day", "--power-w", "22000", "--connector", "IEC_62196_T2",
                 "--password-file", self.folder / "pile2.password", *state)

    def ctl(self, *words):
        return self.run("rearchargectl", *words).stdout

    def refused(self, *words):
        """What is said of a word that is refused."""
        done = self.run("rearchargectl", *words, check=False)
        if done.returncode != 1:
            raise AssertionError(f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done.stderr


class Driver(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = world = cls.enterClassContext(DriverWorld(BUILD, speed=240))
        world.start_bus()
        world.start_server()
        world.start_pile()
        world.seen = world.folder / "seen"
        world.seen.write_text("nothing of ours")
        world.start_vehicle()
        world.vehicle("position 52.5 13.4")
        world.start_car(world.seen, confirm="tap", consent=False)

    def park(self):
        self.world.gear("P", speed_kmh=0)
        self.world.wait("standstill", lambda s: s.get("driving_state") == "parked")

    def drive(self):
        self.world.gear("D", speed_kmh=30)
        self.world.wait("driving", lambda s: s.get("driving_state") == "moving")

    def says(self, part, *words):
        said = self.world.refused(*words)
        self.assertIn(part, said, words)

    def test_a_search_takes_each_of_its_keys(self):
        every = ("latitude=52.5", "longitude=13.4", "radius_m=5000", "connector=IEC_62196_T2_COMBO", "min_power_w=50000", "max_price=0.49",
                 "free_now=true", "limit=10")
        self.assertIn(EVSE_ID, self.world.ctl("find", *every))
        for narrower in ("connector=IEC_62196_T2", "min_power_w=150001", "max_price=0.48", "latitude=52.6"):
            key = narrower.split("=")[0]
            found = self.world.ctl("find", *[narrower if word.startswith(key) else word for word in every])
            self.assertEqual(found, "no charging point found\n", narrower)
        self.assertEqual(self.world.run("rearchargectl", "find", "colour=red", check=False).returncode, 2)

    def test_a_map_follows_what_it_asked_for(self):
        world = self.world
        world.ctl("find", "radius_m=5000", "free_now=true", "min_power_w=50000", "watch=true")
        shown = {"free": True, "taken": False}
        for state, free in (("free", True), ("taken", False), ("free", True)):
            world.sim("bay", occupied=not free)
            world.wait(f"the point {state}", lambda s: [p["evse_id"] for p in s.get("nearby", []) if p["free"]] == ([EVSE_ID] if shown[state] else []))

    def test_a_reservation_is_checked_kept_and_given_back(self):
        world = self.world
        self.says("nothing is reserved", "cancel-reservation")
        self.says("expected an EVSE id", "reserve", "behind the house")
        self.says("RFC 3339", "reserve", EVSE_ID, "soon")
        self.says("1 minute to 2 hours", "reserve", EVSE_ID, "2020-01-01T00:00:00Z")
        world.ctl("reserve", EVSE_ID)
        world.wait("the reservation held", lambda s: s["reservation"].get("state") == "held")
        self.says("a reservation is open", "reserve", OTHER_EVSE)
        self.says("no other charging point is offered", "move")
        self.says("expected an EVSE id", "move", "elsewhere")
        world.ctl("cancel-reservation")
        world.wait("its end", lambda s: s["reservation"].get("state") == "cancelled")
        self.assertRegex(world.ctl("reservations"), f"{EVSE_ID.replace('*', '.')} +cancelled by_driver")
        # One that the server refuses: that pile has never been there.
        world.ctl("reserve", OTHER_EVSE)
        problem = world.wait("the refusal", lambda s: s["reservation"].get("problem"))["reservation"]["problem"]
        self.assertIn("pile", problem)

    def test_consent_is_given_at_standstill_and_outlives_the_daemon(self):
        world = self.world
        watch = world.start("watch in words", "watch", program="rearchargectl")
        self.drive()
        self.says("the car must stand still", "consent", "confirm=park", "max_cost_minor=4200")
        self.park()
        watch.wait_line(lambda line: "gear D" in line)
        watch.wait_line(lambda line: "gear P" in line and "parked" in line)
        watch.stop()
        self.says("tap, park or auto", "consent", "confirm=always")
        self.says("two decimals", "consent", "currency=JPY")
        self.says("0 (no limit)..10000000", "consent", "max_energy_wh=10000001")
        self.says("0 (no limit)..31536000", "consent", "max_duration_s=31536001")
        self.assertNotEqual(world.snapshot["consent"]["confirm"], "park")
        world.ctl("consent", "confirm=park", "max_cost_minor=4200", "max_energy_wh=50000", "voucher=false")
        world.start_car(world.seen, confirm="tap", consent=False)
        consent = world.wait("the stored consent", lambda s: s.get("consent", {}).get("confirm") == "park")["consent"]
        self.assertEqual((consent["max_cost_minor"], consent["max_energy_wh"], consent["currency"]), (4200, 50000, "EUR"))
        world.wait("standstill", lambda s: s.get("driving_state") == "parked")
        world.ctl("consent", "confirm=tap", "max_cost_minor=5000", "max_energy_wh=0")

    def test_a_charge_ends_in_the_history_with_a_receipt(self):
        world = self.world
        self.drive()
        for word, why in (("order", "no charging point is on offer"), ("cancel", "nothing is ordered"), ("stop", "nothing is ordered"),
                          ("code", "no charging point is on offer")):
            self.says(why, word)
        world.seen.write_text(f"https://{QR_HOST}/E/{EVSE_ID}/not-a-token")
        world.gear("R", speed_kmh=4)
        world.processes["rearcharged"].wait_line(lambda line: "code not valid for this service" in line)
        world.seen.write_text(f"https://{QR_HOST}/E/{EVSE_ID}")
        world.wait("the offer", lambda s: s.get("pile", {}).get("evse_id") == EVSE_ID and s["journey_state"] == "offered")
        self.says("must stand still", "order")
        self.park()
        world.wait("an order that can be placed", lambda s: s["pile"].get("can_order"))
        world.ctl("order")
        world.wait("the order", lambda s: s.get("order", {}).get("state") == "accepted")
        self.says("an order is already under way", "order")
        self.says("no receipt", "receipt", world.snapshot["order"]["order_id"])
        world.sim("plug", vehicle=CAR)
        world.wait("power", lambda s: s["order"].get("state") == "charging" and s["order"]["energy_wh"] > 0)
        world.ctl("stop")
        order = world.wait("a receipt", lambda s: s.get("receipt", {}).get("receipt_id"))["order"]
        self.assertIn(f"  {order['order_id']}  {EVSE_ID}  settled", world.ctl("history"))
        self.assertIn("ENERGY", world.ctl("receipt", order["order_id"]))
        self.assertEqual(json.loads(world.ctl("--json", "receipt", order["order_id"]))["receipt_id"], world.snapshot["receipt"]["receipt_id"])
        self.says("no such order", "receipt", NOBODY)
        self.says("a UUID", "receipt", "the-last-one")
        world.seen.write_text("nothing of ours")
        world.sim("unplug")
        world.ctl("cancel")  # dismisses the receipt
        world.wait("nothing shown", lambda s: s["journey_state"] == "idle")

    def test_a_full_disk_refuses_every_wish_and_says_so(self):
        world = self.world
        self.park()
        daemon = world.processes["rearcharged"].popen.pid
        resource.prlimit(daemon, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        for words in (("reserve", EVSE_ID), ("consent", "max_cost_minor=4300"), ("subscribe", "radius_m=700"), ("share", "soc=on")):
            self.says("the disk does not take it", *words)
        self.assertFalse(world.snapshot["sharing"]["soc"])
        self.assertNotEqual(world.snapshot["reservation"].get("pending"), "reserve")
        resource.prlimit(daemon, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        world.ctl("share", "soc=on")
        world.wait("the change", lambda s: s["sharing"]["soc"])
        world.ctl("share", "soc=off")

    def test_offers_are_accepted_dismissed_and_refused_by_their_ids(self):
        world = self.world
        self.says("position: fixed needs latitude", "subscribe", "kinds=offer", "position=fixed")
        world.ctl("subscribe", "kinds=offer", "radius_m=5000", "position=fixed", "latitude=52.50001", "longitude=13.40001")
        until = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600))

        def post(text, **price):
            status, answer = http("POST", f"{world.server_url}/operator/v1/offers", {"text": text, "until": until, "station_ids": ["PILE1"], **price},
                                  token=world.operator_token)
            self.assertEqual(status, 201, answer)
            return answer["offer_id"]

        def offers(s):
            return {o["text"]: o for o in s.get("offers", [])}

        self.park()
        fifth = post("A fifth off", discount_percent=20)
        post("Cheap today", tariff_id="day")
        shown = offers(world.wait("two offers", lambda s: len(s.get("offers", [])) == 2))
        self.assertEqual(shown["Cheap today"]["per_kwh"], 0.49)
        world.ctl("dismiss", shown["Cheap today"]["offer_id"])
        world.wait("one less", lambda s: list(offers(s)) == ["A fifth off"])
        self.says("no such offer", "accept", NOBODY)
        http("DELETE", f"{world.server_url}/operator/v1/offers/{fifth}", token=world.operator_token)
        world.wait("none", lambda s: not s.get("offers"))


class Refusals(unittest.TestCase):
    """What rearcharged cannot work with is said in one line, and nothing is begun."""

    def setUp(self):
        self.world = self.enterContext(World(BUILD))
        self.world.server_url = "http://127.0.0.1:9"
        self.token = self.world.folder / "vehicle.token"
        self.token.write_text("a-token\n")
        self.config = self.world.folder / "rearcharge.conf"

    def start(self, text, *more):
        self.config.write_text(text)
        self.config.chmod(0o600)
        return subprocess.run([self.world.program("rearcharged"), "--config", self.config, *more], env=self.world.env, text=True, capture_output=True, timeout=20)

    def test_a_configuration_that_cannot_be_used(self):
        good = self.world.configuration(None)
        empty = self.world.folder / "empty"
        empty.write_text(" \n")
        blank = self.world.folder / "blank"
        blank.write_text("two words")
        for old, new, why in (("[order]", "[odrer]", "odrer"),
                              (f"token_file={self.token}", f"token_file={self.world.folder}/none", "expected a readable file with the vehicle's token"),
                              (f"token_file={self.token}", f"token_file={empty}", "expected one line with the vehicle's token"),
                              (f"token_file={self.token}", f"token_file={blank}", "expected a token without spaces"),
                              (f"token_file={self.token}", f"token_file={self.token}\nca_file={empty}", "expected PEM certificates"),
                              ("url=http://127.0.0.1:9", "url=ftp://127.0.0.1", "url"),
                              (f"dir={self.world.folder}/car", "dir=/proc/nowhere", "[state] dir: "),
                              ("[order]\n", "[order]\n#" + 300000 * "x" + "\n", "expected at most")):
            with self.subTest(why):
                done = self.start(good.replace(old, new))
                self.assertEqual(done.returncode, 2, done.stderr)
                self.assertIn(why, done.stderr)
                self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        missing = subprocess.run([self.world.program("rearcharged"), "--config", "/nowhere"], text=True, capture_output=True, timeout=20)
        self.assertEqual((missing.returncode, "/nowhere" in missing.stderr), (2, True), missing.stderr)

    def test_a_second_daemon_ends_and_the_first_one_stays(self):
        self.world.start_bus()
        self.world.start_car(None)
        second = self.start(self.world.configuration(None).replace("/car", "/car2"))
        self.assertEqual(second.returncode, 1, second.stderr)
        self.assertIn("another program is org.rearcharge.RearCharge already", second.stderr)
        self.assertIsNone(self.world.processes["rearcharged"].popen.poll())

    def test_a_car_without_a_server_says_so(self):
        world = self.world
        world.configuration = lambda source, **options: World.configuration(world, source, **options).replace("url=", "#url=").replace("token_file=", "#token_file=")
        world.camera_section = lambda source: DriverWorld.camera_section(world, source)
        world.seen = world.folder / "seen"
        world.seen.write_text(f"https://{QR_HOST}/E/{EVSE_ID}")
        world.start_bus()
        world.start_vehicle()
        world.start_car(world.seen)
        world.gear("R", speed_kmh=3)
        world.wait("the word", lambda s: s.get("notice") == "no_server_configured")
        for words in (("find", "latitude=52.5", "longitude=13.4"), ("reservations",)):
            self.assertIn("no server is configured", world.run("rearchargectl", *words, check=False).stderr)
        self.assertIn("the vehicle does not know where it is", world.run("rearchargectl", "find", check=False).stderr)


if __name__ == "__main__":
    BUILD = sys.argv.pop(1)
    unittest.main()
