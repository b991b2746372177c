"""refcycle in more than one interpreter of a process."""

import json
import os
import sys
from pathlib import Path

import pytest
from helpers.interpreters import KINDS
from helpers.processes import run, run_json

import refcycle

# Loops sleep now and then: in 3.12, a busy thread never gives a shared GIL to the other
# interpreters.
needs_interpreters = pytest.mark.skipif(
    sys.version_info < (3, 12), reason="only the main interpreter is served"
)

HELPERS = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from helpers.interpreters import create, destroy, run_in, run_in_new
"""


def run_with_helpers(code, **options):
    return run(HELPERS + code, **options)


# Calls of refcycle, in an interpreter that is not the main one.
EVERYTHING = """
import gc, json, pickle
import refcycle
gc.collect()
from refcycle.directed_graph import DirectedGraph
from helpers.graphs import UserGraph

class Node:
    pass

def ring(size):
    nodes = [Node() for _ in range(size)]
    for node, other in zip(nodes, nodes[1:] + nodes[:1]):
        node.next = other
    return nodes

nodes = ring(3)
snapshot = refcycle.snapshot()
assert nodes in snapshot and all(node in snapshot for node in nodes)
assert snapshot.count_by_typename()["Node"] == 3
assert sys._getframe() in snapshot
assert nodes in snapshot.parents(nodes[0])
assert nodes[1] in snapshot.descendants(nodes[0])
assert nodes[0] in snapshot.ancestors(nodes[1], 2)
assert len(snapshot.shortest_cycle(nodes[0])) in (3, 6)
components = snapshot.strongly_connected_components()
assert sum(map(len, components)) == len(snapshot)

part = refcycle.objects_reachable_from(nodes).full_subgraph([nodes, *nodes])
annotated = part.annotated()
labels = sorted(vertex.annotation for vertex in annotated.vertices)
assert labels == ["list[3]"] + ["object\\n__main__.Node"] * 3, labels
assert len(json.loads(part.to_json())["vertices"]) == 4
assert part.to_dot().startswith("digraph")
again = pickle.loads(pickle.dumps(annotated))
assert again.to_json() == annotated.to_json()

gc.collect()
gc.disable()
ring(5)
assert refcycle.garbage().count_by_typename()["Node"] == 5
gc.collect()
created = refcycle.cycles_created_by(lambda: ring(4) and None)
assert created.count_by_typename()["Node"] == 4
del created
gc.collect()
ring(2)
assert [cycle.count_by_typename()["Node"] for cycle in refcycle.key_cycles()] == [2]
gc.enable()

ends = [(1, 2), (2, 3), (3, 1), (3, 4)]
directed = DirectedGraph.from_edge_pairs([1, 2, 3, 4], ends)
for graph in (directed, UserGraph([1, 2, 3, 4], enumerate(ends))):
    assert sorted(map(len, graph.strongly_connected_components())) == [1, 3]
    assert len(graph.shortest_path(1, 4)) == 4
    assert [len(part) for part in graph.source_components()] == [3]
again = pickle.loads(pickle.dumps(directed))
assert (type(again), list(again.vertices)) == (DirectedGraph, [1, 2, 3, 4])

for wrong in (lambda: snapshot.descendants(nodes, "x"), lambda: snapshot.children(object()),
              lambda: refcycle.cycles_created_by(5), lambda: DirectedGraph.from_edge_pairs(5, 5)):
    try:
        wrong()
    except (TypeError, KeyError):
        pass
    else:
        raise AssertionError("no exception")
print("done", flush=True)
"""


@needs_interpreters
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", ["", "import refcycle"], ids=["alone", "after main"])
def test_everything_works_in_another_interpreter(kind, first):
    code = f"{first}\nrun_in_new({kind!r}, {EVERYTHING!r})\nprint('end')"
    assert run_with_helpers(code).split() == ["done", "end"]


@needs_interpreters
@pytest.mark.parametrize("kind", KINDS)
def test_everything_works_in_another_thread(kind):
    code = f"""
import gc, threading, time
import refcycle
gc.collect()
before = len(refcycle.snapshot())
thread = threading.Thread(target=run_in_new, args=({kind!r}, {EVERYTHING!r}))
thread.start()
count = 0
while thread.is_alive():
    assert thread in refcycle.snapshot()
    count += 1
    time.sleep(0.001)
