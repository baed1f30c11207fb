#!/usr/bin/env python3
"""Trust between the parts: whom the car and the pile speak to, and to whom not one byte of payload goes.

usage: test_tls.py BUILD [unittest arguments]

The impostor is a listener that keeps every byte it gets, before and inside TLS. What a certificate check lets
through shows there; a check that only complains afterwards would fail these tests.
"""
import base64
import pathlib
import socket
import ssl
import subprocess
import sys
import threading
import unittest
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from certificates import Authority, KEY, openssl  # noqa: E402
from world import Failure, World, http  # noqa: E402

BUILD = None
warnings.simplefilter("ignore", DeprecationWarning)  # speaking TLS 1.1 is the point of a test


class Impostor:
    """Stands where the server should be. raw: what came on TCP; inside: what came through a finished handshake."""

    def __init__(self, certificate=None, version=None, answer=b""):
        self.raw, self.inside = b"", b""
        self.visits = 0
        self.answer = answer  # said at once, in plain text, to whoever connects
        self.context = None
        self.idle = threading.Condition()
        if certificate:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
            if version:
                self.context.set_ciphers("ALL:@SECLEVEL=0")
                self.context.minimum_version = self.context.maximum_version = version
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self.listener.close()

    def _serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(3)
                self._meet(connection)
            with self.idle:
                self.visits += 1
                self.idle.notify_all()

    def _meet(self, connection):
        """The TLS machine is fed by hand, so that both sides of it can be kept."""
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self.context.wrap_bio(incoming, outgoing, server_side=True) if self.context else None
        shaken = False
        try:
            if self.answer:
                connection.sendall(self.answer)
            while data := connection.recv(65536):
                self.raw += data
                if not tls:
                    continue
                incoming.write(data)
                try:
                    if not shaken:
                        tls.do_handshake()
                        shaken = True
                    while data := tls.read(65536):
                        self.inside += data
                except ssl.SSLWantReadError:
                    pass
                finally:
                    if outgoing.pending:
                        connection.sendall(outgoing.read())
        except (OSError, ssl.SSLError):
            pass  # the client went away, as it should

    def wait(self, n_visits=1):
        with self.idle:
            return self.idle.wait_for(lambda: self.visits >= n_visits, 15)


class Case(unittest.TestCase):
    def world_with(self, **options):
        world = self.enterContext(World(BUILD, tls=True, **options))
        return world

    def impostor(self, *argv, **options):
        impostor = Impostor(*argv, **options)
        self.addCleanup(impostor.close)
        return impostor

    def rogues(self, world):
        """What may stand at the server's place, and the words by which the victim must know it."""
        other = Authority(world.folder, "other")
        good = world.authority.issue("server")
        alone = world.folder / "alone.pem", world.folder / "alone.key"
        openssl("req", "-x509", *KEY, "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-days", 2, "-out", alone[0], "-keyout", alone[1])
        return {
            "another CA": (self.impostor(other.issue("server")), "certificate|issuer|authority"),
            "self-signed": (self.impostor(alone), "certificate|self-signed|authority"),
            "expired": (self.impostor(world.authority.issue("server", days=-1)), "expired"),
            "another name": (self.impostor(world.authority.issue("server", san="DNS:elsewhere.example")), "name|subject|identity|host"),
            "old TLS": (self.impostor(good, ssl.TLSVersion.TLSv1_1), "version|protocol"),
            "plain text": (self.impostor(answer=b"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"), "TLS|SSL|version"),
        }

    def assertNothingGiven(self, impostor, secrets):
        self.assertEqual(impostor.inside, b"", "payload went through the handshake")
        for secret in [*secrets, b"/v1/", b"/ocpp", b"Authorization", b"HTTP/1.1"]:
            self.assertNotIn(secret, impostor.raw, "payload went out without TLS")


