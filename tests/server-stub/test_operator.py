#!/usr/bin/env python3
"""The operator's page over real sockets: who gets in, the cookie, the events, the messages."""
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
        self.assertEqual(self.ask("POST", "/operator/session", {"token": TOKEN}, Origin="http://evil.example")[0], 403)
        self.assertEqual(self.ask("POST", "/operator/session", {"token": TOKEN}, **{"Content-Type": "text/plain"})[0], 415)

    def test_the_page_has_no_inline_code_and_its_files_are_there(self):
        for path, kind in {"/operator": "text/html", "/operator/operator.js": "text/javascript", "/operator/tables.js": "text/javascript", "/operator/page.js": "text/javascript",
                           "/operator/words.js": "text/javascript", "/operator/base.css": "text/css", "/operator/operator.css": "text/css", "/operator/icon.svg": "image/svg+xml"}.items():
            status, headers, body = self.ask("GET", path)
            self.assertEqual((path, status), (path, 200))
            self.assertTrue(headers["Content-Type"].startswith(kind), path)
            self.assertNotIn("unsafe", headers["Content-Security-Policy"])
            self.assertNotIn(b" style=", body)
        self.assertEqual(self.ask("GET", "/operator/serve.c")[0], 404)

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
