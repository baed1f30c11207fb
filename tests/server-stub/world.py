"""A real rearcharge-server on port 0, a car's HTTP client, and a hand-written OCPP station (no shared codec)."""
import base64
import http.client
import json
import os
import pathlib
import shutil
import socket
import struct
import subprocess
import tempfile
import time
import uuid

EVSE_ID = "DE*ABC*E12345*1"
SECRET = "secure!Charging!"


def now():
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


class Server:
    def __init__(self, program, extra=()):
        self.program, self.extra = program, list(extra)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rearcharge-server-"))
        self.db = self.folder / "state.db"
        (self.folder / "operator.token").write_text("operator-token-of-this-test\n")
        (self.folder / "qr.secret").write_text(SECRET + "\n")
        self.admin("tariff", "set", "day", "--currency", "EUR", "--energy", "0.49", "--time", "0", "--flat", "0.50")
        self.token = self.add_vehicle("car-1")
        self.password = self.add_station("PILE1", EVSE_ID)
        self.process, self.port = None, 0
        self.start()

    def admin(self, *argv, check=True):
        return subprocess.run([self.program, *argv, "--state", self.db], text=True, capture_output=True, check=check)

    def add_vehicle(self, name):
        return self.admin("vehicle", "add", name).stdout.split()[1]

    def add_station(self, name, evses, *extra):
        done = self.admin("station", "add", name, "--name", "Bay", "--operator", "ABC Energy", "--evse", evses, "--latitude", "52.5",
                          "--longitude", "13.4", "--tariff", "day", *extra)
        return done.stdout.split()[1]

    def start(self):
        with open(self.folder / "log", "a") as log:
            self.process = subprocess.Popen([self.program, "serve", "--state", self.db, "--listen", f"127.0.0.1:{self.port}", "--operator-token-file",
                                             self.folder / "operator.token", "--ocpp-log", self.folder / "ocpp.jsonl", *self.extra],
                                            stdout=subprocess.PIPE, stderr=log, text=True)
        line = self.process.stdout.readline()
        assert "127.0.0.1:" in line, f"no address line: {line!r}\n" + (self.folder / "log").read_text()
        self.port = int(line.strip().rsplit(":", 1)[1])

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        """Ends it politely; a sanitizer's complaint or a crash shows in the exit code."""
        self.process.terminate()
        code = self.process.wait(10)
        self.process.stdout.close()
        if code == 0:
            shutil.rmtree(self.folder)
        return code

    def http(self, method, path, body=None, token=None, headers=None, raw=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {"Authorization": f"Bearer {token or self.token}"}
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
        if data is not None:
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        connection.request(method, path, data, {k: v for k, v in sent.items() if v is not None})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        self.headers = {k.lower(): v for k, v in answer.getheaders()}
        return answer.status, json.loads(text) if text else None

    def operator(self, view):
        status, answer = self.http("GET", f"/operator/v1/{view}", token="operator-token-of-this-test")
        assert status == 200, answer
        return answer

    def scan(self, evse_id=EVSE_ID, token=None, qr_token=None):
        return self.http("POST", "/v1/scans", {"qr_evse_id": evse_id, "qr_token": qr_token}, token)

    def order(self, scan_ref, client_ref=None, token=None, **limits):
        ref = client_ref or str(uuid.uuid4())
        body = {"client_ref": ref, "scan_ref": scan_ref, "limits": {"max_cost_minor": 5000, "currency": "EUR", **limits}}
        return self.http("POST", "/v1/orders", body, token, {"Idempotency-Key": ref})

    def get_order(self, order_id):
        return self.http("GET", f"/v1/orders/{order_id}")[1]


def until(what, condition, seconds=8):
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"waited {seconds} s for {what}"
        time.sleep(0.02)


class Refused(Exception):
    def __init__(self, status, head):
        super().__init__(f"{status}")
        self.status, self.head = status, head


class Station:
    """OCPP 2.0.1 over a hand-written WebSocket: strict about nothing but bytes."""

    def __init__(self, server, identity="PILE1", password=None, user=None, protocols="ocpp2.0.1", boot=True, path=None):
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=10)
        self.buffer, self.calls, self.results = b"", [], {}
        self.closed = None
        user = identity if user is None else user
        basic = base64.b64encode(f"{user}:{server.password if password is None else password}".encode()).decode()
        lines = [f"GET {path or '/ocpp/' + identity} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Upgrade: websocket", "Connection: Upgrade",
                 "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + base64.b64encode(os.urandom(16)).decode(), f"Authorization: Basic {basic}"]
        if protocols:
            lines.append(f"Sec-WebSocket-Protocol: {protocols}")
        self.socket.sendall("\r\n".join(lines + ["", ""]).encode())
        while b"\r\n\r\n" not in self.buffer:
            data = self.socket.recv(4096)
            if not data:
                break
            self.buffer += data
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        self.head = head.decode()
        status = int(self.head.split()[1])
        if status != 101:
            self.socket.close()
            raise Refused(status, self.head)
        if boot:
            assert self.call("BootNotification", {"reason": "PowerUp", "chargingStation": {"model": "Test", "vendorName": "Test"}})["status"] == "Accepted"
            self.status("Available")

    def frame(self, opcode, data):
        mask = os.urandom(4)
        size = bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack(">H", len(data)) if len(data) < 65536 else b"\xff" + struct.pack(">Q", len(data))
        self.socket.sendall(bytes([0x80 | opcode]) + size + mask + bytes(b ^ mask[i % 4] for i, b in enumerate(data)))

    def send(self, message):
        self.frame(1, (message if isinstance(message, str) else json.dumps(message)).encode())

    def take(self, n):
        while len(self.buffer) < n:
            data = self.socket.recv(65536)
            if not data:
                raise EOFError
            self.buffer += data
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def receive(self, timeout=5):
        """One text message; answers pings on the way. None: closed."""
        self.socket.settimeout(timeout)
        while True:
            try:
                first, second = self.take(2)
                size = second & 0x7F
                if size == 126:
                    size = struct.unpack(">H", self.take(2))[0]
                elif size == 127:
                    size = struct.unpack(">Q", self.take(8))[0]
                data = self.take(size)
            except (EOFError, ConnectionError):
                self.closed = self.closed or 1006
                return None
            if first & 15 == 9:
                self.frame(10, data)
            elif first & 15 == 8:
                self.closed = struct.unpack(">H", data[:2])[0] if data else 1005
                return None
            elif first & 15 == 1:
                return json.loads(data)

    def call(self, action, payload, timeout=5):
        """The CALLRESULT's payload, or the CALLERROR's code as text. Calls of the server wait in self.calls."""
        key = str(uuid.uuid4())
        self.send([2, key, action, payload])
        return self.answer_of(key, timeout)

    def answer_of(self, key, timeout=5):
        while True:
            message = self.receive(timeout)
            assert message is not None, f"closed ({self.closed}) while waiting for an answer"
            if message[0] == 2:
                self.calls.append(message)
            elif message[1] == key:
                return message[2]

    def expect(self, action, timeout=5):
        """The server's next call of @action: (id, payload)."""
        while True:
            for message in self.calls:
                if message[2] == action:
                    self.calls.remove(message)
                    return message[1], message[3]
            message = self.receive(timeout)
            assert message is not None, f"closed ({self.closed}) while waiting for {action}"
            if message[0] == 2:
                self.calls.append(message)

    def answer(self, key, payload):
        self.send([3, key, payload])

    def status(self, word, evse=1):
        assert self.call("StatusNotification", {"timestamp": now(), "connectorStatus": word, "evseId": evse, "connectorId": 1}) == {}

    def event(self, kind, transaction, seq, trigger, state=None, wh=None, at=None, start=None, **more):
        payload = {"eventType": kind, "timestamp": at or now(), "triggerReason": trigger, "seqNo": seq, "transactionInfo": {"transactionId": transaction}, "evse": {"id": 1, "connectorId": 1}}
        if state:
            payload["transactionInfo"]["chargingState"] = state
        if start is not None:
            payload["transactionInfo"]["remoteStartId"] = start
        if "stopped" in more:
            payload["transactionInfo"]["stoppedReason"] = more.pop("stopped")
        if wh is not None:
            payload["meterValue"] = [{"timestamp": payload["timestamp"], "sampledValue": [{"value": wh, "measurand": "Energy.Active.Import.Register", "unitOfMeasure": {"unit": "Wh"}}]}]
        payload.update(more)
        return self.call("TransactionEvent", payload)

    def close(self):
        self.socket.close()
