#!/usr/bin/env python3
"""mutants.py BUILD_DIR [STEPS]: does the race notice when the server is wrong?

Each mutant is one line of the server changed into a plausible mistake. The changed file is compiled alone and linked
before the libraries of BUILD_DIR, so that it takes the place of the right one. Every mutant must be caught within STEPS
(default 20,000) in one of eight seeds; the unchanged program must pass all of them.
"""
import pathlib
import shlex
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SEEDS = range(1, 9)

# name: file, the right text, the wrong text
MUTANTS = {
    "a reserved bay can be ordered by anybody": (
        "server-stub/desk_order.c", "g_str_equal(w->reservation.vehicle_id, vehicle_id)", "TRUE"),
    "an occupied bay can be reserved": (
        "server-stub/model/evse_status.c",
        "facts->connector == CONNECTOR_OCCUPIED || facts->bay_sensor == BAY_SENSOR_OCCUPIED",
        "facts->connector == CONNECTOR_OCCUPIED"),
    "what a pile noted while it was away counts as live": (
        "server-stub/desk_bay.c", "bay_table_is_past(self->bays, station_id, bays[i].at_ms)", "FALSE"),
    "a cancelled reservation is not let go at the pile": (
        "server-stub/model/reservation_rules.c", "return RESERVATION_TELL_CANCEL;", "return RESERVATION_TELL_NOTHING;"),
    "a late Accepted is forgotten": (
        "server-stub/model/reservation_rules.c", "return PILE_HOLD_SURE;\n    case RESERVATION_EVENT_REFUSED",
        "return hold == PILE_HOLD_NONE ? PILE_HOLD_SURE : PILE_HOLD_NONE;\n    case RESERVATION_EVENT_REFUSED"),
    "a reconnect does not repeat what was lost": (
        "server-stub/desk_pile.c", "desk_reservations_resume(self, station_id, now_ms);", ""),
    "a no-show is charged though the bay was taken": (
        "server-stub/model/reservation_rules.c",
        "{RESERVATION_TAKEN, RESERVATION_EVENT_DEADLINE, RESERVATION_EXPIRED, RESERVATION_EFFECT_RELEASE}",
        "{RESERVATION_TAKEN, RESERVATION_EVENT_DEADLINE, RESERVATION_EXPIRED, 6}"),
    "a no-show is charged though the pile was away": (
        "server-stub/model/reservation_rules.c", "gboolean kept = reachable &&", "gboolean kept = TRUE ||"),
    "an ended reservation can come back": (
        "server-stub/model/reservation_rules.c",
        "{RESERVATION_REQUESTED, RESERVATION_EVENT_ACCEPTED, RESERVATION_HELD, 0},",
        "{RESERVATION_REQUESTED, RESERVATION_EVENT_ACCEPTED, RESERVATION_HELD, 0},"
        "{RESERVATION_CANCELLED, RESERVATION_EVENT_ACCEPTED, RESERVATION_HELD, 0},"),
    "the order has a token of its own": (
        "server-stub/desk_order.c", "w->reserved ? w->reservation.id_token : id_token", "id_token"),
    "an order that ended lets the reservation lie": (
        "server-stub/desk_apply.c", "desk_reservation_order_moved(self, row, FALSE, row->order.updated_ms);", ";"),
    "a vehicle may have two reservations": (
        "server-stub/store/reservation_rows.c", 'WHERE vehicle_id = ? AND state < 3"', 'WHERE vehicle_id = ? AND state < 0"'),
    "the event number does not rise": (
        "server-stub/store/news_rows.c", "last_event_seq = last_event_seq + 1", "last_event_seq = last_event_seq"),
    "a second order gets in while the first is open": (
        "server-stub/model/evse_status.c", "if (facts->open_order)\n        return \"evse_occupied\";", ""),
    "an order is started before its bay is known": (
        "server-stub/desk_order.c", "if (w->row.order.presence != ORDER_PRESENCE_PENDING)", "if (TRUE)"),
    "a reconnect starts what waits for its bay": (
        "server-stub/desk_pile.c", "row->order.presence != ORDER_PRESENCE_PENDING", "TRUE"),
    "a fault leaves the promise standing": (
        "server-stub/desk_bay.c", "desk_reservation_on(self, evse->evse_key, RESERVATION_EVENT_FAULT, now_ms);", ";"),
}


def flags():
    packages = ["glib-2.0", "json-glib-1.0", "sqlite3"]
    cflags = subprocess.check_output(["pkg-config", "--cflags", *packages], text=True)
    libs = subprocess.check_output(["pkg-config", "--libs", *packages], text=True)
    return shlex.split(cflags), shlex.split(libs)


def make(build, folder, changed):
    """The race with @changed (path, text) in place of the right file; None: unchanged."""
    cflags, libs = flags()
    common = ["gcc", "-std=c11", "-O1", "-w", "-D_GNU_SOURCE", '-DG_LOG_DOMAIN="rearcharge-server"', f"-I{ROOT}", *cflags]
    program = folder / "race"
    sources = [ROOT / "tests/race" / name for name in ("race.c", "race_oracle.c", "race_pile.c")]
    if changed:
        path, text = changed
        mutant = folder / pathlib.Path(path).name
        mutant.write_text(text)
        sources.append(mutant)
    archives = [build / "server-stub" / f"libserver-{part}.a" for part in ("desk", "store", "model")]
    archives += [build / "protocol/libprotocol.a", build / "base/libbase.a"]
    subprocess.run([*common, "-o", program, *sources, *archives, *archives, *libs, "-lm"], check=True)
    return program


def runs(program, steps):
    """What the first seed that fails says; None when all pass."""
    for seed in SEEDS:
        result = subprocess.run([program, str(steps), str(seed)], capture_output=True, text=True, timeout=600)
        if result.returncode != 0:
            return (result.stdout or f"died of signal {-result.returncode}").strip()
    return None


def main():
    build, steps = pathlib.Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    missed = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, mutation) in enumerate([("unchanged", None), *MUTANTS.items()]):
            folder = pathlib.Path(scratch) / str(number)
            folder.mkdir()
            changed = None
            if mutation:
                path, right, wrong = mutation
                text = (ROOT / path).read_text()
                if text.count(right) < 1:
                    sys.exit(f"mutants: {name}: {path} no longer contains {right!r}")
                changed = path, text.replace(right, wrong)
            said = runs(make(build, folder, changed), steps)
            print(f"{'caught' if said else 'passes':7} {name}" + (f"  [{said}]" if said else ""), flush=True)
            if bool(said) != bool(mutation):
                missed.append(name)
    if missed:
        sys.exit("mutants: not as expected: " + "; ".join(missed))
    print(f"mutants: all {len(MUTANTS)} caught")


if __name__ == "__main__":
    main()
