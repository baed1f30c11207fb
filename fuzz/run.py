#!/usr/bin/env python3
"""Runs the libFuzzer targets one after another and keeps what widens the corpus.

usage: fuzz/run.py --build DIR [SECONDS] [TARGET...]
"""
import argparse
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", required=True, type=pathlib.Path)
    parser.add_argument("seconds", nargs="?", type=int, default=60)
    parser.add_argument("targets", nargs="*")
    args = parser.parse_args()
    programs = {p.name.removeprefix("fuzz_"): p for p in sorted((args.build / "fuzz").glob("fuzz_*")) if p.is_file()}
    if unknown := set(args.targets) - set(programs):
        parser.error(f"no such target: {', '.join(sorted(unknown))}; there are: {', '.join(programs)}")
    failed = []
    for name in args.targets or programs:
        corpus = HERE / "corpus" / name
        corpus.mkdir(parents=True, exist_ok=True)
        dictionary = HERE / f"{name}.dict"
        with tempfile.TemporaryDirectory() as finds:
            command = [programs[name], f"-max_total_time={args.seconds}", "-timeout=5", "-rss_limit_mb=1024", "-print_final_stats=1", "-max_len=4096", f"-artifact_prefix={HERE}/crash-{name}-", finds, corpus]
            if dictionary.exists():
                command.append(f"-dict={dictionary}")
            done = subprocess.run(command, stderr=subprocess.PIPE, text=True, errors="replace")
            if done.returncode:
                failed.append(name)
                print(done.stderr[-4000:], file=sys.stderr)
            else:  # keep only what reaches new edges
                subprocess.run([programs[name], "-merge=1", corpus, finds], stderr=subprocess.DEVNULL, check=True)
            stats = [line.split()[-1] for line in done.stderr.splitlines() if "number_of_executed_units" in line]
            edges = [line for line in done.stderr.splitlines() if " cov: " in line][-1:]
            print(f"{name}: {'FAILED' if done.returncode else 'ok'}, {stats[0] if stats else '?'} runs; {edges[0].strip() if edges else ''}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
