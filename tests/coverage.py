#!/usr/bin/env python3
"""What ran of the C code: runs a command with counters, then prints lines and branches per folder.

usage: tests/coverage.py --build DIR tests COMMAND...     the tests; lines and branches per folder
                                                            fails below 95 % of the lines, or with a branch missed
                                                            in journey, orders, outbox, payload, authentication
       tests/coverage.py --build DIR fuzz [TARGET...]        each target's kept corpus; lines of its parser's files
       tests/coverage.py --build DIR trim [TARGET...]        deletes finds (hash names) that reach no line of their own

Which files are a target's parser: the table of fuzz/README.md. Not counted as branches: the ways out of g_return_*()
and g_assert*(), which only a mistake of ours could take, and what g_new() and GUINT64_TO_BE() ask the compiler; g_autoptr() makes none.
"""
import argparse
import collections
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
OURS = ("base", "protocol", "weblink", "dbus", "camera", "daemon", "server-stub", "pile-sim", "ui-bridge")
WHOLE_BRANCHES = re.compile(r"daemon/journey/|/outbox\.c|protocol/qr_|protocol/totp\.c|protocol/evse_id\.c|"
                            r"server-stub/model/order_\w+\.c|"
                            # authentication: stations, cars, operators, and the driver's page
                            r"server-stub/(secret|serve_doors)\.c|server-stub/http/(station_door|operator_api|operator_page)\.c|"
                            r"server-stub/model/(try_limit|operator_sessions)\.c|protocol/subject_name\.c|ui-bridge/session_keep\.c")
LINES_GOAL = 95.0  # of all our lines, by all tests
FUZZ_GOAL = 95.0
FIND = re.compile(r"[0-9a-f]{16}|[0-9a-f]{40}")  # how libFuzzer names what it finds
MISTAKES = re.compile(r"^\s*(g_return_|g_assert|g_critical|g_error\b)|\bg_new0?\(|\bGUINT64_TO_BE\(")


def llvm(tool):
    return shutil.which(f"{tool}-14") or shutil.which(tool) or sys.exit(f"{tool} is missing: ./dev setup")


class File:
    def __init__(self):
        self.lines = {}  # number: how often
        self.branches = {}  # (line, block, way): how often
        self.functions = []  # (first line, name)


