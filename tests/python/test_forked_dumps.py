"""A fork for a dump: it has the same objects, and most of its memory stays shared.

Programs of their own, because each of these tests depends on what else is in the heap.
"""

import os
import sys
from pathlib import Path

import pytest
from helpers.processes import run_json

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")

PATIENCE = 100

PROGRAM = """
import array, asyncio, collections, functools, gc, io, json, os, re, sys, threading, types, weakref
import refcycle
from refcycle import dumping

class Slotted:
    __slots__ = ("left", "right")

class Node:
    shared = [1, 2]
    def __init__(self, number):
        self.name = "node %d" % number
        self.number = number * 1.5
        self.children = [number + 1000, "\\u20ac%d" % number, b"%d" % number]
    def method(self):
        return self

class Mine(dict):
    pass

@functools.lru_cache(maxsize=None)
def cached(x):
    return [x]

def generator(held):
    local = [held]
    yield local
    yield

def closure():
    variable = ["variable"]
    return lambda: variable

def build():
    kept = []
    for number in range(500):
        node = Node(number)
        kept.append(node)
        kept.append({"id": number, "pair": (number, "x%d" % number), number: None})
        kept.append((number, (node,)))
        kept.append(node.method)
    one = Slotted()
    one.left, one.right = one, weakref.ref(kept[0])
    running = generator(kept[4])
    next(running)
    cached("key")
    kept += [one, running, closure(), Mine(a=1), {1, 2, "three"}, frozenset({"f"}),
             collections.deque([1]), collections.OrderedDict(a=[]), array.array("q", [1, 2]),
             io.BytesIO(b"text" * 100), bytearray(50), re.compile("a+b"), iter([1, 2]),
             functools.partial(print, kept[0]), types.SimpleNamespace(x=[]), memoryview(b"abc"),
             sys.modules, cached, Node, 10 ** 40, 1.5, "text " * 10, ValueError("no"),
             asyncio.iscoroutine, {}.get, weakref.WeakValueDictionary(k=kept[0])]
    del node, number, one, running
    return kept

class Ring(list):
    pass

def cycle():
    ring = Ring()
    ring.append(ring)

kept = build()
gc.disable()
cycle()
"""

COMPARE = """
def facts(path):
    graph = refcycle.load(path)
    held = {root.vertex.address: root.name for root in graph.roots()}
    edges = collections.defaultdict(list)
    for edge in graph.annotated().edges:
        edges[edge.tail].append((edge.annotation, edge.head))
    found = {}
    for vertex in graph:
        found[vertex.address] = [
            vertex.type_name, vertex.label, vertex.size, vertex.state,
            graph.external_references(vertex), held.get(vertex.address), edges[vertex.address],
        ]
    return found
"""


def compare(tmp_path, *, untracked=True, freeze=False, before="", after=""):
    """A forked dump has what a plain one has: the objects of the program and their referents.

    Apart from `sys.modules`. `before` runs first, and `after` when there are objects.
    """
    forked, plain, kept, marks = run_json(
        before
        + PROGRAM
        + COMPARE
        + after
        + f"""
folder, options = {str(tmp_path)!r}, dict(untracked={untracked}, redact=False)
if {freeze}:
    gc.freeze()
refcycle.dump(folder + "/warm", **options)
refcycle.dump(folder + "/forked", fork=True, **options).wait({PATIENCE})
refcycle.dump(folder + "/plain", **options)
forked, plain = facts(folder + "/forked"), facts(folder + "/plain")
mine = set(map(id, kept)) | {{id(kept)}} - {{id(sys.modules)}}
for obj in kept:
    if type(obj) in (Node, Slotted, Mine, tuple, types.MethodType, types.GeneratorType):
        # Not those that everybody uses, as small numbers: the dump itself changes their counts.
        mine |= {{id(found) for found in gc.get_referents(obj) if sys.getrefcount(found) < 50}}
print(json.dumps([
    [found.get(address) for address in sorted(mine)] for found in (forked, plain)
] + [len(kept), [found.get(id(kept), [None])[0] for found in (forked, plain)]]))
"""
    )
    assert kept > 2000
    assert marks == ["list", "list"]
    assert sum(fact is not None for fact in plain) > 2000
    assert forked == plain


