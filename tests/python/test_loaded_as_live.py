"""A graph from a file shows the same as the live one: pictures, trees, cycles and cuts."""

import ctypes
import json
import re
import sys
import types
from pathlib import Path

import pytest
from test_edges import CASES, run_down  # noqa: F401

import refcycle
from refcycle import ObjectGraph

# The first line of a function, and the methods of a class, are not in a file.
FIRST_LINE = re.compile(r" \(\w+\.py:\d+\)")
BY_A_METHOD = {
    "set `_UnixSelectorEventLoop.back` to None in `_UnixSelectorEventLoop.close`": (
        "no safe change is known: only `_UnixSelectorEventLoop.back` holds its object"
    )
}

DATA = Path(__file__).parent / "data"


def saved(graph, folder, **options):
    path = folder / "part.refcycle"
    graph.save(path, **options)
    return refcycle.load(path)


def names(graph):
    annotated = graph.annotated()
    edges = [(edge.tail, edge.head, edge.annotation) for edge in annotated.edges]
    return [(v.id, v.annotation) for v in annotated.vertices], edges


def cut_text(cycle):
    text = FIRST_LINE.sub("", str(cycle.cut()))
    return BY_A_METHOD.get(text, text)


def answers(graph):
    """What a person sees of a graph, without what only live objects have."""
    return {
        "names": names(graph),
        "picture": graph.to_svg(),
        "text": graph.to_text(),
        "cycles": [(c.text, c.signature, cut_text(c)) for c in graph.cycles(classes=True)],
    }


@pytest.mark.parametrize("name", CASES)
def test_every_kind_of_reference(name, tmp_path, run_down):  # noqa: F811
    holder, target, _ = CASES[name]()
    graph = ObjectGraph([holder, target])
    assert answers(saved(graph, tmp_path, redact=False)) == answers(graph)


def refer_back(holder, target):
    """Makes the target refer to the holder; returns the objects in between, None if it cannot."""
    if type(target) is list:
        target.append(holder)
        return [holder, target]
    if type(target) is dict and "__name__" not in target:
        target["back"] = holder
        return [holder, target]
    if isinstance(target, (type, types.ModuleType, types.MethodType)):
        return None
    try:
        target.back = holder
    except AttributeError:
        return None
    return [holder, target, *([vars(target)] if hasattr(target, "__dict__") else [])]


@pytest.mark.parametrize("name", CASES)
def test_a_cycle_through_every_kind_of_reference(name, tmp_path, run_down):  # noqa: F811
    holder, target, _ = CASES[name]()
    objects = refer_back(holder, target)
    graph = ObjectGraph(objects or [holder, target])
    live = answers(graph)
    assert bool(live["cycles"]) or objects is None
    loaded = saved(graph, tmp_path, redact=False)
    assert answers(loaded) == live
    for ours, theirs in zip(graph.cycles(classes=True), loaded.cycles(classes=True), strict=True):
        assert ours.cut().names == theirs.cut().names
        texts = [[one.text for one in cycle.simple_cycles(20)] for cycle in (ours, theirs)]
        assert texts[0] == texts[1]


REGISTRY = []


def register(name):
    """Creates a case that only the registry holds; returns the id of its target."""
    holder, target, _ = CASES[name]()
    REGISTRY[:] = [holder]
    return id(target)


def registered(target_id):
    """Yields the objects that lead to a target. Meanwhile, no list or variable holds them."""
    yield sys.modules[__name__]
    yield globals()
    yield REGISTRY
    yield REGISTRY[0]
    yield ctypes.cast(target_id, ctypes.py_object).value


def described(answer):
    """Everything in an answer, without its objects."""
    chains = [(chain.holder, [step[1:] for step in chain.steps]) for chain in answer.chains]
    cycle = [step[1:] for step in answer.cycle]
    return str(answer), chains, cycle, answer.remedies, answer.more


@pytest.mark.parametrize("name", CASES)
def test_why_every_kind_of_object_is_alive(name, tmp_path, run_down):  # noqa: F811
    target_id = register(name)
    graph = ObjectGraph(registered(target_id))
    loaded = saved(graph, tmp_path, redact=False)
    live = described(graph.why(next(obj for obj in graph if id(obj) == target_id)))
    REGISTRY.clear()
    assert described(loaded.why(loaded.at(target_id))) == live
    assert live[1]


def nodes_and_edges(graph, folder):
    """A heap snapshot for Chrome: nodes, edges and strings.

    Ids differ. Sizes are those at the time of the call: dicts that share keys change theirs.
    """
    path = folder / "part.heapsnapshot"
    graph.export_heapsnapshot(path)
    data = json.loads(path.read_text(encoding="ascii"))
    names, nodes = data["strings"], data["nodes"]
    fields = [(nodes[at], names[nodes[at + 1]], nodes[at + 4]) for at in range(0, len(nodes), 7)]
    return fields, data["edges"], names


@pytest.mark.parametrize("name", CASES)
def test_a_heap_snapshot_for_chrome(name, tmp_path, run_down):  # noqa: F811
    target_id = register(name)
    graph = ObjectGraph([*registered(target_id), "text", b"bytes", 12, 1.5, None, True, len])
    loaded = saved(graph, tmp_path, redact=False)
    assert nodes_and_edges(loaded, tmp_path) == nodes_and_edges(graph, tmp_path)
    REGISTRY.clear()


