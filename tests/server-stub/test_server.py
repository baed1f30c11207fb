#!/usr/bin/env python3
"""The real rearcharge-server over its wires: test_server.py PROGRAM [unittest arguments]."""
import contextlib
import http.client
import json
import pathlib
import resource
import shutil
import socket
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import uuid

from world import EVSE_ID, Refused, SECRET, Server, Station, now, until

PROGRAM = ""


class Case(unittest.TestCase):
    extra = ()

    def setUp(self):
        self.server = Server(PROGRAM, self.extra)
        self.stations = []
        self.addCleanup(self.end)

    def end(self):
        for station in self.stations:
            station.close()
        log = (self.server.folder / "log").read_text()
        self.assertEqual(self.server.stop(), 0, log)

    def station(self, *argv, **options):
        station = Station(self.server, *argv, **options)
        self.stations.append(station)
        return station

    def place(self, station, **limits):
        """An order that the pile has accepted: (order, RequestStart's payload)."""
        status, scan = self.server.scan()
        self.assertEqual(status, 201, scan)
        status, order = self.server.order(scan["scan_ref"], **limits)
        self.assertEqual(status, 201, order)
        key, request = station.expect("RequestStartTransaction")
        station.answer(key, {"status": "Accepted"})
        self.wait(order, "accepted")
        return order, request

    def wait(self, order, state):
        return until(state, lambda: next((o for o in [self.server.get_order(order["order_id"])] if o["state"] == state), None))

    def problem(self, answer, status, code):
        self.assertEqual((answer[0], answer[1]["code"]), (status, code), answer)
        self.assertEqual(answer[1]["status"], status)


