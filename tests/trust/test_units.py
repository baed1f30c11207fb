#!/usr/bin/env python3
"""The units that we ship: well formed, watched, and exposed no more than promised.

usage: test_units.py BUILD [unittest arguments]
"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
UNITS = ["rearcharged.service", "rearcharge-ui.service", "rearcharge-server.service", "rearcharge-pile@.service"]
BUILD = None


def exposure(unit):
    """Overall exposure by systemd-analyze, 0.0 to 10.0, without a running systemd."""
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit], text=True, capture_output=True, timeout=60,
                          env=dict(os.environ, SYSTEMD_COLORS="0"))
    found = re.search(r"Overall exposure level for .*: (\d+\.\d)", done.stdout)
    if not found:
        raise AssertionError(f"systemd-analyze said nothing of {unit}:\n{done.stdout}{done.stderr}")
    return float(found.group(1))


class Units(unittest.TestCase):
    def setUp(self):
        if not shutil.which("systemd-analyze"):
            self.fail("systemd-analyze is missing: ./dev setup installs the package systemd")

    def test_exposure_is_at_most_1_5(self):
        for name in UNITS:
            with self.subTest(name):
                self.assertLessEqual(exposure(BUILD / "data" / name), 1.5)

    def test_the_decoders_rules_expose_at_most_0_5(self):
        self.assertLessEqual(exposure(HERE / "decoder-rules.service"), 0.5)

    def test_the_decoders_rules_are_those_of_its_source(self):
        source = (ROOT / "camera/decoder/sandbox.c").read_text()
        plain = re.search(r"plain\[\] = \{(.*?)\};", source, re.S).group(1)
        special = re.search(r"allow_memory\(.*?\n\}", source, re.S).group(0)
        allowed = set(re.findall(r"SCMP_SYS\((\w+)\)", plain)) | set(re.findall(r"SCMP_ACT_ALLOW, SCMP_SYS\((\w+)\)", special))
        self.assertIn("SCMP_ACT_KILL_PROCESS", source)
        rules = (HERE / "decoder-rules.service").read_text()
        self.assertEqual(set(re.search(r"^SystemCallFilter=(.*)$", rules, re.M).group(1).split()), allowed)

    def test_the_measure_can_fail(self):
        with tempfile.TemporaryDirectory() as folder:
            bare = pathlib.Path(folder) / "bare.service"
            bare.write_text("[Service]\nExecStart=/bin/true\n")
            self.assertGreater(exposure(bare), 8)

    def test_every_program_is_watched(self):
        for name in UNITS:
            text = (BUILD / "data" / name).read_text()
            with self.subTest(name):
                self.assertRegex(text, r"(?m)^Type=notify$")
                self.assertRegex(text, r"(?m)^WatchdogSec=\d+s$")
                self.assertNotIn("@", re.sub(r"@(system-service|privileged|resources)|rearcharge-pile@", "", text))

    def test_every_user_of_a_unit_is_made(self):
        users = set(re.findall(r"^u (\S+)", (ROOT / "data/rearcharge.sysusers.conf").read_text(), re.M))
        for name in UNITS:
            self.assertIn(re.search(r"^User=(\S+)", (BUILD / "data" / name).read_text(), re.M).group(1), users)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
