"""Compare a complete dump with one of tracked objects: processor time, and size of the file.

    python benches/python/complete_dump.py libraries|nodes [RUNS]

Needs a Python with refcycle installed. The heap `libraries` is that of a process which has
imported numpy, pandas, django and sqlalchemy, and needs them; `nodes` consists of 250,000
instances with a `__dict__`, a list, a number and a string each. Both dumps are taken in turns;
each figure is the minimum of the runs. Loading is measured on the same files.
"""

import gc
import itertools
import os
import sys
import tempfile
import time

import refcycle


class Node:
    def __init__(self, number):
        self.number = number
        self.name = f"node {number}"
        self.tags = [number]
        self.following = None


def heap(name):
    """Make the heap; return what must be kept."""
    if name == "libraries":
        import django.db.models
        import django.http
        import django.template
        import numpy
        import pandas
        import sqlalchemy.orm

        return [django, numpy, pandas, sqlalchemy]
    nodes = [Node(number) for number in range(250_000)]
    for node, following in itertools.pairwise(nodes):
        node.following = following
    return nodes


def dump(path, untracked):
    """Return the processor time of a dump, and of its snapshot, and how many objects it has."""
    start = time.process_time()
    graph = refcycle.snapshot(untracked=untracked)
    taken = time.process_time()
    graph.save(path)
    row = time.process_time() - start, taken - start, len(graph), len(graph.edges)
    del graph  # in a variable of a frame that it has, it would be in the next one
    return row


def load(path):
    start = time.process_time()
    refcycle.load(path)
    return time.process_time() - start


def main():
    kept = heap(sys.argv[1])
    runs = int(sys.argv[2]) if len(sys.argv) > 2 else 7
    gc.collect()
    found = {False: [], True: []}
    with tempfile.TemporaryDirectory() as folder:
        path = {untracked: os.path.join(folder, f"{untracked}.refcycle") for untracked in found}
        for _ in range(runs):
            for untracked, rows in found.items():
                rows.append(dump(path[untracked], untracked))
        sizes = {untracked: os.path.getsize(path[untracked]) for untracked in found}
        loading = {untracked: min(load(path[untracked]) for _ in range(3)) for untracked in found}
    for untracked, rows in found.items():
        total, taken, objects, references = (min(column) for column in zip(*rows, strict=True))
        print(
            f"{'complete' if untracked else 'tracked'}: {objects} objects, {references} "
            f"references; {total:.2f} s, of which snapshot {taken:.2f} s; "
            f"{sizes[untracked] / 1e6:.2f} MB, {sizes[untracked] / objects:.1f} bytes an object; "
            f"load {loading[untracked]:.2f} s"
        )
    tracked, complete = (min(row[0] for row in found[untracked]) for untracked in found)
    print(
        f"complete / tracked: time {complete / tracked:.2f}, size {sizes[True] / sizes[False]:.2f}"
    )
    del kept


main()
