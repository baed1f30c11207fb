#!/usr/bin/env python3
"""`meson install` ships what a system bus needs, where dbus-daemon and systemd look for it. Usage: install_test.py BUILD SOURCE MESON..."""
import json
import pathlib
import shutil
import subprocess
import sys

PROGRAMS = {"rearcharged", "rearchargectl", "rearcharge-gear", "rearcharge-server", "rearcharge-pile", "rearcharge-ui", "rearcharge-scan"}
MAN = {"rearcharged.8", "rearcharge.conf.5", "rearchargectl.1", "rearcharge-gear.1", "rearcharge-server.8", "rearcharge-pile.1",
       "rearcharge-camera.8", "rearcharge-ui.8", "rearcharge-scan.1"}


def main():
    build, source, meson = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3:]
    # The plan is what `meson install` will do, without building the programs again to look at it.
    plan = json.loads(subprocess.run([*meson, "introspect", "--installed", str(build)], check=True, capture_output=True, text=True).stdout)
    options = json.loads(subprocess.run([*meson, "introspect", "--buildoptions", str(build)], check=True, capture_output=True, text=True).stdout)
    prefix = next(o["value"] for o in options if o["name"] == "prefix")
    installed = set(plan.values())
    policy = "/usr/share/dbus-1/system.d" if prefix == "/usr" else "/etc/dbus-1/system.d"
    expected = {
        f"{policy}/org.rearcharge.RearCharge.conf",
        f"{prefix}/share/dbus-1/system-services/org.rearcharge.RearCharge.service",
        f"{prefix}/share/dbus-1/interfaces/org.rearcharge.RearCharge1.xml",
        f"{prefix}/share/dbus-1/interfaces/org.rearcharge.Vehicle1.xml",
        f"{prefix}/lib/systemd/system/rearcharged.service",
        f"{prefix}/lib/sysusers.d/rearcharge.conf",
        f"{prefix}/lib/tmpfiles.d/rearcharge.conf",
        *(f"{prefix}/share/man/man{page[-1]}/{page}" for page in MAN),
        *(f"{prefix}/bin/{name}" for name in PROGRAMS),
    }
    missing = sorted(expected - installed)
    assert not missing, f"meson install would not ship: {missing}\nonly: {sorted(installed)}"
    configuration = [path for path in installed if path.endswith("/etc/rearcharge/rearcharge.conf")]
    assert configuration or not (source / "data/rearcharge.conf").exists(), f"the default configuration is not among {sorted(installed)}"

    unit = (build / "data/rearcharged.service").read_text()
    activation = (build / "data/org.rearcharge.RearCharge.service").read_text()
    for text in (unit, activation):
        assert f"{prefix}/bin/rearcharged --config {configuration[0] if configuration else ''}" in text, f"another program or configuration than installed:\n{text}"
        assert "@" not in text.replace("@system-service", "").replace("@privileged", "").replace("@resources", ""), text

    if not shutil.which("systemd-analyze"):
        print("systemd-analyze is not here: exposure not measured")
        return
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", "--threshold=15", str(build / "data/rearcharged.service")],
                          capture_output=True, text=True)
    assert done.returncode == 0, f"exposure above 1.5, or a unit that systemd does not understand:\n{done.stdout}{done.stderr}"
    assert "ignoring" not in done.stderr, done.stderr
    print(done.stdout.strip().splitlines()[-1])


main()
