"""The approaches of the bench of the eye: which, and their rendered frames, kept in the build folder."""
import csv
import dataclasses
import hashlib
import pathlib
import shutil
import subprocess

# Every approach has a text of its own: no reader can gain from having seen the one before.
SHORT = "HTTPS://PAY.EXAMPLE.COM/E/DE*ABC*E{:05d}*1"  # version 3, alphanumeric
MIXED = "https://ad-hoc.example.net/qr/evse/FR*XYZ*E{:05d}"  # version 4, bytes
TINY = "HTTPS://C.EXAMPLE/E/NL*Q*E{:05d}"  # version 2
LONG = ("https://charge.long-name-of-a-city-utility.example/ad-hoc/pay?evse=DE*LNU*E{:05d}*2"
        "&tariff=de-2026-q4-dc150&lang=de-en-fr")  # version 7

@dataclasses.dataclass(frozen=True)
class Approach:
    name: str
    profile: str
    codes: tuple = ()  # the first is on the pile the car backs up to
    options: tuple = ()

    def arguments(self, fps):
        texts = [a for flag, text in zip(("--qr", "--qr2"), self.codes) for a in (flag, text)]
        return ["--profile", self.profile, *texts, "--fps", str(fps), *self.options]


APPROACHES = [
    Approach("day", "day", (SHORT.format(10101),)),
    Approach("day_1080p", "day_1080p", (SHORT.format(10102),)),
    Approach("yawed", "yawed", (SHORT.format(10103),)),
    Approach("edge", "edge", (TINY.format(10104),)),
    Approach("dusk", "dusk", (SHORT.format(10105),)),
    Approach("night", "night", (TINY.format(10106),)),
    Approach("angled", "angled", (MIXED.format(10107),)),
    Approach("fast", "fast", (SHORT.format(10108),)),
    Approach("glare", "glare", (SHORT.format(10109),)),
    Approach("dirty", "dirty", (SHORT.format(10110),)),
    Approach("worn", "worn", (SHORT.format(10111),)),
    Approach("small_card", "small_card", (TINY.format(10112),)),
    Approach("high_camera", "high_camera", (MIXED.format(10113),)),
    Approach("sharpened", "sharpened", (SHORT.format(10114),)),
    Approach("long_payload", "day", (LONG.format(10115),), ("--seed", "15")),
    Approach("two_piles", "two_piles", (SHORT.format(10116), SHORT.format(20116))),
    Approach("cluttered", "cluttered", (MIXED.format(10117),)),
    Approach("cluttered_no_code", "cluttered"),
]
EMPTY = [
    Approach("720p day", "empty"),
    Approach("720p night", "night"),
    Approach("1080p day", "empty", options=("--width", "1920", "--height", "1080")),
    Approach("1080p night", "night", options=("--width", "1920", "--height", "1080")),
]


@dataclasses.dataclass(frozen=True)
class Frame:
    path: pathlib.Path
    metres: float  # camera to the middle of the first code; 0 without one
    px_per_module: float


@dataclasses.dataclass(frozen=True)
class Clip:
    name: str
    codes: tuple
    frames: list

    def every(self, nth):
        return dataclasses.replace(self, frames=self.frames[::nth])


def rendered(build, approach, fps):
    """The clip of this approach, drawn unless this renderer already drew it with these arguments."""
    program = build / "tests" / "scene" / "rearcharge-scene"
    arguments = approach.arguments(fps)
    key = hashlib.sha256(program.read_bytes() + "\0".join(arguments).encode()).hexdigest()[:16]
    store = build / "eye-scenes"
    folder = store / f"{approach.name.replace(' ', '_')}-{fps}-{key}"
    if not folder.exists():
        for stale in store.glob(f"{approach.name.replace(' ', '_')}-{fps}-*"):
            shutil.rmtree(stale)
        partial = store / "partial"
        shutil.rmtree(partial, ignore_errors=True)
        subprocess.run([program, *arguments, "--frames", partial], check=True)
        partial.rename(folder)
    truth = {}
    with open(folder / "truth.tsv", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["pile"] == "0":
                truth[int(row["frame"])] = (float(row["distance_m"]), float(row["px_per_module"]))
    return Clip(approach.name, approach.codes,
                [Frame(path, *truth.get(int(path.stem), (0.0, 0.0))) for path in sorted(folder.glob("*.pgm"))])


def approach_clips(build, fps):
    return [rendered(build, approach, fps) for approach in APPROACHES]


def empty_clips(build):
    return [rendered(build, approach, fps=2) for approach in EMPTY]
