#!/usr/bin/env python3
"""The operator's page over real sockets: who gets in, the cookie, the events, the messages."""
import concurrent.futures
import http.client
import json
import sys
import unittest

from world import Server, Station, until

TOKEN = "operator-token-of-this-test"
PROGRAM = None


class Stream:
    def __init__(self, server, cookie):
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
        self.connection.request("GET", "/operator/v1/events", headers={"Cookie": cookie})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.status

    def next(self, wanted, fits=lambda data: True):
        """Data of the next event of that name that fits."""
        name = None
        while line := self.answer.readline().decode():
            if line.startswith("event: "):
                name = line[7:].strip()
            elif line.startswith("data: ") and name == wanted and fits(json.loads(line[6:])):
                return json.loads(line[6:])
        raise AssertionError("the stream ended")


class Operator(unittest.TestCase):
    def setUp(self):
        self.server = Server(PROGRAM)

    def tearDown(self):
        self.assertEqual(self.server.stop(), 0)

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        sent = {"Content-Type": "application/json"} if body is not None else {}
        connection.request(method, path, None if body is None else json.dumps(body), sent | headers)
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def login(self):
        status, headers, _ = self.ask("POST", "/operator/session", {"token": TOKEN})
        self.assertEqual(status, 204)
        return headers["Set-Cookie"]

    def test_the_token_is_traded_for_a_cookie_that_scripts_cannot_read(self):
        cookie = self.login()
        for part in ("HttpOnly", "SameSite=Strict", "Path=/operator", "Max-Age=43200"):
            self.assertIn(part, cookie)
        self.assertNotIn("Secure", cookie, "over plain HTTP the browser would drop it")
        self.assertNotIn(TOKEN, cookie)
        pair = cookie.split(";")[0]
        self.assertEqual(self.ask("GET", "/operator/v1/stations", Cookie=pair)[0], 200)
        self.assertEqual(self.ask("GET", "/v1/orders", Cookie=pair)[0], 401, "it opens nothing else")
        status, headers, _ = self.ask("DELETE", "/operator/session", Cookie=pair)
        self.assertEqual((status, "Max-Age=0" in headers["Set-Cookie"]), (204, True))
        self.assertEqual(self.ask("GET", "/operator/v1/stations", Cookie=pair)[0], 401)

    def test_only_wrong_tokens_are_failed_logins(self):
        for _ in range(8):
            self.assertEqual(self.ask("GET", "/operator/v1/status")[0], 401)
            self.assertEqual(self.ask("GET", "/operator/v1/status", Cookie="rearcharge_operator=old")[0], 401)
        guesses = [self.ask("POST", "/operator/session", {"token": f"guess {i}"})[0] for i in range(6)]
        self.assertEqual(guesses, [401] * 5 + [429])
        self.login()  # the right one is let in all the same

    def test_bad_logins_are_told_what_is_wrong(self):
        self.assertEqual(self.ask("POST", "/operator/session", {})[0], 400)
        self.assertEqual(self.ask("POST", "/operator/session", {"token": "x" * 5000})[0], 400)
        for raw in (b"", b"{", b"[]"):
            self.assertEqual(self.server.http("POST", "/operator/session", raw=raw, headers={"Content-Type": "application/json"})[1]["code"], "bad_json")
        self.assertEqual(self.ask("POST", "/operator/session", {"token": TOKEN}, Origin="http://evil.example")[0], 403)
        self.assertEqual(self.ask("POST", "/operator/session", {"token": TOKEN}, **{"Content-Type": "text/plain"})[0], 415)

    def test_a_session_writes_only_from_our_own_page(self):
        pair = self.login().split(";")[0]
        own = f"http://127.0.0.1:{self.server.port}"
        for origin, status in (({}, 403), ({"Origin": own}, 404), ({"Origin": "http://evil.example"}, 403)):
            self.assertEqual(self.ask("POST", "/operator/v1/codes/none/block", {}, Cookie=pair, **origin)[0], status, origin)
        self.assertEqual(self.server.http("POST", "/operator/v1/codes/none/block", token=TOKEN, raw=b"{", headers={"Content-Type": "application/json"})[1]["code"], "bad_json")
        self.assertEqual(self.ask("DELETE", "/operator/session", Origin=own)[0], 204, "who has no session may end it, too")

    def test_the_page_has_no_inline_code_and_its_files_are_there(self):
        for path, kind in {"/operator": "text/html", "/operator/operator.js": "text/javascript", "/operator/tables.js": "text/javascript", "/operator/page.js": "text/javascript",
                           "/operator/words.js": "text/javascript", "/operator/base.css": "text/css", "/operator/operator.css": "text/css", "/operator/icon.svg": "image/svg+xml"}.items():
            status, headers, body = self.ask("GET", path)
            self.assertEqual((path, status), (path, 200))
            self.assertTrue(headers["Content-Type"].startswith(kind), path)
            self.assertNotIn("unsafe", headers["Content-Security-Policy"])
            self.assertNotIn(b" style=", body)
        for name in ("serve.c", "none.js", "index", ".html"):
            self.assertEqual(self.ask("GET", f"/operator/{name}")[0], 404)

    def test_what_happens_at_a_pile_is_told_at_once(self):
        pair = self.login().split(";")[0]
        stream = Stream(self.server, pair)
        station = Station(self.server)
        told = stream.next("station", lambda s: s["reachable"])
        self.assertEqual((told["station_id"], told["evses"][0]["connector_status"]), ("PILE1", "Available"))
        station.event("Started", "tx-1", 0, "CablePluggedIn", "Charging", 100)
        self.assertFalse(stream.next("transaction", lambda t: t["transaction_id"] == "tx-1")["ended"])
        station.close()
        self.assertEqual(stream.next("station", lambda s: not s["connected"])["station_id"], "PILE1")

    def bearer(self, method, path, body=None):
        status, _, answer = self.ask(method, f"/operator/v1/{path}", body, Authorization=f"Bearer {TOKEN}")
        return status, json.loads(answer) if answer else None

    def refused(self, answer, status, code):
        self.assertEqual((answer[0], answer[1].get("code")), (status, code), answer)

    def test_vehicle_codes_are_made_blocked_and_removed(self):
        good = {"vehicle_id": "car-1", "type": "MacAddress", "id_token": "02AB34CD56EF", "station_id": "PILE1", "expires_at": "2036-01-01T00:00:00Z"}
        status, code = self.bearer("POST", "codes", good)
        self.assertEqual((status, code["id_token"], code["blocked"], code["station_id"]), (201, "02ab34cd56ef", False, "PILE1"), code)
        self.refused(self.bearer("POST", "codes", good), 409, "code_taken")
        for change, status, problem in (({"vehicle_id": "nobody"}, 404, "not_found"), ({"station_id": "NOWHERE"}, 404, "not_found"), ({"id_token": "a b"}, 400, "bad_field"),
                                        ({"type": "KeyCode"}, 400, "bad_field"), ({"type": 1}, 400, "bad_field"), ({"expires_at": "soon"}, 400, "bad_field"),
                                        ({"max_energy_wh": 0}, 400, "bad_field"), ({"currency": "JPY"}, 400, "bad_field")):
            self.refused(self.bearer("POST", "codes", good | {"id_token": "other"} | change), status, problem)
        one = f"codes/{code['code_id']}"
        self.assertIs(self.bearer("POST", f"{one}/block", {})[1]["blocked"], True)
        self.assertIs(self.bearer("POST", f"{one}/block", {})[1]["blocked"], True, "again: no harm")
        self.assertIs(self.bearer("POST", f"{one}/unblock", {})[1]["blocked"], False)
        self.refused(self.bearer("POST", "codes/none/block", {}), 404, "not_found")
        self.assertEqual([c["code_id"] for c in self.bearer("GET", "codes")[1]["codes"]], [code["code_id"]])
        self.assertEqual(self.bearer("DELETE", one), (204, None))
        self.assertEqual(self.bearer("DELETE", one), (204, None))
        self.assertEqual(self.bearer("GET", "codes")[1]["codes"], [])
        for method, path, body in (("POST", "codes", good), ("POST", f"{one}/block", {}), ("POST", f"{one}/unblock", {}), ("DELETE", one, None)):
            self.assertEqual(self.ask(method, f"/operator/v1/{path}", body)[0], 401)

    def call(self, action="ClearCache", payload=None, timeout_s=None, station="PILE1"):
        body = {"action": action, "payload": payload or {}}
        return self.bearer("POST", f"stations/{station}/call", body if timeout_s is None else body | {"timeout_s": timeout_s})

    def test_what_becomes_of_a_call_to_a_pile_is_said(self):
        self.refused(self.call(), 409, "pile_offline")
        self.refused(self.call(timeout_s=0), 400, "bad_field")
        station = Station(self.server)
        with concurrent.futures.ThreadPoolExecutor(10) as pool:
            answer = pool.submit(self.call)
            key, _ = station.expect("ClearCache")
            station.send([4, key, "InternalError", "the disk is full", {}])
            answer = answer.result()[1]
            self.assertEqual((answer["outcome"], answer["error"]), ("error", {"code": "InternalError", "description": "the disk is full"}))

            self.assertEqual(pool.submit(self.call, timeout_s=1).result()[1]["outcome"], "timeout")
            station.expect("ClearCache")
            many = [pool.submit(self.call, timeout_s=20) for _ in range(9)]
            late = next(concurrent.futures.as_completed(many)).result()
            self.refused(late, 429, "too_many")
            station.close()
            self.assertEqual([a.result()[1]["outcome"] for a in many if a.result()[0] == 200], ["lost"] * 8)

    def test_a_report_may_overtake_its_answer_and_need_not_come_whole(self):
        station = Station(self.server)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answer = pool.submit(self.call, "GetBaseReport", {"reportBase": "SummaryInventory"})
            key, asked = station.expect("GetBaseReport")
            part = {"requestId": asked["requestId"], "generatedAt": "2026-11-21T10:00:00Z", "seqNo": 0,
                    "reportData": [{"component": {"name": "C"}, "variable": {"name": "V"}, "variableAttribute": [{"value": "1"}]}]}
            self.assertEqual(station.call("NotifyReport", part), {})
            station.answer(key, {"status": "Accepted"})
            whole = answer.result()[1]
            self.assertEqual((whole["complete"], len(whole["report"])), (True, 1), whole)

    def test_who_waits_for_a_pile_when_the_server_ends_is_told(self):
        station = Station(self.server)
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            answer = pool.submit(self.call, timeout_s=60)
            station.expect("ClearCache")
            self.assertEqual(self.server.stop(), 0)
            self.server.stop = lambda: 0
            self.refused(answer.result(), 503, "stopping")

    def test_a_vehicle_that_listens_and_says_nothing_is_told_to_the_operator(self):
        ask = lambda body, vehicle="car-1": self.bearer("POST", f"vehicles/{vehicle}/query", body)
        self.refused(ask({"want": ["soc"]}, "nobody"), 404, "not_found")
        self.refused(ask({"want": ["soc"]}), 409, "vehicle_away")
        self.refused(ask({"want": ["weight"]}), 400, "bad_field")
        stream = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        stream.request("GET", "/v1/events", headers={"Authorization": f"Bearer {self.server.token}"})
        events = stream.getresponse()
        self.assertEqual(events.status, 200)
        self.refused(ask({"want": ["soc"], "timeout_s": 1}), 504, "vehicle_timeout")
        with concurrent.futures.ThreadPoolExecutor(12) as pool:
            many = [pool.submit(ask, {"want": ["soc"], "timeout_s": 2}) for _ in range(12)]
            codes = sorted(m.result()[1]["code"] for m in many)
        self.assertEqual(set(codes), {"too_many", "vehicle_timeout"})
        while events.readline() != b"event: vehicle_query\n":
            pass
        self.assertEqual(self.server.http("POST", "/v1/vehicle-state", {"query_id": "11111111-1111-4111-8111-111111111111"})[0], 404)
        stream.close()

    def test_messages_are_kept_and_found(self):
        pair = self.login().split(";")[0]
        stream = Stream(self.server, pair)
        station = Station(self.server)
        live = stream.next("messages")["messages"][0]
        self.assertEqual((live["seq"], live["station"], live["direction"]), (1, "PILE1", "received"))

        def found(query):
            status, _, body = self.ask("GET", f"/operator/v1/messages?{query}", Cookie=pair)
            self.assertEqual(status, 200)
            return json.loads(body)["messages"]

        self.assertEqual(len(until("the boot and its answer", lambda: len(found("station=pile1")) >= 4 and found("text=BootNotification"))), 1)
        self.assertEqual(found("station=PILE9"), [])
        self.assertEqual(len(found("limit=1")), 1)
        self.assertEqual(self.ask("GET", "/operator/v1/messages?limit=0", Cookie=pair)[0], 400)
        self.assertEqual(self.ask("GET", "/operator/v1/messages")[0], 401)
        self.assertEqual(self.ask("GET", "/operator/v1/events")[0], 401)
        station.close()


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=2)