# A collection in between may have ceased to track tuples.
print(count > 0, len(refcycle.snapshot()) - before < 500)
"""
    assert run_with_helpers(code).split() == ["done", "True", "True"]


# Arenas come and go, and calls end, in an interpreter that does not wait for the main one.
RESTLESS = """
def call(depth):
    if depth:
        return call(depth - 1)
    return None

for _ in range(40):
    kept = [bytearray(300) for _ in range(15_000)]
    del kept
    for _ in range(200):
        call(20)
"""


@needs_interpreters
@pytest.mark.parametrize("kind", KINDS)
def test_an_interpreter_that_runs_at_the_same_time_is_not_read(kind, tmp_path):
    code = f"""
import threading
import refcycle
refcycle.snapshot()
thread = threading.Thread(target=run_in_new, args=({kind!r}, {RESTLESS!r}))
thread.start()
count = 0
while thread.is_alive() or count < 3:
    refcycle.dump({str(tmp_path / "heap.rch")!r})
    count += 1
print("end")
"""
    assert run_with_helpers(code) == "end\n"


@needs_interpreters
def test_blocks_are_counted_in_a_process_with_one_interpreter(tmp_path):
    code = f"""
def known():
    graph = refcycle.snapshot()
    graph.save({str(tmp_path / "heap.rch")!r})
    read = refcycle.load({str(tmp_path / "heap.rch")!r}).metadata
    return "allocated_blocks" in graph.statistics(), "allocated_blocks" in read

import refcycle
print(*known())
other = create("isolated")
print(*known(), refcycle.snapshot().why(known).chains != ())
destroy(other)
print(*known())
"""
    assert run_with_helpers(code).split() == [
        "True",
        "True",
        "False",
        "False",
        "True",
        "True",
        "True",
    ]


@needs_interpreters
@pytest.mark.parametrize("kind", KINDS)
def test_the_main_interpreter_may_be_second(kind):
    code = f"""
interpreter = create({kind!r})
run_in(interpreter, "import refcycle; kept = refcycle.snapshot()")
exec({EVERYTHING!r}, {{"__name__": "__main__", "sys": sys}})
run_in(interpreter, "assert kept in refcycle.snapshot().children(globals())")
destroy(interpreter)
exec({EVERYTHING!r}, {{"__name__": "__main__", "sys": sys}})
"""
    assert run_with_helpers(code).split() == ["done", "done"]


# Prints the addresses of the vertices, while the main interpreter keeps its own alive.
OWN_OBJECTS = """
import gc, json
import refcycle
marker = [[]]
snapshot = refcycle.snapshot()
frames = [vertex for vertex in snapshot if type(vertex).__name__ == "frame"]
callers = []
frame = sys._getframe()
while frame:
    callers.append(frame)
    frame = frame.f_back
print(json.dumps({
    "addresses": [id(vertex) for vertex in snapshot],
    "marker": marker in snapshot,
    "tracked": len(gc.get_objects()),
    "frames": [frame.f_code.co_name for frame in frames],
    "all": {id(frame) for frame in frames} == {id(frame) for frame in callers},
}), flush=True)
"""


@needs_interpreters
@pytest.mark.parametrize("kind", KINDS)
def test_a_snapshot_has_objects_of_its_own_interpreter_only(kind):
    code = f"""
import json
import refcycle

def function_of_the_main_interpreter():
    marker = [[]]
    snapshot = refcycle.snapshot()
    run_in_new({kind!r}, {OWN_OBJECTS!r})
    print(json.dumps({{
        "addresses": [id(vertex) for vertex in snapshot],
        "marker": marker in snapshot,
        "frames": [v.f_code.co_name for v in snapshot if type(v).__name__ == "frame"],
    }}))
function_of_the_main_interpreter()
"""
    other, main = map(json.loads, run_with_helpers(code).splitlines())
    assert main["marker"] and other["marker"]
    assert not set(main["addresses"]) & set(other["addresses"])
    assert other["all"] and "function_of_the_main_interpreter" not in other["frames"]
    assert "function_of_the_main_interpreter" in main["frames"]
    assert other["tracked"] * 0.9 < len(other["addresses"]) <= other["tracked"] + 100


@needs_interpreters
def test_a_thread_in_another_interpreter_is_not_in_the_snapshot_of_the_main_one():
    code = """
