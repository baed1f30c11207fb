#!/usr/bin/env python3
"""Copies the storage of car, server and pile in the middle of writing, opens the copies with the programs' own code,
and looks whether anything is missing that had been acknowledged.

usage: storage_copies.py BUILD [--copies N] [--seed N] [--plain]

As root the three stores lie on an ext4 of their own, on a loop device: the programs are stopped, and the device's
file is copied as it is. It holds what a disk would hold after a power cut: what was synced, and of the rest what
happened to be written. Without root, or with --plain, the files themselves are copied, as after a kill -9.
"""
import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

from flow import CAR, Flow, template
from world import Failure

IMAGE_BYTES = 64 << 20
OVER = ("settled", "rejected", "expired", "cancelled")


def shell(*argv):
    return subprocess.run([str(a) for a in argv], capture_output=True, text=True, check=True)


class Disk:
    """A folder whose content can be taken at any moment."""

    def __init__(self, folder, plain):
        self.plain = plain
        self.folder = folder / "disk"
        self.folder.mkdir()
        self.image = folder / "disk.img"
        if not plain:
            with open(self.image, "wb") as image:
                image.truncate(IMAGE_BYTES)
            shell("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.image)
            # Only a sync writes the journal: nothing is saved by the kernel's own timer.
            shell("mount", "-o", "loop,commit=3600,noatime", self.image, self.folder)

    def take(self, into):
        """The disk as it is now, into the folder or file @into."""
        if self.plain:
            shutil.copytree(self.folder, into)
        else:
            shell("cp", "--sparse=always", self.image, into)

    def close(self):
        if not self.plain:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)


@contextlib.contextmanager
def opened(copy, plain):
    """A folder with what is on the copy, the file system repaired as at boot."""
    if plain:
        yield copy
        return
    folder = pathlib.Path(tempfile.mkdtemp(prefix="rearcharge-copy-"))
    try:
        shell("mount", "-o", "loop", copy, folder)
        try:
            yield folder
        finally:
            # Lazily: another program of this machine may have taken the mount into a namespace of its own just now.
            subprocess.run(["umount", "-l", str(folder)], check=False)
    finally:
        folder.rmdir()


class Traffic(Flow):
    """One car after the other at the same pile, all on one disk."""

    def __init__(self, build, made, plain):
        super().__init__(build, made, speed=4000)
        self.disk = Disk(self.folder, plain)
        self.move_stores(self.disk.folder)
        self.rounds = 0

    def __exit__(self, *failure):
        super().__exit__(*failure)
        self.disk.close()

    def charge_for_ever(self):
        """Reverse, order, plug, unplug, drive off; until the world ends."""
        while not self.ended.is_set():
            orders = self.operator("orders").get("orders", [])
            evse = (self.pile_state().get("evses") or [{}])[0]
            state = orders[0]["state"] if orders else "settled"
            done = sum(o["state"] in OVER for o in orders)
            if evse and state in OVER and not evse.get("cable"):
                if done > self.rounds:
                    self.rounds = done
                    self.gear_once("D", speed_kmh=20)
                elif self.lever == "D" and self.status().get("journey_state") == "idle":
                    self.gear_once("R", speed_kmh=4)
            elif state == "accepted" and evse and not evse.get("cable"):
                self.gear_once("P", speed_kmh=0)
                self.try_sim("plug", vehicle=CAR)
            elif evse.get("cable") and (state in OVER or state == "ended" or orders[0].get("soc_percent", 0) >= 100):
                self.try_sim("unplug")
            time.sleep(0.01)

    def stop_all(self):
        programs = [self.processes[name].popen.pid for name in self.struck]
        for pid in programs:
            os.kill(pid, signal.SIGSTOP)
        for pid in programs:  # a sync that is under way is finished first
            while pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] not in "TZ":
                time.sleep(0.0005)
        return programs

    def copy(self, into):
        programs = self.stop_all()
        try:
            self.disk.take(into)
        finally:
            for pid in programs:
                os.kill(pid, signal.SIGCONT)


def facts(build, program, path):
    """What the program's own code says about its store: word -> rows."""
    done = subprocess.run([str(build / "tests" / "faults" / program), str(path)], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"{program}: {done.stderr.strip()}")
    found = {}
    for line in done.stdout.splitlines():
        word, *fields = line.split("\t")
        found.setdefault(word, []).append(fields)
    return found


