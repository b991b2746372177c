"""Graphs of a user's class."""

import pytest
from helpers.graphs import UserGraph

from refcycle import IDirectedGraph
from refcycle.key_transform_dict import KeyTransformDict

RING = {"x": (1, 2), "y": (2, 3), "z": (3, 1), "out": (3, 4)}


@pytest.fixture
def ring():
    return UserGraph([1, 2, 3, 4], RING)


class ByIdentity(UserGraph):
    """Its vertices are lists."""

    @classmethod
    def vertex_set(cls):
        from refcycle.element_transform_set import ElementTransformSet

        return ElementTransformSet(id)

    @classmethod
    def vertex_dict(cls):
        return KeyTransformDict(id)

    @classmethod
    def vertex_equal(cls, vertex1, vertex2):
        return vertex1 is vertex2

    def __contains__(self, vertex):
        return any(vertex is own for own in self._vertices)

    def out_edges(self, vertex):
        return (edge for edge, (tail, _) in self._ends.items() if tail is vertex)

    def in_edges(self, vertex):
        return (edge for edge, (_, head) in self._ends.items() if head is vertex)

    def full_subgraph(self, vertices):
        kept = {id(vertex): vertex for vertex in vertices}
        ends = {e: ends for e, ends in self._ends.items() if all(id(v) in kept for v in ends)}
        return ByIdentity(kept.values(), ends)


def test_what_is_abstract_must_be_supplied():
    with pytest.raises(TypeError, match="abstract"):
        IDirectedGraph()
    needed = {"vertices", "edges", "head", "tail", "out_edges", "in_edges", "full_subgraph"}
    assert IDirectedGraph.__abstractmethods__ == needed

    class Part(IDirectedGraph):
        vertices = ()

    with pytest.raises(TypeError, match="abstract"):
        Part()


def test_edges_may_be_anything(ring):
    assert ring.children(3) == [1, 4] and ring.parents(1) == [3]
    assert ring.references() == [(1, 2), (2, 3), (3, 1), (3, 4)]
    component = max(ring.strongly_connected_components(), key=len)
    assert component.edges == ["x", "y", "z"]


def test_queries_ask_the_class_for_its_subgraphs(ring):
    asked = []

    class Asking(UserGraph):
        def full_subgraph(self, vertices):
            vertices = list(vertices)
            asked.append((self, sorted(vertices)))
            return super().full_subgraph(vertices)

    graph = Asking([1, 2, 3, 4], RING)
    assert type(graph.descendants(3, 1)) is Asking
    assert type(graph.strongly_connected_components()[0]) is Asking
    assert asked == [(graph, [1, 3, 4]), (graph, [4]), (graph, [1, 2, 3])]


def test_a_query_sees_the_graph_as_it_is_now(ring):
    assert len(ring.descendants(4)) == 1
    ring._ends["back"] = (4, 1)
    assert len(ring.descendants(4)) == 4


def test_unhashable_vertices_by_the_collections_of_the_class():
    a, b, c = [], [], []
    graph = ByIdentity([a, b, c], {1: (a, b), 2: (b, a), 3: (b, c)})
    assert [v is b for v in graph.children(a)] == [True]
    sizes = [len(component) for component in graph.strongly_connected_components()]
    assert sizes == [1, 2]
    path = graph.shortest_path(a, c)
    assert len(path) == 3 and sorted(path.edges) == [1, 2, 3]
    assert sorted(map(id, graph.descendants(c))) == [id(c)]
    assert len(graph - ByIdentity([a], {})) == 2
    with pytest.raises(KeyError):
        graph.descendants([])


def test_unhashable_vertices_without_them_are_refused():
    with pytest.raises(TypeError, match="unhashable"):
        UserGraph([[]], {}).descendants([])


def test_a_vertex_that_is_not_in_the_graph_is_a_key_error(ring):
    for ask in (ring.descendants, ring.ancestors, ring.shortest_cycle):
        with pytest.raises(KeyError, match=r"int.*0x"):
            ask(77)
    for ends in [(1, 77), (77, 1), (77, 77)]:
        with pytest.raises(KeyError):
            ring.shortest_path(*ends)


def test_a_head_that_is_no_vertex_is_a_value_error():
    graph = UserGraph([1, 2], {"x": (1, 2), "y": (2, 99)})
    with pytest.raises(ValueError, match="vert"):
        graph.strongly_connected_components()


@pytest.mark.parametrize("method", ["vertices", "out_edges", "head", "full_subgraph"])
def test_errors_of_the_class_pass(method):
    class Failing(UserGraph):
        pass

    def fail(*_):
        raise ZeroDivisionError(method)

    setattr(Failing, method, property(fail) if method == "vertices" else fail)
    graph = Failing([1, 2], {"x": (1, 2)})
    with pytest.raises(ZeroDivisionError, match=method):
        graph.descendants(1)
    with pytest.raises(ZeroDivisionError, match=method):
        graph.strongly_connected_components()


def test_a_class_may_answer_with_another_kind_of_subgraph():
    class Listed(UserGraph):
        def full_subgraph(self, vertices):
            return sorted(vertices)

    graph = Listed([1, 2, 3, 4], RING)
    assert graph.descendants(1) == [1, 2, 3, 4]
    assert graph.strongly_connected_components() == [[4], [1, 2, 3]]
    assert graph.source_components() == [[1, 2, 3]]


def test_repr_and_truth(ring):
    name = f"{UserGraph.__module__}.UserGraph"
    assert repr(ring) == f"<{name} object of size 4 at {id(ring):#x}>"
    assert not UserGraph([], {}) and ring


def test_default_collections():
    assert IDirectedGraph.vertex_set() == set() and IDirectedGraph.vertex_dict() == {}
    assert IDirectedGraph.vertex_equal(1, 1.0) is True
    assert IDirectedGraph.vertex_equal(1, 2) is False


def test_negative_generations_are_refused(ring):
    for ask in (ring.descendants, ring.ancestors):
        with pytest.raises(ValueError, match="negative"):
            ask(1, -1)
        with pytest.raises(TypeError, match="generations"):
            ask(1, 1.5)


class WrongNumbers:
    def __init__(self, number):
        self._number = number
        self._keys = []

    def __contains__(self, key):
        return key in self._keys

    def __setitem__(self, key, value):
        self._keys.append(key)

    def __getitem__(self, key):
        return self._number


@pytest.mark.parametrize("number", [2, 1000, 2**32 - 1])
def test_a_mapping_that_gives_a_wrong_number(number):
    class Graph(UserGraph):
        @classmethod
        def vertex_dict(cls):
            return WrongNumbers(number)

    with pytest.raises(ValueError, match=f"gives the number {number}, and the graph has 2"):
        Graph([1, 2], {}).descendants(1)
    with pytest.raises(ValueError):
        Graph([1, 2], {"edge": (1, 2)}).descendants(1)


@pytest.mark.parametrize("number", [-1, 2**32, 2**70])
def test_a_mapping_that_gives_no_number_of_a_vertex(number):
    class Graph(UserGraph):
        @classmethod
        def vertex_dict(cls):
            return WrongNumbers(number)

    with pytest.raises(OverflowError):
        Graph([1, 2], {}).descendants(1)