class Story(Case):
    def test_scan_order_charge_stop_receipt(self):
        station = self.station()
        order, request = self.place(station, max_energy_wh=60000, max_duration_s=14400)
        self.assertEqual(request["evseId"], 1)
        self.assertEqual(request["idToken"]["type"], "Central")
        self.assertEqual(request["customData"], {"vendorId": "org.rearcharge", "orderId": order["order_id"], "maxCostMinor": 5000, "currency": "EUR",
                                                 "maxEnergyWh": 60000, "maxDurationS": 14400})
        start = request["remoteStartId"]
        self.assertEqual(station.event("Started", "tx", 0, "CablePluggedIn", "EVConnected", 1000, start=start, idToken=request["idToken"]), {"idTokenInfo": {"status": "Accepted"}})
        self.assertEqual(station.event("Updated", "tx", 1, "ChargingStateChanged", "Charging", 3000), {})
        charging = self.wait(order, "charging")
        self.assertEqual((charging["energy_wh"], charging["cost_minor"]), (2000, 148))
        self.assertEqual(self.server.http("POST", f"/v1/orders/{order['order_id']}/stop")[1]["reason"], "by_driver")
        key, stop = station.expect("RequestStopTransaction")
        self.assertEqual(stop, {"transactionId": "tx"})
        station.answer(key, {"status": "Accepted"})
        self.assertEqual(station.event("Ended", "tx", 2, "RemoteStop", "EVConnected", 4000, stopped="Remote"), {"totalCost": 1.97})
        settled = self.wait(order, "settled")
        self.assertEqual((settled["receipt"]["total_minor"], settled["receipt"]["energy_wh"], settled["reason"]), (197, 3000, "by_driver"))
        [seen] = self.server.operator("orders")["orders"]
        self.assertEqual((seen["receipt"], seen["vehicle_id"]), (settled["receipt"], "car-1"))
        self.assertTrue(self.server.operator("transactions")["transactions"][0]["complete"])
        self.assertIn("1.97 EUR", self.server.admin("order", "list").stdout)

    def test_a_new_station_and_a_new_car_are_known_without_restart(self):
        password = self.server.add_station("PILE2", "DE*ABC*E2*1,DE*ABC*E2*2")
        token = self.server.add_vehicle("car-2")
        station = self.station("PILE2", password)
        self.assertEqual(station.call("Heartbeat", {})["currentTime"][:4], now()[:4])
        status, scan = self.server.scan("de*abc*e2*2", token)
        self.assertEqual((status, scan["reachable"], scan["evse_id"]), (201, True, "DE*ABC*E2*2"))
        self.assertIn("DE*ABC*E2*2", self.server.admin("station", "list").stdout)

    def test_the_bay_sensor_shows_in_the_scan(self):
        station = self.station()
        event = {"eventId": 1, "timestamp": now(), "trigger": "Delta", "actualValue": "true", "eventNotificationType": "HardWiredNotification",
                 "component": {"name": "BayOccupancySensor", "evse": {"id": 1}}, "variable": {"name": "Active"}}
        self.assertEqual(station.call("NotifyEvent", {"generatedAt": now(), "seqNo": 0, "eventData": [event]}), {})
        scan = self.server.scan()[1]
        self.assertEqual((scan["bay"], scan["evse"]["status"]), ("occupied_not_plugged", "BLOCKED"))
        station.status("Occupied")
        self.assertEqual(self.server.scan()[1]["bay"], "occupied")

    def test_an_unreachable_pile_is_said_to_be_so_and_takes_no_order(self):
        scan = self.server.scan()[1]
        self.assertEqual((scan["reachable"], scan["evse"]["status"], scan["bay"]), (False, "UNKNOWN", "unknown"))
        self.problem(self.server.order(scan["scan_ref"]), 409, "pile_offline")

    def test_of_many_orders_for_one_evse_exactly_one_wins(self):
        self.station()
        scans = [self.server.scan()[1]["scan_ref"] for _ in range(20)]
        answers = []
        threads = [threading.Thread(target=lambda s=s: answers.append(Server.order(self.server, s))) for s in scans]
        [t.start() for t in threads]
        [t.join() for t in threads]
        self.assertEqual(sorted(a[0] for a in answers), [201] + [409] * 19)
        self.assertEqual({a[1]["code"] for a in answers if a[0] == 409}, {"evse_occupied"})

    def test_kill_9_loses_nothing_and_starts_nothing_twice(self):
        station = self.station()
        scan = self.server.scan()[1]
        ref = str(uuid.uuid4())
        order = self.server.order(scan["scan_ref"], ref)[1]
        _, request = station.expect("RequestStartTransaction")
        self.server.kill()  # the pile's answer is lost with it
        station.close()
        self.server.start()
        status, again = self.server.order(scan["scan_ref"], ref)
        self.assertEqual((status, again), (200, order))
        station = self.station(boot=False)  # a station that only reconnects says nothing: it was accepted before
        _, repeated = station.expect("RequestStartTransaction")
        self.assertEqual(repeated["remoteStartId"], request["remoteStartId"])
        station.event("Started", "tx", 0, "CablePluggedIn", "Charging", 0, start=request["remoteStartId"])
        self.server.kill()
        station.close()
        self.server.start()
        station = self.station(boot=False)
        station.event("Ended", "tx", 2, "StopAuthorized", "EVConnected", 2000, stopped="Local")
        self.assertEqual(self.server.get_order(order["order_id"])["state"], "ended")
        station.event("Updated", "tx", 1, "MeterValuePeriodic", "Charging", 1000, offline=True)
        self.assertEqual(self.wait(order, "settled")["receipt"]["total_minor"], 148)


class Expiry(Case):
    extra = ("--plug-timeout", "1")

    def test_an_accepted_order_without_a_cable_expires_and_its_transaction_is_stopped(self):
        station = self.station()
        order, request = self.place(station)
        station.event("Started", "tx", 0, "RemoteStart", "Idle", 0, start=request["remoteStartId"])
        self.assertEqual(station.expect("RequestStopTransaction")[1], {"transactionId": "tx"})
        expired = self.wait(order, "expired")
        self.assertEqual((expired["reason"], expired["cost_minor"]), ("not_plugged", 0))