@pytest.mark.parametrize("freeze", [False, True])
@pytest.mark.parametrize("untracked", [False, True])
def test_a_forked_dump_has_what_a_plain_one_has(tmp_path, untracked, freeze):
    compare(tmp_path, untracked=untracked, freeze=freeze)


def test_it_has_so_under_the_debug_allocator(tmp_path, monkeypatch):
    """Which fills what is released, and checks it."""
    monkeypatch.setenv("PYTHONMALLOC", "debug")
    compare(tmp_path)


def test_it_has_so_with_suspended_greenlets(tmp_path):
    pytest.importorskip("greenlet", reason="needs the package greenlet")
    suspended = """
import greenlet
class Held:
    pass
def suspend():
    held = Held()
    greenlet.getcurrent().parent.switch(held)
waiting = greenlet.greenlet(suspend)
kept.append(waiting.switch())
"""
    compare(tmp_path, after=suspended)


@pytest.mark.skipif(
    sys.version_info[:2] != (3, 12),
    reason="others serve one interpreter, or crash themselves in a fork of a process with two",
)
def test_it_has_so_beside_another_interpreter(tmp_path):
    other = f"""
import sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from helpers.interpreters import create, run_in
run_in(create("legacy"), "kept = [[number] for number in range(1000)]")
"""
    compare(tmp_path, before=other)


def test_garbage_and_what_is_frozen_are_there_too(tmp_path):
    found = run_json(
        PROGRAM
        + f"""
gc.freeze()
for number in range(10):
    cycle()
kept.append([[] for _ in range(5000)])
path = {str(tmp_path / "now")!r}
refcycle.dump(path, fork=True).wait({PATIENCE})
graph = refcycle.load(path)
rings = graph.unreachable().count_by_typename()["Ring"]
unlike = int(graph.metadata["frozen"]) - gc.get_freeze_count()
print(json.dumps([rings, abs(unlike) < 1000, graph.count_by_typename()["Node"]]))
"""
    )
    assert found == [11, True, 500]


TAKEN = """
import _thread, gc, json, os, sys, threading
import refcycle
from refcycle import dumping
from refcycle._refcycle import _is_a_fork_for_a_dump, _snapshot_for_a_dump

class Mark:
    pass

mark = Mark()
before = sys.getrefcount(mark)

def save(graph, file, *, redact):
    file.write([b"%d" % (sys.getrefcount(mark) - before)])

def taken():
    path = sys.argv[1]
    refcycle.dump(path, fork=True).wait(100)
    with open(path) as file:
        return int(file.read())

dumping.save_into = save
"""

# What runs code of the program in the child.
RUNNING = {
    "trace": "sys.settrace(lambda *arguments: None)",
    "profile": "sys.setprofile(lambda *arguments: None)",
    "audit": "sys.addaudithook(lambda *arguments: None)",
    "import": "import builtins\nknown = builtins.__import__\n"
    "builtins.__import__ = lambda *arguments, **options: known(*arguments, **options)",
    "size": "refcycle.register_size(Mark, lambda mark: 1)",
    "collector": "os.register_at_fork(after_in_child=lambda: vars(gc).update(disable=int))",
    "thread": "os.register_at_fork(after_in_child=lambda: "
    "_thread.start_new_thread(threading.Event().wait, ()))",
}
if sys.version_info >= (3, 12):
    RUNNING["tool"] = "sys.monitoring.use_tool_id(4, 'mine')"


def taken(code, path):
    return run_json(TAKEN.replace("sys.argv[1]", repr(str(path))) + code)


def test_the_child_takes_no_references(tmp_path):
    assert taken("print(taken())", tmp_path / "now") == 0


@pytest.mark.parametrize("running", sorted(RUNNING))
def test_it_takes_them_if_code_of_the_program_may_run(tmp_path, running):
    assert taken(RUNNING[running] + "\nprint(taken())", tmp_path / "now") == 1


