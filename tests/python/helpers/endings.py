"""Programs that end while daemon threads are within a call of refcycle.

    python tests/python/helpers/endings.py [--runs 200] [CALL ...]

runs, for each call, programs whose main thread ends at a random moment, and prints how many
ended otherwise than with exit code 0 and nothing on stderr. The call `mixed` is all of them.
"""

import argparse
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import refcycle
from refcycle.directed_graph import DirectedGraph

# Longer than any run takes: a run that hangs is killed, and counted.
LIMIT = 120
# Vertices that make a graph large enough for searches without the GIL.
MANY = 30_000
LONGEST_MOMENT = 0.4


class Owner:
    def __init__(self, items):
        self.items = items


class Calls:
    """The calls of the threads, by name; each call has its own folder."""

    def __init__(self, folder):
        self._folder = folder
        self._owner = Owner([[number] for number in range(MANY)])
        self._graph = refcycle.ObjectGraph([self._owner, self._owner.items, *self._owner.items])
        self._small = self._graph.descendants(self._owner, 1)
        self._before = refcycle.snapshot()
        self._file = os.path.join(folder, "before.refcycle")
        self._small.save(self._file)
        pairs = [(number, number + 1) for number in range(MANY)]
        self._numbers = DirectedGraph.from_edge_pairs([*range(MANY + 1)], pairs)

    def _path(self, ending):
        return os.path.join(self._folder, f"{threading.get_ident()}.{ending}")

    def snapshot(self):
        refcycle.snapshot()

    def untracked(self):
        refcycle.snapshot(untracked=True)

    def dump(self):
        refcycle.dump(self._path("refcycle"))

    def dump_fork(self):
        refcycle.dump(self._path("refcycle"), fork=True).wait()

    def save(self):
        self._graph.save(self._path("refcycle"))

    def load(self):
        loaded = refcycle.load(self._file, progress=lambda done, whole: None)
        str(loaded.why(next(iter(loaded))))

    def export_html(self):
        self._small.export_html(self._path("html"))

    def export_image(self):
        self._small.export_image(self._path("svg"))

    def to_json(self):
        self._graph.to_json()

    def heapsnapshot(self):
        self._graph.export_heapsnapshot(self._path("heapsnapshot"))

    def graphml(self):
        self._graph.export_graphml(self._path("graphml"))

    def why(self):
        str(refcycle.why(self._owner))

    def roots(self):
        self._graph.roots()

    def annotated(self):
        self._graph.annotated()

    def retained_sizes(self):
        refcycle.snapshot().retained_sizes()

    def top_retained(self):
        refcycle.snapshot().top_retained()

    def waste(self):
        str(refcycle.snapshot().waste())

    def components(self):
        self._numbers.strongly_connected_components()

    def descendants(self):
        self._numbers.descendants(0)

    def count_by(self):
        self._graph.count_by(lambda vertex: type(vertex).__name__)

    def cycles(self):
        refcycle.garbage_preview().cycles()

    def garbage(self):
        refcycle.garbage()

    def diff(self):
        str(refcycle.diff(self._before, refcycle.snapshot()))

    def census(self):
        refcycle.census()

    def watch(self):
        with refcycle.watch() as growth:
            for _ in growth.steps(range(8)):
                pass
        growth.report()

    def text(self):
        self._small.to_text()

    def finalizers(self):
        """Code of the program runs when a graph is freed."""
        refcycle.ObjectGraph([Finalized() for _ in range(1000)])

    def user_graph(self):
        Ring().strongly_connected_components()


class Finalized:
    def __del__(self):
        time.sleep(0)


class Ring(refcycle.IDirectedGraph):
    """A graph of a user's class: all its methods are Python code."""

    id_map = staticmethod(int)
    vertices = range(300)
    edges = range(300)

    def __len__(self):
        return 300

    def __iter__(self):
        return iter(self.vertices)

    def __contains__(self, vertex):
        return vertex in self.vertices

    def head(self, edge):
        return (edge + 1) % 300

    def tail(self, edge):
        return edge

    def out_edges(self, vertex):
        return [vertex]

    def in_edges(self, vertex):
        return [(vertex - 1) % 300]

    def full_subgraph(self, vertices):
        return list(vertices)

    @classmethod
    def vertex_set(cls):
        return set()

    @classmethod
    def vertex_dict(cls):
        return {}


ALONE = [name for name in vars(Calls) if not name.startswith("_")]
# Each thread makes all calls, in its own order.
MIXED = "mixed"
CALLS = [MIXED, *ALONE]


def be_the_program(name, seed, folder):
    chance = random.Random(seed)
    calls = Calls(folder)
    begun = threading.Event()

    def loop():
        order = chance.sample(ALONE, len(ALONE)) if name == MIXED else [name]
        begun.set()
        while True:
            for call in order:
                getattr(calls, call)()

    # More switches between threads give more places in which a thread can be at the end.
    sys.setswitchinterval(1e-4)
    for _ in range(chance.randint(1, 4)):
        threading.Thread(target=loop, daemon=True).start()
    begun.wait()
    time.sleep(chance.uniform(0, LONGEST_MOMENT))


def outcome(name, seed):
    """How one program failed: an empty string if it ended as it should."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        command = [sys.executable, __file__, "--program", name, str(seed), folder]
        try:
            done = subprocess.run(command, capture_output=True, timeout=LIMIT)
        except subprocess.TimeoutExpired:
            return "hangs"
    if done.returncode == 0 and not done.stderr:
        return ""
    return f"exit {done.returncode}: {done.stderr.decode(errors='replace').strip()[-300:]}"


def outcomes(name, runs, first=0, workers=2):
    """The number of programs for each failure, without those that ended as they should."""
    with ThreadPoolExecutor(workers) as pool:
        found = Counter(pool.map(lambda seed: outcome(name, seed), range(first, first + runs)))
    del found[""]
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("calls", nargs="*", default=CALLS, metavar="CALL")
    parser.add_argument("--runs", type=int, default=200)
    options = parser.parse_args()
    version = ".".join(map(str, sys.version_info[:3]))
    for name in options.calls:
        found = outcomes(name, options.runs)
        print(f"{version} {name}: {found.total()} of {options.runs} failed", flush=True)
        for what, count in found.most_common(4):
            print(f"    {count} x {what}", flush=True)
    return 0


if __name__ == "__main__":
    if sys.argv[1:2] == ["--program"]:
        be_the_program(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        sys.exit(main())