def told_seqs(path):
    """transaction -> numbers of its events, as the server has them."""
    told = {}
    with contextlib.closing(sqlite3.connect(path)) as db:
        for transaction, seq in db.execute("SELECT transaction_id, seq_no FROM transaction_events"):
            told.setdefault(transaction, set()).add(seq)
    return told


def missing(build, folder):
    """Each thing that one side had been told was safe, and that the other side does not have."""
    car = facts(build, "reopen-car", folder / "car") if (folder / "car" / "car.db").exists() else {}
    server = facts(build, "reopen-server", folder / "server.db")
    pile = facts(build, "reopen-pile", folder / "pile.db") if (folder / "pile.db").exists() else {}
    at_server = {row[0]: row for row in server.get("order", [])}
    for order_id, _, seq, state, total in car.get("order", []):
        other = at_server.get(order_id)
        if other is None:
            yield f"the car was told of order {order_id}, the server has none"
        elif int(other[2]) < int(seq):
            yield f"the car has event {seq} of {order_id}, the server's newest is {other[2]}"
        elif state == "settled" and other[3:5] != [state, total]:
            yield f"the car has a receipt of {total} for {order_id}, the server {other[3:5]}"
    refs = {row[1] for row in car.get("order", [])} | {row[1] for row in car.get("call", [])} | {row[1] for row in car.get("journey", [])}
    for order_id, client_ref, *_ in server.get("order", []):
        if client_ref not in refs:
            yield f"the server has order {order_id}, the car does not know its {client_ref}"
    told = told_seqs(folder / "server.db")
    queued = {}
    for transaction, seq in pile.get("event", []):
        queued.setdefault(transaction, set()).add(int(seq))
    running = {row[0]: int(row[1]) for row in pile.get("running", [])}
    for transaction in told.keys() | queued.keys() | running.keys():
        both = told.get(transaction, set()) | queued.get(transaction, set())
        next_seq = max([running.get(transaction, 0), *(seq + 1 for seq in both)])
        if gap := set(range(next_seq)) - both:
            yield f"transaction {transaction}: the pile has dropped events {sorted(gap)}, the server does not have them"
        if transaction in running and max(told.get(transaction, {-1})) >= running[transaction]:
            yield f"transaction {transaction}: the server has events that the pile would number again"


def examine(build, copy, plain, number):
    try:
        with opened(copy, plain) as folder:
            wrong = list(missing(build, folder))
    except (Failure, subprocess.CalledProcessError, sqlite3.Error, OSError) as failure:
        wrong = [f"{failure} {getattr(failure, 'stderr', '')}"]
    if wrong:
        return [f"copy {number} (kept: {copy}): {what}" for what in wrong]
    if plain:
        shutil.rmtree(copy)
    else:
        copy.unlink()
    return []


def main():
    parser = argparse.ArgumentParser(description="copy the stores in the middle of writing, and open the copies")
    parser.add_argument("build")
    parser.add_argument("--copies", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="copy files, also where a disk image could be had")
    options = parser.parse_args()
    build, chance = pathlib.Path(options.build).resolve(), random.Random(options.seed)
    plain = options.plain or os.geteuid() != 0 or shutil.which("mkfs.ext4") is None
    made, wrong, begin = template(build), [], time.monotonic()
    copies = pathlib.Path(tempfile.mkdtemp(prefix="rearcharge-copies-"))
    with Traffic(build, made, plain) as world, concurrent.futures.ThreadPoolExecutor(2) as pool:
        world.begin()
        threading.Thread(target=world.charge_for_ever, daemon=True).start()
        examined = []
        for number in range(options.copies):
            time.sleep(chance.uniform(0.0, 0.06))
            copy = copies / str(number)
            world.copy(copy)
            examined.append(pool.submit(examine, build, copy, plain, number))
            if number % 100 == 99:
                print(f"... {number + 1} copies in {time.monotonic() - begin:.0f} s, {len(wrong)} things missing", flush=True)
            while len(examined) > 8:  # the disk of the machine is not endless
                wrong += examined.pop(0).result()
        for last in examined:
            wrong += last.result()
        rounds = world.rounds
    print("\n".join(wrong[:20]))
    print(f"{options.copies} copies of {'the files' if plain else 'an ext4'} during {rounds} charges, "
          f"{len(wrong)} things missing, {time.monotonic() - begin:.0f} s")
    if not wrong:
        copies.rmdir()
    return 1 if wrong or rounds < 1 else 0


if __name__ == "__main__":
    sys.exit(main())
