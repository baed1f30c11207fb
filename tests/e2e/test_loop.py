#!/usr/bin/env python3
"""The loop with real processes: each test is a story of one car at one pile.

usage: test_loop.py BUILD [unittest arguments]
"""
import json
import pathlib
import signal
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import EVSE_ID, World  # noqa: E402

BUILD = None
CAR = {"battery_wh": 20000, "soc_percent": 70, "max_power_w": 120000}


class Loop(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World(BUILD, speed=600))
        self.world.start_bus()
        self.world.start_server()
        self.world.start_pile()
        self.source = f"filesrc location={self.world.render_scene()} ! matroskademux ! jpegdec"
        self.world.start_vehicle()
        self.world.gear("D", speed_kmh=12)

    def back_up_to_the_pile(self, **configuration):
        self.world.start_car(self.source, **configuration)
        self.world.gear("R", speed_kmh=4)
        return self.world.wait("a found pile", lambda s: s.get("pile", {}).get("evse_id"))["pile"]

    def stand_still(self):
        self.world.sim("bay", occupied=True)
        self.world.gear("P", speed_kmh=0)

    def wait_order(self, *states):
        return self.world.wait(f"an order that is {' or '.join(states)}", lambda s: s.get("order", {}).get("state") in states)["order"]

    def charge_to_the_end(self):
        self.world.sim("plug", vehicle=CAR)
        self.world.wait("a full battery", lambda s: s.get("order", {}).get("soc_percent", 0) >= 100 or s.get("receipt"), 60)
        if not self.world.snapshot.get("receipt"):
            self.world.sim("unplug")
        return self.world.wait("the receipt", lambda s: s.get("receipt", {}).get("receipt_id"), 60)["receipt"]

    def operator(self, what):
        status, answer = self.world.operator(what)
        self.assertEqual(status, 200, answer)
        return answer

    def test_from_reverse_gear_to_receipt(self):
        pile = self.back_up_to_the_pile()
        self.assertEqual(pile["evse_id"], EVSE_ID)
        self.assertEqual(pile["trust"], "registered")
        self.stand_still()
        order = self.wait_order("accepted", "charging")
        receipt = self.charge_to_the_end()

        self.assertTrue(receipt["checked"], "the car's own calculation agrees")
        self.assertGreater(receipt["energy_wh"], 5000)
        expected = 50 + (receipt["energy_wh"] * 49 * 10 + 5000) // 10000  # 0.50 + Wh * 0.49/1000, half up, in cent
        self.assertEqual(receipt["total_minor"], expected)
        # Equal on all three sides: car, server, pile.
        [server_order] = self.operator("orders")["orders"]
        self.assertEqual(server_order["order_id"], order["order_id"])
        self.assertEqual(server_order["receipt"]["total_minor"], receipt["total_minor"])
        self.assertEqual(self.world.pile_state()["evses"][0]["meter_wh"], receipt["meter_stop_wh"])
        [history] = json.loads(self.world.run("rearchargectl", "history", "--json").stdout)
        self.assertEqual(history["total_minor"], receipt["total_minor"])

    def test_tap_orders_nothing_until_the_driver_says_so(self):
        self.back_up_to_the_pile(confirm="tap", consent=False)
        too_early = self.world.run("rearchargectl", "order", check=False)
        self.assertNotEqual(too_early.returncode, 0)
        self.assertIn("must stand still in P", too_early.stdout + too_early.stderr)
        self.stand_still()
        self.world.wait("an offer that may be ordered", lambda s: s["pile"].get("can_order"))
        self.assertEqual(self.operator("orders")["orders"], [])
        self.world.run("rearchargectl", "order")
        self.wait_order("accepted")

    def test_driving_off_cancels_the_order(self):
        self.back_up_to_the_pile()
        self.stand_still()
        self.wait_order("accepted")
        self.world.gear("D", speed_kmh=20)
        self.wait_order("cancelled")
        self.world.until("an idle pile", lambda: not self.world.pile_state()["evses"][0].get("transaction"))
        [order] = self.operator("orders")["orders"]
        self.assertEqual(order["state"], "cancelled")

    def test_the_car_finds_its_order_again_after_kill_9(self):
        self.back_up_to_the_pile()
        self.stand_still()
        order = self.wait_order("accepted")
        self.world.sim("plug", vehicle=CAR)
        self.wait_order("charging")
        self.world.processes["rearcharged"].popen.send_signal(signal.SIGKILL)
        self.world.processes["rearcharged"].popen.wait()
        self.world.start_car(self.source)
        self.assertEqual(self.wait_order("charging", "ended", "settled")["order_id"], order["order_id"])
        self.world.wait("a full battery", lambda s: s.get("order", {}).get("soc_percent", 0) >= 100 or s.get("receipt"), 60)
        if not self.world.snapshot.get("receipt"):
            self.world.sim("unplug")
        self.world.wait("the receipt", lambda s: s.get("receipt", {}).get("receipt_id"), 60)
        self.assertEqual(len(self.operator("orders")["orders"]), 1)

    def test_what_runs_over_the_maximum_cost_is_never_charged(self):
        self.back_up_to_the_pile(max_cost_minor=300)
        self.stand_still()
        self.wait_order("accepted")
        self.world.sim("plug", vehicle={**CAR, "soc_percent": 20})
        receipt = self.world.wait("the receipt", lambda s: s.get("receipt", {}).get("receipt_id"), 60)["receipt"]
        self.assertEqual(self.world.snapshot["order"]["reason"], "max_cost")
        self.assertEqual(receipt["total_minor"], 300)
        self.assertEqual(receipt["sum_minor"] - receipt["waived_minor"], 300)
        self.assertTrue(receipt["checked"])

    def test_a_second_reverse_gear_reads_again(self):
        self.back_up_to_the_pile(confirm="tap", consent=False)
        self.world.gear("D", speed_kmh=30)
        self.world.wait("the offer given up", lambda s: s.get("journey_state") == "idle" and s.get("camera_state") == "off")
        self.world.gear("R", speed_kmh=4)
        self.world.wait("the pile found again", lambda s: s.get("pile", {}).get("evse_id") and s["gear"] == "R")
        self.assertEqual(self.world.snapshot["faults"], [])

    def test_nobody_plugs_in_and_the_driver_is_told(self):
        self.world.processes.pop("rearcharge-server").stop()
        self.world.start_server("--plug-timeout", 2)
        self.world.until("the pile to be back", lambda: self.operator("stations")["stations"][0]["reachable"])
        self.back_up_to_the_pile()
        self.stand_still()
        order = self.wait_order("expired")
        self.assertEqual(order["reason"], "not_plugged")
        self.world.until("an idle pile", lambda: not self.world.pile_state()["evses"][0].get("transaction"))

    def test_a_pile_without_uplink_is_found_but_not_ordered(self):
        self.world.sim("uplink", up=False)
        self.world.until("the server to notice", lambda: not self.operator("stations")["stations"][0]["connected"])
        pile = self.back_up_to_the_pile()
        self.assertFalse(pile["reachable"])
        self.stand_still()
        self.world.wait("standstill", lambda s: s.get("driving_state") == "parked")
        self.assertFalse(self.world.snapshot["pile"]["can_order"])
        self.assertEqual(self.operator("orders")["orders"], [])

    def test_a_restarted_bus_makes_the_gear_unknown_and_then_known_again(self):
        self.world.start_car(self.source)
        self.world.wait("the gear", lambda s: s.get("gear") == "D")
        self.world.processes["dbus-daemon"].stop()
        (self.world.folder / "bus").unlink(missing_ok=True)
        self.world.start_bus()
        self.world.until("the daemon on the new bus", lambda: '"gear":"D"' in self.world.run("rearchargectl", "status", "--json", check=False).stdout.replace(" ", ""))


class Traffic(unittest.TestCase):
    """Every OCPP message of a whole story against the official schemas."""

    def test_all_messages_are_valid(self):
        loop = Loop("test_from_reverse_gear_to_receipt")
        loop.setUp()
        self.addCleanup(loop.doCleanups)
        loop.test_from_reverse_gear_to_receipt()
        check = pathlib.Path(__file__).resolve().parent.parent / "ocpp" / "schema-check.mjs"
        for log in ("pile-ocpp.jsonl", "server-ocpp.jsonl"):
            done = subprocess.run(["node", check, "--modules", pathlib.Path(BUILD) / "ocpp-peers", loop.world.folder / log], text=True, capture_output=True)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)


if __name__ == "__main__":
    BUILD = sys.argv.pop(1)
    unittest.main(verbosity=2)
