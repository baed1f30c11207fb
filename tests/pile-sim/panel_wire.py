#!/usr/bin/env python3
"""The panel over real sockets: page, picture, events, and who may ask. The pile has no server here."""
import http.client
import json
import pathlib
import re
import subprocess
import sys
import tempfile


class Pile:
    def __init__(self, program, address, *extra, stdin=subprocess.DEVNULL):
        self.folder = tempfile.TemporaryDirectory()
        password = pathlib.Path(self.folder.name) / "password"
        password.write_text("pw\n")
        password.chmod(0o600)
        self.process = subprocess.Popen([program, "--csms", "ws://127.0.0.1:9/ocpp", "--identity", "P1", "--password-file", password, "--panel", address, *extra],
                                        stdin=stdin, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.urls = []
        while not self.urls or self.urls[-1]:  # the codes, then the addresses, the one of this machine first
            line = self.process.stdout.readline()
            assert line, "the pile ended"
            if found := re.match(r"panel (http://\S+)/", line):
                self.urls.append(found[1])
                break
        self.port = int(self.urls[0].rsplit(":", 1)[1])

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        assert self.process.wait(10) == 0, "the pile did not end well"
        rest = self.process.stdout.read()
        self.urls += re.findall(r"panel (http://\S+)/", rest)
        self.process.stdout.close()
        self.folder.cleanup()

    def ask(self, method, path, body=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        data = None if body is None else json.dumps(body)
        sent = {"Content-Type": "application/json"} if data else {}
        connection.request(method, path, data, sent | headers)
        answer = connection.getresponse()
        return answer, answer.read()

    def events(self):
        """Yields the states as they come."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", "/sim/events")
        answer = connection.getresponse()
        assert answer.status == 200 and answer.getheader("Content-Type").startswith("text/event-stream"), answer.getheaders()
        while True:
            line = answer.readline().decode()
            if line.startswith("data: "):
                yield json.loads(line[6:])


def check_page(pile):
    for path, kind in {"/": "text/html", "/panel.js": "text/javascript", "/page.js": "text/javascript", "/words.js": "text/javascript", "/base.css": "text/css",
                       "/panel.css": "text/css", "/icon.svg": "image/svg+xml", "/qr.svg?evse=1": "image/svg+xml", "/qr.png": "image/png"}.items():
        answer, body = pile.ask("GET", path)
        assert answer.status == 200 and answer.getheader("Content-Type").startswith(kind), (path, answer.status)
        policy = answer.getheader("Content-Security-Policy")
        assert "'unsafe" not in policy and "script-src 'self'" in policy, policy
        assert len(body) > 50, path
    for path in ("/index.htm", "/..%2Fpanel.c", "/web", "/qr.svg?evse=2", "/qr.svg?evse=x"):
        assert pile.ask("GET", path)[0].status == 404, path
    page = pile.ask("GET", "/")[1].decode()
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=", page), "inline code or style"


def check_strangers(pile):
    assert pile.ask("GET", "/", Host="rebound.example")[0].status == 400
    assert pile.ask("POST", "/sim/plug", {}, Origin="http://evil.example")[0].status == 403
    assert pile.ask("POST", "/sim/plug", {}, Origin="http://127.0.0.1:1")[0].status == 403, "another server on this machine"
    assert pile.ask("GET", "/", Host="127.0.0.1:1")[0].status == 400


def check_controls(pile):
    for path, body, status, code in (("/sim/fly", {}, 404, "not_found"), ("/sim/plug", {"vehicle": {"battery_wh": -1}}, 400, "bad_field"), ("/sim/plug", {"evse": 7}, 400, "bad_field"),
                                     ("/sim/unplug", {}, 409, "conflict"), ("/sim/stop", {}, 409, "conflict"), ("/sim/bay", {}, 400, "bad_field")):
        answer, text = pile.ask("POST", path, body)
        assert (answer.status, json.loads(text)["code"]) == (status, code), (path, answer.status, text)


def check_events(pile):
    states = pile.events()
    first = next(states)["evses"][0]
    assert (first["step"], first["cable"]) == ("offline", False), first
    assert pile.ask("POST", "/sim/plug", {})[0].status == 200
    assert next(states)["evses"][0]["cable"] is True, "a lever is told without asking"
    assert pile.ask("POST", "/sim/fault", {"fault": True})[0].status == 200
    fault = next(states)["evses"][0]
    assert (fault["step"], fault["light"]) == ("fault", "red"), fault


def check_script(program, folder):
    script, log = folder / "visit", folder / "ocpp.jsonl"
    script.write_text("0 bay occupied\n0.1 stop  # nothing runs: said in the log, and the story goes on\n0.2 plug compact\n0.3 fault on\n")
    with Pile(program, "127.0.0.1:0", "--script", script, "--ocpp-log", log, "--qr-url-template", "https://pay.abc.example/go/{evse}") as pile:
        assert pile.ask("GET", "/sim/state")[0].status == 200
        evses = (state["evses"][0] for state in pile.events())
        next(evse for evse in evses if evse["step"] == "fault" and evse["cable"])
        next(evse for evse in evses if evse["bay_occupied"])  # (a sensor is believed when it has said so for a while)
    assert log.stat().st_mode & 0o777 == 0o600


def check_bay_feed(program):
    with Pile(program, "127.0.0.1:0", "--bay-feed", "-", stdin=subprocess.PIPE) as pile:
        states = (state["evses"][0] for state in pile.events())
        first = next(states)
        pile.process.stdin.write("1 occupied\nthere is no bay 7\n7 free\n")
        pile.process.stdin.flush()
        assert not first["bay_occupied"]
        next(state for state in states if state["bay_occupied"])
        pile.process.stdin.close()
        next(state for state in states if state.get("bay_broken"))  # a detector that is gone says nothing of the bay


def main():
    program = sys.argv[1]
    with Pile(program, "127.0.0.1:0") as pile:
        check_page(pile)
        check_strangers(pile)
        check_controls(pile)
        check_events(pile)
        # An address of this machine, but not one that we listen on.
        assert pile.ask("GET", "/", Host="192.0.2.7")[0].status == 400
    with tempfile.TemporaryDirectory() as folder:
        check_script(program, pathlib.Path(folder))
    check_bay_feed(program)
    with Pile(program, "0.0.0.0:0") as pile:
        assert pile.urls[0].startswith("http://127.0.0.1:"), pile.urls
        check_strangers(pile)
        everywhere = pile
    for url in everywhere.urls[1:]:
        assert not re.match(r"http://(127|0\.)", url), url
    if everywhere.urls[1:]:
        host = everywhere.urls[1].removeprefix("http://").rsplit(":", 1)[0]
        with Pile(program, "0.0.0.0:0") as pile:
            assert pile.ask("GET", "/", Host=f"{host}:{pile.port}")[0].status == 200, "a phone asks for the address that was printed"
            answer, _ = pile.ask("POST", "/sim/bay", {"occupied": True}, Host=f"{host}:{pile.port}", Origin=f"http://{host}:{pile.port}")
            assert answer.status == 200, answer.status
    else:
        print("no network but loopback: the phone's address is not tried")


main()
