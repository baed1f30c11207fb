#!/usr/bin/env python3
"""The local link over real sockets: what it tells, what it refuses, and that nobody gets from it to the levers."""
import http.client
import json
import pathlib
import re
import socket
import subprocess
import sys
import tempfile
import time


class Pile:
    def __init__(self, program):
        self.folder = tempfile.TemporaryDirectory()
        password = pathlib.Path(self.folder.name) / "password"
        password.write_text("pw\n")
        password.chmod(0o600)
        self.process = subprocess.Popen([program, "--csms", "ws://127.0.0.1:9/ocpp", "--identity", "P1", "--password-file", password, "--evses", "2",
                                         "--local-link", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            if found := re.match(r"local link http://127\.0\.0\.1:(\d+)$", line):
                self.port = int(found[1])
                return
        raise AssertionError("the pile ended")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.log = self.process.communicate(timeout=10)[1]
        assert self.process.returncode == 0, "the pile did not end well"
        self.folder.cleanup()

    def ask(self, method, path, body=None, raw=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        data = raw if raw is not None else None if body is None else json.dumps(body)
        connection.request(method, path, data, ({"Content-Type": "application/json"} if data is not None else {}) | headers)
        answer = connection.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else {}, answer


def check_state(pile):
    status, state, _ = pile.ask("GET", "/local/v1/state")
    assert status == 200 and state["identity"] == "P1" and state["online"] is False, state
    assert [evse["evse_key"] for evse in state["evses"]] == ["DEABCE11", "DEABCE12"], state
    assert state["evses"][0] == {"evse_key": "DEABCE11", "evse": 1, "step": "offline", "cable": False, "authorized": False}, state


def check_reasons(pile):
    key = {"evse_key": "DE*ABC*E1*2"}  # as printed is as good
    rows = [
        ("identify", key | {"id_token": "VIN"}, 403, "unknown_id"),
        ("identify", {"evse_key": "DEABCE13", "id_token": "VIN"}, 403, "wrong_pile"),
        ("identify", {"evse_key": "nonsense", "id_token": "VIN"}, 403, "wrong_pile"),
        ("identify", key | {"id_token": "VIN", "type": "Local"}, 400, "bad_field"),
        ("identify", key | {"id_token": "V N"}, 400, "bad_field"),
        ("identify", key | {"id_token": "V" * 37}, 400, "bad_field"),
        ("identify", key, 400, "bad_field"),
        ("identify", {"id_token": "VIN"}, 400, "bad_field"),
        ("code", key | {"code": "1234-5678-9012-3456"}, 409, "not_configured"),
        ("code", key | {"code": 1234567890123456}, 400, "bad_field"),
        ("code", key | {"code": "1" * 64}, 400, "bad_field"),
        ("voucher", key | {"voucher": "x"}, 409, "not_configured"),
        ("voucher/answer", key | {"voucher_id": "x", "answer": "y"}, 409, "no_challenge"),
    ]
    for path, body, status, code in rows:
        have, problem, answer = pile.ask("POST", f"/local/v1/{path}", body)
        assert (have, problem["code"]) == (status, code), (path, body, have, problem)
        assert answer.getheader("Content-Type") == "application/problem+json", answer.getheaders()
    _, state, _ = pile.ask("GET", "/local/v1/state")
    assert state["evses"][1]["admission"]["outcome"] == "refused" and "admission" not in state["evses"][0], state


def check_limits(pile):
    good = json.dumps({"evse_key": "DEABCE11", "id_token": "VIN"})
    rows = [
        (("POST", "/local/v1/identify"), {"raw": good, "Content-Type": "text/plain"}, 415),
        (("POST", "/local/v1/identify"), {"raw": "{" * 100}, 400),
        (("POST", "/local/v1/identify"), {"raw": good[:-1] + ',"evse_key":"DEABCE12"}'}, 400),  # a key twice
        (("POST", "/local/v1/identify"), {"raw": '{"id_token":"' + "x" * 70000 + '"}'}, 413),
        (("POST", "/local/v1/identify"), {"raw": good, "Host": "charge.example.com"}, 400),
        (("POST", "/local/v1/identify"), {"raw": good, "Origin": "http://evil.example.com"}, 403),
        (("POST", "/local/v1/identify"), {"raw": good, "Origin": "http://127.0.0.1:1"}, 403),
        (("POST", "/local/v1/identify"), {"raw": good, "Host": "127.0.0.1:1"}, 400),
        (("GET", "/local/v1/identify"), {}, 405),
        (("POST", "/local/v1/nothing"), {"raw": good}, 404),
        (("POST", "/sim/plug"), {"raw": "{}"}, 404),  # the levers are elsewhere
        (("GET", "/sim/state"), {}, 404),
        (("GET", "/"), {}, 404),
    ]
    for (method, path), how, wanted in rows:
        status, problem, _ = pile.ask(method, path, **how)
        assert status == wanted, (method, path, how.get("raw", "")[:40], status, problem)


def check_crowd(pile):
    """Many open connections of one peer: the rest are turned away, and there is room again afterwards."""
    crowd = [socket.create_connection(("127.0.0.1", pile.port)) for _ in range(40)]
    refused = 0
    try:
        pile.ask("GET", "/local/v1/state")
    except (OSError, http.client.HTTPException):
        refused = 1
    assert refused, "forty open connections, and one more is served"
    for one in crowd:
        one.close()
    deadline = time.monotonic() + 10  # until it has noticed that they are gone
    while True:
        try:
            assert pile.ask("GET", "/local/v1/state")[0] == 200
            return
        except (OSError, http.client.HTTPException):
            assert time.monotonic() < deadline, "no room again"
            time.sleep(0.05)


def main():
    with Pile(sys.argv[1]) as pile:
        for check in (check_state, check_reasons, check_limits, check_crowd):
            check(pile)
    assert "1234-5678-9012-3456" not in pile.log and "1234567890123456" not in pile.log, "a code in the log"
    print("local link: ok")


if __name__ == "__main__":
    main()
