"""The share of the memory of a process that is copied while a fork writes a dump, on Linux.

`python benches/python/forked_pages.py [OBJECTS]`: of the pages that the process has in main
memory before the call, those that the child has for itself when the dump is complete, whichever of
the two processes wrote to them. The process does nothing meanwhile. `/proc/self/pagemap` says so.
"""

import gc
import marshal
import os
import subprocess
import sys
import tempfile
import threading
import time
from array import array

import refcycle
from refcycle import dumping

PRESENT, OF_FILE, EXCLUSIVE = 63, 61, 56
PAGE = os.sysconf("SC_PAGE_SIZE")


class Node:
    def __init__(self, number):
        self.name = f"node {number}"
        self.number = number
        self.children = [number]


class Slotted:
    __slots__ = ("left", "right")


def build(count):
    """Return about `count` objects that the collector tracks, and as many others."""
    kept = []
    for number in range(count // 10):
        node, slotted = Node(number), Slotted()
        slotted.left, slotted.right = node, [str(number)]
        kept += (
            node,
            slotted,
            {"id": number, "pair": (node, f"x{number}"), "parts": {number, number + 1}},
            lambda node=node: node,
            node.__init__,
        )
    return kept


def pages():
    """Return what the system says of the pages of each writable mapping, by its first page."""
    with open("/proc/self/maps") as file:
        mappings = [line.split() for line in file]
    states = os.open("/proc/self/pagemap", os.O_RDONLY)
    found = []
    for addresses, access, *_ in mappings:
        if access.startswith("rw-p"):
            start, end = (int(address, 16) // PAGE for address in addresses.split("-"))
            found.append((start, os.pread(states, (end - start) * 8, start * 8)))
    os.close(states)
    return found


def copied(path):
    """Dump in a fork. Return how many pages there were, how many were copied, and two times."""
    files = [path + ".before", path + ".after"]
    save_into = dumping.save_into

    def note(name):
        with open(name, "wb") as file:
            marshal.dump(pages(), file)

    def save_before_a_look(graph, file, *, redact):
        save_into(graph, file, redact=redact)
        note(files[1])

    dumping.save_into = save_before_a_look
    try:
        note(files[0])
        start = time.perf_counter(), time.process_time()
        taken = refcycle.dump(path, fork=True)
        times = time.perf_counter() - start[0], time.process_time() - start[1]
        taken.wait()
    finally:
        dumping.save_into = save_into
    # Counted in another process: this one would leave free blocks, which the next child would use.
    counts = subprocess.check_output([sys.executable, __file__, "--count", *files])
    return *map(int, counts.split()), times


def count(before, after):
    """Print how many anonymous pages were in main memory before, and how many the child copied."""
    found = []
    for name, wanted in [(before, PRESENT), (after, EXCLUSIVE)]:
        with open(name, "rb") as file:
            mappings = marshal.load(file)
        found.append(
            {
                number
                for start, words in mappings
                for number, word in enumerate(array("Q", words), start)
                if word >> PRESENT & 1 and not word >> OF_FILE & 1 and word >> wanted & 1
            }
        )
    print(len(found[0]), len(found[0] & found[1]))


def main():
    kept = build(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    gc.collect()
    stop = threading.Event()
    threads = [threading.Thread(target=stop.wait, name=f"worker {n}") for n in range(8)]
    for thread in threads:
        thread.start()
    print(f"{len(gc.get_objects()):,} tracked objects, Python {sys.version.split()[0]}")
    with tempfile.TemporaryDirectory() as folder:
        for name, prepare in [("first", int), ("again", int), ("frozen", gc.freeze)]:
            prepare()
            shared, lost, (wall, cpu) = copied(os.path.join(folder, "now.refcycle"))
            print(
                f"{name:6} {shared * PAGE / 1e6:6.0f} MB, {lost / shared:6.1%} copied, "
                f"the call took {wall * 1000:.1f} ms, {cpu * 1000:.1f} ms of the processor"
            )
    stop.set()
    del kept


if __name__ == "__main__":
    if sys.argv[1:2] == ["--count"]:
        count(*sys.argv[2:])
    else:
        main()