class Car(Case):
    def offline_car(self, world, port):
        """A daemon that was told to find its server at @port: what its snapshot says."""
        world.server_url = f"https://127.0.0.1:{port}"
        world.snapshot = {}
        world.start_car(None)
        state = world.wait("a server that is offline", lambda s: s.get("server_state") == "offline")
        return state

    def test_an_impostor_gets_nothing_and_the_driver_is_told_why(self):
        world = self.world_with()
        world.start_bus()
        token = "vehicle-token-that-must-not-leak"
        (world.folder / "vehicle.token").write_text(token)
        for what, (impostor, words) in self.rogues(world).items():
            with self.subTest(what):
                state = self.offline_car(world, impostor.port)
                self.assertTrue(impostor.wait(), "it was asked at all")
                self.assertNothingGiven(impostor, [token.encode()])
                self.assertIn("server", state["faults"])
                self.assertRegex(state["server_problem"].lower(), words.lower())
                doctor = world.run("rearchargectl", "doctor", check=False)
                self.assertNotEqual(doctor.returncode, 0)
                self.assertIn(state["server_problem"], doctor.stdout)
                self.assertIn(state["server_problem"], world.processes["rearcharged"].log_path.read_text())
            world.processes["rearchargectl"].stop()
            world.processes["rearcharged"].stop()

    def test_the_right_server_is_believed_by_address_and_by_name(self):
        for host in ("127.0.0.1", "localhost"):
            with self.subTest(host):
                world = self.world_with()
                world.server_host = host
                world.start_bus()
                world.start_server()
                world.start_car(None)
                world.wait("a server that is online", lambda s: s.get("server_state") == "online")

    def test_without_the_pinned_authority_the_systems_own_do_not_vouch(self):
        world = self.world_with()
        world.start_bus()
        world.start_server()
        world.ca_file = None
        world.start_car(None)
        state = world.wait("a server that is offline", lambda s: s.get("server_state") == "offline")
        self.assertRegex(state["server_problem"], "certificate")


