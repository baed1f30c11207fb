"""A small world of real processes: a bus, a server, a pile, a car. Demo, tests and benches share it.

    with World(build) as world:
        world.start_server(); world.start_pile(); world.start_car()
        world.gear("R"); world.wait("a price", lambda s: s.get("pile", {}).get("evse_id"))

Everything lives in one temporary folder, listens on 127.0.0.1 with a free port, and ends with the `with` block.
"""
import contextlib
import hashlib
import http.client as http_client
import json
import os
import pathlib
import queue
import random
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from certificates import Authority  # noqa: E402

EVSE_ID = "DE*ABC*E12345*1"
QR_HOST = "pay.abc.example"


class Failure(Exception):
    """Something a reader of the test or demo must see: what was expected, and the logs beside it."""


class Process:
    """One child process: its output goes to a log file, and lines of it can be waited for."""

    def __init__(self, name, argv, folder, env=None, keep_stdin=False):
        self.name = name
        self.log_path = folder / f"{name}.log"
        self.lines = queue.Queue()
        self.popen = subprocess.Popen(
            [str(a) for a in argv], env=env, text=True, bufsize=1, errors="replace",
            stdin=subprocess.PIPE if keep_stdin else subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        with open(self.log_path, "a", encoding="utf-8") as log, self.popen.stdout:
            for line in self.popen.stdout:
                log.write(line)
                log.flush()
                self.lines.put(line.rstrip("\n"))
        self.lines.put(None)

    def wait_line(self, wanted, timeout_s=20.0):
        """The first line, from now on, for which wanted(line) is true."""
        deadline = time.monotonic() + timeout_s
        while True:
            try:
                line = self.lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise Failure(f"{self.name}: said nothing of the kind within {timeout_s:.0f} s\n{self.tail()}") from None
            if line is None:
                raise Failure(f"{self.name}: ended with {self.popen.wait()}\n{self.tail()}")
            if wanted(line):
                return line

    def tail(self, n_lines=15):
        try:
            return "".join(f"    {self.name}| {line}\n" for line in self.log_path.read_text().splitlines()[-n_lines:])
        except OSError:
            return ""

    def stop(self, timeout_s=5.0):
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.popen.kill()
        if self.popen.stdin is not None:
            with contextlib.suppress(OSError):
                self.popen.stdin.close()
        return self.popen.wait()


def free_port():
    """Never given twice by this process, and none of those that outgoing connections are given."""
    while True:
        port = random.SystemRandom().randrange(10000, 32000)
        with contextlib.suppress(OSError), socket.socket() as s:
            s.bind(("127.0.0.1", port))
            if port not in ports_given:
                ports_given.add(port)
                return port


ports_given = set()


def http(method, url, body=None, token=None, timeout_s=10.0, ca_file=None):
    """(status, parsed JSON or None). Never raises for an HTTP status; OSError when the peer is away or dies meanwhile."""
    trust = ssl.create_default_context(cafile=ca_file) if ca_file else None
    request = urllib.request.Request(url, method=method, data=None if body is None else json.dumps(body).encode())
    if body is not None:
        request.add_header("Content-Type", "application/json")
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    try:
        with urllib.request.urlopen(request, timeout=timeout_s, context=trust) as answer:
            status, raw = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, raw = error.code, error.read()
    except http_client.HTTPException as error:  # half an answer
        raise ConnectionError(str(error)) from error
    try:
        return status, json.loads(raw) if raw else None
    except ValueError:
        return status, None


class World:
    def __init__(self, build, keep=False, speed=240, tls=False):
        """@tls: server, pile and car speak TLS, with certificates of an authority made for this world"""
        self.build = pathlib.Path(build).resolve()
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="rearcharge-"))
        self.keep = keep
        self.speed = speed
        self.authority = Authority(self.folder) if tls else None
        self.ca_file = self.authority.file if tls else None
        self.server_host = "127.0.0.1"
        self.processes = {}
        self.snapshot = {}
        self.env = dict(os.environ, G_MESSAGES_DEBUG=os.environ.get("G_MESSAGES_DEBUG", ""))
        self._changed = threading.Condition()

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        with contextlib.suppress(Exception):
            for process in reversed(list(self.processes.values())):
                process.stop()
        if kind in (None, KeyboardInterrupt) and not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)
        else:
            print(f"the logs stay in {self.folder}", file=sys.stderr)

    # -- processes ------------------------------------------------------------------------------------------------
    def program(self, name):
        for folder in ("daemon", "camera", "dbus", "server-stub", "pile-sim", "ui-bridge", "tests/scene"):
            path = self.build / folder / name
            if path.is_file():
                return path
        raise Failure(f"{name} is not built in {self.build}")

    def start(self, name, *argv, program=None, **options):
        if former := self.processes.get(name):
            former.stop()  # one of a kind; otherwise nobody would end it
        process = Process(name, [self.program(program or name), *argv], self.folder, env=self.env, **options)
        self.processes[name] = process
        return process

    def run(self, program, *argv, check=True):
        done = subprocess.run([str(self.program(program)), *map(str, argv)], env=self.env, text=True, capture_output=True, timeout=180)
        if check and done.returncode != 0:
            raise Failure(f"{program} {' '.join(map(str, argv))}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def start_bus(self):
        """A private session bus of our own: nothing of the desktop is touched."""
        address = self.folder / "bus"
        bus = Process("dbus-daemon", ["dbus-daemon", "--session", "--nofork", "--nosyslog", "--print-address=1", f"--address=unix:path={address}"], self.folder)
        self.processes["dbus-daemon"] = bus
        self.env["DBUS_SESSION_BUS_ADDRESS"] = bus.wait_line(lambda line: line.startswith("unix:")).split(",guid=")[0]  # a restarted bus has another

    # -- operator's side ------------------------------------------------------------------------------------------
    def start_server(self, *extra):
        self.server_db = self.folder / "server.db"
        state = ["--state", self.server_db]
        if not self.server_db.exists():
            self.furnish_server(*state)
        self.server_port = getattr(self, "server_port", None) or free_port()
        secure = "s" if self.authority else ""
        self.server_url = f"http{secure}://{self.server_host}:{self.server_port}"
        self.csms_url = f"ws{secure}://{self.server_host}:{self.server_port}/ocpp"
        if self.authority:
            certificate, key = self.authority.issue("server")
            extra = ("--tls-cert", certificate, "--tls-key", key, *extra)
        server = self.start("rearcharge-server", "serve", *state, "--listen", f"127.0.0.1:{self.server_port}",
                            "--operator-token-file", self.folder / "operator.token", "--ocpp-log", self.folder / "server-ocpp.jsonl", *extra)
        server.wait_line(lambda line: "127.0.0.1:" in line)

    def furnish_server(self, *state):
        """What an operator sets up once: a tariff, a vehicle, a station."""
        self.operator_token = "operator-" + os.urandom(12).hex()
        (self.folder / "operator.token").write_text(self.operator_token)
        self.run("rearcharge-server", "tariff", "set", "day", "--currency", "EUR", "--energy", "0.49", "--time", "0", "--flat", "0.50", *state)
        self.run("rearcharge-server", "vehicle", "add", "demo-car", "--token-file", self.folder / "vehicle.token", *state)
        self.run("rearcharge-server", "station", "add", "PILE1", "--name", "Garage Bay 1", "--operator", "ABC Energy", "--evse", EVSE_ID,
                 "--latitude", "52.5", "--longitude", "13.4", "--tariff", "day", "--power-w", "150000", "--connector", "IEC_62196_T2_COMBO",
                 "--password-file", self.folder / "pile.password", *state)

    def start_pile(self, *extra):
        self.panel_port = getattr(self, "panel_port", None) or free_port()
        self.panel_url = f"http://127.0.0.1:{self.panel_port}"
        credential = () if "--client-cert" in extra else ("--password-file", self.folder / "pile.password")
        trust = ("--ca", self.ca_file) if self.ca_file else ()
        self.start("rearcharge-pile", "--csms", self.csms_url, "--identity", "PILE1", *credential, *trust, "--evse-id", EVSE_ID, "--qr-host", QR_HOST,
                   "--panel", f"127.0.0.1:{self.panel_port}", "--speed", self.speed, "--state", self.folder / "pile.db",
                   "--qr-png", self.folder / "pile.png", "--ocpp-log", self.folder / "pile-ocpp.jsonl", *extra)
        self.until("the pile is accepted by the server", lambda: self.pile_state().get("boot", "").lower() == "accepted")

    def operator(self, what):
        return http("GET", f"{self.server_url}/operator/v1/{what}", token=self.operator_token, ca_file=self.ca_file)

    def pile_state(self):
        try:
            return http("GET", f"{self.panel_url}/sim/state")[1] or {}
        except OSError:
            return {}

    def sim(self, what, **body):
        status, answer = http("POST", f"{self.panel_url}/sim/{what}", body)
        if status != 200:
            raise Failure(f"/sim/{what}: {status} {answer}")
        return answer

    def qr_text(self):
        state = self.pile_state()
        return state["evses"][0]["qr"]

    # -- car's side -----------------------------------------------------------------------------------------------
    def render_scene(self, *options):
        """The clip of a reversing approach to this pile; kept in the build folder, since it depends on nothing else."""
        arguments = ["--qr", self.qr_text(), *map(str, options)]
        build = pathlib.Path(os.environ.get("SCENES_OF", self.build))  # a sanitized renderer takes minutes
        scene = build / "tests/scene/rearcharge-scene"
        key = hashlib.sha256(json.dumps([arguments, scene.stat().st_mtime_ns]).encode()).hexdigest()[:16]
        clip = build / "scenes" / f"{key}.mkv"
        if not clip.exists():
            clip.parent.mkdir(exist_ok=True)
            partial = clip.with_suffix(f".{os.getpid()}.mkv")
            self.run(scene, *arguments, "--out", partial)
            partial.rename(clip)
            partial.with_name(partial.name + ".tsv").unlink(missing_ok=True)  # the truth, for tests of the eye
        return clip

    def configuration(self, source, confirm="park", consent=True, max_cost_minor=5000):
        return f"""
[bus]
type=session

{self.camera_section(source) if source else ''}
[server]
url={self.server_url}
token_file={self.folder}/vehicle.token
{f'ca_file={self.ca_file}' if self.ca_file else ''}

[operators]
{QR_HOST}=/E/{{evse}},/E/{{evse}}/{{token}}

[order]
confirm={confirm}
min_trust=registered
consent={'true' if consent else 'false'}
max_cost_minor={max_cost_minor}
currency=EUR

[state]
dir={self.folder}/car
"""

    def camera_section(self, source):
        # A sanitized decoder is several times slower than the 50 ms that a frame may take, one that counts is slower.
        return f"""[camera]
program={self.program('rearcharge-camera')}
decoder={self.program('rearcharge-decoder')}
source={source}
{'decoder-deadline-ms=1000' if {'ASAN_OPTIONS', 'TSAN_OPTIONS', 'LLVM_PROFILE_FILE'} & os.environ.keys() else ''}
"""

    def start_vehicle(self):
        """rearcharge-gear plays the vehicle; commands go to its standard input."""
        self.gear_process = self.start("rearcharge-gear", "serve", keep_stdin=True)

    def vehicle(self, command):
        self.gear_process.popen.stdin.write(command + "\n")
        self.gear_process.popen.stdin.flush()

    def gear(self, gear, speed_kmh=None):
        if speed_kmh is not None:
            self.vehicle(f"speed {speed_kmh}")
        self.vehicle(gear)

    def start_car(self, source, **options):
        config = self.folder / "rearcharge.conf"
        config.write_text(self.configuration(source, **options))
        config.chmod(0o600)
        self.start("rearcharged", "--config", config)
        watch = self.start("rearchargectl", "watch", "--json")
        threading.Thread(target=self._follow, args=(watch,), daemon=True).start()
        self.wait("the daemon on the bus", lambda s: s.get("journey_state"))

    def _follow(self, watch):
        while True:
            line = watch.lines.get()
            if line is None:
                return
            with contextlib.suppress(ValueError):
                snapshot = json.loads(line)
                with self._changed:
                    self.snapshot = snapshot
                    self._changed.notify_all()

    # -- waiting --------------------------------------------------------------------------------------------------
    def wait(self, what, condition, timeout_s=30.0):
        """Waits for a snapshot of the daemon for which condition(snapshot) is true, and returns it."""
        with self._changed:
            if not self._changed.wait_for(lambda: condition(self.snapshot), timeout_s):
                raise Failure(f"expected {what} within {timeout_s:.0f} s; the daemon's last snapshot was\n"
                              f"{json.dumps(self.snapshot, indent=1)}\n{self.logs()}")
            return self.snapshot

    def until(self, what, condition, timeout_s=20.0):
        """Polls something that has no events (another program's HTTP face)."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            if result := condition():
                return result
            time.sleep(0.05)
        raise Failure(f"expected {what} within {timeout_s:.0f} s\n{self.logs()}")

    def logs(self):
        return "".join(process.tail() for process in self.processes.values())
