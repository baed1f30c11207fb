#!/usr/bin/env python3
"""The whole story with real processes: a car reverses into a bay, reads the pile's code, orders, charges, pays.

Without options a rendered rear camera plays the approach. `--camera`, `--video FILE` and `--image FILE` take real
pictures instead; hold the pile's code (printed below, or the PNG that is named) in front of the camera.
"""
import argparse
import glob
import grp
import os
import pathlib
import signal
import sys
import time
import webbrowser

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import EVSE_ID, Failure, World, free_port  # noqa: E402


class Story:
    """Prints one line per thing that happened, with seconds since the lever went to R."""

    def __init__(self):
        self.start = time.monotonic()

    def tell(self, who, text):
        print(f"{time.monotonic() - self.start:7.2f} s  {who:<8} {text}", flush=True)


def euro(minor, currency="EUR"):
    return f"{minor / 100:.2f} {currency}"


def list_cameras():
    """(device, name) of the V4L2 cameras of this machine."""
    found = []
    for device in sorted(glob.glob("/dev/video*")):
        name = pathlib.Path(f"/sys/class/video4linux/{os.path.basename(device)}/name")
        found.append((device, name.read_text().strip() if name.exists() else "?"))
    return found


def pick_camera():
    cameras = list_cameras()
    if not cameras:
        raise Failure("no camera found: there is no /dev/video* on this machine. Try ./dev demo (rendered camera), --video FILE or --image FILE.")
    for device, name in cameras:
        print(f"           camera {device}: {name}{'' if os.access(device, os.R_OK | os.W_OK) else '  (no permission)'}")
    usable = [device for device, _ in cameras if os.access(device, os.R_OK | os.W_OK)]
    if not usable:
        group = grp.getgrgid(os.stat(cameras[0][0]).st_gid).gr_name
        raise Failure(f"you may not open {cameras[0][0]}: it belongs to the group '{group}'.\n"
                      f"    sudo usermod -aG {group} {os.environ.get('USER', '$USER')}     (then log in again)")
    return usable[0]


def file_source(path):
    if not pathlib.Path(path).is_file():
        raise Failure(f"no such file: {path}")
    return f'filesrc location="{pathlib.Path(path).resolve()}" ! decodebin'


def real_source(args):
    """The GStreamer description of real pictures, or None; complains before anything is started."""
    if args.camera is not None:
        args.camera = args.camera or pick_camera()
        if not os.access(args.camera, os.R_OK | os.W_OK):
            raise Failure(f"{args.camera}: there is no such camera, or you may not open it")
        return f"v4l2src device={args.camera} ! decodebin"
    if args.video:
        return file_source(args.video)
    if args.image:
        return file_source(args.image) + " ! imagefreeze is-live=true ! video/x-raw,framerate=15/1"
    return None


def rendered_source(world, story):
    story.tell("camera", "rendering the reversing approach (once; kept in the build folder)")
    return f"filesrc location={world.render_scene()} ! matroskademux ! jpegdec"


def print_receipt(snapshot):
    receipt = snapshot["receipt"]
    width = 58
    print("\n" + " " * 11 + "+" + "-" * width + "+")

    def row(left, right=""):
        print(" " * 11 + f"| {left:<{width - 2 - len(right)}}{right} |")
    row("RECEIPT", receipt["receipt_id"][:8])
    row(receipt["operator"], receipt["evse_id"])
    row(receipt["started_at"][:19].replace("T", " ") + " UTC", f"{receipt['duration_s'] // 60} min {receipt['duration_s'] % 60} s")
    row(f"meter {receipt['meter_start_wh']} -> {receipt['meter_stop_wh']} Wh", f"{receipt['energy_wh'] / 1000:.3f} kWh")
    for line in receipt["lines"]:
        if line["cost_minor"]:
            row({"FLAT": "start fee", "ENERGY": "energy", "TIME": "time"}[line["type"]], euro(line["cost_minor"], receipt["currency"]))
    if receipt["waived_minor"]:
        row("over your maximum: not charged", euro(-receipt["waived_minor"], receipt["currency"]))
    row("TOTAL", euro(receipt["total_minor"], receipt["currency"]))
    row("recalculated in the car: " + ("equal" if receipt["checked"] else f"DIFFERS by {receipt['difference_minor']}"))
    print(" " * 11 + "+" + "-" * width + "+\n")


