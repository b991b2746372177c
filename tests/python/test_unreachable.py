"""Objects that cannot be reached from outside a graph."""

import copy

import refcycle
from refcycle import ObjectGraph


class Node:
    # Otherwise, it depends on the version whether a dict is between it and the objects that it
    # holds.
    __slots__ = ("held", "other")


def cycle():
    """Two nodes that hold each other, and an object that one of them holds, as ids."""
    one, two = Node(), Node()
    one.other, two.other = two, one
    two.held = ["held"]
    return {id(one), id(two), id(two.held)}


def ids(graph):
    return set(map(id, graph))


def test_of_a_snapshot_it_is_the_garbage(clean_heap):
    planted = cycle()
    preview = ids(refcycle.garbage_preview())
    snapshot = refcycle.snapshot()
    found = snapshot.unreachable()
    assert type(found) is ObjectGraph
    assert planted <= ids(found) == preview
    assert all(snapshot.why(obj).is_garbage for obj in found)


def test_a_file_says_the_same(clean_heap, tmp_path):
    planted = cycle()
    snapshot = refcycle.snapshot()
    snapshot.save(tmp_path / "heap.refcycle")
    loaded = refcycle.load(tmp_path / "heap.refcycle")
    found = {obj.address for obj in loaded.unreachable()}
    assert planted <= found
    assert found == ids(snapshot.unreachable())


def test_in_a_part_the_rest_is_outside(clean_heap):
    planted = cycle()
    garbage = refcycle.garbage_preview()
    whole = garbage.full_subgraph([obj for obj in garbage if id(obj) in planted])
    assert ids(whole.unreachable()) >= {id(obj) for obj in whole if type(obj) is Node}
    [one, *_] = [obj for obj in whole if type(obj) is Node]
    alone = garbage.full_subgraph([one])
    assert len(alone) == 1
    assert list(alone.unreachable()) == []


def test_what_nobody_has_counted_is_taken_to_be_held():
    node = Node()
    node.other = [node]
    for made in (copy.copy, copy.deepcopy):
        graph = made(ObjectGraph([node, node.other]))
        assert [graph.external_references(obj) for obj in graph] == [None] * len(graph)
        assert list(graph.unreachable()) == []


def test_what_a_variable_holds_is_not():
    assert list(ObjectGraph([]).unreachable()) == []
    kept = Node()
    kept.other = [kept]
    assert list(ObjectGraph([kept]).unreachable()) == []
    assert list(ObjectGraph([kept, kept.other]).unreachable()) == []
