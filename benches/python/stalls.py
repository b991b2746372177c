"""Measure for how long each call keeps other threads from running Python code.

    python benches/python/stalls.py [--objects 1500000] [--heap parted] [--rounds 3] [CALL...]

A second thread notes the time in a loop. While a call runs, its longest gap is the time for which
the call held the GIL at once. A gap counts with the smaller of the time that passed and the
processor time that the calling thread took meanwhile, because other programs delay both threads.
Each call runs on a new snapshot in each round; the table has the smallest of the longest gaps, and
the smallest processor time of the call. Needs only refcycle. With names of calls, only those run.
"""

import argparse
import gc
import os
import sys
import tempfile
import threading
import time

from heap_speed import HEAPS, Slotted

import refcycle


class Ticks:
    """The longest gap in the life of another thread, in seconds."""

    def __init__(self):
        self._calling = time.pthread_getcpuclockid(threading.get_ident())
        self._longest = 0.0
        self._begins = self._ends = False

    def _loop(self):
        now, used = time.perf_counter(), time.clock_gettime(self._calling)
        self._begins = True
        is_over = False
        while not is_over:
            # Asked first: the thread may have waited since then.
            is_over = self._ends
            later, more = time.perf_counter(), time.clock_gettime(self._calling)
            self._longest = max(self._longest, min(later - now, more - used))
            now, used = later, more

    def measure(self, function):
        """Call a function; return its result, the longest gap and the processor time."""
        self._longest, self._begins, self._ends = 0.0, False, False
        thread = threading.Thread(target=self._loop)
        thread.start()
        while not self._begins:
            time.sleep(0.01)
        start = time.clock_gettime(self._calling)
        result = function()
        used = time.clock_gettime(self._calling) - start
        time.sleep(0.01)
        self._ends = True
        thread.join()
        return result, self._longest, used


def calls(graph, heap, folder):
    """Yield the name of each call, and the call."""
    some = heap[len(heap) // 2]
    if isinstance(some, list):
        some = next(one for one in some if type(one) is Slotted)
    file = os.path.join(folder, "graph")
    few = graph.descendants(some, 6)

    yield "snapshot()", refcycle.snapshot
    yield "snapshot(untracked=True)", lambda: refcycle.snapshot(untracked=True)
    yield "garbage_preview()", refcycle.garbage_preview
    yield "garbage()", refcycle.garbage
    yield "objects_reachable_from", lambda: refcycle.objects_reachable_from(heap)
    yield "size", lambda: refcycle.size(heap)
    yield "roots", graph.roots
    yield "why", lambda: graph.why(some)
    yield "why()", lambda: refcycle.why(some)
    yield "why_all", lambda: graph.why_all("Slotted")
    yield "count_by_typename", graph.count_by_typename
    yield "find_by_typename", lambda: graph.find_by_typename("Slotted")
    yield "count_by", lambda: graph.count_by(type)
    yield "shallow_sizes", graph.shallow_sizes
    yield "buffers", graph.buffers
    yield "statistics", graph.statistics
    yield "parents, the first", lambda: graph.parents(some)
    yield "retained_sizes", graph.retained_sizes
    yield "top_retained", graph.top_retained
    yield "leak_suspects", graph.leak_suspects
    yield "dominator_tree", graph.dominator_tree
    yield "dominated_by", lambda: graph.dominated_by(heap)
    yield "strongly_connected_components", graph.strongly_connected_components
    yield "source_components", graph.source_components
    yield "cyclic_components", graph.cyclic_components
    yield "feedback_arc_set", lambda: few.feedback_arc_set()
    yield "descendants", lambda: graph.descendants(heap)
    yield "ancestors", lambda: graph.ancestors(some)
    yield "shortest_cycle", lambda: graph.shortest_cycle(some)
    yield "list(graph)", lambda: list(graph)
    yield "list(graph.edges)", lambda: list(graph.edges)
    yield "references", lambda: graph.references
    yield "children of a list", lambda: graph.children(heap)
    yield "out_edges of a list", lambda: graph.out_edges(heap)
    yield "owned_objects", lambda: graph.owned_objects
    yield "unreachable", graph.unreachable
    yield "full_subgraph", lambda: graph.full_subgraph(heap)
    yield "graph - graph", lambda: graph - few
    yield "graph & graph", lambda: graph & graph
    yield "cycles", graph.cycles
    yield "waste", graph.waste
    yield "signatures", graph.signatures
    yield "find_in_memory", lambda: graph.find_in_memory(some)
    yield "memory()", refcycle.memory
    yield "unshared()", refcycle.unshared
    yield "census()", refcycle.census
    yield "annotated", graph.annotated
    yield "to_json", graph.to_json
    yield "to_dot", graph.to_dot
    yield "export_json", lambda: graph.export_json(file)
    yield "export_graphml", lambda: graph.export_graphml(file)
    yield "export_csv", lambda: graph.export_csv(file)
    yield "export_html", lambda: graph.export_html(file)
    yield "export_treemap", lambda: graph.export_treemap(file + ".svg")
    yield "export_flame_graph", lambda: graph.export_flame_graph(file + ".txt")
    yield "export_heapsnapshot", lambda: graph.export_heapsnapshot(file + ".heapsnapshot")
    yield "to_arrow", graph.to_arrow
    yield "to_text", graph.to_text
    yield "tree", lambda: graph.tree(some)
    yield "to_svg", lambda: few.to_svg()
    yield "save", lambda: graph.save(file + ".refcycle")
    yield "load", lambda: refcycle.load(file + ".refcycle")
    yield "diff", lambda: refcycle.diff(graph, graph)


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--objects", type=int, default=1_500_000)
    arguments.add_argument("--heap", choices=HEAPS, default="parted")
    arguments.add_argument("--rounds", type=int, default=3)
    arguments.add_argument("calls", nargs="*")
    options = arguments.parse_args()
    heap = HEAPS[options.heap](options.objects)
    gc.collect()
    gc.disable()
    sys.setswitchinterval(0.0005)
    ticks, rows = Ticks(), {}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(options.rounds):
            graph = refcycle.snapshot()
            for name, function in calls(graph, heap, folder):
                if options.calls and name not in options.calls:
                    continue
                try:
                    result, gap, used = ticks.measure(function)
                except Exception as error:
                    print(f"{name}: {type(error).__name__}: {error}", file=sys.stderr)
                    continue
                before = rows.get(name, (gap, used))
                rows[name] = min(before[0], gap), min(before[1], used)
                if options.rounds == 1:
                    print(f"{name:32}{1000 * gap:8.0f} ms {used:7.2f} s", flush=True)
                del result
            del function, graph
    print(f"{len(gc.get_objects()):,} tracked objects; longest gap, processor time")
    for name, (gap, used) in rows.items():
        print(f"{name:32}{1000 * gap:8.0f} ms {used:7.2f} s")


if __name__ == "__main__":
    main()
