"""Snapshots with objects that the collector does not track."""

import gc
import sys
from collections import Counter

import pytest
from helpers.leaks import give_back, leak
from helpers.processes import run

import refcycle


class Target:
    pass


@pytest.fixture
def held():
    made = {
        "text": "".join(["a ", "text"]),
        "number": 10**40,
        "float": float("1.25"),
        "bytes": bytes(range(100)),
        "tuple": (1.5, "text"),
        "dict": {"key": 10**30},
        "code": compile("1 + name", "file", "eval"),
        "static type": bytearray,
        "none": None,
        "complex": complex(1, 2.5),
    }
    gc.collect()
    return made


def test_it_has_what_is_not_tracked(held):
    graph = refcycle.snapshot(untracked=True)
    usual = refcycle.snapshot()
    assert [name for name, obj in held.items() if obj not in graph] == []
    assert [name for name, obj in held.items() if obj in usual and not gc.is_tracked(obj)] == []
    types = graph.count_by_typename()
    assert all(types[name] > 0 for name in ("str", "int", "bytes", "code", "NoneType"))


def test_it_has_all_that_the_usual_one_has():
    usual = {id(obj) for obj in refcycle.snapshot()}
    graph = refcycle.snapshot(untracked=True)
    assert len(graph) > 2 * len(usual)
    # The set, the frame of the comprehension and similar objects were created or freed since.
    assert len(usual - {id(obj) for obj in graph}) <= 3


def test_its_objects_are_different_and_its_edges_have_both_ends():
    graph = refcycle.snapshot(untracked=True)
    inside = {id(obj) for obj in graph}
    assert len(inside) == len(graph)
    edges = graph.references()
    assert len(edges) == len(graph.edges) > len(graph)
    outside = [(tail, head) for tail, head in edges if not {id(tail), id(head)} <= inside]
    assert outside == []


def test_everything_that_its_objects_show_is_in_it():
    graph = refcycle.snapshot(untracked=True)
    # Not a Counter: it checks whether this is a Mapping, and abc caches the answer in many sets.
    missing = [
        (type(obj).__name__, type(part).__name__)
        for obj in list(graph)[::7]
        if type(obj) in (list, tuple, dict, set)
        for part in gc.get_referents(obj)
        if part not in graph
    ]
    # Newer objects are at most in containers of this frame.
    assert len(missing) <= 5, missing


def test_its_sizes_add_up():
    graph = refcycle.snapshot(untracked=True)
    sizes = graph.shallow_sizes()
    assert len(sizes) == len(graph)
    by_type = Counter()
    for obj, size in zip(graph, sizes):  # noqa: B905
        by_type[type(obj)] += size
    expected = sum(map(sys.getsizeof, graph.find_by_typename("str")))
    assert by_type[str] == expected > 1_000_000
    assert sum(sizes) == sum(by_type.values())
    assert min(size for obj, size in zip(graph, sizes) if type(obj) is str) >= 40  # noqa: B905


def largest(graph, count):
    by_type = Counter()
    for obj, size in zip(graph, graph.shallow_sizes()):  # noqa: B905
        by_type[type(obj)] += size
    return by_type.most_common(count)


def test_a_leak_of_texts_is_found_by_size():
    # A graph in a variable of a frame that it contains is in a cycle with that frame.
    gc.collect()
    before = dict(largest(refcycle.snapshot(untracked=True), None))
    leak = [f"{number:06}" * 100 for number in range(10_000)]
    graph = refcycle.snapshot(untracked=True)
    after = dict(largest(graph, None))
    grown = Counter({kind: size - before.get(kind, 0) for kind, size in after.items()})
    [(kind, size)] = grown.most_common(1)
    assert kind is str
    assert 0 <= size - sum(map(sys.getsizeof, leak)) < 100_000
    parents = graph.parents(leak[5000])
    assert [parent is leak for parent in parents] == [True]


def test_what_one_snapshot_holds_the_next_does_not_show():
    first = refcycle.snapshot(untracked=True)
    second = refcycle.snapshot(untracked=True)
    assert first in second and first not in first
    assert second not in second


