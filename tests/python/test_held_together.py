"""What single references and objects hold cycles together, and which objects to drop."""

import gc
import sys

import pytest

import refcycle
from refcycle import ObjectGraph
from refcycle.directed_graph import DirectedGraph


class Node:
    pass


def pairs(graph, edges):
    return [graph.tail(edge) + graph.head(edge) for edge in edges]


def test_feedback_vertex_set():
    graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "db"])
    found = graph.feedback_vertex_set()
    assert (found.vertices, found.weight, found.lower_bound) == (["b"], 1, 1)
    assert (found.is_optimal, len(found)) == (True, 1)
    assert (list(found), "b" in found, "a" in found) == (["b"], True, False)
    arcs = graph.feedback_arc_set()
    assert list(arcs) == arcs.edges and len(arcs) == 2
    weighed = graph.feedback_vertex_set([1, 5, 1, 1])
    assert (sorted(weighed.vertices)[-1], weighed.weight, len(weighed)) == ("d", 2, 2)
    assert DirectedGraph.from_edge_pairs("ab", ["aa", "ab"]).feedback_vertex_set().vertices == [
        "a"
    ]
    assert DirectedGraph.from_edge_pairs("ab", ["ab"]).feedback_vertex_set().vertices == []
    assert ObjectGraph().feedback_vertex_set().vertices == []
    for weights in ([1], [1] * 5, [-1, 1, 1, 1], [float("nan"), 1, 1, 1]):
        with pytest.raises(ValueError):
            graph.feedback_vertex_set(weights)
    with pytest.raises(TypeError):
        graph.feedback_vertex_set(["a"] * 4)


def test_on_every_cycle():
    graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da"])
    vertices, edges = graph.on_every_cycle()
    assert (vertices, pairs(graph, edges)) == (["a", "b"], ["ab"])
    ring = DirectedGraph.from_edge_pairs("abcx", ["ab", "bc", "ca", "ax"])
    vertices, edges = ring.on_every_cycle()
    assert (vertices, pairs(ring, edges)) == (["a", "b", "c"], ["ab", "bc", "ca"])
    two = DirectedGraph.from_edge_pairs("abcd", ["ab", "ba", "cd", "dc"])
    assert two.on_every_cycle() == ([], [])
    # Neither of two parallel edges is on every cycle.
    double = DirectedGraph.from_edge_pairs("ab", ["ab", "ab", "ba"])
    vertices, edges = double.on_every_cycle()
    assert (vertices, pairs(double, edges)) == (["a", "b"], ["ba"])
    assert ObjectGraph().on_every_cycle() == ([], [])


def test_strong_bridges_and_articulation_points():
    graph = DirectedGraph.from_edge_pairs("abcd", ["ab", "bc", "ca", "bd", "da", "db"])
    assert pairs(graph, graph.strong_bridges()) == ["ab", "bc", "bd", "ca"]
    assert graph.strong_articulation_points() == ["a", "b"]
    assert ObjectGraph([[]]).strong_bridges() == []
    assert ObjectGraph().strong_articulation_points() == []


def test_a_ring_of_instances():
    def careless():
        first, second = Node(), Node()
        first.child, second.parent = second, first

    [cycle] = refcycle.cycles_created_by(careless).cycles()
    found = cycle.held_together_by()
    assert found.references == ("Node.child", "Node.parent")
    assert [type(obj) for obj in found.objects] == [Node, Node]
    for edge in found.edges:
        assert type(cycle.graph.head(edge)) is Node


def test_an_owner_of_several_parts():
    def careless():
        owner = Node()
        owner.parts = [Node(), Node(), Node()]
        for part in owner.parts:
            part.owner = owner

    [cycle] = refcycle.cycles_created_by(careless).cycles()
    found = cycle.held_together_by()
    # The links back are three: none of them is on every cycle.
    assert found.references == ("Node.parts",)
    assert [type(obj) for obj in found.objects] in ([Node, list], [list, Node])
    assert cycle.graph.feedback_vertex_set().weight == 1
    assert len(cycle.cut().edges) == 3


def test_what_has_a_name_of_its_own_is_called_so():
    def careless():
        owner = Node()
        owner.hooks = [lambda: owner]

    [cycle] = refcycle.cycles_created_by(careless).cycles()
    text = str(cycle.held_together_by())
    assert ", the function <lambda>" in text and "None" not in text


def test_nothing_is_common():
    def careless():
        first, second, third = Node(), Node(), Node()
        first.next, second.next, third.next = second, third, first
        first.last, second.last, third.last = third, first, second

    [cycle] = refcycle.cycles_created_by(careless).cycles()
    assert cycle.held_together_by() == ((), (), [])
    assert len(cycle.graph.feedback_vertex_set()) == 2


def test_it_keeps_no_object_alive():
    node = Node()
    node.me = node
    graph = ObjectGraph([node, vars(node)])
    [cycle] = graph.cycles()
    before = sys.getrefcount(node)
    assert cycle.held_together_by().references == ("Node.me",)
    gc.collect()
    assert sys.getrefcount(node) == before


def test_a_file(tmp_path):
    node = Node()
    node.me = node
    ObjectGraph([node, vars(node)]).save(tmp_path / "heap")
    [cycle] = refcycle.load(tmp_path / "heap").cycles()
    found = cycle.held_together_by()
    assert found.references == ("Node.me",)
    assert len(found.objects) == 1


class Silent:
    """Its code must not run."""

    def __repr__(self):
        raise AssertionError("code of the object")


def test_what_holds_a_cycle_together_is_told_in_words():
    def two_rings():
        hub = Silent()
        hub.left, hub.right = Node(), Node()
        hub.left.hub = hub.right.hub = hub

    def two_pairs():
        nodes = [Node() for _ in range(4)]
        for here, there in ((0, 1), (1, 2), (2, 3), (3, 0)):
            setattr(nodes[here], f"to_{there}", nodes[there])
            setattr(nodes[there], f"to_{here}", nodes[here])

    [cycle] = refcycle.cycles_created_by(two_rings).cycles()
    held = cycle.held_together_by()
    assert str(held) == "on every cycle: the Silent"
    assert repr(held) == "<HeldTogether by 0 references and 1 object>"
    [cycle] = refcycle.cycles_created_by(two_pairs).cycles()
    assert str(cycle.held_together_by()) == "no single reference or object is on every cycle"
