"""What the tests on a real Bluetooth stack share. They run inside scripts/bluez."""

import asyncio
import json
import os
import shlex
import socket
import subprocess
import time
from pathlib import Path

import pytest
from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.auth import AuthAnonymous

ROOT = Path(__file__).resolve().parents[2]
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
PROGRAM = shlex.split(os.environ.get("BAND_RESCUE", str(TARGET / "debug" / "band-rescue")))


class Air:
    """The air with its bands."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(os.environ["BAND_AIR"])
        self.stream = self.socket.makefile("rwb")

    def do(self, deed, **rest):
        self.stream.write(json.dumps({"deed": deed, **rest}).encode() + b"\n")
        self.stream.flush()
        answer = json.loads(self.stream.readline())
        assert "error" not in answer, answer["error"]
        return answer

    def add(self, model="mi-band-2", **traits):
        return Band(self, self.do("add", model=model, **traits))


class Band:
    """A band in the air."""

    def __init__(self, air, state):
        self.air = air
        self.number = state["band"]
        self.address = state["address"]
        self.serial = state["serial"]

    def do(self, deed, **rest):
        return self.air.do(deed, band=self.number, **rest)

    def set(self, **traits):
        self.do("set", **traits)

    def state(self):
        return self.do("state")

    def wait_for(self, what, seconds=30):
        """Waits until a state is true."""
        end = time.monotonic() + seconds
        while not (state := self.state())[what]:
            assert time.monotonic() < end, f"the band was not {what} within {seconds} s"
            time.sleep(0.05)
        return state

    def wrote(self, characteristic):
        """What was written to a characteristic, in order."""
        return [
            entry["value"]
            for entry in self.state()["log"]
            if entry["operation"] == "write" and entry["characteristic"] == characteristic
        ]


class Computer:
    """The computer's Bluetooth, by way of its system bus."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.bus = self.loop.run_until_complete(self.connect())
        # Without somebody to ask, bluetoothd refuses to pair; nobody is asked where neither side has keys or a screen.
        manager = "org.bluez.AgentManager1"
        self.call("/org/bluez", manager, "RegisterAgent", "os", "/nobody", "NoInputNoOutput")

    async def connect(self):
        address = os.environ["DBUS_SYSTEM_BUS_ADDRESS"]
        return await MessageBus(bus_address=address, auth=AuthAnonymous()).connect()

    def call(self, path, interface, member, signature="", *body):
        message = Message("org.bluez", path, interface, member, signature=signature, body=list(body))
        reply = self.loop.run_until_complete(self.bus.call(message))
        assert reply.message_type is not MessageType.ERROR, f"{reply.error_name}: {reply.body}"
        return reply.body

    def adapter(self, member, signature="", *body):
        return self.call("/org/bluez/hci0", "org.bluez.Adapter1", member, signature, *body)

    def switch(self, on):
        properties = "org.freedesktop.DBus.Properties"
        self.call("/org/bluez/hci0", properties, "Set", "ssv", "org.bluez.Adapter1", "Powered", Variant("b", on))

    def devices(self):
        (objects,) = self.call("/", "org.freedesktop.DBus.ObjectManager", "GetManagedObjects")
        return [path for path, interfaces in objects.items() if "org.bluez.Device1" in interfaces]

    def device(self, band, member):
        return self.call(self.path(band), "org.bluez.Device1", member)

    def is_bonded(self, band):
        properties = "org.freedesktop.DBus.Properties"
        (paired,) = self.call(self.path(band), properties, "Get", "ss", "org.bluez.Device1", "Paired")
        return paired.value

    def path(self, band):
        return f"/org/bluez/hci0/dev_{band.address.replace(':', '_')}"

    def meet(self, band):
        """Connects to a band without the program, so that bluetoothd knows it and remembers its services."""
        self.adapter("StartDiscovery")
        end = time.monotonic() + 20
        while self.path(band) not in self.devices():
            assert time.monotonic() < end, "bluetoothd does not hear the band"
            self.pause(0.1)
        self.adapter("StopDiscovery")
        self.device(band, "Connect")
        self.pause(1.5)

    def leave(self, band):
        """Disconnects from it."""
        self.device(band, "Disconnect")

    def pause(self, seconds):
        self.loop.run_until_complete(asyncio.sleep(seconds))

    def forget_all(self):
        for path in self.devices():
            self.adapter("RemoveDevice", "o", path)


class Running:
    """A rescue that runs."""

    def __init__(self, folder, words, report=None, **environment):
        self.report = report or folder / "report.txt"
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [*PROGRAM, "--yes", "--json", "--data-dir", str(folder), "--report", str(self.report), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def end(self, seconds=120):
        try:
            told, complained = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        seconds = time.monotonic() - self.began
        report = self.report.read_text() if self.report.exists() else ""
        print(report, complained)
        lines = [json.loads(line) for line in told.splitlines()]
        rest = {"lines": lines, "code": self.process.returncode, "report": report, "seconds": seconds}
        return {**lines[-1], **rest}


@pytest.fixture(scope="session")
def bed():
    if "BAND_AIR" not in os.environ:
        pytest.exit("the tests on a real Bluetooth stack run inside scripts/bluez", returncode=2)
    return Air(), Computer()


@pytest.fixture
def computer(bed):
    air, computer = bed
    air.do("clear")
    computer.switch(True)
    computer.forget_all()
    return computer


@pytest.fixture
def air(bed, computer):
    yield bed[0]
    bed[0].do("clear")


@pytest.fixture
def start(tmp_path, computer):
    """Starts a rescue beside the test."""
    running = []

    def begin(*words, report=None, **environment):
        running.append(Running(tmp_path, words, report, **environment))
        return running[-1]

    yield begin
    for rescue in running:
        if rescue.process.poll() is None:
            rescue.process.kill()


@pytest.fixture
def rescue(start):
    """Runs a rescue to its end."""
    return lambda *words, seconds=120: start(*words).end(seconds)
