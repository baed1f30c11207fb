#!/usr/bin/env python3
"""rearcharge-gear and rearchargectl at a bus: what they do, what they say when they cannot, and how they end.

usage: tools_test.py GEAR CTL
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import unittest

GEAR, CTL = sys.argv[1:3]
OK, FAILED, USAGE, NO_BUS = 0, 1, 2, 3


class Tools(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = pathlib.Path(cls.enterClassContext(tempfile.TemporaryDirectory(prefix="tools-")))
        cls.address = f"unix:path={cls.folder / 'bus'}"
        cls.bus = subprocess.Popen(["dbus-daemon", "--session", "--nofork", "--nosyslog", "--print-address=1", f"--address={cls.address}"],
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        cls.bus.stdout.readline()
        cls.addClassCleanup(cls.end, cls.bus)
        cls.env = dict(os.environ, DBUS_SESSION_BUS_ADDRESS=cls.address)

    @staticmethod
    def end(process):
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()

    def start(self, *argv, **options):
        process = subprocess.Popen(argv, env=self.env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=1, **options)
        self.addCleanup(self.end, process)
        return process

    def run_tool(self, *argv, bus=True):
        env = self.env if bus else {**self.env, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder / 'nobody'}"}
        return subprocess.run(argv, env=env, text=True, capture_output=True, timeout=20)

    def expect(self, status, part, *argv, **options):
        done = self.run_tool(*argv, **options)
        self.assertEqual(done.returncode, status, f"{argv}: {done.stdout}{done.stderr}")
        self.assertIn(part, done.stdout + done.stderr, argv)

    def line(self, process, part):
        while line := process.stdout.readline():
            if part in line:
                return line
        return self.fail(f"no line with {part!r}")

    def test_a_vehicle_on_the_bus_is_moved_read_and_watched(self):
        vehicle = self.start(GEAR, "serve", "speed 12", "D")
        self.line(vehicle, "ready")
        watch = self.start(GEAR, "watch")
        self.line(watch, "gear D  12.0 km/h")
        self.assertEqual(self.run_tool(GEAR, "emit", "R").returncode, OK)
        self.line(watch, "gear R")
        vehicle.stdin.write("speed 0\nP\n")
        self.line(watch, "gear P  0.0 km/h")
        state = self.run_tool(GEAR, "get").stdout.splitlines()
        self.assertIn("Gear 'P'", state)
        self.assertIn("Position unknown", state)
        self.expect(FAILED, "cannot own org.rearcharge.Vehicle", GEAR, "serve")
        self.expect(USAGE, "expected P, R, N, D", GEAR, "emit", "fly")
        vehicle.stdin.write("fly\n")
        self.line(vehicle, "expected")
        self.assertEqual(self.run_tool(GEAR, "quit").returncode, OK)
        self.assertEqual(vehicle.wait(10), OK)
        self.line(watch, "gear unknown")
        watch.send_signal(signal.SIGINT)
        self.assertEqual(watch.wait(10), OK)

    def test_a_vehicle_ends_with_its_input_when_told_to(self):
        vehicle = self.start(GEAR, "serve", "--until-eof", "R")
        self.line(vehicle, "ready")
        vehicle.stdin.close()
        self.assertEqual(vehicle.wait(10), OK)

    def test_command_lines_that_make_no_sense(self):
        for words in ((), ("park",), ("get", "now"), ("serve", "--loud"), ("serve", "fly"), ("watch", "gear"), ("watch", "gear.bus=x", "nonsense=1"), ("--loud",)):
            with self.subTest(words):
                self.assertEqual(self.run_tool(GEAR, *words).returncode, USAGE)
        for words in (("fly",), ("receipt",), ("history", "all"), ("--limit=0", "history"), ("--limit=1001", "history"), ("--loud",), ("find", "x"), ("consent", "x")):
            with self.subTest(words):
                done = self.run_tool(CTL, *words)
                self.assertEqual(done.returncode, USAGE)
                self.assertIn("expected" if words[0] != "--loud" else "--loud", done.stderr)
        for words in ((CTL, "receipt"), (GEAR, "emit"), (GEAR, "watch")):
            self.assertEqual(subprocess.run([*words, b"\xff"], env=self.env, capture_output=True).returncode, USAGE, words)

    def test_without_a_daemon_or_a_vehicle(self):
        for words in (("status",), (), ("order",), ("history",), ("reservations",), ("receipt", "x")):
            self.expect(NO_BUS, "rearcharged is not running", CTL, *words)
        self.expect(FAILED, "rearcharged is not running", CTL, "doctor")
        self.expect(FAILED, '"check":"daemon","ok":false', CTL, "--json", "doctor")
        self.expect(NO_BUS, "org.rearcharge.Vehicle", GEAR, "get")

    def test_without_a_bus(self):
        tools = [(NO_BUS, (CTL, "status")), (NO_BUS, (CTL, "order")), (NO_BUS, (GEAR, "get")), (NO_BUS, (GEAR, "emit", "R")), (FAILED, (CTL, "doctor"))]
        env = {**self.env, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.folder / 'nobody'}"}
        processes = [subprocess.Popen(argv, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) for _, argv in tools]
        for (status, argv), process in zip(tools, processes, strict=True):  # each waits for two seconds
            said = process.communicate(timeout=20)[0]
            self.assertEqual(process.returncode, status, f"{argv}: {said}")
            self.assertIn("bus", said, argv)
        nowhere = {key: value for key, value in self.env.items() if key not in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR")}
        done = subprocess.run([CTL, "--bus", "session", "status"], env=nowhere, text=True, capture_output=True, timeout=20)
        self.assertEqual((done.returncode, "neither DBUS_SESSION_BUS_ADDRESS nor XDG_RUNTIME_DIR is set" in done.stderr), (NO_BUS, True), done.stderr)


signal.alarm(40)  # a line that never comes ends it all
unittest.main(argv=sys.argv[:1] + sys.argv[3:])
