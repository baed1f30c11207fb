"""The flows that are struck, by name. To add one: derive from Flow, say which programs are struck in it, and override
the driver's part (before_order, with_order), the start (begin, begin_car), or what must be true in the end (check).

    loop   consent orders while reversing                                      car, server, pile
    eye    the same with the real camera process and decoder on a still picture    camera, decoder
    face   the driver taps on the head unit's page                             head unit's page
    halt   the driver ends a long charge from the car; once that is acknowledged it is never said again    car
"""
import contextlib
import http.client
import json
import shlex
import threading

from flow import Flow
from world import Failure, free_port


class Eye(Flow):
    struck = ("rearcharge-camera", "rearcharge-decoder")

    def source(self):
        return f'filesrc location="{self.folder}/pile.png" ! decodebin ! imagefreeze is-live=true ! video/x-raw,framerate=15/1'

    def carrier(self):
        return "rearcharged"  # the camera process is its child

    def camera_section(self, source):
        decoder = self.program("rearcharge-decoder")
        if self.victim == "rearcharge-decoder":  # its environment is empty on purpose
            wrapper = self.folder / "decoder"
            words = " ".join(f"{name}={shlex.quote(value)}" for name, value in self.shim().items())
            wrapper.write_text(f"#!/bin/sh\nexec env {words} {shlex.quote(str(decoder))} \"$@\"\n")
            wrapper.chmod(0o755)
            decoder = wrapper
        # A machine that is busy with many flows is no hog frame.
        return f"[camera]\nprogram={self.program('rearcharge-camera')}\ndecoder={decoder}\nsource={source}\ndecoder-deadline-ms=500\n"

    def begin(self, confirm=None):
        super().begin(confirm)
        self.until("the daemon to know the gear", lambda: self.status().get("gear") == "D", self.patience_s)


class Face(Flow):
    struck = ("rearcharge-ui",)
    confirm = "tap"

    def begin(self, confirm=None):
        super().begin(confirm)
        self.ui_port = free_port()
        self.cookie = self.token = None
        self.tend("rearcharge-ui", "--port", self.ui_port, "--bus", "session")
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, method, path, body=None, timeout_s=5):
        """(status, text) of the page's server; OSError or HTTPException while it is away."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.ui_port, timeout=timeout_s)) as connection:
            headers = {"Origin": f"http://127.0.0.1:{self.ui_port}", "Cookie": self.cookie or "", "RearCharge-Token": self.token or ""}
            connection.request(method, path, None if body is None else json.dumps(body), headers | ({"Content-Type": "application/json"} if body is not None else {}))
            answer = connection.getresponse()
            if cookie := answer.getheader("Set-Cookie"):
                self.cookie = cookie.split(";")[0]
            return answer.status, answer.read().decode()

    def enter(self):
        """With the start URL of the newest life of the page's server."""
        urls = [line.split("Open once: ")[1] for line in self.processes["rearcharge-ui"].log_path.read_text().splitlines() if "Open once: " in line]
        if urls:
            self.ask("GET", "/" + urls[-1].split("/", 3)[3])
            self.token = json.loads(self.ask("GET", "/session")[1])["token"]

    def touch(self, method, path, body=None):
        """None when the page is away just now."""
        try:
            status, text = self.ask(method, path, body)
            if status == 401 or status == 403:
                self.enter()
                return None
            return text if status in (200, 204) else None
        except (OSError, http.client.HTTPException, ValueError, KeyError, IndexError):
            return None

    def _listen(self):
        """The page that is open all the time."""
        while not self.ended.wait(0.05):
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(
                    http.client.HTTPConnection("127.0.0.1", self.ui_port, timeout=5)) as connection:
                connection.request("GET", "/events", headers={"Cookie": self.cookie or ""})
                answer = connection.getresponse()
                while answer.status == 200 and answer.read1(65536) and not self.ended.is_set():
                    pass

    def before_order(self):
        pile = self.status().get("pile", {})
        self.touch("GET", "/view")
        if pile.get("evse_id"):
            self.gear_once("P", speed_kmh=0)
        if pile.get("can_order"):
            self.touch("POST", "/actions/order", {})

    def check(self):
        super().check()
        history = self.until("the page's history", lambda: self.touch("GET", "/history"), self.patience_s)
        total = self.history_total()
        if f"{total // 100}.{total % 100:02d}" not in history:
            raise Failure(f"the page's history does not say {total}: {history}")


class Halt(Flow):
    struck = ("rearcharged",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs, speed=50)  # the battery would need half a minute
        self.stopped = False

    def with_order(self, order):
        super().with_order(order)
        if order["state"] == "charging" and order["energy_wh"] > 0 and not self.stopped:
            self.stopped = self.run("rearchargectl", "stop", check=False).returncode == 0

    def check(self):
        super().check()
        order = self.operator("orders")["orders"][0]
        if self.stopped and order["reason"] != "by_driver":
            raise Failure(f"the driver's stop was acknowledged and lost: {order}")


FLOWS = {"loop": Flow, "eye": Eye, "face": Face, "halt": Halt}
