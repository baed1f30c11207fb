#!/usr/bin/env python3
"""What an operator reaches through its server, with real processes: the pile (query, set, control), the vehicle (what the driver
lets it tell), and the driver (an offer that a rule made, accepted, in the price and on the receipt).

usage: test_operator_reach.py BUILD [unittest arguments]
"""
import json
import pathlib
import sqlite3
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import EVSE_ID, World, http  # noqa: E402

BUILD = None


class Pile(unittest.TestCase):
    """The calls to a pile, each against the real one."""

    @classmethod
    def setUpClass(cls):
        cls.world = World(BUILD, speed=600)
        cls.world.__enter__()
        cls.addClassCleanup(cls.world.__exit__, None, None, None)
        cls.world.start_server()
        cls.world.start_pile()

    def call(self, action, payload=None, status=200, **more):
        url = f"{self.world.server_url}/operator/v1/stations/PILE1/call"
        got, answer = http("POST", url, {"action": action, "payload": payload or {}, **more}, token=self.world.operator_token)
        self.assertEqual(got, status, answer)
        return answer

    def accepted(self, action, payload=None):
        answer = self.call(action, payload)
        self.assertEqual((answer["outcome"], answer["response"].get("status")), ("result", "Accepted"), answer)
        return answer

    def test_variables_are_read_and_set(self):
        clock = {"component": {"name": "OCPPCommCtrlr"}, "variable": {"name": "HeartbeatInterval"}}
        answer = self.call("SetVariables", {"setVariableData": [clock | {"attributeValue": "301"}]})
        self.assertEqual(answer["response"]["setVariableResult"][0]["attributeStatus"], "Accepted")
        answer = self.call("GetVariables", {"getVariableData": [clock]})
        self.assertEqual(answer["response"]["getVariableResult"][0]["attributeValue"], "301")

    def test_a_report_comes_whole(self):
        answer = self.accepted("GetBaseReport", {"reportBase": "FullInventory"})
        self.assertTrue(answer["complete"])
        names = {f"{item['component']['name']}.{item['variable']['name']}" for item in answer["report"]}
        self.assertIn("OCPPCommCtrlr.HeartbeatInterval", names)
        self.assertGreater(len(names), 30)

    def test_messages_are_triggered(self):
        self.accepted("TriggerMessage", {"requestedMessage": "Heartbeat"})
        self.world.until("a heartbeat", lambda: any('"Heartbeat"' in m["text"] and m["direction"] == "received"
                                                    for m in self.world.operator("messages?station=PILE1")[1]["messages"]))

    def test_availability_changes_and_comes_back(self):
        self.assertIn(self.call("ChangeAvailability", {"operationalStatus": "Inoperative", "evse": {"id": 1}})["response"]["status"], ("Accepted", "Scheduled"))
        self.world.until("an unavailable point", lambda: self.world.operator("stations")[1]["stations"][0]["evses"][0]["connector_status"] == "Unavailable")
        self.accepted("ChangeAvailability", {"operationalStatus": "Operative", "evse": {"id": 1}})
        self.world.until("an available point", lambda: self.world.operator("stations")[1]["stations"][0]["evses"][0]["connector_status"] == "Available")

    def test_a_transaction_is_started_seen_and_stopped(self):
        self.accepted("RequestStartTransaction", {"evseId": 1, "idToken": {"idToken": "OPERATOR-1", "type": "Central"}})
        transaction = self.world.until("a transaction", lambda: next((t for t in self.world.operator("transactions")[1]["transactions"] if not t["ended"]), None))
        answer = self.call("GetTransactionStatus", {"transactionId": transaction["transaction_id"]})
        self.assertIs(answer["response"]["ongoingIndicator"], True, self.world.operator('messages?station=PILE1')[1]['messages'][-8:])
        self.accepted("RequestStopTransaction", {"transactionId": transaction["transaction_id"]})
        self.world.until("its end", lambda: all(t["ended"] for t in self.world.operator("transactions")[1]["transactions"]))

    def command(self, *words, check=True):
        return self.world.run("rearcharge-server", *words, "--server", self.world.server_url, "--operator-token-file", self.world.folder / "operator.token", check=check)

    def test_each_sub_command_is_understood_by_the_pile(self):
        for words, wanted in ((("get", "OCPPCommCtrlr.HeartbeatInterval"), 'attributeStatus: "Accepted"'),
                              (("set", "OCPPCommCtrlr.HeartbeatInterval=300"), 'attributeStatus: "Accepted"'),
                              (("report", "summary"), 'name: "AvailabilityState"'),
                              (("trigger", "StatusNotification", "--evse", "1"), '"Accepted"'),
                              (("limit", "11000"), '"Accepted"'), (("unlimit",), '"Accepted"'),
                              (("limit", "7000", "--evse", "1"), '"Accepted"'), (("unlimit", "--evse", "1"), '"Accepted"'),
                              (("message", "Half price now"), '"Accepted"'), (("messages",), 'content: "Half price now"'),
                              (("monitors",), "status:"), (("unlock",), "status:"), (("clear-cache",), "status:"),
                              (("call", "GetLocalListVersion"), "versionNumber:"), (("transaction",), "messagesInQueue: false")):
            with self.subTest(words):
                verb, *rest = words
                self.assertIn(wanted, self.command("pile", verb, "PILE1", *rest).stdout)
        self.assertIn("not understood", self.command("pile", "fly", "PILE1", check=False).stderr)
        self.assertIn("404 not_found", self.command("pile", "unlock", "NOPE", check=False).stderr)
        self.assertIn("409 vehicle_away", self.command("vehicle", "query", "demo-car", check=False).stderr)
        away = self.world.run("rearcharge-server", "offer", "list", "--server", "http://127.0.0.1:1", "--operator-token-file", self.world.folder / "operator.token", check=False)
        self.assertIn("is the server running?", away.stderr)

    def test_what_ocpp_does_not_allow_never_leaves_the_server(self):
        before = self.world.operator("messages?station=PILE1&text=Reset")[1]["messages"]
        self.assertEqual(self.call("Reset", {"type": "Whenever"}, status=400)["code"], "bad_field")
        self.assertEqual(self.call("Reset", status=400)["code"], "bad_field")
        self.assertEqual(self.call("ReserveNow", status=400)["code"], "bad_field", "reservations have their own way")
        self.assertEqual(self.call("Reboot", status=400)["code"], "bad_field")
        self.assertEqual(self.world.operator("messages?station=PILE1&text=Reset")[1]["messages"], before)

    def test_only_an_operator_and_only_from_its_own_page(self):
        url = f"{self.world.server_url}/operator/v1/stations/PILE1/call"
        self.assertEqual(http("POST", url, {"action": "ClearCache"})[0], 401)
        self.assertEqual(http("POST", url.replace("PILE1", "NOPE"), {"action": "ClearCache"}, token=self.world.operator_token)[0], 404)


