"""How fast refcycle reads and answers, as ratios measured in one run.

    python benches/python/heap_speed.py [--objects 1000000] [--peer]

`--peer` runs the refcycle 0.3.1 of another environment for the snapshot, in its own
process: give its interpreter, for instance `--peer /tmp/old/bin/python`. Needs nothing but
refcycle. Prints a line a figure.
"""

import argparse
import gc
import resource
import statistics
import subprocess
import sys
import time


class Node:
    def __init__(self, number, before):
        self.number = number
        self.before = before
        self.tags = [number]


class Slotted:
    __slots__ = ("before", "value")

    def __init__(self, value, before):
        self.value = value
        self.before = before


def mixed_heap(count):
    """About `count` objects that the collector tracks: instances, lists, dicts, tuples."""
    heap = []
    before = None
    for number in range(count // 6):
        node = Node(number, before)
        slotted = Slotted(node, before)
        table = {"node": node, number: slotted}
        heap.append((node, table))
        heap.append([slotted, table])
        before = node if number % 50 else None
    return heap


def timed(function, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
        del result
    return statistics.median(times)


def resident():
    """Bytes of this process that are in memory now."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def line(name, value, unit, bound=""):
    print(f"{name:58} {value:10.3f} {unit:12} {bound}", flush=True)


def peer_snapshot(python, count):
    code = (
        "import sys, time, gc; sys.path.insert(0, sys.argv[1]); "
        "from heap_speed import mixed_heap; import refcycle; "
        "heap = mixed_heap(int(sys.argv[2])); gc.disable(); gc.collect(); "
        "start = time.perf_counter(); graph = refcycle.snapshot(); "
        "print(time.perf_counter() - start)"
    )
    folder = __file__.rsplit("/", 1)[0]
    done = subprocess.run(
        [python, "-c", code, folder, str(count)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--objects", type=int, default=1_000_000)
    arguments.add_argument("--peer", help="the python of an environment with refcycle 0.3.1")
    arguments = arguments.parse_args()

    import refcycle

    heap = mixed_heap(arguments.objects)
    gc.collect()
    gc.disable()
    tracked = len(gc.get_objects())
    print(f"CPython {sys.version.split()[0]}, {tracked} tracked objects")

    # First of all: later the process's peak is that of what came before.
    before = resident()
    graph = refcycle.snapshot()
    top = max(peak(), resident()) - before
    line("memory held by a snapshot", (resident() - before) / tracked, "B/object")
    line("memory at the peak of a snapshot", top / tracked, "B/object", "at most 64")
    del graph

    ours, floor = [], []
    for _ in range(7):
        floor.append(timed(gc.collect, 1))
        ours.append(timed(refcycle.snapshot, 1))
    ratios = [a / b for a, b in zip(ours, floor, strict=True)]
    line("gc.collect()", statistics.median(floor) * 1e3, "ms")
    line("snapshot()", statistics.median(ours) * 1e3, "ms")
    line("snapshot() / gc.collect()", statistics.median(ratios), "x", "at most 0.6")
    if arguments.peer:
        old = peer_snapshot(arguments.peer, arguments.objects)
        line("refcycle 0.3.1 snapshot()", old * 1e3, "ms")
        line("0.3.1 / ours", old / statistics.median(ours), "x", "at least 60")

    graph = refcycle.snapshot()
    leaf = heap[-1][0]
    line(
        "first ancestors(x, 3) (makes the backward edges)",
        timed(lambda: graph.ancestors(leaf, generations=3), 1) * 1e3,
        "ms",
    )
    size = len(graph.ancestors(leaf, generations=3))
    line(
        f"ancestors(x, generations=3), {size} vertices",
        timed(lambda: graph.ancestors(leaf, generations=3), 50) * 1e3,
        "ms",
        "under 1",
    )
    line("descendants(x)", timed(lambda: graph.descendants(heap[0])) * 1e3, "ms")

    before = resident()
    start = time.perf_counter()
    components = graph.strongly_connected_components()
    elapsed = time.perf_counter() - start
    line("strongly_connected_components()", elapsed, "s", "under 1 at 1 M")
    line("  memory of a component", (resident() - before) / len(components), "B", "under 200")
    line("  components", len(components), "")
    start = time.perf_counter()
    del components
    line("  freeing them", time.perf_counter() - start, "s")
    line("source_components()", timed(graph.source_components, 3), "s")
    start = time.perf_counter()
    part = graph.full_subgraph(heap[: len(heap) // 2])
    line("full_subgraph(half of a list)", time.perf_counter() - start, "s")
    start = time.perf_counter()
    text = part.to_json()
    line("to_json() of it", time.perf_counter() - start, "s")
    named = len(part) + len(part.edges)
    line("  names a second", named / (time.perf_counter() - start), "1/s")
    del text, part


if __name__ == "__main__":
    main()
