#!/usr/bin/env python3
"""Piles and cars without network, with real processes: what the garage's story does not tell.

usage: test_garage.py BUILD [unittest arguments]
"""
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from garage import NEIGHBOUR_VIN, admin, is_prepared, operator  # noqa: E402
from world import World, free_port  # noqa: E402

BUILD = None
CAR = {"battery_wh": 20000, "soc_percent": 70, "max_power_w": 120000, "unplug_at_percent": 90}


class Garage(unittest.TestCase):
    def setUp(self):
        self.world = world = self.enterContext(World(BUILD, speed=600))
        world.start_bus()
        world.start_server()
        world.link_port = free_port()
        self.link = f"http://127.0.0.1:{world.link_port}"
        admin(world, "station", "codes", "PILE1", "on")
        admin(world, "station", "link", "PILE1", self.link)
        admin(world, "code", "add", "demo-car", NEIGHBOUR_VIN)
        world.start_pile("--local-link", f"127.0.0.1:{world.link_port}")
        world.until("the pile is prepared", lambda: is_prepared(world))
        self.source = f"filesrc location={world.render_scene()} ! matroskademux ! jpegdec"
        world.start_vehicle()
        world.gear("D", speed_kmh=12)

    def lose_the_uplink(self):
        self.world.sim("uplink", up=False)
        self.world.until("the pile is gone", lambda: not operator(self.world, "stations")["stations"][0]["connected"])

    def back_up_and_park(self, wanted):
        self.world.gear("R", speed_kmh=4)
        self.world.wait("a found pile", wanted)
        self.world.gear("P", speed_kmh=0)

    def plug(self):
        self.world.sim("plug", vehicle=CAR)
        self.world.vehicle("plug connected")

    def transactions(self):
        return operator(self.world, "transactions")["transactions"]

    def test_stored_consent_gets_the_code_and_hands_it_over(self):
        world = self.world
        self.lose_the_uplink()
        world.start_car(self.source)
        world.run("rearchargectl", "status")
        world.wait("the gear", lambda s: s.get("gear") == "D")
        self.back_up_and_park(lambda s: s.get("pile", {}).get("evse_id"))
        world.wait("standstill", lambda s: s.get("driving_state") == "parked")
        world.run("rearchargectl", "consent", "confirm=park", "auto_code=true")
        world.wait("a code", lambda s: s.get("offline", {}).get("digits"))
        self.plug()
        world.wait("the pile's yes", lambda s: s.get("offline", {}).get("link") == "accepted")
        world.until("the end of the charge", lambda: world.pile_state()["evses"][0].get("last_session") or not world.pile_state()["evses"][0]["cable"], 60)
        world.sim("uplink", up=True)
        snapshot = world.wait("the receipt", lambda s: s.get("receipt", {}).get("receipt_id"), 40)
        self.assertTrue(snapshot["receipt"]["checked"])
        self.assertEqual([t.get("flag") for t in self.transactions()], [None])

    def neither_has_network(self):
        """The code is read, the server does not answer, and the pile has no uplink either."""
        world = self.world
        world.wait("the gear", lambda s: s.get("gear") == "D")
        self.lose_the_uplink()
        world.processes["rearcharge-server"].stop()
        self.back_up_and_park(lambda s: s.get("journey_state") == "looking_up")
        world.wait("what to do", lambda s: s.get("offline", {}).get("next") == "plug_in")

    def network_returns(self):
        self.world.start_server()
        self.world.sim("uplink", up=True)

    def configure_link(self):
        config = self.world.folder / "rearcharge.conf"
        config.write_text(self.world.configuration(self.source) + f"\n[link]\nurl={self.link}\n")
        self.world.configuration = lambda *a, **k: config.read_text()

    def test_neither_has_network_and_the_pile_knows_the_car(self):
        world = self.world
        self.configure_link()
        world.vehicle(f"id {NEIGHBOUR_VIN}")
        world.start_car(self.source)
        self.neither_has_network()
        self.plug()
        world.wait("the pile's yes", lambda s: s.get("offline", {}).get("link") == "accepted")
        world.until("the end of the charge", lambda: world.pile_state()["evses"][0].get("last_session") or not world.pile_state()["evses"][0]["cable"], 60)
        self.network_returns()
        orders = world.until("one settled order", lambda: [o for o in operator(world, "orders")["orders"] if o["state"] == "settled"], 40)
        self.assertEqual([(o["vehicle_id"], o["origin"]) for o in orders], [("demo-car", "vehicle_code")])
        self.assertEqual(len(self.transactions()), 1, "never two transactions for one plug-in")
        self.assertEqual(len(operator(world, "orders")["orders"]), 1, "never two orders")

    def test_neither_has_network_and_a_voucher_pays(self):
        world = self.world
        self.configure_link()
        world.start_car(self.source)
        world.gear("P", speed_kmh=0)
        world.wait("standstill", lambda s: s.get("driving_state") == "parked")
        world.run("rearchargectl", "consent", "voucher=true")
        world.wait("a voucher in store", lambda s: s.get("offline", {}).get("voucher"), 20)
        world.gear("D", speed_kmh=12)
        self.neither_has_network()
        self.plug()
        world.wait("the pile's yes", lambda s: s.get("offline", {}).get("link") == "accepted" and s["offline"]["handed"] == "voucher")
        world.until("the end of the charge", lambda: world.pile_state()["evses"][0].get("last_session") or not world.pile_state()["evses"][0]["cable"], 60)
        self.network_returns()
        orders = world.until("one settled order", lambda: [o for o in operator(world, "orders")["orders"] if o["state"] == "settled"], 40)
        self.assertEqual([o["origin"] for o in orders], ["voucher"])
        self.assertEqual([v["uses"] for v in operator(world, "vouchers")["vouchers"]][-1], 1)
        self.assertEqual([t.get("flag") for t in self.transactions()], [None])


if __name__ == "__main__":
    BUILD = sys.argv.pop(1)
    unittest.main()
