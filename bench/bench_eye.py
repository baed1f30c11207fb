"""The eye: how far away, in how many frames and for how much CPU each reader reads a pile's code.

Rendered approaches with known truth at ten frames a second, empty frames, frames made to be expensive, and, with
--photos, photographs. All readers see the same uncompressed pixels in the same run; loading is not timed.
"""
import dataclasses
import os
import pathlib
import random
import shutil
import statistics
import subprocess

import eye_photos
import eye_quirc
import eye_scenes

FPS = 10
EMPTY_REPEATS = 3
CODELESS_FRAMES = 1000
EXPENSIVE_TIMEOUT_S = 4


@dataclasses.dataclass(frozen=True)
class Read:
    """What one reader said about one picture."""
    cpu_ms: float
    payloads: list


@dataclasses.dataclass(frozen=True)
class Reader:
    """One way to read a list of pictures. Ours come first."""
    name: str
    command: list
    ours: bool = False

    def read(self, paths, scratch, timeout_s=None):
        """{path: Read}; a picture that the reader refused, or was too slow for, is missing."""
        listing = scratch / f"{self.name}.list"
        listing.write_text("".join(f"{path}\n" for path in paths))
        with open(scratch / f"{self.name}.err", "w") as errors:
            try:
                output = subprocess.run([*self.command, listing], stdout=subprocess.PIPE, stderr=errors, text=True,
                                        timeout=timeout_s).stdout
            except subprocess.TimeoutExpired:
                return {}
        reads = {}
        for line in output.splitlines():
            path, cpu_ms, _, payloads = line.split("\t")
            reads[path] = Read(float(cpu_ms), [bytes.fromhex(p) for p in payloads.split(",") if p])
        if missing := len(set(paths) - set(reads)):
            print(f"  {self.name}: no answer for {missing} of {len(paths)} pictures, see {errors.name}")
        return reads


def readers(build):
    scan, peer = build / "camera" / "rearcharge-scan", build / "bench" / "peer-read"
    if not peer.exists():
        raise SystemExit(f"bench eye: {peer} is missing: `./dev clean`, then again (configured without -Dbench=true)")
    found = [Reader("ours-1", [scan, "--tsv"], ours=True)]
    if "--sequence" in subprocess.run([scan, "--help"], capture_output=True, text=True).stdout:
        found.insert(0, Reader("ours", [scan, "--sequence", "--tsv"], ours=True))
    library, why_not = eye_quirc.build_peer(build)
    if library:
        os.environ["PEER_LIBRARY"] = str(library)
    else:
        print(f"  no quirc to compare with: {why_not}")
    names = subprocess.run([peer, "--readers"], check=True, capture_output=True, text=True).stdout.split()
    return found + [Reader(name, [peer, name]) for name in names]


@dataclasses.dataclass
class Outcome:
    """One reader on one approach."""
    metres: float = 0.0  # at the first correct read; 0: never
    px_per_module: float = 0.0
    frames_read: int = 0
    wrong: list = dataclasses.field(default_factory=list)  # (path, payload)
    cpu_ms: list = dataclasses.field(default_factory=list)


def judge(clip, reads):
    """The first code is the one the car backs up to; any code that is in the scene is right."""
    outcome = Outcome()
    right = {text.encode() for text in clip.codes}
    for frame in clip.frames:
        read = reads.get(str(frame.path))
        if read is None:
            continue
        outcome.cpu_ms.append(read.cpu_ms)
        outcome.wrong += [(frame.path, p) for p in read.payloads if p not in right]
        if clip.codes and clip.codes[0].encode() in read.payloads:
            outcome.frames_read += 1
            if outcome.metres == 0:
                outcome.metres, outcome.px_per_module = frame.metres, frame.px_per_module
    return outcome


def table(title, names, rows):
    width = max(len(label) for label, _ in rows) + 2
    yield ""
    yield f"{title:<{width}}" + "".join(f"{name:>15}" for name in names)
    for label, cells in rows:
        yield f"{label:<{width}}" + "".join(f"{cell:>15}" for cell in cells)


