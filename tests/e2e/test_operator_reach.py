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


def main():
    global BUILD
    BUILD = sys.argv.pop(1)
    unittest.main(verbosity=2)


if __name__ == "__main__":
    main()
