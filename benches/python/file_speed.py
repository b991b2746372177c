"""Measure saving and loading a heap: time, size of the file, memory for loading.

    python benches/python/file_speed.py [OBJECTS]

Needs a Python with refcycle installed. The heap consists of instances with a `__dict__`, lists
and, as untracked objects, strings and numbers. Each time is the minimum of three. Loading runs
in a separate process, which reports its peak resident memory.
"""

import functools
import gc
import itertools
import os
import subprocess
import sys
import tempfile
import time

import refcycle

LOADING = """
import resource, sys, time
import refcycle
start = time.perf_counter()
graph = refcycle.load(sys.argv[1])
seconds = time.perf_counter() - start
print(len(graph), seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


class Node:
    def __init__(self, number):
        self.number = number
        self.name = f"node {number}"
        self.tags = [number]
        self.following = None


def least(job):
    times = []
    for _ in range(3):
        start = time.perf_counter()
        job()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    objects = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    nodes = [Node(number) for number in range(objects // 4)]
    for node, following in itertools.pairwise(nodes):
        node.following = following
    gc.collect()
    graph = refcycle.snapshot(untracked=True)
    count = len(graph)
    print(f"{count} objects, {len(graph.edges)} references")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "heap.refcycle")
        for redact in (True, False):
            seconds = least(functools.partial(graph.save, path, redact=redact))
            size = os.path.getsize(path)
            print(
                f"save(redact={redact}): {seconds:.2f} s, {seconds / count * 1e6:.2f} s a "
                f"million; {size / 1e6:.1f} MB, {size / count:.1f} MB a million"
            )
        runs = [
            subprocess.run(
                [sys.executable, "-c", LOADING, path], check=True, capture_output=True, text=True
            ).stdout.split()
            for _ in range(3)
        ]
        seconds = min(float(found) for _, found, _ in runs)
        resident = int(runs[0][2]) / 1e6
        print(
            f"load: {seconds:.2f} s, {seconds / count * 1e6:.2f} s a million; "
            f"{resident:.2f} GB resident at most"
        )


main()
