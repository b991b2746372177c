"""The two examples of the user guide of 0.3.1, with their results."""

import sys

import pytest
from helpers.processes import run_json

WORKER = """
import json, sys, time, types

def worker(jobs_queue, results_queue):
    while True:
        job = jobs_queue.get()
        result = job()
        results_queue.put(result)

from queue import Queue
import threading

jobs_queue, results_queue = Queue(), Queue()
t = threading.Thread(target=worker, args=(jobs_queue, results_queue))
t.daemon = True
t.start()

class SomeComputation(object):
    def __init__(self, value):
        self.value = value

    def compute(self):
        return self.value**2

def do_some_computations(jobs_queue, results_queue):
    computations = [SomeComputation(n) for n in [11, 15, 17]]
    for computation in computations:
        jobs_queue.put(computation.compute)
    return [results_queue.get() for computation in computations]

results = do_some_computations(jobs_queue, results_queue)

def innermost():
    return sys._current_frames()[t.ident].f_code.co_name

deadline = time.monotonic() + 60
while innermost() != "wait" and time.monotonic() < deadline:
    time.sleep(0.01)

import refcycle
snapshot = refcycle.snapshot()
computations = [obj for obj in snapshot if isinstance(obj, SomeComputation)]
c = computations[0]
ancestors = snapshot.ancestors(c)
method = snapshot.parents(c)[0]
frame = snapshot.parents(method)[0]
"""

FACTS_OF_WORKER = """
def describe(obj):
    if isinstance(obj, types.FrameType):
        return "frame of " + obj.f_code.co_name
    return type(obj).__name__

def position(frame):
    return "frame\\n<string>:" + str(frame.f_lineno)

names = {id(obj): describe(obj) for obj in ancestors}
edges = ancestors.annotated().edges
limited = [ancestors.__class__.__name__] + [
    sorted(describe(o) for o in snapshot.ancestors(c, generations=n)) for n in range(6)
]
print(json.dumps({
    "results": results,
    "computations": [obj.value for obj in computations],
    "repr": repr(ancestors).split(" at ")[0],
    "vertices": sorted(names.values()),
    "edges": sorted((names[e.tail], e.annotation, names[e.head]) for e in edges),
    "limited": limited,
    "parents": [[describe(p) for p in snapshot.parents(o)] for o in (c, method)],
    "method": [method.__func__ is SomeComputation.compute, method.__self__ is c],
    "code": frame.f_code.co_name,
    "locals": sorted(frame.f_locals),
    "job": frame.f_locals["job"] == c.compute,
    "queues": [frame.f_locals["jobs_queue"] is jobs_queue,
               frame.f_locals["results_queue"] is results_queue],
    "result": frame.f_locals["result"],
    "labels": {names[v.id]: v.annotation for v in ancestors.annotated().vertices},
    "frame label": position(frame),
}))
"""


@pytest.fixture(scope="module")
def worker():
    return run_json(WORKER + FACTS_OF_WORKER)


def test_the_worker_computes(worker):
    assert worker["results"] == [121, 225, 289]


def test_one_computation_is_still_alive(worker):
    assert worker["computations"] == [17]


def test_its_ancestors_are_the_method_and_the_waiting_frames(worker):
    assert worker["repr"] == "<refcycle.object_graph.ObjectGraph object of size 5"
    assert worker["vertices"] == [
        "SomeComputation",
        "frame of get",
        "frame of wait",
        "frame of worker",
        "method",
    ]


def test_the_references_among_its_ancestors_are_named(worker):
    assert worker["edges"] == [
        ["frame of get", "f_back", "frame of worker"],
        ["frame of wait", "f_back", "frame of get"],
        ["frame of worker", "local 'job'", "method"],
        ["method", "__self__", "SomeComputation"],
    ]


def test_the_ancestors_are_labelled(worker):
    labels = worker["labels"]
    assert labels["SomeComputation"] == "object\n__main__.SomeComputation"
    assert labels["method"] == "instancemethod\nSomeComputation.compute"
    assert labels["frame of worker"] == worker["frame label"]
    assert labels["frame of get"].startswith("frame\n...")
    assert "queue.py:" in labels["frame of get"]


def test_generations_limit_the_ancestors(worker):
    chain = ["SomeComputation", "method", "frame of worker", "frame of get", "frame of wait"]
    assert worker["limited"] == [
        "ObjectGraph",
        *(sorted(chain[: count + 1]) for count in range(5)),
        sorted(chain),
    ]


def test_the_parents_lead_to_the_frame(worker):
    assert worker["parents"] == [["method"], ["frame of worker"]]
    assert worker["method"] == [True, True]


