#!/usr/bin/env python3
"""A server, or a camera, that talks nonsense to a real car: nothing of it is believed, all of it is survived, and it is said in words.

usage: test_strange_server.py BUILD [unittest arguments]
"""
import http.server
import json
import pathlib
import sys
import threading
import time
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "trust"))
from bus_client import BusClient  # noqa: E402
from test_driver import DriverWorld  # noqa: E402
from world import EVSE_ID, QR_HOST  # noqa: E402

BUILD = None
TOKEN = "a-secret-that-no-log-may-hold"
OBJECT_ID = "0b9a1b1e-6a0b-4a7c-9a3b-1d2e3f405162"
EVENTS = [("order", "{}"), ("order", "no JSON"), ("order", "[" * 100), ("offer", "{}"), ("offer", '{"offer_id":7}'), ("reservation", "{}"),
          ("query", "{}"), ("query", f'{{"query_id":"{OBJECT_ID}","want":["mood"],"expires_at":"2030-01-01T00:00:00Z"}}'), ("bay", "{}"), ("weather", "{}"), ("", "1")]


class Strange(http.server.BaseHTTPRequestHandler):
    """Answers of `answers` {(method, path): [(status, body)...]}, the last one for good; anything else is not found."""
    protocol_version = "HTTP/1.1"
    answers, asked, lock = {}, [], threading.Lock()

    def answer(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.partition("?")[0]
        with self.lock:
            self.asked.append((self.command, path))
            mine = self.answers.get((self.command, path), [(404, {"code": "not_found", "status": 404, "title": "x"})])
            status, body = mine.pop(0) if len(mine) > 1 else mine[0]
        if callable(body):
            body(self)
            return
        raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/problem+json" if status >= 400 else "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    do_GET = do_POST = do_PUT = do_DELETE = answer

    def log_message(self, *args):
        pass


def stream(request):
    request.send_response(200)
    request.send_header("Content-Type", "text/event-stream")
    request.end_headers()
    for number, (name, data) in enumerate(EVENTS):
        request.wfile.write(f"id: {number}\nevent: {name}\ndata: {data}\n\n".encode())
    request.wfile.flush()
    request.server.done.wait(30)
    request.close_connection = True


class StrangeServer(unittest.TestCase):
    def setUp(self):
        Strange.answers, Strange.asked = {}, []
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Strange)
        self.server.done = threading.Event()
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.shutdown)
        self.addCleanup(self.server.done.set)
        self.world = world = self.enterContext(DriverWorld(BUILD))
        world.server_url = f"http://127.0.0.1:{self.server.server_port}"
        (world.folder / "vehicle.token").write_text(TOKEN)
        world.seen = world.folder / "seen"
        world.seen.write_text("nothing of ours")
        world.start_bus()
        world.start_vehicle()

    def tearDown(self):
        daemon = self.world.processes["rearcharged"]
        self.assertIsNone(daemon.popen.poll(), "the daemon died")
        log = daemon.log_path.read_text()
        self.assertNotIn(TOKEN, log)
        self.assertNotIn("CRITICAL", log)

    def says(self, part, *words):
        self.assertIn(part, self.world.refused(*words), words)

    def log_of_the_car(self):
        return self.world.processes["rearcharged"].log_path.read_text()

    def test_events_that_are_none_change_nothing(self):
        Strange.answers = {("GET", "/v1/events"): [(200, stream)], ("GET", "/v1/orders"): [(200, {"orders": []})],
                           ("PUT", "/v1/subscription"): [(400, {"code": "bad_request", "status": 400, "title": "x"})]}
        world = self.world
        world.start_car(world.seen)
        world.gear("P", speed_kmh=0)
        world.wait("standstill", lambda s: s.get("driving_state") == "parked")
        world.ctl("subscribe", "kinds=offer,bay", "radius_m=500", "position=vehicle")
        world.until("all of them heard", lambda: self.log_of_the_car().count("ignored a") >= 7)
        snapshot = world.snapshot
        self.assertEqual((snapshot["offers"], snapshot["order"], snapshot["journey_state"], snapshot["reservation"].get("state")), ([], {}, "idle", None), snapshot)
        self.assertEqual(sum(asked == ("PUT", "/v1/subscription") for asked in Strange.asked), 1, "a final answer is not asked for again")

    def test_lists_that_are_none_are_no_lists(self):
        Strange.answers = {("GET", "/v1/orders"): [(200, {"orders": [{}]}), (200, {"orders": 7}), (200, "no JSON"), (200, {"orders": []})],
                           ("GET", "/v1/locations"): [(200, {"locations": [{}]}), (200, {"locations": {}}), (500, "no JSON"), (429, {"code": "slow_down", "status": 429, "title": "x"})],
                           ("GET", "/v1/reservations"): [(200, {"reservations": [{}]}), (200, {}), (403, {"code": "forbidden", "status": 403, "title": "x"})],
                           ("POST", "/v1/reservations"): [(200, {}), (409, {"code": "evse_occupied", "status": 409, "title": "x"})]}
        world = self.world
        world.start_car(world.seen)
        for _ in Strange.answers[("GET", "/v1/locations")][:]:
            self.says("server: ", "find", "latitude=52.5", "longitude=13.4")
        for _ in Strange.answers[("GET", "/v1/reservations")][:]:
            self.says("server: ", "reservations")
        world.ctl("reserve", EVSE_ID)
        world.wait("the refusal", lambda s: s["reservation"].get("problem") == "evse_occupied")
        self.assertEqual(world.snapshot["reservation"].get("state"), "refused")

    def test_answers_about_something_else_are_no_offer(self):
        Strange.answers = {("GET", "/v1/orders"): [(200, {"orders": []})], ("POST", "/v1/scans"): [(200, "[]"), (200, {}), (404, {"code": "unknown_evse", "status": 404, "title": "x"})]}
        world = self.world
        world.seen.write_text(f"https://{QR_HOST}/E/{EVSE_ID}")
        world.start_car(world.seen)
        world.gear("R", speed_kmh=3)
        world.wait("the refusal", lambda s: s.get("notice") == "unknown_evse" and s["journey_state"] == "failed")
        self.assertGreaterEqual(sum(asked == ("POST", "/v1/scans") for asked in Strange.asked), 3)

    def scan_answer(self):
        later = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 600))
        return {"scan_ref": OBJECT_ID, "expires_at": later, "evse_key": EVSE_ID.replace("*", ""), "evse_id": EVSE_ID, "bay": "free", "trust": "registered", "reachable": True,
                "location": {"id": "L1", "name": "Garage", "operator": {"name": "ABC"}, "coordinates": {"latitude": "52.5", "longitude": "13.4"}},
                "evse": {"uid": "1", "evse_id": EVSE_ID, "status": "AVAILABLE",
                         "connectors": [{"id": "1", "standard": "IEC_62196_T2_COMBO", "format": "CABLE", "power_type": "DC", "max_electric_power": 150000}]},
                "tariff": {"id": "day", "currency": "EUR", "elements": [{"price_components": [{"type": "ENERGY", "price": 0.49, "step_size": 1},
                                                                                             {"type": "TIME", "price": 1.2, "step_size": 1}]}]}}

    def see_the_pile(self, **options):
        self.world.seen.write_text(f"https://{QR_HOST}/E/{EVSE_ID}")
        self.world.start_car(self.world.seen, **options)
        self.world.gear("R", speed_kmh=3)

    def test_an_order_without_an_answer_is_called_off_when_the_car_leaves(self):
        Strange.answers = {("GET", "/v1/orders"): [(200, {"orders": []})], ("POST", "/v1/scans"): [(200, self.scan_answer())],
                           ("POST", "/v1/orders"): [(0, lambda request: self.server.done.wait(30))]}
        world = self.world
        self.see_the_pile(confirm="auto")
        world.wait("the order", lambda s: s.get("journey_state") == "ordering")
        world.until("the order at the server", lambda: ("POST", "/v1/orders") in Strange.asked)
        world.gear("D", speed_kmh=20)
        world.wait("nothing that could cost money", lambda s: s.get("journey_state") == "idle")
        self.assertEqual([path for method, path in Strange.asked if path.endswith("/withdraw")][0].count("/"), 4)

    def test_what_cannot_be_ordered_says_why(self):
        dear = self.scan_answer()
        dear["tariff"]["elements"][0]["price_components"].append({"type": "FLAT", "price": 60, "step_size": 1})
        Strange.answers = {("GET", "/v1/orders"): [(200, {"orders": []})], ("POST", "/v1/scans"): [(200, dear)]}
        world = self.world
        self.see_the_pile(confirm="tap")
        world.wait("the offer", lambda s: s.get("journey_state") == "offered")
        world.gear("P", speed_kmh=0)
        pile = world.wait("the reason", lambda s: s.get("driving_state") == "parked" and s["pile"].get("why_not") == "NoConsent")["pile"]
        self.assertFalse(pile["can_order"])
        self.says("set a maximum cost", "order")
        world.wait("the notice", lambda s: s["notice"] == "price_above_limit")

    def test_a_voucher_that_is_none_is_not_kept(self):
        for answer, word in (((200, {}), "voucher: the answer is of no use"), ((403, {"code": "forbidden", "status": 403, "title": "x"}), "voucher: refused (forbidden)")):
            Strange.answers = {("GET", "/v1/orders"): [(200, {"orders": []})], ("POST", "/v1/vouchers"): [answer]}
            self.world.start_car(self.world.seen)
            self.world.gear("P", speed_kmh=0)
            self.world.wait("standstill", lambda s: s.get("driving_state") == "parked")
            self.world.ctl("consent", "voucher=true")
            self.world.until(word, lambda: word in self.log_of_the_car())
            self.assertFalse(self.world.snapshot["offline"].get("voucher"))

    def test_a_server_that_does_not_know_this_car_is_told_to_be_so(self):
        problem = {"code": "unauthorized", "status": 401, "title": "x"}
        Strange.answers = {key: [(401, problem)] for key in (("GET", "/v1/orders"), ("GET", "/v1/events"), ("POST", "/v1/scans"), ("GET", "/v1/locations"))}
        world = self.world
        world.start_car(world.seen)
        world.wait("the word", lambda s: s.get("server_state") == "refused")
        self.assertIn("token", world.snapshot["server_problem"])