class Events(Case):
    def stream(self, last=None):
        connection = socket.create_connection(("127.0.0.1", self.server.port), timeout=5)
        self.addCleanup(connection.close)
        extra = f"Last-Event-ID: {last}\r\n" if last is not None else ""
        connection.sendall(f"GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:{self.server.port}\r\nAuthorization: Bearer {self.server.token}\r\n{extra}\r\n".encode())
        return connection.makefile("rb")

    def next(self, stream):
        event = {}
        while True:
            line = stream.readline().decode().rstrip("\r\n")
            if not line and "data" in event:
                return int(event["id"]), json.loads(event["data"])
            name, _, value = line.partition(": ")
            if name in ("id", "event", "data"):
                event[name] = value

    def test_every_change_arrives_once_and_a_reader_resumes_where_it_was(self):
        station = self.station()
        live = self.stream()
        order, request = self.place(station)
        station.event("Started", "tx", 0, "CablePluggedIn", "Charging", 0, start=request["remoteStartId"])
        got = [self.next(live) for _ in range(3)]
        self.assertEqual([o["state"] for _, o in got], ["requested", "accepted", "charging"])
        self.assertEqual([i for i, _ in got], [o["event_seq"] for _, o in got])
        self.assertTrue(all(a < b for (a, _), (b, _) in zip(got, got[1:])))
        station.event("Ended", "tx", 1, "EVDeparted", "Idle", 1000, stopped="EVDisconnected")
        resumed = self.stream(got[-1][0])
        number, snapshot = self.next(resumed)
        self.assertEqual((snapshot["state"], snapshot["receipt"]["total_minor"]), ("settled", 99))
        self.assertEqual(self.next(live)[0], number)

    def test_a_long_past_arrives_whole_and_in_order(self):
        station = self.station()
        for _ in range(45):
            order, _ = self.place(station)
            self.server.http("POST", f"/v1/orders/{order['order_id']}/cancel")
        stream = self.stream(0)
        numbers = [self.next(stream)[0] for _ in range(45)]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assertEqual(len(self.server.http("GET", "/v1/orders?limit=7")[1]["orders"]), 7)
        # A number from another life of the server (a restored backup) is no reason to stay silent.
        self.assertEqual(self.next(self.stream(1000000))[0], numbers[0])


