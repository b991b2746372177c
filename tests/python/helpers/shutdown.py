"""Calls of refcycle while the interpreter is being finalized.

    python tests/python/helpers/shutdown.py FOLDER WHEN HOW

runs a program that makes every call in a finalizer, at the moment WHEN, and prints how each
ended as JSON. With HOW `used` each call has been made before.
"""

import atexit
import builtins
import json
import os
import sys

import refcycle
from refcycle.annotations import annotated_references

MOMENTS = ("atexit", "teardown", "late")
# Calls that need a Python module of ours that `import refcycle` does not import.
NEEDS_MODULES = {
    "count_by",
    "count_by_typename",
    "annotated_references",
    "assert_no_cycles",
    "census",
    "cycles",
    "diff",
    "dominator_tree",
    "dump",
    "leak_suspects",
    "leaks",
    "load",
    "memory",
    "save",
    "signatures",
    "top_retained",
    "unshared",
    "vertex_dict",
    "vertex_set",
    "waste",
    "watch",
    "why",
    "why_all",
    "why_of_file",
}


class Owner:
    """In a cycle with its list."""

    def __init__(self):
        self.items = [self]


class Calls:
    def __init__(self, folder):
        # Everything that the calls need: there are no globals at the end.
        self.refcycle = refcycle
        self.path = os.path.join(folder, "graph")
        self.owner = Owner()
        self.graph = refcycle.ObjectGraph([self.owner, vars(self.owner), self.owner.items])
        self._references_of = annotated_references

    def snapshot(self):
        assert len(self.refcycle.snapshot()) > 1000

    def untracked(self):
        assert len(self.refcycle.snapshot(untracked=True)) > 1000

    def why(self):
        assert "list" in str(self.refcycle.why(self.owner.items))

    def roots(self):
        assert all(root.name for root in self.graph.roots())

    def all_roots(self):
        assert [repr(root) for root in self.refcycle.snapshot().roots()]

    def garbage_preview(self):
        self.refcycle.garbage_preview()

    def garbage(self):
        self.refcycle.garbage()

    def cycles(self):
        [cycle] = self.graph.cycles()
        assert "items" in str(cycle) and str(cycle.cut())

    def cycles_created_by(self):
        assert len(self.refcycle.cycles_created_by(lambda: None)) == 0

    def key_cycles(self):
        self.refcycle.key_cycles()

    def objects_reachable_from(self):
        assert len(self.refcycle.objects_reachable_from(self.owner)) > 2

    def count_by_typename(self):
        assert self.graph.count_by_typename()["list"] == 1

    def count_by(self):
        assert self.graph.count_by(type)[list] == 1

    def find_by_typename(self):
        assert self.graph.find_by_typename("Owner") == [self.owner]

    def components(self):
        # On 3.13, the dict of an instance may not be in the cycle.
        assert len(self.graph.strongly_connected_components()) in (1, 2)

    def shortest_cycle(self):
        assert len(self.graph.shortest_cycle(self.owner)) in (2, 3)

    def difference(self):
        assert len(self.graph - self.graph) == 0

    def annotated(self):
        assert "items" in str([edge.annotation for edge in self.graph.annotated().edges])

    def annotated_references(self):
        assert len(self._references_of(self.owner)) > 0

    def retained_sizes(self):
        assert len(self.graph.retained_sizes()) == 3

    def shallow_sizes(self):
        assert len(self.graph.shallow_sizes()) == 3

    def top_retained(self):
        assert "Owner" in repr(self.graph.top_retained())

    def leak_suspects(self):
        repr(self.graph.leak_suspects())

    def waste(self):
        str(self.graph.waste())

    def memory(self):
        str(self.refcycle.memory())

    def unshared(self):
        str(self.refcycle.unshared())

    def size(self):
        assert self.refcycle.size(self.owner) > 0

    def buffers(self):
        assert self.graph.buffers() == []

    def find_in_memory(self):
        str(self.graph.find_in_memory(self.owner))

    def why_all(self):
        str(self.graph.why_all([self.owner]))

    def signatures(self):
        str(self.graph.signatures())

    def dominator_tree(self):
        assert "Owner" in str(self.graph.dominator_tree())

    def statistics(self):
        assert self.graph.statistics()["vertices"] == 3

    def unreachable(self):
        self.graph.unreachable()

    def capabilities(self):
        assert self.refcycle.capabilities()

    def save(self):
        self.graph.save(f"{self.path}.refcycle")

    def dump(self):
        self.refcycle.dump(f"{self.path}.all.refcycle")

    def load(self):
        assert len(self.refcycle.load(f"{self.path}.before.refcycle")) == 3

    def why_of_file(self):
        loaded = self.refcycle.load(f"{self.path}.before.refcycle")
        str(loaded.why(next(iter(loaded))))

    def export_html(self):
        self.graph.export_html(f"{self.path}.html")

    def export_image(self):
        self.graph.export_image(f"{self.path}.svg")

    def export_nowhere(self):
        try:
            self.graph.export_image(f"{self.path}/none/picture.svg")
        except OSError as error:
            assert error.errno == 2

    def export_json(self):
        self.graph.export_json(f"{self.path}.json")

    def export_heapsnapshot(self):
        self.graph.export_heapsnapshot(f"{self.path}.heapsnapshot")

    def to_dot(self):
        assert "digraph" in self.graph.to_dot()

    def to_graphml(self):
        assert "graphml" in self.graph.to_graphml()

    def to_text(self):
        assert "Owner" in self.graph.to_text()

    def tree(self):
        assert "Owner" in str(self.graph.tree(self.owner.items))

    def notebook(self):
        assert "image/svg+xml" in self.graph._repr_mimebundle_()

    def census(self):
        assert "list" in str(self.refcycle.census())

    def diff(self):
        before = self.refcycle.snapshot()
        str(self.refcycle.diff(before, self.refcycle.snapshot()))

    def leaks(self):
        snapshots = [self.refcycle.snapshot() for _ in range(3)]
        str(self.refcycle.leaks(*snapshots))

    def watch(self):
        with self.refcycle.watch() as growth:
            for _ in growth.steps(range(8)):
                pass
        str(growth.report())

    def assert_no_cycles(self):
        with self.refcycle.assert_no_cycles():
            pass

    def vertex_set(self):
        assert len(self.graph.vertex_set()) == 0

    def vertex_dict(self):
        assert len(self.graph.vertex_dict()) == 0


class Last:
    """Makes all calls when it is finalized, and prints their outcomes."""

    def __init__(self, folder, used):
        self.calls = Calls(folder)
        self.names = [name for name in vars(Calls) if not name.startswith("_")]
        if used:
            self.calls.graph.save(f"{self.calls.path}.before.refcycle")
            for name in self.names:
                getattr(self.calls, name)()

    def calls_in_time(self):
        self.__del__()
        self.names = ()

    def __del__(self, write=os.write, dumps=json.dumps):
        if not self.names:
            return
        found = {}
        for name in self.names:
            try:
                getattr(self.calls, name)()
            except BaseException as error:
                found[name] = f"{type(error).__name__}: {error}"
            else:
                found[name] = "done"
        write(1, dumps(found).encode())


def main(folder, moment, used):
    last = Last(folder, used)
    if moment == "atexit":
        atexit.register(last.calls_in_time)
    elif moment == "late":
        # The module `builtins` is removed after all others.
        builtins.kept = last
    else:
        globals()["kept"] = last


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3] == "used")
