"""A graph keeps alive its own vertices, and nothing else."""

import gc
import os
import weakref

import pytest
from helpers.graphs import UserGraph
from helpers.processes import run, run_json

import refcycle
from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph


class Node:
    pass


def alive(references):
    return [reference() is not None for reference in references]


def nodes_with_references(count):
    nodes = [Node() for _ in range(count)]
    for one, other in zip(nodes, nodes[1:], strict=False):
        one.next = other
    return nodes, [weakref.ref(node) for node in nodes]


def object_graph(vertices):
    return ObjectGraph(vertices)


def directed_graph(vertices):
    return DirectedGraph.from_edge_pairs(vertices, [(v, v) for v in vertices])


def user_graph(vertices):
    return UserGraph(vertices, {v: (v, v) for v in vertices})


MAKERS = [object_graph, directed_graph, user_graph]


@pytest.mark.parametrize("count", [3, 50])
def test_a_graph_keeps_its_vertices_alive(count):
    nodes, references = nodes_with_references(count)
    graph = ObjectGraph(nodes)
    del nodes
    gc.collect()
    assert alive(references) == [True] * count
    del graph
    gc.collect()
    assert alive(references) == [False] * count


def isolated(count):
    nodes = [Node() for _ in range(count)]
    return nodes, [weakref.ref(node) for node in nodes]


PARTS = {
    "full_subgraph": lambda graph, nodes: graph.full_subgraph(nodes[:1]),
    "descendants": lambda graph, nodes: graph.descendants(nodes[0]),
    "ancestors": lambda graph, nodes: graph.ancestors(nodes[0]),
    "shortest_path": lambda graph, nodes: graph.shortest_path(nodes[0], nodes[0]),
    "component": lambda graph, nodes: [
        c for c in graph.strongly_connected_components() if nodes[0] in c
    ],
    "source": lambda graph, nodes: [c for c in graph.source_components() if nodes[0] in c],
    "and": lambda graph, nodes: graph & type(graph).full_subgraph(graph, nodes[:1]),
    "minus": lambda graph, nodes: graph - type(graph).full_subgraph(graph, nodes[1:]),
}


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("count", [4, 40])
def test_a_part_keeps_the_rest_of_its_graph_alive_no_longer(part, make, count):
    nodes, references = isolated(count)
    graph = make(nodes)
    small = PARTS[part](graph, nodes)
    del graph, nodes
    gc.collect()
    assert alive(references) == [True] + [False] * (count - 1)
    del small
    gc.collect()
    assert not any(alive(references))


def test_a_component_keeps_the_whole_snapshot_alive_no_longer():
    nodes, references = isolated(100)
    snapshot = refcycle.snapshot()
    small = snapshot.ancestors(nodes[0], 0)
    del snapshot, nodes
    gc.collect()
    assert len(small) == 1
    assert alive(references) == [True] + [False] * 99


@pytest.mark.parametrize("make", [object_graph, directed_graph])
@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("use", ["unused", "looked up", "edges looked up", "iterated", "queried"])
def test_a_graph_on_its_own_vertex_can_be_collected(make, count, use):
    nodes, references = isolated(count)
    graph = make(nodes)
    nodes[0].graph = graph
    if use == "looked up":
        assert nodes[-1] in graph
    elif use == "edges looked up":
        assert "no edge" not in graph.full_subgraph(nodes).edges
        assert "no edge" not in graph.edges
    elif use == "iterated":
        nodes[0].kept = [iter(graph), graph.vertices, graph.edges, iter(graph.edges)]
        nodes[0].kept += [iter(graph.vertices)]
        next(nodes[0].kept[0])
    elif use == "queried":
        nodes[0].kept = [graph.descendants(nodes[0]), *graph.strongly_connected_components()]
    references.append(weakref.ref(graph))
    del graph, nodes
    gc.collect()
    assert not any(alive(references))


@pytest.mark.parametrize(
    "attribute", ["vertices", "edges", "__iter__", "children", "descendants", "references"]
)
def test_views_and_methods_keep_their_graph_alive(attribute):
    nodes, references = isolated(20)
    part = getattr(ObjectGraph(nodes), attribute)
    del nodes
    gc.collect()
    assert all(alive(references))
    del part
    gc.collect()
    assert not any(alive(references))


def test_iterators_and_views_outlive_the_names_of_their_graph():
    nodes, _ = isolated(20)
    graph = ObjectGraph(nodes)
    vertices, iterator = graph.vertices, iter(graph)
    del graph
    assert [one is other for one, other in zip(iterator, nodes, strict=True)] == [True] * 20
    assert len(vertices) == 20 and nodes[3] in vertices


def test_a_finished_iterator_stays_finished():
    graph = ObjectGraph([[], []])
    iterator = iter(graph)
    assert len(list(iterator)) == 2
    with pytest.raises(StopIteration):
        next(iterator)