def read_counters(profiles, programs):
    """{path below the root: File}, from the profiles of any number of runs."""
    profiles = [p for p in profiles if p.stat().st_size > 0]
    with tempfile.TemporaryDirectory() as folder:
        merged = pathlib.Path(folder) / "all.profdata"
        subprocess.run([llvm("llvm-profdata"), "merge", "-sparse", "--failure-mode=all", *profiles, "-o", merged], check=True, stderr=subprocess.DEVNULL)
        objects = [word for program in programs[1:] for word in ("-object", program)]
        text = subprocess.run([llvm("llvm-cov"), "export", "-format=lcov", "-instr-profile", merged, programs[0], *objects],
                              check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout
    files, path = {}, None
    for line in text.splitlines():
        key, _, rest = line.partition(":")
        if key == "SF":
            try:
                path = str(pathlib.Path(rest).resolve().relative_to(ROOT))
            except ValueError:
                path = rest
            file = files.setdefault(path, File())
        elif key == "FN":
            number, name = rest.split(",", 1)
            file.functions.append((int(number), name))
        elif key == "DA":
            number, count = rest.split(",")[:2]
            file.lines[int(number)] = file.lines.get(int(number), 0) + int(count)
        elif key == "BRDA":
            number, block, way, count = rest.split(",")
            branch = (int(number), block, way)
            file.branches[branch] = file.branches.get(branch, 0) + (0 if count == "-" else int(count))
    for path, file in files.items():
        if (ROOT / path).is_file():
            source = (ROOT / path).read_text(encoding="utf-8").splitlines()
            file.branches = {b: n for b, n in file.branches.items() if b[0] > len(source) or not MISTAKES.search(source[b[0] - 1])}
    return files


def share(counts):
    return sum(1 for n in counts if n > 0), len(counts)


def percent(hit, total):
    return 100.0 * hit / total if total else 100.0


def is_program(path):
    if not path.is_file() or path.suffix or not os.access(path, os.X_OK):
        return False
    with open(path, "rb") as file:
        return file.read(4) == b"\x7fELF"


def row(name, lines, branches):
    print(f"{name:44} {lines[0]:6}/{lines[1]:<6} {percent(*lines):6.1f} %  {branches[0]:5}/{branches[1]:<5} {percent(*branches):6.1f} %")


def cover_tests(build, command):
    folder = build / "profiles"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    status = subprocess.run(command, env=dict(os.environ, LLVM_PROFILE_FILE=f"{folder}/%m.profraw%c")).returncode
    programs = [p for p in build.rglob("*") if is_program(p)]
    files = {p: f for p, f in read_counters(list(folder.glob("*.profraw")), programs).items() if p.split("/")[0] in OURS and p.endswith(".c")}
    groups = collections.defaultdict(lambda: [[0, 0], [0, 0]])
    for path, file in sorted(files.items()):
        for name in (str(pathlib.Path(path).parent), "total"):
            for total, counts in zip(groups[name], (share(file.lines.values()), share(file.branches.values()))):
                total[0] += counts[0]
                total[1] += counts[1]
    print(f"\n{'folder':44} {'lines':>13} {'':8}  {'branches':>11}")
    for name, (lines, branches) in sorted(groups.items(), key=lambda g: (g[0] == "total", g[0])):
        row(name, lines, branches)
    print("\nwhole branches wanted:")
    failures = [] if percent(*groups["total"][0]) >= LINES_GOAL else [f"{percent(*groups['total'][0]):.1f} % of the lines"]
    for path, file in sorted(files.items()):
        if WHOLE_BRANCHES.search(path):
            branches = share(file.branches.values())
            row(path, share(file.lines.values()), branches)
            if branches[0] < branches[1]:
                failures.append(f"{path}: {branches[1] - branches[0]} of {branches[1]} branches missed")
    with open(build / "coverage-missed.txt", "w", encoding="utf-8") as out:
        for path, file in sorted(files.items()):
            print(path, "lines", *[n for n, count in sorted(file.lines.items()) if count == 0], file=out)
            print(path, "branches", *sorted({b[0] for b, count in file.branches.items() if count == 0}), file=out)
    print(f"\nwhat did not run: {build}/coverage-missed.txt")
    if failures:
        print(f"below the goal of {LINES_GOAL:.0f} % lines and whole branches: " + "; ".join(failures))
    return status or (1 if failures else 0)


def parsers():
    """{target: [file or file:function, ...]}, from the table of fuzz/README.md."""
    table = {}
    for line in (ROOT / "fuzz/README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) == 3:
            for name in re.findall(r"`(\w+)`", cells[0]):
                table[name] = re.findall(r"`([\w/.:-]+)`", cells[2])
    return table


def lines_of(file, function):
    if not function:
        return file.lines
    starts = sorted(n for n, _ in file.functions)
    first = next((n for n, name in file.functions if name.split(":")[-1] == function), None)
    if first is None:
        raise SystemExit(f"fuzz/README.md: there is no function {function}")
    after = next((n for n in starts if n > first), 1 << 30)
    return {n: count for n, count in file.lines.items() if first <= n < after}


def replay(program, corpus):
    """The counters of one run over the files of a folder."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([program, corpus], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                       env=dict(os.environ, LLVM_PROFILE_FILE=f"{folder}/%p.profraw"))
        return read_counters(list(pathlib.Path(folder).iterdir()), [program])


def reached(program, parts, paths):
    """{(file, line)} of the parser, by these inputs."""
    with tempfile.TemporaryDirectory() as folder:
        for path in paths:
            os.symlink(path, pathlib.Path(folder) / path.name)
        files = replay(program, folder)
    split = [part.partition(":") for part in parts]
    return {(path, n) for path, _, function in split for n, count in lines_of(files[path], function).items() if count > 0}


def trim(build, targets):
    table = parsers()
    for name in targets or sorted(table):
        program, corpus = build / "fuzz" / f"fuzz_{name}", sorted((ROOT / "fuzz/corpus" / name).iterdir())
        finds = sorted((p for p in corpus if FIND.fullmatch(p.name)), key=lambda p: p.stat().st_size)
        lines = reached(program, table[name], [p for p in corpus if p not in finds]) if len(finds) < len(corpus) else set()
        gone = 0
        for find in finds:
            own = reached(program, table[name], [find])
            if own <= lines:
                find.unlink()
                gone += 1
            lines |= own
        print(f"{name:18} {len(corpus) - gone:4} kept, {gone:4} deleted")
    return 0


def cover_fuzz(build, targets):
    table, below = parsers(), []
    if unlisted := sorted(p.stem for p in (ROOT / "fuzz").glob("*.c") if "LLVMFuzzerTestOneInput(" in p.read_text() and p.stem not in {*table, "replay_main"}):
        raise SystemExit(f"fuzz/README.md: no row for {', '.join(unlisted)}")
    print(f"{'target':18} {'lines of its parser':>20}   not reached")
    for name in targets or sorted(table):
        program = build / "fuzz" / f"fuzz_{name}"
        files = replay(program, ROOT / "fuzz/corpus" / name)
        hit = total = 0
        missed = []
        for part in table[name]:
            path, _, function = part.partition(":")
            if path not in files:
                raise SystemExit(f"fuzz/README.md: {name}: {path} is not in {program}")
            lines = lines_of(files[path], function)
            counts = share(lines.values())
            hit, total = hit + counts[0], total + counts[1]
            if gaps := [str(n) for n, count in sorted(lines.items()) if count == 0]:
                missed.append(f"{path}:{','.join(gaps)}")
        if percent(hit, total) < FUZZ_GOAL:
            below.append(name)
        print(f"{name:18} {hit:6}/{total:<6} {percent(hit, total):5.1f} %   {' '.join(missed)}")
    if below:
        print(f"below {FUZZ_GOAL:.0f} %: {' '.join(below)}")
    return 1 if below else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("tests", "fuzz", "trim"))
    parser.add_argument("--build", required=True, type=lambda text: pathlib.Path(text).resolve())
    parser.add_argument("rest", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    return {"tests": cover_tests, "fuzz": cover_fuzz, "trim": trim}[args.what](args.build, args.rest)


if __name__ == "__main__":
    sys.exit(main())
