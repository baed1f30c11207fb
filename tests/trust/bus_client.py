"""A D-Bus client that lets nobody stop it from being wrong: it writes whatever it is told to (D-Bus specification 0.38).

    bus = BusClient(address)
    error, values = bus.call("org.rearcharge.RearCharge", "/org/rearcharge/RearCharge", "org.rearcharge.RearCharge1", "GetHistory", "u", [3])

Values: ints, floats, bools, str; lists for arrays, tuples for structs, dicts for a{..}, ("signature", value) for variants.
"""
import os
import socket
import struct
import time

CALL, RETURN, ERROR, SIGNAL = 1, 2, 3, 4
FIXED = {"y": ("B", 1), "b": ("I", 4), "n": ("h", 2), "q": ("H", 2), "i": ("i", 4), "u": ("I", 4), "x": ("q", 8), "t": ("Q", 8), "d": ("d", 8), "h": ("I", 4)}
ALIGN = {**{code: size for code, (_, size) in FIXED.items()}, "s": 4, "o": 4, "g": 1, "v": 1, "a": 4, "(": 8, "{": 8}


def split(signature):
    """The complete types of a signature, one by one."""
    at = 0
    while at < len(signature):
        end = at
        while signature[end] == "a":
            end += 1
        if signature[end] in "({":
            depth = 0
            for end in range(end, len(signature)):
                depth += (signature[end] in "({") - (signature[end] in ")}")
                if depth == 0:
                    break
        yield signature[at:end + 1]
        at = end + 1


def pad(out, size):
    out.extend(bytes(-len(out) % size))


def marshal(out, signature, value):
    code = signature[0]
    pad(out, ALIGN[code])
    if code in FIXED:
        out += struct.pack("<" + FIXED[code][0], value)
    elif code in "so":
        raw = value if isinstance(value, bytes) else value.encode()
        out += struct.pack("<I", len(raw)) + raw + b"\0"
    elif code == "g":
        out += bytes([len(value)]) + value.encode() + b"\0"
    elif code == "v":
        marshal(out, "g", value[0])
        marshal(out, value[0], value[1])
    elif code == "a":
        at = len(out)
        out += bytes(4)
        pad(out, ALIGN[signature[1]])
        start = len(out)
        for item in value.items() if isinstance(value, dict) else value:
            marshal(out, signature[1:], item)
        out[at:at + 4] = struct.pack("<I", len(out) - start)
    else:
        for part, item in zip(split(signature[1:-1]), value, strict=True):
            marshal(out, part, item)


def unmarshal(data, at, signature):
    code = signature[0]
    at += -at % ALIGN[code]
    if code in FIXED:
        kind, size = FIXED[code]
        return struct.unpack_from("<" + kind, data, at)[0], at + size
    if code in "so":
        size = struct.unpack_from("<I", data, at)[0]
        return data[at + 4:at + 4 + size].decode(), at + 5 + size
    if code == "g":
        return data[at + 1:at + 1 + data[at]].decode(), at + 2 + data[at]
    if code == "v":
        inner, at = unmarshal(data, at, "g")
        return unmarshal(data, at, inner)
    if code == "a":
        size = struct.unpack_from("<I", data, at)[0]
        at += 4 + -(at + 4) % ALIGN[signature[1]]
        end, items = at + size, []
        while at < end:
            item, at = unmarshal(data, at, signature[1:])
            items.append(item)
        return (dict(items) if signature[1] == "{" else items), at
    values = []
    for part in split(signature[1:-1]):
        value, at = unmarshal(data, at, part)
        values.append(value)
    return tuple(values), at


class BusClient:
    def __init__(self, address):
        path = address.split("path=")[1].split(",")[0]
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(10)
        self.socket.connect(path)
        self.socket.sendall(b"\0AUTH EXTERNAL " + str(os.getuid()).encode().hex().encode() + b"\r\nBEGIN\r\n")
        self.serial = 0
        self.data = b""
        while b"\r\n" not in self.data:
            self.data += self.socket.recv(4096)
        self.data = self.data.partition(b"\r\n")[2]
        self.heard = []  # signals and calls that came in between
        self.name = self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")[1][0]

    def close(self):
        self.socket.close()

    def message(self, kind, fields, signature="", values=(), body=None, flags=0):
        """@fields: {code: (signature, value)}; @body: raw bytes instead of @values"""
        self.serial += 1
        content = bytearray()
        if body is None:
            for part, value in zip(split(signature), values, strict=True):
                marshal(content, part, value)
        else:
            content += body
        if signature:
            fields = {**fields, 8: ("g", signature)}
        out = bytearray(struct.pack("<cBBBII", b"l", kind, flags, 1, len(content), self.serial))
        marshal(out, "a(yv)", [(code, value) for code, value in fields.items()])
        pad(out, 8)
        return bytes(out + content)

    def send(self, *messages):
        self.socket.sendall(b"".join(messages))

    def call_message(self, to, path, interface, member, signature="", values=(), **more):
        fields = {1: ("o", path), 3: ("s", member), 6: ("s", to)}
        if interface:
            fields[2] = ("s", interface)
        return self.message(CALL, fields, signature, values, **more)

    def signal(self, path, interface, member, signature="", values=(), to=None, **more):
        fields = {1: ("o", path), 2: ("s", interface), 3: ("s", member), **({6: ("s", to)} if to else {})}
        self.send(self.message(SIGNAL, fields, signature, values, **more))

    def hear(self):
        """The next message: (kind, {field: value}, values)."""
        def need(n):
            while len(self.data) < n:
                data = self.socket.recv(1 << 16)
                if not data:
                    raise ConnectionError("the bus hung up")
                self.data += data

        need(16)
        kind, size = self.data[1], struct.unpack_from("<I", self.data, 4)[0]
        head = 16 + struct.unpack_from("<I", self.data, 12)[0]
        head += -head % 8
        need(head + size)
        fields = {code: value for code, value in unmarshal(self.data, 12, "a(yv)")[0]}
        body, at, values = self.data[head:head + size], 0, []
        self.data = self.data[head + size:]
        for part in split(fields.get(8, "")):
            value, at = unmarshal(body, at, part)
            values.append(value)
        return kind, fields, values

    def reply_to(self, serial, timeout_s=10.0):
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            kind, fields, values = self.hear()
            if kind in (RETURN, ERROR) and fields.get(5) == serial:
                return (fields[4] if kind == ERROR else None), values
            self.heard.append((kind, fields, values))
        raise TimeoutError("no answer")

    def call(self, *args, **more):
        """(name of the error or None, values)"""
        self.send(self.call_message(*args, **more))
        return self.reply_to(self.serial)

    def own(self, name):
        return self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName", "su", [name, 4])[1] == [1]
