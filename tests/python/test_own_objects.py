"""Between two snapshots, refcycle's own calls leave nothing that the second one shows as new."""

import os
import subprocess
import sys

import pytest
from helpers.processes import run_json

import refcycle
from refcycle.element_transform_set import ElementTransformSet
from refcycle.key_transform_dict import KeyTransformDict

PREPARED = """
import gc, json, os, signal, sys, tempfile, threading, weakref
import refcycle
from refcycle import ObjectGraph

class Node:
    def __init__(self):
        self.values = [[]]

def careless():
    node, other = Node(), Node()
    node.child, other.parent = other, node

def fail():
    with refcycle.dump_on_memory_error(folder, reserve=0):
        sys.excepthook(MemoryError, MemoryError(), None)

def check_freed():
    try:
        refcycle.assert_freed(weakref.ref(node))
    except AssertionError:
        pass

def check_cycles():
    try:
        refcycle.assert_no_cycles(careless)
    except AssertionError:
        pass
    gc.collect()

def watch():
    with refcycle.watch() as growth:
        for _ in growth.steps(range(8)):
            pass
    str(growth.report())

def monitor():
    with refcycle.gc_monitor(signatures=True) as found:
        careless()
        gc.collect()
    str(found.as_dict())

def on_signal():
    with refcycle.dump_on_signal(signal.SIGUSR2, folder):
        signal.raise_signal(signal.SIGUSR2)

def cycles():
    graph = refcycle.cycles_created_by(careless)
    for cycle in graph.cycles():
        str(cycle), str(cycle.cut()), list(cycle.simple_cycles(10)), cycle.signature
    del graph, cycle
    gc.collect()

def load():
    refcycle.dump(path)
    heap = refcycle.load(path)
    str(heap.why(heap.find_by_typename("Node")[0]))
    str(heap.dominator_tree())
    str(refcycle.diff(heap, heap).table)

def attach():
    try:
        refcycle.attach(2**22 + 1, path)
    except (OSError, RuntimeError):  # there is no such process, or Python is too old
        pass

def file_of(export, *arguments):
    getattr(ObjectGraph([node, node.values]), export)(os.path.join(folder, "file"), *arguments)

def annotated():
    graph = ObjectGraph([node, node.values]).annotated()
    graph.to_json(), graph.to_dot(), str(graph)

sys.excepthook = lambda *error: None
node = Node()
folder = tempfile.mkdtemp()
path = os.path.join(folder, "a.refcycle")
small = ObjectGraph([node, node.values, node.values[0]])
os.environ["COLUMNS"] = "80"
repr([1])  # the interpreter remembers that it is at it
"""

CALLS = {
    "snapshot": "refcycle.snapshot()",
    "why": "str(refcycle.why(node))",
    "why, no caller": "str(refcycle.snapshot().why(node.values[0]))",
    "diff": "str(refcycle.diff(before, refcycle.snapshot()))",
    "leaks": "str(refcycle.leaks(before, refcycle.snapshot(), refcycle.snapshot()))",
    "census": "str(refcycle.census() - refcycle.census())",
    "html": "refcycle.census()._repr_mimebundle_()",
    "watch": "watch()",
    "dump": "refcycle.dump(path)",
    "fork": "refcycle.dump(path, fork=True).wait(60)",
    "load": "load()",
    "dump_on_signal": "on_signal()",
    "dump_on_memory_error": "fail()",
    "gc_monitor": "monitor()",
    "assert_no_cycles": "check_cycles()",
    "assert_freed": "check_freed()",
    "garbage": "refcycle.garbage()",
    "garbage_preview": "refcycle.garbage_preview()",
    "key_cycles": "refcycle.key_cycles()",
    "cycles_created_by": "cycles()",
    "objects_reachable_from": "refcycle.objects_reachable_from(node)",
    "capabilities": "str(refcycle.capabilities())",
    "retained": "before.retained_size(node), before.top_retained(), before.leak_suspects()",
    "waste": "str(before.waste())",
    "dominator_tree": "str(before.dominator_tree())",
    "roots": "str(before.roots())",
    "annotated": "annotated()",
    "text": "str(small), repr(small), small.to_dot(), small.to_json()",
    "notebook": "small._repr_mimebundle_()",
    "counts": "before.count_by_typename(), before.statistics()",
    "searches": "small.shortest_path(node, node), small.count_by(type)",
    "owned_objects": "small.owned_objects(), small.shallow_sizes(), small.unreachable()",
    "sets": "ObjectGraph.vertex_set(), ObjectGraph.vertex_dict()",
    "formats": "small.to_graphml(), small.to_gexf(), small.to_cytoscape(), small.to_arrow()",
    "attach": "attach()",
    "svg": "file_of('export_image', 'svg')",
    "html page": "file_of('export_html')",
    "save": "small.save(path)",
    "heapsnapshot": "file_of('export_heapsnapshot')",
}

MEASURED = """
before = refcycle.snapshot(untracked={untracked})
gc.collect()
{call}
found = refcycle.diff(before, refcycle.snapshot(untracked={untracked}), samples=0)
shown = [str(type(obj)) + repr(obj)[:200] for obj in found.new]
print(json.dumps([len(found.new), str(found.table), shown]))
"""


@pytest.mark.parametrize("call", CALLS)
def test_a_call_leaves_no_new_object(call):
    if call == "fork" and not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    code = PREPARED + MEASURED.format(call=CALLS[call], untracked=False)
    count, table, objects = run_json(code)
    assert count == 0, (table, objects)


def test_complete_snapshots_leave_no_new_object():
    """A graph has a `__dict__`, which the collector does not track."""
    found = run_json(
        """
        import json, refcycle
        refcycle.diff(refcycle.snapshot(untracked=True), refcycle.snapshot(untracked=True))
        before = refcycle.snapshot(untracked=True)
        after = refcycle.snapshot(untracked=True)
        found = refcycle.diff(before, after)
        print(json.dumps([len(found.new), str(found.table)]))
        """
    )
    assert found == [0, "nothing grew or shrank"]


def test_the_first_snapshot_runs_no_file_of_the_program(tmp_path):
    """Its imports find Python's own modules, and no module of the program with the same name."""
    for name in ("html", "webbrowser", "dis"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(3)\n")
    program = tmp_path / "program.py"
    program.write_text("import refcycle\nprint(len(refcycle.snapshot()) > 500)\n")
    done = subprocess.run([sys.executable, program], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "True\n", "")


class InDict:
    pass


class InSet:
    pass


def a_dict():
    found = KeyTransformDict(id)
    found["key"] = InDict()
    return found


def a_set():
    found = ElementTransformSet(id)
    found.add(InSet())
    return found


@pytest.mark.parametrize("make, name", [(a_dict, "InDict"), (a_set, "InSet")])
def test_a_container_of_refcycle_holds_what_is_in_it(make, name):
    container = make()
    graph = refcycle.snapshot()
    [item] = graph.find_by_typename(name)
    why = graph.why(item)
    assert not why.is_garbage
    assert type(container).__name__ in str(why)
