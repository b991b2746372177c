"""Checks what docs/which-tool.md says of other tools.

    python claims.py

It needs refcycle and the packages of requirements.txt, and prints one line per claim. The exit
status is 1 if a claim is false.
"""

import functools
import gc
import io
import subprocess
import sys
import threading
import time
import tracemalloc
import weakref
from queue import SimpleQueue

import objgraph
from guppy import hpy
from pympler import asizeof, garbagegraph, muppy, refbrowser, summary, tracker

import refcycle


class Session:
    def __init__(self, history=b""):
        self.history = bytearray(history)

    @functools.cache  # noqa: B019
    def discount(self, article):
        return len(article)


class Photo:
    def shrink(self):
        return threading.get_ident()


class Node:
    pass


jobs, done = SimpleQueue(), SimpleQueue()


def worker():
    while True:
        job = jobs.get()
        done.put(job())


def job_of_a_thread():
    """Leave a photo in the variable of a waiting thread; return a weak reference to it."""
    threading.Thread(target=worker, daemon=True).start()
    photo = Photo()
    jobs.put(photo.shrink)
    thread = done.get()
    while sys._current_frames()[thread].f_code.co_name != "worker":
        time.sleep(0.01)
    return weakref.ref(photo)


def cached_session():
    session = Session(b"x" * 10_000)
    session.discount("tea")
    return weakref.ref(session)


photo, session = job_of_a_thread(), cached_session()


def chain_of_objgraph(obj):
    chain = objgraph.find_backref_chain(obj, objgraph.is_proper_module)
    return [type(each).__name__ for each in chain]


def picture_of_objgraph(obj):
    output = io.StringIO()
    objgraph.show_backrefs([obj], output=output, max_depth=8)
    return output.getvalue()


def make_cycle():
    one, other = Node(), Node()
    one.next, other.back = other, one


def pympler_garbage():
    """Return the edges of the graph of a cycle, and whether the garbage was kept."""
    gc.collect()
    make_cycle()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        graph = garbagegraph.GarbageGraph(reduce=True)
        return len(graph.edges), bool(gc.garbage)
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
        gc.collect()


def growth_of_objgraph():
    objgraph.growth()
    kept = [Node() for _ in range(7)]
    return {name: more for name, _, more in objgraph.growth(limit=None)}.get("Node"), kept


def growth_of_guppy():
    heap = hpy()
    heap.setref()
    kept = [Node() for _ in range(7)]
    return "Node" in str(heap.heap()), kept


def growth_of_pympler():
    found = tracker.SummaryTracker()
    found.diff()
    kept = [Node() for _ in range(7)]
    return {row[0]: row[1] for row in found.diff()}.get("__main__.Node"), kept


def growth_of_tracemalloc():
    tracemalloc.start()
    before = tracemalloc.take_snapshot()
    kept = [Node() for _ in range(7)]
    rows = tracemalloc.take_snapshot().compare_to(before, "lineno")
    tracemalloc.stop()
    return any(row.traceback[0].filename == __file__ and row.size_diff > 0 for row in rows), kept


def tree_of_pympler(obj):
    """Return the referrers that the tree names, except for the browser's own frames."""
    output = io.StringIO()
    refbrowser.StreamBrowser(obj, maxdepth=4, stream=output).print_tree()
    names = output.getvalue().replace("|", " ").replace("+", " ").replace("-", " ").split()
    own = {"__main__.Photo", "frame", "pympler.refbrowser.StreamBrowser"}
    return sorted({name for name in names if name not in own})


def memray_help(*command):
    done = subprocess.run(
        [sys.executable, "-m", "memray", *command, "--help"], capture_output=True, text=True
    )
    return done.stdout


def shared_sizes():
    """Return what pympler and refcycle say of an object that shares a megabyte with another."""
    shared = bytearray(1_000_000)
    one, other = Node(), Node()
    one.data = other.data = shared
    return asizeof.asizeof(one), refcycle.size(one), other


def claims():
    """Yield the claims and whether they are true."""
    chain = refcycle.why(photo()).to_text()
    yield "refcycle: chain with the local variable of a thread", "local 'job'" in chain
    yield "refcycle: suggests a fix", "del job" in chain
    yield "guppy3: path with the local variable", "'job'" in str(hpy().iso(photo()).shpaths)
    yield (
        "guppy3: path through the cache",
        "['discount']" in str(hpy().iso(session()).shpaths),
    )
    if sys.version_info >= (3, 11):
        found = chain_of_objgraph(photo())
        yield "objgraph: no chain to the thread's variable", "module" not in found
        yield "pympler: no tree to the thread's variable", tree_of_pympler(photo()) == ["method"]
    yield "objgraph: chain through the cache", "_lru_cache_wrapper" in chain_of_objgraph(session())
    yield "objgraph: picture names keys", 'label="discount"' in picture_of_objgraph(session())
    yield "objgraph: pictures are for Graphviz", "digraph" in picture_of_objgraph([])
    for name, grown in (
        ("objgraph", growth_of_objgraph()[0] == 7),
        ("guppy3", growth_of_guppy()[0]),
        ("pympler", growth_of_pympler()[0] == 7),
        ("tracemalloc, by line", growth_of_tracemalloc()[0]),
    ):
        yield f"{name}: what grew", grown
    yield "objgraph: no strings", not objgraph.by_type("str")
    strings = [each for each in muppy.get_objects() if type(each) is str]
    yield "pympler: some strings", len(strings) > 1000
    kinds = hpy().heap().bytype
    yield "guppy3: strings", any(row.name == "str" for row in kinds.stat.get_rows())
    retained = hpy().iso(session()).domisize
    yield "guppy3: dominated size", retained > 10_000
    deep, freed, _ = shared_sizes()
    yield "pympler: everything reachable", deep > 1_000_000
    yield "refcycle: only what would be freed", freed < 10_000
    edges, kept = pympler_garbage()
    yield "pympler: graph of garbage, after a collection", edges >= 2 and kept
    make_cycle()
    gc.disable()
    make_cycle()
    cycles = refcycle.garbage_preview().cycles()
    gc.enable()
    yield "refcycle: cut", any("weak reference" in str(each.cut()) for each in cycles)
    yield "pympler: sizes by type", bool(summary.summarize([1, "a"]))
    yield (
        "memray: attach with sys.remote_exec, gdb, lldb",
        all(word in memray_help("attach") for word in ("sys.remote_exec", "gdb", "lldb")),
    )
    yield "memray: native stacks", "--native" in memray_help("run")
    yield (
        "memray: leaks, temporary allocations",
        all(word in memray_help("flamegraph") for word in ("--leaks", "--temporary-allocations")),
    )


def main():
    failed = False
    for claim, holds in claims():
        print("ok   " if holds else "FALSE", claim)
        failed |= not holds
    return failed


if __name__ == "__main__":
    sys.exit(main())
