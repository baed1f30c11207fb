#!/usr/bin/env python3
"""A town with a dozen piles, told with real processes: cars come and go, bays fill, a reserved bay is taken by somebody
else and the reservation moves, an offer changes a price, and the driver's car reverses into its own bay and charges.

The driver's car is rearcharged with a rendered camera; the neighbours speak the cars' REST interface themselves.
"""
import argparse
import json
import pathlib
import sys
import time
import urllib.request
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from demo import Story, euro, print_receipt, rendered_source  # noqa: E402
from world import EVSE_ID, QR_HOST, Failure, World, free_port, http  # noqa: E402

CENTRE = (52.5200, 13.4050)
# Metres north and east of where the driver starts. The second pile has the code that the rendered clip shows.
PLACES = [(120, 40), (200, -60), (260, 150), (320, -210), (410, 90), (500, 300), (640, -380), (760, 120), (900, -50), (1100, 600), (1400, -700), (1700, 300)]


class Town(World):
    def furnish_server(self, *state):
        self.operator_token = "operator-of-the-town-0123456789"
        (self.folder / "operator.token").write_text(self.operator_token)
        self.run("rearcharge-server", "tariff", "set", "day", "--currency", "EUR", "--energy", "0.49", "--flat", "0.50", "--no-show", "2.00", *state)
        for name in ("demo-car", "Anna", "Ben", "Cem"):
            self.run("rearcharge-server", "vehicle", "add", name, "--token-file", self.folder / ("vehicle.token" if name == "demo-car" else f"{name}.token"), *state)
        self.piles = []
        for n, (north, east) in enumerate(PLACES, 1):
            evse = EVSE_ID if n == 2 else f"DE*ABC*E20{n:03d}*1"
            latitude, longitude = CENTRE[0] + north / 111195, CENTRE[1] + east / 67700
            self.run("rearcharge-server", "station", "add", f"TOWN{n}", "--name", f"Street {n}", "--operator", "ABC Energy", "--evse", evse, "--latitude", f"{latitude:.6f}",
                     "--longitude", f"{longitude:.6f}", "--tariff", "day", "--power-w", "150000", "--password-file", self.folder / f"pile{n}.password", *state)
            self.piles.append({"n": n, "evse": evse, "panel": f"http://127.0.0.1:{free_port()}"})

    def start_piles(self):
        for pile in self.piles:
            n = pile["n"]
            self.start(f"pile{n}", "--csms", self.csms_url, "--identity", f"TOWN{n}", "--password-file", self.folder / f"pile{n}.password", "--evse-id", pile["evse"],
                       "--qr-host", QR_HOST, "--panel", pile["panel"].removeprefix("http://"), "--speed", self.speed, "--state", self.folder / f"pile{n}.db", program="rearcharge-pile")
        self.panel_url = self.piles[1]["panel"]  # the one that the driver's camera will see
        self.until("all piles known to be free", lambda: sum(e["bay"] == "free" for s in self.operator("stations")[1]["stations"] for e in s["evses"]) == len(PLACES), 60)

    def lever(self, n, what, **body):
        status, answer = http("POST", f"{self.piles[n - 1]['panel']}/sim/{what}", body)
        if status != 200:
            raise Failure(f"pile {n}: /sim/{what}: {status} {answer}")

    def car(self, name, method, path, body=None):
        headers = {"Authorization": f"Bearer {(self.folder / f'{name}.token').read_text().strip()}", "Content-Type": "application/json"}
        if body and "client_ref" in body:
            headers["Idempotency-Key"] = body["client_ref"]
        request = urllib.request.Request(self.server_url + path, method=method, headers=headers, data=json.dumps(body).encode() if body is not None else None)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.loads(answer.read() or b"{}")

    def comes(self, name, n):
        """A neighbour drives into bay @n, scans, orders and plugs in."""
        scan = self.car(name, "POST", "/v1/scans", {"qr_evse_id": self.piles[n - 1]["evse"]})
        self.lever(n, "bay", occupied=True)
        order = self.car(name, "POST", "/v1/orders", {"client_ref": str(uuid.uuid4()), "scan_ref": scan["scan_ref"], "limits": {"max_cost_minor": 3000, "currency": "EUR"}})
        path = f"/v1/orders/{order['order_id']}"
        self.until(f"{name}'s order accepted", lambda: self.car(name, "GET", path)["state"] in ("accepted", "charging"))
        self.lever(n, "plug")
        return self.until(f"{name} charging", lambda: (lambda o: o["state"] == "charging" and o)(self.car(name, "GET", path)))

    def ctl(self, *words):
        return self.run("rearchargectl", *words).stdout

    def find(self, *words):
        return json.loads(self.ctl("--json", "find", "radius_m=3000", "limit=50", *words))


def reservation(snapshot):
    return snapshot.get("reservation", {})