STRANGE_CAMERA = """#!/usr/bin/python3 -SE
import json, socket, sys, time
channel = socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))
for words in (b"no JSON", b"{}", b'{"type":"state"}', b"x" * 60000, b'{"type":"start"}', b'{"type":"of a newer version"}') * 20:
    channel.send(words)
channel.send(json.dumps({"type": "ready"}).encode())
channel.send(json.dumps({"type": "state", "state": "running", "detail": ""}).encode())
while channel.recv(16384):
    pass
"""


class StrangeCamera(unittest.TestCase):
    def setUp(self):
        self.world = world = self.enterContext(DriverWorld(BUILD))
        world.server_url = "http://127.0.0.1:9"
        (world.folder / "vehicle.token").write_text(TOKEN)
        self.program = world.folder / "camera"
        world.camera_section = lambda source: f"[camera]\nprogram={self.program}\nsource=x\n"
        world.start_bus()

    def preview(self):
        client = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
        self.addCleanup(client.close)
        return client.call("org.rearcharge.RearCharge", "/org/rearcharge/RearCharge", "org.rearcharge.RearCharge1", "OpenPreview", "", [])

    def test_a_camera_that_cannot_be_started_is_a_fault_with_a_reason(self):
        self.world.start_car("x")
        self.world.wait("the fault", lambda s: "camera" in s.get("faults", []))
        self.assertEqual(self.preview(), ("org.rearcharge.Error.CameraUnavailable", ["the camera process is not there"]))
        self.assertIn("camera: cannot start", self.world.processes["rearcharged"].log_path.read_text())

    def test_a_camera_that_talks_nonsense_is_heard_where_it_does_not(self):
        self.program.write_text(STRANGE_CAMERA)
        self.program.chmod(0o700)
        self.world.start_car("x")
        self.world.wait("a running camera", lambda s: s.get("camera_state") == "running")
        log = self.world.processes["rearcharged"].log_path.read_text()
        self.assertEqual(log.count("camera: ignored a message"), 1, log)


if __name__ == "__main__":
    BUILD = sys.argv.pop(1)
    unittest.main()
