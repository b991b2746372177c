"""Measure how fast refcycle reads a heap and answers questions, as ratios within one run.

    python benches/python/heap_speed.py [--objects 1000000] [--heap shuffled] [--peer PYTHON]

The heaps are `shuffled` (objects refer to others at random addresses, as in a process that has
run for a while), `parted` (the same, in lists of a thousand objects), `ordered` (objects in the
order of their creation, the best case for the collector) and `syntax` (the syntax trees of the
standard library). `--peer` also takes the snapshot with refcycle 0.3.1 of another environment,
in a separate process: pass the path of its interpreter, for example `/tmp/old/bin/python`. Only
refcycle is needed. Prints one figure per line.
"""

import argparse
import ast
import gc
import pathlib
import random
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


def ordered_heap(count):
    """Return about `count` objects that the collector tracks: instances, lists, dicts, tuples."""
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


def shuffled_heap(count):
    """Make the same kinds of objects refer to each other across the whole heap."""
    rng = random.Random(1)
    heap = []
    for number in range(count * 2 // 17):
        node = Node(number, None)
        heap += [node, Slotted(number, None), {number: [number]}, [number, (number, [])]]
        if number % 2:
            heap.append({"name": node})
    rng.shuffle(heap)
    for obj in heap:
        other = heap[rng.randrange(len(heap))]
        if isinstance(obj, (Node, Slotted)):
            obj.before = other
        elif isinstance(obj, list):
            obj.append(other)
        else:
            obj["other"] = other
    return heap


def syntax_heap(count):
    """Parse modules of the standard library until they have `count` objects."""
    trees = []
    folder = pathlib.Path(ast.__file__).parent
    for path in sorted(folder.glob("**/*.py")):
        if "site-packages" in path.parts:
            continue
        try:
            trees.append(ast.parse(path.read_text(encoding="utf-8")))
        except (SyntaxError, UnicodeDecodeError, ValueError):
            continue
        if len(gc.get_objects()) > count:
            break
    return trees


def parted_heap(count):
    """Keep the objects of a shuffled heap in many lists, so that no object is large."""
    heap = shuffled_heap(count)
    return [heap[start : start + 1000] for start in range(0, len(heap), 1000)]


HEAPS = {
    "shuffled": shuffled_heap,
    "parted": parted_heap,
    "ordered": ordered_heap,
    "syntax": syntax_heap,
}


def timed(function, runs=5):
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        result = function()
        times.append(time.perf_counter() - start)
        del result
    return statistics.median(times)


def resident():
    """Return the resident memory of this process, in bytes."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def line(name, value, unit, bound=""):
    print(f"{name:58} {value:10.3f} {unit:12} {bound}", flush=True)


def peer_snapshot(python, kind, count):
    code = (
        "import sys, time, gc; sys.path.insert(0, sys.argv[1]); "
        "from heap_speed import HEAPS; import refcycle; "
        "heap = HEAPS[sys.argv[2]](int(sys.argv[3])); gc.disable(); gc.collect(); "
        "start = time.perf_counter(); graph = refcycle.snapshot(); "
        "print(time.perf_counter() - start)"
    )
    folder = __file__.rsplit("/", 1)[0]
    done = subprocess.run(
        [python, "-c", code, folder, kind, str(count)], check=True, capture_output=True, text=True
    )
    return float(done.stdout)


def reading(heap):
    """Time snapshots against collections, interleaved: ratios are steadier than times."""
    import refcycle

    leaf = heap[-1]
    ours, reverse, floor = [], [], []
    for _ in range(7):
        start = time.perf_counter()
        gc.collect()
        collected = time.perf_counter()
        graph = refcycle.snapshot()
        made = time.perf_counter()
        graph.parents(leaf)
        reversed_ = time.perf_counter()
        pause = graph.statistics()["pause_seconds"]
        del graph
        floor.append(collected - start)
        ours.append(made - collected)
        reverse.append(reversed_ - collected)
    line("gc.collect()", statistics.median(floor) * 1e3, "ms")
    line("snapshot()", statistics.median(ours) * 1e3, "ms")
    line("  of which with the GIL held", pause * 1e3, "ms")
    ratios = sorted(a / b for a, b in zip(ours, floor, strict=True))
    line("snapshot() / gc.collect()", statistics.median(ratios), "x", "at most 0.35")
    line("  smallest", ratios[0], "x")
    ratios = [a / b for a, b in zip(reverse, floor, strict=True)]
    line("with the backward edges", statistics.median(ratios), "x", "at most 0.5")
    return statistics.median(ours)


def garbage_speed(count):
    """Time garbage() against a collection that keeps it, and one traversal of it."""
    import refcycle

    def make():
        before = None
        for number in range(count // 2):
            node = Node(number, before)
            node.own = node
            before = node if number % 20 else None

    ours, floor = [], []
    for _ in range(5):
        make()
        start = time.perf_counter()
        gc.set_debug(gc.DEBUG_SAVEALL)
        gc.collect()
        gc.set_debug(0)
        gc.get_referents(*gc.garbage)
        floor.append(time.perf_counter() - start)
        gc.garbage.clear()
        gc.collect()
        make()
        start = time.perf_counter()
        graph = refcycle.garbage()
        ours.append(time.perf_counter() - start)
        del graph
        gc.collect()
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    line("garbage() / (collection + traversal)", ratio, "x", "at most 1.2")


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--objects", type=int, default=1_000_000)
    arguments.add_argument("--heap", choices=HEAPS, default="shuffled")
    arguments.add_argument("--peer", help="the python of an environment with refcycle 0.3.1")
    arguments.add_argument("--reading", action="store_true", help="only the snapshot itself")
    arguments = arguments.parse_args()

    import refcycle

    heap = HEAPS[arguments.heap](arguments.objects)
    gc.collect()
    gc.disable()
    tracked = len(gc.get_objects())
    print(f"CPython {sys.version.split()[0]}, {arguments.heap}, {tracked} tracked objects")

    # This must come first: later, the peak of the process includes earlier work.
    before = resident()
    graph = refcycle.snapshot()
    top = max(peak(), resident()) - before
    line("memory held by a snapshot", (resident() - before) / tracked, "B/object")
    line("memory at the peak of a snapshot", top / tracked, "B/object", "at most 44")
    graph.parents(heap)
    top = max(peak(), resident()) - before
    line("  with the backward edges", top / tracked, "B/object", "at most 44")
    del graph

    ours = reading(heap)
    if arguments.peer:
        old = peer_snapshot(arguments.peer, arguments.heap, arguments.objects)
        line("refcycle 0.3.1 snapshot()", old * 1e3, "ms")
        line("0.3.1 / ours", old / ours, "x", "at least 60")
    if arguments.reading:
        return

    one = timed(lambda: gc.get_referents(*gc.get_objects()))
    line("objects_reachable_from(heap)", timed(lambda: refcycle.objects_reachable_from(heap)), "s")
    line("  gc.get_referents() of all tracked objects", one, "s")
    line("garbage_preview()", timed(refcycle.garbage_preview), "s")
    garbage_speed(arguments.objects // 3)

    graph = refcycle.snapshot()
    leaf = heap[-1]
    graph.parents(leaf)
    size = len(graph.ancestors(leaf, generations=3))
    line(
        f"ancestors(x, generations=3), {size} vertices",
        timed(lambda: graph.ancestors(leaf, generations=3), 50) * 1e3,
        "ms",
        "under 1",
    )
    line("descendants(x)", timed(lambda: graph.descendants(heap[0])) * 1e3, "ms")
    line("roots()", timed(graph.roots, 3), "s")
    line("shallow_sizes()", timed(graph.shallow_sizes, 3), "s")

    before = resident()
    start = time.perf_counter()
    components = graph.strongly_connected_components()
    elapsed = time.perf_counter() - start
    line("strongly_connected_components()", elapsed, "s", "under 1 at 1 M")
    line("  memory of a component", (resident() - before) / len(components), "B", "under 200")
    line("  components", len(components), "")
    del components
    line("source_components()", timed(graph.source_components, 3), "s")
    start = time.perf_counter()
    named = graph.annotated()
    elapsed = time.perf_counter() - start
    line("annotated()", elapsed, "s", "at most 3 at 1 M")
    line("  names a second", (len(named) + len(named.edges)) / elapsed, "1/s")


if __name__ == "__main__":
    main()
