#!/usr/bin/env python3
"""The bus policy on a real dbus-daemon with the rules of a system bus. Needs root: it plays several users.
Usage: policy_test.py POLICY REARCHARGE_GEAR"""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

# The users of the package do not exist where tests run, and dbus-daemon knows only users of the system: these, each with
# the group of its name, are on every Debian.
ROLES = {"service": "daemon", "gateway": "mail", "hmi": "games", "stranger": "news", "root": "root"}
NAMES = {('user', 'rearcharge'): ROLES["service"], ('group', 'rearcharge'): ROLES["hmi"], ('group', 'rearcharge-vehicle'): ROLES["gateway"]}

# What Debian's /usr/share/dbus-1/system.conf says about everybody, before the files of the packages.
BASE = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path={socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><deny own="*"/><deny send_type="method_call"/><allow send_type="signal"/>
<allow send_requested_reply="true" send_type="method_return"/><allow send_requested_reply="true" send_type="error"/>
<allow receive_type="method_call"/><allow receive_type="method_return"/><allow receive_type="error"/><allow receive_type="signal"/>
<allow send_destination="org.freedesktop.DBus"/></policy>
<include>{policy}</include></busconfig>"""


class Bus:
    def __init__(self, policy):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="policy-"))
        self.folder.chmod(0o755)
        text = pathlib.Path(policy).read_text()
        for (kind, name), stand_in in NAMES.items():
            text, count = re.subn(f'{kind}="{name}"', f'{kind}="{stand_in}"', text)
            assert count == 1, f"{kind} {name}: {count} policies"
        (self.folder / "policy.conf").write_text(text)
        (self.folder / "bus.conf").write_text(BASE.format(socket=self.folder / "bus", policy=self.folder / "policy.conf"))
        self.address = f"unix:path={self.folder / 'bus'}"
        self.daemon = subprocess.Popen(["dbus-daemon", "--nofork", "--nosyslog", "--print-address=1", f"--config-file={self.folder / 'bus.conf'}"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.daemon.stdout.readline().startswith("unix:"), "dbus-daemon refuses the policy"
        os.chmod(self.folder / "bus", 0o777)

    def start(self, who, *argv, **options):
        # (a build that counts what runs: these users may not write the counters, and shall not say so)
        return subprocess.Popen(argv, user=who, group=who, extra_groups=[], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, env={"DBUS_SYSTEM_BUS_ADDRESS": self.address, "PATH": os.environ["PATH"], "LLVM_PROFILE_FILE": "/dev/null"}, cwd="/", **options)

    def run(self, who, *argv):
        process = self.start(who, *argv)
        return process.communicate(timeout=15)[0]


def main():
    policy, gear = sys.argv[1:3]
    if os.getuid() != 0:
        print("not root: cannot play several users")
        sys.exit(77)
    service, gateway, hmi, stranger, root = (ROLES[role] for role in ("service", "gateway", "hmi", "stranger", "root"))
    bus = Bus(policy)
    # The build folder may lie in somebody's home, which other users cannot enter.
    gear = shutil.copy(gear, bus.folder)
    processes = []
    failures = []

    def expect(what, ok, output=""):
        if not ok:
            failures.append(f"{what}: {output}")

    def own(who, name):
        return bus.run(who, "dbus-send", "--system", "--print-reply", "--dest=org.freedesktop.DBus", "/", "org.freedesktop.DBus.RequestName", f"string:{name}", "uint32:4")

    def get(who, member="GetAll", *more):
        return bus.run(who, "dbus-send", "--system", "--print-reply", "--dest=org.rearcharge.Vehicle", "/org/rearcharge/Vehicle",
                       f"org.freedesktop.DBus.Properties.{member}", "string:org.rearcharge.Vehicle1", *more)

    def lever(who):
        return bus.run(who, gear, "--bus", "system", "emit", "R")

    try:
        for who, name, allowed in ((service, "org.rearcharge.RearCharge", True), (hmi, "org.rearcharge.RearCharge", False), (gateway, "org.rearcharge.RearCharge", False),
                                   (stranger, "org.rearcharge.RearCharge", False), (root, "org.rearcharge.RearCharge", False), (service, "org.rearcharge.Vehicle", False),
                                   (hmi, "org.rearcharge.Vehicle", False), (stranger, "org.rearcharge.Vehicle", False), (gateway, "org.rearcharge.Vehicle", True)):
            answer = own(who, name)
            expect(f"{who} owns {name}: {allowed}", ("uint32 1" in answer) == allowed, answer)

        vehicle = bus.start(gateway, gear, "--bus", "system", "serve", "P")
        processes.append(vehicle)
        expect("the gateway serves", vehicle.stdout.readline().startswith("ready"))
        # Everybody listens; who may not receive the signal must not see it.
        for who in (service, gateway, hmi, stranger):
            watcher = bus.start(who, gear, "--bus", "system", "watch")
            watcher.who = who
            processes.append(watcher)

        for who, allowed in ((service, True), (gateway, True), (root, True), (hmi, False), (stranger, False)):
            answer = get(who)
            expect(f"{who} reads the vehicle: {allowed}", ('string "P"' in answer) == allowed, answer)
        answer = get(service, "Set", "string:Gear", "variant:string:R")
        expect("the service may not even try to set", "AccessDenied" in answer, answer)
        for who, allowed in ((service, False), (hmi, False), (stranger, False), (gateway, True)):
            answer = lever(who)
            expect(f"{who} moves the lever: {allowed}", (answer == "") == allowed, answer)
        hears = (service, gateway)
        for watcher in processes[1:]:
            if watcher.who in hears:  # the test's own time limit ends this if it never comes
                while (line := watcher.stdout.readline()) and "gear R" not in line:
                    pass
                expect(f"{watcher.who} hears the gear", line)
        for watcher in processes[1:]:
            watcher.terminate()
            output = watcher.communicate(timeout=10)[0]
            expect(f"{watcher.who} must not hear the gear", watcher.who in hears or "gear R" not in output, output)
    finally:
        for process in processes:
            process.kill()
        bus.daemon.kill()
        bus.daemon.wait()
        shutil.rmtree(bus.folder)
    assert not failures, "\n".join(failures)
    print("owners, callers and listeners are who the policy says")


main()
