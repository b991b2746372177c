"""A query that cannot be answered raises the usual exception, and changes nothing."""

import gc

import pytest
from helpers.graphs import SAMPLERS, UserGraph
from helpers.oracles import Sketch
from helpers.silent import Silent

from refcycle import ObjectGraph
from refcycle.annotated_graph import AnnotatedEdge, AnnotatedGraph, AnnotatedVertex
from refcycle.directed_graph import DirectedGraph

pytestmark = pytest.mark.usefixtures("collector_is_left_alone")


@pytest.fixture(params=SAMPLERS)
def sample(request):
    return SAMPLERS[request.param](Sketch(3, [(0, 1), (1, 2), (2, 1)]))


def stranger(sample):
    if isinstance(sample.graph, AnnotatedGraph):
        return AnnotatedVertex(77, "stranger")
    return Silent()


ONE_VERTEX = ["children", "parents", "out_edges", "in_edges"]
SEARCHES = ["descendants", "ancestors", "shortest_cycle"]


class TestUnknownVertices:
    def check(self, caught, vertex):
        assert type(caught.value) is KeyError
        (message,) = caught.value.args
        assert type(vertex).__name__ in message
        assert f"{id(vertex):#x}" in message

    @pytest.mark.parametrize("method", [*ONE_VERTEX, *SEARCHES])
    def test_a_vertex_that_is_not_in_the_graph(self, sample, method):
        if method in ONE_VERTEX and isinstance(sample.graph, UserGraph):
            assert list(getattr(sample.graph, method)(Silent())) == []
            return
        vertex = stranger(sample)
        with pytest.raises(KeyError) as caught:
            getattr(sample.graph, method)(vertex)
        self.check(caught, vertex)

    def test_paths_from_and_to_a_vertex_that_is_not_in_the_graph(self, sample):
        vertex = stranger(sample)
        for ends in [(vertex, sample.vertices[0]), (sample.vertices[0], vertex)]:
            with pytest.raises(KeyError) as caught:
                sample.graph.shortest_path(*ends)
            self.check(caught, vertex)

    @pytest.mark.parametrize("kind", ["ObjectGraph", "AnnotatedGraph", "DirectedGraph"])
    def test_subgraphs_of_a_vertex_that_is_not_in_the_graph(self, kind):
        sample = SAMPLERS[kind](Sketch(3, [(0, 1)]))
        vertex = stranger(sample)
        with pytest.raises(KeyError) as caught:
            sample.graph.full_subgraph([sample.vertices[0], vertex])
        self.check(caught, vertex)

    def test_an_equal_object_is_not_the_vertex(self):
        graph = ObjectGraph([[]])
        with pytest.raises(KeyError, match="list"):
            graph.children([])

    def test_the_empty_graph_knows_no_vertex(self):
        for vertex in (None, 0, [], Silent()):
            with pytest.raises(KeyError):
                ObjectGraph().descendants(vertex)

    @pytest.mark.parametrize("kind", ["AnnotatedGraph", "DirectedGraph"])
    def test_an_unhashable_object_is_a_type_error(self, kind):
        graph = SAMPLERS[kind](Sketch(2, [(0, 1)])).graph
        for ask in (graph.children, graph.descendants, graph.__contains__):
            with pytest.raises(TypeError, match="unhashable"):
                ask([])
        with pytest.raises(TypeError, match="unhashable"):
            graph.full_subgraph([[]])


class TestUnknownEdges:
    @pytest.mark.parametrize("edge", [-1, 3, 10**30, "0", None, 1.5, b"0"])
    @pytest.mark.parametrize("kind", ["ObjectGraph", "DirectedGraph"])
    def test_a_number_that_is_no_edge(self, kind, edge):
        graph = SAMPLERS[kind](Sketch(3, [(0, 1), (1, 2), (2, 1)])).graph
        for ask in (graph.head, graph.tail):
            with pytest.raises(KeyError, match=type(edge).__name__):
                ask(edge)
        assert edge not in graph.edges

    def test_an_edge_that_is_not_in_the_annotated_graph(self):
        graph = SAMPLERS["AnnotatedGraph"](Sketch(2, [(0, 1)])).graph
        for edge in (AnnotatedEdge(1, None, 1000, 1000), AnnotatedVertex(1000, ""), 50, None):
            with pytest.raises(KeyError, match=type(edge).__name__):
                graph.head(edge)


class TestGenerations:
    @pytest.mark.parametrize("generations", [-1, -2, -(2**63), -(10**40)])
    @pytest.mark.parametrize("method", ["descendants", "ancestors"])
    def test_negative_ones_are_a_value_error(self, sample, method, generations):
        with pytest.raises(ValueError, match="negative"):
            getattr(sample.graph, method)(sample.vertices[0], generations)

    @pytest.mark.parametrize("generations", [1.5, "1", float("inf"), [], object()])
    @pytest.mark.parametrize("method", ["descendants", "ancestors"])
    def test_what_is_no_integer_is_a_type_error(self, sample, method, generations):
        with pytest.raises(TypeError, match="generations"):
            getattr(sample.graph, method)(sample.vertices[0], generations)

    def test_an_error_of_index_passes(self, sample):
        class Failing:
            def __index__(self):
                raise ZeroDivisionError("index")

        with pytest.raises(ZeroDivisionError, match="index"):
            sample.graph.descendants(sample.vertices[0], Failing())


