#!/usr/bin/env python3
"""Orders through a network that cuts, stalls, drips and duplicates: exactly as many orders as were wanted, each once.

usage: rough_orders.py SERVER [--orders N] [--clients N] [--seed N]

Cars (threads here; each repeats a request with the same Idempotency-Key until it is answered, with jittered back-off) talk to a
real rearcharge-server through a seeded proxy. Each car scans, orders, and gives the order up, again and again, at a charging
point of its own; a hand-written station accepts every start.
"""
import argparse
import asyncio
import http.client
import json
import pathlib
import random
import sqlite3
import sys
import threading
import time
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from world import Server, Station  # noqa: E402

TIMEOUT_S = 1.0
FINAL = ("cancelled", "expired", "rejected", "settled")


class RoughProxy:
    """One fate per connection, drawn from the seed."""

    FATES = (("pass", 60), ("cut_request", 8), ("cut_answer", 12), ("stall", 3), ("drip", 7), ("duplicate", 10))

    def __init__(self, upstream_port, seed):
        self.upstream_port, self.random = upstream_port, random.Random(seed)
        self.counts = {name: 0 for name, _ in self.FATES}
        self.loop = asyncio.new_event_loop()
        ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(ready,), daemon=True)
        self.thread.start()
        ready.wait()

    def run(self, ready):
        asyncio.set_event_loop(self.loop)
        server = self.loop.run_until_complete(asyncio.start_server(self.serve, "127.0.0.1", 0, backlog=1024))
        self.port = server.sockets[0].getsockname()[1]
        ready.set()
        self.loop.run_forever()
        for task in asyncio.all_tasks(self.loop):
            task.cancel()
        self.loop.run_until_complete(asyncio.sleep(0))

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)

    async def ask(self, request, upto=None):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.upstream_port)
        writer.write(request if upto is None else request[:upto])
        await writer.drain()
        answer = b"" if upto is not None else await reader.read(-1)
        writer.close()
        return answer

    async def serve(self, reader, writer):
        fate = self.random.choices([n for n, _ in self.FATES], [w for _, w in self.FATES])[0]
        share = self.random.random()
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            for line in request.lower().split(b"\r\n"):
                if line.startswith(b"content-length:"):
                    request += await reader.readexactly(int(line.split(b":")[1]))
            self.counts[fate] += 1
            if fate == "cut_request":
                await self.ask(request, int(share * len(request)))
                return
            if fate == "duplicate":
                await asyncio.gather(self.ask(request), asyncio.sleep(share * 0.05))
            answer = await self.ask(request)
            if fate == "stall":
                await asyncio.sleep(TIMEOUT_S * 1.5)
                return
            if fate == "cut_answer":
                answer = answer[:int(share * len(answer))]
            if fate == "drip":
                for i in range(0, len(answer), max(1, len(answer) // 20)):
                    writer.write(answer[i:i + max(1, len(answer) // 20)])
                    await writer.drain()
                    await asyncio.sleep(0.005)
            else:
                writer.write(answer)
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class Car:
    def __init__(self, port, host, token, evse_id, seed):
        self.port, self.host, self.token, self.evse_id = port, host, token, evse_id
        self.random, self.attempts, self.refs = random.Random(seed), 0, []

    def once(self, method, path, body, key):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        headers = {"Host": self.host, "Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["Idempotency-Key"] = key
        try:
            connection.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = connection.getresponse()
            length = answer.getheader("Content-Length")
            text = answer.read()
            if length is not None and len(text) != int(length):
                raise ConnectionError("half an answer")
            return answer.status, json.loads(text)
        finally:
            connection.close()

    def until_answered(self, method, path, body=None, key=None):
        wait_s = 0.05
        while True:
            self.attempts += 1
            try:
                status, answer = self.once(method, path, body, key)
                if status not in (408, 425, 429) and status < 500 and answer.get("code") != "in_flight":
                    return status, answer
            except (OSError, http.client.HTTPException, ValueError):
                pass
            time.sleep(self.random.uniform(0, wait_s))
            wait_s = min(wait_s * 2, 1.0)

    def order_once(self):
        status, scan = self.until_answered("POST", "/v1/scans", {"qr_evse_id": self.evse_id})
        assert status == 201, scan
        ref = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        body = {"client_ref": ref, "scan_ref": scan["scan_ref"], "limits": {"max_cost_minor": 5000, "currency": "EUR"}}
        status, order = self.until_answered("POST", "/v1/orders", body, ref)
        assert status in (200, 201) and order["client_ref"] == ref, order
        self.refs.append(ref)
        while order["state"] not in FINAL:
            status, order = self.until_answered("POST", f"/v1/orders/{order['order_id']}/cancel", {})
            assert status == 200, order


def answer_starts(station):
    """The station accepts every start; nobody plugs in."""
    while True:
        try:
            message = station.receive(timeout=3600)
        except OSError:
            return
        if message is None:
            return
        if message[0] == 2:
            station.answer(message[1], {"status": "Accepted"} if message[2].startswith("Request") else {})


def run(program, n_orders, n_clients, seed):
    evses = [f"DE*ABC*E9{i:04d}" for i in range(n_clients)]
    server = Server(program)
    password = server.add_station("ROUGH", ",".join(evses))
    tokens = [server.add_vehicle(f"rough-{i}") for i in range(n_clients)]
    station = Station(server, "ROUGH", password=password)
    for evse in range(1, n_clients + 1):
        station.status("Available", evse)
    threading.Thread(target=answer_starts, args=(station,), daemon=True).start()
    proxy = RoughProxy(server.port, seed)
    cars = [Car(proxy.port, f"127.0.0.1:{server.port}", tokens[i], evses[i], seed * 1000003 + i) for i in range(n_clients)]
    failures, left, lock = [], [n_orders], threading.Lock()

    def drive(car):
        try:
            while True:
                with lock:
                    if left[0] == 0 or failures:
                        return
                    left[0] -= 1
                car.order_once()
        except Exception as error:  # noqa: BLE001  the first one ends the run
            failures.append(f"{type(error).__name__}: {error}")

    start = time.monotonic()
    threads = [threading.Thread(target=drive, args=(car,)) for car in cars]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.monotonic() - start
    assert not failures, failures[0]
    with sqlite3.connect(f"file:{server.db}?mode=ro", uri=True) as db:
        rows = db.execute("SELECT client_ref, state FROM orders").fetchall()
    wanted = sorted(ref for car in cars for ref in car.refs)
    assert len(wanted) == n_orders
    assert sorted(ref for ref, _ in rows) == wanted, f"{len(rows)} orders at the server, {n_orders} wanted"
    assert all(state in (5, 6, 7) for _, state in rows), "an order was left open"
    attempts = sum(car.attempts for car in cars)
    assert attempts > 2 * n_orders and all(proxy.counts.values()), "the network was not rough"
    proxy.stop()
    station.close()
    code = server.stop()
    assert code == 0, f"the server ended with {code}"
    fates = ", ".join(f"{count} {name}" for name, count in proxy.counts.items())
    print(f"{n_orders} orders by {n_clients} cars, seed {seed}: exactly {len(rows)} at the server; {attempts} requests in {seconds:.1f} s; {fates}")
    return {"attempts": attempts, "seconds": seconds, "fates": fates}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("server")
    parser.add_argument("--orders", type=int, default=300)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    run(args.server, args.orders, args.clients, args.seed)


if __name__ == "__main__":
    main()