def approach_tables(clips, all_readers, outcomes):
    """outcomes[reader name][clip name]"""
    names = [r.name for r in all_readers]
    coded = [c for c in clips if c.codes]

    def rows(cell, of=clips):
        return [(clip.name, [cell(clip, outcomes[name][clip.name]) for name in names]) for clip in of]
    yield from table("metres (px/module) at first correct read", names,
                     rows(lambda c, o: f"{o.metres:.2f} ({o.px_per_module:.2f})" if o.metres else "never", coded))
    yield from table("frames read, !wrong", names,
                     rows(lambda c, o: f"{o.frames_read}/{len(c.frames)}" + (f" !{len(o.wrong)}" if o.wrong else "")))
    yield from table("mean (worst) CPU ms a frame", names,
                     rows(lambda c, o: f"{statistics.mean(o.cpu_ms):.1f} ({max(o.cpu_ms):.0f})" if o.cpu_ms else "-"))
    for name in names:
        for outcome in outcomes[name].values():
            yield from (f"WRONG READ by {name} in {path}: {payload!r}" for path, payload in outcome.wrong)


def summary(clips, all_readers, outcomes):
    coded = [c.name for c in clips if c.codes]
    mean_m = {r.name: statistics.mean(outcomes[r.name][n].metres for n in coded) for r in all_readers}
    peer = max((r.name for r in all_readers if not r.ours), key=mean_m.get)

    def total(name, what):
        return sum(what(o) for o in outcomes[name].values())
    rows = []
    for reader in all_readers:
        name = reader.name
        cpu_ms = [ms for o in outcomes[name].values() for ms in o.cpu_ms]
        rows.append((name, [f"{mean_m[name]:.2f} m", f"{mean_m[name] / mean_m[peer]:.2f}",
                            sum(outcomes[name][n].metres == 0 for n in coded), total(name, lambda o: o.frames_read),
                            total(name, lambda o: len(o.wrong)), f"{statistics.mean(cpu_ms):.2f}", f"{max(cpu_ms):.0f}"]))
    yield from table(f"{len(coded)} approaches, best peer {peer}",
                     ["mean distance", "of best peer", "never read", "frames read", "wrong reads", "mean ms", "worst ms"], rows)


def empty_tables(all_readers, build, scratch):
    clips = eye_scenes.empty_clips(build)
    names = [r.name for r in all_readers]
    cost = {r.name: {c.name: [] for c in clips} for r in all_readers}
    for _ in range(EMPTY_REPEATS):
        for reader in all_readers:
            reads = reader.read([str(f.path) for c in clips for f in c.frames], scratch)
            for clip in clips:
                cost[reader.name][clip.name] += [reads[str(f.path)].cpu_ms for f in clip.frames if str(f.path) in reads]
    median = {name: {c.name: statistics.median(cost[name][c.name] or [float("nan")]) for c in clips} for name in names}
    yield from table("empty frame, median CPU ms", names, [(c.name, [f"{median[name][c.name]:.2f}" for name in names]) for c in clips])
    if "quirc" in names:
        yield from table("empty frame, to quirc's", names,
                         [(c.name, [f"{median[name][c.name] / median['quirc'][c.name]:.2f}" for name in names]) for c in clips])


def expensive_table(all_readers, build, scratch, good):
    """After each frame that is made to cost much comes a good one, which must still be read."""
    copy = scratch / "good.pgm"
    shutil.copy(good.frames[-1].path, copy)
    text = good.codes[0].encode()

    def cell(reader, frame):
        reads = reader.read([str(frame), str(copy)], scratch, EXPENSIVE_TIMEOUT_S)
        if str(frame) not in reads:
            return f"> {1000 * EXPENSIVE_TIMEOUT_S}"
        after = str(copy) in reads and text in reads[str(copy)].payloads
        return f"{reads[str(frame)].cpu_ms:.1f}" + ("" if after else ", then blind")
    rows = [(frame.stem, [cell(reader, frame) for reader in all_readers])
            for frame in expensive_frames(build / "eye-scenes")]
    yield from table("frame made to be expensive, CPU ms", [r.name for r in all_readers], rows)


