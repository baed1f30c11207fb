#!/usr/bin/env python3
"""The layer picture of docs/architecture.md, as a test that can fail.

Reads every #include "..." line. Arrows point down only: a folder may include itself and what its
row lists, nothing else. Only a program's main file (layer 4) sees decisions and world together.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent

# folder -> what its files may include (itself is always allowed). The longest matching folder counts.
ALLOWED = {
    "base": [],
    "protocol": ["base"],
    # 2 decisions: pure
    "daemon/journey": ["base", "protocol"],
    "server-stub/model": ["base", "protocol"],
    "pile-sim/model": ["base", "protocol"],
    "camera/vision": ["base"],
    "ui-bridge/view": ["base", "protocol"],
    # 3 world: adapters; siblings never include each other, and never a decision
    "weblink": ["base", "protocol"],
    "service": [],
    "dbus": ["base", "protocol"],
    "camera/source": ["base", "protocol"],
    "camera/decoder": ["base", "protocol"],
    "daemon/net": ["base", "protocol"],
    "daemon/store": ["base", "protocol"],
    "server-stub/http": ["base", "protocol", "weblink"],
    "server-stub/store": ["base", "protocol"],
    "pile-sim/link": ["base", "protocol", "weblink"],
    "pile-sim/panel": ["base", "protocol", "weblink"],
    "pile-sim/store": ["base", "protocol"],
    # 4 programs: wire the rest together
    "camera": ["base", "protocol", "camera"],
    "daemon": ["base", "protocol", "daemon", "dbus", "service"],
    "server-stub": ["base", "protocol", "weblink", "server-stub", "service"],
    "pile-sim": ["base", "protocol", "weblink", "pile-sim", "service"],
    "ui-bridge": ["base", "protocol", "weblink", "dbus", "ui-bridge", "service"],
    "tests": None,  # tests and fuzz targets may look at everything
    "fuzz": None,
    "bench": None,
}
# Libraries that a pure folder must not touch, whatever meson links.
WORLD_HEADERS = re.compile(r"<(curl/|libsoup|dbus/|gst/|sqlite3|gio/|sys/socket|time\.h|unistd)")
PURE = ["base", "protocol", "daemon/journey", "server-stub/model", "pile-sim/model", "camera/vision", "ui-bridge/view"]


def row(path: str) -> str:
    stem = path.rsplit(".", 1)[0]
    return max((f for f in ALLOWED if stem == f or path.startswith(f + "/")), key=len, default="")


def complaints(path: str, text: str):
    folder = row(path)
    if not folder:
        yield f"{path}: no row in tests/layers.py says what this folder may include"
        return
    for number, line in enumerate(text.splitlines(), 1):
        if folder in PURE and (world := WORLD_HEADERS.search(line)) and line.startswith("#include"):
            yield f"{path}:{number}: a pure folder includes <{world.group(1)}...>"
        match = re.match(r'#include "([^"]+)"', line)
        if not match or ALLOWED[folder] is None:
            continue
        target = match.group(1)
        if "/" not in target:
            yield f"{path}:{number}: write \"{target}\" from the root, so that the line shows its layer"
        elif not any(target.startswith(allowed + "/") for allowed in [folder, *ALLOWED[folder]]):
            yield f"{path}:{number}: {folder} may not include {target}"


def self_check():
    """The check itself must be able to fail."""
    bad = {
        "base/money.c": '#include "protocol/json_gate.h"',
        "daemon/journey/journey.c": '#include <curl/curl.h>',
        "daemon/net/http_client.c": '#include "daemon/journey/journey.h"',
        "stray/x.c": "",
    }
    for path, text in bad.items():
        assert list(complaints(path, text)), f"the layer test let {path} pass"


def main() -> int:
    self_check()
    files = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.c", "*.h"], cwd=ROOT, check=True, text=True, capture_output=True)
    found = [c for path in files.stdout.split() for c in complaints(path, (ROOT / path).read_text())]
    print("\n".join(found) if found else "layers: every #include points down")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
