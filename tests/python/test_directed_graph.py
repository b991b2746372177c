"""Graphs of hashable objects."""

import copy
import gc
import pickle
import weakref

import pytest

from refcycle._refcycle import GraphBase
from refcycle.annotated_graph import AnnotatedGraph
from refcycle.directed_graph import DirectedGraph
from refcycle.object_graph import ObjectGraph


def edges(graph):
    return [(edge, graph.tail(edge), graph.head(edge)) for edge in sorted(graph.edges)]


class TestFromOutEdges:
    def test_edges_are_numbered_in_the_order_given(self):
        graph = DirectedGraph.from_out_edges([1, 2, 3], {1: [2, 3, 2], 2: [3], 3: []})
        assert edges(graph) == [(0, 1, 2), (1, 1, 3), (2, 1, 2), (3, 2, 3)]
        assert list(graph) == [1, 2, 3]

    def test_iterators_are_taken(self):
        graph = DirectedGraph.from_out_edges(iter([1, 2]), {1: iter([2]), 2: ()})
        assert edges(graph) == [(0, 1, 2)]

    def test_a_function_may_take_the_place_of_the_mapping(self):
        graph = DirectedGraph.from_out_edges(range(4), lambda v: [(v + 1) % 4])
        assert edges(graph) == [(v, v, (v + 1) % 4) for v in range(4)]

    def test_a_sequence_and_a_defaultdict_are_mappings(self):
        from collections import defaultdict

        graph = DirectedGraph.from_out_edges([0, 1], [[1], [0]])
        assert edges(graph) == [(0, 0, 1), (1, 1, 0)]
        graph = DirectedGraph.from_out_edges([1, 2], defaultdict(list, {1: [2]}))
        assert edges(graph) == [(0, 1, 2)]

    def test_what_the_mapping_has_beyond_the_vertices_is_left_out(self):
        graph = DirectedGraph.from_out_edges([1, 2], {1: [2], 2: [], 3: [1]})
        assert edges(graph) == [(0, 1, 2)]

    def test_a_vertex_given_twice_is_one_vertex(self):
        graph = DirectedGraph.from_out_edges([1, 2, 1], {1: [2], 2: []})
        assert len(graph) == 2 and edges(graph) == [(0, 1, 2)]

    def test_a_vertex_without_out_edges_must_say_so(self):
        with pytest.raises(KeyError):
            DirectedGraph.from_out_edges([1, 2], {1: [2]})


class TestFromEdgePairs:
    def test_edges_are_numbered_in_the_order_given(self):
        pairs = [(3, 1), (1, 2), (1, 2), (2, 1), (3, 3)]
        graph = DirectedGraph.from_edge_pairs([1, 2, 3], pairs)
        assert edges(graph) == [(n, tail, head) for n, (tail, head) in enumerate(pairs)]

    def test_iterators_lists_and_strings_are_taken(self):
        graph = DirectedGraph.from_edge_pairs(iter("ab"), iter([("a", "b"), ["b", "a"], "aa"]))
        assert edges(graph) == [(0, "a", "b"), (1, "b", "a"), (2, "a", "a")]

    def test_a_vertex_given_twice_is_one_vertex(self):
        graph = DirectedGraph.from_edge_pairs([1, 2, 1], [(1, 2)])
        assert len(graph) == 2 and len(list(graph)) == 2

    def test_the_empty_graph(self):
        graph = DirectedGraph.from_edge_pairs([], [])
        assert not graph and list(graph.edges) == [] and graph.references() == []
        assert graph.strongly_connected_components() == []


def test_it_is_made_by_the_class_methods_alone():
    with pytest.raises(TypeError, match="from_out_edges or from_edge_pairs"):
        DirectedGraph()
    with pytest.raises(TypeError):
        DirectedGraph([1])


def test_vertices_are_told_apart_by_equality():
    graph = DirectedGraph.from_edge_pairs([1, "a"], [(1.0, "a"), (True, 1)])
    assert edges(graph) == [(0, 1, "a"), (1, 1, 1)]
    assert 1.0 in graph and 2 not in graph
    assert graph.children(1.0) == ["a", 1]
    assert type(graph.children(1.0)[1]) is int


def test_vertices_of_any_hashable_kind():
    vertices = [None, (1, 2), frozenset([1]), b"x", 1.5, int]
    graph = DirectedGraph.from_edge_pairs(vertices, zip(vertices, vertices[1:], strict=False))
    assert [graph.children(v) for v in vertices] == [[w] for w in vertices[1:]] + [[]]


def test_a_subgraph_keeps_numbers_and_knows_only_its_edges():
    graph = DirectedGraph.from_out_edges([1, 2, 3], {1: [2, 3, 2], 2: [3], 3: []})
    part = graph.full_subgraph([3, 1])
    assert edges(part) == [(1, 1, 3)]
    for edge in (0, 2, 3, 4, -1, "1", None):
        assert edge not in part.edges
        with pytest.raises(KeyError):
            part.head(edge)


