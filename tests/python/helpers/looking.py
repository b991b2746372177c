"""Every public function that only looks, and a small world to look at."""

import copy
import gc
import pickle
import sys
import threading
from array import array

import refcycle
from refcycle import ObjectGraph
from refcycle.annotations import annotated_references, object_annotation
from refcycle.memory_account import memory
from refcycle.unshared_memory import unshared

from .hostile import HOSTILE


class Inline:
    """Since 3.11, its attributes are in the instance itself."""

    def __init__(self):
        self.one = []
        self.other = {}


def delegating(depth):
    held = [depth]
    if depth:
        yield from delegating(depth - 1)
    yield held


class World:
    """Objects with every hook, generators, inline attributes, threads with frames."""

    def __init__(self, folder="."):
        self.folder = folder
        self.hostile = [make() for make in HOSTILE.values()]
        self.inline = [Inline() for _ in range(3)]
        self.generator = delegating(5)
        next(self.generator)
        self.ring = [[] for _ in range(5)]
        for one, other in zip(self.ring, self.ring[1:] + self.ring[:1], strict=True):
            one.append(other)
        self.plain = [[1, 2], {"key": ["value"]}, ("a", [])]
        self.end = threading.Event()
        ready = threading.Semaphore(0)
        self.threads = [
            threading.Thread(target=self.wait, args=(4, ready), daemon=True) for _ in range(3)
        ]
        for thread in self.threads:
            thread.start()
            ready.acquire()
        self.parts = [
            *self.hostile,
            *(part for obj in self.hostile for part in gc.get_referents(obj)),
            *self.inline,
            self.generator,
            *self.ring,
            *self.plain,
            self,
        ]
        self.untracked = untracked_objects(self.parts)

    def wait(self, depth, ready):
        held = Inline()
        if depth:
            return self.wait(depth - 1, ready) or held
        ready.release()
        self.end.wait()

    def close(self):
        self.end.set()
        for thread in self.threads:
            thread.join()


def untracked_objects(parts):
    """Strings, code and types that the collector does not track, once each. Without what all code
    uses all the time: small numbers and None."""
    seen = {}
    for part in parts:
        for obj in [part, type(part), *gc.get_referents(part)]:
            if not gc.is_tracked(obj) and obj is not None and type(obj) is not int:
                seen[id(obj)] = obj
    for function in (Inline.__init__, delegating, World.wait):
        code = function.__code__
        for obj in (code, *code.co_names, code.co_filename):
            seen[id(obj)] = obj
    return list(seen.values())


def graph(world):
    return ObjectGraph(world.parts)


def pickled(world):
    found = pickle.loads(pickle.dumps(ObjectGraph([world.plain, *world.plain])))
    return len(found)


def every_vertex(world):
    made = graph(world)
    for vertex in made:
        made.children(vertex)
        made.parents(vertex)
        made.out_edges(vertex)
        made.in_edges(vertex)
        made.external_references(vertex)
        made.shallow_size(vertex)
        object_annotation(vertex)
        annotated_references(vertex)


def every_edge(world):
    made = graph(world)
    for edge in made.edges:
        made.head(edge), made.tail(edge)


def unknown(world):
    made = graph(world)
    for ask in (made.children, made.ancestors, made.shallow_size, made.external_references):
        try:
            ask([])
        except KeyError as error:
            str(error)
    try:
        made.shortest_path(world.plain, world.ring[0])
    except (KeyError, ValueError):
        pass


def roots(made):
    return [(repr(root), root.name, root.holders, root.unexplained) for root in made.roots()]


def no_loop_variables(made):
    return [None for _ in made], [None for _ in made.edges], [None for _ in made.vertices]


def ignore(done, total):
    pass