class Driver(unittest.TestCase):
    """The operator's offers and questions at the car, both ends with their real programs."""

    def setUp(self):
        self.world = self.enterContext(World(BUILD, speed=600))
        self.world.start_bus()
        self.world.start_server()
        self.world.start_pile()
        self.world.start_vehicle()
        self.world.vehicle("position 52.501 13.401")
        self.world.vehicle("soc 41")
        self.world.vehicle("plug disconnected")
        self.world.gear("P", speed_kmh=0)

    def ctl(self, *words, check=True):
        return self.world.run("rearchargectl", *words, check=check)

    def post(self, path, body, method="POST"):
        return http(method, f"{self.world.server_url}/operator/v1/{path}", body, token=self.world.operator_token)

    def test_a_vehicle_tells_what_its_driver_allows_and_nothing_else(self):
        everything = {"want": ["position", "soc", "plug", "gear"], "timeout_s": 5}
        self.world.start_car(None)
        self.world.wait("P", lambda s: s.get("driving_state") == "parked")
        self.assertEqual(self.post("vehicles/demo-car/query", everything), (409, self.post("vehicles/demo-car/query", everything)[1]))
        self.assertEqual(self.post("vehicles/demo-car/query", everything)[1]["code"], "vehicle_away", "it does not even listen")

        self.ctl("share", "soc=on", "gear=on")
        self.world.until("an open stream", lambda: self.post("vehicles/demo-car/query", everything)[0] == 200)
        status, answer = self.post("vehicles/demo-car/query", everything)
        self.assertEqual((status, answer["soc_percent"], answer["gear"], sorted(answer["denied"])), (200, 41, "parked", ["plug", "position"]), answer)
        self.assertNotIn("position", answer)
        self.assertNotIn("plug", answer)

        self.ctl("share", "soc=off", "position=on", "plug=on")
        status, answer = self.post("vehicles/demo-car/query", everything)
        self.assertEqual((answer["position"], answer["plug"], answer["denied"]), ({"latitude": 52.501, "longitude": 13.401}, "disconnected", ["soc"]))

        self.world.gear("D", speed_kmh=30)
        self.world.wait("driving", lambda s: s.get("driving_state") == "moving")
        refused = self.ctl("share", "soc=on", check=False)
        self.assertIn("stand", refused.stderr + refused.stdout)
        self.assertEqual(self.post("vehicles/nobody/query", everything)[0], 404)
        self.assertEqual(self.post("vehicles/demo-car/query", {"want": []})[0], 400)

    def test_an_offer_that_a_rule_made_changes_the_price_and_is_named_by_the_receipt(self):
        world = self.world
        # The point has waited for two minutes: the test does not.
        world.until("the point is seen waiting", lambda: world.operator("stations")[1]["stations"][0]["evses"][0]["status"] == "AVAILABLE")
        with sqlite3.connect(world.server_db, timeout=10) as db:
            db.execute("INSERT OR REPLACE INTO idle_evses VALUES ('DEABCE123451', ?)", (int((time.time() - 120) * 1000),))
        source = f"filesrc location={world.render_scene()} ! matroskademux ! jpegdec"
        world.start_car(source, confirm="tap")
        self.ctl("subscribe", "kinds=offer", "radius_m=5000", "position=vehicle")
        world.until("the subscription at the server", lambda: self.post("vehicles", None, "GET")[1]["vehicles"][0]["kinds"] == ["offer"])
        self.assertEqual(self.post("offer-rules", {"text": "<b>free</b>", "idle_minutes": 1, "max_per_day": 1, "valid_minutes": 30, "radius_m": 2000,
                                                   "discount_percent": 50})[0], 400, "markup")
        status, rule = self.post("offer-rules", {"text": "Nobody here: half price", "idle_minutes": 1, "max_per_day": 1, "valid_minutes": 30, "radius_m": 2000,
                                                 "discount_percent": 50})
        self.assertEqual(status, 201, rule)
        offer = world.wait("the offer", lambda s: s.get("offers"))["offers"][0]
        self.assertEqual((offer["text"], offer["state"], offer["discount_percent"]), ("Nobody here: half price", "open", 50))

        world.gear("D", speed_kmh=12)
        world.wait("no offers for a driver who moves", lambda s: s.get("driving_state") == "moving" and not s["offers"])
        self.assertNotEqual(self.ctl("accept", offer["offer_id"], check=False).returncode, 0)
        # Both ends start anew: it is still there, and not told a second time.
        world.start_server()
        world.start_car(source, confirm="tap")
        world.gear("P", speed_kmh=0)
        world.wait("the offer after the restarts", lambda s: [o["offer_id"] for o in s.get("offers", [])] == [offer["offer_id"]])
        self.assertEqual(self.post("offers", None, "GET")[1]["offers"][0]["told"], 1)

        world.wait("a car that stands", lambda s: s.get("driving_state") == "parked")
        self.ctl("accept", offer["offer_id"])
        world.wait("the acceptance", lambda s: s["offers"][0]["state"] == "accepted")
        world.gear("R", speed_kmh=4)
        pile = world.wait("the price", lambda s: s.get("pile", {}).get("evse_id"))["pile"]
        self.assertEqual((pile["offer_id"], pile["per_kwh"], pile["flat"]), (offer["offer_id"], 0.245, 0.25), pile)
        world.sim("bay", occupied=True)
        world.gear("P", speed_kmh=0)
        world.wait("an order that can be placed", lambda s: s.get("pile", {}).get("can_order"))
        self.ctl("order")
        world.wait("the order", lambda s: s.get("order", {}).get("state") in ("accepted", "charging"))
        world.sim("plug", vehicle={"battery_wh": 20000, "soc_percent": 70, "max_power_w": 120000})
        world.wait("a full battery", lambda s: s.get("order", {}).get("soc_percent", 0) >= 100 or s.get("receipt"), 60)
        if not world.snapshot.get("receipt"):
            world.sim("unplug")
        receipt = world.wait("the receipt", lambda s: s.get("receipt", {}).get("receipt_id"), 60)["receipt"]
        self.assertEqual((receipt["offer_id"], receipt["offer_text"]), (offer["offer_id"], "Nobody here: half price"))
        self.assertIs(receipt["checked"], True, receipt)
        self.assertEqual(self.post("offers", None, "GET")[1]["offers"][0]["used"], 1)


def main():
    global BUILD
    BUILD = sys.argv.pop(1)
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
