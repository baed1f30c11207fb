#!/usr/bin/env python3
"""Bad input over D-Bus to the real rearcharged: calls that nobody should make, signals of strangers, floods.

usage: test_bus.py BUILD [unittest arguments]
"""
import contextlib
import json
import pathlib
import struct
import sys
import time
import unittest
from xml.etree import ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from bus_client import CALL, ERROR, RETURN, SIGNAL, BusClient  # noqa: E402
from world import World  # noqa: E402

BUILD = None
NAME, PATH, FACE = "org.rearcharge.RearCharge", "/org/rearcharge/RearCharge", "org.rearcharge.RearCharge1"
PROPERTIES = "org.freedesktop.DBus.Properties"
VEHICLE, VEHICLE_PATH, VEHICLE_FACE = "org.rearcharge.Vehicle", "/org/rearcharge/Vehicle", "org.rearcharge.Vehicle1"
BUS, BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
UUID = "00000000-0000-4000-8000-000000000000"


def dbus(error):
    return f"org.freedesktop.DBus.Error.{error}"


def ours(error):
    return f"org.rearcharge.Error.{error}"


class Calls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.world = World(BUILD)
        cls.addClassCleanup(cls.world.__exit__, None, None, None)
        cls.world.start_bus()
        cls.world.server_url = "http://127.0.0.1:1"
        (cls.world.folder / "vehicle.token").write_text("nobody")
        cls.world.start_car(None)

    def setUp(self):
        self.client = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
        self.addCleanup(self.client.close)
        self.before = self.snapshot()

    def tearDown(self):
        self.assertIsNone(self.world.processes["rearcharged"].popen.poll(), "the daemon died")
        after = self.snapshot()
        kept = ("gear", "journey_state", "consent", "order", "pile")
        self.assertEqual({key: after[key] for key in kept}, {key: self.before[key] for key in kept})

    def snapshot(self):
        client = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
        error, values = client.call(NAME, PATH, PROPERTIES, "Get", "ss", [FACE, "Snapshot"])
        client.close()
        self.assertIsNone(error)
        return values[0]

    def expect(self, rows):
        """(what, name of the error or several or None, arguments of call)"""
        for what, wanted, *args in rows:
            with self.subTest(what):
                error, _ = self.client.call(*args)
                self.assertIn(error, wanted if isinstance(wanted, tuple) else (wanted,))

    def test_arguments_of_another_type(self):
        wrong = [
            ("Order", "s", ["x"]), ("Order", "a{sv}", [{}]), ("Cancel", "u", [1]), ("Stop", "b", [True]), ("SetConsent", "", []), ("SetConsent", "s", ["x"]), ("SetConsent", "a{ss}", [{"a": "b"}]),
            ("SetConsent", "as", [["confirm", "tap"]]), ("SetConsent", "v", [("a{sv}", {})]), ("SetConsent", "(a{sv})", [({},)]), ("SetConsent", "a{sv}a{sv}", [{}, {}]), ("SetConsent", "a{iv}", [{1: ("s", "tap")}]),
            ("GetHistory", "", []), ("GetHistory", "s", ["50"]), ("GetHistory", "i", [50]), ("GetHistory", "t", [50]), ("GetHistory", "uu", [50, 50]), ("GetHistory", "v", [("u", 50)]), ("GetHistory", "au", [[50]]),
            ("GetReceipt", "", []), ("GetReceipt", "u", [1]), ("GetReceipt", "o", ["/a"]), ("GetReceipt", "g", ["s"]), ("GetReceipt", "as", [["a"]]), ("GetReceipt", "ay", [[97, 0]]), ("GetReceipt", "ss", ["a", "b"]),
            ("OpenPreview", "s", ["x"]), ("OpenPreview", "h", [0]),
        ]
        self.expect([(f"{member}({signature})", (dbus("InvalidArgs"), dbus("UnknownMethod")) if member == "OpenPreview" else dbus("InvalidArgs"), NAME, PATH, FACE, member, signature, values)
                     for member, signature, values in wrong])

    def test_every_method_checks_its_arguments(self):
        """Those of the interface file, so that a new one is asked too."""
        root = ElementTree.parse(pathlib.Path(__file__).resolve().parent.parent.parent / "dbus" / f"{FACE}.xml").getroot()
        methods = {method.get("name"): "".join(arg.get("type") for arg in method.findall("arg") if arg.get("direction") != "out") for method in root.iter("method")}
        self.assertGreater(len(methods), 8)
        for member, signature in methods.items():
            for wrong, values in (("", []), ("(si)", [("x", 1)]), ("ai", [[1] * 1000]), ("v", [("v", ("i", 1))])):
                if wrong != signature:
                    with self.subTest(f"{member}({wrong})"):
                        self.assertEqual(self.client.call(NAME, PATH, FACE, member, wrong, values)[0], dbus("InvalidArgs"))

    def test_what_is_not_there(self):
        nowhere = (dbus("UnknownObject"), dbus("UnknownMethod"), dbus("UnknownInterface"))
        self.expect([
            ("another method", dbus("UnknownMethod"), NAME, PATH, FACE, "Refund"),
            ("another case", dbus("UnknownMethod"), NAME, PATH, FACE, "order"),
            ("another interface", nowhere, NAME, PATH, "org.rearcharge.RearCharge2", "Order"),
            ("an interface of nobody", nowhere, NAME, PATH, "a.b", "c"),
            ("no interface, unknown method", dbus("UnknownMethod"), NAME, PATH, None, "Refund"),
            ("another path", nowhere, NAME, "/", FACE, "Order"),
            ("a path above", nowhere, NAME, "/org/rearcharge", FACE, "Order"),
            ("a path below", nowhere, NAME, PATH + "/x", FACE, "Order"),
            ("a long path", nowhere, NAME, "/a" * 5000, FACE, "Order"),
            ("the vehicle's method", nowhere, NAME, VEHICLE_PATH, VEHICLE_FACE, "Set"),
            ("Get of nothing", (dbus("UnknownProperty"), dbus("InvalidArgs")), NAME, PATH, PROPERTIES, "Get", "ss", [FACE, "Secret"]),
            ("Get of another interface", (dbus("UnknownInterface"), dbus("UnknownProperty")), NAME, PATH, PROPERTIES, "Get", "ss", ["a.b", "Snapshot"]),
            ("Get with one argument", dbus("InvalidArgs"), NAME, PATH, PROPERTIES, "Get", "s", [FACE]),
            ("GetAll of another interface", (dbus("UnknownInterface"), None), NAME, PATH, PROPERTIES, "GetAll", "s", ["a.b"]),
            ("Set of what is read only", dbus("PropertyReadOnly"), NAME, PATH, PROPERTIES, "Set", "ssv", [FACE, "Snapshot", ("a{sv}", {})]),
            ("Set with another type", (dbus("PropertyReadOnly"), dbus("InvalidArgs")), NAME, PATH, PROPERTIES, "Set", "ssv", [FACE, "Snapshot", ("s", "x")]),
            ("Set of nothing", (dbus("UnknownProperty"), dbus("PropertyReadOnly")), NAME, PATH, PROPERTIES, "Set", "ssv", [FACE, "Gear", ("s", "P")]),
            ("Introspect with an argument", dbus("InvalidArgs"), NAME, PATH, "org.freedesktop.DBus.Introspectable", "Introspect", "s", ["x"]),
            ("Set without a value", dbus("InvalidArgs"), NAME, PATH, PROPERTIES, "Set", "ss", [FACE, "Snapshot"]),
        ])

    def test_values_that_are_not_allowed(self):
        def consent(**values):
            return "a{sv}", [values]

        rows = [
            ("an unknown key", consent(colour=("s", "red"))), ("an empty key", ("a{sv}", [{"": ("s", "tap")}])), ("a word of nobody", consent(confirm=("s", "always"))), ("a word of another type", consent(confirm=("i", 1))),
            ("an object path as word", consent(confirm=("o", "/tap"))), ("a variant in a variant", consent(confirm=("v", ("s", "tap")))), ("no money", consent(max_cost_minor=("x", 0))), ("negative money", consent(max_cost_minor=("x", -1))),
            ("too much money", consent(max_cost_minor=("x", 1000000001))), ("the least number", consent(max_cost_minor=("x", -(1 << 63)))), ("money of 32 bits", consent(max_cost_minor=("i", 5000))), ("money with a point", consent(max_cost_minor=("d", 50.0))),
            ("a currency of nobody", consent(currency=("s", "euro"))), ("a currency in small letters", consent(currency=("s", "eur"))), ("yen", consent(currency=("s", "JPY"))), ("negative energy", consent(max_energy_wh=("x", -1))),
            ("negative time", consent(max_duration_s=("x", -1))), ("a good key beside a bad one", consent(confirm=("s", "auto"), colour=("s", "red"))), ("a text of 1 MiB", consent(confirm=("s", "x" * (1 << 20)))),
            ("20,000 keys", ("a{sv}", [{f"k{i}": ("s", "x") for i in range(20000)}])), ("an array for a word", consent(confirm=("as", ["tap"]))),
        ]
        self.expect([(what, (ours("InvalidValue"), dbus("InvalidArgs"), dbus("LimitsExceeded")), NAME, PATH, FACE, "SetConsent", *args) for what, args in rows])
        deep = ("s", "tap")
        for _ in range(40):
            deep = ("v", deep)
        self.expect([
            ("40 variants in one another", (ours("InvalidValue"), dbus("InvalidArgs")), NAME, PATH, FACE, "SetConsent", "a{sv}", [{"confirm": deep}]),
            ("no history", ours("InvalidValue"), NAME, PATH, FACE, "GetHistory", "u", [0]),
            ("all history", ours("InvalidValue"), NAME, PATH, FACE, "GetHistory", "u", [0xFFFFFFFF]),
            ("1,001", ours("InvalidValue"), NAME, PATH, FACE, "GetHistory", "u", [1001]),
            ("no order", ours("NotFound"), NAME, PATH, FACE, "GetReceipt", "s", [UUID]),
            *[(f"the receipt of {text[:20]!r}", (ours("InvalidValue"), ours("NotFound")), NAME, PATH, FACE, "GetReceipt", "s", [text])
              for text in ("", "../../etc/passwd", "' OR '1'='1", UUID + "x", "\n", "é", "x" * 100000)],
            ("an order without a pile", (ours("NotOffered"), ours("NotStandingStill")), NAME, PATH, FACE, "Order"),
            ("nothing to cancel", ours("NotFound"), NAME, PATH, FACE, "Cancel"),
            ("nothing to stop", ours("NotFound"), NAME, PATH, FACE, "Stop"),
        ])

    def test_signals_of_strangers_change_nothing(self):
        """The gear is believed from the owner of the vehicle's name only, and nobody owns it here."""
        changed = "sa{sv}as"
        reverse = [VEHICLE_FACE, {"Gear": ("s", "R")}, []]

        def say(*args, **more):
            """Each from a client of its own: the bus hangs up on some."""
            client = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
            client.signal(*args, **more)
            with contextlib.suppress(OSError):
                client.call(BUS, BUS_PATH, BUS, "GetId")  # the bus has passed it on
            client.close()

        say(VEHICLE_PATH, PROPERTIES, "PropertiesChanged", changed, reverse)
        say(VEHICLE_PATH, PROPERTIES, "PropertiesChanged", changed, reverse, to=NAME)
        say(PATH, PROPERTIES, "PropertiesChanged", changed, [FACE, {"Snapshot": ("a{sv}", {})}, []])
        say(BUS_PATH, BUS, "NameOwnerChanged", "sss", [VEHICLE, "", self.client.name])
        say(BUS_PATH, BUS, "NameOwnerChanged", "sss", [VEHICLE, "", self.client.name], to=NAME)
        say(BUS_PATH, BUS, "NameLost", "s", [NAME], to=NAME)
        say(BUS_PATH, BUS, "NameAcquired", "s", [VEHICLE], to=NAME)
        say(BUS_PATH + "/Local/x", "org.freedesktop.DBus.Local.x", "Disconnected", to=NAME)
        for signature, values in (("", []), ("s", ["x"]), ("sa{sv}", reverse[:2]), ("sa{ss}as", [VEHICLE_FACE, {"Gear": "R"}, []]), ("a{sv}", [{"Gear": ("s", "R")}]), (changed, [VEHICLE_FACE, {f"k{i}": ("s", "x") for i in range(20000)}, []])):
            say(VEHICLE_PATH, PROPERTIES, "PropertiesChanged", signature, values)
            say(VEHICLE_PATH, PROPERTIES, "PropertiesChanged", signature, values, to=NAME)
        self.assertEqual(self.snapshot()["gear"], "")

    def test_answers_that_nobody_waits_for(self):
        for kind, extra in ((RETURN, {}), (ERROR, {4: ("s", "a.b.c")})):
            for serial in (1, 2, 3, 4, 5, 0xFFFFFFFF):
                self.client.send(self.client.message(kind, {5: ("u", serial), 6: ("s", NAME), **extra}, "s", ["surprise"]))
        self.assertEqual(self.client.call(NAME, PATH, "org.freedesktop.DBus.Peer", "Ping")[0], None)

    def test_messages_that_are_none(self):
        """The bus hangs up on their sender; the daemon never sees them."""
        good = self.client.call_message(NAME, PATH, FACE, "GetHistory", "u", [1])
        for what, raw in {
            "another byte order": b"B" + good[1:], "no byte order": b"x" + good[1:], "kind 0": good[:1] + b"\0" + good[2:], "version 2": good[:3] + b"\2" + good[4:], "a body of 4 GiB": good[:4] + b"\xff" * 4 + good[8:],
            "serial 0": good[:8] + bytes(4) + good[12:], "a head of 1 GiB": good[:12] + b"\0\0\0\x40" + good[16:], "a shorter body": good[:-2] + bytes(16), "a path that is none": good.replace(b"/org/rearcharge/RearCharge", b"/org/rearcharge//earCharge"),
            "a member that is none": good.replace(b"GetHistory", b"Get-istory"), "text that is not UTF-8": self.client.call_message(NAME, PATH, FACE, "GetReceipt", "s", [b"\xff\xfe"]),
            "a boolean 2": self.client.message(CALL, {1: ("o", PATH), 3: ("s", "Order"), 6: ("s", NAME)}, "b", body=b"\2\0\0\0"), "an array that is too long": self.client.message(CALL, {1: ("o", PATH), 3: ("s", "Order"), 6: ("s", NAME)}, "ay", body=b"\xff\xff\xff\x7f"),
        }.items():
            with self.subTest(what):
                client = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
                with contextlib.suppress(OSError):
                    client.socket.settimeout(0.3)
                    client.send(raw)
                    client.hear()
                client.close()
                self.snapshot()

    def test_floods(self):
        pid = self.world.processes["rearcharged"].popen.pid

        def memory_kib():
            return next(int(line.split()[1]) for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("RssAnon:"))

        before = memory_kib()
        calls = b"".join(self.client.call_message(NAME, PATH, FACE, "GetHistory", "u", [1000]) for _ in range(300))
        bad = b"".join(self.client.call_message(NAME, PATH, FACE, "GetHistory", "s", ["x" * 1000]) for _ in range(300))
        silent = b"".join(self.client.call_message(NAME, PATH, FACE, "Stop", flags=1) for _ in range(300))
        signals = b"".join(self.client.message(SIGNAL, {1: ("o", VEHICLE_PATH), 2: ("s", PROPERTIES), 3: ("s", "PropertiesChanged")}, "sa{sv}as", [VEHICLE_FACE, {"Gear": ("s", "R")}, []]) for _ in range(300))
        for what, flood in {"calls": calls, "wrong calls": bad, "calls without an answer": silent, "signals": signals}.items():
            with self.subTest(what):
                client = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
                client.socket.settimeout(1)
                with contextlib.suppress(OSError):
                    for _ in range(20):
                        client.send(flood)  # and never reads
                started = time.monotonic()
                self.snapshot()
                self.assertLess(time.monotonic() - started, 5)
                client.close()
        if b"__asan_init" not in self.world.program("rearcharged").read_bytes():
            self.assertLessEqual(memory_kib() - before, 8 * 1024)

    def test_big_arguments(self):
        body = struct.pack("<I", 32 << 20) + bytes(32 << 20)
        client = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
        client.send(client.message(CALL, {1: ("o", PATH), 2: ("s", FACE), 3: ("s", "SetConsent"), 6: ("s", NAME)}, "ay", body=body))
        self.assertIn(client.reply_to(client.serial)[0], (dbus("InvalidArgs"), dbus("LimitsExceeded"), dbus("NoReply")))
        client.close()


