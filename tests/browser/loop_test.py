#!/usr/bin/env python3
"""The head unit's page with real processes: loop-test.mjs touches the page, this moves the world.

usage: loop_test.py BUILD CHROMIUM
"""
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
from world import World, http  # noqa: E402

CAR = {"battery_wh": 60000, "soc_percent": 30, "max_power_w": 120000}


class Director:
    def __init__(self, world, source):
        self.world = world
        self.source = source

    def orders(self):
        return http("GET", f"{self.world.server_url}/operator/v1/orders", token=self.world.operator_token)[1]["orders"]

    def obey(self, command):
        word, *rest = command.split()
        world = self.world
        if word == "gear":
            world.gear(rest[0], speed_kmh=float(rest[1]))
        elif word == "park":
            world.sim("bay", occupied=True)
            world.gear("P", speed_kmh=0)
        elif word == "orders":
            assert len(self.orders()) == int(rest[0]), self.orders()
        elif word == "cancelled":
            world.until("a cancelled order", lambda: [o["state"] for o in self.orders()] == ["cancelled"])
        elif word == "again":  # one more approach: the clip begins anew with the camera
            world.sim("bay", occupied=False)
            world.gear("D", speed_kmh=15)
            world.wait("driving", lambda s: s.get("driving_state") == "moving")
            world.processes["rearcharged"].stop()
            world.start_car(self.source, confirm="tap", consent=False)
            world.gear("R", speed_kmh=4)
            world.wait("a found pile", lambda s: s.get("pile", {}).get("evse_id"))
            self.obey("park")
        elif word == "plug":
            world.sim("plug", vehicle=CAR)
        elif word == "kill":
            world.processes["rearcharged"].popen.kill()
            world.processes["rearcharged"].popen.wait()
        elif word == "restart":
            world.start_car(self.source, confirm="tap", consent=False)
        else:
            raise ValueError(command)


def main(build, chromium):
    with World(build, speed=60) as world:
        world.start_bus()
        world.start_server()
        world.start_pile()
        source = f"filesrc location={world.render_scene()} ! matroskademux ! jpegdec"
        world.start_vehicle()
        world.gear("D", speed_kmh=12)
        world.start_car(source, confirm="tap", consent=False)
        ui = world.start("rearcharge-ui", "--port", "0", "--bus", "session", "--demo-bar")
        url = ui.wait_line(lambda line: line.startswith("Open once: "))[len("Open once: "):]
        director = Director(world, source)
        browser = subprocess.Popen(
            ["node", HERE / "loop-test.mjs", "--modules", pathlib.Path(build) / "browser-peers", "--browser", chromium, "--url", url,
             "--shots", pathlib.Path(build) / "screenshots"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        for line in browser.stdout:
            print(line, end="", flush=True)
            if line.startswith("please "):
                director.obey(line[len("please "):])
                browser.stdin.write("done\n")
        if browser.wait() != 0:
            print(world.logs())
        return browser.returncode


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
