#!/usr/bin/env python3
"""Several things go wrong at once and one after the other: while a flow is played, a storm drawn by a seed kills one to
three programs (also again while they start), freezes them for up to three seconds, fills their disks, and restarts the
bus under them. In the end all must be as if nothing had happened. What kill_points.py strikes one by one, at points of
its choice, comes here at any moment and together.

usage: storm.py BUILD [--flow FLOW,..] [--runs N] [--seed N] [--jobs N]
"""
import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import random
import signal
import sys
import threading
import time

from flow import template
from flows import FLOWS
from world import Failure

PROGRAMS = ("rearcharged", "rearcharge-server", "rearcharge-pile", "rearcharge-ui", "camera", "bus")


def children(pid):
    with contextlib.suppress(OSError):
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


class Storm(threading.Thread):
    def __init__(self, world, seed):
        super().__init__(daemon=True)
        self.world, self.random, self.over, self.story = world, random.Random(seed), threading.Event(), []

    def pids(self, name):
        if name == "bus":
            return [self.world.processes["dbus-daemon"].popen.pid]
        if name != "camera":
            return [self.world.processes[name].popen.pid] if name in self.world.processes else []
        family = [self.world.processes["rearcharged"].popen.pid]
        for pid in family:
            family += children(pid)
        return family[1:]

    def signal(self, names, number):
        for name in names:
            for pid in self.pids(name):
                with contextlib.suppress(OSError):
                    os.kill(pid, number)

    def restart_bus(self):
        self.world.processes["dbus-daemon"].popen.wait()
        (self.world.folder / "bus").unlink(missing_ok=True)
        time.sleep(self.random.choice([0, 0.2]))
        self.world.start_bus()

    def kill(self, names):
        self.signal(names, self.random.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]))
        if "bus" in names:
            self.restart_bus()

    def kill_twice(self, names):
        """The second time while they start."""
        self.kill(names)
        time.sleep(self.random.choice([0.01, 0.03, 0.06, 0.1, 0.2]))
        self.kill(names)

    def freeze(self, names):
        pids = [pid for name in names for pid in self.pids(name)]
        for number, wait_s in ((signal.SIGSTOP, self.random.choice([0.1, 0.5, 1.5, 3])), (signal.SIGCONT, 0)):
            for pid in pids:
                with contextlib.suppress(OSError):
                    os.kill(pid, number)
            self.over.wait(wait_s)

    def fill_disks(self, names):
        full = [self.world.full(name) for name in names]
        for path in full:
            path.touch()
        self.over.wait(self.random.choice([0.2, 0.7, 1.5, 4]))
        for path in full:
            path.unlink(missing_ok=True)

    def run(self):
        end = time.monotonic() + self.random.uniform(1.5, 5)
        while not self.over.wait(self.random.expovariate(4)) and time.monotonic() < end:
            names = self.random.sample(PROGRAMS, self.random.choice([1, 1, 2, 3]))
            act = self.random.choice([self.kill, self.kill, self.kill_twice, self.freeze, self.fill_disks])
            self.story.append(f"{act.__name__} {'+'.join(names)}")
            act(names)


def stormy(flow):
    """The flow, with a disk for each program that can be full."""
    class Stormy(FLOWS[flow]):
        def full(self, name):
            return self.folder / f"{name}-full"

        def env_of(self, name):
            return self.env | {"FAULT_PROGRAM": name, "FAULT_FULL": str(self.full(name)), "LD_PRELOAD": str(self.build / "tests/faults/libfault-shim.so")}
    return Stormy


def play(build, made, flow, seed):
    """(what went wrong or None, what the storm did)"""
    storm = None
    try:
        with stormy(flow)(build, made) as world:
            world.begin()
            storm = Storm(world, seed)
            storm.start()
            try:
                world.play()
            finally:
                storm.over.set()
                storm.join()
            world.check()
        return None, storm.story
    except Failure as failure:
        return str(failure), storm.story if storm else []


def main():
    parser = argparse.ArgumentParser(description="play the flows in a storm")
    parser.add_argument("build", type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("--flow", default=",".join(FLOWS))
    parser.add_argument("--runs", type=int, default=20, help="of each flow")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    made, acts, failed = template(options.build), 0, 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        runs = {pool.submit(play, options.build, made, flow, seed): (flow, seed)
                for seed in range(options.seed, options.seed + options.runs) for flow in options.flow.split(",")}
        for done in concurrent.futures.as_completed(runs):
            wrong, story = done.result()
            acts += len(story)
            if wrong:
                failed += 1
                print(f"FAILED {runs[done]} after {', '.join(story)}: {wrong}", flush=True)
    print(f"{len(runs)} flows, {acts} blows of the storm, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