class Vehicles(unittest.TestCase):
    """A vehicle service that is broken: it owns the right name and says wrong things."""

    def setUp(self):
        self.world = self.enterContext(World(BUILD))
        self.world.start_bus()
        self.world.server_url = "http://127.0.0.1:1"
        (self.world.folder / "vehicle.token").write_text("nobody")
        self.vehicle = BusClient(self.world.env["DBUS_SESSION_BUS_ADDRESS"])
        self.addCleanup(self.vehicle.close)
        self.assertTrue(self.vehicle.own(VEHICLE))
        self.world.start_car(None)

    def say(self, signature, values, path=VEHICLE_PATH, member="PropertiesChanged"):
        self.vehicle.signal(path, PROPERTIES, member, signature, values)

    def test_values_of_another_type_are_no_gear(self):
        for value in (("i", 82), ("y", 82), ("as", ["R"]), ("v", ("s", "R")), ("s", "r"), ("s", "RR"), ("s", ""), ("s", "R\0"[:1] + " "), ("s", "x" * 100000), ("d", float("nan")), ("b", True), ("a{sv}", {"Gear": ("s", "R")}), ("o", "/R"), ("g", "s")):
            with self.subTest(value[0] + repr(value[1])[:20]):
                self.say("sa{sv}as", [VEHICLE_FACE, {"Gear": value}, []])
        for value in (("s", "0"), ("i", -5), ("d", float("nan")), ("d", float("inf")), ("d", -1e308), ("x", 1 << 62), ("as", [])):
            with self.subTest("speed " + value[0] + repr(value[1])[:20]):
                self.say("sa{sv}as", [VEHICLE_FACE, {"Speed": value}, []])
        self.say("sa{sv}as", ["another.Interface", {"Gear": ("s", "R")}, []])
        self.say("sa{sv}as", [VEHICLE_FACE, {"Gear": ("s", "R")}, []], path="/elsewhere")
        self.say("sa{sv}as", [VEHICLE_FACE, {"Gear": ("s", "R")}, []], member="PropertiesGone")
        for _ in range(3):
            state = json.loads(self.world.run("rearchargectl", "status", "--json").stdout)
            self.assertEqual(state["gear"], "", state)
            self.assertNotEqual(state["journey_state"], "scanning")
        self.assertIsNone(self.world.processes["rearcharged"].popen.poll())

    def test_a_flood_of_gears_ends_with_the_last_one(self):
        self.vehicle.send(*[self.vehicle.message(SIGNAL, {1: ("o", VEHICLE_PATH), 2: ("s", PROPERTIES), 3: ("s", "PropertiesChanged")}, "sa{sv}as", [VEHICLE_FACE, {"Gear": ("s", gear)}, []])
                            for gear in "PRND" * 2500 + "P"])
        self.world.wait("gear P", lambda s: s.get("gear") == "P")


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
