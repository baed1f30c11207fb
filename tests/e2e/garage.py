#!/usr/bin/env python3
"""A garage without network, with real processes: the pile loses its uplink, one car gets a code, another is known to the pile
by name, the uplink returns, and both are settled.

usage: garage.py [--build DIR] [--speed F]        (./dev demo --scene garage)
"""
import argparse
import pathlib
import signal
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from demo import Story, euro, print_receipt, rendered_source  # noqa: E402
from world import Failure, World, free_port, http  # noqa: E402

NEIGHBOUR_VIN = "WVWZZZ1JZXW000001"
CAR = {"battery_wh": 60000, "soc_percent": 30, "max_power_w": 120000, "unplug_at_percent": 50}
NEIGHBOUR = {"battery_wh": 40000, "soc_percent": 50, "max_power_w": 50000, "unplug_at_percent": 60}


def admin(world, *argv):
    return world.run("rearcharge-server", *argv, "--state", world.server_db).stdout


def open_garage(world, story):
    """Server, pile with its own network, the neighbour's vehicle code: what an operator sets up beforehand."""
    world.start_bus()
    world.start_server()
    world.link_port = free_port()
    admin(world, "station", "codes", "PILE1", "on")
    admin(world, "station", "link", "PILE1", f"http://127.0.0.1:{world.link_port}")
    admin(world, "vehicle", "add", "neighbour", "--token-file", world.folder / "neighbour.token")
    admin(world, "code", "add", "neighbour", NEIGHBOUR_VIN)
    world.start_pile("--local-link", f"127.0.0.1:{world.link_port}")
    world.until("the pile knows its secret and the neighbour", lambda: is_prepared(world))
    story.tell("pile", "online: the server has told it a secret for codes, and which vehicle it may admit by name")


def operator(world, what):
    status, answer = world.operator(what)
    if status != 200:
        raise Failure(f"operator {what}: {status} {answer}")
    return answer


def is_prepared(world):
    lists = operator(world, "local-lists")["lists"]
    messages = operator(world, "messages?station=PILE1&text=attributeStatus")["messages"]
    return lists and lists[0]["up_to_date"] and any("Accepted" in m["text"] and "CodeSecret" in m["text"] for m in messages)


def lose_the_uplink(world, story):
    world.sim("uplink", up=False)
    world.until("the server sees that the pile is gone", lambda: not operator(world, "stations")["stations"][0]["connected"])
    story.tell("pile", "the garage has no network any more; the pile goes on by itself")


def idle(world):
    return world.pile_state()["evses"][0].get("transaction") is None


def one_car_gets_a_code(world, story, source):
    world.start_vehicle()
    world.gear("D", speed_kmh=12)
    world.start_car(source)
    world.wait("the gear D", lambda s: s.get("gear") == "D")
    story.start = time.monotonic()
    world.gear("R", speed_kmh=4)
    snapshot = world.wait("a code with a price", lambda s: s.get("pile", {}).get("evse_id"))
    story.tell("car", f"found {snapshot['pile']['evse_id']}; the server says: the pile is offline, but a code can be had")
    world.gear("P", speed_kmh=0)
    world.wait("the offer of a code", lambda s: s.get("offline", {}).get("next") == "ask_code" and s.get("driving_state") == "parked")
    world.run("rearchargectl", "code")
    offline = world.wait("the code", lambda s: s.get("offline", {}).get("digits"))["offline"]
    story.tell("driver", f"one tap: {offline['digits']}, good for {offline['max_energy_wh'] / 1000:.0f} kWh until {offline['valid_until'][:16].replace('T', ' ')} UTC")
    world.sim("plug", vehicle=CAR)
    story.tell("driver", "plugs in and types the code at the pile")
    world.sim("keypad", code=offline["digits"])
    world.until("the pile charges by the code", lambda: not idle(world), 5)
    story.tell("pile", "the code is mine, for this charging point, unused: charging, with nobody to ask")
    world.until("the battery at 50 %", lambda: idle(world), 60)
    queued = world.pile_state()["queued"]
    story.tell("driver", f"unplugs at 50 %; {queued} events wait in the pile's memory")
    status = http("POST", f"{world.panel_url}/sim/plug", {"vehicle": CAR})[0]
    second, answer = http("POST", f"{world.panel_url}/sim/keypad", {"code": offline["digits"]})
    story.tell("pile", f"the same code again: refused ({(answer or {}).get('detail', second)})")
    if second == 200 or status != 200:
        raise Failure(f"a used code was taken again: {second} {answer}")
    world.sim("unplug")
    return offline