def test_vertex_collections_are_those_for_hashable_objects():
    assert DirectedGraph.vertex_set() == set() and type(DirectedGraph.vertex_set()) is set
    assert DirectedGraph.vertex_dict() == {} and type(DirectedGraph.vertex_dict()) is dict
    assert DirectedGraph.vertex_equal(1, 1.0) is True
    assert DirectedGraph.vertex_equal([], []) is True
    assert DirectedGraph.vertex_equal(1, 2) is False
    with pytest.raises(TypeError):
        DirectedGraph.vertex_set([1])


def test_annotated_has_numbers_and_texts():
    graph = DirectedGraph.from_edge_pairs([10, "b", (1,)], [("b", (1,)), (10, "b"), (10, "b")])
    made = graph.annotated()
    assert type(made) is AnnotatedGraph
    texts = {vertex.id: vertex.annotation for vertex in made.vertices}
    assert texts == {0: "10", 1: "b", 2: "(1,)"}
    found = sorted((e.id, e.annotation, e.tail, e.head) for e in made.edges)
    assert found == [(0, "0", 1, 2), (1, "1", 0, 1), (2, "2", 0, 1)]


def test_annotated_keeps_the_numbers_of_edges_of_a_subgraph():
    graph = DirectedGraph.from_edge_pairs([10, 20, 30], [(20, 30), (10, 20), (30, 10)])
    made = graph.full_subgraph([10, 20]).annotated()
    assert [(e.id, e.annotation) for e in made.edges] == [(1, "1")]
    assert sorted((v.id, v.annotation) for v in made.vertices) == [(0, "10"), (1, "20")]


def test_dot():
    graph = DirectedGraph.from_edge_pairs(["a", 'b"q'], [("a", 'b"q')])
    lines = [line.strip() for line in graph.to_dot().splitlines()]
    assert lines[0] == "digraph G {" and lines[-1] == "}"
    assert sorted(lines[1:-1]) == ['0 -> 1 [label="0"];', '0 [label="a"];', '1 [label="b\\"q"];']
    assert DirectedGraph.from_edge_pairs([], []).to_dot() == "digraph G {\n}\n"


def test_a_text_that_cannot_be_made_passes_its_error():
    class Silent:
        def __str__(self):
            raise ZeroDivisionError("no text")

    graph = DirectedGraph.from_edge_pairs([Silent()], [])
    with pytest.raises(ZeroDivisionError, match="no text"):
        graph.annotated()
    with pytest.raises(ZeroDivisionError, match="no text"):
        graph.to_dot()


@pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda g: pickle.loads(pickle.dumps(g))]
)
class TestCopies:
    def test_a_copy_has_the_same_vertices_and_edges(self, again):
        graph = DirectedGraph.from_edge_pairs([3, 1, 2], [(1, 2), (1, 2), (2, 3), (3, 3)])
        made = again(graph)
        assert type(made) is DirectedGraph and made is not graph
        assert list(made) == [3, 1, 2]
        assert edges(made) == edges(graph)

    def test_a_copy_of_a_subgraph_keeps_the_numbers_of_edges(self, again):
        graph = DirectedGraph.from_edge_pairs([3, 1, 2], [(1, 2), (1, 2), (2, 3), (3, 3)])
        assert edges(again(graph.full_subgraph([2, 3]))) == [(2, 2, 3), (3, 3, 3)]


def test_it_can_be_referred_to_weakly():
    graph = DirectedGraph.from_edge_pairs([1], [])
    reference = weakref.ref(graph)
    assert reference() is graph
    del graph
    gc.collect()
    assert reference() is None


def test_errors_of_hash_and_comparison_pass():
    class Hostile:
        hostile = False

        def __hash__(self):
            return 1

        def __eq__(self, other):
            if self.hostile:
                raise ZeroDivisionError("eq")
            return self is other

    one, other = Hostile(), Hostile()
    graph = DirectedGraph.from_edge_pairs([one], [(one, one)])
    assert other not in graph
    Hostile.hostile = True
    with pytest.raises(ZeroDivisionError):
        other in graph  # noqa: B015
    with pytest.raises(ZeroDivisionError):
        graph.children(other)
    Hostile.hostile = False
    assert len(graph.children(one)) == 1


def test_pictures_json_and_pages(tmp_path):
    graph = DirectedGraph.from_edge_pairs(["first", "second"], [("first", "second")])
    loaded = AnnotatedGraph.from_json(graph.to_json())
    assert [vertex.annotation for vertex in loaded] == ["first", "second"]
    graph.export_json(tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == graph.to_json()
    assert "first" in graph.to_svg(target="second")
    with pytest.raises(ValueError, match="roots=True needs an ObjectGraph"):
        graph.to_svg(roots=True)
    graph.export_image(tmp_path / "a.svg", target="second")
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == graph.to_svg(target="second")
    graph.export_html(tmp_path / "a.html", target="first")
    assert '"target":0' in (tmp_path / "a.html").read_text(encoding="utf-8")
    with pytest.raises(KeyError):
        graph.export_html(tmp_path / "a.html", target="third")


@pytest.mark.parametrize(
    "name",
    ["to_json", "export_json", "to_dot", "export_image", "to_svg", "export_html", "view"],
)
def test_each_output_is_one_method_of_all_graphs(name):
    method = getattr(GraphBase, name)
    classes = (DirectedGraph, AnnotatedGraph, ObjectGraph)
    assert all(getattr(cls, name) is method for cls in classes)
