"""A computer whose Bluetooth cannot be used says why, at once, and ends with no_bluetooth."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BUS = """<busconfig>
  <listen>unix:path={path}</listen>
  <policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>
</busconfig>
"""
PRETENDED = Path(__file__).with_name("pretended.py")


@pytest.fixture
def bus(tmp_path):
    """A system bus with nobody on it."""
    path = tmp_path / "bus"
    config = tmp_path / "bus.conf"
    config.write_text(BUS.format(path=path))
    command = [os.environ["DBUS_DAEMON"], f"--config-file={config}", "--nofork", "--print-address"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        address = daemon.stdout.readline().strip()
        assert address, "the bus does not start"
        yield address
        daemon.kill()


@pytest.fixture
def pretend(bus):
    """Pretends a bluetoothd with some trouble; gives its bus."""
    running = []

    def begin(trouble):
        environment = {**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus}
        command = [sys.executable, str(PRETENDED), trouble]
        running.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment))
        assert running[-1].stdout.readline() == "ready\n"
        return bus

    yield begin
    for pretended in running:
        pretended.kill()
        pretended.wait()


def says(start, bus, *words):
    """How a scan ends there, and what was wrong."""
    end = start(*words or ["scan"], DBUS_SYSTEM_BUS_ADDRESS=bus).end(20)
    assert end["code"] == 1 and end["seconds"] < 5
    assert end["outcome"] == "no_bluetooth", end["report"]
    return [line["trouble"] for line in end["lines"] if line.get("event") == "trouble"][-1]


def test_a_bus_without_bluetoothd(start, bus):
    assert says(start, bus) == "no_service"


@pytest.mark.parametrize(
    ("trouble", "told"),
    [("no_adapter", "no_adapter"), ("forbids", "not_allowed"), ("stays_off", "off"), ("unplugged", "gone")],
)
def test_a_bluetoothd_that_is_of_no_use(start, pretend, trouble, told):
    assert says(start, pretend(trouble)) == told


def test_an_adapter_that_is_not_there_is_named_with_those_that_are(start):
    end = start("scan", "--adapter", "hci7").end(20)
    assert (end["outcome"], end["code"]) == ("no_bluetooth", 1) and end["seconds"] < 5
    told = [line["told"] for line in end["lines"] if line.get("event") == "trouble"]
    assert "hci7" in told[0] and "hci0" in told[0]


def test_a_scan_that_is_forbidden_is_told_as_that(start, pretend):
    end = start("scan", DBUS_SYSTEM_BUS_ADDRESS=pretend("forbids_scans")).end(20)
    assert (end["outcome"], end["code"]) == ("no_permission", 1)
    assert [line["trouble"] for line in end["lines"] if line.get("event") == "trouble"] == ["not_allowed"]


def test_an_adapter_that_is_unplugged_ends_a_rescue_too(start, pretend):
    assert says(start, pretend("unplugged"), "unpair") == "gone"