import os, threading
import refcycle

at_work, go_on = os.pipe(), os.pipe()
def thread_of_main():
    run_in_new("legacy", f'''
import os
def waits_in_another_interpreter():
    os.write({at_work[1]}, b"x")
    os.read({go_on[0]}, 1)
waits_in_another_interpreter()
''')
thread = threading.Thread(target=thread_of_main)
thread.start()
os.read(at_work[0], 1)
frames = [v.f_code.co_name for v in refcycle.snapshot() if type(v).__name__ == "frame"]
os.write(go_on[1], b"x")
thread.join()
print("thread_of_main" in frames, "waits_in_another_interpreter" in frames)
"""
    assert run_with_helpers(code).split() == ["True", "False"]


# Searches that detach, and last longer than the time after which a Ctrl-C must be noticed.
LONG = """
import refcycle, time
vertices = [[] for _ in range(300_000)]
for one, other in zip(vertices, vertices[1:] + vertices[:1]):
    one.append(other)
graph = refcycle.ObjectGraph(vertices)
end = time.monotonic() + 1.5
while time.monotonic() < end:
    assert len(graph.strongly_connected_components()) == 1
    assert len(graph.descendants(vertices[0])) == 300_000
    try:
        graph.shortest_path(vertices[0], object())
    except KeyError:
        time.sleep(0.001)
for vertex in vertices:
    vertex.clear()
print("done", flush=True)
"""


@needs_interpreters
@pytest.mark.parametrize("kind", KINDS)
def test_two_interpreters_search_at_the_same_time(kind):
    code = f"""
import threading
import refcycle
thread = threading.Thread(target=run_in_new, args=({kind!r}, {LONG!r}))
thread.start()
exec({LONG!r})
thread.join()
"""
    assert run_with_helpers(code).split() == ["done", "done"]


@needs_interpreters
@pytest.mark.skipif(not hasattr(os, "kill"), reason="needs signals")
@pytest.mark.parametrize("kind", KINDS)
def test_a_signal_waits_for_the_main_interpreter(kind):
    code = f"""
import os, signal, threading
import refcycle
# A shell starts what runs in the background with the signal ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
try:
    run_in_new({kind!r}, {LONG!r})
    for _ in range(1000):
        pass
except KeyboardInterrupt:
    print("interrupted")
"""
    assert run_with_helpers(code).split() == ["done", "interrupted"]


THREADS = """
import threading, time
import refcycle
end = time.monotonic() + 1
counts = []
class Node:
    pass
def work():
    count = 0
    while time.monotonic() < end or count < 3:
        nodes = [Node() for _ in range(20)]
        for node in nodes:
            node.all = nodes
        snapshot = refcycle.snapshot()
        assert nodes in snapshot
        snapshot.descendants(nodes).annotated().to_json()
        count += 1
        time.sleep(0.001)
    counts.append(count)
