#!/usr/bin/env python3
"""Bad input over HTTP to the real rearcharge-server, one raw request a row: the answer that it must get.

usage: test_http.py BUILD [unittest arguments]

A row is what a client writes and the status that it reads; "cut" is a connection that ends without an answer.
Whatever came, the server answers the next driver, logs no secret and changes nothing.
"""
import contextlib
import json
import pathlib
import re
import socket
import ssl
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from world import World, http  # noqa: E402

BUILD = None
CUT = "cut"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
UPGRADE = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {KEY}")


class Wire(unittest.TestCase):
    tls = False

    @classmethod
    def setUpClass(cls):
        cls.world = World(BUILD, tls=cls.tls)
        cls.addClassCleanup(cls.world.__exit__, None, None, None)
        cls.world.start_server("--request-rate", "0")
        cls.context = ssl.create_default_context(cafile=cls.world.ca_file)
        cls.host = f"127.0.0.1:{cls.world.server_port}"
        cls.token = (cls.world.folder / "vehicle.token").read_text().strip()
        cls.auth = f"Authorization: Bearer {cls.token}"

    def setUp(self):
        self.orders = self.count_orders()

    def tearDown(self):
        self.assertEqual(self.count_orders(), self.orders, "an order came of it")
        self.assertIsNone(self.world.processes["rearcharge-server"].popen.poll(), "the server died")

    def count_orders(self):
        status, answer = http("GET", f"{self.world.server_url}/v1/orders", token=self.token, ca_file=self.world.ca_file)
        self.assertEqual(status, 200)
        return len(answer["orders"])

    def say(self, raw, *later, timeout_s=5.0):
        """(status of the first answer or CUT, everything that came back)"""
        got = b""
        with contextlib.ExitStack() as stack:
            peer = stack.enter_context(socket.create_connection(("127.0.0.1", self.world.server_port), timeout=timeout_s))
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self.tls:
                peer = stack.enter_context(self.context.wrap_socket(peer, server_hostname="localhost", suppress_ragged_eofs=True))
            with contextlib.suppress(OSError):
                peer.sendall(raw)
                for piece in later:
                    time.sleep(0.02)
                    peer.sendall(piece)
                while len(got) < 1 << 20 and (data := peer.recv(65536)):
                    got += data
                    if b"\r\n\r\n" in got and b" 101 " in got.split(b"\r\n")[0]:
                        break
                    if b"event-stream" in got:
                        break
        answers = [int(status) for status in re.findall(rb"(?m)^HTTP/1\.[01] (\d{3}) ", got) if status != b"100"]
        self.assertLessEqual(len(answers), 1, "one request, one answer")
        return (answers[0] if answers else CUT), got

    def head(self, line, *fields, host=True, auth=True):
        fields = [*([f"Host: {self.host}"] if host else []), *([self.auth] if auth else []), *fields]
        return "\r\n".join([line, *fields, "", ""]).encode("latin-1")

    def post(self, body, *fields, path="/v1/orders", content_type="application/json", length=None):
        kind = [f"Content-Type: {content_type}"] if content_type else []
        return self.head(f"POST {path} HTTP/1.1", *kind, f"Content-Length: {len(body) if length is None else length}", *fields) + body

    def chunked(self, pieces, *fields):
        return self.head("POST /v1/scans HTTP/1.1", "Content-Type: application/json", "Transfer-Encoding: chunked", *fields) + pieces

    def expect(self, rows):
        for what, wanted, *pieces in rows:
            with self.subTest(what):
                status, got = self.say(*pieces)
                self.assertIn(status, wanted if isinstance(wanted, tuple) else (wanted,), got[:400])
                if isinstance(status, int) and status >= 400 and not pieces[0].startswith(b"HEAD"):
                    head, _, body = got.partition(b"\r\n\r\n")
                    self.assertIn(b"application/problem+json", head)
                    self.assertEqual(json.loads(body)["status"], status)
                    self.assertTrue(json.loads(body)["code"])
                    self.assertRegex(head, rb"(?i)\r\nconnection: close")

    def test_request_lines(self):
        get = "GET /v1/orders HTTP/1.1"
        self.expect([
            ("as it should be", 200, self.head(get)),
            ("an empty line before", 200, b"\r\n" + self.head(get)),
            ("HTTP/0.9", 400, b"GET /v1/orders\r\n\r\n"),
            ("HTTP/1.0 with a Host", 200, self.head("GET /v1/orders HTTP/1.0")),
            ("HTTP/1.0 without a Host", 400, self.head("GET /v1/orders HTTP/1.0", host=False)),
            ("HTTP/2.0", 505, self.head("GET /v1/orders HTTP/2.0")),
            ("HTTP/1.10", 400, self.head("GET /v1/orders HTTP/1.10")),
            ("HTTP/9999999999.1", 400, self.head("GET /v1/orders HTTP/9999999999.1")),
            ("another protocol's name", 400, self.head("GET /v1/orders ICY/1.1")),
            ("no version", 400, self.head("GET /v1/orders")),
            ("the preface of HTTP/2", 400, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
            ("a TLS handshake", 400, bytes.fromhex("16030100c8010000c40303") + bytes(64) + b"\r\n\r\n"),
            ("two blanks", (400, 404), self.head("GET  /v1/orders HTTP/1.1")),
            ("a tab", 400, self.head("GET\t/v1/orders\tHTTP/1.1")),
            ("a blank in the path", (400, 404), self.head("GET /v1/orders and more HTTP/1.1")),
            ("no path", 400, self.head("GET HTTP/1.1")),
            ("a path without slash", (400, 404), self.head("GET v1/orders HTTP/1.1")),
            ("an empty method", 400, self.head(" /v1/orders HTTP/1.1")),
            ("a lower-case method", (400, 405), self.head("get /v1/orders HTTP/1.1")),
            ("a method of our own making", 405, self.head("BREW /v1/orders HTTP/1.1")),
            ("a method that is no token", 400, self.head("G(T /v1/orders HTTP/1.1")),
            ("a method of 4 kB", (400, 405), self.head("G" * 4096 + " /v1/orders HTTP/1.1")),
            ("HEAD", 405, self.head("HEAD /v1/orders HTTP/1.1")),
            ("TRACE", 405, self.head("TRACE /v1/orders HTTP/1.1", "Max-Forwards: 0")),
            ("OPTIONS", 405, self.head("OPTIONS /v1/orders HTTP/1.1", "Access-Control-Request-Method: POST")),
            ("OPTIONS *", (400, 404, 405), self.head("OPTIONS * HTTP/1.1")),
            ("GET *", (400, 404), self.head("GET * HTTP/1.1")),
            ("CONNECT", (400, 404, 405), self.head("CONNECT other.example:443 HTTP/1.1")),
            ("PUT", 405, self.head("PUT /v1/orders HTTP/1.1")),
            ("DELETE", 405, self.head("DELETE /v1/orders HTTP/1.1")),
            ("a path of 9 kB", 431, self.head("GET /" + "a" * 9000 + " HTTP/1.1")),
            ("a query of 9 kB", 431, self.head("GET /v1/orders?limit=" + "1" * 9000 + " HTTP/1.1")),
            ("only line feeds", 400, self.head(get).replace(b"\r\n", b"\n")),
            ("a bare carriage return", 400, self.head(get, "X: a\rb: c")),
            ("NUL in the path", 400, self.head("GET /v1/orders\0 HTTP/1.1")),
            ("NUL in a field", 400, self.head(get, "X: a\0b")),
            ("bytes above ASCII in the path", (400, 404), self.head("GET /v1/\xff\xfe HTTP/1.1")),
            ("nonsense", 400, bytes(range(256)) * 4 + b"\r\n\r\n"),
        ])

    def test_paths(self):
        def get(path):
            return self.head(f"GET {path} HTTP/1.1")

        self.expect([(path, wanted, get(path)) for path, wanted in {
            "/": 404, "//": 404, "//v1/orders": 404, "/v1//orders": 404, "/v1/orders/": 404, "/v1/./orders": 404, "/v1/x/../orders": 404,
            "/v1/%2e%2e/v1/orders": 404, "/v1/%2E%2E%2Fetc%2Fpasswd": 404, "/../../etc/passwd": 404, "/v1/..%5c..%5cx": 404, "/%2e%2e/%2e%2e/etc/passwd": 404,
            "/v1/orders%00": (400, 404), "/v1/orders/%00": (400, 404), "/v1/orders/%0d%0aSet-Cookie:x": 404, "/v1/orders/%zz": (400, 404), "/v1/orders/%": (400, 404),
            "/v1/orders/%ff%fe": 404, "/v1/orders/%c0%ae%c0%ae": 404, "/v1%2forders": 404, "/V1/ORDERS": 404, "/v1/orders;x=1": 404, "/v1/orders/a%2fb": 404,
            "/v1/orders/" + "a/" * 200: 404, "/v1/orders/" + "%41" * 2000: 404, "/v1/orders/' OR '1'='1": (400, 404), "/v1/orders/%27%20OR%201=1": 404, "/v1/orders#fragment": (200, 400),
            "/v1/orders?limit=-1": 400, "/v1/orders?limit=0": 400, "/v1/orders?limit=201": 400, "/v1/orders?limit=99999999999999999999": 400, "/v1/orders?limit=1e2": 400, "/v1/orders?limit=": 400,
            "/v1/orders?limit=%00": (200, 400), "/v1/orders?limit=5&limit=6": (200, 400), "/v1/orders?" + "a&" * 2000: 200, "/v1/orders?%zz": 400,
            "/v1/locations?latitude=0x10&longitude=0": 400, "/v1/locations?latitude=%2052.5&longitude=0": 400, "/v1/locations?latitude=nan&longitude=0": 400, "/v1/locations?latitude=91&longitude=0": 400,
            "/v1/events?beat_s=0": 400, "/v1/events?beat_s=x": 400,
        }.items()])

    def test_hosts_and_origins(self):
        get = "GET /v1/orders HTTP/1.1"
        port = self.world.server_port

        def to(*hosts):
            return self.head(get, *[f"Host: {host}" for host in hosts], host=False)

        def absolute(uri):
            return self.head(f"GET {uri} HTTP/1.1")

        def from_origin(*origins):
            return self.head(get, *[f"Origin: {origin}" for origin in origins])

        refused = (400, 421)
        self.expect([
            ("no Host", refused, to()),
            ("two", refused, to(self.host, self.host)),
            ("two, one foreign", refused, to(self.host, "evil.example")),
            ("foreign", refused, to("evil.example")),
            ("foreign with our port", refused, to(f"evil.example:{port}")),
            ("another port", refused, to("127.0.0.1:1")),
            ("no port", refused, to("127.0.0.1")),
            ("a port that is none", refused, to("127.0.0.1:http")),
            ("a port too large", refused, to(f"127.0.0.1:{port + 65536}")),
            ("a port with blanks", refused, to(f"127.0.0.1 :{port}")),
            ("a port with a sign", refused, to(f"127.0.0.1:+{port}")),
            ("a user", refused, to(f"user@127.0.0.1:{port}")),
            ("ours as the user", refused, to(f"127.0.0.1:{port}@evil.example")),
            ("two in one field", refused, to(f"127.0.0.1:{port}, evil.example")),
            ("a path", refused, to(f"127.0.0.1:{port}/x")),
            ("a final dot", refused, to(f"localhost.:{port}")),
            ("an empty one", refused, to("")),
            ("the address in octal", refused, to(f"0177.0.0.1:{port}")),
            ("the address as a number", refused, to(f"2130706433:{port}")),
            ("0.0.0.0", refused, to(f"0.0.0.0:{port}")),
            ("IPv6 without brackets", refused, to(f"::1:{port}")),
            ("IPv6 with a zone", refused, to(f"[::1%25lo]:{port}")),
            ("half an IPv6", refused, to(f"[::1:{port}")),
            ("mapped IPv4", refused, to(f"[::ffff:127.0.0.1]:{port}")),
            ("a name that begins with ours", refused, to(f"localhost.evil.example:{port}")),
            ("localhost", 200, to(f"localhost:{port}")),
            ("localhost in capitals", 200, to(f"LOCALHOST:{port}")),
            ("::1", 200, to(f"[::1]:{port}")),
            ("absolute form", 200, absolute(f"http://{self.host}/v1/orders")),
            ("absolute form of another host", refused, absolute("http://evil.example/v1/orders")),
            ("absolute form with a user", refused, absolute(f"http://a:b@{self.host}/v1/orders")),
            ("absolute form of another scheme", 400, absolute(f"ftp://{self.host}/v1/orders")),
            ("a file", refused, absolute("file:///etc/passwd")),
            ("our origin", 200, from_origin(f"http://{self.host}")),
            ("null", 403, from_origin("null")),
            ("foreign origin", 403, from_origin("https://evil.example")),
            ("foreign origin with our host as user", 403, from_origin(f"http://{self.host}@evil.example")),
            ("another port's origin", 403, from_origin("http://127.0.0.1:1")),
            ("an empty origin", 403, from_origin("")),
            ("two origins", 403, from_origin(f"http://{self.host}", "https://evil.example")),
            ("origins as a list", 403, from_origin(f"http://{self.host} https://evil.example")),
            ("an origin with a path", 403, from_origin(f"http://{self.host}/x")),
            ("an extension's origin", 403, from_origin("chrome-extension://abc")),
        ])

    def test_two_ways_to_measure_a_body(self):
        """Request smuggling: whatever is unclear ends the connection, and nothing behind it is a request."""
        order, hidden = b'{"a":1}', self.head("GET /v1/orders HTTP/1.1")
        kind = "Content-Type: application/json"

        def two(*fields, body=order):
            return self.head("POST /v1/scans HTTP/1.1", kind, *fields) + body + hidden

        self.expect([
            ("two lengths that differ", 400, two("Content-Length: 7", "Content-Length: 70")),
            ("two equal lengths", 400, two("Content-Length: 7", "Content-Length: 7")),
            ("lengths as a list", 400, two("Content-Length: 7, 7")),
            ("length and chunks", 400, two("Content-Length: 7", "Transfer-Encoding: chunked", body=b"0\r\n\r\n")),
            ("chunks and length", 400, two("Transfer-Encoding: chunked", "Content-Length: 7", body=b"0\r\n\r\n")),
            ("chunked twice", 400, two("Transfer-Encoding: chunked", "Transfer-Encoding: chunked", body=b"0\r\n\r\n")),
            ("chunked as a list", 400, two("Transfer-Encoding: chunked, chunked", body=b"0\r\n\r\n")),
            ("gzip, chunked", (400, 501), two("Transfer-Encoding: gzip, chunked", body=b"0\r\n\r\n")),
            ("identity", (400, 501), two("Transfer-Encoding: identity")),
            ("xchunked", (400, 501), two("Transfer-Encoding: xchunked", body=b"0\r\n\r\n")),
            ("quoted", (400, 501), two('Transfer-Encoding: "chunked"', body=b"0\r\n\r\n")),
            ("a vertical tab before chunked", (400, 501), two("Transfer-Encoding: \x0bchunked", body=b"0\r\n\r\n")),
            ("a blank before the colon of a coding", 400, two("Transfer-Encoding : chunked", body=b"0\r\n\r\n")),
            ("a blank before the colon of a length", 400, two("Content-Length : 7")),
            ("a folded coding", 400, two("Transfer-Encoding:\r\n chunked", body=b"0\r\n\r\n")),
            ("a folded field", 400, two("X: a\r\n b", "Content-Length: 7")),
            ("a coding hidden by a line feed", 400, two("X: a\nTransfer-Encoding: chunked", "Content-Length: 7", body=b"0\r\n\r\n")),
            ("+7", 400, two("Content-Length: +7")),
            ("-7", 400, two("Content-Length: -7")),
            ("0x7", 400, two("Content-Length: 0x7")),
            ("7 7", 400, two("Content-Length: 7 7")),
            ("none", 400, two("Content-Length:")),
            ("2^64 + 7", (400, 413), two("Content-Length: 18446744073709551623")),
            ("2^63", (400, 413), two("Content-Length: 9223372036854775808")),
            ("a length and a GET", (400, 413), self.head("GET /v1/orders HTTP/1.1", f"Content-Length: {len(hidden)}") + hidden),
            ("chunks and a GET", (400, 413), self.head("GET /v1/orders HTTP/1.1", "Transfer-Encoding: chunked") + b"0\r\n\r\n" + hidden),
            ("pipelined", 200, self.head("GET /v1/orders HTTP/1.1") + hidden),
            ("chunked in HTTP/1.0", (400, 501), self.head("POST /v1/scans HTTP/1.0", kind, "Transfer-Encoding: chunked") + b"0\r\n\r\n" + hidden),
        ])

    def test_chunks(self):
        good = b'7\r\n{"a":1}\r\n0\r\n\r\n'
        self.expect([
            ("as it should be", 400, self.chunked(good)),  # the object is not a scan request
            ("an extension", (400, 413), self.chunked(good.replace(b"7\r\n", b"7;a=b\r\n"))),
            ("an extension of 64 kB", 400, self.chunked(b"7;a=" + b"b" * 65536 + b'\r\n{"a":1}\r\n0\r\n\r\n')),
            ("a size that is none", 400, self.chunked(b"x\r\n{}\r\n0\r\n\r\n")),
            ("a negative size", 400, self.chunked(b"-1\r\n{}\r\n0\r\n\r\n")),
            ("a size beyond 64 bits", (400, 413), self.chunked(b"10000000000000007\r\n{}\r\n0\r\n\r\n")),
            ("a size that is too small", 400, self.chunked(b'3\r\n{"a":1}\r\n0\r\n\r\n')),
            ("no size", 400, self.chunked(b"\r\n{}\r\n0\r\n\r\n")),
            ("a size in C", 400, self.chunked(good.replace(b"7\r\n", b"0x7\r\n"))),
            ("a blank before a size", 400, self.chunked(b" " + good)),
            ("only line feeds", 400, self.chunked(good.replace(b"\r\n", b"\n"))),
            ("a line feed behind an extension", 400, self.chunked(good.replace(b"7\r\n", b"7;\n"))),
            ("no line end behind a chunk", 400, self.chunked(good.replace(b"}\r\n", b"}XX"))),
            ("2^63 - 1", 413, self.chunked(b"7fffffffffffffff\r\n{}")),
            ("2 GiB announced", 413, self.chunked(b"80000000\r\n" + b" " * 70000)),
            ("many small ones", 413, self.chunked(b"1\r\n \r\n" * 66000)),
            ("trailers", (400, 413), self.chunked(b'7\r\n{"a":1}\r\n0\r\nHost: evil.example\r\nContent-Length: 5\r\n\r\n')),
            ("trailers without end", (400, 408, 413, 431, CUT), self.chunked(b'7\r\n{"a":1}\r\n0\r\n' + b"X: y\r\n" * 200000 + b"\r\n")),
            ("above the limit", 413, self.chunked(b"10001\r\n" + b" " * 0x10001 + b"\r\n0\r\n\r\n")),
        ])

    def test_fields(self):
        get = "GET /v1/orders HTTP/1.1"
        self.expect([
            ("10,000 fields", 431, self.head(get, *["A: b"] * 10000)),
            ("a field of 9 kB", 431, self.head(get, "X: " + "y" * 9000)),
            ("a name of 9 kB", 431, self.head(get, "X" * 9000 + ": y")),
            ("no colon", 400, self.head(get, "nonsense")),
            ("no name", 400, self.head(get, ": value")),
            ("a blank in a name", 400, self.head(get, "X Y: z")),
            ("a control character in a value", 400, self.head(get, "X: a\x01b")),
            ("DEL in a value", (200, 400), self.head(get, "X: a\x7fb")),
            ("Latin-1 in a value", 200, self.head(get, "X: \xe9")),
            ("two credentials", 401, self.head(get, self.auth)),
            ("no credential", 401, self.head(get, auth=False)),
            ("a wrong one", (401, 429), self.head(get, "Authorization: Bearer wrong", auth=False)),
            ("an empty one", 401, self.head(get, "Authorization: Bearer", auth=False)),
            ("Basic", (401, 429), self.head(get, "Authorization: Basic YTpi", auth=False)),
            ("Basic without base64", (401, 429), self.head(get, "Authorization: Basic !!!", auth=False)),
            ("a credential of 7 kB", (401, 429), self.head(get, "Authorization: Bearer " + "x" * 7000, auth=False)),
            ("a range", 200, self.head(get, "Range: bytes=" + "0-0," * 1000 + "0-0")),
            ("a range that is none", 200, self.head(get, "Range: bytes=9-1")),
            ("If-Range", 200, self.head(get, "Range: bytes=0-", 'If-Range: "x"')),
            ("Expect", 200, self.head(get, "Expect: 100-continue")),
            ("Expect of another kind", 417, self.head(get, "Expect: miracles")),
            ("h2c", 200, self.head(get, "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__")),
            ("a WebSocket where none is", (200, 426), self.head(get, *UPGRADE)),
            ("Connection: keep-alive", 200, self.head(get, "Connection: keep-alive", "Keep-Alive: timeout=1000")),
            ("TE, Trailer", 200, self.head(get, "TE: trailers", "Trailer: Host")),
            ("X-HTTP-Method-Override", 200, self.head(get, "X-HTTP-Method-Override: DELETE")),
            ("X-Forwarded-For", 200, self.head(get, "X-Forwarded-For: 127.0.0.1", "Forwarded: for=127.0.0.1")),
            ("a foreign Last-Event-ID", 200, self.head("GET /v1/events HTTP/1.1", "Last-Event-ID: -99999999999999999999")),
        ])

    def test_bodies(self):
        bad = {
            "empty": b"", "blank": b" ", "not JSON": b"hello", "an array": b"[]", "a number": b"1", "null": b"null", "a text": b'"x"', "half": b'{"a":',
            "trailing text": b"{} x", "two values": b"{}{}", "a comma too many": b'{"a":1,}', "a comment": b"{}/*x*/", "one key twice": b'{"a":1,"a":2}',
            "the same key with an escape": b'{"a":1,"\\u0061":2}', "NaN": b'{"a":NaN}', "Infinity": b'{"a":-Infinity}', "1e999": b'{"a":1e999}', "beyond int64": b'{"a":99999999999999999999}',
            "01": b'{"a":01}', "+1": b'{"a":+1}', "1.": b'{"a":1.}', "0x10": b'{"a":0x10}', "single quotes": b"{'a':1}", "a bare key": b"{a:1}", "a tab in a text": b'{"a":"\t"}',
            "half a surrogate": b'{"a":"\\ud800"}', "bad UTF-8": b'{"a":"\xff"}', "overlong UTF-8": b'{"a":"\xc0\xaf"}', "a byte order mark": b"\xef\xbb\xbf{}", "UTF-16": '{"a":1}'.encode("utf-16"),
            "NUL": b'{"a":"\0"}', "an escaped NUL": b'{"client_ref":"\\u0000"}', "80,000 brackets": None, "depth 17": b'{"a":' + b"[" * 16 + b"]" * 16 + b"}",
            "wrong types": b'{"client_ref":1,"scan_ref":[],"limits":"x"}', "a negative limit": b'{"client_ref":"%s","scan_ref":"%s","limits":{"max_cost_minor":-1,"currency":"EUR"}}' % ((b"0" * 8 + b"-0000-4000-8000-" + b"0" * 12,) * 2),
        }
        bad["80,000 brackets"] = b"[" * 60000
        rows = [(name, 400, self.post(body, "Idempotency-Key: k")) for name, body in bad.items()]
        rows += [(f"{name}, as a scan", 400, self.post(body, path="/v1/scans")) for name, body in bad.items() if body]
        self.expect(rows)
        self.expect([
            ("64 KiB and one byte", 413, self.post(b" " * 65537)),
            ("1 GiB announced", 413, self.post(b"{}", length=1 << 30)),
            ("another type", 415, self.post(b"{}", content_type="text/plain")),
            ("a form", 415, self.post(b"a=1", content_type="application/x-www-form-urlencoded")),
            ("multipart", 415, self.post(b"x", content_type="multipart/form-data; boundary=x")),
            ("no type", 415, self.post(b"{}", content_type=None)),
            ("two types", 415, self.post(b"{}", "Content-Type: text/plain")),
            ("a type of another character set", 415, self.post(b"{}", content_type="application/json; charset=utf-16")),
            ("a compressed body", 415, self.post(b"\x1f\x8b\x08", "Content-Encoding: gzip")),
            ("an unknown path", 404, self.post(b"{}", path="/v1/nothing")),
            ("half an object that nobody reads", 400, self.post(b"{", path="/v1/orders/x/cancel")),
            ("half an object of a stranger", 401, self.post(b"{", path="/v1/orders/x/cancel").replace(self.auth.encode(), b"X: y")),
            ("a token that no pile can print", 400, self.post(b'{"qr_evse_id":"DE*ABC*E12345*1","qr_token":"a/b"}', path="/v1/scans")),
            ("an order without a key", 400, self.post(b"{}")),
        ])

    def test_a_body_is_asked_for_only_where_it_would_be_read(self):
        """Expect: 100-continue is a question: 413 and 401 are answers to it."""
        status, got = self.say(self.head("POST /v1/scans HTTP/1.1", "Content-Type: application/json", "Content-Length: 70000", "Expect: 100-continue"))
        self.assertEqual(status, 413)
        self.assertNotIn(b"100 Continue", got)

    def test_bytes_one_by_one_are_the_same_request(self):
        raw = self.head("GET /v1/orders HTTP/1.1")
        status, _ = self.say(raw[:1], *[bytes([b]) for b in raw[1:60]], raw[60:])
        self.assertEqual(status, 200)

    def test_no_secret_reaches_the_log(self):
        self.say(self.head(f"GET /{self.token} HTTP/1.1", "Authorization: Bearer another-secret-token", auth=False))
        self.say(self.head("GET /v1/orders?token=query-secret HTTP/1.1"))
        self.assertEqual(self.say(self.head("GET /\x1b[31m%1b[31m%0a HTTP/1.1"))[0] in (400, 404), True)
        log = self.world.processes["rearcharge-server"].log_path.read_text()
        for secret in ("another-secret-token", "query-secret", "\x1b", self.token):
            self.assertNotIn(secret, log)


class WireOverTls(Wire):
    """libsoup must not get what it cannot bear over TLS either."""

    tls = True


if __name__ == "__main__":
    BUILD = pathlib.Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
