"""The loop, timed from outside, with the real processes: how long the driver waits, what it costs to be ready."""
import pathlib
import statistics
import time

from world import World

ROUNDS = 5


def memory_kib(pid):
    """(RSS, RssAnon) of a process, KiB."""
    fields = dict(line.split(":", 1) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines())
    return int(fields["VmRSS"].split()[0]), int(fields["RssAnon"].split()[0])


def family(pid):
    """pid and all its descendants, with their command names."""
    found = [(pid, pathlib.Path(f"/proc/{pid}/comm").read_text().strip())]
    for child in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += family(int(child))
    return found


def wake_ups(pid):
    """Voluntary context switches of all threads: each is a sleep that something ended."""
    total = 0
    for status in pathlib.Path(f"/proc/{pid}/task").glob("*/status"):
        total += next(int(line.split()[1]) for line in status.read_text().splitlines() if line.startswith("voluntary_ctxt"))
    return total


def one_round(build):
    """Seconds from R to the camera running, R to price known, P to order accepted; wake-ups and memory by process."""
    with World(build) as world:
        world.start_bus()
        world.start_server()
        world.start_pile()
        source = f"filesrc location={world.render_scene()} ! matroskademux ! jpegdec"
        world.start_vehicle()
        world.gear("D", speed_kmh=12)
        world.start_car(source)
        world.wait("the gear", lambda s: s.get("gear") == "D")
        processes = family(world.processes["rearcharged"].popen.pid)
        # Nothing may wake up while the car drives forward: ten seconds of doing just that.
        before = {pid: wake_ups(pid) for pid, _ in processes}
        time.sleep(10)
        idle = {name: wake_ups(pid) - before[pid] for pid, name in processes}

        start = time.monotonic()
        world.gear("R", speed_kmh=4)
        world.wait("the camera", lambda s: s.get("camera_state") == "running")
        camera_s = time.monotonic() - start
        world.wait("a price", lambda s: s.get("pile", {}).get("evse_id"))
        price_s = time.monotonic() - start
        world.gear("P", speed_kmh=0)
        start = time.monotonic()
        world.wait("an order", lambda s: s.get("order", {}).get("state") == "accepted")
        accepted_s = time.monotonic() - start
        return camera_s, price_s, accepted_s, idle, {name: memory_kib(pid) for pid, name in processes}


def run(build, options):
    rounds = [one_round(build) for _ in range(ROUNDS)]

    def median_ms(index):
        return f"{1000 * statistics.median(r[index] for r in rounds):.0f}"
    yield "R signal to first analysed picture", median_ms(0), "ms", "rendered clip, decoder already warm"
    yield "R signal to price known", median_ms(1), "ms", "includes the approach until the code is large enough"
    yield "P signal to order accepted by the pile, all durable", median_ms(2), "ms", "includes the 1 s that P must last"
    for name in rounds[0][4]:
        rss, anonymous = (statistics.median(r[4][name][i] for r in rounds) for i in (0, 1))
        yield f"memory of {name}", f"{rss / 1024:.1f}", "MiB", f"of it anonymous {anonymous / 1024:.1f} MiB"
        yield f"wake-ups of {name} in 10 s of driving forward", f"{statistics.median(r[3][name] for r in rounds):.0f}", "", ""