def play_offer(world, story):
    """An operator wants to fill pile 8; Cem has asked for offers near him."""
    world.car("Cem", "PUT", "/v1/subscription", {"kinds": ["offer"], "radius_m": 3000, "position": {"latitude": CENTRE[0], "longitude": CENTRE[1]}})
    until = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() + 3600))
    status, offer = http("POST", f"{world.server_url}/operator/v1/offers", {"text": "An hour of charging, a fifth off", "until": until, "station_ids": ["TOWN8"],
                                                                           "discount_percent": 20}, token=world.operator_token)
    if status != 201:
        raise Failure(f"the offer: {status} {offer}")
    told = world.until("the offer told to Cem", lambda: world.car("Cem", "GET", "/v1/offers")["offers"])[0]
    story.tell("operator", f"offers: \"{told['text']}\" at Street 8; Cem's car is told")
    world.car("Cem", "POST", f"/v1/offers/{told['offer_id']}/accept", {})
    scan = world.car("Cem", "POST", "/v1/scans", {"qr_evse_id": world.piles[7]["evse"]})
    price = next(c["price"] for c in scan["tariff"]["elements"][0]["price_components"] if c["type"] == "ENERGY")
    if not price < 0.40:
        raise Failure(f"the offer did not change the price: {price}")
    story.tell("Cem", f"takes it: a kWh at Street 8 costs him {price:.3f} EUR instead of 0.490")


def play(world, story):
    world.start_bus()
    world.start_server("--presence", "warn")
    world.start_piles()
    story.tell("town", f"{len(PLACES)} piles are on line, every bay is free")
    source = rendered_source(world, story)
    world.start_vehicle()
    world.vehicle(f"position {CENTRE[0]} {CENTRE[1]}")
    world.gear("D", speed_kmh=30)
    world.start_car(source)
    world.wait("the server", lambda s: s.get("gear") == "D")
    story.start = time.monotonic()
    story.tell("driver", f"asks what is free: {len(world.find('free_now=true'))} of {len(world.find())}, the nearest {world.find('free_now=true')[0]['distance_m']} m away")
    world.find("watch=true")  # as a map does that stays on the screen
    shown = world.wait("the map's points", lambda s: len(s.get("nearby", [])) == len(PLACES))
    if (round(shown["position"]["latitude"], 3), round(shown["position"]["longitude"], 3)) != tuple(round(degrees, 3) for degrees in CENTRE):
        raise Failure(f"the map's middle is {shown['position']}, the car stands at {CENTRE}")
    for name, n in (("Anna", 3), ("Ben", 5)):
        world.comes(name, n)
        story.tell(name, f"has driven into Street {n}, scanned, ordered and plugged in")
    free = world.until("two bays fewer", lambda: (lambda f: len(f) == len(PLACES) - 2 and f)(world.find("free_now=true")))
    story.tell("town", f"{len(free)} bays are free")

    world.ctl("reserve", free[0]["evse_id"])
    world.wait("the reservation held", lambda s: reservation(s).get("state") == "held")
    story.tell("driver", f"reserves {free[0]['evse_id']}; the pile keeps it (not coming would cost {euro(reservation(world.snapshot)['no_show_minor'])})")
    world.until("the reserved pile seen as such", lambda: world.find()[0]["status"] == "RESERVED")
    before = time.monotonic()
    world.lever(1, "bay", occupied=True)
    taken = reservation(world.wait("the loss of the bay", lambda s: reservation(s).get("state") == "taken"))
    story.tell("town", f"somebody parks in the reserved bay; the driver knows it {time.monotonic() - before:.1f} s later (the sensor waits 0.5 s)")
    if taken["here"] or taken["alternative"].get("evse_id") != EVSE_ID:
        raise Failure(f"the wrong alternative: {taken}")
    story.tell("server", f"offers the nearest equal free bay: {taken['alternative']['evse_id']}, {taken['alternative']['distance_m']} m from there")
    world.ctl("move")
    world.wait("the reservation moved", lambda s: reservation(s).get("evse_id") == EVSE_ID and reservation(s).get("state") == "held")
    story.tell("driver", "one tap: the reservation has moved")
    world.until("the first bay let go", lambda: world.find()[0]["status"] == "BLOCKED")
    play_offer(world, story)

    north, east = PLACES[1]
    world.vehicle(f"position {CENTRE[0] + north / 111195:.6f} {CENTRE[1] + east / 67700:.6f}")
    world.gear("R", speed_kmh=4)
    world.wait("the code of the reserved pile", lambda s: s.get("pile", {}).get("evse_id") == EVSE_ID, 40)
    story.tell("driver", "reverses into the bay; the camera reads the code of the reserved pile")
    world.lever(2, "bay", occupied=True)
    world.gear("P", speed_kmh=0)
    world.wait("an order", lambda s: s.get("order", {}).get("state") in ("accepted", "charging"), 40)
    world.wait("the reservation used", lambda s: reservation(s).get("state") == "used")
    if world.snapshot["order"]["presence"] != "confirmed":
        raise Failure(f"presence: {world.snapshot['order']}")
    story.tell("server", "the reservation has become the order; bay and position confirm that this car stands there")
    world.lever(2, "plug", vehicle={"battery_wh": 60000, "soc_percent": 70, "max_power_w": 120000, "unplug_at_percent": 80})
    world.wait("a receipt", lambda s: s.get("receipt", {}).get("receipt_id"), 60)
    print_receipt(world.snapshot)
    world.gear("D", speed_kmh=20)
    world.lever(2, "bay", occupied=False)
    world.until("the bay free again", lambda: any(p["evse_id"] == EVSE_ID and p["free"] for p in world.find("free_now=true")))
    story.tell("town", "the driver leaves; the bay is free for the next one")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="where the programs are")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and storage")
    args = parser.parse_args()
    started = time.monotonic()
    try:
        with Town(args.build, keep=args.keep) as world:
            play(world, Story())
    except Failure as failure:
        print(f"town: {failure}", file=sys.stderr)
        return 1
    print(f"           all of it in {time.monotonic() - started:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
