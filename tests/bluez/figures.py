"""What rescues cost on a real Bluetooth stack, as a section of docs/performance.md. Runs inside scripts/bluez.

usage: figures.py PROGRAM OPERATIONS: the release build, and the table of the practice bands' radio operations
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from conftest import Air, Computer

KNOWN_KEY = "30313233343536373839404142434445"
ERASE = "060b0001"
RUNS = 10
# Kilobytes.
MEMORY_LIMIT = 30 * 1024
MODELS = {"Mi Band 2": "mi-band-2", "Mi Band 3": "mi-band-3"}
TRAITS = {"owned": {"taps_after": 0.5}, "old-default-key": {"key": KNOWN_KEY}}
FLOWS = {
    "unpair for the official app": ["unpair"],
    "unpair for another app": ["unpair", "--for", "another-app"],
    "erase": ["erase"],
    "restart": ["restart"],
    "find": ["find"],
}
KINDS = {"reads": "read", "writes": "write", "subscriptions": "subscribe"}


class Rescue:
    """A rescue, watched from outside: when it says what, and the most memory it ever held."""

    def __init__(self, program, words):
        self.lines = []
        self.kilobytes = 0
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            command = [program, "--yes", "--json", "--data-dir", folder, *words]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                watching = threading.Thread(target=self.watch, args=(process,))
                watching.start()
                for line in process.stdout:
                    self.lines.append((time.monotonic() - began, json.loads(line)))
                watching.join()
        self.code = process.returncode

    def watch(self, process):
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                return
            for line in status.splitlines():
                if line.startswith("VmHWM:"):
                    self.kilobytes = int(line.split()[1])
            time.sleep(0.02)

    def until(self, **wanted):
        """Seconds until the first line that has all of this."""
        return next(at for at, line in self.lines if wanted.items() <= line.items())


class Figures:
    def __init__(self, program):
        self.program = program
        self.air = Air()
        self.computer = Computer()
        self.kilobytes = 0

    def rescue(self, words, model="mi-band-2", named=True, **traits):
        """Runs a rescue in front of one band; gives it and what the band has seen."""
        self.air.do("clear")
        self.computer.forget_all()
        band = self.air.add(model, **traits)
        rescue = Rescue(self.program, [*words, *(["--address", band.address] if named else [])])
        assert rescue.code == 0, rescue.lines[-1]
        self.kilobytes = max(self.kilobytes, rescue.kilobytes)
        return rescue, band.state()["log"]


def counts(log):
    """Operations in the order of KINDS, without those that prove the erase afterwards, and the latter's sum."""
    erased = next((at for at, entry in enumerate(log) if entry["value"] == ERASE), len(log))
    back = next((at for at, entry in enumerate(log) if at > erased and entry["operation"] == "connect"), len(log))
    operations = [entry["operation"] for entry in log[:back] if entry["characteristic"] != "2A50"]
    proof = [entry for entry in log[back:] if entry["characteristic"] not in (None, "2A50")]
    return [operations.count(kind) for kind in KINDS.values()], len(proof)


def practised(table):
    """Rows of the practice bands' table: flow, band, scenario, counts as above."""
    _, heading, rest = table.partition("| flow |")
    lines = (heading + rest).split("\n\n")[0].splitlines()
    names, _, *rows = [[cell.strip(" *") for cell in line.strip("|").split("|")] for line in lines]
    for row in rows:
        row = dict(zip(names, row))
        band, _, scenario = row["band"].partition(", ")
        yield row["flow"].split(" (")[0], band, scenario, [int(row[kind]) for kind in KINDS], int(row["for the proof"])


def operations(figures, table):
    print("| flow | band | reads | writes | subscriptions | for the proof | on the practice band |")
    print("|---|---|---|---|---|---|---|")
    equal = True
    for flow, band, scenario, *practice in practised(table):
        if band not in MODELS or scenario not in TRAITS:
            continue
        _, log = figures.rescue(FLOWS[flow], MODELS[band], **TRAITS[scenario])
        seen, proof = counts(log)
        same = [seen, proof] == practice
        equal = equal and same
        told = "the same" if same else f"{' + '.join(map(str, practice[0]))}, proof {practice[1]}"
        print(f"| {flow} | {band}, {scenario} | {' | '.join(map(str, seen))} | {proof} | {told} |", flush=True)
    return equal


def times(figures):
    steps = {
        "the band is in the list": {"event": "bands"},
        "connected": {"step": "connect", "state": "done"},
        "identified": {"step": "identify", "state": "done"},
        "**the first prompt**: touch the band": {"event": "prompt"},
    }
    columns = []
    for named in (True, False):
        runs = [figures.rescue(FLOWS["unpair for another app"], named=named, taps_after=0.5)[0] for _ in range(RUNS)]
        columns.append([[run.until(**wanted) for run in runs] for wanted in steps.values()])
    print("| from the start until | band named by `--address` | the only band in range |\n|---|---|---|")
    for name, *cells in zip(steps, *columns):
        shown = [f"{statistics.median(cell):.2f} s ({min(cell):.2f} to {max(cell):.2f})" for cell in cells]
        print(f"| {name} | {' | '.join(shown)} |")


def main(program, table):
    figures = Figures(os.path.abspath(program))
    print("## On a real Bluetooth stack\n")
    print("Written by `./scripts/bench-bluez`: the release build of `band-rescue`, BlueZ and a Linux kernel in an emulated")
    print("machine, and virtual bands that learnt the protocol from its description ([tests/bluez](../tests/bluez/README.md)).")
    print("No real band took part: its radio would add its own time.\n")
    print("Operations as the band counts them, on all characteristics but 2A50 and what BlueZ reads by itself; those on the")
    print("connection that proves an erase are counted apart:\n")
    equal = operations(figures, Path(table).read_text())
    print(f"\nTimes are medians of {RUNS} rescues, with the least and the most. Where no band is named, the list has to be the same")
    print("for 3 s until the only one in it is taken for the one that is meant.\n")
    times(figures)
    print(f"\nThe most memory that any of these rescues held (`VmHWM`): **{figures.kilobytes / 1024:.1f} MB**.")
    if not equal or figures.kilobytes >= MEMORY_LIMIT:
        sys.exit("the operations differ from the practice bands', or it took more memory than it may")


main(*sys.argv[1:])