def play(args, world, story, source):
    world.start_bus()
    world.start_server()
    story.tell("server", f"rearcharge-server on {world.server_url}, tariff 0.49 EUR/kWh + 0.50 EUR start fee")
    world.start_pile()
    story.tell("pile", f"rearcharge-pile booted over OCPP 2.0.1; its code says {world.qr_text()}")
    source = source or rendered_source(world, story)
    if args.camera is not None:
        story.tell("camera", f"using {args.camera}")
        story.tell("pile", f"hold its code in front of the camera: {world.folder}/pile.png or {world.panel_url}/")
        print("".join(line for line in (world.folder / "rearcharge-pile.log").open() if "\x1b" in line))  # the code, drawn with blocks
    world.start_vehicle()
    world.gear("D", speed_kmh=12)
    world.start_car(source)
    story.tell("car", "rearcharged waits; the camera is off while driving forward")
    world.wait("the gear D", lambda s: s.get("gear") == "D")

    story.start = time.monotonic()
    world.gear("R", speed_kmh=4)
    story.tell("car", "the lever goes to R")
    world.wait("the camera running", lambda s: s.get("camera_state") == "running", 20)
    story.tell("camera", "first pictures of the rear camera are being read")
    patience_s = 3600 if args.camera is not None else 30
    snapshot = world.wait("a code with price and trust", lambda s: s.get("pile", {}).get("evse_id"), patience_s)
    pile = snapshot["pile"]
    story.tell("car", f"still reversing: found {pile['evse_id']} of {pile['operator']}, trust '{pile['trust']}', bay {pile['bay']}")
    story.tell("car", f"{pile['per_kwh']:.2f} {pile['currency']}/kWh + {pile['flat']:.2f} start fee, up to {pile['max_power_w'] // 1000} kW {pile['connector']}")
    if args.camera is not None:
        input("           press Enter to put the lever to P ")
    else:
        time.sleep(1.0)  # the driver needs a moment to stop the car; nothing is being tested here
    world.sim("bay", occupied=True)
    world.gear("P", speed_kmh=0)
    story.tell("car", "the lever goes to P; the stored consent orders at standstill, at most 50.00 EUR")
    snapshot = world.wait("an accepted order", lambda s: s.get("order", {}).get("state") in ("accepted", "charging"))
    story.tell("pile", "accepted the order; it waits for the plug")
    world.sim("plug", vehicle={"battery_wh": 60000, "soc_percent": 20, "max_power_w": 120000})
    story.tell("driver", f"plugs in (battery 60 kWh at 20 %; the pile's clock runs {world.speed} times faster from here)")
    last_percent = -10

    def something_to_tell(snapshot):
        order = snapshot.get("order", {})
        return order.get("state") not in ("accepted", "charging") or order.get("charging_state") == "SuspendedEV" \
            or order.get("soc_percent", -1) >= last_percent + 10

    while True:
        order = world.wait("progress", something_to_tell, 60)["order"]
        if order["state"] not in ("accepted", "charging"):
            break
        last_percent = order["soc_percent"]
        story.tell("pile", f"charging {order['power_w'] / 1000:6.1f} kW {order['energy_wh'] / 1000:7.2f} kWh, battery {last_percent:3.0f} %, {euro(order['cost_minor'])} so far")
        if order["charging_state"] == "SuspendedEV":
            world.sim("unplug")
            story.tell("driver", "the battery is full; unplugs")
            break
    snapshot = world.wait("the receipt", lambda s: s.get("receipt", {}).get("receipt_id"), 60)
    story.tell("server", "settled by meter and tariff; the car has the receipt")
    print_receipt(snapshot)
    if not snapshot["receipt"]["checked"]:
        raise Failure("the car's own calculation differs from the receipt")


def drive_off(world, story):
    """Ready for the next car, played by hand."""
    world.gear("D", speed_kmh=20)
    world.sim("bay", occupied=False)
    world.wait("the next journey", lambda s: s.get("journey_state") == "idle" and not s.get("pile"))
    world.vehicle("speed 0")
    story.tell("driver", "drives off; the bay is free again")


def show_addresses(world):
    ui_port = free_port()
    ui = world.start("rearcharge-ui", "--port", ui_port, "--bus", "session", "--demo-bar")
    start_url = ui.wait_line(lambda line: "http://" in line)
    start_url = start_url[start_url.index("http://"):].split()[0]
    pages = [start_url, f"{world.panel_url}/", f"{world.server_url}/operator"]
    print(f"""Still running (Ctrl-C ends it):
    head unit   {pages[0]}   (works once; the bar below it moves the lever)
    pile        {pages[1]}   (QR code, keypad, and levers: plug, bay, uplink, speed)
    operator    {pages[2]}   (your browser asks about the demo's own certificate; the token: {world.operator_token})
    logs        {world.folder}/*.log
Press R on the head unit's bar, and P when the pile is found. Or by hand, in another terminal:
    export DBUS_SESSION_BUS_ADDRESS={world.env['DBUS_SESSION_BUS_ADDRESS']}
    {world.program('rearchargectl')} watch
    {world.program('rearcharge-gear')} emit R        (then emit P)
""", flush=True)
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        for page in pages:
            webbrowser.open(page)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        pass


def main():
    parser = argparse.ArgumentParser(prog="./dev demo", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help=argparse.SUPPRESS)
    parser.add_argument("--keep", action="store_true", help="leave everything running and print the addresses")
    parser.add_argument("--speed", type=float, default=240, help="how much faster the pile charges (default %(default)s)")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--camera", nargs="?", const="", metavar="DEVICE", help="a real camera (default: the first that may be opened)")
    source.add_argument("--video", metavar="FILE", help="a video file, played in real time")
    source.add_argument("--image", metavar="FILE", help="a still picture")
    args = parser.parse_args()
    story = Story()
    for ending in (signal.SIGINT, signal.SIGTERM):  # also where a shell in the background had SIGINT ignored
        signal.signal(ending, signal.default_int_handler)
    try:
        source = real_source(args)
        with World(args.build, speed=args.speed, tls=True) as world:
            play(args, world, story, source)
            if args.keep:
                drive_off(world, story)
                show_addresses(world)
    except Failure as failure:
        print(f"\ndemo: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
