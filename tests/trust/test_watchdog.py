#!/usr/bin/env python3
"""Each program, started as a service manager starts it: it says when it is ready, and its main loop pings.

usage: test_watchdog.py BUILD [unittest arguments]
"""
import pathlib
import signal
import socket
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from world import World  # noqa: E402

BUILD = None


class Manager(unittest.TestCase):
    def setUp(self):
        self.world = self.enterContext(World(BUILD))
        self.world.start_bus()
        self.world.start_server()
        self.socket = self.enterContext(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
        self.socket.bind(str(self.world.folder / "notify"))
        self.socket.settimeout(10)
        self.plain = dict(self.world.env)
        self.world.env.update(NOTIFY_SOCKET=str(self.world.folder / "notify"), WATCHDOG_USEC="100000")
        self.world.env.pop("WATCHDOG_PID", None)

    def hear(self):
        return self.socket.recv(256).decode()

    def watch(self, process):
        """Ready, then pings, none while it is frozen, pings again, and a word at the end."""
        heard = [self.hear() for _ in range(4)]
        self.assertIn("READY=1", heard)
        self.assertGreaterEqual(heard.count("WATCHDOG=1"), 2)
        process.popen.send_signal(signal.SIGSTOP)
        self.socket.settimeout(0.3)
        with self.assertRaises(TimeoutError):  # what was under way may still come
            for _ in range(8):
                self.hear()
        self.socket.settimeout(10)
        process.popen.send_signal(signal.SIGCONT)
        self.assertEqual(self.hear(), "WATCHDOG=1")
        process.popen.send_signal(signal.SIGTERM)
        while (word := self.hear()) == "WATCHDOG=1":
            pass
        self.assertEqual(word, "STOPPING=1")

    def test_rearcharged(self):
        config = self.world.folder / "rearcharge.conf"
        config.write_text(self.world.configuration(None))
        self.watch(self.world.start("rearcharged", "--config", config))

    def test_rearcharge_ui(self):
        self.watch(self.world.start("rearcharge-ui", "--bus", "session", "--port", "0"))

    def test_rearcharge_pile(self):
        self.watch(self.world.start("rearcharge-pile", "--csms", self.world.csms_url, "--identity", "PILE1", "--password-file", self.world.folder / "pile.password"))

    def test_rearcharge_server(self):
        self.watch(self.world.start("rearcharge-server", "serve", "--state", self.world.folder / "other.db", "--listen", "0"))


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
