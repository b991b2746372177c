"""Measure what sizes, `waste()` and complete snapshots cost, as ratios within one run.

    python benches/python/account_costs.py [--objects 1000000] [--runs 5] [HEAP ...]

The heaps are those of `heap_speed.py`, `records` (dicts with strings and numbers, as a program
reads them from JSON) and `arrays`: records and 10,000 arrays, of NumPy and of pyarrow if they are
installed. All figures are processor time. Each ratio is the median of pairs, both sides of which
are measured one after the other; the minimum is in brackets.
"""

import argparse
import importlib.util
import statistics
import subprocess
import sys
import time

import heap_speed

import refcycle

ARRAYS = 10_000


def records_heap(count):
    """Return about `count` objects: dicts with strings, numbers and lists."""
    texts = ["name", "city", "tags"]
    return [
        {"id": 1000 + number, "name": f"name {number}", "tags": [number, texts[number % 3]]}
        for number in range(count // 5)
    ]


def arrays_heap(count):
    """Return records and arrays."""
    heap = records_heap(count)
    found = [name for name in ("numpy", "pyarrow") if importlib.util.find_spec(name)]
    for number in range(ARRAYS):
        library = found[number % len(found)] if found else ""
        if library == "numpy":
            import numpy

            heap.append(numpy.zeros(100))
        elif library == "pyarrow":
            import pyarrow

            heap.append(pyarrow.array(range(10)))
    return heap


HEAPS = {**heap_speed.HEAPS, "records": records_heap, "arrays": arrays_heap}


def seconds(call, *arguments):
    """Return the processor time of a call. Its result is released after that."""
    start = time.process_time()
    result = call(*arguments)
    taken = time.process_time() - start
    del result
    return taken


def complete():
    """Return a snapshot of all objects."""
    return refcycle.snapshot(untracked=True)


def ratio(call, base, runs):
    """Return the median and the minimum of ratios of two times."""
    pairs = [(call(), base()) for _ in range(runs)]
    ratios = [one / other for one, other in pairs]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f})"


def measure(name, objects, runs):
    """Print the row of a heap."""
    heap = HEAPS[name](objects)
    count = len(complete())
    whole = lambda: seconds(complete)  # noqa: E731
    row = [
        ratio(whole, lambda: seconds(refcycle.snapshot), runs),
        ratio(lambda: seconds(complete().waste), whole, runs),
        ratio(lambda: seconds(complete().retained_sizes), whole, runs),
        ratio(lambda: seconds(refcycle.memory), whole, runs),
        f"{min(seconds(complete().shallow_sizes) for _ in range(runs)):.3f} s",
    ]
    del heap
    print(f"{name:<9} {count:>10,} objects  " + "  ".join(row), flush=True)


def main():
    """Print a row for each heap, each from a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("heaps", nargs="*", choices=[*HEAPS, []], metavar="HEAP")
    parser.add_argument("--objects", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    if len(arguments.heaps) == 1:
        measure(arguments.heaps[0], arguments.objects, arguments.runs)
        return
    print("complete / tracked snapshot, waste, retained sizes, memory / complete; shallow sizes")
    for name in arguments.heaps or HEAPS:
        options = ["--objects", str(arguments.objects), "--runs", str(arguments.runs)]
        subprocess.run([sys.executable, __file__, name, *options], check=True)


if __name__ == "__main__":
    main()
