#!/usr/bin/env python3
"""Faults around the loop: the state says so within 2 s, and recovers.

usage: test_faults.py BUILD [unittest arguments]; BUS_RESTARTS=50 for the long form
"""
import contextlib
import os
import pathlib
import signal
import subprocess
import sys
import threading
import time
import unittest

from flow import CAR, CODE, Flow, template
from flows import Eye
from world import Process

BUILD = None
MADE = None
SOON_S = 2.0


class Rear(Eye):
    """The real camera process; the camera belongs to another process and is shared with us."""

    def source(self):
        return f"shmsrc socket-path={self.folder}/rear is-live=true do-timestamp=true ! video/x-raw,format=I420,width=320,height=240,framerate=30/1"

    picture = "snow"  # what the camera's owner shows: also black, or still

    def start_owner(self):
        (self.folder / "rear").unlink(missing_ok=True)  # a killed owner leaves it
        owner = Process("owner", ["gst-launch-1.0", "-q", "fdsrc", "fd=0", "do-timestamp=true", "!", "rawvideoparse", "format=i420", "width=320", "height=240", "framerate=30/1", "!",
                                  "shmsink", f"socket-path={self.folder}/rear", "wait-for-connection=false", "sync=false", "shm-size=4000000"], self.folder, keep_stdin=True)
        self.processes["owner"] = owner
        threading.Thread(target=self._show, args=(owner.popen.stdin.buffer,), daemon=True).start()
        return owner.popen

    def _show(self, pipe):
        n_pixels, colour = 320 * 240, bytes([128]) * (320 * 240 // 2)
        still = bytes(range(40, 200)) * (n_pixels // 160)
        with contextlib.suppress(OSError, ValueError):
            while True:
                light = {"black": bytes([16]) * n_pixels, "still": still, "snow": os.urandom(n_pixels)}[self.picture]
                pipe.write(light + colour)
                pipe.flush()
                time.sleep(1 / 30)


class Faults(unittest.TestCase):
    confirm = "park"

    def begin(self, victim=None, fault=None):
        self.flow = self.enterContext(Flow(BUILD, MADE, victim=victim, fault=fault))
        self.flow.begin(confirm=self.confirm)
        self.wait(lambda s: s.get("gear") == "D", 10)

    def wait(self, condition, timeout_s=SOON_S):
        """The daemon's own word, on the bus: condition(snapshot) within the time."""
        return self.flow.until("a snapshot that says so", lambda: (s := self.flow.status()) and condition(s) and s, timeout_s)

    def back_up(self):
        self.flow.gear("R", speed_kmh=4)
        return self.wait(lambda s: s.get("pile", {}).get("evse_id"), 10)

    def test_the_bus_is_restarted(self):
        self.begin()
        for _ in range(int(os.environ.get("BUS_RESTARTS", "5"))):
            self.flow.processes["dbus-daemon"].stop()
            (self.flow.folder / "bus").unlink(missing_ok=True)
            self.flow.start_bus()
            self.wait(lambda s: s.get("gear") == "D")
        self.assertEqual(self.flow.deaths, 0)

    def test_a_camera_that_is_frozen_black_or_unplugged_is_a_fault_until_it_is_not(self):
        self.begin()
        self.back_up()
        for state in ("frozen", "black", "fault", "stalled"):
            self.flow.seen.write_text(f"state {state}")
            self.wait(lambda s, state=state: "camera" in s["faults"] and s["camera_state"] == state)
            self.flow.seen.write_text(CODE)
            self.wait(lambda s: "camera" not in s["faults"] and s["camera_state"] == "running")

    def test_a_camera_process_that_dies_is_replaced_while_reversing(self):
        self.begin()
        self.back_up()
        daemon = self.flow.processes["rearcharged"].popen.pid
        child = int(subprocess.run(["pgrep", "-P", str(daemon)], text=True, capture_output=True, check=True).stdout.split()[0])
        os.kill(child, signal.SIGKILL)
        self.wait(lambda s: s["camera_state"] == "running")

    def test_a_camera_process_that_hangs_is_told_and_replaced(self):
        self.begin()
        self.back_up()
        daemon = self.flow.processes["rearcharged"].popen.pid
        child = int(subprocess.run(["pgrep", "-P", str(daemon)], text=True, capture_output=True, check=True).stdout.split()[0])
        os.kill(child, signal.SIGSTOP)
        self.wait(lambda s: "camera" in s["faults"])
        os.kill(child, signal.SIGCONT)
        self.wait(lambda s: "camera" not in s["faults"] and s["camera_state"] == "running")
        os.kill(child, signal.SIGSTOP)
        self.wait(lambda s: "camera" in s["faults"])
        self.wait(lambda s: s["camera_state"] == "running", 6)
        self.assertFalse(pathlib.Path(f"/proc/{child}/cmdline").read_bytes() if pathlib.Path(f"/proc/{child}").exists() else b"", "another one looks now")

    def test_a_frozen_server_is_told_before_the_request_is_given_up(self):
        self.begin()
        server = self.flow.processes["rearcharge-server"].popen
        self.wait(lambda s: s["server_state"] == "online", 5)
        server.send_signal(signal.SIGSTOP)
        self.flow.gear("R", speed_kmh=4)
        self.wait(lambda s: s["journey_state"] == "looking_up")
        self.wait(lambda s: "server" in s["faults"])
        server.send_signal(signal.SIGCONT)
        self.wait(lambda s: "server" not in s["faults"] and s["pile"].get("evse_id"), 10)

    def test_a_server_that_freezes_during_the_charge_is_told(self):
        self.begin()
        self.back_up()
        self.flow.gear("P", speed_kmh=0)
        self.wait(lambda s: s.get("order", {}).get("state") == "accepted", 10)
        server = self.flow.processes["rearcharge-server"].popen
        self.wait(lambda s: s["server_state"] == "online", 5)
        time.sleep(0.5)  # the stream is open and quiet
        server.send_signal(signal.SIGSTOP)
        self.wait(lambda s: "server" in s["faults"])
        server.send_signal(signal.SIGCONT)
        self.wait(lambda s: "server" not in s["faults"])
        self.flow.play()
        self.flow.check()

    def test_a_dead_server_is_told_and_the_order_comes_through(self):
        self.begin()
        self.back_up()
        self.flow.gear("P", speed_kmh=0)
        self.wait(lambda s: s.get("order", {}).get("state") == "accepted", 10)
        server = self.flow.processes["rearcharge-server"]
        server.popen.send_signal(signal.SIGSTOP)  # so that its keeper does not start another one at once
        self.flow.ended.set()
        server.popen.kill()
        self.wait(lambda s: "server" in s["faults"])
        self.flow.ended.clear()
        self.flow.tend("rearcharge-server", *self.flow.argv["rearcharge-server"])
        self.wait(lambda s: "server" not in s["faults"], 10)
        self.flow.play()
        self.flow.check()

    def test_a_server_that_is_back_is_noticed_though_nothing_is_asked_of_it(self):
        self.begin()
        self.flow.leave("rearcharge-server")
        self.flow.processes["rearcharged"].popen.kill()  # the next one asks for its orders in vain
        self.wait(lambda s: "server" in s.get("faults", []), 5)
        self.flow.come_back("rearcharge-server")
        self.wait(lambda s: "server" not in s["faults"] and s["server_state"] == "online", 15)

    def test_a_full_disk_in_the_car_refuses_the_order_visibly_and_recovers(self):
        full = pathlib.Path(MADE[0]) / "car-full"
        self.addCleanup(full.unlink, missing_ok=True)
        self.begin("rearcharged", {"FAULT_FULL": str(full)})
        self.back_up()
        full.touch()
        self.flow.gear("P", speed_kmh=0)
        self.wait(lambda s: "storage" in s["faults"], SOON_S + 1.0)  # P must hold for a second to be standstill
        self.assertEqual(self.flow.operator("orders")["orders"], [], "nothing was ordered that is not on the disk")
        full.unlink()
        self.wait(lambda s: "storage" not in s["faults"] and s.get("order", {}).get("state") == "accepted", 15)
        self.flow.play()
        self.flow.check()

    def full_disk_at(self, program):
        full = pathlib.Path(MADE[0]) / f"{program}-full"
        self.addCleanup(full.unlink, missing_ok=True)
        self.begin(program, {"FAULT_FULL": str(full)})
        self.back_up()
        full.touch()
        self.flow.gear("P", speed_kmh=0)
        time.sleep(2.5)  # the order is made and meets the full disk
        self.assertFalse([o for o in self.flow.operator("orders").get("orders", []) if o["state"] in ("charging", "settled")])
        full.unlink()

    def test_a_full_disk_at_the_server_refuses_the_order_and_recovers(self):
        self.full_disk_at("rearcharge-server")
        self.flow.play()
        self.flow.check()

    def test_a_full_disk_at_the_pile_loses_no_transaction(self):
        full = pathlib.Path(MADE[0]) / "pile-full"
        self.addCleanup(full.unlink, missing_ok=True)
        self.begin("rearcharge-pile", {"FAULT_FULL": str(full)})
        self.back_up()
        self.flow.gear("P", speed_kmh=0)
        self.wait(lambda s: s.get("order", {}).get("state") == "accepted", 10)
        self.flow.try_sim("plug", vehicle=CAR)
        full.touch()
        time.sleep(0.3)
        full.unlink()
        self.flow.play()
        self.flow.check()

    @contextlib.contextmanager
    def small_disk(self):
        """The stores on a volume of their own, really full inside the returned block."""
        volume = self.flow.folder / "volume"
        volume.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(volume)], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", str(volume)], check=False)
        self.flow.move_stores(volume)
        filler = volume / "filler"

        @contextlib.contextmanager
        def full():
            with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
                while file.write(bytes(1 << 16)):
                    pass
            try:
                yield
            finally:
                filler.unlink()
        yield full

    @unittest.skipIf(os.geteuid() != 0, "mounting takes root; the tests above play a full disk")
    def test_a_volume_that_is_really_full_costs_nothing_but_time(self):
        self.flow = self.enterContext(Flow(BUILD, MADE))
        with self.small_disk() as full:
            self.flow.begin(confirm=self.confirm)
            self.wait(lambda s: s.get("gear") == "D", 10)
            self.back_up()
            with full():
                self.flow.gear("P", speed_kmh=0)
                self.wait(lambda s: "storage" in s["faults"], SOON_S + 1.0)
                self.assertEqual(self.flow.operator("orders")["orders"], [])
            self.wait(lambda s: "storage" not in s["faults"] and s.get("order", {}).get("state") == "accepted", 15)
            self.flow.try_sim("plug", vehicle=CAR)
            self.wait(lambda s: s["order"]["state"] == "charging", 10)
            with full():  # in the middle of the charge: the session goes on, whoever must wait for the disk
                time.sleep(1.5)
            self.wait(lambda s: "storage" not in s["faults"], 10)
            self.flow.play()
            self.flow.check()

    def test_a_real_camera_that_hangs_or_is_unplugged_is_told_and_comes_back(self):
        self.flow = self.enterContext(Rear(BUILD, MADE))
        owner = self.flow.start_owner()
        self.flow.begin(confirm=self.confirm)
        self.flow.gear("R", speed_kmh=4)
        self.wait(lambda s: s["camera_state"] == "running", 20)
        owner.send_signal(signal.SIGSTOP)
        self.wait(lambda s: "camera" in s["faults"])
        owner.send_signal(signal.SIGCONT)
        self.wait(lambda s: "camera" not in s["faults"] and s["camera_state"] == "running", 10)
        owner.kill()
        self.wait(lambda s: "camera" in s["faults"])
        self.flow.start_owner()
        self.wait(lambda s: "camera" not in s["faults"] and s["camera_state"] == "running", 20)

    def test_a_real_camera_that_is_covered_or_frozen_is_told_until_it_is_not(self):
        self.flow = self.enterContext(Rear(BUILD, MADE))
        self.flow.start_owner()
        self.flow.begin(confirm=self.confirm)
        self.flow.gear("R", speed_kmh=4)
        self.wait(lambda s: s["camera_state"] == "running", 20)
        for picture, state in (("black", "black"), ("still", "frozen")):
            self.flow.picture = picture
            self.wait(lambda s, state=state: "camera" in s["faults"] and s["camera_state"] == state)
            self.flow.picture = "snow"
            self.wait(lambda s: "camera" not in s["faults"] and s["camera_state"] == "running")

    def test_a_clock_that_jumps_is_told_and_believed_again(self):
        clock = pathlib.Path(MADE[0]) / "clock"
        clock.write_text("0")
        os.environ["FAULT_CLOCK"] = str(clock)
        self.addCleanup(os.environ.pop, "FAULT_CLOCK")
        self.begin("rearcharged", {"LD_PRELOAD": str(pathlib.Path(BUILD).resolve() / "tests/faults/libclock-shim.so")})
        self.back_up()
        for jump in (-400 * 86400, 400 * 86400):
            clock.write_text(str(jump))
            self.wait(lambda s: "clock" in s["faults"])
        self.wait(lambda s: "clock" not in s["faults"], 13)
        self.flow.gear("P", speed_kmh=0)
        self.wait(lambda s: s.get("order", {}).get("state") == "accepted", 10)
        self.flow.play()
        self.flow.check()


if __name__ == "__main__":
    BUILD = sys.argv.pop(1)
    MADE = template(BUILD)
    unittest.main(verbosity=2)
