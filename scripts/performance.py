#!/usr/bin/env python3
"""Puts measurements together as docs/performance.md: performance.py CRITERION_FOLDER OPERATIONS JNA SPACE. Measures nothing."""

import json
import sys
from pathlib import Path



def medians(folder):
    """Criterion's medians in nanoseconds, by the name of the bench; of a bench with a throughput, per element."""
    for estimates in sorted(folder.rglob("new/estimates.json")):
        about = json.loads((estimates.parent / "benchmark.json").read_text())
        median = json.loads(estimates.read_text())["median"]["point_estimate"]
        elements = (about.get("throughput") or {}).get("Elements", 1)
        yield about["full_id"].replace("_", " "), median / elements


def time(nanoseconds):
    for unit, size in (("ms", 1e6), ("µs", 1e3)):
        if nanoseconds >= size:
            return f"{nanoseconds / size:.2f} {unit}"
    return f"{nanoseconds:.0f} ns"


def main(criterion, operations, jna, space):
    _, calls, _, median, _, p90, _, p99 = jna.split()
    print("# Performance\n")
    print("Written by `./scripts/bench`. Times are medians of one run on one machine; operations and virtual time are the")
    print("same on every machine.\n")
    print("## Radio operations\n")
    print("On the practice bands, ordinary courses. Counted are reads, writes and subscriptions on characteristics except")
    print("2A50; the connection that proves is counted apart. *Least* is what the protocol permits at all. What is added, each")
    print("for its reason: reads of serial, hardware, firmware and charge (identity, proof, safety), a subscription to the button")
    print('(tells "not tapped" from "not answered") and one to the answers of the erase. Erase and restart of a band whose key is')
    print("not known try the old shared key first; where no tap confirms the band, one vibration does.\n")
    print(operations)
    print("\n## Time\n")
    print("| what | median |\n|---|---|")
    for name, nanoseconds in medians(Path(criterion)):
        print(f"| {name} | {time(nanoseconds)} |")
    print(f"| one call through JNA, over whole rescues ({calls} calls, warm) | {median} µs (p90 {p90}, p99 {p99}) |")
    print("\n## Space\n")
    print("```\n" + space.strip("\n") + "\n```")


if __name__ == "__main__":
    main(*sys.argv[1:])
