"""Time the answers, relative to a snapshot of the same heap.

    python benches/python/answers_speed.py [OBJECTS]

Needs a Python with refcycle installed. Each line shows the median of five rounds, in seconds
and as a multiple of the snapshot.
"""

import gc
import statistics
import sys
import time

import refcycle


class Node:
    __slots__ = ("items", "names")

    def __init__(self, number):
        self.items = [number]
        self.names = {number: self.items}


def timed(job):
    times = []
    for _ in range(5):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def main():
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    nodes = [Node(number) for number in range(objects // 3)]
    wanted = nodes[len(nodes) // 3].names
    gc.collect()
    snapshot = timed(refcycle.snapshot)
    graph = refcycle.snapshot()
    print(f"{len(graph)} objects, {len(graph.edges)} references")
    jobs = {
        "snapshot()": refcycle.snapshot,
        "why(obj), its snapshot included": lambda: refcycle.why(wanted),
        "graph.why(obj)": lambda: graph.why(wanted),
        # Each time on a new graph, because a graph keeps its dominators.
        "retained_size(obj), its snapshot included": (
            lambda: refcycle.snapshot().retained_size(wanted)
        ),
        "leak_suspects(), dominators known": graph.leak_suspects,
    }
    for name, job in jobs.items():
        seconds = timed(job)
        print(f"{name}: {seconds:.3f} s, {seconds / snapshot:.2f}")


main()
