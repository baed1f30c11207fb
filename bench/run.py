#!/usr/bin/env python3
"""Runs the benches: ./dev bench [NAME...]. Each is a module of this folder with `run(build, options) -> rows`.

A row is (what, value, unit, remark), or a line of a table as text. Machines are noisy: values are medians of repeated runs on this machine, now;
compare only numbers of one run.
"""
import argparse
import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests" / "e2e")]


def main() -> int:
    names = sorted(p.stem.removeprefix("bench_") for p in HERE.glob("bench_*.py"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True)
    parser.add_argument("names", nargs="*", help=f"which ones: {', '.join(names)} (default: all)")
    parser.add_argument("--quick", action="store_true", help="eye: every second frame, without the slowest reader and the expensive frames")
    parser.add_argument("--photos", action="append", metavar="FOLDER", help="eye: photographs instead of scenes")
    args = parser.parse_args()
    if unknown := set(args.names) - set(names):
        parser.error(f"no such bench: {', '.join(sorted(unknown))}; there are: {', '.join(names)}")
    for name in args.names or names:
        print(f"{name}:")
        for row in importlib.import_module(f"bench_{name}").run(args.build, args):
            print(f"  {row}" if isinstance(row, str) else "  {:<58}{:>10} {:<8}{}".format(*row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
