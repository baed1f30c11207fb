#!/usr/bin/env python3
"""A pile that dies while it takes a charging code: at each write, sync and send between the digits and the answer.

After the power is back the code must be used and its transaction charge, or neither: then it is taken once more. Never
does one code make two transactions, and never is it lost with nothing to show for it (threats.md 8).

usage: kill_codes.py BUILD
"""
import argparse
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import shutil
import sqlite3
import struct
import subprocess
import tempfile

SECRET = "0123456789abcdef0123456789abcdef"
FIRST_DAY_S = 1767225600 + 3600  # a pile that never met its server knows only the build time: the code is of that day
DAMM = ("0317598642", "7092154863", "4206871359", "1750983426", "6123045978", "3674209581", "5869720134", "8945362017", "9438617205", "2581436790")


def code(slot):
    text = b"rearcharge-offline-code-v1\0P1\0" + struct.pack(">IQI", 1, slot, 5000)
    mac = int.from_bytes(hmac.new(SECRET.encode(), text, hashlib.sha256).digest()[:8], "big") % 10**10
    digits, interim = f"2{slot % 10000:04}{mac:010}", 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return digits + str(interim)


class Pile:
    def __init__(self, build, folder, fault=None):
        self.folder, self.log = folder, folder / "points"
        self.log.write_bytes(bytes(1 << 20))
        shim = {"LD_PRELOAD": str(build / "tests" / "faults" / "libfault-shim.so"), "FAULT_PROGRAM": "rearcharge-pile", "FAULT_LOG": str(self.log)}
        env = dict(os.environ) | (shim | fault if fault is not None else {})
        self.process = subprocess.Popen([build / "pile-sim" / "rearcharge-pile", "--csms", "ws://127.0.0.1:9/ocpp", "--identity", "P1", "--password-file",
                                         folder / "password", "--state", folder / "pile.db", "--panel", "127.0.0.1:0", "--speed", "600"],
                                        env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        for line in self.process.stdout:
            if found := re.match(r"panel http://127.0.0.1:(\d+)/", line):
                self.port = int(found[1])
                return
        raise RuntimeError("the pile does not start")

    def ask(self, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET" if body is None else "POST", path, None if body is None else json.dumps(body), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return json.loads(answer.read())

    def type(self, digits):
        """(admitted, reason, transaction)"""
        self.ask("/sim/keypad", {"code": digits})
        admission = self.ask("/sim/state")["evses"][0]["admission"]
        return admission["outcome"] == "admitted", admission["reason"], admission.get("transaction_id")

    def points(self):
        text = self.log.read_bytes()[8:].rstrip(b"\0").decode()
        return [line for line in text.splitlines() if line.count(" ") == 3]

    def stop(self, hard=False):
        (self.process.kill if hard else self.process.terminate)()
        self.process.wait(20)
        self.process.stdout.close()


def prepare(build, folder):
    """A pile that a CSMS has given its secret, with a car plugged in."""
    (folder / "password").write_text("pw\n")
    (folder / "password").chmod(0o600)
    pile = Pile(build, folder)
    pile.stop()
    with sqlite3.connect(folder / "pile.db") as db:
        db.execute("INSERT OR REPLACE INTO record VALUES('variables', ?)", [json.dumps({"OfflineChargingCtrlr.CodeSecret": SECRET})])
    pile = Pile(build, folder)
    pile.ask("/sim/plug", {"vehicle": {"battery_wh": 60000, "soc_percent": 20, "max_power_w": 50000}})
    pile.stop()


def started(folder):
    with sqlite3.connect(folder / "pile.db") as db:
        return [row[0] for row in db.execute("SELECT subject FROM call WHERE payload LIKE '%\"eventType\":\"Started\"%'")]


def strike(build, made, point, how, digits):
    """Returns whether the blow fell; complains with an AssertionError."""
    with tempfile.TemporaryDirectory(prefix="rearcharge-kill-") as name:
        folder = pathlib.Path(name) / "pile"
        shutil.copytree(made, folder)
        pile, told = Pile(build, folder, {"FAULT_AT": point, "FAULT_HOW": how}), False
        try:
            told = pile.type(digits)[0]
        except (OSError, http.client.HTTPException, json.JSONDecodeError):
            pass
        try:
            pile.process.wait(0.3)
            fell = pile.process.returncode == -9
        except subprocess.TimeoutExpired:
            fell = False
        pile.stop(hard=True)
        pile = Pile(build, folder)
        before, running = started(folder), pile.ask("/sim/state")["evses"][0].get("transaction")
        assert len(before) == (running is not None), f"{len(before)} Started events, transaction {running}"
        assert running is not None or not told, "the driver was told to go ahead, and the pile knows nothing of it"
        admitted, reason, transaction = pile.type(digits)
        assert admitted, f"after the power cut the code is {reason}"
        assert running is None or transaction == running["id"], "a second transaction for one code"
        assert len(started(folder)) == 1, started(folder)
        pile.ask("/sim/unplug", {})
        pile.ask("/sim/plug", {})
        assert pile.type(digits)[1] == "used", "the code starts a second charge"
        pile.stop()
        return fell


def strike_all(build, digits):
    """(points, blows, blows that fell)"""
    with tempfile.TemporaryDirectory(prefix="rearcharge-kill-") as name:
        made, listing = pathlib.Path(name) / "made", pathlib.Path(name) / "listing"
        made.mkdir()
        prepare(build, made)
        shutil.copytree(made, listing)
        pile = Pile(build, listing, {})
        seen = len(pile.points())
        assert pile.type(digits)[0], "the code is not accepted at all"
        points = [point for point in pile.points()[seen:] if not point.startswith("send")]
        pile.stop()
        blows = [(point, how) for point in dict.fromkeys(points) for how in ("before", "inside", "after")]
        return len(set(points)), len(blows), sum(strike(build, made, point, how, digits) for point, how in blows)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    build = parser.parse_args().build
    digits = code(FIRST_DAY_S // 360)
    # A write of the pile's own clock between start and code counts too: a busy machine may then list other points than are passed.
    for _ in range(3):
        n_points, n_blows, fell = strike_all(build, digits)
        print(f"{n_points} points between the digits and the answer, {fell} of {n_blows} blows fell, none lost or doubled a charge", flush=True)
        if fell >= 10:
            return
    raise SystemExit("too few blows fell: is the shim loaded?")


if __name__ == "__main__":
    main()
