#!/usr/bin/env python3
"""embed.py OUT.c FILE.sql...: the migrations as C strings, in the order of their numbers."""
import pathlib
import sys

out, *files = sys.argv[1:]
files = sorted(files, key=lambda f: pathlib.Path(f).name)
for number, f in enumerate(files, 1):
    assert pathlib.Path(f).name.startswith(f"{number:03d}_"), f"{f}: migrations are numbered without gap"
lines = ['#include "server-stub/store/migrations.h"', "const gchar *const migrations[] = {"]
for f in files:
    for line in pathlib.Path(f).read_text().splitlines():
        text = line.replace("\\", "\\\\").replace('"', '\\"')
        lines.append(f'"{text}\\n"')
    lines.append(",")
lines += ["NULL};", ""]
pathlib.Path(out).write_text("\n".join(lines))