def test_an_annotated_graph_can_be_collected():
    class Text(str):
        pass

    text = Text("on a vertex")
    graph = AnnotatedGraph([AnnotatedVertex(1, text)], [])
    text.graph = graph
    references = [weakref.ref(text), weakref.ref(graph)]
    del text, graph
    gc.collect()
    assert alive(references) == [False, False]


def test_a_users_graph_can_be_collected_after_a_query():
    nodes, references = isolated(5)
    graph = user_graph(nodes)
    nodes[0].graph = graph
    nodes[0].results = [graph.descendants(nodes[1]), graph.strongly_connected_components()]
    references.append(weakref.ref(graph))
    del graph, nodes
    gc.collect()
    assert not any(alive(references))


def test_a_snapshot_on_a_vertex_can_be_collected():
    node = Node()
    node.snapshot = refcycle.snapshot()
    assert node in node.snapshot
    references = [weakref.ref(node), weakref.ref(node.snapshot)]
    del node
    gc.collect()
    assert alive(references) == [False, False]


def test_an_error_for_an_unknown_vertex_keeps_it_alive_no_longer():
    node = Node()
    reference = weakref.ref(node)
    try:
        ObjectGraph([]).children(node)
    except KeyError as error:
        kept = error.with_traceback(None)
    del node
    assert reference() is None
    assert "Node" in str(kept)


def test_graphs_without_references_are_freed_at_once():
    gc.disable()
    nodes, references = isolated(20)
    graph = ObjectGraph(nodes)
    graph.strongly_connected_components()
    assert nodes[5] in graph
    reference = weakref.ref(graph)
    del graph, nodes
    assert reference() is None and not any(alive(references))


LEAK = """
import gc, json
import refcycle
from refcycle import ObjectGraph
from refcycle.annotations import annotated_references

held = [[{"k": [n]}] for n in range(20_000)]

def one_round():
    snapshot = refcycle.snapshot()
    snapshot.ancestors(held[0]).to_json()
    snapshot.descendants(held)
    snapshot.full_subgraph(held)
    len(snapshot.source_components())
    annotated_references(held)
    ObjectGraph(held).annotated()
    refcycle.objects_reachable_from(held)
    refcycle.garbage()
    try:
        snapshot.children([])
    except KeyError:
        pass

def memory():
    with open("/proc/self/status") as status:
        (line,) = [line for line in status if line.startswith("VmRSS")]
    return int(line.split()[1])

def rounds(count):
    for _ in range(count):
        one_round()
        gc.collect()
    return memory(), len(gc.get_objects())

print(json.dumps([rounds(20), rounds(50)]))
"""


@pytest.mark.any_version
@pytest.mark.skipif(not os.path.exists("/proc/self/status"), reason="reads /proc")
def test_fifty_rounds_leave_nothing_behind():
    before, after = run_json(LEAK)
    assert after[1] - before[1] in (0, 1)  # The first answer, a tuple.
    assert after[0] - before[0] < 15_000


def test_a_snapshot_in_a_local_variable_goes_with_the_next_collection():
    def call():
        snapshot = refcycle.snapshot()  # It holds the frame, and the frame holds it.
        return weakref.ref(snapshot)

    gc.disable()
    reference = call()
    gc.collect()
    assert reference() is None


REFERENCE_COUNTS = """
import gc, sys
import refcycle
from refcycle import ObjectGraph

gc.disable()
watched = [[] for _ in range(100)]
outer = [watched, *watched]

def counts():
    gc.collect()
    return [sys.getrefcount(obj) for obj in watched]

def use():
    graph = ObjectGraph([outer, *watched])
    for _ in range(5):
        graph.children(outer)
        graph.parents(watched[0])
        graph.references()
        list(graph), list(graph.vertices), list(graph.edges)
        graph.strongly_connected_components()
        graph.source_components()
        graph.descendants(outer).ancestors(watched[3])
        graph.shortest_path(outer, watched[5])
        graph.annotated()
        graph.to_json()
        graph.count_by(id)
        graph.find_by(bool)
        [graph.head(e) is graph.tail(e) for e in graph.edges]
        graph - ObjectGraph(watched), graph & ObjectGraph(watched)
        for wrong in ([], {}):
            try:
                graph.full_subgraph([outer, watched[1], wrong])
            except KeyError:
                pass
    snapshot = refcycle.snapshot()
    snapshot.ancestors(watched[0], 1)
    refcycle.objects_reachable_from(outer)

use()
before = counts()
for _ in range(5):
    use()
assert counts() == before, (before, counts())
print("same")
"""


def test_every_reference_that_is_taken_is_given_back():
    assert run(REFERENCE_COUNTS).strip() == "same"
