"""Orders through a network that cuts, stalls, drips and duplicates (seeded): exactly as many at the server as were wanted."""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "tests" / "server-stub"))


def run(build, options):
    # Here, not above: another `world` of the loop's benches would be taken for it.
    for name in ("world",):
        sys.modules.pop(name, None)
    import rough_orders

    n_orders, n_clients = (1000, 50) if options.quick else (10000, 100)
    result = rough_orders.run(pathlib.Path(build) / "server-stub" / "rearcharge-server", n_orders, n_clients, seed=1)
    yield f"orders by {n_clients} cars, each exactly once", n_orders, "orders", f"{result['attempts']} requests"
    yield "through the rough network", f"{n_orders / result['seconds']:.0f}", "orders/s", "scan, order, cancel; " + result["fates"]
