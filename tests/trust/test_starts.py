#!/usr/bin/env python3
"""What a program cannot start with it refuses at once, in words that name the cause: test_starts.py BUILD [unittest arguments]."""
import pathlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import unittest

BUILD = pathlib.Path(".")


class Starts(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory(prefix="rearcharge-starts-")
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.busy = socket.create_server(("127.0.0.1", 0))
        self.addCleanup(self.busy.close)
        self.port = self.busy.getsockname()[1]
        (self.folder / "empty").touch()
        (self.folder / "nonsense").write_text("nonsense\n")
        (self.folder / "secret").write_text("0123456789abcdef\n")
        (self.folder / "two-lines").write_text("one\ntwo\n")
        (self.folder / "folder").mkdir()

    def path(self, name):
        return str(self.folder / name)

    def refuses(self, program, argv, status, *words):
        argv = [str(BUILD / program), *argv]
        done = subprocess.run(argv, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=20)
        last = done.stderr.strip().splitlines()[-1:] or [""]
        with self.subTest(argv=argv):
            self.assertEqual(done.returncode, status, done.stderr)
            self.assertTrue(last[0].startswith(program.rsplit("/", 1)[1] + ": "), done.stderr)
            for word in words:
                self.assertIn(word, last[0])

    def test_rearcharge_server(self):
        state, newer = self.path("state.db"), self.path("newer.db")
        with sqlite3.connect(newer) as db:
            db.execute("PRAGMA user_version = 999")
        db.close()
        serve = ("serve", "--listen", "127.0.0.1:0", "--state")
        for argv, *words in (
                (("serve", "--fly"), "--fly"),
                (("serve",), "--state"),
                ((*serve, state, "surplus"), "want --state"),
                ((*serve, state, "--plug-timeout", "-1"), "want --state"),
                ((*serve, state, "--request-rate", "-1"), "want --state"),
                ((*serve, state, "--presence", "perhaps"), "--presence off, warn or enforce"),
                ((*serve, state, "--tls-cert", state), "--tls-key"),
                ((*serve, state, "--tls-cert", self.path("none.pem"), "--tls-key", self.path("none.pem")), "none.pem"),
                ((*serve, self.path("folder")), "folder"),
                ((*serve, self.path("nonsense")), "nonsense", "not a database"),
                ((*serve, newer), "newer than this program"),
                ((*serve, state, "--operator-token-file", self.path("none")), "none"),
                ((*serve, state, "--operator-token-file", self.path("empty")), "empty", "one line with the secret"),
                ((*serve, state, "--ocpp-log", self.path("none/log")), "none/log"),
                (("serve", "--state", state, "--listen", f"127.0.0.1:{self.port}"), f"127.0.0.1:{self.port}", "in use"),
                (("serve", "--state", state, "--listen", "here"), "here"),
                (("serve", "--state", state, "--listen", "127.0.0.1:70000"), "70000")):
            self.refuses("server-stub/rearcharge-server", argv, 1, *words)

    def test_rearcharge_pile(self):
        known = ("--csms", "ws://127.0.0.1:1", "--identity", "P", "--password-file", self.path("secret"))
        for argv, *words in (
                (("--fly",), "--fly"),
                ((*known, "surplus"), "'surplus'"),
                (known[:4], "--password-file"),
                ((*known, "--client-cert", self.path("secret")), "--client-key"),
                ((*known[:3], "A:B", *known[4:]), "--identity"),
                ((*known, "--evses", "65"), "--evses"),
                ((*known, "--power-w", "0"), "--power-w"),
                ((*known, "--speed", "nan"), "--speed"),
                ((*known, "--evses", "2", "--evse-id", "DE*ABC*E1"), "{n}"),
                ((*known, "--evse-id", "nonsense"), "--evse-id: nonsense"),
                ((*known, "--qr-host", "no host"), "host"),
                ((*known, "--qr-url-template", "http://pay.example.com/{evse}"), "https://HOST/PATH"),
                ((*known, "--qr-url-template", "https://pay.example.com"), "https://HOST/PATH"),
                ((*known[:5], self.path("none")), "none"),
                ((*known[:5], self.path("empty")), "--password-file"),
                ((*known[:5], self.path("two-lines")), "--password-file")):
            self.refuses("pile-sim/rearcharge-pile", argv, 2, *words)
        for argv, *words in (
                ((*known, "--state", self.path("folder")), "folder"),
                ((*known, "--state", self.path("nonsense")), "nonsense"),
                ((*known, "--script", self.path("none")), "none"),
                ((*known, "--script", self.path("nonsense")), "nonsense"),
                ((*known, "--bay-feed", self.path("none")), "none"),
                ((*known, "--qr-png", self.path("none/code.png")), "none/code.png"),
                ((*known, "--ocpp-log", self.path("none/log")), "none/log"),
                ((*known, "--ca", self.path("none.pem")), "none.pem"),
                ((*known, "--client-cert", self.path("none.pem"), "--client-key", self.path("none.pem")), "want wss://"),
                (("--csms", "wss://127.0.0.1:1", *known[2:], "--client-cert", self.path("none.pem"), "--client-key", self.path("none.pem")), "none.pem"),
                ((*known, "--panel", str(self.port)), "in use"),
                ((*known, "--local-link", str(self.port)), "in use"),
                ((*known, "--panel", "here"), "here"),
                (("--csms", "http://127.0.0.1", *known[2:]), "http://127.0.0.1")):
            self.refuses("pile-sim/rearcharge-pile", argv, 1, *words)

    def test_rearcharge_ui(self):
        for argv in (("--fly",), ("surplus",), ("--port", "70000"), ("--port", "-1")):
            self.refuses("ui-bridge/rearcharge-ui", argv, 2)
        self.refuses("ui-bridge/rearcharge-ui", ("--port", str(self.port)), 1, "in use")
        self.refuses("ui-bridge/rearcharge-ui", ("--port", "0", "--runtime-dir", self.path("none")), 1, "none")

    def test_rearcharge_camera(self):
        source = ("--source", "videotestsrc", "--print")
        for argv, *words in (
                (("--fly",), "--fly"),
                ((), "--source"),
                (("--source", "videotestsrc"), "--fd"),
                ((*source, "--mode", "rented"), "mode"),
                ((*source, "--stall-ms", "0"), "1 ms"),
                ((*source, "surplus"), "nothing else")):
            self.refuses("camera/rearcharge-camera", argv, 2, *words)
        for argv, *words in (
                ((*source, "--lens", self.path("none")), "none"),
                ((*source, "--lens", self.path("nonsense")), "nonsense"),
                (("--source", "nosuchsource", "--print"), "nosuchsource"),
                ((*source, "--decoder", self.path("none")), "none")):
            self.refuses("camera/rearcharge-camera", argv, 1, *words)

    def test_the_decoder_is_started_by_the_camera_only(self):
        self.refuses("camera/rearcharge-decoder", (), 1, "shared frames")

    def test_rearcharge_scan(self):
        for argv, *words in (
                (("--fly",), "--fly"),
                ((), "want FILE"),
                (("--sequence", self.path("none")), "want FILE"),
                (("--explain", self.path("out.png"), "a.png", "b.png"), "want FILE"),
                (("--lens", self.path("none"), "a.png"), "none"),
                (("--lens", self.path("nonsense"), "a.png"), "nonsense")):
            self.refuses("camera/rearcharge-scan", argv, 2, *words)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=1)