class TestIterators:
    @staticmethod
    def half(items):
        yield from items
        raise ZeroDivisionError("half-way")

    def test_one_that_raises_half_way_passes_its_error(self, sample):
        with pytest.raises(ZeroDivisionError, match="half-way"):
            sample.graph.full_subgraph(self.half(sample.vertices[:2]))
        assert len(sample.graph.full_subgraph(sample.vertices)) == 3

    def test_constructors_pass_its_error(self):
        vertex, edge = AnnotatedVertex(1, ""), AnnotatedEdge(1, None, 1, 1)
        for make in (
            lambda: ObjectGraph(self.half([[], []])),
            lambda: AnnotatedGraph(self.half([vertex]), []),
            lambda: AnnotatedGraph([vertex], self.half([edge])),
            lambda: DirectedGraph.from_edge_pairs(self.half([1]), []),
            lambda: DirectedGraph.from_edge_pairs([1], self.half([(1, 1)])),
            lambda: DirectedGraph.from_edge_pairs([1], [self.half([1])]),
            lambda: DirectedGraph.from_out_edges(self.half([1]), {1: []}),
            lambda: DirectedGraph.from_out_edges([1], {1: self.half([1])}),
        ):
            with pytest.raises(ZeroDivisionError, match="half-way"):
                make()

    def test_what_is_not_iterable_is_a_type_error(self, sample):
        for make in (
            lambda: ObjectGraph(5),
            lambda: AnnotatedGraph(5, []),
            lambda: AnnotatedGraph([], 5),
            lambda: DirectedGraph.from_edge_pairs(5, []),
            lambda: DirectedGraph.from_edge_pairs([1], 5),
            lambda: DirectedGraph.from_edge_pairs([1], [5]),
            lambda: DirectedGraph.from_out_edges(5, {}),
            lambda: DirectedGraph.from_out_edges([1], {1: 5}),
            lambda: DirectedGraph.from_out_edges([1], None),
            lambda: sample.graph.full_subgraph(5),
        ):
            with pytest.raises(TypeError):
                make()

    def test_unhashable_vertices_are_a_type_error(self):
        for make in (
            lambda: DirectedGraph.from_edge_pairs([[]], []),
            lambda: DirectedGraph.from_edge_pairs([1], [(1, [])]),
            lambda: DirectedGraph.from_out_edges([[]], lambda v: []),
            lambda: DirectedGraph.from_out_edges([1], {1: [[]]}),
        ):
            with pytest.raises(TypeError, match="unhashable"):
                make()


class TestCallables:
    def test_a_classifier_that_raises_passes_its_error(self, sample):
        with pytest.raises(ZeroDivisionError):
            sample.graph.count_by(lambda vertex: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sample.graph.find_by(lambda vertex: 1 / 0)

    def test_one_that_is_not_callable_is_a_type_error(self, sample):
        for ask in (sample.graph.count_by, sample.graph.find_by):
            with pytest.raises(TypeError, match="must be callable, not int"):
                ask(3)

    def test_a_class_that_is_not_hashable_is_a_type_error(self, sample):
        with pytest.raises(TypeError, match="unhashable"):
            sample.graph.count_by(lambda vertex: [])

    def test_a_truth_that_raises_passes_its_error(self, sample):
        class Undecided:
            def __bool__(self):
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            sample.graph.find_by(lambda vertex: Undecided())


class TestChangesOnTheWay:
    def test_ids_that_change_behind_the_graph(self):
        vertices = [AnnotatedVertex(1, "a"), AnnotatedVertex(2, "b")]
        graph = AnnotatedGraph(vertices, [AnnotatedEdge(1, None, 1, 2)])
        vertices[0].id = 2
        with pytest.raises(ValueError, match="2"):
            graph.to_json()

    def test_a_container_that_changes_while_it_is_read(self):
        growing = [[], []]

        def items():
            for item in list(growing):
                growing.append([])
                yield item

        assert len(ObjectGraph(items())) == 2

    def test_a_dict_that_changes_while_a_graph_is_made_of_it(self):
        changing = {1: [2], 2: [1]}

        class Changing:
            def __getitem__(self, key):
                changing[len(changing) + 10] = []
                return changing[key]

        graph = DirectedGraph.from_out_edges([1, 2], Changing())
        assert graph.references() == [(1, 2), (2, 1)]

    def test_a_graph_that_is_used_by_the_comparison_of_its_vertices(self):
        class Reentrant:
            def __hash__(self):
                return 1

            def __eq__(self, other):
                if len(graphs) and not self.busy:
                    Reentrant.busy = True
                    list(graphs[0].vertices)
                    graphs[0].descendants(one)
                    gc.collect()
                    Reentrant.busy = False
                return self is other

            busy = False

        graphs = []
        one, other = Reentrant(), Reentrant()
        graphs.append(DirectedGraph.from_edge_pairs([one, other], [(one, other)]))
        assert Reentrant() not in graphs[0]
        assert graphs[0].children(one)[0] is other
