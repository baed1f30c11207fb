"""quirc for the bench of the eye. It is in no package of Debian 12: an npm package carries its C sources.

Fetched once into the build folder, compiled as its authors do (-O3) with peer_quirc.c, and loaded by peer-read.
"""
import pathlib
import shlex
import shutil
import subprocess

PACKAGE = "node-quirc@2.3.0"
HERE = pathlib.Path(__file__).resolve().parent


def build_peer(build):
    """(library or None, why not)"""
    folder, library = build / "quirc", build / "quirc" / "peer-quirc.so"
    sources = folder / "node_modules" / "node-quirc" / "deps" / "quirc"
    try:
        if not sources.exists():
            subprocess.run(["npm", "install", "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts",
                            "--prefix", folder, PACKAGE], check=True, capture_output=True, text=True, timeout=120)
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "glib-2.0"], check=True, capture_output=True, text=True).stdout
        subprocess.run(["cc", "-O3", "-DNDEBUG", "-DQUIRC_MAX_REGIONS=65534", "-shared", "-fPIC", "-I", HERE.parent, "-I", sources,
                        HERE / "peer_quirc.c", *sorted(sources.glob("*.c")), *shlex.split(flags), "-lm", "-o", library],
                       check=True, capture_output=True, text=True)
    except FileNotFoundError as missing:
        return None, f"{missing.filename} is not installed"
    except subprocess.TimeoutExpired:
        shutil.rmtree(folder, ignore_errors=True)
        return None, f"fetching {PACKAGE} took too long"
    except subprocess.CalledProcessError as failed:
        shutil.rmtree(folder, ignore_errors=True)
        return None, f"{pathlib.Path(failed.cmd[0]).name} failed: {' '.join(failed.stderr.split())[:200]}"
    return library, ""