threads = [threading.Thread(target=work) for _ in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert len(counts) == 2, counts
print("done", flush=True)
"""


@needs_interpreters
def test_threads_in_several_interpreters():
    code = f"""
import threading
import refcycle
threads = [threading.Thread(target=run_in_new, args=(kind, {THREADS!r})) for kind in {KINDS}]
for thread in threads:
    thread.start()
exec({THREADS!r})
for thread in threads:
    thread.join()
"""
    assert run_with_helpers(code).split() == ["done"] * 3


# When the interpreter ends, there are graphs, views and iterators in every kind of place.
ALIVE = """
import refcycle, sys
from refcycle.directed_graph import DirectedGraph
snapshot = refcycle.snapshot()
class Cycle:
    pass
cycle = Cycle()
cycle.own, cycle.graph = cycle, refcycle.snapshot()
sys.modules["kept"] = cycle.graph.descendants(cycle, 2).annotated()
iterator = iter(snapshot)
next(iterator)
edges = snapshot.edges
class AtTheEnd:
    def __del__(self, snapshot=refcycle.snapshot, graph=cycle.graph):
        len(graph.strongly_connected_components())
end = AtTheEnd()
error = None
try:
    snapshot.children(object())
except KeyError as raised:
    error = raised
graph = DirectedGraph.from_edge_pairs([1, print], [(1, print)])
"""


@needs_interpreters
@pytest.mark.parametrize("kind", KINDS)
def test_an_interpreter_may_end_with_graphs_alive(kind):
    code = f"""
import refcycle
for _ in range(5):
    run_in_new({kind!r}, {ALIVE!r})
print(sys.getrefcount(refcycle) > 0, len(refcycle.snapshot()) > 1000)
"""
    assert run_with_helpers(code).split() == ["True", "True"]


GROWTH = """
import resource, time
import refcycle

def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * resource.getpagesize()

def grown(code, rounds):
    for _ in range(5):
        run_in_new(kind, code)
    before = resident()
    for _ in range(rounds):
        run_in_new(kind, code)
    return (resident() - before) / rounds

# What a copy is loaded with, so that the difference is ours.
others = "import tempfile, importlib.util, collections.abc, typing, abc; x = tempfile.gettempdir()"
import json
print(json.dumps([
    grown(others, rounds),
    grown("import refcycle; refcycle.snapshot().strongly_connected_components()", rounds),
]))
"""


@needs_interpreters
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
@pytest.mark.parametrize("kind", KINDS)
def test_fifty_interpreters_leave_little_behind(kind):
    without, ours = run_json(f"{HELPERS}\nkind, rounds = {kind!r}, 50\n{GROWTH}")
    print(f"bytes a round: {without:.0f} without refcycle, {ours:.0f} with it")
    # Each has a copy of the compiled module, which the system does not unload.
    copy = os.stat(refcycle._refcycle.__file__).st_size
    assert ours - without < 1.1 * copy


@needs_interpreters
def test_no_file_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    code = f"""
import refcycle
run_in_new("legacy", '''
import os, refcycle, tempfile
assert tempfile.gettempdir() == {str(tmp_path)!r}
module = refcycle._refcycle
assert module is sys.modules["refcycle._refcycle"] and module.__name__ == "refcycle._refcycle"
assert os.path.exists(module.__file__) and module.__spec__.origin == module.__file__
''')
"""
    run_with_helpers(code)
    assert os.listdir(tmp_path) == []


@needs_interpreters
def test_where_no_copy_can_be_written_the_error_says_what_to_do():
    code = """
import refcycle
run_in_new("legacy", '''
import tempfile
tempfile.tempdir = "/no/such/folder"
try:
    import refcycle
except ImportError as error:
    assert "set TMPDIR" in str(error) and "/no/such/folder" in str(error), error
    print("refused", flush=True)
tempfile.tempdir = None
import refcycle
print(len(refcycle.snapshot()) > 1000, flush=True)
''')
"""
    assert run_with_helpers(code).split() == ["refused", "True"]


@needs_interpreters
def test_the_library_of_one_interpreter_refuses_another():
    code = """
import refcycle
run_in_new("legacy", f'''
from importlib.machinery import ExtensionFileLoader
from importlib.util import module_from_spec, spec_from_file_location
path = {refcycle._refcycle.__file__!r}
spec = spec_from_file_location("_refcycle", path, loader=ExtensionFileLoader("_refcycle", path))
for _ in range(3):
    module = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        assert "belongs to another interpreter" in str(error), error
    else:
        raise AssertionError("not refused")
''')
print(len(refcycle.snapshot()) > 1000)
"""
    assert run_with_helpers(code).split() == ["True"]


def test_the_owner_may_import_again():
    code = """
import refcycle
old = refcycle.ObjectGraph
for name in [name for name in sys.modules if name.partition(".")[0] == "refcycle"]:
    del sys.modules[name]
import refcycle
print(refcycle.ObjectGraph is old, len(refcycle.snapshot()) > 1000)
"""
    assert run_with_helpers(code).split() == ["True", "True"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="works")
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("first", ["", "import refcycle"], ids=["alone", "after main"])
def test_before_312_another_interpreter_is_refused(kind, first):
    code = f"""
{first}
run_in_new({kind!r}, '''
for _ in range(2):
    try:
        import refcycle
    except ImportError as error:
        assert "main interpreter only" in str(error) and "3.12 or later" in str(error), error
        print("refused", flush=True)
''')
import refcycle
print(len(refcycle.snapshot()) > 1000)
"""
    assert run_with_helpers(code).split() == ["refused", "refused", "True"]