class BadCars(Case):
    def test_who_are_you(self):
        self.problem(self.server.scan(token="nobody"), 401, "unauthorized")
        self.problem(self.server.http("GET", "/v1/orders", headers={"Authorization": None}), 401, "unauthorized")
        self.assertIn("www-authenticate", self.server.headers)
        self.problem(self.server.http("GET", "/operator/v1/orders"), 401, "unauthorized")
        other = self.server.add_vehicle("car-2")
        station = self.station()
        order, _ = self.place(station)
        self.problem(self.server.http("GET", f"/v1/orders/{order['order_id']}", token=other), 404, "not_found")
        self.problem(self.server.http("POST", f"/v1/orders/{order['order_id']}/cancel", token=other), 404, "not_found")

    def test_guessing_is_slowed_and_locks_nobody_else_out(self):
        codes = [self.server.scan(token=f"guess-{i}")[0] for i in range(7)]
        self.assertEqual(codes, [401] * 5 + [429] * 2)
        self.assertIn("retry-after", self.server.headers)
        self.assertEqual(self.server.scan()[0], 201)

    def test_bodies(self):
        post = lambda raw, **h: self.server.http("POST", "/v1/scans", raw=raw, headers=h)
        for raw in (b"", b"{", b'{"qr_evse_id":"x"} {}', b'{"qr_evse_id":"a","qr_evse_id":"b"}', b"[" * 100, b"NaN", b'{"n":1e999}', b'{"n":99999999999999999999}', b'"x"', b"\xff\xfe"):
            self.problem(post(raw), 400, "bad_json")
        for body in ({}, {"qr_evse_id": 5}, {"qr_evse_id": "x" * 60}, {"qr_evse_id": "not an id"}, {"qr_evse_id": EVSE_ID, "position": {"latitude": 91, "longitude": 0}}):
            self.problem(self.server.http("POST", "/v1/scans", body), 400, "bad_field")
        self.problem(post(b"{}", **{"Content-Type": "text/plain"}), 415, "media_type")
        self.problem(self.server.http("PUT", "/v1/scans", {}), 405, "method_not_allowed")
        self.assertEqual(self.server.headers["allow"], "POST")
        self.problem(self.server.http("GET", "/v1/nothing"), 404, "not_found")
        self.problem(post(b" " * 70000), 413, "body_too_large")
        self.problem(self.server.http("GET", "/v1/orders?limit=0"), 400, "bad_field")
        self.problem(self.server.scan("DE*ABC*E77777*7"), 404, "unknown_evse")

    def test_orders(self):
        self.station()
        ref, scan_ref = str(uuid.uuid4()), self.server.scan()[1]["scan_ref"]
        limits = {"max_cost_minor": 5000, "currency": "EUR"}
        send = lambda body, key=ref: self.server.http("POST", "/v1/orders", body, headers={"Idempotency-Key": key})
        good = {"client_ref": ref, "scan_ref": scan_ref, "limits": limits}
        self.problem(send(good, None), 400, "bad_field")
        self.problem(send(good, "other"), 400, "bad_field")
        for bad in ({**good, "client_ref": "a b"}, {**good, "limits": {}}, {**good, "limits": {**limits, "max_cost_minor": 0}},
                    {**good, "limits": {**limits, "max_cost_minor": 1.5}}, {**good, "limits": {**limits, "currency": "JPY"}}):
            self.problem(send(bad, bad["client_ref"]), 400, "bad_field")
        self.problem(send({**good, "limits": {**limits, "currency": "CHF"}}), 409, "currency_mismatch")
        self.problem(send({**good, "scan_ref": str(uuid.uuid4())}), 404, "unknown_scan")
        status, first = send(good)
        self.assertEqual((status, send(good)), (201, (200, first)))
        self.problem(send({**good, "limits": {**limits, "max_cost_minor": 1}}), 422, "key_reused")
        other = str(uuid.uuid4())
        self.problem(send({**good, "client_ref": other}, other), 409, "scan_used")

    def test_places_are_searched_with_a_whole_question(self):
        here = "latitude=52.5&longitude=13.4"
        status, found = self.server.http("GET", f"/v1/locations?{here}&radius_m=100&max_price=0.49&free_now=false&limit=1")
        self.assertEqual((status, len(found["locations"]), found["more"]), (200, 1, False), found)
        for query in ("", "latitude=52.5", "latitude=91&longitude=0", "latitude=0x10&longitude=0", "latitude=52.5&longitude=181", f"{here}&radius_m=0", f"{here}&limit=201",
                      f"{here}&min_power_w=-1", f"{here}&max_price=0.12345", f"{here}&free_now=perhaps", f"{here}&connector={'X' * 100}"):
            with self.subTest(query):
                self.problem(self.server.http("GET", f"/v1/locations?{query}"), 400, "bad_field")
        self.problem(self.server.http("GET", "/v1/locations/events?latitude=1"), 400, "bad_field")
        streams = [http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5) for _ in range(5)]
        answers = []
        for stream in streams:
            stream.request("GET", f"/v1/locations/events?{here}&radius_m=500", headers={"Authorization": f"Bearer {self.server.token}"})
            answers.append(stream.getresponse())
        self.assertEqual([answer.status for answer in answers], [200] * 4 + [429], "a vehicle may watch four areas")
        for stream in streams:
            stream.close()

    def test_reservations(self):
        station = self.station()
        ref = str(uuid.uuid4())
        until_ = lambda minutes: time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60 * minutes))
        good = {"client_ref": ref, "evse_key": "DEABCE123451", "until": until_(30)}
        send = lambda body, path="", token=None: self.server.http("POST", f"/v1/reservations{path}", body, token, {"Idempotency-Key": body.get("client_ref", ref)})
        for bad in ({**good, "until": until_(0)}, {**good, "until": until_(200)}, {**good, "until": "soon"}, {k: v for k, v in good.items() if k != "until"}, {**good, "evse_key": 1}):
            self.problem(send(bad), 400, "bad_field")
        self.problem(self.server.http("POST", "/v1/reservations", good, headers={"Idempotency-Key": "other"}), 400, "bad_field")
        self.problem(send({**good, "evse_key": "DEABCE7"}), 404, "unknown_evse")
        status, made = send(good)
        self.assertEqual((status, made["state"]), (201, "requested"))
        key, asked = station.expect("ReserveNow")
        station.answer(key, {"status": "Accepted"})
        one = f"/v1/reservations/{made['reservation_id']}"
        held = until("held", lambda: next((r for r in [self.server.http("GET", one)[1]] if r["state"] == "held"), None))
        self.assertEqual(send(good)[0], 200)
        self.assertEqual([r["reservation_id"] for r in self.server.http("GET", "/v1/reservations")[1]["reservations"]], [held["reservation_id"]])
        self.problem(self.server.http("GET", "/v1/reservations?limit=0"), 400, "bad_field")
        self.problem(send({**good, "until": until_(40)}), 422, "key_reused")
        self.problem(send({**good, "client_ref": str(uuid.uuid4())}), 409, "has_reservation")
        other = self.server.add_vehicle("car-2")
        for method in ("GET", "DELETE"):
            self.problem(self.server.http(method, one, token=other), 404, "not_found")
        self.problem(send({"client_ref": str(uuid.uuid4()), "evse_key": "DEABCE123451"}, f"/{made['reservation_id']}/move", other), 404, "not_found")
        self.assertEqual(self.server.http("DELETE", one)[1]["state"], "cancelled")
        key, asked = station.expect("CancelReservation")
        station.answer(key, {"status": "Accepted"})
        self.assertEqual(self.server.http("DELETE", one)[1]["state"], "cancelled", "again: no harm")
        self.problem(send({"client_ref": str(uuid.uuid4()), "evse_key": "DEABCE123451"}, f"/{made['reservation_id']}/move"), 409, "reservation_over")

    def test_subscriptions_and_what_a_vehicle_tells(self):
        subscription = {"kinds": ["offer"], "radius_m": 5000, "position": {"latitude": 52.5, "longitude": 13.4}}
        self.assertEqual(self.server.http("GET", "/v1/subscription")[1]["kinds"], [], "nothing is told unasked")
        self.assertEqual(self.server.http("PUT", "/v1/subscription", subscription), (200, subscription))
        self.assertEqual(self.server.http("GET", "/v1/subscription"), (200, subscription))
        for bad in ({}, {**subscription, "kinds": ["weather"]}, {**subscription, "radius_m": 99}, {**subscription, "position": {"latitude": 52.5}}):
            self.problem(self.server.http("PUT", "/v1/subscription", bad), 400, "bad_field")
        self.assertEqual(self.server.http("GET", "/v1/offers"), (200, {"offers": []}))
        self.problem(self.server.http("POST", f"/v1/offers/{uuid.uuid4()}/accept", {}), 404, "not_found")
        self.problem(self.server.http("POST", "/v1/vehicle-state", {"query_id": 1}), 400, "bad_field")
        for method, path in (("GET", "/v1/subscription"), ("PUT", "/v1/subscription"), ("GET", "/v1/offers"), ("POST", "/v1/offers/x/accept"), ("POST", "/v1/vehicle-state"),
                             ("GET", "/v1/locations"), ("GET", "/v1/locations/events"), ("POST", "/v1/reservations"), ("GET", "/v1/reservations"), ("GET", "/v1/reservations/x"),
                             ("DELETE", "/v1/reservations/x"), ("POST", "/v1/offline-codes"), ("POST", "/v1/vouchers"), ("POST", "/v1/orders/x/withdraw")):
            with self.subTest(path):
                self.assertIn(self.server.http(method, path, {} if method in ("POST", "PUT") else None, headers={"Authorization": None})[0], (401, 429))

    def test_codes_vouchers_and_withdrawals(self):
        ref = str(uuid.uuid4())
        post = lambda path, body: self.server.http("POST", path, body, headers={"Idempotency-Key": body.get("client_ref", ref)})
        self.problem(post("/v1/offline-codes", {}), 400, "bad_field")
        scan_ref = self.server.scan()[1]["scan_ref"]
        order = {"client_ref": ref, "scan_ref": scan_ref, "limits": {"max_cost_minor": 5000, "currency": "EUR"}}
        self.problem(post("/v1/offline-codes", order), 409, "no_offline_codes")
        self.problem(post("/v1/vouchers", {"client_ref": ref}), 400, "bad_field")
        voucher = {"client_ref": ref, "vehicle_key": "A" * 43, "limits": {"max_cost_minor": 2000, "currency": "EUR"}}
        self.assertEqual(post("/v1/vouchers", voucher)[0], 201)
        self.assertEqual(post("/v1/vouchers", voucher)[0], 200)
        other = str(uuid.uuid4())
        self.problem(post(f"/v1/orders/{other}/withdraw", {}), 404, "not_found")
        self.station()
        scan_ref = self.server.scan()[1]["scan_ref"]
        self.problem(post("/v1/orders", {**order, "client_ref": other, "scan_ref": scan_ref}), 409, "withdrawn")

    def test_a_dynamic_code_is_checked_and_used_once(self):
        password = self.server.add_station("DYN", "DE*ABC*E5*1", "--qr-secret-file", self.server.folder / "qr.secret")
        self.station("DYN", password)
        self.problem(self.server.scan("DE*ABC*E5*1"), 403, "code_invalid")
        self.problem(self.server.scan("DE*ABC*E5*1", qr_token="AAAAAAAAAAAA"), 403, "code_invalid")
        token = totp(int(time.time()) // 30)
        self.problem(self.server.scan("DE*ABC*E5*1", qr_token=totp(int(time.time()) // 30 - 10)), 410, "code_expired")
        status, scan = self.server.scan("DE*ABC*E5*1", qr_token=token)
        self.assertEqual((status, scan["trust"]), (201, "dynamic"))
        self.assertEqual(self.server.order(scan["scan_ref"])[0], 201)
        self.problem(self.server.scan("DE*ABC*E5*1", qr_token=token), 403, "code_invalid")


def totp(interval):
    """OCPP 2.1 C25, written again here so that the server does not judge itself."""
    import hashlib
    import hmac
    digest = hmac.new(SECRET.encode(), interval.to_bytes(8, "big"), hashlib.sha256).digest()
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return "".join(alphabet[digest[((digest[31] & 15) + i) % 32] % 62] for i in range(12))


class BadStations(Case):
    def refused(self, status, **options):
        with self.assertRaises(Refused) as caught:
            Station(self.server, **options)
        self.assertEqual(caught.exception.status, status, caught.exception.head)

    def test_the_door(self):
        self.refused(401, password="wrong")
        self.refused(401, user="OTHER")
        self.refused(404, identity="NOBODY")
        for _ in range(3):
            self.refused(401, password="wrong")
        self.refused(429, password="wrong")
        for _ in range(4):
            self.refused(404, identity="NOBODY")
        self.refused(429, identity="NOBODY")  # who tries out names is slowed as well
        self.station()  # the right credential is never locked out by a stranger's guesses

    def test_no_fitting_subprotocol_is_101_and_then_closed(self):
        for protocols in ("ocpp1.6", None):
            station = self.station(protocols=protocols, boot=False)
            self.assertNotIn("sec-websocket-protocol", station.head.lower())
            self.assertIsNone(station.receive())
        self.assertIn("ocpp2.0.1", self.station(protocols="ocpp1.6, ocpp2.0.1", boot=False).head)

    def test_a_second_connection_never_displaces_a_live_one(self):
        first = self.station()
        pings = threading.Thread(target=lambda: first.receive(6))  # answers the ping
        pings.start()
        self.refused(409)
        first.send([2, "hello", "Heartbeat", {}])
        pings.join()
        self.assertTrue(self.server.operator("stations")["stations"][0]["connected"])

    def test_a_dead_connection_gives_way(self):
        self.station()  # never reads again: no pong
        second = self.station()
        self.assertIn("currentTime", second.call("Heartbeat", {}))
        self.assertEqual(self.server.operator("status")["stations_connected"], 1)

    def test_nothing_before_boot(self):
        station = self.station(boot=False)
        self.assertEqual(station.call("Heartbeat", {}), "SecurityError")
        self.assertFalse(self.server.scan()[1]["reachable"])

    def test_every_wrong_message_gets_the_code_of_the_table(self):
        station = self.station()
        event = {"eventType": "Started", "timestamp": now(), "triggerReason": "RemoteStart", "seqNo": 0, "transactionInfo": {"transactionId": "tx"}}
        for action, payload, code in (
                ("Fly", {}, "NotImplemented"), ("SignCertificate", {"csr": "x"}, "NotSupported"), ("RequestStartTransaction", {}, "NotSupported"),
                ("TransactionEvent", {k: v for k, v in event.items() if k != "seqNo"}, "OccurrenceConstraintViolation"),
                ("TransactionEvent", {**event, "seqNo": "0"}, "TypeConstraintViolation"),
                ("TransactionEvent", {**event, "eventType": "Paused"}, "PropertyConstraintViolation"),
                ("StatusNotification", {}, "OccurrenceConstraintViolation"), ("MeterValues", {"evseId": 1}, "OccurrenceConstraintViolation"),
                ("SecurityEventNotification", {"type": 1, "timestamp": now()}, "TypeConstraintViolation")):
            self.assertEqual(station.call(action, payload), code, (action, payload))
        station.send("this is not JSON")
        self.assertEqual(station.receive()[:3], [4, "-1", "RpcFrameworkError"])
        station.send([3, "nobody-asked", {}])
        self.assertEqual(station.call("DataTransfer", {"vendorId": "x"}), {"status": "UnknownVendorId"})
        self.assertEqual(self.server.operator("transactions")["transactions"], [])

    def test_a_station_sees_only_its_own(self):
        first = self.station()
        order, request = self.place(first)
        second = self.station("PILE2", self.server.add_station("PILE2", "DE*ABC*E2*1"))
        first.event("Started", "tx", 0, "CablePluggedIn", "Charging", 0, start=request["remoteStartId"])
        self.assertEqual(second.event("Ended", "tx", 1, "RemoteStop", "Idle", 99999), "SecurityError")
        self.assertEqual(second.event("Started", "tx2", 0, "RemoteStart", "Charging", 0, start=request["remoteStartId"], idToken=request["idToken"]),
                         {"idTokenInfo": {"status": "Unknown"}})
        self.assertEqual(second.call("Authorize", {"idToken": request["idToken"]}), {"idTokenInfo": {"status": "Unknown"}})
        self.assertEqual(first.call("Authorize", {"idToken": request["idToken"]}), {"idTokenInfo": {"status": "Accepted"}})
        self.assertEqual(self.server.get_order(order["order_id"])["energy_wh"], 0)


class Storage(Case):
    def test_a_full_disk_refuses_new_work_keeps_the_session_and_recovers(self):
        station = self.station()
        scan_ref = self.server.scan()[1]["scan_ref"]
        order, request = self.place(station)
        station.event("Started", "tx", 0, "CablePluggedIn", "Charging", 0, start=request["remoteStartId"])
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        self.problem(self.server.scan(), 507, "storage_full")
        self.problem(self.server.http("POST", f"/v1/orders/{order['order_id']}/stop"), 507, "storage_full")
        self.assertEqual(station.event("Updated", "tx", 1, "MeterValuePeriodic", "Charging", 1000), "InternalError")
        self.assertEqual(self.server.get_order(order["order_id"])["state"], "charging")
        self.problem(self.server.order(scan_ref), 409, "evse_occupied")
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        self.assertEqual(station.event("Updated", "tx", 1, "MeterValuePeriodic", "Charging", 1000), {})  # the pile sends it again
        station.event("Ended", "tx", 2, "StopAuthorized", "EVConnected", 2000, stopped="Local")
        self.assertEqual(self.wait(order, "settled")["receipt"]["total_minor"], 148)

    def test_a_register_that_cannot_be_read_calls_no_credential_wrong(self):
        def rename(table, name):
            with contextlib.closing(sqlite3.connect(self.server.db)) as db:
                db.execute(f"ALTER TABLE {table} RENAME TO {name}")
        self.assertEqual(self.server.scan()[0], 201)
        for table in ("vehicles", "stations"):
            rename(table, "elsewhere")
            for _ in range(7):  # (five failed logins are a minute's worth)
                if table == "vehicles":
                    self.problem(self.server.scan(), 500, "internal")
                else:
                    with self.assertRaises(Refused) as refused:
                        self.station()
                    self.assertEqual(refused.exception.status, 500)
            rename("elsewhere", table)
            self.assertEqual(self.server.scan()[0], 201)
        self.station()


class Tls(Case):
    def setUp(self):
        folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
                        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"], check=True, capture_output=True)
        self.certificate = folder / "cert.pem"
        self.extra = ("--tls-cert", self.certificate, "--tls-key", folder / "key.pem")
        super().setUp()

    def test_the_car_api_over_tls_and_nothing_without(self):
        connection = http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=5, context=ssl.create_default_context(cafile=self.certificate))
        connection.request("GET", "/v1/orders", headers={"Authorization": f"Bearer {self.server.token}"})
        answer = connection.getresponse()
        self.assertEqual((answer.status, answer.read()[:1]), (200, b"{"))
        connection.request("POST", "/operator/session", json.dumps({"token": "operator-token-of-this-test"}), {"Content-Type": "application/json"})
        login = connection.getresponse()
        self.assertEqual(login.status, 204)
        self.assertIn("; Secure", login.getheader("Set-Cookie"), "never sent in the clear again")
        connection.close()
        with self.assertRaises((http.client.HTTPException, OSError)):
            self.server.http("GET", "/v1/orders")


class Commands(Case):
    def test_bad_commands_are_refused_with_one_line_and_change_nothing(self):
        station = ("--name", "B", "--operator", "O", "--tariff", "day", "--latitude", "1", "--longitude", "1")
        for argv in (("vehicle", "add", "a b"), ("vehicle", "add", "car-1"), ("tariff", "set", "x", "--currency", "JPY"), ("tariff", "set", "x", "--currency", "EUR", "--energy", "0.12345"),
                     ("station", "add", "X:Y", "--evse", "DE*ABC*E8", *station), ("station", "add", "P8", "--evse", "nonsense", *station),
                     ("station", "add", "P8", "--evse", EVSE_ID, *station), ("station", "add", "P8", "--evse", "DE*ABC*E8", *station[:-2], "--longitude", "200"),
                     ("station", "add", "P8", "--evse", "DE*ABC*E8", *station, "--tariff", "night"), ("fly",),
                     ("code", "add", "car-1"), ("code", "add", "nobody", "VIN"), ("code", "add", "car-1", "a b"), ("code", "add", "car-1", "VIN", "--type", "KeyCode"),
                     ("code", "add", "car-1", "VIN", "--station", "NOWHERE"), ("code", "add", "car-1", "VIN", "--expires", "soon"), ("code", "add", "car-1", "VIN", "--max-energy-wh", "0"),
                     ("code", "add", "car-1", "VIN", "--currency", "JPY"), ("code", "block", "none"), ("code", "unblock", "none"), ("code", "remove"), ("code", "list", "all"),
                     ("station", "codes", "PILE1", "perhaps"), ("station", "codes", "NOWHERE", "on"), ("station", "link", "PILE1", "ftp://x"), ("station", "link", "NOWHERE", "none"),
                     ("station", "list", "all"), ("vehicle", "list", "all"), ("order", "list", "all"), ("vehicle", "add", "car-9", "--token-file", self.server.folder / "none/token")):
            done = self.server.admin(*argv, check=False)
            self.assertNotEqual(done.returncode, 0, argv)
            self.assertTrue(done.stderr.startswith(("rearcharge-server: ", "usage: ")), done.stderr)
        self.assertEqual(self.server.admin("station", "list").stdout.count("\n"), 1)
        self.assertEqual(self.server.admin("tariff", "list").stdout.count("\n"), 1)
        self.assertEqual(self.server.admin("code", "list").stdout, "")

    def test_what_is_written_down_is_listed(self):
        code = self.server.admin("code", "add", "car-1", "VIN-1", "--station", "PILE1", "--expires", "2036-01-01T00:00:00Z").stdout.split()[1]
        row = lambda: self.server.admin("code", "list").stdout.strip().split("\t")
        self.assertEqual(row(), [code, "car-1", "Central", "vin-1", "PILE1", "good"])
        self.server.admin("code", "block", code)
        self.assertEqual(row()[-1], "blocked")
        self.server.admin("code", "unblock", code)
        self.assertEqual(row()[-1], "good")
        self.server.admin("code", "remove", code)
        self.assertEqual(row(), [""])
        self.server.admin("station", "codes", "PILE1", "on")
        self.server.admin("station", "link", "PILE1", "http://192.0.2.7:8090")
        token = self.server.folder / "car-7.token"
        self.server.admin("vehicle", "add", "car-7", "--token-file", token)
        self.assertEqual((token.stat().st_mode & 0o777, self.server.http("GET", "/v1/orders", token=token.read_text().strip())[0]), (0o600, 200))
        self.assertEqual({line.split("\t")[0] for line in self.server.admin("vehicle", "list").stdout.splitlines()}, {"car-1", "car-7"})
        self.station()
        self.server.order(self.server.scan()[1]["scan_ref"])
        self.assertIn("car-1", self.server.admin("order", "list").stdout)


if __name__ == "__main__":
    PROGRAM = sys.argv.pop(1)
    unittest.main(verbosity=1)
