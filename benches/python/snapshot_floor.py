r"""Compare a snapshot with the least that it can do, and with a collection, in one run.

    PYO3_PYTHON=PYTHON cargo build --release -p refcycle-bare
    PYTHON benches/python/snapshot_floor.py target/release/librefcycle_bare.so \
        [--heap shuffled] [--objects 1000000] [--runs 15]

`benches/bare` finds, numbers and traverses the objects, and does nothing else. The three take
turns; each figure is the median processor time, and the ratios are those of the medians and of
the minima. The heaps are those of `heap_speed.py`. The first collection is that of a heap that
was just built; it is shown alone.
"""

import argparse
import ctypes
import gc
import statistics
import sys
import time

from heap_speed import HEAPS

import refcycle


def timed(function):
    start = time.process_time()
    function()
    return time.process_time() - start


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("library")
    arguments.add_argument("--heap", choices=HEAPS, default="shuffled")
    arguments.add_argument("--objects", type=int, default=1_000_000)
    arguments.add_argument("--runs", type=int, default=15)
    given = arguments.parse_args()
    bare = ctypes.PyDLL(given.library).refcycle_bare
    bare.argtypes = [ctypes.py_object]
    bare.restype = ctypes.c_uint64
    listed = sys.version_info < (3, 12)
    gc.disable()
    heap = HEAPS[given.heap](given.objects)
    first = timed(gc.collect)
    kept = []

    def look():
        kept.append(refcycle.snapshot())

    jobs = {
        "bare": lambda: bare(gc.get_objects() if listed else None),
        "snapshot": look,
        "collection": gc.collect,
    }
    times = {name: [] for name in jobs}
    for _ in range(given.runs + 2):
        for name, job in jobs.items():
            times[name].append(timed(job))
            kept.clear()
    version = "{}.{}".format(*sys.version_info)
    print(
        f"{version} {given.heap}, {len(gc.get_objects())} objects; first collection {first:.3f} s"
    )
    for kind in (statistics.median, min):
        bare_, snapshot, collection = (kind(column[2:]) for column in times.values())
        print(
            f"  {kind.__name__:6} bare {bare_ * 1e3:7.1f} ms, snapshot {snapshot * 1e3:7.1f} ms, "
            f"collection {collection * 1e3:7.1f} ms; snapshot / bare {snapshot / bare_:.2f}, "
            f"snapshot / collection {snapshot / collection:.2f}"
        )
    del heap


main()
