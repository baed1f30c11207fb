#!/usr/bin/env python3
"""Strikes the real processes at every distinct point of the flow; in the end all must be as if nothing had happened.

usage: kill_points.py BUILD [--sample N] [--seed N] [--jobs N] [--least N] [--how HOW,..]

First a recording run lists the points of each program: each write, pwrite, fsync, fdatasync, ftruncate, rename,
unlink, send, sendmsg and writev, told apart by its callers and by how often they came by (at most --times of each).
Then one run for each point and each way to strike: kill -9 before, inside (half of it gets through) and after, and
EIO, ENOSPC or ECONNRESET instead of the call.
"""
import argparse
import concurrent.futures
import os
import random
import sys
import time

from flow import PROGRAMS, Flow, template
from world import Failure

KILLS = ("before", "inside", "after")
ERRORS = {"tcp": ("ECONNRESET",), "unix": ("ECONNRESET",)}
DISK_ERRORS = ("EIO", "ENOSPC")


def record(build, made, program, times):
    """The points of @program in one undisturbed flow, in order."""
    with Flow(build, made, victim=program) as flow:
        log = flow.folder / "points"
        flow.fault["FAULT_LOG"] = str(log)
        flow.begin()
        flow.play()
        flow.check()
        points = [line for line in log.read_text().splitlines() if int(line.rsplit(" ", 1)[1]) <= times]
    return list(dict.fromkeys(points))


def ways(point, wanted):
    """What can happen at this point. A sync, a rename and the like have no inside."""
    call, kind = point.split()[:2]
    halves = KILLS if call in ("write", "pwrite", "send", "sendmsg", "writev") else ("before", "after")
    return [how for how in (*halves, *ERRORS.get(kind, DISK_ERRORS)) if not wanted or how in wanted]


def strike(build, made, program, point, how):
    """None when all went well. The third value says whether the blow fell at all."""
    begin = time.monotonic()
    try:
        with Flow(build, made, victim=program, fault={"FAULT_AT": point, "FAULT_HOW": how}) as flow:
            log = flow.folder / "points"
            flow.fault["FAULT_LOG"] = str(log)
            flow.begin()
            flow.play()
            flow.check()
            hit = point in log.read_text().splitlines()
        return program, point, how, None, hit, time.monotonic() - begin
    except Failure as failure:
        return program, point, how, str(failure), True, time.monotonic() - begin


def main():
    parser = argparse.ArgumentParser(description="strike the programs at each point of the flow")
    parser.add_argument("build")
    parser.add_argument("--sample", type=int, help="only so many blows, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2 * (os.cpu_count() or 1))
    parser.add_argument("--times", type=int, default=4)
    parser.add_argument("--least", type=int, default=0, help="fail when fewer distinct points were hit")
    parser.add_argument("--how", default="", help="only these ways")
    parser.add_argument("--program", default="", help="only these programs")
    parser.add_argument("--only", default="", help="only points with this text in them")
    parser.add_argument("--list", action="store_true", help="print each point hit")
    options = parser.parse_args()
    programs = options.program.split(",") if options.program else PROGRAMS
    made = template(options.build)
    blows, n_points = [], 0
    for program in programs:
        points = record(options.build, made, program, options.times)
        n_points += len(points)
        print(f"{program}: {len(points)} points", flush=True)
        blows += [(program, point, how) for point in points for how in ways(point, options.how.split(",") if options.how else ())]
    blows = [blow for blow in blows if options.only in blow[1]]
    if options.sample:
        blows = random.Random(options.seed).sample(blows, min(options.sample, len(blows)))
    hit, missed, failed, slowest = set(), 0, [], 0.0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for program, point, how, wrong, fell, took_s in pool.map(lambda blow: strike(options.build, made, *blow), blows):
            slowest = max(slowest, took_s)
            if wrong:
                failed.append((program, point, how))
                print(f"FAILED {program} {how} at {point}: {wrong}", flush=True)
            elif fell:
                hit.add((program, point))
            else:
                missed += 1
    if options.list:
        for program, point in sorted(hit):
            print(f"hit {program} {point}")
    print(f"{len(blows)} blows at {len(hit)} distinct points of {n_points}, {missed} did not come by this time, "
          f"{len(failed)} failed, slowest flow {slowest:.1f} s")
    if len(hit) < options.least:
        print(f"only {len(hit)} points hit, {options.least} wanted", file=sys.stderr)
    return 1 if failed or len(hit) < options.least else 0


if __name__ == "__main__":
    sys.exit(main())