def test_the_frame_can_be_examined(worker):
    assert worker["code"] == "worker"
    assert worker["locals"] == ["job", "jobs_queue", "result", "results_queue"]
    assert worker["job"] is True
    assert worker["queues"] == [True, True]
    assert worker["result"] == 289


def test_the_picture_of_the_ancestors_shows_the_labels(tmp_path):
    export = "ancestors.export_image('computations.svg'); print('null')"
    run_json(WORKER + export, cwd=tmp_path)
    text = (tmp_path / "computations.svg").read_text(encoding="utf-8")
    for label in ("__self__", "job", "f_back", "__main__.SomeComputation"):
        assert label in text


GARBAGE = """
import json
import refcycle
import gc
gc.disable()
gc.collect()

class A(object):
    pass

a = A()
b = A()
a.foo = b
b.foo = a
del a, b, A

graph = refcycle.garbage()
"""

FACTS_OF_GARBAGE = """
sccs = graph.strongly_connected_components()
sccs.sort(key=len)
sources = graph.source_components()

def names(graph):
    return sorted(type(o).__name__ for o in graph)

instances = [o for o in graph if type(o).__name__ == "A"]
one, other = instances
labels = {(e.tail, e.head): e.annotation for e in graph.annotated().edges}
print(json.dumps({
    "repr": repr(graph).split(" at ")[0],
    "left": len(gc.garbage),
    "enabled": gc.isenabled(),
    "sizes": [len(scc) for scc in sccs],
    "contents": [names(scc) for scc in sccs],
    "sources": [names(source) for source in sources],
    "source edges": sources[0].edges.__len__(),
    "foo": [one.foo is other, other.foo is one],
    "label of foo": labels.get((id(one), id(other))),
    "label of class": labels[id(one), id(type(one))],
    "again": len(refcycle.garbage()),
}))
"""

# Since 3.11, an instance holds its attributes itself, and since 3.15, all classes share the
# descriptors of `__dict__` and `__weakref__`.
INLINE = sys.version_info >= (3, 11)
INSTANCES = ["A", "A"] if INLINE else ["A", "A", "dict", "dict"]
if sys.version_info >= (3, 15):
    COMPONENTS = [["dict"], ["tuple"], ["tuple", "type"], INSTANCES]
else:
    of_the_class = ["dict", "getset_descriptor", "getset_descriptor", "tuple", "type"]
    COMPONENTS = [["tuple"], INSTANCES, of_the_class]


@pytest.fixture(scope="module")
def garbage():
    return run_json(GARBAGE + FACTS_OF_GARBAGE)


def test_the_garbage_is_a_class_and_its_two_instances(garbage):
    size = sum(map(len, COMPONENTS))
    assert garbage["repr"] == f"<refcycle.object_graph.ObjectGraph object of size {size}"
    assert garbage["foo"] == [True, True]


def test_the_collector_is_left_as_it_was(garbage):
    assert garbage["left"] == 0
    assert garbage["enabled"] is False
    assert garbage["again"] == 0


def test_the_components_of_the_garbage(garbage):
    assert garbage["sizes"] == sorted(map(len, COMPONENTS))
    assert sorted(garbage["contents"]) == sorted(COMPONENTS)


def test_the_cycle_of_the_instances_keeps_the_garbage_alive(garbage):
    assert garbage["sources"] == [INSTANCES]
    assert garbage["source edges"] == (2 if INLINE else 4)


def test_the_references_of_the_instances_are_named(garbage):
    assert garbage["label of foo"] == ("foo" if INLINE else None)
    assert garbage["label of class"] == "__class__"


def test_the_garbage_can_be_drawn(tmp_path):
    draw = """
graph.export_image('garbage.svg')
sccs = graph.strongly_connected_components()
for scc in sccs:
    if any(type(obj).__name__ == "A" for obj in scc):
        scc.export_image('instances.svg')
    if any(type(obj).__name__ == "type" for obj in scc):
        scc.export_image('class.svg')
print('null')
"""
    run_json(GARBAGE + draw, cwd=tmp_path)
    whole, instances, of_class = (
        (tmp_path / name).read_text(encoding="utf-8")
        for name in ("garbage.svg", "instances.svg", "class.svg")
    )
    assert "__main__.A" in whole and "__mro__" in whole and "foo" in whole
    assert "__main__.A" in instances and "foo" in instances and "__mro__" not in instances
    instance = "<title>object\n__main__.A</title>"
    assert "__mro__" in of_class and instance in instances and instance not in of_class