LOOKS = {
    "snapshot": lambda w: refcycle.snapshot(),
    "snapshot with progress": lambda w: refcycle.snapshot(progress=ignore),
    "snapshot untracked": lambda w: refcycle.snapshot(untracked=True),
    "objects_reachable_from": lambda w: refcycle.objects_reachable_from(w.plain),
    "everything reachable": lambda w: refcycle.objects_reachable_from(w.hostile),
    "garbage_preview": lambda w: refcycle.garbage_preview(),
    "capabilities": lambda w: refcycle.capabilities(),
    "memory": lambda w: memory(),
    "unshared": lambda w: unshared(),
    "ObjectGraph": graph,
    "an empty ObjectGraph": lambda w: ObjectGraph(),
    "ancestors": lambda w: graph(w).ancestors(w.ring[0]),
    "descendants": lambda w: graph(w).descendants(w),
    "descendants in 2 generations": lambda w: graph(w).descendants(w, 2),
    "shortest_path": lambda w: graph(w).shortest_path(w.ring[0], w.ring[3]),
    "shortest_cycle": lambda w: graph(w).shortest_cycle(w.ring[0]),
    "strongly_connected_components": lambda w: graph(w).strongly_connected_components(),
    "source_components": lambda w: graph(w).source_components(),
    "cyclic_components": lambda w: graph(w).cyclic_components(),
    "simple_cycles": lambda w: list(graph(w).full_subgraph(w.ring).simple_cycles()),
    "feedback_arc_set": lambda w: graph(w).feedback_arc_set().edges,
    "feedback_vertex_set": lambda w: graph(w).feedback_vertex_set().vertices,
    "on_every_cycle": lambda w: graph(w).full_subgraph(w.ring).on_every_cycle(),
    "strong_bridges": lambda w: graph(w).strong_bridges(),
    "strong_articulation_points": lambda w: graph(w).strong_articulation_points(),
    "held_together_by": lambda w: [found.held_together_by() for found in graph(w).cycles()],
    "cycles": lambda w: [(str(found), found.signature) for found in graph(w).cycles()],
    "cuts": lambda w: [str(found.cut()) for found in graph(w).cycles()],
    "full_subgraph": lambda w: graph(w).full_subgraph(w.ring),
    "difference": lambda w: graph(w) - ObjectGraph(w.ring),
    "intersection": lambda w: graph(w) & ObjectGraph(w.ring),
    "references": lambda w: graph(w).references(),
    "references with progress": lambda w: graph(w).references(progress=ignore),
    "annotated": lambda w: graph(w).annotated(),
    "to_json": lambda w: graph(w).to_json(),
    "to_dot": lambda w: graph(w).to_dot(),
    "to_dot with a bar": lambda w: graph(w).to_dot(progress=True),
    "export_json": lambda w: graph(w).export_json(f"{w.folder}/a.json"),
    "export_image": lambda w: graph(w).full_subgraph(w.ring).export_image(f"{w.folder}/a.svg"),
    "export_gexf": lambda w: graph(w).export_gexf(f"{w.folder}/a.gexf"),
    "export_heapsnapshot": lambda w: graph(w).export_heapsnapshot(f"{w.folder}/a.heapsnapshot"),
    "shallow_sizes": lambda w: graph(w).shallow_sizes(),
    "roots": lambda w: roots(graph(w)),
    "statistics": lambda w: graph(w).statistics(),
    "count_by_typename": lambda w: graph(w).count_by_typename(),
    "find_by_typename": lambda w: graph(w).find_by_typename("list"),
    "count_by": lambda w: graph(w).count_by(id),
    "find_by": lambda w: graph(w).find_by(lambda obj: True),
    "owned_objects": lambda w: graph(w).owned_objects(),
    "in": lambda w: (w in graph(w), [] in graph(w)),
    "iteration": lambda w: no_loop_variables(graph(w)),
    "repr": lambda w: (repr(graph(w)), repr(graph(w).vertices), repr(graph(w).edges)),
    "copy": lambda w: copy.copy(graph(w)),
    "pickle": pickled,
    "every vertex": every_vertex,
    "every edge": every_edge,
    "what is not in it": unknown,
    "ancestors in a snapshot": lambda w: refcycle.snapshot().ancestors(w.ring[0], 3).annotated(),
    "components of a snapshot": lambda w: refcycle.snapshot().strongly_connected_components(),
    "a snapshot as JSON": lambda w: refcycle.snapshot().to_json(),
    "a snapshot with names": lambda w: refcycle.snapshot().annotated(),
    "roots of a snapshot": lambda w: roots(refcycle.snapshot()),
    "sizes of a snapshot": lambda w: refcycle.snapshot().shallow_sizes(),
    "statistics of a snapshot": lambda w: refcycle.snapshot().statistics(),
    "names of a snapshot": lambda w: refcycle.snapshot().count_by_typename(),
    "roots of all": lambda w: roots(refcycle.snapshot(untracked=True)),
}


# Deprecated since 3.13, so it may be removed one day.
clear_type_cache = getattr(sys, "_clear_type_cache", lambda: None)


class Record:
    """Address, type and reference count of each object, in memory outside of objects.

    Made before the first is taken, so that taking one changes nothing.
    """

    ROOM = 3 * 400_000

    def __init__(self):
        self.now = array("Q", bytes(8 * self.ROOM))
        self.before = array("Q", bytes(8 * self.ROOM))
        self.counts = [0, 0]

    def take(self, world):
        # It holds names, each until another happens to fall into the same place.
        clear_type_cache()
        memoryview(self.before)[:] = memoryview(self.now)
        rows, place = self.now, 0
        for objects in (gc.get_objects(), world.untracked):
            for obj in objects:
                rows[place] = id(obj)
                rows[place + 1] = id(type(obj))
                rows[place + 2] = sys.getrefcount(obj)
                place += 3
        self.counts[0] = self.counts[1]
        self.counts[1] = place

    def differences(self):
        """The objects that are new, freed, or have another reference count than before."""
        one, other = by_address(self.before, self.counts[0]), by_address(self.now, self.counts[1])
        names = {id(obj): type_name(obj) for obj in gc.get_objects()}

        def name(address):
            return names.get(address, "an untracked object")

        came = [f"came: {name(address)}" for address in other.keys() - one.keys()]
        went = [f"went: {address:#x}" for address in one.keys() - other.keys()]
        changed = [
            f"{name(address)}: {one[address][1]} -> {other[address][1]}"
            for address in one.keys() & other.keys()
            if one[address] != other[address]
        ]
        return sorted(came + went + changed)


def type_name(obj):
    return f"{type(obj).__qualname__} {obj.__name__ if type(obj) is type else ''}".strip()


def by_address(rows, end):
    return {rows[place]: (rows[place + 1], rows[place + 2]) for place in range(0, end, 3)}