class Server(Case):
    def test_plain_text_at_the_tls_port_gets_no_answer(self):
        world = self.world_with()
        world.start_server()
        with socket.create_connection(("127.0.0.1", world.server_port), timeout=15) as client:
            client.sendall(f"GET /operator/v1/orders HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {world.operator_token}\r\n\r\n".encode())
            answer = b""
            try:
                while data := client.recv(4096):
                    answer += data
            except ConnectionResetError:
                pass
        self.assertNotIn(b"HTTP", answer)
        self.assertLess(len(answer), 64, "an alert at most")

    def test_old_tls_is_refused(self):
        world = self.world_with()
        world.start_server()
        for version, fine in ((ssl.TLSVersion.TLSv1_1, False), (ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
            context = ssl.create_default_context(cafile=world.ca_file)
            context.set_ciphers("ALL:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = version
            context.minimum_version = version
            with self.subTest(version), socket.create_connection(("127.0.0.1", world.server_port), timeout=10) as client:
                if fine:
                    context.wrap_socket(client, server_hostname="localhost").close()
                else:
                    with self.assertRaises((ssl.SSLError, OSError)):
                        context.wrap_socket(client, server_hostname="localhost")

    def test_a_client_ca_needs_tls(self):
        world = self.world_with()
        done = world.run("rearcharge-server", "serve", "--state", world.folder / "s.db", "--listen", "0", "--tls-client-ca", world.ca_file, check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("--tls-client-ca", done.stderr)


class Pile(Case):
    def test_an_impostor_gets_nothing_and_the_log_says_why(self):
        world = self.world_with()
        password = "station-password-that-must-not-leak"
        (world.folder / "pile.password").write_text(password)
        basic = base64.b64encode(f"PILE1:{password}".encode())
        for what, (impostor, words) in self.rogues(world).items():
            with self.subTest(what):
                pile = world.start("rearcharge-pile", "--csms", f"wss://127.0.0.1:{impostor.port}/ocpp", "--identity", "PILE1",
                                   "--password-file", world.folder / "pile.password", "--ca", world.ca_file)
                line = pile.wait_line(lambda text: "cannot connect" in text)
                self.assertTrue(impostor.wait(), "it was asked at all")
                self.assertNothingGiven(impostor, [basic, password.encode()])
                self.assertRegex(line.lower(), words.lower())
                pile.stop()

    def test_a_password_never_goes_to_another_machine_in_the_clear(self):
        world = self.world_with()
        (world.folder / "pile.password").write_text("x")
        done = world.run("rearcharge-pile", "--csms", "ws://csms.example/ocpp", "--identity", "PILE1", "--password-file", world.folder / "pile.password", check=False)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("want wss://", done.stderr)


class Profile3(Case):
    """OCPP security profile 3: a station is who its client certificate says."""

    def setUp(self):
        self.world = self.world_with()
        self.stations = Authority(self.world.folder, "stations")
        self.world.start_server("--tls-client-ca", self.stations.file)

    def pile(self, identity, *credential):
        pile = self.world.start("rearcharge-pile", "--csms", self.world.csms_url, "--identity", identity, "--ca", self.world.ca_file, *credential)
        return pile.wait_line(lambda line: "link: connected" in line or "cannot connect" in line)

    def client(self, authority, name, **options):
        certificate, key = authority.issue(name, san=options.pop("san", ""), **options)
        return "--client-cert", certificate, "--client-key", key

    def test_the_named_station_comes_in(self):
        self.assertIn("connected", self.pile("PILE1", *self.client(self.stations, "PILE1")))

    def test_a_name_in_the_alternative_names_counts_too(self):
        self.assertIn("connected", self.pile("PILE1", *self.client(self.stations, "serial 4711", san="DNS:PILE1")))

    def test_it_charges_like_any_other(self):
        self.world.start_pile(*self.client(self.stations, "PILE1"))  # waits for the accepted BootNotification

    def test_a_right_password_is_no_certificate(self):
        line = self.pile("PILE1", "--password-file", self.world.folder / "pile.password")
        self.assertIn("cannot connect", line)
        self.assertIn("401", self.world.processes["rearcharge-server"].log_path.read_text())

    def test_another_stations_certificate_is_refused(self):
        for name in ("PILE2", "PILE1.", "*", "pile1"):
            with self.subTest(name):
                self.assertIn("cannot connect", self.pile("PILE1", *self.client(self.stations, name)))
        for name in ("DNS:PILE2", "DNS:PILE1.example"):
            with self.subTest(name):
                self.assertIn("cannot connect", self.pile("PILE1", *self.client(self.stations, "serial 4711", san=name)))

    def test_certificates_of_nobody_are_refused_in_the_handshake(self):
        other = Authority(self.world.folder, "other")
        for what, credential in {"another CA": self.client(other, "PILE1"), "the server's own CA": self.client(self.world.authority, "PILE1"),
                                 "expired": self.client(self.stations, "PILE1", days=-1)}.items():
            with self.subTest(what):
                self.assertIn("cannot connect", self.pile("PILE1", *credential))
        self.assertNotIn("/ocpp/PILE1", self.world.processes["rearcharge-server"].log_path.read_text(), "no request was read")

    def test_cars_need_no_certificate(self):
        token = (self.world.folder / "vehicle.token").read_text().strip()
        status, _ = http("GET", f"{self.world.server_url}/v1/orders", token=token, ca_file=self.world.ca_file)
        self.assertEqual(status, 200)
        status, _ = http("GET", f"{self.world.server_url}/v1/orders", token="wrong", ca_file=self.world.ca_file)
        self.assertEqual(status, 401)

    def test_half_a_credential_is_refused_at_the_start(self):
        certificate = self.client(self.stations, "PILE1")[1]
        done = subprocess.run([self.world.program("rearcharge-pile"), "--csms", self.world.csms_url, "--identity", "PILE1", "--client-cert", certificate],
                              text=True, capture_output=True, timeout=20)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--client-key", done.stderr)


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
