#!/usr/bin/env python3
"""Puts measurements together as docs/performance.md: performance.py CRITERION_FOLDER OPERATIONS JNA SPACE. Measures nothing."""

import json
import sys
from pathlib import Path

# What must not take longer, in nanoseconds, by the beginning of the bench's name.
AT_MOST = {
    "decode/": 1e3,
    "key agreement/": 20e6,
    "xiaomi/a notification is decoded": 1e3,
    "xiaomi/a session is opened": 5e6,
}


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


def at_most(name):
    """The limit of a bench, or nothing."""
    limits = [limit for beginning, limit in AT_MOST.items() if name.startswith(beginning)]
    return time(limits[0]) if limits else ""


def per_second(nanoseconds):
    """How often it is done in a second, where that is a number to be glad of."""
    return f"{1e3 / nanoseconds:.1f} million" if nanoseconds < 1e3 else ""


def main(criterion, operations, jna, space):
    _, calls, _, median, _, p90, _, p99 = jna.split()
    print("# Performance\n")
    print("Written by `./scripts/bench`. Times are medians of one run on one machine; operations and virtual time are the")
    print("same on every machine.\n")
    print("## Radio operations\n")
    print("On the practice bands, ordinary courses: a band that another person owns, and nothing goes wrong. A cell is")
    print("*reads+writes+subscriptions (connections)*, on characteristics except 2A50; behind a comma what the proof costs")
    print("after the erase. Slanted: the task does not succeed there, for want of a key (the look-alike is no band). What")
    print("hands do in the band's menu costs no radio. The protocol of 2021 and protobuf cut a message to the packets that were")
    print("agreed on, and acknowledge what comes.\n")
    every, by_touch = operations.split("\n\n")
    print(every)
    print("\nThe two bands that take a key by a touch, beside what the protocol permits at the *least*. What is added, each for")
    print("its reason: reads of serial, hardware, firmware and charge (identity, proof, safety), a subscription to the button")
    print('(tells "not tapped" from "not answered") and one to the answers of the erase. Erase and restart of a band whose key is')
    print("not known try the old shared key first; where no tap confirms the band, one vibration does.\n")
    print(by_touch)
    print("\n## Time\n")
    print("| what | median | in a second | at most |\n|---|---|---|---|")
    for name, nanoseconds in medians(Path(criterion)):
        print(f"| {name} | {time(nanoseconds)} | {per_second(nanoseconds)} | {at_most(name)} |")
    print(f"| one call through JNA, over whole rescues ({calls} calls, warm) | {median} µs (p90 {p90}, p99 {p99}) | | |")
    print("\n## Space\n")
    print("```\n" + space.strip("\n") + "\n```")


if __name__ == "__main__":
    main(*sys.argv[1:])
