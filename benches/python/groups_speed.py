"""Time `why_all` of many instances, relative to a snapshot of the same heap.

    python benches/python/groups_speed.py HELD [OBJECTS]

Needs a Python with refcycle installed, on Linux. HELD says what holds the instances: `list` (one
list), `dicts` (20 dicts of objects of 20 types), `objects` (each its own small object) or
`garbage` (each itself). The times are the median of five rounds, in seconds of processor time; the
memory is the peak during `why_all`, in bytes for each object of the snapshot.
"""

import gc
import statistics
import sys
import time
from pathlib import Path

import refcycle

ROUNDS = 5


class Session:
    pass


class Holder:
    __slots__ = ("session",)


class Owner:
    def __init__(self):
        self.sessions = {}


def in_list(count):
    return [Session() for _ in range(count)]


def in_dicts(count):
    owners = [type(f"Owner{number}", (Owner,), {})() for number in range(20)]
    for number in range(count):
        owners[number % 20].sessions[f"user-{number}"] = Session()
    return owners


def in_objects(count):
    holders = [Holder() for _ in range(count)]
    for holder in holders:
        holder.session = Session()
    return holders


def in_garbage(count):
    for _ in range(count):
        session = Session()
        session.me = session


HEAPS = {"list": in_list, "dicts": in_dicts, "objects": in_objects, "garbage": in_garbage}


def resident(field):
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith(field):
            return 1024 * int(line.split()[1])
    raise OSError(f"/proc/self/status has no {field}")


def round_of():
    """Return the seconds of a snapshot and of `why_all`, the peak memory, and the answer."""
    start = time.process_time()
    graph = refcycle.snapshot()
    taken = time.process_time() - start
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # resets the peak
    before = resident("VmRSS")
    start = time.process_time()
    answer = graph.why_all("Session")
    return taken, time.process_time() - start, (resident("VmHWM") - before) / len(graph), answer


def main():
    held, *rest = sys.argv[1:]
    gc.disable()
    kept = HEAPS[held](int(rest[0]) if rest else 1_000_000)
    refcycle.snapshot().why_all("Owner")  # imports
    rounds = [round_of()[:3] for _ in range(ROUNDS)]
    snapshot, answer, memory = map(statistics.median, zip(*rounds, strict=True))
    groups = len(round_of()[3].groups)
    print(
        f"{held}: {groups} groups, snapshot {snapshot:.3f} s, why_all {answer:.3f} s "
        f"({answer / snapshot:.2f}), {memory:.0f} bytes an object"
    )
    del kept


if __name__ == "__main__":
    main()