def budget_rows(all_readers, build, scratch, good):
    """All expensive frames as one drive, a good frame after each: what the mean is held to, and what is read."""
    ours = next(r for r in all_readers if r.ours)
    folder = scratch / "drive"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    walls = [*expensive_frames(build / "eye-scenes"), *expensive_frames(build / "eye-scenes", 1920, 1080)] * 2
    paths = []
    for i, wall in enumerate(walls):
        for j, picture in enumerate((wall, wall, wall, good.frames[-1].path)):
            paths.append(folder / f"{i:03}{j}.pgm")
            paths[-1].symlink_to(pathlib.Path(picture).resolve())
    reads = ours.read([str(p) for p in paths], scratch)
    cpu_ms = [reads[str(p)].cpu_ms for p in paths]
    n_read = sum(good.codes[0].encode() in reads[str(p)].payloads for p in paths[3::4])
    yield ""
    yield (f"{len(walls)} times three expensive frames and a good one, budget 8 ms: mean {statistics.mean(cpu_ms):.1f} ms, "
           f"of the expensive ones {statistics.mean(ms for i, ms in enumerate(cpu_ms) if i % 4 != 3):.1f}, worst {max(cpu_ms):.0f}; "
           f"good ones read: {n_read} of {len(walls)}")


def expensive_frames(folder, width=1280, height=720):
    """Tiled finder patterns, noise, checks, and squares like text: the first two bring other decoders to seconds."""
    finder = ["#######", "#     #", "# ### #", "# ### #", "# ### #", "#     #", "#######"]

    def tiled(module_px, gap=1):
        lines = []
        for row in [*finder, *["       "] * gap]:
            line = bytes(v for c in row + " " * gap for v in [20 if c == "#" else 230] * module_px)
            lines += [(line * (width // len(line) + 1))[:width]] * module_px
        return b"".join((lines * (height // len(lines) + 1))[:height])

    def squares(side_px):
        noise = random.Random(2)
        rows = (b"".join(noise.choice((b"\x14", b"\xe6")) * side_px for _ in range(width // side_px + 1))[:width]
                for _ in range(height // side_px + 1))
        return b"".join(row * side_px for row in rows)[:width * height]
    pictures = {f"finders-{px}px": tiled(px) for px in (1, 2, 3, 6)}
    pictures["finders-3px-apart"] = tiled(3, 14)
    pictures["noise"] = random.Random(1).randbytes(width * height)
    pictures["squares-2px"] = squares(2)
    pictures["checks-2px"] = b"".join(bytes([20, 20, 230, 230] if y // 2 % 2 else [230, 230, 20, 20]) * (width // 4)
                                      for y in range(height))
    for name, pixels in pictures.items():
        (folder / f"{name}-{height}.pgm").write_bytes(f"P5\n{width} {height}\n255\n".encode() + pixels)
    return [folder / f"{name}-{height}.pgm" for name in pictures]


def run(build, options):
    build = pathlib.Path(build).resolve()
    scratch = build / "eye-scratch"
    scratch.mkdir(exist_ok=True)
    all_readers = readers(build)
    if options.quick:  # its metres are ZBar's, and it takes as long as all others together
        all_readers = [r for r in all_readers if r.name != "gst-zbar"]
    if options.photos:
        yield from eye_photos.tables(options.photos, all_readers, scratch, table)
        return
    clips = [c.every(2) if options.quick else c for c in eye_scenes.approach_clips(build, FPS)]
    outcomes = {}
    for reader in all_readers:
        reads = reader.read([str(f.path) for c in clips for f in c.frames], scratch)
        outcomes[reader.name] = {c.name: judge(c, reads) for c in clips}
    yield from approach_tables(clips, all_readers, outcomes)
    yield from summary(clips, all_readers, outcomes)
    if not options.quick:
        day = next(c for c in clips if c.name == "day")
        yield from expensive_table(all_readers, build, scratch, day)
        yield from budget_rows(all_readers, build, scratch, day)
    yield from empty_tables(all_readers, build, scratch)
    yield ""
    yield "first look: pixels a module, and the share of finders that it marks (all limits: eye-limits)"
    for line in subprocess.run([build / "bench" / "eye-limits", "first look"], capture_output=True, text=True).stdout.splitlines():
        yield line
    yield ""  # the long run is by hand: eye-limits --codeless 100000
    yield subprocess.run([build / "bench" / "eye-limits", "--codeless", str(CODELESS_FRAMES)],
                         capture_output=True, text=True).stdout.strip()
