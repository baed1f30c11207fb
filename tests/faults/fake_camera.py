#!/usr/bin/python3 -SE
"""A stand-in for rearcharge-camera that needs no pictures: it says what `--source` tells it to see.

The daemon's camera_process.c speaks to it over the same socket; protocol/README.md, section 6. Its source is a file
with the text of a code, or, on a first line "state NAME", the state that the camera shall report.
"""
import json
import select
import socket
import sys
import time

channel = socket.socket(fileno=int(sys.argv[sys.argv.index("--fd") + 1]))
source = sys.argv[sys.argv.index("--source") + 1]


def say(**message):
    channel.send(json.dumps(message).encode())


def seen():
    with open(source, encoding="utf-8") as file:
        text = file.read().strip()
    return text


looking, told, beaten = False, None, 0.0
say(type="ready")
while True:
    if select.select([channel], [], [], 0.1 if looking else None)[0]:
        packet = channel.recv(16384)
        if not packet:
            break
        command = json.loads(packet)["type"]
        if command == "quit":
            break
        if command in ("start", "stop"):
            looking, told = command == "start", None
            if looking:
                say(type="state", state="starting", detail="")
                say(type="first_frame", pts_ns=0, after_ms=1)
            else:
                say(type="state", state="off", detail="")
    if looking and time.monotonic() - beaten > 0.4:
        beaten = time.monotonic()
        say(type="beat")
    if looking:
        text = seen()
        state = text.removeprefix("state ") if text.startswith("state ") else "running"
        if state != told:
            told = state
            say(type="state", state=state, detail="")
        if state == "running":
            say(type="code", bytes_hex=text.encode().hex(), quad_px=[300, 200, 420, 200, 420, 320, 300, 320],
                frame_px=[1280, 720], pts_ns=0, frames_agreeing=3, px_per_module=4.5)