def another_is_known(world, story):
    world.sim("plug", vehicle=NEIGHBOUR)
    world.sim("identify", id_token=NEIGHBOUR_VIN, type="Central")
    world.until("the pile charges the neighbour", lambda: not idle(world), 5)
    story.tell("pile", "the neighbour plugs in: its name is on my list, charging")
    world.until("the neighbour has enough", lambda: idle(world), 60)
    world.sim("plug", vehicle=NEIGHBOUR)
    status, answer = http("POST", f"{world.panel_url}/sim/identify", {"id_token": "WVWZZZ1JZXW999999"})
    story.tell("pile", f"a stranger plugs in: refused ({(answer or {}).get('detail', status)})")
    if status == 200:
        raise Failure("an unknown vehicle was admitted")
    world.sim("unplug")


def settled(world):
    return {o["origin"]: o for o in operator(world, "orders")["orders"] if o["state"] == "settled" and "origin" in o}


def the_uplink_returns(world, story):
    queued = world.pile_state()["queued"]
    world.sim("uplink", up=True)
    story.tell("pile", f"the network is back: {queued} events go to the server, oldest first")
    snapshot = world.wait("the settlement in the car", lambda s: s.get("receipt", {}).get("receipt_id"), 40)
    story.tell("server", "knows the code, whose it is, and has told that car")
    print_receipt(snapshot)
    world.until("the neighbour's settlement", lambda: set(settled(world)) >= {"offline_code", "vehicle_code"}, 30)
    neighbour = settled(world)["vehicle_code"]
    story.tell("server", f"the neighbour ({neighbour['vehicle_id']}): {neighbour['energy_wh'] / 1000:.2f} kWh, {euro(neighbour['receipt']['total_minor'])}")
    world.until("an empty queue", lambda: world.pile_state()["queued"] == 0)
    return snapshot["receipt"], neighbour


def check(world, receipt, neighbour):
    """Money and energy are equal on all sides, and nothing is told twice."""
    transactions = operator(world, "transactions")["transactions"]
    if len(transactions) != 2 or any(t.get("flag") or not t["complete"] for t in transactions):
        raise Failure(f"expected two whole transactions that somebody pays: {transactions}")
    if sum(t["energy_wh"] for t in transactions) != receipt["energy_wh"] + neighbour["energy_wh"]:
        raise Failure("the meters and the receipts differ")
    if not receipt["checked"]:
        raise Failure("the car's own calculation differs from the receipt")
    if any("attributeValue\":\"" in line and "***" not in line and "CodeSecret" in line and "\"sent\"" in line
           for line in (world.folder / "server-ocpp.jsonl").read_text().splitlines()):
        raise Failure("the log shows the pile's secret")


def play(world, story):
    open_garage(world, story)
    source = rendered_source(world, story)
    lose_the_uplink(world, story)
    one_car_gets_a_code(world, story, source)
    another_is_known(world, story)
    check(world, *the_uplink_returns(world, story))
    story.tell("end", "nothing was lost, nothing was paid twice")


def main():
    parser = argparse.ArgumentParser(prog="./dev demo --scene garage", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build", help=argparse.SUPPRESS)
    parser.add_argument("--speed", type=float, default=600, help="how much faster the pile charges (default %(default)s)")
    args = parser.parse_args()
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)
    try:
        with World(args.build, speed=args.speed) as world:
            play(world, Story())
    except Failure as failure:
        print(f"\ngarage: {failure}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
