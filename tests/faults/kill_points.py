#!/usr/bin/env python3
"""Strikes the real processes at every distinct point of each flow; in the end all must be as if nothing had happened.

usage: kill_points.py BUILD [--sample N] [--seed N] [--jobs N] [--least N] [--how HOW,..]

First a recording run lists the points of each program: each write, pwrite, fsync, fdatasync, ftruncate, rename,
unlink, send, sendmsg and writev, told apart by its callers and by how often they came by (at most --times of each).
Then one run for each point and each way to strike: kill -9 before, inside (half of it gets through) and after, and
EIO, ENOSPC or ECONNRESET instead of the call.
"""
import argparse
import concurrent.futures
import os
import pathlib
import random
import sys
import time

from flow import template
from flows import FLOWS
from world import Failure

KILLS = ("before", "inside", "after")
ERRORS = ("EIO", "ENOSPC", "ECONNRESET")  # each at each point, likely there or not
WITH_INSIDE = ("write", "pwrite", "send", "sendmsg", "writev")


def listing(world, programs, times):
    """The points of each program in one undisturbed flow, in order."""
    with world:
        world.begin()
        world.play()
        world.check()
        return {program: list(dict.fromkeys(p for p in world.points_passed(program) if int(p.rsplit(" ", 1)[1]) <= times)) for program in programs}


def record(build, made, flow, programs, times):
    if FLOWS[flow].recorded_together:
        return listing(FLOWS[flow](build, made, watched=programs), programs, times)
    points = {}
    for program in programs:
        points |= listing(FLOWS[flow](build, made, victim=program), [program], times)
    return points


def ways(point, wanted):
    """What can happen at this point. A sync, a rename and the like have no inside."""
    call, kind = point.split()[:2]
    halves = KILLS if call in WITH_INSIDE else ("before", "after")
    errors = ERRORS
    if (call, kind) == ("write", "unix"):  # ours send; this is a library waking its own thread, which no peer can reset
        errors = ()
    return [how for how in (*halves, *errors) if not wanted or how in wanted]


def strike(build, made, blow):
    """(what went wrong or None, whether the blow fell at all, seconds)"""
    flow, program, point, how = blow
    begin = time.monotonic()
    try:
        with FLOWS[flow](build, made, victim=program, fault={"FAULT_AT": point, "FAULT_HOW": how}) as world:
            world.begin()
            world.play()
            world.check()
            hit = point in world.points_passed(program)
        return None, hit, time.monotonic() - begin
    except Failure as failure:
        return str(failure), True, time.monotonic() - begin


class Tally:
    def __init__(self, n_blows, details):
        self.n_blows, self.details = n_blows, details
        self.hit, self.missed, self.failed, self.slowest_s, self.done = set(), 0, [], 0.0, 0
        self.told = self.begin = time.monotonic()

    def take(self, blow, wrong, fell, took_s):
        flow, program, point, how = blow
        self.done += 1
        self.slowest_s = max(self.slowest_s, took_s)
        if wrong:
            self.failed.append(blow)
            print(f"FAILED {flow} {program} {how} at {point}: {wrong.splitlines()[0][:300]}", flush=True)
            self.details.write(f"FAILED {flow} {program} {how} at {point}: {wrong}\n\n")
            self.details.flush()
        elif fell:
            self.hit.add((flow, program, point))
        else:
            self.missed += 1
        if time.monotonic() - self.told > 60:
            self.told = time.monotonic()
            print(f"... {self.done} of {self.n_blows} blows in {self.told - self.begin:.0f} s, {len(self.failed)} failed", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description="strike the programs at each point of each flow")
    parser.add_argument("build")
    parser.add_argument("--sample", type=int, help="only so many blows, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--least", type=int, default=0, help="fail when fewer distinct points were hit")
    parser.add_argument("--how", default="", help="only these ways")
    parser.add_argument("--flow", default=",".join(FLOWS), help="only these flows")
    parser.add_argument("--program", default="", help="only these programs")
    parser.add_argument("--only", default="", help="only points with this text in them")
    parser.add_argument("--part", default="1/1", help="I/N: only each N-th blow, from the I-th")
    parser.add_argument("--list", action="store_true", help="print each point hit")
    return parser.parse_args()


def blows_of(options, made):
    """All (flow, program, point, how) that were asked for, and how many points there are."""
    blows, n_points = [], 0
    for flow in options.flow.split(","):
        programs = [p for p in FLOWS[flow].struck if not options.program or p in options.program.split(",")]
        for program, points in record(options.build, made, flow, programs, options.times).items():
            if not points:
                raise Failure(f"{flow} {program}: no points; is it struck at all?")
            n_points += len(points)
            print(f"{flow} {program}: {len(points)} points", flush=True)
            blows += [(flow, program, point, how) for point in points if options.only in point
                      for how in ways(point, options.how.split(",") if options.how else ())]
    part, parts = map(int, options.part.split("/"))
    blows = blows[part - 1::parts]
    # Drawn in another order also when all are struck: the machine's load is then even, and a part tells something.
    return random.Random(options.seed).sample(blows, min(options.sample or len(blows), len(blows))), n_points


def main():
    options = arguments()
    made = template(options.build)
    blows, n_points = blows_of(options, made)
    details = pathlib.Path(options.build) / "kill-points.log"
    with details.open("w", encoding="utf-8") as file, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tally = Tally(len(blows), file)
        running = {pool.submit(strike, options.build, made, blow): blow for blow in blows}
        for ended in concurrent.futures.as_completed(running):
            tally.take(running[ended], *ended.result())
    if options.list:
        for flow, program, point in sorted(tally.hit):
            print(f"hit {flow} {program} {point}")
    print(f"{len(blows)} blows at {len(tally.hit)} distinct points of {n_points}, {tally.missed} did not come by this time, "
          f"{len(tally.failed)} failed, slowest flow {tally.slowest_s:.1f} s, {time.monotonic() - tally.begin:.0f} s in all")
    if tally.failed:
        print(f"the programs' last words are in {details}", file=sys.stderr)
    if len(tally.hit) < options.least:
        print(f"only {len(tally.hit)} points hit, {options.least} wanted", file=sys.stderr)
    return 1 if tally.failed or len(tally.hit) < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