@pytest.mark.parametrize("untracked", [False, True])
def test_statistics(untracked):
    graph = refcycle.snapshot(untracked=untracked)
    frames = 0
    frame = sys._getframe()
    while frame is not None:
        frames += 1
        frame = frame.f_back
    found = graph.statistics()
    assert list(found) == [
        "vertices",
        "edges",
        "memory",
        "pause_seconds",
        "running_frames",
        "untracked",
        "frozen",
        "frozen_unseen",
        "tuples_let_go",
        "allocated_blocks",
        *(["resident_bytes"] if sys.platform == "linux" else []),
        "own_bytes",
        "residue_bytes",
    ]
    assert found["vertices"] == len(graph)
    assert found["edges"] == len(graph.edges)
    # A reference, a count and an offset per vertex, a head per edge; perhaps also reversed.
    least = 16 * len(graph) + 4 * len(graph.edges)
    assert least <= found["memory"] <= 2 * least + 100
    assert 0 < found["pause_seconds"] < 30
    assert found["running_frames"] == frames
    assert found["untracked"] is untracked
    assert found["frozen"] == gc.get_freeze_count()
    assert found["frozen_unseen"] == 0
    assert found["allocated_blocks"] > 10_000
    assert 0 <= found["tuples_let_go"] < 50


def test_statistics_of_a_part_are_those_of_its_snapshot():
    target = [Target()]
    graph = refcycle.snapshot()
    part = graph.full_subgraph([target, target[0]])
    whole, found = graph.statistics(), part.statistics()
    assert (found["vertices"], found["edges"]) == (2, 1)
    assert found["memory"] < 500
    of_reading = [name for name in whole if name not in ("vertices", "edges", "memory")]
    assert {name: found[name] for name in of_reading} == {name: whole[name] for name in of_reading}


def test_statistics_of_other_graphs():
    graph = refcycle.ObjectGraph([target := [], [target]])
    assert {**graph.statistics(), "memory": 0} == {"vertices": 2, "edges": 1, "memory": 0}


def test_a_tuple_that_c_code_fills_is_let_go():
    graphs = []

    def items():
        yield 1
        graphs.append(refcycle.snapshot())

    refcycle.snapshot()
    tuple(items())
    let_go = [graph.statistics()["tuples_let_go"] for graph in (*graphs, refcycle.snapshot())]
    # Since 3.14, such a tuple is created when all its items are known.
    assert let_go[0] - let_go[1] == (0 if sys.version_info >= (3, 14) else 1)


def test_untracked_is_a_keyword():
    with pytest.raises(TypeError):
        refcycle.snapshot(True)


def test_the_dict_of_interned_strings_holds_none():
    name = sys.intern("".join(["a name of ", str(id(object()))]))
    other = sys.intern("".join(["another name of ", str(id(object()))]))
    leak(other)
    try:
        graph = refcycle.snapshot(untracked=True)
    finally:
        give_back(other)
    if graph.external_references(name) is None:
        pytest.skip("interned strings are immortal")
    assert (graph.external_references(name), graph.external_references(other)) == (0, 1)
    held_by_frames = [parent for parent in graph.parents(name) if type(parent) is dict]
    assert held_by_frames == []
    named = [root for root in graph.roots() if "interned strings" in root.name]
    assert [type(root.vertex) for root in named if "interpreter" in root.name] == (
        [dict] if sys.version_info >= (3, 14) else []
    )


NAMES = """
import gc, refcycle
gc.disable()
before = refcycle.snapshot(untracked=True)
for number in range(300):
    exec(f"def a_name_that_is_new_{number}(): pass", {})
gc.collect()
after = refcycle.snapshot(untracked=True)
found = refcycle.diff(before, after)
print("garbage" in str(found), sum(row.is_garbage for row in found.signatures))
names = [name for name in found.new.find_by_typename("str") if name.startswith("a_name_that_is")]
print(len(names))
if names:
    [name] = [name for name in names if name.endswith("_7")]
    del names, found, before
    print(after.why(name, limit=1).chains[0].holder)
"""


def test_immortal_strings_that_nothing_refers_to_are_no_garbage():
    garbage, count, *holder = run(NAMES).splitlines()
    assert garbage == "False 0"
    if int(count) > 0:
        assert (int(count), holder) == (300, ["interned strings of the interpreter"])
    else:  # The dict is not in the graph, or the strings are freed with the code.
        assert sys.version_info < (3, 14)


def test_a_dict_that_looks_like_that_of_interned_strings_holds_them():
    name = sys.intern("".join(["a name of ", str(id(object()))]))
    same = {name: name}
    graph = refcycle.snapshot(untracked=True)
    dicts = [parent for parent in graph.parents(name) if type(parent) is dict]
    assert [parent is same for parent in dicts] == [True, True]