@pytest.fixture
def texts():
    return [f"{number} of six" for number in range(6)]


@pytest.mark.parametrize("redact", [False, True])
def test_six_strings_are_one_box_and_one_line(texts, tmp_path, redact):
    graph = ObjectGraph([texts, *texts])
    for shown in (graph, saved(graph, tmp_path, redact=redact)):
        assert "str \u00d7 6" in shown.to_svg()
        tree = shown.tree(texts if shown is graph else shown.at(id(texts)), direction="referents")
        assert "and 3 more of kind str" in str(tree)


def test_a_frame_is_named_by_its_function(tmp_path):
    def worker():
        yield

    running = worker()
    next(running)
    frame = running.gi_frame
    loaded = saved(ObjectGraph([frame, running]), tmp_path)
    assert loaded.at(id(frame)).kind == "frame"
    assert loaded.at(id(frame)).name == "worker"


def test_a_file_of_format_1():
    """It was written by refcycle 1.0: `Pool` and what it refers to."""
    graph = refcycle.load(DATA / "format_1.refcycle")
    assert len(graph) == 160
    kinds = {(obj.kind, obj.label.partition("\n")[0].partition("[")[0]) for obj in graph}
    assert {("list", "list"), ("dict", "dict"), ("set", "set"), ("tuple", "tuple")} <= kinds
    assert {("class", "type"), ("function", "function"), ("method", "instancemethod")} <= kinds
    assert {("module", "module"), ("instance", "object")} <= kinds
    texts = [obj for obj in graph if obj.type_name == "str"]
    assert {obj.kind for obj in texts} == {"value"}
    (pool,) = graph.find_by_typename("Pool")
    labels = {edge.annotation for edge in graph.annotated().edges if edge.tail == pool.address}
    assert {"free", "names", "by_key", "seen", "method", "running"} <= labels
    # Six strings of one list are reported as one type.
    (names,) = [v for v in graph.children(pool) if v.label == "list[6]"]
    part = graph.full_subgraph([names, *graph.children(names)])
    assert "str \u00d7 6" in part.to_svg()


def test_a_file_of_format_2():
    """It was written by `make_format.py`, with the first version that had this format."""
    graph = refcycle.load(DATA / "format_2.refcycle")
    assert len(graph) == 21
    names = {(obj.kind, obj.name) for obj in graph}
    assert {("class", "Pool"), ("function", "work"), ("module", "sys")} <= names
    assert {("method", "Pool.close"), ("generator", "work"), ("frame", "work")} <= names
    kinds = {obj.kind for obj in graph if obj.name is None}
    assert kinds == {"dict", "instance", "list", "set", "tuple", "value", "weak reference"}
    labels = {edge.annotation for edge in graph.annotated().edges}
    assert {"item[0]", "value['pool']", "local 'box'", "element", "__self__"} <= labels
    (cycle,) = graph.cycles()
    assert cycle.text == "Pool.on_close -> method Pool.close.__self__ -> Pool"
    assert cycle.cut().names == ("Pool.items[*]['pool']", "Pool.on_close")
    items = next(obj for obj in graph if obj.kind == "list" and obj.length == 1)
    why = graph.why(items)
    steps = [(step.reference, step.kind, step.name, step.detail) for step in why.cycle]
    assert steps == [
        (".items", "attribute", "items", None),
        ("[0]", "item", None, 0),
        ("['pool']", "value", "'pool'", None),
    ]
    six = next(obj for obj in graph if obj.kind == "list" and obj.length == 6)
    part = graph.full_subgraph([six, *graph.children(six)])
    assert "str \u00d7 6" in part.to_svg()


def test_a_cycle_through_a_generator_has_one_text(tmp_path):
    def work(box):
        yield box

    box = []
    running = work(box)
    next(running)
    box.append(running)
    # Up to 3.10, the variables are in a separate frame.
    frames = [running.gi_frame] if sys.version_info < (3, 11) else []
    graph = ObjectGraph([box, running, *frames])
    texts = [[c.text for c in one.cycles()] for one in (graph, saved(graph, tmp_path))]
    assert texts[0] == texts[1]
    assert "generator work" in texts[0][0]


def test_an_annotated_graph_keeps_the_names(tmp_path):
    """Its labels are those of 0.3.1; facts that are not in a label are known nevertheless."""
    graph = ObjectGraph([None, True, 5])
    annotated = graph.annotated()
    part = annotated.full_subgraph(annotated)
    for made in (graph, annotated, part, saved(graph, tmp_path).annotated()):
        table = made._repr_mimebundle_(include=["text/plain"])["text/plain"]
        assert {line.split()[1] for line in table.splitlines()[1:]} == {"NoneType", "bool", "int"}
    for vertex in annotated:
        vertex.annotation = "'mine'"
    for made in (annotated, part):
        table = made._repr_mimebundle_(include=["text/plain"])["text/plain"]
        assert table.splitlines()[1:] == ["  3  str"]


@pytest.mark.parametrize("name", CASES)
def test_the_picture_of_an_annotated_graph_is_that_of_the_objects(name, run_down):  # noqa: F811
    holder, target, _ = CASES[name]()
    graph = ObjectGraph([holder, target])
    annotated = graph.annotated()
    assert annotated.to_svg() == graph.to_svg()
    assert annotated.full_subgraph(annotated).to_svg() == graph.to_svg()