def test_no_other_process_lends_its_objects(tmp_path):
    """Neither the one that forks, even if it says so, nor a fork of the program."""
    found = taken(
        """
gc.disable()
_is_a_fork_for_a_dump()
graph = _snapshot_for_a_dump(untracked=False)
found = [sys.getrefcount(mark) - before]
del graph
reading, writing = os.pipe()
if os.fork() == 0:
    graph = _snapshot_for_a_dump(untracked=False)
    os.write(writing, b"%d" % (sys.getrefcount(mark) - before))
    os._exit(0)
os.wait()
print(json.dumps(found + [int(os.read(reading, 10)), sys.getrefcount(mark) - before]))
""",
        tmp_path,
    )
    assert found == [1, 1, 0]


def test_a_graph_that_lends_its_objects_can_be_used_and_released(tmp_path):
    found = taken(
        """
def save(graph, file, *, redact):
    marks = graph.find_by_typename("Mark")
    part = graph.descendants(mark)
    parents = len(graph.parents(mark))
    counts = [graph.external_references(mark), len(marks), parents > 0, mark in part]
    gc.collect()
    del graph, part, marks
    file.write([json.dumps(counts + [sys.getrefcount(mark) - before]).encode()])

dumping.save_into = save
path = sys.argv[1]
refcycle.dump(path, fork=True).wait(100)
print(open(path).read())
""".replace("sys.argv[1]", repr(str(tmp_path / "now"))),
        tmp_path,
    )
    assert found == [0, 1, True, True, 0]


def test_the_stacks_of_all_threads_are_those_before_the_fork(tmp_path):
    found = run_json(
        f"""
        import json, threading, refcycle
        ready, stop = threading.Event(), threading.Event()
        def wait_here():
            ready.set()
            stop.wait()
        thread = threading.Thread(target=wait_here, name="beside")
        thread.start()
        ready.wait()
        path = {str(tmp_path / "now")!r}
        refcycle.dump(path, fork=True).wait({PATIENCE})
        stop.set()
        thread.join()
        threads = json.loads(refcycle.load(path).metadata["threads"])
        calls = [[line.split()[-1] for line in threads[name]] for name in sorted(threads)]
        print(json.dumps([sorted(threads), "<module>" in calls[0], "wait_here" in calls[1]]))
        """
    )
    assert found == [["MainThread", "beside"], True, True]


@pytest.mark.skipif(
    not os.path.exists("/proc/self/smaps_rollup"), reason="the system does not count dirty pages"
)
@pytest.mark.parametrize("freeze", [False, True])
def test_most_pages_stay_shared(tmp_path, freeze):
    """All pages but those that a process has written to, or a system call has copied."""
    before, after = run_json(
        f"""
        import gc, json, os
        import refcycle
        from refcycle import dumping
        kept = [{{"id": n, "items": [n * 1000, str(n)]}} for n in range(250_000)]
        gc.collect()
        gc.disable()
        if {freeze}:
            gc.freeze()
        def shared():
            with open("/proc/self/smaps_rollup") as file:
                [found] = [line for line in file if line.startswith("Shared_Dirty")]
            return int(found.split()[1])
        path, save = {str(tmp_path / "now")!r}, dumping.save_into
        snapshot = dumping.snapshot
        def snapshot_after_a_look(**options):
            counts.append(shared())
            return snapshot(**options)
        def save_before_a_look(graph, file, *, redact):
            save(graph, file, redact=redact)
            counts.append(shared())
            with open(path + ".json", "w") as result:
                json.dump(counts, result)
        counts = []
        dumping.snapshot, dumping.save_into = snapshot_after_a_look, save_before_a_look
        refcycle.dump(path, fork=True).wait({PATIENCE})
        with open(path + ".json") as result:
            print(result.read())
        """
    )
    if before < 50_000:
        pytest.skip("the system does not share pages after a fork, or does not say so")
    assert (before - after) / before < 0.15
